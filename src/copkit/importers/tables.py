"""Tables from other people's files: CSV in any encoding and delimiter, and XLSX workbooks.  Pure.

The files may be anything and come from anybody: whatever could fill the memory is counted before
it is parsed, and a file that is no table is named for what it is.
"""

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
from itertools import islice, pairwise
from posixpath import join, normpath
from typing import Any, Final

from copkit.errors import CopkitError
from copkit.text.normalise import UNSEEN_SIGN, single_line

# CSV

NumberedRow = tuple[int, tuple[str, ...]]
"""A row's line, from 1, and its cells."""

# of equals the first: commas stand in names and numbers
_DELIMITERS: Final = ("\t", ";", ",", "|")
# Excel obeys a first line that names the delimiter, and other programs write it for Excel's sake.
_DELIMITER_LINE: Final = re.compile(r'"?sep=(.)"?[ ;,\t]*\n', re.IGNORECASE)
# Far above any list of people; beyond these a text is no list, or made to exhaust the memory.
_MAX_ROWS: Final = 100_000
_MAX_CELLS: Final = 1_000_000
_MAX_LINE_LENGTH: Final = 200_000


def parse_csv(text: str, file: str) -> list[NumberedRow]:
    """Parse a text into the rows that hold anything, each with the line it begins on.

    The delimiter is what a first line such as ``sep=;`` says, or settled from the whole text: the
    one that makes the most rows of several cells, and the most rows of equal width. Raise
    :class:`CopkitError` for far too many cells, and for quotation marks that are never closed.
    """
    stated = _DELIMITER_LINE.match(text)
    if stated:
        text = "\n" + text[stated.end() :]  # an empty line, so that the others keep their numbers
    longest = max(map(len, io.StringIO(text)), default=0)
    if longest > _MAX_LINE_LENGTH:
        raise CopkitError(
            f"{file} has a line of {longest:,} characters, and no table has",
            "export the list again, as CSV or XLSX",
        )
    candidates = [delimiter for delimiter in _DELIMITERS if delimiter in text] or [","]
    if stated:
        best = stated[1]
    elif len(candidates) == 1:  # spares splitting the whole text once more
        best = candidates[0]
    else:
        best = max(candidates, key=lambda delimiter: _score_delimiter(text, delimiter, file))
    rows = list(_filled_rows(text, best, file))
    unclosed_line = _unclosed_quote_line(rows, text, best)
    # Programs that write tabs do not always quote: there a mark is part of a name.
    if unclosed_line and best == "\t":
        return list(_filled_rows(text, best, file, quoted=False))
    if unclosed_line:
        raise CopkitError(
            f"{file} opens a quotation mark on line {unclosed_line}, and never closes it",
            "close it, or take it out",
        )
    return rows


def _score_delimiter(text: str, delimiter: str, file: str) -> tuple[int, int, int]:
    """Count rows of several cells, rows as wide as the one before, and cells: more is better."""
    widths = [len(row) for _, row in _split_rows(text, delimiter, file) if row]
    several = sum(width > 1 for width in widths)
    alike = sum(first == second > 1 for first, second in pairwise(widths))
    return several, alike, sum(widths)


_FORMULA: Final = re.compile(r'="[^"]*"')


def _filled_rows(
    text: str, delimiter: str, file: str, *, quoted: bool = True
) -> Iterator[NumberedRow]:
    """Yield the rows that hold anything, without the space around their cells."""
    for line, row in _split_rows(text, delimiter, file, quoted=quoted):
        # Some programs write each time as a formula: ="2021-06-14 17:02:22"
        cells = tuple(
            [
                cell.strip()[2:-1] if _FORMULA.fullmatch(cell.strip()) else cell.strip()
                for cell in row
            ]
        )
        if not quoted:
            cells = tuple([cell.strip('"') for cell in cells])
        if any(cells):
            yield line, cells


