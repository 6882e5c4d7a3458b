"""The matrix, the register and the members by sector for spreadsheets: CSV and XLSX.  Pure.

XLSX needs XlsxWriter. Every cell holds text or a number that copkit counted, never a formula. Text
that a spreadsheet would take for one has an apostrophe before it: whoever saves the workbook as
CSV, or only opens a cell and presses Enter, would make a formula of it otherwise.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import groupby
from textwrap import wrap
from typing import TYPE_CHECKING, Any, Final

from copkit.documents.facts.attendance import (
    LEGEND,
    NO_COMMUNITY,
    MatrixFacts,
    RegisterFacts,
    SectorFacts,
    sector_rows,
    spreadsheet_mark,
)
from copkit.documents.facts.report import DataRow, ReportFacts
from copkit.documents.theme import DocumentTheme, Palette
from copkit.text.normalise import single_line, xml_text

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from copkit.documents.facts.ties import TiesFacts

# --- cells that stay text, and CSV ------------------------------------------------------------

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
    if cell.isascii() and cell.isprintable():  # most cells, and a tenth of the time
        return f"'{cell}" if cell.lstrip().startswith(("=", "+", "-", "@")) else cell
    # Spreadsheets skip invisible characters before the sign. NFKC makes a wide sign a plain one.
    visible = (sign for sign in unicodedata.normalize("NFKC", cell) if sign.isprintable())
    return f"'{cell}" if "".join(visible).strip().startswith(("=", "+", "-", "@")) else cell


def encode_csv(rows: Sequence[Sequence[str]]) -> bytes:
    """Write rows as the bytes of a CSV file."""
    return to_csv(rows).encode("utf-8")


def matrix_csv(facts: MatrixFacts, theme: DocumentTheme) -> bytes:
    """Write the matrix as CSV."""
    heads = ["Sector", "Role", *(column.code for column in facts.columns)]
    rows = [[sector.name, row.role, *row.cells] for sector in facts.sectors for row in sector.rows]
    totals = ["", facts.label, *(str(column.total) for column in facts.columns)]
    return encode_csv([heads, *rows, totals])


def register_csv(facts: RegisterFacts, theme: DocumentTheme) -> bytes:
    """Write the register as CSV."""
    heads = ["Member", "Role", "Letter", *(meeting.slug for meeting in facts.meetings)]
    rows = [
        [row.id, row.role, row.letter, *map(spreadsheet_mark, row.marks)] for row in facts.members
    ]
    return encode_csv([heads, *rows])


def sectors_csv(facts: SectorFacts, theme: DocumentTheme) -> bytes:
    """Write the table as CSV."""
    return encode_csv(sector_rows(facts))


def ties_csv(facts: TiesFacts, theme: DocumentTheme) -> bytes:
    """Write who works with whom as CSV: two sectors of each other, then each of the other."""
    blanks = [""] * len(facts.rungs)
    rows = [
        [time, row.name, "each other", *blanks, *map(str, counts)]
        for row in facts.pairs
        for time, counts in zip(facts.times, row.counts, strict=True)
        if counts
    ]
    for line in facts.directions:
        reached = sum(line.given[facts.rungs.index("talk") :])
        counts = [*line.given, reached, sum(line.given)]
        rows.append([line.when, line.sector, line.about, *map(str, counts)])
    return encode_csv([["when", "from", "to", *facts.rungs, "reached", "of"], *rows])


def report_csv(facts: ReportFacts, theme: DocumentTheme) -> bytes:
    """Write every number of a report as CSV, a row each."""
    return encode_csv([list(DataRow._fields), *map(list, facts.data)])


# --- XLSX --------------------------------------------------------------------------------------

MAX_CELL_LENGTH: Final = 32_000  # characters; Excel takes 32,767
# Widths of columns are in Excel's unit: the digits of the default font that fit into one.
MAX_UPRIGHT_WIDTH: Final = 96  # of all columns: what an upright page shows at a readable size
MIN_COLUMN_WIDTH: Final = 7  # what a column with one letter takes
CHARACTERS_PER_WIDTH: Final = 1.1  # letters are a little narrower than digits
LINE_HEIGHT: Final = 15  # points, of a line of text
MAX_ROW_HEIGHT: Final = 400  # points; Excel allows 409
LETTER_HEIGHT: Final = 6.2  # points that a letter of a rotated head takes upwards
ROTATED_HEAD: Final = "upright head"
_PAPER_A4: Final = 9  # Excel's number for it
WORKBOOK_OPTIONS: Final = {
    "in_memory": True,
    # XlsxWriter would guess that '=1+1', '0123' and 'http://...' are something else than text.
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}
_FORBIDDEN_IN_NAMES: Final = re.compile(r"[\[\]:*?/\\]")

Cell = tuple[str | int, str]  # its text or number, and the name of its format
Row = list[Cell]


@dataclass(frozen=True, slots=True)
class SheetTable:
    """What a sheet shows.

    ``fixed`` is how many columns stay when the sheet is scrolled. ``widest`` holds the largest
    width of each column; the last of these applies to all columns beyond. An empty cell in the
    second row of heads is merged with the one above it.
    """

    name: str
    title: str
    heads: tuple[Row, ...]
    rows: list[Row]
    totals: Row
    fixed: int
    widest: tuple[int, ...]


def write_workbook(
    table: SheetTable,
    notes: Iterable[tuple[str, str]],
    programme: str,
    day: dt.date,
    theme: DocumentTheme,
) -> bytes:
    """Write a workbook: the table, and the notes on a sheet of their own.

    ``notes`` are pairs of a letter and its meaning, or of ``""`` and a remark; ``day`` is that of
    the table. The same arguments make the same bytes.
    """
    stream = BytesIO()
    import xlsxwriter  # an extra: CSV works without it

    book = xlsxwriter.Workbook(stream, WORKBOOK_OPTIONS)
    book.set_properties(
        {
            "title": _safe_text(table.title)[:200],
            "company": _safe_text(programme)[:200],
            "created": dt.datetime.combine(day, dt.time()),  # not now: two builds are the same
        }
    )
    book.set_custom_property("Language", "en-GB")
    formats = {
        name: book.add_format(settings) for name, settings in _cell_formats(theme.light).items()
    }
    sheet = book.add_worksheet(_sheet_name(table.name))
    legend = book.add_worksheet("Notes")
    for worksheet in (sheet, legend):
        worksheet.hide_gridlines(2)  # on the screen as well as on paper
        worksheet.set_paper(_PAPER_A4)
        worksheet.fit_to_pages(1, 0)  # one page wide, as many as necessary high
        worksheet.set_margins(left=0.5, right=0.5, top=0.8, bottom=0.8)  # inches
        # '&L' and '&R' begin the left and the right part; '&P of &N' counts pages.
        worksheet.set_header(f"&L{_margin_text(programme)}&R{_margin_text(table.title)}")
        worksheet.set_footer(f"&L{_margin_text(theme.footer)}&RPage &P of &N")
    _write_table(sheet, table, formats)
    _write_notes(legend, [(table.title, ""), *notes], formats)
    book.close()
    return stream.getvalue()


def _write_table(sheet: Worksheet, table: SheetTable, formats: dict[str, Format]) -> None:
    """Write the table, with heads that stay in sight and are repeated on every page."""
    rows = [*table.heads, *table.rows, table.totals]
    widths = [
        _column_width(cells, table.widest[min(column, len(table.widest) - 1)])
        for column, cells in enumerate(zip(*rows, strict=True))
    ]
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    for number, row in enumerate(rows):
        if (height := _row_height(row, widths)) > LINE_HEIGHT:
            sheet.set_row(number, height)
        for column, (content, style) in enumerate(row):
            _write_cell(sheet, number, column, content, style, formats)
    last = len(table.heads) - 1
    if last:
        pairs = zip(*table.heads, strict=True)
        for column, ((content, style), (below, _)) in enumerate(pairs):
            if not below:
                text = _safe_text(str(content))
                sheet.merge_range(0, column, last, column, text, formats[style])
    sheet.freeze_panes(last + 1, table.fixed)
    sheet.repeat_rows(0, last)
    if table.rows:
        sheet.autofilter(last, 0, last + len(table.rows), len(widths) - 1)
    if sum(widths) > MAX_UPRIGHT_WIDTH:
        sheet.set_landscape()


def _write_cell(
    sheet: Worksheet,
    row: int,
    column: int,
    content: str | int,
    style: str,
    formats: dict[str, Format],
) -> None:
    """Write one cell as a number or as text; letters of several kinds each get their format.

    ``row`` and ``column`` count from 0; ``style`` is the name of a format in ``formats``.
    """
    if isinstance(content, int):
        sheet.write_number(row, column, content, formats[style])
    elif not content:
        sheet.write_blank(row, column, None, formats[style])
    elif style in _LETTER_STYLES and len(set(content)) > 1:
        # 'XXF' as 'XX' and 'F': Excel takes alternating formats and texts.
        runs = [(letter, "".join(run)) for letter, run in groupby(content)]
        parts = [part for letter, run in runs for part in (formats[letter], run)]
        sheet.write_rich_string(row, column, *parts, formats[""])
    else:
        sheet.write_string(row, column, _safe_text(content), formats[style])


def _write_notes(
    sheet: Worksheet, notes: Sequence[tuple[str, str]], formats: dict[str, Format]
) -> None:
    """Write what the letters mean and what is counted; a note without a meaning is a title."""
    sheet.set_column(0, 0, 6)
    sheet.set_column(1, 1, 80)
    for number, (letter, meaning) in enumerate(notes):
        if not meaning:
            sheet.write_string(number, 0, _safe_text(letter), formats["title"])
            continue
        if letter:
            sheet.write_string(number, 0, _safe_text(letter), formats["letter"])
        sheet.write_string(number, 1, _safe_text(meaning), formats["note"])


def _column_width(column: Sequence[Cell], widest: int) -> int:
    """Return the width that a column's text takes, up to ``widest``, at which it wraps.

    A rotated head takes no width, and the name of a sector runs on over the empty cells beside it.
    """
    lengths = (
        len(str(content)) for content, style in column if style not in (ROTATED_HEAD, "sector")
    )
    return max(MIN_COLUMN_WIDTH, min(widest, 2 + max(lengths, default=0)))


def _row_height(row: Row, widths: Sequence[int]) -> float:
    """Return the height in points that a row's text takes: not every program works it out."""
    height: float = LINE_HEIGHT
    for (content, style), width in zip(row, widths, strict=True):
        if style == ROTATED_HEAD:
            height = max(height, len(str(content)) * LETTER_HEIGHT + 6)
        elif style != "sector" and len(str(content)) > width * CHARACTERS_PER_WIDTH:
            height = max(
                height, len(wrap(str(content), int(width * CHARACTERS_PER_WIDTH))) * LINE_HEIGHT
            )
    return min(height, MAX_ROW_HEIGHT)


