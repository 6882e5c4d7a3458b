"""Parse single values: text, ids, dates, times, colours, numbers, choices.  Pure.

The functions here run for every field of every record. Each takes a node, its document and its
key, and returns the value, or adds a problem and returns :data:`INVALID`. They match patterns
instead of trusting YAML's own types, since its ``no``, ``12:30`` and ``0123`` are not what people
type them for.
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

INVALID: Final = object()
"""Returned for a value with a problem, and for a damaged one; ``None`` would be a value."""

_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)", re.ASCII)
# 18th April, 2012 and 18 Apr 2012
_IN_WORDS = re.compile(
    r"([1-9]|[12]\d|3[01])(?:st|nd|rd|th)?[ -]([A-Za-z]{3,9}),?[ -]((?:19|20)\d\d)", re.ASCII
)
# 18/04/2012, 18.4.12, 2012/4/18: guessed at for hints alone, never accepted
_OTHER_DATE = re.compile(r"(\d{1,4})[-/. ](\d{1,2})[-/. ](\d{1,4})", re.ASCII)
_TIME = re.compile(r"(\d{1,2}):(\d\d)", re.ASCII)
_COLOUR = re.compile(r"#?([0-9a-f]{6})", re.ASCII | re.IGNORECASE)
# the comment that YAML sees in `colour: #0b5a6f`, three digits as on the web or six
_LOST_COLOUR = re.compile(r"[ ]+(#([0-9a-f]{3}|[0-9a-f]{6}))[ ]*\r?$", re.IGNORECASE | re.MULTILINE)
_AMOUNT = re.compile(r"\d{1,6}(?:\.\d{1,2})?", re.ASCII)
_WHOLE = re.compile(r"\d{1,9}", re.ASCII)
# What follows a plain text: `Flat #4`, `Update # 2`. A `# ` before a word is a comment indeed.
COMMENT_TAIL = re.compile(r"[ ]+#(?=\S)[^\r\n]*|[ ]#[ ]?\d[^\r\n]*")


def add_problem(
    document: Document,
    node: Node,
    code: str,
    message: str,
    hint: str = "",
    severity: Severity = Severity.ERROR,
) -> object:
    """Add a problem that marks all of a node to the document's; return :data:`INVALID`."""
    document.problems.append(
        document.source.problem(code, node.start, node.end, message, hint, severity)
    )
    return INVALID


def add_shape_problem(
    node: Node, document: Document, key: str, expected: str, example: str
) -> object:
    """Add a problem for a list or a group of fields in place of one value; return ``INVALID``.

    ``expected`` is what should stand there, such as ``a date``; ``example`` is the hint. A damaged
    node has a problem already, and gets no other.
    """
    if isinstance(node, Damaged):
        return INVALID
    actual = "a list" if isinstance(node, Sequence) else "a group of fields"
    if isinstance(node, (Sequence, Mapping)) and not node.block:  # "[draft] Title" is a list
        example = "if the brackets belong to the text, put all of it in quotes"
    where = Damaged(node.start, node.start + 1)
    return add_problem(
        document, where, "wrong-type", f"'{key}' is {actual}, not {expected}", example
    )


def read_text(node: Any, document: Document, key: str) -> Any:
    """Read a text, or add a problem and return :data:`INVALID`."""
    if type(node) is not Scalar:
        return add_shape_problem(node, document, key, "text", f"write '{key}: some text'")
    # `suspicious` is set once a file; most hold neither "#" nor "<!--", and need no second look.
    return _check_text(node, document, key) if document.source.suspicious else node.text


def _check_text(node: Scalar, document: Document, key: str) -> Any:
    """Return a text; warn of a tail taken for a comment.

    For an invisible character or an HTML comment, add a problem and return :data:`INVALID`.
    """
    if node.plain:
        warn_of_lost_tail(node, document, key)
    if sign := UNSEEN_SIGN.search(node.text):
        message = f"an invisible control character (U+{ord(sign[0]):04X}) stands in '{key}'"
        return add_problem(
            document, node, "control-character", message, "write the text without it"
        )
    if "<!--" in node.text:
        message = f"'{key}' holds an HTML comment, which would be printed"
        hint = "take it out; a comment in the fields begins with '# '"
        return add_problem(document, node, "comment-in-field", message, hint)
    return node.text


