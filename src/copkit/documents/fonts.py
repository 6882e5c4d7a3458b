"""The shipped font: how wide its text is, where lines break, which characters it lacks.

Reads the font's files. Labels of pictures are placed by these widths, which PNG and PDF use and a
browser's Arial matches, so that none meets another on any machine.
"""

from __future__ import annotations

import re
import struct
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

from copkit.layout import shipped_folder
from copkit.text.normalise import single_line

FAMILY: Final = "Liberation Sans"
UNKNOWN_WIDTH: Final = 1.25  # letter sizes: as wide as an emoji, which another font supplies
MAX_LINES: Final = 9  # of one name
MAX_LENGTH: Final = 2000  # characters of a text that are looked at
# Parts of a word after which it may be broken: 'Stoke-', 'on-', 'Trent'.
_WORD_PARTS: Final = re.compile(r"[^-/]+[-/]?|[-/]")


# --- widths ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Face:
    """One face of the font: the width of each character's glyph, in parts of the letter size."""

    widths: dict[int, float]

    def width(self, text: str, size: float) -> float:
        """Return the width of a text on one line, in the unit of ``size``."""
        return size * sum(self.widths.get(ord(sign), UNKNOWN_WIDTH) for sign in text)

    def missing_characters(self, text: str) -> str:
        """Return the characters of a text that this face has no glyph for, each once."""
        return "".join(
            sign
            for sign in dict.fromkeys(text)
            if ord(sign) not in self.widths and sign not in "\n\t"
        )


def font_files() -> list[Path]:
    """List the font files that come with copkit."""
    return sorted((shipped_folder("templates") / "fonts").glob("*.ttf"))


@cache
def load_face(style: str = "Regular") -> Face:
    """Load a face: ``Regular``, ``Bold``, ``Italic`` or ``BoldItalic``.

    Offsets are those of the OpenType specification. A library for fonts would take longer to
    import than these few tables take to read.
    """
    path = shipped_folder("templates") / "fonts" / f"LiberationSans-{style}.ttf"
    data = path.read_bytes()
    tables = dict(_table_offsets(data))
    units_per_em = _read_uint16(data, tables["head"] + 18)
    count = _read_uint16(data, tables["hhea"] + 34)
    # Each entry of 'hmtx' is an advance width and a left side bearing.
    advances = struct.unpack_from(f">{count * 2}H", data, tables["hmtx"])[::2]
    last = len(advances) - 1  # glyphs beyond the list are as wide as its last one
    widths = {
        character: advances[min(glyph, last)] / units_per_em
        for character, glyph in _read_cmap(data, tables["cmap"])
    }
    return Face(widths)


def _table_offsets(data: bytes) -> Iterator[tuple[str, int]]:
    """Read the tag of each table of a TrueType file, and the offset where it begins."""
    for record in range(12, 12 + _read_uint16(data, 4) * 16, 16):
        tag = data[record : record + 4].decode("ascii")
        yield tag, struct.unpack_from(">I", data, record + 8)[0]


def _read_cmap(data: bytes, cmap: int) -> Iterator[tuple[int, int]]:
    """Read the glyph of each character, from the table for Unicode's first plane (format 4)."""
    for record in range(cmap + 4, cmap + 4 + _read_uint16(data, cmap + 2) * 8, 8):
        platform, encoding, offset = struct.unpack_from(">HHI", data, record)
        table = cmap + offset
        if (platform, encoding) == (3, 1) and _read_uint16(data, table) == 4:  # Windows, Unicode
            yield from _read_format_4(data, table)
            return


def _read_format_4(data: bytes, table: int) -> Iterator[tuple[int, int]]:
    """Read each character and its glyph from a table of format 4, which begins at ``table``."""
    count = _read_uint16(data, table + 6) // 2
    ends, starts, deltas, range_offsets = (
        # two bytes of padding stand after the first of the four lists
        struct.unpack_from(f">{count}H", data, table + 14 + part * count * 2 + (2 if part else 0))
        for part in range(4)
    )
    last_list = table + 16 + 3 * count * 2  # range offsets count from their own place in the file
    for segment, (start, end, delta, range_offset) in enumerate(
        zip(starts, ends, deltas, range_offsets, strict=True)
    ):
        for character in range(start, min(end, 0xFFFE) + 1):  # 0xFFFF only ends the list
            glyph = character
            if range_offset:
                glyph = _read_uint16(
                    data, last_list + segment * 2 + range_offset + (character - start) * 2
                )
            if glyph:
                yield character, (glyph + delta) & 0xFFFF


def _read_uint16(data: bytes, offset: int) -> int:
    return int.from_bytes(data[offset : offset + 2], "big")


# --- lines ----------------------------------------------------------------------------------


def wrap_to_width(text: str, size: float, width: float, style: str = "Regular") -> list[str]:
    """Break a text into lines no wider than ``width``: between words, after hyphens, else anywhere.

    ``size`` is that of the letters, in the unit of ``width``; ``style`` names the face. What is
    beyond :data:`MAX_LINES` is replaced by three dots.
    """
    face = load_face(style)
    text = single_line(text)
    lines: list[str] = []
    line = ""
    for word in text[:MAX_LENGTH].split():
        joined = f"{line} {word}" if line else word
        if face.width(joined, size) <= width:
            line = joined
            continue
        *full, last_part = _split_word(word, size, width, face)
        lines += [line, *full] if line else full
        line = last_part
        if len(lines) > MAX_LINES:
            break
    lines += [line] if line else []
    if len(lines) <= MAX_LINES and len(text) <= MAX_LENGTH:
        return lines
    last_line = lines[:MAX_LINES][-1]
    while last_line and face.width(f"{last_line}…", size) > width:
        last_line = last_line[:-1]
    return [*lines[: min(MAX_LINES, len(lines)) - 1], f"{last_line.rstrip()}…"]


