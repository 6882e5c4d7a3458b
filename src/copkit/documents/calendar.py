"""A community's calendar as an ``.ics`` file (RFC 5545), written over an earlier one.  Pure.

What has not changed is written as it was, byte by byte. What has gets a higher ``SEQUENCE`` and a
new stamp, so that calendars take it for an update; a meeting that is no longer on record is called
off for as long as its day is to come.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Any, Final
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard

from copkit.analysis.agenda import Invitation
from copkit.text.normalise import for_xml, on_one_line

# A time zone as calendars want it told: when its clocks go forward and back.

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


MAKER: Final = "-//copkit//Communities of practice//EN"
_COUNTED_FROM: Final = dt.date(2000, 1, 1)


class Change(StrEnum):
    """What became of a meeting since the calendar was last written."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    CALLED_OFF = "called-off"


@dataclass(frozen=True, slots=True)
class Entry:
    """One meeting in the calendar; ``meeting`` is ``""`` for one that is no longer on record."""

    uid: str
    meeting: str
    day: dt.date
    sequence: int
    change: Change


@dataclass(frozen=True, slots=True)
class Written:
    """A calendar's bytes, and what they say of each meeting."""

    data: bytes
    entries: tuple[Entry, ...]


def write_calendar(
    name: str,
    invitations: Sequence[Invitation],
    zone: ZoneInfo,
    today: dt.date,
    before: bytes | None = None,
) -> Written:
    """Write a calendar of a name; ``before`` is what was written earlier, if it is there.

    Raises ``ValueError`` if that is no calendar of copkit.
    """
    known = _events_in(before) if before is not None else {}
    found = [_invited(one, known.get(one.uid), zone, today) for one in invitations]
    found += _called_off(known, {one.uid for one in invitations}, today)
    found.sort(key=lambda pair: (pair[1].day, str(_begins(pair[0])), pair[1].uid))
    calendar = Calendar()
    calendar.add("VERSION", "2.0")
    calendar.add("PRODID", MAKER)
    calendar.add("METHOD", "PUBLISH")
    calendar.add("X-WR-CALNAME", _said(name))
    timed = (entry for event, entry in found if isinstance(_begins(event), dt.datetime))
    years = [entry.day.year for entry in timed]
    if years and zone.key != "UTC":
        calendar.add_component(time_zone(zone, min(years), max(years)))
    for event, _ in found:
        calendar.add_component(event)
    return Written(calendar.to_ical(), tuple(entry for _, entry in found))


def _events_in(data: bytes) -> dict[str, Event]:
    """Read an earlier calendar's meetings by their names."""
    try:
        calendar = Calendar.from_ical(data)
    except (ValueError, LookupError, TypeError) as error:
        raise ValueError("this is not a calendar") from error
    if not isinstance(calendar, Calendar) or str(calendar.get("PRODID", "")) != MAKER:
        raise ValueError("this calendar was not made by copkit")
    return {
        str(event["UID"]): event
        for event in calendar.walk("VEVENT")
        if isinstance(event, Event) and "UID" in event and _begins(event)
    }


def _begins(event: Event) -> dt.date | None:
    """Give the moment, or the day, on which an event begins."""
    begins = getattr(event.get("DTSTART"), "dt", None)
    return begins if isinstance(begins, dt.date) else None


def _invited(
    one: Invitation, old: Event | None, zone: ZoneInfo, today: dt.date
) -> tuple[Event, Entry]:
    """Write an event: as it was where it says the same, else as an update."""
    change, sequence, stamp = Change.NEW, _least_sequence(today), _midnight(today)
    if old is not None:
        kept, kept_at = _sequence(old), _stamp(old)
        if kept_at and _event(one, zone, kept, kept_at).to_ical() == old.to_ical():
            change, sequence, stamp = Change.SAME, kept, kept_at
        else:
            change, sequence = Change.CHANGED, max(kept + 1, sequence)
    event = _event(one, zone, sequence, stamp)
    return event, Entry(one.uid, one.meeting, one.day, sequence, change)


def _called_off(
    known: dict[str, Event], invited: Iterable[str], today: dt.date
) -> list[tuple[Event, Entry]]:
    """Call off what was announced, is no longer on record, and is still to come."""
    found = []
    for uid, event in known.items():
        begins = _begins(event) or dt.date.min
        day = begins.date() if isinstance(begins, dt.datetime) else begins
        if uid in invited or day < today:
            continue
        change = Change.SAME
        if str(event.get("STATUS", "")) != "CANCELLED":
            change = Change.CALLED_OFF
            again = max(_sequence(event) + 1, _least_sequence(today))
            for key in ("STATUS", "SEQUENCE", "DTSTAMP", "LAST-MODIFIED"):
                event.pop(key, None)
            event.add("STATUS", "CANCELLED")
            event.add("SEQUENCE", again)
            _stamp_with(event, _midnight(today))
        found.append((event, Entry(uid, "", day, _sequence(event), change)))
    return found


def _event(one: Invitation, zone: ZoneInfo, sequence: int, stamp: dt.datetime) -> Event:
    event = Event()
    event.add("UID", one.uid)
    event.add("SUMMARY", _said(one.summary))
    event.add("DESCRIPTION", _said(one.description))
    if one.place:
        event.add("LOCATION", _said(one.place))
    begins, ends = _from_to(one, zone)
    event.add("DTSTART", begins)
    event.add("DTEND", ends)
    event.add("STATUS", "CONFIRMED")
    event.add("SEQUENCE", sequence)
    _stamp_with(event, stamp)
    return event


def _from_to(one: Invitation, zone: ZoneInfo) -> tuple[dt.date, dt.date]:
    """Give when a meeting begins and ends, as long as it lasts even while clocks change."""
    if one.start is None:
        return one.day, one.day + dt.timedelta(days=1)
    begins = dt.datetime.combine(one.day, one.start, zone)
    ends = begins.astimezone(dt.UTC) + dt.timedelta(minutes=one.minutes)
    return begins, ends.astimezone(zone)


def _stamp_with(event: Event, stamp: dt.datetime) -> None:
    event.add("DTSTAMP", stamp)
    event.add("LAST-MODIFIED", stamp)


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), dt.UTC)


def _least_sequence(today: dt.date) -> int:
    """Count days, so that a calendar written where the earlier file is missing still counts on."""
    return max((today - _COUNTED_FROM).days, 0)


def _sequence(event: Event) -> int:
    value: Any = event.get("SEQUENCE", 0)
    return value if isinstance(value, int) else 0


def _stamp(event: Event) -> dt.datetime | None:
    stamp = getattr(event.get("DTSTAMP"), "dt", None)
    return stamp if isinstance(stamp, dt.datetime) else None


def _said(text: str) -> str:
    """Give a text without line ends and unseen signs, which older calendars would stumble over."""
    return for_xml(on_one_line(text))
