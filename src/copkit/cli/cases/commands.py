"""``copkit case progress``: what came of an action."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from typing import Annotated, NamedTuple

import typer

from copkit.analysis.cases import FollowUp, follow_ups_of, urgency
from copkit.analysis.ids import free_id
from copkit.analysis.period import next_meeting
from copkit.cli.cases.edit import (
    Told,
    adding,
    ask_outcome,
    change_case,
    choose_follow_up,
    complete_action,
    complete_action_only,
    complete_kind,
    complete_outcome,
    find_action,
    find_case,
    in_a_line,
    read_kind,
    read_outcome,
    record,
    require_nobody_named_in,
    require_to_be_told,
    say_of_day,
    say_what_is_open,
)
from copkit.cli.params import (
    HERE,
    CaseName,
    DryRun,
    Folder,
    complete_whole_case,
    day,
    interactive,
    today,
    wrong_use,
)
from copkit.cli.pii import held_in
from copkit.cli.prompts import ask, ask_day, suggest
from copkit.cli.terminal import clean, say
from copkit.errors import CopkitError, did_you_mean
from copkit.folder import CommunityRecords, Programme, load
from copkit.layout import find
from copkit.records.cases import Action, Case, CaseStatus, Outcome, OutcomeKind
from copkit.records.kinds import Noun
from copkit.text.edit import append, set_value
from copkit.wording import plural


def progress(
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="COMMUNITY/CASE",
            help="The case, as 'copkit case follow-up' prints it.",
            autocompletion=complete_whole_case,
        ),
    ] = None,
    action: Annotated[
        str | None,
        typer.Argument(
            metavar="ACTION",
            help="Such as a1; it may be left out where one is open.",
            autocompletion=complete_action,
        ),
    ] = None,
    outcome: Annotated[
        str | None,
        typer.Argument(
            metavar="OUTCOME",
            help="helped, partly, did-not-help or not-tried.",
            autocompletion=complete_outcome,
        ),
    ] = None,
    note: Annotated[str | None, typer.Option(help="What happened; name nobody.")] = None,
    kind: Annotated[
        str | None,
        typer.Option(
            help="Whether that was maintenance, prevention or recovery.",
            autocompletion=complete_kind,
        ),
    ] = None,
    date: Annotated[str, typer.Option(help="The day it was told.")] = "today",
    folder: Folder = HERE,
    dry_run: DryRun = False,
) -> None:
    """Record what came of an action: whether it helped.

    \b
    Examples:
      copkit case progress brighton/nobody-to-call a1 helped --kind prevention
      copkit case progress brighton/no-call:a1 did-not-help --note "No reply"
      copkit case progress brighton/nobody-to-call
    """
    told_on = day(date, "--date")
    of_kind = read_kind(kind) if kind else None
    programme = load(find(folder), {Noun.MEMBERS, Noun.CASES})
    typed = _Typed.of(name or _ask_which(programme), action, outcome)
    case = find_case(programme, typed.case)
    require_to_be_told(programme, case)
    chosen, came = _action_and_outcome(case, typed.words)
    if came is None:
        came = ask_outcome(chosen)
        of_kind = of_kind or _ask_kind(came)
        note = note or _ask_note(programme, case)
    note = " ".join(note.split()) if note else None
    require_nobody_named_in(programme, case, "--note", note)
    told = Told(chosen, came, told_on, of_kind, note)
    after = record(programme, case, [told], dry_run=dry_run)
    say(f"  {chosen.id}: {came.replace('-', ' ')}: {clean(chosen.what)}")
    say_of_day(told_on, case)
    say_what_is_open(after, max(told_on, today()))


class _Typed(NamedTuple):
    """The case as it was named, and the words behind it: an action, an outcome, both or none."""

    case: str
    words: tuple[str, ...]

    @classmethod
    def of(cls, name: str, action: str | None, outcome: str | None) -> _Typed:
        case, _, after_colon = name.partition(":")
        words = [word for word in (after_colon, action, outcome) if word]
        if len(words) > 2:
            wrong_use(f"'{clean(name)}' names an action already", "name it once")
        return cls(case, tuple(words))


def _ask_which(programme: Programme) -> str:
    """Show everything that is open, the longest overdue first, and ask which is meant."""
    if not interactive():
        hint = "such as 'copkit case progress brighton/nobody-to-call a1 helped'"
        wrong_use("missing: COMMUNITY/CASE, OUTCOME", hint)
    every = [case for records in programme.communities for case in records.cases]
    still = [one for case in every for one in _open(case)]
    if not still:
        raise CopkitError("nothing is open in any case", "'copkit list cases' shows them")
    return choose_follow_up(sorted(still, key=urgency), whole_names=True).name


def _open(case: Case) -> list[FollowUp]:
    return [one for one in follow_ups_of(case, today()) if one.is_open]


def _action_and_outcome(case: Case, words: tuple[str, ...]) -> tuple[Action, Outcome | None]:
    """Find out which action is meant and what came of it; ``None`` where that is to be asked."""
    if len(words) == 2:
        return find_action(case, words[0]), read_outcome(words[1])
    ids = [action.id for action in case.actions]
    if words and words[0] in ids:
        chosen, came = find_action(case, words[0]), None
    else:
        came = _only_outcome(words[0], ids) if words else None
        chosen = _only_open(case)
    if came is None and not interactive():
        wrong_use("missing: OUTCOME", f"one of: {', '.join(Outcome)}")
    return chosen, came


def _only_outcome(word: str, ids: Sequence[str]) -> Outcome:
    """Read an outcome that stands alone, where an action could have stood as well."""
    try:
        return read_outcome(word)
    except CopkitError:
        otherwise = f"actions: {', '.join(ids) or 'none'}; outcomes: {', '.join(Outcome)}"
        hint = did_you_mean(word, [*Outcome, *ids], otherwise)
        wrong_use(f"'{word}' is neither an action of this case nor an outcome", hint)


def _only_open(case: Case) -> Action:
    """Give the action that is open; ask which, if there are several."""
    still = _open(case)
    if not still:
        ids = ", ".join(action.id for action in case.actions)
        hint = f"name the action, one of: {ids}" if ids else f"'{adding(case)}' adds one"
        raise CopkitError(f"no action of {case.name} is open; nothing was written", hint)
    if len(still) == 1:
        return still[0].action
    if not interactive():
        several = ", ".join(one.action.id for one in still)
        wrong_use("missing: ACTION", f"open in {case.name}: {several}")
    return choose_follow_up(still).action


def _ask_note(programme: Programme, case: Case) -> str:
    question = "what happened, naming nobody (Enter leaves it out)"
    while (answer := ask(question, default="")) and (
        what := held_in(programme, answer, case.pseudonyms)
    ):
        say(f"  this seems to hold {what}; please say it without")
    return answer


def _ask_kind(came: Outcome) -> OutcomeKind | None:
    if came not in (Outcome.HELPED, Outcome.PARTLY):
        return None
    question = "was that maintenance, prevention or recovery (Enter leaves it open)"
    while answer := ask(question, default=""):
        fitting = [kind for kind in OutcomeKind if kind.startswith(answer.lower())]
        if len(fitting) == 1:
            return fitting[0]
        say(f"  please write one of: {', '.join(OutcomeKind)}; or nothing")
    return None


# ``copkit case action``: what is to be tried, by whom, until when.

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


# ``copkit case close``: a case of which every action has been told.


def close(name: CaseName, folder: Folder = HERE, dry_run: DryRun = False) -> None:
    """Close a case, once every action has been told of.

    'not-tried' is an answer too. On a terminal it asks for what has not been told yet.

    \b
    Examples:
      copkit case close brighton/nobody-to-call
      copkit case close brighton/nobody-to-call --dry-run
    """
    programme = load(find(folder), {Noun.MEMBERS, Noun.CASES})
    case = find_case(programme, name)
    require_to_be_told(programme, case)
    if case.status is CaseStatus.CLOSED:
        say(f"{clean(case.name)} is closed already; nothing was written")
        return
    if case.status is CaseStatus.DRAFT:
        message = f"{case.source.file} is a draft; nothing was written"
        hint = "set 'status' to presented or written-up when it is, or delete the file"
        raise CopkitError(message, hint)
    every = list(follow_ups_of(case, today()))
    untold = [one for one in every if not one.told]
    if untold and not interactive():
        _refuse(untold)
    told = [Told(one.action, ask_outcome(one.action), today()) for one in untold]
    record(programme, case, told, dry_run=dry_run, status=CaseStatus.CLOSED)
    if not dry_run:
        say(f"  {clean(case.name)} is closed")
    never = [one for one in every if one.told and one.told[-1].outcome is Outcome.NOT_TRIED]
    for one in never:
        say(f"  never tried: {in_a_line(one)}")


def _refuse(untold: list[FollowUp]) -> None:
    for one in untold:
        say(f"  copkit case progress {one.case.name} {one.action.id} OUTCOME")
    count = plural(len(untold), "action")
    message = f"nobody has told what came of {count}; nothing was written"
    raise CopkitError(message, f"OUTCOME is one of {', '.join(Outcome)}")


# ``copkit case``: what was promised of a case, whether it helped, its story, its sign-off.
