"""A community's meetings as an iCalendar file (RFC 5545) that updates an earlier one.  Pure.

A meeting that has not changed is written as before, byte for byte. One that has changed gets a
higher ``SEQUENCE`` and a new stamp, so that calendar programs treat it as an update. A meeting that
is no longer on record is cancelled, as long as its day is still to come.
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
from icalendar.prop import vCalAddress, vText

from copkit.analysis.agenda import Invitation
from copkit.text.addresses import Mailbox
from copkit.text.normalise import single_line, xml_text

# --- time zones -----------------------------------------------------------------------------

_WEEK: Final = dt.timedelta(days=7)
_WEEKDAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")  # RFC 5545, 3.3.10


@dataclass(frozen=True, slots=True)
class _ClockChange:
    """One change of the clocks: ``local`` is what they showed just before it."""

    local: dt.datetime
    before: dt.timedelta  # the offset from UTC
    after: dt.timedelta
    name: str

    @property
    def kind(self) -> tuple[dt.timedelta, dt.timedelta, str]:
        """What it has in common with the same change of another year."""
        return self.before, self.after, self.name


def build_time_zone(zone: ZoneInfo, first: int, last: int) -> Timezone:
    """Build the ``VTIMEZONE`` for events of the years from ``first`` to ``last``.

    Calendar programs want a zone described in the file: when its clocks change, and by how much.
    """
    component = Timezone()
    component.add("TZID", zone.key)
    # From the year before, so that the first events have a change that lies before them.
    begin = dt.datetime(first - 1, 1, 1, tzinfo=dt.UTC)
    changes = list(_find_clock_changes(zone, begin, dt.datetime(last + 1, 1, 1, tzinfo=dt.UTC)))
    by_kind: dict[object, list[_ClockChange]] = {}
    for change in changes:
        by_kind.setdefault(change.kind, []).append(change)
    rules = [_yearly_rule(alike, last - first + 2) for alike in by_kind.values()]
    if changes and all(rules):
        for alike, rule in zip(by_kind.values(), rules, strict=True):
            component.add_component(_build_observance(alike[0], rule))
        return component
    # No yearly rule, as in Morocco, where the changes follow Ramadan: list every change.
    offset = begin.astimezone(zone).utcoffset() or dt.timedelta()
    initial = _ClockChange(
        begin.replace(tzinfo=None), offset, offset, begin.astimezone(zone).tzname() or ""
    )
    for change in (initial, *changes):
        component.add_component(_build_observance(change, {}))
    return component


def _find_clock_changes(
    zone: ZoneInfo, begin: dt.datetime, end: dt.datetime
) -> Iterator[_ClockChange]:
    """Find when clocks change: ``zoneinfo`` has no list of it, so compare week by week."""
    weeks = (begin + number * _WEEK for number in range((end - begin) // _WEEK + 1))
    for early, late in pairwise(weeks):
        before, after = _utc_offset(zone, early), _utc_offset(zone, late)
        if before != after:
            moment = _find_change_moment(zone, early, late)
            name = moment.astimezone(zone).tzname() or ""
            yield _ClockChange((moment + before).replace(tzinfo=None), before, after, name)


def _find_change_moment(zone: ZoneInfo, early: dt.datetime, late: dt.datetime) -> dt.datetime:
    """Find the second from which on clocks show what they show at ``late``, by bisection.

    They change once between ``early`` and ``late``, both in UTC.
    """
    before = _utc_offset(zone, early)
    since, until = 0, int((late - early).total_seconds())
    while until - since > 1:
        middle = (since + until) // 2
        if _utc_offset(zone, early + dt.timedelta(seconds=middle)) == before:
            since = middle
        else:
            until = middle
    return early + dt.timedelta(seconds=until)


def _utc_offset(zone: ZoneInfo, moment: dt.datetime) -> dt.timedelta:
    return moment.astimezone(zone).utcoffset() or dt.timedelta()


def _yearly_rule(changes: list[_ClockChange], years: int) -> dict[str, object]:
    """Return the ``RRULE`` that changes of one kind follow in each of some years, or an empty one.

    ``years`` is how many years ``changes`` are to cover, one change in each. ``{"FREQ": "YEARLY",
    "BYMONTH": 3, "BYDAY": "-1SU"}`` is the last Sunday of March.
    """
    days = [change.local for change in changes]
    patterns = {(day.month, day.weekday(), day.time()) for day in days}
    if len({day.year for day in days}) != years or len(days) != years or len(patterns) != 1:
        return {}
    weekday = _WEEKDAYS[days[0].weekday()]
    weeks = {(day.day - 1) // 7 + 1 for day in days}
    if all((day + _WEEK).month != day.month for day in days):
        weeks = {-1}
    if len(weeks) != 1:
        return {}
    return {"FREQ": "YEARLY", "BYMONTH": days[0].month, "BYDAY": f"{weeks.pop()}{weekday}"}


def _build_observance(
    change: _ClockChange, rule: dict[str, object]
) -> TimezoneDaylight | TimezoneStandard:
    """Build the part of a ``VTIMEZONE`` for a change of the clocks; ``{}`` for no ``RRULE``."""
    forward = change.after > change.before
    observance = TimezoneDaylight() if forward else TimezoneStandard()
    observance.add("DTSTART", change.local)
    observance.add("TZOFFSETFROM", change.before)
    observance.add("TZOFFSETTO", change.after)
    observance.add("TZNAME", change.name)
    if rule:
        observance.add("RRULE", rule)
    return observance


# --- the calendar ---------------------------------------------------------------------------

PRODUCT_ID: Final = "-//copkit//Communities of practice//EN"
_SEQUENCE_EPOCH: Final = dt.date(2000, 1, 1)


class CalendarChange(StrEnum):
    """What became of a meeting since the calendar was last written."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    CALLED_OFF = "called-off"


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """One meeting in the calendar; ``meeting`` is ``""`` for one that is no longer on record."""

    uid: str
    meeting: str
    day: dt.date
    sequence: int
    change: CalendarChange


