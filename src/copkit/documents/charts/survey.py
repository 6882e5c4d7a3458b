"""Pictures of a survey: diverging bars of agreement, and dots of then, now and communities.  Pure.

The bars are those of Robbins and Heiberger (2011): who disagreed lies left of a line, who agreed
right of it. Those who did neither stand apart at the right, since half of them on each side of the
line would belong to neither.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
from copkit.documents.facts.survey import FEW, QuestionFacts, SurveyFacts
from copkit.wording import plural, sentence

WIDTH: Final = 420.0
THICK: Final = 26.0
_REACH: Final = 290.0  # of the two sides of a bar together
_APART: Final = MARGIN + _REACH + 24.0  # where those stand who did neither


@dataclass(frozen=True, slots=True)
class LikertPart:
    """One part of a bar: ``kind`` is agreed, neither or disagreed."""

    kind: str
    box: Box
    number: Label | None


@dataclass(frozen=True, slots=True)
class LikertRow:
    """One statement with its bar, and what is written below."""

    statement: tuple[Label, ...]
    parts: tuple[LikertPart, ...]
    line: Stroke
    note: tuple[Label, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Likert(Chart):
    """Diverging bars of every statement whose counts readers may see."""

    template: ClassVar[str] = "likert.svg"
    keys: tuple[LikertPart, ...]
    rows: tuple[LikertRow, ...]


def build_likert(facts: SurveyFacts, name: str = "likert") -> Likert:
    """Lay out a bar for each statement, all to one scale, in the order of the survey."""
    questions = [question for question in facts.questions if question.parts]
    heading, top = lay_out_title(facts.title, WIDTH)
    keys, top = _keys(top)
    left, right = _largest(questions)
    middle = MARGIN + _REACH * left / (left + right)
    scale = _REACH / (left + right)
    rows = []
    for question in questions:
        row, top = _row(question, middle, scale, top + GAP)
        rows.append(row)
    return Likert(
        name=name,
        title=facts.title,
        words=_words(facts, questions),
        width=WIDTH,
        height=round_to_tenth(top + MARGIN),
        heading=heading,
        keys=keys,
        rows=tuple(rows),
    )


def _largest(questions: Sequence[QuestionFacts]) -> tuple[float, float]:
    """Return the largest shares of those who disagreed and agreed; together more than nothing."""
    shares = [(one.parts[0] / one.n, one.parts[2] / one.n) for one in questions if one.n]
    left = max((share for share, _ in shares), default=0.0)
    right = max((share for _, share in shares), default=0.0)
    return (left, right) if left + right else (0.5, 0.5)


def _keys(top: float) -> tuple[tuple[LikertPart, ...], float]:
    """Lay out the legend in one line; return also where it ends."""
    keys, x = [], MARGIN
    for kind in ("disagreed", "agreed", "neither"):
        box = Box(round_to_tenth(x), round_to_tenth(top + 2), 14.0, 14.0)
        keys.append(LikertPart(kind, box, centred_label(kind, x + 20, top + 9, SIZE)))
        x += 20 + text_width(kind, SIZE) + 2 * GAP
    return tuple(keys), top + 18


def _row(
    question: QuestionFacts, middle: float, scale: float, top: float
) -> tuple[LikertRow, float]:
    """Lay out one statement; return also where it ends."""
    text = break_lines(question.text, SIZE, WIDTH - 2 * MARGIN)
    statement = stack_labels(text, MARGIN, top, SIZE)
    top += text_height(text, SIZE) + 3
    parts = tuple(_parts(question, middle, scale, top))
    x = round_to_tenth(middle)
    line = Stroke(x, round_to_tenth(top - 2), x, round_to_tenth(top + THICK + 2))
    note = break_lines(_note(question), SMALL, WIDTH - 2 * MARGIN)
    below = top + THICK + 4
    row = LikertRow(statement, parts, line, stack_labels(note, MARGIN, below, SMALL))
    return row, below + text_height(note, SMALL)


def _parts(
    question: QuestionFacts, middle: float, scale: float, top: float
) -> Iterator[LikertPart]:
    """Yield the parts of a bar that are not empty; a number stands where it has room."""
    if not question.n:
        return
    disagreed, neither, agreed = question.parts
    room = WIDTH - MARGIN - _APART
    sides = (
        ("disagreed", disagreed, middle - scale * disagreed / question.n, scale),
        ("agreed", agreed, middle, scale),
        ("neither", neither, _APART, min(scale, room)),
    )
    for kind, count, x, size in sides:
        if count:
            width = size * count / question.n
            box = Box(round_to_tenth(x), round_to_tenth(top), round_to_tenth(width), THICK)
            fits = text_width(str(count), SIZE, bold=True) + 6 <= width
            place = centred_label(str(count), x + width / 2, top + THICK / 2, SIZE)
            yield LikertPart(kind, box, place if fits else None)


def _note(question: QuestionFacts) -> str:
    if not question.n:
        return "nobody answered"
    disagreed, neither, agreed = question.parts
    few = "; few answered" if question.n < FEW else ""
    return f"{agreed} of {question.n} agreed, {disagreed} disagreed, {neither} neither{few}"


def _words(facts: SurveyFacts, questions: Sequence[QuestionFacts]) -> str:
    sentences = [sentence(facts.title), facts.heading]
    for question in questions:
        sentences += [sentence(question.text), sentence(_note(question))]
    return text_alternative(sentences, IN_THE_TABLE)


# Dots

_NAMES: Final = 118.0  # of the names at the left
_NUMBERS: Final = 76.0  # of the numbers at the right
_FROM: Final = MARGIN + _NAMES + GAP
_ACROSS: Final = WIDTH - _FROM - _NUMBERS - MARGIN - GAP
_STEP: Final = SMALL * SPACING + 6


@dataclass(frozen=True, slots=True)
class DotLine:
    """One line of dots: a dot ``x`` from the left at ``y``; ``is_now`` is filled, else a ring."""

    name: Label
    number: Label
    rail: Stroke
    x: float
    y: float
    is_now: bool


@dataclass(frozen=True, slots=True)
class DotGroup:
    """One statement with its lines."""

    statement: tuple[Label, ...]
    lines: tuple[DotLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dots(Chart):
    """Shares of those who agreed, from none at the left to all at the right."""

    template: ClassVar[str] = "dots.svg"
    groups: tuple[DotGroup, ...]
    ticks: tuple[Label, ...]


def build_dots(facts: SurveyFacts, name: str = "dots") -> Dots:
    """Lay out a line for all, for those of an earlier survey, and for each community."""
    questions = [one for one in facts.questions if one.n and one.good is not None]
    heading, top = lay_out_title(facts.title, WIDTH)
    groups, words = [], [sentence(facts.title), facts.heading]
    for question in questions:
        group, top = _group(question, top + GAP)
        groups.append(group)
        words.append(sentence(f"{question.text}: {_in_words(question)}"))
    ticks = tuple(
        centred_label(text, _FROM + _ACROSS * share, top + GAP + SMALL / 2, SMALL)
        for text, share in (("none", 0.0), ("half", 0.5), ("all", 1.0))
    )
    return Dots(
        name=name,
        title=facts.title,
        words=text_alternative(words, IN_THE_TABLE),
        width=WIDTH,
        height=round_to_tenth(top + GAP + SMALL * SPACING + MARGIN),
        heading=heading,
        groups=tuple(groups),
        ticks=ticks,
    )


def _lines_of(question: QuestionFacts) -> Iterator[tuple[str, int, int, bool]]:
    """Yield what each line of dots is called, its two numbers, and whether it is of now."""
    yield ("now" if question.before else "all"), question.good or 0, question.n, True
    if question.before:
        yield "then", *question.before, False
    for line in question.by:
        yield line.name, line.good, line.n, True


def _group(question: QuestionFacts, top: float) -> tuple[DotGroup, float]:
    text = break_lines(f"{question.text} ({question.verb})", SIZE, WIDTH - 2 * MARGIN)
    statement = stack_labels(text, MARGIN, top, SIZE)
    top += text_height(text, SIZE) + 2
    lines = []
    for called, good, n, is_now in _lines_of(question):
        middle = top + _STEP / 2
        shown = break_lines(called, SMALL, _NAMES)[0]
        rail = Stroke(_FROM, round_to_tenth(middle), _FROM + _ACROSS, round_to_tenth(middle))
        lines.append(
            DotLine(
                centred_label(shown, MARGIN, middle, SMALL),
                centred_label(f"{good} of {n}", _FROM + _ACROSS + 2 * GAP, middle, SMALL),
                rail,
                round_to_tenth(_FROM + _ACROSS * good / n),
                round_to_tenth(middle),
                is_now,
            )
        )
        top += _STEP
    return DotGroup(statement, tuple(lines)), top


def _in_words(question: QuestionFacts) -> str:
    people = plural(question.n, "person", "people")
    told = [f"{question.good} of {people} {question.verb}"]
    if question.before:
        told.append(f"{question.before[0]} of {question.before[1]} then")
    told += [f"{line.name} {line.text}" for line in question.by]
    return ", ".join(told)
