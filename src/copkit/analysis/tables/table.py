"""A table of plain values, and the description from which its dictionary is written.  Pure.

A column that holds a field of a record takes its type, help text and choices from that record's
type, so that a field is described once. The types are those of the Table Schema.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from operator import itemgetter
from typing import Any, Final

from copkit.records.schema.fields import choices_of, fields_of
from copkit.text.normalise import single_line

TABLES_VERSION: Final = 1
"""Raised when a column is renamed or gets another type; a new column goes to the end instead."""

TableValue = str | int | Decimal | bool | dt.date | None
TableRow = tuple[TableValue, ...]


class ColumnType(StrEnum):
    """What the values of a column are, in the words of the Table Schema."""

    TEXT = "string"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"


@dataclass(frozen=True, slots=True, kw_only=True)
class TableColumn:
    """One column; ``choices`` are all values that it can have, ``()`` where any is possible.

    ``is_free_text`` marks what somebody wrote in their own words.
    """

    name: str
    type: ColumnType
    description: str
    choices: tuple[str, ...] = ()
    required: bool = False
    is_free_text: bool = False


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """A column whose values are in the column ``to`` of another ``table``; empty ones are not."""

    column: str
    table: str
    to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TableSchema:
    """What a table holds: a row for each ``key``, the columns whose values tell rows apart.

    ``day`` is the date by whose year a warehouse divides the rows, ``""`` where it does not.
    An ``on_request`` table is made only where it is named.
    """

    name: str
    description: str
    columns: tuple[TableColumn, ...]
    key: tuple[str, ...]
    references: tuple[ForeignKey, ...] = ()
    day: str = ""
    on_request: bool = False

    @property
    def column_names(self) -> tuple[str, ...]:
        """The names of the columns, in order."""
        return tuple(column.name for column in self.columns)

    @property
    def is_by_year(self) -> bool:
        """Whether a warehouse has a folder for each year of it, as it has for facts."""
        return self.name.startswith("fact_")


@dataclass(frozen=True, slots=True)
class Table:
    """A schema and its rows, which are sorted by its key; a row has a value for each column."""

    schema: TableSchema
    rows: tuple[TableRow, ...]

    @property
    def name(self) -> str:
        """The table's name."""
        return self.schema.name


def text(name: str, description: str, *, required: bool = False) -> TableColumn:
    """Return a column of text."""
    return TableColumn(name=name, type=ColumnType.TEXT, description=description, required=required)


def free_text(name: str, description: str) -> TableColumn:
    """Return a column of what somebody wrote in their own words."""
    return TableColumn(name=name, type=ColumnType.TEXT, description=description, is_free_text=True)


def integer(name: str, description: str, *, required: bool = False) -> TableColumn:
    """Return a column of whole numbers."""
    return TableColumn(
        name=name, type=ColumnType.INTEGER, description=description, required=required
    )


def boolean(name: str, description: str, *, required: bool = True) -> TableColumn:
    """Return a column of true and false."""
    return TableColumn(
        name=name, type=ColumnType.BOOLEAN, description=description, required=required
    )


def day(name: str, description: str, *, required: bool = False) -> TableColumn:
    """Return a column of dates."""
    return TableColumn(name=name, type=ColumnType.DATE, description=description, required=required)


def choice(
    name: str, description: str, choices: Iterable[str], *, required: bool = False
) -> TableColumn:
    """Return a column of text that has one of the ``choices``."""
    return TableColumn(
        name=name,
        type=ColumnType.TEXT,
        description=description,
        choices=tuple(map(str, choices)),
        required=required,
    )


def field(
    record: type,
    key: str,
    name: str = "",
    *,
    required: bool | None = None,
    is_free_text: bool = False,
) -> TableColumn:
    """Return the column of a record's field: type, help text and choices are the field's.

    ``key`` is the field's name in the file and ``name`` that of the column, where it is another. A
    field with a default other than nothing always has a value, so its column is ``required``; so
    is that of a required field, unless the argument says otherwise.
    """
    description = fields_of(record)[key]
    if required is None:
        required = description.required or description.default not in (None, ())
    return TableColumn(
        name=name or key,
        type=_column_type(description.type),
        description=description.help,
        choices=choices_of(description.type),
        required=required,
        is_free_text=is_free_text,
    )


def _column_type(hint: Any) -> ColumnType:
    """Return the column type of a field's type."""
    if hint is bool:
        return ColumnType.BOOLEAN
    types = {int: ColumnType.INTEGER, Decimal: ColumnType.NUMBER, dt.date: ColumnType.DATE}
    return types.get(hint, ColumnType.TEXT)


def make_table(schema: TableSchema, rows: Iterable[TableRow], *, with_text: bool = True) -> Table:
    """Return a table with its rows in the order of its key; free text only ``with_text``.

    Text becomes one line without control characters, since a cell of a spreadsheet has no lines.
    """
    columns = schema.columns
    kept = [place for place, column in enumerate(columns) if with_text or not column.is_free_text]
    texts = [place for place in kept if columns[place].type is ColumnType.TEXT]
    in_order = sorted(rows, key=itemgetter(*map(schema.column_names.index, schema.key)))
    # A table of attendance has a row for each member and meeting, and the same few texts in them.
    found = {value for place in texts for value in map(itemgetter(place), in_order)}
    changed = {
        value: clean for value in found if value is not None and (clean := _clean(value)) != value
    }
    if changed:
        in_order = [tuple(changed.get(value, value) for value in row) for row in in_order]
    if len(kept) < len(columns):
        schema = replace(schema, columns=tuple(columns[place] for place in kept))
        in_order = [tuple(row[place] for place in kept) for row in in_order]
    return Table(schema, tuple(in_order))


def _clean(value: TableValue) -> str | None:
    """Return a text as one line, and an empty one as nothing."""
    return single_line(str(value)) or None
