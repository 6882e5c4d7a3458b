"""Read who came to a meeting from an exported file: recognise the program, build a listing.  Pure.

:func:`read_listings` is the way in: tables, layout, what the columns mean, the program's report,
then one attendee a person.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from copkit.errors import CopkitError
from copkit.importers.choices import (
    Choices,
    ListQuestion,
    QuestionKind,
    UnsettledList,
    name_headings,
)
from copkit.importers.columns import ReportColumn, normalise_header
from copkit.importers.headings import find_report_column, nearest_report_column
from copkit.importers.layout import Cells, ReportLayout, parse_layout
from copkit.importers.marks import NO_DAY, UNREAD_DAY, ListMark
from copkit.importers.meanings import list_heads, settle_columns
from copkit.importers.model import (
    Attendee,
    Exclusion,
    Listing,
    LogAction,
    Report,
    ReportKind,
    ReportRow,
    Stay,
    Summary,
)
from copkit.importers.names import (
    find_address,
    has_host_mark,
    is_bot,
    is_dial_in,
    is_organiser,
    may_be_a_name,
    name_key,
    name_variants,
)
from copkit.importers.programs import LOG, ReportForm, find_report_form
from copkit.importers.programs.teams import is_log
from copkit.importers.tables import ImportedTable, read_tables
from copkit.importers.times import (
    DateOrder,
    TimeParser,
    WrittenMoment,
    find_day,
    parse_duration,
    parse_moment,
    settle_moments,
)
from copkit.text.normalise import single_line
from copkit.wording import list_in_words, plural

_A_DAY: Final = dt.timedelta(days=1)
_APART: Final = dt.timedelta(hours=6)  # between two meetings; a shorter break is within one

# From the bytes of a file to its lists

# How the first cell of an export about something else begins, as a normalised header.
_POLLS: Final = ("poll report", "poll details", "polling results", "question report", "q a report")
_ROWS_ABOVE: Final = 40  # rows among which the header is
_MAX_HEADERS: Final = 6  # named in an error: enough to recognise the file by


Recall = Callable[[frozenset[str]], Choices]
"""Finds what was said of a list by its headings, as :func:`list_heads` returns them."""


def read_listings(
    data: bytes,
    file: str,
    meeting: dt.date,
    choices: Choices | None = None,
    recall: Recall | None = None,
) -> tuple[Listing, ...]:
    """Read who came to a meeting: one list, or one for each sheet that somebody chose.

    ``file`` is the file's name, for messages. ``meeting`` is the day it was held: it dates times
    without a day, and settles what day ``04/05`` is. ``choices`` are what was said of columns,
    values and sheets; ``recall`` adds what was said before of a list with the same headings.

    Raise :class:`UnsettledList` for a list that can be read in several ways, and
    :class:`CopkitError` for a file that is no list of people, or of no such day.
    """
    chosen = choices or Choices()
    tables, notes = choose_tables(read_tables(data, file), meeting, chosen, recall)
    listings = [
        _read_sheet(table, meeting, _recalled(table, chosen, recall), is_one=len(tables) == 1)
        for table in tables
    ]
    first = replace(listings[0], notes=(*notes, *listings[0].notes))
    return (first, *listings[1:])


def _recalled(table: ImportedTable, choices: Choices, recall: Recall | None) -> Choices:
    """Return the choices for one table, with what was said before of one with its headings."""
    if recall is None:
        return choices
    for row in table.rows[:_ROWS_ABOVE]:
        recalled = recall(list_heads(row))
        if recalled is not choices:
            return recalled
    return choices


def list_days(
    data: bytes, file: str, today: dt.date, choices: Choices, recall: Recall | None = None
) -> tuple[dt.date, ...]:
    """Return every day of a register: of its columns, its sheets, its rows.

    A day without a year is the one nearest to ``today``. Where day and month could be exchanged in
    the headings, they are in the order in which the days ascend. Raise :class:`CopkitError` where
    no day stands in the file, or where its days may be read in two ways.
    """
    days = set[dt.date]()
    tables = [table for table in read_tables(data, file) if not table.is_hidden]
    for table in tables:
        if choices.sheets and table.sheet not in choices.sheets:
            continue
        own = _recalled(table, choices, recall)
        layout = parse_layout(table, own.columns)
        if not layout.parts:
            continue
        headings = [
            written
            for part in layout.parts
            for cell in part.header
            if (written := find_day(cell))
            and find_report_column(cell) in {None, ReportColumn.OTHER}
        ]
        if headings:
            days |= set(_ascending_days(headings, today, table.file))
            continue
        if len(tables) > 1 and (day := _day_of_sheet(table, today)):
            days.add(day)
            continue
        positions = [
            position
            for part in layout.parts
            for position, cell in enumerate(part.header)
            if find_report_column(cell) in _DAY_COLUMNS
        ]
        texts = [
            row[position]
            for part in layout.parts
            for _, row in part.rows
            for position in positions[:1]
            if position < len(row)
        ]
        moments = [moment for text in texts if (moment := parse_moment(text)) and moment.numbers]
        times = settle_moments(moments, None, table.file)
        days |= {day for moment in moments if (day := times.day_of(moment))}
    if not days:
        raise CopkitError(
            f"{file} has no days in its headings, its sheets or its rows",
            "name the day of its meeting instead of --all",
        )
    return tuple(sorted(days))


_DAY_COLUMNS: Final = frozenset({ReportColumn.DAY, ReportColumn.TIMESTAMP, ReportColumn.JOINED})


def _ascending_days(headings: Sequence[WrittenMoment], today: dt.date, file: str) -> list[dt.date]:
    """Return the days of headings; of two orders of day and month, the one in which they ascend."""
    ascending = []
    for order in (DateOrder.DAY_FIRST, DateOrder.MONTH_FIRST):
        times = TimeParser(order, today, None)
        days = [times.day_of(heading) for heading in headings]
        known = [day for day in days if day]
        if len(known) == len(days) and known == sorted(known):
            ascending.append(known)
    if len(ascending) == 2 and ascending[0] == ascending[1]:
        return ascending[0]
    if len(ascending) == 1:
        return ascending[0]
    times = settle_moments(headings, None, file)
    times.meeting_day = today
    return [day for heading in headings if (day := times.day_of(heading))]


def read_listing(
    data: bytes, file: str, meeting: dt.date, choices: Choices | None = None
) -> Listing:
    """Read the one list of a file, as :func:`read_listings` does."""
    (listing,) = read_listings(data, file, meeting, choices)
    return listing


def _read_sheet(
    table: ImportedTable, meeting: dt.date, choices: Choices, *, is_one: bool
) -> Listing:
    """Read one sheet; one of several is named with its file."""
    name = table.file if is_one else f"{table.file}, sheet '{table.sheet}'"
    layout = parse_layout(table, choices.columns)
    program = recognise_program(table, layout)
    if program is LOG:
        layout.parts = [part for part in layout.parts if part.is_log]
    settlement = settle_columns(
        layout, name, meeting, choices, is_program=program.kind is not ReportKind.TABLE
    )
    report = program.parse(table, layout)
    report = replace(report, summary=_dated_summary(report, table, layout))
    listing = build_listing(report, name, meeting, choices)
    notes = (*_table_notes(table, layout), *settlement.notes, *listing.notes)
    return replace(
        listing,
        # a register has the meeting's day above its column
        held_on=listing.held_on or (meeting if meeting in settlement.session_days else None),
        columns=settlement.columns,
        heads=settlement.heads,
        notes=notes,
    )


def choose_tables(
    tables: Sequence[ImportedTable],
    meeting: dt.date,
    choices: Choices,
    recall: Recall | None = None,
) -> tuple[list[ImportedTable], list[str]]:
    """Return the sheets to read, with a note on each other one.

    Raise :class:`UnsettledList` where several sheets hold people, and nothing says which of them
    are of this meeting: the same people may stand on all of them.
    """
    file = tables[0].file
    if choices.sheets:
        return _named_tables(tables, choices.sheets)
    visible = [table for table in tables if not table.is_hidden]
    notes = [
        f"the hidden sheet '{table.sheet}' was not read; --sheet '{table.sheet}' reads it"
        for table in tables
        if table.is_hidden
    ]
    if not visible:
        raise CopkitError(f"{file} has hidden sheets only", notes[0])
    if len(visible) == 1:  # looked through once, by whoever reads it
        return visible, notes
    with_people = [
        table for table in visible if _lists_people(table, _recalled(table, choices, recall))
    ]
    if not with_people:
        return visible[:1], notes
    notes += [
        f"the sheet '{table.sheet}' names nobody, and was not read: {_describe_rows(table)}"
        for table in visible
        if table not in with_people
    ]
    if len(with_people) == 1:
        return with_people, notes
    days = {table.sheet: _day_of_sheet(table, meeting) for table in with_people}
    todays = [table for table in with_people if days[table.sheet] == meeting]
    if len(todays) == 1 and all(days.values()):
        others = [table.sheet for table in with_people if table not in todays]
        verb = "is" if len(others) == 1 else "are"
        sheets = f"{plural(len(others), 'sheet')} {verb} of other days and left out"
        return todays, [*notes, f"{sheets}: {name_headings(others)}"]
    questions = [
        ListQuestion(QuestionKind.SHEET, table.sheet, examples=tuple(table.rows[0][:4]))
        for table in with_people
    ]
    sheets = name_headings([table.sheet for table in with_people])
    raise UnsettledList(
        file,
        f"{file} has people on {plural(len(with_people), 'sheet')}: {sheets}; "
        "the same ones may stand on several",
        questions,
        f"say which to read: --sheet '{with_people[0].sheet}'; it may be repeated",
    )


def _named_tables(
    tables: Sequence[ImportedTable], names: Sequence[str]
) -> tuple[list[ImportedTable], list[str]]:
    """Return the sheets that somebody named; raise a usage error for one that is not there."""
    by_name = {table.sheet.casefold().strip(): table for table in tables}
    chosen = []
    for name in names:
        if name.casefold().strip() not in by_name:
            sheets = name_headings([table.sheet for table in tables])
            message = f"{tables[0].file} has no sheet '{name}' with anything in it"
            raise CopkitError(message, f"there is {sheets}" if tables[0].sheet else "", status=2)
        chosen.append(by_name[name.casefold().strip()])
    others = [table.sheet for table in tables if table not in chosen]
    notes = [f"not read, as was said: the sheet {name_headings(others)}"] if others else []
    return list(dict.fromkeys(chosen)), notes


def _lists_people(table: ImportedTable, choices: Choices) -> bool:
    """Check whether a sheet names anybody, below a header or without one."""
    layout = parse_layout(table, choices.columns)
    return is_log(table, layout) or any(part.rows for part in layout.parts)


def _day_of_sheet(table: ImportedTable, meeting: dt.date) -> dt.date | None:
    """Return the day that a sheet's name states, ``None`` where it states none or may be two."""
    written = find_day(table.sheet)
    if written is None:
        return None
    try:
        return settle_moments([written], meeting, table.file).day_of(written)
    except CopkitError:
        return None


