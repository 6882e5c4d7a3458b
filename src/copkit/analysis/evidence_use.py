"""Which evidence was brought to a discussion, what it is tied to, what is due for review.  Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from copkit.records.evidence import Evidence, Use
from copkit.records.schema.fields import NO_DATE

if TYPE_CHECKING:
    from copkit.folder import Programme

WORDS_A_MINUTE = 150
TOO_LONG = 75
"""Seconds that are no longer about a minute."""


@dataclass(frozen=True, slots=True)
class CardUse:
    """A card, the cases it is tied to as ``community/case``, and its uses so far, the latest last.

    ``due`` says that the day to look whether it still holds has come.
    """

    card: Evidence
    cases: tuple[str, ...]
    used: tuple[Use, ...]
    due: bool

    @property
    def last_used(self) -> dt.date | None:
        """The last day it was brought to a discussion."""
        return self.used[-1].date if self.used else None

    @property
    def places(self) -> list[str]:
        """The communities that it was brought to, in the order in which it came there."""
        return list(dict.fromkeys(use.community for use in self.used if use.community))


def use_of(card: Evidence, as_of: dt.date, cases: Iterable[str] = ()) -> CardUse:
    """Say how a card was used up to a day; a use whose day cannot be read is left out."""
    used = (use for use in card.used if use.date != NO_DATE and use.date <= as_of)
    in_order = tuple(sorted(used, key=lambda use: use.date))
    due = card.review is not None and card.review <= as_of
    return CardUse(card, tuple(cases), in_order, due)


def uses(programme: Programme, as_of: dt.date) -> list[CardUse]:
    """Say of every card how it was used up to a day, and to which cases it is tied; by slug."""
    tied = tied_cases(programme)
    return [use_of(card, as_of, tied.get(card.slug, ())) for card in programme.evidence]


def tied_cases(programme: Programme) -> dict[str, list[str]]:
    """Give, by the slug of a card, the cases that name it."""
    tied: dict[str, list[str]] = {}
    for records in programme.communities:
        for case in records.cases:
            for slug in dict.fromkeys(case.evidence):
                tied.setdefault(slug, []).append(case.name)
    return tied


def seconds_to_say(text: str) -> int:
    """Give how long a text takes to say aloud, roughly."""
    return round(len(text.split()) * 60 / WORDS_A_MINUTE)
