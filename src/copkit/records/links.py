"""Something to read, hear, watch or use elsewhere: ``links/<slug>.md``.  Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from copkit.errors import Problem, Severity, odd_letter_hint
from copkit.records.schema.audience import ANYBODY, Audience, audience_choices
from copkit.records.schema.fields import Source, WithBody, check_link, optional, required
from copkit.records.schema.parts import SignOff
from copkit.records.schema.read import read_record
from copkit.text.addresses import without_trackers
from copkit.text.front_matter import Document, split_sections
from copkit.text.normalise import without_look_alikes

TRANSCRIPT: Final = "Transcript"
"""The heading of a transcript that stands in the record itself."""


class LinkKind(StrEnum):
    """What a link leads to."""

    READING = "reading"
    EPISODE = "episode"
    RECORDING = "recording"
    VIDEO = "video"
    TOOL = "tool"
    EVENT = "event"
    ORGANISATION = "organisation"


SPOKEN: Final = frozenset({LinkKind.EPISODE, LinkKind.RECORDING, LinkKind.VIDEO})
"""The kinds that need a transcript, for whoever cannot hear them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link(WithBody):
    """A page, an episode, a recording or a tool elsewhere, and why it is worth a look."""

    source: Source = field(repr=False, compare=False)
    slug: str
    body: str = field(repr=False)
    title: str = required("what it is called")
    url: str = required("its web address")
    kind: LinkKind = required(", ".join(LinkKind))
    by: str | None = optional(
        "the organisation or the published author", offered=True, label="place"
    )
    published: str | None = optional("the year or day it was published", offered=True)
    minutes: int | None = optional("how long it lasts, in minutes", least=1)
    series: str | None = optional("the podcast or series that it is a part of")
    number: int | None = optional("which part of the series it is", least=1)
    transcript: str | None = optional(
        f"the web address of its transcript; else write it below '## {TRANSCRIPT}'"
    )
    themes: tuple[str, ...] = optional("what it is about", (), offered=True)
    evidence: str | None = optional("the evidence card that it became", refers="evidence")
    language: str | None = optional("the language it is in, as in 'cy'; else English")
    added: dt.date | None = optional("the day it was noted, from which it is news")
    checked: dt.date = required("the day somebody last looked whether it still leads there")
    audience: Audience = optional(audience_choices(), Audience.MEMBERS, offered=True)
    sign_off: SignOff | None = optional(
        "who checked that nobody can be recognised in the transcript"
    )

    @property
    def community(self) -> None:
        """No community: links belong to the programme."""

    @property
    def news_since(self) -> dt.date:
        """The day from which it is news."""
        return self.added or self.checked

    @property
    def why(self) -> str:
        """The Markdown that says why it is worth a look, without the transcript."""
        return split_sections(self.body).get("", "").strip()

    @property
    def own_transcript(self) -> str:
        """The Markdown of the transcript in the record itself, or ``""``."""
        sections = split_sections(self.body)
        headings = (name for name in sections if name.casefold() == TRANSCRIPT.casefold())
        return "".join(sections[name].strip() for name in headings)

    @property
    def has_transcript(self) -> bool:
        """Whether what is spoken in it can be read."""
        return bool(self.transcript or self.own_transcript)


def parse_link(document: Document, slug: str) -> Link:
    """Parse one link; faults are added to ``document.problems``."""
    link = read_record(Link, document, slug=slug, body=document.body)
    document.problems.extend(_check(link))
    return link


def _check(link: Link) -> Iterator[Problem]:
    """Yield what is wrong with a link: its addresses, its title, a transcript that is missing."""
    for key, address in (("url", link.url), ("transcript", link.transcript)):
        faults = list(check_link(link.source, key, address))
        yield from faults
        if address and not faults and without_trackers(address) != address:
            message = "a part of this address only counts who opens it"
            hint = f"write '{key}: {without_trackers(address)}'"
            yield link.source.problem("tracked", key, message, hint, severity=Severity.WARNING)
    if link.title != without_look_alikes(link.title) and any(
        letter.isascii() and letter.isalpha() for letter in link.title
    ):
        message = "letters of two alphabets stand in this title, and look the same"
        hint = odd_letter_hint(link.title)
        yield link.source.problem("mixed-alphabets", "title", message, hint or "type it anew")
    if link.kind in SPOKEN and not link.has_transcript:
        # A page for the public needs one: WCAG 2.2, 1.2.1 and 1.2.2.
        message = "nobody who cannot hear can follow this: it has no transcript"
        hint = f"add 'transcript:' with its address, or write it below '## {TRANSCRIPT}'"
        is_public = ANYBODY.may_see(link.audience)
        severity = Severity.ERROR if is_public else Severity.WARNING
        yield link.source.problem("no-transcript", "kind", message, hint, severity=severity)
