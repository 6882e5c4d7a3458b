"""Everything in a programme folder that git would keep: names and bytes.  Reads files.

Records are a part of it; a list of names that lies among them is another.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

NOT_KEPT: Final = ("private/", "build/")
"""What is never in git."""
_HIDDEN: Final = ("__pycache__", "node_modules")
_LARGEST: Final = 5_000_000  # bytes that are read of one file


class Content(NamedTuple):
    """A file by its path in the programme, with forward slashes, and its bytes.

    ``data`` is ``None`` for what is no ordinary file, is too large, or cannot be read.
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
        if entry.name.startswith(".") or entry.name in _HIDDEN or f"{file}/" in NOT_KEPT:
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _within(root, f"{file}/")
        else:
            yield Content(file, _data(entry))


def _data(entry: os.DirEntry[str]) -> bytes | None:
    try:
        status = entry.stat(follow_symlinks=False)
        if not stat.S_ISREG(status.st_mode) or status.st_size > _LARGEST:
            return None
        return Path(entry.path).read_bytes()
    except OSError:
        return None
