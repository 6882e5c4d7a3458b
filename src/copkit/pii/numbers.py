"""Numbers that lead to one person: health, benefits, justice, papers, money, cars, references.

Check digits decide where they can; where they fail, the words around a number may still name it:
a mistyped NHS number is one. Every repetition is bounded, so that no text takes long. Pure.
"""

from __future__ import annotations

import datetime as dt
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
    in_column,
    labelled,
    near,
    one_of,
    rule,
)
from copkit.pii.normalise import FoldedText

_SEP: Final = r"[ ._/\\+-]{0,3}"  # what people put, or do not put, between the parts of a number
_GAP: Final = r"[ ._/\\+-]{1,3}"  # where something must part them, or two numbers would be one


def find_numbers(folded: FoldedText) -> Iterable[Finding]:
    """Find every number of a person in a text."""
    return apply_rules((*_HEALTH, *_BENEFITS, *_JUSTICE, *_PAPERS, *_MONEY, *_CARS), folded)


def _digits(text: str) -> str:
    return "".join(sign for sign in text if sign.isdigit())


# --- health ---------------------------------------------------------------------------------


def is_nhs_number(digits: str) -> bool:
    """Check the check digit of ten digits: modulus 11, as the NHS Data Dictionary defines it.

    CHI numbers of Scotland and Health and Care numbers of Northern Ireland have the same.
    """
    # '1111111111' and the like pass the check, and are nobody's.
    if len(digits) != 10 or len(set(digits)) == 1:
        return False
    weights = zip(digits[:9], range(10, 1, -1), strict=True)
    weighted = (int(digit) * weight for digit, weight in weights)
    return (11 - sum(weighted) % 11) % 11 == int(digits[9])


_NEAR_HEALTH_WORDS = labelled("nhs n\\.h\\.s\\.? spine patient wristband referral chi", 70, 40)
_NEAR_OTHER_NUMBERS = labelled(
    "isbn issn doi order po invoice meeting zoom company charity vat isrctn account utr budget "
    "licen[cs]e tel phone mobile grant passcode",
    35,
)
_NEAR_CHI_WORDS = labelled("chi community_health_index", 70, 30)


def _is_health_number(folded: FoldedText, start: int, end: int) -> bool:
    if not is_nhs_number(_digits(folded.text[start:end])):
        return False
    return _NEAR_HEALTH_WORDS(folded, start, end) or not _NEAR_OTHER_NUMBERS(folded, start, end)


def _is_chi_number(folded: FoldedText, start: int, end: int) -> bool:
    """Check that a number begins with a day and a month of birth, and is named or has its digit."""
    digits = _digits(folded.text[start:end])
    try:
        dt.date(2000, int(digits[2:4]), int(digits[:2]))  # a leap year, for the 29th of February
    except ValueError:
        return False
    if _NEAR_CHI_WORDS(folded, start, end):
        return True
    return is_nhs_number(digits) and not _NEAR_OTHER_NUMBERS(folded, start, end)


def _does_not_begin_with_zero(folded: FoldedText, start: int, end: int) -> bool:
    return folded.text[start] != "0"  # 'NHS, 01632 960123' is a phone number


_NHS_LABEL: Final = (
    r"\b(?:nhs|n\.h\.s\.?)(?:[ _-]?(?:no|num|number|nr|id))?\b(?!\s?(?:111|england|trust))"
)
_NHS_GROUPS: Final = rf"\d{{3}}{_SEP}\d{{3}}{_SEP}\d{{4}}"
_HEALTH: Final = (
    # '943 476 5919', '9434765919', '943476-5919'
    rule(
        DetailKind.NHS,
        rf"(?:{START}|(?<=nhs)|(?<=no))(?:{_NHS_GROUPS}|\d{{6}}[ -]\d{{4}}"
        rf"|\d(?:[ .-]{{1,3}}\d){{9}}){END}",
        _is_health_number,
    ),
    # 'NHS number: 943 476 591': named, so that a digit may be wrong or missing
    rule(
        DetailKind.NHS,
        rf"{_NHS_LABEL}[^\n0-9]{{0,45}}(?P<it>\d(?:{_SEP}\d){{8,10}}){END}",
        _does_not_begin_with_zero,
    ),
    rule(
        DetailKind.NHS,
        rf"{START}{_NHS_GROUPS}{END}",
        labelled("nhs(?:_?(?:no|number|num|id))? spine", 60, 25),
    ),
    rule(DetailKind.CHI, rf"(?:{START}|(?<=chi))\d{{6}}{_SEP}\d{{4}}{END}", _is_chi_number),
)

