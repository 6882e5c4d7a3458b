"""Write records on behalf of a command: new ones, and edits of existing ones.

Every text is parsed and checked against the programme before it is written; if it is wrong, nothing
is written. Commands use :func:`write_new_records` and :func:`change_record`; all of it goes through
:func:`save_step`, which notes it for 'copkit undo'.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from copkit import __version__
from copkit.cli.params import current_command, moment, usage_error
from copkit.cli.terminal import clean, say, say_whole
from copkit.errors import CopkitError, InvalidRecords, Problem, Severity, only_errors
from copkit.files import RecordStore, read_format
from copkit.folder import Programme
from copkit.git.history import head_commit
from copkit.git.merge_driver import register_driver
from copkit.git.repository import find_repository, require_private_ignored
from copkit.git.undo import (
    ChangeNote,
    build_note_changes,
    build_purge,
    delete_unreadable_notes,
    note_idle_command,
    summarise,
)
from copkit.layout import CONTACTS, ENCRYPTED_CONTACTS, IDLE_CACHE, SETTINGS, cache_file
from copkit.private_files import KEY, acceptance_keys, load_forgotten_ids, read_accepted
from copkit.records.kinds import parser_for
from copkit.records.private import FORGOTTEN_FILE
from copkit.records.programme import FORMAT, Settings, needed_version
from copkit.records.schema.write import format_record
from copkit.text.edit import EditRefused, read_fields, set_value
from copkit.text.files import is_slug, path_inside, read_source, slug_from
from copkit.text.front_matter import read_document
from copkit.text.source import SourceText
from copkit.text.transaction import Change, Move, locked, save_privately
from copkit.text.yaml.nodes import value_of
from copkit.wording import day_in_words, list_in_words

if TYPE_CHECKING:
    from copkit.cli.prompts import Values

EditText = Callable[[str | None, Any], str]
"""Return a record's new text, given its current text and parsed record; both ``None`` if new."""


@dataclass(frozen=True, slots=True)
class Edited:
    """A record as parsed before and after an edit, the same object where nothing has changed.

    ``old`` is ``None`` for a record that the edit has made.
    """

    old: Any
    new: Any


def require_known_format(root: Path, settings: Settings | None = None) -> None:
    """Raise :class:`CopkitError` for a folder of a later format than this copkit knows.

    It could be read, but not changed: what this copkit does not know may depend on what it changes.
    The format is that of ``settings`` where they have been read already.
    """
    format = (settings and settings.format) or read_format(root)
    if format > FORMAT:
        version = needed_version(format)
        message = f"this folder is of format {format}, which copkit {__version__} cannot change"
        raise CopkitError(f"{message}; nothing was changed", f"get copkit {version} or later")


WRITES_TO_ENDED: Final = frozenset(
    {
        "community close",
        "community reopen",
        "retention apply",
        "member forget",
        "site takedown",
        "blockage reply",
        # what a review before the end of a period comes to
        "case sign-off",
        "session sign-off",
        # nothing new: a change is taken back, or what others wrote is brought in
        "undo",
        "sync",
        "conflicts",
    }
)
"""The commands that write to the records of communities that have ended."""


_MAY_HAVE_ENDED: Final = re.compile(r"\bended\b(?!\s*:)|\\")  # as a value, or escaped


def require_not_ended(root: Path, files: Iterable[str]) -> None:
    """Raise :class:`CopkitError` where files are of a community that has ended.

    Its records are read-only but for :data:`WRITES_TO_ENDED`.
    """
    if current_command() in WRITES_TO_ENDED:
        return
    slugs = dict.fromkeys(
        file.split("/")[1] for file in files if file.startswith("communities/") and "/" in file
    )
    for slug in slugs:
        file = f"communities/{slug}/community.md"
        path = path_inside(root, *file.split("/"))
        if not os.path.lexists(path):
            continue
        source = read_source(path, file, [])
        if not _MAY_HAVE_ENDED.search(source.text):  # nearly all: nothing is parsed for them
            continue
        community = parser_for(file)(read_document(source, [], markdown=True))
        if community.is_read_only:
            on = f" on {day_in_words(community.ended)}" if community.ended else ""
            message = f"{slug} ended{on}, and its records are read-only; nothing was changed"
            raise CopkitError(message, f"'copkit community reopen {slug}' if that was wrong")


