"""Words of a text with their neighbours, the word lists for names, and where a name ends.  Pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from itertools import pairwise
from typing import Final, NamedTuple

from copkit.pii.kinds import DetailKind
from copkit.pii.normalise import FoldedText

# --- word lists -----------------------------------------------------------------------------


def _read_lines(file: str) -> list[str]:
    """Return the lines of a file of this package, without comments and empty ones."""
    text = files("copkit.pii").joinpath(file).read_text(encoding="utf-8")
    return [line for line in text.split("\n") if line and not line.startswith("#")]


# 17,000 lines: read when the first text is scanned, and not by every command that imports this.
@cache
def load_first_names() -> dict[str, bool]:
    """Return the first names of the United Kingdom in small letters, and whether each is a word.

    From counts of the Office for National Statistics, National Records of Scotland and the
    Northern Ireland Statistics and Research Agency, under the Open Government Licence v3.0.
    """
    names = {name.removesuffix("?"): name.endswith("?") for name in _read_lines("first_names.txt")}
    nicknames, short = _LISTS["nicknames"], _LISTS["short forms"]
    return dict.fromkeys(nicknames, True) | names | dict.fromkeys(short, False)


@cache
def read_word_lists(file: str) -> dict[str, frozenset[str]]:
    """Return the word lists of a file of this package by name, such as ``police titles``."""
    lists: dict[str, set[str]] = {}
    name = ""
    for line in _read_lines(file):
        if line.startswith("["):
            name = line.strip("[]")
            lists[name] = set()
        else:
            lists[name].update(line.split())
    return {name: frozenset(words) for name, words in lists.items()}


_LISTS: Final = read_word_lists(
    "vocabulary.txt"
)  # vocabulary.txt says of each list what its words are

TITLES: Final = _LISTS["titles"]
POLICE_TITLES: Final = _LISTS["police titles"]
TITLES_THAT_ARE_WORDS: Final = _LISTS["titles that are words"]
ROLES: Final = _LISTS["roles"]
RELATIONS: Final = _LISTS["relations"]
FAMILY: Final = _LISTS["family"]
KIN: Final = _LISTS["kin"]
PERSONAL_POSSESSIONS: Final = KIN | _LISTS["of a person"]
PERSONAL_VERBS: Final = _LISTS["acts"]
VERBS_AFTER_A_NAME: Final = PERSONAL_VERBS | _LISTS["does"]
VERBS_BEFORE_A_NAME: Final = _LISTS["told"]
VERBS_BEFORE_UNLISTED: Final = (VERBS_BEFORE_A_NAME - {"visited"}) | _LISTS["moved"]
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
PUBLIC_NAMES: Final = frozenset(name.replace("_", " ") for name in _LISTS["public"])
BEFORE_A_LETTER: Final = _LISTS["clinical"]
NAMED_THINGS: Final = _LISTS["named things"]
NAME_PARTICLES: Final = _LISTS["between"]
MOSTLY_NAMES: Final = _LISTS["mostly names"]
NEVER_NAMES: Final = _LISTS["no names"]
SURNAME_WORDS: Final = read_word_lists("labels.txt")["surnames"]
EPITHETS: Final = _LISTS["epithets"]
SPELLING: Final = _LISTS["spelling"]
THINKERS: Final = _LISTS["thinkers"]
PLACES: Final = frozenset(_read_lines("places.txt"))
COMMON_WORDS: Final = NEVER_NAMES.union(
    *(line.split() for line in _read_lines("common.txt")),
    *(words for name, words in _LISTS.items() if name not in {"thinkers", "spelling", "nicknames"}),
)
"""Ordinary words: with a capital they begin a sentence, in small letters they are no surname."""


# 37,000 words: read with the first text, as the first names are.
@cache
def load_english_words() -> frozenset[str]:
    """Return the words of English that are no names, besides those of ``COMMON_WORDS``."""
    return frozenset(word for line in _read_lines("words.txt") for word in line.split())


def is_english(lower: str) -> bool:
    """Check whether a word in small letters is one of English, or a place of the United Kingdom."""
    return lower in COMMON_WORDS or lower in PLACES or lower in load_english_words()


def is_unlisted_word(word: str) -> bool:
    """Check that a word is neither an ordinary one, nor a place or a first name."""
    lower = word.lower()
    return lower not in COMMON_WORDS and lower not in PLACES and lower not in load_first_names()


# --- words and their neighbours -------------------------------------------------------------

_WORD: Final = re.compile(r"[^\W\d_]+(?:['_-][^\W\d_]+)*")  # 'O'Hara', 'Smith-Jones', 'al_rashid'
_HYPHEN: Final = re.compile("[-_]")
# What parts sentences, cells, items and lines; or only what opens one: a quote, a bracket, a dash.
_BREAK: Final = re.compile(r"[.!?:;|#\n]|^[\"'\[ -]*$")
_PRONOUN: Final = re.compile(r"\b(?:he|she|him|her|his|hers|himself|herself)\b", re.IGNORECASE)
_SENTENCE_END: Final = re.compile(r"[.!?](?:\s|$)|\n")
_LONG_WORD: Final = re.compile(r"[^\W\d_]{4,}")  # 'of' and 'the' have no capital in a heading
_ALSO_OTHER_WORDS: Final = PLACES | MONTHS | NEVER_NAMES
_NO_SURNAME: Final = NEVER_NAMES | ORGANISATIONS
_LONGEST_NAME: Final = 5  # words
_HEADING_SHARE: Final = 0.7  # of the long words of a heading begin with a capital


@dataclass(slots=True)
class PassageWord:
    """One word of a text, without its possessive ending; ``full_end`` is behind that.

    ``start``, ``end`` and ``full_end`` are offsets into the folded text; ``lower`` is the word in
    small letters.
    """

    start: int
    end: int
    full_end: int
    text: str
    lower: str

    @property
    def possessive(self) -> bool:
        """Whether 's follows the word."""
        return self.full_end > self.end

    @property
    def capitalised(self) -> bool:
        """Whether the word begins as names do; 'al-Rashidi' does."""
        return self.text[0].isupper() or (
            self.lower.startswith(("al-", "el-")) and self.text != self.lower
        )

    @property
    def all_capitals(self) -> bool:
        """Whether all letters of the word are capitals; a single letter does not count."""
        return len(self.text) > 1 and self.text.isupper()

    @property
    def parts(self) -> list[str]:
        """The parts that hyphens and underscores join, in small letters."""
        return _HYPHEN.split(self.lower)


