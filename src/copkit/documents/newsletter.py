"""What an issue of the newsletter states.  Pure.

For each community: what met, what was discussed, what was learnt, the evidence, what is coming.
Outside ``members`` the cases stand apart from the communities, since nobody there may learn where
a case was presented.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from copkit.analysis.audience import CommunityView, MeetingView, View
from copkit.records.cases import LEARNING, Case, CaseKind
from copkit.records.evidence import Evidence
from copkit.records.fields import Audience
from copkit.text.markdown import Address, Prose
from copkit.words import (
    counted,
    day_in_words,
    joined,
    listed,
    period_in_words,
    sentence,
    weekday_in_words,
)

MOST_TO_COME = 2  # meetings of one community that an issue announces


@dataclass(frozen=True, slots=True)
class CaseStory:
    """One case in a newsletter: the question asked and what was learnt.

    ``level`` is that of its heading, 3 or 4.
    """

    level: int
    title: str
    kind: str
    question: str
    learning: Prose
    evidence: str


@dataclass(frozen=True, slots=True)
class CommunityStory:
    """One community's month; every part but code and place may be empty."""

    code: str
    place: str
    met: str
    notes: tuple[Prose, ...]
    cases: tuple[CaseStory, ...]
    evidence: str
    coming: str


@dataclass(frozen=True, slots=True)
class EvidenceItem:
    """One evidence card: the spoken form and where it comes from."""

    title: str
    citation: str
    url: Address
    spoken: Prose


@dataclass(frozen=True, slots=True)
class NewsletterFacts:
    """Everything an issue states."""

    title: str
    programme: str
    summary: str
    editorial: Prose
    communities: tuple[CommunityStory, ...]
    quiet: str
    cases: tuple[CaseStory, ...]
    evidence: tuple[EvidenceItem, ...]
    readers: str
    care: str


def build_newsletter(view: View) -> NewsletterFacts:
    """Work out what an issue states to the audience that the programme was reduced to."""
    issue = view.newsletter
    if issue is None:
        raise ValueError("the view is not that of a newsletter")
    to_members = view.audience is Audience.MEMBERS
    told = _told(view)
    return NewsletterFacts(
        title=issue.title,
        programme=view.programme,
        summary=_summary(view),
        editorial=Prose(issue.body, below=1),
        communities=tuple(_story(view, community) for community in told),
        quiet=_quiet(view, told),
        cases=() if to_members else tuple(_case(view, case, 3) for case in view.cases),
        evidence=tuple(_evidence(card) for card in _used(view)),
        readers=_READERS[view.audience],
        care=CARE if view.cases else "",
    )


_READERS = {
    Audience.MEMBERS: "Written for members.",
    Audience.COMMISSIONERS: "Written for commissioners.",
    Audience.PUBLIC: "Anyone may read this and pass it on.",
}
_ENOUGH_TO_HIDE_AMONG = 2  # communities that met; beside one alone, its cases would be plain
CARE = (
    "Cases are told without names. If you think that you recognise somebody, please keep it to "
    "yourself and tell us."
)


def _told(view: View) -> list[CommunityView]:
    """Choose the communities that have something to tell.

    Outside ``members`` a single community that met is not named beside cases: it would be plain
    where they were presented.
    """
    with_cases = {case.community for case in view.cases}
    told = [
        community
        for community in view.communities
        if community.meetings
        or community.new_members
        or community.ended
        or community.slug in with_cases
    ]
    met = sum(bool(community.meetings) for community in told)
    outside = view.audience is not Audience.MEMBERS
    return [] if outside and view.cases and min(met, len(told)) < _ENOUGH_TO_HIDE_AMONG else told


