"""The matrix as facts for templates, as CSV and as JSON.  Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from copkit.analysis.attendance import Matrix, Person, Row
from copkit.documents.csv import to_csv
from copkit.wording import counted, day_in_words

MATRIX_PORTRAIT_COLUMNS = 8  # communities that fit on an upright page
NO_COMMUNITY = "There is no community yet."


@dataclass(frozen=True, slots=True)
class Column:
    """One community's column."""

    code: str
    place: str
    total: int


@dataclass(frozen=True, slots=True)
class RoleRow:
    """One role's row: a cell for each column, ``""`` where nobody is."""

    role: str
    cells: tuple[str, ...]
    vacant: bool


@dataclass(frozen=True, slots=True)
class SectorRows:
    """The rows of one sector; ``blank`` has an empty cell for each column."""

    name: str
    rows: tuple[RoleRow, ...]
    blank: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PersonLine:
    """One letter and the meetings behind it."""

    who: str
    role: str
    letter: str
    why: str


@dataclass(frozen=True, slots=True)
class MatrixFacts:
    """Figure 1 as a template sees it.

    ``width`` counts its columns, that of the roles too; ``many`` says that they are too many for
    an upright page. ``day`` is the day of ``as_of``.
    """

    programme: str
    day: dt.date
    as_of: str
    width: int
    many: bool
    columns: tuple[Column, ...]
    sectors: tuple[SectorRows, ...]
    total: int
    label: str
    excluded: str
    legend: tuple[tuple[str, str], ...]
    people: tuple[PersonLine, ...]


def matrix_facts(matrix: Matrix, programme: str, *, explain: bool = False) -> MatrixFacts:
    """Lay the matrix out by sector, every cell in its place."""
    slugs = [community.slug for community in matrix.columns]
    sectors: dict[str, list[RoleRow]] = {}
    for row in matrix.rows:
        cells = tuple(row.cells.get(slug, "") for slug in slugs)
        sectors.setdefault(row.sector, []).append(RoleRow(row.role, cells, not any(cells)))
    return MatrixFacts(
        programme=programme,
        day=matrix.as_of,
        as_of=day_in_words(matrix.as_of),
        width=len(slugs) + 1,
        many=len(slugs) > MATRIX_PORTRAIT_COLUMNS,
        columns=tuple(
            Column(community.code, community.place, matrix.totals[community.slug])
            for community in matrix.columns
        ),
        sectors=tuple(
            SectorRows(name, tuple(rows), ("",) * len(slugs)) for name, rows in sectors.items()
        ),
        total=matrix.total,
        label=f"Confirmed members (N={matrix.total} excluding Ys)",
        excluded=_excluded(matrix),
        legend=tuple(matrix.legend.items()),
        people=tuple(explained(matrix)) if explain else (),
    )


def _excluded(matrix: Matrix) -> str:
    if not matrix.excluded:
        return ""
    return f"The {counted(matrix.excluded, 'Y is', 'Ys are')} left out of the totals."


def explained(matrix: Matrix) -> Iterable[PersonLine]:
    """Give every letter with the meetings behind it, community by community."""
    for person in matrix.people:
        who = f"{person.community}/{person.member.id}"
        yield PersonLine(who, person.member.role, person.letter.value, _why(person))


def _why(person: Person) -> str:
    came = counted(len(person.meetings), "meeting")
    dates = ", ".join(meeting.slug for meeting in person.meetings)
    text = f"{came}: {dates}" if dates else came
    return f"{text}; dropped out" if person.dropped_out else text


def matrix_json(matrix: Matrix, *, explain: bool = False) -> dict[str, Any]:
    """Give the matrix in the form that machines read."""
    result: dict[str, Any] = {
        "as_of": str(matrix.as_of),
        "threshold": matrix.threshold,
        "legend": matrix.legend,
        "columns": [
            {
                "id": community.slug,
                "code": community.code,
                "name": community.name,
                "total": matrix.totals[community.slug],
            }
            for community in matrix.columns
        ],
        "rows": [_row_json(row) for row in matrix.rows],
        "total": matrix.total,
        "excluded": matrix.excluded,
    }
    if explain:
        result["people"] = [_person_json(person) for person in matrix.people]
    return result


def _row_json(row: Row) -> dict[str, Any]:
    return {"sector": row.sector, "role": row.role, "cells": row.cells}


def _person_json(person: Person) -> dict[str, Any]:
    return {
        "community": person.community,
        "member": person.member.id,
        "sector": person.member.sector,
        "role": person.member.role,
        "letter": person.letter.value,
        "dropped_out": person.dropped_out,
        "meetings": [meeting.slug for meeting in person.meetings],
    }


def matrix_csv(facts: MatrixFacts) -> str:
    """Write the matrix for a spreadsheet."""
    heads = ["Sector", "Role", *(column.code for column in facts.columns)]
    rows = [[sector.name, row.role, *row.cells] for sector in facts.sectors for row in sector.rows]
    totals = ["", facts.label, *(str(column.total) for column in facts.columns)]
    return to_csv([heads, *rows, totals])
