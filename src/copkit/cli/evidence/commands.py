"""``copkit evidence``: find a card, fit cards to a case, note their use, read one aloud."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any, Final, NamedTuple

import typer

from copkit.analysis.evidence import (
    CardUse,
    Query,
    SearchResult,
    all_themes,
    card_use,
    parse_query,
    search_cards,
    title_and_theme_words,
)
from copkit.cli.cases.edit import change_case, find_case
from copkit.cli.context import Reading, Writing
from copkit.cli.evidence.report import (
    card_as_json,
    choose_card,
    format_use,
    print_cards,
    print_lines,
    print_spoken,
    print_suggestions,
    short_citation,
    spoken_excerpt,
)
from copkit.cli.params import (
    CaseName,
    complete_case_slug,
    complete_community,
    complete_slug,
    filter_completions,
    find_programme_root,
    parse_day,
    today,
    usage_error,
)
from copkit.cli.store import change_record
from copkit.cli.terminal import clean, print_json, say, say_error
from copkit.errors import CopkitError, Problem, closest_match, only_errors
from copkit.files import read_folder
from copkit.folder import choose_match, load
from copkit.records.cases import Case
from copkit.records.evidence import Evidence, Use, parse_evidence
from copkit.records.kinds import Noun
from copkit.records.links import Link, parse_link
from copkit.records.schema.fields import new_part_id
from copkit.text.edit import append
from copkit.text.files import decode_source, slug_from
from copkit.text.front_matter import read_document
from copkit.text.normalise import match_names, stems_in
from copkit.wording import plural

# Searching

CARDS_FOLDER = "evidence"
# A search costs a pass over every card for each term, so a pasted page is refused.
MAX_TERMS = 100  # words, phrases and themes in one search


class CardFiles(NamedTuple):
    """The bytes of every card by its slug, and the files that could not be read at all."""

    data: dict[str, bytes]
    unreadable: list[str]


class SearchHit(NamedTuple):
    """A card that the search found; ``faulty`` if its file has errors."""

    score: float
    use: CardUse
    spoken: str
    faulty: bool


class UnknownTerm(NamedTuple):
    """A search term that no card has; ``near`` is the closest term that some card has.

    ``kind`` is "word" or "theme", as it stands in the message and in the JSON.
    """

    kind: str
    typed: str
    near: str | None


def read_card_files(root: Path) -> CardFiles:
    """Read the bytes of all evidence cards; parsing is left until one of them is printed."""
    cards = CardFiles({}, [])
    for file, data in read_folder(root, CARDS_FOLDER):
        name = file.removeprefix(f"{CARDS_FOLDER}/")
        # the files that copkit.layout takes for records; a README explains the folder to people
        if not name.endswith(".md") or name.startswith(".") or name == "README.md":
            continue
        if not data:  # a link, too large, not to be opened, or nothing
            cards.unreadable.append(file)
        else:
            cards.data[name.removesuffix(".md")] = data
    return cards


def find_cards(root: Path, query: Query, typed: str, limit: int, *, as_json: bool) -> None:
    """Search the cards and print the best ``limit`` of those found, or all facts as JSON.

    ``typed`` is the query as it was typed, which the JSON repeats. Raise :class:`typer.Exit` with
    status 1 where a card could not be searched, so that a script sees the result is not complete.
    """
    cards = read_card_files(root)
    search = search_cards(cards.data.items(), query)
    hits = [_read_hit(cards.data[slug], slug, score) for slug, score in search.ranked[:limit]]
    unknown = list(_unknown_terms(cards, query, search))
    links = _find_links(root, query)[:limit]
    if as_json:
        values = _search_as_json(typed, search, hits, unknown)
        if links:
            values["links"] = [
                {"link": link.slug, "title": link.title, "url": link.url, "kind": link.kind}
                for link in links
            ]
        print_json(values)
    else:
        for rank, hit in enumerate(hits, 1):
            _print_hit(f"{rank:>2}  ", hit, query)
        _print_count(search, len(hits), query)
        for link in links:
            lines = [f"{link.title} ({link.kind})", link.url]
            print_lines("link ", lines, query.words)
    for term in unknown:
        message = f"no card has the {term.kind} '{term.typed}'"
        say(clean(f"  {message}; did you mean '{term.near}'?" if term.near else f"  {message}"))
    if cards.unreadable:
        files = ", ".join(cards.unreadable[:3])
        message = f"{plural(len(cards.unreadable), 'card')} could not be searched: {files}"
        say_error(CopkitError(message, "'copkit check' says what is wrong"))
        raise typer.Exit(1)


def _find_links(root: Path, query: Query) -> list[Link]:
    """Return the links that hold any of the words and all of the themes, the best first."""
    matches = []
    for file, data in read_folder(root, LINKS_FOLDER):
        name = file.removeprefix(f"{LINKS_FOLDER}/")
        if not name.endswith(".md") or name.startswith(".") or name == "README.md" or not data:
            continue
        problems: list[Problem] = []
        source = decode_source(file, data, problems)
        link = parse_link(read_document(source, problems, markdown=True), name[:-3])
        text = " ".join((link.title, link.by or "", link.why, *link.themes))
        stems = set(stems_in(text))
        hits = sum(bool(set(stems_in(word.typed)) & stems) for word in query.words)
        is_meant = hits or (not query.words and query.themes and not query.phrases)
        if only_errors(problems) or not is_meant:
            continue
        if all(theme.is_among(link.themes) for theme in query.themes):
            matches.append((-hits, link.title.casefold(), link))
    return [link for _, _, link in sorted(matches, key=lambda match: match[:2])]


LINKS_FOLDER: Final = "links"


def _read_hit(data: bytes, slug: str, score: float) -> SearchHit:
    """Parse a card that is printed; the search itself looks at the text alone."""
    # few cards are parsed, so a search needs no index that could be out of date
    problems: list[Problem] = []
    source = decode_source(f"{CARDS_FOLDER}/{slug}.md", data, problems)
    card = parse_evidence(read_document(source, problems, markdown=True), slug)
    return SearchHit(
        score, card_use(card, today()), card.spoken.strip(), bool(only_errors(problems))
    )


def _unknown_terms(cards: CardFiles, query: Query, search: SearchResult) -> Iterator[UnknownTerm]:
    """Return the words and themes of the query that no card has, each with the closest one."""
    missing = [
        word for word, count in zip(query.words, search.cards_with_word, strict=True) if not count
    ]
    # a vocabulary takes a second pass over every card, so only where a word was not found
    if missing and search.cards:
        all_words = title_and_theme_words(cards.data.values())
        for word in missing:
            yield UnknownTerm("word", word.typed, closest_match(word.typed, all_words))
    if query.themes and not search.ranked and search.cards:
        themes = all_themes(cards.data.values())
        for theme in query.themes:
            if not theme.is_among(themes):
                yield UnknownTerm("theme", theme.typed, closest_match(theme.typed, themes))


def _print_hit(prefix: str, hit: SearchHit, query: Query) -> None:
    """Print a card that was found, after ``prefix`` such as its rank, with the words in bold."""
    card = hit.use.card
    lines = [card.title or card.slug, f"{card.slug}: {short_citation(card.citation)}"]
    if hit.spoken:
        lines.append(f"“{spoken_excerpt(hit.spoken)}”")
    lines.append(format_use(hit.use))
    if hit.faulty:
        lines.append("its file has errors: 'copkit check' says what is wrong")
    print_lines(prefix, lines, query.words)


def _print_count(search: SearchResult, printed: int, query: Query) -> None:
    """Print how many cards were found, of how many; ``printed`` is how many of them are shown."""
    total = len(search.ranked)
    if not search.cards:
        say("no evidence card yet; 'copkit new-evidence' adds one")
    elif not total:
        say(f"none of {plural(search.cards, 'card')} has this")
        if any(search.cards_with_word) and (query.phrases or query.themes):
            say("  the words are there: leave out the quotes, or the theme, to find them")
    elif total > printed:
        say(f"the best {printed} of {plural(total, 'card')} found; --limit shows more")
    else:
        say(f"{total} of {plural(search.cards, 'card')}")


def _search_as_json(
    typed: str, search: SearchResult, hits: Sequence[SearchHit], unknown: Sequence[UnknownTerm]
) -> dict[str, Any]:
    """Return a search as JSON values: the query as ``typed``, the hits, the ``unknown`` terms."""
    cards = [
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
        "found": len(search.ranked),
        "evidence": cards,
        "unknown": [term._asdict() for term in unknown],
    }


# Recording use, and links to cases


def record_use(
    root: Path, slug: str, place: str, case: str | None, held_on: dt.date, *, dry_run: bool
) -> None:
    """Record that a card was brought to a community's discussion on a day.

    ``place`` is a community, or ``community/case`` as people copy it from a list; ``case`` is the
    slug of a case or ``None``. Raise :class:`CopkitError` where the card or the case is not there.
    """
    programme = load(root, {Noun.CASES})  # the card itself is read again under the lock
    slug = choose_card(slug, dict.fromkeys(programme.names[Noun.EVIDENCE], ()))
    place, _, within = place.partition("/")
    records = programme.community(place)
    if case := (case or within).removeprefix(f"{records.slug}/") or None:
        matches = match_names(case, {case.slug: (case.title,) for case in records.cases})
        case = choose_match("case", case, matches, records.case_slugs)

    def with_use(text: str | None, card: Evidence | None) -> str:
        """Add the use to the card as it is under the lock; return the same text if it is there."""
        if text is None or card is None:
            raise CopkitError(f"evidence/{slug}.md is gone meanwhile; nothing was changed")
        # the same use twice is a command that was repeated, not two discussions
        same = (held_on, records.slug, case)
        if any((use.date, use.community, use.case) == same for use in card.used):
            return text
        item = {
            "id": new_part_id(Use, [use.id for use in card.used]),
            "date": held_on,
            "community": records.slug,
            **({"case": case} if case else {}),
        }
        return append(text, ["used"], item)

    change_record(programme, f"evidence/{slug}.md", with_use, dry_run=dry_run)
    if held_on > today():
        say("  that day is still to come; is the date right?")
    discussed = next((candidate for candidate in records.cases if candidate.slug == case), None)
    if discussed and slug not in discussed.evidence:
        say(f"  'copkit evidence link {slug} {discussed.name}' ties it to the case as well")


def link_card(root: Path, slug: str, name: str, *, dry_run: bool) -> None:
    """Add a card to the evidence of a case; ``change_case`` warns where a sign-off is lost."""
    programme = load(root, {Noun.CASES, Noun.MEMBERS})
    slug = choose_card(slug, dict.fromkeys(programme.names[Noun.EVIDENCE], ()))
    case = find_case(programme, name)

    def with_card(text: str, current: Case) -> str:
        return text if slug in current.evidence else append(text, ["evidence"], slug)

    change_case(programme, case, with_card, dry_run=dry_run)


def _complete_theme(ctx: typer.Context, incomplete: str) -> list[str]:
    """Complete a theme of evidence; hyphens stand for spaces, so that a shell sees one word."""
    try:
        cards = read_card_files(find_programme_root(ctx))
    except (CopkitError, OSError):
        return []  # an error message would land in the line that is being completed
    return filter_completions(sorted(map(slug_from, all_themes(cards.data.values()))), incomplete)


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
    context: Reading,
    text: Annotated[
        list[str] | None, typer.Argument(metavar="TEXT...", help="Words; '\"exact words\"'.")
    ] = None,
    theme: Themes = None,
    limit: Annotated[int, typer.Option(min=1, help="How many cards to show.")] = 10,
) -> None:
    """Find cards by what they say, the best first.

    Looks in titles, themes, spoken briefs, citations and notes, in this order of weight, for
    any of the words in any form: 'refusals' finds 'refusal'. Words in double quotes must be next
    to each other; on a command line they need single quotes around them. What is private is not
    searched. Links that fit stand after the cards.

    \b
    Examples:
      copkit evidence find missed appointments
      copkit evidence find '"dual diagnosis" assessment'
      copkit evidence find rent --theme housing
      copkit evidence find theme:housing --limit 3 --json
    """
    typed = " ".join(text or ())
    query = parse_query(typed, theme or ())
    root = context.root
    if not (query.words or query.phrases or query.themes):
        usage_error("missing: what to look for", "copkit evidence find missed appointments")
    if len(query.words) + len(query.phrases) + len(query.themes) > MAX_TERMS:
        message = f"that is too much to look for at once: {MAX_TERMS} words at most"
        usage_error(message, "name the few words that tell the most")
    find_cards(root, query, typed, limit, as_json=context.as_json)


def for_case(
    context: Reading,
    name: CaseName,
    limit: Annotated[int, typer.Option(min=1, help="How many cards to suggest.")] = 5,
) -> None:
    """Suggest cards for a case, the best first, and say why.

    By the themes that both have, and by words of the case's title, question and text that few
    other cards and cases have. Cards tied to the case already are listed apart.

    \b
    Examples:
      copkit evidence for brighton/assessed-only-when-sober
      copkit evidence for brighton/assessed-only-when-sober --json
    """
    programme = context.open({Noun.CASES, Noun.EVIDENCE, Noun.MEMBERS})
    print_suggestions(programme, name, limit, as_json=context.as_json)


def list_evidence(
    context: Reading,
    unused: Annotated[bool, typer.Option("--unused", help="Only what was never used.")] = False,
    due: Annotated[bool, typer.Option("--due", help="Only what is due for review.")] = False,
    theme: Themes = None,
    as_of: Annotated[
        str | None, typer.Option(help="As it was on this day.", show_default="today")
    ] = None,
) -> None:
    """List all cards: what they are about, the cases they are tied to, their use and review.

    \b
    Examples:
      copkit evidence list --unused
      copkit evidence list --due --as-of 2014-01-31
      copkit evidence list --theme dual-diagnosis --json
    """
    programme = context.open({Noun.CASES, Noun.EVIDENCE, Noun.MEMBERS})
    until = parse_day(as_of, "--as-of", programme.settings) if as_of else today()
    print_cards(programme, until, theme or (), unused=unused, due=due, as_json=context.as_json)


def use(
    context: Writing,
    card: Card,
    community: Annotated[
        str, typer.Argument(help="Where it was used.", autocompletion=complete_community)
    ],
    case: Annotated[
        str | None,
        typer.Argument(help="The case it was brought to.", autocompletion=complete_case_slug),
    ] = None,
    date: Annotated[str | None, typer.Option(help="The day.", show_default="today")] = None,
) -> None:
    """Record that a card was brought to a discussion. The same again changes nothing.

    \b
    Examples:
      copkit evidence use complex-responses brighton
      copkit evidence use a-card brighton no-doctor --date 2012-05-16
    """
    held_on = parse_day(date, "--date") if date else today()
    record_use(context.root, card, community, case, held_on, dry_run=context.dry_run)


def link(context: Writing, card: Card, name: CaseName) -> None:
    """Tie a card to a case. That is an edit of the case, so its sign-off has to be renewed.

    \b
    Examples:
      copkit evidence link complex-responses brighton/assessed-only-when-sober
    """
    link_card(context.root, card, name, dry_run=context.dry_run)


def say_card(context: Reading, card: Card) -> None:
    """Print what to say aloud of a card, and how long that takes.

    \b
    Examples:
      copkit evidence say complex-responses
    """
    print_spoken(context.load({Noun.EVIDENCE}), card, as_json=context.as_json)
