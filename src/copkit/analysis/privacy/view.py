"""A programme as one audience may see it: plain values, and nothing that leads back to a record.

Documents are built from a :class:`View` and from nothing else. None of these types holds a record,
a file's text, the name of a file or folder, or the id of a member, so that a document cannot state
what its readers may not learn. :mod:`copkit.analysis.privacy.audience` decides what goes into them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from copkit.analysis.cases import progress_by_action
from copkit.analysis.privacy.sessions import LinkView, SessionView
from copkit.analysis.privacy.small_cells import Count
from copkit.records.blockages import Ask, BlockageStatus
from copkit.records.briefs import Brief
from copkit.records.cases import LEARNING, Case, CaseKind, Outcome, OutcomeKind, names_in_quote
from copkit.records.evidence import Evidence
from copkit.records.members import Part
from copkit.records.newsletters import Newsletter
from copkit.records.programme import IssueSection, NewsletterSeries
from copkit.records.schema.audience import Audience
from copkit.records.schema.contact import PublicContact


@dataclass(frozen=True, slots=True)
class ActionOutcome:
    """The last word on one suggestion; ``what`` is empty for an outcome of the case as a whole."""

    what: str
    outcome: Outcome
    kind: OutcomeKind | None
    note: str


@dataclass(frozen=True, slots=True)
class CaseView:
    """One case; ``learning`` is Markdown, ``evidence`` the titles of cards the audience may see.

    ``quote`` is a sentence that its writers marked for quoting.
    """

    title: str
    kind: CaseKind
    question: str
    learning: str
    quote: str
    evidence: tuple[str, ...]
    followed_up: tuple[ActionOutcome, ...]


@dataclass(frozen=True, slots=True)
class EvidenceView:
    """One evidence card that was of use in the period; ``spoken`` is Markdown."""

    title: str
    citation: str
    url: str
    spoken: str


@dataclass(frozen=True, slots=True)
class MeetingView:
    """One meeting in figures; ``place`` and ``notes`` (Markdown) are for members alone."""

    held_on: dt.date
    kind: str
    start: dt.time | None
    place: str
    present: Count
    guests: Count
    notes: str


@dataclass(frozen=True, slots=True)
class NewMemberView:
    """Somebody who joined, by role and never by name."""

    role: str
    part: Part


@dataclass(frozen=True, slots=True)
class CommunityView:
    """One community: its meetings in the period, and those to come after it.

    ``new_members``, ``cases`` and ``brought``, the titles of other evidence brought along, are for
    members alone.
    """

    code: str
    place: str
    alive: bool
    ended: dt.date | None
    meetings: tuple[MeetingView, ...]
    to_come: tuple[MeetingView, ...]
    new_members: tuple[NewMemberView, ...]
    cases: tuple[CaseView, ...]
    brought: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AskView:
    """One thing asked of somebody, and what came back."""

    date: dt.date
    addressee: str
    ask: str
    reply_by: dt.date | None
    replied: dt.date | None
    reply: str

    @property
    def is_answered(self) -> bool:
        """Whether an answer came, also where nothing tells when."""
        return self.replied is not None or bool(self.reply)


@dataclass(frozen=True, slots=True)
class BlockageView:
    """A blockage, and how many cases of the period it touches in how many communities.

    The counts are over all cases; ``of_cases`` were presented, in ``of_communities``, whatever
    they were about. ``visible_cases`` are those that the audience may read, and
    ``notes`` are how the blockage showed in them. ``months``, written ``2012-05``, are for members
    alone: they disclose when a case was presented. ``body`` is Markdown.
    """

    title: str
    status: BlockageStatus
    body: str
    asks: tuple[AskView, ...]
    cases: int
    communities: int
    of_cases: int
    of_communities: int
    months: tuple[str, ...]
    notes: tuple[str, ...]
    visible_cases: tuple[CaseView, ...]


@dataclass(frozen=True, slots=True)
class MonthView:
    """One month of the programme, written ``2012-05``, and the people at its meetings in all.

    Whoever came to two meetings is counted twice.
    """

    month: str
    meetings: int
    people: int


@dataclass(frozen=True, slots=True)
class MeetingTotalsView:
    """The period's meetings in figures; ``people`` came to each on average, guests included."""

    meetings: int
    communities: int
    people: Count


