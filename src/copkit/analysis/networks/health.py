"""How a network is doing: three rules, for networks alone.  Pure.

Nobody can count the members of a network, so that none of the rules for communities fit.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median
from typing import Final

from copkit.analysis.health import Health, HealthState, SignWeight, WarningSign
from copkit.analysis.networks.sessions import is_network, sessions_of
from copkit.folder import CommunityRecords, Programme
from copkit.records.meetings import Meeting
from copkit.text.normalise import fold
from copkit.wording import count_in_words, day_in_words, list_in_words, plural

FALLING_SESSIONS: Final = 3  # each with fewer people than the one before
_OURS: Final = "our rule of thumb"
FEWEST_FOR_SPEAKERS: Final = 4  # sessions with speakers, before it means anything who they are

NETWORK_RULES: Final = {
    "no-session": "no session for twice the usual time between two",
    "came-falling": f"fewer came to each of the last {FALLING_SESSIONS} sessions",
    "same-speakers": "the same two organisations, or one, give all the speakers",
}
"""The rules for networks, by name."""


def network_health(programme: Programme, as_of: dt.date, only: frozenset[str]) -> list[Health]:
    """Return the health of every network as of a day, in the order of the programme.

    ``only`` restricts it to networks with these slugs; empty means all of them.
    """
    return [
        _health(records, as_of)
        for records in programme.communities
        if is_network(records)
        and (not only or records.slug in only)
        and not records.community.has_ended_by(as_of)
        and (records.community.started is None or records.community.started <= as_of)
    ]


def _health(records: CommunityRecords, as_of: dt.date) -> Health:
    held = [meeting for meeting in sessions_of(records) if meeting.held_on <= as_of]
    to_come = any(meeting.held_on > as_of for meeting in sessions_of(records))
    signs = tuple(_signs(held, as_of, to_come=to_come))
    community = records.community
    name = f"{community.place} ({community.code})"
    if not held:
        return Health(community, HealthState.FORMING, f"{name} has had no session yet", "", ())
    state = HealthState.WATCH if signs else HealthState.WELL
    verdict = "needs an eye on it" if signs else "is doing well"
    visits = sum(meeting.came or 0 for meeting in held)
    figures = f"{count_in_words(len(held), 'session')}; {plural(visits, 'visit')}"
    figures += f"; the last on {day_in_words(held[-1].held_on)}"
    return Health(community, state, f"{name} {verdict}", figures, signs)


def _signs(held: Sequence[Meeting], as_of: dt.date, *, to_come: bool) -> Iterator[WarningSign]:
    gaps = [(later.held_on - first.held_on).days for first, later in pairwise(held)]
    gaps = [gap for gap in gaps if gap > 1]  # a second day of a conference is no gap
    silence = (as_of - held[-1].held_on).days if held else 0
    if gaps and silence > 2 * median(gaps):
        usual = plural(round(median(gaps)), "day")
        because = f"{plural(silence, 'day')} since the last, and usually {usual} between two"
        advice = "" if to_come else "set the day of the next one, whoever speaks: new-session"
        yield _sign("no-session", "no session for a long time", because, advice)
    counted = [meeting.came for meeting in held if meeting.came is not None]
    last = counted[-FALLING_SESSIONS - 1 :]
    if len(last) > FALLING_SESSIONS and all(later < first for first, later in pairwise(last)):
        figures = ", ".join(map(str, last))
        advice = "ask three people who used to come what they would come for"
        yield _sign("came-falling", "fewer come each time", f"{figures} came", advice)
    spoke = [meeting for meeting in held if meeting.speakers]
    organisations = {
        fold(speaker.organisation or speaker.role): speaker.organisation or speaker.role
        for meeting in spoke
        for speaker in meeting.speakers
    }
    if len(spoke) >= FEWEST_FOR_SPEAKERS and len(organisations) <= 2:
        who = list_in_words(sorted(organisations.values()))
        because = f"all speakers of {plural(len(spoke), 'session')} are of {who}"
        advice = "ask somebody who has only listened so far to speak for ten minutes"
        yield _sign("same-speakers", "few organisations are heard", because, advice)


def _sign(rule: str, statement: str, because: str, advice: str) -> WarningSign:
    return WarningSign(rule, SignWeight.WATCH, statement, because, _OURS, advice)
