"""A time zone as calendars want it told: when its clocks go forward and back.

Reads the system's time zones. Outlook overlooks lists of days, so that a rule is worked out of
them: the last Sunday in March, say.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

_WEEK: Final = dt.timedelta(days=7)
_WEEKDAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@dataclass(frozen=True, slots=True)
class _Change:
    """Clocks that change: the moment as they showed it just before, and by how much."""

    local: dt.datetime
    before: dt.timedelta
    after: dt.timedelta
    name: str

    @property
    def kind(self) -> tuple[dt.timedelta, dt.timedelta, str]:
        """What it has in common with the same change of another year."""
        return self.before, self.after, self.name


def time_zone(zone: ZoneInfo, first: int, last: int) -> Timezone:
    """Describe a time zone for events of the years from ``first`` to ``last``."""
    described = Timezone()
    described.add("TZID", zone.key)
    begin = dt.datetime(first - 1, 1, 1, tzinfo=dt.UTC)
    changes = list(_changes(zone, begin, dt.datetime(last + 1, 1, 1, tzinfo=dt.UTC)))
    by_kind: dict[object, list[_Change]] = {}
    for change in changes:
        by_kind.setdefault(change.kind, []).append(change)
    rules = [_rule(found, last - first + 2) for found in by_kind.values()]
    if changes and all(rules):
        for found, rule in zip(by_kind.values(), rules, strict=True):
            described.add_component(_observance(found[0], rule))
        return described
    offset = begin.astimezone(zone).utcoffset() or dt.timedelta()
    at_first = _Change(
        begin.replace(tzinfo=None), offset, offset, begin.astimezone(zone).tzname() or ""
    )
    for change in (at_first, *changes):
        described.add_component(_observance(change, {}))
    return described


def _changes(zone: ZoneInfo, begin: dt.datetime, end: dt.datetime) -> Iterator[_Change]:
    """Find when clocks change, looking once a week and then closely."""
    weeks = (begin + number * _WEEK for number in range((end - begin) // _WEEK + 1))
    for early, late in pairwise(weeks):
        before, after = _offset(zone, early), _offset(zone, late)
        if before != after:
            moment = _first_with_other(zone, early, late)
            name = moment.astimezone(zone).tzname() or ""
            yield _Change((moment + before).replace(tzinfo=None), before, after, name)


def _first_with_other(zone: ZoneInfo, early: dt.datetime, late: dt.datetime) -> dt.datetime:
    """Find the second from which on clocks show what they show at ``late``."""
    before = _offset(zone, early)
    since, until = 0, int((late - early).total_seconds())
    while until - since > 1:
        middle = (since + until) // 2
        if _offset(zone, early + dt.timedelta(seconds=middle)) == before:
            since = middle
        else:
            until = middle
    return early + dt.timedelta(seconds=until)


def _offset(zone: ZoneInfo, moment: dt.datetime) -> dt.timedelta:
    return moment.astimezone(zone).utcoffset() or dt.timedelta()


def _rule(changes: list[_Change], years: int) -> dict[str, object]:
    """Give the yearly rule that changes of one kind follow, or nothing if they follow none."""
    days = [change.local for change in changes]
    alike = {(day.month, day.weekday(), day.time()) for day in days}
    if len({day.year for day in days}) != years or len(days) != years or len(alike) != 1:
        return {}
    weekday = _WEEKDAYS[days[0].weekday()]
    weeks = {(day.day - 1) // 7 + 1 for day in days}
    if all((day + _WEEK).month != day.month for day in days):
        weeks = {-1}
    if len(weeks) != 1:
        return {}
    return {"FREQ": "YEARLY", "BYMONTH": days[0].month, "BYDAY": f"{weeks.pop()}{weekday}"}


def _observance(change: _Change, rule: dict[str, object]) -> TimezoneDaylight | TimezoneStandard:
    forward = change.after > change.before
    found = TimezoneDaylight() if forward else TimezoneStandard()
    found.add("DTSTART", change.local)
    found.add("TZOFFSETFROM", change.before)
    found.add("TZOFFSETTO", change.after)
    found.add("TZNAME", change.name)
    if rule:
        found.add("RRULE", rule)
    return found