@dataclass(frozen=True, slots=True)
class MembershipView:
    """Membership in figures on the period's last day.

    ``excluded`` came too seldom or dropped out; ``empty_seats`` are sector and role.
    """

    confirmed: Count
    excluded: Count
    sectors: int
    communities: int
    threshold: int
    seats_sought: int
    empty_seats: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class CaseNews:
    """What was reported in a period on a case presented then or before.

    ``place`` is for members alone.
    """

    title: str
    place: str
    question: str
    followed_up: tuple[ActionOutcome, ...]


@dataclass(frozen=True, slots=True)
class ContactView:
    """Whom readers answer to; each part may be empty."""

    name: str
    role: str
    organisation: str
    address: str
    phone: str
    email: str


@dataclass(frozen=True, slots=True)
class ServiceNews:
    """What became of a service in a period: ``kind`` is new, paused, closed or back."""

    kind: str
    name: str
    places: str
    when: str
    reached: str


@dataclass(frozen=True, slots=True)
class EvaluationNews:
    """A survey that was closed, or a report that was written, in the period of an issue.

    ``answered`` of ``of`` is of a survey, the number hidden where it is small; ``page`` is where a
    report can be read.
    """

    title: str
    answered: Count | None = None
    of: int = 0
    page: str = ""


@dataclass(frozen=True, slots=True)
class NewsletterView:
    """The words of one issue that its editor wrote; ``body`` is Markdown.

    ``case_news`` is what was reported on cases in its period, ``service_news`` what became of
    services, ``words`` the most that its e-mail has besides the editorial, ``page`` where the whole
    issue can be read. ``series`` is the title of its series, ``sections`` the parts it has, in
    order; ``links`` became news in its period, in which ``sessions`` were held.
    """

    title: str
    body: str
    words: int
    page: str
    headline: str = ""
    case_news: tuple[CaseNews, ...] = ()
    service_news: tuple[ServiceNews, ...] = ()
    series: str = ""
    sections: tuple[IssueSection, ...] = tuple(IssueSection)
    links: tuple[LinkView, ...] = ()
    sessions: tuple[SessionView, ...] = ()
    sessions_to_come: tuple[SessionView, ...] = ()
    evaluation: tuple[EvaluationNews, ...] = ()


@dataclass(frozen=True, slots=True)
class BriefView:
    """The words of one brief that its writer chose; ``body`` is Markdown, ``pages`` the maximum."""

    title: str
    addressee: str
    ask: str
    reply_by: dt.date | None
    pages: int
    body: str


@dataclass(frozen=True, slots=True)
class LetterView:
    """One ask that is put into a letter, what it is about, and what was asked before it."""

    blockage: BlockageView
    ask: AskView
    before: tuple[AskView, ...]


@dataclass(frozen=True, slots=True)
class View:
    """A programme as one audience may see it, of the days from ``since`` to ``until``.

    ``communities`` are those that may be named beside the cases, which can be none. ``growth``
    begins with the programme, whatever ``since`` is, and is for members alone. ``beyond_remit``
    is in how many cases somebody was supported without a mandate, and of how many.
    """

    audience: Audience
    since: dt.date
    until: dt.date
    programme: str
    communities: tuple[CommunityView, ...]
    meeting_totals: MeetingTotalsView
    cases: tuple[CaseView, ...]
    evidence: tuple[EvidenceView, ...]
    blockages: tuple[BlockageView, ...]
    newsletter: NewsletterView | None
    brief: BriefView | None
    membership: MembershipView
    growth: tuple[MonthView, ...] = ()
    letter: LetterView | None = None
    contact: ContactView | None = None
    beyond_remit: tuple[Count, int] = (0, 0)


