"""Dates of birth, and of what happened to somebody.  Pure.

Dates of meetings and papers are not for these rules: a date counts when it is tied to something
that happened to a person, and one that is tied to a birth is direct.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from copkit.pii.findings import TO, Finding, one_of, rule
from copkit.pii.kinds import Kind
from copkit.pii.normalise import Folded


def find_dates(folded: Folded) -> Iterable[Finding]:
    """Give every date in a text that is about a person."""
    for one in _DATES:
        yield from one.findings(folded)


PERSONAL: Final = re.compile(
    r"\b"
    + one_of(
        "he she him her his hers they their them patient client tenant resident man woman boy girl "
        "baby son daughter mother father brother sister mum dad lad"
    )
    + r"\b",
    re.IGNORECASE,
)


def is_personal(folded: Folded, start: int, end: int) -> bool:
    """Say whether the sentence around a place speaks of a person."""
    return PERSONAL.search(folded.sentence(start, end)) is not None


_MONTH: Final = one_of(
    "jan(?:uary)? feb(?:ruary)? mar(?:ch)? apr(?:il)? may june? july? aug(?:ust)? sept?(?:ember)? "
    "oct(?:ober)? nov(?:ember)? dec(?:ember)?"
)
ORDINAL: Final = one_of(
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth "
    "fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth thirtieth "
    "twenty_(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth) thirty[-_]first"
)
_G: Final = r"[ ._/,+-]{1,3}"
_YEAR: Final = r"(?:(?:19|20)\d\d|'?\d\d)"
_DAY: Final = (
    rf"(?:(?:the )?(?:\d{{1,2}} ?(?:st|nd|rd|th)?|{ORDINAL})(?: of)?{_G}{_MONTH}"
    rf"|{_MONTH}{_G}\d{{1,2}}(?:st|nd|rd|th)?)"
)
_SLASH: Final = r" {0,2}[./\\-] {0,2}"
_IN_NUMBERS: Final = (
    rf"(?:\d{{1,2}}{_SLASH}\d{{1,2}}{_SLASH}(?:(?:19|20)\d\d|\d\d)"
    r"|(?:19|20)\d\d ?[-/.] ?\d\d ?[-/.] ?\d\d)"
)
_ALONE: Final = r"(?<![0-9A-Za-z/.-])"
_DATE: Final = rf"{_ALONE}(?:{_IN_NUMBERS}|{_DAY}(?:{_G}{_YEAR})?){TO}"
_LOOSE: Final = r"[ ._/\\+-]{1,3}"
_LOOSELY: Final = (
    rf"(?:\d{{1,2}}{_LOOSE}\d{{1,2}}{_LOOSE}(?:(?:19|20)\d\d|\d\d)"
    rf"|(?:19|20)\d\d{_LOOSE}\d{{1,2}}{_LOOSE}\d{{1,2}})"
)
_FREE: Final = r"(?<![0-9A-Za-z])(?<![0-9][/.-])"
_WITH_YEAR: Final = rf"{_FREE}(?:{_LOOSELY}|{_DAY}{_G}{_YEAR}|\d{{6}}|\d{{8}}){TO}"
_SPACED: Final = r"\d ?\d ?[/.-] ?\d ?\d ?[/.-] ?(?:\d ?\d ?)?\d ?\d(?!\d)"
_BIRTH: Final = (
    r"(?<![a-z])(?:d\.? ?o\.? ?b\.?|dates?[ _-]of[ _-]birth|birth[ _-]?dates?|birthday|born|birth)"
    r"(?![a-z])"
)
_BORN_BEFORE: Final = re.compile(rf"{_BIRTH}[^\n0-9]{{0,32}}$")
_BORN_BEFORE_ANOTHER: Final = re.compile(
    rf"{_BIRTH}[^\n0-9]{{0,32}}{_DATE} ?(?:and|or|/|,|&) $", re.IGNORECASE
)
_BORN_BEHIND: Final = re.compile(rf"[^\n0-9.;]{{0,24}}{_BIRTH}")
_BORN: Final = re.compile(_BIRTH)

_HAPPENED: Final = re.compile(
    r"\b"
    + one_of(
        "admitted admission discharged? arrest(?:ed)? bailed removed evict(?:ed|ion) released? "
        "sectioned detained convicted sentenced died death operation surgery overdos(?:e|ed) "
        "assault(?:ed)? attack(?:ed)? stabbed hospital recalled remanded moved_(?:her|him|them) "
        "moved_(?:in|out|on) last_seen found miscarr gave_birth taken_into placed collapsed "
        "transferred fled raped injured fell crash fire accident hearing court tribunal inquest "
        "married separated seen_by absconded went_missing missing_since jumped notice locks "
        "signed_the_tenancy tenancy_(?:began|started|ended) lost_(?:his|her) diagnosed baby trial"
    )
    + r"\b",
    re.IGNORECASE,
)
_BEGINS_WITH_IT: Final = re.compile(
    rf"^\W*(?:the |{_IN_NUMBERS}[ :,-]{{1,4}})?"
    + one_of(
        "notice overdose assault operation eviction arrest discharge release admission admitted "
        "arrested discharged bailed released evicted sectioned detained recalled last_seen found "
        "died assaulted overdosed seen moved remanded sentenced convicted transferred tenancy"
    )
    + r"\b",
    re.IGNORECASE,
)
_PUBLIC: Final = re.compile(
    r"\b"
    + one_of(
        "meet(?:s|ing|ings)? session agenda minutes papers booking event conference training "
        "workshop deadline published version report act diary circulate newsletter forum seminar "
        "funding review_(?:date|due) consultation webinar launch(?:ed)? edition policy retrieved "
        "accessed"
    )
    + r"\b",
    re.IGNORECASE,
)


def _is_birth(folded: Folded, start: int, end: int) -> bool:
    """See whether a date is said to be a birth: before it, behind it, or in its column's head."""
    ahead = folded.before(start, 90)
    if _BORN_BEFORE.search(ahead) or _BORN_BEFORE_ANOTHER.search(ahead):
        return True
    if _BORN_BEHIND.match(folded.after(end, 50)):
        return True
    return _BORN.search(folded.head_of_column(start)) is not None


def _happened(folded: Folded, start: int, end: int) -> bool:
    """See whether a date is of something that happened to a person."""
    sentence = folded.sentence(start, end)
    if _PUBLIC.search(sentence) or not _HAPPENED.search(sentence):
        return False
    return bool(PERSONAL.search(sentence) or _BEGINS_WITH_IT.search(sentence))


_DATES: Final = (
    rule(Kind.BIRTH, _WITH_YEAR, _is_birth),
    rule(Kind.BIRTH, rf"{_BIRTH}[ :]{{1,3}}(?P<it>{_SPACED})"),
    rule(Kind.DATE, _DATE, _happened),
    rule(Kind.DATE, rf"birthday,? (?:is |was |on |falls on |being )?(?P<it>{_DATE})"),
    rule(
        Kind.DATE,
        r"\b(?:christmas (?:eve|day)|boxing day|new year's (?:eve|day)) (?:of |in )?(?:19"
        r"|20)\d\d\b",
        _happened,
    ),
)