def require_not_forgotten(root: Path, changes: Iterable[Change]) -> None:
    """Raise :class:`CopkitError` for a change that brings back the id of somebody forgotten.

    Such an id may hold a name, and what others have of its contact is dropped when they sync.
    """
    if not os.path.lexists(root / FORGOTTEN_FILE):
        return
    added = [id for change in changes for id in sorted(_added_ids(change))]
    forgotten = load_forgotten_ids(root) if added else None
    if forgotten and any(forgotten.new_id(id) is not None for id in added):
        message = "whoever had this id asked to be forgotten, so nobody gets it again"
        raise CopkitError(message, "give somebody else another id: '--id' with 'copkit new-member'")


def _added_ids(change: Change) -> set[str]:
    """Return the ids, ``brighton/nurse-1``, that a change adds to a roster or to the contacts."""
    top, *inner = change.file.split("/")
    if change.file == CONTACTS:
        key, prefix = "contacts", ""
    elif top == "communities" and inner[1:] == ["roster.yaml"]:
        key, prefix = "members", f"{inner[0]}/"
    else:
        return set()
    old, new = (value_of(read_fields(text)) if text else {} for text in (change.old, change.new))
    had, has = (
        {f"{prefix}{entry.get('id')}" for entry in fields.get(key) or () if isinstance(entry, dict)}
        for fields in (old, new)
    )
    return has - had


def with_format(
    root: Path, changes: Sequence[Change], settings: Settings | None = None
) -> list[Change]:
    """Return changes, and that of the settings of an older folder, which gets its format.

    The settings are left alone where they are among the changes, or cannot be edited safely;
    ``settings`` are those that were read before, if they were.
    """
    if settings and settings.format:
        return [*changes]
    files = {change.file for change in changes}
    path = root / SETTINGS
    if SETTINGS in files or not changes or not path.is_file():
        return [*changes]
    source = read_source(path, SETTINGS, [])
    try:
        if not source.readable or "format" in read_fields(source.text).entries:
            return [*changes]
        new = set_value(source.text, ["format"], FORMAT)
        require_valid_text(SETTINGS, new)
    except CopkitError:
        return [*changes]
    return [*changes, Change(SETTINGS, source.text, new)]


def save_step(
    root: Path,
    changes: Sequence[Change],
    private: Sequence[Change] = (),
    *,
    moves: Sequence[Move] = (),
    settings: Settings | None = None,
    places: Mapping[str, str] | None = None,
    summary: Sequence[str] = (),
    takes_back: int | None = None,
    is_final: bool = False,
    are_references: bool = False,
) -> None:
    """Save what a command changes, and its note for 'copkit undo', all or nothing.

    ``changes`` are of files that git keeps, ``private`` of those in private/, ``moves`` of files
    that are no text; the settings of an older folder get their format with them. ``settings`` are
    those read before. ``places`` has the place of a community by its slug, for the lines of the
    note; a ``summary`` stands for these. ``takes_back`` is the number of the change that is taken
    back. One that ``is_final`` cannot be: its texts are not noted. With
    ``are_references`` the caller has looked whether more than references changes in the records of
    communities that have ended. Raise :class:`CopkitError` where
    a file cannot be written, and for a folder of a later format.
    """
    require_known_format(root, settings)
    if not are_references:
        require_not_ended(root, [change.file for change in changes])
    require_not_forgotten(root, [*changes, *private])
    changes = with_format(root, changes, settings)
    with locked(root):  # reentrant: an edit holds it already, a new record does not
        repository = find_repository(root)
        note = ChangeNote(
            number=0,  # the next one
            command=current_command(),
            when=moment(),
            summary=tuple(summary) or summarise([*changes, *private], places or {}),
            changes=() if is_final else (*private, *changes),
            moves=() if is_final else tuple(moves),
            head=head_commit(repository) if repository else "",
            takes_back=takes_back,
            is_final=is_final,
        )
        # Private files first: a member whom the contacts do not know would be imported twice.
        save_privately(root, [*build_note_changes(root, note), *private], changes, moves)
        if repository:
            register_driver(repository)


