"""What a Word document looks like: its styles, in the colours of a programme.  Pure.

Everything is set here and nothing is left to the program that opens it: the letters are Arial in
every script, the language is British English.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from typing import Final

from copkit.documents.theme import Palette

LETTERS: Final = "Arial"
MARGIN: Final = 1134  # twentieths of a point: 2 cm
PAGE: Final = (11906, 16838)  # A4
TEXT_WIDTH: Final = PAGE[0] - 2 * MARGIN
STEP: Final = 340  # how far each level of a list stands in
BULLETS: Final = 1  # the list that every bullet belongs to
NUMBERS: Final = 2  # the pattern of lists with numbers
BOX_PADDING: Final = 9  # points

WORDS: Final = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def box(palette: Palette) -> str:
    """Give the frame and the ground of what is set apart, as a paragraph's properties."""
    line = f'w:val="single" w:sz="12" w:space="{BOX_PADDING}" w:color="{in_hex(palette.accent)}"'
    sides = "".join(f"<w:{side} {line}/>" for side in ("top", "left", "bottom", "right"))
    shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{in_hex(palette.tint)}"/>'
    return f"<w:pBdr>{sides}</w:pBdr>{shade}"


def in_hex(colour: str) -> str:
    """Write a colour as Word does."""
    return colour.removeprefix("#").upper()


def styles(palette: Palette) -> str:
    """Write all styles of a document."""
    fonts = _fonts(LETTERS)
    language = '<w:lang w:val="en-GB" w:eastAsia="en-GB" w:bidi="en-GB"/>'
    defaults = (
        f"<w:docDefaults><w:rPrDefault><w:rPr>{fonts}{letters(10, palette.ink)}{language}</w:rPr>"
        f"</w:rPrDefault><w:pPrDefault><w:pPr><w:widowControl/>{_spacing(0, 5, 1.1)}</w:pPr>"
        "</w:pPrDefault></w:docDefaults>"
    )
    # Word's own styles that are not used here stay out of sight
    latent = (
        '<w:latentStyles w:defLockedState="0" w:defUIPriority="99" w:defSemiHidden="1" '
        'w:defUnhideWhenUsed="1" w:defQFormat="0" w:count="376"/>'
    )
    found = (*_headings(palette), *_texts(palette), *_lists(), *_in_tables(palette))
    more = (*_in_lines(palette), _table(palette))
    return f"<w:styles {WORDS}>{defaults}{latent}{''.join((*found, *more))}</w:styles>"


def _headings(palette: Palette) -> Iterable[str]:
    rule = _line("top", palette.accent, size=12, space=6)
    kicker = letters(10.5, palette.accent, bold=True)
    yield _paragraph("Normal", "", default=True)
    yield _paragraph("Logo", _KEPT + _spacing(0, 10), following="Title")
    yield _paragraph("Programme Name", _KEPT + _spacing(0, 2), kicker, following="Title")
    large = letters(18, palette.ink, bold=True)
    yield _paragraph("Title", _KEPT + _spacing(0, 5, 1.1), large, following="Subtitle")
    yield _paragraph("Subtitle", _KEPT + _spacing(0, 12), letters(10, palette.soft))
    yield _paragraph("Address", _KEPT + _spacing(8, 10))
    subject = '<w:outlineLvl w:val="0"/>'
    yield _paragraph("Subject", _KEPT + _spacing(4, 8) + subject, letters(13, bold=True))
    shapes = {1: (16, 4, 13), 2: (11, 2, 11), 3: (9, 2, 10), 4: (8, 2, 10), 5: (8, 2, 10)}
    for level, (before, after, size) in shapes.items():
        above = rule if level == 1 else ""
        outline = f'<w:outlineLvl w:val="{level - 1}"/>'
        shape = _KEPT + above + _spacing(before, after, 1.1) + outline
        hand = letters(size, palette.ink, bold=level < 5, italic=level > 3)
        yield _paragraph(f"Heading {level}", shape, hand)


