"""Write Word documents: paragraphs, tables, pictures, Markdown, and the file itself.  Pure.

Elements are made in the order that the schema (ECMA-376) asks for: Word refuses a file with
another, though other programs open it. Whatever somebody typed becomes text and nothing else: no
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
    BULLET_LIST,
    LIST_INDENT,
    MAX_LIST_LEVEL,
    NUMBER_LIST,
    TEXT_WIDTH,
    blank_document,
    box_properties,
    style_id,
)
from copkit.documents.theme import DocumentTheme
from copkit.errors import CopkitError
from copkit.text.markdown import Block, BlockKind, Prose, Span, blocks_of
from copkit.text.normalise import clean, single_line, xml_text

_EMU_PER_PIXEL: Final = 9525  # English Metric Units, 914,400 to the inch of 96 pixels
_MAX_LINK_LENGTH: Final = 2000  # characters; Word opens no file with a much longer one
_MAX_PROPERTY_LENGTH: Final = 255  # characters; python-docx raises an error beyond
_IMAGE_ERRORS: Final = (InvalidImageStreamError, UnexpectedEndOfFileError, UnrecognizedImageError)
_HOST: Final = re.compile(r"[\w.:-]+", re.ASCII)
_ZIP_EPOCH: Final = (1980, 1, 1, 0, 0, 0)  # the first day that a zip file can state
_NUMBER_COLUMN_WIDTH: Final = 1500  # twentieths of a point: 2.6 cm


@dataclass(frozen=True, slots=True)
class ParagraphLayout:
    """The layout of one paragraph, beyond its style."""

    keep_with_next: bool = False  # on the same page
    list_number: int = 0  # of the list that it is an item of, with a bullet or a number
    level: int = 0  # in that list, from 0
    indent: int = 0  # in twentieths of a point, beyond that of the list
    boxed: bool = False


PLAIN_LAYOUT: Final = ParagraphLayout()


def plain_span(text: str, *, strong: bool = False) -> Span:
    """Return a text of the facts, on one line, for :meth:`WordFile.add_paragraph`."""
    return Span(single_line(text), strong=strong)


class WordFile:
    """A Word document to which paragraphs, tables and pictures are added at the end."""

    def __init__(self, theme: DocumentTheme, title: str, programme: str) -> None:
        self._theme = theme
        self._document = docx.Document(blank_document(theme.light))
        self._body: Any = self._document.element.body
        self._last_list = NUMBER_LIST
        properties = self._document.core_properties
        properties.title = _document_text(single_line(title))[:_MAX_PROPERTY_LENGTH]
        properties.author = _document_text(single_line(programme))[:_MAX_PROPERTY_LENGTH]
        properties.language = "en-GB"

    def set_subject(self, text: str) -> None:
        """Set the subject in the document's properties."""
        self._document.core_properties.subject = _document_text(single_line(text))[
            :_MAX_PROPERTY_LENGTH
        ]

    def add_paragraph(
        self, style: str, *spans: Span, layout: ParagraphLayout = PLAIN_LAYOUT
    ) -> None:
        """Add a paragraph in a style of :mod:`.styles`, such as ``Heading 1``."""
        self._append(self._build_paragraph(style, spans, layout))

    def start_numbered_list(self, level: int, first: int) -> int:
        """Start a numbered list and return its number, for :class:`ParagraphLayout`.

        ``level`` is the list's own, from 0, and ``first`` the number of its first item.
        """
        self._last_list += 1
        start = _element("lvlOverride", _element("startOverride", val=first), ilvl=level)
        instance = _element(
            "num", _element("abstractNumId", val=NUMBER_LIST), start, numId=self._last_list
        )
        self._document.part.numbering_part.element.append(instance)
        return self._last_list

    def add_table(
        self, caption: str, heads: Sequence[str], rows: Iterable[Sequence[object]]
    ) -> None:
        """Add a table under its caption; all columns but the first hold numbers.

        Its heads are repeated on every page, no row is broken, and the rows stay together.
        """
        self.add_paragraph("Caption", plain_span(caption))
        widths = [_NUMBER_COLUMN_WIDTH] * (len(heads) - 1)
        widths = [TEXT_WIDTH - sum(widths), *widths]
        grid = _element("tblGrid", *(_element("gridCol", w=width) for width in widths))
        properties = _element(
            "tblPr",
            _element("tblStyle", val="Figures"),
            _element("tblW", w=TEXT_WIDTH, type="dxa"),
            _element("tblLayout", type="fixed"),
            _element("tblLook", val="06A0", firstRow=1, firstColumn=1, noHBand=1, noVBand=1),
            _element("tblCaption", val=_document_text(single_line(caption))),
        )
        texts = [tuple(heads), *(tuple(map(str, row)) for row in rows)]
        table_rows = [
            self._build_row(cells, widths, head=number == 0, last=number == len(texts) - 1)
            for number, cells in enumerate(texts)
        ]
        self._append(_element("tbl", properties, grid, *table_rows))

    def add_picture(
        self,
        png: bytes,
        title: str,
        description: str,
        size: tuple[float, float],
        *,
        style: str = "Figure",
    ) -> None:
        """Add a picture; ``description`` is for those who cannot see it.

        ``size`` is the width and the height at which it is shown, in pixels. Raise
        :class:`CopkitError` for a picture that is broken.
        """
        width, height = (Emu(round(side * _EMU_PER_PIXEL)) for side in size)
        try:
            inline = self._document.part.new_pic_inline(io.BytesIO(png), width, height)
        except _IMAGE_ERRORS as error:
            message = f"the picture '{single_line(title)}' is broken"
            raise CopkitError(message, "save it again as a PNG file") from error
        for side in "TBLR":  # distances to the text, without which some programs leave room
            inline.set(f"dist{side}", "0")
        properties: Any = inline.docPr
        properties.set("descr", _document_text(single_line(description)))
        properties.set("title", _document_text(single_line(title)))
        paragraph = self._build_paragraph(
            style, (), ParagraphLayout(keep_with_next=style != "Figure")
        )
        paragraph.append(_element("r", _element("drawing", inline)))
        self._append(paragraph)

    def set_header_and_footer(self, header: str, footer: str) -> None:
        """Write a header for every page but the first, and a footer with page numbers for all.

        What either held before is replaced.
        """
        section = self._document.sections[0]
        self._replace_content(
            section.first_page_header.part, self._build_paragraph("Normal", (), PLAIN_LAYOUT)
        )
        self._replace_content(
            section.header.part,
            self._build_paragraph("Header", (plain_span(header),), PLAIN_LAYOUT),
        )
        for part in (section.first_page_footer.part, section.footer.part):
            line = self._build_paragraph("Footer", (plain_span(footer),), PLAIN_LAYOUT)
            line.append(_element("r", _element("tab")))
            for label, field in (("Page ", "PAGE"), (" of ", "NUMPAGES")):
                line.append(_text_run(Span(label)))
                # Word computes the field when it opens the file; other programs show the 1.
                line.append(_element("fldSimple", _text_run(Span("1")), instr=f" {field} "))
            self._replace_content(part, line)

    def to_bytes(self) -> bytes:
        """Return the file's bytes, the same for the same content on any day and any machine."""
        # python-docx stamps the parts of its zip file with the present moment, so pack them again.
        saved, packed = io.BytesIO(), io.BytesIO()
        self._document.save(saved)
        with zipfile.ZipFile(saved) as stamped, zipfile.ZipFile(packed, "w") as plain:
            first, *others = stamped.namelist()
            for name in (first, *sorted(others)):  # '[Content_Types].xml' must come first
                entry = zipfile.ZipInfo(name, _ZIP_EPOCH)
                entry.compress_type = zipfile.ZIP_DEFLATED
                entry.create_system = 3  # Unix, whatever the machine is
                plain.writestr(entry, stamped.read(name))
        return packed.getvalue()

    def _append(self, element: Any) -> None:
        self._body.sectPr.addprevious(element)  # the section's properties stay the last child

    def _replace_content(self, part: StoryPart, paragraph: Any) -> None:
        """Replace what a header or a footer holds by one paragraph."""
        element = part.element
        for child in list(element):
            element.remove(child)
        element.append(paragraph)

    def _build_paragraph(self, style: str, spans: Iterable[Span], layout: ParagraphLayout) -> Any:
        """Build a paragraph; an address that Word would refuse becomes text without a link."""
        paragraph = _element("p", _element("pPr", *self._paragraph_properties(style, layout)))
        for span in spans:
            paragraph.append(
                self._build_link(span) if _is_valid_link(span.link) else _text_run(span)
            )
        return paragraph

    def _paragraph_properties(self, style: str, layout: ParagraphLayout) -> Iterable[Any]:
        """Build the properties of a paragraph, in the order of the schema."""
        yield _element("pStyle", val=style_id(style))
        if layout.keep_with_next:
            yield _element("keepNext")
        if layout.list_number:
            yield _element(
                "numPr",
                _element("ilvl", val=layout.level),
                _element("numId", val=layout.list_number),
            )
        if layout.boxed:
            yield from parse_xml(
                f"<w:pPr {nsdecls('w')}>{box_properties(self._theme.light)}</w:pPr>"
            )
        if layout.boxed:
            yield _element("ind", left=BOX_PADDING * 20, right=BOX_PADDING * 20)
        elif layout.list_number and layout.indent:
            yield _element(
                "ind", left=layout.indent + (layout.level + 1) * LIST_INDENT, hanging=LIST_INDENT
            )
        elif layout.indent:
            yield _element("ind", left=layout.indent)

    def _build_link(self, span: Span) -> Any:
        """Build a link to the address of a span, and relate the document to that address."""
        target = self._document.part.relate_to(
            span.link, RELATIONSHIP_TYPE.HYPERLINK, is_external=True
        )
        hyperlink = _element("hyperlink", _text_run(span, "Hyperlink"))
        hyperlink.set(qn("r:id"), target)
        return hyperlink

    def _build_row(
        self, cells: Sequence[str], widths: Sequence[int], *, head: bool, last: bool
    ) -> Any:
        """Build a row of a table; all cells but the first hold numbers.

        ``widths`` are in twentieths of a point. A ``head`` is repeated on every page; all rows but
        the ``last`` stay with the next.
        """
        properties = _element(
            "trPr", _element("cantSplit"), *([_element("tblHeader")] if head else [])
        )
        row = _element("tr", properties)
        for number, (text, width) in enumerate(zip(cells, widths, strict=True)):
            style = "Table Number" if number else "Table Text"
            paragraph = self._build_paragraph(
                style, (plain_span(text),), ParagraphLayout(keep_with_next=not last)
            )
            row.append(
                _element("tc", _element("tcPr", _element("tcW", w=width, type="dxa")), paragraph)
            )
        return row


