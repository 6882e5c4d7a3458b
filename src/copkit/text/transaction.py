"""Safe writing of files: a lock, atomic replacement, and a journal for several files.  Does I/O.

A file is written beside the old one, synced to disk, and renamed over it. Where a change needs
several files, a journal is written first, from which any later command can finish an interrupted
one. Callers use :func:`locked`, :func:`save`, :func:`save_privately`, :func:`write_output` and, for
several outputs that belong together, :func:`save_outputs`.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import re
import stat
import sys
import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from copkit.errors import CopkitError
from copkit.text.files import path_inside

# --- journal: several files that change together --------------------------------------------

JOURNAL: Final = ".copkit.journal.tmp"  # .gitignore has .*.tmp
LEFTOVER: Final = re.compile(r"\.(.+)\.\d+\.tmp")
"""The name of a file being written, ``.roster.yaml.4711.tmp`` with the writer's process id."""


class Step(NamedTuple):
    """The replacement of ``target`` by ``temporary``, or its removal where that is ``None``.

    ``old`` is the digest of the target before; ``None`` if it is not there yet.
    """

    temporary: Path | None
    target: Path
    old: str | None


def digest_of(path: Path) -> str | None:
    """Return the SHA-256 of a file's bytes in hexadecimal, or ``None`` if there is no file."""
    import hashlib  # slow to import, and rarely needed

    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except FileNotFoundError:
        return None


def write_beside(path: Path, data: bytes, *, sync: bool = True) -> Path:
    """Write ``data`` to a temporary file in the folder of ``path``, and return its path.

    It is synced to disk unless ``sync`` is false; nothing is left behind where writing fails. The
    folder must exist. Mode and owner are those of a new file: whoever puts it in the place of
    another copies them first.
    """
    # In the same folder, since only within one file system is a rename a single step.
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    temporary.unlink(missing_ok=True)  # left by a process that had this number and was killed
    try:
        with temporary.open("xb") as file:
            file.write(data)
            file.flush()
            if sync:
                os.fsync(file.fileno())
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return temporary


def sync_folder(folder: Path) -> None:
    """Sync the names in a folder to disk, where the system can."""
    # After a power failure the new file could else be there under its temporary name.
    if sys.platform == "win32":  # which opens no folders
        return
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def write_journal(root: Path, steps: Sequence[Step]) -> None:
    """Write down the steps of a change; from then on it will be finished, not undone."""
    base = root.resolve()
    rows = [
        [
            step.temporary and step.temporary.relative_to(base).as_posix(),
            step.target.relative_to(base).as_posix(),
            step.old,
        ]
        for step in steps
    ]
    temporary = write_beside(root / JOURNAL, json.dumps(rows).encode("utf-8"))
    os.replace(temporary, root / JOURNAL)
    sync_folder(root)


def finish_journal(root: Path) -> None:
    """Do the steps of the journal that are not done yet, and delete it.

    Raise :class:`CopkitError` for a file that somebody has changed since: it stays as they have
    it, and what was to be written is put beside it, ending in ``.unsaved``.
    """
    steps = _read_journal(root)
    changed = [step.target for step in steps if not _finish_step(root, step)]
    # Each once, and before the journal goes: until then all of it would be done again.
    for folder in dict.fromkeys(step.target.parent for step in steps):
        sync_folder(folder)
    (root / JOURNAL).unlink()
    sync_folder(root)
    if changed:
        names = ", ".join(path.relative_to(root.resolve()).as_posix() for path in changed)
        raise CopkitError(
            f"{names}: changed by hand while a command was cut short, and left as it is now",
            "what the command meant to write lies beside it, ending in .unsaved",
        )


def _finish_step(root: Path, step: Step) -> bool:
    """Do a step unless it has been done; return ``False`` if the file was changed since.

    Such a file stays, and what was to be written is put beside it.
    """
    current = digest_of(step.target)
    if step.temporary is None:
        if current == step.old:
            remove_file(root, step.target)
        return current in {step.old, None}
    if not step.temporary.is_file():  # it was renamed already
        return True
    as_expected = current in {step.old, digest_of(step.temporary)}
    unsaved = step.target.with_name(f"{step.target.name}.unsaved")
    os.replace(step.temporary, step.target if as_expected else unsaved)
    return as_expected


def remove_file(root: Path, target: Path) -> None:
    """Delete a file if it exists, and the folders below ``root`` that it leaves empty."""
    target.unlink(missing_ok=True)
    for folder in target.parents:
        if folder == root.resolve():
            return
        try:
            folder.rmdir()
        except OSError:
            return


