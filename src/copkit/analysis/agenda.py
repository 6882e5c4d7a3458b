"""Agendas and the calendar invitations of a community's meetings.  Pure.

An agenda is for the members of that community. Documents are built from an :class:`AgendaView`,
which holds no record and leads back to none. A case that is to be presented is still a draft: the
agenda has its title, question and presenters' roles, and never its text; a case whose person
refused consent is not on it at all.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain
from typing import Final
from uuid import UUID, uuid5

from copkit.analysis.blockages import NewsView, blockage_news
from copkit.analysis.cases import FollowUp, due_follow_ups, follow_ups
from copkit.analysis.endings.closing import room_signs
from copkit.analysis.privacy.view import EvidenceView, evidence_view
from copkit.analysis.rota import presentation_days, presenter_rota
from copkit.errors import CopkitError
from copkit.folder import CommunityRecords, Programme
from copkit.records.cases import Case, CaseKind, CaseStatus, Consent
from copkit.records.communities import CommunityKind
from copkit.records.evidence import Evidence
from copkit.records.meetings import (
    USUAL_MINUTES,
    Meeting,
    MeetingKind,
    Recorded,
    is_session,
    parse_meeting,
)
from copkit.records.schema.audience import Audience
from copkit.text.front_matter import read_document
from copkit.text.source import SourceText
from copkit.wording import capitalised, sentence

AGENDA_AUDIENCE: Final = Audience.MEMBERS  # it has presenters' roles and cases still in draft

# Agenda: what goes on it, as plain values

MOST_TURNS: Final = 3  # members that are suggested when no case is set
MOST_DATES: Final = 3  # meetings to come that are announced

# The fields of the classes below are printed by ``copkit agenda --json``, under these names.


@dataclass(frozen=True, slots=True)
class ActionView:
    """An open action of a case; ``days_overdue`` are counted to the day of the meeting."""

    what: str
    owner: str
    due: dt.date | None
    days_overdue: int
    case: str


@dataclass(frozen=True, slots=True)
class CaseToPresent:
    """A case before it is presented: without its text, and with its presenters' roles."""

    title: str
    kind: CaseKind
    question: str
    presenters: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TurnView:
    """A role whose holder could present, and when they last did, if ever."""

    role: str
    last: dt.date | None


@dataclass(frozen=True, slots=True)
class DateView:
    """A meeting to come."""

    held_on: dt.date
    start: dt.time | None
    place: str
    kind: MeetingKind


@dataclass(frozen=True, slots=True)
class AgendaView:
    """One meeting and what belongs on its agenda.

    ``ground_rules`` is Markdown. Where no case is set, ``waiting`` are drafts that nobody has put
    on a day, and ``turns`` those who could present, whose turn it is first. ``evidence`` is tied to
    the cases; where none is, ``fitting`` are titles of cards on their themes. ``later`` are open
    actions that are due after this meeting. ``room`` is what speaks for asking, at a review,
    whether it is time to end.
    """

    programme: str
    community: str
    held_on: dt.date
    start: dt.time | None
    minutes: int | None
    place: str
    kind: MeetingKind
    ground_rules: str
    new_members: tuple[str, ...]
    apologies: tuple[str, ...]
    due: tuple[ActionView, ...]
    cases: tuple[CaseToPresent, ...]
    waiting: tuple[CaseToPresent, ...]
    turns: tuple[TurnView, ...]
    evidence: tuple[EvidenceView, ...]
    fitting: tuple[str, ...]
    news: tuple[NewsView, ...]
    to_come: tuple[DateView, ...]
    later: tuple[ActionView, ...]
    room: tuple[str, ...]


def unrecorded_meeting(records: CommunityRecords, day: dt.date) -> Meeting:
    """Return a meeting that is on no record, to preview what its agenda would hold."""
    # Parsed from a text, since a record exists only with the source that it was read from.
    source = SourceText(f"{day}.md", f"---\ndate: {day}\n---\n")
    return parse_meeting(read_document(source, [], markdown=True), records.slug, str(day))


