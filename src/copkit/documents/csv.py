"""Tables for spreadsheets: cells that stay text, and rows as CSV.  Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

from copkit.text.normalise import single_line

_SEPARATORS: Final = re.compile(r"[,;|\"]")
# A separator followed by a sign that begins a formula: the '; ' of 'nurse; =HYPERLINK(...)'. The
# other signs are the wide, small, raised and lowered forms, which spreadsheets take for the same.
_FORMULA_WITHIN: Final = re.compile(r"([;|]\W{0,9}?)(?=[=+\-@＝＋－＠﹢﹣﹦﹫⁺⁻⁼])")


def to_csv(rows: Sequence[Sequence[str]]) -> str:
    """Write rows as CSV (RFC 4180) that any spreadsheet opens as text, with no formula in it."""
    lines = (",".join(_quote(escape_formula(cell)) for cell in row) for row in rows)
    # Excel takes a file without this mark (BOM) for one in the code page of the machine.
    return "\ufeff" + "".join(f"{line}\r\n" for line in lines)


def _quote(cell: str) -> str:
    """Quote a cell that holds a separator of any country: where ',' is decimal, ';' separates."""
    return '"{}"'.format(cell.replace('"', '""')) if _SEPARATORS.search(cell) else cell


def escape_formula(cell: str) -> str:
    """Put an apostrophe before what a spreadsheet would run as a formula, also within a cell.

    Within, because a spreadsheet that separates by semicolons ends a cell where we do not. Tabs and
    line ends, which end cells and rows, become spaces.
    """
    cell = _FORMULA_WITHIN.sub(r"\1'", single_line(cell))
    # Spreadsheets skip invisible characters before the sign. NFKC makes a wide sign a plain one.
    visible = (sign for sign in unicodedata.normalize("NFKC", cell) if sign.isprintable())
    return f"'{cell}" if "".join(visible).strip().startswith(("=", "+", "-", "@")) else cell
