"""Who came to which meeting of one community: a cell for each member and meeting.  Pure.

A cell has its letter and its ground, P, A or S; one without is empty, and one of a day on which
somebody was no member is hatched. The register has a row for each member, so this is for members
alone.
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
    Box,
    Chart,
    Label,
    break_lines,
    centred_label,
    lay_out_title,
    round_to_tenth,
    stack_labels,
    text_alternative,
    text_height,
    text_width,
)
from copkit.documents.facts.attendance import LEGEND, MeetingColumn, MemberRow, RegisterFacts
from copkit.wording import capitalised, count_in_words, day_in_words, list_in_words

NAMES: Final = 230.0  # at most, for roles
LEAST_WIDTH: Final = 440.0  # of the picture, so that its legend has room
PITCH: Final = 46.0  # from one meeting to the next
CELL: Final = 42.0
HIGH: Final = 24.0  # of a cell
COUNTS: Final = 84.0  # for how often each member came
NO_MEETING: Final = "No meeting is on record yet."
MEANINGS: Final = (*LEGEND[:-1], ("", "nothing on record"), LEGEND[-1])


@dataclass(frozen=True, slots=True)
class Cell:
    """What one member did about one meeting; the letter is empty where nothing is on record."""

    letter: str
    box: Box
    text: Label


@dataclass(frozen=True, slots=True)
class MemberLine:
    """One member: their role, a cell for each meeting, and how often they came."""

    role: tuple[Label, ...]
    cells: tuple[Cell, ...]
    came: Label


@dataclass(frozen=True, slots=True, kw_only=True)
class HeatMap(Chart):
    """The register; days, years and numbers at the foot are by their middle."""

    template: ClassVar[str] = "heat-map.svg"
    days: tuple[Label, ...]
    years: tuple[Label, ...]
    lines: tuple[MemberLine, ...]
    foot: tuple[Label, ...]
    present: tuple[Label, ...]
    came: tuple[Label, ...]
    keys: tuple[Cell, ...]
    meanings: tuple[Label, ...]
    note: tuple[Label, ...]


def build_heat_map(register: RegisterFacts, name: str = "register") -> HeatMap:
    """Lay out who came: members down, meetings across, counts at the right and at the foot."""
    return HeatMapLayout(register).chart(name)


class HeatMapLayout:
    """One register, laid out from the top down."""

    def __init__(self, register: RegisterFacts) -> None:
        self.register = register
        self.meetings = register.meetings
        self.people = register.members
        roles = [line for member in self.people for line in _role(member)]
        widest = max((*(text_width(text, SIZE, bold=True) for text in roles), NAMES / 2))
        self.left = MARGIN + widest + GAP
        self.right = self.left + PITCH * len(self.meetings)
        self.width = max(self.right + COUNTS + MARGIN, LEAST_WIDTH)

    def chart(self, name: str) -> HeatMap:
        """Lay out the whole picture."""
        title = f"{self.register.place}: who came to which meeting"
        heading, top = lay_out_title(title, self.width)
        years = tuple(self.years(top + SMALL * 0.65))
        high = top + SMALL * 1.95
        days = [
            centred_label(meeting.day, self.middle(index), high, SMALL)
            for index, meeting in enumerate(self.meetings)
        ]
        top += SMALL * 2.6 + GAP / 2
        rows = []
        for person in self.people:
            line, top = self.line(person, top)
            rows.append(line)
        present, top = self.foot(top)
        keys, meanings, bottom = self.keys(top)
        note = break_lines("" if self.meetings else NO_MEETING, SIZE, self.width - 2 * MARGIN)
        return HeatMap(
            name=name,
            title=title,
            words=_text_alternative(self.register.place, self.meetings, self.people),
            width=round_to_tenth(self.width),
            height=round_to_tenth(bottom + text_height(note, SIZE) + MARGIN),
            heading=heading,
            days=tuple(days),
            years=years,
            lines=tuple(rows),
            foot=(present[0],),
            present=present[1:],
            came=(centred_label("Came to", self.right + GAP, high, SMALL),),
            keys=keys,
            meanings=meanings,
            note=stack_labels(note, MARGIN, bottom, SIZE),
        )

    def middle(self, meeting: int) -> float:
        """Return the middle of a meeting's column, counted from 0."""
        return self.left + (meeting + 0.5) * PITCH

    def years(self, middle: float) -> Iterator[Label]:
        """Return the year above the first meeting, and above the first of each other year.

        ``middle`` is the height at which they stand.
        """
        year = ""
        for index, meeting in enumerate(self.meetings):
            if meeting.year != year:
                year = meeting.year
                yield centred_label(year, self.middle(index), middle, SMALL)

    def line(self, person: MemberRow, top: float) -> tuple[MemberLine, float]:
        """Return one member's row, which begins at the height ``top``, and where it ends."""
        role = _role(person)
        text = text_height(role, SIZE)
        high = max(text, HIGH) + 8
        first, middle = top + (high - text) / 2, top + high / 2
        cells = (
            _cell(letter, self.middle(index), middle) for index, letter in enumerate(person.marks)
        )
        attended = f"{person.came} of {person.could}"
        line = MemberLine(
            stack_labels(role, MARGIN, first, SIZE),
            tuple(cells),
            centred_label(attended, self.right + GAP, middle, SIZE),
        )
        return line, top + high

    def foot(self, top: float) -> tuple[tuple[Label, ...], float]:
        """Return the last row, its name before its numbers, and the height at which it ends."""
        middle = top + GAP / 2 + SIZE
        labels = [centred_label("Present", MARGIN, middle, SIZE)]
        for index, meeting in enumerate(self.meetings):
            labels.append(centred_label(str(meeting.present), self.middle(index), middle, SIZE))
        return tuple(labels), middle + SIZE + GAP

    def keys(self, top: float) -> tuple[tuple[Cell, ...], tuple[Label, ...], float]:
        """Return the legend of what is drawn: cells, meanings, and the height at which it ends."""
        seen = {letter for member in self.people for letter in member.marks}
        cells, meanings = [], []
        for letter, meaning in MEANINGS:
            if letter in seen:
                cells.append(_cell(letter, MARGIN + CELL / 2, top + HIGH / 2))
                meanings.append(centred_label(meaning, MARGIN + CELL + GAP, top + HIGH / 2, SIZE))
                top += HIGH + 4
        return tuple(cells), tuple(meanings), top


