"""The ending of a community: ``communities/<slug>/closing.md``.  Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from copkit.records.schema.audience import Audience, audience_choices
from copkit.records.schema.fields import (
    Id,
    Source,
    WithBody,
    check_date_order,
    optional,
    part_id,
    required,
)
from copkit.records.schema.read import read_record
from copkit.text.front_matter import Document, find_section, misspelt_headings

CLOSING_SECTIONS: Final = (
    "What we learned",
    "What should go on, and where",
    "What we would do otherwise",
    "Thanks",
)
NOBODY: Final = "nobody-and-we-said-so"
"""Who takes on a loose end that the members let go."""


class ClosingReason(StrEnum):
    """Why a community ends."""

    KNOWLEDGE_USED_UP = "knowledge-used-up"
    MEMBERS_MOVED_ON = "members-moved-on"
    TOO_FEW_MEMBERS = "too-few-members"
    FUNDING_ENDED = "funding-ended"
    MERGED = "merged"
    GOAL_REACHED = "goal-reached"
    OTHER = "other"


REASONS_IN_WORDS: Final = {
    ClosingReason.KNOWLEDGE_USED_UP: "knowledge used up",
    ClosingReason.MEMBERS_MOVED_ON: "members moved on",
    ClosingReason.TOO_FEW_MEMBERS: "too few members",
    ClosingReason.FUNDING_ENDED: "funding ended",
    ClosingReason.MERGED: "merged",
    ClosingReason.GOAL_REACHED: "goal reached",
    ClosingReason.OTHER: "another reason",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LooseEnd:
    """Something still open at the end, and who takes it on."""

    source: Source = field(repr=False, compare=False)
    id: Id = part_id("closing", "l")
    what: str = required("what is still open")
    record: str | None = optional(
        "what it is about, such as blockages/no-transport or cases/home-alone/a1",
        refers="record",
    )
    to: str = required(f"a community, a role, or {NOBODY}", label="role")

    def covers(self, name: str) -> bool:
        """Check whether it names an open thing, or the record that this is a part of."""
        return bool(self.record) and f"{name}/".startswith(f"{self.record}/")


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing(WithBody):
    """Why and when a community ends, what it leaves behind, and who answers for it."""

    source: Source = field(repr=False, compare=False)
    community: str
    body: str = field(repr=False)
    decided: dt.date = required("the day it was decided")
    last_meeting: dt.date = required("the day of the last meeting")
    why: tuple[ClosingReason, ...] = required(
        f"one of {', '.join(ClosingReason)}, or a list of them", single=True
    )
    decided_by: str | None = optional("the members, host or programme", offered=True, label="role")
    kept_by: str | None = optional(
        "the role that answers questions afterwards", offered=True, label="role"
    )
    loose_ends: tuple[LooseEnd, ...] = optional("what is still open, and who takes it on", ())
    reopened: dt.date | None = optional("the day it was opened again: the ending no longer holds")
    audience: Audience = optional(audience_choices(), Audience.MEMBERS, offered=True)

    @property
    def reasons_in_words(self) -> tuple[str, ...]:
        """Why it ends, as people say it."""
        return tuple(REASONS_IN_WORDS[reason] for reason in self.why)

    def section(self, heading: str) -> str:
        """Return the Markdown under a heading of :data:`CLOSING_SECTIONS`, or ``""``."""
        return find_section(self.body, heading)


def parse_closing(document: Document, community: str) -> Closing:
    """Parse the ending of one community; faults are added to ``document.problems``.

    Headings that resemble one of the four sections are warned of.
    """
    if "#" in document.body:
        headings = misspelt_headings(document.source, document.body_start, CLOSING_SECTIONS)
        document.problems.extend(headings)
    closing = read_record(Closing, document, community=community, body=document.body)
    if closing.reopened:
        check_date_order(closing.source, document.problems, "decided", "reopened")
    return closing
