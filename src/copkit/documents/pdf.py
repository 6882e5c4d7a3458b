"""Documents on paper as PDF: tagged for screen readers (PDF/UA-1), on A4.  Reads font files.

Typst sets the page, from ``paper.typ`` and the document's own file as they come with copkit. A
programme's own ``.typ`` is not used: Typst is a programming language, and templates come from
other people. Colours, logo and footer come from ``copkit.yaml``. Typst gets the facts as JSON, and
Markdown as a tree that the template walks: nothing in a record is ever read as Typst.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from copkit.documents.charts.drawing import Chart
from copkit.documents.facts.page_budget import build_charts
from copkit.documents.facts.shared import BriefFacts, texts_in
from copkit.documents.fonts import (
    font_files,
    load_face,
    missing_scripts,
    replace_missing_characters,
    wrap_to_width,
)
from copkit.documents.pictures import render_svg, require_safe_svg
from copkit.documents.theme import DocumentTheme, Logo
from copkit.errors import CopkitError
from copkit.layout import shipped_folder
from copkit.text.markdown import Block, BlockKind, Prose, Span, blocks_of, without_stacked_accents
from copkit.text.normalise import clean, single_line

if TYPE_CHECKING:
    from copkit.documents.facts.directory import PlaceSheetFacts
    from copkit.documents.facts.letter import LetterFacts
    from copkit.documents.facts.report import ReportFacts
    from copkit.documents.facts.sheet import SheetFacts
    from copkit.documents.facts.toolkit import KitFacts
    from copkit.documents.facts.write_up import WriteUpFacts

    PaperFacts = (
        BriefFacts
        | LetterFacts
        | PlaceSheetFacts
        | ReportFacts
        | SheetFacts
        | KitFacts
        | WriteUpFacts
    )

WriteText = Callable[[str], str]

# Such as a web address; a zero-width space after every ten characters lets it break.
_UNBREAKABLE_WORD: Final = re.compile(r"\S{40,}")
_TEN_CHARACTERS: Final = re.compile(r".{10}(?=.)")
# PDF/UA asks for a title, and for headings with something in them.
UNTITLED: Final = "(without a title)"
MAX_LINK_LENGTH: Final = 2000  # characters; Typst takes no more than 8000
HEADER_SIZE: Final = 8.5  # points: the letters of header and footer, as in paper.typ
HEADER_WIDTH: Final = 440.0  # points, for programme and title side by side
MAX_TITLE_WIDTH: Final = 250.0  # of these points
POINTS_PER_PIXEL: Final = 0.75  # 72 points and 96 pixels are an inch
MAX_LOGO_WIDTH, MAX_LOGO_HEIGHT = 130.0, 60.0  # points, beside the title
MAX_CHART_WIDTH: Final = 256.0  # points: its letters are a little smaller than those of the text
MAX_CHART_HEIGHT: Final = 640.0  # points, so that it stays on one page with its caption


def brief_pdf(facts: BriefFacts, theme: DocumentTheme) -> bytes:
    """Render a brief as PDF; the same facts make the same bytes.

    An emoji that the font lacks is written as its name. Words in another script are set in a font
    of this machine if it has one, else replaced by a remark; they alone make the bytes depend on
    the machine. Raise :class:`CopkitError` when the page cannot be set.
    """
    return _render_document(
        "brief", facts, theme, lambda write_text: _build_charts(facts, theme, write_text)
    )


def letter_pdf(facts: LetterFacts, theme: DocumentTheme) -> bytes:
    """Render a letter as PDF; the same facts make the same bytes.

    Characters that the font lacks are treated as in :func:`brief_pdf`. Raise :class:`CopkitError`
    when the page cannot be set.
    """
    return _render_document("letter", facts, theme, lambda write_text: [])


def report_pdf(facts: ReportFacts, theme: DocumentTheme) -> bytes:
    """Render an evaluation report as PDF; the same facts make the same bytes.

    Characters that the font lacks are treated as in :func:`brief_pdf`. Raise :class:`CopkitError`
    when the page cannot be set.
    """
    return _render_document("report", facts, theme, _charts_of(facts, theme))


def sheet_pdf(facts: SheetFacts, theme: DocumentTheme) -> bytes:
    """Render an attendance sheet as PDF; the same facts make the same bytes.

    Characters that the font lacks are treated as in :func:`brief_pdf`. Raise :class:`CopkitError`
    when the page cannot be set.
    """
    return _render_document("sheet", facts, theme, lambda write_text: [])


def place_sheet_pdf(facts: PlaceSheetFacts, theme: DocumentTheme) -> bytes:
    """Render the services of a place as PDF, on two pages of A4.

    Characters that the font lacks are treated as in :func:`brief_pdf`. Raise :class:`CopkitError`
    when the page cannot be set.
    """
    return _render_document("directory", facts, theme, lambda write_text: [])


def toolkit_pdf(facts: KitFacts, theme: DocumentTheme) -> bytes:
    """Render sheets of the tool kit as PDF, each on a page of its own.

    Characters that the font lacks are treated as in :func:`brief_pdf`. Raise :class:`CopkitError`
    when the page cannot be set.
    """
    return _render_document("toolkit", facts, theme, lambda write_text: [])


def write_up_pdf(facts: WriteUpFacts, theme: DocumentTheme) -> bytes:
    """Render the write-up of a case as PDF; the same facts make the same bytes.

    Characters that the font lacks are treated as in :func:`brief_pdf`. Raise :class:`CopkitError`
    when the page cannot be set.
    """
    return _render_document("write-up", facts, theme, _charts_of(facts, theme))


def _render_document(
    name: str,
    facts: PaperFacts,
    theme: DocumentTheme,
    charts: Callable[[WriteText], list[dict[str, Any]]],
) -> bytes:
    """Render a document.

    ``name`` is that of its ``.typ``; ``charts`` builds its pictures, for which it is given what
    writes their words, since a chart is laid out by the width of these.
    """
    import typst  # only a PDF needs it: 35 MB

    # The fonts of a machine are used only where a text needs them, as they make its bytes depend on
    # the machine. A script that they lack as well is replaced by a remark, and no other is.
    kept = settable_scripts("\n".join((*texts_in(facts), theme.footer)))

    def write_text(text: str) -> str:
        return replace_missing_characters(without_stacked_accents(text), kept)

    inputs = _build_inputs(facts, theme, charts(write_text), write_text)
    try:
        return _typeset(name, inputs, system_fonts=bool(kept))
    except typst.TypstError as error:
        raise _typeset_error(name, error) from error


def settable_scripts(text: str) -> frozenset[str]:
    """Return the scripts of a text that our font lacks and the fonts of this machine have."""
    scripts = missing_scripts(without_stacked_accents(text))
    return frozenset(script for script, signs in scripts.items() if _can_set(signs))


@cache
def _can_set(signs: str) -> bool:
    """Check whether a font of this machine has some characters, by setting them."""
    import typst

    try:
        _, warnings = typst.compile_with_warnings(
            b'#set document(title: "-")\n#set text(font: "Liberation Sans")\n'
            b"#text(sys.inputs.signs)",
            format="pdf",
            pdf_standards=["ua-1"],  # which refuses a character without a glyph
            font_paths=_fonts(system_fonts=True),
            sys_inputs={"signs": signs},
        )
    except typst.TypstError:
        return False
    return not warnings


def _typeset(name: str, inputs: dict[str, Any], *, system_fonts: bool = False) -> bytes:
    """Set the page of ``paper.typ`` and ``name``'s own ``.typ`` with ``inputs``, as PDF.

    Raise ``typst.TypstError`` when Typst fails, and :class:`CopkitError` when it warns of
    something.
    """
    import typst

    templates = shipped_folder("templates")
    pdf, warnings = typst.compile_with_warnings(
        (templates / "paper.typ").read_bytes() + (templates / f"{name}.typ").read_bytes(),
        format="pdf",
        font_paths=_fonts(system_fonts=system_fonts),
        sys_inputs={"given": json.dumps(inputs, ensure_ascii=False, separators=(",", ":"))},
        pdf_standards=["ua-1"],
        timestamp=0,  # else the present moment, and no two builds would be the same
    )
    if warnings:  # such as a character without a glyph, which would be printed as a box
        raise _typeset_error(name, warnings[0])
    return pack_objects(bytes(pdf))


def _typeset_error(name: str, error: Any) -> CopkitError:
    """Return an error that states Typst's message and hints on one line."""
    message = single_line(" ".join([error.message, *error.hints]))
    return CopkitError(
        f"the {name} could not be set as PDF: {message}",
        "build it with '--format html', and print that from a browser",
    )


