"""The words of a text with their neighbours, and which of them go together as a name.  Pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from itertools import pairwise
from typing import Final, NamedTuple

from copkit.pii.kinds import Kind
from copkit.pii.normalise import Folded

# The words by which names are told from other words.


def _lines(file: str) -> list[str]:
    text = files("copkit.pii").joinpath(file).read_text(encoding="utf-8")
    return [line for line in text.split("\n") if line and not line.startswith("#")]


@cache
def first_names() -> dict[str, bool]:
    """Give the first names of the United Kingdom; true for those that are ordinary words as well.

    From counts of the Office for National Statistics, National Records of Scotland and the
    Northern Ireland Statistics and Research Agency, under the Open Government Licence v3.0.
    """
    names = {name.removesuffix("?"): name.endswith("?") for name in _lines("first_names.txt")}
    return names | dict.fromkeys(_LISTS["short forms"], False)


def _lists() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    name = ""
    for line in _lines("vocabulary.txt"):
        if line.startswith("["):
            name = line.strip("[]")
            found[name] = set()
        else:
            found[name].update(line.split())
    return {name: frozenset(words) for name, words in found.items()}


_LISTS: Final = _lists()

TITLES: Final = _LISTS["titles"]
POLICE_TITLES: Final = _LISTS["police titles"]
TITLES_THAT_ARE_WORDS: Final = _LISTS["titles that are words"]
ROLES: Final = _LISTS["roles"]
RELATIONS: Final = _LISTS["relations"]
FAMILY: Final = _LISTS["family"]
KIN: Final = _LISTS["kin"]
OF_A_PERSON: Final = KIN | _LISTS["of a person"]
ACTS: Final = _LISTS["acts"]
DOES: Final = ACTS | _LISTS["does"]
TOLD: Final = _LISTS["told"]
MOVED: Final = (TOLD - {"visited"}) | _LISTS["moved"]
AFTER_A_PERSON: Final = _LISTS["after a person"]
BEFORE_A_PERSON: Final = _LISTS["before a person"]
GREETINGS: Final = _LISTS["greetings"]
ARTICLES: Final = _LISTS["articles"]
MONTHS: Final = _LISTS["months"]
DAYS: Final = _LISTS["days"]
SEASONS: Final = _LISTS["seasons"]
ORGANISATIONS: Final = _LISTS["organisations"]
LOWER_ORGANISATIONS: Final = _LISTS["lower organisations"]
BEFORE_AN_ORGANISATION: Final = _LISTS["before an organisation"]
BUILDINGS: Final = _LISTS["buildings"]
PUBLIC: Final = frozenset(name.replace("_", " ") for name in _LISTS["public"])
CLINICAL: Final = _LISTS["clinical"]
BETWEEN: Final = _LISTS["between"]
MOSTLY_NAMES: Final = _LISTS["mostly names"]
NO_NAMES: Final = _LISTS["no names"]
PLACES: Final = frozenset(_lines("places.txt"))
COMMON: Final = NO_NAMES.union(*(line.split() for line in _lines("common.txt")), *_LISTS.values())
"""Ordinary words: with a capital they begin a sentence, in small letters they are no surname."""


def is_odd_word(word: str) -> bool:
    """Say whether a word is neither an ordinary one, nor a place or a first name."""
    low = word.lower()
    return low not in COMMON and low not in PLACES and low not in first_names()


_WORD: Final = re.compile(r"[^\W\d_]+(?:['_-][^\W\d_]+)*")
_PARTS: Final = re.compile("[-_]")
_BREAK: Final = re.compile(r"[.!?:;|#\n]|^[\"'\[ -]*$")
_PRONOUN: Final = re.compile(r"\b(?:he|she|him|her|his|hers|himself|herself)\b", re.IGNORECASE)
_SENTENCE_END: Final = re.compile(r"[.!?](?:\s|$)|\n")
_LONG_WORD: Final = re.compile(r"[^\W\d_]{4,}")
_ALSO_OTHER: Final = PLACES | MONTHS | NO_NAMES
_NO_SURNAME: Final = NO_NAMES | ORGANISATIONS
_LONGEST: Final = 5  # words of one name
_MOSTLY: Final = 0.7  # of the words of a heading begin with a capital


@dataclass(slots=True)
class Word:
    """One word of a text, without its possessive ending; ``stop`` is behind that."""

    start: int
    end: int
    stop: int
    text: str
    low: str

    @property
    def owns(self) -> bool:
        """Say whether it ends in 's."""
        return self.stop > self.end

    @property
    def capital(self) -> bool:
        """Say whether it begins as names do; 'al-Rashidi' does."""
        return self.text[0].isupper() or (
            self.low.startswith(("al-", "el-")) and self.text != self.low
        )

    @property
    def shouted(self) -> bool:
        """Say whether all of it is in capitals."""
        return len(self.text) > 1 and self.text.isupper()

    @property
    def parts(self) -> list[str]:
        """Give what hyphens and underscores join, in small letters."""
        return _PARTS.split(self.low)