def _describe_rows(table: ImportedTable) -> str:
    """Return what a sheet seems to hold: its first words, and its number of rows."""
    words = [single_line(cell)[:20] for cell in table.rows[0] if cell][:3]
    shown = [word for word in words if not may_be_a_name(word) and "@" not in word]
    begins = f", beginning with {name_headings(shown)}" if shown else ""
    return f"{plural(len(table.rows), 'row')}{begins}"


def _table_notes(table: ImportedTable, layout: ReportLayout) -> Iterator[str]:
    """Yield notes on hidden and merged rows, and on tables of a file that name nobody."""
    if table.hidden_lines:
        lines = format_lines(table.hidden_lines)
        yield f"rows that are hidden or filtered out were read too, {lines}"
    if table.merged_lines:
        yield f"cells are merged over rows {format_lines(table.merged_lines)}, and count for each"
    for line, header in layout.other_tables:
        columns = name_headings([single_line(cell)[:20] for cell in header if cell][:4])
        yield f"the table on line {line} ({columns}) names nobody, and was not read"


# Titles above a list name its day: "CoP meeting, 4 February 2026"; these say when it was made.
_MADE_ON: Final = re.compile(
    r"generated|exported|printed|created|downloaded|updated|report date|as of|version|erstellt"
    r"|exportiert|stand|imprim|export|généré|généré|generado|impreso|afgedrukt|wygenerowano|wydruk"
    r"|stampato|gerado|registration|deadline|next",
    re.IGNORECASE,
)