# --- building views from records -------------------------------------------------------------


def case_view(case: Case, cards: Mapping[str, Evidence], today: dt.date) -> CaseView:
    """Build the view of a case from its record; progress after ``today`` does not count.

    ``cards``, by slug, are those that may be named.
    """
    named = any(names_in_quote(case, pseudonym) for pseudonym in case.pseudonyms)
    return CaseView(
        title=case.title,
        kind=case.kind,
        question=case.question or "",
        learning=case.section(LEARNING),
        quote="" if named else case.quote or "",
        evidence=tuple(cards[slug].title for slug in case.evidence if slug in cards),
        followed_up=tuple(_followed_up(case, dt.date.min, today)),
    )


def case_news(case: Case, place: str, since: dt.date, until: dt.date) -> CaseNews:
    """Build what was reported on a case on the days from ``since`` to ``until``.

    ``place`` is its community's, ``""`` for readers who may not know it.
    """
    return CaseNews(case.title, place, case.question or "", tuple(_followed_up(case, since, until)))


def _followed_up(case: Case, since: dt.date, until: dt.date) -> Iterator[ActionOutcome]:
    """Yield the latest outcome of each action in a period, then all those of the case as a whole.

    Which entry is the latest is decided by :func:`copkit.analysis.cases.progress_by_action`.
    """
    progress = progress_by_action(case, since, until)
    for action in case.actions:
        if entries := progress.get(action.id):
            latest = entries[-1]
            yield ActionOutcome(action.what, latest.outcome, latest.kind, latest.note or "")
    for entry in progress.get(None, ()):
        yield ActionOutcome("", entry.outcome, entry.kind, entry.note or "")


def evidence_view(card: Evidence) -> EvidenceView:
    """Build the view of an evidence card."""
    return EvidenceView(card.title, card.citation, card.url or "", card.spoken)


def ask_view(ask: Ask) -> AskView:
    """Build the view of one ask of a blockage."""
    return AskView(ask.date, ask.of, ask.ask, ask.reply_by, ask.replied, ask.reply or "")


def contact_view(contact: PublicContact | None) -> ContactView | None:
    """Build the view of whom readers answer to."""
    if contact is None:
        return None
    return ContactView(
        name=contact.name or "",
        role=contact.role or "",
        organisation=contact.organisation or "",
        address=contact.address or "",
        phone=contact.phone or "",
        email=contact.email or "",
    )


DAYS_AHEAD: Final = 92  # a quarter: what comes later, a later issue announces


def newsletter_view(
    issue: Newsletter,
    series: NewsletterSeries,
    case_news: Iterable[CaseNews],
    links: Iterable[LinkView] = (),
    sessions: Iterable[SessionView] = (),
) -> NewsletterView:
    """Build the view of an issue of a series, with what was reported on cases in its period.

    ``links`` are those that became news in it, ``sessions`` all that its readers may see.
    """
    sessions = tuple(session for session in sessions if not session.cancelled)
    # by title: the order of communities would show where each case is from
    in_order = sorted(case_news, key=lambda news: news.title.casefold())
    return NewsletterView(
        title=issue.title,
        body=issue.body,
        words=issue.words or series.words,
        page=issue.page or "",
        headline=issue.headline or "",
        case_news=tuple(in_order),
        series=series.title or "",
        sections=series.sections or tuple(IssueSection),
        links=tuple(links),
        sessions=tuple(each for each in sessions if issue.since <= each.day <= issue.until),
        sessions_to_come=tuple(
            each for each in sessions if 0 < (each.day - issue.until).days <= DAYS_AHEAD
        ),
    )


def brief_view(brief: Brief) -> BriefView:
    """Build the view of a brief."""
    return BriefView(
        brief.title, brief.addressee, brief.ask, brief.reply_by, brief.pages, brief.body
    )
