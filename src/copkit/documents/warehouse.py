"""Where the files of an export lie: one programme's, flat or in a warehouse of several.  Pure.

A warehouse is divided by readers, then by table, programme and year, so that rights can be given by
folder, an engine reads only what a question needs, and a programme that leaves is deleted as one.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from copkit.analysis.tables.rows import ExportSource
from copkit.analysis.tables.summaries import schemas_for
from copkit.analysis.tables.table import Table, TableSchema
from copkit.documents.data_package import (
    TableFile,
    build_data_package,
    build_dictionary,
    dictionary_html,
    dictionary_rows,
    format_data_package,
    table_file,
)
from copkit.documents.table_files import (
    ParquetWriter,
    split_by_year,
    table_csv,
    table_json,
    workbook_xlsx,
)
from copkit.documents.table_queries import format_queries, format_spark_views, format_views
from copkit.documents.theme import DocumentTheme
from copkit.folder import Programme
from copkit.records.schema.audience import Audience


class TableFormat(StrEnum):
    """The formats of exported tables."""

    CSV = "csv"
    PARQUET = "parquet"
    JSON = "json"
    XLSX = "xlsx"


@dataclass(frozen=True, slots=True)
class ExportedTable:
    """A file of an export as its report names it; ``file`` is below the folder of its readers."""

    name: str
    rows: int
    file: str
    digest: str


@dataclass(frozen=True, slots=True)
class ExportFiles:
    """The files of one programme for some readers, by their path below the folder of these."""

    tables: tuple[ExportedTable, ...]
    files: Mapping[str, bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportLayout:
    """How the files of an export are laid out.

    In a warehouse the tables of several programmes lie side by side; ``tables_before`` are the
    names of those that are there already.
    """

    form: TableFormat
    is_warehouse: bool
    tables_before: Collection[str] = ()

    def path(self, table: TableSchema, programme_id: str, year: int) -> str:
        """Return where a table, or a year of it, lies below the folder of its readers."""
        if not self.is_warehouse:
            return f"{table.name}.{self.form}"
        by_year = f"year={year}/" if table.is_by_year else ""
        return f"{table.name}/programme={programme_id}/{by_year}data.{self.form}"

    def own_path(self, name: str, programme_id: str) -> str:
        """Return where a file about one programme lies, which a warehouse has of each."""
        if not self.is_warehouse:
            return name
        stem, _, ending = name.partition(".")
        return f"{stem}-{programme_id}.{ending}"


def build_export_files(
    programme: Programme,
    reader: Audience,
    source: ExportSource,
    tables: Sequence[Table],
    layout: ExportLayout,
    theme: DocumentTheme,
    *,
    is_complete: bool = True,
) -> ExportFiles:
    """Return all files of an export: the tables, their dictionary, views and queries.

    ``is_complete`` is false where records that could not be read are missing. Raise
    :class:`CopkitError` for a table that is too long for its format.
    """
    dictionary = build_dictionary(programme.settings.name, reader, source, tables)
    files: dict[str, bytes] = {}
    if layout.form is TableFormat.XLSX:
        name = layout.own_path("tables.xlsx", source.programme_id)
        rows = dictionary_rows(dictionary)
        data = workbook_xlsx(tables, rows, programme.settings.name, source.as_of)
        files[name] = data
        described = [table_file(table.name, name, table, data) for table in tables]
    else:
        described = []
        for file, data in _table_files(tables, source, layout):
            files[file.path] = data
            described.append(file)
    package = build_data_package(
        programme.settings, reader, source, described, is_complete=is_complete
    )
    files[layout.own_path("datapackage.json", source.programme_id)] = format_data_package(package)
    files[layout.own_path("dictionary.html", source.programme_id)] = dictionary_html(
        dictionary, theme
    )
    if layout.form is not TableFormat.XLSX:
        files.update(_shared_files(reader, tables, layout))
    exported = [
        ExportedTable(file.table.name, len(file.table.rows), file.path, file.digest)
        for file in described
    ]
    return ExportFiles(tuple(exported), files)


def _table_files(
    tables: Sequence[Table], source: ExportSource, layout: ExportLayout
) -> Iterator[tuple[TableFile, bytes]]:
    """Yield the files of the tables with their bytes."""
    writers = {TableFormat.CSV: table_csv, TableFormat.JSON: table_json}
    write = writers.get(layout.form) or ParquetWriter().write
    for table in tables:
        is_split = layout.is_warehouse and table.schema.is_by_year
        for year, part in split_by_year(table) if is_split else [(0, table)]:
            data = write(part)
            name = f"{table.name}-{year}" if is_split else table.name
            path = layout.path(table.schema, source.programme_id, year)
            yield table_file(name, path, part, data), data


def _shared_files(
    reader: Audience, tables: Sequence[Table], layout: ExportLayout
) -> Iterator[tuple[str, bytes]]:
    """Yield views and queries, which are the same for every programme of a warehouse."""
    there = {table.name for table in tables} | set(layout.tables_before)
    schemas = [schema for schema in schemas_for(reader) if schema.name in there]
    columns = {table.name: table.schema for table in tables}
    # with the columns of this run, which may lack those of free text
    schemas = [columns.get(schema.name, schema) for schema in schemas]
    yield "views.sql", format_views(schemas, layout.form, is_warehouse=layout.is_warehouse)
    if layout.is_warehouse and layout.form is TableFormat.PARQUET:
        yield "views-spark.sql", format_spark_views(schemas)
    yield "queries.sql", format_queries([schema.name for schema in schemas])


_OF_PROGRAMME: Final = re.compile(r"(?:[a-z_]+/)programme=([^/]+)/.+")
_ABOUT_PROGRAMME: Final = re.compile(r"(?:datapackage|dictionary|tables)-(.+)\.(?:json|html|xlsx)")


def is_of_programme(path: str, programme_id: str) -> bool:
    """Check whether a file of a warehouse belongs to a programme, by its path below readers."""
    match = _OF_PROGRAMME.fullmatch(path) or _ABOUT_PROGRAMME.fullmatch(path)
    return match is not None and match[1] == programme_id
