"""Numbers that lead to one person: health, benefits, justice, money, cars.  Pure.

Check digits decide where they can; where they fail, the words around a number may still name it:
a mistyped NHS number is one. Every repetition is bounded, so that no text takes long.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from typing import Final

from copkit.pii.kinds import FROM, TO, Finding, Kind, exact, named, one_of, rule, under
from copkit.pii.normalise import Folded

S: Final = r"[ ._/\\+-]{0,3}"
T: Final = r"[ ._/\\+-]{1,3}"
"""What people put between the parts of a number, and what parts it from other numbers."""


def find_numbers(folded: Folded) -> Iterable[Finding]:
    """Give every number of a person in a text."""
    for one in (*_HEALTH, *_BENEFITS, *_JUSTICE, *_PAPERS, *_MONEY, *_CARS):
        yield from one.findings(folded)


def _digits(text: str) -> str:
    return "".join(sign for sign in text if sign.isdigit())


# --- health ---------------------------------------------------------------------------------


def is_nhs_number(digits: str) -> bool:
    """Check the last of ten digits: modulus 11, as the NHS Data Dictionary defines it.

    CHI numbers of Scotland and Health and Care numbers of Northern Ireland have the same.
    """
    if len(digits) != 10 or len(set(digits)) == 1:
        return False
    weights = zip(digits[:9], range(10, 1, -1), strict=True)
    weighted = (int(digit) * weight for digit, weight in weights)
    return (11 - sum(weighted) % 11) % 11 == int(digits[9])


_OF_HEALTH = named("nhs n\\.h\\.s\\.? spine patient wristband referral chi", 70, 40)
_OF_OTHERS = named(
    "isbn issn doi order po invoice meeting zoom company charity vat isrctn account utr budget "
    "licen[cs]e tel phone mobile grant passcode",
    35,
)
_CHI_NAMED = named("chi community_health_index", 70, 30)


def _is_health_number(folded: Folded, start: int, end: int) -> bool:
    if not is_nhs_number(_digits(folded.text[start:end])):
        return False
    return _OF_HEALTH(folded, start, end) or not _OF_OTHERS(folded, start, end)


def _begins_with_a_birthday(folded: Folded, start: int, end: int) -> bool:
    digits = _digits(folded.text[start:end])
    try:
        dt.date(2000, int(digits[2:4]), int(digits[:2]))
    except ValueError:
        return False
    if _CHI_NAMED(folded, start, end):
        return True
    return is_nhs_number(digits) and not _OF_OTHERS(folded, start, end)


def _is_no_phone(folded: Folded, start: int, end: int) -> bool:
    return folded.text[start] != "0"


_NHS_NAMED: Final = (
    r"\b(?:nhs|n\.h\.s\.?)(?:[ _-]?(?:no|num|number|nr|id))?\b(?!\s?(?:111|england|trust))"
)
_IN_THREES: Final = rf"\d{{3}}{S}\d{{3}}{S}\d{{4}}"
_HEALTH: Final = (
    rule(
        Kind.NHS,
        rf"(?:{FROM}|(?<=nhs)|(?<=no))(?:{_IN_THREES}|\d{{6}}[ -]\d{{4}}"
        rf"|\d(?:[ .-]{{1,3}}\d){{9}}){TO}",
        _is_health_number,
    ),
    rule(Kind.NHS, rf"{_NHS_NAMED}[^\n0-9]{{0,45}}(?P<it>\d(?:{S}\d){{8,10}}){TO}", _is_no_phone),
    rule(
        Kind.NHS, rf"{FROM}{_IN_THREES}{TO}", named("nhs(?:_?(?:no|number|num|id))? spine", 60, 25)
    ),
    rule(Kind.CHI, rf"(?:{FROM}|(?<=chi))\d{{6}}{S}\d{{4}}{TO}", _begins_with_a_birthday),
)

# --- benefits and tax -----------------------------------------------------------------------

_NI_NAMED = named(
    "ni nino n\\.i\\.? national_insurance insurance_(?:no|number) dwp payslip", 60, 30
)


def _is_ni_number(folded: Folded, start: int, end: int) -> bool:
    found = folded.text[start:end]
    return found.isupper() or " " not in found or _NI_NAMED(folded, start, end)


_NI_PREFIX: Final = r"(?!BG|GB|NK|KN|TN|NT|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]"
_NI_SAID: Final = (
    r"\b(?:nino|ni(?: ?(?:no|num|number))?|national insurance(?: ?(?:no|num|number))?)\b"
)
_BENEFITS: Final = (
    rule(
        Kind.NATIONAL_INSURANCE,
        rf"{FROM}{_NI_PREFIX}{S}\d\d{S}\d\d{S}\d\d{S}[A-D]{TO}",
        _is_ni_number,
    ),
    rule(
        Kind.NATIONAL_INSURANCE,
        rf"{_NI_SAID}[^\n0-9]{{0,40}}?{FROM}(?P<it>[A-Z]{{2}}{S}\d\d{S}\d\d{S}\d\d(?:{S}[A-Z])?){TO}",
    ),
    rule(
        Kind.REFERENCE,
        rf"{FROM}\d{{5}}{S}\d{{5}}{TO}",
        named("utr tax(?:payer)?_(?:ref|reference|number) self.assessment hmrc", 40, 20),
    ),
)

# --- justice --------------------------------------------------------------------------------

_OF_PRISON = named(
    "prison(?:er)? nomis inmate hmp yoi sentence[ds]? custody wing adjudications? licen[cs]e "
    "offender released? gate cell probation parole recall(?:ed)? remand(?:ed)? inside jail",
    80,
    60,
)
_OF_POLICE = named("pnc(?:_?id)? cro police_national_computer criminal_records?", 70, 30)
_CHECK_LETTERS: Final = "ZABCDEFGHJKLMNPQRTUVWXY"


def _is_prison_number(folded: Folded, start: int, end: int) -> bool:
    """Take 'A1234BC' as it stands; in other dress it needs a prison nearby, or other signs."""
    found = folded.text[start:end]
    if _OF_PRISON(folded, start, end):
        return True
    if len(found) == 7:
        return found.isupper() or not set(found.lower()) <= set("0123456789abcdef")
    is_a_year = found.lstrip(found[0] + " ._/\\+-").startswith(("19", "20"))  # 'A 2019 UK study'
    parted_alike = len(gaps := set(re.findall(r"[^0-9A-Za-z]+", found))) == 1 and gaps != {" "}
    if found.isupper():
        return parted_alike or not is_a_year
    return parted_alike and not is_a_year and " " not in found


def _is_police_number(folded: Folded, start: int, end: int) -> bool:
    """Check the letter of a PNC identifier, or take the word for it that stands near."""
    if _OF_POLICE(folded, start, end):
        return True
    found = folded.text[start:end].upper()
    year, serial = re.split(r"[ ._/\\+-]+", found, maxsplit=1)
    return _CHECK_LETTERS[int(year[-2:] + _digits(serial).zfill(7)) % 23] == found[-1]


_JUSTICE: Final = (
    rule(Kind.PRISON, rf"{FROM}[A-Z]{S}\d{{4}}{S}[A-Z]{{2}}{TO}", _is_prison_number),
    rule(
        Kind.PRISON,
        rf"{FROM}[A-Z]{{2}}{S}\d{{4,5}}{TO}",
        named("(?:prison(?:er)?|nomis|inmate)(?:_(?:no|num|number))?", 30),
    ),
    rule(
        Kind.POLICE,
        rf"{FROM}(?:19|20)?\d\d(?:{T}\d{{7}}|[/\\._-]\d{{4,7}}){S}[A-HJ-NP-RT-Z]{TO}",
        _is_police_number,
    ),
    rule(Kind.POLICE, rf"{FROM}(?:SF{S})?\d{{1,6}}{T}\d\d{S}[A-Z]{TO}", _OF_POLICE),
)

# --- driving, travel, money -----------------------------------------------------------------


def _is_card(folded: Folded, start: int, end: int) -> bool:
    """Check the last digit of a card number: Luhn's formula, ISO/IEC 7812."""
    digits = [int(digit) for digit in _digits(folded.text[start:end])]
    doubled = [digit * 2 - 9 * (digit > 4) for digit in digits[-2::-2]]
    return len(set(digits)) > 1 and (sum(doubled) + sum(digits[-1::-2])) % 10 == 0


