"""``copkit sync``: bring one's own work and that of others together, without speaking git."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import nullcontext
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from copkit.analysis.changes import Told
from copkit.analysis.consistency import all_problems
from copkit.cli.params import HERE, DryRun, Folder, command_group
from copkit.cli.pii import knowledge_of, require_no_details
from copkit.cli.terminal import clean, say
from copkit.errors import CopkitError, FaultyRecords, errors_among
from copkit.folder import load
from copkit.git.driver import register
from copkit.git.objects import NOTHING, Sent, look_at_push
from copkit.git.repository import Repository, require_repository
from copkit.git.sync import (
    Contradicts,
    Remote,
    Waiting,
    bring_in,
    commit,
    fetch,
    is_kept,
    push,
    remote_of,
    require_ready,
    unsent,
    waiting,
)
from copkit.layout import find
from copkit.pii.masking import hide
from copkit.text.merge_values import Side
from copkit.text.transaction import locked
from copkit.wording import plural

sync_app = command_group("Bring everybody's records together.")

ATTEMPTS = 8  # to send before giving up against others who are quicker
MOST_NAMED = 5  # files that are left alone


class Keep(StrEnum):
    """Whose word counts."""

    MINE = "mine"
    THEIRS = "theirs"


@sync_app.command()
def sync(
    keep: Annotated[
        Keep | None,
        typer.Option(help="Whose word counts where yours and theirs contradict each other."),
    ] = None,
    folder: Folder = HERE,
    dry_run: DryRun = False,
) -> None:
    """Keep what you changed, bring in what others sent, and send yours to them.

    Shows what changed, checks it, commits it, merges the others' records, checks again and
    sends. Where two people recorded different things about one fact it stops, says what to
    decide, and leaves everything as it was. Without anybody to send to, it commits.

    \b
    Examples:
      copkit sync
      copkit sync --dry-run
      copkit sync --keep mine
    """
    root = find(folder)
    repository = require_repository(root)
    try:
        _sync(repository, keep, dry_run=dry_run)
    except KeyboardInterrupt:
        say("what you changed is kept; run 'copkit sync' again to go on")
        raise


def _sync(repository: Repository, keep: Keep | None, *, dry_run: bool) -> None:
    branch = require_ready(repository)
    remote = remote_of(repository, branch)
    places = _require_sound(repository.root)
    with nullcontext() if dry_run else locked(repository.root):
        found = waiting(repository, places)
        if others := {file for file in found.files if not is_kept(file)}:  # git has them already
            require_no_details(load(repository.root, frozenset()), others.__contains__)
        _show("changed here:", found.told)
        if found.left_alone:
            rest = len(found.left_alone) - MOST_NAMED
            more = f" and {rest} more" if rest > 0 else ""
            named = hide(", ".join(map(clean, found.left_alone[:MOST_NAMED])))
            say(f"left alone, as no record: {named}{more}")
        if dry_run:
            _say_what_would_be(found, remote)
            return
        register(repository)
        kept = commit(repository, found)
    if remote is None:
        say("kept in this folder's history" if kept else "nothing has changed")
        say("  there is nobody to send it to; 'git remote add origin ADDRESS' names a place")
        return
    side = {None: None, Keep.MINE: Side.OURS, Keep.THEIRS: Side.THEIRS}[keep]
    _exchange(repository, remote, side, places)


def _exchange(
    repository: Repository, remote: Remote, side: Side | None, places: dict[str, str]
) -> None:
    """Bring in and send until nobody else has been quicker."""
    for attempt in range(ATTEMPTS):
        try:
            if fetch(repository, remote):
                places = _bring_in(repository, remote, side, places)
            if not unsent(repository, remote):
                say("everybody has the same records")
                return
            _require_nobody_sent(repository, remote)
            if push(repository, remote):
                say(f"sent to {clean(remote.name)}")
                return
        except Contradicts as contradiction:
            _show("you and the others have recorded different things:", contradiction.facts)
            raise
        except CopkitError as failed:
            failed.hint = failed.hint or "run 'copkit sync' again later"
            failed.hint += "; what you changed is kept here"
            raise
        time.sleep(0.1 * attempt)
    message = f"others were quicker {ATTEMPTS} times; what you changed is kept here"
    raise CopkitError(message, "run 'copkit sync' again")


def _bring_in(
    repository: Repository, remote: Remote, side: Side | None, places: dict[str, str]
) -> dict[str, str]:
    """Merge what has come, show it, and check it; give the communities' places anew."""
    with locked(repository.root):
        arrived = bring_in(repository, remote, side, places)
    kept = {
        None: "please look at this:",
        Side.OURS: "kept as yours:",
        Side.THEIRS: "kept as theirs:",
    }
    _show(kept[side], arrived.said)
    _show("from the others:", arrived.told)
    try:
        return _require_sound(repository.root)
    except FaultyRecords as faulty:
        faulty.message = "this came together with errors, so it is kept here and was not sent"
        faulty.hint = "correct them, and run 'copkit sync' again"
        raise


def _require_sound(root: Path) -> dict[str, str]:
    """Raise if ``check`` finds an error; give the communities' places by their slugs."""
    programme = load(root)
    if errors := errors_among(all_problems(programme)):
        raise FaultyRecords(errors)
    require_no_details(programme, is_kept)
    return {records.slug: records.community.place for records in programme.communities}


def _require_nobody_sent(repository: Repository, remote: Remote) -> None:
    """Raise if a commit that the others do not have yet holds an identifying detail.

    The folder may be clean by now: git sends every version.
    """
    head = repository.git("rev-parse", "HEAD").strip()
    sent = Sent(remote.branch, head, remote.branch, NOTHING)
    knowledge = knowledge_of(repository.root, [])
    looked = look_at_push(repository, remote.name, [sent], knowledge)
    if errors := errors_among(looked.problems):
        faulty = FaultyRecords(errors)
        faulty.message = "nothing was sent: a commit of yours holds what is marked"
        back = looked.back or f"git reset --soft {remote.ref}"
        faulty.hint = (
            f"correct what still stands in a file; then '{back}' takes your commits apart and "
            "leaves your files as they are, and 'copkit sync' keeps them anew"
        )
        raise faulty


def _show(head: str, told: Sequence[Told | str]) -> None:
    if told:
        say(head)
    for one in told:
        say(f"  {clean(str(one))}")


def _say_what_would_be(found: Waiting, remote: Remote | None) -> None:
    if not found.files:
        say("nothing has changed here")
    else:
        say(f"would keep {plural(len(found.files), 'changed file')} in the history")
    if remote:
        say(f"would exchange records with {clean(remote.name)} ({clean(remote.branch)})")
