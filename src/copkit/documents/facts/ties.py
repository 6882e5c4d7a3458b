"""Who works with whom, in sentences and as a table.  Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from copkit.analysis.surveys import percentage
from copkit.analysis.ties import RUNGS, TALK, SectorPair, TieFigures, TiesFigures
from copkit.records.surveys import TieTime
from copkit.wording import list_in_words, sentence

RUNG_WORDS = ("no tie", "signpost", "talk", "plan")
"""What people of two sectors do, by the rung that half of them reach."""


@dataclass(frozen=True, slots=True)
class PairRow:
    """Two sectors in a row of the table, a cell for each time: ``12 of 20, talk``.

    ``counts`` are the two numbers of each cell, ``()`` where they are not told.
    """

    name: str
    cells: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class DirectionRow:
    """What one sector says of another: ``given`` are people by rung."""

    when: str
    sector: str
    about: str
    given: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TiesFacts:
    """Who works with whom, as it is printed and drawn.

    ``headlines`` say the findings, ``pairs`` the numbers on the picture, ``directions`` all that
    readers may know beside.
    """

    title: str
    heading: str
    headlines: tuple[str, ...]
    times: tuple[str, ...]
    pairs: tuple[PairRow, ...]
    directions: tuple[DirectionRow, ...]
    rungs: tuple[str, ...]
    notes: tuple[str, ...]
    figures: TiesFigures


def build_ties_facts(figures: TiesFigures) -> TiesFacts:
    """State what people say about working with other sectors."""
    share = ""
    if 0 < figures.answered <= figures.of <= 2 * figures.answered:
        share = f" ({percentage(figures.answered, figures.of)})"
    sectors = [
        f"{one.name} {one.answered}" + (f" of {one.of}" if one.of else "")
        for one in figures.sectors
        if one.answered
    ]
    headlines = [*_headlines(figures)]
    if sectors:
        headlines.append(f"Answered, by sector: {list_in_words(sectors)}.")
    if figures.when and not figures.has_map:
        headlines.append("Too few answered in too many sectors, or too little may be told: no map.")
    return TiesFacts(
        title=f"Who works with whom: {figures.title}",
        heading=(f"{figures.answered} of {figures.of} answered{share}. N: {figures.of_means}."),
        headlines=tuple(headlines),
        times=tuple(figures.when),
        pairs=tuple(
            PairRow(
                f"{pair.first} and {pair.second}",
                tuple(_cell(side_of(pair, when)) for when in figures.when),
                tuple(_counts(side_of(pair, when)) for when in figures.when),
            )
            for pair in figures.pairs
        ),
        directions=tuple(
            DirectionRow(line.when, line.sector, line.about, line.given) for line in figures.ties
        ),
        rungs=tuple(RUNGS),
        notes=figures.notes,
        figures=figures,
    )


def side_of(pair: SectorPair, when: TieTime) -> TieFigures | None:
    """Return what a pair says of one time."""
    return pair.before if when is TieTime.BEFORE else pair.now


def _cell(side: TieFigures | None) -> str:
    return f"{side.reached} of {side.n}, {RUNG_WORDS[side.rung]}" if side else "not told"


def _counts(side: TieFigures | None) -> tuple[int, ...]:
    return (side.reached, side.n) if side else ()


def _headlines(figures: TiesFigures) -> Iterator[str]:
    for when, counts in figures.reach.items():
        people = zip(counts, figures.classes, strict=True)
        told = [f"{count} with {name}" for count, name in people]
        yield sentence(
            f"{when}, of {sum(counts)} people, worked with other sectors: {list_in_words(told)}"
        )
    for when, rungs in figures.depth.items():
        if len(rungs) == len(RUNGS):
            told = [
                f"{name} {percentage(count, sum(rungs))}"
                for name, count in zip(RUNGS, rungs, strict=True)
            ]
            yield sentence(f"{when}, of all pairs of a person and a sector: {list_in_words(told)}")
        else:
            yield sentence(f"{when}, people reached {rungs[1]} of {sum(rungs)} sectors asked about")
    for when, (both, one) in figures.both.items():
        if one:
            yield sentence(
                f"{when}, in {both} of {one} pairs of sectors where one reaches the other, "
                "both say so"
            )
    if figures.reach or figures.depth:
        yield f"Somebody reaches a sector who can ring there and talk ('{RUNGS[TALK]}'), or plans."
