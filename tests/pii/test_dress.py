"""Identifiers are found in whatever dress people write them, with a word for them or without.

``COPKIT_LONG=1`` draws ten times as many. What a sort may miss at most was set before measuring.
"""

from __future__ import annotations

import re
from collections import Counter

import pytest

from copkit.errors import Severity
from copkit.pii.scan import find_details, mask_findings
from tests.conftest import LONG
from tests.pii.dress import Dressed, dressed

DRAWN = 30_000 if LONG else 3_000
OF_ALL, OF_EACH = 0.99, 0.97

_CODED = re.compile(r"&#?[\w•]{2,8};|%[0-9A-F•]{2}", re.IGNORECASE)


@pytest.fixture(scope="module")
def missed() -> list[Dressed]:
    return [one for one in dressed(2012, DRAWN) if not is_found(one)]


def is_found(one: Dressed) -> bool:
    """Say whether no letter and no digit of an identifier is left where direct findings lie."""
    left = _CODED.sub("", hidden(one.text)[one.start : one.end])
    return not any(sign.isalnum() for sign in left)


def hidden(text: str) -> str:
    direct = [one for one in find_details(text) if one.kind.severity is Severity.ERROR]
    return mask_findings(text, direct)


def test_at_least_99_of_100_are_found(missed: list[Dressed]) -> None:
    assert len(missed) <= DRAWN * (1 - OF_ALL), [one.text for one in missed[:20]]


def test_at_least_97_of_100_of_each_sort_are_found(missed: list[Dressed]) -> None:
    drawn = Counter(one.sort for one in dressed(2012, DRAWN))
    found = drawn - Counter(one.sort for one in missed)

    short = {sort: f"{found[sort]} of {drawn[sort]}" for sort in drawn}
    assert {s: said for s, said in short.items() if found[s] < OF_EACH * drawn[s]} == {}


def test_the_same_seed_dresses_alike_and_another_otherwise() -> None:
    assert list(dressed(1, 100)) == list(dressed(1, 100)) != list(dressed(2, 100))


MALFORMED = [
    "NHS number 999 892 8104",
    "Her NHS no is 999892810.",
    "nhs: 999-892-81044",
    "| NHS no |\n|---|\n| 999 892 8104 |\n",
    "nhs_number: '9998928104'\n",
    "scans/nhs_9998928104.pdf",
    "CHI number 010199 1235",
    "NI number QQ 12 34 56",
    "NINO: QQ 12 34 56 C",
    "national insurance no. DF123456A",
    "PNC ID 99/7654321Z",
    "PNC 1999/1234Z",
    "prison number AB1234",
    "sort code 99-99-99",
    "postcode: SW23 1OO",
    "MRN 44718",
    "crime ref 4471/19",
    "registration: AB 12 CDE",
    "DOB 31/02/1981",
    "d.o.b 1 1 81",
]


@pytest.mark.parametrize("text", MALFORMED)
def test_a_mistyped_one_is_found_by_the_word_for_it(text: str) -> None:
    assert "•" in hidden(text)
