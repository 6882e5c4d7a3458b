"""A workbook's bytes -> the rows of its first sheet that shows any, as people read them.  Pure."""

from __future__ import annotations

import codecs
import csv
import datetime as dt
import io
import re
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from itertools import pairwise
from posixpath import join, normpath
from typing import Any, Final

from copkit.errors import CopkitError
from copkit.text.normalise import UNSEEN_SIGN, on_one_line

# A text -> its rows of cells, whichever sign stands between them.

Numbered = tuple[int, tuple[str, ...]]
"""A row's line, from 1, and its cells."""

_DELIMITERS: Final = ("\t", ";", ",")  # the first of those that fit as well
_MOST_ROWS: Final = 100_000
_MOST_CELLS: Final = 1_000_000
_LONGEST_LINE: Final = 200_000


def rows_of(text: str, file: str) -> list[Numbered]:
    """Give the rows that hold anything, each with the line it begins on.

    What stands between cells is settled from the whole text: the sign that makes the most rows of
    several cells, and rows most alike. Raises :class:`CopkitError` for far too many cells, and for
    quotation marks that are never closed.
    """
    longest = max(map(len, io.StringIO(text)), default=0)
    if longest > _LONGEST_LINE:
        raise CopkitError(
            f"{file} has a line of {longest:,} characters, and no table has",
            "export the list again, as CSV or XLSX",
        )
    there = [sign for sign in _DELIMITERS if sign in text] or [","]
    best = there[0] if len(there) == 1 else max(there, key=lambda sign: _fit(text, sign, file))
    rows = list(_cells(text, best, file))
    torn = _torn(rows, text, best)
    if torn and best == "\t":
        return list(_cells(text, best, file, quoted=False))
    if torn:
        raise CopkitError(
            f"{file} opens a quotation mark on line {torn}, and never closes it",
            "close it, or take it out",
        )
    return rows


def _fit(text: str, delimiter: str, file: str) -> tuple[int, int, int]:
    """Weigh a delimiter: rows of several cells, rows as long as the one before, and cells."""
    widths = [len(row) for _, row in _taken_apart(text, delimiter, file) if row]
    several = sum(width > 1 for width in widths)
    alike = sum(first == second > 1 for first, second in pairwise(widths))
    return several, alike, sum(widths)


def _cells(text: str, delimiter: str, file: str, *, quoted: bool = True) -> Iterator[Numbered]:
    """Give the rows that hold anything, without the space around their cells."""
    for begins, row in _taken_apart(text, delimiter, file, quoted=quoted):
        cells = tuple([cell.strip() for cell in row])
        if not quoted:
            cells = tuple([cell.strip('"') for cell in cells])
        if any(cells):
            yield begins, cells


def _taken_apart(
    text: str, delimiter: str, file: str, *, quoted: bool = True
) -> Iterator[tuple[int, list[str]]]:
    """Take a text apart; rows and cells are counted, so that none can fill the memory."""
    lines = io.StringIO(text)
    if quoted:
        reader = csv.reader(lines, delimiter=delimiter)
    else:
        reader = csv.reader(lines, delimiter=delimiter, quoting=csv.QUOTE_NONE)
    begins, seen, rows = 1, 0, 0
    try:
        for row in reader:
            seen += len(row)
            if rows > _MOST_ROWS or seen > _MOST_CELLS:
                raise CopkitError(
                    f"{file} has more than {_MOST_ROWS:,} rows or {_MOST_CELLS:,} cells",
                    "keep only the list of people in it",
                )
            if row:
                rows += 1
                yield begins, row
            begins = reader.line_num + 1
    except csv.Error as error:
        raise CopkitError(
            f"{file} cannot be read as a table: line {begins} has no end",
            "a quotation mark there is probably never closed",
        ) from error


def _torn(rows: list[Numbered], text: str, delimiter: str) -> int:
    """Give the line on which a quotation mark swallows the rows that follow, 0 if none does."""
    odd = text.count('"') % 2
    if not odd and delimiter != "\t":
        return 0
    for line, cells in rows:
        if any("\n" in cell and delimiter in cell for cell in cells):
            return line
    return 0


# What somebody else's file is, by how its bytes begin, where it is no table.

SAVE_AS: Final = "open it in a spreadsheet program, and save it as CSV or XLSX"
EXPORT: Final = "export the list from the program that made it, as CSV or XLSX"

