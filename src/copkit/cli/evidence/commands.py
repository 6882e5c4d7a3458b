"""``copkit evidence``: find a card, fit cards to a case, note their use, read one aloud."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer

from copkit.analysis.evidence import (
    CardUse,
    Query,
    Search,
    all_themes,
    look_through,
    use_of,
    vocabulary,
)
from copkit.analysis.ids import free_id
from copkit.cli.cases.edit import change_case, find_case
from copkit.cli.evidence.report import (
    card_as_json,
    first_words,
    print_lines,
    short_citation,
    use_in_words,
)
from copkit.cli.params import (
    HERE,
    AsJson,
    CaseName,
    DryRun,
    Folder,
    complete_case,
    complete_community,
    complete_slug,
    day,
    offered,
    root_of,
    today,
    wrong_use,
)
from copkit.cli.store import change
from copkit.cli.terminal import clean, complain, print_json, say
from copkit.errors import CopkitError, Problem, closest, did_you_mean, errors_among
from copkit.files import files_in
from copkit.folder import Programme, load, not_found
from copkit.layout import find
from copkit.records.cases import Case
from copkit.records.evidence import Evidence, parse_evidence
from copkit.records.kinds import Noun
from copkit.text.edit import append
from copkit.text.files import source_of
from copkit.text.front_matter import read_document
from copkit.wording import plural

# ``copkit evidence find``: a search among the cards, which are read as records when shown.

FOLDER = "evidence"


class Cards(NamedTuple):
    """The bytes of every card by its slug, and the files that could not be read at all."""

    data: dict[str, bytes]
    unread: list[str]


class Hit(NamedTuple):
    """A card that was found; ``faulty`` if its file has errors."""

    score: float
    use: CardUse
    spoken: str
    faulty: bool


class Unknown(NamedTuple):
    """A word or a theme that no card has, and what was probably meant."""

    what: str
    typed: str
    near: str | None


def read_cards(root: Path) -> Cards:
    """Read the files of all evidence cards as they are."""
    cards = Cards({}, [])
    for file, data in files_in(root, FOLDER):
        name = file.removeprefix(f"{FOLDER}/")
        if not name.endswith(".md") or name.startswith(".") or name == "README.md":
            continue
        if not data:  # a link, too large, not to be opened, or nothing
            cards.unread.append(file)
        else:
            cards.data[name.removesuffix(".md")] = data
    return cards


def find_cards(root: Path, query: Query, typed: str, limit: int, *, as_json: bool) -> None:
    """Search, and print what was found, the best first."""
    cards = read_cards(root)
    search = look_through(cards.data.items(), query)
    hits = [_hit(cards.data[slug], slug, score) for slug, score in search.found[:limit]]
    unknown = list(_unknown(cards, query, search))
    if as_json:
        print_json(_as_json(typed, search, hits, unknown))
    else:
        for rank, hit in enumerate(hits, 1):
            _print(f"{rank:>2}  ", hit, query)
        _say_how_many(search, len(hits), query)
    for one in unknown:
        message = f"no card has the {one.what} '{one.typed}'"
        say(clean(f"  {message}; did you mean '{one.near}'?" if one.near else f"  {message}"))
    if cards.unread:
        files = ", ".join(cards.unread[:3])
        message = f"{plural(len(cards.unread), 'card')} could not be searched: {files}"
        complain(CopkitError(message, "'copkit check' says what is wrong"))
        raise typer.Exit(1)


def _hit(data: bytes, slug: str, score: float) -> Hit:
    """Read a card that is shown as the record it is."""
    problems: list[Problem] = []
    source = source_of(f"{FOLDER}/{slug}.md", data, problems)
    card = parse_evidence(read_document(source, problems, markdown=True), slug)
    return Hit(score, use_of(card, today()), card.spoken.strip(), bool(errors_among(problems)))


def _unknown(cards: Cards, query: Query, search: Search) -> Iterator[Unknown]:
    """Give the words and themes that no card has, and what was probably meant."""
    missing = [word for word, count in zip(query.words, search.holding, strict=True) if not count]
    if missing and search.cards:
        known = vocabulary(cards.data.values())
        for word in missing:
            yield Unknown("word", word.typed, closest(word.typed, known))
    if query.themes and not search.found and search.cards:
        themes = all_themes(cards.data.values())
        for theme in query.themes:
            if not theme.is_among(themes):
                yield Unknown("theme", theme.typed, closest(theme.typed, themes))


def _print(lead: str, hit: Hit, query: Query) -> None:
    card = hit.use.card
    lines = [card.title or card.slug, f"{card.slug}: {short_citation(card.citation)}"]
    if hit.spoken:
        lines.append(f"“{first_words(hit.spoken)}”")
    lines.append(use_in_words(hit.use))
    if hit.faulty:
        lines.append("its file has errors: 'copkit check' says what is wrong")
    print_lines(lead, lines, query.words)


def _say_how_many(search: Search, shown: int, query: Query) -> None:
    found = len(search.found)
    if not search.cards:
        say("no evidence card yet; 'copkit new-evidence' adds one")
    elif not found:
        say(f"none of {plural(search.cards, 'card')} has this")
        if any(search.holding) and (query.phrases or query.themes):
            say("  the words are there: leave out the quotes, or the theme, to find them")
    elif found > shown:
        say(f"the best {shown} of {plural(found, 'card')} found; --limit shows more")
    else:
        say(f"{found} of {plural(search.cards, 'card')}")


def _as_json(
    typed: str, search: Search, hits: Sequence[Hit], unknown: Sequence[Unknown]
) -> dict[str, Any]:
    found = [
        {
            "rank": rank,
            "score": round(hit.score, 4),
            **card_as_json(hit.use),
            "spoken": hit.spoken,
            "faulty": hit.faulty,
        }
        for rank, hit in enumerate(hits, 1)
    ]
    return {
        "query": typed,
        "cards": search.cards,
        "found": len(search.found),
        "evidence": found,
        "unknown": [{"kind": one.what, "typed": one.typed, "near": one.near} for one in unknown],
    }


# ``copkit evidence use`` and ``link``: where a card was brought, and the case it is tied to.


def note_use(
    root: Path, slug: str, named: str, case: str | None, held_on: dt.date, *, dry_run: bool
) -> None:
    """Record that a card was brought to a community's discussion, of a case perhaps."""
    programme = load(root, {Noun.CASES})
    _require_card(programme, slug)
    named, _, within = named.partition("/")
    records = programme.community(named)
    case = (case or within).removeprefix(f"{records.slug}/") or None
    if case and case not in records.case_slugs:
        raise not_found("case", case, records.case_slugs)

    def with_use(text: str | None, card: Evidence | None) -> str:
        """Add to the card as it is at this moment."""
        if text is None or card is None:
            raise CopkitError(f"evidence/{slug}.md is gone meanwhile; nothing was changed")
        same = (held_on, records.slug, case)
        if any((use.date, use.community, use.case) == same for use in card.used):
            return text
        item = {
            "id": free_id([use.id for use in card.used], "u"),
            "date": held_on,
            "community": records.slug,
            **({"case": case} if case else {}),
        }
        return append(text, ["used"], item)

    change(programme, f"evidence/{slug}.md", with_use, dry_run=dry_run)
    if held_on > today():
        say("  that day is still to come; is the date right?")
    found = next((one for one in records.cases if one.slug == case), None)
    if found and slug not in found.evidence:
        say(f"  'copkit evidence link {slug} {found.name}' ties it to the case as well")