def _read_journal(root: Path) -> list[Step]:
    """Read the journal; raise :class:`CopkitError` for one that copkit cannot have written."""
    # A folder may have come from somebody else, journal and all. So all that a journal can do is
    # to rename an unfinished file to the name within its own, or to delete a record.
    refused = CopkitError(
        f"{JOURNAL} is not what copkit writes; nothing was changed",
        "delete it, and run the command again",
    )
    steps = []
    try:
        for temporary, file, old in json.loads((root / JOURNAL).read_bytes()):
            *folders, name = file.split("/")
            if not name or ".git" in folders:
                raise refused
            beside = None
            if temporary is not None:
                *same, unfinished = temporary.split("/")
                match = LEFTOVER.fullmatch(unfinished)
                if same != folders or not match or match[1] != name:
                    raise refused
                beside = path_inside(root, *same) / unfinished
            steps.append(Step(beside, path_inside(root, *folders) / name, old))
    except (ValueError, TypeError, AttributeError):
        raise refused from None
    return steps


# --- lock: one writer at a time -------------------------------------------------------------

# The folder itself is locked, and no file in it: nothing is left behind, nothing has to be
# ignored, and a process that dies does not keep the lock. Where a system locks only files
# (Windows, some network drives), this file stays in the folder; .gitignore has it.
_LOCK_FILE: Final = ".copkit.lock.tmp"
_POLL: Final = 0.02  # seconds between attempts


def lock_folder(root: Path, wait: float) -> int:
    """Lock a folder; return the handle whose closing unlocks it.

    Raise :class:`CopkitError` when another process still has it after ``wait`` seconds.
    """
    deadline = time.monotonic() + wait
    handle = _open_for_lock(root)
    try:
        while not _try_lock(handle):
            if time.monotonic() > deadline:
                raise CopkitError(
                    f"another copkit command has been writing here for {wait:.0f} seconds",
                    "let it finish, and run this one again; nothing was changed",
                )
            time.sleep(_POLL)
    except BaseException:
        os.close(handle)
        raise
    return handle


if sys.platform == "win32":
    import msvcrt

    def _open_for_lock(root: Path) -> int:
        return os.open(root / _LOCK_FILE, os.O_RDWR | os.O_CREAT)

    def _try_lock(handle: int) -> bool:
        """Try to lock a file or folder without waiting; ``False`` if another process has it."""
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _open_for_lock(root: Path) -> int:
        """Open the folder itself, or a file in it where folders cannot be locked."""
        handle = os.open(root, os.O_RDONLY)
        try:  # a shared lock, to see whether this system locks folders at all
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
            fcntl.flock(handle, fcntl.LOCK_UN)
        except BlockingIOError:
            return handle
        except OSError:
            os.close(handle)
            return os.open(root / _LOCK_FILE, os.O_RDWR | os.O_CREAT)
        return handle

    def _try_lock(handle: int) -> bool:
        """Try to lock a file or folder without waiting; ``False`` if another process has it."""
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


# --- saving ---------------------------------------------------------------------------------

WAIT: Final = 10.0  # seconds for another process to finish
_BOM: Final = b"\xef\xbb\xbf"
# Folders that this process has locked, with the handles: an inner lock would wait for the outer.
_held: dict[Path, int] = {}


def lock_handles() -> tuple[int, ...]:
    """Return the handles of the locks that this process has, for processes that it starts.

    Whoever inherits them holds the locks as well. None on Windows, where they are not inherited.
    """
    return () if sys.platform == "win32" else tuple(_held.values())


class Change(NamedTuple):
    """The change of a file's text from ``old`` to ``new``.

    ``file`` is relative, with forward slashes. ``old`` is ``None`` for a file that does not exist
    yet, ``new`` for one to delete. Neither has a byte order mark: that of the file stays, and one
    that another file is ``moved_from`` gets that file's, with its mode and owner.
    """

    file: str
    old: str | None
    new: str | None
    moved_from: str = ""


class Move(NamedTuple):
    """A file that gets another path and keeps its bytes, whatever they are; both are relative."""

    file: str
    target: str


@contextlib.contextmanager
def locked(root: Path, wait: float = WAIT) -> Iterator[None]:
    """Lock a folder against other copkit processes; may be nested.

    First finish what a killed process has begun. Raise :class:`CopkitError` if another is still
    writing after ``wait`` seconds.
    """
    root = root.resolve()
    if root in _held:
        yield
        return
    handle = lock_folder(root, wait)
    _held[root] = handle
    try:
        if (root / JOURNAL).exists():
            with _copkit_errors(JOURNAL, "a command that was cut short cannot be finished"):
                finish_journal(root)
        _delete_leftovers(root)
        yield
    finally:
        del _held[root]
        os.close(handle)  # which unlocks


