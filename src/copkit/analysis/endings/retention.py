"""What has been kept long enough: the rules, whose time has come, and rosters stripped.  Pure.

The periods of :data:`DEFAULTS` are a start, ours to propose and theirs to decide. No default cites
a source: none of these periods stands in a law, and the schedule of the NHS Records Management Code
was not checked.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from copkit.analysis.cases import follow_ups
from copkit.analysis.changes import FORGOTTEN_ID
from copkit.analysis.endings.closing import closing_in_force, taker_of
from copkit.folder import CommunityRecords, Programme
from copkit.records.cases import Case
from copkit.records.communities import CommunityStatus
from copkit.records.directory import ServiceStatus
from copkit.records.meetings import Meeting
from copkit.records.members import LeftBecause, Member
from copkit.records.programme import Settings
from copkit.records.schema.retention import (
    REVIEWED_ONLY,
    UNTIL_DECIDED,
    Disposal,
    Hold,
    KeepingTime,
    Kept,
    KeptFrom,
    parse_hold,
    parse_span,
)
from copkit.text.edit import remove
from copkit.text.files import slug_from
from copkit.wording import plural

# --- the rules ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RetentionPolicy:
    """How long one kind of thing is kept here; ``is_default`` where nobody has decided it yet."""

    id: str
    what: Kept
    keep: str
    since: KeptFrom
    then: Disposal
    because: str
    hold: str = ""
    is_default: bool = True

    @property
    def span(self) -> KeepingTime | None:
        """How long; ``None`` where it is kept until somebody decides."""
        return parse_span(self.keep)

    def is_over(self, begin: dt.date | None, day: dt.date) -> bool:
        """Check whether the period that begins on a day is over on another."""
        return bool(self.span and begin and self.span.after(begin) <= day)

    def hold_on(self, day: dt.date) -> Hold | None:
        """Return what stops it on a day."""
        return _hold_on(self.hold, day)


def _hold_on(text: str | None, day: dt.date) -> Hold | None:
    hold = parse_hold(text)
    return hold if hold and day <= hold.until else None


_NO_REASON: Final = "no reason to write to them any more"
DEFAULTS: Final = (
    RetentionPolicy(
        "contacts", Kept.CONTACTS, "3 months", KeptFrom.LEFT, Disposal.DELETE, _NO_REASON
    ),
    RetentionPolicy(
        "aliases", Kept.ALIASES, "3 months", KeptFrom.LEFT, Disposal.DELETE,
        "no list with their names is imported any more",
    ),
    RetentionPolicy(
        "columns", Kept.COLUMNS, "3 months", KeptFrom.ENDED, Disposal.DELETE,
        "no list is imported any more",
    ),
    RetentionPolicy(
        "sent-log", Kept.SENT_LOG, "12 months", KeptFrom.SENT, Disposal.DELETE,
        "nobody asks after a year whether a letter arrived",
    ),
    RetentionPolicy(
        "survey-rows", Kept.SURVEY_ROWS, "12 months", KeptFrom.ASKED, Disposal.DELETE,
        "the counts stay, and are what a report needs",
    ),
    RetentionPolicy(
        "sheets", Kept.SHEETS, "30 days", KeptFrom.SENT, Disposal.DELETE,
        "the attendance is on record by then",
    ),
    RetentionPolicy(
        "undo", Kept.UNDO, "30 days", KeptFrom.SENT, Disposal.DELETE,
        "an older mistake is corrected, not undone",
    ),
    RetentionPolicy(
        "private-notes", Kept.PRIVATE_NOTES, "6 months", KeptFrom.ENDED, Disposal.REVIEW,
        "they were for whoever ran the meetings",
    ),
    RetentionPolicy(
        "rosters", Kept.ROSTERS, "6 years", KeptFrom.PROGRAMME_ENDED, Disposal.STRIP,
        "the counts need roles and sectors, and nothing else",
    ),
    RetentionPolicy(
        "unsigned-cases", Kept.UNSIGNED_CASES, "2 years", KeptFrom.ENDED, Disposal.REVIEW,
        "what nobody signed off, nobody learns from: sign it off or remove it",
    ),
    RetentionPolicy(
        "letters", Kept.LETTERS, "6 years", KeptFrom.PROGRAMME_ENDED, Disposal.REVIEW,
        "what was asked of whom may be asked about again",
    ),
    RetentionPolicy(
        "results", Kept.RESULTS, UNTIL_DECIDED, KeptFrom.PROGRAMME_ENDED, Disposal.REVIEW,
        "reports, the matrix, counts and signed cases name nobody",
    ),
)  # fmt: skip
"""What holds until a host has decided otherwise."""


def policies_of(settings: Settings) -> tuple[RetentionPolicy, ...]:
    """Return the rules in force: those of a programme, and the defaults about what it leaves."""
    own = [
        RetentionPolicy(
            rule.id, rule.what, rule.keep, rule.since, rule.then, rule.because or "",
            rule.hold or "", is_default=False,
        )
        for rule in settings.retention
    ]  # fmt: skip
    decided = {policy.what for policy in own}
    return (*own, *(policy for policy in DEFAULTS if policy.what not in decided))


def day_for_rows(settings: Settings, asked: dt.date) -> dt.date | None:
    """Return the day on which the rows of a survey go that was over on a day.

    ``None`` where they stay until somebody decides.
    """
    policy = next(p for p in policies_of(settings) if p.what is Kept.SURVEY_ROWS)
    return policy.span.after(asked) if policy.span else None


# --- days on which periods begin ------------------------------------------------------------

STILL_WAITING: Final = KeepingTime(2, "year")
"""How long after its community ended a case is still taken to wait for news of an action; ours."""


def ended_on(programme: Programme, records: CommunityRecords, day: dt.date) -> dt.date | None:
    """Return the day on which a community ended, as known on ``day``; ``None`` if it goes on.

    One that nobody ended is over with the programme or with its last meeting on record, whichever
    is later: a group that still meets keeps what it needs.
    """
    community = records.community
    held = [meeting.held_on for meeting in records.meetings]
    if community.status is CommunityStatus.ENDED:
        return community.ended or max(held, default=programme.settings.ends or day)
    ends = programme.settings.ends
    if ends is None or ends >= day:
        return None
    last = max([ends, *held])
    return last if last < day else None


def programme_ended_on(programme: Programme, day: dt.date) -> dt.date | None:
    """Return the day on which the last of its communities ended; ``None`` while one goes on."""
    ends = [ended_on(programme, records, day) for records in programme.communities]
    known = [end for end in ends if end]
    return max(known) if known and len(known) == len(ends) else None


def _begin(
    programme: Programme, records: CommunityRecords, member: Member | None, since: KeptFrom,
    day: dt.date,
) -> dt.date | None:  # fmt: skip
    """Return the day on which a period begins for what is about a member or a community."""
    ended = ended_on(programme, records, day)
    if since is KeptFrom.PROGRAMME_ENDED:
        ends = programme.settings.ends
        return max(ends, ended) if ends and ended else programme_ended_on(programme, day)
    if since is KeptFrom.LEFT and member and member.left:
        return min(member.left, ended) if ended else member.left
    return ended


# --- what there is, and what is due ---------------------------------------------------------


class DatedFile(NamedTuple):
    """A file that is kept for some time, and the day from which that is counted."""

    file: str
    day: dt.date


@dataclass(frozen=True, slots=True)
class Holdings:
    """What lies on this computer beside the records.

    ``contacts`` and ``aliases`` are whole ids, such as ``brighton/nurse-1``; ``rows`` has the files
    of answers by survey, and ``private_notes`` the files with a private section by community.
    ``reasons`` counts the findings that somebody accepted.
    """

    contacts: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    journals: tuple[DatedFile, ...] = ()
    sheets: tuple[DatedFile, ...] = ()
    notes: tuple[DatedFile, ...] = ()
    rows: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    private_notes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    reasons: int = 0


@dataclass(frozen=True, slots=True)
class DueDisposal:
    """What one rule says is due; ``entries`` are whole ids, files or names of records.

    ``held`` is why it, or a part of it, is stopped, with how much.
    """

    policy: RetentionPolicy
    entries: tuple[str, ...]
    held: tuple[tuple[str, int], ...] = ()

    @property
    def count(self) -> int:
        """How much is due."""
        return len(self.entries)

    @property
    def in_words(self) -> str:
        """What is due, with its count: ``12 contacts``."""
        return plural(self.count, *_CALLED[self.policy.what])


_CALLED: Final[Mapping[Kept, tuple[str, str]]] = {
    Kept.CONTACTS: ("contact", "contacts"),
    Kept.ALIASES: ("alias", "aliases"),
    Kept.COLUMNS: ("file of remembered columns", "files of remembered columns"),
    Kept.SENT_LOG: ("journal of what was sent", "journals of what was sent"),
    Kept.SURVEY_ROWS: ("file of answers", "files of answers"),
    Kept.SHEETS: ("sheet with names", "sheets with names"),
    Kept.UNDO: ("note for undo", "notes for undo"),
    Kept.PRIVATE_NOTES: ("record with private notes", "records with private notes"),
    Kept.SUBSTITUTES: ("meeting with substitutes", "meetings with substitutes"),
    Kept.ROSTERS: ("member on a roster", "members on rosters"),
    Kept.UNSIGNED_CASES: ("case not signed off", "cases not signed off"),
    Kept.LETTERS: ("ask to look at again", "asks to look at again"),
    Kept.CLOSED_SERVICES: ("closed service", "closed services"),
    Kept.RESULTS: ("record", "records"),
}


class _Candidate(NamedTuple):
    """Something whose period has begun: its name, when, and what stops it, ``""`` for nothing."""

    entry: str
    begin: dt.date | None
    stop: str = ""


def due_disposals(programme: Programme, holdings: Holdings, day: dt.date) -> list[DueDisposal]:
    """Return what is due on a day, by rule; rules of which nothing is due or held are left out."""
    due = []
    for policy in policies_of(programme.settings):
        source = _SOURCES.get(policy.what)
        if source is None or policy.span is None:
            continue
        over = [
            candidate
            for candidate in source(programme, holdings, policy, day)
            if policy.is_over(candidate.begin, day)
        ]
        hold = policy.hold_on(day)
        held: dict[str, int] = {}
        for candidate in over:
            if stop := (_describe_hold(hold) if hold else candidate.stop):
                held[stop] = held.get(stop, 0) + 1
        entries = tuple(candidate.entry for candidate in over if not hold and not candidate.stop)
        if entries or held:
            due.append(DueDisposal(policy, entries, tuple(held.items())))
    return due


def _describe_hold(hold: Hold) -> str:
    return f"{hold.why}, until {hold.until}"


def _stop(records: CommunityRecords, day: dt.date, held: Iterable[Case | Meeting] = ()) -> str:
    """Return the hold that stops what a community has, or what is about some records of it."""
    holds = (_hold_on(record.hold, day) for record in (records.community, *held))
    return next((_describe_hold(hold) for hold in holds if hold), "")


def _people(ids: Iterable[str], programme: Programme, policy: RetentionPolicy, day: dt.date
            ) -> Iterator[_Candidate]:  # fmt: skip
    """Yield what is about members, by whole id; of nobody on a roster with the programme's end."""
    communities = {records.slug: records for records in programme.communities}
    for whole_id in ids:
        slug, _, id = whole_id.partition("/")
        if records := communities.get(slug):
            begin = _begin(programme, records, records.roster.member(id), policy.since, day)
            yield _Candidate(whole_id, begin, _stop(records, day, _cases_of(records, id)))
        else:
            yield _Candidate(whole_id, programme_ended_on(programme, day))


