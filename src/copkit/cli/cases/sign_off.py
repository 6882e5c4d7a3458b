"""``copkit case sign-off``: the motivated intruder test before a case reaches other readers."""

from __future__ import annotations

import sys
from collections.abc import Collection
from typing import Annotated, Final, NamedTuple

import typer

from copkit.analysis.cases import SIGN_OFF_FIELD, is_signed_off, sign_off_digest
from copkit.analysis.consistency import all_problems
from copkit.analysis.privacy.identifiers import mask_problem, scan_path, scan_text
from copkit.cli.cases.edit import find_case
from copkit.cli.cases.read_through import read_through, split_case, was_read
from copkit.cli.context import CommandContext, Writing
from copkit.cli.params import (
    CaseName,
    IsRole,
    is_interactive,
    today,
    usage_error,
)
from copkit.cli.pii import load_knowledge, require_label
from copkit.cli.prompts import ask, ask_again, confirm
from copkit.cli.store import change_record
from copkit.cli.terminal import clean, print_problems, say
from copkit.errors import CopkitError, InvalidRecords, Problem, only_errors
from copkit.folder import Programme
from copkit.pii.labels import LabelKind
from copkit.records.cases import Case, CaseStatus, Consent
from copkit.records.schema.audience import Audience
from copkit.text.edit import set_value
from copkit.text.source import SourceText


class SignOffQuestion(NamedTuple):
    """A question of the motivated intruder test, and the remedy where its answer is yes."""

    text: str
    remedy: str


QUESTIONS = (
    SignOffQuestion(
        "Could a neighbour, a colleague or a relative tell who this is?",
        "change or leave out what they would know it by",
    ),
    SignOffQuestion(
        "Is there a rare event, job, illness, family or belief in it, or one that was in the news?",
        "tell it more generally: 'an accident', 'a manual job'",
    ),
    SignOffQuestion(
        "Is there an exact date, age or number, or a place smaller than a town?",
        "write 'in the spring', 'in their forties', 'a hostel'",
    ),
    SignOffQuestion(
        "Would several details, each harmless, together fit one person only?",
        "take out details until many people could be meant",
    ),
    SignOffQuestion(
        "Do the people who present it, or where they work, give away whom it is about?",
        "leave out the service, or let the case wait until they have had others like it",
    ),
    SignOffQuestion(
        "Would the person know themself in it, and mind that others read it?",
        "change it with them, or keep it for members",
    ),
    SignOffQuestion(
        "Is any name in it a true one, or one like it?",
        "choose names with another initial and another sound, and list them under 'pseudonyms'",
    ),
    SignOffQuestion(
        "Does a search of the web, local papers and social media for its details find anything?",
        "take out what it was found by",
    ),
)
"""The motivated intruder test of the Information Commissioner's Office, in our words.

The safe answer to each is no: whoever answers need not look which key is the safe one.
"""


_WRITTEN: Final = (CaseStatus.PRESENTED, CaseStatus.WRITTEN_UP)  # 'case close' asks for outcomes


def sign_off(
    context: Writing,
    name: CaseName,
    by: Annotated[str | None, typer.Option(help="Who signs: a role, never a name.")] = None,
    status: Annotated[
        CaseStatus | None, typer.Option(help="What a draft has become: presented or written-up.")
    ] = None,
    yes: Annotated[
        bool, typer.Option("--yes", help="You have answered every question, each as is safe.")
    ] = False,
    is_role: IsRole = False,
) -> None:
    """Sign off a case: check that nobody in it can be recognised.

    Shows the text, and asks what a curious person who knows the area would try. Commissioners and
    the public see a case only while its sign-off is valid: any edit ends it.

    \b
    Examples:
      copkit case sign-off brighton/nobody-to-call-at-weekends
      copkit case sign-off brighton/nobody-to-call --by facilitator --yes
      copkit case sign-off brighton/nobody-to-call --status written-up
    """
    # The whole programme: references of the case to other records are checked as well.
    programme = context.load()
    case = find_case(programme, name)
    if status and status not in _WRITTEN:
        usage_error(f"--status: '{status}' is not {' or '.join(_WRITTEN)}")
    # Off a terminal nothing is written where the signature would be refused for what is missing.
    if status and case.status is CaseStatus.DRAFT and (is_interactive() or (by and yes)):
        programme, case = _write_answers(context, programme, case, {"status": status.value})
    if is_interactive() and not yes:
        programme, case = _ask_what_is_missing(context, programme, case)
    require_ready(programme, case)
    flagged = require_nothing_identifying(programme, case.source.text, case.pseudonyms)
    if case.sign_off and is_signed_off(case, today()):
        signature = f"by {clean(case.sign_off.by)} on {case.sign_off.date}"
        say(f"{clean(name)} was signed off {signature}, and is unchanged; nothing was written")
        return
    _print_case(case)
    is_asked = is_interactive() and not yes
    if is_asked and not was_read(programme, case) and not context.dry_run:
        _offer_reading(programme, case)
    role = require_signature(programme, by, flagged, yes=yes, is_role=is_role)
    _write_sign_off(programme, case, role, dry_run=context.dry_run)


