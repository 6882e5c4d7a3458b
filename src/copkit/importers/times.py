"""Dates, times and durations as other people's programs write them.  Pure.

Whether ``04/05/26`` is in April or May is settled once for a whole file, or not at all.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import Final, NamedTuple

from copkit.errors import CopkitError
from copkit.wording import day_in_words


class DateOrder(Enum):
    """Which of the first two numbers of a date is the day; ``OPEN`` where it may be either."""

    DAY_FIRST = "day"
    MONTH_FIRST = "month"
    OPEN = "open"


class WrittenMoment(NamedTuple):
    """A day and a time as they are written; either may be missing, but not both.

    ``numbers`` are day, month and year, or month, day and year, as ``order`` says. The year is 0
    where none is written, as in the heading ``4 Feb``.
    """

    order: DateOrder
    numbers: tuple[int, int, int] | None
    time: dt.time | None
    zone: dt.timezone | None


# By month, as en, de, fr, es, nl, pl, cy, it, pt, sv, da, no and fi write and shorten it.
_MONTHS: Final = {
    word: number
    for words, number in {
        "january jan januar janner janvier janv enero ene januari stycznia styczen sty": 1,
        "ionawr ion gennaio gen janeiro tammikuu tammikuuta": 1,
        "february feb februar fevrier fevr fev febrero februari lutego luty lut": 2,
        "chwefror chwe chwef febbraio febb fevereiro helmikuu helmikuuta": 2,
        "march mar marz mrz mars marzo maart mrt marca marzec mawrth maw marco marts": 3,
        "maaliskuu maaliskuuta": 3,
        "april apr avril avr abril abr kwietnia kwiecien kwi ebrill ebr aprile": 4,
        "huhtikuu huhtikuuta": 4,
        "may mai mayo mei maja maj maggio mag maio toukokuu toukokuuta": 5,
        "june jun juni juin junio czerwca czerwiec cze mehefin meh giugno giu junho": 6,
        "kesakuu kesakuuta": 6,
        "july jul juli juillet juil julio lipca lipiec lip gorffennaf gorff gor luglio lug": 7,
        "julho heinakuu heinakuuta": 7,
        "august aug aout agosto ago augustus sierpnia sierpien sie awst augusti elokuu": 8,
        "elokuuta": 8,
        "september sep sept septembre septiembre wrzesnia wrzesien wrz medi settembre": 9,
        "sett set setembro syyskuu syyskuuta": 9,
        "october oct oktober okt octobre octubre pazdziernika pazdziernik paz hydref hyd": 10,
        "ottobre ott outubro out lokakuu lokakuuta": 10,
        "november nov novembre noviembre listopada listopad lis tachwedd tach novembro": 11,
        "marraskuu marraskuuta": 11,
        "december dec dezember dez decembre diciembre dic grudnia grudzien gru rhagfyr": 12,
        "rhag dicembre dezembro desember des joulukuu joulukuuta": 12,
    }.items()
    for word in words.split()
}
_WEEKDAY_WORDS: Final = """\
    mon tue tues wed weds thu thur thurs fri sat sun monday tuesday wednesday thursday friday
    saturday sunday mo di mi do fr sa so montag dienstag mittwoch donnerstag freitag samstag
    sonnabend sonntag lun mar mer jeu ven sam dim lundi mardi mercredi jeudi vendredi samedi
    dimanche mie jue vie sab dom lunes martes miercoles jueves viernes sabado domingo ma wo za
    zo maandag dinsdag woensdag donderdag vrijdag zaterdag zondag pon wt sr czw pt sob niedz
    poniedziałek wtorek sroda czwartek piatek sobota niedziela llun maw gwe sad sul mawrth
    mercher iau gwener sadwrn gio lunedi martedi mercoledi giovedi venerdi sabato domenica seg
    ter qua qui sex segunda terca quarta quinta sexta feira man tir ons tor fre lor mandag
    tirsdag onsdag torsdag fredag lørdag søndag"""
_WEEKDAYS: Final = frozenset(_WEEKDAY_WORDS.split())
_MONTH_WORD: Final = r"([^\W\d_]{3,12})"
_OF: Final = r"(?:de |del |d'|of )?"  # "13 de abril de 2026"
# 2026-09-22, 2026/9/22; the separator must be the same twice
_YEAR_FIRST: Final = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)")
# 20260922, and 20260922T140000Z
_COMPACT: Final = re.compile(r"((?:19|20)\d\d)()([01]\d)([0-3]\d)(?!\d)")
# 22/09/2026, 9/22/26, 22. 9. 2026
_NUMBERS: Final = re.compile(r"(\d{1,2})([-/.])\s?(\d{1,2})\2\s?(\d{4}|\d{2})(?!\d)")
# 22 Sep 2026, 22nd September 2026, 22. September 2026, 13-Apr-2026, 13 de abril de 2026
_DAY_AND_MONTH: Final = re.compile(
    rf"(\d{{1,2}})(?:st|nd|rd|th|er|º|ª)?\.?[ -]?{_OF}{_MONTH_WORD}\.?,?"
    rf"(?:[ -]{_OF}(\d{{4}}|\d{{2}})(?![\d:.h]))?"
)
# September 22, 2026
_MONTH_AND_DAY: Final = re.compile(
    rf"{_MONTH_WORD}\.?[ -](\d{{1,2}})(?:st|nd|rd|th)?(?!\d)(?:,? (\d{{4}})(?!\d))?"
)
# 4/2 and 4.2. in a heading; never 4.2, which numbers a chapter
_WITHOUT_YEAR: Final = re.compile(r"(\d{1,2})(?:(/)(\d{1,2})(?![\d/])|(\.)\s?(\d{1,2})\.(?!\d))")
# Between a day and a time: "à", "a las", "um", "kl.", "o godz.", "T", or a dash
_JOINED: Final = re.compile(
    r"[\s,;t–-]*(?:(?:à|às|as|a las|alle(?: ore)?|ore|um|om|kl|klo|at|am|den|o godz|godz|o|a|i|@)"
    r"\b\.?\s*)?"
)
# 14:00, 2:00:05 PM, 14.00, 14:00:05.123Z, 14:00+01:00, 09h01, 14 Uhr, 2 pm
_TIME: Final = re.compile(
    r"(\d{1,2})(?:(?:[:.]|\s?h\s?|\suhr\s)(\d{2})(?:[:.m]\s?(\d{2})s?)?(?:[.,]\d{1,9})?"
    r"|(?=\s?(?:[ap]\.?\s?m\b|h\b|uhr|uur)))\s?(?:([ap])\.?\s?m\.?)?\s?(?:uhr|uur|hrs?|h)?"
    r"\s?[(\[]?(?:([a-z]{1,5})?([+-]\d{1,2}(?::?\d{2})?)?)?[)\]]?"
)
_ZONES: Final = {  # hours ahead of UTC, where an abbreviation has one meaning
    **dict.fromkeys(("z", "utc", "gmt", "wet"), 0.0),
    **dict.fromkeys(("bst", "west", "cet", "mez"), 1.0),
    **dict.fromkeys(("cest", "mesz", "eet", "sast"), 2.0),
    "eest": 3.0, "est": -5.0, "edt": -4.0, "cst": -6.0, "cdt": -5.0, "mst": -7.0, "mdt": -6.0,
    "pst": -8.0, "pdt": -7.0, "aest": 10.0, "aedt": 11.0, "nzst": 12.0, "nzdt": 13.0,
}  # fmt: skip
# 46057 and 46057.5 are 4 February 2026 and its noon, where a spreadsheet lost the format
_SERIAL: Final = re.compile(r"(\d{5})(?:[.,](\d{1,12}))?")
_SERIAL_ZERO: Final = dt.datetime.fromisoformat("1899-12-30")
_SERIALS: Final = range(36_526, 73_051)  # 2000 to 2100


def _fold(text: str) -> str:
    """Return a text in small letters, without accents, with single spaces."""
    if text.isascii():
        return " ".join(text.lower().split())
    plain = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(sign for sign in plain if not unicodedata.combining(sign)).split())


@lru_cache(maxsize=20_000)
def parse_moment(text: str) -> WrittenMoment | None:
    """Parse a date, a time or both; return ``None`` for anything else."""
    if len(text) > 60:
        return None
    # Spaces include the narrow ones that Excel and Teams put before AM and PM.
    text = _fold(text)
    if serial := _SERIAL.fullmatch(text):
        return _parse_serial(serial)
    order, numbers, remainder = _split_day(text)
    if numbers is None:  # only now, since "mar" is a day in French and a month in English
        order, numbers, remainder = _split_day(_without_weekday(text))
    if numbers and not numbers[2]:
        return None  # without its year a day is no date, except in a heading
    remainder = remainder[_JOINED.match(remainder).end() :]  # type: ignore[union-attr]
    time, zone = None, None
    if remainder:
        match = _TIME.fullmatch(remainder)
        time = _build_time(match) if match else None
        if match is None or time is None or (match[5] and match[5] not in _ZONES):
            return None
        zone = _parse_zone(match[5], match[6])
    return WrittenMoment(order, numbers, time, zone) if numbers or time else None


@lru_cache(maxsize=2_000)
def find_day(text: str) -> WrittenMoment | None:
    """Find the one day in a heading or a title: ``Session 3 (4 Feb)``; ``None`` for none or two.

    The year may be missing, and is then 0.
    """
    text = _fold(text[:200])
    if serial := _SERIAL.fullmatch(text):
        return _parse_serial(serial)
    days = list[WrittenMoment]()
    offset = 0
    while offset < len(text):
        # A day begins where a word or a number does.
        if text[offset].isalnum() and (offset == 0 or not text[offset - 1].isalnum()):
            order, numbers, remainder = _split_day(text[offset:])
            if numbers:
                days.append(WrittenMoment(order, numbers, None, None))
                offset = len(text) - len(remainder)
                continue
        offset += 1
    return days[0] if len(set(days)) == 1 else None


def names_time(text: str) -> bool:
    """Check whether a heading numbers or names a time, such as ``Week 3``, ``January``, ``Mon``."""
    words = re.findall(r"[^\W_]+", _fold(text[:200]))
    return any(
        any(map(str.isdigit, word)) or word in _MONTHS or word in _WEEKDAYS for word in words
    )


def _without_weekday(text: str) -> str:
    """Return a text without the day of the week that it may begin with."""
    word, _, rest = text.partition(" ")
    return rest.strip() if rest and word.strip(".,-") in _WEEKDAYS else text


def _parse_serial(match: re.Match[str]) -> WrittenMoment | None:
    """Return the moment of a spreadsheet's number of days; ``None`` for one of another century."""
    if int(match[1]) not in _SERIALS:
        return None
    days = float(f"{match[1]}.{match[2] or 0}")
    moment = _SERIAL_ZERO + dt.timedelta(seconds=round(days * 86_400))
    time = moment.time() if match[2] else None
    return WrittenMoment(
        DateOrder.DAY_FIRST, (moment.day, moment.month, moment.year), time, zone=None
    )