def tie(root: Path, slug: str, name: str, *, dry_run: bool) -> None:
    """Tie a card to a case; say when the case has to be signed off again."""
    programme = load(root, {Noun.CASES, Noun.MEMBERS})
    _require_card(programme, slug)
    case = find_case(programme, name)

    def with_card(text: str, now: Case) -> str:
        return text if slug in now.evidence else append(text, ["evidence"], slug)

    change_case(programme, case, with_card, dry_run=dry_run)


def _require_card(programme: Programme, slug: str) -> None:
    slugs = programme.names[Noun.EVIDENCE]
    if slug not in slugs:
        hint = did_you_mean(slug, slugs, "'copkit evidence list' shows what there is")
        raise CopkitError(f"there is no evidence card '{slug}'", hint, status=2)


MOST_SOUGHT = 100  # words, phrases and themes in one search


def _complete_theme(ctx: typer.Context, incomplete: str) -> list[str]:
    """Complete a theme of evidence, with hyphens for its spaces: a shell takes it as one word."""
    from copkit.analysis.evidence import all_themes
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

    typed = " ".join(text or ())
    query = parse_query(typed, theme or ())
    root = find(folder)
    if not (query.words or query.phrases or query.themes):
        wrong_use("missing: what to look for", "copkit evidence find missed appointments")
    if len(query.words) + len(query.phrases) + len(query.themes) > MOST_SOUGHT:
        message = f"that is too much to look for at once: {MOST_SOUGHT} words at most"
        wrong_use(message, "name the few words that tell the most")
    find_cards(root, query, typed, limit, as_json=as_json)


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
    held_on = day(date, "--date") if date else today()
    note_use(find(folder), card, community, case, held_on, dry_run=dry_run)


def link(card: Card, name: CaseName, folder: Folder = HERE, dry_run: DryRun = False) -> None:
    """Tie a card to a case. That is an edit of the case, so its sign-off has to be renewed.

    \b
    Examples:
      copkit evidence link complex-responses brighton/assessed-only-when-sober
    """
    tie(find(folder), card, name, dry_run=dry_run)


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
