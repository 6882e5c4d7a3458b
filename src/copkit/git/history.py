"""The history of records: who recorded what, what can be undone, and undoing it.  Runs git."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from copkit.analysis.changes import RecordChange, describe_changes
from copkit.errors import CopkitError
from copkit.git.merge_driver import build_body_merger, register_driver
from copkit.git.repository import Repository, defer_interrupts, require_repository
from copkit.text.edit import EditRefused
from copkit.text.files import path_inside, read_source
from copkit.text.merge import merge_texts
from copkit.text.transaction import Change, locked, save

TRAILER: Final = "Copkit: sync"
"""The last line of the messages of commits that copkit made."""

AT_ONCE: Final = 100  # commits that are read in one run of git; most limits are met with those
_LATEST: Final = 253_402_214_400  # seconds since 1970: the end of 9999, Python's last year
_SUBMODULE: Final = "160000"  # git's file mode of a repository within the repository
_NO_RECORD: Final = (".copkit/", ".git", "build/", "private/")

_LOG: Final = (
    "--literal-pathspecs",
    "log",
    "--no-merges",  # what a merge brought in is in the commits that it merged
    "--raw",
    "-z",
    "--no-abbrev",
    "--no-renames",
    "--full-history",  # git would leave out a change that another branch undid
    "--relative",
    "--no-ext-diff",
    "--no-textconv",
    "--format=%H%x00%an%x00%at",
)


class HistoryEvent(NamedTuple):
    """One thing that somebody recorded: what, in which file, and in which commit."""

    when: dt.datetime
    author: str
    change: RecordChange
    file: str
    commit: str

    def as_json(self) -> dict[str, str]:
        """Return the event as ``copkit log --json`` prints it."""
        return {
            "when": self.when.isoformat(),
            "by": self.author,
            "community": self.change.place,
            "what": self.change.description,
            "file": self.file,
            "commit": self.commit,
        }


def read_texts(repository: Repository, revision: str, files: Collection[str]) -> dict[str, str]:
    """Return the texts of files in a commit by file, without byte order marks; in one run of git.

    What is not in the commit, or not a file there, is left out.
    """
    # `cat-file --batch` takes a name a line, so a file whose name has a line end cannot be read.
    names = {f"{revision}:{repository.prefix}{file}": file for file in files if "\n" not in file}
    return {names[name]: text for name, text in _read_blobs(repository, names).items()}


def load_events(
    repository: Repository, files: Sequence[str], places: Mapping[str, str], limit: int
) -> list[HistoryEvent]:
    """Return what was recorded in some files or folders, the newest first.

    ``files`` are relative to the programme; none means all of it. ``places`` has the name of a
    community by its slug; ``limit`` is the most events to return. What a merge brought in counts
    where it was recorded.
    """
    if repository.try_git("rev-parse", "--verify", "--quiet", "HEAD") is None:
        return []
    events: list[HistoryEvent] = []
    skip = 0
    while len(events) < limit:
        commits = _read_commits(repository, files, skip)
        # All blobs of these commits at once: a run of git takes longer than reading them.
        names = {blob for commit in commits for _, old, new in commit.files for blob in (old, new)}
        blobs = _read_blobs(repository, names)
        for commit in commits:
            for file, old, new in commit.files:
                changes = describe_changes(file, blobs.get(old), blobs.get(new), places)
                events += [
                    HistoryEvent(commit.when, commit.author, change, file, commit.name)
                    for change in changes
                ]
        if len(commits) < AT_ONCE:
            break
        skip += AT_ONCE
    return events[:limit]


class _Commit(NamedTuple):
    """A commit; ``files`` has path, blob before and blob after of each that it changed."""

    name: str
    author: str
    when: dt.datetime
    files: list[tuple[str, str, str]]


def _read_commits(repository: Repository, files: Sequence[str], skip: int) -> list[_Commit]:
    """Read the commits behind the newest ``skip`` ones, at most ``AT_ONCE`` of them."""
    count = (f"--max-count={AT_ONCE}", f"--skip={skip}")
    output = repository.git(*_LOG, *count, "HEAD", "--", *(files or (".",)))
    # NUL parts each field: NAME AUTHOR SECONDS, then for each file ':MODE MODE BLOB BLOB M' FILE.
    # git puts a line end before the first file of a commit.
    parts = [part.lstrip("\n") for part in output.split("\0")]
    commits: list[_Commit] = []
    position = 0
    while position + 2 < len(parts):
        if not parts[position]:
            position += 1
        elif not parts[position].startswith(":"):
            name, author, seconds = parts[position : position + 3]
            when = dt.datetime.fromtimestamp(min(int(seconds or 0), _LATEST)).astimezone()
            commits.append(_Commit(name, author, when, []))
            position += 3
        else:
            old_mode, new_mode, old, new = parts[position].removeprefix(":").split(" ")[:4]
            file = parts[position + 1]
            if _SUBMODULE not in (old_mode, new_mode) and not file.startswith(_NO_RECORD):
                commits[-1].files.append((file, old, new))
            position += 2
    return commits


def _read_blobs(repository: Repository, names: Collection[str]) -> dict[str, str]:
    """Read the texts of blobs by any names that git knows for them; leave out what is no blob."""
    # A name of zeros is git's word for a file that is not there before, or after.
    existing = sorted(name for name in names if name.strip("0"))
    if not existing:
        return {}
    lines = "".join(f"{name}\n" for name in existing)
    output = repository.git_bytes("cat-file", "--batch", stdin=lines)
    texts: dict[str, str] = {}
    start = 0
    # For each name a line 'OBJECT TYPE SIZE', SIZE bytes and a line end; or 'NAME missing' alone.
    for name in existing:
        end = output.index(b"\n", start)
        header, start = output[start:end].decode("utf-8", "replace"), end + 1
        if header.endswith((" missing", " ambiguous")):
            continue
        _, object_type, size = header.split(" ")
        if object_type == "blob":
            texts[name] = output[start : start + int(size)].decode("utf-8-sig", "replace")
        start += int(size) + 1
    return texts


# --- changes since the last commit, noted in git's own folder -------------------------------

MOST: Final = 50  # changes that are noted: undone one at a time, more are never reached


class NotedChanges(NamedTuple):
    """The files that one command wrote together, and when."""

    changes: list[Change]
    when: str


def note_changes(repository: Repository, changes: Sequence[Change]) -> None:
    """Note what a command has just written, so that ``copkit undo`` can take it back."""
    when = dt.datetime.now().astimezone().isoformat(timespec="minutes")
    note = {
        "head": head_commit(repository),
        "when": when,
        "changes": [list(change) for change in changes],
    }
    _write_notes(repository, [*_read_notes(repository), note][-MOST:])


def load_last_note(repository: Repository) -> NotedChanges | None:
    """Return what was noted last; ``None`` if something has been committed since."""
    notes = _read_notes(repository)
    if not notes or notes[-1].get("head") != head_commit(repository):
        return None
    with contextlib.suppress(KeyError, TypeError):  # written by another version of copkit
        changes = [Change(*fields) for fields in notes[-1]["changes"]]
        return NotedChanges(changes, notes[-1]["when"])
    return None


def drop_last_note(repository: Repository) -> None:
    """Delete the last note, since its changes have been taken back."""
    _write_notes(repository, _read_notes(repository)[:-1])


def drop_all_notes(repository: Repository) -> None:
    """Delete every note, since the commit with their changes has been taken back."""
    _write_notes(repository, [])


def drop_notes_about(repository: Repository, is_about: Callable[[Change], bool]) -> None:
    """Drop every note with a change for which ``is_about`` is true, as when somebody is forgotten.

    Raise :class:`CopkitError` when the notes cannot be written: they may hold personal data.
    """
    remaining = []
    for note in _read_notes(repository):
        # A note that cannot be understood is dropped as well: it may be about anybody.
        with contextlib.suppress(KeyError, TypeError):
            if not any(is_about(Change(*fields)) for fields in note["changes"]):
                remaining.append(note)
    _write_notes(repository, remaining)
    if _read_notes(repository) != remaining:
        message = "what 'copkit undo' has noted could not be written, and may hold what was removed"
        raise CopkitError(message, f"delete {_notes_file(repository)}")


def head_commit(repository: Repository) -> str:
    """Return the commit that is checked out; ``""`` before the first commit."""
    return repository.try_git("rev-parse", "--verify", "--quiet", "HEAD") or ""


def _notes_file(repository: Repository) -> Path:
    """Return the path of the file with the notes for 'copkit undo'."""
    # In git's folder, which is never committed or sent: the notes hold the texts of records. A
    # file for each programme, as several may be kept in one repository.
    name = repository.prefix.rstrip("/").replace("/", "+") or "top"
    return repository.git_dir / "copkit" / f"{name}.json"


def _read_notes(repository: Repository) -> list[dict[str, Any]]:
    """Read the notes for 'copkit undo', the oldest first; none where they cannot be read."""
    try:
        notes = json.loads(_notes_file(repository).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    return [note for note in notes if isinstance(note, dict)] if isinstance(notes, list) else []


def _write_notes(repository: Repository, notes: list[dict[str, Any]]) -> None:
    """Write the notes for 'copkit undo', over the earlier ones; do nothing where that fails."""
    path = _notes_file(repository)
    with contextlib.suppress(OSError):  # a command that wrote its records has not failed
        path.parent.mkdir(exist_ok=True)
        temporary = path.with_suffix(".tmp")
        temporary.write_text(json.dumps(notes), encoding="utf-8")
        temporary.replace(path)


# --- undo -----------------------------------------------------------------------------------


class Undoable(NamedTuple):
    """The last change that copkit made: its files, when, and the commit it is in, or ``""``."""

    changes: tuple[Change, ...]
    when: str
    commit: str


def find_last_change(root: Path) -> Undoable:
    """Find the last change that copkit made, in a note or in a commit.

    Raise :class:`CopkitError` when there is none, or it has been sent to others.
    """
    repository = require_repository(root)
    if noted := load_last_note(repository):
        return Undoable(tuple(noted.changes), noted.when, "")
    made_by_copkit = f"--grep=^{TRAILER}"
    newest = ("log", "--first-parent", "--no-merges", "-1", "--format=%H %cI", "HEAD")
    unsent = repository.try_git(*newest, made_by_copkit, "--not", "--remotes")
    if not unsent:
        sent = repository.try_git("log", "-1", "--format=%H", made_by_copkit, "--remotes")
        message = "there is no change of copkit's to take back"
        if sent:
            message = "everything that copkit has changed has been sent to the others already"
        raise CopkitError(message, "what you change by hand, you put back by hand")
    commit, when = unsent.split(" ")
    if not repository.try_git("rev-parse", "--verify", "--quiet", f"{commit}^"):
        message = "the last change is the beginning of everything, which is not taken back"
        raise CopkitError(message, "change or delete the records themselves")
    return Undoable(_changes_in(repository, commit), when, commit)


def build_reversal(root: Path, last: Undoable) -> list[Change]:
    """Build the changes that take a change back and leave alone what has been changed since.

    Empty when somebody has put it back by hand. Raise :class:`CopkitError` when the same place
    has been changed again, or a committed change has been taken back already.
    """
    repository = require_repository(root)
    changes = [_reverse(repository, change) for change in last.changes]
    reversal = [change for change in changes if change is not None]
    if not reversal and last.commit:
        message = "the last change has been taken back already"
        raise CopkitError(message, "'copkit sync' keeps that; then there is nothing more to undo")
    return reversal


def undo_change(root: Path, last: Undoable) -> None:
    """Take a change back: rewrite its files, and drop its note or its commit.

    Raise :class:`CopkitError` when ``last`` is no longer the last change, when the same place has
    been changed since, or a committed change has been taken back already.
    """
    repository = require_repository(root)
    with locked(root), defer_interrupts():
        register_driver(repository)
        if find_last_change(root) != last:
            message = "something else was recorded in the meantime; nothing was taken back"
            raise CopkitError(message, "run 'copkit undo' again")
        save(root, build_reversal(root, last))
        if not last.commit:
            drop_last_note(repository)
        elif last.commit == head_commit(repository):
            # The commit itself goes, and its files alone leave the index: what somebody has staged
            # in others stays. An older commit cannot go; `copkit sync` commits its reversal.
            files = "".join(f"{change.file}\0" for change in last.changes)
            paths = ("--pathspec-from-file=-", "--pathspec-file-nul")
            repository.git("reset", "--quiet", "--soft", "HEAD^")
            repository.git("--literal-pathspecs", "reset", "--quiet", *paths, stdin=files)
            drop_all_notes(repository)


def _reverse(repository: Repository, change: Change) -> Change | None:
    """Build the change that reverses another in the file as it is now, and write nothing.

    Return ``None`` if the file has the old text already.

    Raise :class:`CopkitError` when the file has been changed in the same place since.
    """
    file = change.file
    path = path_inside(repository.root, *file.split("/"))
    current = None
    if path.exists():
        problems: list[Any] = []
        source = read_source(path, file, problems)
        if problems:
            raise CopkitError(f"{file} cannot be read; nothing was changed")
        current = source.text
    if current == change.old:
        return None
    if current == change.new:
        return Change(file, current, change.old)
    with contextlib.suppress(EditRefused):
        if current is not None and change.old is not None and change.new is not None:
            # A merge whose base is the new text: 'ours' is what has been changed since, 'theirs'
            # is the way back to the old text.
            texts = (change.new, current, change.old)
            merged = merge_texts(texts, build_body_merger(repository.root))
            if not merged.contradictions and not merged.body_clashes:
                return Change(file, current, merged.text) if merged.text != current else None
    hint = "change it by hand" if change.old is not None else "delete it if you do not want it"
    message = f"{file} has been changed since, in the same place; nothing was taken back"
    raise CopkitError(message, hint)


def _changes_in(repository: Repository, commit: str) -> tuple[Change, ...]:
    """Return what a commit changed among the files of the programme."""
    options = ("-r", "--no-commit-id", "--name-only", "--no-renames", "-z", "--relative")
    names = repository.git("diff-tree", *options, commit)
    files = [file for file in names.split("\0") if file]
    old, new = (read_texts(repository, revision, files) for revision in (f"{commit}^", commit))
    return tuple(Change(file, old.get(file), new.get(file)) for file in files)
