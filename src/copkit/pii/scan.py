"""Find the identifying details of a text, and mask them: the entry point of this package.  Pure.

``find_details`` runs all rules; ``mask_details``, ``mask_findings`` and ``Mask`` put dots in the
place of what was found.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from functools import cache, lru_cache
from typing import Final

from copkit.errors import CopkitError
from copkit.pii.kinds import DetailKind, Finding, resolve_overlaps
from copkit.pii.labels import LabelKind, find_names_in_label
from copkit.pii.normalise import FoldedText
from copkit.pii.passage import (
    COMMON_WORDS,
    MONTHS,
    PERSONAL_VERBS,
    VERBS_BEFORE_A_NAME,
    load_first_names,
)

NameModel = Callable[[str], Iterator[tuple[int, int]]]
"""Finds names that the rules do not; yields the offsets of each in a text, the second exclusive."""

_WORD: Final = re.compile(r"\w+")
_NAMES: Final = frozenset({DetailKind.NAME, DetailKind.FIRST_NAME, DetailKind.INITIALS})


def find_details(
    text: str,
    pseudonyms: Iterable[str] = (),
    known_people: Collection[str] = (),
    programme_words: Collection[str] = (),
    model: NameModel | None = None,
) -> list[Finding]:
    """Return the identifying details of a text in their order, by offsets into it.

    ``pseudonyms`` are invented names that may stand in the text; ``known_people`` names and
    addresses from the contacts; ``programme_words`` the words by which the programme calls its
    communities and seats: 'Chester' or 'Milton Keynes', which look like persons' names.
    """
    findings: list[Finding] = []
    for reading in _readings(text):
        is_short = len(reading) <= _LONGEST_REMEMBERED
        findings += (_find_by_rules if is_short else _find_by_rules.__wrapped__)(reading)
        if not known_people and model is None:
            continue
        folded = FoldedText(reading)
        in_folded = [*_find_contacts(folded, known_people)]
        if model is not None:
            in_folded += (Finding(start, end, DetailKind.NAME) for start, end in model(folded.text))
        findings += (
            Finding(*folded.source_span(start, end), kind) for start, end, kind in in_folded
        )
    invented = [_name_words(name) for name in pseudonyms]
    places = {name.lower() for name in programme_words}
    places |= {" ".join(_name_words(name)) for name in programme_words}
    # Exceptions last: they must not free the place of a finding for another one that overlaps it.
    return [
        finding
        for finding in resolve_overlaps(findings)
        if not (
            _is_invented(text, finding, invented)
            or _is_programme_word(text, finding, places)
            or (finding.kind is DetailKind.FIRST_NAME and _is_short_month(text, finding))
        )
    ]


_LONGEST_REMEMBERED: Final = 20_000  # characters; most records have fewer than 5,000


@cache
def _load_rules() -> tuple[Callable[[FoldedText], Iterable[Finding]], ...]:
    """Import the rules, with the first text: where all files are known to be clean, there is none.

    Their patterns take longer to load than a community's records.
    """
    from copkit.pii.aliases import find_marked_names
    from copkit.pii.contact import find_contact_details
    from copkit.pii.names import find_initials, find_names
    from copkit.pii.narrowing import find_ages, find_dates, find_rarities
    from copkit.pii.numbers import find_numbers, find_references
    from copkit.pii.places import find_places, find_postcodes
    from copkit.pii.spoken import find_spoken

    return (
        find_numbers,
        find_references,
        find_contact_details,
        find_postcodes,
        find_places,
        find_dates,
        find_ages,
        find_rarities,
        find_spoken,
        find_names,
        find_marked_names,
        find_initials,
    )


# Remembered, as the rules know nothing of the programme: with another name in the contacts, or
# another community, the same texts are looked through again, by the preview after each change.
@lru_cache(maxsize=2_000)
def _find_by_rules(reading: str) -> tuple[Finding, ...]:
    """Return what the rules find in a text, by offsets into it."""
    folded = FoldedText(reading)
    return tuple(
        Finding(*folded.source_span(start, end), kind)
        for find in _load_rules()
        for start, end, kind in find(folded)
    )


def find_details_in_label(text: str, label: LabelKind) -> list[Finding]:
    """Return the persons named in the name of a role, a place or an organisation, in their order.

    ``text`` is the value of one field as it is typed, or as much of a path.
    """
    findings = (
        finding
        for reading in _readings(text.replace("\n", " "))
        for finding in find_names_in_label(reading, label)
    )
    return resolve_overlaps(findings)


# --- what is read ---------------------------------------------------------------------------

_COMMENT: Final = re.compile(r"(?<=[^\W_])<!--.{0,2000}?-->(?=[^\W_])", re.DOTALL)
# Escapes in YAML and JSON for a character by its number: '\u00e9', '\xe9'
_ESCAPE: Final = re.compile(r"\\(?:u([0-9a-f]{4})|x([0-9a-f]{2})|U([0-9a-f]{8}))", re.IGNORECASE)
_UNSEEN: Final = "\u200b"  # a space of no width, which folding takes away


def _readings(text: str) -> Iterator[str]:
    """Yield a text as typed, and, if it differs, without comments in words and with escapes read.

    What is not shown is replaced by as many invisible characters, so that all offsets stay.
    """
    yield text
    displayed = _ESCAPE.sub(_read_escape, _COMMENT.sub(_hide_comment, text))
    if displayed != text:
        yield displayed


def folded_readings(text: str) -> Iterator[str]:
    """Yield the texts that the rules look at, with signs that only look alike made the same."""
    yield from (FoldedText(reading).text for reading in _readings(text))


def _hide_comment(match: re.Match[str]) -> str:
    return _UNSEEN * len(match[0])


def _read_escape(match: re.Match[str]) -> str:
    # Beyond 10FFFF there are no characters; the number of such an escape is cut.
    character = chr(min(int(match[1] or match[2] or match[3], 16), 0x10FFFF))
    return character + _UNSEEN * (len(match[0]) - 1)


# --- people from the contacts ---------------------------------------------------------------


def _find_contacts(folded: FoldedText, known_people: Collection[str]) -> Iterator[Finding]:
    """Find the names and addresses of ``known_people`` in a text."""
    if not known_people:
        return
    for match in _compile_names(frozenset(known_people)).finditer(folded.text):
        if _is_contact(match[0]):
            yield Finding(match.start(), match.end(), DetailKind.CONTACT)


def _is_contact(text: str) -> bool:
    """Check that a match is a contact, and not words that are called the same.

    Somebody called by ordinary words, 'A Person', is only meant where they have capitals.
    """
    words = _WORD.findall(text)
    is_ordinary = all(
        word.lower() in COMMON_WORDS and load_first_names().get(word.lower(), True)
        for word in words
    )
    return "@" in text or not is_ordinary or all(word[0].isupper() for word in words)


# One pattern for all: a programme has hundreds of contacts, and the same for all of its texts.
@lru_cache(maxsize=4)
def _compile_names(names: frozenset[str]) -> re.Pattern[str]:
    """Compile names and addresses of three characters or more; words may be parted in any way."""
    long_enough = sorted((name for name in names if len(name) > 2), key=len, reverse=True)
    spaced = (r"[\s._-]{1,3}".join(map(re.escape, name.split())) for name in long_enough)
    # '(?!)' matches nothing, where no name is left.
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(spaced) or '(?!)'})(?![^\W_])", re.IGNORECASE)


# --- exceptions -----------------------------------------------------------------------------

_POSSESSIVE: Final = re.compile(r"['’]s\b")
_SHORT_MONTHS: Final = frozenset(month[:3] for month in MONTHS)
_DAY_BEFORE: Final = re.compile(
    r"(?:(?<!\d)[0-3]?\d|\b(?:since|until|till|by|mid|early|late|end of|this|next|last|in))\s$",
    re.IGNORECASE,
)


def _name_words(text: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(_POSSESSIVE.sub("", text))]


def _is_invented(text: str, finding: Finding, invented: Iterable[list[str]]) -> bool:
    """Check whether a name is a pseudonym, or a part of one; no word may be another's."""
    if finding.kind not in _NAMES:
        return False
    name = text[finding.start : finding.end]
    words = _name_words(name)
    if name.islower():
        words = words[:1]  # in small letters the surname behind it is a guess
    return any(
        words == pseudonym[start : start + len(words)]
        for pseudonym in invented
        for start in range(len(pseudonym) - len(words) + 1)
    )


