"""The steps of ``copkit sync``: commit, fetch, merge, push.  Runs git.

Each step leaves the folder whole, whatever happens in it; none asks or prints.
"""

from __future__ import annotations

import contextlib
import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from copkit.analysis.changes import RecordChange, describe_changes, members_by_id, summarise_changes
from copkit.errors import CopkitError
from copkit.files import OUTSIDE_GIT, is_outside_git
from copkit.git.history import TRAILER, read_texts
from copkit.git.merge_driver import KEEP_VARIABLE
from copkit.git.repository import (
    NETWORK_ALLOWED,
    GitFailed,
    Repository,
    defer_interrupts,
    extract_reason,
    require_trusted_settings,
)
from copkit.layout import ENCRYPTED_CONTACTS
from copkit.records.kinds import is_record_file
from copkit.text.merge_values import Side

_AT_TOP: Final = frozenset(
    {"copkit.yaml", "README.md", ".gitignore", ".gitattributes", ENCRYPTED_CONTACTS}
)
_TEMPLATES: Final = (".html", ".txt", ".md", ".css")
# icase: on a disk that ignores capitals, Private/ is the same folder.
_NEVER_TRACKED: Final = tuple(f":(icase){folder}/" for folder in OUTSIDE_GIT)
_NOT_DESCRIBED: Final = (".copkit/", ".gitignore", ".gitattributes")  # for editors and git alone
# Files are named on standard input: a command line with many of them can be too long.
_FILES_ON_STDIN: Final = ("--pathspec-from-file=-", "--pathspec-file-nul")
MOST_TOLD: Final = 200  # changes that one commit message lists, in a folder of many years
_BOTH: Final = "{}: changed on both sides"


class ContradictionsFound(CopkitError):
    """Others recorded something else about the same fact; ``facts`` has a line for each."""

    def __init__(self, facts: list[str]) -> None:
        super().__init__(
            "nothing was brought in or sent; what you changed is kept here",
            "talk to each other; then write the same as they did, or run 'copkit sync --keep "
            "mine' or '--keep theirs' for all of these (two people with one id: give one another)",
        )
        self.facts = facts


class PendingChanges(NamedTuple):
    """What has been changed here since the last commit; files relative to the programme."""

    files: tuple[str, ...]
    left_alone: tuple[str, ...]  # new files that are no records
    vanished: tuple[str, ...]  # staged as new, and deleted since
    changes: tuple[RecordChange, ...]


@dataclass(frozen=True)
class Remote:
    """Where the others' records come from: a remote and a branch of it."""

    name: str
    branch: str

    @property
    def ref(self) -> str:
        """The ref of the branch as it was last fetched."""
        return f"refs/remotes/{self.name}/{self.branch}"


def require_ready(repository: Repository) -> str:
    """Return the branch that is checked out.

    Raise :class:`CopkitError` when the repository is not ready: a merge or a rebase is unfinished,
    it is not on a branch, private files are tracked, or git does not know who the user is.
    """
    require_trusted_settings(repository)
    for state, operation in (
        ("MERGE_HEAD", "merge"),
        ("CHERRY_PICK_HEAD", "cherry-pick"),
        ("REVERT_HEAD", "revert"),
        ("rebase-merge", "rebase"),
        ("rebase-apply", "rebase"),
    ):
        if (repository.git_dir / state).exists():
            hint = f"finish it, or give it up with 'git {operation} --abort'; then run this again"
            raise CopkitError(f"a git {operation} was begun here and not finished", hint)
    branch = repository.try_git("symbolic-ref", "--quiet", "--short", "HEAD")
    if branch is None:
        hint = "'git switch main' goes back to the usual one"
        raise CopkitError("git is not on a branch here, so there is nothing to send", hint)
    if tracked := repository.git("ls-files", "-z", "--", *_NEVER_TRACKED).split("\0")[0]:
        hint = f"git rm --cached {shlex.quote(tracked)} takes it out, and leaves the file"
        raise CopkitError(f"{tracked} is in git, where it never belongs; nothing was sent", hint)
    if repository.try_git("var", "GIT_COMMITTER_IDENT") is None:
        hint = 'git config --global user.name "Your Role"; git config --global user.email you@...'
        raise CopkitError("git does not know who you are", hint)
    return branch


