"""``copkit case sign-off``: that nobody can be recognised, asked before a case leaves members."""

from __future__ import annotations

import sys
from typing import Annotated, NamedTuple

import typer

from copkit.analysis.cases import FIELD, digest_of, is_signed
from copkit.analysis.consistency import all_problems
from copkit.analysis.privacy.identifiers import in_a_name, in_a_text, without_details
from copkit.cli.cases.edit import find_case
from copkit.cli.params import (
    HERE,
    CaseName,
    DryRun,
    Folder,
    interactive,
    today,
    wrong_use,
)
from copkit.cli.pii import knowledge_of, looks_like_somebody
from copkit.cli.prompts import ask
from copkit.cli.store import change
from copkit.cli.terminal import clean, say
from copkit.errors import CopkitError, FaultyRecords, Problem, errors_among
from copkit.folder import Programme, load
from copkit.layout import find
from copkit.records.cases import Case, CaseStatus, Consent
from copkit.records.schema.fields import Audience
from copkit.text.edit import set_value


class Question(NamedTuple):
    """One question of the motivated intruder test, its safe answer, and what to do otherwise."""

    text: str
    safe: str
    otherwise: str


QUESTIONS = (
    Question(
        "Could a neighbour, a colleague or a relative tell who this is?",
        "no",
        "change or leave out what they would know it by",
    ),
    Question(
        "Is there a rare event, job, illness, family or belief in it, or one that was in the news?",
        "no",
        "tell it more generally: 'an accident', 'a manual job'",
    ),
    Question(
        "Is there an exact date, age or number, or a place smaller than a town?",
        "no",
        "write 'in the spring', 'in their forties', 'a hostel'",
    ),
    Question(
        "Would several details, each harmless, together fit one person only?",
        "no",
        "take out details until many people could be meant",
    ),
    Question(
        "Do the people who present it, or where they work, give away whom it is about?",
        "no",
        "leave out the service, or let the case wait until they have had others like it",
    ),
    Question(
        "Would the person know themself in it, and mind that others read it?",
        "no",
        "change it with them, or keep it for members",
    ),
    Question(
        "Is every name in it invented, and unlike the true one?",
        "yes",
        "choose names with another initial and another sound, and list them under 'pseudonyms'",
    ),
    Question(
        "Does a search of the web, local papers and social media for its details find anything?",
        "no",
        "take out what it was found by",
    ),
)
"""The motivated intruder test of the Information Commissioner's Office, in our words."""


def sign_off(
    name: CaseName,
    by: Annotated[str | None, typer.Option(help="Who signs: a role, never a name.")] = None,
    yes: Annotated[
        bool, typer.Option("--yes", help="You have answered every question, each as is safe.")
    ] = False,
    folder: Folder = HERE,
    dry_run: DryRun = False,
) -> None:
    """Put yourself in the place of somebody who wants to know whom a case is about; sign.

    Shows the text and asks what such a person would try. Commissioners and the public are
    told a case only while its sign-off stands: any edit voids it.

    \b
    Examples:
      copkit case sign-off brighton/nobody-to-call-at-weekends
      copkit case sign-off brighton/nobody-to-call --by facilitator --yes
    """
    programme = load(find(folder))
    case = find_case(programme, name)
    _require_ready(programme, case)
    _require_nothing_identifying(programme, case)
    if case.sign_off and is_signed(case, today()):
        by_whom = f"by {clean(case.sign_off.by)} on {case.sign_off.date}"
        say(f"{clean(name)} was signed off {by_whom}, and is unchanged; nothing was written")
        return
    _show(case)
    role = _asked(by) if interactive() and not yes else _stated(by, yes=yes)
    if looks_like_somebody(programme, role):
        wrong_use("--by: this looks like somebody's name", "write a role, such as facilitator")
    _sign(programme, case, role, dry_run=dry_run)


