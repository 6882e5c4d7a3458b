"""A drawn SVG read back: where its texts stand, on what ground, and in what colours."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from xml.etree import ElementTree as ET

from copkit.documents.charts.drawing import Box
from copkit.documents.fonts import load_face
from copkit.documents.theme import contrast

_ABOVE, _BELOW = 0.73, 0.21  # of the letter size: how far letters reach from their base line
_KNOWN = {
    *("svg", "title", "desc", "style", "g", "defs", "pattern"),
    *("rect", "circle", "path", "polyline", "text"),
}


@dataclass(frozen=True)
class Mark:
    """A text or a filled shape, with its colours where the page is light and where it is dark."""

    text: str
    box: Box
    light: str
    dark: str


@dataclass(frozen=True)
class Drawn:
    """One SVG: its size, its words, and its marks in the order in which they are drawn."""

    width: float
    height: float
    title: str
    words: str
    marks: tuple[Mark, ...]
    tags: frozenset[str]
    attributes: frozenset[str]
    ids: tuple[str, ...]

    @property
    def texts(self) -> list[Mark]:
        return [mark for mark in self.marks if mark.text]


def read_svg(svg: str) -> Drawn:
    """Read a drawing back; it has to be well-formed, and named for those who cannot see it."""
    root = ET.fromstring(svg)
    assert root.get("role") == "img"
    title, words = (
        next(root.iter(f"{{http://www.w3.org/2000/svg}}{tag}")) for tag in ("title", "desc")
    )
    assert root.get("aria-labelledby") == f"{title.get('id')} {words.get('id')}"
    assert root.get("viewBox") == f"0 0 {root.get('width')} {root.get('height')}"
    elements = list(root.iter())
    return Drawn(
        width=float(root.get("width", "0")),
        height=float(root.get("height", "0")),
        title=title.text or "",
        words=words.text or "",
        marks=tuple(_marks(root, {}, _colours(svg, "prefers-color-scheme: dark"))),
        tags=frozenset(_tag(element) for element in elements),
        attributes=frozenset(name for element in elements for name in element.attrib),
        ids=tuple(element.attrib["id"] for element in elements if "id" in element.attrib),
    )


def require_sound(drawn: Drawn) -> None:
    """Require what holds for every chart, whatever is in it."""
    assert drawn.tags <= _KNOWN
    assert not {name for name in drawn.attributes if name.startswith("on") or "href" in name}
    assert drawn.title and drawn.words
    assert len(set(drawn.ids)) == len(drawn.ids)
    whole = Box(-0.1, -0.1, drawn.width + 0.2, drawn.height + 0.2)
    for text in drawn.texts:
        assert whole.contains(text.box), text
    from_the_top = sorted(drawn.texts, key=lambda text: text.box.y)
    for at, one in enumerate(from_the_top):
        bottom = one.box.y + one.box.height
        for other in islice(from_the_top, at + 1, None):
            if other.box.y >= bottom:
                break
            assert not one.box.overlaps(other.box), (one, other)


def least_contrast(drawn: Drawn) -> float:
    """Give the lowest contrast of any text with what is drawn under its middle, in both themes."""
    found = []
    for at, mark in enumerate(drawn.marks):
        if mark.text:
            x, y = mark.box.x + mark.box.width / 2, mark.box.y + mark.box.height / 2
            ground = next(
                shape
                for shape in reversed(drawn.marks[:at])
                if not shape.text and shape.box.contains(Box(x, y, 0, 0))
            )
            found += [contrast(mark.light, ground.light), contrast(mark.dark, ground.dark)]
    return min(found)


def _marks(element: ET.Element, given: dict[str, str], dark: dict[str, str]) -> Iterator[Mark]:
    """Give what is drawn, with the attributes that it takes from what it stands in."""
    own = {**given, **element.attrib}
    fill = own.get("fill", "none")
    night = [dark[name] for name in own.get("class", "").split() if name in dark]
    if _tag(element) == "text":
        yield Mark(element.text or "", _box_of_text(element.text or "", own), fill, *night)
    elif _tag(element) == "rect" and fill.startswith("#"):
        x, y, width, height = (float(own.get(name, 0)) for name in ("x", "y", "width", "height"))
        yield Mark("", Box(x, y, width, height), fill, *night)
    elif _tag(element) == "circle":
        x, y, radius = (float(own[name]) for name in ("cx", "cy", "r"))
        yield Mark("", Box(x - radius, y - radius, 2 * radius, 2 * radius), fill, *night)
    elif _tag(element) in ("svg", "g"):
        for child in element:
            inherited = {k: v for k, v in own.items() if k not in ("x", "y", "width", "height")}
            yield from _marks(child, inherited, dark)


def _box_of_text(text: str, own: dict[str, str]) -> Box:
    size = float(own["font-size"])
    wide = load_face("Bold" if own.get("font-weight") == "bold" else "Regular").width(text, size)
    left = {"start": 0.0, "middle": wide / 2, "end": wide}[own.get("text-anchor", "start")]
    x, y = float(own["x"]) - left, float(own["y"]) - _ABOVE * size
    return Box(x, y, wide, (_ABOVE + _BELOW) * size)


def _colours(svg: str, medium: str) -> dict[str, str]:
    """Give the colour with which each class is filled in a medium."""
    rules = svg[svg.index(medium) : svg.index("@media print")]
    return dict(re.findall(r"\.(chart-\w+) \{ fill: (#[0-9a-f]{6}) \}", rules))


def _tag(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]
