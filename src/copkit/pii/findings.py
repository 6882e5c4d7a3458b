"""What a rule finds, and which of several findings in one place counts.  Pure."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable
from functools import cache
from typing import Final, NamedTuple

from copkit.errors import Severity
from copkit.pii.kinds import Kind
from copkit.pii.normalise import Folded

FROM: Final = r"(?<![0-9A-Za-z])"
TO: Final = r"(?![0-9A-Za-z])"
"""The borders of a number: an underscore is one, which a word's border in Python is not."""


class Finding(NamedTuple):
    """A detail between two offsets of a text, the second exclusive."""

    start: int
    end: int
    kind: Kind


_NAMES: Final = frozenset({Kind.NAME, Kind.FIRST_NAME})

Accept = Callable[[Folded, int, int], bool]
"""Says whether what a pattern found, between two offsets, is a detail where it stands."""


def _always(folded: Folded, start: int, end: int) -> bool:
    return True


@cache
def _compiled(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """Compile a pattern with its first text: most runs look through none that is new."""
    return re.compile(pattern, flags)


class Rule(NamedTuple):
    """A pattern for one kind of detail; the group ``it``, where there is one, is the detail."""

    kind: Kind
    pattern: str
    flags: int = 0
    accept: Accept = _always

    def findings(self, folded: Folded) -> Iterable[Finding]:
        """Give each place in a text that the rule holds for."""
        pattern = _compiled(self.pattern, self.flags)
        group = "it" if "it" in pattern.groupindex else 0
        for match in pattern.finditer(folded.text):
            start, end = match.span(group)
            if start < end and self.accept(folded, start, end):
                yield Finding(start, end, self.kind)


def rule(kind: Kind, pattern: str, accept: Accept = _always) -> Rule:
    """Make a rule for which capitals and small letters are the same."""
    return Rule(kind, pattern, re.IGNORECASE, accept)


def exact(kind: Kind, pattern: str, accept: Accept = _always) -> Rule:
    """Make a rule for which they are not."""
    return Rule(kind, pattern, accept=accept)


def one_of(words: str) -> str:
    """Make a pattern of words, or of small patterns; an underscore stands for what parts words."""
    return "(?:" + "|".join(words.split()).replace("_", "[ _-]") + ")"


def near(words: str, before: int = 50, after: int = 0) -> Accept:
    """Make a condition: one of some words stands close before a place, or behind it."""
    whole = rf"(?<![a-z]){one_of(words)}(?![a-z])"

    def accept(folded: Folded, start: int, end: int) -> bool:
        pattern = _compiled(whole)
        if pattern.search(folded.before(start, before)):
            return True
        return bool(after and pattern.search(folded.after(end, after)))

    return accept


def under(words: str) -> Accept:
    """Make a condition: the column of a table that a place stands in has one of some words."""
    whole = rf"(?<![a-z]){one_of(words)}(?![a-z])"

    def accept(folded: Folded, start: int, end: int) -> bool:
        pattern = _compiled(whole)
        return pattern.search(folded.head_of_column(start)) is not None

    return accept


def named(words: str, before: int = 50, after: int = 0) -> Accept:
    """Make a condition: one of some words stands near a place, or heads its column."""
    is_near, is_under = near(words, before, after), under(words)
    return lambda folded, start, end: is_near(folded, start, end) or is_under(folded, start, end)


def settled(found: Iterable[Finding]) -> list[Finding]:
    """Leave one finding for a place: a direct one before one that narrows, long before short.

    A name gives way to what has a form: the letters that it shares with a postcode are no name.
    """

    def rank(one: Finding) -> tuple[bool, bool, int, int, bool, Kind]:
        warns, is_name = one.kind.severity is Severity.WARNING, one.kind in _NAMES
        known = one.kind is Kind.CONTACT
        return warns, is_name, one.start - one.end, one.start, not known, one.kind

    kept: list[Finding] = []
    for one in sorted(set(found), key=rank):
        at = bisect_left(kept, one)
        free_before = at == 0 or kept[at - 1].end <= one.start
        if free_before and (at == len(kept) or one.end <= kept[at].start):
            kept.insert(at, one)
    return kept