_BEGINNINGS: Final = (
    (b"%PDF", "is a PDF", EXPORT),
    (b"\x89PNG", "is a picture", EXPORT),
    (b"\xff\xd8\xff", "is a picture", EXPORT),
    (b"GIF8", "is a picture", EXPORT),
    (b"II*\0", "is a picture", EXPORT),
    (b"MM\0*", "is a picture", EXPORT),
    (b"RIFF", "is a picture or a sound", EXPORT),
    (b"\0\0\0", "is a picture or a film", EXPORT),
    (b"\x1f\x8b", "is a packed file", "unpack it first"),
    (b"7z\xbc\xaf", "is a packed file", "unpack it first"),
    (b"Rar!", "is a packed file", "unpack it first"),
    (b"\x7fELF", "is a program", EXPORT),
    (b"MZ", "is a program", EXPORT),
    (b"SQLite format 3", "is a database", EXPORT),
    (b"\xd0\xcf\x11\xe0", "is in Excel's old form, or has a password", SAVE_AS),
)
_INSIDE: Final = (
    ("xl/workbook.bin", "is a binary workbook (.xlsb)", SAVE_AS),
    ("word/document.xml", "is a Word file", EXPORT),
    ("ppt/presentation.xml", "is a presentation", EXPORT),
    ("Index/Document.iwa", "is a Numbers, Pages or Keynote file", SAVE_AS),
    ("Index.zip", "is a Numbers, Pages or Keynote file", SAVE_AS),
    ("content.xml", "is an OpenDocument file (.ods, .odt)", SAVE_AS),
)
_ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06")
_MOST_PARTS: Final = 5_000


def is_workbook(data: bytes) -> bool:
    """Say whether bytes that were not refused are a workbook, and no text."""
    return data.startswith(_ZIP)


def refuse_what_is_no_table(data: bytes, file: str) -> None:
    """Raise :class:`CopkitError`, saying what a file is, unless it may hold a table.

    ``file`` is its name, which tells the mark of a file that is open.
    """
    if file.startswith(("~$", ".~lock.")):
        own = file.removeprefix("~$").removeprefix(".~lock.").removesuffix("#")
        message = f"{file} is what Excel leaves while the list is open, and no table"
        raise CopkitError(message, f"name the list itself: '{own}'; it may stay open, once saved")
    if not data.strip():
        raise CopkitError(f"{file} is empty", "export it again: there is no table in it")
    if is_workbook(data):
        what, hint = _inside(data)
        if what:
            raise CopkitError(f"{file} {what}", hint)
    for beginning, what, hint in _BEGINNINGS:
        if data.startswith(beginning) and _is_binary(beginning, data):
            raise CopkitError(f"{file} {what}, and no table", hint)


def refuse_other_text(text: str, file: str) -> None:
    """Raise :class:`CopkitError` for text that is written for a program, and no table."""
    begins = text[:200].lstrip().lower()
    if begins.startswith("<"):
        what = "is a web page or XML, whatever its name"
        raise CopkitError(f"{file} {what}, and no table", SAVE_AS)
    if begins.startswith("{\\rtf"):
        raise CopkitError(f"{file} is a text document (RTF), and no table", EXPORT)
    if begins.startswith(("begin:vcalendar", "begin:vcard")):
        raise CopkitError(f"{file} is a calendar or an address card, and no table", EXPORT)
    if begins.startswith(("{", "[{", "[\n")):
        raise CopkitError(f"{file} is JSON, and no table", EXPORT)


def _is_binary(beginning: bytes, data: bytes) -> bool:
    """Tell a program from a list that begins with the letters MZ."""
    return not beginning.isalnum() or b"\0" in data[:1_000]


def _inside(data: bytes) -> tuple[str, str]:
    """Say what a packed file is, and what to do; two empty texts for a workbook."""
    import io
    import zipfile  # slow to import, and few lists are packed

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return "is damaged: it begins as a workbook, and cannot be unpacked", EXPORT
    if len(names) > _MOST_PARTS:
        return f"is a packed file of {len(names)} others, and no table", "unpack it first"
    if "xl/workbook.xml" in names:
        return "", ""
    for name, what, hint in _INSIDE:
        if name in names:
            return f"{what}, and no table", hint
    return "is a packed file, and no table", "unpack it first, and give the CSV or XLSX in it"


# The bytes of a text file -> its text, whichever program wrote it.

_SAMPLE: Final = 4_000
_NO_TEXT: Final = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_MOST_ODD: Final = 5  # a stray control character or two come out of other people's forms


