"""How a programme grew: people at meetings as a line, meetings held as bars, month by month.  Pure.

Two panels share their months, for two scales on one panel would invite a comparison that means
nothing. Both begin at zero.
"""

from __future__ import annotations

import math
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
    centred_label,
    lay_out_title,
    round_to_tenth,
    text_alternative,
    text_width,
    ticks_up_to,
)
from copkit.wording import count_in_words, list_in_words, month_in_words, plural

LEAST_MONTHS: Final = 3  # fewer are told in a sentence
MOST_MONTHS: Final = 60
LEAST_WIDTH: Final = 420.0
NARROWEST: Final = 11.0  # from one month to the next
LINE_HIGH: Final = 150.0
BARS_HIGH: Final = 72.0
DOT: Final = 3.5  # its radius, where months are not close together
CLOSE: Final = 16.0
PEOPLE: Final = "People at each meeting, on average"
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
    """Lay out the last :data:`MOST_MONTHS` of some months.

    ``months`` follow one another, at least one of them. ``name`` begins the ids in the drawing.
    """
    months = months[-MOST_MONTHS:]
    title = f"{_finding(months)}, {_period(months)}"
    means = [_mean(month) for month in months]
    people = ticks_up_to(math.ceil(max(means)))
    meetings = ticks_up_to(max(month.meetings for month in months), most=3)
    left_edge = MARGIN + max(text_width(str(tick), SMALL) for tick in (*people, *meetings)) + GAP
    pitch = max(NARROWEST, (LEAST_WIDTH - left_edge - MARGIN) / len(months))
    right_edge = left_edge + pitch * len(months)
    heading, top = lay_out_title(
        f"{_finding(months)}, {_short_period(months)}", right_edge + MARGIN
    )
    # 2.5: a number above the line may stand between the name and the panel
    high = Panel(PEOPLE, 2.5, left_edge, right_edge, top + SIZE * 3.2, LINE_HIGH, people)
    low = Panel(MEETINGS, 1.4, left_edge, right_edge, high.bottom + SIZE * 3.2, BARS_HIGH, meetings)
    middles = [left_edge + (index + 0.5) * pitch for index in range(len(months))]
    dots = [Dot(round_to_tenth(x), high.y(mean)) for x, mean in zip(middles, means, strict=True)]
    runs = tuple(_runs(months, dots))
    met = [
        math.floor(mean + 0.5) for month, mean in zip(months, means, strict=True) if month.meetings
    ]
    placed = NumberPlacement(
        runs,
        Box(
            left_edge,
            high.top - SIZE * 1.8,
            right_edge + MARGIN - left_edge,
            high.high + SIZE * 1.8,
        ),
    )
    return Growth(
        name=name,
        title=title,
        words=_text_alternative(months),
        width=round_to_tenth(right_edge + MARGIN),
        height=round_to_tenth(low.bottom + 6 + SMALL * SPACING * 2 + MARGIN),
        heading=heading,
        dot=DOT if pitch >= CLOSE else DOT * 0.7,
        people=high.scale(),
        runs=runs,
        numbers=tuple(placed.numbers(met)),
        meetings=low.scale(),
        bars=tuple(low.bars(middles, [month.meetings for month in months], pitch)),
        months=tuple(_months(months, middles, pitch, low.bottom + 6 + SMALL * 0.65)),
        years=tuple(_years(months, middles, low.bottom + 6 + SMALL * 1.95)),
    )


@dataclass(frozen=True, slots=True)
class Panel:
    """A rectangle with a scale from zero, at the bottom, to its last tick.

    ``name_lift`` is how far above it the name stands, in letter sizes.
    """

    name: str
    name_lift: float
    left: float
    right: float
    top: float
    high: float
    ticks: tuple[int, ...]

    @property
    def bottom(self) -> float:
        """Return the y of its zero line."""
        return self.top + self.high

    def y(self, count: float) -> float:
        """Return the y at which a count stands on its scale."""
        return round_to_tenth(self.bottom - self.high * count / self.ticks[-1])

    def scale(self) -> Scale:
        """Lay out its name, its grid and the numbers beside it."""
        return Scale(
            name=centred_label(self.name, MARGIN, self.top - SIZE * self.name_lift, SIZE),
            grid=tuple(
                Stroke(
                    round_to_tenth(self.left),
                    self.y(tick),
                    round_to_tenth(self.right),
                    self.y(tick),
                )
                for tick in self.ticks
            ),
            numbers=tuple(
                centred_label(str(tick), self.left - GAP / 2, self.y(tick), SMALL)
                for tick in self.ticks
            ),
        )

    def bars(self, middles: list[float], counts: list[int], pitch: float) -> Iterator[Box]:
        """Return a bar for each month in which there is something to count.

        ``middles`` are the x of the months, ``pitch`` is from one to the next.
        """
        wide = min(pitch * 0.64, 40.0)
        for x, count in zip(middles, counts, strict=True):
            if count:
                y = self.y(count)
                high = round_to_tenth(self.bottom) - y
                yield Box(
                    round_to_tenth(x - wide / 2), y, round_to_tenth(wide), round_to_tenth(high)
                )


