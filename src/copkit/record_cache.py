"""A cache of parsed records, outside the folder, so that no file is parsed twice.  Does I/O.

One file for each programme. It has, by folder of records, the plain values of each record that is
without faults (:mod:`copkit.records.schema.plain`) and the state of its file: what the system says
of it, and a digest where that could be the same after a change. A file in another state is read
and parsed as if there were no cache. It can be deleted at any time.
"""

from __future__ import annotations

import contextlib
import hashlib
import marshal
import os
import struct
import sys
import time
import zlib
from collections.abc import Collection
from functools import cache
from io import FileIO
from pathlib import Path
from typing import Any, Final

import copkit
from copkit.files import RecordStore, file_state
from copkit.layout import RECORD_CACHE, cache_file, only_we_can_write
from copkit.records.kinds import RecordKind
from copkit.records.schema.plain import CachedSource, from_plain, has_plain_form, to_plain

_HEADER: Final = struct.Struct("<16sIQ")  # digest of the rules; checksum and size of the index
_DIGEST_BYTES: Final = 16
_SETTLED: Final = 2_000_000_000
"""Nanoseconds after which a further change of a file is sure to give it another time.

The clocks of file systems go on in steps, of 2 s in the worst case (FAT).
"""
_RULES: Final = ("records", "text", "errors.py", "record_cache.py")
"""The files and folders of copkit that decide what is parsed from a text."""


_Entry = tuple[bytes, bytes, tuple[str, ...], tuple[Any, ...]]
"""A record: the state of its file, a digest of the file, the keys in it, and the record's values.

The digest is ``b""`` where the state alone tells of every change.
"""