def _split_day(text: str) -> tuple[DateOrder, tuple[int, int, int] | None, str]:
    """Return the order and numbers (or ``None``) of the day a text begins with, and the rest."""
    if match := _YEAR_FIRST.match(text) or _COMPACT.match(text):
        numbers = (int(match[4]), int(match[3]), int(match[1]))
        return DateOrder.DAY_FIRST, numbers, text[match.end() :]
    if match := _NUMBERS.match(text):
        first, second = int(match[1]), int(match[3])
        # no country writes the month first with dots
        order = DateOrder.DAY_FIRST if match[2] == "." else DateOrder.OPEN
        return order, (first, second, _full_year(match[4])), text[match.end() :]
    if (match := _DAY_AND_MONTH.match(text)) and (month := _MONTHS.get(match[2])):
        numbers = (int(match[1]), month, _full_year(match[3]))
        return DateOrder.DAY_FIRST, numbers, text[match.end() :]
    if (match := _MONTH_AND_DAY.match(text)) and (month := _MONTHS.get(match[1])):
        numbers = (int(match[2]), month, _full_year(match[3]))
        return DateOrder.DAY_FIRST, numbers, text[match.end() :]
    if match := _WITHOUT_YEAR.match(text):
        order = DateOrder.OPEN if match[2] else DateOrder.DAY_FIRST
        numbers = (int(match[1]), int(match[3] or match[5]), 0)
        return order, numbers, text[match.end() :]
    return DateOrder.DAY_FIRST, None, text


