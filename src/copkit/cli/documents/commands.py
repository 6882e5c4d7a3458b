"""``copkit build``: what people are sent, all at once."""

from __future__ import annotations

from collections.abc import Iterator

from copkit.analysis.attendance import default_day
from copkit.analysis.period_parts import next_meeting
from copkit.analysis.privacy.audience import left_out
from copkit.cli.documents.build import (
    Document,
    build_issue,
    build_one_agenda,
    build_one_brief,
    scope_of,
    without_forms,
)
from copkit.cli.documents.building_attendance import build_attendance
from copkit.cli.params import HERE, AsJson, DryRun, Folder, command_group, today
from copkit.cli.terminal import clean, print_json, say
from copkit.documents.formats import missing_forms, usual_forms
from copkit.folder import Programme
from copkit.records.briefs import Brief
from copkit.records.newsletters import Newsletter
from copkit.records.schema.fields import Audience

build_app = command_group("Build what people are sent.")


@build_app.command()
def build(folder: Folder = HERE, as_json: AsJson = False, dry_run: DryRun = False) -> None:
    """Build what people are sent: each newsletter and brief, the next agendas, and the matrix.

    Where a newsletter or a brief is for readers outside members, they get the members by sector.
    Registers, and how the programme grew, are built by 'copkit attendance build'.

    \b
    Examples:
      copkit build
      copkit build --dry-run -C ~/programme
    """
    from copkit.cli.documents.stale import open_to_build

    programme = open_to_build(folder, dry_run=dry_run)
    documents = []
    for document in build_everything(programme, dry_run=dry_run):
        documents.append(document)
        if not as_json:
            say(_told(programme, document, dry_run=dry_run))
    notes = _left_out(programme)
    if as_json:
        print_json(
            {
                "documents": [_as_json(document) for document in documents],
                "left_out": notes,
                "missing_forms": missing_forms(),
            }
        )
        return
    for line in (*notes, *without_forms()):
        say(clean(line))


def build_everything(programme: Programme, *, dry_run: bool = False) -> Iterator[Document]:
    """Build what people are sent, each for the readers that its record names, one by one."""
    readers = {Audience.MEMBERS}
    for issue in programme.newsletters:
        _, paths = build_issue(programme, issue, issue.audience, dry_run=dry_run)
        readers.add(issue.audience)
        yield Document("newsletter", issue.slug, issue.audience, paths)
    for brief in programme.briefs:
        _, paths = build_one_brief(programme, brief, brief.audience, dry_run=dry_run)
        readers.add(brief.audience)
        yield Document("brief", brief.slug, brief.audience, paths)
    for records in programme.communities:
        if meeting := next_meeting(records, today()):
            _, paths = build_one_agenda(programme, records, meeting, dry_run=dry_run)
            yield Document("agenda", f"{records.slug}/{meeting.slug}", Audience.MEMBERS, paths)
    forms = {document: usual_forms(document) for document in ("matrix", "sectors")}
    as_of = default_day(programme, today())
    for reader in Audience:
        if reader in readers:
            yield from build_attendance(programme, reader, forms, as_of, dry_run=dry_run)


def _told(programme: Programme, document: Document, *, dry_run: bool) -> str:
    """Say in a line what was built where."""
    place = document.paths[0].relative_to(programme.root).with_suffix("").as_posix()
    forms = ", ".join(path.suffix[1:] for path in document.paths)
    return f"{'would write' if dry_run else 'wrote'} {clean(place)}: {forms}"


def _as_json(document: Document) -> dict[str, object]:
    return {
        "document": document.kind,
        "name": document.name,
        "for": document.reader.value,
        "files": [path.as_posix() for path in document.paths],
    }


def _left_out(programme: Programme) -> list[str]:
    """Say once of each case why it is not told where it might be."""
    records: tuple[Newsletter | Brief, ...] = (*programme.newsletters, *programme.briefs)
    notes = (
        note
        for record in records
        for note in left_out(programme, record.audience, scope_of(record), today())
    )
    return list(dict.fromkeys((*notes, *_left_out_of_agendas(programme))))


def _left_out_of_agendas(programme: Programme) -> Iterator[str]:
    """Say which cases the agendas that are built do not tell, and why."""
    for records in programme.communities:
        if meeting := next_meeting(records, today()):
            from copkit.analysis.agenda import cases_left_out  # few builds have an agenda

            yield from cases_left_out(records, meeting)
