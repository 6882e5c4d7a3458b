"""From the nodes of a file to a record of the right type, noting everything wrong.  Pure.

The functions here run for every field of every record, so each type's reader is put together
once and then only called.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import is_dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Any, Final, NamedTuple, TypeVar, cast

from copkit.errors import closest
from copkit.records.schema.fields import NO_DATE, Colour, Field, Id, Source, fields_of, item_type
from copkit.records.schema.values import (
    BAD,
    TAIL,
    Reader,
    choice,
    note,
    note_lost_colour,
    note_lost_tail,
    read_amount,
    read_any_text,
    read_colour,
    read_date,
    read_id,
    read_text,
    read_time,
    whole_number,
)
from copkit.text.front_matter import Document
from copkit.text.yaml.nodes import NOTHING, Damaged, Mapping, Node, Place, Scalar, Sequence

Record = TypeVar("Record")

MOST_GUESSES: Final = 500  # problems, after which nobody looks for what was meant


class _Plan(NamedTuple):
    """How to read one type of record: by key, the attribute and the reader of its value."""

    readers: dict[str, tuple[str, Reader]]
    required: tuple[Field, ...]
    placeholders: dict[str, Any]


def read_record(
    record: type[Record], document: Document, fields: Mapping | None = None, **known: Any
) -> Record:
    """Read one record from its fields; what is wrong goes to the document's problems.

    ``known`` holds what the path or the body says. Always gives a record: where a required
    value could not be read, a placeholder stands, and there is a problem.
    """
    mapping = document.fields if fields is None else fields
    make: Any = record
    readers, required, placeholders = _plan_of(make)
    meant: set[str] = set()
    guess = True
    for key, node in mapping.entries.items():
        known_field = readers.get(key)
        if known_field is None:
            near = _note_unknown(document, mapping.key(key), readers, mapping, guess=guess)
            guess = guess and len(document.problems) < MOST_GUESSES
            meant.add(near)
            continue
        attribute, read = known_field
        if type(node) is Scalar and node.plain and node.text in NOTHING:
            if document.source.suspicious and read in (read_text, read_colour):
                note_tail = note_lost_colour if read is read_colour else note_lost_tail
                note_tail(_unwritten(mapping, key, document), document, key)
            continue
        value = read(node, document, key)
        if value is not BAD:
            known[attribute] = value
    for field in required:
        if field.attribute not in known:
            _note_missing(document, mapping, field, meant)
            known[field.attribute] = placeholders[field.attribute]
    return cast("Record", make(source=Source(document.source, mapping), **known))


@cache
def _plan_of(record: Any) -> _Plan:
    fields = fields_of(record)
    return _Plan(
        {key: (field.attribute, _reader_for(field.type, field)) for key, field in fields.items()},
        tuple(field for field in fields.values() if field.required),
        {field.attribute: _placeholder(field.type) for field in fields.values() if field.required},
    )


def _placeholder(hint: Any) -> Any:
    if hint is dt.date:
        return NO_DATE
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return next(iter(hint))
    return "" if hint is str or hint is Id else ()


def _reader_for(hint: Any, field: Field) -> Reader:
    if hint is str:
        read = read_any_text if field.refers else read_text
        return _filled(read, field) if field.required else read
    if hint is Id:
        return read_id
    if hint is Colour:
        return read_colour
    if hint is dt.date:
        return read_date
    if hint is dt.time:
        return read_time
    if hint is int:
        return whole_number(field.least or 0)
    if hint is Decimal:
        return read_amount
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return choice(hint)
    if is_dataclass(hint):
        return _part(hint)
    items: Any = item_type(hint)
    if items is not None:
        if is_dataclass(items):
            return _list_of_parts(items)
        return _list_of(_reader_for(items, field))
    return _read_seats


def _filled(read: Reader, field: Field) -> Reader:
    """Have a required text refused when there is nothing, or nothing visible, in its quotes."""

    def read_filled(node: Any, document: Document, key: str) -> Any:
        if type(node) is Scalar and (not node.text or node.text.isspace()):
            message = f"'{key}' is empty, and must be filled in"
            return note(document, node, "missing-field", message, field.help)
        return read(node, document, key)

    return read_filled


def _unwritten(mapping: Mapping, key: str, document: Document) -> Scalar:
    """Give the empty value of a field, right after its colon."""
    after = Place(document.source.text.find(":", mapping.key(key).end) + 1)
    return Scalar("", after, after, True)


# --- lists and parts ------------------------------------------------------------------------


def _items(node: Any, document: Document, key: str, example: str) -> list[Node]:
    if type(node) is Sequence:
        return node.items
    if not isinstance(node, Damaged):
        found = "text" if isinstance(node, Scalar) else "a group of fields"
        where = node if isinstance(node, Scalar) else Damaged(node.start, node.start + 1)
        note(document, where, "wrong-type", f"'{key}' is {found}, not a list", example)
    return []


def _list_of(read_item: Reader) -> Reader:
    def read(node: Any, document: Document, key: str) -> Any:
        values: dict[str, None] = {}  # in order, and quick to look a repeated one up in
        for item in _items(node, document, key, "write each item on a line of its own: '- item'"):
            if type(item) is Scalar and (not item.text.strip() or item.empty):
                _note_empty_item(item, document, key)
                continue
            if type(item) is Mapping and item.block:
                _note_colon_in_item(item, document, key)
                continue
            value = read_item(item, document, key)
            if value is BAD:
                continue
            if value in values:
                message = f"'{value}' stands twice in '{key}'"
                note(document, item, "listed-twice", message, "keep one of the two")
                continue
            values[value] = None
        return tuple(values)

    return read


def _note_empty_item(item: Scalar, document: Document, key: str) -> None:
    dash = max(document.source.text.rfind("-", 0, item.start + 1), 0)
    where = item if item.start < item.end else Damaged(dash, dash + 1)
    note(document, where, "empty-item", f"an empty item in '{key}'", "fill it in or delete it")


def _note_colon_in_item(item: Mapping, document: Document, key: str) -> None:
    where = Damaged(item.start, item.start + 1)
    message = f"a colon and a space make an item of '{key}' something else than text"
    note(document, where, "wrong-type", message, "put the item in quotes")


def _part(record: Any) -> Reader:
    def read(node: Any, document: Document, key: str) -> Any:
        if type(node) is Mapping:
            return read_record(record, document, node)
        if isinstance(node, Damaged):
            return BAD
        where = node if isinstance(node, Scalar) else Damaged(node.start, node.start + 1)
        names = ", ".join(fields_of(record))
        message = f"'{key}' has fields of its own: {names}"
        return note(document, where, "wrong-type", message, "write each on an indented line")

    return read


def _list_of_parts(record: Any) -> Reader:
    read_part = _part(record)
    names = ", ".join(fields_of(record))

    def read(node: Any, document: Document, key: str) -> Any:
        parts, ids = [], set[str]()
        for item in _items(node, document, key, f"write a list of items with {names}"):
            if type(item) is Scalar and item.plain and item.text in NOTHING:
                _note_empty_item(item, document, key)
                continue
            part = read_part(item, document, key)
            if part is BAD:
                continue
            if part.id in ids:
                document.problems.append(_duplicate_id(part.source, part.id))
            if part.id:
                ids.add(part.id)
            parts.append(part)
        return tuple(parts)

    return read


def _duplicate_id(source: Source, name: str) -> Any:
    message = f"the id '{name}' is given twice in this list"
    return source.problem("duplicate-id", "id", message, "give each its own id")


def _read_seats(node: Any, document: Document, key: str) -> Any:
    """Read the seats sought: a mapping of sectors to lists of roles."""
    if type(node) is not Mapping:
        if not isinstance(node, Damaged):
            message = f"'{key}' is not a list of roles by sector"
            where = Damaged(node.start, node.start + 1)
            note(document, where, "wrong-type", message, "write 'NHS:' and the roles below it")
        return BAD
    read_roles = _list_of(read_text)
    return {
        sector: ()
        if isinstance(roles, Scalar) and roles.empty
        else read_roles(roles, document, sector)
        for sector, roles in node.entries.items()
    }


# --- fields ---------------------------------------------------------------------------------


def _note_unknown(
    document: Document,
    name: Scalar,
    readers: dict[str, Any],
    mapping: Mapping,
    *,
    guess: bool,
) -> str:
    """Report a field that this record does not have; give the one that was probably meant."""
    free = [key for key in readers if key not in mapping.entries]
    near = (closest(name.text, free) or closest(name.text, readers)) if guess else None
    if name.text.startswith("\0"):  # a key that is no word, reported by the reader of YAML
        return ""
    hint = f"did you mean '{near}'?" if near else f"the fields are {', '.join(readers)}"
    message = f"there is no field '{name.text}' here"
    note(document, name, "unknown-field", message, hint)
    return near or ""


def _note_missing(document: Document, mapping: Mapping, field: Field, meant: set[str]) -> None:
    value = mapping.entries.get(field.key)
    if value is not None:
        if isinstance(value, Scalar) and value.empty:
            message, hint = f"'{field.key}' is empty, and must be filled in", field.help
            after = _unwritten(mapping, field.key, document).end
            if document.source.suspicious and (tail := TAIL.match(document.source.text, after)):
                text = tail.group().strip()
                hint = f'if what follows is no comment, use quotes: {field.key}: "{text}"'
            note(document, mapping.key(field.key), "missing-field", message, hint)
        return
    if mapping.holed or field.key in meant:
        return
    where = Damaged(mapping.start, mapping.start + 1)
    message = f"'{field.key}' is missing"
    note(document, where, "missing-field", message, f"add a line '{field.key}: ...': {field.help}")
