"""What was sent to whom: a journal for each issue in ``private/sent/``.  Touches the disk.

It is on disk before a letter goes and after the server has taken it, so that a run that was cut
short goes on where it was. It holds the ids of members, and no names or addresses.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
from collections.abc import Iterable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from copkit.errors import CopkitError
from copkit.layout import SENT
from copkit.text.files import inside, read_bytes
from copkit.text.transaction import lock, sync_folder

if TYPE_CHECKING:  # the library of e-mail is slow to import, and forgetting somebody needs none
    from copkit.mail.messages import Letter


class State(StrEnum):
    """How far a letter came; one that stays at ``sending`` may have arrived or not."""

    SENDING = "sending"
    SENT = "sent"
    REFUSED = "refused"
    KEPT = "kept"  # here: nothing of it has left


class Entry(NamedTuple):
    """One line: how far the letter to a member came, and what it said."""

    state: State
    to: str
    content: str


def entries_of(text: str) -> Iterator[Entry]:
    """Give the lines of a journal, but for one that was cut short."""
    for line in text.splitlines():
        with contextlib.suppress(ValueError, KeyError, TypeError):
            said = json.loads(line)
            yield Entry(State(said["state"]), str(said["to"]), str(said["content"]))


def standing(entries: Iterable[Entry]) -> dict[str, Entry]:
    """Give for each member what holds now.

    A letter that was refused or kept leaves it as it was before: what somebody got stays, and so
    does a doubt.
    """
    now, before = dict[str, Entry](), dict[str, Entry | None]()
    for entry in entries:
        if entry.state is State.SENDING:
            before[entry.to] = now.get(entry.to)
            now[entry.to] = entry
        elif entry.state is State.SENT:
            now[entry.to] = entry
        else:
            now[entry.to] = before.get(entry.to) or entry
    return now


def without(text: str, member: str) -> str:
    """Take out of a journal every line about a member."""
    said = json.dumps(member)
    if said not in text:
        return text
    lines = text[: text.rfind("\n") + 1].splitlines(keepends=True)
    return "".join(line for line in lines if said not in line)


class Journal:
    """The journal of one issue for one audience."""

    def __init__(self, root: Path, issue: str, audience: str) -> None:
        self._root = root
        self.file: Final = f"{SENT}/{issue}.{audience}.jsonl"
        self._path = inside(root, *self.file.split("/"))

    def read(self) -> dict[str, Entry]:
        """Give for each member what holds; raises :class:`CopkitError` for what is no journal."""
        if not os.path.lexists(self._path):
            return {}
        try:
            return standing(entries_of(read_bytes(self._path, self.file).decode("ascii")))
        except UnicodeDecodeError:
            hint = "move it elsewhere; copkit can then no longer tell who got the issue"
            raise CopkitError(f"{self.file} is no journal of copkit's", hint) from None

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Keep every other process from sending meanwhile."""
        folder = self._path.parent
        if not folder.exists():
            folder.mkdir(parents=True, mode=0o700)
            sync_folder(folder.parent)
        try:
            handle = lock(folder, wait=0)
        except CopkitError:
            message = "another 'copkit newsletter send' is at work in this folder"
            raise CopkitError(message, "let it finish; nothing was sent by this one") from None
        try:
            self._drop_unfinished()
            yield
        finally:
            os.close(handle)  # which unlocks

    def _drop_unfinished(self) -> None:
        """Take away a last line that was cut short: what it was about to say did not happen."""
        if os.path.lexists(self._path):
            data = read_bytes(self._path, self.file)
            if not data.endswith(b"\n"):
                os.truncate(self._path, data.rfind(b"\n") + 1)

    def note(self, state: State, letter: Letter, content: str) -> None:
        """Write a line, and have it on disk before this returns."""
        when = dt.datetime.now().astimezone().isoformat(timespec="seconds")
        said = {"state": state, "to": letter.member, "when": when}
        line = json.dumps({**said, "message": letter.id, "content": content}) + "\n"
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
        is_new = not self._path.exists()
        with os.fdopen(os.open(self._path, flags, 0o600), "ab") as file:
            file.write(line.encode("ascii"))
            file.flush()
            os.fsync(file.fileno())
        if is_new:
            sync_folder(self._path.parent)
