"""Outdated files below ``build/``: deleted where their record is gone, else rendered again.

A document that was built for more readers, or before a case was taken back, would go on stating
what it must not. So every build looks at what earlier ones left.

A letter is no exception, though it may have been sent: it states what was known on the day of its
ask, so neither a new day nor the answer changes it, but what was taken back goes. What the
addressee got is in the post, or among the e-mails that were sent. The agenda of a meeting that is
past likewise states what was known before that day, and nothing of a case that was taken back.

Files are compared with what they would be now. The manifest (``documents/manifest.py``) has the
day up to which a document counts, and digests that tell why a file differs.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import stat
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from copkit.analysis.attendance import default_day
from copkit.cli.documents.build import (
    ATTENDANCE,
    LETTERS,
    REGISTERS,
    SHEETS,
    SITE,
    TOOLKIT,
    WRITE_UPS,
    Built,
    agenda_facts,
    attendance_documents,
    brief_as_of,
    edited_since,
    issue_facts,
    kit_facts,
    letter_as_of,
    note_built,
    report_facts,
    sheet_facts,
)
from copkit.cli.params import open_programme, today
from copkit.cli.pii import is_document_source, require_no_details_in_files
from copkit.cli.terminal import clean, say
from copkit.documents.formats import DOCUMENTS, PAGE, available_formats, include_picture_formats
from copkit.documents.manifest import (
    Manifest,
    ManifestEntry,
    appearance_digest,
    change_manifest,
    digest,
    facts_digest,
    read_exports,
    read_manifest,
)
from copkit.documents.theme import load_theme
from copkit.errors import CopkitError
from copkit.folder import CommunityRecords, Programme
from copkit.layout import list_entries
from copkit.records.blockages import LETTER_AUDIENCE
from copkit.records.briefs import Brief
from copkit.records.meetings import Meeting
from copkit.records.newsletters import Newsletter
from copkit.records.reports import EvaluationReport
from copkit.records.schema.audience import Audience
from copkit.records.schema.fields import Id
from copkit.text.transaction import write_output
from copkit.wording import plural

if TYPE_CHECKING:
    from copkit.analysis.privacy.site import SiteReduction
    from copkit.records.cases import Case

DRAWING_FORMAT: Final = "svg"


class BuiltPlace(NamedTuple):
    """A folder where a document was built, for whom and up to which day, and its facts by now.

    ``facts`` builds them, or for a brief or letter ``dated`` all that it states as of a day. Both
    are ``None`` where the files are to be deleted, and ``why`` is the reason.
    """

    folder: Path
    document: str
    reader: Audience
    as_of: dt.date
    facts: Callable[[], Any] | None
    why: str = ""
    dated: Callable[[dt.date], Built] | None = None

    def build(self, entry: ManifestEntry | None) -> Built:
        """Build what the place states by now; ``entry`` is that of the manifest, if any."""
        if self.dated is not None:
            return self.dated(entry.day_after(self.as_of) if entry else self.as_of)
        return Built(self.document, self.reader, self.as_of, self.facts() if self.facts else None)


def forbidden_place(folder: Path, document: str, why: str) -> BuiltPlace:
    """Return a place whose files are to be deleted, and the reason that is printed."""
    return BuiltPlace(folder, document, Audience.MEMBERS, dt.date.min, None, why)


def open_to_build(folder: Path, *, dry_run: bool) -> Programme:
    """Load a programme for a build, and bring up to date what earlier builds left.

    Raise :class:`InvalidRecords` where records have errors or somebody is named in them.
    """
    programme = open_programme(folder)
    require_no_details_in_files(programme, is_document_source)
    update_built(programme, dry_run=dry_run)
    return programme


def update_built(programme: Programme, *, dry_run: bool) -> None:
    """Delete what may no longer lie below ``build/``, rewrite what has changed, and print both."""
    manifest = read_manifest(programme.root)
    # a list, as deleting files removes folders that are still to be looked into
    for place in list(_built_places(programme, manifest)):
        files = _files_by_format(place)
        if not files:
            continue
        if place.facts is None and place.dated is None:
            _delete_files(programme, files.values(), place.why, dry_run=dry_run)
            continue
        entry = manifest.get((_place_name(programme, place), place.document))
        built = place.build(entry)
        if entry and _keep_or_delete_edited(programme, place, built, entry, files, dry_run=dry_run):
            continue
        theme = load_theme(programme.settings, programme.root)
        renderers = {
            file_format: partial(DOCUMENTS[place.document][file_format], built.facts, theme)
            for file_format in available_formats(place.document)
        }
        _rewrite_if_changed(programme, place, built, entry, files, renderers, dry_run=dry_run)
    if not dry_run:
        change_manifest(programme.root, partial(_forget_missing, programme.root))
    _update_sites(programme, dry_run=dry_run)
    _delete_outdated_exports(programme, dry_run=dry_run)


def _keep_or_delete_edited(
    programme: Programme,
    place: BuiltPlace,
    built: Built,
    entry: ManifestEntry,
    files: Mapping[str, Path],
    *,
    dry_run: bool,
) -> bool:
    """Handle a document of an earlier day whose words were edited since it was built.

    Return whether it is one. It stays as its addressee got it: newer words would stand beside
    older figures. Where it tells of a case that was taken back or edited, its files are deleted.
    """
    edited = entry.edited_texts(built.texts, today())
    if not edited:
        return False
    why = edited_since(place.document, entry, edited)
    if set(entry.cases) <= set(built.cases):
        say(clean(f"kept {_shown_path(programme, place.folder)} as it was: {why}"))
    else:
        why = f"{why}, and a case in it was taken back or edited"
        _delete_files(programme, files.values(), why, dry_run=dry_run)
    return True


def _delete_outdated_exports(programme: Programme, *, dry_run: bool) -> None:
    """Delete tables below ``build/export/`` that would say something else by now."""
    exports = read_exports(programme.root)
    if not exports:
        return
    from copkit.analysis.tables.rows import ExportSource
    from copkit.analysis.tables.summaries import build_tables
    from copkit.documents.data_package import rows_digest

    for name, note in exports.items():
        folder = programme.root / "build" / "export" / name
        try:
            tables = build_tables(
                programme,
                Audience(name),
                ExportSource(programme.settings.programme_id, note.as_of),
                only=note.tables,
                with_text=note.with_text,
            )
            is_outdated = rows_digest(tables) != note.digest
        except (CopkitError, ValueError):  # of no readers, or of a table that there is no more
            is_outdated = True
        if is_outdated:
            files = [path for path in folder.iterdir() if path.is_file() and not path.is_symlink()]
            why = f"the records have changed; 'copkit export --for {name}' makes tables anew"
            _delete_files(programme, files, why, dry_run=dry_run)


def _update_sites(programme: Programme, *, dry_run: bool) -> None:
    """Bring the sites up to date that lie below ``build/``, and print what has changed."""
    folders = {folder.name: folder for folder in _folders_in(programme.root / "build" / SITE)}
    for reader in Audience:
        if reader.value not in folders:
            continue
        from copkit.cli.site.build import build_site  # few programmes have any

        site = build_site(programme, reader, dry_run=dry_run, is_refresh=True)
        if site.written or site.deleted:
            done = "would bring up to date" if dry_run else "brought up to date"
            folder = _shown_path(programme, site.folder)
            counts = f"{plural(site.written, 'file')} written, {site.deleted} deleted"
            say(f"{done} {folder}: {counts}; 'copkit site build --for {reader}' names them")
    for name, unknown in folders.items():
        if name not in set(Audience):
            say(f"{_shown_path(programme, unknown)} is the site of no readers; delete it")


def _forget_missing(root: Path, entries: dict[tuple[str, str], ManifestEntry]) -> None:
    """Take out of the manifest's ``entries`` the documents of which no file is there any more."""
    for (place, document), entry in list(entries.items()):
        folder = root.joinpath("build", *place.split("/"))
        if not any((folder / f"{document}.{file_format}").is_file() for file_format in entry.files):
            del entries[place, document]