def _dated_summary(report: Report, table: ImportedTable, layout: ReportLayout) -> Summary:
    """Return the summary with the one day that a title above the list names, or its sheet."""
    summary = report.summary
    if summary.day or summary.start:
        return summary
    cells = [cell for row in layout.preamble for cell in row if cell]
    is_made_on = any(_MADE_ON.search(cell) for cell in cells)
    texts = [cell for cell in cells if not is_made_on and len(cell) <= 120]
    if table.sheet and not find_day_text(texts):
        texts = [table.sheet]
    return replace(summary, day=find_day_text(texts))


def find_day_text(texts: Iterable[str]) -> str:
    """Return the one text that names a day with its year; ``""`` for none or several."""
    days = {written: text for text in texts if (written := find_day(text)) and written.numbers}
    with_year = [text for written, text in days.items() if written.numbers and written.numbers[2]]
    return with_year[0] if len(with_year) == 1 else ""


def recognise_program(table: ImportedTable, layout: ReportLayout) -> ReportForm:
    """Recognise the program that made a table by its contents.

    The file's name plays no part: people rename exports. Raise :class:`CopkitError` for a table
    that names nobody, or is about something else.
    """
    _refuse_other_reports(table, layout)
    # A log of Teams may have no header at all, so it is looked for before headers are required.
    if LOG.recognise(table, layout):
        return LOG
    if layout.unknown_header and not layout.parts:
        raise _no_names_error(table.file, layout.unknown_header)
    if not layout.parts and not layout.sections:
        fullest = max(table.rows[:20], key=lambda cells: sum(1 for cell in cells if cell))
        raise _no_names_error(table.file, fullest)
    return find_report_form(table, layout)


def _refuse_other_reports(table: ImportedTable, layout: ReportLayout) -> None:
    """Raise :class:`CopkitError` for a report that names people without saying that they came."""
    first_cells = [normalise_header(cell) for row in table.rows[:3] for cell in row[:1]]
    headers = {normalise_header(cell) for part in layout.parts for cell in part.header}
    if any(cell.startswith(_POLLS) for cell in first_cells) or "submitted date time" in headers:
        raise CopkitError(
            f"{table.file} is the report of a poll or of questions, not of who came",
            "export the report of participants instead",
        )
    # neither 2, participants, nor 3, rejoins
    if layout.sections and set(layout.sections) <= {1, 4, 5}:
        raise CopkitError(
            f"{table.file} is a Teams report that lists no participants",
            "export the attendance report again, with its list of participants",
        )


def _no_names_error(file: str, row: Cells) -> CopkitError:
    """Return the error for a table without names, with the headers that ``row`` has instead."""
    cells = [single_line(cell)[:30] for cell in row if cell]
    # A row that may hold people is never repeated: messages are sent on to others.
    is_header = len(cells) > 1 and not any("@" in cell or cell.isdecimal() for cell in cells)
    is_header = is_header and not any(map(_may_be_a_name, cells))
    headers = list_in_words([f"'{cell}'" for cell in cells[:_MAX_HEADERS]])
    more = f" and {len(cells) - _MAX_HEADERS} more" if len(cells) > _MAX_HEADERS else ""
    columns = f": its columns are {headers}{more}" if is_header else ""
    return CopkitError(
        f"{file} has no column of names or of e-mail addresses{columns}",
        _naming_hint(cells if is_header else ()),
    )


def _naming_hint(headings: Sequence[str]) -> str:
    """Return how to say which column names people, for the heading that is most like one."""
    people = {"name": ReportColumn.NAME, "e-mail": ReportColumn.EMAIL}
    for heading in headings:
        near = nearest_report_column(heading)
        for word, column in people.items():
            if near is column:
                return f"say which column names people: --column '{word}={heading}'"
    if headings:
        return f"say which column names people: --column 'name={headings[0]}'"
    return "give one of its columns the header Name or E-mail, or export it in English"


