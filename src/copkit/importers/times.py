"""Days and times as other people's programs write them.  Pure.

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


class Order(Enum):
    """Which of two numbers is the day; a date that names its month has neither."""

    DAY_FIRST = "day"
    MONTH_FIRST = "month"
    OPEN = "open"


class Written(NamedTuple):
    """A day and a time as they are written; ``numbers`` in the order that ``order`` says."""

    order: Order
    numbers: tuple[int, int, int] | None  # the day, the month and the year
    time: dt.time | None
    zone: dt.timezone | None


_MONTHS: Final = {month_name(dt.date(2000, n, 1))[:3].lower(): n for n in range(1, 13)}
_YEAR_FIRST: Final = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)")
_NUMBERS: Final = re.compile(r"(\d{1,2})([-/.])\s?(\d{1,2})\2\s?(\d{4}|\d{2})(?!\d)")
_NAMED: Final = re.compile(
    r"(?:[a-z]{3,9},? )?(?:(\d{1,2})(?:st|nd|rd|th)? ([a-z]{3,9})|([a-z]{3,9}) (\d{1,2}))"
    r"\.?,? (\d{4})(?!\d)"
)
_TIME: Final = re.compile(
    r"(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?(?:[.,]\d{1,9})?\s?(?:([ap])\.?\s?m\.?)?"
    r"\s?(z|utc|gmt|[+-]\d{2}:?\d{2})?"
)


@lru_cache(maxsize=20_000)
def read_moment(text: str) -> Written | None:
    """Take a date, a time or both apart, whatever its spaces; ``None`` for anything else."""
    text = " ".join(text.casefold().split())
    if len(text) > 60:
        return None
    order, numbers, rest = _day(text)
    rest = rest.lstrip(" ,t")
    time, zone = None, None
    if rest:
        match = _TIME.fullmatch(rest)
        time = _time(match) if match else None
        if match is None or time is None:
            return None
        zone = _zone(match[5])
    return Written(order, numbers, time, zone) if numbers or time else None


def _day(text: str) -> tuple[Order, tuple[int, int, int] | None, str]:
    """Take the day off the front of a text."""
    if match := _YEAR_FIRST.match(text):
        numbers = (int(match[4]), int(match[3]), int(match[1]))
        return Order.DAY_FIRST, numbers, text[match.end() :]
    if match := _NUMBERS.match(text):
        first, second, year = int(match[1]), int(match[3]), int(match[4])
        # no country writes the month first and dots
        order = Order.DAY_FIRST if match[2] == "." else Order.OPEN
        return order, (first, second, year + 2000 if year < 100 else year), text[match.end() :]
    match = _NAMED.match(text)
    month = _MONTHS.get((match[2] or match[3])[:3]) if match else None
    if match and month:
        numbers = (int(match[1] or match[4]), month, int(match[5]))
        return Order.DAY_FIRST, numbers, text[match.end() :]
    return Order.DAY_FIRST, None, text


def _time(match: re.Match[str]) -> dt.time | None:
    hour, minute, second = int(match[1]), int(match[2]), int(match[3] or 0)
    if match[4] and hour <= 12:
        hour = hour % 12 + (12 if match[4] == "p" else 0)
    return dt.time(hour, minute, second) if hour < 24 and minute < 60 and second < 60 else None


def _zone(text: str | None) -> dt.timezone | None:
    if not text:
        return None
    if text in {"z", "utc", "gmt"}:
        return dt.UTC
    digits = text.replace(":", "")
    minutes = int(digits[1:3]) * 60 + int(digits[3:5])
    if minutes >= 24 * 60:
        return None
    return dt.timezone(dt.timedelta(minutes=-minutes if digits[0] == "-" else minutes))


def _date(numbers: tuple[int, int, int], order: Order) -> dt.date | None:
    first, second, year = numbers
    day, month = (second, first) if order is Order.MONTH_FIRST else (first, second)
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


@dataclass(slots=True)
class Clock:
    """Reads the days and times of one file, all of them in the same way.

    ``day`` is of the times that have none.
    """

    order: Order
    day: dt.date
    zone: dt.timezone | None

    def moment(self, text: str) -> dt.datetime | None:
        """Read a day and a time, without its zone; ``None`` where either is missing."""
        written = read_moment(text)
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

    def date(self, text: str) -> dt.date | None:
        """Read a day, with a time or without; ``None`` where none is written."""
        written = read_moment(text)
        if written is None or written.numbers is None:
            return None
        moment = self.moment(text)
        return moment.date() if moment else self._day_of(written)

    def _day_of(self, written: Written) -> dt.date | None:
        if written.numbers is None:
            return self.day
        order = self.order if written.order is Order.OPEN else written.order
        return _date(written.numbers, order)


def clock_for(texts: Iterable[str], meeting: dt.date, file: str) -> Clock:
    """Settle how a file writes its days, from all of ``texts``, the start of the meeting first.

    Raises :class:`CopkitError` where they contradict each other, and where a day may be either of
    two and neither is the meeting's.
    """
    written = [one for one in map(read_moment, dict.fromkeys(texts)) if one]
    zone = next((one.zone for one in written if one.zone), None)
    order = _order([one for one in written if one.order is Order.OPEN], meeting, file)
    return Clock(order, meeting, zone)


def _order(written: list[Written], meeting: dt.date, file: str) -> Order:
    days = [one.numbers for one in written if one.numbers]
    day_first = next((one for one in days if one[0] > 12 >= one[1]), None)
    month_first = next((one for one in days if one[1] > 12 >= one[0]), None)
    if day_first and month_first:
        raise CopkitError(
            f"{file} writes its dates in two ways: in {_slashes(day_first)} the day comes first, "
            f"in {_slashes(month_first)} the month",
            "export it again, or write its dates as 2026-09-22",
        )
    if day_first or month_first:
        return Order.DAY_FIRST if day_first else Order.MONTH_FIRST
    for numbers in days:
        readings = {one: _date(numbers, one) for one in (Order.DAY_FIRST, Order.MONTH_FIRST)}
        fitting = [one for one, day in readings.items() if day == meeting]
        if len(fitting) == 1:
            return fitting[0]
    for numbers in days:
        one, other = _date(numbers, Order.DAY_FIRST), _date(numbers, Order.MONTH_FIRST)
        if one and other and one != other:
            raise CopkitError(
                f"the dates in {file} may be {day_in_words(one)} or {day_in_words(other)}",
                f"it is neither on {day_in_words(meeting)}: name the day that the meeting was held",
            )
    return Order.DAY_FIRST


def _slashes(numbers: tuple[int, int, int]) -> str:
    return "/".join(map(str, numbers))


# How long somebody was there, as programs of several languages write it.

_UNITS: Final = {
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
_PART: Final = re.compile(r"(\d{1,6}(?:[.,]\d{1,6})?)\s?([^\W\d_]{1,10})\.?[\s,]{0,3}")
_AND: Final = re.compile(r"\b(?:and|und|et|y|en|i|a|e)\s(?=\d)")
_CLOCK: Final = re.compile(r"(\d{1,4}):([0-5]?\d):([0-5]?\d)(?:\.\d{1,9})?")
_ISO: Final = re.compile(r"pt(?=\d)(?:(\d{1,5})h)?(?:(\d{1,6})m)?(?:(\d{1,7})(?:\.\d{1,9})?s)?")
_NUMBER: Final = re.compile(r"\d{1,6}(?:[.,]\d{1,6})?")
_LONGEST: Final = 40


def seconds_in(text: str, unit: int | None = None) -> int | None:
    """Read ``1h 7s``, ``59 Min. 0 Sek.``, ``01:02:03``, ``PT45M``; a bare number has its unit.

    ``None`` for what cannot be read for certain, such as ``45`` of nothing, or ``1:30``.
    """
    text = " ".join(text.casefold().split())
    if len(text) > _LONGEST:
        return None
    if unit and _NUMBER.fullmatch(text):
        return round(_number(text) * unit)
    for pattern in (_CLOCK, _ISO):
        if match := pattern.fullmatch(text):
            hours, minutes, seconds = (int(part or 0) for part in match.groups())
            return hours * 3600 + minutes * 60 + seconds
    return _in_words(_AND.sub("", text))


def _in_words(text: str) -> int | None:
    """Add up numbers with their units, the larger ones first and each once."""
    at, total, last = 0, 0.0, 10**6
    while at < len(text):
        match = _PART.match(text, at)
        unit = _SECONDS.get(match[2]) if match else None
        if match is None or unit is None or unit >= last:
            return None
        total += _number(match[1]) * unit
        at, last = match.end(), unit
    return round(total) if text else None


def _number(text: str) -> float:
    return float(text.replace(",", "."))
