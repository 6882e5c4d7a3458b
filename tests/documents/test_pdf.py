"""The brief as PDF, read back with a program that knows nothing of copkit."""

from __future__ import annotations

import datetime as dt
import re
import zlib
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from io import BytesIO
from itertools import pairwise
from typing import Any

import pytest
from pypdf import PdfReader

from copkit.cli.documents.build import brief_facts
from copkit.cli.params import open_programme
from copkit.documents.facts.shared import BriefFacts
from copkit.documents.fonts import replace_missing_characters
from copkit.documents.pdf import brief_pdf
from copkit.documents.pictures import svg_to_png
from copkit.documents.theme import LIGHT, DocumentTheme, Logo
from copkit.errors import CopkitError
from copkit.text.markdown import Prose
from tests.conftest import EXAMPLE, cpu_at_most
from tests.hostile.attacks import ATTACKS, text_of

ACTS = re.compile(
    rb"/(?:JavaScript|JS|Launch|OpenAction|AA|EmbeddedFiles?|SubmitForm|GoToR|RichMedia)\b"
)
A4 = (595.3, 841.9)
SQUARE = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9"/></svg>'
)
FOOTER = "Write to hello@harbour.example."


@cache
def example_facts() -> BriefFacts:
    programme = open_programme(EXAMPLE)
    (record,) = (brief for brief in programme.briefs if brief.slug == "winter-2012")
    return brief_facts(programme, record, record.audience)


def unpacked(pdf: bytes) -> bytes:
    """Return the bytes of a PDF with its compressed objects as they were written before."""
    streams = re.findall(rb"/ObjStm[^>]*>>\nstream\n(.*?)\nendstream", pdf, re.DOTALL)
    return pdf + b"".join(map(zlib.decompress, streams))


@cache
def example_pdf() -> bytes:
    return brief_pdf(example_facts(), DocumentTheme(footer=FOOTER))


def of(**facts: Any) -> bytes:
    """Set a brief of one page with some facts of its own."""
    short: dict[str, Any] = {
        "blockages": (),
        "asked_before": (),
        "asked_note": "",
        "cases": (),
        "cover": Prose(""),
    }
    return brief_pdf(replace(example_facts(), **{**short, **facts}), DocumentTheme())


def words(pdf: bytes) -> str:
    """Give the text of all pages as one line, without the places where a long word may break."""
    text = " ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)
    return " ".join(text.replace("\u200b", "").split())


def elements(pdf: bytes) -> list[Any]:
    """Give the structure that a screen reader follows, in its order."""

    def below(element: Any) -> Iterator[Any]:
        inner = element.get("/K", [])
        for child in inner if isinstance(inner, list) else [inner]:
            found = child.get_object()
            if isinstance(found, dict) and "/S" in found:
                yield found
                yield from below(found)

    root: Any = PdfReader(BytesIO(pdf)).trailer["/Root"]
    return list(below(root["/StructTreeRoot"]))


def links(pdf: bytes) -> list[str]:
    notes = [
        note.get_object()
        for page in PdfReader(BytesIO(pdf)).pages
        for note in page.annotations or []
    ]
    return [str(note["/A"].get("/URI")) for note in notes if "/A" in note]


def test_it_says_what_it_is_and_in_which_language() -> None:
    reader = PdfReader(BytesIO(example_pdf()))
    root: Any = reader.trailer["/Root"]

    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en-GB"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata is not None
    assert reader.metadata.title == example_facts().title
    assert reader.metadata.author == example_facts().programme
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data()


def test_the_example_is_a_brief_on_five_pages_of_a4_at_most() -> None:
    pages = PdfReader(BytesIO(example_pdf())).pages

    assert len(pages) <= 5
    for page in pages:
        assert (float(page.mediabox.width), float(page.mediabox.height)) == pytest.approx(A4, abs=1)


