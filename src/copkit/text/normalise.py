"""Normalisation of text: cleaning, folding, stems of words, wrapping of lines.  Pure.

:func:`clean` takes out what nobody can see, :func:`fold` makes texts comparable, :func:`stem`
finds words in all their forms, :func:`wrap` breaks a text into lines, and :func:`match_names` finds
what somebody meant by a name.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Final, TypeVar
from unicodedata import normalize

Name = TypeVar("Name", str, str | None)

# --- characters that nobody sees, or takes for others ---------------------------------------

_CONTROLS: Final = (*range(9), *range(11, 13), *range(14, 32), *range(127, 160))  # not TAB, LF, CR
# Marks that change the direction of writing: with one, a text can be read as another than it is.
_REVERSING: Final = (0x61C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
_UNSEEN: Final = dict.fromkeys((*_CONTROLS, *_REVERSING, 0xFEFF)) | {0x2028: " ", 0x2029: " "}
UNSEEN_SIGN: Final = re.compile(f"[{''.join(map(re.escape, map(chr, _UNSEEN)))}]")


def clean(text: str) -> str:
    """Take out control characters and marks of direction; make all line ends LF."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.translate(_UNSEEN) if UNSEEN_SIGN.search(text) else text


def single_line(text: str) -> str:
    """Return a plain value as one line that is safe to print."""
    # nearly all are so already: isprintable() is false for every control and mark of direction
    if text.isprintable() and "  " not in text and text.strip() == text:
        return text
    return " ".join(clean(text).split())


def mail_header_text(text: str) -> str:
    """Return a plain value as text that is safe in a header of an e-mail."""
    # "=?" begins an encoded word (RFC 2047), and Python's email library writes it decoded, line
    # ends too: a title could add headers of its own, such as Bcc.
    return single_line(text).replace("=?", "= ?")


def xml_text(text: str) -> str:
    """Take out characters that XML does not allow and :func:`clean` leaves in."""
    return _NOT_IN_XML.sub("", text)


_NOT_IN_XML: Final = re.compile("[\ud800-\udfff\ufffe\uffff]")  # surrogates, non-characters


def without_comments(source: str) -> str:
    """Take out HTML comments; one that is never closed takes the rest of the text with it."""
    return re.sub(r"(?s)<!--.*?(?:-->|\Z)", "", source) if "<!--" in source else source


_GREEK_OR_CYRILLIC: Final = re.compile("[\u0370-\u03ff\u0400-\u052f]")
# Cyrillic small and capital letters, then Greek ones, above the Latin letters they look like.
_LOOK_ALIKES: Final = str.maketrans(
    {
        **dict(zip("абсԁеһіјԛорѕԝхуѵгтԍ", "abcdehijqopswxyvrtg", strict=True)),
        **dict(zip("АВСЕНІЈКМОРЅТХУѴ", "ABCEHIJKMOPSTXYV", strict=True)),
        **dict(zip("αεϵικνορτυχγ", "aeeikvoptuxy", strict=True)),
        **dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX", strict=True)),
    }
)


def without_look_alikes(text: str) -> str:
    """Replace Greek and Cyrillic letters by the Latin ones that look the same."""
    return text.translate(_LOOK_ALIKES) if _GREEK_OR_CYRILLIC.search(text) else text


# --- words to search and compare ------------------------------------------------------------

WORD: Final = re.compile(r"[^\W_]+")
_SPACES: Final = {code: " " for code in range(128) if not chr(code).isalnum()}
_SHORTEST_STEM: Final = 3  # letters
_STROKED: Final = (("ł", "l"), ("ø", "o"), ("đ", "d"))  # which no Unicode normal form splits
_TYPOGRAPHIC: Final = tuple(zip("‘’“”–—…•", "''\"\"--.-", strict=True))
# Combining accents, the soft hyphen, spaces and joiners without width.
_ACCENTS_AND_JOINERS: Final = re.compile("[\u0300-\u036f\u00ad\u200b-\u200d\u2060]+")
_VOWEL: Final = re.compile("[aeiouy]")
_DOUBLE: Final = re.compile(r"([b-df-hj-np-tv-z])\1\Z")  # a doubled consonant: "referr"
_SUFFIXES: Final = ("ment", "ness", "ing", "ed")

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
"""Words that are in every text, and left out of searches."""


def fold(text: str) -> str:
    """Return a text in small letters, without accents: 'Café' and 'cafe' become the same."""
    if not text.isascii():  # most texts are ASCII, and folded in a tenth of the time
        for typographic, typed in _TYPOGRAPHIC:
            text = text.replace(typographic, typed)
    folded = text.casefold()
    if folded.isascii():
        return folded
    for stroked, letter in _STROKED:
        folded = folded.replace(stroked, letter)
    return _ACCENTS_AND_JOINERS.sub("", normalize("NFKD", folded))


