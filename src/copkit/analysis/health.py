"""Health of communities of practice: warning signs that one may not last.  Pure.

Each sign comes from a rule that names its source.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise
from typing import Final, NamedTuple

from copkit.analysis.cases import follow_ups
from copkit.analysis.endings.closing import room_signs
from copkit.analysis.period import CommunitySnapshot, community_snapshots, count_people_at
from copkit.analysis.seats import missing_sectors
from copkit.folder import Programme
from copkit.records.cases import CaseStatus
from copkit.records.communities import Community, CommunityStatus
from copkit.records.meetings import MeetingKind
from copkit.records.members import Part
from copkit.records.programme import Seats
from copkit.wording import (
    count_in_words,
    day_in_words,
    frequency_in_words,
    list_in_words,
    number_in_words,
)

# Measures: "the report" is that of the programme which copkit was written for; CP1 to CP6 are its
# six communities. What is marked "ours" is stated nowhere in it.

MIN_PEOPLE: Final = 6
"""People whom a community needs: the report sought six to ten for each."""
FIRST_MEETINGS: Final = 3
"""Meetings after which it can be judged: the report's CP2 could not go on beyond its third."""
MIN_MEETINGS: Final = 6
"""Meetings that each community was to hold at least, says the report; before, nobody is late."""
COMPARED_MEETINGS: Final = 3
"""Regular meetings that are compared with the same number before them; ours."""
FALL_SHARE: Final = 1 / 3
"""Share of those who came before that has to be missing for attendance to be falling; ours."""
MIN_FALL: Final = 2
"""People by whom it must have fallen: with fewer, somebody may just be ill; ours."""
RECENT_SUBSTITUTE_SHARE: Final = 1 / 5
"""Share of those at the last three meetings who stood in for others: the report's CP3; ours."""
MIN_RECENT_SUBSTITUTES: Final = 3
"""Substitutes at the last three meetings that are no accident; ours."""
OVERALL_SUBSTITUTE_SHARE: Final = 1 / 10
"""Share of all who ever came, where several agencies did it repeatedly; ours."""
REPEATED: Final = 2
"""Times that an agency sent somebody else, and agencies that did so, to be a habit; ours."""
SILENT_MEETINGS: Final = 2
"""Meetings held since an action was due, without news of it; ours."""
MAX_GAP: Final = dt.timedelta(weeks=8)
"""Time without a meeting: two of the report's monthly meetings; ours."""
NEVER_PRESENTED_SHARE: Final = 1 / 2
"""Share of the members who never presented that is worth mentioning; ours."""


class SignWeight(StrEnum):
    """How much a sign weighs: the community may not go on, needs watching, or could do more."""

    SERIOUS = "serious"
    WATCH = "watch"
    NOTE = "note"


class Observation(NamedTuple):
    """What a rule observes in a community: a statement, the figures behind it, and advice."""

    statement: str
    because: str
    advice: str


@dataclass(frozen=True, slots=True)
class WarningSign:
    """A sign that a community may not last: an observation with the rule it comes from.

    ``severity`` and the other names are those of ``copkit health --json``.
    """

    rule: str
    severity: SignWeight
    statement: str
    because: str
    source: str
    advice: str


@dataclass(frozen=True, slots=True)
class WarningRule:
    """One rule; ``condition`` and ``source`` explain it in words, ``check`` applies it.

    ``check`` takes a community and the seats sought by sector, and yields one observation if the
    rule applies.
    """

    name: str
    severity: SignWeight
    condition: str
    source: str
    check: Callable[[CommunitySnapshot, Seats], Iterator[Observation]]

    def signs(self, snapshot: CommunitySnapshot, seats_sought: Seats) -> Iterator[WarningSign]:
        """Yield the signs that the rule finds in a community."""
        for statement, because, advice in self.check(snapshot, seats_sought):
            yield WarningSign(self.name, self.severity, statement, because, self.source, advice)


# Rules about attendance


def _too_few_members(snapshot: CommunitySnapshot, _: Seats) -> Iterator[Observation]:
    """Yield an observation if there are too few people to go on."""
    meetings, slug = len(snapshot.meetings_held), snapshot.records.slug
    count = len(snapshot.confirmed) + len(snapshot.prospective)
    # Before ``threshold`` meetings nobody can have an X.
    if meetings < max(FIRST_MEETINGS, snapshot.threshold + 1) or count >= MIN_PEOPLE:
        return
    statement = (
        f"{count_in_words(count, 'person', 'people')} can be counted on "
        f"after {count_in_words(meetings, 'meeting')}, and it takes {number_in_words(MIN_PEOPLE)}"
    )
    prospective = len(snapshot.prospective)
    because = f"{number_in_words(len(snapshot.confirmed))} with X or F have not left"
    because += f", and {number_in_words(prospective)} with Y came lately" if prospective else ""
    advice = (
        "approach agencies in person and higher up, and do not do it alone; "
        f"'copkit seats {slug}' shows whom to look for"
    )
    yield Observation(statement, because, advice)


