"""The register as a page and as Markdown."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

from markdown_it import MarkdownIt

from tests.conftest import EXAMPLE, Copkit, Write
from tests.documents.forms import require_well_built

ROSTER = """\
members:
  - id: nurse-1
    role: "Nurse | <b>ward</b>"
    sector: NHS
  - id: matron-1
    role: Matron
    sector: NHS
  - id: researcher-1
    role: Researcher
    sector: University
    part: knowledge-broker
"""
MEETING = "---\ndate: 2026-01-05\npresent: [nurse-1]\napologies: [matron-1]\n---\n"


def register(copkit: Copkit, folder: Path, form: str, community: str = "harbour") -> str:
    result = copkit("attendance", "register", community, "-f", form, "-C", folder)
    assert result.status == 0, result.output
    return str(result.stdout)


def test_the_page_names_members_and_meetings_for_a_screen_reader(
    copkit: Copkit, write: Write
) -> None:
    write("communities/harbour/roster.yaml", ROSTER)
    folder = write("communities/harbour/meetings/2026-01-05.md", MEETING)

    page = register(copkit, folder, "html")

    require_well_built(page)
    assert '<section class="scroll" aria-label="Register" tabindex="0">' in page
    assert '<th scope="col">5 Jan<span class="place">2026</span></th>' in page
    assert '<th scope="row">Nurse | &lt;b&gt;ward&lt;/b&gt; (Y)</th>' in page
    assert "<td><strong>P</strong></td>" in page
    assert "<td>A</td>" in page
    assert "<strong>S</strong> sent somebody else" in page
    assert "<strong>X</strong> attended 2 meetings or more" in page


def test_every_line_has_a_cell_for_every_meeting(copkit: Copkit) -> None:
    page = register(copkit, EXAMPLE, "html", "brighton")
    shown = MarkdownIt("gfm-like", {"linkify": False}).render(
        register(copkit, EXAMPLE, "markdown", "brighton")
    )

    for html, cells in ((page, 13), (shown, 14)):
        rows = [row for row in html.split("</tr>") if "<tr" in row]
        assert len(rows) == 21
        assert {len(re.findall(r"<t[hd][ >]", row)) for row in rows} == {cells}


def test_the_forms_say_the_same(copkit: Copkit) -> None:
    rows = list(csv.reader(io.StringIO(register(copkit, EXAMPLE, "csv", "brighton")[1:])))
    text = register(copkit, EXAMPLE, "markdown", "brighton")

    lines = [line for line in text.split("\n") if line.startswith("| ")][2:-1]
    for (_, role, letter, *marks), line in zip(rows[1:], lines, strict=True):
        label, *cells = (cell.strip().replace("–", "") for cell in line.split("|")[1:-2])
        assert re.sub(r"\\|( \d+)$", "", label) == role
        assert cells == [letter, *marks]


def test_a_reader_finds_roles_and_no_ids(copkit: Copkit, write: Write) -> None:
    folder = write("communities/harbour/meetings/2026-01-05.md", MEETING)
    second = "  - id: nurse-2\n    role: Matron\n    sector: NHS\n"
    write("communities/harbour/roster.yaml", ROSTER + second)

    for form in ("html", "markdown", "svg", "table"):
        shown = register(copkit, folder, form)
        assert "Matron 1" in shown
        assert "Matron 2" in shown
        assert "Researcher 1" not in shown
        assert "matron-1" not in shown


def test_a_community_that_has_not_met_says_so(copkit: Copkit, write: Write) -> None:
    folder = write("communities/harbour/roster.yaml", ROSTER)

    for form in ("html", "markdown"):
        assert "There has been no meeting yet." in register(copkit, folder, form)
