"""The network of sectors: who sits with whom.  Pure.

Sectors stand on a circle in the order of the matrix, clockwise from the top, and their names in two
columns beside it, so that the same programme always looks the same. The ground of a sector is as
large as the number of its people, a line as thick as the number of communities that two share.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from copkit.analysis.participation import Network, SectorPeople
from copkit.documents.charts.drawing import (
    GAP,
    MARGIN,
    SIZE,
    SMALL,
    SPACING,
    Chart,
    Label,
    Stroke,
    break_lines,
    centred_label,
    lay_out_title,
    round_to_tenth,
    stack_labels,
    text_alternative,
    text_height,
    text_width,
)
from copkit.wording import count_in_words, day_in_words, list_in_words, plural

NAMES: Final = 114.0  # at most, for the names on either side
LEAST_RADIUS: Final = 84.0  # of the circle
LARGEST: Final = 26.0  # the radius of the largest sector
SMALLEST: Final = 4.0
HOLLOW: Final = 6.0  # the radius of a sector with nobody
THICKEST: Final = 10.0
THICK: Final = 2.0  # of a line for one community, where there are few
ASIDE: Final = 20.0  # how far the names stand from the largest sector


@dataclass(frozen=True, slots=True)
class SectorNode:
    """One sector: its ground by the middle, its number where that fits, its name beside."""

    x: float
    y: float
    radius: float
    hollow: bool
    number: Label | None
    name: tuple[Label, ...]
    people: Label
    leader: Stroke


@dataclass(frozen=True, slots=True)
class LegendKey:
    """What a line of one thickness means."""

    line: Stroke
    meaning: Label


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkChart(Chart):
    """The network; names at the left are by their right ends."""

    template: ClassVar[str] = "network.svg"
    ties: tuple[Stroke, ...]
    left: tuple[SectorNode, ...]
    right: tuple[SectorNode, ...]
    keys: tuple[LegendKey, ...]
    notes: tuple[Label, ...]


@dataclass(frozen=True, slots=True)
class SectorPlace:
    """Where one sector stands on the circle, from its middle."""

    sector: SectorPeople
    x: float
    y: float
    radius: float

    @property
    def name(self) -> list[str]:
        """The lines of its name."""
        return break_lines(self.sector.name, SIZE, NAMES, bold=True)

    @property
    def high(self) -> float:
        """The height of its name, and of how many people it has."""
        return text_height(self.name, SIZE) + SMALL * SPACING + GAP / 2


def build_network_chart(network: Network, name: str = "network") -> NetworkChart:
    """Lay out the sectors, the lines between them, and their names so that none meet."""
    return NetworkLayout(network).chart(name)


class NetworkLayout:
    """One network, laid out about the middle of its circle."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.circle = max(LEAST_RADIUS, 9.0 * len(network.sectors))
        self.places = list(_places(network.sectors, self.circle))
        self.right = [place for place in self.places if place.x >= -0.01]
        self.left = [place for place in reversed(self.places) if place.x < -0.01]
        largest = max((place.radius for place in self.places), default=0.0)
        self.reach = self.circle + max(largest, HOLLOW)
        sides = (sum(place.high for place in side) for side in (self.left, self.right))
        self.high = max(2 * self.reach, *sides)
        self.middle = MARGIN + NAMES + ASIDE + self.reach

    def chart(self, name: str) -> NetworkChart:
        """Lay out the whole picture."""
        network = self.network
        title = f"Which sectors sit together, {day_in_words(network.as_of)}"
        width = 2 * self.middle
        heading, top = lay_out_title(title, width)
        centre = top + self.high / 2
        keys, bottom = self.keys(top + self.high + GAP)
        notes = break_lines(_note(network), SMALL, width - 2 * MARGIN)
        return NetworkChart(
            name=name,
            title=title,
            words=_text_alternative(network),
            width=round_to_tenth(width),
            height=round_to_tenth(bottom + text_height(notes, SMALL) + MARGIN),
            heading=heading,
            ties=tuple(self.ties(centre)),
            left=tuple(self.nodes(self.left, top, MARGIN + NAMES, -1)),
            right=tuple(self.nodes(self.right, top, width - MARGIN - NAMES, 1)),
            keys=keys,
            notes=stack_labels(notes, MARGIN, bottom, SMALL),
        )

    def ties(self, centre: float) -> Iterable[Stroke]:
        """Return the lines between sectors, the thickest first, so that thin ones stay visible.

        ``centre`` is the height of the circle's middle.
        """
        by_name = {place.sector.name: place for place in self.places}
        for tie in sorted(self.network.ties, key=lambda tie: -tie.communities):
            first, second = by_name[tie.first], by_name[tie.second]
            yield Stroke(
                round_to_tenth(self.middle + first.x),
                round_to_tenth(centre + first.y),
                round_to_tenth(self.middle + second.x),
                round_to_tenth(centre + second.y),
                self.thick(tie.communities),
            )

    def thick(self, communities: int) -> float:
        """Return a line's thickness, in proportion to the number of communities."""
        most = max((tie.communities for tie in self.network.ties), default=1)
        return round_to_tenth(max(communities * min(THICK, THICKEST / most), 0.5))

    def nodes(
        self, side: Sequence[SectorPlace], top: float, x: float, way: int
    ) -> Iterable[SectorNode]:
        """Return the sectors of one side, their names from the top down where there is room.

        ``side`` are the places of that side, from the top down; ``top`` is the height at which the
        drawing begins. ``x`` is where the names begin; ``way`` is -1 for the left side and 1 for
        the right.
        """
        centre = top + self.high / 2
        ideal_starts = [centre + place.y - place.high / 2 for place in side]
        for place, start in zip(
            side, _spread_names(side, ideal_starts, top, top + self.high), strict=True
        ):
            where_x, where_y = self.middle + place.x, centre + place.y
            name, people = place.name, place.sector.people
            below = start + text_height(name, SIZE)
            beside = start + (below - start + SMALL * SPACING) / 2
            fits = text_width(str(people), SMALL, bold=True) + 6 <= 2 * place.radius
            yield SectorNode(
                x=round_to_tenth(where_x),
                y=round_to_tenth(where_y),
                radius=round_to_tenth(place.radius),
                hollow=not people,
                number=centred_label(str(people), where_x, where_y, SMALL)
                if people and fits
                else None,
                name=stack_labels(name, x, start, SIZE),
                people=centred_label(_people(people), x, below + SMALL * SPACING / 2, SMALL),
                leader=Stroke(
                    round_to_tenth(where_x + way * place.radius),
                    round_to_tenth(where_y),
                    round_to_tenth(x - way * 4),
                    round_to_tenth(beside),
                ),
            )

    def keys(self, top: float) -> tuple[tuple[LegendKey, ...], float]:
        """Return the thinnest and the thickest line with their meanings, and where they end."""
        counts = sorted({tie.communities for tie in self.network.ties})
        keys = []
        for communities in dict.fromkeys([*counts[:1], *counts[-1:]]):
            y = round_to_tenth(top + SIZE * 0.65)
            line = Stroke(MARGIN, y, MARGIN + 32, y, self.thick(communities))
            where = plural(communities, "community", "communities")
            meaning = centred_label(f"sit together in {where}", MARGIN + 32 + GAP, y, SIZE)
            keys.append(LegendKey(line, meaning))
            top += SIZE * SPACING + 2
        return tuple(keys), top + GAP / 2


