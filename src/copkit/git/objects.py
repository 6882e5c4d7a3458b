"""Looking for identifying details in what git keeps, is about to keep, or is about to send.

Runs git. Problems name the file as it is in the programme, and hide what was found.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from copkit.analysis.privacy.identifiers import (
    NOT_LOOKED_INTO,
    Knowledge,
    Read,
    in_a_ref,
    in_a_text,
    look_through,
    without_details,
)
from copkit.errors import Problem, Severity
from copkit.files import is_never_kept
from copkit.git.repository import Repository
from copkit.records.kinds import faults_in, is_record_file

# What git keeps, or is about to: staged files, and the files and messages of commits.

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


_SHORT: Final = 9  # letters of a commit's name
NOTHING: Final = "0" * 40
"""What git says for a commit that is not there."""


class Looked(NamedTuple):
    """What was found, with nothing of it repeated, and how much was read.

    ``back`` is the command that takes apart the commits that a push would send, and leaves the
    files as they are; empty where no single one does.
    """

    problems: list[Problem]
    files: int
    messages: int = 0
    back: str = ""


def look_at_staged(repository: Repository, knowledge: Knowledge) -> Looked:
    """Look through what the next commit would add or change: faults as well as details."""
    problems: list[Problem] = []
    files = 0
    read = staged_text(repository)
    for stored in staged(repository):
        files += 1
        problems += _in_file(stored, knowledge, read)
        if stored.data is not None and is_record_file(stored.file):
            problems += faults_in(stored.file, stored.data)
    return _hidden(Looked(problems, files), knowledge)


def look_at_history(repository: Repository, knowledge: Knowledge) -> Looked:
    """Look through every commit of every branch, and what every tag says."""
    looked = _look_at_commits(repository, ["--all"], knowledge)
    said = list(tags(repository))
    problems = [problem for tag in said for problem in _in_message(tag, knowledge)]
    everything = Looked([*looked.problems, *problems], looked.files, looked.messages + len(said))
    return _hidden(everything, knowledge)


def _look_at_commits(repository: Repository, chosen: Iterable[str], knowledge: Knowledge) -> Looked:
    """Look through every file, file name and message of the commits that git's words choose."""
    commits = commits_of(repository, *chosen)
    problems: list[Problem] = []
    files = 0
    for stored in stored_in(repository, commits):
        files += 1
        read = text_in(repository, stored.commit)
        problems += [
            _in_commit(problem, stored.commit) for problem in _in_file(stored, knowledge, read)
        ]
    unread = dict.fromkeys(commits)
    for message in messages_of(repository, commits):
        del unread[message.name]
        problems += _in_message(message, knowledge)
    for commit in unread:
        text, hint = "this message is too large to be looked into", "write a shorter one"
        problems.append(_refused(f"message of {commit[:_SHORT]}", NOT_LOOKED_INTO, text, hint))
    return Looked(problems, files, len(commits))


class Sent(NamedTuple):
    """A branch or a tag that a push would send: its names, and its commits here and there."""

    name: str
    commit: str
    remote_name: str
    remote_commit: str


def look_at_push(
    repository: Repository, remote: str, sent: Iterable[Sent], knowledge: Knowledge
) -> Looked:
    """Look through all that a push would send and the remote does not have yet."""
    chosen: list[str] = []
    known: list[str] = []
    problems: list[Problem] = []
    messages = 0
    for one in sent:
        if set(one.commit) == {"0"}:
            continue  # a branch that is to go
        if _is_there(repository, one.remote_commit):
            known.append(one.remote_commit)
        name = one.remote_name.removeprefix("refs/heads/").removeprefix("refs/tags/")
        problems += in_a_ref(_named(one.remote_name), name, knowledge)
        for tag in tags_of(repository, one.commit):
            messages += 1
            problems += _in_message(tag, knowledge)
        if _is_there(repository, one.commit):
            chosen.append(one.commit)
        else:  # a tag may name a file by itself
            message = "this names no commit, so copkit cannot look into it"
            problems.append(_refused(_named(one.remote_name), NOT_LOOKED_INTO, message, "leave it"))
    if not chosen:
        return _hidden(Looked(problems, 0, messages), knowledge)
    if name := _remote_of(repository, remote):
        known.insert(0, f"--remotes={name}")
    unsent = [*chosen, "--not", *known]
    looked = _look_at_commits(repository, unsent, knowledge)
    problems += looked.problems
    back = _way_back(repository, chosen, unsent) if problems else ""
    return _hidden(Looked(problems, looked.files, messages + looked.messages, back), knowledge)


def _way_back(repository: Repository, chosen: list[str], unsent: list[str]) -> str:
    if chosen != [repository.says("rev-parse", "HEAD")]:
        return ""
    lines = repository.git("rev-list", "--boundary", *unsent).split()
    sent = [line[1:] for line in lines if line.startswith("-")]
    if not sent:
        return "git update-ref -d HEAD"
    newest = (repository.says("merge-base", "--independent", *sent) or "").split()
    return f"git reset --soft {newest[0][:_SHORT]}" if len(newest) == 1 else ""


def _is_there(repository: Repository, commit: str) -> bool:
    return repository.says("cat-file", "-e", f"{commit}^{{commit}}") is not None


def _named(ref: str) -> str:
    """Say what a name is that would be sent; the name itself may be the detail."""
    return "the tag's name" if ref.startswith("refs/tags/") else "the branch's name"


def _remote_of(repository: Repository, said: str) -> str:
    """Find the remote that a push names, or whose address it names; ``""`` for none."""
    if said in repository.git("remote").splitlines():
        return said
    addresses = repository.says("config", "--get-regexp", r"^remote\..*\.(push)?url$") or ""
    for line in addresses.splitlines():
        key, _, address = line.partition(" ")
        if address == said:
            return key.removeprefix("remote.").rpartition(".")[0]
    return ""


def _in_file(stored: Stored, knowledge: Knowledge, read: Read) -> Iterator[Problem]:
    """Look at one file; what is never to be in git is refused whatever it holds."""
    if is_never_kept(stored.file):
        folder = stored.file.partition("/")[0]
        message = f"what lies in {folder}/ is never to be in git"
        hint = f"git rm -r --cached {folder} takes it out again, and leaves it here"
        yield _refused(stored.file, "private-in-git", message, hint)
        return
    if stored.data is None:
        message = "this is too large for copkit to look into"
        hint = "keep it outside the records"
        yield _refused(stored.file, NOT_LOOKED_INTO, message, hint)
    for problem in look_through(stored.file, stored.data, knowledge, read):
        unseen = problem.code in {NOT_LOOKED_INTO, "picture-metadata"}  # git would keep it for ever
        yield problem._replace(severity=Severity.ERROR) if unseen else problem


def _in_message(message: Message, knowledge: Knowledge) -> Iterator[Problem]:
    name = f"message of {message.name[:_SHORT]}"
    return in_a_text(name, message.text, knowledge)


def _in_commit(problem: Problem, commit: str) -> Problem:
    return problem._replace(message=f"{problem.message} (in commit {commit[:_SHORT]})")


def _refused(file: str, code: str, message: str, hint: str) -> Problem:
    return Problem(file, 1, 1, 1, 2, code, Severity.ERROR, message, hint)


def _hidden(looked: Looked, knowledge: Knowledge) -> Looked:
    shown = [without_details(problem, knowledge.mask) for problem in looked.problems]
    return looked._replace(problems=shown)


# What the history still holds of somebody who was forgotten.

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
