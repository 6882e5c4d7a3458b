"""Which texts answer a question best: BM25 over weighted fields.  Pure.

After Robertson and Zaragoza (2009), "The Probabilistic Relevance Framework: BM25 and Beyond",
Foundations and Trends in Information Retrieval 3(4), 333-389, section 3.5: the counts of a word
are weighted by the field in which it stands and added up before they saturate, so that a word
in a title and in a text is not counted as two words. The parameters are their usual ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import log
from typing import Final, NamedTuple

SATURATION: Final = 1.2
"""k1: how soon saying a word again stops to matter."""
BY_LENGTH: Final = 0.75
"""b: how far a long text is held to say everything more often; 0 is not at all, 1 is wholly."""


class Counted(NamedTuple):
    """A text by its name, its length in any unit, and its weighted count of each word sought."""

    name: str
    length: float
    counts: tuple[float, ...]


class Ranked(NamedTuple):
    """A text by its name, and how well it answers: more is better, 0 not at all."""

    name: str
    score: float


def rarity(texts: int, holding: int) -> float:
    """Give the weight of a word that ``holding`` of ``texts`` have: the rarer, the more.

    The inverse document frequency with one added inside the logarithm, so that a word which
    most texts have counts for little and never against one of them.
    """
    return log(1 + (texts - holding + 0.5) / (holding + 0.5))


def contributions(text: Counted, rarities: Sequence[float], average: float) -> list[float]:
    """Give what each word adds to the score of a text; ``average`` is the length of a usual one."""
    size = text.length / average if average else 1.0
    norm = SATURATION * (1 - BY_LENGTH + BY_LENGTH * size)
    return [
        rare * count * (SATURATION + 1) / (count + norm) if count else 0.0
        for count, rare in zip(text.counts, rarities, strict=True)
    ]


def rank(texts: Iterable[Counted], rarities: Sequence[float], average: float) -> list[Ranked]:
    """Order texts by how well they answer, the best first; equals by name."""
    ranked = (Ranked(text.name, sum(contributions(text, rarities, average))) for text in texts)
    return sorted(ranked, key=lambda one: (-one.score, one.name))
