"""Horizontal bars: one for each thing that is counted, longest first or in the order given.  Pure.

Bars begin at zero, and each has its number beside it, so that nothing is told by length alone.
A name stands above its bar, so that the whole is narrow, and its letters can be read on a phone.
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
from copkit.wording import listed

WIDTH: Final = 440.0  # units; a unit is a pixel at full size
SIZE: Final = 16.0  # of letters
LINE: Final = 19.0
THICK: Final = 16.0
BELOW: Final = 2.0  # a name, before its bar
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
    reach = WIDTH - measured(str(most), SIZE, bold=True) - GAP
    bars: list[Bar] = []
    top = 0.0
    for thing, count in counts:
        found = lines(thing, SIZE, WIDTH)
        bars.append(_bar(found, count, top, reach * count / most if most else 0.0))
        top += len(found) * LINE + BELOW + THICK + GAP
    said = listed([f"{thing}: {count}" for thing, count in counts])
    words = f"{title}, in {unit}. {said}." if counts else f"{title}: nothing to show."
    return Bars(
        name=name,
        title=title,
        words=words,
        width=WIDTH,
        height=rounded(max(top - GAP + BELOW, LINE)),
        size=SIZE,
        thick=THICK,
        bars=tuple(bars),
    )


def _bar(names: list[str], count: int, top: float, length: float) -> Bar:
    y = top + len(names) * LINE + BELOW
    return Bar(
        name=tuple(
            label(line, 0.0, top + (at + 0.5) * LINE, SIZE) for at, line in enumerate(names)
        ),
        x=0.0,
        y=rounded(y),
        length=rounded(length),
        number=label(str(count), length + GAP / 2, y + THICK / 2, SIZE),
    )
