"""How often a blockage came back, what was asked about it, and how long the silence is.  Pure.

Counted are the cases that documents may tell of at all: no drafts, and none without consent.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from copkit.analysis.period import Scope, communities_of, presented
from copkit.folder import CommunityRecords, Programme
from copkit.records.blockages import Ask, Blockage, BlockageStatus
from copkit.records.cases import Case, Consent

BEGINNING: Final = dt.date.min
"""Before every case, so that nothing of what keeps coming back is cut off."""


@dataclass(frozen=True, slots=True)
class Showing:
    """A case in which a blockage showed, and how; each of ``notes`` is of one of its issues."""

    case: Case
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Recurrence:
    """Where a blockage showed, and what had been asked about it by a day, the first first."""

    blockage: Blockage
    as_of: dt.date
    showings: tuple[Showing, ...]
    asks: tuple[Ask, ...]

    @property
    def communities(self) -> tuple[str, ...]:
        """The communities in whose cases it showed, by slug."""
        return tuple(dict.fromkeys(showing.case.community for showing in self.showings))

    @property
    def months(self) -> tuple[str, ...]:
        """The months in which it came up, written ``2012-05``."""
        days = (showing.case.presented for showing in self.showings)
        return tuple(sorted({day.isoformat()[:7] for day in days if day}))

    @property
    def status(self) -> BlockageStatus:
        """What had become of it: still open on a day before the last ask or answer on record."""
        days = (day for ask in self.blockage.asks for day in (ask.date, ask.replied) if day)
        later = any(day > self.as_of for day in days)
        return BlockageStatus.OPEN if later else self.blockage.status

    @property
    def waiting(self) -> Ask | None:
        """The latest ask that nobody has answered; none once the blockage is closed."""
        if self.status is BlockageStatus.CLOSED:
            return None
        unanswered = [ask for ask in self.asks if not is_answered(ask, self.as_of)]
        return unanswered[-1] if unanswered else None


def is_answered(ask: Ask, as_of: dt.date) -> bool:
    """Say whether something had come back by a day; a reply without its day always has."""
    return ask.replied <= as_of if ask.replied else bool(ask.reply)


def days_of_silence(ask: Ask, as_of: dt.date) -> int:
    """Give the days since something was asked."""
    return (as_of - ask.date).days


def days_overdue(ask: Ask, as_of: dt.date) -> int:
    """Give the days since an answer was due; 0 when it is due today, to come, or has no day."""
    return max((as_of - ask.reply_by).days, 0) if ask.reply_by else 0


def recurrence(blockage: Blockage, cases: Iterable[Case], as_of: dt.date) -> Recurrence:
    """Find a blockage in cases, in their order, and what was asked about it by a day."""
    found = [
        Showing(case, tuple(issue.note for issue in issues if issue.note))
        for case in cases
        if (issues := [issue for issue in case.issues if issue.blockage == blockage.slug])
    ]
    asks = sorted((ask for ask in blockage.asks if ask.date <= as_of), key=lambda ask: ask.date)
    return Recurrence(blockage, as_of, tuple(found), tuple(asks))


def recurrences(programme: Programme, as_of: dt.date) -> list[Recurrence]:
    """Give every blockage as of a day, the most recurrent first.

    The one that showed in more cases comes first; of equal ones that of more communities, then of
    more months, then whichever has waited longer for an answer, then by title and slug.
    """
    cases = _cases_up_to(programme, as_of)
    found = [recurrence(blockage, cases, as_of) for blockage in programme.blockages]
    return sorted(found, key=_rank)


def recurrence_of(programme: Programme, blockage: Blockage, as_of: dt.date) -> Recurrence:
    """Give one blockage as of a day."""
    return recurrence(blockage, _cases_up_to(programme, as_of), as_of)


def uncounted(programme: Programme, one: Recurrence) -> list[str]:
    """Give the names of cases that are tied to a blockage and not counted.

    A case whose person refused consent is not spoken of at all.
    """
    counted = {showing.case.name for showing in one.showings}
    return [
        case.name
        for records in programme.communities
        for case in records.cases
        if any(issue.blockage == one.blockage.slug for issue in case.issues)
        and case.consent is not Consent.REFUSED
        and case.name not in counted
    ]


def _cases_up_to(programme: Programme, as_of: dt.date) -> list[Case]:
    up_to = Scope(BEGINNING, as_of)
    cases = [
        case for records in communities_of(programme, up_to) for case in presented(records, up_to)
    ]
    return sorted(cases, key=lambda case: (case.presented or as_of, case.community, case.slug))


def _rank(one: Recurrence) -> tuple[int, int, int, dt.date, str, str]:
    counts = (-len(one.showings), -len(one.communities), -len(one.months))
    asked = one.waiting.date if one.waiting else dt.date.max
    return *counts, asked, one.blockage.title.casefold(), one.blockage.slug


# What is new of what was asked about blockages, for a community's next meeting.


@dataclass(frozen=True, slots=True)
class NewsView:
    """What is new of one thing that was asked of somebody.

    It was asked or answered since the last meeting, or the answer is ``days_overdue`` on the day of
    the meeting.
    """

    blockage: str
    of: str
    ask: str
    asked: dt.date
    reply_by: dt.date | None
    replied: dt.date | None
    reply: str
    days_overdue: int


def news(
    blockages: Iterable[Blockage],
    records: CommunityRecords,
    since: dt.date,
    known: dt.date,
    day: dt.date,
) -> list[NewsView]:
    """Give what is new of what was asked, as ``known``, for a meeting on ``day``.

    It was asked or answered after ``since``, or nobody has answered by the day wished for. What
    the community's own cases ran into comes first, and silence last.
    """
    own = {issue.blockage for case in records.cases for issue in case.issues}
    found = [
        (blockage.slug not in own, view)
        for blockage in blockages
        for ask in blockage.asks
        if (view := _news_of(blockage, ask, since, known, day))
    ]
    in_order = sorted(found, key=lambda pair: (pair[0], bool(pair[1].days_overdue), pair[1].asked))
    return [view for _, view in in_order]


def _news_of(
    blockage: Blockage, ask: Ask, since: dt.date, known: dt.date, day: dt.date
) -> NewsView | None:
    if ask.date > known:
        return None
    replied = ask.replied if ask.replied and ask.replied <= known else None
    waits = not is_answered(ask, known) and blockage.status is not BlockageStatus.CLOSED
    late = days_overdue(ask, day) if waits else 0
    if not (late or ask.date > since or (replied and replied > since)):
        return None
    return NewsView(
        blockage=blockage.title,
        of=ask.of,
        ask=ask.ask,
        asked=ask.date,
        reply_by=ask.reply_by,
        replied=replied,
        reply=(ask.reply or "") if replied else "",
        days_overdue=late,
    )
