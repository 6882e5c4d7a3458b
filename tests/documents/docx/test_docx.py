"""The brief as Word: what a reader, a screen reader and Word itself find in it."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from pypdf import PdfReader

from copkit.cli.documents.build import brief_facts
from copkit.documents.charts.bars import build_bars
from copkit.documents.docx.documents import brief_docx
from copkit.documents.facts.shared import BlockageStory, BriefFacts
from copkit.documents.pictures import svg_to_png
from copkit.documents.theme import DEFAULT_THEME, Logo
from copkit.errors import CopkitError
from copkit.folder import load
from copkit.text.markdown import Prose
from tests.conftest import EXAMPLE, STUCK, Copkit, Write
from tests.documents.docx.reader import headings_of, links_of, opened, parts_of, require_sound
from tests.hostile.attacks import attacks

BARE = BriefFacts(
    title="A short brief",
    programme="Harbour programme",
    addressee="The board",
    period="January 2026",
    as_at="31 January 2026",
    ask="Open the doors on Saturdays.",
    reply_by="",
    cover=Prose(""),
    blockages=(),
    charts=(),
    counts=(),
    blockages_note="No case of this time names a blockage.",
    outcomes=(),
    outcomes_note="",
    membership="One community of practice had no confirmed member.",
    seats="",
    empty_seats=(),
    asked_note="",
    asked_before=(),
    cases_note="",
    cases=(),
    care="",
)
NOTE = "---\ntitle: B\nfrom: 2026-01-01\nuntil: 2026-01-31\naddressee: A\nask: b\n---\n"


@pytest.fixture(scope="module")
def winter() -> bytes:
    """The brief of the example."""
    programme = load(EXAMPLE)
    brief = programme.briefs[0]
    return brief_docx(brief_facts(programme, brief, brief.audience), DEFAULT_THEME)


def told(markdown: str) -> bytes:
    """Build a brief whose own words are some Markdown."""
    return brief_docx(replace(BARE, cover=Prose(markdown, below=1)), DEFAULT_THEME)


def paragraphs(data: bytes) -> list[tuple[str, str]]:
    return [(one.style.name, one.text) for one in opened(data).paragraphs]


def test_the_example_has_the_headings_of_the_web_page_in_their_order(winter: bytes) -> None:
    require_sound(winter)

    found = headings_of(opened(winter))

    assert found[0] == (0, "Winter 2012 brief to the joint commissioning board")
    assert [text for level, text in found if level == 1] == [
        "What we ask of you",
        "What we have asked you before",
        "What keeps blocking practitioners",
        "What came of it",
        "Who takes part",
        "Case studies behind this brief",
    ]
    assert len([text for level, text in found if level == 2]) == 1


def test_a_table_says_its_head_again_on_every_page_and_breaks_no_row(winter: bytes) -> None:
    tables = opened(winter).tables

    heads = [[cell.text for cell in table.rows[0].cells] for table in tables]
    assert heads == [
        ["Blockage", "Cases", "Communities"],
        ["What they achieved", "Helped", "In part", "Did not help", "Not tried"],
    ]
    for table in tables:
        assert table.style.name == "Figures"
        xml = [row._tr.xml for row in table.rows]
        assert ["w:tblHeader" in row for row in xml] == [True] + [False] * (len(xml) - 1)
        assert all("w:cantSplit" in row for row in xml)


def test_pictures_have_words_for_those_who_cannot_see_them() -> None:
    png = svg_to_png('<svg xmlns="http://www.w3.org/2000/svg" width="20" height="10"/>', 20)
    bars = build_bars("How often", [("Doors", 2), ("Keys", 1)], "cases")
    look = replace(DEFAULT_THEME, logo=Logo(png, "A lighthouse", 20, 10))
    blockage = BlockageStory("Doors", "Two cases.", Prose("They *close*."), ("At noon.",), ())

    data = brief_docx(replace(BARE, blockages=(blockage,), charts=(bars,)), look)

    require_sound(data)
    pictures = [shape._inline.docPr for shape in opened(data).inline_shapes]
    assert [picture.get("title") for picture in pictures] == ["A lighthouse", "How often"]
    assert [picture.get("descr") for picture in pictures] == ["A lighthouse", bars.words]


def test_a_logo_that_is_cut_short_is_refused() -> None:
    png = svg_to_png('<svg xmlns="http://www.w3.org/2000/svg" width="20" height="10"/>', 20)

    with pytest.raises(CopkitError, match="the picture 'A lighthouse' is broken"):
        brief_docx(BARE, replace(DEFAULT_THEME, logo=Logo(png[:40], "A lighthouse", 20, 10)))


def test_the_page_is_a4_and_numbered_and_the_language_and_title_are_set(winter: bytes) -> None:
    document, parts = opened(winter), parts_of(winter)
    section, about = document.sections[0], document.core_properties

    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    assert round(section.left_margin.mm) == round(section.right_margin.mm) == 20
    assert section.different_first_page_header_footer
    assert section.first_page_header.paragraphs[0].text == ""
    assert section.header.paragraphs[0].text.startswith("Multiple needs programme: Winter 2012")
    for footer in (section.footer, section.first_page_footer):
        assert [one.get(one.keys()[0]) for one in footer._element.iter("{*}fldSimple")] == [
            " PAGE ",
            " NUMPAGES ",
        ]
    assert about.title == f"{headings_of(document)[0][1]}: Multiple needs programme"
    assert (about.author, about.language) == ("Multiple needs programme", "en-GB")
    assert "python" not in "".join(parts.values())
    assert 'w:lang w:val="en-GB"' in parts["word/styles.xml"]
    assert 'w:themeFontLang w:val="en-GB"' in parts["word/settings.xml"]


def test_the_same_words_give_the_same_bytes_on_any_day() -> None:
    first, second = (told("1. a [b](https://c.example)\n") for _ in range(2))

    assert first == second
    with zipfile.ZipFile(io.BytesIO(first)) as packed:
        entries = packed.infolist()
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    assert entries[0].filename == "[Content_Types].xml"
    about = opened(first).core_properties
    assert (about.created, about.modified, about.last_modified_by) == (None, None, "")


def test_a_brief_with_nothing_to_tell_still_reads_well() -> None:
    data = brief_docx(BARE, DEFAULT_THEME)

    require_sound(data)
    assert paragraphs(data) == [
        ("Programme Name", "Harbour programme"),
        ("Title", "A short brief"),
        ("Subtitle", "For: The board\nCovers: January 2026, as at 31 January 2026"),
        ("Heading 1", "What we ask of you"),
        ("Ask Alone", "Open the doors on Saturdays."),
        ("Heading 1", "What keeps blocking practitioners"),
        ("Normal", "No case of this time names a blockage."),
        ("Heading 1", "Who takes part"),
        ("Normal", "One community of practice had no confirmed member."),
        ("Closing", "Harbour programme."),
    ]
    assert not opened(data).tables


def test_markdown_keeps_its_shape() -> None:
    data = told(
        "## Why\n\nA *b* **c** `d` [e](https://a.example/?f=g&h=i).\\\nj\n\n3. k\n   - l\n\n"
        "     m\n4. n\n\n> o\n\n***\n\n```\np\n  q\n```\n\n99999. r\n"
    )

    require_sound(data)
    start = paragraphs(data).index(("Heading 1", "Why"))
    assert paragraphs(data)[start + 1 : start + 10] == [
        ("Normal", "A b c d e.\nj"),
        ("List Number", "k"),
        ("List Bullet", "l"),
        ("List Continue", "m"),
        ("List Number", "n"),
        ("Quote", "o"),
        ("Rule", ""),
        ("Code Block", "p\n  q"),
        ("List Continue", "99999. r"),
    ]
    runs = {run.text: run for run in opened(data).paragraphs[start + 1].runs}
    assert (runs["b"].italic, runs["c"].bold, runs["d"].style.name) == (True, True, "Code")
    assert links_of(parts_of(data)) == {"https://a.example/?f=g&amp;h=i"}
    assert '<w:startOverride w:val="3"/>' in parts_of(data)["word/numbering.xml"]


def test_every_list_with_numbers_begins_anew() -> None:
    data = told("1. a\n2. b\n\nc\n\n1. d\n")

    lists = [
        one._p.pPr.numPr.numId.val
        for one in opened(data).paragraphs
        if one.style.name == "List Number"
    ]
    assert lists[0] == lists[1] != lists[2]


@attacks("markdown", "title-html")
def test_a_record_s_text_is_text_in_word(attack: str) -> None:
    data = brief_docx(
        replace(BARE, title=attack, ask=attack, cover=Prose(attack, below=1), cases=(attack,)),
        DEFAULT_THEME,
    )

    require_sound(data)
    assert not any("evil" in link for link in links_of(parts_of(data)))
    assert not opened(data).inline_shapes


def test_what_looks_like_a_field_or_markup_and_what_xml_cannot_hold_is_harmless() -> None:
    odd = '{ INCLUDETEXT "c:/a" } =1+1 <w:p/> & ]]> \x00\x0b\ud800\ufffe\uffff\u202e{{ x }}'
    kept = '{ INCLUDETEXT "c:/a" } =1+1 <w:p/> & ]]> {{ x }}'
    look = replace(DEFAULT_THEME, footer=odd)

    data = brief_docx(replace(BARE, title=odd * 9, ask=odd, cover=Prose(f"`{odd}`")), look)

    require_sound(data)
    assert ("Ask Alone", kept) in paragraphs(data)
    assert ("Normal", kept) in paragraphs(data)
    assert opened(data).sections[0].footer.paragraphs[0].text.startswith(kept)


@pytest.mark.parametrize("address", ["https://[a", "https://a:99999999/", f"https://{'a' * 3000}"])
def test_an_address_that_would_spoil_the_file_is_no_link(address: str) -> None:
    data = told(f"[words](<{address}>)")

    require_sound(data)
    assert not links_of(parts_of(data))
    assert ("Normal", "words") in paragraphs(data)


@pytest.mark.parametrize("marks", ["> ", "- ", "1. ", "*"])
def test_what_is_nested_without_end_comes_to_one(marks: str) -> None:
    require_sound(told(f"{marks * 400}a"))


def test_the_command_writes_the_file_and_nothing_else(write: Write, copkit: Copkit) -> None:
    folder = write("briefs/b.md", NOTE)

    result = copkit("brief", "build", "--format", "docx", "-C", folder)

    assert result.status == 0, result.output
    (built,) = (folder / "build" / "briefs" / "b").iterdir()
    assert built.name == "brief.docx"
    require_sound(built.read_bytes())


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed here")
def test_libreoffice_shows_the_same_headings_on_at_most_five_pages(
    winter: bytes, tmp_path: Path
) -> None:
    (tmp_path / "brief.docx").write_bytes(winter)
    convert = ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless"]
    convert += ["--convert-to", "pdf", "--outdir", str(tmp_path), str(tmp_path / "brief.docx")]

    subprocess.run(convert, check=True, capture_output=True, timeout=STUCK)

    pages = PdfReader(tmp_path / "brief.pdf").pages
    text = " ".join(" ".join(page.extract_text() for page in pages).split())
    assert len(pages) <= 5
    places = [text.find(heading) for _, heading in headings_of(opened(winter))]
    assert -1 not in places
    for head in ("Blockage Cases Communities", "What they achieved Helped Partly"):
        assert head in text
