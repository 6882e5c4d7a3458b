"""Words in other languages and scripts: marked, set, or named where no font has them."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copkit.documents import pdf
from copkit.documents.fonts import replaced_words
from copkit.text.markdown import to_blocks, to_html, to_markdown, to_text
from tests.conftest import Copkit, Write, drawn
from tests.documents.files import said_in

ARABIC, BENGALI, CHINESE, POLISH, EMOJI = "رايح", "শব্দ", "中文", "dziękuję", "🙂"
BRIEF = """\
---
title: Winter
from: 2026-01-01
until: 2026-12-31
addressee: The board
ask: Decide
audience: members
---

"""


@pytest.fixture
def build(write: Write, copkit: Copkit) -> Callable[[str], tuple[Path, str]]:
    """Build a brief with some cover note as page, Word and PDF; return its folder and messages."""

    def to(cover: str) -> tuple[Path, str]:
        folder = write("briefs/winter.md", f"{BRIEF}{cover}\n")
        result = copkit("brief", "build", "-f", "html,docx,pdf,txt,md", "-C", folder)
        assert result.status == 0, result.stderr
        return folder / "build/briefs/winter", result.stderr

    return to


def test_a_phrase_has_its_language_and_direction_in_every_form(
    build: Callable[[str], tuple[Path, str]],
) -> None:
    folder, _ = build(f"She said [{POLISH}]{{lang=pl}} and [{ARABIC}]{{lang=ar dir=rtl}}.")

    page = (folder / "brief.html").read_text("utf-8")
    assert f'<span lang="pl">{POLISH}</span>' in page
    assert f'<span lang="ar" dir="rtl">{ARABIC}</span>' in page
    with zipfile.ZipFile(folder / "brief.docx") as word:
        text = word.read("word/document.xml").decode()
    assert re.search(rf'<w:lang w:val="pl"/></w:rPr><w:t[^>]*>{POLISH}<', text)
    assert re.search(rf'<w:rtl/><w:lang w:bidi="ar"/></w:rPr><w:t[^>]*>{ARABIC}<', text)
    assert b"/Lang" in (folder / "brief.pdf").read_bytes() or POLISH in said_in(
        folder / "brief.pdf"
    )
    for form in ("txt", "md"):
        assert f"She said {POLISH} and {ARABIC}." in (folder / f"brief.{form}").read_text("utf-8")


@pytest.mark.parametrize(
    ("typed", "html"),
    [
        ('[x]{lang=pl onclick="evil()" #id .c style=y}', '<span lang="pl">x</span>'),
        ('[x]{lang="pl\\" onclick=evil()"}', "<span>x</span>"),
        ("[x]{lang=polish dir=up}", "<span>x</span>"),
        ('[x]{href="https://a.example"}', "<span>x</span>"),
        ("[x](https://a.example){lang=pl}", '<a href="https://a.example">x</a>{lang=pl}'),
        ('<span lang="pl">x</span>', '&lt;span lang="pl"&gt;x&lt;/span&gt;'),
        ("[x] {lang=pl}", "[x] {lang=pl}"),
        ("[a [b]{lang=fr}]{lang=pt-BR}", '<span lang="pt-BR">a <span lang="fr">b</span></span>'),
    ],
)
def test_those_two_attributes_alone_get_through(typed: str, html: str) -> None:
    assert to_html(typed).replace("&quot;", '"') == f"<p>{html}</p>\n"


@given(st.text(alphabet="[]{}=\"'<> abrtlpl.#-", max_size=60))
@drawn(150, 5000)
def test_whatever_is_typed_is_read_by_every_form(typed: str) -> None:
    html = str(to_html(typed))

    assert not re.search(r"<span (?!(?:lang=\"[A-Za-z0-9-]+\"|dir=\"(?:ltr|rtl)\"| )+>)", html)
    for read in (to_text, to_markdown, to_blocks):
        read(typed)


def test_phrases_within_phrases_end_somewhere() -> None:
    deep = "[" * 3000 + "x" + "]{lang=pl}" * 3000

    assert "x" in to_html(deep)
    assert "x" in to_text(deep)


def test_only_what_no_font_has_is_replaced_and_the_build_names_it(
    build: Callable[[str], tuple[Path, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    # as on a machine with no font but for Arabic
    monkeypatch.setattr(pdf, "_can_set", lambda signs: ARABIC[0] in signs)
    monkeypatch.setattr(
        pdf, "_typeset", lambda name, inputs, **_: str(inputs["facts"]["cover"]).encode()
    )

    folder, messages = build(f"He said {ARABIC} and {BENGALI} {EMOJI} and {POLISH} to us.")

    text = (folder / "brief.pdf").read_text("utf-8")
    assert f"He said {ARABIC} and [Bengali] [slightly smiling face] and {POLISH}" in text
    assert (
        f"pdf: no font here has '{BENGALI}', in '{ARABIC} and {BENGALI} {EMOJI} and': "
        "[Bengali] stands there"
    ) in messages
    assert f"has '{EMOJI}'" in messages
    assert f"has '{ARABIC}'" not in messages
    for form in ("html", "docx"):
        assert BENGALI in said_in(folder / f"brief.{form}")
        assert EMOJI in said_in(folder / f"brief.{form}")


def test_a_picture_says_which_script_it_cannot_show(write: Write, copkit: Copkit) -> None:
    roster = f"members:\n  - id: a-1\n    role: Worker {CHINESE}\n    sector: NHS\n"
    write("communities/harbour/roster.yaml", roster)
    meeting = "---\ndate: 2026-01-14\npresent:\n  - a-1\n---\n"
    folder = write("communities/harbour/meetings/2026-01-14.md", meeting)

    result = copkit("attendance", "build", "--format", "png", "-C", folder)

    assert result.status == 0, result.stderr
    assert f"png: no font here has '{CHINESE}', in 'Worker {CHINESE}': [Chinese]" in result.stderr


def test_a_word_in_brackets_that_somebody_typed_is_no_replacement() -> None:
    assert not list(replaced_words(["[sic] was said", POLISH]))
