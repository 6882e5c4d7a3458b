"""The members of a community: ``communities/<slug>/roster.yaml``.  Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum

from copkit.records.schema.fields import (
    Id,
    Source,
    check_date_order,
    optional,
    part_id,
    required,
)
from copkit.records.schema.read import read_record
from copkit.text.front_matter import Document


class Part(StrEnum):
    """What somebody is in a community."""

    MEMBER = "member"
    FACILITATOR = "facilitator"
    EXPERT_BY_EXPERIENCE = "expert-by-experience"
    KNOWLEDGE_BROKER = "knowledge-broker"


class LeftBecause(StrEnum):
    """Why somebody left; only ``dropped-out`` makes a Y of somebody who had attended enough."""

    DROPPED_OUT = "dropped-out"
    MOVED_ON = "moved-on"
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeAway:
    """A time in which a member who came back was none; both days are outside it."""

    source: Source = field(repr=False, compare=False)
    id: Id = part_id("list", "w")
    since: dt.date = required("the last day before it", key="from")
    until: dt.date = required("the day they came back")

    def covers(self, day: dt.date) -> bool:
        """Check whether a day lies between the two."""
        return self.since < day < self.until


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One person on a roster, known by role alone; ``id`` is unique in the community."""

    source: Source = field(repr=False, compare=False)
    id: Id = required(
        "a short name with no person's name in it, such as housing-support-worker-1", label="role"
    )
    role: str = required("the job, as in the programme's seats", label="role")
    sector: str = required("the sector, as in the programme's seats", label="role")
    organisation: str | None = optional("the kind of organisation", offered=True, label="place")
    part: Part = optional(
        "member, facilitator, expert-by-experience or knowledge-broker", Part.MEMBER, offered=True
    )
    joined: dt.date | None = optional("the day they joined", offered=True)
    left: dt.date | None = optional("the day they left")
    left_because: LeftBecause | None = optional("dropped-out, moved-on or ended")
    trained_at: str | None = optional(
        "of a facilitator: the community, or the session of a network, where they learned it",
        refers="community|meeting",
    )
    away: tuple[TimeAway, ...] = optional("when they had left, and came back", ())

    def is_member_on(self, day: dt.date) -> bool:
        """Check whether they were a member on a day, the first and the last included."""
        # Many rosters name no first day: whoever is on one without it has always been a member.
        has_joined = self.joined is None or self.joined <= day
        has_left = (self.left is not None and day > self.left) or any(
            absence.covers(day) for absence in self.away
        )
        return has_joined and not has_left


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """Everybody who is or was a member of one community."""

    source: Source = field(repr=False, compare=False)
    community: str  # from the path, like every field here without a description
    members: tuple[Member, ...] = optional("everybody who is or was a member", ())

    def member(self, id: str) -> Member | None:
        """Return the member with an id, ``None`` where there is none."""
        return next((member for member in self.members if member.id == id), None)


def parse_roster(document: Document, community: str) -> Roster:
    """Parse one community's roster; faults are added to ``document.problems``."""
    roster = read_record(Roster, document, community=community)
    for member in roster.members:
        check_date_order(member.source, document.problems, "joined", "left")
        for absence in member.away:
            check_date_order(absence.source, document.problems, "from", "until")
    return roster
