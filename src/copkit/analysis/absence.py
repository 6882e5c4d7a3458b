"""Who has not come to a community's meetings for some time, and whether they sent word.  Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from copkit.folder import CommunityRecords
from copkit.records.communities import CommunityKind
from copkit.records.meetings import Meeting
from copkit.records.members import Member, Part

FEWEST_MISSED: Final = 2  # meetings in a row; anybody can miss one


@dataclass(frozen=True, slots=True)
class Absence:
    """A member who has not come to the latest meetings.

    ``missed`` counts the meetings in a row, up to the latest. ``excused`` counts those of them to
    which they sent apologies, or their agency somebody else. ``silent`` counts the latest in a row
    without either. ``last_came`` is ``None`` for somebody who never came.
    """

    community: str
    member: Member
    last_came: dt.date | None
    missed: int
    excused: int
    silent: int

    @property
    def name(self) -> str:
        """The member's id with the community: ``brighton/probation-1``."""
        return f"{self.community}/{self.member.id}"


def find_absences(
    communities: Iterable[CommunityRecords], day: dt.date, fewest: int = FEWEST_MISSED
) -> list[Absence]:
    """Return who missed the latest meetings, ``fewest`` at least, the longest absent first.

    Only members on ``day`` of groups with a membership that have not ended are looked at, and of
    meetings only those since they joined at which attendance was taken. Knowledge brokers come and
    go, and are left out.
    """
    absences = [
        absence
        for records in communities
        if records.community.kind is not CommunityKind.NETWORK
        and not records.community.has_ended_by(day)
        for absence in _absences_in(records, day)
        if absence.missed >= fewest
    ]
    return sorted(absences, key=_longest_first)


def _absences_in(records: CommunityRecords, day: dt.date) -> Iterator[Absence]:
    held = [
        meeting
        for meeting in reversed(records.meetings)
        if meeting.held_on <= day and meeting.was_attended
    ]
    for member in records.members:
        if member.part is Part.KNOWLEDGE_BROKER or not member.is_member_on(day):
            continue
        missed = excused = silent = 0
        last_came = None
        for meeting in held:  # the latest first
            if member.joined and meeting.held_on < member.joined:
                break
            if member.id in meeting.present:
                last_came = meeting.held_on
                break
            missed += 1
            if _sent_word(meeting, member):
                excused += 1
            elif not excused:
                silent += 1
        yield Absence(records.slug, member, last_came, missed, excused, silent)


def _sent_word(meeting: Meeting, member: Member) -> bool:
    """Check whether a member who did not come sent apologies, or somebody in their place."""
    return member.id in meeting.apologies or any(
        substitute.stands_for == member.id for substitute in meeting.substitutes
    )


def _longest_first(absence: Absence) -> tuple[dt.date, int, str]:
    """Return the key to sort by: who never came by the day they joined, else the last time."""
    since = absence.last_came or absence.member.joined or dt.date.min
    return since, -absence.missed, absence.name
