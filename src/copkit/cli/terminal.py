"""What is printed: safe text, problems with their excerpts, plain tables, JSON."""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO, TypeVar

from copkit.errors import CopkitError, Problem, Severity
from copkit.text.normalise import clean as plain
from copkit.text.normalise import wrap

if TYPE_CHECKING:
    from copkit.folder import CommunityRecords

T = TypeVar("T")
READABLE = 80  # columns that are easily read
MOMENT = 0.5  # seconds that nobody minds waiting


def clean(text: str) -> str:
    """Make text safe to print on one line: no control characters, no reversed writing."""
    if text.isascii() and text.isprintable():
        return text
    shown = (sign if sign.isprintable() or sign == "\n" else " " for sign in plain(text))
    return "".join(shown).replace("\n", " ")


def say(text: str = "") -> None:
    """Tell the person something that is not the document: on standard error."""
    print(wrapped(text, sys.stderr), file=sys.stderr)


def say_choice(number: int, text: str) -> None:
    """Tell the person one of several answers, by the number that stands for it."""
    print(wrapped(f"  {number:>2}  {clean(text)}", sys.stderr, 6), file=sys.stderr)


def wrapped(text: str, stream: TextIO, indent: int = 4) -> str:
    """Break a long line at its words on a terminal; anywhere else it stays one line."""
    if "\n" in text or not (stream and stream.isatty()):
        return text
    room = shutil.get_terminal_size().columns
    if len(text) <= room:
        return text
    return "\n".join(wrap(text, room, " " * indent))


def print_line(text: str, indent: int = 4) -> None:
    """Print one line, made safe; a terminal breaks it and indents the rest, a pipe does not."""
    print(wrapped(clean(text).rstrip(), sys.stdout, indent))


def fitted(text: str, lead: str = "", indent: int | None = None) -> list[str]:
    """Break a text after its lead into lines that are easily read, also in a pipe.

    Those after the first stand ``indent`` columns in; without one, below the text's first word.
    """
    room = min(shutil.get_terminal_size().columns, READABLE)
    return wrap(clean(text), room, " " * (len(lead) if indent is None else indent), lead)


def print_fitted(text: str, lead: str = "", indent: int | None = None) -> None:
    """Print a text in lines that are easily read; see :func:`fitted`."""
    print("\n".join(fitted(text, lead, indent)))


def strong(text: str) -> str:
    """Mark a heading of what is printed, where a person reads it."""
    return _paint(text, "1", sys.stdout)


def print_heading(text: str, more: str = "") -> None:
    """Print what a block is about, so that the eye finds it; ``more`` goes on in plain letters."""
    first, *others = fitted(f"{clean(text)}{more}", indent=2 if more else 0)
    told = min(len(clean(text)), len(first))
    print("\n".join([strong(first[:told]) + first[told:], *others]))


def with_progress(items: Iterable[T], what: str) -> Iterator[T]:
    """Give items on; on a terminal, tell how many there were once it takes longer than a moment."""
    told = time.monotonic()
    length = 0
    for number, item in enumerate(items, 1):
        yield item
        if time.monotonic() - told > MOMENT and sys.stderr and sys.stderr.isatty():
            told, line = time.monotonic(), f"{what} ({number})"
            length = len(line)
            print(f"\r{line}", end="", file=sys.stderr, flush=True)
    if length:
        print(f"\r{' ' * length}\r", end="", file=sys.stderr, flush=True)


def print_json(value: Any) -> None:
    """Print a value for machines: JSON in UTF-8, keys in their order."""
    text = json.dumps(value, ensure_ascii=False, indent=2)
    signs = text if text.isascii() and "\x7f" not in text else map(_seen, text)
    print("".join(signs))


def _seen(sign: str) -> str:
    """Escape a sign of JSON that nobody could see, or that would move others."""
    return sign if sign.isprintable() or sign == "\n" else json.dumps(sign)[1:-1]


def complain(error: CopkitError) -> None:
    """Print an error that stopped a command, and what to do."""
    say(f"{_paint('copkit:', '1;31', sys.stderr)} {clean(error.message)}")
    if error.hint:
        say(f"  {clean(error.hint)}")


def show_problems(
    problems: Iterable[Problem], file: TextIO | None = None, *, hidden: bool = False
) -> None:
    """Print problems: place, what is wrong, the line with a caret, what to write instead.

    Where they hold a name or a number of somebody, dots are printed in its place; ``hidden`` says
    that this has been seen to.
    """
    from copkit.pii.scan import hide  # only where something is wrong

    stream = file or sys.stdout
    for problem in problems:
        if hidden:
            print(format_problem(problem, stream), file=stream)
            continue
        shown = problem._replace(
            file=hide(problem.file),
            message=hide(problem.message),
            hint=hide(problem.hint),
            excerpt=hide(problem.excerpt),
        )
        print(format_problem(shown, stream), file=stream)


