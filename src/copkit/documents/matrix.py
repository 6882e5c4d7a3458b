"""The matrix and the register as facts for templates, as CSV and as JSON.  Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from copkit.analysis.attendance import Mark, Matrix, Person, Register, Row
from copkit.text.plain import on_one_line
from copkit.words import counted, day_in_words

MOST_UPRIGHT = 8  # communities that fit on an upright page
_BREAKS = re.compile(r"[,;|\"]")
_ENDS_ELSEWHERE = re.compile(r"([;|]\W{0,9}?)(?=[=+\-@＝＋－＠﹢﹣﹦﹫⁺⁻⁼])")
MARKS = {Mark.PRESENT: "P", Mark.APOLOGIES: "A", Mark.SUBSTITUTE: "S"}


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
    an upright page.
    """

    programme: str
    as_of: str
    width: int
    many: bool
    columns: tuple[Column, ...]
    sectors: tuple[SectorRows, ...]
    total: int
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
        as_of=day_in_words(matrix.as_of),
        width=len(slugs) + 1,
        many=len(slugs) > MOST_UPRIGHT,
        columns=tuple(
            Column(community.code, community.place, matrix.totals[community.slug])
            for community in matrix.columns
        ),
        sectors=tuple(
            SectorRows(name, tuple(rows), ("",) * len(slugs)) for name, rows in sectors.items()
        ),
        total=matrix.total,
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


def matrix_csv(matrix: Matrix) -> str:
    """Write the matrix for a spreadsheet."""
    slugs = [community.slug for community in matrix.columns]
    rows = [["Sector", "Role", *(community.code for community in matrix.columns)]]
    rows += [
        [row.sector, row.role, *(row.cells.get(slug, "") for slug in slugs)] for row in matrix.rows
    ]
    totals = [str(matrix.totals[slug]) for slug in slugs]
    rows.append(["", f"Confirmed members (N={matrix.total} excluding Ys)", *totals])
    return to_csv(rows)


def register_json(register: Register) -> dict[str, Any]:
    """Give the register in the form that machines read."""
    meetings = [
        {"meeting": meeting.slug, "kind": meeting.kind.value, "present": len(meeting.present)}
        for meeting in register.meetings
    ]
    members = [
        {
            "member": id,
            "role": role,
            "letter": letter,
            "meetings": {
                meeting.slug: mark.value
                for meeting in register.meetings
                if (mark := register.marks.get((id, meeting.slug)))
            },
        }
        for id, role, letter in register_rows(register)
    ]
    return {"community": register.community.slug, "meetings": meetings, "members": members}


def register_rows(register: Register) -> list[tuple[str, str, str]]:
    """Give id, role and letter of everybody in a register; a knowledge broker has no letter."""
    people = ((one.member.id, one.member.role, one.letter.value) for one in register.people)
    return [*people, *((broker.id, broker.role, "") for broker in register.brokers)]


def register_csv(register: Register) -> str:
    """Write the register for a spreadsheet."""
    rows = [["Member", "Role", "Letter", *(meeting.slug for meeting in register.meetings)]]
    for id, role, letter in register_rows(register):
        marks = (register.marks.get((id, meeting.slug)) for meeting in register.meetings)
        rows.append([id, role, letter, *(MARKS[mark] if mark else "" for mark in marks)])
    return to_csv(rows)


def to_csv(rows: Sequence[Sequence[str]]) -> str:
    """Write rows as CSV that opens as text in any spreadsheet: a BOM, and no formula."""
    lines = (",".join(_quoted(without_formula(cell)) for cell in row) for row in rows)
    return "\ufeff" + "".join(f"{line}\r\n" for line in lines)


def _quoted(cell: str) -> str:
    """Quote a cell that any spreadsheet might break, at the separator of any country."""
    return '"{}"'.format(cell.replace('"', '""')) if _BREAKS.search(cell) else cell


def without_formula(cell: str) -> str:
    """Put an apostrophe before what a spreadsheet would take for a formula.

    Also within a cell, after a sign that ends cells elsewhere: what is quoted for a comma is not
    for a semicolon. Tabs and line ends, which end cells and rows, become blanks.
    """
    cell = _ENDS_ELSEWHERE.sub(r"\1'", on_one_line(cell))
    seen = (sign for sign in unicodedata.normalize("NFKC", cell) if sign.isprintable())
    return f"'{cell}" if "".join(seen).strip().startswith(("=", "+", "-", "@")) else cell