def _falling_attendance(snapshot: CommunitySnapshot, _: Seats) -> Iterator[Observation]:
    """Yield an observation if fewer and fewer people come."""
    because = _fall_in_young_community(snapshot) or _fall_in_older_community(snapshot)
    if because:
        advice = (
            "ask those who stayed away whether it is the day or the idea, "
            "and whether the cases are theirs"
        )
        yield Observation("attendance is falling", because, advice)


def _fall_in_young_community(snapshot: CommunitySnapshot) -> str:
    """Return a clause on the last three meetings if fewer came each time, at last half as many.

    ``""`` if not, and for communities of fewer than three or more than five meetings.
    """
    counts = [count_people_at(meeting) for meeting in snapshot.meetings_held]
    if not FIRST_MEETINGS <= len(counts) < MIN_MEETINGS:
        return ""
    recent = counts[-FIRST_MEETINGS:]
    falls = all(later < earlier for earlier, later in pairwise(recent))
    # That many come to a taster and few come back is no sign by itself: it takes a fall by half.
    if not falls or recent[-1] * 2 > recent[0] or recent[0] - recent[-1] < MIN_FALL:
        return ""
    numbers = list_in_words([str(count) for count in recent])
    return f"{numbers} people came to the last three meetings"


def _fall_in_older_community(snapshot: CommunitySnapshot) -> str:
    """Return a clause on how many came on average lately and before; ``""`` if it is no fall."""
    regular = [
        count_people_at(meeting)
        for meeting in snapshot.meetings_held
        if meeting.kind is not MeetingKind.TASTER  # to which many come once, to have a look
    ]
    if len(regular) < 2 * COMPARED_MEETINGS:
        return ""
    before = sum(regular[-2 * COMPARED_MEETINGS : -COMPARED_MEETINGS]) / COMPARED_MEETINGS
    lately = sum(regular[-COMPARED_MEETINGS:]) / COMPARED_MEETINGS
    if lately > before * (1 - FALL_SHARE) or before - lately < MIN_FALL:
        return ""
    return (
        f"{lately:.1f} people came on average to the last three meetings, "
        f"{before:.1f} to the three before"
    )


def _living_on_substitutes(snapshot: CommunitySnapshot, _: Seats) -> Iterator[Observation]:
    """Yield an observation if agencies keep sending somebody else, of late or from the start."""
    sent = Counter(
        substitute.stands_for
        for meeting in snapshot.meetings_held
        for substitute in meeting.substitutes
    )
    repeating = sum(count >= REPEATED for count in sent.values())
    everybody = sum(map(count_people_at, snapshot.meetings_held))
    last = snapshot.meetings_held[-COMPARED_MEETINGS:]
    recent = sum(len(meeting.substitutes) for meeting in last)
    recent_people = sum(map(count_people_at, last))
    advice = (
        "ask each agency for one worker and a named deputy, "
        "and send the deputy the ground rules beforehand"
    )
    if recent >= MIN_RECENT_SUBSTITUTES and recent >= recent_people * RECENT_SUBSTITUTE_SHARE:
        because = (
            f"{recent} of the {recent_people} at the last {number_in_words(len(last))} meetings "
            "stood in for somebody else"
        )
        yield Observation("it lives on substitutes", because, advice)
    elif repeating >= REPEATED and sent.total() >= everybody * OVERALL_SUBSTITUTE_SHARE:
        without = _meetings_without_substitutes(snapshot)
        has_stopped = without > 1  # one meeting without any may be chance
        statement = "it has lived on substitutes" + (", though not of late" if has_stopped else "")
        because = (
            f"{sent.total()} of the {everybody} who came stood in for somebody else, and "
            f"{number_in_words(repeating)} agencies sent somebody else more than once"
        )
        if has_stopped:
            because += f"; none at the last {number_in_words(without)} meetings"
        yield Observation(statement, because, advice)


def _meetings_without_substitutes(snapshot: CommunitySnapshot) -> int:
    """Count the latest meetings without any substitute."""
    sent = [bool(meeting.substitutes) for meeting in reversed(snapshot.meetings_held)]
    return sent.index(True) if True in sent else len(sent)


