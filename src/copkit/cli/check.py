"""``copkit accept``: say why something that was found may stand."""

from __future__ import annotations

import os
import re
import secrets
import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Final

import typer

from copkit.analysis.consistency import all_problems
from copkit.analysis.privacy.identifiers import (
    Knowledge,
    acceptance,
    findings_in_name,
    findings_in_text,
    invented_names,
    text_of,
    without_details,
)
from copkit.cli.params import (
    HERE,
    AsJson,
    DryRun,
    Folder,
    interactive,
    today,
    wrong_use,
)
from copkit.cli.pii import details_of, knowledge_of, reader_in
from copkit.cli.prompts import ask
from copkit.cli.terminal import clean, print_json, say, show_problems
from copkit.documents.theme import logo_problem
from copkit.errors import CopkitError, FaultyRecords, Problem, Severity, errors_among
from copkit.folder import load
from copkit.git.hooks import make_absolute
from copkit.git.merge_driver import missing
from copkit.git.objects import NOTHING, Looked, Sent, look_at_history, look_at_push, look_at_staged
from copkit.git.repository import Repository, require_kept_out, require_repository
from copkit.layout import find
from copkit.pii.kinds import Finding, Kind
from copkit.pii.scan import MODEL, find_details, names_by_model
from copkit.private_files import KEY, acceptance_key, key_name, read_accepted
from copkit.records.private import FILE, AcceptedFindings
from copkit.records.schema.write import format_fields
from copkit.text.edit import append
from copkit.text.files import inside
from copkit.text.source import SourceText
from copkit.text.transaction import Change, locked, save
from copkit.wording import plural

_PLACE: Final = re.compile(r"(?P<file>.+?)(?::(?P<line>\d+)(?::(?P<column>\d+))?)?:?")


def accept(
    place: Annotated[
        str,
        typer.Argument(
            metavar="FILE[:LINE[:COLUMN]]",
            help="Where it stands, as 'copkit check' says; without a line, the file's name.",
        ),
    ],
    why: Annotated[str | None, typer.Option(help="Why it may stand.")] = None,
    by: Annotated[str | None, typer.Option(help="Who says so: a role.")] = None,
    folder: Folder = HERE,
    dry_run: DryRun = False,
) -> None:
    """Say why something that 'copkit check' found may stand, so that it is not reported again.

    Keeps who, when and why in the folder, under a digest that tells nobody what was found. The
    digest is made with a key in private/, which never leaves your computer by itself: give
    that file to those who work on the folder with you. An invented name needs none of this; it
    goes under 'pseudonyms:' in its case.

    \b
    Examples:
      copkit accept evidence/warm-rooms.md:14:3 --why "the author of the study" --by facilitator
    """
    root = find(folder)
    if interactive():
        why = why or ask("why (why it may stand)")
        by = by or ask("by (who says so: a role)")
    if not (why and by):
        missing = [option for option, given in (("--why", why), ("--by", by)) if not given]
        wrong_use(f"missing: {', '.join(missing)}", "say why it may stand, and who says so: a role")
    problems: list[Problem] = []
    knowledge = knowledge_of(root, problems)
    _require_nobody_in(knowledge, {"--why": why, "--by": by})
    if errors := errors_among(problems):
        raise FaultyRecords(errors)
    file, found = _found_at(root, place, knowledge)
    key = knowledge.key if dry_run else _key(root)
    entries = [
        {
            "id": acceptance(key, file, one.kind, said),
            "code": str(one.kind),
            "by": by,
            "date": today(),
            "why": why,
        }
        for one, said in found
    ]
    if not dry_run:
        _add(root, key, entries)
    done = "would accept" if dry_run else "accepted"
    kinds = ", ".join(dict.fromkeys(str(one.kind) for one, _ in found))
    say(f"{done} {plural(len(entries), 'finding')} ({kinds})")


def _found_at(
    root: Path, place: str, knowledge: Knowledge
) -> tuple[str, list[tuple[Finding, str]]]:
    """Give the file of a place, and what was found there with its text."""
    match = _PLACE.fullmatch(place)
    if match is None:
        wrong_use("this names no place", "copy it from 'copkit check': FILE:LINE:COLUMN")
    file = Path(os.path.normpath(match["file"])).as_posix()
    path = inside(root, *file.split("/"))
    if not path.is_file():
        path, file = _from_here(root, match["file"])
    if match["line"] is None:
        found = [(one, file[one.start : one.end]) for one in findings_in_name(file, knowledge)]
    else:
        text = text_of(file, path.read_bytes()) or ""
        source = SourceText(file, text)
        invented = invented_names(file, text, reader_in(root))
        wanted = (int(match["line"]), int(match["column"] or 0))
        found = [
            (one, text[one.start : one.end])
            for one in findings_in_text(file, text, knowledge, invented)
            if _is_at(source.place(one.start), wanted)
        ]
    if not found:
        message = "nothing is found there that has not been accepted"
        raise CopkitError(message, "'copkit check' shows what is found, and where")
    return file, found


def _require_nobody_in(knowledge: Knowledge, said: dict[str, str]) -> None:
    """Refuse a reason that holds a detail itself: it is kept in git, as it is written."""
    for option, text in said.items():
        for one in find_details(text, (), knowledge.known, knowledge.own):
            if one.kind.severity is Severity.ERROR:
                message = f"{option} goes into git, and holds {one.kind.what}"
                wrong_use(message, "say it without: 'the author of the study', 'facilitator'")


def _is_at(place: tuple[int, int], wanted: tuple[int, int]) -> bool:
    return place[0] == wanted[0] and wanted[1] in {0, place[1]}


def _from_here(root: Path, named: str) -> tuple[Path, str]:
    """Find a file that was named from where the person stands."""
    path = Path(named).resolve()
    if not path.is_file() or not path.is_relative_to(root.resolve()):
        raise CopkitError("there is no such file in this programme", status=2)
    return path, path.relative_to(root.resolve()).as_posix()


def _key(root: Path) -> bytes:
    """Give the key of the programme; the first acceptance makes it."""
    accepted, key = read_accepted(root, []), acceptance_key(root)
    if key:
        if accepted and accepted.key not in (None, key_name(key)):
            message = f"others have accepted findings with another key than the one in {KEY}"
            raise CopkitError(message, "ask a colleague for theirs, and put it there")
        return key
    if accepted and accepted.accepted:
        message = f"others have accepted findings with a key that is not here: {KEY}"
        raise CopkitError(message, "ask a colleague for that file, and put it there")
    require_kept_out(root)
    path = root / KEY
    path.parent.mkdir(mode=0o700, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(f"{secrets.token_hex(32)}\n")
    say(f"made {clean(str(path))}: give it to those who work on this folder with you")
    return acceptance_key(root)


def _add(root: Path, key: bytes, entries: list[dict[str, object]]) -> None:
    """Write acceptances behind those that are there."""
    with locked(root):
        path = root / FILE
        old = path.read_text(encoding="utf-8-sig") if path.exists() else None
        new = old or format_fields(AcceptedFindings, {"key": key_name(key)})
        for entry in entries:
            new = append(new, ["accepted"], entry)
        save(root, [Change(FILE, old, new)])


# ``copkit check``: every fault and every identifying detail.

MODEL_VARIABLE = "COPKIT_NER_MODEL"
"""Names another model of spaCy, or the folder of one."""


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
