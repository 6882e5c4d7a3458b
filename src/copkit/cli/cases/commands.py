"""``copkit case progress``, ``action`` and ``close``: report on actions, add them, close a case."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Annotated, NamedTuple

import typer

from copkit.analysis.cases import FollowUp, case_follow_ups, urgency
from copkit.analysis.period import next_meeting
from copkit.cli.cases.edit import (
    ReportedOutcome,
    ask_outcome,
    change_case,
    choose_follow_up,
    command_to_add_action,
    complete_action,
    complete_action_or_outcome,
    complete_outcome,
    complete_outcome_kind,
    find_action,
    find_case,
    format_follow_up,
    parse_outcome,
    parse_outcome_kind,
    record_outcomes,
    require_editable,
    require_no_details_in_text,
    say_open_actions,
    warn_of_unlikely_day,
)
from copkit.cli.context import OutgoingBuilding, Writing
from copkit.cli.params import (
    CaseName,
    For,
    Formats,
    IsRole,
    complete_case_name,
    is_interactive,
    parse_day,
    today,
    usage_error,
)
from copkit.cli.pii import describe_details, is_label, require_label
from copkit.cli.prompts import (
    ask,
    ask_optional_choice,
    ask_parsed,
    ask_with_suggestions,
)
from copkit.cli.terminal import clean, say
from copkit.errors import CopkitError, did_you_mean
from copkit.folder import CommunityRecords, Programme, load
from copkit.pii.labels import LabelKind
from copkit.records.cases import Action, Case, CaseStatus, Outcome, OutcomeKind
from copkit.records.kinds import Noun
from copkit.records.schema.fields import is_part_id, new_part_id
from copkit.text.edit import append, set_value
from copkit.text.normalise import fold_spelling
from copkit.wording import plural


def progress(
    context: Writing,
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="COMMUNITY/CASE",
            help="The case, as 'copkit case follow-up' prints it.",
            autocompletion=complete_case_name,
        ),
    ] = None,
    action: Annotated[
        str | None,
        typer.Argument(
            metavar="ACTION",
            help="Such as a1; it may be left out where one is open.",
            autocompletion=complete_action_or_outcome,
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
            autocompletion=complete_outcome_kind,
        ),
    ] = None,
    date: Annotated[str, typer.Option(help="The day it was reported.")] = "today",
) -> None:
    """Record what came of an action: whether it helped.

    \b
    Examples:
      copkit case progress brighton/nobody-to-call a1 helped --kind prevention
      copkit case progress brighton/no-call:a1 did-not-help --note "No reply"
      copkit case progress brighton/nobody-to-call
    """
    outcome_kind = parse_outcome_kind(kind) if kind else None
    programme = context.load({Noun.MEMBERS, Noun.CASES})
    reported_on = parse_day(date, "--date", programme.settings)
    typed = _TypedCase.parse(name or _ask_for_case(programme), action, outcome)
    case = find_case(programme, typed.case)
    require_editable(programme, case)
    chosen_action, chosen_outcome = _find_action_and_outcome(case, typed.words)
    if chosen_outcome is None:
        chosen_outcome = ask_outcome(chosen_action)
        outcome_kind = outcome_kind or _ask_kind(chosen_outcome)
        note = note or _ask_note(programme, case)
    note = " ".join(note.split()) if note else None  # a note is one line of the record
    require_no_details_in_text(programme, case, "--note", note)
    reported = ReportedOutcome(chosen_action, chosen_outcome, reported_on, outcome_kind, note)
    changed = record_outcomes(programme, case, [reported], dry_run=context.dry_run)
    say(f"  {chosen_action.id}: {chosen_outcome.replace('-', ' ')}: {clean(chosen_action.what)}")
    warn_of_unlikely_day(reported_on, case)
    # As of a later day where the outcome is dated ahead: it would not count yet otherwise.
    say_open_actions(changed, max(reported_on, today()))


class _TypedCase(NamedTuple):
    """The case as it was typed, and the words after it: an action, an outcome, both or none."""

    case: str
    words: tuple[str, ...]

    @classmethod
    def parse(cls, name: str, action: str | None, outcome: str | None) -> _TypedCase:
        """Split off an action that follows the case's name after a colon: it is the first word.

        Which of the words is an action, and which an outcome, is not decided here. Raise
        :class:`CopkitError` where more than two are left.
        """
        case, _, after_colon = name.partition(":")
        words = [word for word in (after_colon, action, outcome) if word]
        if len(words) > 2:
            usage_error(f"'{clean(name)}' names an action already", "name it once")
        return cls(case, tuple(words))


def _ask_for_case(programme: Programme) -> str:
    """Print all open actions, the longest overdue first, ask for one, and return its name.

    The name, ``brighton/nobody-to-call:a1``, is that of the case and the action.
    """
    if not is_interactive():
        hint = "such as 'copkit case progress brighton/nobody-to-call a1 helped'"
        usage_error("missing: COMMUNITY/CASE, OUTCOME", hint)
    cases = [case for records in programme.communities for case in records.cases]
    open_actions = [follow_up for case in cases for follow_up in _open_follow_ups(case)]
    if not open_actions:
        raise CopkitError("nothing is open in any case", "'copkit list cases' shows them")
    return choose_follow_up(sorted(open_actions, key=urgency), whole_names=True).name


def _open_follow_ups(case: Case) -> list[FollowUp]:
    return [follow_up for follow_up in case_follow_ups(case, today()) if follow_up.is_open]


def _find_action_and_outcome(case: Case, words: tuple[str, ...]) -> tuple[Action, Outcome | None]:
    """Find the action and the outcome among the words typed after the case.

    The outcome is ``None`` where it is still to be asked for.
    """
    if len(words) == 2:
        return find_action(case, words[0]), parse_outcome(words[1])
    ids = [action.id for action in case.actions]
    if words and words[0] in ids:
        action, outcome = find_action(case, words[0]), None
    else:
        outcome = _parse_single_outcome(words[0], ids) if words else None
        action = _find_open_action(case)
    if outcome is None and not is_interactive():
        usage_error("missing: OUTCOME", f"one of: {', '.join(Outcome)}")
    return action, outcome


def _parse_single_outcome(word: str, ids: Sequence[str]) -> Outcome:
    """Parse the only word after a case, which is no action's id, as an outcome.

    The hint of the error names both, since it could have been meant as either.
    """
    try:
        return parse_outcome(word)
    except CopkitError:
        otherwise = f"actions: {', '.join(ids) or 'none'}; outcomes: {', '.join(Outcome)}"
        hint = did_you_mean(word, [*Outcome, *ids], otherwise)
        usage_error(f"'{word}' is neither an action of this case nor an outcome", hint)


def _find_open_action(case: Case) -> Action:
    """Return the only open action of a case, or ask for one where there are several."""
    open_actions = _open_follow_ups(case)
    if not open_actions:
        ids = ", ".join(action.id for action in case.actions)
        hint = (
            f"name the action, one of: {ids}"
            if ids
            else f"'{command_to_add_action(case)}' adds one"
        )
        raise CopkitError(f"no action of {case.name} is open; nothing was written", hint)
    if len(open_actions) == 1:
        return open_actions[0].action
    if not is_interactive():
        several = ", ".join(follow_up.action.id for follow_up in open_actions)
        usage_error("missing: ACTION", f"open in {case.name}: {several}")
    return choose_follow_up(open_actions).action


def _ask_note(programme: Programme, case: Case) -> str:
    """Ask what happened until the answer names nobody; ``""`` leaves it out."""
    question = "what happened, naming nobody (Enter leaves it out)"
    while (answer := ask(question, default="")) and (
        details := describe_details(programme, answer, case.pseudonyms)
    ):
        say(f"  this seems to hold {details}; please say it without")
    return answer


def _ask_kind(outcome: Outcome) -> OutcomeKind | None:
    """Ask for the kind of an outcome that helped; the first letters are enough."""
    if outcome not in (Outcome.HELPED, Outcome.PARTLY):
        return None  # what did not help was neither maintenance, prevention nor recovery
    question = "which kind of outcome (Enter leaves it open)"
    answer = ask_optional_choice(question, tuple(OutcomeKind), "--kind")
    return OutcomeKind(answer) if answer else None


# Actions: what is to be tried, by whom, until when.

NEXT_MEETING = "next"
OWNER_HINT = "write a role or an agency, such as 'Community Matron'"


class _RequestedAction(NamedTuple):
    """The fields of an action as requested; ``what`` may be the id of an action on record."""

    what: str
    owner: str
    due: dt.date | None


def action(
    context: Writing,
    name: CaseName,
    what: Annotated[
        str | None,
        typer.Argument(
            metavar="WHAT",
            help="What is to be tried; or the id of an action, to change its owner or date.",
            autocompletion=complete_action,
        ),
    ] = None,
    owner: Annotated[
        str | None, typer.Option(help="Who does it: a role or an agency, never a name.")
    ] = None,
    due: Annotated[
        str | None,
        typer.Option(help="The meeting at which it is due: a date, or 'next' for the next one."),
    ] = None,
    is_role: IsRole = False,
) -> None:
    """Add an action to a case, or change who does it or when.

    \b
    Examples:
      copkit case action brighton/nobody-to-call Ring --owner Nurse --due next
      copkit case action brighton/nobody-to-call a2 --due 2012-06-20
    """
    # Members for their roles, meetings for --due next; nothing else is read.
    programme = context.load({Noun.MEMBERS, Noun.MEETINGS, Noun.CASES})
    case = find_case(programme, name)
    require_editable(programme, case)
    records = programme.community(case.community)
    if case.status is CaseStatus.CLOSED:
        message = f"{case.name} is closed, and nobody would be asked; nothing was written"
        raise CopkitError(message, f"set 'status' to written-up in {case.source.file}")
    if not what and is_interactive():
        what = ask("what is to be tried")
    words = " ".join((what or "").split())
    recorded = _find_recorded_action(case, words)
    if owner and _role_of(records, owner) not in {member.role for member in records.members}:
        require_label(programme, "--owner", owner, LabelKind.ROLE, OWNER_HINT, agreed=is_role)
    due_on = _parse_due(records, case, due) if due else None
    if recorded is None:
        owner, due_on = _ask_missing_fields(programme, case, words, owner, due_on)
    elif not (owner or due_on):
        hint = "--owner ROLE or --due DATE changes it"
        usage_error(f"'{recorded.id}' is on record: {recorded.what}", hint)
    requested = _RequestedAction(words, _role_of(records, " ".join((owner or "").split())), due_on)
    require_no_details_in_text(programme, case, "WHAT", "" if recorded else words)
    _write_action(programme, case, requested, dry_run=context.dry_run)
    if requested.owner and (service := _find_service(programme, requested.owner)):
        say(f"  'copkit directory use {service} --case {case.name}' counts who was sent there")
    if due_on and due_on < today():
        say(f"  {due_on} has passed; is the date right?")


def _find_service(programme: Programme, owner: str) -> str:
    """Return the slug of the service that owns an action, ``""`` where it is no service."""
    services = load(programme.root, {Noun.DIRECTORY}).directory
    names = {fold_spelling(service.name): service.slug for service in services}
    return names.get(fold_spelling(owner), owner if owner in names.values() else "")


def _find_recorded_action(case: Case, words: str) -> Action | None:
    """Find an action by its id or by its text; return ``None`` if it is a new one.

    Raise :class:`CopkitError` for an id such as ``a-k7m`` that is not on record: as the text of a
    new action it would be a slip.
    """
    for action in case.actions:
        if words in (action.id, " ".join(action.what.split())):
            return action
    return find_action(case, words) if is_part_id(Action, words) else None


def _parse_due(records: CommunityRecords, case: Case, due: str) -> dt.date:
    """Parse ``--due``: a date, or ``next`` for the day of the community's next meeting.

    Raise :class:`CopkitError` when no such meeting is on record.
    """
    if due.casefold() != NEXT_MEETING:
        try:
            return parse_day(
                due, "--due", meetings=[meeting.held_on for meeting in records.meetings]
            )
        except CopkitError as error:
            raise CopkitError(error.message, f"{error.hint}, or 'next'", status=2) from None
    meeting_day = _next_meeting_day(records, case)
    if meeting_day is None:
        message = f"--due next: {records.slug} has no meeting after {_earliest_due(case)} on record"
        hint = f"'copkit new-meeting {records.slug} DATE' adds one, or write --due DATE"
        raise CopkitError(message, hint)
    return meeting_day


def _next_meeting_day(records: CommunityRecords, case: Case) -> dt.date | None:
    """Return the day of the next meeting after today and after the case was presented."""
    meeting = next_meeting(records, _earliest_due(case) + dt.timedelta(days=1))
    return meeting.held_on if meeting else None


def _earliest_due(case: Case) -> dt.date:
    """Return the day after which an action can be due: today, or the case's presentation."""
    return max(today(), case.presented or dt.date.min)


