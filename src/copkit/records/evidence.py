"""A knowledge broker's card: ``evidence/<slug>.md``.  Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from copkit.records.schema.fields import Audience, Id, Source, optional, required
from copkit.records.schema.read import read_record
from copkit.text.front_matter import Document, odd_headings, sections

SPOKEN = "In sixty seconds"
NOTES = "Notes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """One time the card was brought to a discussion."""

    source: Source = field(repr=False, compare=False)
    id: Id = required("a short name within this card, such as u1")
    date: dt.date = required("the day")
    community: str | None = optional("where", refers="community")
    case: str | None = optional("the case it was brought to", refers="case")


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A piece of research or policy, with a spoken form of a minute and its citation."""

    source: Source = field(repr=False, compare=False)
    slug: str
    body: str = field(repr=False)
    title: str = required("what it says, in a few words")
    citation: str = required("author, year, title, where published")
    url: str | None = optional("where it can be read", offered=True)
    published: str | None = optional("the year or day it was published", offered=True)
    themes: tuple[str, ...] = optional("what it is about", (), offered=True)
    audience: Audience = optional(
        "members, commissioners or public", Audience.MEMBERS, offered=True
    )
    review: dt.date | None = optional("the day to look whether it still holds", offered=True)
    used: tuple[Use, ...] = optional("when it was brought to a discussion", (), offered=True)

    @property
    def spoken(self) -> str:
        """The Markdown of the spoken form, or ``""``."""
        found = sections(self.body)
        return next((found[name] for name in found if name.casefold() == SPOKEN.casefold()), "")


def parse_evidence(document: Document, slug: str) -> Evidence:
    """Read one evidence card."""
    if "#" in document.body:
        headings = odd_headings(document.source, document.body_start, (SPOKEN, NOTES))
        document.problems.extend(headings)
    return read_record(Evidence, document, slug=slug, body=document.body)
