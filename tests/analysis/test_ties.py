"""Who works with whom: what is stored, and that nobody outside can work out a small count."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterable

import pytest

from copkit.analysis.ties import (
    SectorPair,
    TieFigures,
    are_safe,
    join_classes,
    tally_ties,
    tell_pairs,
)
from copkit.errors import Problem
from copkit.records.surveys import (
    NO_OPINION,
    OTHER_SECTORS,
    SurveyRow,
    TieTime,
    parse_counts,
    parse_survey,
)
from copkit.text.front_matter import read_document
from copkit.text.source import SourceText
from tests.conftest import LONG

SURVEY = """---
title: After a year
asked_on: 2012-12-03
questions:
  - id: sector
    text: Which sector do you work in?
    kind: sector
  - id: then
    text: How far did you work with these?
    kind: tie
    when: before
  - id: works-with
    text: How far do you work with these?
    kind: tie
---
"""
SECTORS = ("Health", "Housing", "Police")


def tally_of(rows: list[SurveyRow]):  # type: ignore[no-untyped-def]
    document = read_document(SourceText("surveys/a/survey.md", SURVEY), [], markdown=True)
    return tally_ties(parse_survey(document, "a").with_sectors(SECTORS), rows)


def row(sector: str, *rungs: int) -> SurveyRow:
    return SurveyRow("", {"then": rungs, "works-with": rungs}, {}, sector)


def test_fewer_than_ten_answers_leave_no_tie() -> None:
    tally = tally_of([row("Health", 0, 1, 2)] * 9)

    assert (tally.given, tally.totals) == ({}, {})


def test_ties_are_counted_by_sector_and_reach_leaves_out_ones_own() -> None:
    rows = [row("Health", 3, 2, 3)] * 6 + [row("Housing", 0, 3, NO_OPINION)] * 6

    tally = tally_of(rows)

    assert tally.given[TieTime.NOW, "Health", "Police"] == (0, 0, 0, 6)
    assert tally.given[TieTime.BEFORE, "Housing", "Housing"] == (0, 0, 0, 6)
    assert (TieTime.NOW, "Housing", "Police") not in tally.given
    assert tally.totals[TieTime.NOW].reach == (6, 6, 0)
    assert tally.totals[TieTime.NOW].depth == (6, 0, 6, 6)


def test_a_small_sector_is_added_to_the_next_smallest() -> None:
    rows = [row("Health", 3, 2, 3)] * 8 + [row("Housing", 1, 3, 1)] * 5 + [row("Police", 0, 0, 3)]

    tally = tally_of(rows)

    assert {sector for _, sector, _ in tally.given} == {"Health", OTHER_SECTORS}
    assert tally.given[TieTime.NOW, OTHER_SECTORS, "Health"] == (1, 5, 0, 0)


def test_who_names_no_sector_counts_in_reach_alone() -> None:
    tally = tally_of([row("Health", 3, 2, 3)] * 9 + [row("", 2, 2, 2)])

    assert {sector for _, sector, _ in tally.given} == {"Health"}
    assert tally.totals[TieTime.NOW].reach == (0, 9, 1)


def test_nothing_stored_is_of_fewer_than_five_people() -> None:
    chance = random.Random(23)
    for _ in range(2000 if LONG else 200):
        rows = [
            row(chance.choice((*SECTORS, "")), *(chance.randint(-1, 3) for _ in SECTORS))
            for _ in range(chance.randint(8, 25))
        ]
        assert all(sum(numbers) >= 5 for numbers in tally_of(rows).given.values())


@pytest.mark.parametrize(
    ("reach", "classes", "told"),
    [
        ({"before": (20, 8, 5), "now": (6, 13, 14)}, 3, [(20, 8, 5), (6, 13, 14)]),
        ({"before": (20, 8, 2), "now": (6, 13, 11)}, 2, [(20, 10), (6, 24)]),
        ({"before": (9, 9, 9), "now": (8, 9, 11)}, 0, []),
    ],
)
def test_classes_of_few_people_or_of_a_small_change_are_joined(
    reach: dict[str, tuple[int, ...]], classes: int, told: list[tuple[int, ...]]
) -> None:
    names, counts = join_classes(
        {TieTime(when): numbers for when, numbers in reach.items()}, exact=False
    )

    assert len(names) == classes
    assert list(counts.values()) == told


def total_of(sides: Iterable[TieFigures | None]) -> TieFigures:
    told = [side for side in sides if side]
    return TieFigures(sum(side.n for side in told), sum(side.reached for side in told), 0)


def test_no_count_and_no_change_of_one_to_four_can_be_worked_out_outside() -> None:
    chance = random.Random(34)
    told_somewhere = 0
    for _ in range(5000 if LONG else 600):
        pairs = []
        for first, second in itertools.combinations(("a", "b", "c", "d"), 2):
            n = chance.randint(5, 40)
            before, now = (TieFigures(n, chance.randint(0, n), 0) for _ in range(2))
            pairs.append(SectorPair(first, second, before, now))
        whole = {
            TieTime.BEFORE: total_of(pair.before for pair in pairs),
            TieTime.NOW: total_of(pair.now for pair in pairs),
        }
        told = tell_pairs(pairs, whole)
        told_somewhere += len(told)
        names = {(pair.first, pair.second) for pair in told}
        hidden = [pair for pair in pairs if (pair.first, pair.second) not in names]
        # Each pair that is told, and what is left of the whole beside them.
        for group in [*([pair] for pair in told), *([hidden] if hidden and told else [])]:
            before = total_of(pair.before for pair in group)
            now = total_of(pair.now for pair in group)
            for side in (before, now):
                assert side.reached >= 5
                assert side.n - side.reached >= 5
            assert abs(before.reached - now.reached) not in range(1, 5)
    assert told_somewhere


def test_a_change_of_a_few_hides_both_counts() -> None:
    assert are_safe([TieFigures(30, 10, 0), TieFigures(30, 15, 0)])
    assert not are_safe([TieFigures(30, 10, 0), TieFigures(30, 12, 0)])
    assert not are_safe([TieFigures(30, 26, 0), TieFigures(30, 10, 0)])


@pytest.mark.parametrize(
    ("given", "code"), [("1 2 1 0", "small-count"), ("9 9", "bad-number"), ("many", "bad-number")]
)
def test_a_count_of_few_people_or_of_no_ladder_is_a_fault(given: str, code: str) -> None:
    text = f"""ties:
  - id: now-health-police
    when: now
    from: Health
    to: Police
    given: {given}
"""
    problems: list[Problem] = []
    parse_counts(
        read_document(SourceText("surveys/a/counts.yaml", text), problems, markdown=False), "a"
    )

    assert [(problem.code, problem.line) for problem in problems] == [(code, 6)]
