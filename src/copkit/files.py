"""Files of a programme folder: records as parsed once, and all that git would keep.  Reads files.

:class:`RecordStore` holds the records that a command has read. :func:`read_contents` returns more
than records: the scan for identifying details also has to see a list of names that somebody put
among them. Records are found by :func:`copkit.layout.list_entries`; what git would not keep is
seen by :func:`copkit.text.files.read_every_file` (for ``member forget``) as well.
"""

from __future__ import annotations

import contextlib
import os
import re
import struct
import time
from collections.abc import Iterator
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from typing import Final, NamedTuple

from copkit.errors import CopkitError, Problem
from copkit.layout import PRIVATE, SETTINGS
from copkit.text.files import decode_source, read_record_bytes
from copkit.text.front_matter import Document, frame_of, read_document, readable_body
from copkit.text.source import SourceText

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


@dataclass(frozen=True, slots=True)
class _StoredDocument:
    """A file that was read: its bytes, ``None`` if refused, its document, and its faults so far."""

    data: bytes | None
    document: Document
    faults: tuple[Problem, ...]


class RecordStore:
    """The record files of a programme folder as one command found them, by their paths.

    Each file is read and parsed once, whoever asks for it: what the privacy scan sees is then what
    documents are built from. Make one for each command, and read what an edit starts from anew.
    """

    # No file of private/ goes through here: the store is part of a Programme, from which documents
    # are built, and nothing built from records may hold a name or an address.

    def __init__(self, root: Path) -> None:
        self.root = root
        self.opened_at = time.time_ns()
        self._folder = os.fspath(root)  # joining paths would take as long as reading a file
        self._documents: dict[str, _StoredDocument] = {}
        self._bytes: dict[str, bytes | None] = {}  # of files that were read and not parsed
        self._expected: dict[str, bytes] = {}  # the state of files whose records are cached

    def read(self, file: str, problems: list[Problem]) -> Document:
        """Return the document of a file, a path in the programme folder.

        The faults of its text are added to ``problems`` each time, as are those that a parser of
        records then finds in its fields.
        """
        stored = self._documents.get(file)
        if stored is None:
            stored = self._documents[file] = self._read(file)
        problems += stored.faults
        document = stored.document
        return Document(
            document.source, document.fields, document.body, problems, document.body_start
        )

    def parse(self, source: SourceText, problems: list[Problem], *, markdown: bool) -> Document:
        """Parse a text as :func:`copkit.text.front_matter.read_document` does.

        A text that its file held when it was read is not parsed again.
        """
        # What has a record in the cache will be asked for again.
        if source.file in self._expected or source.file in self._bytes:
            self.read(source.file, [])
        stored = self._documents.get(source.file)
        # The text may be another by now: somebody may have saved the file since it was read.
        if stored is None or stored.document.source.text != source.text:
            return read_document(source, problems, markdown=markdown)
        return self.read(source.file, problems)

    def text(self, file: str) -> str | None:
        """Return the text of a file; ``None`` for one that cannot be read as text."""
        source = self.read(file, []).source
        return source.text if source.readable else None

    def data(self, file: str) -> bytes | None:
        """Return the bytes of a file that was read before; ``None`` for any other."""
        stored = self._documents.get(file)
        return stored.data if stored else self._bytes.get(file)

    def read_bytes(self, file: str) -> bytes | None:
        """Read the bytes of a file without parsing them; ``None`` for one that cannot be read."""
        if file not in self._documents and file not in self._bytes:
            self._bytes[file] = read_record_bytes(f"{self._folder}/{file}", file, [])
        return self.data(file)

    def expect(self, file: str, state: bytes) -> None:
        """Note that the record of a file was not parsed but cached, of the file in this state."""
        if file not in self._bytes:
            self._expected[file] = state

    def read_expected(self, file: str) -> Document:
        """Return the document of a file whose record was cached.

        Raise :class:`CopkitError` where somebody has changed the file since: a document would be
        made of the old fields and the new text.
        """
        document = self.read(file, [])
        self._require_expected(file)
        return document

    def read_expected_text(self, file: str) -> tuple[SourceText, str]:
        """Return the text of a file whose record was cached, and its body; no field is parsed.

        Raise :class:`CopkitError` as :meth:`read_expected` does.
        """
        data = None if file in self._documents else self.read_bytes(file)
        source = decode_source(file, data, []) if data is not None else None
        frame = frame_of(source.text) if source and source.readable else None
        if source is None or frame is None:  # parsed already, or no Markdown
            document = self.read_expected(file)
            return document.source, document.body
        self._require_expected(file)
        return source, readable_body(source.text[frame.body :])

    def _require_expected(self, file: str) -> None:
        """Raise :class:`CopkitError` where a file is another than the one its record is cached of.

        Its text must be in memory by now.
        """
        state = self._expected.get(file)
        if state is not None:
            if state != _state_now(self.root / file):
                message = f"{file} was changed while this command was reading the records"
                raise CopkitError(f"{message}; nothing was made with it", "run the command again")
            del self._expected[file]

    def keep(self, file: str) -> None:
        """Read a file that is about to be changed, so that its record's source stays as it was."""
        if file in self._expected:
            with contextlib.suppress(CopkitError):
                self.read_expected(file)

    def _read(self, file: str) -> _StoredDocument:
        faults: list[Problem] = []
        data = self._bytes.get(file)
        if data is None:
            data = read_record_bytes(f"{self._folder}/{file}", file, faults)
        source = (
            SourceText(file, "", readable=False)
            if data is None
            else decode_source(file, data, faults)
        )
        document = read_document(source, faults, markdown=file.endswith(".md"))
        return _StoredDocument(data, document, tuple(faults))


