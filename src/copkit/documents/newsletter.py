"""What an issue of the newsletter states.  Pure.

For each community: what met, what was discussed, what was learnt, the evidence, what is coming.
Outside ``members`` the cases stand apart from the communities, since nobody there may learn where
a case was presented.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from copkit.analysis.audience import CommunityView, MeetingView, View
from copkit.documents.words import counted, day_in_words, listed, period_in_words
from copkit.records.cases import FOR_COMMISSIONERS, LEARNING, Case, CaseKind
from copkit.records.evidence import Evidence
from copkit.records.fields import Audience
from copkit.text.markdown import Prose

MOST_TO_COME = 2  # meetings of one community that an issue announces


@dataclass(frozen=True, slots=True)
class CaseStory:
    """One case in a newsletter: the question asked and what was learnt."""

    title: str
    kind: str
    question: str
    themes: str
    learning: Prose
    for_commissioners: Prose
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CommunityStory:
    """One community's month; every part may be empty."""

    code: str
    place: str
    met: str
    kinds: str
    cases: tuple[CaseStory, ...]
    evidence: tuple[str, ...]
    welcome: str
    coming: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EvidenceItem:
    """One evidence card: the spoken form and where it comes from."""

    title: str
    citation: str
    url: str
    spoken: Prose


@dataclass(frozen=True, slots=True)
class NewsletterFacts:
    """Everything an issue states."""

    title: str
    programme: str
    period: str
    audience: str
    summary: str
    editorial: Prose
    communities: tuple[CommunityStory, ...]
    quiet: str
    cases: tuple[CaseStory, ...]
    evidence: tuple[EvidenceItem, ...]


def build_newsletter(view: View) -> NewsletterFacts:
    """Work out what an issue states to the audience that the programme was reduced to."""
    issue = view.newsletter
    if issue is None:
        raise ValueError("the view is not that of a newsletter")
    met = [community for community in view.communities if community.meetings]
    apart = view.audience is not Audience.MEMBERS
    return NewsletterFacts(
        title=issue.title,
        programme=view.programme,
        period=period_in_words(issue.since, issue.until),
        audience=view.audience.value,
        summary=_summary(view, met),
        editorial=Prose(issue.body),
        communities=tuple(_story(view, community) for community in met),
        quiet=_quiet(view),
        cases=tuple(_case(view, case) for case in view.cases) if apart else (),
        evidence=tuple(_evidence(card) for card in _used(view)),
    )


def _summary(view: View, met: list[CommunityView]) -> str:
    meetings = sum(len(community.meetings) for community in met)
    if not meetings:
        return "No community met."
    facts = [f"{counted(meetings, 'meeting')} in {counted(len(met), 'community', 'communities')}"]
    if view.cases:
        facts.append(counted(len(view.cases), "case"))
    used = _used(view)
    if used:
        facts.append(counted(len(used), "piece of evidence", "pieces of evidence"))
    text = listed(facts)
    return f"{text[0].upper()}{text[1:]}."


def _story(view: View, community: CommunityView) -> CommunityStory:
    cases = [case for case in view.cases if case.community == community.slug]
    told = {slug for case in cases for slug in case.evidence}
    brought = [
        card
        for card in view.evidence
        if card.slug not in told
        and any(use.community == community.slug and view.scope.holds(use.date) for use in card.used)
    ]
    return CommunityStory(
        code=community.code,
        place=community.place,
        met=_met(community.meetings),
        kinds=_kinds(community.meetings),
        cases=tuple(_case(view, case) for case in cases),
        evidence=tuple(card.title for card in brought),
        welcome=_welcome(community),
        coming=tuple(_coming(meeting) for meeting in community.to_come[:MOST_TO_COME]),
    )


def _met(meetings: Iterable[MeetingView]) -> str:
    parts = []
    for meeting in meetings:
        guests = f" and {counted(meeting.guests, 'guest')}" if meeting.guests else ""
        people = counted(meeting.present, "person", "people")
        parts.append(f"{day_in_words(meeting.held_on)}, {people}{guests}")
    return "Met on " + "; and on ".join(parts) + "."


_KINDS = {
    "taster": "This was the taster session.",
    "guest-speaker": "A guest spoke.",
    "review": "The group looked back on its own work.",
}


def _kinds(meetings: Iterable[MeetingView]) -> str:
    kinds = dict.fromkeys(meeting.kind for meeting in meetings)
    return " ".join(_KINDS[kind] for kind in kinds if kind in _KINDS)


def _welcome(community: CommunityView) -> str:
    roles = [member.role for member in community.new_members]
    return f"New in the group: {listed(roles)}." if roles else ""


def _coming(meeting: MeetingView) -> str:
    time = f", {meeting.start:%H:%M}" if meeting.start else ""
    kind = {"guest-speaker": " (guest speaker)", "review": " (review)"}.get(meeting.kind, "")
    return f"{day_in_words(meeting.held_on)}{time}{kind}"


def _quiet(view: View) -> str:
    """Name the communities that did not meet but are still alive."""
    names = [
        community.place
        for community in view.communities
        if not community.meetings and community.status != "ended"
    ]
    return f"No meeting in this time: {listed(names)}." if names else ""


def _case(view: View, case: Case) -> CaseStory:
    cards = (view.evidence_card(slug) for slug in case.evidence)
    return CaseStory(
        title=case.title,
        kind="What worked well" if case.kind is CaseKind.WORKED_WELL else "A challenge",
        question=case.question or "",
        themes=", ".join(case.themes),
        learning=Prose(case.section(LEARNING)),
        for_commissioners=Prose(case.section(FOR_COMMISSIONERS)),
        evidence=tuple(card.title for card in cards if card),
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
    return EvidenceItem(card.title, card.citation, card.url or "", Prose(card.spoken))