def _places(sectors: Sequence[SectorPeople], circle: float) -> Iterable[SectorPlace]:
    """Return each sector's place, clockwise from the top, and its radius.

    ``circle`` is the radius of the circle. The area of a sector, not its radius, is in proportion
    to the people: that is how circles are read.
    """
    most = max((sector.people for sector in sectors), default=0)
    spacing = 2 * circle * math.sin(math.pi / max(len(sectors), 2))
    largest = min(LARGEST, spacing * 0.4)
    for index, sector in enumerate(sectors):
        turn = 2 * math.pi * (index + 0.5) / len(sectors)
        radius = HOLLOW
        if sector.people:
            radius = max(SMALLEST, largest * math.sqrt(sector.people / most))
        yield SectorPlace(sector, circle * math.sin(turn), -circle * math.cos(turn), radius)


def _spread_names(
    side: Sequence[SectorPlace], ideal_starts: Sequence[float], top: float, bottom: float
) -> list[float]:
    """Return where the names of one side begin, moved so that none meets another.

    Names are moved down from ``ideal_starts``, then up, no further than necessary, to stay between
    the heights ``top`` and ``bottom``.
    """
    starts: list[float] = []
    free = top
    for place, start in zip(side, ideal_starts, strict=True):
        starts.append(max(start, free))
        free = starts[-1] + place.high
    free = bottom
    for index in reversed(range(len(side))):
        starts[index] = min(starts[index], free - side[index].high)
        free = starts[index]
    return starts


def _people(count: int) -> str:
    return plural(count, "person", "people") if count else "nobody yet"


def _note(network: Network) -> str:
    if not network.sectors:
        return "There is no sector yet."
    return "Counted are confirmed members (X and F). A sector with nobody is hollow."


def _text_alternative(network: Network) -> str:
    """Write the text alternative: each sector's people, and the pairs that meet most often."""
    if not network.sectors:
        return "There is no sector yet."
    sizes = list_in_words([f"{sector.name} {sector.people}" for sector in network.sectors])
    where = count_in_words(network.communities, "community", "communities")
    sentences = [f"Confirmed members in {where}, by sector: {sizes}"]
    ties = sorted(network.ties, key=lambda tie: -tie.communities)
    # a sentence each, so that those that meet most often have room
    sentences += [
        f"{tie.first} and {tie.second} together in {tie.communities} of {network.communities}"
        for tie in ties
    ] or ["No two sectors sit together in a community"]
    return text_alternative(sentences)
