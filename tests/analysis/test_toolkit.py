"""The starting checklist: each box is ticked by records, and by nothing else."""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path

import pytest

from copkit.analysis.consistency import all_problems
from copkit.analysis.toolkit import (
    BOX_RULES,
    SHIPPED_RULES,
    Interval,
    StartingBox,
    starting_boxes,
)
from copkit.documents.sheets import KIT, load_kit
from copkit.folder import Programme, load
from tests.conftest import EXAMPLE, Write

JUNE = dt.date(2026, 6, 1)
ROLES = {"A": "Nurse", "B": "Police Sergeant", "C": "Tenant", "D": "Advisor"}
SEATS = "seats:\n" + "".join(f"  {sector}:\n    - {role}\n" for sector, role in ROLES.items())
FRONT = "---\ncode: CP1\nname: Harbour community\nplace: Harbour\nstatus: forming\n"


@cache
def example() -> Programme:
    return load(EXAMPLE)


def boxes(folder: Path, day: dt.date = JUNE) -> dict[str, StartingBox]:
    """Return the boxes of the harbour by name, as of a day."""
    programme = load(folder)
    return {box.name: box for box in starting_boxes(programme, programme.community("harbour"), day)}


def of_example(community: str, day: str) -> dict[str, StartingBox]:
    programme = example()
    found = starting_boxes(programme, programme.community(community), dt.date.fromisoformat(day))
    return {box.name: box for box in found}


def community(body: str = "", fields: str = "") -> str:
    return f"{FRONT}{fields}---\n\n{body}"


def members(*lines: str) -> str:
    items = "".join(f"  - id: m{n}\n    {line}\n" for n, line in enumerate(lines))
    return f"members:\n{items}"


def test_halifax_on_its_last_day_lacks_backing_and_people() -> None:
    found = of_example("halifax", "2012-06-13")

    assert [name for name, box in found.items() if not box.ticked] == [
        "backing", "asked", "confirmed", "dates", "distress",
    ]  # fmt: skip
    assert found["confirmed"].because == "five people confirmed, from two sectors"
    assert found["backing"].command == ("edit", "halifax")


def test_workington_on_its_last_day_has_all_but_one() -> None:
    found = of_example("workington", "2013-02-20")

    assert [name for name, box in found.items() if not box.ticked] == ["asked"]


def test_a_fresh_community_has_no_box_ticked(write: Write) -> None:
    folder = write("communities/harbour/community.md", community("## Ground rules\n"))

    assert [name for name, box in boxes(folder).items() if box.ticked] == []


def test_each_open_box_has_a_command_and_a_ticked_one_none() -> None:
    for name in ("brighton", "halifax", "workington"):
        for box in of_example(name, "2012-06-13").values():
            assert bool(box.command) is not box.ticked, box.name


def test_each_box_names_a_sheet_that_there_is() -> None:
    assert {rule.sheet for rule in BOX_RULES} <= set(KIT)


def test_the_seats_that_init_wrote_are_nobodys_choice(write: Write, tmp_path: Path) -> None:
    folder = write("copkit.yaml", f"name: Harbour\nstarts: 2026-01-01\nformat: 1\n{SEATS}")
    three = SEATS.partition("  D:")[0]

    assert boxes(folder)["mix"].because == "4 seats in four sectors"
    write("copkit.yaml", f"name: Harbour\nstarts: 2026-01-01\nformat: 1\n{three}")
    assert boxes(folder)["mix"].because == "three sectors in copkit.yaml, and it takes four"


def test_every_empty_seat_has_to_be_asked_for(write: Write) -> None:
    write(
        "copkit.yaml",
        "name: H\nstarts: 2026-01-01\nformat: 1\nseats:\n  A:\n    - Nurse\n    - Doctor\n",
    )
    approach = "  - id: ap1\n    date: 2026-02-10\n    agency: a trust\n    role: {}\n"
    asked = "approaches:\n" + approach.format("Nurse")
    folder = write("communities/harbour/approaches.yaml", asked)

    assert boxes(folder)["asked"].because == "nobody was asked yet for 1 of 2 empty seats"
    write(
        "communities/harbour/approaches.yaml",
        asked + approach.format("doctor").replace("ap1", "ap2"),
    )
    assert boxes(folder)["asked"].ticked
    assert not boxes(folder, dt.date(2026, 2, 1))["asked"].ticked


EXPERT = "role: Expert\n    sector: Experts\n    part: expert-by-experience"
NURSE = "role: Nurse\n    sector: NHS"


@pytest.mark.parametrize(
    ("people", "ticked"),
    [((), False), ((NURSE,), True), ((NURSE, EXPERT), False), ((EXPERT, EXPERT), True),
     ((EXPERT, f"{EXPERT}\n    left: 2026-03-01"), False),
     ((EXPERT, f"{EXPERT}\n    joined: 2026-07-01"), False)],
)  # fmt: skip
def test_one_expert_is_never_alone(people: tuple[str, ...], ticked: bool, write: Write) -> None:
    folder = write("communities/harbour/roster.yaml", members(*people))

    assert boxes(folder)["experts"].ticked is ticked


def met(day: str, present: range, kind: str = "regular") -> str:
    ids = "".join(f"  - m{n}\n" for n in present)
    return f"---\ndate: {day}\nkind: {kind}\npresent:\n{ids}---\n"


@pytest.mark.parametrize(
    ("count", "sectors", "ticked"),
    [(5, 2, False), (6, 2, True), (10, 2, True), (11, 2, False), (6, 1, False)],
)
def test_six_to_ten_are_confirmed_from_more_than_one_sector(
    count: int, sectors: int, ticked: bool, write: Write
) -> None:
    people = [f"role: Worker\n    sector: S{n % sectors}" for n in range(count)]
    folder = write("communities/harbour/roster.yaml", members(*people))
    for day in ("2026-03-04", "2026-04-01"):
        write(f"communities/harbour/meetings/{day}.md", met(day, range(count)))

    assert boxes(folder)["confirmed"].ticked is ticked


