"""The story of a case: who brought it, what was agreed, what came of it, and what is open.  Pure.

For those who keep the records: nothing is left out for readers outside. Private sections and
comments never come as far as here, and presenters are told by their roles.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from copkit.analysis.follow_up import FollowUp, follow_ups_of
from copkit.analysis.signing import why_unsigned
from copkit.folder import CommunityRecords, Programme
from copkit.records.blockages import Ask, Blockage
from copkit.records.cases import Case, Issue, Progress
from copkit.records.evidence import Evidence
from copkit.records.meetings import Meeting
from copkit.text.sections import sections
from copkit.wording import joined, listed


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
