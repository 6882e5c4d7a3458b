"""What a list says of its meeting, above the people.  Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from copkit.importers.headers import word_list
from copkit.importers.layout import Cells, pairs_in
from copkit.text.normalise import on_one_line

_KEYS = {
    "title": (
        "meeting title, topic, title, event title, besprechungstitel, titel der besprechung, "
        "thema, "
        "titre de la réunion, sujet, título de la reunión, título da reunião, tema, "
        "titel van vergadering, titel van de vergadering, vergaderingtitel, tytuł spotkania, "
        "teitl y cyfarfod, titolo riunione"
    ),
    "stated": (
        "attended participants, total number of participants, number of participants, "
        "participants, "
        "teilgenommene teilnehmer, anzahl der teilnehmer, gesamtzahl der teilnehmer, teilnehmer, "
        "participants présents, nombre total de participants, participantes asistentes, "
        "número total de participantes, participantes, aanwezige deelnemers, deelnemers, "
        "totaal aantal deelnemers, uczestnicy, liczba uczestników, łączna liczba uczestników, "
        "cyfranogwyr a fynychodd, participantes atendidos, nombre de participants"
    ),
    "start": (
        "start time, meeting start time, actual start time, start, started, startzeit, "
        "beginn der besprechung, startzeit der besprechung, heure de début, hora de inicio, "
        "hora de início, starttijd, begintijd, godzina rozpoczęcia, amser dechrau, ora di inizio"
    ),
    "end": (
        "end time, meeting end time, actual end time, end, ended, endzeit, ende der besprechung, "
        "endzeit der besprechung, heure de fin, hora de finalización, hora de fin, "
        "hora de término, eindtijd, godzina zakończenia, amser gorffen, ora di fine"
    ),
    "lasted": (
        "meeting duration, duration minutes, actual duration minutes, duration, besprechungsdauer, "
        "dauer der besprechung, dauer minuten, durée de la réunion, duración de la reunión, "
        "vergaderduur, duur van de vergadering, czas trwania spotkania, hyd y cyfarfod"
    ),
    "day": "date, meeting date, datum, fecha, data, dyddiad, day",
    "host": "host, host email, user email, gastgeber, hôte, anfitrión, gwesteiwr",
}
_OF = {word: key for key, words in _KEYS.items() for word in word_list(words)}
_COUNT = re.compile(r"(\d{1,6})(?:\s+\w+)?")


@dataclass(frozen=True, slots=True)
class Summary:
    """What is told of a meeting, as text; ``stated`` is how many people it says came."""

    title: str = ""
    day: str = ""
    start: str = ""
    end: str = ""
    lasted: str = ""
    stated: int | None = None
    host: str = ""


def summary_of(before: list[Cells]) -> Summary:
    """Read the rows above the first header, each a key with its value, or keys above values."""
    told: dict[str, str] = {}
    for key, value in pairs_in(before):
        if key in _OF and value:
            told.setdefault(_OF[key], value)
    count = _COUNT.fullmatch(told.get("stated", ""))
    return Summary(
        title=on_one_line(told.get("title", "")),
        day=told.get("day", ""),
        start=told.get("start", ""),
        end=told.get("end", ""),
        lasted=told.get("lasted", ""),
        stated=int(count[1]) if count else None,
        host=told.get("host", ""),
    )
