"""Whether something has changed since a page was made.  Watches a folder.

A change is only counted: what has changed is read when a page is asked for again.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

from copkit.files import is_never_kept
from copkit.layout import PRIVATE

DEBOUNCE: Final = 150  # milliseconds: what an editor writes in several steps is one change
_LONGEST_END: Final = 5.0  # seconds for the watcher to stop
_LOOK_UP: Final = 200  # milliseconds after which the watcher sees that it is to stop
_LOOK_AGAIN: Final = 0.5  # seconds between two looks at every file
State = dict[str, tuple[int, int]]


class Changes:
    """A count of changes that threads can wait for."""

    def __init__(self) -> None:
        self._count = 0
        self._changed = threading.Condition()
        self._over = threading.Event()
        self._watcher: threading.Thread | None = None

    @property
    def version(self) -> str:
        """What a page that is made now is made of."""
        return str(self._count)

    @property
    def is_over(self) -> bool:
        """Whether nobody needs to wait any longer."""
        return self._over.is_set()

    def note(self) -> None:
        """Count a change, and wake whoever waits for one."""
        with self._changed:
            self._count += 1
            self._changed.notify_all()

    def wait(self, since: str, seconds: float) -> str:
        """Wait for a change, no longer than some seconds; give the version then."""
        with self._changed:
            self._changed.wait_for(lambda: self.is_over or self.version != since, seconds)
            return self.version

    def end(self) -> None:
        """Let everybody go who waits, the watcher too."""
        self._over.set()
        with self._changed:
            self._changed.notify_all()
        if self._watcher:  # it must not be in the system's hands when Python itself ends
            self._watcher.join(_LONGEST_END)

    def watch(self, root: Path, is_watched: Callable[[str], bool]) -> None:
        """Count the changes below a folder to files whose relative path ``is_watched``.

        The system would tell of what lies behind links as well, which can be all of a disk: where
        there is a link to a folder, the files are looked at again and again instead. Raises
        :class:`OSError` or :class:`RuntimeError` where the system cannot tell of changes.
        """
        if _leads_elsewhere(root):
            before = state_of(root, is_watched)
            self._begin(lambda: self._look_again(root, is_watched, before))
            return
        from watchfiles import Change, watch  # needs 60 ms to be imported

        root = root.resolve()

        def concerns(change: Change, path: str) -> bool:
            file = Path(path).relative_to(root).as_posix()
            # What a new folder holds already, the system does not tell of one by one.
            is_new = change is Change.added and _is_looked_into(file) and Path(path).is_dir()
            return is_new or is_watched(file)

        seen = watch(
            root,
            watch_filter=concerns,
            debounce=DEBOUNCE,
            step=50,
            rust_timeout=_LOOK_UP,
            yield_on_timeout=True,  # so that the first look does not wait for a change
            stop_event=self._over,
            raise_interrupt=False,
        )
        next(seen, None)

        def go_on() -> None:
            with contextlib.suppress(OSError, RuntimeError):  # the folder itself has gone
                for changes in seen:
                    if changes:
                        self.note()

        self._begin(go_on)

    def _begin(self, watching: Callable[[], None]) -> None:
        self._watcher = threading.Thread(target=watching, name="changes", daemon=True)
        self._watcher.start()

    def _look_again(self, root: Path, is_watched: Callable[[str], bool], before: State) -> None:
        while not self._over.wait(_LOOK_AGAIN):
            now = state_of(root, is_watched)
            if now != before:
                self.note()
            before = now


def state_of(root: Path, is_watched: Callable[[str], bool]) -> State:
    """Give when each file that ``is_watched`` was last written, and its length."""
    found: State = {}
    for folder, folders, names in os.walk(root):
        inner = Path(folder).relative_to(root).as_posix()
        before = "" if inner == "." else f"{inner}/"
        folders[:] = [one for one in folders if _is_looked_into(f"{before}{one}")]
        for name in names:
            if is_watched(f"{before}{name}"):
                with contextlib.suppress(OSError):  # gone since
                    status = os.lstat(Path(folder, name))
                    found[f"{before}{name}"] = status.st_mtime_ns, status.st_size
    return found


def _leads_elsewhere(root: Path) -> bool:
    """Say whether there is a link to a folder anywhere below a folder."""
    within = (Path(folder, one) for folder, folders, _ in os.walk(root) for one in folders)
    return any(one.is_symlink() for one in within)


def _is_looked_into(folder: str) -> bool:
    """Say whether files of a folder can be watched: not what git keeps, and not what is built."""
    hidden = any(part.startswith(".") for part in folder.split("/")) and folder != ".copkit"
    return not hidden and (folder == PRIVATE or not is_never_kept(f"{folder}/x"))