@cache
def _fonts(*, system_fonts: bool) -> Any:
    """Load the shipped font for Typst, and those of this machine with ``system_fonts``."""
    import typst

    return typst.Fonts(
        include_system_fonts=system_fonts,
        include_embedded_fonts=False,  # Typst's own: the shipped font alone decides
        font_paths=[path.parent for path in font_files()[:1]],
    )


# --- the size of the file -------------------------------------------------------------------

_XREF_TABLE: Final = re.compile(
    rb"xref\n0 (\d+)\n((?:\d{10} \d{5} [fn][ \r]\n)+)trailer\s*<<(.*?)>>\s*"
    rb"startxref\s+\d+\s+%%EOF\s*\Z",
    re.DOTALL,
)
_OBJECT: Final = re.compile(rb"(\d+) 0 obj\s*(.*?)\s*endobj\s*\Z", re.DOTALL)
_IN_ONE_STREAM: Final = 200  # objects: a reader unpacks all of a stream to get at one


def pack_objects(pdf: bytes) -> bytes:
    """Compress the objects of a PDF that Typst wrote; what it says stays the same.

    Typst writes the tags for screen readers uncompressed, which are two thirds of a sheet with
    tables. Object streams (PDF 1.5, ISO 32000-1, 7.5.7 and 7.5.8) make such a file half as large.
    A file that is laid out in another way than Typst's is returned as it is.
    """
    table = _XREF_TABLE.search(pdf)
    if table is None:
        return pdf
    entries = table[2].splitlines()
    offsets = sorted(int(entry[:10]) for entry in entries if entry[17:18] == b"n")
    ends = [*offsets[1:], table.start()]
    parsed = [_OBJECT.match(pdf[start:end]) for start, end in zip(offsets, ends, strict=True)]
    if not all(parsed) or len(entries) != int(table[1]):
        return pdf
    objects = {int(each[1]): each for each in parsed if each}
    plain = [number for number, each in objects.items() if not each[2].endswith(b"endstream")]
    packed = pdf[: offsets[0]]
    places: dict[int, tuple[int, int, int]] = {0: (0, 0, 0xFFFF)}  # type, offset or stream, index
    for number, each in objects.items():
        if each[2].endswith(b"endstream"):
            places[number] = (1, len(packed), 0)
            packed += each[0].rstrip() + b"\n"
    next_number = len(entries)
    for first in range(0, len(plain), _IN_ONE_STREAM):
        numbers = plain[first : first + _IN_ONE_STREAM]
        places |= {number: (2, next_number, index) for index, number in enumerate(numbers)}
        places[next_number] = (1, len(packed), 0)
        packed += _object_stream(next_number, {number: objects[number][2] for number in numbers})
        next_number += 1
    places[next_number] = (1, len(packed), 0)
    rows = [places.get(number, (0, 0, 0xFFFF)) for number in range(next_number + 1)]
    data = zlib.compress(
        b"".join(kind.to_bytes(1) + value.to_bytes(4) + index.to_bytes(2)
                 for kind, value, index in rows), 9)  # fmt: skip
    trailer = re.sub(rb"/Size\s+\d+", b"", table[3]).strip()
    packed += b"%d 0 obj\n<</Type/XRef/Size %d/W[1 4 2]/Filter/FlateDecode/Length %d\n%b>>" % (
        next_number, next_number + 1, len(data), trailer)  # fmt: skip
    packed += b"\nstream\n%b\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % (
        data, places[next_number][1])  # fmt: skip
    return packed


