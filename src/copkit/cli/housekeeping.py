"""Changes of many records in one step: read the folder, show what follows, write it whole.

What is changed is worked out by :class:`FolderChanges`. Here are the files around it: findings that
were accepted, documents that were built, and what is printed.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from copkit.analysis.folder_changes import FolderChanges, is_private
from copkit.cli.params import is_interactive
from copkit.cli.terminal import clean, say, say_whole
from copkit.errors import CopkitError
from copkit.files import RecordStore, read_contents
from copkit.layout import ALIASES, CONTACTS, SENT, SURVEY_ROWS, list_entries
from copkit.records.kinds import RecordName, find_kind
from copkit.text.files import path_inside, read_source
from copkit.text.transaction import LEFTOVER, Change, Move, locked
from copkit.wording import list_in_words, plural

if TYPE_CHECKING:
    from copkit.documents.manifest import ManifestEntry

ACCEPTED: Final = ".copkit/accepted.yaml"


class Renamed(NamedTuple):
    """A record that gets another name, ``new`` being ``None`` for one that is removed."""

    old: RecordName
    new: RecordName | None


class WorkSummary(NamedTuple):
    """What a command did to a :class:`FolderChanges`: records with other names, and remarks.

    ``built`` are further files and folders below ``build/``, each with its new path.
    """

    renamed: tuple[Renamed, ...] = ()
    remarks: tuple[str, ...] = ()
    built: tuple[tuple[str, str], ...] = ()


Work = Callable[[FolderChanges], WorkSummary]
"""Makes the changes of a command."""


class FolderPlan(NamedTuple):
    """All that a command changes in a folder, and the cases whose sign-off it renews.

    ``own_files`` are those in which more than references to other records changes.
    """

    changes: tuple[Change, ...]
    moves: tuple[Move, ...]
    built: tuple[tuple[str, str], ...]
    renewed: tuple[str, ...]
    references: tuple[tuple[str, int], ...]
    prose: tuple[str, ...]
    remarks: tuple[str, ...]
    own_files: tuple[str, ...]

    @property
    def files(self) -> int:
        """How many files are written, renamed or deleted."""
        renamed = {change.moved_from for change in self.changes if change.moved_from}
        return len(self.changes) - len(renamed) + len(self.moves)


def read_folder_changes(root: Path) -> tuple[FolderChanges, list[str]]:
    """Read every text of a programme that may hold a reference, those of ``private/`` too.

    Return them with the paths of the files that are no text.
    """
    texts, others = {}, []
    for file, data in read_contents(RecordStore(root)):
        if LEFTOVER.fullmatch(file.rpartition("/")[2]):
            continue
        try:
            texts[file] = (data or b"").decode("utf-8-sig")
        except UnicodeDecodeError:
            others.append(file)
        if data is None or (root / file).is_symlink():
            others.append(file)
            texts.pop(file, None)
    sent = [f"{SENT}/{entry.name}" for entry in list_entries(root / SENT)]
    journals = [name for name in sent if name.endswith(".jsonl")]
    for file in (CONTACTS, ALIASES, *journals, *_row_files(root)):
        path = path_inside(root, *file.split("/"))
        if os.path.lexists(path) and (source := read_source(path, file, [])).readable:
            texts[file] = source.text
    return FolderChanges(texts), others


def _row_files(root: Path) -> Iterator[str]:
    """Yield the files of answers to surveys, row by row, on this computer."""
    for survey in list_entries(root / SURVEY_ROWS):
        if survey.is_dir(follow_symlinks=False):
            for entry in list_entries(Path(survey.path)):
                if entry.name.endswith(".csv"):
                    yield f"{SURVEY_ROWS}/{survey.name}/{entry.name}"


def plan_changes(root: Path, work: Work) -> FolderPlan:
    """Work out everything that a command changes; nothing is written yet.

    Raise :class:`CopkitError` where something cannot be changed safely.
    """
    folder, others = read_folder_changes(root)
    renamed, remarks, built = work(folder)
    moves: list[Move] = []
    for old, new in renamed:
        _rename_journals(folder, old, new)
        _move_survey_rows(folder, old, new)
        own = [file for file in others if old.folder and file.startswith(old.folder)]
        if own and new is None:
            message = f"{own[0]} is no text, and could not be brought back; nothing was changed"
            raise CopkitError(message, "move or delete it first")
        if new is not None:
            moves += [Move(file, new.folder + file[len(old.folder) :]) for file in own]
    renewed = folder.renew_sign_offs()
    _move_accepted_findings(root, folder, moves)
    slugs = dict.fromkeys(old.slug for old, _ in renamed)
    mentions = [mention for slug in slugs for mention in folder.find_prose(slug)]
    return FolderPlan(
        changes=tuple(folder.changes()),
        moves=tuple(moves),
        built=(*_built_paths(renamed), *built),
        renewed=tuple(renewed),
        references=tuple(sorted(folder.references.items())),
        prose=tuple(f"{file}:{line}" for file, line in mentions),
        remarks=remarks,
        own_files=tuple(folder.own_files),
    )


def _rename_journals(folder: FolderChanges, old: RecordName, new: RecordName | None) -> None:
    """Let the journals of an issue of the newsletter follow it."""
    # They are named after it: 2012-05.members.jsonl. What was sent stays known, so those of an
    # issue that is removed stay.
    if old.kind.name != "newsletter" or new is None:
        return
    prefix = f"{SENT}/{old.slug}."
    for file in [file for file in folder.texts if file.startswith(prefix)]:
        folder.move(file, f"{SENT}/{new.slug}.{file.removeprefix(prefix)}")


def _move_survey_rows(folder: FolderChanges, old: RecordName, new: RecordName | None) -> None:
    """Let the answers to a survey, row by row, follow it, or go with it."""
    if old.kind.name != "survey":
        return
    prefix = f"{SURVEY_ROWS}/{old.slug}/"
    for file in [file for file in folder.texts if file.startswith(prefix)]:
        if new is None:
            folder.delete(file)
        else:
            folder.move(file, f"{SURVEY_ROWS}/{new.slug}/{file.removeprefix(prefix)}")


def _built_paths(renamed: Sequence[Renamed]) -> Iterator[tuple[str, str]]:
    """Yield what lies below ``build/`` under the old name of a record, with its new path."""
    for old, new in renamed:
        if new is not None:
            yield from zip(old.built, new.built, strict=True)


def _move_accepted_findings(root: Path, folder: FolderChanges, moves: Sequence[Move]) -> None:
    """Let findings that were accepted follow the files that they stand in."""
    if ACCEPTED not in folder.texts:
        return
    moved = {folder.origin_of(file): file for file in folder.texts} | dict(moves)
    moved = {old: new for old, new in moved.items() if old != new}
    if moved:
        from copkit.cli.pii import accepted_in_new_places  # slow to import, and rarely needed

        texts = {new: folder.before[old] for old, new in moved.items() if old in folder.before}
        origins = {new: old for old, new in moved.items()}
        new_ids = accepted_in_new_places(root, texts, origins)

        def follow(text: str) -> str:
            for old_id, new_id in new_ids.items():
                text = text.replace(old_id, new_id)
            return text

        folder.edit(ACCEPTED, follow, changes_words=False)


# --- writing ---------------------------------------------------------------------------------


def apply_changes(
    root: Path,
    work: Work,
    *,
    dry_run: bool,
    ask: bool,
    yes: bool = False,
    describe: Callable[[FolderPlan], None] | None = None,
    summary: Sequence[str] = (),
    done: str = "",
    way_back: str = "take it back",
    may_have_ended: bool = False,
) -> FolderPlan | None:
    """Work out what a command changes, show it, and write it in one step.

    ``ask`` for a yes on a terminal unless ``yes``; ``describe`` prints what is to be done before
    that. ``summary`` has the lines by which 'copkit undo' shows the change. ``done`` is printed
    once it is written, with the ``way_back``. ``may_have_ended`` lets it change the records of a
    community that has ended. Return what was written, or would be with
    ``dry_run``; ``None`` where the answer was no.
    """
    from copkit.cli.store import require_not_ended

    asks = ask and not yes and not dry_run and is_interactive()
    if asks or dry_run:
        plan = plan_changes(root, work)
        require_not_ended(root, () if may_have_ended else plan.own_files)
        if describe:
            describe(plan)
        if dry_run:
            print_plan(plan)
            return plan
        from copkit.cli.prompts import confirm

        if not confirm("do it?", default=True):
            from copkit.cli.store import note_nothing_changed

            say("nothing was changed")
            note_nothing_changed(root)
            return None
    with locked(root):
        current = plan_changes(root, work)
        require_not_ended(root, () if may_have_ended else current.own_files)
        if asks and current != plan:
            message = "something was changed in the meantime; nothing was written"
            raise CopkitError(message, "run the command again")
        if describe and not asks:
            describe(current)
        _write_plan(root, current, summary)
    if done:
        say(clean(done))
        say(f"  {way_back}: copkit undo")
    return current


def _write_plan(root: Path, plan: FolderPlan, summary: Sequence[str]) -> None:
    """Write a plan; the caller holds the lock."""
    from copkit.cli.store import save_step

    private = [change for change in plan.changes if is_private(change.file)]
    ordinary = [change for change in plan.changes if not is_private(change.file)]
    if private:
        from copkit.git.repository import require_private_ignored

        require_private_ignored(root)
    for change in ordinary:
        if change.new is None:
            _remove_empty_folders((root / change.file).parent)
    save_step(root, ordinary, private, moves=plan.moves, summary=summary, are_references=True)
    _move_built(root, plan.built)


def _remove_empty_folders(folder: Path) -> None:
    """Delete the folders in a record's own that are empty, which git does not keep either."""
    # One that stays would be a community without its files.
    for entry in list_entries(folder):
        if entry.is_dir(follow_symlinks=False):
            with contextlib.suppress(OSError):  # it is not empty
                Path(entry.path).rmdir()


