"""Services and connectors as one audience may see them.  Pure.

What is for other readers is gone, and so is how often somebody was sent anywhere, which tells of
cases. Of connectors, languages are told as :mod:`copkit.analysis.directory.entries` allows.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from copkit.analysis.directory.entries import (
    Freshness,
    PlaceTree,
    language_names,
    languages_in_words,
    last_check,
    place_languages,
    service_entry,
    told_languages,
    way_in,
)
from copkit.folder import Programme
from copkit.records.directory import (
    AgeRange,
    Connector,
    PlaceLevel,
    Service,
    ServiceStatus,
    parse_ages,
)
from copkit.records.schema.audience import Audience
from copkit.text.markdown import to_text


@dataclass(frozen=True, slots=True)
class AreaView:
    """A place that a service serves: what it is called, and its code if it has one."""

    id: str
    name: str
    level: PlaceLevel
    code: str


@dataclass(frozen=True, slots=True)
class ServiceView:
    """A service without how often it was used; ``checked_words`` say how far to rely on it."""

    slug: str
    name: str
    organisation: str
    areas: tuple[AreaView, ...]
    level: PlaceLevel
    needs: tuple[str, ...]
    who: str
    ages: AgeRange
    how: str
    when: str
    cost: str
    languages: tuple[tuple[str, str], ...]
    languages_words: str
    interpreters: str
    access: str
    phone: str
    email: str
    web: str
    status: ServiceStatus
    checked: dt.date | None
    checked_words: str
    freshness: Freshness
    way_in: str
    text: str


@dataclass(frozen=True, slots=True)
class ConnectorView:
    """Who knows what is on offer; ``languages`` are those that these readers may know."""

    title: str
    organisation: str
    covers: tuple[str, ...]
    people: int
    languages: tuple[str, ...]
    contact: str
    hours: str


@dataclass(frozen=True, slots=True)
class DirectoryView:
    """The directory for one audience on one day.

    ``languages`` are those that the connectors of each place speak between them, as these readers
    may know it; ``left_out`` counts what is for others.
    """

    audience: Audience
    day: dt.date
    places: PlaceTree
    services: tuple[ServiceView, ...]
    connectors: tuple[ConnectorView, ...]
    languages: dict[str, list[str]]
    left_out: int

    def services_in(self, place: str) -> list[ServiceView]:
        """Return the services that are there for a place and can be relied on, the nearest first.

        What nobody has checked for too long is left out, and so is what is gone.
        """
        there = [
            service
            for service in self.services
            if service.status is ServiceStatus.ACTIVE
            and service.freshness is not Freshness.STALE
            and self.places.match([area.id for area in service.areas], place)
        ]
        levels = list(PlaceLevel)
        return sorted(there, key=lambda one: (levels.index(one.level), one.name.casefold()))

    def connectors_in(self, place: str) -> list[ConnectorView]:
        """Return who knows what is on offer in a place, the largest groups first."""
        there = [one for one in self.connectors if self.places.match(one.covers, place)]
        return sorted(there, key=lambda one: (-one.people, one.title.casefold()))


def directory_for(programme: Programme, audience: Audience, day: dt.date) -> DirectoryView:
    """Reduce the directory to what an audience may see of it, as of a day."""
    tree = PlaceTree(programme.places)
    services = [one for one in programme.directory if audience.may_see(one.audience)]
    connectors = [one for one in programme.connectors if audience.may_see(one.audience)]
    exact = audience.policy.counts_are_exact
    told = told_languages(connectors)
    every = programme.settings.check_every
    languages = {}
    for id in tree.by_id:
        there = [one for one in connectors if tree.match(one.covers, id)]
        codes = {code for one in there for code in one.languages}
        languages[id] = sorted(language_names(codes)) if exact else place_languages(there)
    return DirectoryView(
        audience=audience,
        day=day,
        places=tree,
        services=tuple(_service_view(service, tree, every, day) for service in services),
        connectors=tuple(
            _connector_view(one, language_names(one.languages) if exact else told[one.slug])
            for one in connectors
        ),
        languages=languages,
        left_out=len(programme.directory) + len(programme.connectors)
        - len(services) - len(connectors),
    )  # fmt: skip


def _service_view(service: Service, tree: PlaceTree, check_every: int, day: dt.date) -> ServiceView:
    entry = service_entry(service, tree, check_every, day)
    names = language_names(service.languages)
    return ServiceView(
        slug=service.slug,
        name=service.name,
        organisation=service.organisation,
        areas=tuple(
            AreaView(
                id, tree.name(id), tree.level(id), (tree.by_id[id].code or "")
                if id in tree.by_id else "",
            )
            for id in service.serves
        ),
        level=entry.level,
        needs=service.needs,
        who=service.who or "",
        ages=parse_ages(service.ages or "") or AgeRange(None, None),
        how=service.how.value if service.how else "",
        when=service.when or "",
        cost=service.cost or "",
        languages=tuple(zip(service.languages, names, strict=True)),
        languages_words=languages_in_words(service),
        interpreters=service.interpreters or "",
        access=service.access or "",
        phone=service.phone or "",
        email=service.email or "",
        web=service.web or "",
        status=service.status,
        checked=service.checked,
        checked_words=last_check(service, entry.freshness, day),
        freshness=entry.freshness,
        way_in=way_in(service),
        text=to_text(service.body).strip(),
    )  # fmt: skip


def _connector_view(connector: Connector, languages: list[str]) -> ConnectorView:
    return ConnectorView(
        title=connector.title,
        organisation=connector.organisation,
        covers=connector.covers,
        people=connector.people,
        languages=tuple(languages),
        contact=connector.contact or "",
        hours=connector.hours or "",
    )
