"""``copkit blockage``: what keeps coming back, what was asked of whom, and the letters."""

from __future__ import annotations

from typing import Annotated

import typer

from copkit.cli.blockages.blockage_options import AskId, AsOf, Slug, Theme
from copkit.cli.params import (
    HERE,
    AsJson,
    CaseName,
    DryRun,
    Folder,
    Formats,
    Open,
    command_group,
    day,
    interactive,
    open_programme,
    wrong_use,
)
from copkit.cli.terminal import clean, print_json, say
from copkit.records.blockages import BlockageStatus
from copkit.records.cases import CaseStatus
from copkit.wording import plural

app = command_group(no_args_is_help=True)


@app.callback()
def blockage() -> None:
    """What keeps coming back, what was asked of whom, and what came back.

    \b
    Examples:
      copkit blockage list --open
      copkit blockage link weekend-cover stoke-on-trent/quiet-saturdays
      copkit blockage ask weekend-cover
      copkit blockage reply weekend-cover --reply "Agreed for a year."
    """


@app.command("list")
def list_command(
    as_of: AsOf = None,
    theme: Theme = None,
    only_open: Annotated[
        bool, typer.Option("--open", help="Only what nobody has settled.")
    ] = False,
    folder: Folder = HERE,
    as_json: AsJson = False,
) -> None:
    """List blockages, the most recurrent first, and how long each has waited for an answer.

    Counted are the cases, communities and months in which each came up; drafts, and cases whose
    person refused consent, are not. Silence counts from the latest ask without an answer.

    \b
    Examples:
      copkit blockage list
      copkit blockage list --open --theme housing
      copkit blockage list --as-of 2012-12-31 --json
    """
    from copkit.analysis.blockages import recurrences
    from copkit.cli.blockages.report import (
        day_of,
        has_theme,
        print_ranking,
        ranking_json,
        require_theme,
    )

    programme = open_programme(folder)
    since = day_of(programme, as_of)
    found = recurrences(programme, since)
    if theme is not None:
        require_theme(programme, theme)
        found = [one for one in found if has_theme(one.blockage, theme)]
    if only_open:
        found = [one for one in found if one.status is BlockageStatus.OPEN]
    if as_json:
        print_json({"as_of": str(since), "blockages": [ranking_json(one) for one in found]})
    elif found:
        print_ranking(found)
        say(f"{plural(len(found), 'blockage')} as of {since}")
    else:
        say("no blockage is open" if programme.blockages else "no blockage yet")


@app.command()
def show(slug: Slug, as_of: AsOf = None, folder: Folder = HERE, as_json: AsJson = False) -> None:
    """Show the story of a blockage: where it came up, what was asked, what came back.

    \b
    Examples:
      copkit blockage show weekend-cover
      copkit blockage show weekend-cover --as-of 2012-12-31 --json
    """
    from copkit.analysis.blockages import recurrence_of, uncounted
    from copkit.cli.blockages.edit import blockage_of
    from copkit.cli.blockages.report import day_of, print_story, story_json

    programme = open_programme(folder)
    since = day_of(programme, as_of)
    one = recurrence_of(programme, blockage_of(programme, slug), since)
    story = one, uncounted(programme, one)
    if as_json:
        print_json(story_json(*story))
    else:
        print_story(*story)


@app.command()
def link(
    slug: Slug,
    case: CaseName,
    note: Annotated[str | None, typer.Option(help="How it showed in this case.")] = None,
    folder: Folder = HERE,
    dry_run: DryRun = False,
) -> None:
    """Tie a case to a blockage that showed in it. Linking twice changes nothing.

    \b
    Examples:
      copkit blockage link weekend-cover stoke-on-trent/quiet-saturdays
      copkit blockage link weekend-cover halifax/a-case --note "Nobody answered"
    """
    from copkit.cli.blockages.blockage_link import write_link
    from copkit.cli.blockages.edit import blockage_of, require_nobody_in
    from copkit.cli.cases.case_named import find_case

    programme = open_programme(folder)
    if any(blockage.slug == case for blockage in programme.blockages):
        hint = f"the blockage comes first: copkit blockage link {case} COMMUNITY/CASE"
        wrong_use(f"'{case}' is no case", hint)
    found, about = find_case(programme, case), blockage_of(programme, slug)
    if note:
        require_nobody_in(programme, {"--note": note})
    write_link(programme, found, about.slug, note or "", dry_run=dry_run)
    if found.status is CaseStatus.DRAFT:
        say(f"  {found.source.file} is a draft, so nobody is told of it and it does not count yet")


