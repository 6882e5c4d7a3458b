"""The signs that a community of practice may not last, each with its rule and its source.  Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from copkit.analysis.follow_up import follow_ups
from copkit.analysis.period import Known
from copkit.analysis.seats import sectors_without_anybody
from copkit.analysis.signs_in_attendance import (
    ENOUGH_MEETINGS,
    FEWEST,
    FIRST_MEETINGS,
    SEVERAL,
    Seen,
    falling,
    no_meeting,
    substitutes,
    too_few,
)
from copkit.records.cases import CaseStatus
from copkit.records.communities import CommunityStatus
from copkit.records.members import Part
from copkit.records.programme import Seats
from copkit.wording import counted, in_words, listed, times

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