_OF_A_BANK: Final = "sort_?code s/c bank(?:_details|_account)? account a/c acct?(?:_no)?"
_PAPERS: Final = (
    rule(
        Kind.LICENCE,
        rf"{FROM}[A-Z][A-Z9]{{4}}{S}\d[0156]\d[0-3]\d\d{S}[A-Z][A-Z9]{S}[A-Z0-9]{S}[A-Z]{{2}}{TO}",
    ),
    rule(
        Kind.PASSPORT,
        rf"{FROM}[A-Z]{{0,2}}{S}\d{{3}}{S}\d{{3}}{S}\d{{2,3}}{TO}",
        named("passport", 45, 25),
    ),
)
_MONEY: Final = (
    rule(Kind.BANK, rf"{FROM}\d\d{S}\d\d{S}\d\d{TO}", named(_OF_A_BANK, 60, 45)),
    rule(Kind.BANK, rf"{FROM}\d{{4}}{S}\d{{4}}{TO}", named(_OF_A_BANK, 60, 30)),
    rule(
        Kind.BANK,  # in a table of figures there is one more group before it, or behind
        rf"{FROM}(?<!\d{{3}} )(?=(?P<it>(?!19|20)\d{{4}}(?:{S}\d{{4}}){{3}}){TO}(?! \d{{4}}))",
        _is_card,
    ),
    rule(Kind.BANK, rf"{FROM}GB{S}\d\d{S}[A-Z]{{4}}(?:{S}\d){{14}}{TO}"),
)

