"""Who came to a meeting, as a file of somebody else's program says it.  Pure.

A :class:`Listing` states what its file states, and no more: rejoins are not added up yet, and what
could not be read is ``None``, never nothing.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum


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
