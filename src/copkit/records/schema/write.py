"""From values to the text of a new record, as a person would have typed it.  Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import is_dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from copkit.records.schema.fields import Field, choices_of, fields_of, item_type
from copkit.text.yaml.writer import entry_lines

Values = Mapping[str, Any]
"""A record's values by the names of its fields; parts are mappings, lists any sequence."""

_COMMENT_COLUMN: Final = 28


def format_record(record: type, values: Values, body: str = "") -> str:
    """Write a Markdown record: its fields, empty ones offered with a word on what goes there."""
    fields = "".join(_lines(record, values))
    return f"---\n{fields}---\n" + (f"\n{body.strip()}\n" if body.strip() else "")


def format_fields(record: type, values: Values) -> str:
    """Write the fields of a record that is plain YAML."""
    return "".join(_lines(record, values))


def values_of(record: Any) -> dict[str, Any]:
    """Give a record's values by the names of its fields, empty ones left out."""
    values = {}
    for key, field in fields_of(type(record)).items():
        value = getattr(record, field.attribute)
        if isinstance(value, tuple) and value and hasattr(value[0], "source"):
            value = [values_of(part) for part in value]
        elif hasattr(value, "source"):
            value = values_of(value)
        if value is not None and value != ():
            values[key] = value
    return values


def as_json(record: Any) -> dict[str, Any]:
    """Give a record in the form that machines read: every field by its name in the file."""
    return {
        key: _plain(getattr(record, field.attribute))
        for key, field in fields_of(type(record)).items()
    }


def _plain(value: Any) -> Any:
    if isinstance(value, (dt.date, StrEnum)):
        return str(value)
    if isinstance(value, dt.time):
        return f"{value:%H:%M}"
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, (tuple, list)):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return as_json(value) if hasattr(value, "source") else value


def _lines(record: type, values: Values) -> Iterator[str]:
    if unknown := values.keys() - fields_of(record).keys():
        raise ValueError(f"{record.__name__} has no field {', '.join(sorted(unknown))}")
    for key, field in fields_of(record).items():
        value = values.get(key)
        given = value not in (None, "", (), [])
        if not given and not (field.required or field.offered):
            continue
        lines = list(entry_lines(key, value if given else None))
        if len(lines) == 1 and _wants_comment(field, lines[0]):
            lines[0] = f"{lines[0]:{_COMMENT_COLUMN - 1}} # {_help(field)}"
        yield from (f"{line}\n" for line in lines)


def _wants_comment(field: Field, line: str) -> bool:
    return line.endswith(":") or bool(choices_of(field.type))


def _help(field: Field) -> str:
    """Say what goes into a field, and how a list is written."""
    items = item_type(field.type)
    if items is None:
        return field.help
    if is_dataclass(items):
        names = ", ".join(fields_of(items))
        return f"{field.help}: a list, each with {names}"
    return f"{field.help}: a list, each on a line as '- ...'"
