"""Numbers, dates of birth and postcodes in words, as people dictate them.  Pure.

Dictation writes 'oh seven seven double oh' for 0770 0. Words of digits are counted rather than
turned into a number: 'double oh' is two digits, 'nine hundred' is three.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from copkit.pii.kinds import (
    DetailKind,
    Finding,
    apply_rules,
    cased_rule,
    labelled,
    one_of,
    rule,
)
from copkit.pii.narrowing import MONTH, ORDINAL, is_birth
from copkit.pii.normalise import FoldedText


def find_spoken(folded: FoldedText) -> Iterator[Finding]:
    """Find every number, date of birth and postcode of a person that stands in words."""
    yield from _find_digits(folded)
    yield from apply_rules(_ODD_DIGITS, folded)
    yield from apply_rules(_POSTCODES, folded)
    if _BIRTH_WORD.search(folded.text):
        yield from apply_rules(_BIRTHS, folded)


# --- digits in words ------------------------------------------------------------------------

_DIGIT_WORD: Final = "(?:oh?|zero|nought|naught|nil|one|two|three|four|five|six|seven|eight|nine)"
_TEENS_AND_TENS: Final = one_of(
    "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty "
    "forty fifty sixty seventy eighty ninety"
)
_PART: Final = (
    rf"(?:(?:double|treble|triple)[ -](?:{_DIGIT_WORD}|\d)|{_DIGIT_WORD}|{_TEENS_AND_TENS}|hundred"
    r"|\d{1,6})"
)
_BETWEEN: Final = r"(?:[ ,.;-]{1,3}(?:and |then |space |dash )?)"
_DIGITS: Final = re.compile(
    rf"(?<!\w)(?:plus )?{_PART}(?:{_BETWEEN}{_PART}){{3,14}}(?!\w)", re.IGNORECASE
)
_LETTERS: Final = re.compile(r"[a-z]+", re.IGNORECASE)
_WORD: Final = re.compile(r"[a-z]+|\d+")
_COUNTED_TWICE: Final = frozenset(["hundred", "thousand"])
_TENS: Final = re.compile(rf"{_TEENS_AND_TENS}$")
_NEAR_PHONE_WORDS = labelled(
    "tel telephone phones? mobile mob number ring rings rang calls? called text texts landline "
    "contact on",
    60,
    20,
)
_NEAR_HEALTH_WORDS = labelled(
    "nhs n\\.h\\.s\\.? chi spine wristband hospital_(?:no|number)", 60, 40
)
_NEAR_BANK_WORDS = labelled("sort_code account acc", 50)


def _spoken_digits(text: str) -> str:
    """Return a number's digits, ``0`` to ``9``, and ``?`` for each that is not told apart."""
    digits, doubled = "", 1
    names = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
    for part in _WORD.findall(text.lower()):
        word = "zero" if part in {"o", "oh", "nought", "naught", "nil"} else part
        if word in {"double", "treble", "triple"}:
            doubled = 2 if word == "double" else 3
            continue
        if word in names:
            digits += str(names.index(word)) * doubled
        elif word.isdigit():
            digits += word * doubled
        elif word in _COUNTED_TWICE:
            digits += "00"
        elif _TENS.match(word):
            digits += "??"
        doubled = 1
    return digits


def _has_words(text: str) -> bool:
    """Check that at least three parts of a number are words: two may be counts in prose."""
    return len(re.findall(r"[a-z]+", text.lower())) > 2


def _find_digits(folded: FoldedText) -> Iterator[Finding]:
    """Find digits in words that are a phone, a health or a bank number by count and context."""
    for match in _DIGITS.finditer(folded.text):
        start, end = match.span()
        # Two words may be counts in prose: 'two or three'.
        if len(_LETTERS.findall(match[0])) > 2:
            digits = _spoken_digits(match[0])
            if kind := _kind_of_digits(folded, start, end, digits):
                yield Finding(start, end, kind)


def _kind_of_digits(folded: FoldedText, start: int, end: int, digits: str) -> DetailKind | None:
    """Return what number some digits are: by the words near them, or by how a phone's begin."""
    if 9 <= len(digits) <= 11 and _NEAR_HEALTH_WORDS(folded, start, end):
        return DetailKind.NHS
    if len(digits) in {6, 8} and _NEAR_BANK_WORDS(folded, start, end):
        return DetailKind.BANK
    has_area = digits.startswith(("0", "44")) and not digits.startswith(("08", "03"))
    if has_area and 9 <= len(digits) <= 14:
        return DetailKind.PHONE
    # Without its area code, or where words such as 'twenty' hide how many digits there are.
    if 6 <= len(digits) <= 12 and _NEAR_PHONE_WORDS(folded, start, end):
        return DetailKind.PHONE
    return None