def _move_built(root: Path, built: Sequence[tuple[str, str]]) -> None:
    """Let what was built before follow, with its entries in the manifest."""
    build = root / "build"
    if build.is_symlink() or not build.is_dir():
        return
    moved = {}
    for old, new in built:
        path, target = build / old, build / new
        if os.path.lexists(path) and not path.is_symlink() and not os.path.lexists(target):
            with contextlib.suppress(OSError):  # the next build makes it anew, and deletes the old
                target.parent.mkdir(parents=True, exist_ok=True)
                os.replace(path, target)
                moved[old] = new
    if moved:
        from dataclasses import replace

        from copkit.documents.manifest import change_manifest

        def follow(entries: dict[tuple[str, str], ManifestEntry]) -> None:
            for (place, document), entry in list(entries.items()):
                for old, new in moved.items():
                    if place == old or place.startswith(f"{old}/"):
                        moved_place = new + place[len(old) :]
                        del entries[place, document]
                        entries[moved_place, document] = replace(entry, place=moved_place)

        change_manifest(root, follow)


# --- printing --------------------------------------------------------------------------------


def describe_references(plan: FolderPlan) -> str:
    """Return how many references stand in what: ``12 in meetings, 3 in cases``."""
    parts = [f"{count} in {_files_called(name)}" for name, count in plan.references]
    return list_in_words(parts)


