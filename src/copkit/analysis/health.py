"""The signs that a community of practice may not last, each with its rule and its source.  Pure."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise
from typing import Final, NamedTuple

from copkit.analysis.cases import follow_ups
from copkit.analysis.period import Known, known_communities, people_at
from copkit.analysis.seats import sectors_without_anybody
from copkit.folder import Programme
from copkit.records.cases import CaseStatus
from copkit.records.communities import Community, CommunityStatus
from copkit.records.meetings import MeetingKind
from copkit.records.members import Part
from copkit.records.programme import Seats
from copkit.wording import counted, day_in_words, in_words, listed, times

# The signs that show in who came: too few, ever fewer, others each time, nobody at all.

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


UNTOLD_PART: Final = 1 / 2
"""Part of the members who never presented that is worth saying; ours."""


class Weight(StrEnum):
    """How much a sign weighs: whether a community can go on, needs an eye on it, or can do more."""

    SERIOUS = "serious"
    WATCH = "watch"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Sign:
    """What shows that a community may not last: stated, from what, and what to do about it."""

    rule: str
    severity: Weight
    statement: str
    because: str
    source: str
    advice: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: its name, what it holds against the records, where it comes from, and the look."""

    name: str
    severity: Weight
    holds: str
    source: str
    look: Callable[[Known, Seats], Iterator[Seen]]

    def signs(self, known: Known, sought: Seats) -> Iterator[Sign]:
        """Give what the rule finds in a community."""
        for statement, because, advice in self.look(known, sought):
            yield Sign(self.name, self.severity, statement, because, self.source, advice)


def _no_backing(known: Known, _: Seats) -> Iterator[Seen]:
    if not (known.community.backing or "").strip():
        host = f" ({known.community.host})" if known.community.host else ""
        advice = (
            f"ask the host{host} for a named senior manager, who opens doors at other "
            "agencies, and write that role there"
        )
        because = "'backing' in community.md is empty"
        yield Seen("nobody senior stands behind the facilitator", because, advice)


def _no_follow_up(known: Known, _: Seats) -> Iterator[Seen]:
    waiting = Counter[str]()
    for one in follow_ups(known.records, known.as_of):
        case, due = one.case, one.action.due or one.case.presented
        if due is None or one.told or not one.is_open or case.status is CaseStatus.DRAFT:
            continue
        since = [
            meeting
            for meeting in known.held
            if meeting.held_on > due or (one.action.due and meeting.held_on == due)
        ]
        if len(since) >= SEVERAL:
            waiting[case.slug] += 1
    if waiting:
        what = counted(waiting.total(), "suggestion")
        because = f"two meetings or more were held since the day due: {listed([*waiting])}"
        advice = (
            f"ask first thing at the next meeting; 'copkit case follow-up {known.records.slug}' "
            "lists them"
        )
        yield Seen(f"nothing is on record of what became of {what}", because, advice)


def _expert_alone(known: Known, _: Seats) -> Iterator[Seen]:
    experts = [one for one in known.people if one.member.part is Part.EXPERT_BY_EXPERIENCE]
    if len(experts) == 1:
        because = f"{experts[0].member.id} is the only one on the roster"
        advice = "ask them whether they would like a second, and find one with them"
        yield Seen("one expert by experience sits there alone", because, advice)


def _never_presented(known: Known, _: Seats) -> Iterator[Seen]:
    if len(known.held) < ENOUGH_MEETINGS or known.community.status is CommunityStatus.CLOSING:
        return
    discussed = {slug for meeting in known.held for slug in meeting.cases}
    presented = {
        id
        for case in known.records.cases
        if case.status is not CaseStatus.DRAFT
        and (case.presented <= known.as_of if case.presented else case.slug in discussed)
        for id in case.presenters
    }
    members = [one.member.id for one in known.people if one.member.part is Part.MEMBER]
    never = [id for id in members if id not in presented]
    if len(never) > len(members) * UNTOLD_PART:
        statement = f"{in_words(len(never))} of {in_words(len(members))} members never presented"
        because = f"no case of the {counted(len(known.held), 'meeting')} held names them"
        advice = (
            f"ask one of them for the next case; 'copkit agenda {known.records.slug}' "
            "says whose turn it is"
        )
        yield Seen(statement, because, advice)


