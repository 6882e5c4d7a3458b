"""The programme itself: ``copkit.yaml``.  Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from copkit.records.fields import Colour, Source, note_if_reversed, optional, required
from copkit.records.reading import read_record
from copkit.text.front_matter import Document

THRESHOLD = 2  # meetings that make a member: Figure 1 of the programme report
Seats = dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class AttendanceRules:
    """How attendance is counted; ``minimum_stay`` is in minutes."""

    source: Source = field(repr=False, compare=False)
    threshold: int = optional("meetings attended that make an X", THRESHOLD, least=1)
    minimum_stay: int = optional("minutes that count as present, for imported lists", 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """What a programme's documents look like; ``logo`` is a PNG file in its ``templates/``."""

    source: Source = field(repr=False, compare=False)
    colour: Colour | None = optional("the colour of headings, rules and links, such as 0b5a6f")
    dark_colour: Colour | None = optional("the same where the page is dark; else worked out")
    logo: str | None = optional("a PNG file in templates/, such as logo.png")
    logo_text: str | None = optional("what the logo says, for those who cannot see it")
    footer: str | None = optional("a line at the end of every document, such as whom to write to")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What holds for all communities of a programme; ``seats`` are the roles sought by sector."""

    source: Source = field(repr=False, compare=False)
    name: str = required("the programme's name")
    starts: dt.date = required("its first day")
    ends: dt.date | None = optional("its last day", offered=True)
    attendance: AttendanceRules | None = optional("how attendance is counted")
    seats: Seats | None = optional("the roles sought, by sector: the rows of the matrix, in order")

    theme: Theme | None = optional("what documents look like")

    @property
    def threshold(self) -> int:
        """Meetings a member has attended to count as an X."""
        return self.attendance.threshold if self.attendance else THRESHOLD

    @property
    def seats_sought(self) -> Seats:
        """The roles sought by sector; empty when none are named."""
        return self.seats or {}


def parse_settings(document: Document) -> Settings:
    """Read ``copkit.yaml``."""
    settings = read_record(Settings, document)
    note_if_reversed(settings.source, document.problems, "starts", "ends")
    return settings
