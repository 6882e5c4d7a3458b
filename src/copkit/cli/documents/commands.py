"""``copkit build``, ``newsletter build``, ``brief build``, ``report build`` and ``templates``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from copkit.cli.context import OutgoingBuilding, OutgoingReporting, Reading, Writing
from copkit.cli.params import (
    AsItIsNow,
    For,
    Formats,
    complete_slug,
    today,
)
from copkit.cli.terminal import clean, print_json, print_table, say
from copkit.errors import CopkitError
from copkit.folder import Programme
from copkit.records.briefs import Brief
from copkit.records.newsletters import Newsletter
from copkit.records.reports import EvaluationReport
from copkit.records.schema.audience import Audience
from copkit.wording import list_in_words, plural

# What builds documents is imported within the commands that build: completing the name of a
# template must not wait for jinja2 and the reader of Markdown.
if TYPE_CHECKING:
    from pathlib import Path

    from copkit.cli.documents.build import BuiltDocument
    from copkit.cli.documents.outgoing import OutgoingNotes
    from copkit.documents.facts.newsletter import NewsletterFacts
    from copkit.documents.templates import ListedTemplate


def build(context: OutgoingReporting) -> None:
    """Build what people are sent: newsletters, briefs, reports, the next agendas, and the matrix.

    Where one of them is for readers outside members, they get the members by sector.
    Registers, and how the programme grew, are built by 'copkit attendance build'.

    \b
    Examples:
      copkit build
      copkit build --dry-run -C ~/programme
    """
    from copkit.cli.documents.build import unavailable_format_notes
    from copkit.cli.documents.outgoing import DRAFT_NOTE, OutgoingNotes
    from copkit.documents.formats import unavailable_formats

    programme = context.open_to_build()
    notes = OutgoingNotes(context, programme)
    documents = []
    for document in build_everything(programme, notes):
        documents.append(document)
        if not context.as_json:
            # at once: a build of a whole programme takes some seconds
            say(format_built(programme, document, dry_run=context.dry_run))
    left_out = _left_out_notes(programme)
    if context.as_json:
        rows = [
            {
                "document": document.kind,
                "name": document.name,
                "for": document.reader,
                "files": document.paths,
            }
            for document in documents
        ]
        missing = unavailable_formats()
        print_json({"documents": rows, "left_out": left_out, "missing_forms": missing})
    else:
        for line in (*left_out, *unavailable_format_notes()):
            say(clean(line))
    if context.draft:
        say(DRAFT_NOTE)
    notes.require_all_made()


def build_everything(programme: Programme, notes: OutgoingNotes) -> Iterator[BuiltDocument]:
    """Build what people are sent, each for the readers that its record names.

    Yield each document once it is written, so that a caller can report it during a long build.
    ``notes`` hold back what readers could subtract from an earlier document.
    """
    from copkit.analysis.attendance import default_day
    from copkit.analysis.period import next_of_members
    from copkit.cli.documents.build import (
        BuiltDocument,
        build_agenda_files,
        build_attendance,
        build_brief_files,
        build_issue_files,
        build_report_files,
        issue_facts,
        sectors_selection,
    )
    from copkit.documents.formats import default_formats

    dry_run = notes.context.dry_run
    # the matrix is for members, whether or not there is a newsletter
    readers = {reader for reader in Audience if reader.policy.sees_members}
    with notes:
        for issue in programme.newsletters:
            if issue_facts(programme, issue, issue.audience).is_empty:
                say(f"not built: {clean(issue.slug)} has nothing to tell yet")
                continue
            readers.add(issue.audience)
            yield from _build_noted("newsletter", issue, build_issue_files, notes)
        for brief in programme.briefs:
            readers.add(brief.audience)
            yield from _build_noted("brief", brief, build_brief_files, notes)
        for report in programme.reports:
            readers.add(report.audience)
            yield from _build_noted("report", report, build_report_files, notes)
        for records in programme.communities:
            if meeting := next_of_members(records, today()):
                from copkit.analysis.agenda import AGENDA_AUDIENCE  # few builds have one

                _, paths = build_agenda_files(programme, records, meeting, dry_run=dry_run)
                name = f"{records.slug}/{meeting.slug}"
                yield BuiltDocument("agenda", name, AGENDA_AUDIENCE, paths)
        formats = {document: default_formats(document) for document in ("matrix", "sectors")}
        as_of = default_day(programme, today())
        # by the order of audiences, so that two builds print the same lines in the same order
        for reader in Audience:
            selection = sectors_selection(reader, as_of)
            if reader in readers and notes.allow(selection):
                yield from build_attendance(programme, reader, formats, as_of, dry_run=dry_run)
                notes.add(selection)


def _build_noted(
    document: str,
    record: Newsletter | Brief | EvaluationReport,
    build_files: Callable[..., tuple[Any, list[Path]]],
    notes: OutgoingNotes,
) -> Iterator[BuiltDocument]:
    """Build the document of a record for its readers, unless ``notes`` or newer words hold it."""
    from copkit.cli.documents.build import BuiltDocument, TextsEdited, record_selection

    reader, dry_run = record.audience, notes.context.dry_run
    selection = record_selection(notes.programme, record, reader)
    if not notes.allow(selection):
        return
    try:
        _, paths = build_files(notes.programme, record, reader, dry_run=dry_run)
    except TextsEdited as refused:  # the others are built all the same
        say(f"not built: {clean(record.slug)}: {clean(refused.message)}")
        say(f"  copkit {document} build {clean(record.slug)} --as-it-is-now")
        return
    notes.add(selection)
    yield BuiltDocument(document, record.slug, reader, paths)


def format_built(programme: Programme, document: BuiltDocument, *, dry_run: bool) -> str:
    """Return a line with the place of a document below the programme, and its formats."""
    place = document.paths[0].relative_to(programme.root).with_suffix("").as_posix()
    endings = ", ".join(path.suffix[1:] for path in document.paths)
    return f"{'would write' if dry_run else 'wrote'} {clean(place)}: {endings}"


def _left_out_notes(programme: Programme) -> list[str]:
    """Return why cases are left out of newsletters, briefs and agendas, each reason once."""
    from copkit.analysis.privacy.audience import describe_left_out
    from copkit.cli.documents.build import scope_of

    records: tuple[Newsletter | Brief | EvaluationReport, ...] = (
        *programme.newsletters,
        *programme.briefs,
        *programme.reports,
    )
    notes = (
        note
        for record in records
        for note in describe_left_out(
            programme, record.audience, scope_of(programme, record), today()
        )
    )
    return list(dict.fromkeys((*notes, *_agenda_left_out_notes(programme))))


def _agenda_left_out_notes(programme: Programme) -> Iterator[str]:
    """Yield which cases the agendas that are built leave out, and why."""
    from copkit.analysis.period import next_of_members

    for records in programme.communities:
        if meeting := next_of_members(records, today()):
            from copkit.analysis.agenda import describe_cases_left_out  # few builds have an agenda

            yield from describe_cases_left_out(records, meeting)


# One newsletter or brief


def build_newsletter_command(
    context: OutgoingBuilding,
    slug: Annotated[
        str | None,
        typer.Argument(
            help="The issue.", show_default="the last", autocompletion=complete_slug("newsletters")
        ),
    ] = None,
    formats: Formats = None,
    audience: For = None,
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
    from copkit.analysis.privacy.audience import describe_left_out, summarise_left_out
    from copkit.cli.documents.build import (
        build_issue_files,
        find_or_latest,
        issue_facts,
        parse_formats,
        record_selection,
        require_audience,
        scope_of,
    )
    from copkit.cli.documents.outgoing import going_out

    chosen_formats = parse_formats("newsletter", formats or ())
    programme = context.open_to_build()
    issue = find_or_latest("newsletter", programme.newsletters, slug)
    reader = require_audience(issue.audience, audience, "newsletter")
    facts = issue_facts(programme, issue, reader)
    if facts.is_empty:
        raise CopkitError(
            f"{issue.slug} has nothing to tell {reader} yet, so it was not built",
            "write its editorial, or record the meetings and cases of its days",
        )
    with going_out(context, programme, record_selection(programme, issue, reader)):
        _, paths = build_issue_files(
            programme, issue, reader, chosen_formats, facts=facts, dry_run=context.dry_run
        )
    summary = f"{issue.title}, for {reader}: {facts.summary}"
    notes = [
        *summarise_left_out(programme, reader, scope_of(programme, issue), today()),
        *describe_left_out(programme, reader, scope_of(programme, issue), today()),
        *_what_waits(facts),
    ]
    context.report(paths, summary, notes)


def _what_waits(facts: NewsletterFacts) -> Iterator[str]:
    """Yield in one line what the e-mail has no room for: it stands on the page alone."""
    from copkit.documents.facts.newsletter import titles_left_out

    if waiting := titles_left_out(facts):
        shown = [f"‘{title}’" for title in waiting[:MOST_WAITING]]
        if more := len(waiting) - len(shown):
            shown.append(f"{more} more")
        yield f"does not fit in {facts.words} words of e-mail, and waits: {list_in_words(shown)}"


MOST_WAITING: Final = 5


def build_brief_command(
    context: OutgoingBuilding,
    slug: Annotated[
        str | None,
        typer.Argument(
            help="The brief.", show_default="the last", autocompletion=complete_slug("briefs")
        ),
    ] = None,
    formats: Formats = None,
    audience: For = None,
    as_it_is_now: AsItIsNow = False,
) -> None:
    """Build a brief as web page, Markdown, Word document and PDF.

    Word and PDF need packages of their own: pip install 'copkit[docx,pdf]'. Where one is
    missing, the brief is built without it, unless you ask for it. It has two pages at most,
    or as many as 'pages' in the record says: the rarest blockages are counted and not told.

    All of it is as at the last day that it covers. If a blockage in it was edited after it was
    built, it is refused: newer words would stand beside older figures.

    \b
    Forms:
      html  for the browser         docx  for Word, on A4 with page numbers
      md    Markdown                pdf   the same, to print
      txt   to paste into a message, when you name it

    \b
    Examples:
      copkit brief build winter-2012
      copkit brief build --format docx,pdf
      copkit brief build winter-2012 --as-it-is-now --open
    """
    from copkit.analysis.privacy.audience import describe_left_out, summarise_left_out
    from copkit.cli.documents.build import (
        build_brief_files,
        find_or_latest,
        parse_formats,
        record_selection,
        require_audience,
        scope_of,
        unavailable_format_notes,
    )
    from copkit.cli.documents.outgoing import going_out
    from copkit.documents.facts.page_budget import is_too_long

    chosen_formats = parse_formats("brief", formats or ())
    programme = context.open_to_build()
    record = find_or_latest("brief", programme.briefs, slug)
    reader = require_audience(record.audience, audience, "brief")
    with going_out(context, programme, record_selection(programme, record, reader)):
        facts, paths = build_brief_files(
            programme,
            record,
            reader,
            chosen_formats,
            as_it_is_now=as_it_is_now,
            dry_run=context.dry_run,
        )
    blockages = plural(len(facts.counts), "recurrent blockage")
    cases = plural(len(facts.cases), "case study", "case studies")
    summary = f"{record.title}, for {reader}: {blockages}, {cases}"
    notes = [
        *summarise_left_out(programme, reader, scope_of(programme, record), today()),
        *describe_left_out(programme, reader, scope_of(programme, record), today()),
    ]
    # the rest was shortened to fit; what is never left out may take more pages than allowed
    if is_too_long(facts, record.pages):
        notes = [*notes, f"What always stays takes more than {plural(record.pages, 'page')}."]
    # who named the formats got an error about a missing package already
    if not formats:
        notes = [*notes, *unavailable_format_notes("brief")]
    context.report(paths, summary, notes)


def build_report_command(
    context: OutgoingBuilding,
    slug: Annotated[
        str | None,
        typer.Argument(
            help="The report.", show_default="the last", autocompletion=complete_slug("reports")
        ),
    ] = None,
    formats: Formats = None,
    audience: For = None,
) -> None:
    """Build an evaluation report as web page, Word document, PDF and Markdown, with its data.

    A summary of one page comes first, then ten sections that no report lacks. What did not work
    is one of them, and the limits follow from the records. It has twelve pages at most, or as
    many as 'pages' in the record says: what does not fit is counted and not told.

    \b
    Forms:
      html  for the browser         docx  for Word, on A4 with page numbers
      md    Markdown                pdf   the same, to print
      csv   every number, as data.csv beside it

    \b
    Examples:
      copkit report build the-first-year
      copkit report build --for members --open
      copkit report build --format docx,csv
    """
    from copkit.analysis.privacy.audience import describe_left_out, summarise_left_out
    from copkit.analysis.privacy.report import describe_sources_left_out
    from copkit.cli.documents.build import (
        DATA_FORMAT,
        build_report_files,
        find_or_latest,
        parse_formats,
        record_selection,
        require_audience,
        scope_of,
        split_formats,
        unavailable_format_notes,
    )
    from copkit.cli.documents.outgoing import going_out
    from copkit.documents.facts.report import is_summary_too_long, is_too_long

    named = split_formats(formats or ())
    own = [name for name in named if name != DATA_FORMAT]
    chosen_formats = [*(parse_formats("report", own) if own else ())]
    chosen_formats += [name for name in named if name == DATA_FORMAT]
    programme = context.open_to_build()
    record = find_or_latest("report", programme.reports, slug)
    reader = require_audience(record.audience, audience, "report")
    with going_out(context, programme, record_selection(programme, record, reader)):
        facts, paths = build_report_files(
            programme, record, reader, chosen_formats, dry_run=context.dry_run
        )
    surveys = plural(len(facts.surveys), "survey")
    summary = f"{record.title}, for {reader}: ten sections, {surveys}"
    notes = [
        *describe_sources_left_out(programme, record, reader),
        *filter(None, [facts.left_out]),
        *summarise_left_out(programme, reader, scope_of(programme, record), today()),
        *describe_left_out(programme, reader, scope_of(programme, record), today()),
    ]
    if is_summary_too_long(facts):
        notes.append("The summary takes more than a page: shorten what is in short.")
    if is_too_long(facts):
        notes.append(f"What always stays takes more than {plural(record.pages, 'page')}.")
    if not formats:
        notes += unavailable_format_notes("report")
    context.report(paths, summary, notes)


# Templates

TEMPLATES_FOLDER = "templates"


def _complete_template(incomplete: str) -> list[str]:
    """Complete the name of a shipped template, without reading any."""
    from copkit.layout import template_names

    return [name for name in template_names() if name.startswith(incomplete)]


def list_command(context: Reading) -> None:
    """List the templates: what each makes, and whether this programme has its own.

    \b
    Examples:
      copkit templates list
      copkit templates list --json | jq '.[] | select(.own != "")'
    """
    from copkit.documents.templates import list_templates

    templates = list_templates(context.root / TEMPLATES_FOLDER)
    if context.as_json:
        print_json([template._asdict() for template in templates])
        return
    rows = [(template.name, _format_makes(template), template.own) for template in templates]
    print_table(("template", "makes", "yours"), rows)
    for template in templates:
        # a file with a wrong name would be ignored without a word
        if template.meant:
            name = template.name
            say(f"nothing uses templates/{name} by itself; did you mean '{template.meant}'?")


def _format_makes(template: ListedTemplate) -> str:
    """Return what a template makes, and for a part the templates that include it."""
    return (
        f"{template.makes} (in {', '.join(template.part_of)})"
        if template.part_of
        else template.makes
    )


def copy_command(
    context: Writing,
    name: Annotated[str, typer.Argument(help="Which template.", autocompletion=_complete_template)],
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
    file = f"{TEMPLATES_FOLDER}/{name}"
    hint = f"edit it, or delete it to use the shipped one; nothing is written over {file}"
    write_file(context.root, file, text, dry_run=context.dry_run, hint_if_exists=hint)
    if not context.dry_run:
        say(f"  edit {file}, and watch it in the browser with 'copkit preview'")
        say("  delete it, and the one that comes with copkit is used again")