def purge_notes(root: Path, summary: str) -> None:
    """Delete all that 'copkit undo' has noted, and begin anew: it holds what is to be forgotten."""
    note = ChangeNote(
        number=0,  # the next one
        command=current_command(),
        when=moment(),
        summary=(summary,),
        changes=(),
        is_final=True,
    )
    delete_unreadable_notes(root)
    save_privately(root, build_purge(root, note))


def note_nothing_changed(root: Path) -> None:
    """Note that this command changed nothing, so that 'copkit undo' offers nothing else for it."""
    note_idle_command(root, current_command(), moment(), cache_file(IDLE_CACHE, root))


def say_unchanged(root: Path, reason: str, *, dry_run: bool) -> None:
    """Print why this command changes nothing, and note that for 'copkit undo'."""
    say(f"{reason}; nothing was changed")
    if not dry_run:
        note_nothing_changed(root)


def places_of(programme: Programme) -> dict[str, str]:
    """Return the places of the communities by their slugs, for descriptions of changes."""
    return {records.slug: records.community.place for records in programme.communities}


def choose_slug(title: str, requested: str | None) -> str:
    """Return the slug of a new record: the one from ``--slug``, or one made from its title.

    Raise :class:`CopkitError` when it cannot be a file name.
    """
    slug = slug_from(title) if requested is None else requested
    if not is_slug(slug):
        problem = (
            f"'{requested}' cannot be a file name"
            if requested is not None
            else f"no file name fits '{title}'"
        )
        usage_error(problem, "use --slug with lower-case letters, digits and hyphens")
    return slug


def write_new_record(
    programme: Programme,
    file: str,
    record: type,
    values: Values,
    body: str,
    *,
    dry_run: bool,
    hint_if_exists: str = "",
) -> None:
    """Write a new Markdown record from its fields and body.

    ``file`` is the path within the programme, ``record`` the dataclass of ``values``. Raise
    :class:`CopkitError` when the record is wrong, or when the file exists: ``hint_if_exists`` is
    the advice printed then.
    """
    texts = {file: format_record(record, values, body)}
    write_new_records(programme, texts, dry_run=dry_run, hint_if_exists=hint_if_exists)


def write_new_records(
    programme: Programme, texts: Mapping[str, str], *, dry_run: bool, hint_if_exists: str = ""
) -> None:
    """Write new records, all or none; ``texts`` has them by their paths in the programme.

    Raise :class:`CopkitError` when a record is wrong, or when a file of that name exists:
    ``hint_if_exists`` is the advice printed then.
    """
    require_known_format(programme.root, programme.settings)
    for file, text in texts.items():
        if path_inside(programme.root, *file.split("/")).exists():
            raise CopkitError(f"{file} exists already; nothing was changed", hint_if_exists)
        require_valid_record(programme, file, text)
    changes = [Change(file, None, text) for file, text in texts.items()]
    save_changes(
        programme.root,
        changes,
        dry_run,
        settings=programme.settings,
        places=places_of(programme),
    )


def write_file(root: Path, file: str, text: str, *, dry_run: bool, hint_if_exists: str) -> None:
    """Write a new file that is no record, such as a template, at a path in the programme.

    Raise :class:`CopkitError` with ``hint_if_exists`` where there is one already.
    """
    # lexists, unlike exists, also sees a symbolic link that leads nowhere
    if os.path.lexists(path_inside(root, *file.split("/"))):
        raise CopkitError(f"{file} exists already; nothing was changed", hint_if_exists)
    save_changes(root, [Change(file, None, text)], dry_run)