def test_each_page_says_whose_it_is_and_how_many_there_are() -> None:
    pages = [
        " ".join(page.extract_text().split()) for page in PdfReader(BytesIO(example_pdf())).pages
    ]

    for number, text in enumerate(pages, start=1):
        for part in (example_facts().programme, example_facts().title, FOOTER):
            assert part in text, (number, part)
        assert f"Page {number} of {len(pages)}" in text


def test_headings_go_down_one_step_at_a_time() -> None:
    levels = [
        int(one["/S"][2:]) for one in elements(example_pdf()) if re.match("/H[1-6]", one["/S"])
    ]

    assert levels[0] == 1
    assert levels.count(1) == 1
    assert levels.count(3) == len(example_facts().blockages)
    assert all(after - before <= 1 for before, after in pairwise(levels)), levels


def test_tables_have_headers_and_pictures_have_words() -> None:
    found = elements(example_pdf())
    kinds = [one["/S"] for one in found]
    pictures = [one.get("/Alt") for one in found if one["/S"] == "/Figure"]

    assert kinds.count("/Table") == kinds.count("/THead") == kinds.count("/Caption") == 2
    assert kinds.count("/TH") == 8
    assert pictures == [chart.words for chart in example_facts().charts]


def test_every_font_is_in_it() -> None:
    pages: Any = PdfReader(BytesIO(example_pdf())).pages
    fonts = {
        key: font.get_object()
        for page in pages
        for key, font in page["/Resources"]["/Font"].items()
    }

    assert fonts
    for font in fonts.values():
        inner = font["/DescendantFonts"][0].get_object()
        assert "LiberationSans" in inner["/BaseFont"]
        assert {"/FontFile2", "/FontFile3"} & set(inner["/FontDescriptor"].get_object())


