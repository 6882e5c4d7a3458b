"""What was deleted because its time had come: ``retention-log.yaml``.  Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from copkit.records.schema.fields import Id, Source, optional, part_id, required
from copkit.records.schema.read import read_record
from copkit.text.front_matter import Document


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionEntry:
    """One rule that was applied on one day; it holds no name and no id of anybody."""

    source: Source = field(repr=False, compare=False)
    id: Id = part_id("list", "r")
    date: dt.date = required("the day")
    rule: str = required("the rule's id in copkit.yaml, or that of the default")
    count: int = required("how many entries, files or members it was about")
    by: str | None = optional("the role that applied it", label="role")


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionLog:
    """Every rule of retention that was applied, and when: evidence that the policy is kept."""

    source: Source = field(repr=False, compare=False)
    applied: tuple[RetentionEntry, ...] = optional("what was applied, the latest last", ())


def parse_retention_log(document: Document) -> RetentionLog:
    """Parse the log; faults are added to ``document.problems``."""
    return read_record(RetentionLog, document)