def _place_name(programme: Programme, place: BuiltPlace) -> str:
    """Return a place's folder below ``build/``, as the manifest has it."""
    return place.folder.relative_to(programme.root / "build").as_posix()


def _built_places(programme: Programme, manifest: Manifest) -> Iterator[BuiltPlace]:
    """Yield every folder below ``build/`` where a document was built."""
    build = programme.root / "build"
    # somebody's link may lead to files of theirs, which are never touched here or below
    if build.is_symlink():
        return
    for folder in _folders_in(build / "newsletters"):
        issue = next((issue for issue in programme.newsletters if issue.slug == folder.name), None)
        for inner in _folders_in(folder):
            yield _record_place(programme, inner, issue, inner.name, "newsletter")
    for folder in _folders_in(build / "briefs"):
        brief = next((brief for brief in programme.briefs if brief.slug == folder.name), None)
        yield _record_place(programme, folder, brief, brief.audience if brief else "", "brief")
        for inner in _folders_in(folder):
            yield _record_place(programme, inner, brief, inner.name, "brief")
    yield from _report_places(programme, build / "reports")
    for folder in _folders_in(build / "agendas"):
        for inner in _folders_in(folder):
            yield _meeting_place(programme, inner, "agenda", agenda_facts)
    for folder in _folders_in(build / SHEETS):
        for inner in _folders_in(folder):
            yield _meeting_place(programme, inner, "sheet", sheet_facts)
    yield from _write_up_places(programme, build / WRITE_UPS)
    yield from _orphaned_calendars(programme, build / "calendars")
    for folder in _folders_in(build / LETTERS):
        yield from (_letter_place(programme, inner) for inner in _folders_in(folder))
    yield from _kit_places(programme, build / TOOLKIT, manifest)
    attendance = build / ATTENDANCE
    if attendance.is_dir() and not attendance.is_symlink():
        yield from _attendance_places(programme, attendance, manifest)


