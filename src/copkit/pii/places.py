"""Postcodes, and the districts that they begin with.  Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from copkit.pii.kinds import FROM, TO, Finding, Kind, exact, named, near, one_of, rule
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


# Where somebody lives or stays: streets, places on a map, places that few people use.


def find_places(folded: Folded) -> Iterable[Finding]:
    """Give every place in a text that leads to a person, or to few."""
    for one in (*_STREETS, *_ON_A_MAP, *_SMALL_PLACES):
        yield from one.findings(folded)


_PERSONAL: Final = re.compile(r"\b(?:he|she|him|her|his|hers)\b", re.IGNORECASE)

# --- streets and houses ---------------------------------------------------------------------

_CAP: Final = r"[A-Z][A-Za-z']{1,24}(?:-[A-Za-z]{1,20}){0,3}"
_ROAD: Final = one_of(
    "Street Road Rd Avenue Ave Lane Ln Close Drive Crescent Cres Terrace Gardens Gdns Grove Way "
    "Place Square Walk Hill Mews Parade Row Green View Rise Wharf Croft Quay Buildings Mansions "
    "Villas Cottages Yard Broadway Brae Wynd Gate Vale Mount Bank Heights Gait Loan Fold Entry "
    "Side "
    "Cottage Bungalow St"
)
_SURE_ROAD: Final = one_of(
    "Street Road Avenue Lane Close Drive Crescent Terrace Gardens Grove Mews"
)
_LOW_ROAD: Final = one_of(
    "street road rd avenue ave lane close crescent terrace gardens grove mews court drive"
)
_BLOCK: Final = one_of(
    "Court House Lodge Towers? Heights Point Flats Park Park_Homes Caravan_Park Farm Hall"
)
_FLAT: Final = (
    r"(?:(?:Flat|Apartment|Apt|Unit|Room|Plot|Pitch|Bedsit|Studio|Block)\.? ?[0-9A-Z]{1,4},? )"
)
_NUMBER: Final = r"(?:\d{1,4}[a-zA-Z]?(?: ?[-/] ?\d{1,4}[a-z]?)?)"
_TOWN: Final = rf"(?:, {_CAP}(?: {_CAP})?)?"
_NAMED: Final = rf"{_CAP}(?: (?:{_CAP}|of|the|on|in)){{0,3}}"
_UP_TO_THREE: Final = rf"{_CAP}(?: {_CAP}){{0,2}}"
_NOT_A_COUNT: Final = (
    r"(?!(?:minutes?|mins?|miles?|hours?|days?|weeks?|months?|years?|metres?|people|beds?|of|to|in|or"
    r"|and|more|per|the|a)\b)"
)
_WELSH: Final = r"(?:Heol|Stryd|Ffordd|Maes|Clos|Lon|Rhodfa|Tan|Pen|Bryn)"


def _is_no_year(folded: Folded, start: int, end: int) -> bool:
    return not re.match(r"(?:19|20)\d\d ", folded.text[start:end])


_STREETS: Final = (
    exact(
        Kind.ADDRESS,
        rf"(?<![0-9A-Za-z£])(?:{_FLAT}){{0,2}}{_NUMBER},? {_NAMED} (?:{_ROAD}"
        rf"|{_BLOCK})\b\.?{_TOWN}",
        _is_no_year,
    ),
    exact(
        Kind.ADDRESS,
        rf"{FROM}{_FLAT}{_NAMED}(?: {_BLOCK})?{_TOWN}",
        near("at of from to for in address lives", 14),
    ),
    exact(
        Kind.ADDRESS,
        rf"{FROM}(?:The )?{_UP_TO_THREE}, {_CAP}(?: {_CAP})? {_ROAD}\b{_TOWN}",
        near(
            "at of from on in to address lives? outside no\\.? number farm home house cottage", 14
        ),
    ),
    exact(
        Kind.ADDRESS,
        rf"(?<![0-9A-Za-z£]){_NUMBER},? {_WELSH}[ -](?:y[r]?[ -]|{_CAP})(?:[ -]?{_CAP})?",
    ),
    exact(
        Kind.ADDRESS,
        r"(?:address(?:,| is| was| given as| now| recorded as|:){1,3}|c/o|(?:lives|living"
        r"|staying|stays) at)"
        rf" (?P<it>(?:The )?{_UP_TO_THREE}(?:,? (?:nr |near |by )?{_UP_TO_THREE}){{1,3}})",
    ),
    exact(
        Kind.ADDRESS,
        rf"(?<![0-9A-Za-z£])(?:flat \w{{1,4}},? )?\d{{1,4}}[a-z]? {_NOT_A_COUNT}[a-z']{{3,20}}"
        rf"(?: [a-z']{{3,20}})? {_LOW_ROAD}\b",
        near("at of from address lives? living stopping staying to outside is", 14),
    ),
)

# --- on a map -------------------------------------------------------------------------------

_G: Final = r"[ ._/\\+-]{0,3}"
_OF_THE_ISLANDS: Final = re.compile(r"(?<!\d)(?<!\d\.)(?:49|5\d|60)\.")


def _is_in_the_uk(folded: Folded, start: int, end: int) -> bool:
    """Take two numbers for a position when one is a latitude of the United Kingdom."""
    return _OF_THE_ISLANDS.search(folded.text, start, end) is not None


_ON_A_MAP: Final = (
    exact(
        Kind.POSITION,
        r"(?<![0-9A-Za-z])(?<!\d\.)(?:N ?)?[-+]?\d{1,2}\.\d{3,8}"
        r"(?:°? ?[NS]?, {0,3}(?:lon[a-z]{0,6}:? )?|°? ?[NS] {1,3}|(?<=\d{4})°? {1,3}(?:[EW] ?)?)"
        r"[-+]?\d{1,3}\.\d{3,8}(?:°? ?[EW](?![A-Za-z]))?",
        _is_in_the_uk,
    ),
    exact(Kind.POSITION, r"/// ?[a-z]{2,20}\.[a-z]{2,20}\.[a-z]{2,20}"),
    exact(
        Kind.POSITION,
        rf"{FROM}(?P<it>[a-z]{{3,20}}\.[a-z]{{3,20}}\.[a-z]{{3,20}})(?!\.?[a-z@])",
        near("what3words w3w what_three_words", 30),
    ),
    exact(
        Kind.POSITION,
        rf"{FROM}[HNOST][A-HJ-Z]{_G}\d{{3,5}}{_G}\d{{3,5}}{TO}",
        named("grid(?:_ref(?:erence)?)? os_ref", 25, 15),
    ),
)

# --- places that few people use -------------------------------------------------------------

_SMALL: Final = one_of(
    "Ward Unit Lodge Surgery Academy Primary Primary_School High_School Secondary_School School "
    "Junior_School Infant_School Grammar_School Hospital Infirmary Medical_Centre Health_Centre "
    "Medical_Practice Hospice Hostel Arms Inn Tavern Nursing_Home Care_Home House bus_station "
    "railway_station station Caravan_Park Nursery Clinic Library Pharmacy Chemist day_centre "
    "Day_Centre Community_Centre Community_College Interchange Foyer Refuge Priory Court Grange "
    "Manor"
)
_AT_IT = near(
    "at in on from to the near outside opposite behind with by into onto via of attend(?:s|ed)?", 12
)
_OF_MANY: Final = re.compile(
    r"(?:The|a|Our|Acute|Community|General|District|Mental|Public|Primary|Chatham|White|Full|Opera"
    r"|Royal|Free|Safe|Secure|Open|Supreme|High|Crown|County|Magistrates|Youth|Family|Business|Medical"
    r"|Teaching|Foundation|Approved|Intensive|Assessment|Recovery|Crisis|Housing|Exclusion|Service"
    r"|Social|Stroke|Disclosure|Government|Hospital|In|On|Homeless\w*) "
)
_OF_ACADEMICS: Final = re.compile(r"\b(?:Research|Leadership|Policy|Workforce|Strategy|Delivery) ")
_KNOWN_TO_FEW: Final = re.compile(r"(?:Ward|Surgery|Lodge|Centre|Hostel|Infirmary|Practice)$")


def _is_small(folded: Folded, start: int, end: int) -> bool:
    """Leave out what an area has one of, and what is named as an institution."""
    found = folded.text[start:end]
    if _OF_MANY.match(found) or _OF_ACADEMICS.search(found):
        return False
    if _KNOWN_TO_FEW.search(found):
        sentence = folded.sentence(start, end)
        if sentence.lstrip().startswith(found) and _PERSONAL.search(sentence):
            return True
    return _AT_IT(folded, start, end)


def _is_about_one(folded: Folded, start: int, end: int) -> bool:
    return _PERSONAL.search(folded.sentence(start, end)) is not None


_SMALL_PLACES: Final = (
    exact(Kind.PLACE, rf"\b(?:HMP/YOI|HMPYOI|HMP|HMYOI|YOI|HM Prison|IRC|STC) {_CAP}(?: {_CAP})?"),
    exact(Kind.PLACE, rf"(?<![A-Za-z-])(?:St\.? )?{_UP_TO_THREE} {_SMALL}\b", _is_small),
    exact(
        Kind.PLACE,
        rf"\b(?:outside|at|by|behind|near|opposite) (?P<it>(?:the )?{_UP_TO_THREE} on (?:the )?"
        rf"{_CAP}(?: {_CAP})? {_ROAD})\b",
    ),
    exact(
        Kind.PLACE,
        rf"\b(?:on|in|off|along|down|up|to|of) (?P<it>{_CAP}(?: {_CAP})? {_SURE_ROAD})\b",
        _is_about_one,
    ),
    exact(
        Kind.PLACE,
        rf"\b(?:drinks?|drank|drinking) (?:in|at) (?P<it>the (?:{_CAP}(?: of| and| &)? "
        rf"?){{1,3}})(?<! )",
    ),
    exact(Kind.PLACE, rf"\b(?:from|on|in) (?P<it>the {_CAP} estate)\b"),
)