def _may_be_a_name(cell: str) -> bool:
    """Check whether a cell may name somebody, so that no message repeats it."""
    words = cell.replace(",", " ").split()
    capitalised = len(words) > 1 and all(word[0].isupper() for word in words)
    from copkit.pii.passage import (
        load_first_names,
    )  # slow to load, and only for files that are refused

    return capitalised or any(word.lower() in load_first_names() for word in words)


# From a report to a listing

_LEEWAY: Final = 60  # seconds that clocks and rounded minutes may differ


def build_listing(
    report: Report, file: str, meeting: dt.date, choices: Choices | None = None
) -> Listing:
    """Combine each person's rows of a report, and note what does not agree.

    ``file`` is the file's name and ``meeting`` the day the meeting was held. Raise
    :class:`CopkitError` where nobody is listed, for dates that may be read in two ways, and where
    no day of the list can be read.
    """
    summary = report.summary
    times = _settle_times(report, meeting, file)
    stated_day = _day_in(summary.day, times) or _day_in(summary.start, times)
    times.meeting_day = stated_day or times.meeting_day
    line_notes = LineNotes()
    takes_any_day = choices is not None and choices.other_day
    dated = _rows_of_day(report.rows, times, meeting, file, stated_day, takes_any_day=takes_any_day)
    line_notes.other_day += dated.other_lines
    main = dated.rows
    if not main and not report.rejoins:
        raise CopkitError(f"{file} lists nobody", "is it the right file? export it again")
    groups, shared_addresses = group_by_person(
        [*main, *report.rejoins], has_shared_addresses=report.has_shared_addresses
    )
    builder = AttendeeBuilder(report, times, line_notes, shared_addresses)
    main_lines = {row.line for row in main}
    attendees = []
    # Main rows and rejoins are grouped together: somebody may be in the second list alone.
    for rows in groups:
        main_rows = [row for row in rows if row.line in main_lines]
        rejoin_rows = [row for row in rows if row.line not in main_lines]
        attendees.append(builder.build(main_rows, rejoin_rows))
    _note_long_stays(report, times, attendees, line_notes)
    return Listing(
        file=file,
        kind=report.kind,
        title=summary.title,
        held_on=stated_day or dated.held_on,
        stated=summary.stated,
        attendees=tuple(attendees),
        notes=tuple(_listing_notes(report, main, attendees, line_notes)),
        started_at=times.parse_moment(summary.start) if summary.start else None,
        ended_at=times.parse_moment(summary.end) if summary.end else None,
        other_days=tuple(sorted(dated.other_days.items())),
        has_exact_day=dated.has_exact_day,
    )


def _settle_times(report: Report, meeting: dt.date, file: str) -> TimeParser:
    """Settle how a report writes its days, that of the meeting first."""
    summary = report.summary
    texts = [summary.day, summary.start, summary.end]
    for row in (*report.rows, *report.rejoins):
        texts += (row.day, row.joined_at, row.left_at)
    moments = [moment for moment in map(parse_moment, dict.fromkeys(texts)) if moment]
    title_day = find_day(summary.day) if summary.day else None
    return settle_moments([*([title_day] if title_day else []), *moments], meeting, file)


def _day_in(text: str, times: TimeParser) -> dt.date | None:
    """Return the day that a text is, or has among other words."""
    if not text:
        return None
    written = find_day(text)
    return times.parse_date(text) or (times.day_of(written) if written else None)


@dataclass(frozen=True, slots=True)
class DatedRows:
    """The rows of the meeting's day, and what became of the others.

    ``held_on`` is the meeting's day where any row is of it, else the first day of the list.
    """

    rows: list[ReportRow]
    held_on: dt.date | None
    other_days: Counter[dt.date]
    other_lines: tuple[int, ...]
    has_exact_day: bool


def _rows_of_day(
    rows: Sequence[ReportRow],
    times: TimeParser,
    meeting: dt.date,
    file: str,
    stated_day: dt.date | None,
    *,
    takes_any_day: bool,
) -> DatedRows:
    """Return the rows of the meeting's day, where a list has several days.

    A row of the day before or after stays where less than six hours lie between it and one of the
    meeting: meetings go over midnight. Whose day cannot be read is unclear, and records nobody;
    ``takes_any_day`` counts them all the same.

    Raise :class:`CopkitError` where no day of the list can be read: an unread day is not none.
    """
    days = {row.line: _row_day(row, times) for row in rows}
    unread = [row for row in rows if days[row.line] is None and _has_unread_day(row, times)]
    known_days = {day for day in days.values() if day}
    if unread and not takes_any_day and not stated_day:
        if not known_days:
            line, text = unread[0].line, (unread[0].day or unread[0].joined_at)[:40]
            raise CopkitError(
                f"{file}: the day on line {line} cannot be read: '{single_line(text)}'",
                f"write it as {meeting}, or take the list for that day with --other-day",
            )
        rows = _unclear_rows(rows, {row.line for row in unread}, UNREAD_DAY)
    dated = [row for row in rows if days[row.line]]
    has_exact_day = bool(dated) and not any(_row_moment(row, times) for row in dated)
    if meeting not in known_days:
        # a wrong day is the caller's question; here it would lose everybody
        other_days = Counter(day for day in days.values() if day)
        held_on = min(known_days, default=None)
        return DatedRows(list(rows), held_on, other_days, (), has_exact_day)
    near = _lines_near(rows, days, times, meeting)
    others = [row for row in rows if days[row.line] not in {None, meeting} and row.line not in near]
    left = [row for row in rows if row not in others] if others else list(rows)
    if len(known_days) > 1 and not takes_any_day:
        undated = {
            row.line for row in left if days[row.line] is None and row.mark in {None, *_CAME}
        }
        left = _unclear_rows(left, undated - {row.line for row in unread}, NO_DAY)
    other_days = Counter(day for row in others if (day := days[row.line]))
    return DatedRows(left, meeting, other_days, tuple(row.line for row in others), has_exact_day)


