"""Seats of communities: filled, empty, hard to fill.  Pure.

A seat is a sector and a role of ``copkit.yaml``, in one community. It is filled by a confirmed
member (X or F) who has not left; somebody with a Y is on trial.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

from copkit.analysis.approaches import total_hours
from copkit.analysis.attendance import AttendanceLetter
from copkit.analysis.period import CommunitySnapshot, community_snapshots, has_left
from copkit.errors import Problem, Severity, did_you_mean
from copkit.folder import Programme
from copkit.records.approaches import Approach, ApproachOutcome
from copkit.records.communities import CommunityKind
from copkit.records.members import Part
from copkit.records.programme import Seats
from copkit.records.schema.fields import Source

# Seats: who has them, and which are hard to fill


class SeatState(StrEnum):
    """Whether somebody sits on a seat."""

    FILLED = "filled"
    ON_TRIAL = "on-trial"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class Seat:
    """One seat of one community; ``filled`` and ``on_trial`` count people.

    ``empty_since`` is ``None`` for a seat that is not empty, and where the community has no first
    day.
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
        return total_hours(self.approaches)

    @property
    def last_outcome(self) -> ApproachOutcome | None:
        """The outcome of the last approach for it; ``None`` if none was made, or none is noted."""
        return self.approaches[-1].outcome if self.approaches else None


@dataclass(frozen=True, slots=True)
class HardSeat:
    """A seat that is empty somewhere: ``empty_in`` and ``sought_in`` are slugs of communities.

    ``asked`` and ``hours`` are of the approaches for it, in those where it is empty, that brought
    nobody. ``days_empty`` is that of the community where it has been empty longest.
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
    """Return the seats of every community that had not ended, in the order of ``copkit.yaml``.

    ``only`` restricts them to communities with these slugs, ended or not; empty means all that
    go on.
    """
    return tuple(
        seat
        for snapshot in community_snapshots(programme, as_of)
        if snapshot.records.slug in only or not (only or snapshot.has_ended)
        for seat in _seats(snapshot, programme.settings.seats_sought)
    )


def hardest_seats(seats: Iterable[Seat]) -> list[HardSeat]:
    """Return the seats that are empty somewhere, the hardest to fill first.

    They are ordered by the number of approaches that brought nobody, then by the number of
    communities that lack them, then by the time they have been empty.
    """
    by_role: dict[tuple[str, str], list[Seat]] = {}
    for seat in seats:
        by_role.setdefault((seat.sector, seat.role), []).append(seat)
    grouped = [_hard_seat(sector, role, group) for (sector, role), group in by_role.items()]
    # Approaches come before the time: a seat that nobody was asked for yet may be easy to fill.
    return sorted(
        (seat for seat in grouped if seat.empty_in),
        key=lambda seat: (-seat.asked, -len(seat.empty_in), -seat.days_empty),
    )


def missing_sectors(snapshot: CommunitySnapshot, seats_sought: Seats) -> list[str]:
    """Return the sectors sought in which a community has nobody, not even on trial."""
    present = {person.member.sector for person in snapshot.people}
    return [sector for sector in seats_sought if sector not in present]


def is_approach_for(approach: Approach, sector: str, role: str) -> bool:
    """Check whether an approach was for a seat; without a sector it is for any with its role."""
    # Roles are typed by hand in either file, and differ in capitals.
    has_role = approach.role is not None and approach.role.casefold() == role.casefold()
    return has_role and approach.sector in (None, sector)


def _seats(snapshot: CommunitySnapshot, seats_sought: Seats) -> Iterator[Seat]:
    """Yield a community's seats in the order sought, with who has them and approaches for them."""
    for sector, roles in seats_sought.items():
        for role in roles:
            holders = [
                person
                for person in snapshot.people
                if (person.member.sector, person.member.role) == (sector, role)
            ]
            filled = sum(person.letter is not AttendanceLetter.Y for person in holders)
            since = None if holders else _empty_since(snapshot, sector, role)
            yield Seat(
                community=snapshot.records.slug,
                sector=sector,
                role=role,
                filled=filled,
                on_trial=len(holders) - filled,
                empty_since=since,
                days_empty=max((snapshot.as_of - since).days, 0) if since else 0,
                approaches=tuple(
                    approach
                    for approach in snapshot.approaches
                    if is_approach_for(approach, sector, role)
                ),
            )


