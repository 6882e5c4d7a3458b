"""The tool kit for starting a community: the checklist that records tick, and its sheets.  Pure.

A box is ticked by what is on record as of a day, and each open one has the command that closes it.
What records cannot know is no box here: it stays on paper. Documents are built from a
:class:`KitView`, which holds no record and leads back to none.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from copkit.analysis.attendance import AttendanceLetter, assign_letters
from copkit.analysis.cases import find_follow_up_gaps, follow_ups
from copkit.analysis.health import WarningSign, warning_signs
from copkit.analysis.period import CommunitySnapshot
from copkit.analysis.rota import presentation_days, presenter_rota
from copkit.analysis.seats import SeatState, seats_of
from copkit.errors import Problem, Severity
from copkit.folder import CommunityRecords, Programme
from copkit.records.cases import Case, Consent
from copkit.records.communities import GROUND_RULES_HEADING, CommunityKind, CommunityStatus
from copkit.records.meetings import MeetingKind
from copkit.records.members import Member, Part
from copkit.records.programme import EXAMPLE_SEATS
from copkit.records.schema.audience import Audience
from copkit.records.sheets import KitSheet, SheetReader, SheetTime
from copkit.text.front_matter import find_heading, frame_of
from copkit.wording import count_in_words, number_in_words, plural, weekday_in_words

KIT_AUDIENCE: Final = Audience.MEMBERS  # what a community adds: presenters' roles and drafts

# Measures of the programme report; what is marked "ours" is stated nowhere in it.
FEWEST_SECTORS: Final = 4
"""Sectors to draw on: health, housing, criminal justice and social care."""
FEWEST_PEOPLE, MOST_PEOPLE = 6, 10
FIRST_MEETINGS: Final = 6
"""Meetings that each community was to hold at least."""
FEWEST_EXPERTS: Final = 2
PRESENTERS_AHEAD: Final = 2
"""People who could present next, so that one may fall ill; ours."""


# --- the starting checklist -----------------------------------------------------------------


class BoxState(NamedTuple):
    """What records say of a box; ``command`` closes an open one, as words after ``copkit``."""

    ticked: bool
    because: str
    command: tuple[str, ...] = ()


class BoxRule(NamedTuple):
    """One box of the checklist: its text, the sheet that helps with it, and what ticks it."""

    name: str
    text: str
    sheet: str
    check: Callable[[CommunitySnapshot, Programme], BoxState]


@dataclass(frozen=True, slots=True)
class StartingBox:
    """One box of a community's checklist as of a day; the names are those of the JSON."""

    name: str
    text: str
    ticked: bool
    because: str
    sheet: str
    command: tuple[str, ...]


def starting_boxes(
    programme: Programme, records: CommunityRecords, day: dt.date
) -> tuple[StartingBox, ...]:
    """Return the checklist of a community, in its order, as known on a day."""
    snapshot = CommunitySnapshot(records, programme.settings.threshold, day)
    boxes = []
    for rule in BOX_RULES:
        state = rule.check(snapshot, programme)
        is_closed = state.ticked or records.community.has_ended_by(day)
        command = () if is_closed else state.command
        boxes.append(
            StartingBox(rule.name, rule.text, state.ticked, state.because, rule.sheet, command)
        )
    return tuple(boxes)


def _backing(snapshot: CommunitySnapshot, _: Programme) -> BoxState:
    backing = (snapshot.community.backing or "").strip()
    if backing:
        return BoxState(True, backing)
    return BoxState(False, "'backing' in community.md is empty", ("edit", snapshot.records.slug))


def _mix(_: CommunitySnapshot, programme: Programme) -> BoxState:
    seats = programme.settings.seats_sought
    add = ("toolkit", "add", "seats")
    if not seats:
        return BoxState(False, "no seats are named in copkit.yaml", add)
    if seats == EXAMPLE_SEATS:
        return BoxState(False, "the seats are still those that 'copkit init' wrote", add)
    sectors = count_in_words(len(seats), "sector")
    if len(seats) < FEWEST_SECTORS:
        return BoxState(False, f"{sectors} in copkit.yaml, and it takes four", add)
    return BoxState(True, f"{plural(sum(map(len, seats.values())), 'seat')} in {sectors}")


