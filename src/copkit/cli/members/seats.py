"""``copkit seats``: which seats are sought, filled and empty, and which are hardest to fill."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING, Annotated, Any

import typer

from copkit.cli.context import CommandContext, Exporting
from copkit.cli.params import (
    AsOf,
    CommunityName,
    as_of_day,
    usage_error,
)
from copkit.cli.terminal import clean, print_heading, print_json, print_table, say
from copkit.errors import did_you_mean
from copkit.records.programme import Seats, Settings
from copkit.wording import frequency_in_words, hours_in_words, plural

if TYPE_CHECKING:
    from copkit.analysis.seats import HardSeat, Seat
    from copkit.folder import Programme


HARDEST_SHOWN = 3  # as many as the programme report names
# what stands in the column "state" and in the counts, in this order
_STATES = ("filled", "on-trial", "empty")


def seats(
    context: Exporting,
    community: CommunityName = None,
    empty: Annotated[bool, typer.Option("--empty", help="Only the empty seats.")] = False,
    hardest: Annotated[
        bool, typer.Option("--hardest", help="Only the empty seats, the hardest to fill first.")
    ] = False,
    add: Annotated[
        bool, typer.Option("--add", help="Seek the roles that are held or were asked for.")
    ] = False,
    as_of: AsOf = None,
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
      copkit seats --add --dry-run
      copkit seats -C north -C south
    """
    if len(context.each) > 1:
        from copkit.cli.programmes import compare_seats, require_whole

        require_whole(community, empty=empty, hardest=hardest, add=add)
        compare_seats(context, as_of)
        return
    from copkit.analysis.seats import SeatState, hardest_seats, seats_of
    from copkit.folder import FOR_ATTENDANCE
    from copkit.records.kinds import Noun

    if add:
        _add_held_seats(context)
        return
    if empty and hardest:
        usage_error("--empty and --hardest show two things", "choose one of them")
    programme = context.open({*FOR_ATTENDANCE, Noun.APPROACHES})
    day = as_of_day(programme, as_of)
    only = {programme.community(community).slug} if community else set[str]()
    all_seats = seats_of(programme, day, only)
    hard = hardest_seats(all_seats)
    chosen = [seat for seat in all_seats if not empty or seat.state is SeatState.EMPTY]
    if context.as_json:
        print_json(
            {
                "as_of": day,
                "hardest": [
                    {
                        **asdict(seat),
                        "empty_in": [{"community": slug} for slug in seat.empty_in],
                        "sought_in": [{"community": slug} for slug in seat.sought_in],
                    }
                    for seat in hard
                ],
                "seats": [_seat_as_json(seat) for seat in chosen],
            }
        )
    elif not all_seats:
        _explain_no_seats(programme, community)
    elif hardest:
        _print_hardest(hard)
    elif empty or only:
        _print_seats(programme, all_seats, hard if only else (), only_empty=empty)
    else:
        _print_summary(programme, day, all_seats, hard)


def _add_held_seats(context: CommandContext) -> None:
    """Add what is held or was asked for to the seats of copkit.yaml, at the end of each sector.

    Raise :class:`CopkitError` where copkit.yaml cannot be edited safely.
    """
    from copkit.analysis.imports.roster_changes import apply_to_settings
    from copkit.analysis.seats import roles_to_add
    from copkit.cli.store import change_record, say_unchanged
    from copkit.folder import FOR_ATTENDANCE
    from copkit.layout import SETTINGS
    from copkit.records.kinds import Noun

    programme = context.open({*FOR_ATTENDANCE, Noun.APPROACHES})
    added = roles_to_add(programme)
    if context.as_json:
        print_json({"added": added})
    if not added:
        say_unchanged(
            programme.root,
            "every role that is held or was asked for has a seat",
            dry_run=context.dry_run,
        )
        return

    def with_seats(text: str | None, settings: Settings | None) -> str:
        """Return the text of copkit.yaml with the roles, as it is under the lock."""
        return apply_to_settings(text or "", added, settings.seats_sought if settings else {})

    change_record(programme, SETTINGS, with_seats, dry_run=context.dry_run)
    for sector, roles in added.items():
        say(f"  {clean(sector)}: {clean(', '.join(roles))}")


def _explain_no_seats(programme: Programme, community: str | None) -> None:
    """Print why there is no seat to show; ``community`` is the one named, or ``None``."""
    if not programme.settings.seats_sought:
        say("copkit.yaml seeks no seats; list the roles you want below 'seats:', by sector")
    elif community:
        say(f"{clean(community)} has no seats then: it had not begun, or is no community")
    else:
        say("no community of practice yet; 'copkit new-community PLACE' adds one")


def _print_summary(
    programme: Programme, day: dt.date, seats: Sequence[Seat], hardest: Sequence[HardSeat]
) -> None:
    """Print the hardest seats, then for each community how many seats are in each state."""
    from copkit.analysis.period import community_snapshots
    from copkit.analysis.seats import missing_sectors

    seats_sought = programme.settings.seats_sought
    missing_by_community = {
        snapshot.records.slug: missing_sectors(snapshot, seats_sought)
        for snapshot in community_snapshots(programme, day)
    }
    print_heading("Hardest seats")
    for seat in hardest[:HARDEST_SHOWN]:
        print(f"  {clean(seat.role)} ({clean(seat.sector)})")
        print(f"    {_format_difficulty(seat)}")
    print()
    rows = []
    for slug, group in groupby(seats, key=lambda seat: seat.community):
        community_seats = list(group)
        counts = [sum(seat.state == state for seat in community_seats) for state in _STATES]
        community = programme.community(slug).community
        name = f"{community.place} ({community.code})"
        rows.append((name, *map(str, counts), ", ".join(missing_by_community.get(slug, ()))))
    states = [state.replace("-", " ") for state in _STATES]
    print_table(("community", *states, "sectors with nobody"), rows)
    say("'copkit seats COMMUNITY' shows each seat")


