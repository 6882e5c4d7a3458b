"""An evaluation report: ``reports/<slug>.md``, what a funder reads of a programme.  Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Final

from copkit.records.schema.audience import Audience, audience_choices
from copkit.records.schema.contact import PublicContact, check_contact
from copkit.records.schema.fields import Source, WithBody, check_date_order, optional, required
from copkit.records.schema.read import read_record
from copkit.text.front_matter import Document, misspelt_headings

IN_SHORT: Final = "In short"
WILL_CHANGE: Final = "What we will change"
REPORT_SECTIONS: Final = (IN_SHORT, WILL_CHANGE)
MOST_PAGES: Final = 12  # what a funder reads to the end


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationReport(WithBody):
    """An evaluation of a period: its writer's words, and which surveys and talks it rests on."""

    source: Source = field(repr=False, compare=False)
    slug: str
    body: str = field(repr=False)
    title: str = required("the headline")
    since: dt.date = required("the first day it covers", key="from")
    until: dt.date = required("the last day it covers")
    surveys: tuple[str, ...] = optional(
        "slugs of its surveys; all of the period when left out",
        (),
        refers="survey",
        all_when_empty=True,
    )
    focus_groups: tuple[str, ...] = optional(
        "slugs of its focus groups; all of the period when left out",
        (),
        refers="focus-group",
        all_when_empty=True,
    )
    page: str | None = optional("the web address where it can be read, for newsletters")
    contact: PublicContact | None = optional("whom to answer; else that of copkit.yaml")
    pages: int = optional(
        "how many pages at most: what does not fit is counted, not told", MOST_PAGES, least=1
    )
    audience: Audience = optional(audience_choices(), Audience.MEMBERS, offered=True)


def parse_report(document: Document, slug: str) -> EvaluationReport:
    """Parse one report; faults are added to ``document.problems``.

    A last day before the first is such a fault; headings that resemble a section are warned of.
    """
    if "#" in document.body:
        headings = misspelt_headings(document.source, document.body_start, REPORT_SECTIONS)
        document.problems.extend(headings)
    report = read_record(EvaluationReport, document, slug=slug, body=document.body)
    check_date_order(report.source, document.problems, "from", "until")
    document.problems.extend(check_contact(report.contact))
    return report
