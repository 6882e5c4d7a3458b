"""Find the columns of a member list: its row of headings, and what stands below each.  Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from copkit.errors import CopkitError, did_you_mean
from copkit.importers.columns import normalise_header
from copkit.importers.headings import (
    find_member_column,
    find_vague_column,
    join_heading_rows,
    nearest_column,
)
from copkit.importers.names import find_address
from copkit.importers.tables import ImportedTable
from copkit.importers.times import parse_moment
from copkit.pii.scan import mask_details
from copkit.records.members import Part
from copkit.records.private import PRIVATE_COLUMNS, Column, Layout, WrittenWord
from copkit.records.schema.fields import new_part_id
from copkit.text.edit import append, set_value
from copkit.text.files import is_slug

_MOST_ROWS_ABOVE: Final = 30  # the headings may stand below a title, a date or empty rows
_MIN_HEADINGS: Final = 2  # one word such as "name" also stands in titles


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table whose row of headings was found, and the position of each column in it.

    ``heading_row`` is that row's position in the table, of two rows the lower one's; -1 where the
    list has no headings, and ``heads`` are ``column 1``, ``column 2``.
    ``is_remembered`` means that the columns were agreed to in an earlier import.
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

    def cells_below(self, position: int) -> list[str]:
        """Return the cells of a column that are not empty, from the top."""
        return _cells_below(self.table, self.heading_row, position)

    def example(self, position: int) -> str:
        """Return the first cell of a column that is not empty, or ``""``."""
        return next(iter(self.cells_below(position)), "")


@dataclass(frozen=True, slots=True)
class _HeadingRow:
    """A row that may be the headings, or two such rows joined."""

    row: int  # in the table; of two the lower one
    heads: tuple[str, ...]
    is_joined: bool

    @property
    def columns(self) -> int:
        """How many columns the headings name unmistakably."""
        return len(set(filter(None, map(find_member_column, self.heads))))


def has_members(table: ImportedTable) -> bool:
    """Check whether a table seems to be a list of people, by its headings."""
    best = max(_heading_rows(table), key=lambda row: row.columns)
    columns = set(map(find_member_column, best.heads))
    return _is_heading_row(best, table) and not columns.isdisjoint(PRIVATE_COLUMNS)


def find_columns(
    table: ImportedTable, layouts: Iterable[Layout], chosen: Mapping[Column, str]
) -> Sheet:
    """Find the row of headings, and which column stands where.

    ``chosen`` maps a column to its head, or to ``""`` if it is to be ignored; it wins over what
    ``layouts`` remember of a file with these heads, and that over a guess. Raise
    :class:`CopkitError` where there is no row of headings, or none with a chosen head.
    """
    remembered = {layout.heads: layout for layout in layouts}
    candidates = _heading_rows(table)
    best = max(
        candidates,
        key=lambda row: (
            _fold_heads(row.heads) in remembered,
            row.columns,
            not row.is_joined,
            -row.row,
        ),
    )
    chosen_heads = {_fold_text(head) for head in chosen.values() if head}
    width = max(map(len, table.rows))
    headless = _HeadingRow(-1, _heads([""] * width), is_joined=False)
    has_chosen = (
        row
        for row in [*candidates, headless]
        if chosen_heads and chosen_heads <= {*_fold_heads(row.heads)}
    )
    heading = next(has_chosen, best)
    heads = heading.heads
    layout = remembered.get(_fold_heads(heads))
    has_heads = layout is not None or bool(chosen_heads) or _is_heading_row(heading, table)
    if not (has_heads and chosen_heads <= {*_fold_heads(heads)}):
        raise _heading_error(table, heading, chosen)
    positions = (
        _guess_positions(table, heading.row, heads)
        if layout is None
        else _remembered_positions(heads, layout)
    )
    sheet = Sheet(table, heading.row, heads, positions, is_remembered=layout is not None)
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


def remember_words(
    text: str, section: str, means_by_written: Mapping[str, str], known: Iterable[WrittenWord]
) -> str:
    """Return the text of ``private/columns.yaml`` with words added to ``roles`` or ``sectors``.

    ``known`` are the words of that section; one that means something else now is changed.
    """
    known = tuple(known)
    taken: set[str] = {word.id for word in known}
    for written, means in means_by_written.items():
        earlier = next((word for word in known if word.written == written), None)
        if earlier and earlier.means != means:
            text = set_value(text, [section, earlier.id, "means"], means)
        elif not earlier:
            id = new_part_id(WrittenWord, taken)
            taken.add(id)
            item = {"id": id, "written": written, "means": means}
            text = append(text or f"{section}:\n", [section], item)
    return text


def _heading_rows(table: ImportedTable) -> list[_HeadingRow]:
    """Return the rows that may be the headings: each of the first ones, and each two joined."""
    rows = table.rows[:_MOST_ROWS_ABOVE]
    single = [_HeadingRow(index, _heads(row), is_joined=False) for index, row in enumerate(rows)]
    joined = [
        _HeadingRow(index + 1, _heads(join_heading_rows(*pair)), is_joined=True)
        for index, pair in enumerate(pairwise(rows))
    ]
    return [*single, *joined]


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


def _is_heading_row(heading: _HeadingRow, table: ImportedTable) -> bool:
    """Check whether a row names columns: two of them, or people alone, beside other headings."""
    vague = sum(find_vague_column(head) is not None for head in heading.heads)
    if heading.columns + vague >= _MIN_HEADINGS and heading.columns:
        return True
    if any(find_address(head) or head.isdecimal() for head in heading.heads):
        return False
    widest = max(map(len, table.rows))
    # "Full Name, Phone" is a row of headings, and the title "Members" above a table is none
    return heading.columns == 1 and len(heading.heads) == widest and heading.row == 0


def _heading_error(
    table: ImportedTable, heading: _HeadingRow, chosen: Mapping[Column, str]
) -> CopkitError:
    """Return the error for a table without headings, or without a head that was chosen."""
    folded = _fold_heads(heading.heads)
    missing = next(
        (head for head in chosen.values() if head and _fold_text(head) not in folded), ""
    )
    if missing and _is_heading_row(heading, table):
        hint = did_you_mean(missing, heading.heads, f"there are: {', '.join(heading.heads)}")
        return CopkitError(f"no column of {table.file} is called '{missing}'", hint, status=2)
    message = f"no row of {table.file} says what its columns hold"
    first = _HeadingRow(0, _heads(max(table.rows[:5], key=len)), is_joined=False)
    # without headings the first row is a person, and a message is no place for one
    if any(find_address(head) for head in first.heads):
        hint = "put a row above the people that names the columns: Name, Email, Role, Sector"
        return CopkitError(message, f"{hint}; or count them: --column 'name=column 1'")
    return CopkitError(
        message,
        f"it has {describe_heads(first.heads)}; say which holds what: --column 'name=HEADING'",
    )


def describe_heads(heads: Iterable[str]) -> str:
    """Return headings in words, each with the column that it is most like; names are masked."""
    words = []
    for head in heads:
        near = find_member_column(head) or find_vague_column(head) or nearest_column(head)
        words.append(f"'{mask_details(head)}'{f' ({near}?)' if near else ''}")
    return ", ".join(words)


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
    # The shortest heading first: 'Email' before 'Email address of the team'.
    by_length = sorted(enumerate(heads), key=lambda entry: (len(entry[1].split()), entry[0]))
    for find_column, is_strict in (
        (find_member_column, True),
        (find_member_column, False),
        (find_vague_column, True),
    ):
        for number, head in by_length:
            column = find_column(head)
            if column is None or column in positions or number in positions.values():
                continue
            # exports have columns that nobody filled in, beside those of their own questions
            cells = _cells_below(table, heading_row, number)
            if cells and _fits(column, cells, heads, head=head, is_strict=is_strict):
                positions[column] = number
    if Column.FIRST_NAME in positions and Column.LAST_NAME in positions:
        # beside these two, a column 'name' holds something else, such as a nickname
        positions.pop(Column.NAME, None)
    has_name = not _NAMES.isdisjoint(positions)
    for number, head in enumerate(heads):  # an empty column is still one, for whoever looks at it
        column = find_member_column(head)
        is_empty = column is not Column.ID and not _cells_below(table, heading_row, number)
        if column and is_empty and not (has_name and column in _NAMES):
            positions.setdefault(column, number)
    return positions


_NAMES: Final = frozenset({Column.NAME, Column.FIRST_NAME, Column.LAST_NAME})
_HONORIFIC: Final = re.compile(
    r"(?:mr|mrs|ms|miss|mx|dr|prof|professor|sir|dame|lord|lady|rev|revd|cllr|councillor|sgt|pc|herr"
    r"|frau|hr|fr|m|mme|mlle|sr|sra|srta|dhr|mevr|pan|pani|sig|sigra|dott|ing|dipl)\.?",
    re.IGNORECASE,
)
# Heads that stand in exports of forms, where a start date is that of the answer.
_ANSWERS: Final = frozenset({"respondent id", "end date", "completion time", "date submitted"})


def _fits(
    column: Column, cells: list[str], heads: tuple[str, ...], *, head: str, is_strict: bool
) -> bool:
    """Check whether the cells below a head can be what it says; ``is_strict`` as a first choice."""
    if column is Column.ID:  # numbers of a form and login names are ids of other programs
        return any(is_slug(cell) and "-" in cell and not cell[0].isdecimal() for cell in cells)
    if column is Column.EMAIL:
        return not is_strict or any(map(find_address, cells))
    if column is Column.NAME:  # 'Contact' may head telephone numbers
        return sum(map(_is_name, cells)) * 2 > len(cells)
    if column is Column.ROLE and all(cell.isdecimal() for cell in cells):  # a rank
        return False
    if find_member_column(head):
        return True
    if column is Column.PART:  # 'type' names the part only where every cell below is one
        return {_fold_text(cell) for cell in cells} <= {_fold_text(part) for part in Part}
    if column is Column.ROLE:
        return not all(map(_HONORIFIC.fullmatch, cells))
    if column is Column.JOINED:
        is_answer = any(normalise_header(other) in _ANSWERS for other in heads)
        return not is_answer and any(map(parse_moment, cells))
    return True


def _is_name(cell: str) -> bool:
    return sum(map(str.isalpha, cell)) > 2 * sum(map(str.isdigit, cell))


def _cells_below(table: ImportedTable, heading_row: int, position: int) -> list[str]:
    rows = table.rows[heading_row + 1 :]
    return [row[position] for row in rows if position < len(row) and row[position]]
