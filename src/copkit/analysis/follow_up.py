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
    def name(self) -> str:
        """The action's name in the whole programme: ``brighton/nobody-to-call:a1``."""
        return f"{self.case.name}:{self.action.id}"

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to tell what came of it.

        One that was not tried yet stays open; a case that was closed leaves nothing open.
        """
        if self.case.status is CaseStatus.CLOSED:
            return False
        return not self.told or self.told[-1].outcome is Outcome.NOT_TRIED

    def is_due(self, until: dt.date) -> bool:
        """Say whether it is open and due by a day; one without a day is due at every meeting."""
        return self.is_open and (self.action.due is None or self.action.due <= until)

    def days_overdue(self, today: dt.date) -> int:
        """How many days ago it was due; 0 when it is due today, is still to come, or has no day."""
        return max((today - self.action.due).days, 0) if self.action.due else 0


def follow_ups(records: CommunityRecords, as_of: dt.date) -> Iterator[FollowUp]:
    """Give every action of a community's cases, with what was told of it up to a day.

    Cases that were presented later are left out, and those whose person refused consent, which
    are not spoken of again.
    """
    for case in records.cases:
        if not (case.presented and case.presented > as_of):
            yield from follow_ups_of(case, as_of)


def follow_ups_of(case: Case, as_of: dt.date) -> Iterator[FollowUp]:
    """Give every action of a case, unless its person refused consent."""
    if case.consent is Consent.REFUSED:
        return
    in_order = sorted(case.progress, key=lambda entry: entry.date)
    for action in case.actions:
        told = (one for one in in_order if one.action == action.id and one.date <= as_of)
        yield FollowUp(case, action, tuple(told))


def due(records: CommunityRecords, as_of: dt.date, until: dt.date) -> list[FollowUp]:
    """Give what is open and due by ``until``, as known on ``as_of``: the longest overdue first.

    An action without a day is due at every meeting, after those that have one.
    """
    return sorted((one for one in follow_ups(records, as_of) if one.is_due(until)), key=urgency)


def urgency(one: FollowUp) -> tuple[dt.date, str, str]:
    """Give what actions are sorted by: the day each is due, those without one at the end."""
    return one.action.due or dt.date.max, one.case.community, one.case.slug
