"""Facts of the matrix, the register and the sectors, for templates and JSON.  Pure."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from copkit.analysis.attendance import (
    AttendanceMark,
    Matrix,
    MemberAttendance,
    Register,
    letter_meanings,
)
from copkit.analysis.privacy.small_cells import MIN_SHOWN, Count, Hidden
from copkit.records.members import Member
from copkit.wording import (
    count_in_words,
    day_in_words,
    join_sentences,
    list_in_words,
    number_in_words,
    sentence,
)

if TYPE_CHECKING:
    from copkit.analysis.participation import SectorTable

MATRIX_PORTRAIT_COLUMNS = 8  # communities that fit on an upright page
BAND_COLUMNS: Final = 10  # communities in one table of a page, where there are many
NOBODY: Final = "(nobody yet)"
NOBODY_CONFIRMED: Final = "(nobody confirmed)"  # a row of Ys alone
NO_COMMUNITY = "There is no community yet."


@dataclass(frozen=True, slots=True)
class MatrixColumn:
    """One community's column."""

    code: str
    place: str
    total: int


@dataclass(frozen=True, slots=True)
class RoleRow:
    """One role's row: a cell for each column, ``""`` where nobody is.

    ``note`` says that nobody, or nobody confirmed, has the role; ``total`` counts the confirmed.
    """

    role: str
    cells: tuple[str, ...]
    vacant: bool
    note: str = ""
    total: int = 0


@dataclass(frozen=True, slots=True)
class SectorRows:
    """The rows of one sector; ``blank`` has an empty cell for each column."""

    name: str
    rows: tuple[RoleRow, ...]
    blank: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MatrixBand:
    """Some neighbouring columns of the matrix with all its rows: one table of a page.

    ``codes`` are those of the first and last column, ``""`` where it has them all.
    """

    codes: str
    width: int
    columns: tuple[MatrixColumn, ...]
    sectors: tuple[SectorRows, ...]


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
    an upright page, and ``bands`` are the tables that a page has then. ``day`` is the day of
    ``as_of``.
    """

    programme: str
    day: dt.date
    as_of: str
    width: int
    many: bool
    columns: tuple[MatrixColumn, ...]
    sectors: tuple[SectorRows, ...]
    total: int
    label: str
    excluded: str
    legend: tuple[tuple[str, str], ...]
    people: tuple[PersonLine, ...]
    bands: tuple[MatrixBand, ...] = ()


def matrix_facts(matrix: Matrix, programme: str, *, explain: bool = False) -> MatrixFacts:
    """Lay the matrix out by sector, every cell in its place.

    ``programme`` is its name. ``explain`` adds every member's letter with the meetings behind it.
    """
    slugs = [community.slug for community in matrix.columns]
    sectors: dict[str, list[RoleRow]] = {}
    for row in matrix.rows:
        cells = tuple(row.cells.get(slug, "") for slug in slugs)
        sectors.setdefault(row.sector, []).append(_role_row(row.role, cells))
    columns = tuple(
        MatrixColumn(community.code, community.place, matrix.totals[community.slug])
        for community in matrix.columns
    )
    rows = tuple(
        SectorRows(name, tuple(rows), ("",) * len(slugs)) for name, rows in sectors.items()
    )
    return MatrixFacts(
        programme=programme,
        day=matrix.as_of,
        as_of=day_in_words(matrix.as_of),
        width=len(slugs) + 1,
        many=len(slugs) > MATRIX_PORTRAIT_COLUMNS,
        columns=columns,
        sectors=rows,
        total=matrix.total,
        label=f"Confirmed members (N={matrix.total} excluding Ys)",
        excluded=_excluded(matrix),
        legend=tuple(matrix.legend.items()),
        people=tuple(member_letters(matrix)) if explain else (),
        bands=tuple(_bands(columns, rows)),
    )


def _role_row(role: str, cells: tuple[str, ...]) -> RoleRow:
    letters = "".join(cells)
    confirmed = sum(letter != "Y" for letter in letters)
    note = "" if confirmed else NOBODY_CONFIRMED if letters else NOBODY
    return RoleRow(role, cells, not letters, note, confirmed)


def _bands(
    columns: tuple[MatrixColumn, ...], sectors: tuple[SectorRows, ...]
) -> Iterable[MatrixBand]:
    """Cut the matrix into tables of ten columns at most, each with every row."""
    for first in range(0, len(columns), BAND_COLUMNS):
        part = slice(first, first + BAND_COLUMNS)
        shown = columns[part]
        codes = f"{shown[0].code} to {shown[-1].code}" if len(columns) > BAND_COLUMNS else ""
        rows = (
            SectorRows(
                sector.name,
                tuple(replace(row, cells=row.cells[part]) for row in sector.rows),
                sector.blank[part],
            )
            for sector in sectors
        )
        yield MatrixBand(codes, len(shown) + 2, shown, tuple(rows))


def _excluded(matrix: Matrix) -> str:
    """Write how many Ys the totals leave out; ``""`` if there are none."""
    if not matrix.excluded:
        return ""
    return f"The {count_in_words(matrix.excluded, 'Y is', 'Ys are')} left out of the totals."


def member_letters(matrix: Matrix) -> Iterable[PersonLine]:
    """Return every member's letter with the meetings behind it, community by community."""
    for person in matrix.people:
        name = f"{person.community}/{person.member.id}"
        yield PersonLine(name, person.member.role, person.letter.value, _meetings_in_words(person))


