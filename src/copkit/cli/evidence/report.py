"""``copkit evidence for``, ``list`` and ``say``: cards for a case, all cards, one card aloud."""

from __future__ import annotations

import datetime as dt
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from copkit.analysis.evidence import (
    TOO_LONG,
    WORDS_A_MINUTE,
    CardUse,
    Suggestion,
    Word,
    marked,
    seconds_to_say,
    suggest,
    theme_named,
    use_of,
    uses,
)
from copkit.cli.cases.edit import find_case
from copkit.cli.params import today
from copkit.cli.terminal import clean, fitted, in_colour, print_heading, print_json, say
from copkit.errors import CopkitError, FaultyRecords, did_you_mean, errors_among
from copkit.folder import Programme
from copkit.records.cases import Case
from copkit.records.evidence import SPOKEN, Evidence
from copkit.records.schema.write import as_json
from copkit.wording import listed, plural, times

# Evidence cards on the terminal: a few lines each, with what was looked for in bold.

FIRST_WORDS = 30  # of the spoken brief
_YEAR = re.compile(r"\(?\b(?:1[89]|20)\d\d[a-z]?\b\)?")
_LONGEST_CITATION = 60
_SIGNS = re.compile(r"[*_`#>\[\]]+|\]?\([^)\s]*\)")  # of Markdown


def print_lines(lead: str, lines: Iterable[str], words: Sequence[Word] = ()) -> None:
    """Print lines below one another after a lead, each broken at its words where it is long."""
    for line in lines:
        for part in fitted(line, lead, len(lead) + 2):
            print(in_bold(part, words))
        lead = " " * len(lead)


def in_bold(text: str, words: Sequence[Word]) -> str:
    """Mark the words that were looked for, where a person reads; nothing changes in a pipe."""
    if not words or not in_colour(sys.stdout):
        return text
    return "".join(f"\x1b[1m{cut}\x1b[0m" if sought else cut for cut, sought in marked(text, words))


def first_words(spoken: str) -> str:
    """Give how a spoken brief begins, on one line and without Markdown's signs."""
    words = _SIGNS.sub("", spoken).split()
    return f"{' '.join(words[:FIRST_WORDS])} …" if len(words) > FIRST_WORDS else " ".join(words)


def short_citation(citation: str) -> str:
    """Give a citation up to its year, as one speaks of it: ``Cornes, M. et al. (2011)``."""
    year = _YEAR.search(citation)
    if year and year.end() <= _LONGEST_CITATION:
        return citation[: year.end()]
    if len(citation) <= _LONGEST_CITATION:
        return citation
    first = ",".join(citation.split(",")[:2])
    if year and len(first) < _LONGEST_CITATION:
        return f"{first} et al. {year[0]}"
    return f"{citation[:_LONGEST_CITATION].rsplit(' ', 1)[0]} …"


def use_in_words(use: CardUse) -> str:
    """Say how often a card was used, where and when, and whether it is to be reviewed."""
    return "; ".join([_used(use), *_reviewed(use)])


def _used(use: CardUse) -> str:
    if not use.used:
        return "not used yet"
    at = f" at {listed(use.places)}" if use.places else ""
    return (
        f"used {times(len(use.used))}{at}, {'on' if len(use.used) == 1 else 'last'} {use.last_used}"
    )


def _reviewed(use: CardUse) -> Iterator[str]:
    if use.card.review:
        yield f"review {use.card.review}{', overdue' if use.due else ''}"


def card_as_json(use: CardUse) -> dict[str, Any]:
    """Give a card with its use as it is printed with ``--json``."""
    card = use.card
    return {
        "slug": card.slug,
        "title": card.title,
        "citation": card.citation,
        "published": card.published,
        "themes": list(card.themes),
        "audience": str(card.audience),
        "used": [as_json(one) for one in use.used],
        "review": str(card.review) if card.review else None,
        "overdue": use.due,
    }


def card_named(programme: Programme, slug: str) -> Evidence:
    """Find a card by its slug; raise if there is none, or if its file has errors."""
    card = next((card for card in programme.evidence if card.slug == slug), None)
    if card is None:
        slugs = [card.slug for card in programme.evidence]
        hint = did_you_mean(slug, slugs, "'copkit evidence list' shows what there is")
        raise CopkitError(f"there is no evidence card '{slug}'", hint, status=2)
    faults = (problem for problem in programme.problems if problem.file == card.source.file)
    if errors := errors_among(faults):
        raise FaultyRecords(errors)
    return card


