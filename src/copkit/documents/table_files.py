"""Tables as files for other programs: CSV, JSON, XLSX and Parquet.  Pure but for Parquet.

The same table makes the same bytes. Only text for spreadsheets is changed, where one would run it
as a formula. Parquet is written by DuckDB, which writes files alone: they lie in a temporary
folder, and nothing is ever downloaded.
"""

from __future__ import annotations

import csv
import datetime as dt
import json
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from io import BytesIO, StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from copkit.analysis.tables.table import ColumnType, Table, TableColumn, TableValue
from copkit.documents.spreadsheets import MAX_CELL_LENGTH, WORKBOOK_OPTIONS, escape_formula
from copkit.errors import CopkitError
from copkit.text.normalise import xml_text

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

# --- CSV and JSON ----------------------------------------------------------------------------

_BOM: Final = "\ufeff"  # without it Excel takes a file for one in the code page of the machine


def table_csv(table: Table) -> bytes:
    """Write a table as CSV in UTF-8 with a byte order mark; an empty cell is no value."""
    return (_BOM + _csv(table, escape_formula)).encode("utf-8")


def _csv(table: Table, text_cell: Callable[[str], str] = str) -> str:
    """Write a table as CSV; ``text_cell`` changes what stands in columns of text."""
    stream = StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(table.schema.column_names)
    # Column by column: a value that stands in many rows is turned into a cell once.
    columns = zip(*table.rows, strict=True)
    cells = [
        _cells(column, values, text_cell)
        for column, values in zip(table.schema.columns, columns, strict=bool(table.rows))
    ]
    writer.writerows(zip(*cells, strict=True))
    return stream.getvalue()


def _cells(
    column: TableColumn, values: Sequence[TableValue], text_cell: Callable[[str], str]
) -> Iterable[str]:
    """Return the texts of the cells of a column; an empty one for no value."""
    to_text = _cell_function(column, text_cell)
    texts = {value: "" if value is None else to_text(value) for value in set(values)}
    return map(texts.__getitem__, values)


def _cell_function(column: TableColumn, text_cell: Callable[[str], str]) -> Callable[[Any], str]:
    """Return what turns a value of a column into the text of a cell."""
    if column.type is ColumnType.TEXT:
        return text_cell
    if column.type is ColumnType.BOOLEAN:
        return lambda value: "true" if value else "false"
    return str


def table_json(table: Table) -> bytes:
    """Write a table as JSON: a list of objects, each on a line of its own; ``null`` is no value."""
    names = table.schema.column_names
    rows = (
        json.dumps(
            {name: _json_value(value) for name, value in zip(names, row, strict=True)},
            ensure_ascii=False,
        )
        for row in table.rows
    )
    lines = ",\n".join(rows)
    return f"[\n{lines}\n]\n".encode()


def _json_value(value: TableValue) -> str | int | float | bool | None:
    if isinstance(value, dt.date):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else value


# --- XLSX ------------------------------------------------------------------------------------

MAX_SHEET_ROWS: Final = 1_048_576
_SHEET_STYLES: Final[Mapping[str, Mapping[str, Any]]] = {
    "head": {"bold": True, "bottom": 1},
    "day": {"num_format": "yyyy-mm-dd"},
    "": {},
}


def workbook_xlsx(
    tables: Sequence[Table], dictionary: Sequence[Sequence[str]], programme: str, day: dt.date
) -> bytes:
    """Write tables as one workbook: the dictionary on the first sheet, then one for each table.

    ``dictionary`` are rows of text, the first of them the heads; ``day`` is that of the tables.
    Raise :class:`CopkitError` for a table of more rows than a sheet has.
    """
    for table in tables:
        if len(table.rows) >= MAX_SHEET_ROWS:
            raise CopkitError(
                f"{table.name} has {len(table.rows):,} rows, a sheet at most {MAX_SHEET_ROWS:,}",
                "write '--format parquet' or '--format csv', or name fewer tables with --tables",
            )
    import xlsxwriter  # an extra

    stream = BytesIO()
    book = xlsxwriter.Workbook(stream, WORKBOOK_OPTIONS)
    created = dt.datetime.combine(day, dt.time())  # not now: two exports are the same
    book.set_properties({"company": xml_text(programme)[:200], "created": created})
    styles = {name: book.add_format(dict(style)) for name, style in _SHEET_STYLES.items()}
    sheet = book.add_worksheet("dictionary")
    for number, row in enumerate(dictionary):
        for place, cell in enumerate(row):
            _write_text(sheet, number, place, cell, styles["head" if number == 0 else ""])
    _finish_sheet(sheet, dictionary)
    for table in tables:
        sheet = book.add_worksheet(table.name[:31])  # Excel's longest name
        for place, name in enumerate(table.schema.column_names):
            sheet.write_string(0, place, name, styles["head"])
        for number, values in enumerate(table.rows, 1):
            for place, value in enumerate(values):
                _write_value(sheet, number, place, value, styles["day"])
        first_rows = [[str(value or "") for value in row] for row in table.rows[:100]]
        _finish_sheet(sheet, [table.schema.column_names, *first_rows])
    book.close()
    return stream.getvalue()


