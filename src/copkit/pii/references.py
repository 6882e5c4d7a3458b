"""References under which agencies keep somebody: hospitals, police, councils, landlords.  Pure.

None has a form of its own: the words for one of their systems say it, before it or over it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from copkit.pii.findings import FROM, TO, Finding, one_of, rule, under
from copkit.pii.kinds import Kind
from copkit.pii.normalise import Folded


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
