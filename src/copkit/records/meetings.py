"""A meeting: ``communities/<slug>/meetings/<date>[-suffix].md``.  Pure.

A session of a network is a meeting too, with fields of its own: a title, speakers, numbers in place
of people, what those who came said of it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import Final

from copkit.errors import Problem, Severity
from copkit.records.schema.audience import Audience, audience_choices
from copkit.records.schema.fields import (
    NO_DATE,
    Id,
    Source,
    WithBody,
    check_link,
    optional,
    part_id,
    required,
)
from copkit.records.schema.parts import ConsentToQuote, SignOff
from copkit.records.schema.read import read_record
from copkit.records.schema.retention import HOLD_HELP, check_hold
from copkit.records.schema.values import parse_agreement
from copkit.text.files import is_slug
from copkit.text.front_matter import Document

USUAL_MINUTES = 120  # of a meeting that does not say: two hours (programme report)
# 2012-04-18, 2012-04-18-evening; the date must be one that exists, see is_meeting_slug
SLUG_PATTERN = re.compile(r"(\d{4}-\d\d-\d\d)(?:-(.+))?", re.ASCII)


class MeetingKind(StrEnum):
    """What sort of meeting it was: the first four of a community, the others of a network."""

    TASTER = "taster"
    REGULAR = "regular"
    GUEST_SPEAKER = "guest-speaker"
    REVIEW = "review"
    SESSION = "session"
    CONFERENCE = "conference"
    STORYTELLING = "storytelling"
    TRAIN_THE_TRAINER = "train-the-trainer"
    VISIT = "visit"


class Recorded(StrEnum):
    """Whether a session is recorded; those who come are told beforehand."""

    YES = "yes"
    NO = "no"


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
class SectorCount:
    """How many of those who came to a session work in one sector."""

    source: Source = field(repr=False, compare=False)
    id: Id = part_id("session", "f")
    sector: str = required("a sector, as in the seats of copkit.yaml", label="role")
    people: int = required("how many of them came")


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionSpeaker:
    """Who speaks at a session: a role, and a name only where they agreed to it for this session."""

    source: Source = field(repr=False, compare=False)
    id: Id = part_id("session", "sp")
    role: str = required("what they are, such as Community Matron", label="role")
    organisation: str | None = optional("where they work", label="place")
    name: str | None = optional("their name, only with 'named'")
    named: str | None = optional("'agreed' and the day they agreed to be named in public")
    topic: str | None = optional("what they speak about")
    slides: str | None = optional("the web address of their slides")

    @property
    def public_name(self) -> str:
        """Their name, where they agreed to be named in public; else ``""``."""
        return (self.name or "") if parse_agreement(self.named) else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeSlot:
    """One line of a conference's programme."""

    source: Source = field(repr=False, compare=False)
    id: Id = part_id("session", "p")
    start: dt.time = required("the time it begins, such as 09:30")
    minutes: int | None = optional("how long it lasts, in minutes", least=1)
    what: str = required("what it is, such as a talk's title or Lunch")
    place: str | None = optional("the room, if it is another", label="place")
    speakers: tuple[str, ...] = optional("ids of the session's speakers", (), refers="speaker")


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionFeedback:
    """What somebody who came wrote about a session; nobody is named."""

    source: Source = field(repr=False, compare=False)
    id: Id = part_id("session", "q")
    words: str = required("the words; '[...]' marks what is left out")
    consent: ConsentToQuote = optional(", ".join(ConsentToQuote), ConsentToQuote.NOT_ASKED)
    audience: Audience = optional(audience_choices(), Audience.MEMBERS)
    sign_off: SignOff | None = optional("who checked that nobody can be recognised")


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting(WithBody):
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
        "taster, regular, guest-speaker or review; of a network session, conference, "
        "storytelling, train-the-trainer or visit",
        MeetingKind.REGULAR,
        offered=True,
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
    title: str | None = optional("what a session of a network is called, which each has")
    topic: str | None = optional("what it is about, in a few words that others can look for")
    open_to: str | None = optional("for whom it is, such as anybody in health and social care")
    online: bool = optional(
        "true where people can come by a link; the link itself stays in private/", False
    )
    registered: int | None = optional("how many signed up: a number, never a list")
    came: int | None = optional("how many came, those online included: a number, never a list")
    came_online: int | None = optional("how many of them came online")
    came_from: tuple[SectorCount, ...] = optional("how many came from which sector", ())
    speakers: tuple[SessionSpeaker, ...] = optional("who speaks: roles", ())
    programme: tuple[ProgrammeSlot, ...] = optional("the programme of a conference, in lines", ())
    feedback: tuple[SessionFeedback, ...] = optional("what those who came wrote", ())
    trained: int | None = optional("how many learnt to facilitate at it")
    recorded: Recorded = optional("yes or no; the announcement says which", Recorded.NO)
    recording: str | None = optional("the web address of the recording")
    transcript: str | None = optional("the web address of the recording's transcript")
    second_host: str | None = optional(
        "who else can open the room, if the host cannot: a role", label="role"
    )
    part_of: str | None = optional(
        "the first day of a conference that this is another day of", refers="meeting"
    )
    shared_with: tuple[str, ...] = optional(
        "other networks whose session it is too", (), key="with", refers="community"
    )
    audience: Audience = optional(
        f"who may read of a session: {audience_choices()}", Audience.MEMBERS
    )
    hold: str | None = optional(HOLD_HELP)

    @property
    def was_attended(self) -> bool:
        """Whether anybody is on record as having come: by id, as guests, or counted."""
        return bool(self.present or self.substitutes or self.guests or self.came)

    @property
    def first_day(self) -> str:
        """The name of its first day: its own, unless it is another day of a conference."""
        return self.part_of or self.slug


