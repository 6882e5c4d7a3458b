"""The sessions of networks: which there were, who spoke, how many came; what is odd.  Pure.

A network has no members to count. Each session has a number of people, and whoever comes to three
sessions is counted three times: totals are of visits, never of people.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from copkit.errors import Problem, Severity, did_you_mean
from copkit.folder import CommunityRecords, Programme
from copkit.records.communities import CommunityKind
from copkit.records.meetings import (
    SESSION_FIELDS,
    Meeting,
    SessionFeedback,
    is_session,
)
from copkit.records.schema.audience import Audience
from copkit.records.schema.fields import Source
from copkit.records.schema.parts import SignOff
from copkit.text.front_matter import find_heading, frame_of
from copkit.text.normalise import fold, stems_in

MOST_MEMBERS: Final = 20  # of a community of practice: beyond them, people hardly know each other
_FIXED_SHARE: Final = 0.5  # of meetings on one weekday, from which its dates count as fixed


def is_network(records: CommunityRecords) -> bool:
    """Check whether a community is a network: sessions open to all, nobody to count."""
    return records.community.kind is CommunityKind.NETWORK


def sessions_of(records: CommunityRecords) -> tuple[Meeting, ...]:
    """Return the sessions of a network by date, those to come as well; none of any other."""
    return tuple(filter(is_session, records.meetings)) if is_network(records) else ()


@dataclass(frozen=True, slots=True)
class SignedFeedback:
    """What somebody wrote of a session, as a record that is signed off: see ``SignedRecord``."""

    community: str
    session: str
    feedback: SessionFeedback

    @property
    def source(self) -> Source:
        """Where it stands."""
        return self.feedback.source

    @property
    def slug(self) -> str:
        """Its name within the network: ``2022-03-16/q1``."""
        return f"{self.session}/{self.feedback.id}"

    @property
    def sign_off(self) -> SignOff | None:
        """Who signed it, and when."""
        return self.feedback.sign_off

    @property
    def audience(self) -> Audience:
        """Who may read it."""
        return self.feedback.audience


def feedback_of(records: CommunityRecords) -> Iterator[SignedFeedback]:
    """Yield what was written of each meeting of a community, in their order."""
    for meeting in records.every_meeting:
        for feedback in meeting.feedback:
            yield SignedFeedback(records.slug, meeting.slug, feedback)


# Which there were, and their totals


@dataclass(frozen=True, slots=True)
class ListedSession:
    """A session as one of a network's, its own or shared by another; ``host`` is whose file it is.

    ``is_held`` says that its day has come, and that it was not cancelled.
    """

    host: str
    meeting: Meeting
    is_held: bool

    @property
    def name(self) -> str:
        """Its name in the programme, and of the first day of a conference: two days are one."""
        return f"{self.host}/{self.meeting.first_day}"


@dataclass(frozen=True, slots=True)
class SessionTotals:
    """Sessions that were held, in figures: whoever came to three of them made three visits.

    ``uncounted`` are sessions of which nobody wrote down how many came.
    """

    sessions: int
    visits: int
    speakers: int
    organisations: int
    uncounted: int


def list_sessions(
    programme: Programme, network: CommunityRecords, today: dt.date
) -> tuple[ListedSession, ...]:
    """Return the sessions of a network by date: its own, cancelled ones too, and shared ones."""
    return tuple(
        ListedSession(records.slug, meeting, not meeting.cancelled and meeting.held_on <= today)
        for meeting, records in sorted(
            (
                (meeting, records)
                for records in programme.communities
                if is_network(records)
                for meeting in records.every_meeting
                if is_session(meeting)
                and (records.slug == network.slug or network.slug in meeting.shared_with)
            ),
            key=lambda pair: (pair[0].held_on, pair[1].slug, pair[0].slug),
        )
    )


def total_sessions(sessions: Iterable[ListedSession]) -> SessionTotals:
    """Sum up the sessions that were held; one that two networks share counts once."""
    held = {(entry.host, entry.meeting.slug): entry for entry in sessions if entry.is_held}
    speakers = [speaker for entry in held.values() for speaker in entry.meeting.speakers]
    names = {(fold(s.public_name), fold(s.role), fold(s.organisation or "")) for s in speakers}
    return SessionTotals(
        sessions=len({entry.name for entry in held.values()}),
        visits=sum(entry.meeting.came or 0 for entry in held.values()),
        speakers=len(names),
        organisations=len({fold(s.organisation) for s in speakers if s.organisation}),
        uncounted=sum(entry.meeting.came is None for entry in held.values()),
    )


def filter_sessions(
    sessions: Iterable[ListedSession], year: int | None, topic: str | None
) -> tuple[ListedSession, ...]:
    """Return the sessions of a year and about a topic, as far as these are named.

    A topic is looked for in title, topic and what speakers speak about, by the roots of its words.
    """
    wanted = set(stems_in(topic or ""))
    return tuple(
        entry
        for entry in sessions
        if year in (None, entry.meeting.held_on.year)
        and wanted <= set(stems_in(" ".join(_texts_of(entry.meeting))))
    )


def _texts_of(meeting: Meeting) -> Iterator[str]:
    yield meeting.title or ""
    yield meeting.topic or ""
    for speaker in meeting.speakers:
        yield speaker.topic or ""
    for slot in meeting.programme:
        yield slot.what


# What is odd


def find_session_faults(programme: Programme, records: CommunityRecords) -> Iterator[Problem]:
    """Yield what is wrong with a network's sessions, or with sessions of another community.

    A warning also says where a network looks like a community of practice, or the other way round.
    """
    if not is_network(records):
        for meeting in records.every_meeting:
            yield from _stray_fields(meeting)
        yield from _looks_like_a_network(records)
        return
    networks = {other.slug for other in programme.communities if is_network(other)}
    for meeting in records.every_meeting:
        if is_session(meeting) and not meeting.title:
            hint = "add a line 'title: ...': what it is called"
            message = "a session of a network has a title"
            yield meeting.source.problem("missing-field", "title", message, hint)
        if not records.members:
            yield from _people_without_roster(meeting)
        yield from _unknown_sectors(programme, meeting)
        for slug in meeting.shared_with:
            if slug in networks and slug != records.slug:
                continue
            if slug == records.slug or any(slug == other.slug for other in programme.communities):
                hint = "name another network, or take it out"
                message = f"'{slug}' is not another network"
                yield meeting.source.problem("not-a-network", "with", message, hint, item=slug)
    yield from _looks_like_a_community(records)


def _stray_fields(meeting: Meeting) -> Iterator[Problem]:
    """Yield each field that only sessions of networks have."""
    written = meeting.source.keys
    for key in SESSION_FIELDS:
        if key in written:
            name = meeting.source.fields.key(key)
            message = f"there is no field '{key}' here: sessions of a network have it"
            hint = "take it out, or set 'kind: network' in community.md"
            yield meeting.source.text.problem("unknown-field", name.start, name.end, message, hint)


def _people_without_roster(meeting: Meeting) -> Iterator[Problem]:
    """Yield that somebody is listed, where a network has nobody on a roster."""
    for key in ("present", "apologies", "substitutes"):
        if getattr(meeting, key):
            message = f"a network without a roster has no '{key}'"
            hint = "write how many came: 'came: 61'"
            yield meeting.source.problem("no-roster", key, message, hint)


def _unknown_sectors(programme: Programme, meeting: Meeting) -> Iterator[Problem]:
    """Warn of a sector that the seats of the programme do not have."""
    seats = programme.settings.seats_sought
    for entry in meeting.came_from if seats else ():
        if entry.sector not in seats:
            message = f"'{entry.sector}' is no sector of copkit.yaml"
            hint = did_you_mean(entry.sector, seats, f"there are {', '.join(seats)}")
            yield entry.source.problem(
                "unsought-seat", "sector", message, hint, severity=Severity.WARNING
            )


def _looks_like_a_community(records: CommunityRecords) -> Iterator[Problem]:
    """Warn of a network with ground rules and without a session."""
    community = records.community
    if community.ground_rules.strip() and not any(map(is_session, records.every_meeting)):
        source = community.source.text
        frame = frame_of(source.text)
        place = find_heading(source.text, frame.body, "ground rules") if frame else None
        if place:
            message = "this network has ground rules and no session: is it a community of practice?"
            yield source.problem(
                "kind-of-community", *place, message, _SHEET_HINT, Severity.WARNING
            )


def _looks_like_a_network(records: CommunityRecords) -> Iterator[Problem]:
    """Warn of a community of practice with many members and no fixed dates."""
    community = records.community
    if community.kind is not CommunityKind.COMMUNITY:
        return
    members = sum(member.left is None for member in records.members)
    if members > MOST_MEMBERS and not has_fixed_dates(records.meetings):
        message = f"{members} members and no fixed dates: is this a network?"
        yield community.source.problem(
            "kind-of-community", "kind", message, _SHEET_HINT, severity=Severity.WARNING
        )


_SHEET_HINT: Final = "'copkit toolkit show community-or-network' helps to decide"


def has_fixed_dates(meetings: Iterable[Meeting]) -> bool:
    """Check whether most meetings are on one day of the week, as those of fixed dates are."""
    days = Counter(meeting.held_on.weekday() for meeting in meetings)
    return days.total() > 1 and max(days.values()) / days.total() > _FIXED_SHARE