def words_in(text: str) -> list[str]:
    """Return the words of a text, folded, in order."""
    folded = fold(text)
    # Most texts are ASCII, of which the same words are found in a seventh of the time.
    return folded.translate(_SPACES).split() if folded.isascii() else WORD.findall(folded)


@cache
def stem(word: str) -> str:
    """Return the stem of a folded English word: 'refusals' and 'refusal' have the same."""
    # A few rules for English endings, no full stemmer: forms only have to meet in a search.
    if len(word) <= _SHORTEST_STEM or not word.isascii() or not word.isalpha():
        return word
    return _without_silent_e(_without_suffix(_singular(word)))


def stems_in(text: str) -> list[str]:
    """Return the stem of every word of a text, in order."""
    return [stem(word) for word in words_in(text)]


def stem_root(stem: str) -> str:
    """Return the letters with which every form of a word begins: 'agenc' for agency, agencies."""
    return stem[:-1] if stem.endswith("y") and len(stem) > _SHORTEST_STEM else stem


def _singular(word: str) -> str:
    """Return an English word without its plural ending: 'agencies' becomes 'agency'."""
    if word.endswith(("ies", "ied")) and len(word) > _SHORTEST_STEM + 1:
        return f"{word[:-3]}y"
    if word.endswith(("sses", "sis")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


def _without_suffix(word: str) -> str:
    """Take off one ending such as 'ing' or 'ment', if enough of the word remains."""
    if word.endswith("eed"):
        return word[:-1] if _VOWEL.search(word[:-3]) else word
    for suffix in _SUFFIXES:
        shorter = word.removesuffix(suffix)
        # Without a vowel nothing of a word would remain: "string" is not "str" with an ending.
        if shorter != word and len(shorter) >= _SHORTEST_STEM and _VOWEL.search(shorter):
            return shorter
    return word


def _without_silent_e(word: str) -> str:
    """Take off a silent e, so that 'housing' finds 'house', and one of two equal consonants."""
    if len(word) > _SHORTEST_STEM and word.endswith("e"):
        word = word[:-1]
    return word[:-1] if len(word) > _SHORTEST_STEM and _DOUBLE.search(word) else word


# --- lines ----------------------------------------------------------------------------------

WIDTH: Final = 72  # characters of a line of plain text, as mail programs show it unbroken


def wrap(text: str, width: int = WIDTH, next_prefix: str = "", first_prefix: str = "") -> list[str]:
    """Break a text into lines at spaces, with a prefix before the first and before the others."""
    lines = textwrap.wrap(
        text,
        width,
        initial_indent=first_prefix,
        subsequent_indent=next_prefix,
        break_long_words=False,  # an address that is broken leads nowhere
        break_on_hyphens=False,
    )
    return [line.rstrip() for line in lines]


def wrap_words(text: str, width: int) -> list[str]:
    """Break a text into lines of at most ``width`` characters; a longer word is broken as well."""
    return textwrap.wrap(text, width, break_on_hyphens=False)  # an id is not broken


# --- names in another spelling ----------------------------------------------------------------


def fold_spelling(text: str) -> str:
    """Return a text in lower case, with single spaces and without apostrophes, to compare it."""
    return " ".join(text.replace("’", "").replace("'", "").casefold().split())


def match_spelling(name: Name, names: Iterable[str]) -> Name | str:
    """Return the one of ``names`` that differs from ``name`` in spelling alone, else ``name``."""
    by_spelling = {fold_spelling(known_name): known_name for known_name in names}
    return by_spelling.get(fold_spelling(name), name) if name else name


def match_names(typed: str, names: Mapping[str, Iterable[str]]) -> list[str]:
    """Return the keys of what is called as somebody typed it, or whose name begins so.

    ``names`` has by key what else each is called; the key is a name as well. Case of letters,
    accents, hyphens and spaces do not count. A whole name goes before the beginning of another, and
    a number is never cut short: ``nurse-1`` is not the beginning of ``nurse-10``.
    """
    if typed in names:
        return [typed]
    wanted = "".join(words_in(typed))
    if not wanted:
        return []
    folded = {
        key: {"".join(words_in(name)) for name in (key, *others)} for key, others in names.items()
    }
    whole = [key for key, forms in folded.items() if wanted in forms]
    return whole or [
        key for key, forms in folded.items() if any(_begins_with(form, wanted) for form in forms)
    ]


def _begins_with(name: str, beginning: str) -> bool:
    """Check whether a name begins so, and not in the middle of a number."""
    following = name[len(beginning) : len(beginning) + 1]
    return name.startswith(beginning) and not (beginning[-1:].isdigit() and following.isdigit())
