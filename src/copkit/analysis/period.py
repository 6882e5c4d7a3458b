"""Periods and days: a community as known on a day, and cases presented in a period.  Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from copkit.analysis.attendance import AttendanceLetter, MemberAttendance, assign_letters
from copkit.folder import CommunityRecords, Programme
from copkit.records.approaches import Approach
from copkit.records.cases import Case, CaseStatus, Consent
from copkit.records.communities import Community, CommunityKind
from copkit.records.meetings import Meeting, is_session
from copkit.records.members import LeftBecause, Member

RECENT_MEETINGS = 2  # whoever has a Y and came to neither of the last two is not expected back


@dataclass(frozen=True)
class CommunitySnapshot:
    """One community as known on a day, that day included: what came later is left out.

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
    def meetings_held(self) -> tuple[Meeting, ...]:
        """The meetings held, by date: those to which somebody is on record as having come."""
        return tuple(
            meeting
            for meeting in self.records.meetings
            if meeting.held_on <= self.as_of and count_people_at(meeting)
        )

    @property
    def meetings_to_come(self) -> tuple[Meeting, ...]:
        """The meetings dated later."""
        # No record says when a meeting was arranged: they are taken to have been known on the day.
        return tuple(meeting for meeting in self.records.meetings if meeting.held_on > self.as_of)

    @cached_property
    def people(self) -> tuple[MemberAttendance, ...]:
        """Everybody who belonged to it, with their letters, without those who had left."""
        everybody = assign_letters(self.records, self.threshold, self.as_of)
        return tuple(
            person
            for person in everybody
            if not (person.dropped_out or has_left(person.member, self.as_of))
        )

    @property
    def confirmed(self) -> tuple[MemberAttendance, ...]:
        """Those with X or F."""
        return tuple(person for person in self.people if person.letter is not AttendanceLetter.Y)

    @property
    def prospective(self) -> tuple[MemberAttendance, ...]:
        """Those with Y who came to one of the last two meetings: they may become members."""
        recent = {meeting.slug for meeting in self.meetings_held[-RECENT_MEETINGS:]}
        return tuple(
            person
            for person in self.people
            if person.letter is AttendanceLetter.Y
            and any(meeting.slug in recent for meeting in person.meetings)
        )

    @property
    def approaches(self) -> tuple[Approach, ...]:
        """The approaches it had made to agencies."""
        return tuple(
            approach for approach in self.records.approaches if approach.date <= self.as_of
        )

    @property
    def has_ended(self) -> bool:
        """Whether it had ended."""
        return self.community.has_ended_by(self.as_of)

    @property
    def has_begun(self) -> bool:
        """Whether it had started, or had held a meeting or made an approach before that."""
        started = self.community.started
        return (
            started is None or started <= self.as_of or bool(self.meetings_held or self.approaches)
        )


def count_people_at(meeting: Meeting) -> int:
    """Return how many people came to a meeting, with substitutes and without guests."""
    return len(meeting.present) + len(meeting.substitutes)


def has_left(member: Member, as_of: dt.date) -> bool:
    """Check whether a member had left by a day, for whatever reason."""
    if member.left is None:
        return False
    # Whoever stayed until their community ended was a member on its last day.
    if member.left_because is LeftBecause.ENDED:
        return member.left < as_of
    return member.left <= as_of


def community_snapshots(programme: Programme, as_of: dt.date) -> Iterator[CommunitySnapshot]:
    """Yield every community of practice that existed on a day, ended ones too.

    Networks, and meetings of facilitators or advisers, are no communities of practice.
    """
    for records in programme.communities:
        if records.community.kind is CommunityKind.COMMUNITY:
            # One that is planned for a later day is no community yet.
            snapshot = CommunitySnapshot(records, programme.settings.threshold, as_of)
            if snapshot.has_begun:
                yield snapshot


# Scope of a document: a period and communities


@dataclass(frozen=True, slots=True)
class Scope:
    """What a document covers: the days, both included, and communities by slug (empty for all)."""

    since: dt.date
    until: dt.date
    communities: frozenset[str] = frozenset()

    def contains(self, day: dt.date | None) -> bool:
        """Check whether a day lies in the period."""
        return day is not None and self.since <= day <= self.until


def communities_in_scope(programme: Programme, scope: Scope) -> list[CommunityRecords]:
    """Return the communities in a scope, without meetings of facilitators or advisers."""
    return [
        records
        for records in programme.communities
        if records.community.kind in {CommunityKind.COMMUNITY, CommunityKind.NETWORK}
        and (not scope.communities or records.slug in scope.communities)
    ]


def reportable_cases(records: CommunityRecords, scope: Scope) -> Iterator[Case]:
    """Yield the cases of a period that any document may report: no drafts, no refused consent."""
    for case in cases_presented(records, scope):
        if case.status is not CaseStatus.DRAFT and case.consent is not Consent.REFUSED:
            yield case


def cases_presented(records: CommunityRecords, scope: Scope) -> Iterator[Case]:
    """Yield the cases presented in a period, each with the date filled in.

    A case without a date of its own has that of the last meeting in the period that names it.
    """
    discussed = {
        slug: meeting.held_on
        for meeting in records.meetings
        if scope.contains(meeting.held_on)
        for slug in meeting.cases
    }
    for case in records.cases:
        # A date of its own decides, also when a meeting in the period takes the case up again.
        if case.presented:
            if scope.contains(case.presented):
                yield case
        elif case.slug in discussed:
            yield replace(case, presented=discussed[case.slug])


def is_over(meeting: Meeting, today: dt.date) -> bool:
    """Check whether a meeting was before a day, or on it with its attendance on record."""
    return meeting.held_on < today or (meeting.held_on == today and meeting.was_attended)


def next_of_members(records: CommunityRecords, today: dt.date) -> Meeting | None:
    """Return the next meeting of members that is not over: it has an agenda, no session has.

    ``None`` where there is none.
    """
    is_network = records.community.kind is CommunityKind.NETWORK
    meetings = (meeting for meeting in records.meetings if not is_over(meeting, today))
    return next((each for each in meetings if not (is_network and is_session(each))), None)


def next_meeting(records: CommunityRecords, today: dt.date) -> Meeting | None:
    """Return a community's first meeting that is not over; ``None`` if it has none."""
    return next((each for each in records.meetings if not is_over(each, today)), None)
