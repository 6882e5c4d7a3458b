"""Merge two commits by what their records say, without touching the folder.  Runs git.

Git's own merge writes into the folder while it works, guesses at renames by the likeness of whole
files, and asks about one file at a time. Here the three trees are compared; each file that both
sides changed is merged by :func:`copkit.git.merge_driver.merge_record`; and the result is a tree
that a commit can be made of, or a list of contradictions.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple

from copkit.git.checkout import TreeChange, TreeEntry, diff_trees, draft_index, empty_tree
from copkit.git.merge_driver import FileMerge, merge_lines, merge_record
from copkit.git.objects import read_objects
from copkit.git.repository import Repository
from copkit.text.merge import MARKER
from copkit.text.merge_values import Side

_FILE_MODES: Final = frozenset({"100644", "100755"})
_RECORDS: Final = (".md", ".yaml")
_MOST_SQUASHED: Final = 40  # commits of one side that are held against those of the other


class TreeMerge(NamedTuple):
    """The tree that two commits come to, and lines about what they contradict each other in.

    With contradictions and no side to resolve them, ``tree`` is ``""``. ``contested`` are the files
    with contradictions; their paths begin at the top of the repository.
    """

    tree: str
    messages: list[str]
    contested: frozenset[str]


def merge_commits(
    repository: Repository, ours: str, theirs: str, side: Side | None, base: str | None = None
) -> TreeMerge:
    """Merge two commits; ``side`` resolves contradictions, ``None`` leaves them to a person.

    ``base`` is a commit or tree to compare both with, where it is not what both have in common.
    """
    base = base or find_base(repository, ours, [theirs])
    our_changes = {change.path: change for change in diff_trees(repository, base, ours)}
    their_changes = {change.path: change for change in diff_trees(repository, base, theirs)}
    merge = _TreeMerge(repository, side, our_changes, their_changes)
    merge.follow_renames(base)
    merge.merge_all()
    is_whole = side is not None or not merge.contested
    tree = write_tree(repository, ours, merge.result) if is_whole else ""
    return TreeMerge(tree, merge.messages, frozenset(merge.contested))


def write_tree(
    repository: Repository, beginning: str, files: Mapping[str, TreeEntry | None]
) -> str:
    """Write a tree: that of a commit, with other files at some paths, or none; return its name."""
    if not files:
        return repository.git("rev-parse", f"{beginning}^{{tree}}").strip()
    # A deletion has the mode 0; deletions first, as a file may take the name of a folder.
    ordered = sorted(files.items(), key=lambda file: file[1] is not None)
    lines = [
        f"{entry.mode} {entry.blob}\t{path}\0" if entry else f"0 {'0' * 40}\t{path}\0"
        for path, entry in ordered
    ]
    with draft_index(repository, beginning) as draft:
        draft.git("update-index", "--replace", "-z", "--index-info", stdin="".join(lines))
        return draft.git("write-tree").strip()


def find_base(repository: Repository, first: str, others: Sequence[str]) -> str:
    """Return what a commit and others have in common: a commit, or a tree merged of several.

    After two people have merged each other there are several such commits. They are merged as git
    does it: a contradiction between them keeps the older value.
    """
    bases = (repository.try_git("merge-base", "--all", first, *others) or "").split()
    if not bases:
        return empty_tree(repository)
    base = bases[0]
    for number, other in enumerate(bases[1:], 1):
        common = find_base(repository, other, bases[:number])
        base = merge_commits(repository, base, other, Side.BASE, common).tree
    return base


def find_squashed(repository: Repository, base: str, ours: str, theirs: str) -> str | None:
    """Return the newest of our commits that the other side has as part of a commit of its own.

    A host that squashes a branch makes one new commit of it, which git cannot tell from other
    people's work. What was deleted afterwards would come back from ours. ``None`` if there is none.
    """
    options = ("rev-list", "--no-merges", "--topo-order", f"--max-count={_MOST_SQUASHED}")
    our_commits = repository.git(*options, f"{base}..{ours}").split()
    their_commits = repository.git(*options, "--first-parent", f"{base}..{theirs}").split()
    # A commit from before somebody brought the base in lacks what the base has: beside the base it
    # would look as if it had deleted that, as our commit did.
    later = {
        commit
        for tip in (ours, theirs)
        for commit in repository.git("rev-list", "--ancestry-path", f"{base}..{tip}").split()
    }
    our_commits = [commit for commit in our_commits if commit in later]
    their_commits = [commit for commit in their_commits if commit in later]
    if not our_commits or not their_commits:
        return None
    their_diffs = {
        commit: {change.path: change for change in diff_trees(repository, base, commit)}
        for commit in reversed(their_commits)
    }
    for ours_then in our_commits:
        our_diff = diff_trees(repository, base, ours_then)
        if not our_diff:
            continue
        for diff in their_diffs.values():
            if not all(change.path in diff for change in our_diff):
                continue
            merge = _TreeMerge(repository, None, {c.path: c for c in our_diff}, dict(diff))
            merge.merge_all()
            added = (path for path, entry in merge.result.items() if entry != diff[path].new)
            if not merge.contested and not any(path in diff for path in added):
                return ours_then
    return None


# --- one merge ------------------------------------------------------------------------------


@dataclass
class _TreeMerge:
    """A merge under way: what each side changed by path, and what the files come to."""

    repository: Repository
    side: Side | None
    ours: dict[str, TreeChange]
    theirs: dict[str, TreeChange]
    result: dict[str, TreeEntry | None] = field(default_factory=dict)
    messages: list[str] = field(default_factory=list)
    contested: set[str] = field(default_factory=set)

    def merge_all(self) -> None:
        """Merge every file that either side changed."""
        both = [path for path in self.theirs if path in self.ours]
        entries = {
            entry.blob: None
            for path in both
            for entry in (self.ours[path].old, self.ours[path].new, self.theirs[path].new)
            if entry and entry.mode in _FILE_MODES
        }
        blobs = dict(read_objects(self.repository, entries))
        drivers = self._merge_attributes(both)
        for path in {**self.ours, **self.theirs}:
            our_change, their_change = self.ours.get(path), self.theirs.get(path)
            if our_change and their_change:
                entry = self._merge_file(path, our_change, their_change, blobs, drivers[path])
                self.result[path] = entry
            elif change := our_change or their_change:
                self.result[path] = change.new

    def _merge_attributes(self, paths: Sequence[str]) -> dict[str, str]:
        """Return git's attribute 'merge' of some paths: ``copkit``, ``unset``, ``union``."""
        if not paths:
            return {}
        names = "".join(f"{path}\0" for path in paths)
        top = Repository(
            self.repository.top, "", self.repository.git_dir, self.repository.common_dir
        )
        parts = top.git("check-attr", "-z", "--stdin", "merge", stdin=names).split("\0")
        return dict(zip(parts[::3], parts[2::3], strict=False))

    def _merge_file(
        self,
        path: str,
        our_change: TreeChange,
        their_change: TreeChange,
        blobs: Mapping[str, bytes],
        driver: str,
    ) -> TreeEntry | None:
        """Return what one file comes to that both sides changed."""
        base, ours, theirs = our_change.old, our_change.new, their_change.new
        if ours == theirs or theirs == base:
            return ours
        if ours == base:
            return theirs
        name = path.removeprefix(self.repository.prefix)
        if ours is None or theirs is None:
            what = "changed (yours) or taken out (theirs)"
            if ours is None:
                what = "taken out (yours) or changed (theirs)"
            return self._contradiction(path, f"{name}: {what}", (base, ours, theirs))
        texts = [blobs.get(entry.blob) if entry else b"" for entry in (base, ours, theirs)]
        modes = {entry.mode for entry in (ours, theirs)} <= _FILE_MODES
        own_way = driver not in {"copkit", "unspecified", "set"}
        if not modes or None in texts or own_way or any(b"\0" in (text or b"") for text in texts):
            return self._contradiction(path, f"{name}: changed on both sides", (base, ours, theirs))
        mode = theirs.mode if base and base.mode == ours.mode else ours.mode
        base_text, our_text, their_text = (text or b"" for text in texts)
        merge = merge_record if path.endswith(_RECORDS) else _merge_other
        merged = merge(
            self.repository.root, (base_text, our_text, their_text), name, MARKER, self.side
        )
        if self.side is not Side.BASE:  # nobody can act upon what was decided for a base
            self.messages += [line.replace("(ours)", "(yours)") for line in merged.messages]
        if not merged.clean:
            self.contested.add(path)
            if not merged.messages:
                self.messages.append(f"{name}: changed on both sides")
        stored = self.repository.git("hash-object", "-w", "--stdin", stdin=merged.data)
        return TreeEntry(mode, stored.strip())

    def _contradiction(
        self, path: str, message: str, entries: tuple[TreeEntry | None, ...]
    ) -> TreeEntry | None:
        """Note a contradiction about a whole file; return the file as ``side`` has it."""
        self._note_contradiction(path, message)
        return entries[[Side.BASE, Side.OURS, Side.THEIRS].index(self.side or Side.OURS)]

    def _note_contradiction(self, path: str, message: str) -> None:
        if self.side is not Side.BASE:  # nobody can act upon what was decided for a base
            self.messages.append(message)
        self.contested.add(path)

    # Renames: a file that one side has under another name is merged there.

    def follow_renames(self, base: str) -> None:
        """Move what the other side did to a renamed file to its new name."""
        ours = find_renames(self.repository, base, self.ours, self.theirs)
        theirs = find_renames(self.repository, base, self.theirs, self.ours)
        for old in {**ours, **theirs}:
            self.result[old] = None
            if old in ours and old in theirs:
                self._follow_both(old, ours[old], theirs[old])
            elif old in ours:
                self._follow(self.ours, self.theirs, old, ours[old])
            else:
                self._follow(self.theirs, self.ours, old, theirs[old])

    def _follow(
        self, mine: dict[str, TreeChange], other: dict[str, TreeChange], old: str, new: str
    ) -> None:
        """Merge a file under the new name that one side, which changed ``mine``, has given it."""
        if old not in mine:  # a file that the other side alone has, in a renamed folder
            other[new] = TreeChange(new, None, other.pop(old).new)
        elif old not in other:
            mine.pop(old)
        elif other[old].new is None:
            names = [path.removeprefix(self.repository.prefix) for path in (old, new)]
            sides = ("yours", "theirs") if mine is self.ours else ("theirs", "yours")
            message = f"{names[0]}: renamed to {names[1]} ({sides[0]}) or taken out ({sides[1]})"
            other.pop(old)
            mine.pop(old)
            self._note_contradiction(new, message)
            if self.side is (Side.THEIRS if mine is self.ours else Side.OURS):
                mine.pop(new)
                self.result[new] = None
        else:
            before, added = mine.pop(old).old, mine[new].new
            mine[new] = TreeChange(new, before, added)
            other[new] = TreeChange(new, before, other.pop(old).new)

    def _follow_both(self, old: str, our_name: str, their_name: str) -> None:
        """Merge a file that both sides renamed under one name."""
        before = self.ours.pop(old).old
        self.theirs.pop(old)
        our_entry, their_entry = self.ours.pop(our_name).new, self.theirs.pop(their_name).new
        name = their_name if self.side is Side.THEIRS else our_name
        if our_name != their_name:
            self.result |= {our_name: None, their_name: None}
            names = [path.removeprefix(self.repository.prefix) for path in (our_name, their_name)]
            message = f"renamed to {names[0]} (yours) or {names[1]} (theirs)"
            self._note_contradiction(name, f"{old.removeprefix(self.repository.prefix)}: {message}")
        self.ours[name] = TreeChange(name, before, our_entry)
        self.theirs[name] = TreeChange(name, before, their_entry)


