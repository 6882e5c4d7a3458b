"""Writing records: what would be wrong is said, and then nothing is written.

Commands that add facts write them through :func:`write_new` or :func:`change`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from copkit.analysis.consistency import dangling
from copkit.cli.params import wrong_use
from copkit.cli.prompts import Values
from copkit.cli.terminal import clean, say
from copkit.errors import CopkitError, FaultyRecords, Problem, Severity, errors_among
from copkit.folder import Programme
from copkit.git.history import remember
from copkit.git.merge_driver import register
from copkit.git.repository import repository_of
from copkit.records.kinds import reader_of
from copkit.records.schema.write import format_record
from copkit.text.edit import EditRefused
from copkit.text.files import inside, is_slug, read_source, slug_from
from copkit.text.front_matter import read_document
from copkit.text.source import SourceText
from copkit.text.transaction import Change, locked, save, save_privately
from copkit.wording import listed

Make = Callable[[str | None, Any], str]
"""Gives a record's new text from its text and itself as they are now, twice ``None`` if new."""


def slug_for(title: str, wanted: str | None) -> str:
    """Give the file name of a new record: the one asked for, or one made from its title."""
    slug = slug_from(title) if wanted is None else wanted
    if not is_slug(slug):
        problem = (
            f"'{wanted}' cannot be a file name"
            if wanted is not None
            else f"no file name fits '{title}'"
        )
        wrong_use(problem, "use --slug with lower-case letters, digits and hyphens")
    return slug


def write_record(
    programme: Programme,
    file: str,
    record: type,
    values: Values,
    body: str,
    *,
    dry_run: bool,
    if_there: str = "",
) -> None:
    """Write a new Markdown record, if what it says is right and nothing is there yet."""
    texts = {file: format_record(record, values, body)}
    write_new(programme, texts, dry_run=dry_run, if_there=if_there)


def write_new(
    programme: Programme, texts: Mapping[str, str], *, dry_run: bool, if_there: str = ""
) -> None:
    """Write new records, all or none, if they are right and nothing is there yet.

    ``if_there`` is the advice for when something is.
    """
    for file, text in texts.items():
        if inside(programme.root, *file.split("/")).exists():
            raise CopkitError(f"{file} exists already; nothing was changed", if_there)
        require_right(programme, file, text)
    _write(programme.root, [Change(file, None, text) for file, text in texts.items()], dry_run)


def write_file(root: Path, file: str, text: str, *, dry_run: bool, if_there: str) -> None:
    """Write a new file that is no record, such as a template."""
    if os.path.lexists(inside(root, *file.split("/"))):
        raise CopkitError(f"{file} exists already; nothing was changed", if_there)
    _write(root, [Change(file, None, text)], dry_run)


def change(
    programme: Programme, file: str, make: Make, *, dry_run: bool, has_words: bool = True
) -> None:
    """Change one record, or make it: ``make`` is asked while nobody else can write.

    What it gives is written if it is right; every byte that it leaves alone stays as it is. Without
    words of anybody's own, only ids and dates, a new one is not looked through for details.
    """
    with nullcontext() if dry_run else locked(programme.root):
        old, record = _now(programme, file)
        try:
            new = make(old, record)
        except EditRefused as refusal:
            message = f"{file}:{refusal.line}: {refusal.reason}; nothing was changed"
            raise CopkitError(message, refusal.hint) from None
        if new == old:
            say(f"{clean(file)} says so already; nothing was changed")
            return
        require_right(programme, file, new)
        _write(programme.root, [Change(file, old, new)], dry_run, has_words=has_words)


def change_with_private(
    programme: Programme, changed: Sequence[Change], private: Sequence[Change], *, dry_run: bool
) -> None:
    """Change records together with files in private/, all or none, over what they say now.

    What stands in private/ is neither printed nor remembered for 'copkit undo'.
    """
    for one in changed:
        require_right(programme, one.file, one.new or "")
    if dry_run:
        _write(programme.root, [*changed], dry_run)
    else:
        with locked(programme.root):
            save_privately(programme.root, private, changed)
            if repository := repository_of(programme.root):
                if changed:
                    remember(repository, changed)
                register(repository)
    for one in (*changed, *private) if not dry_run else private:
        done = "would write" if dry_run else "wrote" if one.old is None else "changed"
        say(f"{done} {clean(one.file)}")


def _now(programme: Programme, file: str) -> tuple[str | None, Any]:
    """Read a record as it is at this moment."""
    path = inside(programme.root, *file.split("/"))
    if not path.exists():
        return None, None
    problems: list[Problem] = []
    source = read_source(path, file, problems)
    document = read_document(source, problems, markdown=file.endswith(".md"))
    record = reader_of(file)(document)
    if errors := errors_among(problems):
        raise FaultyRecords(errors)
    return source.text, record


def _write(root: Path, changes: list[Change], dry_run: bool, *, has_words: bool = True) -> None:
    if dry_run:
        for change in changes:
            _show(change)
            say(f"would {'write' if change.old is None else 'change'} {clean(change.file)}")
        return
    details = _details_in(changes) if has_words else []
    with locked(root):
        save(root, changes)
        if repository := repository_of(root):
            if not details:  # what names somebody is kept nowhere else
                remember(repository, changes)
            register(repository)
    for change in changes:
        done = "wrote" if change.old is None else "changed"
        say(f"{done} {clean(str(_shown(root / change.file)))}")
    if details:
        say(f"  it seems to hold {listed(details)}; 'copkit check' shows where")


def _details_in(changes: list[Change]) -> list[str]:
    """Say what new records hold that leads to a person; what was there before, check looks at."""
    new = [change.new for change in changes if change.old is None and change.new]
    if not new:
        return []
    from copkit.pii.scan import find_details

    kinds = [one.kind for text in new for one in find_details(text)]
    return list(dict.fromkeys(kind.what for kind in kinds if kind.severity is Severity.ERROR))


def _show(change: Change) -> None:
    """Print a new text, or what is taken out of one and put in."""
    if change.old is None:
        for line in (change.new or "").splitlines():
            print(clean(line))
        return
    import difflib

    old, new = change.old.splitlines(), (change.new or "").splitlines()
    for line in difflib.unified_diff(old, new, change.file, change.file, lineterm=""):
        print(clean(line))


def require_right(programme: Programme, file: str, text: str) -> None:
    """Raise :class:`CopkitError` with everything wrong in a text that is about to be written."""
    problems, record = _read(file, text)
    _require_none([*problems, *dangling(programme, record)])


def require_sound(file: str, text: str) -> None:
    """Do the same for a record that refers to no other."""
    _require_none(_read(file, text)[0])


def _read(file: str, text: str) -> tuple[list[Problem], Any]:
    problems: list[Problem] = []
    document = read_document(SourceText(file, text), problems, markdown=file.endswith(".md"))
    return problems, reader_of(file)(document)


def _require_none(problems: list[Problem]) -> None:
    if errors := errors_among(problems):
        first, *rest = [f"{problem.message}" for problem in errors]
        hints = [problem.hint for problem in errors if problem.hint]
        raise CopkitError("; ".join([first, *rest]), "; ".join(dict.fromkeys(hints)), status=2)


def _shown(path: Path) -> Path:
    """Give a path as the person would type it, if that is shorter."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path
