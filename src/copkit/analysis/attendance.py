"""The X/Y/F matrix and the register: who came, as of a day.  Pure.

The letters are those of Figure 1 of the programme report: X attended at least ``threshold``
meetings and did not drop out, Y attended fewer or dropped out, F facilitates. The totals count
X and F and leave Y out. A knowledge broker is in no cell, a substitute is nobody's attendance.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

from copkit.folder import CommunityRecords, Programme
from copkit.records.communities import Community, CommunityKind
from copkit.records.meetings import Meeting
from copkit.records.members import LeftBecause, Member, Part
from copkit.records.programme import Seats
from copkit.wording import plural


class Letter(StrEnum):
    """A member's letter, in the order in which a cell prints them."""

    X = "X"
    Y = "Y"
    F = "F"


@dataclass(frozen=True, slots=True)
class Person:
    """One member's letter, and the meetings behind it."""

    community: str
    member: Member
    letter: Letter
    meetings: tuple[Meeting, ...]
    dropped_out: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A seat: ``cells`` maps a community's slug to its letters, empty cells left out."""

    sector: str
    role: str
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class Matrix:
    """Figure 1: rows are seats, columns communities; ``totals`` count X and F by slug."""

    as_of: dt.date
    threshold: int
    columns: tuple[Community, ...]
    rows: tuple[Row, ...]
    totals: dict[str, int]
    excluded: int
    people: tuple[Person, ...]

    @property
    def total(self) -> int:
        """Confirmed members in all communities, Ys left out."""
        return sum(self.totals.values())

    @property
    def legend(self) -> dict[str, str]:
        """What each letter means."""
        return meanings(self.threshold)


def meanings(threshold: int) -> dict[str, str]:
    """Say what each letter means, for the number of meetings that makes a member."""
    meetings = plural(threshold, "meeting")
    return {
        "X": f"attended {meetings} or more",
        "Y": f"dropped out, or attended fewer than {meetings}",
        "F": "facilitator",
    }


def build_matrix(
    programme: Programme, as_of: dt.date, only: Collection[str] = frozenset()
) -> Matrix:
    """Work out the matrix as of a day, that day included; ``only`` names columns by slug."""
    columns = [
        records
        for records in programme.communities
        if records.community.kind is CommunityKind.COMMUNITY and (not only or records.slug in only)
    ]
    threshold = programme.settings.threshold
    people = [person for records in columns for person in letters(records, threshold, as_of)]
    confirmed = Counter(person.community for person in people if person.letter is not Letter.Y)
    return Matrix(
        as_of=as_of,
        threshold=threshold,
        columns=tuple(records.community for records in columns),
        rows=tuple(_rows(programme.settings.seats_sought, people)),
        totals={records.slug: confirmed[records.slug] for records in columns},
        excluded=sum(person.letter is Letter.Y for person in people),
        people=tuple(people),
    )


def letters(records: CommunityRecords, threshold: int, as_of: dt.date) -> Iterable[Person]:
    """Give each member of one community a letter; those who joined later are left out."""
    meetings = [meeting for meeting in records.meetings if meeting.held_on <= as_of]
    attended: dict[str, list[Meeting]] = {member.id: [] for member in records.members}
    for meeting in meetings:
        for id in meeting.present:
            if id in attended:
                attended[id].append(meeting)
    for member in records.members:
        if member.part is Part.KNOWLEDGE_BROKER or (member.joined and member.joined > as_of):
            continue
        came_to = tuple(attended[member.id])
        dropped_out = has_dropped_out(member, as_of)
        letter = letter_of(member, len(came_to), threshold, dropped_out=dropped_out)
        yield Person(records.slug, member, letter, came_to, dropped_out)


def letter_of(member: Member, attended: int, threshold: int, *, dropped_out: bool) -> Letter:
    """Give a member's letter in the matrix."""
    if member.part is Part.FACILITATOR:
        return Letter.F
    return Letter.X if attended >= threshold and not dropped_out else Letter.Y


def has_dropped_out(member: Member, as_of: dt.date) -> bool:
    """Say whether a member had dropped out by a day."""
    gone = member.left is None or member.left <= as_of
    return member.left_because is LeftBecause.DROPPED_OUT and gone


def _rows(seats: Seats, people: Iterable[Person]) -> Iterable[Row]:
    """Seats in the order sought, empty ones too; then roles nobody sought, by sector."""
    order: dict[str, dict[str, dict[str, list[Letter]]]] = {
        sector: {role: {} for role in roles} for sector, roles in seats.items()
    }
    for person in people:
        cells = order.setdefault(person.member.sector, {}).setdefault(person.member.role, {})
        cells.setdefault(person.community, []).append(person.letter)
    for sector, roles in order.items():
        for role, cells in roles.items():
            yield Row(sector, role, {slug: cell_text(found) for slug, found in cells.items()})


def cell_text(found: Iterable[Letter]) -> str:
    """Write a cell: one letter for each person, X before Y before F."""
    return "".join(sorted(found, key=_PRINTED.index))


_PRINTED: list[str] = [letter.value for letter in Letter]


@dataclass(frozen=True, slots=True)
class Register:
    """Member by meeting for one community; ``marks`` maps member and meeting to what happened."""

    as_of: dt.date
    threshold: int
    community: Community
    meetings: tuple[Meeting, ...]
    people: tuple[Person, ...]
    brokers: tuple[Member, ...]
    marks: dict[tuple[str, str], Mark]


class Mark(StrEnum):
    """What a member did about one meeting."""

    PRESENT = "present"
    APOLOGIES = "apologies"
    SUBSTITUTE = "substitute"


def build_register(records: CommunityRecords, threshold: int, as_of: dt.date) -> Register:
    """Work out who came to which meeting of a community, up to a day."""
    meetings = tuple(meeting for meeting in records.meetings if meeting.held_on <= as_of)
    marks: dict[tuple[str, str], Mark] = {}
    for meeting in meetings:
        for substitute in meeting.substitutes:
            marks[substitute.stands_for, meeting.slug] = Mark.SUBSTITUTE
        for id in meeting.apologies:
            marks.setdefault((id, meeting.slug), Mark.APOLOGIES)
        for id in meeting.present:
            marks[id, meeting.slug] = Mark.PRESENT
    brokers = (member for member in records.members if member.part is Part.KNOWLEDGE_BROKER)
    return Register(
        as_of=as_of,
        threshold=threshold,
        community=records.community,
        meetings=meetings,
        people=tuple(letters(records, threshold, as_of)),
        brokers=tuple(brokers),
        marks=marks,
    )


def default_day(programme: Programme, today: dt.date) -> dt.date:
    """Give the day to count up to when none is named: today, or the programme's last day."""
    ends = programme.settings.ends
    return min(today, ends) if ends else today
