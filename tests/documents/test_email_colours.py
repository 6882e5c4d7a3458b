"""The colours of the newsletter as an e-mail: each text on its ground."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import css_inline
import pytest

from copkit.documents.email import newsletter_html
from copkit.documents.theme import (
    DARK,
    LIGHT,
    DocumentTheme,
    Logo,
    contrast,
    load_theme,
    mix_colours,
)
from copkit.folder import load
from tests.conftest import Write
from tests.documents.test_email import sample
from tests.pii.test_images import png


class Reader(HTMLParser):
    """Reads a page whose styles are in its elements, and notes each text's colour and ground."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.seen: set[tuple[str, str]] = set()
        self.stack: list[tuple[str, str]] = [("", "")]
        self.feed(page.partition("</head>")[2])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        style = f";{dict(attrs).get('style') or ''}"
        ink, ground = self.stack[-1]
        for name, value in re.findall(r";\s*(color|background-color): (#\w+)", style):
            ink, ground = (value, ground) if name == "color" else (ink, value)
        if tag == "img":
            self.seen.add((ink, ground))  # its words, where pictures are not shown
        elif tag not in {"br", "hr"}:
            self.stack.append((ink, ground))

    def handle_endtag(self, tag: str) -> None:
        self.stack.pop()

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.seen.add(self.stack[-1])


def in_the_dark(page: str) -> str:
    """Give a page as it is shown where the reader has chosen dark."""
    rules = re.search(r"\(prefers-color-scheme: dark\) \{(.*?)\n\}", page, re.DOTALL)
    assert rules
    return css_inline.inline(page, inline_style_tags=False, extra_css=rules[1])


@pytest.mark.parametrize("colour", [None, "ffff00", "0000aa", "808080"])
def test_every_text_can_be_read_in_the_light_and_in_the_dark(
    write: Write, colour: str | None
) -> None:
    theme = f"theme:\n  colour: {colour}\n" if colour else ""
    folder = write("copkit.yaml", f"name: Harbour\nstarts: 2026-01-01\n{theme}")
    chosen = load_theme(load(folder).settings, folder)
    look = DocumentTheme(chosen.light, chosen.dark, Logo(png(), "Words", 1, 1), "Footer")
    prose = "A [link](https://a.example)\n\n> quoted `code`\n\n***\n\n- one\n\n# Head"
    page = newsletter_html(sample(prose=prose), look).decode()

    for palette, shown in ((look.light, page), (look.dark, in_the_dark(page))):
        seen = Reader(shown).seen
        assert {ground for _, ground in seen} >= {palette.paper, palette.tint}
        assert {ink for ink, _ in seen} >= {palette.ink, palette.soft, palette.accent}
        assert min(contrast(ink, ground) for ink, ground in seen) >= 4.5
    assert (look.light.accent == LIGHT.accent) is (colour is None)
    assert (look.dark.accent == DARK.accent) is (colour is None)


def test_a_colour_that_cannot_be_read_would_be_found() -> None:
    faint = DocumentTheme(light=replace(LIGHT, soft=mix_colours(LIGHT.ink, LIGHT.paper, 0.2)))

    seen = Reader(newsletter_html(sample(), faint).decode()).seen

    assert min(contrast(ink, ground) for ink, ground in seen) < 2