# --- cars -----------------------------------------------------------------------------------

_OF_A_CAR = named(
    "car cars van vans regs? registration registered vehicle plates? number_plate "
    "park(?:ed|ing)? driv(?:es?|ing|er) clamped towed seized moped motorbike bike scooter taxi cab "
    "lorry truck mot dvla insur(?:ed|ance) caravan camper(?:van)? land_rover range_rover transit "
    "corsa fiesta focus astra golf polo clio micra vauxhall ford nissan toyota honda vw volkswagen "
    "audi bmw mercedes peugeot renault citroen fiat kia hyundai skoda mini volvo mazda suzuki seat "
    "vivaro sprinter berlingo kangoo partner morris rover jaguar saab tax(?:ed)? keeper jeep "
    "estate "
    "hatchback",
    70,
    50,
)
_NO_LETTERS_OF_A_CAR: Final = one_of(
    "the and for nhs was has per day old new hrs min max end all key not but out top pdf doc csv "
    "log set run raw tbc jan feb mar apr may jun jul aug sep oct nov dec mon tue wed thu fri sat "
    "sun are who had can you"
)
_TODAY: Final = re.compile(
    rf"[A-Z]{{2}}(?!0[01])\d\d{S}(?!(?i:{_NO_LETTERS_OF_A_CAR}))[A-Z]{{3}}"
    rf"|(?![a-f0-9_-]+$)[a-z]{{2}}(?!0[01])\d\d[_-]?(?!{_NO_LETTERS_OF_A_CAR})[a-z]{{3}}"
)


def _is_car(folded: Folded, start: int, end: int) -> bool:
    """Take a registration of today's pattern as it stands; in other dress it needs a car nearby."""
    return bool(_TODAY.fullmatch(folded.text[start:end])) or _OF_A_CAR(folded, start, end)


