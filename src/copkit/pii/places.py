"""Postcodes, their districts, addresses, positions on a map, places few people use.  Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
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
from copkit.pii.narrowing import is_personal
from copkit.pii.normalise import FoldedText
from copkit.pii.passage import is_english


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
    r"|back|go|goes|went|going|from|round|near|around|into|over to|postcode|somewhere|leaves?"
    r"|all of|out of|anywhere in|covers)"
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


def find_places(folded: FoldedText) -> Iterator[Finding]:
    """Find every address, position on a map, and small place in a text."""
    yield from apply_rules((*_STREETS, *_NUMBERED, *_POSITIONS, *_SMALL_PLACES), folded)
    if _HOME_WORD.search(folded.text):  # most texts have none, and are spared nine patterns
        yield from apply_rules(_HOMES, folded)


_PERSONAL: Final = re.compile(r"\b(?:he|she|him|her|his|hers)\b", re.IGNORECASE)

# --- streets and houses ---------------------------------------------------------------------

# A word with a capital: 'Eastern', 'King's', 'Stoke-on-Trent'
_CAP: Final = r"[A-Z][A-Za-z']{1,24}(?:-[A-Za-z]{1,20}){0,3}"
_ROAD: Final = one_of(
    "Street Road Rd Avenue Ave Lane Ln Close Drive Crescent Cres Terrace Gardens Gdns Grove Way "
    "Place Square Walk Hill Mews Parade Row Green View Rise Wharf Croft Quay Buildings Mansions "
    "Villas Cottages Yard Broadway Brae Wynd Gate Vale Mount Bank Heights Gait Loan Fold Entry "
    "Side "
    "Cottage Cotts Bungalow St Pl Cl Ct Gr Vw Tce Terr Blvd Ho Hse"
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
    r"(?!(?:minutes?|mins?|miles?|hours?|days?|weeks?|months?|years?|metres?|people|beds?|of|to"
    r"|in|or"
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

# --- homes without a number of a street -----------------------------------------------------

_HOME: Final = (
    r"(?:flat|rooms?|bedsit|studio|basement|attic|squat|caravan|lodgings|digs|house|cottage"
    r"|bungalow"
    r"|maisonette|annexe?|garage|shed|lock-up|barn|narrowboat|boat|van|pitch|tent|workshop|place"
    r"|unit)"
)
_HOME_WORD: Final = re.compile(rf"\b(?:{_HOME}|rm|bed|barge|houseboat|old|former)\b", re.IGNORECASE)
_BESIDE: Final = (
    r"(?:above|over|behind|beside|next to|next door to|below|under|underneath|beneath|opposite"
    r"|across from|(?:at|round) the back of|on top of|facing|by)"
)
_SHOP: Final = one_of(
    "bookies bookie's chippy chip_shop shop shops pub takeaway launderette laundrette barbers? "
    "barber's hairdresser'?s? kebab_shop newsagent'?s? bakery baker's butcher'?s? chemist'?s? "
    "post_office cafe café nail_bar salon off[ -]licence bank tattoo_parlour betting_shop co-op "
    "spar supermarket garage undertaker'?s? funeral_directors? florist'?s? pharmacy dentist'?s? "
    "charity_shop vape_shop restaurant curry_house"
)
_CAPS: Final = rf"(?:the )?{_CAP}(?: (?:{_CAP}|of|the)){{0,3}}"
_STREET_IN_ANY_CASE: Final = rf"(?:{_CAPS}|(?:[a-z']{{3,20}} ){{1,2}}{_LOW_ROAD})"
_OLD_BUILDING: Final = one_of(
    "house vicarage rectory parsonage school(?:_?house)? chapel church mill station(?:_house)? pub "
    "bakery bakehouse forge smithy stables? coach_?house lodge barn police_station fire_station "
    "post_office manse farm(?:house)? cottages? toll_?house signal_box gatehouse brewery dairy "
    "granary oast(?:_house)? library bank cinema hospital workhouse schoolroom sawmill lighthouse "
    "boathouse pumping_station reading_room sorting_office"
)
_NUMBER_WORD: Final = (
    r"(?:(?i:(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)"
    r"(?:[- ](?:one|two|three|four|five|six|seven|eight|nine))?|one|two|three|four|five|six|seven"
    r"|eight"
    r"|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen"
    r"|a hundred and [a-z]+(?:[- ][a-z]+)?))"
)
_SHORT_ROAD: Final = (
    "(?:[Ss]t|[Rr]d|[Aa]ve?|[Ll]n|[Cc]l|[Cc]res|[Gg]dns|[Tt]ce|[Tt]err|[Ss]q|[Cc]lo|[Pp]l|[Gg]ro?"
    "|[Vv]w|[Cc]ott?s|[Cc]ourt|[Dd]r|[Hh]se)"
)
_PUBLIC_BUILDING: Final = re.compile(
    r"(?:centre|center|hall|hospital|library|building|college|university|hub|school|council|clinic"
    r"|office|offices|museum|institute|gallery|theatre)$",
    re.IGNORECASE,
)


def _is_lodging(folded: FoldedText, start: int, end: int) -> bool:
    """Check that a room is not one in which people meet."""
    return not _PUBLIC_BUILDING.search(folded.text[start:end])


_HOMES: Final = (
    # 'lives over the fish bar in Castle Street', 'sleeps behind the bakery on Low Rd'
    cased_rule(
        DetailKind.ADDRESS,
        rf"\b(?i:(?:lives?|living|lived|stays?|staying|stopping|sleeps?|lodg(?:es|ing)|dosses) "
        rf"(?P<it>{_BESIDE} (?:the |a )?(?:[\w'&-]{{1,20}} ){{1,4}}?(?:on|in|at|off) ))"
        rf"(?<= ){_STREET_IN_ANY_CASE}",
    ),
    # 'the house with the red door on Station Road', 'third caravan along at Sandy Bay'
    cased_rule(
        DetailKind.ADDRESS,
        rf"\b(?i:(?:the |an? |his |her )?(?:\w+ )?{_HOME} (?:with|along|down|up|past|after)"
        rf" (?:[\w'-]{{1,14}} ){{0,4}}?(?:on|in|at|off) ){_UP_TO_THREE}(?: {_LOW_ROAD})?\b",
    ),
    # 'flat 2 above the Kings Head', 'Room 7 at Travelodge Hull'
    cased_rule(
        DetailKind.ADDRESS,
        rf"\b(?i:flat|room|rm|bedsit|studio)\.? ?(?:\d{{1,4}}[a-zA-Z]?|{_NUMBER_WORD}),? "
        r"(?i:(?:above|over|behind|below|under) the |(?:at |in )?(?=travelodge|premier|ibis))"
        rf"{_CAP}(?: {_CAP}){{0,3}}",
    ),
    # 'flat above the bookies on Marsh Lane', and without the lane where it is above a shop
    cased_rule(
        DetailKind.ADDRESS,
        rf"\b(?i:{_HOME} {_BESIDE}) (?i:the |a )?(?:[\w'&-]{{1,20}} ){{1,4}}?(?:on|in|at|off|down"
        rf"|up"
        rf"|along) {_STREET_IN_ANY_CASE}",
    ),
    cased_rule(
        DetailKind.ADDRESS,
        rf"\b(?i:{_HOME} {_BESIDE}) (?:the )?{_CAP}(?:'s)?(?: (?:{_CAP}|and|&)){{0,3}}",
    ),
    rule(
        DetailKind.ADDRESS,
        rf"\b(?:the )?(?:flat|rooms?|bedsit|squat) (?:above|over|behind|at the back of"
        rf"|next to) the "
        rf"(?:[\w'-]{{2,16}} ){{0,2}}?{_SHOP}\b",
    ),
    # 'room 4, the Grand Hotel', 'bed 3 at St Anne's hostel'
    cased_rule(
        DetailKind.ADDRESS,
        rf"\b(?i:room|rm|flat|bed|unit|bay|caravan|pitch|plot|cabin|berth)\.? ?(?:no\.? ?|number )?"
        rf"(?:\d{{1,4}}[a-zA-Z]?|{_NUMBER_WORD}),? ?(?:(?:at|in|of|on) )?(?:[Tt]he )?"
        rf"{_CAP}(?: (?:{_CAP}|of|and|&)){{0,3}} (?i:hotel|hostel|b&b|bnb|guest ?house|inn|lodge"
        rf"|house"
        r"|court|motel|caravan park|site|foyer|travelodge|point|towers?|mansions|buildings|marina"
        r"|wharf"
        r"|park|apartments|lodgings)\b",
        _is_lodging,
    ),
    cased_rule(
        DetailKind.ADDRESS,
        rf"\b(?i:room|rm)\.? ?(?:\d{{1,4}}[a-z]?|{_NUMBER_WORD}),? ?(?:(?:at|in|of) )?[Tt]he {_CAP}"
        rf"(?: (?:{_CAP}|and|&)){{0,2}}",
        _is_lodging,
    ),
    # 'the old school house at Netherby Cross'
    cased_rule(
        DetailKind.ADDRESS,
        rf"\b(?i:the (?:old|former|disused|converted|derelict|abandoned|empty) (?:[a-z'-]{{3,16}} "
        rf")?"
        rf"{_OLD_BUILDING}),? (?:(?:at|in|on|by|near|off|behind|outside|opposite) )?{_CAPS}",
    ),
    # 'a flat of his own at Weavers Fold', 'the house on Marsh Lane'
    cased_rule(
        DetailKind.ADDRESS,
        rf"\b(?i:{_HOME}(?: of (?:his|her|their|my)"
        rf" own)?),? (?:at|in|on|off) {_UP_TO_THREE} (?:{_ROAD}|Court|House|Fold|Yard|Mews|Lodge"
        rf"|Towers?"
        r"|Cottages?|Farm|Barn|Wharf|Marina)\b",
    ),
    # 'lives on the narrowboat Jemima'
    cased_rule(
        DetailKind.ADDRESS,
        rf"\b(?:the )?(?:narrowboat|houseboat|barge|boat) (?:called |named )?\"?{_CAP}(?: {_CAP})?",
    ),
)

_NUMBERED: Final = (
    # 'number nine, Bobbin Lane', 'twelve Pinder's Yard'
    cased_rule(
        DetailKind.ADDRESS,
        rf"(?<![\w£-])(?:(?i:number|no\.?|flat) ?)?{_NUMBER_WORD},? {_UP_TO_THREE} (?:{_ROAD}"
        rf"|{_BLOCK})\b"
        rf"{_TOWN}",
    ),
    cased_rule(
        DetailKind.ADDRESS,
        rf"(?<![\w£-])(?i:(?:number|no\.?|flat) ?)(?:{_NUMBER_WORD}|{_NUMBER}),? "
        rf"(?:(?:on|in) )?(?:the )?{_UP_TO_THREE}(?: {_LOW_ROAD})?\b",
    ),
    # 'staying at 4 the Crescent', 'at his mum's, 17 Kestrel', 'address 6 Orchard Vw'
    cased_rule(
        DetailKind.ADDRESS,
        r"\b(?i:(?:lives?|living|lived|stays?|staying|stopping|moved|back|now|address(?: is)?|c/o)"
        r"(?: at| to| in| of)?|at (?:his|her|their) [a-z]{2,12}(?:'s)?,) "
        rf"(?P<it>{_NUMBER} (?:the )?(?!(?:Jan|Feb|Mar|Apr|May|Ju[nl]|Aug|Sep|Oct|Nov|Dec)[a-z]*\b)"
        rf"{_UP_TO_THREE})",
    ),
    # '14 bramhope st', '3 Copperas rd'
    cased_rule(
        DetailKind.ADDRESS,
        rf"(?<![\w£.:/-])(?:(?i:flat|rm|room) \w{{1,4}},? )?\d{{1,4}}[a-zA-Z]?,? {_NOT_A_COUNT}"
        rf"[A-Za-z']{{3,20}}(?: {_NOT_A_COUNT}[A-Za-z']{{2,20}}){{0,2}} {_SHORT_ROAD}(?![\w'])",
    ),
    rule(
        DetailKind.ADDRESS,
        rf"(?<![\w£.:/-])(?:flat|no\.?|number) ?\d{{1,4}}[a-z]?,? {_NOT_A_COUNT}[a-z']{{3,20}}"
        rf"(?: [a-z']{{3,20}})? {_LOW_ROAD}\b",
    ),
    # the address in a link to a map or to a home
    rule(
        DetailKind.ADDRESS,
        r"(?<=[/=?&])(?:flat[-+_]\w{1,4}[-+_])?(?P<it>\d{1,4}[a-z]?(?:[-+_]|,\+)[a-z']{2,20}"
        r"(?:[-+_][a-z']{2,20}){0,2}[-+_](?:street|st|road|rd|avenue|ave|lane|ln|close|court"
        r"|drive|way"
        r"|terrace|gardens|grove|mews|place|crescent|square|walk|hill|row"
        r"|yard)\b[a-z0-9+_,-]{0,40})",
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
    r"|Royal|Free|Safe|Secure|Open|Supreme|High|Crown|County|Magistrates|Youth|Family|Business"
    r"|Medical"
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


_AT: Final = (
    r"\b(?i:outside|at|by|behind|near|opposite|in|from|to|uses|using|into|left|the|barred from)"
)
_LOW_PLACE: Final = one_of(
    "night_shelter winter_shelter day_centre hostel surgery school primary nursery care_home "
    "nursing_home "
    "clinic hospice drop-in soup_kitchen mosque church chapel temple gurdwara library "
    "caravan_park campsite allotments pharmacy roundabout underpass precinct retail_park "
    "bus_station "
    "leisure_centre sports_centre community_centre youth_club farm pub hotel cemetery churchyard "
    "multi-storey bandstand recreation_ground skate_park canal viaduct flats dairy jobcentre "
    "factory mill "
    "depot bakery quarry lock weir works foundry brewery garage market chippy launderette arcade "
    "pier "
    "harbour lighthouse food_?bank soup_run gym boxing_club (?:working_men's|social|bowls|rugby"
    "|football"
    "|tuesday|lunch|luncheon|breakfast|snooker|legion)_club stables kennels scrapyard tip "
    "distillery "
    "abattoir shipyard boatyard colliery pit bail_hostel approved_premises court_house bus_stop "
    "park_bench "
    "church_hall village_hall village_shop chippie baths pool"
)


_PRISON_WORD: Final = re.compile(
    r"guv'?nor|governor|prison|\bwing|\bnick\b|jail|gaol|remand|landing|recall|released from"
)


def _is_about_prison(folded: FoldedText, start: int, end: int) -> bool:
    """Check that the name behind a word about prisons is none of a town or a person."""
    words = [word.lower() for word in folded.text[start:end].split()]
    if not _PRISON_WORD.search(folded.before(start, 20)) or words[0] in {
        "the",
        "he",
        "she",
        "her",
        "his",
    }:
        return False
    return len(words) > 1 and not is_english(words[0])


def _is_personal_note(folded: FoldedText, start: int, end: int) -> bool:
    """Check that a sentence speaks of a person, or is a note without a capital."""
    return is_personal(folded, start, end) or folded.sentence(start, end)[:1].islower()


def _is_about_unknown_place(folded: FoldedText, start: int, end: int) -> bool:
    """Check for the name of no known town, in a sentence that speaks of a person."""
    words = folded.text[start:end].replace("-", " ").split()
    is_unknown = not is_english(words[0].lower()) and words[0][1:].islower()
    return is_unknown and is_personal(folded, start, end)


_SMALL_PLACES: Final = (
    # a pub and its street or town: 'the Coach and Horses in Lowgate'
    cased_rule(
        DetailKind.PLACE,
        rf"{_AT} (?P<it>the {_CAP}(?:(?: and| of| &|'s)? {_CAP}){{0,2}} (?:in|on|at|off"
        rf"|near) (?:the )?{_CAP}(?: {_CAP})?)\b",
    ),
    cased_rule(DetailKind.PLACE, rf"{_AT} (?P<it>the {_CAP} (?:and|&) {_CAP})\b", is_personal),
    # 'the Tuesday club in Llanfair', 'sch is Hollin Bank Primary', 'tents at Salter's Lock'
    cased_rule(
        DetailKind.PLACE,
        rf"{_AT} (?P<it>the (?:{_CAP} )?(?:club|choir|mosque|chapel|gurdwara|temple|cafe|café"
        rf"|market"
        rf"|school|bakery|chip shop|post office|surgery) (?:in|on|at|near|by) (?:the )?{_CAP}(?:"
        rf" {_CAP})?(?: {_LOW_PLACE})?)",
    ),
    cased_rule(
        DetailKind.PLACE,
        rf"\b(?:{_CAP} )?(?!Leadership|Training|Police|Staff){_CAP} (?:C of E |RC |CE )?"
        r"(?:Primary|Infants?|Juniors?|High|Academy"
        rf"|Comprehensive|Grammar|Comp)\b(?= School|[.,;)\n]|$| (?:and|say|said|rang|in|on|at"
        rf"|nurse|head"
        rf"|teacher|next))",
        _is_personal_note,
    ),
    cased_rule(
        DetailKind.PLACE,
        rf"\b(?i:at|by|under|near|nr|beside|behind|in|on|opposite|outside) (?P<it>(?:the"
        rf" )?{_CAP}(?: {_CAP})? "
        rf"(?:Lock|Weir|Bridge|Arches|Steps|Viaduct|Underpass|Flyover|Marina|Quay|Wharf|Pier"
        rf"|Harbour|Wood|Woods"
        rf"|Moor|Common|Cemetery|Park|Rec|Allotments|Mill|Quarry|Retail Park))\b",
        _is_personal_note,
    ),
    cased_rule(
        DetailKind.PLACE,
        rf"\b(?i:nr|near|outside|behind|by|opposite|next to|at) (?P<it>{_CAP}(?:'s)? (?:on|in|off)"
        rf" {_CAP}(?: {_CAP})? "
        rf"{_SHORT_ROAD})(?![\w'])",
    ),
    # 'St Botolph's night shelter', 'Halford's on Mill Rd'
    cased_rule(
        DetailKind.PLACE,
        rf"{_AT} (?P<it>(?:the )?(?:St\.? )?{_UP_TO_THREE} {_LOW_PLACE})\b(?! network)",
    ),
    cased_rule(
        DetailKind.PLACE,
        rf"{_AT} (?P<it>St\.? (?!Mungo|John Amb|George|Andrew|Patrick|David|Helens|Albans|Ives"
        rf"|Austell|Asaph){_CAP}(?:'s|s'))",
    ),
    cased_rule(
        DetailKind.PLACE,
        rf"{_AT} (?P<it>{_CAP}(?: {_CAP})? (?:on|in|off) {_CAP}(?: {_CAP})? {_ROAD})\b",
    ),
    cased_rule(
        DetailKind.PLACE,
        rf"\b(?:in|at|near|from|to|outside|of|around|via) (?P<it>{_CAP}(?: {_CAP})?)(?=[,.;)\n]|$"
        rf"| (?:and|with|where|on|in|for|when|by|last|until|to)\b)",
        _is_about_unknown_place,
    ),
    # 'the ward that used to be called Nightingale, now Elm', 'the guv'nor at Strangford Hill'
    cased_rule(
        DetailKind.PLACE,
        rf"\b(?:ward|wing|unit|hostel|house|landing|houseblock|refuge)(?: that"
        rf"| which)?(?: (?:used to be|is|was|now))? (?:called|named|known as) (?P<it>{_CAP}(?:,? "
        rf"now {_CAP})?)",
    ),
    cased_rule(
        DetailKind.PLACE,
        rf"\b(?:guv'?nor|governor|prison|wing|nick|jail|gaol|remand|officer|landing|recalled to"
        rf"|released from|transferred to|sent to|out of) (?:at |in |from |to )?"
        rf"(?P<it>{_CAP}(?: {_CAP})?)(?=[,.;)\n]|$| [a-z])",
        _is_about_prison,
    ),
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
        is_personal,
    ),
    cased_rule(
        DetailKind.PLACE,
        rf"\b(?:drinks?|drank|drinking) (?:in|at) (?P<it>the (?:{_CAP}(?: of| and| &)? "
        rf"?){{1,3}})(?<! )",
    ),
    cased_rule(DetailKind.PLACE, rf"\b(?:from|on|in) (?P<it>the {_CAP} estate)\b"),
)
