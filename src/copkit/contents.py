"""Everything in a programme folder that git would keep: names and bytes.  Reads files.

Records are a part of it; a list of names that lies among them is another.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from copkit.places import PRIVATE

NEVER_KEPT: Final = (PRIVATE, "build")
"""The folders that are never in git."""
_HIDDEN: Final = ("__pycache__", "node_modules")
_LARGEST: Final = 5_000_000  # bytes that are read of one file


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


def _within(root: Path, folder: str) -> Iterator[Content]:
    try:
        with os.scandir(root / folder) as found:
            entries = sorted(found, key=lambda entry: entry.name)
    except OSError:  # which reading the records reports
        return
    for entry in entries:
        file = f"{folder}{entry.name}"
        if entry.is_dir(follow_symlinks=False):
            hidden = entry.name.startswith(".") and file != ".copkit"
            if not (hidden or entry.name in _HIDDEN or is_never_kept(f"{file}/x")):
                yield from _within(root, f"{file}/")
        else:
            yield Content(file, _data(entry))


def _data(entry: os.DirEntry[str]) -> bytes | None:
    try:
        status = entry.stat(follow_symlinks=False)
        if not stat.S_ISREG(status.st_mode):  # a link or a device, of which only the name is kept
            return b""
        if status.st_size > _LARGEST:
            return None
        return Path(entry.path).read_bytes()
    except OSError:
        return None
