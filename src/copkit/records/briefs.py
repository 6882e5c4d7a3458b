"""A commissioner brief: ``briefs/<slug>.md``.  Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from copkit.records.schema.audience import Audience, audience_choices
from copkit.records.schema.contact import PublicContact, check_contact
from copkit.records.schema.fields import Source, WithBody, check_date_order, optional, required
from copkit.records.schema.read import read_record
from copkit.text.front_matter import Document

DEFAULT_PAGES = 2  # what a commissioner reads: a brief that is longer is none


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief(WithBody):
    """A cover note to a commissioner, with one ask; ``communities`` are slugs, all when empty.

    A brief is written for commissioners, so that is its audience when none is given.
    """

    source: Source = field(repr=False, compare=False)
    slug: str
    body: str = field(repr=False)
    title: str = required("the headline")
    since: dt.date = required("the first day it covers", key="from")
    until: dt.date = required("the last day it covers")
    addressee: str = required("whom it is for: a role or a board", label="role")
    ask: str = required("the one thing asked")
    reply_by: dt.date | None = optional("the day an answer is asked for by", offered=True)
    contact: PublicContact | None = optional("whom to answer; else that of copkit.yaml")
    communities: tuple[str, ...] = optional(
        "slugs of the communities it covers; all when left out",
        (),
        refers="community",
        all_when_empty=True,
    )
    pages: int = optional(
        "how many pages at most: what does not fit is counted, not told", DEFAULT_PAGES, least=1
    )
    audience: Audience = optional(
        audience_choices(Audience.COMMISSIONERS), Audience.COMMISSIONERS, offered=True
    )


def parse_brief(document: Document, slug: str) -> Brief:
    """Parse one brief; faults are added to ``document.problems``.

    A last day before the first is such a fault.
    """
    brief = read_record(Brief, document, slug=slug, body=document.body)
    check_date_order(brief.source, document.problems, "from", "until")
    document.problems.extend(check_contact(brief.contact))
    return brief
