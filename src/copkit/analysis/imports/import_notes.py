"""What a facilitator should know about lists that are imported: disagreements, gaps.  Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from copkit.analysis.imports.matching import Entry, Found, KnownMembers
from copkit.folder import CommunityRecords
from copkit.importers.model import Listing, Why
from copkit.records.meetings import Meeting
from copkit.wording import listed, plural

MOST_NAMED: Final = 5  # people or members in one note
# Addresses at these say nothing of where somebody works; nhs.net is that of all its trusts.
_EVERYBODYS: Final = frozenset(
    f"{name}.{end}"
    for ends, names in (
        ("com", "gmail googlemail outlook icloud me mac aol proton protonmail zoho btinternet"),
        ("com co.uk", "hotmail live yahoo ymail sky talktalk msn"),
        ("net", "nhs virginmedia gmx comcast"),
        ("me", "proton pm"),
    )
    for end in ends.split()
    for name in names.split()
)


def days_off(listing: Listing, held_on: dt.date) -> int:
    """Count the days between a list's own date and the meeting; 0 where the list has none."""
    return abs((listing.held_on - held_on).days) if listing.held_on else 0


def notes_on(
    found: Found,
    listings: Sequence[Listing],
    records: CommunityRecords,
    meeting: Meeting | None,
    held_on: dt.date,
    known: KnownMembers,
) -> list[str]:
    """Say what does not agree: within the lists, with the roster, and with what is on record."""
    return [
        *_of_lists(listings, held_on),
        *_of_times(found, listings),
        *_of_organisers(found),
        *_of_members(found, records, held_on),
        *(_of_record(found, meeting) if meeting else ()),
        *_stand_ins(found, _awaited(found, records, meeting, held_on), known),
    ]


def _of_lists(listings: Iterable[Listing], held_on: dt.date) -> Iterator[str]:
    for listing in listings:
        if days_off(listing, held_on):
            yield f"{listing.file} is of {listing.held_on}, and the meeting of {held_on}"
        for note in listing.notes:
            says = " " if note.startswith("states ") else ": "
            yield f"{listing.file}{says}{note}"


def _of_times(found: Found, listings: Iterable[Listing]) -> Iterator[str]:
    tell = any(one.seconds is not None for listing in listings for one in listing.attendees)
    if found.unknown and tell:
        yield f"nobody can tell from the lists how long {_named(found.unknown)} stayed"
    if found.doubts:
        times = f"the times of {_named(found.doubts)} on several lists may be the same"
        yield f"{times}, so only the longest counts"


def _named(names: Sequence[str]) -> str:
    """Name people, up to a few."""
    if len(names) <= MOST_NAMED:
        return listed(names)
    return f"{', '.join(names[:MOST_NAMED])} and {plural(len(names) - MOST_NAMED, 'other')}"


def _of_organisers(found: Found) -> Iterator[str]:
    """Say which members count who organised the meeting, and perhaps only opened the room."""
    of_lists = (one.members[0] for one in found.matched if one.person.why is Why.ORGANISER)
    if ids := [f"'{id}'" for id in dict.fromkeys(of_lists)]:
        yield f"{listed(ids)} organised the meeting, and {'counts' if len(ids) == 1 else 'count'}"


def _of_members(found: Found, records: CommunityRecords, held_on: dt.date) -> Iterator[str]:
    for id in dict.fromkeys(id for entry in _certain(found) for id in entry.members):
        member = records.roster.member(id)
        if member and member.left and member.left <= held_on:
            yield f"'{id}' left on {member.left}, and is on the lists"
        if member and member.joined and member.joined > held_on:
            yield f"'{id}' joined on {member.joined} only, and is on the lists"


def _certain(found: Found) -> tuple[Entry, ...]:
    return (*found.matched, *found.below_minimum)


def _of_record(found: Found, meeting: Meeting) -> Iterator[str]:
    """Hold the lists against what is on record of the meeting already."""
    short = {entry.members[0] for entry in found.below_minimum}
    for id in found.present:
        if id in meeting.apologies:
            yield f"'{id}' is on record as apologising, and came"
        if any(one.stands_for == id for one in meeting.substitutes):
            yield f"'{id}' came, and somebody is on record as standing in for them"
    for id in meeting.present:
        if id in short:
            yield f"'{id}' is on record as present, and did not stay long enough to count"
    likely = {id for entry in found.suggested for id in entry.members}
    unseen = [id for id in meeting.present if id not in {*found.present, *short, *likely}]
    if unseen:
        yield f"on record as present, and not found on the lists: {', '.join(unseen)}"


def _awaited(
    found: Found, records: CommunityRecords, meeting: Meeting | None, held_on: dt.date
) -> Iterator[str]:
    """Give the members of that day who did not come, and for whom nobody is known to."""
    there = {id for entry in _certain(found) for id in entry.members}
    there |= {one.stands_for for one in meeting.substitutes} if meeting else set()
    for member in records.members:
        if member.id not in there and member.is_member_on(held_on):
            yield member.id


def _stand_ins(found: Found, awaited: Iterable[str], known: KnownMembers) -> Iterator[str]:
    """Say who has an address of the same agency as a member who did not come.

    Where many have one address it tells nothing: an agency sends one or two.
    """
    absent: dict[str, list[str]] = {}
    for id in awaited:
        for domain in {email.partition("@")[2] for email in known.emails.get(id, ())}:
            absent.setdefault(domain, []).append(id)
    strangers: dict[str, list[str]] = {}
    for entry in found.unmatched:
        strangers.setdefault(entry.person.email.partition("@")[2], []).append(entry.person.row)
    for domain, rows in strangers.items():
        ids = () if domain in _EVERYBODYS else absent.get(domain, ())
        if ids and len(rows) <= MOST_NAMED:
            who = listed(ids[:MOST_NAMED], "or")
            yield from (f"{row} may stand in for {who}" for row in rows)
