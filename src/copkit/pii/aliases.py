"""Names that a mark or their order shows: 'née', 'aka', quotes, a surname first.  Pure.

Here the mark is the proof, so a word may be an ordinary one: 'aka Bishop' and '"Diesel" Mahoney'.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from copkit.pii.kinds import DetailKind, Finding
from copkit.pii.normalise import FoldedText
from copkit.pii.passage import (
    COMMON_WORDS,
    DAYS,
    MONTHS,
    NEVER_NAMES,
    ORGANISATIONS,
    PLACES,
    is_english,
    load_first_names,
    strip_accents,
)

# Bounded, so that a line of 20,000 letters costs no more than its length.
_CAP: Final = r"[A-ZÀ-Þ][^\W\d_]{1,30}(?:['-][^\W\d_]{1,30}){0,3}"
_PARTICLE: Final = r"(?:al|ap|bin|bint|de|del|den|der|di|el|ibn|la|mac|ul|van|von)"
_NAME: Final = rf"{_CAP}(?: (?:{_PARTICLE} )?{_CAP}){{0,2}}(?: [A-Z]\b)?"
_WORD: Final = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")
# Nothing but another name of a person stands behind these.
_SURE_MARK: Final = re.compile(
    r"\b(?i:née|nee|aka|a\.k\.a\.?|a/k/a|alias|nicknamed|(?:nick|street |sur|first |maiden |last "
    r"|real |family "
    r"|birth |married |middle )name(?:'s| is| was)?:?|answers to|signs (?:him|her|them)self"
    r"|(?:calls?|called|calling) (?:him|her|them)sel(?:f|ves)|in the name of|by the name of"
    r"|under the name(?: of)?|goes by)"
    rf" ?(?:the name )?[\"']?(?P<it>{_NAME})"
)
# 'Mullings, aka Bishop'
_BEFORE_ALIAS: Final = re.compile(
    rf"(?P<it>{_NAME}),? \(?(?:aka|a\.k\.a\.?|a/k/a|née|nee|alias|also known as)\b"
)
# 'a lad they call Tiny', 'his nickname on the wing is Professor'
_CALLED: Final = re.compile(
    rf"\b(?:(?:lad|man|woman|girl|boy|bloke|guy|one|fella|lady|chap|kid|person|mate) (?:they|we"
    rf"|people"
    rf"|everyone|everybody|the others) calls?|nickname(?: \w+){{1,4}} (?:is|was))"
    rf" [\"']?(?P<it>{_NAME})"
)
# Behind these, a service or a place stands as well.
_MARK: Final = re.compile(
    rf"\b(?i:known (?:to \w+ )?(?:locally )?as|called|named|name of|formerly|now"
    rf"|everyone calls (?:him|her))"
    rf" [\"']?(?P<it>{_NAME})"
)
_NICKNAME: Final = re.compile(
    rf"(?:(?<!\w)(?P<first>{_CAP}) )?[\"'](?:the )?(?P<nick>{_CAP}(?: {_CAP})?)[\"']"
    rf" (?P<last>{_CAP})"
)
_BRACKETED: Final = re.compile(
    rf"(?<!\w)(?P<first>{_CAP}) \([\"']?(?P<nick>{_CAP})[\"']?\) (?P<last>{_CAP})"
)
_IN_CAPITALS: Final = re.compile(
    rf"(?<![\w.-])(?P<surname>(?:Mc|O'|Mac)?[A-Z]{{3,}}(?:[-' ][A-Z]{{2,}})?),? (?P<first>{_CAP}"
    rf"(?: {_CAP})?)"
)
_SURNAME_FIRST: Final = re.compile(
    rf"(?<![\w.-])(?P<surname>{_CAP}), (?P<first>{_CAP})(?: (?P<more>{_CAP}))?"
)
_THEN_INITIAL: Final = re.compile(rf"(?<![\w.-])(?P<surname>{_CAP}),? (?P<initial>[A-Z])\b(?!['-])")
_FAMILY: Final = re.compile(
    rf"\b(?:(?:family,? the|(?:both|all) (?:of )?the) (?P<it>{_CAP}s)\b|(?:the|those"
    rf"|them) (?P<subject>{_CAP}s)"
    r"(?=,? (?:know|are|were|have|had|own|run|live|lived|will|all|who|family|said|say|went|came"
    r"|moved|"
    r"want|wanted|left|never)\b))"
)
_TWO_OF_A_NAME: Final = re.compile(
    rf"\b(?:two|three|four|both|both the|other|several|the) (?P<it>{_CAP}s)\b"
)
# 'Mac an tSaoir', 'Nic Giolla Bhríde', 'Ó hUiginn'
_GAELIC: Final = re.compile(
    rf"(?<!\w)(?:(?P<given>{_CAP}) )?(?:Mac|Nic|Mhic|Ní|Uí|Ó|Ap|Ferch)(?: (?:an|a'|na|Giolla"
    rf"|Ghiolla|Gille))? "
    r"(?:[thnb]-?)?[A-ZÀ-Þ][^\W\d_]+(?: [A-ZÀ-Þ][^\W\d_]+)?"
)
_IS_NAMED: Final = re.compile(
    rf"\b(?:[Hh]is|[Hh]er|[Tt]heir|[Mm]y|[Tt]he (?:man|woman|client|patient|tenant|baby|boy|girl"
    rf"|dog walker)'?s?)"
    rf" (?:real |full |first |last )?name(?:'s| is| was)(?: in fact| really| not"
    rf"| now)? (?P<it>{_NAME})"
)
_NO_NAME: Final = NEVER_NAMES | ORGANISATIONS | DAYS | MONTHS


def find_marked_names(folded: FoldedText) -> Iterator[Finding]:
    """Find every name that the words before it, quotes or its order show to be one."""
    yield from _find_names_behind_marks(folded.text)
    for pattern in (_NICKNAME, _BRACKETED):
        for match in pattern.finditer(folded.text):
            yield from _find_nickname(match)
    yield from _find_names_of_several(folded.text)
    yield from _find_surnames_first(folded.text)


def _find_names_behind_marks(text: str) -> Iterator[Finding]:
    """Find 'aka Bishop', 'née Blackadder', 'her name is Star' and 'Mac an tSaoir'."""
    for pattern in (_SURE_MARK, _IS_NAMED, _BEFORE_ALIAS, _CALLED):
        for match in pattern.finditer(text):
            if _words(match["it"])[0] not in _NO_NAME:
                yield Finding(*match.span("it"), DetailKind.NAME)
    for match in _MARK.finditer(text):
        words = _words(match["it"])
        if not set(words) & _NO_NAME and all(_is_like_a_name(word) for word in words):
            yield Finding(*match.span("it"), DetailKind.NAME)
    for match in _GAELIC.finditer(text):
        words = _words(match[0])
        # Of 'Mac' and one word more, that word must be a name: 'Mac Roman' is a way to write text.
        if len(words) > 2 + bool(match["given"]) or not is_english(words[-1]):
            yield Finding(*match.span(), DetailKind.NAME)


def _find_names_of_several(text: str) -> Iterator[Finding]:
    """Find 'his family, the Macalisters' and 'the two Daves'."""
    for match in _FAMILY.finditer(text):
        group = "it" if match["it"] else "subject"
        lower = match[group].lower()
        if not is_english(lower) and not is_english(lower[:-1]):
            yield Finding(*match.span(group), DetailKind.NAME)
    for match in _TWO_OF_A_NAME.finditer(text):
        lower = match["it"].lower()
        if not is_english(lower) and load_first_names().get(lower[:-1]) is False:
            yield Finding(*match.span("it"), DetailKind.FIRST_NAME)


def _words(text: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(text)]


def _is_first_name(lower: str) -> bool:
    return strip_accents(lower) in load_first_names()


def _is_like_a_name(lower: str) -> bool:
    """Check that a word is a first name and no other word, or no word of English at all."""
    if load_first_names().get(strip_accents(lower)) is False:
        return lower not in PLACES
    return not is_english(lower)


def _find_nickname(match: re.Match[str]) -> Iterator[Finding]:
    """Find 'Jamie "Spud" Mulligan' and '"Diesel" Mahoney', and no '"Housing" Act'."""
    first, last = (match["first"] or "").lower(), match["last"].lower()
    if last in _NO_NAME or match["nick"].lower() in NEVER_NAMES:
        return
    if (first and _is_first_name(first)) or _is_like_a_name(last):
        start = match.start("first") if first and first not in _NO_NAME else match.start("nick")
        yield Finding(start, match.end("last"), DetailKind.NAME)


def _find_surnames_first(text: str) -> Iterator[Finding]:
    """Find 'WESTGARTH Lee', 'Ollerenshaw, Wayne', 'Rafferty J' by what is a name in them."""
    for match in _IN_CAPITALS.finditer(text):
        surnames, first = _words(match["surname"]), match["first"].split()[0].lower()
        is_name = first not in _NO_NAME and _is_first_name(first)
        if is_name and not any(is_english(word) for word in surnames):
            yield Finding(*match.span(), DetailKind.NAME)
    for match in _SURNAME_FIRST.finditer(text):
        surname, first = match["surname"].lower(), match["first"].lower()
        if is_english(surname) or first in _NO_NAME or not _is_first_name(first):
            continue
        if _is_first_name(surname) or text[match.end() : match.end() + 6].startswith(
            (", ", " and ")
        ):
            continue  # an item of a list of names, or of authors
        yield Finding(*match.span(), DetailKind.NAME)
    for match in _THEN_INITIAL.finditer(text):
        surname = match["surname"].lower()
        if match["initial"] in "AI" and text[match.end() : match.end() + 1] == " ":
            continue
        is_author = re.match(
            r"\.?,? (?:\(?(?:19|20)\d\d|and |& |et al)|\.,|\. [A-Z]\.|\. ?\(",
            text[match.end() : match.end() + 14],
        )
        if not is_author and not is_english(surname) and surname not in COMMON_WORDS:
            yield Finding(*match.span(), DetailKind.NAME)
