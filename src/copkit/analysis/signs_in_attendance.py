"""The signs that show in who came: too few, ever fewer, others each time, nobody at all.  Pure.

The programme report tells of six communities and gives few figures. Where a threshold is not the
report's, its docstring says that it is ours.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import Final, NamedTuple

from copkit.analysis.period import Known, people_at
from copkit.records.communities import CommunityStatus
from copkit.records.meetings import MeetingKind
from copkit.records.programme import Seats
from copkit.wording import counted, day_in_words, in_words, listed

FEWEST: Final = 6
"""People whom a community needs: the programme report sought six to ten for each."""
FIRST_MEETINGS: Final = 3
"""Meetings after which it can be judged: the report's CP2 could not go on beyond its third."""
ENOUGH_MEETINGS: Final = 6
"""Meetings that each community was to hold at least, says the report; before, nobody is late."""
COMPARED: Final = 3
"""Regular meetings that are held against the same number before them; our measure."""
FALL: Final = 1 / 3
"""Part of those who came before that has to be missing for attendance to be falling; ours."""
LEAST_FALL: Final = 2
"""People by whom it must have fallen: with fewer, somebody was ill; ours."""
SENT_OF_LATE: Final = 1 / 5
"""Part of those at the last three meetings who stood in for others: the report's CP3; ours."""
SENT_IN_ALL: Final = 1 / 10
"""The same over a whole life, where several agencies did it again and again; ours."""
SEVERAL: Final = 2
"""Times that an agency sent somebody else, agencies that did, meetings without news of a case."""
LEAST_SENT: Final = 3
"""Substitutes at the last three meetings that are no accident; ours."""
LONG: Final = dt.timedelta(weeks=8)
"""Time without a meeting: two of the report's monthly meetings; ours."""


class Seen(NamedTuple):
    """What a rule sees in a community: a statement, because of what, and the advice."""

    statement: str
    because: str
    advice: str


def too_few(known: Known, _: Seats) -> Iterator[Seen]:
    """Look whether there are people enough to go on."""
    meetings, slug = len(known.held), known.records.slug
    count = len(known.confirmed) + len(known.on_their_way_in)
    if meetings < max(FIRST_MEETINGS, known.threshold + 1) or count >= FEWEST:
        return
    statement = (
        f"{counted(count, 'person', 'people')} can be counted on "
        f"after {counted(meetings, 'meeting')}, and it takes {in_words(FEWEST)}"
    )
    coming = len(known.on_their_way_in)
    because = f"{in_words(len(known.confirmed))} with X or F have not left"
    because += f", and {in_words(coming)} with Y came lately" if coming else ""
    advice = (
        "approach agencies in person and higher up, and do not do it alone; "
        f"'copkit seats {slug}' shows whom to look for"
    )
    yield Seen(statement, because, advice)


def falling(known: Known, _: Seats) -> Iterator[Seen]:
    """Look whether fewer and fewer come."""
    because = _fall_of_a_young_group(known) or _fall_of_an_older_group(known)
    if because:
        advice = (
            "ask those who stayed away whether it is the day or the idea, "
            "and whether the cases are theirs"
        )
        yield Seen("attendance is falling", because, advice)


def _fall_of_a_young_group(known: Known) -> str:
    """Say how it fell from one meeting to the next; that many taste and go is no sign alone."""
    counts = [people_at(meeting) for meeting in known.held]
    if not FIRST_MEETINGS <= len(counts) < ENOUGH_MEETINGS:
        return ""
    first, *_ = last = counts[-FIRST_MEETINGS:]
    falls = all(later < before for before, later in pairwise(last))
    if not falls or last[-1] * 2 > first or first - last[-1] < LEAST_FALL:
        return ""
    return f"{listed([str(count) for count in last])} people came to the last three meetings"


def _fall_of_an_older_group(known: Known) -> str:
    """Say how many fewer come on average than before."""
    regular = [people_at(one) for one in known.held if one.kind is not MeetingKind.TASTER]
    if len(regular) < 2 * COMPARED:
        return ""
    before = sum(regular[-2 * COMPARED : -COMPARED]) / COMPARED
    lately = sum(regular[-COMPARED:]) / COMPARED
    if lately > before * (1 - FALL) or before - lately < LEAST_FALL:
        return ""
    return (
        f"{lately:.1f} people came on average to the last three meetings, "
        f"{before:.1f} to the three before"
    )


def substitutes(known: Known, _: Seats) -> Iterator[Seen]:
    """Look whether agencies send somebody else each time."""
    sent = Counter(one.stands_for for meeting in known.held for one in meeting.substitutes)
    again = sum(times >= SEVERAL for times in sent.values())
    came = sum(map(people_at, known.held))
    last = known.held[-COMPARED:]
    lately, of_whom = sum(len(one.substitutes) for one in last), sum(map(people_at, last))
    in_all = f"{sent.total()} of the {came} who came stood in for somebody else"
    again_too = f"{in_words(again)} agencies sent somebody else more than once"
    advice = (
        "ask each agency for one worker and a named deputy, "
        "and give whoever stands in the ground rules beforehand"
    )
    if lately >= LEAST_SENT and lately >= of_whom * SENT_OF_LATE:
        because = f"{lately} of the {of_whom} at the last {in_words(len(last))} meetings stood in"
        yield Seen("it lives on substitutes", f"{because} for somebody else", advice)
    elif again >= SEVERAL and sent.total() >= came * SENT_IN_ALL:
        steady = _meetings_without_substitutes(known)
        since = f"; none at the last {in_words(steady)} meetings" if steady > 1 else ""
        statement = "it has lived on substitutes" + (", though not of late" if steady > 1 else "")
        yield Seen(statement, f"{in_all}, and {again_too}{since}", advice)


def _meetings_without_substitutes(known: Known) -> int:
    """Count the meetings since the last to which somebody was sent in another's place."""
    sent = [bool(meeting.substitutes) for meeting in reversed(known.held)]
    return sent.index(True) if True in sent else len(sent)


def no_meeting(known: Known, _: Seats) -> Iterator[Seen]:
    """Look whether it has stopped meeting."""
    last = known.held[-1].held_on if known.held else known.community.started
    if known.community.status is CommunityStatus.CLOSING or last is None or known.to_come:
        return
    if known.as_of - last > LONG:
        weeks = (known.as_of - last).days // 7
        met = "since" if known.held else "since it was to begin, on"
        because = f"no meeting is on record {met} {day_in_words(last)}, and none to come"
        advice = (
            f"agree on a day; 'copkit new-meeting {known.records.slug}' notes it. If it is over, "
            "set 'status' and 'ended' in community.md"
        )
        yield Seen(f"it has not met for {weeks} weeks", because, advice)
