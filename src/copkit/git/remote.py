"""The shared place: finding it, fetching from it, sending to it, and what it was last time.

Runs git, which talks to the server. What this clone had in common with the shared place is noted in
git's own folder: without it nobody could tell new work from what others have taken out of the
history on purpose.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, NamedTuple

from copkit.errors import CopkitError
from copkit.git.repository import GitFailed, Repository, extract_reason
from copkit.text.files import slug_from

SHARED_STATE: Final = "shared.json"
"""The file in git's own folder, below ``copkit``, that says what was in common last."""
_REFLOG: Final = 50  # earlier states of the shared branch that are looked at


@dataclass(frozen=True)
class Remote:
    """Where the others' records come from: a remote and a branch of it.

    ``main`` is the branch from which everybody takes, where that is another: a host may allow
    sending to a branch of one's own only.
    """

    name: str
    branch: str
    main: str = ""

    @property
    def ref(self) -> str:
        """The ref of the branch as it was last fetched."""
        return self.ref_of(self.branch)

    def ref_of(self, branch: str) -> str:
        """Return the ref of a branch of this remote as it was last fetched."""
        return f"refs/remotes/{self.name}/{branch}"

    @property
    def sources(self) -> tuple[str, ...]:
        """The refs from which the others' records come."""
        return tuple(map(self.ref_of, filter(None, dict.fromkeys((self.branch, self.main)))))


def find_remote(repository: Repository, branch: str) -> Remote | None:
    """Find the remote of a branch: the configured one, ``origin``, or the only one; or ``None``.

    Raise :class:`CopkitError` when there are several and none of these.
    """
    names = repository.git("remote").split()
    configured = repository.try_git("config", f"branch.{branch}.remote")
    merge = repository.try_git("config", f"branch.{branch}.merge")
    if configured in names and merge:
        return _with_main(repository, configured or "", merge.removeprefix("refs/heads/"))
    if "origin" in names or len(names) == 1:
        return _with_main(repository, "origin" if "origin" in names else names[0], branch)
    if names:
        hint = f"git push --set-upstream {names[0]} {branch}"
        raise CopkitError(f"there are several remotes: {', '.join(names)}; name one once", hint)
    return None


def _with_main(repository: Repository, name: str, branch: str) -> Remote:
    place = f"refs/remotes/{name}/"
    head = repository.try_git("symbolic-ref", "--quiet", f"{place}HEAD") or ""
    main = head.removeprefix(place)
    exists = main and repository.try_git("rev-parse", "--verify", "--quiet", head)
    return Remote(name, branch, main if exists and main != branch else "")


class Rewritten(NamedTuple):
    """A shared branch, as a ref, that no longer has ``since``, the commit last in common."""

    ref: str
    since: str


class Fetched(NamedTuple):
    """What fetching came to.

    ``remote`` is the place from now on, ``note`` says why it is another than before.
    """

    remote: Remote
    note: str = ""
    rewritten: Rewritten | None = None


def fetch(repository: Repository, remote: Remote, waiting: Callable[[], None]) -> Fetched:
    """Fetch what the others have sent; ``waiting`` is called once when that takes long.

    Raise :class:`CopkitError` when the remote cannot be reached, and when it has branches, but not
    that of this folder.
    """
    last = _last_shared(repository, remote, remote.ref)
    main = remote.ref_of(remote.main) if remote.main else ""
    last_of_main = _last_shared(repository, remote, main) if main else None
    # All branches, whatever a clone is set to: else nobody would see that one was renamed. Those
    # that are gone go here as well, as the place may be another and new one.
    refs = f"+refs/heads/*:refs/remotes/{remote.name}/*"
    options = ("fetch", "--progress", "--prune", "--no-recurse-submodules", "--no-tags")
    process = repository.run_network(*options, remote.name, refs, waiting=waiting)
    if process.returncode:
        reason = extract_reason(process.stderr.decode("utf-8", "replace"))
        raise CopkitError(f"the shared place ({remote.name}) cannot be reached: {reason}")
    theirs = _commit(repository, remote.ref)
    note = ""
    if theirs is None:
        renamed = _find_renamed(repository, remote, last, waiting)
        if renamed is None:
            return Fetched(replace(remote, main=""))  # an empty place, where everything is new
        remote, theirs = renamed, _commit(repository, renamed.ref)
        note = f"the shared branch is called '{remote.branch}' now"
    else:
        _find_main(repository, remote, waiting)
        remote = _with_main(repository, remote.name, remote.branch)
    rewritten = _find_rewritten(repository, remote.ref, last)
    if rewritten is None and remote.main and main == remote.ref_of(remote.main):
        rewritten = _find_rewritten(repository, main, last_of_main)
    return Fetched(remote, note, rewritten)


