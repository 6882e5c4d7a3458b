"""Merge several lists of one meeting into people, with how long each was there.  Pure.

Rejoins and second devices add up once. Where lists overlap and do not say when somebody was
there, nobody can tell how much of their times is the same; the longest then counts.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from copkit.importers.attendance import merged_duration
from copkit.importers.marks import ListMark
from copkit.importers.model import Attendee, Exclusion, Listing, Stay
from copkit.importers.names import name_key, name_variants

Span = tuple[dt.datetime, dt.datetime]
MINUTE: Final = 60  # seconds; programs round each stay to a whole one


class ListedTime(NamedTuple):
    """How long one list says somebody was there, and when.

    ``span`` is when that list's meeting was, ``None`` where it has no times of day. ``silent`` is a
    list without any length of stay, such as a sheet of names.
    """

    seconds: int | None
    stays: tuple[Stay, ...]
    span: Span | None
    silent: bool


class TotalTime(NamedTuple):
    """How long somebody was there in all, in seconds; ``None`` where that cannot be known.

    ``in_doubt`` means that times overlap and cannot be told apart, so it may have been longer.
    """

    seconds: int | None
    in_doubt: bool = False


@dataclass(frozen=True, slots=True)
class ListedPerson:
    """Somebody on the lists of a meeting, on however many of them.

    ``row`` identifies them: the first name written for them, or their address. ``known_as`` are
    their names in comparable form. ``other_readings`` are what else these may mean where they can
    mean nobody else, as in ``Jo (Joanna Roe)``. ``email`` is ``""`` where none is known, and
    ``other_emails`` are further addresses. ``mark`` is what the lists say of their coming, ``None``
    where they list only who came, and ``marked_as`` the value that says so. ``sector`` is theirs,
    where the lists have a column of sectors.
    """

    row: str
    names: tuple[str, ...]
    known_as: tuple[str, ...]
    other_readings: tuple[str, ...]
    email: str
    exclusion: Exclusion | None
    times: tuple[ListedTime, ...]
    mark: ListMark | None = None
    marked_as: str = ""
    other_emails: tuple[str, ...] = ()
    sector: str = ""

    @property
    def emails(self) -> tuple[str, ...]:
        """Every address of theirs."""
        return (self.email, *self.other_emails) if self.email else ()

    @property
    def came(self) -> bool:
        """Whether the lists say that they were there."""
        return self.mark is None or self.mark.came

    @property
    def compared_names(self) -> tuple[str, ...]:
        """Their names in comparable form, or the address if they have none."""
        return self.known_as or (comparable_name(self.email),)

    @property
    def total(self) -> TotalTime:
        """How long they were there, as far as their own rows say."""
        return total_time(self.times)

    @property
    def minutes(self) -> int | None:
        """The total in whole minutes, rounded down."""
        seconds = self.total.seconds
        return None if seconds is None else seconds // MINUTE


def drop_duplicates(listings: Sequence[Listing]) -> tuple[list[Listing], list[str]]:
    """Return the lists that say the same as no earlier one, and a note for each other one."""
    file_of: dict[Listing, str] = {}
    distinct, notes = [], []
    for listing in listings:
        # the same download often arrives twice, under two names
        content = replace(listing, file="")
        if content in file_of:
            notes.append(f"{listing.file} says the same as {file_of[content]}, and counts once")
        else:
            file_of[content] = listing.file
            distinct.append(listing)
    return distinct, notes


# --- who is on the lists ---------------------------------------------------------------------


class _Appearance(NamedTuple):
    """Somebody on one list."""

    attendee: Attendee
    name: str  # as names are compared
    list_number: int


def merge_people(listings: Sequence[Listing]) -> tuple[ListedPerson, ...]:
    """Return everybody on the lists, each once: identified by address, else by name.

    Whoever has an address on one list and none on another is one person if only one has the name.
    """
    appearances: dict[tuple[str, str], list[_Appearance]] = {}
    first_address = {
        other: attendee.email
        for listing in listings
        for attendee in listing.attendees
        for other in attendee.other_emails
    }
    for number, listing in enumerate(listings):
        for attendee in listing.attendees:
            name = comparable_name(attendee.name)
            email = first_address.get(attendee.email, attendee.email)
            key = (email, "") if email else ("", name)
            appearances.setdefault(key, []).append(_Appearance(attendee, name, number))
    _join_by_name(appearances)
    frames = [(_span_of(listing), _is_silent(listing)) for listing in listings]
    people = [_build_person(group, frames) for group in appearances.values()]
    name_counts = Counter(name for person in people for name in person.known_as)
    reading_counts = Counter(name for person in people for name in person.other_readings)
    return tuple(_disambiguate(person, name_counts, reading_counts) for person in people)


def _disambiguate(
    person: ListedPerson, name_counts: Counter[str], reading_counts: Counter[str]
) -> ListedPerson:
    """Drop readings that may mean others as well, and add the address to a row of a shared name."""
    unique_readings = tuple(name for name in person.other_readings if reading_counts[name] == 1)
    row = person.row
    if person.email and person.names and any(name_counts[name] > 1 for name in person.known_as):
        row = f"{row} <{person.email}>"
    if row == person.row and unique_readings == person.other_readings:
        return person
    return replace(person, row=row, other_readings=unique_readings)


def comparable_name(name: str) -> str:
    """Return a name in comparable form, or folded if it has no letters, such as a phone number."""
    return name_key(name) or " ".join(name.casefold().split())


def _join_by_name(appearances: dict[tuple[str, str], list[_Appearance]]) -> None:
    """Change ``appearances``: add those without an address to the one person who has their name.

    Its keys are an address and ``""``, or ``""`` and a name.

    Where one list has both, they stay two: a colleague of the same name, or a second device.
    """
    emails_by_name: dict[str, set[str]] = {}
    for (email, _), group in appearances.items():
        if email:
            for appearance in group:
                emails_by_name.setdefault(appearance.name, set()).add(email)
    for key in [key for key in appearances if not key[0]]:
        emails = emails_by_name.get(key[1], set())
        if len(emails) != 1:
            continue
        target = appearances[(next(iter(emails)), "")]
        lists = {appearance.list_number for appearance in target}
        if not any(appearance.list_number in lists for appearance in appearances[key]):
            target += appearances.pop(key)


def _build_person(
    appearances: list[_Appearance], frames: Sequence[tuple[Span | None, bool]]
) -> ListedPerson:
    """Build a person from their appearances; ``frames`` holds span and silence of each list."""
    # time in the waiting room is no time at the meeting, unless they got no further
    admitted = [
        appearance
        for appearance in appearances
        if appearance.attendee.exclusion is not Exclusion.WAITING_ROOM
    ] or appearances
    attendees = [appearance.attendee for appearance in appearances]
    names = tuple(dict.fromkeys(attendee.name for attendee in attendees if attendee.name))
    emails = [e for attendee in attendees for e in (attendee.email, *attendee.other_emails) if e]
    emails = list(dict.fromkeys(emails))
    email = emails[0] if emails else ""
    mark, marked_as = _combined_mark(attendees)
    known_as = dict.fromkeys(appearance.name for appearance in appearances if appearance.name)
    readings = dict.fromkeys(variant for name in names for variant in name_variants(name))
    exclusions = (appearance.attendee.exclusion for appearance in admitted)
    return ListedPerson(
        row=names[0] if names else email,
        names=names,
        known_as=tuple(known_as),
        other_readings=tuple(reading for reading in readings if reading not in known_as),
        email=email,
        exclusion=next(filter(None, exclusions), None),
        times=tuple(
            ListedTime(
                appearance.attendee.seconds,
                appearance.attendee.stays,
                *frames[appearance.list_number],
            )
            for appearance in admitted
            if appearance.attendee.mark is None or appearance.attendee.mark.came
        ),
        mark=mark,
        marked_as=marked_as,
        other_emails=tuple(emails[1:]),
        sector=next((attendee.sector for attendee in attendees if attendee.sector), ""),
    )


def _combined_mark(attendees: Sequence[Attendee]) -> tuple[ListMark | None, str]:
    """Return what all lists say of somebody's coming; whoever is there on one of them came."""
    values = {attendee.mark: attendee.marked_as for attendee in reversed(attendees)}
    order = (
        None,
        ListMark.ATTENDED,
        ListMark.LATE,
        ListMark.APOLOGIES,
        ListMark.ABSENT,
        ListMark.UNCLEAR,
    )
    return next((mark, values[mark]) for mark in order if mark in values)