_CARS: Final = (
    rule(Kind.CAR, rf"{FROM}[A-HJ-PR-Y]{{2}}{S}\d\d{S}[A-HJ-PR-Z]{{3}}{TO}", _is_car),
    exact(
        Kind.CAR,
        rf"{FROM}(?:[A-HJ-NPR-TV-Y]{S}\d{{1,3}}{S}[A-Z]{{3}}|[A-Z]{{3}}{S}\d{{1,3}}{S}[A-HJ-NPR-TV-Y]"
        rf"|[A-Z]{{1,2}}[IZ][A-Z]?{S}\d{{3,4}}){TO}",
        _OF_A_CAR,
    ),
    rule(
        Kind.CAR,
        r"\b(?:reg(?:istration)?|plate|vrm)(?: ?(?:no|num|number))?[ .:#(]{1,3}(?:is |was )?"
        rf"(?P<it>(?=[A-Z ]{{1,4}}\d|\d{{1,4}} ?[A-Z])[A-Z0-9]{{2,4}} ?[A-Z0-9]{{2,4}}){TO}",
    ),
)


# References under which agencies keep somebody: hospitals, police, councils, landlords.


def find_references(folded: Folded) -> Iterable[Finding]:
    """Give every reference of a person's case in a text."""
    for one in _REFERENCES:
        yield from one.findings(folded)


_NUMBERS_OF_HOSPITALS: Final = (
    "hosp(?:ital)?_(?:no|num|number|id|ref) mrn patient_(?:no|number|id|ref) pas_(?:no|number) "
    "unit_number h&c_(?:no|number) "
    "(?:rio|emis|systm_?one|epr|paris|care_?notes)_(?:no|num|number|id|ref)"
)
_SYSTEMS_OF_HOSPITALS: Final = "rio emis systm_?one epr paris care_?notes"
_SYSTEMS: Final = (
    "crime incident occurrence custody(?:_record)? cad police_(?:log|ref) log athena niche mosaic "
    "liquid_?logic care_?first framework-?i eclipse azeus person_id client_(?:no|number|id|ref) "
    "service_user_(?:no|number|id) case_(?:no|number|id|ref|reference) crn n?delius oasys visor "
    "urn upn uln home_office ho_ref port_ref arc brp nass tenancy rent_account housing jigsaw "
    "homeless(?:ness)? in-form uc universal_credit claim(?:ant)? cin council_tax payroll court "
    "warrant appeal visa customer tenant account_ref benefit marac mappa laa ref quote quoting"
)
_A_NUMBER: Final = (
    r"ref(?:erence)?|no|num|number|nr|id|record|code|person|client|case|app(?:lication)?"
)
_KIND_OF_NUMBER: Final = rf"(?:[ _-]{{1,2}}(?:{_A_NUMBER})(?![a-z])\.?){{0,3}}"
_SURELY_A_NUMBER: Final = rf"(?:[ _-]{{1,2}}(?:{_A_NUMBER})(?![a-z])\.?){{1,3}}"
_LINK: Final = (
    r"(?:[^\w\n£$€%+]|_){1,8}"
    r"(?:(?:is|was|were|of|as|now|new|old|given as|recorded as|shown as)"
    r"(?:[^\w\n£$€%+]|_){1,5}){0,2}"
)
_A_YEAR: Final = r"(?:19|20)\d\d(?:[/-]\d{2,4})?(?![0-9A-Za-z/-])"
_FOUR_DIGITS: Final = rf"(?!{_A_YEAR})(?=(?:[A-Za-z/-]{{0,6}}\d){{4}})"
_TOKEN: Final = rf"(?P<it>{_FOUR_DIGITS}[A-Za-z0-9](?:[/-]?[A-Za-z0-9]){{3,19}}){TO}"
_IN_GROUPS: Final = (
    r"(?=[A-Z]{0,3}(?:[ ._/+-]{0,3}\d){5})"
    r"[A-Z]{0,3}[ ._/+-]{0,2}\d{2,6}(?:[ ._/+-]{1,3}\d{2,6}){1,3}"
)
_UNDER_A_SYSTEM = under(_SYSTEMS)
_UNDER_A_NUMBER = under(r"ref(?:erence)? id urn crn code (?:no|num|number)(?!\.?_of)")


