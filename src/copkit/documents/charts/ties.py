"""Who works with whom, before, now, and what is new: sectors on a circle, side by side.  Pure.

The sectors stand where the network of those who sit together has them, at the same place in every
panel. A line is as thick as the number of people who reach the other sector, and how far half of
the people go is in its dashes, so that nothing hangs on colour.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Final

from copkit.analysis.participation import Network, SectorPeople
from copkit.analysis.ties import SectorPair, TieFigures
from copkit.documents.charts.drawing import (
    GAP,
    IN_THE_TABLE,
    MARGIN,
    SIZE,
    SMALL,
    SPACING,
    Box,
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
from copkit.documents.charts.network import NAMES, NetworkLayout, SectorNode
from copkit.documents.facts.ties import RUNG_WORDS, TiesFacts, side_of
from copkit.records.surveys import TieTime
from copkit.wording import list_in_words

THINNEST: Final = 1.0
THICKEST: Final = 6.0
DASHES: Final = ("none", "2 5", "9 6", "none")
"""By rung: dotted for signposting, dashed for talking, a whole line for planning."""


@dataclass(frozen=True, slots=True)
class TieStroke:
    """The line of one pair, with its number on a ground of paper where that fits."""

    line: Stroke
    dashes: str
    number: Label | None
    ground: Box | None


@dataclass(frozen=True, slots=True)
class TiePanel:
    """One time, or what is new: the sectors with their lines."""

    caption: Label
    ties: tuple[TieStroke, ...]
    left: tuple[SectorNode, ...]
    right: tuple[SectorNode, ...]


@dataclass(frozen=True, slots=True)
class TieKey:
    """What a line of one kind means."""

    line: Stroke
    dashes: str
    meaning: Label


@dataclass(frozen=True, slots=True, kw_only=True)
class TiesChart(Chart):
    """All panels, the legend and the notes."""

    template: ClassVar[str] = "ties.svg"
    panels: tuple[TiePanel, ...]
    keys: tuple[TieKey, ...]
    notes: tuple[Label, ...]


@dataclass(frozen=True, slots=True)
class DrawnPair:
    """A pair in one panel."""

    pair: SectorPair
    side: TieFigures


def build_ties_chart(facts: TiesFacts, name: str = "ties", *, stacked: bool = False) -> TiesChart:
    """Lay out a panel for each time and, of both, one for what is new.

    ``stacked`` puts the two times one above the other, for a narrow page, and leaves out the third.
    """
    figures = facts.figures
    panels: list[tuple[str, list[DrawnPair]]] = []
    for when in figures.when:
        caption = "Before" if when is TieTime.BEFORE else "Now"
        sides = [(pair, side_of(pair, when)) for pair in figures.pairs]
        panels.append((caption, [DrawnPair(pair, side) for pair, side in sides if side]))
    if len(figures.when) == 2 and not stacked:
        new = [DrawnPair(pair, pair.now) for pair in figures.pairs if pair.is_new and pair.now]
        panels.append(("Only what is new", new))
    layout = NetworkLayout(_network(facts))
    width = 2 * layout.middle
    across = 1 if stacked else max(1, len(panels))
    heading, top = lay_out_title(facts.title, width * across)
    top += SIZE * SPACING + GAP
    middle = layout.middle
    drawn = []
    most = max((one.side.reached for _, pairs in panels for one in pairs), default=1)
    for index, (caption, pairs) in enumerate(panels):
        start = 0.0 if stacked else index * width
        if stacked and index:
            top += layout.high + 2 * GAP + SIZE * SPACING
        layout.middle = start + middle
        drawn.append(
            TiePanel(
                Label(caption, round_to_tenth(start + middle), round_to_tenth(top - GAP)),
                tuple(_strokes(layout, pairs, top, max(1, most))),
                tuple(_nodes(layout, facts, -1, top, start + MARGIN + NAMES)),
                tuple(_nodes(layout, facts, 1, top, start + width - MARGIN - NAMES)),
            )
        )
    keys, bottom = _keys(top + layout.high + GAP, max(1, most))
    whole = width * across
    notes = break_lines(" ".join((facts.heading, *facts.notes)), SMALL, whole - 2 * MARGIN)
    return TiesChart(
        name=name,
        title=facts.title,
        words=_text_alternative(facts, panels),
        width=round_to_tenth(whole),
        height=round_to_tenth(bottom + text_height(notes, SMALL) + MARGIN),
        heading=heading,
        panels=tuple(drawn),
        keys=keys,
        notes=stack_labels(notes, MARGIN, bottom, SMALL),
    )


def _network(facts: TiesFacts) -> Network:
    """Return the sectors alone; where no answers are told, they stand for one person each."""
    drawn = {name for pair in facts.figures.pairs for name in (pair.first, pair.second)}
    sectors = tuple(
        SectorPeople(one.name, one.answered or int(one.name in drawn and not facts.directions))
        for one in facts.figures.sectors
    )
    return Network(as_of=facts.figures.asked_on, communities=0, sectors=sectors, ties=())


def _nodes(
    layout: NetworkLayout, facts: TiesFacts, way: int, top: float, x: float
) -> Iterator[SectorNode]:
    side = layout.right if way > 0 else layout.left
    answered = {one.name: one.answered for one in facts.figures.sectors}
    for place, node in zip(side, layout.nodes(side, top, x, way), strict=True):
        count = answered[place.sector.name]
        words = f"{count} answered" if count else "too few" if facts.directions else ""
        yield replace(
            node,
            people=replace(node.people, text=words),
            number=node.number if count else None,
        )


def _strokes(
    layout: NetworkLayout, pairs: Sequence[DrawnPair], top: float, most: int
) -> Iterator[TieStroke]:
    """Yield the lines, the thickest first; numbers that would meet another are left out."""
    places = {place.sector.name: place for place in layout.places}
    centre = top + layout.high / 2
    taken: list[Box] = []
    for one in sorted(pairs, key=lambda one: -one.side.reached):
        if not one.side.rung:
            continue
        first, second = places[one.pair.first], places[one.pair.second]
        x, y = layout.middle + (first.x + second.x) / 2, centre + (first.y + second.y) / 2
        text = str(one.side.reached)
        high, wide = SMALL * 1.1, text_width(text, SMALL, bold=True) + 4
        ground = Box(*map(round_to_tenth, (x - wide / 2, y - high / 2, wide, high)))
        fits = not any(ground.overlaps(other) for other in taken)
        taken.append(ground)
        yield TieStroke(
            Stroke(
                round_to_tenth(layout.middle + first.x),
                round_to_tenth(centre + first.y),
                round_to_tenth(layout.middle + second.x),
                round_to_tenth(centre + second.y),
                thickness(one.side.reached, most),
            ),
            DASHES[one.side.rung],
            centred_label(text, x, y, SMALL) if fits else None,
            ground if fits else None,
        )


def thickness(reached: int, most: int) -> float:
    """Return how thick a line is, from 1 to 6 pixels for none to ``most`` people."""
    return round_to_tenth(THINNEST + (THICKEST - THINNEST) * reached / most)


def _keys(top: float, most: int) -> tuple[tuple[TieKey, ...], float]:
    """Return what each kind of line means, and where the legend ends."""
    keys = []
    meanings = [
        (DASHES[1], 3.0, "half of them tell people to go there (signpost)"),
        (DASHES[2], 3.0, "half of them can ring somebody and talk"),
        (DASHES[3], 3.0, "half of them agree who does what (plan)"),
        (DASHES[3], thickness(most, most), f"as thick as the people who talk or plan: here {most}"),
    ]
    for dashes, thick, words in meanings:
        y = round_to_tenth(top + SIZE * 0.65)
        line = Stroke(MARGIN, y, MARGIN + 48, y, thick)
        keys.append(TieKey(line, dashes, centred_label(words, MARGIN + 48 + GAP, y, SIZE)))
        top += SIZE * SPACING + 2
    return tuple(keys), top + GAP / 2


def _text_alternative(facts: TiesFacts, panels: Sequence[tuple[str, list[DrawnPair]]]) -> str:
    """Write the findings, then each panel's lines with their numbers."""
    sentences = [facts.heading, *facts.headlines]
    for caption, pairs in panels:
        lines = [
            f"{one.pair.first} with {one.pair.second} {one.side.reached} of {one.side.n} "
            f"({RUNG_WORDS[one.side.rung]})"
            for one in pairs
        ]
        sentences.append(f"{caption}: {list_in_words(lines)}." if lines else f"{caption}: no line.")
    return text_alternative(sentences, IN_THE_TABLE)
