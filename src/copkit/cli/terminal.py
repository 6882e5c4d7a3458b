"""Output of commands: messages, errors, problems with their excerpts, paragraphs, tables, JSON.

``say`` and its kin write to standard error, what is printed by ``print_...`` to standard output:
there stands what a command is asked for, so that it can be piped and redirected.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
import time
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TextIO, TypeVar

from copkit.errors import CopkitError, Problem, Severity
from copkit.text.normalise import clean as clean_text
from copkit.text.normalise import match_names, wrap, wrap_words

if TYPE_CHECKING:
    from copkit.folder import CommunityRecords

T = TypeVar("T")
READABLE_COLUMNS = 80  # longer lines are hard to read, however wide the terminal
PROGRESS_DELAY = 0.5  # seconds that nobody minds waiting


def clean(text: str) -> str:
    """Make text safe to print on one line: no control characters, no reversed writing.

    Records come from others, and an escape sequence in one could rewrite the terminal.
    """
    if text.isascii() and text.isprintable():
        return text
    # The check above is enough for most lines, and much quicker.
    characters = (
        character if character.isprintable() or character == "\n" else " "
        for character in clean_text(text)
    )
    return "".join(characters).replace("\n", " ")


def say(text: str = "") -> None:
    """Print a message on standard error; standard output has the document alone."""
    print(wrap_for_terminal(text, sys.stderr), file=sys.stderr)


def say_choice(number: int, text: str) -> None:
    """Print one of several answers, with the number to choose it by."""
    print(wrap_for_terminal(f"  {number:>2}  {clean(text)}", sys.stderr, 6), file=sys.stderr)


def say_whole(text: str) -> None:
    """Print a message on standard error that is never wrapped: it ends in a path to copy."""
    print(text, file=sys.stderr)


# A command in quotes is copied as a whole, so no line breaks within it.
_COMMAND: Final = re.compile(r"'copkit [^']*'")
_HELD: Final = "\ue000"  # of a private area: clean() lets none of these characters through


def wrap_for_terminal(text: str, stream: TextIO, indent: int = 4) -> str:
    """Wrap a long line at its words on a terminal; anywhere else it stays one line."""
    if "\n" in text or not (stream and stream.isatty()):
        return text
    room = shutil.get_terminal_size().columns
    if len(text) <= room:
        return text  # as it is: spaces may be the layout
    held = _COMMAND.sub(lambda match: match[0].replace(" ", _HELD), text)
    return "\n".join(wrap(held, room, " " * indent)).replace(_HELD, " ")


def print_line(text: str, indent: int = 4) -> None:
    """Print one line, made safe; a terminal wraps it and indents the rest, a pipe does not."""
    print(wrap_for_terminal(clean(text).rstrip(), sys.stdout, indent))


def wrap_paragraph(text: str, prefix: str = "", indent: int | None = None) -> list[str]:
    """Wrap a text after a prefix to lines that are easily read, also in a pipe.

    Lines after the first are indented by ``indent`` columns, or by the width of the prefix.
    """
    room = min(shutil.get_terminal_size().columns, READABLE_COLUMNS)
    return wrap(clean(text), room, " " * (len(prefix) if indent is None else indent), prefix)


def print_paragraph(text: str, prefix: str = "", indent: int | None = None) -> None:
    """Print a text in lines that are easily read; see :func:`wrap_paragraph`."""
    print("\n".join(wrap_paragraph(text, prefix, indent)))


def bold(text: str) -> str:
    """Make a heading on standard output bold, where that is a terminal with colours."""
    return _paint(text, "1", sys.stdout)


def print_heading(text: str, more: str = "") -> None:
    """Print a heading in bold; ``more`` follows on the same line in plain letters."""
    first, *others = wrap_paragraph(f"{clean(text)}{more}", indent=2 if more else 0)
    length = min(len(clean(text)), len(first))
    print("\n".join([bold(first[:length]) + first[length:], *others]))


def with_progress(items: Iterable[T], label: str) -> Iterator[T]:
    """Yield the items; on a terminal, print the ``label`` and their number as time passes.

    The line is removed at the end, and never printed for what takes less than a moment.
    """
    printed_at = time.monotonic()
    width = 0
    for number, item in enumerate(items, 1):
        yield item
        if time.monotonic() - printed_at > PROGRESS_DELAY and sys.stderr and sys.stderr.isatty():
            printed_at, line = time.monotonic(), f"{label} ({number})"
            width = len(line)
            print(f"\r{line}", end="", file=sys.stderr, flush=True)
    if width:
        print(f"\r{' ' * width}\r", end="", file=sys.stderr, flush=True)


def print_json(value: Any) -> None:
    """Print a value, records and other dataclasses in it too, as JSON with its keys in order."""
    from copkit.records.schema.write import json_value

    text = json.dumps(value, ensure_ascii=False, indent=2, default=json_value)
    # "\x7f", delete, is ASCII, and json leaves it as it is
    characters = text if text.isascii() and "\x7f" not in text else map(_escape_unprintable, text)
    print("".join(characters))


def _escape_unprintable(character: str) -> str:
    """Escape a character of JSON that cannot be seen, or that would move others."""
    return (
        character if character.isprintable() or character == "\n" else json.dumps(character)[1:-1]
    )


def say_error(error: CopkitError) -> None:
    """Print an error that stopped a command, and its hint, on standard error."""
    say(f"{_paint('copkit:', '1;31', sys.stderr)} {clean(error.message)}")
    if error.hint:
        say(f"  {clean(error.hint)}")


def print_problems(
    problems: Iterable[Problem], file: TextIO | None = None, *, masked: bool = False
) -> None:
    """Print problems: place, what is wrong, the line with a caret, what to write instead.

    Names and numbers of people are replaced by dots, unless the problems are ``masked`` already.
    ``file`` is standard output if there is none.
    """
    from copkit.pii.scan import mask_details  # only where something is wrong

    stream = file or sys.stdout
    for problem in problems:
        if masked:
            print(format_problem(problem, stream), file=stream)
            continue
        masked_problem = problem._replace(
            file=mask_details(problem.file),
            message=mask_details(problem.message),
            hint=mask_details(problem.hint),
            excerpt=mask_details(problem.excerpt),
        )
        print(format_problem(masked_problem, stream), file=stream)


def format_problem(problem: Problem, stream: TextIO) -> str:
    """Format one problem; colours are those of the stream that it is printed to."""
    place = _paint(f"{clean(problem.file)}:{problem.line}:{problem.column}:", "1", stream)
    warning = "warning: " if problem.severity is Severity.WARNING else ""
    code = _paint(f"[{problem.code}]", "2", stream)
    lines = [f"{place} {warning}{clean(problem.message)} {code}"]
    if problem.excerpt:
        lines += _excerpt_lines(problem, stream)
    if problem.hint:
        lines.append(f"      {_paint('->', '36', stream)} {clean(problem.hint)}")
    return "\n".join(lines)


def _excerpt_lines(problem: Problem, stream: TextIO) -> list[str]:
    """Format the line of a problem with carets below; a long line is cut around the place."""
    # Between 50 and 90 characters, with 10 left for the line's number and the marks of cuts.
    width = min(max(shutil.get_terminal_size().columns, 60), 100) - 10
    begin = max(0, problem.column - 1 - width // 2) if len(problem.excerpt) > width else 0
    excerpt = "".join(
        clean(character) or "?" for character in problem.excerpt[begin : begin + width]
    )
    length = problem.end_column - problem.column if problem.end_line == problem.line else 1
    before = excerpt[: problem.column - 1 - begin]
    carets = "^" * max(1, min(length, width - len(before)))
    colour = "33" if problem.severity is Severity.WARNING else "31"
    cut, below_cut = ("…", " ") if begin else ("", "")
    margin = below_cut + " " * _display_width(before)
    return [
        f"{problem.line:>5} | {cut}{excerpt.rstrip()}",
        f"      | {margin}{_paint(carets, colour, stream)}",
    ]


def _display_width(text: str) -> int:
    """Count the columns that a text takes on a terminal.

    East Asian wide characters take two, combining marks none.
    """
    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in text)
    return len(text) + wide - sum(unicodedata.combining(character) > 0 for character in text)


def _paint(text: str, colour: str, stream: TextIO) -> str:
    """Colour a text by an ANSI code such as ``1;31``, if the stream wants colours."""
    return f"\x1b[{colour}m{text}\x1b[0m" if in_colour(stream) else text


def in_colour(stream: TextIO | None) -> bool:
    """Check whether a stream is a terminal that wants colours."""
    # https://no-color.org; a dumb terminal, as in Emacs, would print the escape sequences.
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return stream is not None and stream.isatty()


def print_table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table with a line for each row; on a terminal, in the columns that it has.

    Columns of numbers are aligned to the right. The first cell of a row, which is typed into other
    commands, is always whole: where the others would have no room beside it, they stand on the
    line below, and a long text takes several lines. In a pipe a row is always one line.
    """
    if not (sys.stdout and sys.stdout.isatty()):
        print("\n".join(align_columns(heads, rows)))  # what reads a pipe needs whole cells
        return
    room = shutil.get_terminal_size().columns
    cleaned = [[clean(cell) for cell in row] for row in rows]
    first, *others = map(_column_width, zip(heads, *cleaned, strict=True))
    _, *words = (
        _column_width([word for cell in column for word in cell.split()])
        for column in zip(heads, *cleaned, strict=True)
    )
    needed = first + sum(GAP + min(width, READABLE_CELL) for width in others)
    if needed <= room:
        fitting = [first, *_shrink(others, words, room - first - GAP * len(others))]
        head, *lines = _lines_of_rows(heads, cleaned, fitting)
    else:
        fitting = _shrink(others, words, room - GAP * len(others))
        head, *lines = _lines_of_rows(heads[1:], [row[1:] for row in cleaned], fitting)
        head = [heads[0], *(" " * GAP + line for line in head)]
        lines = [
            [row[0], *(" " * GAP + line for line in below)]
            for row, below in zip(cleaned, lines, strict=True)
        ]
    print("\n".join([*map(bold, head), *(line for row in lines for line in row)]))


