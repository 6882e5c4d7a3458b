"""Read records from the nodes of a file, adding a problem for everything wrong.  Pure.

The functions here run for every field of every record, so each type's reader is built once, from
its annotations, and then only called.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import is_dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Any, Final, NamedTuple, TypeVar, cast

from copkit.errors import Problem, closest_match
from copkit.records.schema.fields import NO_DATE, Colour, Field, Id, Source, fields_of, item_type
from copkit.records.schema.values import (
    COMMENT_TAIL,
    INVALID,
    Reader,
    add_lost_colour,
    add_problem,
    choice_reader,
    read_amount,
    read_any_text,
    read_colour,
    read_date,
    read_flag,
    read_id,
    read_text,
    read_time,
    warn_of_lost_tail,
    whole_number_reader,
)
from copkit.text.front_matter import Document
from copkit.text.yaml.nodes import NOTHING, Damaged, Mapping, Node, Place, Scalar, Sequence

Record = TypeVar("Record")

# Problems after which no field's name is guessed: comparing names is slow, and a file with so many
# problems is no record.
MAX_GUESSES: Final = 500


class _Plan(NamedTuple):
    """How to read one type of record; ``readers`` has, by key, an attribute and its reader.

    ``placeholders`` has, by attribute, what stands for a required value that could not be read.
    """

    readers: dict[str, tuple[str, Reader]]
    required: tuple[Field, ...]
    placeholders: dict[str, Any]


def read_record(
    record: type[Record], document: Document, fields: Mapping | None = None, **attributes: Any
) -> Record:
    """Read one record from its fields; what is wrong goes to the document's problems.

    ``fields`` are those of a part of the document, else all of it; ``attributes`` are set by the
    caller, from the path or the body. Always return a record: where a required value could not be
    read, a placeholder stands, and there is a problem.
    """
    # What refers to this record does not dangle, so one fault does not become ten.
    mapping = document.fields if fields is None else fields
    make: Any = record
    readers, required, placeholders = _plan_of(make)
    guessed_keys: set[str] = set()
    guess = True
    for key, node in mapping.entries.items():
        attribute_and_reader = readers.get(key)
        if attribute_and_reader is None:
            guessed_key = _add_unknown_field(
                document, mapping.key(key), readers, mapping, guess=guess
            )
            guess = guess and len(document.problems) < MAX_GUESSES
            guessed_keys.add(guessed_key)
            continue
        attribute, read = attribute_and_reader
        # Not isinstance: this runs for every field, and Scalar has no subclasses.
        if type(node) is Scalar and node.plain and node.text in NOTHING:
            if document.source.suspicious and read in (read_text, read_colour):
                add_note = add_lost_colour if read is read_colour else warn_of_lost_tail
                add_note(_empty_value(mapping, key, document), document, key)
            continue
        value = read(node, document, key)
        if value is not INVALID:
            attributes[attribute] = value
    for field in required:
        if field.attribute not in attributes:
            _add_missing_field(document, mapping, field, guessed_keys)
            attributes[field.attribute] = placeholders[field.attribute]
    return cast("Record", make(source=Source(document.source, mapping), **attributes))


@cache
def _plan_of(record: Any) -> _Plan:
    """Build the plan for reading a type of record; it is cached."""
    fields = fields_of(record)
    return _Plan(
        {key: (field.attribute, _reader_for(field.type, field)) for key, field in fields.items()},
        tuple(field for field in fields.values() if field.required),
        {field.attribute: _placeholder(field.type) for field in fields.values() if field.required},
    )


def _placeholder(hint: Any) -> Any:
    """Return what stands for a required value of a type that could not be read."""
    if hint is dt.date:
        return NO_DATE
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return next(iter(hint))
    if hint is int:
        return 0
    return "" if hint is str or hint is Id else ()


_PLAIN_READERS: Final[dict[Any, Reader]] = {
    Id: read_id,
    Colour: read_colour,
    dt.date: read_date,
    dt.time: read_time,
    bool: read_flag,
    Decimal: read_amount,
}


def _reader_for(hint: Any, field: Field) -> Reader:
    """Return the reader of values of a type.

    ``hint`` is the type of the field's value, or of an item of its list; ``field`` has the limits.
    """
    if hint is str:
        read = read_any_text if field.refers else read_text
        return _filled_reader(read, field) if field.required else read
    if hint is int:
        return whole_number_reader(field.least or 0)
    if (plain_reader := _PLAIN_READERS.get(hint)) is not None:
        return plain_reader
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return choice_reader(hint)
    if is_dataclass(hint):
        return _part_reader(hint)
    items: Any = item_type(hint)
    if items is not None:
        if is_dataclass(items):
            return _part_list_reader(items)
        return _list_reader(_reader_for(items, field), single=field.single)
    return _read_seats


def _filled_reader(read: Reader, field: Field) -> Reader:
    """Return a reader that refuses empty quotes, and quotes around spaces.

    Only for a required field, which the caller checks; the help of ``field`` is the hint.
    """

    def read_filled(node: Any, document: Document, key: str) -> Any:
        if type(node) is Scalar and (not node.text or node.text.isspace()):
            message = f"'{key}' is empty, and must be filled in"
            return add_problem(document, node, "missing-field", message, field.help)
        return read(node, document, key)

    return read_filled


def _empty_value(mapping: Mapping, key: str, document: Document) -> Scalar:
    """Return the empty value of a field, placed right after its colon."""
    after = Place(document.source.text.find(":", mapping.key(key).end) + 1)
    return Scalar("", after, after, True)


# Lists and parts


def _list_items(node: Any, document: Document, key: str, example: str) -> list[Node]:
    """Return the items of a list; for anything else add a problem and return ``[]``.

    ``key`` is the field's name, ``example`` the hint of the problem. A damaged node has a problem
    already.
    """
    if type(node) is Sequence:
        return node.items
    if not isinstance(node, Damaged):
        actual = "a group of fields"
        if isinstance(node, Scalar):
            is_number = node.plain and node.text.replace(".", "", 1).isdecimal()
            actual = "a number" if is_number else "text"
        where = node if isinstance(node, Scalar) else Damaged(node.start, node.start + 1)
        add_problem(document, where, "wrong-type", f"'{key}' is {actual}, not a list", example)
    return []


def _list_reader(read_item: Reader, *, single: bool = False) -> Reader:
    """Build the reader of a list of plain values: it returns a tuple.

    With ``single`` one value stands for a list of one.

    Items that are empty, listed twice or not readable are left out, each with a problem.
    """

    def read(node: Any, document: Document, key: str) -> Any:
        values: dict[str, None] = {}  # an ordered set: repeats must be quick to find in long lists
        hint = "write each item on a line of its own: '- item'"
        is_one = single and type(node) is Scalar
        for item in [node] if is_one else _list_items(node, document, key, hint):
            if type(item) is Scalar and (not item.text.strip() or item.empty):
                _note_empty_item(item, document, key)
                continue
            # "- Smith: the elder" is a mapping to YAML, and a text to whoever typed it.
            if type(item) is Mapping and item.block:
                _note_colon_in_item(item, document, key)
                continue
            value = read_item(item, document, key)
            if value is INVALID:
                continue
            if value in values:
                message = f"'{value}' stands twice in '{key}'"
                add_problem(document, item, "listed-twice", message, "keep one of the two")
                continue
            values[value] = None
        return tuple(values)

    return read


def _note_empty_item(item: Scalar, document: Document, key: str) -> None:
    """Add a problem for an empty item of the list ``key``."""
    # An empty item has no extent of its own, so the dash before it is shown.
    dash = max(document.source.text.rfind("-", 0, item.start + 1), 0)
    where = item if item.start < item.end else Damaged(dash, dash + 1)
    add_problem(
        document, where, "empty-item", f"an empty item in '{key}'", "fill it in or delete it"
    )


def _note_colon_in_item(item: Mapping, document: Document, key: str) -> None:
    """Add a problem for an item of the list ``key`` that a colon makes a mapping."""
    where = Damaged(item.start, item.start + 1)
    message = f"a colon and a space make an item of '{key}' something else than text"
    add_problem(document, where, "wrong-type", message, "put the item in quotes")


def _part_reader(record: Any) -> Reader:
    """Build the reader of a group of fields, which is read as a record of its own."""

    def read(node: Any, document: Document, key: str) -> Any:
        if type(node) is Mapping:
            return read_record(record, document, node)
        if isinstance(node, Damaged):
            return INVALID
        where = node if isinstance(node, Scalar) else Damaged(node.start, node.start + 1)
        names = ", ".join(fields_of(record))
        message = f"'{key}' has fields of its own: {names}"
        return add_problem(document, where, "wrong-type", message, "write each on an indented line")

    return read


def _part_list_reader(record: Any) -> Reader:
    """Build the reader of a list of parts that have ids: it returns a tuple of records.

    A part whose id is given twice stays, with a problem.
    """
    read_part = _part_reader(record)
    names = ", ".join(fields_of(record))

    def read(node: Any, document: Document, key: str) -> Any:
        parts, ids = [], set[str]()
        for item in _list_items(node, document, key, f"write a list of items with {names}"):
            if type(item) is Scalar and item.plain and item.text in NOTHING:
                _note_empty_item(item, document, key)
                continue
            part = read_part(item, document, key)
            if part is INVALID:
                continue
            if part.id in ids:
                document.problems.append(_duplicate_id(part.source, part.id))
            if part.id:
                ids.add(part.id)
            parts.append(part)
        return tuple(parts)

    return read


def _duplicate_id(source: Source, name: str) -> Problem:
    """Build the problem of a part whose id another of its list has."""
    message = f"the id '{name}' is given twice in this list"
    return source.problem("duplicate-id", "id", message, "give each its own id")


def _read_seats(node: Any, document: Document, key: str) -> Any:
    """Read the seats sought, roles by sector: ``{'NHS': ('nurse', 'doctor')}``.

    Add a problem and return :data:`INVALID` for what is no mapping.
    """
    if type(node) is not Mapping:
        if not isinstance(node, Damaged):
            message = f"'{key}' is not a list of roles by sector"
            where = Damaged(node.start, node.start + 1)
            add_problem(
                document, where, "wrong-type", message, "write 'NHS:' and the roles below it"
            )
        return INVALID
    read_roles = _list_reader(read_text)
    return {
        sector: ()
        if isinstance(roles, Scalar) and roles.empty
        else read_roles(roles, document, sector)
        for sector, roles in node.entries.items()
    }


# Unknown and missing fields


def _add_unknown_field(
    document: Document,
    name: Scalar,
    readers: dict[str, Any],
    mapping: Mapping,
    *,
    guess: bool,
) -> str:
    """Add a problem for a field that this type does not have.

    Return the key that was probably meant, or ``""``; it is looked for only if ``guess``.
    ``readers`` are those of the type by key, ``mapping`` holds the field and ``name`` is its key.
    """
    # Among the keys that are absent first: whoever has "date" hardly misspelt it once more.
    absent = [key for key in readers if key not in mapping.entries]
    guessed_key = None
    if guess:
        guessed_key = closest_match(name.text, absent) or closest_match(name.text, readers)
    if name.text.startswith("\0"):  # a key that is no word, reported by the reader of YAML
        return ""
    hint = (
        f"did you mean '{guessed_key}'?" if guessed_key else f"the fields are {', '.join(readers)}"
    )
    message = f"there is no field '{name.text}' here"
    add_problem(document, name, "unknown-field", message, hint)
    return guessed_key or ""


def _add_missing_field(
    document: Document, mapping: Mapping, field: Field, guessed_keys: set[str]
) -> None:
    """Add a problem for a required field that is empty or missing.

    ``guessed_keys`` are those that misspelt fields were probably meant as: they have a problem
    already, and get no second one.
    """
    value = mapping.entries.get(field.key)
    if value is not None:
        if isinstance(value, Scalar) and value.empty:
            message, hint = f"'{field.key}' is empty, and must be filled in", field.help
            after = _empty_value(mapping, field.key, document).end
            if document.source.suspicious and (
                tail := COMMENT_TAIL.match(document.source.text, after)
            ):
                text = tail.group().strip()
                hint = f'if what follows is no comment, use quotes: {field.key}: "{text}"'
            add_problem(document, mapping.key(field.key), "missing-field", message, hint)
        return
    # It may be in the part that could not be read, or be there under a misspelt name: then there
    # is a problem already.
    if mapping.incomplete or field.key in guessed_keys:
        return
    where = Damaged(mapping.start, mapping.start + 1)
    message = f"'{field.key}' is missing"
    add_problem(
        document, where, "missing-field", message, f"add a line '{field.key}: ...': {field.help}"
    )