# --- benefits and tax -----------------------------------------------------------------------

_NEAR_NI_WORDS = labelled(
    "ni nino n\\.i\\.? national_insurance insurance_(?:no|number) dwp payslip", 60, 30
)


def _is_ni_number(folded: FoldedText, start: int, end: int) -> bool:
    number = folded.text[start:end]
    return number.isupper() or " " not in number or _NEAR_NI_WORDS(folded, start, end)


# The prefixes that HM Revenue & Customs gives out (National Insurance Manual, NIM39110).
_NI_PREFIX: Final = r"(?!BG|GB|NK|KN|TN|NT|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]"
_NI_LABEL: Final = r"\b(?:(?:nino|ni|nat(?:ional)?\.? ins(?:urance)?)(?: ?(?:no|num|number))?)\b"
_BENEFITS: Final = (
    rule(
        DetailKind.NATIONAL_INSURANCE,
        rf"{START}{_NI_PREFIX}{_SEP}\d\d{_SEP}\d\d{_SEP}\d\d{_SEP}[A-D]{END}",
        _is_ni_number,
    ),
    rule(
        DetailKind.NATIONAL_INSURANCE,
        rf"{_NI_LABEL}[^\n0-9]{{0,40}}?{START}(?P<it>[A-Z]{_SEP}[A-Z](?:{_SEP}\d){{6}}"
        rf"(?:{_SEP}[A-Z])?){END}",
    ),
    rule(
        DetailKind.REFERENCE,
        rf"{START}\d{{5}}{_SEP}\d{{5}}{END}",
        labelled("utr tax(?:payer)?_(?:ref|reference|number) self.assessment hmrc", 40, 20),
    ),
)

# --- justice --------------------------------------------------------------------------------

_NEAR_PRISON_WORDS = labelled(
    "prison(?:er)? nomis inmate hmp yoi sentence[ds]? custody wing adjudications? licen[cs]e "
    "offender released? gate cell probation parole recall(?:ed)? remand(?:ed)? inside jail",
    80,
    60,
)
_NEAR_POLICE_WORDS = labelled("pnc(?:_?id)? cro police_national_computer criminal_records?", 70, 30)
_PNC_CHECK_LETTERS: Final = "ZABCDEFGHJKLMNPQRTUVWXY"


def _is_prison_number(folded: FoldedText, start: int, end: int) -> bool:
    """Check a prison number: 'A1234BC' as it stands, and other ways to write it by the context."""
    number = folded.text[start:end]
    if _NEAR_PRISON_WORDS(folded, start, end):
        return True
    if len(number) == 7:  # in small letters it may be a part of a digest
        return number.isupper() or not set(number.lower()) <= set("0123456789abcdef")
    has_year = number.lstrip(number[0] + " ._/\\+-").startswith(("19", "20"))  # 'A 2019 UK study'
    gaps = set(re.findall(r"[^0-9A-Za-z]+", number))
    has_equal_gaps = len(gaps) == 1 and gaps != {" "}  # 'A-1234-BC'
    if number.isupper():
        return has_equal_gaps or not has_year
    return has_equal_gaps and not has_year and " " not in number


def _is_police_number(folded: FoldedText, start: int, end: int) -> bool:
    """Check the check letter of a PNC identifier, or that a word for it stands near."""
    if _NEAR_POLICE_WORDS(folded, start, end):
        return True
    number = folded.text[start:end].upper()
    year, serial = re.split(r"[ ._/\\+-]+", number, maxsplit=1)
    # The year (2 digits) and the serial number (7 digits), modulus 23.
    return _PNC_CHECK_LETTERS[int(year[-2:] + _digits(serial).zfill(7)) % 23] == number[-1]


