"""What charts are put together from: lines of text, boxes and strokes, by their places.  Pure.

Every place is in units from the upper left; a unit is a pixel where the picture has its own width.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import ClassVar, Final

from copkit.documents.fonts import face, in_lines

SIZE: Final = 14.0  # of letters
SMALL: Final = 12.0
LARGE: Final = 17.0
SPACING: Final = 1.3  # from one line to the next, in letter sizes
MARGIN: Final = 16.0  # round the whole picture
GAP: Final = 10.0  # between two parts of it
_HALF_A_CAPITAL: Final = 0.36  # of the letter size, from the base line up


@dataclass(frozen=True, slots=True)
class Label:
    """One line of text, by its base line and its left end, middle or right end."""

    text: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle, by its upper left corner."""

    x: float
    y: float
    width: float
    height: float

    def meets(self, other: Box) -> bool:
        """Say whether two boxes have more than an edge in common."""
        return (
            self.x < other.x + other.width
            and other.x < self.x + self.width
            and self.y < other.y + other.height
            and other.y < self.y + self.height
        )

    def holds(self, other: Box) -> bool:
        """Say whether another box lies within this one."""
        return (
            self.x <= other.x
            and self.y <= other.y
            and other.x + other.width <= self.x + self.width
            and other.y + other.height <= self.y + self.height
        )


@dataclass(frozen=True, slots=True)
class Stroke:
    """A straight line from one place to another."""

    x1: float
    y1: float
    x2: float
    y2: float
    thick: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """What all charts have; ``words`` are the text alternative.

    ``name`` begins every id in the drawing: charts on one page need different names.
    """

    template: ClassVar[str]
    name: str
    title: str
    words: str
    width: float
    height: float
    heading: tuple[Label, ...] = ()
    size: float = SIZE
    small: float = SMALL
    large: float = LARGE


def rounded(number: float) -> float:
    """Round a place to a tenth, so that no machine writes it otherwise."""
    return round(number, 1) + 0.0  # no minus before nought


def measured(text: str, size: float, *, bold: bool = False) -> float:
    """Give the width of a text on one line."""
    return face("Bold" if bold else "Regular").width(text, size)


def label(text: str, x: float, middle: float, size: float) -> Label:
    """Put a line of text so that its capitals stand halfway about a height."""
    return Label(text, rounded(x), rounded(middle + size * _HALF_A_CAPITAL))


def lines(text: str, size: float, width: float, *, bold: bool = False) -> list[str]:
    """Break a text into lines no wider than ``width``."""
    return in_lines(text, size, width, "Bold" if bold else "Regular")


def stacked(texts: list[str], x: float, top: float, size: float) -> tuple[Label, ...]:
    """Put lines of text one below the other, from a height down."""
    step = size * SPACING
    return tuple(label(text, x, top + (at + 0.5) * step, size) for at, text in enumerate(texts))


def headed(title: str, width: float) -> tuple[tuple[Label, ...], float]:
    """Put the title above a picture; give its lines, and where what stands below begins."""
    texts = lines(title, LARGE, width - 2 * MARGIN, bold=True)
    return stacked(texts, MARGIN, MARGIN, LARGE), MARGIN + tall(texts, LARGE) + GAP


def tall(texts: list[str], size: float) -> float:
    """Give the height that lines of text take, one below the other."""
    return len(texts) * size * SPACING


# The numbers beside a scale that begins at zero.


def ticks_up_to(largest: int, most: int = 5) -> tuple[int, ...]:
    """Give zero and at most ``most`` whole numbers above it, evenly apart, up to ``largest``."""
    steps = (first * 10**power for power in count() for first in (1, 2, 5))
    step = next(step for step in steps if step * most >= largest)
    return tuple(step * at for at in range(-(-max(largest, 1) // step) + 1))