class Passage:
    """The words of a text with what stands around them; a word is named by its index from 0."""

    def __init__(self, folded: FoldedText) -> None:
        self.folded = folded
        self.text = folded.text
        self.words = _split_words(folded.text)
        self._gaps = [
            self.text[word.full_end : following.start] for word, following in pairwise(self.words)
        ]
        self._first_names = load_first_names()

    def gap_after(self, index: int) -> str:
        """Return what stands between a word and the next; a line end where there is no word."""
        return self._gaps[index] if 0 <= index < len(self._gaps) else "\n"

    def next_word(self, index: int) -> str:
        """Return the next word in small letters; ``""`` unless only spaces are between."""
        gap = self.gap_after(index)
        return self.words[index + 1].lower if gap and not gap.strip(" ") else ""

    def previous_word(self, index: int) -> str:
        """Return the word before in small letters; spaces, a comma or a bracket may be between."""
        gap = self.gap_after(index - 1)
        return self.words[index - 1].lower if index and gap.strip(" ") in {"", ",", "("} else ""

    def text_after(self, index: int, length: int) -> str:
        """Return the text right after a word, which begins with its possessive ending."""
        end = self.words[index].end
        return self.text[end : end + length]

    def begins_sentence(self, index: int) -> bool:
        """Check whether a word is the first of a sentence, a cell, an item or a line."""
        if index == 0:
            return True
        gap = self.gap_after(index - 1)
        if "\n" in gap:
            return True
        if gap.strip() == "." and len(self.words[index - 1].text) == 1:  # an initial: 'J. Smith'
            return False
        return gap.strip() not in {"", "(", "-"} and _BREAK.search(gap.rstrip()) is not None

    def is_in_heading(self, index: int) -> bool:
        """Check whether a word stands in a line of which most words begin with a capital."""
        start = self.words[index].start
        # 100 characters to each side are enough to judge a line, and bound the work.
        before = self.text[max(0, start - 100) : start].rpartition("\n")[2]
        words = _LONG_WORD.findall(before + self.text[start : start + 100].partition("\n")[0])
        capitalised = sum(word[0].isupper() for word in words)
        return len(words) > 2 and capitalised > _HEADING_SHARE * len(words)

    def is_followed_by_pronoun(self, index: int) -> bool:
        """Check whether the sentence goes on with 'he' or 'she' after a word."""
        end = self.words[index].end
        sentence = _SENTENCE_END.split(self.text[end : end + 240])[0]
        return _PRONOUN.search(sentence) is not None

    def is_first_name(self, index: int) -> bool:
        """Check whether a word is a first name, or a double name that begins with one."""
        word = self.words[index]
        if word.lower in TITLES:
            return False
        parts = word.parts
        if len(parts) > 1 and word.text[0].isupper() and self._first_names.get(parts[0]) is False:
            return True
        return strip_accents(word.lower) in self._first_names

    def is_also_other_word(self, index: int) -> bool:
        """Check whether a first name is an ordinary word, a place or a month as well."""
        lower = self.words[index].lower
        return self._first_names.get(strip_accents(lower), False) or lower in _ALSO_OTHER_WORDS

    def is_only_a_name(self, lower: str) -> bool:
        """Check whether a word in small letters is a first name, and no ordinary word or place."""
        name_is_a_word = self._first_names.get(strip_accents(lower))
        return name_is_a_word is False and lower not in _ALSO_OTHER_WORDS

    def find_last_word(self, first: int) -> int:
        """Follow a name from its first word; return the index of its last."""
        last = first
        # A name in capitals goes on in capitals: 'JOHN SMITH', 'SMITH, John PAUL'. Otherwise a
        # word in capitals is an acronym: 'John NHS'.
        in_capitals = self.words[first].all_capitals or (
            first > 0 and self.words[first - 1].all_capitals
        )
        while last - first < _LONGEST_NAME - 1:
            step = self._count_to_next_part(last, in_capitals=in_capitals)
            if step == 0:
                break
            last += step
        return last

    def _count_to_next_part(self, index: int, *, in_capitals: bool) -> int:
        """Return how many words further the next part of a name is: 1, 2 after 'al' or 'de', or 0.

        With ``in_capitals``, a word in capitals may be a part, and is not taken for an acronym.
        """
        if index + 1 >= len(self.words) or self.words[index].possessive:
            return 0
        gap, following = self.gap_after(index).strip(" "), self.words[index + 1]
        is_initial = len(self.words[index].text) == 1
        # A plus stands for a space in an address on the web.
        if gap not in {"", "+"} and not (is_initial and gap == "."):
            return 0
        if following.lower in NAME_PARTICLES and not following.capitalised:
            goes_on = index + 2 < len(self.words) and self.words[index + 2].capitalised
            return 2 if goes_on and self.gap_after(index + 1) == " " else 0
        if not following.capitalised or following.lower in _NO_SURNAME:
            return 0
        return 1 if in_capitals or not following.all_capitals else 0


