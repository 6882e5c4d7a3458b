"""Parts of an attendance list: headings, headers with their rows, and the summary above.  Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from copkit.importers.columns import ReportColumn, column_positions, normalise_header, split_headers
from copkit.importers.model import ReportRow, Summary
from copkit.importers.names import find_address
from copkit.importers.tables import ImportedTable
from copkit.text.normalise import single_line

Cells = tuple[str, ...]

_HEADER_ROWS: Final = 40  # rows searched for the header: what stands above people is short
_SECTION: Final = re.compile(r"(\d)\s?[.)]\s{0,3}[^\W\d]")  # "2. Participants", "3) Aktivitäten"
_PERSON: Final = frozenset(
    {ReportColumn.NAME, ReportColumn.FIRST, ReportColumn.LAST, ReportColumn.EMAIL}
)
# A header counts by what it says of a person; all other known columns have the weight 1.
_WEIGHTS: Final = {
    ReportColumn.NAME: 4,
    ReportColumn.FIRST: 2,
    ReportColumn.LAST: 2,
    ReportColumn.EMAIL: 3,
}


@dataclass(slots=True)
class ReportPart:
    """A header with the rows below it; ``section`` is the number of the heading above it, or 0."""

    section: int
    header: Cells
    columns: dict[ReportColumn, int]
    rows: list[tuple[int, Cells]] = field(default_factory=list)


@dataclass(slots=True)
class ReportLayout:
    """A table's parts; ``preamble`` are the rows above them, ``sections`` numbers of headings.

    ``unknown_header`` is the first row below a heading that should be a header and is none.
    """

    preamble: list[Cells] = field(default_factory=list)
    parts: list[ReportPart] = field(default_factory=list)
    sections: list[int] = field(default_factory=list)
    unknown_header: Cells = ()


def parse_layout(table: ImportedTable) -> ReportLayout:
    """Find the headers of a table, and which rows are theirs."""
    layout = ReportLayout()
    headers = _find_headers(table)
    section, part = 0, None
    for number, (line, row) in enumerate(zip(table.lines, table.rows, strict=True)):
        if heading := _section_number(row):
            section, part = heading, None
            layout.sections.append(section)
        elif number in headers:
            part = ReportPart(section, row, headers[number])
            layout.parts.append(part)
        elif part:
            # A sheet leaves out empty cells at the end of a row; a CSV file writes them.
            width = len(part.header) if table.sheet else 0
            part.rows.append((line, row + ("",) * (width - len(row))))
        elif section > 1:  # the summary, section 1, has no header
            layout.unknown_header = layout.unknown_header or row
        elif section or not layout.parts:
            layout.preamble.append(row)
    if not layout.parts:
        layout.parts += _headerless_parts(table)
    return layout


def _headerless_parts(table: ImportedTable) -> list[ReportPart]:
    """Return the part of a list of addresses that has no header, or none."""
    first = table.rows[0]
    positions = [position for position, cell in enumerate(first) if find_address(cell)]
    if not positions:
        return []
    rows = list(zip(table.lines, table.rows, strict=True))
    return [ReportPart(0, first, {ReportColumn.EMAIL: positions[0]}, rows)]


def preamble_pairs(preamble: list[Cells]) -> Iterator[tuple[str, str]]:
    """Yield labels, normalised, with their values, which stand beside them or below them.

    A value may be empty, and a row of values may look like a pair too: look up known labels.
    """
    for number, row in enumerate(preamble):
        below = preamble[number + 1] if number + 1 < len(preamble) else ()
        cells = [cell for cell in row if cell]
        # Zoom writes labels in one row and values in the next; Teams a label and a value a row.
        if len(cells) > 2 and _is_meeting_header(row):
            yield from (
                (normalise_header(key), value) for key, value in zip(row, below, strict=False)
            )
        elif len(cells) > 1:
            yield normalise_header(cells[0]), cells[1]


_MEETING_HEADERS: Final = frozenset(
    split_headers(
        "meeting id, webinar id, id, topic, start time, end time, participants, host, date, "
        "meeting title, actual start time, thema, startzeit, endzeit, teilnehmer, sujet, tema, "
        "heure de début, heure de fin, hora de inicio, hora de finalización, participantes"
    )
)


def _is_meeting_header(row: Cells) -> bool:
    """Check whether a row is the header of a meeting, and not of people."""
    return sum(normalise_header(cell) in _MEETING_HEADERS for cell in row) > 1


def _find_headers(table: ImportedTable) -> dict[int, dict[ReportColumn, int]]:
    """Return the positions of header rows, and their columns.

    Below a numbered heading the first row is a header; without headings it is the row with the
    most weight. Either may be repeated further down, as in exports of several meetings.
    """
    marked = [number for number, row in enumerate(table.rows) if _section_number(row)]
    if marked:
        rows = [number + 1 for number in marked if number + 1 < len(table.rows)]
        headers = {
            number: columns for number in rows if (columns := _header_columns(table.rows[number]))
        }
    else:
        candidates = enumerate(table.rows[:_HEADER_ROWS])
        headers = _best_header({number: _header_columns(row) for number, row in candidates})
    # A repeated header begins with the same cell; comparing that spares taking every row apart.
    first_cells = {table.rows[number][0].casefold() for number in headers} - {""}
    for number, row in enumerate(table.rows):
        if row[0].casefold() in first_cells and number not in headers and number > min(headers):
            columns = _header_columns(row)
            if columns:
                headers[number] = columns
    return headers


def _best_header(
    columns_by_row: dict[int, dict[ReportColumn, int]],
) -> dict[int, dict[ReportColumn, int]]:
    """Keep the row whose columns say the most about people; of equals, the one furthest up."""
    weights = {
        number: sum(_WEIGHTS.get(column, 1) for column in columns)
        for number, columns in columns_by_row.items()
        if columns
    }
    if not weights:
        return {}
    best = max(weights, key=lambda number: (weights[number], -number))
    return {best: columns_by_row[best]}


def _section_number(row: Cells) -> int:
    """Return the number of a heading, such as ``2. Participants``; 0 for any other row."""
    if not row[0][:1].isdigit() or any(row[1:]):
        return 0
    match = _SECTION.match(row[0])
    return int(match[1]) if match else 0


def _header_columns(row: Cells) -> dict[ReportColumn, int]:
    """Return the known columns of a row that is a header of people, else none."""
    # Headers hold neither addresses nor numbers: a row of data is never taken for one.
    if any("@" in cell or cell.isdecimal() for cell in row):
        return {}
    columns = column_positions(row)
    if _PERSON.isdisjoint(columns) or (
        _is_meeting_header(row) and ReportColumn.NAME not in columns
    ):
        return {}
    return columns


# Rows of a part

_YES: Final = frozenset(("yes", "y", "true", "1", "x", "ja", "oui", "si", "sí", "tak", "ie", "sim"))
_NO: Final = frozenset(("no", "n", "false", "0", "nein", "non", "nee", "nie", "na", "não"))
# Above the parts of Zoom's report of a webinar, each with the comma of an empty cell.
_WEBINAR_HEADINGS: Final = frozenset(
    {"host details", "panelist details", "attendee details", "other attended"}
)
# What programs and people write in a cell that holds nothing.
_PLACEHOLDERS: Final = frozenset({"-", "--", "---", "–", "—", "n/a", "#n/a", "none", "null"})


@dataclass(frozen=True, slots=True)
class PartRows:
    """The rows of a part; ``absentees`` counts people who are listed and did not come.

    ``short_lines`` and ``nameless_lines`` are numbers of lines that make no row.
    """

    rows: tuple[ReportRow, ...]
    short_lines: tuple[int, ...]
    nameless_lines: tuple[int, ...]
    absentees: int


def parse_part(part: ReportPart, *, single_cell_names: bool) -> PartRows:
    """Parse the rows below a header.

    ``single_cell_names`` says whether a row of one cell may name somebody. Otherwise it is a note
    or a heading, unless the other cells are there and empty.
    """
    rows, short_lines, nameless_lines, absentees = [], list[int](), list[int](), 0
    needs_more_cells = len(part.header) > 1 and not single_cell_names
    for line, cells in part.rows:
        is_heading = len(cells) == 1 or normalise_header(cells[0]) in _WEBINAR_HEADINGS
        if needs_more_cells and is_heading and not any(cells[1:]):
            short_lines.append(line)
            continue
        cell_by_column = _filled_cells(cells, part.columns)
        row = _parse_row(line, cell_by_column)
        if not (row.name or row.email):
            nameless_lines.append(line)
        elif cell_by_column.get(ReportColumn.ATTENDED, "").casefold() in _NO:
            absentees += 1
        else:
            rows.append(row)
    return PartRows(tuple(rows), tuple(short_lines), tuple(nameless_lines), absentees)


def _parse_row(line: int, cell_by_column: dict[ReportColumn, str]) -> ReportRow:
    """Build a row from its cells; an address that stands as the name is the e-mail alone."""
    cell = cell_by_column.get
    name = _full_name(cell_by_column)
    email = find_address(cell(ReportColumn.EMAIL, "")) or find_address(cell(ReportColumn.UPN, ""))
    if not email and "@" in name:  # programs show the address of whoever gave no name
        email = find_address(name)
    return ReportRow(
        line=line,
        name="" if email and name.lower() == email else name,
        email=email,
        joined_at=cell(ReportColumn.JOINED, ""),
        left_at=cell(ReportColumn.LEFT, ""),
        duration=cell(ReportColumn.DURATION, ""),
        role=cell(ReportColumn.ROLE, ""),
        in_waiting_room=cell(ReportColumn.IN_WAITING_ROOM, "").casefold() in _YES,
    )


def _full_name(cell_by_column: dict[ReportColumn, str]) -> str:
    """Return a row's name in one text, from one column or from two."""
    name = single_line(cell_by_column.get(ReportColumn.NAME, ""))
    first = single_line(cell_by_column.get(ReportColumn.FIRST, ""))
    last = single_line(cell_by_column.get(ReportColumn.LAST, ""))
    if first and last:
        return f"{first} {last}"
    if first or last:
        # "Nom" beside "Prénom" is a surname, and "Nombre" beside "Apellidos" a first name.
        return " ".join(part for part in (first or name, last or name) if part)
    if name.casefold() == "anonymous" == cell_by_column.get(ReportColumn.EMAIL, "").casefold():
        return ""  # a form that did not ask who answered
    return name


