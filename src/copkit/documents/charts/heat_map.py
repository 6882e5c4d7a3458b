"""Who came to which meeting of one community: a cell for each member and meeting.  Pure.

A cell has its letter and its ground, P, A or S; one without is empty, and one of a day on which
somebody was no member is hatched. The register names members by id, so this is for members alone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from copkit.analysis.attendance import Register
from copkit.documents.charts.drawing import (
    LARGE,
    MARGIN,
    SIZE,
    SMALL,
    Box,
    Chart,
    Label,
    label,
    lines,
    measured,
    rounded,
    stacked,
    tall,
)
from copkit.documents.matrix import MARKS
from copkit.records.meetings import Meeting
from copkit.records.members import Member
from copkit.words import capital, counted, day_in_words, listed, month_name

NAMES: Final = 230.0  # at most, for ids and roles
LEAST_WIDTH: Final = 440.0  # of the picture, so that its legend has room
PITCH: Final = 46.0  # from one meeting to the next
CELL: Final = 42.0
HIGH: Final = 24.0  # of a cell
COUNTS: Final = 84.0  # for how often each member came
GAP: Final = 10.0
NO_MEETING: Final = "No meeting is on record yet."
AWAY: Final = "–"  # not a member on that day
MEANINGS: Final = (
    ("P", "was present"),
    ("A", "sent apologies"),
    ("S", "sent somebody else in their place"),
    ("", "nothing on record"),
    (AWAY, "was not a member on that day"),
)


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


@dataclass(frozen=True, slots=True)
class _Person:
    """One member with a letter for each meeting."""

    member: Member
    letters: tuple[str, ...]

    @property
    def came(self) -> int:
        return self.letters.count("P")

    @property
    def could(self) -> int:
        """Count the meetings held while they were a member."""
        return sum(letter != AWAY for letter in self.letters)


def build_heat_map(register: Register, name: str = "register") -> HeatMap:
    """Lay out who came: members down, meetings across, counts at the right and at the foot."""
    return _Laying(register).chart(name)


class _Laying:
    """One register, laid out from the top down."""

    def __init__(self, register: Register) -> None:
        self.register = register
        self.meetings = register.meetings
        everybody = [*(person.member for person in register.people), *register.brokers]
        self.people = [_person(register, member) for member in everybody]
        names = [line for one in self.people for line in _id(one.member)]
        roles = [line for one in self.people for line in _role(one.member)]
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
        title = f"{self.register.community.place}: who came to which meeting"
        within = self.width - 2 * MARGIN
        heading = lines(title, LARGE, within, bold=True)
        top = MARGIN + tall(heading, LARGE) + GAP
        years = tuple(self.years(top + SMALL * 0.65))
        high = top + SMALL * 1.95
        days = [
            label(_day(meeting), self.middle(at), high, SMALL)
            for at, meeting in enumerate(self.meetings)
        ]
        top += SMALL * 2.6 + GAP / 2
        found = []
        for person in self.people:
            line, top = self.line(person, top)
            found.append(line)
        present, top = self.foot(top)
        keys, meanings, bottom = self.keys(top)
        note = lines("" if self.meetings else NO_MEETING, SIZE, within)
        return HeatMap(
            name=name,
            title=title,
            words=_words(self.register.community.place, self.meetings, self.people),
            width=rounded(self.width),
            height=rounded(bottom + tall(note, SIZE) + MARGIN),
            heading=stacked(heading, MARGIN, MARGIN, LARGE),
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
        shown = 0
        for at, meeting in enumerate(self.meetings):
            if meeting.held_on.year != shown:
                shown = meeting.held_on.year
                yield label(str(shown), self.middle(at), middle, SMALL)

    def line(self, person: _Person, top: float) -> tuple[Line, float]:
        """Give one member's row, and where it ends."""
        id, role = _id(person.member), _role(person.member)
        text = tall(id, SIZE) + tall(role, SMALL)
        high = max(text, HIGH) + 8
        first, middle = top + (high - text) / 2, top + high / 2
        cells = (_cell(letter, self.middle(at), middle) for at, letter in enumerate(person.letters))
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
        for at in range(len(self.meetings)):
            number = sum(one.letters[at] == "P" for one in self.people)
            found.append(label(str(number), self.middle(at), middle, SIZE))
        return tuple(found), middle + SIZE + GAP

    def keys(self, top: float) -> tuple[tuple[Cell, ...], tuple[Label, ...], float]:
        """Give the legend of what is drawn: cells, meanings, and where it ends."""
        seen = {letter for one in self.people for letter in one.letters}
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


def _person(register: Register, member: Member) -> _Person:
    """Give a letter for each meeting; what is on record counts, whatever the dates say."""
    letters = []
    for meeting in register.meetings:
        mark = register.marks.get((member.id, meeting.slug))
        letters.append(MARKS[mark] if mark else "" if _belongs(member, meeting.held_on) else AWAY)
    return _Person(member, tuple(letters))


def _belongs(member: Member, day: dt.date) -> bool:
    joined = member.joined is None or member.joined <= day
    return joined and (member.left is None or day <= member.left)


def _id(member: Member) -> list[str]:
    return lines(member.id, SIZE, NAMES, bold=True)


def _role(member: Member) -> list[str]:
    return lines(member.role, SMALL, NAMES)


def _day(meeting: Meeting) -> str:
    return f"{meeting.held_on.day} {month_name(meeting.held_on)[:3]}"


def _words(place: str, meetings: Sequence[Meeting], people: Sequence[_Person]) -> str:
    """Tell how many came to each meeting, and to how many each member came."""
    if not meetings:
        return f"{place}: {NO_MEETING}"
    came = (
        f"{day_in_words(meeting.held_on)} {sum(one.letters[at] == 'P' for one in people)}"
        for at, meeting in enumerate(meetings)
    )
    sizes = f"{counted(len(meetings), 'meeting')} and {counted(len(people), 'member')}"
    said = f"{capital(sizes)} of {place}. Members present: {listed(list(came))}."
    return " ".join([said, *map(_of_one, people)])


def _of_one(person: _Person) -> str:
    text = f"{person.member.id} ({person.member.role}): present at {person.came} of {person.could}"
    apologies, substitutes = person.letters.count("A"), person.letters.count("S")
    text += f", apologies for {apologies}" if apologies else ""
    return f"{text}, a substitute at {substitutes}." if substitutes else f"{text}."