def _report_places(programme: Programme, path: Path) -> Iterator[BuiltPlace]:
    """Yield the evaluation reports in a folder, and beside each its data."""
    for folder in _folders_in(path):
        report = next((report for report in programme.reports if report.slug == folder.name), None)
        for document in ("report", "data"):
            reader = report.audience if report else ""
            yield _record_place(programme, folder, report, reader, document)
            for inner in _folders_in(folder):
                yield _record_place(programme, inner, report, inner.name, document)


def _record_place(
    programme: Programme,
    folder: Path,
    record: Newsletter | Brief | EvaluationReport | None,
    reader: str,
    document: str,
) -> BuiltPlace:
    """Return what a newsletter, brief or report has to state in a folder, or why it may not be.

    ``record`` is ``None`` where it is gone; ``reader`` is the name of the folder, which may be no
    audience at all.
    """
    if record is None:
        return forbidden_place(folder, document, f"there is no such {document} any more")
    if reader not in set(Audience) or not Audience(reader).may_see(record.audience):
        return forbidden_place(folder, document, f"this {document} is for {record.audience}")
    audience = Audience(reader)
    if isinstance(record, Newsletter):
        facts = partial(issue_facts, programme, record, audience)
        return BuiltPlace(folder, document, audience, record.until, facts)
    if isinstance(record, EvaluationReport):
        report = partial(report_facts, programme, record, audience)
        return BuiltPlace(folder, document, audience, record.until, report)
    dated = partial(brief_as_of, programme, record, audience)
    return BuiltPlace(folder, document, audience, record.until, None, dated=dated)


