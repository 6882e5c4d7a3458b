"""Postcodes, and the districts that they begin with.  Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from copkit.pii.findings import FROM, TO, Finding, exact, near, rule
from copkit.pii.kinds import Kind
from copkit.pii.normalise import Folded


def find_postcodes(folded: Folded) -> Iterable[Finding]:
    """Give every postcode in a text, and districts that somebody lives in."""
    for one in _POSTCODES:
        yield from one.findings(folded)


_AREAS: Final = frozenset(
    [
        "AB",
        "AL",
        "B",
        "BA",
        "BB",
        "BD",
        "BH",
        "BL",
        "BN",
        "BR",
        "BS",
        "BT",
        "CA",
        "CB",
        "CF",
        "CH",
        "CM",
        "CO",
        "CR",
        "CT",
        "CV",
        "CW",
        "DA",
        "DD",
        "DE",
        "DG",
        "DH",
        "DL",
        "DN",
        "DT",
        "DY",
        "E",
        "EC",
        "EH",
        "EN",
        "EX",
        "FK",
        "FY",
        "G",
        "GL",
        "GU",
        "GY",
        "HA",
        "HD",
        "HG",
        "HP",
        "HR",
        "HS",
        "HU",
        "HX",
        "IG",
        "IM",
        "IP",
        "IV",
        "JE",
        "KA",
        "KT",
        "KW",
        "KY",
        "L",
        "LA",
        "LD",
        "LE",
        "LL",
        "LN",
        "LS",
        "LU",
        "M",
        "ME",
        "MK",
        "ML",
        "N",
        "NE",
        "NG",
        "NN",
        "NP",
        "NR",
        "NW",
        "OL",
        "OX",
        "PA",
        "PE",
        "PH",
        "PL",
        "PO",
        "PR",
        "RG",
        "RH",
        "RM",
        "S",
        "SA",
        "SE",
        "SG",
        "SK",
        "SL",
        "SM",
        "SN",
        "SO",
        "SP",
        "SR",
        "SS",
        "ST",
        "SW",
        "SY",
        "TA",
        "TD",
        "TF",
        "TN",
        "TQ",
        "TR",
        "TS",
        "TW",
        "UB",
        "W",
        "WA",
        "WC",
        "WD",
        "WF",
        "WN",
        "WR",
        "WS",
        "WV",
        "YO",
        "ZE",
    ]
)
_LETTERS: Final = re.compile(r"[A-Z]{1,2}", re.IGNORECASE)
_UNITS: Final = frozenset({"AM", "PM", "KG", "KM", "MG", "ML", "MM", "CM"})
_AS_PRINTED: Final = re.compile(r"[A-Z]{1,2}\d[0-9A-Z]? \d[A-Z]{2}")
_ABOUT_A_PLACE = near("postcode post_code address lives? living at in", 40, 10)
_DISTRICT_BEHIND: Final = re.compile(r" (?:area|district|postcode|side|end|flats?|estate)")
_NO_DISTRICT: Final = re.compile(
    r"(?:nice|guideline|guidance|section|form|table|room|version|route|bus|band)\W"
)
_STAYS_IN: Final = re.compile(
    r"(?:begging|(?<!\w)in|lives?|living|staying|stays|sleeping(?: rough)?|housed|placed|moved"
    r"|postcode|somewhere|leaves?|all of|out of|anywhere in|covers)"
    r" (?:in |to |around |near |district )?$"
)
_STAYS: Final = re.compile("live|area|postcode|sleeping|begging")


def _area(code: str) -> str:
    letters = _LETTERS.match(code)
    return letters[0].upper() if letters else ""


def _is_postcode(folded: Folded, start: int, end: int) -> bool:
    """Check a postcode's area and its last letters; '1st' and '2pm' are none.

    The letters C I K M O V never end one, but do so when somebody mistypes.
    """
    found = folded.text[start:end]
    inward = "".join(sign for sign in found if sign.isalnum())[-3:]
    if _area(found) not in _AREAS or inward[1:].upper() in _UNITS:
        return False
    if inward.lower() in {"1st", "2nd", "3rd"} or inward[1:] == "th":
        return False
    if set(inward[1:].upper()) & set("CIKMOV") and not _AS_PRINTED.fullmatch(found):
        return False
    return found.isupper() or found.islower() or _ABOUT_A_PLACE(folded, start, end)


def _is_district(folded: Folded, start: int, end: int) -> bool:
    area, ahead = _area(folded.text[start:end]), folded.before(start, 24)
    if area not in _AREAS:
        return False
    if _DISTRICT_BEHIND.match(folded.after(end, 12)):
        return True
    if _NO_DISTRICT.search(ahead):
        return False
    if (len(area) == 1 or area in {"NG", "TA"}) and not _STAYS.search(ahead):
        return False  # a room, a motorway, a guideline
    return _STAYS_IN.search(ahead) is not None


_POSTCODES: Final = (
    rule(
        Kind.POSTCODE,
        rf"{FROM}[A-PR-UWYZ](?:\d[\dA-HJKSTUW]?|[A-HK-Y]\d[\dABEHMNPRVWXY]?)"
        rf"[ ._/\\+-]{{0,3}}\d[A-Z]{{2}}{TO}",
        _is_postcode,
    ),
    exact(Kind.DISTRICT, rf"{FROM}[A-PR-UWYZ][A-HK-Y]?\d[\dA-HJKSTUW]?{TO}", _is_district),
)