def _meetings_in_words(person: MemberAttendance) -> str:
    """Write a member's meetings by their files' names: ``two meetings: 2012-03-14, 2012-04-18``."""
    count = count_in_words(len(person.meetings), "meeting")
    dates = ", ".join(meeting.slug for meeting in person.meetings)
    text = f"{count}: {dates}" if dates else count
    return f"{text}; dropped out" if person.dropped_out else text


def matrix_json(matrix: Matrix, *, explain: bool = False) -> dict[str, Any]:
    """Return the matrix as JSON values; ``explain`` adds the meetings behind each letter."""
    result: dict[str, Any] = {
        "as_of": matrix.as_of,
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
        "rows": matrix.rows,
        "total": matrix.total,
        "excluded": matrix.excluded,
    }
    if explain:
        result["people"] = [_person_json(person) for person in matrix.people]
    return result


def _person_json(person: MemberAttendance) -> dict[str, Any]:
    """Return a member's letter and the meetings behind it as JSON values."""
    return {
        "community": person.community,
        "member": person.member.id,
        "sector": person.member.sector,
        "role": person.member.role,
        "letter": person.letter,
        "dropped_out": person.dropped_out,
        "meetings": [meeting.slug for meeting in person.meetings],
    }


# The register of a community as facts for templates and as JSON.

MARKS: Final = {
    AttendanceMark.PRESENT: "P",
    AttendanceMark.APOLOGIES: "A",
    AttendanceMark.SUBSTITUTE: "S",
}
AWAY: Final = "–"  # no gap in attendance: somebody who was no member cannot have come
LEGEND: Final = (
    ("P", "was present"),
    ("A", "sent apologies"),
    ("S", "sent somebody else in their place"),
    (AWAY, "was not a member on that day"),
)
REGISTER_PORTRAIT_COLUMNS: Final = 12  # meetings that fit on an upright page


@dataclass(frozen=True, slots=True)
class MeetingColumn:
    """One meeting's column: its file's name, its day as ``18 Apr`` and ``2012``, who came."""

    slug: str
    held_on: dt.date
    day: str
    year: str
    present: int


@dataclass(frozen=True, slots=True)
class MemberRow:
    """One member's row: ``marks`` has P, A, S, a dash or nothing for each meeting.

    ``label`` is their role, numbered where several have it: what a person reads. ``came`` counts
    the P, ``could`` the meetings held while they were a member. A knowledge broker has no letter.
    """

    id: str
    role: str
    label: str
    letter: str
    marks: tuple[str, ...]
    came: int
    could: int