def save(
    root: Path,
    changes: Sequence[Change],
    private: Collection[str] = (),
    moves: Sequence[Move] = (),
    removals: Sequence[str] = (),
) -> None:
    """Write files below ``root``, all of them or none, if each still has its expected text.

    New files that ``private`` names can be opened by their owner alone. ``moves`` are files that
    get another path in the same step, ``removals`` files that are deleted, whatever they hold.
    Modes and byte order marks stay; a link stays a link, and its target is written. Raise
    :class:`CopkitError` when a file is not as expected, is read-only, or
    cannot be written; nothing has changed then.
    """
    if len({change.file for change in changes}) < len(changes):
        raise ValueError("two changes of one file")
    if not changes and not moves and not removals:
        return
    with locked(root):
        steps: list[Step] = []
        new_folders: list[Path] = []
        alone = len(changes) == 1 and not moves and not removals
        try:
            for change in changes:
                with _copkit_errors(change.file), _umask(private=change.file in private):
                    steps.append(_prepare(root, change, new_folders, alone=alone))
            # Again, just before the renames: an editor does not know of our lock.
            for change, step in zip(changes, steps, strict=True):
                _require_old(step.target, change)
            for move in moves:
                with _copkit_errors(move.file):
                    steps += _prepare_move(root, move, new_folders)
            for file in removals:
                with _copkit_errors(file):
                    steps.append(_prepare_removal(root, file))
            if alone:
                with _copkit_errors(changes[0].file):
                    _apply_one(root, changes[0], steps[0])
            else:
                _apply_together(root, steps)
        except BaseException:
            if not (root / JOURNAL).exists():  # else the next command needs them
                for temporary in [step.temporary for step in steps if step.temporary]:
                    temporary.unlink(missing_ok=True)
            _remove_folders(new_folders)
            raise


def save_privately(
    root: Path,
    changes: Sequence[Change],
    ordinary: Sequence[Change] = (),
    moves: Sequence[Move] = (),
    removals: Sequence[str] = (),
) -> None:
    """Save ``changes`` as :func:`save` does, to files that their owner alone can open.

    ``ordinary`` are changes of other files, ``moves`` files that get another path, and ``removals``
    files that are deleted, in the same step after these.
    """
    for change in changes:
        path_inside(root, *change.file.split("/"))
    for top in {change.file.partition("/")[0] for change in changes}:
        restrict_to_owner(root / top)
    save(root, [*changes, *ordinary], {change.file for change in changes}, moves, removals)


def restrict_to_owner(path: Path) -> None:
    """Let only their owner open a file, or a folder and all that is in it; no link is followed."""
    for entry in find_open_to_others(path):
        with contextlib.suppress(OSError):  # only their owner may, and not on every disk
            os.chmod(entry, 0o700 if entry.is_dir() else 0o600)


def find_open_to_others(path: Path) -> list[Path]:
    """Return what of a file, or a folder and all in it, others on this computer can open."""
    if os.name == "nt" or path.is_symlink() or not path.exists():
        return []
    below = (
        Path(folder, name)
        for folder, folders, files in os.walk(path)
        for name in (*folders, *files)
    )
    return [
        entry
        for entry in (path, *below)
        if not entry.is_symlink() and stat.S_IMODE(entry.lstat().st_mode) & 0o077
    ]


@contextlib.contextmanager
def _umask(*, private: bool) -> Iterator[None]:
    """Let only their owner open the files and folders made in this context, if ``private``."""
    # Not a chmod afterwards: until then anybody could open the file and keep it open.
    before = os.umask(0o077) if private else None
    try:
        yield
    finally:
        if before is not None:
            os.umask(before)


