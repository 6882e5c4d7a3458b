"""The X/Y/F matrix as one picture: a chip for each letter, sector by sector.  Pure.

Letters are told apart by the letter, by light on dark or dark on light, and by colour. A role that
nobody has keeps its row, with a dashed frame where its letters would be.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar, Final

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
from copkit.documents.facts.attendance import (
    NO_COMMUNITY,
    MatrixColumn,
    MatrixFacts,
    RoleRow,
    SectorRows,
)
from copkit.wording import capitalised, count_in_words, list_in_words

NAMES: Final = 260.0  # at most, for the roles
LEAST_WIDTH: Final = 440.0  # of the picture, so that its legend has room
NARROWEST: Final = 46.0  # of a column
WIDEST: Final = 92.0
CHIP: Final = 18.0
PITCH: Final = 20.0  # from one chip to the next
ABREAST: Final = 3  # chips, where columns can be wide enough
INSET: Final = MARGIN + GAP / 2  # of names, in the ground of their sector


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
class RoleLine:
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
    lines: tuple[RoleLine, ...]


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
    return MatrixLayout(facts).chart(name)


class MatrixLayout:
    """One matrix, laid out from the top down."""

    def __init__(self, facts: MatrixFacts) -> None:
        self.facts = facts
        self.pitch = _width_of_columns(facts)
        roles = [name for sector in facts.sectors for row in sector.rows for name in _name(row)]
        widest = max((text_width(role, SIZE) for role in roles), default=0.0)
        self.left = INSET + max(widest, NAMES * 0.7) + GAP
        self.right = self.left + self.pitch * len(facts.columns)
        self.width = max(self.right + MARGIN, LEAST_WIDTH)
        self.abreast = max(1, int((self.pitch - 4) // PITCH))

    def chart(self, name: str) -> MatrixChart:
        """Lay out the whole picture."""
        facts = self.facts
        title = f"{facts.programme}: membership on {facts.as_of}"
        heading, top = lay_out_title(title, self.width)
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
        notes = break_lines(note, SIZE, self.width - 2 * MARGIN)
        return MatrixChart(
            name=name,
            title=title,
            words=_text_alternative(facts),
            width=round_to_tenth(self.width),
            height=round_to_tenth(bottom + text_height(notes, SIZE) + MARGIN),
            heading=heading,
            heads=heads,
            bands=tuple(bands),
            rules=tuple(rules),
            total=total,
            totals=totals,
            keys=keys,
            meanings=meanings,
            notes=stack_labels(notes, MARGIN, bottom, SIZE),
        )

    def middle(self, column: int) -> float:
        """Return the middle of a column, counted from 0."""
        return self.left + (column + 0.5) * self.pitch

    def rule(self, y: float, thick: float = 1.0) -> Stroke:
        """Return a line across all columns."""
        return Stroke(
            MARGIN, round_to_tenth(y), round_to_tenth(self.right), round_to_tenth(y), thick
        )

    def heads(self, top: float) -> tuple[tuple[Head, ...], float]:
        """Return the heads of the columns, which stand on one line, and the height of their end."""
        names = []
        for column in self.facts.columns:
            code = break_lines(column.code, SIZE, self.pitch - 6, bold=True)[:1]
            place = break_lines(column.place, SMALL, self.pitch - 6)
            names.append((code, place))
        high = max(
            (text_height(code, SIZE) + text_height(place, SMALL) for code, place in names),
            default=0.0,
        )
        heads = []
        for index, (code, place) in enumerate(names):
            x, y = (
                self.middle(index),
                top + high - text_height(place, SMALL) - text_height(code, SIZE),
            )
            below = stack_labels(place, x, y + text_height(code, SIZE), SMALL)
            heads.append(Head(centred_label("".join(code), x, y + SIZE * SPACING / 2, SIZE), below))
        return tuple(heads), top + high + GAP / 2

    def band(self, sector: SectorRows, top: float) -> tuple[Band, float]:
        """Return one sector with its rows, and the height at which it ends."""
        name = break_lines(sector.name, SIZE, self.right - MARGIN - GAP, bold=True)
        high = text_height(name, SIZE) + GAP
        ground = Box(
            MARGIN, round_to_tenth(top), round_to_tenth(self.right - MARGIN), round_to_tenth(high)
        )
        labels = stack_labels(name, INSET, top + GAP / 2, SIZE)
        top += high
        rows = []
        for row in sector.rows:
            line, top = self.line(row, top)
            rows.append(line)
        return Band(ground, labels, tuple(rows)), top

    def line(self, row: RoleRow, top: float) -> tuple[RoleLine, float]:
        """Return one role's row, as high as its name or its fullest cell, and where it ends."""
        name = _name(row)
        deep = max((-(-len(cell) // self.abreast) for cell in row.cells), default=0)
        high = max(text_height(name, SIZE), deep * PITCH, PITCH) + 8
        first = top + (high - text_height(name, SIZE)) / 2
        frame = None
        if row.vacant and row.cells:
            across = round_to_tenth(self.right - self.left - 4)
            frame = Box(
                round_to_tenth(self.left + 2),
                round_to_tenth(top + 5),
                across,
                round_to_tenth(high - 10),
            )
        chips = (
            chip
            for index, cell in enumerate(row.cells)
            for chip in self.chips(cell, self.middle(index), top + high / 2)
        )
        labels = stack_labels(name, INSET, first, SIZE)
        return RoleLine(labels, tuple(chips), self.rule(top + high), frame), top + high

    def chips(self, cell: str, x: float, y: float) -> Iterator[Chip]:
        """Return the chips of one cell about its middle, in as many lines as they need.

        ``cell`` is such as ``XXF``: a chip for each letter.
        """
        rows = [cell[start : start + self.abreast] for start in range(0, len(cell), self.abreast)]
        for down, letters in enumerate(rows):
            middle = y + (down - (len(rows) - 1) / 2) * PITCH
            for across, letter in enumerate(letters):
                yield _chip(letter, x + (across - (len(letters) - 1) / 2) * PITCH, middle)

    def totals(self, top: float) -> tuple[tuple[Label, ...], tuple[Label, ...], float]:
        """Return the last row: what it counts, its numbers, and where it ends."""
        within = self.left - INSET - GAP
        name = break_lines("Confirmed members", SIZE, within, bold=True)
        name += break_lines(f"N={self.facts.total} excluding Ys", SIZE, within, bold=True)
        high = text_height(name, SIZE) + GAP
        numbers = (
            centred_label(str(column.total), self.middle(index), top + high / 2, SIZE)
            for index, column in enumerate(self.facts.columns)
        )
        return stack_labels(name, INSET, top + GAP / 2, SIZE), tuple(numbers), top + high + GAP

    def keys(self, top: float) -> tuple[tuple[Chip, ...], tuple[Label, ...], float]:
        """Return the legend, one letter below the other: chips, meanings, and where it ends."""
        chips: list[Chip] = []
        meanings: list[Label] = []
        for letter, meaning in self.facts.legend:
            text = break_lines(capitalised(meaning), SIZE, self.width - 2 * MARGIN - CHIP - GAP)
            high = max(text_height(text, SIZE), PITCH)
            chips.append(_chip(letter, MARGIN + CHIP / 2, top + high / 2))
            first = top + (high - text_height(text, SIZE)) / 2
            meanings += stack_labels(text, MARGIN + CHIP + GAP, first, SIZE)
            top += high + 4
        return tuple(chips), tuple(meanings), top + 4


def _chip(letter: str, x: float, y: float) -> Chip:
    """Build the chip of a letter about its middle."""
    corner = round_to_tenth(x - CHIP / 2), round_to_tenth(y - CHIP / 2)
    return Chip(letter, *corner, centred_label(letter, x, y, SMALL))


def _name(row: RoleRow) -> list[str]:
    return break_lines(f"{row.role} {row.note}" if row.note else row.role, SIZE, NAMES)


def _width_of_columns(facts: MatrixFacts) -> float:
    """Return the column width in which most places and most cells stand on one line."""
    places = [column.place for column in facts.columns]
    if facts.many:  # room is dear: a place may be broken after a hyphen
        places = [place.replace("-", "- ") for place in places]
    words = [word for place in places for word in place.split()[:20]]
    codes = [column.code[:20] for column in facts.columns]
    letters = max((len(cell) for cell in _cells(facts)), default=0)
    width = max(
        *(text_width(word, SMALL) + 8 for word in words or [""]),
        *(text_width(code, SIZE, bold=True) + 8 for code in codes or [""]),
        min(letters, ABREAST) * PITCH + 8,
        NARROWEST,
    )
    return min(width, WIDEST)


def _cells(facts: MatrixFacts) -> Iterator[str]:
    return (cell for sector in facts.sectors for row in sector.rows for cell in row.cells)


def _text_alternative(facts: MatrixFacts) -> str:
    """Write the text alternative: how many, what is missing, then the figures."""
    if not facts.columns:
        return NO_COMMUNITY
    places = count_in_words(len(facts.columns), "community", "communities")
    members = count_in_words(facts.total, "confirmed member")
    sentences = [f"{capitalised(members)} in {places}"]
    for sector in facts.sectors:
        roles = [row.role for row in sector.rows if row.note]
        sentences += [f"Nobody confirmed, {sector.name}: {list_in_words(roles)}"] if roles else []
    sentences += [facts.excluded] if facts.excluded else []
    sectors = [f"{sector.name} {_confirmed(sector.rows)}" for sector in facts.sectors]
    sentences += [f"By sector: {list_in_words(sectors)}"] if sectors else []
    columns = list_in_words([_column(column) for column in facts.columns])
    sentences.append(f"By community: {columns}")
    return text_alternative(sentences, IN_THE_TABLE)


def _column(column: MatrixColumn) -> str:
    return f"{column.code} {column.place} {column.total}"


def _confirmed(rows: Iterable[RoleRow]) -> int:
    return sum(letter != "Y" for row in rows for cell in row.cells for letter in cell)
