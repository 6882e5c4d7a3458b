"""Search, suggestions and use of evidence cards, ranked by BM25.  Pure.

A search reads a card only as far as it must: its text is folded, and a card without any of the
query's words is skipped. The others are split into fields by a regular expression, and parsed as
records only where the fields are written in an uncommon way. So there is no index that could go
stale. Private sections are never searched.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import log
from typing import TYPE_CHECKING, Final, NamedTuple

from copkit.records.cases import Case
from copkit.records.evidence import NOTES_HEADING, SPOKEN_HEADING, Evidence, Use, parse_evidence
from copkit.records.schema.fields import NO_DATE
from copkit.text.front_matter import Frame, frame_of, read_document, readable_body, split_sections
from copkit.text.normalise import STOP_WORDS, fold, stem, stem_root, stems_in, words_in
from copkit.text.source import SourceText

if TYPE_CHECKING:
    from copkit.folder import Programme


# Ranking: BM25 over weighted fields (Robertson and Zaragoza, The Probabilistic Relevance
# Framework, 2009), with the values of k1 and b that are customary.

BM25_K1: Final = 1.2
"""How soon further occurrences of a word stop to matter."""
BM25_B: Final = 0.75
"""How far counts are corrected for the length of a text: 0 is not at all, 1 is fully."""


class CountedText(NamedTuple):
    """A text by its name, its length in any unit, and its weighted count of each query word."""

    name: str
    length: float
    counts: tuple[float, ...]


class RankedText(NamedTuple):
    """A text by its name, and its score: more is better, 0 is no match."""

    name: str
    score: float


def rarity(texts: int, holding: int) -> float:
    """Return the inverse document frequency of a word that ``holding`` of ``texts`` contain."""
    # One is added inside the logarithm, so that a word which most texts have counts for little
    # and never against one of them.
    return log(1 + (texts - holding + 0.5) / (holding + 0.5))


def score_contributions(
    text: CountedText, rarities: Sequence[float], average: float
) -> list[float]:
    """Return what each word adds to the score of a text.

    ``rarities`` are in the order of ``text.counts``; ``average`` is the mean length of all texts.
    """
    size = text.length / average if average else 1.0
    norm = BM25_K1 * (1 - BM25_B + BM25_B * size)
    return [
        weight * count * (BM25_K1 + 1) / (count + norm) if count else 0.0
        for count, weight in zip(text.counts, rarities, strict=True)
    ]


def rank(
    texts: Iterable[CountedText], rarities: Sequence[float], average: float
) -> list[RankedText]:
    """Return texts by score, the best first, equals by name.

    ``rarities`` are in the order of ``CountedText.counts``; ``average`` is the mean length of all
    texts, also those that are not ranked.
    """
    unordered = (
        RankedText(text.name, sum(score_contributions(text, rarities, average))) for text in texts
    )
    return sorted(unordered, key=lambda ranked: (-ranked.score, ranked.name))


# Search: a query, and the cards that match it

FIELD_WEIGHTS: Final = {"title": 5.0, "themes": 4.0, "spoken": 2.0, "citation": 1.5, "notes": 1.0}
"""How much an occurrence of a word counts, by the field it is in."""

_SPOKEN: Final = fold(SPOKEN_HEADING)
_NOTES: Final = fold(NOTES_HEADING)
_PART = re.compile(r'theme:(?:"([^"]*)"|(\S+))|"([^"]*)"|(\S+)', re.IGNORECASE)
_CURLY: Final = str.maketrans("“”„", '"""')  # word processors and phones make these of plain ones
# A field and the indented lines below it: "title: A card" or "themes:\n  - housing\n  - debt".
_FIELD = re.compile(r"^(title|themes|citation)[ \t]*:(.*(?:\n(?:[ \t-].*)?)*)", re.MULTILINE)
# Escapes, comments, quoted and complex keys: with any of these the lines above do not hold what
# YAML says, and the card is parsed in full.
_UNCOMMON: Final = ("\\", " #", "\t#", "\n#", '\n"', "\n'", "\n?")