def _prepare(root: Path, change: Change, new_folders: list[Path], *, alone: bool) -> Step:
    """Write the new text of a file beside it; return the step that puts it into place.

    Folders made for it are added to ``new_folders``. ``alone`` when it is the only change, which
    needs no journal. Raise :class:`CopkitError` where the file is not as expected or is read-only.
    """
    path = path_inside(root, *change.file.split("/"))
    if change.old is None and os.path.lexists(path):  # a link to nowhere as well
        raise CopkitError(f"{change.file} exists already; nothing was changed")
    target = path.resolve()
    mark = _require_old(target, change)
    if change.old is not None and not target.stat().st_mode & 0o222:
        raise CopkitError(f"{change.file} is read-only; nothing was changed")
    _make_folders(target, new_folders)
    old = None if alone else digest_of(target)  # for the journal
    if change.new is None:
        return Step(None, target, old)
    like = target if change.old is not None else None
    if change.moved_from:
        like = path_inside(root, *change.moved_from.split("/"))
        mark = _BOM if like.read_bytes().startswith(_BOM) else b""
    temporary = write_beside(target, mark + _encoded(change.file, change.new))
    if like is not None:
        _copy_mode_and_owner(temporary, like.stat())
    return Step(temporary, target, old)


def _prepare_move(root: Path, move: Move, new_folders: list[Path]) -> list[Step]:
    """Copy a file beside its new path; return the steps that put it there and delete the old one.

    Folders made for it are added to ``new_folders``. Raise :class:`CopkitError` where there is a
    file already, or a link in the place of the old one.
    """
    path, target = (path_inside(root, *file.split("/")) for file in move)
    if os.path.lexists(target):
        raise CopkitError(f"{move.target} exists already; nothing was changed")
    if path.is_symlink() or not path.is_file():
        raise CopkitError(f"{move.file} is not a file of its own; nothing was changed")
    path, target = path.resolve(), target.resolve()
    _make_folders(target, new_folders)
    temporary = write_beside(target, path.read_bytes())
    _copy_mode_and_owner(temporary, path.stat())
    return [Step(temporary, target, None), Step(None, path, digest_of(path))]


def _prepare_removal(root: Path, file: str) -> Step:
    """Return the step that deletes a file; raise :class:`CopkitError` for a link or a folder."""
    path = path_inside(root, *file.split("/"))
    if path.is_symlink() or not path.is_file():
        raise CopkitError(f"{file} is not a file of its own; nothing was changed")
    return Step(None, path.resolve(), digest_of(path))


def _make_folders(target: Path, new_folders: list[Path]) -> None:
    """Make the folders of a file that are missing, and add them to ``new_folders``."""
    missing = [folder for folder in target.parents if not folder.exists()]
    new_folders += missing
    target.parent.mkdir(parents=True, exist_ok=True)
    for folder in missing:
        sync_folder(folder.parent)
    _delete_leftovers(target.parent)


def _encoded(file: str, text: str) -> bytes:
    """Encode a text as UTF-8; ``file`` is the path for the error.

    Raise :class:`CopkitError` for half characters, such as a terminal that lacks UTF-8 gives.
    """
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        message = f"{file}: what was to be written is not text; nothing was changed"
        raise CopkitError(message, "type it in a terminal that uses UTF-8") from None


def _require_old(target: Path, change: Change) -> bytes:
    """Raise :class:`CopkitError` unless a file has its old text; return its byte order mark."""
    if change.old is None:
        if os.path.lexists(target):
            raise CopkitError(f"{change.file} exists already; nothing was changed")
        return b""
    data = target.read_bytes() if target.exists() else b""
    if data.removeprefix(_BOM) != _encoded(change.file, change.old):
        raise CopkitError(
            f"{change.file} was changed by someone else in the meantime; nothing was written",
            "run the command again",
        )
    return _BOM if data.startswith(_BOM) else b""


def _copy_mode_and_owner(temporary: Path, status: os.stat_result) -> None:
    """Set a temporary file's mode to that of ``status``, and its owner where allowed."""
    os.chmod(temporary, stat.S_IMODE(status.st_mode))
    if sys.platform != "win32" and (status.st_uid, status.st_gid) != (os.geteuid(), os.getegid()):
        with contextlib.suppress(OSError):  # only an administrator may
            os.chown(temporary, status.st_uid, status.st_gid)


def _apply_one(root: Path, change: Change, step: Step) -> None:
    """Put a single change into place; raise :class:`CopkitError` if a new file exists by now."""
    if step.temporary is None:
        remove_file(root, step.target)
        sync_folder(step.target.parent)
        return
    if change.old is None:
        _create(step.temporary, step.target)
    else:
        os.replace(step.temporary, step.target)
    sync_folder(step.target.parent)


def _apply_together(root: Path, steps: Sequence[Step]) -> None:
    """Put several changes into place by a journal, which is finished even on Ctrl-C.

    Raise :class:`CopkitError` where that fails; the next command that writes then finishes it.
    """
    with _copkit_errors(JOURNAL):
        write_journal(root, steps)
    try:
        with _copkit_errors(JOURNAL, "the next command that writes finishes this one"):
            finish_journal(root)
    except KeyboardInterrupt:  # half of the files are renamed: finishing takes a moment
        if (root / JOURNAL).exists():
            finish_journal(root)
        raise


