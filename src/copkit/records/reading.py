"""From the nodes of a file to a record of the right type, noting everything wrong.  Pure.

The functions here run for every field of every record, so each type's reader is put together
once and then only called.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import is_dataclass
from enum import StrEnum
from functools import cache
from typing import Any, Final, NamedTuple, TypeVar, cast

from copkit.errors import Severity, closest, did_you_mean
from copkit.records.fields import NO_DATE, Field, Id, Source, fields_of, item_type
from copkit.text.files import is_slug, slug_from
from copkit.text.front_matter import Document
from copkit.text.nodes import NOTHING, Damaged, Mapping, Node, Place, Scalar, Sequence
from copkit.text.plain import UNSEEN_SIGN

Record = TypeVar("Record")
Reader = Callable[[Any, Document, str], Any]

MOST_GUESSES: Final = 500  # problems, after which nobody looks for what was meant
BAD: Final = object()
"""What a reader gives for a value that it has reported, or that is damaged."""

_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)", re.ASCII)
_OTHER_DATE = re.compile(r"(\d{1,4})[-/. ](\d{1,2})[-/. ](\d{1,4})", re.ASCII)
_TIME = re.compile(r"(\d{1,2}):(\d\d)", re.ASCII)
_WHOLE = re.compile(r"\d{1,9}", re.ASCII)
_TAIL = re.compile(r"[ ]+#(?=\S)[^\r\n]*|[ ]#[ ]?\d[^\r\n]*")


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
            if read is _read_text and document.source.suspicious:
                _note_lost_tail(_unwritten(mapping, key, document), document, key)
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
        read = _read_any_text if field.refers else _read_text
        return _filled(read, field) if field.required else read
    if hint is Id:
        return _read_id
    if hint is dt.date:
        return _read_date
    if hint is dt.time:
        return _read_time
    if hint is int:
        return _whole_number(field.least or 0)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return _choice(hint)
    if is_dataclass(hint):
        return _part(hint)  # type: ignore[arg-type]
    items: Any = item_type(hint)
    if items is not None:
        if is_dataclass(items):
            return _list_of_parts(items)  # type: ignore[arg-type]
        return _list_of(_reader_for(items, field))
    return _read_seats


# --- values ---------------------------------------------------------------------------------


def _note(
    document: Document,
    node: Node,
    code: str,
    message: str,
    hint: str = "",
    severity: Severity = Severity.ERROR,
) -> object:
    document.problems.append(
        document.source.problem(code, node.start, node.end, message, hint, severity)
    )
    return BAD


def _not_text(node: Node, document: Document, key: str, wanted: str, example: str) -> object:
    if isinstance(node, Damaged):
        return BAD
    found = "a list" if isinstance(node, Sequence) else "a group of fields"
    if isinstance(node, (Sequence, Mapping)) and not node.block:
        example = "if the brackets belong to the text, put all of it in quotes"
    where = Damaged(node.start, node.start + 1)
    return _note(document, where, "wrong-type", f"'{key}' is {found}, not {wanted}", example)


def _read_text(node: Any, document: Document, key: str) -> Any:
    if type(node) is not Scalar:
        return _not_text(node, document, key, "text", f"write '{key}: some text'")
    return _as_meant(node, document, key) if document.source.suspicious else node.text


def _as_meant(node: Scalar, document: Document, key: str) -> Any:
    """Warn of a tail taken for a comment; refuse signs nobody sees, comments everybody would."""
    if node.plain:
        _note_lost_tail(node, document, key)
    if sign := UNSEEN_SIGN.search(node.text):
        message = f"an invisible control character (U+{ord(sign[0]):04X}) stands in '{key}'"
        return _note(document, node, "control-character", message, "write the text without it")
    if "<!--" in node.text:
        message = f"'{key}' holds an HTML comment, which would be printed"
        hint = "take it out; a comment in the fields begins with '# '"
        return _note(document, node, "comment-in-field", message, hint)
    return node.text


def _filled(read: Reader, field: Field) -> Reader:
    """Have a required text refused when there is nothing, or nothing visible, in its quotes."""

    def read_filled(node: Any, document: Document, key: str) -> Any:
        if type(node) is Scalar and (not node.text or node.text.isspace()):
            message = f"'{key}' is empty, and must be filled in"
            return _note(document, node, "missing-field", message, field.help)
        return read(node, document, key)

    return read_filled


def _unwritten(mapping: Mapping, key: str, document: Document) -> Scalar:
    """Give the empty value of a field, right after its colon."""
    after = Place(document.source.text.find(":", mapping.key(key).end) + 1)
    return Scalar("", after, after, True)


def _note_lost_tail(node: Scalar, document: Document, key: str) -> None:
    tail = _TAIL.match(document.source.text, node.end)
    if tail is None:
        return
    whole = (node.text + tail.group()).strip()
    document.problems.append(
        document.source.problem(
            "lost-tail",
            tail.start() + tail.group().index("#"),
            tail.end(),
            f"'{tail.group().strip()}' is read as a comment and not as part of '{key}'",
            f'if it belongs to the text, use quotes: {key}: "{whole}"',
            Severity.WARNING,
        )
    )


def _read_any_text(node: Any, document: Document, key: str) -> Any:
    """Read a reference: text, whose meaning is looked up when all records are known."""
    if type(node) is not Scalar:
        return _not_text(node, document, key, "one id", f"write '{key}: some-id'")
    return node.text


def _read_id(node: Any, document: Document, key: str) -> Any:
    if type(node) is not Scalar:
        return _not_text(node, document, key, "an id", f"write '{key}: some-id'")
    if is_slug(node.text):
        return node.text
    better = slug_from(node.text)
    return _note(
        document,
        node,
        "bad-id",
        f"'{node.text}' cannot be an id: use lower-case letters, digits and hyphens",
        f"write '{better}'" if better else "write a short name such as 'housing-support-1'",
    )


def _read_date(node: Any, document: Document, key: str) -> Any:
    if type(node) is not Scalar:
        return _not_text(node, document, key, "a date", f"write '{key}: 2012-04-18'")
    match = _DATE.fullmatch(node.text)
    if match is None:
        code, message = "bad-date", f"'{node.text}' is not a date such as 2012-04-18"
        return _note(document, node, code, message, _better_date(node.text))
    try:
        return dt.date.fromisoformat(node.text)
    except ValueError:
        year, month, day = map(int, match.groups())
        return _note(document, node, "impossible-date", *_impossible(year, month, day))


def _impossible(year: int, month: int, day: int) -> tuple[str, str]:
    if not 1 <= month <= 12:
        return f"there is no month {month}", "a date is year-month-day, such as 2012-04-18"
    if year == 0:
        return "there is no year 0", "write the year with four digits"
    import calendar

    days = calendar.monthrange(year, month)[1]
    return (
        f"{calendar.month_name[month]} {year} has {days} days, not {day}",
        f"the last day of that month is {year:04}-{month:02}-{days:02}",
    )


def _better_date(text: str) -> str:
    if within := re.search(r"(?<!\d)\d{4}-\d\d-\d\d(?!\d)", text, re.ASCII):
        return f"write {within.group()} and nothing else"
    if match := _OTHER_DATE.fullmatch(text.strip()):
        first, month, last = map(int, match.groups())
        year, day = (first, last) if first > 31 else (last, first)
        try:
            return f"write {dt.date(year if year > 99 else year + 2000, month, day)}"
        except ValueError:
            pass
    return "write year-month-day with two digits each, such as 2012-04-18"


def _read_time(node: Any, document: Document, key: str) -> Any:
    if type(node) is not Scalar:
        return _not_text(node, document, key, "a time of day", f"write '{key}: 14:00'")
    match = _TIME.fullmatch(node.text)
    if match and int(match[1]) < 24 and int(match[2]) < 60:
        return dt.time(int(match[1]), int(match[2]))
    message = f"'{node.text}' is not a time of day such as 14:00"
    return _note(document, node, "bad-time", message, "write hours and minutes, 00:00 to 23:59")


def _whole_number(least: int) -> Reader:
    def read(node: Any, document: Document, key: str) -> Any:
        if type(node) is not Scalar:
            return _not_text(node, document, key, "a whole number", f"write '{key}: 2'")
        if _WHOLE.fullmatch(node.text) is None:
            digits = re.sub(r"[^0-9.]", "", node.text).partition(".")[0]
            hint = f"write {int(digits[:9])}" if digits else "write it in digits"
            message = f"'{node.text}' is not a whole number"
            return _note(document, node, "wrong-type", message, hint)
        if int(node.text) < least:
            message = f"'{key}' must be at least {least}"
            return _note(document, node, "too-small", message, f"write {least} or more")
        return int(node.text)

    return read


def _choice(values: type[StrEnum]) -> Reader:
    by_text = {member.value: member for member in values}
    listed = ", ".join(by_text)

    def read(node: Any, document: Document, key: str) -> Any:
        if type(node) is not Scalar:
            return _not_text(node, document, key, f"one of {listed}", f"write one of {listed}")
        if (found := by_text.get(node.text)) is not None:
            return found
        hint = did_you_mean(node.text.strip(), by_text, "write one of these, letter for letter")
        message = f"'{node.text}' is not one of {listed}"
        return _note(document, node, "not-a-choice", message, hint)

    return read


# --- lists and parts ------------------------------------------------------------------------


def _items(node: Any, document: Document, key: str, example: str) -> list[Node]:
    if type(node) is Sequence:
        return node.items
    if not isinstance(node, Damaged):
        found = "text" if isinstance(node, Scalar) else "a group of fields"
        where = node if isinstance(node, Scalar) else Damaged(node.start, node.start + 1)
        _note(document, where, "wrong-type", f"'{key}' is {found}, not a list", example)
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
                _note(document, item, "listed-twice", message, "keep one of the two")
                continue
            values[value] = None
        return tuple(values)

    return read


def _note_empty_item(item: Scalar, document: Document, key: str) -> None:
    dash = max(document.source.text.rfind("-", 0, item.start + 1), 0)
    where = item if item.start < item.end else Damaged(dash, dash + 1)
    _note(document, where, "empty-item", f"an empty item in '{key}'", "fill it in or delete it")


def _note_colon_in_item(item: Mapping, document: Document, key: str) -> None:
    where = Damaged(item.start, item.start + 1)
    message = f"a colon and a space make an item of '{key}' something else than text"
    _note(document, where, "wrong-type", message, "put the item in quotes")


def _part(record: type) -> Reader:
    def read(node: Any, document: Document, key: str) -> Any:
        if type(node) is Mapping:
            return read_record(record, document, node)
        if isinstance(node, Damaged):
            return BAD
        where = node if isinstance(node, Scalar) else Damaged(node.start, node.start + 1)
        names = ", ".join(fields_of(record))
        message = f"'{key}' has fields of its own: {names}"
        return _note(document, where, "wrong-type", message, "write each on an indented line")

    return read


def _list_of_parts(record: type) -> Reader:
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
            _note(document, where, "wrong-type", message, "write 'NHS:' and the roles below it")
        return BAD
    read_roles = _list_of(_read_text)
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
    _note(document, name, "unknown-field", message, hint)
    return near or ""


def _note_missing(document: Document, mapping: Mapping, field: Field, meant: set[str]) -> None:
    value = mapping.entries.get(field.key)
    if value is not None:
        if isinstance(value, Scalar) and value.empty:
            message, hint = f"'{field.key}' is empty, and must be filled in", field.help
            after = _unwritten(mapping, field.key, document).end
            if document.source.suspicious and (tail := _TAIL.match(document.source.text, after)):
                text = tail.group().strip()
                hint = f'if what follows is no comment, use quotes: {field.key}: "{text}"'
            _note(document, mapping.key(field.key), "missing-field", message, hint)
        return
    if mapping.holed or field.key in meant:
        return
    where = Damaged(mapping.start, mapping.start + 1)
    message = f"'{field.key}' is missing"
    _note(document, where, "missing-field", message, f"add a line '{field.key}: ...': {field.help}")
