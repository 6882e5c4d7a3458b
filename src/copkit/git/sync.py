"""Coming together with others: commit, fetch, merge, push, each a step of its own.  Runs git.

Each step leaves the folder whole, whatever happens in it; none asks or prints.
"""

from __future__ import annotations

import contextlib
import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from copkit.analysis.changes import Told, members, summary, tell
from copkit.errors import CopkitError
from copkit.files import NEVER_KEPT, is_never_kept
from copkit.git.history import TRAILER, texts_at
from copkit.git.merge_driver import KEEP
from copkit.git.repository import (
    REACHING_OTHERS,
    GitFailed,
    Repository,
    reason_in,
    require_own_settings,
    uninterrupted,
)
from copkit.layout import SEALED
from copkit.records.kinds import is_record_file
from copkit.text.merge_values import Side

_AT_TOP: Final = frozenset({"copkit.yaml", "README.md", ".gitignore", ".gitattributes", SEALED})
_TEMPLATES: Final = (".html", ".txt", ".md", ".css")
_NEVER: Final = tuple(f":(icase){folder}/" for folder in NEVER_KEPT)
_UNTOLD: Final = (".copkit/", ".gitignore", ".gitattributes")  # what only editors and git need
_NAMED: Final = ("--pathspec-from-file=-", "--pathspec-file-nul")
MOST_TOLD: Final = 200  # changes that one message lists
_BOTH: Final = "{}: changed on both sides"


class Contradicts(CopkitError):
    """Others recorded something else about the same fact; ``facts`` says what, a line each."""

    def __init__(self, facts: list[str]) -> None:
        super().__init__(
            "nothing was brought in or sent; what you changed is kept here",
            "talk to each other; then write the same as they did, or run 'copkit sync --keep "
            "mine' or '--keep theirs' for all of these (two people with one id: give one another)",
        )
        self.facts = facts


class Waiting(NamedTuple):
    """What has been changed here since the last commit."""

    files: tuple[str, ...]
    left_alone: tuple[str, ...]  # new files that are no records
    gone: tuple[str, ...]  # that git was to take in, and that are not there any more
    told: tuple[Told, ...]


@dataclass(frozen=True)
class Remote:
    """Where the others' records come from: a remote and a branch of it."""

    name: str
    branch: str

    @property
    def ref(self) -> str:
        """The name under which git here knows the others' state."""
        return f"refs/remotes/{self.name}/{self.branch}"


def require_ready(repository: Repository) -> str:
    """Give the branch; raise :class:`CopkitError` where something unfinished is in the way."""
    require_own_settings(repository)
    for state, what in (
        ("MERGE_HEAD", "merge"),
        ("CHERRY_PICK_HEAD", "cherry-pick"),
        ("REVERT_HEAD", "revert"),
        ("rebase-merge", "rebase"),
        ("rebase-apply", "rebase"),
    ):
        if (repository.own / state).exists():
            hint = f"finish it, or give it up with 'git {what} --abort'; then run this again"
            raise CopkitError(f"a git {what} was begun here and not finished", hint)
    branch = repository.says("symbolic-ref", "--quiet", "--short", "HEAD")
    if branch is None:
        hint = "'git switch main' goes back to the usual one"
        raise CopkitError("git is not on a branch here, so there is nothing to send", hint)
    if tracked := repository.git("ls-files", "-z", "--", *_NEVER).split("\0")[0]:
        hint = f"git rm --cached {shlex.quote(tracked)} takes it out, and leaves the file"
        raise CopkitError(f"{tracked} is in git, where it never belongs; nothing was sent", hint)
    if repository.says("var", "GIT_COMMITTER_IDENT") is None:
        hint = 'git config --global user.name "Your Role"; git config --global user.email you@...'
        raise CopkitError("git does not know who you are", hint)
    return branch


