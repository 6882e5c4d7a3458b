"""The register of a community as facts for templates, as CSV and as JSON.  Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Final

from copkit.analysis.attendance import Mark, Register, meanings
from copkit.documents.csv import to_csv
from copkit.records.members import Member
from copkit.wording import day_in_words

MARKS: Final = {Mark.PRESENT: "P", Mark.APOLOGIES: "A", Mark.SUBSTITUTE: "S"}
AWAY: Final = "–"
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

    ``came`` counts the P, ``could`` the meetings held while they were a member. A knowledge broker
    has no letter.
    """

    id: str
    role: str
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
    """Lay the register out by member, every mark in its place."""
    members = tuple(_member_row(register, *row) for row in _rows(register))
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
        letters=tuple(meanings(register.threshold).items()),
    )


def _member_row(register: Register, member: Member, letter: str) -> MemberRow:
    """Give a mark for each meeting; what is on record counts, whatever the dates say."""
    marks = []
    for meeting in register.meetings:
        mark = register.marks.get((member.id, meeting.slug))
        marks.append(MARKS[mark] if mark else "" if member.is_member_on(meeting.held_on) else AWAY)
    came, could = marks.count("P"), len(marks) - marks.count(AWAY)
    return MemberRow(member.id, member.role, letter, tuple(marks), came, could)


def _short(day: dt.date) -> tuple[str, str]:
    number, month, year = day_in_words(day).split()
    return f"{number} {month[:3]}", year


def _rows(register: Register) -> list[tuple[Member, str]]:
    """Give everybody in a register with their letter; a knowledge broker has none."""
    people = ((one.member, one.letter.value) for one in register.people)
    return [*people, *((broker, "") for broker in register.brokers)]


def register_rows(register: Register) -> list[tuple[str, str, str]]:
    """Give id, role and letter of everybody in a register; a knowledge broker has no letter."""
    return [(member.id, member.role, letter) for member, letter in _rows(register)]


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


def register_csv(facts: RegisterFacts) -> str:
    """Write the register for a spreadsheet."""
    heads = ["Member", "Role", "Letter", *(meeting.slug for meeting in facts.meetings)]
    rows = ([row.id, row.role, row.letter, *map(recorded, row.marks)] for row in facts.members)
    return to_csv([heads, *rows])


def recorded(mark: str) -> str:
    """Give what is on record; for a spreadsheet, where a dash would be counted as a mark."""
    return "" if mark == AWAY else mark
