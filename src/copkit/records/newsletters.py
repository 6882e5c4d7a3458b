"""One issue of the newsletter: ``newsletters/<slug>.md``.  Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from copkit.records.schema.audience import Audience, audience_choices
from copkit.records.schema.contact import PublicContact, check_contact
from copkit.records.schema.fields import Id, Source, WithBody, check_date_order, optional, required
from copkit.records.schema.read import read_record
from copkit.text.front_matter import Document


@dataclass(frozen=True, slots=True, kw_only=True)
class Newsletter(WithBody):
    """An editorial and the days it tells of, both included."""

    source: Source = field(repr=False, compare=False)
    slug: str
    body: str = field(repr=False)
    title: str = required("what it is called, such as its month")
    headline: str | None = optional(
        "the one thing to remember of it: the subject of the e-mail", offered=True
    )
    since: dt.date = required("the first day it tells of", key="from")
    until: dt.date = required("the last day it tells of")
    audience: Audience = optional(audience_choices(), Audience.MEMBERS, offered=True)
    series: Id | None = optional("the series it is an issue of; else the first of copkit.yaml")
    words: int | None = optional(
        "how many words its e-mail has at most, besides the editorial; else 300 of a weekly "
        "issue, and 600 of another",
        least=100,
    )
    page: str | None = optional("the web address where the whole issue can be read")
    contact: PublicContact | None = optional("whom to answer; else that of copkit.yaml")


def parse_newsletter(document: Document, slug: str) -> Newsletter:
    """Parse one newsletter; faults are added to ``document.problems``.

    A last day before the first is such a fault.
    """
    newsletter = read_record(Newsletter, document, slug=slug, body=document.body)
    check_date_order(newsletter.source, document.problems, "from", "until")
    document.problems.extend(check_contact(newsletter.contact))
    return newsletter
