"""Templates that were compiled before: that takes Jinja longer than to fill them.

Those that ship with copkit are kept in the person's own cache, outside any folder, and lost without
harm. A programme's own come from other people: they are looked at and compiled anew in each run.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from types import CodeType
from typing import Any, Final

import jinja2
from jinja2.bccache import Bucket, bc_magic

from copkit.layout import cache_folder

_SIZE: Final = 16  # bytes of a digest
_OTHERS_MAY_WRITE: Final = 0o022


class Compiled(jinja2.BytecodeCache):
    """The compiled templates of one form of documents; other forms escape differently."""

    def __init__(self, form: str, made_by: Sequence[str]) -> None:
        """Take the form, and the files of the code that decides what a template becomes."""
        self._form = form
        self._made_by = tuple(made_by)
        self._kept: dict[str, tuple[str, CodeType]] = {}
        self._own = True

    def get_bucket(self, environment: Any, name: str, filename: str | None, source: str) -> Bucket:
        """Note whether a template is a programme's own, and go on."""
        self._own = not filename or filename.startswith("templates/")
        return super().get_bucket(environment, name, filename, source)

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill in what was compiled, if the template still says the same."""
        said, code = self._kept.get(bucket.key, ("", None))
        if said == bucket.checksum:
            bucket.code = code
        elif not self._own and (folder := _own_folder()):
            with contextlib.suppress(OSError), self._file(folder, bucket).open("rb") as file:
                if _is_ours(os.fstat(file.fileno())):
                    bucket.load_bytecode(file)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled; a cache that cannot be written is none."""
        if bucket.code is None:
            return
        self._kept[bucket.key] = bucket.checksum, bucket.code
        if not self._own and (folder := _own_folder()):
            with contextlib.suppress(OSError):
                path = self._file(folder, bucket)
                beside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
                beside.touch(0o600)
                beside.write_bytes(bucket.bytecode_to_string())
                beside.replace(path)

    def _file(self, folder: Path, bucket: Bucket) -> Path:
        """Name the file for a template by everything that decides what it becomes."""
        made = hashlib.blake2b(_maker(self._made_by), digest_size=_SIZE)
        made.update(f"{self._form} {bucket.key} {bucket.checksum}".encode())
        return folder / f"template-{made.hexdigest()}"


@cache
def _own_folder() -> Path | None:
    """Give the cache, made when it is first wanted, if nobody else may put anything into it.

    What lies there is code that is run.
    """
    folder = cache_folder()
    if not hasattr(os, "getuid"):
        return None
    with contextlib.suppress(OSError):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return folder if _is_ours(folder.lstat()) else None
    return None


def _is_ours(status: os.stat_result) -> bool:
    ours = status.st_uid == os.getuid() and not status.st_mode & _OTHERS_MAY_WRITE
    return ours and not stat.S_ISLNK(status.st_mode)


@cache
def _maker(files: tuple[str, ...]) -> bytes:
    """Tell one maker of templates from another: Python, Jinja and our own code."""
    statuses = [Path(file).stat() for file in files]
    told = [f"{status.st_size} {status.st_mtime_ns}" for status in statuses]
    text = " ".join([sys.version, jinja2.__version__, *told])
    return hashlib.blake2b(bc_magic + text.encode(), digest_size=32).digest()
