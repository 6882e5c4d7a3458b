"""What belongs on a meeting's agenda, and what members learn of it before."""

from __future__ import annotations

import datetime as dt
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest

from copkit.analysis.agenda import AgendaView, build_agenda_view, describe_cases_left_out
from copkit.analysis.period import next_meeting, next_of_members
from copkit.folder import load
from tests.conftest import COMMUNITY, Write

TODAY = dt.date(2026, 6, 1)
ROSTER = """\
members:
  - {id: nurse-1, role: Nurse, sector: NHS, joined: 2026-04-08}
  - {id: police-1, role: Police Sergeant, sector: Police, joined: 2026-05-20}
"""
CASE = """\
---
title: {title}
kind: challenging
status: {status}
presented: {presented}
presenters: [nurse-1]
question: What now?
themes: [Dual Diagnosis]
consent: {consent}
evidence: [{evidence}]
actions:
  - id: a1
    what: Ring the surgery
    owner: Nurse
    due: {due}
  - id: a2
    what: Write to the landlord
progress:
  - id: p1
    date: 2026-06-10
    action: a1
    outcome: helped
---

Songbody
"""
CARD = "---\ntitle: {title}\ncitation: Author (2026)\nthemes: [{theme}]\n---\n\nSongnotes\n"
ASK = (
    "---\ntitle: {title}\nstatus: {status}\nasks:\n  - id: q1\n    date: {date}\n"
    "    of: the board\n    ask: decide\n    reply_by: {reply_by}\n"
    "    replied: {replied}\n    reply: {reply}\n---\n"
)


@pytest.fixture
def harbour(write: Write) -> Write:
    """A community that met on 13 May, and meets on 10 June and 8 July."""
    rules = "\n## Ground Rules\n\n- No names.\n\n## Private\n\nSongprivate\n"
    write("communities/harbour/community.md", COMMUNITY + rules)
    write("communities/harbour/roster.yaml", ROSTER)
    meeting(write, "2026-05-13", "present: [nurse-1]")
    meeting(write, "2026-06-10", "start: 14:00\nminutes: 90\nplace: the hall")
    meeting(write, "2026-07-08", "kind: review")
    return write


def meeting(write: Write, day: str, more: str) -> Path:
    text = f"---\ndate: {day}\n{more}\n---\n\nSongnotes\n"
    return write(f"communities/harbour/meetings/{day}.md", text)


def case(write: Write, slug: str, **values: str) -> Path:
    given = {"title": slug, "status": "presented", "presented": "2026-05-13", "consent": "given"}
    given |= {"evidence": "", "due": "2026-05-20", **values}
    return write(f"communities/harbour/cases/{slug}.md", CASE.format(**given))


def ask(write: Write, slug: str, **values: str) -> Path:
    given = {"title": slug, "status": "open", "date": "2026-02-01", "reply_by": "", "replied": ""}
    given |= {"reply": "", **values}
    return write(f"blockages/{slug}.md", ASK.format(**given))


def view_of(folder: Path, today: dt.date = TODAY, day: str = "2026-06-10") -> AgendaView:
    programme = load(folder)
    assert not programme.problems
    records = programme.communities[0]
    [found] = [one for one in records.meetings if one.slug == day]
    return build_agenda_view(programme, records, found, today)


def said(value: Any) -> str:
    """Give all words in a view."""
    if is_dataclass(value):
        return " ".join(said(getattr(value, field.name)) for field in fields(value))
    return " ".join(map(said, value)) if isinstance(value, tuple) else str(value)


def test_the_next_meeting_is_the_first_on_the_day_or_after_it(harbour: Write) -> None:
    [records] = load(meeting(harbour, "2026-06-10", "place: the hall")).communities

    def on(day: dt.date) -> str | None:
        found = next_meeting(records, day)
        return found.slug if found else None

    assert on(TODAY) == on(dt.date(2026, 6, 10)) == "2026-06-10"
    assert on(dt.date(2026, 6, 11)) == "2026-07-08"
    assert on(dt.date(2026, 7, 9)) is None


def test_a_meeting_of_today_is_no_longer_the_next_once_its_attendance_is_on_record(
    harbour: Write,
) -> None:
    [records] = load(meeting(harbour, "2026-06-10", "present: [nurse-1]")).communities

    for following in (next_meeting, next_of_members):
        chosen = following(records, dt.date(2026, 6, 10))
        assert chosen and chosen.slug == "2026-07-08"


