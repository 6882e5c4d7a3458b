"""``copkit sync``: bring one's own work and that of others together, without speaking git."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from contextlib import nullcontext
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from copkit.analysis.changes import Told, tell
from copkit.analysis.consistency import all_problems
from copkit.cli.params import (
    HERE,
    AsJson,
    DryRun,
    Folder,
    complete_record,
    interactive,
)
from copkit.cli.pii import knowledge_of, require_no_details
from copkit.cli.prompts import agree
from copkit.cli.terminal import clean, print_json, say, wrapped
from copkit.errors import CopkitError, FaultyRecords, errors_among
from copkit.folder import load, not_found
from copkit.git.history import events, last_change, take_back, ways_back
from copkit.git.merge_driver import register
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
from copkit.layout import TOPS, community_slugs, find, record_slugs
from copkit.pii.scan import hide
from copkit.text.merge_values import Side
from copkit.text.transaction import locked
from copkit.wording import plural

ATTEMPTS = 8  # to send before giving up against others who are quicker
MOST_NAMED = 5  # files that are left alone


class Keep(StrEnum):
    """Whose word counts."""

    MINE = "mine"
    THEIRS = "theirs"


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


# ``copkit log`` and ``copkit undo``: who recorded what, and taking the last change back.


def log(
    record: Annotated[
        str | None,
        typer.Argument(help="One record, or a community.", autocompletion=complete_record),
    ] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="How many lines.")] = 30,
    folder: Folder = HERE,
    as_json: AsJson = False,
) -> None:
    """Tell who recorded what, and when, the newest first.

    \b
    Examples:
      copkit log
      copkit log brighton
      copkit log brighton/2012-04-18
      copkit log communities/brighton/roster.yaml
    """
    root = find(folder)
    repository = require_repository(root)
    files = [_file_of(root, record)] if record else []
    found = events(repository, files, _places(root), limit)
    if as_json:
        print_json([event.as_json() for event in found])
        return
    for event in found:
        line = clean(f"{event.told}; recorded by {event.by}")
        print(wrapped(f"{event.when:%Y-%m-%d}  {line}", sys.stdout, 12))
    if not found:
        say("nothing has been recorded yet; 'copkit sync' keeps what you have changed")


def _file_of(root: Path, named: str) -> str:
    """Find the file or folder of a record as it is named on the command line."""
    is_path = named.endswith((".md", ".yaml")) and not Path(named).is_absolute()
    if is_path and ".." not in named.split("/"):  # one that has been taken out as well
        return named
    communities = community_slugs(root)
    community, _, slug = named.partition("/")
    candidates: dict[str, str] = {one: f"communities/{one}" for one in communities}
    if community in communities and slug:
        for inner in ("meetings", "cases"):
            place = ("communities", community, inner)
            candidates |= {
                f"{community}/{one}": "/".join((*place, f"{one}.md"))
                for one in record_slugs(root, *place)
            }
    for one in communities:
        for case in record_slugs(root, "communities", one, "cases"):
            candidates.setdefault(case, f"communities/{one}/cases/{case}.md")
    for top in TOPS:
        candidates |= {one: f"{top}/{one}.md" for one in record_slugs(root, top)}
    if named not in candidates:
        raise not_found("record", named, candidates)
    return candidates[named]


def _places(root: Path) -> dict[str, str]:
    return {records.slug: records.community.place for records in load(root, ()).communities}


def undo(folder: Folder = HERE, dry_run: DryRun = False) -> None:
    """Take back the last change that copkit made, as long as it has not been sent.

    Shows it first; on a terminal, asks. What you have changed elsewhere since stays.

    \b
    Examples:
      copkit undo --dry-run
      copkit undo
    """
    root = find(folder)
    last = last_change(root)
    places = _places(root)
    say(f"the last change, of {last.when[:16].replace('T', ' ')}:")
    for change in last.changes:
        for one in tell(change.file, change.old, change.new, places):
            say(f"  {clean(str(one))}")
    back = ways_back(root, last)
    if not back:
        say("it has been put back by hand already")
        if not dry_run:
            take_back(root, last)  # which forgets it
        return
    if dry_run:
        say("would take it back")
        return
    by_hand = bool(last.commit)  # it may hold what somebody wrote
    if interactive() and not agree("take it back?", default=not by_hand):
        say("nothing was changed")
        return
    take_back(root, last)
    say("taken back")
    if last.commit:
        say(f"  to have it again: git cherry-pick {last.commit[:10]}")


# ``copkit hooks``: the guards before a commit and before a push.


# ``copkit merge-driver``: what git calls to merge a record.
