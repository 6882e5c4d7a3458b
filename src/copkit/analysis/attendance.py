"""The attendance matrix (letters X, Y and F) and the attendance register, as of a day.  Pure.

The letters are those of Figure 1 of the programme report: X attended at least ``threshold``
meetings and did not drop out, Y attended fewer or dropped out, F facilitates. The totals count
X and F and leave Y out. A knowledge broker is in no cell. Somebody who stands in for a member
does not add to that member's attendance.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from copkit.folder import CommunityRecords, Programme
from copkit.records.communities import Community, CommunityKind
from copkit.records.meetings import Meeting
from copkit.records.members import LeftBecause, Member, Part
from copkit.records.programme import Seats
from copkit.wording import plural


class AttendanceLetter(StrEnum):
    """A member's letter, in the order in which a cell prints them."""

    X = "X"
    Y = "Y"
    F = "F"


@dataclass(frozen=True, slots=True)
class MemberAttendance:
    """One member's letter, and the meetings they came to; ``community`` is a slug."""

    community: str
    member: Member
    letter: AttendanceLetter
    meetings: tuple[Meeting, ...]
    dropped_out: bool


@dataclass(frozen=True, slots=True)
class SeatRow:
    """A seat of the matrix: ``cells`` maps a community's slug to its letters, such as ``XXF``.

    Communities in which nobody has the seat are not in ``cells``.
    """

    sector: str
    role: str
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class Matrix:
    """Figure 1: rows are seats, columns communities; ``totals`` count X and F by slug.

    ``excluded`` counts the Ys of all columns.
    """

    as_of: dt.date
    threshold: int
    columns: tuple[Community, ...]
    rows: tuple[SeatRow, ...]
    totals: dict[str, int]
    excluded: int
    people: tuple[MemberAttendance, ...]

    @property
    def total(self) -> int:
        """Confirmed members in all communities, Ys left out."""
        return sum(self.totals.values())

    @property
    def legend(self) -> dict[str, str]:
        """What each letter means."""
        return letter_meanings(self.threshold)


def letter_meanings(threshold: int) -> dict[str, str]:
    """Return the legend of the matrix: letter -> meaning, for that many meetings to be a member."""
    meetings = plural(threshold, "meeting")
    return {
        "X": f"attended {meetings} or more",
        "Y": f"dropped out, or attended fewer than {meetings}",
        "F": "facilitator",
    }


def build_matrix(
    programme: Programme,
    as_of: dt.date,
    only: Collection[str] = frozenset(),
    sectors: Collection[str] = frozenset(),
) -> Matrix:
    """Build the matrix as of a day, that day included.

    ``only`` restricts the columns to communities with these slugs, and ``sectors`` the rows and
    the people to those of some sectors; empty means all of them.
    """
    # Networks and meetings of facilitators or advisers are no columns: the report's Figure 1
    # counts communities of practice alone.
    columns = [
        records
        for records in programme.communities
        if records.community.kind is CommunityKind.COMMUNITY and (not only or records.slug in only)
    ]
    threshold = programme.settings.threshold
    people = [
        person
        for records in columns
        for person in assign_letters(records, threshold, as_of)
        if not sectors or person.member.sector in sectors
    ]
    sought = programme.settings.seats_sought
    if sectors:
        sought = {sector: roles for sector, roles in sought.items() if sector in sectors}
    confirmed = Counter(
        person.community for person in people if person.letter is not AttendanceLetter.Y
    )
    return Matrix(
        as_of=as_of,
        threshold=threshold,
        columns=tuple(records.community for records in columns),
        rows=tuple(_rows(sought, people)),
        totals={records.slug: confirmed[records.slug] for records in columns},
        excluded=sum(person.letter is AttendanceLetter.Y for person in people),
        people=tuple(people),
    )


def join_matrices(matrices: Mapping[str, Matrix]) -> Matrix:
    """Return the matrices of several programmes side by side, by what each programme is called.

    Columns and people stand under ``programme/community``, and the programme stands before each
    code. Each column counts up to the day of its own matrix; the day of the whole is the last, and
    its threshold the highest.
    """
    rows: dict[str, dict[str, dict[str, str]]] = {}
    for name, matrix in matrices.items():
        for row in matrix.rows:
            cells = rows.setdefault(row.sector, {}).setdefault(row.role, {})
            cells.update({f"{name}/{slug}": letters for slug, letters in row.cells.items()})
    return Matrix(
        as_of=max(matrix.as_of for matrix in matrices.values()),
        threshold=max(matrix.threshold for matrix in matrices.values()),
        columns=tuple(
            replace(community, slug=f"{name}/{community.slug}", code=f"{name} {community.code}")
            for name, matrix in matrices.items()
            for community in matrix.columns
        ),
        rows=tuple(
            SeatRow(sector, role, cells)
            for sector, roles in rows.items()
            for role, cells in roles.items()
        ),
        totals={
            f"{name}/{slug}": total
            for name, matrix in matrices.items()
            for slug, total in matrix.totals.items()
        },
        excluded=sum(matrix.excluded for matrix in matrices.values()),
        people=tuple(
            replace(person, community=f"{name}/{person.community}")
            for name, matrix in matrices.items()
            for person in matrix.people
        ),
    )


