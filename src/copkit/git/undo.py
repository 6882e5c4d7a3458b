"""The changes that commands made, noted in ``private/undo/``, and taking one of them back.

A note holds what a command changed: for each file the text before and after. It is written in the
same step as the change (:func:`copkit.cli.store.save_step`), so that the two never disagree. A
change is taken back by a three-way merge whose base is the text that it left, so that whatever
came later stays, or else depends on it and is named. Needs no repository; asks git, where there
is one, what has been sent.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import itertools
import json
import os
import re
import stat
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, NamedTuple

from copkit.analysis.changes import describe_changes
from copkit.errors import CopkitError, Problem
from copkit.files import RecordStore, is_outside_git, read_contents
from copkit.git.history import read_texts
from copkit.git.merge_driver import build_body_merger
from copkit.git.remote import SHARED_STATE
from copkit.git.repository import Repository, find_repository
from copkit.layout import ALIASES, COLUMNS, CONTACTS, PRIVATE, SENT, UNDO, list_entries
from copkit.records.kinds import is_record_file
from copkit.text.edit import EditRefused
from copkit.text.files import path_inside, read_source
from copkit.text.merge import merge_texts
from copkit.text.transaction import Change, Move, remove_file

MOST_NOTES: Final = 20
DAYS_KEPT: Final = 30
_NAME: Final = re.compile(r"(\d{6})-(\d{4}-\d\d-\d\d)\.json", re.ASCII)
_LARGEST_NOTE: Final = 50_000_000  # bytes: a community of many years that got another name
_IGNORE_FILE: Final = f"{UNDO}/.gitignore"
_PRIVATE_TEXTS: Final = {
    CONTACTS: "names and addresses",
    ALIASES: "answers about who is who",
    COLUMNS: "what the columns of a list mean",
}


@dataclass(frozen=True, slots=True)
class ChangeNote:
    """One change that a command made.

    ``summary`` has a line for each thing that changed. ``head`` is the commit that was checked
    out, or ``""``. ``takes_back`` is the number of the change that this one took back. A change
    that ``is_final`` is not taken back, and its texts are not noted.
    """

    number: int
    command: str
    when: dt.datetime
    summary: tuple[str, ...]
    changes: tuple[Change, ...]
    moves: tuple[Move, ...] = ()
    head: str = ""
    takes_back: int | None = None
    is_final: bool = False

    @property
    def file(self) -> str:
        """The path of the note in the programme folder."""
        return f"{UNDO}/{self.number:06}-{self.when:%Y-%m-%d}.json"


def format_note(note: ChangeNote) -> str:
    """Return the text of a note's file."""
    fields = {
        "number": note.number,
        "command": note.command,
        "when": note.when.isoformat(timespec="minutes"),
        "summary": note.summary,
        "head": note.head,
        "takes_back": note.takes_back,
        "final": note.is_final,
        "changes": note.changes,
        "moves": note.moves,
    }
    return json.dumps(fields, ensure_ascii=False, indent=1) + "\n"


def parse_note(text: str) -> ChangeNote | None:
    """Parse the text of a note's file; ``None`` for one that copkit cannot have written."""
    # The folder may have come from somebody else, notes and all: what a note names must be a file
    # of the programme, and never one of git's own.
    with contextlib.suppress(ValueError, KeyError, TypeError, AttributeError):
        fields = json.loads(text)
        changes = tuple(Change(*map(_text_or_none, change)) for change in fields["changes"])
        moves = tuple(Move(*map(_text, move)) for move in fields.get("moves", ()))
        origins = [change.moved_from for change in changes if change.moved_from]
        moved = [*itertools.chain(*moves)]
        files = [*(change.file for change in changes), *origins, *moved]
        # A move out of private/ would give names to git.
        if not all(map(_is_path_of_programme, files)) or any(map(is_outside_git, moved)):
            return None
        return ChangeNote(
            number=int(fields["number"]),
            command=str(fields["command"]),
            when=dt.datetime.fromisoformat(fields["when"]),
            summary=tuple(map(str, fields["summary"])),
            changes=changes,
            moves=moves,
            head=str(fields["head"]),
            takes_back=fields["takes_back"] and int(fields["takes_back"]),
            is_final=bool(fields["final"]),
        )
    return None


def _text_or_none(value: Any) -> Any:
    """Return a value that a change may have; raise ``TypeError`` for any other."""
    if not isinstance(value, str | None):
        raise TypeError
    return value


def _text(value: Any) -> str:
    """Return a text; raise ``TypeError`` for any other value."""
    if not isinstance(value, str):
        raise TypeError
    return value


