"""Which record belongs at a path of the folder, and what reads it.  Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import is_dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from copkit.errors import Problem
from copkit.layout import IN_COMMUNITY, SETTINGS, TOPS
from copkit.records.approaches import Approaches
from copkit.records.blockages import Blockage
from copkit.records.briefs import Brief
from copkit.records.cases import Case
from copkit.records.communities import Community, parse_community
from copkit.records.evidence import Evidence
from copkit.records.meetings import Meeting
from copkit.records.members import Roster, parse_roster
from copkit.records.newsletters import Newsletter
from copkit.records.programme import Settings, parse_settings
from copkit.records.schema.fields import Colour, Field, Id, choices_of, fields_of, item_type
from copkit.text.files import is_slug, source_of
from copkit.text.front_matter import Document, read_document


class Noun(StrEnum):
    """The records that can be read, by the name of their folder or file."""

    MEMBERS = "members"
    MEETINGS = "meetings"
    CASES = "cases"
    APPROACHES = "approaches"
    EVIDENCE = "evidence"
    BLOCKAGES = "blockages"
    NEWSLETTERS = "newsletters"
    BRIEFS = "briefs"


def reader_of(file: str) -> Callable[[Document], Any]:
    """Give what reads the record that belongs at a path of the folder.

    Each noun is imported when its first record is read: a command pays for what it reads.
    """
    if file == SETTINGS:
        return parse_settings
    place, *rest = file.removesuffix(".md").split("/")
    if place != "communities":
        parse = _plain_reader(Noun(place))
        return lambda document: parse(document, rest[0])
    slug, kind = rest[0], rest[1]
    if kind == "community":
        return lambda document: parse_community(document, slug)
    if kind == "roster.yaml":
        return lambda document: parse_roster(document, slug)
    if kind == "approaches.yaml":
        from copkit.records.approaches import parse_approaches

        return lambda document: parse_approaches(document, slug)
    parse_inner = _community_reader(Noun(kind))
    return lambda document: parse_inner(document, slug, rest[2])


def is_record_file(file: str) -> bool:
    """Say whether a record belongs at a path of the folder."""
    top, *rest = file.split("/")
    if not rest:
        return file == SETTINGS
    name = rest[-1].removesuffix(".md")
    if top != "communities":
        return top in TOPS and len(rest) == 1 and rest[0].endswith(".md") and is_slug(name)
    if not is_slug(rest[0]):
        return False
    if len(rest) == 2:
        return rest[1] in IN_COMMUNITY
    nouns = (Noun.MEETINGS.value, Noun.CASES.value)
    if len(rest) != 3 or rest[1] not in nouns or not rest[2].endswith(".md"):
        return False
    return is_name_of(Noun(rest[1]), name)


def faults_in(file: str, data: bytes) -> list[Problem]:
    """Give everything wrong with one record's bytes, as they may stand outside the folder."""
    problems: list[Problem] = []
    source = source_of(file, data, problems)
    document = read_document(source, problems, markdown=file.endswith(".md"))
    if not file.startswith("directory/"):
        reader_of(file)(document)
    return problems


def _plain_reader(noun: Noun) -> Callable[[Document, str], Any]:
    if noun is Noun.EVIDENCE:
        from copkit.records.evidence import parse_evidence

        return parse_evidence
    if noun is Noun.BLOCKAGES:
        from copkit.records.blockages import parse_blockage

        return parse_blockage
    if noun is Noun.NEWSLETTERS:
        from copkit.records.newsletters import parse_newsletter

        return parse_newsletter
    from copkit.records.briefs import parse_brief

    return parse_brief


def _community_reader(noun: Noun) -> Callable[[Document, str, str], Any]:
    if noun is Noun.MEETINGS:
        from copkit.records.meetings import parse_meeting

        return parse_meeting
    from copkit.records.cases import parse_case

    return parse_case


def is_name_of(noun: Noun, name: str) -> bool:
    """Say whether a file of that name, without its ending, can be a record of a noun."""
    if noun is Noun.MEETINGS:
        from copkit.records.meetings import is_meeting_slug

        return is_meeting_slug(name)
    return is_slug(name)


# A JSON Schema for each record, made from its type, for editors that complete and check.

TYPES: dict[str, type] = {
    "programme": Settings,
    "community": Community,
    "roster": Roster,
    "meeting": Meeting,
    "case": Case,
    "approaches": Approaches,
    "evidence": Evidence,
    "blockage": Blockage,
    "newsletter": Newsletter,
    "brief": Brief,
}
"""The nouns that have a schema, by the name ``copkit schema`` takes."""

FOLDER = ".copkit/schema"
"""Where ``init`` puts the schemas in a programme folder, for the editor to find."""


def schema_of(noun: str) -> dict[str, Any]:
    """Give the JSON Schema (draft 2020-12) of a noun's fields."""
    record = TYPES[noun]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"copkit: {noun}",
        "description": _summary(record),
        **_object(record),
    }


def modeline(noun: str, depth: int) -> str:
    """Give the comment that tells an editor which schema a YAML file ``depth`` folders down has."""
    return f"# yaml-language-server: $schema={'../' * depth}{FOLDER}/{noun}.json\n"


def _object(record: Any) -> dict[str, Any]:
    fields = fields_of(record)
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {key: _field(field) for key, field in fields.items()},
        "additionalProperties": False,
    }
    if needed := [key for key, field in fields.items() if field.required]:
        schema["required"] = needed
    return schema


def _field(field: Field) -> dict[str, Any]:
    value = _value(field.type, field)
    if not field.required:  # 'key:' with nothing after it counts as left out
        value = {"anyOf": [value, {"type": "null"}]}
    return {"description": field.help, **value}


def _value(hint: Any, field: Field) -> dict[str, Any]:
    if choices := choices_of(hint):
        return {"enum": list(choices)}
    if hint is dt.date:
        return {"type": "string", "format": "date", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
    if hint is dt.time:
        return {"type": "string", "pattern": r"^\d{1,2}:\d{2}$"}
    if hint is int:
        return {"type": "integer", "minimum": field.least or 0}
    if hint is Decimal:
        return {"type": "number", "minimum": 0}
    if hint is Id:
        return {"type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$", "maxLength": 80}
    if hint is Colour:
        return {"type": ["string", "integer"], "pattern": "^#?[0-9a-fA-F]{6}$"}
    if hint is str:
        return {"type": ["string", "number"]}  # '2012' is text to copkit, a number to others
    if is_dataclass(hint):
        return _object(hint)
    if (items := item_type(hint)) is not None:
        return {"type": "array", "items": _value(items, field)}
    roles = {"type": ["array", "null"], "items": {"type": "string"}}
    return {"type": "object", "additionalProperties": roles}


def _summary(record: type) -> str:
    return (record.__doc__ or "").strip().split("\n\n")[0].replace("``", "'").replace("\n", " ")