_SPELT: Final = (
    "(?:alpha|alfa|bravo|charlie|delta|echo|foxtrot|golf|hotel|india|juliett?|kilo|lima|mike|november"
    "|oscar|papa|quebec|romeo|sierra|tango|uniform|victor|whisky|whiskey|x-?ray|yankee|zulu)"
)
_ODD_DIGITS: Final = (
    # '07700 9OO 284', with letters where digits look the same
    cased_rule(
        DetailKind.PHONE,
        r"(?<![\w])(?=[0-9 -]{0,12}[OoIl])(?=[OoIl -]{0,3}(?:\d[OoIl -]{0,3}){6})"
        r"[0Oo][7127](?:[ -]?[0-9OoIl]){8,9}(?!\w)",
    ),
    # 'bravo delta five one sierra mike romeo', a registration
    rule(
        DetailKind.CAR,
        rf"\b{_SPELT}(?:[ ,-]{{1,2}}{_SPELT})?(?:[ ,-]{{1,2}}(?:{_DIGIT_WORD}|\d{{1,2}})){{1,3}}"
        rf"(?:[ ,-]{{1,2}}{_SPELT}){{2,3}}\b",
    ),
    # 'NI is Q Q twelve thirty four fifty six C'
    rule(
        DetailKind.NATIONAL_INSURANCE,
        rf"\b(?:ni|nino|national insurance)\b[^\n]{{0,16}}? (?P<it>[A-Z][ -]?[A-Z](?:[ ,-]{{1,2}}"
        rf"{_PART}(?:[ -]{_DIGIT_WORD})?){{3,6}}(?:[ ,-]{{1,2}}(?:[A-D]|{_SPELT}))?)(?!\w)",
    ),
)

# --- dates of birth -------------------------------------------------------------------------

_ONES: Final = "(?:one|two|three|four|five|six|seven|eight|nine)"
_TENS_OF_YEARS: Final = "(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)"
_LAST_TWO: Final = (
    rf"(?:{_TENS_OF_YEARS}(?:[ -]{_ONES})?|oh[ -]{_ONES}|"
    + one_of("ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen")
    + ")"
)
_YEAR: Final = (
    rf"(?:(?:nineteen|twenty)(?:[ -]hundred(?: and)?)?[ -]{_LAST_TWO}"
    rf"|two thousand(?: and)?(?: (?:{_ONES}|{_LAST_TWO}))?"
    rf"|{_LAST_TWO}|(?:19|20)\d\d|'?\d\d)"
)
_FEAST: Final = (
    r"(?:christmas (?:day|eve)|boxing day|new year'?s (?:day|eve)|hallowe'?en|bonfire night"
    r"|guy fawkes(?: night)?|valentine'?s(?: day)?|burns'? night|leap day|may day"
    r"|midsummer(?:'?s day)?"
    r"|april fool'?s(?: day)?|(?:easter|palm|whit) (?:sunday|monday)|good friday|pancake day"
    r"|shrove tuesday"
    r"|ash wednesday|all (?:saints'?|souls'?)(?: day)?|twelfth night|st\.? [a-z]{3,12}'?s'?(?: "
    r"day)?"
    r"|remembrance (?:day|sunday)|ve day|armistice day|diwali|eid(?: al-\w+)?|vaisakhi|nowruz"
    r"|candlemas|michaelmas|lammas|epiphany|hogmanay)"
)
_DAY: Final = rf"(?:the )?(?:{ORDINAL}|\d{{1,2}} ?(?:st|nd|rd|th)?)"
_DAY_AND_MONTH: Final = (
    rf"(?:{_DAY}(?: day)?(?: of)?(?: the)? (?:{MONTH}|{ORDINAL}|\d{{1,2}}(?:st|nd|rd|th))"
    rf"|{MONTH}(?: the)? (?:{ORDINAL}|\d{{1,2}}(?:st|nd|rd|th)?)|{_FEAST})"
)
_SPOKEN_DATE: Final = rf"(?<!\w){_DAY_AND_MONTH}(?:,? (?:(?:of|in) )?{_YEAR})?(?!\w)"
# 'b. 4.3.71', 'birthday's the tenth of May'
_B: Final = r"(?:\bb\.? ?|\bbirthday(?:'s| is| was| falls on)?(?: on)? )"
_BIRTH_WORD: Final = re.compile(r"\b(?:born|birth\w*|d\.?o\.?b|b\.? ?\d|b\b)", re.IGNORECASE)
_BIRTHS: Final = (
    rule(DetailKind.BIRTH, rf"(?<!\w){_DAY_AND_MONTH},? (?:(?:of|in) )?{_YEAR}(?!\w)", is_birth),
    rule(
        DetailKind.BIRTH,
        rf"\b(?:born|dob|d\.o\.b\.?|date of birth)(?: was| is| on|,|:"
        rf"|-){{0,2}} (?P<it>{_SPOKEN_DATE})",
    ),
    rule(DetailKind.BIRTH, rf"{_B}(?P<it>{_SPOKEN_DATE})"),
    rule(
        DetailKind.BIRTH,
        r"(?<!\w)b\.? ?(?P<it>\d{1,2}[ ./-]\d{1,2}[ ./-](?:19|20)?\d\d)(?!\d)",
    ),
    rule(
        DetailKind.DATE,
        rf"\b(?:born|birth) (?:in |around |about )?(?P<it>(?:(?:early|late|mid)[- ])?{MONTH},?"
        rf"(?: of)? {_YEAR})(?!\w)",
    ),
)

# --- postcodes ------------------------------------------------------------------------------

_LETTER: Final = r"[A-Z]"
_NUMBER: Final = rf"(?:\d{{1,2}}|{_DIGIT_WORD}|{_TEENS_AND_TENS})"
_POSTCODES: Final = (
    # 'L S 9 eight Q T', 'LS nine 8 QT': letters apart, or a digit in words
    cased_rule(
        DetailKind.POSTCODE,
        rf"(?<![\w.]){_LETTER}(?:[ -]?{_LETTER})?,?[ -]?{_NUMBER}(?:[ -]{_NUMBER})?,?[ -]"
        rf"(?:{_DIGIT_WORD}|(?<= )\d),?[ -]{_LETTER}[ -]?{_LETTER}(?![\w.])",
    ),
)
