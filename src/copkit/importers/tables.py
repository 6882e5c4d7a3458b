"""A file's bytes -> the rows of its table: CSV in any encoding and delimiter, or a workbook.  Pure.

Recognised by what is in it, never by its name.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Table:
    """A file's cells as text, row by row as they stand; ``lines`` has the line of each row, from 1.

    Rows may be of different lengths; cells have no space around them. Of a workbook these are the
    rows of the first sheet that has any, and ``sheet`` is its name.
    """

    file: str
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]
    sheet: str = ""


def read_table(data: bytes, file: str) -> Table:
    """Read a table; ``file`` is its name, for what is said of it.

    Raises :class:`copkit.errors.CopkitError`, one clear line, for what is none: an empty file, a
    picture, a program, a workbook that would not fit into memory.
    """
    raise NotImplementedError