def _merge_other(
    root: Path, texts: tuple[bytes, bytes, bytes], name: str, marker_size: int, side: Side | None
) -> FileMerge:
    """Merge a file that is no record line by line."""
    try:
        base, ours, theirs = (text.decode("utf-8") for text in texts)
    except UnicodeDecodeError:
        return FileMerge(clean=False, messages=[], data=texts[1])
    text, clashes = merge_lines(root, (base, ours, theirs), marker_size, side)
    messages = [f"{name}: changed on both sides, in the same place"] if clashes else []
    return FileMerge(not clashes or side is not None, messages, text.encode("utf-8"))


# --- renames --------------------------------------------------------------------------------

_FOLDER: Final = re.compile(r"(.*?communities/[^/]+/)(.+)")
_LEAST_KEPT: Final = 0.6  # of the lines that are a text's own; those of a template do not count
_LEAST_LINES: Final = 2
_SHORTEST_LINE: Final = 15  # signs: a shorter one is found in many records
_COMMENT: Final = re.compile(r"<!--.*?-->|[ \t]+#[^\n]*", re.DOTALL)
_COMMON_LINE: Final = re.compile(r"#|---|[\w-]+:.{0,25}$|- [\w-]+$|- *\{?id: *[\w-]+$")
# What a rename cannot be told by: a few words that any new record may begin with.


