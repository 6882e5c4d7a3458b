"""Dates, times and durations as other people's programs write them.  Pure.

Whether ``04/05/26`` is in April or May is settled once for a whole file, or not at all.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import Final, NamedTuple

from copkit.errors import CopkitError
from copkit.wording import day_in_words, month_name


class DateOrder(Enum):
    """Which of the first two numbers of a date is the day; ``OPEN`` where it may be either."""

    DAY_FIRST = "day"
    MONTH_FIRST = "month"
    OPEN = "open"


class WrittenMoment(NamedTuple):
    """A day and a time as they are written; either may be missing, but not both.

    ``numbers`` are day, month and year, or month, day and year, as ``order`` says.
    """

    order: DateOrder
    numbers: tuple[int, int, int] | None
    time: dt.time | None
    zone: dt.timezone | None


_MONTHS: Final = {month_name(dt.date(2000, n, 1))[:3].lower(): n for n in range(1, 13)}
# 2026-09-22, 2026/9/22; the separator must be the same twice
_YEAR_FIRST: Final = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)")
# 22/09/2026, 9/22/26, 22. 9. 2026
_NUMBERS: Final = re.compile(r"(\d{1,2})([-/.])\s?(\d{1,2})\2\s?(\d{4}|\d{2})(?!\d)")
# 22 Sep 2026, Tuesday, 22nd September 2026, September 22, 2026
_NAMED: Final = re.compile(
    r"(?:[a-z]{3,9},? )?(?:(\d{1,2})(?:st|nd|rd|th)? ([a-z]{3,9})|([a-z]{3,9}) (\d{1,2}))"
    r"\.?,? (\d{4})(?!\d)"
)
# 14:00, 2:00:05 PM, 14.00, 14:00:05.123Z, 14:00+01:00
_TIME: Final = re.compile(
    r"(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?(?:[.,]\d{1,9})?\s?(?:([ap])\.?\s?m\.?)?"
    r"\s?(z|utc|gmt|[+-]\d{2}:?\d{2})?"
)


@lru_cache(maxsize=20_000)
def parse_moment(text: str) -> WrittenMoment | None:
    """Parse a date, a time or both; return ``None`` for anything else."""
    # Spaces include the narrow ones that Excel and Teams put before AM and PM.
    text = " ".join(text.casefold().split())
    if len(text) > 60:
        return None
    order, numbers, remainder = _split_day(text)
    remainder = remainder.lstrip(" ,t")  # "2026-09-22T14:00", "22/09/2026, 14:00"
    time, zone = None, None
    if remainder:
        match = _TIME.fullmatch(remainder)
        time = _build_time(match) if match else None
        if match is None or time is None:
            return None
        zone = _parse_zone(match[5])
    return WrittenMoment(order, numbers, time, zone) if numbers or time else None


def _split_day(text: str) -> tuple[DateOrder, tuple[int, int, int] | None, str]:
    """Return the order and numbers (or ``None``) of the day a text begins with, and the rest."""
    if match := _YEAR_FIRST.match(text):
        numbers = (int(match[4]), int(match[3]), int(match[1]))
        return DateOrder.DAY_FIRST, numbers, text[match.end() :]
    if match := _NUMBERS.match(text):
        first, second, year = int(match[1]), int(match[3]), int(match[4])
        # no country writes the month first with dots
        order = DateOrder.DAY_FIRST if match[2] == "." else DateOrder.OPEN
        return order, (first, second, year + 2000 if year < 100 else year), text[match.end() :]
    match = _NAMED.match(text)
    month = _MONTHS.get((match[2] or match[3])[:3]) if match else None
    if match and month:
        numbers = (int(match[1] or match[4]), month, int(match[5]))
        return DateOrder.DAY_FIRST, numbers, text[match.end() :]
    return DateOrder.DAY_FIRST, None, text


def _build_time(match: re.Match[str]) -> dt.time | None:
    """Return the time in a match of ``_TIME``, by 24 hours; ``None`` for one such as 25:00."""
    hour, minute, second = int(match[1]), int(match[2]), int(match[3] or 0)
    if match[4] and hour <= 12:  # AM or PM; "14:00 PM" is taken as 14:00
        hour = hour % 12 + (12 if match[4] == "p" else 0)
    return dt.time(hour, minute, second) if hour < 24 and minute < 60 and second < 60 else None


def _parse_zone(text: str | None) -> dt.timezone | None:
    """Return the zone of ``z``, ``utc``, ``gmt``, ``+01:00`` or ``+0100``, in small letters.

    ``None`` for no text, and for an offset of 24 hours or more.
    """
    if not text:
        return None
    if text in {"z", "utc", "gmt"}:
        return dt.UTC
    digits = text.replace(":", "")
    minutes = int(digits[1:3]) * 60 + int(digits[3:5])
    if minutes >= 24 * 60:
        return None
    return dt.timezone(dt.timedelta(minutes=-minutes if digits[0] == "-" else minutes))


def _build_date(numbers: tuple[int, int, int], order: DateOrder) -> dt.date | None:
    """Return the date that numbers in an order mean; ``None`` for one such as 31 February."""
    first, second, year = numbers
    day, month = (second, first) if order is DateOrder.MONTH_FIRST else (first, second)
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


@dataclass(slots=True)
class TimeParser:
    """Parses the days and times of one file, all of them in the same way.

    ``meeting_day`` is the day of times without one. ``zone`` is that of the first time with one;
    others are converted to it.
    """

    order: DateOrder
    meeting_day: dt.date
    zone: dt.timezone | None

    def parse_moment(self, text: str) -> dt.datetime | None:
        """Parse a time with or without a day, which then is the meeting's; return no zone.

        ``None`` means that there is no time in the text, or no such day.
        """
        written = parse_moment(text)
        if written is None or written.time is None:
            return None
        day = self._day_of(written)
        if day is None:
            return None
        moment = dt.datetime.combine(day, written.time)
        if not (written.zone and self.zone):
            return moment
        try:
            return moment.replace(tzinfo=written.zone).astimezone(self.zone).replace(tzinfo=None)
        except OverflowError:  # before the year 1, or after 9999
            return None

    def parse_date(self, text: str) -> dt.date | None:
        """Parse a day, with a time or without; ``None`` if none is written, or no such day."""
        written = parse_moment(text)
        if written is None or written.numbers is None:
            return None
        # Through the moment, since a change of zone may change the day.
        moment = self.parse_moment(text)
        return moment.date() if moment else self._day_of(written)

    def _day_of(self, written: WrittenMoment) -> dt.date | None:
        """Return the day written, else the meeting's; ``None`` for one such as 31 February."""
        if written.numbers is None:
            return self.meeting_day
        order = self.order if written.order is DateOrder.OPEN else written.order
        return _build_date(written.numbers, order)


