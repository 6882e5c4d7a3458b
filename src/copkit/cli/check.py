"""``copkit accept``: say why something that was found may stand."""

from __future__ import annotations

import os
import re
import secrets
from pathlib import Path
from typing import Annotated, Final

import typer

from copkit.analysis.privacy.identifiers import (
    Knowledge,
    acceptance,
    findings_in_name,
    findings_in_text,
    invented_names,
    text_of,
)
from copkit.cli.params import HERE, DryRun, Folder, command_group, interactive, today, wrong_use
from copkit.cli.pii import knowledge_of, reader_in
from copkit.cli.prompts import ask
from copkit.cli.terminal import clean, say
from copkit.errors import CopkitError, FaultyRecords, Problem, Severity, errors_among
from copkit.git.private import require_kept_out
from copkit.layout import find
from copkit.pii.findings import Finding
from copkit.pii.scan import find_details
from copkit.private_files import KEY, acceptance_key, key_name, read_accepted
from copkit.records.accepted import FILE, AcceptedFindings
from copkit.records.schema.write import format_fields
from copkit.text.edit import append
from copkit.text.files import inside
from copkit.text.source import SourceText
from copkit.text.transaction import Change, locked, save
from copkit.wording import plural

accept_app = command_group("Say why something that was found may stand.")

_PLACE: Final = re.compile(r"(?P<file>.+?)(?::(?P<line>\d+)(?::(?P<column>\d+))?)?:?")


@accept_app.command()
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
