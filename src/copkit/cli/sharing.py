"""``copkit sync`` and ``copkit log``: share records through git without knowing git.

``sync`` takes the steps of :mod:`copkit.git.sync`, and takes them again while others push first.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from contextlib import nullcontext
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from copkit.analysis.changes import RecordChange
from copkit.analysis.consistency import all_problems
from copkit.cli.params import (
    HERE,
    AsJson,
    DryRun,
    Folder,
    complete_record,
)
from copkit.cli.pii import load_knowledge, require_no_details_in_files
from copkit.cli.terminal import clean, print_json, say, wrap_for_terminal
from copkit.errors import CopkitError, InvalidRecords, only_errors
from copkit.folder import load, not_found
from copkit.git.history import load_events
from copkit.git.merge_driver import register_driver
from copkit.git.objects import NULL_COMMIT, PushedRef, inspect_push
from copkit.git.repository import Repository, require_repository
from copkit.git.sync import (
    ContradictionsFound,
    PendingChanges,
    Remote,
    commit_pending,
    count_unsent,
    fetch,
    find_pending_changes,
    find_remote,
    is_shareable,
    merge_incoming,
    push,
    require_ready,
)
from copkit.layout import community_slugs, find_programme, record_slugs
from copkit.pii.scan import mask_details
from copkit.records.kinds import COMMUNITY_FOLDERS, RECORD_FOLDERS
from copkit.text.merge_values import Side
from copkit.text.transaction import locked
from copkit.wording import plural

MAX_PUSH_ATTEMPTS = 8  # to send before giving up against others who are quicker
MAX_FILES_NAMED = 5  # files that are left alone


class Keep(StrEnum):
    """Whose record is kept where two contradict each other."""

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
    root = find_programme(folder)
    repository = require_repository(root)
    try:
        _commit_and_exchange(repository, keep, dry_run=dry_run)
    except KeyboardInterrupt:
        say("what you changed is kept; run 'copkit sync' again to go on")
        raise


def _commit_and_exchange(repository: Repository, keep: Keep | None, *, dry_run: bool) -> None:
    """Check and commit what changed here, then exchange commits with the others, if any."""
    branch = require_ready(repository)
    remote = find_remote(repository, branch)
    places = _require_no_errors(repository.root)  # before a commit: errors stay on this computer
    with nullcontext() if dry_run else locked(repository.root):
        pending = find_pending_changes(repository, places)
        # Changed files that no record is, but git has already: they would be sent as well.
        if tracked := {file for file in pending.files if not is_shareable(file)}:
            require_no_details_in_files(load(repository.root, frozenset()), tracked.__contains__)
        _say_list("changed here:", pending.changes)
        if pending.left_alone:
            unnamed = len(pending.left_alone) - MAX_FILES_NAMED
            more = f" and {unnamed} more" if unnamed > 0 else ""
            # A file that is no record may be named after somebody, such as notes-zoe.docx.
            names = mask_details(", ".join(map(clean, pending.left_alone[:MAX_FILES_NAMED])))
            say(f"left alone, as no record: {names}{more}")
        if dry_run:
            _say_dry_run(pending, remote)
            return
        # The driver is registered in every clone by itself: git does not share its settings.
        register_driver(repository)
        has_committed = commit_pending(repository, pending)
    if remote is None:
        say("kept in this folder's history" if has_committed else "nothing has changed")
        say("  there is nobody to send it to; 'git remote add origin ADDRESS' names a place")
        return
    side = {None: None, Keep.MINE: Side.OURS, Keep.THEIRS: Side.THEIRS}[keep]
    _exchange(repository, remote, side, places)


def _exchange(
    repository: Repository, remote: Remote, side: Side | None, places: dict[str, str]
) -> None:
    """Fetch, merge and push, again while others have pushed in between.

    ``side`` wins contradictions; with ``None``, raise :class:`ContradictionsFound` for any.
    ``places`` has the place of a community by its slug.
    """
    for attempt in range(MAX_PUSH_ATTEMPTS):
        try:
            # Each turn looks at the others' newest state; the lock is not held meanwhile.
            if fetch(repository, remote):
                places = _merge_remote(repository, remote, side, places)
            if not count_unsent(repository, remote):
                say("everybody has the same records")
                return
            _require_no_details_in_commits(repository, remote)
            if push(repository, remote):
                say(f"sent to {clean(remote.name)}")
                return
        except ContradictionsFound as contradiction:
            _say_list("you and the others have recorded different things:", contradiction.facts)
            raise
        except CopkitError as error:
            error.hint = error.hint or "run 'copkit sync' again later"
            error.hint += "; what you changed is kept here"
            raise
        time.sleep(0.1 * attempt)  # longer each time, so that two in step fall out of it
    message = f"others were quicker {MAX_PUSH_ATTEMPTS} times; what you changed is kept here"
    raise CopkitError(message, "run 'copkit sync' again")


def _merge_remote(
    repository: Repository, remote: Remote, side: Side | None, places: dict[str, str]
) -> dict[str, str]:
    """Merge what was fetched, print it, check it, and return the communities' places.

    ``side`` wins contradictions, ``None`` for neither; ``places`` are the places by slug as they
    were before. Raise :class:`InvalidRecords` when the merged records have errors; nothing is sent
    then.
    """
    with locked(repository.root):  # merging writes files; fetching did not
        arrived = merge_incoming(repository, remote, side, places)
    headings = {
        None: "please look at this:",
        Side.OURS: "kept as yours:",
        Side.THEIRS: "kept as theirs:",
    }
    _say_list(headings[side], arrived.messages)
    _say_list("from the others:", arrived.changes)
    try:
        return _require_no_errors(repository.root)
    except InvalidRecords as error:
        error.message = "this came together with errors, so it is kept here and was not sent"
        error.hint = "correct them, and run 'copkit sync' again"
        raise


def _require_no_errors(root: Path) -> dict[str, str]:
    """Raise if 'copkit check' finds an error; return the communities' places by their slugs."""
    programme = load(root)
    if errors := only_errors(all_problems(programme)):
        raise InvalidRecords(errors)
    require_no_details_in_files(programme, is_shareable)
    return {records.slug: records.community.place for records in programme.communities}