def build_time_parser(texts: Iterable[str], meeting: dt.date, file: str) -> TimeParser:
    """Settle how a file writes its days, and return a parser for it.

    ``texts`` are all days and times of the file, the start of the meeting first; ``meeting`` is
    the day it was held. Raise :class:`CopkitError` where texts contradict each other, and where a
    day may be either of two and neither is the meeting's.
    """
    # Once a file, not once a date: 04/05 alone is ambiguous, and 23/05 beside it is not.
    moments = [moment for moment in map(parse_moment, dict.fromkeys(texts)) if moment]
    zone = next((moment.zone for moment in moments if moment.zone), None)
    open_moments = [moment for moment in moments if moment.order is DateOrder.OPEN]
    return TimeParser(_settle_order(open_moments, meeting, file), meeting, zone)


def _settle_order(moments: list[WrittenMoment], meeting: dt.date, file: str) -> DateOrder:
    """Return the order of a file's dates: by numbers above 12, else by the meeting's day.

    Raise :class:`CopkitError` if it is both, or if either is possible and neither is that day.
    """
    days = [moment.numbers for moment in moments if moment.numbers]
    day_first = next((numbers for numbers in days if numbers[0] > 12 >= numbers[1]), None)
    month_first = next((numbers for numbers in days if numbers[1] > 12 >= numbers[0]), None)
    if day_first and month_first:
        raise CopkitError(
            f"{file} writes its dates in two ways: in {_format_numbers(day_first)} "
            f"the day comes first, in {_format_numbers(month_first)} the month",
            "export it again, or write its dates as 2026-09-22",
        )
    if day_first or month_first:
        return DateOrder.DAY_FIRST if day_first else DateOrder.MONTH_FIRST
    for numbers in days:
        orders = [
            order
            for order in (DateOrder.DAY_FIRST, DateOrder.MONTH_FIRST)
            if _build_date(numbers, order) == meeting
        ]
        if len(orders) == 1:  # two where day and month are the same number
            return orders[0]
    for numbers in days:
        day_first_date = _build_date(numbers, DateOrder.DAY_FIRST)
        month_first_date = _build_date(numbers, DateOrder.MONTH_FIRST)
        if day_first_date and month_first_date and day_first_date != month_first_date:
            either = f"{day_in_words(day_first_date)} or {day_in_words(month_first_date)}"
            raise CopkitError(
                f"the dates in {file} may be {either}",
                f"it is neither on {day_in_words(meeting)}: name the day that the meeting was held",
            )
    return DateOrder.DAY_FIRST


