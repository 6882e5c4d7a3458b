"""Several files that change together: a journal names them before the first takes its place.

A process that is killed between two of them is finished by the next that writes. What a person
has changed in the meantime is left to them.  Does I/O.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

from copkit.errors import CopkitError
from copkit.text.files import inside

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
