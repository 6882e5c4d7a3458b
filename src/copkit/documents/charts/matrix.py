"""The X/Y/F matrix as one picture: a chip for each letter, sector by sector.  Pure.

Letters are told apart by the letter, by light on dark or dark on light, and by colour. A seat that
nobody fills keeps its row, with a dashed frame where its letters would be.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar, Final

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
    lines,
    measured,
    rounded,
    stacked,
    tall,
)
from copkit.documents.facts.attendance import NO_COMMUNITY, Column, MatrixFacts, RoleRow, SectorRows
from copkit.wording import capital, listed

NAMES: Final = 260.0  # at most, for the roles
LEAST_WIDTH: Final = 440.0  # of the picture, so that its legend has room
NARROWEST: Final = 46.0  # of a column
WIDEST: Final = 92.0
CHIP: Final = 18.0
PITCH: Final = 20.0  # from one chip to the next
ABREAST: Final = 3  # chips, where columns can be wide enough
INSET: Final = MARGIN + GAP / 2  # of names, in the ground of their sector
EMPTY: Final = "(empty seat)"


@dataclass(frozen=True, slots=True)
class Chip:
    """One person's letter, by the upper left corner of its ground; ``text`` by its middle."""

    letter: str
    x: float
    y: float
    text: Label


