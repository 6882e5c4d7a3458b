"""Edits of a case: which case, action and outcome is meant, and how they are written.

Every edit refuses free text that names somebody, and warns when it voids a sign-off.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import typer

from copkit.analysis.cases import FollowUp, case_follow_ups, is_signed_off
from copkit.cli.params import find_programme_root, today, usage_error
from copkit.cli.pii import require_no_details_in_texts
from copkit.cli.prompts import ask
from copkit.cli.store import Edited, change_record
from copkit.cli.terminal import clean, say, say_choice
from copkit.errors import CopkitError, InvalidRecords, closest_match, did_you_mean, only_errors
from copkit.folder import Programme
from copkit.layout import community_slugs
from copkit.records.cases import Action, Case, CaseStatus, Consent, Outcome, OutcomeKind, Progress
from copkit.records.schema.fields import new_part_id
from copkit.text.edit import append, set_value
from copkit.text.front_matter import read_document
from copkit.text.normalise import match_names

# Which case, action and outcome is meant.


def find_case(programme: Programme, name: str) -> Case:
    """Find a case by its name or title, or the beginning of one where no other begins so.

    Its community may be a code or a place, or be left out. A part after a colon, as in a name from
    'copkit case follow-up', is an action's id and ignored. Raise :class:`CopkitError` when no case,
    or more than one, has that name.
    """
    place, _, slug = name.partition(":")[0].rpartition("/")
    within = [programme.community(place)] if place else programme.communities
    cases = [case for records in within for case in records.cases]
    # by slug first: with their communities, two cases of one slug would have different keys
    meant = match_names(slug, {case.slug: (case.title,) for case in cases})
    matches = [case for case in cases if case.slug in meant]
    if len(matches) == 1:
        return matches[0]
    if matches:
        several = ", ".join(case.name for case in matches[:12])
        usage_error(f"'{name}' could be {len(matches)} cases", f"one of: {several}")
    # Two communities may each have a case of the nearest name: both are suggested.
    nearest = closest_match(slug, [case.slug for case in cases]) if slug else None
    if nearest is None:
        usage_error(f"'{name}' is no case", "'copkit list cases' shows them")
    suggestions = " or ".join(f"'{case.name}'" for case in cases if case.slug == nearest)
    raise CopkitError(f"there is no case '{name}'", f"did you mean {suggestions}?", status=2)


def find_action(case: Case, id: str) -> Action:
    """Find an action of a case by its id; raise :class:`CopkitError` if there is none."""
    for action in case.actions:
        if action.id == id:
            return action
    ids = [action.id for action in case.actions]
    otherwise = (
        f"its actions: {', '.join(ids)}" if ids else f"'{command_to_add_action(case)}' adds one"
    )
    message = f"there is no action '{id}' in {case.name}"
    raise CopkitError(message, did_you_mean(id, ids, otherwise), status=2)


def command_to_add_action(case: Case) -> str:
    """Return the command that adds an action to a case, for hints."""
    return f"copkit case action {case.name} WHAT --owner ROLE --due next"


def parse_outcome(text: str) -> Outcome:
    """Parse an outcome as it was typed: ``did not help`` as well as ``did-not-help``."""
    typed = _normalise_choice(text)
    if typed in set(Outcome):
        return Outcome(typed)
    hint = did_you_mean(typed, list(Outcome), f"one of: {', '.join(Outcome)}")
    return usage_error(f"'{text}' is no outcome", hint)


def parse_outcome_kind(text: str) -> OutcomeKind:
    """Parse a kind of outcome as it was typed: ``prevention``."""
    typed = _normalise_choice(text)
    if typed in set(OutcomeKind):
        return OutcomeKind(typed)
    hint = did_you_mean(typed, list(OutcomeKind), f"one of: {', '.join(OutcomeKind)}")
    return usage_error(f"--kind: '{text}' is no kind of outcome", hint)


def _normalise_choice(text: str) -> str:
    """Join the words of a choice by hyphens, in lower case: ``Did not_help``."""
    return "-".join(text.casefold().replace("_", " ").split())


def ask_outcome(action: Action) -> Outcome:
    """Print an action and ask what came of it; the first letters are enough."""
    say(f"  {action.id}: {clean(action.what)}")
    return parse_outcome(ask("what came of it", tuple(Outcome)))


def choose_follow_up(follow_ups: Sequence[FollowUp], *, whole_names: bool = False) -> FollowUp:
    """Print open actions with numbers, and ask for one by its number or its id.

    ``whole_names`` prints them with their case, where they are of several cases.
    """
    for number, follow_up in enumerate(follow_ups, 1):
        say_choice(number, format_follow_up(follow_up, whole_name=whole_names))
    while True:
        answer = ask("which action (its number or its id)")
        matches = [
            follow_up for follow_up in follow_ups if answer in (follow_up.action.id, follow_up.name)
        ]
        # A number is always a place on the list, also where an id happens to be a number.
        if answer.isdecimal() and 1 <= int(answer) <= len(follow_ups):
            return follow_ups[int(answer) - 1]
        if len(matches) == 1:
            return matches[0]
        say(f"  please write a number from 1 to {len(follow_ups)}")


def format_follow_up(follow_up: FollowUp, *, whole_name: bool = False) -> str:
    """Format an open action: ``a1: Ring the surgery (Community Matron, due 2012-05-16)``."""
    owner = follow_up.action.owner or "nobody's"
    due = f"due {follow_up.action.due}" if follow_up.action.due else "no date"
    name = follow_up.name if whole_name else follow_up.action.id
    return clean(f"{name}: {follow_up.action.what} ({owner}, {due})")


# Shell completion


def complete_action_or_outcome(ctx: typer.Context, incomplete: str) -> list[str]:
    """Complete an action's id, or an outcome: the id may be left out where one is open."""
    words = [*_action_ids_of(ctx), *Outcome]
    return [word for word in words if word.startswith(incomplete)]


