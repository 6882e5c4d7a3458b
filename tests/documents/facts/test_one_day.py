"""Every brief and letter is of one day, and states no figure twice in two ways."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copkit.analysis.blockages import BEGINNING
from copkit.analysis.period import Scope
from copkit.analysis.privacy.audience import view_for
from copkit.documents.facts.brief import build_brief
from copkit.documents.facts.letter import build_letter
from copkit.documents.templates import render
from copkit.documents.theme import DocumentTheme
from copkit.folder import Programme, load
from copkit.records.schema.audience import Audience
from copkit.wording import count_in_words
from tests.conftest import EXAMPLE

FIRST, LAST, TODAY = dt.date(2012, 3, 1), dt.date(2013, 3, 31), dt.date(2013, 6, 1)
DAYS = st.dates(FIRST, LAST)
ANY_DAY = re.compile(r"(\S+) \**(\d{1,2} [A-Z][a-z]+ \d{4})")
MAY_BE_LATER = {"by", "(due"}  # the words before a day on which an answer is expected
COUNT = re.compile(r"(?:(\d+) of the (\d+)|all (\w+)|both|the one) cases? presented")


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


@given(until=DAYS)
def test_a_brief_knows_nothing_of_a_later_day_and_its_figures_agree(
    programme: Programme, until: dt.date
) -> None:
    [record] = programme.briefs
    brief = replace(record, since=FIRST, until=until, body="", pages=5)
    view = view_for(programme, Audience.COMMISSIONERS, Scope(FIRST, until), TODAY, brief=brief)
    facts = build_brief(view)

    text = render("brief.txt", facts, DocumentTheme())

    assert days_after(until, text) == []
    assert text.count(", as at ") == 1
    by_title = {count.title: count.cases for count in facts.counts}
    for story in facts.blockages:
        if stated := COUNT.search(story.how_often.replace("All", "all")):
            assert not stated[1] or int(stated[1]) == by_title[story.title]
            whole = count_in_words(int(stated[2] or 0), "case")
            assert not stated[2] or f"in {whole} from" in facts.counted
    answered = sum(ask.status.startswith("Answered") for ask in facts.asked_before)
    answered += sum(ask.status.startswith("Answered") for ask in facts.own_record)
    asked = len(facts.asked_before) + len(facts.own_record)
    if "Here" not in facts.asked_note and facts.asked_before:
        assert ("All have been" in facts.asked_note) is (answered == asked > 1)
        assert ("None has been" in facts.asked_note) is (answered == 0 and asked > 1)


@given(choice=st.data())
def test_a_letter_knows_nothing_of_a_later_day(programme: Programme, choice: st.DataObject) -> None:
    letters = [(blockage, ask) for blockage in programme.blockages for ask in blockage.asks]
    blockage, ask = choice.draw(st.sampled_from(letters))
    scope = Scope(BEGINNING, ask.date)
    view = view_for(programme, Audience.COMMISSIONERS, scope, TODAY, letter=(blockage, ask))

    text = render("letter.txt", build_letter(view), DocumentTheme())

    assert days_after(ask.date, text) == []
