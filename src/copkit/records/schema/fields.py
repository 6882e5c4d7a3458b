"""How a record's type says what its fields are called, mean and refer to.  Pure.

A record is a frozen dataclass; its annotations are the one description of its fields. From them
come the reader (``reading``), the writer (``writing``) and the JSON Schema (``schema``).
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import types
import typing
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any, NewType

from copkit.errors import Problem, Severity
from copkit.text.source import SourceText
from copkit.text.yaml.nodes import Mapping, Node, Scalar, Sequence

Id = NewType("Id", str)
"""A name that is safe in paths and links: lower-case letters, digits and single hyphens."""

Colour = NewType("Colour", str)
"""A colour as ``#rrggbb``, in lower case."""


class Audience(StrEnum):
    """Who may read a record; each may read what the next may."""

    MEMBERS = "members"
    COMMISSIONERS = "commissioners"
    PUBLIC = "public"

    def may_see(self, record_is_for: Audience) -> bool:
        """Say whether a reader of this kind may see a record that is for that audience."""
        order = list(Audience)
        return order.index(self) <= order.index(record_is_for)


class Source:
    """Where a record, or a part of one, stands: the file's text and the fields in it."""

    __slots__ = ("_places", "fields", "text")

    def __init__(self, text: SourceText, fields: Mapping) -> None:
        self.text = text
        self.fields = fields
        self._places: dict[str, dict[str, Node]] | None = None  # of items, by field

    @property
    def file(self) -> str:
        """The file's path relative to the programme folder."""
        return self.text.file

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
        """Describe what is wrong with a field's value, or with one item of its list."""
        start, end = self._span(key, item)
        return self.text.problem(code, start, end, message, hint, severity)

    def date(self, key: str) -> dt.date | None:
        """Give the date that a field holds, or ``None`` where there is none."""
        from copkit.records.schema.values import NotADate, date_from

        value = self.fields.entries.get(key)
        try:
            return date_from(value.text) if isinstance(value, Scalar) else None
        except NotADate:
            return None

    def _span(self, key: str, item: str | None) -> tuple[int, int]:
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
        """Give the items of a list by their text, found once for a list with many faults."""
        if self._places is None:
            self._places = {}
        if key not in self._places:
            scalars = (node for node in items.items if isinstance(node, Scalar))
            self._places[key] = {node.text: node for node in scalars}
        return self._places[key]


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of a record's type: what it is called, holds, and means."""

    attribute: str
    key: str
    type: Any
    required: bool
    default: Any
    help: str
    refers: str | None
    least: int | None
    offered: bool


def required(help: str, *, key: str = "", refers: str | None = None) -> Any:
    """A field that every record of its kind has; ``refers`` names the noun its ids belong to."""
    return dataclasses.field(
        metadata={"help": help, "key": key, "required": True, "refers": refers}
    )


def optional(
    help: str,
    default: Any = None,
    *,
    key: str = "",
    refers: str | None = None,
    least: int | None = None,
    offered: bool = False,
) -> Any:
    """A field that may be left out; ``offered`` when a new record shows it empty, to be filled."""
    return dataclasses.field(
        default=default,
        metadata={
            "help": help,
            "key": key,
            "required": False,
            "refers": refers,
            "least": least,
            "offered": offered,
        },
    )


def fields_of(record: Any) -> dict[str, Field]:
    """Give the fields of a record's type by their name in the file, in the order of the file."""
    return _fields_of(record)


@cache
def _fields_of(record: Any) -> dict[str, Field]:
    hints = typing.get_type_hints(record)
    found = {}
    for field in dataclasses.fields(record):
        facts = field.metadata
        if "help" not in facts:
            continue  # known from elsewhere: the source, the path, the body
        key = facts["key"] or field.name
        found[key] = Field(
            attribute=field.name,
            key=key,
            type=_without_none(hints[field.name]),
            required=facts["required"],
            default=None if facts["required"] else field.default,
            help=facts["help"],
            refers=facts["refers"],
            least=facts.get("least"),
            offered=facts.get("offered", False),
        )
    return found


def _without_none(hint: Any) -> Any:
    if isinstance(hint, types.UnionType) or typing.get_origin(hint) is typing.Union:
        return next(part for part in typing.get_args(hint) if part is not types.NoneType)
    return hint


def item_type(hint: Any) -> Any:
    """Give the type of the items of a ``tuple[X, ...]``, or ``None`` for any other type."""
    return typing.get_args(hint)[0] if typing.get_origin(hint) is tuple else None


def choices_of(hint: Any) -> tuple[str, ...]:
    """Give the values of a closed set, or nothing for any other type."""
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return tuple(member.value for member in hint)
    return ()


NO_DATE = dt.date.min
"""Stands where a date is required and could not be read; such a record builds nothing."""


def note_if_reversed(source: Source, problems: list[Problem], first: str, last: str) -> None:
    """Report a period that ends before it begins; ``first`` and ``last`` are the fields' names."""
    begin, end = source.date(first), source.date(last)
    if begin and end and end < begin:
        message = f"'{last}' is {end}, before '{first}' ({begin})"
        problems.append(
            source.problem("ends-before-start", last, message, "correct one of the two")
        )
