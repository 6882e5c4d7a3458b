"""What the history still holds of somebody who was forgotten.  Runs git.

What is looked for is never printed, nor written anywhere.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final, NamedTuple

from copkit.git.repository import Repository

_LOG: Final = ("log", "--all", "-m", "--format=%H", "--no-ext-diff", "--no-textconv")
_AS_TYPED: Final = ("--regexp-ignore-case", "--fixed-strings")


class Trace(NamedTuple):
    """In how many commits something stands: put in or taken out, in words on them, as author."""

    what: str
    files: int
    messages: int
    authors: int

    def __bool__(self) -> bool:
        return bool(self.files or self.messages or self.authors)


def traces(repository: Repository, sought: Mapping[str, str]) -> list[Trace]:
    """Count the commits, on all branches, that hold each of some texts, in capitals or not."""
    return [
        Trace(
            what,
            len(_commits(repository, "-i", f"-S{text}")),
            len(_commits(repository, *_AS_TYPED, f"--grep={text}")),
            len(
                _commits(repository, *_AS_TYPED, f"--author={text}")
                | _commits(repository, *_AS_TYPED, f"--committer={text}")
            ),
        )
        for what, text in sought.items()
    ]


def versions_of(repository: Repository, files: Collection[str]) -> int:
    """Count the commits, on all branches, that changed any of some files."""
    if not files:
        return 0
    output = repository.git("--literal-pathspecs", *_LOG, "--", *files)
    return len(set(output.split()))


def _commits(repository: Repository, *asked: str) -> set[str]:
    return set(repository.git(*_LOG, *asked).split())
