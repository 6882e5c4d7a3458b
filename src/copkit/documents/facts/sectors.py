"""Members by sector and community, as facts for templates, as CSV and as JSON.  Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from copkit.analysis.participation import SectorTable
from copkit.analysis.privacy.small_cells import LEAST, Count, Hidden
from copkit.documents.csv import to_csv
from copkit.documents.facts.attendance import MATRIX_PORTRAIT_COLUMNS
from copkit.wording import counted, day_in_words, in_words

TOTAL = "Confirmed members"


@dataclass(frozen=True, slots=True)
class SectorColumnFacts:
    """One community's column."""

    code: str
    place: str
    total: str


@dataclass(frozen=True, slots=True)
class SectorRowFacts:
    """One sector's row; every cell as it is printed."""

    sector: str
    cells: tuple[str, ...]
    total: str


@dataclass(frozen=True, slots=True)
class SectorFacts:
    """The table as a template sees it; ``many`` columns are too many for an upright page.

    ``day`` is the day of ``as_of``.
    """

    programme: str
    day: dt.date
    as_of: str
    many: bool
    columns: tuple[SectorColumnFacts, ...]
    rows: tuple[SectorRowFacts, ...]
    label: str
    total: str
    note: str


def sector_facts(table: SectorTable, programme: str) -> SectorFacts:
    """Lay the table out as it is printed."""
    return SectorFacts(
        programme=programme,
        day=table.as_of,
        as_of=day_in_words(table.as_of),
        many=len(table.columns) > MATRIX_PORTRAIT_COLUMNS,
        columns=tuple(
            SectorColumnFacts(column.code, column.place, shown(column.total))
            for column in table.columns
        ),
        rows=tuple(
            SectorRowFacts(row.sector, tuple(map(shown, row.cells)), shown(row.total))
            for row in table.rows
        ),
        label=TOTAL,
        total=shown(table.total),
        note=note(table),
    )


def shown(count: Count) -> str:
    """Write a cell."""
    return count.value if isinstance(count, Hidden) else str(count)


def note(table: SectorTable) -> str:
    """Say who is counted, and what the marks in the table mean."""
    who = f"attended {counted(table.threshold, 'meeting')} or more, or facilitates"
    text = f"A confirmed member {who}."
    counts = [count for row in table.rows for count in (*row.cells, row.total)]
    counts += [table.total, *(column.total for column in table.columns)]
    if Hidden.SMALL in counts:
        text += f" {Hidden.SMALL.value}: one to {in_words(LEAST - 1)} people."
    if Hidden.WITHHELD in counts:
        text += f" {Hidden.WITHHELD.value}: not shown, as it would give a small number away."
    return text


def sector_json(table: SectorTable, audience: str) -> dict[str, Any]:
    """Give the table in the form that machines read: counts, or the mark of a hidden one."""
    codes = [column.code for column in table.columns]
    return {
        "as_of": str(table.as_of),
        "threshold": table.threshold,
        "audience": audience,
        "columns": [
            {"code": column.code, "place": column.place, "total": _plain(column.total)}
            for column in table.columns
        ],
        "rows": [
            {
                "sector": row.sector,
                "cells": dict(zip(codes, map(_plain, row.cells), strict=True)),
                "total": _plain(row.total),
            }
            for row in table.rows
        ],
        "total": _plain(table.total),
        "excluded": _plain(table.excluded),
    }


def _plain(count: Count) -> int | str:
    return count.value if isinstance(count, Hidden) else count


def sector_csv(facts: SectorFacts) -> str:
    """Write the table for a spreadsheet."""
    return to_csv(sector_rows(facts))


def sector_rows(facts: SectorFacts) -> list[list[str]]:
    """Give the table line by line: the heads, each sector, the totals."""
    heads = ["Sector", *(column.code for column in facts.columns), "Total"]
    rows = [[row.sector, *row.cells, row.total] for row in facts.rows]
    return [heads, *rows, [facts.label, *(column.total for column in facts.columns), facts.total]]
