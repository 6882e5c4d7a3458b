"""Reduce a programme to the repository of cases that an audience may read.  Pure.

:class:`SiteReduction` is to the site what :func:`~copkit.analysis.privacy.audience.view_for` is to
the other documents: pages, lists, feed, catalogue and search are built from a :class:`SiteView` and
from nothing else. A page has an address, so unlike other views these hold the name of a record's
file; it is searched for identifying details like any text.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

from copkit.analysis.agenda import Invitation, build_invitations
from copkit.analysis.blockages import BEGINNING
from copkit.analysis.cases import progress_by_action, unsigned_reason
from copkit.analysis.endings.lineage import Descent, build_lineage
from copkit.analysis.networks.links import visible_links
from copkit.analysis.networks.series import issue_scope
from copkit.analysis.networks.sessions import is_network
from copkit.analysis.period import Scope, communities_in_scope
from copkit.analysis.privacy.audience import ask_as_of, view_for
from copkit.analysis.privacy.services import DirectoryView, directory_for
from copkit.analysis.privacy.sessions import (
    LinkView,
    SessionView,
    link_view,
    session_views,
)
from copkit.analysis.privacy.view import AskView, View
from copkit.analysis.toolkit import SheetView, sheet_views
from copkit.errors import CopkitError
from copkit.folder import CommunityRecords, Programme
from copkit.records.blockages import Blockage, BlockageStatus
from copkit.records.cases import SECTIONS, Case, CaseKind, CaseStatus, Consent, Outcome, OutcomeKind
from copkit.records.communities import NETWORK_SECTIONS
from copkit.records.evidence import Evidence
from copkit.records.programme import DEFAULT_REVIEW, Licence, parse_months
from copkit.records.schema.audience import ANYBODY, Audience
from copkit.text.files import is_slug
from copkit.text.front_matter import find_section, split_sections

INDEX = "index"  # the name of a section's own page, which no record of it can have


@dataclass(frozen=True, slots=True)
class TriedSuggestion:
    """One suggestion and the last word on it; ``outcome`` is ``None`` before anybody reported.

    ``owner``, a role, and both days are for members alone: when it is ``due``, and when its last
    word was ``told``. ``what`` is empty for an outcome of the whole case.
    """

    what: str
    owner: str
    outcome: Outcome | None
    kind: OutcomeKind | None
    note: str
    due: dt.date | None = None
    told: dt.date | None = None


@dataclass(frozen=True, slots=True)
class SiteCase:
    """One case as a learning object.

    ``name`` is that of its page. ``sections`` are headings with their Markdown; ``evidence`` and
    ``blockages`` are names of pages. ``year`` is that of the sign-off, for members that of the
    meeting; what follows it is for members alone.
    """

    name: str
    title: str
    kind: CaseKind
    question: str
    summary: str
    themes: tuple[str, ...]
    sections: tuple[tuple[str, str], ...]
    suggestions: tuple[TriedSuggestion, ...]
    discuss: tuple[str, ...]
    evidence: tuple[str, ...]
    blockages: tuple[str, ...]
    year: int | None
    presented: dt.date | None = None
    community: str = ""
    place: str = ""
    host: str = ""
    presenters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SiteCard:
    """One evidence card; ``spoken`` is Markdown."""

    name: str
    title: str
    citation: str
    url: str
    themes: tuple[str, ...]
    spoken: str


@dataclass(frozen=True, slots=True)
class SiteBlockage:
    """One blockage; the two counts are over all cases, ``body`` is Markdown."""

    name: str
    title: str
    themes: tuple[str, ...]
    status: BlockageStatus
    body: str
    asks: tuple[AskView, ...]
    cases: int
    communities: int


@dataclass(frozen=True, slots=True)
class SiteIssue:
    """One issue of the newsletter, as its own rules show it to these readers."""

    name: str
    until: dt.date
    view: View


@dataclass(frozen=True, slots=True)
class NetworkView:
    """A network as readers may see it; the first three texts are Markdown of its record."""

    name: str
    title: str
    place: str
    aims: str
    benefits: str
    join: str
    timezone: str
    sessions: tuple[SessionView, ...]
    invitations: tuple[Invitation, ...]


@dataclass(frozen=True, slots=True)
class SiteView:
    """The repository of cases as one audience may read it: all lists are by title.

    ``sheets`` are those of the tool kit that the programme has written itself, ``directory`` the
    services with who knows of them, as of the day of the site.
    """

    audience: Audience
    programme: str
    title: str
    base_url: str
    licence: Licence
    contact: str
    cases: tuple[SiteCase, ...]
    cards: tuple[SiteCard, ...]
    blockages: tuple[SiteBlockage, ...]
    issues: tuple[SiteIssue, ...]
    sheets: tuple[SheetView, ...]
    directory: DirectoryView | None = None
    networks: tuple[NetworkView, ...] = ()
    links: tuple[LinkView, ...] = ()
    lineage: tuple[Descent, ...] = ()


@dataclass(frozen=True, slots=True)
class LeftOutCase:
    """A case that is not in the site, and why, for those who keep the records."""

    case: str
    why: str


class SiteReduction:
    """A programme reduced to the site that an audience may read, and what is left out of it.

    A sign-off or progress dated after ``today`` does not count.
    """

    def __init__(self, programme: Programme, audience: Audience, today: dt.date) -> None:
        self.programme = programme
        self.audience = audience
        self.today = today
        self._shown: list[tuple[CommunityRecords, Case]] = []
        self._reasons: dict[str, str] = {}
        self._expected: list[LeftOutCase] = []
        for records, case in _cases(programme):
            if why := why_left_out(case, audience, today):
                self._reasons[case.name] = why
                if audience.may_see(case.audience):
                    self._expected.append(LeftOutCase(case.name, why))
            else:
                self._shown.append((records, case))

    @property
    def left_out(self) -> tuple[LeftOutCase, ...]:
        """The cases that readers might expect, for those who keep the records.

        Cases for another audience are not among them.
        """
        return tuple(self._expected)

    @cached_property
    def case_names(self) -> dict[str, str]:
        """The names of the cases' pages, by the cases' names in the programme.

        Raise :class:`CopkitError` where two cases would have pages of one name.
        """
        return _case_names([case for _, case in self._shown], self.audience)

    @property
    def cases_by_page_name(self) -> dict[str, Case]:
        """The cases that the audience may read, by the names of their pages."""
        return {self.case_names[case.name]: case for _, case in self._shown}

    def view(self, *, only: Case | None = None, newsletters: bool = True) -> SiteView:
        """Return what the audience may read: of ``only`` one case, or without ``newsletters``.

        Raise :class:`CopkitError` where two cases would have pages of one name, and with the
        reason where the audience may not read the only case.
        """
        if only is not None and (why := self._reasons.get(only.name)):
            message = f"{only.name} is not for {self.audience}: {why}"
            raise CopkitError(message, _how_to_share(only, self.audience))
        programme, audience = self.programme, self.audience
        settings, site = programme.settings, programme.settings.site
        shown = [(records, case) for records, case in self._shown if only in (None, case)]
        blockages = programme.blockages if audience.policy.sees_blockages else ()
        cards = [card for card in programme.evidence if audience.may_see(card.audience)]
        if only is not None:
            cards = [card for card in cards if card.slug in only.evidence]
            named = {issue.blockage for issue in only.issues}
            blockages = tuple(each for each in blockages if each.slug in named)
        links = _Links(
            {card.slug: page_name(card.slug) for card in cards},
            {blockage.slug: page_name(blockage.slug) for blockage in blockages},
        )
        cases = (self._site_case(records, case, links) for records, case in shown)
        site_cards = (_site_card(card, links.cards[card.slug]) for card in cards)
        return SiteView(
            audience=audience,
            programme=settings.name,
            title=(site.title if site else None) or f"{settings.name}: cases",
            base_url=((site.base_url if site else None) or "").rstrip("/"),
            licence=site.licence if site else Licence.ALL_RIGHTS_RESERVED,
            contact=(site.contact if site else None) or "",
            cases=tuple(sorted(cases, key=_by_title)),
            cards=tuple(sorted(site_cards, key=_by_title)),
            blockages=tuple(_site_blockages(programme, blockages, links, self.today)),
            issues=tuple(_site_issues(programme, audience, self.today))
            if newsletters and only is None
            else (),
            sheets=sheet_views(programme.toolkit, audience),
            directory=directory_for(programme, audience, self.today)
            if programme.directory and only is None
            else None,
            networks=tuple(network_views(programme, audience, self.today)) if only is None else (),
            links=tuple(map(link_view, visible_links(programme.links, audience, self.today)))
            if only is None
            else (),
            lineage=lineage_for(programme, audience) if only is None else (),
        )

    def draft(self, case: Case) -> SiteView:
        """Return what the audience would read of a case, were it for them and signed off."""
        records = self.programme.community(case.community)
        pretended = SiteReduction(self.programme, self.audience, self.today)
        pretended._reasons.pop(case.name, None)
        pretended._shown = [(records, case)]
        return pretended.view(only=case)

    def _site_case(self, records: CommunityRecords, case: Case, links: _Links) -> SiteCase:
        """Build what the audience may read of a case."""
        sees_place = self.audience.policy.sees_places_of_cases
        signed = case.sign_off.date if case.sign_off else None
        first_day = case.presented if sees_place else signed
        slugs = [issue.blockage for issue in case.issues if issue.blockage in links.blockages]
        blockages = (links.blockages[slug] for slug in slugs if slug)
        page = SiteCase(
            name=self.case_names[case.name],
            title=case.title,
            kind=case.kind,
            question=case.question or "",
            summary=case.summary or case.question or "",
            themes=tuple(dict.fromkeys(theme.strip() for theme in case.themes if theme.strip())),
            sections=tuple(_sections(case)),
            suggestions=tuple(_suggestions(case, self.today, sees_meetings=sees_place)),
            discuss=case.discuss,
            evidence=tuple(links.cards[slug] for slug in case.evidence if slug in links.cards),
            blockages=tuple(dict.fromkeys(blockages)),
            year=first_day.year if first_day else None,
        )
        if not sees_place:
            return page
        return replace(
            page,
            presented=case.presented,
            community=records.slug,
            place=records.community.place,
            host=records.community.host or "",
            presenters=tuple(
                member.role
                for id in case.presenters
                if (member := records.roster.member(id)) is not None
            ),
        )


def _by_title(page: SiteCase | SiteCard) -> tuple[str, str]:
    return page.title.casefold(), page.name


def _how_to_share(case: Case, audience: Audience) -> str:
    """Return the command that would let an audience read a case, if one could."""
    if case.consent is Consent.REFUSED:
        return ""
    if case.status is CaseStatus.DRAFT:
        return f"once it is presented, set its 'status': 'copkit edit {case.name}'"
    if audience.may_see(case.audience):
        return f"'copkit case sign-off {case.name}' asks what is needed"
    return f"set 'audience: {audience}' in it if they may, then 'copkit case sign-off {case.name}'"


def _cases(programme: Programme) -> Iterator[tuple[CommunityRecords, Case]]:
    """Yield every case of communities and networks, with its community's records."""
    for records in communities_in_scope(programme, Scope(BEGINNING, dt.date.max)):
        for case in records.cases:
            yield records, case


