"""Primitives of the charts: labels, boxes, strokes, text measured in the shipped font.  Pure.

Every place is in units from the upper left; a unit is a pixel where the picture has its own width.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import count
from typing import ClassVar, Final

from copkit.documents.fonts import load_face, wrap_to_width
from copkit.wording import sentence

SIZE: Final = 14.0  # of letters
SMALL: Final = 12.0
LARGE: Final = 17.0
SPACING: Final = 1.3  # from one line to the next, in letter sizes
MARGIN: Final = 16.0  # round the whole picture
GAP: Final = 10.0  # between two parts of it
LONGEST_ALTERNATIVE: Final = 300  # letters: a screen reader cannot pause within it, nor go back
IN_THE_TABLE: Final = "The table has the rest."
_HALF_A_CAPITAL: Final = 0.36  # of the letter size, from the base line up


def text_alternative(sentences: Iterable[str], rest: str = "") -> str:
    """Join sentences to a text alternative of at most 300 letters, the finding first.

    What does not fit is left out from the first sentence on that does not; ``rest`` then says
    where it stands.
    """
    whole = " ".join(map(sentence, filter(None, sentences)))
    if len(whole) <= LONGEST_ALTERNATIVE:
        return whole
    room = LONGEST_ALTERNATIVE - len(rest) - 1
    end = max(whole.rfind(". ", 0, room), whole.rfind("; ", 0, room))
    if end < 0:
        return f"{whole[: room - 2].rpartition(' ')[0]}… {rest}".rstrip()
    return f"{whole[:end]}. {rest}".rstrip()


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

    def overlaps(self, other: Box) -> bool:
        """Check whether two boxes have more than an edge in common."""
        return (
            self.x < other.x + other.width
            and other.x < self.x + self.width
            and self.y < other.y + other.height
            and other.y < self.y + self.height
        )

    def contains(self, other: Box) -> bool:
        """Check whether another box lies within this one."""
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


def round_to_tenth(number: float) -> float:
    """Round a place to a tenth, so that no machine writes it otherwise."""
    return round(number, 1) + 0.0  # -0.0 + 0.0 is 0.0: no minus before nought


# Labels are placed by the widths of the shipped font, which the PNG uses and a browser's Arial
# matches, so that a test can prove that no label meets another.
def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Return the width of a text on one line, in units."""
    return load_face("Bold" if bold else "Regular").width(text, size)


def centred_label(text: str, x: float, middle: float, size: float) -> Label:
    """Put a line of text so that its capitals stand halfway about the height ``middle``.

    ``x`` is its left end, middle or right end: the template decides which.
    """
    return Label(text, round_to_tenth(x), round_to_tenth(middle + size * _HALF_A_CAPITAL))


def break_lines(text: str, size: float, width: float, *, bold: bool = False) -> list[str]:
    """Break a text into lines no wider than ``width``, which is in units like ``size``."""
    return wrap_to_width(text, size, width, "Bold" if bold else "Regular")


def stack_labels(texts: list[str], x: float, top: float, size: float) -> tuple[Label, ...]:
    """Put lines of text one below the other, from the height ``top`` down, each at ``x``."""
    step = size * SPACING
    return tuple(
        centred_label(text, x, top + (index + 0.5) * step, size) for index, text in enumerate(texts)
    )


def lay_out_title(title: str, width: float) -> tuple[tuple[Label, ...], float]:
    """Lay out a picture's title; return its lines, and the height at which the rest begins."""
    texts = break_lines(title, LARGE, width - 2 * MARGIN, bold=True)
    return stack_labels(texts, MARGIN, MARGIN, LARGE), MARGIN + text_height(texts, LARGE) + GAP


def text_height(texts: list[str], size: float) -> float:
    """Return the height of lines of text, one below the other."""
    return len(texts) * size * SPACING


# The numbers beside a scale that begins at zero.


def ticks_up_to(largest: int, most: int = 5) -> tuple[int, ...]:
    """Return zero and at most ``most`` whole numbers above it, evenly spaced.

    The last is at least ``largest``: (0, 2, 4, 6, 8) for 7.
    """
    steps = (first * 10**power for power in count() for first in (1, 2, 5))
    step = next(step for step in steps if step * most >= largest)
    return tuple(step * index for index in range(-(-max(largest, 1) // step) + 1))