_JUSTICE: Final = (
    # 'A1234BC' is today's number; older ones have two letters and four or five digits
    rule(DetailKind.PRISON, rf"{START}[A-Z]{_SEP}\d{{4}}{_SEP}[A-Z]{{2}}{END}", _is_prison_number),
    rule(
        DetailKind.PRISON,
        rf"{START}[A-Z]{{2}}{_SEP}\d{{4,5}}{END}",
        labelled("(?:prison(?:er)?|nomis|inmate)(?:_(?:no|num|number))?", 30),
    ),
    # '2012/0123456X', of the Police National Computer; 'SF12/34567A', of a criminal record
    rule(
        DetailKind.POLICE,
        rf"{START}(?:19|20)?\d\d(?:{_GAP}\d{{7}}|[/\\._-]\d{{4,7}}){_SEP}[A-HJ-NP-RT-Z]{END}",
        _is_police_number,
    ),
    rule(
        DetailKind.POLICE,
        rf"{START}(?:SF{_SEP})?\d{{1,6}}{_GAP}\d\d{_SEP}[A-Z]{END}",
        _NEAR_POLICE_WORDS,
    ),
    # '001234567890', of a certificate of the Disclosure and Barring Service
    rule(
        DetailKind.POLICE,
        rf"{START}\d{{4}}{_SEP}\d{{4}}{_SEP}\d{{4}}{END}",
        labelled("dbs crb disclosure_and_barring enhanced_disclosure", 50, 30),
    ),
)

# --- driving, travel, money -----------------------------------------------------------------


def _is_card_number(folded: FoldedText, start: int, end: int) -> bool:
    """Check the check digit of a card number: Luhn's formula, ISO/IEC 7812."""
    digits = [int(digit) for digit in _digits(folded.text[start:end])]
    doubled = [digit * 2 - 9 * (digit > 4) for digit in digits[-2::-2]]
    return len(set(digits)) > 1 and (sum(doubled) + sum(digits[-1::-2])) % 10 == 0


_BANK_WORDS: Final = "sort_?code s/c bank(?:_details|_account)? account a/c acct?(?:_no)?"
_PAPERS: Final = (
    # 'OLLER 806154 W99AB': five letters of the surname, the date of birth, initials, three signs
    rule(
        DetailKind.LICENCE,
        rf"{START}[A-Z][A-Z9]{{4}}{_SEP}\d[0156]\d[0-3]\d\d{_SEP}[A-Z][A-Z9]{_SEP}[A-Z0-9]{_SEP}[A-Z]{{2}}{END}",
    ),
    rule(
        DetailKind.PASSPORT,
        rf"{START}[A-Z]{{0,2}}{_SEP}\d{{3}}{_SEP}\d{{3}}{_SEP}\d{{2,3}}{END}",
        labelled("passport", 45, 25),
    ),
)
_MONEY: Final = (
    # a sort code, an account, a card, an IBAN
    rule(DetailKind.BANK, rf"{START}\d\d{_SEP}\d\d{_SEP}\d\d{END}", labelled(_BANK_WORDS, 60, 45)),
    rule(DetailKind.BANK, rf"{START}\d{{4}}{_SEP}\d{{4}}{END}", labelled(_BANK_WORDS, 60, 30)),
    rule(
        DetailKind.BANK,  # in a table of figures there is one more group before it, or behind
        rf"{START}(?<!\d{{3}} )(?=(?P<it>(?!19|20)\d{{4}}(?:{_SEP}\d{{4}}){{3}}){END}(?! \d{{4}}))",
        _is_card_number,
    ),
    rule(DetailKind.BANK, rf"{START}GB{_SEP}\d\d{_SEP}[A-Z]{{4}}(?:{_SEP}\d){{14}}{END}"),
)

# --- cars -----------------------------------------------------------------------------------

_NEAR_CAR_WORDS = labelled(
    "car cars van vans regs? registration registered vehicle plates? number_plate "
    "park(?:ed|ing)? driv(?:es?|ing|er) clamped towed seized moped motorbike bike scooter taxi cab "
    "lorry truck mot dvla insur(?:ed|ance) caravan camper(?:van)? land_rover range_rover transit "
    "corsa fiesta focus astra golf polo clio micra vauxhall ford nissan toyota honda vw volkswagen "
    "audi bmw mercedes peugeot renault citroen fiat kia hyundai skoda mini volvo mazda suzuki seat "
    "vivaro sprinter berlingo kangoo partner morris merc beemer insignia zafira passat mondeo "
    "galaxy qashqai juke yaris jazz civic aygo panda punto tesla dacia suv pick-?up saloon minibus "
    "motorhome quad  rover jaguar saab tax(?:ed)? keeper jeep "
    "estate "
    "hatchback",
    70,
    50,
)
# Behind 'or12' and the like these are words: 'in10 days' was typed without a space.
_NOT_PLATE_LETTERS: Final = one_of(
    "the and for nhs was has per day old new hrs min max end all key not but out top pdf doc csv "
    "log set run raw tbc jan feb mar apr may jun jul aug sep oct nov dec mon tue wed thu fri sat "
    "sun are who had can you"
)
_CURRENT_PLATE: Final = re.compile(
    rf"[A-Z]{{2}}(?!0[01])\d\d{_SEP}(?!(?i:{_NOT_PLATE_LETTERS}))[A-Z]{{3}}"
    rf"|(?![a-f0-9_-]+$)[a-z]{{2}}(?!0[01])\d\d[_-]?(?!{_NOT_PLATE_LETTERS})[a-z]{{3}}"
)


