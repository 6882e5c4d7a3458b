"""``copkit new-case``, ``new-evidence``, ...: the records that somebody writes a text in."""

from __future__ import annotations

import calendar
import datetime as dt
from typing import Annotated

import typer

from copkit.cli.params import (
    HERE,
    CommunityName,
    DryRun,
    Folder,
    Slug,
    command_group,
    complete_community,
    complete_member,
    complete_slug,
    day,
    interactive,
    today,
    wrong_use,
)
from copkit.cli.prompts import ask, ask_missing, choose_community
from copkit.cli.store import slug_for, write_record
from copkit.folder import load
from copkit.layout import find
from copkit.records.blockages import Blockage
from copkit.records.briefs import Brief
from copkit.records.cases import SECTIONS, Case, CaseKind, CaseStatus, Consent
from copkit.records.evidence import NOTES, SPOKEN, Evidence
from copkit.records.kinds import Noun
from copkit.records.newsletters import Newsletter
from copkit.records.schema.fields import Audience

text_app = command_group("Add a text.")

Themes = Annotated[
    list[str] | None, typer.Option("--theme", help="What it is about; may be repeated.")
]
ReadBy = Annotated[Audience | None, typer.Option("--audience", help="Who may read it.")]

PROMPTS = {
    SECTIONS[0]: "What is happening, for whom, and what has been tried? No names, places or dates.",
    SECTIONS[1]: "What the group suggests: who could try what, and by when.",
    SECTIONS[2]: "What would we do differently next time, with anyone?",
    SECTIONS[3]: "What no practitioner can solve: gaps, rules, thresholds.",
}


@text_app.command("new-case")
def new_case(
    community: CommunityName = None,
    title: Annotated[str | None, typer.Argument(help="What it is called; no names.")] = None,
    kind: Annotated[CaseKind, typer.Option(help="Why it was chosen.")] = CaseKind.CHALLENGING,
    status: Annotated[CaseStatus, typer.Option(help="How far it has come.")] = CaseStatus.DRAFT,
    audience: ReadBy = None,
    presented: Annotated[str | None, typer.Option(help="The day it was presented.")] = None,
    presenter: Annotated[
        list[str] | None,
        typer.Option(
            "--presenter",
            help="Who presents it: an id; may be repeated.",
            autocompletion=complete_member,
        ),
    ] = None,
    question: Annotated[
        str | None, typer.Option(help="What the presenter asks of the group.")
    ] = None,
    theme: Themes = None,
    consent: Annotated[Consent | None, typer.Option(help="Whether the person agreed.")] = None,
    pseudonym: Annotated[
        list[str] | None,
        typer.Option("--pseudonym", help="An invented name used in the text; may be repeated."),
    ] = None,
    slug: Slug = None,
    folder: Folder = HERE,
    dry_run: DryRun = False,
) -> None:
    """Add a case study, with the four parts to write in.

    \b
    Examples:
      copkit new-case brighton "Nobody to call at weekends"
      copkit new-case brighton "A key and a kettle" --kind worked-well --theme tenancies
    """
    programme = load(find(folder), {Noun.MEMBERS})
    records = choose_community(programme, community)
    values = {
        "title": title,
        "kind": kind,
        "status": status,
        "audience": audience or Audience.MEMBERS,
        "presented": presented and day(presented, "--presented"),
        "presenters": presenter or (),
        "question": question,
        "themes": theme or (),
        "consent": consent,
        "pseudonyms": pseudonym or (),
    }
    ask_missing(Case, values, arguments=("title",))
    body = "\n\n".join(f"## {part}\n\n<!-- {PROMPTS[part]} -->" for part in SECTIONS)
    file = f"communities/{records.slug}/cases/{slug_for(str(values['title']), slug)}.md"
    write_record(programme, file, Case, values, body, dry_run=dry_run)


@text_app.command("new-evidence")
def new_evidence(
    title: Annotated[str | None, typer.Argument(help="What it says, in a few words.")] = None,
    citation: Annotated[
        str | None, typer.Option(help="Author, year, title, where published.")
    ] = None,
    url: Annotated[str | None, typer.Option(help="Where it can be read.")] = None,
    published: Annotated[str | None, typer.Option(help="The year.")] = None,
    theme: Themes = None,
    audience: ReadBy = None,
    slug: Slug = None,
    folder: Folder = HERE,
    dry_run: DryRun = False,
) -> None:
    """Add an evidence card, with a spoken form of sixty seconds.

    \b
    Examples:
      copkit new-evidence "Working together takes time" --citation "Cornes et al. (2011)"
    """
    programme = load(find(folder), ())
    values = {
        "title": title,
        "citation": citation,
        "url": url,
        "published": published,
        "themes": theme or (),
        "audience": audience or Audience.MEMBERS,
    }
    ask_missing(Evidence, values, arguments=("title",))
    body = f"## {SPOKEN}\n\n<!-- What you would say aloud in a minute. -->\n\n## {NOTES}\n"
    file = f"evidence/{slug_for(str(values['title']), slug)}.md"
    write_record(programme, file, Evidence, values, body, dry_run=dry_run)