def _meeting_place(
    programme: Programme,
    folder: Path,
    document: str,
    facts_of: Callable[[Programme, CommunityRecords, Meeting], Any],
) -> BuiltPlace:
    """Return what a document of a meeting has to state in a folder, or that the meeting is gone.

    ``folder`` ends with community and meeting: ``brighton/2012-04-18``.
    """
    slug, meeting_slug = folder.parent.name, folder.name
    communities = (records for records in programme.communities if records.slug == slug)
    records = next(communities, None)
    meetings = records.meetings if records else ()
    meeting = next((meeting for meeting in meetings if meeting.slug == meeting_slug), None)
    if records is None or meeting is None:
        return forbidden_place(folder, document, "there is no such meeting any more")
    facts = partial(facts_of, programme, records, meeting)
    return BuiltPlace(folder, document, Audience.MEMBERS, meeting.held_on, facts)


def _orphaned_calendars(programme: Programme, folder: Path) -> Iterator[BuiltPlace]:
    """Yield the calendars in a folder whose communities are gone.

    Those of the others are left to 'copkit calendar', which knows what was sent.
    """
    if not folder.is_dir() or folder.is_symlink():
        return
    slugs = {records.slug for records in programme.communities}
    for entry in list_entries(folder):
        slug = entry.name.removesuffix(".ics")
        if slug != entry.name and slug not in slugs:
            yield forbidden_place(folder, slug, "there is no such community any more")


def _write_up_places(programme: Programme, folder: Path) -> Iterator[BuiltPlace]:
    """Yield what the write-ups below a folder have to state, or why they may not be there.

    A write-up lies in a folder with the name of the case's page, in that of its readers.
    """
    folders = _folders_in(folder)
    if not folders:
        return
    from copkit.analysis.privacy.site import SiteReduction  # few programmes have any

    for reader in Audience:
        places = [place for place in folders if (place / reader.value).is_dir()]
        if not places:
            continue
        reduction = SiteReduction(programme, reader, today())
        shown = reduction.cases_by_page_name
        for place in places:
            inner = place / reader.value
            if case := shown.get(place.name):
                facts = partial(_write_up_facts, reduction, case)
                yield BuiltPlace(inner, "write-up", reader, today(), facts)
            else:
                yield forbidden_place(inner, "write-up", f"no such case is for {reader} any more")


def _write_up_facts(reduction: SiteReduction, case: Case) -> Any:
    from copkit.documents.facts.write_up import build_write_up

    return build_write_up(reduction.view(only=case))


def _letter_place(programme: Programme, folder: Path) -> BuiltPlace:
    """Return what a letter has to state in a folder, or that its ask is gone.

    ``folder`` ends with blockage and ask: ``weekend-cover/a1``.
    """
    asks = {
        (blockage.slug, ask.id): (blockage, ask)
        for blockage in programme.blockages
        for ask in blockage.asks
    }
    blockage_and_ask = asks.get((folder.parent.name, Id(folder.name)))
    if blockage_and_ask is None:
        return forbidden_place(folder, "letter", "there is no such ask any more")
    dated = partial(letter_as_of, programme, *blockage_and_ask)
    as_of = blockage_and_ask[1].date
    return BuiltPlace(folder, "letter", LETTER_AUDIENCE, as_of, None, dated=dated)


def _kit_places(programme: Programme, path: Path, manifest: Manifest) -> Iterator[BuiltPlace]:
    """Yield the tool kits of communities in a folder, the whole ones and those of one sheet.

    What is printed for no community lies there as files, and states nothing of records.
    """
    for folder in _folders_in(path):
        yield _kit_place(programme, folder, folder.name, "", manifest)
        for inner in _folders_in(folder):
            yield _kit_place(programme, inner, folder.name, inner.name, manifest)