def _asked(snapshot: CommunitySnapshot, programme: Programme) -> BoxState:
    slug = snapshot.records.slug
    if not programme.settings.seats_sought:
        return BoxState(False, "no seats are named in copkit.yaml", ("toolkit", "add", "seats"))
    seats = seats_of(programme, snapshot.as_of, {slug})
    empty = [seat for seat in seats if seat.state is SeatState.EMPTY]
    unasked = [seat for seat in empty if not seat.approaches]
    if seats and not empty:
        return BoxState(True, "no seat is empty")
    if not seats:  # it is to begin later, and nobody has been asked yet
        return BoxState(False, "nobody was asked yet", ("new-approach", slug))
    if not unasked:
        return BoxState(True, f"each of {plural(len(empty), 'empty seat')} was asked for")
    because = f"nobody was asked yet for {len(unasked)} of {plural(len(empty), 'empty seat')}"
    return BoxState(False, because, ("new-approach", slug))


def _confirmed(snapshot: CommunitySnapshot, _: Programme) -> BoxState:
    people = [
        person.member
        for person in assign_letters(snapshot.records, snapshot.threshold, snapshot.as_of)
        if person.letter is not AttendanceLetter.Y and _belongs(person.member, snapshot.as_of)
    ]
    sectors = list(dict.fromkeys(member.sector for member in people))
    confirmed = count_in_words(len(people), "person", "people") if people else "nobody"
    because = f"{confirmed} confirmed"
    if len(people) > MOST_PEOPLE:
        because += ": more than fit into two hours; a second group could grow out of this one"
        command: tuple[str, ...] = ("new-community", "--grew-out-of", snapshot.records.slug)
        return BoxState(False, because, command)
    if people and len(sectors) == 1:
        because += f", all of them from {sectors[0]}"
    elif people:
        because += f", from {count_in_words(len(sectors), 'sector')}"
    is_mixed = len(sectors) > 1 and len(people) >= FEWEST_PEOPLE
    return BoxState(is_mixed, because, ("new-member", snapshot.records.slug))


def _experts(snapshot: CommunitySnapshot, _: Programme) -> BoxState:
    members = _members(snapshot)
    count = sum(member.part is Part.EXPERT_BY_EXPERIENCE for member in members)
    command = ("new-member", snapshot.records.slug, "--part", Part.EXPERT_BY_EXPERIENCE.value)
    if not members:
        return BoxState(False, "nobody is on the roster yet", command)
    if count == 1:
        return BoxState(False, "one expert is alone", command)
    because = f"{number_in_words(count)} on the roster" if count else "none yet"
    return BoxState(True, because)


def _taster(snapshot: CommunitySnapshot, _: Programme) -> BoxState:
    slug = snapshot.records.slug
    tasters = [
        meeting for meeting in snapshot.records.meetings if meeting.kind is MeetingKind.TASTER
    ]
    held = [meeting for meeting in tasters if meeting in snapshot.meetings_held]
    has_rules = bool(snapshot.community.ground_rules.strip())
    if held and has_rules:
        day = weekday_in_words(held[0].held_on, 0)
        return BoxState(True, f"held on {day}, and the ground rules are written down")
    if held:
        because = "there is no text under '## Ground rules' in community.md"
        return BoxState(False, because, ("toolkit", "add", "ground-rules", slug))
    if not tasters:
        because = "no taster is recorded yet"
        if len(snapshot.records.meetings) < FIRST_MEETINGS:
            return BoxState(False, because, ("toolkit", "add", "first-six", slug))
        return BoxState(False, because, ("new-meeting", slug, "--kind", MeetingKind.TASTER.value))
    first = tasters[0]
    if first.held_on > snapshot.as_of:
        day = weekday_in_words(first.held_on, snapshot.as_of.year)
        return BoxState(False, f"the taster is on {day}", ("toolkit", "show", "taster"))
    because = f"nobody is recorded as present at the taster of {weekday_in_words(first.held_on, 0)}"
    return BoxState(False, because, ("attendance", "take", slug, first.slug))


def _six_dates(snapshot: CommunitySnapshot, _: Programme) -> BoxState:
    count = len(snapshot.records.meetings)
    because = f"{count_in_words(count, 'meeting')} in all, of the first six"
    if count >= FIRST_MEETINGS:
        because = f"{count_in_words(count, 'meeting')} held or to come"
    command = ("toolkit", "add", "first-six", snapshot.records.slug)
    return BoxState(count >= FIRST_MEETINGS, because, command)


def _presenters(snapshot: CommunitySnapshot, _: Programme) -> BoxState:
    records = snapshot.records
    rota = {turn.member.id for turn in presenter_rota(records, snapshot.as_of)}
    ready = {id for case in _cases_to_come(snapshot) for id in case.presenters}
    count = len(rota | ready)
    who = count_in_words(count, "person", "people") if count else "nobody"
    because = f"{who} could present next"
    if ready:
        because += f", {number_in_words(len(ready))} with a case"
    return BoxState(count >= PRESENTERS_AHEAD, because, ("new-case", records.slug))


