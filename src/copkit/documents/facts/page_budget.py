"""The page budget of a brief: what is left out, the rarest and the oldest first.  Pure.

Lengths are estimated from the text alone, so that every form of a brief leaves out the same, and a
little on the safe side: in PDF and Word a page holds some more lines of some more letters.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Final, TypeVar

from copkit.documents.charts.bars import Bars, build_bars
from copkit.documents.facts.shared import AskBefore, BlockageCount, BlockageStory, BriefFacts
from copkit.wording import capitalised, count_in_words, join_sentences, number_in_words

Part = TypeVar("Part")

# Measured on the PDF and the Word document, and rounded down: a brief may end early, and must never
# run onto one page more than its record allows.
LINES: Final = 56  # of a page of A4
LETTERS: Final = 92  # of a line
MOST_COUNTED: Final = 12  # rows of the table of blockages
MOST_DRAWN: Final = 8  # of them as bars, so that table and bars stand on one page
MOST_CASES: Final = 12  # titles of cases
FEW_PAGES: Final = 2
MOST_TRIED_SHORT: Final = 2  # things tried that a brief of few pages tells
LAST_ASKED: Final = 6  # asks that come before the stories of rarer blockages


def fit_to_pages(facts: BriefFacts, pages: int) -> BriefFacts:
    """Leave out of a brief what does not fit on some pages of A4, and draw what is counted.

    Return new facts: ``facts`` hold everything, and are not changed. The ask, the cover note, the
    most frequent blockages in figures and who takes part always stay, and one blockage is always
    told.
    """
    counts = facts.counts[:MOST_COUNTED]
    # bars beside the table would state each figure twice on one of few pages
    charts = build_charts(counts) if pages > FEW_PAGES else ()
    always = replace(facts, counts=counts, charts=charts)
    cases = facts.cases[: MOST_CASES if pages > FEW_PAGES else MOST_CASES // 6]
    room = pages * LINES - _count_frame_lines(always) - count_lines(cases)
    first, others = facts.blockages[:1], facts.blockages[1:MOST_COUNTED]
    if pages <= FEW_PAGES:
        first = tuple(replace(story, tried=story.tried[:MOST_TRIED_SHORT]) for story in first)
    room -= sum(map(_count_story_lines, first))
    asks, room = take_fitting(facts.asked_before[::-1][:LAST_ASKED], room, count_ask_lines)
    stories, room = take_fitting(others, room, _count_story_lines)
    stories = (*first, *stories)
    more, _ = take_fitting(facts.asked_before[::-1][len(asks) :], room, count_ask_lines)
    asked = (*asks, *more)
    return replace(
        always,
        blockages=stories,
        blockages_note=join_sentences(
            facts.blockages_note,
            _not_listed(
                len(facts.counts) - len(counts), "rarer blockage is", "rarer blockages are"
            ),
            _counted_alone(len(counts) - len(stories)),
        ),
        asked_before=asked,
        asked_note=join_sentences(facts.asked_note, _shown_of(len(asked), len(facts.asked_before))),
        cases=cases,
        cases_note=join_sentences(
            facts.cases_note, _not_listed(len(facts.cases) - len(cases), "more is", "more are")
        ),
    )


def is_too_long(facts: BriefFacts, pages: int) -> bool:
    """Check whether even what always stays is longer than the pages; its writer must shorten it.

    ``facts`` come from :func:`fit_to_pages`.
    """
    room = pages * LINES - _count_frame_lines(facts) - count_lines(facts.cases)
    room -= sum(map(_count_story_lines, facts.blockages)) + sum(
        map(count_ask_lines, facts.asked_before)
    )
    return room < 0


def build_charts(counts: Sequence[BlockageCount]) -> tuple[Bars, ...]:
    """Draw how often each blockage came up; ``()`` for fewer than two, which need no picture."""
    if len(counts) < 2:
        return ()
    bars = [(count.title, count.cases) for count in counts[:MOST_DRAWN]]
    all_drawn = len(bars) == len(counts)
    title = "How often each blockage came up" if all_drawn else "What came up most often"
    return (build_bars(title, bars, "cases"),)


def take_fitting(
    parts: Sequence[Part], room: float, lines_of: Callable[[Part], float], least: int = 0
) -> tuple[tuple[Part, ...], float]:
    """Return the first parts that fit, at least ``least``, and the lines that remain.

    ``room`` is in lines, as is what ``lines_of`` returns for one part.
    """
    taken: list[Part] = []
    for part in parts:
        needed = lines_of(part)
        if needed > room and len(taken) >= least:
            break
        taken.append(part)
        room -= needed
    return tuple(taken), room


# --- how many lines something takes ---------------------------------------------------------


def _count_frame_lines(facts: BriefFacts) -> float:
    """Count the lines of everything that stays."""
    bars = sum(chart.height for chart in facts.charts) / 17  # units of a drawing in a line of text
    texts = [facts.membership, facts.seats, facts.outcomes_note, facts.asked_note, facts.care]
    texts += [facts.reply_to, facts.reply_to, facts.beyond_remit]
    texts += [f"{seats.sector}: {seats.roles}" for seats in facts.empty_seats]
    return (
        14
        + 3 * 3  # title and its lines, headings
        + (3 if facts.asked_before else 0)
        + count_lines([facts.ask]) * 1.4
        + count_lines(str(facts.cover).split("\n\n"))
        + sum(2.3 if count.asked else 1.6 for count in facts.counts)
        + bars
        + len(facts.outcomes) * 1.6
        + count_lines(texts)
        + (4 if facts.own_record else 0)
        + sum(map(count_ask_lines, facts.own_record))
    )


def _count_story_lines(story: BlockageStory) -> float:
    """Count the lines that the story of a blockage takes."""
    tried = [f"{entry.what}: {entry.outcome} {entry.note}" for entry in story.tried]
    labels = 1.8 * (bool(story.notes) + bool(tried))
    body = count_lines(str(story.what_it_does).split("\n\n"))
    return 3.4 + body + labels + count_lines(story.notes) + count_lines(tried)


def count_ask_lines(ask: AskBefore) -> float:
    """Count the lines that something asked before takes."""
    return 1.0 + count_lines(
        [f"{ask.asked}, {ask.of}", ask.ask, f"{ask.status} {ask.reply}", ask.about]
    )


def count_lines(paragraphs: Iterable[str]) -> float:
    """Count the lines that paragraphs take, with a third of a line after each."""
    texts = (paragraph for paragraph in paragraphs if paragraph.strip())
    return sum(math.ceil(len(text) / LETTERS) + 0.35 for text in texts)


# --- the notes on what was left out ---------------------------------------------------------


def _not_listed(count: int, singular: str, plural: str) -> str:
    """Write ``Two rarer blockages are not listed.``; ``""`` for 0.

    ``singular`` and ``plural`` each have their verb: ``more is``, ``more are``.
    """
    return f"{capitalised(count_in_words(count, singular, plural))} not listed." if count else ""


def _counted_alone(count: int) -> str:
    """Write how many blockages are counted but not told; ``""`` for 0."""
    if not count:
        return ""
    return (
        f"{capitalised(number_in_words(count))} of these {_are(count)} counted but not described."
    )


def _shown_of(shown: int, total: int) -> str:
    """Write how many of the asks that were counted are shown; ``""`` for all of them, or none.

    The table of blockages has whom the last of each was asked of.
    """
    if shown in (0, total):
        return ""
    if shown == 1:
        return "Here is one of them."
    return f"Here are {number_in_words(shown)} of them, those without an answer first."


def _are(count: int) -> str:
    return "is" if count == 1 else "are"
