"""``copkit conflicts``: put together the copies that OneDrive, Dropbox and others leave."""

from __future__ import annotations

from difflib import SequenceMatcher
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from copkit.cli.context import Reading, Reporting
from copkit.cli.params import is_interactive
from copkit.cli.prompts import ask
from copkit.cli.sharing import Keep
from copkit.cli.store import (
    require_known_format,
    require_valid_record,
    require_valid_text,
    save_changes,
    save_step,
)
from copkit.cli.terminal import clean, print_json, say
from copkit.errors import CopkitError
from copkit.folder import Programme
from copkit.git.history import read_texts
from copkit.git.merge_driver import build_body_merger, format_clash, format_contradiction
from copkit.git.repository import Repository, find_repository
from copkit.layout import PRIVATE
from copkit.pii.scan import mask_details
from copkit.private_files import find_private_copies
from copkit.records.kinds import is_record_file, merge_rules
from copkit.text.conflict_copies import ConflictCopy
from copkit.text.edit import EditRefused
from copkit.text.files import path_inside, read_source
from copkit.text.merge import Clash, MergeBody, Merged, merge_texts
from copkit.text.merge_values import Rules, Side
from copkit.text.transaction import Change
from copkit.wording import plural

MOST_VERSIONS = 20  # of a record in git, among which the one that both began from is looked for


_SIDES = {Keep.MINE: Side.OURS, Keep.THEIRS: Side.THEIRS}


def conflicts(
    context: Reporting,
    ctx: typer.Context,
    keep: Annotated[
        Keep | None,
        typer.Option(help="Whose word counts in contradictions: the record's, or the copy's."),
    ] = None,
) -> None:
    """Put together the copies that OneDrive, Dropbox and others leave beside records.

    Two people saved one file, and the program kept both: 'x.md' and 'x-DESKTOP-4F2K.md'. Both
    come together as two colleagues' work does in 'copkit sync', and the copy is deleted. Where
    they contradict each other it asks; without a terminal, --keep decides: 'mine' is what the
    record itself says, 'theirs' what the copy says. With --json it lists them only.

    \b
    Examples:
      copkit conflicts
      copkit conflicts --dry-run
      copkit conflicts --keep mine
    """
    if ctx.invoked_subcommand:
        return
    if context.as_json:
        list_command(context)
        return
    programme, dry_run = context.load(), context.dry_run
    root = programme.root
    copies = _find_copies(programme)
    if not copies:
        say("there are no conflict copies here")
        return
    require_known_format(root)
    left = sum(not _resolve(programme, copy, keep, dry_run=dry_run) for copy in copies)
    if left:
        hint = "'copkit conflicts --keep mine' or '--keep theirs' decides; or edit one of the two"
        raise CopkitError(f"{plural(left, 'copy', 'copies')} left as it was", hint)


def list_command(context: Reading) -> None:
    """List the conflict copies, of what each is one, and what differs.

    \b
    Examples:
      copkit conflicts list
      copkit conflicts list --json
    """
    copies = _find_copies(context.load())
    if context.as_json:
        print_json(
            [
                {
                    "file": mask_details(copy.file),
                    "original": copy.original,
                    "identical": not copy.difference,
                    "difference": copy.difference,
                }
                for copy in copies
            ]
        )
        return
    for copy in copies:
        print(f"{clean(mask_details(copy.file))}: a copy of {clean(copy.original)}")
        print(f"  differs in {clean(copy.difference)}" if copy.difference else "  says the same")
    if not copies:
        say("there are no conflict copies here")


def _find_copies(programme: Programme) -> list[ConflictCopy]:
    """Return the conflict copies of records and of private files, each original's in order."""
    return [*programme.copies, *find_private_copies(programme.root)]


class _Pair(NamedTuple):
    """A record and its copy with their texts, and the text that both began from, or ``""``."""

    copy: ConflictCopy
    base: str
    ours: str
    theirs: str

    @property
    def rules(self) -> Rules:
        """How the two are merged. Without a base, one id stands for one entry in both."""
        rules = merge_rules(self.copy.original)
        return rules if self.base else Rules(rules.exclusive)