_CAME: Final = frozenset({ListMark.ATTENDED, ListMark.LATE})


def _unclear_rows(rows: Sequence[ReportRow], lines: Collection[int], why: str) -> list[ReportRow]:
    """Return rows of which those on ``lines`` are unclear."""
    return [
        replace(row, mark=ListMark.UNCLEAR, marked_as=why) if row.line in lines else row
        for row in rows
    ]


def _row_day(row: ReportRow, times: TimeParser) -> dt.date | None:
    """Return the day of a row, from the column of days or its times."""
    return next(
        (day for text in (row.day, row.joined_at, row.left_at) if (day := times.parse_date(text))),
        None,
    )


def _row_moment(row: ReportRow, times: TimeParser) -> dt.datetime | None:
    """Return the moment of a row with a day and a time."""
    for text in (row.joined_at, row.day):
        if text and times.parse_date(text) and (moment := times.parse_moment(text)):
            return moment
    return None


def _has_unread_day(row: ReportRow, times: TimeParser) -> bool:
    """Check whether a text that should be a day, or a time, is neither."""
    texts = [text for text in (row.day, row.joined_at) if text]
    return any(parse_moment(text) is None or _is_no_day(text, times) for text in texts)


def _is_no_day(text: str, times: TimeParser) -> bool:
    """Check for a day such as 31 February."""
    written = parse_moment(text)
    return bool(written and written.numbers and times.day_of(written) is None)


def _lines_near(
    rows: Sequence[ReportRow],
    days: dict[int, dt.date | None],
    times: TimeParser,
    meeting: dt.date,
) -> set[int]:
    """Return the lines of other days that belong to the meeting, which went over midnight."""
    if {day for day in days.values() if day} <= {meeting}:
        return set()
    timed = sorted(
        (moment, row.line) for row in rows if (moment := _row_moment(row, times)) is not None
    )
    near, group = set[int](), list[int]()
    previous: dt.datetime | None = None
    for moment, line in timed:
        if previous and moment - previous > _APART:
            near |= set(group) if any(days[line] == meeting for line in group) else set()
            group = []
        group.append(line)
        previous = moment
    near |= set(group) if any(days[line] == meeting for line in group) else set()
    return near


def _note_long_stays(
    report: Report, times: TimeParser, attendees: Sequence[Attendee], line_notes: LineNotes
) -> None:
    """Add to ``line_notes`` who stayed longer than the meeting lasted, if that is stated."""
    summary = report.summary
    length = parse_duration(summary.length, report.length_unit) if summary.length else None
    start, end = times.parse_moment(summary.start), times.parse_moment(summary.end)
    if length is None and start and end and end > start:
        length = round((end - start).total_seconds())
    if not length:
        return
    for attendee in attendees:
        if (attendee.seconds or 0) > length + _LEEWAY:
            line_notes.longer_than_meeting.append(attendee.lines[0])


def _listing_notes(
    report: Report,
    main: Sequence[ReportRow],
    attendees: Sequence[Attendee],
    line_notes: LineNotes,
) -> Iterator[str]:
    """Yield everything that does not agree as sentences, the number of people first."""
    main_lines = {row.line for row in main}
    people = sum(
        1
        for attendee in attendees
        if not main_lines.isdisjoint(attendee.lines)
        and (attendee.mark is None or attendee.mark.came)
    )
    waited = sum(1 for attendee in attendees if attendee.exclusion is Exclusion.WAITING_ROOM)
    stated = report.summary.stated
    # Some programs count whoever was only in the waiting room, others do not.
    if stated is not None and stated not in {people, people - waited}:
        yield format_count_difference(stated, people, len(main))
    yield from line_notes.sentences()
    yield from format_omissions(report)
    unknown = all(attendee.seconds is None for attendee in attendees)
    if unknown and not line_notes.explains_unknown_durations:
        yield "nothing in it says how long anybody stayed"


# From rows to people


def group_by_person(
    rows: Sequence[ReportRow], *, has_shared_addresses: bool = False
) -> tuple[list[list[ReportRow]], frozenset[str]]:
    """Group rows by person: by address, else by name; return addresses of several people as well.

    A row without an address belongs to the only person with an address who has that name; where
    several have it, to somebody else. Somebody who took another name during the meeting, ``Jo
    (Joanna Roe)``, is the same person as ``Joanna Roe`` where the list has that name as well.

    With ``has_shared_addresses`` an address beside several names is that of none of them, such as
    the buyer's beside every guest.
    """
    first_address = _first_addresses(rows)
    shared = _shared_addresses(rows) if has_shared_addresses else frozenset[str]()
    addresses_by_name: defaultdict[str, set[str]] = defaultdict(set)
    for row in rows:
        if row.name:
            email = "" if row.email in shared else first_address.get(row.email, row.email)
            addresses_by_name[name_key(row.name)].add(email)
    people: dict[tuple[str, str], list[ReportRow]] = {}
    for row in rows:
        email = "" if row.email in shared else first_address.get(row.email, row.email)
        key = _identity(row, email, addresses_by_name)
        people.setdefault(key, []).append(row)
    return list(people.values()), shared


