"""Follow-up, sign-off and history of a case, and warnings where it cannot be followed up.  Pure.

For those who keep the records: nothing is left out for readers outside. Private sections and
comments were taken out when the file was read, and presenters are named by role only.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol

from copkit.errors import Problem, Severity
from copkit.folder import CommunityRecords, Programme
from copkit.records.blockages import Ask, Blockage
from copkit.records.cases import Action, Case, CaseStatus, Consent, Issue, Outcome, Progress
from copkit.records.evidence import Evidence
from copkit.records.kinds import find_kind
from copkit.records.meetings import Meeting
from copkit.records.schema.audience import Audience
from copkit.records.schema.fields import Source
from copkit.records.schema.parts import SignOff
from copkit.text.front_matter import split_sections
from copkit.text.yaml.nodes import value_of
from copkit.wording import join_sentences, list_in_words

# Follow-up: actions and the progress reported on them


@dataclass(frozen=True, slots=True)
class FollowUp:
    """One action of a case, and the progress reported on it so far, the latest last."""

    case: Case
    action: Action
    progress: tuple[Progress, ...]

    @property
    def name(self) -> str:
        """The action's name, unique in the programme: ``brighton/nobody-to-call:a1``."""
        return f"{self.case.name}:{self.action.id}"

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to report what came of it.

        One that was not tried yet stays open; a case that was closed leaves nothing open.
        """
        if self.case.status is CaseStatus.CLOSED:
            return False
        return not self.progress or self.progress[-1].outcome is Outcome.NOT_TRIED

    def is_due(self, until: dt.date) -> bool:
        """Check whether it is open and due by a day; one without a date is due at every meeting."""
        return self.is_open and (self.action.due is None or self.action.due <= until)

    def days_overdue(self, today: dt.date) -> int:
        """Return how many days ago it was due; 0 if due today or later, or if it has no date."""
        return max((today - self.action.due).days, 0) if self.action.due else 0


def progress_by_action(
    case: Case, since: dt.date, until: dt.date
) -> dict[str | None, tuple[Progress, ...]]:
    """Group the progress reported from ``since`` to ``until``, both included, by action id.

    Progress of the case as a whole is grouped under ``None``. The last entry of each group is the
    latest word on its action: the command line and the documents both take it from here.
    """
    # Files are not always written in the order of dates: an entry may be added later for a meeting
    # long ago. The sort is stable, so that of two entries of one day the lower in the file wins.
    in_order = sorted(case.progress, key=lambda entry: entry.date)
    groups: dict[str | None, list[Progress]] = {}
    for entry in in_order:
        if since <= entry.date <= until:
            groups.setdefault(entry.action or None, []).append(entry)
    return {action: tuple(entries) for action, entries in groups.items()}


def follow_ups(records: CommunityRecords, as_of: dt.date) -> Iterator[FollowUp]:
    """Yield every action of a community's cases, with its progress up to a day, that day included.

    Cases that were presented later are left out, and those whose person refused consent.
    """
    for case in records.cases:
        if not (case.presented and case.presented > as_of):
            yield from case_follow_ups(case, as_of)


def case_follow_ups(case: Case, as_of: dt.date) -> Iterator[FollowUp]:
    """Yield every action of a case in the order of the file; none if its person refused consent."""
    if case.consent is Consent.REFUSED:  # nobody is reminded of such a case at a meeting
        return
    progress = progress_by_action(case, dt.date.min, as_of)
    for action in case.actions:
        yield FollowUp(case, action, progress.get(action.id, ()))


def due_follow_ups(records: CommunityRecords, as_of: dt.date, until: dt.date) -> list[FollowUp]:
    """Return what is open and due by ``until``, as known on ``as_of``: the longest overdue first.

    An action without a date is due at every meeting, after those that have one.
    """
    due = (follow_up for follow_up in follow_ups(records, as_of) if follow_up.is_due(until))
    return sorted(due, key=urgency)


def urgency(follow_up: FollowUp) -> tuple[dt.date, str, str]:
    """Return the key to sort actions by: the day each is due, those without one at the end."""
    return follow_up.action.due or dt.date.max, follow_up.case.community, follow_up.case.slug


# Sign-off: whether a case may be shown to others than members

SIGN_OFF_FIELD = "sign_off"
_TRAILING_BLANKS = re.compile(r"[ \t]+$", re.MULTILINE)


class SignedRecord(Protocol):
    """What somebody signs off before readers outside see it: a case, a story, a quote, feedback."""

    @property
    def source(self) -> Source:
        """Where it stands."""

    @property
    def slug(self) -> str:
        """Its own name."""

    @property
    def community(self) -> str | None:
        """The community that it is from."""

    @property
    def audience(self) -> Audience:
        """Who may read it."""

    @property
    def sign_off(self) -> SignOff | None:
        """Who signed it, and when."""


def sign_off_command(record: SignedRecord) -> tuple[str, ...]:
    """Return the words that sign a record off, after ``copkit``."""
    match = find_kind(record.source.file)
    kind = match[0].name if match else "case"
    if kind == "meeting":
        day, _, part = record.slug.partition("/")
        return ("session", "sign-off", record.community or "", day, part)
    name = f"{record.community}/{record.slug}" if kind == "case" else record.slug
    return ("links" if kind == "link" else kind, "sign-off", name)


def sign_off_digest(record: SignedRecord) -> str:
    """Return the SHA-256, in hexadecimal, of a record's community and its text.

    The text is its file but for the sign-off; of a quote or of feedback, which have no file, what
    it says. It
    changes with any edit that a reader could notice, so that a sign-off cannot outlive the text
    that somebody judged.
    """
    # Here, since every command that checks records imports this file, and few cases are signed.
    import hashlib

    # Of the file, not of the values read from it: a comment travels with the file too. Line ends
    # and trailing blanks are evened out, because git and editors change them by themselves.
    text = _signed_text(record).replace("\r\n", "\n").replace("\r", "\n")
    # Most texts have no blank at the end of a line, which is found out in a hundredth of the time.
    if " \n" in text or "\t\n" in text or text.endswith((" ", "\t")):
        text = _TRAILING_BLANKS.sub("", text)
    text = text.rstrip("\n")
    # The community is signed as well: a case moved to another folder could point to a person whom
    # it did not point to before.
    signed = f"{record.community}\n{text}"
    return hashlib.sha256(signed.encode("utf-8")).hexdigest()


def is_signed_off(record: SignedRecord, today: dt.date) -> bool:
    """Check whether a record is signed off as it is now."""
    return record.sign_off is not None and not unsigned_reason(record, today)


def unsigned_reason(record: SignedRecord, today: dt.date) -> str:
    """Return why a record is not signed off as it is now; ``""`` if it is."""
    sign_off = record.sign_off
    if sign_off is None:
        return "it has not been signed off"
    if not sign_off.by.strip():
        return "its sign-off does not say by which role"
    if sign_off.date > today:
        return f"its sign-off is dated {sign_off.date}, which is still to come"
    if sign_off.digest != sign_off_digest(record):
        return f"it was edited since its sign-off of {sign_off.date}"
    return ""


def _signed_text(record: SignedRecord) -> str:
    """Return a record's text without its sign-off: adding one must not change the digest."""
    from copkit.text.edit import line_start, next_line, written_end

    match = find_kind(record.source.file)
    if match and (match[0].item_list or match[0].name == "meeting"):  # one entry of a list
        return json.dumps(value_of(record.source.fields) | {SIGN_OFF_FIELD: None}, sort_keys=True)
    text = record.source.text.text
    if text.count(SIGN_OFF_FIELD) == 1 and (plain := _PLAIN_SIGN_OFF.match(text)):
        return text[: plain.start(1)] + text[plain.end(1) :]
    fields = record.source.fields
    node = fields.entries.get(SIGN_OFF_FIELD)
    if node is None:
        return text
    start, end = fields.key(SIGN_OFF_FIELD).start, written_end(text, node)
    # In block style the field has lines of its own, and they go as a whole; in flow style,
    # ``{title: A, sign_off: {...}}``, other fields may stand on the same line.
    if fields.block:
        start, end = line_start(text, start), next_line(text, max(end, start))
    return text[:start] + text[end:]


