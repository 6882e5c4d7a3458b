"""The search of a site: its words in small scripts, which run from a folder as from a host.  Pure.

A browser that opens a page from a folder runs ``<script>`` and refuses to fetch or to import. So
each file is a call, ``C("ho", {"hous": "3A1B"})``, and the page loads those that begin like what is
typed. A word is followed by the cases that have it: how far on from the case before, in base 36,
and a capital letter for its weight there. ``templates/site-search.js`` is the other side.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from operator import sub
from typing import Any, Final, NamedTuple

from copkit.text.normalise import STOP_WORDS, stem, words_in

LARGEST: Final = 44_000  # bytes of a file, so that a shared drive or a telephone has it at once
TITLE, QUESTION, THEME, HEADING, TEXT = 8, 5, 5, 3, 1
"""What a word weighs, by where it stands."""
_COMMON_SHARE: Final = 0.4  # of the cases: a word in more of them narrows nothing down
_FEW: Final = 100  # cases among which every word narrows something down
_BASE_36: Final = "0123456789abcdefghijklmnopqrstuvwxyz"
_FOLDER: Final = "search"


class Facet(NamedTuple):
    """What results can be narrowed by: its key in addresses, its label, the cases by value."""

    key: str
    label: str
    values: Mapping[str, Sequence[int]]


class SearchIndex:
    """The words of a site's cases, which are added one after another by title."""

    def __init__(self) -> None:
        self.cases = 0
        self._in_texts: dict[str, list[int]] = defaultdict(list)
        self._weighted: dict[str, dict[int, int]] = defaultdict(dict)

    def add(self, texts: Iterable[tuple[int, str]]) -> None:
        """Add the next case: its texts as readers see them, each with its weight."""
        case = self.cases
        self.cases += 1
        plain = []
        for weight, text in texts:
            if weight == TEXT:
                plain.append(text)
                continue
            for word in _words_of_line(text):
                if weight == TITLE or word not in STOP_WORDS:
                    weights = self._weighted[word]
                    if weights.get(case, 0) < weight:
                        weights[case] = weight
        # nearly all words are here, so that nothing but the case is kept with each
        in_texts = self._in_texts
        for word in {*words_in("\n".join(plain))}:
            in_texts[word].append(case)

    def words(self) -> tuple[dict[str, str], list[str]]:
        """Return the postings by stem, and the stems that are in too many cases to help.

        Of these only the cases are kept that have the word in their title.
        """
        stems: dict[str, list[str]] = defaultdict(list)
        for word in sorted(self._in_texts.keys() | self._weighted.keys()):
            stems[stem(word)].append(word)
        limit = self.cases * _COMMON_SHARE if self.cases > _FEW else self.cases
        postings, common = {}, []
        for root, words in sorted(stems.items()):
            weights = self._weights_of(words)
            if len(weights) > limit:
                common.append(root)
                weights = {case: TITLE for case, weight in weights.items() if weight == TITLE}
            if weights:
                postings[root] = encode_postings(weights)
        return postings, common

    def _weights_of(self, words: Iterable[str]) -> dict[int, int]:
        """Return the cases that have any of these words, in order, with the largest weight."""
        weights: dict[int, int] = {}
        for word in words:
            if word not in STOP_WORDS and len(word) > 1:
                weights |= dict.fromkeys(self._in_texts.get(word, ()), TEXT)
        for word in words:
            for case, weight in self._weighted.get(word, {}).items():
                weights[case] = max(weights.get(case, 0), weight)
        return dict(sorted(weights.items()))


@lru_cache(maxsize=10_000)
def _words_of_line(text: str) -> tuple[str, ...]:
    """Return the words of a title, a heading or a theme: many cases share the last two."""
    return tuple(words_in(text))


@cache
def base_36(number: int) -> str:
    """Write a number in base 36."""
    text = ""
    while number:
        number, digit = divmod(number, 36)
        text = _BASE_36[digit] + text
    return text or "0"


def encode_postings(weights: Mapping[int, int]) -> str:
    """Encode cases, in order, with the weight that a word has in each."""
    cases = [*weights]
    gaps = map(sub, cases, [-1, *cases])
    return "".join(map(_posting, gaps, weights.values()))


@cache
def _posting(gap: int, weight: int) -> str:
    return f"{base_36(gap)}{chr(64 + weight)}"


def shards(postings: Mapping[str, str]) -> Iterator[tuple[str, dict[str, str]]]:
    """Split words by their first two letters, and further where a file would be too large."""
    yield from _split(list(postings.items()), 2)


def _split(
    entries: Sequence[tuple[str, str]], letters: int
) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the beginnings of words with their entries; ``letters`` is how long these are."""
    groups: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for word, cases in entries:
        groups[word[:letters]].append((word, cases))
    for beginning, group in groups.items():
        size = sum(len(word.encode()) + len(cases) + 6 for word, cases in group)
        if size > LARGEST and len(group) > 1 and len(beginning) == letters:
            yield from _split(group, letters + 1)
        else:
            yield beginning, dict(group)


def file_name(beginning: str) -> str:
    """Return the name of the file of a beginning: letters and digits as they are, others coded."""
    return "".join(
        sign if sign.isascii() and sign.isalnum() else f"_{ord(sign):x}" for sign in beginning
    )


def search_files(
    words: tuple[Mapping[str, str], Sequence[str]],
    titles: Sequence[Sequence[str]],
    facets: Sequence[Facet],
) -> Iterator[tuple[str, bytes]]:
    """Yield the files of a search by address.

    ``words`` are those of :meth:`SearchIndex.words`, ``titles`` has a row for each case.
    """
    postings, common = words
    names = {}
    for beginning, entries in shards(postings):
        names[beginning] = file_name(beginning)
        yield f"{_FOLDER}/{names[beginning]}.js", _call(names[beginning], entries)
    starts, number = [], 0
    for start, rows in _chunks(titles):
        starts.append(start)
        yield f"{_FOLDER}/titles-{len(starts)}.js", _call(f"titles-{len(starts)}", rows)
    values = [
        (key, label, value, encode_postings(dict.fromkeys(cases, TEXT)))
        for key, label, by_value in facets
        for value, cases in by_value.items()
    ]
    for number, (_, rows) in enumerate(_chunks(values), 1):
        yield f"{_FOLDER}/facets-{number}.js", _call(f"facets-{number}", rows)
    summary = {
        "cases": len(titles),
        "titles": starts,
        "facets": number,
        "shards": list(names),
        "stop": " ".join(sorted(STOP_WORDS)),
        "common": " ".join(common),
    }
    yield f"{_FOLDER}/index.js", _call("index", summary)


def _chunks(rows: Sequence[Any]) -> Iterator[tuple[int, list[Any]]]:
    """Split rows into files that are not too large; yield the number of the first of each."""
    start, size = 0, 0
    for number, row in enumerate(rows):
        length = len(_json(row).encode())
        if number > start and size + length > LARGEST:
            yield start, list(rows[start:number])
            start, size = number, 0
        size += length + 1
    if rows:
        yield start, list(rows[start:])


def _call(name: str, value: Any) -> bytes:
    return f"C({_json(name)},{_json(value)})\n".encode()


def _json(value: Any) -> str:
    # Line separators end a line of JavaScript in old browsers, though not of JSON.
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
