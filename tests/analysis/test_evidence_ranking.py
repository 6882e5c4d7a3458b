"""What answers best comes first: properties of BM25 that hold whatever the texts."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from copkit.analysis.evidence import (
    BM25_B,
    BM25_K1,
    FIELD_WEIGHTS,
    CountedText,
    rank,
    rarity,
    score_contributions,
)
from tests.conftest import drawn

counts = st.lists(st.integers(0, 20).map(float), min_size=2, max_size=2).map(tuple)
texts = st.lists(st.tuples(st.integers(1, 3000), counts), min_size=1, max_size=8).map(
    lambda found: [
        CountedText(f"card-{at}", length, both) for at, (length, both) in enumerate(found)
    ]
)


def order(texts: list[CountedText], rarities: tuple[float, ...] = (1.0, 1.0)) -> list[str]:
    return [one.name for one in rank(texts, rarities, 100)]


def test_scores_are_those_of_the_formula() -> None:
    text = CountedText("card", 150, (3.0,))
    norm = BM25_K1 * (1 - BM25_B + BM25_B * 1.5)
    rare = math.log(1 + (10 - 2 + 0.5) / (2 + 0.5))

    (ranked,) = rank([text], [rarity(10, 2)], 100)

    assert math.isclose(ranked.score, rare * 3 * (BM25_K1 + 1) / (3 + norm))


def test_a_rare_word_counts_for_more_than_a_common_one() -> None:
    rarities = (rarity(100, 60), rarity(100, 2))
    common, rare = CountedText("common", 100, (4.0, 0.0)), CountedText("rare", 100, (0.0, 1.0))

    assert order([common, rare], rarities) == ["rare", "common"]


def test_a_word_that_all_texts_have_still_counts_a_little_in_favour() -> None:
    assert 0 < rarity(10, 10) < rarity(10, 9)


def test_of_two_that_say_the_same_the_shorter_comes_first() -> None:
    assert order([CountedText("long", 400, (2.0, 0.0)), CountedText("short", 50, (2.0, 0.0))]) == [
        "short",
        "long",
    ]


def test_saying_one_word_ever_again_does_not_beat_saying_both() -> None:
    assert order([CountedText("a", 100, (50.0, 0.0)), CountedText("b", 100, (2.0, 2.0))]) == [
        "b",
        "a",
    ]


def test_equals_are_in_the_order_of_their_names() -> None:
    assert order([CountedText(name, 100, (1.0, 0.0)) for name in "cab"]) == ["a", "b", "c"]


def test_empty_texts_and_no_texts_are_ranked_as_well() -> None:
    assert rank([], [], 0) == []
    assert [one.score for one in rank([CountedText("a", 0, (0.0,))], [1.0], 0)] == [0]


@given(texts.flatmap(lambda found: st.tuples(st.just(found), st.permutations(found))))
@drawn(100, 2000)
def test_the_order_does_not_hang_on_the_order_of_reading(
    read: tuple[list[CountedText], list[CountedText]],
) -> None:
    assert order(read[0]) == order(read[1])


@given(texts, st.integers(0, 1))
@drawn(100, 2000)
def test_saying_a_word_once_more_never_lowers_a_text(found: list[CountedText], word: int) -> None:
    first = found[0]
    more = tuple(count + (at == word) for at, count in enumerate(first.counts))

    before = order(found).index(first.name)
    after = order([first._replace(counts=more), *found[1:]]).index(first.name)

    assert after <= before


@given(st.integers(1, 4), st.integers(1, 500), st.integers(1, 2000), st.data())
@drawn(100, 2000)
def test_all_words_in_a_title_beat_one_in_the_notes_at_the_same_length(
    words: int, holding: int, length: int, data: st.DataObject
) -> None:
    held = data.draw(st.lists(st.integers(1, holding), min_size=words, max_size=words))
    rarities = [rarity(500, count) for count in held]
    alone = data.draw(st.integers(0, words - 1))
    title = CountedText("z-title", length, (FIELD_WEIGHTS["title"],) * words)
    notes = CountedText(
        "a-notes", length, tuple(FIELD_WEIGHTS["notes"] * (at == alone) for at in range(words))
    )

    assert [one.name for one in rank([title, notes], rarities, 100)] == ["z-title", "a-notes"]


@given(texts, st.integers(1, 500))
@drawn(100, 2000)
def test_for_one_word_a_usual_card_without_it_changes_no_order(
    found: list[CountedText], more: int
) -> None:
    """One word is equally rare for all, so that its rarity cannot decide between them."""
    single = [one._replace(counts=one.counts[:1]) for one in found]
    before = rank(single, [rarity(1000, 10)], 100)
    after = rank(single, [rarity(1000 + more, 10)], 100)

    assert [one.name for one in before] == [one.name for one in after]


def test_what_words_contribute_adds_up_to_the_score() -> None:
    text = CountedText("card", 80, (1.0, 0.0, 6.5))
    parts = score_contributions(text, (1.0, 2.0, 0.5), 100)

    assert parts[1] == 0
    assert math.isclose(sum(parts), rank([text], (1.0, 2.0, 0.5), 100)[0].score)