GAP: Final = 2  # spaces between columns
READABLE_CELL: Final = 20  # columns of the terminal in which a text stays readable


def _column_width(cells: Sequence[str]) -> int:
    return max(map(_display_width, cells), default=0)


def _shrink(widths: Sequence[int], words: Sequence[int], room: int) -> list[int]:
    """Return widths that come to at most ``room``, taken from the widest.

    ``words`` are the widths of the longest words, which are broken only where nothing else is left.
    """
    shrunk = list(widths)
    while sum(shrunk) > room and max(shrunk) > 1:
        spare = [width if width > word else 0 for width, word in zip(shrunk, words, strict=True)]
        widest = spare if any(spare) else shrunk
        shrunk[widest.index(max(widest))] -= 1
    return shrunk


def _lines_of_rows(
    heads: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[int]
) -> Iterator[list[str]]:
    """Yield the lines of each row, the heads first, every cell broken to fit its column."""
    broken = [
        [wrap_words(cell, width) or [""] for cell, width in zip(row, widths, strict=True)]
        for row in (heads, *rows)
    ]
    numbers = [_are_numbers(cells) for cells in zip(*rows, strict=True)] or [False] * len(heads)
    for cells in broken:
        lines = []
        for number in range(max(map(len, cells), default=1)):
            parts = [cell[number] if number < len(cell) else "" for cell in cells]
            lines.append(_pad(parts, widths, numbers))
        yield lines


