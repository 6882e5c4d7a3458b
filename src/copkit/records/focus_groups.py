"""A focus group: ``focus-groups/<slug>.md``, how many took part and what was said.  Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from copkit.records.schema.audience import Audience, audience_choices
from copkit.records.schema.fields import Id, Source, WithBody, optional, required
from copkit.records.schema.read import read_record
from copkit.text.front_matter import Document


@dataclass(frozen=True, slots=True, kw_only=True)
class FocusGroup(WithBody):
    """One talk with members about what came of taking part; nobody in it is listed."""

    source: Source = field(repr=False, compare=False)
    slug: str
    body: str = field(repr=False)
    date: dt.date = required("the day")
    community: Id = required("the community whose members talked", refers="community")
    took_part: int = required("how many members took part")
    guide: str | None = optional("what was asked", offered=True)
    themes: tuple[str, ...] = optional("what came up", (), offered=True)
    audience: Audience = optional(audience_choices(), Audience.MEMBERS, offered=True)

    @property
    def title(self) -> str:
        """What it is called in a sentence: its community and its day."""
        return f"{self.community}, {self.date}"


def parse_focus_group(document: Document, slug: str) -> FocusGroup:
    """Parse one focus group; faults are added to ``document.problems``."""
    return read_record(FocusGroup, document, slug=slug, body=document.body)
