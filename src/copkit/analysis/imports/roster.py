"""Read a roster from somebody's spreadsheet: find its columns, parse its rows.  Pure."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from copkit.errors import CopkitError, closest_match, did_you_mean
from copkit.importers.tables import ImportedTable
from copkit.records.members import Member, Part
from copkit.records.private import Column, Layout
from copkit.records.programme import Seats, sector_of
from copkit.records.schema.fields import new_part_id
from copkit.text.addresses import is_address
from copkit.text.edit import append, set_value
from copkit.text.files import is_slug
from copkit.text.normalise import fold_spelling, match_spelling, single_line
from copkit.wording import month_name

# --- columns ---------------------------------------------------------------------------------

_MOST_ROWS_ABOVE: Final = 30  # the headings may stand below a title, a date or empty rows
_MIN_HEADINGS: Final = 2  # one word such as "name" also stands in titles


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table whose row of headings was found, and the position of each column in it.

    ``heading_row`` is that row's position in the table. ``is_remembered`` means that the columns
    were agreed to in an earlier import.
    """

    table: ImportedTable
    heading_row: int
    heads: tuple[str, ...]
    positions: Mapping[Column, int]
    is_remembered: bool

    def column_at(self, position: int) -> Column | None:
        """Return what a column holds, or ``None`` for one that is ignored."""
        return next((column for column, index in self.positions.items() if index == position), None)

    def with_column(self, position: int, column: Column | None) -> Sheet:
        """Return the sheet with another column at a position; ``None`` ignores what stands there.

        A column has one position: it is taken away from the one it had.
        """
        positions = {
            other: index
            for other, index in self.positions.items()
            if index != position and other is not column
        }
        if column is not None:
            positions[column] = position
        return replace(self, positions=positions)

    @property
    def lines_below(self) -> int:
        """How many lines stand below the headings."""
        return len(self.table.rows) - self.heading_row - 1

    def example(self, position: int) -> str:
        """Return the first cell of a column that is not empty, or ``""``."""
        below = (
            row[position] for row in self.table.rows[self.heading_row + 1 :] if position < len(row)
        )
        return next(filter(None, below), "")


def find_columns(
    table: ImportedTable, layouts: Iterable[Layout], chosen: Mapping[Column, str]
) -> Sheet:
    """Find the row of headings, and which column stands where.

    ``chosen`` maps a column to its head, or to ``""`` if it is to be ignored; it wins over what
    ``layouts`` remember of a file with these heads, and that over a guess. Raise
    :class:`CopkitError` where there is no row of headings, or none with a chosen head.
    """
    rows = [_heads(row) for row in table.rows[:_MOST_ROWS_ABOVE]]
    folded_rows = [_fold_heads(heads) for heads in rows]
    remembered = {layout.heads: layout for layout in layouts}
    best = max(
        range(len(rows)),
        key=lambda index: (folded_rows[index] in remembered, _score(rows[index])),
    )
    chosen_heads = {_fold_text(head) for head in chosen.values() if head}
    has_chosen = (
        index
        for index, folded in enumerate(folded_rows)
        if chosen_heads and chosen_heads <= {*folded}
    )
    heading_row = next(has_chosen, best)
    heads = rows[heading_row]
    layout = remembered.get(folded_rows[heading_row])
    has_heads = layout is not None or bool(chosen_heads) or _is_heading_row(heads)
    if not (has_heads and chosen_heads <= {*folded_rows[heading_row]}):
        raise _heading_error(table, heads, chosen)
    positions = (
        _guess_positions(table, heading_row, heads)
        if layout is None
        else _remembered_positions(heads, layout)
    )
    sheet = Sheet(table, heading_row, heads, positions, is_remembered=layout is not None)
    for column, head in chosen.items():
        if head:
            sheet = sheet.with_column(_fold_heads(heads).index(_fold_text(head)), column)
        elif column in sheet.positions:
            sheet = sheet.with_column(sheet.positions[column], None)
    return sheet


