"""The sixteen sheets: plain, sourced, and each a page on paper."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from copkit.analysis.toolkit import KitView, build_community_kit, sheet_views
from copkit.documents.docx.documents import toolkit_docx
from copkit.documents.facts.toolkit import KitFacts, build_kit
from copkit.documents.formats import DOCUMENTS
from copkit.documents.pdf import toolkit_pdf
from copkit.documents.sheets import KIT, find_sheet, load_kit, shipped_sheet_text
from copkit.documents.theme import DEFAULT_THEME
from copkit.errors import CopkitError
from copkit.folder import load
from copkit.layout import shipped_folder
from copkit.pii.scan import find_details
from copkit.records.schema.audience import Audience
from tests.conftest import EXAMPLE, Write
from tests.docs.fog import fog
from tests.docs.pages import Page
from tests.docs.test_pages import other_words


@cache
def kit() -> KitFacts:
    return build_kit(KitView("", sheet_views(load_kit(), Audience.PUBLIC)))


@cache
def halifax() -> KitFacts:
    """The kit as it is printed for Halifax on its last day."""
    programme = load(EXAMPLE)
    community = build_community_kit(programme, programme.community("halifax"), dt.date(2012, 6, 13))
    views = sheet_views(load_kit(), Audience.MEMBERS)
    return build_kit(KitView(programme.settings.name, views, community))


def test_the_kit_is_what_lies_in_the_folder() -> None:
    folder = shipped_folder("templates") / "toolkit"

    assert sorted(KIT) == sorted(path.stem for path in folder.glob("*"))
    assert len(KIT) == 16


@pytest.mark.parametrize("sheet", load_kit(), ids=lambda sheet: sheet.slug)
def test_a_sheet_is_plain_sourced_and_for_everybody(sheet: Any, tmp_path: Path) -> None:
    page = Page(tmp_path / "sheet.md")
    page.path.write_text(sheet.body, encoding="utf-8")

    assert fog(page) <= 10
    assert other_words(page.prose) == []
    assert sheet.rests_on
    assert sheet.minutes
    assert sheet.audience is Audience.PUBLIC
    assert list(find_details(shipped_sheet_text(sheet.slug))) == []


@pytest.mark.parametrize("facts", [kit, halifax], ids=["anybody", "halifax"])
def test_the_whole_kit_is_tagged_small_and_a_page_a_sheet(facts: Any) -> None:
    pdf = toolkit_pdf(facts(), DEFAULT_THEME)
    reader = PdfReader(BytesIO(pdf))
    texts = [page.extract_text() for page in reader.pages]

    assert len(pdf) <= 200_000
    assert 16 <= len(texts) <= 20
    catalogue: Any = reader.trailer["/Root"]
    assert b"pdfuaid:part" in catalogue["/Metadata"].get_data()
    for number, sheet in enumerate(facts().sheets, 1):
        # the title is the first thing on a page of its own
        starts = [
            text for text in texts if re.search(rf"sheet {number}\s+{re.escape(sheet.title)}", text)
        ]
        assert len(starts) == 1, sheet.title


def test_boxes_on_paper_are_never_ticked_but_by_records() -> None:
    assert not any(
        box.ticked for sheet in halifax().sheets for part in sheet.parts for box in part.boxes
    )
    assert sum(box.ticked for box in halifax().checklist) == 6
    assert kit().checklist == ()


@pytest.mark.parametrize("file_format", ["html", "md"])
def test_a_form_to_fill_in_and_its_boxes_are_in_every_text(file_format: str) -> None:
    text = DOCUMENTS["toolkit"][file_format](kit(), DEFAULT_THEME).decode()

    assert "Looked at again after meeting three" in text
    assert text.count("No service can solve it alone.") == 1
    assert "[ ] No service" in text if file_format == "md" else '<ul class="boxes">' in text


def test_word_starts_each_sheet_on_a_page_with_boxes_to_tick() -> None:
    with zipfile.ZipFile(BytesIO(toolkit_docx(kit(), DEFAULT_THEME))) as file:
        text = file.read("word/document.xml").decode()

    assert text.count("<w:pageBreakBefore/>") == 16
    assert "☐ " in text
    assert "☑" not in text
    with zipfile.ZipFile(BytesIO(toolkit_docx(halifax(), DEFAULT_THEME))) as file:
        assert file.read("word/document.xml").decode().count("☑") == 6


def test_records_fill_in_the_first_six_the_seats_and_the_signs() -> None:
    sheets = {sheet.title: sheet for sheet in halifax().sheets}
    first = next(part.table for part in sheets["The first six"].parts if part.table)
    seats = [part.table for part in sheets["Who should be in it"].parts if part.table][-1]
    signs = next(part.table for part in sheets["Warning signs"].parts if part.table)

    assert [row.cells[0] for row in first.rows] == [
        "Wednesday 11 April 2012, 10:00", "Wednesday 9 May 2012, 10:00",
        "Wednesday 13 June 2012, 10:00", "", "", "",
    ]  # fmt: skip
    assert first.rows[1].cells[1] == "Women’s Support Worker/Manager and Housing Support Worker"
    assert seats.rows[2].cells[:3] == ("NHS", "", "")
    assert "and 3 more" in seats.rows[2].cells[3]
    assert "Five people can be counted on after three meetings" in signs.rows[0].cells[0]


# --- sheets of a programme's own ----------------------------------------------------------------

OWN = "---\ntitle: Our rules\nasks: How do we talk?\n---\n\n1. Be kind.\n"


def test_a_sheet_of_ones_own_wins_and_another_comes_last(write: Write) -> None:
    write("toolkit/ground-rules.md", OWN)
    folder = write("toolkit/visitors.md", OWN.replace("Our rules", "Visitors"))

    sheets = load_kit(load(folder).toolkit)

    assert [sheet.title for sheet in sheets][6] == "Our rules"
    assert sheets[-1].slug == "visitors"
    assert len(sheets) == 17


def test_a_sheet_that_others_may_not_see_leaves_no_trace(write: Write) -> None:
    folder = write("toolkit/visitors.md", OWN.replace("asks", "audience: members\nasks"))

    views = sheet_views(load_kit(load(folder).toolkit), Audience.PUBLIC)

    assert [view.name for view in views] == list(KIT)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("3", "brokerage"),
        ("ground", "ground-rules"),
        ("The taster", "taster"),
        ("FIRST-SIX", "first-six"),
    ],
)
def test_a_sheet_answers_to_number_name_and_title(typed: str, name: str) -> None:
    assert find_sheet(load_kit(), typed).slug == name


@pytest.mark.parametrize(
    ("typed", "hint"),
    [("brokrage", "did you mean 'brokerage'?"), ("99", "'copkit toolkit' lists them")],
)
def test_what_is_no_sheet_is_said_with_the_nearest(typed: str, hint: str) -> None:
    with pytest.raises(CopkitError) as caught:
        find_sheet(load_kit(), typed)

    assert hint in caught.value.hint


UNKIND = """\
| a | b | c |
|---|---|---|
| 1 |
| <script>alert(1)</script> | #import "x" | `| x` | 5 |
|||

