"""Looking for identifying details in a text.  Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from typing import Final

from copkit.identifying.ages import find_ages
from copkit.identifying.contact_details import find_contact_details
from copkit.identifying.dates import find_dates
from copkit.identifying.findings import Finding, settled
from copkit.identifying.folding import Folded
from copkit.identifying.initials import find_initials
from copkit.identifying.kinds import Kind
from copkit.identifying.model import Spans
from copkit.identifying.names import find_names
from copkit.identifying.numbers import find_numbers
from copkit.identifying.places import find_places
from copkit.identifying.postcodes import find_postcodes
from copkit.identifying.rarities import find_rarities

_SEARCHES: Final = (
    find_numbers,
    find_contact_details,
    find_postcodes,
    find_places,
    find_dates,
    find_ages,
    find_rarities,
    find_names,
    find_initials,
)
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
    people whom the programme knows, ``own`` the words by which it calls its communities. ``model``
    finds further names.
    """
    folded = Folded(text)
    found: list[Finding] = []
    for find in _SEARCHES:
        found += find(folded)
    found += _known(folded, known)
    if model is not None:
        found += (Finding(start, end, Kind.NAME) for start, end in model(folded.text))
    invented = frozenset(word for name in (*pseudonyms, *own) for word in _tokens(name))
    kept = (one for one in settled(found) if not _is_invented(folded, one, invented))
    return [Finding(*folded.place(one.start, one.end), one.kind) for one in kept]


def _known(folded: Folded, known: Collection[str]) -> Iterator[Finding]:
    for name in known:
        if len(name) < 3:
            continue
        spaced = r"[\s._-]{1,3}".join(map(re.escape, name.split()))
        for match in re.finditer(rf"(?<![^\W_]){spaced}(?![^\W_])", folded.text, re.IGNORECASE):
            yield Finding(match.start(), match.end(), Kind.CONTACT)


def _tokens(text: str) -> list[str]:
    return [word.lower() for word in re.findall(r"\w+", re.sub(r"['’]s\b", "", text))]


def _is_invented(folded: Folded, one: Finding, invented: frozenset[str]) -> bool:
    """Say whether every word of a name is one of an invented name."""
    if one.kind not in _NAMES or not invented:
        return False
    return all(word in invented for word in _tokens(folded.text[one.start : one.end]))