def _is_car_registration(folded: FoldedText, start: int, end: int) -> bool:
    """Check for a registration of the pattern since 2001, or for a word about cars nearby."""
    return bool(_CURRENT_PLATE.fullmatch(folded.text[start:end])) or _NEAR_CAR_WORDS(
        folded, start, end
    )


_CARS: Final = (
    # 'AB12 CDE', since 2001; below it 'A123 BCD' and 'ABC 123D', before; then whatever is named
    rule(
        DetailKind.CAR,
        rf"{START}[A-HJ-PR-Y]{{2}}{_SEP}\d\d{_SEP}[A-HJ-PR-Z]{{3}}{END}",
        _is_car_registration,
    ),
    cased_rule(
        DetailKind.CAR,
        rf"{START}(?:[A-HJ-NPR-TV-Y]{_SEP}\d{{1,3}}{_SEP}[A-Z]{{3}}"
        rf"|[A-Z]{{3}}{_SEP}\d{{1,3}}{_SEP}[A-HJ-NPR-TV-Y]"
        rf"|[A-Z]{{1,2}}[IZ][A-Z]?{_SEP}\d{{3,4}}){END}",
        _NEAR_CAR_WORDS,
    ),
    rule(
        DetailKind.CAR,
        r"\b(?:reg(?:istration)?|plate|vrm)(?: ?(?:no|num|number))?[ .:#(]{1,3}(?:is |was )?"
        rf"(?P<it>(?=[A-Z ]{{1,4}}\d|\d{{1,4}} ?[A-Z])[A-Z0-9]{{2,4}} ?[A-Z0-9]{{2,4}}){END}",
    ),
    # 'reg ends HGT', of a witness who saw only a part
    rule(
        DetailKind.CAR,
        r"\b(?:reg(?:istration)?|plate)(?: ?(?:no|num|number))? (?:ends?|ending|starts?|starting"
        rf"|begins|part(?:ial)?)(?: in| with)? (?P<it>(?-i:[A-Z0-9]{{2,4}}(?: [A-Z]{{3}})?)){END}",
    ),
)


# --- references of a person's case at a hospital, the police, a council, a landlord ----------


def find_references(folded: FoldedText) -> Iterable[Finding]:
    """Find every reference of a person's case in a text."""
    # Most texts have no label, and are spared all patterns that begin with one.
    return apply_rules(_REFERENCES, folded) if _ANY_LABEL.search(folded.text) else ()


