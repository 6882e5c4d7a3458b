"""Work out what readers of two documents can subtract that neither tells by itself.  Pure.

A document states cells: a sum of parts, such as the members of one sector in one community, and
what is shown for it. Cells of two documents that add up the same parts hold the same equations, so
a hidden count comes out where every solution of both agrees on it. :func:`come_out` looks for a
second solution, and takes a count to come out where it finds none: subtracting only lines that
look alike would miss some.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping
from random import Random
from typing import Final, Generic, NamedTuple, TypeVar

from copkit.analysis.privacy.small_cells import MIN_SHOWN, Count, Hidden

Part = TypeVar("Part", bound=Hashable)  # one of the smallest counts that cells add up

# Steps of one search, and how often it is begun anew in another order. Of the 45 pairs of monthly
# tables of the example this finds every second solution that there is. Beyond it a count is taken
# to come out, which is the safe answer.
_MOST_STEPS: Final = 40
_ATTEMPTS: Final = 60


class StatedCount(NamedTuple, Generic[Part]):
    """A count that a document states: the parts that it adds up, and what is shown for it."""

    parts: frozenset[Part]
    shown: Count


def is_small(count: int) -> bool:
    """Return whether a count is of one to four people, and must not be told outside."""
    return 0 < count < MIN_SHOWN


def come_out(
    targets: Iterable[frozenset[Part]],
    first: Collection[StatedCount[Part]],
    second: Collection[StatedCount[Part]],
    counts: Mapping[Part, int],
) -> Iterator[frozenset[Part]]:
    """Yield the sums that readers of both documents can work out, and readers of one cannot.

    ``counts`` has the true number of each part. Each sum takes a search, so whoever needs only some
    should ask for no more.
    """
    targets = list(dict.fromkeys(targets))
    if not targets:
        return
    alone = [_Equations(cells, targets, counts) for cells in (first, second)]
    for target in _Equations([*first, *second], targets, counts).certain(targets):
        if not any(list(equations.certain([target])) for equations in alone):
            yield target


class _Line(NamedTuple):
    """A sum of unknown numbers, by their positions, and the least and the most that it can be."""

    unknowns: tuple[int, ...]
    least: int
    most: int


class _System:
    """Lines that numbers have to fulfil, which lie near the true ones."""

    def __init__(self, lines: list[_Line], truth: list[int]) -> None:
        self.lines = lines
        self.truth = truth
        self.lines_of: list[list[int]] = [[] for _ in truth]
        for position, line in enumerate(lines):
            for unknown in line.unknowns:
                self.lines_of[unknown].append(position)

    def search(
        self, bounds: list[tuple[int, int]], steps: Iterator[int], order: Random
    ) -> list[int] | None:
        """Return numbers within some bounds that fulfil all lines, as far as ``steps`` reach.

        The true numbers are tried first, as near as the bounds allow. Where a line is broken then,
        at least one of its numbers has to be beyond that.
        """
        numbers = [
            min(max(number, least), most)
            for number, (least, most) in zip(self.truth, bounds, strict=True)
        ]
        sums = [sum(numbers[unknown] for unknown in line.unknowns) for line in self.lines]
        broken = [
            (line, total)
            for line, total in zip(self.lines, sums, strict=True)
            if not line.least <= total <= line.most
        ]
        if not broken:
            return numbers
        line, total = min(broken, key=lambda pair: len(pair[0].unknowns))
        step = 1 if total < line.least else -1

        bounds = [*bounds]
        for unknown in order.sample(line.unknowns, len(line.unknowns)):
            if next(steps, None) is None:
                return None
            least, most = bounds[unknown]
            number = numbers[unknown]
            beyond = (number + 1, most) if step > 0 else (least, number - 1)
            if beyond[0] > beyond[1]:
                continue
            bounds[unknown] = beyond
            narrowed = self.narrow(bounds)
            if narrowed and (solution := self.search(narrowed, steps, order)):
                return solution
            # if not beyond, it is at most as near as now, and another of the line is beyond
            bounds[unknown] = (least, number) if step > 0 else (number, most)
        return None

    def narrow(self, bounds: list[tuple[int, int]]) -> list[tuple[int, int]] | None:
        """Narrow the bounds of numbers by the lines until nothing changes; ``None`` for none.

        Each number is at least what its line needs beyond the most of all others, and the reverse.
        """
        bounds = [*bounds]
        waiting = dict.fromkeys(range(len(self.lines)))
        while waiting:
            position, _ = waiting.popitem()
            line = self.lines[position]
            least = sum(bounds[unknown][0] for unknown in line.unknowns)
            most = sum(bounds[unknown][1] for unknown in line.unknowns)
            if least > line.most or most < line.least:
                return None
            for unknown in line.unknowns:
                low, high = bounds[unknown]
                new = max(low, line.least - (most - high)), min(high, line.most - (least - low))
                if new[0] > new[1]:
                    return None
                if new != (low, high):
                    bounds[unknown] = new
                    least += new[0] - low
                    most += new[1] - high
                    waiting |= dict.fromkeys(self.lines_of[unknown])
        return bounds


class _Equations(Generic[Part]):
    """What is known of some counts: each a sum between two bounds.

    Parts that stand in the same cells and the same targets are one unknown number: no reader can
    tell them apart.
    """

    def __init__(
        self,
        cells: Collection[StatedCount[Part]],
        targets: Collection[frozenset[Part]],
        counts: Mapping[Part, int],
    ) -> None:
        sums = list(dict.fromkeys([*(cell.parts for cell in cells), *targets]))
        signatures: dict[Part, list[int]] = defaultdict(list)
        for position, parts in enumerate(sums):
            for part in sorted(parts, key=repr):  # the same order in every run
                signatures[part].append(position)
        groups: dict[tuple[int, ...], list[Part]] = defaultdict(list)
        for part, signature in signatures.items():
            groups[tuple(signature)].append(part)
        self.truth = [sum(counts[part] for part in group) for group in groups.values()]
        self.ceiling = 2 * sum(self.truth) + MIN_SHOWN  # of an unknown that nothing else bounds
        positions = {part: number for number, group in enumerate(groups.values()) for part in group}
        self.unknowns_of = {
            parts: tuple(sorted({positions[part] for part in parts})) for parts in sums
        }
        self.lines: list[_Line] = []
        for cell in dict.fromkeys(cells):
            if isinstance(cell.shown, int):
                least = most = cell.shown
            elif cell.shown is Hidden.SMALL:
                least, most = 1, MIN_SHOWN - 1
            else:
                # where even a small count is withheld, nothing says that a withheld one is larger
                true_sum = sum(counts[part] for part in cell.parts)
                least, most = min(MIN_SHOWN, true_sum), self.ceiling
            self.lines.append(_Line(self.unknowns_of[cell.parts], least, most))

    def certain(self, targets: Iterable[frozenset[Part]]) -> Iterator[frozenset[Part]]:
        """Yield the sums that can only be the true ones, or of which no search finds another."""
        bounds = _System(self.lines, self.truth).narrow([(0, self.ceiling)] * len(self.truth))
        if bounds is None:  # the records contradict what was said, so nothing is certain
            return
        left = {target: self.unknowns_of[target] for target in targets}
        while left:
            target, unknowns = left.popitem()
            is_open = any(bounds[unknown][0] < bounds[unknown][1] for unknown in unknowns)
            if is_open and (numbers := self.find_others(unknowns, bounds)):
                # one solution settles every sum that is another in it
                left = {
                    other: places
                    for other, places in left.items()
                    if sum(numbers[place] - self.truth[place] for place in places) == 0
                }
            else:
                yield target

    def find_others(
        self, unknowns: tuple[int, ...], bounds: list[tuple[int, int]]
    ) -> list[int] | None:
        """Return numbers that fulfil all lines and of which some have another sum; else ``None``.

        A sum is certain enough where no number within five of the true one is possible.
        """
        true_sum = sum(self.truth[unknown] for unknown in unknowns)
        nearest_first = sorted(range(-MIN_SHOWN, MIN_SHOWN + 1), key=abs)[1:]
        possible = []
        for distance in nearest_first:
            forced = _Line(unknowns, true_sum + distance, true_sum + distance)
            system = _System([*self.lines, forced], self.truth)
            if narrowed := system.narrow(bounds):
                possible.append((system, narrowed))
        # a search that went astray is better begun anew in another order than continued
        for attempt in range(_ATTEMPTS):
            order = Random(attempt)  # noqa: S311
            for system, narrowed in [*possible]:
                steps = iter(range(_MOST_STEPS))
                if numbers := system.search(narrowed, steps, order):
                    return numbers
                if next(steps, None) is not None:  # there was nothing left to try
                    possible.remove((system, narrowed))
        return None
