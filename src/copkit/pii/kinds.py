"""The kinds of identifying details, and what is said of each.  Pure.

A detail is direct when it leads to one person by itself, and stops a commit or a document; the
others narrow down who it may be, and are warned of.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from copkit.errors import Severity


class Kind(StrEnum):
    """What was found; the value is the code of the problem, which never changes."""

    NHS = "nhs-number"
    CHI = "chi-number"
    NATIONAL_INSURANCE = "national-insurance-number"
    PRISON = "prison-number"
    POLICE = "police-number"
    HOSPITAL = "hospital-number"
    REFERENCE = "case-reference"
    LICENCE = "driving-licence"
    PASSPORT = "passport-number"
    BANK = "bank-details"
    CAR = "car-registration"
    PHONE = "phone-number"
    EMAIL = "email-address"
    ONLINE = "online-name"
    POSTCODE = "postcode"
    ADDRESS = "street-address"
    POSITION = "map-position"
    BIRTH = "date-of-birth"
    CONTACT = "known-contact"
    NAME = "full-name"
    FIRST_NAME = "first-name"
    AGE = "exact-age"
    DATE = "exact-date"
    PLACE = "small-place"
    DISTRICT = "postcode-district"
    INITIALS = "initials"
    RARE = "rare-event"
    COUNT = "small-count"

    @property
    def severity(self) -> Severity:
        """An error for a direct detail, a warning for one that narrows down."""
        return Severity.WARNING if self in _NARROWING else Severity.ERROR

    @property
    def what(self) -> str:
        """Name it, for the message: ``an NHS number``."""
        return _SAID[self].what

    @property
    def hint(self) -> str:
        """Say what to write instead."""
        return _SAID[self].hint


_NARROWING = frozenset(
    {Kind.AGE, Kind.DATE, Kind.PLACE, Kind.DISTRICT, Kind.INITIALS, Kind.RARE, Kind.COUNT}
)


class _Said(NamedTuple):
    what: str
    hint: str


_LEAVE_OUT = "leave it out; who needs it can ask the agency"
_SAID = {
    Kind.NHS: _Said("an NHS number", _LEAVE_OUT),
    Kind.CHI: _Said("a CHI number", _LEAVE_OUT),
    Kind.NATIONAL_INSURANCE: _Said("a National Insurance number", _LEAVE_OUT),
    Kind.PRISON: _Said("a prison number", _LEAVE_OUT),
    Kind.POLICE: _Said("a police or criminal records number", _LEAVE_OUT),
    Kind.HOSPITAL: _Said("a hospital or patient number", _LEAVE_OUT),
    Kind.REFERENCE: _Said("the reference of a person's case", _LEAVE_OUT),
    Kind.LICENCE: _Said("a driving licence number", _LEAVE_OUT),
    Kind.PASSPORT: _Said("a passport number", _LEAVE_OUT),
    Kind.BANK: _Said("bank details", _LEAVE_OUT),
    Kind.CAR: _Said("a car registration", "leave it out, or write 'a car'"),
    Kind.PHONE: _Said("a phone number", "keep it in private/contacts.yaml"),
    Kind.EMAIL: _Said("an e-mail address", "keep it in private/contacts.yaml"),
    Kind.ONLINE: _Said("a person's name or address online", "leave it out"),
    Kind.POSTCODE: _Said("a full postcode", "name the town or the county"),
    Kind.ADDRESS: _Said("a street address", "name the town or the county"),
    Kind.POSITION: _Said("a place on the map", "name the town or the county"),
    Kind.BIRTH: _Said("a date of birth", "give a decade: 'in her fifties'"),
    Kind.CONTACT: _Said(
        "what private/contacts.yaml holds about somebody", "write the role, or the member's id"
    ),
    Kind.NAME: _Said("a person's name", "write a role, or an invented name under 'pseudonyms:'"),
    Kind.FIRST_NAME: _Said(
        "a first name", "write a role; an invented name goes under 'pseudonyms:'"
    ),
    Kind.AGE: _Said("an exact age", "give a decade: 'in his forties'"),
    Kind.DATE: _Said("the exact date of something that happened", "give the season, or the year"),
    Kind.PLACE: _Said("a place that few people use", "say what kind of place it is"),
    Kind.DISTRICT: _Said("a postcode district", "name the town or the county"),
    Kind.INITIALS: _Said("a person's initials", "write a role, or an invented name"),
    Kind.RARE: _Said("something that few people have lived through", "say it more broadly"),
    Kind.COUNT: _Said("a count of very few people", "write 'a few', or 'fewer than five'"),
}