def _span_of(listing: Listing) -> Span | None:
    """Return when a list's meeting was, else from when to when it has people; or ``None``."""
    if listing.started_at and listing.ended_at and listing.started_at < listing.ended_at:
        return listing.started_at, listing.ended_at
    moments = [
        moment
        for attendee in listing.attendees
        for stay in attendee.stays
        for moment in (stay.joined_at, stay.left_at)
        if moment
    ]
    return (min(moments), max(moments)) if moments else None


def _is_silent(listing: Listing) -> bool:
    """Check whether a list says of nobody when or for how long they were there."""
    return not any(attendee.seconds is not None or attendee.stays for attendee in listing.attendees)


# --- lengths of stay -------------------------------------------------------------------------


def total_time(times: Iterable[ListedTime]) -> TotalTime:
    """Return the sum of somebody's times; where they overlap, a moment counts once."""
    stated = [time for time in times if not time.silent]
    parts = [_total_of_stretch(stretch) for stretch in _stretches(stated)]
    if not parts or any(part.seconds is None for part in parts):
        return TotalTime(None)
    seconds = sum(part.seconds for part in parts if part.seconds is not None)
    return TotalTime(seconds, any(part.in_doubt for part in parts))


def _stretches(times: list[ListedTime]) -> list[list[ListedTime]]:
    """Group the times that overlap, or may overlap for all that is known."""
    extents = [(extent, time) for time in times if (extent := _extent(time))]
    if len(extents) < len(times):
        # one of unknown extent may overlap with each of the others
        return [times]
    stretches: list[list[ListedTime]] = []
    until: dt.datetime | None = None
    for (begin, end), time in sorted(extents, key=lambda pair: pair[0]):
        if until is None or begin >= until:
            stretches.append([time])
            until = end
        else:
            stretches[-1].append(time)
            until = max(until, end)
    return stretches


