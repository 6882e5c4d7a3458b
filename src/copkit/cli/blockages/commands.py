"""``copkit blockage list``, ``show``, ``link`` and ``reply``."""

from __future__ import annotations

from typing import Annotated

import typer

from copkit.cli.blockages.edit import AskId, Slug, find_blockage, load_blockages
from copkit.cli.context import Comparing, Reading, Writing
from copkit.cli.params import (
    CaseName,
    is_interactive,
    parse_day,
    usage_error,
)
from copkit.cli.terminal import print_json, say
from copkit.records.blockages import BlockageStatus
from copkit.records.cases import CaseStatus
from copkit.text.files import is_slug
from copkit.wording import plural


def _complete_theme(ctx: typer.Context, incomplete: str) -> list[str]:
    """Complete a theme; only plain words, as some shells run what they are offered."""
    themes = dict.fromkeys(theme for blockage in load_blockages(ctx) for theme in blockage.themes)
    # Spaces are fine, as in "mental health"; a sign such as $ or ` is not.
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
    context: Comparing,
    as_of: AsOf = None,
    theme: Theme = None,
    only_open: Annotated[
        bool, typer.Option("--open", help="Only what has no outcome yet.")
    ] = False,
) -> None:
    """List blockages, the most recurrent first, and how long each has waited for an answer.

    Counted are the cases, communities and months in which each came up; drafts, and cases whose
    person refused consent, are not. Silence counts from the latest ask without an answer.

    \b
    Examples:
      copkit blockage list
      copkit blockage list --open --theme housing
      copkit blockage list --as-of 2012-12-31 --json
      copkit blockage list -C north -C south
    """
    if len(context.each) > 1:
        from copkit.cli.programmes import compare_blockages

        compare_blockages(context, as_of, theme, only_open=only_open)
        return
    # What computes and prints is imported when it runs, so that --help and completion are quick.
    from copkit.analysis.blockages import recurrences
    from copkit.cli.blockages.report import (
        has_theme,
        print_ranking,
        ranking_json,
        require_theme,
        resolve_as_of,
    )

    programme = context.open()
    day = resolve_as_of(programme, as_of)
    ranked = recurrences(programme, day)
    # Filters come after the ranking: what a blockage counts does not depend on what is listed.
    if theme is not None:
        require_theme(programme, theme)
        ranked = [recurrence for recurrence in ranked if has_theme(recurrence.blockage, theme)]
    if only_open:
        ranked = [recurrence for recurrence in ranked if recurrence.status is BlockageStatus.OPEN]
    if context.as_json:
        print_json({"as_of": day, "blockages": [ranking_json(row) for row in ranked]})
    elif ranked:
        print_ranking(ranked)
        say(f"{plural(len(ranked), 'blockage')} as of {day}")
    else:
        say("no blockage is open" if programme.blockages else "no blockage yet")


def show(context: Reading, slug: Slug, as_of: AsOf = None) -> None:
    """Show the story of a blockage: where it came up, what was asked, what came back.

    \b
    Examples:
      copkit blockage show weekend-cover
      copkit blockage show weekend-cover --as-of 2012-12-31 --json
    """
    from copkit.analysis.blockages import recurrence_of, uncounted_cases
    from copkit.cli.blockages.report import print_story, resolve_as_of, story_json

    programme = context.open()
    day = resolve_as_of(programme, as_of)
    recurrence = recurrence_of(programme, find_blockage(programme, slug), day)
    uncounted = uncounted_cases(programme, recurrence)
    if context.as_json:
        print_json(story_json(recurrence, uncounted))
    else:
        print_story(recurrence, uncounted)


def link(
    context: Writing,
    slug: Slug,
    case: CaseName,
    note: Annotated[str | None, typer.Option(help="How it showed in this case.")] = None,
) -> None:
    """Tie a case to a blockage that showed in it. Linking twice changes nothing.

    \b
    Examples:
      copkit blockage link weekend-cover stoke-on-trent/quiet-saturdays
      copkit blockage link weekend-cover halifax/a-case --note "Nobody answered"
    """
    from copkit.cli.blockages.edit import require_no_names, write_link
    from copkit.cli.cases.edit import find_case

    programme = context.open()
    # The two arguments are easily swapped, and "no such case" would not say so.
    if any(blockage.slug == case for blockage in programme.blockages):
        hint = f"the blockage comes first: copkit blockage link {case} COMMUNITY/CASE"
        usage_error(f"'{case}' is no case", hint)
    linked_case, blockage = find_case(programme, case), find_blockage(programme, slug)
    if note:
        require_no_names(programme, {"--note": note})
    write_link(programme, linked_case, blockage.slug, note or "", dry_run=context.dry_run)
    if linked_case.status is CaseStatus.DRAFT:
        file = linked_case.source.file
        say(f"  {file} is a draft, so nobody is told of it and it does not count yet")


def reply(
    context: Writing,
    slug: Slug,
    id: AskId = None,
    reply: Annotated[str | None, typer.Option(help="What came back, in a sentence.")] = None,
    date: Annotated[str, typer.Option(help="The day it came.")] = "today",
    status: Annotated[
        BlockageStatus | None, typer.Option(help="What becomes of the blockage.")
    ] = None,
) -> None:
    """Record the answer to an ask. An answer on record is never overwritten.

    \b
    Examples:
      copkit blockage reply weekend-cover --reply "Agreed for a year."
      copkit blockage reply weekend-cover a2 --reply "No money." --date 2012-12-10
      copkit blockage reply weekend-cover --status answered
    """
    from copkit.cli.blockages.edit import NewReply, require_no_names, write_reply
    from copkit.cli.prompts import ask

    programme = context.open()
    blockage = find_blockage(programme, slug)
    if reply is None and status is None:
        if not is_interactive():
            usage_error("missing: --reply", "what came back, in a sentence")
        reply = ask("reply (what came back, in a sentence)")
    new = NewReply((reply or "").strip(), parse_day(date, "--date", programme.settings), status)
    require_no_names(programme, {"--reply": new.reply})
    write_reply(programme, blockage, id, new, dry_run=context.dry_run)
