"""The journals of what was sent to whom, in ``private/sent/``.  Touches the disk.

Each issue of the newsletter has a file for each audience, and invitations and agendas one each.
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
    """One line: how far the letter to a member got; ``content`` is a digest of what it said.

    ``about`` is the UID of the meeting that a letter is about, in journals of more than one thing.
    """

    state: LetterState
    to: str
    content: str
    about: str = ""

    @property
    def key(self) -> str:
        """What tells the letters of a journal apart: the member, and the meeting if any."""
        return f"{self.to} {self.about}" if self.about else self.to


def parse_journal(text: str) -> Iterator[JournalEntry]:
    """Parse the lines of a journal, except for a last one that was cut short.

    Raise :class:`ValueError` for any other line that is none of copkit's.
    """
    for line in text.splitlines(keepends=True):
        try:
            fields = json.loads(line)
            state = LetterState(fields["state"])
            about = str(fields.get("about", ""))
            yield JournalEntry(state, str(fields["to"]), str(fields["content"]), about)
        except (ValueError, KeyError, TypeError):
            if line.endswith("\n") or not line.startswith("{"):
                raise ValueError("a line of the journal cannot be read") from None


def latest_entries(entries: Iterable[JournalEntry]) -> dict[str, JournalEntry]:
    """Return the entry that counts for each letter, by its key, which is the id of a member.

    ``entries`` are in the order of the journal. A letter that was refused or not sent changes
    nothing: what somebody got before still counts, and so does a letter that may have arrived.
    """
    latest, before = dict[str, JournalEntry](), dict[str, JournalEntry | None]()
    for entry in entries:
        key = entry.key
        if entry.state is LetterState.SENDING:
            before[key] = latest.get(key)
            latest[key] = entry
        elif entry.state is LetterState.SENT:
            latest[key] = entry
        else:
            latest[key] = before.get(key) or entry
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


def rename_recipients(text: str, old: str, new: str) -> tuple[str, int]:
    """Write another id into a journal, and return the text with how many lines changed.

    ``old`` and ``new`` are whole ids, such as ``cp1/nurse-1``, or what those of a community begin
    with: ``cp1/``.
    """
    before, after = (_quoted(id) for id in (old, new))
    return text.replace(before, after), text.count(before)


def remove_recipients(text: str, id: str) -> tuple[str, int]:
    """Return the text of a journal without the lines about a member, and how many went.

    With what the ids of a community begin with, such as ``cp1/``, all its members are meant.
    """
    lines = text.splitlines(keepends=True)
    kept = [line for line in lines if _quoted(id) not in line]
    return "".join(kept), len(lines) - len(kept)


def _quoted(id: str) -> str:
    """Return an id, or the beginning of one, as it stands in a line."""
    return json.dumps(id).removesuffix('"' if id.endswith("/") else "")


class Journal:
    """The journal of one issue for one audience, or of all invitations or agendas."""

    def __init__(self, root: Path, issue: str, audience: str) -> None:
        self.file: Final = f"{SENT}/{issue}.{audience}.jsonl"
        self._path = path_inside(root, *self.file.split("/"))

    def read(self) -> dict[str, JournalEntry]:
        """Return the entry that counts for each letter, by key; ``{}`` if nothing was sent yet.

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
            message = "another copkit command is sending mail from this folder"
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

    def note(self, state: LetterState, letter: EmailLetter) -> None:
        """Append a line and wait until it is on disk."""
        when = dt.datetime.now().astimezone().isoformat(timespec="seconds")
        fields = {"state": state, "to": letter.member, "when": when, "message": letter.id}
        about = {"about": letter.about} if letter.about else {}
        line = json.dumps({**fields, "content": letter.content, **about}) + "\n"
        # One append for each line, and no rewriting: earlier lines cannot be lost.
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
        is_new = not self._path.exists()
        with os.fdopen(os.open(self._path, flags, 0o600), "ab") as file:
            file.write(line.encode("ascii"))
            file.flush()
            os.fsync(file.fileno())
        if is_new:  # else the file's name could be lost in a power failure
            sync_folder(self._path.parent)
