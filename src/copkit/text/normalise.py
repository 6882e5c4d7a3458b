"""Text without what nobody can see: control characters, reversed writing, comments.  Pure.

And letters of other alphabets that nobody can tell from ours.
"""

from __future__ import annotations

import re
from typing import Final

_CONTROLS: Final = (*range(9), *range(11, 13), *range(14, 32), *range(127, 160))  # not TAB, LF, CR
_REVERSING: Final = (0x61C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
_UNSEEN: Final = dict.fromkeys((*_CONTROLS, *_REVERSING, 0xFEFF)) | {0x2028: " ", 0x2029: " "}
UNSEEN_SIGN: Final = re.compile(f"[{''.join(map(re.escape, map(chr, _UNSEEN)))}]")


def clean(text: str) -> str:
    """Take out control characters and marks that reverse the writing; lines end with LF."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.translate(_UNSEEN) if UNSEEN_SIGN.search(text) else text


def on_one_line(text: str) -> str:
    """Make a plain value safe to print on one line."""
    return " ".join(clean(text).split())


def in_a_header(text: str) -> str:
    """Make a plain value safe in the head of an e-mail.

    ``=?`` would begin a word in other letters (RFC 2047), and the library of e-mail writes what
    such a word stands for, line ends too: a title could add lines of its own, such as ``Bcc``.
    """
    return on_one_line(text).replace("=?", "= ?")


def for_xml(text: str) -> str:
    """Take out the characters that XML has no place for; :func:`clean` takes out the others."""
    return _NOT_IN_XML.sub("", text)


_NOT_IN_XML: Final = re.compile("[\ud800-\udfff\ufffe\uffff]")


def without_comments(source: str) -> str:
    """Take out HTML comments; one that is never closed takes the rest of the text with it."""
    return re.sub(r"(?s)<!--.*?(?:-->|\Z)", "", source) if "<!--" in source else source


_GREEK_OR_CYRILLIC: Final = re.compile("[\u0370-\u03ff\u0400-\u052f]")
_LOOK_ALIKES: Final = str.maketrans(
    {
        **dict(zip("абсԁеһіјԛорѕԝхуѵгтԍ", "abcdehijqopswxyvrtg", strict=True)),
        **dict(zip("АВСЕНІЈКМОРЅТХУѴ", "ABCEHIJKMOPSTXYV", strict=True)),
        **dict(zip("αεϵικνορτυχγ", "aeeikvoptuxy", strict=True)),
        **dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX", strict=True)),
    }
)


def without_look_alikes(text: str) -> str:
    """Put our letters for the Greek and Cyrillic ones that look the same."""
    return text.translate(_LOOK_ALIKES) if _GREEK_OR_CYRILLIC.search(text) else text
