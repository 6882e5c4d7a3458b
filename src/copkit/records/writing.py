"""From values to the text of a new record, as a person would have typed it.  Pure."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import is_dataclass
from enum import StrEnum
from typing import Any, Final

from copkit.errors import CopkitError, Problem
from copkit.records.fields import Field, choices_of, fields_of, item_type
from copkit.text.nodes import NOTHING, Scalar
from copkit.text.source import SourceText
from copkit.text.yaml_reader import read_yaml

Values = Mapping[str, Any]
"""A record's values by the names of its fields; parts are mappings, lists any sequence."""

_COMMENT_COLUMN: Final = 28
# What other programs would take for something else than text.
_NOT_TEXT: Final = re.compile(
    r"(?i:y|n|yes|no|on|off|true|false)|[-+.]?[0-9][0-9_,.:+eE-]*|0[xob][0-9a-fA-F_]+|[-+.]*(?i:inf|nan)"
)


def format_record(record: type, values: Values, body: str = "") -> str:
    """Write a Markdown record: its fields, empty ones offered with a word on what goes there."""
    fields = "".join(_lines(record, values))
    return f"---\n{fields}---\n" + (f"\n{body.strip()}\n" if body.strip() else "")


def format_fields(record: type, values: Values) -> str:
    """Write the fields of a record that is plain YAML."""
    return "".join(_lines(record, values))


def format_item(values: Values, indent: int) -> str:
    """Write one mapping of a list, its dash in column ``indent``."""
    lines = [line for key, value in values.items() for line in _entry(key, value, indent + 2)]
    lines[0] = f"{' ' * indent}- {lines[0].lstrip()}"
    return "".join(lines)


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
        given = value is not None and value != ""
        if not given and not (field.required or field.offered):
            continue
        lines = list(_entry(key, value if given else None, 0))
        if len(lines) == 1 and _wants_comment(field, lines[0]):
            lines[0] = f"{lines[0].rstrip():{_COMMENT_COLUMN - 1}} # {_help(field)}\n"
        yield from lines


def _wants_comment(field: Field, line: str) -> bool:
    return line.endswith(":\n") or bool(choices_of(field.type))


def _help(field: Field) -> str:
    """Say what goes into a field, and how a list is written."""
    items = item_type(field.type)
    if items is None:
        return field.help
    if is_dataclass(items):
        names = ", ".join(fields_of(items))
        return f"{field.help}: a list, each with {names}"
    return f"{field.help}: a list, each on a line as '- ...'"


def _entry(key: str, value: Any, indent: int) -> Iterator[str]:
    lead = " " * indent
    if value is None or value == () or value == []:
        yield f"{lead}{key}:\n"
    elif isinstance(value, Mapping):
        yield f"{lead}{scalar(key)}:\n"
        for inner, item in value.items():
            yield from _entry(inner, item, indent + 2)
    elif isinstance(value, (list, tuple)):
        yield f"{lead}{scalar(key)}:\n"
        for item in value:
            if isinstance(item, Mapping):
                yield format_item(item, indent + 2)
            else:
                yield f"{lead}  - {scalar(item)}\n"
    else:
        yield f"{lead}{key}: {scalar(value)}\n"


def scalar(value: Any) -> str:
    """Write one value so that it reads back as it is, in quotes only where it must be."""
    text = str(_plain(value))
    if not isinstance(value, str) or isinstance(value, StrEnum):
        return text
    if not _NOT_TEXT.fullmatch(text) and _reads_back(text, text):
        return text
    single = "'" + text.replace("'", "''") + "'"
    double = '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
    for quoted in (double, single):
        if _reads_back(quoted, text):
            return quoted
    escaped = "".join(
        sign if sign.isprintable() and sign not in '"\\' else f"\\U{ord(sign):08x}" for sign in text
    )
    if _reads_back(f'"{escaped}"', text):
        return f'"{escaped}"'
    raise CopkitError(f"this text cannot be written to a record: {text!r}", status=2)


def _reads_back(written: str, text: str) -> bool:
    """Say whether a scalar, as a value and as an item of a list, is read as ``text``."""
    if text in NOTHING and written == text:
        return False
    for frame in ("k: {}\n", "- {}\n"):
        whole = frame.format(written)
        problems: list[Problem] = []
        found = read_yaml(SourceText("", whole), len(whole), problems)
        node = None
        if found is not None and not problems:
            node = getattr(found, "entries", {}).get("k") or next(
                iter(getattr(found, "items", [])), None
            )
        if not isinstance(node, Scalar) or node.text != text:
            return False
        if whole[node.end :].strip():  # a comment took the tail
            return False
    return True