def _contacts(
    programme: Programme, holdings: Holdings, policy: RetentionPolicy, day: dt.date
) -> Iterator[_Candidate]:
    yield from _people(holdings.contacts, programme, policy, day)


def _aliases(
    programme: Programme, holdings: Holdings, policy: RetentionPolicy, day: dt.date
) -> Iterator[_Candidate]:
    yield from _people(holdings.aliases, programme, policy, day)


def _columns(
    programme: Programme, holdings: Holdings, policy: RetentionPolicy, day: dt.date
) -> Iterator[_Candidate]:
    del policy
    for file in holdings.columns:
        yield _Candidate(file, programme_ended_on(programme, day))


def _dated(attribute: str) -> Callable[..., Iterator[_Candidate]]:
    """Return the source of files that have a day of their own."""

    def candidates(
        programme: Programme, holdings: Holdings, policy: RetentionPolicy, day: dt.date
    ) -> Iterator[_Candidate]:
        del programme, policy, day
        for file in getattr(holdings, attribute):
            yield _Candidate(file.file, file.day)

    return candidates


def _survey_rows(
    programme: Programme, holdings: Holdings, policy: RetentionPolicy, day: dt.date
) -> Iterator[_Candidate]:
    surveys = {survey.slug: survey for survey in programme.surveys}
    for slug, files in holdings.rows.items():
        survey = surveys.get(slug)
        begin = (survey.closed_on or survey.asked_on) if survey else None
        if policy.since is not KeptFrom.ASKED or survey is None:
            begin = programme_ended_on(programme, day) or begin
        for file in files:
            yield _Candidate(file, begin)