def _first_addresses(rows: Sequence[ReportRow]) -> dict[str, str]:
    """Return the first address of whoever has several, by each of them."""
    first: dict[str, str] = {}
    for row in rows:
        if row.other_emails:
            addresses = (row.email, *row.other_emails)
            known = next((first[address] for address in addresses if address in first), row.email)
            first.update(dict.fromkeys(addresses, known))
    return first


def _shared_addresses(rows: Sequence[ReportRow]) -> frozenset[str]:
    """Return the addresses that stand beside the names of several people."""
    names_by_address: defaultdict[str, list[str]] = defaultdict(list)
    for row in rows:
        if row.email and row.name:
            names_by_address[row.email].append(row.name)
    return frozenset(
        address
        for address, names in names_by_address.items()
        if len(names) > 1 and any(not _may_be_same(names[0], name) for name in names[1:])
    )


def _may_be_same(name: str, other: str) -> bool:
    """Check whether two names may be one person's: alike, or one of them cut short."""
    if not set(name_variants(name)).isdisjoint(name_variants(other)):
        return True
    fewer, more = sorted((name_key(name).split(), name_key(other).split()), key=len)
    free = list(more)
    for word in fewer:
        bare = word.strip(".")
        match = next((w for w in free if w.startswith(bare) or bare.startswith(w.strip("."))), None)
        if match is None:
            return False
        free.remove(match)
    return True


def _identity(
    row: ReportRow, email: str, addresses_by_name: defaultdict[str, set[str]]
) -> tuple[str, str]:
    """Return what rows of one person have in common: an address, or else a name."""
    if email:
        return email, ""
    keys = name_variants(row.name) if "(" in row.name else (name_key(row.name),)
    name = keys[0]
    for key in keys[:2]:  # the whole, then what stands in brackets
        # Asking a defaultdict by subscript would add the key, and change later rows.
        if key not in addresses_by_name:
            continue
        name = key
        addresses = addresses_by_name[key] - {""}
        if len(addresses) == 1:
            return min(addresses), ""
    return "", name


# From one person's rows to an attendee

_NUMBER: Final = re.compile(r"\d+(?:[.,]\d+)?")  # a duration without its unit: 45, 1.5


