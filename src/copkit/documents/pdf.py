"""The brief and the letter as PDF: tagged for screen readers (PDF/UA-1), on A4.  Reads font files.

The page is set by Typst, from ``paper.typ`` and the document's own file as they come with copkit.
A programme's own ``.typ`` is not used: Typst is a programming language, and templates come from
other people. Colours, logo and footer come from ``copkit.yaml``. Facts are handed over as JSON,
and what somebody wrote is a tree that the template walks: nothing of it is ever read as Typst.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import fields, is_dataclass, replace
from functools import cache
from typing import Any, Final

from copkit.documents.charts.bars import Bars
from copkit.documents.facts.letter import LetterFacts
from copkit.documents.facts.page_budget import charts_of
from copkit.documents.facts.shared import BriefFacts
from copkit.documents.fonts import face, font_files, has_other_scripts, in_lines, in_our_letters
from copkit.documents.pictures import drawn, require_closed
from copkit.documents.theme import Logo, Look
from copkit.errors import CopkitError
from copkit.layout import shipped
from copkit.text.markdown import Block, BlockKind, Prose, Span, blocks_of, without_heaps
from copkit.text.normalise import clean, on_one_line

Write = Callable[[str], str]

_LONG_WORD: Final = re.compile(r"\S{40,}")
_PIECE: Final = re.compile(r".{10}(?=.)")
UNTITLED: Final = "(without a title)"
LONGEST_LINK: Final = 2000  # characters; Typst takes no more than 8000
RUNNING: Final = 8.5  # points, the letters of header and footer
HEAD: Final = 440.0  # points, for programme and title side by side
LONGEST_TITLE: Final = 250.0  # of them
POINTS: Final = 0.75  # for each pixel
WIDEST_LOGO, TALLEST_LOGO = 130.0, 60.0  # points, beside the title
WIDEST_CHART: Final = 256.0  # points: its letters are a little smaller than those of the text
TALLEST_CHART: Final = 640.0  # points, so that it stays on one page with its caption


def brief_pdf(facts: BriefFacts, look: Look) -> bytes:
    """Set a brief as PDF; the same facts give the same bytes.

    An emoji that the font lacks is written as its name. Words in another script are set in a font
    of this machine if it has one, else a remark stands in their place; they alone make the bytes
    depend on the machine. Raises :class:`CopkitError` when the page cannot be set.
    """
    return _document("brief", facts, look, lambda write: _charts(facts, look, write))


def letter_pdf(facts: LetterFacts, look: Look) -> bytes:
    """Set a letter as PDF, as :func:`brief_pdf` does a brief."""
    return _document("letter", facts, look, lambda write: [])


def _document(
    name: str,
    facts: BriefFacts | LetterFacts,
    look: Look,
    charts: Callable[[Write], list[dict[str, Any]]],
) -> bytes:
    """Set a document; ``charts`` draws its pictures, with the words in them as they are written."""
    import typst  # only a PDF needs it: 35 MB

    typed: list[str] = []

    def write(text: str) -> str:
        text = without_heaps(text)
        typed.append(text)
        return in_our_letters(text)

    def given(write: Write) -> dict[str, Any]:
        return _given(facts, look, charts(write), write)

    ours = given(write)
    if has_other_scripts("".join(typed)):
        with suppress(typst.TypstError, CopkitError):
            return _set(name, given(_in_any_letters), system_fonts=True)
    try:
        return _set(name, ours)
    except typst.TypstError as error:
        raise _failed(name, error) from error


def _in_any_letters(text: str) -> str:
    return in_our_letters(without_heaps(text), keep_scripts=True)


def _set(name: str, given: dict[str, Any], *, system_fonts: bool = False) -> bytes:
    import typst

    templates = shipped("templates")
    pdf, warnings = typst.compile_with_warnings(
        (templates / "paper.typ").read_bytes() + (templates / f"{name}.typ").read_bytes(),
        format="pdf",
        font_paths=_fonts(system_fonts=system_fonts),
        sys_inputs={"given": _written(given)},
        pdf_standards=["ua-1"],
        timestamp=0,
    )
    if warnings:
        raise _failed(name, warnings[0])
    return bytes(pdf)


def _failed(name: str, error: Any) -> CopkitError:
    """Say in a line what Typst said in many."""
    message = on_one_line(" ".join([error.message, *error.hints]))
    return CopkitError(
        f"the {name} could not be set as PDF: {message}",
        "build it with '--format html', and print that from a browser",
    )


@cache
def _fonts(*, system_fonts: bool) -> Any:
    import typst

    return typst.Fonts(
        include_system_fonts=system_fonts,
        include_embedded_fonts=False,
        font_paths=[path.parent for path in font_files()[:1]],
    )


# --- what is handed over --------------------------------------------------------------------


def _charts(facts: BriefFacts, look: Look, write: Write) -> list[dict[str, Any]]:
    """Draw the pictures of a brief: a chart is laid out by the words in it."""
    counts = [replace(count, title=write(on_one_line(count.title))) for count in facts.counts]
    return [_picture(chart, look) for chart in charts_of(counts)]


def _given(
    facts: BriefFacts | LetterFacts, look: Look, charts: list[dict[str, Any]], write: Write
) -> dict[str, Any]:
    """Give what the template prints, with every text as ``write`` writes it."""
    told = _plain(facts, write) | {"charts": charts}
    title = _shortened(told["title"], LONGEST_TITLE)
    beside = HEAD - face("Regular").width(title, RUNNING)
    given = {
        "facts": told,
        "colours": _plain(look.light, str),
        "footer": write(on_one_line(look.footer)),
        "title": write(on_one_line(facts.title)) or UNTITLED,
        "author": write(on_one_line(facts.programme)),
        "short": {
            "programme": _shortened(told["programme"], beside),
            "title": title,
        },
    }
    if look.logo is not None:
        given["logo"] = _logo(look.logo, write)
    return given


def _plain(value: Any, write: Write) -> Any:
    """Turn facts into what JSON knows, whatever they are."""
    if isinstance(value, str):
        return _breakable(write(on_one_line(value)))
    if isinstance(value, Prose):
        return [_block(block, write) for block in blocks_of(value)]
    if isinstance(value, tuple):
        return [_plain(one, write) for one in value]
    if is_dataclass(value):
        told = {one.name: _plain(getattr(value, one.name), write) for one in fields(value)}
        if "title" in told and not _has_words(told["title"]):
            told["title"] = UNTITLED
        return told
    return value


def _has_words(text: str) -> bool:
    """Say whether there is anything to see in a heading: a list of headings names each."""
    return any(sign.isprintable() and not sign.isspace() for sign in text)


def _block(block: Block, write: Write) -> dict[str, Any]:
    spans = [_span(span, write) for span in block.spans]
    if block.kind is BlockKind.HEADING and not _has_words("".join(one["text"] for one in spans)):
        spans = [_span(Span(UNTITLED), write)]
    return {
        "kind": block.kind.value,
        "number": block.number,
        "spans": spans,
        "blocks": [_block(one, write) for one in block.blocks],
    }


def _span(span: Span, write: Write) -> dict[str, Any]:
    link = span.link if len(span.link) <= LONGEST_LINK else ""
    text = _breakable(write(clean(span.text)))
    return {
        "text": text,
        "link": link,
        "strong": span.strong,
        "emphasis": span.emphasis,
        "code": span.code,
    }


def _picture(chart: Bars, look: Look) -> dict[str, Any]:
    svg = drawn(chart, look)
    require_closed(svg)
    width = min(WIDEST_CHART, TALLEST_CHART * chart.width / chart.height)
    return {"svg": svg, "words": chart.words, "width": width}


def _logo(logo: Logo, write: Write) -> dict[str, Any]:
    width, height = logo.width * POINTS, logo.height * POINTS
    share = min(1.0, WIDEST_LOGO / width, TALLEST_LOGO / height)
    return {
        "png": list(logo.png),
        "words": write(on_one_line(logo.words)),
        "width": width * share,
    }


def _breakable(text: str) -> str:
    """Let a very long word or address go on in the next line, and not beyond the page."""
    return _LONG_WORD.sub(lambda word: _PIECE.sub("\\g<0>\u200b", word[0]), text)


def _shortened(text: str, width: float) -> str:
    """Keep what of a text stands on one line of the running header."""
    first, *more = in_lines(text, RUNNING, width) or [""]
    return f"{first.removesuffix('…')}…" if more else first


def _written(given: dict[str, Any]) -> str:
    return json.dumps(given, ensure_ascii=False, separators=(",", ":"))
