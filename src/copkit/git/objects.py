"""Scan git's objects for identifying details: the index, commits, tags, and what a push sends.

Runs git. Problems name the file as it is in the programme, and mask what was found.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache, lru_cache
from typing import Final, NamedTuple

from copkit.analysis.privacy.identifiers import (
    UNREADABLE,
    Knowledge,
    ParseDocument,
    ReadText,
    decode_text,
    mask_problem,
    scan_encoded,
    scan_file,
    scan_ref_name,
    scan_text,
)
from copkit.errors import Problem, Severity
from copkit.files import is_outside_git, read_format
from copkit.git.repository import Repository
from copkit.records.kinds import find_record_problems, is_record_file
from copkit.records.programme import relax_problem
from copkit.text.front_matter import Document, read_document
from copkit.text.source import SourceText

# --- reading: staged files, and the files and messages of commits and tags ------------------

_SUBMODULE: Final = "160000"  # git's file mode of a repository within the repository
_NO_BLOB: Final = ""  # for a submodule, which has hooks of its own
_DELETED: Final = "000000"  # the mode of a file that is not there
_BATCH: Final = 100  # blobs that are held in memory at once
_LARGEST: Final = 5_000_000  # bytes of one blob; larger ones are reported, and not read

_RAW: Final = ("--raw", "-z", "--no-abbrev", "--no-renames", "--no-ext-diff", "--no-textconv")


class StoredFile(NamedTuple):
    """A file by its path in the programme, its bytes, and the commit that it came with, if any.

    ``data`` is ``None`` when the file is too large to be scanned, and empty for a submodule.
    """

    file: str
    data: bytes | None
    commit: str = ""


class GitMessage(NamedTuple):
    """The message of a commit or an annotated tag; ``name`` is that of the object."""

    name: str
    text: str


def read_staged(repository: Repository) -> Iterator[StoredFile]:
    """Read the files that the next commit would add or change."""
    head = repository.try_git("rev-parse", "--verify", "--quiet", "HEAD")
    # Before the first commit everything is new: compared with the empty tree.
    tree = head or repository.git("hash-object", "-t", "tree", "--stdin").strip()
    output = repository.git("diff-index", "--cached", "--relative", *_RAW, tree)
    yield from _read_entries(repository, list(_parse_entries(output)))


def staged_text_reader(repository: Repository) -> Callable[[str], str | None]:
    """Return a function that reads the text of a file in the index, ``None`` if it is not there."""
    return cache(lambda file: _read_text(repository, f":{repository.prefix}{file}"))


def commit_text_reader(repository: Repository, commit: str) -> Callable[[str], str | None]:
    """Return a function that reads the text of a file in a commit, ``None`` if it is not there."""
    return lambda file: _read_text(repository, f"{commit}:{repository.prefix}{file}")


def list_commits(repository: Repository, *revisions: str) -> list[str]:
    """Return the names of the commits in git's ``revisions`` (``--all``), the oldest first."""
    return repository.git("rev-list", "--reverse", *revisions).split()


def read_committed(repository: Repository, commits: Sequence[str]) -> Iterator[StoredFile]:
    """Read every file that commits added or changed; one with the same bytes only once."""
    seen: set[tuple[str, str]] = set()
    entries = []
    for entry in _changed_entries(repository, commits):
        if (entry.file, entry.blob) not in seen:
            seen.add((entry.file, entry.blob))
            entries.append(entry)
    yield from _read_entries(repository, entries)


def read_commit_messages(repository: Repository, commits: Sequence[str]) -> Iterator[GitMessage]:
    """Read the messages of commits, except those that are too large to be scanned."""
    for name, data in read_objects(repository, commits):
        headers, _, message = data.partition(b"\n\n")  # an empty line ends the headers of a commit
        yield GitMessage(name, _decode_message(headers, message))


def _decode_message(headers: bytes, message: bytes) -> str:
    """Decode a commit's message, in the encoding that its headers name, if any."""
    if encoding := re.search(rb"(?m)^encoding (\S+)$", headers):
        with contextlib.suppress(LookupError):  # an encoding that Python does not know
            return message.decode(encoding[1].decode("ascii", "replace"), "replace")
    return decode_text("message.txt", message) or message.decode("cp1252", "replace")


