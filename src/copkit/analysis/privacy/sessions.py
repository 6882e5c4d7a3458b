"""Sessions of networks and links, as one audience may see them.  Pure.

Speakers are roles; a name is only there where its owner agreed to it for that session. Feedback
leaves members with consent and a sign-off that stands. How many came is a number of people like
any other: small ones are hidden outside members.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from copkit.analysis.cases import unsigned_reason
from copkit.analysis.networks.sessions import SignedFeedback, list_sessions
from copkit.analysis.privacy.small_cells import Count, hide_small_cells, hide_small_count
from copkit.folder import CommunityRecords, Programme
from copkit.records.links import Link, LinkKind
from copkit.records.meetings import Meeting, MeetingKind, Recorded, SessionSpeaker
from copkit.records.schema.audience import Audience
from copkit.records.schema.parts import ConsentToQuote


@dataclass(frozen=True, slots=True)
class LinkView:
    """A link as readers may see it; ``why`` is Markdown, ``transcript`` an address or ``""``."""

    name: str
    title: str
    url: str
    kind: LinkKind
    by: str
    minutes: int | None
    themes: tuple[str, ...]
    why: str
    transcript: str
    own_transcript: str
    language: str
    news_since: dt.date


@dataclass(frozen=True, slots=True)
class SpeakerView:
    """Who speaks at a session; ``name`` is ``""`` unless its owner agreed to be named there."""

    id: str
    name: str
    role: str
    organisation: str
    topic: str
    slides: str


@dataclass(frozen=True, slots=True)
class SlotView:
    """One line of a programme; ``speakers`` are those of the session."""

    start: dt.time
    minutes: int | None
    what: str
    place: str
    speakers: tuple[SpeakerView, ...]


@dataclass(frozen=True, slots=True)
class SessionView:
    """One session as readers may see it; ``came`` is ``None`` where nobody counted."""

    network: str
    name: str
    title: str
    topic: str
    kind: MeetingKind
    day: dt.date
    start: dt.time | None
    minutes: int | None
    place: str
    online: bool
    open_to: str
    recorded: bool
    cancelled: str
    second_host: str
    speakers: tuple[SpeakerView, ...]
    programme: tuple[SlotView, ...]
    came: Count | None
    came_from: tuple[tuple[str, Count], ...]
    feedback: tuple[str, ...]
    recording: str
    transcript: str


def link_view(link: Link) -> LinkView:
    """Build the view of a link that readers may see."""
    return LinkView(
        name=link.slug,
        title=link.title,
        url=link.url,
        kind=link.kind,
        by=link.by or "",
        minutes=link.minutes,
        themes=link.themes,
        why=link.why,
        transcript=link.transcript or "",
        own_transcript=link.own_transcript,
        language=link.language or "",
        news_since=link.news_since,
    )


def session_views(
    programme: Programme, network: CommunityRecords, reader: Audience, today: dt.date
) -> Iterator[SessionView]:
    """Yield the sessions of a network that ``reader`` may see, by date, cancelled ones too."""
    for entry in list_sessions(programme, network, today):
        if reader.may_see(entry.meeting.audience):
            yield session_view(network, entry.meeting, reader, today)


def session_view(
    network: CommunityRecords, meeting: Meeting, reader: Audience, today: dt.date
) -> SessionView:
    """Build the view of one session that ``reader`` may see."""
    exact = reader.policy.counts_are_exact
    speakers: dict[str, SpeakerView] = {
        speaker.id: _speaker_view(speaker) for speaker in meeting.speakers
    }
    came = meeting.came if meeting.held_on <= today else None
    return SessionView(
        network=network.community.name,
        name=meeting.slug,
        title=meeting.title or "",
        topic=meeting.topic or "",
        kind=meeting.kind,
        day=meeting.held_on,
        start=meeting.start,
        minutes=meeting.minutes,
        place=meeting.place or "",
        online=meeting.online,
        open_to=meeting.open_to or "",
        recorded=meeting.recorded is Recorded.YES,
        cancelled=meeting.cancelled or "",
        second_host=(meeting.second_host or "") if reader.policy.sees_members else "",
        speakers=tuple(speakers.values()),
        programme=tuple(_slot_views(meeting, speakers)),
        came=came if exact or came is None else hide_small_count(came),
        came_from=tuple(_sectors(meeting, exact=exact)),
        feedback=tuple(_feedback(network, meeting, reader, today)),
        recording=meeting.recording or "",
        transcript=meeting.transcript or "",
    )


def _speaker_view(speaker: SessionSpeaker) -> SpeakerView:
    return SpeakerView(
        id=speaker.id,
        name=speaker.public_name,
        role=speaker.role,
        organisation=speaker.organisation or "",
        topic=speaker.topic or "",
        slides=speaker.slides or "",
    )


def _slot_views(meeting: Meeting, speakers: Mapping[str, SpeakerView]) -> Iterator[SlotView]:
    for slot in sorted(meeting.programme, key=lambda slot: slot.start):
        named = tuple(speakers[id] for id in slot.speakers if id in speakers)
        yield SlotView(slot.start, slot.minutes, slot.what, slot.place or "", named)


def _sectors(meeting: Meeting, *, exact: bool) -> Iterator[tuple[str, Count]]:
    """Yield how many came from which sector, and last of how many nobody knows."""
    if not meeting.came_from:
        return
    names = [entry.sector for entry in meeting.came_from]
    counts: list[int] = [entry.people for entry in meeting.came_from]
    if (unknown := (meeting.came or 0) - sum(counts)) > 0:
        names.append("did not say")
        counts.append(unknown)
    # as one row, so that no small number can be worked out from the others and their sum
    shown = counts if exact else hide_small_cells([counts])[0][: len(counts)]
    yield from zip(names, shown, strict=True)


def _feedback(
    network: CommunityRecords, meeting: Meeting, reader: Audience, today: dt.date
) -> Iterator[str]:
    """Yield the words about a session that readers may see."""
    for own in meeting.feedback:
        signed = SignedFeedback(network.slug, meeting.slug, own)
        if own.consent is ConsentToQuote.REFUSED or not reader.may_see(own.audience):
            continue
        is_open = own.consent is ConsentToQuote.GIVEN and not unsigned_reason(signed, today)
        if is_open or reader.policy.sees_unsigned_cases:
            yield own.words