def _split_words(text: str) -> list[PassageWord]:
    """Return the words of a folded text; hyphens and apostrophes join, digits part."""
    words = []
    for match in _WORD.finditer(text):
        start, full_end = match.span()
        word = match.group()
        if word.endswith(("'s", "'S")) and len(word) > 2:
            word = word[:-2]
        words.append(PassageWord(start, start + len(word), full_end, word, word.lower()))
    return words


# Cached: names come again and again, and normalising is slow.
@lru_cache(maxsize=4096)
def strip_accents(lower: str) -> str:
    """Return a word without accents, as the lists of names have none."""
    if lower.isascii():
        return lower
    # Unicode does not take these two letters apart.
    decomposed = unicodedata.normalize("NFKD", lower.replace("ł", "l").replace("ø", "o"))
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign))


# --- names ----------------------------------------------------------------------------------

# 'Smith & Jones (2003)', 'Smith et al', 'Smith's theory'
CITATION: Final = re.compile(
    r"(?:'s)?(?: and (?:others|colleagues)\b|(?: ?,? {1,2}(?:and|&) {1,2}[A-Z][\w'-]+"
    r"| ?, [A-Z][\w'-]+| ?,? [A-Z]\.?(?![a-z])){0,6}"
    r" ?,? {0,2}(?:\(?(?:19|20)\d\d|et al))"
    r"|'s (?:\w+ ){0,2}(?:work|phases|model|theory|account|study|book|paper|framework|typology"
    r"|modes"
    r"|hierarchy|review|report|inquiry|lecture|concept|idea|argument|ladder|definition|law|rule"
    r"|triangle|stages|steps)\b"
)
"""What follows the name of a cited author: further authors and a year, or their theory."""


class Name(NamedTuple):
    """A name by the indices of its first and last word.

    ``kind`` is ``None`` for a name that is no person's: its words are not looked at again.
    """

    first: int
    last: int
    kind: DetailKind | None


def build_name(first: int, last: int) -> Name:
    """Return the name from one word to another: a full name, or a first name if it is one word."""
    return Name(first, last, DetailKind.NAME if last > first else DetailKind.FIRST_NAME)


_FIRM: Final = re.compile(r" (?:and|&) (?:Sons?|Daughters?|Co|Partners|Bros|Brothers)\b")


def is_no_person(passage: Passage, first: int, last: int) -> bool:
    """Check whether a name belongs to an organisation, a law, a place or a cited author."""
    words, last_word = passage.words, passage.words[last]
    if " ".join(word.lower for word in words[first : last + 1]) in PUBLIC_NAMES:
        return True
    if last + 1 < len(words) and passage.gap_after(last) in {" ", " & "}:
        following = words[last + 1]
        if following.lower in ORGANISATIONS and following.capitalised:
            return True
        if following.lower in LOWER_ORGANISATIONS:
            return True
    if last_word.lower in ORGANISATIONS and last > first:
        return True
    if _FIRM.match(passage.text_after(last, 14)):
        return True
    if first and passage.gap_after(first - 1) in {" ", ". "}:
        before = words[first - 1]
        if before.capitalised and before.lower in BEFORE_AN_ORGANISATION:
            return True
        if before.text == "v":  # 'R v Taylor'
            return True
    return CITATION.match(passage.text_after(last, 120)) is not None