def why_left_out(case: Case, audience: Audience, today: dt.date) -> str:
    """Return why an audience may not read a case; ``""`` if it may."""
    if case.consent is Consent.REFUSED:
        return "consent was refused"
    if case.status is CaseStatus.DRAFT:
        return "its status is draft"
    if case.presented and case.presented > today:
        return "it has not been presented yet"
    if not audience.may_see(case.audience):
        return f"it is for {case.audience}"
    return "" if audience.policy.sees_unsigned_cases else unsigned_reason(case, today)


@dataclass(frozen=True, slots=True)
class _Links:
    """The pages that a case may link to: names by slug."""

    cards: Mapping[str, str]
    blockages: Mapping[str, str]


def lineage_for(programme: Programme, audience: Audience) -> tuple[Descent, ...]:
    """Return which community grew out of which, where there is something to tell.

    Readers who may not know where cases were presented get the tree alone: no place, no code, no
    reason of an ending, nobody's training.
    """
    tree = build_lineage(programme)
    if audience.policy.sees_places_of_cases:
        return tuple(tree) if len(tree) > 1 else ()
    if not any(entry.depth for entry in tree):
        return ()
    hidden = [
        replace(
            entry, slug="", code="", place="A community", parents=(), ended_because=(), trained={}
        )
        for entry in tree
    ]
    # In the order of their years: that of the programme is by codes.
    starts = [number for number, entry in enumerate(hidden) if not entry.depth]
    groups = [hidden[first:last] for first, last in pairwise([*starts, len(hidden)])]
    groups.sort(key=lambda group: [(entry.years, entry.status, entry.took) for entry in group])
    return tuple(entry for group in groups for entry in group)