def _texts(palette: Palette) -> Iterable[str]:
    soft, edge = letters(colour=palette.soft), f'<w:ind w:left="{STEP}"/>'
    framed = f'<w:ind w:left="{BOX_PADDING * 20}" w:right="{BOX_PADDING * 20}"/>'
    quoted = _line("left", palette.line, size=18, space=8)
    above = _line("top", palette.line, size=4, space=5)
    shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{in_hex(palette.tint)}"/>'
    within = "<w:keepLines/>" + box(palette)
    large = letters(12, bold=True)
    yield _paragraph("Ask", "<w:keepNext/>" + within + _spacing(0, 3) + framed, large)
    yield _paragraph("Ask Alone", within + _spacing(0, 15) + framed, large)
    yield _paragraph("Ask Date", within + _spacing(0, 15) + framed)
    yield _paragraph("Quote", quoted + _spacing(3, 5) + edge, following="Quote")
    yield _paragraph("Soft", "<w:keepNext/>" + _spacing(0, 3), soft)
    yield _paragraph("Label", "<w:keepNext/>" + _spacing(4, 2), letters(bold=True))
    yield _paragraph("Entry", _KEPT + above + _spacing(6, 1), soft)
    yield _paragraph("Entry Text", _KEPT + _spacing(0, 1))
    yield _paragraph("Entry Last", "<w:keepLines/>" + _spacing(0, 5))
    yield _paragraph("Farewell", _KEPT + _spacing(8, 34))
    yield _paragraph("Entry End", "<w:keepLines/>" + _spacing(0, 5), soft)
    code = _fonts("Courier New") + "<w:noProof/>" + letters(9)
    yield _paragraph("Code Block", shade + _spacing(4, 6), code)
    yield _paragraph("Rule", _line("bottom", palette.line, size=4, space=1) + _spacing(0, 10))
    yield _paragraph("Figure", "<w:keepLines/>" + _spacing(8, 10))
    yield _paragraph("Closing", "<w:keepLines/>" + above + _spacing(16, 0), soft)
    small = letters(8.5, palette.soft)
    under, over = (_line(side, palette.line, size=4, space=4) for side in ("bottom", "top"))
    far = f'<w:tabs><w:tab w:val="right" w:pos="{TEXT_WIDTH}"/></w:tabs>'
    yield _paragraph("Header", under + _spacing(0, 0), small)
    yield _paragraph("Footer", over + far + _spacing(0, 0), small)


def _lists() -> Iterable[str]:
    for name, number in (("List Bullet", BULLETS), ("List Number", NUMBERS)):
        numbered = f'<w:numPr><w:numId w:val="{number}"/></w:numPr>'
        yield _paragraph(name, numbered + _spacing(0, 2), following=name)
    yield _paragraph("List Continue", _spacing(0, 2) + f'<w:ind w:left="{STEP}"/>')


def _in_tables(palette: Palette) -> Iterable[str]:
    yield _paragraph("Caption", "<w:keepNext/>" + _spacing(4, 3), letters(9.5, palette.soft))
    yield _paragraph("Table Text", _spacing(2, 2, 1.05))
    yield _paragraph("Table Number", _spacing(2, 2, 1.05) + '<w:jc w:val="right"/>')


def _in_lines(palette: Palette) -> Iterable[str]:
    """Write the styles of words within a line."""
    link = f'<w:color w:val="{in_hex(palette.accent)}"/><w:u w:val="single"/>'
    code = _fonts("Courier New") + "<w:noProof/>"
    for name, hand in (("Hyperlink", link), ("Code", code)):
        identity = _identity("character", name)
        yield f'{identity}<w:uiPriority w:val="1"/><w:rPr>{hand}</w:rPr></w:style>'


