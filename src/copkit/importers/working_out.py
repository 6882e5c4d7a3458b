"""What a report says -> who came and for how long, and where it disagrees with itself.  Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from copkit.errors import CopkitError
from copkit.importers.attendees import Reckoning
from copkit.importers.durations import seconds_in
from copkit.importers.gathering import people_in
from copkit.importers.model import Attendee, Listing, Why
from copkit.importers.remarks import Remarks, disagreement, left_out, registered_only
from copkit.importers.report import Report, Row
from copkit.importers.times import Clock, clock_for

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
