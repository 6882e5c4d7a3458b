"""A roster from a file: which column is which, what a line says, and who it is."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copkit.analysis.imports.roster import (
    Asks,
    SeatAnswers,
    is_nobody,
    parse_rows,
    take_part,
)
from copkit.analysis.imports.roster_changes import (
    RosterPlan,
    build_plan,
    find_new_seats,
    find_seat_questions,
)
from copkit.analysis.imports.roster_columns import find_columns, has_members
from copkit.errors import CopkitError
from copkit.folder import load
from copkit.importers.names import tidy_name
from copkit.importers.tables import ImportedTable
from copkit.private_files import read_contacts
from copkit.records.members import parse_roster
from copkit.records.private import Column, parse_contacts
from copkit.records.programme import Seats
from copkit.text.front_matter import Document, read_document
from copkit.text.source import SourceText
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
    answers: SeatAnswers | None = None,
) -> RosterPlan:
    """Compare lines with the roster of 'harbour'."""
    programme = load(folder)
    roster = programme.communities[0].roster
    sheet = find_columns(table(head, *rows), (), {})
    parsed = parse_rows(sheet, seats, roster.members, answers or SeatAnswers())
    contacts = read_contacts(folder, [])
    return build_plan(parsed, roster, seats, contacts, lambda taken, role: f"n-{len(taken)}")


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
    ("days", "joined"),
    [
        (["2026-05-04", "2026-05-04 00:00:00"], ["2026-05-04", "2026-05-04"]),
        (["4/5/2026", "21/05/2026"], ["2026-05-04", "2026-05-21"]),
        (["4/5/2026", "05/21/2026"], ["2026-04-05", "2026-05-21"]),
        (["5.5.26", "21st May 2026"], ["2026-05-05", "2026-05-21"]),
        (["4-Jun-2026", "n/a"], ["2026-06-04", None]),
        (["13 avr. 2026", "46057"], ["2026-04-13", "2026-02-04"]),
    ],
)
def test_days_are_settled_by_the_whole_file(
    harbour: Path, days: list[str], joined: list[str | None]
) -> None:
    rows = [f"Anna{number} Day | Drugs Worker | {day}" for number, day in enumerate(days)]

    plan_of_days = plan(harbour, *rows, head="Name | Role | Joined")

    assert [new.joined and str(new.joined) for new in plan_of_days.new] == joined
    assert not plan_of_days.notes


@pytest.mark.parametrize(
    ("day", "note"),
    [
        ("04/05/2026", "the dates in list.csv may be 4 May 2026 or 5 April 2026"),
        ("31/02/2026", "'31/02/2026' is not a date, and is left out"),
        ("spring", "'spring' is not a date, and is left out"),
        ("4 May", "'4 May' is not a date, and is left out"),
    ],
)
def test_a_day_that_is_not_clear_is_left_out_and_told_and_costs_nobody_their_line(
    harbour: Path, day: str, note: str
) -> None:
    plan_of_day = plan(harbour, f"Kit Day | Drugs Worker | {day}", head="Name | Role | Joined")

    assert [new.joined for new in plan_of_day.new] == [None]
    assert note in plan_of_day.notes[0].text


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
        (["| Robin Threlfall | r.threlfall@example.net | |"], 2, "another e-mail address"),
        (["| Kit Day | | Drugs Worker |", "| kit day | | Police Sergeant |"], 3, "same person"),
        (["| Kit Lovegrove | | Drugs Worker | Healt"], 2, "is no sector of copkit.yaml"),
        (["| Kit Lovegrove | | Vicar |"], 2, "'Vicar' is no role of copkit.yaml"),
        (["| Kit Lovegrove | | | NHS"], 2, "no role"),
        (["police-1 | | | |", "police 1 | Kit Day | | Drugs Worker |"], 3, "cannot be one"),
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


def test_the_name_of_a_member_beside_another_address_is_asked_about(harbour: Path) -> None:
    """The role of a namesake is never changed by a guess."""
    row = "| Robin Threlfall | r.threlfall@example.net | Drugs Worker | NHS"

    open_plan = plan(harbour, row)
    same = plan(harbour, row, answers=SeatAnswers().with_person("2", "matron-1"))
    other = plan(harbour, row, answers=SeatAnswers().with_person("Robin Threlfall", "new"))

    assert [error.asks for error in open_plan.errors] == [Asks.PERSON]
    assert open_plan.is_empty
    assert [match.id for match in same.changed] == ["matron-1"]
    assert [new.role for new in other.new] == ["Drugs Worker"]
    assert not other.changed


def test_a_line_that_says_the_same_again_is_noted_and_no_fault(harbour: Path) -> None:
    found = plan(harbour, "| Kit Day | | Drugs Worker | NHS", "| kit day | | Drugs Worker |")

    assert len(found.new) == 1
    assert not found.errors
    assert [(note.line, note.text) for note in found.notes] == [(3, "says again what line 2 says")]


def test_unknown_roles_and_sectors_are_asked_about_once_and_wait(harbour: Path) -> None:
    rows = (
        "| Kit Day | | Support wkr |",
        "| Jo Roe | | support  WKR |",
        "| Mel Ashdown | | Drugs Worker | Health",
        "| Sam Okafor | | |",
    )

    found = plan(harbour, *rows)
    members = load(harbour).communities[0].roster.members
    questions = find_seat_questions(found, SEATS, members)

    assert [(question.asks, question.written, question.lines) for question in questions] == [
        (Asks.ROLE, "Support wkr", (2, 3)),
        (Asks.ROLE, "", (5,)),
        (Asks.SECTOR, "Health", (4,)),
    ]
    assert found.is_empty

    answers = SeatAnswers().with_role("support wkr", "Drugs Worker").with_sector("Health", "NHS")
    answered = plan(harbour, *rows, answers=answers.with_role("", "Police Sergeant"))
    assert [new.role for new in answered.new] == [*["Drugs Worker"] * 3, "Police Sergeant"]
    assert not answered.errors


def test_a_sector_may_be_answered_by_role_by_organisation_or_for_everybody(harbour: Path) -> None:
    head = "Name | Role | Organisation"
    rows = ("Kit Day | Vicar | St Ann's", "Jo Roe | Cook | a hostel", "Mel Ashdown | Porter |")
    answers = SeatAnswers(adds_seats=True).with_sector("vicar", "Police")

    answers = answers.with_sector("a hostel", "NHS").with_sector("", "Voluntary Sector")
    found = plan(harbour, *rows, head=head, answers=answers)

    assert [new.sector for new in found.new] == ["Police", "NHS", "Voluntary Sector"]
    assert find_new_seats(found, answers) == {
        "Police": ["Vicar"],
        "NHS": ["Cook"],
        "Voluntary Sector": ["Porter"],
    }


def test_a_role_without_a_seat_is_taken_as_it_is_written_where_the_sector_is_known(
    harbour: Path,
) -> None:
    found = plan(harbour, "| Kit Day | | Link Worker | NHS")
    question = find_seat_questions(found, SEATS, ())[0]

    assert [(new.role, new.is_sought) for new in found.new] == [("Link Worker", False)]
    assert (question.written, question.keeps_out) == ("Link Worker", False)
    assert find_new_seats(found, SeatAnswers()) == {}


def test_a_member_keeps_the_role_they_have_where_a_list_has_words_of_its_own(
    harbour: Path,
) -> None:
    row = "| Robin Threlfall | | Sr matron | "

    found = plan(harbour, row)
    answered = plan(harbour, row, answers=SeatAnswers().with_role("sr matron", "Drugs Worker"))

    assert [match.id for match in found.same] == ["matron-1"]
    question = find_seat_questions(found, SEATS, ())[0]
    assert (question.written, question.lines, question.keeps_out) == ("Sr matron", (2,), False)
    assert [match.fields[0].new for match in answered.changed] == ["Drugs Worker"]


def test_lines_of_their_own_name_the_sector_of_those_below(harbour: Path) -> None:
    rows = ("NHS |", "Kit Day | Porter", "POLICE |", "Jo Roe | Dog Handler", "Total: 2 |")

    found = plan(harbour, *rows, head="Name | Role")

    assert [(new.sector, new.role) for new in found.new] == [
        ("NHS", "Porter"),
        ("Police", "Dog Handler"),
    ]
    assert not found.errors


def test_seats_that_nobody_has_are_no_people(harbour: Path) -> None:
    names = ("TBC", "vacant", "n/a", "", "Vacant (recruiting)", "-", "To be appointed")

    found = plan(harbour, *(f"{name} | Drugs Worker" for name in names), head="Name | Role")

    assert (found.empty_seats, found.new, found.errors) == (len(names), (), ())
    assert not any(map(is_nobody, ("Nan Oakes", "Tabitha", "Vaughan", "None-Such Ann")))


@pytest.mark.parametrize(
    ("cell", "text", "part"),
    [
        ("Drugs Worker (facilitator)", "Drugs Worker", "facilitator"),
        ("Kit Day [Co-facilitator]", "Kit Day", "facilitator"),
        ("Kit Day - facilitator", "Kit Day", "facilitator"),
        ("Adviser (expert by experience)", "Adviser", "expert-by-experience"),
        ("Support Worker (offenders)", "Support Worker (offenders)", "None"),
    ],
)
def test_a_part_in_brackets_is_taken_out_of_its_cell(cell: str, text: str, part: str) -> None:
    assert tuple(map(str, take_part(cell))) == (text, part)


@pytest.mark.parametrize(
    ("name", "tidy"),
    [
        ("Dr Ada Quill", "Ada Quill"),
        ("Quill, Dr. Ada (she/her)", "Ada Quill"),
        ("Prof. Dr. Ada Quill", "Ada Quill"),
        ("Cllr Ola (they/them) Pettersen", "Ola Pettersen"),
        ("Dean Prior", "Dean Prior"),
        ("Dr Quill", "Dr Quill"),  # nothing would be left but a surname
    ],
)
def test_titles_and_pronouns_are_no_part_of_a_name(name: str, tidy: str) -> None:
    assert tidy_name(name) == tidy


def test_a_list_is_told_from_other_tables_by_its_headings() -> None:
    assert has_members(table("Full name | Phone", "Ada Quill | 1"))
    assert has_members(table("Members 2026 |", "Name | Job title", "Ada Quill | Nurse"))
    assert not has_members(table("Sector | Role", "NHS | Nurse"))
    assert not has_members(table("Heading | Cost", "Room hire | 120"))


def test_the_numbers_of_a_form_are_no_ids() -> None:
    numbers = find_columns(table("ID | Name | Role", "7 | Ada Quill | Nurse"), (), {})
    logins = find_columns(table("ID | Name | Role", "aquill | Ada Quill | Nurse"), (), {})
    ids = find_columns(table("ID | Name | Role", "nurse-1 | Ada Quill | Nurse"), (), {})

    assert Column.ID not in {*numbers.positions, *logins.positions}
    assert ids.positions[Column.ID] == 0


@pytest.mark.parametrize("name", ["Kit Day / Jo Roe", "Kit & Jo Day", "Kit Day and Jo Roe", "A;B"])
def test_a_name_of_several_people_is_no_member(harbour: Path, name: str) -> None:
    found = plan(harbour, f"{name} | Drugs Worker", head="Name | Role")

    assert not found.new
    assert [error.why for error in found.errors] == ["the name seems to be of several people"]


def test_people_below_another_heading_are_told_and_are_no_members(harbour: Path) -> None:
    rows = ("Kit Day | Drugs Worker", "Former members: |", "Jo Roe | Drugs Worker")
    table_below = ("Kit Day | Drugs Worker", "Name | Email", "Jo Roe | jo@example.org")

    for lines in (rows, table_below):
        found = plan(harbour, *lines, head="Name | Role")

        assert [new.line for new in found.new] == [2]
        assert [error.line for error in found.errors] == [4]
        assert "below the heading in line 3" in found.errors[0].why


def test_a_refusal_names_the_headings_and_what_each_is_like() -> None:
    with pytest.raises(CopkitError) as refused:
        find_columns(table("Organistion | Cost", "a hostel | 120"), (), {})

    assert "'Organistion' (organisation?), 'Cost'" in refused.value.hint
    assert "--column" in refused.value.hint


def document(file: str, text: str) -> Document:
    return read_document(SourceText(file, text), [], markdown=False)


_CELL_TEXTS = (
    "|TBC|Kit Day|Day, Kit|Jo Roe (facilitator)|Robin Threlfall|n/a|kit@example.org|Drugs Worker"
    "|robin@example.org|desk@example.org; x@example.net|Vicar|NHS|Health|4/5/2026|no|Resigned"
    "|matron-1|1111111111"
)
_HEAD_TEXTS = (
    "Name|Full name*|Surname|E-mail|Role / Job title|Sector|Joined|Status|Agency|id|Active?"
    "|Shoe size||Title|Part"
)
_CELLS = st.sampled_from(_CELL_TEXTS.split("|"))
_HEADS = st.sampled_from(_HEAD_TEXTS.split("|"))


@settings(max_examples=500 if os.environ.get("COPKIT_LONG") else 40, deadline=None)
@given(data=st.data())
def test_every_line_of_any_list_is_in_exactly_one_place(
    data: st.DataObject,
) -> None:
    width = data.draw(st.integers(2, 5))
    heads = data.draw(st.lists(_HEADS, min_size=width, max_size=width))
    rows = data.draw(st.lists(st.lists(_CELLS, min_size=width, max_size=width), max_size=8))
    listed = ImportedTable(
        "x.csv", (tuple(heads), *map(tuple, rows)), tuple(range(1, len(rows) + 2))
    )
    roster = parse_roster(document("communities/harbour/roster.yaml", ROSTER), "harbour")
    contacts = parse_contacts(document("private/contacts.yaml", CONTACTS))
    try:
        sheet = find_columns(listed, (), {})
    except CopkitError as refused:
        assert refused.hint
        return

    parsed = parse_rows(sheet, SEATS, roster.members, SeatAnswers())
    found = build_plan(parsed, roster, SEATS, contacts, lambda taken, role: f"n-{len(taken)}")

    places = [new.line for new in found.new]
    places += [match.line for match in (*found.changed, *found.same)]
    places += [error.line for error in found.errors]
    places += [note.line for note in found.notes if note.text.startswith("says again")]
    assert len(places) == len(set(places))
    stated = [
        line
        for line, row in zip(listed.lines[1:], rows, strict=True)
        if any(row[position] for position in sheet.positions.values())
    ]
    skipped = [line for line in stated if line not in places]
    lone = [line for line in stated if sum(map(bool, rows[line - 2])) == 1]
    repeated = [line for line in stated if rows[line - 2] == heads]
    # what is in no place is an empty seat, a heading, or one cell that names a sector or nothing
    headings = sum("heading of other people" in note.text for note in found.notes)
    assert len(skipped) <= found.empty_seats + len(lone) + len(repeated) + headings
