"""What two tables give away together is found, as trying every possible table finds it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from itertools import product
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from copkit.analysis.privacy.differences import StatedCount, come_out, is_small
from copkit.analysis.privacy.small_cells import Count, Hidden, hide_small_cells, hide_small_count
from tests.conftest import drawn

Parts = frozenset[Any]
MOST = 9  # of a part, where every possible table is tried
NUMBERS = st.integers(0, 6)


def of(*parts: Any) -> Parts:
    return frozenset(parts)


def table(rows: Sequence[Sequence[Parts]], counts: dict[Any, int]) -> list[StatedCount[Any]]:
    """Return a table with its totals, as readers outside get it."""
    shown = hide_small_cells([[sum(counts[part] for part in cell) for cell in row] for row in rows])
    whole = [[*row, of().union(*row)] for row in rows]
    totals = [of().union(*column) for column in zip(*whole, strict=True)]
    return [
        StatedCount(parts, count)
        for line, counted in zip([*whole, totals], shown, strict=True)
        for parts, count in zip(line, counted, strict=True)
    ]


def looks(count: int, shown: Count) -> bool:
    """Return whether a count could be shown so."""
    if isinstance(shown, Hidden):
        return is_small(count) if shown is Hidden.SMALL else count > 0
    return count == shown


def every_possible(cells: Iterable[StatedCount[Any]], parts: Sequence[Any]) -> list[dict[Any, int]]:
    """Return every way to fill the parts that looks like the cells."""
    cells = [*cells]
    return [
        filled
        for numbers in product(range(MOST + 1), repeat=len(parts))
        for filled in [dict(zip(parts, numbers, strict=True))]
        if all(looks(sum(filled[part] for part in cell.parts), cell.shown) for cell in cells)
    ]


def found_by_trying(
    targets: Iterable[Parts],
    first: Collection[StatedCount[Any]],
    second: Collection[StatedCount[Any]],
    counts: dict[Any, int],
) -> set[Parts]:
    parts = [*counts]
    possible = [every_possible(cells, parts) for cells in ([*first, *second], first, second)]

    def is_certain(target: Parts, filled: list[dict[Any, int]]) -> bool:
        return len({sum(one[part] for part in target) for one in filled}) == 1

    return {
        target
        for target in targets
        if is_certain(target, possible[0])
        and not any(is_certain(target, alone) for alone in possible[1:])
    }


@drawn(12, 600)
@given(st.tuples(NUMBERS, NUMBERS, NUMBERS, NUMBERS))
def test_a_table_and_the_total_of_some_columns(numbers: tuple[int, ...]) -> None:
    counts = dict(zip(product("ab", "xy"), numbers, strict=True))
    whole = table([[of((row, column)) for column in "xy"] for row in "ab"], counts)
    column = of(("a", "x"), ("b", "x"))
    part = [StatedCount(column, hide_small_count(sum(counts[place] for place in column)))]
    targets = [
        target
        for target in (*map(of, counts), column, of(("a", "y"), ("b", "y")))
        if is_small(sum(counts[place] for place in target))
    ]

    found = set(come_out(targets, whole, part, counts))

    assert found == found_by_trying(targets, whole, part, counts)


@drawn(12, 600)
@given(st.lists(NUMBERS, min_size=4, max_size=4), st.booleans())
def test_two_tables_of_different_columns(numbers: list[int], is_reversed: bool) -> None:
    counts = dict(zip("wxyz", numbers, strict=True))
    tables = [table([[*map(of, columns)]], counts) for columns in ("wxyz", "xyz")]
    first, second = reversed(tables) if is_reversed else tables
    targets = [of(part) for part in counts if is_small(counts[part])]

    found = set(come_out(targets, first, second, counts))

    assert found == found_by_trying(targets, first, second, counts)


@drawn(12, 600)
@given(st.lists(NUMBERS, min_size=2, max_size=2), st.lists(NUMBERS, min_size=2, max_size=2))
def test_the_same_table_before_and_after_it_has_grown(then: list[int], since: list[int]) -> None:
    counts = {"x": then[0], "y": then[1], "x later": since[0], "y later": since[1]}
    before = table([[of("x"), of("y")]], counts)
    after = table([[of("x", "x later"), of("y", "y later")]], counts)
    targets = [
        cell.parts
        for cell in (*before, *after)
        if isinstance(cell.shown, Hidden) and is_small(sum(counts[part] for part in cell.parts))
    ]

    found = set(come_out(targets, before, after, counts))

    assert found == found_by_trying(targets, before, after, counts)


def test_a_total_without_one_column_gives_that_column_away() -> None:
    counts = {"x": 3, "y": 8, "z": 9}
    whole, without = of("x", "y", "z"), of("y", "z")

    found = come_out([of("x")], [StatedCount(whole, 20)], [StatedCount(without, 17)], counts)

    assert list(found) == [of("x")]


def test_what_one_document_hides_protects_the_other() -> None:
    counts = {"x": 3, "y": 8, "z": 9}
    whole, without = StatedCount(of("x", "y", "z"), 20), StatedCount(of("y", "z"), Hidden.WITHHELD)

    assert list(come_out([of("x")], [whole], [without], counts)) == []


def test_what_one_document_tells_by_itself_is_not_held_against_two() -> None:
    counts = {"x": 3, "y": 8}
    alone = [StatedCount(of("x", "y"), 11), StatedCount(of("y"), 8)]

    assert list(come_out([of("x")], alone, [StatedCount(of("y"), 8)], counts)) == []
