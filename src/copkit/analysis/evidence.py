"""Looking through evidence cards: what is sought, and how often a card says it.  Pure.

A search reads a card only as far as it must: its text is folded, and one that holds no word sought
is done with. The others are taken apart by the lines of their fields and read as records
only where those are written in an uncommon way. What is private is never searched.
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
from copkit.records.evidence import NOTES, SPOKEN, Evidence, Use, parse_evidence
from copkit.records.schema.fields import NO_DATE
from copkit.text.front_matter import Frame, frame_of, read_document, readable, sections
from copkit.text.normalise import STOP_WORDS, fold, root, stem, stems_in, words_in
from copkit.text.source import SourceText

if TYPE_CHECKING:
    from copkit.folder import Programme


# Which texts answer a question best: BM25 over weighted fields.

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


WEIGHTS: Final = {"title": 5.0, "themes": 4.0, "spoken": 2.0, "citation": 1.5, "notes": 1.0}
"""How much a word counts by where it stands."""

_SPOKEN: Final = fold(SPOKEN)
_NOTES: Final = fold(NOTES)
_PART = re.compile(r'theme:(?:"([^"]*)"|(\S+))|"([^"]*)"|(\S+)', re.IGNORECASE)
_CURLY: Final = str.maketrans("“”„", '"""')
_FIELD = re.compile(
    r"^(title|themes|citation)[ \t]*:(.*(?:\n(?:[ \t-].*)?)*)", re.MULTILINE
)  # with the indented lines below it
_UNCOMMON: Final = ("\\", " #", "\t#", "\n#", '\n"', "\n'", "\n?")  # comments, escapes, quoted keys


class Word(NamedTuple):
    """A word sought: as typed, its stem, the letters all its forms begin with, how to find them."""

    typed: str
    stem: str
    root: str
    forms: re.Pattern[str]

    def count_in(self, folded: str) -> int:
        """Count the forms of the word in a folded text."""
        if self.root not in folded:
            return 0
        return sum(stem(form) == self.stem for form in self.forms.findall(folded))


class Theme(NamedTuple):
    """A theme sought: as typed, and the stems of its words, all of which a theme must have."""

    typed: str
    stems: frozenset[str]

    def is_among(self, themes: Iterable[str]) -> bool:
        """Say whether one of these themes is meant: 'weekend' means 'weekend cover' too."""
        return any(self.stems <= frozenset(stems_in(theme)) for theme in themes)


@dataclass(frozen=True, slots=True)
class Query:
    """What is sought: any of ``words``; all ``phrases`` and all ``themes``."""

    words: tuple[Word, ...]
    phrases: tuple[re.Pattern[str], ...]
    themes: tuple[Theme, ...]

    def may_be_in(self, folded: str) -> bool:
        """Say whether a folded text holds the letters of what is sought, wherever they stand."""
        if self.words:
            return any(word.root in folded for word in self.words)
        return all(root(stem) in folded for theme in self.themes for stem in theme.stems)


@dataclass(frozen=True, slots=True)
class Search:
    """How many cards there are, those found, the best first, and how many hold each word."""

    cards: int
    found: tuple[Ranked, ...]
    holding: tuple[int, ...]


def parse_query(text: str, themes: Sequence[str] = ()) -> Query:
    """Read what was typed: words, ``"exact phrases"``, ``theme:housing``.

    Words that say nothing are left out, unless there are no others.
    """
    words: list[str] = []
    phrases: list[list[str]] = []
    wanted = list(themes)
    for theme, bare_theme, phrase, word in _PART.findall(text.translate(_CURLY)):
        if theme or bare_theme:
            wanted.append(theme or bare_theme)
        elif phrase:
            phrases.append(words_in(phrase))
        words += words_in(phrase or word)
    by_stem = {stem(word): word for word in reversed(words)}
    telling = {stem: word for stem, word in by_stem.items() if not _says_nothing(word)}
    return Query(
        words=tuple(sought(word) for word in reversed((telling or by_stem).values())),
        phrases=tuple(_exactly(phrase) for phrase in phrases if phrase),
        themes=tuple(theme for theme in map(theme_named, wanted) if theme.stems),
    )


def theme_named(typed: str) -> Theme:
    """Make a theme to look for of what was typed; 'dual-diagnosis' is one of two words."""
    return Theme(typed, frozenset(stems_in(typed)))


def sought(word: str) -> Word:
    """Make a folded word one to look for."""
    begin = re.escape(root(stem(word)))
    forms = re.compile(rf"{begin}(?<![^\W_]{begin})[^\W_]*")  # begins with letters: quick to find
    return Word(word, stem(word), root(stem(word)), forms)


def look_through(cards: Iterable[tuple[str, bytes]], query: Query) -> Search:
    """Search cards given by slug and bytes."""
    total, length = 0, 0
    counted: list[Counted] = []
    fitting: set[str] = set()
    for slug, data in cards:
        text = _text(data)
        total += 1
        length += len(text) - max(text.find("\n---", 3), 0)
        folded = fold(text)
        if not query.may_be_in(folded) and "\\" not in folded:  # behind which any letter may stand
            continue
        card = _taken_apart(text)
        counts = tuple(_weighted(word, card) for word in query.words)
        counted.append(Counted(slug, card.length, counts))
        if (any(counts) or not counts) and _fits(query, card):
            fitting.add(slug)
    holding = tuple(sum(one.counts[at] > 0 for one in counted) for at in range(len(query.words)))
    rarities = [rarity(total, count) for count in holding]
    chosen = (one for one in counted if one.name in fitting)
    return Search(total, tuple(rank(chosen, rarities, length / (total or 1))), holding)