def _promises(snapshot: CommunitySnapshot, _: Programme) -> BoxState:
    records = snapshot.records
    days = presentation_days(records)
    cases = [case for case in records.cases if days.get(case.slug, dt.date.max) <= snapshot.as_of]
    promised = [entry.action for entry in follow_ups(records, snapshot.as_of)]
    for case in cases:
        for problem in find_follow_up_gaps(case):
            if problem.code == "action-without-date":
                id = next(action.id for action in case.actions if action.due is None)
                command = ("case", "action", case.name, id, "--due", "next")
                return BoxState(False, f"a promise of {case.slug} has no day", command)
            if problem.code == "action-without-owner":
                return BoxState(False, f"nobody owns a promise of {case.slug}", ("edit", case.name))
    if promised:
        return BoxState(True, f"{plural(len(promised), 'promise')}, each with an owner and a day")
    if cases:
        return BoxState(False, "no promise is recorded", ("case", "action", cases[-1].name))
    return BoxState(False, "no case was presented yet", ("new-case", records.slug))


def _distress(snapshot: CommunitySnapshot, _: Programme) -> BoxState:
    if snapshot.community.care_for_distress.strip():
        return BoxState(True, "it is written down in community.md")
    because = "there is no text under '## If it is too much' in community.md"
    return BoxState(False, because, ("edit", snapshot.records.slug))


def _ending(snapshot: CommunitySnapshot, _: Programme) -> BoxState:
    status = snapshot.community.status
    if status in {CommunityStatus.CLOSING, CommunityStatus.ENDED}:
        is_closing = status is CommunityStatus.CLOSING
        return BoxState(True, "it is closing" if is_closing else "it has ended")
    reviews = [
        meeting
        for meeting in (*snapshot.meetings_held, *snapshot.meetings_to_come)
        if meeting.kind is MeetingKind.REVIEW
    ]
    if reviews:
        return BoxState(True, f"we look back on {weekday_in_words(reviews[-1].held_on, 0)}")
    command = ("new-meeting", snapshot.records.slug, "--kind", MeetingKind.REVIEW.value)
    return BoxState(False, "no review is planned or recorded", command)


BOX_RULES: Final = (
    BoxRule("backing", "Somebody senior stands behind us", "host", _backing),
    BoxRule("mix", "We know which mix of people we want", "seats", _mix),
    BoxRule("asked", "Every empty seat was asked for", "brokerage", _asked),
    BoxRule(
        "confirmed",
        "Six to ten people are confirmed, from more than one sector",
        "brokerage",
        _confirmed,
    ),
    BoxRule("experts", "Two experts by experience, or none yet, never one", "experts", _experts),
    BoxRule("taster", "The taster was held, and ground rules agreed", "taster", _taster),
    BoxRule("dates", "Six dates are in people's calendars", "first-six", _six_dates),
    BoxRule("presenters", "There are presenters for the next two", "first-six", _presenters),
    BoxRule("promises", "Every promise has an owner and a day", "two-hours", _promises),
    BoxRule("distress", "Somebody looks after distress", "ground-rules", _distress),
    BoxRule("ending", "We know what we do when we end", "ending", _ending),
)
"""Every box, in the order of the checklist."""


def _belongs(member: Member, day: dt.date) -> bool:
    """Check whether somebody had not left before a day; the last day of a community counts."""
    return member.left is None or member.left >= day


def _members(snapshot: CommunitySnapshot) -> list[Member]:
    return [member for member in snapshot.records.members if member.is_member_on(snapshot.as_of)]


def _cases_to_come(snapshot: CommunitySnapshot) -> list[Case]:
    """Return the cases that are still to be presented, with a day or without one."""
    days = presentation_days(snapshot.records)
    return [
        case
        for case in snapshot.records.cases
        if days.get(case.slug, dt.date.max) > snapshot.as_of and case.consent is not Consent.REFUSED
    ]


# --- the sheets -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SheetView:
    """One sheet as its readers get it; ``body`` is Markdown, ``number`` its place in the kit."""

    number: int
    name: str
    title: str
    asks: str
    when: SheetTime
    minutes: int | None
    written_for: SheetReader
    rests_on: str
    body: str


