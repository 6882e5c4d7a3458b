"""Writing files so that nothing is ever lost: one writer at a time, whole files, on disk.

A file is written beside the old one and takes its place in one step. Where a fact needs several
files, a journal names them first: a process that is killed between them is finished by the next
that writes. Does I/O.
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
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from copkit.errors import CopkitError
from copkit.text.files import inside

WAIT: Final = 10.0  # seconds for another process to finish
JOURNAL: Final = ".copkit.journal.tmp"
_LOCK: Final = ".copkit.lock.tmp"  # only where a folder itself cannot be locked
_LEFTOVER: Final = re.compile(r"\.(.+)\.\d+\.tmp")
_BOM: Final = b"\xef\xbb\xbf"
_held: set[Path] = set()


class Change(NamedTuple):
    """A file of a folder, what it says now, and what it will say.

    ``file`` is relative, with forward slashes. ``old`` is ``None`` for a file that is not there
    yet, ``new`` for one that is to go. Neither has a byte order mark: that of the file stays.
    """

    file: str
    old: str | None
    new: str | None


@contextlib.contextmanager
def locked(root: Path, wait: float = WAIT) -> Iterator[None]:
    """Keep other copkit processes from writing in a folder meanwhile; may be nested.

    Finishes first what a killed process has begun. Raises :class:`CopkitError` if another is
    still writing after ``wait`` seconds.
    """
    root = root.resolve()
    if root in _held:
        yield
        return
    handle = _lock(root, wait)
    _held.add(root)
    try:
        if (root / JOURNAL).exists():
            _finish(root)
        yield
    finally:
        _held.discard(root)
        os.close(handle)  # which unlocks


def save(root: Path, changes: Sequence[Change]) -> None:
    """Write files below ``root``, all of them or none, over what they are known to say.

    Modes and byte order marks stay; a link stays a link, and its target is written. Raises
    :class:`CopkitError` when a file is not, or no longer, as expected, is read-only, or cannot
    be written; nothing has changed then.
    """
    with locked(root):
        steps: list[_Step] = []
        made: list[Path] = []
        try:
            for change in changes:
                with _explained(change.file):
                    steps.append(_prepare(root, change, made))
            for change, step in zip(changes, steps, strict=True):
                _require_old(step.target, change)
            _take_place(root, steps)
        except BaseException:
            for step in steps:
                if step.temporary and not (root / JOURNAL).exists():
                    step.temporary.unlink(missing_ok=True)
            for folder in made:  # innermost first; one that somebody uses by now stays
                with contextlib.suppress(OSError):
                    folder.rmdir()
            raise


class _Step(NamedTuple):
    """A file written beside the one whose place it will take; ``None`` where that will go."""

    temporary: Path | None
    target: Path
    is_new: bool


def _prepare(root: Path, change: Change, made: list[Path]) -> _Step:
    path = inside(root, *change.file.split("/"))
    if change.old is None and os.path.lexists(path):  # a link to nowhere as well
        raise CopkitError(f"{change.file} exists already; nothing was changed")
    target = path.resolve()
    mark = _require_old(target, change)
    if change.old is not None and not target.stat().st_mode & 0o222:
        raise CopkitError(f"{change.file} is read-only; nothing was changed")
    missing = [folder for folder in target.parents if not folder.exists()]
    made += missing
    target.parent.mkdir(parents=True, exist_ok=True)
    for folder in missing:
        _sync(folder.parent)
    _sweep(target.parent)
    if change.new is None:
        return _Step(None, target, is_new=False)
    temporary = _write_beside(target, mark + change.new.encode("utf-8"))
    if change.old is not None:
        _make_alike(temporary, target.stat())
    return _Step(temporary, target, is_new=change.old is None)


def _require_old(target: Path, change: Change) -> bytes:
    """Raise unless a file says what it is known to say; give its byte order mark."""
    if change.old is None:
        if os.path.lexists(target):
            raise CopkitError(f"{change.file} exists already; nothing was changed")
        return b""
    try:
        data = target.read_bytes()
    except FileNotFoundError:
        data = b""
    if data.removeprefix(_BOM) != change.old.encode("utf-8"):
        raise CopkitError(
            f"{change.file} was changed by someone else in the meantime; nothing was written",
            "run the command again",
        )
    return _BOM if data.startswith(_BOM) else b""


def _make_alike(temporary: Path, status: os.stat_result) -> None:
    os.chmod(temporary, stat.S_IMODE(status.st_mode))
    if sys.platform != "win32" and (status.st_uid, status.st_gid) != (os.geteuid(), os.getegid()):
        with contextlib.suppress(OSError):  # only an administrator may
            os.chown(temporary, status.st_uid, status.st_gid)


def _take_place(root: Path, steps: Sequence[_Step]) -> None:
    if len(steps) == 1:
        with _explained(steps[0].target.name):
            _take(steps[0])
        return
    named = [
        [step.temporary and _relative(root, step.temporary), _relative(root, step.target)]
        for step in steps
    ]
    with _explained(JOURNAL):
        temporary = _write_beside(root / JOURNAL, json.dumps(named).encode("utf-8"))
        os.replace(temporary, root / JOURNAL)
        _sync(root)
    try:
        _finish(root)
    except KeyboardInterrupt:  # the journal is written: there is no way back, and not far to go
        _finish(root)
        raise


def _relative(root: Path, path: Path) -> str:
    return path.relative_to(root.resolve()).as_posix()


def _take(step: _Step) -> None:
    if step.temporary is None:
        step.target.unlink(missing_ok=True)
    elif step.is_new:
        _create(step.temporary, step.target)
    else:
        os.replace(step.temporary, step.target)
    _sync(step.target.parent)


def _finish(root: Path) -> None:
    """Do what the journal says, from wherever it was left, and put it away."""
    for temporary, file in _journal(root):
        target = inside(root, *file.split("/"))
        if temporary is None:
            target.unlink(missing_ok=True)
        elif (unfinished := inside(root, *temporary.split("/"))).is_file():
            os.replace(unfinished, target)
        _sync(target.parent)
    (root / JOURNAL).unlink()
    _sync(root)


def _journal(root: Path) -> list[tuple[str | None, str]]:
    """Read the journal; refuse one that no process of ours can have written.

    It may have come from somebody else: all it can do is to move one of our own unfinished files
    to the name that stands in it, or to take a record away.
    """
    try:
        steps = [
            (temporary, str(file)) for temporary, file in json.loads((root / JOURNAL).read_bytes())
        ]
    except (ValueError, TypeError):
        steps = [(None, "")]
    for temporary, file in steps:
        *folders, name = file.split("/")
        found = _LEFTOVER.fullmatch(str(temporary).split("/")[-1])
        beside = temporary is None or (found and [*folders, found[0]] == temporary.split("/"))
        if not name or ".git" in folders or not beside or (found and found[1] != name):
            message = f"{JOURNAL} is not what copkit writes; nothing was changed"
            raise CopkitError(message, "delete it, and run the command again")
    return steps


def _create(temporary: Path, target: Path) -> None:
    """Give a temporary file its name, unless somebody has taken it meanwhile."""
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


def write_output(root: Path, path: Path, text: str) -> None:
    """Write something rendered, which may be rendered again at any time, below ``root``.

    No folder on the way may be a link: it could lead to the records.
    """
    for folder in path.parents:
        if folder == root:
            break
        if folder.is_symlink():
            raise CopkitError(f"{folder} is a link, and nothing is written through it")
    with _explained(path.name):
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = _write_beside(path, text.encode("utf-8"))
        try:
            os.replace(temporary, path)
        except OSError:
            temporary.unlink(missing_ok=True)
            raise


def _write_beside(path: Path, data: bytes) -> Path:
    """Write a temporary file in the same folder, on disk before this returns."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    temporary.unlink(missing_ok=True)  # left by a process that had this number and was killed
    try:
        with temporary.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return temporary