def suggest_for(programme: Programme, name: str, limit: int, *, as_json: bool) -> None:
    """Print the cards that fit a case, and why; then those tied to it."""
    case = find_case(programme, name)
    cases = [case for records in programme.communities for case in records.cases]
    found = suggest(case, programme.evidence, cases)
    tied = [card for card in programme.evidence if card.slug in case.evidence]
    if as_json:
        print_json(
            {
                "case": case.name,
                "title": case.title,
                "suggested": [_suggestion_as_json(one) for one in found[:limit]],
                "tied": [{"slug": card.slug, "title": card.title} for card in tied],
            }
        )
        return
    for rank, one in enumerate(found[:limit], 1):
        print_lines(f"{rank:>2}  ", _suggestion_lines(one, case))
    if not programme.evidence:
        say("no evidence card yet; 'copkit new-evidence' adds one")
    elif not found:
        say(f"no other card shares a theme or telling words with {clean(case.name)}")
    elif len(found) > limit:
        say(f"the best {limit} of {plural(len(found), 'card')} that may fit; --limit shows more")
    if tied:
        print_heading("Tied to it already")
        for card in tied:
            print_lines("    ", [f"{card.slug}: {card.title}"])


def _suggestion_lines(one: Suggestion, case: Case) -> Iterator[str]:
    card = one.card
    yield card.title
    yield f"{card.slug}: {short_citation(card.citation)}"
    reasons = []
    if one.themes:
        noun = "theme" if len(one.themes) == 1 else "themes"
        reasons.append(f"shares the {noun} {listed(one.themes)}")
    if one.words:
        reasons.append(f"words: {', '.join(one.words)}")
    yield "; ".join(reasons)
    if not one.for_readers:
        yield f"only for {card.audience}, and the case is for {case.audience}: not told with it"
    yield use_in_words(use_of(card, today()))


def _suggestion_as_json(one: Suggestion) -> dict[str, Any]:
    return {
        "slug": one.card.slug,
        "title": one.card.title,
        "citation": one.card.citation,
        "score": round(one.score, 4),
        "shared_themes": list(one.themes),
        "shared_words": list(one.words),
        "audience": str(one.card.audience),
        "for_readers": one.for_readers,
    }


def list_cards(
    programme: Programme,
    as_of: dt.date,
    themes: Sequence[str],
    *,
    unused: bool,
    due: bool,
    as_json: bool,
) -> None:
    """Print every card with its use; those due for review, the longest first."""
    wanted = [theme_named(theme) for theme in themes]
    found = [
        one
        for one in uses(programme, as_of)
        if not (unused and one.used)
        and (one.due or not due)
        and all(theme.is_among(one.card.themes) for theme in wanted)
    ]
    if due:
        found.sort(key=lambda one: (one.card.review or dt.date.max, one.card.slug))
    if as_json:
        print_json({"as_of": str(as_of), "evidence": [_use_as_json(one) for one in found]})
        return
    for one in found:
        print_heading(one.card.title)
        print_lines("    ", _use_lines(one))
    if not programme.evidence:
        say("no evidence card yet; 'copkit new-evidence' adds one")
        return
    say(f"{len(found)} of {plural(len(programme.evidence), 'card')}")
    themes_there = {theme for card in programme.evidence for theme in card.themes}
    for theme in wanted:
        if not theme.is_among(themes_there):
            hint = did_you_mean(theme.typed, themes_there)
            say(clean(f"  no card has the theme '{theme.typed}'; {hint}".removesuffix("; ")))


def _use_lines(one: CardUse) -> Iterator[str]:
    card = one.card
    yield f"{card.slug}, {card.published}" if card.published else card.slug
    yield use_in_words(one)
    if card.themes:
        yield f"themes: {', '.join(card.themes)}"
    if one.cases:
        yield f"cases: {', '.join(one.cases)}"


def _use_as_json(one: CardUse) -> dict[str, Any]:
    last = str(one.last_used) if one.last_used else None
    return {**card_as_json(one), "times": len(one.used), "last": last, "cases": list(one.cases)}


def speak(programme: Programme, slug: str, *, as_json: bool) -> None:
    """Print the spoken brief of a card as plain text, and how long it takes to say."""
    from copkit.text.markdown import to_text

    card = card_named(programme, slug)
    text = to_text(card.spoken).strip()
    if not text:
        message = f"{card.source.file} has nothing to say aloud yet"
        raise CopkitError(message, f"write some {WORDS_A_MINUTE} words under '## {SPOKEN}'")
    words, seconds = len(text.split()), seconds_to_say(text)
    if as_json:
        facts = {"slug": slug, "title": card.title, "citation": card.citation}
        print_json({**facts, "spoken": text, "words": words, "seconds": seconds})
    else:
        for line in text.split("\n"):
            print(clean(line))
        say(f"{plural(words, 'word')}, about {plural(seconds, 'second')}")
    if seconds > TOO_LONG:
        extra = words - WORDS_A_MINUTE
        say(f"  that is more than a minute: leave out some {extra} words")