def _ask_missing_fields(
    programme: Programme, case: Case, words: str, owner: str | None, due_on: dt.date | None
) -> tuple[str, dt.date]:
    """Ask for the owner and the day of a new action as far as they are ``None``.

    ``words`` are what is to be tried. Without a terminal, raise :class:`CopkitError` with all
    that is missing.
    """
    fields = {"WHAT": words, "--owner": owner, "--due": due_on}
    missing = [name for name, value in fields.items() if not value]
    if missing and not is_interactive():
        hint = "what is to be tried, by which role or agency, until when; --due next will do"
        usage_error(f"missing: {', '.join(missing)}", hint)
    records = programme.community(case.community)
    roles = tuple(dict.fromkeys(member.role for member in records.members))
    while not owner:
        answer = ask_with_suggestions(
            "owner (a role or an agency, never a name)", roles, option="--owner"
        )
        # A role of the roster is never a name, whatever the rules make of its words.
        if answer in roles or is_label(programme, answer, LabelKind.ROLE, OWNER_HINT):
            owner = answer
    return owner, due_on or _ask_due(records, case)


def _ask_due(records: CommunityRecords, case: Case) -> dt.date:
    """Ask when an action is due, as ``--due`` takes it, until the answer is a day."""
    usual = _next_meeting_day(records, case)
    return ask_parsed(
        "due (the meeting at which it is due)",
        lambda answer: _parse_due(records, case, answer),
        default=str(usual) if usual else None,
        option="--due",
    )


