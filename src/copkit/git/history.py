"""Who recorded what, and when, from the history that git keeps.  Runs git."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from copkit.analysis.changes import Told, tell
from copkit.errors import CopkitError
from copkit.git.merge_driver import merge_bodies, register
from copkit.git.repository import Repository, require_repository, uninterrupted
from copkit.text.edit import EditRefused
from copkit.text.files import inside, read_source
from copkit.text.merge import merge_texts
from copkit.text.transaction import Change, locked, save

TRAILER: Final = "Copkit: sync"
"""The last line of the messages of commits that copkit made."""

AT_ONCE: Final = 100  # commits that are asked for
_LATEST: Final = 253_402_214_400  # the year 9999
_SUBMODULE: Final = "160000"
_NO_RECORD: Final = (".copkit/", ".git", "build/", "private/")


class Event(NamedTuple):
    """One thing that somebody recorded: what, in which file, and in which commit."""

    when: dt.datetime
    by: str
    told: Told
    file: str
    commit: str

    def as_json(self) -> dict[str, str]:
        """Give the event in the form of ``copkit log --json``."""
        return {
            "when": self.when.isoformat(),
            "by": self.by,
            "community": self.told.place,
            "what": self.told.what,
            "file": self.file,
            "commit": self.commit,
        }


def texts_at(repository: Repository, revision: str, files: Collection[str]) -> dict[str, str]:
    """Give the texts that files have in a commit, without byte order marks; in one run of git.

    What is not there, or no file, is left out.
    """
    names = {f"{revision}:{repository.prefix}{file}": file for file in files if "\n" not in file}
    return {names[name]: text for name, text in _blobs(repository, names).items()}


def events(
    repository: Repository, files: Sequence[str], places: Mapping[str, str], limit: int
) -> list[Event]:
    """Tell what was recorded in some files or folders, the newest first; at most ``limit`` things.

    What merges brought in is told where it was recorded.
    """
    if repository.says("rev-parse", "--verify", "--quiet", "HEAD") is None:
        return []
    found: list[Event] = []
    skip = 0
    while len(found) < limit:
        commits = _commits(repository, files, skip)
        blobs = _blobs(
            repository, {blob for one in commits for _, *two in one.files for blob in two}
        )
        for commit in commits:
            for file, old, new in commit.files:
                told = tell(file, blobs.get(old), blobs.get(new), places)
                found += [Event(commit.when, commit.by, one, file, commit.name) for one in told]
        if len(commits) < AT_ONCE:
            break
        skip += AT_ONCE
    return found[:limit]


class _Commit(NamedTuple):
    """A commit and the records it changed: each with its blob before and after."""

    name: str
    by: str
    when: dt.datetime
    files: list[tuple[str, str, str]]


def _commits(repository: Repository, files: Sequence[str], skip: int) -> list[_Commit]:
    output = repository.git(
        *("--literal-pathspecs", "log", "--no-merges", "--raw", "-z", "--no-abbrev"),
        *("--no-renames", "--full-history", "--relative", "--no-ext-diff", "--no-textconv"),
        *("--format=%H%x00%an%x00%at", f"--max-count={AT_ONCE}", f"--skip={skip}", "HEAD", "--"),
        *(files or (".",)),
    )
    parts = [part.lstrip("\n") for part in output.split("\0")]
    commits: list[_Commit] = []
    at = 0
    while at + 2 < len(parts):
        if not parts[at]:
            at += 1
        elif not parts[at].startswith(":"):
            name, by, seconds = parts[at : at + 3]
            when = dt.datetime.fromtimestamp(min(int(seconds or 0), _LATEST)).astimezone()
            commits.append(_Commit(name, by, when, []))
            at += 3
        else:
            modes, file = parts[at].split(" "), parts[at + 1]
            if _SUBMODULE not in (modes[0], modes[1]) and not file.startswith(_NO_RECORD):
                commits[-1].files.append((file, modes[2], modes[3]))
            at += 2
    return commits


def _blobs(repository: Repository, names: Collection[str]) -> dict[str, str]:
    """Give the texts of blobs by the names they are asked for; what is no blob is left out."""
    asked = sorted(name for name in names if name.strip("0"))
    if not asked:
        return {}
    output = repository.data("cat-file", "--batch", stdin="".join(f"{name}\n" for name in asked))
    found, at = {}, 0
    for name in asked:
        end = output.index(b"\n", at)
        head, at = output[at:end].decode("utf-8", "replace"), end + 1
        if head.endswith((" missing", " ambiguous")):
            continue
        _, kind, size = head.split(" ")
        if kind == "blob":
            found[name] = output[at : at + int(size)].decode("utf-8-sig", "replace")
        at += int(size) + 1
    return found


# What commands have written since the last commit, noted in git's own folder.

MOST: Final = 50  # changes that are remembered


class Noted(NamedTuple):
    """The files that one command wrote together, and when."""

    changes: list[Change]
    when: str


def remember(repository: Repository, changes: Sequence[Change]) -> None:
    """Note what a command has just written, so that it can be taken back."""
    when = dt.datetime.now().astimezone().isoformat(timespec="minutes")
    note = {"head": head_of(repository), "when": when, "changes": [list(one) for one in changes]}
    _write(repository, [*_read(repository), note][-MOST:])


def last_noted(repository: Repository) -> Noted | None:
    """Give what was noted last, if nothing has been committed since."""
    notes = _read(repository)
    if not notes or notes[-1].get("head") != head_of(repository):
        return None
    with contextlib.suppress(KeyError, TypeError):
        return Noted([Change(*one) for one in notes[-1]["changes"]], notes[-1]["when"])
    return None


def forget_last(repository: Repository) -> None:
    """Drop what was noted last: it has been taken back."""
    _write(repository, _read(repository)[:-1])


def forget_all(repository: Repository) -> None:
    """Drop everything: it was in a commit that has been taken back."""
    _write(repository, [])


def forget_about(repository: Repository, is_about: Callable[[Change], bool]) -> None:
    """Drop every note with a change that is about something that nobody is to remember.

    Raises :class:`CopkitError` when the notes cannot be written: losing them is the point here.
    """
    kept = []
    for note in _read(repository):
        with contextlib.suppress(KeyError, TypeError):
            if not any(is_about(Change(*one)) for one in note["changes"]):
                kept.append(note)
    _write(repository, kept)
    if _read(repository) != kept:
        message = "what 'copkit undo' has noted could not be written, and may hold what was removed"
        raise CopkitError(message, f"delete {_file(repository)}")


def head_of(repository: Repository) -> str:
    """Give the commit that the work tree stands on, or ``""`` before the first."""
    return repository.says("rev-parse", "--verify", "--quiet", "HEAD") or ""


def _file(repository: Repository) -> Path:
    place = repository.prefix.rstrip("/").replace("/", "+") or "top"
    return repository.own / "copkit" / f"{place}.json"


def _read(repository: Repository) -> list[dict[str, Any]]:
    try:
        notes = json.loads(_file(repository).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    return [note for note in notes if isinstance(note, dict)] if isinstance(notes, list) else []


def _write(repository: Repository, notes: list[dict[str, Any]]) -> None:
    path = _file(repository)
    with contextlib.suppress(OSError):
        path.parent.mkdir(exist_ok=True)
        beside = path.with_suffix(".tmp")
        beside.write_text(json.dumps(notes), encoding="utf-8")
        beside.replace(path)


# Taking back the last change that copkit made and that nobody else has yet.


class Undoable(NamedTuple):
    """A change that can be taken back: from ``old`` to ``new``, and the commit it is in, if any."""

    changes: tuple[Change, ...]
    when: str
    commit: str


def last_change(root: Path) -> Undoable:
    """Find the last change of copkit's; raise :class:`CopkitError` if it cannot be taken back."""
    repository = require_repository(root)
    if noted := last_noted(repository):
        return Undoable(tuple(noted.changes), noted.when, "")
    unsent = repository.says(
        *("log", "--first-parent", "--no-merges", "-1", "--format=%H %cI", "HEAD"),
        *(f"--grep=^{TRAILER}", "--not", "--remotes"),
    )
    if not unsent:
        sent = repository.says("log", "-1", "--format=%H", f"--grep=^{TRAILER}", "--remotes")
        message = "there is no change of copkit's to take back"
        if sent:
            message = "everything that copkit has changed has been sent to the others already"
        raise CopkitError(message, "what you change by hand, you put back by hand")
    commit, when = unsent.split(" ")
    if not repository.says("rev-parse", "--verify", "--quiet", f"{commit}^"):
        message = "the last change is the beginning of everything, which is not taken back"
        raise CopkitError(message, "change or delete the records themselves")
    return Undoable(_changes_in(repository, commit), when, commit)


