"""A case study: ``communities/<slug>/cases/<slug>.md``.  Pure.

The four sections of the body, in order, are the programme report's template: presentation of
the case, next steps, learning for practice, issues for commissioners.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from enum import StrEnum

from copkit.errors import Severity
from copkit.records.schema.audience import Audience, audience_choices
from copkit.records.schema.fields import Id, Source, WithBody, optional, part_id, required
from copkit.records.schema.parts import SignOff
from copkit.records.schema.read import read_record
from copkit.records.schema.retention import HOLD_HELP, check_hold
from copkit.text.front_matter import Document, find_section, misspelt_headings

PRESENTATION = "Presentation of the case"
NEXT_STEPS = "Next steps"
LEARNING = "Learning for practice"
FOR_COMMISSIONERS = "Issues for commissioners"
# The order is that of the template, and of new cases and documents.
SECTIONS = (PRESENTATION, NEXT_STEPS, LEARNING, FOR_COMMISSIONERS)


class CaseKind(StrEnum):
    """Why the case was chosen."""

    CHALLENGING = "challenging"
    WORKED_WELL = "worked-well"


class CaseStatus(StrEnum):
    """How far the case has come."""

    DRAFT = "draft"
    PRESENTED = "presented"
    WRITTEN_UP = "written-up"
    CLOSED = "closed"


class Consent(StrEnum):
    """Whether the person agreed to the write-up."""

    GIVEN = "given"
    NOT_NEEDED = "not-needed"
    REFUSED = "refused"


class Outcome(StrEnum):
    """Whether a suggestion helped."""

    HELPED = "helped"
    PARTLY = "partly"
    DID_NOT_HELP = "did-not-help"
    NOT_TRIED = "not-tried"


class BeyondRemit(StrEnum):
    """Whether somebody was supported beyond what any service is asked to do."""

    YES = "yes"
    NO = "no"


class OutcomeKind(StrEnum):
    """What an outcome was: keeping things from getting worse counts as much as recovery."""

    MAINTENANCE = "maintenance"
    PREVENTION = "prevention"
    RECOVERY = "recovery"


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One suggestion to be tried, by an owner who is a role or an agency, never a name."""

    source: Source = field(repr=False, compare=False)
    id: Id = part_id("case", "a")
    what: str = required("what is to be tried")
    owner: str | None = optional("a role or an agency, never a name", label="role")
    due: dt.date | None = optional("the meeting at which it is due")


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """What came of an action, as reported at a later meeting."""

    source: Source = field(repr=False, compare=False)
    id: Id = part_id("case", "p")
    date: dt.date = required("the day it was told")
    action: str | None = optional("the action it is about", refers="action")
    outcome: Outcome = required("helped, partly, did-not-help or not-tried")
    kind: OutcomeKind | None = optional("maintenance, prevention or recovery")
    note: str | None = optional("what happened")


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """What in a case is for commissioners to solve, tied to a recurrent blockage."""

    source: Source = field(repr=False, compare=False)
    id: Id = part_id("case", "i")
    blockage: str | None = optional("the blockage it is an instance of", refers="blockage")
    note: str | None = optional("how it showed in this case")


@dataclass(frozen=True, slots=True, kw_only=True)
class Case(WithBody):
    """An anonymised case study; ``presenters`` are member ids, ``slug`` is the file's name."""

    source: Source = field(repr=False, compare=False)
    community: str
    slug: str
    body: str = field(repr=False)
    title: str = required("what it is called")
    kind: CaseKind = required("challenging or worked-well")
    status: CaseStatus = required("draft, presented, written-up or closed")
    audience: Audience = optional(audience_choices(), Audience.MEMBERS, offered=True)
    presented: dt.date | None = optional("the day it was presented", offered=True)
    presenters: tuple[str, ...] = optional(
        "ids of those who present it", (), refers="member", offered=True
    )
    question: str | None = optional("what the presenter asks of the group", offered=True)
    summary: str | None = optional("one sentence for lists of cases; else the question")
    themes: tuple[str, ...] = optional("what it is about", (), offered=True)
    consent: Consent | None = optional("given, not-needed or refused", offered=True)
    pseudonyms: tuple[str, ...] = optional("invented names used in the text", (), offered=True)
    actions: tuple[Action, ...] = optional("what is to be tried", (), offered=True)
    progress: tuple[Progress, ...] = optional("what came of it", (), offered=True)
    issues: tuple[Issue, ...] = optional("what is for commissioners", (), offered=True)
    beyond_remit: BeyondRemit | None = optional(
        "yes where somebody was supported beyond what any service is asked to do"
    )
    quote: str | None = optional("a sentence of it that letters may quote, without a name")
    evidence: tuple[str, ...] = optional(
        "slugs of evidence cards", (), refers="evidence", offered=True
    )
    discuss: tuple[str, ...] = optional("questions to discuss in a team meeting", ())
    hold: str | None = optional(HOLD_HELP)
    sign_off: SignOff | None = optional("who checked that nobody can be recognised")

    @property
    def name(self) -> str:
        """The case's name in the whole programme: ``brighton/nobody-to-call``."""
        return f"{self.community}/{self.slug}"

    def section(self, heading: str) -> str:
        """Return the Markdown under one of the four headings, in any case of letters, or ``""``."""
        return find_section(self.body, heading)


def parse_case(document: Document, community: str, slug: str) -> Case:
    """Parse one case; faults are added to ``document.problems``.

    Headings that resemble one of the four sections are warned of.
    """
    if "#" in document.body:  # spares most drafts a search through their lines
        start = document.body_start
        document.problems.extend(misspelt_headings(document.source, start, SECTIONS))
    case = read_record(Case, document, community=community, slug=slug, body=document.body)
    document.problems.extend(check_hold(case.source, case.hold))
    named = next((name for name in case.pseudonyms if names_in_quote(case, name)), None)
    if named:
        message = f"a reader of this quotation alone does not know who '{named}' is"
        hint = "quote a sentence without the name, or write 'the person'"
        warning = case.source.problem("quote-with-name", "quote", message, hint)
        document.problems.append(warning._replace(severity=Severity.WARNING))
    return case


def names_in_quote(case: Case, pseudonym: str) -> bool:
    """Check whether the sentence to quote has a pseudonym, which its readers have not met."""
    return re.search(rf"\b{re.escape(pseudonym)}\b", case.quote or "", re.IGNORECASE) is not None
