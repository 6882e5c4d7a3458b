"""What a drawing may be made of before a program paints it.  Pure.

A picture's template can come from other people through git. What paints it would read files that
a drawing names, and filters, masks and copies within copies let a short one take hours. So what
there may be is listed, and the drawing is read as XML, as the painter reads it.
"""

from __future__ import annotations

import re
from typing import Final
from xml.parsers import expat

from copkit.errors import CopkitError

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