class SearchWord(NamedTuple):
    """A word of a query: as typed, its stem, and the pattern that matches all its forms.

    ``root`` are the letters with which all forms begin.
    """

    typed: str
    stem: str
    root: str
    forms: re.Pattern[str]

    def count_in(self, folded: str) -> int:
        """Count the forms of the word in a folded text."""
        if self.root not in folded:  # far quicker than the pattern, and most texts end here
            return 0
        return sum(stem(form) == self.stem for form in self.forms.findall(folded))


class SearchTheme(NamedTuple):
    """A theme of a query: as typed, and the stems of its words, all of which a card's must have."""

    typed: str
    stems: frozenset[str]

    def is_among(self, themes: Iterable[str]) -> bool:
        """Check whether it matches one of these themes: 'weekend' matches 'weekend cover' too."""
        return any(self.stems <= frozenset(stems_in(theme)) for theme in themes)


@dataclass(frozen=True, slots=True)
class Query:
    """A search: cards match if they have any of ``words``, all ``phrases`` and all ``themes``."""

    words: tuple[SearchWord, ...]
    phrases: tuple[re.Pattern[str], ...]
    themes: tuple[SearchTheme, ...]

    def may_match(self, folded: str) -> bool:
        """Check quickly whether a folded text holds the letters at all; ``False`` is certain."""
        if self.words:
            return any(word.root in folded for word in self.words)
        return all(stem_root(stem) in folded for theme in self.themes for stem in theme.stems)


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The number of cards, those that match, the best first, and how many have each word."""

    cards: int
    ranked: tuple[RankedText, ...]
    cards_with_word: tuple[int, ...]


def parse_query(text: str, themes: Sequence[str] = ()) -> Query:
    """Parse what was typed: words, ``"exact phrases"``, ``theme:housing``.

    ``themes`` are further themes. Stop words are left out, unless there are no others.
    """
    words: list[str] = []
    phrases: list[list[str]] = []
    theme_texts = list(themes)
    for theme, bare_theme, phrase, word in _PART.findall(text.translate(_CURLY)):
        if theme or bare_theme:
            theme_texts.append(theme or bare_theme)
        elif phrase:
            phrases.append(words_in(phrase))
        words += words_in(phrase or word)
    # Each stem counts once, by the word that was typed first: hence reversed, twice.
    by_stem = {stem(word): word for word in reversed(words)}
    significant = {stem: word for stem, word in by_stem.items() if not _is_stop_word(word)}
    return Query(
        words=tuple(search_word(word) for word in reversed((significant or by_stem).values())),
        phrases=tuple(_phrase_pattern(phrase) for phrase in phrases if phrase),
        themes=tuple(theme for theme in map(search_theme, theme_texts) if theme.stems),
    )


def search_theme(typed: str) -> SearchTheme:
    """Return a theme to search for; 'dual-diagnosis' is a theme of two words."""
    return SearchTheme(typed, frozenset(stems_in(typed)))


def search_word(word: str) -> SearchWord:
    """Return a word to search for; ``word`` is folded."""
    start = re.escape(stem_root(stem(word)))
    # Matches 'refusal' and 'refusals', not 'nonrefusal'. The check of what stands before comes
    # behind the letters, since Python searches fast only for patterns that begin with letters.
    forms = re.compile(rf"{start}(?<![^\W_]{start})[^\W_]*")
    return SearchWord(word, stem(word), stem_root(stem(word)), forms)


def search_cards(cards: Iterable[tuple[str, bytes]], query: Query) -> SearchResult:
    """Search cards, given as pairs of slug and the file's bytes."""
    total, total_length = 0, 0
    counted: list[CountedText] = []
    matching: set[str] = set()
    for slug, data in cards:
        text = _decode(data)
        total += 1
        # Of the body alone, roughly: what stands behind the line that closes the fields.
        total_length += len(text) - max(text.find("\n---", 3), 0)
        folded = fold(text)
        # A backslash may begin an escape, such as "\u0068ousing", which hides letters.
        if not query.may_match(folded) and "\\" not in folded:
            continue
        card = _split_card(text)
        counts = tuple(_weighted_count(word, card) for word in query.words)
        counted.append(CountedText(slug, card.length, counts))
        if (any(counts) or not counts) and _has_phrases_and_themes(query, card):
            matching.add(slug)
    # Rarity is counted over all cards with a word, also those that lack a phrase or a theme.
    cards_with_word = tuple(
        sum(card.counts[index] > 0 for card in counted) for index in range(len(query.words))
    )
    rarities = [rarity(total, count) for count in cards_with_word]
    matches = (card for card in counted if card.name in matching)
    ranked = rank(matches, rarities, total_length / (total or 1))
    return SearchResult(total, tuple(ranked), cards_with_word)


