"""Taking back the last change that copkit made and that nobody else has yet.  Runs git.

Until it is committed, a change is what ``memory`` has noted; from then on, what the commit did.
"""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any, NamedTuple

from copkit.errors import CopkitError
from copkit.git.bodies import merge_bodies
from copkit.git.driver import register
from copkit.git.history import TRAILER, texts_at
from copkit.git.memory import forget_all, forget_last, head_of, last_noted
from copkit.git.repository import Repository, require_repository, uninterrupted
from copkit.text.edit import EditRefused
from copkit.text.files import inside, read_source
from copkit.text.merge import merge_texts
from copkit.text.transaction import Change, locked, save


class Undoable(NamedTuple):
    """A change that can be taken back: from ``old`` to ``new``, and the commit it is in, if any."""

    changes: tuple[Change, ...]
    when: str
    commit: str


def last_change(root: Path) -> Undoable:
    """Find the last change of copkit's; raise :class:`CopkitError` if it cannot be taken back."""
    repository = require_repository(root)
    if noted := last_noted(repository):
        return Undoable(tuple(noted.changes), noted.when, "")
    unsent = repository.says(
        *("log", "--first-parent", "--no-merges", "-1", "--format=%H %cI", "HEAD"),
        *(f"--grep=^{TRAILER}", "--not", "--remotes"),
    )
    if not unsent:
        sent = repository.says("log", "-1", "--format=%H", f"--grep=^{TRAILER}", "--remotes")
        message = "there is no change of copkit's to take back"
        if sent:
            message = "everything that copkit has changed has been sent to the others already"
        raise CopkitError(message, "what you change by hand, you put back by hand")
    commit, when = unsent.split(" ")
    if not repository.says("rev-parse", "--verify", "--quiet", f"{commit}^"):
        message = "the last change is the beginning of everything, which is not taken back"
        raise CopkitError(message, "change or delete the records themselves")
    return Undoable(_changes_in(repository, commit), when, commit)


def ways_back(root: Path, last: Undoable) -> list[Change]:
    """Give the changes that take a change back, and leave alone what has been changed since.

    Raises :class:`CopkitError` when what it changed has been changed again, or is gone already.
    """
    repository = require_repository(root)
    changes = [_reversed(repository, change) for change in last.changes]
    back = [change for change in changes if change is not None]
    if not back and last.commit:
        message = "the last change has been taken back already"
        raise CopkitError(message, "'copkit sync' keeps that; then there is nothing more to undo")
    return back


def take_back(root: Path, last: Undoable) -> None:
    """Take a change back; raises as :func:`ways_back` does, and when it is no longer the last."""
    repository = require_repository(root)
    with locked(root), uninterrupted():
        register(repository)
        if last_change(root) != last:
            message = "something else was recorded in the meantime; nothing was taken back"
            raise CopkitError(message, "run 'copkit undo' again")
        save(root, ways_back(root, last))
        if not last.commit:
            forget_last(repository)
        elif last.commit == head_of(repository):
            files = "".join(f"{change.file}\0" for change in last.changes)
            paths = ("--pathspec-from-file=-", "--pathspec-file-nul")
            repository.git("reset", "--quiet", "--soft", "HEAD^")
            repository.git("--literal-pathspecs", "reset", "--quiet", *paths, stdin=files)
            forget_all(repository)


def _reversed(repository: Repository, change: Change) -> Change | None:
    """Turn a change round for the file as it is now; ``None`` if it says the old already."""
    file = change.file
    path = inside(repository.root, *file.split("/"))
    now = None
    if path.exists():
        problems: list[Any] = []
        source = read_source(path, file, problems)
        if problems:
            raise CopkitError(f"{file} cannot be read; nothing was changed")
        now = source.text
    if now == change.old:
        return None
    if now == change.new:
        return Change(file, now, change.old)
    with contextlib.suppress(EditRefused):
        if now is not None and change.old is not None and change.new is not None:
            merged = merge_texts((change.new, now, change.old), merge_bodies(repository.root))
            if not merged.contradictions and not merged.body_clashes:
                return Change(file, now, merged.text) if merged.text != now else None
    hint = "change it by hand" if change.old is not None else "delete it if you do not want it"
    message = f"{file} has been changed since, in the same place; nothing was taken back"
    raise CopkitError(message, hint)


def _changes_in(repository: Repository, commit: str) -> tuple[Change, ...]:
    """Give what a commit changed among the files of the programme."""
    names = repository.git(
        *("diff-tree", "-r", "--no-commit-id", "--name-only", "--no-renames", "-z", "--relative"),
        commit,
    )
    files = [file for file in names.split("\0") if file]
    old, new = (texts_at(repository, revision, files) for revision in (f"{commit}^", commit))
    return tuple(Change(file, old.get(file), new.get(file)) for file in files)