def _find_rewritten(repository: Repository, ref: str, last: str | None) -> Rewritten | None:
    """Return how a branch was rewritten since ``last``; ``None`` where it only grew."""
    # What this folder has of the history as it was; somebody may have taken over the new one.
    common = repository.try_git("merge-base", last, "HEAD") if last else None
    theirs = _commit(repository, ref)
    if common and theirs and not is_ancestor(repository, common, theirs):
        return Rewritten(ref, common)
    return None


def _find_main(repository: Repository, remote: Remote, waiting: Callable[[], None]) -> None:
    """Ask once which branch is the main one, where there are several; a clone knows already."""
    head = remote.ref_of("HEAD")
    branches = repository.git("for-each-ref", "--format=%(refname)", remote.ref_of("")).split()
    if len(branches) > 1 and head not in branches:
        repository.run_network("remote", "set-head", remote.name, "--auto", waiting=waiting)


def has_news(repository: Repository, remote: Remote, ref: str) -> bool:
    """Check whether a ref is there, and has commits that this folder is to take in.

    Raise :class:`CopkitError` where it builds on what was taken out of the history on purpose.
    """
    theirs, superseded = _commit(repository, ref), _superseded(repository, remote)
    if theirs is None or is_ancestor(repository, theirs, "HEAD"):
        return False
    if ref != remote.ref or superseded is None:
        return True
    if theirs != superseded and is_ancestor(repository, superseded, theirs):
        raise CopkitError(
            f"somebody else has sent to '{remote.branch}' what builds on the former history",
            "ask them to run 'copkit sync', which puts it on the new one; then run this again",
        )
    return theirs != superseded


def is_ancestor(repository: Repository, commit: str, other: str) -> bool:
    """Check whether a commit is another one or among those before it."""
    return repository.run("merge-base", "--is-ancestor", commit, other).returncode == 0


def _commit(repository: Repository, ref: str) -> str | None:
    return repository.try_git("rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}")


def _find_renamed(
    repository: Repository, remote: Remote, last: str | None, waiting: Callable[[], None]
) -> Remote | None:
    """Find the branch that took the place of ours at the host; ``None`` if there is none at all.

    Raise :class:`CopkitError` where there are branches, and it cannot be known which is meant.
    """
    place = f"refs/remotes/{remote.name}/"
    names = repository.git("for-each-ref", "--format=%(refname)", place).split()
    others = [name.removeprefix(place) for name in names if not name.endswith("/HEAD")]
    if not others:
        return None
    process = repository.run_network("ls-remote", "--symref", remote.name, "HEAD", waiting=waiting)
    head = re.match(rb"ref: refs/heads/(\S+)\s+HEAD", process.stdout)
    main = head[1].decode("utf-8", "replace") if head else ""
    main = main if main in others else others[0]
    if last and is_ancestor(repository, last, remote.ref_of(main)):
        branch = repository.git("symbolic-ref", "--short", "HEAD").strip()
        repository.set_config(f"branch.{branch}.remote", remote.name)
        repository.set_config(f"branch.{branch}.merge", f"refs/heads/{main}")
        repository.run("remote", "set-head", remote.name, main)
        return Remote(remote.name, main)
    message = f"{remote.name} has no branch '{remote.branch}', but {', '.join(others)}"
    hint = (
        f"'git branch --set-upstream-to={remote.name}/{main}' makes this folder share that one; "
        f"'git push --set-upstream {remote.name} {remote.branch}' begins one of your own"
    )
    raise CopkitError(message, hint)


def count_unsent(repository: Repository, remote: Remote) -> int:
    """Count the commits that the remote does not have yet."""
    exists = _commit(repository, remote.ref)
    revisions = f"{remote.ref}..HEAD" if exists else "HEAD"
    return int(repository.git("rev-list", "--count", revisions, "--"))


