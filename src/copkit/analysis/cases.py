"""The story of a case: who brought it, what was agreed, what came of it, and what is open.  Pure.

For those who keep the records: nothing is left out for readers outside. Private sections and
comments never come as far as here, and presenters are told by their roles.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from copkit.errors import Problem, Severity
from copkit.folder import CommunityRecords, Programme
from copkit.records.blockages import Ask, Blockage
from copkit.records.cases import Action, Case, CaseStatus, Consent, Issue, Outcome, Progress
from copkit.records.evidence import Evidence
from copkit.records.meetings import Meeting
from copkit.text.edit import line_start, next_line, written_end
from copkit.text.front_matter import sections
from copkit.wording import joined, listed

# What was suggested in a case, what has come of it, and what is due.


@dataclass(frozen=True, slots=True)
class FollowUp:
    """One action of a case, and what was told of it so far, the latest last."""

    case: Case
    action: Action
    told: tuple[Progress, ...]

    @property
    def name(self) -> str:
        """The action's name in the whole programme: ``brighton/nobody-to-call:a1``."""
        return f"{self.case.name}:{self.action.id}"

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to tell what came of it.

        One that was not tried yet stays open; a case that was closed leaves nothing open.
        """
        if self.case.status is CaseStatus.CLOSED:
            return False
        return not self.told or self.told[-1].outcome is Outcome.NOT_TRIED

    def is_due(self, until: dt.date) -> bool:
        """Say whether it is open and due by a day; one without a day is due at every meeting."""
        return self.is_open and (self.action.due is None or self.action.due <= until)

    def days_overdue(self, today: dt.date) -> int:
        """How many days ago it was due; 0 when it is due today, is still to come, or has no day."""
        return max((today - self.action.due).days, 0) if self.action.due else 0


def follow_ups(records: CommunityRecords, as_of: dt.date) -> Iterator[FollowUp]:
    """Give every action of a community's cases, with what was told of it up to a day.

    Cases that were presented later are left out, and those whose person refused consent, which
    are not spoken of again.
    """
    for case in records.cases:
        if not (case.presented and case.presented > as_of):
            yield from follow_ups_of(case, as_of)


def follow_ups_of(case: Case, as_of: dt.date) -> Iterator[FollowUp]:
    """Give every action of a case, unless its person refused consent."""
    if case.consent is Consent.REFUSED:
        return
    in_order = sorted(case.progress, key=lambda entry: entry.date)
    for action in case.actions:
        told = (one for one in in_order if one.action == action.id and one.date <= as_of)
        yield FollowUp(case, action, tuple(told))


def due(records: CommunityRecords, as_of: dt.date, until: dt.date) -> list[FollowUp]:
    """Give what is open and due by ``until``, as known on ``as_of``: the longest overdue first.

    An action without a day is due at every meeting, after those that have one.
    """
    return sorted((one for one in follow_ups(records, as_of) if one.is_due(until)), key=urgency)


def urgency(one: FollowUp) -> tuple[dt.date, str, str]:
    """Give what actions are sorted by: the day each is due, those without one at the end."""
    return one.action.due or dt.date.max, one.case.community, one.case.slug


# Whether a case may leave the members: the sign-off, and the text that it is bound to.

FIELD = "sign_off"
_BLANK_ENDS = re.compile(r"[ \t]+$", re.MULTILINE)


def digest_of(case: Case) -> str:
    """Give the SHA-256, in hexadecimal, of a case's community and all in its file but its sign-off.

    Of its community, because who presented it, and where, is a part of what was judged.
    """
    text = _without_sign_off(case).replace("\r\n", "\n").replace("\r", "\n")
    text = _BLANK_ENDS.sub("", text).rstrip("\n")
    signed = f"{case.community}\n{text}"
    return hashlib.sha256(signed.encode("utf-8")).hexdigest()


def is_signed(case: Case, today: dt.date) -> bool:
    """Say whether a sign-off stands for a case as it is now."""
    return case.sign_off is not None and not why_unsigned(case, today)


def why_unsigned(case: Case, today: dt.date) -> str:
    """Say why no sign-off stands for a case as it is now; ``""`` if one does."""
    signed = case.sign_off
    if signed is None:
        return "it has not been signed off"
    if not signed.by.strip():
        return "its sign-off does not say by which role"
    if signed.date > today:
        return f"its sign-off is dated {signed.date}, which is still to come"
    if signed.digest != digest_of(case):
        return f"it was edited since its sign-off of {signed.date}"
    return ""


def _without_sign_off(case: Case) -> str:
    """Cut the sign-off out of a file's text: whole lines, unless all fields stand in brackets."""
    text, fields = case.source.text.text, case.source.fields
    node = fields.entries.get(FIELD)
    if node is None:
        return text
    start, end = fields.key(FIELD).start, written_end(text, node)
    if fields.block:
        start, end = line_start(text, start), next_line(text, max(end, start))
    return text[:start] + text[end:]