def _no_meeting(snapshot: CommunitySnapshot, _: Seats) -> Iterator[Observation]:
    """Yield an observation if it has stopped meeting, unless it is closing."""
    meetings, community = snapshot.meetings_held, snapshot.community
    last = meetings[-1].held_on if meetings else community.started
    if community.status is CommunityStatus.CLOSING or last is None or snapshot.meetings_to_come:
        return
    if snapshot.as_of - last > MAX_GAP:
        weeks = (snapshot.as_of - last).days // 7
        which = "the last meeting was" if meetings else "it was to begin"
        because = f"{which} on {day_in_words(last)}, and none is planned"
        advice = (
            f"agree on a day; 'copkit new-meeting {snapshot.records.slug}' notes it. "
            "If it is over, set 'status' and 'ended' in community.md"
        )
        yield Observation(f"it has not met for {weeks} weeks", because, advice)


# Rules about other records


def _no_senior_backing(snapshot: CommunitySnapshot, _: Seats) -> Iterator[Observation]:
    """Yield an observation if no senior manager is named in ``community.md``."""
    if not (snapshot.community.backing or "").strip():
        host = f" ({snapshot.community.host})" if snapshot.community.host else ""
        advice = (
            f"ask the host{host} for a named senior manager, who opens doors at other "
            "agencies, and write that role there"
        )
        because = "'backing' in community.md is empty"
        yield Observation("nobody senior stands behind the facilitator", because, advice)


def _no_follow_up(snapshot: CommunitySnapshot, _: Seats) -> Iterator[Observation]:
    """Yield an observation if two meetings were held since actions were due, without news."""
    silent = Counter[str]()  # actions without news, by case
    for follow_up in follow_ups(snapshot.records, snapshot.as_of):
        case, action = follow_up.case, follow_up.action
        due = action.due or case.presented
        if due is None or follow_up.progress or not follow_up.is_open:
            continue
        if case.status is CaseStatus.DRAFT:  # not presented yet, whatever its date says
            continue
        # An action is asked about at the meeting of the day it is due; one without a date was
        # agreed at the meeting where the case was presented, so that this meeting does not count.
        meetings = [
            meeting
            for meeting in snapshot.meetings_held
            if meeting.held_on > due or (action.due and meeting.held_on == due)
        ]
        if len(meetings) >= SILENT_MEETINGS:
            silent[case.slug] += 1
    if silent:
        suggestions = count_in_words(silent.total(), "suggestion")
        because = f"two meetings or more were held since the day due: {list_in_words([*silent])}"
        advice = (
            f"ask first thing at the next meeting; 'copkit case follow-up {snapshot.records.slug}' "
            "lists them"
        )
        yield Observation(f"nobody recorded what came of {suggestions}", because, advice)


def _expert_alone(snapshot: CommunitySnapshot, _: Seats) -> Iterator[Observation]:
    """Yield an observation if there is exactly one expert by experience."""
    experts = [
        person for person in snapshot.people if person.member.part is Part.EXPERT_BY_EXPERIENCE
    ]
    if len(experts) == 1:
        because = f"{experts[0].member.id} is the only one on the roster"
        advice = "ask them whether they would like a second, and find one with them"
        yield Observation("one expert by experience sits there alone", because, advice)


def _never_presented(snapshot: CommunitySnapshot, _: Seats) -> Iterator[Observation]:
    """Yield an observation if most members presented no case in six meetings or more."""
    meetings = snapshot.meetings_held
    if len(meetings) < MIN_MEETINGS or snapshot.community.status is CommunityStatus.CLOSING:
        return
    discussed = {slug for meeting in meetings for slug in meeting.cases}
    presented = {
        id
        for case in snapshot.records.cases
        if case.status is not CaseStatus.DRAFT
        and (case.presented <= snapshot.as_of if case.presented else case.slug in discussed)
        for id in case.presenters
    }
    members = [person.member.id for person in snapshot.people if person.member.part is Part.MEMBER]
    never = [id for id in members if id not in presented]
    if len(never) > len(members) * NEVER_PRESENTED_SHARE:
        share = f"{number_in_words(len(never))} of {number_in_words(len(members))} members"
        because = f"no case of the {count_in_words(len(meetings), 'meeting')} held names them"
        advice = (
            f"ask one of them for the next case; 'copkit agenda {snapshot.records.slug}' "
            "says whose turn it is"
        )
        yield Observation(f"{share} never presented", because, advice)


