"""``copkit brief build``."""

from __future__ import annotations

from typing import Annotated

import typer

from copkit.cli.params import (
    HERE,
    AsJson,
    DryRun,
    Folder,
    For,
    Formats,
    Open,
    command_group,
    complete_slug,
    today,
)
from copkit.wording import plural

brief_app = command_group(no_args_is_help=True)


@brief_app.callback()
def brief() -> None:
    """Build the brief: what keeps blocking practitioners, and the one ask."""


@brief_app.command("build")
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