def _extent(time: ListedTime) -> Span | None:
    """Return the earliest and the latest moment that a time may cover; ``None`` if unknown."""
    pairs = _known_spans(time)
    if pairs:
        return min(joined_at for joined_at, _ in pairs), max(left_at for _, left_at in pairs)
    return time.span


def _known_spans(time: ListedTime) -> list[Span]:
    """Return when they joined and left; nothing unless both are known of every stay."""
    pairs = [
        (stay.joined_at, stay.left_at) for stay in time.stays if stay.joined_at and stay.left_at
    ]
    whole = len(pairs) == len(time.stays) and all(
        joined_at <= left_at for joined_at, left_at in pairs
    )
    return pairs if whole else []


def _total_of_stretch(times: list[ListedTime]) -> TotalTime:
    """Return the total of times that may overlap; the longest of them where that is in doubt."""
    seconds = [_seconds(time) for time in times]
    stated = [length for length in seconds if length is not None]
    if len(stated) < len(times) or not stated:
        return TotalTime(None)
    if len(times) == 1:
        return TotalTime(stated[0])
    if all(_is_exact(time) for time in times):
        return TotalTime(_union_seconds([pair for time in times for pair in _known_spans(time)]))
    return TotalTime(max(stated), in_doubt=True)


def _seconds(time: ListedTime) -> int | None:
    """Return how long a time is, as stated or from its stays; ``None`` if nothing says."""
    pairs = _known_spans(time)
    return _union_seconds(pairs) if time.seconds is None and pairs else time.seconds


def _is_exact(time: ListedTime) -> bool:
    """Return whether the stays are the whole time, not just first arrival and last departure."""
    pairs = _known_spans(time)
    if not pairs or time.seconds is None:
        return bool(pairs)
    # programs round each stay to a whole minute
    return abs(time.seconds - _union_seconds(pairs)) <= MINUTE * len(pairs)


def _union_seconds(pairs: list[Span]) -> int:
    """Count the seconds that are in any of several spans."""
    return int(merged_duration(pairs).total_seconds())
