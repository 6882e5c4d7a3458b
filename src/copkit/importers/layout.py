"""Parts of an attendance list: headings, headers with their rows, and the summary above.  Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from copkit.importers.columns import (
    ReportColumn,
    is_exact_header,
    normalise_header,
    split_headers,
)
from copkit.importers.headings import find_report_column, is_note, is_total
from copkit.importers.marks import (
    NO_ARRIVAL,
    THERE_AND_AWAY,
    ColumnReading,
    ListMark,
    find_sense,
)
from copkit.importers.model import ReportRow, Summary
from copkit.importers.names import find_addresses, may_be_a_name
from copkit.importers.tables import ImportedTable
from copkit.importers.times import find_day, parse_moment
from copkit.text.normalise import single_line

Cells = tuple[str, ...]

_HEADER_ROWS: Final = 40  # rows searched for the header: what stands above people is short
_SECTION: Final = re.compile(r"(\d)\s?[.)]\s{0,3}[^\W\d]")  # "2. Participants", "3) Aktivitäten"
PERSON_COLUMNS: Final = frozenset(
    {ReportColumn.NAME, ReportColumn.FIRST, ReportColumn.LAST, ReportColumn.EMAIL}
)
# A header counts by what it says of a person; all other columns of attendance have the weight 1.
_WEIGHTS: Final = {
    ReportColumn.NAME: 4,
    ReportColumn.FIRST: 2,
    ReportColumn.LAST: 2,
    ReportColumn.EMAIL: 3,
    ReportColumn.OTHER: 0,
}
ChosenColumns = Mapping[str, ReportColumn]
"""What somebody said that columns hold, by their headings, normalised."""


@dataclass(frozen=True, slots=True)
class StatusColumn:
    """A column that says who came; ``is_one_sided`` where only a tick in it says anything."""

    position: int
    reading: ColumnReading
    is_one_sided: bool


@dataclass(slots=True)
class ReportPart:
    """A header with the rows below it; ``section`` is the number of the heading above it, or 0.

    ``columns`` says where each known column stands: first by the header alone, then as settled
    from the values too. ``statuses`` and ``day_positions`` are set when that is done.
    ``footer_lines`` hold totals and notes, and are no rows.
    """

    section: int
    header: Cells
    columns: dict[ReportColumn, int]
    rows: list[tuple[int, Cells]] = field(default_factory=list)
    has_no_header: bool = False
    footer_lines: list[int] = field(default_factory=list)
    statuses: list[StatusColumn] = field(default_factory=list)
    day_positions: list[int] = field(default_factory=list)

    @property
    def is_log(self) -> bool:
        """Whether it has a row for each time somebody joined or left."""
        return {ReportColumn.ACTION, ReportColumn.TIMESTAMP} <= self.columns.keys()

    def column_at(self, position: int) -> ReportColumn | None:
        """Return what is known of a column without a heading."""
        return next((column for column, at in self.columns.items() if at == position), None)

    def positions_of(self, column: ReportColumn) -> list[int]:
        """Return where a column stands, and after it others of its kind under other headings."""
        first = self.columns.get(column)
        if first is None:
            return []
        heading = self._heading(first)
        others = [
            position
            for position, cell in enumerate(self.header)
            if position != first
            and find_report_column(cell) is column
            and normalise_header(cell) != heading
            and not self.has_no_header
        ]
        return [first, *others]

    def _heading(self, position: int) -> str:
        return normalise_header(self.header[position]) if position < len(self.header) else ""


@dataclass(slots=True)
class ReportLayout:
    """A table's parts; ``preamble`` are the rows above them, ``sections`` numbers of headings.

    ``unknown_header`` is the first row below a heading that should be a header and is none;
    ``other_tables`` are the lines and headers of tables that name nobody, ``footers`` the texts
    below the people.
    """

    preamble: list[Cells] = field(default_factory=list)
    parts: list[ReportPart] = field(default_factory=list)
    sections: list[int] = field(default_factory=list)
    unknown_header: Cells = ()
    other_tables: list[tuple[int, Cells]] = field(default_factory=list)
    footers: list[str] = field(default_factory=list)


def parse_layout(table: ImportedTable, chosen: ChosenColumns | None = None) -> ReportLayout:
    """Find the headers of a table, and which rows are theirs.

    ``chosen`` are columns that somebody named: the row with their headings is a header.
    """
    layout = ReportLayout()
    headers, others = _find_headers(table, chosen or {})
    second_rows = _second_heading_rows(table, headers)
    # The title of the next table, such as "Attendee Details", is no row of the one before.
    titles = {number - 1 for number in headers if number and _is_single(table.rows[number - 1])}
    section, part = 0, None
    in_other_table = False
    for number, (line, row) in enumerate(zip(table.lines, table.rows, strict=True)):
        if heading := _section_number(row):
            section, part, in_other_table = heading, None, False
            layout.sections.append(section)
        elif number in headers:
            header = _joined_headings(table, number, second_rows)
            part = ReportPart(section, header, headers[number])
            layout.parts.append(part)
            in_other_table = False
        elif number in others:
            layout.other_tables.append((line, row))
            in_other_table = True
        elif in_other_table or number in second_rows or (part and number in titles):
            continue
        elif part and _is_footer(table, number, part):
            part.footer_lines.append(line)
            layout.footers += [cell for cell in row if cell]
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
        if layout.parts:
            layout.preamble.clear()
    return layout


def _is_footer(table: ImportedTable, number: int, part: ReportPart) -> bool:
    """Check whether a row below a header counts or closes the list, and names nobody."""
    row = table.rows[number]
    if is_total(row) or is_note(row):
        return True
    has_gap = table.lines[number] - table.lines[number - 1] > 1
    is_remark = has_gap and len(part.header) > 1 and _is_single(row)
    return is_remark and not may_be_a_name(row[0]) and "@" not in row[0]


def _is_single(row: Cells) -> bool:
    """Check whether only the first cell of a row holds anything."""
    return bool(row[0]) and not any(row[1:])


def _second_heading_rows(
    table: ImportedTable, headers: dict[int, dict[ReportColumn, int]]
) -> dict[int, int]:
    """Return the rows beside a header that head its columns too, and the header of each.

    Such a row has no cell where names stand, and days or words in other columns.
    """
    second_rows = {}
    for number, columns in headers.items():
        people = [position for column, position in columns.items() if column in PERSON_COLUMNS]
        for near in (number - 1, number + 1):
            if not 0 <= near < len(table.rows) or near in headers:
                continue
            if abs(table.lines[near] - table.lines[number]) != 1:
                continue
            row = table.rows[near]
            has_people = any(position < len(row) and row[position] for position in people)
            filled = [cell for cell in row if cell]
            days = sum(1 for cell in filled if find_day(cell))
            if (near < number and days and not has_people) or (
                near > number
                and not has_people
                and len(filled) > 1
                and (days or not any(cell.isdecimal() for cell in filled))
            ):
                second_rows[near] = number
    return second_rows


def _joined_headings(table: ImportedTable, number: int, second_rows: dict[int, int]) -> Cells:
    """Return the header in a row, with what a second row of headings adds to it."""
    rows = sorted([near for near, header in second_rows.items() if header == number] + [number])
    if len(rows) == 1:
        return table.rows[number]
    width = max(len(table.rows[row]) for row in rows)
    columns = (
        [table.rows[row][position] if position < len(table.rows[row]) else "" for row in rows]
        for position in range(width)
    )
    return tuple(" ".join(dict.fromkeys(filter(None, cells))) for cells in columns)


def _headerless_parts(table: ImportedTable) -> list[ReportPart]:
    """Return the part of a list of people that has no header, or none.

    Its columns are told by what stands in them: addresses, and names.
    """
    rows = list(zip(table.lines, table.rows, strict=True))
    first = table.rows[0]
    width = max(map(len, table.rows))
    columns: dict[ReportColumn, int] = {}
    sample = table.rows[:_HEADER_ROWS]
    emails = [
        sum(1 for row in sample if position < len(row) and find_addresses(row[position]))
        for position in range(width)
    ]
    names = [
        sum(1 for row in sample if position < len(row) and may_be_a_name(row[position]))
        for position in range(width)
    ]
    has_address_first = any(find_addresses(cell) for cell in first)
    if max(emails) and has_address_first:
        columns[ReportColumn.EMAIL] = emails.index(max(emails))
    named = max(range(width), key=lambda position: names[position])
    has_name_first = named < len(first) and may_be_a_name(first[named])
    if names[named] * 5 >= len(sample) * 4 and (has_name_first or has_address_first):
        columns[ReportColumn.NAME] = named
    if not columns or (max(emails) and not has_address_first):
        return []  # a first row without an address, above addresses, is a header of other words
    return [ReportPart(0, ("",) * width, columns, rows, has_no_header=True)]


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


def _find_headers(
    table: ImportedTable, chosen: ChosenColumns
) -> tuple[dict[int, dict[ReportColumn, int]], set[int]]:
    """Return the positions of header rows with their columns, and of headers that name nobody.

    Below a numbered heading the first row is a header; without headings it is the row with the
    most weight. Others may follow further down, below an empty line or a title, as in exports
    with several tables.
    """
    marked = [number for number, row in enumerate(table.rows) if _section_number(row)]
    if marked:
        rows = [number + 1 for number in marked if number + 1 < len(table.rows)]
        headers = {
            number: columns
            for number in rows
            if (columns := _header_columns(table.rows[number], chosen))
        }
    else:
        candidates = enumerate(table.rows[:_HEADER_ROWS])
        headers = _best_header({number: _header_columns(row, chosen) for number, row in candidates})
    if not headers:
        number = _row_above_names(table) if not marked else None
        return ({number: {ReportColumn.NAME: 0}} if number is not None else {}), set()
    # A repeated header begins with the same cell; comparing that spares taking every row apart.
    first_cells = {table.rows[number][0].casefold() for number in headers} - {""}
    others = set[int]()
    first = min(headers)
    for number, row in enumerate(table.rows):
        if number in headers or (number < first and marked):
            continue
        if row[0].casefold() in first_cells and number > first:
            if columns := _header_columns(row, chosen):
                headers[number] = columns
        elif not marked and number != first and _begins_table(table, number):
            if _is_exact_header(row):
                headers[number] = _header_columns(row, chosen)
            elif number > first and _heads_other_table(table, number):
                others.add(number)
    return headers, others


def _row_above_names(table: ImportedTable) -> int | None:
    """Return the header that leaves out what stands below its first, empty cell: names."""
    for number, row in enumerate(table.rows[:_HEADER_ROWS]):
        below = [cells[0] for cells in table.rows[number + 1 : number + 21]]
        named = sum(1 for cell in below if may_be_a_name(cell))
        is_last = bool(below) and may_be_a_name(below[0])
        if not row[0] and any(row) and is_last and named * 5 >= len(below) * 3:
            return number
    return None


def _begins_table(table: ImportedTable, number: int) -> bool:
    """Check whether a row stands below an empty line or a title, and has several cells."""
    if sum(1 for cell in table.rows[number] if cell) < 2:
        return False
    if number == 0 or table.lines[number] - table.lines[number - 1] > 1:
        return True
    return sum(1 for cell in table.rows[number - 1] if cell) == 1


def _is_exact_header(row: Cells) -> bool:
    """Check whether a row is a header of people beyond doubt: at least two cells are its words."""
    columns = _header_columns(row, {})
    exact = sum(1 for cell in row if cell and is_exact_header(cell))
    return bool(columns) and exact > 1


def _heads_other_table(table: ImportedTable, number: int) -> bool:
    """Check whether a row below an empty line heads a table of other things.

    It holds words, at least two of them known as headings, and nothing that is a value as well.
    """
    if table.lines[number] - table.lines[number - 1] < 2:
        return False
    cells = [cell for cell in table.rows[number] if cell]
    if any("@" in cell or any(map(str.isdigit, cell)) or len(cell) > 40 for cell in cells):
        return False
    columns = [find_report_column(cell) for cell in cells if find_sense(cell) is None]
    known = sum(1 for column in columns if column is not None)
    return known > 1 and known * 2 >= len(cells) and not any(map(may_be_a_name, cells))


def _best_header(
    columns_by_row: dict[int, dict[ReportColumn, int]],
) -> dict[int, dict[ReportColumn, int]]:
    """Keep the row whose columns say the most about people; of equals, the one furthest up."""
    weights = {
        number: sum(_WEIGHTS.get(column, 1) for column in columns)
        # "Name" alone in a row of several cells is less of a header than "Name" beside others
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


def column_positions(header: Cells) -> dict[ReportColumn, int]:
    """Return the position of each known column; the person's, where the host has the same one.

    An export of several meetings has columns about the host before those about the participant.
    """
    # Zoom heads the participant's columns with "Name (Original Name)"; look from there on first.
    plain = [cell.casefold() for cell in header]
    start = next((position for position, cell in enumerate(plain) if "original" in cell), 0)
    positions: dict[ReportColumn, int] = {}
    for position in (*range(start, len(header)), *range(start)):
        column = find_report_column(header[position])
        if column is not None:
            positions.setdefault(column, position)
    return positions


def _header_columns(row: Cells, chosen: ChosenColumns) -> dict[ReportColumn, int]:
    """Return the known columns of a row that is a header of people, else none."""
    # Headers hold no addresses, and no bare numbers but as days or as names of sessions.
    if any("@" in cell for cell in row):
        return {}
    numbers = [cell for cell in row if cell.isdecimal()]
    columns = column_positions(row)
    if numbers and (
        PERSON_COLUMNS.isdisjoint(columns)
        or not all(find_day(cell) or len(cell) < 3 for cell in numbers)
    ):
        return {}
    for position, cell in enumerate(row):
        if column := chosen.get(normalise_header(cell)):
            columns[column] = position
    if PERSON_COLUMNS.isdisjoint(columns) or (
        _is_meeting_header(row) and ReportColumn.NAME not in columns
    ):
        return {}
    return columns


# Rows of a part

_YES: Final = frozenset(("yes", "y", "true", "1", "x", "ja", "oui", "si", "sí", "tak", "ie", "sim"))
# Above the parts of Zoom's report of a webinar, each with the comma of an empty cell.
_WEBINAR_HEADINGS: Final = frozenset(
    {"host details", "panelist details", "attendee details", "other attended"}
)
# What programs and people write in a cell that holds nothing.
_PLACEHOLDERS: Final = frozenset({"-", "--", "---", "–", "—", "n/a", "#n/a", "none", "null"})


@dataclass(frozen=True, slots=True)
class PartRows:
    """The rows of a part.

    ``short_lines``, ``nameless_lines`` and ``test_lines`` are numbers of lines that make no row.
    """

    rows: tuple[ReportRow, ...]
    short_lines: tuple[int, ...]
    nameless_lines: tuple[int, ...]
    test_lines: tuple[int, ...]


def parse_part(
    part: ReportPart, *, single_cell_names: bool, needs_arrival: bool = False
) -> PartRows:
    """Parse the rows below a header.

    ``single_cell_names`` says whether a row of one cell may name somebody. Otherwise it is a note
    or a heading, unless the other cells are there and empty. ``needs_arrival`` says that whoever
    has no time of arrival is not known to have come, where others have one.
    """
    rows, nameless_lines, test_lines = [], list[int](), list[int]()
    short_lines = list(part.footer_lines)
    needs_more_cells = len(part.header) > 1 and not single_cell_names
    # Read once: a list has thousands of rows.
    positions = {
        column: part.positions_of(column) for column in (ReportColumn.NAME, ReportColumn.EMAIL)
    }
    for line, cells in part.rows:
        is_heading = len(cells) == 1 or normalise_header(cells[0]) in _WEBINAR_HEADINGS
        if needs_more_cells and is_heading and not any(cells[1:]):
            short_lines.append(line)
            continue
        cell_by_column = _filled_cells(cells, part.columns)
        row = _parse_row(line, cells, cell_by_column, part, positions)
        if cell_by_column.get(ReportColumn.TEST, "").casefold() in _YES:
            test_lines.append(line)
        elif not (row.name or row.email):
            nameless_lines.append(line)
        else:
            rows.append(row)
    if needs_arrival and any(row.joined_at or row.duration for row in rows):
        rows = [
            replace(row, mark=ListMark.UNCLEAR, marked_as=NO_ARRIVAL)
            if _never_arrived(row)
            else row
            for row in rows
        ]
    return PartRows(tuple(rows), tuple(short_lines), tuple(nameless_lines), tuple(test_lines))


def _never_arrived(row: ReportRow) -> bool:
    """Check whether a row has neither a mark nor any time, or a time of nothing."""
    has_time = row.joined_at or row.left_at or row.duration
    is_nothing = not row.joined_at and _NOTHING.fullmatch(row.duration) is not None
    return row.mark is None and (not has_time or is_nothing)


_NOTHING: Final = re.compile(r"0+(?:[.,:]0+)*\s?[^\W\d_]{0,10}\.?")  # "0", "0:00", "0 min"


def _parse_row(
    line: int,
    cells: Cells,
    cell_by_column: dict[ReportColumn, str],
    part: ReportPart,
    positions: dict[ReportColumn, list[int]],
) -> ReportRow:
    """Build a row from its cells; an address that stands as the name is the e-mail alone."""
    cell = cell_by_column.get
    name = _full_name(cell_by_column, _cells_at(cells, positions[ReportColumn.NAME]))
    texts = _cells_at(cells, positions[ReportColumn.EMAIL])
    emails = list(dict.fromkeys(address for text in texts for address in find_addresses(text)))
    emails = emails or find_addresses(cell(ReportColumn.UPN, ""))[:1]
    if not emails and "@" in name:  # programs show the address of whoever gave no name
        emails = find_addresses(name)[:1]
    email = emails[0] if emails else ""
    mark, marked_as = _row_mark(cells, part.statuses)
    joined_at = cell(ReportColumn.JOINED, "")
    day = next(filter(None, _cells_at(cells, part.day_positions)), "")
    moment = next(
        (text for text in _cells_at(cells, [s.position for s in part.statuses]) if is_moment(text)),
        "",
    )
    return ReportRow(
        line=line,
        name="" if email and name.lower() == email else name,
        email=email,
        joined_at=joined_at or (moment if ReportColumn.LEFT in part.columns else ""),
        left_at=cell(ReportColumn.LEFT, ""),
        duration=cell(ReportColumn.DURATION, ""),
        role=cell(ReportColumn.ROLE, ""),
        in_waiting_room=cell(ReportColumn.IN_WAITING_ROOM, "").casefold() in _YES,
        day=moment or day,
        mark=mark,
        marked_as=marked_as,
        other_emails=tuple(emails[1:]),
        sector=cell(ReportColumn.SECTOR, ""),
    )


def _cells_at(cells: Cells, positions: Iterable[int]) -> list[str]:
    """Return the cells at positions, without placeholders."""
    texts = (cells[position] for position in positions if position < len(cells))
    return ["" if text.casefold() in _PLACEHOLDERS else text for text in texts]


A_MOMENT: Final = "(a moment)"
"""How moments in a column such as 'Checked in' are called, of which each person has another."""


def is_moment(value: str) -> bool:
    """Check whether a value is a day or a time."""
    return value[:1].isalnum() and any(map(str.isdigit, value)) and parse_moment(value) is not None


def value_mark(cells: Cells, position: int, reading: ColumnReading) -> ListMark | None:
    """Return what one column says of a row."""
    value = cells[position] if position < len(cells) else ""
    if A_MOMENT in reading.marks and is_moment(value):
        return reading.marks[A_MOMENT]
    return reading.marks.get(value)


def _row_mark(cells: Cells, statuses: Sequence[StatusColumn]) -> tuple[ListMark | None, str]:
    """Return what all columns together say of a row, and the value that says so.

    What they contradict each other in is unclear, and records nobody.
    """
    two_sided: dict[ListMark, str] = {}
    one_sided: dict[ListMark, str] = {}
    for status in statuses:
        mark = value_mark(cells, status.position, status.reading)
        if mark:
            value = cells[status.position] if status.position < len(cells) else ""
            (one_sided if status.is_one_sided else two_sided).setdefault(mark, value)
    came = [
        mark
        for mark in (ListMark.LATE, ListMark.ATTENDED)
        if mark in two_sided or mark in one_sided
    ]
    away = [mark for mark in (ListMark.APOLOGIES, ListMark.ABSENT) if mark in one_sided]
    if came and away:
        return ListMark.UNCLEAR, THERE_AND_AWAY
    marks = {**two_sided, **one_sided}
    for mark in (
        *came,
        *away,
        ListMark.APOLOGIES,
        ListMark.ABSENT,
        ListMark.UNCLEAR,
    ):
        if mark in marks:
            return mark, marks[mark]
    return None, ""


def _full_name(cell_by_column: dict[ReportColumn, str], whole_names: Sequence[str]) -> str:
    """Return a row's name in one text, from one column or from two.

    ``whole_names`` are those of all columns that hold whole names: a form that knows nobody writes
    ``anonymous`` in its own, and the name stands in a later one.
    """
    known = [name for name in map(single_line, whole_names) if name.casefold() not in _ANONYMOUS]
    name = next(filter(None, known), "")
    first = single_line(cell_by_column.get(ReportColumn.FIRST, ""))
    last = single_line(cell_by_column.get(ReportColumn.LAST, ""))
    if first and last:
        return f"{first} {last}"
    if first or last:
        # "Nom" beside "Prénom" is a surname, and "Nombre" beside "Apellidos" a first name.
        parts = [part for part in (first or name, last or name) if part]
        return " ".join(dict.fromkeys(parts))
    if not name and cell_by_column.get(ReportColumn.EMAIL, "").casefold() not in _ANONYMOUS:
        return next((text for text in map(single_line, whole_names) if text), "")
    return name


_ANONYMOUS: Final = frozenset({"", "anonymous", "anonym", "anonyme", "anónimo", "anoniem"})


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
