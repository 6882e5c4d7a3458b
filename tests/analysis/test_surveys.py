"""Counts of surveys: what is stored, what readers are told, and what nobody can derive."""

from __future__ import annotations

import itertools
import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

import pytest

from copkit.analysis.surveys import (
    CommunityFigures,
    SurveyTally,
    agreement_of,
    percentage,
    tally_rows,
    tell_communities,
)
from copkit.errors import CopkitError, Problem
from copkit.records.surveys import (
    ELSEWHERE,
    MIN_ANSWERS,
    NO_OPINION,
    Survey,
    SurveyRow,
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
  - id: community
    text: Where are you?
    kind: community
  - id: skills
    text: I do my work better
    kind: agreement
---
"""


def survey_of(text: str, problems: list[Problem] | None = None) -> Survey:
    source = SourceText("surveys/a-year/survey.md", text)
    found = [] if problems is None else problems
    return parse_survey(read_document(source, found, markdown=True), "a-year")


def rows_of(*points: tuple[str, int]) -> list[SurveyRow]:
    """Return rows by community and point; -2 stands for a question left blank."""
    return [
        SurveyRow(slug, {} if point == -2 else {"skills": (point,)}, {}) for slug, point in points
    ]


def test_fewer_than_five_answers_are_not_stored_at_all() -> None:
    with pytest.raises(CopkitError, match="4 answers to count"):
        tally_rows(survey_of(SURVEY), rows_of(*[("brighton", 0)] * 4))


def test_small_communities_are_added_together_and_one_alone_is_joined_by_the_next() -> None:
    people = {"brighton": 9, "halifax": 3, "stoke": 6}
    rows = rows_of(*[(slug, 1) for slug, count in people.items() for _ in range(count)])

    tally = tally_rows(survey_of(SURVEY), rows)

    assert tally.people == {"brighton": 9, ELSEWHERE: 9}
    assert tally.too_few == ("halifax", "stoke")
    assert tally.given["skills", ELSEWHERE] == (0, 9, 0, 0, 0, 0, 0)


def test_who_has_no_opinion_or_left_it_blank_is_counted_apart() -> None:
    rows = rows_of(*[("brighton", 0)] * 5, ("brighton", NO_OPINION), ("brighton", -2))

    assert tally_rows(survey_of(SURVEY), rows).given["skills", ""] == (5, 0, 0, 0, 0, 1, 1)


def drawn_tallies(cases: int) -> Iterator[tuple[list[SurveyRow], SurveyTally]]:
    """Yield tallies of 2 to 6 communities of 1 to 12 answers each."""
    chance = random.Random(22)
    for _ in range(cases):
        slugs = [f"c{number}" for number in range(chance.randint(2, 6))]
        rows = rows_of(
            *[
                (slug, chance.choice([0, 1, 1, 2, 3, 4, NO_OPINION, -2]))
                for slug in slugs
                for _ in range(chance.randint(1, 12))
            ]
        )
        if len(rows) >= MIN_ANSWERS:
            yield rows, tally_rows(survey_of(SURVEY), rows)


def test_nothing_that_is_stored_is_of_fewer_than_five_people_and_no_difference_is() -> None:
    for rows, tally in drawn_tallies(3000 if LONG else 300):
        assert sum(tally.people.values()) == len(rows)
        assert all(people >= MIN_ANSWERS for people in tally.people.values())
        whole = tally.given.get(("skills", ""))
        apart = [numbers for (_, slug), numbers in tally.given.items() if slug]
        if whole is None:
            assert not apart
            continue
        assert all(sum(numbers[:5]) >= MIN_ANSWERS for numbers in (whole, *apart))
        left = sum(whole[:5]) - sum(sum(numbers[:5]) for numbers in apart)
        assert left == 0 or not apart


def test_two_imports_leave_no_small_rest_of_the_whole_to_readers_outside() -> None:
    # What an import of one community adds is in the whole alone, and could be subtracted.
    tallies = [tally for _, tally in drawn_tallies(3000 if LONG else 300)]
    printed = 0
    for first, second in itertools.pairwise(tallies):
        sums: dict[str, Counter[int]] = defaultdict(Counter)
        for tally in (first, second):
            for (_, slug), numbers in tally.given.items():
                sums[slug].update(dict(enumerate(numbers[:5])))
        figures = {
            slug: CommunityFigures(slug, given.total(), given[0] + given[1])
            for slug, given in sums.items()
        }
        whole = figures.pop("", CommunityFigures("", 0, 0))

        shown = tell_communities([*figures.values()], whole)

        printed += bool(shown) or whole.n >= 10
        assert not shown or sum(one.n for one in shown) == whole.n
        assert not shown or sum(one.agreed for one in shown) == whole.agreed
        assert all(one.n >= 10 and 0 < one.agreed < one.n for one in shown)
    assert 2 * printed >= len(tallies)


def told(sizes: Sequence[int], agreed: Sequence[int]) -> tuple[CommunityFigures, ...]:
    figures = [
        CommunityFigures(f"c{number}", n, k)
        for number, (n, k) in enumerate(zip(sizes, agreed, strict=True))
    ]
    return tell_communities(figures)


def hidden_values(
    sizes: Sequence[int],
) -> Iterator[tuple[tuple[CommunityFigures, ...], list[set[int]], bool]]:
    """Yield each thing that readers can be told, with what every community can have said then.

    Readers are taken to know the rules, how many answered where, and the headline of the whole.
    """
    outputs: dict[tuple[int, tuple[CommunityFigures, ...]], list[set[int]]] = defaultdict(
        lambda: [set() for _ in sizes]
    )
    for agreed in itertools.product(*(range(n + 1) for n in sizes)):
        output = (sum(agreed), told(sizes, agreed))
        for possible, k in zip(outputs[output], agreed, strict=True):
            possible.add(k)
    for (whole, shown), values in outputs.items():
        yield shown, values, whole in {0, sum(sizes)}


@pytest.mark.parametrize("communities", [2, 3, 4] if not LONG else [2, 3, 4, 5, 6])
def test_no_hidden_community_can_be_derived_from_what_readers_outside_are_told(
    communities: int,
) -> None:
    # Six communities have too many cases to try all: five and six are tried with fewer answers.
    chance = random.Random(communities)
    draws = {2: 40, 3: 12}.get(communities, 3)
    for _ in range(draws):
        most = 12 if communities < 5 else 7
        sizes = [chance.randint(1, most) for _ in range(communities)]
        for shown, values, is_exempt in hidden_values(sizes):
            names = {one.community for one in shown}
            if is_exempt:  # 33 of 33: the headline of the programme says it of everybody
                continue
            for number, possible in enumerate(values):
                assert f"c{number}" in names or len(possible) > 1, (sizes, shown)


def test_readers_outside_are_told_of_ten_answers_or_more_and_never_that_all_agreed() -> None:
    chance = random.Random(6)
    shown = 0
    for _ in range(2000):
        sizes = [chance.randint(1, 12) for _ in range(chance.randint(2, 6))]
        agreed = [chance.randint(0, n) for n in sizes]
        figures = told(sizes, agreed)
        shown += bool(figures) or sum(sizes) >= 10
        for one in figures:
            assert one.n >= 10
            assert 0 < one.agreed < one.n
    assert shown >= 1000  # at least half of them print something


def test_what_is_stored_as_elsewhere_is_never_told_apart_below_ten() -> None:
    figures = [
        CommunityFigures("brighton", 12, 8),
        CommunityFigures("stoke", 11, 6),
        CommunityFigures(ELSEWHERE, 6, 3),
    ]

    assert tell_communities(figures) == (
        CommunityFigures("brighton", 12, 8),
        CommunityFigures(ELSEWHERE, 17, 9),
    )


@pytest.mark.parametrize(
    ("part", "whole", "written"),
    [
        (31, 33, "94%"),
        (1, 8, "13%"),
        (399, 400, "over 99%"),
        (1, 400, "under 1%"),
        (0, 9, "0%"),
        (9, 9, "100%"),
    ],
)
def test_a_share_is_whole_per_cent_and_never_all_or_nobody_unless_it_is(
    part: int, whole: int, written: str
) -> None:
    assert percentage(part, whole) == written


def test_the_middle_of_a_scale_is_neither() -> None:
    assert agreement_of((1, 2, 3, 4), 4) == (3, 0, 7)
    assert agreement_of((1, 2, 3, 4, 5), 5) == (3, 3, 9)
    assert agreement_of((1, 1, 1, 4, 2, 2, 2), 7) == (3, 4, 6)


def test_counts_of_a_few_people_in_the_file_are_faults() -> None:
    text = (
        "answered:\n  - id: brighton\n    people: 3\ncounts:\n  - id: skills-brighton\n"
        "    question: skills\n    community: brighton\n    given: 1 2 0 0 0\n"
        "  - id: skills\n    question: skills\n    given: a few\n"
    )
    problems: list[Problem] = []
    source = SourceText("surveys/a-year/counts.yaml", text)

    parse_counts(read_document(source, problems, markdown=False), "a-year")

    assert [(problem.line, problem.code) for problem in problems] == [
        (3, "small-count"),
        (8, "small-count"),
        (11, "bad-number"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("kind: agreement", "kind: agreement\n    points: 6", "has 4, 5 or 7 points, not 6"),
        ("kind: agreement", "kind: choice", "no answers to choose from"),
        ("kind: agreement", "kind: community", "two questions are of the kind community"),
        ("asked_on: 2012-12-03", "asked_on: 2012-12-03\nof: many", "how many were asked"),
        ("asked_on: 2012-12-03", "asked_on: 2012-12-03\nof: 40", "does not say who was asked"),
    ],
)
def test_a_survey_that_cannot_be_counted_is_a_fault(old: str, new: str, message: str) -> None:
    problems: list[Problem] = []

    survey_of(SURVEY.replace(old, new), problems)

    assert [message in problem.message for problem in problems] == [True]


def test_the_communities_that_are_shown_are_those_of_the_rows() -> None:
    for rows, tally in drawn_tallies(50):
        own = Counter(row.community for row in rows)
        assert all(slug == ELSEWHERE or own[slug] == n for slug, n in tally.people.items())
