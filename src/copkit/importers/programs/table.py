"""Plain tables of people, and the lists of programs that write no more than such a table.  Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from copkit.importers.columns import ReportColumn, normalise_header, split_headers, unit_seconds
from copkit.importers.headings import find_report_column
from copkit.importers.layout import ReportLayout, find_column_header, parse_part, parse_summary
from copkit.importers.model import Report, ReportKind
from copkit.importers.tables import ImportedTable

Recognise = Callable[[ImportedTable, ReportLayout], bool]
Parse = Callable[[ImportedTable, ReportLayout], Report]


def _headers(layout: ReportLayout) -> set[str]:
    """Return every header of a list in comparable form."""
    return {normalise_header(cell) for part in layout.parts for cell in part.header if cell}


def has_headers(words: str) -> Recognise:
    """Return a check whether a list has all of some headers, written with commas between."""
    required = frozenset(split_headers(words))
    return lambda table, layout: required <= _headers(layout)


# An older report of Meet has these three columns and no other; one more, and it may be anybody's.
_OLDER_MEET: Final = frozenset({"name", "email", "duration"})
_MEET: Final = frozenset({"time joined", "time exited"})


def is_meet(table: ImportedTable, layout: ReportLayout) -> bool:
    """Check whether a list is a report of Google Meet."""
    headers = _headers(layout)
    return headers >= _MEET or headers == _OLDER_MEET


def is_microsoft_forms(table: ImportedTable, layout: ReportLayout) -> bool:
    """Check for an id, then a start and an end, in whichever language."""
    if not layout.parts:
        return False
    first = layout.parts[0].header[:4]
    days = [cell for cell in first[1:] if find_report_column(cell) is ReportColumn.DAY]
    return normalise_header(first[0]) == "id" and len(days) > 1


def is_google_forms(table: ImportedTable, layout: ReportLayout) -> bool:
    """Check for the moment of the answer in the first column, and no column of what was done."""
    if not layout.parts or layout.parts[0].is_log:
        return False
    return find_report_column(layout.parts[0].header[0]) is ReportColumn.TIMESTAMP


def is_civicrm(table: ImportedTable, layout: ReportLayout) -> bool:
    """Check for the headings of CiviCRM's list of participants."""
    return bool(_headers(layout) & {"participant status", "participant id"})


def is_table(table: ImportedTable, layout: ReportLayout) -> bool:
    """Take any table that has a column of people."""
    return True


def parser_of(kind: ReportKind, *, are_stays: bool = False) -> Parse:
    """Return how the lists of a program without a parser of its own are parsed."""
    return lambda table, layout: parse_table_report(layout, kind, are_stays=are_stays)


def parse_table_report(
    layout: ReportLayout, kind: ReportKind = ReportKind.TABLE, *, are_stays: bool = False
) -> Report:
    """Parse a table of people.

    ``are_stays`` says that each row is one stay; otherwise a duration is of all of somebody's.
    """
    # A sheet that somebody keeps by hand may well have rows with a name and nothing else.
    parts = [
        parse_part(
            part,
            single_cell_names=kind is not ReportKind.MEET,
            needs_arrival=kind is not ReportKind.MEET,
        )
        for part in layout.parts
    ]
    columns = {column for part in layout.parts for column in part.columns}
    has_stays = ReportColumn.JOINED in columns or ReportColumn.DURATION in columns
    return Report(
        kind=kind,
        rows=tuple(row for part in parts for row in part.rows),
        # In a table of any origin "host" may be a place or an agency, so it marks no organiser.
        summary=replace(parse_summary(layout.preamble), host=""),
        durations_are_totals=not are_stays,
        duration_unit=unit_seconds(find_column_header(layout.parts, ReportColumn.DURATION)),
        has_shared_addresses=not has_stays,
        has_tickets=ReportColumn.REGISTRATION in columns,
        short_lines=tuple(line for part in parts for line in part.short_lines),
        nameless_lines=tuple(line for part in parts for line in part.nameless_lines),
        test_lines=tuple(line for part in parts for line in part.test_lines),
    )
