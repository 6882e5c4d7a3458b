"""Format new records as Markdown or YAML, and records as JSON values.  Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from decimal import Decimal
from enum import Enum
from pathlib import PurePath
from typing import Any, Final

from copkit.records.schema.fields import Field, Source, choices_of, fields_of, item_type
from copkit.text.yaml.writer import format_entry

Values = Mapping[str, Any]
"""A record's values by the names of its fields; parts are mappings, lists any sequence."""

_COMMENT_COLUMN: Final = 28  # past all but a few keys, so that comments stand below each other


def format_record(record: type, values: Values, body: str = "") -> str:
    """Format a Markdown record.

    Empty fields, required or offered, get a comment on what goes there.

    ``record`` is its type, ``values`` are by key, and ``body`` is the Markdown below the fields.
    Raise :class:`ValueError` for a value of no field, which is a mistake of the caller.
    """
    front_matter = "".join(_lines(record, values))
    return f"---\n{front_matter}---\n" + (f"\n{body.strip()}\n" if body.strip() else "")


def format_fields(record: type, values: Values) -> str:
    """Format the fields of a record that is plain YAML.

    Empty fields, required or offered, get a comment on what goes there. Raise :class:`ValueError`
    for a value of no field.
    """
    return "".join(_lines(record, values))


def record_values(record: Any) -> dict[str, Any]:
    """Return a record's values by key, without empty ones, as :func:`format_record` takes them."""
    values = {}
    for key, field in fields_of(type(record)).items():
        value = getattr(record, field.attribute)
        if isinstance(value, tuple) and value and hasattr(value[0], "source"):
            value = [record_values(part) for part in value]
        elif hasattr(value, "source"):
            value = record_values(value)
        if value is not None and value != ():
            values[key] = value
    return values


def record_as_json(record: Any) -> dict[str, Any]:
    """Return a record as values for JSON: every field by its key, empty ones too."""
    return {
        key: json_value(getattr(record, field.attribute))
        for key, field in fields_of(type(record)).items()
    }


def json_value(value: Any, write_text: Callable[[str], str] = str) -> Any:
    """Return any value as JSON has it: the one encoder of what ``--json`` prints.

    Days, paths and choices become text, amounts numbers, times ``14:30``; a record becomes an
    object of its fields by key, any other dataclass by name. ``write_text`` writes each text.
    """
    if isinstance(value, str):  # also a choice
        return write_text(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, dt.time):
        return f"{value:%H:%M}"
    if isinstance(value, Decimal):
        return float(value)  # hours with two decimals at most: nothing is lost
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, PurePath):
        return value.as_posix()
    if isinstance(value, (tuple, list)):
        return [json_value(item, write_text) for item in value]
    if isinstance(value, dict):
        return {key: json_value(item, write_text) for key, item in value.items()}
    if isinstance(getattr(value, "source", None), Source):
        return record_as_json(value)
    if is_dataclass(value):
        return {
            field.name: json_value(getattr(value, field.name), write_text)
            for field in fields(value)
        }
    return value


def _lines(record: type, values: Values) -> Iterator[str]:
    """Yield the lines of a record's fields: those filled, required or offered.

    ``record`` is its type, ``values`` are by key.

    Raise :class:`ValueError` for a value of no field.
    """
    if unknown := values.keys() - fields_of(record).keys():
        raise ValueError(f"{record.__name__} has no field {', '.join(sorted(unknown))}")
    for key, field in fields_of(record).items():
        value = values.get(key)
        is_filled = value not in (None, "", (), [])
        if not is_filled and not (field.required or field.offered):
            continue
        lines = list(format_entry(key, value if is_filled else None))
        if len(lines) == 1 and _wants_comment(field, lines[0]):
            lines[0] = f"{lines[0]:{_COMMENT_COLUMN - 1}} # {_comment(field)}"
        yield from (f"{line}\n" for line in lines)


# An empty field needs to say what it is for, and a choice which values there are.
def _wants_comment(field: Field, line: str) -> bool:
    return line.endswith(":") or bool(choices_of(field.type))


def _comment(field: Field) -> str:
    """Return the comment on what goes into a field, and how a list is written."""
    items = item_type(field.type)
    if items is None:
        return field.help
    if is_dataclass(items):
        names = ", ".join(fields_of(items))
        return f"{field.help}: a list, each with {names}"
    return f"{field.help}: a list, each on a line as '- ...'"
