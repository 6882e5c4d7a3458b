"""Facts that the brief and the letter share, and the words for them.  Pure."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from copkit.analysis.privacy.view import ActionOutcome, AskView, BlockageView
from copkit.documents.charts.bars import Bars
from copkit.records.cases import Outcome
from copkit.text.markdown import Prose
from copkit.wording import (
    capitalised,
    count_in_words,
    day_in_words,
    list_in_words,
    month_in_words,
    sentence,
)


@dataclass(frozen=True, slots=True)
class Tried:
    """One suggestion, and what came of it."""

    what: str
    outcome: str
    note: str


@dataclass(frozen=True, slots=True)
class AskBefore:
    """Something asked before, and what came back; ``reply`` is empty while there is silence."""

    about: str
    asked: str
    of: str
    ask: str
    status: str
    reply: str


@dataclass(frozen=True, slots=True)
class BlockageStory:
    """One recurrent blockage: how often, what it does to people, what was tried."""

    title: str
    how_often: str
    what_it_does: Prose
    notes: tuple[str, ...]
    tried: tuple[Tried, ...]


@dataclass(frozen=True, slots=True)
class BlockageCount:
    """How often one blockage came up, in words as well."""

    title: str
    in_words: str
    cases: int
    communities: int


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
    """Everything a brief states; each note also says what was left out to stay brief."""

    title: str
    programme: str
    addressee: str
    period: str
    ask: str
    reply_by: str
    cover: Prose
    counts: tuple[BlockageCount, ...]
    charts: tuple[Bars, ...]
    blockages: tuple[BlockageStory, ...]
    blockages_note: str
    outcomes: tuple[OutcomeRow, ...]
    outcomes_note: str
    membership: str
    seats: str
    empty_seats: tuple[EmptySeats, ...]
    asked_note: str
    asked_before: tuple[AskBefore, ...]
    cases_note: str
    cases: tuple[str, ...]
    care: str


# The words for outcomes and answers, the same in both documents.

DID_GOOD: Final = (Outcome.HELPED, Outcome.PARTLY)
# Counted by recovery alone, work with people in crisis would look like failure (practice of the
# communities: maintenance and prevention are outcomes of their own).
COUNTS_AS_MUCH: Final = "To keep a person steady or to prevent a crisis counts as much as recovery."
_IN_WORDS: Final = {
    Outcome.HELPED: "helped",
    Outcome.PARTLY: "helped partly",
    Outcome.DID_NOT_HELP: "did not help",
    Outcome.NOT_TRIED: "was not tried",
}


def recurrence_in_words(blockage: BlockageView) -> str:
    """Write how often a blockage came up: ``six cases in four communities``."""
    places = count_in_words(blockage.communities, "community", "communities")
    return f"{count_in_words(blockage.cases, 'case')} in {places}"


def recurrence_sentence(blockage: BlockageView) -> str:
    """Write how often a blockage came up as a sentence, and when, if readers may know that.

    ``Six cases in four communities, from May 2012 to June 2013.``
    """
    text = recurrence_in_words(blockage)
    if len(blockage.months) > 1:
        first, last = month_in_words(blockage.months[0]), month_in_words(blockage.months[-1])
        text += f", from {first} to {last}"
    return sentence(text)


def tried_in_words(entry: ActionOutcome) -> Tried:
    """Return one suggestion and its outcome in words."""
    suggestion = capitalised(entry.what.rstrip("."))
    return Tried(suggestion, f"{_IN_WORDS[entry.outcome]}.", sentence(entry.note))


def outcomes_in_words(cases: int, followed_up: Sequence[ActionOutcome]) -> str:
    """Sum up what came of the suggestions in some cases; ``""`` if none was followed up.

    ``cases`` is how many cases these are.
    """
    if not followed_up:
        return ""
    where = f"In the {count_in_words(cases, 'case study', 'case studies')} shared here"
    if len(followed_up) == 1:
        return f"{where}, one suggestion was followed up: it {_IN_WORDS[followed_up[0].outcome]}."
    counts = Counter(entry.outcome for entry in followed_up)
    results = list_in_words(
        [_result(counts[outcome], outcome) for outcome in Outcome if counts[outcome]]
    )
    return f"{where}, {len(followed_up)} suggestions were followed up: {results}."


def _result(count: int, outcome: Outcome) -> str:
    if outcome is Outcome.NOT_TRIED:
        return f"{count} {'was' if count == 1 else 'were'} not tried"
    return f"{count} {_IN_WORDS[outcome]}"


def answer_in_words(ask: AskView, as_of: dt.date) -> str:
    """Write when an ask was answered, or for how long it has not been by ``as_of``."""
    if ask.replied:
        return f"Answered on {day_in_words(ask.replied)}."
    days = (as_of - ask.date).days
    silence = (
        f"No answer after {count_in_words(days, 'day')}"
        if days
        else "Asked on the last day covered"
    )
    if ask.reply_by is None:
        return f"{silence}."
    due = "was" if ask.reply_by <= as_of else "is"
    return f"{silence}; it {due} due by {day_in_words(ask.reply_by)}."