def waiting(repository: Repository, places: Mapping[str, str]) -> Waiting:
    """Find what has been changed here and is not committed."""
    output = repository.git("status", "--porcelain", "-z", "--no-renames", "-uall", "--", ".")
    files, left_alone, gone = [], [], []
    for entry in filter(None, output.split("\0")):
        file = entry[3:].removeprefix(repository.prefix)
        if entry[:2] == "AD":
            gone.append(file)
        elif entry[:1] not in "?A" or is_kept(file):
            files.append(file)
        elif not is_never_kept(file):
            left_alone.append(file)
    records = [file for file in files if not file.startswith(_UNTOLD)]
    before = texts_at(repository, "HEAD", records)
    told = [
        one
        for file in records
        for one in tell(file, before.get(file), _text_here(repository, file), places)
    ]
    return Waiting(tuple(files), tuple(left_alone), tuple(gone), tuple(dict.fromkeys(told)))


def _text_here(repository: Repository, file: str) -> str | None:
    path = repository.root / file
    return path.read_bytes().decode("utf-8-sig", "replace") if path.is_file() else None


def is_kept(file: str) -> bool:
    """Say whether a new file goes to the others: records do; whatever else lies about does not."""
    top, *rest = file.split("/")
    if not rest:
        return file in _AT_TOP
    if top == "templates":
        hidden = any(part.startswith(".") for part in rest)
        return rest[-1].endswith(_TEMPLATES) and not hidden
    if file == ".copkit/accepted.yaml":
        return True
    if file.startswith(".copkit/schema/"):
        return len(rest) == 2 and rest[1].endswith(".json")
    return is_record_file(file)


def commit(repository: Repository, what: Waiting) -> bool:
    """Commit what waits, and nothing else that may be staged; say whether there was anything."""
    if what.gone:
        repository.git("--literal-pathspecs", "reset", "--quiet", *_NAMED, stdin=_named(what.gone))
    if not what.files:
        return False
    repository.git("--literal-pathspecs", "add", "--all", *_NAMED, stdin=_named(what.files))
    names_only = ("diff", "--cached", "--name-only", "--no-renames", "--relative", "-z")
    staged = {*repository.git(*names_only).split("\0")} & {*what.files}
    if not staged:
        return False  # line ends, say, which git keeps in one way
    commit = ("commit", "--quiet", "--only", "-m", _message(what.told))
    repository.git("--literal-pathspecs", *commit, *_NAMED, stdin=_named(sorted(staged)))
    return True


def _message(told: Sequence[Told]) -> str:
    """Tell what a commit holds; a folder of many years would be too much for one message."""
    subject = summary(told) or "What editors and git need to know"
    lines = [f"- {one}" for one in told[:MOST_TOLD]]
    if rest := len(told) - MOST_TOLD:
        lines += [f"- and {rest} more"] * (rest > 0)
    return "\n".join([subject, "", *lines, "", TRAILER, ""])


def _named(files: Iterable[str]) -> str:
    """Give the names of files as git reads them after ``_NAMED``."""
    return "".join(f"{file}\0" for file in files)


def remote_of(repository: Repository, branch: str) -> Remote | None:
    """Find whom a branch is shared with: what git has been told, or the only remote there is."""
    names = repository.git("remote").split()
    named = repository.says("config", f"branch.{branch}.remote")
    merge = repository.says("config", f"branch.{branch}.merge")
    if named in names and merge:
        return Remote(named or "", merge.removeprefix("refs/heads/"))
    if "origin" in names or len(names) == 1:
        return Remote("origin" if "origin" in names else names[0], branch)
    if names:
        hint = f"git push --set-upstream {names[0]} {branch}"
        raise CopkitError(f"there are several remotes: {', '.join(names)}; name one once", hint)
    return None


def fetch(repository: Repository, remote: Remote) -> bool:
    """Ask for what the others have sent; say whether there is something new to bring in."""
    fetch = ("fetch", "--quiet", "--no-recurse-submodules", remote.name)
    done = repository.run(*fetch, asks=True)
    if done.returncode:
        reason = reason_in(done.stderr.decode("utf-8", "replace"))
        raise CopkitError(f"the shared place ({remote.name}) cannot be reached: {reason}")
    theirs = repository.says("rev-parse", "--verify", "--quiet", remote.ref)
    if theirs is None:
        _require_no_other_branch(repository, remote)
        return False
    return repository.run("merge-base", "--is-ancestor", theirs, "HEAD").returncode != 0


