"""What is to be done, as of a day: a small function for each kind of thing, and a table.  Pure.

A function of ``SOURCES`` takes a programme and a period, and yields a :class:`DueItem` for each
thing that somebody can act on, with the command that does it. A new kind of thing is a function and
a row. None of them names a person: an item has the ids of those it is about, and only the command
line of somebody who has the contacts puts names to them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from copkit.analysis.absence import FEWEST_MISSED, find_absences
from copkit.analysis.approaches import approaches_made, next_steps_due
from copkit.analysis.cases import SignedRecord, due_follow_ups, sign_off_command, unsigned_reason
from copkit.analysis.networks.links import find_stale
from copkit.analysis.networks.series import describe_contents, find_due_issues
from copkit.analysis.networks.sessions import SignedFeedback, feedback_of, is_network, sessions_of
from copkit.analysis.period import is_over
from copkit.analysis.rota import presentation_days, presenter_rota
from copkit.analysis.toolkit import has_checklist, starting_boxes
from copkit.errors import only_errors
from copkit.folder import CommunityRecords, Programme
from copkit.records.blockages import BlockageStatus, is_answered
from copkit.records.cases import Case, CaseStatus, Consent
from copkit.records.communities import CommunityStatus
from copkit.records.kinds import Noun
from copkit.records.meetings import Meeting, is_session
from copkit.records.quotes import Quote, Speaker
from copkit.records.reports import IN_SHORT
from copkit.records.schema.parts import ConsentToQuote
from copkit.records.stories import Story
from copkit.text.front_matter import find_section
from copkit.text.normalise import without_comments
from copkit.wording import (
    capitalised,
    count_in_words,
    join_sentences,
    list_in_words,
    plural,
    sentence,
    weekday_in_words,
)

NOUNS: Final = frozenset(
    {
        Noun.MEMBERS,
        Noun.MEETINGS,
        Noun.CASES,
        Noun.APPROACHES,
        Noun.BLOCKAGES,
        Noun.EVIDENCE,
        Noun.STORIES,
        Noun.QUOTES,
        Noun.LINKS,
        Noun.DIRECTORY,
        Noun.CONNECTORS,
        Noun.NEWSLETTERS,
        Noun.SURVEYS,
        Noun.FOCUS_GROUPS,
        Noun.REPORTS,
    }
)
"""The records that the functions of ``SOURCES`` read."""

DAYS_TO_WRITE_UP: Final = 14  # after a case was presented, while the meeting is remembered
DAYS_TO_FOLLOW: Final = 90  # a story, before it should say what came of it
DAYS_OF_SILENCE: Final = 28  # after an ask that set no day for its answer


class DueGroup(StrEnum):
    """A heading of ``copkit today``, in the order of the page."""

    OVERDUE = "Overdue"
    SOON = "This week and next"
    SILENT = "Not heard from"
    TO_WRITE_UP = "To write up"
    TO_PUT_RIGHT = "To put right"
    FORMING = "Getting started"
    NOT_SHARED = "Not shared yet"


@dataclass(frozen=True, slots=True)
class DueItem:
    """One thing to do.

    ``community`` is a slug, ``""`` where it is about several or none; ``record`` is what ``copkit
    show`` takes, ``""`` for none. ``due`` is the day by which, or on which, where there is one.
    ``command`` are the words that do it, after ``copkit``. ``people`` are ids of the members that
    it is about, as ``brighton/probation-1``.
    """

    group: DueGroup
    what: str
    command: tuple[str, ...]
    community: str = ""
    due: dt.date | None = None
    record: str = ""
    people: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DuePeriod:
    """The day that it is, and the last day that is looked ahead to."""

    day: dt.date
    until: dt.date

    def group_of(self, due: dt.date) -> DueGroup:
        """Return the group of what is due on a day."""
        return DueGroup.OVERDUE if due <= self.day else DueGroup.SOON


def _open_communities(programme: Programme) -> list[CommunityRecords]:
    """Return the communities whose records may be changed: in others nothing is to be done."""
    return [records for records in programme.communities if not records.community.is_read_only]


def due_items(programme: Programme, period: DuePeriod) -> list[DueItem]:
    """Return everything that is to be done: by group, within each the most urgent first."""
    items = [item for source in SOURCES for item in source(programme, period)]
    return sorted(items, key=_urgency)


def _urgency(item: DueItem) -> tuple[int, dt.date, str]:
    """Return a sort key: the group, then the day, and last what has none."""
    return list(DueGroup).index(item.group), item.due or dt.date.max, item.community


def first_meeting_after(
    programme: Programme, day: dt.date
) -> tuple[CommunityRecords, Meeting] | None:
    """Return the first meeting of any community after a day, ``None`` where none is planned."""
    coming = [
        (records, meeting)
        for records in _open_communities(programme)
        for meeting in records.meetings
        if meeting.held_on > day
    ]
    return min(coming, key=lambda pair: pair[1].held_on) if coming else None


# --- overdue, and this week and next --------------------------------------------------------


def promises(programme: Programme, period: DuePeriod) -> Iterator[DueItem]:
    """Yield actions without an outcome: those due by now, and those that no meeting is to hear of.

    A promise that is due later is counted at the meeting that hears of it, see :func:`meetings`.
    """
    for records in _open_communities(programme):
        heard = [
            meeting.held_on
            for meeting in records.meetings
            if period.day <= meeting.held_on <= period.until
        ]
        for follow_up in due_follow_ups(records, period.day, period.until):
            due = follow_up.action.due
            if due is None or (due > period.day and any(due <= day for day in heard)):
                continue
            owner = f" ({follow_up.action.owner})" if follow_up.action.owner else ""
            yield DueItem(
                period.group_of(due),
                f"{follow_up.action.what}{owner}",
                ("case", "progress", follow_up.case.name, follow_up.action.id),
                records.slug,
                due,
                follow_up.case.name,
            )


def next_steps(programme: Programme, period: DuePeriod) -> Iterator[DueItem]:
    """Yield what is to be done next to fill a seat."""
    made = approaches_made(programme, period.day)
    for step in next_steps_due(programme, made, period.until):
        community, approach = step.entry.community, step.entry.approach
        due = approach.next_date
        yield DueItem(
            period.group_of(due) if due else DueGroup.SOON,
            f"{capitalised(approach.next or 'ask again')} ({approach.agency})",
            ("approaches", "update", community, approach.id),
            community,
            due,
        )


def unanswered_asks(programme: Programme, period: DuePeriod) -> Iterator[DueItem]:
    """Yield asks without an answer: by the day it was asked for, or after long silence."""
    for blockage in programme.blockages:
        if blockage.status is BlockageStatus.CLOSED:
            continue
        for ask in blockage.asks:
            silence = (period.day - ask.date).days
            if silence < 0 or is_answered(ask, period.day):
                continue
            if ask.reply_by is None and silence < DAYS_OF_SILENCE:
                continue
            if ask.reply_by and ask.reply_by > period.until:
                continue
            waiting = f"no answer for {plural(silence, 'day')}" if silence else "asked today"
            yield DueItem(
                period.group_of(ask.reply_by) if ask.reply_by else DueGroup.SILENT,
                f"{ask.of}: {waiting}. {sentence(ask.ask)}",
                ("blockage", "reply", blockage.slug, ask.id),
                due=ask.reply_by,
                record=blockage.slug,
            )


def reviews(programme: Programme, period: DuePeriod) -> Iterator[DueItem]:
    """Yield evidence cards that are to be looked at again."""
    for card in programme.evidence:
        if card.review and card.review <= period.until:
            yield DueItem(
                period.group_of(card.review),
                f"Look whether this still holds: {card.title}",
                ("edit", card.slug),
                due=card.review,
                record=card.slug,
            )


def directory_checks(programme: Programme, period: DuePeriod) -> Iterator[DueItem]:
    """Yield in one line which entries of the directory are to be checked."""
    if not (programme.directory or programme.connectors):
        return
    # Few programmes keep a directory, and the others need none of this.
    from copkit.analysis.directory.overview import by_organisation, due_checks

    checks = [
        check
        for check in due_checks(programme, period.day, (period.until - period.day).days)
        # what was added or checked later than the day is not yet there on it
        if (check.entry.checked or period.day) <= period.day
        and (getattr(check.entry, "added", None) or period.day) <= period.day
    ]
    if checks:
        groups = by_organisation(checks)
        first = groups[0].organisation
        # Entries and organisations are counted apart, so the noun is said of both.
        others = f" and {plural(len(groups) - 1, 'other organisation')}" if len(groups) > 1 else ""
        entries = plural(len(checks), "entry", "entries")
        yield DueItem(
            period.group_of(checks[0].due or period.day),
            f"Check {entries} of the directory: ring {first}{others}",
            ("directory", "due"),
            due=checks[0].due,
        )


def meetings(programme: Programme, period: DuePeriod) -> Iterator[DueItem]:
    """Yield the meetings to come, with the case or whose turn it is, and what is to be heard."""
    for records in _open_communities(programme):
        coming = [
            meeting
            for meeting in records.meetings
            if meeting.held_on <= period.until and not is_over(meeting, period.day)
        ]
        since = dt.date.min
        for meeting in coming:
            if is_network(records) and is_session(meeting):
                yield _session_to_come(records, meeting)
                continue
            due = due_follow_ups(records, period.day, meeting.held_on)
            # Each promise is heard at the first meeting after its day, and not at all of them.
            heard = [entry for entry in due if not entry.action.due or entry.action.due > since]
            since = meeting.held_on
            case, people = _case_or_turn(records, meeting)
            promised = f"{plural(len(heard), 'promise')} to hear about." if heard else ""
            start = f"{meeting.start:%H:%M}" if meeting.start else ""
            place = ", ".join(filter(None, (records.community.place, start, meeting.place)))
            yield DueItem(
                DueGroup.SOON,
                join_sentences(f"{place}.", promised, case),
                ("agenda", records.slug, meeting.slug),
                records.slug,
                meeting.held_on,
                f"{records.slug}/{meeting.slug}",
                people,
            )


def _session_to_come(records: CommunityRecords, meeting: Meeting) -> DueItem:
    """Return a session to come, with how many signed up and whether somebody else has the key."""
    start = f"{meeting.start:%H:%M}" if meeting.start else ""
    place = meeting.place or ("online" if meeting.online else "")
    where = ", ".join(filter(None, (records.community.place, start, place)))
    signed_up = f"{meeting.registered} signed up." if meeting.registered is not None else ""
    host = "" if meeting.second_host else "Nobody else can open the room: set 'second_host'"
    return DueItem(
        DueGroup.SOON,
        join_sentences(f"{where}.", f"{meeting.title}.", signed_up, host),
        ("session", "build", records.slug, meeting.slug),
        records.slug,
        meeting.held_on,
        f"{records.slug}/{meeting.slug}",
    )


def _case_or_turn(records: CommunityRecords, meeting: Meeting) -> tuple[str, tuple[str, ...]]:
    """Return which case a meeting has, or whose turn it is to bring one, and who these people are.

    The ids are full ones, as in :class:`DueItem`.
    """
    days = presentation_days(records)
    cases = [
        case
        for case in records.cases
        if (case.slug in meeting.cases or days.get(case.slug) == meeting.held_on)
        and case.consent is not Consent.REFUSED
    ]
    if cases:
        presenters = dict.fromkeys(id for case in cases for id in case.presenters)
        members = [member for member in map(records.roster.member, presenters) if member]
        titles = list_in_words([case.title for case in cases])
        roles = list_in_words(list(dict.fromkeys(member.role for member in members)))
        noun = "Case" if len(cases) == 1 else "Cases"
        text = f"{noun}: {titles}; presented by {roles}" if roles else f"{noun}: {titles}"
    else:
        rota = presenter_rota(records, meeting.held_on)
        members = [turn.member for turn in rota if not turn.preparing][:1]
        roles = "".join(member.role for member in members)
        text = f"No case is set; whose turn it is: {roles}" if roles else "No case is set"
    return text, tuple(f"{records.slug}/{member.id}" for member in members)


def issues_of_newsletters(programme: Programme, period: DuePeriod) -> Iterator[DueItem]:
    """Yield issues of the series in copkit.yaml that are due, as far as they have anything to tell.

    A programme that sets no series writes its newsletter when it likes, and is not reminded.
    """
    if not programme.settings.newsletters:
        return
    for issue in find_due_issues(programme, period.day):
        if issue.contents and issue.due <= period.until:
            called = issue.series.title or issue.series.id
            yield DueItem(
                period.group_of(issue.due),
                f"{called}, {issue.days.name}: {describe_contents(issue)}",
                issue.command,
                due=issue.due,
            )


def stale_links(programme: Programme, period: DuePeriod) -> Iterator[DueItem]:
    """Yield in one line how many links nobody has looked at for a year."""
    if stale := find_stale(programme.links, period.day):
        what = f"Look whether {count_in_words(len(stale), 'link')} still lead where they should"
        if len(stale) == 1:
            what = f"Look whether this link still leads where it should: {stale[0].title}"
        yield DueItem(DueGroup.TO_PUT_RIGHT, what, ("links", "due"))


# --- not heard from, to write up ------------------------------------------------------------


def silent_members(programme: Programme, period: DuePeriod) -> Iterator[DueItem]:
    """Yield in one line how many members missed the last meetings without sending word."""
    silent = [
        absence
        for absence in find_absences(programme.communities, period.day)
        if absence.silent >= FEWEST_MISSED
    ]
    if silent:
        people = count_in_words(len(silent), "person", "people")
        communities = {absence.community for absence in silent}
        # The longest absent first, as the command lists them.
        community = communities.pop() if len(communities) == 1 else ""
        yield DueItem(
            DueGroup.SILENT,
            f"{capitalised(people)} missed the last two meetings or more, without apologies",
            ("attendance", "away", *filter(None, [community])),
            community,
            people=tuple(absence.name for absence in silent),
        )


def cases_to_write_up(programme: Programme, period: DuePeriod) -> Iterator[DueItem]:
    """Yield cases that were presented some time ago, and are not written up."""
    for records in _open_communities(programme):
        days = presentation_days(records)
        for case in records.cases:
            presented = days.get(case.slug)
            if presented is None or not _waits_for_write_up(case):
                continue
            if (period.day - presented).days >= DAYS_TO_WRITE_UP:
                state = "still a draft" if case.status is CaseStatus.DRAFT else "not written up"
                when = weekday_in_words(presented, period.day.year)
                yield DueItem(
                    DueGroup.TO_WRITE_UP,
                    f"{case.title}: presented on {when}, and {state}",
                    ("edit", case.name),
                    records.slug,
                    presented,
                    case.name,
                )


def _waits_for_write_up(case: Case) -> bool:
    begun = case.status in {CaseStatus.DRAFT, CaseStatus.PRESENTED}
    return begun and case.consent is not Consent.REFUSED


def stories_to_follow(programme: Programme, period: DuePeriod) -> Iterator[DueItem]:
    """Yield stories that began 90 days ago or more, and do not say what came of it."""
    stories = [story for story in programme.stories if story.happened and not story.what_came]
    for story in sorted(stories, key=lambda story: (story.happened, story.slug)):
        days = (period.day - story.happened).days if story.happened else 0
        if days >= DAYS_TO_FOLLOW and story.consent is not ConsentToQuote.REFUSED:
            yield DueItem(
                DueGroup.TO_WRITE_UP,
                f"{story.title}: what came of it? It began {plural(days, 'day')} ago",
                ("edit", story.slug),
                story.community or "",
                story.happened,
                story.slug,
            )


def reports_to_write(programme: Programme, period: DuePeriod) -> Iterator[DueItem]:
    """Yield evaluation reports whose last day has passed, and of which nobody wrote the summary."""
    for report in programme.reports:
        in_short = without_comments(find_section(report.body, IN_SHORT))
        if report.until <= period.day and not in_short.strip():
            yield DueItem(
                DueGroup.TO_WRITE_UP,
                f"{report.title}: write what is in short",
                ("edit", report.slug),
                "",
                report.until,
                report.slug,
            )


def quotes_to_sign(programme: Programme, period: DuePeriod) -> Iterator[DueItem]:
    """Yield in one line how many quotes and stories for readers outside lack only a sign-off."""
    heard = {survey.slug: survey.asked_on for survey in programme.surveys}
    heard |= {group.slug: group.date for group in programme.focus_groups}
    days: list[tuple[Quote | Story, dt.date | None]] = [
        *((quote, heard.get(quote.heard or "")) for quote in programme.quotes),
        *((story, story.happened) for story in programme.stories),
    ]
    waiting = [
        record
        for record, day in days
        if (day is None or day <= period.day)
        and record.sign_off is None
        and record.consent is ConsentToQuote.GIVEN
        and not record.audience.policy.sees_unsigned_cases
        and not (isinstance(record, Quote) and record.part is Speaker.FACILITATOR)
    ]
    if waiting:
        are = "is" if len(waiting) == 1 else "are"
        count = plural(len(waiting), "quote or story", "quotes and stories")
        what = f"{count} for readers outside {are} not signed off yet"
        yield DueItem(DueGroup.TO_WRITE_UP, what, ("quote", "list", "--for", waiting[0].audience))


# --- getting started ------------------------------------------------------------------------


def forming_communities(programme: Programme, period: DuePeriod) -> Iterator[DueItem]:
    """Yield what a community that is forming still lacks, by the checklist of the tool kit."""
    for records in programme.communities:
        if records.community.status is not CommunityStatus.FORMING or not has_checklist(records):
            continue
        boxes = starting_boxes(programme, records, period.day)
        lacking = [box.text for box in boxes if not box.ticked]
        count = f"{records.community.place}: {len(boxes) - len(lacking)} of {len(boxes)} boxes"
        if lacking:
            what = f"{count} ticked. Next: {lacking[0]}"
            command: tuple[str, ...] = ("toolkit", "check", records.slug)
        else:
            what = f"{count} ticked: it is active now, as 'status' in community.md can say"
            command = ("edit", records.slug)
        yield DueItem(DueGroup.FORMING, what, command, records.slug)


# --- to put right ---------------------------------------------------------------------------


def faults(programme: Programme, period: DuePeriod) -> Iterator[DueItem]:
    """Yield in one line how many faults keep records from being read."""
    del period  # as every source has it
    if errors := only_errors(programme.problems):
        files = plural(len({problem.file for problem in errors}), "file")
        what = f"{plural(len(errors), 'fault')} in {files}: what is there cannot all be read"
        yield DueItem(DueGroup.TO_PUT_RIGHT, what, ("check",), due=dt.date.min)


def unrecorded_meetings(programme: Programme, period: DuePeriod) -> Iterator[DueItem]:
    """Yield meetings of the past at which nobody is on record."""
    for records in _open_communities(programme):
        for meeting in records.meetings:
            if meeting.held_on >= period.day or meeting.was_attended:
                continue
            # Without anybody who could have come, there is nothing to record.
            if any(member.is_member_on(meeting.held_on) for member in records.members):
                day = weekday_in_words(meeting.held_on, period.day.year)
                yield DueItem(
                    DueGroup.TO_PUT_RIGHT,
                    f"{records.community.place} met on {day}, and nobody is on record",
                    ("attendance", "take", records.slug, meeting.slug),
                    records.slug,
                    meeting.held_on,
                    f"{records.slug}/{meeting.slug}",
                )


def uncounted_sessions(programme: Programme, period: DuePeriod) -> Iterator[DueItem]:
    """Yield sessions of the last quarter of which nobody wrote down how many came."""
    for records in _open_communities(programme):
        for meeting in sessions_of(records):
            if meeting.came is None and 0 < (period.day - meeting.held_on).days <= DAYS_TO_FOLLOW:
                day = weekday_in_words(meeting.held_on, period.day.year)
                yield DueItem(
                    DueGroup.TO_PUT_RIGHT,
                    f"{records.community.place}, {meeting.title}: nobody counted {day}",
                    ("session", "record", records.slug, meeting.slug),
                    records.slug,
                    meeting.held_on,
                    f"{records.slug}/{meeting.slug}",
                )


def ended_sign_offs(programme: Programme, period: DuePeriod) -> Iterator[DueItem]:
    """Yield cases and whatever else is signed whose sign-off no longer stands, as after an edit."""
    signed: list[SignedRecord] = [*programme.stories, *programme.quotes, *programme.links]
    for records in programme.communities:
        signed += [*records.cases, *feedback_of(records)]
    for record in signed:
        if record.sign_off is None or record.sign_off.date > period.day:
            continue
        if reason := unsigned_reason(record, period.day):
            command = sign_off_command(record)
            yield DueItem(
                DueGroup.TO_PUT_RIGHT,
                f"{_title_of(record)}: {reason}",
                command,
                record.community or "",
                record.sign_off.date,
                command[-1],
            )


def _title_of(record: SignedRecord) -> str:
    if isinstance(record, SignedFeedback):
        return f"Feedback {record.slug}"
    return getattr(record, "title", f"Quote {record.slug}")


def conflict_copies(programme: Programme, period: DuePeriod) -> Iterator[DueItem]:
    """Yield in one line how many copies OneDrive and the like left beside their records."""
    del period  # as every source has it
    if copies := programme.copies:
        what = f"{plural(len(copies), 'copy', 'copies')} of records left by a shared drive"
        yield DueItem(DueGroup.TO_PUT_RIGHT, what, ("conflicts",))


Source = Callable[[Programme, DuePeriod], Iterator[DueItem]]
SOURCES: Final[tuple[Source, ...]] = (
    promises,
    next_steps,
    unanswered_asks,
    reviews,
    directory_checks,
    meetings,
    issues_of_newsletters,
    silent_members,
    cases_to_write_up,
    stories_to_follow,
    reports_to_write,
    quotes_to_sign,
    forming_communities,
    faults,
    conflict_copies,
    unrecorded_meetings,
    uncounted_sessions,
    stale_links,
    ended_sign_offs,
)
"""Everything that ``copkit today`` looks at in the records; git's part is in ``git.standing``."""