def remember_layout(text: str, sheet: Sheet, layouts: Iterable[Layout]) -> str:
    """Return the text of ``private/columns.yaml`` with the columns of a sheet added or changed.

    ``layouts`` are those in the text already; a sheet with the same heads replaces its own.
    """
    heads = _fold_heads(sheet.heads)
    taken = {layout.id: layout for layout in layouts}
    # the same export comes again every month: its layout is found by its heads
    recorded = (id for id, layout in taken.items() if layout.heads == heads)
    id = next(recorded, "") or new_part_id(Layout, taken)
    columns = [
        {"id": column, "head": heads[position]}
        for column, position in sorted(sheet.positions.items())
    ]
    if id not in taken:
        item = {"id": id, "heads": list(heads), "columns": columns}
        return append(text or "layouts:\n", ["layouts"], item)
    return set_value(text, ["layouts", id, "columns"], columns)


def _heads(row: Sequence[str]) -> tuple[str, ...]:
    """Return the heads of a row, made distinct; an empty one is named by its number."""
    heads: list[str] = []
    for number, cell in enumerate(row, 1):
        head = " ".join(cell.split()) or f"column {number}"
        # 'Role' may stand twice: the second is 'Role (2)', so that each can be chosen by name
        repeats = sum(
            _fold_text(earlier.rpartition(" (")[0] or earlier) == _fold_text(head)
            for earlier in heads
        )
        heads.append(f"{head} ({repeats + 1})" if repeats else head)
    return tuple(heads)


def _fold_heads(heads: Iterable[str]) -> tuple[str, ...]:
    return tuple(map(_fold_text, heads))


def _fold_text(text: str) -> str:
    """Return a head as it is compared: 'E-mail_Address:' becomes 'e mail address'."""
    return " ".join(re.sub(r"[^\w()/]+", " ", text.casefold().replace("_", " ")).split())


def _score(heads: tuple[str, ...]) -> int:
    """Count the columns that a row's heads name unmistakably."""
    return len({_BY_WORD[head] for head in _fold_heads(heads) if head in _BY_WORD})


def _is_heading_row(heads: tuple[str, ...]) -> bool:
    """Check whether at least two heads of a row are words that name columns."""
    vague = sum(head in _VAGUE for head in _fold_heads(heads))
    return _score(heads) + vague >= _MIN_HEADINGS


def _heading_error(
    table: ImportedTable, heads: tuple[str, ...], chosen: Mapping[Column, str]
) -> CopkitError:
    """Return the error for a table without headings, or without a head that was chosen."""
    if not _is_heading_row(heads):
        return CopkitError(
            f"no row of {table.file} says what its columns hold",
            "the first row names the columns: Name, Email, Role, Sector, Organisation",
        )
    missing = next(
        head for head in chosen.values() if head and _fold_text(head) not in _fold_heads(heads)
    )
    hint = did_you_mean(missing, heads, f"there are: {', '.join(heads)}")
    return CopkitError(f"no column of {table.file} is called '{missing}'", hint, status=2)


def _remembered_positions(heads: tuple[str, ...], layout: Layout) -> dict[Column, int]:
    """Return the positions of the columns that an earlier import of these heads agreed to."""
    folded = _fold_heads(heads)
    return {
        column.id: folded.index(column.head) for column in layout.columns if column.head in folded
    }


def _guess_positions(
    table: ImportedTable, heading_row: int, heads: tuple[str, ...]
) -> dict[Column, int]:
    """Guess the columns by the words of their heads, and vague heads by the cells below too."""
    positions: dict[Column, int] = {}
    for number, head in enumerate(_fold_heads(heads)):
        if (column := _BY_WORD.get(head)) and column not in positions:
            positions[column] = number
    for number, head in enumerate(_fold_heads(heads)):
        column = _VAGUE.get(head)
        cells_below = {
            _fold_text(row[number]) for row in table.rows[heading_row + 1 :] if number < len(row)
        } - {""}
        # 'type' names the part in the community only where every cell below is one
        if column is Column.PART and not cells_below <= {_fold_text(part) for part in Part}:
            continue
        if column and column not in positions and number not in positions.values():
            positions[column] = number
    if Column.FIRST_NAME in positions and Column.LAST_NAME in positions:
        # beside these two, a column 'name' holds something else, such as a nickname
        positions.pop(Column.NAME, None)
    return positions


