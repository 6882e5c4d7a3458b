"""Who recorded what, and when, from the history that git keeps.  Runs git."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Final, NamedTuple

from copkit.analysis.changes import Told, tell
from copkit.git.repository import Repository

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
