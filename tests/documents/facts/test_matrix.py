"""The matrix as a page, as Markdown and for a spreadsheet."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from copkit.documents.spreadsheets import escape_formula, to_csv
from tests.conftest import Copkit, Write
from tests.documents.forms import require_well_built

SEATS = """\
name: Harbour programme
starts: 2026-01-01
seats:
  NHS:
    - Nurse
    - Matron | Sister
"""
ROSTER = """\
members:
  - id: nurse-1
    role: Nurse
    sector: NHS
  - id: clown-1
    role: "=1+1"
    sector: Circus
    part: facilitator
"""


def matrix(copkit: Copkit, folder: Path, form: str, *options: str) -> str:
    result = copkit("attendance", "-f", form, "--as-of", "2026-02-28", "-C", folder, *options)
    assert result.status == 0, result.output
    return str(result.stdout)


@pytest.mark.parametrize(("form", "ending"), [("html", "html"), ("markdown", "md"), ("csv", "csv")])
def test_the_example_looks_as_agreed(
    copkit: Copkit, example: Path, golden: Callable[[str, str], None], form: str, ending: str
) -> None:
    printed = copkit("attendance", "-f", form, "--as-of", "2012-12-31", "-C", example).stdout

    golden(f"matrix.{ending}", printed.replace("\r\n", "\n"))


def test_the_page_names_columns_rows_and_sectors_for_a_screen_reader(
    copkit: Copkit, write: Write
) -> None:
    write("copkit.yaml", SEATS)
    folder = write("communities/harbour/roster.yaml", ROSTER)

    page = matrix(copkit, folder, "html", "--explain")

    require_well_built(page)
    assert '<th scope="col">CP1<span class="place">Harbour</span></th>' in page
    assert '<th scope="rowgroup" colspan="3"><span>NHS</span></th>' in page
    assert '<th scope="row">Matron | Sister (nobody yet)</th>' in page
    regions = re.findall(r'<section class="scroll" aria-label="[^"]+" tabindex="0">', page)
    assert len(regions) == page.count("<table") == 2
    assert "The one Y is left out of the totals." in page
    for letter in "XYF":
        assert f'<strong class="letter-{letter}">{letter}</strong>' in page


def test_many_communities_come_in_tables_of_ten_with_totals_of_rows_and_columns(
    copkit: Copkit, write: Write
) -> None:
    write("copkit.yaml", SEATS)
    for number in range(2, 13):
        place = f"communities/place-{number}"
        head = f"---\ncode: CP{number}\nname: Place {number}\nplace: Place {number}\n"
        write(f"{place}/community.md", f"{head}status: active\n---\n")
        folder = write(f"{place}/roster.yaml", ROSTER)

    page = matrix(copkit, folder, "html")

    require_well_built(page)
    assert page.count('<table class="matrix turned">') == 2
    assert "Who takes part, by role and community: CP1 to CP10</caption>" in page
    assert "Who takes part, by role and community: CP11 to CP12</caption>" in page
    for row in ("Nurse (nobody confirmed)", "Matron | Sister (nobody yet)", "=1+1"):
        assert page.count(f'<th scope="row">{row}</th>') == 2
    # eleven facilitators: each table states the whole of a row, and of the programme
    assert page.count('<td class="sum">11</td>') == 2
    assert page.count("<td>11</td>\n</tr>\n</tfoot>") == 2


def test_a_programme_without_communities_says_so(copkit: Copkit, write: Write) -> None:
    folder = write("copkit.yaml", SEATS)
    (folder / "communities/harbour/community.md").unlink()
    (folder / "communities/harbour").rmdir()

    page = matrix(copkit, folder, "html")

    require_well_built(page)
    assert "There is no community yet." in page
    assert "There is no community yet." in matrix(copkit, folder, "markdown")
    assert "<table" not in page


def test_without_any_meeting_everybody_but_the_facilitator_is_a_y(
    copkit: Copkit, write: Write
) -> None:
    write("copkit.yaml", SEATS)
    folder = write("communities/harbour/roster.yaml", ROSTER)

    text = matrix(copkit, folder, "markdown")

    assert "| Nurse (nobody confirmed) | Y |\n" in text
    assert "| =1+1 | F |\n" in text or "| \\=1+1 | F |\n" in text


@pytest.mark.parametrize("count", [1, 6, 42])
def test_every_row_has_a_cell_for_every_community(copkit: Copkit, write: Write, count: int) -> None:
    write("copkit.yaml", SEATS)
    for number in range(2, count + 1):
        write(
            f"communities/c{number}/community.md",
            f"---\ncode: CP{number}\nname: N\nplace: Place | {number}\nstatus: active\n---\n",
        )
    folder = write("communities/harbour/roster.yaml", ROSTER)

    page = matrix(copkit, folder, "html")
    shown = MarkdownIt("gfm-like", {"linkify": False}).render(matrix(copkit, folder, "markdown"))

    bands = [page.count('<th scope="col">CP', *span.span()) for span in TABLE.finditer(page)]
    assert sum(bands) == count
    assert max(bands) <= 10
    # on the page one more for the whole of each row
    for columns, table in zip(bands, TABLE.findall(page), strict=True):
        assert f'colspan="{columns + 2}"' in table
        assert widths(table) == {columns + 2}
    assert widths(shown) == {count + 1}


TABLE = re.compile("<table.*?</table>", re.DOTALL)


def widths(html: str) -> set[int]:
    """Return how many cells the rows of a table have, apart from those of sectors."""
    rows = [row for row in html.split("</tr>") if "<tr" in row and "rowgroup" not in row]
    return {len(re.findall(r"<t[hd][ >]", row)) for row in rows}


@pytest.mark.parametrize(
    "cell",
    [
        '=HYPERLINK("https://bad.example","x")',
        "+1+run|' /C x'!A0",
        "-2+3+run|x",
        "@SUM(1+1)",
        "\t=1+1",
        "\r=1+1",
        "\n=1+1",
        " =1+1",
        "\u00a0=1+1",
        "\uff1d1+1",
        "\uff0b1",
        "\uff0d1",
        "\uff20x",
    ],
)
def test_what_a_spreadsheet_would_compute_opens_as_text(cell: str) -> None:
    text = to_csv([[cell, "x"]])
    shown = " ".join(cell.split())

    assert text.startswith("\ufeff")
    assert next(csv.reader(io.StringIO(text[1:], newline=""))) == [f"'{shown}", "x"]


@pytest.mark.parametrize("cell", ["Nurse", "A=B", "", "9 - 5", "'quoted'", "Ünal | Co"])
def test_ordinary_text_stays_as_it_is_for_a_spreadsheet(cell: str) -> None:
    assert escape_formula(cell) == cell


def test_the_spreadsheet_has_the_totals_of_the_matrix(copkit: Copkit, write: Write) -> None:
    write("copkit.yaml", SEATS)
    folder = write("communities/harbour/roster.yaml", ROSTER)

    rows = list(csv.reader(io.StringIO(matrix(copkit, folder, "csv").removeprefix("\ufeff"))))

    assert rows == [
        ["Sector", "Role", "CP1"],
        ["NHS", "Nurse", "Y"],
        ["NHS", "Matron | Sister", ""],
        ["Circus", "'=1+1", "F"],
        ["", "Confirmed members (N=1 excluding Ys)", "1"],
    ]
