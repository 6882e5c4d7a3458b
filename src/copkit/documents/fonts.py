"""How wide words are in the letters that pictures and PDF are set in.  Reads the font's files.

A label that is measured can be placed so that it meets no other, on any machine.
"""

from __future__ import annotations

import re
import struct
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from copkit.layout import shipped
from copkit.text.normalise import on_one_line

FAMILY: Final = "Liberation Sans"
FALLBACKS: Final = f"{FAMILY}, Arial, Helvetica, sans-serif"
UNKNOWN: Final = 1.25  # letter sizes; as wide as emoji, which another font has to lend
MOST_LINES: Final = 9  # of one name
LONGEST: Final = 2000  # characters of a text that are looked at
_PARTS: Final = re.compile(r"[^-/]+[-/]?|[-/]")


@dataclass(frozen=True, slots=True)
class Face:
    """One face of the font: the width of each character's glyph, in parts of the letter size."""

    widths: dict[int, float]

    def width(self, text: str, size: float) -> float:
        """Give the width of a text on one line, in the unit of ``size``."""
        return size * sum(self.widths.get(ord(sign), UNKNOWN) for sign in text)

    def lacks(self, text: str) -> str:
        """Give the characters of a text that this face has no glyph for, each once."""
        known = self.widths
        return "".join(
            sign for sign in dict.fromkeys(text) if ord(sign) not in known and sign not in "\n\t"
        )


def font_files() -> list[Path]:
    """Give the font files that come with copkit."""
    return sorted((shipped("templates") / "fonts").glob("*.ttf"))


@cache
def face(style: str = "Regular") -> Face:
    """Read a face: ``Regular``, ``Bold``, ``Italic`` or ``BoldItalic``."""
    path = shipped("templates") / "fonts" / f"LiberationSans-{style}.ttf"
    data = path.read_bytes()
    tables = dict(_tables(data))
    units = _number(data, tables["head"] + 18)
    count = _number(data, tables["hhea"] + 34)
    advances = struct.unpack_from(f">{count * 2}H", data, tables["hmtx"])[::2]
    last = len(advances) - 1
    widths = {
        character: advances[min(glyph, last)] / units
        for character, glyph in _glyphs(data, tables["cmap"])
    }
    return Face(widths)


def _tables(data: bytes) -> Iterator[tuple[str, int]]:
    """Give each table of a TrueType file with where it begins."""
    for at in range(12, 12 + _number(data, 4) * 16, 16):
        yield data[at : at + 4].decode("ascii"), struct.unpack_from(">I", data, at + 8)[0]


def _glyphs(data: bytes, cmap: int) -> Iterator[tuple[int, int]]:
    """Give the glyph of each character, from the table for Unicode's first plane (format 4)."""
    for at in range(cmap + 4, cmap + 4 + _number(data, cmap + 2) * 8, 8):
        platform, encoding, offset = struct.unpack_from(">HHI", data, at)
        table = cmap + offset
        if (platform, encoding) == (3, 1) and _number(data, table) == 4:
            yield from _format_4(data, table)
            return


def _format_4(data: bytes, table: int) -> Iterator[tuple[int, int]]:
    count = _number(data, table + 6) // 2
    ends, starts, deltas, ranges = (
        struct.unpack_from(f">{count}H", data, table + 14 + part * count * 2 + (2 if part else 0))
        for part in range(4)
    )
    places = table + 16 + 3 * count * 2  # where the last of the four lists begins
    for part, (start, end, delta, reach) in enumerate(
        zip(starts, ends, deltas, ranges, strict=True)
    ):
        for character in range(start, min(end, 0xFFFE) + 1):
            glyph = character
            if reach:
                glyph = _number(data, places + part * 2 + reach + (character - start) * 2)
            if glyph:
                yield character, (glyph + delta) & 0xFFFF


def _number(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 2], "big")


