"""Every document is of one day, and states no figure twice in two ways."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copkit.analysis.blockages import BEGINNING
from copkit.analysis.endings.pages import closing_view, handover_view
from copkit.analysis.period import Scope
from copkit.analysis.privacy.audience import report_view_for, view_for
from copkit.analysis.privacy.site import SiteReduction, network_views
from copkit.documents.facts.brief import build_brief
from copkit.documents.facts.ending import build_ending
from copkit.documents.facts.letter import build_letter
from copkit.documents.facts.newsletter import build_newsletter
from copkit.documents.facts.report import ReportFacts, build_report
from copkit.documents.facts.session import build_network
from copkit.documents.facts.shared import AskBefore, BriefFacts
from copkit.documents.site.facts import SitePlan, words_of
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


def report_text(programme: Programme, reader: Audience, day: dt.date) -> str:
    record = replace(programme.reports[0], since=FIRST, until=day)
    facts = build_report(report_view_for(programme, record, reader, TODAY))
    require_agreeing_asks(facts, day)
    require_agreeing_members(facts)
    return render("report.md", facts)


def newsletter_text(programme: Programme, reader: Audience, day: dt.date) -> str:
    issue = replace(programme.newsletters[0], since=FIRST, until=day, body="")
    view = view_for(programme, reader, Scope(FIRST, day), TODAY, newsletter=issue)
    return render("newsletter.txt", build_newsletter(view))


def site_text(programme: Programme, reader: Audience, day: dt.date) -> str:
    view = SiteReduction(programme, reader, day).view()
    pages = SitePlan(view).pages().items()
    return "\n".join(
        words_of(render(page.template, page.facts()))
        for address, page in pages
        if address.startswith(("cases/", "blockages/"))
    )


def handover_text(programme: Programme, reader: Audience, day: dt.date) -> str:
    records = programme.community("brighton")
    return render("toolkit.md", build_ending(handover_view(programme, records, day, "", ())))


def network_text(programme: Programme, reader: Audience, day: dt.date) -> str:
    return "\n".join(
        str(part.text)
        for network in network_views(programme, reader, day)
        for part in build_network(network, "").parts
    )


KINDS: dict[str, Callable[[Programme, Audience, dt.date], str]] = {
    "report": report_text,
    "newsletter": newsletter_text,
    "site": site_text,
    "handover": handover_text,
    "network": network_text,
}
"""Document -> what builds it for readers as of a day, and returns its words."""


def require_agreeing_asks(facts: ReportFacts, day: dt.date) -> None:
    """Check the sentence, the list, the table and the picture of asks against each other."""
    parts = facts.sections[6].parts
    tables = [part.table for part in parts if part.table and part.table.head[1] == "Asked"]
    if not tables:
        return
    asked, answered = (sum(int(row[at]) for row in tables[0].rows) for at in (1, 2))
    [counted] = [part for part in parts if part.heading.startswith("What we asked")]
    stated = re.match(r"(\d+) of (\d+) questions?", counted.text)
    assert stated
    if not any("more" in part.note for part in parts):
        assert (int(stated[1]), int(stated[2])) == (answered, asked)
        assert len(counted.points) == asked - answered
    for chart in facts.charts:
        if chart.name == "asks" and " of " in chart.title:
            assert chart.title.startswith(stated[0])
            assert chart.words.startswith(chart.title)


def require_agreeing_members(facts: ReportFacts) -> None:
    """Check the people of the first page against the last row of the table of sectors."""
    figure = next((one for one in facts.figures if one.words.startswith("confirmed")), None)
    table = next((part.table for part in facts.sections[0].parts if part.table), None)
    if figure and table:
        assert table.rows[-1][-1] == figure.figure


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("reader", [Audience.MEMBERS, Audience.COMMISSIONERS])
@drawn(4, 100)
@given(day=DAYS)
def test_no_kind_of_document_knows_of_a_later_day(
    programme: Programme, kind: str, reader: Audience, day: dt.date
) -> None:
    text = KINDS[kind](programme, reader, day)

    announces = kind in ("newsletter", "handover", "network")  # the meetings to come
    planned = {
        meeting.held_on for each in programme.communities for meeting in each.meetings if announces
    }
    named = {day_of(words.split(" ", 1)[1]) for words in days_after(day, text)}
    assert named <= planned
    as_at = set(re.findall(r"as at (\d+ \w+ \d{4})", text))
    assert kind == "site" or len(as_at) <= 1


@pytest.mark.parametrize("reader", [Audience.MEMBERS, Audience.COMMISSIONERS])
def test_a_closing_page_ends_with_the_last_meeting(programme: Programme, reader: Audience) -> None:
    records = programme.community("workington")
    assert records.closing
    last = max(records.closing.last_meeting, records.closing.decided)

    facts = build_ending(closing_view(programme, records, records.closing, reader))
    text = render("toolkit.md", facts)

    assert days_after(last, text) == []
    promises = re.search(r"what came of (\d+) of (\d+) promise", text)
    assert bool(promises) is (reader is Audience.MEMBERS)
    if promises:
        assert int(promises[1]) <= int(promises[2])
        assert int(promises[2]) == sum(len(case.actions) for case in records.cases)