def warn_of_lost_tail(node: Scalar, document: Document, key: str) -> None:
    """Add a warning if YAML takes a text's tail for a comment, as in ``title: Update #2``."""
    tail = COMMENT_TAIL.match(document.source.text, node.end)
    if tail is None:
        return
    intended = (node.text + tail.group()).strip()
    document.problems.append(
        document.source.problem(
            "lost-tail",
            tail.start() + tail.group().index("#"),
            tail.end(),
            f"'{tail.group().strip()}' is read as a comment and not as part of '{key}'",
            f'if it belongs to the text, use quotes: {key}: "{intended}"',
            Severity.WARNING,
        )
    )


def read_any_text(node: Any, document: Document, key: str) -> Any:
    """Read the id of another record, or add a problem and return :data:`INVALID`.

    Whether there is such a record is checked once all are read.
    """
    if type(node) is not Scalar:
        return add_shape_problem(node, document, key, "one id", f"write '{key}: some-id'")
    return node.text


def read_id(node: Any, document: Document, key: str) -> Any:
    """Read an id that others may refer to, or add a problem and return :data:`INVALID`."""
    if type(node) is not Scalar:
        return add_shape_problem(node, document, key, "an id", f"write '{key}: some-id'")
    if is_slug(node.text):
        return node.text
    suggestion = slug_from(node.text)
    return add_problem(
        document,
        node,
        "bad-id",
        f"'{node.text}' cannot be an id: use lower-case letters, digits and hyphens",
        f"write '{suggestion}'"
        if suggestion
        else "write a short name such as 'housing-support-worker-1'",
    )


