"""Endings of communities: what is still open, and whether one may end.  Pure.

Ending takes a word about each open thing: who takes it on, or that the members let it go. Names and
addresses are not among these, since retention deals with them.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from copkit.analysis.cases import follow_ups
from copkit.analysis.rota import presentation_days
from copkit.folder import CommunityRecords, Programme
from copkit.records.blockages import Blockage, BlockageStatus, is_answered
from copkit.records.cases import Case, CaseStatus, Consent
from copkit.records.closings import Closing, LooseEnd
from copkit.records.communities import CommunityStatus
from copkit.records.directory import ServiceStatus
from copkit.records.members import LeftBecause, Part
from copkit.records.schema.parts import ConsentToQuote


class OpenKind(StrEnum):
    """The kinds of thing that may be open at an end, by their names in ``--json``."""

    ACTIONS = "actions"
    ASKS = "asks"
    CASES = "cases"
    STORIES = "stories"
    SURVEYS = "surveys"
    EVIDENCE = "evidence"
    DIRECTORY = "directory"
    NEWSLETTERS = "newsletters"
    MEETINGS = "meetings"


@dataclass(frozen=True, slots=True)
class OpenEnd:
    """One thing that is still open.

    ``record`` names it as ``loose_ends`` of ``closing.md`` do, and ``command`` are the words after
    ``copkit`` that settle it. ``taken_by`` is who takes it on, ``""`` where nobody has said so.
    """

    kind: OpenKind
    what: str
    record: str
    command: tuple[str, ...]
    taken_by: str = ""


def closing_in_force(records: CommunityRecords) -> Closing | None:
    """Return how a community ends, ``None`` where nothing says so or it was opened again."""
    closing = records.closing
    return None if closing is None or closing.reopened else closing


def open_ends(programme: Programme, records: CommunityRecords, day: dt.date) -> list[OpenEnd]:
    """Return everything that is still open in a community, with who takes it on."""
    closing = closing_in_force(records)
    loose_ends = closing.loose_ends if closing else ()
    return [
        OpenEnd(end.kind, end.what, end.record, end.command, taker_of(end.record, loose_ends))
        for source in _SOURCES
        for end in source(programme, records, day)
    ]


def taker_of(record: str, loose_ends: Iterable[LooseEnd]) -> str:
    """Return who takes on an open thing; ``""`` where no loose end names it."""
    return next((end.to for end in loose_ends if end.covers(record)), "")


def may_end(records: CommunityRecords, ends: Sequence[OpenEnd], day: dt.date) -> bool:
    """Check whether a community may be ended: all is named, and its last meeting is over."""
    closing = closing_in_force(records)
    if closing is None or closing.last_meeting > day:
        return False
    return all(end.taken_by for end in ends)


def blockages_met(programme: Programme, records: CommunityRecords) -> list[Blockage]:
    """Return the blockages that stood in the way in a community's cases, by slug."""
    slugs = {issue.blockage for case in records.cases for issue in case.issues if issue.blockage}
    return [blockage for blockage in programme.blockages if blockage.slug in slugs]


# --- what may be open -----------------------------------------------------------------------


def _open_actions(
    programme: Programme, records: CommunityRecords, day: dt.date
) -> Iterator[OpenEnd]:
    """Yield actions of cases without an outcome."""
    del programme  # as every source has it
    for entry in follow_ups(records, day):
        if entry.is_open and entry.case.consent is not Consent.REFUSED:
            action = entry.action
            yield OpenEnd(
                OpenKind.ACTIONS,
                f"{action.what}{f' ({action.owner})' if action.owner else ''}",
                f"cases/{entry.case.slug}/{action.id}",
                ("case", "progress", entry.case.name, action.id),
            )


def _open_asks(programme: Programme, records: CommunityRecords, day: dt.date) -> Iterator[OpenEnd]:
    """Yield what was asked about blockages of its cases, and was not answered."""
    for blockage in blockages_met(programme, records):
        if blockage.status is BlockageStatus.CLOSED:
            continue
        for ask in blockage.asks:
            if not is_answered(ask, day):
                yield OpenEnd(
                    OpenKind.ASKS,
                    f"{ask.ask} ({ask.of})",
                    f"blockages/{blockage.slug}/{ask.id}",
                    ("blockage", "reply", blockage.slug, ask.id),
                )


def _unwritten_cases(
    programme: Programme, records: CommunityRecords, day: dt.date
) -> Iterator[OpenEnd]:
    """Yield cases that were not written up."""
    del programme, day
    for case in records.cases:
        begun = case.status in {CaseStatus.DRAFT, CaseStatus.PRESENTED}
        if begun and case.consent is not Consent.REFUSED:
            yield OpenEnd(
                OpenKind.CASES,
                f"{case.title}: not written up",
                f"cases/{case.slug}",
                ("edit", case.name),
            )


def _open_stories(
    programme: Programme, records: CommunityRecords, day: dt.date
) -> Iterator[OpenEnd]:
    """Yield stories of it that do not say what came of it."""
    del day
    for story in programme.stories:
        is_open = story.consent is not ConsentToQuote.REFUSED and not story.what_came
        if story.community == records.slug and is_open:
            yield OpenEnd(
                OpenKind.STORIES,
                f"{story.title}: what came of it?",
                f"stories/{story.slug}",
                ("edit", story.slug),
            )