def _object_stream(number: int, objects: dict[int, bytes]) -> bytes:
    """Write some objects as one compressed stream, with the ``number`` of its own."""
    index, content = b"", b""
    for inner, text in objects.items():
        index += b"%d %d " % (inner, len(content))
        content += text + b"\n"
    data = zlib.compress(index + content, 9)
    head = b"%d 0 obj\n<</Type/ObjStm/N %d/First %d/Filter/FlateDecode/Length %d>>" % (
        number, len(objects), len(index), len(data))  # fmt: skip
    return head + b"\nstream\n%b\nendstream\nendobj\n" % data


# --- the inputs of the template -------------------------------------------------------------


def _build_charts(
    facts: BriefFacts, theme: DocumentTheme, write_text: WriteText
) -> list[dict[str, Any]]:
    """Draw the charts of a brief, with their titles as ``write_text`` writes them."""
    if not facts.charts:
        return []
    counts = [replace(count, title=write_text(single_line(count.title))) for count in facts.counts]
    return [_chart_input(chart, theme, write_text) for chart in build_charts(counts)]


def _build_inputs(
    facts: PaperFacts,
    theme: DocumentTheme,
    charts: list[dict[str, Any]],
    write_text: WriteText,
) -> dict[str, Any]:
    """Build what the template prints, with every text as ``write_text`` writes it."""
    json_facts = _to_json(facts, write_text) | {"charts": charts}
    title = _shorten(json_facts["title"], MAX_TITLE_WIDTH)
    programme_width = HEADER_WIDTH - load_face("Regular").width(title, HEADER_SIZE)
    inputs = {
        "facts": json_facts,
        "colours": _to_json(theme.light, str),
        "footer": write_text(single_line(theme.footer)),
        "title": write_text(single_line(facts.title)) or UNTITLED,
        "author": write_text(single_line(facts.programme)),
        "short": {
            "programme": _shorten(json_facts["programme"], programme_width),
            "title": title,
        },
    }
    if theme.logo is not None:
        inputs["logo"] = _logo_input(theme.logo, write_text)
    return inputs


