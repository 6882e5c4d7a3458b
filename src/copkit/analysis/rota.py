"""Whose turn it is to present a case, and when cases were presented.  Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from copkit.folder import CommunityRecords
from copkit.records.meetings import Meeting
from copkit.records.members import Member, Part

ROTA_MEETINGS: Final = 3  # whoever came to none of the last three would not be there to present


@dataclass(frozen=True, slots=True)
class PresenterTurn:
    """A member who could present: when they last did, if ever, and how many meetings they attended.

    ``preparing`` is true if they have a case that is still to be presented.
    """

    member: Member
    last_presented: dt.date | None
    attended: int
    preparing: bool


def presenter_rota(records: CommunityRecords, day: dt.date) -> list[PresenterTurn]:
    """Return everybody who could present on a day, in the order of turns.

    That is every member who has not left and came to one of the last ``ROTA_MEETINGS`` meetings.
    Whoever has gone longest without presenting comes first; of those who never did, whoever has
    attended most meetings.
    """
    meetings = _meetings_held_before(records, day)
    recent_attenders = {id for meeting in meetings[-ROTA_MEETINGS:] for id in meeting.present}
    presented = presentation_days(records)
    last_days = _last_presented(records, presented, day)
    # A case without any day is still to be presented, like one whose day is to come.
    waiting = (case for case in records.cases if presented.get(case.slug, day) >= day)
    preparing = {id for case in waiting for id in case.presenters}
    turns = [
        PresenterTurn(
            member=member,
            last_presented=last_days.get(member.id),
            attended=sum(member.id in meeting.present for meeting in meetings),
            preparing=member.id in preparing,
        )
        for member in records.members
        if member.id in recent_attenders and _may_present(member, day)
    ]
    return sorted(turns, key=lambda turn: (turn.last_presented or dt.date.min, -turn.attended))


def presentation_days(records: CommunityRecords) -> dict[str, dt.date]:
    """Map the slug of each case to the day on which it was or will be presented, where known.

    Without a date of its own, a case is presented at the first meeting that names it.
    """
    days: dict[str, dt.date] = {}
    for meeting in records.meetings:
        for slug in meeting.cases:
            days.setdefault(slug, meeting.held_on)
    return days | {case.slug: case.presented for case in records.cases if case.presented}


def _meetings_held_before(records: CommunityRecords, day: dt.date) -> list[Meeting]:
    """Return a community's meetings before a day to which anybody came, by date."""
    return [
        meeting for meeting in records.meetings if meeting.held_on < day and meeting.was_attended
    ]


def _may_present(member: Member, day: dt.date) -> bool:
    """Check whether a member presents cases: part ``member``, and not left on or before ``day``.

    Whoever joins after that day counts as well.
    """
    # Cases are presented by front-line members; facilitators, knowledge brokers and experts by
    # experience have other parts to play.
    has_left = member.left is not None and member.left <= day
    return member.part is Part.MEMBER and not has_left


def _last_presented(
    records: CommunityRecords, presented: Mapping[str, dt.date], day: dt.date
) -> dict[str, dt.date]:
    """Map member ids to the last day before ``day`` on which they presented a case.

    ``presented`` are the days of :func:`presentation_days`.
    """
    last_days: dict[str, dt.date] = {}
    for case in records.cases:
        case_day = presented.get(case.slug, day)
        if case_day < day:
            for id in case.presenters:
                last_days[id] = max(last_days.get(id, case_day), case_day)
    return last_days