def page_name(slug: str) -> str:
    """Return the name of a record's page, which is never that of its section."""
    return f"{INDEX}-1" if slug == INDEX else slug


def _case_names(cases: Iterable[Case], audience: Audience) -> dict[str, str]:
    """Return the names of the cases' pages, by the cases' names in the programme.

    Where readers may not know places, raise :class:`CopkitError` for two cases of one slug: the
    names of their pages could only be told apart by the community.
    """
    cases = list(cases)
    by_slug = Counter(case.slug for case in cases)
    names = {}
    for case in cases:
        if by_slug[case.slug] == 1:
            names[case.name] = page_name(case.slug)
        elif audience.policy.sees_places_of_cases:
            names[case.name] = f"{case.slug}--{case.community}"  # which no slug has
        else:
            first = next(other for other in cases if other.slug == case.slug)
            second = next(
                other for other in cases if other.slug == case.slug and other is not first
            )
            message = f"{first.name} and {second.name} would have the same page"
            hint = f"give one another name: copkit rename {second.name} {_other_slug(case, cases)}"
            raise CopkitError(f"{message}; nothing was written", hint)
    return names


def _other_slug(case: Case, cases: Iterable[Case]) -> str:
    """Return a slug that no other case has."""
    taken = {other.slug for other in cases}
    free = (f"{case.slug[:76]}-{number}" for number in range(2, 10_000))
    return next(slug for slug in free if slug not in taken and is_slug(slug))