def _summary(view: View) -> str:
    """Say in figures what the issue tells, after the period unless that is the title."""
    issue = view.newsletter
    period = period_in_words(issue.since, issue.until) if issue else ""
    met = [community for community in view.communities if community.meetings]
    meetings = sum(len(community.meetings) for community in met)
    facts = []
    if meetings:
        places = counted(len(met), "community", "communities")
        facts.append(f"{counted(meetings, 'meeting')} in {places}")
    if view.cases:
        facts.append(counted(len(view.cases), "case"))
    if used := _used(view):
        facts.append(counted(len(used), "piece of evidence", "pieces of evidence"))
    text = sentence(listed(facts) or "no meeting is on record for this time")
    return text if issue and issue.title == period else f"{period}. {text}"


def _story(view: View, community: CommunityView) -> CommunityStory:
    cases = [case for case in view.cases if case.community == community.slug]
    told = {slug for case in cases for slug in case.evidence}
    brought = [
        card.title
        for card in view.evidence
        if card.slug not in told
        and any(use.community == community.slug and view.scope.holds(use.date) for use in card.used)
    ]
    year = view.scope.until.year
    coming = [_coming(meeting, year) for meeting in community.to_come[:MOST_TO_COME]]
    return CommunityStory(
        code=community.code,
        place=community.place,
        met=joined(_met(community.meetings, year), _welcome(community), _ending(community)),
        notes=tuple(Prose(meeting.notes) for meeting in community.meetings if meeting.notes),
        cases=tuple(_case(view, case, 4) for case in cases),
        evidence=sentence("; ".join(brought)),
        coming=sentence("; ".join(coming)),
    )


def _met(meetings: Iterable[MeetingView], year: int) -> str:
    parts = [
        f"on {weekday_in_words(meeting.held_on, year)} with {_people(meeting)}{_kind(meeting)}"
        for meeting in meetings
    ]
    return f"Met {listed(parts)}." if parts else ""


def _people(meeting: MeetingView) -> str:
    people = [counted(meeting.present, "person", "people")] if meeting.present else []
    guests = [counted(meeting.guests, "guest")] if meeting.guests else []
    return listed(people + guests)


_KINDS = {"taster": "taster session", "guest-speaker": "guest speaker", "review": "review"}


def _kind(meeting: MeetingView) -> str:
    return f" ({_KINDS[meeting.kind]})" if meeting.kind in _KINDS else ""


def _welcome(community: CommunityView) -> str:
    roles = "; ".join(member.role for member in community.new_members)
    return f"New in the group: {sentence(roles)}" if roles else ""


def _ending(community: CommunityView) -> str:
    return f"The group ended on {day_in_words(community.ended)}." if community.ended else ""


def _coming(meeting: MeetingView, year: int) -> str:
    time = f", {meeting.start:%H:%M}" if meeting.start else ""
    place = f", {meeting.place}" if meeting.place else ""
    return f"{weekday_in_words(meeting.held_on, year)}{time}{place}{_kind(meeting)}"


def _quiet(view: View, told: list[CommunityView]) -> str:
    """Name the communities that are alive and of which no meeting is on record."""
    met = [community for community in view.communities if community.meetings]
    if len(told) < len(met):
        return ""  # the one that met is not named, so the others are not either
    names = [
        community.place
        for community in view.communities
        if community.alive and not community.meetings and not community.ended
    ]
    return f"No meeting on record for this time: {listed(names)}." if met and names else ""


def _case(view: View, case: Case, level: int) -> CaseStory:
    cards = (view.evidence_card(slug) for slug in case.evidence)
    return CaseStory(
        level=level,
        title=case.title,
        kind="What worked well" if case.kind is CaseKind.WORKED_WELL else "A challenge",
        question=case.question or "",
        learning=Prose(case.section(LEARNING), below=level),
        evidence=sentence("; ".join(card.title for card in cards if card)),
    )


def _used(view: View) -> list[Evidence]:
    """Give the cards of the period: brought to a meeting, or tied to one of its cases."""
    tied = {slug for case in view.cases for slug in case.evidence}
    return [
        card
        for card in view.evidence
        if card.slug in tied or any(view.scope.holds(use.date) for use in card.used)
    ]


def _evidence(card: Evidence) -> EvidenceItem:
    return EvidenceItem(card.title, card.citation, Address(card.url), Prose(card.spoken))
