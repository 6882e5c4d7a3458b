"""Looking for identifying details in a text.  Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from typing import Final

from copkit.pii.ages import find_ages
from copkit.pii.contact import find_contact_details
from copkit.pii.findings import Finding, settled
from copkit.pii.initials import find_initials
from copkit.pii.kinds import Kind
from copkit.pii.model import Spans
from copkit.pii.names_parts import find_names
from copkit.pii.narrowing import find_dates
from copkit.pii.normalise import Folded
from copkit.pii.numbers import find_numbers
from copkit.pii.places import find_postcodes
from copkit.pii.places_parts import find_places
from copkit.pii.rarities import find_rarities
from copkit.pii.references import find_references
from copkit.pii.vocabulary import ACTS, COMMON, MONTHS, TOLD, first_names

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
