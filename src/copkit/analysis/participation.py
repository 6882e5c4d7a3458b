"""Participation in figures: members by sector, ties between sectors, attendance by month.  Pure.

The attendance matrix has a row for each role, and some roles have one holder in a town. Readers
outside ``members`` get sectors only, and no count below 5.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from copkit.analysis.attendance import AttendanceLetter, Matrix
from copkit.analysis.period import count_people_at
from copkit.analysis.privacy.small_cells import (
    Count,
    hide_small_cells,
    hide_small_count,
    with_totals,
)
from copkit.analysis.privacy.view import MonthView
from copkit.folder import CommunityRecords
from copkit.records.communities import CommunityKind


@dataclass(frozen=True, slots=True)
class SectorColumn:
    """One community; ``total`` counts its confirmed members."""

    code: str
    place: str
    total: Count


@dataclass(frozen=True, slots=True)
class SectorRow:
    """One sector: counts of confirmed members by community, in the order of the columns."""

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


def sector_table(matrix: Matrix, *, exact: bool = False) -> SectorTable:
    """Reduce the matrix to what readers outside the members may see; ``exact`` hides no count."""
    sectors = list(dict.fromkeys(row.sector for row in matrix.rows))
    confirmed = Counter(
        (person.member.sector, person.community)
        for person in matrix.people
        if person.letter is not AttendanceLetter.Y
    )
    slugs = [community.slug for community in matrix.columns]
    counts = [[confirmed[sector, slug] for slug in slugs] for sector in sectors]
    # Each row ends with its total, and the last row has the totals of the columns: they are hidden
    # together with the cells, since a total would let a hidden cell be worked out.
    told: Sequence[Sequence[Count]] = with_totals(counts) if exact else hide_small_cells(counts)
    *rows, totals = told if counts else [[0] * (len(slugs) + 1)]
    return SectorTable(
        as_of=matrix.as_of,
        threshold=matrix.threshold,
        columns=tuple(
            SectorColumn(community.code, community.place, total)
            # totals[-1] is the grand total, and of no column.
            for community, total in zip(matrix.columns, totals[:-1], strict=True)
        ),
        rows=tuple(
            SectorRow(sector, tuple(cells), total)
            for sector, (*cells, total) in zip(sectors, rows, strict=True)
        ),
        total=totals[-1],
        excluded=matrix.excluded if exact else hide_small_count(matrix.excluded),
    )


# Network of sectors


@dataclass(frozen=True, slots=True)
class SectorPeople:
    """One sector, and how many confirmed members it has in all communities."""

    name: str
    people: int


@dataclass(frozen=True, slots=True)
class Tie:
    """Two sectors, in the order of the network, and how many communities have members of both."""

    first: str
    second: str
    communities: int


@dataclass(frozen=True, slots=True)
class Network:
    """The sectors in the order of the matrix, and every pair that sits together somewhere."""

    as_of: dt.date
    communities: int
    sectors: tuple[SectorPeople, ...]
    ties: tuple[Tie, ...]


def sector_network(matrix: Matrix) -> Network:
    """Count for each pair of sectors the communities of a matrix with confirmed members of both."""
    names = list(dict.fromkeys(row.sector for row in matrix.rows))
    people = Counter[str]()
    sectors_by_slug: dict[str, set[str]] = {community.slug: set() for community in matrix.columns}
    for person in matrix.people:
        if person.letter is not AttendanceLetter.Y:
            people[person.member.sector] += 1
            sectors_by_slug[person.community].add(person.member.sector)
    # Sorted, so that a pair is counted under one key whichever sector came first.
    pairs = Counter(
        pair
        for sectors in sectors_by_slug.values()
        for pair in combinations(sorted(sectors, key=names.index), 2)
    )
    return Network(
        as_of=matrix.as_of,
        communities=len(matrix.columns),
        sectors=tuple(SectorPeople(name, people[name]) for name in names),
        ties=tuple(
            Tie(first, second, pairs[first, second])
            for first, second in combinations(names, 2)
            if pairs[first, second]
        ),
    )


# Attendance by month


def attendance_by_month(
    communities: Iterable[CommunityRecords], since: dt.date, until: dt.date
) -> tuple[MonthView, ...]:
    """Count meetings and people in each month from that of ``since`` to that of ``until``.

    Both days are included. Only meetings of communities of practice count, and only those to which
    somebody came. Substitutes are counted as people, guests are not.
    """
    meetings, people = Counter[str](), Counter[str]()
    for records in communities:
        if records.community.kind is not CommunityKind.COMMUNITY:  # such as sessions of a network
            continue
        for meeting in records.meetings:
            attended = count_people_at(meeting)
            if attended and since <= meeting.held_on <= until:
                month = meeting.held_on.isoformat()[:7]
                meetings[month] += 1
                people[month] += attended
    return tuple(
        MonthView(month, meetings[month], people[month]) for month in _months(since, until)
    )


def _months(since: dt.date, until: dt.date) -> Iterator[str]:
    """Yield the months of a period, written ``2012-05``."""
    # Counted from the year 0, so that a month is one number: 2012-05 is 2012 * 12 + 4.
    first, last = (day.year * 12 + day.month - 1 for day in (since, until))
    for month in range(first, last + 1):
        yield f"{month // 12:04}-{month % 12 + 1:02}"
