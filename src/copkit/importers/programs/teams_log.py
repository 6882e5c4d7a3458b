"""The list that Teams gave out during a meeting: who joined and who left, one by one.  Pure."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from copkit.importers.columns import Column
from copkit.importers.layout import Cells, Layout, Part
from copkit.importers.model import Kind
from copkit.importers.names import address_in
from copkit.importers.report import Action, Report, Row
from copkit.importers.tables_parts import Table
from copkit.importers.times import read_moment
from copkit.text.normalise import on_one_line

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