def ways_back(root: Path, last: Undoable) -> list[Change]:
    """Give the changes that take a change back, and leave alone what has been changed since.

    Raises :class:`CopkitError` when what it changed has been changed again, or is gone already.
    """
    repository = require_repository(root)
    changes = [_reversed(repository, change) for change in last.changes]
    back = [change for change in changes if change is not None]
    if not back and last.commit:
        message = "the last change has been taken back already"
        raise CopkitError(message, "'copkit sync' keeps that; then there is nothing more to undo")
    return back


def take_back(root: Path, last: Undoable) -> None:
    """Take a change back; raises as :func:`ways_back` does, and when it is no longer the last."""
    repository = require_repository(root)
    with locked(root), uninterrupted():
        register(repository)
        if last_change(root) != last:
            message = "something else was recorded in the meantime; nothing was taken back"
            raise CopkitError(message, "run 'copkit undo' again")
        save(root, ways_back(root, last))
        if not last.commit:
            forget_last(repository)
        elif last.commit == head_of(repository):
            files = "".join(f"{change.file}\0" for change in last.changes)
            paths = ("--pathspec-from-file=-", "--pathspec-file-nul")
            repository.git("reset", "--quiet", "--soft", "HEAD^")
            repository.git("--literal-pathspecs", "reset", "--quiet", *paths, stdin=files)
            forget_all(repository)


