"""What a community's members may know of a meeting to come, as plain values.  Pure.

An agenda is for the members of that community. Documents are built from an :class:`AgendaView`,
which holds no record and leads back to none. A case that is to be presented is still a draft: its
title, question and presenters' roles are told, and never its text; one whose person refused
consent is told to nobody.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from typing import Final
from uuid import UUID, uuid5

from copkit.analysis.blockages import NewsView, news
from copkit.analysis.cases import FollowUp, due, follow_ups
from copkit.analysis.privacy.view import EvidenceView, evidence_view
from copkit.errors import CopkitError
from copkit.folder import CommunityRecords, Programme
from copkit.records.cases import Case, CaseKind, CaseStatus, Consent
from copkit.records.evidence import Evidence
from copkit.records.meetings import USUAL_MINUTES, Meeting, MeetingKind, parse_meeting
from copkit.records.members import Member, Part
from copkit.text.front_matter import read_document
from copkit.text.source import SourceText

# Whose turn it is to present a case: a fair rota.

LATELY: Final = 3  # the last meetings of which somebody must have come to one


@dataclass(frozen=True, slots=True)
class Turn:
    """A member who could present: when they last did, if ever, and to how many meetings they came.

    ``preparing`` says that they have a case that is still to be presented.
    """

    member: Member
    last: dt.date | None
    attended: int
    preparing: bool


def turns(records: CommunityRecords, day: dt.date) -> list[Turn]:
    """Give everybody who could present on a day, whose turn it is first.

    Who is as long without a case as others and has come more often, comes first.
    """
    held = _held_before(records, day)
    lately = {id for meeting in held[-LATELY:] for id in meeting.present}
    presented = days_presented(records)
    last = _last_presented(records, presented, day)
    waiting = (case for case in records.cases if presented.get(case.slug, day) >= day)
    preparing = {id for case in waiting for id in case.presenters}
    found = [
        Turn(
            member=member,
            last=last.get(member.id),
            attended=sum(member.id in meeting.present for meeting in held),
            preparing=member.id in preparing,
        )
        for member in records.members
        if member.id in lately and _presents(member, day)
    ]
    return sorted(found, key=lambda turn: (turn.last or dt.date.min, -turn.attended))


def days_presented(records: CommunityRecords) -> dict[str, dt.date]:
    """Give by slug the day on which each case was or will be presented, if it is on record.

    A case that does not say it itself is presented at the first meeting that names it.
    """
    found: dict[str, dt.date] = {}
    for meeting in records.meetings:
        for slug in meeting.cases:
            found.setdefault(slug, meeting.held_on)
    return found | {case.slug: case.presented for case in records.cases if case.presented}


def _held_before(records: CommunityRecords, day: dt.date) -> list[Meeting]:
    """Give a community's meetings before a day to which anybody came, the first first."""
    return [
        meeting
        for meeting in records.meetings
        if meeting.held_on < day and (meeting.present or meeting.substitutes or meeting.guests)
    ]


def _presents(member: Member, day: dt.date) -> bool:
    gone = member.left is not None and member.left <= day
    return member.part is Part.MEMBER and not gone


def _last_presented(
    records: CommunityRecords, presented: Mapping[str, dt.date], day: dt.date
) -> dict[str, dt.date]:
    """Give by member the last day before ``day`` on which they presented a case."""
    found: dict[str, dt.date] = {}
    for case in records.cases:
        on = presented.get(case.slug, day)
        if on < day:
            found |= {id: max(found.get(id, on), on) for id in case.presenters}
    return found


MOST_TURNS: Final = 3  # members that are suggested when no case is set
MOST_DATES: Final = 3  # meetings to come that are announced


@dataclass(frozen=True, slots=True)
class ActionView:
    """Something that somebody was to try; ``days_overdue`` on the day of the meeting."""

    what: str
    owner: str
    due: dt.date | None
    days_overdue: int
    case: str


@dataclass(frozen=True, slots=True)
class CaseToPresent:
    """A case before it is told: no text of it, and its presenters by role."""

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
    actions that are due after this meeting.
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


def as_if_held(records: CommunityRecords, day: dt.date) -> Meeting:
    """Give a meeting that is on no record, to see what its agenda would hold."""
    source = SourceText(f"{day}.md", f"---\ndate: {day}\n---\n")
    return parse_meeting(read_document(source, [], markdown=True), records.slug, str(day))