- [ ] **A** [link](javascript:alert(1)) <b>x</b>
- [x] ticked by hand
- [ ]

- [ ] one
- and one that is no box

{{ facts.secret }} {% include "page.css" %}
"""


@pytest.mark.parametrize("file_format", ["html", "md", "docx", "pdf"])
def test_whatever_stands_in_a_sheet_is_printed_as_text(file_format: str, write: Write) -> None:
    folder = write(
        "toolkit/odd.md", f"---\ntitle: '#set page(1)'\nasks: '{{{{ x }}}}'\n---\n\n{UNKIND}"
    )
    views = sheet_views(load_kit(load(folder).toolkit), Audience.MEMBERS)[-1:]

    data = DOCUMENTS["toolkit"][file_format](build_kit(KitView("", views)), DEFAULT_THEME)

    if file_format == "pdf":
        text = PdfReader(BytesIO(data)).pages[0].extract_text()
    elif file_format == "docx":
        with zipfile.ZipFile(BytesIO(data)) as file:
            text = file.read("word/document.xml").decode()
    else:
        text = data.decode()
    assert "facts.secret" in text
    assert "<script>" not in text if file_format == "html" else "alert(1)" in text
    assert "javascript:" not in text


def test_a_table_without_end_is_refused(write: Write) -> None:
    rows = "| x |\n" * 1001
    folder = write("toolkit/odd.md", f"---\ntitle: T\nasks: Q\n---\n\n| a |\n|---|\n{rows}")
    views = sheet_views(load_kit(load(folder).toolkit), Audience.MEMBERS)[-1:]

    with pytest.raises(CopkitError, match="too long for paper"):
        build_kit(KitView("", views))
