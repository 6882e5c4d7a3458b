"""What is written reads back as the same value, and looks as a person would have typed it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copkit.errors import CopkitError, Problem
from copkit.folder import load, reader_of
from copkit.records.fields import fields_of
from copkit.records.members import Member
from copkit.records.writing import format_fields, format_item, format_record, scalar, values_of
from copkit.text.front_matter import read_document
from copkit.text.nodes import Scalar
from copkit.text.source import SourceText
from copkit.text.yaml_reader import read_yaml
from tests.conftest import EXAMPLE


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Nobody to call", "Nobody to call"),
        ("Women’s Support Worker/Manager", "Women’s Support Worker/Manager"),
        ("A&E (alcohol)", "A&E (alcohol)"),
        ("Robin: a case", '"Robin: a case"'),
        ("Update #2", '"Update #2"'),
        ("no", '"no"'),
        ("007", '"007"'),
        ("2012-04-18", '"2012-04-18"'),
        ("12:30", '"12:30"'),
        ("- dash", '"- dash"'),
        ("", '""'),
        ("~", '"~"'),
        ("@home", '"@home"'),
        ('say "yes"', 'say "yes"'),
        (" padded ", '" padded "'),
    ],
)
def test_quotes_stand_only_where_they_must(text: str, written: str) -> None:
    assert scalar(text) == written


@given(st.text(max_size=60))
def test_any_text_reads_back_as_it_is(text: str) -> None:
    try:
        written = scalar(text)
    except CopkitError:
        assert any(not sign.isprintable() for sign in text)
        return
    whole = f"k: {written}\n"
    problems: list[Problem] = []
    root = read_yaml(SourceText("f", whole), len(whole), problems)
    assert not problems
    node = getattr(root, "entries", {})["k"]
    assert isinstance(node, Scalar)
    assert node.text == text
    assert not node.empty


def every_record() -> list[object]:
    programme = load(EXAMPLE)
    found: list[object] = [programme.settings]
    for records in programme.communities:
        found += [records.community, records.roster, *records.meetings, *records.cases]
    return [
        *found,
        *programme.evidence,
        *programme.blockages,
        *programme.newsletters,
        *programme.briefs,
    ]


@pytest.mark.parametrize("record", every_record(), ids=lambda record: record.source.file)
def test_every_record_of_the_example_survives_writing_and_reading(record: object) -> None:
    file = record.source.file  # type: ignore[attr-defined]
    body = getattr(record, "body", None)
    values = values_of(record)
    text = (
        format_fields(type(record), values)
        if body is None
        else format_record(type(record), values, body)
    )

    problems: list[Problem] = []
    document = read_document(SourceText(file, text), problems, markdown=body is not None)
    again = reader_of(file)(document)

    assert not problems
    for field in fields_of(type(record)).values():
        assert getattr(again, field.attribute) == getattr(record, field.attribute), field.key
    if body is not None:
        assert again.body.strip() == body.strip()


def test_an_item_of_a_list_stands_under_its_dash() -> None:
    assert format_item({"id": "a1", "what": "no: yes"}, 2) == '  - id: a1\n    what: "no: yes"\n'


def test_a_field_that_does_not_exist_cannot_be_written() -> None:
    with pytest.raises(ValueError, match="nickname"):
        format_fields(Member, {"id": "a", "nickname": "Zoe"})


def test_the_example_is_complete() -> None:
    files = [path for path in Path(EXAMPLE).rglob("*.md") if path.name != "README.md"]
    rosters = list(EXAMPLE.glob("communities/*/roster.yaml"))
    assert len(every_record()) == len(files) + len(rosters) + 1
