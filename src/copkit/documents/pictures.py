"""The pictures that a document shows: which they are, and how a page refers to each.

A picture is a file of its own beside the page, for e-mail programs show no other kind: not SVG, and
nothing that stands in the page itself.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final, NamedTuple
from xml.parsers import expat

from copkit.documents.charts.drawing import Chart
from copkit.documents.fonts import FAMILY, font_files
from copkit.documents.templates import render
from copkit.documents.theme import Look
from copkit.errors import CopkitError

# What a drawing may be made of before a program paints it.

DEEPEST: Final = 20  # elements within elements: each can take a picture's memory
_PARTS: Final = frozenset(
    (
        *("svg", "g", "defs", "title", "desc", "style", "rect", "circle", "ellipse", "line"),
        *("polyline", "polygon", "path", "text", "tspan", "stop", "pattern", "clipPath"),
        *("linearGradient", "radialGradient"),
    )
)
_SVG: Final = "http://www.w3.org/2000/svg "
_LOADS: Final = re.compile(r"@import|url\(\s*[\"']?(?!#)|\\", re.IGNORECASE)
_TAKES_LONG: Final = re.compile(r"filter|mask", re.IGNORECASE)


def require_closed(svg: str) -> None:
    """Raise :class:`CopkitError` for a drawing that loads something, or could take too long."""
    reader = expat.ParserCreate(namespace_separator=" ")
    within: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        part = name.removeprefix(_SVG)
        within.append(part)
        if part not in _PARTS:
            raise _refused(f"a picture's template may not hold <{name.rpartition(' ')[2]}>")
        if len(within) > DEEPEST:
            raise _refused(f"a picture's template nests at most {DEEPEST} elements")
        for key, value in attributes.items():
            _require_plain(key.rpartition(" ")[2], value)

    def text(said: str) -> None:
        if within[-1] == "style":
            _require_plain("style", said)

    def end(_: str) -> None:
        within.pop()

    def declaration(*_: object) -> None:
        raise _refused("a picture's template may not declare a document type")

    reader.buffer_text = True
    reader.buffer_size = max(1, len(svg))  # so that no word comes in two pieces
    reader.StartElementHandler, reader.EndElementHandler = start, end
    reader.CharacterDataHandler, reader.StartDoctypeDeclHandler = text, declaration
    try:
        reader.Parse(svg, True)
    except expat.ExpatError as error:
        what = expat.ErrorString(error.code)
        raise _refused(f"a picture could not be drawn: {what} in line {error.lineno}") from None


def _require_plain(key: str, value: str) -> None:
    if _LOADS.search(value) or (key == "href" and not value.startswith("#")):
        raise _refused("a picture's template may not load other files or pictures")
    if _TAKES_LONG.search(key) or (key == "style" and _TAKES_LONG.search(value)):
        raise _refused("a picture's template may not use filters and masks")


def _refused(message: str) -> CopkitError:
    return CopkitError(message, "mend its template")


# Charts as SVG, and as PNG for e-mail and Word, which show no SVG.

SHARPNESS: Final = 2.0  # pixels for each that is shown: screens of phones have as many
USUAL_PIXELS: Final = 1_800_000  # of a PNG that is sharper than it need be: they take time
MOST_PIXELS: Final = 40_000_000  # of any PNG; more would take a browser's memory


def drawn(chart: Chart, look: Look) -> str:
    """Draw a chart as SVG with its template; raises :class:`CopkitError` for a broken one."""
    return render(chart.template, chart, look)


def painted(chart: Chart, look: Look) -> bytes:
    """Draw a chart as PNG, at the width at which it is shown; a large one less sharp."""
    area = chart.width * chart.height
    sharpness = max(1.0, (USUAL_PIXELS / area) ** 0.5)
    sharpness = min(SHARPNESS, sharpness, (MOST_PIXELS / area) ** 0.5)
    return to_png(drawn(chart, look), chart.width, sharpness)


@lru_cache(maxsize=8)
def to_png(svg: str, width: float, sharpness: float = SHARPNESS) -> bytes:
    """Draw an SVG on white; ``width`` is that at which it is shown, in pixels.

    ``sharpness`` is the number of pixels drawn for each of these.

    The letters are those that come with copkit: without a font, text would vanish without a word.
    Remembered, as a document shows the same picture in several forms. Raises
    :class:`CopkitError` for a drawing that loads something, or that is none.
    """
    import resvg_py  # only a picture needs it

    require_closed(svg)
    pixels = max(1, int(width * sharpness))
    try:
        return bytes(
            resvg_py.svg_to_bytes(
                svg_string=svg,
                width=pixels,
                height=max(1, MOST_PIXELS // pixels),  # at most: the drawing keeps its shape
                background="#ffffff",
                skip_system_fonts=True,
                font_family=FAMILY,
                sans_serif_family=FAMILY,
                font_files=[str(path) for path in font_files()],
            )
        )
    except ValueError as error:
        raise CopkitError(f"a picture could not be drawn: {error}", "mend its template") from None


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture in PNG: what it is called, says, and measures where it is shown, in pixels."""

    name: str
    png: bytes = field(repr=False)
    words: str
    width: int
    height: int


