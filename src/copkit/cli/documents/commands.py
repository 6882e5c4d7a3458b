"""``copkit build``: what people are sent, all at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from copkit.analysis.attendance import default_day
from copkit.analysis.period import next_meeting
from copkit.analysis.privacy.audience import left_out
from copkit.cli.documents.build import (
    Document,
    build_attendance,
    build_issue,
    build_one_agenda,
    build_one_brief,
    scope_of,
    without_forms,
)
from copkit.cli.params import (
    HERE,
    AsJson,
    DryRun,
    Folder,
    For,
    Formats,
    Open,
    complete_slug,
    today,
)
from copkit.cli.terminal import clean, print_json, print_table, say
from copkit.documents.formats import missing_forms, usual_forms
from copkit.folder import Programme
from copkit.layout import find
from copkit.records.briefs import Brief
from copkit.records.newsletters import Newsletter
from copkit.records.schema.fields import Audience
from copkit.wording import plural

if TYPE_CHECKING:
    from copkit.documents.templates import Listed


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


# ``copkit newsletter``: building it, and sending it.


def build_newsletter_command(
    slug: Annotated[
        str | None,
        typer.Argument(
            help="The issue.", show_default="the last", autocompletion=complete_slug("newsletters")
        ),
    ] = None,
    formats: Formats = None,
    audience: For = None,
    open_it: Open = False,
    folder: Folder = HERE,
    as_json: AsJson = False,
    dry_run: DryRun = False,
) -> None:
    """Build an issue as a web page, e-mail, plain text and Markdown, for the readers it may reach.

    \b
    Forms:
      html  for the browser         eml   a draft that mail programs open
      md    Markdown                txt   to paste into a message

    The e-mail (.eml) opens as a draft in your mail program. The web page has its styles in its
    elements, so that it can be pasted into a mail as well.

    \b
    Examples:
      copkit newsletter build 2012-05
      copkit newsletter build 2012-12 --for public --open
      copkit newsletter build --format eml
    """
    from copkit.analysis.privacy.audience import left_out
    from copkit.cli.documents.build import (
        build_issue,
        chosen_audience,
        chosen_forms,
        pick,
        report,
        scope_of,
    )
    from copkit.cli.documents.stale import open_to_build

    forms = chosen_forms("newsletter", formats or ())
    programme = open_to_build(folder, dry_run=dry_run)
    issue = pick("newsletter", programme.newsletters, slug)
    reader = chosen_audience(issue.audience, audience, "newsletter")
    facts, paths = build_issue(programme, issue, reader, forms, dry_run=dry_run)
    summary = f"{issue.title}, for {reader}: {facts.summary}"
    notes = left_out(programme, reader, scope_of(issue), today())
    report(paths, summary, notes, as_json=as_json, open_it=open_it, dry_run=dry_run)


# ``copkit brief build``.


def build_brief_command(
    slug: Annotated[
        str | None,
        typer.Argument(
            help="The brief.", show_default="the last", autocompletion=complete_slug("briefs")
        ),
    ] = None,
    formats: Formats = None,
    audience: For = None,
    open_it: Open = False,
    folder: Folder = HERE,
    as_json: AsJson = False,
    dry_run: DryRun = False,
) -> None:
    """Build a brief as web page, Markdown, Word document and PDF.

    Word and PDF need packages of their own: pip install 'copkit[docx,pdf]'. Where one is
    missing, the brief is built without it, unless you ask for it. It has five pages at most,
    or as many as 'pages' in the record says: the rarest blockages are counted and not told.

    \b
    Forms:
      html  for the browser         docx  for Word, on A4 with page numbers
      md    Markdown                pdf   the same, to print
      txt   to paste into a message, when you name it

    \b
    Examples:
      copkit brief build winter-2012
      copkit brief build --format docx,pdf
      copkit brief build --open
    """
    from copkit.analysis.privacy.audience import left_out
    from copkit.cli.documents.build import (
        build_one_brief,
        chosen_audience,
        chosen_forms,
        pick,
        report,
        scope_of,
        without_forms,
    )
    from copkit.cli.documents.stale import open_to_build
    from copkit.documents.facts.page_budget import is_too_long

    forms = chosen_forms("brief", formats or ())
    programme = open_to_build(folder, dry_run=dry_run)
    record = pick("brief", programme.briefs, slug)
    reader = chosen_audience(record.audience, audience, "brief")
    facts, paths = build_one_brief(programme, record, reader, forms, dry_run=dry_run)
    blockages = plural(len(facts.counts), "recurrent blockage")
    cases = plural(len(facts.cases), "case study", "case studies")
    summary = f"{record.title}, for {reader}: {blockages}, {cases}"
    notes = left_out(programme, reader, scope_of(record), today())
    if is_too_long(facts, record.pages):
        notes = [*notes, f"What always stays takes more than {plural(record.pages, 'page')}."]
    if not formats:
        notes = [*notes, *without_forms("brief")]
    report(paths, summary, notes, as_json=as_json, open_it=open_it, dry_run=dry_run)


# ``copkit templates list`` and ``copkit templates copy``.

FOLDER = "templates"


def _complete_template(incomplete: str) -> list[str]:
    """Complete a template's name without reading any."""
    from copkit.layout import template_names

    return [name for name in template_names() if name.startswith(incomplete)]


def list_command(folder: Folder = HERE, as_json: AsJson = False) -> None:
    """List the templates: what each makes, and whether this programme has its own.

    \b
    Examples:
      copkit templates list
      copkit templates list --json | jq '.[] | select(.own != "")'
    """
    from copkit.documents.templates import listed_templates

    found = listed_templates(find(folder) / FOLDER)
    if as_json:
        print_json([{**one._asdict(), "own": str(one.own)} for one in found])
        return
    rows = [(one.name, _makes(one), one.own) for one in found]
    print_table(("template", "makes", "yours"), rows)
    for one in found:
        if one.meant:
            say(f"nothing uses templates/{one.name} by itself; did you mean '{one.meant}'?")


def _makes(one: Listed) -> str:
    """Say what a template makes, and of a part, in what."""
    return f"{one.makes} (in {', '.join(one.part_of)})" if one.part_of else one.makes


def copy_command(
    name: Annotated[str, typer.Argument(help="Which template.", autocompletion=_complete_template)],
    folder: Folder = HERE,
    dry_run: DryRun = False,
) -> None:
    """Copy a template to the programme's templates/, where it wins over the shipped one.

    \b
    Examples:
      copkit templates copy newsletter.html
      copkit templates copy page.css --dry-run
    """
    from copkit.cli.store import write_file
    from copkit.documents.templates import shipped_text

    text = shipped_text(name)
    hint = f"edit it, or delete it to use the shipped one; nothing is written over {FOLDER}/{name}"
    write_file(find(folder), f"{FOLDER}/{name}", text, dry_run=dry_run, if_there=hint)
    if not dry_run:
        say(f"  edit {FOLDER}/{name}, and watch it in the browser with 'copkit preview'")
        say("  delete it, and the one that comes with copkit is used again")
