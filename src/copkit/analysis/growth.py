"""How many meetings were held, and how many people came, month by month.  Pure.

Numbers so small would tell outsiders who took part, so this is for members alone.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator

from copkit.analysis.privacy.view import MonthView
from copkit.folder import CommunityRecords
from copkit.records.communities import CommunityKind


def growth(
    communities: Iterable[CommunityRecords], since: dt.date, until: dt.date
) -> tuple[MonthView, ...]:
    """Count each month from that of ``since`` to that of ``until``, both days included.

    Only meetings of communities count, no open sessions of networks, and only those to which
    somebody came; somebody sent in a member's place came too.
    """
    meetings, people = Counter[str](), Counter[str]()
    for records in communities:
        if records.community.kind is not CommunityKind.COMMUNITY:
            continue
        for meeting in records.meetings:
            came = len(meeting.present) + len(meeting.substitutes)
            if came and since <= meeting.held_on <= until:
                month = meeting.held_on.isoformat()[:7]
                meetings[month] += 1
                people[month] += came
    return tuple(
        MonthView(month, meetings[month], people[month]) for month in _months(since, until)
    )


def _months(since: dt.date, until: dt.date) -> Iterator[str]:
    """Give the months of a period, written ``2012-05``."""
    first, last = (day.year * 12 + day.month - 1 for day in (since, until))
    for month in range(first, last + 1):
        yield f"{month // 12:04}-{month % 12 + 1:02}"
