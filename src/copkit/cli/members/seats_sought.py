"""The seats of copkit.yaml, as people type them and as they are written there."""

from __future__ import annotations

from copkit.cli.terminal import clean, say
from copkit.errors import did_you_mean
from copkit.records.programme import Seats


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