def _split_rows(
    text: str, delimiter: str, file: str, *, quoted: bool = True
) -> Iterator[tuple[int, list[str]]]:
    """Yield rows with the line each begins on; without ``quoted``, quotation marks are text.

    Raise :class:`CopkitError` for so many rows or cells that they could fill the memory.
    """
    # people type a space behind a comma, and a quotation mark behind that is one all the same
    reader = csv.reader(
        io.StringIO(text),
        delimiter=delimiter,
        quoting=csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE,
        skipinitialspace=True,
    )
    line, cell_count, row_count = 1, 0, 0
    try:
        for row in reader:
            cell_count += len(row)
            if row_count > _MAX_ROWS or cell_count > _MAX_CELLS:
                raise CopkitError(
                    f"{file} has more than {_MAX_ROWS:,} rows or {_MAX_CELLS:,} cells",
                    "keep only the list of people in it",
                )
            if row:
                row_count += 1
                yield line, row
            line = reader.line_num + 1  # a quoted cell may go over several lines
    except csv.Error as error:
        raise CopkitError(
            f"{file} cannot be read as a table: line {line} has no end",
            "a quotation mark there is probably never closed",
        ) from error


def _unclosed_quote_line(rows: list[NumberedRow], text: str, delimiter: str) -> int:
    """Return the line on which a quotation mark swallows the rows that follow, 0 if none does."""
    # An even number counts as closed, but for tabs: there a name may hold two bare marks.
    is_odd = text.count('"') % 2
    if not is_odd and delimiter != "\t":
        return 0
    for line, cells in rows:
        if any("\n" in cell and delimiter in cell for cell in cells):
            return line
    return 0


# Files that are no table

SAVE_AS_HINT: Final = "open it in a spreadsheet program, and save it as CSV or XLSX"
EXPORT_HINT: Final = "export the list from the program that made it, as CSV or XLSX"

# "Magic numbers" by which a file is recognised whatever its name is.
_BEGINNINGS: Final = (
    (b"%PDF", "is a PDF", EXPORT_HINT),
    (b"\x89PNG", "is a picture", EXPORT_HINT),
    (b"\xff\xd8\xff", "is a picture", EXPORT_HINT),
    (b"GIF8", "is a picture", EXPORT_HINT),
    (b"II*\0", "is a picture", EXPORT_HINT),
    (b"MM\0*", "is a picture", EXPORT_HINT),
    (b"RIFF", "is a picture or a sound", EXPORT_HINT),
    (b"\0\0\0", "is a picture or a film", EXPORT_HINT),
    (b"\x1f\x8b", "is a packed file", "unpack it first"),
    (b"7z\xbc\xaf", "is a packed file", "unpack it first"),
    (b"Rar!", "is a packed file", "unpack it first"),
    (b"\x7fELF", "is a program", EXPORT_HINT),
    (b"MZ", "is a program", EXPORT_HINT),
    (b"SQLite format 3", "is a database", EXPORT_HINT),
    (b"\xd0\xcf\x11\xe0", "is in Excel's old form, or has a password", SAVE_AS_HINT),
)
# Modern office files are all ZIP archives; a part inside says which program wrote one.
_ARCHIVE_PARTS: Final = (
    ("xl/workbook.bin", "is a binary workbook (.xlsb)", SAVE_AS_HINT),
    ("word/document.xml", "is a Word file", EXPORT_HINT),
    ("ppt/presentation.xml", "is a presentation", EXPORT_HINT),
    ("Index/Document.iwa", "is a Numbers, Pages or Keynote file", SAVE_AS_HINT),
    ("Index.zip", "is a Numbers, Pages or Keynote file", SAVE_AS_HINT),
    ("content.xml", "is an OpenDocument file (.ods, .odt)", SAVE_AS_HINT),
)
_ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06")  # the second where an archive is empty
_MAX_ARCHIVE_PARTS: Final = 5_000  # a workbook has a few dozen


def is_workbook(data: bytes) -> bool:
    """Check whether bytes that were not refused are a workbook, and no text."""
    return data.startswith(_ZIP)


def refuse_other_files(data: bytes, file: str) -> None:
    """Raise :class:`CopkitError` that names what a file is, unless it may hold a table.

    ``file`` is its name: office programs leave a small file beside one that is open.
    """
    if file.startswith(("~$", ".~lock.")):
        name = file.removeprefix("~$").removeprefix(".~lock.").removesuffix("#")
        message = f"{file} is what Excel leaves while the list is open, and no table"
        raise CopkitError(message, f"name the list itself: '{name}'; it may stay open, once saved")
    if not data.strip():
        raise CopkitError(f"{file} is empty", "export it again: there is no table in it")
    if is_workbook(data):
        description, hint = _describe_archive(data)
        if description:
            raise CopkitError(f"{file} {description}", hint)
    for beginning, description, hint in _BEGINNINGS:
        if data.startswith(beginning) and _is_binary(beginning, data):
            raise CopkitError(f"{file} {description}, and no table", hint)