def find_pending_changes(repository: Repository, places: Mapping[str, str]) -> PendingChanges:
    """Find what has been changed here and is not committed.

    ``places`` has the name of a community by its slug.
    """
    output = repository.git("status", "--porcelain", "-z", "--no-renames", "-uall", "--", ".")
    files, left_alone, vanished = [], [], []
    # An entry is 'XY FILE': X is the state in the index, Y in the folder; '??' is a new file.
    for entry in filter(None, output.split("\0")):
        file = entry[3:].removeprefix(repository.prefix)
        if entry[:2] == "AD":
            vanished.append(file)
        elif entry[:1] not in "?A" or is_shareable(file):
            files.append(file)
        elif not is_outside_git(file):
            left_alone.append(file)
    records = [file for file in files if not file.startswith(_NOT_DESCRIBED)]
    old = read_texts(repository, "HEAD", records)
    changes = [
        change
        for file in records
        for change in describe_changes(
            file, old.get(file), _read_work_tree(repository, file), places
        )
    ]
    return PendingChanges(
        files=tuple(files),
        left_alone=tuple(left_alone),
        vanished=tuple(vanished),
        changes=tuple(dict.fromkeys(changes)),
    )


def _read_work_tree(repository: Repository, file: str) -> str | None:
    path = repository.root / file
    return path.read_bytes().decode("utf-8-sig", "replace") if path.is_file() else None


def is_shareable(file: str) -> bool:
    """Check whether a new file goes to the others: records do, and what documents are made with.

    Anything else that lies in the folder may be private, and is committed by hand only.
    """
    top, *path = file.split("/")
    if not path:
        return file in _AT_TOP
    if top == "templates":
        hidden = any(part.startswith(".") for part in path)
        return path[-1].endswith(_TEMPLATES) and not hidden
    if file == ".copkit/accepted.yaml":
        return True
    if file.startswith(".copkit/schema/"):
        return len(path) == 2 and path[1].endswith(".json")
    return is_record_file(file)


def commit_pending(repository: Repository, pending: PendingChanges) -> bool:
    """Commit pending files, and nothing else that is staged; return whether there is a commit."""
    # literal: a file name may have the signs of a pattern ('*', '[') in it.
    if pending.vanished:
        names = _format_file_list(pending.vanished)
        repository.git("--literal-pathspecs", "reset", "--quiet", *_FILES_ON_STDIN, stdin=names)
    if not pending.files:
        return False
    names = _format_file_list(pending.files)
    repository.git("--literal-pathspecs", "add", "--all", *_FILES_ON_STDIN, stdin=names)
    names_only = ("diff", "--cached", "--name-only", "--no-renames", "--relative", "-z")
    staged = {*repository.git(*names_only).split("\0")} & {*pending.files}
    if not staged:
        return False  # line ends, say, which git keeps in one way
    commit = ("commit", "--quiet", "--only", "-m", _format_message(pending.changes))
    names = _format_file_list(sorted(staged))
    repository.git("--literal-pathspecs", *commit, *_FILES_ON_STDIN, stdin=names)
    return True


def _format_message(changes: Sequence[RecordChange]) -> str:
    """Return a commit message that lists changes, ``MOST_TOLD`` at most."""
    subject = summarise_changes(changes) or "What editors and git need to know"
    lines = [f"- {change}" for change in changes[:MOST_TOLD]]
    if len(changes) > MOST_TOLD:
        lines.append(f"- and {len(changes) - MOST_TOLD} more")
    return "\n".join([subject, "", *lines, "", TRAILER, ""])


def _format_file_list(files: Iterable[str]) -> str:
    """Return the names of files as git reads them with ``_FILES_ON_STDIN``."""
    return "".join(f"{file}\0" for file in files)


def find_remote(repository: Repository, branch: str) -> Remote | None:
    """Find the remote of a branch: the configured one, ``origin``, or the only one; or ``None``.

    Raise :class:`CopkitError` when there are several and none of these.
    """
    names = repository.git("remote").split()
    configured = repository.try_git("config", f"branch.{branch}.remote")
    merge = repository.try_git("config", f"branch.{branch}.merge")
    if configured in names and merge:
        return Remote(configured or "", merge.removeprefix("refs/heads/"))
    if "origin" in names or len(names) == 1:
        return Remote("origin" if "origin" in names else names[0], branch)
    if names:
        hint = f"git push --set-upstream {names[0]} {branch}"
        raise CopkitError(f"there are several remotes: {', '.join(names)}; name one once", hint)
    return None


def fetch(repository: Repository, remote: Remote) -> bool:
    """Fetch what the others have sent; return whether there is something new to merge.

    Raise :class:`CopkitError` when the remote cannot be reached.
    """
    command = ("fetch", "--quiet", "--no-recurse-submodules", remote.name)
    process = repository.run(*command, may_prompt=True)
    if process.returncode:
        reason = extract_reason(process.stderr.decode("utf-8", "replace"))
        raise CopkitError(f"the shared place ({remote.name}) cannot be reached: {reason}")
    theirs = repository.try_git("rev-parse", "--verify", "--quiet", remote.ref)
    if theirs is None:
        _require_no_other_branch(repository, remote)
        return False
    return repository.run("merge-base", "--is-ancestor", theirs, "HEAD").returncode != 0