def _is_under_a_reference(folded: Folded, start: int, end: int) -> bool:
    """Take 'Mosaic no' at the head of a column, and not 'Housing', which heads sums as well."""
    return _UNDER_A_SYSTEM(folded, start, end) and _UNDER_A_NUMBER(folded, start, end)


_BEHIND: Final = r"[^\w\n]{0,3}(?:\(|(?:is|was) (?:his |her |their |the )?)"
_HOSPITAL_BEHIND: Final = re.compile(rf"{_BEHIND}{one_of(_NUMBERS_OF_HOSPITALS)}(?![a-z])")
_SYSTEM_BEHIND: Final = re.compile(
    rf"{_BEHIND}(?=[^\n)]{{0,30}}(?<![a-z])(?:ref|reference|no|number|id|urn|crn)(?![a-z]))"
    rf"{one_of(_SYSTEMS)}{_KIND_OF_NUMBER}(?![a-z])"
)


def _is_before_a_hospital(folded: Folded, start: int, end: int) -> bool:
    return _HOSPITAL_BEHIND.match(folded.after(end, 50)) is not None


def _is_before_a_system(folded: Folded, start: int, end: int) -> bool:
    return _SYSTEM_BEHIND.match(folded.after(end, 50)) is not None


_REFERENCES: Final = (
    rule(
        Kind.HOSPITAL,
        rf"(?<![a-z]){one_of(_NUMBERS_OF_HOSPITALS)}{_KIND_OF_NUMBER}{_LINK}{_TOKEN}",
    ),
    rule(  # 'in Paris 12-14 May' is no number of the system of that name
        Kind.HOSPITAL,
        rf"(?<![a-z]){one_of(_SYSTEMS_OF_HOSPITALS)}{_LINK}(?=(?:[A-Z/-]{{0,6}}\d){{5}}){_TOKEN}",
    ),
    rule(
        Kind.HOSPITAL,
        rf"(?<![a-z]){one_of(_NUMBERS_OF_HOSPITALS)}{_KIND_OF_NUMBER}{_LINK}"
        rf"(?P<it>{_IN_GROUPS}){TO}",
    ),
    rule(Kind.REFERENCE, rf"(?<![a-z]){one_of(_SYSTEMS)}{_KIND_OF_NUMBER}{_LINK}{_TOKEN}"),
    rule(
        Kind.REFERENCE,
        rf"(?<![a-z]){one_of(_SYSTEMS)}{_SURELY_A_NUMBER}{_LINK}"
        rf"(?P<it>(?!{_A_YEAR}){_IN_GROUPS}){TO}",
    ),
    rule(
        Kind.REFERENCE,
        r"\b(?:his|her|their) (?:[a-z&]{1,16} ){0,3}(?:number|no|id|ref(?:erence)?)\b"
        rf"{_LINK}{_TOKEN}",
    ),
    rule(Kind.HOSPITAL, rf"{FROM}{_TOKEN}", under(_NUMBERS_OF_HOSPITALS)),
    rule(Kind.HOSPITAL, rf"{FROM}(?P<it>{_IN_GROUPS}){TO}", under(_NUMBERS_OF_HOSPITALS)),
    rule(Kind.REFERENCE, rf"{FROM}{_TOKEN}", _is_under_a_reference),
    rule(Kind.HOSPITAL, rf"{FROM}{_TOKEN}", _is_before_a_hospital),
    rule(Kind.HOSPITAL, rf"{FROM}(?P<it>{_IN_GROUPS}){TO}", _is_before_a_hospital),
    rule(Kind.REFERENCE, rf"{FROM}{_TOKEN}", _is_before_a_system),
)