class NumberPlacement:
    """Placement of the numbers of the first, the last and the fullest month beside the line."""

    def __init__(self, runs: Sequence[Sequence[Dot]], room: Box) -> None:
        self.dots, self.room = [dot for run in runs for dot in run], room
        self.line = [place for run in runs for place in _points_along(run)]
        self.taken: list[Box] = []

    def numbers(self, counts: list[int]) -> Iterator[Label]:
        """Return each number that has a free place; the text alternative has the others.

        ``counts`` are those of the dots, in their order. Places are added to ``taken``.
        """
        if not counts:
            return
        last = len(counts) - 1
        for index in dict.fromkeys((last, counts.index(max(counts)), 0)):
            text, dot = str(counts[index]), self.dots[index]
            wide = text_width(text, SIZE, bold=True)
            places = [
                box
                for box in _boxes_beside(dot, wide)
                if self.room.contains(box) and not any(box.overlaps(other) for other in self.taken)
            ]
            if places:
                box = min(places, key=self.crossings)
                self.taken.append(box)
                yield centred_label(text, box.x + wide / 2, box.y + CAPITALS / 2, SIZE)

    def crossings(self, box: Box) -> int:
        """Count the points of the line that a number in a box would cover."""
        return sum(
            box.x - 3 <= x <= box.x + box.width + 3 and box.y - 3 <= y <= box.y + box.height + 3
            for x, y in self.line
        )


def _runs(months: Sequence[MonthView], dots: list[Dot]) -> Iterator[tuple[Dot, ...]]:
    """Return the dots of months with a meeting, in runs of consecutive months."""
    together = groupby(zip(months, dots, strict=True), lambda pair: pair[0].meetings > 0)
    for has_meeting, run in together:
        if has_meeting:
            yield tuple(dot for _, dot in run)


def _boxes_beside(dot: Dot, wide: float) -> Iterator[Box]:
    """Return the boxes in which a number may stand beside a dot, the best first."""
    above, below = dot.y - DOT - 3 - CAPITALS, dot.y + DOT + 3
    for across in (-wide / 2, -wide, 0.0):
        for y in (above, below, above - CAPITALS):
            yield Box(dot.x + across, y, wide, CAPITALS)
    for x in (dot.x + DOT + 4, dot.x - DOT - 4 - wide):
        yield Box(x, dot.y - CAPITALS / 2, wide, CAPITALS)


def _points_along(dots: Sequence[Dot]) -> Iterator[tuple[float, float]]:
    """Return points along the line, two units apart or less."""
    for start, end in pairwise(dots):
        steps = max(1, round(max(abs(end.x - start.x), abs(end.y - start.y)) / 2))
        for step in range(steps + 1):
            part = step / steps
            yield start.x + (end.x - start.x) * part, start.y + (end.y - start.y) * part


def _months(
    months: Sequence[MonthView], middles: list[float], pitch: float, y: float
) -> Iterator[Label]:
    """Name as many months as have room: all, or those of quarters, half years or years.

    ``middles`` are their x, ``pitch`` is from one to the next, ``y`` is the height of the names.
    """
    widest = max(text_width(_short(month.month), SMALL) for month in months) + 5
    every = next((step for step in (1, 2, 3, 6) if step * pitch >= widest), 12)
    for month, x in zip(months, middles, strict=True):
        if (int(month.month[5:]) - 1) % every == 0:
            yield centred_label(_short(month.month), x, y, SMALL)


def _years(months: Sequence[MonthView], middles: list[float], y: float) -> Iterator[Label]:
    """Return the year below each January, and below the first month where that leaves room.

    ``middles`` are the x of the months, ``y`` is the height of the years.
    """
    wide = text_width("0000", SMALL, bold=True) + 6
    januaries = [x for month, x in zip(months, middles, strict=True) if month.month[5:] == "01"]
    room = not any(january - middles[0] < wide for january in januaries)
    for index, (month, x) in enumerate(zip(months, middles, strict=True)):
        if month.month[5:] == "01" or (index == 0 and room):
            yield centred_label(month.month[:4], x, y, SMALL)


def _short(month: str) -> str:
    return month_in_words(month)[:3]


def _period(months: Iterable[MonthView]) -> str:
    first, *others = (month_in_words(month.month) for month in months)
    return f"{first} to {others[-1]}" if others else first


def _short_period(months: Sequence[MonthView]) -> str:
    ends = (month.month for month in dict.fromkeys((months[0], months[-1])))
    return " to ".join(f"{_short(month)} {month[:4]}" for month in ends)


def _mean(month: MonthView) -> float:
    """Return how many people came to each meeting of a month, on average; 0 without a meeting."""
    return month.people / month.meetings if month.meetings else 0.0


def _finding(months: Sequence[MonthView]) -> str:
    """Write what the picture shows: ``About eight people at each meeting``."""
    meetings = sum(month.meetings for month in months)
    if not meetings:
        return "No meeting on record"
    mean = round(sum(month.people for month in months) / meetings)
    return f"About {count_in_words(mean, 'person', 'people')} at each meeting"


def _text_alternative(months: Sequence[MonthView]) -> str:
    """Write the text alternative: what it shows, what that comes from, then every month."""
    meetings = sum(month.meetings for month in months)
    if not meetings:
        return f"{_period(months)}: no meeting is on record."
    most = max(months, key=_mean)
    visits = plural(sum(month.people for month in months), "visit")
    sentences = (
        f"{_finding(months)}, {_period(months)} ({visits} to {plural(meetings, 'meeting')})",
        f"The most came in {month_in_words(most.month)}",
        f"Month by month: {list_in_words([_month_phrase(month) for month in months])}",
    )
    return text_alternative(sentences)


def _month_phrase(month: MonthView) -> str:
    """Write what happened in a month: ``May 2012 14 at 2 meetings``, ``June 2012 no meeting``."""
    if not month.meetings:
        return f"{month_in_words(month.month)} no meeting"
    meetings = plural(month.meetings, "meeting")
    return f"{month_in_words(month.month)} {month.people} at {meetings}"
