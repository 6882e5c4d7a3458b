"""Facts of an agenda: the parts of a meeting, what each states, and when it begins.  Pure.

Feedback on earlier cases comes before the new case, while people are fresh.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from copkit.analysis.agenda import ActionView, AgendaView, CaseToPresent, DateView, TurnView
from copkit.analysis.blockages import NewsView
from copkit.documents.facts.shared import EvidenceItem, care_in_words
from copkit.records.cases import CaseKind
from copkit.records.meetings import USUAL_MINUTES, MeetingKind
from copkit.text.markdown import Address, Prose
from copkit.wording import (
    capitalised,
    count_in_words,
    day_in_words,
    join_sentences,
    list_in_words,
    number_in_words,
    plural,
    sentence,
    weekday_in_words,
)

# How the minutes of a meeting are shared out.

STEP: Final = 5  # minutes, to which every part but the case is rounded
SHARES: Final = {"welcome": 1, "feedback": 2, "case": 6, "evidence": 1, "blockages": 1, "close": 1}
"""Twelfths of a meeting in which every part has something to say."""
LEAST_FOR_A_CASE: Final = 10  # minutes; where less would be left, there is no timetable


@dataclass(frozen=True, slots=True)
class Slot:
    """When a part begins, and how long it takes; both empty where there is no timetable."""

    start: str = ""
    length: str = ""


@dataclass(frozen=True, slots=True)
class Timetable:
    """When each part of the meeting begins."""

    welcome: Slot
    feedback: Slot
    case: Slot
    evidence: Slot
    blockages: Slot
    close: Slot


def timetable(view: AgendaView) -> Timetable:
    """Return when each part begins and how long it takes; the minutes sum up to the meeting's.

    All slots are empty where the start is not on record, or too little time would be left for a
    case.
    """
    lengths = _lengths(view)
    slots, elapsed = dict.fromkeys(SHARES, Slot()), 0
    for part, minutes in lengths.items():
        if view.start:
            slots[part] = Slot(
                f"{clock_after(view.start, elapsed):%H:%M}", plural(minutes, "minute")
            )
        elapsed += minutes
    return Timetable(**slots)


def _lengths(view: AgendaView) -> Mapping[str, int]:
    """Return the minutes of each part, or ``{}`` where too few would be left for a case."""
    absent = {
        "evidence": not (view.evidence or view.fitting),
        "blockages": not view.news,
    }
    shares = {part: share for part, share in SHARES.items() if not absent.get(part)}
    total, whole = view.minutes or USUAL_MINUTES, sum(shares.values())
    lengths = {
        part: max(STEP, STEP * round(total * share / whole / STEP))
        for part, share in shares.items()
    }
    # rounding the others must not make the meeting longer: the case takes what remains
    lengths["case"] = total - sum(lengths.values()) + lengths["case"]
    return lengths if lengths["case"] >= LEAST_FOR_A_CASE else {}


def clock_after(start: dt.time, minutes: int) -> dt.time:
    """Return the time of day some minutes after another, past midnight as well."""
    hours, minutes = divmod((start.hour * 60 + start.minute + minutes) % (24 * 60), 60)
    return dt.time(hours, minutes)


MOST_NEWS: Final = 4  # answers and silences; more would push the agenda past one page of A4
MOST_LATER: Final = 3  # actions that are due only after this meeting


@dataclass(frozen=True, slots=True)
class ActionItem:
    """Something that somebody was to try; ``when`` says what was agreed, or how long ago."""

    what: str
    owner: str
    when: str
    overdue: bool
    case: str


@dataclass(frozen=True, slots=True)
class CaseItem:
    """A case to be presented: whose it is, and what they ask of the group."""

    kind: str
    title: str
    presenters: str
    question: str


@dataclass(frozen=True, slots=True)
class NewsItem:
    """What is new of one thing that was asked."""

    blockage: str
    asked: str
    news: str


@dataclass(frozen=True, slots=True)
class AgendaFacts:
    """Everything an agenda states.

    At a review it asks whether it is time to end; ``room`` is what speaks for asking.
    """

    title: str
    community: str
    programme: str
    lead: str
    times: Timetable
    ground_rules: Prose
    new_members: str
    apologies: str
    feedback_note: str
    feedback: tuple[ActionItem, ...]
    case_heading: str
    cases: tuple[CaseItem, ...]
    no_case: str
    waiting: tuple[CaseItem, ...]
    turns: tuple[str, ...]
    evidence: tuple[EvidenceItem, ...]
    fitting: tuple[str, ...]
    news_heading: str
    news: tuple[NewsItem, ...]
    news_note: str
    to_come: tuple[str, ...]
    later: tuple[ActionItem, ...]
    later_note: str
    asks_to_end: bool
    room: tuple[str, ...]
    readers: str
    care: str


def build_agenda(view: AgendaView) -> AgendaFacts:
    """Work out what the agenda of a meeting states to the members of its community."""
    year = view.held_on.year
    return AgendaFacts(
        title=f"{weekday_in_words(view.held_on, year)} {year}",
        community=view.community,
        programme=view.programme,
        lead=meeting_lead(view.start, view.minutes, view.place, view.kind),
        times=timetable(view),
        ground_rules=Prose(view.ground_rules, below=2),
        new_members=sentence("; ".join(view.new_members)),
        apologies=sentence("; ".join(view.apologies)),
        feedback_note=_feedback_note(view.due),
        feedback=tuple(_action(action, view.held_on) for action in view.due),
        case_heading=_case_heading(view),
        cases=tuple(map(_case, view.cases)),
        no_case="" if view.cases else _no_case(view),
        waiting=tuple(map(_case, view.waiting)),
        turns=tuple(map(_turn, view.turns)),
        evidence=tuple(
            EvidenceItem(card.title, card.citation, Address(card.url), Prose(card.spoken))
            for card in view.evidence
        ),
        fitting=view.fitting,
        news_heading=_news_heading(view.news),
        news=tuple(_news(news, year) for news in view.news[:MOST_NEWS]),
        news_note=_more_not_listed(len(view.news) - MOST_NEWS, "thing asked", "things asked"),
        to_come=tuple(_date(meeting, year) for meeting in view.to_come),
        later=tuple(_action(action, view.held_on) for action in view.later[:MOST_LATER]),
        later_note=_more_not_listed(len(view.later) - MOST_LATER, "action"),
        asks_to_end=view.kind is MeetingKind.REVIEW,
        room=tuple(map(sentence, view.room)),
        readers=f"For the members of the {view.community}.",
        care=care_in_words("your facilitator") if view.cases or view.due else "",
    )


# --- when and where -------------------------------------------------------------------------


_KINDS: Final = {
    MeetingKind.TASTER: "Taster session",
    MeetingKind.GUEST_SPEAKER: "Guest speaker",
    MeetingKind.REVIEW: "Review",
}


def meeting_lead(start: dt.time | None, minutes: int | None, place: str, kind: MeetingKind) -> str:
    """Write the hours, the place and the kind of a meeting, as far as they are on record."""
    parts = [part for part in (_hours(start, minutes), place) if part]
    return join_sentences(sentence(", ".join(parts)), sentence(_KINDS.get(kind, "")))


def _hours(start: dt.time | None, minutes: int | None) -> str:
    """Write a meeting's hours: ``18:30 to 20:00``, ``from 18:30``, ``90 minutes`` or ``""``."""
    if start is None:
        return plural(minutes, "minute") if minutes else ""
    if minutes is None:
        return f"from {start:%H:%M}"
    return f"{start:%H:%M} to {clock_after(start, minutes):%H:%M}"


