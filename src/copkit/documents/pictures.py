"""Pictures: charts as SVG and PNG, and those that a page shows and refers to.

A picture that a page shows is a PNG file beside it or an attachment of the same e-mail: e-mail
programs show no SVG, and nothing that is embedded in the page itself.
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
from copkit.documents.fonts import FAMILY, font_files, replace_missing_characters
from copkit.documents.templates import render
from copkit.documents.theme import DocumentTheme
from copkit.errors import CopkitError

# --- what an SVG may hold -------------------------------------------------------------------

# Templates come from other people, so an SVG is checked before a program draws it: what it refers
# to would be loaded from this computer or the network, and some elements take minutes.
MAX_DEPTH: Final = 20  # elements within elements: each can take as much memory as a whole picture
_ALLOWED_ELEMENTS: Final = frozenset(
    {
        "svg",
        "g",
        "defs",
        "title",
        "desc",
        "style",
        "rect",
        "circle",
        "ellipse",
        "line",
        "polyline",
        "polygon",
        "path",
        "text",
        "tspan",
        "stop",
        "pattern",
        "clipPath",
        "linearGradient",
        "radialGradient",
    }
)
_SVG_NAMESPACE: Final = "http://www.w3.org/2000/svg "  # as expat writes it before a name
# '@import', 'url(x.png)' but not 'url(#hatch)'; a backslash can spell either of them in CSS.
_REFERS_ELSEWHERE: Final = re.compile(r"@import|url\(\s*[\"']?(?!#)|\\", re.IGNORECASE)
_EXPENSIVE: Final = re.compile(r"filter|mask", re.IGNORECASE)


def require_safe_svg(svg: str) -> None:
    """Raise :class:`CopkitError` for an SVG that loads something, or could take too long."""
    reader = expat.ParserCreate(namespace_separator=" ")
    open_elements: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        element = name.removeprefix(_SVG_NAMESPACE)
        open_elements.append(element)
        if element not in _ALLOWED_ELEMENTS:
            raise _bad_template(f"a picture's template may not hold <{name.rpartition(' ')[2]}>")
        if len(open_elements) > MAX_DEPTH:
            raise _bad_template(f"a picture's template nests at most {MAX_DEPTH} elements")
        for key, value in attributes.items():
            _require_safe_value(key.rpartition(" ")[2], value)

    def text(content: str) -> None:
        if open_elements[-1] == "style":
            _require_safe_value("style", content)

    def end(_: str) -> None:
        open_elements.pop()

    def declaration(*_: object) -> None:  # its entities could expand to gigabytes
        raise _bad_template("a picture's template may not declare a document type")

    reader.buffer_text = True
    reader.buffer_size = max(1, len(svg))  # so that no word arrives in two pieces
    reader.StartElementHandler, reader.EndElementHandler = start, end
    reader.CharacterDataHandler, reader.StartDoctypeDeclHandler = text, declaration
    try:
        reader.Parse(svg, True)
    except expat.ExpatError as error:
        fault = expat.ErrorString(error.code)
        message = f"a picture could not be drawn: {fault} in line {error.lineno}"
        raise _bad_template(message) from None


def _require_safe_value(key: str, value: str) -> None:
    """Raise :class:`CopkitError` for an attribute, or a style, that loads or takes too much.

    ``key`` is the attribute's name without its namespace, or ``style`` for the text of an element.
    """
    if _REFERS_ELSEWHERE.search(value) or (key == "href" and not value.startswith("#")):
        raise _bad_template("a picture's template may not load other files or pictures")
    if _EXPENSIVE.search(key) or (key == "style" and _EXPENSIVE.search(value)):
        raise _bad_template("a picture's template may not use filters and masks")


def _bad_template(message: str) -> CopkitError:
    return CopkitError(message, "mend its template")


# --- charts ---------------------------------------------------------------------------------

SHARPNESS: Final = 2.0  # pixels drawn for each that is shown: screens of phones have as many
PREFERRED_PIXELS: Final = 1_800_000  # of a PNG that is sharper than it need be: they take time
MAX_PIXELS: Final = 40_000_000  # of any PNG; more would take a browser's memory


def render_svg(chart: Chart, theme: DocumentTheme) -> str:
    """Render a chart as SVG with its template; raise :class:`CopkitError` for a broken one."""
    return render(chart.template, chart, theme)


def render_png(chart: Chart, theme: DocumentTheme) -> bytes:
    """Render a chart as PNG, twice as large as it is shown; a large chart less sharp."""
    area = chart.width * chart.height
    sharpness = max(1.0, (PREFERRED_PIXELS / area) ** 0.5)
    sharpness = min(SHARPNESS, sharpness, (MAX_PIXELS / area) ** 0.5)
    return svg_to_png(render_svg(chart, theme), chart.width, sharpness)


@lru_cache(maxsize=32)
def svg_to_png(svg: str, width: float, sharpness: float = SHARPNESS) -> bytes:
    """Convert an SVG to PNG on a white background.

    ``width`` is that at which it is shown, in pixels; ``sharpness`` is the number of pixels drawn
    for each of these. Remembered, since a document shows the same picture in several formats.
    Raise :class:`CopkitError` for an SVG that loads something, or that is none.
    """
    import resvg_py  # only a picture needs it

    require_safe_svg(svg)
    # a word in another script would be left out without a word
    svg = replace_missing_characters(svg)
    pixels = max(1, int(width * sharpness))
    try:
        return bytes(
            resvg_py.svg_to_bytes(
                svg_string=svg,
                width=pixels,
                height=max(1, MAX_PIXELS // pixels),  # at most: the drawing keeps its shape
                background="#ffffff",
                # The shipped font alone: the same bytes on every machine. Without a font, text
                # would be left out without an error.
                skip_system_fonts=True,
                font_family=FAMILY,
                sans_serif_family=FAMILY,
                font_files=[str(path) for path in font_files()],
            )
        )
    except ValueError as error:
        raise CopkitError(f"a picture could not be drawn: {error}", "mend its template") from None


# --- pictures of a page ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as PNG; ``width`` and ``height`` are those at which it is shown, in pixels."""

    name: str
    png: bytes = field(repr=False)
    words: str  # for those who cannot see it
    width: int
    height: int


