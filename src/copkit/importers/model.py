"""Values of imported attendance lists: listing, attendees, stays, and reports still as text.  Pure.

A :class:`Listing` states what its file states, and no more: people are not matched with members
yet, and what could not be read is ``None``, never zero.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import Enum, StrEnum

from copkit.importers.choices import ColumnUse
from copkit.importers.marks import ListMark


class ReportKind(StrEnum):
    """Which program made a file."""

    TEAMS = "teams"
    ZOOM = "zoom"
    MEET = "meet"
    WEBEX = "webex"
    MICROSOFT_FORMS = "microsoft-forms"
    GOOGLE_FORMS = "google-forms"
    EVENTBRITE = "eventbrite"
    LUMA = "luma"
    MOODLE = "moodle"
    PRETIX = "pretix"
    CIVICRM = "civicrm"
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
    ``mark`` is what the file says of their coming, ``None`` where it lists only who came, and
    ``marked_as`` the value that says so. ``other_emails`` are further addresses of theirs,
    ``sector`` is what the column of sectors says, where somebody named one.
    """

    name: str
    email: str
    seconds: int | None
    stays: tuple[Stay, ...]
    exclusion: Exclusion | None
    lines: tuple[int, ...]
    mark: ListMark | None = None
    marked_as: str = ""
    other_emails: tuple[str, ...] = ()
    sector: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """One file: which program made it, for which meeting, and who is on it.

    ``stated`` is how many participants the file says there were, ``None`` where it does not.
    ``started_at`` and ``ended_at`` are when the meeting was, where the file says so of itself.
    ``notes`` are the disagreements within the file, and what could not be read, as sentences that
    do not begin with the file's name. ``columns`` says what each column was used for, ``heads``
    are their headings in comparable form, without days. ``other_days`` counts the rows of each
    other day; ``has_exact_day`` says that its days have no times, so that no zone can shift them.
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
    columns: tuple[ColumnUse, ...] = ()
    heads: tuple[str, ...] = ()
    other_days: tuple[tuple[dt.date, int], ...] = ()
    has_exact_day: bool = False


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

    Where there is an ``action``, ``joined_at`` is when it happened. ``day`` is the text that says
    of which day the row is; ``mark`` and ``marked_as`` are those of :class:`Attendee`.
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
    day: str = ""
    mark: ListMark | None = None
    marked_as: str = ""
    other_emails: tuple[str, ...] = ()
    sector: str = ""


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
    ``short_lines`` are too short to read, ``nameless_lines`` name nobody, ``test_lines`` were
    made to try the form, ``unknown_action_lines`` have an action in no known language.
    ``has_shared_addresses`` says that one address may stand beside several people, such as the
    buyer's beside every guest; ``has_tickets`` that rows are tickets, several of which may bear
    the name of one buyer; ``marks_hosts`` that the host's name is followed by a mark.
    """

    kind: ReportKind
    rows: tuple[ReportRow, ...]
    summary: Summary = Summary()  # frozen, so reports can share it
    length_unit: int | None = None
    rejoins: tuple[ReportRow, ...] = ()
    durations_are_totals: bool = True
    duration_unit: int | None = None
    one_row_each: bool = False
    has_shared_addresses: bool = False
    has_tickets: bool = False
    marks_hosts: bool = False
    short_lines: tuple[int, ...] = ()
    unknown_action_lines: tuple[int, ...] = ()
    nameless_lines: tuple[int, ...] = ()
    test_lines: tuple[int, ...] = ()
