"""``copkit evidence for``, ``list`` and ``say``: cards for a case, all cards, one card aloud."""

from __future__ import annotations

import datetime as dt
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from copkit.analysis.evidence import (
    LONG_SPEECH_SECONDS,
    WORDS_PER_MINUTE,
    CardUse,
    SearchWord,
    Suggestion,
    card_use,
    card_uses,
    search_theme,
    seconds_to_say,
    split_at_matches,
    suggest_cards,
)
from copkit.cli.cases.edit import find_case
from copkit.cli.params import today
from copkit.cli.terminal import clean, in_colour, print_heading, print_json, say, wrap_paragraph
from copkit.errors import CopkitError, InvalidRecords, did_you_mean, only_errors
from copkit.folder import Programme, choose_match
from copkit.records.cases import Case
from copkit.records.evidence import SPOKEN_HEADING, Evidence
from copkit.text.normalise import match_names
from copkit.wording import frequency_in_words, list_in_words, plural

EXCERPT_WORDS = 30  # of the spoken brief, some three lines of a terminal
# matches 2011, (2011) and (2011a), not the digits within a longer number
_YEAR = re.compile(r"\(?\b(?:1[89]|20)\d\d[a-z]?\b\)?")
_MAX_CITATION = 60  # characters, so that slug and citation fit a line of a terminal
# emphasis, headings, quotes and the target of a link: **so**, [text](https://...)
_MARKDOWN_SIGNS = re.compile(r"[*_`#>\[\]]+|\]?\([^)\s]*\)")


def print_lines(prefix: str, lines: Iterable[str], words: Sequence[SearchWord] = ()) -> None:
    """Print wrapped lines, the first after ``prefix`` and the others indented by its width.

    ``words`` are highlighted, as those that were searched for.
    """
    for line in lines:
        for part in wrap_paragraph(line, prefix, len(prefix) + 2):
            print(highlight(part, words))
        prefix = " " * len(prefix)


def highlight(text: str, words: Sequence[SearchWord]) -> str:
    """Return a text with the words searched for in bold, on a terminal; unchanged in a pipe."""
    # for a program that reads the output, the codes for bold would be part of the text
    if not words or not in_colour(sys.stdout):
        return text
    return "".join(
        f"\x1b[1m{part}\x1b[0m" if is_match else part
        for part, is_match in split_at_matches(text, words)
    )


def spoken_excerpt(spoken: str) -> str:
    """Return the first words of a spoken brief on one line, without the signs of Markdown."""
    words = _MARKDOWN_SIGNS.sub("", spoken).split()
    return f"{' '.join(words[:EXCERPT_WORDS])} …" if len(words) > EXCERPT_WORDS else " ".join(words)


def short_citation(citation: str) -> str:
    """Return a citation up to its year, as people speak of it: ``Cornes, M. et al. (2011)``."""
    year = _YEAR.search(citation)
    if year and year.end() <= _MAX_CITATION:
        return citation[: year.end()]
    if len(citation) <= _MAX_CITATION:
        return citation
    # of many authors, "Cornes, M., Joly, L., ... (2011)", the first one's surname and initial
    first = ",".join(citation.split(",")[:2])
    if year and len(first) < _MAX_CITATION:
        return f"{first} et al. {year[0]}"
    return f"{citation[:_MAX_CITATION].rsplit(' ', 1)[0]} …"


def format_use(use: CardUse) -> str:
    """Describe how often a card was used, where and when, and when it is due for review."""
    times_used = _format_times_used(use)
    if not use.card.review:
        return times_used
    return f"{times_used}; review {use.card.review}{', overdue' if use.due else ''}"


def _format_times_used(use: CardUse) -> str:
    """Describe the uses of a card: how often, where, and the last day; or ``not used yet``."""
    if not use.used:
        return "not used yet"
    places = f" at {list_in_words(use.places)}" if use.places else ""
    count = len(use.used)
    day = f"{'on' if count == 1 else 'last'} {use.last_used}"
    return f"used {frequency_in_words(count)}{places}, {day}"


def card_as_json(use: CardUse) -> dict[str, Any]:
    """Return a card and its use as ``--json`` prints them."""
    card = use.card
    return {
        "slug": card.slug,
        "title": card.title,
        "citation": card.citation,
        "published": card.published,
        "themes": card.themes,
        "audience": card.audience,
        "used": use.used,
        "review": card.review,
        "overdue": use.due,
    }


def find_card(programme: Programme, slug: str) -> Evidence:
    """Find a card by its slug.

    Raise :class:`CopkitError` if there is none, :class:`InvalidRecords` if its file has errors.
    """
    chosen = choose_card(slug, {card.slug: (card.title,) for card in programme.evidence})
    card = next(card for card in programme.evidence if card.slug == chosen)
    # a card with errors has placeholders where something could not be read
    faults = (problem for problem in programme.problems if problem.file == card.source.file)
    if errors := only_errors(faults):
        raise InvalidRecords(errors)
    return card


def choose_card(typed: str, titles: Mapping[str, Iterable[str]]) -> str:
    """Return the slug of the card that was meant; ``titles`` has by slug what else it is called.

    Raise :class:`CopkitError` where there is none, or more than one.
    """
    if matches := match_names(typed, titles):
        return choose_match("evidence card", typed, matches, titles)
    hint = did_you_mean(typed, titles, "'copkit evidence list' shows what there is")
    raise CopkitError(f"there is no evidence card '{typed}'", hint, status=2)


