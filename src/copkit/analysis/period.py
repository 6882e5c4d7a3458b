"""A community as it was known on a day: what came later is not in it.  Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from copkit.analysis.attendance import Letter, Person, letters
from copkit.folder import CommunityRecords, Programme
from copkit.records.approaches import Approach
from copkit.records.cases import Case, CaseStatus, Consent
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


# The days that a document looks at, the cases presented on them, the next meeting.


@dataclass(frozen=True, slots=True)
class Scope:
    """The days, both included, and the communities by slug (all when empty) to look at."""

    since: dt.date
    until: dt.date
    communities: frozenset[str] = frozenset()

    def holds(self, day: dt.date | None) -> bool:
        """Say whether a day lies in the period."""
        return day is not None and self.since <= day <= self.until


def communities_of(programme: Programme, scope: Scope) -> list[CommunityRecords]:
    """Give the communities that are looked at, without those of facilitators and advisers."""
    return [
        records
        for records in programme.communities
        if records.community.kind in {CommunityKind.COMMUNITY, CommunityKind.NETWORK}
        and (not scope.communities or records.slug in scope.communities)
    ]


def presented(records: CommunityRecords, scope: Scope) -> Iterator[Case]:
    """Give the cases of a period that may be told at all: no draft, none without consent."""
    for case in of_period(records, scope):
        if case.status is not CaseStatus.DRAFT and case.consent is not Consent.REFUSED:
            yield case


def of_period(records: CommunityRecords, scope: Scope) -> Iterator[Case]:
    """Give the cases presented in a period; without a date, the meeting they were at tells."""
    discussed = {
        slug: meeting.held_on
        for meeting in records.meetings
        if scope.holds(meeting.held_on)
        for slug in meeting.cases
    }
    for case in records.cases:
        if scope.holds(case.presented) if case.presented else case.slug in discussed:
            yield replace(case, presented=case.presented or discussed[case.slug])


def next_meeting(records: CommunityRecords, today: dt.date) -> Meeting | None:
    """Give a community's first meeting on a day or after it."""
    return next((one for one in records.meetings if one.held_on >= today), None)