def _element(tag: str, *children: Any, **attributes: object) -> Any:
    """Make an element of WordprocessingML; ``children`` are in the order of the schema."""
    prefixed = {qn(f"w:{name}"): str(setting) for name, setting in attributes.items()}
    element: Any = OxmlElement(f"w:{tag}", prefixed)
    element.extend(children)
    return element


def _text_run(span: Span, style: str = "") -> Any:
    """Make a run: text in which all characters look alike."""
    style = style or ("Code" if span.code else "")
    properties = [_element("rStyle", val=style)] if style else []
    properties += [_element(tag) for tag in ("b", "bCs") if span.strong]
    properties += [_element(tag) for tag in ("i", "iCs") if span.emphasis]
    run = _element("r")
    run.text = _document_text(span.text)
    if properties:
        run.insert(0, _element("rPr", *properties))
    return run


def _document_text(text: str) -> str:
    """Remove what XML forbids, and what nobody can see."""
    return xml_text(clean(text))


def _is_valid_link(address: str) -> bool:
    """Check whether Word takes an address; it refuses a whole file for one that it cannot read."""
    if not address or len(address) > _MAX_LINK_LENGTH or not address.isascii():
        return False
    try:
        parts = urlsplit(address)
        port = parts.port  # raises ValueError for what is no number
    except ValueError:
        return False
    return parts.scheme == "mailto" or (port != 0 and bool(_HOST.fullmatch(parts.hostname or "")))


