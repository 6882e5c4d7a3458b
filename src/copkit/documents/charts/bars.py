"""Horizontal bars: one for each thing that is counted, longest first or in the order given.  Pure.

Bars begin at zero, and each has its number beside it, so that nothing is told by length alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from copkit.documents.lettering import face, in_lines
from copkit.words import listed

WIDTH: Final = 640.0  # units; a unit is a pixel at full size
SIZE: Final = 15.0  # of letters
LINE: Final = 19.0
NAMES: Final = 260.0  # at most, for the names beside the bars
THICK: Final = 18.0
GAP: Final = 12.0


@dataclass(frozen=True, slots=True)
class Label:
    """One line of text, by its left end and its base line."""

    text: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar with the lines of its name, and its number at its end."""

    name: tuple[Label, ...]
    x: float
    y: float
    length: float
    number: Label


@dataclass(frozen=True, slots=True)
class Bars:
    """A chart of bars; ``words`` are its text alternative."""

    title: str
    words: str
    width: float
    height: float
    size: float
    thick: float
    bars: tuple[Bar, ...]


def build_bars(title: str, counts: Sequence[tuple[str, int]], unit: str) -> Bars:
    """Lay out a bar for each name and number; ``unit`` says what is counted, such as 'cases'."""
    measure = face().width
    most = max((count for _, count in counts), default=0)
    names = [in_lines(name, SIZE, NAMES) for name, _ in counts]
    left = max((measure(line, SIZE) for lines in names for line in lines), default=0.0) + GAP
    reach = WIDTH - left - measure(str(most), SIZE) - GAP
    bars: list[Bar] = []
    top = GAP / 2
    for lines, (_, count) in zip(names, counts, strict=True):
        tall = max(len(lines) * LINE, THICK)
        length = reach * count / most if most else 0.0
        middle = top + tall / 2
        base = middle - (len(lines) - 1) * LINE / 2 + SIZE * 0.36  # 0.36: half a capital's height
        bars.append(
            Bar(
                name=tuple(Label(line, 0.0, _r(base + at * LINE)) for at, line in enumerate(lines)),
                x=_r(left),
                y=_r(middle - THICK / 2),
                length=_r(length),
                number=Label(str(count), _r(left + length + GAP / 2), _r(middle + SIZE * 0.36)),
            )
        )
        top += tall + GAP
    said = listed([f"{name}: {count}" for name, count in counts])
    words = f"{title}, in {unit}. {said}." if counts else f"{title}: nothing to show."
    return Bars(title, words, WIDTH, _r(top - GAP / 2), SIZE, THICK, tuple(bars))


def _r(number: float) -> float:
    """Round a place to a tenth, so that no machine writes it otherwise."""
    return round(number, 1)
