"""Writing files so that nothing is ever lost: one writer at a time, whole files, on disk.

A file is written beside the old one and takes its place in one step; where a fact needs several
files, a ``journal`` sees to it that all of them change or none.  Does I/O.
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
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from copkit.errors import CopkitError
from copkit.text.files import inside

# Several files that change together: a journal names them before the first takes its place.

JOURNAL: Final = ".copkit.journal.tmp"
LEFTOVER: Final = re.compile(r"\.(.+)\.\d+\.tmp")
"""The name of a file that is being written, beside the one whose place it will take."""


class Step(NamedTuple):
    """A file that takes another's place, or ``None`` where that one goes.

    ``old`` is the digest of what the other says now; ``None`` if it is not there yet.
    """

    temporary: Path | None
    target: Path
    old: str | None


def digest_of(path: Path) -> str | None:
    """Give the digest of a file's bytes, or ``None`` if there is none."""
    import hashlib  # slow to import, and rarely needed

    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except FileNotFoundError:
        return None


def write_beside(path: Path, data: bytes, *, at_once: bool = True) -> Path:
    """Write a temporary file in the same folder, on disk before this returns if ``at_once``."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    temporary.unlink(missing_ok=True)  # left by a process that had this number and was killed
    try:
        with temporary.open("xb") as file:
            file.write(data)
            file.flush()
            if at_once:
                os.fsync(file.fileno())
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return temporary


def sync_folder(folder: Path) -> None:
    """Have the names in a folder on disk; not every system can, or needs to."""
    if sys.platform == "win32":
        return
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def write_journal(root: Path, steps: Sequence[Step]) -> None:
    """Say what is about to be done; from here on there is no way back."""
    base = root.resolve()
    named = [
        [
            step.temporary and step.temporary.relative_to(base).as_posix(),
            step.target.relative_to(base).as_posix(),
            step.old,
        ]
        for step in steps
    ]
    temporary = write_beside(root / JOURNAL, json.dumps(named).encode("utf-8"))
    os.replace(temporary, root / JOURNAL)
    sync_folder(root)


def finish(root: Path) -> None:
    """Do what the journal says, from wherever it was left, and put it away.

    Raises :class:`CopkitError` for a file that somebody has changed since: it stays as they
    have it, and what was to be written lies beside it, ending in ``.unsaved``.
    """
    changed = [step.target for step in _steps(root) if not _done(root, step)]
    (root / JOURNAL).unlink()
    sync_folder(root)
    if changed:
        names = ", ".join(path.relative_to(root.resolve()).as_posix() for path in changed)
        raise CopkitError(
            f"{names}: changed by hand while a command was cut short, and left as it is now",
            "what the command meant to write lies beside it, ending in .unsaved",
        )


def _done(root: Path, step: Step) -> bool:
    """Do one step unless it has been done; say no if the file is not as it was."""
    now = digest_of(step.target)
    if step.temporary is None:
        if now == step.old:
            remove(root, step.target)
        return now in {step.old, None}
    if not step.temporary.is_file():  # it has its place already
        return True
    as_expected = now in {step.old, digest_of(step.temporary)}
    unsaved = step.target.with_name(f"{step.target.name}.unsaved")
    os.replace(step.temporary, step.target if as_expected else unsaved)
    sync_folder(step.target.parent)
    return as_expected


def remove(root: Path, target: Path) -> None:
    """Take a file away, and the folders that it leaves empty."""
    target.unlink(missing_ok=True)
    sync_folder(target.parent)
    for folder in target.parents:
        if folder == root.resolve():
            return
        try:
            folder.rmdir()
        except OSError:
            return


def _steps(root: Path) -> list[Step]:
    """Read the journal; refuse one that no process of ours can have written.

    It may have come from somebody else: all it can do is to move one of our own unfinished files
    to the name that stands in it, or to take a record away.
    """
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
                found = LEFTOVER.fullmatch(unfinished)
                if same != folders or not found or found[1] != name:
                    raise refused
                beside = inside(root, *same) / unfinished
            steps.append(Step(beside, inside(root, *folders) / name, old))
    except (ValueError, TypeError, AttributeError):
        raise refused from None
    return steps


# One writer at a time: a lock on a folder that a process which dies does not keep.

_FILE: Final = ".copkit.lock.tmp"  # only where a folder itself cannot be locked


def lock(root: Path, wait: float) -> int:
    """Lock a folder; give the handle whose closing unlocks it.

    Raises :class:`CopkitError` when somebody else still has it after ``wait`` seconds.
    """
    until = time.monotonic() + wait
    handle = _open_to_lock(root)
    try:
        while not _try(handle):
            if time.monotonic() > until:
                raise CopkitError(
                    f"another copkit command has been writing here for {wait:.0f} seconds",
                    "let it finish, and run this one again; nothing was changed",
                )
            time.sleep(0.02)
    except BaseException:
        os.close(handle)
        raise
    return handle


if sys.platform == "win32":
    import msvcrt

    def _open_to_lock(root: Path) -> int:
        return os.open(root / _FILE, os.O_RDWR | os.O_CREAT)

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
            return os.open(root / _FILE, os.O_RDWR | os.O_CREAT)
        return handle

    def _try(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


WAIT: Final = 10.0  # seconds for another process to finish
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
    handle = lock(root, wait)
    _held.add(root)
    try:
        if (root / JOURNAL).exists():
            with _explained(JOURNAL, "a command that was cut short cannot be finished"):
                finish(root)
        _sweep(root)
        yield
    finally:
        _held.discard(root)
        os.close(handle)  # which unlocks


def save(root: Path, changes: Sequence[Change], private: Collection[str] = ()) -> None:
    """Write files below ``root``, all of them or none, over what they are known to say.

    Those that ``private`` names nobody but their owner may open, if they are new. Modes and byte
    order marks stay; a link stays a link, and its target is written. Raises :class:`CopkitError`
    when a file is not, or no longer, as expected, is read-only, or cannot be written; nothing has
    changed then.
    """
    if len({change.file for change in changes}) < len(changes):
        raise ValueError("two changes of one file")
    if not changes:
        return
    with locked(root):
        steps: list[Step] = []
        made: list[Path] = []
        try:
            for change in changes:
                with _explained(change.file), _mask(private=change.file in private):
                    steps.append(_prepare(root, change, made, alone=len(changes) == 1))
            for change, step in zip(changes, steps, strict=True):
                _require_old(step.target, change)
            if len(changes) == 1:
                with _explained(changes[0].file):
                    _take(root, changes[0], steps[0])
            else:
                _take_together(root, steps)
        except BaseException:
            if not (root / JOURNAL).exists():
                for temporary in [step.temporary for step in steps if step.temporary]:
                    temporary.unlink(missing_ok=True)
            made.sort(key=lambda folder: len(folder.parts), reverse=True)
            for folder in made:  # innermost first; one that somebody uses by now stays
                with contextlib.suppress(OSError):
                    folder.rmdir()
            raise


def save_privately(root: Path, changes: Sequence[Change], along: Sequence[Change] = ()) -> None:
    """Save as :func:`save` does, files and folders that nobody but their owner may open.

    ``along`` are ordinary files that change in the same step, after them.
    """
    for change in changes:
        path = inside(root, *change.file.split("/"))
        for there, mode in ((path.parent, 0o700), (path, 0o600)):
            if there.exists() and there != root.resolve():
                with contextlib.suppress(OSError):  # only their owner may, and not on every disk
                    os.chmod(there, mode)
    save(root, [*changes, *along], {change.file for change in changes})


@contextlib.contextmanager
def _mask(*, private: bool) -> Iterator[None]:
    """Let nobody but their owner open the files and folders that are made meanwhile."""
    before = os.umask(0o077) if private else None
    try:
        yield
    finally:
        if before is not None:
            os.umask(before)


def _prepare(root: Path, change: Change, made: list[Path], *, alone: bool) -> Step:
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
        sync_folder(folder.parent)
    _sweep(target.parent)
    old = None if alone else digest_of(target)  # which only the journal needs
    if change.new is None:
        return Step(None, target, old)
    temporary = write_beside(target, mark + _encoded(change.file, change.new))
    if change.old is not None:
        _make_alike(temporary, target.stat())
    return Step(temporary, target, old)


def _encoded(file: str, text: str) -> bytes:
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        message = f"{file}: what was to be written is not text; nothing was changed"
        raise CopkitError(message, "type it in a terminal that uses UTF-8") from None


def _require_old(target: Path, change: Change) -> bytes:
    """Raise unless a file says what it is known to say; give its byte order mark."""
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


def _make_alike(temporary: Path, status: os.stat_result) -> None:
    os.chmod(temporary, stat.S_IMODE(status.st_mode))
    if sys.platform != "win32" and (status.st_uid, status.st_gid) != (os.geteuid(), os.getegid()):
        with contextlib.suppress(OSError):  # only an administrator may
            os.chown(temporary, status.st_uid, status.st_gid)


def _take(root: Path, change: Change, step: Step) -> None:
    if step.temporary is None:
        remove(root, step.target)
        return
    if change.old is None:
        _create(step.temporary, step.target)
    else:
        os.replace(step.temporary, step.target)
    sync_folder(step.target.parent)


def _take_together(root: Path, steps: Sequence[Step]) -> None:
    with _explained(JOURNAL):
        write_journal(root, steps)
    try:
        with _explained(JOURNAL, "the next command that writes finishes this one"):
            finish(root)
    except KeyboardInterrupt:  # there is no way back, and not far to go
        if (root / JOURNAL).exists():
            finish(root)
        raise


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


def write_output(root: Path, path: Path, data: bytes) -> None:
    """Write something rendered, which may be rendered again at any time, below ``root``.

    No folder on the way may be a link: it could lead to the records.
    """
    for folder in path.parents:
        if folder == root:
            break
        if folder.is_symlink():
            raise CopkitError(f"{folder} is a link, and nothing is written through it")
    with _explained(path.relative_to(root).as_posix()):
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = write_beside(path, data, at_once=False)
        try:
            os.replace(temporary, path)
        except OSError:
            temporary.unlink(missing_ok=True)
            raise


def _sweep(folder: Path) -> None:
    """Delete unfinished files: whoever wrote them is gone, for they would hold the lock."""
    ours = f".{os.getpid()}.tmp"
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            unfinished = LEFTOVER.fullmatch(entry.name) and not entry.name.endswith(ours)
            if unfinished and entry.is_file(follow_symlinks=False):
                Path(entry.path).unlink(missing_ok=True)


@contextlib.contextmanager
def _explained(file: str, then: str = "nothing was changed") -> Iterator[None]:
    """Say of a file that could not be written why, and what holds then."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or "unknown reason"
        raise CopkitError(f"{file} cannot be written: {reason}; {then}") from None
