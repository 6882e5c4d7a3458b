"""Record attendance: whom to expect at a meeting, and the edits of its record.  Pure.

What is new is added. What contradicts the record is only changed with a reason, which is kept in
the meeting's list of corrections.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from copkit.errors import CopkitError
from copkit.folder import CommunityRecords
from copkit.records.meetings import Correction, Meeting, MeetingKind, Substitute
from copkit.records.members import Member
from copkit.records.schema.fields import new_part_id
from copkit.records.schema.write import format_record
from copkit.text.edit import append, remove, set_value
from copkit.wording import list_in_words, plural


@dataclass(frozen=True, slots=True)
class AttendanceUpdate:
    """Attendance to be recorded for one meeting; members are given by id.

    ``substitutes`` are the members whose agency sent somebody else, ``absent`` those who are to be
    on record as nothing but what else stands here. ``guests`` is ``None`` if their number is not to
    be changed, ``why`` the reason for changing what is on record already.
    """

    present: tuple[str, ...] = ()
    apologies: tuple[str, ...] = ()
    substitutes: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    guests: int | None = None
    why: str = ""


def require_consistent(update: AttendanceUpdate) -> None:
    """Raise :class:`CopkitError` if a member is given as two things that exclude each other."""
    # Apologies and a substitute do not: somebody may well send both.
    for first, first_ids, second, second_ids in (
        ("present", update.present, "among the apologies", update.apologies),
        ("present", update.present, "stood in for", update.substitutes),
        ("absent", update.absent, "present", update.present),
        ("absent", update.absent, "among the apologies", update.apologies),
        ("absent", update.absent, "stood in for", update.substitutes),
    ):
        if conflicts := [id for id in first_ids if id in second_ids]:
            message = f"'{conflicts[0]}' cannot be both {first} and {second}"
            raise CopkitError(message, "say one of the two", status=2)


def has_attendance(meeting: Meeting) -> bool:
    """Check whether the attendance of any member was recorded for a meeting."""
    return bool(meeting.present or meeting.apologies or meeting.substitutes)


def expected_members(
    records: CommunityRecords, meeting: Meeting | None, held_on: dt.date
) -> tuple[Member, ...]:
    """Return the members on a day, and those who are on record for the meeting though they left.

    ``meeting`` is ``None`` if it has no record yet.
    """
    recorded = recorded_ids(meeting)
    return tuple(
        member
        for member in records.members
        if member.id in recorded or member.is_member_on(held_on)
    )


def recorded_ids(meeting: Meeting | None) -> set[str]:
    """Return the ids of all members whom a meeting's record names; none without a record."""
    if meeting is None:
        return set()
    return {*meeting.present, *meeting.apologies, *substituted_members(meeting)}


def substituted_members(meeting: Meeting | None) -> tuple[str, ...]:
    """Return the ids of members whose agency sent somebody else; none without a record."""
    if meeting is None:
        return ()
    return tuple(substitute.stands_for for substitute in meeting.substitutes)


def is_recorded(meeting: Meeting | None, update: AttendanceUpdate) -> bool:
    """Check whether a meeting's record has all of an update, and nothing that contradicts it.

    Without a record (``None``) only an empty update is recorded.
    """
    if meeting is None:
        return update == AttendanceUpdate()
    return (
        not describe_contradictions(meeting, update)
        and {*update.present} <= {*meeting.present}
        and {*update.apologies} <= {*meeting.apologies}
        and {*update.substitutes} <= {*substituted_members(meeting)}
        and update.guests in (None, meeting.guests)
    )


def format_attendance_counts(meeting: Meeting) -> str:
    """Return the numbers on record: ``8 present, 1 apology, 1 substitute, 2 guests``."""
    figures = [
        f"{len(meeting.present)} present",
        plural(len(meeting.apologies), "apology", "apologies"),
    ]
    if meeting.substitutes:
        figures.append(plural(len(meeting.substitutes), "substitute"))
    if meeting.guests is not None:
        figures.append(plural(meeting.guests, "guest"))
    return ", ".join(figures)


