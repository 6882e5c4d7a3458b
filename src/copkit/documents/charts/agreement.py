"""How far people agreed with statements: for each, one bar of all who answered, from zero.  Pure.

Numbers stand beside each bar and, where they fit, in its parts. Few answers are said to be few.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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
from copkit.wording import plural, sentence

WIDTH: Final = 420.0
BESIDE: Final = 154.0  # for the numbers at the right
THICK: Final = 28.0
SEAM: Final = 1.5  # of the page's colour between two parts
FEW: Final = 10  # answers; with fewer, one person more or less changes the picture
KINDS: Final = ("agreed", "neither", "disagreed")


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement, and how many agreed, disagreed or did neither."""

    text: str
    agreed: int
    neither: int
    disagreed: int

    @property
    def counts(self) -> tuple[int, int, int]:
        """The three numbers, in the order in which they are drawn."""
        return self.agreed, self.neither, self.disagreed

    @property
    def answers(self) -> int:
        """How many answered."""
        return sum(self.counts)


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a bar: which of :data:`KINDS` it is, and its number where that fits."""

    kind: str
    box: Box
    number: Label | None


@dataclass(frozen=True, slots=True)
class Answered:
    """One statement with its bar; ``beside`` says how many agreed, ``rest`` what the others did."""

    statement: tuple[Label, ...]
    whole: Box
    parts: tuple[Part, ...]
    beside: Label
    rest: tuple[Label, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement(Chart):
    """Bars of agreement; the ticks' labels are by their middle."""

    template: ClassVar[str] = "agreement.svg"
    keys: tuple[Part, ...]
    bars: tuple[Answered, ...]
    rules: tuple[Stroke, ...]
    ticks: tuple[Label, ...]


def build_agreement(
    title: str, statements: Sequence[Statement], name: str = "agreement"
) -> Agreement:
    """Lay out a bar for each statement, in the order given; no number may be below zero."""
    if any(min(one.counts) < 0 for one in statements):
        raise ValueError("fewer than nobody cannot have answered")
    heading, top = headed(title, WIDTH)
    keys, top = _keys(top)
    bars = []
    for statement in statements:
        bar, top = _bar(statement, top + GAP)
        bars.append(bar)
    rules, ticks = _axis(top)
    return Agreement(
        name=name,
        title=title,
        words=_words(title, statements),
        width=WIDTH,
        height=rounded(top + 6 + SMALL * SPACING + MARGIN),
        heading=heading,
        keys=keys,
        bars=tuple(bars),
        rules=rules,
        ticks=ticks,
    )


REACH: Final = WIDTH - 2 * MARGIN - BESIDE  # of a whole bar


def _keys(top: float) -> tuple[tuple[Part, ...], float]:
    """Give the legend in one line, and where it ends."""
    found, x = [], MARGIN
    for kind in KINDS:
        box = Box(rounded(x), rounded(top + 2), 14.0, 14.0)
        text = label(kind, x + 14 + 6, top + 9, SIZE)
        found.append(Part(kind, box, text))
        x += 14 + 6 + measured(kind, SIZE) + 2 * GAP
    return tuple(found), top + 18


def _bar(statement: Statement, top: float) -> tuple[Answered, float]:
    """Give one statement with its bar, and where both end."""
    text = lines(statement.text, SIZE, WIDTH - 2 * MARGIN)
    said = stacked(text, MARGIN, top, SIZE)
    top += tall(text, SIZE) + 3
    rest = lines(_rest(statement), SMALL, BESIDE - GAP)
    rest += ["few answered"] if 0 < statement.answers < FEW else []
    beside = SIZE * SPACING + tall(rest, SMALL)
    x = MARGIN + REACH + GAP
    bar = Answered(
        statement=said,
        whole=Box(MARGIN, rounded(top), rounded(REACH), THICK),
        parts=tuple(_parts(statement, top)),
        beside=label(_beside(statement), x, top + SIZE * SPACING / 2 - 2, SIZE),
        rest=stacked(rest, x, top + SIZE * SPACING - 2, SMALL),
    )
    return bar, top + max(THICK, beside) + GAP


def _parts(statement: Statement, top: float) -> Iterable[Part]:
    """Give the parts of a bar that are not empty, their number inside where it has room."""
    before = 0
    for kind, count in zip(KINDS, statement.counts, strict=True):
        if count:
            x = MARGIN + REACH * before / statement.answers
            wide = REACH * count / statement.answers
            apart = SEAM if before + count < statement.answers and wide > 2 * SEAM else 0.0
            box = Box(rounded(x), rounded(top), rounded(wide - apart), THICK)
            fits = measured(str(count), SIZE, bold=True) + 8 <= wide
            number = label(str(count), x + wide / 2, top + THICK / 2, SIZE) if fits else None
            yield Part(kind, box, number)
        before += count


def _beside(statement: Statement) -> str:
    if not statement.answers:
        return "nobody answered"
    return f"{statement.agreed} of {statement.answers} agreed"


def _rest(statement: Statement) -> str:
    """Say what those did who did not agree."""
    if not statement.answers:
        return ""
    return f"{statement.neither} neither, {statement.disagreed} disagreed"


def _axis(top: float) -> tuple[tuple[Stroke, ...], tuple[Label, ...]]:
    """Give the axis from none to all with a mark at each, and what is written below."""
    rules = [Stroke(MARGIN, rounded(top), rounded(MARGIN + REACH), rounded(top))]
    ticks = []
    for share in (0, 50, 100):
        x = rounded(MARGIN + REACH * share / 100)
        rules.append(Stroke(x, rounded(top), x, rounded(top + 5)))
        written = f"{share}%"
        half = measured(written, SMALL) / 2
        ticks.append(label(written, max(x, half + 2), top + 6 + SMALL * SPACING / 2, SMALL))
    return tuple(rules), tuple(ticks)


def _words(title: str, statements: Sequence[Statement]) -> str:
    if not statements:
        return f"{sentence(title)} There is no statement yet."
    return " ".join([sentence(title), *map(_in_words, statements)])


def _in_words(statement: Statement) -> str:
    text = sentence(statement.text)
    if not statement.answers:
        return f"{text} Nobody answered."
    said = f"{statement.agreed} of {plural(statement.answers, 'person', 'people')} agreed"
    said += f", {statement.neither} did neither, {statement.disagreed} disagreed"
    note = "; so few answers tell little" if statement.answers < FEW else ""
    return f"{text} {said}{note}."
