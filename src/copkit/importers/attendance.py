"""A file's bytes -> who came, whichever program made it: the face of the importers.  Pure."""

from __future__ import annotations

import datetime as dt

from copkit.errors import CopkitError
from copkit.importers.headers import folded
from copkit.importers.layout import Cells, Layout, layout_of
from copkit.importers.model import Listing
from copkit.importers.programs.meet import is_meet, table_report
from copkit.importers.programs.teams import is_teams, teams_report
from copkit.importers.programs.teams_log import is_log, log_report
from copkit.importers.programs.zoom import is_zoom, zoom_report
from copkit.importers.report import Report
from copkit.importers.tables_parts import Table, read_table
from copkit.importers.working_out import worked_out
from copkit.text.normalise import on_one_line
from copkit.wording import listed

_POLLS = ("poll report", "poll details", "polling results", "question report", "q a report")
_MOST_HEADERS = 6


def read_listing(data: bytes, file: str, meeting: dt.date) -> Listing:
    """Read who came to a meeting; ``file`` is the file's name, for what is said of it.

    ``meeting`` is the day it was held: of times that have none, and to settle what day ``04/05``
    is. Raises :class:`CopkitError`, one clear line, for a file that is no list of people, and for
    dates that may be read in two ways.
    """
    table = read_table(data, file)
    layout = layout_of(table)
    return worked_out(_report(table, layout), table.file, meeting)


def _report(table: Table, layout: Layout) -> Report:
    """Tell which program made a list by what it says, and read it so."""
    _refuse_other_reports(table, layout)
    if is_log(table, layout):
        return log_report(table, layout)
    if layout.not_known and not layout.parts:
        raise _no_people(table.file, layout.not_known)
    if layout.sections:
        return teams_report(layout, table.file)
    if not layout.parts:
        fullest = max(table.rows[:20], key=lambda cells: sum(1 for cell in cells if cell))
        raise _no_people(table.file, fullest)
    if is_zoom(layout):
        return zoom_report(layout)
    if is_meet(layout) or not is_teams(layout):
        return table_report(layout)
    return teams_report(layout, table.file)


def _refuse_other_reports(table: Table, layout: Layout) -> None:
    """Say what a report is that names people and does not say that they came."""
    first = [folded(cell) for row in table.rows[:3] for cell in row[:1]]
    headers = {folded(cell) for part in layout.parts for cell in part.header}
    if any(one.startswith(_POLLS) for one in first) or "submitted date time" in headers:
        raise CopkitError(
            f"{table.file} is the report of a poll or of questions, not of who came",
            "export the report of participants instead",
        )
    if headers & {"registration time", "approval status"} and not headers & {
        "join time",
        "attended",
    }:
        raise CopkitError(
            f"{table.file} lists who registered, not who came",
            "export the report of participants instead",
        )
    if layout.sections and set(layout.sections) <= {1, 4, 5}:
        raise CopkitError(
            f"{table.file} is a Teams report that lists no participants",
            "export the attendance report again, with its list of participants",
        )


def _no_people(file: str, row: Cells) -> CopkitError:
    """Say which headers a table has instead of those that are needed."""
    cells = [on_one_line(cell)[:30] for cell in row if cell]
    is_header = len(cells) > 1 and not any("@" in cell or cell.isdecimal() for cell in cells)
    is_header = is_header and not any(map(_may_be_a_name, cells))
    named = listed([f"'{cell}'" for cell in cells[:_MOST_HEADERS]])
    more = f" and {len(cells) - _MOST_HEADERS} more" if len(cells) > _MOST_HEADERS else ""
    found = f": its columns are {named}{more}" if is_header else ""
    return CopkitError(
        f"{file} has no column of names or of e-mail addresses{found}",
        "give one of its columns the header Name or E-mail, or export it in English",
    )


def _may_be_a_name(cell: str) -> bool:
    """Say whether a cell may name somebody, so that no message repeats it."""
    words = cell.replace(",", " ").split()
    several = len(words) > 1 and all(word[0].isupper() for word in words)
    from copkit.pii.vocabulary import first_names  # where a list cannot be read

    return several or any(word.lower() in first_names() for word in words)