# --- Markdown of records --------------------------------------------------------------------

MAX_LIST_NUMBER: Final = 32_767  # the largest number that Word can give an item
_TEXT_BLOCKS: Final = (BlockKind.PARAGRAPH, BlockKind.HEADING, BlockKind.CODE)


@dataclass(frozen=True, slots=True)
class _BlockPosition:
    """Where a block stands: within how many lists and quotations, as an item of which list."""

    lists: int = 0
    quotations: int = 0
    list_number: int = 0  # 0 for a block that has no bullet or number of its own

    def layout(self) -> ParagraphLayout:
        """Return the layout of a paragraph at this position."""
        level = min(self.lists - 1, MAX_LIST_LEVEL)
        if self.list_number:
            return ParagraphLayout(
                list_number=self.list_number, level=level, indent=self.quotations * LIST_INDENT
            )
        return ParagraphLayout(indent=(level + 1 + self.quotations) * LIST_INDENT)


def write_prose(file: WordFile, prose: Prose) -> None:
    """Add a record's text.

    The document's title is no heading of Word's, so headings of the text are one level higher.
    """
    _write_blocks(file, blocks_of(prose), _BlockPosition())


def _write_blocks(file: WordFile, blocks: Iterable[Block], position: _BlockPosition) -> None:
    """Write blocks of Markdown, and those within them, at the end of a file."""
    for block in blocks:
        match block.kind:
            case BlockKind.QUOTATION:
                _write_blocks(
                    file, block.blocks, replace(position, quotations=position.quotations + 1)
                )
            case BlockKind.BULLETS | BlockKind.NUMBERS:
                _write_list(file, block, replace(position, lists=position.lists + 1))
            case _:
                file.add_paragraph(
                    _style_of(block, position), *block.spans, layout=position.layout()
                )


