"""Dates, numbers and words by the thousand: they take no longer than other texts."""

from __future__ import annotations

import pytest

from copkit.pii.kinds import DetailKind
from copkit.pii.scan import find_details
from tests.conftest import cpu_at_most

MANY = [
    "12 March 1961, ",
    "1961-03-12 ",
    "12/03/1961 ",
    "born 12.03.61\n",
    "hospital 12/03/1961 ",
    "he was admitted 12/03/1961 and ",
    "meeting of the trial 12/03/1961 ",
    "20-32-06 ",
    "20-32-06 55779911\n",
    "sort code 203206 ",
]


@pytest.mark.parametrize("passage", MANY)
def test_a_list_of_dates_or_sort_codes_takes_no_longer_than_other_texts(passage: str) -> None:
    text = passage * (60_000 // len(passage))

    for _ in cpu_at_most(1):
        find_details(text)


@pytest.mark.parametrize("passage", ["J", "J'", "Ab (", "who ", "née Ab Ab ", "the only ", "1/"])
def test_a_line_of_one_thing_over_and_over_takes_no_longer_either(passage: str) -> None:
    text = passage * (24_000 // len(passage))  # too long to be remembered: each try is a search

    for _ in cpu_at_most(2):
        find_details(text)


@pytest.mark.slow
@pytest.mark.parametrize("passage", ["20-32-06 ", "he was admitted 12/03/1961 and "])
def test_300_kilobytes_of_them_take_five_seconds(passage: str) -> None:
    text = passage * (300_000 // len(passage))

    for _ in cpu_at_most(5):
        find_details(text)


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        ("He was admitted on 12/03/2012.", True),
        ("Admitted 12/03/2012, again.", True),
        ("The meeting about his trial was on 12/03/2012.", False),
        ("He was admitted. The forum met on 12/03/2012.", False),
        ("The forum met on 12/03/2012. He was admitted.", False),
    ],
)
def test_a_date_counts_with_the_event_of_its_own_sentence(text: str, *, is_found: bool) -> None:
    kinds = [finding.kind for finding in find_details(text)]

    assert (DetailKind.DATE in kinds) is is_found
