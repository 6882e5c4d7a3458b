"""Move a branch to another commit, with index and files: whole, or not at all.  Runs git.

Git itself leaves half of a merge behind when it is killed or the disk is full. So the next index is
made beside git's own, every file that will be written is kept until all is done, and a journal says
what is under way. The step that decides is the move of the branch: before it everything is put
back, after it everything is finished, by whichever command comes next.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import stat
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final, NamedTuple

from copkit.errors import CopkitError
from copkit.git.objects import NULL_COMMIT
from copkit.git.repository import LOCK_WAIT, Repository, defer_interrupts

_FOLDER: Final = ("copkit", "checkout")  # below git's own folder, which is never committed or sent
_JOURNAL: Final = "journal.json"
_INDEX: Final = "index"  # the next one; before the branch has moved it is only a draft
_BEFORE: Final = "before"  # the files as they were, by their numbers in the journal
_OUR_LOCK: Final = b"copkit\n"  # git's own locks are empty, or begin with DIRC
_POLL: Final = 0.05  # seconds between two attempts to get a lock
_LINK_MODE: Final = "120000"  # git's file mode of a symbolic link
_SUBMODULE_MODE: Final = "160000"
_MERGE_LEFTOVER: Final = re.compile(r"\.merge_file_\w{6}")  # of a git that was killed in a merge
_OWN_MERGE: Final = ("Bring in what others have recorded", "Copkit: merge")


class TreeEntry(NamedTuple):
    """A file as a commit has it: git's mode, and the name of its blob."""

    mode: str
    blob: str


class TreeChange(NamedTuple):
    """What became of a file between two trees; ``None`` where one of them does not have it.

    ``path`` begins at the top of the repository.
    """

    path: str
    old: TreeEntry | None
    new: TreeEntry | None


def diff_trees(repository: Repository, old: str, new: str) -> list[TreeChange]:
    """Return the files that differ between two commits or trees."""
    options = ("diff-tree", "-r", "-z", "--raw", "--no-abbrev", "--no-renames", "--no-commit-id")
    parts = repository.git(*options, "--no-ext-diff", old, new).split("\0")
    changes = []
    # ':MODE MODE BLOB BLOB M', then the path
    for facts, path in zip(parts[::2], parts[1::2], strict=False):
        old_mode, new_mode, old_blob, new_blob = facts.removeprefix(":").split(" ")[:4]
        entries = [
            TreeEntry(mode, blob) if blob.strip("0") else None
            for mode, blob in ((old_mode, old_blob), (new_mode, new_blob))
        ]
        changes.append(TreeChange(path, *entries))
    return changes


def commit_tree(repository: Repository, tree: str, parents: Sequence[str], message: str) -> str:
    """Write a commit; return its name. Nothing points to it yet."""
    options = [option for parent in parents for option in ("-p", parent)]
    return repository.git("commit-tree", tree, *options, "-F", "-", stdin=message).strip()


def empty_tree(repository: Repository) -> str:
    """Return the name of the tree without a file."""
    return repository.git("hash-object", "-t", "tree", "-w", "--stdin").strip()


@contextlib.contextmanager
def draft_index(repository: Repository, tree: str) -> Iterator[Repository]:
    """Return the repository with an index of its own, which begins as ``tree`` and is deleted."""
    path = _folder(repository) / f"draft-{os.getpid()}"
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = replace(repository, index=path)
    try:
        draft.git("read-tree", tree)
        yield draft
    finally:
        for leftover in (path, path.with_name(f"{path.name}.lock")):
            leftover.unlink(missing_ok=True)


def move_branch(
    repository: Repository, old: str, new: str, stage: Callable[[Repository], None]
) -> None:
    """Move the branch from one commit to another without touching a file of the work tree.

    ``old`` is ``""`` before the first commit. ``stage`` brings the index, which it gets as that of
    the repository, to where it is to be. The caller holds the lock of the folder. Raise
    :class:`CopkitError` when that fails; nothing has changed then.
    """
    with defer_interrupts(), _held_index(repository) as held:
        _write_journal(repository, old or NULL_COMMIT, new, [])
        stage(held)
        _move(repository, old or NULL_COMMIT, new)


def check_out(repository: Repository, old: str, new: str) -> None:
    """Move the branch, the index and the files from one commit to another.

    What is staged, and files that git does not know, stay as they are. The caller holds the lock of
    the folder. Raise :class:`CopkitError` when that fails; everything is as it was then.
    """
    with defer_interrupts(), _held_index(repository) as held:
        changes = diff_trees(repository, old, new)
        _require_free_paths(held, changes)
        _keep_files(repository, changes)
        _write_journal(repository, old, new, changes)
        held.run("update-index", "-q", "--refresh")  # a file whose date alone is new is no change
        held.git("read-tree", "-m", "-u", old, new)
        _move(repository, old, new)


