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

from copkit.documents.theme import DocumentTheme, Palette
from copkit.errors import CopkitError
from copkit.text.markdown import Block, BlockKind, Prose, Span, blocks_of
from copkit.text.normalise import clean, single_line, xml_text

# --- styles, in a programme's colours -------------------------------------------------------

FONT: Final = "Arial"
MARGIN: Final = 1134  # twentieths of a point: 2 cm
PAGE: Final = (11906, 16838)  # A4 in twentieths of a point
TEXT_WIDTH: Final = PAGE[0] - 2 * MARGIN
LIST_INDENT: Final = 340  # of each level, in twentieths of a point: 6 mm
BULLET_LIST: Final = 1  # the number of the list that every bullet belongs to
NUMBER_LIST: Final = 2  # the number of the pattern of all numbered lists
BOX_PADDING: Final = 9  # points

NAMESPACE: Final = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def box_properties(palette: Palette) -> str:
    """Write the border and the background of a box, as properties of a paragraph."""
    line = (
        f'w:val="single" w:sz="12" w:space="{BOX_PADDING}" w:color="{word_colour(palette.accent)}"'
    )
    sides = "".join(f"<w:{side} {line}/>" for side in ("top", "left", "bottom", "right"))
    shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{word_colour(palette.tint)}"/>'
    return f"<w:pBdr>{sides}</w:pBdr>{shade}"


def word_colour(colour: str) -> str:
    """Convert ``#rrggbb`` to Word's ``RRGGBB``."""
    return colour.removeprefix("#").upper()


def styles_xml(palette: Palette) -> str:
    """Write the part ``word/styles.xml``."""
    fonts = _fonts(FONT)
    language = '<w:lang w:val="en-GB" w:eastAsia="en-GB" w:bidi="en-GB"/>'
    defaults = (
        "<w:docDefaults><w:rPrDefault>"
        f"<w:rPr>{fonts}{run_properties(10, palette.ink)}{language}</w:rPr>"
        f"</w:rPrDefault><w:pPrDefault><w:pPr><w:widowControl/>{_spacing(0, 5, 1.1)}</w:pPr>"
        "</w:pPrDefault></w:docDefaults>"
    )
    # Word shows its 376 built-in styles beside ours unless they are hidden.
    latent = (
        '<w:latentStyles w:defLockedState="0" w:defUIPriority="99" w:defSemiHidden="1" '
        'w:defUnhideWhenUsed="1" w:defQFormat="0" w:count="376"/>'
    )
    paragraphs = (
        *_heading_styles(palette),
        *_text_styles(palette),
        *_list_styles(),
        *_table_text_styles(palette),
    )
    others = (*_character_styles(palette), _table_style(palette))
    return f"<w:styles {NAMESPACE}>{defaults}{latent}{''.join((*paragraphs, *others))}</w:styles>"


def _heading_styles(palette: Palette) -> Iterable[str]:
    """Write the styles of plain text, of what stands above it, and of five levels of headings."""
    border = _border("top", palette.accent, size=12, space=6)
    kicker = run_properties(10.5, palette.accent, bold=True)
    yield _paragraph_style("Normal", "", default=True)
    yield _paragraph_style("Logo", _KEEP_TOGETHER + _spacing(0, 10), following="Title")
    yield _paragraph_style(
        "Programme Name", _KEEP_TOGETHER + _spacing(0, 2), kicker, following="Title"
    )
    large = run_properties(18, palette.ink, bold=True)
    yield _paragraph_style(
        "Title", _KEEP_TOGETHER + _spacing(0, 5, 1.1), large, following="Subtitle"
    )
    yield _paragraph_style(
        "Subtitle", _KEEP_TOGETHER + _spacing(0, 12), run_properties(10, palette.soft)
    )
    yield _paragraph_style("Address", _KEEP_TOGETHER + _spacing(8, 10))
    subject = '<w:outlineLvl w:val="0"/>'
    yield _paragraph_style(
        "Subject", _KEEP_TOGETHER + _spacing(4, 8) + subject, run_properties(13, bold=True)
    )
    # level -> points before and after it, points of its letters
    shapes = {1: (16, 4, 13), 2: (11, 2, 11), 3: (9, 2, 10), 4: (8, 2, 10), 5: (8, 2, 10)}
    for level, (before, after, size) in shapes.items():
        above = border if level == 1 else ""
        outline = f'<w:outlineLvl w:val="{level - 1}"/>'
        shape = _KEEP_TOGETHER + above + _spacing(before, after, 1.1) + outline
        characters = run_properties(size, palette.ink, bold=level < 5, italic=level > 3)
        yield _paragraph_style(f"Heading {level}", shape, characters)


