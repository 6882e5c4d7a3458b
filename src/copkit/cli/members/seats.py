"""``copkit seats``: which seats are sought, filled and empty, and which are hardest to fill."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING, Annotated, Any

import typer

from copkit.cli.params import (
    HERE,
    AsJson,
    AsOf,
    CommunityName,
    Folder,
    as_of_day,
    open_programme,
    wrong_use,
)
from copkit.cli.terminal import clean, print_heading, print_json, print_table, say
from copkit.errors import did_you_mean
from copkit.records.programme import Seats
from copkit.wording import hours_in_words, plural, times

if TYPE_CHECKING:
    from copkit.analysis.seats import HardSeat, Seat
    from copkit.folder import Programme


HARDEST = 3  # the programme report names three


def seats(
    community: CommunityName = None,
    empty: Annotated[bool, typer.Option("--empty", help="Only the empty seats.")] = False,
    hardest: Annotated[
        bool, typer.Option("--hardest", help="Only the empty seats, the hardest to fill first.")
    ] = False,
    as_of: AsOf = None,
    folder: Folder = HERE,
    as_json: AsJson = False,
) -> None:
    """Show which seats of copkit.yaml are filled, and who was asked for those that are not.

    A seat is filled by a confirmed member (X or F) who has not left; somebody with a Y is on
    trial. The hardest are those that were asked for most often without anybody joining, then
    those that most communities lack, then those empty longest.

    \b
    Examples:
      copkit seats
      copkit seats brighton --empty
      copkit seats --hardest --as-of 2012-12-31
    """
    from copkit.analysis.seats import SeatState, seats_of
    from copkit.analysis.seats import hardest as hardest_of
    from copkit.folder import FOR_ATTENDANCE
    from copkit.records.kinds import Noun

    if empty and hardest:
        wrong_use("--empty and --hardest show two things", "choose one of them")
    programme = open_programme(folder, {*FOR_ATTENDANCE, Noun.APPROACHES})
    day = as_of_day(programme, as_of)
    only = {programme.community(community).slug} if community else set[str]()
    found = seats_of(programme, day, only)
    hard = hardest_of(found)
    shown = [one for one in found if not empty or one.state is SeatState.EMPTY]
    if as_json:
        print_json(
            {
                "as_of": str(day),
                "hardest": [_hard_as_json(one) for one in hard],
                "seats": [_as_json(one) for one in shown],
            }
        )
    elif not found:
        _say_why_none(programme, community)
    elif hardest:
        _print_hardest(hard)
    elif empty or only:
        _print_seats(programme, found, hard if only else (), only_empty=empty)
    else:
        _print_summary(programme, day, found, hard)


def _say_why_none(programme: Programme, community: str | None) -> None:
    if not programme.settings.seats_sought:
        say("copkit.yaml seeks no seats; list the roles you want below 'seats:', by sector")
    elif community:
        say(f"{clean(community)} has no seats then: it had not begun, or is no community")
    else:
        say("no community of practice yet; 'copkit new-community PLACE' adds one")


def _print_summary(
    programme: Programme, day: dt.date, found: Sequence[Seat], hard: Sequence[HardSeat]
) -> None:
    """Print the hardest seats, and how many each community has filled."""
    from copkit.analysis.period import known_communities
    from copkit.analysis.seats import sectors_without_anybody

    sought = programme.settings.seats_sought
    without = {
        known.records.slug: sectors_without_anybody(known, sought)
        for known in known_communities(programme, day)
    }
    print_heading("Hardest seats")
    for one in hard[:HARDEST]:
        print(f"  {clean(one.role)} ({clean(one.sector)})")
        print(f"    {_how_hard(one)}")
    print()
    rows = []
    for slug, group in groupby(found, key=lambda seat: seat.community):
        here = list(group)
        counts = [sum(seat.state == state for seat in here) for state in _STATES]
        community = programme.community(slug).community
        name = f"{community.place} ({community.code})"
        rows.append((name, *map(str, counts), ", ".join(without.get(slug, ()))))
    states = [state.replace("-", " ") for state in _STATES]
    print_table(("community", *states, "sectors with nobody"), rows)
    say("'copkit seats COMMUNITY' shows each seat")


_STATES = ("filled", "on-trial", "empty")


def _how_hard(one: HardSeat) -> str:
    """Say where a seat is empty, and what was tried: in one line."""
    places = plural(len(one.sought_in), "community", "communities")
    where = f"empty in {len(one.empty_in)} of {places}"
    if len(one.sought_in) == 1:
        where = f"empty for {plural(one.days_empty, 'day')}"
    if not one.asked:
        return f"{where}; nobody was asked"
    return f"{where}; asked {times(one.asked)}, nobody joined; {hours_in_words(one.hours)}"


def _print_hardest(hard: Sequence[HardSeat]) -> None:
    rows = [
        (
            str(one.asked or ""),
            _hours(one.hours),
            f"{len(one.empty_in)} of {len(one.sought_in)}",
            str(one.days_empty or ""),
            f"{one.role} ({one.sector})",
        )
        for one in hard
    ]
    print_table(("asked", "hours", "empty in", "days", "seat"), rows)


def _print_seats(
    programme: Programme, found: Sequence[Seat], hard: Sequence[HardSeat], *, only_empty: bool
) -> None:
    """Print every seat, or the empty ones, by community and sector, after what is hardest."""
    for number, (slug, of_community) in enumerate(groupby(found, key=lambda one: one.community)):
        if number:
            print()
        here = list(of_community)
        community = programme.community(slug).community
        counts = ", ".join(
            f"{sum(seat.state == state for seat in here)} {state.replace('-', ' ')}"
            for state in _STATES
        )
        print_heading(f"{community.place} ({community.code})", f": {counts}")
        for one in [one for one in hard if one.asked][:HARDEST]:
            print(f"  hard to fill: {clean(one.role)}\n    {_how_hard(one)}")
        print()
        shown = [seat for seat in here if not only_empty or seat.state == "empty"]
        heads, rows = ("state", "days", "asked", "hours", "last", "seat"), list(_rows(shown))
        told = 1 if only_empty else 0  # that all are empty is said already
        print_table(heads[told:], [row[told:] for row in rows])


def _hours(hours: Decimal) -> str:
    return hours_in_words(hours).split()[0] if hours else ""


def _rows(found: Sequence[Seat]) -> Iterator[tuple[str, ...]]:
    for sector, of_sector in groupby(found, key=lambda seat: seat.sector):
        yield ("", "", "", "", "", sector)
        for seat in of_sector:
            yield (
                seat.state.value.replace("-", " "),
                str(seat.days_empty or "") if seat.empty_since else "",
                str(len(seat.approaches) or ""),
                _hours(seat.hours),
                str(seat.last_outcome or ""),
                f"  {seat.role}",
            )


def _as_json(seat: Seat) -> dict[str, Any]:
    return {
        "community": seat.community,
        "sector": seat.sector,
        "role": seat.role,
        "state": seat.state.value,
        "filled": seat.filled,
        "on_trial": seat.on_trial,
        "empty_since": str(seat.empty_since) if seat.empty_since else None,
        "days_empty": seat.days_empty if seat.empty_since else None,
        "asked": len(seat.approaches),
        "hours": float(seat.hours),
        "last_outcome": str(seat.last_outcome) if seat.last_outcome else None,
        "approaches": [{"id": one.id, "date": str(one.date)} for one in seat.approaches],
    }


def _hard_as_json(one: HardSeat) -> dict[str, Any]:
    return {
        "sector": one.sector,
        "role": one.role,
        "empty_in": [{"community": slug} for slug in one.empty_in],
        "sought_in": [{"community": slug} for slug in one.sought_in],
        "asked": one.asked,
        "hours": float(one.hours),
        "days_empty": one.days_empty,
    }


# The seats of copkit.yaml, as people type them and as they are written there.


def roles_of(seats: Seats) -> tuple[str, ...]:
    """Give every role sought, in the order of the sectors."""
    return tuple(dict.fromkeys(role for roles in seats.values() for role in roles))


def say_if_not_sought(seats: Seats, sector: str | None, role: str, therefore: str) -> None:
    """Say that a seat is not among those sought, and which was probably meant."""
    known = seats.get(sector, ()) if sector else roles_of(seats)
    if not seats or role in known:
        return
    say(f"  this seat is not among those sought in copkit.yaml; {therefore}")
    if sector and sector not in seats:
        hint = did_you_mean(sector, seats, f"there are: {', '.join(seats)}")
        say(f"  '{clean(sector)}' is no sector of copkit.yaml; {clean(hint)}")
    if hint := did_you_mean(role, known):
        say(f"  {clean(hint)}")
