"""What any Word document is put together from: paragraphs, tables, pictures, and the file itself.

Pure. Every element is made in the order that the format's schema asks for, as Word refuses a file
where another program would look away. Whatever somebody typed becomes text and nothing else: no
field, no bookmark, no markup.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import urlsplit

import docx
from docx.image.exceptions import (
    InvalidImageStreamError,
    UnexpectedEndOfFileError,
    UnrecognizedImageError,
)
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.parts.story import StoryPart
from docx.shared import Emu

from copkit.documents.docx.styles import (
    BOX_PADDING,
    BULLETS,
    DEEPEST,
    NUMBERS,
    STEP,
    TEXT_WIDTH,
    blank,
    box,
    style_id,
)
from copkit.documents.theme import Look
from copkit.errors import CopkitError
from copkit.text.markdown import Block, BlockKind, Prose, Span, blocks_of
from copkit.text.normalise import clean, for_xml, on_one_line

_EMU: Final = 9525  # in a pixel of 1/96 inch
_LONGEST_ADDRESS: Final = 2000  # characters; Word takes no file with a much longer one
_LONGEST_PROPERTY: Final = 255
_BROKEN: Final = (InvalidImageStreamError, UnexpectedEndOfFileError, UnrecognizedImageError)
_HOST: Final = re.compile(r"[\w.:-]+", re.ASCII)
_EARLIEST: Final = (1980, 1, 1, 0, 0, 0)  # a zip file knows no earlier day
_NUMBER_COLUMN: Final = 1500  # wide, in twentieths of a point


@dataclass(frozen=True, slots=True)
class Lie:
    """How one paragraph lies, beyond its style: kept with the next, in a list, in, in the box."""

    kept: bool = False
    list_number: int = 0
    level: int = 0
    left: int = 0
    boxed: bool = False


PLAIN: Final = Lie()


def words(text: str, *, strong: bool = False) -> Span:
    """Give a plain value of the facts as words on one line."""
    return Span(on_one_line(text), strong=strong)


class WordFile:
    """A Word document that grows from the top to the bottom."""

    def __init__(self, look: Look, title: str, programme: str) -> None:
        self._look = look
        self._document = docx.Document(blank(look.light))
        self._body: Any = self._document.element.body
        self._lists = NUMBERS
        about = self._document.core_properties
        about.title = _writable(on_one_line(title))[:_LONGEST_PROPERTY]
        about.author = _writable(on_one_line(programme))[:_LONGEST_PROPERTY]
        about.language = "en-GB"

    def subject(self, text: str) -> None:
        """Say what the document is about, in its properties."""
        self._document.core_properties.subject = _writable(on_one_line(text))[:_LONGEST_PROPERTY]

    def paragraph(self, style: str, *spans: Span, lie: Lie = PLAIN) -> None:
        """Write a paragraph in a style."""
        self._add(self._paragraph(style, spans, lie))

    def new_list(self, level: int, first: int) -> int:
        """Begin a list with numbers at a level, from its first number; give the list's own."""
        self._lists += 1
        start = _w("lvlOverride", _w("startOverride", val=first), ilvl=level)
        made = _w("num", _w("abstractNumId", val=NUMBERS), start, numId=self._lists)
        self._document.part.numbering_part.element.append(made)
        return self._lists

    def table(self, caption: str, heads: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        """Write a table under its caption; all columns but the first hold numbers.

        Its head is said again on every page, no row breaks in two, and the rows stay together.
        """
        self.paragraph("Caption", words(caption))
        widths = [_NUMBER_COLUMN] * (len(heads) - 1)
        widths = [TEXT_WIDTH - sum(widths), *widths]
        grid = _w("tblGrid", *(_w("gridCol", w=width) for width in widths))
        shape = _w(
            "tblPr",
            _w("tblStyle", val="Figures"),
            _w("tblW", w=TEXT_WIDTH, type="dxa"),
            _w("tblLayout", type="fixed"),
            _w("tblLook", val="06A0", firstRow=1, firstColumn=1, noHBand=1, noVBand=1),
            _w("tblCaption", val=_writable(on_one_line(caption))),
        )
        told = [tuple(heads), *(tuple(map(str, row)) for row in rows)]
        made = [
            self._row(cells, widths, head=number == 0, last=number == len(told) - 1)
            for number, cells in enumerate(told)
        ]
        self._add(_w("tbl", shape, grid, *made))

    def picture(
        self, png: bytes, title: str, said: str, size: tuple[float, float], *, style: str = "Figure"
    ) -> None:
        """Show a picture, with its title and what it says to those who cannot see it.

        Raises :class:`CopkitError` for one that is broken.
        """
        width, height = (Emu(round(side * _EMU)) for side in size)
        try:
            inline = self._document.part.new_pic_inline(io.BytesIO(png), width, height)
        except _BROKEN as error:
            message = f"the picture '{on_one_line(title)}' is broken"
            raise CopkitError(message, "save it again as a PNG file") from error
        for side in "TBLR":  # else some programs leave room around it
            inline.set(f"dist{side}", "0")
        named: Any = inline.docPr
        named.set("descr", _writable(on_one_line(said)))
        named.set("title", _writable(on_one_line(title)))
        paragraph = self._paragraph(style, (), Lie(kept=style != "Figure"))
        paragraph.append(_w("r", _w("drawing", inline)))
        self._add(paragraph)

    def run_around(self, header: str, footer: str) -> None:
        """Write what stands above every page but the first, and below every page."""
        section = self._document.sections[0]
        self._fill(section.first_page_header.part, self._paragraph("Normal", (), PLAIN))
        self._fill(section.header.part, self._paragraph("Header", (words(header),), PLAIN))
        for part in (section.first_page_footer.part, section.footer.part):
            line = self._paragraph("Footer", (words(footer),), PLAIN)
            line.append(_w("r", _w("tab")))
            for said, field in (("Page ", "PAGE"), (" of ", "NUMPAGES")):
                line.append(_run(Span(said)))
                line.append(_w("fldSimple", _run(Span("1")), instr=f" {field} "))
            self._fill(part, line)

    def to_bytes(self) -> bytes:
        """Give the file; the same words give the same bytes on any day."""
        saved, packed = io.BytesIO(), io.BytesIO()
        self._document.save(saved)
        with zipfile.ZipFile(saved) as stamped, zipfile.ZipFile(packed, "w") as plain:
            first, *others = stamped.namelist()
            for name in (first, *sorted(others)):  # the list of types must come first
                entry = zipfile.ZipInfo(name, _EARLIEST)
                entry.compress_type = zipfile.ZIP_DEFLATED
                entry.create_system = 3  # Unix, whatever the machine is
                plain.writestr(entry, stamped.read(name))
        return packed.getvalue()

    def _add(self, element: Any) -> None:
        self._body.sectPr.addprevious(element)

    def _fill(self, part: StoryPart, paragraph: Any) -> None:
        """Put one paragraph in the place of what a header or a footer holds."""
        element = part.element
        for child in list(element):
            element.remove(child)
        element.append(paragraph)

    def _paragraph(self, style: str, spans: Iterable[Span], lie: Lie) -> Any:
        made = _w("p", _w("pPr", *self._shape(style, lie)))
        for span in spans:
            made.append(self._linked(span) if _may_be_linked(span.link) else _run(span))
        return made

    def _shape(self, style: str, lie: Lie) -> Iterable[Any]:
        yield _w("pStyle", val=style_id(style))
        if lie.kept:
            yield _w("keepNext")
        if lie.list_number:
            yield _w("numPr", _w("ilvl", val=lie.level), _w("numId", val=lie.list_number))
        if lie.boxed:
            yield from parse_xml(f"<w:pPr {nsdecls('w')}>{box(self._look.light)}</w:pPr>")
        if lie.boxed:
            yield _w("ind", left=BOX_PADDING * 20, right=BOX_PADDING * 20)
        elif lie.list_number and lie.left:
            yield _w("ind", left=lie.left + (lie.level + 1) * STEP, hanging=STEP)
        elif lie.left:
            yield _w("ind", left=lie.left)

    def _linked(self, span: Span) -> Any:
        target = self._document.part.relate_to(
            span.link, RELATIONSHIP_TYPE.HYPERLINK, is_external=True
        )
        made = _w("hyperlink", _run(span, "Hyperlink"))
        made.set(qn("r:id"), target)
        return made

    def _row(self, cells: Sequence[str], widths: Sequence[int], *, head: bool, last: bool) -> Any:
        shape = _w("trPr", _w("cantSplit"), *([_w("tblHeader")] if head else []))
        made = _w("tr", shape)
        for number, (text, width) in enumerate(zip(cells, widths, strict=True)):
            style = "Table Number" if number else "Table Text"
            paragraph = self._paragraph(style, (words(text),), Lie(kept=not last))
            made.append(_w("tc", _w("tcPr", _w("tcW", w=width, type="dxa")), paragraph))
        return made


def _w(tag: str, *children: Any, **values: object) -> Any:
    """Make an element of WordprocessingML; its children come in the order of the schema."""
    made: Any = OxmlElement(f"w:{tag}", {qn(f"w:{name}"): str(one) for name, one in values.items()})
    made.extend(children)
    return made


def _run(span: Span, style: str = "") -> Any:
    """Make the words of one hand."""
    style = style or ("Code" if span.code else "")
    looks = [_w("rStyle", val=style)] if style else []
    looks += [_w(tag) for tag in ("b", "bCs") if span.strong]
    looks += [_w(tag) for tag in ("i", "iCs") if span.emphasis]
    made = _w("r")
    made.text = _writable(span.text)
    if looks:
        made.insert(0, _w("rPr", *looks))
    return made


def _writable(text: str) -> str:
    """Take out what XML has no place for, and what nobody can see."""
    return for_xml(clean(text))


def _may_be_linked(address: str) -> bool:
    """Say whether Word takes an address; what it cannot read as one would spoil the file."""
    if not address or len(address) > _LONGEST_ADDRESS or not address.isascii():
        return False
    try:
        parts = urlsplit(address)
        port = parts.port  # raises for one that is none
    except ValueError:
        return False
    return parts.scheme == "mailto" or (port != 0 and bool(_HOST.fullmatch(parts.hostname or "")))


# Markdown of records as paragraphs of a Word document.

LARGEST_NUMBER: Final = 32_767  # that Word can begin a list with
_WITH_WORDS: Final = (BlockKind.PARAGRAPH, BlockKind.HEADING, BlockKind.CODE)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a block stands: in how many lists, in how many quotations, behind which mark."""

    lists: int = 0
    quotations: int = 0
    list_number: int = 0

    def lie(self) -> Lie:
        """Give how a paragraph lies here."""
        level = min(self.lists - 1, DEEPEST)
        if self.list_number:
            return Lie(list_number=self.list_number, level=level, left=self.quotations * STEP)
        return Lie(left=(level + 1 + self.quotations) * STEP)


def write_prose(file: WordFile, prose: Prose) -> None:
    """Write a record's text; the document's title is no heading, so headings stand one higher."""
    _write(file, blocks_of(prose), _Place())


def _write(file: WordFile, blocks: Iterable[Block], place: _Place) -> None:
    for block in blocks:
        match block.kind:
            case BlockKind.QUOTATION:
                _write(file, block.blocks, replace(place, quotations=place.quotations + 1))
            case BlockKind.BULLETS | BlockKind.NUMBERS:
                _write_list(file, block, replace(place, lists=place.lists + 1))
            case _:
                file.paragraph(_style(block, place), *block.spans, lie=place.lie())


def _style(block: Block, place: _Place) -> str:
    match block.kind:
        case BlockKind.HEADING:
            return f"Heading {block.number - 1}"
        case BlockKind.CODE:
            return "Code Block"
        case BlockKind.RULE:
            return "Rule"
    if place.quotations:
        return "Quote"
    if place.list_number:
        return "List Bullet" if place.list_number == BULLETS else "List Number"
    return "List Continue" if place.lists else "Normal"


def _write_list(file: WordFile, block: Block, place: _Place) -> None:
    numbered = block.kind is BlockKind.NUMBERS
    typed = numbered and block.number + len(block.blocks) > LARGEST_NUMBER
    number = BULLETS
    if numbered and not typed:
        number = file.new_list(min(place.lists - 1, DEEPEST), block.number)
    for at, item in enumerate(block.blocks, start=block.number):
        mark = Span(f"{at}. ") if typed else Span("")
        _write_item(file, item, replace(place, list_number=0 if typed else number), mark)


def _write_item(file: WordFile, item: Block, place: _Place, mark: Span) -> None:
    """Write an item; its first words stand behind its mark, and the rest below them."""
    first, rest = Block(BlockKind.PARAGRAPH), item.blocks
    if rest and rest[0].kind in _WITH_WORDS:
        first, rest = rest[0], rest[1:]
    spans = (mark, *first.spans) if mark.text else first.spans
    _write(file, [replace(first, spans=spans)], place)
    _write(file, rest, replace(place, list_number=0))
