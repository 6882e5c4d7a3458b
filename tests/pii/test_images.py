"""What pictures tell besides what they show."""

from __future__ import annotations

import json
import zlib

import pytest

from copkit.pii.images import has_metadata, is_picture
from tests.conftest import Copkit, Write


def png(*chunks: tuple[bytes, bytes]) -> bytes:
    """Make a picture of one grey pixel, with further chunks."""
    header = b"\0\0\0\1\0\0\0\1\x08\0\0\0\0"
    body = [(b"IHDR", header), *chunks, (b"IDAT", zlib.compress(b"\0\x80")), (b"IEND", b"")]
    parts = [b"\x89PNG\r\n\x1a\n"]
    for name, data in body:
        checked = zlib.crc32(name + data).to_bytes(4, "big")
        parts += [len(data).to_bytes(4, "big"), name, data, checked]
    return b"".join(parts)


def jpeg(*segments: tuple[int, bytes]) -> bytes:
    parts = [b"\xff\xd8"]
    for kind, data in segments:
        parts += [bytes([0xFF, kind]), (len(data) + 2).to_bytes(2, "big"), data]
    return b"".join([*parts, b"\xff\xda\0\2", b"\0" * 8, b"\xff\xd9"])


JFIF = (0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0")
EXIF = (0xE1, b"Exif\0\0MM\0*GPS")


@pytest.mark.parametrize(
    ("picture", "more"),
    [
        (png(), False),
        (png((b"tEXt", b"Author\0Somebody")), True),
        (png((b"eXIf", b"MM\0*")), True),
        (jpeg(JFIF), False),
        (jpeg(JFIF, EXIF), True),
        (jpeg(JFIF, (0xFE, b"taken at the hostel")), True),
        (b"GIF89a\1\0\1\0\0\0\0;", False),
        (b"GIF89a\1\0\1\0\0\0\0!\xfe\5hello\0;", True),
        (b"RIFF\x10\0\0\0WEBPVP8 \0\0\0\0", False),
        (b"RIFF\x20\0\0\0WEBPVP8X\0\0\0\0EXIF\2\0\0\0MM", True),
    ],
)
def test_metadata_is_seen(picture: bytes, more: bool) -> None:
    assert is_picture(picture)
    assert has_metadata(picture) is more


@pytest.mark.parametrize("cut", [0, 5, 9, 20, 30])
def test_a_picture_cut_short_does_no_harm(cut: int) -> None:
    for picture in (png((b"tEXt", b"x")), jpeg(JFIF, EXIF)):
        has_metadata(picture[:cut])


def test_check_warns_of_pictures_that_tell_and_of_what_it_cannot_read(
    copkit: Copkit, write: Write
) -> None:
    write("evidence/img/told.jpg", jpeg(JFIF, EXIF))
    write("evidence/img/plain.png", png())
    folder = write("evidence/img/list.docx", b"PK\3\4\0\0\0\0")

    problems = json.loads(copkit("check", "--json", "-C", folder).stdout)["problems"]

    said = {(problem["file"], problem["code"], problem["severity"]) for problem in problems}
    assert ("evidence/img/told.jpg", "picture-metadata", "warning") in said
    assert ("evidence/img/list.docx", "not-looked-into", "warning") in said
    assert not any(file.endswith("plain.png") for file, _, _ in said)
