"""Facts of an attendance sheet: who is expected at a meeting, and room to sign.  Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from copkit.documents.facts.agenda import meeting_lead
from copkit.documents.facts.attendance import role_labels
from copkit.records.communities import Community
from copkit.records.meetings import Meeting
from copkit.records.members import Member
from copkit.text.markdown import Prose
from copkit.wording import weekday_in_words

ROOM_ONLY: Final = "For the room only. Destroy it after the attendance is recorded."
NO_GROUND_RULES: Final = "What is said about a person stays in the room."
OTHER_LINES: Final = ("1", "2", "3")  # for substitutes and guests


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One member's line; ``name`` is empty on a sheet without names."""

    role: str
    name: str


@dataclass(frozen=True, slots=True)
class SheetFacts:
    """Everything an attendance sheet states.

    ``named`` says that it has names, and ``notice`` what is to become of it then. ``others`` are
    the numbers of the lines for substitutes and guests.
    """

    title: str
    programme: str
    community: str
    lead: str
    named: bool
    notice: str
    rows: tuple[SheetRow, ...]
    others: tuple[str, ...]
    ground_rules: Prose


def build_sheet(
    programme: str,
    community: Community,
    meeting: Meeting,
    members: Sequence[Member],
    names: Mapping[str, str] | None = None,
) -> SheetFacts:
    """Lay out the sheet of a meeting, a line for each member who is expected.

    ``programme`` is its name; ``names`` are the members' by id, ``None`` for a sheet without.
    """
    labels = role_labels(members)
    rows = (
        SheetRow(labels[member.id], "")
        if names is None
        else SheetRow(member.role, names.get(member.id, ""))
        for member in members
    )
    year = meeting.held_on.year
    return SheetFacts(
        title=f"Attendance, {weekday_in_words(meeting.held_on, year)} {year}",
        programme=programme,
        community=community.name,
        lead=meeting_lead(meeting.start, meeting.minutes, meeting.place or "", meeting.kind),
        named=names is not None,
        notice="" if names is None else ROOM_ONLY,
        rows=tuple(rows),
        others=OTHER_LINES,
        ground_rules=Prose(community.ground_rules.strip() or NO_GROUND_RULES, below=2),
    )
