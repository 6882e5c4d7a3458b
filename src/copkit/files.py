"""Everything in a programme folder that git would keep: names and bytes.  Reads files.

Records are a part of it; a list of names that lies among them is another.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from io import FileIO
from pathlib import Path
from typing import Final, NamedTuple

from copkit.layout import PRIVATE

NEVER_KEPT: Final = (PRIVATE, "build")
"""The folders that are never in git."""
_HIDDEN: Final = ("__pycache__", "node_modules")
_LARGEST: Final = 5_000_000  # bytes that are read of one file
_USUAL: Final = 65_536  # bytes that are enough for nearly every file
_MANY: Final = 500  # files, from which on several are read at a time
_AT_A_TIME: Final = 8


def is_never_kept(file: str) -> bool:
    """Say whether a path lies in what is never in git, however its folder is spelt."""
    top, _, rest = file.partition("/")
    return bool(rest) and top.casefold() in NEVER_KEPT


class Content(NamedTuple):
    """A file by its path in the programme, with forward slashes, and its bytes.

    ``data`` is ``None`` for what is too large or cannot be read.
    """

    file: str
    data: bytes | None


def contents(root: Path) -> Iterator[Content]:
    """Give the files of a programme in the order of their names; links are not followed."""
    yield from _within(root, "")


def files_in(root: Path, folder: str) -> list[Content]:
    """Give the files of one folder of a programme, and none of those below it, by their names.

    Of many, several are read at a time: a disk that is asked for one after the other takes four
    times as long. Links are not followed.
    """
    found = [] if (root / folder).is_symlink() else _entries(root / folder)
    files = [entry for entry in found if not entry.is_dir(follow_symlinks=False)]
    names = [f"{folder}/{entry.name}" for entry in files]
    return list(map(Content, names, _all_data(files)))


def _all_data(files: list[os.DirEntry[str]]) -> list[bytes | None]:
    if len(files) < _MANY:
        return list(map(_data, files))
    from concurrent.futures import ThreadPoolExecutor

    size = -(-len(files) // _AT_A_TIME)
    parts = [files[at : at + size] for at in range(0, len(files), size)]
    with ThreadPoolExecutor(_AT_A_TIME) as pool:
        read = pool.map(lambda part: list(map(_data, part)), parts)
        return [data for part in read for data in part]


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as found:
            return sorted(found, key=lambda entry: entry.name)
    except OSError:  # which reading the records reports
        return []


def _within(root: Path, folder: str) -> Iterator[Content]:
    for entry in _entries(root / folder):
        file = f"{folder}{entry.name}"
        if entry.is_dir(follow_symlinks=False):
            hidden = entry.name.startswith(".") and file != ".copkit"
            if not (hidden or entry.name in _HIDDEN or is_never_kept(f"{file}/x")):
                yield from _within(root, f"{file}/")
        else:
            yield Content(file, _data(entry))


def _data(entry: os.DirEntry[str]) -> bytes | None:
    try:
        if not entry.is_file(follow_symlinks=False):  # a link or a device: only its name is kept
            return b""
        with FileIO(entry.path) as file:
            data = file.read(_USUAL)
            if len(data) < _USUAL:  # most files, at a third of the time of Path.read_bytes
                return data
            return None if os.fstat(file.fileno()).st_size > _LARGEST else data + file.readall()
    except OSError:
        return None