# Heads that name a column unmistakably, folded as _fold_text does.
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
# Heads that people use for several things; taken only where nothing clearer names the column.
_VAGUE: Final = {
    "team": Column.ORGANISATION,
    "service": Column.ORGANISATION,
    "department": Column.ORGANISATION,
    "type": Column.PART,
    "member type": Column.PART,
}


# --- rows ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One line of the file; what it does not state is empty. ``name`` and ``email`` are private."""

    line: int
    id: str
    role: str
    sector: str
    organisation: str
    part: Part | None
    joined: dt.date | None
    # not in the repr: a traceback or a log must not name anybody
    name: str = field(repr=False)
    email: str = field(repr=False)

    def is_same_person(self, other: RosterRow) -> bool:
        """Return whether two lines agree in everything identifying that both of them state."""
        if self.id or other.id:
            return self.id == other.id
        pairs = ((self.email, other.email), (fold_spelling(self.name), fold_spelling(other.name)))
        stated = [(first, second) for first, second in pairs if first and second]
        return bool(stated) and all(first == second for first, second in stated)


class RowError(ValueError):
    """A line of the file that cannot be imported: why, and what to do about it."""

    def __init__(self, line: int, why: str, hint: str = "") -> None:
        super().__init__(why)
        self.line = line
        self.why = why
        self.hint = hint


def parse_rows(
    sheet: Sheet, seats: Seats, members: Sequence[Member]
) -> tuple[list[RosterRow], list[RowError]]:
    """Parse the lines below the headings; return rows, and the errors of lines that are none.

    Roles and sectors are spelt as in ``seats`` (those of copkit.yaml) or on the roster.
    """
    rows: list[RosterRow] = []
    errors: list[RowError] = []
    for line, cells in _lines(sheet):
        try:
            rows.append(_parse_row(line, cells, seats, members))
        except RowError as error:
            errors.append(error)
    return rows, errors


def _lines(sheet: Sheet) -> Iterator[tuple[int, dict[Column, str]]]:
    """Yield the number of each line that holds anything, and its cells by column."""
    table = sheet.table
    for line, row in list(zip(table.lines, table.rows, strict=True))[sheet.heading_row + 1 :]:
        cells = {
            column: single_line(row[position]) if position < len(row) else ""
            for column, position in sheet.positions.items()
        }
        if any(cells.values()):
            yield line, cells


def _parse_row(
    line: int, cells: dict[Column, str], seats: Seats, members: Sequence[Member]
) -> RosterRow:
    """Parse the cells of one line; the role and the sector are spelt as on record.

    Raise :class:`RowError` for an address, id, sector, part or date that is none, and for a line
    that identifies nobody.
    """
    name = cells.get(Column.NAME, "")
    name_parts = (cells.get(Column.FIRST_NAME, ""), cells.get(Column.LAST_NAME, ""))
    email = cells.get(Column.EMAIL, "").removeprefix("mailto:").lower()
    id = cells.get(Column.ID, "")
    full_name = " ".join(filter(None, name_parts)) or _first_name_first(name)
    if email and not is_address(email):
        raise RowError(line, "the e-mail address is none", "correct it in the file")
    if id and not is_slug(id):
        raise RowError(line, "the id cannot be one", "use lower-case letters, digits and hyphens")
    if not (id or email or full_name):
        raise RowError(
            line, "nothing says who this is", "give a name, an e-mail address or an id in the file"
        )
    roles = [role for sector_roles in seats.values() for role in sector_roles]
    role = match_spelling(
        cells.get(Column.ROLE, ""), [*roles, *(member.role for member in members)]
    )
    return RosterRow(
        line=line,
        id=id,
        role=role,
        sector=_parse_sector(line, cells.get(Column.SECTOR, ""), seats, members)
        or sector_of(seats, role)
        or "",
        organisation=cells.get(Column.ORGANISATION, ""),
        part=_parse_part(line, cells.get(Column.PART, "")),
        joined=parse_day(line, cells.get(Column.JOINED, "")),
        name=full_name,
        email=email,
    )


def _first_name_first(name: str) -> str:
    """Turn 'Bloggs, Jo' into 'Jo Bloggs'."""
    last, comma, first = name.partition(",")
    return f"{first.strip()} {last.strip()}" if comma and first.strip() else name


