"""Counts of people that would point at somebody, and how they are hidden.  Pure.

Outside ``members`` a count of one to four people is not given. In a table with totals that is
not enough: what the other cells leave of a total is the hidden count. So further cells are hidden
until no hidden one can be worked out (complementary suppression), and that is tried, not hoped.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import Final

LEAST: Final = 5  # people whom a count may be about, outside members


class Hidden(Enum):
    """Why a count is not given; its value is what a table shows instead."""

    SMALL = "<5"
    WITHHELD = "–"  # it is larger, but would give a smaller one away


Count = int | Hidden
"""A number of people, or the reason that it is not given."""

Place = tuple[int, int]
"""Row and column of a cell."""


def small_hidden(count: int) -> Count:
    """Give a count that stands alone, or hide it; nobody at all is no secret."""
    return Hidden.SMALL if 0 < count < LEAST else count


def with_totals(cells: Sequence[Sequence[int]]) -> list[list[int]]:
    """Add a total to each row, and a row of totals; a table has at least one row."""
    rows = [[*row, sum(row)] for row in cells]
    return [*rows, [sum(column) for column in zip(*rows, strict=True)]]


def hide_small_cells(cells: Sequence[Sequence[int]]) -> list[list[Count]]:
    """Give a table with its totals, and in it no count below 5, nor any way to work one out.

    The last row and the last column are the totals. A zero is always shown.
    """
    if not cells:
        return []
    counts = with_totals(cells)
    table = _Table(counts)
    while exposed := table.exposed():
        partner = table.partner(exposed)
        if partner is None:  # to know how small it is gives it away: hide even that
            table.hide_all()
            break
        table.hide(partner, Hidden.WITHHELD)
    return [
        [table.hidden.get((row, column), count) for column, count in enumerate(line)]
        for row, line in enumerate(counts)
    ]


class _Table:
    """Counts with their totals, and which of them are hidden so far: at first the small ones."""

    def __init__(self, counts: list[list[int]]) -> None:
        self.counts = {
            (row, column): count
            for row, line in enumerate(counts)
            for column, count in enumerate(line)
            if count
        }
        self.last = len(counts) - 1, len(counts[0]) - 1
        self.hidden: dict[Place, Hidden] = {}
        self.rows: list[list[Place]] = [[] for _ in counts]
        self.columns: list[list[Place]] = [[] for _ in counts[0]]
        for place, count in self.counts.items():
            if count < LEAST:
                self.hide(place, Hidden.SMALL)

    def hide(self, place: Place, why: Hidden) -> None:
        self.hidden[place] = why
        self.rows[place[0]].append(place)
        self.columns[place[1]].append(place)

    def hide_all(self) -> None:
        self.hidden = dict.fromkeys(self.counts, Hidden.WITHHELD)

    def exposed(self) -> Place | None:
        """Find a hidden cell that can have one value only: one alone in a line, if there is."""
        plain = [
            place
            for place in self.hidden
            if not (self.can_change(place, 1) or self.can_change(place, -1))
        ]
        return min(plain, key=self.neighbours, default=None)

    def neighbours(self, place: Place) -> int:
        """Count the hidden cells in the emptier of a cell's two lines."""
        return min(len(self.rows[place[0]]), len(self.columns[place[1]]))

    def partner(self, exposed: Place) -> Place | None:
        """Choose the cell to hide with it: the smallest in a line where it is alone.

        Better one that helps another lonely cell as well, and totals last.
        """
        row, column = exposed
        alone_in_row = len(self.rows[row]) == 1
        alone_in_column = len(self.columns[column]) == 1

        def rank(place: Place) -> tuple[bool, bool, bool, int, Place]:
            if place[0] == row:
                helps, across = alone_in_row, self.columns[place[1]]
            else:
                helps, across = alone_in_column and place[1] == column, self.rows[place[0]]
            is_total = place[0] == self.last[0] or place[1] == self.last[1]
            return not helps, is_total, len(across) != 1, self.counts[place], place

        choice = (place for place in self.counts if place not in self.hidden)
        return min(choice, key=rank, default=None)

    def can_change(self, sought: Place, step: int) -> bool:
        """Say whether a hidden cell could as well be greater by ``step``.

        With each row's and each column's total taken as negative, every line adds up to nothing.
        So another hidden cell of the sought one's column has to be less, then one of that cell's
        row greater, and so on, until the way has led round to the sought one's row.
        """
        if not self.allows(sought, step):
            return False
        columns, seen_columns, seen_rows = [sought[1]], {sought[1]}, set[int]()
        while columns:
            for place in self.columns[columns.pop()]:
                row = place[0]
                if place == sought or row in seen_rows or not self.allows(place, -step):
                    continue
                if row == sought[0]:
                    return True
                seen_rows.add(row)
                for other in self.rows[row]:
                    if other[1] not in seen_columns and self.allows(other, step):
                        seen_columns.add(other[1])
                        columns.append(other[1])
        return False

    def allows(self, place: Place, step: int) -> bool:
        """Say whether a hidden cell, as signed, could be greater by a step and look the same."""
        is_total = (place[0] == self.last[0]) != (place[1] == self.last[1])
        count = self.counts[place] + (-step if is_total else step)
        return 0 < count < LEAST if self.hidden[place] is Hidden.SMALL else count >= LEAST
