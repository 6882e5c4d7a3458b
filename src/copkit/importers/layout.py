"""A table -> the parts of a list of who came: what stands above, headers, their rows.  Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from copkit.importers.columns import Column, columns_of, folded, word_list
from copkit.importers.model import Row
from copkit.importers.names import address_in
from copkit.importers.tables import Table
from copkit.text.normalise import on_one_line

Cells = tuple[str, ...]

_FIRST_ROWS: Final = 40
_SECTION: Final = re.compile(r"(\d)\s?[.)]\s{0,3}[^\W\d]")
_PERSON: Final = frozenset({Column.NAME, Column.FIRST, Column.LAST, Column.EMAIL})
_WEIGHTS: Final = {Column.NAME: 4, Column.FIRST: 2, Column.LAST: 2, Column.EMAIL: 3}


@dataclass(slots=True)
class Part:
    """A header with the rows below it; ``section`` is the number of the heading above it, or 0."""

    section: int
    header: Cells
    columns: dict[Column, int]
    rows: list[tuple[int, Cells]] = field(default_factory=list)


@dataclass(slots=True)
class Layout:
    """A table's parts; ``before`` are the rows above the first, and ``sections`` its headings.

    ``not_known`` is what stands where the header of the participants should.
    """

    before: list[Cells] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    sections: list[int] = field(default_factory=list)
    not_known: Cells = ()


def layout_of(table: Table) -> Layout:
    """Find the headers of a table, and which rows are theirs."""
    layout = Layout()
    headers = _headers(table)
    section, part = 0, None
    for number, (line, row) in enumerate(zip(table.lines, table.rows, strict=True)):
        if heading := _section_of(row):
            section, part = heading, None
            layout.sections.append(section)
        elif number in headers:
            part = Part(section, row, headers[number])
            layout.parts.append(part)
        elif part:
            width = len(part.header) if table.sheet else 0  # a sheet has no end of a row
            part.rows.append((line, row + ("",) * (width - len(row))))
        elif section > 1:
            layout.not_known = layout.not_known or row
        elif section or not layout.parts:
            layout.before.append(row)
    if not layout.parts:
        layout.parts += _addresses_alone(table)
    return layout


def _addresses_alone(table: Table) -> list[Part]:
    """Take a list of addresses that has no header as one that has."""
    first = table.rows[0]
    places = [place for place, cell in enumerate(first) if address_in(cell)]
    if not places:
        return []
    rows = list(zip(table.lines, table.rows, strict=True))
    return [Part(0, first, {Column.EMAIL: places[0]}, rows)]


def pairs_in(before: list[Cells]) -> Iterator[tuple[str, str]]:
    """Give what stands above the first header: ``Topic`` and its value, beside it or below it."""
    for number, row in enumerate(before):
        below = before[number + 1] if number + 1 < len(before) else ()
        cells = [cell for cell in row if cell]
        if len(cells) > 2 and _is_summary(row):
            yield from ((folded(key), value) for key, value in zip(row, below, strict=False))
        elif len(cells) > 1:
            yield folded(cells[0]), cells[1]


_SUMMARY: Final = frozenset(
    word_list(
        "meeting id, webinar id, id, topic, start time, end time, participants, host, date, "
        "meeting title, actual start time, thema, startzeit, endzeit, teilnehmer, sujet, tema, "
        "heure de début, heure de fin, hora de inicio, hora de finalización, participantes"
    )
)


def _is_summary(row: Cells) -> bool:
    """Say whether a row is the header of a meeting, and not of people."""
    return sum(folded(cell) in _SUMMARY for cell in row) > 1


def _headers(table: Table) -> dict[int, dict[Column, int]]:
    """Find the rows that are headers, and what their columns hold.

    Below numbered headings, the first row is one; else the row that says the most. Either may
    stand again further down.
    """
    marked = [number for number, row in enumerate(table.rows) if _section_of(row)]
    if marked:
        rows = [number + 1 for number in marked if number + 1 < len(table.rows)]
        found = {number: columns for number in rows if (columns := _as_header(table.rows[number]))}
    else:
        first = enumerate(table.rows[:_FIRST_ROWS])
        found = _best({number: _as_header(row) for number, row in first})
    first_words = {table.rows[number][0].casefold() for number in found} - {""}
    for number, row in enumerate(table.rows):
        if row[0].casefold() in first_words and number not in found and number > min(found):
            columns = _as_header(row)
            if columns:
                found[number] = columns
    return found


def _best(columns: dict[int, dict[Column, int]]) -> dict[int, dict[Column, int]]:
    """Keep the row whose columns say the most of people, the highest of those as good."""
    weights = {
        number: sum(_WEIGHTS.get(column, 1) for column in known)
        for number, known in columns.items()
        if known
    }
    if not weights:
        return {}
    best = max(weights, key=lambda number: (weights[number], -number))
    return {best: columns[best]}


def _section_of(row: Cells) -> int:
    """Give the number of a heading, such as ``2. Participants``; 0 for any other row."""
    if not row[0][:1].isdigit() or any(row[1:]):
        return 0
    match = _SECTION.match(row[0])
    return int(match[1]) if match else 0


def _as_header(row: Cells) -> dict[Column, int]:
    """Give the columns of a row that is a header of people, else none."""
    if any("@" in cell or cell.isdecimal() for cell in row):
        return {}
    columns = columns_of(row)
    if _PERSON.isdisjoint(columns) or (_is_summary(row) and Column.NAME not in columns):
        return {}
    return columns


# A part of a list -> a row for each time somebody is in it.

_YES = frozenset(("yes", "y", "true", "1", "x", "ja", "oui", "si", "sí", "tak", "ie", "sim"))
_NO = frozenset(("no", "n", "false", "0", "nein", "non", "nee", "nie", "na", "não"))
# Above the parts of Zoom's report of a webinar, each with the comma of an empty cell.
_HEADINGS = frozenset({"host details", "panelist details", "attendee details", "other attended"})
_EMPTY = frozenset({"-", "--", "---", "–", "—", "n/a", "#n/a", "none", "null"})


@dataclass(frozen=True, slots=True)
class PartRows:
    """The rows of a part, and the lines that are none; ``registered`` are people who never came."""

    rows: tuple[Row, ...]
    short: tuple[int, ...]
    nobody: tuple[int, ...]
    registered: int


def rows_of_part(part: Part, *, alone: bool) -> PartRows:
    """Read the rows below a header.

    One cell names somebody where it may be ``alone``, or where the others are there and empty.
    """
    rows, short, nobody, registered = [], list[int](), list[int](), 0
    several = len(part.header) > 1 and not alone
    for line, cells in part.rows:
        lone = not any(cells[1:])
        if several and lone and (len(cells) == 1 or folded(cells[0]) in _HEADINGS):
            short.append(line)
            continue
        told = _told(cells, part.columns)
        row = _row(line, told)
        if not (row.name or row.email):
            nobody.append(line)
        elif told.get(Column.ATTENDED, "").casefold() in _NO:
            registered += 1
        else:
            rows.append(row)
    return PartRows(tuple(rows), tuple(short), tuple(nobody), registered)


def _row(line: int, told: dict[Column, str]) -> Row:
    cell = told.get
    name = _name(told)
    email = address_in(cell(Column.EMAIL, "")) or address_in(cell(Column.UPN, ""))
    if not email and "@" in name:
        email = address_in(name)
    return Row(
        line=line,
        name="" if email and name.lower() == email else name,
        email=email,
        joined=cell(Column.JOINED, ""),
        left=cell(Column.LEFT, ""),
        duration=cell(Column.DURATION, ""),
        role=cell(Column.ROLE, ""),
        waiting=cell(Column.WAITING, "").casefold() in _YES,
    )


def _name(told: dict[Column, str]) -> str:
    """Put a name together; ``Nom`` beside ``Prénom`` is a surname, ``Nombre`` a first name."""
    name = on_one_line(told.get(Column.NAME, ""))
    first = on_one_line(told.get(Column.FIRST, ""))
    last = on_one_line(told.get(Column.LAST, ""))
    if first and last:
        return f"{first} {last}"
    if first or last:
        return " ".join(one for one in (first or name, last or name) if one)
    if name.casefold() == "anonymous" == told.get(Column.EMAIL, "").casefold():
        return ""  # a form that did not ask who answered
    return name


def _told(cells: Cells, columns: dict[Column, int]) -> dict[Column, str]:
    """Give what a row says, without the dashes that stand for nothing."""
    return {
        column: cells[place]
        for column, place in columns.items()
        if place < len(cells) and cells[place] and cells[place].casefold() not in _EMPTY
    }


# What a list says of its meeting, above the people.

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