def _is_short_month(text: str, finding: Finding) -> bool:
    """Check whether a first name is a month: '16 Jan', 'since Jan'."""
    name = text[finding.start : finding.end].lower()
    before = max(0, finding.start - 8)
    return name in _SHORT_MONTHS and bool(_DAY_BEFORE.search(text, before, finding.start))


def _is_programme_word(text: str, finding: Finding, places: Collection[str]) -> bool:
    """Check whether a first name is one of ``places``, and nobody who acts or is told something.

    'the meeting in Chester', but not 'told Chester' or 'Chester agreed'. ``places`` are the
    programme's own words, in small letters.
    """
    name = text[finding.start : finding.end].lower()
    if finding.kind is DetailKind.NAME:
        # Words of the name of a place and nothing else, on a line or in the name of a file.
        return " ".join(_name_words(name)) in places
    if finding.kind is not DetailKind.FIRST_NAME or name not in places:
        return False
    before = _WORD.findall(text[max(0, finding.start - 20) : finding.start].lower())
    after = _WORD.match(text[finding.end : finding.end + 20].lower().lstrip(" "))
    is_acted_on = bool(before) and before[-1] in VERBS_BEFORE_A_NAME
    return not is_acted_on and not (after and after[0] in PERSONAL_VERBS)


# --- masking --------------------------------------------------------------------------------

