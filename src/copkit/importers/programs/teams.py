"""Attendance reports of Microsoft Teams: with sections, those of 2021, and its log.  Pure."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from typing import Final

from copkit.errors import CopkitError
from copkit.importers.columns import ReportColumn, normalise_header
from copkit.importers.layout import (
    Cells,
    ReportLayout,
    ReportPart,
    parse_part,
    parse_summary,
    preamble_pairs,
)
from copkit.importers.model import LogAction, Report, ReportKind, ReportRow, Summary
from copkit.importers.names import find_address
from copkit.importers.tables import ImportedTable
from copkit.importers.times import parse_duration, parse_moment
from copkit.text.normalise import single_line

_PARTICIPANTS: Final = 2  # numbers of sections: "2. Participants" in whichever language
_REJOINS: Final = 3
_OWN_HEADERS: Final = frozenset(
    {"first join", "last leave", "in meeting duration", "participant id upn"}
)
_FIRST_LINES: Final = frozenset(
    {"meeting summary", "besprechungszusammenfassung", "crynodeb y cyfarfod"}
)


def has_sections(table: ImportedTable, layout: ReportLayout) -> bool:
    """Check whether a list has the numbered sections that Teams alone writes."""
    return bool(layout.sections)


def is_teams(table: ImportedTable, layout: ReportLayout) -> bool:
    """Check whether a list without sections is an attendance report of Teams."""
    if any(normalise_header(row[0]) in _FIRST_LINES for row in layout.preamble[:1]):
        return True
    headers = {normalise_header(cell) for part in layout.parts for cell in part.header}
    has_upn = any(ReportColumn.UPN in part.columns for part in layout.parts)
    return has_upn or not _OWN_HEADERS.isdisjoint(headers)


def parse_teams_report(table: ImportedTable, layout: ReportLayout) -> Report:
    """Parse what Teams writes into rows, not yet combined by person.

    Rejoins of a section of their own go into ``rejoins``: the durations of ``rows`` include them.
    Raise :class:`CopkitError` for a report without a list of participants.
    """
    main_parts, rejoin_parts = _split_parts(layout)
    if not main_parts:
        raise CopkitError(
            f"{table.file} is a Teams report that lists no participants",
            "export the attendance report again, with its list of participants",
        )
    parts = [
        parse_part(part, single_cell_names=part.section == _PARTICIPANTS) for part in main_parts
    ]
    rejoins = [parse_part(part, single_cell_names=False) for part in rejoin_parts]
    has_one_row_each = _has_one_row_each(main_parts)
    return Report(
        kind=ReportKind.TEAMS,
        rows=tuple(row for part in parts for row in part.rows),
        summary=_parse_teams_summary(layout),
        rejoins=tuple(row for part in rejoins for row in part.rows),
        durations_are_totals=has_one_row_each,
        one_row_each=has_one_row_each,
        short_lines=tuple(line for part in parts for line in part.short_lines),
        nameless_lines=tuple(line for part in parts for line in part.nameless_lines),
    )


def _split_parts(layout: ReportLayout) -> tuple[list[ReportPart], list[ReportPart]]:
    """Return the parts that list everybody, and those that list rejoins."""
    if layout.sections:
        main = [part for part in layout.parts if part.section == _PARTICIPANTS]
        rejoins = [part for part in layout.parts if part.section == _REJOINS and _has_stays(part)]
    else:
        # Without headings a second list is told by having other columns than the first.
        first = layout.parts[0].header if layout.parts else ()
        main = [part for part in layout.parts if part.header == first]
        rejoins = [part for part in layout.parts if part.header != first and _has_stays(part)]
    # A file cut down to its rejoins still lists everybody, a row for each stay.
    return (main, rejoins) if main else (rejoins, [])


def _has_stays(part: ReportPart) -> bool:
    return ReportColumn.JOINED in part.columns and ReportColumn.LEFT in part.columns


def _has_one_row_each(parts: list[ReportPart]) -> bool:
    """Check whether each person has one row, from the first time joined to the last time left."""
    has_section = any(part.section == _PARTICIPANTS for part in parts)
    headers = {normalise_header(cell) for part in parts for cell in part.header}
    return has_section or "first join" in headers or "in meeting duration" in headers


def _parse_teams_summary(layout: ReportLayout) -> Summary:
    """Parse the summary, values as text; in an unknown language, each by what it can only be.

    ``day`` and ``host`` stay empty: Teams writes them elsewhere.
    """
    # Teams writes the day beside the start time, and gives the organiser a role among the rows.
    summary = replace(parse_summary(layout.preamble), day="", host="")
    if not layout.sections or summary.start:
        return summary
    values = [value for _, value in preamble_pairs(layout.preamble)]
    # In every language the title comes first, and the start before the end.
    moments = [value for value in values if (written := parse_moment(value)) and written.numbers]
    counts = [int(value) for value in values if value.isdecimal() and len(value) < 6]
    lengths = [value for value in values if parse_duration(value) is not None]
    title = values[0] if values and values[0] not in {*moments[:1], *lengths[:1]} else ""
    return Summary(
        title=summary.title or title,
        start=moments[0] if moments else "",
        end=moments[1] if len(moments) > 1 else "",
        length=summary.length or (lengths[0] if lengths else ""),
        stated=summary.stated if summary.stated is not None else (counts[0] if counts else None),
    )


# The log that Teams offers during a meeting: who joined and who left, one by one

_NO_HEADER: Final = (0, 1, 2)  # positions of name, action and timestamp, in every language

# "joined before" begins with "joined", so patterns must match the whole text.
_ACTIONS: Final = {
    LogAction.JOINED_BEFORE: (
        r"joined before|(?:vorher|zuvor|bereits|früher) beigetreten|beigetreten vor\w*"
        r"|(?:a )?rejoint avant|se unió antes|unido antes|(?:ingressou|entrou) antes(?: de)?"
        r"|eerder deelgenomen|deelgenomen voor|dołącz\w+ (?:wcześniej|przed)|ymunodd o'r blaen"
    ),
    LogAction.JOINED: (
        r"joined|beigetreten|teilgenommen|(?:a )?rejoint|se unió|unido|se ha unido|ingressou|entrou"
        r"|(?:heeft )?deelgenomen|dołącz\w+|ymunodd|si è unito|ha partecipato|partecipazione"
    ),
    LogAction.LEFT: (
        r"left|verlassen|hat verlassen|(?:a )?quitté|parti|salió|abandonó|saiu|(?:heeft )?verlaten"
        r"|vertrokken|opuści\w*|opuszczono|wyszed\w*|gadawodd|ha abbandonato|uscito"
    ),
}


@lru_cache(maxsize=1_000)
def parse_action(text: str) -> LogAction | None:
    """Parse what somebody did; return ``None`` for a word of an unknown language."""
    plain = " ".join(text.casefold().replace("’", "'").split())
    matches = (action for action, pattern in _ACTIONS.items() if re.fullmatch(pattern, plain))
    return next(matches, None)


def is_log(table: ImportedTable, layout: ReportLayout) -> bool:
    """Check whether a table has a row for each time somebody joined or left."""
    return bool(_log_parts(layout)) or _is_event(table.rows[0])


def parse_log_report(table: ImportedTable, layout: ReportLayout) -> Report:
    """Parse the log; where its header is missing, the columns stand in their usual order."""
    positions = _NO_HEADER
    numbered = list(zip(table.lines, table.rows, strict=True))
    email_position = -1
    if parts := _log_parts(layout):
        columns = parts[0].columns
        positions = (
            columns.get(ReportColumn.NAME, 0),
            columns[ReportColumn.ACTION],
            columns[ReportColumn.TIMESTAMP],
        )
        email_position = columns.get(ReportColumn.EMAIL, -1)
        numbered = [numbered_row for part in parts for numbered_row in part.rows]
    rows, short_lines, unknown_action_lines = [], list[int](), list[int]()
    for line, cells in numbered:
        if len(cells) <= max(positions) or not cells[positions[0]]:
            short_lines.append(line)
            continue
        name, action_text, timestamp = (cells[position] for position in positions)
        action = parse_action(action_text)
        if action is None:
            unknown_action_lines.append(line)
        email = find_address(cells[email_position]) if 0 <= email_position < len(cells) else ""
        # A row whose action is unknown stays: its person is on the list, for an unknown time.
        rows.append(ReportRow(line, single_line(name), email, joined_at=timestamp, action=action))
    return Report(
        kind=ReportKind.TEAMS,
        rows=tuple(rows),
        durations_are_totals=False,
        short_lines=tuple(short_lines),
        unknown_action_lines=tuple(unknown_action_lines),
    )


def _log_parts(layout: ReportLayout) -> list[ReportPart]:
    required = {ReportColumn.ACTION, ReportColumn.TIMESTAMP}
    return [part for part in layout.parts if required <= part.columns.keys()]


def _is_event(cells: Cells) -> bool:
    """Check whether the first row of a table without a header is an event of a log."""
    _, action, timestamp = _NO_HEADER
    written = parse_moment(cells[timestamp]) if len(cells) > timestamp else None
    return bool(written and written.numbers and parse_action(cells[action]))