def _sections(case: Case) -> Iterator[tuple[str, str]]:
    """Yield the sections of a case that have a text: the four of the template, then others."""
    sections = split_sections(case.body)
    spelled = {heading.casefold(): heading for heading in sections}
    in_order = [spelled.pop(heading.casefold(), "") for heading in SECTIONS]
    for heading in (*in_order, *spelled.values()):
        if heading and sections[heading].strip():
            yield heading, sections[heading].strip()


def _suggestions(case: Case, today: dt.date, *, sees_meetings: bool) -> Iterator[TriedSuggestion]:
    """Yield every action of a case with the last word on it, then outcomes of the whole case."""
    progress = progress_by_action(case, dt.date.min, today)
    for action in case.actions:
        owner, due = ((action.owner or ""), action.due) if sees_meetings else ("", None)
        if entries := progress.get(action.id):
            last = entries[-1]
            told = last.date if sees_meetings else None
            yield TriedSuggestion(
                action.what, owner, last.outcome, last.kind, last.note or "", due, told
            )
        else:
            yield TriedSuggestion(action.what, owner, None, None, "", due)
    for entry in progress.get(None, ()):
        told = entry.date if sees_meetings else None
        yield TriedSuggestion("", "", entry.outcome, entry.kind, entry.note or "", None, told)


def _site_card(card: Evidence, name: str) -> SiteCard:
    return SiteCard(name, card.title, card.citation, card.url or "", card.themes, card.spoken)


