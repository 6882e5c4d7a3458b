"""What lies below ``build/`` and may no longer: of records that are gone, or for fewer readers now.

A document that was built for a wider circle, or before a case was taken back, would go on telling
what it must not. So every build looks at what earlier ones left.

A letter is no exception, though it may have been sent: it states what was known on the day of its
ask, so neither a new day nor the answer changes it, but what was taken back goes. What the
addressee got is in the post, or among the e-mails that were sent. The agenda of a meeting that is
past likewise states what was known before that day, and nothing of a case that was taken back.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import stat
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any, Final, NamedTuple

from copkit.cli.documents.build import (
    ATTENDANCE,
    LETTERS,
    REGISTERS,
    agenda_facts,
    brief_facts,
    documents_for,
    issue_facts,
    letter_facts,
    stated_day,
)
from copkit.cli.params import open_programme
from copkit.cli.pii import is_rendered, require_no_details
from copkit.cli.terminal import clean, say
from copkit.documents.formats import DOCUMENTS, PAGE, forms_here, with_pictures
from copkit.documents.theme import look_of
from copkit.folder import Programme
from copkit.layout import entries
from copkit.records.briefs import Brief
from copkit.records.newsletters import Newsletter
from copkit.records.schema.fields import Audience, Id
from copkit.text.transaction import write_output

DRAWING: Final = "svg"


class Built(NamedTuple):
    """Where a document was built, what it has to state by now, or ``why`` it may not be there.

    What it has to state can hang on the day that the files there state, by their form.
    """

    folder: Path
    name: str
    facts: Callable[[Mapping[str, Path]], Any] | None
    why: str = ""


def open_to_build(folder: Path, *, dry_run: bool) -> Programme:
    """Read a programme in which nobody is named, and see to what earlier builds left."""
    programme = open_programme(folder)
    require_no_details(programme, is_rendered)
    bring_up_to_date(programme, dry_run=dry_run)
    return programme


def bring_up_to_date(programme: Programme, *, dry_run: bool) -> None:
    """Delete what may no longer lie below ``build/``, write anew what has changed, and say so."""
    for built in list(_built(programme)):
        files = _files(built)
        if not files:
            continue
        if built.facts is None:
            _delete(programme, files.values(), built.why, dry_run=dry_run)
            continue
        facts = built.facts(files)
        look = look_of(programme.settings, programme.root)
        makers = {
            form: partial(DOCUMENTS[built.name][form], facts, look)
            for form in forms_here(built.name)
        }
        _refresh(programme, built, files, makers, dry_run=dry_run)


def _built(programme: Programme) -> Iterator[Built]:
    """Find every place below ``build/`` where a document was built."""
    build = programme.root / "build"
    if build.is_symlink():
        return
    for folder in _folders(build / "newsletters"):
        issue = next((one for one in programme.newsletters if one.slug == folder.name), None)
        for inner in _folders(folder):
            yield _judged(programme, inner, issue, inner.name, "newsletter")
    for folder in _folders(build / "briefs"):
        brief = next((one for one in programme.briefs if one.slug == folder.name), None)
        yield _judged(programme, folder, brief, brief.audience if brief else "", "brief")
        for inner in _folders(folder):
            yield _judged(programme, inner, brief, inner.name, "brief")
    for folder in _folders(build / "agendas"):
        for inner in _folders(folder):
            yield from _built_agenda(programme, inner)
    yield from _calendars_left(programme, build / "calendars")
    for folder in _folders(build / LETTERS):
        yield from (_judged_letter(programme, inner) for inner in _folders(folder))
    attendance = build / ATTENDANCE
    if attendance.is_dir() and not attendance.is_symlink():
        yield from _built_attendance(programme, attendance)


def _judged(
    programme: Programme, folder: Path, record: Newsletter | Brief | None, reader: str, name: str
) -> Built:
    """Say of a place what has to be stated there, or why nothing may be in it."""
    if record is None:
        return Built(folder, name, None, f"there is no such {name} any more")
    if reader not in set(Audience) or not Audience(reader).may_see(record.audience):
        return Built(folder, name, None, f"this {name} is for {record.audience}")
    if isinstance(record, Newsletter):
        return Built(folder, name, lambda _: issue_facts(programme, record, Audience(reader)))
    return Built(folder, name, lambda _: brief_facts(programme, record, Audience(reader)))


def _built_agenda(programme: Programme, folder: Path) -> Iterator[Built]:
    """Say of a place what the agenda there has to state, or that there is no such meeting."""
    slug, named = folder.parent.name, folder.name
    here = (records for records in programme.communities if records.slug == slug)
    records = next(here, None)
    meetings = records.meetings if records else ()
    meeting = next((one for one in meetings if one.slug == named), None)
    if records is None or meeting is None:
        yield Built(folder, "agenda", None, "there is no such meeting any more")
    else:
        yield Built(folder, "agenda", lambda _: agenda_facts(programme, records, meeting))


def _calendars_left(programme: Programme, folder: Path) -> Iterator[Built]:
    """Find the calendars of communities that are gone; 'copkit calendar' sees to the others."""
    if not folder.is_dir() or folder.is_symlink():
        return
    here = {records.slug for records in programme.communities}
    for entry in entries(folder):
        slug = entry.name.removesuffix(".ics")
        if slug != entry.name and slug not in here:
            yield Built(folder, slug, None, "there is no such community any more")


def _judged_letter(programme: Programme, folder: Path) -> Built:
    """Say of a place what the letter there has to state, or that nobody has asked that."""
    asks = {
        (blockage.slug, ask.id): (blockage, ask)
        for blockage in programme.blockages
        for ask in blockage.asks
    }
    about = asks.get((folder.parent.name, Id(folder.name)))
    if about is None:
        return Built(folder, "letter", None, "there is no such ask any more")
    return Built(folder, "letter", lambda _: letter_facts(programme, *about))


def _built_attendance(programme: Programme, folder: Path) -> Iterator[Built]:
    """Find what was built of attendance, each as of the day that it states."""

    def as_stated(work_out: Callable[[dt.date], Any]) -> Callable[[Mapping[str, Path]], Any]:
        return lambda files: work_out(stated_day(programme, files))

    registers = set(_folders(folder / REGISTERS))
    there = {folder, *_folders(folder), *registers}
    for reader in Audience:
        for one in documents_for(programme, reader):
            place = programme.root.joinpath("build", *one.folder)
            registers.discard(place)
            if place in there:
                yield Built(place, one.document, as_stated(one.facts))
    for place in sorted(registers):
        yield Built(place, "register", None, "there is no such community any more")


def _folders(path: Path) -> list[Path]:
    """List the folders in a folder; a link is none."""
    if not path.is_dir() or path.is_symlink():
        return []
    return [path / one.name for one in entries(path) if one.is_dir(follow_symlinks=False)]


def _files(built: Built) -> dict[str, Path]:
    """Give the built files of a place by their form; whatever else lies there is left alone."""
    return {
        one.name.removeprefix(f"{built.name}."): built.folder / one.name
        for one in entries(built.folder)
        if one.name.startswith(f"{built.name}.")
        and stat.S_ISREG(one.stat(follow_symlinks=False).st_mode)
    }


def _refresh(
    programme: Programme,
    built: Built,
    files: Mapping[str, Path],
    makers: Mapping[str, Callable[[], bytes]],
    *,
    dry_run: bool,
) -> None:
    """Write anew what differs; a form that cannot be made here goes.

    All forms state the same facts, so where the web page and its pictures say what they said, or
    the drawing of what has no page, the others are left alone: Word, PDF and PNG cost more than
    all else. What is compared is therefore written last. A programme's own template may leave out
    what the other forms tell, so beside one every form is compared.
    """
    first = PAGE if PAGE in makers else DRAWING
    tells_all = first in files and not _has_own_pages(programme)
    shown = with_pictures(built.name, (first,)) if tells_all else ()
    made = {form: makers[form]() for form in shown}
    if made and all(_says(files.get(form), data) for form, data in made.items()):
        return
    made |= {form: makers[form]() for form in files if form in makers and form not in made}
    differing = [form for form, data in made.items() if not _says(files.get(form), data)]
    if not differing:
        return
    for form in sorted(differing, key=lambda form: form == first):
        path = built.folder / f"{built.name}.{form}"
        if not dry_run and made[form]:
            write_output(programme.root, path, made[form])
        elif not dry_run:
            path.unlink()
    others = [path for form, path in files.items() if form not in makers]
    _delete(programme, others, "it was built from other records", dry_run=dry_run)
    done = "would bring up to date" if dry_run else "brought up to date"
    say(f"{done} {_shown(programme, built.folder)}: the records have changed since it was built")


def _has_own_pages(programme: Programme) -> bool:
    """Say whether a programme may have its own of what makes pages and drawings."""
    return any(
        one.name.endswith((".html", ".svg")) for one in entries(programme.root / "templates")
    )


def _says(path: Path | None, data: bytes) -> bool:
    """Say whether a file holds some bytes, none if it is not there; its length is asked first."""
    if path is None:
        return not data
    return path.stat().st_size == len(data) and path.read_bytes() == data


def _delete(programme: Programme, paths: Collection[Path], why: str, *, dry_run: bool) -> None:
    """Delete files, and the folders that this leaves empty."""
    for path in paths:
        if not dry_run:
            path.unlink(missing_ok=True)
            with contextlib.suppress(OSError):  # something else is in there
                os.removedirs(path.parent)
        say(f"{'would delete' if dry_run else 'deleted'} {_shown(programme, path)}: {why}")


def _shown(programme: Programme, path: Path) -> str:
    return clean(path.relative_to(programme.root).as_posix())