# These are words and patterns for ``one_of``. What a reference looks like says little, so one
# always needs a label: before it, behind it, or at the head of its column.
_HOSPITAL_LABELS: Final = (
    "hosp(?:ital)?_(?:no|num|number|id|ref) mrn patient_(?:no|number|id|ref) pas_(?:no|number) "
    "unit_number h&c_(?:no|number) "
    "(?:rio|emis|systm_?one|epr|paris|care_?notes)_(?:no|num|number|id|ref)"
)
_HOSPITAL_SYSTEMS: Final = "rio emis systm_?one epr paris care_?notes"
_REFERENCE_LABELS: Final = (
    "crime incident occurrence custody(?:_record)? cad police_(?:log|ref) log athena niche mosaic "
    "liquid_?logic care_?first framework-?i eclipse azeus person_id client_(?:no|number|id|ref) "
    "service_user_(?:no|number|id) case_(?:no|number|id|ref|reference) crn n?delius oasys visor "
    "urn upn uln home_office ho_ref port_ref arc brp nass tenancy rent_account housing jigsaw "
    "homeless(?:ness)? in-form uc universal_credit claim(?:ant)? cin council_tax payroll court "
    "warrant appeal visa customer tenant account_ref benefit marac mappa laa ref quote quoting "
    "chain safeguarding indictment referral dols concern "
    "docket cafcass court_list list_(?:no|number) ccms steps2change support_ref reference under"
)
# Of what these are called sums and dates stand as well, so 'no' or 'ref' must follow.
_LOOSE_LABELS: Final = (
    "rent pip esa jsa dwp hb file rent_acct application permit lease bill "
    "complaint enquiry enforcement pawn waiting_list register registration lpa docs? "
    "appointee assessment carer allowance pension student member(?:ship)? prn cell wing "
    "collar warrant bail probation prescription script lab sample barcode case"
)
_NUMBER_WORD: Final = (
    r"ref(?:erence)?|no|num|number|nr|id|record|code|person|client|case|app(?:lication)?|acct?|card"
    r"|account"
)
_NUMBER_WORDS: Final = rf"(?:[ _-]{{1,2}}(?:{_NUMBER_WORD})(?![a-z])\.?){{0,3}}"
_REQUIRED_NUMBER_WORDS: Final = rf"(?:[ _-]{{1,2}}(?:{_NUMBER_WORD})(?![a-z])\.?){{1,3}}"
# Between a label and its number: ': ', ' is now ', ' (new) '; no sum of money or percentage.
_LINK: Final = (
    r"(?:[^\w\n£$€%+]|_){1,8}"
    r"(?:(?:is|was|were|of|as|now|new|old|given as|recorded as|shown as)"
    r"(?:[^\w\n£$€%+]|_){1,5}){0,2}"
)
_YEAR: Final = r"(?:19|20)\d\d(?:[/-]\d{2,4})?(?![0-9A-Za-z/-])"
_FOUR_DIGITS: Final = rf"(?!{_YEAR})(?=(?:[A-Za-z/-]{{0,6}}\d){{4}})"
# 'AB/123456-7': at least four digits, which are not a year alone
_TOKEN: Final = rf"(?P<it>{_FOUR_DIGITS}[A-Za-z0-9](?:[/-]?[A-Za-z0-9]){{3,19}}){END}"
# 'H 123 456 78'
_DIGIT_GROUPS: Final = (
    r"(?=[A-Z]{0,3}(?:[ ._/+-]{0,3}\d){5})"
    r"[A-Z]{0,3}[ ._/+-]{0,2}\d{2,6}(?:[ ._/+-]{1,3}\d{2,6}){1,3}"
)
_IN_LABELLED_COLUMN = in_column(_REFERENCE_LABELS)
_IN_NUMBER_COLUMN = in_column(r"ref(?:erence)? id urn crn code (?:no|num|number)(?!\.?_of)")


def _is_in_reference_column(folded: FoldedText, start: int, end: int) -> bool:
    """Check for 'Mosaic no' at the head of a column; 'Housing' alone heads sums as well."""
    return _IN_LABELLED_COLUMN(folded, start, end) and _IN_NUMBER_COLUMN(folded, start, end)


# of a label behind the number: '12345678 (Mosaic ref)', '12345678 is her client number'
_LINK_AFTER: Final = r"[^\w\n]{0,3}(?:\(|(?:is|was) (?:his |her |their |the )?)"
_HOSPITAL_LABEL_AFTER: Final = re.compile(rf"{_LINK_AFTER}{one_of(_HOSPITAL_LABELS)}(?![a-z])")
_REFERENCE_LABEL_AFTER: Final = re.compile(
    rf"{_LINK_AFTER}(?=[^\n)]{{0,30}}(?<![a-z])(?:ref|reference|no|number|id|urn|crn)(?![a-z]))"
    rf"{one_of(_REFERENCE_LABELS)}{_NUMBER_WORDS}(?![a-z])"
)


def _is_before_hospital_label(folded: FoldedText, start: int, end: int) -> bool:
    return _HOSPITAL_LABEL_AFTER.match(folded.after(end, 50)) is not None


def _is_before_reference_label(folded: FoldedText, start: int, end: int) -> bool:
    return _REFERENCE_LABEL_AFTER.match(folded.after(end, 50)) is not None


_NEAR_REFERENCE_WORDS = near(
    "ref reference referral application case number no file claim order under quoting quoted "
    "concern "
    "tenancy court listed list indictment safeguarding alert log chain dols claim rent letter "
    "enquiry",
    45,
    20,
)
_NEAR_PUBLICATIONS = near(
    "circular guidance report isbn doi issn policy_no version directive iso", 30
)


def _is_reference_of_case(folded: FoldedText, start: int, end: int) -> bool:
    """Check for a word about a case near what has the form of a reference, and none of a paper."""
    return _NEAR_REFERENCE_WORDS(folded, start, end) and not _NEAR_PUBLICATIONS(folded, start, end)


