"""A text -> its rows of cells, whichever sign stands between them.  Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from copkit.errors import CopkitError

Numbered = tuple[int, tuple[str, ...]]
"""A row's line, from 1, and its cells."""

_DELIMITERS: Final = ("\t", ";", ",")  # the first of those that fit as well
_MOST_ROWS: Final = 100_000
_MOST_CELLS: Final = 1_000_000
_LONGEST_LINE: Final = 200_000


def rows_of(text: str, file: str) -> list[Numbered]:
    """Give the rows that hold anything, each with the line it begins on.

    What stands between cells is settled from the whole text: the sign that makes the most rows of
    several cells, and rows most alike. Raises :class:`CopkitError` for far too many cells, and for
    quotation marks that are never closed.
    """
    longest = max(map(len, io.StringIO(text)), default=0)
    if longest > _LONGEST_LINE:
        raise CopkitError(
            f"{file} has a line of {longest:,} characters, and no table has",
            "export the list again, as CSV or XLSX",
        )
    there = [sign for sign in _DELIMITERS if sign in text] or [","]
    best = there[0] if len(there) == 1 else max(there, key=lambda sign: _fit(text, sign, file))
    rows = list(_cells(text, best, file))
    torn = _torn(rows, text, best)
    if torn and best == "\t":
        return list(_cells(text, best, file, quoted=False))
    if torn:
        raise CopkitError(
            f"{file} opens a quotation mark on line {torn}, and never closes it",
            "close it, or take it out",
        )
    return rows


def _fit(text: str, delimiter: str, file: str) -> tuple[int, int, int]:
    """Weigh a delimiter: rows of several cells, rows as long as the one before, and cells."""
    widths = [len(row) for _, row in _taken_apart(text, delimiter, file) if row]
    several = sum(width > 1 for width in widths)
    alike = sum(first == second > 1 for first, second in pairwise(widths))
    return several, alike, sum(widths)


def _cells(text: str, delimiter: str, file: str, *, quoted: bool = True) -> Iterator[Numbered]:
    """Give the rows that hold anything, without the space around their cells."""
    for begins, row in _taken_apart(text, delimiter, file, quoted=quoted):
        cells = tuple([cell.strip() for cell in row])
        if not quoted:
            cells = tuple([cell.strip('"') for cell in cells])
        if any(cells):
            yield begins, cells


def _taken_apart(
    text: str, delimiter: str, file: str, *, quoted: bool = True
) -> Iterator[tuple[int, list[str]]]:
    """Take a text apart; rows and cells are counted, so that none can fill the memory."""
    lines = io.StringIO(text)
    if quoted:
        reader = csv.reader(lines, delimiter=delimiter)
    else:
        reader = csv.reader(lines, delimiter=delimiter, quoting=csv.QUOTE_NONE)
    begins, seen, rows = 1, 0, 0
    try:
        for row in reader:
            seen += len(row)
            if rows > _MOST_ROWS or seen > _MOST_CELLS:
                raise CopkitError(
                    f"{file} has more than {_MOST_ROWS:,} rows or {_MOST_CELLS:,} cells",
                    "keep only the list of people in it",
                )
            if row:
                rows += 1
                yield begins, row
            begins = reader.line_num + 1
    except csv.Error as error:
        raise CopkitError(
            f"{file} cannot be read as a table: line {begins} has no end",
            "a quotation mark there is probably never closed",
        ) from error


def _torn(rows: list[Numbered], text: str, delimiter: str) -> int:
    """Give the line on which a quotation mark swallows the rows that follow, 0 if none does."""
    odd = text.count('"') % 2
    if not odd and delimiter != "\t":
        return 0
    for line, cells in rows:
        if any("\n" in cell and delimiter in cell for cell in cells):
            return line
    return 0