def _format_difficulty(seat: HardSeat) -> str:
    """Describe in one line where a seat is empty, how often it was asked for, and the hours."""
    places = plural(len(seat.sought_in), "community", "communities")
    where = f"empty in {len(seat.empty_in)} of {places}"
    # "1 of 1" would say nothing, as 'copkit seats' in a young programme or of one community
    if len(seat.sought_in) == 1:
        where = f"empty for {plural(seat.days_empty, 'day')}"
    if not seat.asked:
        return f"{where}; nobody was asked"
    asked = f"asked {frequency_in_words(seat.asked)}, nobody joined"
    return f"{where}; {asked}; {hours_in_words(seat.hours)}"


def _print_hardest(hardest: Sequence[HardSeat]) -> None:
    """Print the hardest seats as a table: times asked, hours, communities, days empty, role."""
    rows = [
        (
            str(seat.asked or ""),
            _format_hours(seat.hours),
            f"{len(seat.empty_in)} of {len(seat.sought_in)}",
            str(seat.days_empty or ""),
            f"{seat.role} ({seat.sector})",
        )
        for seat in hardest
    ]
    print_table(("asked", "hours", "empty in", "days", "seat"), rows)


def _print_seats(
    programme: Programme, seats: Sequence[Seat], hard: Sequence[HardSeat], *, only_empty: bool
) -> None:
    """Print the seats by community and sector, each community after its hardest seats.

    ``hard`` may be empty; ``only_empty`` leaves out the seats that somebody holds or tries.
    """
    for number, (slug, of_community) in enumerate(groupby(seats, key=lambda seat: seat.community)):
        if number:
            print()
        community_seats = list(of_community)
        community = programme.community(slug).community
        counts = ", ".join(
            f"{sum(seat.state == state for seat in community_seats)} {state.replace('-', ' ')}"
            for state in _STATES
        )
        print_heading(f"{community.place} ({community.code})", f": {counts}")
        # one that nobody was asked for may be easy to fill, so it is no warning
        for seat in [seat for seat in hard if seat.asked][:HARDEST_SHOWN]:
            print(f"  hard to fill: {clean(seat.role)}\n    {_format_difficulty(seat)}")
        print()
        printed = [seat for seat in community_seats if not only_empty or seat.state == "empty"]
        heads, rows = ("state", "days", "asked", "hours", "last", "seat"), list(_seat_rows(printed))
        first_column = 1 if only_empty else 0  # the column would repeat 'empty' in every row
        print_table(heads[first_column:], [row[first_column:] for row in rows])


def _format_hours(hours: Decimal) -> str:
    return hours_in_words(hours).split()[0] if hours else ""


def _seat_rows(seats: Sequence[Seat]) -> Iterator[tuple[str, ...]]:
    """Yield the rows of a table of seats, with a row for the heading of each sector."""
    for sector, of_sector in groupby(seats, key=lambda seat: seat.sector):
        yield ("", "", "", "", "", sector)  # a heading among the rows, so that columns line up
        for seat in of_sector:
            yield (
                seat.state.value.replace("-", " "),
                str(seat.days_empty or "") if seat.empty_since else "",
                str(len(seat.approaches) or ""),
                _format_hours(seat.hours),
                str(seat.last_outcome or ""),
                f"  {seat.role}",
            )


def _seat_as_json(seat: Seat) -> dict[str, Any]:
    """Return a seat as JSON values.

    ``empty_since`` and ``days_empty`` are ``None`` for a seat that is not empty, or whose community
    has no first day.
    """
    return {
        "community": seat.community,
        "sector": seat.sector,
        "role": seat.role,
        "state": seat.state,
        "filled": seat.filled,
        "on_trial": seat.on_trial,
        "empty_since": seat.empty_since,
        "days_empty": seat.days_empty if seat.empty_since else None,
        "asked": len(seat.approaches),
        "hours": seat.hours,
        "last_outcome": seat.last_outcome,
        "approaches": [{"id": approach.id, "date": approach.date} for approach in seat.approaches],
    }


# Seats of copkit.yaml


def roles_of(seats: Seats) -> tuple[str, ...]:
    """Return every role sought, each once, in the order of the sectors."""
    return tuple(dict.fromkeys(role for roles in seats.values() for role in roles))


def warn_if_not_sought(seats: Seats, sector: str | None, role: str, consequence: str) -> None:
    """Warn that a role is not among the seats sought, with the closest role and sector.

    ``consequence`` is what happens to such a seat, as a clause of the message. A warning and no
    error: a community may well have somebody whom nobody sought.
    """
    from copkit.analysis.seats import ADD_SEATS

    roles = seats.get(sector, ()) if sector else roles_of(seats)
    if not seats or role in roles:
        return
    say(f"  this seat is not among those sought in copkit.yaml; {consequence}")
    # a wrong sector alone makes the seat unknown, so it is named before the role
    if sector and sector not in seats:
        hint = did_you_mean(sector, seats, f"there are: {', '.join(seats)}")
        say(f"  '{clean(sector)}' is no sector of copkit.yaml; {clean(hint)}")
    say(f"  {clean(did_you_mean(role, roles, ADD_SEATS))}")
