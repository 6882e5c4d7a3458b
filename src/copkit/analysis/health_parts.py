"""How each community of practice is doing, as it was known on a day, and why.  Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from copkit.analysis.health import Sign, Weight, signs_of
from copkit.analysis.period import Known, known_communities, people_at
from copkit.folder import Programme
from copkit.records.communities import Community, CommunityStatus
from copkit.wording import counted, day_in_words, in_words


class State(StrEnum):
    """How a community is doing; ``forming`` has not met yet, ``ended`` is judged no more."""

    WELL = "well"
    WATCH = "watch"
    FAILING = "failing"
    FORMING = "forming"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Health:
    """How one community is doing: stated, what that is counted from, and the signs behind it.

    Of one that has ended, they are those of its last day, and there is nothing to do about them.
    """

    community: Community
    state: State
    statement: str
    counted_from: str
    reasons: tuple[Sign, ...]


_STATED: Final = {
    State.WELL: "is doing well",
    State.WATCH: "needs an eye on it",
    State.FAILING: "is failing",
    State.FORMING: "has not met yet",
}


def health_of(
    programme: Programme, as_of: dt.date, only: Collection[str] = frozenset()
) -> list[Health]:
    """Say how every community is doing, or those that ``only`` names by slug, in their order."""
    sought = programme.settings.seats_sought
    found = []
    for known in known_communities(programme, as_of):
        if not only or known.records.slug in only:
            judge = _ended if known.has_ended else _going_on
            found.append(judge(known, tuple(signs_of(_until_its_end(known), sought))))
    return found


def _until_its_end(known: Known) -> Known:
    """Give a community that has ended as it was on its last day, any other as it is."""
    if not known.has_ended:
        return known
    last = known.held[-1].held_on if known.held else known.as_of
    return replace(known, as_of=known.community.ended or last)


def _going_on(known: Known, signs: tuple[Sign, ...]) -> Health:
    weights = {sign.severity for sign in signs}
    if Weight.SERIOUS in weights:
        state = State.FAILING
    elif Weight.WATCH in weights:
        state = State.WATCH
    else:
        state = State.WELL if known.held else State.FORMING
    stated = f"{known.community.place} ({known.community.code}) {_STATED[state]}"
    if known.community.status is CommunityStatus.CLOSING:
        stated += ", and closing as its record says"
    return Health(known.community, state, stated, _figures(known), signs)


def _ended(known: Known, signs: tuple[Sign, ...]) -> Health:
    """Say that it has ended, and what weighed on its last day; nothing can be done any more."""
    community = known.community
    when = f" on {day_in_words(community.ended)}" if community.ended else ""
    stated = f"{community.place} ({community.code}) ended{when}"
    reasons = (
        replace(sign, severity=Weight.NOTE, advice="")
        for sign in signs
        if sign.severity is not Weight.NOTE and sign.rule != "no-meeting"
    )
    return Health(community, State.ENDED, stated, _figures(_until_its_end(known)), tuple(reasons))


def _figures(known: Known) -> str:
    """Say in figures what a community is judged from."""
    if not known.held:
        started = known.community.started
        return f"it begins on {day_in_words(started)}" if _is_to_begin(known) and started else ""
    last = known.held[-1]
    count = len(known.confirmed) + len(known.on_their_way_in)
    meetings = counted(len(known.held), "meeting")
    return (
        f"{meetings}; {counted(count, 'person', 'people')} to count on; "
        f"{in_words(people_at(last))} came on {day_in_words(last.held_on)}"
    )


def _is_to_begin(known: Known) -> bool:
    started = known.community.started
    return started is not None and started > known.as_of
