"""What was suggested in a case, what has come of it, and what is due.  Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from copkit.folder import CommunityRecords
from copkit.records.cases import Action, Case, CaseStatus, Consent, Outcome, Progress


@dataclass(frozen=True, slots=True)
class FollowUp:
    """One action of a case, and what was told of it so far, the latest last."""

    case: Case
    action: Action
    told: tuple[Progress, ...]

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to tell what came of it.

        One that was not tried yet stays open; a case that was closed leaves nothing open.
        """
        if self.case.status is CaseStatus.CLOSED:
            return False
        return not self.told or self.told[-1].outcome is Outcome.NOT_TRIED

    def days_overdue(self, today: dt.date) -> int:
        """How many days ago it was due; 0 when it is due today, is still to come, or has no day."""
        return max((today - self.action.due).days, 0) if self.action.due else 0


def follow_ups(records: CommunityRecords, as_of: dt.date) -> Iterator[FollowUp]:
    """Give every action of a community's cases, with what was told of it up to a day.

    Cases whose person refused consent are not spoken of again.
    """
    for case in records.cases:
        if case.consent is Consent.REFUSED:
            continue
        in_order = sorted(case.progress, key=lambda entry: entry.date)
        for action in case.actions:
            told = (one for one in in_order if one.action == action.id and one.date <= as_of)
            yield FollowUp(case, action, tuple(told))


def due(records: CommunityRecords, as_of: dt.date, until: dt.date) -> list[FollowUp]:
    """Give what is open and due by ``until``, as known on ``as_of``: the longest overdue first.

    An action without a day is due at every meeting, after those that have one.
    """
    found = [
        one
        for one in follow_ups(records, as_of)
        if one.is_open and (one.action.due is None or one.action.due <= until)
    ]
    return sorted(found, key=lambda one: (one.action.due or dt.date.max, one.case.slug))
