"""A part of a list -> a row for each time somebody is in it.  Pure."""

from __future__ import annotations

from dataclasses import dataclass

from copkit.importers.columns import Column
from copkit.importers.headers import folded
from copkit.importers.layout import Cells, Part
from copkit.importers.names import address_in
from copkit.importers.report import Row
from copkit.text.normalise import on_one_line

_YES = frozenset(("yes", "y", "true", "1", "x", "ja", "oui", "si", "sí", "tak", "ie", "sim"))
_NO = frozenset(("no", "n", "false", "0", "nein", "non", "nee", "nie", "na", "não"))
# Above the parts of Zoom's report of a webinar, each with the comma of an empty cell.
_HEADINGS = frozenset({"host details", "panelist details", "attendee details", "other attended"})
_EMPTY = frozenset({"-", "--", "---", "–", "—", "n/a", "#n/a", "none", "null"})


@dataclass(frozen=True, slots=True)
class PartRows:
    """The rows of a part, and the lines that are none; ``registered`` are people who never came."""

    rows: tuple[Row, ...]
    short: tuple[int, ...]
    nobody: tuple[int, ...]
    registered: int


def rows_of_part(part: Part, *, alone: bool) -> PartRows:
    """Read the rows below a header.

    One cell names somebody where it may be ``alone``, or where the others are there and empty.
    """
    rows, short, nobody, registered = [], list[int](), list[int](), 0
    several = len(part.header) > 1 and not alone
    for line, cells in part.rows:
        lone = not any(cells[1:])
        if several and lone and (len(cells) == 1 or folded(cells[0]) in _HEADINGS):
            short.append(line)
            continue
        told = _told(cells, part.columns)
        row = _row(line, told)
        if not (row.name or row.email):
            nobody.append(line)
        elif told.get(Column.ATTENDED, "").casefold() in _NO:
            registered += 1
        else:
            rows.append(row)
    return PartRows(tuple(rows), tuple(short), tuple(nobody), registered)


def _row(line: int, told: dict[Column, str]) -> Row:
    cell = told.get
    name = _name(told)
    email = address_in(cell(Column.EMAIL, "")) or address_in(cell(Column.UPN, ""))
    if not email and "@" in name:
        email = address_in(name)
    return Row(
        line=line,
        name="" if email and name.lower() == email else name,
        email=email,
        joined=cell(Column.JOINED, ""),
        left=cell(Column.LEFT, ""),
        duration=cell(Column.DURATION, ""),
        role=cell(Column.ROLE, ""),
        waiting=cell(Column.WAITING, "").casefold() in _YES,
    )


def _name(told: dict[Column, str]) -> str:
    """Put a name together; ``Nom`` beside ``Prénom`` is a surname, ``Nombre`` a first name."""
    name = on_one_line(told.get(Column.NAME, ""))
    first = on_one_line(told.get(Column.FIRST, ""))
    last = on_one_line(told.get(Column.LAST, ""))
    if first and last:
        return f"{first} {last}"
    if first or last:
        return " ".join(one for one in (first or name, last or name) if one)
    if name.casefold() == "anonymous" == told.get(Column.EMAIL, "").casefold():
        return ""  # a form that did not ask who answered
    return name


def _told(cells: Cells, columns: dict[Column, int]) -> dict[Column, str]:
    """Give what a row says, without the dashes that stand for nothing."""
    return {
        column: cells[place]
        for column, place in columns.items()
        if place < len(cells) and cells[place] and cells[place].casefold() not in _EMPTY
    }
