"""Descriptions of record fields: required or optional, help text, references.  Pure.

A record is a frozen dataclass; its annotations are the one description of its fields. The reader
(``read``), the writer (``write``) and the JSON Schema (``json_schema``) are derived from them.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
import types
import typing
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any, NewType

from copkit.errors import Problem, Severity
from copkit.text.addresses import check_web_address
from copkit.text.files import random_id
from copkit.text.source import SourceText
from copkit.text.yaml.nodes import Mapping, Node, Scalar, Sequence

Id = NewType("Id", str)
"""A name that is safe in paths and links: lower-case letters, digits and single hyphens."""

Colour = NewType("Colour", str)
"""A colour as ``#rrggbb``, in lower case."""


class Source:
    """Where a record, or a part of one, stands: the file's text and the fields in it."""

    __slots__ = ("_places", "fields", "text")
    text: SourceText
    fields: Mapping

    def __init__(self, text: SourceText, fields: Mapping) -> None:
        self.text = text
        self.fields = fields
        self._places: dict[str, dict[str, Node]] | None = None  # of items, by field

    @property
    def file(self) -> str:
        """The file's path relative to the programme folder."""
        return self.text.file

    @property
    def keys(self) -> Collection[str]:
        """The keys of the fields that are written there, those that are empty too."""
        return self.fields.entries.keys()

    def problem(
        self,
        code: str,
        key: str,
        message: str,
        hint: str = "",
        *,
        item: str | None = None,
        severity: Severity = Severity.ERROR,
    ) -> Problem:
        """Return a problem placed at a field's value, or at one ``item`` of its list.

        ``key`` is the field's name in the file; without that field the record itself is the place.
        """
        start, end = self._span(key, item)
        return self.text.problem(code, start, end, message, hint, severity)

    def date(self, key: str) -> dt.date | None:
        """Return the date that a field holds, or ``None`` where it is missing or no date."""
        from copkit.records.schema.values import InvalidDate, parse_date

        value = self.fields.entries.get(key)
        try:
            return parse_date(value.text) if isinstance(value, Scalar) else None
        except InvalidDate:
            return None

    def _span(self, key: str, item: str | None) -> tuple[int, int]:
        """Return the start and end of a field's value, or of one ``item`` of its list.

        For an empty value they are those of its key, for a missing field those of the record's
        first character.
        """
        value = self.fields.entries.get(key)
        if value is None:
            return self.fields.start, self.fields.start + 1
        if isinstance(value, Sequence) and item is not None:
            node = self._item_places(key, value).get(item, value)
            return node.start, node.end if node is not value else node.start + 1
        if isinstance(value, Scalar) and not value.empty:
            return value.start, value.end
        name = self.fields.key(key)
        return name.start, name.end

    def _item_places(self, key: str, items: Sequence) -> dict[str, Node]:
        """Return the items of a list by their text, kept for a list with many faults."""
        if self._places is None:
            self._places = {}
        if key not in self._places:
            scalars = (node for node in items.items if isinstance(node, Scalar))
            self._places[key] = {node.text: node for node in scalars}
        return self._places[key]


