"""A Word file without a word in it: its page, its lists, and what each part is.  Pure."""

from __future__ import annotations

import io
import zipfile
from typing import Final

from copkit.documents.docx.styles import (
    BULLETS,
    MARGIN,
    NUMBERS,
    PAGE,
    STEP,
    WORDS,
    letters,
    styles,
)
from copkit.documents.theme import Palette

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
