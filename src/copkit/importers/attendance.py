"""Read who came to a meeting from an exported file: recognise the program, build a listing.  Pure.

:func:`read_listing` is the way in: table, layout, the program's report, then one attendee a person.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from copkit.errors import CopkitError
from copkit.importers.columns import normalise_header
from copkit.importers.layout import Cells, ReportLayout, parse_layout
from copkit.importers.model import (
    Attendee,
    Exclusion,
    Listing,
    LogAction,
    Report,
    ReportRow,
    Stay,
)
from copkit.importers.names import (
    find_address,
    has_host_mark,
    is_bot,
    is_dial_in,
    is_organiser,
    name_key,
    name_variants,
)
from copkit.importers.programs import REPORT_FORMS
from copkit.importers.tables import ImportedTable, read_table
from copkit.importers.times import TimeParser, build_time_parser, parse_duration, parse_moment
from copkit.text.normalise import single_line
from copkit.wording import count_in_words, list_in_words, plural

_A_DAY: Final = dt.timedelta(days=1)

# Which program made a file

# How the first cell of an export about something else begins, as a normalised header.
_POLLS: Final = ("poll report", "poll details", "polling results", "question report", "q a report")
_MAX_HEADERS: Final = 6  # named in an error: enough to recognise the file by


def read_listing(data: bytes, file: str, meeting: dt.date) -> Listing:
    """Read who came to a meeting; ``file`` is the file's name, for messages.

    ``meeting`` is the day it was held: it dates times without a day, and settles what day
    ``04/05`` is. Raise :class:`CopkitError` for a file that is no list of people, and for dates
    that may be read in two ways.
    """
    table = read_table(data, file)
    layout = parse_layout(table)
    return build_listing(_recognise_report(table, layout), table.file, meeting)


def _recognise_report(table: ImportedTable, layout: ReportLayout) -> Report:
    """Recognise the program that made a table by its contents, and parse its report.

    The file's name plays no part: people rename exports.
    """
    _refuse_other_reports(table, layout)
    for form in REPORT_FORMS:
        if form.needs_names:
            _require_names(table, layout)
        if form.recognise(table, layout):
            return form.parse(table, layout)
    raise AssertionError("the last form takes any table")


def _require_names(table: ImportedTable, layout: ReportLayout) -> None:
    """Raise :class:`CopkitError` for a table without a column of people."""
    if layout.parts:
        return
    if layout.unknown_header:
        raise _no_names_error(table.file, layout.unknown_header)
    if not layout.sections:  # a report with sections says by itself what it lacks
        fullest = max(table.rows[:20], key=lambda cells: sum(1 for cell in cells if cell))
        raise _no_names_error(table.file, fullest)


def _refuse_other_reports(table: ImportedTable, layout: ReportLayout) -> None:
    """Raise :class:`CopkitError` for a report that names people without saying that they came."""
    first_cells = [normalise_header(cell) for row in table.rows[:3] for cell in row[:1]]
    headers = {normalise_header(cell) for part in layout.parts for cell in part.header}
    if any(cell.startswith(_POLLS) for cell in first_cells) or "submitted date time" in headers:
        raise CopkitError(
            f"{table.file} is the report of a poll or of questions, not of who came",
            "export the report of participants instead",
        )
    # Zoom's attendee report of a webinar has the columns of registration as well.
    if headers & {"registration time", "approval status"} and not headers & {
        "join time",
        "attended",
    }:
        raise CopkitError(
            f"{table.file} lists who registered, not who came",
            "export the report of participants instead",
        )
    if layout.sections and set(layout.sections) <= {
        1,
        4,
        5,
    }:  # neither 2, participants, nor 3, rejoins
        raise CopkitError(
            f"{table.file} is a Teams report that lists no participants",
            "export the attendance report again, with its list of participants",
        )


def _no_names_error(file: str, row: Cells) -> CopkitError:
    """Return the error for a table without names, with the headers that ``row`` has instead."""
    cells = [single_line(cell)[:30] for cell in row if cell]
    # A row that may hold people is never repeated: messages are sent on to others.
    is_header = len(cells) > 1 and not any("@" in cell or cell.isdecimal() for cell in cells)
    is_header = is_header and not any(map(_may_be_a_name, cells))
    headers = list_in_words([f"'{cell}'" for cell in cells[:_MAX_HEADERS]])
    more = f" and {len(cells) - _MAX_HEADERS} more" if len(cells) > _MAX_HEADERS else ""
    columns = f": its columns are {headers}{more}" if is_header else ""
    return CopkitError(
        f"{file} has no column of names or of e-mail addresses{columns}",
        "give one of its columns the header Name or E-mail, or export it in English",
    )


def _may_be_a_name(cell: str) -> bool:
    """Check whether a cell may name somebody, so that no message repeats it."""
    words = cell.replace(",", " ").split()
    capitalised = len(words) > 1 and all(word[0].isupper() for word in words)
    from copkit.pii.passage import (
        load_first_names,
    )  # slow to load, and only for files that are refused

    return capitalised or any(word.lower() in load_first_names() for word in words)


# From a report to a listing

_LEEWAY: Final = 60  # seconds that clocks and rounded minutes may differ


def build_listing(report: Report, file: str, meeting: dt.date) -> Listing:
    """Combine each person's rows of a report, and note what does not agree.

    ``file`` is the file's name and ``meeting`` the day the meeting was held. Raise
    :class:`CopkitError` where nobody is listed, and for dates that may be read in two ways.
    """
    summary = report.summary
    times = build_time_parser(_times_of_report(report), meeting, file)
    times.meeting_day = times.parse_date(summary.day) or times.meeting_day
    line_notes = LineNotes()
    main = _rows_of_day(report.rows, times, meeting, line_notes)
    if not main and not report.rejoins:
        raise CopkitError(f"{file} lists nobody", "is it the right file? export it again")
    builder = AttendeeBuilder(report, times, line_notes)
    main_lines = {row.line for row in main}
    attendees = []
    # Main rows and rejoins are grouped together: somebody may be in the second list alone.
    for rows in group_by_person([*main, *report.rejoins]):
        main_rows = [row for row in rows if row.line in main_lines]
        rejoin_rows = [row for row in rows if row.line not in main_lines]
        attendees.append(builder.build(main_rows, rejoin_rows))
    _note_long_stays(report, times, attendees, line_notes)
    return Listing(
        file=file,
        kind=report.kind,
        title=summary.title,
        held_on=_held_on(report, times, main),
        stated=summary.stated,
        attendees=tuple(attendees),
        notes=tuple(_listing_notes(report, main, attendees, line_notes)),
        started_at=times.parse_moment(summary.start) if summary.start else None,
        ended_at=times.parse_moment(summary.end) if summary.end else None,
    )


def _times_of_report(report: Report) -> Iterator[str]:
    """Yield every day and time of a report, that of the meeting first."""
    yield from (report.summary.day, report.summary.start, report.summary.end)
    for row in (*report.rows, *report.rejoins):
        yield row.joined_at
        yield row.left_at


def _rows_of_day(
    rows: Sequence[ReportRow], times: TimeParser, meeting: dt.date, line_notes: LineNotes
) -> list[ReportRow]:
    """Return the rows of the meeting's day, where a list has several days.

    The lines of the others are added to ``line_notes``.
    """
    days = {row.line: times.parse_date(row.joined_at) for row in rows}
    if meeting not in days.values():
        return list(rows)  # a wrong day is the caller's question; here it would lose everybody
    # A day before or after stays: time zones and meetings over midnight put people there.
    others = {line for line, day in days.items() if day is not None and abs(day - meeting) > _A_DAY}
    line_notes.other_day += others
    return [row for row in rows if row.line not in others]


def _held_on(report: Report, times: TimeParser, rows: Sequence[ReportRow]) -> dt.date | None:
    """Return the day of a report, ``None`` where it has only times."""
    stated_day = times.parse_date(report.summary.day) or times.parse_date(report.summary.start)
    joined = (day for row in rows if (day := times.parse_date(row.joined_at)))
    return stated_day or min(joined, default=None)


def _note_long_stays(
    report: Report, times: TimeParser, attendees: Sequence[Attendee], line_notes: LineNotes
) -> None:
    """Add to ``line_notes`` who stayed longer than the meeting lasted, if that is stated."""
    summary = report.summary
    length = parse_duration(summary.length, report.length_unit) if summary.length else None
    start, end = times.parse_moment(summary.start), times.parse_moment(summary.end)
    if length is None and start and end and end > start:
        length = round((end - start).total_seconds())
    if not length:
        return
    for attendee in attendees:
        if (attendee.seconds or 0) > length + _LEEWAY:
            line_notes.longer_than_meeting.append(attendee.lines[0])


def _listing_notes(
    report: Report,
    main: Sequence[ReportRow],
    attendees: Sequence[Attendee],
    line_notes: LineNotes,
) -> Iterator[str]:
    """Yield everything that does not agree as sentences, the number of people first."""
    main_lines = {row.line for row in main}
    people = sum(1 for attendee in attendees if not main_lines.isdisjoint(attendee.lines))
    waited = sum(1 for attendee in attendees if attendee.exclusion is Exclusion.WAITING_ROOM)
    stated = report.summary.stated
    # Some programs count whoever was only in the waiting room, others do not.
    if stated is not None and stated not in {people, people - waited}:
        yield format_count_difference(stated, people, len(main))
    if report.absentees:
        yield format_absentees(report.absentees)
    yield from line_notes.sentences()
    yield from format_omissions(report)
    unknown = all(attendee.seconds is None for attendee in attendees)
    if unknown and not line_notes.explains_unknown_durations:
        yield "nothing in it says how long anybody stayed"


# From rows to people


def group_by_person(rows: Sequence[ReportRow]) -> list[list[ReportRow]]:
    """Group rows by person: by address, else by name.

    A row without an address belongs to the only person with an address who has that name; where
    several have it, to somebody else. Somebody who took another name during the meeting, ``Jo
    (Joanna Roe)``, is the same person as ``Joanna Roe`` where the list has that name as well.
    """
    addresses_by_name: defaultdict[str, set[str]] = defaultdict(set)
    for row in rows:
        if row.name:
            addresses_by_name[name_key(row.name)].add(row.email)
    people: dict[tuple[str, str], list[ReportRow]] = {}
    for row in rows:
        people.setdefault(_identity(row, addresses_by_name), []).append(row)
    return list(people.values())


def _identity(row: ReportRow, addresses_by_name: defaultdict[str, set[str]]) -> tuple[str, str]:
    """Return what rows of one person have in common: an address, or else a name."""
    if row.email:
        return row.email, ""
    keys = name_variants(row.name) if "(" in row.name else (name_key(row.name),)
    name = keys[0]
    for key in keys[:2]:  # the whole, then what stands in brackets
        # Asking a defaultdict by subscript would add the key, and change later rows.
        if key not in addresses_by_name:
            continue
        name = key
        addresses = addresses_by_name[key] - {""}
        if len(addresses) == 1:
            return min(addresses), ""
    return "", name


# From one person's rows to an attendee

_NUMBER: Final = re.compile(r"\d+(?:[.,]\d+)?")  # a duration without its unit: 45, 1.5


@dataclass(frozen=True, slots=True)
class AttendeeBuilder:
    """Builds the attendees of one report; lines that do not fit go to ``line_notes``."""

    report: Report
    times: TimeParser
    line_notes: LineNotes

    def build(self, main_rows: Sequence[ReportRow], rejoin_rows: Sequence[ReportRow]) -> Attendee:
        """Combine one person's rows: those of the main list, and those of a list of rejoins."""
        rows = [row for row in main_rows if not row.in_waiting_room]
        all_rows = [*main_rows, *rejoin_rows]
        name = next((row.name for row in all_rows if row.name), "")
        email = next((row.email for row in all_rows if row.email), "")
        lines = tuple(sorted(row.line for row in all_rows))
        if main_rows and not rows:
            return Attendee(name, email, 0, (), Exclusion.WAITING_ROOM, lines)
        if not main_rows:
            self.line_notes.only_rejoined.append(lines[0])
        self._note_names(rows, email)
        if any(row.action for row in rows):
            stays = self._stays_from_log(rows)
            seconds = total_seconds(stays)
        else:
            stays, seconds = self._stays_and_seconds(rows, rejoin_rows)
        return Attendee(name, email, seconds, stays, self._exclusion(name, email, rows), lines)

    def _stays_and_seconds(
        self, rows: Sequence[ReportRow], rejoin_rows: Sequence[ReportRow]
    ) -> tuple[tuple[Stay, ...], int | None]:
        """Return when somebody was there and for how long, from rows with durations or times."""
        durations = [self._parse_duration(row) for row in rows or rejoin_rows]
        main_stays, is_complete = self._parse_stays(rows)
        stays, rejoins_complete = (
            self._parse_stays(rejoin_rows) if rejoin_rows else (main_stays, is_complete)
        )
        span_seconds = total_seconds(main_stays) if is_complete else None
        # Rejoins are the finer record, but a duration stated in the main list counts first.
        if rejoin_rows and (not rows or not any(row.duration for row in rows)):
            span_seconds = total_seconds(stays) if rejoins_complete else None
        seconds = self._choose_seconds(
            rows or rejoin_rows, durations, span_seconds, has_rejoins=bool(rejoin_rows)
        )
        return stays, seconds

    def _choose_seconds(
        self,
        rows: Sequence[ReportRow],
        durations: list[int | None],
        span_seconds: int | None,
        *,
        has_rejoins: bool,
    ) -> int | None:
        """Return the seconds that the file states of a person, else the sum of their stays.

        ``durations`` has the parsed duration of each row; ``span_seconds`` is the time between
        joining and leaving, ``None`` where it is not known.
        """
        known_durations = [seconds for seconds in durations if seconds is not None]
        total = sum(known_durations) if len(known_durations) == len(durations) else None
        if not self.report.durations_are_totals:
            # One row a stay: two devices at once count once in the span, and twice in the sum.
            return total if span_seconds is None else span_seconds
        if total is not None:
            # For the same reason several totals of one person are at most their span.
            one_row = len(rows) == 1
            return total if one_row or span_seconds is None else min(total, span_seconds)
        if any(row.duration for row in rows) or (self.report.one_row_each and not has_rejoins):
            # From the first time joined to the last time left is no stay: absences are in it.
            return None
        return span_seconds

    def _parse_duration(self, row: ReportRow) -> int | None:
        """Parse the duration that a row states, in seconds; note one that cannot be read."""
        if not row.duration:
            return None
        seconds = parse_duration(row.duration, self.report.duration_unit)
        if seconds is None and _NUMBER.fullmatch(row.duration):
            self.line_notes.durations_without_unit.append(row.line)
        elif seconds is None:
            self.line_notes.unreadable_durations.append(row.line)
        return seconds

    def _parse_stays(self, rows: Sequence[ReportRow]) -> tuple[tuple[Stay, ...], bool]:
        """Parse when rows say that somebody was there, and whether every row says so."""
        stays: list[Stay] = []
        is_complete = True
        for row in rows:
            joined_at = self.times.parse_moment(row.joined_at)
            left_at = self.times.parse_moment(row.left_at)
            if (row.joined_at and not joined_at) or (row.left_at and not left_at):
                self.line_notes.unreadable_times.append(row.line)
            written = parse_moment(row.left_at)
            stay = build_stay(joined_at, left_at, dated=bool(written and written.numbers))
            if stay is None:
                self.line_notes.left_before_joining.append(row.line)
                is_complete = False
            elif joined_at or left_at:
                stays.append(stay)
            else:
                is_complete = False
        return tuple(stays), is_complete

    def _stays_from_log(self, rows: Sequence[ReportRow]) -> tuple[Stay, ...]:
        """Build stays from a log of joining and leaving, and note what is missing in it.

        The last stay has no ends where a row could not be read, so that no total is known.
        """
        events = []
        for row in rows:
            moment = self.times.parse_moment(row.joined_at)
            if moment is None:
                self.line_notes.unreadable_times.append(row.line)
            elif row.action:
                events.append((moment, row.action))
            if row.action is LogAction.JOINED_BEFORE:
                self.line_notes.present_at_start.append(row.line)
        stays = pair_events(events)
        if any(stay.left_at is None for stay in stays):
            self.line_notes.present_at_end.append(rows[-1].line)
        if any(stay.joined_at is None for stay in stays):
            self.line_notes.never_joined.append(rows[0].line)
        # A stay without ends makes the total unknown, where an event could not be read.
        return stays if len(events) == len(rows) else (*stays, Stay(None, None))

    def _note_names(self, rows: Sequence[ReportRow], email: str) -> None:
        """Note where several rows are taken for one person and might be of two."""
        if len(rows) < 2:
            return
        lines = [row.line for row in rows]
        if self.report.one_row_each and not email:
            self.line_notes.repeated_names += lines
        variants = [set(name_variants(row.name)) for row in rows if row.name]
        if email and any(variants[0].isdisjoint(other) for other in variants[1:]):
            self.line_notes.shared_addresses += lines

    def _exclusion(self, name: str, email: str, rows: Sequence[ReportRow]) -> Exclusion | None:
        """Return why somebody is probably no member who came, ``None`` for everybody else."""
        if is_bot(name, email):
            return Exclusion.BOT
        if is_dial_in(name):
            return Exclusion.DIAL_IN
        host = self.report.summary.host
        # An address is compared with an address: two people may have the host's name.
        is_host = bool(host) and (
            email == find_address(host) if email else name_key(name) in name_variants(host)
        )
        is_marked = self.report.marks_hosts and has_host_mark(name)
        if is_host or is_marked or any(is_organiser(row.role) for row in rows):
            return Exclusion.ORGANISER
        return None