class WithBody:
    """What a type of record with a ``body`` is made of.

    The cache keeps no bodies: a record that comes from it reads its own when somebody asks.
    """

    __slots__ = ()

    if not typing.TYPE_CHECKING:  # mypy would take every attribute for one that exists

        def __getattr__(self, name: str) -> str:
            """Return the ``body`` where it has not been set yet."""
            if name != "body":
                raise AttributeError(f"{type(self).__name__} has no '{name}'")
            body = self.source.body
            object.__setattr__(self, "body", body)
            return body


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of a record's type.

    ``attribute`` is its name in Python and ``key`` that in the file; ``help`` is read by people.
    ``refers`` names the noun whose ids it holds, ``least`` the smallest number allowed. ``offered``
    says that a new record shows the field empty, to be filled in. ``prefix`` is what new ids of
    parts of a record begin with, ``""`` for ids that somebody chooses, or that mean something.
    ``label`` is ``role`` or ``place`` where the text is what a job, a place or an organisation is
    called, which may look like a person's name: whatever looks for identifying details knows it
    from here. ``all_when_empty`` says that a list without items stands for everything. ``besides``
    are values of a reference that name no record, and with ``essential`` an entry goes with the
    record that the field names, since it would say something else without. ``single`` says that
    one value may stand for a list of one.
    """

    attribute: str
    key: str
    type: Any
    required: bool
    default: Any
    help: str
    refers: str | None
    least: int | None
    offered: bool
    prefix: str
    label: str | None
    all_when_empty: bool
    besides: tuple[str, ...]
    essential: bool
    single: bool


def required(
    help: str,
    *,
    key: str = "",
    refers: str | None = None,
    prefix: str = "",
    label: str | None = None,
    besides: tuple[str, ...] = (),
    single: bool = False,
) -> Any:
    """Declare a field that every record of its type has.

    ``help`` is read by people, ``key`` is its name in the file where that is another than in
    Python, and ``refers`` is the noun of the ids it holds. ``prefix`` is what new ids begin with,
    and ``label``, ``besides`` and ``single`` are as in :class:`Field`.
    """
    return dataclasses.field(
        metadata={
            "help": help,
            "key": key,
            "required": True,
            "refers": refers,
            "prefix": prefix,
            "label": label,
            "besides": besides,
            "single": single,
        }
    )


def part_id(within: str, prefix: str) -> Any:
    """Declare the id of a part of a record, such as an action, which :func:`new_part_id` makes.

    ``within`` is what the id is unique in, such as ``case``; ``prefix`` is what new ids begin with.
    """
    return required(f"a short name within this {within}, such as {prefix}-k7m", prefix=prefix)


def new_part_id(part: type, taken: Collection[str]) -> str:
    """Return a free id for a new part of a record, such as an action: ``a-k7m``.

    ``part`` is its type, ``taken`` the ids that its list has. The id is one by chance, since
    somebody else may add to their copy of the record at the same time.
    """
    return random_id(taken, fields_of(part)["id"].prefix)


def is_part_id(part: type, text: str) -> bool:
    """Check whether a text is formed as the ids of a type of part are: ``a-k7m``, or ``a1``."""
    prefix = fields_of(part)["id"].prefix
    return re.fullmatch(rf"{prefix}(?:\d+|-[a-z0-9]{{3}})", text) is not None


def optional(
    help: str,
    default: Any = None,
    *,
    key: str = "",
    refers: str | None = None,
    least: int | None = None,
    offered: bool = False,
    label: str | None = None,
    all_when_empty: bool = False,
    besides: tuple[str, ...] = (),
    essential: bool = False,
    single: bool = False,
) -> Any:
    """Declare a field that may be left out, and is ``default`` then: ``()`` for no items.

    ``help`` is read by people, ``key`` is its name in the file where that is another than in
    Python, ``refers`` is the noun of the ids it holds (``survey|meeting`` for either of two), and
    ``least`` the smallest number allowed. ``offered`` when a new record shows the field empty, to
    be filled in. ``label``, ``besides``, ``essential`` and ``single`` are as in :class:`Field`;
    ``all_when_empty`` when a list without items stands for everything.
    """
    return dataclasses.field(
        default=default,
        metadata={
            "help": help,
            "key": key,
            "required": False,
            "refers": refers,
            "least": least,
            "offered": offered,
            "label": label,
            "all_when_empty": all_when_empty,
            "besides": besides,
            "essential": essential,
            "single": single,
        },
    )


def fields_of(record: Any) -> dict[str, Field]:
    """Return the fields of a record's type by their key, in the order of the file."""
    return _fields_of(record)  # a cached function has no signature that mypy checks


@cache
def _fields_of(record: Any) -> dict[str, Field]:
    """Return the fields of a type by their key, without those that its parser sets."""
    hints = typing.get_type_hints(record)
    fields = {}
    for field in dataclasses.fields(record):
        facts = field.metadata
        if "help" not in facts:
            continue  # set by the parser: the source, what the path says, the body
        key = facts["key"] or field.name
        fields[key] = Field(
            attribute=field.name,
            key=key,
            type=_without_none(hints[field.name]),
            required=facts["required"],
            default=None if facts["required"] else field.default,
            help=facts["help"],
            refers=facts["refers"],
            least=facts.get("least"),
            offered=facts.get("offered", False),
            prefix=facts.get("prefix", ""),
            label=facts["label"],
            all_when_empty=facts.get("all_when_empty", False),
            besides=facts["besides"],
            essential=facts.get("essential", False),
            single=facts.get("single", False),
        )
    return fields


def _without_none(hint: Any) -> Any:
    """Return the type in ``X | None``; any other type as it is."""
    # `str | None` is a UnionType, and `Optional[str]` has Union as its origin.
    if isinstance(hint, types.UnionType) or typing.get_origin(hint) is typing.Union:
        return next(part for part in typing.get_args(hint) if part is not types.NoneType)
    return hint


def item_type(hint: Any) -> Any:
    """Return the type of the items of a ``tuple[X, ...]``, or ``None`` for any other type."""
    return typing.get_args(hint)[0] if typing.get_origin(hint) is tuple else None


def choices_of(hint: Any) -> tuple[str, ...]:
    """Return the values of an enumeration, or ``()`` for any other type."""
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return tuple(member.value for member in hint)
    return ()


NO_DATE = dt.date.min
"""Stands where a date is required and could not be read; such a record builds nothing."""


def check_date_order(source: Source, problems: list[Problem], first: str, last: str) -> None:
    """Add a problem to ``problems`` for a period that ends before it begins.

    ``first`` and ``last`` are the keys of its two dates; nothing is added where one is missing.
    """
    begin, end = source.date(first), source.date(last)
    if begin and end and end < begin:
        message = f"'{last}' is {end}, before '{first}' ({begin})"
        problems.append(
            source.problem("ends-before-start", last, message, "correct one of the two")
        )


def check_link(source: Source, key: str, address: str | None) -> Iterator[Problem]:
    """Yield what is wrong with the web address, if any, that a field has readers open."""
    if address and (fault := check_web_address(address)):
        # no excerpt: there may be a password in the address
        yield source.problem("bad-address", key, *fault)._replace(excerpt="")