def in_lines(text: str, size: float, width: float, style: str = "Regular") -> list[str]:
    """Break a text into lines no wider than ``width``: between words, after hyphens, else anywhere.

    What is beyond :data:`MOST_LINES` is left out, and three dots say so.
    """
    measure = face(style).width
    text = on_one_line(text)
    found: list[str] = []
    line = ""
    for word in text[:LONGEST].split():
        joined = f"{line} {word}" if line else word
        if measure(joined, size) <= width:
            line = joined
            continue
        *full, rest = _broken(word, size, width, face(style))
        found += [line, *full] if line else full
        line = rest
        if len(found) > MOST_LINES:
            break
    found += [line] if line else []
    if len(found) <= MOST_LINES and len(text) <= LONGEST:
        return found
    last = found[:MOST_LINES][-1]
    while last and measure(f"{last}…", size) > width:
        last = last[:-1]
    return [*found[: min(MOST_LINES, len(found)) - 1], f"{last.rstrip()}…"]


def _broken(word: str, size: float, width: float, letters: Face) -> list[str]:
    """Break a word that may be too long for a line: after a hyphen or a slash, else anywhere."""
    found = [""]
    room = width
    for part in _PARTS.findall(word):
        wide = letters.width(part, size)
        if wide <= room:
            found[-1] += part
            room -= wide
        elif wide <= width:
            found.append(part)
            room = width - wide
        else:
            for sign in part:
                wide = letters.width(sign, size)
                if wide > room and found[-1]:
                    found.append("")
                    room = width
                found[-1] += sign
                room -= wide
    return found if found[0] else found[1:]


# Characters that our font has no letters for -> words that say what stood there.

_SCRIPTS: Final = {
    "CJK": "Chinese",
    "IDEOGRAPHIC": "Chinese",
    "HANGUL": "Korean",
    "HIRAGANA": "Japanese",
    "KATAKANA": "Japanese",
    "KATAKANA-HIRAGANA": "Japanese",
}
_FLAG: Final = re.compile("[\U0001f1e6-\U0001f1ff]{2}")
_OPEN, _CLOSE = "\ue000", "\ue001"  # ours while we work: nobody's letters, so no record keeps them
_REMARKS: Final = re.compile(rf"({_OPEN}[^{_CLOSE}]+{_CLOSE})(?:\s*\1)+")


def in_our_letters(text: str, *, keep_scripts: bool = False) -> str:
    """Write a text with characters that our font has: ``[smiling face]``, ``[Arabic]``.

    With ``keep_scripts``, words in other scripts stay, for a font that may have them.
    """
    text = unicodedata.normalize("NFC", text)
    if not (lacking := face().lacks(text)):
        return text
    written = {ord(sign): _written(sign) for sign in lacking}
    if keep_scripts:
        written = {sign: chr(sign) if _OPEN in to else to for sign, to in written.items()}
    elif any("Japanese" in words for words in written.values()):  # which has Chinese letters too
        written = {sign: words.replace("Chinese", "Japanese") for sign, words in written.items()}
    text = _FLAG.sub(_flag, text).translate(written)
    return _REMARKS.sub(r"\1", text).replace(_OPEN, "[").replace(_CLOSE, "]")


def has_other_scripts(text: str) -> bool:
    """Say whether a text has words in a script, and not only signs, that our font lacks."""
    lacking = face().lacks(unicodedata.normalize("NFC", text))
    return any(_OPEN in _written(sign) for sign in lacking)


def _written(sign: str) -> str:
    """Write a sign that is lacking; a script's name stands between marks of our own."""
    plain = unicodedata.normalize("NFKC", sign)
    if not face().lacks(plain):
        return plain  # the same letter in another shape, such as a 1 in a circle
    category, name = unicodedata.category(sign), unicodedata.name(sign, "unknown sign")
    if category in ("Cf", "Sk") or name.startswith(("VARIATION", "COMBINING")):
        return ""  # changes the sign before it, such as the colour of a hand
    script = name.partition(" ")[0]
    if category[0] in "LMN" or script in ("IDEOGRAPHIC", "ARABIC"):
        return f"{_OPEN}{_SCRIPTS.get(script, script.capitalize())}{_CLOSE}"
    return f"[{name.lower()}]"


def _flag(match: re.Match[str]) -> str:
    return f"[flag {''.join(chr(ord(sign) - 0x1F1E6 + 65) for sign in match[0])}]"