_ANY_LABEL: Final = re.compile(
    rf"(?<![a-z])(?:{one_of(_HOSPITAL_LABELS)}|{one_of(_HOSPITAL_SYSTEMS)}"
    rf"|{one_of(_REFERENCE_LABELS)}|{one_of(_LOOSE_LABELS)}|{_NUMBER_WORD}|order|trial|listed|alert"
    r"|log|letter)(?![a-z])",
    re.IGNORECASE,
)
_REFERENCES: Final = (
    # 'RSI/0937/25', 'DoLS/2025/11874', 'SG-2025-00417'
    cased_rule(
        DetailKind.REFERENCE,
        rf"{START}[A-Z][A-Za-z]{{0,6}}(?:[/-][A-Z]{{1,4}})?[/-](?!(?:19"
        rf"|20)\d\d[/-]\d\d?(?!\d))\d{{2,8}}[/-]\d{{2,8}}(?:[/-][A-Z0-9]{{1,6}})?{END}",
        _is_reference_of_case,
    ),
    # 'T20247713', 'G4LS1234', of a court
    cased_rule(
        DetailKind.REFERENCE,
        rf"{START}[A-Z]{{1,3}}\d{{6,10}}[A-Z]?{END}",
        near("indictment case court listed list number ref reference hearing claim under", 40),
    ),
    rule(
        DetailKind.REFERENCE,
        rf"(?<![a-z]){one_of(_LOOSE_LABELS)}{_REQUIRED_NUMBER_WORDS}{_LINK}{_TOKEN}",
    ),
    # 'log 482 of 3 December', of the police
    rule(
        DetailKind.REFERENCE,
        r"(?<![a-z])(?:log|incident|cad|crime)(?: no\.?| number)? (?P<it>\d{2,6} of (?:the )?"
        r"\d{1,2}(?:st|nd|rd|th)?(?:[/.-]\d{1,2}|(?: of)? [a-z]{3,9})(?:[ /.-](?:20)?\d\d)?)(?!\w)",
    ),
    rule(
        DetailKind.HOSPITAL,
        rf"(?<![a-z]){one_of(_HOSPITAL_LABELS)}{_NUMBER_WORDS}{_LINK}{_TOKEN}",
    ),
    rule(  # 'in Paris 12-14 May' is no number of the system of that name
        DetailKind.HOSPITAL,
        rf"(?<![a-z]){one_of(_HOSPITAL_SYSTEMS)}{_LINK}(?=(?:[A-Z/-]{{0,6}}\d){{5}}){_TOKEN}",
    ),
    rule(
        DetailKind.HOSPITAL,
        rf"(?<![a-z]){one_of(_HOSPITAL_LABELS)}{_NUMBER_WORDS}{_LINK}"
        rf"(?P<it>{_DIGIT_GROUPS}){END}",
    ),
    rule(
        DetailKind.REFERENCE,
        rf"(?<![a-z]){one_of(_REFERENCE_LABELS)}{_NUMBER_WORDS}{_LINK}{_TOKEN}",
    ),
    rule(
        DetailKind.REFERENCE,
        rf"(?<![a-z]){one_of(_REFERENCE_LABELS)}{_REQUIRED_NUMBER_WORDS}{_LINK}"
        rf"(?P<it>(?!{_YEAR}){_DIGIT_GROUPS}){END}",
    ),
    rule(
        DetailKind.REFERENCE,
        r"\b(?:his|her|their) (?:[a-z&]{1,16} ){0,3}(?:number|no|id|ref(?:erence)?)\b"
        rf"{_LINK}{_TOKEN}",
    ),
    rule(DetailKind.HOSPITAL, rf"{START}{_TOKEN}", in_column(_HOSPITAL_LABELS)),
    rule(DetailKind.HOSPITAL, rf"{START}(?P<it>{_DIGIT_GROUPS}){END}", in_column(_HOSPITAL_LABELS)),
    rule(DetailKind.REFERENCE, rf"{START}{_TOKEN}", _is_in_reference_column),
    rule(DetailKind.HOSPITAL, rf"{START}{_TOKEN}", _is_before_hospital_label),
    rule(DetailKind.HOSPITAL, rf"{START}(?P<it>{_DIGIT_GROUPS}){END}", _is_before_hospital_label),
    rule(DetailKind.REFERENCE, rf"{START}{_TOKEN}", _is_before_reference_label),
)
