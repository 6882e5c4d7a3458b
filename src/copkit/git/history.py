"""Who recorded what, and when, from the history that git keeps.  Runs git."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from copkit.analysis.changes import Told, tell
from copkit.git.repository import Repository

TRAILER: Final = "Copkit: sync"
"""The last line of the messages of commits that copkit made."""

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


def text_at(repository: Repository, revision: str, file: str) -> str | None:
    """Give a file's text in a commit, without byte order mark; ``None`` if it is not there."""
    done = repository.run("cat-file", "blob", f"{revision}:{repository.prefix}{file}")
    return None if done.returncode else done.stdout.decode("utf-8-sig", "replace")


def events(
    repository: Repository, files: Sequence[str], places: Mapping[str, str], limit: int
) -> list[Event]:
    """Tell what was recorded in some files or folders, the newest first.

    ``limit`` counts commits. What merges brought in is told where it was recorded.
    """
    if repository.says("rev-parse", "--verify", "--quiet", "HEAD") is None:
        return []
    changed = _changed_files(repository, files, limit)
    blobs = _blobs(repository, {blob for one in changed for blob in one[1]})
    found = []
    for commit, sides, file in changed:
        if not file.startswith(_NO_RECORD):
            old, new = (blobs.get(blob) for blob in sides)
            by, when = commit[1], dt.datetime.fromisoformat(commit[2])
            found += [
                Event(when, by, told, file, commit[0]) for told in tell(file, old, new, places)
            ]
    return found


def _changed_files(
    repository: Repository, files: Sequence[str], limit: int
) -> list[tuple[tuple[str, str, str], tuple[str, str], str]]:
    """Give (commit, author, date), (old blob, new blob) and file of every change."""
    output = repository.git(
        *("--literal-pathspecs", "log", "--no-merges", "--raw", "-z", "--no-abbrev"),
        *(
            "--no-renames",
            "--full-history",
            "--relative",
            "--no-ext-diff",
            "--no-textconv",
            "--no-show-signature",
        ),
        *("--format=%x01%H%x00%an%x00%aI", f"--max-count={limit}", "HEAD", "--"),
        *(files or (".",)),
    )
    found = []
    for record in output.split("\x01")[1:]:
        hash, by, when, *rest = record.split("\0")
        rest = [part.lstrip("\n") for part in rest]
        while len(rest) > 1:
            raw, file, *rest = rest
            if not raw.startswith(":"):
                rest = [file, *rest]
                continue
            old, new = raw.split(" ")[2:4]
            found.append(((hash, by, when), (old, new), file))
    return found


def _blobs(repository: Repository, names: set[str]) -> dict[str, str]:
    """Give the texts of blobs, all in one run of git; what is no blob is left out."""
    asked = sorted(name for name in names if name.strip("0"))
    output = repository.data("cat-file", "--batch", stdin="".join(f"{name}\n" for name in asked))
    found, at = {}, 0
    for name in asked:
        end = output.index(b"\n", at)
        _, kind, size = [*output[at:end].decode().split(" "), "0", "0"][:3]
        begin = end + 1
        if kind == "blob":
            at = begin + int(size) + 1
            found[name] = output[begin : at - 1].decode("utf-8-sig", "replace")
        else:
            at = begin
    return found