def _require_ready(programme: Programme, case: Case) -> None:
    """Refuse a case that cannot be told as it is, whoever signs."""
    file = case.source.file
    faults = (problem for problem in all_problems(programme) if problem.file == file)
    if errors := errors_among(faults):
        raise FaultyRecords(errors)
    if case.status is CaseStatus.DRAFT:
        hint = "when it is written, set 'status' to presented, written-up or closed"
        raise CopkitError(f"{file} is a draft; nothing was written", hint)
    if case.consent is Consent.REFUSED:
        message = f"{file}: the person refused a write-up; nothing was written"
        raise CopkitError(message, "nobody is told this case; keep it as it is, or delete it")
    if case.consent is None and case.audience is not Audience.MEMBERS:
        message = f"{file} is for {case.audience} and does not say whether the person agreed"
        hint = "set 'consent' to given or not-needed, or 'audience' to members"
        raise CopkitError(f"{message}; nothing was written", hint)


def _require_nothing_identifying(programme: Programme, case: Case) -> None:
    """Refuse a case in which identifying details are found, before anybody is asked to sign."""
    problems: list[Problem] = []
    knowledge = knowledge_of(programme.root, problems, programme)
    source = case.source.text
    problems += in_a_name(source.file, knowledge)
    problems += in_a_text(source.file, source.text, knowledge, case.pseudonyms)
    if errors := errors_among(problems):
        faulty = FaultyRecords([without_details(problem, knowledge.mask) for problem in errors])
        faulty.message = "nothing was signed: somebody can be recognised by what is marked"
        raise faulty


READERS = {
    Audience.MEMBERS: "members alone",
    Audience.COMMISSIONERS: "commissioners and members",
    Audience.PUBLIC: "anybody",
}


def _show(case: Case) -> None:
    """Print what readers could come to see of a case, as plain text."""
    from copkit.text.markdown import to_text

    print(clean(case.title))
    print(f"To be read by {READERS[case.audience]}.\n")
    if case.question:
        print(f"{clean(case.question)}\n")
    for line in to_text(case.body).splitlines():
        print(clean(line))
    told = [action.what for action in case.actions]
    told += [entry.note for entry in case.progress if entry.note]
    told += [issue.note for issue in case.issues if issue.note]
    if told:
        print()
    for text in told:
        print(f"- {clean(text)}")
    if case.themes:
        print(f"\nThemes: {clean(', '.join(case.themes))}")
    print()
    sys.stdout.flush()  # before the questions, which go elsewhere


def _asked(by: str | None) -> str:
    """Ask every question on the terminal, until one has an answer that is not safe."""
    say("Think of somebody who is curious, has time and the web, and knows the area or the person.")
    for number, question in enumerate(QUESTIONS, 1):
        answer = ask(f"{number} of {len(QUESTIONS)}. {question.text}", ("yes", "no"))
        if answer != question.safe:
            message = f"not signed off, because of question {number}; nothing was written"
            raise CopkitError(message, question.otherwise)
    return by or ask("who signs (a role, never a name)")


def _stated(by: str | None, *, yes: bool) -> str:
    """Print every question where nobody can be asked; somebody must have said that all is well."""
    for number, question in enumerate(QUESTIONS, 1):
        say(f"{number}. {question.text} The safe answer is {question.safe}.")
    missing = [option for option, given in (("--by", by), ("--yes", yes)) if not given]
    if missing or not by:
        message = f"missing: {', '.join(missing)}"
        wrong_use(message, "--by ROLE --yes says who has answered these questions, each as is safe")
    return by


def _sign(programme: Programme, case: Case, role: str, *, dry_run: bool) -> None:
    """Write the sign-off of the text that was shown."""
    if not role.strip():
        wrong_use("--by: a role is needed", "such as --by facilitator")
    digest = digest_of(case)

    def with_sign_off(text: str | None, now: Case | None) -> str:
        if text is None or now is None or digest_of(now) != digest:
            message = f"{case.source.file} was changed meanwhile; nothing was written"
            raise CopkitError(message, "read it again and sign then")
        return set_value(text, [FIELD], {"by": role.strip(), "date": today(), "digest": digest})

    change(programme, case.source.file, with_sign_off, dry_run=dry_run)
    if not dry_run:
        say(f"signed off, to be read by {READERS[case.audience]}; any edit voids it")