def _to_json(value: Any, write_text: WriteText) -> Any:
    """Convert facts to what JSON can hold: objects, lists, texts and numbers."""
    if isinstance(value, str):
        return _add_break_points(write_text(single_line(value)))
    if isinstance(value, Prose):
        return [_block_tree(block, write_text) for block in blocks_of(value)]
    if isinstance(value, tuple):
        return [_to_json(element, write_text) for element in value]
    if is_dataclass(value):
        members = {
            field.name: _to_json(getattr(value, field.name), write_text) for field in fields(value)
        }
        if "title" in members and not _has_visible_text(members["title"]):
            members["title"] = UNTITLED
        return members
    return value


def _has_visible_text(text: str) -> bool:
    # A PDF's outline names each heading, and an invisible one cannot be clicked.
    return any(sign.isprintable() and not sign.isspace() for sign in text)


def _block_tree(block: Block, write_text: WriteText) -> dict[str, Any]:
    """Convert a block of Markdown, and those within it, to what JSON can hold."""
    spans = [_span_tree(span, write_text) for span in block.spans]
    text = "".join(span["text"] for span in spans)
    if block.kind is BlockKind.HEADING and not _has_visible_text(text):
        spans = [_span_tree(Span(UNTITLED), write_text)]
    return {
        "kind": block.kind.value,
        "number": block.number,
        "spans": spans,
        "blocks": [_block_tree(child, write_text) for child in block.blocks],
    }


def _span_tree(span: Span, write_text: WriteText) -> dict[str, Any]:
    """Convert a part of a line to what JSON can hold; too long an address is left out."""
    link = span.link if len(span.link) <= MAX_LINK_LENGTH else ""
    text = _add_break_points(write_text(clean(span.text)))
    return {
        "text": text,
        "link": link,
        "strong": span.strong,
        "emphasis": span.emphasis,
        "code": span.code,
        **_phrase_input(span),
    }


def _phrase_input(span: Span) -> dict[str, str]:
    """Return the language and direction of a phrase as Typst takes them: ``pt-BR`` in two parts."""
    language, _, rest = span.language.partition("-")
    region = rest if len(rest) == 2 and rest.isalpha() else ""
    return {"lang": language.lower(), "region": region.lower(), "dir": span.direction}


def _charts_of(
    facts: ReportFacts | WriteUpFacts, theme: DocumentTheme
) -> Callable[[WriteText], list[dict[str, Any]]]:
    """Return what draws the charts of a document, with their words as they are written."""
    return lambda write_text: [_chart_input(chart, theme, write_text) for chart in facts.charts]


def _chart_input(chart: Chart, theme: DocumentTheme, write_text: WriteText) -> dict[str, Any]:
    """Render a chart, with the width in points that keeps it on one page.

    Its words are written by ``write_text``. Raise :class:`CopkitError` for a template of it that is
    broken or not safe.
    """
    svg = write_text(render_svg(chart, theme))
    require_safe_svg(svg)
    width = min(MAX_CHART_WIDTH, MAX_CHART_HEIGHT * chart.width / chart.height)
    return {"name": chart.name, "svg": svg, "words": write_text(chart.words), "width": width}


def _logo_input(logo: Logo, write_text: WriteText) -> dict[str, Any]:
    """Return the logo's bytes and words, with the width in points that fits beside the title."""
    width, height = logo.width * POINTS_PER_PIXEL, logo.height * POINTS_PER_PIXEL
    share = min(1.0, MAX_LOGO_WIDTH / width, MAX_LOGO_HEIGHT / height)
    return {
        "png": list(logo.png),
        "words": write_text(single_line(logo.words)),
        "width": width * share,
    }


def _add_break_points(text: str) -> str:
    """Let a very long word or address break at the end of a line, and not leave the page."""
    return _UNBREAKABLE_WORD.sub(lambda word: _TEN_CHARACTERS.sub("\\g<0>\u200b", word[0]), text)


def _shorten(text: str, width: float) -> str:
    """Shorten a text to one line of the running header; ``width`` is in points."""
    line, *others = wrap_to_width(text, HEADER_SIZE, width) or [""]
    return f"{line.removesuffix('…')}…" if others else line