def _resolve(programme: Programme, copy: ConflictCopy, keep: Keep | None, *, dry_run: bool) -> bool:
    """Put a record and its copy together; return whether that was done, or would be."""
    root = programme.root
    pair = _read_pair(root, copy)
    bodies = _body_merger(root, has_base=bool(pair.base))
    side = None if keep is None else _SIDES[keep]
    try:
        merged = _merge(pair, bodies, side)
        facts = _facts(copy, merged)
        if facts and side is None:
            say(f"{clean(copy.original)} and its copy say different things:")
            for fact in facts:
                say(f"  {clean(mask_details(fact))}")
            if dry_run or not is_interactive():
                return False
            answer = ask("keep mine, theirs, or neither", ("mine", "theirs", "neither"), "neither")
            if answer == "neither":
                return False
            merged = _merge(pair, bodies, _SIDES[Keep(answer)])
    except EditRefused as refusal:
        say(f"{clean(copy.file)} cannot be put together with it: {refusal.reason}")
        return False
    _write(programme, pair, merged.text, dry_run=dry_run)
    return True


def _read_pair(root: Path, copy: ConflictCopy) -> _Pair:
    """Read both texts, and the version in git that the copy is nearest to."""
    ours, theirs = (
        read_source(path_inside(root, *file.split("/")), file, []).text
        for file in (copy.original, copy.file)
    )
    repository = None if copy.original.startswith(f"{PRIVATE}/") else find_repository(root)
    base = _nearest_version(repository, copy.original, theirs) if repository else ""
    return _Pair(copy, base, ours, theirs)


def _nearest_version(repository: Repository, file: str, copy: str) -> str:
    """Return the text of a record in git that a copy was probably made from; ``""`` for none."""
    log = repository.try_git("log", f"-{MOST_VERSIONS}", "--format=%H", "--", file) or ""
    texts = [read_texts(repository, commit, [file]).get(file, "") for commit in log.split()]
    lines = copy.splitlines()
    return max(  # of two that are as near, the newer one
        texts,
        key=lambda text: SequenceMatcher(None, text.splitlines(), lines, autojunk=False).ratio(),
        default="",
    )


def _body_merger(root: Path, *, has_base: bool) -> MergeBody:
    """Return what merges bodies; without a base, the lines that both have stand for it."""
    merge_bodies = build_body_merger(root)
    if has_base:
        return merge_bodies

    def merge(base: str, ours: str, theirs: str, side: Side | None) -> tuple[str, list[Clash]]:
        first, second = (text.splitlines(keepends=True) for text in (ours, theirs))
        blocks = SequenceMatcher(None, first, second, autojunk=False).get_matching_blocks()
        common = (line for block in blocks for line in first[block.a : block.a + block.size])
        return merge_bodies("".join(common), ours, theirs, side)

    return merge


def _merge(pair: _Pair, bodies: MergeBody, side: Side | None) -> Merged:
    texts = (pair.base, pair.ours, pair.theirs)
    return merge_texts(texts, bodies, rules=pair.rules, side=side)


def _facts(copy: ConflictCopy, merged: Merged) -> list[str]:
    """Return what a record and its copy contradict each other in, a line each."""
    if copy.original.startswith(f"{PRIVATE}/"):  # values there are names and addresses
        return [", ".join(clash.path) for clash in merged.contradictions]
    lines = [format_contradiction(copy.original, clash) for clash in merged.contradictions]
    lines += [format_clash(copy.original, clash) for clash in merged.body_clashes]
    return [
        line.replace("(ours)", "(mine, the record)").replace("(theirs)", "(theirs, the copy)")
        for line in lines
    ]


def _write(programme: Programme, pair: _Pair, text: str, *, dry_run: bool) -> None:
    """Write a record with what its copy says as well, and delete the copy."""
    copy, root = pair.copy, programme.root
    changes = [Change(copy.file, pair.theirs, None)]
    if text != pair.ours:
        changes.insert(0, Change(copy.original, pair.ours, text))
    # Without the name of the copy, which may be that of somebody's computer.
    summary = [f"{copy.original} and a conflict copy of it"]
    if copy.original.startswith(f"{PRIVATE}/"):
        if not dry_run:
            save_step(root, (), changes, summary=summary)
        verb = "would put" if dry_run else "put"
        say(f"{verb} {clean(mask_details(copy.file))} into {clean(copy.original)}")
        return
    if text != pair.ours and is_record_file(copy.original):
        if copy.original == "copkit.yaml":
            require_valid_text(copy.original, text)
        else:
            require_valid_record(programme, copy.original, text)
    save_changes(root, changes, dry_run, summary=summary)