@dataclass(frozen=True, slots=True)
class AttendeeBuilder:
    """Builds the attendees of one report; lines that do not fit go to ``line_notes``."""

    report: Report
    times: TimeParser
    line_notes: LineNotes
    shared_addresses: frozenset[str]

    def build(self, main_rows: Sequence[ReportRow], rejoin_rows: Sequence[ReportRow]) -> Attendee:
        """Combine one person's rows: those of the main list, and those of a list of rejoins."""
        rows = [row for row in main_rows if not row.in_waiting_room]
        all_rows = [*main_rows, *rejoin_rows]
        name = next((row.name for row in all_rows if row.name), "")
        emails = list(dict.fromkeys(e for row in all_rows for e in (row.email, *row.other_emails)))
        emails = [email for email in emails if email and email not in self.shared_addresses]
        email = emails[0] if emails else ""
        if any(row.email in self.shared_addresses for row in all_rows):
            self.line_notes.addresses_of_several.append(all_rows[0].line)
        lines = tuple(sorted(row.line for row in all_rows))
        if main_rows and not rows:
            return Attendee(name, email, 0, (), Exclusion.WAITING_ROOM, lines)
        if not main_rows:
            self.line_notes.only_rejoined.append(lines[0])
        self._note_names(rows, email)
        if any(row.action for row in rows):
            stays = self._stays_from_log(rows)
            seconds = total_seconds(stays)
        else:
            stays, seconds = self._stays_and_seconds(rows, rejoin_rows)
        mark, marked_as = self._combined_mark(all_rows)
        return Attendee(
            name,
            email,
            seconds,
            stays,
            self._exclusion(name, email, rows),
            lines,
            mark,
            marked_as,
            tuple(emails[1:]),
            sector=next((row.sector for row in all_rows if row.sector), ""),
        )

    def _combined_mark(self, rows: Sequence[ReportRow]) -> tuple[ListMark | None, str]:
        """Return what all rows of a person say of their coming; whoever came once was there."""
        values = {row.mark: row.marked_as for row in reversed(rows)}
        came = [mark for mark in (None, ListMark.ATTENDED, ListMark.LATE) if mark in values]
        if came and (ListMark.ABSENT in values or ListMark.APOLOGIES in values):
            self.line_notes.there_and_away.append(rows[0].line)
        for mark in (
            *came,
            ListMark.APOLOGIES,
            ListMark.ABSENT,
            ListMark.UNCLEAR,
        ):
            if mark in values:
                return mark, values[mark]
        return None, ""

    def _stays_and_seconds(
        self, rows: Sequence[ReportRow], rejoin_rows: Sequence[ReportRow]
    ) -> tuple[tuple[Stay, ...], int | None]:
        """Return when somebody was there and for how long, from rows with durations or times."""
        durations = [self._parse_duration(row) for row in rows or rejoin_rows]
        main_stays, is_complete = self._parse_stays(rows)
        stays, rejoins_complete = (
            self._parse_stays(rejoin_rows) if rejoin_rows else (main_stays, is_complete)
        )
        span_seconds = total_seconds(main_stays) if is_complete else None
        # Rejoins are the finer record, but a duration stated in the main list counts first.
        if rejoin_rows and (not rows or not any(row.duration for row in rows)):
            span_seconds = total_seconds(stays) if rejoins_complete else None
        seconds = self._choose_seconds(
            rows or rejoin_rows, durations, span_seconds, has_rejoins=bool(rejoin_rows)
        )
        return stays, seconds

    def _choose_seconds(
        self,
        rows: Sequence[ReportRow],
        durations: list[int | None],
        span_seconds: int | None,
        *,
        has_rejoins: bool,
    ) -> int | None:
        """Return the seconds that the file states of a person, else the sum of their stays.

        ``durations`` has the parsed duration of each row; ``span_seconds`` is the time between
        joining and leaving, ``None`` where it is not known.
        """
        known_durations = [seconds for seconds in durations if seconds is not None]
        total = sum(known_durations) if len(known_durations) == len(durations) else None
        if not self.report.durations_are_totals:
            # One row a stay: two devices at once count once in the span, and twice in the sum.
            return total if span_seconds is None else span_seconds
        if total is not None:
            # For the same reason several totals of one person are at most their span.
            one_row = len(rows) == 1
            return total if one_row or span_seconds is None else min(total, span_seconds)
        if any(row.duration for row in rows) or (self.report.one_row_each and not has_rejoins):
            # From the first time joined to the last time left is no stay: absences are in it.
            return None
        return span_seconds

    def _parse_duration(self, row: ReportRow) -> int | None:
        """Parse the duration that a row states, in seconds; note one that cannot be read."""
        if not row.duration:
            return None
        seconds = parse_duration(row.duration, self.report.duration_unit)
        if seconds is None and _NUMBER.fullmatch(row.duration):
            self.line_notes.durations_without_unit.append(row.line)
        elif seconds is None:
            self.line_notes.unreadable_durations.append(row.line)
        return seconds

    def _parse_stays(self, rows: Sequence[ReportRow]) -> tuple[tuple[Stay, ...], bool]:
        """Parse when rows say that somebody was there, and whether every row says so."""
        stays: list[Stay] = []
        is_complete = True
        for row in rows:
            joined_at = self.times.parse_moment(row.joined_at)
            left_at = self.times.parse_moment(row.left_at)
            texts = [row.joined_at] if joined_at is None else []
            texts += [row.left_at] if left_at is None else []
            if any(text and parse_moment(text) is None for text in texts):
                self.line_notes.unreadable_times.append(row.line)
            written = parse_moment(row.left_at)
            stay = build_stay(joined_at, left_at, dated=bool(written and written.numbers))
            if stay is None:
                self.line_notes.left_before_joining.append(row.line)
                is_complete = False
            elif joined_at or left_at:
                stays.append(stay)
            else:
                is_complete = False
        return tuple(stays), is_complete

    def _stays_from_log(self, rows: Sequence[ReportRow]) -> tuple[Stay, ...]:
        """Build stays from a log of joining and leaving, and note what is missing in it.

        The last stay has no ends where a row could not be read, so that no total is known.
        """
        events = []
        for row in rows:
            moment = self.times.parse_moment(row.joined_at)
            if moment is None:
                self.line_notes.unreadable_times.append(row.line)
            elif row.action:
                events.append((moment, row.action))
            if row.action is LogAction.JOINED_BEFORE:
                self.line_notes.present_at_start.append(row.line)
        stays = pair_events(events)
        if any(stay.left_at is None for stay in stays):
            self.line_notes.present_at_end.append(rows[-1].line)
        if any(stay.joined_at is None for stay in stays):
            self.line_notes.never_joined.append(rows[0].line)
        # A stay without ends makes the total unknown, where an event could not be read.
        return stays if len(events) == len(rows) else (*stays, Stay(None, None))

    def _note_names(self, rows: Sequence[ReportRow], email: str) -> None:
        """Note where several rows are taken for one person and might be of two."""
        if len(rows) < 2:
            return
        lines = [row.line for row in rows]
        if self.report.has_tickets:
            self.line_notes.several_tickets += lines
        if self.report.one_row_each and not email:
            self.line_notes.repeated_names += lines
        variants = [set(name_variants(row.name)) for row in rows if row.name]
        if email and any(variants[0].isdisjoint(other) for other in variants[1:]):
            self.line_notes.shared_addresses += lines

    def _exclusion(self, name: str, email: str, rows: Sequence[ReportRow]) -> Exclusion | None:
        """Return why somebody is probably no member who came, ``None`` for everybody else."""
        if is_bot(name, email):
            return Exclusion.BOT
        if is_dial_in(name):
            return Exclusion.DIAL_IN
        host = self.report.summary.host
        # An address is compared with an address: two people may have the host's name.
        is_host = bool(host) and (
            email == find_address(host) if email else name_key(name) in name_variants(host)
        )
        is_marked = self.report.marks_hosts and has_host_mark(name)
        if is_host or is_marked or any(is_organiser(row.role) for row in rows):
            return Exclusion.ORGANISER
        return None


# From times of joining and leaving to seconds

_LONGEST_OVER_MIDNIGHT: Final = dt.timedelta(hours=12)


def build_stay(
    joined_at: dt.datetime | None, left_at: dt.datetime | None, *, dated: bool
) -> Stay | None:
    """Return a stay, ``None`` where somebody left before they joined.

    ``dated`` says that the file wrote a day beside the time of leaving. Times without a day may go
    over midnight: 23:50 to 00:20 is half an hour.
    """
    if joined_at and left_at and left_at < joined_at:
        is_too_long = joined_at - left_at < _A_DAY - _LONGEST_OVER_MIDNIGHT
        if dated or is_too_long or left_at.date() == dt.date.max:  # no day comes after that one
            return None
        left_at += _A_DAY
    return Stay(joined_at, left_at)


