"""``copkit sync`` and ``copkit log``: share records through git without knowing git.

``sync`` takes the steps of :mod:`copkit.git.sync`, and takes them again while others push first.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from copkit.analysis.changes import RecordChange
from copkit.analysis.consistency import all_errors
from copkit.analysis.losses import Loss
from copkit.cli.context import Reading, Writing
from copkit.cli.params import (
    complete_record,
    today,
)
from copkit.cli.pii import load_knowledge, require_no_details_in_files
from copkit.cli.terminal import clean, print_json, say, wrap_for_terminal
from copkit.errors import CopkitError, InvalidRecords, only_errors
from copkit.folder import load, not_found
from copkit.git.checkout import finish_interrupted, is_interrupted
from copkit.git.history import load_events
from copkit.git.merge_driver import register_driver
from copkit.git.objects import NULL_COMMIT, PushedRef, inspect_push
from copkit.git.remote import (
    Remote,
    Rewritten,
    count_unsent,
    fetch,
    find_remote,
    has_news,
    note_shared,
    note_superseded,
    push,
)
from copkit.git.repository import Repository, require_repository
from copkit.git.sync import (
    ContradictionsFound,
    PendingChanges,
    adopt_rewritten,
    commit_pending,
    find_new_member_ids,
    find_pending_changes,
    find_pending_losses,
    find_unsent_losses,
    is_shareable,
    merge_incoming,
    require_ready,
)
from copkit.layout import community_slugs, record_file, record_slugs
from copkit.pii.scan import mask_details
from copkit.records.kinds import (
    COMMUNITY_FOLDERS,
    KINDS_BY_NOUN,
    RECORD_FOLDERS,
    Noun,
    RecordName,
)
from copkit.text.merge_values import Side
from copkit.text.transaction import locked
from copkit.wording import plural

if TYPE_CHECKING:
    from copkit.analysis.folder_changes import FolderChanges

MAX_PUSH_ATTEMPTS = 8  # to send before giving up against others who are quicker
MAX_FILES_NAMED = 5  # files that are left alone


class Keep(StrEnum):
    """Whose record is kept where two contradict each other."""

    MINE = "mine"
    THEIRS = "theirs"


def sync(
    context: Writing,
    keep: Annotated[
        Keep | None,
        typer.Option(help="Whose word counts where yours and theirs contradict each other."),
    ] = None,
    yes_delete: Annotated[
        bool, typer.Option("--yes-delete", help="Many records are to go, for everybody.")
    ] = False,
) -> None:
    """Keep what you changed, bring in what others sent, and send yours to them.

    Shows what changed, checks it, commits it, merges the others' records, checks again and
    sends. Where two people recorded different things about one fact it stops, says what to
    decide, and leaves everything as it was. It also stops where much would be deleted for
    everybody, such as a folder that was dragged away. Without anybody to send to, it commits.

    \b
    Examples:
      copkit sync
      copkit sync --dry-run
      copkit sync --keep mine
    """
    repository = require_repository(context.root)
    side = {None: None, Keep.MINE: Side.OURS, Keep.THEIRS: Side.THEIRS}[keep]
    try:
        _Sync(repository, side, yes_delete=yes_delete).run(dry_run=context.dry_run)
    except KeyboardInterrupt:
        say("what you changed is kept; run 'copkit sync' again to go on")
        raise


@dataclass
class _Sync:
    """One run of ``copkit sync``; ``side`` wins contradictions, ``None`` for neither.

    ``places`` are the communities' places by slug, as of the last look at the records.
    """

    repository: Repository
    side: Side | None
    yes_delete: bool
    places: dict[str, str] = field(default_factory=dict)

    def run(self, *, dry_run: bool) -> None:
        """Check and commit what changed here, then exchange commits with the others, if any."""
        repository = self.repository
        if dry_run and is_interrupted(repository):
            say("an earlier sync was cut short; without --dry-run it is taken back first")
            return
        if not dry_run:
            with locked(repository.root):
                if finish_interrupted(repository):
                    say("an earlier sync was cut short; your folder is whole again")
        branch = require_ready(repository)
        remote = find_remote(repository, branch)
        self.places = _require_no_errors(repository.root)  # errors stay on this computer
        with nullcontext() if dry_run else locked(repository.root):
            pending = self._show_pending()
            if dry_run:
                _say_dry_run(pending, remote)
                return
            # Registered in every clone by itself: git does not share its settings.
            register_driver(repository)
            has_committed = commit_pending(repository, pending)
        if remote is None:
            say("kept in this folder's history" if has_committed else "nothing has changed")
            say("  there is nobody to send it to; 'git remote add origin ADDRESS' names a place")
            return
        try:
            self._exchange(remote)
        except ContradictionsFound as contradiction:
            _say_list("you and the others have recorded different things:", contradiction.facts)
            raise
        except LargeLoss:
            raise
        except CopkitError as error:
            error.hint = error.hint or "run 'copkit sync' again later"
            error.hint += "; what you changed is kept here"
            raise

    def _show_pending(self) -> PendingChanges:
        """Find what has been changed here, print it, and raise where it must not be committed."""
        root = self.repository.root
        pending = find_pending_changes(self.repository, self.places)
        # Changed files that no record is, but git has already: they would be sent as well.
        if tracked := {file for file in pending.files if not is_shareable(file)}:
            require_no_details_in_files(load(root, frozenset()), tracked.__contains__)
        _say_list("changed here:", pending.changes)
        # A file that is no record may be named after somebody, such as notes-zoe.docx.
        _say_files("left alone, as no record", pending.left_alone)
        _say_files("hidden by .gitignore, so that nobody else gets it", pending.hidden)
        self._require_meant(find_pending_losses(self.repository, pending))
        return pending

    def _require_meant(self, losses: Sequence[Loss]) -> None:
        """Raise :class:`LargeLoss` where much would be deleted and nobody has said so."""
        if losses and not self.yes_delete:
            _say_list("this would be deleted for everybody:", losses)
            raise LargeLoss(losses)

    def _exchange(self, remote: Remote) -> None:
        """Fetch, merge and push, again while others have pushed in between."""
        repository = self.repository

        def waiting() -> None:
            say(f"waiting for {clean(remote.name)}; Ctrl-C gives up, and nothing is lost")

        for attempt in range(MAX_PUSH_ATTEMPTS):
            # Each turn looks at the others' newest state; the lock is not held meanwhile.
            fetched = fetch(repository, remote, waiting)
            remote = fetched.remote
            if fetched.note:
                say(clean(fetched.note))
            if fetched.rewritten:
                self._adopt(remote, fetched.rewritten)
            self._require_meant(find_unsent_losses(repository, remote))
            for source in remote.sources:
                if has_news(repository, remote, source):
                    self._merge(source)
            if not count_unsent(repository, remote):
                note_shared(repository, remote)
                say("everybody has the same records")
                break
            _require_no_details_in_commits(repository, remote)
            if push(repository, remote, waiting):
                say(f"sent to {clean(remote.name)}")
                break
            time.sleep(0.1 * attempt)  # longer each time, so that two in step fall out of it
        else:
            message = f"others were quicker {MAX_PUSH_ATTEMPTS} times; what you changed is kept"
            raise CopkitError(message, "run 'copkit sync' again")
        if remote.main:
            say(
                f"  yours is branch '{clean(remote.branch)}'; others get it once it is merged "
                f"into '{clean(remote.main)}' there"
            )

    def _merge(self, source: str) -> None:
        """Merge what was fetched as the ref ``source``, print it, and check it.

        Raise :class:`InvalidRecords` when the merged records have errors; nothing is sent then.
        """
        self._give_new_ids(source)
        with locked(self.repository.root):  # merging writes files; fetching did not
            arrived = merge_incoming(self.repository, source, self.side, self.places)
        headings = {
            None: "please look at this:",
            Side.OURS: "kept as yours:",
            Side.THEIRS: "kept as theirs:",
        }
        _say_list(headings[self.side], arrived.messages)
        _say_list("from the others:", arrived.changes)
        self._check_merged()

    def _give_new_ids(self, source: str) -> None:
        """Change the ids of members here that somebody else has given others, and print it.

        What refers to them follows, in ``private/`` as well. Nothing of two people is mixed then.
        """
        new_ids = find_new_member_ids(self.repository, source)
        if not new_ids:
            return
        from copkit.cli.housekeeping import Renamed, WorkSummary, apply_changes  # seldom needed

        kind = KINDS_BY_NOUN[Noun.MEMBERS]
        pairs = [
            (RecordName(kind, community, old), RecordName(kind, community, new))
            for community, old, new in new_ids
        ]

        def work(changes: FolderChanges) -> WorkSummary:
            for old, new in pairs:
                changes.rename(old, new)
            return WorkSummary(tuple(Renamed(old, new) for old, new in pairs))

        summary = [f"member {old} is now {new}" for old, new in pairs]
        apply_changes(self.repository.root, work, dry_run=False, ask=False, summary=summary)
        for old, new in pairs:
            say(f"two people added '{clean(str(old))}'; both are kept, yours as '{new.slug}'")
            say(f"  if they are one person: copkit remove {clean(str(new))} --with-references")
        with locked(self.repository.root):
            commit_pending(self.repository, find_pending_changes(self.repository, self.places))

    def _check_merged(self) -> None:
        try:
            self.places = _require_no_errors(self.repository.root)
        except InvalidRecords as error:
            error.message = "this came together with errors, so it is kept here and was not sent"
            error.hint = "correct them, and run 'copkit sync' again"
            raise

    def _adopt(self, remote: Remote, rewritten: Rewritten) -> None:
        """Take over a shared history that was rewritten, and print what became of this folder."""
        from copkit.cli.store import purge_notes  # rarely needed

        repository = self.repository
        ref, since = rewritten
        is_main = ref != remote.ref  # and what lies on a branch of one's own is built upon it
        if is_main and has_news(repository, remote, remote.ref):
            self._merge(remote.ref)
        with locked(repository.root):
            if is_main:
                note_superseded(repository, remote)
            adopted = adopt_rewritten(repository, ref, since, str(today()), self.places)
            purge_notes(repository.root, "the shared history was rewritten")
        say("the shared history was rewritten: something was taken out of it on purpose")
        say("  this folder has the new history now, and the old one is not sent again")
        _say_list("yours, put on top of it:", adopted.carried_over)
        _say_list(f"yours, set aside in {adopted.folder}:", adopted.set_aside)
        if adopted.set_aside:
            say("  look whether it holds what was taken out; put in by hand what may stay")
        say(f"  git still has the old one here until it is cleaned up, as {adopted.former[:9]}")
        self._check_merged()


class LargeLoss(CopkitError):
    """Much would be deleted for everybody, and nobody has said that it is meant."""

    def __init__(self, losses: Sequence[Loss]) -> None:
        ways = dict.fromkeys(loss.way_back for loss in losses)
        super().__init__(
            "nothing was sent; this may be a mistake",
            f"to have it back: {'; '.join(ways)} -- if it is to go: copkit sync --yes-delete",
        )


def _require_no_errors(root: Path) -> dict[str, str]:
    """Raise if 'copkit check' finds an error; return the communities' places by their slugs."""
    programme = load(root)
    if errors := all_errors(programme):
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


