"""Characters that our font has no letters for -> words that say what stood there.

Reads the font's files. An empty box tells a reader nothing, and a document that is to be read
aloud may hold none: an emoji becomes its name, and words in another script become one remark.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from copkit.documents.fonts import face

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
