"""Bags of files that say whether they are whole: BagIt (RFC 8493), as one ZIP file.  Pure.

The same files give the same bytes: order, times and modes are fixed. Whoever has no copkit can read
a bag with any program for ZIP files, and check it with any that knows BagIt.
"""

from __future__ import annotations

import hashlib
import io
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from copkit.errors import CopkitError

_EPOCH: Final = (1980, 1, 1, 0, 0, 0)  # the earliest that a ZIP file can state
_DECLARATION: Final = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
_MANIFEST: Final = "manifest-sha256.txt"
_TAG_MANIFEST: Final = "tagmanifest-sha256.txt"
LARGEST: Final = 2_000_000_000  # bytes that a bag may hold; a programme of ten years takes less


def build_bag(name: str, payload: Mapping[str, bytes], info: Mapping[str, str]) -> bytes:
    """Return a bag as a ZIP file.

    ``name`` is that of its folder, ``payload`` has the files by their paths below ``data/``, and
    ``info`` what ``bag-info.txt`` says, each value one line.
    """
    files = {f"data/{path}": data for path, data in payload.items()}
    oxum = f"{sum(map(len, files.values()))}.{len(files)}"
    lines = [f"{key}: {value}" for key, value in {**info, "Payload-Oxum": oxum}.items()]
    tags = {
        "bagit.txt": _DECLARATION,
        "bag-info.txt": "".join(f"{line}\n" for line in lines).encode("utf-8"),
        _MANIFEST: _format_manifest(files),
    }
    tags[_TAG_MANIFEST] = _format_manifest(tags)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for path, data in sorted({**tags, **files}.items()):
            entry = zipfile.ZipInfo(f"{name}/{path}", _EPOCH)
            # not packed: the same bytes whatever library packs, and none that may differ unseen
            entry.compress_type = zipfile.ZIP_STORED
            entry.create_system = 3  # Unix, whatever this computer is
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, data)
    return packed.getvalue()


def _format_manifest(files: Mapping[str, bytes]) -> bytes:
    lines = (
        f"{hashlib.sha256(data).hexdigest()}  {path}\n" for path, data in sorted(files.items())
    )
    return "".join(lines).encode("utf-8")


def read_bag(packed: bytes) -> dict[str, bytes]:
    """Return the files of a bag by their paths within its folder, once every digest is right.

    Raise :class:`CopkitError` for what is no bag, for a file that was changed, is missing or is on
    no list, and for one that would lie outside the folder.
    """
    files = dict(_unpack(packed))
    if files.get("bagit.txt", b"").splitlines()[:1] != [b"BagIt-Version: 1.0"]:
        raise CopkitError("this is no archive: it has no bagit.txt of version 1.0", status=1)
    for manifest in (_TAG_MANIFEST, _MANIFEST):
        if manifest not in files:
            raise CopkitError(f"this archive has no {manifest}, and cannot be checked", status=1)
        for digest, path in _parse_manifest(files[manifest]):
            if path not in files:
                raise CopkitError(f"this archive is not whole: {path} is missing", status=1)
            if hashlib.sha256(files[path]).hexdigest() != digest:
                raise CopkitError(f"this archive was changed: {path} is not what it was", status=1)
    listed = {path for _, path in _parse_manifest(files[_MANIFEST])}
    for path in files:
        if path.startswith("data/") and path not in listed:
            raise CopkitError(f"this archive was changed: {path} is on no list of it", status=1)
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        if _packed_anew(packed, archive.infolist()) != packed:
            message = "this archive was changed, or packed anew by another program"
            raise CopkitError(message, _PACKED_HINT, status=1)
    return files


def _unpack(packed: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield the files of a ZIP file, without the name of the one folder that they lie in."""
    try:
        with zipfile.ZipFile(io.BytesIO(packed)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            if sum(entry.file_size for entry in entries) > LARGEST:
                raise CopkitError("this archive is too large to be one of copkit's", status=1)
            folders = {entry.filename.partition("/")[0] for entry in entries}
            for entry in entries:
                path = entry.filename.partition("/")[2]
                parts = path.split("/")
                if len(folders) != 1 or "\\" in path or {"", ".", ".."} & set(parts):
                    raise CopkitError("this is no archive: it is not one folder", status=1)
                yield path, archive.read(entry)
    # a flipped byte may hit what ZIP itself writes, its checks, or the packed data
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        OSError,
        NotImplementedError,
        RuntimeError,
        ValueError,
    ):
        raise CopkitError("this archive was changed, or is no ZIP file", status=1) from None


_PACKED_HINT: Final = "unpack it, and check the folder with a program for BagIt"
_MADE_BY: Final = 20  # version 2.0 of the format, which knows folders and deflating
_UTF_8_NAME: Final = 0x800


def _packed_anew(packed: bytes, entries: Sequence[zipfile.ZipInfo]) -> bytes:
    """Return a ZIP file of the same packed data, with all around it as :func:`build_bag` has it.

    A digest of a file says nothing of the bytes between files; this leaves none that may differ.
    """
    parts, directory, offset = list[bytes](), list[bytes](), 0
    for entry in entries:
        name = entry.filename.encode("utf-8")
        flags = 0 if name.isascii() else _UTF_8_NAME
        about = struct.pack(
            "<HHHHHIIIHH", _MADE_BY, flags, zipfile.ZIP_STORED, 0, 33, entry.CRC,
            entry.compress_size, entry.file_size, len(name), 0,
        )  # fmt: skip
        begin = entry.header_offset + 4 + len(about) + len(name)
        local = b"PK\x03\x04" + about + name + packed[begin : begin + entry.compress_size]
        mode = 0o644 << 16
        directory.append(
            b"PK\x01\x02" + struct.pack("<BB", _MADE_BY, 3) + about
            + struct.pack("<HHHII", 0, 0, 0, mode, offset) + name
        )  # fmt: skip
        parts.append(local)
        offset += len(local)
    size = sum(map(len, directory))
    count = len(entries)
    end = b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, count, count, size, offset, 0)
    return b"".join((*parts, *directory, end))


def _parse_manifest(data: bytes) -> list[tuple[str, str]]:
    lines = data.decode("utf-8", "replace").splitlines()
    parts = (line.partition("  ") for line in lines)
    return [(digest, path) for digest, _, path in parts]