def _reversed(repository: Repository, change: Change) -> Change | None:
    """Turn a change round for the file as it is now; ``None`` if it says the old already."""
    file = change.file
    path = inside(repository.root, *file.split("/"))
    now = None
    if path.exists():
        problems: list[Any] = []
        source = read_source(path, file, problems)
        if problems:
            raise CopkitError(f"{file} cannot be read; nothing was changed")
        now = source.text
    if now == change.old:
        return None
    if now == change.new:
        return Change(file, now, change.old)
    with contextlib.suppress(EditRefused):
        if now is not None and change.old is not None and change.new is not None:
            merged = merge_texts((change.new, now, change.old), merge_bodies(repository.root))
            if not merged.contradictions and not merged.body_clashes:
                return Change(file, now, merged.text) if merged.text != now else None
    hint = "change it by hand" if change.old is not None else "delete it if you do not want it"
    message = f"{file} has been changed since, in the same place; nothing was taken back"
    raise CopkitError(message, hint)


def _changes_in(repository: Repository, commit: str) -> tuple[Change, ...]:
    """Give what a commit changed among the files of the programme."""
    names = repository.git(
        *("diff-tree", "-r", "--no-commit-id", "--name-only", "--no-renames", "-z", "--relative"),
        commit,
    )
    files = [file for file in names.split("\0") if file]
    old, new = (texts_at(repository, revision, files) for revision in (f"{commit}^", commit))
    return tuple(Change(file, old.get(file), new.get(file)) for file in files)
