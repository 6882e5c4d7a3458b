"""Tables for spreadsheets: cells that stay text, and rows as CSV.  Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

from copkit.text.normalise import on_one_line

_BREAKS: Final = re.compile(r"[,;|\"]")
_ENDS_ELSEWHERE: Final = re.compile(r"([;|]\W{0,9}?)(?=[=+\-@＝＋－＠﹢﹣﹦﹫⁺⁻⁼])")


def to_csv(rows: Sequence[Sequence[str]]) -> str:
    """Write rows as CSV that opens as text in any spreadsheet: a BOM, and no formula."""
    lines = (",".join(_quoted(without_formula(cell)) for cell in row) for row in rows)
    return "\ufeff" + "".join(f"{line}\r\n" for line in lines)


def _quoted(cell: str) -> str:
    """Quote a cell that any spreadsheet might break, at the separator of any country."""
    return '"{}"'.format(cell.replace('"', '""')) if _BREAKS.search(cell) else cell


def without_formula(cell: str) -> str:
    """Put an apostrophe before what a spreadsheet would take for a formula.

    Also within a cell, after a sign that ends cells elsewhere: what is quoted for a comma is not
    for a semicolon. Tabs and line ends, which end cells and rows, become blanks.
    """
    cell = _ENDS_ELSEWHERE.sub(r"\1'", on_one_line(cell))
    seen = (sign for sign in unicodedata.normalize("NFKC", cell) if sign.isprintable())
    return f"'{cell}" if "".join(seen).strip().startswith(("=", "+", "-", "@")) else cell