def sheet_views(sheets: Sequence[KitSheet], reader: Audience) -> tuple[SheetView, ...]:
    """Return the sheets of a kit that an audience may see, in their order."""
    return tuple(
        SheetView(
            number=number,
            name=sheet.slug,
            title=sheet.title,
            asks=sheet.asks,
            when=sheet.when,
            minutes=sheet.minutes,
            written_for=sheet.written_for,
            rests_on=sheet.rests_on or "",
            body=sheet.body,
        )
        for number, sheet in enumerate(sheets, 1)
        if reader.may_see(sheet.audience)
    )


@dataclass(frozen=True, slots=True)
class SheetNeed:
    """How much a community needs a sheet: how many open boxes it helps with, and if it is done."""

    sheet: SheetView
    open_boxes: int
    is_behind: bool


def sheets_by_need(
    sheets: Sequence[SheetView], boxes: Sequence[StartingBox], meetings_held: int
) -> list[SheetNeed]:
    """Return the sheets of a kit, those first that help with most open boxes, last what is done.

    A sheet is done with once all its boxes are ticked; one without any, when its time has passed.
    """
    needs = []
    for sheet in sheets:
        ticks = [box.ticked for box in boxes if box.sheet == sheet.name]
        passed = meetings_held >= _MEETINGS_UNTIL_DONE.get(sheet.when, meetings_held + 1)
        needs.append(SheetNeed(sheet, ticks.count(False), all(ticks) if ticks else passed))
    return sorted(needs, key=lambda need: (need.is_behind, -need.open_boxes))


_MEETINGS_UNTIL_DONE: Final = {SheetTime.BEFORE: 1, SheetTime.FIRST_MEETING: 2}
"""Meetings held after which the sheets of a time are behind a community."""


# --- what a printed kit states of a community -----------------------------------------------


@dataclass(frozen=True, slots=True)
class PlannedMeeting:
    """A meeting of the first six: what is known of it by now.

    ``presenters`` and ``reporting`` are roles, ``waiting`` is the title of a case in reserve.
    """

    held_on: dt.date
    start: dt.time | None
    kind: MeetingKind
    presenters: tuple[str, ...]
    themes: tuple[str, ...]
    waiting: str
    reporting: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SectorSeats:
    """The roles sought in one sector, by whether somebody sits there."""

    sector: str
    filled: tuple[str, ...]
    on_trial: tuple[str, ...]
    empty: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CommunityKit:
    """What a kit that is printed for a community states of it, as of a day."""

    name: str
    as_of: dt.date
    boxes: tuple[StartingBox, ...]
    meetings: tuple[PlannedMeeting, ...]
    signs: tuple[WarningSign, ...]
    seats: tuple[SectorSeats, ...]


@dataclass(frozen=True, slots=True)
class KitView:
    """The sheets to print, for a community or for anybody; ``programme`` is ``""`` outside one."""

    programme: str
    sheets: tuple[SheetView, ...]
    community: CommunityKit | None = None


def build_community_kit(
    programme: Programme, records: CommunityRecords, day: dt.date
) -> CommunityKit:
    """Reduce a programme to what the kit of one community states of it."""
    snapshot = CommunitySnapshot(records, programme.settings.threshold, day)
    return CommunityKit(
        name=records.community.name,
        as_of=day,
        boxes=starting_boxes(programme, records, day),
        meetings=tuple(_planned_meetings(snapshot)),
        signs=tuple(warning_signs(snapshot, programme.settings.seats_sought)),
        seats=tuple(_sector_seats(snapshot, programme)),
    )


def _planned_meetings(snapshot: CommunitySnapshot) -> Iterator[PlannedMeeting]:
    """Yield the six meetings from a day on; where fewer are to come, the last six."""
    records = snapshot.records
    past = sum(meeting.held_on < snapshot.as_of for meeting in records.meetings)
    first = max(0, min(past, len(records.meetings) - FIRST_MEETINGS))
    days = presentation_days(records)
    shown = [case for case in records.cases if case.consent is not Consent.REFUSED]
    waiting = [case for case in shown if case.slug not in days]
    for meeting in records.meetings[first : first + FIRST_MEETINGS]:
        cases = [
            case
            for case in shown
            if case.slug in meeting.cases or days.get(case.slug) == meeting.held_on
        ]
        due = [
            entry.action.owner
            for entry in follow_ups(records, snapshot.as_of)
            if entry.action.due == meeting.held_on and entry.action.owner
        ]
        is_to_come = meeting.held_on >= snapshot.as_of
        reserve = waiting.pop(0).title if waiting and is_to_come else ""
        yield PlannedMeeting(
            held_on=meeting.held_on,
            start=meeting.start,
            kind=meeting.kind,
            presenters=_roles(records, cases),
            themes=tuple(dict.fromkeys(theme for case in cases for theme in case.themes)),
            waiting=reserve,
            reporting=tuple(dict.fromkeys(due)),
        )


