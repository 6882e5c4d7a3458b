"""Several programmes side by side, where ``-C`` stands repeatedly: read, and never changed.

Nothing of anybody's ``private/`` is read for it, so that no name can stand beside another
programme's.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from copkit.cli.context import CommandContext
from copkit.cli.params import as_of_day, usage_error
from copkit.cli.terminal import clean, print_json, print_table, say
from copkit.errors import CopkitError
from copkit.folder import EVERYTHING, FOR_ATTENDANCE, Programme
from copkit.records.kinds import Noun
from copkit.wording import plural

if TYPE_CHECKING:
    from copkit.analysis.seats import Seat


def open_each(context: CommandContext, nouns: Collection[Noun]) -> dict[str, Programme]:
    """Load each programme, of which nothing may be wrong, by its id.

    Raise :class:`CopkitError` where two have one id: nobody could tell their columns apart.
    """
    return _by_id([each.open(nouns) for each in context.each])


def load_each(context: CommandContext, nouns: Collection[Noun]) -> dict[str, Programme]:
    """Load each programme as far as it can be read, by its id; raise as :func:`open_each`."""
    return _by_id([each.load(nouns) for each in context.each])


def _by_id(programmes: list[Programme]) -> dict[str, Programme]:
    """Return programmes by their ids; raise :class:`CopkitError` where two have the same."""
    by_id: dict[str, Programme] = {}
    for programme in programmes:
        id = programme.settings.programme_id
        if id in by_id:
            raise CopkitError(
                f"{clean(str(by_id[id].root))} and {clean(str(programme.root))} "
                f"have one id, '{id}'",
                "add a line such as 'id: north' to copkit.yaml of one of the two",
            )
        by_id[id] = programme
    return by_id


def require_whole(community: str | None, **options: bool) -> None:
    """Raise :class:`CopkitError` for what is asked of one programme alone."""
    if community:
        usage_error(f"'{clean(community)}' is of one programme", "name one folder with -C")
    if named := [f"--{name}" for name, is_set in options.items() if is_set]:
        usage_error(f"{named[0]} is for one programme", "name one folder with -C")


def compare_seats(context: CommandContext, as_of: str | None) -> None:
    """Print in how many communities of each programme every seat is filled."""
    from copkit.analysis.seats import SeatState, seats_of

    programmes = open_each(context, {*FOR_ATTENDANCE, Noun.APPROACHES})
    days = {name: as_of_day(programme, as_of) for name, programme in programmes.items()}
    by_seat: dict[tuple[str, str], dict[str, list[Seat]]] = {}
    for name, programme in programmes.items():
        for seat in seats_of(programme, days[name]):
            by_seat.setdefault((seat.sector, seat.role), {}).setdefault(name, []).append(seat)

    def filled(seats: list[Seat]) -> int:
        return sum(seat.state is SeatState.FILLED for seat in seats)

    if context.as_json:
        print_json(
            {
                "as_of": days,
                "seats": [
                    {
                        "sector": sector,
                        "role": role,
                        "programmes": [
                            {
                                "programme": name,
                                "filled": filled(seats),
                                "communities": len(seats),
                                "hours": sum(seat.hours for seat in seats),
                            }
                            for name, seats in each.items()
                        ],
                    }
                    for (sector, role), each in by_seat.items()
                ],
            }
        )
        return
    rows = [
        (
            f"{role} ({sector})",
            *(
                f"{filled(each[name])} of {len(each[name])}" if name in each else ""
                for name in programmes
            ),
        )
        for (sector, role), each in by_seat.items()
    ]
    print_table(("seat, filled in", *programmes), rows)
    for name, day in days.items():
        say(clean(f"{name}: as of {day}"))


def compare_blockages(
    context: CommandContext, as_of: str | None, theme: str | None, *, only_open: bool
) -> None:
    """Print the blockages of several programmes, the most recurrent first."""
    from copkit.analysis.blockages import recurrences
    from copkit.cli.blockages.report import has_theme, ranking_json, ranking_row, resolve_as_of
    from copkit.records.blockages import BlockageStatus

    ranked = [
        (name, recurrence)
        for name, programme in open_each(context, EVERYTHING).items()
        for recurrence in recurrences(programme, resolve_as_of(programme, as_of))
        if (theme is None or has_theme(recurrence.blockage, theme))
        and (not only_open or recurrence.status is BlockageStatus.OPEN)
    ]
    # each programme's own order stays where two came up equally often
    ranked.sort(key=lambda pair: (-len(pair[1].occurrences), -len(pair[1].communities)))
    if context.as_json:
        rows = [{"programme": name, **ranking_json(recurrence)} for name, recurrence in ranked]
        print_json({"blockages": rows})
        return
    heads = ("programme", "cases", "communities", "months", "status", "silence", "blockage")
    print_table(heads, [(name, *ranking_row(recurrence)) for name, recurrence in ranked])
    say(plural(len(ranked), "blockage"))