def complete_action(ctx: typer.Context, incomplete: str) -> list[str]:
    """Complete an action's id of the case that was typed."""
    return [id for id in _action_ids_of(ctx) if id.startswith(incomplete)]


def complete_outcome(incomplete: str) -> list[str]:
    """Complete an outcome."""
    return [outcome.value for outcome in Outcome if outcome.startswith(incomplete)]


def complete_outcome_kind(incomplete: str) -> list[str]:
    """Complete a kind of outcome."""
    return [kind.value for kind in OutcomeKind if kind.startswith(incomplete)]


def _action_ids_of(ctx: typer.Context) -> list[str]:
    """Read the action ids of the case that was typed; none where it cannot be read."""
    from copkit.records.kinds import parser_for
    from copkit.text.files import is_slug, path_inside, read_source

    # Reads this one file, not the programme: a shell waits for the completion at every Tab.
    place, _, slug = str(ctx.params.get("name") or "").partition(":")[0].rpartition("/")
    try:
        root = find_programme_root(ctx)
        if place not in community_slugs(root) or not is_slug(slug):
            return []
        file = f"communities/{place}/cases/{slug}.md"
        source = read_source(path_inside(root, *file.split("/")), file, [])
        case: Case = parser_for(file)(read_document(source, [], markdown=True))
    except (CopkitError, OSError):
        return []
    # Some shells run what they are offered, so only plain words are.
    return [action.id for action in case.actions if is_slug(action.id)]


def require_editable(programme: Programme, case: Case) -> None:
    """Raise unless a case can be read, and its person did not refuse to be written about.

    Raise :class:`InvalidRecords` with the errors of its file, or :class:`CopkitError`.
    """
    file = case.source.file
    faults = (problem for problem in programme.problems if problem.file == file)
    if errors := only_errors(faults):
        raise InvalidRecords(errors)
    # Every command that edits a case passes here, so that a refusal is never worked around.
    if case.consent is Consent.REFUSED:
        message = f"{file}: the person refused a write-up; nothing was written"
        raise CopkitError(message, "a case that is not spoken of again is not followed up")


def require_no_details_in_text(
    programme: Programme, case: Case, option: str, text: str | None
) -> None:
    """Raise :class:`CopkitError` if a text for a case identifies somebody.

    ``option`` is what it was typed as, for the message; the invented names of the case are allowed.
    """
    hint = f"say it without; an invented name goes under 'pseudonyms' in {case.source.file}"
    require_no_details_in_texts(programme, {option: text}, hint, case.pseudonyms)


def _warn_of_voided_sign_off(case: Case, *, dry_run: bool) -> None:
    """Warn that a change voids the sign-off that stood until now, if there was one."""
    # A sign-off that was void already is not lost by this edit.
    if case.sign_off is None or not is_signed_off(case, today()):
        return
    policy = case.audience.policy
    consequence = "" if policy.sees_unsigned_cases else f", and {policy.called} are not told it"
    verb = "would void" if dry_run else "voids"
    say(
        f"  this {verb} the sign-off of {case.sign_off.date}{consequence} until it is signed again:"
    )
    say(f"  copkit case sign-off {clean(case.name)}")


