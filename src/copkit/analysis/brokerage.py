"""Whom communities approached: what is to be done next, and what came of it all.  Pure.

Recruiting is brokerage (programme report): persistence, several levels of management, managers
met in person.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, NamedTuple

from copkit.analysis.period import Known
from copkit.analysis.seats import hours_of
from copkit.folder import Programme
from copkit.records.approaches import Approach, ApproachOutcome, Level

NOT_NOTED: Final = "not noted"
"""Stands for a level or an outcome that an approach leaves out."""


class Made(NamedTuple):
    """An approach and the community that made it."""

    community: str
    approach: Approach


class NextStep(NamedTuple):
    """What is to be done about an approach; ``days_overdue`` is 0 where no day is set."""

    made: Made
    days_overdue: int


@dataclass(frozen=True, slots=True)
class Tally:
    """Approaches of one outcome, or at one level."""

    name: str
    count: int
    hours: Decimal


@dataclass(frozen=True, slots=True)
class Totals:
    """What approaches took and brought; ``seats`` counts those asked for, by community."""

    asked: int
    seats: int
    hours: Decimal
    by_outcome: tuple[Tally, ...]
    by_level: tuple[Tally, ...]


def approaches_of(
    programme: Programme, as_of: dt.date, only: Iterable[str] = ()
) -> tuple[Made, ...]:
    """Give the approaches made by a day, by date; ``only`` names communities by slug."""
    chosen = set(only)
    found = (
        Made(records.slug, approach)
        for records in programme.communities
        if not chosen or records.slug in chosen
        for approach in records.approaches
        if approach.date <= as_of
    )
    return tuple(sorted(found, key=lambda made: made.approach.date))


def steps_due(programme: Programme, made: Sequence[Made], as_of: dt.date) -> list[NextStep]:
    """Give the next steps due by a day, the longest overdue first; those without a day are last.

    A step is done once somebody joined, or the same agency was asked again for the same seat;
    there is none left in a community that has ended.
    """
    threshold = programme.settings.threshold
    over = {
        records.slug
        for records in programme.communities
        if Known(records, threshold, as_of).has_ended
    }
    due = [
        one
        for number, one in enumerate(made)
        if (one.approach.next or one.approach.next_date)
        and (one.approach.next_date or as_of) <= as_of
        and one.approach.outcome is not ApproachOutcome.JOINED
        and one.community not in over
        and not any(_same_matter(one, later) for later in made[number + 1 :])
    ]
    due.sort(key=lambda one: one.approach.next_date or dt.date.max)
    return [NextStep(one, (as_of - (one.approach.next_date or as_of)).days) for one in due]


def totals_of(made: Sequence[Made]) -> Totals:
    """Add up what approaches took and brought."""
    approaches = [one.approach for one in made]
    seats = {
        (one.community, one.approach.sector, one.approach.role) for one in made if one.approach.role
    }
    return Totals(
        asked=len(made),
        seats=len(seats),
        hours=hours_of(approaches),
        by_outcome=tuple(_tallies(approaches, "outcome", ApproachOutcome)),
        by_level=tuple(_tallies(approaches, "level", Level)),
    )


def _same_matter(one: Made, later: Made) -> bool:
    def matter(made: Made) -> tuple[str, str, str]:
        return (
            made.community,
            made.approach.agency.casefold(),
            (made.approach.role or "").casefold(),
        )

    return matter(one) == matter(later)


def _tallies(approaches: list[Approach], key: str, names: Iterable[str]) -> Iterator[Tally]:
    """Count approaches by a field, in the order of its choices; those without a value last."""
    for name in (*names, None):
        found = [one for one in approaches if getattr(one, key) == name]
        if found:
            yield Tally(str(name) if name else NOT_NOTED, len(found), hours_of(found))
