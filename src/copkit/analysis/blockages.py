"""Recurrence of blockages: in how many cases each showed, what was asked and answered.  Pure.

Cases that documents may report are counted: no drafts, and none whose person refused consent.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from copkit.analysis.period import Scope, communities_in_scope, reportable_cases
from copkit.folder import CommunityRecords, Programme
from copkit.records.blockages import Ask, Blockage, BlockageStatus, is_answered
from copkit.records.cases import Case, Consent

BEGINNING: Final = dt.date.min
"""Start of a scope that cuts nothing off: a blockage keeps coming back over the whole programme."""


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A case in which a blockage showed; ``notes`` are those of the issues that name it."""

    case: Case
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Recurrence:
    """Where a blockage showed, and what had been asked about it by a day, the earliest first."""

    blockage: Blockage
    as_of: dt.date
    occurrences: tuple[Occurrence, ...]
    asks: tuple[Ask, ...]

    @property
    def communities(self) -> tuple[str, ...]:
        """The communities in whose cases it showed, by slug."""
        return tuple(dict.fromkeys(occurrence.case.community for occurrence in self.occurrences))

    @property
    def months(self) -> tuple[str, ...]:
        """The months in which it came up, written ``2012-05``."""
        days = (occurrence.case.presented for occurrence in self.occurrences)
        return tuple(sorted({day.isoformat()[:7] for day in days if day}))

    @property
    def status(self) -> BlockageStatus:
        """The status as known on ``as_of``: open if anything was asked or answered after that day.

        A record keeps only its latest status, and no date of it.
        """
        days = (day for ask in self.blockage.asks for day in (ask.date, ask.replied) if day)
        has_later_news = any(day > self.as_of for day in days)
        return BlockageStatus.OPEN if has_later_news else self.blockage.status

    @property
    def unanswered_ask(self) -> Ask | None:
        """The latest ask that nobody has answered; none once the blockage is closed."""
        if self.status is BlockageStatus.CLOSED:
            return None
        unanswered = [ask for ask in self.asks if not is_answered(ask, self.as_of)]
        return unanswered[-1] if unanswered else None


def days_of_silence(ask: Ask, as_of: dt.date) -> int:
    """Return the number of days since something was asked."""
    return (as_of - ask.date).days


def days_overdue(ask: Ask, as_of: dt.date) -> int:
    """Return the days since an answer was due; 0 when it is due today, later, or on no day."""
    return max((as_of - ask.reply_by).days, 0) if ask.reply_by else 0


def recurrence_in_cases(blockage: Blockage, cases: Iterable[Case], as_of: dt.date) -> Recurrence:
    """Return where a blockage showed in ``cases``, in their order, and its asks up to a day."""
    occurrences = [
        Occurrence(case, tuple(issue.note for issue in issues if issue.note))
        for case in cases
        if (issues := [issue for issue in case.issues if issue.blockage == blockage.slug])
    ]
    asks = sorted((ask for ask in blockage.asks if ask.date <= as_of), key=lambda ask: ask.date)
    return Recurrence(blockage, as_of, tuple(occurrences), tuple(asks))


def recurrences(programme: Programme, as_of: dt.date) -> list[Recurrence]:
    """Return every blockage as of a day, the most recurrent first.

    They are ordered by the number of cases, then of communities, then of months; those that are
    equal in all three by how long they have waited for an answer, then by title and slug.
    """
    cases = _cases_up_to(programme, as_of)
    unordered = [recurrence_in_cases(blockage, cases, as_of) for blockage in programme.blockages]
    return sorted(unordered, key=_rank)


def recurrence_of(programme: Programme, blockage: Blockage, as_of: dt.date) -> Recurrence:
    """Return one blockage as of a day, over all cases of the programme."""
    return recurrence_in_cases(blockage, _cases_up_to(programme, as_of), as_of)


