"""What git keeps, or is about to: staged files, and the files and messages of commits.  Runs git.

The work tree is not looked at: a file can be staged with a name in it, and cleaned afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Final, NamedTuple

from copkit.git.repository import Repository

_SUBMODULE: Final = "160000"
_WITHIN: Final = ""  # stands for the blob of a repository within, which has guards of its own
_GONE: Final = "000000"
_AT_ONCE: Final = 100  # blobs that are held in memory
_LARGEST: Final = 5_000_000  # bytes of one blob

_RAW: Final = ("--raw", "-z", "--no-abbrev", "--no-renames", "--no-ext-diff", "--no-textconv")


class Stored(NamedTuple):
    """A file by its path in the programme, its bytes, and the commit that it came with, if any.

    ``data`` is ``None`` where it is too large to be looked at, empty for a repository within this.
    """

    file: str
    data: bytes | None
    commit: str = ""


class Message(NamedTuple):
    """What a commit or a tag says, under its name."""

    name: str
    text: str


def staged(repository: Repository) -> Iterator[Stored]:
    """Give the files that the next commit would add or change."""
    begun = repository.says("rev-parse", "--verify", "--quiet", "HEAD")
    against = begun or repository.git("hash-object", "-t", "tree", "--stdin").strip()
    output = repository.git("diff-index", "--cached", "--relative", *_RAW, against)
    yield from _with_data(repository, list(_entries(output)))


def staged_text(repository: Repository) -> Callable[[str], str | None]:
    """Make a reader of the texts that files have in the index."""
    return lambda file: _text(repository, f":{repository.prefix}{file}")


def text_in(repository: Repository, commit: str) -> Callable[[str], str | None]:
    """Make a reader of the texts that files have in a commit."""
    return lambda file: _text(repository, f"{commit}:{repository.prefix}{file}")


def commits_of(repository: Repository, *chosen: str) -> list[str]:
    """Name the commits that git's words for them choose, the oldest first."""
    return repository.git("rev-list", "--reverse", *chosen).split()


def stored_in(repository: Repository, commits: Sequence[str]) -> Iterator[Stored]:
    """Give every file that commits added or changed; one with the same bytes only once."""
    seen: set[tuple[str, str]] = set()
    wanted = []
    for file, blob, commit in _changed(repository, commits):
        if (file, blob) not in seen:
            seen.add((file, blob))
            wanted.append((file, blob, commit))
    yield from _with_data(repository, wanted)


def messages_of(repository: Repository, commits: Sequence[str]) -> Iterator[Message]:
    """Give what commits say; nothing of one whose message is too large to be looked at."""
    for name, data in _objects(repository, commits):
        _, _, said = data.partition(b"\n\n")
        yield Message(name, said.decode("utf-8", "replace"))


def tags(repository: Repository) -> Iterator[Message]:
    """Give what all annotated tags say."""
    for name in repository.git("for-each-ref", "--format=%(objectname)", "refs/tags").split():
        yield from tags_of(repository, name)


def tags_of(repository: Repository, name: str) -> Iterator[Message]:
    """Give what an annotated tag says, and the tags that it may name; nothing for a commit."""
    while repository.says("cat-file", "-t", name) == "tag":
        head, _, said = repository.git("cat-file", "tag", name).partition("\n\n")
        yield Message(name, said)
        name = head.partition("\n")[0].removeprefix("object ")


def _changed(repository: Repository, commits: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """Give file, blob and commit of everything that commits added or changed.

    Of a merge, what differs from all that came together: the rest is in a commit before it.
    """
    how = ("diff-tree", "--stdin", "-r", "-c", "--root", "--relative", *_RAW)
    output = repository.git(*how, stdin="".join(f"{commit}\n" for commit in commits))
    return _entries(output)


def _entries(output: str) -> Iterator[tuple[str, str, str]]:
    """Read the raw form of differences: the files there afterwards, with blob and commit."""
    commit = ""
    parts = iter(output.split("\0"))
    for part in parts:
        if not part.startswith(":"):
            commit = part.split(" ")[0].strip()
            continue
        facts = part.lstrip(":")
        before = len(part) - len(facts)  # as many modes and blobs of before as there are colons
        words = facts.split(" ")
        mode, blob = words[before], words[2 * before + 1]
        file = next(parts, "")
        if mode != _GONE:
            yield file, _WITHIN if mode == _SUBMODULE else blob, commit


def _with_data(repository: Repository, wanted: Sequence[tuple[str, str, str]]) -> Iterator[Stored]:
    """Read the blobs of files, some hundreds at a time."""
    for begin in range(0, len(wanted), _AT_ONCE):
        some = wanted[begin : begin + _AT_ONCE]
        blobs = dict.fromkeys(blob for _, blob, _ in some if blob)
        data = dict(_objects(repository, list(blobs)))
        for file, blob, commit in some:
            yield Stored(file, data.get(blob) if blob else b"", commit)


def _objects(repository: Repository, names: Collection[str]) -> Iterator[tuple[str, bytes]]:
    """Read objects by their names; those that are too large, or not there, are left out."""
    if not names:
        return
    lines = "".join(f"{name}\n" for name in names)
    sizes = repository.git("cat-file", "--batch-check=%(objectname) %(objectsize)", stdin=lines)
    fit = [line.split(" ")[0] for line in sizes.splitlines() if _fits(line)]
    output = repository.data("cat-file", "--batch", stdin="".join(f"{name}\n" for name in fit))
    at = 0
    for name in fit:
        end = output.index(b"\n", at)
        size = int(output[at:end].split(b" ")[2])
        yield name, output[end + 1 : end + 1 + size]
        at = end + 2 + size


def _fits(line: str) -> bool:
    size = line.rpartition(" ")[2]
    return size.isdigit() and int(size) <= _LARGEST


def _text(repository: Repository, name: str) -> str | None:
    done = repository.run("cat-file", "blob", name)
    return None if done.returncode else done.stdout.decode("utf-8-sig", "replace")