def _require_no_other_branch(repository: Repository, remote: Remote) -> None:
    """Raise :class:`CopkitError` when the remote has other branches: nobody would see ours."""
    place = f"refs/remotes/{remote.name}/"
    names = repository.git("for-each-ref", "--format=%(refname)", place).split()
    others = [name.removeprefix(place) for name in names if not name.endswith("/HEAD")]
    if others:
        message = f"{remote.name} has no branch '{remote.branch}', but {', '.join(others)}"
        hint = f"git branch -m {others[0]} gives yours the name that the others use"
        raise CopkitError(message, hint)


class IncomingMerge(NamedTuple):
    """What the others had changed, and messages about what was decided, or is to be looked at."""

    changes: list[RecordChange]
    messages: list[str]


def merge_incoming(
    repository: Repository, remote: Remote, keep: Side | None, places: Mapping[str, str]
) -> IncomingMerge:
    """Merge what the others have sent.

    ``keep`` is the side that wins contradictions, and ``places`` has the name of a community by
    its slug. Without ``keep``, raise :class:`ContradictionsFound` when there is one, and change
    nothing.
    """
    before = repository.git("rev-parse", "HEAD").strip()
    questions = _ask_about_same_ids(repository, before, remote.ref)
    with defer_interrupts(), _without_staged_additions(repository):
        messages = _merge(repository, remote, keep) + questions
    files = [file for file in _differing_files(repository, before, "HEAD") if is_shareable(file)]
    records = [file for file in files if not file.startswith((*_NOT_DESCRIBED, "README"))]
    old, new = (read_texts(repository, revision, records) for revision in (before, "HEAD"))
    changes = [
        change
        for file in records
        for change in describe_changes(file, old.get(file), new.get(file), places)
    ]
    return IncomingMerge(list(dict.fromkeys(changes)), messages)


def _differing_files(repository: Repository, first: str, second: str) -> list[str]:
    """Return the files of the programme that differ between two commits."""
    names = ("diff-tree", "-r", "--name-only", "--no-renames", "--no-commit-id", "-z", "--relative")
    return [file for file in repository.git(*names, first, second).split("\0") if file]


@contextlib.contextmanager
def _without_staged_additions(repository: Repository) -> Iterator[None]:
    """Take new files that somebody has staged out of the index, and stage them again afterwards.

    Git does not merge while the index has files that the last commit has not.
    """
    added = ("diff", "--cached", "--name-only", "--diff-filter=A", "--relative", "-z")
    names = repository.git(*added)
    if names:
        repository.run("--literal-pathspecs", "reset", "--quiet", *_FILES_ON_STDIN, stdin=names)
    try:
        yield
    finally:
        if names:
            repository.run("--literal-pathspecs", "add", *_FILES_ON_STDIN, stdin=names)


def _ask_about_same_ids(repository: Repository, ours: str, theirs: str) -> list[str]:
    """Return a question for each member whom both sides have added under the same id."""
    base = repository.try_git("merge-base", ours, theirs)
    if base is None or base == ours:
        return []
    rosters = [
        file for file in _differing_files(repository, base, ours) if file.endswith("/roster.yaml")
    ]
    texts = [read_texts(repository, revision, rosters) for revision in (base, ours, theirs)]
    questions = []
    for file in rosters:
        in_base, in_ours, in_theirs = (members_by_id(version.get(file)) for version in texts)
        # Ids are made from roles (probation-2), so two people may come by the same one.
        ids = [id for id in in_ours if id in in_theirs and id not in in_base]
        questions += [f"{file}: {id}: added on both sides; one person, or two?" for id in ids]
    return questions


