"""Values as YAML, the way a person would type them; quotes only where they must be.  Pure."""

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

# What other programs would take for something else than text.
_NOT_TEXT: Final = re.compile(
    r"(?i:y|n|yes|no|on|off|true|false)|[-+.]?[0-9][0-9_,.:+eE-]*|0[xob][0-9a-fA-F_]+|[-+.]*(?i:inf|nan)"
)


NO_TEXT: Final = re.compile("[\ud800-\udfff]")
"""Halves of characters: what a terminal without UTF-8 makes of bytes it does not know."""


class Form(NamedTuple):
    """One way to write a value: what stands behind ``key:``, and the lines below, not indented."""

    head: str
    below: tuple[str, ...] = ()


def plain(value: Any) -> Any:
    """Give a value as it reads back: text, lists, mappings, and ``None`` for nothing."""
    if isinstance(value, dt.time):
        return f"{value:%H:%M}"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return None if value is None else str(value)


def entry_lines(key: str, value: Any) -> Iterator[str]:
    """Write ``key: value`` as lines without their endings."""
    form = next(forms(value))
    yield f"{scalar(key)}: {form.head}".rstrip(" ")
    yield from (f"  {line}".rstrip(" ") for line in form.below)


def item_lines(value: Any, pad: int = 2) -> Iterator[str]:
    """Write an item of a block list; ``pad`` is from its dash to its text."""
    if isinstance(value, Mapping) and value:
        lines = [line for key, item in value.items() for line in entry_lines(key, item)]
    else:
        form = next(forms(value, block=False))
        lines = [form.head, *(f"  {line}" if line else "" for line in form.below)]
    yield f"-{' ' * (pad - 1)}{lines[0]}".rstrip(" ")
    yield from (f"{' ' * pad}{line}".rstrip(" ") for line in lines[1:])


def forms(value: Any, *, like: str = "", block: bool = True) -> Iterator[Form]:
    """Give the ways to write a value, the best first.

    ``like`` is how the value it replaces is written; ``block`` is false where lists and mappings
    must stand in brackets.
    """
    if isinstance(value, Mapping):
        if block and value:
            yield Form("", tuple(line for key in value for line in entry_lines(key, value[key])))
        yield Form(bracketed(value))
    elif isinstance(value, (list, tuple)):
        if block and value and not like.startswith("["):
            yield Form("", tuple(line for item in value for line in item_lines(item)))
        yield Form(bracketed(value))
    else:
        yield from _scalar_forms(value, like)


def _scalar_forms(value: Any, like: str) -> Iterator[Form]:
    text = plain(value)
    if text is None:
        yield Form("")
        return
    if "\n" in text and (lines := _literal(text)):
        yield lines
    if like[:1] in {"'", '"'}:
        yield Form(_in_quotes(text, like[0]))
    elif like and _NOT_TEXT.fullmatch(like) and _NOT_TEXT.fullmatch(text):
        yield Form(text)  # a date for a date, a number for a number
    yield Form(scalar(value))


def _literal(text: str) -> Form | None:
    """Write several lines as they are, below a ``|``; ``None`` where that would lose something."""
    body = text.removesuffix("\n")
    lines = body.split("\n")
    clear = all(line.isprintable() and line == line.rstrip() for line in lines)
    if not clear or not lines[0] or lines[0][0] == " " or not lines[-1]:
        return None
    return Form("|" if text.endswith("\n") else "|-", tuple(lines))


def bracketed(value: Any) -> str:
    """Write a value in one line: ``[a, b]``, ``{id: a1, what: call}``."""
    if isinstance(value, Mapping):
        entries = (f"{scalar(key)}: {bracketed(item)}".rstrip(" ") for key, item in value.items())
        return "{" + ", ".join(entries) + "}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(bracketed(item) for item in value) + "]"
    return "" if value is None else scalar(value, in_brackets=True)


def _frames(text: str, *, in_brackets: bool) -> tuple[tuple[str, Any], ...]:
    """Give the places in which a value must read back, and what they then say."""
    if in_brackets:
        return ("k: [{}, b]\n", {"k": [text, "b"]}), (
            "k: {{k: {}, b: c}}\n",
            {"k": {"k": text, "b": "c"}},
        )
    return ("k: {}\n", {"k": text}), ("- {}\n", [text])


def scalar(value: Any, *, in_brackets: bool = False) -> str:
    """Write one value so that it reads back as it is; raise :class:`CopkitError` if none does."""
    text = plain(value)
    if not isinstance(value, str) or isinstance(value, StrEnum):
        return str(text)
    if NO_TEXT.search(text):
        raise CopkitError("this is not text, and cannot be written to a record", status=2)
    frames = _frames(text, in_brackets=in_brackets)
    if not _NOT_TEXT.fullmatch(text) and _reads_back(text, frames):
        return str(text)
    for quote in ('"', "'"):
        quoted = _in_quotes(text, quote)
        if _reads_back(quoted, frames):
            return quoted
    raise CopkitError(f"this text cannot be written to a record: {text!r}", status=2)


def _in_quotes(text: str, quote: str) -> str:
    if quote == "'":
        return "'" + text.replace("'", "''") + "'"
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    signs = (sign if sign.isprintable() else f"\\U{ord(sign):08x}" for sign in escaped)
    return '"' + "".join(signs) + '"'


def _reads_back(written: str, frames: tuple[tuple[str, Any], ...]) -> bool:
    for frame, meant in frames:
        whole = frame.format(written)
        problems: list[Problem] = []
        root = read_yaml(SourceText("", whole), len(whole), problems)
        if problems or root is None or value_of(root) != meant:
            return False
    return True