def read_tag_messages(repository: Repository) -> Iterator[GitMessage]:
    """Read the messages of all annotated tags."""
    for name in repository.git("for-each-ref", "--format=%(objectname)", "refs/tags").split():
        yield from read_tag_chain(repository, name)


def read_tag_chain(repository: Repository, name: str) -> Iterator[GitMessage]:
    """Read the message of an annotated tag, and of tags that it points to; none of a commit."""
    while repository.try_git("cat-file", "-t", name) == "tag":
        data = repository.git_bytes("cat-file", "tag", name)
        headers, _, message = data.partition(b"\n\n")
        yield GitMessage(name, _decode_message(headers, message))
        name = headers.partition(b"\n")[0].removeprefix(b"object ").decode("ascii", "replace")


class _TreeEntry(NamedTuple):
    """A file that was added or changed, with its blob and the commit that did so, if any."""

    file: str
    blob: str
    commit: str


def _changed_entries(repository: Repository, commits: Sequence[str]) -> Iterator[_TreeEntry]:
    """Find everything that commits added or changed."""
    # -c: of a merge only what differs from all its parents; the rest is in an earlier commit.
    options = ("diff-tree", "--stdin", "-r", "-c", "--root", "--relative", *_RAW)
    output = repository.git(*options, stdin="".join(f"{commit}\n" for commit in commits))
    return _parse_entries(output)


def _parse_entries(output: str) -> Iterator[_TreeEntry]:
    """Parse git's raw format: ``:100644 100755 BLOB BLOB M``, the file behind it; a colon a parent.

    Files that were deleted are left out.
    """
    commit = ""
    parts = iter(output.split("\0"))
    for part in parts:
        if not part.startswith(":"):
            commit = part.split(" ")[0].strip()
            continue
        fields = part.lstrip(":")
        parents = len(part) - len(fields)  # each has a mode and a blob before those of the file
        words = fields.split(" ")
        mode, blob = words[parents], words[2 * parents + 1]
        file = next(parts, "")
        if mode != _DELETED:
            yield _TreeEntry(file, _NO_BLOB if mode == _SUBMODULE else blob, commit)


def _read_entries(repository: Repository, entries: Sequence[_TreeEntry]) -> Iterator[StoredFile]:
    """Read the blobs of files, ``_BATCH`` at a time."""
    for start in range(0, len(entries), _BATCH):
        batch = entries[start : start + _BATCH]
        blobs = dict.fromkeys(entry.blob for entry in batch if entry.blob)
        data = dict(read_objects(repository, list(blobs)))
        for file, blob, commit in batch:
            yield StoredFile(file, data.get(blob) if blob else b"", commit)


def read_objects(repository: Repository, names: Collection[str]) -> Iterator[tuple[str, bytes]]:
    """Read objects by their names, except those that are too large, or not there."""
    if not names:
        return
    lines = "".join(f"{name}\n" for name in names)
    # Sizes first: a blob of gigabytes must not be read into memory.
    sizes = repository.git("cat-file", "--batch-check=%(objectname) %(objectsize)", stdin=lines)
    readable = [line.split(" ")[0] for line in sizes.splitlines() if _has_readable_size(line)]
    lines = "".join(f"{name}\n" for name in readable)
    output = repository.git_bytes("cat-file", "--batch", stdin=lines)
    start = 0
    # For each object a line 'NAME TYPE SIZE', SIZE bytes and a line end.
    for name in readable:
        end = output.index(b"\n", start)
        size = int(output[start:end].split(b" ")[2])
        yield name, output[end + 1 : end + 1 + size]
        start = end + 2 + size


def _has_readable_size(line: str) -> bool:
    """Check that a line of git names an object that is there and not too large to be scanned."""
    size = line.rpartition(" ")[2]  # no number, but the word 'missing', where there is no object
    return size.isdigit() and int(size) <= _LARGEST


def _read_text(repository: Repository, name: str) -> str | None:
    """Return the text of a blob by a name such as ``HEAD:copkit.yaml``; ``None`` if missing."""
    process = repository.run("cat-file", "blob", name)
    return None if process.returncode else process.stdout.decode("utf-8-sig", "replace")


# --- scanning -------------------------------------------------------------------------------

_SHORT: Final = 9  # characters of a commit's name in a message, as git's own output has
NULL_COMMIT: Final = "0" * 40
"""The name that git uses for a commit that does not exist."""


