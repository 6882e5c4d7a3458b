"""``copkit check``: every fault and every identifying detail."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from copkit.analysis.consistency import all_problems
from copkit.analysis.privacy.identifiers import Knowledge, without_details
from copkit.cli.params import HERE, AsJson, Folder, command_group, wrong_use
from copkit.cli.pii import details_of, knowledge_of
from copkit.cli.terminal import print_json, say, show_problems
from copkit.documents.theme import logo_problem
from copkit.errors import CopkitError, Problem, errors_among
from copkit.folder import load
from copkit.git.driver import missing
from copkit.git.hooks import make_absolute
from copkit.git.objects import (
    NOTHING,
    Looked,
    Sent,
    look_at_history,
    look_at_push,
    look_at_staged,
)
from copkit.git.repository import Repository, require_repository
from copkit.layout import find
from copkit.pii.kinds import Kind
from copkit.pii.model import MODEL, names_by_model
from copkit.wording import plural

MODEL_VARIABLE = "COPKIT_NER_MODEL"
"""Names another model of spaCy, or the folder of one."""

check_app = command_group("Report every fault and every identifying detail.")


@check_app.command()
def check(
    folder: Folder = HERE,
    staged: Annotated[
        bool, typer.Option("--staged", help="Look at what the next commit would keep.")
    ] = False,
    history: Annotated[
        bool, typer.Option("--history", help="Look at every commit there is.")
    ] = False,
    pushed: Annotated[
        str | None,
        typer.Option("--pushed", help="Look at what git is about to send; its hook asks so."),
    ] = None,
    ner: Annotated[
        bool, typer.Option("--ner", help="Look for names with spaCy as well; takes longer.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Report every fault, and every detail by which somebody could be recognised.

    Looks through records, other files, their names and their pictures. What leads straight to
    a person (a name, an NHS number, an address) is an error; what narrows down who it may be
    (an exact age, a rare event) is a warning. That nothing is found does not mean that nobody
    can be recognised: read a case with a stranger's eyes before you share it.

    Ends with 0 when there is no error, with 1 when there is; warnings alone do not count.

    \b
    Examples:
      copkit check
      copkit check --json | jq '.problems[].code'
      copkit check --staged
      copkit check --history
    """
    if staged + history + (pushed is not None) > 1:
        wrong_use("--staged, --history and --pushed are three different things", "use one of them")
    os.environ.update(make_absolute(os.environ))
    root = find(folder)
    problems: list[Problem] = []
    knowledge = knowledge_of(root, problems)
    if ner:
        model = names_by_model(os.environ.get(MODEL_VARIABLE) or MODEL)
        knowledge = replace(knowledge, model=model)
    advice = ""
    if staged:
        looked = look_at_staged(require_repository(root), knowledge)
        advice = _BEFORE_A_COMMIT
    elif pushed is not None:
        repository = require_repository(root)
        remote = pushed or os.environ.get("PRE_COMMIT_REMOTE_NAME", "")
        looked = look_at_push(repository, remote, _sent(repository), knowledge)
        advice = _BEFORE_A_PUSH.format(looked.back or "git reset --soft COMMIT")
    elif history:
        say("looking through every commit...")
        looked = look_at_history(require_repository(root), knowledge)
        advice = _IN_THE_HISTORY
    else:
        looked = _look_here(root, knowledge)
    problems += looked.problems
    _report(looked._replace(problems=problems), advice, as_json=as_json)


_BEFORE_A_COMMIT = """\
nothing was committed: change what is marked, 'git add' the file, and commit again
what is no detail after all: copkit accept FILE:LINE:COLUMN --why REASON --by ROLE"""
_BEFORE_A_PUSH = """\
nothing was sent: git keeps every version, so another commit does not take this back
'{}' takes your commits apart and leaves your files as they are:
change what is marked, 'git add' the files, commit and push again
what is no detail after all: copkit accept FILE:LINE:COLUMN --why REASON --by ROLE"""
_IN_THE_HISTORY = """\
git keeps every version, so what is found here can be read in every copy of the folder
what was not sent yet: 'git reset --soft COMMIT' takes your commits apart, files stay as they are
what was: 'git filter-repo --replace-text FILE --replace-message FILE' writes the history anew
(FILE holds what is to go, a line each, outside the folder), and everybody clones it again
whoever is named has a right to know: ask whoever answers for data protection"""


def _look_here(root: Path, knowledge: Knowledge) -> Looked:
    """Look at the folder as it is: faults, what is wrong between records, details."""
    programme = load(root)
    problems = [*all_problems(programme), *details_of(root, knowledge)]
    if bad_logo := logo_problem(programme.settings, root):
        problems.append(bad_logo)
    if without_driver := missing(programme.root):
        problems.append(without_driver)
    problems = [without_details(problem, knowledge.mask) for problem in problems]
    problems.sort(key=lambda problem: (problem.file, problem.line, problem.column))
    return Looked(problems, programme.files)


def _sent(repository: Repository) -> list[Sent]:
    """Read what git, or the pre-commit framework, says that it is about to send."""
    from_framework = os.environ.get("PRE_COMMIT_TO_REF")
    if from_framework:
        before = os.environ.get("PRE_COMMIT_FROM_REF") or NOTHING
        name = os.environ.get("PRE_COMMIT_REMOTE_BRANCH") or "HEAD"
        return [Sent(name, from_framework, name, before)]
    lines = [] if not sys.stdin or sys.stdin.isatty() else sys.stdin.read().splitlines()
    parts = [line.rsplit(" ", 3) for line in lines if line.strip()]
    if any(len(words) != len(Sent._fields) for words in parts):
        raise CopkitError("git said in an unknown way what it is about to send; nothing was sent")
    sent = [Sent(*words) for words in parts]
    head = repository.says("rev-parse", "--verify", "--quiet", "HEAD")
    return sent or ([Sent("HEAD", head, "HEAD", NOTHING)] if head else [])


def _report(looked: Looked, advice: str, *, as_json: bool) -> None:
    """Print what was found, and end with the status that says whether there was an error."""
    problems, files, messages, _ = looked
    errors = len(errors_among(problems))
    if as_json:
        found = [problem.as_json() for problem in problems]
        print_json({"problems": found, "checked": {"files": files, "messages": messages}})
    else:
        show_problems(problems, hidden=True)
        warnings = len(problems) - errors
        counted = [plural(errors, "error")] * bool(errors) + [plural(warnings, "warning")] * bool(
            warnings
        )
        found_text = " and ".join(counted) or "no problem"
        read = [plural(files, "file"), *([plural(messages, "message")] * bool(messages))]
        say(f"{' and '.join(read)} checked: {found_text} found")
        told = {problem.code for problem in errors_among(problems)}
        for line in advice.splitlines() if errors else ():
            if "copkit accept" not in line or told & set(Kind):
                say(f"  {line}")
    raise typer.Exit(1 if errors else 0)
