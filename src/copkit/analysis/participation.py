"""Who takes part, for readers outside: confirmed members by sector and community.  Pure.

The matrix names a role for each person, and some roles have one holder in a town. Outside
``members`` there are only sectors, and no count below 5.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations

from copkit.analysis.attendance import Letter, Matrix
from copkit.analysis.privacy.small_cells import Count, hide_small_cells, small_hidden
from copkit.analysis.privacy.view import MonthView
from copkit.folder import CommunityRecords
from copkit.records.communities import CommunityKind


@dataclass(frozen=True, slots=True)
class SectorColumn:
    """One community, by what readers outside know it by; ``total`` counts its members."""

    code: str
    place: str
    total: Count


@dataclass(frozen=True, slots=True)
class SectorRow:
    """One sector: a count for each community, in the order of the columns."""

    sector: str
    cells: tuple[Count, ...]
    total: Count


@dataclass(frozen=True, slots=True)
class SectorTable:
    """Confirmed members (X and F) as of a day; ``excluded`` counts the Ys, who are in no cell."""

    as_of: dt.date
    threshold: int
    columns: tuple[SectorColumn, ...]
    rows: tuple[SectorRow, ...]
    total: Count
    excluded: Count


def by_sector(matrix: Matrix) -> SectorTable:
    """Reduce the matrix to what may be told outside members."""
    sectors = list(dict.fromkeys(row.sector for row in matrix.rows))
    found = Counter(
        (person.member.sector, person.community)
        for person in matrix.people
        if person.letter is not Letter.Y
    )
    slugs = [community.slug for community in matrix.columns]
    counts = [[found[sector, slug] for slug in slugs] for sector in sectors]
    *lines, totals = hide_small_cells(counts) or [[0] * (len(slugs) + 1)]
    return SectorTable(
        as_of=matrix.as_of,
        threshold=matrix.threshold,
        columns=tuple(
            SectorColumn(community.code, community.place, total)
            for community, total in zip(matrix.columns, totals, strict=False)
        ),
        rows=tuple(
            SectorRow(sector, tuple(cells), total)
            for sector, (*cells, total) in zip(sectors, lines, strict=True)
        ),
        total=totals[-1],
        excluded=small_hidden(matrix.excluded),
    )


# Which sectors sit together in communities.


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


# How many meetings were held, and how many people came, month by month.


def growth(
    communities: Iterable[CommunityRecords], since: dt.date, until: dt.date
) -> tuple[MonthView, ...]:
    """Count each month from that of ``since`` to that of ``until``, both days included.

    Only meetings of communities count, no open sessions of networks, and only those to which
    somebody came; somebody sent in a member's place came too.
    """
    meetings, people = Counter[str](), Counter[str]()
    for records in communities:
        if records.community.kind is not CommunityKind.COMMUNITY:
            continue
        for meeting in records.meetings:
            came = len(meeting.present) + len(meeting.substitutes)
            if came and since <= meeting.held_on <= until:
                month = meeting.held_on.isoformat()[:7]
                meetings[month] += 1
                people[month] += came
    return tuple(
        MonthView(month, meetings[month], people[month]) for month in _months(since, until)
    )


def _months(since: dt.date, until: dt.date) -> Iterator[str]:
    """Give the months of a period, written ``2012-05``."""
    first, last = (day.year * 12 + day.month - 1 for day in (since, until))
    for month in range(first, last + 1):
        yield f"{month // 12:04}-{month % 12 + 1:02}"