def text_of(data: bytes, file: str) -> str:
    """Read UTF-16, with a mark at its beginning or without, UTF-8, or else Windows' letters.

    Signs that nobody sees are left out. Raises :class:`CopkitError` for what is no text.
    """
    encoding = _encoding_of(data)
    if encoding.startswith("utf-16"):
        data = data[: len(data) // 2 * 2]  # one more byte is a line end that a tool put there
    try:
        text = data.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise CopkitError(f"{file} is no text, or is damaged", SAVE_AS) from error
    odd = _NO_TEXT.findall(text[:100_000])
    if "\0" in text or len(odd) > _MOST_ODD:
        raise CopkitError(f"{file} is no text, whatever its name, and no table", EXPORT)
    refuse_other_text(text, file)
    return UNSEEN_SIGN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def _encoding_of(data: bytes) -> str:
    """Tell how a text is written."""
    if data.startswith(codecs.BOM_UTF8):
        return "utf-8"
    if data.startswith(codecs.BOM_UTF16_LE):
        return "utf-16-le"
    if data.startswith(codecs.BOM_UTF16_BE):
        return "utf-16-be"
    sample = data[:_SAMPLE]
    at_even, at_odd = sample[::2].count(0), sample[1::2].count(0)
    if at_odd > 4 * at_even:
        return "utf-16-le"
    if at_even > 4 * at_odd:
        return "utf-16-be"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


# Which cells of a workbook are merged over several rows.

Merged = dict[str, dict[int, list[tuple[int, int]]]]
"""By sheet and row: the row at the head of each merged cell there, and its column, from 0."""

_MOST: Final = 20_000  # rows with a merged cell
_SHEET: Final = re.compile(rb"<(?:\w{1,20}:)?sheet\s([^<>]{1,2000})>")
_RELATION: Final = re.compile(rb"<(?:\w{1,20}:)?Relationship\s([^<>]{1,2000})>")
_ATTRIBUTE: Final = re.compile(r"(?:\w{1,20}:)?(\w{1,20})\s?=\s?\"([^\"]{0,1000})\"")
_MERGED: Final = re.compile(rb'mergeCell\s+ref="([A-Z]{1,3})(\d{1,7}):[A-Z]{1,3}(\d{1,7})"')


def merged_down(archive: zipfile.ZipFile) -> Merged:
    """Tell where what stands in one row holds for those below it as well."""
    try:
        relations = archive.read("xl/_rels/workbook.xml.rels")
        sheets = archive.read("xl/workbook.xml")
    except (KeyError, RuntimeError, zipfile.BadZipFile, OSError):
        return {}
    targets = {one["Id"]: one["Target"] for one in _each(_RELATION, relations) if "Target" in one}
    merged: Merged = {}
    for sheet in _each(_SHEET, sheets):
        target = targets.get(sheet.get("id", ""), "")
        path = normpath(target[1:] if target.startswith("/") else join("xl", target))
        if path in archive.namelist():
            merged[sheet.get("name", "")] = _of_sheet(archive.read(path))
    return merged


def _each(pattern: re.Pattern[bytes], content: bytes) -> list[dict[str, str]]:
    """Give the attributes of each element that a pattern finds."""
    elements = (match[1].decode("utf-8", "replace") for match in pattern.finditer(content))
    found = ({k: unescape(v) for k, v in _ATTRIBUTE.findall(element)} for element in elements)
    return [one for one in found if "Id" in one or "name" in one]


def _of_sheet(content: bytes) -> dict[int, list[tuple[int, int]]]:
    heads: dict[int, list[tuple[int, int]]] = {}
    left = _MOST
    for letters, first, last in _MERGED.findall(content):
        column = 0
        for letter in letters:
            column = column * 26 + letter - 64
        rows = range(int(first), int(last) + 1)
        if len(rows) < 2 or len(rows) > left:
            continue
        left -= len(rows)
        for row in rows:
            heads.setdefault(row, []).append((int(first), column - 1))
    return heads


_LAST_ROW: Final = 1_048_576  # of any workbook
_MOST_COLUMNS: Final = 256
_LARGEST_PARTS: Final = 60_000_000  # bytes, unpacked
_LARGEST_PART: Final = 24_000_000
_MOST_MARKS: Final = 150_000  # marks of XML in a part that is read whole, such as the texts
_MOST_SHEET_MARKS: Final = 700_000
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


# A file's bytes -> the rows of its table: CSV in any encoding and delimiter, or a workbook.

LARGEST: Final = 10_000_000
"""Bytes; a list of a thousand people, with each of their rejoins, has a twentieth of it."""


@dataclass(frozen=True, slots=True)
class Table:
    """A file's cells as text, row by row; ``lines`` has the line of each row, from 1.

    Rows may be of different lengths; cells have no space around them, and rows without any cell
    filled in are left out. Of a workbook these are the rows of the first sheet that shows any, and
    ``sheet`` is its name; a cell merged over several rows stands in each of them.
    """

    file: str
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]
    sheet: str = ""


def refuse_large(size: int, file: str) -> None:
    """Raise :class:`CopkitError` for a file of more than :data:`LARGEST` bytes, not yet read."""
    if size > LARGEST:
        raise CopkitError(
            f"{on_one_line(file)} has {size // 1_000_000} MB, and a table may have "
            f"{LARGEST // 1_000_000}",
            "keep only the list of people in it, and save it as CSV",
        )


def read_table(data: bytes, file: str) -> Table:
    """Read a table; ``file`` is its name, for what is said of it.

    Raises :class:`copkit.errors.CopkitError`, one clear line, for what is none: an empty file, a
    picture, a program, a workbook that would not fit into memory.
    """
    file = on_one_line(file)
    refuse_large(len(data), file)
    refuse_what_is_no_table(data, file)
    sheet = ""
    if is_workbook(data):
        sheet, numbered = read_workbook(data, file)
    else:
        numbered = rows_of(text_of(data, file), file)
    if not numbered:
        raise CopkitError(f"{file} is empty", "export it again: there is no table in it")
    lines, rows = zip(*numbered, strict=True)
    return Table(file, rows, lines, sheet)
