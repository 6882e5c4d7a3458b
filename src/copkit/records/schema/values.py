"""From one node to one value of the right type, noting what is wrong.  Pure.

The functions here run for every field of every record. Each gives the value, or :data:`BAD`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from copkit.errors import Severity, did_you_mean
from copkit.text.files import is_slug, slug_from
from copkit.text.front_matter import Document
from copkit.text.normalise import UNSEEN_SIGN
from copkit.text.yaml.nodes import Damaged, Mapping, Node, Scalar, Sequence
from copkit.wording import month_name

Reader = Callable[[Any, Document, str], Any]

BAD: Final = object()
"""What a reader gives for a value that it has reported, or that is damaged."""

_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)", re.ASCII)
_IN_WORDS = re.compile(
    r"([1-9]|[12]\d|3[01])(?:st|nd|rd|th)?[ -]([A-Za-z]{3,9}),?[ -]((?:19|20)\d\d)", re.ASCII
)
_OTHER_DATE = re.compile(r"(\d{1,4})[-/. ](\d{1,2})[-/. ](\d{1,4})", re.ASCII)
_TIME = re.compile(r"(\d{1,2}):(\d\d)", re.ASCII)
_COLOUR = re.compile(r"#?([0-9a-f]{6})", re.ASCII | re.IGNORECASE)
_LOST_COLOUR = re.compile(r"[ ]+(#([0-9a-f]{3}|[0-9a-f]{6}))[ ]*\r?$", re.IGNORECASE | re.MULTILINE)
_AMOUNT = re.compile(r"\d{1,6}(?:\.\d{1,2})?", re.ASCII)
_WHOLE = re.compile(r"\d{1,9}", re.ASCII)
TAIL = re.compile(r"[ ]+#(?=\S)[^\r\n]*|[ ]#[ ]?\d[^\r\n]*")


def note(
    document: Document,
    node: Node,
    code: str,
    message: str,
    hint: str = "",
    severity: Severity = Severity.ERROR,
) -> object:
    """Note what is wrong between a node's two ends; give :data:`BAD`."""
    document.problems.append(
        document.source.problem(code, node.start, node.end, message, hint, severity)
    )
    return BAD


def not_text(node: Node, document: Document, key: str, wanted: str, example: str) -> object:
    """Note that a value has another shape than it must have."""
    if isinstance(node, Damaged):
        return BAD
    found = "a list" if isinstance(node, Sequence) else "a group of fields"
    if isinstance(node, (Sequence, Mapping)) and not node.block:
        example = "if the brackets belong to the text, put all of it in quotes"
    where = Damaged(node.start, node.start + 1)
    return note(document, where, "wrong-type", f"'{key}' is {found}, not {wanted}", example)


def read_text(node: Any, document: Document, key: str) -> Any:
    """Read a text."""
    if type(node) is not Scalar:
        return not_text(node, document, key, "text", f"write '{key}: some text'")
    return _as_meant(node, document, key) if document.source.suspicious else node.text


def _as_meant(node: Scalar, document: Document, key: str) -> Any:
    """Warn of a tail taken for a comment; refuse signs nobody sees, comments everybody would."""
    if node.plain:
        note_lost_tail(node, document, key)
    if sign := UNSEEN_SIGN.search(node.text):
        message = f"an invisible control character (U+{ord(sign[0]):04X}) stands in '{key}'"
        return note(document, node, "control-character", message, "write the text without it")
    if "<!--" in node.text:
        message = f"'{key}' holds an HTML comment, which would be printed"
        hint = "take it out; a comment in the fields begins with '# '"
        return note(document, node, "comment-in-field", message, hint)
    return node.text


def note_lost_tail(node: Scalar, document: Document, key: str) -> None:
    """Warn of a text whose tail YAML takes for a comment."""
    tail = TAIL.match(document.source.text, node.end)
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


def read_any_text(node: Any, document: Document, key: str) -> Any:
    """Read a reference: text, whose meaning is looked up when all records are known."""
    if type(node) is not Scalar:
        return not_text(node, document, key, "one id", f"write '{key}: some-id'")
    return node.text


def read_id(node: Any, document: Document, key: str) -> Any:
    """Read an id that others may refer to."""
    if type(node) is not Scalar:
        return not_text(node, document, key, "an id", f"write '{key}: some-id'")
    if is_slug(node.text):
        return node.text
    better = slug_from(node.text)
    return note(
        document,
        node,
        "bad-id",
        f"'{node.text}' cannot be an id: use lower-case letters, digits and hyphens",
        f"write '{better}'" if better else "write a short name such as 'housing-support-1'",
    )