def _create(temporary: Path, target: Path) -> None:
    """Rename a temporary file to a new name; raise :class:`CopkitError` if that exists."""
    # os.replace would overwrite what an editor or another program has saved since; a hard link
    # does not.
    try:
        if sys.platform == "win32":
            os.rename(temporary, target)  # refuses to overwrite, on Windows
        else:
            os.link(temporary, target)
            os.unlink(temporary)
    except FileExistsError:
        raise CopkitError(f"{target.name} exists already; nothing was changed") from None
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        os.replace(temporary, target)  # it was not there a moment ago


_NO_LINKS: Final = {
    errno.EPERM,
    errno.ENOTSUP,
    errno.EOPNOTSUPP,
    errno.ENOSYS,
    errno.EMLINK,
}
"""What a file system without hard links answers."""


def write_output(root: Path, path: Path, data: bytes, *, private: bool = False) -> None:
    """Write a rendered document below ``root``; raise :class:`CopkitError` where that fails.

    No folder on the way may be a link: it could lead to the records. A ``private`` one can be
    opened by its owner alone.
    """
    for folder in path.parents:
        if folder == root:
            break
        if folder.is_symlink():
            raise CopkitError(f"{folder} is a link, and nothing is written through it")
    with _copkit_errors(path.relative_to(root).as_posix()), _umask(private=private):
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = write_beside(path, data, sync=False)  # it can be rendered again
        try:
            os.replace(temporary, path)
        except OSError:
            temporary.unlink(missing_ok=True)
            raise


def save_outputs(root: Path, files: Mapping[str, bytes], gone: Iterable[str] = ()) -> list[str]:
    """Put files below ``root`` into place, all of them or none, and delete those that are ``gone``.

    Paths are relative, with forward slashes. A file that holds these bytes already stays untouched;
    return the paths of the others. Raise :class:`CopkitError` where a file cannot be written, and
    where a link leads elsewhere; nothing has changed then.
    """
    new_folders: list[Path] = []
    with _copkit_errors(root.name):
        root = root.resolve()
        _make_folders(root / JOURNAL, new_folders)
    steps: list[Step] = []
    changed: list[str] = []
    try:
        with locked(root):
            for file, data in files.items():
                target = _output_path(root, file)
                with _copkit_errors(file):
                    if target.is_file() and target.read_bytes() == data:
                        continue
                    _make_folders(target, new_folders)
                    steps.append(Step(write_beside(target, data), target, digest_of(target)))
                changed.append(file)
            for file in gone:
                target = _output_path(root, file)
                steps.append(Step(None, target, digest_of(target)))
                changed.append(file)
            if steps:
                _apply_together(root, steps)
    except BaseException:
        if not (root / JOURNAL).exists():  # else the next command needs them
            for temporary in [step.temporary for step in steps if step.temporary]:
                temporary.unlink(missing_ok=True)
            _remove_folders(new_folders)
        raise
    return changed


def _output_path(root: Path, file: str) -> Path:
    """Return the path of an output; raise :class:`CopkitError` where a link is on the way."""
    target = path_inside(root, *file.split("/"))
    for path in (target, *target.parents):
        if path == root:
            break
        if path.is_symlink():
            raise CopkitError(
                f"{file} is a link, or lies in one, and nothing is written through it"
            )
    return target


def _remove_folders(folders: list[Path]) -> None:
    """Remove folders that were made for a change, but for those that somebody uses by now."""
    folders.sort(key=lambda folder: len(folder.parts), reverse=True)
    for folder in folders:  # innermost first
        with contextlib.suppress(OSError):
            folder.rmdir()


def _delete_leftovers(folder: Path) -> None:
    """Delete unfinished files of processes that were killed; the caller holds the lock."""
    ours = f".{os.getpid()}.tmp"
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            unfinished = LEFTOVER.fullmatch(entry.name) and not entry.name.endswith(ours)
            if unfinished and entry.is_file(follow_symlinks=False):
                Path(entry.path).unlink(missing_ok=True)


@contextlib.contextmanager
def _copkit_errors(file: str, outcome: str = "nothing was changed") -> Iterator[None]:
    """Raise :class:`CopkitError` for an ``OSError``: which file, why, and with what outcome."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or "unknown reason"
        raise CopkitError(f"{file} cannot be written: {reason}; {outcome}") from None
