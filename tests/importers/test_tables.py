"""Tables of any encoding and delimiter, workbooks, headers below titles, and hostile files."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Callable

import pytest
from openpyxl import Workbook

from copkit.errors import CopkitError
from copkit.importers.columns import normalise_header
from copkit.importers.tables import MAX_BYTES, read_table, read_tables, refuse_large
from tests.conftest import cpu_at_most
from tests.importers.reading import at

NS = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
ROWS = (("Name", "Ort"), ("Jörg Öz", "Zürich"), ("Łucja", "Łódź"))


@pytest.mark.parametrize("delimiter", ["\t", ",", ";"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_any_encoding_delimiter_and_line_end(encoding: str, end: str, delimiter: str) -> None:
    text = end.join(delimiter.join(row) for row in ROWS)

    table = read_table(text.encode(encoding), "x")

    assert (table.rows, table.lines) == (ROWS, (1, 2, 3))


def test_letters_of_old_windows() -> None:
    table = read_table("Name;Ort\r\nJörg – “Öz”;Zürich\r\n".encode("cp1252"), "x")

    assert table.rows[1] == ("Jörg – “Öz”", "Zürich")


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1252", "Name;Place\nSeán O’Dowd;King’s Lynn\nZoë Lindqvist;Århus\n"),
        ("cp1252", "Nom;Ville\nHélène Marchais;Nîmes – Œuvre\n"),
        ("cp850", "Name;Ort\nJürgen Amsel;Köln\nBjörn Ähre;Straße 5\n"),
        ("cp850", "Nom;Ville\nHélène Marchais;Besançon\n"),
        ("mac_roman", "Name;Ort\nJürgen Amsel;Köln\nZoë Lindqvist;Málaga\n"),
        ("cp1250", "Imię;Obecność\nTomasz Żurek;nieobecny\nŁucja;obecność\n"),
        ("cp1250", "Jméno;Město\nJiří Dvořák;Plzeň\n"),
    ],
)
def test_old_encodings_are_told_by_the_words_that_they_make(encoding: str, text: str) -> None:
    rows = read_table(text.encode(encoding), "x").rows

    assert rows == tuple(tuple(line.split(";")) for line in text.splitlines())


def test_a_text_of_an_old_macintosh_is_told_by_its_line_ends() -> None:
    """A í of Mac Roman is an apostrophe of Windows, which may well stand between two letters."""
    table = read_table("Name,Place\rMaría,Málaga\r".encode("mac_roman"), "x")

    assert table.rows[1] == ("María", "Málaga")


@pytest.mark.parametrize("first_line", ["sep=;", '"sep=;"', "SEP=;"])
def test_a_first_line_that_names_the_delimiter_is_obeyed_and_is_no_row(first_line: str) -> None:
    table = read_table(f"{first_line}\r\nName;Works for\r\nRoe;A, B, C, D\r\n".encode(), "x")

    assert table.rows == (("Name", "Works for"), ("Roe", "A, B, C, D"))
    assert table.lines == (2, 3)


def test_spaces_round_delimiters_do_not_make_quotation_marks_part_of_a_cell() -> None:
    table = read_table(b'"Name" , "Works for"\n"Roe, Sam" , "A, B"\n', "x")

    assert table.rows == (("Name", "Works for"), ("Roe, Sam", "A, B"))


def test_a_mark_of_utf_16_may_be_followed_by_any_line_end_and_one_byte_more() -> None:
    data = b"\xfe\xff" + "Name\tOrt\nA\tB\n".encode("utf-16-be") + b"\n"

    assert read_table(data, "x").rows == (("Name", "Ort"), ("A", "B"))


def test_the_delimiter_is_told_from_the_whole_file() -> None:
    """Dates hold commas, answers hold semicolons, and names hold both."""
    tabs = "Name\tJoined\n" + 'A\t"9/22/26, 2:00:00 PM"\n' * 3 + "Roe, Sam\t9/22/26, 2:00:00 PM\n"
    commas = 'Id,Name,Likes\n1,A,"x;y;"\n2,B,"x;y;"\n'
    semicolons = "Name;Score\nRoe, Sam;1,5\nLee, Kim;2,5\n"

    assert read_table(tabs.encode(), "x").rows[-1] == ("Roe, Sam", "9/22/26, 2:00:00 PM")
    assert read_table(commas.encode(), "x").rows[-1] == ("2", "B", "x;y;")
    assert read_table(semicolons.encode(), "x").rows[-1] == ("Lee, Kim", "2,5")


def test_quoted_cells_over_several_lines_keep_the_lines_of_rows_right() -> None:
    table = read_table(b'Name,Notes\n"A","one\ntwo"\n\nB,"say ""hi"""\n', "x")

    assert table.rows == (("Name", "Notes"), ("A", "one\ntwo"), ("B", 'say "hi"'))
    assert table.lines == (1, 2, 5)


