"""What is written reads back as the same value, and looks as a person would have typed it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from copkit.errors import Problem
from copkit.folder import load
from copkit.records.kinds import parser_for
from copkit.records.members import Member
from copkit.records.schema.fields import fields_of
from copkit.records.schema.write import format_fields, format_record, record_values
from copkit.text.front_matter import read_document
from copkit.text.source import SourceText
from tests.conftest import EXAMPLE


def every_record() -> list[object]:
    programme = load(EXAMPLE)
    quotes = SourceText("quotes.yaml", (EXAMPLE / "quotes.yaml").read_text(encoding="utf-8"))
    places = SourceText("places.yaml", (EXAMPLE / "places.yaml").read_text(encoding="utf-8"))
    found: list[object] = [programme.settings]
    for records in programme.communities:
        found += [records.community, records.roster, *records.meetings, *records.cases]
        found += filter(None, [records.closing])
    return [
        *found,
        *programme.evidence,
        *programme.blockages,
        *programme.newsletters,
        *programme.briefs,
        *programme.surveys,
        *programme.survey_counts.values(),
        *programme.toolkit,
        *programme.focus_groups,
        *programme.stories,
        *programme.reports,
        *programme.directory,
        *programme.connectors,
        parser_for("places.yaml")(read_document(places, [], markdown=False)),
        programme.retention_log,
        *programme.links,
        parser_for("quotes.yaml")(read_document(quotes, [], markdown=False)),
    ]


@pytest.mark.parametrize("record", every_record(), ids=lambda record: record.source.file)
def test_every_record_of_the_example_survives_writing_and_reading(record: Any) -> None:
    file = record.source.file
    body = getattr(record, "body", None)
    values = record_values(record)
    text = (
        format_fields(type(record), values)
        if body is None
        else format_record(type(record), values, body)
    )

    problems: list[Problem] = []
    document = read_document(SourceText(file, text), problems, markdown=body is not None)
    again = parser_for(file)(document)

    assert not problems
    for field in fields_of(type(record)).values():
        assert getattr(again, field.attribute) == getattr(record, field.attribute), field.key
    if body is not None:
        assert again.body.strip() == body.strip()


def test_a_field_that_does_not_exist_cannot_be_written() -> None:
    with pytest.raises(ValueError, match="nickname"):
        format_fields(Member, {"id": "a", "nickname": "Zoe"})


def test_the_example_is_complete() -> None:
    files = [path for path in Path(EXAMPLE).rglob("*.md") if path.name != "README.md"]
    rosters = list(EXAMPLE.glob("communities/*"))  # where a network has none, an empty one
    assert (
        len(every_record()) == len(files) + len(rosters) + 5
    )  # the settings, the counts of the survey, the quotes, the places, and the log of retention