class Happened(StrEnum):
    """What kind of thing happened; of one day they are told in this order."""

    PRESENTED = "presented"
    DISCUSSED = "discussed"
    DUE = "due"
    TOLD = "told"
    EVIDENCE = "evidence"
    ASKED = "asked"
    REPLIED = "replied"
    SIGNED = "signed"


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing that happened to a case, or is to; ``about`` is the id or slug it is about.

    ``day`` is ``None`` for an action that has none.
    """

    day: dt.date | None
    kind: Happened
    about: str
    what: str


@dataclass(frozen=True, slots=True)
class Story:
    """A case in order: sections with their headings, moments by date, actions still open.

    ``not_signed`` says why no sign-off stands, ``""`` if one does; the blockage of an issue is
    ``None`` where it names none.
    """

    case: Case
    roles: tuple[str, ...]
    not_signed: str
    sections: tuple[tuple[str, str], ...]
    moments: tuple[Moment, ...]
    meetings: tuple[Meeting, ...]
    issues: tuple[tuple[Issue, Blockage | None], ...]
    evidence: tuple[Evidence, ...]
    open: tuple[FollowUp, ...]


def build_story(programme: Programme, case: Case, as_of: dt.date) -> Story:
    """Gather what the programme holds of a case, as known on a day."""
    records = programme.community(case.community)
    members = (records.roster.member(id) for id in case.presenters)
    roles = tuple(dict.fromkeys(member.role for member in members if member))
    meetings = tuple(one for one in records.meetings if case.slug in one.cases)
    blockages = {blockage.slug: blockage for blockage in programme.blockages}
    issues = tuple((issue, blockages.get(issue.blockage or "")) for issue in case.issues)
    used = tuple(card for card in programme.evidence if card.slug in case.evidence)
    not_signed = why_unsigned(case, as_of)
    moments = [
        *_discussions(case, roles, meetings),
        *_follow_up(case),
        *_asks(issues),
        *_evidence(programme, case, records),
        *_sign_off(case, not_signed),
    ]
    return Story(
        case=case,
        roles=roles,
        not_signed=not_signed,
        sections=tuple(_sections(case.body)),
        moments=tuple(sorted(moments, key=_in_order)),
        meetings=meetings,
        issues=issues,
        evidence=used,
        open=tuple(one for one in follow_ups_of(case, as_of) if one.is_open),
    )


def _sections(body: str) -> Iterator[tuple[str, str]]:
    for heading, text in sections(body).items():
        if text.strip():
            yield heading, text.strip()


def _in_order(moment: Moment) -> tuple[dt.date, int, str]:
    return moment.day or dt.date.max, list(Happened).index(moment.kind), moment.about


def _discussions(
    case: Case, roles: tuple[str, ...], meetings: tuple[Meeting, ...]
) -> Iterator[Moment]:
    if case.presented:
        by = f"by {listed(roles)}" if roles else ""
        yield Moment(case.presented, Happened.PRESENTED, "", joined("presented", by))
    for meeting in meetings:
        if meeting.held_on != case.presented:
            what = f"on the agenda of a {meeting.kind} meeting"
            yield Moment(meeting.held_on, Happened.DISCUSSED, meeting.slug, what)


def _follow_up(case: Case) -> Iterator[Moment]:
    for action in case.actions:
        what = f"due: {action.what} ({action.owner or 'nobody'})"
        yield Moment(action.due, Happened.DUE, action.id, what)
    for entry in case.progress:
        yield Moment(entry.date, Happened.TOLD, entry.action or "", told(entry))


def told(entry: Progress) -> str:
    """Say what was told of an action: ``did not help: The line was busy``."""
    outcome = entry.outcome.replace("-", " ")
    kind = f"({entry.kind})" if entry.kind else ""
    return f"{joined(outcome, kind)}: {entry.note}" if entry.note else joined(outcome, kind)


def _asks(issues: tuple[tuple[Issue, Blockage | None], ...]) -> Iterator[Moment]:
    blockages = {blockage.slug: blockage for _, blockage in issues if blockage}
    for slug, blockage in blockages.items():
        for ask in blockage.asks:
            yield Moment(ask.date, Happened.ASKED, slug, _asked(ask))
            if ask.replied:
                reply = f": {ask.reply}" if ask.reply else ""
                yield Moment(ask.replied, Happened.REPLIED, slug, f"{ask.of} replied{reply}")


def _asked(ask: Ask) -> str:
    until = f" (a reply by {ask.reply_by})" if ask.reply_by and not ask.replied else ""
    return f"asked of {ask.of}: {ask.ask}{until}"


def _evidence(programme: Programme, case: Case, records: CommunityRecords) -> Iterator[Moment]:
    for card in programme.evidence:
        for use in card.used:
            if use.case == case.slug and use.community in (None, records.slug):
                yield Moment(use.date, Happened.EVIDENCE, card.slug, f"evidence: {card.title}")


def _sign_off(case: Case, not_signed: str) -> Iterator[Moment]:
    if case.sign_off:
        stands = f"; {not_signed}" if not_signed else ""
        what = f"signed off by {case.sign_off.by}{stands}"
        yield Moment(case.sign_off.date, Happened.SIGNED, "", what)


# Where the loop of a case is open: nothing was agreed, or nobody is to do it, or no day.

_IN_THE_LOOP: Final = frozenset({CaseStatus.PRESENTED, CaseStatus.WRITTEN_UP})


def open_loops(case: Case) -> Iterator[Problem]:
    """Warn of what keeps a case from being followed up; the case must be free of errors."""
    if case.status not in _IN_THE_LOOP or case.consent is Consent.REFUSED:
        return
    if not case.actions:
        message = "this case has no action, so nothing will be asked of anybody"
        hint = f"copkit case action {case.name} 'What is to be tried' --owner ROLE --due next"
        yield case.source.problem("no-action", "actions", message, hint, severity=Severity.WARNING)
    for action in case.actions:
        yield from _lacking(action, f"copkit case action {case.name} {action.id}")
    yield from _told_too_early(case)


def _lacking(action: Action, command: str) -> Iterator[Problem]:
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


def _told_too_early(case: Case) -> Iterator[Problem]:
    for entry in case.progress:
        if case.presented and entry.date < case.presented:
            message = f"this was told on {entry.date}, before the case was presented"
            hint = f"correct this date, or 'presented' ({case.presented})"
            yield entry.source.problem(
                "progress-before-presented", "date", message, hint, severity=Severity.WARNING
            )
