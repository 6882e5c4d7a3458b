"""Seats that members have, or agencies were asked for, and that nobody seeks.  Pure."""

from __future__ import annotations

from collections.abc import Iterator

from copkit.errors import Problem, Severity, did_you_mean
from copkit.folder import CommunityRecords, Programme
from copkit.records.communities import CommunityKind
from copkit.records.members import Part
from copkit.records.programme import Seats
from copkit.records.schema.fields import Source


def not_sought(programme: Programme) -> Iterator[Problem]:
    """Warn of seats that are not among those sought; only communities of practice have seats."""
    seats = programme.settings.seats_sought
    for records in programme.communities:
        if seats and records.community.kind is CommunityKind.COMMUNITY:
            yield from _members(records, seats)
            yield from _approaches(records, seats)


def _members(records: CommunityRecords, seats: Seats) -> Iterator[Problem]:
    otherwise = "it gets a row of its own after those sought"
    for member in records.members:
        if member.part is not Part.KNOWLEDGE_BROKER and member.role and member.sector:
            yield from _seat(member.source, member.sector, member.role, seats, otherwise)


def _approaches(records: CommunityRecords, seats: Seats) -> Iterator[Problem]:
    otherwise = "'copkit seats' counts the approach for no seat"
    for approach in records.approaches:
        yield from _seat(approach.source, approach.sector, approach.role, seats, otherwise)


def _seat(
    source: Source, sector: str | None, role: str | None, seats: Seats, otherwise: str
) -> Iterator[Problem]:
    if sector and sector not in seats:
        key, word, known = "sector", sector, list(seats)
        message = f"the sector '{word}' is not among the seats sought in copkit.yaml"
    else:
        known = [one for name, roles in seats.items() if sector in (None, name) for one in roles]
        if not role or role in known:
            return
        key, word, where = "role", role, f"'{sector}'" if sector else "copkit.yaml"
        message = f"the role '{word}' is not among the seats sought in {where}"
    hint = did_you_mean(word, known, otherwise)
    yield source.problem("role-not-sought", key, message, hint, severity=Severity.WARNING)