def _text_styles(palette: Palette) -> Iterable[str]:
    """Write the styles of the box, quotations, code, entries, header and footer, and the like."""
    soft, indent = run_properties(colour=palette.soft), f'<w:ind w:left="{LIST_INDENT}"/>'
    box_indent = f'<w:ind w:left="{BOX_PADDING * 20}" w:right="{BOX_PADDING * 20}"/>'
    quoted = _border("left", palette.line, size=18, space=8)
    above = _border("top", palette.line, size=4, space=5)
    shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{word_colour(palette.tint)}"/>'
    in_box = "<w:keepLines/>" + box_properties(palette)
    large = run_properties(12, bold=True)
    yield _paragraph_style("Ask", "<w:keepNext/>" + in_box + _spacing(0, 3) + box_indent, large)
    yield _paragraph_style("Ask Alone", in_box + _spacing(0, 15) + box_indent, large)
    yield _paragraph_style("Ask Date", in_box + _spacing(0, 15) + box_indent)
    yield _paragraph_style("Quote", quoted + _spacing(3, 5) + indent, following="Quote")
    yield _paragraph_style("Soft", "<w:keepNext/>" + _spacing(0, 3), soft)
    yield _paragraph_style("Label", "<w:keepNext/>" + _spacing(4, 2), run_properties(bold=True))
    yield _paragraph_style("Entry", _KEEP_TOGETHER + above + _spacing(6, 1), soft)
    yield _paragraph_style("Entry Text", _KEEP_TOGETHER + _spacing(0, 1))
    yield _paragraph_style("Entry Last", "<w:keepLines/>" + _spacing(0, 5))
    yield _paragraph_style("Farewell", _KEEP_TOGETHER + _spacing(8, 34))
    yield _paragraph_style("Entry End", "<w:keepLines/>" + _spacing(0, 5), soft)
    code = _fonts("Courier New") + "<w:noProof/>" + run_properties(9)
    yield _paragraph_style("Code Block", shade + _spacing(4, 6), code)
    yield _paragraph_style(
        "Rule", _border("bottom", palette.line, size=4, space=1) + _spacing(0, 10)
    )
    yield _paragraph_style("Figure", "<w:keepLines/>" + _spacing(8, 10))
    yield _paragraph_style("Closing", "<w:keepLines/>" + above + _spacing(16, 0), soft)
    small = run_properties(8.5, palette.soft)
    under, over = (_border(side, palette.line, size=4, space=4) for side in ("bottom", "top"))
    right_tab = f'<w:tabs><w:tab w:val="right" w:pos="{TEXT_WIDTH}"/></w:tabs>'
    yield _paragraph_style("Header", under + _spacing(0, 0), small)
    yield _paragraph_style("Footer", over + right_tab + _spacing(0, 0), small)


def _list_styles() -> Iterable[str]:
    """Write the styles of items of lists, and of further paragraphs of an item."""
    for name, number in (("List Bullet", BULLET_LIST), ("List Number", NUMBER_LIST)):
        numbered = f'<w:numPr><w:numId w:val="{number}"/></w:numPr>'
        yield _paragraph_style(name, numbered + _spacing(0, 2), following=name)
    yield _paragraph_style("List Continue", _spacing(0, 2) + f'<w:ind w:left="{LIST_INDENT}"/>')