def agenda_for(
    programme: Programme, records: CommunityRecords, meeting: Meeting, today: dt.date
) -> AgendaView:
    """Reduce a programme to what belongs on the agenda of one meeting, as known on ``today``.

    What was told at a meeting of the past, or after it, is not on its agenda.
    """
    day = meeting.held_on
    known = today if today <= day else _day_before(day)
    before = [one.held_on for one in records.meetings if one.held_on < day]
    since = max(before, default=dt.date.min)
    told = _told(records, known, day)
    cases = [case for case in _cases_of(records, meeting) if case.consent is not Consent.REFUSED]
    evidence = _tied(programme.evidence, records.slug, cases)
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
            if before and member.joined and since < member.joined <= day
        ),
        apologies=tuple(_roles(records, meeting.apologies)),
        due=tuple(_action(one, day) for one in due(told, known, day)),
        cases=tuple(_to_present(records, case) for case in cases),
        waiting=() if cases else tuple(_waiting(records, meeting)),
        turns=() if cases else tuple(_turns(records, day)),
        evidence=tuple(map(evidence_view, evidence)),
        fitting=() if evidence else tuple(_fitting(programme.evidence, cases)),
        news=tuple(news(programme.blockages, records, since, known, day)),
        to_come=tuple(_to_come(records, meeting)),
        later=tuple(_later(told, known, day)),
    )


def cases_left_out(records: CommunityRecords, meeting: Meeting) -> list[str]:
    """Say which cases of a meeting are not on its agenda, and why; for the facilitator."""
    return [
        f"{case.name} is left out: consent was refused"
        for case in _cases_of(records, meeting)
        if case.consent is Consent.REFUSED
    ]


def _cases_of(records: CommunityRecords, meeting: Meeting) -> list[Case]:
    """Give the cases a meeting names, then those that were presented that day at no other."""
    by_slug = {case.slug: case for case in records.cases}
    elsewhere = {slug for one in records.meetings if one.slug != meeting.slug for slug in one.cases}
    named = dict.fromkeys(slug for slug in meeting.cases if slug in by_slug)
    that_day = (
        case.slug
        for case in records.cases
        if case.presented == meeting.held_on and case.slug not in elsewhere
    )
    return [by_slug[slug] for slug in dict.fromkeys(chain(named, that_day))]


def _told(records: CommunityRecords, known: dt.date, day: dt.date) -> CommunityRecords:
    """Leave out the cases that were not presented yet: nothing was agreed on them."""
    presented = days_presented(records)
    known = min(known, _day_before(day))
    cases = (case for case in records.cases if presented.get(case.slug, known) <= known)
    return replace(records, cases=tuple(cases))


def _day_before(day: dt.date) -> dt.date:
    """Give the day before another; the first day that there is has none before it."""
    return day - dt.timedelta(days=1) if day > dt.date.min else day


def _to_present(records: CommunityRecords, case: Case) -> CaseToPresent:
    presenters = tuple(_roles(records, case.presenters))
    return CaseToPresent(case.title, case.kind, case.question or "", presenters)


def _waiting(records: CommunityRecords, meeting: Meeting) -> Iterator[CaseToPresent]:
    """Give the drafts that are on no other meeting's list."""
    planned = {slug for one in records.meetings for slug in one.cases}
    for case in records.cases:
        drafted = case.status is CaseStatus.DRAFT and case.consent is not Consent.REFUSED
        if drafted and case.slug not in planned and case.presented in (None, meeting.held_on):
            yield _to_present(records, case)


def _turns(records: CommunityRecords, day: dt.date) -> Iterable[TurnView]:
    """Suggest the next presenters; those who are preparing a case need no suggestion."""
    free = (turn for turn in turns(records, day) if not turn.preparing)
    views = (TurnView(turn.member.role, turn.last) for turn in free)
    return list(dict.fromkeys(views))[:MOST_TURNS]


def _roles(records: CommunityRecords, ids: Iterable[str]) -> Iterator[str]:
    for id in ids:
        if member := records.roster.member(id):
            yield member.role


def _action(one: FollowUp, day: dt.date) -> ActionView:
    return ActionView(
        what=one.action.what,
        owner=one.action.owner or "",
        due=one.action.due,
        days_overdue=one.days_overdue(day),
        case=one.case.title,
    )