def _safe_text(text: str) -> str:
    """Escape formulas, remove characters that XML forbids, and cut off what a cell cannot hold."""
    return xml_text(escape_formula(text))[:MAX_CELL_LENGTH]


def _margin_text(text: str) -> str:
    """Escape a text for the head or foot of a page, where '&' begins a command."""
    escaped = xml_text(" ".join(text.split()))[:60].replace("&", "&&")
    return re.sub(r"&(?=[G\[])", "& ", escaped)  # XlsxWriter takes '&&G' for a command too


def _sheet_name(text: str) -> str:
    """Return a name that Excel allows for a sheet and that is not the notes' own.

    The name is ``Register`` where nothing of the text can be used.
    """
    name = " ".join(_FORBIDDEN_IN_NAMES.sub(" ", xml_text(text)).split())
    name = name.encode("utf-16-le")[:62].decode("utf-16-le", "ignore").strip("' ")  # 31 characters
    return "Register" if name.lower() in ("", "notes", "history") else name


_LETTER_STYLES: Final = ("X", "Y", "F")  # cells of the matrix can hold several of them


def _cell_formats(colours: Palette) -> dict[str, dict[str, Any]]:
    """Return the formats of cells by name; no two differ in colour alone (WCAG 2.2, 1.4.1)."""
    border = {"bottom": 1, "bottom_color": colours.line}
    font = {"font_name": "Arial", "font_size": 10, "font_color": colours.ink}
    base: dict[str, Any] = font | border | {"valign": "top"}
    soft_colour, bold = {"font_color": colours.soft}, {"bold": True}
    centred, wrapped = {"align": "center"}, {"text_wrap": True}
    head = base | bold | wrapped | {"valign": "bottom", "bottom": 2, "bottom_color": colours.ink}
    total = base | bold | wrapped | {"top": 2, "top_color": colours.ink, "bottom": 0}
    letter = base | centred
    faint_letter, strong_letter = (
        letter | soft_colour | {"italic": True},
        letter | bold | {"underline": 1},
    )
    texts = {
        "text": base | wrapped,
        "soft": base | soft_colour | wrapped,
        "vacant": base | soft_colour | wrapped | {"italic": True},
        "sector": base | bold | {"bg_color": colours.tint},
    }
    heads = {
        "head": head,
        "centred head": head | centred,
        ROTATED_HEAD: head | centred | {"rotation": 90, "text_wrap": False},
        "code": head | centred | {"bottom": 0},
        "place": head | centred | soft_colour | {"bold": False, "valign": "top"},
    }
    letters = {
        "X": letter,
        "Y": faint_letter,
        "F": strong_letter,
        "P": letter,
        "A": faint_letter,
        "S": strong_letter,
    }
    numbers = {"number": letter, "total": total, "sum": total | centred}
    notes = {
        "title": font | bold | {"font_size": 14},
        "letter": font | bold | {"valign": "top"},
        "note": font | wrapped | {"valign": "top"},
    }
    return {"": letter} | texts | heads | letters | numbers | notes