def refuse_other_text(text: str, file: str) -> None:
    """Raise :class:`CopkitError` for text that is written for a program, and no table."""
    beginning = text[:200].lstrip().lower()
    if beginning.startswith("<"):  # some portals call an HTML table .xls
        message = f"{file} is a web page or XML, whatever its name, and no table"
        raise CopkitError(message, SAVE_AS_HINT)
    if beginning.startswith("{\\rtf"):
        raise CopkitError(f"{file} is a text document (RTF), and no table", EXPORT_HINT)
    if beginning.startswith(("begin:vcalendar", "begin:vcard")):
        raise CopkitError(f"{file} is a calendar or an address card, and no table", EXPORT_HINT)
    if beginning.startswith(("{", "[{", "[\n")):
        raise CopkitError(f"{file} is JSON, and no table", EXPORT_HINT)


def _is_binary(beginning: bytes, data: bytes) -> bool:
    """Check that a file is no list whose first name begins with letters such as MZ."""
    return not beginning.isalnum() or b"\0" in data[:1_000]


def _describe_archive(data: bytes) -> tuple[str, str]:
    """Return what a packed file is, and what to do; two empty texts for a workbook."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return "is damaged: it begins as a workbook, and cannot be unpacked", EXPORT_HINT
    if len(names) > _MAX_ARCHIVE_PARTS:
        return f"is a packed file of {len(names)} others, and no table", "unpack it first"
    if "xl/workbook.xml" in names:
        return "", ""
    for name, description, hint in _ARCHIVE_PARTS:
        if name in names:
            return f"{description}, and no table", hint
    return "is a packed file, and no table", "unpack it first, and give the CSV or XLSX in it"


# Encodings

_SAMPLE: Final = 4_000  # bytes: enough to tell UTF-16 by its zeros
_CONTROL_CHARACTER: Final = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_MAX_CONTROL_CHARACTERS: Final = (
    5  # a stray control character or two come out of other people's forms
)


def decode_text(data: bytes, file: str) -> str:
    """Decode UTF-16, with a byte-order mark or without, UTF-8, or else an old single-byte encoding.

    Invisible control characters are left out. Raise :class:`CopkitError` for what is no text.
    """
    encoding = _detect_encoding(data)
    if encoding.startswith("utf-16"):
        data = data[: len(data) // 2 * 2]  # one more byte is a line end that a tool put there
    try:
        text = data.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise CopkitError(f"{file} is no text, or is damaged", SAVE_AS_HINT) from error
    control_characters = _CONTROL_CHARACTER.findall(text[:100_000])
    if "\0" in text or len(control_characters) > _MAX_CONTROL_CHARACTERS:
        raise CopkitError(f"{file} is no text, whatever its name, and no table", EXPORT_HINT)
    refuse_other_text(text, file)
    return UNSEEN_SIGN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def _detect_encoding(data: bytes) -> str:
    """Return Python's name of a text's encoding: utf-8, utf-16-le, utf-16-be or an old one.

    None of them takes off a byte order mark.
    """
    if data.startswith(codecs.BOM_UTF8):
        return "utf-8"
    if data.startswith(codecs.BOM_UTF16_LE):
        return "utf-16-le"
    if data.startswith(codecs.BOM_UTF16_BE):
        return "utf-16-be"
    sample = data[:_SAMPLE]
    # Most letters of our languages are below 256: in UTF-16 one of their two bytes is zero.
    even_zeros, odd_zeros = sample[::2].count(0), sample[1::2].count(0)
    if odd_zeros > 4 * even_zeros:
        return "utf-16-le"
    if even_zeros > 4 * odd_zeros:
        return "utf-16-be"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:  # old text is hardly ever valid UTF-8 by accident
        return _detect_old_encoding(data)
    return "utf-8"


# Windows, Windows in Central Europe, Macintosh, DOS: of equals the first.
_OLD_ENCODINGS: Final = ("cp1252", "cp1250", "mac_roman", "cp850")
# What a list in a language has beyond ASCII, in small letters. A right decoding makes letters of
# one of these languages; a wrong one scatters letters of several, and signs, within words.
_WESTERN: Final = (
    "äöüß",  # German
    "àâçéèêëîïôùûœ",  # French
    "áéíñóúü¿¡ºª",  # Spanish
    "ãáâàçéêíõóôúºª",  # Portuguese
    "àèéìíòóù",  # Italian
    "éëïöüáóèê",  # Dutch
    "åäöæøé",  # Scandinavian languages
    "âêîôûŵŷïëáéíóú",  # Welsh and Irish
)
_CENTRAL: Final = ("ąćęłńóśźż", "áčďéěíňóřšťúůýž", "áéíóöőúüű", "áäčďéíĺľňóôŕšťúýž")
_LANGUAGES_BY_ENCODING: Final = {
    "cp1252": _WESTERN,
    "cp1250": _CENTRAL,
    "mac_roman": _WESTERN,
    "cp850": _WESTERN,
}
_BESIDE_WORDS: Final = "–—“”„‘’‚«»…€£§°·•©®™\xa0"  # signs that stand between words
_MAX_OLD_WORDS: Final = 5_000  # words beyond ASCII that are looked at
_WORD_BEYOND_ASCII: Final = re.compile(rb"[^\W\d]{0,40}[\x80-\xff][\w\x80-\xff]{0,40}")


def _detect_old_encoding(data: bytes) -> str:
    """Return the old encoding in which the words of a text look most like words of one language."""
    words = [match[0] for match in islice(_WORD_BEYOND_ASCII.finditer(data), _MAX_OLD_WORDS)]
    encodings = list(_OLD_ENCODINGS)
    if b"\r" in data and b"\n" not in data:  # only old Macintoshes end lines so
        encodings.sort(key=lambda encoding: encoding != "mac_roman")
    scores = {encoding: _score_decoding(words, encoding) for encoding in encodings}
    best = max(encodings, key=lambda encoding: scores[encoding])
    # Where nothing looks like words, the text is of Windows, or none at all.
    return best if scores[best] > 0 else "cp1252"


def _score_decoding(words: list[bytes], encoding: str) -> float:
    """Return how well words fit the languages of an encoding: a point a letter, less for others."""
    try:
        decoded = [word.decode(encoding) for word in words]
    except UnicodeDecodeError:
        return float("-inf")
    score_of_signs = 0.0
    letters: list[str] = []
    for word in decoded:
        for position, sign in enumerate(word):
            if sign.isascii():
                continue
            previous, following = word[position - 1 : position], word[position + 1 : position + 2]
            is_inside = previous.isalpha() and following.isalpha()
            # "LindÎqvist", "HÇlène", "OíDowd": capitals begin where no word begins or ends
            changes_case = (
                (sign.isupper() and previous.islower())
                or (sign.isupper() and previous.isupper() and following.islower())
                or (sign.islower() and following.isupper())
            )
            if sign in _BESIDE_WORDS:
                score_of_signs += 1 if sign == "’" or not is_inside else -2
            elif changes_case or not sign.isalpha():
                score_of_signs -= 2
            else:
                letters.append(sign.lower())
    languages = _LANGUAGES_BY_ENCODING[encoding]
    scores = [sum(1 if letter in alphabet else -1 for letter in letters) for alphabet in languages]
    # a list may have names of several languages, but one is likelier
    mixed = sum(0.5 if letter in "".join(languages) else -1 for letter in letters)
    return score_of_signs + max(*scores, mixed)


# Merged cells and hidden rows of a workbook, from its XML: openpyxl drops them when it streams rows

MergedCells = dict[int, list[tuple[int, int]]]
"""By row: the first row of each merged cell there, and its column, from 0."""

_MAX_MERGED_ROWS: Final = 20_000  # rows with a merged cell
# The quantifiers are bounded, so that no made-up XML can make these slow.
_SHEET: Final = re.compile(rb"<(?:\w{1,20}:)?sheet\s([^<>]{1,2000})>")
_RELATION: Final = re.compile(rb"<(?:\w{1,20}:)?Relationship\s([^<>]{1,2000})>")
_ATTRIBUTE: Final = re.compile(r"(?:\w{1,20}:)?(\w{1,20})\s?=\s?\"([^\"]{0,1000})\"")
_ROW_ELEMENT: Final = re.compile(rb"<(?:\w{1,20}:)?row\s([^<>]{1,1000})>")
_ROW_NUMBER: Final = re.compile(rb'\br="(\d{1,7})"')
_HIDDEN: Final = re.compile(rb'\bhidden="(?:1|true)"')
_MERGED: Final = re.compile(rb'mergeCell\s+ref="([A-Z]{1,3})(\d{1,7}):[A-Z]{1,3}(\d{1,7})"')


def read_sheet_xml(archive: zipfile.ZipFile) -> dict[str, bytes]:
    """Return the XML of each sheet by its name; none if parts cannot be read."""
    try:
        relations = archive.read("xl/_rels/workbook.xml.rels")
        sheets = archive.read("xl/workbook.xml")
    except (KeyError, RuntimeError, zipfile.BadZipFile, OSError):
        return {}
    # A sheet names its file by the id of a relation, and that one holds the path.
    targets = {
        relation["Id"]: relation["Target"]
        for relation in _attributes_of_elements(_RELATION, relations)
        if "Target" in relation
    }
    content_by_name: dict[str, bytes] = {}
    for sheet in _attributes_of_elements(_SHEET, sheets):
        target = targets.get(sheet.get("id", ""), "")
        path = normpath(target[1:] if target.startswith("/") else join("xl", target))
        if path in archive.namelist():
            content_by_name[sheet.get("name", "")] = archive.read(path)
    return content_by_name


def _attributes_of_elements(pattern: re.Pattern[bytes], content: bytes) -> list[dict[str, str]]:
    """Return the attributes of each element that a pattern finds and that has an id or a name."""
    elements = (match[1].decode("utf-8", "replace") for match in pattern.finditer(content))
    attributes_of_each = (
        {name: unescape(value) for name, value in _ATTRIBUTE.findall(element)}
        for element in elements
    )
    return [
        attributes
        for attributes in attributes_of_each
        if "Id" in attributes or "name" in attributes
    ]


def find_hidden_lines(content: bytes) -> frozenset[int]:
    """Find the rows of a sheet's XML that somebody, or a filter, has hidden."""
    rows = (
        (_ROW_NUMBER.search(match[1]), _HIDDEN.search(match[1]))
        for match in _ROW_ELEMENT.finditer(content)
    )
    return frozenset(int(number[1]) for number, hidden in rows if number and hidden)


