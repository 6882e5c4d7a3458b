"""Who came to a meeting, as a file of somebody else's program says it.  Pure.

A :class:`Listing` states what its file states, and no more: rejoins are not added up yet, and what
could not be read is ``None``, never nothing.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import Enum, StrEnum


class Kind(StrEnum):
    """Which program made a file."""

    TEAMS = "teams"
    ZOOM = "zoom"
    MEET = "meet"
    TABLE = "table"


class Why(StrEnum):
    """Why somebody on a list is probably no member who came."""

    BOT = "note-taker bot"
    DIAL_IN = "dial-in number"
    ORGANISER = "organiser"
    WAITING_ROOM = "never left the waiting room"


@dataclass(frozen=True, slots=True)
class Stay:
    """One time somebody was there; either end is ``None`` where the file does not say."""

    joined: dt.datetime | None
    left: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Attendee:
    """One person on a list, each of whose lines the file has been put together here.

    ``name`` is as the file writes it, ``email`` an address in lower case or ``""``. ``seconds`` is
    how long they were there in all, ``None`` where that cannot be known; ``stays`` when, as far as
    the file says. ``why`` says what makes them no ordinary attendee; ``lines`` count from 1.
    """

    name: str
    email: str
    seconds: int | None
    stays: tuple[Stay, ...]
    why: Why | None
    lines: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """One file: which program made it, for which meeting, and who is on it.

    ``stated`` is how many participants the file says there were, ``None`` where it does not.
    ``began`` and ``ended`` are when the meeting was, where the file says so of itself.
    ``notes`` are the disagreements within the file, and what could not be read, as sentences that
    do not begin with the file's name.
    """

    file: str
    kind: Kind
    title: str
    held_on: dt.date | None
    stated: int | None
    attendees: tuple[Attendee, ...]
    notes: tuple[str, ...]
    began: dt.datetime | None = None
    ended: dt.datetime | None = None


# A list of who came as it stands in a file: every value still as text.


class Action(Enum):
    """What somebody did, in a list that has a row for each of it."""

    JOINED = "joined"
    BEFORE = "joined before"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class Row:
    """One row about one person; ``line`` counts from 1, and what is not told is ``""``.

    ``waiting`` is time in the waiting room. Where ``action`` is told, ``joined`` is when it was.
    """

    line: int
    name: str
    email: str
    joined: str = ""
    left: str = ""
    duration: str = ""
    role: str = ""
    waiting: bool = False
    action: Action | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """What a file says.

    ``again`` are rejoins that ``rows`` have in them already. ``totals`` says that each duration is
    of all of somebody's stays, and ``unit`` how many seconds a bare number of it means. ``by_row``
    says that each person should have one row. ``short`` are lines too short to read, ``odd``
    those whose action is not known, ``nobody`` those that name nobody.
    """

    kind: Kind
    rows: tuple[Row, ...]
    title: str = ""
    day: str = ""
    start: str = ""
    end: str = ""
    lasted: str = ""
    lasted_unit: int | None = None
    stated: int | None = None
    host: str = ""
    again: tuple[Row, ...] = ()
    totals: bool = True
    unit: int | None = None
    by_row: bool = False
    registered: int = 0
    short: tuple[int, ...] = ()
    odd: tuple[int, ...] = ()
    nobody: tuple[int, ...] = ()
