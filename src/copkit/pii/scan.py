"""Looking for identifying details in a text.  Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from functools import lru_cache
from typing import Final

from copkit.errors import CopkitError
from copkit.pii.contact import find_contact_details
from copkit.pii.kinds import Finding, Kind, settled
from copkit.pii.names import find_initials, find_names
from copkit.pii.narrowing import find_ages, find_dates, find_rarities
from copkit.pii.normalise import Folded
from copkit.pii.numbers import find_numbers, find_references
from copkit.pii.passage import ACTS, COMMON, MONTHS, TOLD, first_names
from copkit.pii.places import find_places, find_postcodes

# Names found by a language model of spaCy, for those who ask for it.

MODEL: Final = "en_core_web_sm"
_PERSON: Final = "PERSON"

Spans = Callable[[str], Iterator[tuple[int, int]]]
"""Gives the places of names in a text, by offsets."""


def names_by_model(name: str = MODEL) -> Spans:
    """Load a model, by its name or its folder; raise :class:`CopkitError` where there is none."""
    try:
        import spacy
    except ImportError:
        raise CopkitError('this needs spaCy: pip install "copkit[ner]"') from None
    try:
        model = spacy.load(name)
    except OSError:
        message = f"spaCy has no model '{name}' here"
        raise CopkitError(message, f"python -m spacy download {name}") from None

    def spans(text: str) -> Iterator[tuple[int, int]]:
        for entity in model(text).ents:
            if entity.label_ == _PERSON:
                yield entity.start_char, entity.end_char

    return spans


_SEARCHES: Final = (
    find_numbers,
    find_references,
    find_contact_details,
    find_postcodes,
    find_places,
    find_dates,
    find_ages,
    find_rarities,
    find_names,
    find_initials,
)
_COMMENT: Final = re.compile(r"(?<=[^\W_])<!--.{0,2000}?-->(?=[^\W_])", re.DOTALL)
_ESCAPE: Final = re.compile(r"\\(?:u([0-9a-f]{4})|x([0-9a-f]{2})|U([0-9a-f]{8}))", re.IGNORECASE)
_UNSEEN: Final = "\u200b"
_WORD: Final = re.compile(r"\w+")
_OWNS: Final = re.compile(r"['’]s\b")
_NAMES: Final = frozenset({Kind.NAME, Kind.FIRST_NAME, Kind.INITIALS})


def find_details(
    text: str,
    pseudonyms: Iterable[str] = (),
    known: Collection[str] = (),
    own: Collection[str] = (),
    model: Spans | None = None,
) -> list[Finding]:
    """Give the identifying details of a text in their order, by offsets into it.

    ``pseudonyms`` are invented names that may stand in it; ``known`` are names and addresses of
    people whom the programme knows, ``own`` the words by which it calls its communities and
    seats. ``model`` finds further names.
    """
    found: list[Finding] = []
    for read in _readings(text):
        folded = Folded(read)
        here = [one for find in _SEARCHES for one in find(folded)]
        here += _known(folded, known)
        if model is not None:
            here += (Finding(start, end, Kind.NAME) for start, end in model(folded.text))
        found += (Finding(*folded.place(one.start, one.end), one.kind) for one in here)
    invented = [_tokens(name) for name in pseudonyms]
    places = {name.lower() for name in own}
    return [
        one
        for one in settled(found)
        if not (
            _is_invented(text, one, invented)
            or _is_a_place(text, one, places)
            or (one.kind is Kind.FIRST_NAME and _is_a_month(text, one))
        )
    ]


def _readings(text: str) -> Iterator[str]:
    """Give a text as typed, and as it is shown where that differs: escapes, comments in words.

    What is not shown gives way to signs that nobody sees, so that all places stay.
    """
    yield text
    shown = _ESCAPE.sub(_unescaped, _COMMENT.sub(_unseen, text))
    if shown != text:
        yield shown


def _unseen(match: re.Match[str]) -> str:
    return _UNSEEN * len(match[0])


def _unescaped(match: re.Match[str]) -> str:
    sign = chr(min(int(match[1] or match[2] or match[3], 16), 0x10FFFF))
    return sign + _UNSEEN * (len(match[0]) - 1)


def _known(folded: Folded, known: Collection[str]) -> Iterator[Finding]:
    if not known:
        return
    for match in _pattern_of(frozenset(known)).finditer(folded.text):
        if _is_meant(match[0]):
            yield Finding(match.start(), match.end(), Kind.CONTACT)


def _is_meant(said: str) -> bool:
    """Say whether this is a contact: one called by ordinary words, 'A Person', by its capitals."""
    words = _WORD.findall(said)
    ordinary = all(
        word.lower() in COMMON and first_names().get(word.lower(), True) for word in words
    )
    return "@" in said or not ordinary or all(word[0].isupper() for word in words)


@lru_cache(maxsize=4)
def _pattern_of(known: frozenset[str]) -> re.Pattern[str]:
    """Make one pattern of all names and addresses, their words apart in any way."""
    long_enough = sorted((name for name in known if len(name) > 2), key=len, reverse=True)
    spaced = (r"[\s._-]{1,3}".join(map(re.escape, name.split())) for name in long_enough)
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(spaced) or '(?!)'})(?![^\W_])", re.IGNORECASE)


def _tokens(text: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(_OWNS.sub("", text))]


def _is_invented(text: str, one: Finding, invented: Iterable[list[str]]) -> bool:
    """Say whether a name is an invented one, or a part of one: no word may be another's."""
    if one.kind not in _NAMES:
        return False
    said = text[one.start : one.end]
    words = _tokens(said)[:1] if said.islower() else _tokens(said)  # what follows is a guess there
    return any(
        words == name[at : at + len(words)]
        for name in invented
        for at in range(len(name) - len(words) + 1)
    )


