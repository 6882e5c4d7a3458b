"""Approaches to agencies, to fill seats: ``communities/<slug>/approaches.yaml``.  Pure.

Recruiting is brokerage (programme report): it takes persistence, several levels of management, and
managers met in person. So each approach says at which level, how, what it cost and what came of it.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from copkit.records.schema.fields import Id, Source, check_date_order, optional, part_id, required
from copkit.records.schema.read import read_record
from copkit.text.front_matter import Document


class Level(StrEnum):
    """How high up in an agency somebody was approached."""

    FRONT_LINE = "front-line"
    TEAM_LEADER = "team-leader"
    SERVICE_MANAGER = "service-manager"
    DIRECTOR = "director"


class ApproachChannel(StrEnum):
    """In what way an agency was approached."""

    EMAIL = "e-mail"
    PHONE = "phone"
    IN_PERSON = "in-person"
    LETTER = "letter"


class ApproachOutcome(StrEnum):
    """What came of an approach so far."""

    NO_ANSWER = "no-answer"
    PROMISED = "promised"
    REFUSED = "refused"
    JOINED = "joined"


@dataclass(frozen=True, slots=True, kw_only=True)
class Approach:
    """One attempt to have an agency fill a seat; ``hours`` are those spent on it."""

    source: Source = field(repr=False, compare=False)
    id: Id = part_id("list", "ap")
    date: dt.date = required("the day")
    agency: str = required("the agency, never a person's name", label="place")
    sector: str | None = optional(
        "the sector of the seat, as in the programme's seats", label="role"
    )
    role: str | None = optional("the role sought, as in the programme's seats", label="role")
    level: Level | None = optional("front-line, team-leader, service-manager or director")
    how: ApproachChannel | None = optional("e-mail, phone, in-person or letter")
    hours: Decimal | None = optional("hours spent on it, such as 1.5")
    outcome: ApproachOutcome | None = optional("no-answer, promised, refused or joined")
    next: str | None = optional("what to do next")
    next_date: dt.date | None = optional("the day to do it by")


@dataclass(frozen=True, slots=True, kw_only=True)
class Approaches:
    """Everybody whom a community approached."""

    source: Source = field(repr=False, compare=False)
    community: str
    approaches: tuple[Approach, ...] = optional("each approach to an agency", ())

    @property
    def by_date(self) -> tuple[Approach, ...]:
        """The approaches by date, those of one day in the order of the file."""
        return tuple(sorted(self.approaches, key=lambda approach: approach.date))


def parse_approaches(document: Document, community: str) -> Approaches:
    """Parse one community's approaches; faults are added to ``document.problems``."""
    record = read_record(Approaches, document, community=community)
    for approach in record.approaches:
        check_date_order(approach.source, document.problems, "date", "next_date")
    return record
