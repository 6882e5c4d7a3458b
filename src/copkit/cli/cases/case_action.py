"""``copkit case action``: what is to be tried, by whom, until when."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, NamedTuple

import typer

from copkit.analysis.free_ids import free_id
from copkit.analysis.period_parts import next_meeting
from copkit.cli.cases.case_named import complete_action_only, find_action, find_case
from copkit.cli.cases.edit import change_case, require_nobody_named_in, require_to_be_told
from copkit.cli.nobody_named import held_in
from copkit.cli.params import HERE, CaseName, DryRun, Folder, day, interactive, today, wrong_use
from copkit.cli.prompts import ask, ask_day, suggest
from copkit.cli.terminal import clean, say
from copkit.errors import CopkitError
from copkit.folder import CommunityRecords, Programme, load
from copkit.layout import find
from copkit.records.cases import Action, Case, CaseStatus
from copkit.records.kinds import Noun
from copkit.text.edit import append, set_value

NEXT = "next"
ROLE = "write a role or an agency, such as 'Community Matron'"


class _Wanted(NamedTuple):
    """What is to be on record; ``what`` may be the id of an action that is."""

    what: str
    owner: str
    due: dt.date | None


def action(
    name: CaseName,
    what: Annotated[
        str | None,
        typer.Argument(
            metavar="WHAT",
            help="What is to be tried; or the id of an action, to change its owner or date.",
            autocompletion=complete_action_only,
        ),
    ] = None,
    owner: Annotated[
        str | None, typer.Option(help="Who does it: a role or an agency, never a name.")
    ] = None,
    due: Annotated[
        str | None,
        typer.Option(help="The meeting at which it is due: a date, or 'next' for the next one."),
    ] = None,
    folder: Folder = HERE,
    dry_run: DryRun = False,
) -> None:
    """Add an action to a case, or change who does it or when.

    \b
    Examples:
      copkit case action brighton/nobody-to-call Ring --owner Nurse --due next
      copkit case action brighton/nobody-to-call a2 --due 2012-06-20
    """
    programme = load(find(folder), {Noun.MEMBERS, Noun.MEETINGS, Noun.CASES})
    case = find_case(programme, name)
    require_to_be_told(programme, case)
    records = programme.community(case.community)
    if case.status is CaseStatus.CLOSED:
        message = f"{case.name} is closed, and nobody would be asked; nothing was written"
        raise CopkitError(message, f"set 'status' to written-up in {case.source.file}")
    words = " ".join((what or (ask("what is to be tried") if interactive() else "")).split())
    there = _on_record(case, words)
    until = _day(records, case, due) if due else None
    if there is None:
        owner, until = _whole(programme, case, words, owner, until)
    elif not (owner or until):
        hint = "--owner ROLE or --due DATE changes it"
        wrong_use(f"'{there.id}' is on record: {there.what}", hint)
    wanted = _Wanted(words, _role(records, " ".join((owner or "").split())), until)
    if wanted.owner and held_in(programme, wanted.owner, case.pseudonyms):
        wrong_use("--owner: this looks like somebody's name", ROLE)
    require_nobody_named_in(programme, case, "WHAT", "" if there else words)
    _write(programme, case, wanted, dry_run=dry_run)
    if until and until < today():
        say(f"  {until} has passed; is the date right?")


def _on_record(case: Case, words: str) -> Action | None:
    """Find an action by its id, or by the words it has; ``None`` for a new one."""
    for one in case.actions:
        if words in (one.id, " ".join(one.what.split())):
            return one
    return find_action(case, words) if re.fullmatch(r"a\d+", words) else None


def _day(records: CommunityRecords, case: Case, due: str) -> dt.date:
    """Read the day by which something is due; ``next`` is the community's next meeting."""
    if due.casefold() != NEXT:
        try:
            return day(due, "--due")
        except CopkitError as error:
            raise CopkitError(error.message, f"{error.hint}, or 'next'", status=2) from None
    found = _next_meeting(records, case)
    if found is None:
        message = f"--due next: {records.slug} has no meeting after {_since(case)} on record"
        hint = f"'copkit new-meeting {records.slug} DATE' adds one, or write --due DATE"
        raise CopkitError(message, hint)
    return found


def _next_meeting(records: CommunityRecords, case: Case) -> dt.date | None:
    """Give the day of the next meeting on record, after today and after the case was presented."""
    found = next_meeting(records, _since(case) + dt.timedelta(days=1))
    return found.held_on if found else None


def _since(case: Case) -> dt.date:
    return max(today(), case.presented or dt.date.min)


def _whole(
    programme: Programme, case: Case, words: str, owner: str | None, until: dt.date | None
) -> tuple[str, dt.date]:
    """Ask for what a new action still lacks; without a terminal, say all that is missing."""
    lacking = {"WHAT": words, "--owner": owner, "--due": until}
    missing = [name for name, given in lacking.items() if not given]
    if missing and not interactive():
        hint = "what is to be tried, by which role or agency, until when; --due next will do"
        wrong_use(f"missing: {', '.join(missing)}", hint)
    records = programme.community(case.community)
    roles = tuple(dict.fromkeys(member.role for member in records.members))
    while not owner:
        answer = suggest("owner (a role or an agency, never a name)", roles)
        owner = (
            None if answer not in roles and held_in(programme, answer, case.pseudonyms) else answer
        )
        if owner is None:
            say(f"  this looks like somebody's name; {ROLE}")
    if until is None:
        question = "due (the meeting at which it is due)"
        until = dt.date.fromisoformat(ask_day(question, _next_meeting(records, case)))
    return owner, until


def _role(records: CommunityRecords, owner: str) -> str:
    """Give the role of somebody who was named by their id: an agenda tells it to people."""
    member = records.roster.member(owner)
    return member.role if member else owner


def _write(programme: Programme, case: Case, wanted: _Wanted, *, dry_run: bool) -> None:
    """Add the action, or change the one that is on record by then."""
    added: list[str] = []

    def make(text: str, now: Case) -> str:
        one = _on_record(now, wanted.what)
        if one is None:
            added[:] = [free_id([action.id for action in now.actions], "a")]
            return append(text, ["actions"], {"id": added[0], **wanted._asdict()})
        if wanted.owner and wanted.owner != one.owner:
            text = set_value(text, ["actions", one.id, "owner"], wanted.owner)
        if wanted.due and wanted.due != one.due:
            text = set_value(text, ["actions", one.id, "due"], wanted.due)
        return text

    change_case(programme, case, make, dry_run=dry_run)
    if added:
        say(f"  {added[0]}: {clean(wanted.owner)}, due {wanted.due}")
