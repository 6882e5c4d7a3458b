"""How long somebody was there, out of the times they joined and left.  Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from copkit.importers.model import Stay
from copkit.importers.report import Action

_OVER_MIDNIGHT = dt.timedelta(hours=12)
_A_DAY = dt.timedelta(days=1)


def stay_between(
    joined: dt.datetime | None, left: dt.datetime | None, *, dated: bool
) -> Stay | None:
    """Give a stay; ``None`` where somebody left before they joined.

    Times without a day may go over midnight.
    """
    if joined and left and left < joined:
        if dated or joined - left < _A_DAY - _OVER_MIDNIGHT or left.date() == dt.date.max:
            return None
        left += _A_DAY
    return Stay(joined, left)


def seconds_of(stays: Sequence[Stay]) -> int | None:
    """Add up stays, what they have in common once; ``None`` where an end of one is not known."""
    spans = [(one.joined, one.left) for one in stays if one.joined and one.left]
    if not stays or len(spans) < len(stays):
        return None
    return round(time_in(spans).total_seconds())


def time_in(spans: Iterable[tuple[dt.datetime, dt.datetime]]) -> dt.timedelta:
    """Add up the time that is in any of several spans."""
    total = dt.timedelta()
    until: dt.datetime | None = None
    for joined, left in sorted(spans):
        since = max(joined, until) if until else joined
        total += max(left - since, dt.timedelta())
        until = max(left, until) if until else left
    return total


def stays_told(events: Iterable[tuple[dt.datetime, Action]]) -> tuple[Stay, ...]:
    """Make stays of who joined and who left; of two devices, the last to leave ends a stay."""
    order = {Action.LEFT: 1}
    stays: list[Stay] = []
    since: dt.datetime | None = None
    devices = 0
    for moment, action in sorted(events, key=lambda event: (event[0], order.get(event[1], 0))):
        if action is not Action.LEFT:
            since = since if devices else moment
            devices += 1
        elif devices:
            devices -= 1
            if not devices:
                stays.append(Stay(since, moment))
        else:
            stays.append(Stay(None, moment))
    if devices:
        stays.append(Stay(since, None))
    return tuple(stays)