def _is_path_of_programme(file: str) -> bool:
    parts = file.split("/")
    return not any(part in {"", ".", ".."} or part.casefold() == ".git" for part in parts)


# --- the folder of notes ---------------------------------------------------------------------


def load_notes(root: Path, today: dt.date) -> list[ChangeNote]:
    """Return the changes that can be looked at, the oldest first; too old ones are left out."""
    names = _note_names(root)
    kept = [name for name in names if not _is_too_old(name, today)][-MOST_NOTES:]
    notes = (parse_note(text) for name in kept if (text := _read_note(root, name)) is not None)
    return [note for note in notes if note is not None]


def last_number(root: Path) -> int:
    """Return the number of the change noted last; 0 where there is none."""
    names = _note_names(root)
    return int(names[-1][:6]) if names else 0


def build_note_changes(root: Path, note: ChangeNote) -> list[Change]:
    """Return the changes of files that write a note, with the next number.

    They delete what is too old or too much. There are none where ``private/`` leads out of the
    folder.
    """
    try:
        path_inside(root, *UNDO.split("/"))
    except CopkitError:
        return []
    names = _note_names(root)
    numbered = replace(note, number=int(names[-1][:6]) + 1 if names else 1)
    outdated = [name for name in names if _is_too_old(name, note.when.date())]
    outdated += [name for name in names if name not in outdated][: -(MOST_NOTES - 1)]
    changes = [Change(numbered.file, None, format_note(numbered)), *_deletions(root, outdated)]
    if not os.path.lexists(root / _IGNORE_FILE):
        # In the folder itself: a programme's .gitignore may lack private/, and texts of records
        # and contacts must not get into git even then.
        changes.append(Change(_IGNORE_FILE, None, "*\n"))
    return changes


def build_purge(root: Path, note: ChangeNote) -> list[Change]:
    """Return the changes of files that delete every note, and begin anew with ``note``."""
    changes = build_note_changes(root, note)
    deleted = {change.file for change in changes if change.new is None}
    others = [name for name in _note_names(root) if f"{UNDO}/{name}" not in deleted]
    return [*changes, *_deletions(root, others)]


def delete_unreadable_notes(root: Path) -> None:
    """Delete whatever lies in the folder of notes and is none, also notes of earlier versions."""
    if (repository := find_repository(root)) is not None:
        for path in (repository.git_dir / "copkit").glob("*.json"):
            if path.name != SHARED_STATE:
                path.unlink(missing_ok=True)
    with contextlib.suppress(CopkitError):
        path_inside(root, *UNDO.split("/"))
        for entry in list_entries(root / UNDO):
            if not entry.is_dir(follow_symlinks=False) and _read_note(root, entry.name) is None:
                Path(entry.path).unlink(missing_ok=True)


def _note_names(root: Path) -> list[str]:
    """Return the names of the files with notes, the oldest first."""
    if (root / PRIVATE).is_symlink() or (root / UNDO).is_symlink():
        return []
    return [entry.name for entry in list_entries(root / UNDO) if _NAME.fullmatch(entry.name)]


def _is_too_old(name: str, today: dt.date) -> bool:
    """Check whether the day in the name of a note is too long ago, or no day."""
    with contextlib.suppress(ValueError):
        day = dt.date.fromisoformat(name[7:17])
        return (today - day).days > DAYS_KEPT
    return True


def _read_note(root: Path, name: str) -> str | None:
    """Read the text of a note; ``None`` for what is no ordinary file of text."""
    path = root / UNDO / name
    try:
        status = os.lstat(path)
        if not stat.S_ISREG(status.st_mode) or status.st_size > _LARGEST_NOTE:
            return None
        return path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError):
        return None


def _deletions(root: Path, names: Iterable[str]) -> list[Change]:
    texts = {name: _read_note(root, name) for name in names}
    return [Change(f"{UNDO}/{name}", text, None) for name, text in texts.items() if text]


def summarise(changes: Iterable[Change], places: Mapping[str, str]) -> tuple[str, ...]:
    """Return a line for each thing that changed in some files, without a word that names anybody.

    ``places`` has the place of a community by its slug.
    """
    lines: list[str] = []
    for change in changes:
        if is_outside_git(change.file):
            lines.append(_PRIVATE_TEXTS.get(change.file, change.file))
        else:
            described = describe_changes(change.file, change.old, change.new, places)
            lines += map(str, described)
    return tuple(dict.fromkeys(lines))


# --- the last command, where it changed nothing ----------------------------------------------


class IdleCommand(NamedTuple):
    """A command that changed nothing, ``after`` the change of a number."""

    command: str
    when: dt.datetime
    after: int


