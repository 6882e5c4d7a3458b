"""The workbooks as a spreadsheet program reads them."""

from __future__ import annotations

import datetime as dt
import json
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook

from copkit.analysis.attendance import build_matrix, build_register
from copkit.documents.facts.attendance import matrix_facts, register_facts
from copkit.documents.spreadsheets import matrix_xlsx, register_xlsx
from copkit.documents.theme import DEFAULT_THEME, LIGHT, MIN_TEXT_CONTRAST, DocumentTheme, contrast
from copkit.folder import load
from tests.conftest import EXAMPLE, Copkit, Write

HOSTILE = [
    *("=1+1", "\\t=cmd|' /C calc'!A0", "＝1", "@SUM(1)", "+1", "-2", "\\r\\n=1", "﹦1", "x;=1"),
    *("_x003D_1+1", "\\uFFFE=1", "{=1}", "https://bad.example", "0123", "TRUE", "x" * 40_000),
]
ROSTER = "members:\n" + "".join(
    f'  - id: m-{number}\n    role: "{text}"\n    sector: "{text}"\n'
    for number, text in enumerate(HOSTILE)
)


def opened(data: bytes) -> Any:
    return load_workbook(BytesIO(data), rich_text=False)


def shown(sheet: Any) -> list[list[Any]]:
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


@pytest.fixture(scope="module")
def example_books() -> dict[str, bytes]:
    """The example's matrix and a register, as of its end."""
    programme = load(EXAMPLE)
    end = dt.date(2012, 12, 31)
    matrix = matrix_facts(build_matrix(programme, end), "Multiple needs & more")
    register = build_register(programme.community("brighton"), 2, end)
    look = DocumentTheme(footer="R&G [Picture] &[Picture] &Z")
    return {
        "matrix": matrix_xlsx(matrix, look),
        "again": matrix_xlsx(matrix, look),
        "register": register_xlsx(register_facts(register, "Multiple needs"), DEFAULT_THEME),
    }


def test_the_matrix_has_the_cells_of_the_json(
    example_books: dict[str, bytes], copkit: Copkit
) -> None:
    sheet = opened(example_books["matrix"])["Matrix"]
    stated = json.loads(
        copkit("attendance", "--json", "--as-of", "2012-12-31", "-C", EXAMPLE).stdout
    )

    heads, places, *rows, totals = shown(sheet)

    columns = stated["columns"]
    assert heads == ["Sector", "Role", *(column["code"] for column in columns)]
    assert places[2:4] == ["Brighton", "Halifax"]
    seats = [row for row in rows if row[1] is not None]
    assert seats == [
        [row["sector"], row["role"], *(row["cells"].get(column["id"]) for column in columns)]
        for row in stated["rows"]
    ]
    assert totals[1:] == [
        f"Confirmed members (N={stated['total']} excluding Ys)",
        *(column["total"] for column in columns),
    ]
    sectors = [row[0] for row in rows if row[1] is None]
    assert sectors == list(dict.fromkeys(row["sector"] for row in stated["rows"]))


def test_the_register_has_its_marks_and_counts(example_books: dict[str, bytes]) -> None:
    sheet = opened(example_books["register"])["Brighton community of practice"]

    heads, first, *_, totals = shown(sheet)

    assert heads[:4] == ["Member", "Letter", "2012-03-21", "2012-04-18"]
    assert heads[-1] == "Came to"
    assert first[:4] == ["Director, Substance Misuse Service", "F", "P", "P"]
    assert first[-1] == first.count("P")
    assert totals[0] == "Present"
    assert totals[2] == 16


def test_two_builds_are_the_same_byte_for_byte(example_books: dict[str, bytes]) -> None:
    assert example_books["matrix"] == example_books["again"]


def test_heads_stay_in_sight_and_on_every_page_one_wide(example_books: dict[str, bytes]) -> None:
    for book, sheet, fixed, rows in (
        ("matrix", "Matrix", "C3", "$1:$2"),
        ("register", "Brighton community of practice", "C2", "$1:$1"),
    ):
        page = opened(example_books[book])[sheet]
        assert page.freeze_panes == fixed
        assert page.print_title_rows == rows
        assert page.page_setup.paperSize == 9  # A4
        assert page.page_setup.orientation == "landscape"
        assert page.sheet_properties.pageSetUpPr.fitToPage
        assert page.page_setup.fitToWidth in (None, 1)  # which is what none means
        assert page.page_setup.fitToHeight == 0
        assert page.auto_filter.ref.endswith(str(page.max_row - 1))


def test_what_stands_in_the_margins_is_text_and_not_a_command(
    example_books: dict[str, bytes],
) -> None:
    with ZipFile(BytesIO(example_books["matrix"])) as book:
        xml = book.read("xl/worksheets/sheet1.xml").decode()

    assert "<oddHeader>&amp;LMultiple needs &amp;&amp; more&amp;RMembership on 31" in xml
    assert (
        "&amp;LR&amp;&amp; G [Picture] &amp;&amp; [Picture] &amp;&amp;Z&amp;RPage &amp;P of" in xml
    )