def build_agenda_view(
    programme: Programme, records: CommunityRecords, meeting: Meeting, today: dt.date
) -> AgendaView:
    """Reduce a programme to what belongs on the agenda of one meeting, as known on ``today``.

    For a meeting in the past the agenda is that of its day: what was reported at the meeting, or
    after it, is not on it.
    """
    day = meeting.held_on
    as_of = today if today <= day else _day_before(day)
    days_before = [earlier.held_on for earlier in records.meetings if earlier.held_on < day]
    since = max(days_before, default=dt.date.min)
    presented = _with_presented_cases(records, as_of, day)
    cases = [case for case in _cases_at(records, meeting) if case.consent is not Consent.REFUSED]
    evidence = _tied_cards(programme.evidence, records.slug, cases)
    return AgendaView(
        programme=programme.settings.name,
        community=records.community.name,
        held_on=day,
        start=meeting.start,
        minutes=meeting.minutes,
        place=meeting.place or "",
        kind=meeting.kind,
        ground_rules=records.community.ground_rules,
        new_members=tuple(
            member.role
            for member in records.members
            # Before the first meeting everybody is new, which needs no saying.
            if days_before and member.joined and since < member.joined <= day
        ),
        apologies=tuple(_roles(records, meeting.apologies)),
        due=tuple(
            _action_view(follow_up, day) for follow_up in due_follow_ups(presented, as_of, day)
        ),
        cases=tuple(_case_to_present(records, case) for case in cases),
        waiting=() if cases else tuple(_waiting_drafts(records, meeting)),
        turns=() if cases else tuple(_turns(records, day)),
        evidence=tuple(map(evidence_view, evidence)),
        fitting=() if evidence else tuple(_fitting_titles(programme.evidence, cases)),
        news=tuple(blockage_news(programme.blockages, records, since, as_of, day)),
        to_come=tuple(_dates_to_come(records, meeting)),
        later=tuple(_actions_due_later(presented, as_of, day)),
        room=tuple(room_signs(records, as_of)) if meeting.kind is MeetingKind.REVIEW else (),
    )


def describe_cases_left_out(records: CommunityRecords, meeting: Meeting) -> list[str]:
    """Return a line for each case of a meeting that is not on its agenda; for the facilitator."""
    return [
        f"{case.name} is left out: consent was refused"
        for case in _cases_at(records, meeting)
        if case.consent is Consent.REFUSED
    ]


def _cases_at(records: CommunityRecords, meeting: Meeting) -> list[Case]:
    """Return the cases a meeting names, then those presented that day and named by no other."""
    by_slug = {case.slug: case for case in records.cases}
    # Two meetings can be held on one day, and a case belongs to the one that names it.
    elsewhere = {
        slug for other in records.meetings if other.slug != meeting.slug for slug in other.cases
    }
    named = dict.fromkeys(slug for slug in meeting.cases if slug in by_slug)
    that_day = (
        case.slug
        for case in records.cases
        if case.presented == meeting.held_on and case.slug not in elsewhere
    )
    return [by_slug[slug] for slug in dict.fromkeys(chain(named, that_day))]


def _with_presented_cases(
    records: CommunityRecords, as_of: dt.date, day: dt.date
) -> CommunityRecords:
    """Return the records without cases that are not presented yet: they have no actions.

    Presented means by ``as_of``, and before ``day``, which is that of the meeting.
    """
    days = presentation_days(records)
    last_day = min(as_of, _day_before(day))  # cases of the meeting itself are still to be presented
    cases = (case for case in records.cases if days.get(case.slug, last_day) <= last_day)
    return replace(records, cases=tuple(cases))


def _day_before(day: dt.date) -> dt.date:
    # ``date.min`` stands for a date that could not be read, and has no day before it.
    return day - dt.timedelta(days=1) if day > dt.date.min else day


def _case_to_present(records: CommunityRecords, case: Case) -> CaseToPresent:
    presenters = tuple(_roles(records, case.presenters))
    return CaseToPresent(case.title, case.kind, case.question or "", presenters)


