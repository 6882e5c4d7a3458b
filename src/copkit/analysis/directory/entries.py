"""The tree of places, how fresh an entry is, and which languages may be told of whom.  Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Final, NamedTuple

from copkit.records.directory import (
    Connector,
    PlaceLevel,
    ServedPlace,
    Service,
    ServiceAccess,
    ServiceStatus,
)
from copkit.text.languages import find_language_name
from copkit.wording import day_in_words, list_in_words, month_name, plural

FEWEST_SPEAKERS: Final = 5
"""People of whom readers outside may know the languages: of fewer, one could be told."""
OTHER_LANGUAGES: Final = "other languages, ask"
_LEVELS: Final = tuple(PlaceLevel)  # the nearest first


class Freshness(StrEnum):
    """How long ago somebody found an entry to be so, held against how often it is to be checked."""

    FRESH = "fresh"
    DUE = "due"
    STALE = "stale"


def freshness_of(checked: dt.date | None, check_every: int, day: dt.date) -> Freshness:
    """Return how fresh an entry is on a day; one that nobody has checked by then is stale."""
    if checked is None or checked > day:
        return Freshness.STALE
    age = (day - checked).days
    if age <= check_every:
        return Freshness.FRESH
    return Freshness.DUE if age <= 2 * check_every else Freshness.STALE


def short_day(day: dt.date, today: dt.date) -> str:
    """Write a day that is less than a year away as ``12 March``, any other with its year."""
    near = abs((today - day).days) < 365
    return f"{day.day} {month_name(day)}" if near else day_in_words(day)


def last_check(service: Service | Connector, freshness: Freshness, day: dt.date) -> str:
    """Return when somebody found an entry to be so, as a reader is to be told it.

    What is not fresh says so before anything else: ``NOT CHECKED SINCE 2 NOVEMBER: ...``.
    """
    warning = "ring before you send somebody"
    if service.checked is None or service.checked > day:
        return f"NEVER CHECKED: {warning}"
    if freshness is not Freshness.FRESH:
        return f"NOT CHECKED SINCE {short_day(service.checked, day).upper()}: {warning}"
    how = service.checked_how.words if service.checked_how else ""
    age = plural((day - service.checked).days, "day")
    return " ".join(filter(None, ("checked", short_day(service.checked, day), how))) + (
        f", {age} ago" if service.checked < day else ", today"
    )


@dataclass(frozen=True)
class PlaceTree:
    """Places by id, and which of them lie in which."""

    places: tuple[ServedPlace, ...]

    @cached_property
    def by_id(self) -> dict[str, ServedPlace]:
        """Every place by its id."""
        return {place.id: place for place in self.places}

    def name(self, id: str) -> str:
        """Return what a place is called; the id itself for one that there is not."""
        return self.by_id[id].name if id in self.by_id else id

    def names(self, ids: Iterable[str]) -> str:
        """Return what places are called, as a list in words."""
        return list_in_words([self.name(id) for id in ids])

    def level(self, id: str) -> PlaceLevel:
        """Return how large a place is; one that there is not counts as the largest."""
        return self.by_id[id].level if id in self.by_id else PlaceLevel.SYSTEM

    def around(self, id: str) -> frozenset[str]:
        """Return the places that a place lies in, at once or by way of others."""
        seen, waiting = set[str](), [id]
        while waiting:
            place = self.by_id.get(waiting.pop())
            new = set(place.within) - seen if place else set()
            seen |= new
            waiting += new
        return frozenset(seen - {id})

    def inside(self, id: str) -> frozenset[str]:
        """Return the places that lie in a place, at once or by way of others."""
        return frozenset(place.id for place in self.places if id in self.around(place.id))

    def related(self, id: str) -> frozenset[str]:
        """Return a place with those that it lies in, and those that lie in it."""
        return frozenset({id}) | self.around(id) | self.inside(id)

    def nearest(self, ids: Iterable[str]) -> str:
        """Return the smallest of some places, ``""`` for none."""
        return min(ids, key=lambda each: (_LEVELS.index(self.level(each)), each), default="")

    def match(self, serves: Collection[str], asked: str) -> str:
        """Return the place by which an entry is there for the place asked for, ``""`` if it is not.

        It is that place, one that it lies in, or one inside it; the nearest of them.
        """
        return self.nearest(set(serves) & self.related(asked))


class ServiceEntry(NamedTuple):
    """A service as it stands on a day: the place that it is shown under, and how fresh it is."""

    service: Service
    place: str
    level: PlaceLevel
    freshness: Freshness
    days: int | None

    @property
    def order(self) -> tuple[bool, bool, int, int, int, str]:
        """A sort key: gone and stale last, the nearest first, then the fresh, the most used."""
        return (
            not can_be_sent_to(self.service),
            self.freshness is Freshness.STALE,
            _LEVELS.index(self.level),
            list(Freshness).index(self.freshness),
            -len(self.service.cases),
            self.service.name.casefold(),
        )


def service_entry(
    service: Service, tree: PlaceTree, check_every: int, day: dt.date, asked: str = ""
) -> ServiceEntry:
    """Return a service as it stands on a day, under the place that was asked for."""
    place = (tree.match(service.serves, asked) if asked else "") or tree.nearest(service.serves)
    freshness = freshness_of(service.checked, service.check_every or check_every, day)
    known = service.checked if service.checked and service.checked <= day else None
    days = (day - known).days if known else None
    return ServiceEntry(service, place, tree.level(place), freshness, days)


def can_be_sent_to(service: Service) -> bool:
    """Check whether people can be sent to a service, as far as its status says."""
    return service.status in {ServiceStatus.ACTIVE, ServiceStatus.UNSURE}


# --- in words -------------------------------------------------------------------------------


def language_names(codes: Iterable[str]) -> list[str]:
    """Return what languages are called, by their codes."""
    return [find_language_name(code) or code for code in codes]


def languages_in_words(service: Service) -> str:
    """Return the languages of a service: ``English, Polish and by telephone 200 others``."""
    names = language_names(service.languages)
    if service.interpreters:
        return " and ".join(filter(None, (", ".join(names), service.interpreters)))
    return ", ".join(names)


def way_in(service: Service) -> str:
    """Return how somebody comes to a service, and what it costs: ``walk in, free``."""
    how = {ServiceAccess.LINK_WORKER: "through a link worker"}
    words = how.get(service.how, service.how.value) if service.how else ""
    return ", ".join(filter(None, (words, service.cost or "")))


def connector_in_words(connector: Connector) -> str:
    """Return what a connector is called, with how many they are and how many languages they speak.

    Of one person alone no language is told.
    """
    if connector.people == 1:
        return connector.title
    languages = len(connector.languages)
    facts = [f"{connector.people} people"]
    if languages:
        facts.append(plural(languages, "language"))
    return f"{connector.title} ({'; '.join(facts)})"


def told_languages(connectors: Sequence[Connector]) -> dict[str, list[str]]:
    """Return what readers outside may know of the languages of connectors, by slug.

    Those of five people or more are told. Of fewer, somebody with a rare language in a small place
    would be known; but where those who cover one place come to five or more, what they speak is
    added up: see :func:`place_languages`.
    """
    return {
        connector.slug: language_names(connector.languages)
        if connector.people >= FEWEST_SPEAKERS
        else [OTHER_LANGUAGES]
        if set(connector.languages) - {"en"}
        else []
        for connector in connectors
    }


def place_languages(connectors: Sequence[Connector]) -> list[str]:
    """Return the languages that the connectors of one place speak between them.

    None where they are fewer than five people, or where the sum without a group of five or more
    would show what the few others speak.
    """
    few = [connector for connector in connectors if connector.people < FEWEST_SPEAKERS]
    groups = [connector for connector in connectors if connector.people >= FEWEST_SPEAKERS]
    # What is added to the languages of a group is known to be that of the others.
    safe = groups if sum(connector.people for connector in few) < FEWEST_SPEAKERS else connectors
    codes = {code for connector in safe for code in connector.languages}
    return sorted(language_names(codes))
