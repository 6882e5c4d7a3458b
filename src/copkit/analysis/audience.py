"""What an audience may see.  Pure.

:func:`view_for` is the only way from a :class:`~copkit.folder.Programme` to a document: documents
take a :class:`View`, which holds nothing that its audience may not read. Outside ``members``
nobody learns who presented a case, or where; a case that is not for the audience leaves no trace,
except that a blockage states how many cases and communities it touches. What stands in an HTML
comment is for nobody, nor is a case whose write-up the person refused.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from copkit.analysis.attendance import Letter, Matrix, build_matrix
from copkit.folder import CommunityRecords, Programme
from copkit.records.blockages import Ask, Blockage, BlockageStatus
from copkit.records.briefs import Brief
from copkit.records.cases import Case, CaseStatus, Consent
from copkit.records.communities import Community, CommunityKind, CommunityStatus
from copkit.records.evidence import Evidence
from copkit.records.fields import Audience
from copkit.records.meetings import Meeting
from copkit.records.members import Part
from copkit.records.newsletters import Newsletter
from copkit.records.programme import Seats


@dataclass(frozen=True, slots=True)
class Scope:
    """The days, both included, and the communities by slug (all when empty) to look at."""

    since: dt.date
    until: dt.date
    communities: frozenset[str] = frozenset()

    def holds(self, day: dt.date | None) -> bool:
        """Say whether a day lies in the period."""
        return day is not None and self.since <= day <= self.until


@dataclass(frozen=True, slots=True)
class MeetingView:
    """One meeting in figures; ``cases`` (slugs) and ``notes`` are for members alone."""

    held_on: dt.date
    kind: str
    start: dt.time | None
    place: str | None
    present: int
    guests: int
    cases: tuple[str, ...]
    notes: str


@dataclass(frozen=True, slots=True)
class NewMember:
    """Somebody who joined, by role and never by name."""

    joined: dt.date
    role: str
    part: Part


@dataclass(frozen=True, slots=True)
class CommunityView:
    """One community: its meetings in the period, and those to come after it.

    ``new_members`` are for members alone.
    """

    slug: str
    code: str
    place: str
    alive: bool
    ended: dt.date | None
    meetings: tuple[MeetingView, ...]
    to_come: tuple[MeetingView, ...]
    new_members: tuple[NewMember, ...]


@dataclass(frozen=True, slots=True)
class BlockageView:
    """A blockage, and how many cases of the period it touches in how many communities.

    ``months``, written ``2012-05``, are for members alone: they tell when a case was presented.
    """

    slug: str
    title: str
    status: BlockageStatus
    body: str
    asks: tuple[Ask, ...]
    cases: int
    communities: int
    months: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MembershipView:
    """Membership in figures on the period's last day.

    ``excluded`` came too seldom or dropped out; ``empty_seats`` are sector and role.
    """

    confirmed: int
    excluded: int
    sectors: int
    communities: int
    seats_sought: int
    empty_seats: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class View:
    """A programme as one audience may see it; of cases, only those presented in the period.

    Outside ``members`` the cases have no community, presenters or owners of actions.
    """

    audience: Audience
    scope: Scope
    programme: str
    communities: tuple[CommunityView, ...]
    cases: tuple[Case, ...]
    evidence: tuple[Evidence, ...]
    blockages: tuple[BlockageView, ...]
    newsletter: Newsletter | None
    brief: Brief | None
    membership: MembershipView

    def evidence_card(self, slug: str) -> Evidence | None:
        """Find an evidence card that this audience may see."""
        return next((card for card in self.evidence if card.slug == slug), None)


def view_for(
    programme: Programme,
    audience: Audience,
    scope: Scope,
    *,
    newsletter: Newsletter | None = None,
    brief: Brief | None = None,
) -> View:
    """Reduce a programme to what an audience may see of a period.

    ``newsletter`` or ``brief`` is the record of the document being built.
    """
    chosen = [
        records
        for records in programme.communities
        if records.community.kind in {CommunityKind.COMMUNITY, CommunityKind.NETWORK}
        and (not scope.communities or records.slug in scope.communities)
    ]
    members_only = audience is Audience.MEMBERS
    evidence = {
        card.slug: card if members_only else replace(card, used=())
        for card in programme.evidence
        if audience.may_see(card.audience)
    }
    blockages = () if audience is Audience.PUBLIC else programme.blockages
    seen_blockages = frozenset(blockage.slug for blockage in blockages)
    cases = [case for records in chosen for case in _presented(records, scope)]
    visible = [
        _reduce_case(case, audience, evidence.keys(), seen_blockages)
        for case in cases
        if audience.may_see(case.audience)
    ]
    if not members_only:  # in the order of communities, it would be plain where each comes from
        visible.sort(key=lambda case: case.title.casefold())
    matrix = build_matrix(programme, scope.until, scope.communities)
    return View(
        audience=audience,
        scope=scope,
        programme=programme.settings.name,
        communities=tuple(_community(records, audience, scope) for records in chosen),
        cases=tuple(visible),
        evidence=tuple(evidence.values()),
        blockages=tuple(_blockage(blockage, cases, audience) for blockage in blockages),
        newsletter=newsletter,
        brief=brief,
        membership=_membership(matrix, programme.settings.seats_sought),
    )


def left_out(programme: Programme, scope: Scope) -> list[str]:
    """Say which cases of a period no document tells, and why; for those who keep the records."""
    notes = []
    for records in programme.communities:
        if scope.communities and records.slug not in scope.communities:
            continue
        for case in _of_period(records, scope):
            name = f"{records.slug}/{case.slug}"
            if case.status is CaseStatus.DRAFT:
                notes.append(f"{name} is left out: its status is draft")
            elif case.consent is Consent.REFUSED:
                notes.append(f"{name} is left out: consent was refused")
    return notes


def _presented(records: CommunityRecords, scope: Scope) -> Iterator[Case]:
    """Give the cases of a period that may be told at all: no draft, none without consent."""
    for case in _of_period(records, scope):
        if case.status is not CaseStatus.DRAFT and case.consent is not Consent.REFUSED:
            yield case


def _of_period(records: CommunityRecords, scope: Scope) -> Iterator[Case]:
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


def _reduce_case(
    case: Case, audience: Audience, evidence: Iterable[str], blockages: frozenset[str]
) -> Case:
    seen = set(evidence)
    reduced = replace(case, evidence=tuple(slug for slug in case.evidence if slug in seen))
    if audience is Audience.MEMBERS:
        return reduced
    return replace(
        reduced,
        community="",
        presenters=(),
        presented=None,
        actions=tuple(replace(action, owner=None, due=None) for action in case.actions),
        issues=tuple(issue for issue in case.issues if issue.blockage in blockages),
    )


def _community(records: CommunityRecords, audience: Audience, scope: Scope) -> CommunityView:
    community: Community = records.community
    held = [meeting for meeting in records.meetings if _was_held(meeting)]
    return CommunityView(
        slug=records.slug,
        code=community.code,
        place=community.place,
        alive=_is_alive(community, scope),
        ended=community.ended if scope.holds(community.ended) else None,
        meetings=tuple(
            _meeting(meeting, audience) for meeting in held if scope.holds(meeting.held_on)
        ),
        to_come=tuple(
            replace(_meeting(meeting, audience), cases=(), notes="")
            for meeting in records.meetings
            if meeting.held_on > scope.until
        ),
        new_members=tuple(
            NewMember(member.joined, member.role, member.part)
            for member in records.members
            if audience is Audience.MEMBERS
            and member.joined is not None
            and scope.holds(member.joined)
        ),
    )


def _was_held(meeting: Meeting) -> bool:
    """Say whether anybody came; a meeting without attendance is not known to have been held."""
    return bool(meeting.present or meeting.substitutes or meeting.guests)


def _is_alive(community: Community, scope: Scope) -> bool:
    """Say whether a community existed in the period, as far as its dates tell."""
    if community.started and community.started > scope.until:
        return False
    if community.ended:
        return community.ended >= scope.since
    return community.status is not CommunityStatus.ENDED


def _meeting(meeting: Meeting, audience: Audience) -> MeetingView:
    to_members = audience is Audience.MEMBERS
    return MeetingView(
        held_on=meeting.held_on,
        kind=meeting.kind,
        start=meeting.start,
        place=meeting.place if to_members else None,
        present=len(meeting.present) + len(meeting.substitutes),
        guests=meeting.guests or 0,
        cases=meeting.cases if to_members else (),
        notes=meeting.body if to_members else "",
    )


def _membership(matrix: Matrix, seats: Seats) -> MembershipView:
    confirmed = [person for person in matrix.people if person.letter is not Letter.Y]
    taken = {(person.member.sector, person.member.role) for person in confirmed}
    sought = [(sector, role) for sector, roles in seats.items() for role in roles]
    return MembershipView(
        confirmed=matrix.total,
        excluded=matrix.excluded,
        sectors=len({person.member.sector for person in confirmed}),
        communities=len(matrix.columns),
        seats_sought=len(sought),
        empty_seats=tuple(seat for seat in sought if seat not in taken),
    )


def _blockage(blockage: Blockage, cases: Iterable[Case], audience: Audience) -> BlockageView:
    """Count what a blockage touches: over all cases, also those the audience may not see."""
    touched = [
        case for case in cases if any(issue.blockage == blockage.slug for issue in case.issues)
    ]
    months = {case.presented.isoformat()[:7] for case in touched if case.presented}
    to_members = audience is Audience.MEMBERS
    return BlockageView(
        slug=blockage.slug,
        title=blockage.title,
        status=blockage.status,
        body=blockage.body,
        asks=blockage.asks,
        cases=len(touched),
        communities=len({case.community for case in touched}),
        months=tuple(sorted(months)) if to_members else (),
    )
