"""Facts that the brief and the letter share, and the words for them.  Pure."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from copkit.analysis.privacy.view import ActionOutcome, AskView, BlockageView, ContactView
from copkit.documents.charts.bars import Bars
from copkit.records.cases import Outcome
from copkit.text.markdown import Address, Prose
from copkit.wording import (
    capitalised,
    count_in_words,
    day_in_words,
    list_in_words,
    month_in_words,
    number_in_words,
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
    """How often one blockage came up, in words as well; ``asked`` is what came of the last ask."""

    title: str
    in_words: str
    cases: int
    communities: int
    asked: str = ""


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    """Suggestions of one kind: ``counts`` of each outcome, in the order of their heads."""

    kind: str
    counts: tuple[int, ...]
    in_words: str


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
    reply_to: str = ""
    as_at: str = ""
    own_record: tuple[AskBefore, ...] = ()
    counted: str = ""
    beyond_remit: str = ""
    outcome_heads: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EvidenceItem:
    """One evidence card: the spoken form and where it comes from."""

    title: str
    citation: str
    url: Address
    spoken: Prose
    anchor: str = ""


def texts_in(value: Any) -> Iterator[str]:
    """Yield every text within facts, Markdown as plain text."""
    if isinstance(value, Prose):
        yield str(value)
    elif isinstance(value, str):
        yield value
    elif isinstance(value, tuple | list):
        for part in value:
            yield from texts_in(part)
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from texts_in(part)
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from texts_in(getattr(value, field.name))


# Whom readers answer to, in the words of every document.


def contact_in_words(contact: ContactView | None) -> str:
    """Write whom readers answer to in one line; ``""`` for nobody."""
    if contact is None:
        return ""
    return ", ".join(filter(None, (_in_a_sentence(contact), *dataclasses.astuple(contact)[2:])))


def _in_a_sentence(contact: ContactView) -> str:
    """Write a person, or a role, as they stand within a sentence: ``the programme manager``."""
    role = contact.role
    # a role in small letters but for its first; "NHS lead" keeps its own
    small = role[:1].lower() + role[1:] if role[1:].islower() else role
    if contact.name:
        return _joined(contact.name, small)
    return f"the {small}" if role else ""


def contact_lines(contact: ContactView | None) -> tuple[str, ...]:
    """Write whom readers answer to as the lines under a signature."""
    if contact is None:
        return ()
    who = _joined(contact.name, contact.role)
    by_wire = _joined(contact.phone, contact.email)
    return tuple(filter(None, (who, contact.organisation, contact.address, by_wire)))


def _joined(*parts: str) -> str:
    """Join the parts that are not empty by commas."""
    return ", ".join(filter(None, parts))


def whom_to_tell(contact: ContactView | None) -> str:
    """Write whom readers turn to within a sentence: ``Jo Harker, programme manager``."""
    if contact is None:
        return "us"
    return _in_a_sentence(contact) or contact.organisation


def care_in_words(whom: str) -> str:
    """Write how readers are to be careful with the cases of a document, and whom to tell."""
    return (
        "Cases are told without names. Please do not guess at who a case is about. "
        f"If you recognise someone, tell {whom} and nobody else."
    )


# The words for outcomes and answers, the same in both documents.

DID_GOOD: Final = (Outcome.HELPED, Outcome.PARTLY)
# Counted by recovery alone, work with people in crisis would look like failure (practice of the
# communities: maintenance and prevention are outcomes of their own).
COUNTS_AS_MUCH: Final = "We count keeping someone steady, and preventing a crisis, as results."
_IN_WORDS: Final = {
    Outcome.HELPED: "helped",
    Outcome.PARTLY: "helped in part",
    Outcome.DID_NOT_HELP: "did not help",
    Outcome.NOT_TRIED: "was not tried",
}


def recurrence_in_words(blockage: BlockageView) -> str:
    """Write how often a blockage came up.

    ``6 of the 16 cases presented, in 5 of 6 communities``
    """
    cases = f"{blockage.cases} of the {blockage.of_cases} cases"
    if blockage.cases == blockage.of_cases:
        cases = _all_in_words(blockage.cases, "the one case", "cases")
    places = f"{blockage.communities} of {blockage.of_communities} communities"
    if blockage.communities == blockage.of_communities:
        places = _all_in_words(blockage.communities, "one community", "communities")
    return f"{cases} presented, in {places}"


def _all_in_words(count: int, one: str, several: str) -> str:
    """Write that it is all of them: ``both cases``, ``all three cases``; ``one`` stands for 1."""
    if count == 1:
        return one
    return f"both {several}" if count == 2 else f"all {number_in_words(count)} {several}"


def recurrence_sentence(blockage: BlockageView) -> str:
    """Write how often a blockage came up as a sentence, and when, if readers may know that.

    ``6 of the 16 cases presented, in 5 of 6 communities, from May 2012 to June 2013.``
    """
    text = recurrence_in_words(blockage)
    if len(blockage.months) > 1:
        first, last = month_in_words(blockage.months[0]), month_in_words(blockage.months[-1])
        text += f", from {first} to {last}"
    return sentence(text)


def outcome_in_words(outcome: Outcome) -> str:
    """Write whether a suggestion helped: ``helped partly``."""
    return _IN_WORDS[outcome]


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
    known = known_outcomes(cases, len(followed_up)).rstrip(".")
    if len(followed_up) == 1:
        return f"{known}: it {_IN_WORDS[followed_up[0].outcome]}."
    counts = Counter(entry.outcome for entry in followed_up)
    in_figures = number_in_words(len(followed_up)).isdecimal()
    results = [
        _result(str(counts[outcome]) if in_figures else number_in_words(counts[outcome]), outcome)
        for outcome in Outcome
        if counts[outcome]
    ]
    return f"{known}: {list_in_words(results)}."


def known_outcomes(cases: int, suggestions: int) -> str:
    """Write of how many suggestions in how many case studies it is known what came of them."""
    studies = (
        "case study" if cases == 1 else f"{count_in_words(cases, 'case study', 'case studies')}"
    )
    total = count_in_words(suggestions, "suggestion")
    return f"In the {studies} we can share, we know what came of {total}."


def _result(count: str, outcome: Outcome) -> str:
    if outcome is Outcome.NOT_TRIED:
        return f"{count} {'was' if count in ('1', 'one') else 'were'} not tried"
    return f"{count} {_IN_WORDS[outcome]}"


def answer_in_words(ask: AskView, as_of: dt.date) -> str:
    """Write when an ask was answered, or for how long it has not been by ``as_of``."""
    if ask.replied:
        return f"Answered on {day_in_words(ask.replied)}."
    if ask.is_answered:
        return "Answered."
    if ask.reply_by is None:
        days = (as_of - ask.date).days
        return f"No answer after {count_in_words(days, 'day')}." if days else "No answer yet."
    due = day_in_words(ask.reply_by)
    if ask.reply_by >= as_of:
        return f"No answer yet; it is due by {due}."
    return f"No answer: {count_in_words((as_of - ask.reply_by).days, 'day')} overdue (due {due})."