def strings(value: Any) -> Iterator[str]:
    """Give every text in facts, but for those of pictures."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Prose):
        yield from str(value).split("\n")
    elif isinstance(value, tuple):
        for one in value:
            yield from strings(one)
    elif hasattr(value, "__dataclass_fields__"):
        for name in value.__dataclass_fields__:
            if name != "charts":
                yield from strings(getattr(value, name))


def test_every_fact_is_on_paper() -> None:
    text = words(example_pdf())

    # whose words are for texts without a table
    facts = replace(example_facts(), counts=(), outcomes=())
    assert not [fact for fact in strings(facts) if " ".join(fact.split()) not in text]


def test_the_same_facts_give_the_same_bytes() -> None:
    assert brief_pdf(example_facts(), DocumentTheme(footer=FOOTER)) == example_pdf()
    assert dt.date.today().strftime("D:%Y%m%d").encode() not in unpacked(example_pdf())


@pytest.mark.parametrize(
    "text",
    [
        '#import "x" #read("/etc/passwd") #include "y" #eval("1+1") #sys.inputs #panic("z")',
        "$x^2$ @ref <label> \\u{41} // c /* d */ #{ [ ] } ~ --- \"q\" 'r'",
        "= heading",
    ],
)
def test_typst_in_a_record_is_text(text: str) -> None:
    pdf = of(ask=f"Begin {text} end", cover=Prose(f"Start {text} stop"), title=text)

    found = words(pdf)
    assert f"Begin {text} end" in found
    assert f"Start {text.replace(chr(92) * 2, chr(92))} stop" in found
    assert not [one for one in elements(pdf) if one["/S"] == "/Formula"]


def test_hostile_markdown_does_nothing_on_paper() -> None:
    attacks = [text_of(one) for one in ATTACKS if one["group"] == "markdown"]

    story = example_facts().blockages[0]

    pdf = of(
        blockages=tuple(
            replace(
                story,
                title=attack.replace("real", ""),
                what_it_does=Prose(attack, below=3),
                notes=(),
            )
            for attack in attacks
        )
    )

    assert len(attacks) > 20
    assert not ACTS.search(unpacked(pdf))
    assert "real name" not in words(pdf)
    for link in links(pdf):
        assert re.match(r"(?:https?://|mailto:)", link, re.IGNORECASE), link
        assert "evil" not in link


def test_links_lead_where_they_say() -> None:
    cover = Prose(
        "[one](https://a.example/?b=1), [two](mailto:a@b.example), [three](file:///etc/passwd), "
        f"[four](javascript:alert(1)), [five](https://a.example/{'c' * 9000})"
    )

    pdf = of(cover=cover)

    assert links(pdf) == ["https://a.example/?b=1", "mailto:a@b.example"]
    assert "one, two, three, four, five" in words(pdf)


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("fine 🙂 and 👍🏽", "fine [slightly smiling face] and [thumbs up sign]"),
        ("🇬🇧 1️⃣ ① 𝐛𝐨", "[flag GB] 1 1 bo"),
        ("to 中文 字 today", "to [Chinese] today"),
        ("こんにちは世界", "[Japanese]"),
        ("Zoë cafe\u0301 Привет", "Zoë café Привет"),
        ("\ud800\U0010ffff\ue000", "[unknown sign][unknown sign][unknown sign]"),
    ],
)
def test_what_our_font_lacks_is_said_in_words(typed: str, written: str) -> None:
    assert replace_missing_characters(typed) == written


def test_a_letter_that_no_font_has_is_no_reason_to_fail() -> None:
    title = "\U0001f600 \U00012000\U00013000 \ud800"  # wedges and hieroglyphs

    pdf = of(title=title, ask=title, cover=Prose(f"# {title}\n\n{title}", below=1))

    assert "[grinning face]" in words(pdf)


def test_a_heading_without_words_still_has_a_name() -> None:
    pdf = of(title="\u200b", cover=Prose("# &#8203;\n\n### Below\n\n- \n\n1.\n\n>\n", below=1))

    assert words(pdf).count("(without a title)") >= 2


def test_a_word_as_long_as_the_page_is_wide_goes_on_in_the_next_line() -> None:
    word = "abcdefghij" * 30
    pages: list[float] = []

    def place(text: str, _: Any, matrix: Any, *more: Any) -> None:
        pages.append(float(matrix[4]))

    pdf = of(ask=word, cover=Prose(f"{word}\n\n```\n{word}\n```"))
    PdfReader(BytesIO(pdf)).pages[0].extract_text(visitor_text=place)

    assert words(pdf).replace(" ", "").count(word) == 3
    assert max(pages) < A4[0] - 60


def test_a_programme_s_colour_and_logo_are_on_paper() -> None:
    look = DocumentTheme(
        light=replace(LIGHT, accent="#9c2a86"),
        logo=Logo(svg_to_png(SQUARE, 40), "The harbour's logo", 40, 40),
    )

    pdf = brief_pdf(example_facts(), look)

    assert "The harbour's logo" in [one.get("/Alt") for one in elements(pdf)]
    assert len(PdfReader(BytesIO(pdf)).pages[0].images) == 1


def test_a_text_as_long_as_a_book_is_refused_and_not_set_for_minutes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("copkit.text.markdown.MOST_PIECES", 100)

    assert of(cover=Prose("word **b** " * 40))
    with pytest.raises(CopkitError, match="too long for paper"):
        of(cover=Prose("- > word **b**\n" * 40))


def test_a_logo_that_is_none_is_said_and_no_traceback() -> None:
    look = DocumentTheme(logo=Logo(b"\x89PNG\r\n\x1a\nbroken", "Logo", 10, 10))

    with pytest.raises(CopkitError, match="could not be set as PDF"):
        brief_pdf(example_facts(), look)


def test_a_letter_with_thousands_of_marks_is_set_with_four() -> None:
    for _ in cpu_at_most(5):
        found = words(of(cover=Prose("e" + "\u0301" * 50_000)))

    assert 0 < found.count("\u0301") + found.count("\u00e9") < 17