def test_what_is_due_is_counted_up_to_the_meeting_and_what_was_told_later_is_not_known(
    harbour: Write,
) -> None:
    case(harbour, "late")
    folder = case(harbour, "later", due="2026-06-24")

    before = view_of(folder)

    due = [(one.what, one.days_overdue, one.case) for one in before.due]
    assert due == [
        ("Ring the surgery", 21, "late"),
        ("Write to the landlord", 0, "late"),
        ("Write to the landlord", 0, "later"),
    ]
    assert [(one.what, one.due) for one in before.later] == [
        ("Ring the surgery", dt.date(2026, 6, 24))
    ]
    assert view_of(folder, dt.date(2026, 8, 1)) == before
    assert "Ring the surgery" not in said(view_of(folder, dt.date(2026, 6, 10)))


def test_a_case_to_be_presented_is_told_by_title_question_and_role(harbour: Write) -> None:
    case(harbour, "coming", status="draft", presented="")
    folder = meeting(harbour, "2026-06-10", "cases: [coming]")

    view = view_of(folder)

    [told] = view.cases
    assert (told.title, told.question, told.presenters) == ("coming", "What now?", ("Nurse",))
    assert not (view.due or view.waiting or view.turns)
    assert "Song" not in said(view)
    assert "nurse-1" not in said(view)


def test_a_case_whose_person_refused_is_left_out_and_the_facilitator_is_told(
    harbour: Write,
) -> None:
    case(harbour, "taken-back", status="draft", presented="", consent="refused")
    folder = meeting(harbour, "2026-06-10", "cases: [taken-back]")

    assert "taken-back" not in said(view_of(folder))
    [records] = load(folder).communities
    [coming] = [one for one in records.meetings if one.slug == "2026-06-10"]
    left_out = ["harbour/taken-back is left out: consent was refused"]
    assert describe_cases_left_out(records, coming) == left_out


def test_without_a_case_drafts_that_wait_and_the_rota_are_suggested(harbour: Write) -> None:
    meeting(harbour, "2026-05-13", "present: [nurse-1, police-1]")
    folder = case(harbour, "waiting", status="draft", presented="")

    view = view_of(folder)

    assert [one.title for one in view.waiting] == ["waiting"]
    assert [(one.role, one.last) for one in view.turns] == [("Police Sergeant", None)]


def test_a_draft_that_is_planned_for_another_day_does_not_wait(harbour: Write) -> None:
    case(harbour, "planned", status="draft", presented="")
    folder = meeting(harbour, "2026-07-08", "cases: [planned]")

    assert view_of(folder).waiting == ()


def test_cards_tied_to_the_case_are_spoken_and_others_only_named(harbour: Write) -> None:
    harbour("evidence/own.md", CARD.format(title="Own", theme="other"))
    harbour("evidence/near.md", CARD.format(title="Near", theme="dual diagnosis"))
    tied = case(harbour, "now", presented="2026-06-10", evidence="own")

    assert [card.title for card in view_of(tied).evidence] == ["Own"]
    assert view_of(tied).fitting == ()

    loose = case(harbour, "now", presented="2026-06-10")

    assert view_of(loose).evidence == ()
    assert view_of(loose).fitting == ("Near",)


def test_news_is_what_was_asked_or_answered_since_the_last_meeting_and_silence(
    harbour: Write,
) -> None:
    ask(harbour, "asked", date="2026-05-14", reply_by="2026-06-30")
    ask(harbour, "answered", replied="2026-05-20", reply="yes", reply_by="2026-03-01")
    ask(harbour, "silent", reply_by="2026-05-31")
    ask(harbour, "answered-some-day", reply="yes", reply_by="2026-05-31")
    ask(harbour, "told-before", date="2026-05-13", reply_by="2026-06-30")
    ask(harbour, "given-up", status="closed", reply_by="2026-03-01")
    ask(harbour, "replied-before", replied="2026-05-13", reply="no")
    folder = ask(harbour, "still-to-be-asked", date="2026-06-05")

    news = {one.blockage: one.days_overdue for one in view_of(folder).news}

    assert news == {"asked": 0, "answered": 0, "silent": 10}
    assert list(news)[-1] == "silent"


def test_a_reply_that_came_after_the_day_is_silence_until_then(harbour: Write) -> None:
    folder = ask(harbour, "late", reply_by="2026-05-31", replied="2026-06-20", reply="Songreply")

    [news] = view_of(folder).news

    assert (news.days_overdue, news.replied, news.reply) == (10, None, "")


def test_rules_newcomers_apologies_and_dates_are_on_it(harbour: Write) -> None:
    folder = meeting(harbour, "2026-06-10", "apologies: [police-1]")

    view = view_of(folder)

    assert view.ground_rules == "- No names."
    assert view.new_members == ("Police Sergeant",)
    assert view.apologies == ("Police Sergeant",)
    assert [one.held_on for one in view.to_come] == [dt.date(2026, 7, 8)]
