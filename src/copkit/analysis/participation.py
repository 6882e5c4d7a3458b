"""Who takes part, for readers outside: confirmed members by sector and community.  Pure.

The matrix names a role for each person, and some roles have one holder in a town. Outside
``members`` there are only sectors, and no count below 5.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from copkit.analysis.attendance import Letter, Matrix
from copkit.analysis.privacy.small_cells import Count, hide_small_cells, small_hidden


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