def _sweep(folder: Path) -> None:
    """Delete unfinished files: whoever wrote them is gone, for they would hold the lock."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if _LEFTOVER.fullmatch(entry.name) and not entry.name.endswith(f".{os.getpid()}.tmp"):
                Path(entry.path).unlink(missing_ok=True)


def _sync(folder: Path) -> None:
    """Have the names in a folder on disk; not every system can, or needs to."""
    if sys.platform == "win32":
        return
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@contextlib.contextmanager
def _explained(file: str) -> Iterator[None]:
    """Say of a file that could not be written why, and that the old one is as it was."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or "unknown reason"
        raise CopkitError(f"{file} cannot be written: {reason}; nothing was changed") from None


# --- the lock -------------------------------------------------------------------------------


def _lock(root: Path, wait: float) -> int:
    """Lock a folder; give the handle whose closing unlocks it."""
    until = time.monotonic() + wait
    handle = _open_to_lock(root)
    while not _try(handle):
        if time.monotonic() > until:
            os.close(handle)
            raise CopkitError(
                f"another copkit command has been writing here for {wait:.0f} seconds",
                "let it finish, and run this one again; nothing was changed",
            )
        time.sleep(0.02)
    return handle


if sys.platform == "win32":
    import msvcrt

    def _open_to_lock(root: Path) -> int:
        return os.open(root / _LOCK, os.O_RDWR | os.O_CREAT)

    def _try(handle: int) -> bool:
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _open_to_lock(root: Path) -> int:
        """Open the folder itself, so that no file is left; some networks lock only files."""
        handle = os.open(root, os.O_RDONLY)
        try:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
            fcntl.flock(handle, fcntl.LOCK_UN)
        except BlockingIOError:
            return handle
        except OSError:
            os.close(handle)
            return os.open(root / _LOCK, os.O_RDWR | os.O_CREAT)
        return handle

    def _try(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
