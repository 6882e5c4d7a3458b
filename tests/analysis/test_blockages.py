"""How often a blockage came back, and how long nobody has answered."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from copkit.analysis.blockages import Recurrence, days_overdue, recurrences
from copkit.folder import load
from tests.conftest import EXAMPLE, Write

DAY = dt.date(2026, 3, 31)


def blockage(title: str, more: str = "") -> str:
    return f"---\ntitle: {title}\n{more}---\n"


def case(slug: str, presented: str, more: str = "status: presented\n") -> str:
    return (
        f"---\ntitle: A case\nkind: challenging\n{more}presented: {presented}\n"
        f"issues:\n  - id: i1\n    blockage: {slug}\n    note: It showed\n---\n"
    )


def found(folder: Path, as_of: dt.date = DAY) -> dict[str, Recurrence]:
    return {one.blockage.slug: one for one in recurrences(load(folder), as_of)}


def test_the_example_is_counted_as_its_cases_say() -> None:
    told = {
        slug: (len(one.occurrences), len(one.communities), len(one.months))
        for slug, one in found(EXAMPLE, dt.date(2013, 2, 28)).items()
    }

    assert list(told.items())[:3] == [
        ("turned-away-while-using", (6, 5, 3)),
        ("support-ends-by-the-calendar", (5, 3, 4)),
        ("weekend-cover", (3, 2, 3)),
    ]


@pytest.mark.parametrize(
    "more", ["status: draft\n", "status: presented\nconsent: refused\n"], ids=["draft", "refused"]
)
def test_what_may_not_be_told_is_not_counted(write: Write, more: str) -> None:
    write("blockages/doors.md", blockage("Closed doors"))
    folder = write("communities/harbour/cases/a.md", case("doors", "2026-01-14", more))

    assert found(folder)["doors"].occurrences == ()


def test_a_case_without_its_day_is_counted_on_that_of_its_meeting(write: Write) -> None:
    write("blockages/doors.md", blockage("Closed doors"))
    write("communities/harbour/meetings/2026-02-11.md", "---\ndate: 2026-02-11\ncases: [a]\n---\n")
    folder = write("communities/harbour/cases/a.md", case("doors", ""))

    assert found(folder)["doors"].months == ("2026-02",)


def test_nothing_after_the_day_is_known(write: Write) -> None:
    asks = (
        "asks:\n  - id: q1\n    date: 2026-01-20\n    of: The board\n    ask: open them\n"
        "    replied: 2026-03-01\n    reply: No\n"
        "  - id: q2\n    date: 2026-03-10\n    of: The board\n    ask: open one\n"
    )
    write("blockages/doors.md", blockage("Closed doors", asks))
    write("communities/harbour/cases/a.md", case("doors", "2026-01-14"))
    folder = write("communities/harbour/cases/b.md", case("doors", "2026-03-14"))

    early = found(folder, dt.date(2026, 2, 1))["doors"]

    assert [showing.case.slug for showing in early.occurrences] == ["a"]
    assert [ask.id for ask in early.asks] == ["q1"]
    assert early.unanswered_ask is early.asks[0]
    late = found(folder)["doors"]
    assert late.unanswered_ask
    assert late.unanswered_ask.id == "q2"


def test_a_closed_blockage_waits_for_nothing_and_a_reply_needs_no_day(write: Write) -> None:
    ask = "asks:\n  - id: q1\n    date: 2026-01-20\n    of: The board\n    ask: open them\n"
    write("blockages/closed.md", blockage("Closed", f"status: closed\n{ask}"))
    write("blockages/told.md", blockage("Told", f"{ask}    reply: Some day\n"))
    folder = write("blockages/silent.md", blockage("Silent", ask))

    waiting = {slug: bool(one.unanswered_ask) for slug, one in found(folder).items()}

    assert waiting == {"closed": False, "told": False, "silent": True}


def test_an_answer_is_overdue_the_day_after_it_was_due(write: Write) -> None:
    ask = "asks:\n  - id: q1\n    date: 2026-01-20\n    of: B\n    ask: c\n"
    folder = write("blockages/doors.md", blockage("Doors", f"{ask}    reply_by: 2026-03-30\n"))

    [one] = found(folder)["doors"].asks

    days = [days_overdue(one, DAY + dt.timedelta(days=days)) for days in (-2, -1, 0, 1)]
    assert days == [0, 0, 1, 2]


def test_ties_fall_to_whoever_waited_longer_and_then_to_the_title(write: Write) -> None:
    def asked(day: str) -> str:
        return f"asks:\n  - id: q1\n    date: {day}\n    of: B\n    ask: c\n"

    write("blockages/a.md", blockage("Zebra crossing"))
    write("blockages/b.md", blockage("apple trees"))
    write("blockages/c.md", blockage("Late", asked("2026-03-01")))
    write("blockages/d.md", blockage("Later", asked("2026-02-01")))
    write("blockages/e.md", blockage("Once"))
    folder = write("communities/harbour/cases/a.md", case("e", "2026-01-14"))

    assert list(found(folder)) == ["e", "d", "c", "b", "a"]
