"""What is open in the cases of a community, and since when it has been due."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from copkit.analysis.cases import due_follow_ups, follow_ups
from copkit.folder import CommunityRecords, load
from tests.conftest import Write

TODAY = dt.date(2026, 3, 1)
CASE = """\
---
title: {title}
kind: challenging
status: {status}
presented: 2026-01-14
{more}actions:
  - id: a1
    what: Ring
    owner: Nurse
    due: 2026-02-{day}
  - id: a2
    what: Write
progress:
{progress}---
"""


def told(day: str, outcome: str, id: str = "p1") -> str:
    return f"  - {{id: {id}, date: {day}, action: a1, outcome: {outcome}}}\n"


def records(folder: Path) -> CommunityRecords:
    programme = load(folder)
    assert not programme.problems
    return programme.communities[0]


def write_case(
    write: Write,
    slug: str,
    progress: str = "",
    status: str = "presented",
    more: str = "",
    day: int = 11,
) -> Path:
    text = CASE.format(title=slug, status=status, more=more, day=day, progress=progress)
    return write(f"communities/harbour/cases/{slug}.md", text)


def names(found: CommunityRecords, as_of: dt.date = TODAY, until: dt.date = TODAY) -> list[str]:
    return [one.name.removeprefix("harbour/") for one in due_follow_ups(found, as_of, until)]


def test_the_longest_overdue_comes_first_and_what_has_no_day_last(write: Write) -> None:
    write_case(write, "later", day=25)
    folder = write_case(write, "early", day=10)

    found = due_follow_ups(records(folder), TODAY, TODAY)

    assert [one.name for one in found] == [
        "harbour/early:a1",
        "harbour/later:a1",
        "harbour/early:a2",
        "harbour/later:a2",
    ]
    assert [one.days_overdue(TODAY) for one in found] == [19, 4, 0, 0]


def test_what_is_due_by_a_later_day_is_to_come(write: Write) -> None:
    found = records(write_case(write, "one", day=25))
    early = dt.date(2026, 2, 20)

    assert names(found, early, early) == ["one:a2"]
    assert names(found, early, TODAY) == ["one:a1", "one:a2"]


@pytest.mark.parametrize(
    ("progress", "is_open"),
    [
        ("", True),
        (told("2026-02-11", "helped"), False),
        (told("2026-02-11", "did-not-help"), False),
        (told("2026-02-11", "not-tried"), True),
        (told("2026-02-20", "partly", "p2") + told("2026-02-11", "not-tried"), False),
        (told("2026-03-02", "helped"), True),  # not told yet
    ],
)
def test_an_action_is_open_until_somebody_tells_what_came_of_it(
    write: Write, progress: str, *, is_open: bool
) -> None:
    found = records(write_case(write, "one", progress))

    assert ("one:a1" in names(found)) is is_open


@pytest.mark.parametrize(("status", "more"), [("closed", ""), ("presented", "consent: refused\n")])
def test_a_case_that_is_closed_or_not_to_be_told_leaves_nothing_open(
    write: Write, status: str, more: str
) -> None:
    assert names(records(write_case(write, "one", status=status, more=more))) == []


def test_a_case_that_was_presented_later_was_not_known_then(write: Write) -> None:
    found = records(write_case(write, "one"))

    assert not list(follow_ups(found, dt.date(2026, 1, 13)))
    assert len(list(follow_ups(found, dt.date(2026, 1, 14)))) == 2