class PictureLink(NamedTuple):
    """What a template knows of a picture: by these names it writes an ``<img>``."""

    address: str
    words: str
    width: int
    height: int


EMAIL_COLUMN_WIDTH: Final = (
    560  # pixels within the column of an e-mail; Outlook would widen the column
)
EMAIL_SHARPNESS: Final = 1.5  # less than on a page: the picture is sent to every reader
PictureBuilder = Callable[[Any, DocumentTheme], Picture | None]


def _build_logo(facts: Any, theme: DocumentTheme) -> Picture | None:
    """Return the programme's logo; ``None`` if it has none."""
    if theme.logo is None:
        return None
    return Picture("logo", theme.logo.png, theme.logo.words, theme.logo.width, theme.logo.height)


def _build_growth(facts: Any, theme: DocumentTheme) -> Picture | None:
    """Draw how a programme grew; ``None`` where the facts hold no chart.

    They hold none where the readers may not see that.
    """
    for chart in facts.charts:
        width = min(round(chart.width), EMAIL_COLUMN_WIDTH)
        height = round(chart.height * width / chart.width)
        png = svg_to_png(render_svg(chart, theme), width, EMAIL_SHARPNESS)
        return Picture("growth", png, chart.words, width, height)
    return None


PICTURES: Final[Mapping[str, Mapping[str, PictureBuilder]]] = {
    "newsletter": {"logo": _build_logo, "growth": _build_growth},
    "brief": {"logo": _build_logo},
    "letter": {"logo": _build_logo},
    "report": {"logo": _build_logo},
    "write-up": {"logo": _build_logo},
    "site": {"logo": _build_logo},
}
"""Document -> picture -> what builds it from the facts; ``None`` where there is nothing to show."""


def build_pictures(document: str, facts: Any, theme: DocumentTheme) -> tuple[Picture, ...]:
    """Build the pictures that a document shows; none for a document that shows none."""
    candidates = (build(facts, theme) for build in PICTURES.get(document, {}).values())
    return tuple(picture for picture in candidates if picture is not None)


def picture_formats(document: str) -> dict[str, Callable[[Any, DocumentTheme], bytes]]:
    """Return the renderers of a document's pictures by format, such as ``logo.png``.

    A renderer returns ``b""`` where there is nothing to show.
    """
    return {
        f"{name}.png": _png_renderer(build) for name, build in PICTURES.get(document, {}).items()
    }


def _png_renderer(build: PictureBuilder) -> Callable[[Any, DocumentTheme], bytes]:
    """Return the renderer of a picture, which returns ``b""`` where there is nothing to show."""

    def render_picture(facts: Any, theme: DocumentTheme) -> bytes:
        picture = build(facts, theme)
        return picture.png if picture else b""

    return render_picture


def link_as_files(document: str, pictures: Iterable[Picture]) -> dict[str, PictureLink]:
    """Return how a page refers to pictures that are files beside it, by name."""
    return _link_pictures(pictures, lambda picture: f"{document}.{picture.name}.png")


def link_as_attachments(pictures: Iterable[Picture]) -> dict[str, PictureLink]:
    """Return how a page refers to pictures that are parts of its e-mail (RFC 2392), by name."""
    return _link_pictures(pictures, lambda picture: f"cid:{content_id(picture)}")


def content_id(picture: Picture) -> str:
    """Return a picture's Content-ID: a digest, so that the same e-mail has the same bytes."""
    return f"{picture.name}.{hashlib.sha256(picture.png).hexdigest()[:16]}@copkit"


def _link_pictures(
    pictures: Iterable[Picture], address: Callable[[Picture], str]
) -> dict[str, PictureLink]:
    """Return how a page refers to its pictures, by name; ``address`` returns that of each."""
    return {
        picture.name: PictureLink(address(picture), picture.words, picture.width, picture.height)
        for picture in pictures
    }
