"""A workbook's bytes -> the rows of its first sheet that shows any, as people read them.  Pure."""

from __future__ import annotations

import datetime as dt
import io
import re
import warnings
import zipfile
from collections.abc import Iterator
from typing import Any, Final

from copkit.errors import CopkitError
from copkit.importers.csv_files import Numbered
from copkit.importers.merged_cells import Merged, merged_down
from copkit.importers.recognising import EXPORT

_LAST_ROW: Final = 1_048_576  # of any workbook
_MOST_COLUMNS: Final = 256
_LARGEST_PARTS: Final = 60_000_000  # bytes, unpacked
_LARGEST_PART: Final = 24_000_000
_MOST_MARKS: Final = 150_000  # marks of XML in a part that is read whole, such as the texts
_MOST_SHEET_MARKS: Final = 700_000
_MOST_ROWS: Final = 100_000
_ROW: Final = re.compile(rb"<(?:\w{1,20}:)?row[\s/>]")
_MOST_CHARACTERS: Final = 20_000_000
_TOO_LARGE: Final = "keep only the list of people in it, and save it as CSV"


def read_workbook(data: bytes, file: str) -> tuple[str, list[Numbered]]:
    """Give the name and the rows of the first sheet with any; hidden sheets are passed over.

    Raises :class:`CopkitError` for a workbook that is damaged, or made to fill the memory.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _refuse_bombs(archive, file)
            merged = merged_down(archive)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _first_sheet(data, merged, file)
    except CopkitError:
        raise
    except Exception as error:  # whatever a made-up workbook brings zipfile and openpyxl to
        hint = "open it and save it again, without a password"
        message = f"{file} is a workbook that is damaged, or has a password"
        raise CopkitError(message, hint) from error


def _refuse_bombs(archive: zipfile.ZipFile, file: str) -> None:
    """Look at what a workbook unpacks to before anything of it is understood.

    What a part says of its size is held to by zipfile, which reads no more than that.
    """
    parts = archive.infolist()
    sizes = [part.file_size for part in parts]
    if sum(sizes) > _LARGEST_PARTS or max(sizes, default=0) > _LARGEST_PART:
        raise CopkitError(f"{file} unpacks to far more than a table needs", _TOO_LARGE)
    sheets, most_marks, largest = 1, 0, 0
    for part in parts:
        if not part.filename.endswith((".xml", ".rels")):
            continue
        content = archive.read(part)
        if b"<!DOCTYPE" in content[:100_000].replace(b"\0", b""):
            raise CopkitError(f"{file} is a workbook that was tampered with", EXPORT)
        is_sheet = part.filename.startswith("xl/worksheets/")
        marks = content.count(b"<")
        if is_sheet:
            most_marks, largest = max(most_marks, marks), max(largest, len(content))
        else:
            sheets = max(sheets, content.replace(b"\0", b"").count(b"sheetId"))
        rows = sum(1 for _ in _ROW.finditer(content)) if is_sheet and marks > _MOST_ROWS else 0
        if marks > (_MOST_SHEET_MARKS if is_sheet else _MOST_MARKS) or rows > _MOST_ROWS:
            raise CopkitError(f"{file} has far more cells than a table needs", _TOO_LARGE)
    # many sheets may be one part, which is then read as often
    if sheets * most_marks > 3 * _MOST_SHEET_MARKS or sheets * largest > 4 * _LARGEST_PARTS:
        raise CopkitError(f"{file} has far more sheets than a table needs", _TOO_LARGE)


def _first_sheet(data: bytes, merged: Merged, file: str) -> tuple[str, list[Numbered]]:
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    try:
        for sheet in book.worksheets:
            if sheet.sheet_state != "visible":
                continue
            sheet.reset_dimensions()
            cells = sheet.iter_rows(max_row=_LAST_ROW, max_col=_MOST_COLUMNS, values_only=True)
            rows = list(_rows(cells, merged.get(sheet.title, {}), file))
            if rows:
                return sheet.title, rows
    finally:
        book.close()
    return "", []


def _rows(
    cells: Iterator[tuple[Any, ...]], merged: dict[int, list[tuple[int, int]]], file: str
) -> Iterator[Numbered]:
    """Give the rows that hold anything, merged cells in each of theirs."""
    characters = 0
    above: dict[tuple[int, int], str] = {}  # what stands at the head of each merged cell
    blank: tuple[Any, ...] | None = None  # openpyxl gives the same for each row that is not there
    for number, values in enumerate(cells, 1):
        if values is blank:
            continue
        spans = merged.get(number, ())
        if not spans and values.count(None) == len(values):
            blank = values
            continue
        row = [_as_read(value) for value in values]
        for head, column in spans:
            if head == number:
                above[head, column] = row[column] if column < len(row) else ""
            elif column < len(row):
                row[column] = row[column] or above.get((head, column), "")
        while row and not row[-1]:
            row.pop()
        characters += sum(map(len, row))
        if characters > _MOST_CHARACTERS:
            raise CopkitError(f"{file} holds far more text than a table needs", _TOO_LARGE)
        if any(row):
            yield number, tuple(row)


def _as_read(value: Any) -> str:
    """Write a cell's value as people read it, dates so that they cannot be misread."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.15g}"
    if isinstance(value, dt.datetime):
        moment: dt.datetime = (value + dt.timedelta(milliseconds=500)).replace(microsecond=0)
        return str(moment if moment.time() != dt.time() else moment.date())
    if isinstance(value, dt.time):
        return str(value.replace(microsecond=0))
    if isinstance(value, dt.timedelta):
        minutes, seconds = divmod(round(value.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
    return str(value)