def _offer_reading(programme: Programme, case: Case) -> None:
    if confirm("Read it sentence by sentence first", default=False):
        knowledge = load_knowledge(programme.root, [], programme)
        read_through(programme, case, list(split_case(case, knowledge)))


def _ask_what_is_missing(
    context: CommandContext, programme: Programme, case: Case
) -> tuple[Programme, Case]:
    """Ask whether a draft is one still, who is to read it and whether its person agreed.

    Only what the record lacks is asked. Write what was answered, before the questions: a sign-off
    is of the text with it. Return the programme and the case as they are then.
    """
    answers: dict[str, str] = {}
    if case.status is CaseStatus.DRAFT and case.consent is not Consent.REFUSED:
        say("The record says that this case is a draft, which nobody signs off.")
        statuses = tuple(status.value for status in (CaseStatus.DRAFT, *_WRITTEN))
        answers["status"] = ask("how far has it come", statuses, default=case.status.value)
    if answers.get("status") == CaseStatus.DRAFT or case.consent is Consent.REFUSED:
        return programme, case  # it cannot be signed, whatever the answers
    audience = case.audience
    if audience.policy.sees_unsigned_cases:
        say(f"This case is for {audience}, who see it without a sign-off.")
        choices = tuple(reader.value for reader in Audience)
        audience = Audience(ask("who is to read it", choices, default=audience.value))
        if audience is not case.audience:
            answers["audience"] = audience.value
    if case.consent is None and not audience.policy.sees_unsigned_cases:
        say(f"The record does not say whether the person agreed that {audience} read it.")
        consent = ask("consent", (Consent.GIVEN.value, Consent.NOT_NEEDED.value, "not-asked"))
        if consent == "not-asked":
            hint = "ask the person first; until then it stays with the members"
            raise CopkitError("nothing was written", hint)
        answers["consent"] = consent
    return _write_answers(context, programme, case, answers)


def _write_answers(
    context: CommandContext, programme: Programme, case: Case, answers: dict[str, str]
) -> tuple[Programme, Case]:
    """Write some fields of a case; return the programme and the case as they are then."""
    if not answers:
        return programme, case

    def with_answers(text: str | None, current: Case | None) -> str:
        if text is None:
            raise CopkitError(f"{case.source.file} is gone; nothing was written")
        for field, value in answers.items():
            text = set_value(text, [field], value)
        return text

    change_record(programme, case.source.file, with_answers, dry_run=context.dry_run)
    if context.dry_run:
        raise typer.Exit  # the rest would be of another text
    programme = context.load()
    return programme, find_case(programme, case.name)


def require_ready(programme: Programme, case: Case) -> None:
    """Raise unless a case may be signed off at all.

    It must have no errors, be no draft, and its person must not have refused; beyond members, the
    record must say that the person agreed.
    """
    file = case.source.file
    faults = (problem for problem in all_problems(programme) if problem.file == file)
    if errors := only_errors(faults):
        raise InvalidRecords(errors)
    if case.status is CaseStatus.DRAFT:
        command = f"copkit case sign-off {case.name} --status presented"
        signature = "" if is_interactive() else " --by ROLE --yes"
        hint = f"when it is written: {command}{signature}"
        raise CopkitError(f"{file} is a draft; nothing was written", hint)
    if case.consent is Consent.REFUSED:
        message = f"{file}: the person refused a write-up; nothing was written"
        raise CopkitError(message, "nobody is told this case; keep it as it is, or delete it")
    if case.consent is None and not case.audience.policy.sees_unsigned_cases:
        message = f"{file} is for {case.audience} and does not say whether the person agreed"
        hint = "set 'consent' to given or not-needed, or 'audience' to members"
        raise CopkitError(f"{message}; nothing was written", hint)