def _empty_sector(snapshot: CommunitySnapshot, seats_sought: Seats) -> Iterator[Observation]:
    """Yield an observation if sectors that are sought have nobody after three meetings."""
    status = snapshot.community.status
    # Seats take some meetings to fill, and a community that is closing recruits nobody.
    if len(snapshot.meetings_held) < FIRST_MEETINGS or status is CommunityStatus.CLOSING:
        return
    empty = missing_sectors(snapshot, seats_sought)
    if not empty:
        return
    asked = sum(approach.sector in empty for approach in snapshot.approaches)
    because = (
        f"agencies there were approached {frequency_in_words(asked)}"
        if asked
        else "nobody was approached"
    )
    advice = (
        f"'copkit seats {snapshot.records.slug} --empty' names the seats, "
        f"and 'copkit new-approach {snapshot.records.slug}' notes whom you ask"
    )
    yield Observation(f"nobody comes from {list_in_words(empty, 'or')}", because, advice)


def _time_to_end(snapshot: CommunitySnapshot, _: Seats) -> Iterator[Observation]:
    """Yield an observation if what a community came together for may have been done."""
    if snapshot.community.status is CommunityStatus.CLOSING:
        return
    if signs := room_signs(snapshot.records, snapshot.as_of):
        advice = (
            "read the room: ask at the next meeting who would miss it, and let the members decide; "
            f"'copkit new-meeting {snapshot.records.slug} DATE --kind review' plans it"
        )
        yield Observation("it is perhaps time to end", list_in_words(signs), advice)


# The conditions are printed by ``copkit health --explain`` and state the measures above in words:
# whoever changes a measure changes them too.
_REPORT: Final = "programme report"
RULES: Final = (
    WarningRule(
        "too-few-members",
        SignWeight.SERIOUS,
        f"after {number_in_words(FIRST_MEETINGS)} meetings, "
        f"fewer than {number_in_words(MIN_PEOPLE)} people with X or F, "
        "or with Y and at one of the last two meetings",
        f"{_REPORT}: six to ten were sought; CP2 could not go on beyond its third meeting",
        _too_few_members,
    ),
    WarningRule(
        "falling-attendance",
        SignWeight.WATCH,
        "the last three regular meetings a third below the three before, by two people or more; "
        "before the sixth, down at each of the last three and halved",
        f"{_REPORT}: CP2 dwindled; the measure is ours",
        _falling_attendance,
    ),
    WarningRule(
        "living-on-substitutes",
        SignWeight.WATCH,
        "a fifth of those at the last three meetings stood in for others; or a tenth of all who "
        "ever came, and two agencies did so more than once",
        f"{_REPORT}: CP3's agencies sent different workers; the measure is ours",
        _living_on_substitutes,
    ),
    WarningRule(
        "no-senior-backing",
        SignWeight.WATCH,
        "'backing' in community.md is empty",
        f"{_REPORT}: CP2's facilitator was junior and needed more senior support",
        _no_senior_backing,
    ),
    WarningRule(
        "no-follow-up",
        SignWeight.WATCH,
        "two meetings since a suggestion was due, and no progress on record",
        f"{_REPORT}: later meetings hear whether a suggestion helped",
        _no_follow_up,
    ),
    WarningRule(
        "expert-alone",
        SignWeight.WATCH,
        "exactly one expert by experience on the roster",
        f"{_REPORT}: two rather than one",
        _expert_alone,
    ),
    WarningRule(
        "never-presented",
        SignWeight.NOTE,
        f"after {number_in_words(MIN_MEETINGS)} meetings, more than half of the members have not "
        "presented a case",
        f"{_REPORT}: at each meeting a member presents; the measure is ours",
        _never_presented,
    ),
    WarningRule(
        "no-meeting",
        SignWeight.WATCH,
        "more than eight weeks since the last meeting, and none to come",
        f"{_REPORT}: most met monthly; the measure is ours",
        _no_meeting,
    ),
    WarningRule(
        "empty-sector",
        SignWeight.NOTE,
        f"after {number_in_words(FIRST_MEETINGS)} meetings, "
        "a sector sought in copkit.yaml has nobody",
        f"{_REPORT}: each community was left with a significant gap",
        _empty_sector,
    ),
    WarningRule(
        "time-to-end",
        SignWeight.NOTE,
        "no new theme in the last four cases, half of the roster in other posts, or everybody has "
        "presented twice",
        f"{_REPORT}: CP6 chose to end when its knowledge was used up; the measure is ours",
        _time_to_end,
    ),
)
"""Every rule, in the order in which signs of the same weight are listed."""