def _table_text_styles(palette: Palette) -> Iterable[str]:
    """Write the styles of a table's caption, and of text and numbers in its cells."""
    yield _paragraph_style(
        "Caption", "<w:keepNext/>" + _spacing(4, 3), run_properties(9.5, palette.soft)
    )
    yield _paragraph_style("Table Text", _spacing(2, 2, 1.05))
    yield _paragraph_style("Table Number", _spacing(2, 2, 1.05) + '<w:jc w:val="right"/>')


def _character_styles(palette: Palette) -> Iterable[str]:
    """Write the styles of parts of a line."""
    link = f'<w:color w:val="{word_colour(palette.accent)}"/><w:u w:val="single"/>'
    code = _fonts("Courier New") + "<w:noProof/>"
    for name, characters in (("Hyperlink", link), ("Code", code)):
        identity = _style_start("character", name)
        yield f'{identity}<w:uiPriority w:val="1"/><w:rPr>{characters}</w:rPr></w:style>'


def _table_style(palette: Palette) -> str:
    """Write the style of tables: lines between rows, a stronger one below the heads."""
    line = f'w:val="single" w:sz="4" w:space="0" w:color="{word_colour(palette.line)}"'
    strong = f'w:val="single" w:sz="8" w:space="0" w:color="{word_colour(palette.ink)}"'
    margins = '<w:left w:w="0" w:type="dxa"/><w:right w:w="0" w:type="dxa"/>'
    return (
        '<w:style w:type="table" w:default="1" w:styleId="TableNormal">'
        '<w:name w:val="Normal Table"/><w:uiPriority w:val="99"/><w:semiHidden/>'
        '<w:unhideWhenUsed/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/></w:tblPr></w:style>'
        f"{_style_start('table', 'Figures')}"
        '<w:basedOn w:val="TableNormal"/><w:uiPriority w:val="1"/>'
        f"<w:qFormat/><w:tblPr><w:tblBorders><w:bottom {line}/><w:insideH {line}/></w:tblBorders>"
        f"<w:tblCellMar>{margins}</w:tblCellMar></w:tblPr>"
        '<w:tblStylePr w:type="firstRow"><w:rPr><w:b/><w:bCs/></w:rPr><w:tcPr><w:tcBorders>'
        f'<w:bottom {strong}/></w:tcBorders><w:vAlign w:val="bottom"/></w:tcPr></w:tblStylePr>'
        "</w:style>"
    )


_KEEP_TOGETHER: Final = "<w:keepNext/><w:keepLines/>"


def style_id(name: str) -> str:
    """Return the id by which paragraphs refer to a style: ``Heading1`` for ``Heading 1``."""
    return name.replace(" ", "")


# Word names its own styles in small letters, and knows headings by these names alone.
_BUILT_IN: Final = ("Heading", "Header", "Footer", "Caption")


def _style_start(kind: str, name: str) -> str:
    """Write the beginning of a style; ``kind`` is ``paragraph``, ``character`` or ``table``."""
    word_name = name.lower() if name.startswith(_BUILT_IN) else name
    return f'<w:style w:type="{kind}" w:styleId="{style_id(name)}"><w:name w:val="{word_name}"/>'


def _paragraph_style(
    name: str, layout: str, characters: str = "", *, following: str = "", default: bool = False
) -> str:
    """Write a paragraph style: the properties of its ``layout`` and of its ``characters``.

    ``following`` is the style of the next paragraph that somebody types after one of these.
    """
    start = _style_start("paragraph", name)
    if default:
        start = start.replace(" w:styleId", ' w:default="1" w:styleId')
    else:
        start += f'<w:basedOn w:val="Normal"/><w:next w:val="{style_id(following or "Normal")}"/>'
    priority = '<w:uiPriority w:val="1"/><w:qFormat/>'
    properties = f"<w:pPr>{layout}</w:pPr>" + (f"<w:rPr>{characters}</w:rPr>" if characters else "")
    return f"{start}{priority}{properties}</w:style>"


def _fonts(name: str) -> str:
    scripts = " ".join(f'w:{script}="{name}"' for script in ("ascii", "hAnsi", "eastAsia", "cs"))
    return f"<w:rFonts {scripts}/>"