# From times of joining and leaving to seconds

_LONGEST_OVER_MIDNIGHT: Final = dt.timedelta(hours=12)


def build_stay(
    joined_at: dt.datetime | None, left_at: dt.datetime | None, *, dated: bool
) -> Stay | None:
    """Return a stay, ``None`` where somebody left before they joined.

    ``dated`` says that the file wrote a day beside the time of leaving. Times without a day may go
    over midnight: 23:50 to 00:20 is half an hour.
    """
    if joined_at and left_at and left_at < joined_at:
        is_too_long = joined_at - left_at < _A_DAY - _LONGEST_OVER_MIDNIGHT
        if dated or is_too_long or left_at.date() == dt.date.max:  # no day comes after that one
            return None
        left_at += _A_DAY
    return Stay(joined_at, left_at)


def total_seconds(stays: Sequence[Stay]) -> int | None:
    """Return the seconds of stays, overlaps counted once; ``None`` where any end is unknown."""
    spans = [(stay.joined_at, stay.left_at) for stay in stays if stay.joined_at and stay.left_at]
    if not stays or len(spans) < len(stays):
        return None
    return round(merged_duration(spans).total_seconds())


def merged_duration(spans: Iterable[tuple[dt.datetime, dt.datetime]]) -> dt.timedelta:
    """Return the time covered by spans (start, end), overlaps counted once."""
    total = dt.timedelta()
    until: dt.datetime | None = None
    for start, end in sorted(spans):
        since = max(start, until) if until else start
        total += max(end - since, dt.timedelta())
        until = max(end, until) if until else end
    return total