def _empty_sector(known: Known, sought: Seats) -> Iterator[Seen]:
    if len(known.held) < FIRST_MEETINGS or known.community.status is CommunityStatus.CLOSING:
        return
    empty = sectors_without_anybody(known, sought)
    if not empty:
        return
    asked = sum(one.sector in empty for one in known.approaches)
    because = f"agencies there were approached {times(asked)}" if asked else "nobody was approached"
    advice = (
        f"'copkit seats {known.records.slug} --empty' names the seats, "
        f"and 'copkit new-approach {known.records.slug}' notes whom you ask"
    )
    yield Seen(f"nobody comes from {listed(empty, 'or')}", because, advice)


_REPORT: Final = "programme report"
RULES: Final = (
    Rule(
        "too-few-members",
        Weight.SERIOUS,
        f"after {in_words(FIRST_MEETINGS)} meetings, fewer than {in_words(FEWEST)} people with X "
        "or F, or with Y and at one of the last two meetings",
        f"{_REPORT}: six to ten were sought; CP2 could not go on beyond its third meeting",
        too_few,
    ),
    Rule(
        "falling-attendance",
        Weight.WATCH,
        "the last three regular meetings a third below the three before, by two people or more; "
        "before the sixth, down at each of the last three and halved",
        f"{_REPORT}: CP2 dwindled; the measure is ours",
        falling,
    ),
    Rule(
        "living-on-substitutes",
        Weight.WATCH,
        "a fifth of those at the last three meetings stood in for others; or a tenth of all who "
        "ever came, and two agencies did so more than once",
        f"{_REPORT}: CP3's agencies sent different workers; the measure is ours",
        substitutes,
    ),
    Rule(
        "no-senior-backing",
        Weight.WATCH,
        "'backing' in community.md is empty",
        f"{_REPORT}: CP2's facilitator was junior and needed more senior support",
        _no_backing,
    ),
    Rule(
        "no-follow-up",
        Weight.WATCH,
        "two meetings since a suggestion was due, and no progress on record",
        f"{_REPORT}: later meetings hear whether a suggestion helped",
        _no_follow_up,
    ),
    Rule(
        "expert-alone",
        Weight.WATCH,
        "exactly one expert by experience on the roster",
        f"{_REPORT}: two rather than one",
        _expert_alone,
    ),
    Rule(
        "never-presented",
        Weight.NOTE,
        f"after {in_words(ENOUGH_MEETINGS)} meetings, more than half of the members have not "
        "presented a case",
        f"{_REPORT}: at each meeting a member presents; the measure is ours",
        _never_presented,
    ),
    Rule(
        "no-meeting",
        Weight.WATCH,
        "more than eight weeks since the last meeting, and none to come",
        f"{_REPORT}: most met monthly; the measure is ours",
        no_meeting,
    ),
    Rule(
        "empty-sector",
        Weight.NOTE,
        f"after {in_words(FIRST_MEETINGS)} meetings, a sector sought in copkit.yaml has nobody",
        f"{_REPORT}: each community was left with a significant gap",
        _empty_sector,
    ),
)
"""Every rule, those that weigh most first."""


def signs_of(known: Known, sought: Seats) -> Iterator[Sign]:
    """Give every sign that a community shows on a day, those that weigh most first."""
    found = [sign for rule in RULES for sign in rule.signs(known, sought)]
    yield from sorted(found, key=lambda sign: list(Weight).index(sign.severity))


# How each community of practice is doing, as it was known on a day, and why.


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