def _write_value(sheet: Worksheet, row: int, column: int, value: TableValue, day: Any) -> None:
    """Write one cell with the type of its value; ``day`` is the format of dates."""
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, int | Decimal):
        sheet.write_number(row, column, float(value))
    elif isinstance(value, dt.date):
        if value.year < _FIRST_EXCEL_YEAR:
            sheet.write_string(row, column, value.isoformat())
        else:
            sheet.write_datetime(row, column, dt.datetime.combine(value, dt.time()), day)
    else:
        _write_text(sheet, row, column, value, None)


_FIRST_EXCEL_YEAR: Final = 1901


def _write_text(sheet: Worksheet, row: int, column: int, text: str, style: Any) -> None:
    """Write a cell that stays text: an apostrophe stands before what would be a formula."""
    sheet.write_string(row, column, escape_formula(xml_text(text))[:MAX_CELL_LENGTH], style)


def _finish_sheet(sheet: Worksheet, rows: Sequence[Sequence[str]]) -> None:
    """Keep the heads in sight, and make columns as wide as what is in them, within limits."""
    sheet.freeze_panes(1, 0)
    for place, column in enumerate(zip(*rows, strict=True)):
        sheet.set_column(place, place, min(max(map(len, column)) + 2, _WIDEST_COLUMN))


_WIDEST_COLUMN: Final = 60

# --- Parquet ---------------------------------------------------------------------------------

PARQUET_TYPES: Final[Mapping[ColumnType, str]] = {
    ColumnType.TEXT: "VARCHAR",
    ColumnType.INTEGER: "BIGINT",
    ColumnType.NUMBER: "DOUBLE",
    ColumnType.BOOLEAN: "BOOLEAN",
    ColumnType.DATE: "DATE",
}
_OFFLINE: Final[dict[str, str | bool | int | float | list[str]]] = {
    "threads": 1,  # several would write the rows in another order each time
    "autoinstall_known_extensions": "false",  # never a download
    "autoload_known_extensions": "false",
}


class ParquetWriter:
    """Writes tables as Parquet; one engine for all of them, since it takes a while to start."""

    def __init__(self) -> None:
        import duckdb  # an extra

        self._engine = duckdb.connect(":memory:", config=_OFFLINE)

    def write(self, table: Table) -> bytes:
        """Return a table as a Parquet file, compressed, in the order of its rows."""
        # Rows go through CSV: to hand them over one by one takes fifty times as long.
        types = {column.name: PARQUET_TYPES[column.type] for column in table.schema.columns}
        with tempfile.TemporaryDirectory(prefix="copkit-") as folder:
            source, target = Path(folder, "rows.csv"), Path(folder, "rows.parquet")
            source.write_text(_csv(table), encoding="utf-8", newline="")
            columns = ", ".join(f"'{name}': '{kind}'" for name, kind in types.items())
            self._engine.execute(
                # DuckDB takes no parameter for the target; both paths are of our own making
                f"COPY (SELECT * FROM read_csv({_quoted(source)}, header = true, "  # noqa: S608
                "auto_detect = false, delim = ',', quote = '\"', escape = '\"', nullstr = '', "
                f"max_line_size = 10000000, columns = {{{columns}}})) "
                f"TO {_quoted(target)} (FORMAT parquet, COMPRESSION zstd)"
            )
            return target.read_bytes()


def _quoted(path: Path) -> str:
    """Return a path as a literal of SQL."""
    return "'{}'".format(str(path).replace("'", "''"))


def split_by_year(table: Table) -> Iterable[tuple[int, Table]]:
    """Yield the rows of each year with that year, 0 for rows without a day; at least one part."""
    if table.schema.day not in table.schema.column_names:
        yield 0, table
        return
    place = table.schema.column_names.index(table.schema.day)
    years: dict[int, list[Any]] = {}
    for row in table.rows:
        date = row[place]
        years.setdefault(date.year if isinstance(date, dt.date) else 0, []).append(row)
    # a table without rows has a file all the same, so that no query misses it
    for year, rows in sorted(years.items()) or [(0, [])]:
        yield year, Table(table.schema, tuple(rows))
