"""A community of practice: ``communities/<slug>/community.md``.  Pure."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from enum import StrEnum

from copkit.records.schema.fields import Source, WithBody, check_date_order, optional, required
from copkit.records.schema.read import read_record
from copkit.records.schema.retention import HOLD_HELP, check_hold
from copkit.text.front_matter import Document, find_section

GROUND_RULES_HEADING = "ground rules"
DISTRESS_HEADING = "if it is too much"
NETWORK_SECTIONS = ("What it is for", "Benefits", "How to join")
"""The headings of a network, which its page on the site shows."""


class CommunityKind(StrEnum):
    """What holds a group together; only a ``community`` is a column of the matrix."""

    COMMUNITY = "community"
    NETWORK = "network"
    FACILITATORS = "facilitators"
    ADVISORY = "advisory"

    @property
    def grows(self) -> bool:
        """Whether it is for practitioners, so that others may grow out of it."""
        return self in (CommunityKind.COMMUNITY, CommunityKind.NETWORK)


class CommunityStatus(StrEnum):
    """Where a community is in its life."""

    FORMING = "forming"
    ACTIVE = "active"
    CLOSING = "closing"
    ENDED = "ended"


class TakenOver(StrEnum):
    """What a community may take over from the one that it grows out of."""

    SEATS = "seats"
    GROUND_RULES = "ground-rules"
    THEMES = "themes"
    TEMPLATES = "templates"
    TOOLKIT = "toolkit"
    BLOCKAGES = "blockages"
    EVIDENCE = "evidence"
    DIRECTORY = "directory"
    APPROACHES = "approaches"


@dataclass(frozen=True, slots=True, kw_only=True)
class Community(WithBody):
    """A group that meets; ``slug`` is the name of its folder, ``budget`` is in pounds."""

    source: Source = field(repr=False, compare=False)
    slug: str
    body: str = field(repr=False)
    code: str = required("a short code that sorts and heads its column, such as CP1")
    name: str = required("its full name", label="place")
    place: str = required("the town or district", label="place")
    kind: CommunityKind = optional(
        "community, network, facilitators or advisory", CommunityKind.COMMUNITY, offered=True
    )
    status: CommunityStatus = required("forming, active, closing or ended")
    started: dt.date | None = optional("the day of its first meeting", offered=True)
    ended: dt.date | None = optional("the day of its last meeting", offered=True)
    host: str | None = optional("the organisation that hosts it", offered=True, label="place")
    budget: int | None = optional("pounds, for room, refreshments and facilitator", offered=True)
    backing: str | None = optional(
        "the senior person behind the facilitator", offered=True, label="role"
    )
    grew_out_of: tuple[str, ...] = optional(
        "the community it grew out of, or a list of those that it was made of",
        (),
        refers="community",
        single=True,
    )
    took: tuple[TakenOver, ...] = optional("what it took over from there", ())
    themes: tuple[str, ...] = optional("what it is to be about, as its origin was", ())
    blockages: tuple[str, ...] = optional("open blockages it goes on with", (), refers="blockage")
    evidence: tuple[str, ...] = optional("evidence cards it begins with", (), refers="evidence")
    hold: str | None = optional(HOLD_HELP)

    @property
    def order(self) -> tuple[int, tuple[tuple[str, int], ...], str]:
        """The sort key: communities of practice before other groups, and CP2 before CP10."""
        # Letters and numbers in turn: "CP10" is ("CP", 10), and ends with an empty pair.
        parts = re.findall(r"(\D*)(\d*)", self.code)
        code = tuple((text, int(digits or 0)) for text, digits in parts)
        return list(CommunityKind).index(self.kind), code, self.slug

    def has_ended_by(self, day: dt.date) -> bool:
        """Check whether it had ended by a day."""
        if self.ended:  # on its last day it is still going on
            return self.ended < day
        return self.status is CommunityStatus.ENDED

    @property
    def is_read_only(self) -> bool:
        """Whether its records may no longer be changed, but for what outlasts its end."""
        return self.status is CommunityStatus.ENDED

    @property
    def ground_rules(self) -> str:
        """The Markdown under the heading ``Ground rules``, or ``""``."""
        return find_section(self.body, GROUND_RULES_HEADING)

    @property
    def care_for_distress(self) -> str:
        """The Markdown under ``If it is too much``: who looks after somebody, or ``""``."""
        return find_section(self.body, DISTRESS_HEADING)


def parse_community(document: Document, slug: str) -> Community:
    """Parse one community; faults are added to ``document.problems``."""
    community = read_record(Community, document, slug=slug, body=document.body)
    check_date_order(community.source, document.problems, "started", "ended")
    document.problems.extend(check_hold(community.source, community.hold))
    return community
