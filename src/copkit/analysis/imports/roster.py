"""The rows of somebody's roster as people with a role, or what is wrong with a row.  Pure."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from copkit.analysis.ids import as_sought, folded, free_id, sector_of
from copkit.errors import CopkitError, closest, did_you_mean
from copkit.importers.tables import Table
from copkit.records.members import Member, Part
from copkit.records.private import Column, Layout
from copkit.records.programme import Seats
from copkit.text.addresses import is_address
from copkit.text.edit import append, set_value
from copkit.text.files import is_slug
from copkit.text.normalise import on_one_line
from copkit.wording import month_name

# Which column of somebody's roster is which: as told, as remembered, or guessed.

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