def _private_notes(
    programme: Programme, holdings: Holdings, policy: RetentionPolicy, day: dt.date
) -> Iterator[_Candidate]:
    for records in programme.communities:
        begin = _begin(programme, records, None, policy.since, day)
        holders: list[Case | Meeting] = [*records.cases, *records.every_meeting]
        sources = {record.source.file: record for record in holders}
        for file in holdings.private_notes.get(records.slug, ()):
            own = [sources[file]] if file in sources else []
            yield _Candidate(file, begin, _stop(records, day, own))
    for number in range(holdings.reasons):
        yield _Candidate(f"{ACCEPTED_REASONS}{number}", programme_ended_on(programme, day))


ACCEPTED_REASONS: Final = ".copkit/accepted.yaml#"
"""What stands for the reason of each finding that was accepted, before its number."""


def _rosters(
    programme: Programme, holdings: Holdings, policy: RetentionPolicy, day: dt.date
) -> Iterator[_Candidate]:
    del holdings
    for records in programme.communities:
        waiting = _members_waiting(programme, records, day)
        for member in records.members:
            if is_stripped(member, programme.settings):
                continue
            begin = _begin(programme, records, member, policy.since, day)
            why = _WAITING if member.id in waiting else ""
            stop = _stop(records, day, _cases_of(records, member.id))
            yield _Candidate(f"{records.slug}/{member.id}", begin, stop or why)


