"""What a closing page and a handover state, as plain values for their readers.  Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from copkit.analysis.blockages import days_of_silence
from copkit.analysis.cases import due_follow_ups, follow_ups
from copkit.analysis.endings.closing import blockages_met, closing_in_force
from copkit.analysis.health import community_health
from copkit.analysis.period import CommunitySnapshot
from copkit.analysis.rota import presenter_rota
from copkit.analysis.seats import missing_sectors
from copkit.folder import CommunityRecords, Programme
from copkit.records.approaches import ApproachOutcome
from copkit.records.blockages import BlockageStatus, is_answered
from copkit.records.cases import CaseStatus
from copkit.records.closings import CLOSING_SECTIONS, NOBODY, Closing, LooseEnd
from copkit.records.kinds import parse_named_part
from copkit.records.schema.audience import Audience
from copkit.text.front_matter import find_section
from copkit.wording import (
    capitalised,
    count_in_words,
    day_in_words,
    list_in_words,
    plural,
    sentence,
    weekday_in_words,
)

FOR_THE_NEXT: Final = "for the next facilitator"
"""The heading in ``community.md`` of what only a handover prints."""
FEWEST_SHOWN: Final = 5  # of people, for readers outside: fewer could point at somebody
MOST_DATES: Final = 3
MOST_LINES: Final = 5  # of one list of a handover, so that it stays at two pages


@dataclass(frozen=True, slots=True)
class EndingSection:
    """One part of a page: Markdown, and boxes to tick after it."""

    heading: str
    text: str
    boxes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EndingView:
    """A closing page or a handover as its readers may see it."""

    programme: str
    kicker: str
    title: str
    asks: str
    lead: str
    sections: tuple[EndingSection, ...]


def _bullets(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


# --- the closing page -----------------------------------------------------------------------


def closing_view(
    programme: Programme, records: CommunityRecords, closing: Closing, reader: Audience
) -> EndingView:
    """Reduce the ending of a community to what readers may see.

    Readers outside get figures, what stays open that is not of this community alone, and whom to
    ask: with one community named, anything else could say where a case was presented.
    """
    community = records.community
    reasons = list_in_words(closing.reasons_in_words)
    headings = CLOSING_SECTIONS if reader.policy.sees_members else ()
    texts = ((heading, closing.section(heading).strip()) for heading in headings)
    sections = [EndingSection(heading, text) for heading, text in texts if text]
    sections.append(
        EndingSection("In numbers", _bullets(_figures(programme, records, closing, reader)))
    )
    if open_lines := list(_stays_open(programme, records, closing, reader)):
        sections.append(EndingSection("What stays open, and who takes it on", _bullets(open_lines)))
    sections.append(EndingSection("Whom to ask", _whom_to_ask(programme, closing)))
    decided = f" by {closing.decided_by}" if closing.decided_by else ""
    return EndingView(
        programme=programme.settings.name,
        kicker="A community of practice ends",
        title=community.name,
        asks=f"Why it ends: {reasons}. Decided{decided} on {day_in_words(closing.decided)}.",
        lead=f"Its last meeting: {day_in_words(closing.last_meeting)}. "
        f"To be read by {reader.policy.may_read}.",
        sections=tuple(sections),
    )


def _figures(
    programme: Programme, records: CommunityRecords, closing: Closing, reader: Audience
) -> Iterator[str]:
    """Yield what a community did in figures; people only where readers may have the count."""
    snapshot = CommunitySnapshot(records, programme.settings.threshold, closing.last_meeting)
    held = len(snapshot.meetings_held)
    since = f" since {day_in_words(records.community.started)}" if records.community.started else ""
    yield f"{capitalised(count_in_words(held, 'meeting'))}{since}"
    people = len(snapshot.confirmed)
    if reader.policy.counts_are_exact or people >= FEWEST_SHOWN:
        yield f"{capitalised(count_in_words(people, 'person', 'people'))} took part to the end"
    if not reader.policy.sees_places_of_cases:
        return
    cases = [case for case in records.cases if case.status is not CaseStatus.DRAFT]
    yield f"{capitalised(count_in_words(len(cases), 'case'))} discussed"
    actions = list(follow_ups(records, closing.last_meeting))
    told = sum(not entry.is_open for entry in actions)
    yield f"We heard what came of {told} of {plural(len(actions), 'promise')}"


def _stays_open(
    programme: Programme, records: CommunityRecords, closing: Closing, reader: Audience
) -> Iterator[str]:
    """Yield each loose end that readers may be told."""
    places = {each.slug: each.community.name for each in programme.communities}
    for end in closing.loose_ends:
        if reader.policy.sees_places_of_cases or _is_of_several(programme, records, end):
            who = "nobody will take this on" if end.to == NOBODY else places.get(end.to, end.to)
            yield f"{end.what}: {who}"


def _is_of_several(programme: Programme, records: CommunityRecords, end: LooseEnd) -> bool:
    """Check whether a loose end is about a blockage that other communities met as well."""
    named = parse_named_part(end.record or "")
    if named is None or named.kind.name != "blockage":
        return False
    return any(
        issue.blockage == named.slug
        for other in programme.communities
        if other is not records
        for case in other.cases
        for issue in case.issues
    )


def _whom_to_ask(programme: Programme, closing: Closing) -> str:
    contact = programme.settings.contact
    parts = [closing.kept_by or (contact.role if contact else "") or "The programme"]
    if contact:
        parts += filter(None, (contact.organisation, contact.phone, contact.email))
    return sentence(", ".join(map(str, parts)))


# --- the handover ---------------------------------------------------------------------------


def handover_view(
    programme: Programme, records: CommunityRecords, day: dt.date, to: str, done: Sequence[str]
) -> EndingView:
    """Return what the next facilitator has to know, for members' eyes.

    ``to`` is their role, ``""`` where it is not known; ``done`` are the boxes of
    :data:`HANDOVER_BOXES` that records tick.
    """
    community = records.community
    sections = [
        EndingSection("What to do first", _bullets(_first_things(programme, records, day))),
        EndingSection("What this group is", _what_it_is(records)),
        EndingSection("How it is doing", _how_it_is(programme, records, day)),
        EndingSection("The next dates, and whose turn it is", _bullets(_dates(records, day))),
        EndingSection("Asks waiting for a reply", _bullets(_asks(programme, records, day))),
        EndingSection("Seats", _bullets(_seats(programme, records, day))),
        EndingSection("How the room is", find_section(community.body, FOR_THE_NEXT).strip()),
        EndingSection("Where things are", _where_things_are(records)),
    ]
    boxes = [box for box in HANDOVER_BOXES if box not in done]
    ticked = _bullets([f"Done, as the records show: {box}" for box in done])
    sections.append(EndingSection("Handed over", ticked, tuple(boxes)))
    closing = closing_in_force(records)
    state = f" It is closing: see {closing.source.file}." if closing else ""
    return EndingView(
        programme=programme.settings.name,
        kicker="Handing over",
        title=community.name,
        asks="What the next facilitator needs to know",
        lead=f"For {to or 'the next facilitator'}, from the records of {day_in_words(day)}. "
        f"To be read by members alone.{state}",
        sections=tuple(part for part in sections if part.text or part.boxes),
    )


CONTACTS_SHARED: Final = "contacts shared, and the passphrase changed (copkit contacts rotate)"
HOOKS_INSTALLED: Final = "guards installed by the new facilitator (copkit hooks install)"
HANDOVER_BOXES: Final = (
    CONTACTS_SHARED,
    "access to the shared place",
    "password of the mail server",
    "owner of the calendar",
    "second host of online rooms",
    "owner of the survey's account",
    "host of the site",
    HOOKS_INSTALLED,
    "old copy of private/ deleted; confirmed on: ____",
    "introduced to the senior person behind the group",
    "members know who comes next",
)
"""What is handed over besides the records, in order."""


def _first_things(programme: Programme, records: CommunityRecords, day: dt.date) -> Iterator[str]:
    """Yield what comes first: the next meeting, and what was promised for it."""
    coming = [meeting for meeting in records.meetings if meeting.held_on > day]
    if coming:
        meeting = coming[0]
        when = weekday_in_words(meeting.held_on, day.year)
        yield f"{when}: the next meeting; its agenda: `copkit agenda {records.slug}`"
    else:
        yield f"No meeting is planned: agree on a day, `copkit new-meeting {records.slug}`"
    due = due_follow_ups(records, day, coming[0].held_on if coming else day)
    for entry in due[:MOST_LINES]:
        owner = f" ({entry.action.owner})" if entry.action.owner else ""
        late = entry.days_overdue(day)
        when = f", {plural(late, 'day')} late" if late else ""
        yield f"Ask what came of: {entry.action.what}{owner}{when}"
    if len(due) > MOST_LINES:
        yield f"And {len(due) - MOST_LINES} more: `copkit case follow-up {records.slug}`"


def _what_it_is(records: CommunityRecords) -> str:
    """Return the domain of a community, and who stands behind it."""
    community = records.community
    texts = [find_section(community.body, heading).strip() for heading in ("domain", "community")]
    behind = [f"Host: {community.host}." if community.host else "",
              f"Behind it: {community.backing}." if community.backing else ""]  # fmt: skip
    return "\n\n".join(filter(None, (*texts, " ".join(filter(None, behind)))))


def _how_it_is(programme: Programme, records: CommunityRecords, day: dt.date) -> str:
    health = next(iter(community_health(programme, day, {records.slug})), None)
    if health is None:
        return ""
    reasons = [f"{capitalised(sign.statement)}: {sign.because}" for sign in health.reasons]
    figures = f": {health.counted_from}" if health.counted_from else ""
    return f"{sentence(health.statement + figures)}\n\n{_bullets(reasons[:MOST_LINES])}".strip()


def _dates(records: CommunityRecords, day: dt.date) -> Iterator[str]:
    for meeting in [each for each in records.meetings if each.held_on > day][:MOST_DATES]:
        start = f", {meeting.start:%H:%M}" if meeting.start else ""
        place = f", {meeting.place}" if meeting.place else ""
        yield f"{weekday_in_words(meeting.held_on, day.year)}{start}{place}"
    turns = [turn.member.role for turn in presenter_rota(records, day) if not turn.preparing]
    if roles := list(dict.fromkeys(turns))[:MOST_DATES]:
        yield f"To present next: {list_in_words(roles)}"


def _asks(programme: Programme, records: CommunityRecords, day: dt.date) -> Iterator[str]:
    for blockage in blockages_met(programme, records):
        for ask in blockage.asks:
            if blockage.status is BlockageStatus.CLOSED or ask.date > day:
                continue
            if not is_answered(ask, day):
                silence = plural(days_of_silence(ask, day), "day")
                yield f"{ask.ask} ({ask.of}; no answer after {silence})"


def _seats(programme: Programme, records: CommunityRecords, day: dt.date) -> Iterator[str]:
    snapshot = CommunitySnapshot(records, programme.settings.threshold, day)
    if empty := missing_sectors(snapshot, programme.settings.seats_sought):
        yield f"Nobody comes from {list_in_words(empty, 'or')}"
    refused = [a for a in records.approaches if a.outcome is ApproachOutcome.REFUSED]
    for approach in refused[-MOST_LINES:]:
        yield f"Do not ring again: {approach.agency} refused on {day_in_words(approach.date)}"


def _where_things_are(records: CommunityRecords) -> str:
    return _bullets(
        [
            f"Records: `communities/{records.slug}/`. What is due: `copkit today`",
            "Names and addresses: `private/`, never in git; shared as `contacts.age`",
            "What was promised, asked and learned: `copkit log`, `copkit site build --for members`",
        ]
    )