class InvalidDate(ValueError):
    """A text that is no date: what is wrong with it, and what to write instead."""

    def __init__(self, code: str, message: str, hint: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint


def parse_date(text: str) -> dt.date:
    """Parse a date as records write it, ``2012-04-18``; raise :class:`InvalidDate`."""
    # fromisoformat alone would take 20120418 and 2012-W16-3 as well.
    match = _DATE.fullmatch(text)
    if match is None:
        message = f"'{text}' is not a date such as 2012-04-18"
        raise InvalidDate("bad-date", message, _suggest_date(text))
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        year, month, day = map(int, match.groups())
        raise InvalidDate("impossible-date", *_explain_impossible(year, month, day)) from None


AGREED: Final = re.compile(r"agreed +(\S+)")


def parse_agreement(text: str | None) -> dt.date | None:
    """Parse ``agreed 2012-03-21``; return ``None`` for anything else."""
    match = AGREED.fullmatch((text or "").strip())
    try:
        return parse_date(match[1]) if match else None
    except InvalidDate:
        return None


def read_date(node: Any, document: Document, key: str) -> Any:
    """Read a date, or add a problem and return :data:`INVALID`."""
    if type(node) is not Scalar:
        return add_shape_problem(node, document, key, "a date", f"write '{key}: 2012-04-18'")
    try:
        return parse_date(node.text)
    except InvalidDate as error:
        return add_problem(document, node, error.code, error.message, error.hint)


def _explain_impossible(year: int, month: int, day: int) -> tuple[str, str]:
    """Return the message and the hint for numbers that make no date."""
    if not 1 <= month <= 12:
        return f"there is no month {month}", "a date is year-month-day, such as 2012-04-18"
    if year == 0:
        return "there is no year 0", "write the year with four digits"
    import calendar  # its days and months are set up at import, and few dates are wrong

    days = calendar.monthrange(year, month)[1]
    return (
        f"{calendar.month_name[month]} {year} has {days} days, not {day}",
        f"the last day of that month is {year:04}-{month:02}-{days:02}",
    )


def _suggest_date(text: str) -> str:
    """Return a hint: the date that a text probably is, else how one is written."""
    if within := re.search(r"(?<!\d)\d{4}-\d\d-\d\d(?!\d)", text, re.ASCII):
        return f"write {within.group()} and nothing else"
    if match := _OTHER_DATE.fullmatch(text.strip()):
        first, month, last = map(int, match.groups())
        year, day = (first, last) if first > 31 else (last, first)  # day first, as in Britain
        try:
            return f"write {dt.date(year if year > 99 else year + 2000, month, day)}"
        except ValueError:
            pass
    if match := _IN_WORDS.fullmatch(text.strip()):
        month_text, year = match[2].casefold(), int(match[3])
        for month in range(1, 13):
            if month_name(dt.date(year, month, 1)).casefold().startswith(month_text):
                return f"write {year}-{month:02}-{int(match[1]):02}"
    return "write year-month-day with two digits each, such as 2012-04-18"


def read_time(node: Any, document: Document, key: str) -> Any:
    """Read a time of day such as ``14:00``, or add a problem and return :data:`INVALID`."""
    if type(node) is not Scalar:
        return add_shape_problem(node, document, key, "a time of day", f"write '{key}: 14:00'")
    match = _TIME.fullmatch(node.text)
    if match and int(match[1]) < 24 and int(match[2]) < 60:
        return dt.time(int(match[1]), int(match[2]))
    message = f"'{node.text}' is not a time of day such as 14:00"
    return add_problem(
        document, node, "bad-time", message, "write hours and minutes, 00:00 to 23:59"
    )


def read_colour(node: Any, document: Document, key: str) -> Any:
    """Read a colour as ``#0b5a6f``, or add a problem and return :data:`INVALID`.

    Its '#' may be left out, since YAML takes it for a comment without quotes.
    """
    if type(node) is not Scalar:
        return add_shape_problem(node, document, key, "a colour", f"write '{key}: 0b5a6f'")
    match = _COLOUR.fullmatch(node.text)
    if match is None:
        message = f"'{node.text}' is not a colour such as 0b5a6f"
        return add_problem(document, node, "bad-colour", message, "write six digits 0-9 or a-f")
    return f"#{match[1].lower()}"


def add_lost_colour(node: Scalar, document: Document, key: str) -> None:
    """Add a problem for a colour after an empty value, which YAML takes for a comment."""
    match = _LOST_COLOUR.match(document.source.text, node.end)
    if match:
        where = Damaged(match.start(1), match.end(1))
        message = f"'{match[1]}' is read as a comment, so '{key}' has no colour"
        add_problem(
            document, where, "bad-colour", message, f"write it without '#': {key}: {match[2]}"
        )


def whole_number_reader(least: int) -> Reader:
    """Build the reader of a whole number that is at least ``least``."""

    def read(node: Any, document: Document, key: str) -> Any:
        if type(node) is not Scalar:
            return add_shape_problem(node, document, key, "a whole number", f"write '{key}: 2'")
        if _WHOLE.fullmatch(node.text) is None:
            digits = re.sub(r"[^0-9.]", "", node.text).partition(".")[0]
            # Nine digits at most: int() refuses a text of many thousands.
            hint = f"write {int(digits[:9])}" if digits else "write it in digits"
            message = f"'{node.text}' is not a whole number"
            return add_problem(document, node, "wrong-type", message, hint)
        if int(node.text) < least:
            message = f"'{key}' must be at least {least}"
            return add_problem(document, node, "too-small", message, f"write {least} or more")
        return int(node.text)

    return read


def read_amount(node: Any, document: Document, key: str) -> Any:
    """Read an amount that may have decimals, such as hours: ``1.5``, as a ``Decimal``.

    For anything else, add a problem and return :data:`INVALID`.
    """
    if type(node) is not Scalar:
        return add_shape_problem(node, document, key, "a number", f"write '{key}: 1.5'")
    if _AMOUNT.fullmatch(node.text):
        return Decimal(node.text)
    match = re.search(r"\d+(?:[.,]\d+)?", node.text, re.ASCII)
    hint = f"write {match[0].replace(',', '.')}" if match else "write it in digits, such as 1.5"
    return add_problem(
        document, node, "wrong-type", f"'{node.text}' is not a number such as 1.5", hint
    )


def read_flag(node: Any, document: Document, key: str) -> Any:
    """Read ``true`` or ``false``; for anything else add a problem and return :data:`INVALID`."""
    if type(node) is not Scalar:
        return add_shape_problem(node, document, key, "true or false", f"write '{key}: true'")
    if node.text in {"true", "false"}:
        return node.text == "true"
    message = f"'{node.text}' is not true or false"
    return add_problem(document, node, "not-a-choice", message, f"write '{key}: true', or false")


def choice_reader(values: type[StrEnum]) -> Reader:
    """Build the reader of a value of an enumeration, which returns its member."""
    by_text = {member.value: member for member in values}
    listed = ", ".join(by_text)

    def read(node: Any, document: Document, key: str) -> Any:
        if type(node) is not Scalar:
            return add_shape_problem(
                node, document, key, f"one of {listed}", f"write one of {listed}"
            )
        if (member := by_text.get(node.text)) is not None:
            return member
        hint = did_you_mean(node.text.strip(), by_text, "write one of these, letter for letter")
        message = f"'{node.text}' is not one of {listed}"
        return add_problem(document, node, "not-a-choice", message, hint)

    return read
