"""A list of who came as it stands in a file: every value still as text.  Pure.

What the programs make differently ends here; what is worked out from it does not know them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from copkit.importers.model import Kind


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