def find_merged_cells(content: bytes) -> MergedCells:
    """Find the cells of a sheet's XML that are merged over rows."""
    merged: MergedCells = {}
    remaining = _MAX_MERGED_ROWS
    for letters, first, last in _MERGED.findall(content):
        column = 0
        for letter in letters:  # "AB" is column 28; bytes, so 65 is an A
            column = column * 26 + letter - 64
        rows = range(int(first), int(last) + 1)
        if len(rows) < 2 or len(rows) > remaining:
            continue
        remaining -= len(rows)
        for row in rows:
            merged.setdefault(row, []).append((int(first), column - 1))
    return merged


# Workbooks


_LAST_ROW: Final = 1_048_576  # of any workbook, by Excel's own limit
_MAX_COLUMNS: Final = 256
_MAX_UNPACKED_BYTES: Final = 60_000_000  # bytes, unpacked
_MAX_PART_BYTES: Final = 24_000_000
_MAX_TAGS: Final = 150_000  # in a part that openpyxl reads whole, such as the shared texts
_MAX_SHEET_TAGS: Final = 700_000  # a sheet is streamed, so it may have more
_ROW: Final = re.compile(rb"<(?:\w{1,20}:)?row[\s/>]")
_MAX_CHARACTERS: Final = 20_000_000
_TOO_LARGE_HINT: Final = "keep only the list of people in it, and save it as CSV"


