"""``copkit blockage``: what keeps coming back, what was asked of whom, and the letters."""

from __future__ import annotations

from typing import Annotated

import typer

from copkit.cli.blockages.edit import AskId, Slug, blockage_of, blockages_of
from copkit.cli.params import (
    HERE,
    AsJson,
    CaseName,
    DryRun,
    Folder,
    day,
    interactive,
    open_programme,
    wrong_use,
)
from copkit.cli.terminal import print_json, say
from copkit.records.blockages import BlockageStatus
from copkit.records.cases import CaseStatus
from copkit.text.files import is_slug
from copkit.wording import plural


def _complete_theme(ctx: typer.Context, incomplete: str) -> list[str]:
    """Complete a theme; only plain words, as some shells run what they are offered."""
    themes = dict.fromkeys(theme for one in blockages_of(ctx) for theme in one.themes)
    plain = (theme for theme in themes if is_slug(theme.replace(" ", "-")))
    return [theme for theme in plain if theme.startswith(incomplete)]


AsOf = Annotated[
    str | None,
    typer.Option(help="As it was on this day.", show_default="today, or the programme's end"),
]
Theme = Annotated[
    str | None, typer.Option(help="Only what is about this.", autocompletion=_complete_theme)
]


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


def show(slug: Slug, as_of: AsOf = None, folder: Folder = HERE, as_json: AsJson = False) -> None:
    """Show the story of a blockage: where it came up, what was asked, what came back.

    \b
    Examples:
      copkit blockage show weekend-cover
      copkit blockage show weekend-cover --as-of 2012-12-31 --json
    """
    from copkit.analysis.blockages import recurrence_of, uncounted
    from copkit.cli.blockages.report import day_of, print_story, story_json

    programme = open_programme(folder)
    since = day_of(programme, as_of)
    one = recurrence_of(programme, blockage_of(programme, slug), since)
    story = one, uncounted(programme, one)
    if as_json:
        print_json(story_json(*story))
    else:
        print_story(*story)


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
    from copkit.cli.blockages.edit import require_nobody_in, write_link
    from copkit.cli.cases.edit import find_case

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
    from copkit.cli.blockages.edit import NewReply, require_nobody_in, write_reply
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