class RecordCache:
    """The records of one programme that earlier commands have parsed, by the paths of their files.

    It is as if empty where it cannot be read, was damaged, or was written by other rules.
    """

    def __init__(self, store: RecordStore, *, is_off: bool) -> None:
        self._store = store
        self._path = None if is_off else cache_file(RECORD_CACHE, store.root)
        self._index: dict[str, tuple[int, int, int]] = {}  # where each folder is, and its checksum
        self._file: FileIO | None = None
        self._start = 0  # where the first folder begins in it
        self._folders: dict[str, dict[str, _Entry]] = {}  # of entries by the name of the file
        self._changed = set[str]()
        if self._path:
            self._open(self._path)

    def get(self, kind: RecordKind, file: str, status: os.stat_result) -> Any:
        """Return the record of a file that has a ``status``, ``None`` if it is to be parsed."""
        folder, _, name = file.rpartition("/")
        entry = self._entries(folder).get(name)
        if entry is None:
            return None
        state, digest, keys, values = entry
        if state != file_state(status):
            return None
        if digest:
            data = self._store.read_bytes(file)
            if data is None or _digest(data) != digest:
                return None
            if is_settled(status, time.time_ns()):
                self._folders[folder][name] = (state, b"", keys, values)
                self._changed.add(folder)
        self._store.expect(file, state)
        return from_plain(kind.record_type, values, CachedSource(file, keys, self._store))

    def add(self, kind: RecordKind, file: str, status: os.stat_result, record: Any) -> None:
        """Add the record of a file that had a ``status`` before it was read, and has no fault."""
        data = self._store.data(file)
        if not self._path or data is None or not has_plain_form(kind.record_type):
            return
        folder, _, name = file.rpartition("/")
        digest = b"" if is_settled(status, time.time_ns()) else _digest(data)
        keys = tuple(map(sys.intern, record.source.keys))  # marshal writes each once
        self._entries(folder)[name] = (file_state(status), digest, keys, to_plain(record))
        self._changed.add(folder)

    def keep_only(self, folder: str, names: Collection[str]) -> None:
        """Take out the records of a folder whose files are not among its ``names``."""
        if folder in self._index:
            entries = self._entries(folder)
            for name in entries.keys() - names:
                del entries[name]
                self._changed.add(folder)

    def save(self) -> None:
        """Write what was added; a cache that cannot be written stays as it was."""
        with contextlib.suppress(OSError):
            if self._changed and self._path:
                self._write(self._path)
        self._folders.clear()
        if self._file:
            self._file.close()
            self._file = None

    def _entries(self, folder: str) -> dict[str, _Entry]:
        """Return the entries of a folder, which are loaded when the first is asked for."""
        entries = self._folders.get(folder)
        if entries is None:
            blob = self._blob(folder)
            entries = self._folders[folder] = marshal.loads(blob) if blob else {}  # noqa: S302
        return entries

    def _blob(self, folder: str) -> bytes:
        """Return what the file holds of a folder; ``b""`` if nothing, or if it was damaged."""
        place = self._index.get(folder)
        if place is None or self._file is None:
            return b""
        offset, size, checksum = place
        try:
            self._file.seek(self._start + offset)
            blob = self._file.read(size) or b""
        except OSError:
            return b""
        # marshal may crash on what it has not written itself
        return blob if len(blob) == size and zlib.crc32(blob) == checksum else b""

    def _open(self, path: Path) -> None:
        """Open the file and read its index, if it is there, whole, and of the same rules."""
        with contextlib.suppress(OSError):
            file = FileIO(os.fspath(path))
            self._file = file
            if not only_we_can_write(os.fstat(file.fileno())):
                return
            header = file.read(_HEADER.size) or b""
            if len(header) != _HEADER.size:
                return
            rules, checksum, size = _HEADER.unpack(header)
            if rules != digest_of_rules():
                return
            index = file.read(min(size, os.fstat(file.fileno()).st_size)) or b""
            if len(index) == size and zlib.crc32(index) == checksum:
                self._index = marshal.loads(index)  # noqa: S302  # whole, as the line above says
                self._start = _HEADER.size + size

    def _write(self, path: Path) -> None:
        """Write the file anew, in one step: others read the old one or the new one."""
        blobs = {
            folder: marshal.dumps(entries)
            for folder in self._changed
            if (entries := self._folders[folder])
        }
        for folder in self._index.keys() - self._changed:
            # of a folder that is gone nothing is kept
            if (self._store.root / folder).is_dir():
                blobs[folder] = self._blob(folder)
        index, offset = {}, 0
        for folder, blob in blobs.items():
            index[folder] = (offset, len(blob), zlib.crc32(blob))
            offset += len(blob)
        head = marshal.dumps(index)
        header = _HEADER.pack(digest_of_rules(), zlib.crc32(head), len(head))
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        unfinished = path.with_name(f".{path.name}.{os.getpid()}.tmp")
        try:
            unfinished.touch(0o600)
            with unfinished.open("wb") as file:
                file.writelines((header, head, *blobs.values()))
            if self._file:  # Windows replaces no file that is open
                self._file.close()
                self._file = None
            unfinished.replace(path)
        finally:
            unfinished.unlink(missing_ok=True)


def is_settled(status: os.stat_result, now: int) -> bool:
    """Check whether a file is so old that another change will be seen from its state.

    ``now`` is in nanoseconds since 1970. A file from the future, which a clock that was put back
    leaves behind, never is.
    """
    return max(status.st_mtime_ns, status.st_ctime_ns) < now - _SETTLED


def _digest(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=_DIGEST_BYTES).digest()


@cache
def digest_of_rules() -> bytes:
    """Return a digest of everything that decides what a record is: a change empties the cache."""
    package = Path(copkit.__file__).parent
    hasher = hashlib.blake2b(
        f"{copkit.__version__} {sys.version} {marshal.version}".encode(),
        digest_size=_DIGEST_BYTES,
    )
    # Sizes and times of the files, since reading them all would take longer.
    for name in _RULES:
        top = package / name
        for path in sorted(top.rglob("*.py")) if top.is_dir() else [top]:
            status = path.stat()
            hasher.update(f"{path.name} {status.st_size} {status.st_mtime_ns}\0".encode())
    return hasher.digest()