# --- what was agreed, and is due ------------------------------------------------------------


def _feedback_note(actions: Iterable[ActionView]) -> str:
    """Write how many actions there are to hear about, and how many of them are overdue."""
    due_actions = list(actions)
    late = sum(action.days_overdue > 0 for action in due_actions)
    if not due_actions:
        return "Nothing is due. Has anything changed for somebody of whom you told us earlier?"
    due = f"{capitalised(count_in_words(len(due_actions), 'action'))} to hear about"
    if not late:
        return f"{due}."
    if late == len(due_actions):
        return f"{due}, {'all of them overdue' if late > 1 else 'and it is overdue'}."
    return f"{due}, {number_in_words(late)} of them overdue."


def _action(action: ActionView, day: dt.date) -> ActionItem:
    """Build the line of an action; ``day`` is that of the meeting."""
    return ActionItem(
        what=sentence(action.what),
        owner=action.owner or "Nobody yet",
        when=_due(action, day),
        overdue=action.days_overdue > 0,
        case=action.case,
    )


def _due(action: ActionView, day: dt.date) -> str:
    """Write when an action is due: ``Due 4 May, 3 days overdue``; ``day`` is the meeting's."""
    if action.due is None:
        return "No day was agreed"
    if action.due == day:
        return "Due at this meeting"
    due = f"Due {_day_without_year(action.due, day.year)}"
    late = action.days_overdue
    return f"{due}, {plural(late, 'day')} overdue" if late else due


