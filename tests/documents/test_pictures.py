"""Charts as PNG: what stands in them is there without a font of the system."""

from __future__ import annotations

import re
import struct
import zlib

import pytest

from copkit.documents.charts.bars import build_bars
from copkit.documents.pictures import MAX_PIXELS, SHARPNESS, render_svg, svg_to_png
from copkit.documents.theme import DEFAULT_THEME
from copkit.errors import CopkitError
from tests.documents.charts.drawing import read_svg


def pixels(png: bytes) -> list[bytes]:
    """Decode a PNG of 8 bits a channel into its rows."""
    at, data, width, channels = 8, b"", 0, 0
    while at < len(png):
        size, kind = struct.unpack_from(">I4s", png, at)
        if kind == b"IHDR":
            width, _, depth, colour = struct.unpack_from(">IIBB", png, at + 8)
            channels = {2: 3, 6: 4}[colour]
            assert depth == 8
        elif kind == b"IDAT":
            data += png[at + 8 : at + 8 + size]
        at += 12 + size
    raw, stride = zlib.decompress(data), width * channels
    rows: list[bytes] = []
    before = bytes(stride)
    for start in range(0, len(raw), stride + 1):
        row = bytearray(raw[start + 1 : start + 1 + stride])
        for x in range(stride):
            left = row[x - channels] if x >= channels else 0
            above, corner = before[x], before[x - channels] if x >= channels else 0
            row[x] = (row[x] + _guess(raw[start], left, above, corner)) & 255
        before = bytes(row)
        rows.append(b"".join(before[x : x + 3] for x in range(0, stride, channels)))
    return rows


def _guess(kind: int, left: int, above: int, corner: int) -> int:
    if kind == 4:
        near = left + above - corner
        return min((left, above, corner), key=lambda one: abs(near - one))
    return (0, left, above, (left + above) // 2)[kind]


def test_every_text_is_there_without_a_font_of_the_system() -> None:
    chart = build_bars("What was said", [("I learnt much", 31), ("I learnt little", 9)], "people")
    svg = render_svg(chart, DEFAULT_THEME)
    width = 210
    scale = width * SHARPNESS / chart.width
    shown = pixels(svg_to_png(svg, width))
    without = pixels(svg_to_png(re.sub(r"<text.*?</text>", "", svg), width))

    for text in read_svg(svg).texts:
        left, right = (int(x * scale) * 3 for x in (text.box.x, text.box.x + text.box.width))
        rows = range(int(text.box.y * scale), int((text.box.y + text.box.height) * scale))
        assert any(shown[y][left:right] != without[y][left:right] for y in rows), text.text


_LINKED = 'xmlns:s="http://www.w3.org/2000/svg" xmlns:l="http://www.w3.org/1999/xlink"'


@pytest.mark.parametrize(
    "part",
    [
        '<image href="file:///etc/passwd"/>',
        '<style>@import "https://bad.example"</style>',
        "<style>rect { fill: url(/etc/passwd) }</style>",
        '<rect fill="u&#114;l(https://bad.example)"/>',
        f'<g {_LINKED}><!-- " --><s:image a=">" l:href="/dev/zero"/></g>',
        '<linearGradient href="https://bad.example"/>',
        '<feImage href="/etc/passwd"/>',
        "<script>1</script>",
        '<filter id="f"><feTurbulence numOctaves="9999999"/></filter>',
        '<rect style="fil&#116;er: blur(9999px)"/>',
        '<g id="a"/><use href="#a"/>',
        "<g>" * 30 + "</g>" * 30,
        "<g>",
    ],
)
def test_a_drawing_that_loads_something_or_takes_long_is_refused(part: str) -> None:
    with pytest.raises(CopkitError, match="picture"):
        svg_to_png(f'<svg xmlns="http://www.w3.org/2000/svg">{part}</svg>', 100)


def test_entities_cannot_be_declared_in_a_drawing() -> None:
    with pytest.raises(CopkitError, match="document type"):
        svg_to_png('<!DOCTYPE svg [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg"/>', 100)


def test_words_in_a_drawing_may_say_what_they_like() -> None:
    words = "&lt;image href='x'> @import url(x) filter \\"
    assert svg_to_png(f'<svg xmlns="http://www.w3.org/2000/svg"><text>{words}</text></svg>', 100)


def test_a_drawing_that_is_far_too_high_is_painted_smaller() -> None:
    svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 100000"/>'
    width, height = struct.unpack_from(">II", svg_to_png(svg, 300), 16)
    assert width * height <= MAX_PIXELS