def _role_of(records: CommunityRecords, owner: str) -> str:
    """Return the role of a member who was named by their id, or else the text itself.

    An agenda shows the owner to readers for whom an id means nothing.
    """
    member = records.roster.member(owner)
    return member.role if member else owner


def _write_action(
    programme: Programme, case: Case, requested: _RequestedAction, *, dry_run: bool
) -> None:
    """Add an action to a case, or change its owner or day if it is on record by then."""

    def edit(text: str, current: Case) -> str:
        # Looked up again: somebody else may have added the same action meanwhile.
        recorded = _find_recorded_action(current, requested.what)
        if recorded is None:
            id = new_part_id(Action, [action.id for action in current.actions])
            return append(text, ["actions"], {"id": id, **requested._asdict()})
        if requested.owner and requested.owner != recorded.owner:
            text = set_value(text, ["actions", recorded.id, "owner"], requested.owner)
        if requested.due and requested.due != recorded.due:
            text = set_value(text, ["actions", recorded.id, "due"], requested.due)
        return text

    edited = change_case(programme, case, edit, dry_run=dry_run)
    for action in edited.new.actions[len(edited.old.actions) :]:  # the one appended, or none
        say(f"  {action.id}: {clean(requested.owner)}, due {requested.due}")


# Closing a case.


