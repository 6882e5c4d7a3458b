"""What a picture says besides what it shows: where and when it was taken, by whom.  Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

_PNG: Final = b"\x89PNG\r\n\x1a\n"
_TOLD_BY_PNG: Final = frozenset({b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"tIME"})
_TOLD_BY_JPEG: Final = frozenset({*range(0xE1, 0xEE), 0xEF, 0xFE})  # not JFIF's nor Adobe's own


def is_picture(data: bytes) -> bool:
    """Say whether a file is a picture of a kind that browsers show."""
    return data.startswith((_PNG, b"\xff\xd8\xff", b"GIF87a", b"GIF89a")) or _is_webp(data)


def tells_more(data: bytes) -> bool:
    """Say whether a picture holds text, dates or places besides the image."""
    if data.startswith(_PNG):
        return any(name in _TOLD_BY_PNG for name in _png_chunks(data))
    if data.startswith(b"\xff\xd8\xff"):
        return any(kind in _TOLD_BY_JPEG for kind in _jpeg_segments(data))
    if _is_webp(data):
        return b"EXIF" in data[:400_000] or b"XMP " in data[:400_000]
    return b"\x21\xfe" in data  # a comment of a GIF


def _is_webp(data: bytes) -> bool:
    return data[:4] == b"RIFF" and data[8:12] == b"WEBP"


def _png_chunks(data: bytes) -> Iterator[bytes]:
    at = len(_PNG)
    while at + 8 <= len(data):
        yield data[at + 4 : at + 8]
        at += 12 + int.from_bytes(data[at : at + 4], "big")


def _jpeg_segments(data: bytes) -> Iterator[int]:
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF and data[at + 1] != 0xDA:  # the image itself
        yield data[at + 1]
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
