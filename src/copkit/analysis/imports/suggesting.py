"""Whom somebody on a list may be, by a name that is like a member's: suggested, never recorded.

Pure. Kept apart because comparing names needs a library that few runs need.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from rapidfuzz import fuzz, process

from copkit.analysis.imports.matching import MOST_SUGGESTED, Ids, KnownMembers
from copkit.analysis.imports.people import Person

ALIKE: Final = 76  # of 100: 'jon walkr' is 82 like 'johnny walker'
SHORT: Final = 90  # what 'jo bell' or 'j bell' is worth as a short form of 'joanna bell'
NEAR: Final = 12  # whoever is less like them by more than this is not suggested beside the best
LEAST: Final = 2  # letters; fewer are like everybody's name
_OF_DEVICES: Final = frozenset(
    (
        *("s", "iphone", "ipad", "phone", "mobile", "tablet", "android", "galaxy"),
        *("laptop", "pc", "macbook", "home", "work"),
    )
)


class _Name(NamedTuple):
    words: tuple[str, ...]
    initials: frozenset[str]
    ids: Ids


def likely_members(people: Iterable[Person], known: KnownMembers) -> Mapping[str, Ids]:
    """Give for each person, by row, the members whom they may be, the likeliest first.

    Words may stand in another order, be cut short or be mistyped; an address holds a name as well.
    """
    names = [
        _Name(words, _initials(words), ids)
        for index in (known.by_name, known.by_alias)
        for name, ids in index.items()
        if (words := _words(name))
    ]
    ordered = [" ".join(name.words) for name in names]
    found = {}
    for person in people:
        scores: dict[str, float] = {}
        for words in _spellings(person):
            for at, score in _scores(words, names, ordered):
                for id in names[at].ids:
                    scores[id] = max(score, scores.get(id, 0))
        best = max(scores.values(), default=0)
        near = [id for id, score in scores.items() if score >= best - NEAR]
        near.sort(key=lambda one: (-scores[one], one))
        found[person.row] = tuple(near[:MOST_SUGGESTED])
    return found


def _words(name: str) -> tuple[str, ...]:
    """Give a name's words in an order of their own, so that 'walker, johnny' is as good."""
    signs = (sign if sign.isalpha() else " " for sign in name)
    return tuple(sorted(word for word in "".join(signs).split() if word not in _OF_DEVICES))


def _spellings(person: Person) -> Iterator[tuple[str, ...]]:
    before_at = (person.email.partition("@")[0],) if person.email else ()
    for said in (*person.known_as, *person.read_as, *before_at):
        words = _words(said)
        if sum(map(len, words)) >= LEAST:
            yield words


def _initials(words: tuple[str, ...]) -> frozenset[str]:
    return frozenset(word[0] for word in words)


def _scores(
    words: tuple[str, ...], names: list[_Name], ordered: list[str]
) -> Iterator[tuple[int, float]]:
    """Give the names that are like the words: where each stands, and how like of 100."""
    alike = process.extract(
        " ".join(words), ordered, scorer=fuzz.ratio, score_cutoff=ALIKE, limit=MOST_SUGGESTED
    )
    yield from ((at, score) for _, score, at in alike)
    initials = _initials(words)
    for at, name in enumerate(names):
        if initials <= name.initials or name.initials <= initials:
            fewer, more = sorted((words, name.words), key=len)
            if _is_short_for(fewer, more):
                yield at, SHORT


def _is_short_for(fewer: tuple[str, ...], more: tuple[str, ...]) -> bool:
    """Say whether each word begins another one, or the other begins it: 'j bell', 'jo bell'."""
    free = list(more)
    for word in fewer:
        whole = next((one for one in free if one.startswith(word) or word.startswith(one)), None)
        if whole is None:
            return False
        free.remove(whole)
    return sum(map(len, fewer)) >= LEAST
