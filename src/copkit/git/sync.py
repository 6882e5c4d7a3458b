"""The steps of ``copkit sync`` in the folder: commit, and merge what the others sent.  Runs git.

Each step leaves the folder whole, whatever happens in it; none asks or prints.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final, NamedTuple

from copkit.analysis.changes import RecordChange, describe_changes, members_by_id, summarise_changes
from copkit.analysis.losses import Loss, find_large_losses, paths_to_restore
from copkit.errors import CopkitError, Problem, Severity
from copkit.files import OUTSIDE_GIT, is_outside_git
from copkit.git.checkout import (
    TreeEntry,
    check_out,
    commit_tree,
    diff_trees,
    draft_index,
    empty_tree,
    move_branch,
)
from copkit.git.history import TRAILER, read_texts, read_versions
from copkit.git.remote import Remote, free_branch_name, is_ancestor
from copkit.git.repository import Repository, find_repository, require_trusted_settings
from copkit.git.shared_place import FIRST_BRANCH, address_to_join
from copkit.git.tree_merge import find_renames, find_squashed, merge_commits, write_tree
from copkit.layout import ENCRYPTED_CONTACTS, PRIVATE, is_reading_note
from copkit.private_files import parse_forgotten_ids
from copkit.records.kinds import is_record_file
from copkit.records.private import ACCEPTED_FILE, FORGOTTEN_FILE
from copkit.text.files import member_id
from copkit.text.merge_values import Side, same_facts
from copkit.text.transaction import restrict_to_owner

_AT_TOP: Final = frozenset(
    {"copkit.yaml", "README.md", ".gitignore", ".gitattributes", ENCRYPTED_CONTACTS}
)
_TEMPLATES: Final = (".html", ".txt", ".md", ".css")
# icase: on a disk that ignores capitals, Private/ is the same folder.
_NEVER_TRACKED: Final = tuple(f":(icase){folder}/" for folder in OUTSIDE_GIT)
_NOT_DESCRIBED: Final = (".copkit/", ".gitignore", ".gitattributes")  # for editors and git alone
# Files are named on standard input: a command line with many of them can be too long.
_FILES_ON_STDIN: Final = ("--pathspec-from-file=-", "--pathspec-file-nul")
_UNFINISHED: Final = (  # what git has in its folder while an operation is under way
    ("MERGE_HEAD", "merge"),
    ("CHERRY_PICK_HEAD", "cherry-pick"),
    ("REVERT_HEAD", "revert"),
    ("rebase-merge", "rebase"),
    ("rebase-apply/applying", "am"),
    ("rebase-apply", "rebase"),
    ("BISECT_LOG", "bisect"),
)
MOST_TOLD: Final = 200  # changes that one commit message lists, in a folder of many years


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
    hidden: tuple[str, ...]  # records that .gitignore keeps from git
    vanished: tuple[str, ...]  # staged as new, and deleted since
    withdrawn: tuple[str, ...]  # no longer for git to keep, which stay in the folder
    changes: tuple[RecordChange, ...]


def require_ready(repository: Repository) -> str:
    """Return the branch that is checked out.

    Raise :class:`CopkitError` when the repository is not ready: a merge or a rebase is unfinished,
    it is not on a branch, private files are tracked, or git does not know who the user is.
    """
    require_trusted_settings(repository)
    for state, operation in _UNFINISHED:
        if (repository.git_dir / state).exists():
            # Never the advice to finish it: a commit of half a merge deletes what others sent.
            way_back = "reset" if operation == "bisect" else "--abort"
            hint = f"'git {operation} {way_back}' takes it back; then run this again"
            raise CopkitError(f"a git {operation} was begun here and not finished", hint)
    branch = repository.try_git("symbolic-ref", "--quiet", "--short", "HEAD")
    if branch is None:
        hint = _way_to_a_branch(repository)
        raise CopkitError("git is not on a branch here, so there is nothing to send", hint)
    if tracked := repository.git("ls-files", "-z", "--", *_NEVER_TRACKED).split("\0")[0]:
        hint = f"'git rm --cached {shlex.quote(tracked)}' takes it out, and leaves the file"
        raise CopkitError(f"{tracked} is in git, where it never belongs; nothing was sent", hint)
    _require_whole_folder(repository)
    if repository.try_git("var", "GIT_COMMITTER_IDENT") is None:
        hint = 'git config --global user.name "Your Role"; git config --global user.email you@...'
        raise CopkitError("git does not know who you are", hint)
    return branch


def _way_to_a_branch(repository: Repository) -> str:
    """Return the commands that lead back to a branch, with what was committed beside it."""
    branches = repository.git("for-each-ref", "--format=%(refname:short)", "refs/heads").split()
    former = repository.try_git("rev-parse", "--abbrev-ref", "@{-1}")
    candidates = [name for name in (former, FIRST_BRANCH, *branches) if name in branches]
    if not candidates:
        return f"'git switch -c {FIRST_BRANCH}' begins one with what is in this folder"
    branch = shlex.quote(candidates[0] or "")
    if repository.git("rev-list", "--max-count=1", "HEAD", "--not", "--branches", "--"):
        kept = free_branch_name(repository, "kept")
        return (
            f"'git branch {kept}', 'git switch {branch}', then 'git merge {kept}' go back to one, "
            "with what was committed here"
        )
    return f"'git switch {branch}' goes back to the usual one"


def _require_whole_folder(repository: Repository) -> None:
    """Raise :class:`CopkitError` when git was told not to have, or not to look at, some files."""
    # 'S' is a file that a sparse checkout leaves out; small letters are files assumed unchanged.
    listing = repository.git("ls-files", "-v", "-z").split("\0")
    if any(entry.startswith("S ") for entry in listing):
        message = "only a part of the programme is in this folder (a sparse checkout)"
        raise CopkitError(message, "git sparse-checkout disable")
    if overlooked := next((entry[2:] for entry in listing if entry[:1].islower()), None):
        hint = f"git update-index --no-assume-unchanged -- {shlex.quote(overlooked)}"
        raise CopkitError(f"git has been told to overlook changes of {overlooked}", hint)


def find_pending_changes(repository: Repository, places: Mapping[str, str]) -> PendingChanges:
    """Find what has been changed here and is not committed.

    ``places`` has the name of a community by its slug.
    """
    output = repository.git(
        "status", "--porcelain", "-z", "--no-renames", "-uall", "--ignore-submodules=all", "--", "."
    )
    files, left_alone, vanished, withdrawn = [], [], [], []
    # An entry is 'XY FILE': X is the state in the index, Y in the folder; '??' is a new file.
    for entry in filter(None, output.split("\0")):
        file = entry[3:].removeprefix(repository.prefix)
        if entry[:2] == "AD":
            vanished.append(file)
        elif entry[:2] == "D " and is_outside_git(file):
            withdrawn.append(file)
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
    ignored = ("ls-files", "-z", "--others", "--ignored", "--exclude-standard")
    return PendingChanges(
        files=tuple(files),
        left_alone=tuple(left_alone),
        hidden=tuple(filter(is_record_file, repository.git(*ignored).split("\0"))),
        vanished=tuple(vanished),
        withdrawn=tuple(withdrawn),
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
        return file in _AT_TOP or is_record_file(file)
    if top == "templates":
        hidden = any(part.startswith(".") for part in path)
        return path[-1].endswith(_TEMPLATES) and not hidden
    if file in {ACCEPTED_FILE, FORGOTTEN_FILE} or is_reading_note(file):
        return True
    if file.startswith(".copkit/schema/"):
        return len(path) == 2 and path[1].endswith(".json")
    return is_record_file(file)


def commit_pending(repository: Repository, pending: PendingChanges) -> bool:
    """Commit pending files, and nothing else that is staged; return whether there is a commit.

    The caller holds the lock of the folder.
    """
    if not pending.files and not pending.vanished and not pending.withdrawn:
        return False
    names = _format_file_list(pending.files)
    head = repository.try_git("rev-parse", "--verify", "--quiet", "HEAD") or ""
    with draft_index(repository, head or empty_tree(repository)) as draft:
        _stage(draft, names)
        if pending.withdrawn:
            withdrawn = _format_file_list(pending.withdrawn)
            draft.git("update-index", "--force-remove", "-z", "--stdin", stdin=withdrawn)
        tree = draft.git("write-tree").strip()
    commit = head
    # The same tree: line ends, say, which git keeps in one way.
    if tree != (repository.try_git("rev-parse", f"{head}^{{tree}}") if head else None):
        message = _format_message(pending.changes)
        commit = commit_tree(repository, tree, [head] if head else [], message)

    def stage(held: Repository) -> None:
        _stage(held, names)
        if pending.vanished:
            vanished = _format_file_list(pending.vanished)
            held.git("--literal-pathspecs", "reset", "--quiet", *_FILES_ON_STDIN, stdin=vanished)

    move_branch(repository, head, commit, stage)
    return commit != head


def _stage(repository: Repository, names: str) -> None:
    """Bring the index to where the folder is in some files, whatever has been staged of them."""
    if names:
        options = ("--add", "--remove", "--replace", "-z", "--stdin")
        repository.git("update-index", *options, stdin=names)


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


class IncomingMerge(NamedTuple):
    """What the others had changed, and messages about what was decided, or is to be looked at."""

    changes: list[RecordChange]
    messages: list[str]


def merge_incoming(
    repository: Repository, ref: str, keep: Side | None, places: Mapping[str, str]
) -> IncomingMerge:
    """Merge what the others have sent, the branch ``ref``.

    ``keep`` is the side that wins contradictions, and ``places`` has the name of a community by
    its slug. Without ``keep``, raise :class:`ContradictionsFound` when there is one, and change
    nothing. The caller holds the lock of the folder.
    """
    before, theirs = (repository.git("rev-parse", name).strip() for name in ("HEAD", ref))
    questions = _ask_about_same_ids(repository, before, theirs)
    messages: list[str] = []
    after = theirs
    if not is_ancestor(repository, before, theirs):
        common = (repository.try_git("merge-base", "--all", before, theirs) or "").split()
        if not common:
            raise CopkitError(
                f"this folder and {ref.removeprefix('refs/remotes/')} were begun apart, so they "
                "cannot come together",
                _way_to_the_shared_one(repository, ref),
            )
        fetching = replace(repository, may_fetch=True)
        # Where two have merged each other, no single commit says what a squash was made of.
        base = find_squashed(fetching, common[0], before, theirs) if len(common) == 1 else None
        merged = merge_commits(fetching, before, theirs, keep, base)
        messages = merged.messages
        if not merged.tree:
            raise ContradictionsFound(messages)
        tree, notes = _forget_again(fetching, [before, theirs], merged.tree, keep)
        messages = messages + notes
        message = f"Bring in what others have recorded\n\n{TRAILER.split(':')[0]}: merge\n"
        after = commit_tree(repository, tree, [before, theirs], message)
    check_out(replace(repository, may_fetch=True), before, after)
    return IncomingMerge(_describe(repository, before, after, places), messages + questions)


def _way_to_the_shared_one(repository: Repository, ref: str) -> str:
    """Return the command that copies the shared programme, of which ``ref`` is the branch."""
    names = repository.git("remote").split()
    name = next(name for name in names if ref.startswith(f"refs/remotes/{name}/"))
    address = shlex.quote(address_to_join(repository, name))
    top = repository.top.resolve()
    numbers = ("", *(f"-{number}" for number in range(2, 100)))
    folders = (top.with_name(f"{top.name}-shared{number}") for number in numbers)
    folder = next((folder for folder in folders if not os.path.lexists(folder)), top)
    return (
        f"'copkit join {address} {shlex.quote(str(folder))}' copies the shared one; put the "
        "records there that it lacks, and run 'copkit sync' there"
    )


def _forget_again(
    repository: Repository, sides: Sequence[str], tree: str, keep: Side | None
) -> tuple[str, list[str]]:
    """Take out again whom a merge would bring back though they were forgotten.

    ``sides`` are the commits that were merged to ``tree``. Return the tree without them, and
    messages. Raise :class:`CopkitError` when the key is missing that tells who they are, and a side
    is to be kept whatever it says.
    """
    marks = read_texts(repository, tree, [FORGOTTEN_FILE]).get(FORGOTTEN_FILE, "")
    forgotten = parse_forgotten_ids(repository.root, marks)
    if keep and not forgotten.has_every_key:
        raise CopkitError(
            "somebody was forgotten here, and without the key nobody can tell whom to keep",
            _way_to_the_key(repository, *sides),
        )
    if not forgotten.marks:
        return tree, []
    files = {file for side in sides for file in _differing_files(repository, side, tree)}
    texts = read_texts(repository, tree, sorted(filter(is_record_file, files)))
    # Imported here since 'copkit check' uses this module, and would start later with it.
    from copkit.analysis.privacy.erasure import erase_again

    changed = erase_again(texts, forgotten.new_id)
    entries = {}
    for file, text in changed.items():
        blob = repository.git("hash-object", "-w", "--stdin", stdin=text).strip()
        entries[f"{repository.prefix}{file}"] = TreeEntry("100644", blob)
    note = "somebody who was forgotten stood in an older text, and was taken out of it again"
    return write_tree(repository, tree, entries), [note] if changed else []


def _way_to_the_key(repository: Repository, ours: str, theirs: str) -> str:
    """Return the commands that bring the key of who was forgotten, or whom to ask for it."""
    place = f"{repository.prefix}{ENCRYPTED_CONTACTS}"
    own, shared = (
        repository.try_git("rev-parse", "--verify", "--quiet", f"{commit}:{place}")
        for commit in (ours, theirs)
    )
    if shared and shared != own:
        return (
            f"'git checkout {theirs[:9]} -- {ENCRYPTED_CONTACTS}' takes the others' contacts, then "
            "'copkit contacts decrypt' has the key if they are up to date; then run this again"
        )
    opened = "'copkit contacts decrypt' may have it; else " if own else ""
    return (
        f"{opened}ask whoever forgot them to run 'copkit contacts encrypt' and 'copkit sync'; then "
        "run this again"
    )


def _describe(
    repository: Repository, before: str, after: str, places: Mapping[str, str]
) -> list[RecordChange]:
    """Describe what became of the records between two commits."""
    files = [file for file in _differing_files(repository, before, after) if is_shareable(file)]
    records = [file for file in files if not file.startswith((*_NOT_DESCRIBED, "README"))]
    old, new = (read_texts(repository, revision, records) for revision in (before, after))
    changes = [
        change
        for file in records
        for change in describe_changes(file, old.get(file), new.get(file), places)
    ]
    return list(dict.fromkeys(changes))


def _differing_files(repository: Repository, first: str, second: str) -> list[str]:
    """Return the files of the programme that differ between two commits."""
    names = ("diff-tree", "-r", "--name-only", "--no-renames", "--no-commit-id", "-z", "--relative")
    return [file for file in repository.git(*names, first, second).split("\0") if file]


def _ask_about_same_ids(repository: Repository, ours: str, theirs: str) -> list[str]:
    """Return a question for each member whom both sides have added under the same id."""
    return [
        f"{file}: {id}: added on both sides; one person, or two?"
        for file, id, _ in _find_added_by_both(repository, ours, theirs)
    ]


class NewMemberId(NamedTuple):
    """The id that a member gets whose own one a colleague gave to somebody else."""

    community: str
    old: str
    new: str


def find_new_member_ids(repository: Repository, ref: str) -> list[NewMemberId]:
    """Find the members whom this folder and ``ref`` have added under one id, as two people.

    They are two where no version of the one says the same as a version of the other: what was
    taken over by a squash or a cherry-pick is the same person, who may have been changed since.
    Each gets a new id here, before the two histories are merged.
    """
    ours, theirs = (repository.git("rev-parse", name).strip() for name in ("HEAD", ref))
    new_ids = []
    for file, id, taken in _find_added_by_both(repository, ours, theirs):
        versions = []
        for begin, end in ((theirs, ours), (ours, theirs)):
            commits = repository.git("rev-list", f"{begin}..{end}", "--", file).split()
            texts = read_versions(repository, [*commits, end], file)
            members = [members_by_id(text).get(id) for text in texts]
            versions.append([member for member in members if member])
        if not any(same_facts(our, their) for our in versions[0] for their in versions[1]):
            role = str(versions[0][0].get("role", "")) if versions[0] else ""
            new = member_id(taken, role, shared=True)
            new_ids.append(NewMemberId(file.split("/")[1], id, new))
    return new_ids


def _find_added_by_both(
    repository: Repository, ours: str, theirs: str
) -> list[tuple[str, str, set[str]]]:
    """Return roster and id of each member added on both sides, and all ids of that roster."""
    bases = (repository.try_git("merge-base", "--all", ours, theirs) or "").split()
    if not bases or ours in bases or theirs in bases:
        return []
    files = [
        file
        for file in _differing_files(repository, bases[0], ours)
        if file.endswith("/roster.yaml")
    ]
    before = [read_texts(repository, base, files) for base in bases]
    texts = [read_texts(repository, revision, files) for revision in (ours, theirs)]
    added = []
    for file in files:
        known = {id for version in before for id in members_by_id(version.get(file))}
        in_ours, in_theirs = (members_by_id(version.get(file)) for version in texts)
        # Ids are made from roles (probation-2), so two people may come by the same one.
        taken = known | in_ours.keys() | in_theirs.keys()
        added += [(file, id, taken) for id in in_ours if id in in_theirs and id not in known]
    return added


# --- large losses, which are asked about ----------------------------------------------------


def find_pending_losses(repository: Repository, pending: PendingChanges) -> list[Loss]:
    """Find what would be lost by committing what has been changed here, where that is much."""
    head = repository.try_git("rev-parse", "--verify", "--quiet", "HEAD")
    gone = [file for file in pending.files if not _exists(repository, file)]
    rosters = [file for file in pending.files if file.endswith("/roster.yaml")]
    if head is None or not (gone or rosters):
        return []
    entries = _entries(repository, head)
    # Compared by their bytes: what is there under another name is not lost.
    new = [file for file in pending.files if file not in entries and _exists(repository, file)]
    hashes = ("hash-object", "--stdin-paths")
    names = "".join(f"{file}\n" for file in new if "\n" not in file)
    living = set(repository.git(*hashes, stdin=names).split()) if names else set[str]()
    deleted = [file for file in gone if entries.get(file) not in living]
    old = read_texts(repository, head, rosters)
    members = {
        file: (members_by_id(old.get(file)), members_by_id(_read_work_tree(repository, file)))
        for file in rosters
        if _exists(repository, file)
    }
    losses = find_large_losses(entries, deleted, members)
    return [loss._replace(way_back=_way_back(loss, "HEAD", entries)) for loss in losses]


def find_loss_problems(root: Path) -> list[Problem]:
    """Return a warning for each large loss since the last commit; none outside of git."""
    repository = find_repository(root)
    if repository is None:
        return []
    hint = "; 'copkit sync' asks before it deletes this for everybody"
    return [
        Problem(
            file=loss.files[0],
            line=1,
            column=1,
            end_line=1,
            end_column=2,
            code="large-loss",
            severity=Severity.WARNING,
            message=f"gone since the last commit: {loss.message}",
            hint=f"to have it back: {loss.way_back}{hint}",
        )
        for loss in find_pending_losses(repository, find_pending_changes(repository, {}))
    ]


def find_unsent_losses(repository: Repository, remote: Remote) -> list[Loss]:
    """Find what commits made with git alone would delete for everybody, where that is much.

    Those that copkit made have been asked about before.
    """
    if repository.try_git("rev-parse", "--verify", "--quiet", remote.ref) is None:
        return []
    by_hand = ("--no-merges", "--invert-grep", f"--grep=^{TRAILER}")
    now = _entries(repository, "HEAD")
    losses = []
    # What came from the main branch, on a branch of one's own, is not one's own to answer for.
    shared = [
        f"^{ref}"
        for ref in remote.sources
        if repository.try_git("rev-parse", "--verify", "--quiet", ref) is not None
    ]
    for commit in repository.git("rev-list", *by_hand, "HEAD", *shared, "--").split():
        if repository.try_git("rev-parse", "--verify", "--quiet", f"{commit}^") is None:
            continue
        changes = {change.path: change for change in diff_trees(repository, f"{commit}^", commit)}
        renamed = find_renames(repository, f"{commit}^", changes, {})
        prefix = repository.prefix
        gone = [
            path.removeprefix(prefix)
            for path, change in changes.items()
            if change.new is None and path not in renamed and path.startswith(prefix)
        ]
        deleted = [file for file in gone if file not in now]
        rosters = [path.removeprefix(prefix) for path in changes if path.endswith("/roster.yaml")]
        old, new = (read_texts(repository, name, rosters) for name in (f"{commit}^", "HEAD"))
        members = {
            file: (members_by_id(old.get(file)), members_by_id(new[file]))
            for file in rosters
            if file in new
        }
        entries = _entries(repository, f"{commit}^")
        losses += [
            loss._replace(way_back=_way_back(loss, f"{commit[:9]}^", entries))
            for loss in find_large_losses(entries, deleted, members)
        ]
    return losses


def _exists(repository: Repository, file: str) -> bool:
    return os.path.lexists(repository.root / file)


def _entries(repository: Repository, revision: str) -> dict[str, str]:
    """Return the blobs of a commit by file, relative to the programme."""
    listing = repository.git("ls-tree", "-r", "-z", revision).split("\0")
    rows = (entry.split("\t", 1) for entry in filter(None, listing))
    return {file: facts.split(" ")[2] for facts, file in rows}


def _way_back(loss: Loss, revision: str, files: Iterable[str]) -> str:
    """Return the command that brings back what was lost."""
    paths = " ".join(map(shlex.quote, paths_to_restore(loss.files, files)))
    return f"git checkout {revision} -- {paths}"


# --- a shared history that was rewritten ----------------------------------------------------


class SetAside(NamedTuple):
    """What became of this folder when it took over a shared history that was rewritten.

    ``folder`` holds what could not be carried over, the files of ``set_aside`` as they were here;
    ``former`` is the commit that this folder was at. ``carried_over`` is what is new on top of the
    shared history.
    """

    former: str
    carried_over: list[RecordChange]
    set_aside: list[str]
    folder: str


def adopt_rewritten(
    repository: Repository, ref: str, since: str, today: str, places: Mapping[str, str]
) -> SetAside:
    """Take over the history of ``ref``, which no longer has ``since``, and never send the old one.

    What was recorded here since then is put on top of it in one commit. Of a file that the others
    have changed otherwise, or taken out, theirs counts, and the one here is copied to ``private/``:
    it may hold what was taken out on purpose. The caller holds the lock of the folder.
    """
    ours, theirs = (repository.git("rev-parse", name).strip() for name in ("HEAD", ref))
    strict = merge_commits(repository, ours, theirs, None, since)
    merged = merge_commits(repository, ours, theirs, Side.THEIRS, since)
    prefix = repository.prefix
    contested = {path.removeprefix(prefix) for path in strict.contested if path.startswith(prefix)}
    # A file renamed here and taken out there is contested under its former name.
    texts = read_texts(repository, ours, contested)
    folder = f"{PRIVATE}/set-aside-{today}-{ours[:7]}"
    for file, text in texts.items():
        path = repository.root / folder / file
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(0o600)
        path.write_text(text, encoding="utf-8", newline="")
    restrict_to_owner(repository.root / PRIVATE)
    tree = repository.git("rev-parse", f"{theirs}^{{tree}}").strip()
    after = theirs
    if merged.tree != tree:
        changes = _describe(repository, theirs, merged.tree, places)
        after = commit_tree(repository, merged.tree, [theirs], _format_message(changes))
    check_out(repository, ours, after)
    return SetAside(ours, _describe(repository, theirs, after, places), sorted(texts), folder)