def build(
    context: OutgoingBuilding,
    name: CaseName,
    formats: Formats = None,
    audience: For = None,
) -> None:
    """Build the write-up of one case by itself, for the readers it may reach.

    It has what its page in 'copkit site build' has, without the site: for a commissioner, a
    team meeting or a training day. Outside members nothing tells who presented it, or where.

    \b
    Forms:
      html  for the browser         docx  for Word, on A4 with page numbers
      md    Markdown                pdf   the same, to print
      txt   to paste into a message, when you name it

    \b
    Examples:
      copkit case build brighton/nobody-to-call
      copkit case build brighton/nobody-to-call --for commissioners --format docx,pdf
    """
    from copkit.analysis.privacy.outgoing import Selection
    from copkit.cli.documents.build import (
        build_write_up_files,
        parse_formats,
        require_audience,
        unavailable_format_notes,
    )
    from copkit.cli.documents.outgoing import going_out
    from copkit.records.outgoing import OutgoingDocument

    chosen_formats = parse_formats("write-up", formats or ())
    programme = context.open_to_build()
    case = find_case(programme, name)
    reader = require_audience(case.audience, audience, "case")
    selection = Selection(OutgoingDocument.WRITE_UP, reader, today(), case.name)
    with going_out(context, programme, selection):
        _, paths = build_write_up_files(
            programme, case, reader, chosen_formats, dry_run=context.dry_run
        )
    # who named the formats got an error about a missing package already
    notes = [] if formats else unavailable_format_notes("write-up")
    context.report(paths, f"{case.title}, for {reader}", notes)


