"""``copkit evidence``: find a card, fit cards to a case, note their use, read one aloud."""

from __future__ import annotations

from typing import Annotated

import typer

from copkit.cli.params import (
    HERE,
    AsJson,
    CaseName,
    DryRun,
    Folder,
    command_group,
    complete_case,
    complete_community,
    complete_slug,
    day,
    offered,
    root_of,
    today,
    wrong_use,
)
from copkit.errors import CopkitError
from copkit.layout import find

app = command_group(no_args_is_help=True)

MOST_SOUGHT = 100  # words, phrases and themes in one search


def _complete_theme(ctx: typer.Context, incomplete: str) -> list[str]:
    """Complete a theme of evidence, with hyphens for its spaces: a shell takes it as one word."""
    from copkit.analysis.evidence import all_themes
    from copkit.cli.evidence.evidence_find import read_cards
    from copkit.text.files import slug_from

    try:
        cards = read_cards(root_of(ctx))
    except (CopkitError, OSError):
        return []
    return offered(sorted(map(slug_from, all_themes(cards.data.values()))), incomplete)


Card = Annotated[
    str, typer.Argument(help="The card's slug.", autocompletion=complete_slug("evidence"))
]
Themes = Annotated[
    list[str] | None,
    typer.Option(
        "--theme", help="Only with this theme; may be repeated.", autocompletion=_complete_theme
    ),
]


@app.callback()
def evidence() -> None:
    """Find the evidence that fits a case, note where it was used, and say it in a minute.

    \b
    Examples:
      copkit evidence find missed appointments
      copkit evidence for brighton/assessed-only-when-sober
      copkit evidence use complex-responses brighton
      copkit evidence say complex-responses
    """


@app.command("find")
def find_evidence(
    text: Annotated[
        list[str] | None, typer.Argument(metavar="TEXT...", help="Words; '\"exact words\"'.")
    ] = None,
    theme: Themes = None,
    limit: Annotated[int, typer.Option(min=1, help="How many cards to show.")] = 10,
    folder: Folder = HERE,
    as_json: AsJson = False,
) -> None:
    """Find cards by what they say, the best first.

    Looks in titles, themes, spoken briefs, citations and notes, in this order of weight, for
    any of the words in any form: 'refusals' finds 'refusal'. Words in double quotes must
    stand so; on a command line they need single quotes around them. What is private is not
    searched.

    \b
    Examples:
      copkit evidence find missed appointments
      copkit evidence find '"dual diagnosis" assessment'
      copkit evidence find rent --theme housing
      copkit evidence find theme:housing --limit 3 --json
    """
    from copkit.analysis.evidence import parse_query
    from copkit.cli.evidence.evidence_find import find_cards

    typed = " ".join(text or ())
    query = parse_query(typed, theme or ())
    root = find(folder)
    if not (query.words or query.phrases or query.themes):
        wrong_use("missing: what to look for", "copkit evidence find missed appointments")
    if len(query.words) + len(query.phrases) + len(query.themes) > MOST_SOUGHT:
        message = f"that is too much to look for at once: {MOST_SOUGHT} words at most"
        wrong_use(message, "name the few words that tell the most")
    find_cards(root, query, typed, limit, as_json=as_json)


@app.command("for")
def for_case(
    name: CaseName,
    limit: Annotated[int, typer.Option(min=1, help="How many cards to suggest.")] = 5,
    folder: Folder = HERE,
    as_json: AsJson = False,
) -> None:
    """Suggest cards for a case, the best first, and say why.

    By the themes that both have, and by words of the case's title, question and text that few
    other cards and cases have. Cards tied to the case already are listed apart.

    \b
    Examples:
      copkit evidence for brighton/assessed-only-when-sober
      copkit evidence for brighton/assessed-only-when-sober --json
    """
    from copkit.cli.evidence.report import suggest_for
    from copkit.cli.params import open_programme
    from copkit.records.kinds import Noun

    programme = open_programme(folder, {Noun.CASES, Noun.EVIDENCE, Noun.MEMBERS})
    suggest_for(programme, name, limit, as_json=as_json)


@app.command("list")
def list_evidence(
    unused: Annotated[bool, typer.Option("--unused", help="Only what was never used.")] = False,
    due: Annotated[bool, typer.Option("--due", help="Only what is due for review.")] = False,
    theme: Themes = None,
    as_of: Annotated[
        str | None, typer.Option(help="As it was on this day.", show_default="today")
    ] = None,
    folder: Folder = HERE,
    as_json: AsJson = False,
) -> None:
    """List all cards: what they are about, the cases they are tied to, their use and review.

    \b
    Examples:
      copkit evidence list --unused
      copkit evidence list --due --as-of 2014-01-31
      copkit evidence list --theme dual-diagnosis --json
    """
    from copkit.cli.evidence.report import list_cards
    from copkit.cli.params import open_programme
    from copkit.records.kinds import Noun

    until = day(as_of, "--as-of") if as_of else today()
    programme = open_programme(folder, {Noun.CASES, Noun.EVIDENCE, Noun.MEMBERS})
    list_cards(programme, until, theme or (), unused=unused, due=due, as_json=as_json)


@app.command()
def use(
    card: Card,
    community: Annotated[
        str, typer.Argument(help="Where it was used.", autocompletion=complete_community)
    ],
    case: Annotated[
        str | None,
        typer.Argument(help="The case it was brought to.", autocompletion=complete_case),
    ] = None,
    date: Annotated[str | None, typer.Option(help="The day.", show_default="today")] = None,
    folder: Folder = HERE,
    dry_run: DryRun = False,
) -> None:
    """Record that a card was brought to a discussion. The same again changes nothing.

    \b
    Examples:
      copkit evidence use complex-responses brighton
      copkit evidence use a-card brighton no-doctor --date 2012-05-16
    """
    from copkit.cli.evidence.evidence_writing import note_use

    held_on = day(date, "--date") if date else today()
    note_use(find(folder), card, community, case, held_on, dry_run=dry_run)


@app.command()
def link(card: Card, name: CaseName, folder: Folder = HERE, dry_run: DryRun = False) -> None:
    """Tie a card to a case. That is an edit of the case, so its sign-off has to be renewed.

    \b
    Examples:
      copkit evidence link complex-responses brighton/assessed-only-when-sober
    """
    from copkit.cli.evidence.evidence_writing import tie

    tie(find(folder), card, name, dry_run=dry_run)


@app.command("say")
def say_card(card: Card, folder: Folder = HERE, as_json: AsJson = False) -> None:
    """Print what to say aloud of a card, and how long that takes.

    \b
    Examples:
      copkit evidence say complex-responses
    """
    from copkit.cli.evidence.report import speak
    from copkit.folder import load
    from copkit.records.kinds import Noun

    speak(load(find(folder), {Noun.EVIDENCE}), card, as_json=as_json)