def finish_interrupted(repository: Repository) -> bool:
    """Finish or take back what a killed command has left; return whether there was anything.

    The caller holds the lock of the folder, so that no other copkit is at work, nor a git of one.
    """
    lock, folder = repository.git_dir / "index.lock", _folder(repository)
    with contextlib.suppress(OSError):
        if lock.read_bytes() == _OUR_LOCK and not (folder / _JOURNAL).exists():
            lock.unlink()
    interrupted = (folder / _JOURNAL).exists()
    if interrupted:
        with defer_interrupts(), _errors_of_disk():
            _wait_for_foreign_lock(lock)
            _delete_dead_locks(repository)
            _settle(repository)
    elif folder.exists():
        shutil.rmtree(folder, ignore_errors=True)
    return take_back_own_merge(repository) or interrupted


def is_interrupted(repository: Repository) -> bool:
    """Check whether a killed command has left something to finish or take back."""
    return (_folder(repository) / _JOURNAL).exists() or _is_own_merge(repository)


def take_back_own_merge(repository: Repository) -> bool:
    """Take back a merge that an earlier copkit ran through git and could not finish."""
    if not _is_own_merge(repository):
        return False
    if repository.run("merge", "--abort").returncode:
        # Nothing was changed by hand before it began, as copkit had committed everything.
        repository.git("reset", "--quiet", "--merge", "HEAD")
    for path in repository.top.iterdir():
        if _MERGE_LEFTOVER.fullmatch(path.name) and stat.S_ISREG(path.lstat().st_mode):
            path.unlink()
    return True


def _is_own_merge(repository: Repository) -> bool:
    """Check whether an unfinished merge is one that copkit began."""
    if not (repository.git_dir / "MERGE_HEAD").exists():
        return False
    with contextlib.suppress(OSError):
        message = (repository.git_dir / "MERGE_MSG").read_text("utf-8", "replace")
        return all(line in message for line in _OWN_MERGE)
    return False


def _folder(repository: Repository) -> Path:
    return repository.git_dir.joinpath(*_FOLDER)


# --- the lock of the index ------------------------------------------------------------------


@contextlib.contextmanager
def _held_index(repository: Repository) -> Iterator[Repository]:
    """Lock git's index against other programs; return the repository with a copy of it.

    After the body the copy is the index if the branch has moved; else everything is put back.
    """
    folder, lock = _folder(repository), repository.git_dir / "index.lock"
    shutil.rmtree(folder, ignore_errors=True)
    with _errors_of_disk():
        folder.mkdir(parents=True)
        _take_lock(lock)
    try:
        with _errors_of_disk():
            index = repository.git_dir / "index"
            if index.exists():
                shutil.copy2(index, folder / _INDEX)
            yield replace(repository, index=folder / _INDEX)
    finally:
        _settle(repository)


@contextlib.contextmanager
def _errors_of_disk() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = error.strerror or "unknown reason"
        hint = "make room, and run this again" if error.errno == 28 else ""  # ENOSPC
        raise CopkitError(f"git's folder cannot be written: {reason}", hint) from None


def _take_lock(lock: Path) -> None:
    """Create git's lock of the index; raise :class:`CopkitError` if another program keeps it."""
    deadline = time.monotonic() + LOCK_WAIT
    draft = lock.with_name(f"copkit-lock-{os.getpid()}.tmp")
    draft.write_bytes(_OUR_LOCK)
    try:
        while not _create_lock(draft, lock):
            if time.monotonic() > deadline:
                message = f"another program has kept git's index locked for {LOCK_WAIT:.0f} seconds"
                hint = "close what commits here (an editor, say), and run this again; "
                raise CopkitError(message, f"{hint}if nothing does, delete {lock}")
            time.sleep(_POLL)
    finally:
        draft.unlink(missing_ok=True)


def _create_lock(draft: Path, lock: Path) -> bool:
    """Put the lock in place with its text, in one step; return ``False`` if it exists."""
    try:
        os.link(draft, lock)
    except FileExistsError:
        return False
    except (OSError, NotImplementedError):  # no links on this disk
        try:
            with lock.open("xb") as file:
                file.write(_OUR_LOCK)
        except FileExistsError:
            return False
    return True


def _wait_for_foreign_lock(lock: Path) -> None:
    """Wait until no other program has the index, or take over the lock of a killed copkit."""
    with contextlib.suppress(OSError):
        if lock.read_bytes() == _OUR_LOCK:
            return
    _take_lock(lock)


def _delete_dead_locks(repository: Repository) -> None:
    """Delete the locks of the branch that a git killed together with its copkit has left."""
    branch = repository.try_git("symbolic-ref", "--quiet", "HEAD") or "HEAD"
    locks = [repository.git_dir / "HEAD.lock", repository.common_dir / f"{branch}.lock"]
    deadline = time.monotonic() + LOCK_WAIT
    while any(lock.exists() for lock in locks) and time.monotonic() < deadline:
        time.sleep(_POLL)  # a living git keeps one for milliseconds
    for lock in locks:
        lock.unlink(missing_ok=True)


# --- journal --------------------------------------------------------------------------------


