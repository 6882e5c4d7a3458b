"""Participant reports of Zoom, with what stands above them or without.  Pure."""

from __future__ import annotations

from copkit.importers.columns import Column, folded, is_total, unit_of
from copkit.importers.layout import Layout, Part, rows_of_part, summary_of
from copkit.importers.model import Kind, Report

_ABOVE = frozenset({"meeting id", "webinar id", "topic", "attendee report"})
_OWN_HEADERS = frozenset(
    {
        "user email",
        "in waiting room",
        "inwaitingroom",
        "recording consent",
        "total duration minutes",
    }
)


def is_zoom(layout: Layout) -> bool:
    """Say whether a list is a report of Zoom."""
    headers = {folded(cell) for part in layout.parts for cell in part.header}
    if any("original" in header for header in headers) or headers & _OWN_HEADERS:
        return True
    return any(folded(cell) in _ABOVE for row in layout.before[:3] for cell in row)


def zoom_report(layout: Layout) -> Report:
    """Read what Zoom says: a row for each stay, or the total of each person."""
    summary = summary_of(layout.before)
    read = [rows_of_part(part, alone=False) for part in layout.parts]
    duration = _header(layout.parts, Column.DURATION)
    return Report(
        kind=Kind.ZOOM,
        rows=tuple(row for part in read for row in part.rows),
        title=summary.title or _beside(layout, "topic"),
        start=summary.start,
        end=summary.end,
        lasted=summary.lasted,
        lasted_unit=60,
        stated=summary.stated,
        host=summary.host,
        totals=is_total(duration) or _header(layout.parts, Column.JOINED) == "",
        unit=unit_of(duration) or 60,
        registered=sum(part.registered for part in read),
        short=tuple(line for part in read for line in part.short),
        nobody=tuple(line for part in read for line in part.nobody),
    )


def _header(parts: list[Part], column: Column) -> str:
    """Give the header of a column, as the file writes it; ``""`` where there is none."""
    return next((one.header[one.columns[column]] for one in parts if column in one.columns), "")


def _beside(layout: Layout, word: str) -> str:
    """Give what stands in a column of the first row, where the meeting is told in every row."""
    for part in layout.parts:
        for place, cell in enumerate(part.header):
            if folded(cell) == word and part.rows and place < len(part.rows[0][1]):
                return part.rows[0][1][place]
    return ""