def warning_signs(snapshot: CommunitySnapshot, seats_sought: Seats) -> Iterator[WarningSign]:
    """Yield every sign that a community shows on a day, those that weigh most first."""
    signs = [sign for rule in RULES for sign in rule.signs(snapshot, seats_sought)]
    yield from sorted(signs, key=lambda sign: list(SignWeight).index(sign.severity))


# Health: the verdict on each community


class HealthState(StrEnum):
    """How a community is doing; ``forming`` has not met yet, ``ended`` is not judged any more."""

    WELL = "well"
    WATCH = "watch"
    FAILING = "failing"
    FORMING = "forming"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Health:
    """How one community is doing: a statement, the figures behind it, and the signs.

    The signs of a community that has ended are those of its last day, as notes without advice.
    """

    community: Community
    state: HealthState
    statement: str
    counted_from: str
    reasons: tuple[WarningSign, ...]


_STATEMENTS: Final = {
    HealthState.WELL: "is doing well",
    HealthState.WATCH: "needs an eye on it",
    HealthState.FAILING: "is failing",
    HealthState.FORMING: "has not met yet",
}


def community_health(
    programme: Programme, as_of: dt.date, only: Collection[str] = frozenset()
) -> list[Health]:
    """Return the health of every community as of a day, in the order of the programme.

    ``only`` restricts it to communities with these slugs; empty means all of them.
    """
    seats_sought = programme.settings.seats_sought
    healths = []
    for snapshot in community_snapshots(programme, as_of):
        if not only or snapshot.records.slug in only:
            judge = _ended_health if snapshot.has_ended else _active_health
            signs = tuple(warning_signs(_until_end(snapshot), seats_sought))
            healths.append(judge(snapshot, signs))
    return healths


def _until_end(snapshot: CommunitySnapshot) -> CommunitySnapshot:
    """Return a community that has ended as it was on its last day, any other as it is."""
    if not snapshot.has_ended:
        return snapshot
    last = snapshot.meetings_held[-1].held_on if snapshot.meetings_held else snapshot.as_of
    return replace(snapshot, as_of=snapshot.community.ended or last)


def _active_health(snapshot: CommunitySnapshot, signs: tuple[WarningSign, ...]) -> Health:
    """Return the verdict on a community that goes on: its most serious sign decides."""
    weights = {sign.severity for sign in signs}
    if SignWeight.SERIOUS in weights:
        state = HealthState.FAILING
    elif SignWeight.WATCH in weights:
        state = HealthState.WATCH
    else:
        state = HealthState.WELL if snapshot.meetings_held else HealthState.FORMING
    statement = f"{snapshot.community.place} ({snapshot.community.code}) {_STATEMENTS[state]}"
    if snapshot.community.status is CommunityStatus.CLOSING:
        statement += ", and closing as its record says"
    return Health(snapshot.community, state, statement, _describe_figures(snapshot), signs)


def _ended_health(snapshot: CommunitySnapshot, signs: tuple[WarningSign, ...]) -> Health:
    """Return the verdict on a community that ended, with its signs as notes without advice."""
    community = snapshot.community
    end = f" on {day_in_words(community.ended)}" if community.ended else ""
    statement = f"{community.place} ({community.code}) ended{end}"
    # Nothing can be done any more, so that there is no advice; and that it stopped meeting is what
    # an end is, and no sign of it.
    reasons = tuple(
        replace(sign, severity=SignWeight.NOTE, advice="")
        for sign in signs
        if sign.severity is not SignWeight.NOTE and sign.rule != "no-meeting"
    )
    figures = _describe_figures(_until_end(snapshot))
    return Health(community, HealthState.ENDED, statement, figures, reasons)


def _describe_figures(snapshot: CommunitySnapshot) -> str:
    """Return the figures a community is judged from; ``""`` if there are none yet."""
    if not snapshot.meetings_held:
        started = snapshot.community.started
        return f"it begins on {day_in_words(started)}" if _is_to_begin(snapshot) and started else ""
    last = snapshot.meetings_held[-1]
    count = len(snapshot.confirmed) + len(snapshot.prospective)
    meetings = count_in_words(len(snapshot.meetings_held), "meeting")
    return (
        f"{meetings}; {count_in_words(count, 'regular member')}; "
        f"{number_in_words(count_people_at(last))} came on {day_in_words(last.held_on)}"
    )


def _is_to_begin(snapshot: CommunitySnapshot) -> bool:
    started = snapshot.community.started
    return started is not None and started > snapshot.as_of
