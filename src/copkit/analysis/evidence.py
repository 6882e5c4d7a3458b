"""Looking through evidence cards: what is sought, and how often a card says it.  Pure.

A search reads a card only as far as it must: its text is folded, and one that holds no word sought
is done with. The others are taken apart by the lines of their fields and read as records
only where those are written in an uncommon way. What is private is never searched.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from copkit.analysis.ranking import Counted, Ranked, rank, rarity
from copkit.records.evidence import NOTES, SPOKEN, parse_evidence
from copkit.text.front_matter import Frame, frame_of, read_document, readable
from copkit.text.sections import sections
from copkit.text.source import SourceText
from copkit.text.stems import STOP_WORDS, fold, root, stem, stems_in, words_in

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
