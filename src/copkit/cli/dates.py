"""Dates as people write them: ``4/5/26``, ``4 May``, ``next Wed``, ``in two weeks``.  Pure.

Numbers are read in the British order. Where more than one day is meant, all of them are returned,
so that the person is asked: no library does that, the known ones guess.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from typing import Final, NamedTuple

from copkit.wording import month_name


class Period(NamedTuple):
    """The first and the last day on which something can have happened, ``None`` for no limit."""

    first: dt.date | None = None
    last: dt.date | None = None

    def holds(self, day: dt.date) -> bool:
        """Check whether a day is in the period."""
        return (self.first or dt.date.min) <= day <= (self.last or dt.date.max)


ANY_DAY: Final = Period()

_MONTHS: Final = {month_name(dt.date(2000, n, 1)).lower(): n for n in range(1, 13)}
_DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_NAMED: Final = {"yesterday": -1, "today": 0, "now": 0, "tomorrow": 1}
_COUNTS: Final = {
    word: number
    for number, word in enumerate(
        ["a", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"], 1
    )
} | {"an": 1, "one": 1, "the next": 1}
_UNITS: Final = {"day": 1, "week": 7, "fortnight": 14, "month": 0}
_NUMBERS: Final = re.compile(r"(\d{1,2})([/.-])\s?(\d{1,2})(?:\2\s?(\d{4}|\d{2})|\.)?")
_YEAR_FIRST: Final = re.compile(r"(\d{4})([/.])(\d{1,2})\2(\d{1,2})")
# '4 May', '4th of May 2026', 'May 4', 'May 4th, 2026'
_DAY_MONTH: Final = re.compile(
    r"(\d{1,2})(?:st|nd|rd|th)?(?: of)?[ -]?([a-z]{3,9})\.?(?:[ ,'-]{1,2}(\d{4}|\d{2}))?"
)
_MONTH_DAY: Final = re.compile(r"([a-z]{3,9})\.? (?:the )?(\d{1,2})(?:st|nd|rd|th)?(?:,? (\d{4}))?")
_WEEKDAY: Final = re.compile(r"(?:(next|last|this|on|coming) )?([a-z]{3,9})\.?(?: (week|next))?")
_IN: Final = re.compile(r"in ([a-z]+|\d{1,3}) (day|week|fortnight|month)s?(?:' time| time)?")
_AGO: Final = re.compile(r"([a-z]+|\d{1,3}) (day|week|fortnight|month)s? ago")


def read_days(text: str, today: dt.date, period: Period = ANY_DAY) -> list[dt.date]:
    """Return the days that a text may mean, the nearest to ``today`` first; none for no date.

    A year is guessed, and so is the week of a day, where the day is in ``period``: one such day
    is what is meant, of several the person has to say which, unless one is today. Raise
    :class:`ValueError` for numbers that make no date, such as 31 June.
    """
    words = " ".join(text.casefold().replace(",", ", ").split()).replace(" ,", ",")
    words = words.replace(", ", " ")
    if words in _NAMED:
        return [today + dt.timedelta(_NAMED[words])]
    if match := _YEAR_FIRST.fullmatch(words):
        return [dt.date(int(match[1]), int(match[3]), int(match[4]))]
    weekday, _, rest = words.partition(" ")
    if _weekday_of(weekday) is not None and rest and rest != "week" and rest != "next":
        # 'Monday 4 May': the day of the week chooses among the years
        days = _read_date(rest, today, period)
        if days:
            fitting = [day for day in days if day.weekday() == _weekday_of(weekday)]
            if not fitting:
                raise ValueError(f"{days[0]} is a {_DAYS[days[0].weekday()].capitalize()}")
            return fitting
    return (
        _read_date(words, today, period)
        or _read_span(words, today)
        or _read_weekday(words, today, period)
    )


def _read_date(words: str, today: dt.date, period: Period) -> list[dt.date]:
    """Read a day and a month with or without a year, in numbers or with the month's name."""
    if match := _NUMBERS.fullmatch(words):
        return _days_of(int(match[1]), int(match[3]), match[4], today, period)
    if (match := _DAY_MONTH.fullmatch(words)) and (month := _month_of(match[2])):
        return _days_of(int(match[1]), month, match[3], today, period)
    if (match := _MONTH_DAY.fullmatch(words)) and (month := _month_of(match[1])):
        return _days_of(int(match[2]), month, match[3], today, period)
    return []