def uncounted_cases(programme: Programme, recurrence: Recurrence) -> list[str]:
    """Return the names of cases that are tied to a blockage and not counted, such as drafts."""
    counted = {occurrence.case.name for occurrence in recurrence.occurrences}
    return [
        case.name
        for records in programme.communities
        for case in records.cases
        if any(issue.blockage == recurrence.blockage.slug for issue in case.issues)
        and case.consent is not Consent.REFUSED  # such a case is not named anywhere
        and case.name not in counted
    ]


def _cases_up_to(programme: Programme, as_of: dt.date) -> list[Case]:
    """Return the reportable cases of all communities presented up to a day, the earliest first."""
    up_to = Scope(BEGINNING, as_of)
    cases = [
        case
        for records in communities_in_scope(programme, up_to)
        for case in reportable_cases(records, up_to)
    ]
    # ``presented`` is set in all of them, since ``reportable_cases`` fills it in from the meeting.
    return sorted(cases, key=lambda case: (case.presented or as_of, case.community, case.slug))


def _rank(recurrence: Recurrence) -> tuple[int, int, int, dt.date, str, str]:
    """Return a sort key: most cases, communities and months, oldest unanswered ask, title, slug."""
    blockage, ask = recurrence.blockage, recurrence.unanswered_ask
    return (
        -len(recurrence.occurrences),
        -len(recurrence.communities),
        -len(recurrence.months),
        ask.date if ask else dt.date.max,
        blockage.title.casefold(),
        blockage.slug,
    )


# News of asks, for a community's agenda


@dataclass(frozen=True, slots=True)
class NewsView:
    """News of one ask: it was asked or answered since the last meeting, or its answer is late.

    ``days_overdue`` are counted to the day of the meeting. These fields are printed as JSON by
    ``copkit agenda --json``.
    """

    blockage: str
    of: str
    ask: str
    asked: dt.date
    reply_by: dt.date | None
    replied: dt.date | None
    reply: str
    days_overdue: int


def blockage_news(
    blockages: Iterable[Blockage],
    records: CommunityRecords,
    since: dt.date,
    as_of: dt.date,
    day: dt.date,
) -> list[NewsView]:
    """Return the news of all asks for a community's meeting on ``day``, as known on ``as_of``.

    An ask is news if it was made or answered after ``since`` (the meeting before), or if nobody has
    answered it in time. Blockages of the community's own cases come first; within them, late
    answers come last.
    """
    own_slugs = {issue.blockage for case in records.cases for issue in case.issues}
    unordered = [
        (blockage.slug not in own_slugs, news)
        for blockage in blockages
        for ask in blockage.asks
        if (news := _ask_news(blockage, ask, since, as_of, day))
    ]
    in_order = sorted(
        unordered, key=lambda pair: (pair[0], bool(pair[1].days_overdue), pair[1].asked)
    )
    return [news for _, news in in_order]


def _ask_news(
    blockage: Blockage, ask: Ask, since: dt.date, as_of: dt.date, day: dt.date
) -> NewsView | None:
    """Return the news of one ask for a meeting on ``day``; ``None`` if there is none.

    ``since`` is the day of the meeting before; what came after ``as_of`` is not known yet.
    """
    if ask.date > as_of:
        return None
    replied = ask.replied if ask.replied and ask.replied <= as_of else None
    is_waiting = not is_answered(ask, as_of) and blockage.status is not BlockageStatus.CLOSED
    # Counted to the day of the meeting, not to as_of: the agenda is read on that day.
    late = days_overdue(ask, day) if is_waiting else 0
    if not (late or ask.date > since or (replied and replied > since)):
        return None
    return NewsView(
        blockage=blockage.title,
        of=ask.of,
        ask=ask.ask,
        asked=ask.date,
        reply_by=ask.reply_by,
        replied=replied,
        reply=(ask.reply or "") if replied else "",  # an answer that came later is not known yet
        days_overdue=late,
    )