def run_properties(
    size: float = 0, colour: str = "", *, bold: bool = False, italic: bool = False
) -> str:
    """Write properties of characters, in the order of the schema; ``size`` is in points."""
    return (
        ("<w:b/><w:bCs/>" if bold else "")
        + ("<w:i/><w:iCs/>" if italic else "")
        + (f'<w:color w:val="{word_colour(colour)}"/>' if colour else "")
        + (f'<w:sz w:val="{size * 2:.0f}"/><w:szCs w:val="{size * 2:.0f}"/>' if size else "")
    )


def _spacing(before: float, after: float, lines: float = 0) -> str:
    """Write the space before and after a paragraph in points, and the line height in lines."""
    # Word counts in twentieths of a point, and a line as 240.
    between = f' w:line="{lines * 240:.0f}" w:lineRule="auto"' if lines else ""
    return f'<w:spacing w:before="{before * 20:.0f}" w:after="{after * 20:.0f}"{between}/>'


def _border(side: str, colour: str, *, size: int, space: int) -> str:
    """Write a border; ``size`` is in eighths of a point, ``space`` to the text in points."""
    shape = f'w:val="single" w:sz="{size}" w:space="{space}" w:color="{word_colour(colour)}"'
    return f"<w:pBdr><w:{side} {shape}/></w:pBdr>"


# --- a blank file ---------------------------------------------------------------------------

MAX_LIST_LEVEL: Final = 8  # counted from 0: Word has nine
VERTICAL_MARGIN: Final = 1247  # above and below, for header and footer: 2.2 cm
_XML_DECLARATION: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OFFICE_RELATIONSHIPS: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_CONTENT_TYPE: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml"


