"""``copkit check`` and ``accept``: report faults and identifying details, and accept findings."""

from __future__ import annotations

import gc
import os
import re
import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Final

import typer

from copkit.analysis.consistency import all_problems
from copkit.analysis.privacy.identifiers import (
    Knowledge,
    acceptance_digest,
    decode_text,
    find_pseudonyms,
    findings_in_name,
    findings_in_text,
    mask_problem,
)
from copkit.cli.context import CommandContext, Reading, Writing
from copkit.cli.documents.outgoing import find_unsaid_differences
from copkit.cli.params import (
    complete_case_name,
    is_interactive,
    note_later_format,
    today,
    usage_error,
)
from copkit.cli.pii import load_knowledge, scan_folder
from copkit.cli.prompts import ask
from copkit.cli.terminal import print_json, print_problems, say
from copkit.documents.manifest import read_exports
from copkit.documents.theme import logo_problem
from copkit.errors import CopkitError, InvalidRecords, Problem, Severity, only_errors
from copkit.files import RecordStore
from copkit.folder import EVERYTHING, Programme, copy_problem, load
from copkit.git.hooks import absolute_git_environment
from copkit.git.merge_driver import find_missing_driver
from copkit.git.objects import (
    NULL_COMMIT,
    Inspection,
    PushedRef,
    inspect_history,
    inspect_push,
    inspect_staged,
)
from copkit.git.repository import Repository, require_repository
from copkit.git.standing import find_guard_problem
from copkit.git.sync import find_loss_problems
from copkit.layout import PRIVATE
from copkit.pii.kinds import DetailKind, Finding
from copkit.pii.scan import DEFAULT_MODEL, find_details, load_name_model
from copkit.private_files import (
    find_private_copies,
    key_fingerprint,
    make_cache_key,
)
from copkit.records.private import ACCEPTED_FILE, AcceptedFindings
from copkit.records.programme import FORMAT
from copkit.records.schema.write import format_fields
from copkit.text.edit import append
from copkit.text.files import path_inside
from copkit.text.source import SourceText
from copkit.text.transaction import Change, find_open_to_others, locked
from copkit.wording import plural

# "evidence/warm-rooms.md:14:3", with the colon that ends it when a whole line is copied
_PLACE: Final = re.compile(r"(?P<file>.+?)(?::(?P<line>\d+)(?::(?P<column>\d+))?)?:?")


def accept(
    context: Writing,
    place: Annotated[
        str,
        typer.Argument(
            metavar="FILE[:LINE[:COLUMN]]",
            help="The place that 'copkit check' prints; without a line, the file's name.",
        ),
    ],
    why: Annotated[str | None, typer.Option(help="Why it may stand.")] = None,
    by: Annotated[str | None, typer.Option(help="Who says so: a role.")] = None,
) -> None:
    """Accept a finding of 'copkit check': say why it may stay, so that it is not reported again.

    Keeps who, when and why in the folder, under a digest that tells nobody what was found. The
    digest is made with a key in private/, which never leaves your computer by itself:
    'copkit contacts encrypt' hands it to those who work on the folder with you. An invented
    name needs none of this; it goes under 'pseudonyms:' in its case.

    \b
    Examples:
      copkit accept evidence/warm-rooms.md:14:3 --why "the author of the study" --by facilitator
    """
    root = context.root  # not open_programme: what is wrong elsewhere is no obstacle
    if is_interactive():
        why = why or ask("why (why it may stand)")
        by = by or ask("by (who says so: a role)")
    if not (why and by):
        missing_options = [option for option, value in (("--why", why), ("--by", by)) if not value]
        hint = "say why it may stand, and who says so: a role"
        usage_error(f"missing: {', '.join(missing_options)}", hint)
    problems: list[Problem] = []
    programme = load(root, frozenset())
    knowledge = load_knowledge(root, problems, programme)
    _require_no_details(knowledge, {"--why": why, "--by": by})
    if errors := only_errors(problems):
        raise InvalidRecords(errors)
    file, findings = _findings_at(programme.store, place, knowledge)
    if context.dry_run:  # the key is made only once there is something to accept
        key = next(iter(knowledge.keys), b"")
    else:
        from copkit.cli.store import load_or_create_key  # only an acceptance writes

        key = load_or_create_key(root)
    # A keyed digest: with a plain one, all NHS numbers can be tried against it in minutes.
    entries = [
        {
            "id": acceptance_digest(key, file, finding.kind, text),
            "code": str(finding.kind),
            "by": by,
            "date": today(),
            "why": why,
            "key": key_fingerprint(key),
        }
        for finding, text in findings
    ]
    if not context.dry_run:
        _append_acceptances(root, entries)
    verb = "would accept" if context.dry_run else "accepted"
    kinds = ", ".join(dict.fromkeys(str(finding.kind) for finding, _ in findings))
    say(f"{verb} {plural(len(entries), 'finding')} ({kinds})")


