"""What people said, word for word: ``quotes.yaml``.  Pure.

Who said it is never typed: documents build 'Member CP5' from the community, and only where enough
people answered there. See ``analysis.privacy.quotes``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from copkit.records.schema.audience import Audience, audience_choices
from copkit.records.schema.fields import Id, Source, optional, part_id, required
from copkit.records.schema.parts import ConsentToQuote, SignOff, ValueCycle
from copkit.records.schema.read import read_record
from copkit.text.front_matter import Document


class Speaker(StrEnum):
    """What somebody who is quoted is in their community."""

    MEMBER = "member"
    EXPERT = "expert-by-experience"
    FACILITATOR = "facilitator"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """One sentence or two; ``heard`` is where, ``part`` what its speaker is."""

    source: Source = field(repr=False, compare=False)
    id: Id = part_id("file", "q")
    words: str = required("the words; '[...]' marks what is left out")
    community: Id | None = optional(
        "where; leave it out where fewer than 5 of it answered", refers="community"
    )
    heard: str | None = optional(
        "the survey, focus group or meeting", refers="survey|focus-group|meeting"
    )
    part: Speaker = optional(", ".join(Speaker), Speaker.MEMBER)
    consent: ConsentToQuote = optional(", ".join(ConsentToQuote), ConsentToQuote.NOT_ASKED)
    value: tuple[ValueCycle, ...] = optional(f"cycles of value: {', '.join(ValueCycle)}", ())
    audience: Audience = optional(audience_choices(), Audience.MEMBERS)
    sign_off: SignOff | None = optional("who checked that nobody can be recognised")

    @property
    def slug(self) -> str:
        """Its id, by which 'copkit show' finds it."""
        return self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteList:
    """Everything that was kept of what people said."""

    source: Source = field(repr=False, compare=False)
    quotes: tuple[Quote, ...] = optional("what people said, word for word", ())


def parse_quotes(document: Document) -> QuoteList:
    """Parse all quotes; faults are added to ``document.problems``."""
    return read_record(QuoteList, document)
