"""The table of kinds is complete: everything that is done to any kind of record finds its row."""

from __future__ import annotations

import subprocess
import sys
import typing
from pathlib import Path

import pytest

import copkit.records
from copkit.folder import CommunityRecords, Programme
from copkit.records.kinds import (
    COMMUNITY_PLACES,
    KINDS,
    KINDS_BY_NAME,
    KINDS_BY_NOUN,
    PROGRAMME_NOUNS,
    Noun,
    RecordKind,
    is_record_file,
    parser_for,
)
from copkit.records.schema.fields import fields_of, item_type
from copkit.records.schema.json_schema import build_json_schema
from copkit.records.schema.plain import has_plain_form
from copkit.text.front_matter import read_document
from copkit.text.source import SourceText


def path_of(kind: RecordKind) -> str:
    """Return a path where a record of a kind can lie."""
    name = "2012-04-18" if kind.dated else "some-name"
    return kind.place.replace("<community>", "brighton").replace("<slug>", name)


def listed_type(kind: RecordKind) -> type:
    """Return the type of what is listed: of a roster its members, of a case the case."""
    if kind.name not in {"roster", "approaches", "quote", "outgoing", "place"}:
        return kind.record_type
    (items,) = (field.type for field in fields_of(kind.record_type).values())
    return typing.cast("type", item_type(items))


def test_every_module_of_records_has_a_kind() -> None:
    modules = {path.stem for path in Path(copkit.records.__path__[0]).glob("*.py")}

    # private/ has files of its own, which are no records: they are never listed, shown or merged
    assert {kind.target.split(":")[0] for kind in KINDS_BY_NAME.values()} == modules - {
        "__init__",
        "kinds",
        "private",
    }


def test_every_noun_has_one_kind_and_lies_in_the_programme_or_in_a_community() -> None:
    in_communities = {kind.noun for kind in COMMUNITY_PLACES.values() if kind.noun}

    assert [kind.noun for kind in KINDS if kind.noun] == list(Noun)
    assert {*PROGRAMME_NOUNS, *in_communities} == set(Noun)
    assert {noun.attribute for noun in PROGRAMME_NOUNS} <= set(Programme.__dataclass_fields__)
    assert all(hasattr(CommunityRecords, noun) for noun in in_communities - {Noun.COMMUNITIES})


@pytest.mark.parametrize("kind", KINDS_BY_NAME.values(), ids=lambda kind: kind.name)
def test_a_record_is_parsed_as_the_type_of_its_kind_and_has_a_schema(kind: RecordKind) -> None:
    file = path_of(kind)
    document = read_document(SourceText(file, ""), [], markdown=file.endswith(".md"))

    assert is_record_file(file)
    assert [other for other in KINDS if other.slugs_in(file) is not None] == [kind]
    assert type(parser_for(file)(document)) is kind.record_type
    assert build_json_schema(kind.name, kind.record_type)["properties"]


@pytest.mark.parametrize("kind", KINDS_BY_NAME.values(), ids=lambda kind: kind.name)
def test_a_record_of_any_kind_can_be_cached(kind: RecordKind) -> None:
    # a type with a body is made of WithBody, and its parser sets nothing else but texts
    assert has_plain_form(kind.record_type)


@pytest.mark.parametrize("kind", KINDS_BY_NOUN.values(), ids=lambda kind: kind.name)
def test_columns_are_fields(kind: RecordKind) -> None:
    assert kind.columns
    # whether a case is signed off is worked out when it is listed
    assert set(kind.columns) <= {*fields_of(listed_type(kind)), "signed"}


def test_the_table_alone_imports_no_record() -> None:
    script = "import sys, copkit.records.kinds; print(*sys.modules)"
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    imported = {name for name in result.stdout.split() if name.startswith("copkit.records.")}

    assert imported == {"copkit.records.kinds"}