# --- the three workbooks --------------------------------------------------------------------


def matrix_xlsx(facts: MatrixFacts, theme: DocumentTheme) -> bytes:
    """Write the matrix as a workbook: roles by sector, one column for each community."""
    blanks = [("", "sector")] * (len(facts.columns) + 1)
    rows: list[Row] = []
    for sector in facts.sectors:
        rows.append([(sector.name, "sector"), *blanks])
        for row in sector.rows:
            role = (row.role, "vacant" if row.note else "text")
            rows.append([(sector.name, "soft"), role, *((cell, cell[:1]) for cell in row.cells)])
    table = SheetTable(
        name="Matrix",
        title=f"Membership on {facts.as_of}",
        heads=_community_heads(
            ["Sector", "Role"], [(column.code, column.place) for column in facts.columns]
        ),
        rows=rows,
        totals=[
            ("", "total"),
            (facts.label, "total"),
            *((column.total, "sum") for column in facts.columns),
        ],
        fixed=2,
        widest=(27, 44, 14),
    )
    remark = f"One letter stands for one person. {facts.excluded}".strip()
    notes = [*facts.legend, ("", remark if facts.columns else NO_COMMUNITY)]
    return write_workbook(table, notes, facts.programme, facts.day, theme)


def register_xlsx(facts: RegisterFacts, theme: DocumentTheme) -> bytes:
    """Write the register of a community as a workbook, one column for each meeting."""
    heads: Row = [(head, "head") for head in ("Member", "Letter")]
    heads += [(meeting.slug, ROTATED_HEAD) for meeting in facts.meetings]
    table = SheetTable(
        name=facts.community,
        title=f"{facts.community}: register on {facts.as_of}",
        heads=([*heads, ("Came to", ROTATED_HEAD)],),
        rows=[
            [
                *((row.label, "text"), (row.letter, row.letter)),
                *((mark, mark) for mark in map(spreadsheet_mark, row.marks)),
                (row.came, "number"),
            ]
            for row in facts.members
        ],
        totals=[
            *(("Present", "total"), ("", "total")),
            *((meeting.present, "sum") for meeting in facts.meetings),
            ("", "total"),
        ],
        fixed=2,
        widest=(40, 12),
    )
    return write_workbook(table, [*LEGEND[:-1], *facts.letters], facts.programme, facts.day, theme)


