"""Whose turn it is to present, told from a folder's files."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from copkit.analysis.rota import presenter_rota
from copkit.folder import load
from tests.conftest import Write

DAY = dt.date(2026, 6, 10)
ROSTER = """\
members:
  - {id: chair-1, role: Chair, sector: NHS, part: facilitator}
  - {id: researcher-1, role: Researcher, sector: NHS, part: knowledge-broker}
  - {id: expert-1, role: Expert, sector: Experts, part: expert-by-experience}
  - {id: nurse-1, role: Nurse, sector: NHS}
  - {id: matron-1, role: Matron, sector: NHS}
  - {id: police-1, role: Police Sergeant, sector: Police}
  - {id: probation-1, role: Probation Officer, sector: Police}
  - {id: gone-1, role: Advisor, sector: NHS, left: 2026-05-13}
"""
CHAIR_AND_GUIDES = ["chair-1", "researcher-1", "expert-1"]
EVERYBODY = [*CHAIR_AND_GUIDES, "nurse-1", "matron-1", "police-1", "probation-1", "gone-1"]


@pytest.fixture
def harbour(write: Write) -> Write:
    """A roster, and three meetings to which everybody came but probation, who came to two."""
    write("communities/harbour/roster.yaml", ROSTER)
    for day, came in (
        ("2026-03-11", EVERYBODY),
        ("2026-04-08", EVERYBODY),
        ("2026-05-13", [one for one in EVERYBODY if one != "probation-1"]),
    ):
        meeting(write, day, present=came)
    return write


def meeting(write: Write, day: str, present: list[str], cases: list[str] | None = None) -> Path:
    listed = f"present: [{', '.join(present)}]\ncases: [{', '.join(cases or [])}]"
    return write(f"communities/harbour/meetings/{day}.md", f"---\ndate: {day}\n{listed}\n---\n")


def case(write: Write, slug: str, presenter: str, more: str = "status: presented") -> Path:
    return write(
        f"communities/harbour/cases/{slug}.md",
        f"---\ntitle: {slug}\nkind: challenging\npresenters: [{presenter}]\n{more}\n---\n",
    )


def in_turn(folder: Path, day: dt.date = DAY) -> list[str]:
    [records] = load(folder).communities
    return [turn.member.id for turn in presenter_rota(records, day)]


def test_who_has_not_presented_comes_first_and_then_whose_case_is_longest_ago(
    harbour: Write,
) -> None:
    case(harbour, "old", "matron-1", "status: written-up\npresented: 2026-03-11")
    case(harbour, "older-told-again", "matron-1", "status: closed\npresented: 2026-04-08")
    folder = case(harbour, "first", "police-1", "status: presented\npresented: 2026-03-11")

    assert in_turn(folder) == ["nurse-1", "probation-1", "police-1", "matron-1"]


def test_who_chairs_brings_evidence_speaks_from_experience_or_left_is_not_asked(
    harbour: Write,
) -> None:
    folder = case(harbour, "none", "nurse-1")

    assert not {*CHAIR_AND_GUIDES, "gone-1"} & set(in_turn(folder))


def test_who_has_not_come_for_three_meetings_is_not_asked(harbour: Write) -> None:
    for day in ("2026-05-20", "2026-05-27"):
        meeting(harbour, day, present=["nurse-1"])

    folder = meeting(harbour, "2026-06-03", present=["police-1"])

    assert in_turn(folder) == ["nurse-1", "police-1"]


def test_a_case_without_a_day_was_presented_at_the_meeting_that_names_it(harbour: Write) -> None:
    case(harbour, "told", "nurse-1")
    folder = meeting(harbour, "2026-05-13", present=EVERYBODY, cases=["told"])

    [records] = load(folder).communities
    last: dict[str, dt.date | None] = {
        turn.member.id: turn.last_presented for turn in presenter_rota(records, DAY)
    }

    assert last["nurse-1"] == dt.date(2026, 5, 13)
    assert in_turn(folder)[-1] == "nurse-1"


def test_who_is_preparing_a_case_is_marked_and_has_not_presented(harbour: Write) -> None:
    folder = case(harbour, "coming", "nurse-1", "status: draft")

    [records] = load(folder).communities
    [nurse] = [turn for turn in presenter_rota(records, DAY) if turn.member.id == "nurse-1"]

    assert nurse.preparing
    assert nurse.last_presented is None


def test_before_the_first_meeting_nobody_is_asked(harbour: Write) -> None:
    folder = case(harbour, "none", "nurse-1")

    assert in_turn(folder, dt.date(2026, 3, 11)) == []
