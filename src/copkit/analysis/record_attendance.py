"""Who came to a meeting: whom to expect, what is on record, and what becomes of its text.  Pure.

What is new is added; what was wrong is corrected with a reason, which is kept.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from copkit.analysis.ids import free_id
from copkit.errors import CopkitError
from copkit.folder import CommunityRecords
from copkit.records.meetings import Meeting, MeetingKind
from copkit.records.members import Member
from copkit.records.schema.write import format_record
from copkit.text.edit import append, remove, set_value
from copkit.wording import listed, plural


@dataclass(frozen=True, slots=True)
class Came:
    """Who came to a meeting, by member id; ``guests`` is ``None`` where nothing is said of them.

    ``substitutes`` are the members whose agency sent somebody else; ``absent`` are no longer on
    record as anything but what else is said here. ``why`` is the reason for changing what is on
    record.
    """

    present: tuple[str, ...] = ()
    apologies: tuple[str, ...] = ()
    substitutes: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    guests: int | None = None
    why: str = ""


def require_clear(came: Came) -> None:
    """Raise :class:`CopkitError` where one member is said to be two things that exclude each other.

    Somebody may well send apologies and a substitute.
    """
    for one, first, other, second in (
        ("present", came.present, "among the apologies", came.apologies),
        ("present", came.present, "stood in for", came.substitutes),
        ("absent", came.absent, "present", came.present),
        ("absent", came.absent, "among the apologies", came.apologies),
        ("absent", came.absent, "stood in for", came.substitutes),
    ):
        if both := [id for id in first if id in second]:
            message = f"'{both[0]}' cannot be both {one} and {other}"
            raise CopkitError(message, "say one of the two", status=2)


def is_taken(meeting: Meeting) -> bool:
    """Say whether anybody was recorded for a meeting."""
    return bool(meeting.present or meeting.apologies or meeting.substitutes)


def expected(
    records: CommunityRecords, meeting: Meeting | None, held_on: dt.date
) -> tuple[Member, ...]:
    """Give who is a member on a day, and whoever is on record for the meeting all the same."""
    known = on_record(meeting)
    return tuple(
        member for member in records.members if member.id in known or member.is_member_on(held_on)
    )


def on_record(meeting: Meeting | None) -> set[str]:
    """Give whoever a meeting's record names; nobody where there is none."""
    if meeting is None:
        return set()
    return {*meeting.present, *meeting.apologies, *stood_for(meeting)}


def stood_for(meeting: Meeting | None) -> tuple[str, ...]:
    """Give the members whose agency sent somebody else."""
    return tuple(one.stands_for for one in meeting.substitutes) if meeting else ()


def is_on_record(meeting: Meeting | None, came: Came) -> bool:
    """Say whether a meeting's record says all this already, and nothing that contradicts it."""
    if meeting is None:
        return came == Came()
    return (
        not contradicted(meeting, came)
        and {*came.present} <= {*meeting.present}
        and {*came.apologies} <= {*meeting.apologies}
        and {*came.substitutes} <= {*stood_for(meeting)}
        and came.guests in (None, meeting.guests)
    )


def in_figures(meeting: Meeting) -> str:
    """Say how many are on record: ``8 present, 1 apology, 1 substitute, 2 guests``."""
    figures = [
        f"{len(meeting.present)} present",
        plural(len(meeting.apologies), "apology", "apologies"),
    ]
    if meeting.substitutes:
        figures.append(plural(len(meeting.substitutes), "substitute"))
    if meeting.guests is not None:
        figures.append(plural(meeting.guests, "guest"))
    return ", ".join(figures)


def new_meeting(slug: str, came: Came) -> str:
    """Write the record of a meeting that has none yet."""
    values = {
        "date": dt.date.fromisoformat(slug[:10]),
        "kind": MeetingKind.REGULAR,
        "present": came.present,
        "apologies": came.apologies,
        "substitutes": [
            {"id": f"s{number}", "for": id} for number, id in enumerate(came.substitutes, 1)
        ],
        "guests": came.guests,
    }
    return format_record(Meeting, values)


def with_attendance(text: str, meeting: Meeting, came: Came, day: dt.date) -> str:
    """Change a meeting's text: add what is new, and with a reason take out what was wrong.

    ``day`` is that of a correction. Raises :class:`CopkitError` where there is no reason.
    """
    old, said = text, contradicted(meeting, came)
    if said and not came.why:
        hint = "--why REASON corrects it, and keeps the reason in the meeting"
        if came.present and {*meeting.apologies} & {*came.present}:
            hint = f"if they came after all, {hint}"
        raise CopkitError(f"{meeting.slug}: {listed(said)}; nothing was changed", hint)
    for one in _wrong(meeting, came):
        text = remove(text, [one.key], one.entry)
    for key, ids, there in (
        ("present", came.present, meeting.present),
        ("apologies", came.apologies, meeting.apologies),
    ):
        for id in ids:
            if id not in there:
                text = append(text, [key], id)
    text = _with_substitutes(text, meeting, came)
    if came.guests is not None and came.guests != meeting.guests:
        text = set_value(text, ["guests"], came.guests)
    if came.why and text != old:
        number = free_id([one.id for one in meeting.corrections], "c")
        item = {"id": number, "date": day, "why": came.why}
        text = append(text, ["corrections"], item)
    return text


def _with_substitutes(text: str, meeting: Meeting, came: Came) -> str:
    ids: list[str] = [one.id for one in meeting.substitutes]
    stood_for = {one.stands_for for one in meeting.substitutes}
    for id in came.substitutes:
        if id not in stood_for:
            ids.append(free_id(ids, "s"))
            text = append(text, ["substitutes"], {"id": ids[-1], "for": id})
    return text


class _Wrong(NamedTuple):
    """An entry of a meeting's record that does not hold any more: its list, whom it is about."""

    key: str
    entry: str
    id: str
    how: str


def contradicted(meeting: Meeting, came: Came) -> list[str]:
    """Say what is on record and does not hold any more, each in a few words."""
    said = [f"'{one.id}' is on record {one.how}" for one in _wrong(meeting, came)]
    if came.guests is not None and meeting.guests not in (None, came.guests):
        said.append(f"{plural(meeting.guests or 0, 'guest')} on record")
    return said


def _wrong(meeting: Meeting, came: Came) -> Iterator[_Wrong]:
    for id in meeting.apologies:
        if id in came.present or (id in came.absent and id not in came.apologies):
            yield _Wrong("apologies", id, id, "as apologising")
    gone = {*came.apologies, *came.substitutes, *came.absent} - {*came.present}
    for id in meeting.present:
        if id in gone:
            yield _Wrong("present", id, id, "as present")
    for one in meeting.substitutes:
        id = one.stands_for
        if id in came.present or (id in came.absent and id not in came.substitutes):
            yield _Wrong("substitutes", one.id, id, "as stood in for by a substitute")
