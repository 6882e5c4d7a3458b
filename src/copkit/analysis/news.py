"""What is new of what was asked about blockages, for a community's next meeting.  Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from copkit.analysis.blockages import days_overdue, is_answered
from copkit.folder import CommunityRecords
from copkit.records.blockages import Ask, Blockage, BlockageStatus


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
