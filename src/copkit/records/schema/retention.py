"""How long what is kept: rules of retention, and holds that stop them.  Pure.

The periods are those that a host has agreed. The law gives none: it asks for a policy, a review,
and erasure or anonymisation (UK GDPR Art. 5(1)(e); ICO, "Principle (e): Storage limitation").
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, NamedTuple

from copkit.errors import Problem
from copkit.records.schema.fields import Id, Source, optional, required
from copkit.records.schema.values import InvalidDate, parse_date


class Kept(StrEnum):
    """What a rule of retention is about."""

    CONTACTS = "contacts"
    ALIASES = "aliases"
    COLUMNS = "columns"
    SENT_LOG = "sent-log"
    SURVEY_ROWS = "survey-rows"
    SHEETS = "sheets"
    UNDO = "undo"
    PRIVATE_NOTES = "private-notes"
    SUBSTITUTES = "substitutes"
    ROSTERS = "rosters"
    UNSIGNED_CASES = "unsigned-cases"
    LETTERS = "letters"
    CLOSED_SERVICES = "closed-services"
    RESULTS = "results"


class KeptFrom(StrEnum):
    """The day on which a period of retention begins."""

    LEFT = "left"
    ENDED = "ended"
    ASKED = "asked"
    SENT = "sent"
    PROGRAMME_ENDED = "programme-ended"


class Disposal(StrEnum):
    """What becomes of something at the end of its period."""

    DELETE = "delete"
    STRIP = "strip"
    REVIEW = "review"


class KeepingTime(NamedTuple):
    """A span of time as a rule has it; ``unit`` is ``day``, ``month`` or ``year``."""

    length: int
    unit: str

    def after(self, day: dt.date) -> dt.date:
        """Return the day on which the period ends that begins on a day.

        A month later than the 31st is the last day of a shorter month.
        """
        if self.unit == "day":
            return day + dt.timedelta(days=self.length)
        months = day.month - 1 + self.length * (12 if self.unit == "year" else 1)
        year, month = day.year + months // 12, months % 12 + 1
        return dt.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


class Hold(NamedTuple):
    """A reason for which nothing is deleted until a day."""

    why: str
    until: dt.date


_SPAN: Final = re.compile(r"([1-9]\d{0,2}) (day|month|year)s?")
_HOLD: Final = re.compile(r"(\S.*?) until (\d{4}-\d\d-\d\d)")
UNTIL_DECIDED: Final = "until decided"
HOLD_HELP: Final = "why nothing of it is deleted, and until when: a complaint until 2026-12-31"


def parse_span(text: str) -> KeepingTime | None:
    """Parse ``30 days``, ``3 months`` or ``6 years``; ``None`` for anything else."""
    match = _SPAN.fullmatch(text.strip())
    return KeepingTime(int(match[1]), match[2]) if match else None


def parse_hold(text: str | None) -> Hold | None:
    """Parse ``a complaint until 2026-12-31``; ``None`` for anything else."""
    match = _HOLD.fullmatch((text or "").strip())
    try:
        return Hold(match[1], parse_date(match[2])) if match else None
    except InvalidDate:
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionRule:
    """How long one kind of thing is kept, from when, and what becomes of it then."""

    source: Source = field(repr=False, compare=False)
    id: Id = required("a short name for the rule, such as contacts")
    what: Kept = required(f"one of {', '.join(Kept)}")
    keep: str = required(f"a span such as 30 days, 3 months or 6 years; or {UNTIL_DECIDED}")
    since: KeptFrom = optional(f"when it begins: {', '.join(KeptFrom)}", KeptFrom.ENDED, key="from")
    then: Disposal = optional(", ".join(Disposal), Disposal.REVIEW)
    because: str | None = optional("the reason for this period; it is shown")
    hold: str | None = optional(HOLD_HELP)

    @property
    def span(self) -> KeepingTime | None:
        """The span; ``None`` where it is kept until somebody decides."""
        return parse_span(self.keep)


def check_retention_rule(rule: RetentionRule) -> list[Problem]:
    """Return what is wrong in one rule: a span, a hold, or a disposal that it cannot have."""
    problems = []
    if rule.keep and rule.keep != UNTIL_DECIDED and rule.span is None:
        message = f"'{rule.keep}' is not a span of days, months or years"
        hint = f"write it as in 'keep: 3 months', or 'keep: {UNTIL_DECIDED}'"
        problems.append(rule.source.problem("bad-span", "keep", message, hint))
    if rule.what is Kept.ROSTERS and rule.then is Disposal.DELETE:
        message = "a roster is stripped, not deleted: every count rests on it"
        problems.append(rule.source.problem("bad-disposal", "then", message, "write 'then: strip'"))
    elif rule.what is not Kept.ROSTERS and rule.then is Disposal.STRIP:
        message = f"only rosters can be stripped, not {rule.what}"
        hint = "write 'then: delete' or 'then: review'"
        problems.append(rule.source.problem("bad-disposal", "then", message, hint))
    if rule.then is Disposal.DELETE and rule.what in REVIEWED_ONLY:
        message = f"{rule.what} are never deleted without somebody looking"
        hint = "write 'then: review'"
        problems.append(rule.source.problem("bad-disposal", "then", message, hint))
    problems += check_hold(rule.source, rule.hold)
    return problems


REVIEWED_ONLY: Final = frozenset(
    {Kept.UNSIGNED_CASES, Kept.LETTERS, Kept.RESULTS, Kept.CLOSED_SERVICES, Kept.SUBSTITUTES}
)
"""What no command deletes: a person looks at each, and edits or removes it."""


def check_hold(source: Source, hold: str | None) -> list[Problem]:
    """Return the problem of a hold that does not say why and until when."""
    if not hold or parse_hold(hold):
        return []
    message = f"'{hold}' does not say why and until when"
    hint = "write it as in 'hold: a complaint until 2026-12-31'"
    return [source.problem("bad-hold", "hold", message, hint)]