def _cases_of(records: CommunityRecords, member: str) -> list[Case]:
    """Return the cases that somebody presented, which a hold keeps together with them."""
    return [case for case in records.cases if member in case.presenters]


_WAITING: Final = "a case of theirs waits for follow-up"


def _members_waiting(
    programme: Programme, records: CommunityRecords, day: dt.date
) -> frozenset[str]:
    """Return the ids of those of whose cases somebody still has to report what came of an action.

    What the community handed on or let go when it ended is not waited for, nor what is open still
    some time after that.
    """
    ended = ended_on(programme, records, day)
    if ended and STILL_WAITING.after(ended) <= day:
        return frozenset()
    closing = closing_in_force(records)
    loose_ends = closing.loose_ends if closing else ()
    return frozenset(
        id
        for entry in follow_ups(records, day)
        if entry.is_open and not taker_of(f"cases/{entry.case.slug}/{entry.action.id}", loose_ends)
        for id in entry.case.presenters
    )


def _unsigned_cases(
    programme: Programme, holdings: Holdings, policy: RetentionPolicy, day: dt.date
) -> Iterator[_Candidate]:
    del holdings
    for records in programme.communities:
        begin = _begin(programme, records, None, policy.since, day)
        for case in records.cases:
            if case.sign_off is None:
                yield _Candidate(case.name, begin, _stop(records, day, [case]))


def _letters(
    programme: Programme, holdings: Holdings, policy: RetentionPolicy, day: dt.date
) -> Iterator[_Candidate]:
    del holdings, policy
    for blockage in programme.blockages:
        for ask in blockage.asks:
            yield _Candidate(f"{blockage.slug}/{ask.id}", programme_ended_on(programme, day))


def _closed_services(
    programme: Programme, holdings: Holdings, policy: RetentionPolicy, day: dt.date
) -> Iterator[_Candidate]:
    del holdings, policy, day
    for service in programme.directory:
        if service.status is ServiceStatus.CLOSED:
            yield _Candidate(service.slug, service.status_since or service.checked)


