"""A file's bytes -> who came, whichever program made it: the face of the importers.  Pure."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from copkit.errors import CopkitError
from copkit.importers.columns import folded
from copkit.importers.layout import Cells, Layout, layout_of
from copkit.importers.model import Action, Attendee, Kind, Listing, Report, Row, Stay, Why
from copkit.importers.names import (
    address_in,
    compared,
    is_bot,
    is_dial_in,
    is_marked_host,
    is_organiser,
    readings,
)
from copkit.importers.programs.meet import is_meet, table_report
from copkit.importers.programs.teams import is_log, is_teams, log_report, teams_report
from copkit.importers.programs.zoom import is_zoom, zoom_report
from copkit.importers.tables import Table, read_table
from copkit.importers.times import Clock, clock_for, read_moment, seconds_in
from copkit.text.normalise import on_one_line
from copkit.wording import counted, listed, plural

# What is said of the lines of a list that disagree with others, or cannot be read.

_MOST_NAMED: Final = 3


@dataclass(slots=True)
class Remarks:
    """Lines, by what is the matter with them; each matter is one sentence in the end."""

    unread_duration: list[int] = field(default_factory=list)
    unit_missing: list[int] = field(default_factory=list)
    unread_moment: list[int] = field(default_factory=list)
    left_first: list[int] = field(default_factory=list)
    other_day: list[int] = field(default_factory=list)
    still_there: list[int] = field(default_factory=list)
    there_before: list[int] = field(default_factory=list)
    never_joined: list[int] = field(default_factory=list)
    only_again: list[int] = field(default_factory=list)
    longer: list[int] = field(default_factory=list)
    twice: list[int] = field(default_factory=list)
    shared: list[int] = field(default_factory=list)

    @property
    def says_why(self) -> bool:
        """Whether what is said of lines explains why durations are not known."""
        return bool(self.unread_duration or self.unit_missing or self.still_there)

    def sentences(self) -> list[str]:
        """Say each matter once, with its lines."""
        said = [
            (self.unread_duration, "the duration cannot be read {}"),
            (self.unit_missing, "the duration {} is a number, and nothing says of what"),
            (self.unread_moment, "a time cannot be read {}"),
            (self.left_first, "somebody leaves before they join {}"),
            (self.other_day, "what stands {} is of another day, and was left out"),
            (
                self.still_there,
                "the list ends while people are still there {}: how long is not known",
            ),
            (self.there_before, "people were there before the list begins {}: counted from then"),
            (self.never_joined, "somebody leaves {} who never joined: how long is not known"),
            (
                self.only_again,
                "somebody is among those who joined {}, and not among the participants",
            ),
            (self.longer, "somebody stayed longer than the meeting lasted {}"),
            (self.twice, "one name without an address stands {}, and is taken for one person"),
            (self.shared, "one address has several names {}, and is taken for one person"),
        ]
        return [words.format(on_lines(lines)) for lines, words in said if lines]


def on_lines(lines: Iterable[int]) -> str:
    """Name lines, a few of them: ``on line 4``, ``on lines 4 and 9``, ``on 12 lines from 4 on``."""
    numbers = sorted(set(lines))
    if len(numbers) > _MOST_NAMED:
        return f"on {len(numbers)} lines, the first of them {numbers[0]}"
    return f"on {'line' if len(numbers) == 1 else 'lines'} {listed([str(one) for one in numbers])}"


def left_out(short: Iterable[int], nobody: Iterable[int], odd: Iterable[int]) -> list[str]:
    """Say which lines were left out."""
    said = (
        (short, "what stands {} is too short to read, and was left out"),
        (nobody, "what stands {} names nobody, and was left out"),
        (odd, "what somebody did {} is neither joining nor leaving in a language that is known"),
    )
    return [words.format(on_lines(lines)) for lines, words in said if lines]


def disagreement(stated: int, listed_people: int, rows: int) -> str:
    """Say that a list has other people than it says, and where it counted their rows."""
    said = f"states {plural(stated, 'participant')} and lists {listed_people}"
    return f"{said}, in {plural(rows, 'row')}" if stated == rows else said


def registered_only(people: int) -> str:
    """Say how many are on a list and did not come."""
    verb = "is" if people == 1 else "are"
    return f"{counted(people, 'person', 'people')} {verb} listed who did not attend"


# How long somebody was there, out of the times they joined and left.

_OVER_MIDNIGHT = dt.timedelta(hours=12)
_A_DAY = dt.timedelta(days=1)


def stay_between(
    joined: dt.datetime | None, left: dt.datetime | None, *, dated: bool
) -> Stay | None:
    """Give a stay; ``None`` where somebody left before they joined.

    Times without a day may go over midnight.
    """
    if joined and left and left < joined:
        if dated or joined - left < _A_DAY - _OVER_MIDNIGHT or left.date() == dt.date.max:
            return None
        left += _A_DAY
    return Stay(joined, left)


def seconds_of(stays: Sequence[Stay]) -> int | None:
    """Add up stays, what they have in common once; ``None`` where an end of one is not known."""
    spans = [(one.joined, one.left) for one in stays if one.joined and one.left]
    if not stays or len(spans) < len(stays):
        return None
    return round(time_in(spans).total_seconds())


def time_in(spans: Iterable[tuple[dt.datetime, dt.datetime]]) -> dt.timedelta:
    """Add up the time that is in any of several spans."""
    total = dt.timedelta()
    until: dt.datetime | None = None
    for joined, left in sorted(spans):
        since = max(joined, until) if until else joined
        total += max(left - since, dt.timedelta())
        until = max(left, until) if until else left
    return total


def stays_told(events: Iterable[tuple[dt.datetime, Action]]) -> tuple[Stay, ...]:
    """Make stays of who joined and who left; of two devices, the last to leave ends a stay."""
    order = {Action.LEFT: 1}
    stays: list[Stay] = []
    since: dt.datetime | None = None
    devices = 0
    for moment, action in sorted(events, key=lambda event: (event[0], order.get(event[1], 0))):
        if action is not Action.LEFT:
            since = since if devices else moment
            devices += 1
        elif devices:
            devices -= 1
            if not devices:
                stays.append(Stay(since, moment))
        else:
            stays.append(Stay(None, moment))
    if devices:
        stays.append(Stay(since, None))
    return tuple(stays)


# One person's rows -> who they are, and how long they were there.

_NUMBER: Final = re.compile(r"\d+(?:[.,]\d+)?")


@dataclass(frozen=True, slots=True)
class Reckoning:
    """What is needed to tell how long people of one file were there; notes what does not fit."""

    report: Report
    clock: Clock
    remarks: Remarks

    def attendee(self, own: Sequence[Row], rejoins: Sequence[Row]) -> Attendee:
        """Put one person together from their rows, and those of a list of rejoins."""
        rows = [row for row in own if not row.waiting]
        known = [*own, *rejoins]
        name = next((row.name for row in known if row.name), "")
        email = next((row.email for row in known if row.email), "")
        lines = tuple(sorted(row.line for row in known))
        if own and not rows:
            return Attendee(name, email, 0, (), Why.WAITING_ROOM, lines)
        if not own:
            self.remarks.only_again.append(lines[0])
        self._note_names(rows, email)
        if any(row.action for row in rows):
            stays = self._told(rows)
            seconds = seconds_of(stays)
        else:
            durations = [self._duration(row) for row in rows or rejoins]
            own_stays, fit = self._stays(rows)
            stays, rejoins_fit = self._stays(rejoins) if rejoins else (own_stays, fit)
            spans = seconds_of(own_stays) if fit else None
            if rejoins and (not rows or not any(row.duration for row in rows)):
                spans = seconds_of(stays) if rejoins_fit else None
            seconds = self._seconds(rows or rejoins, durations, spans, again=bool(rejoins))
        return Attendee(name, email, seconds, stays, self._why(name, email, rows), lines)

    def _seconds(
        self, rows: Sequence[Row], durations: list[int | None], spans: int | None, *, again: bool
    ) -> int | None:
        """Take what the file states of a person; else add up their stays."""
        told = [one for one in durations if one is not None]
        total = sum(told) if len(told) == len(durations) else None
        if not self.report.totals:
            return total if spans is None else spans
        if total is not None:
            return total if len(rows) == 1 or spans is None else min(total, spans)
        if any(row.duration for row in rows) or (self.report.by_row and not again):
            return None  # from the first time to the last is no stay
        return spans

    def _duration(self, row: Row) -> int | None:
        """Read how long a row says; notes what cannot be read."""
        if not row.duration:
            return None
        seconds = seconds_in(row.duration, self.report.unit)
        if seconds is None:
            bare = _NUMBER.fullmatch(row.duration)
            (self.remarks.unit_missing if bare else self.remarks.unread_duration).append(row.line)
        return seconds

    def _stays(self, rows: Sequence[Row]) -> tuple[tuple[Stay, ...], bool]:
        """Read when rows say that somebody was there, and say whether that is all of it."""
        stays: list[Stay] = []
        fit = True
        for row in rows:
            joined, left = self.clock.moment(row.joined), self.clock.moment(row.left)
            if (row.joined and not joined) or (row.left and not left):
                self.remarks.unread_moment.append(row.line)
            written = read_moment(row.left)
            stay = stay_between(joined, left, dated=bool(written and written.numbers))
            if stay is None:
                self.remarks.left_first.append(row.line)
                fit = False
            elif joined or left:
                stays.append(stay)
            else:
                fit = False
        return tuple(stays), fit

    def _told(self, rows: Sequence[Row]) -> tuple[Stay, ...]:
        """Make stays of what somebody did, and note what is missing of them."""
        events = []
        for row in rows:
            moment = self.clock.moment(row.joined)
            if moment is None:
                self.remarks.unread_moment.append(row.line)
            elif row.action:
                events.append((moment, row.action))
            if row.action is Action.BEFORE:
                self.remarks.there_before.append(row.line)
        stays = stays_told(events)
        if any(stay.left is None for stay in stays):
            self.remarks.still_there.append(rows[-1].line)
        if any(stay.joined is None for stay in stays):
            self.remarks.never_joined.append(rows[0].line)
        known = len(events) == len(rows)
        return stays if known else (*stays, Stay(None, None))

    def _note_names(self, rows: Sequence[Row], email: str) -> None:
        if len(rows) < 2:
            return
        lines = [row.line for row in rows]
        if self.report.by_row and not email:
            self.remarks.twice += lines
        forms = [set(readings(row.name)) for row in rows if row.name]
        if email and any(forms[0].isdisjoint(other) for other in forms[1:]):
            self.remarks.shared += lines

    def _why(self, name: str, email: str, rows: Sequence[Row]) -> Why | None:
        if is_bot(name, email):
            return Why.BOT
        if is_dial_in(name):
            return Why.DIAL_IN
        host = self.report.host
        is_host = bool(host) and (
            email == address_in(host) if email else compared(name) in readings(host)
        )
        marked = self.report.kind is Kind.ZOOM and is_marked_host(name)
        if is_host or marked or any(is_organiser(row.role) for row in rows):
            return Why.ORGANISER
        return None


# Rows of a list -> the people on it, each once.


def people_in(rows: Sequence[Row]) -> list[list[Row]]:
    """Put each person's rows together: by address, else by name.

    A row without an address is of the one person with an address who has that name; where several
    have it, it is of somebody else. Somebody who took another name during the meeting is one with
    the name in brackets, where the list has it as well.
    """
    owners: defaultdict[str, set[str]] = defaultdict(set)
    for row in rows:
        if row.name:
            owners[compared(row.name)].add(row.email)
    people: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        people.setdefault(_identity(row, owners), []).append(row)
    return list(people.values())


def _identity(row: Row, owners: defaultdict[str, set[str]]) -> tuple[str, str]:
    if row.email:
        return row.email, ""
    forms = readings(row.name) if "(" in row.name else (compared(row.name),)
    name = forms[0]
    for form in forms[:2]:
        if form not in owners:
            continue
        name = form
        addresses = owners[form] - {""}
        if len(addresses) == 1:
            return min(addresses), ""
    return "", name


# What a report says -> who came and for how long, and where it disagrees with itself.

_A_DAY = dt.timedelta(days=1)
_LEEWAY = 60  # seconds that clocks and rounded minutes may differ


def worked_out(report: Report, file: str, meeting: dt.date) -> Listing:
    """Put each person's rows together, and note what does not fit.

    Raises :class:`CopkitError` where nobody is listed, and for dates that may be read in two ways.
    """
    clock = clock_for(_moments_of(report), meeting, file)
    clock.day = clock.date(report.day) or clock.day
    remarks = Remarks()
    main = _of_the_day(report.rows, clock, meeting, remarks)
    if not main and not report.again:
        raise CopkitError(f"{file} lists nobody", "is it the right file? export it again")
    reckoning = Reckoning(report, clock, remarks)
    counted = {row.line for row in main}
    attendees = []
    for rows in people_in([*main, *report.again]):
        own = [row for row in rows if row.line in counted]
        rejoins = [row for row in rows if row.line not in counted]
        attendees.append(reckoning.attendee(own, rejoins))
    _note_longer_stays(report, clock, attendees, remarks)
    return Listing(
        file=file,
        kind=report.kind,
        title=report.title,
        held_on=_held_on(report, clock, main),
        stated=report.stated,
        attendees=tuple(attendees),
        notes=tuple(_notes(report, main, attendees, remarks)),
        began=clock.moment(report.start) if report.start else None,
        ended=clock.moment(report.end) if report.end else None,
    )


def _moments_of(report: Report) -> Iterator[str]:
    """Give every day and time of a report, that of the meeting first."""
    yield from (report.day, report.start, report.end)
    for row in (*report.rows, *report.again):
        yield row.joined
        yield row.left


def _of_the_day(rows: Sequence[Row], clock: Clock, meeting: dt.date, remarks: Remarks) -> list[Row]:
    """Leave out what a list that goes over several meetings has of the others."""
    days = {row.line: clock.date(row.joined) for row in rows}
    if meeting not in days.values():
        return list(rows)
    others = {line for line, day in days.items() if day is not None and abs(day - meeting) > _A_DAY}
    remarks.other_day += others
    return [row for row in rows if row.line not in others]


def _held_on(report: Report, clock: Clock, rows: Sequence[Row]) -> dt.date | None:
    """Give the day that a report is of, ``None`` where it has only times."""
    told = clock.date(report.day) or clock.date(report.start)
    joined = (day for row in rows if (day := clock.date(row.joined)))
    return told or min(joined, default=None)


def _note_longer_stays(
    report: Report, clock: Clock, attendees: Sequence[Attendee], remarks: Remarks
) -> None:
    lasted = seconds_in(report.lasted, report.lasted_unit) if report.lasted else None
    start, end = clock.moment(report.start), clock.moment(report.end)
    if lasted is None and start and end and end > start:
        lasted = round((end - start).total_seconds())
    for one in attendees if lasted else ():
        if (one.seconds or 0) > (lasted or 0) + _LEEWAY:
            remarks.longer.append(one.lines[0])


def _notes(
    report: Report, main: Sequence[Row], attendees: Sequence[Attendee], remarks: Remarks
) -> Iterator[str]:
    """Say everything that disagrees, the number of people first."""
    counted = {row.line for row in main}
    people = sum(1 for one in attendees if not counted.isdisjoint(one.lines))
    waited = sum(1 for one in attendees if one.why is Why.WAITING_ROOM)
    if report.stated is not None and report.stated not in {people, people - waited}:
        yield disagreement(report.stated, people, len(main))
    if report.registered:
        yield registered_only(report.registered)
    yield from remarks.sentences()
    yield from left_out(report.short, report.nobody, report.odd)
    if all(one.seconds is None for one in attendees) and not remarks.says_why:
        yield "nothing in it says how long anybody stayed"


_POLLS = ("poll report", "poll details", "polling results", "question report", "q a report")
_MOST_HEADERS = 6


def read_listing(data: bytes, file: str, meeting: dt.date) -> Listing:
    """Read who came to a meeting; ``file`` is the file's name, for what is said of it.

    ``meeting`` is the day it was held: of times that have none, and to settle what day ``04/05``
    is. Raises :class:`CopkitError`, one clear line, for a file that is no list of people, and for
    dates that may be read in two ways.
    """
    table = read_table(data, file)
    layout = layout_of(table)
    return worked_out(_report(table, layout), table.file, meeting)


def _report(table: Table, layout: Layout) -> Report:
    """Tell which program made a list by what it says, and read it so."""
    _refuse_other_reports(table, layout)
    if is_log(table, layout):
        return log_report(table, layout)
    if layout.not_known and not layout.parts:
        raise _no_people(table.file, layout.not_known)
    if layout.sections:
        return teams_report(layout, table.file)
    if not layout.parts:
        fullest = max(table.rows[:20], key=lambda cells: sum(1 for cell in cells if cell))
        raise _no_people(table.file, fullest)
    if is_zoom(layout):
        return zoom_report(layout)
    if is_meet(layout) or not is_teams(layout):
        return table_report(layout)
    return teams_report(layout, table.file)


def _refuse_other_reports(table: Table, layout: Layout) -> None:
    """Say what a report is that names people and does not say that they came."""
    first = [folded(cell) for row in table.rows[:3] for cell in row[:1]]
    headers = {folded(cell) for part in layout.parts for cell in part.header}
    if any(one.startswith(_POLLS) for one in first) or "submitted date time" in headers:
        raise CopkitError(
            f"{table.file} is the report of a poll or of questions, not of who came",
            "export the report of participants instead",
        )
    if headers & {"registration time", "approval status"} and not headers & {
        "join time",
        "attended",
    }:
        raise CopkitError(
            f"{table.file} lists who registered, not who came",
            "export the report of participants instead",
        )
    if layout.sections and set(layout.sections) <= {1, 4, 5}:
        raise CopkitError(
            f"{table.file} is a Teams report that lists no participants",
            "export the attendance report again, with its list of participants",
        )


def _no_people(file: str, row: Cells) -> CopkitError:
    """Say which headers a table has instead of those that are needed."""
    cells = [on_one_line(cell)[:30] for cell in row if cell]
    is_header = len(cells) > 1 and not any("@" in cell or cell.isdecimal() for cell in cells)
    is_header = is_header and not any(map(_may_be_a_name, cells))
    named = listed([f"'{cell}'" for cell in cells[:_MOST_HEADERS]])
    more = f" and {len(cells) - _MOST_HEADERS} more" if len(cells) > _MOST_HEADERS else ""
    found = f": its columns are {named}{more}" if is_header else ""
    return CopkitError(
        f"{file} has no column of names or of e-mail addresses{found}",
        "give one of its columns the header Name or E-mail, or export it in English",
    )


def _may_be_a_name(cell: str) -> bool:
    """Say whether a cell may name somebody, so that no message repeats it."""
    words = cell.replace(",", " ").split()
    several = len(words) > 1 and all(word[0].isupper() for word in words)
    from copkit.pii.passage import first_names  # where a list cannot be read

    return several or any(word.lower() in first_names() for word in words)