def _cell(letter: str, x: float, y: float) -> Cell:
    box = Box(round_to_tenth(x - CELL / 2), round_to_tenth(y - HIGH / 2), CELL, HIGH)
    return Cell(letter, box, centred_label(letter, x, y, SIZE))


def _role(member: MemberRow) -> list[str]:
    return break_lines(member.label, SIZE, NAMES, bold=True)


def _text_alternative(
    place: str, meetings: Sequence[MeetingColumn], people: Sequence[MemberRow]
) -> str:
    """Write the text alternative: how many came to each meeting, and each member's count."""
    if not meetings:
        return f"{place}: {NO_MEETING}"
    sizes_by_day = (f"{day_in_words(meeting.held_on)} {meeting.present}" for meeting in meetings)
    sizes = (
        f"{count_in_words(len(meetings), 'meeting')} and {count_in_words(len(people), 'member')}"
    )
    by_day = f"Members present: {list_in_words(list(sizes_by_day))}"
    sentences = [f"{capitalised(sizes)} of {place}", by_day, *map(_member_sentence, people)]
    return text_alternative(sentences, IN_THE_TABLE)


def _member_sentence(person: MemberRow) -> str:
    """Write how often a member came: ``Nurse 1: present at 3 of 5, apologies for 1.``"""
    text = f"{person.label}: present at {person.came} of {person.could}"
    apologies, substitutes = person.marks.count("A"), person.marks.count("S")
    text += f", apologies for {apologies}" if apologies else ""
    return f"{text}, a substitute at {substitutes}." if substitutes else f"{text}."
