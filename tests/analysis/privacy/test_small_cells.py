"""No count of fewer than five people can be read in a table, or worked out from it."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copkit.analysis.privacy.small_cells import (
    MIN_SHOWN,
    Count,
    Hidden,
    hide_small_cells,
    hide_small_count,
    with_totals,
)
from tests.conftest import drawn

MOST = 9  # of a cell, where all tables are tried that look the same


def tables(most: int, lines: int) -> st.SearchStrategy[list[list[int]]]:
    """Draw tables of up to ``lines`` rows and columns."""
    return st.integers(1, lines).flatmap(
        lambda width: st.lists(
            st.lists(st.integers(0, most), min_size=width, max_size=width),
            min_size=1,
            max_size=lines,
        )
    )


def shown(table: list[list[Count]]) -> list[list[int | str]]:
    return [[cell.value if isinstance(cell, Hidden) else cell for cell in row] for row in table]


@pytest.mark.parametrize(
    ("count", "expected"), [(0, 0), (1, Hidden.SMALL), (4, Hidden.SMALL), (5, 5), (54, 54)]
)
def test_a_count_of_one_to_four_is_hidden(count: int, expected: Count) -> None:
    assert hide_small_count(count) == expected


def test_beside_a_hidden_cell_the_next_smallest_of_its_lines_is_hidden_too() -> None:
    table = hide_small_cells([[2, 9, 20], [7, 11, 30], [6, 12, 40]])

    assert shown(table) == [
        ["<5", "–", 20, 31],
        [7, 11, 30, 48],
        ["–", "–", 40, 58],
        [15, 32, 90, 137],
    ]


def test_a_table_without_small_cells_is_shown_as_it_is() -> None:
    assert hide_small_cells([[5, 0], [12, 7]]) == [[5, 0, 5], [12, 7, 19], [17, 7, 24]]
    assert hide_small_cells([]) == []


def test_ones_that_add_up_to_a_total_are_not_given_away_by_it() -> None:
    table = hide_small_cells([[1, 1, 1, 1, 1]])

    assert shown(table)[0] == ["<5", "<5", "<5", "<5", "<5", "–"]


@given(tables(most=MOST, lines=3).filter(lambda table: len(table) * len(table[0]) <= 4))
@drawn(60, 2000)
def test_every_hidden_cell_could_have_another_value(cells: list[list[int]]) -> None:
    """Try all tables that would look the same, as a curious reader might."""
    table = hide_small_cells(cells)
    inner = [[_possible(cell) for cell in row[:-1]] for row in table[:-1]]
    looks_alike = [
        totalled
        for values in product(*(cell for row in inner for cell in row))
        if _fits(totalled := with_totals(_in_rows(values, len(cells[0]))), table)
    ]

    for row, counts in enumerate(table):
        for column, cell in enumerate(counts):
            if isinstance(cell, Hidden):
                assert len({one[row][column] for one in looks_alike}) > 1, (
                    row,
                    column,
                    shown(table),
                )


def _possible(cell: Count) -> Any:
    if not isinstance(cell, Hidden):
        return (cell,)
    return range(1, MIN_SHOWN) if cell is Hidden.SMALL else range(1, MOST + 2)


def _in_rows(values: tuple[int, ...], width: int) -> list[list[int]]:
    return [list(values[start : start + width]) for start in range(0, len(values), width)]


def _fits(table: list[list[int]], seen: list[list[Count]]) -> bool:
    """Say whether a table would be shown in the same way, as far as its cells tell."""
    any_small = any(cell is Hidden.SMALL for row in seen for cell in row)
    for counts, row in zip(table, seen, strict=True):
        for count, cell in zip(counts, row, strict=True):
            if cell is Hidden.SMALL and not 0 < count < MIN_SHOWN:
                return False
            if cell is Hidden.WITHHELD and count < (MIN_SHOWN if any_small else 1):
                return False
            if not isinstance(cell, Hidden) and cell != count:
                return False
    return True


@given(tables(most=30, lines=8))
@drawn(100, 5000)
def test_what_is_shown_is_true_and_nothing_shown_is_small(cells: list[list[int]]) -> None:
    table = hide_small_cells(cells)

    for counts, row in zip(with_totals(cells), table, strict=True):
        for count, cell in zip(counts, row, strict=True):
            if isinstance(cell, Hidden):
                assert count
                assert cell is not Hidden.SMALL or count < MIN_SHOWN
            else:
                assert cell == count
                assert not 0 < count < MIN_SHOWN


@given(tables(most=9, lines=8))
@drawn(60, 3000)
def test_every_hidden_cell_of_a_larger_table_lies_on_a_way_that_leads_back(
    cells: list[list[int]],
) -> None:
    """Look for the way of each cell by itself, where all tables would be too many to try."""
    table = hide_small_cells(cells)
    hidden = {
        (row, column): cell
        for row, line in enumerate(table)
        for column, cell in enumerate(line)
        if isinstance(cell, Hidden)
    }
    if Hidden.SMALL not in hidden.values():  # nothing, or everything is hidden
        return
    counts = with_totals(cells)

    def may_change(place: tuple[int, int], step: int) -> bool:
        row, column = place
        if (row == len(cells)) != (column == len(cells[0])):
            step = -step
        if hidden[place] is Hidden.SMALL:
            return 0 < counts[row][column] + step < MIN_SHOWN
        return counts[row][column] + step >= MIN_SHOWN

    def leads_back(start: tuple[int, int], step: int) -> bool:
        """Say whether there is a cycle of hidden cells, by turns greater and less by one."""
        columns = {start[1]}
        for _ in hidden:
            rows = {
                row
                for row, column in hidden
                if column in columns and (row, column) != start and may_change((row, column), -step)
            }
            if start[0] in rows:
                return True
            columns |= {
                column for row, column in hidden if row in rows and may_change((row, column), step)
            }
        return False

    for place in hidden:
        assert any(may_change(place, step) and leads_back(place, step) for step in (1, -1)), place
