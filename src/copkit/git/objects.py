"""Looking for identifying details in what git keeps, is about to keep, or is about to send.

Runs git. Problems name the file as it is in the programme, and hide what was found.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
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
from copkit.git.stored import (
    Message,
    Stored,
    commits_of,
    messages_of,
    staged,
    staged_text,
    stored_in,
    tags,
    tags_of,
    text_in,
)
from copkit.records.kinds import faults_in, is_record_file

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