def change_record(
    programme: Programme,
    file: str,
    edit: EditText,
    *,
    dry_run: bool,
    has_free_text: bool = True,
    private: Sequence[Change] = (),
) -> Edited:
    """Change one record, or make it, and return it as it was and as it is now.

    ``edit`` is called under the lock of the folder, with the record as read at that moment; every
    byte that it leaves alone stays as it is. ``has_free_text`` is false where the edit adds ids
    and dates only: a new record is then not scanned for identifying details. ``private`` are
    changes of files in private/ that are saved in the same step and not printed.

    Raise :class:`CopkitError` when the edit is refused, or when the record would be wrong.
    """
    require_known_format(programme.root, programme.settings)
    with nullcontext() if dry_run else locked(programme.root):
        # Read again under the lock: somebody else may have written since the command started.
        text, record = _read_current(programme, file)
        try:
            new_text = edit(text, record)
        except EditRefused as refusal:
            message = f"{file}:{refusal.line}: {refusal.reason}; nothing was changed"
            raise CopkitError(message, refusal.hint) from None
        if new_text == text:
            say(f"{clean(file)} says so already; nothing was changed")
            if not dry_run and private:
                save_step(programme.root, (), private)
            elif not dry_run:
                note_nothing_changed(programme.root)
            return Edited(record, record)
        new_record = require_valid_record(programme, file, new_text)
        programme.store.keep(file)
        save_changes(
            programme.root,
            [Change(file, text, new_text)],
            dry_run,
            settings=programme.settings,
            has_free_text=has_free_text,
            private=private,
            places=places_of(programme),
        )
        return Edited(record, new_record)


def change_records_and_private(
    programme: Programme, changed: Sequence[Change], private: Sequence[Change], *, dry_run: bool
) -> None:
    """Change records together with files in private/, all or none.

    Raise :class:`CopkitError` when a record would be wrong, or a file has been changed since it was
    read. What stands in private/ is not printed.
    """
    require_known_format(programme.root, programme.settings)
    for change in changed:
        require_valid_record(programme, change.file, change.new or "")
        programme.store.keep(change.file)
    if dry_run:
        save_changes(programme.root, [*changed], dry_run, settings=programme.settings)
    else:
        places = places_of(programme)
        save_step(programme.root, changed, private, settings=programme.settings, places=places)
    for change in (*changed, *private) if not dry_run else private:
        verb = "would write" if dry_run else "wrote" if change.old is None else "changed"
        say_whole(f"{verb} {clean(change.file)}")


def _read_current(programme: Programme, file: str) -> tuple[str | None, Any]:
    """Read a record from disk: its text and itself, or twice ``None`` if there is no such file.

    Raise :class:`InvalidRecords` when it has errors: an edit starts from a record that can be read.
    """
    path = path_inside(programme.root, *file.split("/"))
    if not path.exists():
        return None, None
    problems: list[Problem] = []
    source = read_source(path, file, problems)
    # Read again, but parsed again only where the text is another than when the command started.
    document = programme.store.parse(source, problems, markdown=file.endswith(".md"))
    record = parser_for(file)(document)
    # What is wrong with the whole file is found by whoever reads it, and by whoever parses it.
    if errors := list(dict.fromkeys(only_errors(problems))):
        raise InvalidRecords(errors)
    return source.text, record


def save_changes(
    root: Path,
    changes: list[Change],
    dry_run: bool,
    *,
    settings: Settings | None = None,
    has_free_text: bool = True,
    private: Sequence[Change] = (),
    places: Mapping[str, str] | None = None,
    summary: Sequence[str] = (),
) -> None:
    """Save changes by :func:`save_step` and print each file; with ``dry_run`` print the texts only.

    ``settings`` are those of the programme where they have been read. ``has_free_text`` is false
    where nothing is to be scanned for identifying details. ``private`` are changes below private/,
    saved in the same step and not printed. A ``summary`` stands for the lines of the note.
    """
    if dry_run:
        require_not_ended(root, [change.file for change in changes])
        for change in changes:
            _print_change(change)
            say_whole(f"would {_verb(change)} {clean(change.file)}")
        for change in with_format(root, changes, settings)[len(changes) :]:
            say(f"would change {clean(change.file)}: format {FORMAT}")
        return
    details = _details_in(changes) if has_free_text else []
    save_step(root, changes, private, settings=settings, places=places, summary=summary)
    for change in changes:
        past = {"write": "wrote", "change": "changed", "delete": "deleted"}[_verb(change)]
        name = str(_shorten_path(root / change.file))
        if change.new is None:  # a conflict copy may be called after somebody's computer
            from copkit.pii.scan import mask_details

            name = mask_details(name)
        say(f"{past} {clean(name)}")
    if details:
        say(f"  it seems to hold {list_in_words(details)}; 'copkit check' shows where")


