"""The agenda, from a folder's files to the three forms that members read."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from copkit.documents.facts.agenda import clock_after
from tests.conftest import Copkit, Write
from tests.documents.forms import TEXTS, forms_of, own_words, require_pleasant

NOW = {"COPKIT_TODAY": "2026-06-01"}
ROSTER = "members:\n  - {id: nurse-1, role: Nurse, sector: NHS}\n"
CASE = """\
---
title: A door that stays shut
kind: worked-well
status: draft
presenters: [nurse-1]
question: Who has the key?
---

Nobody reads this yet.
"""
TOLD = """\
---
title: Told before
kind: challenging
status: presented
presented: 2026-05-13
actions:
  - id: a1
    what: ring the surgery
    owner: Nurse
    due: 2026-06-10
  - id: a2
    what: write to the landlord
    owner: Housing
    due: 2026-05-20
  - id: a3
    what: find a chair
---
"""


@pytest.fixture
def harbour(write: Write) -> Path:
    """A community with actions that are due, and a case for its next meeting."""
    write("communities/harbour/roster.yaml", ROSTER)
    write("communities/harbour/cases/told.md", TOLD)
    write("communities/harbour/cases/door.md", CASE)
    meeting(write, "2026-05-13", "present: [nurse-1]")
    return meeting(write, "2026-06-10", "start: 14:00\nminutes: 90\ncases: [door]")


def meeting(write: Write, day: str, more: str) -> Path:
    return write(f"communities/harbour/meetings/{day}.md", f"---\ndate: {day}\n{more}\n---\n")


def agenda(
    copkit: Copkit, folder: Path, community: str = "harbour", *options: str
) -> dict[str, str]:
    """Build an agenda and give its forms."""
    command = ("agenda", community, *options, "--build", "--json", "-C", folder)
    return forms_of(copkit(*command, env=NOW))


@pytest.mark.parametrize("form", TEXTS)
@pytest.mark.parametrize(
    ("day", "today"), [("2012-07-18", "2012-07-10"), ("2012-12-12", "2012-12-03")]
)
def test_the_example_of_brighton_reads_as_agreed(
    copkit: Copkit,
    example: Path,
    golden: Callable[[str, str], None],
    form: str,
    day: str,
    today: str,
) -> None:
    env = {"COPKIT_TODAY": today}
    result = copkit("agenda", "brighton", day, "--format", form, "-C", example, env=env)

    assert result.status == 0, result.output
    golden(f"agenda-{day}.{form}", result.stdout)


@pytest.mark.parametrize(
    ("community", "day"),
    [("halifax", "2012-06-13"), ("workington", "2013-02-20"), ("tower-hamlets", "2012-12-06")],
)
def test_every_agenda_of_the_example_is_pleasant_to_read(
    copkit: Copkit, example: Path, community: str, day: str
) -> None:
    require_pleasant(agenda(copkit, example, community, day))


def test_overdue_actions_stand_first_with_their_days_and_owners(
    copkit: Copkit, harbour: Path
) -> None:
    forms = agenda(copkit, harbour)
    require_pleasant(forms)

    text = own_words(forms["txt"])
    said = [
        "Three actions to hear about, one of them overdue.",
        "- Housing: Write to the landlord. Due 20 May, 21 days overdue. (Told before)",
        "- Nurse: Ring the surgery. Due at this meeting. (Told before)",
        "- Nobody yet: Find a chair. No day was agreed. (Told before)",
    ]
    places = [text.find(one) for one in said]
    assert -1 not in places, text
    assert places == sorted(places)
    assert "<strong>Due 20 May, 21 days overdue</strong>" in forms["html"]


def test_the_case_is_told_without_its_text(copkit: Copkit, harbour: Path) -> None:
    for form in agenda(copkit, harbour).values():
        assert "A door that stays shut" in form
        assert "Who has the key?" in form
        assert "What worked well, presented by Nurse" in form
        assert "Nobody reads this yet" not in form


def test_the_timetable_adds_up_to_the_meeting(copkit: Copkit, harbour: Path) -> None:
    text = agenda(copkit, harbour)["txt"]

    slots = re.findall(r"(?m)^(\d\d:\d\d) .*\((\d+) minutes\)", text)
    assert sum(int(minutes) for _, minutes in slots) == 90
    assert [start for start, _ in slots] == ["14:00", "14:10", "14:30", "15:20"]


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ("minutes: 90", False),  # nobody knows when it begins
        ("start: 14:00\nminutes: 20", False),  # too short to be shared out
        ("start: 14:00", True),  # two hours, as usual
        ("start: 23:00\nminutes: 95", True),
        ("start: 14:00\nminutes: 999999999", True),
    ],
)
def test_there_is_a_timetable_where_it_makes_sense(
    copkit: Copkit, harbour: Path, write: Write, more: str, told: bool
) -> None:
    text = agenda(copkit, meeting(write, "2026-06-10", more))["txt"]

    assert ("WELCOME (" in text) is told
    assert bool(re.search(r"^\d\d:\d\d WELCOME \(", text, re.MULTILINE)) is told


def test_a_clock_goes_round() -> None:
    from datetime import time

    assert clock_after(time(23, 30), 45) == time(0, 15)


def test_an_agenda_of_a_new_community_needs_nothing_but_a_day(copkit: Copkit, write: Write) -> None:
    folder = meeting(write, "2026-06-10", "")

    forms = agenda(copkit, folder)

    require_pleasant(forms)
    text = own_words(forms["txt"])
    assert "No case is set for this meeting. Who could bring one?" in text
    assert "Nothing is due." in text
    assert "EVIDENCE" not in text


def test_hostile_words_stay_words(copkit: Copkit, harbour: Path, write: Write) -> None:
    hostile = "</title><script>alert(1)</script> {{ 7 * 7 }} [a](javascript:b)"
    write(
        "communities/harbour/cases/door.md", CASE.replace("A door that stays shut", f"'{hostile}'")
    )

    forms = agenda(copkit, harbour)

    assert "<script>" not in forms["html"]
    assert "{{ 7 * 7 }}" in forms["html"]
    assert "\\[a\\](javascript:b)" in forms["md"]
