"""All files of a programme folder that git would keep, as names and bytes.  Reads files.

Not only the records: the scan for identifying details also has to see a list of names that
somebody put among them. Records are found by :func:`copkit.layout.list_entries`; what git would
not keep is seen by :func:`copkit.text.files.read_every_file` (for ``member forget``) as well.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from io import FileIO
from pathlib import Path
from typing import Final, NamedTuple

from copkit.layout import PRIVATE

OUTSIDE_GIT: Final = (PRIVATE, "build")
"""The folders at the top that are never in git, in small letters."""
_TOOL_FOLDERS: Final = ("__pycache__", "node_modules")
_LARGEST: Final = 5_000_000  # bytes; of a larger file nothing is read
_FIRST_READ: Final = 65_536  # bytes; nearly every file is smaller
_MANY: Final = 500  # files, from which on threads are worth their start
_THREADS: Final = 8


def is_outside_git(file: str) -> bool:
    """Check whether a path leads into ``private`` or ``build``, which are never in git."""
    # In any case of letters: on Windows and macOS "Private" is the same folder.
    top, _, path_below = file.partition("/")
    return bool(path_below) and top.casefold() in OUTSIDE_GIT


class Content(NamedTuple):
    """A file by its path in the programme, with forward slashes, and its bytes.

    ``data`` is ``None`` for what is too large or cannot be read.
    """

    file: str
    data: bytes | None


def read_contents(root: Path) -> Iterator[Content]:
    """Read the files of a programme in the order of their names; links are not followed."""
    yield from _walk(root, "")


def read_folder(root: Path, folder: str) -> list[Content]:
    """Read the files of one folder in the order of their names, and none of folders below it.

    ``folder`` is its path below ``root``, such as ``evidence``. Links are not followed; a folder
    that does not exist has no files.
    """
    entries = [] if (root / folder).is_symlink() else _entries(root / folder)
    files = [entry for entry in entries if not entry.is_dir(follow_symlinks=False)]
    names = [f"{folder}/{entry.name}" for entry in files]
    return list(map(Content, names, _read_all(files)))


def _read_all(files: list[os.DirEntry[str]]) -> list[bytes | None]:
    """Read files in their order, in threads if many; ``None`` for one too large or unreadable."""
    if len(files) < _MANY:
        return list(map(_read, files))
    from concurrent.futures import ThreadPoolExecutor

    # A disk that is asked for one file after the other takes four times as long.
    size = -(-len(files) // _THREADS)  # rounded up
    parts = [files[start : start + size] for start in range(0, len(files), size)]
    with ThreadPoolExecutor(_THREADS) as pool:
        contents = pool.map(lambda part: list(map(_read, part)), parts)
        return [data for part in contents for data in part]


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    """List a folder in the order of names; ``[]`` if it cannot be read."""
    try:
        with os.scandir(folder) as scan:
            return sorted(scan, key=lambda entry: entry.name)
    except OSError:  # reported where the records are loaded
        return []


def _walk(root: Path, folder: str) -> Iterator[Content]:
    """Read the files below a folder, which is ``""`` or ends with a slash."""
    for entry in _entries(root / folder):
        file = f"{folder}{entry.name}"
        if entry.is_dir(follow_symlinks=False):
            # .copkit has the accepted findings, which git keeps
            hidden = entry.name.startswith(".") and file != ".copkit"
            if not (hidden or entry.name in _TOOL_FOLDERS or is_outside_git(f"{file}/x")):
                yield from _walk(root, f"{file}/")
        else:
            yield Content(file, _read(entry))


def _read(entry: os.DirEntry[str]) -> bytes | None:
    """Read a file; ``None`` if too large or not readable, ``b""`` for a link or a device."""
    try:
        if not entry.is_file(follow_symlinks=False):  # a link or a device: only its name is kept
            return b""
        with FileIO(entry.path) as file:
            data = file.read(_FIRST_READ)
            if len(data) < _FIRST_READ:  # most files, at a third of the time of Path.read_bytes
                return data
            return None if os.fstat(file.fileno()).st_size > _LARGEST else data + file.readall()
    except OSError:
        return None