def _site_blockages(
    programme: Programme, blockages: Iterable[Blockage], links: _Links, today: dt.date
) -> Iterator[SiteBlockage]:
    """Yield what readers may learn of blockages, by title.

    How many cases and communities a blockage touches is counted over all cases that any document
    may report: that is open by rule, and names no case. What came after ``today`` is left out.
    """
    cases, places = Counter[str](), dict[str, set[str]]()
    for _, case in _cases(programme):
        if case.presented and case.presented > today:
            continue
        if case.status is not CaseStatus.DRAFT and case.consent is not Consent.REFUSED:
            for slug in {issue.blockage for issue in case.issues if issue.blockage}:
                cases[slug] += 1
                places.setdefault(slug, set()).add(case.community)
    for blockage in sorted(blockages, key=lambda each: (each.title.casefold(), each.slug)):
        yield SiteBlockage(
            name=links.blockages[blockage.slug],
            title=blockage.title,
            themes=blockage.themes,
            status=blockage.status,
            body=blockage.body,
            asks=tuple(
                ask_as_of(ask, today)
                for ask in sorted(blockage.asks, key=lambda ask: ask.date)
                if ask.date <= today
            ),
            cases=cases[blockage.slug],
            communities=len(places.get(blockage.slug, ())),
        )


def _site_issues(programme: Programme, audience: Audience, today: dt.date) -> Iterator[SiteIssue]:
    """Yield the issues of the newsletter that an audience may read, the latest first."""
    issues = sorted(programme.newsletters, key=lambda each: (each.until, each.slug), reverse=True)
    for issue in issues:
        if audience.may_see(issue.audience):
            scope = issue_scope(programme, issue)
            view = view_for(programme, audience, scope, today, newsletter=issue)
            yield SiteIssue(page_name(issue.slug), issue.until, view)


def review_span(programme: Programme) -> str:
    """Return how long a sign-off stands before it is to be looked at again: ``24 months``."""
    site = programme.settings.site
    return site.review_after if site else DEFAULT_REVIEW


def sign_offs_to_review(programme: Programme, audience: Audience, today: dt.date) -> list[Case]:
    """Return the cases that an audience reads by a sign-off older than the settings allow."""
    if audience.policy.sees_unsigned_cases:
        return []
    earliest = months_before(today, parse_months(review_span(programme)))
    return [
        case
        for _, case in _cases(programme)
        if not why_left_out(case, audience, today)
        and case.sign_off
        and case.sign_off.date < earliest
    ]


def months_before(day: dt.date, months: int) -> dt.date:
    """Return the day some months before another; the last of the month where there is none."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    if year < dt.MINYEAR:
        return dt.date.min
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def needs_of_publication(case: Case, today: dt.date) -> list[str]:
    """List what a case lacks before the public may read it; ``[]`` where nothing is missing."""
    needs = []
    if case.consent is None:
        needs.append("whether the person agreed")
    if not ANYBODY.may_see(case.audience):
        needs.append(f"audience {ANYBODY}, now {case.audience}")
    if why := unsigned_reason(case, today):
        needs.append(f"a sign-off: {why}")
    return needs


def is_candidate(case: Case, today: dt.date) -> bool:
    """Check whether a case could be shown to the public, and is not yet.

    That is one written up or closed, whose person did not refuse.
    """
    written = case.status in (CaseStatus.WRITTEN_UP, CaseStatus.CLOSED)
    return (
        written
        and case.consent is not Consent.REFUSED
        and not (case.presented and case.presented > today)
        and bool(needs_of_publication(case, today))
    )


def find_candidates(programme: Programme, today: dt.date) -> list[tuple[Case, list[str]]]:
    """Return the cases that could be shown to the public, each with what it lacks."""
    found = [
        (case, needs_of_publication(case, today))
        for _, case in _cases(programme)
        if is_candidate(case, today)
    ]
    return sorted(found, key=lambda pair: (len(pair[1]), pair[0].name))


def network_views(programme: Programme, reader: Audience, today: dt.date) -> Iterator[NetworkView]:
    """Yield the networks of which ``reader`` may see a session, by code."""
    for records in programme.communities:
        if not is_network(records):
            continue
        sessions = tuple(session_views(programme, records, reader, today))
        if not sessions:
            continue
        names = {session.name for session in sessions if session.day >= today}
        aims, benefits, join = (
            find_section(records.community.body, heading).strip() for heading in NETWORK_SECTIONS
        )
        yield NetworkView(
            name=records.slug,
            title=records.community.name,
            place=records.community.place,
            aims=aims,
            benefits=benefits,
            join=join,
            timezone=programme.settings.timezone or "Europe/London",
            sessions=sessions,
            invitations=tuple(
                invitation
                for invitation in build_invitations(programme, records)
                if invitation.meeting in names
            ),
        )