class Passage:
    """The words of a text, by their number from 0."""

    def __init__(self, folded: Folded) -> None:
        self.folded = folded
        self.text = folded.text
        self.words = _words(folded.text)
        self._gaps = [self.text[a.stop : b.start] for a, b in pairwise(self.words)]
        self._known = first_names()

    def gap(self, at: int) -> str:
        """Give what stands between a word and the next; a line end where there is none."""
        return self._gaps[at] if 0 <= at < len(self._gaps) else "\n"

    def next(self, at: int) -> str:
        """Give the next word in small letters if only blanks are between; else nothing."""
        gap = self.gap(at)
        return self.words[at + 1].low if gap and not gap.strip(" ") else ""

    def previous(self, at: int) -> str:
        """Give the word before in small letters, if blanks, a comma or a bracket are between."""
        gap = self.gap(at - 1)
        return self.words[at - 1].low if at and gap.strip(" ") in {"", ",", "("} else ""

    def behind(self, at: int, length: int) -> str:
        """Give what stands right behind a word, its possessive ending first."""
        end = self.words[at].end
        return self.text[end : end + length]

    def begins_sentence(self, at: int) -> bool:
        """Say whether a word is the first of a sentence, a cell, an item or a line."""
        if at == 0:
            return True
        gap = self.gap(at - 1)
        if "\n" in gap:
            return True
        if gap.strip() == "." and len(self.words[at - 1].text) == 1:
            return False
        return gap.strip() not in {"", "(", "-"} and _BREAK.search(gap.rstrip()) is not None

    def in_heading(self, at: int) -> bool:
        """Say whether a word stands in a line of which most words begin with a capital."""
        start = self.words[at].start
        before = self.text[max(0, start - 100) : start].rpartition("\n")[2]
        words = _LONG_WORD.findall(before + self.text[start : start + 100].partition("\n")[0])
        return len(words) > 2 and sum(map(_begins_upper, words)) > _MOSTLY * len(words)

    def speaks_on_of_one(self, at: int) -> bool:
        """Say whether the sentence goes on with 'he' or 'she' behind a word."""
        end = self.words[at].end
        rest = _SENTENCE_END.split(self.text[end : end + 240])[0]
        return _PRONOUN.search(rest) is not None

    def is_first_name(self, at: int) -> bool:
        """Say whether a word is a first name, or a double name that begins with one."""
        word = self.words[at]
        if word.low in TITLES:
            return False
        parts = word.parts
        if len(parts) > 1 and word.text[0].isupper() and self._known.get(parts[0]) is False:
            return True
        return plain(word.low) in self._known

    def is_something_else(self, at: int) -> bool:
        """Say whether a first name is an ordinary word, a place or a month as well."""
        low = self.words[at].low
        return self._known.get(plain(low), False) or low in _ALSO_OTHER

    def is_nothing_else(self, low: str) -> bool:
        """Say whether a word in small letters is a first name, and no ordinary word or place."""
        return self._known.get(plain(low)) is False and low not in _ALSO_OTHER

    def last_of_name(self, first: int) -> int:
        """Follow a name from its first word to its last."""
        last = first
        shouted = self.words[first].shouted or (first > 0 and self.words[first - 1].shouted)
        while last - first < _LONGEST - 1:
            step = self._to_next_part(last, shouted=shouted)
            if step == 0:
                break
            last += step
        return last

    def _to_next_part(self, at: int, *, shouted: bool) -> int:
        """Say how many words further the next part of a name is: 1, 2 after 'al' or 'de', or 0."""
        if at + 1 >= len(self.words) or self.words[at].owns:
            return 0
        gap, following = self.gap(at), self.words[at + 1]
        initial = len(self.words[at].text) == 1
        if gap.strip(" ") not in {"", "+", *((".",) if initial else ())}:
            return 0
        if following.low in BETWEEN and not following.capital:
            beyond = at + 2 < len(self.words) and self.words[at + 2].capital
            return 2 if beyond and self.gap(at + 1) == " " else 0
        if not following.capital or following.low in _NO_SURNAME:
            return 0
        return 1 if shouted or not following.shouted else 0


