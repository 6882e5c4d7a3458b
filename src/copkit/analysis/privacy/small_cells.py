"""Hide counts of people so small that they would identify somebody.  Pure.

Outside ``members`` a count of one to four people is not shown. In a table with totals that is not
enough: a hidden count is its total less the other cells. So further cells are hidden until no
hidden one can be calculated (complementary suppression, as in statistical disclosure control), and
:class:`_Table` tests each hidden cell for that instead of hoping.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from heapq import heappop, heappush, heapreplace
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
    while exposed := table.lonely() or table.exposed():
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
    """Counts with their totals, and which of them are hidden so far: at first the small ones.

    With each row's and each column's total taken as negative, every line adds up to nothing. So
    where a hidden cell is greater by one, another of its column is less, then one of that cell's
    row is greater, and so on, until the way has led back. A cell can have another value if and only
    if it lies on such a way: a cycle in the graph of rows and columns whose edges are the hidden
    cells, from row to column where they may be greater, and back where they may be less.
    """

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
        self.order: list[CellPosition] = []  # of hiding
        self.not_lonely = 0  # up to here in that order no cell is alone in a line
        # the cells that are shown, and the hidden ones, of each row and then each column
        rows = len(counts)
        self.shown: list[set[CellPosition]] = [set() for _ in range(rows + len(counts[0]))]
        self.hidden_in: list[list[CellPosition]] = [[] for _ in self.shown]
        # the hidden cells that may be exposed, as a heap by the emptier of their lines
        self.doubtful: list[tuple[int, int]] = []
        # the cells that are shown as a heap, by how well they hide others of other rows
        self.smallest: list[tuple[bool, bool, int, CellPosition]] = []
        # the lines that the steps from a line lead to, and those that they come from
        self.steps: list[list[int]] = [[] for _ in self.shown]
        self.steps_back: list[list[int]] = [[] for _ in self.shown]
        for place in self.counts:
            for line in self.lines(place):
                self.shown[line].add(place)
        for row in range(rows):
            self.rank_row(row)
        for place, count in self.counts.items():
            if count < MIN_SHOWN:
                self.hide(place, Hidden.SMALL)

    def lines(self, place: CellPosition) -> tuple[int, int]:
        """Return the numbers of a cell's row and column; columns are counted on from the rows."""
        return place[0], self.last[0] + 1 + place[1]

    def hide(self, place: CellPosition, why: Hidden) -> None:
        """Hide a cell, and record it among the hidden ones of its row and its column."""
        self.hidden[place] = why
        heappush(self.doubtful, (0, len(self.order)))
        self.order.append(place)
        row, column = self.lines(place)
        for line, other in ((row, column), (column, row)):
            self.shown[line].remove(place)
            self.hidden_in[line].append(place)
            if self.allows(place, 1 if line == row else -1):
                self.steps[line].append(other)
                self.steps_back[other].append(line)

        self.rank_row(row)

    def rank_row(self, row: int) -> None:
        """Note how the cells that are shown in a row rank as partners, where that has changed."""
        count = len(self.hidden_in[row])
        if count <= 2:  # of more than one, all are alike
            for place in self.shown[row]:
                heappush(
                    self.smallest, (self.is_total(place), count != 1, self.counts[place], place)
                )

    def is_total(self, place: CellPosition) -> bool:
        return place[0] == self.last[0] or place[1] == self.last[1]

    def hide_all(self) -> None:
        self.hidden = dict.fromkeys(self.counts, Hidden.WITHHELD)

    def lonely(self) -> CellPosition | None:
        """Return the first hidden cell that is alone in a line, whose total gives it away."""
        while self.not_lonely < len(self.order):
            place = self.order[self.not_lonely]
            if self.neighbours(place) == 1:
                return place
            self.not_lonely += 1  # for good, since nothing is shown again
        return None

    def exposed(self) -> CellPosition | None:
        """Return a hidden cell that can have only one value, if any: one of the emptiest line."""
        while self.doubtful:
            emptiness, number = self.doubtful[0]
            place = self.order[number]
            # Lines only become fuller, and who has another value keeps it: nothing is shown again.
            if (by_now := self.neighbours(place)) != emptiness:
                heapreplace(self.doubtful, (by_now, number))
            elif self.is_exposed(place):
                return place
            else:
                heappop(self.doubtful)
        return None

    def is_exposed(self, place: CellPosition) -> bool:
        """Check whether a hidden cell can have no other value: no way leads back past it."""
        row, column = self.lines(place)
        return not (
            (self.allows(place, 1) and self.leads(column, row))
            or (self.allows(place, -1) and self.leads(row, column))
        )

    def leads(self, start: int, end: int) -> bool:
        """Check whether a way leads from one line to another, but for the cell in both of them.

        The search goes on in turn from both ends, so that it is over when the one with fewer lines
        has no more of them: a community has a few sectors, a sector has hundreds of communities.
        """
        ahead, behind = {start}, {end}
        ways = _walk(self.steps, start, end), _walk(self.steps_back, end, start)
        for line, line_behind in zip(*ways, strict=False):
            ahead.add(line)
            behind.add(line_behind)
            if line in behind or line_behind in ahead:
                return True
        return False

    def neighbours(self, place: CellPosition) -> int:
        """Count the hidden cells in the emptier of a cell's two lines."""
        row, column = self.lines(place)
        return min(len(self.hidden_in[row]), len(self.hidden_in[column]))

    def partner(self, exposed: CellPosition) -> CellPosition | None:
        """Return the cell to hide beside an exposed one: the smallest in a line where it is alone.

        ``None`` means that no cell is left to hide.

        A cell that helps another lonely cell as well is better. Totals come last, since people read
        them first.
        """
        alone_in = [line for line in self.lines(exposed) if len(self.hidden_in[line]) == 1]

        def rank(place: CellPosition) -> tuple[bool, bool, int, CellPosition]:
            row, column = self.lines(place)
            across = self.hidden_in[column if row == exposed[0] else row]
            return self.is_total(place), len(across) != 1, self.counts[place], place

        helpful = set().union(*(self.shown[line] for line in alone_in))
        if helpful:
            return min(helpful, key=rank)
        own = [rank(place) for place in self.shown[exposed[0]]]
        smallest = self.smallest
        set_aside = []
        while smallest:
            _, is_not_lonely, _, place = smallest[0]
            if place in self.hidden or is_not_lonely != (len(self.hidden_in[place[0]]) != 1):
                heappop(smallest)
            elif place[0] == exposed[0]:  # which has another rank in this row
                set_aside.append(heappop(smallest))
            else:
                own.append(smallest[0])
                break
        for candidate in set_aside:
            heappush(smallest, candidate)
        return min(own)[-1] if own else None

    def allows(self, place: CellPosition, step: int) -> bool:
        """Return whether a hidden cell, as signed, could be greater by a step and look the same."""
        # the grand total is in two lines of totals, so its sign is positive again
        is_total = (place[0] == self.last[0]) != (place[1] == self.last[1])
        count = self.counts[place] + (-step if is_total else step)
        return 0 < count < MIN_SHOWN if self.hidden[place] is Hidden.SMALL else count >= MIN_SHOWN


def _walk(steps: Sequence[Sequence[int]], start: int, end: int) -> Iterator[int]:
    """Yield every line that the steps from one lead to, but do not step right to the ``end``."""
    seen = {start}
    path = [(start, iter(steps[start]))]
    while path:
        line, ways = path[-1]
        for other in ways:
            if other not in seen and not (line == start and other == end):
                seen.add(other)
                path.append((other, iter(steps[other])))
                yield other
                break
        else:
            path.pop()
