"""What to check, what is lacking, who points where, what changed, and what is wrong.  Pure."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from typing import Final, NamedTuple

from copkit.analysis.directory.entries import (
    Freshness,
    PlaceTree,
    freshness_of,
    language_names,
)
from copkit.errors import Problem, Severity
from copkit.folder import CommunityRecords, Programme
from copkit.records.blockages import BlockageStatus
from copkit.records.cases import Case, CaseStatus, Consent
from copkit.records.directory import Connector, Service, ServiceStatus
from copkit.records.schema.fields import Source
from copkit.text.normalise import fold_spelling, stems_in

# --- what to check --------------------------------------------------------------------------


class DueCheck(NamedTuple):
    """An entry to be checked: from when on, ``None`` if nobody ever did, and whether it is stale.

    ``name`` is what it is called, ``reached`` its telephone number or contact.
    """

    entry: Service | Connector
    name: str
    reached: str
    due: dt.date | None
    freshness: Freshness


class DueOrganisation(NamedTuple):
    """What one call to an organisation can check, the longest overdue first."""

    organisation: str
    checks: list[DueCheck]


def due_checks(programme: Programme, day: dt.date, within: int = 0) -> list[DueCheck]:
    """Return the entries that are due for a check by a day, or some days later: overdue first."""
    every = programme.settings.check_every
    until = day + dt.timedelta(days=within)
    checks = []
    entries: tuple[Service | Connector, ...] = (*programme.directory, *programme.connectors)
    for entry in entries:
        if isinstance(entry, Service) and entry.status is ServiceStatus.CLOSED:
            continue
        own = entry.check_every if isinstance(entry, Service) else None
        known = entry.checked if entry.checked and entry.checked <= day else None
        due = known + dt.timedelta(days=own or every) if known else None
        if due is not None and due >= until:
            continue
        name = entry.name if isinstance(entry, Service) else entry.title
        reached = entry.phone if isinstance(entry, Service) else entry.contact
        freshness = freshness_of(entry.checked, own or every, day)
        checks.append(DueCheck(entry, name, reached or "", due, freshness))
    return sorted(checks, key=lambda check: (check.due or dt.date.min, check.entry.slug))


def by_organisation(checks: Sequence[DueCheck]) -> list[DueOrganisation]:
    """Group checks by organisation, so that one call does several; the longest overdue first."""
    groups: dict[str, list[DueCheck]] = defaultdict(list)
    for check in checks:
        groups[fold_spelling(check.entry.organisation)].append(check)
    return [DueOrganisation(group[0].entry.organisation, group) for group in groups.values()]


def questions_to_ask(entry: Service | Connector) -> list[str]:
    """Return what to ask on the telephone, with what the entry says now."""
    languages = ", ".join(language_names(entry.languages)) or "none on record"
    if isinstance(entry, Connector):
        return [
            "still there?",
            f"same hours ({entry.hours or 'none on record'})?",
            f"how many people ({entry.people})?",
            f"which languages ({languages})?",
        ]
    return [
        "still there?",
        f"same hours ({entry.when or 'none on record'})?",
        f"who for ({entry.who or 'nothing on record'})?",
        f"which languages ({languages})?",
    ]


# --- gaps -----------------------------------------------------------------------------------


class Gap(NamedTuple):
    """A need of cases or blockages that nothing active serves.

    ``place`` is the id of the place where, ``""`` for nowhere at all; ``cases`` and ``blockages``
    are how many have it as a theme.
    """

    need: str
    place: str
    cases: int
    blockages: int


def find_gaps(programme: Programme, tree: PlaceTree) -> list[Gap]:
    """Return the needs that nothing active serves: anywhere, or in the place of a community.

    A community is held against the place that is called as its own is. Drafts, and cases without
    consent, count nowhere.
    """
    services = [one for one in programme.directory if one.status is ServiceStatus.ACTIVE]
    served = [(service, [set(stems_in(need)) for need in service.needs]) for service in services]
    cases: dict[str, list[tuple[Case, str]]] = defaultdict(list)
    names: dict[str, str] = {}
    for records in programme.communities:
        place = _place_of(records, tree)
        for case in records.cases:
            if case.status is CaseStatus.DRAFT or case.consent is Consent.REFUSED:
                continue
            for theme in case.themes:
                cases[names.setdefault(fold_spelling(theme), theme)].append((case, place))
    blockages: dict[str, int] = defaultdict(int)
    for blockage in programme.blockages:
        if blockage.status is not BlockageStatus.CLOSED:
            for theme in blockage.themes:
                blockages[names.setdefault(fold_spelling(theme), theme)] += 1
    gaps = []
    for need in names.values():
        words = set(stems_in(need))
        having = [service for service, needs in served if any(words <= one for one in needs)]
        if not having:
            gaps.append(Gap(need, "", len(cases[need]), blockages[need]))
            continue
        for place in sorted({place for _, place in cases[need] if place}):
            if not any(tree.match(service.serves, place) for service in having):
                count = sum(at == place for _, at in cases[need])
                gaps.append(Gap(need, place, count, 0))
    return sorted(gaps, key=lambda gap: (bool(gap.place), gap.place, -gap.cases, gap.need))


def _place_of(records: CommunityRecords, tree: PlaceTree) -> str:
    """Return the id of the place that is called as a community's own, ``""`` for none."""
    own = fold_spelling(records.community.place)
    matches = [place.id for place in tree.places if fold_spelling(place.name) == own]
    return matches[0] if len(matches) == 1 else ""


# --- who points where, who covers what ------------------------------------------------------