def _say_list(heading: str, lines: Sequence[RecordChange | Loss | str]) -> None:
    """Print a heading and the lines below it on standard error; without lines, nothing."""
    if lines:
        say(heading)
    for line in lines:
        say(f"  {clean(str(line))}")


def _say_files(heading: str, files: Sequence[str]) -> None:
    """Print the first few of some files behind a heading, masked; without files, nothing."""
    if files:
        unnamed = len(files) - MAX_FILES_NAMED
        more = f" and {unnamed} more" if unnamed > 0 else ""
        names = mask_details(", ".join(map(clean, files[:MAX_FILES_NAMED])))
        say(f"{heading}: {names}{more}")


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
    context: Reading,
    record: Annotated[
        str | None,
        typer.Argument(help="One record, or a community.", autocompletion=complete_record),
    ] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="How many lines.")] = 30,
) -> None:
    """Show who recorded what, and when, the newest first.

    \b
    Examples:
      copkit log
      copkit log brighton
      copkit log brighton/2012-04-18
      copkit log communities/brighton/roster.yaml
    """
    root = context.root
    repository = require_repository(root)
    files = [_find_file(root, record)] if record else []
    entries = load_events(repository, files, _load_places(root), limit)
    if context.as_json:
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
        candidates |= {slug: record_file(top, slug) for slug in record_slugs(root, top)}
    if name not in candidates:
        raise not_found("record", name, candidates)
    return candidates[name]


def _load_places(root: Path) -> dict[str, str]:
    """Load the places of the communities by their slugs, for descriptions of changes."""
    return {records.slug: records.community.place for records in load(root, ()).communities}