def assign_letters(
    records: CommunityRecords, threshold: int, as_of: dt.date
) -> Iterable[MemberAttendance]:
    """Return each member of one community with their letter, in the order of the roster.

    Knowledge brokers are left out, and those who joined after ``as_of``; those who left are not.
    ``threshold`` is the number of meetings that makes an X.
    """
    meetings = [meeting for meeting in records.meetings if meeting.held_on <= as_of]
    attended: dict[str, list[Meeting]] = {member.id: [] for member in records.members}
    for meeting in meetings:
        for id in meeting.present:
            if id in attended:  # an id that is not on the roster is reported by check
                attended[id].append(meeting)
    for member in records.members:
        if member.part is Part.KNOWLEDGE_BROKER or (member.joined and member.joined > as_of):
            continue
        came_to = tuple(attended[member.id])
        dropped_out = has_dropped_out(member, as_of)
        letter = letter_of(member, len(came_to), threshold, dropped_out=dropped_out)
        yield MemberAttendance(records.slug, member, letter, came_to, dropped_out)


def letter_of(
    member: Member, attended: int, threshold: int, *, dropped_out: bool
) -> AttendanceLetter:
    """Return a member's letter for the number of meetings they attended."""
    if member.part is Part.FACILITATOR:
        return AttendanceLetter.F
    return AttendanceLetter.X if attended >= threshold and not dropped_out else AttendanceLetter.Y


def has_dropped_out(member: Member, as_of: dt.date) -> bool:
    """Check whether a member had dropped out by a day."""
    # Where only the reason is on record and no date, they have dropped out on every day.
    has_gone = member.left is None or member.left <= as_of
    return member.left_because is LeftBecause.DROPPED_OUT and has_gone


def _rows(seats: Seats, people: Iterable[MemberAttendance]) -> Iterable[SeatRow]:
    """Build the rows: seats in the order sought, empty ones too; then other roles, by sector."""
    # Dictionaries keep the order of insertion: the seats of copkit.yaml are put in before the
    # roles that only a roster has, which so end up last within their sector.
    letters: dict[str, dict[str, dict[str, list[AttendanceLetter]]]] = {
        sector: {role: {} for role in roles} for sector, roles in seats.items()
    }
    for person in people:
        cells = letters.setdefault(person.member.sector, {}).setdefault(person.member.role, {})
        cells.setdefault(person.community, []).append(person.letter)
    for sector, roles in letters.items():
        for role, cells in roles.items():
            yield SeatRow(sector, role, {slug: format_cell(cell) for slug, cell in cells.items()})


def format_cell(letters: Iterable[AttendanceLetter]) -> str:
    """Return a cell's text: one letter for each person, X before Y before F."""
    return "".join(sorted(letters, key=_PRINT_ORDER.index))


_PRINT_ORDER: list[str] = [letter.value for letter in AttendanceLetter]


class AttendanceMark(StrEnum):
    """What is on record of a member at one meeting."""

    PRESENT = "present"
    APOLOGIES = "apologies"
    SUBSTITUTE = "substitute"


@dataclass(frozen=True, slots=True)
class Register:
    """Members by meetings of one community: ``marks`` by member id and meeting slug.

    ``brokers`` are knowledge brokers, who have no letter.
    """

    as_of: dt.date
    threshold: int
    community: Community
    meetings: tuple[Meeting, ...]
    people: tuple[MemberAttendance, ...]
    brokers: tuple[Member, ...]
    marks: dict[tuple[str, str], AttendanceMark]


def build_register(records: CommunityRecords, threshold: int, as_of: dt.date) -> Register:
    """Build the register of a community's meetings up to a day, that day included."""
    meetings = tuple(meeting for meeting in records.meetings if meeting.held_on <= as_of)
    marks: dict[tuple[str, str], AttendanceMark] = {}
    for meeting in meetings:
        # Order matters: somebody may have sent both apologies and a substitute, and presence wins
        # over either.
        for substitute in meeting.substitutes:
            marks[substitute.stands_for, meeting.slug] = AttendanceMark.SUBSTITUTE
        for id in meeting.apologies:
            marks.setdefault((id, meeting.slug), AttendanceMark.APOLOGIES)
        for id in meeting.present:
            marks[id, meeting.slug] = AttendanceMark.PRESENT
    brokers = (member for member in records.members if member.part is Part.KNOWLEDGE_BROKER)
    return Register(
        as_of=as_of,
        threshold=threshold,
        community=records.community,
        meetings=meetings,
        people=tuple(assign_letters(records, threshold, as_of)),
        brokers=tuple(brokers),
        marks=marks,
    )


def default_day(programme: Programme, today: dt.date) -> dt.date:
    """Return the day to count up to when none is named: today, or the programme's last day."""
    ends = programme.settings.ends
    return min(today, ends) if ends else today