@dataclass(frozen=True, slots=True)
class RegisterFacts:
    """Who came to which meeting of a community, as a template sees it.

    ``legend`` says what the marks mean, ``letters`` what X, Y and F do. ``many`` meetings are too
    many for an upright page. ``day`` is the day of ``as_of``.
    """

    programme: str
    community: str
    place: str
    day: dt.date
    as_of: str
    many: bool
    meetings: tuple[MeetingColumn, ...]
    members: tuple[MemberRow, ...]
    legend: tuple[tuple[str, str], ...]
    letters: tuple[tuple[str, str], ...]


def register_facts(register: Register, programme: str) -> RegisterFacts:
    """Lay the register out by member, every mark in its place; ``programme`` is its name."""
    labels = register_labels(register)
    members = tuple(
        _member_row(register, member, letter, labels[member.id])
        for member, letter in _rows(register)
    )
    return RegisterFacts(
        programme=programme,
        community=register.community.name,
        place=register.community.place,
        day=register.as_of,
        as_of=day_in_words(register.as_of),
        many=len(register.meetings) > REGISTER_PORTRAIT_COLUMNS,
        meetings=tuple(
            MeetingColumn(
                meeting.slug, meeting.held_on, *_short(meeting.held_on), len(meeting.present)
            )
            for meeting in register.meetings
        ),
        members=members,
        legend=LEGEND if any(row.could < len(row.marks) for row in members) else LEGEND[:-1],
        letters=tuple(letter_meanings(register.threshold).items()),
    )


def _member_row(register: Register, member: Member, letter: str, label: str) -> MemberRow:
    """Return a member's row; what is on record counts, whatever the dates of membership say.

    ``letter`` is X, Y or F, or ``""`` for a knowledge broker; ``label`` is what a person reads.
    """
    marks = []
    for meeting in register.meetings:
        mark = register.marks.get((member.id, meeting.slug))
        marks.append(MARKS[mark] if mark else "" if member.is_member_on(meeting.held_on) else AWAY)
    attended, could = marks.count("P"), len(marks) - marks.count(AWAY)
    return MemberRow(member.id, member.role, label, letter, tuple(marks), attended, could)


def _short(day: dt.date) -> tuple[str, str]:
    """Write a day and its year: ``18 Apr`` and ``2012``."""
    number, month, year = day_in_words(day).split()
    return f"{number} {month[:3]}", year


def _rows(register: Register) -> list[tuple[Member, str]]:
    """Return everybody in a register with their letter; a knowledge broker has none."""
    people = ((person.member, person.letter.value) for person in register.people)
    return [*people, *((broker, "") for broker in register.brokers)]


def register_labels(register: Register) -> dict[str, str]:
    """Return what a person reads of everybody in a register, by id: see :func:`role_labels`."""
    return role_labels(member for member, _ in _rows(register))


def role_labels(members: Iterable[Member]) -> dict[str, str]:
    """Return each member's role by id, numbered where several have it: ``Social Worker 2``."""
    listed = list(members)
    holders = Counter(member.role for member in listed)
    numbers: Counter[str] = Counter()
    labels: dict[str, str] = {}
    for member in listed:
        numbers[member.role] += 1
        number = f" {numbers[member.role]}" if holders[member.role] > 1 else ""
        labels[member.id] = member.role + number
    return labels


def register_rows(register: Register) -> list[tuple[str, str, str]]:
    """Return id, role and letter of everybody in a register; a knowledge broker has no letter."""
    return [(member.id, member.role, letter) for member, letter in _rows(register)]