class Signposts(NamedTuple):
    """A service with the entries that send people to it."""

    service: Service
    pointed_by: list[str]


def signposts(programme: Programme) -> list[Signposts]:
    """Return every service that is not closed with who points to it, the most pointed to first."""
    pointed: dict[str, list[str]] = defaultdict(list)
    for service in programme.directory:
        if service.status is not ServiceStatus.CLOSED:
            for slug in service.signposts_to:
                pointed[slug].append(service.name)
    for connector in programme.connectors:
        for slug in connector.signposts_to:
            pointed[slug].append(connector.title)
    kept = [one for one in programme.directory if one.status is not ServiceStatus.CLOSED]
    rows = [Signposts(service, pointed[service.slug]) for service in kept]
    return sorted(rows, key=lambda row: (-len(row.pointed_by), row.service.name.casefold()))


def connectors_of(
    connectors: Iterable[Connector], tree: PlaceTree, place: str = ""
) -> list[Connector]:
    """Return who knows what is on offer in a place: groups first; everybody for no place."""
    found = [one for one in connectors if not place or tree.match(one.covers, place)]
    return sorted(found, key=lambda one: (-one.people, one.title.casefold()))


def uncovered_places(programme: Programme, tree: PlaceTree) -> list[str]:
    """Return the ids of places that nobody knows: not them, nor one around or inside."""
    covered = {id for connector in programme.connectors for id in connector.covers}
    return [place.id for place in tree.places if not covered & tree.related(place.id)]


# --- what changed ---------------------------------------------------------------------------


class ChangeKind(StrEnum):
    """What became of a service."""

    NEW = "new"
    PAUSED = "paused"
    CLOSED = "closed"
    BACK = "back"


class ServiceChange(NamedTuple):
    """A service that is new, paused, closed or back, and from which day on."""

    kind: ChangeKind
    service: Service
    day: dt.date


def service_changes(
    services: Iterable[Service], since: dt.date, until: dt.date, check_every: int
) -> Iterator[ServiceChange]:
    """Yield what became of services in a period, in the order of kinds and names.

    One that would be stale on its last day is not told as new or back: nobody may rely on it. That
    one is gone is told all the same.
    """
    changes = []
    for service in services:
        stale = (
            # a check after the period tells all the more that it is there
            freshness_of(
                service.checked,
                service.check_every or check_every,
                max(until, service.checked or until),
            )
            is Freshness.STALE
        )
        day = service.changed_on
        if service.status is ServiceStatus.ACTIVE and not stale:
            if service.added and since <= service.added <= until:
                changes.append(ServiceChange(ChangeKind.NEW, service, service.added))
            elif day and since <= day <= until:
                changes.append(ServiceChange(ChangeKind.BACK, service, day))
        elif day and since <= day <= until and service.status in _GONE:
            changes.append(ServiceChange(_GONE[service.status], service, day))
    yield from sorted(
        changes, key=lambda one: (list(ChangeKind).index(one.kind), one.service.name.casefold())
    )


_GONE: Final = {
    ServiceStatus.PAUSED: ChangeKind.PAUSED,
    ServiceStatus.CLOSED: ChangeKind.CLOSED,
}


# --- what is wrong --------------------------------------------------------------------------


def find_directory_problems(programme: Programme) -> Iterator[Problem]:
    """Warn of two entries that are reached in one way, and of places that nobody covers."""
    first: dict[tuple[str, str], Service] = {}
    for service in programme.directory:
        if service.status is ServiceStatus.CLOSED:
            continue
        for key, value in (("phone", service.phone), ("web", service.web)):
            same = _comparable(key, value or "")
            if not same:
                continue
            other = first.setdefault((key, same), service)
            if other is not service:
                message = f"this is how {other.slug} is reached as well"
                hint = "if it is one service, keep one of the two"
                yield _warning(service.source, "service-twice", key, message, hint)
    if programme.connectors:
        tree = PlaceTree(programme.places)
        for id in uncovered_places(programme, tree):
            message = f"nobody on record knows what is on offer in {tree.name(id)}"
            hint = f"'copkit new-connector ... --covers {id}' adds who does"
            place = tree.by_id[id]
            yield _warning(place.source, "place-nobody-covers", "id", message, hint)


def stale_in_use(programme: Programme, day: dt.date) -> Iterator[Problem]:
    """Warn of open actions whose owner is a service that nobody has checked for too long."""
    every = programme.settings.check_every
    stale = {
        name: service
        for service in programme.directory
        if freshness_of(service.checked, service.check_every or every, day) is Freshness.STALE
        for name in (fold_spelling(service.name), service.slug)
    }
    if not stale:
        return
    for records in programme.communities:
        for case in records.cases:
            done = {progress.action for progress in case.progress if progress.outcome}
            for action in case.actions:
                service = stale.get(fold_spelling(action.owner or ""))
                if service is None or action.id in done or case.status is CaseStatus.CLOSED:
                    continue
                message = f"nobody has checked {service.name} for too long"
                hint = f"copkit directory check {service.slug}"
                yield _warning(action.source, "stale-service", "owner", message, hint)


def _comparable(key: str, text: str) -> str:
    if key == "phone":
        return re.sub(r"\D", "", text).removeprefix("44").removeprefix("0")
    return re.sub(r"^https?://(?:www\.)?", "", text.casefold()).rstrip("/")


def _warning(source: Source, code: str, key: str, message: str, hint: str) -> Problem:
    return source.problem(code, key, message, hint, severity=Severity.WARNING)