@dataclass(frozen=True, slots=True)
class WrittenCalendar:
    """A calendar's bytes, and what they state of each meeting."""

    data: bytes
    entries: tuple[CalendarEntry, ...]


def write_calendar(
    name: str,
    invitations: Sequence[Invitation],
    zone: ZoneInfo,
    today: dt.date,
    before: bytes | None = None,
) -> WrittenCalendar:
    """Write the meetings as a calendar, in order of time.

    ``name`` is what calendar programs call it; ``zone`` is that of the meetings' times; ``before``
    is the earlier file, if there is one. Raise ``ValueError`` when that is no calendar of copkit.
    """
    earlier = _parse_events(before) if before is not None else {}
    pairs = [
        _build_entry(invitation, earlier.get(invitation.uid), zone, today)
        for invitation in invitations
    ]
    pairs += _cancel_missing(earlier, {invitation.uid for invitation in invitations}, today)
    # By day first: a day and a moment cannot be compared, but their texts can.
    pairs.sort(key=lambda pair: (pair[1].day, str(_start_of(pair[0])), pair[1].uid))
    calendar = Calendar()
    calendar.add("VERSION", "2.0")
    calendar.add("PRODID", PRODUCT_ID)
    calendar.add("METHOD", "PUBLISH")
    calendar.add("X-WR-CALNAME", _calendar_text(name))
    timed = (entry for event, entry in pairs if isinstance(_start_of(event), dt.datetime))
    years = [entry.day.year for entry in timed]
    if years and zone.key != "UTC":  # times in UTC end in Z and refer to no zone
        calendar.add_component(build_time_zone(zone, min(years), max(years)))
    for event, _ in pairs:
        calendar.add_component(event)
    return WrittenCalendar(calendar.to_ical(), tuple(entry for _, entry in pairs))


