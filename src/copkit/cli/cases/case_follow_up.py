"""``copkit case follow-up``: what is due, of whom, and for how long."""

from __future__ import annotations

import datetime as dt
import sys
from collections import Counter
from collections.abc import Sequence
from typing import Annotated, Any, Final

import typer

from copkit.analysis.follow_up import FollowUp, follow_ups, urgency
from copkit.cli.params import (
    HERE,
    AsJson,
    CommunityName,
    Folder,
    as_of_day,
    open_programme,
)
from copkit.cli.terminal import clean, print_fitted, print_json, print_table, say, strong
from copkit.errors import did_you_mean
from copkit.folder import CommunityRecords
from copkit.records.kinds import Noun
from copkit.records.schema.write import as_json
from copkit.wording import plural

HEADS: Final = ("days", "due", "owner", "what", "case")


def follow_up(
    community: CommunityName = None,
    owner: Annotated[
        str | None, typer.Option(help="Only what belongs to owners with this in their name.")
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Also what is open and still to come.")
    ] = False,
    as_of: Annotated[
        str | None,
        typer.Option(
            help="As it was known on this day.", show_default="today, or the programme's end"
        ),
    ] = None,
    folder: Folder = HERE,
    as_json: AsJson = False,
) -> None:
    """List what is due and nobody has told of, the longest overdue first.

    In the last column stands the name that 'copkit case progress' takes.

    \b
    Examples:
      copkit case follow-up
      copkit case follow-up brighton --all
      copkit case follow-up --owner "Community Matron" --json
    """
    programme = open_programme(folder, {Noun.MEMBERS, Noun.CASES})
    every = (case for records in programme.communities for case in records.cases)
    on = as_of_day(programme, as_of, (entry.date for case in every for entry in case.progress))
    chosen = (programme.community(community),) if community else programme.communities
    still = [one for one in _open(chosen, on) if not owner or _is_of(one, owner)]
    due = [one for one in still if one.is_due(on)]
    shown = still if everything else due
    to_come = len(still) - len(due)
    if as_json:
        rows = [open_as_json(one, on) for one in shown]
        print_json({"as_of": str(on), "due": len(due), "to_come": to_come, "actions": rows})
        return
    if shown:
        _print_follow_ups(shown, on)
    elif owner and not still:
        owners = {one.action.owner or "" for one in _open(chosen, on)}
        nobody = f"nothing open belongs to an owner called '{owner}'"
        say(clean(did_you_mean(owner, owners, nobody)))
    say(_totals(due, to_come, on, everything=everything))


def _open(chosen: Sequence[CommunityRecords], on: dt.date) -> list[FollowUp]:
    found = (one for records in chosen for one in follow_ups(records, on) if one.is_open)
    return sorted(found, key=urgency)


def _is_of(one: FollowUp, owner: str) -> bool:
    return " ".join(owner.casefold().split()) in (one.action.owner or "").casefold()


def open_as_json(one: FollowUp, on: dt.date) -> dict[str, Any]:
    """Give an open action for machines."""
    return {
        "name": one.name,
        "community": one.case.community,
        "case": one.case.slug,
        "title": one.case.title,
        "action": one.action.id,
        "what": one.action.what,
        "owner": one.action.owner or None,
        "due": str(one.action.due) if one.action.due else None,
        "is_due": one.is_due(on),
        "days_overdue": one.days_overdue(on),
        "progress": [as_json(entry) for entry in one.told],
    }


def _days(one: FollowUp, on: dt.date) -> str:
    """Say for how many days something has been due, or in how many it will be."""
    if one.action.due is None:
        return "-"
    past = (on - one.action.due).days
    return str(past) if past >= 0 else f"in {-past}"


def _print_follow_ups(shown: Sequence[FollowUp], on: dt.date) -> None:
    """Print a table; on a terminal, one in which a name can be copied and no word is cut."""
    rows = [
        (
            _days(one, on),
            str(one.action.due or "no date"),
            one.action.owner or "nobody",
            one.action.what,
            one.name,
        )
        for one in shown
    ]
    if not (sys.stdout and sys.stdout.isatty()):
        print_table(HEADS, rows)
        return
    width = max(len(HEADS[0]), *(len(row[0]) for row in rows))
    print(strong(f"{HEADS[0]:>{width}}  {HEADS[1]:<10}  {', '.join(HEADS[2:])}"))
    for days, due, owner, what, name in rows:
        lead = f"{days:>{width}}  {due:<10}  "
        print_fitted(f"{owner}: {what}", lead)
        print(f"{' ' * len(lead)}{clean(name)}")


def _totals(due: Sequence[FollowUp], to_come: int, on: dt.date, *, everything: bool) -> str:
    """Say in a line how much is due, where, and how much is to come."""
    rest = f"{plural(to_come, 'action')} to come" if to_come else ""
    if rest and not everything:
        rest += " (--all shows them)"
    if not due:
        return f"nothing is due as of {on}" + (f"; {rest}" if rest else "")
    places = Counter(one.case.community for one in due)
    where = ", ".join(f"{place} {count}" for place, count in places.most_common())
    longest = max(one.days_overdue(on) for one in due)
    overdue = f"; the longest for {plural(longest, 'day')}" if longest else ""
    return f"{plural(len(due), 'action')} due: {where}{overdue}" + (f"; {rest}" if rest else "")
