"""The records as rows: what is in them, as of which day, and that their description holds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copkit.analysis.attendance import build_matrix
from copkit.analysis.tables.rows import ROW_SCHEMAS, ExportSource, build_row_tables
from copkit.analysis.tables.summaries import SUMMARY_TABLES, build_tables
from copkit.analysis.tables.table import ColumnType, Table, TableSchema
from copkit.errors import CopkitError
from copkit.folder import load
from copkit.records.schema.audience import Audience
from tests.analysis.tables.programmes import DAYS, draw_programme
from tests.conftest import COMMUNITY, EXAMPLE, PROGRAMME, Write, drawn

END = dt.date(2013, 2, 28)
EVERY_TABLE = [schema.name for schema in ROW_SCHEMAS]
PYTHON_TYPES = {
    ColumnType.TEXT: str,
    ColumnType.INTEGER: int,
    ColumnType.NUMBER: Decimal,
    ColumnType.BOOLEAN: bool,
    ColumnType.DATE: dt.date,
}


def tables_of(
    root: Path, day: dt.date = END, only: Sequence[str] = (), *, with_text: bool = False
) -> dict[str, Table]:
    source = ExportSource("needs", day)
    tables = build_row_tables(load(root), source, only=only, with_text=with_text)
    return {table.name: table for table in tables}


def column(table: Table, name: str) -> list[object]:
    place = table.schema.column_names.index(name)
    return [row[place] for row in table.rows]


def records(table: Table) -> list[dict[str, object]]:
    return [dict(zip(table.schema.column_names, row, strict=True)) for row in table.rows]


@pytest.fixture(scope="module")
def example() -> dict[str, Table]:
    return tables_of(EXAMPLE, only=EVERY_TABLE, with_text=True)


SCHEMAS = [*ROW_SCHEMAS, *(table.schema for table in SUMMARY_TABLES)]


@pytest.mark.parametrize("schema", SCHEMAS, ids=lambda schema: str(schema.name))
def test_every_column_is_described_in_a_sentence(schema: TableSchema) -> None:
    assert schema.description.endswith(".")
    assert [column.name for column in schema.columns if len(column.description) < 7] == []
    assert len(set(schema.column_names)) == len(schema.column_names)
    assert {"programme", "year"}.isdisjoint(schema.column_names)  # the folders of a warehouse


@pytest.mark.parametrize("name", EVERY_TABLE)
def test_the_values_of_the_example_are_what_its_description_says(
    example: dict[str, Table], name: str
) -> None:
    table = example[name]

    # none of it grew out of another, or counted who came to a session by sector
    assert table.rows or name in {"bridge_community_parent", "fact_session"}
    for place, described in enumerate(table.schema.columns):
        values = [row[place] for row in table.rows]
        kind = PYTHON_TYPES[described.type]
        wrong = [
            value
            for value in values
            if value is not None
            and not (isinstance(value, kind) and isinstance(value, bool) is (kind is bool))
        ]
        assert wrong == [], described.name
        assert not (described.required and None in values), described.name
        if described.choices:
            assert {*map(str, values)} - {"None"} <= set(described.choices)


@pytest.mark.parametrize("name", EVERY_TABLE)
def test_keys_are_unique_and_refer_to_rows_that_are_there(
    example: dict[str, Table], name: str
) -> None:
    table = example[name]
    keys = list(zip(*(column(table, key) for key in table.schema.key), strict=True))

    assert len(set(keys)) == len(keys)
    assert keys == sorted(keys)
    for reference in table.schema.references:
        values = {*column(table, reference.column)} - {None}
        assert values <= {*column(example[reference.table], reference.to)}, reference


def test_figure_1_stands_in_the_letters_of_members(example: dict[str, Table]) -> None:
    members = records(example["dim_member"])
    codes = {row["community_id"]: row["code"] for row in records(example["dim_community"])}
    totals = dict.fromkeys(sorted(map(str, codes.values())), 0)
    for row in members:
        totals[str(codes[row["community_id"]])] += row["letter"] in {"X", "F"}

    assert [count for count in totals.values() if count] == [13, 5, 9, 12, 9, 6]
    assert sum(row["letter"] == "Y" for row in members) == 22


def test_words_are_left_out_unless_they_are_asked_for() -> None:
    plain = tables_of(EXAMPLE)

    assert "what" not in plain["fact_action"].schema.column_names
    assert "note" not in plain["fact_progress"].schema.column_names
    assert "fact_seat_day" not in plain
    assert len(plain["fact_action"].rows[0]) == len(plain["fact_action"].schema.columns)


CASE = """---
title: {title}
kind: challenging
status: {status}
presented: 2026-01-14
presenters: [m-1]
consent: {consent}
actions:
  - id: a1
    what: Ring on Friday
    due: 2026-02-11
