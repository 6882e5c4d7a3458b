"""Attendance reports of Microsoft Teams, with sections and as they were in 2021.  Pure."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from copkit.errors import CopkitError
from copkit.importers.columns import Column, folded
from copkit.importers.layout import Cells, Layout, Part, Summary, pairs_in, rows_of_part, summary_of
from copkit.importers.model import Action, Kind, Report, Row
from copkit.importers.names import address_in
from copkit.importers.tables import Table
from copkit.importers.times import read_moment, seconds_in
from copkit.text.normalise import on_one_line

_PARTICIPANTS = 2
_REJOINS = 3
_OWN_HEADERS = frozenset({"first join", "last leave", "in meeting duration", "participant id upn"})
_FIRST_LINES = frozenset({"meeting summary", "besprechungszusammenfassung", "crynodeb y cyfarfod"})


def is_teams(layout: Layout) -> bool:
    """Say whether a list is an attendance report of Teams."""
    if layout.sections:
        return True
    if any(folded(row[0]) in _FIRST_LINES for row in layout.before[:1]):
        return True
    headers = {folded(cell) for part in layout.parts for cell in part.header}
    upn = any(Column.UPN in part.columns for part in layout.parts)
    return upn or not _OWN_HEADERS.isdisjoint(headers)


def teams_report(layout: Layout, file: str) -> Report:
    """Read what Teams says; rejoins of a section of their own are in the totals already.

    Raises :class:`CopkitError` for a report that lists nobody.
    """
    main, again = _parts(layout)
    if not main:
        raise CopkitError(
            f"{file} is a Teams report that lists no participants",
            "export the attendance report again, with its list of participants",
        )
    summary = _summary(layout)
    read = [rows_of_part(part, alone=part.section == _PARTICIPANTS) for part in main]
    rows = tuple(row for part in read for row in part.rows)
    once = _says_once(main)
    return Report(
        kind=Kind.TEAMS,
        rows=rows,
        title=summary.title,
        start=summary.start,
        end=summary.end,
        lasted=summary.lasted,
        stated=summary.stated,
        again=tuple(row for part in again for row in rows_of_part(part, alone=False).rows),
        totals=once,
        by_row=once,
        short=tuple(line for part in read for line in part.short),
        nobody=tuple(line for part in read for line in part.nobody),
    )


def _parts(layout: Layout) -> tuple[list[Part], list[Part]]:
    """Tell the parts that list everybody from those that list rejoins."""
    if layout.sections:
        main = [part for part in layout.parts if part.section == _PARTICIPANTS]
        again = [part for part in layout.parts if part.section == _REJOINS and _has_stays(part)]
    else:
        first = layout.parts[0].header if layout.parts else ()
        main = [part for part in layout.parts if part.header == first]
        again = [part for part in layout.parts if part.header != first and _has_stays(part)]
    return (main, again) if main else (again, [])


def _has_stays(part: Part) -> bool:
    return Column.JOINED in part.columns and Column.LEFT in part.columns


def _says_once(parts: list[Part]) -> bool:
    """Say whether each person has one row, from when they first joined to when they last left."""
    section = any(part.section == _PARTICIPANTS for part in parts)
    headers = {folded(cell) for part in parts for cell in part.header}
    return section or "first join" in headers or "in meeting duration" in headers


def _summary(layout: Layout) -> Summary:
    """Read what stands above; in languages not known, each value by what it can only be."""
    summary = summary_of(layout.before)
    if not layout.sections or summary.start:
        return summary
    values = [value for _, value in pairs_in(layout.before)]
    days = [value for value in values if (one := read_moment(value)) and one.numbers]
    counts = [int(value) for value in values if value.isdecimal() and len(value) < 6]
    lengths = [value for value in values if seconds_in(value) is not None]
    title = values[0] if values and values[0] not in {*days[:1], *lengths[:1]} else ""
    return Summary(
        title=summary.title or title,
        start=days[0] if days else "",
        end=days[1] if len(days) > 1 else "",
        lasted=summary.lasted or (lengths[0] if lengths else ""),
        stated=summary.stated if summary.stated is not None else (counts[0] if counts else None),
    )


# The list that Teams gave out during a meeting: who joined and who left, one by one.

_ACTIONS: Final = {
    Action.BEFORE: (
        r"joined before|(?:vorher|zuvor|bereits|früher) beigetreten|beigetreten vor\w*"
        r"|(?:a )?rejoint avant|se unió antes|unido antes|(?:ingressou|entrou) antes(?: de)?"
        r"|eerder deelgenomen|deelgenomen voor|dołącz\w+ (?:wcześniej|przed)|ymunodd o'r blaen"
    ),
    Action.JOINED: (
        r"joined|beigetreten|teilgenommen|(?:a )?rejoint|se unió|unido|se ha unido|ingressou|entrou"
        r"|(?:heeft )?deelgenomen|dołącz\w+|ymunodd|si è unito|ha partecipato|partecipazione"
    ),
    Action.LEFT: (
        r"left|verlassen|hat verlassen|(?:a )?quitté|parti|salió|abandonó|saiu|(?:heeft )?verlaten"
        r"|vertrokken|opuści\w*|opuszczono|wyszed\w*|gadawodd|ha abbandonato|uscito"
    ),
}


@lru_cache(maxsize=1_000)
def action_of(text: str) -> Action | None:
    """Read what somebody did; ``None`` for a word of a language not known."""
    plain = " ".join(text.casefold().replace("’", "'").split())
    return next((one for one, pattern in _ACTIONS.items() if re.fullmatch(pattern, plain)), None)


def is_log(table: Table, layout: Layout) -> bool:
    """Say whether a table has a row for each time somebody joined or left."""
    return bool(_log_parts(layout)) or _is_event(table.rows[0], (0, 1, 2))


def log_report(table: Table, layout: Layout) -> Report:
    """Read the list; the header may be missing, and what a row says then stands in its place."""
    places = (0, 1, 2)
    numbered = list(zip(table.lines, table.rows, strict=True))
    email = -1
    if parts := _log_parts(layout):
        columns = parts[0].columns
        places = (columns.get(Column.NAME, 0), columns[Column.ACTION], columns[Column.MOMENT])
        email = columns.get(Column.EMAIL, -1)
        numbered = [one for part in parts for one in part.rows]
    rows, short, odd = [], list[int](), list[int]()
    for line, cells in numbered:
        if len(cells) <= max(places) or not cells[places[0]]:
            short.append(line)
            continue
        name, action, moment = (cells[place] for place in places)
        done = action_of(action)
        if done is None:
            odd.append(line)
        address = address_in(cells[email]) if 0 <= email < len(cells) else ""
        rows.append(Row(line, on_one_line(name), address, joined=moment, action=done))
    return Report(
        kind=Kind.TEAMS, rows=tuple(rows), totals=False, short=tuple(short), odd=tuple(odd)
    )


def _log_parts(layout: Layout) -> list[Part]:
    return [part for part in layout.parts if {Column.ACTION, Column.MOMENT} <= part.columns.keys()]


def _is_event(cells: Cells, places: tuple[int, int, int]) -> bool:
    written = read_moment(cells[places[2]]) if len(cells) > 2 else None
    return bool(written and written.numbers and action_of(cells[places[1]]))