def _split_word(word: str, size: float, width: float, face: Face) -> list[str]:
    """Break a word that may be too long for a line: after a hyphen or a slash, else anywhere.

    Return pieces that are no wider than ``width``; one, if the word fits.
    """
    pieces = [""]
    room = width
    for part in _WORD_PARTS.findall(word):
        part_width = face.width(part, size)
        if part_width <= room:
            pieces[-1] += part
            room -= part_width
        elif part_width <= width:
            pieces.append(part)
            room = width - part_width
        else:
            for sign in part:
                sign_width = face.width(sign, size)
                if sign_width > room and pieces[-1]:
                    pieces.append("")
                    room = width
                pieces[-1] += sign
                room -= sign_width
    return pieces if pieces[0] else pieces[1:]


# --- characters without a glyph -------------------------------------------------------------

# The first word of a character's Unicode name -> what its script is called in English.
_SCRIPTS: Final = {
    "CJK": "Chinese",
    "IDEOGRAPHIC": "Chinese",
    "HANGUL": "Korean",
    "HIRAGANA": "Japanese",
    "KATAKANA": "Japanese",
    "KATAKANA-HIRAGANA": "Japanese",
}
_FLAG: Final = re.compile("[\U0001f1e6-\U0001f1ff]{2}")  # two regional indicators
# They mark a script's name until all text is replaced. Both are for private use, so no record
# holds them; brackets would also match what somebody typed.
_OPEN, _CLOSE = "\ue000", "\ue001"
_REPEATED_SCRIPT: Final = re.compile(rf"({_OPEN}[^{_CLOSE}]+{_CLOSE})(?:\s*\1)+")


def replace_missing_characters(text: str, keep: Collection[str] = ()) -> str:
    """Replace what our font has no glyph for by words: ``[smiling face]``, ``[Arabic]``.

    Words in the scripts of ``keep``, such as ``Arabic``, stay for another font that has them.
    """
    text = unicodedata.normalize("NFC", text)
    if not (missing := load_face().missing_characters(text)):
        return text
    replacements = {ord(sign): _replacement(sign) for sign in missing}
    replacements = {
        code: chr(code) if _script_in(words) in keep else words
        for code, words in replacements.items()
    }
    if any("Japanese" in words for words in replacements.values()):
        # Japanese is written with Chinese characters too: one language, and not two in turn.
        replacements = {
            code: words.replace("Chinese", "Japanese") for code, words in replacements.items()
        }
    text = _FLAG.sub(_flag_name, text).translate(replacements)
    return _REPEATED_SCRIPT.sub(r"\1", text).replace(_OPEN, "[").replace(_CLOSE, "]")


class ReplacedWord(NamedTuple):
    """A word that the font cannot show, what stands for it, and the words around it."""

    word: str
    replacement: str
    passage: str


def replaced_words(texts: Iterable[str], keep: Collection[str] = ()) -> Iterator[ReplacedWord]:
    """Yield the words in texts of which something is replaced, with up to four words around each.

    ``keep`` are scripts that another font shows.
    """
    for text in texts:
        if not load_face().missing_characters(text):
            continue
        words = text.split()
        for number, word in enumerate(words):
            replacement = replace_missing_characters(word, keep)
            if "[" in replacement and "[" not in word:
                passage = " ".join(words[max(0, number - 2) : number + 3])
                yield ReplacedWord(word, replacement, passage)


def missing_scripts(text: str) -> dict[str, str]:
    """Return the scripts that our font lacks, each with its characters in a text.

    Signs without a script, such as emoji, are not among them: they are replaced by their names.
    """
    scripts: dict[str, str] = {}
    for sign in load_face().missing_characters(unicodedata.normalize("NFC", text)):
        if script := _script_in(_replacement(sign)):
            scripts[script] = scripts.get(script, "") + sign
    return scripts


def _script_in(replacement: str) -> str:
    """Return the script that a replacement names between our private marks, else ``""``."""
    return replacement[1:-1] if replacement.startswith(_OPEN) else ""


def _replacement(sign: str) -> str:
    """Describe a character without a glyph; a script's name stands between our private marks.

    Return ``""`` for one that only changes the sign before it.
    """
    plain = unicodedata.normalize("NFKC", sign)
    if not load_face().missing_characters(plain):
        return plain  # the same letter in another shape, such as a 1 in a circle
    category, name = unicodedata.category(sign), unicodedata.name(sign, "unknown sign")
    if category in ("Cf", "Sk") or name.startswith(("VARIATION", "COMBINING")):
        return ""  # changes the sign before it, such as the colour of a hand
    script = name.partition(" ")[0]
    if category[0] in "LMN" or script in ("IDEOGRAPHIC", "ARABIC"):
        return f"{_OPEN}{_SCRIPTS.get(script, script.capitalize())}{_CLOSE}"
    return f"[{name.lower()}]"


def _flag_name(match: re.Match[str]) -> str:
    # 'A' is 65, and 0x1F1E6 is its regional indicator.
    return f"[flag {''.join(chr(ord(sign) - 0x1F1E6 + 65) for sign in match[0])}]"