def _require_no_other_branch(repository: Repository, remote: Remote) -> None:
    """Raise where the others' records are on a branch of another name: nobody would see ours."""
    place = f"refs/remotes/{remote.name}/"
    names = repository.git("for-each-ref", "--format=%(refname)", place).split()
    others = [name.removeprefix(place) for name in names if not name.endswith("/HEAD")]
    if others:
        message = f"{remote.name} has no branch '{remote.branch}', but {', '.join(others)}"
        hint = f"git branch -m {others[0]} gives yours the name that the others use"
        raise CopkitError(message, hint)


class Arrived(NamedTuple):
    """What the others had sent, and what the merge said: what was decided, what to look at."""

    told: list[Told]
    said: list[str]


def bring_in(
    repository: Repository, remote: Remote, keep: Side | None, places: Mapping[str, str]
) -> Arrived:
    """Merge what the others have sent, and tell it; raise :class:`Contradicts` and change nothing.

    With ``keep``, that side's word counts where two contradict each other.
    """
    before = repository.git("rev-parse", "HEAD").strip()
    twins = _twins(repository, before, remote.ref)
    with uninterrupted(), _unstaged(repository):
        said = _merge(repository, remote, keep) + twins
    files = [file for file in _differing(repository, before, "HEAD") if is_kept(file)]
    records = [file for file in files if not file.startswith((*_UNTOLD, "README"))]
    old, new = (texts_at(repository, revision, records) for revision in (before, "HEAD"))
    told = [one for file in records for one in tell(file, old.get(file), new.get(file), places)]
    return Arrived(list(dict.fromkeys(told)), said)


def _differing(repository: Repository, one: str, other: str) -> list[str]:
    """Name the files of the programme that differ between two commits."""
    names = ("diff-tree", "-r", "--name-only", "--no-renames", "--no-commit-id", "-z", "--relative")
    return [file for file in repository.git(*names, one, other).split("\0") if file]


@contextlib.contextmanager
def _unstaged(repository: Repository) -> Iterator[None]:
    """Take new files that somebody has staged out of git's way, and stage them again."""
    added = ("diff", "--cached", "--name-only", "--diff-filter=A", "--relative", "-z")
    names = repository.git(*added)
    if names:
        repository.run("--literal-pathspecs", "reset", "--quiet", *_NAMED, stdin=names)
    try:
        yield
    finally:
        if names:
            repository.run("--literal-pathspecs", "add", *_NAMED, stdin=names)


def _twins(repository: Repository, ours: str, theirs: str) -> list[str]:
    """Ask about members whom both have added: ids made from roles may meet."""
    base = repository.says("merge-base", ours, theirs)
    if base is None or base == ours:
        return []
    files = [file for file in _differing(repository, base, ours) if file.endswith("/roster.yaml")]
    texts = [texts_at(repository, revision, files) for revision in (base, ours, theirs)]
    asked = []
    for file in files:
        old, mine, other = (members(one.get(file)) for one in texts)
        twins = [id for id in mine if id in other and id not in old]
        asked += [f"{file}: {id}: added on both sides; one person, or two?" for id in twins]
    return asked