def total_seconds(stays: Sequence[Stay]) -> int | None:
    """Return the seconds of stays, overlaps counted once; ``None`` where any end is unknown."""
    spans = [(stay.joined_at, stay.left_at) for stay in stays if stay.joined_at and stay.left_at]
    if not stays or len(spans) < len(stays):
        return None
    return round(merged_duration(spans).total_seconds())


def merged_duration(spans: Iterable[tuple[dt.datetime, dt.datetime]]) -> dt.timedelta:
    """Return the time covered by spans (start, end), overlaps counted once."""
    total = dt.timedelta()
    until: dt.datetime | None = None
    for start, end in sorted(spans):
        since = max(start, until) if until else start
        total += max(end - since, dt.timedelta())
        until = max(end, until) if until else end
    return total


def pair_events(events: Iterable[tuple[dt.datetime, LogAction]]) -> tuple[Stay, ...]:
    """Pair a person's joins with their leaves; of two devices, the last to leave ends a stay."""
    # At the same second joining comes first: a change of device is no absence.
    rank = {LogAction.LEFT: 1}
    stays: list[Stay] = []
    since: dt.datetime | None = None
    devices = 0
    for moment, action in sorted(events, key=lambda event: (event[0], rank.get(event[1], 0))):
        if action is not LogAction.LEFT:
            since = since if devices else moment
            devices += 1
        elif devices:
            devices -= 1
            if not devices:
                stays.append(Stay(since, moment))
        else:
            stays.append(Stay(None, moment))
    if devices:
        stays.append(Stay(since, None))
    return tuple(stays)


# Notes about lines, as sentences

_MAX_LINES_NAMED: Final = 3  # beyond it a note names the first and how many there are


@dataclass(slots=True)
class LineNotes:
    """Line numbers by what is wrong with them; each kind becomes one sentence in the end."""

    unreadable_durations: list[int] = field(default_factory=list)
    durations_without_unit: list[int] = field(default_factory=list)
    unreadable_times: list[int] = field(default_factory=list)
    left_before_joining: list[int] = field(default_factory=list)
    other_day: list[int] = field(default_factory=list)
    present_at_end: list[int] = field(default_factory=list)
    present_at_start: list[int] = field(default_factory=list)
    never_joined: list[int] = field(default_factory=list)
    only_rejoined: list[int] = field(default_factory=list)
    longer_than_meeting: list[int] = field(default_factory=list)
    repeated_names: list[int] = field(default_factory=list)
    shared_addresses: list[int] = field(default_factory=list)
    addresses_of_several: list[int] = field(default_factory=list)
    several_tickets: list[int] = field(default_factory=list)
    there_and_away: list[int] = field(default_factory=list)

    @property
    def explains_unknown_durations(self) -> bool:
        """Whether a sentence about lines explains why durations are not known."""
        return bool(self.unreadable_durations or self.durations_without_unit or self.present_at_end)

    def sentences(self) -> list[str]:
        """Return a sentence for each kind of note, with its lines."""
        templates = [
            (self.unreadable_durations, "the duration cannot be read {}"),
            (
                self.durations_without_unit,
                "the duration {} is a number, and nothing says of what",
            ),
            (self.unreadable_times, "a time cannot be read {}"),
            (self.left_before_joining, "somebody leaves before they join {}"),
            (self.other_day, "what stands {} is of another day, and was left out"),
            (
                self.present_at_end,
                "the list ends while people are still there {}: how long is not known",
            ),
            (
                self.present_at_start,
                "people were there before the list begins {}: counted from then",
            ),
            (self.never_joined, "somebody leaves {} who never joined: how long is not known"),
            (
                self.only_rejoined,
                "somebody is among those who joined {}, and not among the participants",
            ),
            (self.longer_than_meeting, "somebody stayed longer than the meeting lasted {}"),
            (
                self.repeated_names,
                "one name without an address stands {}, and is taken for one person",
            ),
            (
                self.shared_addresses,
                "one address has several names {}, and is taken for one person",
            ),
            (
                self.addresses_of_several,
                "one address stands beside the names of several people {}, and is nobody's",
            ),
            (
                self.several_tickets,
                "one name stands on several tickets {}: it counts once, and guests are not named",
            ),
            (
                self.there_and_away,
                "somebody is marked as there and as away {}, and counts as there",
            ),
        ]
        return [template.format(format_lines(lines)) for lines, template in templates if lines]


def format_lines(lines: Iterable[int]) -> str:
    """Return ``on line 4``, ``on lines 4 and 9``, ``on 12 lines, the first of them 4``."""
    numbers = sorted(set(lines))
    if len(numbers) > _MAX_LINES_NAMED:
        return f"on {len(numbers)} lines, the first of them {numbers[0]}"
    noun = "line" if len(numbers) == 1 else "lines"
    return f"on {noun} {list_in_words([str(number) for number in numbers])}"


def format_omissions(report: Report) -> list[str]:
    """Return a sentence for each reason why lines of a report were left out."""
    templates = (
        (report.short_lines, "what stands {} is too short to read, and was left out"),
        (report.nameless_lines, "what stands {} names nobody, and was left out"),
        (report.test_lines, "what stands {} was a test, and was left out"),
        (
            report.unknown_action_lines,
            "what somebody did {} is neither joining nor leaving in a language that is known",
        ),
    )
    return [template.format(format_lines(lines)) for lines, template in templates if lines]


def format_count_difference(stated: int, people: int, rows: int) -> str:
    """Return ``states 9 participants and lists 8``, and ``, in 9 rows`` if it counted those."""
    sentence = f"states {plural(stated, 'participant')} and lists {people}"
    return f"{sentence}, in {plural(rows, 'row')}" if stated == rows else sentence