def print_suggestions(programme: Programme, name: str, limit: int, *, as_json: bool) -> None:
    """Print the best ``limit`` cards for the case ``name`` with reasons, then those tied to it."""
    case = find_case(programme, name)
    cases = [case for records in programme.communities for case in records.cases]
    suggestions = suggest_cards(case, programme.evidence, cases)
    tied = [card for card in programme.evidence if card.slug in case.evidence]
    if as_json:
        print_json(
            {
                "case": case.name,
                "title": case.title,
                "suggested": [
                    _suggestion_as_json(suggestion) for suggestion in suggestions[:limit]
                ],
                "tied": [{"slug": card.slug, "title": card.title} for card in tied],
            }
        )
        return
    for rank, suggestion in enumerate(suggestions[:limit], 1):
        print_lines(f"{rank:>2}  ", _suggestion_lines(suggestion, case))
    if not programme.evidence:
        say("no evidence card yet; 'copkit new-evidence' adds one")
    elif not suggestions:
        say(f"no other card shares a theme or telling words with {clean(case.name)}")
    elif len(suggestions) > limit:
        say(
            f"the best {limit} of {plural(len(suggestions), 'card')} that may fit; "
            "--limit shows more"
        )
    if tied:
        print_heading("Tied to it already")
        for card in tied:
            print_lines("    ", [f"{card.slug}: {card.title}"])


def _suggestion_lines(suggestion: Suggestion, case: Case) -> Iterator[str]:
    """Format a suggested card: title, citation, why it fits the case, its use.

    A line warns where readers of the case may not see the card.
    """
    card = suggestion.card
    yield card.title
    yield f"{card.slug}: {short_citation(card.citation)}"
    reasons = []
    if suggestion.themes:
        noun = "theme" if len(suggestion.themes) == 1 else "themes"
        reasons.append(f"shares the {noun} {list_in_words(suggestion.themes)}")
    if suggestion.words:
        reasons.append(f"words: {', '.join(suggestion.words)}")
    yield "; ".join(reasons)
    # a document never tells more than its own readers may see, so it would not quote this card
    if not suggestion.for_readers:
        yield f"only for {card.audience}, and the case is for {case.audience}: not told with it"
    yield format_use(card_use(card, today()))


def _suggestion_as_json(suggestion: Suggestion) -> dict[str, Any]:
    """Return a suggested card with its score and reasons as JSON values."""
    return {
        "slug": suggestion.card.slug,
        "title": suggestion.card.title,
        "citation": suggestion.card.citation,
        "score": round(suggestion.score, 4),
        "shared_themes": suggestion.themes,
        "shared_words": suggestion.words,
        "audience": suggestion.card.audience,
        "for_readers": suggestion.for_readers,
    }


def print_cards(
    programme: Programme,
    as_of: dt.date,
    themes: Sequence[str],
    *,
    unused: bool,
    due: bool,
    as_json: bool,
) -> None:
    """Print every card with its use on the day ``as_of``; ``due`` sorts the longest overdue first.

    ``unused`` and ``due`` leave out the other cards; ``themes`` those without all of these themes.
    """
    themes_sought = [search_theme(theme) for theme in themes]
    selected = [
        use
        for use in card_uses(programme, as_of)
        if not (unused and use.used)
        and (use.due or not due)
        and all(theme.is_among(use.card.themes) for theme in themes_sought)
    ]
    if due:
        selected.sort(key=lambda use: (use.card.review or dt.date.max, use.card.slug))
    if as_json:
        rows = [
            {
                **card_as_json(use),
                "times": len(use.used),
                "last": use.last_used,
                "cases": use.cases,
            }
            for use in selected
        ]
        print_json({"as_of": as_of, "evidence": rows})
        return
    for use in selected:
        print_heading(use.card.title)
        print_lines("    ", _use_lines(use))
    if not programme.evidence:
        say("no evidence card yet; 'copkit new-evidence' adds one")
        return
    say(f"{len(selected)} of {plural(len(programme.evidence), 'card')}")
    themes_there = {theme for card in programme.evidence for theme in card.themes}
    for theme in themes_sought:
        if not theme.is_among(themes_there):
            hint = did_you_mean(theme.typed, themes_there)
            say(clean(f"  no card has the theme '{theme.typed}'; {hint}".removesuffix("; ")))


def _use_lines(use: CardUse) -> Iterator[str]:
    """Format a card in the list: slug and year, its use, its themes and cases if it has any."""
    card = use.card
    yield f"{card.slug}, {card.published}" if card.published else card.slug
    yield format_use(use)
    if card.themes:
        yield f"themes: {', '.join(card.themes)}"
    if use.cases:
        yield f"cases: {', '.join(use.cases)}"


def print_spoken(programme: Programme, slug: str, *, as_json: bool) -> None:
    """Print the spoken brief of a card as plain text, and how many seconds it takes to say.

    Raise :class:`CopkitError` where the card does not have one yet.
    """
    from copkit.text.markdown import to_text

    card = find_card(programme, slug)
    text = to_text(card.spoken).strip()
    if not text:
        message = f"{card.source.file} has nothing to say aloud yet"
        raise CopkitError(
            message, f"write some {WORDS_PER_MINUTE} words under '## {SPOKEN_HEADING}'"
        )
    words, seconds = len(text.split()), seconds_to_say(text)
    if as_json:
        facts = {"slug": slug, "title": card.title, "citation": card.citation}
        print_json({**facts, "spoken": text, "words": words, "seconds": seconds})
    else:
        for line in text.split("\n"):
            print(clean(line))
        say(f"{plural(words, 'word')}, about {plural(seconds, 'second')}")
    # after the text, so that somebody who reads it aloud from the screen has all of it first
    if seconds > LONG_SPEECH_SECONDS:
        extra = words - WORDS_PER_MINUTE
        say(f"  that is more than a minute: leave out some {extra} words")
