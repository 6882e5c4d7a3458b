"""What an audience may see.  Pure.

:func:`view_for` is the only way from a :class:`~copkit.folder.Programme` to a document: documents
take a :class:`View`, which holds nothing that its audience may not read. Outside ``members``
nobody learns who presented a case, or where, and only cases that were signed off are told; a case
that is not for the audience leaves no trace, except that a blockage states how many cases and
communities it touches. What stands in an HTML comment is for nobody, nor is a case whose write-up
the person refused.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import replace

from copkit.analysis.attendance import Letter, Matrix, build_matrix
from copkit.analysis.blockages import BEGINNING, is_answered, recurrence
from copkit.analysis.cases import why_unsigned
from copkit.analysis.participation import by_sector, growth
from copkit.analysis.period import Scope, communities_of, of_period, people_at, presented
from copkit.analysis.privacy.small_cells import Count, Hidden, small_hidden
from copkit.analysis.privacy.view import (
    AskView,
    BlockageView,
    CaseNews,
    CaseView,
    CommunityView,
    HeldView,
    LetterView,
    MeetingView,
    MembershipView,
    NewMember,
    View,
    ask_view,
    brief_view,
    case_news,
    case_view,
    evidence_view,
    newsletter_view,
)
from copkit.folder import CommunityRecords, Programme
from copkit.records.blockages import Ask, Blockage
from copkit.records.briefs import Brief
from copkit.records.cases import Case, CaseStatus, Consent
from copkit.records.communities import Community, CommunityStatus
from copkit.records.evidence import Evidence
from copkit.records.meetings import Meeting
from copkit.records.newsletters import Newsletter
from copkit.records.programme import Seats
from copkit.records.schema.fields import Audience

AskOf = tuple[Blockage, Ask]
ENOUGH_TO_HIDE_AMONG = 2  # communities that met; beside one alone, its cases would be plain


def view_for(
    programme: Programme,
    audience: Audience,
    scope: Scope,
    today: dt.date,
    *,
    newsletter: Newsletter | None = None,
    brief: Brief | None = None,
    letter: AskOf | None = None,
) -> View:
    """Reduce a programme to what an audience may see of a period.

    ``newsletter``, ``brief`` or ``letter`` is the record of the document being built; a sign-off
    or progress dated after ``today`` does not count.
    """
    found = _Reduction(programme, audience, scope, today)
    view = found.view(newsletter, brief)
    return replace(view, letter=found.letter(letter)) if letter else view


def left_out(programme: Programme, audience: Audience, scope: Scope, today: dt.date) -> list[str]:
    """Say which cases of a period are not told, and why; for those who keep the records.

    Cases that are not for the audience are not among them: nobody would expect those.
    """
    notes = []
    for records in programme.communities:
        if scope.communities and records.slug not in scope.communities:
            continue
        for case in of_period(records, scope):
            name = case.name
            if case.status is CaseStatus.DRAFT:
                notes.append(f"{name} is left out: its status is draft")
            elif case.consent is Consent.REFUSED:
                notes.append(f"{name} is left out: consent was refused")
            elif audience.may_see(case.audience) and (why := _unsigned(case, audience, today)):
                notes.append(f"{name} is left out: {why}; 'copkit case sign-off {name}'")
    return notes


def _unsigned(case: Case, audience: Audience, today: dt.date) -> str:
    """Say why a case cannot be told outside for want of a sign-off; members need none."""
    return "" if audience is Audience.MEMBERS else why_unsigned(case, today)


class _Reduction:
    """One programme, one audience, one period: what is seen of each record."""

    def __init__(
        self, programme: Programme, audience: Audience, scope: Scope, today: dt.date
    ) -> None:
        self.programme = programme
        self.audience = audience
        self.scope = scope
        self.to_members = audience is Audience.MEMBERS
        self.chosen = communities_of(programme, scope)
        self.cards = {
            card.slug: card for card in programme.evidence if audience.may_see(card.audience)
        }
        self.cases = [case for records in self.chosen for case in presented(records, scope)]
        self.today = today
        self.told = list(filter(self.may_tell, self.cases))
        if not self.to_members:  # in the order of communities, it would be plain where each is from
            self.told.sort(key=lambda case: case.title.casefold())
        self.seen = {
            (case.community, case.slug): case_view(case, self.cards, today) for case in self.told
        }

    def may_tell(self, case: Case) -> bool:
        unsigned = _unsigned(case, self.audience, self.today)
        return not unsigned and self.audience.may_see(case.audience)

    def view(self, newsletter: Newsletter | None, brief: Brief | None) -> View:
        news = [one for one in self.came_of_it() if one.followed_up] if newsletter else []
        matrix = build_matrix(self.programme, self.scope.until, self.scope.communities)
        blockages = () if self.audience is Audience.PUBLIC else self.programme.blockages
        communities = tuple(self.community(records) for records in self.chosen)
        met = [community for community in communities if community.meetings]
        starts = self.programme.settings.starts
        hidden = not self.to_members and (self.told or news) and len(met) < ENOUGH_TO_HIDE_AMONG
        return View(
            audience=self.audience,
            since=self.scope.since,
            until=self.scope.until,
            programme=self.programme.settings.name,
            communities=() if hidden else communities,
            held=self.held(),
            cases=self.views(self.told),
            evidence=tuple(map(evidence_view, filter(self.is_used, self.cards.values()))),
            blockages=tuple(map(self.blockage, blockages)),
            newsletter=newsletter_view(newsletter, news) if newsletter else None,
            brief=brief_view(brief) if brief else None,
            membership=self.membership(matrix, self.programme.settings.seats_sought),
            growth=growth(self.chosen, starts, self.scope.until) if self.to_members else (),
        )

    def came_of_it(self) -> Iterator[CaseNews]:
        """Give what was told in the period of every case presented by its end."""
        so_far, until = Scope(BEGINNING, self.scope.until), min(self.scope.until, self.today)
        for records in self.chosen:
            place = records.community.place if self.to_members else ""
            for case in filter(self.may_tell, presented(records, so_far)):
                yield case_news(case, place, self.scope.since, until)

    def people(self, count: int) -> Count:
        """Give a number of people as the audience may know it."""
        return count if self.to_members else small_hidden(count)

    def views(self, cases: Iterable[Case]) -> tuple[CaseView, ...]:
        return tuple(self.seen[case.community, case.slug] for case in cases)

    def is_used(self, card: Evidence) -> bool:
        """Say whether a card was brought to a meeting of the period or is tied to a case of it.

        When it was brought along is for members alone.
        """
        brought = self.to_members and any(self.scope.holds(use.date) for use in card.used)
        return brought or any(card.slug in case.evidence for case in self.told)

    def community(self, records: CommunityRecords) -> CommunityView:
        community: Community = records.community
        held = [meeting for meeting in records.meetings if self.was_held(meeting)]
        to_come = (meeting for meeting in records.meetings if meeting.held_on > self.scope.until)
        cases = [case for case in self.told if self.to_members and case.community == records.slug]
        return CommunityView(
            code=community.code,
            place=community.place,
            alive=_is_alive(community, self.scope),
            ended=community.ended if self.scope.holds(community.ended) else None,
            meetings=tuple(map(self.meeting, held)),
            to_come=tuple(replace(self.meeting(meeting), notes="") for meeting in to_come),
            new_members=tuple(
                NewMember(member.role, member.part)
                for member in records.members
                if self.to_members and self.scope.holds(member.joined)
            ),
            cases=self.views(cases),
            brought=tuple(self.brought(records.slug, cases)) if self.to_members else (),
        )

    def brought(self, community: str, cases: list[Case]) -> Iterator[str]:
        """Give the titles of cards brought to a community's meetings, but not with its cases."""
        told = {slug for case in cases for slug in case.evidence}
        for card in self.cards.values():
            here = (use for use in card.used if use.community == community)
            if card.slug not in told and any(self.scope.holds(use.date) for use in here):
                yield card.title

    def was_held(self, meeting: Meeting) -> bool:
        """Say whether a meeting was held in the period: whether anybody is known to have come."""
        return self.scope.holds(meeting.held_on) and bool(people_at(meeting) or meeting.guests)

    def meeting(self, meeting: Meeting) -> MeetingView:
        """Give a meeting in figures; outside members guests are not told apart from the others."""
        guests = meeting.guests or 0
        return MeetingView(
            held_on=meeting.held_on,
            kind=meeting.kind,
            start=meeting.start,
            place=(meeting.place or "") if self.to_members else "",
            present=self.people(people_at(meeting) + (0 if self.to_members else guests)),
            guests=guests if self.to_members else 0,
            notes=meeting.body if self.to_members else "",
        )

    def held(self) -> HeldView:
        meetings = [
            meeting
            for records in self.chosen
            for meeting in records.meetings
            if self.was_held(meeting)
        ]
        people = sum(people_at(meeting) + (meeting.guests or 0) for meeting in meetings)
        return HeldView(
            meetings=len(meetings),
            communities=len({meeting.community for meeting in meetings}),
            people=self.people(round(people / len(meetings)) if meetings else 0),
        )

    def blockage(self, blockage: Blockage) -> BlockageView:
        """Count what a blockage touches: over all cases, also those the audience may not see."""
        touched = recurrence(blockage, self.cases, self.scope.until)
        told = recurrence(blockage, self.told, self.scope.until).showings
        return BlockageView(
            title=blockage.title,
            status=blockage.status,
            body=blockage.body,
            asks=tuple(map(ask_view, blockage.asks)),
            cases=len(touched.showings),
            communities=len(touched.communities),
            months=touched.months if self.to_members else (),
            notes=tuple(note for showing in told for note in showing.notes),
            told=self.views(showing.case for showing in told),
        )

    def letter(self, about: AskOf) -> LetterView:
        """Give an ask with what had been asked before it, as that was known on its day."""
        blockage, ask = about
        in_order = sorted(blockage.asks, key=lambda one: one.date)
        before = in_order[: in_order.index(ask)]
        return LetterView(
            blockage=self.blockage(blockage),
            ask=ask_view(ask),
            before=tuple(_as_known(one, ask.date) for one in before),
        )

    def membership(self, matrix: Matrix, seats: Seats) -> MembershipView:
        confirmed = [person for person in matrix.people if person.letter is not Letter.Y]
        taken = {(person.member.sector, person.member.role) for person in confirmed}
        sought = [(sector, role) for sector, roles in seats.items() for role in roles]
        known = matrix.total if self.to_members else by_sector(matrix).total
        empty = tuple(seat for seat in sought if seat not in taken)
        hidden = isinstance(known, Hidden) and bool(empty)  # those that are not would tell who came
        return MembershipView(
            confirmed=known,
            excluded=self.people(matrix.excluded),
            sectors=len({person.member.sector for person in confirmed}),
            communities=len(matrix.columns),
            seats_sought=0 if hidden else len(sought),
            empty_seats=() if hidden else empty,
        )


# --- what holds for every audience ----------------------------------------------------------


def _is_alive(community: Community, scope: Scope) -> bool:
    """Say whether a community existed in the period, as far as its dates tell."""
    if community.started and community.started > scope.until:
        return False
    if community.ended:
        return community.ended >= scope.since
    return community.status is not CommunityStatus.ENDED


def _as_known(ask: Ask, day: dt.date) -> AskView:
    """Give what was asked without an answer that came after a day."""
    known = ask if is_answered(ask, day) else replace(ask, replied=None, reply=None)
    return ask_view(known)