def _kit_place(
    programme: Programme, folder: Path, slug: str, name: str, manifest: Manifest
) -> BuiltPlace:
    """Return what the tool kit of a community has to state, as of the day in the manifest.

    ``name`` is that of a sheet, ``""`` for the whole kit. It is to be deleted where the community
    or the sheet is gone.
    """
    from copkit.analysis.toolkit import KIT_AUDIENCE  # few builds have one
    from copkit.documents.sheets import load_kit

    communities = (records for records in programme.communities if records.slug == slug)
    records = next(communities, None)
    if records is None:
        return forbidden_place(folder, TOOLKIT, "there is no such community any more")
    if name and name not in {sheet.slug for sheet in load_kit(programme.toolkit)}:
        return forbidden_place(folder, TOOLKIT, "there is no such sheet any more")
    entry = manifest.get((folder.relative_to(programme.root / "build").as_posix(), TOOLKIT))
    as_of = entry.as_of if entry else today()
    facts = partial(kit_facts, programme, records, name, as_of)
    return BuiltPlace(folder, TOOLKIT, KIT_AUDIENCE, as_of, facts)


def _attendance_places(
    programme: Programme, folder: Path, manifest: Manifest
) -> Iterator[BuiltPlace]:
    """Yield the documents of attendance that were built, each as of the day in the manifest.

    A new day alone makes none out of date. ``folder`` is that of all of them; registers of
    communities that are gone are to be deleted.
    """
    registers = set(_folders_in(folder / REGISTERS))
    folders = {folder, *_folders_in(folder), *registers}
    for reader in Audience:
        for document in attendance_documents(programme, reader):
            place = programme.root.joinpath("build", *document.folder)
            registers.discard(place)
            if place in folders:
                entry = manifest.get(("/".join(document.folder), document.kind))
                as_of = entry.as_of if entry else default_day(programme, today())
                facts = partial(document.facts, as_of)
                yield BuiltPlace(place, document.kind, reader, as_of, facts)
    for place in sorted(registers):  # those that no community claimed above
        yield forbidden_place(place, "register", "there is no such community any more")


def _folders_in(path: Path) -> list[Path]:
    """List the folders in a folder; a link to one does not count."""
    if not path.is_dir() or path.is_symlink():
        return []
    return [
        path / entry.name for entry in list_entries(path) if entry.is_dir(follow_symlinks=False)
    ]


def _files_by_format(place: BuiltPlace) -> dict[str, Path]:
    """Return the built files of a folder by format; whatever else lies there is left alone."""
    return {
        entry.name.removeprefix(f"{place.document}."): place.folder / entry.name
        for entry in list_entries(place.folder)
        if entry.name.startswith(f"{place.document}.")
        and stat.S_ISREG(entry.stat(follow_symlinks=False).st_mode)
    }