def _findings_at(
    store: RecordStore, place: str, knowledge: Knowledge
) -> tuple[str, list[tuple[Finding, str]]]:
    """Return the file of a ``place``, and the findings there, each with the text that was found.

    ``place`` is ``FILE:LINE:COLUMN`` as printed by 'copkit check', with or without the numbers.
    Raise :class:`CopkitError` when nothing is found there that has not been accepted.
    """
    match = _PLACE.fullmatch(place)
    if match is None:
        usage_error("this names no place", "copy it from 'copkit check': FILE:LINE:COLUMN")
    file = Path(os.path.normpath(match["file"])).as_posix()
    path = path_inside(store.root, *file.split("/"))
    # Paths are printed from the programme's root, but a shell completes from where it stands.
    if not path.is_file():
        path, file = _resolve_from_cwd(store.root, match["file"])
    if match["line"] is None:
        findings = [
            (finding, file[finding.start : finding.end])
            for finding in findings_in_name(file, knowledge)
        ]
    else:
        text = decode_text(file, path.read_bytes()) or ""
        source = SourceText(file, text)
        invented = find_pseudonyms(file, text, store.text, store.parse)
        position = (int(match["line"]), int(match["column"] or 0))
        findings = [
            (finding, text[finding.start : finding.end])
            for finding in findings_in_text(file, text, knowledge, invented, store.parse)
            if _is_at(source.place(finding.start), position)
        ]
    if not findings:
        message = "nothing is found there that has not been accepted"
        raise CopkitError(message, "'copkit check' shows what is found, and where")
    return file, findings


def _require_no_details(knowledge: Knowledge, texts: dict[str, str]) -> None:
    """Raise :class:`CopkitError` if a reason holds a detail; ``texts`` has them by option."""
    # The reason is kept in git as it is written, unlike the finding, of which only a digest is.
    for option, text in texts.items():
        for finding in find_details(text, (), knowledge.known_people, knowledge.programme_words):
            if finding.kind.severity is Severity.ERROR:
                message = f"{option} goes into git, and holds {finding.kind.description}"
                usage_error(message, "say it without: 'the author of the study', 'facilitator'")


def _is_at(place: tuple[int, int], position: tuple[int, int]) -> bool:
    """Check whether a finding's place is at a position that was typed, both line and column.

    A typed column of 0 stands for the whole line.
    """
    return place[0] == position[0] and position[1] in {0, place[1]}


def _resolve_from_cwd(root: Path, typed: str) -> tuple[Path, str]:
    """Return the path of a file typed relative to the current folder, and that in the programme.

    Raise :class:`CopkitError` for no file, or one outside the programme.
    """
    path = Path(typed).resolve()
    if not path.is_file() or not path.is_relative_to(root.resolve()):
        raise CopkitError("there is no such file in this programme", status=2)
    return path, path.relative_to(root.resolve()).as_posix()


def _append_acceptances(root: Path, entries: list[dict[str, object]]) -> None:
    """Append acceptances to ``.copkit/accepted.yaml``, each with the key it was made with."""
    from copkit.cli.store import save_step  # only an acceptance writes

    with locked(root):
        path = root / ACCEPTED_FILE
        old = path.read_text(encoding="utf-8-sig") if path.exists() else None
        new = old or format_fields(AcceptedFindings, {})
        for entry in entries:
            new = append(new, ["accepted"], entry)
        summary = f"accepted {plural(len(entries), 'finding')}"
        save_step(root, [Change(ACCEPTED_FILE, old, new)], summary=[summary])


# Checking.

MODEL_VARIABLE = "COPKIT_NER_MODEL"
"""Names another model of spaCy, or the folder of one."""


