"""How long somebody was there, as programs of several languages write it.  Pure."""

from __future__ import annotations

import re
from typing import Final

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
