"""Which sectors sit together in communities.  Pure.

It counts confirmed members (X and F) with no number hidden, so it is for members alone.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from itertools import combinations

from copkit.analysis.attendance import Letter, Matrix


@dataclass(frozen=True, slots=True)
class SectorPeople:
    """One sector, and how many confirmed members it has in all communities."""

    name: str
    people: int


@dataclass(frozen=True, slots=True)
class Tie:
    """Two sectors, in the order of the network, and the communities where both have members."""

    one: str
    other: str
    communities: int


@dataclass(frozen=True, slots=True)
class Network:
    """The sectors in the order of the matrix, and every pair that sits together somewhere."""

    as_of: dt.date
    communities: int
    sectors: tuple[SectorPeople, ...]
    ties: tuple[Tie, ...]


def sector_network(matrix: Matrix) -> Network:
    """Work out which sectors sit together in the communities of a matrix."""
    names = list(dict.fromkeys(row.sector for row in matrix.rows))
    people = Counter[str]()
    together: dict[str, set[str]] = {community.slug: set() for community in matrix.columns}
    for person in matrix.people:
        if person.letter is not Letter.Y:
            people[person.member.sector] += 1
            together[person.community].add(person.member.sector)
    pairs = Counter(
        pair
        for sectors in together.values()
        for pair in combinations(sorted(sectors, key=names.index), 2)
    )
    return Network(
        as_of=matrix.as_of,
        communities=len(matrix.columns),
        sectors=tuple(SectorPeople(name, people[name]) for name in names),
        ties=tuple(
            Tie(one, other, pairs[one, other])
            for one, other in combinations(names, 2)
            if pairs[one, other]
        ),
    )
