"""What each chart says: its bars begin at zero, and its words tell its figures."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from copkit.analysis.privacy.site import SiteReduction
from copkit.documents.charts.bars import build_bars
from copkit.documents.charts.drawing import LONGEST_ALTERNATIVE, text_alternative, ticks_up_to
from copkit.documents.charts.growth import MOST_MONTHS, build_growth
from copkit.documents.charts.heat_map import build_heat_map
from copkit.documents.charts.network import HOLLOW
from copkit.documents.facts.write_up import build_write_up
from copkit.records.schema.audience import Audience
from tests.documents.charts.samples import (
    END,
    example,
    months_of,
    network_of,
    of_the_example,
    register,
)


def test_bars_begin_at_zero_and_are_as_long_as_their_numbers() -> None:
    doors, _, keys = build_bars(
        "Blockages", [("Doors", 8), ("Forms", 0), ("Keys", 2)], "cases"
    ).bars

    assert doors.x == keys.x
    assert doors.length == pytest.approx(4 * keys.length, abs=0.3)


def test_columns_stand_on_the_zero_line_and_the_line_has_a_gap_where_nobody_met() -> None:
    chart = build_growth(months_of([15, 0, 9]))
    zero = chart.meetings.grid[0].y1

    assert [bar.y + bar.height for bar in chart.bars] == pytest.approx([zero] * 2)
    assert [len(run) for run in chart.runs] == [1, 1]
    assert [label.text for label in chart.numbers] == ["5", "15"]
    assert "December 2010 no meeting" in chart.words
    assert "January 2011 9 at 2 meetings" in chart.words


def test_only_the_last_months_are_drawn() -> None:
    assert [len(run) for run in build_growth(months_of([1] * 80)).runs] == [MOST_MONTHS]


@pytest.mark.parametrize(
    ("largest", "ticks"),
    [(0, (0, 1)), (3, (0, 1, 2, 3)), (11, (0, 5, 10, 15)), (51, (0, 20, 40, 60))],
)
def test_a_scale_has_round_numbers_from_zero(largest: int, ticks: tuple[int, ...]) -> None:
    assert ticks_up_to(largest) == ticks


def test_the_words_of_the_matrix_give_its_totals_and_the_roles_without_anybody() -> None:
    words = of_the_example()["matrix"].words

    assert words.startswith("54 confirmed members in six communities. Nobody confirmed")
    assert "Nobody confirmed, NHS: Mental Health Worker, Drugs Worker and A&E Consultant." in words
    assert words.endswith("The table has the rest.")
    few = text_alternative(["One finding", "Another"], "More below.")
    assert few == "One finding. Another."
    assert len(text_alternative(["word " * 90], "More below.")) <= LONGEST_ALTERNATIVE


@pytest.mark.parametrize("name", sorted(of_the_example()))
def test_no_text_alternative_is_longer_than_somebody_can_listen_to(name: str) -> None:
    assert len(of_the_example()[name].words) <= LONGEST_ALTERNATIVE


def test_the_matrix_draws_a_chip_for_every_letter_of_the_table() -> None:
    chart: Any = of_the_example()["matrix"]
    letters = [chip.letter for band in chart.bands for line in band.lines for chip in line.chips]

    assert (letters.count("X"), letters.count("Y"), letters.count("F")) == (48, 22, 6)
    assert [label.text for label in chart.totals] == ["13", "5", "9", "12", "9", "6"]
    assert sum(line.frame is not None for band in chart.bands for line in band.lines) == 2


def test_the_heat_map_knows_who_was_no_member_yet_and_who_sent_somebody() -> None:
    found = register()
    chart = build_heat_map(found)
    rows = {
        " ".join(label.text for label in line.role): "".join(
            cell.letter or "." for cell in line.cells
        )
        for line in chart.lines
    }

    assert rows["Manager - Homelessness Response Team [16-17 Year olds]"] == "––PPPPPPPPP"
    assert rows["Housing Support Worker"] == "P.–––––––––"
    assert rows["Community Matron"] == "PPPSPPPPPPP"
    assert [label.text for label in chart.years] == ["2012", "2013"]
    assert chart.days[0].text == "21 Mar"
    assert chart.present[0].text == "16"
    assert "21 March 2012 16" in chart.words
    assert chart.words.endswith("The table has the rest.")


def test_a_community_that_has_not_met_says_so() -> None:
    chart = build_heat_map(replace(register(), meetings=(), members=()))

    assert chart.words == "Brighton: No meeting is on record yet."
    assert chart.note


def test_a_sector_without_anybody_is_hollow_and_the_largest_is_largest() -> None:
    chart: Any = network_of(["NHS", "Police", "Council"])
    nodes = {node.name[0].text: node for node in (*chart.left, *chart.right)}

    assert nodes["Council 2"].hollow
    assert nodes["Council 2"].radius == HOLLOW
    assert nodes["Police 1"].radius > nodes["NHS 0"].radius
    assert nodes["Council 2"].people.text == "nobody yet"


def test_the_words_of_the_network_name_the_pairs_that_meet_most_often() -> None:
    words = of_the_example()["network"].words

    assert "Voluntary Sector 35, Local Authority (LA) 7" in words
    assert "Voluntary Sector and Local Authority (LA) together in 5 of 6." in words
    assert len(words) <= LONGEST_ALTERNATIVE


def test_the_words_of_both_timelines_begin_with_the_finding() -> None:
    asks, case = (of_the_example()[name] for name in ("asks", "timeline"))

    assert asks.title == "5 of 11 questions answered; the longest silence is 68 days"
    assert asks.words.startswith(f"{asks.title}. Joint commissioning board: no answer after 68")
    assert case.title == "Three suggestions were reported on within 63 days"
    assert case.words.startswith(f"{case.title}. Ask the mental health team")


def test_what_waits_is_dotted_until_the_day_of_the_document() -> None:
    chart: Any = of_the_example()["asks"]
    ends = [(line.is_over, line.stroke.x2) for row in chart.rows for line in row.lines]

    assert [is_over for is_over, _ in ends] == [False] * 6 + [True] * 5
    assert {x for is_over, x in ends if not is_over} == {max(x for _, x in ends)}


@pytest.mark.parametrize("reader", [Audience.COMMISSIONERS, Audience.PUBLIC])
def test_no_reader_outside_learns_on_which_days_a_case_went_on(reader: Audience) -> None:
    [case] = [
        case
        for records in example().communities
        for case in records.cases
        if case.slug == "assessed-only-when-sober"
    ]
    view = SiteReduction(example(), reader, END).draft(case)

    facts = build_write_up(view)

    assert (facts.charts, facts.days) == ((), ())
    assert facts.tried
    assert all(one.told is one.due is None for one in view.cases[0].suggestions)