@dataclass(frozen=True, slots=True)
class Head:
    """One column's head, by its middle."""

    code: Label
    place: tuple[Label, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One role: its name, its chips, the rule below; ``frame`` where nobody sits."""

    name: tuple[Label, ...]
    chips: tuple[Chip, ...]
    rule: Stroke
    frame: Box | None


@dataclass(frozen=True, slots=True)
class Band:
    """One sector: its name on a ground, then its roles."""

    ground: Box
    name: tuple[Label, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixChart(Chart):
    """The matrix; ``totals`` are by their middle, like the heads, ``keys`` are the legend's."""

    template: ClassVar[str] = "matrix.svg"
    chip: float = CHIP
    heads: tuple[Head, ...]
    bands: tuple[Band, ...]
    rules: tuple[Stroke, ...]
    total: tuple[Label, ...]
    totals: tuple[Label, ...]
    keys: tuple[Chip, ...]
    meanings: tuple[Label, ...]
    notes: tuple[Label, ...]


def build_matrix_chart(facts: MatrixFacts, name: str = "matrix") -> MatrixChart:
    """Lay the matrix out as a picture, as wide as its columns and as high as its rows."""
    return _Laying(facts).chart(name)


class _Laying:
    """One matrix, laid out from the top down."""

    def __init__(self, facts: MatrixFacts) -> None:
        self.facts = facts
        self.pitch = _width_of_columns(facts)
        roles = [name for sector in facts.sectors for row in sector.rows for name in _name(row)]
        widest = max((measured(role, SIZE) for role in roles), default=0.0)
        self.left = INSET + max(widest, NAMES * 0.7) + GAP
        self.right = self.left + self.pitch * len(facts.columns)
        self.width = max(self.right + MARGIN, LEAST_WIDTH)
        self.abreast = max(1, int((self.pitch - 4) // PITCH))

    def chart(self, name: str) -> MatrixChart:
        facts = self.facts
        title = f"{facts.programme}: attendance as of {facts.as_of}"
        heading, top = headed(title, self.width)
        heads, top = self.heads(top)
        rules = [self.rule(top, 2.0)]
        bands = []
        for sector in facts.sectors:
            band, top = self.band(sector, top)
            bands.append(band)
        total, totals, bottom = self.totals(top)
        rules.append(self.rule(top, 2.0))
        keys, meanings, bottom = self.keys(bottom)
        note = facts.excluded if facts.columns else NO_COMMUNITY
        notes = lines(note, SIZE, self.width - 2 * MARGIN)
        return MatrixChart(
            name=name,
            title=title,
            words=_words(facts),
            width=rounded(self.width),
            height=rounded(bottom + tall(notes, SIZE) + MARGIN),
            heading=heading,
            heads=heads,
            bands=tuple(bands),
            rules=tuple(rules),
            total=total,
            totals=totals,
            keys=keys,
            meanings=meanings,
            notes=stacked(notes, MARGIN, bottom, SIZE),
        )

    def middle(self, column: int) -> float:
        return self.left + (column + 0.5) * self.pitch

    def rule(self, y: float, thick: float = 1.0) -> Stroke:
        return Stroke(MARGIN, rounded(y), rounded(self.right), rounded(y), thick)

    def heads(self, top: float) -> tuple[tuple[Head, ...], float]:
        """Give the heads of the columns, which stand on one line, and where they end."""
        found = []
        for column in self.facts.columns:
            code = lines(column.code, SIZE, self.pitch - 6, bold=True)[:1]
            place = lines(column.place, SMALL, self.pitch - 6)
            found.append((code, place))
        high = max((tall(code, SIZE) + tall(place, SMALL) for code, place in found), default=0.0)
        heads = []
        for at, (code, place) in enumerate(found):
            x, y = self.middle(at), top + high - tall(place, SMALL) - tall(code, SIZE)
            below = stacked(place, x, y + tall(code, SIZE), SMALL)
            heads.append(Head(label("".join(code), x, y + SIZE * SPACING / 2, SIZE), below))
        return tuple(heads), top + high + GAP / 2

    def band(self, sector: SectorRows, top: float) -> tuple[Band, float]:
        name = lines(sector.name, SIZE, self.right - MARGIN - GAP, bold=True)
        high = tall(name, SIZE) + GAP
        ground = Box(MARGIN, rounded(top), rounded(self.right - MARGIN), rounded(high))
        labels = stacked(name, INSET, top + GAP / 2, SIZE)
        top += high
        found = []
        for row in sector.rows:
            line, top = self.line(row, top)
            found.append(line)
        return Band(ground, labels, tuple(found)), top

    def line(self, row: RoleRow, top: float) -> tuple[Line, float]:
        """Give one role's row, as high as its name or its fullest cell, and where it ends."""
        name = _name(row)
        deep = max((-(-len(cell) // self.abreast) for cell in row.cells), default=0)
        high = max(tall(name, SIZE), deep * PITCH, PITCH) + 8
        first = top + (high - tall(name, SIZE)) / 2
        frame = None
        if row.vacant and row.cells:
            across = rounded(self.right - self.left - 4)
            frame = Box(rounded(self.left + 2), rounded(top + 5), across, rounded(high - 10))
        chips = (
            chip
            for at, cell in enumerate(row.cells)
            for chip in self.chips(cell, self.middle(at), top + high / 2)
        )
        labels = stacked(name, INSET, first, SIZE)
        return Line(labels, tuple(chips), self.rule(top + high), frame), top + high

    def chips(self, cell: str, x: float, y: float) -> Iterator[Chip]:
        """Give the chips of one cell about its middle, in as many lines as they need."""
        rows = [cell[at : at + self.abreast] for at in range(0, len(cell), self.abreast)]
        for down, letters in enumerate(rows):
            middle = y + (down - (len(rows) - 1) / 2) * PITCH
            for across, letter in enumerate(letters):
                yield _chip(letter, x + (across - (len(letters) - 1) / 2) * PITCH, middle)

    def totals(self, top: float) -> tuple[tuple[Label, ...], tuple[Label, ...], float]:
        """Give the last row: what it counts, its numbers, and where it ends."""
        within = self.left - INSET - GAP
        found = lines("Confirmed members", SIZE, within, bold=True)
        found += lines(f"N={self.facts.total} excluding Ys", SIZE, within, bold=True)
        high = tall(found, SIZE) + GAP
        numbers = (
            label(str(column.total), self.middle(at), top + high / 2, SIZE)
            for at, column in enumerate(self.facts.columns)
        )
        return stacked(found, INSET, top + GAP / 2, SIZE), tuple(numbers), top + high + GAP

    def keys(self, top: float) -> tuple[tuple[Chip, ...], tuple[Label, ...], float]:
        """Give the legend, one letter below the other: chips, meanings, and where it ends."""
        chips: list[Chip] = []
        meanings: list[Label] = []
        for letter, meaning in self.facts.legend:
            text = lines(capital(meaning), SIZE, self.width - 2 * MARGIN - CHIP - GAP)
            high = max(tall(text, SIZE), PITCH)
            chips.append(_chip(letter, MARGIN + CHIP / 2, top + high / 2))
            first = top + (high - tall(text, SIZE)) / 2
            meanings += stacked(text, MARGIN + CHIP + GAP, first, SIZE)
            top += high + 4
        return tuple(chips), tuple(meanings), top + 4


def _chip(letter: str, x: float, y: float) -> Chip:
    corner = rounded(x - CHIP / 2), rounded(y - CHIP / 2)
    return Chip(letter, *corner, label(letter, x, y, SMALL))


def _name(row: RoleRow) -> list[str]:
    return lines(f"{row.role} {EMPTY}" if row.vacant else row.role, SIZE, NAMES)


def _width_of_columns(facts: MatrixFacts) -> float:
    """Give the width in which most places and most cells stand on one line."""
    places = [column.place for column in facts.columns]
    if facts.many:  # room is dear: a place may be broken after a hyphen
        places = [place.replace("-", "- ") for place in places]
    words = [word for place in places for word in place.split()[:20]]
    codes = [column.code[:20] for column in facts.columns]
    letters = max((len(cell) for cell in _cells(facts)), default=0)
    wanted = max(
        *(measured(word, SMALL) + 8 for word in words or [""]),
        *(measured(code, SIZE, bold=True) + 8 for code in codes or [""]),
        min(letters, ABREAST) * PITCH + 8,
        NARROWEST,
    )
    return min(wanted, WIDEST)


def _cells(facts: MatrixFacts) -> Iterator[str]:
    return (cell for sector in facts.sectors for row in sector.rows for cell in row.cells)


def _words(facts: MatrixFacts) -> str:
    """Tell the figures that the picture shows, and every empty seat."""
    if not facts.columns:
        return NO_COMMUNITY
    columns = listed([_column(column) for column in facts.columns])
    said = [f"Confirmed members by community: {columns}; {facts.total} in all"]
    sectors = [f"{sector.name} {_confirmed(sector.rows)}" for sector in facts.sectors]
    said += [f"By sector: {listed(sectors)}"] if sectors else []
    for sector in facts.sectors:
        roles = [row.role for row in sector.rows if row.vacant]
        said += [f"Empty seats, {sector.name}: {listed(roles)}"] if roles else []
    said += [facts.excluded.rstrip(".")] if facts.excluded else []
    said += [f"{letter}: {meaning}" for letter, meaning in facts.legend]
    return f"{'. '.join(said)}."


def _column(column: Column) -> str:
    return f"{column.code} {column.place} {column.total}"


def _confirmed(rows: Iterable[RoleRow]) -> int:
    return sum(letter != "Y" for row in rows for cell in row.cells for letter in cell)
