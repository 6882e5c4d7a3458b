"""A file's bytes -> the rows of its table: CSV in any encoding and delimiter, or a workbook.  Pure.

Recognised by what is in it, never by its name.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from copkit.errors import CopkitError
from copkit.importers.csv_files import rows_of
from copkit.importers.decoding import text_of
from copkit.importers.recognising import is_workbook, refuse_what_is_no_table
from copkit.text.normalise import on_one_line

LARGEST: Final = 10_000_000
"""Bytes; a list of a thousand people, with each of their rejoins, has a twentieth of it."""


@dataclass(frozen=True, slots=True)
class Table:
    """A file's cells as text, row by row; ``lines`` has the line of each row, from 1.

    Rows may be of different lengths; cells have no space around them, and rows without any cell
    filled in are left out. Of a workbook these are the rows of the first sheet that shows any, and
    ``sheet`` is its name; a cell merged over several rows stands in each of them.
    """

    file: str
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]
    sheet: str = ""


def refuse_large(size: int, file: str) -> None:
    """Raise :class:`CopkitError` for a file of more than :data:`LARGEST` bytes, not yet read."""
    if size > LARGEST:
        raise CopkitError(
            f"{on_one_line(file)} has {size // 1_000_000} MB, and a table may have "
            f"{LARGEST // 1_000_000}",
            "keep only the list of people in it, and save it as CSV",
        )


def read_table(data: bytes, file: str) -> Table:
    """Read a table; ``file`` is its name, for what is said of it.

    Raises :class:`copkit.errors.CopkitError`, one clear line, for what is none: an empty file, a
    picture, a program, a workbook that would not fit into memory.
    """
    file = on_one_line(file)
    refuse_large(len(data), file)
    refuse_what_is_no_table(data, file)
    sheet = ""
    if is_workbook(data):
        from copkit.importers.tables import read_workbook

        sheet, numbered = read_workbook(data, file)
    else:
        numbered = rows_of(text_of(data, file), file)
    if not numbered:
        raise CopkitError(f"{file} is empty", "export it again: there is no table in it")
    lines, rows = zip(*numbered, strict=True)
    return Table(file, rows, lines, sheet)
