"""The pictures that a document shows: which they are, and how a page refers to each.

A picture is a file of its own beside the page, for e-mail programs show no other kind: not SVG, and
nothing that stands in the page itself.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from copkit.documents.theme import Look


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
    from copkit.documents.png import drawn, to_png

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
