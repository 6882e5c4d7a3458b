"""Records as plain values, for the cache, and back again without their files.  Pure.

A record's own type says how: its fields become numbers, texts and tuples of them, which
:mod:`marshal` loads a hundred times faster than YAML is parsed. What only the file has, the body
and the places of fields, is not among them: :class:`CachedSource` reads the file when it is asked
for either.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import typing
from collections.abc import Callable, Collection
from dataclasses import is_dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Any, NamedTuple, Protocol

from copkit.records.schema.fields import Colour, Id, Source, WithBody, fields_of, item_type
from copkit.text.front_matter import Document
from copkit.text.source import SourceText
from copkit.text.yaml.nodes import Mapping, Sequence


class DocumentReader(Protocol):
    """What reads the file of a record from the cache."""

    def read_expected(self, file: str) -> Document:
        """Read a file; raise :class:`CopkitError` if it is another than the record's."""

    def read_expected_text(self, file: str) -> tuple[SourceText, str]:
        """Read a file's text and body alone, as :meth:`read_expected` does."""


class CachedSource(Source):
    """The source of a record from the cache: its file is read once somebody asks for its text."""

    __slots__ = ("_file", "_keys", "_reader")

    def __init__(self, file: str, keys: tuple[str, ...], reader: DocumentReader) -> None:
        self._file = file
        self._keys = keys
        self._reader = reader
        self._places = None

    @property
    def file(self) -> str:
        """The file's path relative to the programme folder."""
        return self._file

    @property
    def keys(self) -> Collection[str]:
        """The keys of the fields that are written there, those that are empty too."""
        return self._keys

    @property
    def body(self) -> str:
        """The text below the fields."""
        return self._reader.read_expected_text(self._file)[1]

    def __getattr__(self, name: str) -> Any:
        """Set ``text`` or ``fields``, which are empty until they are asked for."""
        if name == "text":  # for a digest or a body, no field has to be parsed
            self.text, _ = self._reader.read_expected_text(self._file)
        elif name == "fields":
            self.fields = self._reader.read_expected(self._file).fields
        else:
            raise AttributeError(name)
        return getattr(self, name)


class CachedPartSource(Source):
    """The source of a part of a record from the cache: one of its fields, or an item of one."""

    __slots__ = ("_index", "_key", "_whole")

    def __init__(self, whole: Source, key: str, index: int | None) -> None:
        self._whole = whole
        self._key = key
        self._index = index
        self._places = None

    @property
    def file(self) -> str:
        """The file's path relative to the programme folder."""
        return self._whole.file

    def __getattr__(self, name: str) -> Any:
        """Set ``text`` and ``fields``, which are empty until one of them is asked for."""
        if name not in {"text", "fields"}:
            raise AttributeError(name)
        node = self._whole.fields.entries[self._key]
        if self._index is not None:
            assert isinstance(node, Sequence)
            node = node.items[self._index]
        assert isinstance(node, Mapping)
        self.text, self.fields = self._whole.text, node
        return getattr(self, name)


class _PlainForm(NamedTuple):
    """How records of a type become plain, and are made again.

    ``plain`` has the attributes that are kept, each with what makes its value plain. ``restored``
    has, in the same order, what sets the attribute, and what makes its value again from a plain
    one and the record's source. ``None`` stands for values that are plain already.
    """

    plain: tuple[tuple[str, Callable[[Any], Any] | None], ...]
    restored: tuple[tuple[Callable[[Any, Any], None], Callable[[Any, Source], Any] | None], ...]
    set_source: Callable[[Any, Source], None]


class _NotPlain(Exception):
    """A type has a field of which no plain form is known."""


def to_plain(record: Any) -> tuple[Any, ...]:
    """Return the values of a record, whose type has a plain form, in that form."""
    return _to_values(record, _require_form(type(record)))


def has_plain_form(record: Any) -> bool:
    """Check whether records of a type can be kept as plain values."""
    return _form_of(record) is not None