def _filled_cells(cells: Cells, columns: dict[ReportColumn, int]) -> dict[ReportColumn, str]:
    """Return a row's cells by column, without empty ones and placeholders."""
    return {
        column: cells[position]
        for column, position in columns.items()
        if position < len(cells)
        and cells[position]
        and cells[position].casefold() not in _PLACEHOLDERS
    }


def find_column_header(parts: list[ReportPart], column: ReportColumn) -> str:
    """Return the first header of a column, as the file writes it; ``""`` where there is none."""
    headers = (part.header[part.columns[column]] for part in parts if column in part.columns)
    return next(headers, "")


# The summary above the people

_LABELS: Final = {  # by the field of Summary
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
    "length": (
        "meeting duration, duration minutes, actual duration minutes, duration, besprechungsdauer, "
        "dauer der besprechung, dauer minuten, durée de la réunion, duración de la reunión, "
        "vergaderduur, duur van de vergadering, czas trwania spotkania, hyd y cyfarfod"
    ),
    "day": "date, meeting date, datum, fecha, data, dyddiad, day",
    "host": "host, host email, user email, gastgeber, hôte, anfitrión, gwesteiwr",
}
_KEY_BY_LABEL: Final = {
    label: key for key, labels in _LABELS.items() for label in split_headers(labels)
}
_COUNT: Final = re.compile(r"(\d{1,6})(?:\s+\w+)?")  # "12", "12 participants"


def parse_summary(preamble: list[Cells]) -> Summary:
    """Parse the rows above the first header: labels beside their values, or above them."""
    values: dict[str, str] = {}
    for label, value in preamble_pairs(preamble):
        if label in _KEY_BY_LABEL and value:
            values.setdefault(_KEY_BY_LABEL[label], value)
    count = _COUNT.fullmatch(values.get("stated", ""))
    return Summary(
        title=single_line(values.get("title", "")),
        day=values.get("day", ""),
        start=values.get("start", ""),
        end=values.get("end", ""),
        length=values.get("length", ""),
        stated=int(count[1]) if count else None,
        host=values.get("host", ""),
    )
