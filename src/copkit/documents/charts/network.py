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
    headed,
    label,
    lines,
    measured,
    rounded,
    stacked,
    tall,
)
from copkit.wording import counted, day_in_words, listed, plural

NAMES: Final = 114.0  # at most, for the names on either side
LEAST_RADIUS: Final = 84.0  # of the circle
LARGEST: Final = 26.0  # the radius of the largest sector
SMALLEST: Final = 4.0
HOLLOW: Final = 6.0  # the radius of a sector with nobody
THICKEST: Final = 10.0
THICK: Final = 2.0  # of a line for one community, where there are few
ASIDE: Final = 20.0  # how far the names stand from the largest sector


@dataclass(frozen=True, slots=True)
class Node:
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
class Key:
    """What a line of one thickness means."""

    line: Stroke
    meaning: Label


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkChart(Chart):
    """The network; names at the left are by their right ends."""

    template: ClassVar[str] = "network.svg"
    ties: tuple[Stroke, ...]
    left: tuple[Node, ...]
    right: tuple[Node, ...]
    keys: tuple[Key, ...]
    notes: tuple[Label, ...]


@dataclass(frozen=True, slots=True)
class _Place:
    """Where one sector stands on the circle, from its middle."""

    sector: SectorPeople
    x: float
    y: float
    radius: float

    @property
    def name(self) -> list[str]:
        return lines(self.sector.name, SIZE, NAMES, bold=True)

    @property
    def high(self) -> float:
        """The height of its name, and of how many people it has."""
        return tall(self.name, SIZE) + SMALL * SPACING + GAP / 2


def build_network_chart(network: Network, name: str = "network") -> NetworkChart:
    """Lay out the sectors, the lines between them, and their names so that none meet."""
    return _Laying(network).chart(name)


class _Laying:
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
        network = self.network
        title = f"Which sectors sit together, {day_in_words(network.as_of)}"
        width = 2 * self.middle
        heading, top = headed(title, width)
        centre = top + self.high / 2
        keys, bottom = self.keys(top + self.high + GAP)
        notes = lines(_note(network), SMALL, width - 2 * MARGIN)
        return NetworkChart(
            name=name,
            title=title,
            words=_words(network),
            width=rounded(width),
            height=rounded(bottom + tall(notes, SMALL) + MARGIN),
            heading=heading,
            ties=tuple(self.ties(centre)),
            left=tuple(self.nodes(self.left, top, MARGIN + NAMES, -1)),
            right=tuple(self.nodes(self.right, top, width - MARGIN - NAMES, 1)),
            keys=keys,
            notes=stacked(notes, MARGIN, bottom, SMALL),
        )

    def ties(self, centre: float) -> Iterable[Stroke]:
        by_name = {place.sector.name: place for place in self.places}
        for tie in sorted(self.network.ties, key=lambda tie: -tie.communities):
            one, other = by_name[tie.one], by_name[tie.other]
            yield Stroke(
                rounded(self.middle + one.x),
                rounded(centre + one.y),
                rounded(self.middle + other.x),
                rounded(centre + other.y),
                self.thick(tie.communities),
            )

    def thick(self, communities: int) -> float:
        """Give a line's thickness, which grows with the number and begins at nothing."""
        most = max((tie.communities for tie in self.network.ties), default=1)
        return rounded(max(communities * min(THICK, THICKEST / most), 0.5))

    def nodes(self, side: Sequence[_Place], top: float, x: float, way: int) -> Iterable[Node]:
        """Give the sectors of one side, their names from the top down where there is room."""
        centre = top + self.high / 2
        wanted = [centre + place.y - place.high / 2 for place in side]
        for place, start in zip(side, _apart(side, wanted, top, top + self.high), strict=True):
            where_x, where_y = self.middle + place.x, centre + place.y
            name, people = place.name, place.sector.people
            below = start + tall(name, SIZE)
            beside = start + (below - start + SMALL * SPACING) / 2
            fits = measured(str(people), SMALL, bold=True) + 6 <= 2 * place.radius
            yield Node(
                x=rounded(where_x),
                y=rounded(where_y),
                radius=rounded(place.radius),
                hollow=not people,
                number=label(str(people), where_x, where_y, SMALL) if people and fits else None,
                name=stacked(name, x, start, SIZE),
                people=label(_people(people), x, below + SMALL * SPACING / 2, SMALL),
                leader=Stroke(
                    rounded(where_x + way * place.radius),
                    rounded(where_y),
                    rounded(x - way * 4),
                    rounded(beside),
                ),
            )

    def keys(self, top: float) -> tuple[tuple[Key, ...], float]:
        """Give the thinnest and the thickest line with what they mean, and where that ends."""
        found = sorted({tie.communities for tie in self.network.ties})
        keys = []
        for communities in dict.fromkeys([*found[:1], *found[-1:]]):
            y = rounded(top + SIZE * 0.65)
            line = Stroke(MARGIN, y, MARGIN + 32, y, self.thick(communities))
            where = plural(communities, "community", "communities")
            meaning = label(f"sit together in {where}", MARGIN + 32 + GAP, y, SIZE)
            keys.append(Key(line, meaning))
            top += SIZE * SPACING + 2
        return tuple(keys), top + GAP / 2


def _places(sectors: Sequence[SectorPeople], circle: float) -> Iterable[_Place]:
    """Give each sector its place, clockwise from the top, and its size by area."""
    most = max((sector.people for sector in sectors), default=0)
    apart = 2 * circle * math.sin(math.pi / max(len(sectors), 2))
    largest = min(LARGEST, apart * 0.4)
    for at, sector in enumerate(sectors):
        turn = 2 * math.pi * (at + 0.5) / len(sectors)
        radius = HOLLOW
        if sector.people:
            radius = max(SMALLEST, largest * math.sqrt(sector.people / most))
        yield _Place(sector, circle * math.sin(turn), -circle * math.cos(turn), radius)


def _apart(
    side: Sequence[_Place], wanted: Sequence[float], top: float, bottom: float
) -> list[float]:
    """Move names down, then up, no further than that none meets another or leaves the picture."""
    starts: list[float] = []
    free = top
    for place, start in zip(side, wanted, strict=True):
        starts.append(max(start, free))
        free = starts[-1] + place.high
    free = bottom
    for at in reversed(range(len(side))):
        starts[at] = min(starts[at], free - side[at].high)
        free = starts[at]
    return starts


def _people(count: int) -> str:
    return plural(count, "person", "people") if count else "nobody yet"


def _note(network: Network) -> str:
    if not network.sectors:
        return "There is no sector yet."
    return "Counted are confirmed members (X and F). A sector with nobody is hollow."


def _words(network: Network) -> str:
    """Tell how many people each sector has, and every pair with the communities it shares."""
    if not network.sectors:
        return "There is no sector yet."
    sizes = listed([f"{sector.name} {sector.people}" for sector in network.sectors])
    where = counted(network.communities, "community", "communities")
    said = [f"Confirmed members in {where}, by sector: {sizes}"]
    ties = sorted(network.ties, key=lambda tie: -tie.communities)
    pairs = [f"{tie.one} with {tie.other} in {tie.communities}" for tie in ties]
    said.append(f"Communities in which two sectors sit together: {listed(pairs)}")
    if not ties:
        said[-1] = "No two sectors sit together in a community"
    return f"{'. '.join(said)}."