SESSION_FIELDS: Final = (
    *("title", "topic", "open_to", "online", "registered", "came", "came_online", "came_from"),
    *("speakers", "programme", "feedback", "trained", "recorded", "recording", "transcript"),
    *("second_host", "part_of", "with", "audience"),
)
"""The fields of a meeting that only a session of a network has."""
SESSION_KINDS: Final = (
    MeetingKind.SESSION,
    MeetingKind.CONFERENCE,
    MeetingKind.STORYTELLING,
    MeetingKind.TRAIN_THE_TRAINER,
    MeetingKind.VISIT,
)
"""The kinds of meeting that a network has."""


def is_session(meeting: Meeting) -> bool:
    """Check whether a meeting of a network is a session, and not one of its core team."""
    if meeting.kind in SESSION_KINDS or meeting.title:
        return True
    return not (meeting.present or meeting.apologies or meeting.substitutes)


def parse_meeting(document: Document, community: str, slug: str) -> Meeting:
    """Parse one meeting; faults are added to ``document.problems``.

    Such faults are also a date other than that in the file's name, which is ``slug``, a member who
    is both present and among the apologies, and attendance of a meeting that was cancelled.
    """
    meeting = read_record(Meeting, document, community=community, slug=slug, body=document.body)
    document.problems.extend(check_hold(meeting.source, meeting.hold))
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
    if not meeting.source.fields.entries.keys().isdisjoint(SESSION_FIELDS):
        document.problems.extend(_check_session(meeting))
    return meeting


def _check_session(meeting: Meeting) -> Iterator[Problem]:
    """Yield what is wrong with the fields of a session."""
    problem = meeting.source.problem
    for key in ("recording", "transcript"):
        yield from check_link(meeting.source, key, getattr(meeting, key))
    for speaker in meeting.speakers:
        yield from check_link(speaker.source, "slides", speaker.slides)
        yield from _check_named(speaker)
    sectors = sum(entry.people for entry in meeting.came_from)
    if meeting.came is not None and sectors > meeting.came:
        message = f"{sectors} came by sector, and {meeting.came} came in all"
        yield problem("too-many", "came_from", message, "correct one of the two numbers")
    if meeting.came is not None and (meeting.came_online or 0) > meeting.came:
        message = f"{meeting.came_online} came online, and {meeting.came} came in all"
        yield problem("too-many", "came_online", message, "'came' counts those online as well")
    if meeting.part_of == meeting.slug:
        hint = "name the conference's first day, or take the field out"
        yield problem("part-of-itself", "part_of", "a session cannot be part of itself", hint)
    named = [speaker for slot in meeting.programme for speaker in slot.speakers]
    if meeting.programme:
        for speaker in meeting.speakers:
            if speaker.id not in named:
                message = f"'{speaker.id}' speaks, and stands in no line of the programme"
                hint = "add the id to 'speakers' of a line of 'programme'"
                yield speaker.source.problem(
                    "not-in-programme", "id", message, hint, severity=Severity.WARNING
                )


def _check_named(speaker: SessionSpeaker) -> Iterator[Problem]:
    """Yield that a name stands without the day its bearer agreed to be named, and no excerpt."""
    problem = speaker.source.problem
    if speaker.named and parse_agreement(speaker.named) is None:
        hint = "write it as in 'named: agreed 2022-02-01'"
        yield problem("bad-consent", "named", "this does not say when they agreed", hint)
    elif speaker.name and not speaker.named:
        message = "a speaker is named, and nothing says that they agreed to it"
        hint = "add 'named: agreed 2022-02-01', or take the name out: the role is printed"
        yield problem("named-without-consent", "name", message, hint)._replace(excerpt="")


@lru_cache(maxsize=5_000)  # communities meet on the same days
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
