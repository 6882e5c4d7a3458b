"""The programs whose lists are read; a new one is a row here, and a module if need be.  Pure."""

from __future__ import annotations

from typing import Final, NamedTuple

from copkit.importers.layout import ReportLayout
from copkit.importers.model import ReportKind
from copkit.importers.programs import teams, zoom
from copkit.importers.programs.table import (
    Parse,
    Recognise,
    has_headers,
    is_civicrm,
    is_google_forms,
    is_meet,
    is_microsoft_forms,
    is_table,
    parser_of,
)
from copkit.importers.tables import ImportedTable


class ReportForm(NamedTuple):
    """One way in which a program writes lists; a row of :data:`REPORT_FORMS`.

    ``recognise`` checks whether a table is of this form, by its headings and never by the name of
    its file; ``parse`` reads one that is. ``gives`` and ``lacks`` are for the manual: what such a
    file says of who came, and what not.
    """

    kind: ReportKind
    title: str
    recognise: Recognise
    parse: Parse
    gives: str
    lacks: str


def find_report_form(table: ImportedTable, layout: ReportLayout) -> ReportForm:
    """Return the first form that recognises a list; the last one takes any table."""
    return next(form for form in REPORT_FORMS if form.recognise(table, layout))


LOG: Final = ReportForm(
    ReportKind.TEAMS,
    "Microsoft Teams, list taken during the meeting",
    teams.is_log,
    teams.parse_log_report,
    "who joined and left, and when",
    "addresses; who was there before the list begins",
)
REPORT_FORMS: Final = (
    LOG,
    ReportForm(
        ReportKind.TEAMS,
        "Microsoft Teams, attendance report",
        teams.has_sections,
        teams.parse_teams_report,
        "names, addresses, minutes, who organised it",
        "those who asked not to be named",
    ),
    ReportForm(
        ReportKind.ZOOM,
        "Zoom meeting or webinar",
        zoom.is_zoom,
        zoom.parse_zoom_report,
        "names, addresses of those signed in, minutes; a webinar also who stayed away",
        "addresses of guests",
    ),
    ReportForm(
        ReportKind.WEBEX,
        "Webex",
        has_headers("attendance duration, join time"),
        parser_of(ReportKind.WEBEX, are_stays=True),
        "names, addresses, every stay; breakout rooms count once with the main session",
        "who organised it",
    ),
    ReportForm(
        ReportKind.MEET,
        "Google Meet",
        is_meet,
        parser_of(ReportKind.MEET),
        "names, minutes, addresses of those signed in",
        "the day, unless it stands above the list",
    ),
    ReportForm(
        ReportKind.MICROSOFT_FORMS,
        "Microsoft Forms",
        is_microsoft_forms,
        parser_of(ReportKind.MICROSOFT_FORMS),
        "who signed in with the form, and when; only answers of the meeting's day count",
        "how long anybody stayed",
    ),
    ReportForm(
        ReportKind.GOOGLE_FORMS,
        "Google Forms",
        is_google_forms,
        parser_of(ReportKind.GOOGLE_FORMS),
        "who signed in with the form, and when; only answers of the meeting's day count",
        "how long anybody stayed",
    ),
    ReportForm(
        ReportKind.LUMA,
        "Luma",
        has_headers("api id, approval status, checked in at"),
        parser_of(ReportKind.LUMA),
        "who was checked in; being approved or invited is no attendance",
        "how long anybody stayed; nobody, if guests were not checked in",
    ),
    ReportForm(
        ReportKind.PRETIX,
        "pretix check-in list",
        has_headers("order code, attendee name"),
        parser_of(ReportKind.PRETIX),
        "who was checked in",
        "how long anybody stayed",
    ),
    ReportForm(
        ReportKind.EVENTBRITE,
        "Eventbrite",
        has_headers("order, order date"),
        parser_of(ReportKind.EVENTBRITE),
        "who was checked in; 'Attending' only means that somebody has a ticket",
        "how long anybody stayed; guests on whose ticket the buyer's name stands",
    ),
    ReportForm(
        ReportKind.MOODLE,
        "Moodle attendance",
        has_headers("taken sessions"),
        parser_of(ReportKind.MOODLE),
        "a column for each session: P, L, E and A",
        "how long anybody stayed",
    ),
    ReportForm(
        ReportKind.CIVICRM,
        "CiviCRM participants",
        is_civicrm,
        parser_of(ReportKind.CIVICRM),
        "'Attended' and 'No-show'; 'Registered' is no attendance",
        "how long anybody stayed",
    ),
    ReportForm(
        ReportKind.TEAMS,
        "Microsoft Teams, report of 2021",
        teams.is_teams,
        teams.parse_teams_report,
        "names, addresses, minutes, who organised it",
        "those who asked not to be named",
    ),
    ReportForm(
        ReportKind.TABLE,
        "any other table with names",
        is_table,
        parser_of(ReportKind.TABLE),
        "what its columns say: who came, apologies, times",
        "whatever nobody wrote down",
    ),
)
"""The first that recognises a list reads it: what is surest comes first, and any table last."""
