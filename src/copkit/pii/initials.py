"""Initials, alone or before a surname, and names whose surname stands first.  Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from copkit.pii.findings import Finding
from copkit.pii.kinds import Kind
from copkit.pii.normalise import Folded
from copkit.pii.passage import CITED
from copkit.pii.vocabulary import CLINICAL, NO_NAMES, ORGANISATIONS, PLACES

_SURNAME: Final = r"[A-Z][^\W\d_]+(?:['-][^\W\d_]+)*"
_DOTTED: Final = re.compile(rf"(?<![A-Za-z0-9.'/])(?:[A-Z]\. ?){{1,3}}(?P<surname>{_SURNAME})?")
_NOBODY: Final = frozenset(
    [
        "U.K.",
        "U.S.",
        "N.B.",
        "P.S.",
        "A.M.",
        "P.M.",
        "G.P.",
        "E.U.",
        "U.N.",
        "I.D.",
        "D.O.",
        "D.O.B.",
        "N.F.A.",
        "N.H.S.",
        "Q.C.",
        "K.C.",
        "B.A.",
        "M.A.",
        "H.M.",
        "I.T.",
        "T.V.",
        "U.S.A.",
        "I.E.",
        "E.G.",
        "L.A.",
        "D.C.",
        "D.V.",
        "A.D.",
        "B.C.",
        "M.P.",
        "N.I.",
    ]
)
_AUTHOR_BEFORE: Final = re.compile(r"[A-Z][\w'-]+ ?, $")
_SURNAME_FIRST: Final = re.compile(
    rf"(?:^|(?<=[\"|;\n])) ?(?P<it>{_SURNAME}, (?:[A-Z]\.(?= [a-z])|[A-Z][a-z][^\W\d_]+"
    rf"(?: {_SURNAME})?(?= ?[\"|;\n]| - |$)))"
)
_BARE: Final = re.compile(
    r"\b(?:client|patient|pt|tenant|resident|yp|initials|service user|re)(?:'s initials)?"
    r"(?: are| is|:)? (?P<it>(?!HB|UC|GP|MH|DV|CP|PIP|ESA|DLA|DHP|ASB|NHS|DWP|EU|UK|TA"
    r"|PA)[A-Z]{2,3})"
    r"\b(?=[,.;:)\n]| (?:no|not|who|is|was|has|did|and)\b)"
)
_NEVER_AN_INITIAL: Final = PLACES | NO_NAMES | ORGANISATIONS
_WORDS: Final = re.compile(r"[^\W\d_]+")


def find_initials(folded: Folded) -> Iterable[Finding]:
    """Give initials, names with initials, and names as a register writes them."""
    for match in _DOTTED.finditer(folded.text):
        yield from _dotted(folded, match)
    for match in _BARE.finditer(folded.text):
        yield Finding(*match.span("it"), Kind.INITIALS)
    for match in _SURNAME_FIRST.finditer(folded.text):
        words = {word.lower() for word in _WORDS.findall(match["it"])}
        if not words & _NEVER_AN_INITIAL:
            yield Finding(*match.span("it"), Kind.NAME)


def _dotted(folded: Folded, match: re.Match[str]) -> Iterator[Finding]:
    """Read 'J.T.' and 'B. Mutasa'; authors, countries and vitamins are nobody."""
    text, start, surname = folded.text, match.start(), match["surname"]
    before = _WORDS.findall(folded.before(start, 24))
    if before and before[-1] in CLINICAL:
        return
    if surname and surname.lower() not in NO_NAMES:
        if not CITED.match(text[match.end() : match.end() + 120]):
            yield Finding(start, match.end(), Kind.NAME)
        return
    end = match.start("surname") if surname else match.end()
    found = text[start:end].strip()
    alone = found.count(".") > 1 and found.replace(" ", "") not in _NOBODY
    cited = CITED.match(text[end - 1 : end + 60]) or _AUTHOR_BEFORE.search(
        text[max(0, start - 30) : start]
    )
    if alone and not cited:
        yield Finding(start, start + len(found), Kind.INITIALS)
