"""Postcodes, their districts, addresses, positions on a map, places few people use.  Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from copkit.pii.kinds import (
    END,
    START,
    DetailKind,
    Finding,
    apply_rules,
    cased_rule,
    labelled,
    near,
    one_of,
    rule,
)
from copkit.pii.normalise import FoldedText


def find_postcodes(folded: FoldedText) -> Iterable[Finding]:
    """Find every postcode in a text, and the districts in which somebody lives or stays."""
    return apply_rules(_POSTCODES, folded)


# The areas of Royal Mail: the letters with which a postcode begins.
_AREAS: Final = frozenset({
    "AB", "AL", "B", "BA", "BB", "BD", "BH", "BL", "BN", "BR", "BS", "BT", "CA", "CB", "CF",
    "CH", "CM", "CO", "CR", "CT", "CV", "CW", "DA", "DD", "DE", "DG", "DH", "DL", "DN", "DT",
    "DY", "E", "EC", "EH", "EN", "EX", "FK", "FY", "G", "GL", "GU", "GY", "HA", "HD", "HG",
    "HP", "HR", "HS", "HU", "HX", "IG", "IM", "IP", "IV", "JE", "KA", "KT", "KW", "KY", "L",
    "LA", "LD", "LE", "LL", "LN", "LS", "LU", "M", "ME", "MK", "ML", "N", "NE", "NG", "NN",
    "NP", "NR", "NW", "OL", "OX", "PA", "PE", "PH", "PL", "PO", "PR", "RG", "RH", "RM", "S",
    "SA", "SE", "SG", "SK", "SL", "SM", "SN", "SO", "SP", "SR", "SS", "ST", "SW", "SY", "TA",
    "TD", "TF", "TN", "TQ", "TR", "TS", "TW", "UB", "W", "WA", "WC", "WD", "WF", "WN", "WR",
    "WS", "WV", "YO", "ZE",
})  # fmt: skip
_LETTERS: Final = re.compile(r"[A-Z]{1,2}", re.IGNORECASE)
# '9AM' or '5KG' looks like the second half of a postcode.
_UNITS: Final = frozenset({"AM", "PM", "KG", "KM", "MG", "ML", "MM", "CM"})
_AS_PRINTED: Final = re.compile(r"[A-Z]{1,2}\d[0-9A-Z]? \d[A-Z]{2}")  # 'BN1 1AA', and not 'bn11aa'
_NEAR_ADDRESS_WORDS = near("postcode post_code address lives? living at in", 40, 10)
_DISTRICT_WORD_AFTER: Final = re.compile(r" (?:area|district|postcode|side|end|flats?|estate)")
_NO_DISTRICT: Final = re.compile(
    r"(?:nice|guideline|guidance|section|form|table|room|version|route|bus|band)\W"
)
_STAYS_IN: Final = re.compile(
    r"(?:begging|(?<!\w)in|lives?|living|staying|stays|sleeping(?: rough)?|housed|placed|moved"
    r"|postcode|somewhere|leaves?|all of|out of|anywhere in|covers)"
    r" (?:in |to |around |near |district )?$"
)
_STAYS: Final = re.compile("live|area|postcode|sleeping|begging")


def _postcode_area(code: str) -> str:
    letters = _LETTERS.match(code)
    return letters[0].upper() if letters else ""


def _is_postcode(folded: FoldedText, start: int, end: int) -> bool:
    """Check a postcode's area and its last letters; '1st' and '2pm' are no ends of one."""
    postcode = folded.text[start:end]
    inward = "".join(sign for sign in postcode if sign.isalnum())[-3:]
    if _postcode_area(postcode) not in _AREAS or inward[1:].upper() in _UNITS:
        return False
    if inward.lower() in {"1st", "2nd", "3rd"} or inward[1:] == "th":
        return False
    # Royal Mail ends no postcode with these letters, but people mistype.
    if set(inward[1:].upper()) & set("CIKMOV") and not _AS_PRINTED.fullmatch(postcode):
        return False
    return postcode.isupper() or postcode.islower() or _NEAR_ADDRESS_WORDS(folded, start, end)


def _is_district(folded: FoldedText, start: int, end: int) -> bool:
    """Check that a code such as 'BN1' has a known area, and that somebody stays there."""
    area, before = _postcode_area(folded.text[start:end]), folded.before(start, 24)
    if area not in _AREAS:
        return False
    if _DISTRICT_WORD_AFTER.match(folded.after(end, 12)):
        return True
    if _NO_DISTRICT.search(before):
        return False
    # 'M1' may be a motorway, 'E2' a room, 'NG116' a guideline, 'TA1' a form.
    if (len(area) == 1 or area in {"NG", "TA"}) and not _STAYS.search(before):
        return False
    return _STAYS_IN.search(before) is not None