def blank_document(palette: Palette) -> io.BytesIO:
    """Build a Word file without text, in the colours of a palette."""
    parts = {
        "[Content_Types].xml": _content_types_xml(),
        "_rels/.rels": _relationships_xml(
            (f"{_OFFICE_RELATIONSHIPS}/officeDocument", "word/document.xml"),
            (f"{_PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
        ),
        "docProps/core.xml": (
            f'<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
            'xmlns:dc="http://purl.org/dc/elements/1.1/"/>'
        ),
        "word/document.xml": (
            f"<w:document {NAMESPACE}><w:body>{_SECTION_XML}</w:body></w:document>"
        ),
        "word/_rels/document.xml.rels": _relationships_xml(
            *(
                (f"{_OFFICE_RELATIONSHIPS}/{part}", f"{part}.xml")
                for part in ("styles", "settings", "numbering")
            )
        ),
        "word/styles.xml": styles_xml(palette),
        "word/settings.xml": _SETTINGS_XML,
        "word/numbering.xml": _numbering_xml(palette),
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        for name, text in parts.items():
            packed.writestr(name, _XML_DECLARATION + text)
    return file


def _content_types_xml() -> str:
    """Write the part ``[Content_Types].xml``: what each other part holds."""
    parts = {
        "/word/document.xml": f"{_CONTENT_TYPE}.document.main+xml",
        "/word/styles.xml": f"{_CONTENT_TYPE}.styles+xml",
        "/word/settings.xml": f"{_CONTENT_TYPE}.settings+xml",
        "/word/numbering.xml": f"{_CONTENT_TYPE}.numbering+xml",
        "/docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
    }
    overrides = "".join(
        f'<Override PartName="{name}" ContentType="{kind}"/>' for name, kind in parts.items()
    )
    rels = "application/vnd.openxmlformats-package.relationships+xml"
    return (
        f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" ContentType="{rels}"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>'
    )


def _relationships_xml(*relationships: tuple[str, str]) -> str:
    """Write a part ``.rels`` from pairs of a relationship's type and its target."""
    elements = "".join(
        f'<Relationship Id="rId{number}" Type="{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(relationships, start=1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{elements}</Relationships>'


_SECTION_XML: Final = (
    f'<w:sectPr><w:pgSz w:w="{PAGE[0]}" w:h="{PAGE[1]}"/>'
    f'<w:pgMar w:top="{VERTICAL_MARGIN}" w:right="{MARGIN}" '
    f'w:bottom="{VERTICAL_MARGIN}" w:left="{MARGIN}" '
    'w:header="624" w:footer="624" w:gutter="0"/><w:cols w:space="708"/><w:titlePg/></w:sectPr>'
)
_SETTINGS_XML: Final = (
    f'<w:settings {NAMESPACE}><w:zoom w:percent="100"/><w:defaultTabStop w:val="720"/>'
    '<w:characterSpacingControl w:val="doNotCompress"/>'
    # Without it, Word opens the file in the compatibility mode of 2007.
    '<w:compat><w:compatSetting w:name="compatibilityMode" '
    'w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>'
    '<w:themeFontLang w:val="en-GB"/><w:decimalSymbol w:val="."/><w:listSeparator w:val=","/>'
    "</w:settings>"
)


def _numbering_xml(palette: Palette) -> str:
    """Write the patterns of bulleted and of numbered lists.

    The writer adds an instance for each numbered list, which would go on counting otherwise.
    """
    bullets = _abstract_list(BULLET_LIST, ("bullet", ("•", "–")), "ListBullet", palette)
    numbers = _abstract_list(NUMBER_LIST, ("decimal", ("%{}.",)), "ListNumber", palette)
    uses = "".join(
        f'<w:num w:numId="{number}"><w:abstractNumId w:val="{number}"/></w:num>'
        for number in (BULLET_LIST, NUMBER_LIST)
    )
    return f"<w:numbering {NAMESPACE}>{bullets}{numbers}{uses}</w:numbering>"


def _abstract_list(
    number: int, marks: tuple[str, tuple[str, ...]], style: str, palette: Palette
) -> str:
    """Write the pattern of a list; ``marks`` are Word's name for their kind, and their signs.

    The levels take the signs in turn; ``{}`` is replaced by the level's number.
    """
    number_format, signs = marks
    levels = []
    for level in range(MAX_LIST_LEVEL + 1):
        linked = "" if level else f'<w:pStyle w:val="{style}"/>'
        sign = signs[level % len(signs)].format(level + 1)
        levels.append(
            f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/>'
            f'<w:numFmt w:val="{number_format}"/>{linked}'
            f'<w:lvlText w:val="{sign}"/><w:lvlJc w:val="left"/>'
            f'<w:pPr><w:ind w:left="{(level + 1) * LIST_INDENT}" '
            f'w:hanging="{LIST_INDENT}"/></w:pPr>'
            f"<w:rPr>{run_properties(colour=palette.accent)}</w:rPr></w:lvl>"
        )
    return (
        f'<w:abstractNum w:abstractNumId="{number}"><w:nsid w:val="{number:08X}"/>'
        f'<w:multiLevelType w:val="multilevel"/>{"".join(levels)}</w:abstractNum>'
    )


_EMU_PER_PIXEL: Final = 9525  # English Metric Units, 914,400 to the inch of 96 pixels
_MAX_LINK_LENGTH: Final = 2000  # characters; Word opens no file with a much longer one
_MAX_PROPERTY_LENGTH: Final = 255  # characters; python-docx raises an error beyond
_IMAGE_ERRORS: Final = (InvalidImageStreamError, UnexpectedEndOfFileError, UnrecognizedImageError)
_HOST: Final = re.compile(r"[\w.:-]+", re.ASCII)
_ZIP_EPOCH: Final = (1980, 1, 1, 0, 0, 0)  # the first day that a zip file can state
_NUMBER_COLUMN_WIDTH: Final = 1500  # twentieths of a point: 2.6 cm
_FORM_ROW: Final = 480  # twentieths of a point, the height in which a hand can write: 8.5 mm


@dataclass(frozen=True, slots=True)
class ParagraphLayout:
    """The layout of one paragraph, beyond its style."""

    keep_with_next: bool = False  # on the same page
    list_number: int = 0  # of the list that it is an item of, with a bullet or a number
    level: int = 0  # in that list, from 0
    indent: int = 0  # in twentieths of a point, beyond that of the list
    boxed: bool = False
    new_page: bool = False


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
        # Of many columns each is narrower, so that the names in the first keep their room.
        number_width = min(_NUMBER_COLUMN_WIDTH, TEXT_WIDTH * 3 // 5 // max(1, len(heads) - 1))
        widths = [number_width] * (len(heads) - 1)
        widths = [TEXT_WIDTH - sum(widths), *widths]
        texts = [tuple(heads), *(tuple(map(str, row)) for row in rows)]
        self.add_paragraph("Caption", plain_span(caption))
        self._add_rows(
            caption,
            widths,
            [
                self._build_row(cells, widths, head=number == 0, last=number == len(texts) - 1)
                for number, cells in enumerate(texts)
            ],
        )

    def add_form(
        self,
        caption: str,
        heads: Sequence[str],
        rows: Iterable[Sequence[str]],
        widths: Sequence[int],
    ) -> None:
        """Add a table with room to write in by hand, under its caption.

        ``widths`` of the columns are in twentieths of a point. Its heads are repeated on every
        page, and no row is broken.
        """
        head = self._build_row(heads, widths, head=True, last=False, number_style="Table Text")
        filled = (
            self._build_row(
                cells, widths, head=False, last=True, number_style="Table Text", height=_FORM_ROW
            )
            for cells in rows
        )
        self.add_paragraph("Caption", plain_span(caption))
        self._add_rows(caption, widths, [head, *filled])

    def add_text_table(
        self,
        name: str,
        heads: Sequence[str],
        rows: Iterable[Sequence[str]],
        shares: Sequence[int],
    ) -> None:
        """Add a table of texts without a caption; an empty row has room to write in by hand.

        ``name`` is for those who cannot see it, ``shares`` are those of the columns of the width of
        the page. Its heads are repeated on every page, and no row is broken.
        """
        widths = [TEXT_WIDTH * share // sum(shares) for share in shares]
        head = self._build_row(heads, widths, head=True, last=False, number_style="Table Text")
        texts = (
            self._build_row(
                cells,
                widths,
                head=False,
                last=True,
                number_style="Table Text",
                height=0 if any(cells) else _FORM_ROW,
            )
            for cells in rows
        )
        self._add_rows(name, widths, [head, *texts])
        self.add_paragraph("Table Text")  # Word joins two tables with nothing between them

    def _add_rows(self, caption: str, widths: Sequence[int], rows: Sequence[Any]) -> None:
        """Add a table of rows that are built; ``caption`` is for those who cannot see it."""
        grid = _element("tblGrid", *(_element("gridCol", w=width) for width in widths))
        properties = _element(
            "tblPr",
            _element("tblStyle", val="Figures"),
            _element("tblW", w=TEXT_WIDTH, type="dxa"),
            _element("tblLayout", type="fixed"),
            _element("tblLook", val="06A0", firstRow=1, firstColumn=1, noHBand=1, noVBand=1),
            _element("tblCaption", val=_document_text(single_line(caption))),
        )
        self._append(_element("tbl", properties, grid, *rows))

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
        if layout.new_page:
            yield _element("pageBreakBefore")
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
        self,
        cells: Sequence[str],
        widths: Sequence[int],
        *,
        head: bool,
        last: bool,
        number_style: str = "Table Number",
        height: int = 0,
    ) -> Any:
        """Build a row of a table; all cells but the first are in the ``number_style``.

        ``widths`` and ``height``, the least there is, are in twentieths of a point. A ``head`` is
        repeated on every page; all rows but the ``last`` stay with the next.
        """
        properties = _element(
            "trPr",
            _element("cantSplit"),
            *([_element("trHeight", val=height, hRule="atLeast")] if height else []),
            *([_element("tblHeader")] if head else []),
        )
        row = _element("tr", properties)
        for number, (text, width) in enumerate(zip(cells, widths, strict=True)):
            style = number_style if number else "Table Text"
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
    # in the order that Word's schema wants: the direction before the language
    properties += [_element("rtl")] if span.direction == "rtl" else []
    if span.language:
        language = "bidi" if span.direction == "rtl" else "val"
        properties.append(_element("lang", **{language: span.language}))
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
