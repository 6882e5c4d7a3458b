"""Approaches as they are listed: what is due, each of them, and what they took in all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from copkit.analysis.brokerage import Made, NextStep, Tally, Totals, totals_of
from copkit.cli.terminal import print_fitted, print_heading
from copkit.records.schema.write import as_json
from copkit.wording import hours_in_words, listed, plural


def print_due(steps: Sequence[NextStep]) -> None:
    """Print what is to be done next, the longest overdue first."""
    if not steps:
        return
    print_heading("To do next")
    for step in steps:
        approach = step.made.approach
        when = "due today" if approach.next_date else "no day set"
        if step.days_overdue:
            when = f"{plural(step.days_overdue, 'day')} overdue"
        what = approach.next or "ask what became of it"
        print_fitted(f"{when}: {what} ({approach.agency}; {_name(step.made)})", "  ", 4)


def print_made(made: Sequence[Made]) -> None:
    """Print every approach by date, then the sums."""
    for one in made:
        approach = one.approach
        print_heading(f"{approach.date}  {_name(one)}", f"  {approach.outcome or 'no outcome yet'}")
        seat = approach.role or approach.sector
        print_fitted(f"{approach.agency}{f', for {seat}' if seat else ''}", "  ", 4)
        effort = [str(text) for text in (approach.level, approach.how) if text]
        effort += [hours_in_words(approach.hours)] if approach.hours else []
        if effort:
            print_fitted(", ".join(effort), "  ", 4)
        if approach.next or approach.next_date:
            by = f", by {approach.next_date}" if approach.next_date else ""
            print_fitted(f"next: {approach.next or 'ask what became of it'}{by}", "  ", 4)
    print()
    _print_totals(totals_of(made))


def _print_totals(totals: Totals) -> None:
    seats = f" for {plural(totals.seats, 'seat')}" if totals.seats else ""
    outcomes = listed([f"{tally.count} {tally.name}" for tally in totals.by_outcome])
    asked = plural(totals.asked, "time")
    print_fitted(f"Asked {asked}{seats}, {hours_in_words(totals.hours)}; {outcomes}.", indent=2)
    print_fitted(f"By level: {', '.join(map(_tally, totals.by_level))}.", indent=2)


def _tally(tally: Tally) -> str:
    return f"{tally.name} {tally.count} ({hours_in_words(tally.hours)})"


def as_json_of(
    made: Iterable[Made], steps: Iterable[NextStep], as_of: dt.date, *, only_due: bool
) -> dict[str, Any]:
    """Give approaches, what is due and the sums in the form that machines read."""
    made = tuple(made)
    totals = totals_of(made)
    return {
        "as_of": str(as_of),
        "due": [
            {
                "community": step.made.community,
                "id": step.made.approach.id,
                "agency": step.made.approach.agency,
                "next": step.made.approach.next,
                "next_date": str(step.made.approach.next_date or "") or None,
                "days_overdue": step.days_overdue,
            }
            for step in steps
        ],
        "approaches": []
        if only_due
        else [{"community": one.community, **as_json(one.approach)} for one in made],
        "totals": {
            "asked": totals.asked,
            "seats": totals.seats,
            "hours": float(totals.hours),
            "by_outcome": [_tally_as_json("outcome", tally) for tally in totals.by_outcome],
            "by_level": [_tally_as_json("level", tally) for tally in totals.by_level],
        },
    }


def _tally_as_json(key: str, tally: Tally) -> dict[str, Any]:
    return {key: tally.name, "count": tally.count, "hours": float(tally.hours)}


def _name(one: Made) -> str:
    return f"{one.community}/{one.approach.id}"