def _table(palette: Palette) -> str:
    line = f'w:val="single" w:sz="4" w:space="0" w:color="{in_hex(palette.line)}"'
    strong = f'w:val="single" w:sz="8" w:space="0" w:color="{in_hex(palette.ink)}"'
    margins = '<w:left w:w="0" w:type="dxa"/><w:right w:w="0" w:type="dxa"/>'
    return (
        '<w:style w:type="table" w:default="1" w:styleId="TableNormal">'
        '<w:name w:val="Normal Table"/><w:uiPriority w:val="99"/><w:semiHidden/>'
        '<w:unhideWhenUsed/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/></w:tblPr></w:style>'
        f'{_identity("table", "Figures")}<w:basedOn w:val="TableNormal"/><w:uiPriority w:val="1"/>'
        f"<w:qFormat/><w:tblPr><w:tblBorders><w:bottom {line}/><w:insideH {line}/></w:tblBorders>"
        f"<w:tblCellMar>{margins}</w:tblCellMar></w:tblPr>"
        '<w:tblStylePr w:type="firstRow"><w:rPr><w:b/><w:bCs/></w:rPr><w:tcPr><w:tcBorders>'
        f'<w:bottom {strong}/></w:tcBorders><w:vAlign w:val="bottom"/></w:tcPr></w:tblStylePr>'
        "</w:style>"
    )


_KEPT: Final = "<w:keepNext/><w:keepLines/>"


def style_id(name: str) -> str:
    """Give what a paragraph calls a style by its name: ``Heading 1`` is ``Heading1``."""
    return name.replace(" ", "")


_OWN_OF_WORD: Final = ("Heading", "Header", "Footer", "Caption")  # which writes them in small


def _identity(kind: str, name: str) -> str:
    known = name.lower() if name.startswith(_OWN_OF_WORD) else name
    return f'<w:style w:type="{kind}" w:styleId="{style_id(name)}"><w:name w:val="{known}"/>'


def _paragraph(
    name: str, shape: str, hand: str = "", *, following: str = "", default: bool = False
) -> str:
    start = _identity("paragraph", name)
    if default:
        start = start.replace(" w:styleId", ' w:default="1" w:styleId')
    else:
        start += f'<w:basedOn w:val="Normal"/><w:next w:val="{style_id(following or "Normal")}"/>'
    priority = '<w:uiPriority w:val="1"/><w:qFormat/>'
    looks = f"<w:pPr>{shape}</w:pPr>" + (f"<w:rPr>{hand}</w:rPr>" if hand else "")
    return f"{start}{priority}{looks}</w:style>"


def _fonts(name: str) -> str:
    scripts = " ".join(f'w:{one}="{name}"' for one in ("ascii", "hAnsi", "eastAsia", "cs"))
    return f"<w:rFonts {scripts}/>"


def letters(size: float = 0, colour: str = "", *, bold: bool = False, italic: bool = False) -> str:
    """Write how letters look, in the order that Word asks for; ``size`` is in points."""
    return (
        ("<w:b/><w:bCs/>" if bold else "")
        + ("<w:i/><w:iCs/>" if italic else "")
        + (f'<w:color w:val="{in_hex(colour)}"/>' if colour else "")
        + (f'<w:sz w:val="{size * 2:.0f}"/><w:szCs w:val="{size * 2:.0f}"/>' if size else "")
    )


def _spacing(before: float, after: float, lines: float = 0) -> str:
    """Write the space around a paragraph in points, and between its lines in lines."""
    between = f' w:line="{lines * 240:.0f}" w:lineRule="auto"' if lines else ""
    return f'<w:spacing w:before="{before * 20:.0f}" w:after="{after * 20:.0f}"{between}/>'


def _line(side: str, colour: str, *, size: int, space: int) -> str:
    """Write a line along one side of a paragraph; ``size`` is in eighths of a point."""
    shape = f'w:val="single" w:sz="{size}" w:space="{space}" w:color="{in_hex(colour)}"'
    return f"<w:pBdr><w:{side} {shape}/></w:pBdr>"


# A Word file without a word in it: its page, its lists, and what each part is.

DEEPEST: Final = 8  # the last level of a list that Word knows
ABOVE: Final = 1247  # and below, where header and footer stand: 2.2 cm
_HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_TYPES: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml"