def _pad(cells: Sequence[str], widths: Sequence[int], numbers: Sequence[bool]) -> str:
    """Return one line of a table: numbers to the right of their columns, all else to the left."""
    padded = []
    for cell, width, number in zip(cells, widths, numbers, strict=True):
        gap = " " * (width - _display_width(cell))
        padded.append(gap + cell if number else cell + gap)
    return (" " * GAP).join(padded).rstrip()


def align_columns(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield the lines of a table, the heads first: cells made safe, two spaces between columns."""
    cleaned = [[clean(cell) for cell in row] for row in rows]
    columns = list(zip(heads, *cleaned, strict=True))
    widths = [max(map(_display_width, column)) for column in columns]
    numbers = [_are_numbers(cells) for _, *cells in columns]
    for row in (heads, *cleaned):
        yield _pad(row, widths, numbers)


def _are_numbers(column: Iterable[str]) -> bool:
    """Check whether all filled cells of a column are numbers, and there is one."""
    filled = [cell for cell in column if cell]
    return bool(filled) and all(cell.replace(".", "", 1).isdecimal() for cell in filled)


# Names of members. They are printed on the terminal of somebody who has the contacts, and never go
# into a pipe or a file.


# Cached, since a list asks once for each member; few, since a command is about one programme.
@lru_cache(maxsize=4)
def member_names(root: Path, community: str) -> Mapping[str, str]:
    """Return the names of a community's members by id, as far as the contacts have them.

    Contacts that cannot be read name nobody: 'copkit contacts list' reports what is wrong.
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


def member_label(root: Path, records: CommunityRecords, id: str) -> str:
    """Format a member's id, with the name in brackets where a person looks at a terminal."""
    label = clean(id)
    if not (sys.stderr and sys.stderr.isatty()):
        return label  # a name in a log would be out of private/
    name = member_names(root, records.slug).get(id)
    return f"{label} ({clean(name)})" if name else label


def find_member_id(root: Path, records: CommunityRecords, typed: str) -> str:
    """Return the id of a member who was typed by id or by name, or else what was typed.

    The beginning of either is enough where no other member's begins so.
    """
    if records.roster.member(typed):
        return typed
    names = member_names(root, records.slug)
    ids = match_names(
        typed, {member.id: filter(None, [names.get(member.id)]) for member in records.members}
    )
    # Two members of one name are never told apart by a guess.
    return ids[0] if len(ids) == 1 else typed


def require_no_terminal(document: str, ending: str) -> None:
    """Raise :class:`CopkitError` unless standard output can take bytes that are no text."""
    if sys.stdout.isatty() or not hasattr(sys.stdout, "buffer"):
        hint = f"name a file: --output {document}.{ending}"
        raise CopkitError(f"{ending} is not text, so a terminal cannot show it", hint, status=2)