def find_renames(
    repository: Repository,
    base: str,
    mine: Mapping[str, TreeChange],
    other: Mapping[str, TreeChange],
) -> dict[str, str]:
    """Return the files that one side renamed since ``base``, by their former paths.

    A renamed community takes what the other side has put into it along. A new record is no rename:
    one has to keep most of the lines that no other record and no template has.
    """
    deleted = {path: change.old for path, change in mine.items() if change.old and not change.new}
    added = {path: change.new for path, change in mine.items() if change.new and not change.old}
    if not deleted or not added:
        return {}
    renames = _find_equal(deleted, added)
    renames |= _find_alike(
        repository,
        base,
        {path: entry for path, entry in deleted.items() if path not in renames},
        {path: entry for path, entry in added.items() if path not in renames.values()},
    )
    renames |= _find_folders(repository, base, mine, other, renames)
    # Where the other side has a file of the new name already, a person has to look at the two.
    return {
        old: new
        for old, new in renames.items()
        if new not in other or (old in other and other[old].new is None)
    }


def _find_equal(deleted: Mapping[str, TreeEntry], added: Mapping[str, TreeEntry]) -> dict[str, str]:
    """Pair deleted and added files with the same bytes, where there is one of each."""
    blobs = Counter(entry.blob for entry in deleted.values())
    by_blob: dict[str, list[str]] = {}
    for path, entry in added.items():
        by_blob.setdefault(entry.blob, []).append(path)
    renames = {}
    for path, entry in deleted.items():
        candidates = by_blob.get(entry.blob, [])
        if len(candidates) == 1 and blobs[entry.blob] == 1 and _same_kind(path, candidates[0]):
            renames[path] = candidates[0]
    return renames


