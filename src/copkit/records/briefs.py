"""A commissioner brief: ``briefs/<slug>.md``.  Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from copkit.records.schema.fields import Audience, Source, note_if_reversed, optional, required
from copkit.records.schema.read import read_record
from copkit.text.front_matter import Document

PAGES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """A cover note to a commissioner, with one ask; ``communities`` are slugs, all when empty.

    A brief is written for commissioners, so that is its audience when none is given.
    """

    source: Source = field(repr=False, compare=False)
    slug: str
    body: str = field(repr=False)
    title: str = required("the headline")
    since: dt.date = required("the first day it covers", key="from")
    until: dt.date = required("the last day it covers")
    addressee: str = required("whom it is for: a role or a board")
    ask: str = required("the one thing asked")
    reply_by: dt.date | None = optional("the day an answer is asked for by", offered=True)
    communities: tuple[str, ...] = optional(
        "slugs of the communities it covers; all when left out", (), refers="community"
    )
    pages: int = optional(
        "how many pages at most: what does not fit is counted, not told", PAGES, least=1
    )
    audience: Audience = optional(
        "commissioners, public or members", Audience.COMMISSIONERS, offered=True
    )


def parse_brief(document: Document, slug: str) -> Brief:
    """Read one brief."""
    brief = read_record(Brief, document, slug=slug, body=document.body)
    note_if_reversed(brief.source, document.problems, "from", "until")
    return brief
