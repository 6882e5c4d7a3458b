"""Reading and writing the files of a programme folder.  Does I/O.

Nothing here overwrites what it was not given: a new file is created or refused, an edit is
written beside the old file and put in its place in one step.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import stat
import sys
from pathlib import Path
from typing import Final

from copkit.errors import CopkitError, Problem, Severity
from copkit.text.source import SourceText

LARGEST: Final = 1_000_000  # bytes; a record is a page or two of text
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
LONGEST_SLUG: Final = 80
DEVICE_NAMES: Final = frozenset(
    {"con", "prn", "aux", "nul"} | {f"{name}{n}" for name in ("com", "lpt") for n in range(1, 10)}
)


def is_slug(text: str) -> bool:
    """Say whether a name is safe as a file name everywhere and in a web address."""
    return (
        len(text) <= LONGEST_SLUG and SLUG.fullmatch(text) is not None and text not in DEVICE_NAMES
    )


def slug_from(title: str) -> str:
    """Make a slug from a title: ``Nobody to call!`` gives ``nobody-to-call``; may be empty."""
    import unicodedata

    plain = unicodedata.normalize("NFKD", title.replace("’", "").replace("'", ""))
    words = re.findall(r"[a-z0-9]+", plain.encode("ascii", "ignore").decode().lower())
    slug = ""
    for word in words:
        longer = f"{slug}-{word}" if slug else word[:LONGEST_SLUG]
        if len(longer) > LONGEST_SLUG:
            break
        slug = longer
    return f"{slug}-1" if slug in DEVICE_NAMES else slug


def read_source(path: Path, file: str, problems: list[Problem]) -> SourceText:
    """Read a record's file as UTF-8 text, with or without a BOM.

    A file that cannot be read as text gives an unreadable stand-in and one problem.
    """
    try:
        status = os.lstat(path)
        if not stat.S_ISREG(status.st_mode):
            return _refused(file, problems, "not-a-file", *_NOT_A_FILE)
        if status.st_size > LARGEST:
            return _refused(file, problems, "file-too-large", *_TOO_LARGE)
        data = path.read_bytes()
    except OSError as error:
        reason = error.strerror or "unknown reason"
        return _refused(file, problems, "unreadable", f"cannot be read: {reason}", "")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return _not_utf8(file, data, error.start, problems)
    return SourceText(file, text)


_NOT_A_FILE: Final = (
    "this is not an ordinary file (a link, a folder or a device)",
    "put the record itself here",
)
_TOO_LARGE: Final = (
    "the file is larger than 1 MB, which no record needs",
    "keep long documents outside the records, and link to them",
)


def _refused(file: str, problems: list[Problem], code: str, message: str, hint: str) -> SourceText:
    problems.append(Problem(file, 1, 1, 1, 2, code, Severity.ERROR, message, hint))
    return SourceText(file, "", readable=False)


def _not_utf8(file: str, data: bytes, offset: int, problems: list[Problem]) -> SourceText:
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        message, offset = "the file is saved as UTF-16, not UTF-8", 0
    else:
        message = f"the file is not saved as UTF-8: byte 0x{data[offset]:02X} stands here"
    before = data[:offset].decode("utf-8-sig", "replace")
    around = SourceText(file, before + data[offset:].decode("cp1252", "replace"))
    problems.append(
        around.problem(
            "not-utf-8",
            len(before),
            len(before) + 1,
            message,
            "open it in an editor and save it again with the encoding UTF-8",
        )
    )
    return SourceText(file, "", readable=False)


def inside(root: Path, *parts: str) -> Path:
    """Join a path below ``root``; raise :class:`CopkitError` if it would lead outside."""
    path = root.joinpath(*parts)
    if not path.resolve().is_relative_to(root.resolve()):
        raise CopkitError(f"{'/'.join(parts)} lies outside the programme folder")
    return path


def create(path: Path, text: str) -> None:
    """Write a new file, whole or not at all; raise :class:`CopkitError` if it is there already."""
    if os.path.lexists(path):
        raise CopkitError(f"{path.name} exists already; nothing was changed")
    made = [folder for folder in path.parents if not folder.exists()]
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _put(_write_beside(path, text), path, text)
    except BaseException:
        for folder in made:  # innermost first; one that somebody uses by now stays
            with contextlib.suppress(OSError):
                folder.rmdir()
        raise


def _put(temporary: Path, path: Path, text: str) -> None:
    """Give a temporary file its name, unless somebody has taken it meanwhile."""
    try:
        if sys.platform == "win32":
            os.rename(temporary, path)  # refuses to overwrite, on Windows
        else:
            os.link(temporary, path)
            os.unlink(temporary)
    except FileExistsError:
        temporary.unlink(missing_ok=True)
        raise CopkitError(f"{path.name} exists already; nothing was changed") from None
    except OSError as error:
        if error.errno not in _NO_LINKS:
            temporary.unlink(missing_ok=True)
            raise
        _create_plainly(path, text, temporary)


_NO_LINKS: Final = {
    errno.EPERM,
    errno.ENOTSUP,
    errno.EOPNOTSUPP,
    errno.ENOSYS,
    errno.EMLINK,
}
"""What a file system without hard links answers."""


def _create_plainly(path: Path, text: str, temporary: Path) -> None:
    temporary.unlink(missing_ok=True)
    with path.open("x", encoding="utf-8", newline="") as file:
        file.write(text)


def replace(path: Path, old: str, new: str) -> None:
    """Put ``new`` in the place of a file's text, unless it is no longer ``old``.

    The mode and a byte order mark stay. Raises :class:`CopkitError` when the file has changed.
    """
    target = path.resolve()
    if not os.access(target, os.W_OK):
        raise CopkitError(f"{path.name} is read-only; nothing was changed")
    data = target.read_bytes()
    if data.decode("utf-8-sig") != old:
        raise CopkitError(
            f"{path.name} was changed by someone else in the meantime; nothing was written",
            "run the command again",
        )
    mark = "\ufeff" if data.startswith(b"\xef\xbb\xbf") else ""
    temporary = _write_beside(target, mark + new)
    try:
        os.chmod(temporary, stat.S_IMODE(target.stat().st_mode))
        os.replace(temporary, target)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise


def write_output(root: Path, path: Path, text: str) -> None:
    """Write something rendered, which may be rendered again at any time, below ``root``.

    No folder on the way may be a link: it could lead to the records.
    """
    for folder in path.parents:
        if folder == root:
            break
        if folder.is_symlink():
            raise CopkitError(f"{folder} is a link, and nothing is written through it")
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = _write_beside(path, text)
    try:
        os.replace(temporary, path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise


def _write_beside(path: Path, text: str) -> Path:
    """Write a temporary file in the same folder, on disk before this returns."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    temporary.unlink(missing_ok=True)  # left by a process that had this number and was killed
    try:
        with temporary.open("x", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return temporary