def pair_events(events: Iterable[tuple[dt.datetime, LogAction]]) -> tuple[Stay, ...]:
    """Pair a person's joins with their leaves; of two devices, the last to leave ends a stay."""
    # At the same second joining comes first: a change of device is no absence.
    rank = {LogAction.LEFT: 1}
    stays: list[Stay] = []
    since: dt.datetime | None = None
    devices = 0
    for moment, action in sorted(events, key=lambda event: (event[0], rank.get(event[1], 0))):
        if action is not LogAction.LEFT:
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


# Notes about lines, as sentences

_MAX_LINES_NAMED: Final = 3  # beyond it a note names the first and how many there are


@dataclass(slots=True)
class LineNotes:
    """Line numbers by what is wrong with them; each kind becomes one sentence in the end."""

    unreadable_durations: list[int] = field(default_factory=list)
    durations_without_unit: list[int] = field(default_factory=list)
    unreadable_times: list[int] = field(default_factory=list)
    left_before_joining: list[int] = field(default_factory=list)
    other_day: list[int] = field(default_factory=list)
    present_at_end: list[int] = field(default_factory=list)
    present_at_start: list[int] = field(default_factory=list)
    never_joined: list[int] = field(default_factory=list)
    only_rejoined: list[int] = field(default_factory=list)
    longer_than_meeting: list[int] = field(default_factory=list)
    repeated_names: list[int] = field(default_factory=list)
    shared_addresses: list[int] = field(default_factory=list)

    @property
    def explains_unknown_durations(self) -> bool:
        """Whether a sentence about lines explains why durations are not known."""
        return bool(self.unreadable_durations or self.durations_without_unit or self.present_at_end)

    def sentences(self) -> list[str]:
        """Return a sentence for each kind of note, with its lines."""
        templates = [
            (self.unreadable_durations, "the duration cannot be read {}"),
            (
                self.durations_without_unit,
                "the duration {} is a number, and nothing says of what",
            ),
            (self.unreadable_times, "a time cannot be read {}"),
            (self.left_before_joining, "somebody leaves before they join {}"),
            (self.other_day, "what stands {} is of another day, and was left out"),
            (
                self.present_at_end,
                "the list ends while people are still there {}: how long is not known",
            ),
            (
                self.present_at_start,
                "people were there before the list begins {}: counted from then",
            ),
            (self.never_joined, "somebody leaves {} who never joined: how long is not known"),
            (
                self.only_rejoined,
                "somebody is among those who joined {}, and not among the participants",
            ),
            (self.longer_than_meeting, "somebody stayed longer than the meeting lasted {}"),
            (
                self.repeated_names,
                "one name without an address stands {}, and is taken for one person",
            ),
            (
                self.shared_addresses,
                "one address has several names {}, and is taken for one person",
            ),
        ]
        return [template.format(format_lines(lines)) for lines, template in templates if lines]


