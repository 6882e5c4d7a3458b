"""Hide counts of people so small that they would identify somebody.  Pure.

Outside ``members`` a count of one to four people is not shown. In a table with totals that is not
enough: a hidden count is its total less the other cells. So further cells are hidden until no
hidden one can be calculated (complementary suppression, as in statistical disclosure control), and
:class:`_Table` tests each hidden cell for that instead of hoping.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Final

# People in a count that is shown outside members; a common threshold in official statistics.
MIN_SHOWN: Final = 5


class Hidden(Enum):
    """Why a count is not shown; the value is what a table shows instead."""

    SMALL = "<5"
    WITHHELD = "–"  # it is larger, but would give a smaller one away


Count = int | Hidden
"""A number of people, or the reason that it is not given."""

CellPosition = tuple[int, int]
"""Row and column of a cell."""


def hide_small_count(count: int) -> Count:
    """Return a count that stands alone, ``Hidden.SMALL`` for 1 to 4; 0 is no secret."""
    return Hidden.SMALL if 0 < count < MIN_SHOWN else count


def with_totals(cells: Sequence[Sequence[int]]) -> list[list[int]]:
    """Return rows with a total at the end of each, and a row of totals; at least one row."""
    rows = [[*row, sum(row)] for row in cells]
    return [*rows, [sum(column) for column in zip(*rows, strict=True)]]


def hide_small_cells(cells: Sequence[Sequence[int]]) -> list[list[Count]]:
    """Return a table with its totals, without counts below 5 or any way to calculate one.

    The last row and the last column are the totals. A zero is always shown.
    """
    if not cells:
        return []
    counts = with_totals(cells)
    table = _Table(counts)
    while exposed := table.exposed():
        partner = table.partner(exposed)
        if partner is None:  # "<5" alone gives it away, so not even that is shown
            table.hide_all()
            break
        table.hide(partner, Hidden.WITHHELD)
    return [
        [table.hidden.get((row, column), count) for column, count in enumerate(line)]
        for row, line in enumerate(counts)
    ]


def pool_small_groups(sizes: Mapping[str, int], least: int = MIN_SHOWN) -> frozenset[str]:
    """Return the groups whose people are added together, so that no small one can be calculated.

    ``sizes`` are people by group; groups of fewer than ``least`` are added together, and where that
    is one group, or too few people, the next smallest joins them. It also does where each of them
    has one less than ``least``: their sum would say so. Where all groups together are too few, the
    caller must show none.
    """
    pooled = [group for group, people in sizes.items() if 0 < people < least]
    larger = sorted((people, group) for group, people in sizes.items() if people >= least)
    greatest = len(pooled) * (least - 1)
    while pooled and larger:
        together = sum(sizes[group] for group in pooled)
        if len(pooled) > 1 and together >= least and together != greatest:
            break
        pooled.append(larger.pop(0)[1])
    return frozenset(pooled)


class _Table:
    """Counts with their totals, and which of them are hidden so far: at first the small ones."""

    def __init__(self, counts: list[list[int]]) -> None:
        self.counts = {
            (row, column): count
            for row, line in enumerate(counts)
            for column, count in enumerate(line)
            if count
        }
        # zeros are left out: they are always shown, so they can neither hide a cell nor be hidden
        self.last = len(counts) - 1, len(counts[0]) - 1
        self.hidden: dict[CellPosition, Hidden] = {}
        # the hidden cells of each row and each column
        self.hidden_in_row: list[list[CellPosition]] = [[] for _ in counts]
        self.hidden_in_column: list[list[CellPosition]] = [[] for _ in counts[0]]
        for place, count in self.counts.items():
            if count < MIN_SHOWN:
                self.hide(place, Hidden.SMALL)

    def hide(self, place: CellPosition, why: Hidden) -> None:
        """Hide a cell, and record it among the hidden ones of its row and its column."""
        self.hidden[place] = why
        self.hidden_in_row[place[0]].append(place)
        self.hidden_in_column[place[1]].append(place)

    def hide_all(self) -> None:
        self.hidden = dict.fromkeys(self.counts, Hidden.WITHHELD)

    def exposed(self) -> CellPosition | None:
        """Return a hidden cell that can have only one value, if any; first one alone in a line."""
        exposed = [
            place
            for place in self.hidden
            if not (self.can_change(place, 1) or self.can_change(place, -1))
        ]
        return min(exposed, key=self.neighbours, default=None)

    def neighbours(self, place: CellPosition) -> int:
        """Count the hidden cells in the emptier of a cell's two lines."""
        return min(len(self.hidden_in_row[place[0]]), len(self.hidden_in_column[place[1]]))

    def partner(self, exposed: CellPosition) -> CellPosition | None:
        """Return the cell to hide beside an exposed one: the smallest in a line where it is alone.

        ``None`` means that no cell is left to hide.

        A cell that helps another lonely cell as well is better. Totals come last, since people read
        them first.
        """
        row, column = exposed
        alone_in_row = len(self.hidden_in_row[row]) == 1
        alone_in_column = len(self.hidden_in_column[column]) == 1

        def rank(place: CellPosition) -> tuple[bool, bool, bool, int, CellPosition]:
            if place[0] == row:
                helps, across = alone_in_row, self.hidden_in_column[place[1]]
            else:
                helps, across = alone_in_column and place[1] == column, self.hidden_in_row[place[0]]
            is_total = place[0] == self.last[0] or place[1] == self.last[1]
            return not helps, is_total, len(across) != 1, self.counts[place], place

        choice = (place for place in self.counts if place not in self.hidden)
        return min(choice, key=rank, default=None)

    def can_change(self, cell: CellPosition, step: int) -> bool:
        """Return whether a hidden cell could as well be greater by ``step``.

        With each row's and each column's total taken as negative, every line adds up to nothing. So
        another hidden cell of the column has to be less, then one of that cell's row greater, and
        so on, until the way has led back to the first cell's row. This searches for a cycle in the
        graph of rows and columns whose edges are the hidden cells.
        """
        if not self.allows(cell, step):
            return False
        columns, seen_columns, seen_rows = [cell[1]], {cell[1]}, set[int]()
        while columns:
            for place in self.hidden_in_column[columns.pop()]:
                row = place[0]
                if place == cell or row in seen_rows or not self.allows(place, -step):
                    continue
                if row == cell[0]:
                    return True
                seen_rows.add(row)
                for other in self.hidden_in_row[row]:
                    if other[1] not in seen_columns and self.allows(other, step):
                        seen_columns.add(other[1])
                        columns.append(other[1])
        return False

    def allows(self, place: CellPosition, step: int) -> bool:
        """Return whether a hidden cell, as signed, could be greater by a step and look the same."""
        # the grand total is in two lines of totals, so its sign is positive again
        is_total = (place[0] == self.last[0]) != (place[1] == self.last[1])
        count = self.counts[place] + (-step if is_total else step)
        return 0 < count < MIN_SHOWN if self.hidden[place] is Hidden.SMALL else count >= MIN_SHOWN