def format_new_meeting(slug: str, update: AttendanceUpdate) -> str:
    """Return the text of a record for a meeting that has none yet; ``slug`` begins with its day."""
    values = {
        "date": dt.date.fromisoformat(slug[:10]),  # 2012-05-16 of 2012-05-16-evening
        "kind": MeetingKind.REGULAR,
        "present": update.present,
        "apologies": update.apologies,
        "substitutes": [
            {"id": f"s{number}", "for": id} for number, id in enumerate(update.substitutes, 1)
        ],
        "guests": update.guests,
    }
    return format_record(Meeting, values)


def edit_attendance(text: str, meeting: Meeting, update: AttendanceUpdate, day: dt.date) -> str:
    """Return a meeting's text with an update: new entries are added, wrong ones taken out.

    ``text`` is what ``meeting`` was read from, ``day`` the date of a correction. Raise
    :class:`CopkitError` if the record contradicts the update and no reason is given.
    """
    old, contradictions = text, describe_contradictions(meeting, update)
    if contradictions and not update.why:
        hint = "--why REASON corrects it, and keeps the reason in the meeting"
        if update.present and {*meeting.apologies} & {*update.present}:
            hint = f"if they came after all, {hint}"
        raise CopkitError(
            f"{meeting.slug}: {list_in_words(contradictions)}; nothing was changed", hint
        )
    for entry in _wrong_entries(meeting, update):
        text = remove(text, [entry.key], entry.value)
    for key, ids, recorded in (
        ("present", update.present, meeting.present),
        ("apologies", update.apologies, meeting.apologies),
    ):
        for id in ids:
            if id not in recorded:
                text = append(text, [key], id)
    text = _with_substitutes(text, meeting, update)
    if update.guests is not None and update.guests != meeting.guests:
        text = set_value(text, ["guests"], update.guests)
    if update.why and text != old:  # the same command again corrects nothing
        id = new_part_id(Correction, [correction.id for correction in meeting.corrections])
        text = append(text, ["corrections"], {"id": id, "date": day, "why": update.why})
    return text


def _with_substitutes(text: str, meeting: Meeting, update: AttendanceUpdate) -> str:
    """Return a meeting's text with new substitutes, each with a free id such as ``s2``."""
    taken: list[str] = [substitute.id for substitute in meeting.substitutes]
    recorded = substituted_members(meeting)
    for id in update.substitutes:
        if id not in recorded:
            taken.append(new_part_id(Substitute, taken))
            text = append(text, ["substitutes"], {"id": taken[-1], "for": id})
    return text


class _WrongEntry(NamedTuple):
    """An entry of a meeting's record that an update contradicts.

    ``value`` finds it in the list under ``key``: the member's id, or that of the substitute.
    ``member`` is the id of the member, ``role`` what the record has them as.
    """

    key: str
    value: str
    member: str
    role: str


def describe_contradictions(meeting: Meeting, update: AttendanceUpdate) -> list[str]:
    """Return a phrase for each entry on record that an update contradicts."""
    phrases = [
        f"'{entry.member}' is on record {entry.role}" for entry in _wrong_entries(meeting, update)
    ]
    if update.guests is not None and meeting.guests not in (None, update.guests):
        phrases.append(f"{plural(meeting.guests or 0, 'guest')} on record")
    return phrases


def _wrong_entries(meeting: Meeting, update: AttendanceUpdate) -> Iterator[_WrongEntry]:
    """Yield each entry of a meeting's record that contradicts an update."""
    # Apologies are no contradiction to a substitute, nor the other way round.
    for id in meeting.apologies:
        if id in update.present or (id in update.absent and id not in update.apologies):
            yield _WrongEntry("apologies", id, id, "as apologising")
    not_present = {*update.apologies, *update.substitutes, *update.absent} - {*update.present}
    for id in meeting.present:
        if id in not_present:
            yield _WrongEntry("present", id, id, "as present")
    for substitute in meeting.substitutes:
        id = substitute.stands_for
        if id in update.present or (id in update.absent and id not in update.substitutes):
            yield _WrongEntry("substitutes", substitute.id, id, "as stood in for by a substitute")