def write_request(
    invitation: Invitation,
    zone: ZoneInfo,
    sequence: int,
    stamp: dt.datetime,
    organizer: Mailbox,
    attendee: Mailbox,
    *,
    is_cancelled: bool = False,
) -> bytes:
    """Write one meeting as a request to one person, or as its cancellation (RFC 5546, 3.2).

    ``stamp`` is when it is sent, ``organizer`` who answers go to. ``attendee`` is the only one
    named: an invitation shows nobody's address to another.
    """
    event = _build_event(invitation, zone, sequence, stamp)
    event.add("ORGANIZER", _calendar_address(organizer))
    person = _calendar_address(attendee)
    if is_cancelled:
        event.pop("STATUS")
        event.add("STATUS", "CANCELLED")
    else:
        person.params["ROLE"] = vText("REQ-PARTICIPANT")
        person.params["PARTSTAT"] = vText("NEEDS-ACTION")
        person.params["RSVP"] = vText("TRUE")
    event.add("ATTENDEE", person)
    calendar = Calendar()
    calendar.add("VERSION", "2.0")
    calendar.add("PRODID", PRODUCT_ID)
    calendar.add("METHOD", "CANCEL" if is_cancelled else "REQUEST")
    if invitation.start and zone.key != "UTC":
        calendar.add_component(build_time_zone(zone, invitation.day.year, invitation.day.year))
    calendar.add_component(event)
    data: bytes = calendar.to_ical()
    return data


def _calendar_address(mailbox: Mailbox) -> vCalAddress:
    address = vCalAddress(f"mailto:{mailbox.address}")
    if mailbox.name:
        # A quote would end the parameter (RFC 5545, 3.2).
        address.params["CN"] = vText(_calendar_text(mailbox.name).replace('"', "'"))
    return address


def _parse_events(data: bytes) -> dict[str, Event]:
    """Parse an earlier calendar into its events by UID.

    Raise ``ValueError`` for what is no calendar, and for another program's: writing over that
    would lose appointments that copkit knows nothing of.
    """
    try:
        calendar = Calendar.from_ical(data)
    except (ValueError, LookupError, TypeError) as error:
        raise ValueError("this is not a calendar") from error
    if not isinstance(calendar, Calendar) or str(calendar.get("PRODID", "")) != PRODUCT_ID:
        raise ValueError("this calendar was not made by copkit")
    return {
        str(event["UID"]): event
        for event in calendar.walk("VEVENT")
        if isinstance(event, Event) and "UID" in event and _start_of(event)
    }


def _build_entry(
    invitation: Invitation, old: Event | None, zone: ZoneInfo, today: dt.date
) -> tuple[Event, CalendarEntry]:
    """Build an event: the same as ``old`` when it states the same, else an update of it.

    ``old`` is the event of the earlier file, ``None`` for a new meeting.
    """
    change, sequence, stamp = CalendarChange.NEW, least_sequence(today), _midnight(today)
    if old is not None:
        old_sequence, old_stamp = _sequence_of(old), _stamp_of(old)
        # Built again with the old number and stamp, so that only what it states can differ.
        if (
            old_stamp
            and _build_event(invitation, zone, old_sequence, old_stamp).to_ical() == old.to_ical()
        ):
            change, sequence, stamp = CalendarChange.SAME, old_sequence, old_stamp
        else:
            change, sequence = CalendarChange.CHANGED, max(old_sequence + 1, sequence)
    event = _build_event(invitation, zone, sequence, stamp)
    entry = CalendarEntry(invitation.uid, invitation.meeting, invitation.day, sequence, change)
    return event, entry


