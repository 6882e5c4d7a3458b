"""What has been looked through before and held nothing, so that it is not read anew each time.

Kept in the person's own cache, outside the folder, and lost without harm: it holds digests of
files in which nothing was found, made with the rules and with what was known at the time.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import copkit.analysis.privacy.identifiers
import copkit.pii
from copkit.analysis.privacy.identifiers import Knowledge
from copkit.layout import cache_folder

_SIZE: Final = 16  # bytes of a digest
_MOST: Final = 200_000  # digests that are read, some 3 MB


def memory_of(root: Path) -> Path:
    """Give the file for what was looked through in a folder."""
    name = hashlib.blake2b(os.fsencode(root.resolve()), digest_size=_SIZE).hexdigest()
    return cache_folder() / f"looked-{name}"


class LookedThrough:
    """The files of one programme that held nothing when they were looked through."""

    def __init__(self, root: Path, knowledge: Knowledge) -> None:
        self._path = memory_of(root)
        self._key = _fingerprint(knowledge)
        self._before = _read(self._path)
        self._now: set[bytes] = set()

    def digest(self, file: str, data: bytes, invented: Iterable[str]) -> bytes:
        """Give the digest of a file with everything that decides what is found in it."""
        made = hashlib.blake2b(self._key, digest_size=_SIZE)
        for part in (file, *sorted(invented)):
            made.update(part.encode("utf-8", "surrogateescape") + b"\0")
        made.update(b"\0" + data)
        return made.digest()

    def held_nothing(self, digest: bytes) -> bool:
        """Say whether a file was looked through before, and nothing was found."""
        if digest in self._before:
            self._now.add(digest)
            return True
        return False

    def note(self, digest: bytes) -> None:
        """Note that nothing was found in a file."""
        self._now.add(digest)

    def keep(self) -> None:
        """Keep what was noted for the next time; a cache that cannot be written is none."""
        if self._now <= self._before:
            return
        with contextlib.suppress(OSError):
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            beside = self._path.with_name(f".{self._path.name}.{os.getpid()}.tmp")
            beside.write_bytes(b"".join(self._now))
            beside.replace(self._path)


def _read(path: Path) -> frozenset[bytes]:
    try:
        with path.open("rb") as file:
            data = file.read(_SIZE * _MOST)
    except OSError:
        return frozenset()
    return frozenset(data[at : at + _SIZE] for at in range(0, len(data), _SIZE))


def _fingerprint(knowledge: Knowledge) -> bytes:
    """Give what the rules are, and what they are told: where either changes, all is read anew."""
    made = hashlib.blake2b(digest_size=32)
    rules = sorted(Path(copkit.pii.__file__).parent.iterdir())
    for path in (*rules, Path(copkit.analysis.privacy.identifiers.__file__)):
        if path.is_file():
            status = path.stat()
            made.update(f"{path.name} {status.st_size} {status.st_mtime_ns}\0".encode())
    for told in (knowledge.known, knowledge.own, knowledge.accepted):
        made.update("\0".join(sorted(told)).encode("utf-8", "surrogateescape") + b"\0\0")
    made.update(knowledge.key)
    return made.digest()
