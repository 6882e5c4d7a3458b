"""Every brief and letter is of one day, and states no figure twice in two ways."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copkit.analysis.blockages import BEGINNING
from copkit.analysis.period import Scope
from copkit.analysis.privacy.audience import view_for
from copkit.documents.facts.brief import build_brief
from copkit.documents.facts.letter import build_letter
from copkit.documents.facts.shared import AskBefore, BriefFacts
from copkit.documents.templates import render
from copkit.documents.theme import DocumentTheme
from copkit.folder import Programme, load
from copkit.records.blockages import Ask, is_answered
from copkit.records.schema.audience import Audience
from copkit.wording import count_in_words, number_in_words
from tests.conftest import EXAMPLE, drawn

FIRST, LAST, TODAY = dt.date(2012, 3, 1), dt.date(2013, 3, 31), dt.date(2013, 6, 1)
DAYS = st.dates(FIRST, LAST)
ANY_DAY = re.compile(r"(\S+) \**(\d{1,2} [A-Z][a-z]+ \d{4})")
MAY_BE_LATER = {"by", "(due"}  # the words before a day on which an answer is expected
NUMBERS = {number_in_words(number): number for number in range(200)}
OF_CASES = re.compile(r"(\d+) of the (\d+) cases|all (\w+) cases|(both) cases|the (one) case")
ANSWERED = re.compile(r"(\w+) (?:has|have) been answered; (\w+) (?:has|have) not\.")
SHOWN = re.compile(r"Here (?:is|are) (\w+) of them")
STILL_MISSING = re.compile(r"Of the (\w+) roles that we looked for, (\w+) (?:is|are) still missing")
OVERDUE = re.compile(r"No answer: (\w+) days? overdue \(due (\d+ \w+ \d{4})\)\.")


@pytest.fixture(scope="module")
def programme() -> Programme:
    return load(EXAMPLE)


def days_after(day: dt.date, text: str) -> list[str]:
    """Return the days that a document names after its own, but for those of expected answers."""
    return [
        f"{before} {named}"
        for before, named in ANY_DAY.findall(" ".join(text.split()))
        if before not in MAY_BE_LATER and day_of(named) > day
    ]


def day_of(words: str) -> dt.date:
    """Read a day as documents write it: ``4 February 2026``."""
    return dt.datetime.strptime(f"{words} +0000", "%d %B %Y %z").date()


def number_of(words: str) -> int:
    """Read a number as documents write it: ``three``, ``Three`` or ``12``."""
    return NUMBERS[words.lower()]


def cases_of(times: str) -> tuple[int, int]:
    """Read in how many cases a blockage came up, and of how many."""
    stated = OF_CASES.search(times.lower())
    assert stated, times
    if stated[1]:
        return int(stated[1]), int(stated[2])
    whole = number_of(stated[3]) if stated[3] else 2 if stated[4] else 1
    return whole, whole


def require_agreeing_counts(facts: BriefFacts) -> None:
    """Check what a brief says of its blockages against its table, and of seats against its list."""
    by_title = {count.title: count.cases for count in facts.counts}
    for story in facts.blockages:
        cases, whole = cases_of(story.how_often)
        assert cases == by_title[story.title]
        assert f"in {count_in_words(whole, 'case')} from" in facts.counted
    if stated := STILL_MISSING.search(facts.seats):
        assert number_of(stated[2]) == sum(
            len(seat.roles.split("; ")) for seat in facts.empty_seats
        )


def require_agreeing_answers(facts: BriefFacts, asks: list[Ask], day: dt.date) -> None:
    """Check what a brief says of the asks of others, which are ``asks``, and what it lists."""
    note, answered = facts.asked_note, sum(is_answered(ask, day) for ask in asks)
    waiting, shown = len(asks) - answered, len(facts.asked_before)
    if not asks:
        assert note == ""
        assert shown == 0
        return
    total = "one question" if len(asks) == 1 else f"{number_in_words(len(asks))} questions"
    assert note.startswith(f"We have asked others {total}.")
    if stated := ANSWERED.search(note):
        assert (number_of(stated[1]), number_of(stated[2])) == (answered, waiting)
    else:
        assert not answered or not waiting
        assert (" not been" in note or "None has" in note) is (answered == 0)
    listed = Counter(ask.status.startswith("Answered") for ask in facts.asked_before)
    assert listed[False] == min(waiting, shown)  # those without an answer come first
    assert listed[True] == shown - listed[False]
    if said := SHOWN.search(note):
        assert number_of(said[1]) == shown < len(asks)
    else:
        assert shown in (0, len(asks))


def require_silence_until(day: dt.date, asks: Iterable[AskBefore]) -> None:
    """Check that each silence is counted to the day of the document."""
    for ask in asks:
        assert not ask.status.startswith("No answer") or not ask.reply
        if stated := OVERDUE.fullmatch(ask.status):
            assert number_of(stated[1]) == (day - day_of(stated[2])).days > 0


@drawn(20, 500)
@given(until=DAYS, pages=st.integers(1, 5))
def test_a_brief_knows_nothing_of_a_later_day_and_its_figures_agree(
    programme: Programme, until: dt.date, pages: int
) -> None:
    [record] = programme.briefs
    brief = replace(record, since=FIRST, until=until, body="", pages=pages)
    view = view_for(programme, Audience.COMMISSIONERS, Scope(FIRST, until), TODAY, brief=brief)
    asks = [ask for blockage in programme.blockages for ask in blockage.asks if ask.date <= until]
    own = [ask for ask in asks if ask.of == brief.addressee]

    facts = build_brief(view)
    text = render("brief.txt", facts, DocumentTheme())

    assert days_after(until, text) == []
    assert text.count(", as at ") == 1
    assert len(facts.own_record) == len(own)
    require_agreeing_counts(facts)
    require_agreeing_answers(facts, [ask for ask in asks if ask not in own], until)
    require_silence_until(until, (*facts.own_record, *facts.asked_before))


@drawn(20, 200)
@given(choice=st.data())
def test_a_letter_knows_nothing_of_a_later_day(programme: Programme, choice: st.DataObject) -> None:
    letters = [(blockage, ask) for blockage in programme.blockages for ask in blockage.asks]
    blockage, ask = choice.draw(st.sampled_from(letters))
    scope = Scope(BEGINNING, ask.date)
    view = view_for(programme, Audience.COMMISSIONERS, scope, TODAY, letter=(blockage, ask))

    facts = build_letter(view)
    text = render("letter.txt", facts, DocumentTheme())

    assert days_after(ask.date, text) == []
    require_silence_until(ask.date, facts.asked_before)
