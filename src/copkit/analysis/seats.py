"""Which seats are sought, filled and empty, and how hard each is to fill.  Pure.

A seat is a sector and a role of ``copkit.yaml``, in one community. It is filled by a confirmed
member (X or F) who has not left; somebody with a Y is on trial.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final, NamedTuple

from copkit.analysis.attendance import Letter
from copkit.analysis.period import Known, has_left, known_communities
from copkit.errors import Problem, Severity, did_you_mean
from copkit.folder import CommunityRecords, Programme
from copkit.records.approaches import Approach, ApproachOutcome, Level
from copkit.records.communities import CommunityKind
from copkit.records.members import Part
from copkit.records.programme import Seats
from copkit.records.schema.fields import Source


class SeatState(StrEnum):
    """Whether somebody sits on a seat."""

    FILLED = "filled"
    ON_TRIAL = "on-trial"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class Seat:
    """One seat of one community; ``empty_since`` is not known where a community has no first day.

    ``filled`` and ``on_trial`` count people.
    """

    community: str
    sector: str
    role: str
    filled: int
    on_trial: int
    empty_since: dt.date | None
    days_empty: int
    approaches: tuple[Approach, ...]

    @property
    def state(self) -> SeatState:
        """Whether somebody sits on it, or may come to."""
        if self.filled:
            return SeatState.FILLED
        return SeatState.ON_TRIAL if self.on_trial else SeatState.EMPTY

    @property
    def hours(self) -> Decimal:
        """Hours spent on approaches for it."""
        return hours_of(self.approaches)

    @property
    def last_outcome(self) -> ApproachOutcome | None:
        """What came of the last approach for it."""
        return self.approaches[-1].outcome if self.approaches else None


@dataclass(frozen=True, slots=True)
class HardSeat:
    """A seat that communities have empty: ``empty_in`` and ``sought_in`` are slugs.

    ``asked`` counts the approaches for it, in those communities, that brought nobody.
    """

    sector: str
    role: str
    empty_in: tuple[str, ...]
    sought_in: tuple[str, ...]
    asked: int
    hours: Decimal
    days_empty: int


def seats_of(
    programme: Programme, as_of: dt.date, only: Collection[str] = frozenset()
) -> tuple[Seat, ...]:
    """Give the seats of every community that had not ended, in the order of ``copkit.yaml``.

    ``only`` names communities by slug; one that is named is in it though it has ended.
    """
    return tuple(
        seat
        for known in known_communities(programme, as_of)
        if known.records.slug in only or not (only or known.has_ended)
        for seat in _seats(known, programme.settings.seats_sought)
    )


def hardest(seats: Iterable[Seat]) -> list[HardSeat]:
    """Give the seats that are empty somewhere, the hardest to fill first.

    What was asked for most often without anybody joining comes first, then what most communities
    lack, then what was empty longest: a seat that nobody asked for yet may be easy.
    """
    by_role: dict[tuple[str, str], list[Seat]] = {}
    for seat in seats:
        by_role.setdefault((seat.sector, seat.role), []).append(seat)
    found = [_hard(*role, several) for role, several in by_role.items()]
    return sorted(
        (one for one in found if one.empty_in),
        key=lambda one: (-one.asked, -len(one.empty_in), -one.days_empty),
    )


def sectors_without_anybody(known: Known, sought: Seats) -> list[str]:
    """Give the sectors sought in which a community has nobody, not even on trial."""
    there = {person.member.sector for person in known.people}
    return [sector for sector in sought if sector not in there]


def hours_of(approaches: Iterable[Approach]) -> Decimal:
    """Add up the hours spent on approaches; what is not noted counts nothing."""
    return sum((one.hours for one in approaches if one.hours), Decimal(0))


def is_for(approach: Approach, sector: str, role: str) -> bool:
    """Say whether an approach was for a seat; one that names no sector is for any with its role."""
    same = approach.role is not None and approach.role.casefold() == role.casefold()
    return same and approach.sector in (None, sector)


def _seats(known: Known, sought: Seats) -> Iterator[Seat]:
    for sector, roles in sought.items():
        for role in roles:
            here = [
                person
                for person in known.people
                if (person.member.sector, person.member.role) == (sector, role)
            ]
            filled = sum(person.letter is not Letter.Y for person in here)
            since = None if here else _empty_since(known, sector, role)
            yield Seat(
                community=known.records.slug,
                sector=sector,
                role=role,
                filled=filled,
                on_trial=len(here) - filled,
                empty_since=since,
                days_empty=max((known.as_of - since).days, 0) if since else 0,
                approaches=tuple(one for one in known.approaches if is_for(one, sector, role)),
            )


def _empty_since(known: Known, sector: str, role: str) -> dt.date | None:
    """Give the day on which the last holder left, else the community's first."""
    left = [
        member.left
        for member in known.records.members
        if (member.sector, member.role) == (sector, role)
        and member.left
        and has_left(member, known.as_of)
    ]
    return max(left) if left else known.community.started


def _hard(sector: str, role: str, seats: list[Seat]) -> HardSeat:
    empty = [seat for seat in seats if seat.state is SeatState.EMPTY]
    asked = [
        approach
        for seat in empty
        for approach in seat.approaches
        if approach.outcome is not ApproachOutcome.JOINED
    ]
    return HardSeat(
        sector=sector,
        role=role,
        empty_in=tuple(seat.community for seat in empty),
        sought_in=tuple(seat.community for seat in seats),
        asked=len(asked),
        hours=hours_of(asked),
        days_empty=max((seat.days_empty for seat in empty), default=0),
    )


# Seats that members have, or agencies were asked for, and that nobody seeks.


def not_sought(programme: Programme) -> Iterator[Problem]:
    """Warn of seats that are not among those sought; only communities of practice have seats."""
    seats = programme.settings.seats_sought
    for records in programme.communities:
        if seats and records.community.kind is CommunityKind.COMMUNITY:
            yield from _members(records, seats)
            yield from _approaches(records, seats)


def _members(records: CommunityRecords, seats: Seats) -> Iterator[Problem]:
    otherwise = "it gets a row of its own after those sought"
    for member in records.members:
        if member.part is not Part.KNOWLEDGE_BROKER and member.role and member.sector:
            yield from _seat(member.source, member.sector, member.role, seats, otherwise)


def _approaches(records: CommunityRecords, seats: Seats) -> Iterator[Problem]:
    otherwise = "'copkit seats' counts the approach for no seat"
    for approach in records.approaches:
        yield from _seat(approach.source, approach.sector, approach.role, seats, otherwise)


def _seat(
    source: Source, sector: str | None, role: str | None, seats: Seats, otherwise: str
) -> Iterator[Problem]:
    if sector and sector not in seats:
        key, word, known = "sector", sector, list(seats)
        message = f"the sector '{word}' is not among the seats sought in copkit.yaml"
    else:
        known = [one for name, roles in seats.items() if sector in (None, name) for one in roles]
        if not role or role in known:
            return
        key, word, where = "role", role, f"'{sector}'" if sector else "copkit.yaml"
        message = f"the role '{word}' is not among the seats sought in {where}"
    hint = did_you_mean(word, known, otherwise)
    yield source.problem("role-not-sought", key, message, hint, severity=Severity.WARNING)


# Whom communities approached: what is to be done next, and what came of it all.

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
