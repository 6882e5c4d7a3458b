"""What a community's members may know of a meeting to come, as plain values.  Pure.

An agenda is for the members of that community. Documents are built from an :class:`AgendaView`,
which holds no record and leads back to none. A case that is to be presented is still a draft: its
title, question and presenters' roles are told, and never its text; one whose person refused
consent is told to nobody.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain
from typing import Final

from copkit.analysis.follow_up import FollowUp, due, follow_ups
from copkit.analysis.news import NewsView, news
from copkit.analysis.privacy.view import EvidenceView, evidence_view
from copkit.analysis.rota import days_presented, turns
from copkit.folder import CommunityRecords, Programme
from copkit.records.cases import Case, CaseKind, CaseStatus, Consent
from copkit.records.evidence import Evidence
from copkit.records.meetings import Meeting, MeetingKind, parse_meeting
from copkit.text.front_matter import read_document
from copkit.text.source import SourceText

MOST_TURNS: Final = 3  # members that are suggested when no case is set
MOST_DATES: Final = 3  # meetings to come that are announced


@dataclass(frozen=True, slots=True)
class ActionView:
    """Something that somebody was to try; ``days_overdue`` on the day of the meeting."""

    what: str
    owner: str
    due: dt.date | None
    days_overdue: int
    case: str


@dataclass(frozen=True, slots=True)
class CaseToPresent:
    """A case before it is told: no text of it, and its presenters by role."""

    title: str
    kind: CaseKind
    question: str
    presenters: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TurnView:
    """A role whose holder could present, and when they last did, if ever."""

    role: str
    last: dt.date | None


@dataclass(frozen=True, slots=True)
class DateView:
    """A meeting to come."""

    held_on: dt.date
    start: dt.time | None
    place: str
    kind: MeetingKind


@dataclass(frozen=True, slots=True)
class AgendaView:
    """One meeting and what belongs on its agenda.

    ``ground_rules`` is Markdown. Where no case is set, ``waiting`` are drafts that nobody has put
    on a day, and ``turns`` those who could present, whose turn it is first. ``evidence`` is tied to
    the cases; where none is, ``fitting`` are titles of cards on their themes. ``later`` are open
    actions that are due after this meeting.
    """

    programme: str
    community: str
    held_on: dt.date
    start: dt.time | None
    minutes: int | None
    place: str
    kind: MeetingKind
    ground_rules: str
    new_members: tuple[str, ...]
    apologies: tuple[str, ...]
    due: tuple[ActionView, ...]
    cases: tuple[CaseToPresent, ...]
    waiting: tuple[CaseToPresent, ...]
    turns: tuple[TurnView, ...]
    evidence: tuple[EvidenceView, ...]
    fitting: tuple[str, ...]
    news: tuple[NewsView, ...]
    to_come: tuple[DateView, ...]
    later: tuple[ActionView, ...]


def as_if_held(records: CommunityRecords, day: dt.date) -> Meeting:
    """Give a meeting that is on no record, to see what its agenda would hold."""
    source = SourceText(f"{day}.md", f"---\ndate: {day}\n---\n")
    return parse_meeting(read_document(source, [], markdown=True), records.slug, str(day))


def agenda_for(
    programme: Programme, records: CommunityRecords, meeting: Meeting, today: dt.date
) -> AgendaView:
    """Reduce a programme to what belongs on the agenda of one meeting, as known on ``today``.

    What was told at a meeting of the past, or after it, is not on its agenda.
    """
    day = meeting.held_on
    known = today if today <= day else _day_before(day)
    before = [one.held_on for one in records.meetings if one.held_on < day]
    since = max(before, default=dt.date.min)
    told = _told(records, known, day)
    cases = [case for case in _cases_of(records, meeting) if case.consent is not Consent.REFUSED]
    evidence = _tied(programme.evidence, records.slug, cases)
    return AgendaView(
        programme=programme.settings.name,
        community=records.community.name,
        held_on=day,
        start=meeting.start,
        minutes=meeting.minutes,
        place=meeting.place or "",
        kind=meeting.kind,
        ground_rules=records.community.ground_rules,
        new_members=tuple(
            member.role
            for member in records.members
            if before and member.joined and since < member.joined <= day
        ),
        apologies=tuple(_roles(records, meeting.apologies)),
        due=tuple(_action(one, day) for one in due(told, known, day)),
        cases=tuple(_to_present(records, case) for case in cases),
        waiting=() if cases else tuple(_waiting(records, meeting)),
        turns=() if cases else tuple(_turns(records, day)),
        evidence=tuple(map(evidence_view, evidence)),
        fitting=() if evidence else tuple(_fitting(programme.evidence, cases)),
        news=tuple(news(programme.blockages, records, since, known, day)),
        to_come=tuple(_to_come(records, meeting)),
        later=tuple(_later(told, known, day)),
    )


def cases_left_out(records: CommunityRecords, meeting: Meeting) -> list[str]:
    """Say which cases of a meeting are not on its agenda, and why; for the facilitator."""
    return [
        f"{case.name} is left out: consent was refused"
        for case in _cases_of(records, meeting)
        if case.consent is Consent.REFUSED
    ]


def _cases_of(records: CommunityRecords, meeting: Meeting) -> list[Case]:
    """Give the cases a meeting names, then those that were presented that day at no other."""
    by_slug = {case.slug: case for case in records.cases}
    elsewhere = {slug for one in records.meetings if one.slug != meeting.slug for slug in one.cases}
    named = dict.fromkeys(slug for slug in meeting.cases if slug in by_slug)
    that_day = (
        case.slug
        for case in records.cases
        if case.presented == meeting.held_on and case.slug not in elsewhere
    )
    return [by_slug[slug] for slug in dict.fromkeys(chain(named, that_day))]


def _told(records: CommunityRecords, known: dt.date, day: dt.date) -> CommunityRecords:
    """Leave out the cases that were not presented yet: nothing was agreed on them."""
    presented = days_presented(records)
    known = min(known, _day_before(day))
    cases = (case for case in records.cases if presented.get(case.slug, known) <= known)
    return replace(records, cases=tuple(cases))


def _day_before(day: dt.date) -> dt.date:
    """Give the day before another; the first day that there is has none before it."""
    return day - dt.timedelta(days=1) if day > dt.date.min else day


def _to_present(records: CommunityRecords, case: Case) -> CaseToPresent:
    presenters = tuple(_roles(records, case.presenters))
    return CaseToPresent(case.title, case.kind, case.question or "", presenters)


def _waiting(records: CommunityRecords, meeting: Meeting) -> Iterator[CaseToPresent]:
    """Give the drafts that are on no other meeting's list."""
    planned = {slug for one in records.meetings for slug in one.cases}
    for case in records.cases:
        drafted = case.status is CaseStatus.DRAFT and case.consent is not Consent.REFUSED
        if drafted and case.slug not in planned and case.presented in (None, meeting.held_on):
            yield _to_present(records, case)


