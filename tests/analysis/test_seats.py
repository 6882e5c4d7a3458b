"""Which seats are filled, how long the others were empty, and which are hardest to fill."""

from __future__ import annotations

import datetime as dt

import pytest

from copkit.analysis.approaches import approach_totals, approaches_made, next_steps_due
from copkit.analysis.seats import Seat, SeatState, hardest_seats, seats_of
from copkit.folder import load
from tests.conftest import EXAMPLE, Write

THE_END = dt.date(2013, 2, 28)
SETTINGS = "name: H\nstarts: 2026-01-01\nseats:\n  NHS: [Nurse, Matron]\n  Police: [Sergeant]\n"
COMMUNITY = (
    "---\ncode: CP1\nname: Harbour community\nplace: Harbour\nstatus: active\n"
    "started: 2026-01-05\n---\n"
)


def seats(write: Write, roster: str, approaches: str = "", day: str = "2026-03-01") -> list[Seat]:
    write("copkit.yaml", SETTINGS)
    write("communities/harbour/community.md", COMMUNITY)
    for held in ("2026-01-05", "2026-02-02"):
        text = f"---\ndate: {held}\npresent: [nurse-1]\n---\n"
        write(f"communities/harbour/meetings/{held}.md", text)
    write("communities/harbour/approaches.yaml", f"approaches:\n{approaches}")
    folder = write("communities/harbour/roster.yaml", f"members:\n{roster}")
    return list(seats_of(load(folder), dt.date.fromisoformat(day)))


NURSE = "  - id: nurse-1\n    role: Nurse\n    sector: NHS\n"
ASKED = (
    "  - id: ap1\n    date: 2026-01-10\n    agency: the trust\n    sector: NHS\n"
    "    role: Matron\n    hours: 1.5\n    outcome: refused\n"
)


def test_a_confirmed_member_fills_a_seat_and_a_new_one_is_on_trial(write: Write) -> None:
    new = "  - id: matron-1\n    role: Matron\n    sector: NHS\n"

    nurse, matron, sergeant = seats(write, NURSE + new)

    assert nurse.state is SeatState.FILLED
    assert matron.state is SeatState.ON_TRIAL
    assert sergeant.state is SeatState.EMPTY
    assert sergeant.days_empty == 55, "since the community began"


def test_a_seat_is_empty_from_the_day_on_which_its_last_holder_left(write: Write) -> None:
    gone = f"{NURSE}    left: 2026-02-20\n    left_because: moved-on\n"

    before, after = (seats(write, gone, day=day)[0] for day in ("2026-02-19", "2026-03-01"))

    assert (before.state, before.empty_since) == (SeatState.FILLED, None)
    assert (after.state, after.days_empty) == (SeatState.EMPTY, 9)


def test_what_was_asked_for_in_vain_is_harder_than_what_nobody_asked_for(write: Write) -> None:
    found = seats(write, NURSE, ASKED)

    assert [(seat.role, seat.asked) for seat in hardest_seats(found)] == [
        ("Matron", 1),
        ("Sergeant", 0),
    ]
    assert found[1].last_outcome == "refused"


def test_an_approach_counts_from_its_day(write: Write) -> None:
    assert not seats(write, NURSE, ASKED, day="2026-01-09")[1].approaches


def test_the_programmes_three_hardest_are_those_of_its_report() -> None:
    first, second, third, *_ = hardest_seats(seats_of(load(EXAMPLE), THE_END))

    assert {(one.sector, one.role) for one in (first, second, third)} == {
        ("NHS", "Mental Health Worker"),
        ("Local Authority (LA)", "Social Worker - Homelessness Response Team"),
        ("Local Authority (LA)", "Housing Options / LA Homelessness"),
    }


@pytest.mark.parametrize(("day", "there"), [("2012-06-13", True), ("2012-06-14", False)])
def test_a_community_has_seats_until_its_last_day(day: str, there: bool) -> None:
    found = seats_of(load(EXAMPLE), dt.date.fromisoformat(day))

    assert ("halifax" in {seat.community for seat in found}) is there


def test_a_next_step_is_done_once_the_agency_was_asked_again() -> None:
    programme = load(EXAMPLE)

    def due(day: dt.date) -> set[str]:
        made = approaches_made(programme, day, ["brighton"])
        return {step.entry.approach.id for step in next_steps_due(programme, made, day)}

    assert due(dt.date(2012, 3, 22)) == {"ap2"}, "the team leader was to be rung"
    assert due(dt.date(2012, 3, 27)) == set()


def test_an_ended_community_has_no_step_left() -> None:
    programme = load(EXAMPLE)

    made = approaches_made(programme, THE_END, ["halifax"])

    assert made
    assert next_steps_due(programme, made, THE_END) == []


def test_the_totals_add_up() -> None:
    made = approaches_made(load(EXAMPLE), THE_END)

    totals = approach_totals(made)

    for tallies in (totals.by_outcome, totals.by_level):
        assert sum(tally.count for tally in tallies) == totals.asked == len(made)
        assert sum(tally.hours for tally in tallies) == totals.hours
