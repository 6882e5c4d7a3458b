"""Every brief and letter is of one day."""

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
from tests.conftest import EXAMPLE

FIRST, LAST, TODAY = dt.date(2012, 3, 1), dt.date(2013, 3, 31), dt.date(2013, 6, 1)
DAYS = st.dates(FIRST, LAST)
ANY_DAY = re.compile(r"(\S+) \**(\d{1,2} [A-Z][a-z]+ \d{4})")
MAY_BE_LATER = {"by", "(due"}  # the words before a day on which an answer is expected


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
def test_a_brief_knows_nothing_of_a_later_day(programme: Programme, until: dt.date) -> None:
    [record] = programme.briefs
    brief = replace(record, since=FIRST, until=until, body="", pages=5)
    view = view_for(programme, Audience.COMMISSIONERS, Scope(FIRST, until), TODAY, brief=brief)
    facts = build_brief(view)

    text = render("brief.txt", facts, DocumentTheme())

    assert days_after(until, text) == []
    assert text.count(", as at ") == 1


@given(choice=st.data())
def test_a_letter_knows_nothing_of_a_later_day(programme: Programme, choice: st.DataObject) -> None:
    letters = [(blockage, ask) for blockage in programme.blockages for ask in blockage.asks]
    blockage, ask = choice.draw(st.sampled_from(letters))
    scope = Scope(BEGINNING, ask.date)
    view = view_for(programme, Audience.COMMISSIONERS, scope, TODAY, letter=(blockage, ask))

    text = render("letter.txt", build_letter(view), DocumentTheme())

    assert days_after(ask.date, text) == []
