"""Tables as workbooks in XLSX: what every sheet is like.  Needs XlsxWriter; pure.

Every cell holds text or a number that copkit counted, never a formula. Text that a spreadsheet
would take for one has an apostrophe before it, as in CSV: whoever saves the workbook as CSV, or
only opens a cell and presses Enter, would make a formula of it otherwise.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import groupby
from textwrap import wrap
from typing import Any, Final

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from copkit.documents.csv import without_formula
from copkit.documents.facts.attendance import (
    LEGEND,
    NO_COMMUNITY,
    MatrixFacts,
    RegisterFacts,
    SectorFacts,
    recorded,
)
from copkit.documents.theme import Look, Palette
from copkit.text.normalise import for_xml

LONGEST_CELL: Final = 32_000  # characters; Excel takes 32,767
WIDEST_UPRIGHT: Final = 96  # characters that an upright page shows at a readable size
NARROWEST: Final = 7  # characters; what a column with one letter takes
LINE: Final = 15  # points, the height of a line of text
TALLEST: Final = 400  # points; Excel allows 409
FITS: Final = 1.1  # letters of a text that a column has room for, for each figure
LETTER: Final = 6.2  # points, the width of a letter
UPRIGHT: Final = "upright head"
_A4: Final = 9
_PLAIN: Final = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}
_NOT_IN_NAMES: Final = re.compile(r"[\[\]:*?/\\]")

Cell = tuple[str | int, str]  # what it says, and how it is dressed
Line = list[Cell]


@dataclass(frozen=True, slots=True)
class Table:
    """What a sheet shows; ``fixed`` counts the columns that stay, ``widest`` is how wide each gets.

    An empty cell in the second line of heads belongs to the one above it.
    """

    name: str
    title: str
    heads: tuple[Line, ...]
    rows: list[Line]
    totals: Line
    fixed: int
    widest: tuple[int, ...]


def write_workbook(
    table: Table,
    notes: Iterable[tuple[str, str]],
    programme: str,
    day: dt.date,
    look: Look,
) -> bytes:
    """Write a table and, on a sheet of their own, the notes."""
    stream = BytesIO()
    book = xlsxwriter.Workbook(stream, _PLAIN)
    book.set_properties(
        {
            "title": _text(table.title)[:200],
            "company": _text(programme)[:200],
            "created": dt.datetime.combine(day, dt.time()),  # and not now: two builds are the same
        }
    )
    book.set_custom_property("Language", "en-GB")
    dresses = {name: book.add_format(settings) for name, settings in _dresses(look.light).items()}
    sheet = book.add_worksheet(_sheet_name(table.name))
    legend = book.add_worksheet("Notes")
    for one in (sheet, legend):
        one.hide_gridlines(2)
        one.set_paper(_A4)
        one.fit_to_pages(1, 0)
        one.set_margins(left=0.5, right=0.5, top=0.8, bottom=0.8)
        one.set_header(f"&L{_in_margin(programme)}&R{_in_margin(table.title)}")
        one.set_footer(f"&L{_in_margin(look.footer)}&RPage &P of &N")
    _fill(sheet, table, dresses)
    _explain(legend, [(table.title, ""), *notes], dresses)
    book.close()
    return stream.getvalue()


def _fill(sheet: Worksheet, table: Table, dresses: dict[str, Format]) -> None:
    """Write the table, with heads that stay in sight and on every page."""
    lines = [*table.heads, *table.rows, table.totals]
    widths = [
        _width(column, table.widest[min(at, len(table.widest) - 1)])
        for at, column in enumerate(zip(*lines, strict=True))
    ]
    for at, width in enumerate(widths):
        sheet.set_column(at, at, width)
    for number, line in enumerate(lines):
        if (height := _height(line, widths)) > LINE:
            sheet.set_row(number, height)
        for at, (said, dress) in enumerate(line):
            _write(sheet, number, at, said, dress, dresses)
    last = len(table.heads) - 1
    if last:
        for at, ((said, dress), (below, _)) in enumerate(zip(*table.heads, strict=True)):
            if not below:
                sheet.merge_range(0, at, last, at, _text(str(said)), dresses[dress])
    sheet.freeze_panes(last + 1, table.fixed)
    sheet.repeat_rows(0, last)
    if table.rows:
        sheet.autofilter(last, 0, last + len(table.rows), len(widths) - 1)
    if sum(widths) > WIDEST_UPRIGHT:
        sheet.set_landscape()


def _write(
    sheet: Worksheet, row: int, column: int, said: str | int, dress: str, dresses: dict[str, Format]
) -> None:
    """Write one cell as a number or as text; letters of several kinds are dressed one by one."""
    if isinstance(said, int):
        sheet.write_number(row, column, said, dresses[dress])
    elif not said:
        sheet.write_blank(row, column, None, dresses[dress])
    elif dress in _LETTERS and len(set(said)) > 1:
        runs = [(letter, "".join(run)) for letter, run in groupby(said)]
        parts = [part for letter, run in runs for part in (dresses[letter], run)]
        sheet.write_rich_string(row, column, *parts, dresses[""])
    else:
        sheet.write_string(row, column, _text(said), dresses[dress])


def _explain(
    sheet: Worksheet, notes: Sequence[tuple[str, str]], dresses: dict[str, Format]
) -> None:
    """Write what the letters mean and what is counted."""
    sheet.set_column(0, 0, 6)
    sheet.set_column(1, 1, 80)
    for number, (letter, meaning) in enumerate(notes):
        if not meaning:
            sheet.write_string(number, 0, _text(letter), dresses["title"])
            continue
        if letter:
            sheet.write_string(number, 0, _text(letter), dresses["letter"])
        sheet.write_string(number, 1, _text(meaning), dresses["note"])


def _width(column: Sequence[Cell], widest: int) -> int:
    """Give a column the room that its text takes, up to a width at which it wraps."""
    lengths = (len(str(said)) for said, dress in column if dress not in (UPRIGHT, "sector"))
    return max(NARROWEST, min(widest, 2 + max(lengths, default=0)))


def _height(line: Line, widths: Sequence[int]) -> float:
    """Give a line the height that its text takes: not every program sees to that itself."""
    height: float = LINE
    for (said, dress), width in zip(line, widths, strict=True):
        if dress == UPRIGHT:
            height = max(height, len(str(said)) * LETTER + 6)
        elif dress != "sector" and len(str(said)) > width * FITS:
            height = max(height, len(wrap(str(said), int(width * FITS))) * LINE)
    return min(height, TALLEST)


def _text(said: str) -> str:
    """Write a text that no spreadsheet takes for anything else, in characters that XML allows."""
    return for_xml(without_formula(said))[:LONGEST_CELL]


def _in_margin(said: str) -> str:
    """Write a text for the head or foot of a page, where '&' begins a command."""
    shown = for_xml(" ".join(said.split()))[:60].replace("&", "&&")
    return re.sub(r"&(?=[G\[])", "& ", shown)  # which the writer takes for commands even so


def _sheet_name(said: str) -> str:
    """Give a name that a sheet can have, and the notes do not."""
    name = " ".join(_NOT_IN_NAMES.sub(" ", for_xml(said)).split())
    name = name.encode("utf-16-le")[:62].decode("utf-16-le", "ignore").strip("' ")  # 31 for Excel
    return "Register" if name.lower() in ("", "notes", "history") else name


_LETTERS: Final = ("X", "Y", "F")


def _dresses(colours: Palette) -> dict[str, dict[str, Any]]:
    """Say how each kind of cell looks; no kind is told from another by its colour alone."""
    edge = {"bottom": 1, "bottom_color": colours.line}
    font = {"font_name": "Arial", "font_size": 10, "font_color": colours.ink}
    base: dict[str, Any] = font | edge | {"valign": "top"}
    soft, bold = {"font_color": colours.soft}, {"bold": True}
    centred, wrapped = {"align": "center"}, {"text_wrap": True}
    head = base | bold | wrapped | {"valign": "bottom", "bottom": 2, "bottom_color": colours.ink}
    total = base | bold | wrapped | {"top": 2, "top_color": colours.ink, "bottom": 0}
    letter = base | centred
    faint, strong = letter | soft | {"italic": True}, letter | bold | {"underline": 1}
    texts = {
        "text": base | wrapped,
        "soft": base | soft | wrapped,
        "vacant": base | soft | wrapped | {"italic": True},
        "sector": base | bold | {"bg_color": colours.tint},
    }
    heads = {
        "head": head,
        "centred head": head | centred,
        UPRIGHT: head | centred | {"rotation": 90, "text_wrap": False},
        "code": head | centred | {"bottom": 0},
        "place": head | centred | soft | {"bold": False, "valign": "top"},
    }
    letters = {"X": letter, "Y": faint, "F": strong, "P": letter, "A": faint, "S": strong}
    numbers = {"number": letter, "total": total, "sum": total | centred}
    notes = {
        "title": font | bold | {"font_size": 14},
        "letter": font | bold | {"valign": "top"},
        "note": font | wrapped | {"valign": "top"},
    }
    return {"": letter} | texts | heads | letters | numbers | notes


# The matrix, the register and the sectors as workbooks in XLSX.


def matrix_xlsx(facts: MatrixFacts, look: Look) -> bytes:
    """Write the matrix as a workbook, which is the same for the same facts, byte for byte."""
    blank = [("", "sector")] * (len(facts.columns) + 1)
    rows: list[Line] = []
    for sector in facts.sectors:
        rows.append([(sector.name, "sector"), *blank])
        for row in sector.rows:
            role = (row.role, "vacant" if row.vacant else "text")
            rows.append([(sector.name, "soft"), role, *((cell, cell[:1]) for cell in row.cells)])
    table = Table(
        name="Matrix",
        title=f"Membership on {facts.as_of}",
        heads=_by_community(["Sector", "Role"], [(one.code, one.place) for one in facts.columns]),
        rows=rows,
        totals=[
            ("", "total"),
            (facts.label, "total"),
            *((one.total, "sum") for one in facts.columns),
        ],
        fixed=2,
        widest=(27, 44, 14),
    )
    counted = f"One letter stands for one person. {facts.excluded}".strip()
    notes = [*facts.legend, ("", counted if facts.columns else NO_COMMUNITY)]
    return write_workbook(table, notes, facts.programme, facts.day, look)


def register_xlsx(facts: RegisterFacts, look: Look) -> bytes:
    """Write the register of a community as a workbook, one column for each meeting."""
    heads: Line = [(head, "head") for head in ("Member", "Role", "Letter")]
    heads += [(one.slug, UPRIGHT) for one in facts.meetings]
    table = Table(
        name=facts.community,
        title=f"{facts.community}: register on {facts.as_of}",
        heads=([*heads, ("Came to", UPRIGHT)],),
        rows=[
            [
                *((row.id, "text"), (row.role, "soft"), (row.letter, row.letter)),
                *((mark, mark) for mark in map(recorded, row.marks)),
                (row.came, "number"),
            ]
            for row in facts.members
        ],
        totals=[
            *(("Present", "total"), ("", "total"), ("", "total")),
            *((one.present, "sum") for one in facts.meetings),
            ("", "total"),
        ],
        fixed=3,
        widest=(28, 32, 12),
    )
    return write_workbook(table, [*LEGEND[:-1], *facts.letters], facts.programme, facts.day, look)


def sectors_xlsx(facts: SectorFacts, look: Look) -> bytes:
    """Write the members by sector as a workbook; a number that is hidden stays hidden."""
    columns = [(one.code, one.place) for one in facts.columns]
    totals = [*(one.total for one in facts.columns), facts.total]
    table = Table(
        name="Sectors",
        title=f"Members by sector on {facts.as_of}",
        heads=_by_community(["Sector"], [*columns, ("Total", "")]),
        rows=[
            [(row.sector, "text"), *(_count(cell, "number") for cell in (*row.cells, row.total))]
            for row in facts.rows
        ],
        totals=[(facts.label, "total"), *(_count(total, "sum") for total in totals)],
        fixed=1,
        widest=(40, 14),
    )
    notes = [("", facts.note if facts.columns else NO_COMMUNITY)]
    return write_workbook(table, notes, facts.programme, facts.day, look)


def _by_community(first: Iterable[str], columns: Iterable[tuple[str, str]]) -> tuple[Line, Line]:
    """Give the two lines of heads: codes, and below them places."""
    codes: Line = [(head, "head") for head in first]
    places: Line = [("", "head") for _ in codes]
    for code, place in columns:
        codes.append((code, "code" if place else "centred head"))
        places.append((place, "place" if place else "centred head"))
    return codes, places


def _count(shown: str, dress: str) -> Cell:
    return (int(shown) if shown.isdecimal() else shown, dress)
