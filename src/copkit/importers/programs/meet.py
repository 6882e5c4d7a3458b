"""Attendance reports of Google Meet, and any other table that names people.  Pure."""

from __future__ import annotations

from copkit.importers.columns import Column, folded, unit_of
from copkit.importers.layout import Layout, rows_of_part, summary_of
from copkit.importers.model import Kind, Report

_OWN_HEADERS = frozenset({"time joined", "time exited"})
_OLDER = frozenset({"name", "email", "duration"})


def is_meet(layout: Layout) -> bool:
    """Say whether a list is a report of Google Meet."""
    headers = {folded(cell) for part in layout.parts for cell in part.header if cell}
    return headers >= _OWN_HEADERS or headers == _OLDER


def table_report(layout: Layout) -> Report:
    """Read people out of a table; where they have a duration, it is of all of their stays."""
    summary = summary_of(layout.before)
    is_of_meet = is_meet(layout)
    read = [rows_of_part(part, alone=not is_of_meet) for part in layout.parts]
    header = next(
        (one.header[one.columns[Column.DURATION]] for one in layout.parts
         if Column.DURATION in one.columns),
        "",
    )  # fmt: skip
    return Report(
        kind=Kind.MEET if is_of_meet else Kind.TABLE,
        rows=tuple(row for part in read for row in part.rows),
        title=summary.title,
        day=summary.day,
        start=summary.start,
        end=summary.end,
        lasted=summary.lasted,
        stated=summary.stated,
        unit=unit_of(header),
        registered=sum(part.registered for part in read),
        short=tuple(line for part in read for line in part.short),
        nobody=tuple(line for part in read for line in part.nobody),
    )