def require_nothing_identifying(
    programme: Programme, source: SourceText, pseudonyms: Collection[str] = ()
) -> list[Problem]:
    """Raise :class:`InvalidRecords` when rules find identifying details in a case, or a story.

    Return what only narrows down who somebody is, masked. Done before anybody is asked: what the
    rules find, nobody should have to find.
    """
    problems: list[Problem] = []
    knowledge = load_knowledge(programme.root, problems, programme)
    problems += scan_path(source.file, knowledge)
    problems += scan_text(source.file, source.text, knowledge, pseudonyms)
    # Masked: an error message is copied and sent on as easily as the text.
    problems = [mask_problem(problem, knowledge.mask) for problem in problems]
    if errors := only_errors(problems):
        error = InvalidRecords(errors)
        error.message = "nothing was signed: somebody can be recognised by what is marked"
        raise error
    return problems


def _print_case(case: Case) -> None:
    """Print what readers could come to see of a case, as plain text."""
    from copkit.text.markdown import to_text

    print(clean(case.title))
    print(f"To be read by {case.audience.policy.may_read}.\n")
    if case.question:
        print(f"{clean(case.question)}\n")
    for line in to_text(case.body).splitlines():
        print(clean(line))
    # Free text from the fields: these reach readers as well as the body does.
    notes = [action.what for action in case.actions]
    notes += [entry.note for entry in case.progress if entry.note]
    notes += [issue.note for issue in case.issues if issue.note]
    if notes:
        print()
    for text in notes:
        print(f"- {clean(text)}")
    if case.themes:
        print(f"\nThemes: {clean(', '.join(case.themes))}")
    print()
    sys.stdout.flush()  # before the questions, which go to standard error


def require_signature(
    programme: Programme,
    by: str | None,
    flagged: Collection[Problem] = (),
    *,
    yes: bool,
    is_role: bool,
) -> str:
    """Ask the questions of the test, or print them where ``yes`` answers; return who signs.

    What rules have ``flagged`` is printed before. ``is_role`` says that ``by`` is no name, though
    it may look like one.
    Raise :class:`CopkitError` where an answer is not safe or nobody signs.
    """
    if flagged:
        say("'copkit check' warns of this; answer the questions with it in mind:")
        print_problems(flagged, sys.stderr, masked=True)
    role = ask_questions(by) if is_interactive() and not yes else print_questions(by, yes=yes)
    # The role is written into the record, which goes into git.
    hint = "write a role, such as facilitator"
    require_label(programme, "--by", role, LabelKind.ROLE, hint, agreed=is_role)
    if not role.strip():
        usage_error("--by: a role is needed", "such as --by facilitator")
    return role.strip()


def ask_questions(role: str | None) -> str:
    """Ask every question on the terminal, then for the role that signs if there is none.

    Raise :class:`CopkitError` at the first yes that was no slip.
    """
    say("Think of somebody who is curious, has time and the web, and knows the area or the person.")
    say("The safe answer to each question is no.")
    for number, question in enumerate(QUESTIONS, 1):
        text = f"{number} of {len(QUESTIONS)}. {question.text}"
        is_unsafe = ask_again(text, ("yes", "no")) == "yes"
        # A slip of the key would throw away the answers before it.
        if is_unsafe and confirm("Was that a slip? Then it is asked again", default=False):
            is_unsafe = ask_again(text, ("yes", "no")) == "yes"
        if is_unsafe:
            message = f"not signed off, because of question {number}; no sign-off was written"
            raise CopkitError(message, question.remedy)
    return role or ask_again("who signs (a role, never a name)")


def print_questions(role: str | None, *, yes: bool) -> str:
    """Print every question, and return the role that signs.

    Raise :class:`CopkitError` unless ``--by`` and ``--yes`` were given: without a terminal they
    state that somebody has answered.
    """
    # Printed even where --yes was given, so that the log of a script shows what was answered.
    for number, question in enumerate(QUESTIONS, 1):
        say(f"{number}. {question.text} The safe answer is no.")
    missing = [option for option, value in (("--by", role), ("--yes", yes)) if not value]
    if missing or not role:
        hint = "--by ROLE --yes says who has answered these questions, each as is safe"
        usage_error(f"missing: {', '.join(missing)}", hint)
    return role


def _write_sign_off(programme: Programme, case: Case, role: str, *, dry_run: bool) -> None:
    """Write the sign-off of the text that was printed."""
    digest = sign_off_digest(case)

    def edit(text: str | None, current: Case | None) -> str:
        # Read again under the lock: what is signed must be what was shown and searched.
        if text is None or current is None or sign_off_digest(current) != digest:
            message = f"{case.source.file} was changed meanwhile; nothing was written"
            raise CopkitError(message, "read it again and sign then")
        return set_value(text, [SIGN_OFF_FIELD], {"by": role, "date": today(), "digest": digest})

    change_record(programme, case.source.file, edit, dry_run=dry_run)
    if not dry_run:
        say(f"signed off, to be read by {case.audience.policy.may_read}; any edit voids it")
