"""The dictionary of exported tables: a Data Package, and the same for people to read.  Pure.

The one description of a table, its schema, becomes ``datapackage.json`` (Data Package v2, Table
Schema), ``dictionary.html`` and a sheet of the workbook.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from copkit.analysis.tables.rows import ExportSource
from copkit.analysis.tables.table import TABLES_VERSION, Table, TableColumn, TableSchema
from copkit.documents.theme import DocumentTheme
from copkit.records.programme import Licence, Settings
from copkit.records.schema.audience import Audience
from copkit.text.normalise import single_line

PROFILE: Final = "https://datapackage.org/profiles/2.0/datapackage.json"
_MEDIA_TYPES: Final[Mapping[str, str]] = {
    "csv": "text/csv",
    "json": "application/json",
    "parquet": "application/vnd.apache.parquet",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True, slots=True)
class TableFile:
    """A file that holds a table, or a year of it; ``path`` is below the folder of the package."""

    name: str
    path: str
    table: Table
    digest: str
    size: int


def table_file(name: str, path: str, table: Table, data: bytes) -> TableFile:
    """Return what a package says of a file with these bytes."""
    return TableFile(name, path, table, hashlib.sha256(data).hexdigest(), len(data))


def build_data_package(
    settings: Settings,
    reader: Audience,
    source: ExportSource,
    files: Sequence[TableFile],
    *,
    is_complete: bool = True,
) -> dict[str, Any]:
    """Return the descriptor of a package of tables for some readers.

    ``is_complete`` is false where records that could not be read are missing.
    """
    tables: dict[str, int] = {}
    for file in files:
        tables[file.table.name] = tables.get(file.table.name, 0) + len(file.table.rows)
    package: dict[str, Any] = {
        "$schema": PROFILE,
        "name": f"{source.programme_id}-{reader}",
        "title": f"{single_line(settings.name)}: tables for {reader}",
        # the day of the tables, not of today: the same records make the same bytes
        "created": f"{source.as_of}T00:00:00Z",
        "sources": [{"title": f"Records of the {single_line(settings.name)}"}],
    }
    if licence := _licence(settings, reader):
        package["licenses"] = [licence]
    package["copkit"] = {
        "audience": reader.value,
        "programme_id": source.programme_id,
        "tables_version": TABLES_VERSION,
        "complete": is_complete,
        "with_text": any(has_free_text(file.table) for file in files),
        "counts": tables,
        "digest": rows_digest(file.table for file in files),
    }
    package["resources"] = [_resource(file, tables) for file in files]
    return package


def has_free_text(table: Table) -> bool:
    """Check whether a table has a column of what somebody wrote in their own words."""
    return any(column.is_free_text for column in table.schema.columns)


def rows_digest(tables: Iterable[Table]) -> str:
    """Return the digest of the rows of tables, but for the programme's own.

    That has the commit and the version of copkit, by which alone nothing has changed.
    """
    rows = (row for table in tables if not table.name.endswith("_programme") for row in table.rows)
    hasher = hashlib.sha256()
    for row in rows:
        hasher.update(repr(tuple(map(str, row))).encode("utf-8", "surrogatepass"))
    return hasher.hexdigest()


def _licence(settings: Settings, reader: Audience) -> dict[str, str] | None:
    """Return the licence of the site, which is that of what anybody may read."""
    licence = settings.site.licence if settings.site else Licence.ALL_RIGHTS_RESERVED
    if reader.policy.sees_blockages or licence is Licence.ALL_RIGHTS_RESERVED:
        return None
    return {"name": licence.value}


def _resource(file: TableFile, tables: Mapping[str, int]) -> dict[str, Any]:
    """Return the description of one file; keys to tables that are not there are left out."""
    ending = file.path.rpartition(".")[2]
    resource: dict[str, Any] = {
        "name": file.name,
        "path": file.path,
        "description": file.table.schema.description,
        "format": ending,
        "mediatype": _MEDIA_TYPES[ending],
        "bytes": file.size,
        "hash": f"sha256:{file.digest}",
    }
    if ending == "csv":
        resource["encoding"] = "utf-8"
    if ending == "xlsx":
        resource["dialect"] = {"sheetName": file.name}
    schema = _schema(file.table.schema, tables)
    return {**resource, "schema": schema}


def _schema(schema: TableSchema, tables: Iterable[str]) -> dict[str, Any]:
    """Return the Table Schema of a table."""
    known = set(tables)
    described: dict[str, Any] = {
        "fields": [_field(column) for column in schema.columns],
        "primaryKey": list(schema.key),
        "missingValues": [""],
    }
    keys = [
        {
            "fields": [key.column],
            "reference": {"resource": key.table, "fields": [key.to]},
        }
        for key in schema.references
        if key.table in known and key.column in schema.column_names
    ]
    return {**described, "foreignKeys": keys} if keys else described


def _field(column: TableColumn) -> dict[str, Any]:
    described: dict[str, Any] = {
        "name": column.name,
        "type": column.type.value,
        "description": column.description,
    }
    constraints: dict[str, Any] = {}
    if column.required:
        constraints["required"] = True
    if column.choices:
        constraints["enum"] = list(column.choices)
    return {**described, "constraints": constraints} if constraints else described


def format_data_package(package: Mapping[str, Any]) -> bytes:
    """Write a descriptor as the bytes of ``datapackage.json``."""
    return f"{json.dumps(package, ensure_ascii=False, indent=2)}\n".encode()


# --- for people ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DictionaryColumn:
    """A column in words; ``choices`` are its values, ``""`` where any is possible."""

    name: str
    type: str
    description: str
    choices: str
    required: bool


@dataclass(frozen=True, slots=True)
class DictionaryTable:
    """A table in words."""

    name: str
    description: str
    rows: int
    columns: tuple[DictionaryColumn, ...]


@dataclass(frozen=True, slots=True)
class DictionaryFacts:
    """The dictionary of an export."""

    programme: str
    readers: str
    as_of: str
    tables: tuple[DictionaryTable, ...]


_TYPES_IN_WORDS: Final[Mapping[str, str]] = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "true or false",
    "date": "date",
}


def build_dictionary(
    programme: str, reader: Audience, source: ExportSource, tables: Iterable[Table]
) -> DictionaryFacts:
    """Return the dictionary of tables as facts; ``programme`` is its name."""
    return DictionaryFacts(
        programme=single_line(programme),
        readers=reader.policy.called,
        as_of=source.as_of.isoformat(),
        tables=tuple(
            DictionaryTable(
                name=table.name,
                description=table.schema.description,
                rows=len(table.rows),
                columns=tuple(map(_column_in_words, table.schema.columns)),
            )
            for table in tables
        ),
    )


def _column_in_words(column: TableColumn) -> DictionaryColumn:
    return DictionaryColumn(
        name=column.name,
        type=_TYPES_IN_WORDS[column.type],
        description=column.description,
        choices=", ".join(column.choices),
        required=column.required,
    )


def dictionary_rows(facts: DictionaryFacts) -> list[list[str]]:
    """Return the dictionary as rows of a sheet, the first of them the heads."""
    return [
        ["table", "column", "type", "always there", "description", "values"],
        *(
            [
                table.name,
                column.name,
                column.type,
                "yes" if column.required else "",
                column.description,
                column.choices,
            ]
            for table in facts.tables
            for column in table.columns
        ),
    ]


def dictionary_html(facts: DictionaryFacts, theme: DocumentTheme) -> bytes:
    """Write the dictionary as a web page."""
    from copkit.documents.templates import render

    return render("dictionary.html", facts, theme).encode("utf-8")
