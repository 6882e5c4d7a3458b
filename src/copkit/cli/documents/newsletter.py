"""``copkit newsletter``: building it, and sending it."""

from __future__ import annotations

from typing import Annotated

import typer

from copkit.cli.documents.sending import send
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

newsletter_app = command_group(no_args_is_help=True)


@newsletter_app.callback()
def newsletter() -> None:
    """The newsletter, what each community did, learnt and plans: build it, and send it."""


@newsletter_app.command("build")
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


newsletter_app.command("send")(send)