def _full_year(digits: str | None) -> int:
    """Return a year in full: two digits are of this century; 0 where none is written."""
    year = int(digits or 0)
    return year + 2000 if digits and year < 100 else year


def _build_time(match: re.Match[str]) -> dt.time | None:
    """Return the time in a match of ``_TIME``, by 24 hours; ``None`` for one such as 25:00."""
    hour, minute, second = int(match[1]), int(match[2] or 0), int(match[3] or 0)
    if match[4] and hour <= 12:  # AM or PM; "14:00 PM" is taken as 14:00
        hour = hour % 12 + (12 if match[4] == "p" else 0)
    return dt.time(hour, minute, second) if hour < 24 and minute < 60 and second < 60 else None


def _parse_zone(name: str | None, offset: str | None) -> dt.timezone | None:
    """Return the zone of ``z``, ``cest``, ``+01:00``, ``+0100`` or ``gmt+1``, in small letters.

    ``None`` for neither, and for an offset of 24 hours or more.
    """
    if not (name or offset):
        return None
    minutes = round(_ZONES.get(name or "", 0.0) * 60)
    if offset:
        digits = offset[1:].replace(":", "")
        hours, rest = (digits, "0") if len(digits) < 3 else (digits[:-2], digits[-2:])
        minutes += (int(hours) * 60 + int(rest)) * (-1 if offset[0] == "-" else 1)
    return None if abs(minutes) >= 24 * 60 else dt.timezone(dt.timedelta(minutes=minutes))


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

    ``meeting_day`` is the day of times without one, ``None`` where nothing says which. ``zone`` is
    that of the first time with one; others are converted to it.
    """

    order: DateOrder
    meeting_day: dt.date | None
    zone: dt.timezone | None

    def parse_moment(self, text: str) -> dt.datetime | None:
        """Parse a time with or without a day, which then is the meeting's; return no zone.

        ``None`` means that there is no time in the text, or no such day.
        """
        written = parse_moment(text)
        if written is None or written.time is None:
            return None
        day = self.day_of(written)
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
        return moment.date() if moment else self.day_of(written)

    def day_of(self, written: WrittenMoment) -> dt.date | None:
        """Return the day written, else the meeting's; ``None`` for one such as 31 February.

        A day without a year is the one nearest to the meeting.
        """
        if written.numbers is None:
            return self.meeting_day
        order = self.order if written.order is DateOrder.OPEN else written.order
        if written.numbers[2] or self.meeting_day is None:
            return _build_date(written.numbers, order)
        meeting = self.meeting_day
        years = (meeting.year, meeting.year - 1, meeting.year + 1)
        days = [_build_date((*written.numbers[:2], year), order) for year in years]
        return min((day for day in days if day), key=lambda day: abs(day - meeting), default=None)


def build_time_parser(texts: Iterable[str], meeting: dt.date | None, file: str) -> TimeParser:
    """Settle how a file writes its days, and return a parser for it.

    ``texts`` are all days and times of the file, the start of the meeting first; ``meeting`` is
    the day it was held, ``None`` for a file of no meeting. Raise :class:`CopkitError` where texts
    contradict each other, and where a day may be either of two and neither is the meeting's.
    """
    # Once a file, not once a date: 04/05 alone is ambiguous, and 23/05 beside it is not.
    moments = [moment for moment in map(parse_moment, dict.fromkeys(texts)) if moment]
    return settle_moments(moments, meeting, file)


def settle_moments(
    moments: Iterable[WrittenMoment], meeting: dt.date | None, file: str
) -> TimeParser:
    """Settle the order of days already parsed, as :func:`build_time_parser` does."""
    moments = list(moments)
    zone = next((moment.zone for moment in moments if moment.zone), None)
    open_moments = [moment for moment in moments if moment.order is DateOrder.OPEN]
    return TimeParser(_settle_order(open_moments, meeting, file), meeting, zone)


def _settle_order(moments: list[WrittenMoment], meeting: dt.date | None, file: str) -> DateOrder:
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
    year = meeting.year if meeting else 2000  # of days without one
    days = [(numbers[0], numbers[1], numbers[2] or year) for numbers in days]
    for numbers in days:
        orders = [
            order
            for order in (DateOrder.DAY_FIRST, DateOrder.MONTH_FIRST)
            if meeting and _build_date(numbers, order) == meeting
        ]
        if len(orders) == 1:  # two where day and month are the same number
            return orders[0]
    for numbers in days:
        day_first_date = _build_date(numbers, DateOrder.DAY_FIRST)
        month_first_date = _build_date(numbers, DateOrder.MONTH_FIRST)
        if day_first_date and month_first_date and day_first_date != month_first_date:
            either = f"{day_in_words(day_first_date)} or {day_in_words(month_first_date)}"
            hint = "write the dates in it as 2026-09-22"
            if meeting:
                day = day_in_words(meeting)
                hint = f"it is neither on {day}: name the day that the meeting was held"
            raise CopkitError(f"the dates in {file} may be {either}", hint)
    return DateOrder.DAY_FIRST


def _format_numbers(numbers: tuple[int, int, int]) -> str:
    return "/".join(str(number) for number in numbers if number)


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
