"""What is on offer, and who knows of it: ``places.yaml``, ``directory/``, ``connectors/``.  Pure.

A service and a connector are at home in places, which lie in each other as a tree. Both say when
somebody last found them to be so, since what is on offer changes all the time.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, NamedTuple

from copkit.errors import Problem, closest_match
from copkit.records.schema.audience import Audience, audience_choices
from copkit.records.schema.fields import Id, Source, WithBody, optional, part_id, required
from copkit.records.schema.read import read_record
from copkit.text.addresses import is_address, is_page_address
from copkit.text.front_matter import Document
from copkit.text.languages import codes_by_name, find_language_code, find_language_name

_SHORTEST_NUMBER: Final = 3  # digits, as 111 and 101


OFFICE_MAILBOXES: Final = frozenset({
    "info", "hello", "office", "referrals", "enquiries", "admin", "team", "contact", "reception",
    "advice",
})  # fmt: skip
"""What stands before the @ of an address that belongs to an organisation, and to nobody."""
_MOBILE: Final = re.compile(r"(?:\+?44\(?0?\)?|0044|0)?7\d{9}")


def is_mobile(number: str) -> bool:
    """Check whether a number is that of a mobile in the UK, and so probably one person's."""
    return _MOBILE.fullmatch(re.sub(r"[^\d+]", "", number)) is not None


class PlaceLevel(StrEnum):
    """How large a place is, the nearest first: how the NHS in England speaks of its levels."""

    NEIGHBOURHOOD = "neighbourhood"
    PLACE = "place"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedPlace:
    """A place that services serve and connectors cover; ``within`` are those that it lies in."""

    source: Source = field(repr=False, compare=False)
    id: Id = required("a short name: lower-case letters, digits, hyphens", label="place")
    name: str = required("what it is called", label="place")
    level: PlaceLevel = required(", ".join(PlaceLevel))
    kind: str | None = optional("local authority, ward, estate, primary care network, parish ...")
    code: str | None = optional("its code of the Office for National Statistics")
    within: tuple[Id, ...] = optional("the places that it lies in", (), refers="place")

    @property
    def slug(self) -> str:
        """Its id, by which 'copkit show' finds it."""
        return self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceList:
    """The places that services and connectors name, as a tree."""

    source: Source = field(repr=False, compare=False)
    places: tuple[ServedPlace, ...] = optional("places, each within others", ())


class ServiceKind(StrEnum):
    """Who runs a service."""

    VOLUNTARY = "voluntary"
    COUNCIL = "council"
    NHS = "nhs"
    CRIMINAL_JUSTICE = "criminal-justice"
    BUSINESS = "business"
    INFORMAL = "informal"


class ServiceAccess(StrEnum):
    """How somebody comes to a service."""

    WALK_IN = "walk in"
    SELF_REFERRAL = "self-referral"
    PROFESSIONAL = "professional referral"
    LINK_WORKER = "link worker"


class ServiceStatus(StrEnum):
    """Whether a service can be sent to; what is closed is kept, for whoever asks."""

    ACTIVE = "active"
    PAUSED = "paused"
    CLOSED = "closed"
    UNSURE = "unsure"


