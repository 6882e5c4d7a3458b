"""JSON Schemas of records, for editors that complete and check them.  Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import is_dataclass
from decimal import Decimal
from typing import Any

from copkit.records.schema.fields import Colour, Field, Id, choices_of, fields_of, item_type


def build_json_schema(name: str, record: type) -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a record's type, for editors that complete.

    ``name`` is what the schema's title calls it, such as ``case``.
    """
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"copkit: {name}",
        "description": _first_paragraph(record),
        **_object_schema(record),
    }


def _object_schema(record: Any) -> dict[str, Any]:
    """Return the JSON Schema of a record's type, or of a part of one, without its title."""
    fields = fields_of(record)
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {key: _field_schema(field) for key, field in fields.items()},
        "additionalProperties": False,
    }
    if required := [key for key, field in fields.items() if field.required]:
        schema["required"] = required
    return schema


def _field_schema(field: Field) -> dict[str, Any]:
    """Return the JSON Schema of one field, with its help text as the description."""
    value = _value_schema(field.type, field)
    if not field.required:  # 'key:' with nothing after it counts as left out
        value = {"anyOf": [value, {"type": "null"}]}
    return {"description": field.help, **value}


def _value_schema(hint: Any, field: Field) -> dict[str, Any]:
    """Return the JSON Schema of the values of a type.

    ``hint`` is the type of the field's value, or of an item of its list; ``field`` has the limits.
    """
    if choices := choices_of(hint):
        # yes and no are true and false to other readers of YAML
        return {"enum": [*choices, True, False] if set(choices) == {"yes", "no"} else list(choices)}
    if hint is dt.date:
        return {"type": "string", "format": "date", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
    if hint is dt.time:
        return {"type": "string", "pattern": r"^\d{1,2}:\d{2}$"}
    if hint is bool:
        return {"enum": [True, False, "true", "false"]}
    if hint is int:
        return {"type": "integer", "minimum": field.least or 0}
    if hint is Decimal:
        return {"type": "number", "minimum": 0}
    if hint is Id:
        return {"type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$", "maxLength": 80}
    if hint is Colour:
        # 123456 is a number to other readers of YAML, and a colour to copkit.
        return {"type": ["string", "integer"], "pattern": "^#?[0-9a-fA-F]{6}$"}
    if hint is str:
        return {"type": ["string", "number"]}  # '2012' is text to copkit, a number to others
    if is_dataclass(hint):
        return _object_schema(hint)
    if (items := item_type(hint)) is not None:
        value = _value_schema(items, field)
        several = {"type": "array", "items": value}
        return {"anyOf": [value, several]} if field.single else several
    roles = {"type": ["array", "null"], "items": {"type": "string"}}
    return {"type": "object", "additionalProperties": roles}


def _first_paragraph(record: type) -> str:
    """Return the first paragraph of a type's docstring on one line, with plain quotes."""
    return (record.__doc__ or "").strip().split("\n\n")[0].replace("``", "'").replace("\n", " ")