def _same_kind(old: str, new: str) -> bool:
    """Check whether two paths are of one kind of file: cases, say, of any community."""
    old_folders, new_folders = (_FOLDER.sub(r"\2", path).split("/")[:-1] for path in (old, new))
    return old_folders == new_folders and old.rpartition(".")[2] == new.rpartition(".")[2]


def _find_alike(
    repository: Repository,
    base: str,
    deleted: Mapping[str, TreeEntry],
    added: Mapping[str, TreeEntry],
) -> dict[str, str]:
    """Pair records of which most lines of their own have been kept under another name."""
    pairs = [
        (old, new)
        for old in deleted
        for new in added
        if old.endswith(".md") and _same_kind(old, new)
    ]
    if not pairs:
        return {}
    common = _common_lines(repository, base, {old for old, _ in pairs})
    blobs = {entry.blob: None for entry in (*deleted.values(), *added.values())}
    lines = {
        blob: _own_lines(data.decode("utf-8", "replace")) - common
        for blob, data in read_objects(repository, blobs)
    }
    scores: dict[tuple[str, str], float] = {}
    for old, new in pairs:
        before, after = lines.get(deleted[old].blob, set()), lines.get(added[new].blob, set())
        kept = len(before & after)
        if kept >= _LEAST_LINES and kept >= _LEAST_KEPT * len(before):
            scores[old, new] = kept / len(before)
    renames: dict[str, str] = {}
    for old, new in sorted(scores, key=lambda pair: -scores[pair]):
        if old not in renames and new not in renames.values():
            renames[old] = new
    return renames


def _own_lines(text: str) -> set[str]:
    """Return the lines of a record that are neither short nor of its form."""
    stripped = (line.strip() for line in _COMMENT.sub("", text).splitlines())
    return {
        line for line in stripped if len(line) >= _SHORTEST_LINE and not _COMMON_LINE.match(line)
    }


def _common_lines(repository: Repository, base: str, paths: Iterable[str]) -> set[str]:
    """Return the lines that several records of the same folders have."""
    folders = sorted({path.rpartition("/")[0] for path in paths})
    options = ("ls-tree", "-r", "-z", "--full-tree", base, "--", *folders)
    entries = filter(None, repository.git(*options).split("\0"))
    blobs = {entry.split("\t")[0].split(" ")[2]: None for entry in entries}
    counts: Counter[str] = Counter()
    for _, data in read_objects(repository, blobs):
        counts.update(_own_lines(data.decode("utf-8", "replace")))
    return {line for line, count in counts.items() if count > 1}


def _find_folders(
    repository: Repository,
    base: str,
    mine: Mapping[str, TreeChange],
    other: Mapping[str, TreeChange],
    renames: Mapping[str, str],
) -> dict[str, str]:
    """Return further files of communities that were renamed as a whole.

    That are those which were changed as well, and those which only the other side has.
    """
    votes: dict[str, Counter[str]] = {}
    for old, new in renames.items():
        before, after = _FOLDER.fullmatch(old), _FOLDER.fullmatch(new)
        if before and after and before[1] != after[1] and before[2] == after[2]:
            votes.setdefault(before[1], Counter())[after[1]] += 1
    further: dict[str, str] = {}
    for folder, candidates in votes.items():
        new_folder, count = candidates.most_common(1)[0]
        options = ("ls-tree", "-r", "-z", "--name-only", "--full-tree", base, "--")
        before_all = set(filter(None, repository.git(*options, folder).split("\0")))
        gone = {path for path in before_all if path in mine and mine[path].new is None}
        existed = repository.git(*options, new_folder)
        if gone != before_all or existed or 2 * count < len(before_all):
            continue
        for path in gone - renames.keys():
            new = new_folder + path.removeprefix(folder)
            if new in mine and mine[new].new and mine[new].old is None:
                further[path] = new
        for path, change in other.items():
            new = new_folder + path.removeprefix(folder)
            is_new = path.startswith(folder) and change.old is None and change.new is not None
            if is_new and new not in mine:
                further[path] = new
    return further