def register_json(register: Register) -> dict[str, Any]:
    """Return the register as JSON values."""
    meetings = [
        {"meeting": meeting.slug, "kind": meeting.kind, "present": len(meeting.present)}
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


def spreadsheet_mark(mark: str) -> str:
    """Return a mark for a spreadsheet: ``""`` for the dash, which would be counted there."""
    return "" if mark == AWAY else mark


# Members by sector and community, as facts for templates and as JSON.

TOTAL = "Confirmed members"
_NO_RANGES: Final[Mapping[Hidden, str]] = {}


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
    presence: str
    columns: tuple[SectorColumnFacts, ...]
    rows: tuple[SectorRowFacts, ...]
    label: str
    total: str
    note: str


def sector_facts(table: SectorTable, programme: str) -> SectorFacts:
    """Lay the table out as it is printed; ``programme`` is its name."""
    write = partial(format_count, ranges=count_ranges(table))
    return SectorFacts(
        programme=programme,
        day=table.as_of,
        as_of=day_in_words(table.as_of),
        many=len(table.columns) > MATRIX_PORTRAIT_COLUMNS,
        presence=presence_in_words(table),
        columns=tuple(
            SectorColumnFacts(column.code, column.place, write(column.total))
            for column in table.columns
        ),
        rows=tuple(
            SectorRowFacts(row.sector, tuple(map(write, row.cells)), write(row.total))
            for row in table.rows
        ),
        label=TOTAL,
        total=write(table.total),
        note=sector_note(table),
    )


def format_count(count: Count, ranges: Mapping[Hidden, str] = _NO_RANGES) -> str:
    """Write a count for a cell: ``12``, or the range of one that is hidden, or its mark."""
    return ranges.get(count, count.value) if isinstance(count, Hidden) else str(count)


def count_ranges(table: SectorTable) -> Mapping[Hidden, str]:
    """Return the range in which each kind of hidden count of a table lies; none if not told.

    Where no count is marked as small, all are withheld, whatever they are.
    """
    if Hidden.SMALL not in _counts(table):
        return _NO_RANGES
    return {Hidden.SMALL: f"1–{MIN_SHOWN - 1}", Hidden.WITHHELD: f"{MIN_SHOWN}+"}


def _counts(table: SectorTable) -> list[Count]:
    counts = [count for row in table.rows for count in (*row.cells, row.total)]
    return [*counts, table.total, *(column.total for column in table.columns)]


def sector_note(table: SectorTable) -> str:
    """Return the sentences below the table: who is counted, and what its marks mean."""
    rule = f"attended {count_in_words(table.threshold, 'meeting')} or more, or facilitates"
    text = f"A confirmed member {rule}."
    if ranges := count_ranges(table):
        text += f" {ranges[Hidden.SMALL]}: a small number, which we do not give."
    if Hidden.WITHHELD in _counts(table):
        mark = format_count(Hidden.WITHHELD, ranges)
        text += f" {mark}: not given, as it would give a small number away."
    return text


def presence_in_words(table: SectorTable) -> str:
    """Return in how many communities each sector has somebody, which is no secret."""
    whole = len(table.columns)
    sectors: dict[int, list[str]] = {}
    for row in table.rows:
        sectors.setdefault(sum(count != 0 for count in row.cells), []).append(row.sector)
    absent = sectors.pop(0, [])
    if whole < 2 or not sectors:  # in one community, the table says it all
        return ""
    lines = []
    for at, count in enumerate(sorted(sectors, reverse=True)):
        of = f"{'all ' if count == whole else ''}{number_in_words(count)}"
        if not at:
            every = "" if count == whole else f" of {number_in_words(whole)}"
            of = f"{of}{every} communities"
        lines.append(f"{'' if at else 'Present '}in {of}: {list_in_words(sectors[count])}")
    lines += [f"in none: {list_in_words(absent)}"] if absent else []
    return join_sentences(*map(sentence, lines))


def sector_json(table: SectorTable, audience: str) -> dict[str, Any]:
    """Return the table as JSON values: counts, or the mark of a hidden one.

    ``audience`` names the readers whom it was reduced for, and is only stated.
    """
    codes = [column.code for column in table.columns]
    return {
        "as_of": table.as_of,
        "threshold": table.threshold,
        "audience": audience,
        "columns": table.columns,
        "rows": [
            {
                "sector": row.sector,
                "cells": dict(zip(codes, row.cells, strict=True)),
                "total": row.total,
            }
            for row in table.rows
        ],
        "total": table.total,
        "excluded": table.excluded,
    }


def sector_rows(facts: SectorFacts) -> list[list[str]]:
    """Return the table line by line: the heads, each sector, the totals."""
    heads = ["Sector", *(column.code for column in facts.columns), "Total"]
    rows = [[row.sector, *row.cells, row.total] for row in facts.rows]
    return [heads, *rows, [facts.label, *(column.total for column in facts.columns), facts.total]]