def test_a_quotation_mark_that_is_never_closed_swallows_nobody() -> None:
    tabs = read_table(b'Name\tEmail\n"Ann Olu\ta@example.org\nSam\tb@example.org\n', "x")
    assert [row[0] for row in tabs.rows] == ["Name", "Ann Olu", "Sam"]

    with pytest.raises(CopkitError, match="opens a quotation mark on line 2"):
        read_table(b'Name,Email\nAnn,"a@example.org\nSam,b@example.org\n', "x")


def workbook(fill: Callable[[Workbook], object]) -> bytes:
    book = Workbook()
    fill(book)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def test_every_sheet_is_read_and_what_is_hidden_is_told() -> None:
    def fill(book: Workbook) -> None:
        book.active.append(["Name"])
        book.active.append(["Ann"])
        book.active.append(["Sam"])
        book.active.row_dimensions[3].hidden = True
        book.create_sheet("Empty")
        old = book.create_sheet("Old")
        old.append(["Kim"])
        old.sheet_state = "hidden"

    first, second = read_tables(workbook(fill), "x.xlsx")

    assert (first.sheet, first.is_hidden, first.hidden_lines) == ("Sheet", False, (3,))
    assert (second.sheet, second.is_hidden, second.rows) == ("Old", True, (("Kim",),))


def test_a_workbook_reads_as_people_read_it() -> None:
    def fill(book: Workbook) -> None:
        book.active.title = "Cover"
        hidden = book.create_sheet("Hidden")
        hidden.append(["not", "this"])
        hidden.sheet_state = "hidden"
        sheet = book.create_sheet("People")
        sheet.append(["Our people"])
        sheet.merge_cells("A1:D1")
        sheet.append([None, "Name", "Since", "Time", "Length", "Fee"])
        sheet.append(
            ["Trust", "Ann", at("2026-09-22"), dt.time(14, 5), dt.timedelta(hours=26), 45.0]
        )
        sheet.append([None, " Sam ", at("2026-09-22 14:48:05"), dt.time(0, 45), None, 0.1 + 0.2])
        sheet.merge_cells("A3:A4")
        sheet.append([])
        sheet.append(["Other", "Kim", None, None, None, True])

    table = read_table(workbook(fill), "people.csv")

    assert table.sheet == "People"
    assert table.rows == (
        ("Our people",),
        ("", "Name", "Since", "Time", "Length", "Fee"),
        ("Trust", "Ann", "2026-09-22", "14:05:00", "26:00:00", "45"),
        ("Trust", "Sam", "2026-09-22 14:48:05", "00:45:00", "", "0.3"),
        ("Other", "Kim", "", "", "", "yes"),
    )
    assert table.lines == (1, 2, 3, 4, 6)


def test_a_header_is_compared_whatever_its_letters() -> None:
    assert normalise_header("  Prénom (d’usage)\n") == "prenom d usage"
    assert {normalise_header("E-MAIL:"), normalise_header("e_mail")} == {"e mail"}


def with_part(name: str, content: str | bytes) -> bytes:
    """Give a workbook one of whose parts is replaced."""
    good = zipfile.ZipFile(io.BytesIO(workbook(lambda book: book.active.append(["Name"]))))
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for other in good.namelist():
            if other != name:
                archive.writestr(other, good.read(other))
        archive.writestr(name, content)
    return file.getvalue()


def sheet(rows: str, *, name: str = "xl/worksheets/sheet1.xml") -> bytes:
    return with_part(name, f"<worksheet {NS}><sheetData>{rows}</sheetData></worksheet>")