def check(
    context: Reading,
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
    read: Annotated[
        str | None,
        typer.Option(
            metavar="COMMUNITY/CASE",
            help="Read one case sentence by sentence, for what no rule can know.",
            autocompletion=complete_case_name,
        ),
    ] = None,
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
      copkit check --read brighton/nobody-to-call-at-weekends
    """
    if staged + history + (pushed is not None) + (read is not None) > 1:
        usage_error(
            "--staged, --history, --pushed and --read are different things",
            "use one of them",
        )
    if read is not None:
        _read_case(context, read)
        return
    # A hook runs with GIT_DIR and GIT_INDEX_FILE relative to the folder git was called in.
    os.environ.update(absolute_git_environment(os.environ))
    root = context.root
    problems: list[Problem] = []
    # Of commits the folder's own records say nothing; its communities are enough for them.
    of_commits = staged or history or pushed is not None
    programme = load(root, frozenset() if of_commits else EVERYTHING)
    # The records stay to the end: looking for garbage among them again and again takes time.
    gc.freeze()
    note_later_format(programme)
    knowledge = load_knowledge(root, problems, programme)
    # Rules find more than a model on texts of this field, so that the model is an extra.
    if ner:
        model = load_name_model(os.environ.get(MODEL_VARIABLE) or DEFAULT_MODEL)
        knowledge = replace(knowledge, model=model)
    advice = ""
    if staged:
        inspection = inspect_staged(require_repository(root), knowledge)
        advice = _ADVICE_BEFORE_COMMIT
    elif pushed is not None:
        repository = require_repository(root)
        remote = pushed or os.environ.get("PRE_COMMIT_REMOTE_NAME", "")
        inspection = inspect_push(repository, remote, _commits_to_push(repository), knowledge)
        advice = _ADVICE_BEFORE_PUSH.format(inspection.undo_command or "git reset --soft COMMIT")
    elif history:
        say("looking through every commit...")
        inspection = inspect_history(require_repository(root), knowledge)
        advice = _ADVICE_FOR_HISTORY
    else:
        inspection = _check_folder(programme, knowledge)
    problems += inspection.problems
    _print_report(inspection._replace(problems=problems), advice, as_json=context.as_json)


def _read_case(context: CommandContext, name: str) -> None:
    from copkit.cli.cases.edit import find_case  # needed for this option alone
    from copkit.cli.cases.read_through import read_case

    programme = context.load()
    problems: list[Problem] = []
    knowledge = load_knowledge(programme.root, problems, programme)
    if errors := only_errors(problems):
        raise InvalidRecords(errors)
    read_case(context, programme, find_case(programme, name), knowledge)


_ADVICE_BEFORE_COMMIT = """\
nothing was committed: change what is marked, 'git add' the file, and commit again
what is no detail after all: copkit accept FILE:LINE:COLUMN --why REASON --by ROLE"""
_ADVICE_BEFORE_PUSH = """\
nothing was sent: git keeps every version, so another commit does not take this back
'{}' takes your commits apart and leaves your files as they are:
change what is marked, 'git add' the files, commit and push again
what is no detail after all: copkit accept FILE:LINE:COLUMN --why REASON --by ROLE"""
_ADVICE_FOR_HISTORY = """\
git keeps every version, so what is found here can be read in every copy of the folder
what was not sent yet: 'git reset --soft COMMIT' takes your commits apart, files stay as they are
what was: 'git filter-repo --replace-text FILE --replace-message FILE' writes the history anew
(FILE holds what is to go, a line each, outside the folder), and everybody clones it again
whoever is named has a right to know: ask whoever answers for data protection"""


def _check_folder(programme: Programme, knowledge: Knowledge) -> Inspection:
    """Check the folder as it is: faults in records, between records, and identifying details."""
    # A key of acceptances does as well; and nothing is written in a folder of a later format.
    if not knowledge.keys and (programme.settings.format or FORMAT) <= FORMAT:
        make_cache_key(programme.root)
    problems = [*all_problems(programme), *scan_folder(programme.store, knowledge)]
    if programme.directory:
        from copkit.analysis.directory.overview import stale_in_use

        problems += stale_in_use(programme, today())
    problems += map(copy_problem, find_private_copies(programme.root))
    if bad_logo := logo_problem(programme.settings, programme.root):
        problems.append(bad_logo)
    if without_driver := find_missing_driver(programme.root):
        problems.append(without_driver)
    if without_guards := find_guard_problem(programme.root):
        problems.append(without_guards)
    if open_to_others := _find_open_private_files(programme.root):
        problems.append(open_to_others)
    problems += find_loss_problems(programme.root)
    problems += find_unsaid_differences(programme)
    if other_id := _find_other_id(programme):
        problems.append(other_id)
    # Masked before they are sorted or printed, so that no later step can show a name.
    problems = [mask_problem(problem, knowledge.mask) for problem in problems]
    problems.sort(key=lambda problem: (problem.file, problem.line, problem.column))
    return Inspection(problems, programme.files)


def _find_other_id(programme: Programme) -> Problem | None:
    """Return the problem of an id that is another than in tables exported before, if any."""
    id = programme.settings.programme_id
    before = {note.programme_id for note in read_exports(programme.root).values()} - {id}
    if not before:
        return None
    message = f"exported tables call this programme '{min(before)}', and would now say '{id}'"
    hint = f"write 'id: {min(before)}', or delete build/export and its part of each warehouse"
    return programme.settings.source.problem(
        "changed-id", "id", message, hint, severity=Severity.WARNING
    )


def _find_open_private_files(root: Path) -> Problem | None:
    """Return the problem of private files that others on this computer can open, if any."""
    entries = find_open_to_others(root / PRIVATE)
    if not entries:
        return None
    count = plural(len(entries), "file or folder", "files or folders")
    message = f"others on this computer can open {count} of it"
    hint = f"copkit closes it with the next change of a record; now: chmod -R go= {PRIVATE}"
    return Problem(PRIVATE, 1, 1, 1, 2, "private-open", Severity.WARNING, message, hint)


def _commits_to_push(repository: Repository) -> list[PushedRef]:
    """Read from git, or from the pre-commit framework, what is about to be pushed."""
    commit_from_framework = os.environ.get("PRE_COMMIT_TO_REF")
    if commit_from_framework:
        remote_commit = os.environ.get("PRE_COMMIT_FROM_REF") or NULL_COMMIT
        name = os.environ.get("PRE_COMMIT_REMOTE_BRANCH") or "HEAD"
        return [PushedRef(name, commit_from_framework, name, remote_commit)]
    # git's pre-push hook gets lines on standard input: "refs/heads/main SHA refs/heads/main SHA".
    lines = [] if not sys.stdin or sys.stdin.isatty() else sys.stdin.read().splitlines()
    # From the right, since what git calls a local ref may be an expression with spaces.
    rows = [line.rsplit(" ", 3) for line in lines if line.strip()]
    if any(len(row) != len(PushedRef._fields) for row in rows):
        raise CopkitError("git said in an unknown way what it is about to send; nothing was sent")
    refs = [PushedRef(*row) for row in rows]
    head = repository.try_git("rev-parse", "--verify", "--quiet", "HEAD")
    return refs or ([PushedRef("HEAD", head, "HEAD", NULL_COMMIT)] if head else [])


def _print_report(inspection: Inspection, advice: str, *, as_json: bool) -> None:
    """Print problems and counts, then exit with 1 if there was an error.

    ``advice`` has lines printed below errors; those on 'copkit accept' only below details.
    """
    problems, files, messages, _ = inspection
    errors = len(only_errors(problems))
    if as_json:
        rows = [problem.as_json() for problem in problems]
        print_json({"problems": rows, "checked": {"files": files, "messages": messages}})
    else:
        print_problems(problems, masked=True)  # masked above, by all that is known
        warnings = len(problems) - errors
        counts = [(errors, "error"), (warnings, "warning")]
        found_text = " and ".join(plural(count, noun) for count, noun in counts if count)
        checked = plural(files, "file")
        if messages:  # of commits; a folder has none
            checked += f" and {plural(messages, 'message')}"
        say(f"{checked} checked: {found_text or 'no problem'} found")
        codes = {problem.code for problem in only_errors(problems)}
        for line in advice.splitlines() if errors else ():
            if "copkit accept" not in line or codes & set(DetailKind):
                say(f"  {line}")
    raise typer.Exit(1 if errors else 0)