def sectors_xlsx(facts: SectorFacts, theme: DocumentTheme) -> bytes:
    """Write the members by sector as a workbook; a hidden small number stays a remark."""
    columns = [(column.code, column.place) for column in facts.columns]
    totals = [*(column.total for column in facts.columns), facts.total]
    table = SheetTable(
        name="Sectors",
        title=f"Members by sector on {facts.as_of}",
        heads=_community_heads(["Sector"], [*columns, ("Total", "")]),
        rows=[
            [
                (row.sector, "text"),
                *(_count_cell(cell, "number") for cell in (*row.cells, row.total)),
            ]
            for row in facts.rows
        ],
        totals=[(facts.label, "total"), *(_count_cell(total, "sum") for total in totals)],
        fixed=1,
        widest=(40, 14),
    )
    notes = [("", f"{facts.presence} {facts.note}" if facts.columns else NO_COMMUNITY)]
    return write_workbook(table, notes, facts.programme, facts.day, theme)


def _community_heads(first: Iterable[str], columns: Iterable[tuple[str, str]]) -> tuple[Row, Row]:
    """Return two rows of heads: the codes of communities, and below them their places.

    ``first`` are the heads of the columns before them.
    """
    codes: Row = [(head, "head") for head in first]
    places: Row = [("", "head") for _ in codes]
    for code, place in columns:
        codes.append((code, "code" if place else "centred head"))
        places.append((place, "place" if place else "centred head"))
    return codes, places


def _count_cell(text: str, style: str) -> Cell:
    # A small number that may not be known is a text such as '<5'.
    return (int(text) if text.isdecimal() else text, style)