def title_and_theme_words(cards: Iterable[bytes]) -> set[str]:
    """Return the words of the titles and themes of files of cards, folded, to suggest from."""
    words: set[str] = set()
    for data in cards:
        text = _decode(data)
        fields = _fields(text, frame_of(text))
        words.update(words_in(f"{fields.get('title', '')} {fields.get('themes', '')}"))
    return words - STOP_WORDS


def all_themes(cards: Iterable[bytes]) -> set[str]:
    """Return the themes of all cards, folded; ``cards`` are the bytes of their files."""
    texts = map(_decode, cards)
    return {theme for text in texts for theme in _themes(_fields(text, frame_of(text)))}


def _decode(data: bytes) -> str:
    # check reports files that are no UTF-8; a search still finds what can be read in them.
    return data.decode("utf-8-sig", "replace")


def _weighted_count(word: SearchWord, card: _SplitCard) -> float:
    """Count a word in a card, each occurrence by the weight of its field."""
    return sum(
        (FIELD_WEIGHTS[name] * word.count_in(piece) for name, piece in card.pieces.items()), 0.0
    )


def split_at_matches(text: str, words: Sequence[SearchWord]) -> Iterator[tuple[str, bool]]:
    """Split a text at the words of a query: yield each piece, and whether it is one of them."""
    stems = {word.stem for word in words}
    end = 0
    for match in re.finditer(r"[^\W_]+", text):
        if stem(fold(match[0])) in stems:
            yield text[end : match.start()], False
            yield match[0], True
            end = match.end()
    yield text[end:], False


def _is_stop_word(word: str) -> bool:
    return word in STOP_WORDS or (len(word) == 1 and not word.isdecimal())


def _phrase_pattern(words: Sequence[str]) -> re.Pattern[str]:
    """Return a pattern for whole words in this order, whatever stands between them but letters."""
    separator = r"[\W_]+"
    return re.compile(rf"(?<![^\W_]){separator.join(words)}(?![^\W_])")


def _has_phrases_and_themes(query: Query, card: _SplitCard) -> bool:
    """Check whether a card has every phrase, each in any field, and every theme of a query."""
    if not all(any(map(phrase.search, card.pieces.values())) for phrase in query.phrases):
        return False
    themes = _themes(card.pieces) if query.themes else []
    return all(theme.is_among(themes) for theme in query.themes)


class _SplitCard(NamedTuple):
    """A card's text by fields, folded and without what is private; ``length`` is of its body."""

    pieces: dict[str, str]
    length: int


def _split_card(text: str) -> _SplitCard:
    """Split a card's file into searched fields and sections; additional sections are notes."""
    frame = frame_of(text)
    body = readable_body(text[frame.body :] if frame else text)
    parts = split_sections(fold(body))
    spoken, notes = parts.pop(_SPOKEN, ""), parts.pop(_NOTES, "")
    # Sections that somebody added count as notes, with their headings.
    others = (part for pair in parts.items() for part in pair)
    pieces = {"spoken": spoken, "notes": "\n".join([notes, *others])}
    return _SplitCard(_fields(text, frame) | pieces, len(body))


def _fields(text: str, frame: Frame | None) -> dict[str, str]:
    """Return title, themes and citation as far as a card has them, folded, by field name."""
    front = fold(text[frame.fields - 1 : frame.closing]) if frame else ""
    fields = dict(_FIELD.findall(front))
    # A bracket is a list in flow style: "themes: [housing, debt]".
    if any(sign in front for sign in _UNCOMMON) or "[" in fields.get("themes", ""):
        card = parse_evidence(read_document(SourceText("", text), [], markdown=True), "")
        strict = {"title": card.title, "citation": card.citation, "themes": "\n".join(card.themes)}
        return {name: fold(value) for name, value in strict.items()}
    return fields


