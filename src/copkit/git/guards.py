"""Looking for identifying details in what git keeps, is about to keep, or is about to send.

Runs git. Problems name the file as it is in the programme, and hide what was found.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from copkit.analysis.identifiers import (
    NOT_LOOKED_INTO,
    Knowledge,
    Read,
    in_a_text,
    look_through,
    without_details,
)
from copkit.contents import is_never_kept
from copkit.errors import Problem, Severity
from copkit.git.repository import Repository
from copkit.git.stored import (
    Message,
    Stored,
    commits_of,
    messages_of,
    staged,
    staged_text,
    stored_in,
    tag_of,
    text_in,
)
from copkit.readers import faults_in, is_record_file

_SHORT: Final = 9  # letters of a commit's name
NOTHING: Final = "0" * 40
"""What git says for a commit that is not there."""


class Looked(NamedTuple):
    """What was found, with nothing of it repeated, and how many files and messages were read."""

    problems: list[Problem]
    files: int


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
    return _hidden(problems, files, knowledge)


def look_at_commits(repository: Repository, chosen: Iterable[str], knowledge: Knowledge) -> Looked:
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
    for message in messages_of(repository, commits):
        problems += _in_message(message, knowledge)
    return _hidden(problems, files + len(commits), knowledge)


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
    for one in sent:
        if set(one.commit) == {"0"}:
            continue  # a branch that is to go
        chosen.append(one.commit)
        if repository.says("cat-file", "-e", f"{one.remote_commit}^{{commit}}") is not None:
            known.append(one.remote_commit)
        problems += in_a_text("the branch's name", one.remote_name, knowledge)
        if tag := tag_of(repository, one.commit):
            problems += _in_message(tag, knowledge)
    if not chosen:
        return _hidden(problems, 0, knowledge)
    if remote and not set(remote) & set("*?[\\"):
        known.insert(0, f"--remotes={remote}")
    looked = look_at_commits(repository, [*chosen, "--not", *known], knowledge)
    return _hidden([*problems, *looked.problems], looked.files, knowledge)


def _in_file(stored: Stored, knowledge: Knowledge, read: Read) -> Iterator[Problem]:
    """Look at one file; what is never to be in git is refused whatever it holds."""
    if is_never_kept(stored.file):
        folder = stored.file.partition("/")[0]
        message = f"what lies in {folder}/ is never to be in git"
        hint = f"git rm -r --cached {folder} takes it out again, and leaves it here"
        yield Problem(stored.file, 1, 1, 1, 2, "private-in-git", Severity.ERROR, message, hint)
        return
    if stored.file.startswith(".copkit/"):
        return
    if stored.data is None:
        message = "this file is too large for copkit to look into"
        hint = "keep it outside the records"
        yield Problem(stored.file, 1, 1, 1, 2, NOT_LOOKED_INTO, Severity.ERROR, message, hint)
    for problem in look_through(stored.file, stored.data, knowledge, read):
        unseen = problem.code in {NOT_LOOKED_INTO, "picture-metadata"}  # git would keep it for ever
        yield problem._replace(severity=Severity.ERROR) if unseen else problem


def _in_message(message: Message, knowledge: Knowledge) -> Iterator[Problem]:
    name = f"message of {message.name[:_SHORT]}"
    return in_a_text(name, message.text, knowledge)


def _in_commit(problem: Problem, commit: str) -> Problem:
    return problem._replace(message=f"{problem.message} (in commit {commit[:_SHORT]})")


def _hidden(problems: list[Problem], files: int, knowledge: Knowledge) -> Looked:
    return Looked([without_details(problem, knowledge.mask) for problem in problems], files)