def blank(palette: Palette) -> io.BytesIO:
    """Give a Word file without a word in it, in the colours of a palette."""
    parts = {
        "[Content_Types].xml": _content_types(),
        "_rels/.rels": _relationships(
            (f"{_OFFICE}/officeDocument", "word/document.xml"),
            (f"{_PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
        ),
        "docProps/core.xml": (
            f'<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
            'xmlns:dc="http://purl.org/dc/elements/1.1/"/>'
        ),
        "word/document.xml": f"<w:document {WORDS}><w:body>{_SECTION}</w:body></w:document>",
        "word/_rels/document.xml.rels": _relationships(
            *((f"{_OFFICE}/{part}", f"{part}.xml") for part in ("styles", "settings", "numbering"))
        ),
        "word/styles.xml": styles(palette),
        "word/settings.xml": _SETTINGS,
        "word/numbering.xml": _numbering(palette),
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        for name, text in parts.items():
            packed.writestr(name, _HEAD + text)
    return file


def _content_types() -> str:
    parts = {
        "/word/document.xml": f"{_TYPES}.document.main+xml",
        "/word/styles.xml": f"{_TYPES}.styles+xml",
        "/word/settings.xml": f"{_TYPES}.settings+xml",
        "/word/numbering.xml": f"{_TYPES}.numbering+xml",
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


def _relationships(*found: tuple[str, str]) -> str:
    listed = "".join(
        f'<Relationship Id="rId{number}" Type="{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(found, start=1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{listed}</Relationships>'


_SECTION: Final = (
    f'<w:sectPr><w:pgSz w:w="{PAGE[0]}" w:h="{PAGE[1]}"/>'
    f'<w:pgMar w:top="{ABOVE}" w:right="{MARGIN}" w:bottom="{ABOVE}" w:left="{MARGIN}" '
    'w:header="624" w:footer="624" w:gutter="0"/><w:cols w:space="708"/><w:titlePg/></w:sectPr>'
)
_SETTINGS: Final = (
    f'<w:settings {WORDS}><w:zoom w:percent="100"/><w:defaultTabStop w:val="720"/>'
    '<w:characterSpacingControl w:val="doNotCompress"/>'
    # without it, Word opens the file as one of 2007 and says so in the title bar
    '<w:compat><w:compatSetting w:name="compatibilityMode" '
    'w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>'
    '<w:themeFontLang w:val="en-GB"/><w:decimalSymbol w:val="."/><w:listSeparator w:val=","/>'
    "</w:settings>"
)


def _numbering(palette: Palette) -> str:
    """Write the two patterns of lists; a list with numbers gets one of its own as it begins."""
    bullets = _pattern(BULLETS, ("bullet", ("•", "–")), "ListBullet", palette)
    numbers = _pattern(NUMBERS, ("decimal", ("%{}.",)), "ListNumber", palette)
    uses = "".join(
        f'<w:num w:numId="{number}"><w:abstractNumId w:val="{number}"/></w:num>'
        for number in (BULLETS, NUMBERS)
    )
    return f"<w:numbering {WORDS}>{bullets}{numbers}{uses}</w:numbering>"


def _pattern(number: int, marks: tuple[str, tuple[str, ...]], style: str, palette: Palette) -> str:
    form, signs = marks
    levels = []
    for level in range(DEEPEST + 1):
        linked = "" if level else f'<w:pStyle w:val="{style}"/>'
        sign = signs[level % len(signs)].format(level + 1)
        levels.append(
            f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>{linked}'
            f'<w:lvlText w:val="{sign}"/><w:lvlJc w:val="left"/>'
            f'<w:pPr><w:ind w:left="{(level + 1) * STEP}" w:hanging="{STEP}"/></w:pPr>'
            f"<w:rPr>{letters(colour=palette.accent)}</w:rPr></w:lvl>"
        )
    return (
        f'<w:abstractNum w:abstractNumId="{number}"><w:nsid w:val="{number:08X}"/>'
        f'<w:multiLevelType w:val="multilevel"/>{"".join(levels)}</w:abstractNum>'
    )
