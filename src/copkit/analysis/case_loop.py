"""Where the loop of a case is open: nothing was agreed, or nobody is to do it, or no day.  Pure.

A case that was presented and is not closed yet needs an action, and each action an owner and a
day: otherwise nobody will ask what came of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from copkit.errors import Problem, Severity
from copkit.records.cases import Action, Case, CaseStatus, Consent

_IN_THE_LOOP: Final = frozenset({CaseStatus.PRESENTED, CaseStatus.WRITTEN_UP})


def open_loops(case: Case) -> Iterator[Problem]:
    """Warn of what keeps a case from being followed up; the case must be free of errors."""
    if case.status not in _IN_THE_LOOP or case.consent is Consent.REFUSED:
        return
    if not case.actions:
        message = "this case has no action, so nothing will be asked of anybody"
        hint = f"copkit case action {case.name} 'What is to be tried' --owner ROLE --due next"
        yield case.source.problem("no-action", "actions", message, hint, severity=Severity.WARNING)
    for action in case.actions:
        yield from _lacking(action, f"copkit case action {case.name} {action.id}")
    yield from _told_too_early(case)


def _lacking(action: Action, command: str) -> Iterator[Problem]:
    if not (action.owner and action.owner.strip()):
        message = f"nobody owns '{action.id}', so nobody will be asked what came of it"
        hint = f"{command} --owner ROLE"
        yield action.source.problem(
            "action-without-owner", "owner", message, hint, severity=Severity.WARNING
        )
    if action.due is None:
        message = f"'{action.id}' has no date, so it is never overdue"
        hint = f"{command} --due next"
        yield action.source.problem(
            "action-without-date", "due", message, hint, severity=Severity.WARNING
        )


def _told_too_early(case: Case) -> Iterator[Problem]:
    for entry in case.progress:
        if case.presented and entry.date < case.presented:
            message = f"this was told on {entry.date}, before the case was presented"
            hint = f"correct this date, or 'presented' ({case.presented})"
            yield entry.source.problem(
                "progress-before-presented", "date", message, hint, severity=Severity.WARNING
            )