def _days_of(
    day: int, month: int, year: str | None, today: dt.date, period: Period
) -> list[dt.date]:
    """Return the days that a day and a month are: one with a ``year``, else those that fit."""
    if not 1 <= month <= 12:
        raise ValueError(f"there is no month {month}: the day comes first, as in 4/5/2026")
    if year:
        full = int(year) + 2000 if len(year) == 2 else int(year)
        return [_make_day(full, month, day)]
    first = (period.first or today).year
    last = (period.last or max(today, period.first or today) + dt.timedelta(366)).year
    years = range(min(first, today.year - 1), max(last, today.year + 1) + 1)
    days = [dt.date(y, month, day) for y in years if _exists(y, month, day)]
    if not days:
        _make_day(today.year, month, day)  # it raises
    fitting = [one for one in days if period.holds(one)] or days
    # nobody means the fifth of another January on 5 January
    return [today] if today in fitting else _nearest_first(fitting, today)


def _exists(year: int, month: int, day: int) -> bool:
    return 1 <= day <= calendar.monthrange(year, month)[1]


def _make_day(year: int, month: int, day: int) -> dt.date:
    if not _exists(year, month, day):
        last = calendar.monthrange(year, month)[1]
        name = month_name(dt.date(year, month, 1))
        raise ValueError(f"{name} {year} has {last} days, not {day}")
    return dt.date(year, month, day)


def _nearest_first(days: list[dt.date], today: dt.date) -> list[dt.date]:
    return sorted(days, key=lambda day: abs(day - today))


def _month_of(word: str) -> int | None:
    """Return the number of a month from three letters of its name on."""
    if word == "sept":
        return 9
    return next((number for name, number in _MONTHS.items() if name.startswith(word)), None)


def _weekday_of(word: str) -> int | None:
    """Return the number of a day of the week from three letters of its name on."""
    stem = word.removesuffix(".")
    if len(stem) < 3:
        return None
    return next((number for number, name in enumerate(_DAYS) if name.startswith(stem)), None)


def _read_span(words: str, today: dt.date) -> list[dt.date]:
    """Read 'in two weeks' and '3 days ago'."""
    match, sign = _AGO.fullmatch(words), -1
    if match is None:
        match, sign = _IN.fullmatch(words), 1
    if match is None:
        return []
    count = int(match[1]) if match[1].isdecimal() else _COUNTS.get(match[1])
    if count is None:
        return []
    if match[2] != "month":
        return [today + dt.timedelta(sign * count * _UNITS[match[2]])]
    months = today.year * 12 + today.month - 1 + sign * count
    year, month = months // 12, months % 12 + 1
    return [dt.date(year, month, min(today.day, calendar.monthrange(year, month)[1]))]


def _read_weekday(words: str, today: dt.date, period: Period) -> list[dt.date]:
    """Read 'Wed', 'next Wed', 'last Wed' and 'Wed week'."""
    match = _WEEKDAY.fullmatch(words)
    weekday = _weekday_of(match[2]) if match else None
    if match is None or weekday is None:
        return []
    coming = today + dt.timedelta((weekday - today.weekday()) % 7)
    before = coming - dt.timedelta(7)
    if match[3] == "week":
        return [coming + dt.timedelta(7)]
    if match[1] == "last":
        return [before]
    if match[1] in {"this", "coming"}:
        return [coming]
    if match[1] == "next" or match[3] == "next":
        if coming == today:
            return [coming + dt.timedelta(7)]
        # On a Monday, 'next Wed' is the day after tomorrow for some, and in nine days for others.
        is_this_week = weekday > today.weekday()
        days = [coming, coming + dt.timedelta(7)] if is_this_week else [coming]
    else:
        days = [coming] if coming == today else [coming, before]
    return [day for day in days if period.holds(day)] or days