def _verb(change: Change) -> str:
    """Return what a change does to its file."""
    return "write" if change.old is None else "delete" if change.new is None else "change"


def _details_in(changes: list[Change]) -> list[str]:
    """Return the kinds of direct identifying details in new records, in words.

    Texts of existing records are left to 'copkit check', so that an old finding is not reported
    after every edit.
    """
    new_texts = {change.file: change.new for change in changes if change.old is None and change.new}
    if not new_texts:
        return []
    from copkit.analysis.privacy.identifiers import Knowledge, findings_in_text

    # As 'check' looks: what a field calls a role, a place or a community is judged as such.
    communities = (file.split("/")[1] for file in new_texts if file.startswith("communities/"))
    words = frozenset(word for slug in communities for word in slug.split("-"))
    knowledge = Knowledge(programme_words=words)
    kinds = [
        finding.kind
        for file, text in new_texts.items()
        for finding in findings_in_text(file, text, knowledge)
    ]
    return list(
        dict.fromkeys(kind.description for kind in kinds if kind.severity is Severity.ERROR)
    )


def _print_change(change: Change) -> None:
    """Print a new text, or the difference between the old text and the new."""
    if change.new is None:
        return
    if change.old is None:
        for line in (change.new or "").splitlines():
            print(clean(line))
        return
    import difflib  # needed for --dry-run only

    old, new = change.old.splitlines(), (change.new or "").splitlines()
    for line in difflib.unified_diff(old, new, change.file, change.file, lineterm=""):
        print(clean(line))


def require_valid_record(programme: Programme, file: str, text: str) -> Any:
    """Parse a text that is about to be written, and return the record.

    Raise :class:`CopkitError` with everything wrong in it, including references to nothing.
    """
    # Imported here since what changes names of records alone refers to nothing new.
    from copkit.analysis.consistency import find_dangling_references

    problems, record = _parse(file, text)
    _raise_errors([*problems, *find_dangling_references(programme, record)])
    return record


def require_valid_text(file: str, text: str) -> None:
    """Raise :class:`CopkitError` with everything wrong in a record that refers to no other."""
    problems, _ = _parse(file, text)
    _raise_errors(problems)


def _parse(file: str, text: str) -> tuple[list[Problem], Any]:
    problems: list[Problem] = []
    document = read_document(SourceText(file, text), problems, markdown=file.endswith(".md"))
    return problems, parser_for(file)(document)


def _raise_errors(problems: list[Problem]) -> None:
    """Raise one error with the messages and hints of all errors among some problems."""
    if errors := only_errors(problems):
        message = "; ".join(problem.message for problem in errors)
        hints = dict.fromkeys(problem.hint for problem in errors if problem.hint)
        raise CopkitError(message, "; ".join(hints), status=2)


def _shorten_path(path: Path) -> Path:
    """Return a path relative to the current folder, if it lies below it."""
    current = Path.cwd()
    return path.relative_to(current) if path.is_relative_to(current) else path


def load_or_create_key(root: Path) -> bytes:
    """Return the key that digests are made with, created by the first one.

    Raise :class:`CopkitError` when others have made digests, and no key is here, or for a folder
    of a later format.
    """
    import secrets  # seldom needed

    problems: list[Problem] = []
    accepted, keys = read_accepted(RecordStore(root), problems), acceptance_keys(root)
    if errors := only_errors(problems):
        raise InvalidRecords(errors)
    if keys:
        return keys[0]
    if accepted and accepted.accepted:
        message = f"others have accepted findings with a key that is not here: {KEY}"
        hint = f"'copkit contacts decrypt' has it where {ENCRYPTED_CONTACTS} is up to date; "
        raise CopkitError(message, f"{hint}else ask a colleague for that file, and put it there")
    require_known_format(root)
    require_private_ignored(root)
    path = root / KEY
    # Only for its owner from the first byte on, and never over a key that is there (O_EXCL).
    path.parent.mkdir(mode=0o700, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(f"{secrets.token_hex(32)}\n")
    say(f"made {clean(str(path))}: 'copkit contacts encrypt' hands it to your colleagues")
    return acceptance_keys(root)[0]
