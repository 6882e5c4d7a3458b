"""Slugs (safe names of files), new ids, paths inside a folder, reading files.  Does I/O."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Collection, Iterable, Iterator
from io import FileIO
from itertools import count, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Final

from copkit.errors import CopkitError, Problem, Severity
from copkit.text.source import SourceText

if TYPE_CHECKING:
    from random import Random

LARGEST: Final = 1_000_000  # bytes; a record is a page or two of text
SLUG: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")  # nobody-to-call
LONGEST_SLUG: Final = 80  # characters
# Windows opens a device for these names, whatever ending follows.
DEVICE_NAMES: Final = frozenset(
    {"con", "prn", "aux", "nul"} | {f"{name}{n}" for name in ("com", "lpt") for n in range(1, 10)}
)


def is_slug(text: str) -> bool:
    """Check whether a name is safe as a file name on every system and in a web address."""
    return (
        len(text) <= LONGEST_SLUG and SLUG.fullmatch(text) is not None and text not in DEVICE_NAMES
    )


def are_apart(slugs: Collection[str]) -> bool:
    """Check that all are slugs, and none is made from another and a hyphen, as names of copies are.

    This is quicker than a look at each: a folder may have thousands, and nearly all are apart.
    """
    ordered = sorted(slugs)
    text = "\n".join(ordered)
    # No sign of a slug sorts before the hyphen, so a name is followed by those made from it.
    return (
        re.fullmatch("[a-z0-9\n-]*", text) is not None
        and re.search("(?m)^[ck]op", text) is None  # "copy-of-x"
        and not any(slug.startswith(f"{before}-") for before, slug in pairwise(ordered))
    )


def slug_from(title: str) -> str:
    """Make a slug from a title: ``Nobody to call!`` gives ``nobody-to-call``; may be empty."""
    import unicodedata

    plain = unicodedata.normalize("NFKD", title.replace("’", "").replace("'", ""))
    words = re.findall(r"[a-z0-9]+", plain.encode("ascii", "ignore").decode().lower())
    slug = ""
    for word in words:  # whole words, as many as there is room for
        longer = f"{slug}-{word}" if slug else word[:LONGEST_SLUG]
        if len(longer) > LONGEST_SLUG:
            break
        slug = longer
    return f"{slug}-1" if slug in DEVICE_NAMES else slug


# Without vowels, so that they make no words, and of signs that look alike (0 and o, 1 and l, 2 and
# z, 5 and s, 6, 8 and b, 9 and g, u and v) only one.
_ID_LETTERS: Final = "bcdfghjkmnprtvwx"
_ID_FIGURES: Final = "23457"
SEED_VARIABLE: Final = "COPKIT_SEED"
"""Environment variable that makes new ids the same each time, for examples and tests."""


def id_stem(role: str) -> str:
    """Return what the ids of members with a role begin with: ``housing-support-worker-``."""
    # At most 60 characters, since ids are typed; a number follows.
    return f"{slug_from(role)[:60].rstrip('-') or 'member'}-"


def member_id(taken: Collection[str], role: str, *, shared: bool) -> str:
    """Return an id for a new member that is not taken: their role and a number, ``nurse-2``.

    With ``shared``, four random letters stand for the number. Use it for rosters that other people
    may add to at the same time, each with a copy in which the next number is free.
    """
    source = _random_source() if shared else None
    endings = count(1) if source is None else _endings(source, 4)
    return _first_free(taken, id_stem(role), endings)


def random_id(taken: Collection[str], prefix: str, source: Random | None = None) -> str:
    """Return an id by chance that is not taken: a prefix, a hyphen and three signs, ``p-k7m``.

    Two people who add to their own copies of a record at the same time get two ids. ``source`` is
    the source of chance, where it is not to be that of the system.
    """
    return _first_free(taken, f"{prefix}-", _endings(source or _random_source(), 3))


def _first_free(taken: Collection[str], stem: str, endings: Iterable[object]) -> str:
    return next(id for ending in endings if (id := f"{stem}{ending}") not in taken)


def _endings(source: Random, length: int) -> Iterator[str]:
    """Yield random endings of ids: a letter first, and at least one figure, so no abbreviation."""
    while True:
        ending = source.choice(_ID_LETTERS)
        ending += "".join(source.choices(_ID_LETTERS + _ID_FIGURES, k=length - 1))
        if not ending.isalpha():
            yield ending


def _random_source() -> Random:
    """Return the source of chance of all new ids: the system's, or one with a seed."""
    import random  # slow to import, and every command imports this file

    seed = os.environ.get(SEED_VARIABLE)
    return random.Random(seed) if seed else random.SystemRandom()  # noqa: S311  an id is no secret


