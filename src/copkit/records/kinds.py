"""Record types by path: what belongs where, what parses it, and its JSON Schema.  Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import is_dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from copkit.errors import Problem
from copkit.layout import COMMUNITY_FILES, RECORD_FOLDERS, SETTINGS
from copkit.records.approaches import Approaches, parse_approaches
from copkit.records.blockages import Blockage, parse_blockage
from copkit.records.briefs import Brief, parse_brief
from copkit.records.cases import Case, parse_case
from copkit.records.communities import Community, parse_community
from copkit.records.evidence import Evidence, parse_evidence
from copkit.records.meetings import Meeting, is_meeting_slug, parse_meeting
from copkit.records.members import Roster, parse_roster
from copkit.records.newsletters import Newsletter, parse_newsletter
from copkit.records.programme import Settings, parse_settings
from copkit.records.schema.fields import Colour, Field, Id, choices_of, fields_of, item_type
from copkit.text.files import decode_source, is_slug
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


# By the noun of a folder. These take, besides the document, the slugs that their path holds.
_TOP_LEVEL_PARSERS: Final[dict[Noun, Callable[[Document, str], Any]]] = {
    Noun.EVIDENCE: parse_evidence,
    Noun.BLOCKAGES: parse_blockage,
    Noun.NEWSLETTERS: parse_newsletter,
    Noun.BRIEFS: parse_brief,
}
_COMMUNITY_PARSERS: Final[dict[Noun, Callable[[Document, str, str], Any]]] = {
    Noun.MEETINGS: parse_meeting,
    Noun.CASES: parse_case,
}


def parser_for(file: str) -> Callable[[Document], Any]:
    """Return the function that parses the record at ``file``, a path in the programme folder.

    The path must be that of a record, as :func:`is_record_file` checks.
    """
    if file == SETTINGS:
        return parse_settings
    top, *parts = file.removesuffix(".md").split("/")
    if top != "communities":
        parse = _TOP_LEVEL_PARSERS[Noun(top)]
        return lambda document: parse(document, parts[0])
    slug, kind = parts[0], parts[1]
    if kind == "community":
        return lambda document: parse_community(document, slug)
    if kind == "roster.yaml":
        return lambda document: parse_roster(document, slug)
    if kind == "approaches.yaml":
        return lambda document: parse_approaches(document, slug)
    parse_in_community = _COMMUNITY_PARSERS[Noun(kind)]
    return lambda document: parse_in_community(document, slug, parts[2])


def is_record_file(file: str) -> bool:
    """Check whether a record belongs at ``file``, a path in the programme folder."""
    top, *parts = file.split("/")
    if not parts:
        return file == SETTINGS
    name = parts[-1].removesuffix(".md")
    if top != "communities":
        return (
            top in RECORD_FOLDERS and len(parts) == 1 and parts[0].endswith(".md") and is_slug(name)
        )
    if not is_slug(parts[0]):
        return False
    if len(parts) == 2:
        return parts[1] in COMMUNITY_FILES
    nouns = (Noun.MEETINGS.value, Noun.CASES.value)
    if len(parts) != 3 or parts[1] not in nouns or not parts[2].endswith(".md"):
        return False
    return is_record_name(Noun(parts[1]), name)


def find_record_problems(file: str, data: bytes) -> list[Problem]:
    """Return all problems of one record, from its path and its bytes.

    ``file`` is a path in the programme folder, as :func:`is_record_file` checks. The bytes may be
    anywhere, such as in git, and are not looked for in the folder.
    """
    problems: list[Problem] = []
    source = decode_source(file, data, problems)
    document = read_document(source, problems, markdown=file.endswith(".md"))
    # Files of services, below directory/, have front matter and no type of their own.
    if not file.startswith("directory/"):
        parser_for(file)(document)
    return problems


def is_record_name(noun: Noun, name: str) -> bool:
    """Check whether a file named ``name``, without its ending, can be a record of a noun."""
    if noun is Noun.MEETINGS:
        return is_meeting_slug(name)
    return is_slug(name)


# JSON Schemas, for editors that complete and check

RECORD_TYPES: dict[str, type] = {
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
"""Types by the name that ``copkit schema`` takes. Their docstrings describe the schemas."""

SCHEMA_FOLDER = ".copkit/schema"
"""Where ``init`` puts the schemas in a programme folder, for the editor to find."""


def build_json_schema(noun: str) -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of the fields of a type in :data:`RECORD_TYPES`."""
    record = RECORD_TYPES[noun]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"copkit: {noun}",
        "description": _first_paragraph(record),
        **_object_schema(record),
    }


def schema_modeline(noun: str, depth: int) -> str:
    """Return the comment by which an editor finds the schema of a YAML file.

    ``depth`` is how many folders down from the programme folder the file is.
    """
    return f"# yaml-language-server: $schema={'../' * depth}{SCHEMA_FOLDER}/{noun}.json\n"


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
        # 123456 is a number to other readers of YAML, and a colour to copkit.
        return {"type": ["string", "integer"], "pattern": "^#?[0-9a-fA-F]{6}$"}
    if hint is str:
        return {"type": ["string", "number"]}  # '2012' is text to copkit, a number to others
    if is_dataclass(hint):
        return _object_schema(hint)
    if (items := item_type(hint)) is not None:
        return {"type": "array", "items": _value_schema(items, field)}
    roles = {"type": ["array", "null"], "items": {"type": "string"}}
    return {"type": "object", "additionalProperties": roles}


def _first_paragraph(record: type) -> str:
    """Return the first paragraph of a type's docstring on one line, with plain quotes."""
    return (record.__doc__ or "").strip().split("\n\n")[0].replace("``", "'").replace("\n", " ")
