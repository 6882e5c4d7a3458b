"""What a picture says besides what it shows: where and when it was taken, by whom.  Pure.

What a picture may hold is listed; anything else in it, or behind its end, tells more.
"""

from __future__ import annotations

from typing import Final

_PNG: Final = b"\x89PNG\r\n\x1a\n"
_JPEG: Final = b"\xff\xd8\xff"
_GIF: Final = (b"GIF87a", b"GIF89a")
_OF_PNG: Final = frozenset(
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
_OF_JPEG: Final = frozenset({0xE0, 0xEE, 0xDB, 0xC4, 0xDD, *range(0xC0, 0xC4), *range(0xC5, 0xD0)})
_OF_WEBP: Final = frozenset({b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF"})
_IMAGE: Final = 0xDA  # the segment of a JPEG behind which the image itself begins


def is_picture(data: bytes) -> bool:
    """Say whether a file is a picture of a kind that browsers show."""
    return data.startswith((_PNG, _JPEG, *_GIF)) or _is_webp(data)


def tells_more(data: bytes) -> bool:
    """Say whether a picture holds text, dates or places besides the image."""
    if data.startswith(_PNG):
        return not _is_plain_png(data)
    if data.startswith(_JPEG):
        return not _is_plain_jpeg(data)
    if _is_webp(data):
        return not _is_plain_webp(data)
    return b"\x21\xfe" in data or b"XMP DataXMP" in data or not data.endswith(b";")


def _is_webp(data: bytes) -> bool:
    return data[:4] == b"RIFF" and data[8:12] == b"WEBP"


def _is_plain_png(data: bytes) -> bool:
    at, name = len(_PNG), b""
    while at + 8 <= len(data) and name != b"IEND":
        name = data[at + 4 : at + 8]
        if name not in _OF_PNG:
            return False
        at += 12 + int.from_bytes(data[at : at + 4], "big")
    return name == b"IEND" and at == len(data)


def _is_plain_jpeg(data: bytes) -> bool:
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        kind = data[at + 1]
        if kind == 0xFF:  # a byte that only fills
            at += 1
            continue
        if kind == _IMAGE:
            return data.endswith(b"\xff\xd9") and data.find(b"\xff\xd9", at) == len(data) - 2
        if kind not in _OF_JPEG:
            return False
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return False


def _is_plain_webp(data: bytes) -> bool:
    at = 12
    while at + 8 <= len(data):
        if data[at : at + 4] not in _OF_WEBP:
            return False
        length = int.from_bytes(data[at + 4 : at + 8], "little")
        at += 8 + length + length % 2
    return at == len(data)