def close(context: Writing, name: CaseName) -> None:
    """Close a case, once every action has an outcome.

    'not-tried' is an answer too. On a terminal it asks for the outcomes that are missing.

    \b
    Examples:
      copkit case close brighton/nobody-to-call
      copkit case close brighton/nobody-to-call --dry-run
    """
    programme = context.load({Noun.MEMBERS, Noun.CASES})
    case = find_case(programme, name)
    require_editable(programme, case)
    if case.status is CaseStatus.CLOSED:
        say(f"{clean(case.name)} is closed already; nothing was written")
        return
    if case.status is CaseStatus.DRAFT:
        message = f"{case.source.file} is a draft; nothing was written"
        hint = "set 'status' to presented or written-up when it is, or delete the file"
        raise CopkitError(message, hint)
    follow_ups = list(case_follow_ups(case, today()))
    unreported = [follow_up for follow_up in follow_ups if not follow_up.progress]
    if unreported and not is_interactive():
        _raise_unreported(unreported)
    reported = [
        ReportedOutcome(follow_up.action, ask_outcome(follow_up.action), today())
        for follow_up in unreported
    ]
    record_outcomes(programme, case, reported, dry_run=context.dry_run, status=CaseStatus.CLOSED)
    if not context.dry_run:
        say(f"  {clean(case.name)} is closed")
    not_tried = [
        follow_up
        for follow_up in follow_ups
        if follow_up.progress and follow_up.progress[-1].outcome is Outcome.NOT_TRIED
    ]
    for follow_up in not_tried:
        say(f"  never tried: {format_follow_up(follow_up)}")


def _raise_unreported(follow_ups: list[FollowUp]) -> None:
    """Print the commands that report on some actions, and raise :class:`CopkitError`."""
    for follow_up in follow_ups:
        say(f"  copkit case progress {follow_up.case.name} {follow_up.action.id} OUTCOME")
    count = plural(len(follow_ups), "action")
    message = f"nobody has reported what came of {count}; nothing was written"
    raise CopkitError(message, f"OUTCOME is one of {', '.join(Outcome)}")