def _roles(records: CommunityRecords, cases: Sequence[Case]) -> tuple[str, ...]:
    """Return the roles of those who present some cases."""
    presenters = (records.roster.member(id) for case in cases for id in case.presenters)
    return tuple(dict.fromkeys(member.role for member in presenters if member))


def _sector_seats(snapshot: CommunitySnapshot, programme: Programme) -> Iterator[SectorSeats]:
    seats = seats_of(programme, snapshot.as_of, {snapshot.records.slug})
    for sector in dict.fromkeys(seat.sector for seat in seats):
        roles = {
            state: tuple(
                seat.role for seat in seats if seat.sector == sector and seat.state is state
            )
            for state in SeatState
        }
        yield SectorSeats(
            sector, roles[SeatState.FILLED], roles[SeatState.ON_TRIAL], roles[SeatState.EMPTY]
        )


# --- the first six meetings -----------------------------------------------------------------


class Interval(NamedTuple):
    """How long it is from one meeting to the next: some days, or some months."""

    days: int = 0
    months: int = 0

    def after(self, first: dt.date, number: int) -> dt.date:
        """Return the day of a meeting, the first having the ``number`` 0.

        Months keep the weekday and which one of the month it is: the third Wednesday, the last.
        """
        if self.days:
            return first + dt.timedelta(days=self.days * number)
        month = first.month - 1 + self.months * number
        day = dt.date(first.year + month // 12, month % 12 + 1, 1)
        day += dt.timedelta(days=(first.weekday() - day.weekday()) % 7)
        month_of_day = day.month
        for _ in range((first.day - 1) // 7):
            if (day + dt.timedelta(days=7)).month == month_of_day:
                day += dt.timedelta(days=7)
        return day


class NewMeeting(NamedTuple):
    """A meeting that is to be written: its day, and what sort it is."""

    held_on: dt.date
    kind: MeetingKind


def plan_first_six(
    records: CommunityRecords, first: dt.date, interval: Interval
) -> list[NewMeeting]:
    """Return the meetings that a community lacks of its first six, from a day on.

    The first is a taster unless there is one. A day that has a meeting, cancelled or not, keeps it.
    """
    taken = {meeting.held_on for meeting in records.every_meeting}
    has_taster = any(meeting.kind is MeetingKind.TASTER for meeting in records.meetings)
    missing = FIRST_MEETINGS - len(records.meetings)
    planned: list[NewMeeting] = []
    number = 0
    while len(planned) < missing:
        day = interval.after(first, number)
        number += 1
        if day not in taken:
            kind = MeetingKind.REGULAR if has_taster or planned else MeetingKind.TASTER
            planned.append(NewMeeting(day, kind))
    return planned


# --- ground rules ---------------------------------------------------------------------------

# Words by which the rules that copkit ships are known, also after somebody has changed the rest.
SHIPPED_RULES: Final = (
    "nobody could know them",
    "what is told here stays here",
    "first we ask until we understand",
    "doubts are work",
    "nobody is senior in this room",
    "come back and tell",
    "start and end on time",
)
_KNOWN_RULES: Final = 3  # of these, which cannot be chance
SAFEGUARDING: Final = ("safeguarding", "risk of harm")


def find_unsafe_rules(records: CommunityRecords) -> Iterator[Problem]:
    """Yield a warning where the shipped rules are in use without the one about safeguarding."""
    rules = " ".join(records.community.ground_rules.casefold().split())
    known = sum(rule in rules for rule in SHIPPED_RULES)
    if known < _KNOWN_RULES or any(word in rules for word in SAFEGUARDING):
        return
    source = records.community.source.text
    frame = frame_of(source.text)
    place = find_heading(source.text, frame.body, GROUND_RULES_HEADING) if frame else None
    if place:
        message = "the rule about somebody at risk of harm has been taken out"
        hint = "put it back: 'copkit toolkit show ground-rules' has it, as rule 8"
        yield source.problem("ground-rules-safeguarding", *place, message, hint, Severity.WARNING)


def has_checklist(records: CommunityRecords) -> bool:
    """Check whether a community has seats and members, by which the boxes are ticked."""
    return records.community.kind is CommunityKind.COMMUNITY
