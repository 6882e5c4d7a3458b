"""Which column of somebody's roster is which: as told, as remembered, or guessed.  Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from copkit.analysis.free_ids import free_id
from copkit.errors import CopkitError, did_you_mean
from copkit.importers.tables_parts import Table
from copkit.records.columns import Column, Layout
from copkit.records.members import Part
from copkit.text.edit import append, set_value

_ROWS_ABOVE: Final = 30  # among which the heads are looked for: titles and dates stand above them
_ENOUGH: Final = 2  # heads that are understood make a row of heads


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table whose heads are found: ``heads`` in their order, and at which of them what stands.

    ``at`` is the position of the row of heads; ``known`` says that this was agreed to before.
    """

    table: Table
    at: int
    heads: tuple[str, ...]
    holds: Mapping[Column, int]
    known: bool

    def column_at(self, position: int) -> Column | None:
        """Give what a column holds, or ``None`` for one that is ignored."""
        return next((column for column, at in self.holds.items() if at == position), None)

    def with_column(self, position: int, column: Column | None) -> Sheet:
        """Say what a column holds; ``None`` has it ignored. Nothing stands in two columns."""
        holds = {one: at for one, at in self.holds.items() if at != position and one is not column}
        if column is not None:
            holds[column] = position
        return replace(self, holds=holds)

    @property
    def lines_below(self) -> int:
        """How many lines stand below the heads."""
        return len(self.table.rows) - self.at - 1

    def example(self, position: int) -> str:
        """Give the first thing that stands in a column."""
        below = (row[position] for row in self.table.rows[self.at + 1 :] if position < len(row))
        return next(filter(None, below), "")


def find_columns(table: Table, layouts: Iterable[Layout], told: Mapping[Column, str]) -> Sheet:
    """Find the row of heads, and what stands under which.

    ``told`` maps what a column holds to its head, or to ``""`` for nowhere. Raises
    :class:`CopkitError` where there is no row of heads, or none with a head that was told.
    """
    rows = [_heads(row) for row in table.rows[:_ROWS_ABOVE]]
    remembered = {layout.heads: layout for layout in layouts}
    best = max(range(len(rows)), key=lambda at: (_folded(rows[at]) in remembered, _score(rows[at])))
    wanted = {_plain(head) for head in told.values() if head}
    at = next((at for at, heads in enumerate(rows) if wanted and wanted <= {*_folded(heads)}), best)
    heads = rows[at]
    layout = remembered.get(_folded(heads))
    if not (layout or wanted <= {*_folded(heads)}) or not (layout or wanted or _is_head(heads)):
        raise _not_found(table, heads, told)
    holds = _as_remembered(heads, layout) if layout else _guessed(table, at, heads)
    sheet = Sheet(table, at, heads, holds, known=layout is not None)
    for column, head in told.items():
        if head:
            sheet = sheet.with_column(_folded(heads).index(_plain(head)), column)
        elif column in sheet.holds:
            sheet = sheet.with_column(sheet.holds[column], None)
    return sheet


def with_layout(text: str, sheet: Sheet, layouts: Iterable[Layout]) -> str:
    """Remember in the text of ``private/columns.yaml`` what the columns of a sheet hold."""
    heads = _folded(sheet.heads)
    taken = {layout.id: layout for layout in layouts}
    id = next((id for id, layout in taken.items() if layout.heads == heads), free_id(taken, "t"))
    columns = [{"id": one, "head": heads[at]} for one, at in sorted(sheet.holds.items())]
    if id not in taken:
        item = {"id": id, "heads": list(heads), "columns": columns}
        return append(text or "layouts:\n", ["layouts"], item)
    return set_value(text, ["layouts", id, "columns"], columns)


def _heads(row: Sequence[str]) -> tuple[str, ...]:
    """Give the heads of a row, each another: an empty one is called by its place."""
    heads: list[str] = []
    for number, cell in enumerate(row, 1):
        head = " ".join(cell.split()) or f"column {number}"
        same = sum(_plain(one.rpartition(" (")[0] or one) == _plain(head) for one in heads)
        heads.append(f"{head} ({same + 1})" if same else head)
    return tuple(heads)


def _folded(heads: Iterable[str]) -> tuple[str, ...]:
    return tuple(map(_plain, heads))


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[^\w()/]+", " ", text.casefold().replace("_", " ")).split())


def _score(heads: tuple[str, ...]) -> int:
    return len({_BY_WORD[head] for head in _folded(heads) if head in _BY_WORD})


def _is_head(heads: tuple[str, ...]) -> bool:
    vague = sum(head in _VAGUE for head in _folded(heads))
    return _score(heads) + vague >= _ENOUGH


def _not_found(table: Table, heads: tuple[str, ...], told: Mapping[Column, str]) -> CopkitError:
    if not _is_head(heads):
        return CopkitError(
            f"no row of {table.file} says what its columns hold",
            "the first row names the columns: Name, Email, Role, Sector, Organisation",
        )
    missing = next(head for head in told.values() if head and _plain(head) not in _folded(heads))
    hint = did_you_mean(missing, heads, f"there are: {', '.join(heads)}")
    return CopkitError(f"no column of {table.file} is called '{missing}'", hint, status=2)


def _as_remembered(heads: tuple[str, ...], layout: Layout) -> dict[Column, int]:
    places = _folded(heads)
    return {one.id: places.index(one.head) for one in layout.columns if one.head in places}


def _guessed(table: Table, at: int, heads: tuple[str, ...]) -> dict[Column, int]:
    """Guess by the heads' words, and where these are vague by what stands below."""
    holds: dict[Column, int] = {}
    for number, head in enumerate(_folded(heads)):
        if (column := _BY_WORD.get(head)) and column not in holds:
            holds[column] = number
    for number, head in enumerate(_folded(heads)):
        column = _VAGUE.get(head)
        below = {_plain(row[number]) for row in table.rows[at + 1 :] if number < len(row)} - {""}
        if column is Column.PART and not below <= {_plain(part) for part in Part}:
            continue
        if column and column not in holds and number not in holds.values():
            holds[column] = number
    if Column.FIRST_NAME in holds and Column.LAST_NAME in holds:
        holds.pop(Column.NAME, None)
    return holds


_HEADINGS: Final = {
    Column.ID: "id, member id, copkit id",
    Column.NAME: "name, full name, member name, contact name, contact, person, member",
    Column.FIRST_NAME: "first name, firstname, forename, given name, first",
    Column.LAST_NAME: "last name, lastname, surname, family name, last",
    Column.EMAIL: "email, e mail, mail, email address, e mail address, work email, email work",
    Column.ROLE: "role, job title, job, job role, position, post, occupation, role/job title",
    Column.SECTOR: "sector",
    Column.ORGANISATION: "organisation, organization, org, agency, employer, company, works for",
    Column.PART: "part, part in the community",
    Column.JOINED: "joined, date joined, joined on, start date, member since, join date",
}
_BY_WORD: Final = {
    word: column for column, words in _HEADINGS.items() for word in words.split(", ")
}
_VAGUE: Final = {
    "team": Column.ORGANISATION,
    "service": Column.ORGANISATION,
    "department": Column.ORGANISATION,
    "type": Column.PART,
    "member type": Column.PART,
}
