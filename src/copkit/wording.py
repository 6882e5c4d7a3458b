"""Dates, counts and lists as English words, for documents and messages.  Pure."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Sequence
from decimal import Decimal


def day_in_words(day: dt.date) -> str:
    """Write a day: ``18 April 2012``."""
    return f"{day.day} {month_name(day)} {day.year}"


def weekday_in_words(day: dt.date, year: int) -> str:
    """Write a day: ``Wednesday 18 April``, with its year unless that is ``year``."""
    text = f"{_WEEKDAYS[day.weekday()]} {day.day} {month_name(day)}"
    return text if day.year == year else f"{text} {day.year}"


def month_name(day: dt.date) -> str:
    """Return the English name of a day's month."""
    return _MONTHS[day.month - 1]


# Not strftime, whose names are in the language of the computer.
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def period_in_words(since: dt.date, until: dt.date) -> str:
    """Write a period: ``May 2012`` for a whole month, else ``1 March to 31 December 2012``."""
    last_of_month = calendar.monthrange(until.year, until.month)[1]
    same_month = (since.year, since.month) == (until.year, until.month)
    if same_month and since.day == 1 and until.day == last_of_month:
        return f"{month_name(since)} {since.year}"
    if since == until:
        return day_in_words(since)
    if same_month:
        return f"{since.day} to {day_in_words(until)}"
    first = f"{since.day} {month_name(since)}" if since.year == until.year else day_in_words(since)
    return f"{first} to {day_in_words(until)}"


def month_in_words(month: str) -> str:
    """Write a month given as ``2012-05``: ``May 2012``."""
    day = dt.date.fromisoformat(f"{month}-01")
    return f"{month_name(day)} {day.year}"


def list_in_words(words: Sequence[str], last: str = "and") -> str:
    """Write a list: ``a, b and c``; ``last`` stands before the last item; ``""`` for none."""
    return f"{', '.join(words[:-1])} {last} {words[-1]}" if len(words) > 1 else "".join(words)


def join_sentences(*sentences: str) -> str:
    """Join sentences by spaces, without the empty ones."""
    return " ".join(sentence for sentence in sentences if sentence)


def count_in_words(count: int, noun: str, several: str = "") -> str:
    """Write a count with its noun: ``one case``, ``six cases``, ``12 cases``.

    ``several`` is the plural where it is not ``noun`` and an s.
    """
    return f"{number_in_words(count)} {noun if count == 1 else several or noun + 's'}"


def plural(count: int, noun: str, several: str = "") -> str:
    """Write a count in figures with its noun: ``1 meeting``, ``3 meetings``.

    ``several`` is the plural where it is not ``noun`` and an s.
    """
    return f"{count} {noun if count == 1 else several or noun + 's'}"


def frequency_in_words(count: int) -> str:
    """Write how often something happened: ``once``, ``twice``, ``3 times``."""
    return {1: "once", 2: "twice"}.get(count) or plural(count, "time")


def hours_in_words(hours: Decimal) -> str:
    """Write hours: ``1 hour``, ``4.5 hours``."""
    text = f"{hours:f}"  # never as 1E+1
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return f"{text} hour{'' if text == '1' else 's'}"


def number_in_words(count: int) -> str:
    """Write a number: in letters up to ten, then in figures; 0 is ``no``."""
    return _SMALL[count] if count < len(_SMALL) else str(count)


_SMALL = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def capitalised(text: str) -> str:
    """Return a text with a capital at its start."""
    # Not str.capitalize, which makes small letters of all others, in names and acronyms too.
    return text[:1].upper() + text[1:]


def sentence(text: str) -> str:
    """Return a text with a capital at its start and a full stop at its end."""
    text = text.strip()
    if not text:
        return ""
    # A full stop within a closing quotation mark or bracket ends the sentence too.
    ended = text.rstrip("\"'”’)").endswith((".", "!", "?", "…"))
    return capitalised(text) if ended else f"{capitalised(text)}."