def lying(data: bytes) -> bytes:
    """Say of the parts of a workbook that they are a hundred bytes each."""
    at = data.index(b"PK\x01\x02")
    while at >= 0:
        data = data[: at + 24] + (100).to_bytes(4, "little") + data[at + 28 :]
        at = data.find(b"PK\x01\x02", at + 1)
    return data


HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", "is empty"),
    "blank": (lambda: b" \r\n\t\r\n", "is empty"),
    "mark-alone": (lambda: b"\xff\xfe", "is empty"),
    "pdf": (lambda: b"%PDF-1.7\n%\xe2\xe3", "is a PDF"),
    "picture-renamed": (lambda: b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "is a picture"),
    "photograph": (lambda: b"\xff\xd8\xff\xe0" + bytes(range(256)), "is a picture"),
    "old-workbook": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "Excel's old form"),
    "web-page": (lambda: b"\n <html><table><tr><td>Name</td></tr></table>", "web page"),
    "xml": (lambda: b'<?xml version="1.0"?><Workbook/>', "web page or XML"),
    "json": (lambda: b'[{"name": "A"}]', "is JSON"),
    "nulls": (lambda: b"Name,Email\nA,\0\0\0\n", "is no text"),
    "noise": (lambda: bytes((n * 7919 + n // 7) % 256 for n in range(50_000)), "is "),
    "not-a-zip": (lambda: b"PK\x03\x04 and nothing else", "is damaged"),
    "word": (lambda: packed("word/document.xml"), "is a Word file"),
    "open-document": (lambda: packed("content.xml"), "OpenDocument"),
    "numbers": (lambda: packed("Index/Document.iwa"), "Numbers"),
    "zip-of-files": (lambda: packed("list.csv"), "packed file"),
    "sheet-that-is-no-xml": (lambda: with_part("xl/worksheets/sheet1.xml", "<"), "damaged"),
    "lying-sizes": (lambda: lying(sheet("<row/>" * 1000)), "damaged"),
    "half-a-gigabyte": (lambda: with_part("xl/media/a.bin", b" " * 70_000_000), "unpacks to far"),
    "empty-rows": (lambda: sheet("<row/>" * 300_000), "more cells than"),
    "last-row-of-all": (lambda: sheet('<row r="99999999999"><c><v>1</v></c></row>'), "is empty"),
    "entities": (
        lambda: with_part("xl/sharedStrings.xml", f'<!DOCTYPE x [<!ENTITY a "b">]><sst {NS}/>'),
        "tampered with",
    ),
    "texts": (
        lambda: with_part("xl/sharedStrings.xml", f"<sst {NS}>{'<si/>' * 200_000}</sst>"),
        "more cells than",
    ),
    "rows": (lambda: b"a,b\n" * 400_000, "more than 100,000 rows"),
    "one-line": (lambda: b'"' * 900_000, "a line of 900,000 characters"),
    "large": (lambda: b"a" * (MAX_BYTES + 1), "10 MB, and a table may have 10"),
}  # fmt: skip


def packed(name: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(name, "x")
    return file.getvalue()


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_file_that_is_no_table_is_refused_in_one_line_and_at_once(kind: str) -> None:
    make, message = HOSTILE[kind]
    data = make()
    for _ in cpu_at_most(2):
        with pytest.raises(CopkitError, match=message) as caught:
            read_table(data, "li\x1b[31mst\n.csv")

    assert caught.value.status == 1
    assert caught.value.hint
    assert (caught.value.message + caught.value.hint).isprintable()


def test_a_cell_in_the_last_corner_of_a_workbook_costs_nothing() -> None:
    for _ in cpu_at_most(2):
        data = sheet(
            '<row r="1"><c r="A1"><v>5</v></c></row><row r="1048576"><c r="XFD1048576"/></row>'
        )

        assert read_table(data, "x").rows == (("5",),)


def test_a_large_file_is_refused_before_it_is_read() -> None:
    refuse_large(MAX_BYTES, "x")
    with pytest.raises(CopkitError, match="200 MB"):
        refuse_large(200_000_000, "x")
