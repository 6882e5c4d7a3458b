"""The rows of somebody's roster as people with a role, or what is wrong with a row.  Pure."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from copkit.analysis.ids import as_sought, folded, sector_of
from copkit.analysis.imports.roster_columns import Sheet
from copkit.errors import closest, did_you_mean
from copkit.records.columns import Column
from copkit.records.members import Member, Part
from copkit.records.programme import Seats
from copkit.text.addresses import is_address
from copkit.text.files import is_slug
from copkit.text.normalise import on_one_line
from copkit.wording import month_name


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the file; what it does not say is empty. ``name`` and ``email`` are private."""

    line: int
    id: str
    role: str
    sector: str
    organisation: str
    part: Part | None
    joined: dt.date | None
    name: str = field(repr=False)
    email: str = field(repr=False)

    def is_same_person(self, other: Row) -> bool:
        """Say whether nothing tells two lines apart but what may be left out."""
        if self.id or other.id:
            return self.id == other.id
        pairs = ((self.email, other.email), (folded(self.name), folded(other.name)))
        said = [(one, two) for one, two in pairs if one and two]
        return bool(said) and all(one == two for one, two in said)


@dataclass(frozen=True, slots=True)
class Fault:
    """A line that cannot be taken in: why, and what to do."""

    line: int
    why: str
    hint: str = ""


class _Unclear(ValueError):
    """A cell that has no one meaning."""

    def __init__(self, why: str, hint: str = "") -> None:
        super().__init__(why)
        self.why = why
        self.hint = hint


def read_rows(
    sheet: Sheet, seats: Seats, members: Sequence[Member]
) -> tuple[list[Row], list[Fault]]:
    """Read the lines below the heads; roles and sectors are written as the programme does."""
    rows: list[Row] = []
    faults: list[Fault] = []
    for line, cells in _lines(sheet):
        try:
            rows.append(_row(line, cells, seats, members))
        except _Unclear as unclear:
            faults.append(Fault(line, unclear.why, unclear.hint))
    return rows, faults


def _lines(sheet: Sheet) -> Iterator[tuple[int, dict[Column, str]]]:
    """Give each line that says anything, by what its columns hold."""
    table = sheet.table
    for line, row in list(zip(table.lines, table.rows, strict=True))[sheet.at + 1 :]:
        cells = {
            column: on_one_line(row[at]) if at < len(row) else ""
            for column, at in sheet.holds.items()
        }
        if any(cells.values()):
            yield line, cells


def _row(line: int, cells: dict[Column, str], seats: Seats, members: Sequence[Member]) -> Row:
    name = cells.get(Column.NAME, "")
    parts = (cells.get(Column.FIRST_NAME, ""), cells.get(Column.LAST_NAME, ""))
    email = cells.get(Column.EMAIL, "").removeprefix("mailto:").lower()
    id = cells.get(Column.ID, "")
    full_name = " ".join(filter(None, parts)) or _first_name_first(name)
    if email and not is_address(email):
        raise _Unclear("the e-mail address is none", "correct it in the file")
    if id and not is_slug(id):
        raise _Unclear("the id cannot be one", "use lower-case letters, digits and hyphens")
    if not (id or email or full_name):
        raise _Unclear(
            "nothing says who this is", "give a name, an e-mail address or an id in the file"
        )
    roles = [role for sought in seats.values() for role in sought]
    role = as_sought(cells.get(Column.ROLE, ""), [*roles, *(member.role for member in members)])
    return Row(
        line=line,
        id=id,
        role=role,
        sector=_sector(cells.get(Column.SECTOR, ""), seats, members)
        or sector_of(seats, role)
        or "",
        organisation=cells.get(Column.ORGANISATION, ""),
        part=_part(cells.get(Column.PART, "")),
        joined=day_from(cells.get(Column.JOINED, "")),
        name=full_name,
        email=email,
    )


def _first_name_first(name: str) -> str:
    """Turn 'Bloggs, Jo' into 'Jo Bloggs'."""
    last, comma, first = name.partition(",")
    return f"{first.strip()} {last.strip()}" if comma and first.strip() else name


def _sector(text: str, seats: Seats, members: Sequence[Member]) -> str:
    known = [*seats, *(member.sector for member in members)]
    found = as_sought(text, known)
    if not text or found in known:
        return found
    if seats:
        otherwise = f"there are: {', '.join(seats)}; --column sector= leaves that to the seats"
        hint = did_you_mean(text, known, otherwise)
        raise _Unclear(f"'{text}' is no sector of copkit.yaml", hint)
    if near := closest(text, known):
        raise _Unclear(f"'{text}' is no sector of the roster", f"did you mean '{near}'?")
    return found


def _part(text: str) -> Part | None:
    if not text:
        return None
    word = "-".join(re.split(r"[\s_-]+", text.casefold()))
    meant = [part for part in Part if part == word] or [p for p in Part if p.startswith(word)]
    if len(meant) == 1:
        return meant[0]
    hint = did_you_mean(word, list(Part), f"write one of {', '.join(Part)}")
    raise _Unclear(f"'{text}' is no part that somebody has", hint)


# --- dates -----------------------------------------------------------------------------------

_ISO: Final = re.compile(r"(\d{4})-(\d\d?)-(\d\d?)(?:[T ]00:00(?::00)?)?", re.ASCII)
_FIGURES: Final = re.compile(r"(\d\d?)[/. -](\d\d?)[/. -](\d{4}|\d\d)", re.ASCII)
_DATE_IN_WORDS: Final = re.compile(
    r"(\d\d?)(?:st|nd|rd|th)?[ -]([A-Za-z]{3,9})[ ,-]+(\d{4})", re.ASCII
)
_MONTHS: Final = {month_name(dt.date(2000, number, 1)).lower(): number for number in range(1, 13)}


def day_from(text: str) -> dt.date | None:
    """Read a day as people write it, if it can be only one; ``None`` for an empty text."""
    if not text:
        return None
    try:
        if iso := _ISO.fullmatch(text):
            year, month, day = map(int, iso.groups())
            return dt.date(year, month, day)
        if words := _DATE_IN_WORDS.fullmatch(text):
            months = [n for name, n in _MONTHS.items() if name.startswith(words[2].lower())]
            return (
                dt.date(int(words[3]), months[0], int(words[1])) if len(months) == 1 else _no(text)
            )
        if figures := _FIGURES.fullmatch(text):
            first, second, year = map(int, figures.groups())
            return _from_figures(text, first, second, year if year > 99 else year + 2000)
    except ValueError as error:
        if isinstance(error, _Unclear):
            raise
        return _no(text)
    return _no(text)


def _from_figures(text: str, first: int, second: int, year: int) -> dt.date:
    if first > 12 or first == second:
        return dt.date(year, second, first)
    if second > 12:
        return dt.date(year, first, second)
    one, two = dt.date(year, second, first), dt.date(year, first, second)
    raise _Unclear(
        f"{text} may be {_short(one)} or {_short(two)}", f"write {one} or {two} in the file"
    )


def _short(day: dt.date) -> str:
    return f"{day.day} {month_name(day)}"


def _no(text: str) -> dt.date:
    raise _Unclear(f"'{text}' is not a date", "write it as 2012-04-18 in the file")
