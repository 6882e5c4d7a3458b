"""Whether a first name that is a word, a place or a month as well is a person's.  Pure."""

from __future__ import annotations

import re
from typing import Final

from copkit.pii.passage import Passage
from copkit.pii.vocabulary import (
    ACTS,
    ARTICLES,
    BEFORE_A_PERSON,
    DOES,
    GREETINGS,
    MONTHS,
    MOSTLY_NAMES,
    NO_NAMES,
    OF_A_PERSON,
    PLACES,
    RELATIONS,
    SEASONS,
    TOLD,
)

_ELSEWHERE: Final = PLACES | MONTHS
_RELATED: Final = RELATIONS - NO_NAMES
_NO_ACTOR_BEHIND: Final = ARTICLES | BEFORE_A_PERSON
LABELLED: Final = re.compile(
    r"\b(?:nok|next of kin|real name|client|patient|tenant|resident|service user) ?[:=] ?$"
    r"|\bname ?= ?$"
)
"""What stands before the name of whom a note is about."""
_AGE_BEHIND: Final = re.compile(r",? \(?(?:aged )?\d\d(?:[),]|$)")


def is_spoken_of(passage: Passage, at: int, last: int) -> bool:
    """Say whether a first name that is a word, a place or a month is a person's here."""
    word, end = passage.words[at], passage.words[last]
    following, previous = passage.next(last), passage.previous(at)
    right_before = previous if passage.gap(at - 1).strip() == "" else ""
    if end.owns and following in OF_A_PERSON:
        return True
    if previous in _RELATED and not passage.begins_sentence(at):
        return True
    if following in DOES and _does(passage, at, last, following):
        return True
    if _AGE_BEHIND.match(passage.behind(last, 12)) and word.low not in MONTHS:
        return True
    if right_before in TOLD or (previous in GREETINGS and not following):
        return True
    if following == "and" and word.low not in _ELSEWHERE and _and_another(passage, last):
        return True
    if LABELLED.search(passage.folded.before(word.start, 24)):
        return True
    if word.low in MONTHS or word.low in NO_NAMES:
        surnamed = word.low in MONTHS and last > at and following in DOES
        return surnamed and not passage.in_heading(at)
    if word.low in PLACES:
        return right_before in {"with", "for"}
    if previous == "that" and following in DOES:
        return True
    if previous in ARTICLES or passage.in_heading(at):
        return False
    return last > at or _stands_as_a_name(passage, at, last)


def _and_another(passage: Passage, last: int) -> bool:
    """Say whether somebody else follows: 'Pat and Drew', 'Iris and her grandson'."""
    other = last + 2
    if other >= len(passage.words) or passage.gap(last + 1) != " ":
        return False
    word = passage.words[other]
    return word.low in {"his", "her"} or (word.capital and passage.is_first_name(other))


def _does(passage: Passage, at: int, last: int, following: str) -> bool:
    """Say whether somebody, and not something, does what the next word says."""
    low = passage.words[at].low
    if following in ACTS and (low in MONTHS or low not in NO_NAMES):
        return True
    if low != "may" and passage.speaks_on_of_one(last):
        return True
    mid = passage.gap(at - 1) == " " and passage.previous(at) not in _NO_ACTOR_BEHIND
    return low in MOSTLY_NAMES or (low in SEASONS and mid)


def _stands_as_a_name(passage: Passage, at: int, last: int) -> bool:
    """Say whether a word within a sentence has a capital although nothing else asks for one."""
    if passage.begins_sentence(at) or passage.words[at].low in SEASONS:
        return False
    before = passage.words[at - 1]
    if before.capital and passage.gap(at - 1) == " " and before.low not in NO_NAMES:
        return False
    if before.low == "of" and at > 1 and passage.words[at - 2].capital:  # Ministry of Justice
        return False
    beyond = passage.words[last + 1] if last + 1 < len(passage.words) else None
    if beyond and beyond.capital and passage.gap(last) == " " and beyond.low in NO_NAMES:
        return beyond.low in BEFORE_A_PERSON
    return True