def format_lines(lines: Iterable[int]) -> str:
    """Return ``on line 4``, ``on lines 4 and 9``, ``on 12 lines, the first of them 4``."""
    numbers = sorted(set(lines))
    if len(numbers) > _MAX_LINES_NAMED:
        return f"on {len(numbers)} lines, the first of them {numbers[0]}"
    noun = "line" if len(numbers) == 1 else "lines"
    return f"on {noun} {list_in_words([str(number) for number in numbers])}"


def format_omissions(report: Report) -> list[str]:
    """Return a sentence for each reason why lines of a report were left out."""
    templates = (
        (report.short_lines, "what stands {} is too short to read, and was left out"),
        (report.nameless_lines, "what stands {} names nobody, and was left out"),
        (
            report.unknown_action_lines,
            "what somebody did {} is neither joining nor leaving in a language that is known",
        ),
    )
    return [template.format(format_lines(lines)) for lines, template in templates if lines]


def format_count_difference(stated: int, people: int, rows: int) -> str:
    """Return ``states 9 participants and lists 8``, and ``, in 9 rows`` if it counted those."""
    sentence = f"states {plural(stated, 'participant')} and lists {people}"
    return f"{sentence}, in {plural(rows, 'row')}" if stated == rows else sentence


def format_absentees(people: int) -> str:
    """Return ``one person is listed who did not attend``, for that many people."""
    verb = "is" if people == 1 else "are"
    return f"{count_in_words(people, 'person', 'people')} {verb} listed who did not attend"
