"""The programs whose attendance reports are read; a new one is a module here and a row below."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from copkit.importers.layout import ReportLayout
from copkit.importers.model import Report
from copkit.importers.programs import meet, teams, zoom
from copkit.importers.tables import ImportedTable


class ReportForm(NamedTuple):
    """One way in which a program writes reports; a row of :data:`REPORT_FORMS`.

    ``recognise`` checks whether a table is of this form, and ``parse`` reads one that is. Where a
    form ``needs_names``, a table without a column of people is refused before it is tried.
    """

    recognise: Callable[[ImportedTable, ReportLayout], bool]
    parse: Callable[[ImportedTable, ReportLayout], Report]
    needs_names: bool = True


# The first that recognises a table reads it, so what is surest comes first, and any table last.
REPORT_FORMS: Final = (
    # A log may have no header at all.
    ReportForm(teams.is_log, teams.parse_log_report, needs_names=False),
    ReportForm(teams.has_sections, teams.parse_teams_report),
    ReportForm(zoom.is_zoom, zoom.parse_zoom_report),
    ReportForm(meet.is_meet, meet.parse_meet_report),
    ReportForm(teams.is_teams, teams.parse_teams_report),
    ReportForm(meet.is_table, meet.parse_table_report),
)