def _themes(fields: Mapping[str, str]) -> list[str]:
    """Return each theme of a card, folded, from its field ``themes``."""
    lines = fields.get("themes", "").split("\n")
    return [theme for line in lines if (theme := line.strip(" \t\r-\"'"))]


# Suggestions: cards that fit a case, by shared themes and by words that few texts have. The
# numbers are ours.

THEME_WEIGHT: Final = 3.0
"""What a shared theme adds to the score, as a multiple of the theme's rarity."""
DISTINCTIVE_SHARE: Final = 0.25
"""The largest share of all texts that may contain a word for it to be distinctive."""
MIN_SHARED_WORDS: Final = 2
"""Distinctive words in common that make a card a suggestion without any shared theme."""
PROMINENT_WEIGHT: Final = 2.0
"""How many times a word in a case's title, question or themes counts."""
_MIN_DISTINCTIVE_TEXTS: Final = 3  # a quarter of a handful of texts would be one, or none
_MAX_WORDS_SHOWN: Final = 5
_MIN_LETTERS: Final = 3  # shorter words are seldom about anything


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A card for a case, with the themes and the words they share, the most distinctive first.

    ``for_readers`` is true if whoever may read the case may read the card.
    """

    card: Evidence
    score: float
    themes: tuple[str, ...]
    words: tuple[str, ...]
    for_readers: bool


@dataclass(frozen=True, slots=True)
class _TextProfile:
    """The weighted count of each stem in a text, and the first word with that stem, to show it."""

    weights: dict[str, float]
    words: dict[str, str]

    @property
    def length(self) -> float:
        return sum(self.weights.values())


def suggest_cards(case: Case, cards: Sequence[Evidence], cases: Iterable[Case]) -> list[Suggestion]:
    """Suggest cards for a case, the best first, equals by slug.

    Cards that the case names already are left out. ``cases`` are all of the programme's.
    """
    card_profiles = {card.slug: _card_profile(card) for card in cards}
    case_profile = _case_profile(case)
    other_cases = (_case_profile(other) for other in cases if other is not case)
    texts = [case_profile, *card_profiles.values(), *other_cases]
    average = sum(profile.length for profile in card_profiles.values()) / (len(cards) or 1)
    theme_counts = Counter(key for card in cards for key in _themes_by_key(card.themes))
    rarities = _distinctive_stems(case_profile, texts)
    suggestions = []
    for card in cards:
        card_keys = _themes_by_key(card.themes)
        shared = {
            key: theme for key, theme in _themes_by_key(case.themes).items() if key in card_keys
        }
        profile = card_profiles[card.slug]
        counts = tuple(profile.weights.get(stem, 0.0) for stem in rarities)
        counted = CountedText(card.slug, profile.length, counts)
        word_scores = score_contributions(counted, [*rarities.values()], average)
        theme_scores = [THEME_WEIGHT * rarity(len(cards), theme_counts[key]) for key in shared]
        stems = _reasons(dict(zip(rarities, word_scores, strict=True)), shared)
        if card.slug in case.evidence or not (shared or len(stems) >= MIN_SHARED_WORDS):
            continue
        suggestions.append(
            Suggestion(
                card=card,
                score=sum(word_scores) + sum(theme_scores),
                themes=tuple(shared.values()),
                words=tuple(case_profile.words[stem] for stem in stems[:_MAX_WORDS_SHOWN]),
                for_readers=case.audience.may_see(card.audience),
            )
        )
    return sorted(suggestions, key=lambda suggestion: (-suggestion.score, suggestion.card.slug))


def _themes_by_key(themes: Iterable[str]) -> dict[str, str]:
    """Map themes by their stems, so that 'Weekend cover' and 'weekends-cover' are one theme."""
    return {" ".join(stems_in(theme)): theme for theme in themes}


def _distinctive_stems(case: _TextProfile, texts: Sequence[_TextProfile]) -> dict[str, float]:
    """Return the rarity of each stem that a case has more than in passing, and few texts have.

    ``texts`` include the case itself.
    """
    text_counts = Counter(stem for text in texts for stem in text.weights)
    most = max(_MIN_DISTINCTIVE_TEXTS, DISTINCTIVE_SHARE * len(texts))
    # A stem of this case alone is of no use either: no card has it.
    return {
        stem: rarity(len(texts), text_counts[stem])
        for stem, weight in case.weights.items()
        if weight > 1 and 1 < text_counts[stem] <= most
    }


def _reasons(scores: Mapping[str, float], shared: Iterable[str]) -> list[str]:
    """Return the stems that explain a suggestion, the most distinctive first.

    ``scores`` are by stem; those in the keys of ``shared`` themes are left out, for the theme is
    shown itself.
    """
    theme_stems = {stem for key in shared for stem in key.split()}
    stems = [stem for stem, score in scores.items() if score > 0 and stem not in theme_stems]
    return sorted(stems, key=lambda stem: (-scores[stem], stem))


def _case_profile(case: Case) -> _TextProfile:
    """Count the words of a case, without the names invented for it."""
    prominent = "\n".join([case.title, case.question or "", *case.themes])
    pseudonyms = {word for name in case.pseudonyms for word in words_in(name)}
    parts = ((PROMINENT_WEIGHT, prominent), (1.0, case.body))
    return _build_profile(parts, STOP_WORDS | pseudonyms)


def _card_profile(card: Evidence) -> _TextProfile:
    """Count the words of a card, but for its citation: who published it is not what it is about."""
    notes = split_sections(card.body).get(NOTES_HEADING, "")
    themes = "\n".join(card.themes)
    parts = {"title": card.title, "themes": themes, "spoken": card.spoken, "notes": notes}
    weighted = ((FIELD_WEIGHTS[name], text) for name, text in parts.items())
    return _build_profile(weighted, STOP_WORDS)


def _build_profile(parts: Iterable[tuple[float, str]], excluded: Collection[str]) -> _TextProfile:
    """Count the stems of texts, each text with a weight; ``excluded`` are folded words."""
    profile = _TextProfile({}, {})
    for weight, text in parts:
        for word in words_in(text):
            if word in excluded or len(word) < _MIN_LETTERS:
                continue
            key = stem(word)
            profile.weights[key] = profile.weights.get(key, 0.0) + weight
            profile.words.setdefault(key, word)
    return profile


# Use: where cards were brought to a discussion, and which are due for review

WORDS_PER_MINUTE = 150  # a usual pace of speech
LONG_SPEECH_SECONDS = 75
"""Seconds from which a text meant to be said in one minute takes clearly longer."""


@dataclass(frozen=True, slots=True)
class CardUse:
    """A card, the cases it is tied to as ``community/case``, and its uses so far, the latest last.

    ``due`` is true if the day to check whether it still holds has come.
    """

    card: Evidence
    cases: tuple[str, ...]
    used: tuple[Use, ...]
    due: bool

    @property
    def last_used(self) -> dt.date | None:
        """The last day it was brought to a discussion."""
        return self.used[-1].date if self.used else None

    @property
    def places(self) -> list[str]:
        """The slugs of the communities it was brought to, the earliest first."""
        return list(dict.fromkeys(use.community for use in self.used if use.community))


def card_use(card: Evidence, as_of: dt.date, cases: Iterable[str] = ()) -> CardUse:
    """Return how a card was used up to a day; ``cases`` are the names of those tied to it."""
    # NO_DATE stands for a date that could not be read, and would come before all others.
    used = (use for use in card.used if use.date != NO_DATE and use.date <= as_of)
    in_order = tuple(sorted(used, key=lambda use: use.date))
    due = card.review is not None and card.review <= as_of
    return CardUse(card, tuple(cases), in_order, due)


def card_uses(programme: Programme, as_of: dt.date) -> list[CardUse]:
    """Return how every card was used up to a day, in the programme's order, with its cases."""
    tied = tied_cases(programme)
    return [card_use(card, as_of, tied.get(card.slug, ())) for card in programme.evidence]


def tied_cases(programme: Programme) -> dict[str, list[str]]:
    """Map the slug of each card to the names of the cases that name it."""
    tied: dict[str, list[str]] = {}
    for records in programme.communities:
        for case in records.cases:
            for slug in dict.fromkeys(case.evidence):
                tied.setdefault(slug, []).append(case.name)
    return tied


def seconds_to_say(text: str) -> int:
    """Return roughly how many seconds a text takes to say aloud."""
    return round(len(text.split()) * 60 / WORDS_PER_MINUTE)