def _write_journal(
    repository: Repository, old: str, new: str, changes: Sequence[TreeChange]
) -> None:
    """Write down which commit is to follow which, and the files that will change."""
    path = _folder(repository) / _JOURNAL
    rows = [[change.path, change.old is not None, change.new] for change in changes]
    text = json.dumps({"old": old, "new": new, "files": rows})
    temporary = path.with_suffix(".tmp")
    with temporary.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def _move(repository: Repository, old: str, new: str) -> None:
    """Move the branch that is checked out; from here on the change is made."""
    repository.git("update-ref", "-m", "copkit sync", "HEAD", new, old)


def _settle(repository: Repository) -> None:
    """Finish a change whose branch has moved, take back any other, and unlock the index."""
    folder = _folder(repository)
    try:
        journal = json.loads((folder / _JOURNAL).read_text("utf-8"))
    except (OSError, ValueError):
        journal = None
    if journal:
        head = repository.try_git("rev-parse", "--verify", "--quiet", "HEAD") or NULL_COMMIT
        if head == journal["new"]:
            with contextlib.suppress(FileNotFoundError):  # it has been put in place already
                (folder / _INDEX).replace(repository.git_dir / "index")
        elif head == journal["old"]:
            _put_files_back(repository, journal["new"], journal["files"])
        # Else somebody has moved the branch by hand since, and has seen the files as they are.
    (folder / _JOURNAL).unlink(missing_ok=True)
    shutil.rmtree(folder, ignore_errors=True)
    lock = repository.git_dir / "index.lock"
    with contextlib.suppress(OSError):
        if lock.read_bytes() == _OUR_LOCK:
            lock.unlink()


def _require_free_paths(held: Repository, changes: Sequence[TreeChange]) -> None:
    """Raise :class:`CopkitError` where a new file would replace one that git does not know.

    One with the same bytes is no obstacle. Ignored files count as well, as git would overwrite
    them.
    """
    known = {*held.git("ls-files", "-z", "--full-name", ":/").split("\0")}
    same = []
    for change in changes:
        if change.old or change.new is None or change.path in known:
            continue
        path = held.top / change.path
        if not os.path.lexists(path):
            continue
        blob = held.try_git("hash-object", "--", str(path)) if path.is_file() else None
        if blob != change.new.blob or path.is_symlink():
            file = change.path.removeprefix(held.prefix)
            message = f"others have sent {file}, and here is another file of that name"
            raise CopkitError(message, f"move {file} away, and run this again")
        same.append(f"{change.new.mode} {change.new.blob}\t{change.path}\0")
    if same:
        held.git("update-index", "-z", "--index-info", stdin="".join(same))


def _keep_files(repository: Repository, changes: Sequence[TreeChange]) -> None:
    """Keep the files that will be replaced or deleted, so that they can be put back.

    They are linked, which takes no room on a full disk, or copied where a disk has no links.
    """
    folder = _folder(repository) / _BEFORE
    folder.mkdir()
    for number, change in enumerate(changes):
        path, kept = repository.top / change.path, folder / str(number)
        if change.old is None or not os.path.lexists(path) or path.is_dir():
            continue
        try:
            os.link(path, kept, follow_symlinks=False)
        except (OSError, NotImplementedError):
            shutil.copy2(path, kept, follow_symlinks=False)


def _put_files_back(
    repository: Repository, new: str, files: Sequence[tuple[str, bool, Sequence[str] | None]]
) -> None:
    """Put back the files that git has replaced, cut short or deleted, and no others.

    A file that somebody has changed since is neither as it was nor a beginning of what was to be
    written, and stays.
    """
    for number, (file, existed, entry) in enumerate(files):
        path, kept = repository.top / file, _folder(repository) / _BEFORE / str(number)
        if not os.path.lexists(path):
            is_gone = True
        elif path.is_dir() and not path.is_symlink():
            continue
        else:
            is_gone = False
            if kept.exists() and _is_same_file(path, kept):
                continue
            if not _is_beginning(path, _new_bytes(repository, new, file, entry)):
                continue
        if existed and os.path.lexists(kept):
            with contextlib.suppress(OSError):
                path.parent.mkdir(parents=True, exist_ok=True)
                kept.replace(path)
        elif not existed and not is_gone:
            path.unlink()
            for folder in path.parents:
                if folder == repository.top:
                    break
                try:
                    folder.rmdir()
                except OSError:
                    break


def _is_same_file(path: Path, kept: Path) -> bool:
    with contextlib.suppress(OSError):
        return path.samefile(kept) or path.read_bytes() == kept.read_bytes()
    return False


def _new_bytes(
    repository: Repository, new: str, file: str, entry: Sequence[str] | None
) -> bytes | None:
    """Return the bytes that git was to write, with the line ends of this computer."""
    if entry is None or entry[0] == _SUBMODULE_MODE:
        return None
    if entry[0] == _LINK_MODE:
        return repository.git_bytes("cat-file", "blob", entry[1])
    return repository.git_bytes("cat-file", "--filters", f"{new}:{file}")


def _is_beginning(path: Path, whole: bytes | None) -> bool:
    """Check whether a file holds the beginning of some bytes, or all of them."""
    if whole is None:
        return False
    with contextlib.suppress(OSError):
        data = os.fsencode(path.readlink()) if path.is_symlink() else path.read_bytes()
        return whole.startswith(data)
    return False