@dataclass(frozen=True, slots=True)
class WorkbookSheet:
    """One sheet with any rows; the fields are those of :class:`ImportedTable`."""

    name: str
    rows: list[NumberedRow]
    is_hidden: bool
    hidden_lines: tuple[int, ...]
    merged_lines: tuple[int, ...]


def read_workbook(data: bytes, file: str) -> list[WorkbookSheet]:
    """Return the sheets that hold any rows, in the order of their tabs.

    Raise :class:`CopkitError` for a workbook that is damaged, or made to fill the memory.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _refuse_bombs(archive, file)
            sheets_xml = read_sheet_xml(archive)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of styles, which nobody reads here
            return _parse_sheets(data, sheets_xml, file)
    except CopkitError:
        raise
    except Exception as error:  # whatever a made-up workbook brings zipfile and openpyxl to
        hint = "open it and save it again, without a password"
        message = f"{file} is a workbook that is damaged, or has a password"
        raise CopkitError(message, hint) from error


def _refuse_bombs(archive: zipfile.ZipFile, file: str) -> None:
    """Raise :class:`CopkitError` for a workbook that unpacks to far more than a table needs.

    Sizes, rows and tags of XML are counted before anything is parsed, since openpyxl reads some
    parts whole. A part cannot be larger than it states: zipfile reads no more than that.
    """
    parts = archive.infolist()
    sizes = [part.file_size for part in parts]
    if sum(sizes) > _MAX_UNPACKED_BYTES or max(sizes, default=0) > _MAX_PART_BYTES:
        raise CopkitError(f"{file} unpacks to far more than a table needs", _TOO_LARGE_HINT)
    sheets, most_tags, largest = 1, 0, 0
    for part in parts:
        if not part.filename.endswith((".xml", ".rels")):
            continue
        content = archive.read(part)
        # No workbook has a DOCTYPE; one could define entities that expand without end.
        if b"<!DOCTYPE" in content[:100_000].replace(b"\0", b""):
            raise CopkitError(f"{file} is a workbook that was tampered with", EXPORT_HINT)
        is_sheet = part.filename.startswith("xl/worksheets/")
        tags = content.count(b"<")
        if is_sheet:
            most_tags, largest = max(most_tags, tags), max(largest, len(content))
        else:
            sheets = max(sheets, content.replace(b"\0", b"").count(b"sheetId"))
        rows = sum(1 for _ in _ROW.finditer(content)) if is_sheet and tags > _MAX_ROWS else 0
        if tags > (_MAX_SHEET_TAGS if is_sheet else _MAX_TAGS) or rows > _MAX_ROWS:
            raise CopkitError(f"{file} has far more cells than a table needs", _TOO_LARGE_HINT)
    # Many sheets may name the same part, which is then parsed as often.
    if sheets * most_tags > 3 * _MAX_SHEET_TAGS or sheets * largest > 4 * _MAX_UNPACKED_BYTES:
        raise CopkitError(f"{file} has far more sheets than a table needs", _TOO_LARGE_HINT)


def _parse_sheets(data: bytes, sheets_xml: dict[str, bytes], file: str) -> list[WorkbookSheet]:
    """Return the sheets that hold any rows; ``sheets_xml`` has the XML of each by its name."""
    from openpyxl import load_workbook  # slow to import, and needed for workbooks alone

    book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    sheets: list[WorkbookSheet] = []
    characters = 0
    try:
        for sheet in book.worksheets:
            sheet.reset_dimensions()  # some programs state too small a range, and rows are lost
            cells = sheet.iter_rows(max_row=_LAST_ROW, max_col=_MAX_COLUMNS, values_only=True)
            content = sheets_xml.get(sheet.title, b"")
            merged = find_merged_cells(content)
            rows = []
            for number, row in _parse_sheet_rows(cells, merged):
                characters += sum(map(len, row))
                if characters > _MAX_CHARACTERS:
                    message = f"{file} holds far more text than a table needs"
                    raise CopkitError(message, _TOO_LARGE_HINT)
                rows.append((number, row))
            if rows:
                hidden = find_hidden_lines(content)
                sheets.append(
                    WorkbookSheet(
                        name=sheet.title,
                        rows=rows,
                        is_hidden=sheet.sheet_state != "visible",
                        hidden_lines=tuple(number for number, _ in rows if number in hidden),
                        merged_lines=tuple(number for number, _ in rows if number in merged),
                    )
                )
    finally:
        book.close()
    return sheets


def _parse_sheet_rows(
    cells: Iterator[tuple[Any, ...]], merged: MergedCells
) -> Iterator[NumberedRow]:
    """Yield the rows that hold anything; a merged cell stands in each of its rows."""
    merged_values: dict[tuple[int, int], str] = {}  # by first row and column of a merged cell
    # openpyxl yields one and the same tuple for rows that are missing, of which there may be a
    # million: comparing identity passes over them quickly.
    blank: tuple[Any, ...] | None = None
    for number, values in enumerate(cells, 1):
        if values is blank:
            continue
        spans = merged.get(number, ())
        if not spans and values.count(None) == len(values):
            blank = values
            continue
        row = [_format_cell(value) for value in values]
        for first_row, column in spans:
            if first_row == number:
                merged_values[first_row, column] = row[column] if column < len(row) else ""
            elif column < len(row):
                row[column] = row[column] or merged_values.get((first_row, column), "")
        while row and not row[-1]:
            row.pop()
        if any(row):
            yield number, tuple(row)


def _format_cell(value: Any) -> str:
    """Return a cell's value as people read it, with dates in ISO form, which has one meaning."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):  # before numbers: a bool is an int
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.15g}"  # the digits that Excel shows: 0.1 + 0.2 is 0.3
    if isinstance(value, dt.datetime):
        # Excel stores days as fractions, so whole seconds come out a little short.
        moment: dt.datetime = (value + dt.timedelta(milliseconds=500)).replace(microsecond=0)
        return str(moment if moment.time() != dt.time() else moment.date())
    if isinstance(value, dt.time):
        return str(value.replace(microsecond=0))
    if isinstance(value, dt.timedelta):
        minutes, seconds = divmod(round(value.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
    return str(value)


# Any file

MAX_BYTES: Final = 10_000_000
"""Bytes; a list of a thousand people, with each of their rejoins, has a twentieth of it."""


@dataclass(frozen=True, slots=True)
class ImportedTable:
    """The cells of a file, or of one sheet, as text, row by row; ``lines`` counts from 1.

    Rows may be of different lengths; cells have no space around them, and rows without any cell
    filled in are left out. Of a workbook, ``sheet`` is the sheet's name, ``is_hidden`` whether it
    is hidden, ``hidden_lines`` are rows that somebody or a filter hid, which are among the rows
    all the same, and ``merged_lines`` those with a cell merged over several rows, which stands in
    each of them.
    """

    file: str
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]
    sheet: str = ""
    is_hidden: bool = False
    hidden_lines: tuple[int, ...] = ()
    merged_lines: tuple[int, ...] = ()


def refuse_large(size: int, file: str) -> None:
    """Raise :class:`CopkitError` for a file of more than :data:`MAX_BYTES` bytes, not yet read."""
    if size > MAX_BYTES:
        raise CopkitError(
            f"{single_line(file)} has {size // 1_000_000} MB, and a table may have "
            f"{MAX_BYTES // 1_000_000}",
            "keep only the list of people in it, and save it as CSV",
        )


def read_tables(data: bytes, file: str) -> tuple[ImportedTable, ...]:
    """Parse the tables in a file's bytes: one of a text, one for each filled sheet of a workbook.

    ``file`` is its name, for messages. Raise :class:`CopkitError` for what is no table: an empty
    file, a picture, a program, a workbook that would not fit into memory.
    """
    file = single_line(file)
    refuse_large(len(data), file)
    refuse_other_files(data, file)
    if is_workbook(data):
        sheets = read_workbook(data, file)
    else:
        sheets = [WorkbookSheet("", parse_csv(decode_text(data, file), file), False, (), ())]
    tables = []
    for sheet in sheets:
        if sheet.rows:
            lines, rows = zip(*sheet.rows, strict=True)
            tables.append(
                ImportedTable(
                    file,
                    rows,
                    lines,
                    sheet.name,
                    sheet.is_hidden,
                    sheet.hidden_lines,
                    sheet.merged_lines,
                )
            )
    if not tables:
        raise CopkitError(f"{file} is empty", "export it again: there is no table in it")
    return tuple(tables)


def read_table(data: bytes, file: str) -> ImportedTable:
    """Parse the first table of a file that is not hidden; see :func:`read_tables`."""
    tables = read_tables(data, file)
    visible = next((table for table in tables if not table.is_hidden), None)
    if visible is None:
        raise CopkitError(f"{file} is empty", "export it again: there is no table in it")
    return visible