class NotADate(ValueError):
    """A text that is no date: what is wrong with it, and what to write instead."""

    def __init__(self, code: str, message: str, hint: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint


def date_from(text: str) -> dt.date:
    """Read a date as records write it, ``2012-04-18``; raise :class:`NotADate`."""
    match = _DATE.fullmatch(text)
    if match is None:
        message = f"'{text}' is not a date such as 2012-04-18"
        raise NotADate("bad-date", message, _better_date(text))
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        year, month, day = map(int, match.groups())
        raise NotADate("impossible-date", *_impossible(year, month, day)) from None


def read_date(node: Any, document: Document, key: str) -> Any:
    """Read a date."""
    if type(node) is not Scalar:
        return not_text(node, document, key, "a date", f"write '{key}: 2012-04-18'")
    try:
        return date_from(node.text)
    except NotADate as error:
        return note(document, node, error.code, error.message, error.hint)


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
    if said := _IN_WORDS.fullmatch(text.strip()):
        called, year = said[2].casefold(), int(said[3])
        for month in range(1, 13):
            if month_name(dt.date(year, month, 1)).casefold().startswith(called):
                return f"write {year}-{month:02}-{int(said[1]):02}"
    return "write year-month-day with two digits each, such as 2012-04-18"


def read_time(node: Any, document: Document, key: str) -> Any:
    """Read a time of day."""
    if type(node) is not Scalar:
        return not_text(node, document, key, "a time of day", f"write '{key}: 14:00'")
    match = _TIME.fullmatch(node.text)
    if match and int(match[1]) < 24 and int(match[2]) < 60:
        return dt.time(int(match[1]), int(match[2]))
    message = f"'{node.text}' is not a time of day such as 14:00"
    return note(document, node, "bad-time", message, "write hours and minutes, 00:00 to 23:59")


def read_colour(node: Any, document: Document, key: str) -> Any:
    """Read a colour; its '#' may be left out, since YAML takes it for a comment without quotes."""
    if type(node) is not Scalar:
        return not_text(node, document, key, "a colour", f"write '{key}: 0b5a6f'")
    match = _COLOUR.fullmatch(node.text)
    if match is None:
        message = f"'{node.text}' is not a colour such as 0b5a6f"
        return note(document, node, "bad-colour", message, "write six digits 0-9 or a-f")
    return f"#{match[1].lower()}"


def note_lost_colour(node: Scalar, document: Document, key: str) -> None:
    """Report a colour that YAML takes for a comment."""
    lost = _LOST_COLOUR.match(document.source.text, node.end)
    if lost:
        where = Damaged(lost.start(1), lost.end(1))
        message = f"'{lost[1]}' is read as a comment, so '{key}' has no colour"
        note(document, where, "bad-colour", message, f"write it without '#': {key}: {lost[2]}")


def whole_number(least: int) -> Reader:
    """Make the reader of a whole number that is at least ``least``."""

    def read(node: Any, document: Document, key: str) -> Any:
        if type(node) is not Scalar:
            return not_text(node, document, key, "a whole number", f"write '{key}: 2'")
        if _WHOLE.fullmatch(node.text) is None:
            digits = re.sub(r"[^0-9.]", "", node.text).partition(".")[0]
            hint = f"write {int(digits[:9])}" if digits else "write it in digits"
            message = f"'{node.text}' is not a whole number"
            return note(document, node, "wrong-type", message, hint)
        if int(node.text) < least:
            message = f"'{key}' must be at least {least}"
            return note(document, node, "too-small", message, f"write {least} or more")
        return int(node.text)

    return read


def read_amount(node: Any, document: Document, key: str) -> Any:
    """Read an amount that may have decimals, such as hours: ``1.5``."""
    if type(node) is not Scalar:
        return not_text(node, document, key, "a number", f"write '{key}: 1.5'")
    if _AMOUNT.fullmatch(node.text):
        return Decimal(node.text)
    found = re.search(r"\d+(?:[.,]\d+)?", node.text, re.ASCII)
    hint = f"write {found[0].replace(',', '.')}" if found else "write it in digits, such as 1.5"
    return note(document, node, "wrong-type", f"'{node.text}' is not a number such as 1.5", hint)


def choice(values: type[StrEnum]) -> Reader:
    """Make the reader of a value from a closed set."""
    by_text = {member.value: member for member in values}
    listed = ", ".join(by_text)

    def read(node: Any, document: Document, key: str) -> Any:
        if type(node) is not Scalar:
            return not_text(node, document, key, f"one of {listed}", f"write one of {listed}")
        if (found := by_text.get(node.text)) is not None:
            return found
        hint = did_you_mean(node.text.strip(), by_text, "write one of these, letter for letter")
        message = f"'{node.text}' is not one of {listed}"
        return note(document, node, "not-a-choice", message, hint)

    return read