def _merge(repository: Repository, remote: Remote, keep: Side | None) -> list[str]:
    """Merge, and give what the driver said; what contradicts is decided by ``keep``.

    Without git's guesses at what was renamed: all new cases begin alike, and one person's words
    would end up in another's case. Only this strategy can be told so in every version of git.
    """
    clean = repository.run("diff-index", "--quiet", "HEAD", "--").returncode == 0
    message = f"Bring in what others have recorded\n\n{TRAILER.split(':')[0]}: merge\n"
    how = ["--strategy=recursive", "-Xno-renames", *([f"-X{keep}"] if keep else [])]
    merge = ("merge", "--no-edit", "-m", message, *how, remote.ref)
    done = repository.run(*merge, environment={**REACHING_OTHERS, KEEP: keep or ""})
    said = (done.stderr + done.stdout).decode("utf-8", "replace")
    if done.returncode == 0:
        return _said_by_driver(said)
    if "unrelated histories" in said:
        raise CopkitError(
            f"this folder and {remote.name} were begun apart, so they cannot come together",
            "'git clone' the shared one into a new folder, and copy your records into it",
        )
    unmerged = _unmerged(repository)
    if not unmerged:
        if clean:  # before; so what of theirs has come by half can go again
            half = {*repository.git("diff", "--name-only", "--relative", "-z", "HEAD").split("\0")}
            half &= {*_differing(repository, "HEAD", remote.ref)}
            back = ("--literal-pathspecs", "checkout", "--quiet", "HEAD", *_NAMED)
            if half:
                repository.run(*back, stdin=_named(half))
        raise GitFailed("merge", done.returncode, said)
    facts = _facts(said, unmerged)
    if keep is None:
        repository.git("merge", "--abort")
        raise Contradicts(facts)
    _settle(repository, unmerged, keep)
    return facts


def _said_by_driver(said: str) -> list[str]:
    lines = [line.removeprefix("copkit: ") for line in said.splitlines() if line[:8] == "copkit: "]
    return [line.replace("(ours)", "(yours)") for line in lines]


def _unmerged(repository: Repository) -> dict[str, set[int]]:
    """Give the files that did not come together, with the sides on which each is there."""
    stages: dict[str, set[int]] = {}
    for entry in filter(
        None, repository.git("ls-files", "--unmerged", "--full-name", "-z", ":/").split("\0")
    ):
        facts, file = entry.split("\t", 1)
        stages.setdefault(file, set()).add(int(facts.split(" ")[2]))
    return stages


def _facts(said: str, unmerged: dict[str, set[int]]) -> list[str]:
    """Give what the driver said, and the rest of what did not come together."""
    facts = _said_by_driver(said)
    for file, stages in unmerged.items():
        lines = [] if any(fact.startswith(f"{file}: ") for fact in facts) else [_BOTH.format(file)]
        if 2 not in stages:
            lines = [f"{file}: taken out (yours) or changed (theirs)"]
        elif 3 not in stages:
            lines = [f"{file}: changed (yours) or taken out (theirs)"]
        facts += lines
    return facts


def _settle(repository: Repository, unmerged: dict[str, set[int]], keep: Side) -> None:
    """Take one side's version of whole files, and finish the merge."""
    for file, stages in unmerged.items():
        path = f":(top,literal){file}"
        if (2 if keep is Side.OURS else 3) in stages:
            repository.git("checkout", f"--{keep}", "--", path)
            repository.git("add", "--", path)
        else:
            repository.git("rm", "--quiet", "--force", "--", path)
    repository.git("commit", "--quiet", "--no-edit", "--cleanup=strip")


def unsent(repository: Repository, remote: Remote) -> int:
    """Count the commits that the others do not have yet."""
    known = repository.says("rev-parse", "--verify", "--quiet", remote.ref)
    span = f"{remote.ref}..HEAD" if known else "HEAD"
    return int(repository.git("rev-list", "--count", span))


def push(repository: Repository, remote: Remote) -> bool:
    """Send what is committed; ``False`` when somebody else has been quicker."""
    done = repository.run(
        *("push", "--quiet", "--porcelain", "--set-upstream", remote.name),
        f"HEAD:refs/heads/{remote.branch}",
        asks=True,
    )
    if done.returncode == 0:
        return True
    said = (done.stdout + done.stderr).decode("utf-8", "replace")
    if any(sign in said for sign in ("[rejected]", "cannot lock ref", "failed to update ref")):
        return False
    raise GitFailed("push", done.returncode, said)
