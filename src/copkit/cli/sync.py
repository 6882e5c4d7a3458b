"""``copkit sync``: bring one's own work and that of others together, without speaking git."""

from __future__ import annotations

import time
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from copkit.analysis.changes import Told
from copkit.analysis.consistency import all_problems
from copkit.cli.options import HERE, DryRun, Folder, command_group
from copkit.cli.output import clean, plural, say
from copkit.errors import CopkitError, FaultyRecords, errors_among
from copkit.folder import load
from copkit.git.driver import register
from copkit.git.repository import GitFailed, Repository, repository_of
from copkit.git.sync import (
    Contradicts,
    Remote,
    Waiting,
    bring_in,
    commit,
    fetch,
    push,
    remote_of,
    require_ready,
    unsent,
    waiting,
)
from copkit.places import find
from copkit.text.facts import Side
from copkit.text.saving import locked

app = command_group("Bring everybody's records together.")

ATTEMPTS = 8  # to send before giving up against others who are quicker


class Keep(StrEnum):
    """Whose word counts."""

    MINE = "mine"
    THEIRS = "theirs"


@app.command()
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
    repository = repository_of(root)
    if repository is None:
        message = "this folder is not kept in git, so there is nothing to bring together"
        raise CopkitError(message, f"start it once: git init {clean(str(root))}")
    branch = require_ready(repository)
    remote = remote_of(repository, branch)
    places = _require_sound(root)
    found = waiting(repository, places)
    _show("changed here:", found.told)
    if found.left_alone:
        say(f"left alone, as no record: {', '.join(map(clean, found.left_alone[:5]))}")
    if dry_run:
        _say_what_would_be(found, remote)
        return
    with locked(root):
        register(repository)
        if found.files:
            commit(repository, found)
    if remote is None:
        say("kept in this folder's history" if found.files else "nothing has changed")
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
                with locked(repository.root):
                    _show("from the others:", bring_in(repository, remote, side, places))
                places = _require_sound(repository.root)
            count = unsent(repository, remote)
            if not count:
                say("everybody has the same records")
                return
            if push(repository, remote):
                say(f"sent to {clean(remote.name)}")
                return
        except Contradicts as contradiction:
            for fact in contradiction.facts:
                say(f"  {clean(fact)}")
            contradiction.hint = (
                "talk to each other, then: write the same as they did, or run "
                "'copkit sync --keep mine' or '--keep theirs' for all of these"
            )
            raise
        except GitFailed as failed:
            failed.hint = "what you changed is kept here; run 'copkit sync' again later"
            raise
        time.sleep(0.1 * attempt)
    message = f"others were quicker {ATTEMPTS} times; what you changed is kept here"
    raise CopkitError(message, "run 'copkit sync' again")


def _require_sound(root: Path) -> dict[str, str]:
    """Raise if ``check`` finds an error; give the communities' places by their slugs."""
    programme = load(root)
    if errors := errors_among(all_problems(programme)):
        raise FaultyRecords(errors)
    return {records.slug: records.community.place for records in programme.communities}


def _show(head: str, told: Sequence[Told]) -> None:
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