def _empty_since(snapshot: CommunitySnapshot, sector: str, role: str) -> dt.date | None:
    """Return when the last holder left, else the community's first day, ``None`` if unknown."""
    days_left = [
        member.left
        for member in snapshot.records.members
        if (member.sector, member.role) == (sector, role)
        and member.left
        and has_left(member, snapshot.as_of)
    ]
    # A seat that nobody ever had has been empty since the beginning.
    return max(days_left) if days_left else snapshot.community.started


def _hard_seat(sector: str, role: str, seats: list[Seat]) -> HardSeat:
    """Sum up one seat over the communities that seek it."""
    empty = [seat for seat in seats if seat.state is SeatState.EMPTY]
    # Approaches where the seat is filled by now say nothing of how hard it is to fill elsewhere.
    failed = [
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
        asked=len(failed),
        hours=total_hours(failed),
        days_empty=max((seat.days_empty for seat in empty), default=0),
    )


# Unsought seats: held by members, or asked for in approaches, but not in copkit.yaml


def find_unsought_seats(programme: Programme) -> Iterator[Problem]:
    """Yield warnings of seats that are not sought; only communities of practice have seats.

    A name close to one that is sought is warned of by itself, for it may be a slip. All others
    are one warning, at the first of them, with the command that ends it.
    """
    # Without any seats in copkit.yaml, every role would be one too many.
    if not (seats := programme.settings.seats_sought):
        return
    unsought = list(_unsought(programme, seats))
    yield from (seat.problem(seat.near) for seat in unsought if seat.near)
    others = [seat for seat in unsought if not seat.near]
    names = list(dict.fromkeys(seat.name for seat in others))
    if len(names) == 1:
        yield others[0].problem(ADD_SEATS)
    elif names:
        more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
        listed = ", ".join(f"'{name}'" for name in names[:MOST_NAMED])
        message = f"{len(names)} roles or sectors are not among the seats sought: {listed}{more}"
        yield others[0].problem(ADD_SEATS, message)


def roles_to_add(programme: Programme) -> dict[str, list[str]]:
    """Return the roles that are held or were asked for and copkit.yaml does not seek, by sector."""
    seats = programme.settings.seats_sought
    added: dict[str, list[str]] = {}
    for seat in _unsought(programme, seats):
        if seat.sector and seat.role and seat.role not in added.setdefault(seat.sector, []):
            added[seat.sector].append(seat.role)
    return {sector: roles for sector, roles in added.items() if roles}


ADD_SEATS: Final = "'copkit seats --add' adds to copkit.yaml what is held or was asked for"
MOST_NAMED: Final = 6  # roles in one warning; more would hide the others of a check


@dataclass(frozen=True, slots=True)
class UnsoughtSeat:
    """A role of a sector that copkit.yaml does not seek, and where it stands.

    ``field`` says which of the two is not sought, and ``near`` which that is sought was probably
    meant; it is empty where none comes near.
    """

    source: Source
    sector: str
    role: str
    field: str
    name: str
    message: str
    near: str

    def problem(self, hint: str, message: str = "") -> Problem:
        """Return the warning, with what to do about it."""
        text = message or self.message
        return self.source.problem(
            "role-not-sought", self.field, text, hint, severity=Severity.WARNING
        )


def _unsought(programme: Programme, seats: Seats) -> Iterator[UnsoughtSeat]:
    """Yield each seat that is held or was asked for, and not sought."""
    for records in programme.communities:
        if records.community.kind is not CommunityKind.COMMUNITY:
            continue
        for member in records.members:
            # A knowledge broker is in no cell of the matrix, and has no seat.
            if member.part is not Part.KNOWLEDGE_BROKER and member.role and member.sector:
                yield from _check_seat(member.source, member.sector, member.role, seats)
        for approach in records.approaches:
            yield from _check_seat(approach.source, approach.sector, approach.role, seats)


def _check_seat(
    source: Source, sector: str | None, role: str | None, seats: Seats
) -> Iterator[UnsoughtSeat]:
    """Yield a seat if its sector, or the role within it, is not among ``seats``.

    ``source`` is that of the record to point at.
    """
    if sector and sector not in seats:
        field, name, choices = "sector", sector, list(seats)
        message = f"the sector '{name}' is not among the seats sought in copkit.yaml"
    else:
        choices = [
            sought_role
            for seat_sector, roles in seats.items()
            if sector in (None, seat_sector)
            for sought_role in roles
        ]
        if not role or role in choices:
            return
        field, name, where = "role", role, f"'{sector}'" if sector else "copkit.yaml"
        message = f"the role '{name}' is not among the seats sought in {where}"
    near = did_you_mean(name, choices)
    yield UnsoughtSeat(source, sector or "", role or "", field, name, message, near)
