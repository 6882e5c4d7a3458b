"""Approaches to agencies: the next steps that are due, and totals.  Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, NamedTuple

from copkit.folder import Programme
from copkit.records.approaches import Approach, ApproachOutcome, Level

NOT_NOTED: Final = "not noted"
"""Stands for a level or an outcome that an approach leaves out."""


class ApproachEntry(NamedTuple):
    """An approach and the slug of the community that made it."""

    community: str
    approach: Approach


class NextStep(NamedTuple):
    """An approach whose next step is due; ``days_overdue`` is 0 where no date is set."""

    entry: ApproachEntry
    days_overdue: int


@dataclass(frozen=True, slots=True)
class Tally:
    """The number and hours of approaches of one outcome, or at one level; ``name`` is either."""

    name: str
    count: int
    hours: Decimal


@dataclass(frozen=True, slots=True)
class ApproachTotals:
    """Sums over approaches; ``seats`` counts the different seats asked for, by community."""

    asked: int
    seats: int
    hours: Decimal
    by_outcome: tuple[Tally, ...]
    by_level: tuple[Tally, ...]


def approaches_made(
    programme: Programme, as_of: dt.date, only: Iterable[str] = ()
) -> tuple[ApproachEntry, ...]:
    """Return the approaches made up to a day, by date.

    ``only`` restricts them to communities with these slugs; empty means all of them.
    """
    chosen = set(only)
    entries = (
        ApproachEntry(records.slug, approach)
        for records in programme.communities
        if not chosen or records.slug in chosen
        for approach in records.approaches
        if approach.date <= as_of
    )
    return tuple(sorted(entries, key=lambda entry: entry.approach.date))


def next_steps_due(
    programme: Programme, entries: Sequence[ApproachEntry], as_of: dt.date
) -> list[NextStep]:
    """Return the next steps due by a day, the longest overdue first, those without a date last.

    ``entries`` are by date. A step is done once somebody joined, or once the same agency was asked
    again for the same role; nothing is due in a community that has ended.
    """
    ended = {
        records.slug for records in programme.communities if records.community.has_ended_by(as_of)
    }
    due = [
        entry
        for number, entry in enumerate(entries)
        if (entry.approach.next or entry.approach.next_date)
        and (entry.approach.next_date or as_of) <= as_of
        and entry.approach.outcome is not ApproachOutcome.JOINED
        and entry.community not in ended
        and not any(_matter(entry) == _matter(later) for later in entries[number + 1 :])
    ]
    due.sort(key=lambda entry: entry.approach.next_date or dt.date.max)
    return [NextStep(entry, (as_of - (entry.approach.next_date or as_of)).days) for entry in due]


def approach_totals(entries: Sequence[ApproachEntry]) -> ApproachTotals:
    """Return the sums over approaches, in all and by outcome and level."""
    approaches = [entry.approach for entry in entries]
    seats = {
        (entry.community, entry.approach.sector, entry.approach.role)
        for entry in entries
        if entry.approach.role
    }
    return ApproachTotals(
        asked=len(entries),
        seats=len(seats),
        hours=total_hours(approaches),
        by_outcome=tuple(
            _tallies(ApproachOutcome, [(approach.outcome, approach) for approach in approaches])
        ),
        by_level=tuple(_tallies(Level, [(approach.level, approach) for approach in approaches])),
    )


def _matter(entry: ApproachEntry) -> tuple[str, str, str]:
    """Return what an approach was about: the community, the agency, and the role if it has one."""
    return (
        entry.community,
        entry.approach.agency.casefold(),
        (entry.approach.role or "").casefold(),
    )


def _tallies(names: Iterable[str], pairs: Sequence[tuple[str | None, Approach]]) -> Iterator[Tally]:
    """Count pairs of a name and an approach by name, in the order of ``names``, ``None`` last.

    Names that no approach has are left out.
    """
    for name in (*names, None):  # neither outcome nor level need be noted
        approaches = [approach for own_name, approach in pairs if own_name == name]
        if approaches:
            yield Tally(str(name) if name else NOT_NOTED, len(approaches), total_hours(approaches))


def total_hours(approaches: Iterable[Approach]) -> Decimal:
    """Return the sum of the hours spent on approaches; where none are noted, they count 0."""
    return sum((approach.hours for approach in approaches if approach.hours), Decimal(0))
