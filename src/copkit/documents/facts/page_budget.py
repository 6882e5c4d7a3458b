"""What a brief leaves out so that it is one: the rarest and the oldest first.  Pure.

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
from copkit.wording import capital, counted, in_words, joined

Part = TypeVar("Part")

LINES: Final = 56  # of a page of A4
LETTERS: Final = 92  # of a line
MOST_COUNTED: Final = 12  # rows of the table of blockages
MOST_DRAWN: Final = 8  # of them as bars, so that table and bars stand on one page
MOST_CASES: Final = 12  # titles of cases
LAST_ASKED: Final = 6  # asks that come before the stories of rarer blockages


def brief_enough(facts: BriefFacts, pages: int) -> BriefFacts:
    """Leave out of a brief what does not fit on some pages of A4, and draw what is counted.

    The ask, the cover note, the most frequent blockages in figures and who takes part always stay,
    and one blockage is always told.
    """
    counts = facts.counts[:MOST_COUNTED]
    shown = replace(facts, counts=counts, charts=charts_of(counts))
    cases = facts.cases[:MOST_CASES]
    room = pages * LINES - _lines_of_frame(shown) - len(cases)
    asks, room = fitting(facts.asked_before[::-1][:LAST_ASKED], room, lines_of_ask)
    told, room = fitting(facts.blockages[:MOST_COUNTED], room, _lines_of_story, least=1)
    more, _ = fitting(facts.asked_before[::-1][len(asks) :], room, lines_of_ask)
    asked = facts.asked_before[len(facts.asked_before) - len(asks) - len(more) :]
    return replace(
        shown,
        blockages=told,
        blockages_note=joined(
            facts.blockages_note,
            _rest(len(facts.counts) - len(counts), "rarer blockage is", "rarer blockages are"),
            _counted_alone(len(counts) - len(told)),
        ),
        asked_before=asked,
        asked_note=joined(facts.asked_note, _last(len(asked), len(facts.asked_before))),
        cases=cases,
        cases_note=joined(
            facts.cases_note, _rest(len(facts.cases) - len(cases), "more is", "more are")
        ),
    )


def is_too_long(facts: BriefFacts, pages: int) -> bool:
    """Say whether even what always stays takes more pages, so that its writer has to shorten it."""
    room = pages * LINES - _lines_of_frame(facts) - len(facts.cases)
    room -= sum(map(_lines_of_story, facts.blockages)) + sum(map(lines_of_ask, facts.asked_before))
    return room < 0


def charts_of(counts: Sequence[BlockageCount]) -> tuple[Bars, ...]:
    """Draw how often each blockage came up; one alone needs no picture."""
    if len(counts) < 2:
        return ()
    bars = [(count.title, count.cases) for count in counts[:MOST_DRAWN]]
    all_drawn = len(bars) == len(counts)
    title = "How often each blockage came up" if all_drawn else "What came up most often"
    return (build_bars(title, bars, "cases"),)


def fitting(
    parts: Sequence[Part], room: float, lines_of: Callable[[Part], float], least: int = 0
) -> tuple[tuple[Part, ...], float]:
    """Give the first parts that fit, at least some, and the lines that are left."""
    taken: list[Part] = []
    for part in parts:
        needed = lines_of(part)
        if needed > room and len(taken) >= least:
            break
        taken.append(part)
        room -= needed
    return tuple(taken), room


# --- how many lines something takes ---------------------------------------------------------


def _lines_of_frame(facts: BriefFacts) -> float:
    """Count the lines of everything that stays."""
    bars = sum(chart.height for chart in facts.charts) / 17
    texts = [facts.membership, facts.seats, facts.outcomes_note, facts.asked_note, facts.care]
    texts += [f"{seats.sector}: {seats.roles}" for seats in facts.empty_seats]
    return (
        14
        + 4 * 3  # title and its lines, headings
        + lines_in([facts.ask]) * 1.4
        + lines_in(str(facts.cover).split("\n\n"))
        + len(facts.counts) * 1.6
        + bars
        + len(facts.outcomes) * 1.6
        + lines_in(texts)
    )


def _lines_of_story(story: BlockageStory) -> float:
    tried = [f"{one.what}: {one.outcome} {one.note}" for one in story.tried]
    labels = 1.8 * (bool(story.notes) + bool(tried))
    body = lines_in(str(story.what_it_does).split("\n\n"))
    return 3.4 + body + labels + lines_in(story.notes) + lines_in(tried)


def lines_of_ask(ask: AskBefore) -> float:
    """Count the lines that something asked before takes."""
    return 1.0 + lines_in(
        [f"{ask.asked}, {ask.of}", ask.ask, f"{ask.status} {ask.reply}", ask.about]
    )


def lines_in(paragraphs: Iterable[str]) -> float:
    """Count the lines that paragraphs take, with a third of a line after each."""
    return sum(math.ceil(len(one) / LETTERS) + 0.35 for one in paragraphs if one.strip())


# --- what is said of it ---------------------------------------------------------------------


def _rest(count: int, one: str, several: str) -> str:
    return f"{capital(counted(count, one, several))} not listed." if count else ""


def _counted_alone(count: int) -> str:
    if not count:
        return ""
    return f"{capital(in_words(count))} of these {_are(count)} counted here and not told."


def _last(shown: int, total: int) -> str:
    if shown in (0, total):
        return ""
    return f"The last {in_words(shown)} {_are(shown)} told here."


def _are(count: int) -> str:
    return "is" if count == 1 else "are"