_PARSED: Final = 200  # documents that are held in memory at once


def _parser_of_inspection() -> ParseDocument:
    """Return what parses texts as ``read_document`` does, and remembers those that it parsed last.

    Each file is looked at for pseudonyms, labels and faults, and a case for its meetings too.
    """

    @lru_cache(maxsize=_PARSED)
    def read(file: str, text: str, *, markdown: bool) -> tuple[Document, tuple[Problem, ...]]:
        problems: list[Problem] = []
        document = read_document(SourceText(file, text), problems, markdown=markdown)
        return document, tuple(problems)

    def parse(source: SourceText, problems: list[Problem], /, *, markdown: bool) -> Document:
        document, faults = read(source.file, source.text, markdown=markdown)
        problems += faults
        return replace(document, source=source, problems=problems)

    return parse


class Inspection(NamedTuple):
    """The problems that a scan found, masked, and the number of files and messages scanned.

    ``undo_command`` is the git command that takes the commits of a push apart and keeps the files
    as they are; empty when no single command does.
    """

    problems: list[Problem]
    files: int
    messages: int = 0
    undo_command: str = ""


def inspect_staged(repository: Repository, knowledge: Knowledge) -> Inspection:
    """Scan what the next commit would add or change, for faults of records as well."""
    problems: list[Problem] = []
    files = 0
    read_text, parse = staged_text_reader(repository), _parser_of_inspection()
    format = read_format(repository.root)
    for stored in read_staged(repository):
        files += 1
        problems += _scan_file(stored, knowledge, read_text, parse)
        if stored.data is not None and is_record_file(stored.file):
            found = find_record_problems(stored.file, stored.data, parse)
            problems += [relax_problem(problem, format) for problem in found]
    return _mask(Inspection(problems, files), knowledge)


def inspect_history(repository: Repository, knowledge: Knowledge) -> Inspection:
    """Scan every commit of every branch, and the message of every tag."""
    commits = _inspect_commits(repository, ["--all"], knowledge)
    tags = list(read_tag_messages(repository))
    problems = [problem for tag in tags for problem in _scan_message(tag, knowledge)]
    history = Inspection(
        [*commits.problems, *problems], commits.files, commits.messages + len(tags)
    )
    return _mask(history, knowledge)


def _inspect_commits(
    repository: Repository, revisions: Iterable[str], knowledge: Knowledge
) -> Inspection:
    """Scan every file, file name and message of the commits in git's ``revisions``."""
    commits = list_commits(repository, *revisions)
    problems: list[Problem] = []
    files = 0
    parse = _parser_of_inspection()
    for stored in read_committed(repository, commits):
        files += 1
        read_text = commit_text_reader(repository, stored.commit)
        problems += [
            _name_commit(problem, stored.commit)
            for problem in _scan_file(stored, knowledge, read_text, parse)
        ]
    problems += _scan_authors(repository, commits, knowledge)
    unread = dict.fromkeys(commits)
    for message in read_commit_messages(repository, commits):
        del unread[message.name]
        problems += _scan_message(message, knowledge)
    for commit in unread:
        text, hint = "this message is too large to be looked into", "write a shorter one"
        problems.append(_build_error(f"message of {commit[:_SHORT]}", UNREADABLE, text, hint))
    return Inspection(problems, files, len(commits))


class PushedRef(NamedTuple):
    """A branch or a tag that a push would send: name and commit, here and in the remote.

    The fields stand as git writes them on the standard input of a pre-push hook.
    """

    name: str
    commit: str
    remote_name: str
    remote_commit: str