progress:
  - id: p1
    date: 2026-03-11
    action: a1
    outcome: helped
issues:
  - id: i1
    blockage: doors
---
"""
ROSTER = """members:
  - id: m-1
    role: Nurse
    sector: NHS
    joined: 2026-01-01
    left: 2026-03-01
    left_because: dropped-out
  - id: m-2
    role: Sergeant
    sector: Police
    joined: 2026-02-01
"""


def harbour(write: Write) -> Path:
    write("copkit.yaml", PROGRAMME)
    write("communities/harbour/community.md", COMMUNITY)
    write("communities/harbour/roster.yaml", ROSTER)
    write(
        "communities/harbour/meetings/2026-01-14.md", "---\ndate: 2026-01-14\npresent: [m-1]\n---\n"
    )
    write(
        "communities/harbour/meetings/2026-02-11.md",
        "---\ndate: 2026-02-11\npresent: [m-1]\nsubstitutes:\n  - id: s1\n    for: m-2\n---\n",
    )
    write(
        "communities/harbour/meetings/2026-04-08.md", "---\ndate: 2026-04-08\npresent: [m-2]\n---\n"
    )
    write(
        "communities/harbour/cases/open.md",
        CASE.format(title="Open", status="presented", consent="given"),
    )
    write(
        "communities/harbour/cases/no.md",
        CASE.format(title="No", status="presented", consent="refused"),
    )
    write(
        "communities/harbour/cases/draft.md",
        CASE.format(title="Draft", status="draft", consent="given"),
    )
    return write(
        "blockages/doors.md",
        "---\ntitle: Doors\nstatus: answered\nasks:\n  - id: q1\n    date: 2026-02-01\n"
        "    of: the board\n    ask: Open them\n    replied: 2026-03-01\n    reply: Yes\n---\n",
    )


def test_everything_is_as_it_was_known_on_the_day(write: Write) -> None:
    root = harbour(write)
    then, later = (tables_of(root, dt.date(2026, month, 28)) for month in (2, 4))

    [member] = [row for row in records(then["dim_member"]) if row["role"] == "Nurse"]
    assert (member["letter"], member["left"], member["left_because"]) == ("X", None, None)
    [member] = [row for row in records(later["dim_member"]) if row["role"] == "Nurse"]
    assert (member["letter"], member["left_because"]) == ("Y", "dropped-out")
    assert column(then["dim_meeting"], "came") == [1, 2, None]
    assert column(then["dim_meeting"], "is_past") == [True, True, False]
    assert column(then["fact_action"], "overdue_days") == [17, 17]
    assert column(later["fact_action"], "overdue_days") == [0, 0]
    assert (then["fact_progress"].rows, len(later["fact_progress"].rows)) == ((), 2)
    assert column(then["fact_ask"], "days_silent") == [27]
    assert column(then["dim_blockage"], "status") == ["open"]
    assert column(later["fact_ask"], "days_silent") == [28]
    assert column(later["dim_blockage"], "status") == ["answered"]


def test_a_row_of_attendance_is_for_each_member_of_the_day(write: Write) -> None:
    table = tables_of(harbour(write), dt.date(2026, 4, 28))["fact_attendance"]

    assert [(*row[3:4], *row[5:]) for row in table.rows] == [
        ("needs/harbour/m-1", "present", False),
        ("needs/harbour/m-1", "present", False),
        ("needs/harbour/m-2", "absent", True),
        ("needs/harbour/m-2", "present", False),
    ]


def test_a_case_without_consent_has_no_row_and_a_draft_no_title(write: Write) -> None:
    tables = tables_of(harbour(write), dt.date(2026, 4, 28), with_text=True)

    assert column(tables["dim_case"], "title") == [None, "Open"]
    assert "needs/harbour/no" not in repr(tables)


def test_a_community_made_of_two_names_both_and_why_they_ended(write: Write) -> None:
    root = harbour(write)
    for slug in ("quay", "pier"):
        text = COMMUNITY.replace("CP1", slug).replace("active", "ended\nended: 2026-03-11")
        write(f"communities/{slug}/community.md", text)
    write(
        "communities/pier/closing.md",
        "---\ndecided: 2026-03-01\nlast_meeting: 2026-03-11\nwhy: merged\n---\n",
    )
    parents = "grew_out_of:\n  - pier\n  - quay\nstatus:"
    write(
        "communities/dock/community.md", COMMUNITY.replace("CP1", "D").replace("status:", parents)
    )

    then, later = (tables_of(root, dt.date(2026, month, 28)) for month in (2, 4))

    assert later["bridge_community_parent"].rows == (
        ("needs", "needs/dock", "needs/pier"),
        ("needs", "needs/dock", "needs/quay"),
    )
    assert column(later["dim_community"], "ended_why") == [None, None, "merged", None]
    assert column(then["dim_community"], "status") == ["active"] * 4
    assert column(then["dim_community"], "ended_why") == [None] * 4


def test_a_session_has_the_numbers_that_were_counted(write: Write) -> None:
    network = COMMUNITY.replace("status:", "kind: network\nstatus:")
    write("copkit.yaml", PROGRAMME)
    write("communities/net/community.md", network)
    write("communities/net/meetings/2026-01-14.md", "---\ndate: 2026-01-14\ntitle: A\n---\n")
    root = write(
        "communities/net/meetings/2026-02-11.md",
        "---\ndate: 2026-02-11\ntitle: B\nregistered: 80\ncame: 61\ncame_from:\n"
        "  - id: f1\n    sector: NHS\n    people: 40\n---\n",
    )

    tables = tables_of(root, dt.date(2026, 4, 28))

    assert column(tables["dim_meeting"], "came") == [None, 61]
    assert column(tables["dim_meeting"], "registered") == [None, 80]
    assert [row[2:] for row in tables["fact_session"].rows] == [
        ("needs/net/2026-02-11", dt.date(2026, 2, 11), "NHS", 40)
    ]


def test_a_table_that_there_is_not_is_named_with_the_nearest(write: Write) -> None:
    with pytest.raises(CopkitError, match="there is no table 'fact_atendance'") as error:
        tables_of(harbour(write), only=["fact_atendance"])

    assert "fact_attendance" in error.value.hint


@drawn(15, 400)
@given(data=st.data())
def test_the_letters_are_those_of_the_matrix(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    root = tmp_path_factory.mktemp("drawn")
    draw_programme(root, data)
    day = data.draw(DAYS, label="as of")
    programme = load(root)
    matrix = build_matrix(programme, day)

    members = records(tables_of(root, day)["dim_member"])

    letters = {row["member_id"]: row["letter"] for row in members if row["letter"]}
    assert letters == {
        f"needs/{person.community}/{person.member.id}": person.letter for person in matrix.people
    }


OUTSIDE = [audience for audience in Audience if not audience.policy.sees_members]


@pytest.mark.parametrize("reader", OUTSIDE)
def test_readers_outside_get_summaries_without_any_small_number(reader: Audience) -> None:
    tables = build_tables(load(EXAMPLE), reader, ExportSource("needs", END))

    assert {table.name.partition("_")[0] for table in tables} == {"summary"}
    for table in tables:
        if "hidden" not in table.schema.column_names:
            continue
        for row in records(table):
            number = next(
                row[name]
                for name in ("confirmed", "attendances", "number", "cases", "answered")
                if name in row
            )
            assert (number is None) is row["hidden"]
            assert number is None or number == 0 or int(str(number)) >= 5


def test_the_sum_of_sectors_is_that_of_figure_1() -> None:
    tables = {
        table.name: records(table)
        for table in build_tables(load(EXAMPLE), Audience.COMMISSIONERS, ExportSource("n", END))
    }

    [total] = [row for row in tables["summary_members"] if row["is_total"]]
    assert total["confirmed"] == 54
    blockages = {row["title"]: row["cases"] for row in tables["summary_blockages"]}
    assert blockages["People are turned away because they drink or use drugs"] == 6
    places = {row["place"]: row["services"] for row in tables["summary_services"]}
    assert places["North estate"] == 1
    agreed = {row["question"]: row["agreed"] for row in tables["summary_questions"]}
    assert agreed["contacts"] == 30


def test_words_are_for_members_alone() -> None:
    with pytest.raises(CopkitError, match="for members alone"):
        build_tables(load(EXAMPLE), Audience.PUBLIC, ExportSource("n", END), with_text=True)