DOT: Final = "•"
_LETTER = re.compile(r"[^\W_]")
_BETWEEN_WORDS: Final = r"[\s._-]{1,9}"  # they may be on two lines, or in a file's name


def mask_findings(text: str, findings: Iterable[Finding]) -> str:
    """Return a text with dots for the letters and digits of findings, which are in order."""
    parts, end_of_last = [], 0
    for finding in findings:
        parts += [text[end_of_last : finding.start], _dots(text[finding.start : finding.end])]
        end_of_last = finding.end
    return "".join([*parts, text[end_of_last:]])


def mask_details(text: str) -> str:
    """Return a text with dots for all details that show without knowledge of a programme."""
    return mask_findings(text, find_details(text))


class Mask:
    """Masks in any text what has been found in others, so that no message repeats it."""

    def __init__(self) -> None:
        self._details: set[str] = set()
        self._pattern: re.Pattern[str] | None = None  # compiled when it is first needed

    def add(self, text: str, findings: Iterable[Finding]) -> None:
        """Remember the findings in a text, apart from those of two letters or fewer."""
        details = {text[finding.start : finding.end] for finding in findings}
        # Shorter ones, such as initials, would mask parts of any text.
        self._details |= {detail for detail in details if len(_LETTER.findall(detail)) > 2}
        self._pattern = None

    def apply(self, text: str) -> str:
        """Return a text with dots for whatever has been remembered so far."""
        if not self._details:
            return text
        if self._pattern is None:
            # The longest first: a pattern takes the first alternative that matches.
            longest = sorted(self._details, key=len, reverse=True)
            words = "|".join(
                _BETWEEN_WORDS.join(map(re.escape, detail.split())) for detail in longest
            )
            self._pattern = re.compile(rf"(?<![^\W_])(?:{words})(?![^\W_])", re.IGNORECASE)
        return self._pattern.sub(lambda match: _dots(match.group()), text)


def _dots(text: str) -> str:
    return _LETTER.sub(DOT, text)


# --- an optional language model for names ---------------------------------------------------

DEFAULT_MODEL: Final = "en_core_web_sm"
_PERSON: Final = "PERSON"


def load_name_model(name: str = DEFAULT_MODEL) -> NameModel:
    """Load a model of spaCy, by its name or its folder.

    Raise :class:`CopkitError` when spaCy or the model is not installed.
    """
    try:
        import spacy
    except ImportError:
        raise CopkitError('this needs spaCy: pip install "copkit[ner]"') from None
    try:
        model = spacy.load(name)
    except OSError:
        message = f"spaCy has no model '{name}' here"
        raise CopkitError(message, f"python -m spacy download {name}") from None

    def find_persons(text: str) -> Iterator[tuple[int, int]]:
        for entity in model(text).ents:
            if entity.label_ == _PERSON:
                yield entity.start_char, entity.end_char

    return find_persons