def file_state(status: os.stat_result) -> bytes:
    """Return what tells a file from itself after a change: size, times, and its number on disk.

    A program can put the time of the last change back, as tar and rsync do. It cannot do that with
    ``st_ctime``, but on Windows, where this is the time the file was made.
    """
    number = 0 if os.name == "nt" else status.st_ino  # there a listing does not have it
    return _STATE.pack(status.st_size, status.st_mtime_ns, status.st_ctime_ns, number)


_STATE: Final = struct.Struct("<QqqQ")


def _state_now(path: Path) -> bytes:
    """Return the state of a file on disk; ``b""`` if there is none."""
    try:
        return file_state(os.lstat(path))
    except OSError:
        return b""


_FORMAT: Final = re.compile(r"(?m)^format[ \t]*:[ \t]*[\"']?(\d{1,6})\b")


def read_format(root: Path) -> int:
    """Return the version of a folder's format, as its settings say; 1 where they say nothing.

    The settings need not be without faults: this is asked before they are read.
    """
    text = decode_source(SETTINGS, read_record_bytes(root / SETTINGS, SETTINGS, []) or b"", []).text
    match = _FORMAT.search(text)
    return int(match[1]) if match else 1


class Content(NamedTuple):
    """A file by its path in the programme, with forward slashes, and its bytes.

    ``data`` is ``None`` for what is too large or cannot be read.
    """

    file: str
    data: bytes | None


def read_contents(store: RecordStore) -> Iterator[Content]:
    """Return the files of a programme in the order of their names; links are not followed.

    What the ``store`` of its records has read is not read again.
    """
    for file, entry in list_files(store.root):
        yield Content(file, read_entry(store, file, entry))


def read_entry(store: RecordStore, file: str, entry: os.DirEntry[str]) -> bytes | None:
    """Read what :func:`list_files` has listed, unless the ``store`` has read it before.

    Return ``None`` for what is too large or cannot be read.
    """
    data = store.data(file)
    return _read(entry) if data is None else data


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


def list_files(root: Path, folder: str = "") -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Yield the path of each file that :func:`read_contents` reads, with its entry on disk.

    ``folder`` is where they lie below ``root``, ``""`` or with a slash at its end.
    """
    for entry in _entries(root / folder):
        file = f"{folder}{entry.name}"
        if entry.is_dir(follow_symlinks=False):
            # .copkit has the accepted findings, which git keeps
            hidden = entry.name.startswith(".") and file != ".copkit"
            if not (hidden or entry.name in _TOOL_FOLDERS or is_outside_git(f"{file}/x")):
                yield from list_files(root, f"{file}/")
        else:
            yield file, entry


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