def _style_of(block: Block, position: _BlockPosition) -> str:
    """Return the style of a paragraph, heading, code or rule: ``Heading 2``, ``List Bullet``."""
    match block.kind:
        case BlockKind.HEADING:
            return f"Heading {block.number - 1}"
        case BlockKind.CODE:
            return "Code Block"
        case BlockKind.RULE:
            return "Rule"
    if position.quotations:
        return "Quote"
    if position.list_number:
        return "List Bullet" if position.list_number == BULLET_LIST else "List Number"
    return "List Continue" if position.lists else "Normal"


def _write_list(file: WordFile, block: Block, position: _BlockPosition) -> None:
    """Write a list; ``position`` is that of its items, still without the list's number."""
    is_numbered = block.kind is BlockKind.NUMBERS
    # Beyond Word's largest number, the numbers are written as text.
    is_typed = is_numbered and block.number + len(block.blocks) > MAX_LIST_NUMBER
    list_number = BULLET_LIST
    if is_numbered and not is_typed:
        list_number = file.start_numbered_list(
            min(position.lists - 1, MAX_LIST_LEVEL), block.number
        )
    for item_number, item in enumerate(block.blocks, start=block.number):
        mark = Span(f"{item_number}. ") if is_typed else Span("")
        _write_list_item(
            file, item, replace(position, list_number=0 if is_typed else list_number), mark
        )


def _write_list_item(file: WordFile, item: Block, position: _BlockPosition, mark: Span) -> None:
    """Write an item: its first paragraph gets the bullet or the number, the others are indented.

    ``mark`` is a number to write as text, such as ``40000. ``, or an empty span.
    """
    first, others = Block(BlockKind.PARAGRAPH), item.blocks
    if others and others[0].kind in _TEXT_BLOCKS:
        first, others = others[0], others[1:]
    spans = (mark, *first.spans) if mark.text else first.spans
    _write_blocks(file, [replace(first, spans=spans)], position)
    _write_blocks(file, others, replace(position, list_number=0))
