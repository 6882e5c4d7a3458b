"""Dates, counts and lists in the words of a document.  Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence


def day_in_words(day: dt.date) -> str:
    """Write a day: ``18 April 2012``."""
    return f"{day.day} {day:%B %Y}"


def period_in_words(since: dt.date, until: dt.date) -> str:
    """Write a period: ``May 2012`` for a whole month, else ``1 March to 31 December 2012``."""
    next_day = until + dt.timedelta(days=1)
    if (
        since.day == 1
        and next_day.day == 1
        and (since.year, since.month) == (until.year, until.month)
    ):
        return f"{since:%B %Y}"
    if since == until:
        return day_in_words(since)
    first = f"{since.day} {since:%B}" if since.year == until.year else day_in_words(since)
    return f"{first} to {day_in_words(until)}"


def month_in_words(month: str) -> str:
    """Write a month given as ``2012-05``: ``May 2012``."""
    return f"{dt.date.fromisoformat(f'{month}-01'):%B %Y}"


def listed(words: Sequence[str]) -> str:
    """Write a list: ``a, b and c``."""
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else "".join(words)


def counted(count: int, noun: str, several: str = "") -> str:
    """Write a count with its noun: ``one case``, ``6 cases``."""
    number = _SMALL[count] if count < len(_SMALL) else str(count)
    return f"{number} {noun if count == 1 else several or noun + 's'}"


_SMALL = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def sentence(text: str) -> str:
    """Begin a text with a capital and end it with a full stop."""
    text = text.strip()
    if not text:
        return ""
    return text[0].upper() + text[1:] + ("" if text[-1] in ".!?" else ".")
