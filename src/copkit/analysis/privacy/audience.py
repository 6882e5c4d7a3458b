"""Reduce a programme to what an audience may see.  Pure.

:func:`view_for` is the only way from a :class:`~copkit.folder.Programme` to a document: documents
take a :class:`View`, which holds nothing that its audience may not read. What that is says the
table in :mod:`copkit.records.schema.audience`: outside ``members`` nobody learns who presented a
case, or where, and only cases that were signed off are shown. A case that is not for the audience
leaves no trace, except that a blockage states how many cases and communities it touches. Text in
an HTML comment is for nobody, nor is a case whose write-up the person refused.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from copkit.analysis.attendance import AttendanceLetter, Matrix, build_matrix
from copkit.analysis.blockages import BEGINNING, recurrence_in_cases
from copkit.analysis.cases import unsigned_reason
from copkit.analysis.networks.links import news_between, why_hidden
from copkit.analysis.networks.sessions import is_network
from copkit.analysis.participation import attendance_by_month, sector_table
from copkit.analysis.period import (
    Scope,
    cases_presented,
    communities_in_scope,
    count_people_at,
    reportable_cases,
)
from copkit.analysis.privacy.report import ReportView, build_report_view, evaluation_news
from copkit.analysis.privacy.sessions import link_view, session_views
from copkit.analysis.privacy.small_cells import Count, Hidden, hide_small_count
from copkit.analysis.privacy.view import (
    AskView,
    BlockageView,
    CaseNews,
    CaseView,
    CommunityView,
    LetterView,
    MeetingTotalsView,
    MeetingView,
    MembershipView,
    NewMemberView,
    NewsletterView,
    ServiceNews,
    View,
    ask_view,
    brief_view,
    case_news,
    case_view,
    contact_view,
    evidence_view,
    newsletter_view,
)
from copkit.folder import CommunityRecords, Programme
from copkit.records.blockages import Ask, Blockage, is_answered
from copkit.records.briefs import Brief
from copkit.records.cases import BeyondRemit, Case, CaseStatus, Consent
from copkit.records.communities import Community, CommunityStatus
from copkit.records.evidence import Evidence
from copkit.records.meetings import Meeting, is_session
from copkit.records.newsletters import Newsletter
from copkit.records.programme import Seats
from copkit.records.reports import EvaluationReport
from copkit.records.schema.audience import Audience
from copkit.wording import list_in_words, plural

BlockageAsk = tuple[Blockage, Ask]
MIN_COMMUNITIES = 2  # that met; where it is only one, readers know where each case is from


def view_for(
    programme: Programme,
    audience: Audience,
    scope: Scope,
    today: dt.date,
    *,
    newsletter: Newsletter | None = None,
    brief: Brief | None = None,
    letter: BlockageAsk | None = None,
) -> View:
    """Reduce a programme to what an audience may see of a period.

    ``newsletter``, ``brief`` or ``letter`` is the record of the document being built; a sign-off
    or progress dated after ``today`` does not count.
    """
    builder = _ViewBuilder(programme, audience, scope, today)
    view = builder.build(newsletter, brief)
    record = newsletter or brief or (letter and letter[1])
    own_contact = record.contact if record else None
    view = replace(view, contact=contact_view(own_contact or programme.settings.contact))
    return replace(view, letter=builder.build_letter(letter)) if letter else view


def report_view_for(
    programme: Programme,
    report: EvaluationReport,
    audience: Audience,
    today: dt.date,
    known_people: Collection[str] = (),
) -> ReportView:
    """Reduce a programme to what an evaluation report may state to an audience.

    ``known_people`` are names and addresses of contacts, which no quote may hold.
    """
    builder = _ViewBuilder(programme, audience, Scope(report.since, report.until), today)
    contact = contact_view(report.contact or programme.settings.contact)
    return build_report_view(
        programme,
        report,
        replace(builder.build(None, None), contact=contact),
        today,
        matrix=builder.matrix,
        cases=builder.cases,
        visible=builder.visible_cases,
        known_people=known_people,
    )


def describe_left_out(
    programme: Programme, audience: Audience, scope: Scope, today: dt.date
) -> list[str]:
    """Describe which cases of a period are left out, and why, for those who keep the records.

    Cases for another audience are not among them: nobody would expect those.
    """
    notes = []
    for records in programme.communities:
        if scope.communities and records.slug not in scope.communities:
            continue
        for case in cases_presented(records, scope):
            name = case.name
            if case.status is CaseStatus.DRAFT:
                notes.append(f"{name} is left out: its status is draft")
            elif case.consent is Consent.REFUSED:
                notes.append(f"{name} is left out: consent was refused")
            elif audience.may_see(case.audience) and (
                why := _unsigned_reason(case, audience, today)
            ):
                notes.append(f"{name} is left out: {why}; 'copkit case sign-off {name}'")
    return notes


def summarise_left_out(
    programme: Programme,
    audience: Audience,
    scope: Scope,
    today: dt.date,
    names: Collection[str] | None = None,
) -> list[str]:
    """Return one line: how many cases of a period a document leaves out, and why; none if none.

    Cases for other readers count as well. ``names``, as ``brighton/no-call``, are those that it
    is about; ``None`` for every case.
    """
    reasons: Counter[str] = Counter()
    total = 0
    for records in programme.communities:
        if scope.communities and records.slug not in scope.communities:
            continue
        for case in cases_presented(records, scope):
            if names is not None and case.name not in names:
                continue
            total += 1
            if case.status is CaseStatus.DRAFT:
                reasons["in draft"] += 1
            elif case.consent is Consent.REFUSED:
                reasons["without consent"] += 1
            elif not audience.may_see(case.audience):
                reasons[f"not for {audience}"] += 1
            elif _unsigned_reason(case, audience, today):
                reasons["without a sign-off that stands"] += 1
    if not reasons:
        return []
    listed = list_in_words([f"{count} {reason}" for reason, count in reasons.items()])
    left_out = sum(reasons.values())
    return [f"{left_out} of {plural(total, 'case')} left out for {audience}: {listed}"]


def _unsigned_reason(case: Case, audience: Audience, today: dt.date) -> str:
    """Return why a case lacks a valid sign-off; ``""`` if it has or needs none."""
    return "" if audience.policy.sees_unsigned_cases else unsigned_reason(case, today)


class _ViewBuilder:
    """Builds the view of one programme for one audience and one period."""

    def __init__(
        self, programme: Programme, audience: Audience, scope: Scope, today: dt.date
    ) -> None:
        self.programme = programme
        self.audience = audience
        self.scope = scope
        self.policy = audience.policy
        self.communities = communities_in_scope(programme, scope)
        self.cards = {
            card.slug: card for card in programme.evidence if audience.may_see(card.audience)
        }
        # what nobody may see is not even counted: drafts, and cases without consent
        self.cases = [
            case for records in self.communities for case in reportable_cases(records, scope)
        ]
        self.today = today
        self.as_at = min(today, scope.until)  # what came later is in no document of that day
        self.matrix = build_matrix(programme, scope.until, scope.communities)
        self.matrix_communities = {community.slug for community in self.matrix.columns}
        self.visible_cases = list(filter(self.may_show, self.cases))
        # the order of communities would show where each case is from
        if not self.policy.sees_places_of_cases:
            self.visible_cases.sort(key=lambda case: case.title.casefold())
        self.case_views = {
            (case.community, case.slug): case_view(case, self.cards, self.as_at)
            for case in self.visible_cases
        }

    def may_show(self, case: Case) -> bool:
        """Check whether the audience may see a case, which most audiences only see signed off."""
        unsigned = _unsigned_reason(case, self.audience, self.today)
        return not unsigned and self.audience.may_see(case.audience)

    def build(self, newsletter: Newsletter | None, brief: Brief | None) -> View:
        """Build the view of all but a letter.

        Whoever may not see where a case is from gets no community named, if only one met and any of
        its cases is shown.
        """
        news = [entry for entry in self.case_news() if entry.followed_up] if newsletter else []
        matrix = self.matrix
        blockages = self.programme.blockages if self.policy.sees_blockages else ()
        # of a network without a roster, sessions alone are told
        communities = tuple(
            self.build_community(records)
            for records in self.communities
            if records.members or not is_network(records)
        )
        communities_met = [community for community in communities if community.meetings]
        starts = self.programme.settings.starts
        # in a period with one community, every case shown is plainly its own
        hides_communities = (
            not self.policy.sees_places_of_cases
            and (self.visible_cases or news)
            and len(communities_met) < MIN_COMMUNITIES
        )
        beyond = sum(case.beyond_remit is BeyondRemit.YES for case in self.cases)
        return View(
            audience=self.audience,
            since=self.scope.since,
            until=self.scope.until,
            programme=self.programme.settings.name,
            communities=() if hides_communities else communities,
            meeting_totals=self.build_meeting_totals(),
            cases=self.views_of(self.visible_cases),
            beyond_remit=(self.number_of_people(beyond), len(self.cases)),
            evidence=tuple(map(evidence_view, filter(self.is_used, self.cards.values()))),
            blockages=tuple(map(self.build_blockage, blockages)),
            newsletter=self.build_issue(newsletter, news) if newsletter else None,
            brief=brief_view(brief) if brief else None,
            membership=self.build_membership(matrix, self.programme.settings.seats_sought),
            growth=attendance_by_month(self.communities, starts, self.scope.until)
            if self.policy.counts_are_exact
            else (),
        )

    def build_issue(self, issue: Newsletter, news: Iterable[CaseNews]) -> NewsletterView:
        """Build the view of an issue with its ``news``, by the rules of its series."""
        settings = self.programme.settings
        series = settings.series(issue.series) or settings.every_series[0]
        fresh = news_between(self.programme.links, issue.since, issue.until)
        links = [link for link in fresh if not why_hidden(link, self.audience, self.today)]
        networks = (records for records in self.communities if is_network(records))
        sessions = {
            (session.network, session.name): session
            for records in networks
            for session in session_views(self.programme, records, self.audience, self.today)
        }
        in_order = sorted(sessions.values(), key=lambda session: session.day)
        view = newsletter_view(issue, series, news, map(link_view, links), in_order)
        return replace(
            view,
            service_news=tuple(self.service_news()),
            evaluation=tuple(evaluation_news(self.programme, self.audience, self.scope)),
        )

    def service_news(self) -> Iterator[ServiceNews]:
        """Yield what became of the services that the audience may see, in the period."""
        seen = [one for one in self.programme.directory if self.audience.may_see(one.audience)]
        if not seen:
            return
        # Few programmes keep a directory, and the others need none of this.
        from copkit.analysis.directory.entries import PlaceTree
        from copkit.analysis.directory.overview import service_changes

        tree, every = PlaceTree(self.programme.places), self.programme.settings.check_every
        for change in service_changes(seen, self.scope.since, self.as_at, every):
            service = change.service
            yield ServiceNews(
                change.kind,
                service.name,
                tree.names(service.serves),
                service.when or "",
                service.phone or service.email or "",
            )

    def case_news(self) -> Iterator[CaseNews]:
        """Yield what was reported in the period on every case presented by its end."""
        # news of a case may come long after the period in which it was presented
        so_far, until = Scope(BEGINNING, self.scope.until), min(self.scope.until, self.today)
        for records in self.communities:
            place = records.community.place if self.policy.sees_places_of_cases else ""
            for case in filter(self.may_show, reportable_cases(records, so_far)):
                yield case_news(case, place, self.scope.since, until)

    def number_of_people(self, count: int) -> Count:
        """Return a number of people as the audience may know it."""
        return count if self.policy.counts_are_exact else hide_small_count(count)

    def views_of(self, cases: Iterable[Case]) -> tuple[CaseView, ...]:
        return tuple(self.case_views[case.community, case.slug] for case in cases)

    def is_used(self, card: Evidence) -> bool:
        """Return whether a card was brought to a meeting of the period or is tied to a case of it.

        That it was brought along is left out for whoever may not see where a case is from: it would
        date a case.
        """
        told_of = self.scope.communities
        brought = self.policy.sees_places_of_cases and any(
            self.scope.contains(use.date) and (not told_of or use.community in told_of)
            for use in card.used
        )
        return brought or any(card.slug in case.evidence for case in self.visible_cases)

    def build_community(self, records: CommunityRecords) -> CommunityView:
        """Build the view of a community, with its cases and new members where permitted."""
        community: Community = records.community
        meetings = [meeting for meeting in records.meetings if self.was_held(meeting)]
        to_come = (
            meeting
            for meeting in records.meetings
            if meeting.held_on > self.scope.until
            and not (is_network(records) and is_session(meeting))
        )
        cases = [
            case
            for case in self.visible_cases
            # to others a case is never shown under its community
            if self.policy.sees_places_of_cases and case.community == records.slug
        ]
        return CommunityView(
            code=community.code,
            place=community.place,
            alive=_is_alive(community, self.scope),
            ended=community.ended if self.scope.contains(community.ended) else None,
            meetings=tuple(map(self.build_meeting, meetings)),
            to_come=tuple(replace(self.build_meeting(meeting), notes="") for meeting in to_come),
            new_members=tuple(
                NewMemberView(member.role, member.part)
                for member in records.members
                if self.policy.sees_members and self.scope.contains(member.joined)
            ),
            cases=self.views_of(cases),
            brought=tuple(self.other_evidence(records.slug, cases))
            if self.policy.sees_places_of_cases
            else (),
        )

    def other_evidence(self, community: str, cases: list[Case]) -> Iterator[str]:
        """Yield the titles of cards brought to a community's meetings, but not with its cases."""
        shown_with_cases = {slug for case in cases for slug in case.evidence}
        for card in self.cards.values():
            uses = (use for use in card.used if use.community == community)
            if card.slug not in shown_with_cases and any(
                self.scope.contains(use.date) for use in uses
            ):
                yield card.title

    def was_held(self, meeting: Meeting) -> bool:
        """Return whether anybody is known to have come to a meeting in the period."""
        return self.scope.contains(meeting.held_on) and bool(
            count_people_at(meeting) or meeting.guests
        )

    def build_meeting(self, meeting: Meeting) -> MeetingView:
        """Return a meeting in figures; without exact counts, guests are counted with all others."""
        guests, exact = meeting.guests or 0, self.policy.counts_are_exact
        sees_notes = self.policy.sees_notes_of_meetings
        return MeetingView(
            held_on=meeting.held_on,
            kind=meeting.kind,
            start=meeting.start,
            place=(meeting.place or "") if sees_notes else "",
            present=self.number_of_people(count_people_at(meeting) + (0 if exact else guests)),
            # a count of guests beside that of members could single out one visitor
            guests=guests if exact else 0,
            notes=meeting.body if sees_notes else "",
        )

    def build_meeting_totals(self) -> MeetingTotalsView:
        """Sum up the meetings held in the period, with the mean number of people at each."""
        meetings = [
            meeting
            for records in self.communities
            for meeting in records.meetings
            if self.was_held(meeting)
        ]
        people = sum(count_people_at(meeting) + (meeting.guests or 0) for meeting in meetings)
        return MeetingTotalsView(
            meetings=len(meetings),
            communities=len({meeting.community for meeting in meetings}),
            people=self.number_of_people(round(people / len(meetings)) if meetings else 0),
        )

    def build_blockage(self, blockage: Blockage) -> BlockageView:
        """Count what a blockage touches: over all cases, also those the audience may not see.

        The counts are the argument of a brief, and name no case.
        """
        touched = recurrence_in_cases(blockage, self.cases, self.scope.until)
        visible_showings = recurrence_in_cases(
            blockage, self.visible_cases, self.scope.until
        ).occurrences
        return BlockageView(
            title=blockage.title,
            status=blockage.status,
            body=blockage.body,
            asks=tuple(
                ask_as_of(ask, self.as_at) for ask in blockage.asks if ask.date <= self.as_at
            ),
            cases=len(touched.occurrences),
            communities=len(touched.communities),
            of_cases=len(self.cases),
            of_communities=len(self.matrix_communities | set(touched.communities)),
            months=touched.months if self.policy.sees_months_of_cases else (),
            notes=tuple(note for showing in visible_showings for note in showing.notes),
            visible_cases=self.views_of(showing.case for showing in visible_showings),
        )

    def build_letter(self, about: BlockageAsk) -> LetterView:
        """Return an ask with what had been asked before it, as that was known on its day."""
        blockage, ask = about
        # people type older asks in later, so the order in the file proves nothing
        in_order = sorted(blockage.asks, key=lambda asked: asked.date)
        before = in_order[: in_order.index(ask)]
        return LetterView(
            blockage=self.build_blockage(blockage),
            ask=ask_view(ask),
            before=tuple(ask_as_of(earlier, ask.date) for earlier in before),
        )

    def build_membership(self, matrix: Matrix, seats: Seats) -> MembershipView:
        """Count members and the ``seats`` sought; small counts are hidden unless permitted."""
        confirmed = [person for person in matrix.people if person.letter is not AttendanceLetter.Y]
        filled = {(person.member.sector, person.member.role) for person in confirmed}
        seats_sought = [(sector, role) for sector, roles in seats.items() for role in roles]
        total = matrix.total if self.policy.counts_are_exact else sector_table(matrix).total
        empty = tuple(seat for seat in seats_sought if seat not in filled)
        # the seats that are not empty would give the small number away
        hides_seats = isinstance(total, Hidden) and bool(empty)
        return MembershipView(
            confirmed=total,
            excluded=self.number_of_people(matrix.excluded),
            sectors=len({person.member.sector for person in confirmed}),
            communities=len(matrix.columns),
            threshold=self.programme.settings.threshold,
            seats_sought=0 if hides_seats else len(seats_sought),
            empty_seats=() if hides_seats else empty,
        )


# --- independent of the audience ------------------------------------------------------------


def _is_alive(community: Community, scope: Scope) -> bool:
    """Return whether a community existed in the period, as far as its dates show."""
    if community.started and community.started > scope.until:
        return False
    if community.ended:
        return community.ended >= scope.since
    return community.status is not CommunityStatus.ENDED


def ask_as_of(ask: Ask, day: dt.date) -> AskView:
    """Return an ask as it was known on a day: without an answer that came later.

    A letter keeps what it said: the addressee got it in the post.
    """
    ask_then = ask if is_answered(ask, day) else replace(ask, replied=None, reply=None)
    return ask_view(ask_then)
