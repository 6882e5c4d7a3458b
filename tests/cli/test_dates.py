"""Dates as people type them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from copkit.cli.dates import Period, read_days
from tests.cli.terminal import talk
from tests.conftest import Copkit

TODAY = dt.date(2026, 5, 4)  # a Monday
YEAR = Period(dt.date(2026, 1, 1), dt.date(2026, 12, 31))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("4/5/26", ["2026-05-04"]),
        ("4.5.2026", ["2026-05-04"]),
        ("4 May", ["2026-05-04"]),
        ("May 4", ["2026-05-04"]),
        ("4th May 2026", ["2026-05-04"]),
        ("12.6.", ["2026-06-12"]),
        ("Monday 8 June", ["2026-06-08"]),
        ("Wed", ["2026-05-06", "2026-04-29"]),
        ("next Wed", ["2026-05-06", "2026-05-13"]),
        ("last Friday", ["2026-05-01"]),
        ("Fri week", ["2026-05-15"]),
        ("tomorrow", ["2026-05-05"]),
        ("in two weeks", ["2026-05-18"]),
        ("3 days ago", ["2026-05-01"]),
        ("in a month", ["2026-06-04"]),
        ("soon", []),
    ],
)
def test_a_date_is_read_as_a_person_means_it(text: str, expected: list[str]) -> None:
    assert [str(day) for day in read_days(text, TODAY, YEAR)] == expected


def test_a_year_is_guessed_only_where_one_fits_the_programme() -> None:
    two_years = Period(dt.date(2025, 9, 1), dt.date(2027, 8, 31))

    assert [day.year for day in read_days("5 May", TODAY, two_years)] == [2026, 2027]
    assert [day.year for day in read_days("4 May", TODAY, two_years)] == [2026]  # today
    assert [day.year for day in read_days("1 Oct", TODAY, YEAR)] == [2026]


@pytest.mark.parametrize("text", ["31 June", "5/13/26", "29 Feb 2026", "Tuesday 4 May"])
def test_what_is_no_date_is_said(text: str) -> None:
    with pytest.raises(ValueError, match=r"days|no month|is a Monday"):
        read_days(text, TODAY, YEAR)


@pytest.fixture
def programme(copkit: Copkit, tmp_path: Path) -> Path:
    folder = tmp_path / "programme"
    copkit("init", folder, "--name", "Harbour", "--starts", "1/1/26", "--ends", "31 Dec 2027")
    copkit("new-community", "Brighton", "-C", folder)
    return folder


def test_a_date_is_shown_back_in_words(programme: Path, copkit: Copkit) -> None:
    result = copkit("new-meeting", "brighton", "4/5/26", "-C", programme)

    assert "4/5/26: Monday 4 May 2026" in result.stderr
    assert (programme / "communities/brighton/meetings/2026-05-04.md").exists()


def test_two_meanings_are_refused_with_both_where_nobody_can_be_asked(
    programme: Path, copkit: Copkit
) -> None:
    words = ("new-meeting", "brighton", "4 May", "-C", programme)

    result = copkit(*words, env={"COPKIT_TODAY": "2026-01-05"})

    assert result.status == 2
    hint = " ".join(result.stderr.split())
    assert "write 2026-05-04 (Monday 4 May 2026) or 2027-05-04 (Tuesday 4 May 2027)" in hint


def test_two_meanings_are_asked_on_a_terminal(programme: Path) -> None:
    status, screen = talk(programme, ["new-meeting", "brighton", "4 May"], "2")

    assert status == 0, screen
    assert (programme / "communities/brighton/meetings/2027-05-04.md").exists()


def test_three_wrong_answers_end_with_the_option(programme: Path) -> None:
    status, screen = talk(programme, ["new-brief"], "Beds", "soon", "later", "one day")

    assert status == 2, screen
    assert "say it beforehand with --from" in screen