def _merge(repository: Repository, remote: Remote, keep: Side | None) -> list[str]:
    """Merge the others' branch and commit that; return the messages of the merge driver.

    ``keep`` is the side that wins contradictions, ``None`` to raise
    :class:`ContradictionsFound` for any. Raise :class:`CopkitError` when git cannot merge; the
    folder then is as it was before.
    """
    clean = repository.run("diff-index", "--quiet", "HEAD", "--").returncode == 0
    message = f"Bring in what others have recorded\n\n{TRAILER.split(':')[0]}: merge\n"
    # No guesses at renames: all new cases begin alike, and one person's words would end up in
    # another's case. Of git's strategies, only 'recursive' has that option in every version.
    strategy = ["--strategy=recursive", "-Xno-renames", *([f"-X{keep}"] if keep else [])]
    command = ("merge", "--no-edit", "-m", message, *strategy, remote.ref)
    process = repository.run(*command, environment={**NETWORK_ALLOWED, KEEP_VARIABLE: keep or ""})
    output = (process.stderr + process.stdout).decode("utf-8", "replace")
    if process.returncode == 0:
        return _driver_messages(output)
    if "unrelated histories" in output:
        raise CopkitError(
            f"this folder and {remote.name} were begun apart, so they cannot come together",
            "'git clone' the shared one into a new folder, and copy your records into it",
        )
    unmerged = _find_unmerged(repository)
    if not unmerged:
        # Git failed midway (a full disk, a file in use). If nothing was changed before, every
        # difference is half of their change, and can be taken back.
        if clean:
            changed = repository.git("diff", "--name-only", "--relative", "-z", "HEAD").split("\0")
            partial = {*changed} & {*_differing_files(repository, "HEAD", remote.ref)}
            checkout = ("--literal-pathspecs", "checkout", "--quiet", "HEAD", *_FILES_ON_STDIN)
            if partial:
                repository.run(*checkout, stdin=_format_file_list(partial))
        raise GitFailed("merge", process.returncode, output)
    facts = _describe_conflicts(output, unmerged)
    if keep is None:
        repository.git("merge", "--abort")
        raise ContradictionsFound(facts)
    _resolve(repository, unmerged, keep)
    return facts


def _driver_messages(output: str) -> list[str]:
    """Return the lines of the merge driver in git's output, in the words of ``copkit sync``."""
    prefix = "copkit: "
    lines = [line.removeprefix(prefix) for line in output.splitlines() if line.startswith(prefix)]
    return [line.replace("(ours)", "(yours)") for line in lines]


# Stages of an unmerged file in the index; 1 is the base.
_OURS: Final = 2
_THEIRS: Final = 3


def _find_unmerged(repository: Repository) -> dict[str, set[int]]:
    """Return the files with conflicts, and the stages at which each exists."""
    stages: dict[str, set[int]] = {}
    output = repository.git("ls-files", "--unmerged", "--full-name", "-z", ":/")
    for entry in filter(None, output.split("\0")):
        facts, file = entry.split("\t", 1)  # MODE BLOB STAGE, a tab, the file
        stages.setdefault(file, set()).add(int(facts.split(" ")[2]))
    return stages


def _describe_conflicts(output: str, unmerged: dict[str, set[int]]) -> list[str]:
    """Return the messages of the merge driver, and a line for each conflict without any."""
    facts = _driver_messages(output)
    for file, stages in unmerged.items():
        lines = [] if any(fact.startswith(f"{file}: ") for fact in facts) else [_BOTH.format(file)]
        # Git calls no driver where one side has deleted the file.
        if _OURS not in stages:
            lines = [f"{file}: taken out (yours) or changed (theirs)"]
        elif _THEIRS not in stages:
            lines = [f"{file}: changed (yours) or taken out (theirs)"]
        facts += lines
    return facts


def _resolve(repository: Repository, unmerged: dict[str, set[int]], keep: Side) -> None:
    """Take one side's version of whole files, and commit the merge."""
    for file, stages in unmerged.items():
        path = f":(top,literal){file}"
        if (_OURS if keep is Side.OURS else _THEIRS) in stages:
            repository.git("checkout", f"--{keep}", "--", path)
            repository.git("add", "--", path)
        else:
            repository.git("rm", "--quiet", "--force", "--", path)
    repository.git("commit", "--quiet", "--no-edit", "--cleanup=strip")


def count_unsent(repository: Repository, remote: Remote) -> int:
    """Count the commits that the remote does not have yet."""
    exists = repository.try_git("rev-parse", "--verify", "--quiet", remote.ref)
    revisions = f"{remote.ref}..HEAD" if exists else "HEAD"
    return int(repository.git("rev-list", "--count", revisions))


def push(repository: Repository, remote: Remote) -> bool:
    """Push what is committed; return ``False`` when somebody else has pushed in the meantime.

    Raise :class:`GitFailed` for any other failure.
    """
    options = ("--quiet", "--porcelain", "--set-upstream", remote.name)
    refs = f"HEAD:refs/heads/{remote.branch}"
    process = repository.run("push", *options, refs, may_prompt=True)
    if process.returncode == 0:
        return True
    output = (process.stdout + process.stderr).decode("utf-8", "replace")
    # The first is git's word for it; the others come when two pushes meet at the same moment.
    if any(sign in output for sign in ("[rejected]", "cannot lock ref", "failed to update ref")):
        return False
    raise GitFailed("push", process.returncode, output)
