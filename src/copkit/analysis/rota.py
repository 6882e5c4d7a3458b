"""Whose turn it is to present a case: a fair rota.  Pure.

First come those who have not presented yet, then those whose last case is longest ago. Presenting
is for members who came lately: not for the facilitator, who chairs, nor for a knowledge broker;
experts by experience are asked for a case by nobody, since it might be taken for their own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from copkit.folder import CommunityRecords
from copkit.records.meetings import Meeting
from copkit.records.members import Member, Part

LATELY: Final = 3  # the last meetings of which somebody must have come to one


@dataclass(frozen=True, slots=True)
class Turn:
    """A member who could present: when they last did, if ever, and to how many meetings they came.

    ``preparing`` says that they have a case that is still to be presented.
    """

    member: Member
    last: dt.date | None
    attended: int
    preparing: bool


def turns(records: CommunityRecords, day: dt.date) -> list[Turn]:
    """Give everybody who could present on a day, whose turn it is first.

    Who is as long without a case as others and has come more often, comes first.
    """
    held = _held_before(records, day)
    lately = {id for meeting in held[-LATELY:] for id in meeting.present}
    presented = days_presented(records)
    last = _last_presented(records, presented, day)
    waiting = (case for case in records.cases if presented.get(case.slug, day) >= day)
    preparing = {id for case in waiting for id in case.presenters}
    found = [
        Turn(
            member=member,
            last=last.get(member.id),
            attended=sum(member.id in meeting.present for meeting in held),
            preparing=member.id in preparing,
        )
        for member in records.members
        if member.id in lately and _presents(member, day)
    ]
    return sorted(found, key=lambda turn: (turn.last or dt.date.min, -turn.attended))


def days_presented(records: CommunityRecords) -> dict[str, dt.date]:
    """Give by slug the day on which each case was or will be presented, if it is on record.

    A case that does not say it itself is presented at the first meeting that names it.
    """
    found: dict[str, dt.date] = {}
    for meeting in records.meetings:
        for slug in meeting.cases:
            found.setdefault(slug, meeting.held_on)
    return found | {case.slug: case.presented for case in records.cases if case.presented}


def _held_before(records: CommunityRecords, day: dt.date) -> list[Meeting]:
    """Give a community's meetings before a day to which anybody came, the first first."""
    return [
        meeting
        for meeting in records.meetings
        if meeting.held_on < day and (meeting.present or meeting.substitutes or meeting.guests)
    ]


def _presents(member: Member, day: dt.date) -> bool:
    gone = member.left is not None and member.left <= day
    return member.part is Part.MEMBER and not gone


def _last_presented(
    records: CommunityRecords, presented: Mapping[str, dt.date], day: dt.date
) -> dict[str, dt.date]:
    """Give by member the last day before ``day`` on which they presented a case."""
    found: dict[str, dt.date] = {}
    for case in records.cases:
        on = presented.get(case.slug, day)
        if on < day:
            found |= {id: max(found.get(id, on), on) for id in case.presenters}
    return found