def _parse_sector(line: int, text: str, seats: Seats, members: Sequence[Member]) -> str:
    """Return a sector as it is spelt on record; ``""`` for an empty text.

    Raise :class:`RowError` for one that is not sought or on the roster. Where ``seats`` are empty,
    any sector may come in that is not nearly one of the roster.
    """
    sectors = [*seats, *(member.sector for member in members)]
    sector = match_spelling(text, sectors)
    if not text or sector in sectors:
        return sector
    if seats:
        otherwise = f"there are: {', '.join(seats)}; --column sector= leaves that to the seats"
        hint = did_you_mean(text, sectors, otherwise)
        raise RowError(line, f"'{text}' is no sector of copkit.yaml", hint)
    # without seats any sector may come in, but a slip of the pen would make a second one
    if near := closest_match(text, sectors):
        raise RowError(line, f"'{text}' is no sector of the roster", f"did you mean '{near}'?")
    return sector


def _parse_part(line: int, text: str) -> Part | None:
    """Parse a part or the beginning of one, such as ``facil``; ``None`` for an empty text.

    Raise :class:`RowError` where it begins no part, or several.
    """
    if not text:
        return None
    word = "-".join(re.split(r"[\s_-]+", text.casefold()))
    exact = [part for part in Part if part == word]
    matches = exact or [part for part in Part if part.startswith(word)]
    if len(matches) == 1:
        return matches[0]
    hint = did_you_mean(word, list(Part), f"write one of {', '.join(Part)}")
    raise RowError(line, f"'{text}' is no part that somebody has", hint)


# --- dates -----------------------------------------------------------------------------------

# Excel adds midnight to a date: 2026-05-04 00:00:00.
_ISO: Final = re.compile(r"(\d{4})-(\d\d?)-(\d\d?)(?:[T ]00:00(?::00)?)?", re.ASCII)
# 21/05/2026, 5.5.26
_FIGURES: Final = re.compile(r"(\d\d?)[/. -](\d\d?)[/. -](\d{4}|\d\d)", re.ASCII)
# 21st May 2026, 4-Jun-2026
_DATE_IN_WORDS: Final = re.compile(
    r"(\d\d?)(?:st|nd|rd|th)?[ -]([A-Za-z]{3,9})[ ,-]+(\d{4})", re.ASCII
)
_MONTHS: Final = {month_name(dt.date(2000, number, 1)).lower(): number for number in range(1, 13)}


def parse_day(line: int, text: str) -> dt.date | None:
    """Parse a day as people write it; ``None`` for an empty text.

    Raise :class:`RowError` for ``line`` where it is no date, or may be either of two: nobody can
    tell from 04/05/2026 which country's habit the writer has.
    """
    if not text:
        return None
    try:
        if iso := _ISO.fullmatch(text):
            year, month, day = map(int, iso.groups())
            return dt.date(year, month, day)
        if words := _DATE_IN_WORDS.fullmatch(text):
            month_word = words[2].lower()
            months = [number for name, number in _MONTHS.items() if name.startswith(month_word)]
            if len(months) == 1:
                return dt.date(int(words[3]), months[0], int(words[1]))
        elif figures := _FIGURES.fullmatch(text):
            first, second, year = map(int, figures.groups())
            # two digits are of this century: nobody joined before the programme was founded
            return _day_from_figures(line, text, first, second, year if year > 99 else year + 2000)
    except RowError:
        raise
    except ValueError:  # such as 31 February: reported below, as any other text
        pass
    raise RowError(line, f"'{text}' is not a date", "write it as 2012-04-18 in the file")


def _day_from_figures(line: int, text: str, first: int, second: int, year: int) -> dt.date:
    """Return the only day that two figures and a year can mean.

    Raise :class:`RowError` for ``line`` if they can mean two, ``ValueError`` if they mean none.
    """
    if first > 12 or first == second:
        return dt.date(year, second, first)
    if second > 12:
        return dt.date(year, first, second)
    british, american = dt.date(year, second, first), dt.date(year, first, second)
    raise RowError(
        line,
        f"{text} may be {_short(british)} or {_short(american)}",
        f"write {british} or {american} in the file",
    )


def _short(day: dt.date) -> str:
    return f"{day.day} {month_name(day)}"