def _build_event(
    invitation: Invitation, zone: ZoneInfo, sequence: int, stamp: dt.datetime
) -> Event:
    """Build a confirmed event; without a start, it is of a whole day."""
    event = Event()
    event.add("UID", invitation.uid)
    event.add("SUMMARY", _calendar_text(invitation.summary))
    event.add("DESCRIPTION", _calendar_text(invitation.description))
    if invitation.place:
        event.add("LOCATION", _calendar_text(invitation.place))
    start, end = _start_and_end(invitation, zone)
    event.add("DTSTART", start)
    event.add("DTEND", end)
    event.add("STATUS", "CONFIRMED")
    event.add("SEQUENCE", sequence)
    _add_stamp(event, stamp)
    return event


def _start_and_end(invitation: Invitation, zone: ZoneInfo) -> tuple[dt.date, dt.date]:
    """Return when a meeting begins and ends: two moments, or two days where no time is set."""
    if invitation.start is None:
        # RFC 5545, 3.6.1: the end of an event is not part of it.
        return invitation.day, invitation.day + dt.timedelta(days=1)
    start = dt.datetime.combine(invitation.day, invitation.start, zone)
    # Added in UTC: local arithmetic would be an hour off when clocks change during a meeting.
    end = start.astimezone(dt.UTC) + dt.timedelta(minutes=invitation.minutes)
    return start, end.astimezone(zone)


def _cancel_missing(
    earlier: dict[str, Event], invited: Iterable[str], today: dt.date
) -> list[tuple[Event, CalendarEntry]]:
    """Cancel what was announced, is no longer on record, and is still to come.

    ``earlier`` are the events by UID, and those cancelled are changed in place; ``invited`` are the
    UIDs of meetings on record. A cancelled event stays in the file until its day: it vanishes from
    no calendar by itself.
    """
    pairs = []
    for uid, event in earlier.items():
        start = _start_of(event) or dt.date.min
        day = start.date() if isinstance(start, dt.datetime) else start
        if uid in invited or day < today:
            continue
        change = CalendarChange.SAME
        if str(event.get("STATUS", "")) != "CANCELLED":
            change = CalendarChange.CALLED_OFF
            sequence = max(_sequence_of(event) + 1, least_sequence(today))
            for key in ("STATUS", "SEQUENCE", "DTSTAMP", "LAST-MODIFIED"):
                event.pop(key, None)  # add() would make a list of the old value and the new
            event.add("STATUS", "CANCELLED")
            event.add("SEQUENCE", sequence)
            _add_stamp(event, _midnight(today))
        pairs.append((event, CalendarEntry(uid, "", day, _sequence_of(event), change)))
    return pairs


def _add_stamp(event: Event, stamp: dt.datetime) -> None:
    """Add the moment of the last change to an event."""
    event.add("DTSTAMP", stamp)
    event.add("LAST-MODIFIED", stamp)


def _midnight(day: dt.date) -> dt.datetime:
    # Not the present moment: two builds on one day make the same bytes.
    return dt.datetime.combine(day, dt.time(), dt.UTC)


def least_sequence(today: dt.date) -> int:
    """Count days since 2000, so that whoever lost the earlier file still counts upward.

    Calendar programs ignore an update whose number is not above the one they have.
    """
    return max((today - _SEQUENCE_EPOCH).days, 0)


def _start_of(event: Event) -> dt.date | None:
    """Return the moment, or the day, on which an event begins; ``None`` where none is stated."""
    start = getattr(event.get("DTSTART"), "dt", None)
    return start if isinstance(start, dt.date) else None


def _sequence_of(event: Event) -> int:
    """Return an event's ``SEQUENCE``; 0 where there is no number."""
    number: Any = event.get("SEQUENCE", 0)
    return number if isinstance(number, int) else 0


def _stamp_of(event: Event) -> dt.datetime | None:
    """Return when an event was last written; ``None`` where that is no moment."""
    stamp = getattr(event.get("DTSTAMP"), "dt", None)
    return stamp if isinstance(stamp, dt.datetime) else None


def _calendar_text(text: str) -> str:
    """Remove line ends and invisible characters, which older calendar programs cannot read."""
    return xml_text(single_line(text))
