"""Several lists of one meeting -> the people on them, and how long each was there.  Pure.

Rejoins and second devices add up once. Where lists overlap and do not say when somebody was
there, nobody can tell how much of their times is the same; the longest then counts.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from copkit.importers.attendance import time_in
from copkit.importers.model import Attendee, Listing, Stay, Why
from copkit.importers.names import compared, readings

Span = tuple[dt.datetime, dt.datetime]
MINUTE: Final = 60  # seconds; programs round each stay to a whole one


class Time(NamedTuple):
    """How long one list says somebody was there, and when.

    ``span`` is when that list's meeting was; ``None`` where it gives no times of day.
    ``silent`` is a list that says of nobody how long they stayed, such as a sheet of names.
    """

    seconds: int | None
    stays: tuple[Stay, ...]
    span: Span | None
    silent: bool


class Total(NamedTuple):
    """How long somebody was there in all; ``None`` where that cannot be known.

    ``in_doubt`` says that times overlap and cannot be told apart, so that it may have been longer.
    """

    seconds: int | None
    in_doubt: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody on the lists of a meeting, on however many of them.

    ``row`` tells them from all others; it is their name as it is written first, or their address.
    ``known_as`` are their names as names are compared, ``read_as`` what else these may mean if
    nobody else's may, as in ``Jo (Joanna Roe)``; ``email`` is ``""`` where none is known.
    """

    row: str
    names: tuple[str, ...]
    known_as: tuple[str, ...]
    read_as: tuple[str, ...]
    email: str
    why: Why | None
    times: tuple[Time, ...]

    @property
    def said(self) -> tuple[str, ...]:
        """What they are called: their names as compared, or the address if they have none."""
        return self.known_as or (comparable(self.email),)

    @property
    def total(self) -> Total:
        """How long they were there, as far as their own rows say."""
        return together(self.times)

    @property
    def minutes(self) -> int | None:
        """The same in whole minutes, rounded down."""
        seconds = self.total.seconds
        return None if seconds is None else seconds // MINUTE


def distinct(listings: Sequence[Listing]) -> tuple[list[Listing], list[str]]:
    """Leave out lists that say the same as one before; give the rest, and a note for each."""
    first: dict[Listing, str] = {}
    kept, notes = [], []
    for listing in listings:
        said = replace(listing, file="")
        if said in first:
            notes.append(f"{listing.file} says the same as {first[said]}, and counts once")
        else:
            first[said] = listing.file
            kept.append(listing)
    return kept, notes


# --- who is on the lists ---------------------------------------------------------------------


class _Seen(NamedTuple):
    """Somebody on one list."""

    attendee: Attendee
    name: str  # as names are compared
    list_number: int


def people_on(listings: Sequence[Listing]) -> tuple[Person, ...]:
    """Give everybody who is on the lists, each once: told apart by address, else by name.

    Whoever has an address on one list and none on another is one person if only one has the name.
    """
    found: dict[tuple[str, str], list[_Seen]] = {}
    for number, listing in enumerate(listings):
        for one in listing.attendees:
            name = comparable(one.name)
            key = (one.email, "") if one.email else ("", name)
            found.setdefault(key, []).append(_Seen(one, name, number))
    _join_by_name(found)
    frames = [(_span_of(listing), _is_silent(listing)) for listing in listings]
    people = [_person(seen, frames) for seen in found.values()]
    shared = Counter(name for one in people for name in one.known_as)
    read = Counter(said for one in people for said in one.read_as)
    return tuple(_told_apart(one, shared, read) for one in people)


def _told_apart(person: Person, shared: Counter[str], read: Counter[str]) -> Person:
    """Leave out what may mean others as well, and name a row by its address where names do not."""
    own = tuple(said for said in person.read_as if read[said] == 1)
    row = person.row
    if person.email and person.names and any(shared[name] > 1 for name in person.known_as):
        row = f"{row} <{person.email}>"
    return replace(person, row=row, read_as=own)


def comparable(name: str) -> str:
    """Give a name as names are compared, or as it stands if it has no letters, as a number."""
    return compared(name) or " ".join(name.casefold().split())


