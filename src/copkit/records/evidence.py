"""A knowledge broker's card: ``evidence/<slug>.md``.  Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from copkit.records.schema.audience import Audience, audience_choices
from copkit.records.schema.fields import Id, Source, WithBody, optional, part_id, required
from copkit.records.schema.read import read_record
from copkit.text.front_matter import Document, find_section, misspelt_headings

SPOKEN_HEADING = "In sixty seconds"
NOTES_HEADING = "Notes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """One time the card was brought to a discussion."""

    source: Source = field(repr=False, compare=False)
    id: Id = part_id("card", "u")
    date: dt.date = required("the day")
    community: str | None = optional("where", refers="community")
    case: str | None = optional("the case it was brought to", refers="case")


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence(WithBody):
    """A piece of research or policy, with a spoken form of a minute and its citation."""

    source: Source = field(repr=False, compare=False)
    slug: str
    body: str = field(repr=False)
    title: str = required("what it says, in a few words")
    citation: str = required("author, year, title, where published")
    url: str | None = optional("where it can be read", offered=True)
    published: str | None = optional("the year or day it was published", offered=True)
    themes: tuple[str, ...] = optional("what it is about", (), offered=True)
    audience: Audience = optional(audience_choices(), Audience.MEMBERS, offered=True)
    review: dt.date | None = optional("the day to look whether it still holds", offered=True)
    used: tuple[Use, ...] = optional("when it was brought to a discussion", (), offered=True)

    @property
    def spoken(self) -> str:
        """The Markdown of the spoken form, or ``""``."""
        return find_section(self.body, SPOKEN_HEADING)


def parse_evidence(document: Document, slug: str) -> Evidence:
    """Parse one evidence card; faults are added to ``document.problems``.

    Headings that resemble one of its two are warned of.
    """
    if "#" in document.body:
        headings = misspelt_headings(
            document.source, document.body_start, (SPOKEN_HEADING, NOTES_HEADING)
        )
        document.problems.extend(headings)
    return read_record(Evidence, document, slug=slug, body=document.body)