# The field as copkit writes it, whose end can be seen without parsing a file for it: that takes
# most of the time of a site of ten thousand cases. Whatever looks otherwise is parsed.
_PLAIN_SIGN_OFF: Final = re.compile(
    r"---\n(?:[^-\n][^\n]*\n)*?"
    r"(sign_off:\n( +)(?:by|date|digest): [\w .-]+\n(?:\2(?:by|date|digest): [\w .-]+\n)*)"
    r"(?=[a-z_]+:|---\n)"
)


# History: everything that happened to a case, by date


class CaseEventKind(StrEnum):
    """What kind of thing happened; events of one day are listed in the order of these members."""

    PRESENTED = "presented"
    DISCUSSED = "discussed"
    DUE = "due"
    PROGRESS = "told"
    EVIDENCE = "evidence"
    ASKED = "asked"
    REPLIED = "replied"
    SIGNED = "signed"


@dataclass(frozen=True, slots=True)
class CaseEvent:
    """One thing that happened to a case, or is to happen.

    ``about`` is the id of an action or the slug of a meeting, card or blockage; ``""`` for the case
    itself. ``day`` is ``None`` for an action that has no date.
    """

    day: dt.date | None
    kind: CaseEventKind
    about: str
    description: str


@dataclass(frozen=True, slots=True)
class CaseHistory:
    """A case with everything that the programme holds of it.

    ``roles`` are those of its presenters. ``unsigned_reason`` is ``""`` if it is signed off.
    ``sections`` are pairs of heading and text, ``events`` are by date. The blockage of an issue is
    ``None`` where the issue names none.
    """

    case: Case
    roles: tuple[str, ...]
    unsigned_reason: str
    sections: tuple[tuple[str, str], ...]
    events: tuple[CaseEvent, ...]
    meetings: tuple[Meeting, ...]
    issues: tuple[tuple[Issue, Blockage | None], ...]
    evidence: tuple[Evidence, ...]
    open_follow_ups: tuple[FollowUp, ...]