def note_idle_command(root: Path, command: str, when: dt.datetime, cache_file: Path) -> None:
    """Note in the cache that a command changed nothing; without a cache, do nothing."""
    # Not in the folder, where a command that was refused changes nothing; and no text of it.
    fields = {"command": command, "when": when.isoformat(), "after": last_number(root)}
    with contextlib.suppress(OSError):
        cache_file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        cache_file.write_text(json.dumps(fields), encoding="utf-8")


def load_idle_command(root: Path, cache_file: Path) -> IdleCommand | None:
    """Return the last command where it changed nothing; ``None`` where it changed something."""
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        fields = json.loads(cache_file.read_text(encoding="utf-8"))
        when = dt.datetime.fromisoformat(fields["when"])
        idle = IdleCommand(str(fields["command"]), when, int(fields["after"]))
        return idle if idle.after == last_number(root) else None
    return None


# --- taking a change back --------------------------------------------------------------------


class DependentChange(CopkitError):
    """Something later builds on the change that was to be taken back."""


class Reversal(NamedTuple):
    """The changes that take a change back, and the files with later edits by hand, which stay."""

    changes: tuple[Change, ...]
    edited_by_hand: tuple[str, ...]
    moves: tuple[Move, ...] = ()


def position(notes: Sequence[ChangeNote], note: ChangeNote) -> int:
    """Return the number by which people name a change: 1 for the last one."""
    return len(notes) - [other.number for other in notes].index(note.number)


def numbers_taken_back(notes: Sequence[ChangeNote]) -> set[int]:
    """Return the numbers of the changes that are taken back as things stand."""
    numbers: set[int] = set()
    for note in reversed(notes):  # what took something back may itself be taken back
        if note.takes_back is not None and note.number not in numbers:
            numbers.add(note.takes_back)
    return numbers


def build_reversal(root: Path, notes: Sequence[ChangeNote], note: ChangeNote) -> Reversal:
    """Build the changes that take back one of the ``notes`` and leave alone all later ones.

    No changes where it has been put back already. Raise :class:`DependentChange` where something
    later builds on it.
    """
    reversal, edited = [], []
    new_paths = {change.moved_from: change.file for change in note.changes if change.moved_from}
    for change in note.changes:
        history = _FileHistory.build(root, notes, note, change)
        if (reverse := history.reverse(root, notes)) is not None:
            # A file that goes back keeps the mode and byte order mark that it has by now.
            is_back = reverse.old is None and (root / new_paths.get(change.file, "")).is_file()
            origin = new_paths[change.file] if is_back else ""
            reversal.append(reverse._replace(moved_from=origin))
        if history.is_edited_by_hand and reverse is not None:
            edited.append(change.file)
    moves = [Move(move.target, move.file) for move in note.moves if (root / move.target).is_file()]
    if reversal:
        _require_no_dangling_records(root, notes, note, reversal, moves)
    return Reversal(tuple(reversal), tuple(edited), tuple(moves))


class _FileState(NamedTuple):
    """The text of a file at some time, and the change that led to it; ``None`` if by hand."""

    text: str | None
    note: ChangeNote | None


@dataclass(frozen=True, slots=True)
class _FileHistory:
    """What became of a file since a change of it; the last of its states is how it is now."""

    change: Change
    states: tuple[_FileState, ...]

    @classmethod
    def build(
        cls, root: Path, notes: Sequence[ChangeNote], note: ChangeNote, change: Change
    ) -> _FileHistory:
        """Follow a file from one change through all later ones to the folder as it is."""
        states = [_FileState(change.new, note)]
        later = (other for other in notes if other.number > note.number)
        for other, next_change in _changes_of(later, change.file):
            if next_change.old != states[-1].text:
                states.append(_FileState(next_change.old, None))
            states.append(_FileState(next_change.new, other))
        current = read_current_text(root, change.file)
        if current != states[-1].text:
            states.append(_FileState(current, None))
        return cls(change, tuple(states))

    @property
    def is_edited_by_hand(self) -> bool:
        """Whether somebody changed the file otherwise than by a command since."""
        return any(state.note is None for state in self.states)

    def reverse(self, root: Path, notes: Sequence[ChangeNote]) -> Change | None:
        """Build the change that takes it back in this file; ``None`` where nothing is to be done.

        Raise :class:`DependentChange` where something later builds on it.
        """
        current = self.states[-1].text
        if current == self.change.old:
            if mover := self._find_mover():
                raise _dependence(notes, mover)
            return None
        can_be_reversed, text = _reversed_text(root, self.change, current)
        if can_be_reversed:
            return None if text == current else Change(self.change.file, current, text)
        # Backwards to the last state that could still be reversed: what followed is the reason.
        for before, after in reversed(list(zip(self.states, self.states[1:], strict=False))):
            if _reversed_text(root, self.change, before.text)[0]:
                if after.note is not None:
                    raise _dependence(notes, after.note)
                break
        if self.change.file.startswith(f"{SENT}/"):
            message = "letters were sent since, to members as they are called now"
            raise DependentChange(f"{message}; nothing was taken back", "give the old name again")
        message = f"{self.change.file} has been changed since by hand, in the same place"
        hint = "change it by hand" if self.change.old is not None else "delete it by hand"
        raise DependentChange(f"{message}; nothing was taken back", f"{hint} if you do not want it")

    def _find_mover(self) -> ChangeNote | None:
        """Return the change that moved a file elsewhere which this change had made."""
        if self.change.old is not None:
            return None
        for state in self.states[1:]:
            if state.text is None and state.note is not None:
                is_undo = state.note.takes_back is not None
                if not is_undo and any(change.old is None for change in state.note.changes):
                    return state.note
        return None


