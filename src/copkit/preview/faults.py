"""What stands in the place of a document that cannot be made: why, in plain words.  Pure.

As on a terminal, dots stand in the place of whatever could tell who somebody is.
"""

from __future__ import annotations

from dataclasses import dataclass

from copkit.errors import CopkitError, FaultyRecords, FaultyTemplate, Problem
from copkit.pii.masking import hide
from copkit.wording import capital

_AROUND = 60  # signs of a long line that are shown on either side of a fault


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, with the line that holds it in three parts.

    A template prints each part without the blanks at its ends; the gaps say where one was.
    """

    place: str
    message: str
    before: str
    marked: str
    after: str
    gap_before: bool
    gap_after: bool
    hint: str


@dataclass(frozen=True, slots=True)
class FaultFacts:
    """Why a document cannot be shown."""

    heading: str
    lead: str
    faults: tuple[Fault, ...]


def fault_facts(error: CopkitError) -> FaultFacts:
    """Say what an error says, as a page."""
    if isinstance(error, FaultyTemplate):
        lead = "Mend the template, or delete it to use the one that comes with copkit."
        return FaultFacts("A template is broken", lead, (_fault_facts(error.problem),))
    if isinstance(error, FaultyRecords):
        lead = "Mend what is marked. This page shows the document as soon as nothing is wrong."
        faults = tuple(map(_fault_facts, error.problems))
        return FaultFacts("These records cannot be shown yet", lead, faults)
    fault = Fault(
        "", capital(hide(error.message)), "", "", "", False, False, capital(hide(error.hint))
    )
    return FaultFacts("This cannot be shown", "", (fault,))


def _fault_facts(problem: Problem) -> Fault:
    # Hidden as a whole: a name that is cut in two is one that nobody finds any more.
    line = hide(problem.excerpt)
    start = min(problem.column - 1, len(line))
    end = problem.end_column - 1 if problem.end_line == problem.line else len(line)
    end = max(min(end, len(line)), start)
    before, after = line[:start], line[end:]
    return Fault(
        place=f"{hide(problem.file)}:{problem.line}:{problem.column}",
        message=capital(hide(problem.message)),
        before=f"…{before[-_AROUND:]}" if len(before) > _AROUND else before,
        marked=line[start:end][: 2 * _AROUND],
        after=f"{after[:_AROUND]}…" if len(after) > _AROUND else after,
        gap_before=line[start - 1 : start].isspace(),
        gap_after=line[end : end + 1].isspace(),
        hint=capital(hide(problem.hint)),
    )