def _waiting_drafts(records: CommunityRecords, meeting: Meeting) -> Iterator[CaseToPresent]:
    """Yield the drafts that no meeting names, and that are not dated on another day."""
    planned = {slug for planned_at in records.meetings for slug in planned_at.cases}
    for case in records.cases:
        is_draft = case.status is CaseStatus.DRAFT and case.consent is not Consent.REFUSED
        if is_draft and case.slug not in planned and case.presented in (None, meeting.held_on):
            yield _case_to_present(records, case)


def _turns(records: CommunityRecords, day: dt.date) -> Iterable[TurnView]:
    """Return at most ``MOST_TURNS`` next presenters, without those who are preparing a case."""
    free = (turn for turn in presenter_rota(records, day) if not turn.preparing)
    views = (TurnView(turn.member.role, turn.last_presented) for turn in free)
    # Two holders of one role who presented on the same day look alike to readers of an agenda.
    return list(dict.fromkeys(views))[:MOST_TURNS]


def _roles(records: CommunityRecords, ids: Iterable[str]) -> Iterator[str]:
    """Yield the roles of members: ids may hold hints at a name, and stay out of documents."""
    for id in ids:
        if member := records.roster.member(id):
            yield member.role


def _action_view(follow_up: FollowUp, day: dt.date) -> ActionView:
    """Reduce an action to what an agenda prints; days overdue are counted to ``day``."""
    return ActionView(
        what=follow_up.action.what,
        owner=follow_up.action.owner or "",
        due=follow_up.action.due,
        days_overdue=follow_up.days_overdue(day),
        case=follow_up.case.title,
    )


def _actions_due_later(records: CommunityRecords, as_of: dt.date, day: dt.date) -> list[ActionView]:
    """Return what is open on ``as_of`` and due after a meeting on ``day``, by date."""
    views = [
        _action_view(follow_up, day)
        for follow_up in follow_ups(records, as_of)
        if follow_up.is_open and follow_up.action.due and follow_up.action.due > day
    ]
    return sorted(views, key=lambda view: (view.due or dt.date.max, view.case))


def _tied_cards(cards: Iterable[Evidence], community: str, cases: list[Case]) -> list[Evidence]:
    """Return cards named by ``cases`` of a community (a slug), or with one among their uses."""
    slugs = {case.slug for case in cases}
    named = {slug for case in cases for slug in case.evidence}
    return [
        card
        for card in cards
        if card.slug in named
        or any(use.community == community and use.case in slugs for use in card.used)
    ]


def _fitting_titles(cards: Iterable[Evidence], cases: list[Case]) -> Iterator[str]:
    """Yield the titles of cards that share a theme with a case."""
    themes = {theme.casefold() for case in cases for theme in case.themes}
    for card in cards:
        if not themes.isdisjoint(theme.casefold() for theme in card.themes):
            yield card.title


def _dates_to_come(records: CommunityRecords, meeting: Meeting) -> Iterator[DateView]:
    later = [other for other in records.meetings if other.held_on > meeting.held_on]
    for other in later[:MOST_DATES]:
        yield DateView(other.held_on, other.start, other.place or "", other.kind)


# Invitations: meetings as a calendar shows them

MAX_MINUTES: Final = 24 * 60  # one day
FIRST_YEAR: Final = 1970
LAST_YEAR: Final = 2100
# The namespace of our name-based UUIDs (RFC 9562, version 5). It must never change: calendars that
# were given a meeting once would show it a second time.
_UID_NAMESPACE: Final = UUID("3b9d7c1e-5a42-5c0e-9f36-7b1d2ce04a86")


@dataclass(frozen=True, slots=True)
class Invitation:
    """One meeting as a calendar shows it; an event of the whole day if no ``start`` is on record.

    ``uid`` stays the same when the meeting is edited, so that calendars replace the event instead
    of showing it twice. ``meeting`` is a slug.
    """

    uid: str
    meeting: str
    day: dt.date
    start: dt.time | None
    minutes: int
    summary: str
    place: str
    description: str