@text_app.command("new-blockage")
def new_blockage(
    title: Annotated[str | None, typer.Argument(help="What is in the way.")] = None,
    theme: Themes = None,
    slug: Slug = None,
    folder: Folder = HERE,
    dry_run: DryRun = False,
) -> None:
    """Add an obstacle that keeps coming back, to follow across cases.

    \b
    Examples:
      copkit new-blockage "No service answers at weekends" --theme "weekend cover"
    """
    programme = load(find(folder), ())
    values = {"title": title, "themes": theme or ()}
    ask_missing(Blockage, values, arguments=("title",))
    file = f"blockages/{slug_for(str(values['title']), slug)}.md"
    body = "<!-- What it does to people. -->"
    write_record(programme, file, Blockage, values, body, dry_run=dry_run)


@text_app.command("new-newsletter")
def new_newsletter(
    month: Annotated[
        str | None,
        typer.Argument(help="The month, as 2012-05.", autocompletion=complete_slug("newsletters")),
    ] = None,
    title: Annotated[
        str | None, typer.Option(help="The headline.", show_default="the month")
    ] = None,
    since: Annotated[
        str | None, typer.Option("--from", help="First day.", show_default="of the month")
    ] = None,
    until: Annotated[
        str | None, typer.Option(help="Last day.", show_default="of the month")
    ] = None,
    audience: ReadBy = None,
    slug: Slug = None,
    folder: Folder = HERE,
    dry_run: DryRun = False,
) -> None:
    """Add an issue of the newsletter, for a month.

    \b
    Examples:
      copkit new-newsletter 2012-05
      copkit new-newsletter 2012-05 --title "Six groups, one month" --audience members
    """
    programme = load(find(folder), ())
    if month is None and not interactive():
        wrong_use("missing: MONTH", "copkit new-newsletter 2012-05")
    month = month or ask("month", default=f"{today():%Y-%m}")
    first = _first_of(month)
    last = first.replace(day=calendar.monthrange(first.year, first.month)[1])
    values = {
        "title": title or f"{first:%B %Y}",
        "from": day(since, "--from") if since else first,
        "until": day(until, "--until") if until else last,
        "audience": audience or Audience.MEMBERS,
    }
    body = "<!-- The editorial: what this month was about. -->"
    file = f"newsletters/{slug_for(month, slug)}.md"
    write_record(programme, file, Newsletter, values, body, dry_run=dry_run)


@text_app.command("new-brief")
def new_brief(
    title: Annotated[str | None, typer.Argument(help="The headline.")] = None,
    since: Annotated[str | None, typer.Option("--from", help="First day it covers.")] = None,
    until: Annotated[str | None, typer.Option(help="Last day it covers.")] = None,
    addressee: Annotated[
        str | None, typer.Option(help="Whom it is for: a role or a board.")
    ] = None,
    ask: Annotated[str | None, typer.Option(help="The one thing asked.")] = None,
    reply_by: Annotated[str | None, typer.Option(help="The day to answer by.")] = None,
    community: Annotated[
        list[str] | None,
        typer.Option(
            "--community",
            help="A community it covers; may be repeated.",
            show_default="all",
            autocompletion=complete_community,
        ),
    ] = None,
    audience: Annotated[
        Audience | None,
        typer.Option("--audience", help="Who may read it.", show_default="commissioners"),
    ] = None,
    slug: Slug = None,
    folder: Folder = HERE,
    dry_run: DryRun = False,
) -> None:
    """Add a brief for a commissioner, with one ask.

    \b
    Examples:
      copkit new-brief "Winter brief" --from 2012-03-01 --until 2012-12-31 \\
        --addressee "Joint commissioning board" --ask "Name who sees people first"
    """
    programme = load(find(folder), ())
    values = {
        "title": title,
        "from": since and day(since, "--from"),
        "until": until and day(until, "--until"),
        "addressee": addressee,
        "ask": ask,
        "reply_by": reply_by and day(reply_by, "--reply-by"),
        "communities": community or (),
        "audience": audience or Audience.COMMISSIONERS,
    }
    ask_missing(Brief, values, arguments=("title",))
    body = "<!-- The cover note: why this, why now. -->"
    file = f"briefs/{slug_for(str(values['title']), slug)}.md"
    write_record(programme, file, Brief, values, body, dry_run=dry_run)


def _first_of(month: str) -> dt.date:
    try:
        return dt.date.fromisoformat(f"{month}-01")
    except ValueError:
        wrong_use(f"'{month}' is not a month", "write year-month, such as 2012-05")