def format_problem(problem: Problem, stream: TextIO) -> str:
    """Write one problem as it is printed."""
    place = _paint(f"{clean(problem.file)}:{problem.line}:{problem.column}:", "1", stream)
    warning = "warning: " if problem.severity is Severity.WARNING else ""
    code = _paint(f"[{problem.code}]", "2", stream)
    lines = [f"{place} {warning}{clean(problem.message)} {code}"]
    if problem.excerpt:
        lines += _excerpt(problem, stream)
    if problem.hint:
        lines.append(f"      {_paint('->', '36', stream)} {clean(problem.hint)}")
    return "\n".join(lines)


def _excerpt(problem: Problem, stream: TextIO) -> list[str]:
    """Show the line with a caret below; a long line is cut around the place."""
    width = min(max(shutil.get_terminal_size().columns, 60), 100) - 10
    begin = max(0, problem.column - 1 - width // 2) if len(problem.excerpt) > width else 0
    shown = "".join(clean(sign) or "?" for sign in problem.excerpt[begin : begin + width])
    length = problem.end_column - problem.column if problem.end_line == problem.line else 1
    before = shown[: problem.column - 1 - begin]
    carets = "^" * max(1, min(length, width - len(before)))
    colour = "33" if problem.severity is Severity.WARNING else "31"
    return [
        f"{problem.line:>5} | {'…' if begin else ''}{shown.rstrip()}",
        f"      | {' ' if begin else ''}{' ' * _cells(before)}{_paint(carets, colour, stream)}",
    ]


def _cells(text: str) -> int:
    """Count the terminal's columns that a text takes."""
    wide = sum(unicodedata.east_asian_width(sign) in "WF" for sign in text)
    return len(text) + wide - sum(unicodedata.combining(sign) > 0 for sign in text)


def _paint(text: str, colour: str, stream: TextIO) -> str:
    return f"\x1b[{colour}m{text}\x1b[0m" if in_colour(stream) else text


def in_colour(stream: TextIO | None) -> bool:
    """Say whether a stream is a terminal that wants colours."""
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return stream is not None and stream.isatty()


def print_table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a plain table that fits the terminal: the last column is cut, or wraps nowhere.

    A column of numbers ends below the end of its head.
    """
    cleaned = [[clean(cell) for cell in row] for row in rows]
    numbers = [_are_numbers(column) for column in zip(*cleaned, strict=True)]
    widths = [
        max(_cells(cell) for cell in column) for column in zip(*[heads, *cleaned], strict=True)
    ]
    room = shutil.get_terminal_size().columns if sys.stdout and sys.stdout.isatty() else 10_000
    numbers = numbers or [False] * len(heads)
    print(strong(_row(heads, widths, numbers, room)))
    for row in cleaned:
        print(_row(row, widths, numbers, room))


def _are_numbers(column: Iterable[str]) -> bool:
    """Say whether a column holds nothing but figures, where it holds anything."""
    filled = [cell for cell in column if cell]
    return bool(filled) and all(cell.replace(".", "", 1).isdecimal() for cell in filled)


def _row(cells: Sequence[str], widths: Sequence[int], numbers: Sequence[bool], room: int) -> str:
    padded = []
    for cell, width, number in zip(cells, widths, numbers, strict=True):
        gap = " " * (width - _cells(cell))
        padded.append(gap + cell if number else cell + gap)
    line = "  ".join(padded).rstrip()
    return line if len(line) <= room else f"{line[: room - 1]}…"


# Names beside ids, on the terminal of somebody who has the contacts; nowhere else.


@lru_cache(maxsize=4)
def names_of(root: Path, community: str) -> Mapping[str, str]:
    """Give the names of a community's members by id, as far as the contacts have them.

    Contacts that cannot be read name nobody: 'copkit contacts list' says what is wrong.
    """
    from copkit.private_files import read_contacts

    try:
        contacts = read_contacts(root, [])
    except CopkitError:
        return {}
    return {
        contact.member: contact.name
        for contact in contacts
        if contact.community == community and contact.name
    }


def beside(root: Path, records: CommunityRecords, id: str) -> str:
    """Give a member's id as it is shown: with the name where a person looks at a terminal."""
    shown = clean(id)
    if not (sys.stderr and sys.stderr.isatty()):
        return shown
    name = names_of(root, records.slug).get(id)
    return f"{shown} ({clean(name)})" if name else shown


def id_for(root: Path, records: CommunityRecords, typed: str) -> str:
    """Give the id of a member who was named by id, or by name; else what was typed."""
    if records.roster.member(typed):
        return typed
    wanted = " ".join(typed.casefold().split())
    known = names_of(root, records.slug)
    found = [id for id, name in known.items() if " ".join(name.casefold().split()) == wanted]
    return found[0] if len(found) == 1 and records.roster.member(found[0]) else typed


def require_no_terminal(document: str, ending: str) -> None:
    """Raise unless standard output can take bytes that are no text."""
    if sys.stdout.isatty() or not hasattr(sys.stdout, "buffer"):
        hint = f"name a file: --output {document}.{ending}"
        raise CopkitError(f"{ending} is not text, so a terminal cannot show it", hint, status=2)


def write_where_wanted(path: Path, data: bytes) -> None:
    """Write a file where somebody wants it, over none that is there."""
    try:
        with path.open("xb") as file:
            file.write(data)
    except FileExistsError:
        message = f"{clean(str(path))} exists already; nothing was changed"
        raise CopkitError(message, "name another file, or delete this one first") from None
