"""A community as it was known on a day: what came later is not in it.  Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from copkit.analysis.attendance import Letter, Person, letters
from copkit.folder import CommunityRecords, Programme
from copkit.records.approaches import Approach
from copkit.records.communities import Community, CommunityKind, CommunityStatus
from copkit.records.meetings import Meeting
from copkit.records.members import Member

RECENT = 2  # meetings; who came to none of them is not on their way in


@dataclass(frozen=True)
class Known:
    """One community as of a day, that day included.

    ``threshold`` is the number of meetings that makes a member.
    """

    records: CommunityRecords
    threshold: int
    as_of: dt.date

    @property
    def community(self) -> Community:
        """The community's own record."""
        return self.records.community

    @cached_property
    def held(self) -> tuple[Meeting, ...]:
        """The meetings held, by date: those to which somebody is known to have come."""
        return tuple(
            meeting
            for meeting in self.records.meetings
            if meeting.held_on <= self.as_of and people_at(meeting)
        )

    @property
    def to_come(self) -> tuple[Meeting, ...]:
        """The meetings dated later: they are taken to have been arranged already."""
        return tuple(one for one in self.records.meetings if one.held_on > self.as_of)

    @cached_property
    def people(self) -> tuple[Person, ...]:
        """Everybody who belonged to it, with their letter: whoever had left is not among them."""
        everybody = letters(self.records, self.threshold, self.as_of)
        return tuple(
            person
            for person in everybody
            if not (person.dropped_out or has_left(person.member, self.as_of))
        )

    @property
    def confirmed(self) -> tuple[Person, ...]:
        """Those with X or F."""
        return tuple(person for person in self.people if person.letter is not Letter.Y)

    @property
    def on_their_way_in(self) -> tuple[Person, ...]:
        """Those with Y who came to one of the last two meetings."""
        last = {meeting.slug for meeting in self.held[-RECENT:]}
        return tuple(
            person
            for person in self.people
            if person.letter is Letter.Y and any(one.slug in last for one in person.meetings)
        )

    @property
    def approaches(self) -> tuple[Approach, ...]:
        """Whom it had approached."""
        return tuple(one for one in self.records.approaches if one.date <= self.as_of)

    @property
    def has_ended(self) -> bool:
        """Whether it was over; on the day of its last meeting it is not yet."""
        if self.community.ended:
            return self.community.ended < self.as_of
        return self.community.status is CommunityStatus.ENDED

    @property
    def has_begun(self) -> bool:
        """Whether there was anything of it yet: a first day, a meeting or an approach."""
        started = self.community.started
        return started is None or started <= self.as_of or bool(self.held or self.approaches)


def people_at(meeting: Meeting) -> int:
    """Count who came to a meeting, those sent in somebody's place included; guests are not."""
    return len(meeting.present) + len(meeting.substitutes)


def has_left(member: Member, as_of: dt.date) -> bool:
    """Say whether a member had left by a day, for whatever reason."""
    return member.left is not None and member.left <= as_of


def known_communities(programme: Programme, as_of: dt.date) -> Iterator[Known]:
    """Give every community of practice that there was on a day, ended ones too.

    Networks, and the meetings of facilitators and advisers, are none.
    """
    for records in programme.communities:
        if records.community.kind is CommunityKind.COMMUNITY:
            known = Known(records, programme.settings.threshold, as_of)
            if known.has_begun:
                yield known