_POSTCODES: Final = (
    rule(
        DetailKind.POSTCODE,
        rf"{START}[A-PR-UWYZ](?:\d[\dA-HJKSTUW]?|[A-HK-Y]\d[\dABEHMNPRVWXY]?)"
        rf"[ ._/\\+-]{{0,3}}\d[A-Z]{{2}}{END}",
        _is_postcode,
    ),
    cased_rule(
        DetailKind.DISTRICT, rf"{START}[A-PR-UWYZ][A-HK-Y]?\d[\dA-HJKSTUW]?{END}", _is_district
    ),
)


def find_places(folded: FoldedText) -> Iterable[Finding]:
    """Find every address, position on a map, and small place in a text."""
    return apply_rules((*_STREETS, *_POSITIONS, *_SMALL_PLACES), folded)


_PERSONAL: Final = re.compile(r"\b(?:he|she|him|her|his|hers)\b", re.IGNORECASE)

# --- streets and houses ---------------------------------------------------------------------

# A word with a capital: 'Eastern', 'King's', 'Stoke-on-Trent'
_CAP: Final = r"[A-Z][A-Za-z']{1,24}(?:-[A-Za-z]{1,20}){0,3}"
_ROAD: Final = one_of(
    "Street Road Rd Avenue Ave Lane Ln Close Drive Crescent Cres Terrace Gardens Gdns Grove Way "
    "Place Square Walk Hill Mews Parade Row Green View Rise Wharf Croft Quay Buildings Mansions "
    "Villas Cottages Yard Broadway Brae Wynd Gate Vale Mount Bank Heights Gait Loan Fold Entry "
    "Side "
    "Cottage Bungalow St"
)
# Words for roads only; 'Green', 'Hill' and 'Place' are others as well.
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
# '5 minutes walk ... lane' is no address.
_NOT_A_COUNT: Final = (
    r"(?!(?:minutes?|mins?|miles?|hours?|days?|weeks?|months?|years?|metres?|people|beds?|of|to|in|or"
    r"|and|more|per|the|a)\b)"
)
_WELSH: Final = r"(?:Heol|Stryd|Ffordd|Maes|Clos|Lon|Rhodfa|Tan|Pen|Bryn)"


def _is_no_year(folded: FoldedText, start: int, end: int) -> bool:
    return not re.match(r"(?:19|20)\d\d ", folded.text[start:end])  # '2012 Crisis House'


_STREETS: Final = (
    # 'Flat 3, 12 Marine Parade, Brighton'
    cased_rule(
        DetailKind.ADDRESS,
        rf"(?<![0-9A-Za-z£])(?:{_FLAT}){{0,2}}{_NUMBER},? {_NAMED} (?:{_ROAD}"
        rf"|{_BLOCK})\b\.?{_TOWN}",
        _is_no_year,
    ),
    # 'at Flat 3 Ardingly Court'; 'at The Old Forge, Mill Lane', a house without a number
    cased_rule(
        DetailKind.ADDRESS,
        rf"{START}{_FLAT}{_NAMED}(?: {_BLOCK})?{_TOWN}",
        near("at of from to for in address lives", 14),
    ),
    cased_rule(
        DetailKind.ADDRESS,
        rf"{START}(?:The )?{_UP_TO_THREE}, {_CAP}(?: {_CAP})? {_ROAD}\b{_TOWN}",
        near(
            "at of from on in to address lives? outside no\\.? number farm home house cottage", 14
        ),
    ),
    cased_rule(
        DetailKind.ADDRESS,
        rf"(?<![0-9A-Za-z£]){_NUMBER},? {_WELSH}[ -](?:y[r]?[ -]|{_CAP})(?:[ -]?{_CAP})?",
    ),
    # 'lives at Hillcrest, Ditchling', after words that leave no doubt
    cased_rule(
        DetailKind.ADDRESS,
        r"(?:address(?:,| is| was| given as| now| recorded as|:){1,3}|c/o|(?:lives|living"
        r"|staying|stays) at)"
        rf" (?P<it>(?:The )?{_UP_TO_THREE}(?:,? (?:nr |near |by )?{_UP_TO_THREE}){{1,3}})",
    ),
    # 'at flat 3, 12 marine parade lane', all in small letters
    cased_rule(
        DetailKind.ADDRESS,
        rf"(?<![0-9A-Za-z£])(?:flat \w{{1,4}},? )?\d{{1,4}}[a-z]? {_NOT_A_COUNT}[a-z']{{3,20}}"
        rf"(?: [a-z']{{3,20}})? {_LOW_ROAD}\b",
        near("at of from address lives? living stopping staying to outside is", 14),
    ),
)

# --- on a map -------------------------------------------------------------------------------

_SEP: Final = r"[ ._/\\+-]{0,3}"
# Latitudes from 49 (Scilly) to 60 (Shetland)
_UK_LATITUDE: Final = re.compile(r"(?<!\d)(?<!\d\.)(?:49|5\d|60)\.")


