"""``copkit case progress``: what came of an action."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, NamedTuple

import typer

from copkit.analysis.follow_up import FollowUp, follow_ups_of, urgency
from copkit.cli.cases.case_named import (
    adding,
    ask_outcome,
    choose_follow_up,
    complete_action,
    complete_kind,
    complete_outcome,
    find_action,
    find_case,
    read_kind,
    read_outcome,
)
from copkit.cli.cases.edit import (
    Told,
    record,
    require_nobody_named_in,
    require_to_be_told,
    say_of_day,
    say_what_is_open,
)
from copkit.cli.nobody_named import held_in
from copkit.cli.params import (
    HERE,
    DryRun,
    Folder,
    complete_whole_case,
    day,
    interactive,
    today,
    wrong_use,
)
from copkit.cli.prompts import ask
from copkit.cli.terminal import clean, say
from copkit.errors import CopkitError, did_you_mean
from copkit.folder import Programme, load
from copkit.layout import find
from copkit.records.cases import Action, Case, Outcome, OutcomeKind
from copkit.records.kinds import Noun


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