def read_source(path: Path, file: str, problems: list[Problem]) -> SourceText:
    """Read a record's file as UTF-8 text, with or without a byte order mark.

    ``file`` is the path for problems. For a file that cannot be read as text, a problem is added
    to ``problems``, and the result is a stand-in that is not ``readable``.
    """
    data = read_record_bytes(path, file, problems)
    if data is None:
        return SourceText(file, "", readable=False)
    return decode_source(file, data, problems)


def read_record_bytes(path: Path | str, file: str, problems: list[Problem]) -> bytes | None:
    """Read the bytes of a record's file.

    ``file`` is the path for problems. For a link, a device, more than 1 MB, or a file that cannot
    be read, a problem is added to ``problems``, and the result is ``None``.
    """
    try:
        status = os.lstat(path)
        # A link could lead out of the folder, and reading a device might never end.
        if not stat.S_ISREG(status.st_mode):
            fault = ("not-a-file", *_NOT_A_FILE)
        elif status.st_size > LARGEST:
            fault = ("file-too-large", *_TOO_LARGE)
        else:
            with FileIO(os.fspath(path)) as opened:  # at a third of the time of Path.read_bytes
                return opened.readall()
    except OSError as error:
        fault = ("unreadable", f"cannot be read: {error.strerror or 'unknown reason'}", "")
    code, message, hint = fault
    problems.append(Problem(file, 1, 1, 1, 2, code, Severity.ERROR, message, hint))
    return None


def decode_source(file: str, data: bytes, problems: list[Problem]) -> SourceText:
    """Decode a record's bytes as UTF-8 text, with or without a byte order mark.

    ``file`` is the path for problems. For other bytes, and for a YAML file without a field, a
    problem is added to ``problems``, and the result is a stand-in that is not ``readable``.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return _not_utf8(file, data, error.start, problems)
    # A Markdown record without its fields is a fault of its own; a list without a word would be
    # read as "nobody", when in truth a full disk or a program that copies folders has emptied it.
    if file.endswith(".yaml") and not _HAS_FIELDS.search(text):
        problems.append(Problem(file, 1, 1, 1, 2, "empty-file", Severity.ERROR, *_EMPTIED))
        return SourceText(file, "", readable=False)
    return SourceText(file, text)


def read_every_file(root: Path, leave_out: Collection[str]) -> Iterator[SourceText]:
    """Yield every file below a folder, hidden ones too, in the order of their paths.

    ``leave_out`` names folders at the top. No link is followed. A file that is not text comes as an
    empty stand-in that is not ``readable``.
    """
    for folder, folders, names in os.walk(root):
        at_top = Path(folder) == root
        folders[:] = sorted(name for name in folders if not (at_top and name in leave_out))
        for name in sorted(names):
            path = Path(folder, name)
            yield read_source(path, path.relative_to(root).as_posix(), [])


def read_bytes(path: Path, file: str) -> bytes:
    """Read a file of any kind; ``file`` is its path for errors.

    Raise :class:`CopkitError` for a link, a device or more than 2 MB, ``OSError`` where reading
    fails.
    """
    status = os.lstat(path)
    if not stat.S_ISREG(status.st_mode):
        raise CopkitError(f"{file}: {_NOT_A_FILE[0]}; nothing was changed")
    if status.st_size > 2 * LARGEST:
        raise CopkitError(f"{file} is larger than 2 MB; nothing was changed")
    return path.read_bytes()


_HAS_FIELDS: Final = re.compile(r"(?m)^[ \t]*[^\s\0#]")  # anything but comments
_EMPTIED: Final = (
    "the file is empty: something has cut it short",
    "get it back from git or from a copy; delete the file if it is to hold nothing",
)
_NOT_A_FILE: Final = (
    "this is not an ordinary file (a link, a folder or a device)",
    "put the record itself here",
)
_TOO_LARGE: Final = (
    "the file is larger than 1 MB, which no record needs",
    "keep long documents outside the records, and link to them",
)


def _not_utf8(file: str, data: bytes, offset: int, problems: list[Problem]) -> SourceText:
    """Add a problem about bytes that are not UTF-8; return an unreadable stand-in.

    ``offset`` is that of the first such byte. The problem goes to ``problems``.
    """
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        message, offset = "the file is saved as UTF-16, not UTF-8", 0
    else:
        message = f"the file is not saved as UTF-8: byte 0x{data[offset]:02X} stands here"
    # The excerpt needs some decoding: cp1252, since the file probably comes from Windows.
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


def path_inside(root: Path, *parts: str) -> Path:
    """Join a path below ``root``; raise :class:`CopkitError` if it, or a link, leads outside."""
    path = root.joinpath(*parts)
    try:
        within = path.resolve().is_relative_to(root.resolve())
    except (OSError, RuntimeError):  # for a circle: which, depends on the version of Python
        raise CopkitError(f"{'/'.join(parts)} is a link that leads in a circle") from None
    if not within:
        raise CopkitError(f"{'/'.join(parts)} lies outside the programme folder")
    return path
