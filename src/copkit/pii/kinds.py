"""The kinds of identifying details, and what is said of each.  Pure.

A detail is direct when it leads to one person by itself, and stops a commit or a document; the
others narrow down who it may be, and are warned of.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable
from enum import StrEnum
from functools import cache
from typing import Final, NamedTuple

from copkit.errors import Severity
from copkit.pii.normalise import Folded


class Kind(StrEnum):
    """What was found; the value is the code of the problem, which never changes."""

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
        """An error for a direct detail, a warning for one that narrows down."""
        return Severity.WARNING if self in _NARROWING else Severity.ERROR

    @property
    def what(self) -> str:
        """Name it, for the message: ``an NHS number``."""
        return _SAID[self].what

    @property
    def hint(self) -> str:
        """Say what to write instead."""
        return _SAID[self].hint


_NARROWING = frozenset(
    {Kind.AGE, Kind.DATE, Kind.PLACE, Kind.DISTRICT, Kind.INITIALS, Kind.RARE, Kind.COUNT}
)


class _Said(NamedTuple):
    what: str
    hint: str


_LEAVE_OUT = "leave it out; who needs it can ask the agency"
_SAID = {
    Kind.NHS: _Said("an NHS number", _LEAVE_OUT),
    Kind.CHI: _Said("a CHI number", _LEAVE_OUT),
    Kind.NATIONAL_INSURANCE: _Said("a National Insurance number", _LEAVE_OUT),
    Kind.PRISON: _Said("a prison number", _LEAVE_OUT),
    Kind.POLICE: _Said("a police or criminal records number", _LEAVE_OUT),
    Kind.HOSPITAL: _Said("a hospital or patient number", _LEAVE_OUT),
    Kind.REFERENCE: _Said("the reference of a person's case", _LEAVE_OUT),
    Kind.LICENCE: _Said("a driving licence number", _LEAVE_OUT),
    Kind.PASSPORT: _Said("a passport number", _LEAVE_OUT),
    Kind.BANK: _Said("bank details", _LEAVE_OUT),
    Kind.CAR: _Said("a car registration", "leave it out, or write 'a car'"),
    Kind.PHONE: _Said("a phone number", "keep it in private/contacts.yaml"),
    Kind.EMAIL: _Said("an e-mail address", "keep it in private/contacts.yaml"),
    Kind.ONLINE: _Said("a person's name or address online", "leave it out"),
    Kind.POSTCODE: _Said("a full postcode", "name the town or the county"),
    Kind.ADDRESS: _Said("a street address", "name the town or the county"),
    Kind.POSITION: _Said("a place on the map", "name the town or the county"),
    Kind.BIRTH: _Said("a date of birth", "give a decade: 'in her fifties'"),
    Kind.CONTACT: _Said(
        "what private/contacts.yaml holds about somebody", "write the role, or the member's id"
    ),
    Kind.NAME: _Said("a person's name", "write a role, or an invented name under 'pseudonyms:'"),
    Kind.FIRST_NAME: _Said(
        "a first name", "write a role; an invented name goes under 'pseudonyms:'"
    ),
    Kind.AGE: _Said("an exact age", "give a decade: 'in his forties'"),
    Kind.DATE: _Said("the exact date of something that happened", "give the season, or the year"),
    Kind.PLACE: _Said("a place that few people use", "say what kind of place it is"),
    Kind.DISTRICT: _Said("a postcode district", "name the town or the county"),
    Kind.INITIALS: _Said("a person's initials", "write a role, or an invented name"),
    Kind.RARE: _Said("something that few people have lived through", "say it more broadly"),
    Kind.COUNT: _Said("a count of very few people", "write 'a few', or 'fewer than five'"),
}


# What a rule finds, and which of several findings in one place counts.

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
