"""Horizontal bars: one for each thing that is counted, longest first or in the order given.  Pure.

Bars begin at zero, and each has its number beside it, so that nothing is told by length alone.
A name stands above its bar, so that the whole is narrow, and its letters can be read on a phone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from copkit.documents.charts.drawing import (
    IN_THE_TABLE,
    Chart,
    Label,
    break_lines,
    centred_label,
    round_to_tenth,
    text_alternative,
    text_width,
)
from copkit.wording import list_in_words

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
    reach = WIDTH - text_width(str(most), SIZE, bold=True) - GAP
    bars: list[Bar] = []
    top = 0.0
    for thing, count in counts:
        name_lines = break_lines(thing, SIZE, WIDTH)
        bars.append(_lay_out_bar(name_lines, count, top, reach * count / most if most else 0.0))
        top += len(name_lines) * LINE + BELOW + THICK + GAP
    figures = list_in_words([f"{thing}: {count}" for thing, count in counts])
    said = (f"{title}, in {unit}", figures) if counts else (f"{title}: nothing to show",)
    return Bars(
        name=name,
        title=title,
        words=text_alternative(said, IN_THE_TABLE),
        width=WIDTH,
        height=round_to_tenth(max(top - GAP + BELOW, LINE)),
        size=SIZE,
        thick=THICK,
        bars=tuple(bars),
    )


def _lay_out_bar(names: list[str], count: int, top: float, length: float) -> Bar:
    """Lay out a bar below the lines of its name, which begin at the height ``top``."""
    y = top + len(names) * LINE + BELOW
    return Bar(
        name=tuple(
            centred_label(line, 0.0, top + (index + 0.5) * LINE, SIZE)
            for index, line in enumerate(names)
        ),
        x=0.0,
        y=round_to_tenth(y),
        length=round_to_tenth(length),
        number=centred_label(str(count), length + GAP / 2, y + THICK / 2, SIZE),
    )