def push(repository: Repository, remote: Remote, waiting: Callable[[], None]) -> bool:
    """Push what is committed; return ``False`` when somebody else has pushed in the meantime.

    ``waiting`` is called once when that takes long. Raise :class:`GitFailed` for any other failure.
    """
    superseded = _superseded(repository, remote)
    lease = [f"--force-with-lease=refs/heads/{remote.branch}:{superseded}"] if superseded else []
    options = ("push", "--progress", "--porcelain", *lease, remote.name)
    refs = f"HEAD:refs/heads/{remote.branch}"
    process = repository.run_network(*options, refs, waiting=waiting)
    if process.returncode == 0:
        # Not by 'push --set-upstream': copkit's git has a copy of the settings.
        branch = repository.try_git("symbolic-ref", "--quiet", "--short", "HEAD")
        if branch and not repository.try_git("config", f"branch.{branch}.merge"):
            repository.set_config(f"branch.{branch}.remote", remote.name)
            repository.set_config(f"branch.{branch}.merge", f"refs/heads/{remote.branch}")
        note_shared(repository, remote)
        return True
    output = (process.stdout + process.stderr).decode("utf-8", "replace")
    # The first is git's word for it; the others come when two pushes meet at the same moment.
    if any(sign in output for sign in ("[rejected]", "cannot lock ref", "failed to update ref")):
        return False
    failed = GitFailed("push", process.returncode, output)
    if re.search(r"protected branch|GH006|TF402455|not allowed to push", output, re.IGNORECASE):
        user = repository.try_git("config", "user.name") or ""
        name = free_branch_name(repository, slug_from(user) or "mine")
        failed.hint = (
            f"'git switch -c {name}', then 'git push --set-upstream {remote.name} {name}' gives "
            f"you a branch of your own there; ask for it to be merged into '{remote.branch}'"
        )
    raise failed


def free_branch_name(repository: Repository, wanted: str) -> str:
    """Return a name for a new branch: the wanted one, with a number where it is taken."""
    branches = repository.git("for-each-ref", "--format=%(refname:short)", "refs/heads").split()
    name, number = wanted, 2
    while name in branches:
        name, number = f"{wanted}-{number}", number + 1
    return name


# --- what was in common last ----------------------------------------------------------------


def note_shared(repository: Repository, remote: Remote) -> None:
    """Note that this folder has everything of the shared branches, and they of it."""
    address, notes = _address(repository, remote), _read_notes(repository)
    commits = {ref: _commit(repository, ref) for ref in remote.sources}
    shared = {ref: [address, commit] for ref, commit in commits.items() if commit}
    former = _former(remote)
    if former in notes or any(notes.get(ref) != note for ref, note in shared.items()):
        kept = {ref: note for ref, note in notes.items() if ref != former}
        with contextlib.suppress(OSError):  # a sync that has sent everything has not failed
            _write_notes(repository, {**kept, **shared})


def note_superseded(repository: Repository, remote: Remote) -> None:
    """Note that what a branch of one's own has at the host is not to be taken in again.

    It builds on what was taken out of the main branch, and the next push replaces it.
    """
    if commit := _commit(repository, remote.ref):
        note = [_address(repository, remote), commit]
        _write_notes(repository, {**_read_notes(repository), _former(remote): note})


def _superseded(repository: Repository, remote: Remote) -> str | None:
    """Return the commit of a branch of one's own that the next push replaces."""
    note = _read_notes(repository).get(_former(remote))
    if isinstance(note, list) and len(note) == 2 and note[0] == _address(repository, remote):
        return str(note[1])
    return None


def _former(remote: Remote) -> str:
    return f"former {remote.ref}"


def _write_notes(repository: Repository, notes: Mapping[str, Any]) -> None:
    path = _notes_file(repository)
    path.parent.mkdir(exist_ok=True)
    temporary = path.with_suffix(".tmp")
    temporary.write_text(json.dumps(notes), "utf-8")
    temporary.replace(path)


def _last_shared(repository: Repository, remote: Remote, ref: str) -> str | None:
    """Return the newest commit that this folder and a shared branch had in common.

    ``None`` where nothing is known, and where the remote has another address than then: a place
    that has moved may be older, or empty.
    """
    note = _read_notes(repository).get(ref)
    if isinstance(note, list) and len(note) == 2:
        address, commit = note
        if address != _address(repository, remote):
            return None
        if _commit(repository, commit):
            return str(commit)
    # No sync of this copkit yet. Another program may have fetched since the last time.
    options = ("log", "--walk-reflogs", "--format=%H", f"--max-count={_REFLOG}", ref)
    commits = (repository.try_git(*options) or "").split()
    newest = None
    for commit in [*filter(None, [_commit(repository, ref)]), *commits]:
        follows = newest is None or is_ancestor(repository, newest, commit)
        newest = commit if follows and is_ancestor(repository, commit, "HEAD") else newest
    return newest


def _address(repository: Repository, remote: Remote) -> str:
    return repository.try_git("config", f"remote.{remote.name}.url") or ""


def _notes_file(repository: Repository) -> Path:
    return repository.common_dir / "copkit" / SHARED_STATE


def _read_notes(repository: Repository) -> Mapping[str, Any]:
    with contextlib.suppress(OSError, ValueError):
        notes = json.loads(_notes_file(repository).read_text("utf-8"))
        return notes if isinstance(notes, dict) else {}
    return {}
