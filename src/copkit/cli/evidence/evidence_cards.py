"""Evidence cards on the terminal: a few lines each, with what was looked for in bold."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from copkit.analysis.evidence import Word, marked
from copkit.analysis.evidence_use import CardUse
from copkit.cli.terminal import fitted, in_colour
from copkit.records.schema.write import as_json
from copkit.wording import listed, times

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