def _is_a_month(text: str, one: Finding) -> bool:
    """Say whether a first name is a month behind its day: '16 Jan'."""
    said = text[one.start : one.end].lower()
    return said in _MONTHS_CUT and bool(_DAY_BEFORE.search(text, max(0, one.start - 4), one.start))


_MONTHS_CUT: Final = frozenset(month[:3] for month in MONTHS)
_DAY_BEFORE: Final = re.compile(r"(?<!\d)[0-3]?\d\s$")


def _is_a_place(text: str, one: Finding, places: Collection[str]) -> bool:
    """Say whether a first name is the programme's word for a place, and does nothing here."""
    if one.kind is not Kind.FIRST_NAME or text[one.start : one.end].lower() not in places:
        return False
    before = _WORD.findall(text[max(0, one.start - 20) : one.start].lower())
    behind = _WORD.match(text[one.end : one.end + 20].lower().lstrip(" "))
    told = bool(before) and before[-1] in TOLD
    return not told and not (behind and behind[0] in ACTS)


# What is shown in the place of an identifying detail: as many dots as it has letters.

DOT: Final = "•"
_LETTER = re.compile(r"[^\W_]")
_BETWEEN: Final = r"[\s._-]{1,9}"  # words of one thing: on two lines, or in a file's name


def masked(text: str, findings: Iterable[Finding]) -> str:
    """Put dots in the place of what was found; every other sign stays where it is."""
    parts, done = [], 0
    for one in findings:
        parts += [text[done : one.start], _dots(text[one.start : one.end])]
        done = one.end
    return "".join([*parts, text[done:]])


def hide(text: str) -> str:
    """Put dots in the place of every identifying detail that a text shows by itself."""
    return masked(text, find_details(text))


class Mask:
    """Hides what has been found in some files wherever it is said again."""

    def __init__(self) -> None:
        self._found: set[str] = set()
        self._pattern: re.Pattern[str] | None = None

    def add(self, text: str, findings: Iterable[Finding]) -> None:
        """Note what was found in a text; what has fewer than three letters is hidden in place."""
        new = {text[one.start : one.end] for one in findings}
        self._found |= {found for found in new if len(_LETTER.findall(found)) > 2}
        self._pattern = None

    def over(self, text: str) -> str:
        """Hide in a text whatever has been found so far."""
        if not self._found:
            return text
        if self._pattern is None:
            longest = sorted(self._found, key=len, reverse=True)
            words = "|".join(_BETWEEN.join(map(re.escape, found.split())) for found in longest)
            self._pattern = re.compile(rf"(?<![^\W_])(?:{words})(?![^\W_])", re.IGNORECASE)
        return self._pattern.sub(lambda found: _dots(found.group()), text)


def _dots(text: str) -> str:
    return _LETTER.sub(DOT, text)
