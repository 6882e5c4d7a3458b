"""Values of imported attendance lists: listing, attendees, stays, and reports still as text.  Pure.

A :class:`Listing` states what its file states, and no more: people are not matched with members
yet, and what could not be read is ``None``, never zero.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import Enum, StrEnum


class ReportKind(StrEnum):
    """Which program made a file."""

    TEAMS = "teams"
    ZOOM = "zoom"
    MEET = "meet"
    TABLE = "table"


class Exclusion(StrEnum):
    """Why somebody on a list is probably no member who came."""

    BOT = "note-taker bot"
    DIAL_IN = "dial-in number"
    ORGANISER = "organiser"
    WAITING_ROOM = "never left the waiting room"


@dataclass(frozen=True, slots=True)
class Stay:
    """One time somebody was there; either end is ``None`` where the file does not say."""

    joined_at: dt.datetime | None
    left_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Attendee:
    """One person on a list, combined from all of their lines.

    ``name`` is as the file writes it, ``email`` an address in lower case or ``""``. ``seconds`` is
    how long they were there in all, ``None`` where that cannot be known; ``stays`` when, as far as
    the file says. ``exclusion`` says why they are no ordinary attendee; ``lines`` count from 1.
    """

    name: str
    email: str
    seconds: int | None
    stays: tuple[Stay, ...]
    exclusion: Exclusion | None
    lines: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """One file: which program made it, for which meeting, and who is on it.

    ``stated`` is how many participants the file says there were, ``None`` where it does not.
    ``started_at`` and ``ended_at`` are when the meeting was, where the file says so of itself.
    ``notes`` are the disagreements within the file, and what could not be read, as sentences that
    do not begin with the file's name.
    """

    file: str
    kind: ReportKind
    title: str
    held_on: dt.date | None
    stated: int | None
    attendees: tuple[Attendee, ...]
    notes: tuple[str, ...]
    started_at: dt.datetime | None = None
    ended_at: dt.datetime | None = None


# A report as it stands in a file: every value still as text, since how its dates are written is
# settled from all of them together.


class LogAction(Enum):
    """What somebody did, in a log that has a row for each of it."""

    JOINED = "joined"
    JOINED_BEFORE = "joined before"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One row about one person; ``line`` counts from 1, and an empty cell is ``""``.

    Where there is an ``action``, ``joined_at`` is when it happened.
    """

    line: int
    name: str
    email: str
    joined_at: str = ""
    left_at: str = ""
    duration: str = ""
    role: str = ""
    in_waiting_room: bool = False
    action: LogAction | None = None


@dataclass(frozen=True, slots=True)
class Summary:
    """What a report says of its meeting, as text; ``stated`` is how many people it says came."""

    title: str = ""
    day: str = ""
    start: str = ""
    end: str = ""
    length: str = ""
    stated: int | None = None
    host: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """One file as its program wrote it.

    ``rejoins`` are rows of a second list, whose time ``rows`` include already.
    ``durations_are_totals`` says that each duration is of all of somebody's stays,
    ``one_row_each`` that each person should have one row. ``duration_unit`` and ``length_unit``
    are how many seconds a bare number means, of a row's duration and of the summary's length.
    ``absentees`` counts people who are listed and did not come; with ``marks_hosts`` the host's
    name is followed by a mark. ``short_lines`` are too short to
    read, ``nameless_lines`` name nobody, ``unknown_action_lines`` have an action in no known
    language.
    """

    kind: ReportKind
    rows: tuple[ReportRow, ...]
    summary: Summary = Summary()  # frozen, so reports can share it
    length_unit: int | None = None
    rejoins: tuple[ReportRow, ...] = ()
    durations_are_totals: bool = True
    duration_unit: int | None = None
    one_row_each: bool = False
    absentees: int = 0
    marks_hosts: bool = False
    short_lines: tuple[int, ...] = ()
    unknown_action_lines: tuple[int, ...] = ()
    nameless_lines: tuple[int, ...] = ()
