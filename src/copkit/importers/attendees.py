"""One person's rows -> who they are, and how long they were there.  Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from copkit.importers.durations import seconds_in
from copkit.importers.model import Attendee, Kind, Stay, Why
from copkit.importers.names import (
    address_in,
    compared,
    is_bot,
    is_dial_in,
    is_marked_host,
    is_organiser,
    readings,
)
from copkit.importers.remarks import Remarks
from copkit.importers.report import Action, Report, Row
from copkit.importers.stays import seconds_of, stay_between, stays_told
from copkit.importers.times import Clock, read_moment

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