def _changes_of(notes: Iterable[ChangeNote], file: str) -> Iterator[tuple[ChangeNote, Change]]:
    for note in notes:
        for change in note.changes:
            if change.file == file:
                yield note, change


def _reversed_text(root: Path, change: Change, current: str | None) -> tuple[bool, str | None]:
    """Return whether a change can be taken back in a text, and the text without it.

    ``None`` stands for no file.
    """
    if current in (change.old, change.new):
        return True, change.old
    if current is None or change.old is None or change.new is None:
        return False, current
    # The base is what the change left: 'ours' is what came later, 'theirs' is the way back.
    texts = (change.new, current, change.old)
    # FileNotFoundError: git, which merges the bodies, is not installed.
    with contextlib.suppress(EditRefused, FileNotFoundError):
        merged = merge_texts(texts, build_body_merger(root))
        return not (merged.contradictions or merged.body_clashes), merged.text
    return False, current


def read_current_text(root: Path, file: str) -> str | None:
    """Read a file as a change has it; ``None`` for no file.

    Raise :class:`CopkitError` for one that cannot be read.
    """
    path = path_inside(root, *file.split("/"))
    if not os.path.lexists(path):
        return None
    problems: list[Problem] = []
    source = read_source(path, file, problems)
    if problems:
        raise CopkitError(f"{file} cannot be read; nothing was changed")
    return source.text


def _dependence(notes: Sequence[ChangeNote], later: ChangeNote) -> DependentChange:
    number = position(notes, later)
    summary = f": {later.summary[0]}" if later.summary else ""
    return DependentChange(
        f"change {number} ({later.command}{summary}) builds on it; nothing was taken back",
        f"take that back first: copkit undo {number}",
    )


def _require_no_dangling_records(
    root: Path,
    notes: Sequence[ChangeNote],
    note: ChangeNote,
    reversal: Sequence[Change],
    moves: Sequence[Move],
) -> None:
    """Raise :class:`DependentChange` if records would have errors without a change.

    Such as a meeting that names a case which the change had made.
    """
    new_errors = _find_new_errors(root, reversal, moves)
    if not new_errors:
        return
    problem = new_errors[0]
    names = re.findall(r"'([^']+)'", problem.message)
    later = [other for other in notes if other.number > note.number]
    touching = list(_changes_of(later, problem.file))
    for other, change in touching:
        if any(name in (change.new or "") and name not in (change.old or "") for name in names):
            raise _dependence(notes, other)
    if touching:
        raise _dependence(notes, touching[-1][0])
    message = f"{problem.file}:{problem.line} builds on it: {problem.message}"
    raise DependentChange(f"{message}; nothing was taken back", "change that first")


def _find_new_errors(root: Path, changes: Sequence[Change], moves: Sequence[Move]) -> list[Problem]:
    """Return the errors that a programme would have after some changes, and has not now."""
    from copkit.analysis.consistency import all_errors
    from copkit.folder import load

    # A copy of what git would keep: loading reads folders, and nothing is written to try it out.
    with tempfile.TemporaryDirectory(prefix="copkit-") as name:
        copy = Path(name).resolve()
        for content in read_contents(RecordStore(root)):
            if content.data is not None:
                _write_copy(copy, content.file, content.data)
        before = Counter(map(_error_key, all_errors(load(copy, is_temporary=True))))
        ordinary = [change for change in changes if not is_outside_git(change.file)]
        for change in ordinary:
            if change.new is not None:
                _write_copy(copy, change.file, change.new.encode("utf-8"))
        # With the folders that are then empty: that of a community would be a fault.
        for file in (
            *(change.file for change in ordinary if change.new is None),
            *(move.file for move in moves),
        ):
            remove_file(copy, copy / file)
        after = all_errors(load(copy, is_temporary=True))
    fresh = Counter(map(_error_key, after)) - before
    # A conflict copy that comes back is an error as it was, and builds on nothing.
    return [p for p in after if fresh[_error_key(p)] and p.code != "conflict-copy"]