def _begins_upper(word: str) -> bool:
    return word[0].isupper()


def _words(text: str) -> list[Word]:
    words = []
    for match in _WORD.finditer(text):
        start, stop = match.span()
        shown = match.group()
        bare = shown[:-2] if shown[-2:] in {"'s", "'S"} and len(shown) > 2 else shown
        words.append(Word(start, start + len(bare), stop, bare, bare.lower()))
    return words


@lru_cache(maxsize=4096)
def plain(low: str) -> str:
    """Take the accents off a word, as the lists of names have none."""
    if low.isascii():
        return low
    apart = unicodedata.normalize("NFKD", low.replace("ł", "l").replace("ø", "o"))
    return "".join(sign for sign in apart if not unicodedata.combining(sign))


CITED: Final = re.compile(
    r"(?:'s)?(?: ?,? {1,2}(?:and|&) {1,2}[A-Z][\w'-]+| ?, [A-Z][\w'-]+| ?,? [A-Z]\.?(?![a-z])){0,6}"
    r" ?,? {0,2}(?:\(?(?:19|20)\d\d|et al)"
    r"|'s (?:\w+ ){0,2}(?:work|phases|model|theory|account|study|book|paper|framework|typology"
    r"|modes"
    r"|hierarchy|review|report|inquiry|lecture|concept|idea|argument|ladder|definition|law|rule|triangle|stages|steps)\b"
)
"""What stands behind the name of an author: further authors and a year, or their theory."""


class Name(NamedTuple):
    """A name from its first word to its last; ``kind`` is ``None`` for a name of nobody."""

    first: int
    last: int
    kind: Kind | None


def named(passage: Passage, first: int, last: int) -> Name:
    """Give the name from one word to another: a first name where it is one word."""
    return Name(first, last, Kind.NAME if last > first else Kind.FIRST_NAME)


def is_no_person(passage: Passage, first: int, last: int) -> bool:
    """Say whether a name belongs to an organisation, a law, a place or a cited author."""
    words, end = passage.words, passage.words[last]
    if " ".join(word.low for word in words[first : last + 1]) in PUBLIC:
        return True
    if last + 1 < len(words) and passage.gap(last) in {" ", " & "}:
        following = words[last + 1]
        if following.low in ORGANISATIONS and following.capital:
            return True
        if following.low in LOWER_ORGANISATIONS:
            return True
    if end.low in ORGANISATIONS and last > first:
        return True
    if first and passage.gap(first - 1) in {" ", ". "}:
        before = words[first - 1]
        if before.capital and before.low in BEFORE_AN_ORGANISATION:
            return True
    return CITED.match(passage.behind(last, 120)) is not None