def test_letters_differ_by_more_than_colour_and_every_colour_can_be_read(
    example_books: dict[str, bytes],
) -> None:
    sheet = opened(example_books["matrix"])["Matrix"]
    dresses = {}
    for cell in (cell for row in sheet.iter_rows() for cell in row if cell.value):
        if cell.value in ("X", "Y", "F") and cell.column > 2:
            dresses[cell.value] = (cell.font.b, cell.font.i, cell.font.u)
        ground = cell.fill.fgColor.rgb[2:] if cell.fill.fill_type else "ffffff"
        ink = cell.font.color.rgb[2:]
        assert contrast(f"#{ink}", f"#{ground}") >= MIN_TEXT_CONTRAST
    assert len(set(dresses.values())) == 3
    sector = next(cell for cell in sheet["A"] if cell.value == "NHS")
    assert sector.font.b
    assert sector.fill.fgColor.rgb[2:].lower() == LIGHT.tint[1:]


def test_a_sheet_of_its_own_says_what_is_counted(example_books: dict[str, bytes]) -> None:
    notes = shown(opened(example_books["matrix"])["Notes"])

    assert notes[0][0] == "Membership on 31 December 2012"
    assert ["F", "facilitator"] in notes
    assert "Ys are left out of the totals" in notes[-1][1]


def test_the_properties_give_title_and_the_day_that_is_counted_to(
    example_books: dict[str, bytes],
) -> None:
    book = opened(example_books["matrix"])

    assert book.properties.title == "Membership on 31 December 2012"
    assert str(book.properties.created) == "2012-12-31 00:00:00"
    assert book.custom_doc_props["Language"].value == "en-GB"


@pytest.mark.parametrize("command", [["attendance"], ["attendance", "--for", "public"]])
def test_no_cell_of_a_stranger_is_a_formula_a_number_or_a_link(
    write: Write, copkit: Copkit, tmp_path: Path, command: list[str]
) -> None:
    write("copkit.yaml", 'name: "=&G[1]"\nstarts: 2026-01-01\n')
    folder = write("communities/harbour/roster.yaml", ROSTER)

    result = copkit(*command, "--output", tmp_path / "table.xlsx", "-C", folder)

    assert result.status == 0, result.output
    data = (tmp_path / "table.xlsx").read_bytes()
    cells = [cell for sheet in opened(data) for row in sheet.iter_rows() for cell in row]
    seen = [cell for cell in cells if cell.value is not None]
    for cell in seen:
        assert cell.data_type in ("s", "n")
        assert cell.hyperlink is None
        assert not str(cell.value).strip().startswith(("=", "+", "-", "@", "＝", "﹦"))
    texts = {cell.value for cell in seen if cell.data_type == "s"}
    assert {"'=1+1", "'＝1", "'+1", "'@SUM(1)", "x;'=1", "_x003D_1+1", "0123", "TRUE"} <= texts
    with ZipFile(BytesIO(data)) as book:
        assert not any(b"<f>" in book.read(name) for name in book.namelist())


def test_the_name_of_a_sheet_is_one_that_it_can_have(write: Write, copkit: Copkit) -> None:
    name = "\"[a]:*?/\\\\ 'and a name that goes on and on'\""
    community = f"---\ncode: CP1\nname: {name}\nplace: P\nstatus: active\n---\n"
    write("communities/harbour/community.md", community)
    write("communities/harbour/roster.yaml", "members:\n  - id: a\n    role: R\n    sector: S\n")
    folder = write(
        "communities/harbour/meetings/2026-01-05.md", "---\ndate: 2026-01-05\npresent: [a]\n---\n"
    )

    result = copkit("attendance", "build", "-f", "xlsx", "-C", folder)

    assert result.status == 0, result.output
    file = folder / "build/attendance/registers/harbour/register.xlsx"
    assert load_workbook(file).sheetnames == ["a 'and a name that goes on and", "Notes"]


def test_a_sheet_of_signs_that_count_twice_has_a_name_that_is_short_enough(
    write: Write, copkit: Copkit
) -> None:
    name = "The 🌊🌊🌊🌊 community of the long harbour"
    community = f"---\ncode: CP1\nname: {name}\nplace: P\nstatus: active\n---\n"
    write("communities/harbour/community.md", community)
    write("communities/harbour/roster.yaml", ROSTER)
    folder = write("communities/harbour/meetings/2026-01-05.md", "---\ndate: 2026-01-05\n---\n")
    file = folder / "register.xlsx"

    result = copkit("attendance", "register", "harbour", "--output", file, "-C", folder)

    assert result.status == 0, result.output
    assert len(load_workbook(file).sheetnames[0].encode("utf-16-le")) <= 62