def _error_key(problem: Problem) -> tuple[str, str, str]:
    return problem.file, problem.code, problem.message  # lines shift


def _write_copy(folder: Path, file: str, data: bytes) -> None:
    path = folder / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


# --- what git knows of it --------------------------------------------------------------------


def find_sent_day(repository: Repository, note: ChangeNote) -> dt.datetime | None:
    """Return when the commit of a change was made, if it has been sent; else ``None``."""
    files = [change.file for change in note.changes if not is_outside_git(change.file)]
    if not files:
        return None
    since = f"{note.head}..HEAD" if note.head else "HEAD"
    # Of one's own line alone: the first commit of these files after the change has it.
    options = ("log", "--first-parent", "--no-merges", "--reverse", "--format=%H %cI")
    commits = repository.try_git("--literal-pathspecs", *options, since, "--", *files)
    if not commits:
        return None
    commit, _, when = commits.splitlines()[0].partition(" ")
    unsent = repository.try_git("rev-list", "--max-count=1", commit, "--not", "--remotes")
    return dt.datetime.fromisoformat(when) if unsent == "" else None


class HandEdit(NamedTuple):
    """An edit of a file by no command of copkit here; ``after`` is the number of a change.

    ``when`` is ``None`` where only that it was before the next change is known. ``by_others`` where
    git knows that it came from somebody else.
    """

    after: int
    when: dt.datetime | None
    change: Change
    by_others: bool = False


def find_hand_edits(root: Path, notes: Sequence[ChangeNote]) -> list[HandEdit]:
    """Find what was changed otherwise than by a command, the earliest first.

    Of files that no command has changed, only git can tell.
    """
    edits: list[HandEdit] = []
    texts: dict[str, str | None] = {}
    previous = 0
    for note in notes:
        for change in note.changes:
            file = change.file
            if texts.get(file, change.old) != change.old:
                edits.append(HandEdit(previous, None, Change(file, texts[file], change.old)))
            texts[file] = change.new
        previous = note.number
    current = {file: read_current_text(root, file) for file in texts}
    changed = [(file, text) for file, text in texts.items() if current[file] != text]
    edits += [
        HandEdit(previous, _modified_at(root, file), Change(file, text, current[file]))
        for file, text in changed
    ]
    if (repository := find_repository(root)) is not None:
        edits += [
            HandEdit(previous, _modified_at(root, change.file), change)
            for change in _uncommitted_changes(repository)
            if change.file not in texts
        ]
        edits = [edit._replace(by_others=_is_by_others(repository, edit.change)) for edit in edits]
    return edits


def _is_by_others(repository: Repository, change: Change) -> bool:
    """Check whether the text that an edit left was first committed by somebody else, or merged."""
    if change.new is None:
        return False
    blob = repository.git("hash-object", "--stdin", stdin=change.new).strip()
    options = ("log", "-m", "--reverse", "--format=%ae %P", f"--find-object={blob}", "HEAD")
    commits = repository.try_git("--literal-pathspecs", *options, "--", change.file)
    author, *parents = (commits or "").partition("\n")[0].split(" ")
    own_address = repository.try_git("config", "user.email")
    return bool(commits) and (len(parents) > 1 or author != own_address)


def _modified_at(root: Path, file: str) -> dt.datetime | None:
    with contextlib.suppress(OSError):
        return dt.datetime.fromtimestamp(os.lstat(root / file).st_mtime).astimezone()
    return None


def _uncommitted_changes(repository: Repository) -> Iterator[Change]:
    """Yield how records differ from the last commit."""
    output = repository.git(
        "status", "--porcelain", "-z", "--no-renames", "-uall", "--ignore-submodules=all", "--", "."
    )
    files = [entry[3:].removeprefix(repository.prefix) for entry in output.split("\0") if entry]
    records = [file for file in files if is_record_file(file) or file == "copkit.yaml"]
    committed = read_texts(repository, "HEAD", records)
    for file in records:
        with contextlib.suppress(CopkitError):
            text = read_current_text(repository.root, file)
            if text != committed.get(file):
                yield Change(file, committed.get(file), text)
