"""Participant reports of Zoom, with a summary above them or without.  Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from copkit.importers.columns import (
    ReportColumn,
    is_total_duration,
    normalise_header,
    unit_seconds,
)
from copkit.importers.layout import ReportLayout, find_column_header, parse_part, parse_summary
from copkit.importers.model import Report, ReportKind
from copkit.importers.tables import ImportedTable

_PREAMBLE_LABELS: Final = frozenset({"meeting id", "webinar id", "topic", "attendee report"})
_OWN_HEADERS: Final = frozenset(
    {
        "user email",
        "in waiting room",
        "inwaitingroom",
        "recording consent",
        "total duration minutes",
    }
)
_MINUTE: Final = 60  # Zoom writes bare numbers of minutes, whatever language its headers are in


def is_zoom(table: ImportedTable, layout: ReportLayout) -> bool:
    """Check whether a list is a report of Zoom."""
    headers = {normalise_header(cell) for part in layout.parts for cell in part.header}
    # "Name (Original Name)" keeps that word in most of Zoom's languages.
    if any("original" in header for header in headers) or headers & _OWN_HEADERS:
        return True
    return any(
        normalise_header(cell) in _PREAMBLE_LABELS for row in layout.preamble[:3] for cell in row
    )


def parse_zoom_report(table: ImportedTable, layout: ReportLayout) -> Report:
    """Parse what Zoom writes: a row for each stay, or the total of each person."""
    summary = parse_summary(layout.preamble)
    parts = [parse_part(part, single_cell_names=False) for part in layout.parts]
    duration_header = find_column_header(layout.parts, ReportColumn.DURATION)
    has_joined = find_column_header(layout.parts, ReportColumn.JOINED) != ""
    return Report(
        kind=ReportKind.ZOOM,
        rows=tuple(row for part in parts for row in part.rows),
        # Zoom writes the day beside the start time; a line of its own with a date is not Zoom's.
        summary=replace(summary, title=summary.title or _first_cell_below(layout, "topic"), day=""),
        length_unit=_MINUTE,
        marks_hosts=True,
        # Without times of joining there is one row a person, so its duration is of all stays.
        durations_are_totals=is_total_duration(duration_header) or not has_joined,
        duration_unit=unit_seconds(duration_header) or _MINUTE,
        short_lines=tuple(line for part in parts for line in part.short_lines),
        nameless_lines=tuple(line for part in parts for line in part.nameless_lines),
    )


def _first_cell_below(layout: ReportLayout, header: str) -> str:
    """Return the first cell below a normalised header; ``""`` if there is none.

    Exports of several meetings repeat the topic by row.
    """
    for part in layout.parts:
        for position, cell in enumerate(part.header):
            if normalise_header(cell) == header and part.rows and position < len(part.rows[0][1]):
                return part.rows[0][1][position]
    return ""