def _is_in_the_uk(folded: FoldedText, start: int, end: int) -> bool:
    """Check that one of two numbers is a latitude of the United Kingdom."""
    return _UK_LATITUDE.search(folded.text, start, end) is not None


_POSITIONS: Final = (
    # '50.8225, -0.1372' and '50.8225 N 0.1372 W'
    cased_rule(
        DetailKind.POSITION,
        r"(?<![0-9A-Za-z])(?<!\d\.)(?:N ?)?[-+]?\d{1,2}\.\d{3,8}"
        r"(?:°? ?[NS]?, {0,3}(?:lon[a-z]{0,6}:? )?|°? ?[NS] {1,3}|(?<=\d{4})°? {1,3}(?:[EW] ?)?)"
        r"[-+]?\d{1,3}\.\d{3,8}(?:°? ?[EW](?![A-Za-z]))?",
        _is_in_the_uk,
    ),
    # '///three.words.joined', and without slashes near the name of the service
    cased_rule(DetailKind.POSITION, r"/// ?[a-z]{2,20}\.[a-z]{2,20}\.[a-z]{2,20}"),
    cased_rule(
        DetailKind.POSITION,
        rf"{START}(?P<it>[a-z]{{3,20}}\.[a-z]{{3,20}}\.[a-z]{{3,20}})(?!\.?[a-z@])",
        near("what3words w3w what_three_words", 30),
    ),
    cased_rule(
        DetailKind.POSITION,
        rf"{START}[HNOST][A-HJ-Z]{_SEP}\d{{3,5}}{_SEP}\d{{3,5}}{END}",
        labelled("grid(?:_ref(?:erence)?)? os_ref", 25, 15),
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
_NEAR_PREPOSITION = near(
    "at in on from to the near outside opposite behind with by into onto via of attend(?:s|ed)?", 12
)
# With these before it the name is not that of a place, or of one that everybody uses.
_KNOWN_TO_MANY: Final = re.compile(
    r"(?:The|a|Our|Acute|Community|General|District|Mental|Public|Primary|Chatham|White|Full|Opera"
    r"|Royal|Free|Safe|Secure|Open|Supreme|High|Crown|County|Magistrates|Youth|Family|Business|Medical"
    r"|Teaching|Foundation|Approved|Intensive|Assessment|Recovery|Crisis|Housing|Exclusion|Service"
    r"|Social|Stroke|Disclosure|Government|Hospital|In|On|Homeless\w*) "
)
_ACADEMIC: Final = re.compile(r"\b(?:Research|Leadership|Policy|Workforce|Strategy|Delivery) ")
_KNOWN_TO_FEW: Final = re.compile(r"(?:Ward|Surgery|Lodge|Centre|Hostel|Infirmary|Practice)$")


def _is_small(folded: FoldedText, start: int, end: int) -> bool:
    """Check that a place is not one that an area has one of, and that somebody is at it."""
    place = folded.text[start:end]
    if _KNOWN_TO_MANY.match(place) or _ACADEMIC.search(place):
        return False
    if _KNOWN_TO_FEW.search(place):
        sentence = folded.sentence(start, end)
        if sentence.lstrip().startswith(place) and _PERSONAL.search(sentence):
            return True  # 'Ardingly Ward rang about her'
    return _NEAR_PREPOSITION(folded, start, end)


def _is_about_person(folded: FoldedText, start: int, end: int) -> bool:
    return _PERSONAL.search(folded.sentence(start, end)) is not None


_SMALL_PLACES: Final = (
    # a prison, or an establishment for immigrants or young people: all inmates of it are few
    cased_rule(
        DetailKind.PLACE,
        rf"\b(?:HMP/YOI|HMPYOI|HMP|HMYOI|YOI|HM Prison|IRC|STC) {_CAP}(?: {_CAP})?",
    ),
    cased_rule(DetailKind.PLACE, rf"(?<![A-Za-z-])(?:St\.? )?{_UP_TO_THREE} {_SMALL}\b", _is_small),
    # 'outside the Co-op on Marine Parade', 'on Mill Lane' of a person, 'drinks in the Black Horse'
    cased_rule(
        DetailKind.PLACE,
        rf"\b(?:outside|at|by|behind|near|opposite) (?P<it>(?:the )?{_UP_TO_THREE} on (?:the )?"
        rf"{_CAP}(?: {_CAP})? {_ROAD})\b",
    ),
    cased_rule(
        DetailKind.PLACE,
        rf"\b(?:on|in|off|along|down|up|to|of) (?P<it>{_CAP}(?: {_CAP})? {_SURE_ROAD})\b",
        _is_about_person,
    ),
    cased_rule(
        DetailKind.PLACE,
        rf"\b(?:drinks?|drank|drinking) (?:in|at) (?P<it>the (?:{_CAP}(?: of| and| &)? "
        rf"?){{1,3}})(?<! )",
    ),
    cased_rule(DetailKind.PLACE, rf"\b(?:from|on|in) (?P<it>the {_CAP} estate)\b"),
)