_FILES_CALLED: Final = {
    "evidence": "evidence cards",
    "community": "communities",
    "story": "stories",
    "survey-counts": "counts of surveys",
    "focus-group": "focus groups",
    **{name: name for name in ("contacts", "aliases", "approaches")},
}


def _files_called(name: str) -> str:
    return _FILES_CALLED.get(name, f"{name}s")


def count_references(plan: FolderPlan) -> int:
    """Return how many references follow."""
    return sum(count for _, count in plan.references)


def count_files_by_kind(plan: FolderPlan) -> str:
    """Return what is renamed, by kind: ``12 meetings, 9 cases and 1 roster``."""
    counts: dict[str, int] = {}
    for change in plan.changes:
        if change.moved_from and (match := find_kind(change.moved_from)):
            kind = match[0]
            name = kind.name if kind.item_list else kind.singular
            counts[name] = counts.get(name, 0) + 1
    return list_in_words([_plural_of(count, name) for name, count in counts.items()])


def _plural_of(count: int, name: str) -> str:
    several = {"community": "communities", "approaches": "lists of approaches"}.get(name, "")
    return plural(count, "list of approaches" if name == "approaches" else name, several)


def say_followers(plan: FolderPlan, *, dry_run: bool) -> None:
    """Print what follows a change: references, remarks, and sign-offs that are renewed."""
    if references := describe_references(plan):
        say(f"  {plural(count_references(plan), 'reference')}: {references}")
    for remark in plan.remarks:
        say(f"  {clean(remark)}")
    say_sign_offs(plan, dry_run=dry_run)


def say_sign_offs(plan: FolderPlan, *, dry_run: bool) -> None:
    """Print which sign-offs are renewed, since only references changed."""
    if plan.renewed:
        count = plural(len(plan.renewed), "sign-off")
        stand = "stands and is" if len(plan.renewed) == 1 else "stand and are"
        verb = "would be" if dry_run else stand
        say(f"  {count} {verb} renewed (only references changed): {', '.join(plan.renewed)}")


def say_prose(plan: FolderPlan, name: str, *, listed: bool) -> None:
    """Print where a name stands in prose, which is left alone; each place if ``listed``."""
    if not plan.prose:
        return
    ending = "" if listed else ", listed with --prose"
    say(f"  '{clean(name)}' in prose stays: {plural(len(plan.prose), 'place')}{ending}")
    for place in plan.prose if listed else ():
        say(f"    {clean(place)}")


def print_plan(plan: FolderPlan) -> None:
    """Print every file that would change, and the lines of those of which nothing is private."""
    import difflib  # needed for --dry-run only

    for change in plan.changes:
        origin = change.moved_from
        old = change.old
        if origin:
            old = next(other.old for other in plan.changes if other.file == origin)
        if not is_private(change.file) and change.new is not None:
            before, after = (old or "").splitlines(), change.new.splitlines()
            lines = difflib.unified_diff(
                before, after, origin or change.file, change.file, "", "", 1, ""
            )
            for line in lines:
                print(clean(line))
    followed = {change.moved_from for change in plan.changes if change.moved_from}
    for change in plan.changes:
        if change.moved_from:
            say_whole(f"would rename {clean(change.moved_from)} to {clean(change.file)}")
        elif change.new is None and change.file not in followed:
            say_whole(f"would delete {clean(change.file)}")
        elif change.new is not None:
            verb = "write" if change.old is None else "change"
            say_whole(f"would {verb} {clean(change.file)}")
    for move in plan.moves:
        say_whole(f"would rename {clean(move.file)} to {clean(move.target)}")
