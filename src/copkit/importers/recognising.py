"""What somebody else's file is, by how its bytes begin, where it is no table.  Pure."""

from __future__ import annotations

from typing import Final

from copkit.errors import CopkitError

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
