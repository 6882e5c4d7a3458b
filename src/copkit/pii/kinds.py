"""The kinds of identifying details, and the rules that find them by patterns.  Pure.

A detail is direct when it leads to one person by itself, and stops a commit or a document; the
others narrow down who it may be, and are warned of. Rules with check digits, neighbouring words and
lists, and no language model, because they find more in texts of this field, raise fewer false
alarms, take milliseconds, and can be explained to whoever asks why something was found.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from functools import cache, lru_cache
from typing import Final, NamedTuple

from copkit.errors import Severity
from copkit.pii.normalise import FoldedText


class DetailKind(StrEnum):
    """The kind of an identifying detail; the value is the problem's code, which never changes."""

    NHS = "nhs-number"
    CHI = "chi-number"
    NATIONAL_INSURANCE = "national-insurance-number"
    PRISON = "prison-number"
    POLICE = "police-number"
    HOSPITAL = "hospital-number"
    REFERENCE = "case-reference"
    LICENCE = "driving-licence"
    PASSPORT = "passport-number"
    BANK = "bank-details"
    CAR = "car-registration"
    PHONE = "phone-number"
    EMAIL = "email-address"
    ONLINE = "online-name"
    POSTCODE = "postcode"
    ADDRESS = "street-address"
    POSITION = "map-position"
    BIRTH = "date-of-birth"
    CONTACT = "known-contact"
    DIRECTORY = "person-in-directory"
    NAME = "full-name"
    FIRST_NAME = "first-name"
    AGE = "exact-age"
    DATE = "exact-date"
    PLACE = "small-place"
    DISTRICT = "postcode-district"
    INITIALS = "initials"
    RARE = "rare-event"
    COUNT = "small-count"

    @property
    def severity(self) -> Severity:
        """An error for a direct detail, a warning for one that narrows down who it may be."""
        return Severity.WARNING if self in _NARROWING else Severity.ERROR

    @property
    def description(self) -> str:
        """What the detail is, for a message: ``an NHS number``."""
        return _WORDING[self].description

    @property
    def hint(self) -> str:
        """What to write instead."""
        return _WORDING[self].hint


_NARROWING = frozenset(
    {
        DetailKind.AGE,
        DetailKind.DATE,
        DetailKind.PLACE,
        DetailKind.DISTRICT,
        DetailKind.INITIALS,
        DetailKind.RARE,
        DetailKind.COUNT,
    }
)


class _Wording(NamedTuple):
    description: str
    hint: str


_LEAVE_OUT = "leave it out; who needs it can ask the agency"
_WORDING = {
    DetailKind.NHS: _Wording("an NHS number", _LEAVE_OUT),
    DetailKind.CHI: _Wording("a CHI number", _LEAVE_OUT),
    DetailKind.NATIONAL_INSURANCE: _Wording("a National Insurance number", _LEAVE_OUT),
    DetailKind.PRISON: _Wording("a prison number", _LEAVE_OUT),
    DetailKind.POLICE: _Wording("a police or criminal records number", _LEAVE_OUT),
    DetailKind.HOSPITAL: _Wording("a hospital or patient number", _LEAVE_OUT),
    DetailKind.REFERENCE: _Wording("the reference of a person's case", _LEAVE_OUT),
    DetailKind.LICENCE: _Wording("a driving licence number", _LEAVE_OUT),
    DetailKind.PASSPORT: _Wording("a passport number", _LEAVE_OUT),
    DetailKind.BANK: _Wording("bank details", _LEAVE_OUT),
    DetailKind.CAR: _Wording("a car registration", "leave it out, or write 'a car'"),
    DetailKind.PHONE: _Wording("a phone number", "keep it in private/contacts.yaml"),
    DetailKind.EMAIL: _Wording("an e-mail address", "keep it in private/contacts.yaml"),
    DetailKind.ONLINE: _Wording("a person's name or address online", "leave it out"),
    DetailKind.POSTCODE: _Wording("a full postcode", "name the town or the county"),
    DetailKind.ADDRESS: _Wording("a street address", "name the town or the county"),
    DetailKind.POSITION: _Wording("a place on the map", "name the town or the county"),
    DetailKind.BIRTH: _Wording("a date of birth", "give a decade: 'in her fifties'"),
    DetailKind.CONTACT: _Wording(
        "what private/contacts.yaml holds about somebody", "write the role, or the member's id"
    ),
    DetailKind.DIRECTORY: _Wording(
        "the mailbox of one person", "write an office's address, such as info@"
    ),
    DetailKind.NAME: _Wording(
        "a person's name", "write a role, or an invented name under 'pseudonyms:'"
    ),
    DetailKind.FIRST_NAME: _Wording(
        "a first name", "write a role; an invented name goes under 'pseudonyms:'"
    ),
    DetailKind.AGE: _Wording("an exact age", "give a decade: 'in his forties'"),
    DetailKind.DATE: _Wording(
        "the exact date of something that happened", "give the season, or the year"
    ),
    DetailKind.PLACE: _Wording("a place that few people use", "say what kind of place it is"),
    DetailKind.DISTRICT: _Wording("a postcode district", "name the town or the county"),
    DetailKind.INITIALS: _Wording("a person's initials", "write a role, or an invented name"),
    DetailKind.RARE: _Wording(
        "something that few people have lived through", "say it more broadly"
    ),
    DetailKind.COUNT: _Wording("a count of very few people", "write 'a few', or 'fewer than five'"),
}


# --- findings and rules ---------------------------------------------------------------------

# The borders of a number in a pattern. Not \b, for which an underscore belongs to the word: in
# 'NHS_943_476_5919' the number begins behind one.
START: Final = r"(?<![0-9A-Za-z])"
END: Final = r"(?![0-9A-Za-z])"


