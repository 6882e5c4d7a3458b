"""What a commissioner brief states.  Pure.

One page of reading before the detail: the one ask and its date, then what keeps blocking
practitioners and how often, what was tried and whether it helped, who takes part, which seats are
empty, and what was asked before and what came back.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from copkit.analysis.attendance import Letter
from copkit.analysis.audience import BlockageView, View
from copkit.documents.words import (
    counted,
    day_in_words,
    listed,
    month_in_words,
    period_in_words,
    sentence,
)
from copkit.records.blockages import Ask
from copkit.records.cases import Case, Outcome, OutcomeKind, Progress
from copkit.text.markdown import Prose

MOST_TRIED = 4  # things tried that are told for one blockage
MOST_NOTES = 3  # instances that are told for one blockage


@dataclass(frozen=True, slots=True)
class Tried:
    """One suggestion, and what came of it."""

    what: str
    outcome: str
    note: str


@dataclass(frozen=True, slots=True)
class AskBefore:
    """Something asked before, and what came back."""

    about: str
    asked: str
    of: str
    ask: str
    answer: str
    answered: bool


@dataclass(frozen=True, slots=True)
class BlockageStory:
    """One recurrent blockage: how often, what it does to people, what was tried."""

    title: str
    how_often: str
    cases: int
    communities: int
    what_it_does: Prose
    notes: tuple[str, ...]
    tried: tuple[Tried, ...]


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    """Suggestions of one kind: how many helped, and how many partly."""

    kind: str
    helped: int
    partly: int


@dataclass(frozen=True, slots=True)
class EmptySeats:
    """The roles of one sector that nobody fills."""

    sector: str
    roles: str


@dataclass(frozen=True, slots=True)
class BriefFacts:
    """Everything a brief states."""

    title: str
    programme: str
    addressee: str
    period: str
    audience: str
    ask: str
    reply_by: str
    cover: Prose
    blockages: tuple[BlockageStory, ...]
    outcomes: tuple[OutcomeRow, ...]
    outcomes_note: str
    membership: str
    attendance: str
    empty_seats: tuple[EmptySeats, ...]
    asked_before: tuple[AskBefore, ...]
    cases: tuple[str, ...]


def build_brief(view: View) -> BriefFacts:
    """Work out what a brief states to the audience that the programme was reduced to."""
    brief = view.brief
    if brief is None:
        raise ValueError("the view is not that of a brief")
    recurrent = [blockage for blockage in view.blockages if blockage.cases]
    recurrent.sort(key=lambda one: (-one.cases, -one.communities, one.title))
    progress = [entry for case in view.cases for entry in case.progress]
    return BriefFacts(
        title=brief.title,
        programme=view.programme,
        addressee=brief.addressee,
        period=period_in_words(brief.since, brief.until),
        audience=view.audience.value,
        ask=sentence(brief.ask),
        reply_by=day_in_words(brief.reply_by) if brief.reply_by else "",
        cover=Prose(brief.body),
        blockages=tuple(_blockage(view, blockage) for blockage in recurrent),
        outcomes=_outcomes(progress),
        outcomes_note=_outcomes_note(view, progress),
        membership=_membership(view),
        attendance=_attendance(view),
        empty_seats=tuple(_empty_seats(view)),
        asked_before=tuple(_asked_before(view)),
        cases=tuple(case.title for case in view.cases),
    )


def _blockage(view: View, blockage: BlockageView) -> BlockageStory:
    touched = [
        case for case in view.cases if any(issue.blockage == blockage.slug for issue in case.issues)
    ]
    notes = [
        sentence(issue.note)
        for case in touched
        for issue in case.issues
        if issue.blockage == blockage.slug and issue.note
    ]
    tried = [entry for case in touched for entry in _tried(case)]
    places = counted(blockage.communities, "community", "communities")
    return BlockageStory(
        title=blockage.title,
        how_often=f"{counted(blockage.cases, 'case').capitalize()} in {places}{_when(blockage)}.",
        cases=blockage.cases,
        communities=blockage.communities,
        what_it_does=Prose(blockage.body),
        notes=tuple(notes[:MOST_NOTES]),
        tried=tuple(tried[:MOST_TRIED]),
    )


def _when(blockage: BlockageView) -> str:
    """Say from when to when it came up, if in more than one month."""
    if len(blockage.months) < 2:  # one month needs no span
        return ""
    first, last = blockage.months[0], blockage.months[-1]
    return f", from {month_in_words(first)} to {month_in_words(last)}"


_IN_WORDS = {
    Outcome.HELPED: "helped",
    Outcome.PARTLY: "helped partly",
    Outcome.DID_NOT_HELP: "did not help",
    Outcome.NOT_TRIED: "was not tried",
}


def _tried(case: Case) -> Iterable[Tried]:
    """Give each action with its last outcome."""
    last = {entry.action: entry for entry in case.progress if entry.action}
    for action in case.actions:
        if (entry := last.get(action.id)) is not None:
            note = sentence(entry.note or "")
            yield Tried(action.what.rstrip("."), _IN_WORDS[entry.outcome], note)


def _outcomes(progress: Iterable[Progress]) -> tuple[OutcomeRow, ...]:
    found = Counter((entry.kind, entry.outcome) for entry in progress)
    return tuple(
        OutcomeRow(kind.value, found[kind, Outcome.HELPED], found[kind, Outcome.PARTLY])
        for kind in OutcomeKind
    )


def _outcomes_note(view: View, progress: list[Progress]) -> str:
    if not progress:
        return ""
    found = Counter(entry.outcome for entry in progress)
    text = (
        f"{len(progress)} suggestions were followed up in the "
        f"{counted(len(view.cases), 'case study', 'case studies')} shared here: "
        f"{found[Outcome.HELPED]} helped, {found[Outcome.PARTLY]} helped partly, "
        f"{found[Outcome.DID_NOT_HELP]} did not help and "
        f"{found[Outcome.NOT_TRIED]} could not be tried."
    )
    kept = sum(
        entry.kind in {OutcomeKind.MAINTENANCE, OutcomeKind.PREVENTION} for entry in progress
    )
    if kept:
        text += (
            f" {kept} kept things from getting worse or stopped a crisis; "
            "that counts as much as recovery."
        )
    return text


def _membership(view: View) -> str:
    sectors = {
        person.member.sector for person in view.matrix.people if person.letter is not Letter.Y
    }
    places = counted(len(view.matrix.columns), "community of practice", "communities of practice")
    return (
        f"{view.matrix.total} people from {counted(len(sectors), 'sector')} are confirmed members "
        f"of {places} on {day_in_words(view.scope.until)}, facilitators included; "
        f"{view.matrix.excluded} more came too seldom to be counted or dropped out."
    )


def _attendance(view: View) -> str:
    meetings = [meeting for community in view.communities for meeting in community.meetings]
    if not meetings:
        return "No meeting was held in this time."
    mean = sum(meeting.present for meeting in meetings) / len(meetings)
    held = counted(len(meetings), "meeting").capitalize()
    was = "was" if len(meetings) == 1 else "were"
    return f"{held} {was} held, with {mean:.0f} people at each on average."


def _empty_seats(view: View) -> Iterable[EmptySeats]:
    """Give the seats sought in which nobody sits: empty, or with people who left alone."""
    by_sector: dict[str, list[str]] = {}
    for row in view.matrix.rows:
        if not set("".join(row.cells.values())) - {Letter.Y.value}:
            by_sector.setdefault(row.sector, []).append(row.role)
    for sector, roles in by_sector.items():
        yield EmptySeats(sector, listed(roles) if len(roles) < 3 else "; ".join(roles))


def _asked_before(view: View) -> Iterable[AskBefore]:
    found = [
        (ask, blockage.title)
        for blockage in view.blockages
        for ask in blockage.asks
        if ask.date <= view.scope.until
    ]
    found.sort(key=lambda pair: pair[0].date)
    for ask, title in found:
        yield AskBefore(
            about=title,
            asked=day_in_words(ask.date),
            of=ask.of,
            ask=sentence(ask.ask),
            answer=_answer(ask, view.scope.until),
            answered=ask.replied is not None,
        )


def _answer(ask: Ask, as_of: dt.date) -> str:
    if ask.replied:
        reply = sentence(ask.reply or "an answer came")
        return f"{reply} ({day_in_words(ask.replied)})"
    days = counted((as_of - ask.date).days, "day")
    return f"No answer after {days}."