def from_plain(record: type, values: tuple[Any, ...], source: Source) -> Any:
    """Return the record of a type that :func:`to_plain` was given, with another source."""
    return _restore(record, _require_form(record), values, source)


def _to_values(record: Any, form: _PlainForm) -> tuple[Any, ...]:
    return tuple(
        value if convert is None or not value else convert(value)
        for value, convert in ((getattr(record, name), convert) for name, convert in form.plain)
    )


def _restore(record: type, form: _PlainForm, values: tuple[Any, ...], source: Source) -> Any:
    """Make a record without its ``__init__``, which takes as long as parsing a small file."""
    restored: Any = object.__new__(record)
    form.set_source(restored, source)
    for (set_value, convert), value in zip(form.restored, values):  # noqa: B905  # felt
        # What is empty, as most fields are, is the same in both forms.
        set_value(restored, convert(value, source) if value and convert is not None else value)
    return restored


def _require_form(record: Any) -> _PlainForm:
    form = _form_of(record)
    if form is None:
        raise TypeError(f"{record.__name__} has no plain form")
    return form


@cache
def _form_of(record: Any) -> _PlainForm | None:
    """Return how a type is kept; ``None`` where one of its attributes cannot be."""
    keys = {field.attribute: (key, field.type) for key, field in fields_of(record).items()}
    hints = typing.get_type_hints(record)
    plain, restored = [], []
    for field in dataclasses.fields(record):
        name = field.name
        if name == "source" or (name == "body" and issubclass(record, WithBody)):
            continue  # which come from the file
        if name not in keys and hints[name] is not str:  # what the path says is text
            return None
        key, hint = keys.get(name, ("", str))
        try:
            to_plain, from_plain = _conversions(hint, key)
        except _NotPlain:
            return None
        plain.append((name, to_plain))
        restored.append((getattr(record, name).__set__, from_plain))
    return _PlainForm(tuple(plain), tuple(restored), record.source.__set__)


_UNCHANGED = (None, None)


def _conversions(hint: Any, key: str) -> tuple[Any, Any]:
    """Return how values of a type become plain, and are made again with the record's source.

    ``None`` stands for values that are plain; ``key`` is the field that holds them.
    """
    if hint in {str, Id, Colour, int, bool}:
        return _UNCHANGED
    if hint is dt.date:
        return dt.date.toordinal, lambda value, source: dt.date.fromordinal(value)
    if hint is dt.time:
        return dt.time.isoformat, lambda value, source: dt.time.fromisoformat(value)
    if hint is Decimal:
        return str, lambda value, source: Decimal(value)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        members = {member.value: member for member in hint}
        return str, lambda value, source: members[value]
    if is_dataclass(hint):
        return _part_conversions(hint, key)
    if hint == dict[str, tuple[str, ...]]:
        return _UNCHANGED
    items = item_type(hint)
    if is_dataclass(items):
        return _part_list_conversions(items, key)
    if items is None:
        raise _NotPlain
    item_to_plain, item_from_plain = _conversions(items, key)
    if item_from_plain is None:
        return _UNCHANGED
    return (
        lambda values: tuple(map(item_to_plain, values)),
        lambda values, source: tuple(item_from_plain(value, source) for value in values),
    )


def _part_conversions(part: Any, key: str) -> tuple[Any, Any]:
    """Return the conversions of a group of fields."""
    form = _form_of(part)
    if form is None:
        raise _NotPlain
    return (
        lambda value: _to_values(value, form),
        lambda values, source: _restore(part, form, values, CachedPartSource(source, key, None)),
    )


def _part_list_conversions(part: Any, key: str) -> tuple[Any, Any]:
    """Return the conversions of a list of parts."""
    form = _form_of(part)
    if form is None:
        raise _NotPlain
    return (
        lambda parts: tuple([_to_values(value, form) for value in parts]),
        lambda parts, source: tuple(
            [
                _restore(part, form, values, CachedPartSource(source, key, index))
                for index, values in enumerate(parts)
            ]
        ),
    )
