"""Findings that somebody has looked at and accepted: ``.copkit/accepted.yaml``.  Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Final

from copkit.records.schema.fields import Id, Source, optional, required
from copkit.records.schema.read import read_record
from copkit.text.front_matter import Document

FILE: Final = ".copkit/accepted.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """One accepted finding; ``id`` is a keyed digest of what was found, and where."""

    source: Source = field(repr=False, compare=False)
    id: Id = required("the keyed digest of what was found")
    code: str = required("what it was taken for, such as full-name")
    by: str = required("who accepted it: a role")
    date: dt.date = required("the day")
    why: str = required("why it may stand")


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptedFindings:
    """Everything that has been accepted in one programme."""

    source: Source = field(repr=False, compare=False)
    key: str | None = optional("which key the digests were made with; it says nothing of the key")
    accepted: tuple[Accepted, ...] = optional("what was looked at and may stand", ())


def parse_accepted(document: Document) -> AcceptedFindings:
    """Read what has been accepted."""
    return read_record(AcceptedFindings, document)
