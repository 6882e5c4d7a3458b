"""What a brief states, as a template sees it.  Pure."""

from __future__ import annotations

from dataclasses import dataclass

from copkit.documents.charts.bars import Bars
from copkit.text.markdown import Prose


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