def _join_by_name(found: dict[tuple[str, str], list[_Seen]]) -> None:
    """Put those without an address to the one person with an address who has their name.

    Where one list has both, they are two: a colleague of the same name, or a second device.
    """
    with_address: dict[str, set[str]] = {}
    for (email, _), seen in found.items():
        if email:
            for one in seen:
                with_address.setdefault(one.name, set()).add(email)
    for key in [key for key in found if not key[0]]:
        emails = with_address.get(key[1], set())
        if len(emails) != 1:
            continue
        whole = found[(next(iter(emails)), "")]
        lists = {one.list_number for one in whole}
        if not any(one.list_number in lists for one in found[key]):
            whole += found.pop(key)


def _person(seen: list[_Seen], frames: Sequence[tuple[Span | None, bool]]) -> Person:
    came = [one for one in seen if one.attendee.why is not Why.WAITING_ROOM] or seen
    names = tuple(dict.fromkeys(one.attendee.name for one in seen if one.attendee.name))
    email = next((one.attendee.email for one in seen if one.attendee.email), "")
    known_as = tuple(dict.fromkeys(one.name for one in seen if one.name))
    read_as = {said: None for name in names for said in readings(name) if said not in known_as}
    return Person(
        row=names[0] if names else email,
        names=names,
        known_as=known_as,
        read_as=tuple(read_as),
        email=email,
        why=next((one.attendee.why for one in came if one.attendee.why), None),
        times=tuple(
            Time(one.attendee.seconds, one.attendee.stays, *frames[one.list_number]) for one in came
        ),
    )


def _span_of(listing: Listing) -> Span | None:
    """Give when a list's meeting was, or when it has anybody there, as far as it says."""
    if listing.began and listing.ended and listing.began < listing.ended:
        return listing.began, listing.ended
    moments = [
        moment
        for one in listing.attendees
        for stay in one.stays
        for moment in (stay.joined, stay.left)
        if moment
    ]
    return (min(moments), max(moments)) if moments else None


def _is_silent(listing: Listing) -> bool:
    return not any(one.seconds is not None or one.stays for one in listing.attendees)


# --- how long --------------------------------------------------------------------------------


def together(times: Iterable[Time]) -> Total:
    """Add up somebody's times: what overlaps counts once, what does not adds."""
    telling = [time for time in times if not time.silent]
    parts = [_of_one_stretch(stretch) for stretch in _stretches(telling)]
    if not parts or any(part.seconds is None for part in parts):
        return Total(None)
    seconds = sum(part.seconds for part in parts if part.seconds is not None)
    return Total(seconds, any(part.in_doubt for part in parts))


def _stretches(times: list[Time]) -> list[list[Time]]:
    """Put together the times that overlap, or that may, for all that is known."""
    extents = [(extent, time) for time in times if (extent := _extent(time))]
    if len(extents) < len(times):
        return [times]
    found: list[list[Time]] = []
    until: dt.datetime | None = None
    for (begin, end), time in sorted(extents, key=lambda one: one[0]):
        if until is None or begin >= until:
            found.append([time])
            until = end
        else:
            found[-1].append(time)
            until = max(until, end)
    return found


def _extent(time: Time) -> Span | None:
    pairs = _pairs(time)
    if pairs:
        return min(joined for joined, _ in pairs), max(left for _, left in pairs)
    return time.span


def _pairs(time: Time) -> list[Span]:
    """Give when they came and went; nothing unless both are known of every stay."""
    pairs = [(stay.joined, stay.left) for stay in time.stays if stay.joined and stay.left]
    whole = len(pairs) == len(time.stays) and all(joined <= left for joined, left in pairs)
    return pairs if whole else []


def _of_one_stretch(times: list[Time]) -> Total:
    seconds = [_seconds(time) for time in times]
    known = [one for one in seconds if one is not None]
    if len(known) < len(times) or not known:
        return Total(None)
    if len(times) == 1:
        return Total(known[0])
    if all(_is_exact(time) for time in times):
        return Total(_union([pair for time in times for pair in _pairs(time)]))
    return Total(max(known), in_doubt=True)


def _seconds(time: Time) -> int | None:
    pairs = _pairs(time)
    return _union(pairs) if time.seconds is None and pairs else time.seconds


def _is_exact(time: Time) -> bool:
    """Say whether the stays are all there was: not just when they came first and left last."""
    pairs = _pairs(time)
    if not pairs or time.seconds is None:
        return bool(pairs)
    return abs(time.seconds - _union(pairs)) <= MINUTE * len(pairs)


def _union(pairs: list[Span]) -> int:
    """Count the seconds that are in any of several spans."""
    return int(time_in(pairs).total_seconds())
