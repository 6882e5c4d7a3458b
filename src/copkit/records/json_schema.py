"""A JSON Schema for each record, made from its type, for editors that complete and check.  Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import is_dataclass
from decimal import Decimal
from typing import Any

from copkit.records.approaches import Approaches
from copkit.records.blockages import Blockage
from copkit.records.briefs import Brief
from copkit.records.cases import Case
from copkit.records.communities import Community
from copkit.records.evidence import Evidence
from copkit.records.meetings import Meeting
from copkit.records.members import Roster
from copkit.records.newsletters import Newsletter
from copkit.records.programme import Settings
from copkit.records.schema.fields import Colour, Field, Id, choices_of, fields_of, item_type

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