def _day_without_year(day: dt.date, year: int) -> str:
    """Write a day without its year if that is ``year``, the agenda's: ``18 April``."""
    text = day_in_words(day)
    return text.removesuffix(f" {year}")


# --- the case -------------------------------------------------------------------------------


_CASE_HEADINGS: Final = {
    MeetingKind.TASTER: "A short case, to try it out",
    MeetingKind.GUEST_SPEAKER: "Our guest",
    MeetingKind.REVIEW: "Looking back and ahead",
}
_NO_CASE: Final = {
    True: "No case is set for this meeting.",
    False: "No case is set for this meeting. Who could bring one?",
}


def _no_case(view: AgendaView) -> str:
    """Write what stands where no case is set."""
    if view.kind is MeetingKind.GUEST_SPEAKER:
        return "Guest: to be confirmed."
    return _NO_CASE[bool(view.waiting or view.turns)]


def _case_heading(view: AgendaView) -> str:
    """Return the heading above the cases; without a case, that of the kind of meeting."""
    if view.cases:
        return "The case" if len(view.cases) == 1 else "The cases"
    return _CASE_HEADINGS.get(view.kind, "The case")


def _case(case: CaseToPresent) -> CaseItem:
    """Build the line of a case that is to be presented; each presenter's role is named once."""
    return CaseItem(
        kind="What worked well" if case.kind is CaseKind.WORKED_WELL else "A challenge",
        title=case.title,
        presenters=list_in_words(list(dict.fromkeys(case.presenters))),
        question=case.question,
    )


def _turn(turn: TurnView) -> str:
    if turn.last is None:
        return f"{turn.role}: has not presented yet."
    return f"{turn.role}: last presented on {day_in_words(turn.last)}."


# --- what is new ----------------------------------------------------------------------------


def _news_heading(news: Iterable[NewsView]) -> str:
    """Return the heading above what was asked: whether there is any answer to hear about."""
    return (
        "Answers, and what we wait for" if any(n.replied for n in news) else "Waiting for answers"
    )


def _news(news: NewsView, year: int) -> NewsItem:
    """Build what is new of an ask: its answer, else for how long it is overdue, else the wait.

    ``year`` is the agenda's, and left out of days.
    """
    asked = f"On {_day_without_year(news.asked, year)} we asked {news.of}: {sentence(news.ask)}"
    if news.replied:
        answered = f"Answered on {_day_without_year(news.replied, year)}."
        return NewsItem(news.blockage, asked, f"{answered} {sentence(news.reply)}".strip())
    if news.days_overdue and news.reply_by:
        deadline = f"an answer was asked for by {_day_without_year(news.reply_by, year)}"
        silence = f"{plural(news.days_overdue, 'day')} overdue: {deadline}."
        return NewsItem(news.blockage, asked, silence)
    wait = (
        f"No answer yet; it is due by {_day_without_year(news.reply_by, year)}."
        if news.reply_by
        else ""
    )
    return NewsItem(news.blockage, asked, wait or "No answer yet.")


def _more_not_listed(count: int, noun: str, several: str = "") -> str:
    """Write ``And three more actions.``; ``""`` where ``count`` is not above 0.

    ``several`` is the plural where it is not ``noun`` and an s.
    """
    return (
        f"And {count_in_words(count, f'more {noun}', several and f'more {several}')}."
        if count > 0
        else ""
    )


def _date(meeting: DateView, year: int) -> str:
    """Write a meeting to come: ``Wednesday 18 April, 18:30, Town Hall (review)``.

    ``year`` is the agenda's, and left out.
    """
    time = f", {meeting.start:%H:%M}" if meeting.start else ""
    place = f", {meeting.place}" if meeting.place else ""
    kind = f" ({_KINDS[meeting.kind].lower()})" if meeting.kind in _KINDS else ""
    return f"{weekday_in_words(meeting.held_on, year)}{time}{place}{kind}"
