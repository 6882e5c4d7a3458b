"""Text without what nobody can see: control characters, reversed writing, comments.  Pure.

And letters of other alphabets that nobody can tell from ours.
"""

from __future__ import annotations

import re
import textwrap
from functools import cache
from typing import Final
from unicodedata import normalize

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


# Words as they are looked for: without capitals, accents and their English endings.

WORD: Final = re.compile(r"[^\W_]+")
_SHORT: Final = 3  # letters that a stem keeps at least
_STROKED: Final = (("ł", "l"), ("ø", "o"), ("đ", "d"))  # which no normal form takes apart
_TYPOGRAPHIC: Final = tuple(zip("‘’“”–—…•", "''\"\"--.-", strict=True))
_UNHEARD: Final = re.compile("[\u0300-\u036f\u00ad\u200b-\u200d\u2060]+")  # accents, soft hyphens
_VOWEL: Final = re.compile("[aeiouy]")
_DOUBLE: Final = re.compile(r"([b-df-hj-np-tv-z])\1\Z")
_OF_ACTS: Final = ("ment", "ness", "ing", "ed")

STOP_WORDS: Final = frozenset(
    WORD.findall("""
    a about after again all also always am among an and another any anybody anyone anything are as
    ask asked at away back be became because been before behind being better between both but by
    call called came can cannot come comes could day days did do does doing done down during
    each either else enough even every everybody everyone everything far few find first for
    found from further gave get gets give given go goes going gone got had has have having he
    help her here hers him his how i if in instead into is it its itself just keep kept knew
    know known last least less let like little long look looked made make makes making many may
    me means meet might more most much must my need needs never new next no nobody none nor not
    nothing now of off often on once one only or other others our out over own part people
    perhaps person put rather said same saw say says see seen she should show since so some
    somebody someone something soon still such take taken tell than that the their them then
    there these they thing things think this those though three through time to together told
    too took towards two under until up us use used very want was way we week weeks well went
    were what when where whether which while who whole whom whose why will with within without
    work would year years yes yet you your
    """)
)
"""Words that say nothing of what a text is about."""


def fold(text: str) -> str:
    """Give a text in small letters, without accents: 'Café' and 'cafe' become the same."""
    if not text.isascii():
        for sign, common in _TYPOGRAPHIC:  # ASCII is folded in a tenth of the time
            text = text.replace(sign, common)
    plain = text.casefold()
    if plain.isascii():
        return plain
    for stroked, letter in _STROKED:
        plain = plain.replace(stroked, letter)
    return _UNHEARD.sub("", normalize("NFKD", plain))


def words_in(text: str) -> list[str]:
    """Give the words of a text, folded, in order."""
    return WORD.findall(fold(text))


@cache
def stem(word: str) -> str:
    """Give what all forms of a folded word share: 'refusals' and 'refusal' have one stem."""
    if len(word) <= _SHORT or not word.isascii() or not word.isalpha():
        return word
    return _without_last_letters(_without_act(_singular(word)))


def stems_in(text: str) -> list[str]:
    """Give the stem of every word of a text, in order."""
    return [stem(word) for word in words_in(text)]


def root(stem: str) -> str:
    """Give the letters with which every word of a stem begins: 'agenc' for agency and agencies."""
    return stem[:-1] if stem.endswith("y") and len(stem) > _SHORT else stem


def _singular(word: str) -> str:
    if word.endswith(("ies", "ied")) and len(word) > _SHORT + 1:
        return f"{word[:-3]}y"
    if word.endswith(("sses", "sis")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


def _without_act(word: str) -> str:
    if word.endswith("eed"):
        return word[:-1] if _VOWEL.search(word[:-3]) else word
    for ending in _OF_ACTS:
        rest = word.removesuffix(ending)
        if rest != word and len(rest) >= _SHORT and _VOWEL.search(rest):
            return rest
    return word


def _without_last_letters(word: str) -> str:
    """Take off a silent e and a doubled letter: of 'house', so that 'housing' finds it."""
    if len(word) > _SHORT and word.endswith("e"):
        word = word[:-1]
    return word[:-1] if len(word) > _SHORT and _DOUBLE.search(word) else word


# Text broken into lines at its words; addresses stay whole.

WIDTH: Final = 72


def wrap(text: str, width: int = WIDTH, hang: str = "", lead: str = "") -> list[str]:
    """Break a text into lines; the first begins with ``lead``, later ones with ``hang``."""
    lines = textwrap.wrap(
        text,
        width,
        initial_indent=lead,
        subsequent_indent=hang,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return [line.rstrip() for line in lines]
