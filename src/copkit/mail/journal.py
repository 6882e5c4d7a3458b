"""The journal of what was sent to whom, one file an issue in ``private/sent/``.  Touches the disk.

A line is on disk before a letter is sent and after the server has taken it, so that a run that was
interrupted continues where it was. Between the two nobody can know whether the letter arrived; it
is reported, and never sent again unless somebody asks for that. The journal holds ids of members,
and no names or addresses.
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
from copkit.text.files import path_inside, read_bytes
from copkit.text.transaction import lock_folder, sync_folder

if TYPE_CHECKING:  # the library of e-mail is slow to import, and forgetting somebody needs none
    from copkit.mail.messages import EmailLetter


class LetterState(StrEnum):
    """How far a letter got; one that stays at ``sending`` may have arrived or not."""

    SENDING = "sending"
    SENT = "sent"
    REFUSED = "refused"
    UNSENT = "kept"  # nothing of it has left this computer


class JournalEntry(NamedTuple):
    """One line: how far the letter to a member got; ``content`` is a digest of what it said."""

    state: LetterState
    to: str
    content: str


def parse_journal(text: str) -> Iterator[JournalEntry]:
    """Parse the lines of a journal, except for a last one that was cut short.

    Raise :class:`ValueError` for any other line that is none of copkit's.
    """
    for line in text.splitlines(keepends=True):
        try:
            fields = json.loads(line)
            state = LetterState(fields["state"])
            yield JournalEntry(state, str(fields["to"]), str(fields["content"]))
        except (ValueError, KeyError, TypeError):
            if line.endswith("\n") or not line.startswith("{"):
                raise ValueError("a line of the journal cannot be read") from None


def latest_entries(entries: Iterable[JournalEntry]) -> dict[str, JournalEntry]:
    """Return the entry that counts for each member, by id.

    ``entries`` are in the order of the journal. A letter that was refused or not sent changes
    nothing: what somebody got before still counts, and so does a letter that may have arrived.
    """
    latest, before = dict[str, JournalEntry](), dict[str, JournalEntry | None]()
    for entry in entries:
        if entry.state is LetterState.SENDING:
            before[entry.to] = latest.get(entry.to)
            latest[entry.to] = entry
        elif entry.state is LetterState.SENT:
            latest[entry.to] = entry
        else:
            latest[entry.to] = before.get(entry.to) or entry
    return latest


def remove_member(text: str, member: str) -> str:
    """Return the text of a journal without any line about a member.

    ``member`` is a whole id, such as ``cp1/nurse-1``.
    """
    quoted = json.dumps(member)  # with its quotes: 'nurse-1' is not 'nurse-10'
    if quoted not in text:
        return text
    # Without a last line that was cut short: a reader skips it, but it may name the member.
    lines = text[: text.rfind("\n") + 1].splitlines(keepends=True)
    return "".join(line for line in lines if quoted not in line)


class Journal:
    """The journal of one issue for one audience."""

    def __init__(self, root: Path, issue: str, audience: str) -> None:
        self._root = root
        self.file: Final = f"{SENT}/{issue}.{audience}.jsonl"
        self._path = path_inside(root, *self.file.split("/"))

    def read(self) -> dict[str, JournalEntry]:
        """Return the entry that counts for each member, by id; ``{}`` if nothing was sent yet.

        Raise :class:`CopkitError` for a file that is no journal, or an emptied one: whoever got the
        issue would get it again.
        """
        if not os.path.lexists(self._path):
            return {}
        hint = "move it elsewhere; copkit can then no longer tell who got the issue"
        try:
            text = read_bytes(self._path, self.file).decode("ascii")  # as json.dumps writes it
            if not text:
                raise CopkitError(f"{self.file} is empty: it was cut short", hint)
            return latest_entries(parse_journal(text))
        except ValueError:  # which a wrong encoding is too
            raise CopkitError(f"{self.file} is no journal of copkit's", hint) from None

    @contextlib.contextmanager
    def lock_for_sending(self) -> Iterator[None]:
        """Keep other processes from sending meanwhile; raise :class:`CopkitError` if one does."""
        folder = self._path.parent
        if not folder.exists():
            folder.mkdir(parents=True, mode=0o700)
            sync_folder(folder.parent)
        try:
            handle = lock_folder(folder, wait=0)
        except CopkitError:
            message = "another 'copkit newsletter send' is at work in this folder"
            raise CopkitError(message, "let it finish; nothing was sent by this one") from None
        try:
            self._drop_unfinished()
            yield
        finally:
            os.close(handle)  # which unlocks

    def _drop_unfinished(self) -> None:
        """Remove a last line that was cut short: what it was about to record did not happen."""
        if os.path.lexists(self._path):
            data = read_bytes(self._path, self.file)
            if not data.endswith(b"\n"):
                os.truncate(self._path, data.rfind(b"\n") + 1)

    def note(self, state: LetterState, letter: EmailLetter, content: str) -> None:
        """Append a line and wait until it is on disk; ``content`` is the newsletter's digest."""
        when = dt.datetime.now().astimezone().isoformat(timespec="seconds")
        fields = {"state": state, "to": letter.member, "when": when}
        line = json.dumps({**fields, "message": letter.id, "content": content}) + "\n"
        # One append for each line, and no rewriting: earlier lines cannot be lost.
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
        is_new = not self._path.exists()
        with os.fdopen(os.open(self._path, flags, 0o600), "ab") as file:
            file.write(line.encode("ascii"))
            file.flush()
            os.fsync(file.fileno())
        if is_new:  # else the file's name could be lost in a power failure
            sync_folder(self._path.parent)