def build_case_history(programme: Programme, case: Case, as_of: dt.date) -> CaseHistory:
    """Build the history of a case; ``as_of`` decides which actions are open and what is signed.

    Events are not cut off at ``as_of``: what is still to come is a part of the history.
    """
    records = programme.community(case.community)
    members = (records.roster.member(id) for id in case.presenters)
    roles = tuple(dict.fromkeys(member.role for member in members if member))
    meetings = tuple(meeting for meeting in records.meetings if case.slug in meeting.cases)
    blockages = {blockage.slug: blockage for blockage in programme.blockages}
    issues = tuple((issue, blockages.get(issue.blockage or "")) for issue in case.issues)
    cards = tuple(card for card in programme.evidence if card.slug in case.evidence)
    reason = unsigned_reason(case, as_of)
    events = [
        *_meeting_events(case, roles, meetings),
        *_action_events(case),
        *_ask_events(issues),
        *_evidence_events(programme, case, records),
        *_sign_off_events(case, reason),
    ]
    return CaseHistory(
        case=case,
        roles=roles,
        unsigned_reason=reason,
        sections=tuple(_filled_sections(case.body)),
        events=tuple(sorted(events, key=_event_order)),
        meetings=meetings,
        issues=issues,
        evidence=cards,
        open_follow_ups=tuple(
            follow_up for follow_up in case_follow_ups(case, as_of) if follow_up.is_open
        ),
    )


def _filled_sections(body: str) -> Iterator[tuple[str, str]]:
    for heading, text in split_sections(body).items():
        if text.strip():
            yield heading, text.strip()


def _event_order(event: CaseEvent) -> tuple[dt.date, int, str]:
    return event.day or dt.date.max, list(CaseEventKind).index(event.kind), event.about


def _meeting_events(
    case: Case, roles: tuple[str, ...], meetings: tuple[Meeting, ...]
) -> Iterator[CaseEvent]:
    """Yield the presentation by ``roles``, and every other meeting that names the case."""
    if case.presented:
        presenters = f"by {list_in_words(roles)}" if roles else ""
        description = join_sentences("presented", presenters)
        yield CaseEvent(case.presented, CaseEventKind.PRESENTED, "", description)
    for meeting in meetings:
        if meeting.held_on != case.presented:  # that meeting is the presentation itself
            description = f"on the agenda of a {meeting.kind} meeting"
            yield CaseEvent(meeting.held_on, CaseEventKind.DISCUSSED, meeting.slug, description)


def _action_events(case: Case) -> Iterator[CaseEvent]:
    """Yield each action on the day it is due, and each entry of progress on its own date."""
    for action in case.actions:
        description = f"due: {action.what} ({action.owner or 'nobody'})"
        yield CaseEvent(action.due, CaseEventKind.DUE, action.id, description)
    for entry in case.progress:
        yield CaseEvent(
            entry.date, CaseEventKind.PROGRESS, entry.action or "", format_progress(entry)
        )


