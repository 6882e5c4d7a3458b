"""Days in rows: when something was agreed or asked, what came when, and what still waits.  Pure.

A line runs from its first day to its last; one that nothing has ended yet is dotted, and ends in a
ring, so that nothing hangs on colour. All rows share their days. Names stand above their lines, so
that the whole is narrow, and its letters can be read on a phone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final, NamedTuple

from copkit.analysis.privacy.report import AddresseeAsks
from copkit.analysis.privacy.site import TriedSuggestion
from copkit.analysis.privacy.view import AskView
from copkit.documents.charts.drawing import (
    GAP,
    IN_THE_TABLE,
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
from copkit.documents.facts.shared import outcome_in_words
from copkit.text.normalise import single_line
from copkit.wording import (
    capitalised,
    count_in_words,
    day_in_words,
    list_in_words,
    plural,
)

WIDTH: Final = 440.0
MOST_ROWS: Final = 12  # of a picture that stays on one page
MOST_NAME_LINES: Final = 2
_STEP: Final = 15.0  # from one line of a row to the next


class DaySpan(NamedTuple):
    """From a day to another; ``is_over`` is false for what goes on after the last day drawn."""

    since: dt.date
    until: dt.date
    is_over: bool


class DayRow(NamedTuple):
    """A name, what came of it in words, and its spans in order."""

    name: str
    note: str
    spans: tuple[DaySpan, ...]


@dataclass(frozen=True, slots=True)
class DayLine:
    """One span as it is drawn."""

    stroke: Stroke
    is_over: bool


@dataclass(frozen=True, slots=True)
class DrawnRow:
    """One row: the lines of its name, its rail over all days, its spans and its note."""

    name: tuple[Label, ...]
    rails: tuple[Stroke, ...]
    lines: tuple[DayLine, ...]
    note: tuple[Label, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline(Chart):
    """Rows of days above their scale, whose labels are by their middle."""

    template: ClassVar[str] = "timeline.svg"
    rows: tuple[DrawnRow, ...]
    first_day: Label
    last_day: Label
    key: tuple[Label, ...]


def build_timeline(
    finding: str, rows: Sequence[DayRow], key: str, name: str = "timeline"
) -> Timeline:
    """Lay out a row for each name, of at least one row; ``key`` says what a line means.

    The finding is the title, and the first sentence of the text alternative. Of more than
    :data:`MOST_ROWS` the first are drawn.
    """
    drawn, most = rows[:MOST_ROWS], WIDTH - 2 * MARGIN
    first = min(span.since for row in drawn for span in row.spans)
    last = max(span.until for row in drawn for span in row.spans)
    heading, top = lay_out_title(finding, WIDTH)
    laid_out = []
    for row in drawn:
        laid, top = _lay_out_row(row, first, last, top + GAP)
        laid_out.append(laid)
    middle = top + GAP + SMALL * 0.65
    left_out = f"{plural(len(rows) - len(drawn), 'row')} more in the table." if rows[12:] else ""
    key_lines = break_lines(f"{key} {left_out}".strip(), SMALL, most)
    top = middle + SMALL * SPACING
    first_day, last_day = day_in_words(first), day_in_words(last)
    sentences = [finding, *(f"{row.name}: {row.note}" for row in rows)]
    return Timeline(
        name=name,
        title=finding,
        words=text_alternative(sentences, IN_THE_TABLE),
        width=WIDTH,
        height=round_to_tenth(top + text_height(key_lines, SMALL) + MARGIN),
        heading=heading,
        rows=tuple(laid_out),
        first_day=centred_label(first_day, MARGIN, middle, SMALL),
        last_day=centred_label(
            "" if last == first else last_day,
            WIDTH - MARGIN - text_width(last_day, SMALL),
            middle,
            SMALL,
        ),
        key=stack_labels(key_lines, MARGIN, top, SMALL),
    )


def _lay_out_row(row: DayRow, first: dt.date, last: dt.date, top: float) -> tuple[DrawnRow, float]:
    """Lay out a row below the height ``top``; return it, and where it ends."""
    across, days = WIDTH - 2 * MARGIN - GAP, max(1, (last - first).days)

    def x(day: dt.date) -> float:
        return round_to_tenth(MARGIN + GAP / 2 + across * (day - first).days / days)

    texts = break_lines(row.name, SIZE, WIDTH - 2 * MARGIN)
    if len(texts) > MOST_NAME_LINES:
        cut = texts[MOST_NAME_LINES - 1].rstrip(" ,.;")[:-2]
        texts = [*texts[: MOST_NAME_LINES - 1], f"{cut}…"]
    name = stack_labels(texts, MARGIN, top, SIZE)
    top += text_height(texts, SIZE) + 1
    rails, lines = [], []
    for span in row.spans:
        y = round_to_tenth(top + _STEP / 2)
        rails.append(Stroke(MARGIN, y, WIDTH - MARGIN, y))
        lines.append(DayLine(Stroke(x(span.since), y, x(span.until), y), span.is_over))
        top += _STEP
    note = break_lines(row.note, SMALL, WIDTH - 2 * MARGIN)
    labels = stack_labels(note, MARGIN, top, SMALL)
    return DrawnRow(name, tuple(rails), tuple(lines), labels), top + text_height(note, SMALL)


# --- a case ---------------------------------------------------------------------------------

_LINE_OF_A_CASE: Final = (
    "A line runs from the meeting to the last report. A dotted one, with a ring, "
    "runs to the day on which an answer is due."
)


def build_case_timeline(
    presented: dt.date, suggestions: Sequence[TriedSuggestion], name: str = "timeline"
) -> Timeline | None:
    """Draw when a case's suggestions were agreed and what came of them when.

    ``None`` where no suggestion has a day, as for readers who may not know any.
    """
    rows = [_suggestion_row(presented, one) for one in suggestions if one.told or one.due]
    told = [one.told for one in suggestions if one.told]
    if not rows:
        return None
    finding = "Nothing has been reported on the suggestions yet"
    if told:
        days = max(0, (max(told) - presented).days)
        of = count_in_words(len(suggestions), "suggestion")
        if len(told) < len(suggestions):
            of = f"{len(told)} of {plural(len(suggestions), 'suggestion')}"
        reported = "was" if len(told) == 1 else "were"
        finding = f"{of} {reported} reported on within {count_in_words(days, 'day')}"
    return build_timeline(capitalised(finding), rows, _LINE_OF_A_CASE, name)


def _suggestion_row(presented: dt.date, suggestion: TriedSuggestion) -> DayRow:
    what = capitalised(single_line(suggestion.what)) or "The case as a whole"
    if suggestion.told and suggestion.outcome:
        outcome = capitalised(outcome_in_words(suggestion.outcome))
        note = f"{outcome}, {day_in_words(suggestion.told)}"
        return DayRow(what, note, (DaySpan(presented, max(presented, suggestion.told), True),))
    due = max(presented, suggestion.due or presented)
    note = f"Nobody has reported yet; due {day_in_words(due)}"
    return DayRow(what, note, (DaySpan(presented, due, False),))


# --- asks by addressee ----------------------------------------------------------------------


def build_asks_timeline(
    addressees: Sequence[AddresseeAsks], until: dt.date, name: str = "asks"
) -> Timeline:
    """Draw what each addressee was asked, and how long each answer took or takes, to a day."""
    asks = [ask for one in addressees for ask in one.asks]
    waiting = [ask for ask in asks if not ask.is_answered]
    answered = len(asks) - len(waiting)
    finding = f"all {count_in_words(answered, 'question')} answered"
    if waiting:
        days = count_in_words(max((until - ask.date).days for ask in waiting), "day")
        share = f"{answered} of {plural(len(asks), 'question')} answered"
        finding = f"{share}; the longest silence is {days}"
    key = (
        "A line runs from a question to its answer. A dotted one, with a ring, still waits on "
        f"{day_in_words(until)}."
    )
    rows = [
        DayRow(
            single_line(one.addressee),
            list_in_words(list(_answers(one, until))),
            tuple(_ask_span(ask, until) for ask in one.asks),
        )
        for one in addressees
    ]
    return build_timeline(capitalised(finding), rows, key, name)


def _ask_span(ask: AskView, until: dt.date) -> DaySpan:
    # an answer without a day: a dot on that of the question
    end = (ask.replied or ask.date) if ask.is_answered else until
    return DaySpan(ask.date, max(ask.date, end), ask.is_answered)


def _answers(one: AddresseeAsks, until: dt.date) -> Iterator[str]:
    """Yield what came of each ask of an addressee: ``answered after 39 days``."""
    for ask in one.asks:
        if not ask.is_answered:
            yield f"no answer after {plural((until - ask.date).days, 'day')}"
        elif ask.replied:
            yield f"answered after {plural((ask.replied - ask.date).days, 'day')}"
        else:
            yield "answered"
