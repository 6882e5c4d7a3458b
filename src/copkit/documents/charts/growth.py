"""How a programme grew: people at meetings as a line, meetings held as bars, month by month.  Pure.

Two panels share their months, for two scales on one panel would invite a comparison that means
nothing. Both begin at zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import ClassVar, Final

from copkit.analysis.privacy.view import MonthView
from copkit.documents.charts.drawing import (
    GAP,
    MARGIN,
    SIZE,
    SMALL,
    SPACING,
    Box,
    Chart,
    Label,
    Stroke,
    headed,
    label,
    measured,
    rounded,
    ticks_up_to,
)
from copkit.wording import counted, listed, month_in_words, plural

LEAST_MONTHS: Final = 3  # fewer are told in a sentence
MOST_MONTHS: Final = 60
LEAST_WIDTH: Final = 420.0
NARROWEST: Final = 11.0  # from one month to the next
LINE_HIGH: Final = 150.0
BARS_HIGH: Final = 72.0
DOT: Final = 3.5  # its radius, where months are not close together
CLOSE: Final = 16.0
PEOPLE: Final = "People who came, all meetings together"
MEETINGS: Final = "Meetings held"
CAPITALS: Final = SIZE * 0.8  # the height to keep free for a number


@dataclass(frozen=True, slots=True)
class Dot:
    """One month's place on the line, by its middle."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Scale:
    """One panel's zero line and its other grid lines, each with its number by its right end."""

    name: Label
    grid: tuple[Stroke, ...]
    numbers: tuple[Label, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth(Chart):
    """The two panels; months, years and the numbers on the line are by their middle.

    The line has a gap where nobody met: nobody stayed away.
    """

    template: ClassVar[str] = "growth.svg"
    dot: float
    people: Scale
    runs: tuple[tuple[Dot, ...], ...]
    numbers: tuple[Label, ...]
    meetings: Scale
    bars: tuple[Box, ...]
    months: tuple[Label, ...]
    years: tuple[Label, ...]


def build_growth(months: Sequence[MonthView], name: str = "growth") -> Growth:
    """Lay out the last months of those given, which follow one another; there is at least one."""
    months = months[-MOST_MONTHS:]
    title = f"People at meetings, {_period(months)}"
    people = ticks_up_to(max(month.people for month in months))
    meetings = ticks_up_to(max(month.meetings for month in months), most=3)
    left = MARGIN + max(measured(str(tick), SMALL) for tick in (*people, *meetings)) + GAP
    pitch = max(NARROWEST, (LEAST_WIDTH - left - MARGIN) / len(months))
    right = left + pitch * len(months)
    heading, top = headed(f"People at meetings, {_short_period(months)}", right + MARGIN)
    high = _Panel(PEOPLE, left, right, top + SIZE * 3.2, LINE_HIGH, people)
    low = _Panel(MEETINGS, left, right, high.bottom + SIZE * 3.2, BARS_HIGH, meetings)
    middles = [left + (at + 0.5) * pitch for at in range(len(months))]
    dots = [Dot(rounded(x), high.y(month.people)) for x, month in zip(middles, months, strict=True)]
    runs = tuple(_runs(months, dots))
    met = [month.people for month in months if month.meetings]
    shown = _Numbers(
        runs, Box(left, high.top - SIZE * 1.8, right + MARGIN - left, high.high + SIZE * 1.8)
    )
    return Growth(
        name=name,
        title=title,
        words=_words(months),
        width=rounded(right + MARGIN),
        height=rounded(low.bottom + 6 + SMALL * SPACING * 2 + MARGIN),
        heading=heading,
        dot=DOT if pitch >= CLOSE else DOT * 0.7,
        people=high.scale(),
        runs=runs,
        numbers=tuple(shown.numbers(met)),
        meetings=low.scale(),
        bars=tuple(low.bars(middles, [month.meetings for month in months], pitch)),
        months=tuple(_months(months, middles, pitch, low.bottom + 6 + SMALL * 0.65)),
        years=tuple(_years(months, middles, low.bottom + 6 + SMALL * 1.95)),
    )


@dataclass(frozen=True, slots=True)
class _Panel:
    """A rectangle with a scale from zero, at the bottom, to its last tick."""

    name: str
    left: float
    right: float
    top: float
    high: float
    ticks: tuple[int, ...]

    @property
    def bottom(self) -> float:
        return self.top + self.high

    def y(self, count: float) -> float:
        return rounded(self.bottom - self.high * count / self.ticks[-1])

    def scale(self) -> Scale:
        return Scale(
            name=label(
                self.name, MARGIN, self.top - SIZE * (2.5 if self.name is PEOPLE else 1.4), SIZE
            ),
            grid=tuple(
                Stroke(rounded(self.left), self.y(tick), rounded(self.right), self.y(tick))
                for tick in self.ticks
            ),
            numbers=tuple(
                label(str(tick), self.left - GAP / 2, self.y(tick), SMALL) for tick in self.ticks
            ),
        )

    def bars(self, middles: list[float], counts: list[int], pitch: float) -> Iterator[Box]:
        """Give a bar for each month in which there is something to count."""
        wide = min(pitch * 0.64, 40.0)
        for x, count in zip(middles, counts, strict=True):
            if count:
                y = self.y(count)
                high = rounded(self.bottom) - y
                yield Box(rounded(x - wide / 2), y, rounded(wide), rounded(high))


class _Numbers:
    """Where the numbers of the first, the last and the fullest month find room by the line."""

    def __init__(self, runs: Sequence[Sequence[Dot]], room: Box) -> None:
        self.dots, self.room = [dot for run in runs for dot in run], room
        self.line = [place for run in runs for place in _along(run)]
        self.taken: list[Box] = []

    def numbers(self, counts: list[int]) -> Iterator[Label]:
        """Give each number that finds a free place; the words tell the others."""
        if not counts:
            return
        last = len(counts) - 1
        for at in dict.fromkeys((last, counts.index(max(counts)), 0)):
            text, dot = str(counts[at]), self.dots[at]
            wide = measured(text, SIZE, bold=True)
            places = [
                box
                for box in _around(dot, wide)
                if self.room.holds(box) and not any(box.meets(other) for other in self.taken)
            ]
            if places:
                box = min(places, key=self.crossings)
                self.taken.append(box)
                yield label(text, box.x + wide / 2, box.y + CAPITALS / 2, SIZE)

    def crossings(self, box: Box) -> int:
        """Count how much of the line a number would cover."""
        return sum(
            box.x - 3 <= x <= box.x + box.width + 3 and box.y - 3 <= y <= box.y + box.height + 3
            for x, y in self.line
        )


def _runs(months: Sequence[MonthView], dots: list[Dot]) -> Iterator[tuple[Dot, ...]]:
    """Give the dots of months with a meeting, those together that follow one another."""
    together = groupby(zip(months, dots, strict=True), lambda pair: pair[0].meetings > 0)
    for met, run in together:
        if met:
            yield tuple(dot for _, dot in run)


def _around(dot: Dot, wide: float) -> Iterator[Box]:
    """Give the places of a number by a dot, the best first."""
    above, below = dot.y - DOT - 3 - CAPITALS, dot.y + DOT + 3
    for across in (-wide / 2, -wide, 0.0):
        for y in (above, below, above - CAPITALS):
            yield Box(dot.x + across, y, wide, CAPITALS)
    for x in (dot.x + DOT + 4, dot.x - DOT - 4 - wide):
        yield Box(x, dot.y - CAPITALS / 2, wide, CAPITALS)


def _along(dots: Sequence[Dot]) -> Iterator[tuple[float, float]]:
    """Give places all along the line, a few units from one to the next."""
    for one, other in pairwise(dots):
        steps = max(1, round(max(abs(other.x - one.x), abs(other.y - one.y)) / 2))
        for step in range(steps + 1):
            part = step / steps
            yield one.x + (other.x - one.x) * part, one.y + (other.y - one.y) * part


def _months(
    months: Sequence[MonthView], middles: list[float], pitch: float, y: float
) -> Iterator[Label]:
    """Name as many months as have room: all, or those of quarters, half years or years."""
    widest = max(measured(_short(month.month), SMALL) for month in months) + 5
    every = next((step for step in (1, 2, 3, 6) if step * pitch >= widest), 12)
    for month, x in zip(months, middles, strict=True):
        if (int(month.month[5:]) - 1) % every == 0:
            yield label(_short(month.month), x, y, SMALL)


def _years(months: Sequence[MonthView], middles: list[float], y: float) -> Iterator[Label]:
    """Give the year below each January, and below the first month where that leaves room."""
    wide = measured("0000", SMALL, bold=True) + 6
    januaries = [x for month, x in zip(months, middles, strict=True) if month.month[5:] == "01"]
    room = not any(january - middles[0] < wide for january in januaries)
    for at, (month, x) in enumerate(zip(months, middles, strict=True)):
        if month.month[5:] == "01" or (at == 0 and room):
            yield label(month.month[:4], x, y, SMALL)


def _short(month: str) -> str:
    return month_in_words(month)[:3]


def _period(months: Iterable[MonthView]) -> str:
    first, *rest = (month_in_words(month.month) for month in months)
    return f"{first} to {rest[-1]}" if rest else first


def _short_period(months: Sequence[MonthView]) -> str:
    ends = (month.month for month in dict.fromkeys((months[0], months[-1])))
    return " to ".join(f"{_short(month)} {month[:4]}" for month in ends)


def _words(months: Sequence[MonthView]) -> str:
    """Tell the sums and the fullest month, then every month."""
    most = max(months, key=lambda month: month.people)
    held = sum(month.meetings for month in months)
    came = sum(month.people for month in months)
    if not held:
        return f"{_period(months)}: no meeting is on record."
    return (
        f"{_period(months)}: {counted(held, 'meeting')}, to which people came {came} times in all, "
        f"most often in {month_in_words(most.month)}. "
        f"Month by month: {listed([_of_one(month) for month in months])}."
    )


def _of_one(month: MonthView) -> str:
    if not month.meetings:
        return f"{month_in_words(month.month)} no meeting"
    held = plural(month.meetings, "meeting")
    return f"{month_in_words(month.month)} {month.people} at {held}"