class Finding(NamedTuple):
    """A detail between two offsets of a text, the second exclusive."""

    start: int
    end: int
    kind: DetailKind


_NAMES: Final = frozenset({DetailKind.NAME, DetailKind.FIRST_NAME})

Condition = Callable[[FoldedText, int, int], bool]
"""Checks whether a match of a pattern, between two offsets, is a detail in its context."""


def _always(folded: FoldedText, start: int, end: int) -> bool:
    return True


# Compiled with the first text: as files without findings are remembered, most runs scan none.
@cache
def _compile(pattern: str, flags: int = 0) -> re.Pattern[str]:
    return re.compile(pattern, flags)


@lru_cache(maxsize=256)
def _occurs(pattern: str, text: str) -> bool:
    """Check once whether a text has a word at all: around each of 30,000 numbers takes seconds."""
    return _compile(pattern).search(text.lower()) is not None


@cache
def _lower_letters(pattern: str) -> str:
    """Return a pattern for text in small letters: all but its escapes and names of groups."""
    return re.sub(r"\\.|\(\?P|[^\W\d_]", lambda match: _lower_letter(match[0]), pattern)


def _lower_letter(part: str) -> str:
    return part.lower() if len(part) == 1 else part


class PatternRule(NamedTuple):
    """A pattern for one kind of detail, and a condition on the context of a match.

    The detail is the group ``it`` of the pattern, or all of the match where there is no such group.
    """

    kind: DetailKind
    pattern: str
    flags: int = 0
    condition: Condition = _always

    def findings(self, folded: FoldedText) -> Iterable[Finding]:
        """Find every match of the pattern in a text that meets the condition."""
        spans = folded.spans_for(self.pattern)
        if not spans:
            return
        if self.flags & re.IGNORECASE:
            # The same matches, in two thirds of the time.
            pattern, text = _compile(_lower_letters(self.pattern)), folded.lower
        else:
            pattern, text = _compile(self.pattern, self.flags), folded.text
        group = "it" if "it" in pattern.groupindex else 0
        for first, last in spans:
            for match in pattern.finditer(text, first, last):
                start, end = match.span(group)
                if start < end and self.condition(folded, start, end):
                    yield Finding(start, end, self.kind)


def apply_rules(rules: Iterable[PatternRule], folded: FoldedText) -> Iterator[Finding]:
    """Find what any of some rules finds in a text; findings may overlap."""
    for pattern_rule in rules:
        yield from pattern_rule.findings(folded)


def rule(kind: DetailKind, pattern: str, accept: Condition = _always) -> PatternRule:
    """Build a rule for which capitals and small letters are the same."""
    return PatternRule(kind, pattern, re.IGNORECASE, accept)


def cased_rule(kind: DetailKind, pattern: str, accept: Condition = _always) -> PatternRule:
    """Build a rule for which capitals and small letters differ."""
    return PatternRule(kind, pattern, condition=accept)


def one_of(words: str) -> str:
    """Build a pattern that matches any of some words, or patterns, which spaces part.

    An underscore in a word stands for a space, an underscore or a hyphen: ``date_of_birth``.
    """
    return "(?:" + "|".join(words.split()).replace("_", "[ _-]") + ")"


def near(words: str, before: int = 50, after: int = 0) -> Condition:
    """Build a condition: one of some words stands near the match, on the same line.

    ``words`` are as in :func:`one_of`, in small letters; ``before`` and ``after`` are the
    characters that are searched on each side.
    """
    whole_word = rf"(?<![a-z]){one_of(words)}(?![a-z])"

    def condition(folded: FoldedText, start: int, end: int) -> bool:
        if not _occurs(whole_word, folded.text):
            return False
        pattern = _compile(whole_word)
        if pattern.search(folded.before(start, before)):
            return True
        return bool(after and pattern.search(folded.after(end, after)))

    return condition


def in_column(words: str) -> Condition:
    """Build a condition: the match is in a column of a table whose head has one of some words."""
    whole_word = rf"(?<![a-z]){one_of(words)}(?![a-z])"

    def condition(folded: FoldedText, start: int, end: int) -> bool:
        if not _occurs(whole_word, folded.text):
            return False
        return _compile(whole_word).search(folded.head_of_column(start)) is not None

    return condition


def labelled(words: str, before: int = 50, after: int = 0) -> Condition:
    """Build a condition: one of some words stands near the match, or heads its column."""
    is_near, is_in_column = near(words, before, after), in_column(words)

    def condition(folded: FoldedText, start: int, end: int) -> bool:
        return is_near(folded, start, end) or is_in_column(folded, start, end)

    return condition


def resolve_overlaps(findings: Iterable[Finding]) -> list[Finding]:
    """Return findings in their order, and of those that overlap only the most important.

    Direct details count before those that narrow down, and long ones before short ones.
    """

    def rank(finding: Finding) -> tuple[bool, bool, int, int, bool, DetailKind]:
        narrows = finding.kind.severity is Severity.WARNING
        # A name gives way to what has a form: the letters of a postcode are no name.
        is_name = finding.kind in _NAMES
        is_contact = finding.kind is DetailKind.CONTACT
        length = finding.end - finding.start
        return narrows, is_name, -length, finding.start, not is_contact, finding.kind

    resolved: list[Finding] = []  # in the order of the text, and without overlaps
    for finding in sorted(set(findings), key=rank):
        index = bisect_left(resolved, finding)
        free_before = index == 0 or resolved[index - 1].end <= finding.start
        if free_before and (index == len(resolved) or finding.end <= resolved[index].start):
            resolved.insert(index, finding)
    return resolved
