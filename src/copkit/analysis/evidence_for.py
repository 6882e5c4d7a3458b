"""Which evidence fits a case: by the themes they share, and by words that few texts have.  Pure.

How rare a word is, is taken from the cards and the cases together: a handful of cards alone
would make any word of one of them seem telling.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from copkit.analysis.evidence import WEIGHTS
from copkit.analysis.ranking import Counted, contributions, rarity
from copkit.records.cases import Case
from copkit.records.evidence import NOTES, Evidence
from copkit.text.sections import sections
from copkit.text.stems import STOP_WORDS, stem, stems_in, words_in

THEME: Final = 3.0
"""How many times the rarity of a theme it counts that card and case share it."""
TELLING: Final = 0.25
"""The share of all texts that may have a word which still tells one from another."""
FEWEST_WORDS: Final = 2
"""Telling words in common that make a card a suggestion, where no theme is shared."""
STRESSED: Final = 2.0
"""How many times a word of a case's title, question or themes is held to be said."""
_FEW: Final = 3  # texts that may have a telling word, however few texts there are
_SHOWN: Final = 5  # words that say why
_SHORTEST: Final = 3  # letters of a word that says anything


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A card for a case, with the themes and the words they share, the most telling first.

    ``for_readers`` says that whoever may read the case may read the card.
    """

    card: Evidence
    score: float
    themes: tuple[str, ...]
    words: tuple[str, ...]
    for_readers: bool


@dataclass(frozen=True, slots=True)
class _Said:
    """What a text says: how much of each stem, and the word by which it is shown."""

    weights: dict[str, float]
    shown: dict[str, str]

    @property
    def length(self) -> float:
        return sum(self.weights.values())


def suggest(case: Case, cards: Sequence[Evidence], cases: Iterable[Case]) -> list[Suggestion]:
    """Suggest cards for a case, the best first, equals by slug; those tied to it are left out.

    ``cases`` are all of the programme's.
    """
    said = {card.slug: _said_by_card(card) for card in cards}
    of_case = _said_by_case(case)
    texts = [of_case, *said.values(), *(_said_by_case(one) for one in cases if one is not case)]
    average = sum(text.length for text in said.values()) / (len(cards) or 1)
    themes = Counter(theme for card in cards for theme in _folded_themes(card.themes))
    rarities = _telling(of_case, texts)
    found = []
    for card in cards:
        about = _folded_themes(card.themes)
        shared = {
            same: theme for same, theme in _folded_themes(case.themes).items() if same in about
        }
        counts = tuple(said[card.slug].weights.get(stem, 0.0) for stem in rarities)
        counted = Counted(card.slug, said[card.slug].length, counts)
        by_word = contributions(counted, [*rarities.values()], average)
        by_theme = [THEME * rarity(len(cards), themes[same]) for same in shared]
        words = _why(dict(zip(rarities, by_word, strict=True)), shared)
        if card.slug in case.evidence or not (shared or len(words) >= FEWEST_WORDS):
            continue
        found.append(
            Suggestion(
                card=card,
                score=sum(by_word) + sum(by_theme),
                themes=tuple(shared.values()),
                words=tuple(of_case.shown[stem] for stem in words[:_SHOWN]),
                for_readers=case.audience.may_see(card.audience),
            )
        )
    return sorted(found, key=lambda one: (-one.score, one.card.slug))


def _folded_themes(themes: Iterable[str]) -> dict[str, str]:
    """Give themes as they are typed by what makes two of them the same."""
    return {" ".join(stems_in(theme)): theme for theme in themes}


def _telling(case: _Said, texts: Sequence[_Said]) -> dict[str, float]:
    """Give the rarity of each word that a case says more than in passing, and few other texts."""
    holding = Counter(stem for text in texts for stem in text.weights)
    most = max(_FEW, TELLING * len(texts))
    return {
        stem: rarity(len(texts), holding[stem])
        for stem, weight in case.weights.items()
        if weight > 1 and 1 < holding[stem] <= most
    }


def _why(by_word: Mapping[str, float], shared: Iterable[str]) -> list[str]:
    """Give the words that say why, but for those of a shared theme; the most telling first."""
    told = {stem for theme in shared for stem in theme.split()}
    why = [stem for stem, part in by_word.items() if part > 0 and stem not in told]
    return sorted(why, key=lambda stem: (-by_word[stem], stem))


def _said_by_case(case: Case) -> _Said:
    """Take what a case says, without the names invented for it."""
    ask = "\n".join([case.title, case.question or "", *case.themes])
    invented = {word for name in case.pseudonyms for word in words_in(name)}
    parts = ((STRESSED, ask), (1.0, case.body))
    return _said(parts, STOP_WORDS | invented)


def _said_by_card(card: Evidence) -> _Said:
    """Take what a card says, but for its citation: who published it is not what it is about."""
    notes = sections(card.body).get(NOTES, "")
    themes = "\n".join(card.themes)
    parts = {"title": card.title, "themes": themes, "spoken": card.spoken, "notes": notes}
    return _said(((WEIGHTS[name], text) for name, text in parts.items()), STOP_WORDS)


def _said(parts: Iterable[tuple[float, str]], left_out: Collection[str]) -> _Said:
    said = _Said({}, {})
    for weight, text in parts:
        for word in words_in(text):
            if word in left_out or len(word) < _SHORTEST:
                continue
            form = stem(word)
            said.weights[form] = said.weights.get(form, 0.0) + weight
            said.shown.setdefault(form, word)
    return said
