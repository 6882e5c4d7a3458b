"""A sheet of the tool kit: ``toolkit/<slug>.md``.  Pure.

The sheets that ship with copkit lie in ``templates/toolkit/`` and are parsed in the same way; one
of the same name in a programme is read instead.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from copkit.records.schema.audience import Audience, audience_choices
from copkit.records.schema.fields import Source, WithBody, optional, required
from copkit.records.schema.read import read_record
from copkit.text.front_matter import Document


class SheetTime(StrEnum):
    """When in the life of a community a sheet is needed."""

    BEFORE = "before"
    FIRST_MEETING = "first-meeting"
    EVERY_MEETING = "every-meeting"
    LATER = "later"
    ENDING = "ending"


class SheetReader(StrEnum):
    """Who works with a sheet."""

    FACILITATOR = "facilitator"
    HOST = "host"
    COMMISSIONER = "commissioner"
    MEMBER = "member"
    EXPERT = "expert"
    KNOWLEDGE_BROKER = "knowledge-broker"


@dataclass(frozen=True, slots=True, kw_only=True)
class KitSheet(WithBody):
    """One sheet of the tool kit, about one question; ``slug`` is the file's name.

    ``minutes`` is how long it takes to work through, ``rests_on`` names its source.
    """

    source: Source = field(repr=False, compare=False)
    slug: str
    body: str = field(repr=False)
    title: str = required("what it is about")
    asks: str = required("the question that it answers")
    when: SheetTime = optional(
        "before, first-meeting, every-meeting, later or ending", SheetTime.BEFORE, offered=True
    )
    minutes: int | None = optional("how long it takes, in minutes", least=1, offered=True)
    written_for: SheetReader = optional(
        "facilitator, host, commissioner, member, expert or knowledge-broker",
        SheetReader.FACILITATOR,
        key="for",
        offered=True,
    )
    rests_on: str | None = optional("the source, printed small", offered=True)
    audience: Audience = optional(audience_choices(), Audience.MEMBERS, offered=True)


def parse_sheet(document: Document, slug: str) -> KitSheet:
    """Parse one sheet; faults are added to ``document.problems``."""
    return read_record(KitSheet, document, slug=slug, body=document.body)
