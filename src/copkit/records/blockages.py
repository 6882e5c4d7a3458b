"""A recurrent obstacle: ``blockages/<slug>.md``.  Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from copkit.records.schema.audience import Audience
from copkit.records.schema.contact import PublicContact, check_contact
from copkit.records.schema.fields import Id, Source, WithBody, optional, part_id, required
from copkit.records.schema.read import read_record
from copkit.text.front_matter import Document

LETTER_AUDIENCE: Final = Audience.COMMISSIONERS  # an ask is put to those who can grant it


class BlockageStatus(StrEnum):
    """Whether anybody has answered."""

    OPEN = "open"
    ANSWERED = "answered"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One thing asked of somebody, and what came back."""

    source: Source = field(repr=False, compare=False)
    id: Id = part_id("blockage", "q")
    date: dt.date = required("the day it was asked")
    # Never a person's name: who was asked stands in documents for commissioners.
    of: str = required("who was asked: a role or a board", label="role")
    ask: str = required("what was asked")
    reply_by: dt.date | None = optional("the day an answer was asked for by")
    contact: PublicContact | None = optional("whom to answer; else that of copkit.yaml")
    replied: dt.date | None = optional("the day the answer came")
    reply: str | None = optional("what the answer was")


def is_answered(ask: Ask, as_of: dt.date) -> bool:
    """Check whether an answer had come by a day."""
    # A reply without a date counts on every day: nothing tells when it came.
    return ask.replied <= as_of if ask.replied else bool(ask.reply)


@dataclass(frozen=True, slots=True, kw_only=True)
class Blockage(WithBody):
    """What keeps stopping practitioners, whoever the person is that they try to help."""

    source: Source = field(repr=False, compare=False)
    slug: str
    body: str = field(repr=False)
    title: str = required("what is in the way")
    themes: tuple[str, ...] = optional("what it is about", (), offered=True)
    status: BlockageStatus = optional("open, answered or closed", BlockageStatus.OPEN, offered=True)
    asks: tuple[Ask, ...] = optional("what was asked of whom, and the answer", (), offered=True)


def parse_blockage(document: Document, slug: str) -> Blockage:
    """Parse one blockage; faults are added to ``document.problems``."""
    blockage = read_record(Blockage, document, slug=slug, body=document.body)
    for ask in blockage.asks:
        document.problems.extend(check_contact(ask.contact))
    return blockage
