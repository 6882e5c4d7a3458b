"""What readers outside were given: ``outgoing.yaml``, one entry a document.  Pure.

An entry says which document, for whom, up to which day and of which communities. What was hidden in
it is never stored: ``analysis.privacy.outgoing`` works it out anew from the records.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from copkit.records.schema.audience import Audience
from copkit.records.schema.fields import Id, Source, check_date_order, optional, required
from copkit.records.schema.read import read_record
from copkit.text.front_matter import Document

OUTGOING: Final = "outgoing.yaml"


class OutgoingDocument(StrEnum):
    """A kind of document, table or export that readers outside can be given."""

    SECTORS = "sectors"
    NEWSLETTER = "newsletter"
    BRIEF = "brief"
    LETTER = "letter"
    SITE = "site"
    WRITE_UP = "write-up"
    SURVEY = "survey"
    TIES = "ties"
    REPORT = "report"
    EXPORT = "export"
    ARCHIVE = "archive"
    DIRECTORY = "directory"
    SESSION = "session"
    CLOSING = "closing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """One document for readers outside that was built, sent or exported.

    ``communities`` are slugs, all when empty. Two documents with one id state the same selection.
    """

    source: Source = field(repr=False, compare=False)
    id: Id = required("made from all that follows, so that two colleagues note a document once")
    document: OutgoingDocument = required(", ".join(OutgoingDocument))
    name: str | None = optional("which one: winter-2012")
    readers: Audience = required("who was to read it: commissioners or public")
    since: dt.date | None = optional("the first day it covers, where it has one", key="from")
    day: dt.date = required("the last day it covers")
    communities: tuple[str, ...] = optional(
        "slugs of the communities it covers; all when left out",
        (),
        refers="community",
        all_when_empty=True,
    )
    despite: tuple[Id, ...] = optional(
        "ids of earlier entries from which it was said that readers may subtract it", ()
    )

    @property
    def slug(self) -> str:
        """Its id, by which 'copkit show' finds it."""
        return self.id

    @property
    def title(self) -> str:
        """What it is called in a sentence: ``brief winter-2012``."""
        return f"{self.document} {self.name}" if self.name else str(self.document)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingList:
    """Everything that was built, sent or exported for readers outside."""

    source: Source = field(repr=False, compare=False)
    outgoing: tuple[Outgoing, ...] = optional("what readers outside were given", ())


def parse_outgoing(document: Document) -> OutgoingList:
    """Parse all entries; faults are added to ``document.problems``.

    A last day before the first is such a fault.
    """
    listed = read_record(OutgoingList, document)
    for entry in listed.outgoing:
        check_date_order(entry.source, document.problems, "from", "day")
    return listed


def outgoing_id(
    document: OutgoingDocument,
    name: str | None,
    readers: Audience,
    since: dt.date | None,
    day: dt.date,
    communities: Iterable[str],
) -> Id:
    """Return the id of an entry that states these facts: the same for everybody who notes it."""
    facts = (document, name or "", readers, since or "", day, *sorted(communities))
    text = "\n".join(map(str, facts))
    return Id(f"o-{hashlib.blake2b(text.encode(), digest_size=5).hexdigest()}")