@app.command()
def ask(
    slug: Slug,
    of: Annotated[str | None, typer.Option(help="Who is asked: a role or a board.")] = None,
    what: Annotated[str | None, typer.Option("--ask", help="The one thing asked.")] = None,
    reply_by: Annotated[str | None, typer.Option(help="The day to answer by.")] = None,
    date: Annotated[str, typer.Option(help="The day of the letter.")] = "today",
    formats: Formats = None,
    open_it: Open = False,
    folder: Folder = HERE,
    dry_run: DryRun = False,
) -> None:
    """Record what is asked of whom, and write the letter that asks it.

    The letter tells what the blockage does to people, how often it came up, what was tried and
    what was asked before, from cases that commissioners may read. It lies below build/letters/.

    \b
    Examples:
      copkit blockage ask weekend-cover
      copkit blockage ask weekend-cover --of "Supported housing commissioner" \\
        --ask "Fund a few weekend hours" --reply-by 2026-09-30
    """
    from copkit.cli.blockages.blockage_letter import Shown, deliver_letter, new_ask
    from copkit.cli.blockages.edit import blockage_of, require_nobody_in, write_ask
    from copkit.cli.documents.build import LETTERS, chosen_forms

    chosen_forms("letter", formats or ())  # before anything is written
    programme = open_programme(folder)
    about = blockage_of(programme, slug)
    given = {"date": day(date, "--date"), "of": of, "ask": what, "reply_by": reply_by}
    new = new_ask(programme, about, given)
    require_nobody_in(programme, {"--of": new.of, "--ask": new.ask})
    id = write_ask(programme, about, new, dry_run=dry_run)
    if dry_run:
        say(f"would write its letter below build/{LETTERS}/{clean(about.slug)}/{id}")
        return
    deliver_letter(folder, slug, id, formats or (), Shown(open_it=open_it))


@app.command()
def letter(
    slug: Slug,
    id: AskId = None,
    formats: Formats = None,
    open_it: Open = False,
    folder: Folder = HERE,
    as_json: AsJson = False,
    dry_run: DryRun = False,
) -> None:
    """Build the letter of something asked that is on record.

    It states what was known on the day of the ask. Word and PDF need packages of their own:
    pip install 'copkit[docx,pdf]'; where one is missing, the letter is built without it.

    \b
    Forms:
      html  for the browser         docx  for Word, to sign
      txt   to paste into a message, when you name it
      md    Markdown, when named    pdf   to print, or to attach

    \b
    Examples:
      copkit blockage letter weekend-cover
      copkit blockage letter weekend-cover a1 --format txt
    """
    from copkit.cli.blockages.blockage_letter import Shown, deliver_letter

    shown = Shown(as_json=as_json, open_it=open_it, dry_run=dry_run)
    deliver_letter(folder, slug, id, formats or (), shown)


@app.command()
def reply(
    slug: Slug,
    id: AskId = None,
    reply: Annotated[str | None, typer.Option(help="What came back, in a sentence.")] = None,
    date: Annotated[str, typer.Option(help="The day it came.")] = "today",
    status: Annotated[
        BlockageStatus | None, typer.Option(help="What becomes of the blockage.")
    ] = None,
    folder: Folder = HERE,
    dry_run: DryRun = False,
) -> None:
    """Record what came back on something asked. An answer on record is never overwritten.

    \b
    Examples:
      copkit blockage reply weekend-cover --reply "Agreed for a year."
      copkit blockage reply weekend-cover a2 --reply "No money." --date 2012-12-10
      copkit blockage reply weekend-cover --status answered
    """
    from copkit.cli.blockages.edit import NewReply, blockage_of, require_nobody_in, write_reply
    from copkit.cli.prompts import ask as ask_for

    programme = open_programme(folder)
    about = blockage_of(programme, slug)
    if reply is None and status is None:
        if not interactive():
            wrong_use("missing: --reply", "what came back, in a sentence")
        reply = ask_for("reply (what came back, in a sentence)")
    new = NewReply((reply or "").strip(), day(date, "--date"), status)
    require_nobody_in(programme, {"--reply": new.reply})
    write_reply(programme, about, id, new, dry_run=dry_run)
