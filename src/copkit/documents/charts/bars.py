"""Horizontal bars: one for each thing that is counted, longest first or in the order given.  Pure.

Bars begin at zero, and each has its number beside it, so that nothing is told by length alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from copkit.documents.charts.drawing import (
    Chart,
    Label,
    label,
    lines,
    measured,
    rounded,
)
from copkit.words import listed

WIDTH: Final = 640.0  # units; a unit is a pixel at full size
SIZE: Final = 15.0  # of letters
LINE: Final = 19.0
NAMES: Final = 260.0  # at most, for the names beside the bars
THICK: Final = 18.0
GAP: Final = 12.0


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar with the lines of its name, and its number at its end."""

    name: tuple[Label, ...]
    x: float
    y: float
    length: float
    number: Label


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars(Chart):
    """A chart of bars."""

    template: ClassVar[str] = "bars.svg"
    thick: float
    bars: tuple[Bar, ...]


def build_bars(
    title: str, counts: Sequence[tuple[str, int]], unit: str, name: str = "bars"
) -> Bars:
    """Lay out a bar for each name and number; ``unit`` says what is counted, such as 'cases'."""
    most = max((count for _, count in counts), default=0)
    names = [lines(thing, SIZE, NAMES) for thing, _ in counts]
    left = max((measured(line, SIZE) for found in names for line in found), default=0.0) + GAP
    reach = WIDTH - left - measured(str(most), SIZE, bold=True) - GAP
    bars: list[Bar] = []
    top = GAP / 2
    for found, (_, count) in zip(names, counts, strict=True):
        high = max(len(found) * LINE, THICK)
        length = reach * count / most if most else 0.0
        bars.append(_bar(found, count, left, top + high / 2, length))
        top += high + GAP
    said = listed([f"{thing}: {count}" for thing, count in counts])
    words = f"{title}, in {unit}. {said}." if counts else f"{title}: nothing to show."
    return Bars(
        name=name,
        title=title,
        words=words,
        width=WIDTH,
        height=rounded(max(top - GAP / 2, LINE)),
        size=SIZE,
        thick=THICK,
        bars=tuple(bars),
    )


def _bar(names: list[str], count: int, left: float, middle: float, length: float) -> Bar:
    first = middle - (len(names) - 1) * LINE / 2
    return Bar(
        name=tuple(label(line, 0.0, first + at * LINE, SIZE) for at, line in enumerate(names)),
        x=rounded(left),
        y=rounded(middle - THICK / 2),
        length=rounded(length),
        number=label(str(count), left + length + GAP / 2, middle, SIZE),
    )