def inspect_push(
    repository: Repository, remote: str, refs: Iterable[PushedRef], knowledge: Knowledge
) -> Inspection:
    """Scan everything that a push would send and the remote does not have yet.

    ``remote`` is the name of the remote or its address, as git tells its hook.
    """
    commits: list[str] = []
    remote_commits: list[str] = []
    problems: list[Problem] = []
    messages = 0
    for ref in refs:
        if set(ref.commit) == {"0"}:
            continue  # a branch that is to be deleted
        if _is_commit(repository, ref.remote_commit):
            remote_commits.append(ref.remote_commit)
        name = ref.remote_name.removeprefix("refs/heads/").removeprefix("refs/tags/")
        problems += scan_ref_name(_describe_ref(ref.remote_name), name, knowledge)
        for tag in read_tag_chain(repository, ref.commit):
            messages += 1
            problems += _scan_message(tag, knowledge)
        if _is_commit(repository, ref.commit):
            commits.append(ref.commit)
        else:  # a tag may point to a blob or a tree
            message = "this names no commit, so copkit cannot look into it"
            where = _describe_ref(ref.remote_name)
            problems.append(_build_error(where, UNREADABLE, message, "leave it"))
    if not commits:
        return _mask(Inspection(problems, 0, messages), knowledge)
    if name := _find_remote_name(repository, remote):
        remote_commits.insert(0, f"--remotes={name}")
    unsent = [*commits, "--not", *remote_commits]
    scanned = _inspect_commits(repository, unsent, knowledge)
    problems += scanned.problems
    undo_command = _find_undo_command(repository, commits, unsent) if problems else ""
    messages += scanned.messages
    return _mask(Inspection(problems, scanned.files, messages, undo_command), knowledge)


def _find_undo_command(repository: Repository, commits: list[str], unsent: list[str]) -> str:
    """Return the command that undoes the commits of a push, or ``""`` when no single one does."""
    if commits != [repository.try_git("rev-parse", "HEAD")]:
        return ""  # resetting the branch that is checked out would not reach them
    # --boundary marks with '-' the commits in the remote on which the unsent ones are based.
    lines = repository.git("rev-list", "--boundary", *unsent).split()
    sent = [line[1:] for line in lines if line.startswith("-")]
    if not sent:
        return "git update-ref -d HEAD"
    newest = (repository.try_git("merge-base", "--independent", *sent) or "").split()
    return f"git reset --soft {newest[0][:_SHORT]}" if len(newest) == 1 else ""


def _is_commit(repository: Repository, commit: str) -> bool:
    return repository.try_git("cat-file", "-e", f"{commit}^{{commit}}") is not None


def _describe_ref(ref: str) -> str:
    """Return what a ref is, for a problem, without its name: that may be the detail itself."""
    return "the tag's name" if ref.startswith("refs/tags/") else "the branch's name"


def _find_remote_name(repository: Repository, remote: str) -> str:
    """Return the remote with a name, or with an address; ``""`` for none."""
    if remote in repository.git("remote").splitlines():
        return remote
    addresses = repository.try_git("config", "--get-regexp", r"^remote\..*\.(push)?url$") or ""
    for line in addresses.splitlines():
        key, _, address = line.partition(" ")
        if address == remote:
            return key.removeprefix("remote.").rpartition(".")[0]
    return ""


def _scan_file(
    stored: StoredFile, knowledge: Knowledge, read_text: ReadText, parse: ParseDocument
) -> Iterator[Problem]:
    """Scan one file; a file of private/ or build/ is an error whatever it holds."""
    if is_outside_git(stored.file):
        folder = stored.file.partition("/")[0]
        message = f"what lies in {folder}/ is never to be in git"
        hint = f"git rm -r --cached {folder} takes it out again, and leaves it here"
        yield _build_error(stored.file, "private-in-git", message, hint)
        return
    if stored.data is None:
        message = "this is too large for copkit to look into"
        hint = "keep it outside the records"
        yield _build_error(stored.file, UNREADABLE, message, hint)
    for problem in scan_file(stored.file, stored.data, knowledge, read_text, parse):
        # Warnings in a folder, but errors here: git would keep what nobody looked into for ever.
        unseen = problem.code in {UNREADABLE, "picture-metadata"}
        yield problem._replace(severity=Severity.ERROR) if unseen else problem


def _scan_message(message: GitMessage, knowledge: Knowledge) -> Iterator[Problem]:
    name = f"message of {message.name[:_SHORT]}"
    yield from scan_text(name, message.text, knowledge)
    yield from scan_encoded(name, message.text, knowledge)