class Shown(NamedTuple):
    """What a template is told of a picture."""

    address: str
    words: str
    width: int
    height: int


WIDEST: Final = 560  # pixels within the column of an e-mail; Outlook would widen the column
IN_MAIL: Final = 1.5  # pixels drawn for each that is shown: everybody gets a copy
Draw = Callable[[Any, Look], Picture | None]


def _logo(facts: Any, look: Look) -> Picture | None:
    if look.logo is None:
        return None
    return Picture("logo", look.logo.png, look.logo.words, look.logo.width, look.logo.height)


def _growth(facts: Any, look: Look) -> Picture | None:
    """Draw how a programme grew, where its readers may know."""
    for chart in facts.charts:
        width = min(round(chart.width), WIDEST)
        height = round(chart.height * width / chart.width)
        png = to_png(drawn(chart, look), width, IN_MAIL)
        return Picture("growth", png, chart.words, width, height)
    return None


PICTURES: Final[Mapping[str, Mapping[str, Draw]]] = {
    "newsletter": {"logo": _logo, "growth": _growth},
    "brief": {"logo": _logo},
    "letter": {"logo": _logo},
}
"""By document and name, what draws a picture from the facts, or nothing where there is none."""


def pictures_of(document: str, facts: Any, look: Look) -> tuple[Picture, ...]:
    """Give the pictures that a document shows."""
    drawn = (draw(facts, look) for draw in PICTURES.get(document, {}).values())
    return tuple(picture for picture in drawn if picture is not None)


def picture_forms(document: str) -> dict[str, Callable[[Any, Look], bytes]]:
    """Give what makes each picture of a document as a file, by ending; ``b""`` for none."""
    return {f"{name}.png": _png(draw) for name, draw in PICTURES.get(document, {}).items()}


def _png(draw: Draw) -> Callable[[Any, Look], bytes]:
    def make(facts: Any, look: Look) -> bytes:
        picture = draw(facts, look)
        return picture.png if picture else b""

    return make


def beside(document: str, pictures: Iterable[Picture]) -> dict[str, Shown]:
    """Refer to pictures as files beside the document."""
    return _shown(pictures, lambda picture: f"{document}.{picture.name}.png")


def within(pictures: Iterable[Picture]) -> dict[str, Shown]:
    """Refer to pictures as parts of the same e-mail (RFC 2392)."""
    return _shown(pictures, lambda picture: f"cid:{content_id(picture)}")


def content_id(picture: Picture) -> str:
    """Name a picture within an e-mail: always the same for the same picture."""
    return f"{picture.name}.{hashlib.sha256(picture.png).hexdigest()[:16]}@copkit"


def _shown(pictures: Iterable[Picture], address: Callable[[Picture], str]) -> dict[str, Shown]:
    return {
        picture.name: Shown(address(picture), picture.words, picture.width, picture.height)
        for picture in pictures
    }
