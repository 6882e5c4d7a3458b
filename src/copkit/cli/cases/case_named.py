"""Which case, action and outcome a person means, on the line or when asked."""

from __future__ import annotations

from collections.abc import Sequence

import typer

from copkit.analysis.follow_up import FollowUp
from copkit.cli.params import root_of, wrong_use
from copkit.cli.prompts import ask
from copkit.cli.terminal import clean, say, say_choice
from copkit.errors import CopkitError, closest, did_you_mean
from copkit.folder import Programme
from copkit.layout import community_slugs
from copkit.records.cases import Action, Case, Outcome, OutcomeKind


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
