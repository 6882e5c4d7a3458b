"""Attendance reports of Google Meet, and any other table that names people.  Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from copkit.importers.columns import ReportColumn, normalise_header, unit_seconds
from copkit.importers.layout import ReportLayout, find_column_header, parse_part, parse_summary
from copkit.importers.model import Report, ReportKind
from copkit.importers.tables import ImportedTable

_OWN_HEADERS: Final = frozenset({"time joined", "time exited"})
# An older report has these three columns and no other; a table with one more may be anybody's.
_OLDER_HEADERS: Final = frozenset({"name", "email", "duration"})


def is_meet(table: ImportedTable, layout: ReportLayout) -> bool:
    """Check whether a list is a report of Google Meet."""
    headers = {normalise_header(cell) for part in layout.parts for cell in part.header if cell}
    return headers >= _OWN_HEADERS or headers == _OLDER_HEADERS


def is_table(table: ImportedTable, layout: ReportLayout) -> bool:
    """Take any table that has a column of people."""
    return True


def parse_meet_report(table: ImportedTable, layout: ReportLayout) -> Report:
    """Parse what Meet writes; a duration is that of all of somebody's stays."""
    return _parse_report(layout, ReportKind.MEET)


def parse_table_report(table: ImportedTable, layout: ReportLayout) -> Report:
    """Parse a table of people; where it has a duration, that is of all of somebody's stays."""
    return _parse_report(layout, ReportKind.TABLE)


def _parse_report(layout: ReportLayout, kind: ReportKind) -> Report:
    # A sheet that somebody keeps by hand may well have rows with a name and nothing else.
    single_cell_names = kind is ReportKind.TABLE
    parts = [parse_part(part, single_cell_names=single_cell_names) for part in layout.parts]
    return Report(
        kind=kind,
        rows=tuple(row for part in parts for row in part.rows),
        # In a table of any origin "host" may be a place or an agency, so it marks no organiser.
        summary=replace(parse_summary(layout.preamble), host=""),
        duration_unit=unit_seconds(find_column_header(layout.parts, ReportColumn.DURATION)),
        absentees=sum(part.absentees for part in parts),
        short_lines=tuple(line for part in parts for line in part.short_lines),
        nameless_lines=tuple(line for part in parts for line in part.nameless_lines),
    )
