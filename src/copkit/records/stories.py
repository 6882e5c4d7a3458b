"""A story of what changed: ``stories/<slug>.md``, from a meeting to what came of it.  Pure.

The headings follow the cycles of value (Wenger, Trayner and de Laat 2011): what was done, what was
taken from it, what was changed, what came of that, and how anybody knows.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Final

from copkit.records.schema.audience import Audience, audience_choices
from copkit.records.schema.fields import Id, Source, WithBody, optional, required
from copkit.records.schema.parts import ConsentToQuote, SignOff, ValueCycle
from copkit.records.schema.read import read_record
from copkit.text.front_matter import Document, find_section, misspelt_headings

WHAT_CAME: Final = "What came of it"
STORY_SECTIONS: Final = (
    "What we did",
    "What I took from it",
    "What I changed",
    WHAT_CAME,
    "How I know",
)
FOLLOWED: Final = frozenset(
    {
        ValueCycle.APPLIED,
        ValueCycle.REALISED,
        ValueCycle.STRATEGIC,
        ValueCycle.ENABLING,
        ValueCycle.ORIENTING,
        ValueCycle.TRANSFORMATIVE,
    }
)
"""The cycles that say more than that people came and learnt something."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Story(WithBody):
    """What one member did with what they took from a community, and what came of it."""

    source: Source = field(repr=False, compare=False)
    slug: str
    body: str = field(repr=False)
    title: str = required("what it is called")
    community: Id | None = optional("where it began", refers="community", offered=True)
    happened: dt.date | None = optional("the day it began", offered=True)
    value: tuple[ValueCycle, ...] = required(f"the cycles it reached: {', '.join(ValueCycle)}")
    consent: ConsentToQuote = required("whether they agreed that others read it")
    consent_on: dt.date | None = optional("the day they agreed", offered=True)
    chosen_because: str | None = optional(
        "why it was chosen, and by which role (Most Significant Change)", offered=True
    )
    audience: Audience = optional(audience_choices(), Audience.MEMBERS, offered=True)
    sign_off: SignOff | None = optional("who checked that nobody can be recognised")

    @property
    def is_followed(self) -> bool:
        """Whether it goes further than what was taken from a meeting."""
        return not FOLLOWED.isdisjoint(self.value)

    @property
    def what_came(self) -> str:
        """The Markdown under ``What came of it``, or ``""``."""
        return find_section(self.body, WHAT_CAME)


def parse_story(document: Document, slug: str) -> Story:
    """Parse one story; faults are added to ``document.problems``.

    Headings that resemble one of the five sections are warned of.
    """
    if "#" in document.body:
        headings = misspelt_headings(document.source, document.body_start, STORY_SECTIONS)
        document.problems.extend(headings)
    return read_record(Story, document, slug=slug, body=document.body)