def test_a_taster_is_held_and_rules_are_written_down(write: Write) -> None:
    write("communities/harbour/roster.yaml", members(NURSE))
    folder = write(
        "communities/harbour/meetings/2026-03-04.md", met("2026-03-04", range(1), "taster")
    )

    box = boxes(folder)["taster"]
    assert (box.ticked, box.command) == (False, ("toolkit", "add", "ground-rules", "harbour"))
    write("communities/harbour/community.md", community("## Ground rules\n\n- No names.\n"))
    assert boxes(folder)["taster"].ticked
    assert not boxes(folder, dt.date(2026, 3, 1))["taster"].ticked


def test_six_dates_are_in_calendars_without_those_that_were_cancelled(write: Write) -> None:
    for month in range(1, 7):
        folder = write(
            f"communities/harbour/meetings/2026-0{month}-07.md",
            f"---\ndate: 2026-0{month}-07\n---\n",
        )

    assert boxes(folder)["dates"].ticked
    write(
        "communities/harbour/meetings/2026-06-07.md",
        "---\ndate: 2026-06-07\ncancelled: the room was flooded\n---\n",
    )
    assert boxes(folder)["dates"].because == "five meetings in all, of the first six"


def test_a_case_that_is_being_prepared_counts_for_its_presenter(write: Write) -> None:
    write("communities/harbour/roster.yaml", members(NURSE, NURSE, NURSE))
    write("communities/harbour/meetings/2026-03-04.md", met("2026-03-04", range(1)))
    case = "---\ntitle: A key\nkind: challenging\nstatus: draft\npresenters:\n  - m1\n---\n"
    folder = write("communities/harbour/cases/a-key.md", case)

    assert boxes(folder)["presenters"].because == "two people could present next, one with a case"


ACTION = "actions:\n  - id: a1\n    what: Ring the surgery\n"
CASE = "---\ntitle: A key\nkind: challenging\nstatus: presented\npresented: 2026-03-04\n"


@pytest.mark.parametrize(
    ("fields", "ticked", "because"),
    [("", False, "no promise is recorded"),
     (f"{ACTION}    owner: Nurse\n", False, "a promise of a-key has no day"),
     (f"{ACTION}    due: 2026-04-01\n", False, "nobody owns a promise of a-key"),
     (f"{ACTION}    owner: Nurse\n    due: 2026-04-01\n", True,
      "1 promise, each with an owner and a day")],
)  # fmt: skip
def test_each_promise_has_an_owner_and_a_day(
    fields: str, ticked: bool, because: str, write: Write
) -> None:
    folder = write("communities/harbour/cases/a-key.md", f"{CASE}{fields}---\n")

    box = boxes(folder)["promises"]
    assert (box.ticked, box.because) == (ticked, because)


def test_care_and_the_end_are_written_down(write: Write) -> None:
    body = "## If it is too much\n\nRing the host.\n"
    folder = write("communities/harbour/community.md", community(body, "backing: director\n"))
    write(
        "communities/harbour/meetings/2026-12-02.md", "---\ndate: 2026-12-02\nkind: review\n---\n"
    )

    found = boxes(folder)
    assert found["distress"].ticked
    assert found["backing"].because == "director"
    assert found["ending"].because == "we look back on Wednesday 2 December 2026"


# --- the days of the first six ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "interval", "days"),
    [("2026-03-04", Interval(days=28), ["2026-03-04", "2026-04-01", "2026-04-29"]),
     ("2026-03-18", Interval(months=1), ["2026-03-18", "2026-04-15", "2026-05-20"]),
     ("2026-12-30", Interval(months=1), ["2026-12-30", "2027-01-27", "2027-02-24"]),
     ("2026-11-02", Interval(months=2), ["2026-11-02", "2027-01-04", "2027-03-01"])],
)  # fmt: skip
def test_a_month_keeps_the_weekday_and_its_place_in_the_month(
    first: str, interval: Interval, days: list[str]
) -> None:
    start = dt.date.fromisoformat(first)

    assert [str(interval.after(start, number)) for number in range(3)] == days


# --- ground rules -------------------------------------------------------------------------------


def shipped_rules() -> str:
    return next(sheet.body for sheet in load_kit() if sheet.slug == "ground-rules")


def test_the_words_that_the_shipped_rules_are_known_by_stand_in_them() -> None:
    text = " ".join(shipped_rules().casefold().split())

    assert [words for words in SHIPPED_RULES if words not in text] == []


def test_taking_out_the_rule_on_harm_is_warned_of_at_the_heading(write: Write) -> None:
    rules = [line for line in shipped_rules().splitlines() if line[:1].isdigit()]
    body = "## Ground rules\n\n" + "\n".join(rules)
    folder = write("communities/harbour/community.md", community(body))

    assert [problem.code for problem in all_problems(load(folder))] == []
    without = body.replace(rules[7], "")
    write("communities/harbour/community.md", community(without))
    (problem,) = all_problems(load(folder))
    assert (problem.code, problem.line, problem.severity) == (
        "ground-rules-safeguarding", 8, "warning",
    )  # fmt: skip


def test_rules_of_a_groups_own_are_left_to_the_group(write: Write) -> None:
    body = "## Ground rules\n\n- Nobody is senior in this room.\n- No names.\n"
    folder = write("communities/harbour/community.md", community(body))

    assert all_problems(load(folder)) == []
