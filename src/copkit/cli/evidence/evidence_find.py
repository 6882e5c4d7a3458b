"""``copkit evidence find``: a search among the cards, which are read as records when shown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import typer

from copkit.analysis.evidence import Query, Search, all_themes, look_through, vocabulary
from copkit.analysis.evidence_use import CardUse, use_of
from copkit.cli.evidence.evidence_cards import (
    card_as_json,
    first_words,
    print_lines,
    short_citation,
    use_in_words,
)
from copkit.cli.params import today
from copkit.cli.terminal import clean, complain, print_json, say
from copkit.errors import CopkitError, Problem, closest, errors_among
from copkit.files import files_in
from copkit.records.evidence import parse_evidence
from copkit.text.files import source_of
from copkit.text.front_matter import read_document
from copkit.wording import plural

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
