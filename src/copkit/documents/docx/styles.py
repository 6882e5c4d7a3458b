"""The styles of Word documents in a programme's colours, and a blank file with them.  Pure.

Everything is set here and nothing is left to the program that opens it: the font is Arial in every
script, the language is British English. python-docx's own template is not used: it carries 900 kB
of styles and another author's name. XML is written as text, in the order of children that the
schema (ECMA-376) asks for: Word refuses a file with another.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from typing import Final

from copkit.documents.theme import Palette

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
