"""A roster from a file: which column is which, what a line says, and who it is."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from copkit.analysis.imports.roster import find_columns, parse_day, parse_rows
from copkit.analysis.imports.roster_changes import RosterPlan, build_plan
from copkit.errors import CopkitError
from copkit.folder import load
from copkit.importers.tables import ImportedTable
from copkit.private_files import read_contacts
from copkit.records.private import Column
from copkit.records.programme import Seats
from tests.conftest import Write

SEATS: Seats = {"NHS": ("Community Matron", "Drugs Worker"), "Police": ("Police Sergeant",)}
ROSTER = """\
members:
  - id: matron-1
    role: Community Matron
    sector: NHS
  - id: police-1
    role: Police Sergeant
    sector: Police
  - id: drugs-1
    role: Drugs Worker
    sector: NHS
    left: 2026-02-01
"""
CONTACTS = """\
contacts:
  - id: harbour/matron-1
    name: Robin Threlfall
    email: robin@example.org
  - id: harbour/police-1
    name: Ash Pemberton
    email: desk@example.org
  - id: harbour/drugs-1
    name: Ash Pemberton
    email: desk@example.org
"""


def table(*rows: str) -> ImportedTable:
    """Make a table of lines with '|' between the cells."""
    cells = tuple(tuple(cell.strip() for cell in row.split("|")) for row in rows)
    return ImportedTable("list.csv", cells, tuple(range(1, len(rows) + 1)))


@pytest.fixture
def harbour(write: Write) -> Path:
    write("communities/harbour/roster.yaml", ROSTER)
    return write("private/contacts.yaml", CONTACTS)


def plan(
    folder: Path,
    *rows: str,
    head: str = "id | Name | Email | Role | Sector",
    seats: Seats = SEATS,
) -> RosterPlan:
    """Compare lines with the roster of 'harbour'."""
    programme = load(folder)
    roster = programme.communities[0].roster
    sheet = find_columns(table(head, *rows), (), {})
    read, faults = parse_rows(sheet, seats, roster.members)
    contacts = read_contacts(folder, [])
    return build_plan(read, faults, roster, seats, contacts, lambda taken, role: f"n-{len(taken)}")


@pytest.mark.parametrize(
    ("head", "holds"),
    [
        (
            "First name | Last name | Email | Team",
            {"first-name": 0, "last-name": 1, "e-mail": 2, "organisation": 3},
        ),
        (
            "Name|Organisation|Role|Email|Type",
            {"name": 0, "organisation": 1, "role": 2, "e-mail": 3, "part": 4},
        ),
        ("FULL NAME | E-mail address | Job Title", {"name": 0, "e-mail": 1, "role": 2}),
        ("| Surname | Forename | Role", {"last-name": 1, "first-name": 2, "role": 3}),
        ("Email | Email | Role | Role", {"e-mail": 0, "role": 2}),
    ],
)
def test_columns_are_guessed_by_their_heads(head: str, holds: dict[str, int]) -> None:
    below = "Member | b | c | d | Member"
    sheet = find_columns(table("Our members", "", head, below), (), {})

    assert sheet.heading_row == 2
    assert {str(column): at for column, at in sheet.positions.items()} == holds


def test_a_type_that_is_no_part_is_ignored() -> None:
    sheet = find_columns(table("Name | Role | Type", "A B | Nurse | Gold"), (), {})

    assert Column.PART not in sheet.positions


def test_what_is_told_wins_over_every_guess() -> None:
    told = {Column.ROLE: "grade", Column.EMAIL: ""}
    sheet = find_columns(table("Name | Role | Grade | Email", "a|b|c|d"), (), told)

    assert sheet.positions == {Column.NAME: 0, Column.ROLE: 2}


def test_a_file_without_heads_is_refused_without_its_cells() -> None:
    with pytest.raises(CopkitError) as refused:
        find_columns(table("Robin Threlfall | robin@example.org"), (), {Column.ROLE: "Role"})

    assert "Threlfall" not in refused.value.message + refused.value.hint


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-05-04", dt.date(2026, 5, 4)),
        ("2026-05-04 00:00:00", dt.date(2026, 5, 4)),
        ("21/05/2026", dt.date(2026, 5, 21)),
        ("05/21/2026", dt.date(2026, 5, 21)),
        ("5.5.26", dt.date(2026, 5, 5)),
        ("21st May 2026", dt.date(2026, 5, 21)),
        ("4-Jun-2026", dt.date(2026, 6, 4)),
        ("", None),
    ],
)
def test_a_day_that_can_be_only_one_is_read(text: str, day: dt.date | None) -> None:
    assert parse_day(2, text) == day


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("04/05/2026", "04/05/2026 may be 4 May or 5 April"),
        ("31/02/2026", "is not a date"),
        ("32/13/2026", "is not a date"),
        ("4 Ju 2026", "is not a date"),
        ("spring", "is not a date"),
    ],
)
def test_a_day_that_may_be_another_is_not_guessed(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        parse_day(2, text)


@pytest.mark.parametrize(
    ("row", "id"),
    [
        ("matron-1 | | | |", "matron-1"),
        ("| robin  THRELFALL | | |", "matron-1"),
        ("| Threlfall, Robin | | |", "matron-1"),
        ("| | ROBIN@example.org | |", "matron-1"),
        ("police-1 | Ash Pemberton | desk@example.org | |", "police-1"),
    ],
)
def test_members_are_known_again_by_id_address_or_name(harbour: Path, row: str, id: str) -> None:
    found = plan(harbour, row)

    assert [one.id for one in found.same] == [id], found
    assert not (found.new or found.changed or found.contacts)


@pytest.mark.parametrize(
    ("rows", "line", "said"),
    [
        (["| Ash Pemberton | | |"], 2, "this may be 'drugs-1' or 'police-1'"),
        (["| Robin Threlfall | desk@example.org | |"], 2, "this may be"),
        (["| Kit Lovegrove | robin@example.org | |"], 2, "who has another name in the contacts"),
        (["police-1 | Robin Threlfall | | |"], 2, "beside what the contacts have of 'matron-1'"),
        (["matron-1 ||||", "| Robin Threlfall |||"], 3, "same person as in line 2"),
        (["| Kit Day | | Drugs Worker |", "| kit day | | Drugs Worker |"], 3, "same person"),
        (["| Kit Lovegrove | | Drugs Worker | Healt"], 2, "is no sector of copkit.yaml"),
        (["| Kit Lovegrove | | Vicar |"], 2, "no sector"),
        (["| Kit Lovegrove | | | NHS"], 2, "no role"),
        (["| | | Drugs Worker |"], 2, "nothing says who this is"),
        (["| Kit Lovegrove | kit at work | Drugs Worker |"], 2, "the e-mail address is none"),
        (["| Kit Lovegrove | | Assistant of Robin Threlfall | NHS"], 2, "holds the name"),
        (["kit-lovegrove | Kit Lovegrove | | Drugs Worker |"], 2, "the id holds the name"),
    ],
)
def test_a_line_that_is_not_clear_is_left_out_with_its_reason(
    harbour: Path, rows: list[str], line: int, said: str
) -> None:
    found = plan(harbour, *rows)

    assert [fault.line for fault in found.errors] == [line]
    assert said in found.errors[0].why
    assert "Threlfall" not in found.errors[0].why + found.errors[0].hint


def test_any_sector_may_come_in_where_none_is_sought(harbour: Path) -> None:
    rows = ("| Kit Lovegrove | | Support Worker | Voluntary Sector", "| Jo Day | | Vicar | Polce")

    found = plan(harbour, *rows, seats={})

    assert [new.sector for new in found.new] == ["Voluntary Sector"]
    assert [fault.why for fault in found.errors] == ["'Polce' is no sector of the roster"]


def test_two_people_of_one_name_or_one_address_are_two(harbour: Path) -> None:
    found = plan(
        harbour,
        "| Kit Day | kit@example.org | Drugs Worker |",
        "| Kit Day | day@example.org | Drugs Worker |",
        "| Sam Day | team@example.org | Drugs Worker |",
        "| Mel Day | team@example.org | Drugs Worker |",
    )

    assert len({one.id for one in found.new}) == 4
    assert len(found.contacts) == 4


def test_what_looks_like_a_name_in_a_role_is_told_before_it_is_written(harbour: Path) -> None:
    found = plan(harbour, "| Kit Lovegrove | | Deputy of Margaret Hartley | NHS")

    assert [(one.line, one.text) for one in found.doubts] == [
        (2, "the role seems to hold a person's name")
    ]


def test_an_empty_cell_takes_nothing_away_and_who_left_stays_gone(harbour: Path) -> None:
    found = plan(harbour, "drugs-1 | | | | ")

    assert [one.id for one in found.same] == ["drugs-1"]
    assert [one.text for one in found.notes] == ["'drugs-1' left on 2026-02-01; that stays"]
    assert found.missing == ("matron-1", "police-1")