def _rewrite_if_changed(
    programme: Programme,
    place: BuiltPlace,
    built: Built,
    entry: ManifestEntry | None,
    files: Mapping[str, Path],
    renderers: Mapping[str, Callable[[], bytes]],
    *,
    dry_run: bool,
) -> None:
    """Rewrite the files that differ from what they would be now, and print that and why.

    ``built`` is what the place states by now, ``entry`` what the manifest has of it. ``files`` and
    ``renderers`` are by format; a file in a format that cannot be rendered here is
    deleted where the others have changed.
    """
    facts = facts_digest(built.facts)
    appearance = appearance_digest(load_theme(programme.settings, programme.root))
    if (
        entry
        and set(files) == set(entry.files)
        and all(entry.holds(name, path, facts, appearance) for name, path in files.items())
    ):
        return
    # All formats state the same facts, so where the web page and its pictures are the same as
    # before, or the drawing of what has no page, the others are left alone: Word, PDF and PNG cost
    # more than all else. A programme's own template may leave out what other formats state, so
    # beside one every format is compared.
    first = PAGE if PAGE in renderers else DRAWING_FORMAT
    states_all = first in files and not _may_have_own_pages(programme)
    compared = include_picture_formats(place.document, (first,)) if states_all else ()
    rendered = {file_format: renderers[file_format]() for file_format in compared}
    if rendered and all(
        _holds(files.get(file_format), data) for file_format, data in rendered.items()
    ):
        if entry is None and not dry_run:
            looks = dict.fromkeys(rendered, appearance)
            _note_unrecorded(programme, place, built, files, looks)
        return
    rendered |= {
        file_format: renderers[file_format]()
        for file_format in files
        if file_format in renderers and file_format not in rendered
    }
    differing = [
        file_format
        for file_format, data in rendered.items()
        if not _holds(files.get(file_format), data)
    ]
    if not differing:
        if entry is None and not dry_run:
            looks = dict.fromkeys(rendered, appearance)
            _note_unrecorded(programme, place, built, files, looks)
        return
    reason = _reason_of_difference(built, entry, files, differing)
    # what is compared first is written last: a run that was cut short is then noticed by the next
    for file_format in sorted(differing, key=lambda file_format: file_format == first):
        path = place.folder / f"{place.document}.{file_format}"
        if not dry_run and rendered[file_format]:
            write_output(programme.root, path, rendered[file_format])
        elif not dry_run:  # a picture that the document does not have any more
            path.unlink()
    if not dry_run:
        written = {name: rendered[name] for name in rendered if rendered[name]}
        gone = [name for name in files if name not in written]
        looks = dict.fromkeys(written, appearance)
        note_built(programme.root, _place_name(programme, place), built, written, looks, gone)
    others = [path for file_format, path in files.items() if file_format not in renderers]
    _delete_files(programme, others, "it was built from other records", dry_run=dry_run)
    done = "would bring up to date" if dry_run else "brought up to date"
    folder = _shown_path(programme, place.folder)
    say(f"{done} {folder}: {reason}")


def _note_unrecorded(
    programme: Programme,
    place: BuiltPlace,
    built: Built,
    files: Mapping[str, Path],
    looks: Mapping[str, str],
) -> None:
    """Note files that are right and that an older copkit built: they keep their day from now on.

    ``looks`` has the digest of what each was rendered with, for those that were rendered again.
    """
    contents = {file_format: path.read_bytes() for file_format, path in files.items()}
    note_built(programme.root, _place_name(programme, place), built, contents, looks)


def _reason_of_difference(
    built: Built, entry: ManifestEntry | None, files: Mapping[str, Path], differing: Collection[str]
) -> str:
    """Return why files are not what they would be now, as far as the manifest's entry tells.

    ``files`` are by format, and are still as they were found; ``differing`` are formats.
    """
    if entry is None:
        return "it is not on record as of when it was built"
    if entry.facts != facts_digest(built.facts):
        return "the records have changed since it was built"
    paths = [(name, files[name]) for name in differing if name in files]
    if any(digest(path.read_bytes()) != entry.files.get(name) for name, path in paths):
        return "its files were changed since it was built"
    return "templates, colours or copkit itself have changed since it was built"


def _may_have_own_pages(programme: Programme) -> bool:
    """Return whether a programme has any template of its own for pages or drawings."""
    return any(
        entry.name.endswith((".html", ".svg"))
        for entry in list_entries(programme.root / "templates")
    )


def _holds(path: Path | None, data: bytes) -> bool:
    """Return whether a file holds exactly these bytes; no file counts as an empty one."""
    if path is None:
        return not data
    # the length first, which costs no reading
    return path.stat().st_size == len(data) and path.read_bytes() == data


def _delete_files(
    programme: Programme, paths: Collection[Path], why: str, *, dry_run: bool
) -> None:
    """Delete files and the folders that this leaves empty, and print each with the reason."""
    for path in paths:
        if not dry_run:
            path.unlink(missing_ok=True)
            with contextlib.suppress(OSError):  # something else is in there
                os.removedirs(path.parent)
        say(f"{'would delete' if dry_run else 'deleted'} {_shown_path(programme, path)}: {why}")


def _shown_path(programme: Programme, path: Path) -> str:
    return clean(path.relative_to(programme.root).as_posix())
