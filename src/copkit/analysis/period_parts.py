"""The days that a document looks at, the cases presented on them, the next meeting.  Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace

from copkit.folder import CommunityRecords, Programme
from copkit.records.cases import Case, CaseStatus, Consent
from copkit.records.communities import CommunityKind
from copkit.records.meetings import Meeting


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