class CheckedHow(StrEnum):
    """How somebody found an entry to be so."""

    PHONE = "phone"
    VISIT = "visit"
    TOLD = "told-by-them"
    WEBSITE = "website"

    @property
    def words(self) -> str:
        """The way in a sentence: ``by phone``."""
        return {"visit": "at a visit", "told-by-them": "as they told us"}.get(
            self.value, f"by {self.value}" if self is CheckedHow.PHONE else f"on their {self.value}"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceUse:
    """One time that somebody was sent to a service."""

    source: Source = field(repr=False, compare=False)
    id: Id = part_id("service", "u")
    date: dt.date = required("the day")
    case: str = required("the case, as 'community/case'", refers="case")


@dataclass(frozen=True, slots=True, kw_only=True)
class Service(WithBody):
    """Something to send people to, and when somebody last found it to be so.

    ``checked`` is set by ``copkit directory check`` alone, and by an import that has the day;
    without it an entry counts as stale.
    """

    source: Source = field(repr=False, compare=False)
    slug: str
    body: str = field(repr=False)
    name: str = required("what it is called", label="place")
    organisation: str = required("who runs it", label="place")
    kind: ServiceKind | None = optional(", ".join(ServiceKind), offered=True)
    serves: tuple[Id, ...] = required("the places whose people may come", refers="place")
    needs: tuple[str, ...] = optional("what it helps with, in words of the cases", (), offered=True)
    who: str | None = optional("who may come, in words", offered=True)
    ages: str | None = optional("16-25, 60-, -17; empty for all")
    how: ServiceAccess | None = optional(", ".join(ServiceAccess), offered=True)
    when: str | None = optional("days and hours, in words", offered=True)
    cost: str | None = optional("free, or words", offered=True)
    languages: tuple[str, ...] = optional(
        "codes of languages spoken there, such as pl", (), offered=True
    )
    interpreters: str | None = optional("languages through an interpreter, in words")
    access: str | None = optional("steps, lifts, transport")
    phone: str | None = optional("the organisation's number, no mobile", offered=True)
    email: str | None = optional("an office's address, such as info@", offered=True)
    web: str | None = optional("its page, https://...", offered=True)
    status: ServiceStatus = optional(", ".join(ServiceStatus), ServiceStatus.ACTIVE)
    added: dt.date | None = optional("the day it was added here")
    status_since: dt.date | None = optional("the day from which the status holds")
    checked: dt.date | None = optional("the day somebody found this to be so", offered=True)
    checked_how: CheckedHow | None = optional(", ".join(CheckedHow), offered=True)
    checked_by: str | None = optional("who did: a role", label="role", offered=True)
    check_every: int | None = optional("days after which it is to be checked again", least=1)
    safeguarding: str | None = optional("what they say of it themselves; never our judgement")
    signposts_to: tuple[Id, ...] = optional("services it sends people to", (), refers="service")
    used: tuple[ServiceUse, ...] = optional("when somebody was sent there", ())
    audience: Audience = optional(audience_choices(), Audience.MEMBERS, offered=True)

    @property
    def changed_on(self) -> dt.date | None:
        """The day of its status; for one that is gone, else the day somebody found that."""
        gone = self.status in {ServiceStatus.PAUSED, ServiceStatus.CLOSED}
        return self.status_since or (self.checked if gone else None)

    @property
    def cases(self) -> frozenset[str]:
        """The cases in which somebody was sent there."""
        return frozenset(use.case for use in self.used)


class ConnectorKind(StrEnum):
    """What people are who know what is on offer."""

    CHAMPION = "community-champion"
    LINK_WORKER = "link-worker"
    LOCALITY_OFFICER = "locality-officer"
    AREA_COORDINATOR = "local-area-coordinator"
    PARISH_COUNCILLOR = "parish-councillor"
    HEALTH_VISITOR = "health-visitor"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Connector(WithBody):
    """Who knows what is on offer: a role of one person or several, and never a name."""

    source: Source = field(repr=False, compare=False)
    slug: str
    body: str = field(repr=False)
    kind: ConnectorKind = required(", ".join(ConnectorKind))
    title: str = required("what they are called: a role", label="role")
    organisation: str = required("for whom they work", label="place")
    covers: tuple[Id, ...] = required("the places they know", refers="place")
    people: int = optional("how many they are; 1 when left out", 1, least=1)
    languages: tuple[str, ...] = optional(
        "codes of languages they speak between them, such as pl", (), offered=True
    )
    hosted_by: str | None = optional("who houses them", label="place")
    contact: str | None = optional("how to reach the office", offered=True)
    hours: str | None = optional("when they can be reached", offered=True)
    signposts_to: tuple[Id, ...] = optional("services they send people to", (), refers="service")
    member: str | None = optional("their id, as 'community/id', if on a roster", refers="member")
    checked: dt.date | None = optional("the day somebody found this to be so", offered=True)
    checked_how: CheckedHow | None = optional(", ".join(CheckedHow), offered=True)
    checked_by: str | None = optional("who did: a role", label="role", offered=True)
    audience: Audience = optional(audience_choices(), Audience.MEMBERS, offered=True)


def parse_places(document: Document) -> PlaceList:
    """Parse all places; faults are added to ``document.problems``."""
    places = read_record(PlaceList, document)
    document.problems.extend(_circles(places.places))
    return places


def _circles(places: tuple[ServedPlace, ...]) -> Iterator[Problem]:
    """Yield a problem for each place that lies in itself, by way of others or at once."""
    around = {place.id: place.within for place in places}
    for place in places:
        seen, waiting = set[str](), list(place.within)
        while waiting:
            outer = waiting.pop()
            if outer not in seen:
                seen.add(outer)
                waiting.extend(around.get(outer, ()))
        if place.id in seen:
            message = f"'{place.id}' would lie in itself"
            hint = "take out one of the places that it lies in"
            yield place.source.problem("place-in-itself", "within", message, hint)


def parse_service(document: Document, slug: str) -> Service:
    """Parse one service; faults are added to ``document.problems``."""
    service = read_record(Service, document, slug=slug, body=document.body)
    problems = document.problems
    problems.extend(_check_languages(service.source, service.languages))
    if service.ages and parse_ages(service.ages) is None:
        hint = "write it as in 'ages: 16-25', 'ages: 60-' or 'ages: -17'"
        problems.append(service.source.problem("bad-ages", "ages", "these are no ages", hint))
    if service.phone and len(re.sub(r"\D", "", service.phone)) < _SHORTEST_NUMBER:
        hint = "write it as in 'phone: 01632 960123'"
        message = "this is not a telephone number"
        problems.append(service.source.problem("bad-phone", "phone", message, hint))
    if service.email and not is_address(service.email):
        hint = "write it as in 'email: info@example.org'"
        message = "this is not one e-mail address"
        problems.append(service.source.problem("bad-address", "email", message, hint))
    if service.web and not is_web_page(service.web):
        hint = "write it as in 'web: https://example.org'"
        message = "this is not the address of a page"
        problems.append(service.source.problem("bad-address", "web", message, hint))
    return service


def parse_connector(document: Document, slug: str) -> Connector:
    """Parse one connector; faults are added to ``document.problems``."""
    connector = read_record(Connector, document, slug=slug, body=document.body)
    document.problems.extend(_check_languages(connector.source, connector.languages))
    return connector


def is_web_page(text: str) -> bool:
    """Check whether a text is the address of a page; small groups often have http alone."""
    return is_page_address(re.sub("^http://", "https://", text))


class AgeRange(NamedTuple):
    """The youngest and the oldest who may come, in years; ``None`` for no limit."""

    youngest: int | None
    oldest: int | None


def parse_ages(text: str) -> AgeRange | None:
    """Parse ``16-25``, ``60-`` or ``-17``; return ``None`` for anything else."""
    match = re.fullmatch(r"(\d{1,3})?\s?[-–]\s?(\d{1,3})?", text.strip(), re.ASCII)
    if not match or not (match[1] or match[2]):
        return None
    ages = AgeRange(*(int(end) if end else None for end in match.groups()))
    in_order = None in ages or (ages.youngest or 0) <= (ages.oldest or 0)
    return ages if in_order else None


def _check_languages(source: Source, tags: tuple[str, ...]) -> Iterator[Problem]:
    """Yield a problem for each code of a language that nobody could read."""
    for tag in tags:
        if find_language_name(tag) is None:
            code = find_language_code(tag)
            if code is None and (near := closest_match(tag.casefold(), codes_by_name())):
                code = codes_by_name()[near]
            hint = f"write '{code}'" if code else "write a code, such as pl for Polish"
            message = f"'{tag}' is no code of a language"
            yield source.problem("not-a-language", "languages", message, hint, item=tag)
