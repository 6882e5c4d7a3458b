"""Parts and choices that several kinds of record share: sign-offs, cycles of value.  Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum

from copkit.records.schema.fields import Source, required


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOff:
    """Who checked that nobody can be recognised, when, and the digest of what they read."""

    source: Source = field(repr=False, compare=False)
    by: str = required("who signed: a role", label="role")
    date: dt.date = required("the day")
    digest: str = required("the digest of the text that was signed")


class ValueCycle(StrEnum):
    """A cycle of value creation (Wenger-Trayner 2011, 2020)."""

    IMMEDIATE = "immediate"
    POTENTIAL = "potential"
    APPLIED = "applied"
    REALISED = "realised"
    STRATEGIC = "strategic"
    ENABLING = "enabling"
    ORIENTING = "orienting"
    TRANSFORMATIVE = "transformative"


class ConsentToQuote(StrEnum):
    """Whether whoever said something agreed that others read it."""

    GIVEN = "given"
    REFUSED = "refused"
    NOT_ASKED = "not-asked"