def _open_surveys(
    programme: Programme, records: CommunityRecords, day: dt.date
) -> Iterator[OpenEnd]:
    """Yield surveys of its time of which no answers are counted."""
    started = records.community.started or dt.date.min
    for survey in programme.surveys:
        if started <= survey.asked_on <= day and survey.slug not in programme.survey_counts:
            yield OpenEnd(
                OpenKind.SURVEYS,
                f"{survey.title}: no answers are counted",
                f"surveys/{survey.slug}",
                ("survey", "import", survey.slug),
            )


def _unchecked_evidence(
    programme: Programme, records: CommunityRecords, day: dt.date
) -> Iterator[OpenEnd]:
    """Yield evidence cards with a review to come that only its cases are tied to."""
    del day
    own = {slug for case in records.cases for slug in case.evidence}
    others = {
        slug
        for other in programme.communities
        if other is not records and other.community.status is not CommunityStatus.ENDED
        for case in other.cases
        for slug in case.evidence
    }
    for card in programme.evidence:
        if card.review and card.slug in own - others:
            yield OpenEnd(
                OpenKind.EVIDENCE,
                f"{card.title}: nobody else will look whether it still holds",
                f"evidence/{card.slug}",
                ("edit", card.slug),
            )


def _unchecked_services(
    programme: Programme, records: CommunityRecords, day: dt.date
) -> Iterator[OpenEnd]:
    """Yield entries of the directory that no other community has sent anybody to."""
    del day
    for service in programme.directory:
        users = {use.case.partition("/")[0] for use in service.used}
        if service.status is ServiceStatus.ACTIVE and users == {records.slug}:
            yield OpenEnd(
                OpenKind.DIRECTORY,
                f"{service.name}: nobody else will check this entry",
                f"directory/{service.slug}",
                ("edit", service.slug),
            )


def _promised_newsletters(
    programme: Programme, records: CommunityRecords, day: dt.date
) -> Iterator[OpenEnd]:
    """Yield issues whose period is not over: members were promised them."""
    del records
    for newsletter in programme.newsletters:
        if newsletter.until > day:
            yield OpenEnd(
                OpenKind.NEWSLETTERS,
                f"{newsletter.title}: its members were promised this issue",
                f"newsletters/{newsletter.slug}",
                ("newsletter", "send", newsletter.slug),
            )


def _meetings_to_come(
    programme: Programme, records: CommunityRecords, day: dt.date
) -> Iterator[OpenEnd]:
    """Yield meetings after the last one, which stand in people's calendars."""
    del programme
    closing = closing_in_force(records)
    last = closing.last_meeting if closing else day
    for meeting in records.meetings:
        if meeting.held_on > last and not meeting.was_attended:
            yield OpenEnd(
                OpenKind.MEETINGS,
                f"the meeting of {meeting.slug} is in people's calendars",
                f"meetings/{meeting.slug}",
                ("meeting", "cancel", records.slug, meeting.slug),
            )


_Source = Callable[[Programme, CommunityRecords, dt.date], Iterator[OpenEnd]]
_SOURCES: Final[tuple[_Source, ...]] = (
    _open_actions,
    _open_asks,
    _unwritten_cases,
    _open_stories,
    _open_surveys,
    _unchecked_evidence,
    _unchecked_services,
    _promised_newsletters,
    _meetings_to_come,
)


# --- whether it may be time to end ----------------------------------------------------------

COMPARED_CASES: Final = 4
"""The latest cases, in which no theme is new; ours."""
PRESENTED_TWICE: Final = 2
FEWEST_PRESENTERS: Final = 3
"""Members who have all presented twice: of two it would say little; ours."""


def room_signs(records: CommunityRecords, day: dt.date) -> list[str]:
    """Return what speaks for asking whether it is time to end, as clauses; often nothing."""
    return [*_repeating_themes(records, day), *_moved_members(records, day),
            *_repeated_presenters(records, day)]  # fmt: skip


def _cases_by_day(records: CommunityRecords, day: dt.date) -> list[Case]:
    days = presentation_days(records)
    held = [case for case in records.cases if days.get(case.slug, dt.date.max) <= day]
    return sorted(held, key=lambda case: days[case.slug])


def _repeating_themes(records: CommunityRecords, day: dt.date) -> Iterator[str]:
    cases = [case for case in _cases_by_day(records, day) if case.themes]
    before, last = cases[:-COMPARED_CASES], cases[-COMPARED_CASES:]
    known = {theme.casefold() for case in before for theme in case.themes}
    if before and all(theme.casefold() in known for case in last for theme in case.themes):
        yield "the last four cases had no theme that was new"


def _moved_members(records: CommunityRecords, day: dt.date) -> Iterator[str]:
    members = [member for member in records.members if member.part is Part.MEMBER]
    moved = [
        member
        for member in members
        if member.left_because is LeftBecause.MOVED_ON and member.left and member.left <= day
    ]
    if moved and len(moved) * 2 >= len(members):
        yield f"{len(moved)} of {len(members)} on the roster have moved to another post"


def _repeated_presenters(records: CommunityRecords, day: dt.date) -> Iterator[str]:
    told = Counter(id for case in _cases_by_day(records, day) for id in case.presenters)
    members = [
        member.id
        for member in records.members
        if member.part is Part.MEMBER and member.is_member_on(day)
    ]
    if len(members) >= FEWEST_PRESENTERS and all(told[id] >= PRESENTED_TWICE for id in members):
        yield "everybody has presented twice or more"