def _later(records: CommunityRecords, known: dt.date, day: dt.date) -> list[ActionView]:
    """Give what is open and due after a meeting, the first first."""
    found = [
        _action(one, day)
        for one in follow_ups(records, known)
        if one.is_open and one.action.due and one.action.due > day
    ]
    return sorted(found, key=lambda action: (action.due or dt.date.max, action.case))


def _tied(cards: Iterable[Evidence], community: str, cases: list[Case]) -> list[Evidence]:
    """Give the cards that a case names, or that say that they are for it."""
    slugs = {case.slug for case in cases}
    named = {slug for case in cases for slug in case.evidence}
    return [
        card
        for card in cards
        if card.slug in named
        or any(use.community == community and use.case in slugs for use in card.used)
    ]


def _fitting(cards: Iterable[Evidence], cases: list[Case]) -> Iterator[str]:
    """Give the titles of cards that share a theme with a case."""
    themes = {theme.casefold() for case in cases for theme in case.themes}
    for card in cards:
        if not themes.isdisjoint(theme.casefold() for theme in card.themes):
            yield card.title


def _to_come(records: CommunityRecords, meeting: Meeting) -> Iterator[DateView]:
    after = [one for one in records.meetings if one.held_on > meeting.held_on]
    for one in after[:MOST_DATES]:
        yield DateView(one.held_on, one.start, one.place or "", one.kind)


# What a community's calendar says of each meeting, and by what name calendars know it.

LONGEST: Final = 24 * 60  # minutes
FIRST_YEAR: Final = 1970
LAST_YEAR: Final = 2100
_OURS: Final = UUID("3b9d7c1e-5a42-5c0e-9f36-7b1d2ce04a86")


@dataclass(frozen=True, slots=True)
class Invitation:
    """One meeting as a calendar shows it; all day long where no ``start`` is on record.

    ``uid`` stays whatever is edited, so that a calendar puts the new in the place of the old.
    """

    uid: str
    meeting: str
    day: dt.date
    start: dt.time | None
    minutes: int
    summary: str
    place: str
    description: str


def invitations(programme: Programme, records: CommunityRecords) -> list[Invitation]:
    """Give the invitation to each of a community's meetings, the first first.

    Raises :class:`CopkitError` for a meeting that no calendar could show, or could not tell from
    another.
    """
    found: dict[str, Invitation] = {}
    for meeting in records.meetings:
        _require_possible(meeting)
        invitation = _invitation(programme, records, meeting)
        if other := found.get(invitation.uid):
            message = f"{records.slug}: {meeting.slug} and {other.meeting} are planned for one day"
            hint = "a file's name with a suffix tells them apart, such as 2012-05-16-evening.md"
            raise CopkitError(message, hint)
        found[invitation.uid] = invitation
    return list(found.values())


def _invitation(programme: Programme, records: CommunityRecords, meeting: Meeting) -> Invitation:
    name, kind = records.community.name, _KINDS.get(meeting.kind, "")
    return Invitation(
        uid=_uid(programme, records, meeting),
        meeting=meeting.slug,
        day=meeting.held_on,
        start=meeting.start,
        minutes=meeting.minutes or USUAL_MINUTES,
        summary=f"{name}: {kind.lower()}" if kind else name,
        place=meeting.place or "",
        description=f"{kind or 'Meeting'} of the {name}.",
    )


_KINDS: Final = {
    MeetingKind.TASTER: "Taster session",
    MeetingKind.GUEST_SPEAKER: "Guest speaker",
    MeetingKind.REVIEW: "Review",
}


def _uid(programme: Programme, records: CommunityRecords, meeting: Meeting) -> str:
    """Make a name that no other meeting has, of what is hardly ever edited.

    The programme's own name can change; the day on which it started tells it from others.
    """
    planned = f"{meeting.moved_from or meeting.held_on}{meeting.slug[10:]}"
    return str(uuid5(_OURS, f"{programme.settings.starts}/{records.slug}/{planned}"))


def _require_possible(meeting: Meeting) -> None:
    if (meeting.minutes or 0) > LONGEST:
        message = f"{meeting.source.file}: no calendar shows a meeting of {meeting.minutes} minutes"
        raise CopkitError(message, "correct its 'minutes'")
    if not FIRST_YEAR <= meeting.held_on.year <= LAST_YEAR:
        message = f"{meeting.source.file}: no calendar shows a meeting in {meeting.held_on.year}"
        raise CopkitError(message, "correct its date, and the file's name")
