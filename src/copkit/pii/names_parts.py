"""Names of persons: with a title, by their first name, by what stands around them.  Pure.

A word is read with its neighbours. A first name that is nothing else counts wherever it stands;
one that is a word as well (Will, Grace) only where a person is spoken of; a word on no list only
after a title, a relation or a role, or where something is done that is done to persons.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from copkit.pii.findings import Finding
from copkit.pii.kinds import Kind
from copkit.pii.names import in_small_letters, joined_humps, unlisted
from copkit.pii.normalise import Folded
from copkit.pii.passage import Name, Passage, is_no_person, named
from copkit.pii.spoken_of import is_spoken_of
from copkit.pii.vocabulary import (
    ARTICLES,
    DAYS,
    FAMILY,
    MONTHS,
    MOSTLY_NAMES,
    NO_NAMES,
    ORGANISATIONS,
    PLACES,
    POLICE_TITLES,
    ROLES,
    TITLES,
    TITLES_THAT_ARE_WORDS,
)

_ONE_LETTER: Final = re.compile(r"[A-Z](?:-[A-Z])?")
_PERSONAL_TITLES: Final = frozenset({"mr", "mrs", "ms", "miss", "mx"})
_HONOURS: Final = frozenset({"sir", "dame", "prof", "professor"})
_ANY_TITLE: Final = TITLES | TITLES_THAT_ARE_WORDS
_NEVER: Final = NO_NAMES | DAYS | MONTHS
_NO_SURNAME: Final = NO_NAMES | ORGANISATIONS
_SHORTEST_SHOUT: Final = 5  # letters: shorter ones are acronyms as a rule


def find_names(folded: Folded) -> Iterator[Finding]:
    """Give every name of a person in a text."""
    passage = Passage(folded)
    at, before = 0, -2
    while at < len(passage.words):
        name = _name_at(passage, at, before)
        if name is None:
            at += 1
            continue
        if name.kind is not None:
            before = name.last
            first, last = passage.words[name.first], passage.words[name.last]
            yield Finding(first.start, last.end, name.kind)
        at = name.last + 1


def _name_at(passage: Passage, at: int, before: int) -> Name | None:
    """Read the name that begins with a word; ``before`` is where the last name ended."""
    word = passage.words[at]
    if not word.capital:
        return in_small_letters(passage, at)
    if word.low in _ANY_TITLE and (titled := _titled(passage, at)):
        return titled
    if passage.is_first_name(at):
        return _first_named(passage, at, before)
    if word.low in _NEVER:
        return None
    return joined_humps(passage, at) or unlisted(passage, at, before)


def _titled(passage: Passage, at: int) -> Name | None:
    """Read 'Mrs Kowalczyk', 'PC Hollis', 'Ms R-D', 'Dr. S. Venkataraman'."""
    word = passage.words[at]
    if passage.gap(at).strip(" ") not in {"", "."} or at + 1 >= len(passage.words):
        return None
    following = passage.words[at + 1]
    if not following.capital or (word.low in POLICE_TITLES and not word.shouted):
        return None
    last = passage.last_of_name(at + 1)
    if _ONE_LETTER.fullmatch(following.text):
        if following.text == "X":  # nobody in particular
            return None
        return Name(at, last, Kind.NAME if last > at + 1 else Kind.INITIALS)
    personal = word.low in _PERSONAL_TITLES and following.low not in NO_NAMES
    if not personal and (following.low in _NO_SURNAME or following.low in ROLES):
        return None
    if following.shouted > word.shouted:
        return None
    a_word = word.low in TITLES_THAT_ARE_WORDS
    if a_word and passage.is_something_else(at + 1) and passage.begins_sentence(at):
        return None
    public = a_word or word.low in _HONOURS
    if public and is_no_person(passage, at + 1, last):
        return Name(at, last, None)
    return Name(at, last, Kind.NAME)


def _first_named(passage: Passage, at: int, before: int) -> Name | None:
    word = passage.words[at]
    if word.low in DAYS:
        return None
    last = passage.last_of_name(at)
    if is_no_person(passage, at, last):
        return Name(at, last, None)
    previous = passage.previous(at)
    announced = previous == "the" or (previous in {"a", "an"} and last == at)
    doubtful = passage.is_something_else(at) or (announced and passage.next(last) not in FAMILY)
    if word.shouted:
        return _shouted(passage, at, last, doubtful=doubtful)
    if doubtful and not is_spoken_of(passage, at, last):
        return Name(at, last, None) if last > at and previous in ARTICLES else None
    return named(passage, _with_surname_before(passage, at, before), last)


def _shouted(passage: Passage, at: int, last: int, *, doubtful: bool) -> Name | None:
    """Read 'TERENCE OAKDEN' and 'CROMBIE, KENNETH'."""
    word = passage.words[at]
    if doubtful:
        surname = passage.words[last].text
        alone = last == at or len(surname) < _SHORTEST_SHOUT
        return None if alone or word.low not in MOSTLY_NAMES else Name(at, last, Kind.NAME)
    listed = at > 0 and passage.words[at - 1].shouted and passage.gap(at - 1) == ", "
    if last == at and not listed and len(word.text) < _SHORTEST_SHOUT:
        return None
    return Name(at - 1 if listed else at, last, Kind.NAME)


def _with_surname_before(passage: Passage, at: int, end_of_last: int) -> int:
    """Give the first word of a name whose surname stands first, or that has another before it."""
    if not at or at - 1 == end_of_last:
        return at
    before, gap = passage.words[at - 1], passage.gap(at - 1)
    if not before.capital or before.owns or before.shouted or passage.is_first_name(at - 1):
        return at
    if before.low in _NO_SURNAME or before.low in TITLES or before.low in PLACES:
        return at
    begins = passage.begins_sentence(at - 1)
    if gap == " ":
        return at if begins else at - 1
    if gap != ", ":
        return at
    if begins:
        return at - 1
    earlier = passage.words[at - 2]
    two = earlier.capital and passage.gap(at - 2) == " " and passage.begins_sentence(at - 2)
    return at - 2 if two and earlier.low not in NO_NAMES else at
