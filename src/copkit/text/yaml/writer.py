"""Values to YAML, the way a person would type them; quotes only where they must be.  Pure."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any, Final, NamedTuple

from copkit.errors import CopkitError, Problem
from copkit.text.source import SourceText
from copkit.text.yaml.nodes import value_of
from copkit.text.yaml.reader import read_yaml

# Texts that other programs take for a truth value, a number, a time or a date, such as "no",
# "12:30" and "2012-04-18". As text they are quoted, so that every program reads the same.
_NOT_TEXT: Final = re.compile(
    r"(?i:y|n|yes|no|on|off|true|false)|[-+.]?[0-9][0-9_,.:+eE-]*|0[xob][0-9a-fA-F_]+|[-+.]*(?i:inf|nan)"
)

SURROGATES: Final = re.compile("[\ud800-\udfff]")
"""Halves of characters, which UTF-8 cannot hold: Python's stand-ins for bytes it cannot decode."""


class Form(NamedTuple):
    """One way to write a value: what stands behind ``key:``, and the lines below, not indented."""

    head: str
    below: tuple[str, ...] = ()


def plain_value(value: Any) -> Any:
    """Return a value as reading it again gives it: text, lists, mappings, ``None`` for nothing."""
    if isinstance(value, dt.time):
        return f"{value:%H:%M}"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return {str(key): plain_value(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain_value(item) for item in value]
    return None if value is None else str(value)


def format_entry(key: str, value: Any) -> Iterator[str]:
    """Format ``key: value`` as lines without their endings."""
    form = next(forms(value))
    yield f"{format_scalar(key)}: {form.head}".rstrip(" ")
    yield from (f"  {line}".rstrip(" ") for line in form.below)


def format_item(value: Any, pad: int = 2) -> Iterator[str]:
    """Format an item of a block list as lines; ``pad`` is the distance from dash to text."""
    if isinstance(value, Mapping) and value:
        lines = [line for key, item in value.items() for line in format_entry(key, item)]
    else:
        form = next(forms(value, block=False))
        lines = [form.head, *(f"  {line}" if line else "" for line in form.below)]
    yield f"-{' ' * (pad - 1)}{lines[0]}".rstrip(" ")
    yield from (f"{' ' * pad}{line}".rstrip(" ") for line in lines[1:])


def forms(value: Any, *, like: str = "", block: bool = True) -> Iterator[Form]:
    """Yield the ways to write a value, the best first.

    ``like`` is the text of the value that it replaces, whose quotes or brackets are taken over;
    ``block`` is false where lists and mappings must be in brackets.
    """
    if isinstance(value, Mapping):
        if block and value:
            yield Form("", tuple(line for key in value for line in format_entry(key, value[key])))
        yield Form(format_inline(value))
    elif isinstance(value, (list, tuple)):
        if block and value and not like.startswith("["):
            yield Form("", tuple(line for item in value for line in format_item(item)))
        yield Form(format_inline(value))
    else:
        yield from _scalar_forms(value, like)


def _scalar_forms(value: Any, like: str) -> Iterator[Form]:
    """Yield the ways to write one value, the best first.

    ``like`` is the text that it replaces, or ``""``: its quotes are taken over, and a date or
    number stays without any.
    """
    text = plain_value(value)
    if text is None:
        yield Form("")
        return
    if "\n" in text and (literal := _literal_form(text)):
        yield literal
    if like[:1] in {"'", '"'}:
        yield Form(_in_quotes(text, like[0]))
    elif like and _NOT_TEXT.fullmatch(like) and _NOT_TEXT.fullmatch(text):
        yield Form(text)  # a date for a date, a number for a number
    yield Form(format_scalar(value))


def _literal_form(text: str) -> Form | None:
    """Write several lines as they are, below a ``|``; ``None`` where that would lose something."""
    # Lost would be: spaces at ends of lines, which editors strip, blank lines at the end, and the
    # indent of the first line, from which YAML takes that of the whole text.
    body = text.removesuffix("\n")
    lines = body.split("\n")
    printable = all(line.isprintable() and line == line.rstrip() for line in lines)
    if not printable or not lines[0] or lines[0][0] == " " or not lines[-1]:
        return None
    return Form("|" if text.endswith("\n") else "|-", tuple(lines))


def format_inline(value: Any) -> str:
    """Format a value on one line: ``[a, b]``, ``{id: a1, what: call}``."""
    if isinstance(value, Mapping):
        entries = (
            f"{format_scalar(key)}: {format_inline(item)}".rstrip(" ")
            for key, item in value.items()
        )
        return "{" + ", ".join(entries) + "}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(format_inline(item) for item in value) + "]"
    return "" if value is None else format_scalar(value, in_brackets=True)


def _frames(text: str, *, in_brackets: bool) -> tuple[tuple[str, Any], ...]:
    """Return small records in which ``text`` must read back, each with what it then says.

    The written value goes where ``{}`` is (``str.format``). ``in_brackets`` returns records in
    which that is within ``[]`` or ``{}``, instead of in a block.
    """
    if in_brackets:
        return (
            ("k: [{}, b]\n", {"k": [text, "b"]}),
            ("k: {{k: {}, b: c}}\n", {"k": {"k": text, "b": "c"}}),
        )
    return ("k: {}\n", {"k": text}), ("- {}\n", [text])


def format_scalar(value: Any, *, in_brackets: bool = False) -> str:
    """Format a text, number, truth value, date or time so that it reads back as it is.

    A text is quoted only where it must be, and its control characters are escaped. ``in_brackets``
    when it will be part of a list or mapping in brackets, where a comma needs quotes too. Raise
    :class:`CopkitError` for a text with half a character (a surrogate): no file can hold it.
    """
    text = plain_value(value)
    if not isinstance(value, str) or isinstance(value, StrEnum):
        return str(text)
    if SURROGATES.search(text):
        raise CopkitError("this is not text, and cannot be written to a record", status=2)
    # Our own reader decides what needs quotes: a second set of rules could differ from it.
    frames = _frames(text, in_brackets=in_brackets)
    if not _NOT_TEXT.fullmatch(text) and _reads_back(text, frames):
        return str(text)
    for quote in ('"', "'"):
        quoted = _in_quotes(text, quote)
        if _reads_back(quoted, frames):
            return quoted
    raise CopkitError(f"this text cannot be written to a record: {text!r}", status=2)


def _in_quotes(text: str, quote: str) -> str:
    """Return a text between quotation marks, escaped as YAML needs it for that mark."""
    if quote == "'":
        return "'" + text.replace("'", "''") + "'"
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    characters = (
        character if character.isprintable() else f"\\U{ord(character):08x}"
        for character in escaped
    )
    return '"' + "".join(characters) + '"'


def _reads_back(written: str, frames: tuple[tuple[str, Any], ...]) -> bool:
    """Check whether a written value reads as it should in each of the small records.

    ``frames`` are these records, with ``{}`` for the value, each with what it should then say.
    """
    for frame, expected in frames:
        text = frame.format(written)
        problems: list[Problem] = []
        root = read_yaml(SourceText("", text), len(text), problems)
        if problems or root is None or value_of(root) != expected:
            return False
    return True