def _substitutes(
    programme: Programme, holdings: Holdings, policy: RetentionPolicy, day: dt.date
) -> Iterator[_Candidate]:
    del holdings
    for records in programme.communities:
        begin = _begin(programme, records, None, policy.since, day)
        for meeting in records.every_meeting:
            if meeting.substitutes:
                stop = _stop(records, day, [meeting])
                yield _Candidate(f"{records.slug}/{meeting.slug}", begin, stop)


_SOURCES: Final[Mapping[Kept, Callable[..., Iterator[_Candidate]]]] = {
    Kept.CONTACTS: _contacts,
    Kept.ALIASES: _aliases,
    Kept.COLUMNS: _columns,
    Kept.SENT_LOG: _dated("journals"),
    Kept.SURVEY_ROWS: _survey_rows,
    Kept.SHEETS: _dated("sheets"),
    Kept.UNDO: _dated("notes"),
    Kept.PRIVATE_NOTES: _private_notes,
    Kept.SUBSTITUTES: _substitutes,
    Kept.ROSTERS: _rosters,
    Kept.UNSIGNED_CASES: _unsigned_cases,
    Kept.LETTERS: _letters,
    Kept.CLOSED_SERVICES: _closed_services,
}


def may_apply(policy: RetentionPolicy, reviewed: Collection[str]) -> bool:
    """Check whether a rule deletes: one that asks for a review does once that is said.

    ``reviewed`` are the ids of rules whose entries somebody has looked through.
    """
    if policy.what in REVIEWED_ONLY:
        return False
    return policy.then is not Disposal.REVIEW or policy.id in reviewed


# --- rosters --------------------------------------------------------------------------------

_PERSONAL: Final = ("organisation", "joined", "left", "away")


def stripped_fields(member: Member, settings: Settings) -> tuple[str, ...]:
    """Return the fields of a member that strip takes out.

    A day after the programme's last is kept where the letter of the matrix hangs on it.
    """
    ends = settings.ends
    kept = set[str]()
    if ends and member.joined and member.joined > ends:
        kept.add("joined")
    dropped_out = member.left_because is LeftBecause.DROPPED_OUT
    if ends and member.left and member.left > ends and dropped_out:
        kept.add("left")
    own = member.source.fields.entries
    return tuple(name for name in _PERSONAL if name in own and name not in kept)


def is_stripped(member: Member, settings: Settings) -> bool:
    """Check whether nothing is left on a roster that strip would take out of it."""
    return not stripped_fields(member, settings) and _is_plain_id(member)


def _is_plain_id(member: Member) -> bool:
    """Check whether an id says a role and a letter alone, or that somebody was forgotten."""
    if FORGOTTEN_ID.fullmatch(member.id):
        return True
    return re.fullmatch(rf"{re.escape(_stem(member.role))}-[a-z]{{1,2}}", member.id) is not None


def _stem(role: str) -> str:
    return slug_from(role)[:70].strip("-") or "member"


def plain_ids(members: Iterable[Member], due: Collection[str]) -> dict[str, str]:
    """Return the new ids of those whose ids go, by the ones that they have.

    ``due`` are the ids of the members who are stripped. The others keep theirs.
    """
    everybody = list(members)
    taken: set[str] = {member.id for member in everybody}
    renamed: dict[str, str] = {}
    for member in everybody:
        if member.id not in due or _is_plain_id(member):
            continue
        letters = (f"{_stem(member.role)}-{text}" for text in _letters_in_order())
        renamed[member.id] = next(id for id in letters if id not in taken)
        taken.add(renamed[member.id])
    return renamed


def _letters_in_order() -> Iterator[str]:
    alphabet = "abcdefghijklmnopqrstuvwxyz"
    yield from alphabet
    yield from (first + second for first in alphabet for second in alphabet)


def strip_members(text: str, members: Iterable[Member], settings: Settings) -> str:
    """Return the text of a roster without what is personal of some members."""
    for member in members:
        for name in stripped_fields(member, settings):
            text = remove(text, ["members", member.id], name)
    return text
