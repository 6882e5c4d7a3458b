"""One writer at a time: a lock on a folder that a process which dies does not keep.  Does I/O."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Final

from copkit.errors import CopkitError

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