def format_progress(entry: Progress) -> str:
    """Return an outcome in words: ``did not help (prevention): The line was busy``."""
    outcome = entry.outcome.replace("-", " ")
    kind = f"({entry.kind})" if entry.kind else ""
    text = join_sentences(outcome, kind)
    return f"{text}: {entry.note}" if entry.note else text


def _ask_events(issues: tuple[tuple[Issue, Blockage | None], ...]) -> Iterator[CaseEvent]:
    """Yield what was asked about the blockages of a case's issues, and each reply with a date."""
    # By slug, since several issues of one case may name the same blockage.
    blockages = {blockage.slug: blockage for _, blockage in issues if blockage}
    for slug, blockage in blockages.items():
        for ask in blockage.asks:
            yield CaseEvent(ask.date, CaseEventKind.ASKED, slug, _format_ask(ask))
            if ask.replied:
                reply = f": {ask.reply}" if ask.reply else ""
                yield CaseEvent(
                    ask.replied, CaseEventKind.REPLIED, slug, f"{ask.of} replied{reply}"
                )


def _format_ask(ask: Ask) -> str:
    deadline = f" (a reply by {ask.reply_by})" if ask.reply_by and not ask.replied else ""
    return f"asked of {ask.of}: {ask.ask}{deadline}"


def _evidence_events(
    programme: Programme, case: Case, records: CommunityRecords
) -> Iterator[CaseEvent]:
    """Yield each use of an evidence card for a case; ``records`` are its community's."""
    for card in programme.evidence:
        for use in card.used:
            # Slugs of cases are unique within a community only; a use may leave out which it was.
            if use.case == case.slug and use.community in (None, records.slug):
                yield CaseEvent(
                    use.date, CaseEventKind.EVIDENCE, card.slug, f"evidence: {card.title}"
                )


def _sign_off_events(case: Case, reason: str) -> Iterator[CaseEvent]:
    """Yield the sign-off on record, and the reason why it does not count any more."""
    if case.sign_off:
        objection = f"; {reason}" if reason else ""
        description = f"signed off by {case.sign_off.by}{objection}"
        yield CaseEvent(case.sign_off.date, CaseEventKind.SIGNED, "", description)


# Gaps: no action, no owner, no date

# A draft has not been discussed yet, and a closed case is done with.
_FOLLOWED_UP: Final = frozenset({CaseStatus.PRESENTED, CaseStatus.WRITTEN_UP})


def find_follow_up_gaps(case: Case) -> Iterator[Problem]:
    """Yield a warning for everything that keeps a case from being followed up.

    The case must be free of errors: a value that could not be read is not missing.
    """
    if case.status not in _FOLLOWED_UP or case.consent is Consent.REFUSED:
        return
    if not case.actions:
        message = "this case has no action, so nothing will be asked of anybody"
        hint = f"copkit case action {case.name} 'What is to be tried' --owner ROLE --due next"
        yield case.source.problem("no-action", "actions", message, hint, severity=Severity.WARNING)
    for action in case.actions:
        yield from _action_gaps(action, f"copkit case action {case.name} {action.id}")
    yield from _early_progress(case)


def _action_gaps(action: Action, command: str) -> Iterator[Problem]:
    """Yield a warning for a missing owner or date; ``command`` begins the hint that corrects it."""
    if not (action.owner and action.owner.strip()):
        message = f"nobody owns '{action.id}', so nobody will be asked what came of it"
        hint = f"{command} --owner ROLE"
        yield action.source.problem(
            "action-without-owner", "owner", message, hint, severity=Severity.WARNING
        )
    if action.due is None:
        message = f"'{action.id}' has no date, so it is never overdue"
        hint = f"{command} --due next"
        yield action.source.problem(
            "action-without-date", "due", message, hint, severity=Severity.WARNING
        )


def _early_progress(case: Case) -> Iterator[Problem]:
    """Yield a warning for progress dated before the case was presented."""
    for entry in case.progress:
        if case.presented and entry.date < case.presented:
            message = f"this was reported on {entry.date}, before the case was presented"
            hint = f"correct this date, or 'presented' ({case.presented})"
            yield entry.source.problem(
                "progress-before-presented", "date", message, hint, severity=Severity.WARNING
            )