def _turns(records: CommunityRecords, day: dt.date) -> Iterable[TurnView]:
    """Suggest the next presenters; those who are preparing a case need no suggestion."""
    free = (turn for turn in turns(records, day) if not turn.preparing)
    views = (TurnView(turn.member.role, turn.last) for turn in free)
    return list(dict.fromkeys(views))[:MOST_TURNS]


def _roles(records: CommunityRecords, ids: Iterable[str]) -> Iterator[str]:
    for id in ids:
        if member := records.roster.member(id):
            yield member.role


def _action(one: FollowUp, day: dt.date) -> ActionView:
    return ActionView(
        what=one.action.what,
        owner=one.action.owner or "",
        due=one.action.due,
        days_overdue=one.days_overdue(day),
        case=one.case.title,
    )


def _later(records: CommunityRecords, known: dt.date, day: dt.date) -> list[ActionView]:
    """Give what is open and due after a meeting, the first first."""
    found = [
        _action(one, day)
        for one in follow_ups(records, known)
        if one.is_open and one.action.due and one.action.due > day
    ]
    return sorted(found, key=lambda action: (action.due or dt.date.max, action.case))


def _tied(cards: Iterable[Evidence], community: str, cases: list[Case]) -> list[Evidence]:
    """Give the cards that a case names, or that say that they are for it."""
    slugs = {case.slug for case in cases}
    named = {slug for case in cases for slug in case.evidence}
    return [
        card
        for card in cards
        if card.slug in named
        or any(use.community == community and use.case in slugs for use in card.used)
    ]


def _fitting(cards: Iterable[Evidence], cases: list[Case]) -> Iterator[str]:
    """Give the titles of cards that share a theme with a case."""
    themes = {theme.casefold() for case in cases for theme in case.themes}
    for card in cards:
        if not themes.isdisjoint(theme.casefold() for theme in card.themes):
            yield card.title


def _to_come(records: CommunityRecords, meeting: Meeting) -> Iterator[DateView]:
    after = [one for one in records.meetings if one.held_on > meeting.held_on]
    for one in after[:MOST_DATES]:
        yield DateView(one.held_on, one.start, one.place or "", one.kind)
