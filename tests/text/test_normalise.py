"""Words find their other forms, and no other words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copkit.text.normalise import WORD, fold, stem, stem_root, stems_in, words_in
from tests.conftest import drawn

ALIKE = [
    "refusal refusals",
    "refuse refuses refused refusing",
    "agency agencies",
    "policy policies",
    "study studies studied studying",
    "service services",
    "assess assessed assesses assessing assessment assessments",
    "refer referred referring refers",
    "house housing houses housed",
    "crisis crises",
    "analysis analyses",
    "homeless homelessness",
    "manage managed managing management",
    "agree agreed agreeing agreement",
    "church churches",
    "counsel counselled counselling",
    "appointment appointments",
]
UNLIKE = [
    ("police", "policy"), ("worker", "work"), ("need", "nee"), ("status", "stat"), ("thing", "th"),
    ("bus", "bu"), ("speed", "sp"), ("focus", "focu"), ("illness", "i"), ("bed", "b"),
]  # fmt: skip


@pytest.mark.parametrize("family", ALIKE)
def test_forms_of_a_word_find_one_another(family: str) -> None:
    assert len({stem(word) for word in family.split()}) == 1, [*map(stem, family.split())]


@pytest.mark.parametrize(("one", "other"), UNLIKE)
def test_other_words_are_not_found(one: str, other: str) -> None:
    assert stem(one) != stem(other)


def test_accents_capitals_and_typographic_signs_do_not_matter() -> None:
    assert fold("Café’s “CRÈCHE” – Łódź") == 'cafe\'s "creche" - lodz'
    assert words_in("cafe\u0301 de\u00adtox, _well_-being") == ["cafe", "detox", "well", "being"]
    assert stems_in("Притулок 2011") == ["притулок", "2011"]


LETTERS = st.text("abdeginmorsty", min_size=1, max_size=12)


@given(LETTERS)
@drawn(300, 5000)
def test_every_word_begins_with_the_root_of_its_stem(word: str) -> None:
    assert stem_root(stem(word))
    assert word.startswith(stem_root(stem(word)))


@given(LETTERS.map(lambda word: f"{word}s"))
@drawn(200, 3000)
def test_a_stem_is_never_longer_than_its_word(word: str) -> None:
    assert len(stem(word)) <= len(word)


@given(st.text(max_size=40))
@drawn(200, 3000)
def test_what_is_folded_is_not_folded_further(text: str) -> None:
    assert words_in(fold(text)) == words_in(text)
    assert words_in(text) == WORD.findall(fold(text))
