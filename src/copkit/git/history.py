"""The history of records: who recorded what, and when.  Runs git."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Final, NamedTuple

from copkit.analysis.changes import RecordChange, describe_changes
from copkit.git.repository import Repository

TRAILER: Final = "Copkit: sync"
"""The last line of the messages of commits that copkit made."""

AT_ONCE: Final = 100  # commits that are read in one run of git; most limits are met with those
FILES_AT_ONCE: Final = 200  # changed files that are read in one run of git
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


def read_versions(repository: Repository, commits: Collection[str], file: str) -> list[str]:
    """Return the texts that a file has in some commits, in no order; in one run of git."""
    if "\n" in file:
        return []
    names = {f"{commit}:{repository.prefix}{file}" for commit in commits}
    return list(_read_blobs(repository, names).values())


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
        changed = [(commit, *file) for commit in commits for file in commit.files]
        # Many blobs at once, since a run of git takes longer than reading them; yet not those of
        # the ten thousand records that the first commit of a folder may have.
        for start in range(0, len(changed), FILES_AT_ONCE):
            batch = changed[start : start + FILES_AT_ONCE]
            blobs = _read_blobs(repository, {blob for *_, old, new in batch for blob in (old, new)})
            for commit, file, old, new in batch:
                events += [
                    HistoryEvent(commit.when, commit.author, change, file, commit.name)
                    for change in describe_changes(file, blobs.get(old), blobs.get(new), places)
                ]
            if len(events) >= limit:
                return events[:limit]
        if len(commits) < AT_ONCE:
            break
        skip += AT_ONCE
    return events


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


def head_commit(repository: Repository) -> str:
    """Return the commit that is checked out; ``""`` before the first commit."""
    return repository.try_git("rev-parse", "--verify", "--quiet", "HEAD") or ""
