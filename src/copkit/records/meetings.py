"""A meeting: ``communities/<slug>/meetings/<date>[-suffix].md``.  Pure."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from enum import StrEnum

from copkit.records.schema.fields import NO_DATE, Id, Source, optional, part_id, required
from copkit.records.schema.read import read_record
from copkit.text.files import is_slug
from copkit.text.front_matter import Document

USUAL_MINUTES = 120  # of a meeting that does not say: two hours (programme report)
# 2012-04-18, 2012-04-18-evening; the date must be one that exists, see is_meeting_slug
SLUG_PATTERN = re.compile(r"(\d{4}-\d\d-\d\d)(?:-(.+))?", re.ASCII)


class MeetingKind(StrEnum):
    """What sort of meeting it was; the first of a community is a taster."""

    TASTER = "taster"
    REGULAR = "regular"
    GUEST_SPEAKER = "guest-speaker"
    REVIEW = "review"


@dataclass(frozen=True, slots=True, kw_only=True)
class Substitute:
    """Somebody an agency sent in a member's place; never counts as the member's attendance."""

    source: Source = field(repr=False, compare=False)
    id: Id = part_id("meeting", "s")
    stands_for: str = required("the member they came for", key="for", refers="member")


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A change to the attendance after the day, and the reason for it."""

    source: Source = field(repr=False, compare=False)
    id: Id = part_id("meeting", "c")
    date: dt.date = required("the day it was corrected")
    why: str = required("the reason")


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """One gathering of a community; ``present`` and ``apologies`` hold member ids.

    ``slug`` is the file's name without its ending: the date, and a suffix when two meetings
    fell on one day. A meeting to come has nobody present yet.
    """

    source: Source = field(repr=False, compare=False)
    community: str
    slug: str
    body: str = field(repr=False)
    held_on: dt.date = required("the day, as in the file's name", key="date")
    moved_from: dt.date | None = optional(
        "the day it was first planned for, if it was moved: keeps its place in people's calendars"
    )
    moved_because: str | None = optional("why it was moved; name nobody")
    cancelled: str | None = optional("why it was cancelled: it then counts for nothing")
    uid: str | None = optional(
        "its name in people's calendars, where its community was called otherwise before"
    )
    start: dt.time | None = optional("the time it began, such as 14:00", offered=True)
    minutes: int | None = optional("how long it lasted, in minutes", least=1, offered=True)
    kind: MeetingKind = optional(
        "taster, regular, guest-speaker or review", MeetingKind.REGULAR, offered=True
    )
    place: str | None = optional("where it was held", offered=True, label="place")
    present: tuple[str, ...] = optional(
        "ids of members who came", (), refers="member", offered=True
    )
    apologies: tuple[str, ...] = optional(
        "ids of members who sent apologies", (), refers="member", offered=True
    )
    substitutes: tuple[Substitute, ...] = optional("people sent in a member's place", ())
    guests: int | None = optional("how many guests came")
    cases: tuple[str, ...] = optional(
        "slugs of the cases discussed", (), refers="case", offered=True
    )
    corrections: tuple[Correction, ...] = optional("changes made after the day", ())

    @property
    def was_attended(self) -> bool:
        """Whether anybody is on record as having come: members, substitutes or guests."""
        return bool(self.present or self.substitutes or self.guests)


def parse_meeting(document: Document, community: str, slug: str) -> Meeting:
    """Parse one meeting; faults are added to ``document.problems``.

    Such faults are also a date other than that in the file's name, which is ``slug``, a member who
    is both present and among the apologies, and attendance of a meeting that was cancelled.
    """
    meeting = read_record(Meeting, document, community=community, slug=slug, body=document.body)
    date_in_name = slug[:10]
    # Each of the two has a problem of its own where it is no date.
    if (
        meeting.held_on != NO_DATE
        and is_meeting_slug(slug)
        and str(meeting.held_on) != date_in_name
    ):
        document.problems.append(
            meeting.source.problem(
                "date-differs",
                "date",
                f"the date is {meeting.held_on}, but the file's name says {date_in_name}",
                "correct the date, or rename the file",
            )
        )
    if meeting.cancelled and meeting.was_attended:
        document.problems.append(
            meeting.source.problem(
                "cancelled-and-held",
                "cancelled",
                "this meeting was cancelled, and yet somebody came",
                "take out 'cancelled', or who came",
            )
        )
    for id in meeting.present:
        if id in meeting.apologies:
            document.problems.append(
                meeting.source.problem(
                    "present-and-apologising",
                    "apologies",
                    f"'{id}' is both present and among the apologies",
                    "take the name out of one of the two lists",
                    item=id,
                )
            )
    return meeting


def is_meeting_slug(slug: str) -> bool:
    """Check whether a file's name is a date, with or without a suffix: ``2012-04-18-evening``."""
    match = SLUG_PATTERN.fullmatch(slug)
    if match is None:
        return False
    try:
        dt.date.fromisoformat(match[1])
    except ValueError:
        return False
    return match[2] is None or is_slug(match[2])