def _format_numbers(numbers: tuple[int, int, int]) -> str:
    return "/".join(map(str, numbers))


# Durations, in the languages that programs write them in

_UNITS: Final = {  # seconds by unit, and how it is written
    86_400: "d day days tag tage jour jours dia dias dag dagen",
    3600: (
        "h hr hrs hour hours std stdn stunde stunden heure heures hora horas u uur uren "
        "g godz godzina godziny godzin awr oriau ora ore t tim time timer timme timmar"
    ),
    60: (
        "m min mins minute minutes minuten minuto minutos minuut minut minuta minuty "
        "munud munudau minuti mn"
    ),
    1: (
        "s sec secs second seconds sek sekunde sekunden seconde secondes segundo segundos "
        "seconden sekund sekunda sekundy eiliad eiliadau secondo secondi seg"
    ),
}
_SECONDS: Final = {word: unit for unit, words in _UNITS.items() for word in words.split()}
# "59 Min. ", "1h", "1,5 Std"
_PART: Final = re.compile(r"(\d{1,6}(?:[.,]\d{1,6})?)\s?([^\W\d_]{1,10})\.?[\s,]{0,3}")
# "1 hour and 5 minutes", "1 heure et 5 minutes"
_AND: Final = re.compile(r"\b(?:and|und|et|y|en|i|a|e)\s(?=\d)")
# "01:02:03"; without seconds it could be hours and minutes or minutes and seconds
_CLOCK: Final = re.compile(r"(\d{1,4}):([0-5]?\d):([0-5]?\d)(?:\.\d{1,9})?")
# ISO 8601: "PT1H5M", "PT45M"
_ISO: Final = re.compile(r"pt(?=\d)(?:(\d{1,5})h)?(?:(\d{1,6})m)?(?:(\d{1,7})(?:\.\d{1,9})?s)?")
_NUMBER: Final = re.compile(r"\d{1,6}(?:[.,]\d{1,6})?")
_MAX_LENGTH: Final = 40  # characters of a duration


def parse_duration(text: str, unit: int | None = None) -> int | None:
    """Parse ``1h 7s``, ``59 Min. 0 Sek.``, ``01:02:03`` or ``PT45M`` into seconds.

    ``unit`` is how many seconds a bare number means. Return ``None`` for what is not certain, such
    as ``45`` without a unit, or ``1:30``.
    """
    text = " ".join(text.casefold().split())
    if len(text) > _MAX_LENGTH:
        return None
    if unit and _NUMBER.fullmatch(text):
        return round(_parse_number(text) * unit)
    for pattern in (_CLOCK, _ISO):
        if match := pattern.fullmatch(text):
            hours, minutes, seconds = (int(part or 0) for part in match.groups())
            return hours * 3600 + minutes * 60 + seconds
    return _parse_duration_words(_AND.sub("", text))


def _parse_duration_words(text: str) -> int | None:
    """Return the seconds of ``1 h 5 min``, larger units first, each once; ``None`` for others."""
    offset, total, previous_unit = 0, 0.0, 10**6
    while offset < len(text):
        match = _PART.match(text, offset)
        unit = _SECONDS.get(match[2]) if match else None
        # The order settles letters with two meanings: no program writes "5 m 1 m".
        if match is None or unit is None or unit >= previous_unit:
            return None
        total += _parse_number(match[1]) * unit
        offset, previous_unit = match.end(), unit
    return round(total) if text else None


def _parse_number(text: str) -> float:
    return float(text.replace(",", "."))