def vocabulary(cards: Iterable[bytes]) -> set[str]:
    """Give the words of all titles and themes, folded: what else might have been meant."""
    found: set[str] = set()
    for data in cards:
        text = _text(data)
        fields = _fields(text, frame_of(text))
        found.update(words_in(f"{fields.get('title', '')} {fields.get('themes', '')}"))
    return found - STOP_WORDS


def all_themes(cards: Iterable[bytes]) -> set[str]:
    """Give everything that cards are about, folded."""
    texts = map(_text, cards)
    return {theme for text in texts for theme in _themes(_fields(text, frame_of(text)))}


def _text(data: bytes) -> str:
    return data.decode("utf-8-sig", "replace")


def _weighted(word: Word, card: _Card) -> float:
    """Count a word in a card, more where it stands in a place of weight."""
    return sum((WEIGHTS[name] * word.count_in(piece) for name, piece in card.pieces.items()), 0.0)


def marked(text: str, words: Sequence[Word]) -> Iterator[tuple[str, bool]]:
    """Cut a text at the words sought: each piece, and whether it is one."""
    stems = {word.stem for word in words}
    done = 0
    for match in re.finditer(r"[^\W_]+", text):
        if stem(fold(match[0])) in stems:
            yield text[done : match.start()], False
            yield match[0], True
            done = match.end()
    yield text[done:], False


def _says_nothing(word: str) -> bool:
    return word in STOP_WORDS or (len(word) == 1 and not word.isdecimal())


def _exactly(words: Sequence[str]) -> re.Pattern[str]:
    between = r"[\W_]+"
    return re.compile(rf"(?<![^\W_]){between.join(words)}(?![^\W_])")


def _fits(query: Query, card: _Card) -> bool:
    if not all(any(map(phrase.search, card.pieces.values())) for phrase in query.phrases):
        return False
    about = _themes(card.pieces) if query.themes else []
    return all(theme.is_among(about) for theme in query.themes)


class _Card(NamedTuple):
    """A card's text by fields, folded and without what is private; ``length`` is of its body."""

    pieces: dict[str, str]
    length: int


def _taken_apart(text: str) -> _Card:
    frame = frame_of(text)
    body = readable(text[frame.body :] if frame else text)
    parts = sections(fold(body))
    spoken, notes = parts.pop(_SPOKEN, ""), parts.pop(_NOTES, "")
    others = (part for pair in parts.items() for part in pair)
    pieces = {"spoken": spoken, "notes": "\n".join([notes, *others])}
    return _Card(_fields(text, frame) | pieces, len(body))


def _fields(text: str, frame: Frame | None) -> dict[str, str]:
    """Give the fields of a card that are searched, folded."""
    front = fold(text[frame.fields - 1 : frame.closing]) if frame else ""
    fields = dict(_FIELD.findall(front))
    if any(sign in front for sign in _UNCOMMON) or "[" in fields.get("themes", ""):
        card = parse_evidence(read_document(SourceText("", text), [], markdown=True), "")
        strict = {"title": card.title, "citation": card.citation, "themes": "\n".join(card.themes)}
        return {name: fold(value) for name, value in strict.items()}
    return fields


def _themes(fields: Mapping[str, str]) -> list[str]:
    """Give what a card is about, folded."""
    lines = fields.get("themes", "").split("\n")
    return [theme for line in lines if (theme := line.strip(" \t\r-\"'"))]


# Which evidence fits a case: by the themes they share, and by words that few texts have.

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


# Which evidence was brought to a discussion, what it is tied to, what is due for review.

WORDS_A_MINUTE = 150
TOO_LONG = 75
"""Seconds that are no longer about a minute."""


@dataclass(frozen=True, slots=True)
class CardUse:
    """A card, the cases it is tied to as ``community/case``, and its uses so far, the latest last.

    ``due`` says that the day to look whether it still holds has come.
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
        """The communities that it was brought to, in the order in which it came there."""
        return list(dict.fromkeys(use.community for use in self.used if use.community))


def use_of(card: Evidence, as_of: dt.date, cases: Iterable[str] = ()) -> CardUse:
    """Say how a card was used up to a day; a use whose day cannot be read is left out."""
    used = (use for use in card.used if use.date != NO_DATE and use.date <= as_of)
    in_order = tuple(sorted(used, key=lambda use: use.date))
    due = card.review is not None and card.review <= as_of
    return CardUse(card, tuple(cases), in_order, due)


def uses(programme: Programme, as_of: dt.date) -> list[CardUse]:
    """Say of every card how it was used up to a day, and to which cases it is tied; by slug."""
    tied = tied_cases(programme)
    return [use_of(card, as_of, tied.get(card.slug, ())) for card in programme.evidence]


def tied_cases(programme: Programme) -> dict[str, list[str]]:
    """Give, by the slug of a card, the cases that name it."""
    tied: dict[str, list[str]] = {}
    for records in programme.communities:
        for case in records.cases:
            for slug in dict.fromkeys(case.evidence):
                tied.setdefault(slug, []).append(case.name)
    return tied


def seconds_to_say(text: str) -> int:
    """Give how long a text takes to say aloud, roughly."""
    return round(len(text.split()) * 60 / WORDS_A_MINUTE)