def say_open_actions(case: Case, as_of: dt.date) -> None:
    """Print which actions of a case are still open on a day, or how to close it."""
    open_actions = [follow_up for follow_up in case_follow_ups(case, as_of) if follow_up.is_open]
    if open_actions:
        say(f"  still open in {clean(case.name)}:")
        for follow_up in open_actions:
            say(f"    {format_follow_up(follow_up)}")
    elif case.status is not CaseStatus.CLOSED:
        say(f"  nothing else is open in it; 'copkit case close {case.name}' closes it")


def warn_of_unlikely_day(day: dt.date, case: Case) -> None:
    """Warn if an outcome's day lies ahead, or before the case was presented."""
    if day > today():
        say(f"  {day} is still to come; is the date right?")
    elif case.presented and day < case.presented:
        say(f"  {day} is before the case was presented ({case.presented}); is the date right?")


@dataclass(frozen=True, slots=True)
class ReportedOutcome:
    """What was reported of one action on a day; ``kind`` and ``note`` are optional."""

    action: Action
    outcome: Outcome
    day: dt.date
    kind: OutcomeKind | None = None
    note: str | None = None


def record_outcomes(
    programme: Programme,
    case: Case,
    outcomes: list[ReportedOutcome],
    *,
    dry_run: bool,
    status: CaseStatus | None = None,
) -> Case:
    """Add outcomes to a case, and set its ``status`` if one is given.

    Return the case as it is afterwards, or would be with ``dry_run``.
    """

    def edit(text: str, current: Case) -> str:
        ids: list[str] = [entry.id for entry in current.progress]
        for outcome in outcomes:
            text = _add_outcome(text, current, outcome, ids)
        return text if status in (None, current.status) else set_value(text, ["status"], status)

    changed: Case = change_case(programme, case, edit, dry_run=dry_run).new
    return changed


def change_case(
    programme: Programme, case: Case, edit: Callable[[str, Case], str], *, dry_run: bool
) -> Edited:
    """Change a case that exists, and warn if that voids its sign-off.

    ``edit`` returns the new text, given the text and the case as read under the lock. Raise
    :class:`CopkitError` when the file is gone, the edit is refused, or the case would be wrong.
    """

    def edit_existing(text: str | None, current: Case | None) -> str:
        if text is None or current is None:
            raise CopkitError(f"{case.source.file} is gone; nothing was written")
        return edit(text, current)

    edited = change_record(programme, case.source.file, edit_existing, dry_run=dry_run)
    # Compared with the text that was loaded: the digest of a sign-off is over the file, so that a
    # change by somebody else in between voids it as well.
    if edited.new.source.text.text != case.source.text.text:
        _warn_of_voided_sign_off(case, dry_run=dry_run)
    return edited


def _add_outcome(text: str, case: Case, reported: ReportedOutcome, ids: list[str]) -> str:
    """Add an outcome to a case's text, unless it is on record; ``ids`` are those taken so far.

    An entry that says the same without kind or note is completed. A contradicting one of the same
    day is kept beside the new one, with a warning: nothing that was reported is overwritten.
    """
    action, day = reported.action.id, reported.day
    same_day = [entry for entry in case.progress if (entry.action, entry.date) == (action, day)]
    for entry in same_day:
        is_same = entry.outcome is reported.outcome and _are_compatible(entry.kind, reported.kind)
        if is_same and _are_compatible(entry.note, reported.note):
            return _fill_in_entry(text, entry, reported)
    if same_day:
        earlier = ", ".join(f"{entry.outcome} ({entry.id})" for entry in same_day)
        say(f"  {action} was told of on {day} already: {earlier}; both are kept now")
        say(f"  was that a slip? then take {same_day[-1].id} out of {case.source.file}")
    # Noted in ids too: several outcomes are added to one text, and parsed only at the end.
    ids.append(new_part_id(Progress, ids))
    item = {"id": ids[-1], "date": day, "action": action, "outcome": reported.outcome}
    item |= {"kind": reported.kind} if reported.kind else {}
    item |= {"note": reported.note} if reported.note else {}
    return append(text, ["progress"], item)


def _are_compatible(recorded: str | None, reported: str | None) -> bool:
    """Check whether two texts can stand in one entry: they are equal, or one is missing."""
    return not recorded or not reported or recorded == reported


def _fill_in_entry(text: str, entry: Progress, reported: ReportedOutcome) -> str:
    """Add the kind and the note that an entry on record lacks."""
    if reported.kind and not entry.kind:
        text = set_value(text, ["progress", entry.id, "kind"], reported.kind)
    if reported.note and not entry.note:
        text = set_value(text, ["progress", entry.id, "note"], reported.note)
    return text
