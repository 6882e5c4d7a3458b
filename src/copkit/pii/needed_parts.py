"""Parts of words without which a pattern cannot match: lines that lack them are spared.  Pure.

Of some 200 patterns few can match in one line, and looking a part up takes a hundredth of the time
of a search. The parts of each pattern stand in ``needed_parts.json``, which
``tests/pii/test_needed_parts.py`` makes from the patterns. Nothing but speed hangs on that file: a
pattern that it lacks is searched for everywhere.
"""

from __future__ import annotations

import json
import re
from functools import cache
from hashlib import blake2b
from importlib.resources import files
from typing import Final, NamedTuple

DIGITS: Final = tuple(f"#{count}" for count in range(11))
"""Parts that stand for so many digits, or more, anywhere in a line."""
LONGEST_PART: Final = 4  # letters

Spans = list[tuple[int, int]]

_DIGIT: Final = re.compile(r"\d")


class NeededParts(NamedTuple):
    """What stands in every match of a pattern: one part of each group.

    The first group is the most telling one. ``spans_lines``: whether a match may go over the end of
    a line.
    """

    groups: tuple[frozenset[str], ...]
    spans_lines: bool


@cache
def digest_of(pattern: str) -> str:
    """Return what ``needed_parts.json`` calls a pattern."""
    return blake2b(pattern.encode(), digest_size=6).hexdigest()


@cache
def load_needed_parts() -> dict[str, NeededParts]:
    """Return what each pattern needs, by its digest."""
    text = files("copkit.pii").joinpath("needed_parts.json").read_text(encoding="utf-8")
    return {
        digest: NeededParts(tuple(map(frozenset, groups)), spans_lines)
        for digest, (spans_lines, groups) in json.loads(text).items()
    }


@cache
def _digests_by_part() -> dict[str, list[str]]:
    """Return the patterns by a part of their first group."""
    by_part: dict[str, list[str]] = {}
    for digest, needed in load_needed_parts().items():
        for part in needed.groups[0]:
            by_part.setdefault(part, []).append(digest)
    return by_part


def parts_of(text: str) -> set[str]:
    """Return every part of three and of four letters of a text, and its signs."""
    lower = text.lower()
    parts = {lower[start : start + 3] for start in range(len(lower) - 2)}
    parts.update(lower[start : start + LONGEST_PART] for start in range(len(lower) - 3))
    parts.update(lower)
    digits = len(_DIGIT.findall(lower))
    parts.update(DIGITS[: digits + 1])
    return parts


def find_spans(text: str) -> dict[str, Spans]:
    """Return where in a text each pattern may match, by its digest; nowhere if it is left out.

    The spans are lines with their ends, in order; neighbours are joined. ``load_needed_parts`` says
    which patterns have been looked for.
    """
    by_part, needed = _digests_by_part(), load_needed_parts()
    known = by_part.keys()
    spans: dict[str, Spans] = {}
    start = 0
    for line in text.split("\n"):
        end = start + len(line) + 1
        parts = parts_of(line)
        candidates = {digest for part in known & parts for digest in by_part[part]}
        for digest in candidates:
            if any(group.isdisjoint(parts) for group in needed[digest].groups[1:]):
                continue
            lines = spans.setdefault(digest, [])
            if needed[digest].spans_lines:
                lines[:] = [(0, len(text))]
            elif lines and lines[-1][1] == start:
                lines[-1] = (lines[-1][0], end)
            else:
                lines.append((start, end))
        start = end
    return spans