def _require_no_details_in_commits(repository: Repository, remote: Remote) -> None:
    """Raise if a commit that the others do not have yet holds an identifying detail.

    The folder may be clean by now, but git sends every version.
    """
    # As git's pre-push hook would, which a clone may lack; the remote's side counts as empty.
    head = repository.git("rev-parse", "HEAD").strip()
    sent = PushedRef(remote.branch, head, remote.branch, NULL_COMMIT)
    knowledge = load_knowledge(repository.root, [])
    inspection = inspect_push(repository, remote.name, [sent], knowledge)
    if errors := only_errors(inspection.problems):
        error = InvalidRecords(errors)
        error.message = "nothing was sent: a commit of yours holds what is marked"
        undo_command = inspection.undo_command or f"git reset --soft {remote.ref}"
        error.hint = (
            f"correct what still stands in a file; then '{undo_command}' takes your commits apart "
            "and leaves your files as they are, and 'copkit sync' keeps them anew"
        )
        raise error


def _say_list(heading: str, lines: Sequence[RecordChange | str]) -> None:
    """Print a heading and the lines below it on standard error; without lines, nothing."""
    if lines:
        say(heading)
    for line in lines:
        say(f"  {clean(str(line))}")


def _say_dry_run(pending: PendingChanges, remote: Remote | None) -> None:
    """Print what 'copkit sync' would commit, and with whom it would exchange records.

    ``remote`` is ``None`` where there is nobody to exchange with.
    """
    if not pending.files:
        say("nothing has changed here")
    else:
        say(f"would keep {plural(len(pending.files), 'changed file')} in the history")
    if remote:
        say(f"would exchange records with {clean(remote.name)} ({clean(remote.branch)})")


# History.


def log(
    record: Annotated[
        str | None,
        typer.Argument(help="One record, or a community.", autocompletion=complete_record),
    ] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="How many lines.")] = 30,
    folder: Folder = HERE,
    as_json: AsJson = False,
) -> None:
    """Show who recorded what, and when, the newest first.

    \b
    Examples:
      copkit log
      copkit log brighton
      copkit log brighton/2012-04-18
      copkit log communities/brighton/roster.yaml
    """
    root = find_programme(folder)
    repository = require_repository(root)
    files = [_find_file(root, record)] if record else []
    entries = load_events(repository, files, _load_places(root), limit)
    if as_json:
        print_json([event.as_json() for event in entries])
        return
    for event in entries:
        line = clean(f"{event.change}; recorded by {event.author}")
        print(wrap_for_terminal(f"{event.when:%Y-%m-%d}  {line}", sys.stdout, 12))
    if not entries:
        say("nothing has been recorded yet; 'copkit sync' keeps what you have changed")


def _find_file(root: Path, name: str) -> str:
    """Return the path of a record or a community as it is named on the command line.

    ``name`` is a path, ``brighton``, ``brighton/2012-04-18``, or the slug of another record.
    """
    is_path = name.endswith((".md", ".yaml")) and not Path(name).is_absolute()
    if is_path and ".." not in name.split("/"):  # as typed, so that a deleted record has a history
        return name
    # Names are listed from the folder alone, since reading every record would take longer.
    communities = community_slugs(root)
    community, _, inner_slug = name.partition("/")
    candidates: dict[str, str] = {slug: f"communities/{slug}" for slug in communities}
    if community in communities and inner_slug:
        for kind_folder in COMMUNITY_FOLDERS:
            place = ("communities", community, kind_folder)
            candidates |= {
                f"{community}/{slug}": "/".join((*place, f"{slug}.md"))
                for slug in record_slugs(root, *place)
            }
    for slug in communities:
        for case in record_slugs(root, "communities", slug, "cases"):
            # The slug of a case alone is enough, but never hides a community of that name.
            candidates.setdefault(case, f"communities/{slug}/cases/{case}.md")
    for top in RECORD_FOLDERS:
        candidates |= {slug: f"{top}/{slug}.md" for slug in record_slugs(root, top)}
    if name not in candidates:
        raise not_found("record", name, candidates)
    return candidates[name]


def _load_places(root: Path) -> dict[str, str]:
    """Load the places of the communities by their slugs, for descriptions of changes."""
    return {records.slug: records.community.place for records in load(root, ()).communities}
