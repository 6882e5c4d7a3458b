"""Metadata in pictures: where and when one was taken, and by whom.  Pure.

Only the parts that a picture needs are allowed. Everything else in it, or behind its end, counts
as metadata: EXIF and XMP blocks, comments, thumbnails, and whatever a program will add next.
"""

from __future__ import annotations

from typing import Final

_PNG: Final = b"\x89PNG\r\n\x1a\n"
_JPEG: Final = b"\xff\xd8\xff"
_GIF: Final = (b"GIF87a", b"GIF89a")
# Sources: the PNG specification (W3C), ITU-T T.81 for JPEG, RFC 9649 for WebP, GIF89a.
_PNG_CHUNKS: Final = frozenset(
    {
        b"IHDR",
        b"PLTE",
        b"IDAT",
        b"IEND",
        b"tRNS",
        b"gAMA",
        b"cHRM",
        b"sRGB",
        b"sBIT",
        b"pHYs",
        b"bKGD",
    }
)
# JFIF and Adobe headers, tables, restart interval, frames; 0xC4 is a table, and no frame
_JPEG_SEGMENTS: Final = frozenset(
    {0xE0, 0xEE, 0xDB, 0xC4, 0xDD, *range(0xC0, 0xC4), *range(0xC5, 0xD0)}
)
_JPEG_SCAN: Final = 0xDA  # the segment after which the image itself begins
_JPEG_END: Final = b"\xff\xd9"
_WEBP_CHUNKS: Final = frozenset({b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF"})


def is_picture(data: bytes) -> bool:
    """Check whether a file is a PNG, JPEG, GIF or WebP picture, the kinds that browsers show."""
    return data.startswith((_PNG, _JPEG, *_GIF)) or _is_webp(data)


def has_metadata(data: bytes) -> bool:
    """Check whether a picture holds text, dates, places or anything else besides the image."""
    if data.startswith(_PNG):
        return not _is_plain_png(data)
    if data.startswith(_JPEG):
        return not _is_plain_jpeg(data)
    if _is_webp(data):
        return not _is_plain_webp(data)
    # A GIF: 21 FE begins a comment, and a semicolon ends the file.
    return b"\x21\xfe" in data or b"XMP DataXMP" in data or not data.endswith(b";")


def _is_webp(data: bytes) -> bool:
    return data[:4] == b"RIFF" and data[8:12] == b"WEBP"


def _is_plain_png(data: bytes) -> bool:
    """Check that a PNG file has only chunks that an image needs, and nothing after its end."""
    # A chunk: length (4 bytes), name (4 bytes), that many bytes, checksum (4 bytes).
    offset, name = len(_PNG), b""
    while offset + 8 <= len(data) and name != b"IEND":
        name = data[offset + 4 : offset + 8]
        if name not in _PNG_CHUNKS:
            return False
        offset += 12 + int.from_bytes(data[offset : offset + 4], "big")
    return name == b"IEND" and offset == len(data)


def _is_plain_jpeg(data: bytes) -> bool:
    """Check that a JPEG file has only segments that an image needs, and ends after one image."""
    # A segment: FF, its marker, its length (2 bytes, with themselves); FF D8 opens the file.
    offset = 2
    while offset + 4 <= len(data) and data[offset] == 0xFF:
        marker = data[offset + 1]
        if marker == 0xFF:  # a byte that only fills
            offset += 1
            continue
        if marker == _JPEG_SCAN:
            # Behind the first end there may be another picture, or a video.
            ends_once = data.find(_JPEG_END, offset) == len(data) - len(_JPEG_END)
            return data.endswith(_JPEG_END) and ends_once
        if marker not in _JPEG_SEGMENTS:
            return False
        offset += 2 + int.from_bytes(data[offset + 2 : offset + 4], "big")
    return False


def _is_plain_webp(data: bytes) -> bool:
    """Check that a WebP file has only chunks that an image needs, and nothing after them."""
    # A chunk: name (4 bytes), length (4 bytes), that many bytes, and one more if it is odd. The
    # file begins with a chunk RIFF of all the others, and the name WEBP.
    offset = 12
    while offset + 8 <= len(data):
        if data[offset : offset + 4] not in _WEBP_CHUNKS:
            return False
        length = int.from_bytes(data[offset + 4 : offset + 8], "little")
        offset += 8 + length + length % 2
    return offset == len(data)
