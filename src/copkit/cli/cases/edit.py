"""What every change of a case minds: nobody is named, and a sign-off is not lost unnoticed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import typer

from copkit.analysis.cases import FollowUp, follow_ups_of, is_signed
from copkit.analysis.ids import free_id
from copkit.cli.params import root_of, today, wrong_use
from copkit.cli.pii import require_nobody_named
from copkit.cli.prompts import ask
from copkit.cli.store import change
from copkit.cli.terminal import clean, say, say_choice
from copkit.errors import CopkitError, FaultyRecords, closest, did_you_mean, errors_among
from copkit.folder import Programme
from copkit.layout import community_slugs
from copkit.records.cases import Action, Case, CaseStatus, Consent, Outcome, OutcomeKind, parse_case
from copkit.records.schema.fields import Audience
from copkit.text.edit import append, set_value
from copkit.text.front_matter import read_document
from copkit.text.source import SourceText

# Which case, action and outcome a person means, on the line or when asked.


def find_case(programme: Programme, name: str) -> Case:
    """Find a case by its name; its community may be named by code or place, or be left out.

    What stands behind a colon, as in a name from 'copkit case follow-up', is an action's.
    """
    place, _, slug = name.partition(":")[0].rpartition("/")
    within = [programme.community(place)] if place else programme.communities
    found = [case for records in within for case in records.cases if case.slug == slug]
    if len(found) == 1:
        return found[0]
    if found:
        several = ", ".join(case.name for case in found)
        wrong_use(f"'{name}' could be {len(found)} cases", f"one of: {several}")
    every = [case for records in within for case in records.cases]
    near = closest(slug, [case.slug for case in every]) if slug else None
    if near is None:
        wrong_use(f"'{name}' is no case", "'copkit list cases' shows them")
    meant = " or ".join(f"'{case.name}'" for case in every if case.slug == near)
    raise CopkitError(f"there is no case '{name}'", f"did you mean {meant}?", status=2)


def find_action(case: Case, id: str) -> Action:
    """Find an action of a case by its id."""
    for action in case.actions:
        if action.id == id:
            return action
    ids = [action.id for action in case.actions]
    otherwise = f"its actions: {', '.join(ids)}" if ids else f"'{adding(case)}' adds one"
    message = f"there is no action '{id}' in {case.name}"
    raise CopkitError(message, did_you_mean(id, ids, otherwise), status=2)


def adding(case: Case) -> str:
    """Give the command that adds an action to a case."""
    return f"copkit case action {case.name} WHAT --owner ROLE --due next"


def read_outcome(text: str) -> Outcome:
    """Read an outcome as it was typed: ``did not help`` as well as ``did-not-help``."""
    typed = _as_choice(text)
    if typed in set(Outcome):
        return Outcome(typed)
    hint = did_you_mean(typed, list(Outcome), f"one of: {', '.join(Outcome)}")
    return wrong_use(f"'{text}' is no outcome", hint)


def read_kind(text: str) -> OutcomeKind:
    """Read what kind of outcome it was."""
    typed = _as_choice(text)
    if typed in set(OutcomeKind):
        return OutcomeKind(typed)
    hint = did_you_mean(typed, list(OutcomeKind), f"one of: {', '.join(OutcomeKind)}")
    return wrong_use(f"--kind: '{text}' is no kind of outcome", hint)


def _as_choice(text: str) -> str:
    return "-".join(text.casefold().replace("_", " ").split())


def ask_outcome(action: Action) -> Outcome:
    """Ask what came of an action; the first letters are enough."""
    say(f"  {action.id}: {clean(action.what)}")
    return read_outcome(ask("what came of it", tuple(Outcome)))


def choose_follow_up(some: Sequence[FollowUp], *, whole_names: bool = False) -> FollowUp:
    """Show open actions with numbers, and ask which is meant, by its number or its name."""
    for number, one in enumerate(some, 1):
        say_choice(number, in_a_line(one, whole_name=whole_names))
    while True:
        answer = ask("which action (its number or its id)")
        fitting = [one for one in some if answer in (one.action.id, one.name)]
        if answer.isdecimal() and 1 <= int(answer) <= len(some):
            return some[int(answer) - 1]
        if len(fitting) == 1:
            return fitting[0]
        say(f"  please write a number from 1 to {len(some)}")


def in_a_line(one: FollowUp, *, whole_name: bool = False) -> str:
    """Tell an open action: ``a1: Ring the surgery (Community Matron, due 2012-05-16)``."""
    owner = one.action.owner or "nobody's"
    due = f"due {one.action.due}" if one.action.due else "no date"
    name = one.name if whole_name else one.action.id
    return clean(f"{name}: {one.action.what} ({owner}, {due})")


# --- completion -------------------------------------------------------------------------------


def complete_action(ctx: typer.Context, incomplete: str) -> list[str]:
    """Complete an action of the case that was named, or an outcome where there is but one left."""
    words = [*_actions_of(ctx), *Outcome]
    return [word for word in words if word.startswith(incomplete)]


def complete_action_only(ctx: typer.Context, incomplete: str) -> list[str]:
    """Complete an action of the case that was named."""
    return [id for id in _actions_of(ctx) if id.startswith(incomplete)]


def complete_outcome(incomplete: str) -> list[str]:
    """Complete what came of an action."""
    return [outcome.value for outcome in Outcome if outcome.startswith(incomplete)]


def complete_kind(incomplete: str) -> list[str]:
    """Complete what kind of outcome it was."""
    return [kind.value for kind in OutcomeKind if kind.startswith(incomplete)]


def _actions_of(ctx: typer.Context) -> list[str]:
    from copkit.records.kinds import reader_of
    from copkit.text.files import inside, is_slug, read_source
    from copkit.text.front_matter import read_document

    place, _, slug = str(ctx.params.get("name") or "").partition(":")[0].rpartition("/")
    try:
        root = root_of(ctx)
        if place not in community_slugs(root) or not is_slug(slug):
            return []
        file = f"communities/{place}/cases/{slug}.md"
        source = read_source(inside(root, *file.split("/")), file, [])
        case: Case = reader_of(file)(read_document(source, [], markdown=True))
    except (CopkitError, OSError):
        return []
    return [action.id for action in case.actions if is_slug(action.id)]


def require_to_be_told(programme: Programme, case: Case) -> None:
    """Refuse a case that cannot be read, and one whose person does not want to be told of."""
    file = case.source.file
    faults = (problem for problem in programme.problems if problem.file == file)
    if errors := errors_among(faults):
        raise FaultyRecords(errors)
    if case.consent is Consent.REFUSED:
        message = f"{file}: the person refused a write-up; nothing was written"
        raise CopkitError(message, "a case that is not spoken of again is not followed up")


def require_nobody_named_in(
    programme: Programme, case: Case, option: str, text: str | None
) -> None:
    """Refuse free text of a case in which somebody is named but by one of its invented names."""
    hint = f"say it without; an invented name goes under 'pseudonyms' in {case.source.file}"
    require_nobody_named(programme, {option: text}, hint, case.pseudonyms)


def _say_of_sign_off(case: Case, *, dry_run: bool) -> None:
    """Say that a change voids the sign-off that stood until now, if one did, and for whom."""
    if case.sign_off is None or not is_signed(case, today()):
        return
    readers = _OUTSIDE.get(case.audience)
    who = f", and {readers} are not told it" if readers else ""
    does = "would void" if dry_run else "voids"
    say(f"  this {does} the sign-off of {case.sign_off.date}{who} until it is signed again:")
    say(f"  copkit case sign-off {clean(case.name)}")


_OUTSIDE = {Audience.COMMISSIONERS: "commissioners", Audience.PUBLIC: "readers outside"}


def say_what_is_open(case: Case, as_of: dt.date) -> None:
    """Say what of a case is still open on a day."""
    still = [one for one in follow_ups_of(case, as_of) if one.is_open]
    if still:
        say(f"  still open in {clean(case.name)}:")
        for one in still:
            say(f"    {in_a_line(one)}")
    elif case.status is not CaseStatus.CLOSED:
        say(f"  nothing else is open in it; 'copkit case close {case.name}' closes it")


def say_of_day(day: dt.date, case: Case) -> None:
    """Say of the day on which something was told that it is probably a slip."""
    if day > today():
        say(f"  {day} is still to come; is the date right?")
    elif case.presented and day < case.presented:
        say(f"  {day} is before the case was presented ({case.presented}); is the date right?")


@dataclass(frozen=True, slots=True)
class Told:
    """What was told of one action."""

    action: Action
    outcome: Outcome
    day: dt.date
    kind: OutcomeKind | None = None
    note: str | None = None


def record(
    programme: Programme,
    case: Case,
    told: list[Told],
    *,
    dry_run: bool,
    status: CaseStatus | None = None,
) -> Case:
    """Add what was told to a case, and set its status if one is given; give it as it is then."""

    def with_progress(text: str, now: Case) -> str:
        ids: list[str] = [entry.id for entry in now.progress]
        for one in told:
            text = _with(text, now, one, ids)
        return text if status in (None, now.status) else set_value(text, ["status"], status)

    return change_case(programme, case, with_progress, dry_run=dry_run)


def change_case(
    programme: Programme, case: Case, make: Callable[[str, Case], str], *, dry_run: bool
) -> Case:
    """Change a case as it is at this moment, and say if that voids its sign-off."""
    after: list[str] = []

    def changed(text: str | None, now: Case | None) -> str:
        if text is None or now is None:
            raise CopkitError(f"{case.source.file} is gone; nothing was written")
        after[:] = [make(text, now)]
        return after[0]

    change(programme, case.source.file, changed, dry_run=dry_run)
    if after != [case.source.text.text]:
        _say_of_sign_off(case, dry_run=dry_run)
    source = SourceText(case.source.file, after[0])
    return parse_case(read_document(source, [], markdown=True), case.community, case.slug)


def _with(text: str, case: Case, told: Told, ids: list[str]) -> str:
    """Add one thing told, unless it is on record; fill in what is on record without a note."""
    same_day = [
        entry
        for entry in case.progress
        if entry.action == told.action.id and entry.date == told.day
    ]
    for entry in same_day:
        same = entry.outcome is told.outcome and _agree(entry.kind, told.kind)
        if same and _agree(entry.note, told.note):
            return _filled_in(text, entry.id, entry.kind, entry.note, told)
    if same_day:
        said = ", ".join(f"{entry.outcome} ({entry.id})" for entry in same_day)
        say(f"  {told.action.id} was told of on {told.day} already: {said}; both are kept now")
        say(f"  was that a slip? then take {same_day[-1].id} out of {case.source.file}")
    ids.append(free_id(ids, "p"))
    item = {"id": ids[-1], "date": told.day, "action": told.action.id, "outcome": told.outcome}
    item |= {"kind": told.kind} if told.kind else {}
    item |= {"note": told.note} if told.note else {}
    return append(text, ["progress"], item)


def _agree(there: str | None, told: str | None) -> bool:
    return not there or not told or there == told


def _filled_in(text: str, id: str, kind: str | None, note: str | None, told: Told) -> str:
    if told.kind and not kind:
        text = set_value(text, ["progress", id, "kind"], told.kind)
    if told.note and not note:
        text = set_value(text, ["progress", id, "note"], told.note)
    return text
