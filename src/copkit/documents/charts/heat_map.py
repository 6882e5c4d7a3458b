"""Who came to which meeting of one community: a cell for each member and meeting.  Pure.

A cell has its letter and its ground, P, A or S; one without is empty, and one of a day on which
somebody was no member is hatched. The register names members by id, so this is for members alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from copkit.documents.charts.drawing import (
    GAP,
    MARGIN,
    SIZE,
    SMALL,
    Box,
    Chart,
    Label,
    headed,
    label,
    lines,
    measured,
    rounded,
    stacked,
    tall,
)
from copkit.documents.facts.attendance import LEGEND, MeetingColumn, MemberRow, RegisterFacts
from copkit.wording import capital, counted, day_in_words, listed

NAMES: Final = 230.0  # at most, for ids and roles
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
class Line:
    """One member: id and role, a cell for each meeting, and how often they came."""

    id: tuple[Label, ...]
    role: tuple[Label, ...]
    cells: tuple[Cell, ...]
    came: Label


@dataclass(frozen=True, slots=True, kw_only=True)
class HeatMap(Chart):
    """The register; days, years and numbers at the foot are by their middle."""

    template: ClassVar[str] = "heat-map.svg"
    days: tuple[Label, ...]
    years: tuple[Label, ...]
    lines: tuple[Line, ...]
    foot: tuple[Label, ...]
    present: tuple[Label, ...]
    came: tuple[Label, ...]
    keys: tuple[Cell, ...]
    meanings: tuple[Label, ...]
    note: tuple[Label, ...]


def build_heat_map(register: RegisterFacts, name: str = "register") -> HeatMap:
    """Lay out who came: members down, meetings across, counts at the right and at the foot."""
    return _Laying(register).chart(name)


class _Laying:
    """One register, laid out from the top down."""

    def __init__(self, register: RegisterFacts) -> None:
        self.register = register
        self.meetings = register.meetings
        self.people = register.members
        names = [line for one in self.people for line in _id(one)]
        roles = [line for one in self.people for line in _role(one)]
        widest = max(
            (
                *(measured(text, SIZE, bold=True) for text in names),
                *(measured(text, SMALL) for text in roles),
                NAMES / 2,
            )
        )
        self.left = MARGIN + widest + GAP
        self.right = self.left + PITCH * len(self.meetings)
        self.width = max(self.right + COUNTS + MARGIN, LEAST_WIDTH)

    def chart(self, name: str) -> HeatMap:
        title = f"{self.register.place}: who came to which meeting"
        heading, top = headed(title, self.width)
        years = tuple(self.years(top + SMALL * 0.65))
        high = top + SMALL * 1.95
        days = [
            label(meeting.day, self.middle(at), high, SMALL)
            for at, meeting in enumerate(self.meetings)
        ]
        top += SMALL * 2.6 + GAP / 2
        found = []
        for person in self.people:
            line, top = self.line(person, top)
            found.append(line)
        present, top = self.foot(top)
        keys, meanings, bottom = self.keys(top)
        note = lines("" if self.meetings else NO_MEETING, SIZE, self.width - 2 * MARGIN)
        return HeatMap(
            name=name,
            title=title,
            words=_words(self.register.place, self.meetings, self.people),
            width=rounded(self.width),
            height=rounded(bottom + tall(note, SIZE) + MARGIN),
            heading=heading,
            days=tuple(days),
            years=years,
            lines=tuple(found),
            foot=(present[0],),
            present=present[1:],
            came=(label("Came to", self.right + GAP, high, SMALL),),
            keys=keys,
            meanings=meanings,
            note=stacked(note, MARGIN, bottom, SIZE),
        )

    def middle(self, meeting: int) -> float:
        return self.left + (meeting + 0.5) * PITCH

    def years(self, middle: float) -> Iterator[Label]:
        """Give the year above the first meeting, and above the first of each other year."""
        shown = ""
        for at, meeting in enumerate(self.meetings):
            if meeting.year != shown:
                shown = meeting.year
                yield label(shown, self.middle(at), middle, SMALL)

    def line(self, person: MemberRow, top: float) -> tuple[Line, float]:
        """Give one member's row, and where it ends."""
        id, role = _id(person), _role(person)
        text = tall(id, SIZE) + tall(role, SMALL)
        high = max(text, HIGH) + 8
        first, middle = top + (high - text) / 2, top + high / 2
        cells = (_cell(letter, self.middle(at), middle) for at, letter in enumerate(person.marks))
        came = f"{person.came} of {person.could}"
        line = Line(
            stacked(id, MARGIN, first, SIZE),
            stacked(role, MARGIN, first + tall(id, SIZE), SMALL),
            tuple(cells),
            label(came, self.right + GAP, middle, SIZE),
        )
        return line, top + high

    def foot(self, top: float) -> tuple[tuple[Label, ...], float]:
        """Give what the last row counts, its numbers, and where it ends."""
        middle = top + GAP / 2 + SIZE
        found = [label("Present", MARGIN, middle, SIZE)]
        for at, meeting in enumerate(self.meetings):
            found.append(label(str(meeting.present), self.middle(at), middle, SIZE))
        return tuple(found), middle + SIZE + GAP

    def keys(self, top: float) -> tuple[tuple[Cell, ...], tuple[Label, ...], float]:
        """Give the legend of what is drawn: cells, meanings, and where it ends."""
        seen = {letter for one in self.people for letter in one.marks}
        cells, meanings = [], []
        for letter, meaning in MEANINGS:
            if letter in seen:
                cells.append(_cell(letter, MARGIN + CELL / 2, top + HIGH / 2))
                meanings.append(label(meaning, MARGIN + CELL + GAP, top + HIGH / 2, SIZE))
                top += HIGH + 4
        return tuple(cells), tuple(meanings), top


def _cell(letter: str, x: float, y: float) -> Cell:
    box = Box(rounded(x - CELL / 2), rounded(y - HIGH / 2), CELL, HIGH)
    return Cell(letter, box, label(letter, x, y, SIZE))


def _id(member: MemberRow) -> list[str]:
    return lines(member.id, SIZE, NAMES, bold=True)


def _role(member: MemberRow) -> list[str]:
    return lines(member.role, SMALL, NAMES)


def _words(place: str, meetings: Sequence[MeetingColumn], people: Sequence[MemberRow]) -> str:
    """Tell how many came to each meeting, and to how many each member came."""
    if not meetings:
        return f"{place}: {NO_MEETING}"
    came = (f"{day_in_words(meeting.held_on)} {meeting.present}" for meeting in meetings)
    sizes = f"{counted(len(meetings), 'meeting')} and {counted(len(people), 'member')}"
    said = f"{capital(sizes)} of {place}. Members present: {listed(list(came))}."
    return " ".join([said, *map(_of_one, people)])


def _of_one(person: MemberRow) -> str:
    text = f"{person.id} ({person.role}): present at {person.came} of {person.could}"
    apologies, substitutes = person.marks.count("A"), person.marks.count("S")
    text += f", apologies for {apologies}" if apologies else ""
    return f"{text}, a substitute at {substitutes}." if substitutes else f"{text}."