def build_invitations(programme: Programme, records: CommunityRecords) -> list[Invitation]:
    """Build the invitation to each of a community's meetings, by date.

    Raise :class:`CopkitError` for a meeting that calendars cannot show, and for two meetings that
    they could not tell apart.
    """
    by_uid: dict[str, Invitation] = {}
    for meeting in records.meetings:
        _require_calendar_limits(meeting)
        invitation = _invitation(programme, records, meeting)
        if other := by_uid.get(invitation.uid):
            message = f"{records.slug}: {meeting.slug} and {other.meeting} are planned for one day"
            hint = "a file's name with a suffix tells them apart, such as 2012-05-16-evening.md"
            raise CopkitError(message, hint)
        by_uid[invitation.uid] = invitation
    return list(by_uid.values())


def _invitation(programme: Programme, records: CommunityRecords, meeting: Meeting) -> Invitation:
    """Build the invitation to one meeting; without a length it lasts ``USUAL_MINUTES``."""
    name, kind = records.community.name, _KIND_WORDS.get(meeting.kind, "")
    if records.community.kind is CommunityKind.NETWORK and is_session(meeting):
        return Invitation(
            uid=build_uid(programme, records, meeting),
            meeting=meeting.slug,
            day=meeting.held_on,
            start=meeting.start,
            minutes=meeting.minutes or USUAL_MINUTES,
            summary=f"{name}: {meeting.title}",
            place=meeting.place or ("online" if meeting.online else ""),
            description=" ".join(_session_description(meeting)),
        )
    return Invitation(
        uid=build_uid(programme, records, meeting),
        meeting=meeting.slug,
        day=meeting.held_on,
        start=meeting.start,
        minutes=meeting.minutes or USUAL_MINUTES,
        summary=f"{name}: {kind.lower()}" if kind else name,
        place=meeting.place or "",
        description=f"{kind or 'Meeting'} of the {name}.",
    )


def _session_description(meeting: Meeting) -> Iterator[str]:
    """Yield what a calendar says of a session: its topic, who speaks, whether it is recorded."""
    if meeting.topic:
        yield sentence(capitalised(meeting.topic))
    for speaker in meeting.speakers:
        who = ", ".join(filter(None, (speaker.public_name, speaker.role, speaker.organisation)))
        yield sentence(f"{who}: {speaker.topic}" if speaker.topic else who)
    recorded = meeting.recorded is Recorded.YES
    yield "It is recorded." if recorded else "It is not recorded."


# A regular meeting is announced by the community's name alone.
_KIND_WORDS: Final = {
    MeetingKind.TASTER: "Taster session",
    MeetingKind.GUEST_SPEAKER: "Guest speaker",
    MeetingKind.REVIEW: "Review",
}


def build_uid(programme: Programme, records: CommunityRecords, meeting: Meeting) -> str:
    """Return a UUID that no other meeting has, made from what is hardly ever edited."""
    # The day first planned, so that a meeting keeps its event when it is moved; behind it the
    # suffix of the file's name, as in 2012-05-16-evening. The programme is known by the day on
    # which it started: its name can change.
    if meeting.uid:
        return meeting.uid
    planned = f"{meeting.moved_from or meeting.held_on}{meeting.slug[10:]}"
    return str(uuid5(_UID_NAMESPACE, f"{programme.settings.starts}/{records.slug}/{planned}"))


def _require_calendar_limits(meeting: Meeting) -> None:
    """Raise :class:`CopkitError` for a meeting that is too long, or in a year beyond calendars."""
    if (meeting.minutes or 0) > MAX_MINUTES:
        message = f"{meeting.source.file}: no calendar shows a meeting of {meeting.minutes} minutes"
        raise CopkitError(message, "correct its 'minutes'")
    if not FIRST_YEAR <= meeting.held_on.year <= LAST_YEAR:
        message = f"{meeting.source.file}: no calendar shows a meeting in {meeting.held_on.year}"
        raise CopkitError(message, "correct its date, and the file's name")