def _scan_authors(
    repository: Repository, commits: Sequence[str], knowledge: Knowledge
) -> Iterator[Problem]:
    """Warn of the names and addresses that commits go by, each once, except the person's own."""
    if not commits:
        return
    own = repository.try_git("var", "GIT_COMMITTER_IDENT") or ""
    lines = "".join(f"{commit}\n" for commit in commits)
    format = ("--no-walk=unsorted", "--stdin", "--format=%H%x09%an <%ae>%n%H%x09%cn <%ce>")
    # In UTF-8, whatever a commit has and the person's own settings want.
    output = repository.git("log", "--encoding=UTF-8", *format, stdin=lines)
    first: dict[str, str] = {}
    for line in output.splitlines():
        commit, _, identity = line.partition("\t")
        if not own.startswith(f"{identity} "):
            first.setdefault(identity, commit)
    for identity, commit in first.items():
        for problem in scan_text(f"author of {commit[:_SHORT]}", identity, knowledge):
            hint = (
                "everybody who has a copy can read it; a role and an address of the office will do"
            )
            yield problem._replace(severity=Severity.WARNING, hint=hint)


def _name_commit(problem: Problem, commit: str) -> Problem:
    return problem._replace(message=f"{problem.message} (in commit {commit[:_SHORT]})")


def _build_error(file: str, code: str, message: str, hint: str) -> Problem:
    return Problem(file, 1, 1, 1, 2, code, Severity.ERROR, message, hint)


def _mask(inspection: Inspection, knowledge: Knowledge) -> Inspection:
    """Return the inspection with names and numbers of people replaced in its problems."""
    # Problems are printed and sent on, so none may repeat what it is about.
    masked = [mask_problem(problem, knowledge.mask) for problem in inspection.problems]
    return inspection._replace(problems=masked)


# --- what the history still holds of somebody who was forgotten -----------------------------

# -m: also what a merge itself put in, which git leaves out otherwise.
_LOG: Final = ("log", "--all", "-m", "--format=%H", "--no-ext-diff", "--no-textconv")
_AS_TYPED: Final = ("--regexp-ignore-case", "--fixed-strings")  # a name may have a dot


class Trace(NamedTuple):
    """The numbers of commits in which a text stands.

    ``label`` says what the text is, without the text itself. ``files`` counts the commits that
    put it in or took it out, ``messages`` those with it in their message, ``authors`` those with
    it in the name or address of author or committer.
    """

    label: str
    files: int
    messages: int
    authors: int

    def __bool__(self) -> bool:
        return bool(self.files or self.messages or self.authors)


def count_traces(repository: Repository, texts: Mapping[str, str]) -> list[Trace]:
    """Count the commits, on all branches, that hold texts, which are given by their labels.

    Capitals and small letters are the same.
    """
    return [
        Trace(
            label,
            len(_search_commits(repository, "-i", f"-S{text}")),
            len(_search_commits(repository, *_AS_TYPED, f"--grep={text}")),
            len(
                _search_commits(repository, *_AS_TYPED, f"--author={text}")
                | _search_commits(repository, *_AS_TYPED, f"--committer={text}")
            ),
        )
        for label, text in texts.items()
    ]


class HistoryMentions(NamedTuple):
    """How often somebody is named: in files put in by commits, messages, authors, and refs."""

    files: int
    messages: int
    authors: int
    refs: int


def count_mentions(
    repository: Repository, is_named: Callable[[str, bytes], bool]
) -> HistoryMentions:
    """Count what names somebody in all that a scan of the history looks at.

    ``is_named`` gets a file's path, ``""`` for anything else, and its bytes.
    """
    commits = list_commits(repository, "--all")
    files = {
        stored.commit
        for stored in read_committed(repository, commits)
        if is_named(stored.file, stored.data or b"")
    }
    messages = [*read_commit_messages(repository, commits), *read_tag_messages(repository)]
    authors = set(
        repository.git(
            "log", "--all", "--encoding=UTF-8", "--format=%an <%ae>%n%cn <%ce>"
        ).splitlines()
    )
    refs = repository.git("for-each-ref", "--format=%(refname:short)").splitlines()
    return HistoryMentions(
        len(files),
        sum(is_named("", message.text.encode("utf-8", "replace")) for message in messages),
        sum(is_named("", author.encode("utf-8", "replace")) for author in authors),
        sum(is_named(ref, b"") for ref in refs),
    )


def count_commits_changing(repository: Repository, files: Collection[str]) -> int:
    """Count the commits, on all branches, that changed any of some files."""
    if not files:
        return 0
    output = repository.git("--literal-pathspecs", *_LOG, "--", *files)
    return len(set(output.split()))


def _search_commits(repository: Repository, *options: str) -> set[str]:
    return set(repository.git(*_LOG, *options).split())
