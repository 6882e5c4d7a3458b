"""What the tests of Word files share: how one is read back, and what every one of them must be."""

from __future__ import annotations

import io
import re
import zipfile
from itertools import pairwise
from typing import Any

import docx

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
# ISO/IEC 29500-1: the elements that these may hold, in the order in which they must stand
ORDERS = {
    "pPr": "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr "
    "suppressLineNumbers pBdr shd tabs suppressAutoHyphens kinsoku wordWrap overflowPunct "
    "topLinePunct autoSpaceDE autoSpaceDN bidi adjustRightInd snapToGrid spacing ind "
    "contextualSpacing mirrorIndents suppressOverlap jc textDirection textAlignment "
    "textboxTightWrap outlineLvl divId cnfStyle rPr sectPr pPrChange",
    "rPr": "rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss imprint "
    "noProof snapToGrid vanish webHidden color spacing w kern position sz szCs highlight u effect "
    "bdr shd fitText vertAlign rtl cs em lang eastAsianLayout specVanish oMath",
    "tblPr": "tblStyle tblpPr tblOverlap bidiVisual tblStyleRowBandSize tblStyleColBandSize tblW "
    "jc tblCellSpacing tblInd tblBorders shd tblLayout tblCellMar tblLook tblCaption "
    "tblDescription",
    "tcPr": "cnfStyle tcW gridSpan hMerge vMerge tcBorders shd noWrap tcMar textDirection "
    "tcFitText vAlign hideMark",
    "sectPr": "headerReference footerReference footnotePr endnotePr type pgSz pgMar paperSrc "
    "pgBorders lnNumType pgNumType cols formProt vAlign noEndnote titlePg textDirection bidi "
    "rtlGutter docGrid printerSettings",
    "style": "name aliases basedOn next link autoRedefine hidden uiPriority semiHidden "
    "unhideWhenUsed qFormat locked personal personalCompose personalReply rsid pPr rPr tblPr trPr "
    "tcPr tblStylePr",
    "lvl": "start numFmt lvlRestart pStyle isLgl suff lvlText lvlPicBulletId legacy lvlJc pPr rPr",
    "pBdr": "top left bottom right between bar",
    "tbl": "tblPr tblGrid tr",
    "tr": "tblPrEx trPr tc",
    "num": "abstractNumId lvlOverride",
    "numbering": "numPicBullet abstractNum num numIdMacAtCleanup",
    "settings": "zoom defaultTabStop characterSpacingControl compat themeFontLang decimalSymbol "
    "listSeparator",
}


def parts_of(data: bytes) -> dict[str, str]:
    """Give each part of a Word file that is a text, by its name."""
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        names = [name for name in packed.namelist() if not name.startswith("word/media/")]
        return {name: packed.read(name).decode("utf-8") for name in names}


def opened(data: bytes) -> Any:
    """Open a Word file with the library that others read it with."""
    return docx.Document(io.BytesIO(data))


def headings_of(document: Any) -> list[tuple[int, str]]:
    """Give the headings with their levels; the title's is 0."""
    found = []
    for paragraph in document.paragraphs:
        name = paragraph.style.name
        if name == "Title" or name.startswith("Heading"):
            found.append((int(name.removeprefix("Title")[-1:] or 0), paragraph.text))
    return found


def links_of(parts: dict[str, str]) -> set[str]:
    """Give every address that a file points to outside itself."""
    relations = (text for name, text in parts.items() if name.endswith(".rels"))
    outside = re.compile(r'<Relationship [^>]*TargetMode="External"[^>]*>')
    return {
        target
        for text in relations
        for one in outside.findall(text)
        for target in re.findall(r'Target="([^"]*)"', one)
    }


def require_sound(data: bytes) -> None:
    """Require what Word asks for, and that nothing in the file does anything."""
    parts = parts_of(data)
    for text in parts.values():
        assert not re.search(r"<w:(instrText|object|altChunk|bookmarkStart|pict|control)\b", text)
        fields = set(re.findall(r'<w:fldSimple w:instr="([^"]*)"', text))
        assert fields <= {" PAGE ", " NUMPAGES "}
    assert all(re.match(r"(https?://|mailto:)\S+$", link) for link in links_of(parts))
    document = opened(data)
    levels = [level for level, _ in headings_of(document)]
    assert levels[0] == 0
    assert all(after - before <= 1 for before, after in pairwise(levels)), levels
    for element in _roots(document):
        for one in element.iter():
            _require_order(one)


def _roots(document: Any) -> list[Any]:
    part, section = document.part, document.sections[0]
    running = (section.header, section.footer, section.first_page_footer)
    return [
        *(document.element, part.styles.element, part.settings.element),
        *(part.numbering_part.element, *(one.part.element for one in running)),
    ]


def _require_order(element: Any) -> None:
    order = ORDERS.get(str(element.tag).removeprefix(W))
    if order is not None:
        places = [order.split().index(child.tag.removeprefix(W)) for child in element]
        assert places == sorted(places), element.tag
