"""What a community's calendar says of each meeting, and by what name calendars know it.  Pure.

Invitations are passed on, so they hold nothing that is for members alone: no case, no notes.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final
from uuid import UUID, uuid5

from copkit.errors import CopkitError
from copkit.folder import CommunityRecords, Programme
from copkit.records.meetings import USUAL_MINUTES, Meeting, MeetingKind

LONGEST: Final = 24 * 60  # minutes
FIRST_YEAR: Final = 1970
LAST_YEAR: Final = 2100
_OURS: Final = UUID("3b9d7c1e-5a42-5c0e-9f36-7b1d2ce04a86")


@dataclass(frozen=True, slots=True)
class Invitation:
    """One meeting as a calendar shows it; all day long where no ``start`` is on record.

    ``uid`` stays whatever is edited, so that a calendar puts the new in the place of the old.
    """

    uid: str
    meeting: str
    day: dt.date
    start: dt.time | None
    minutes: int
    summary: str
    place: str
    description: str


def invitations(programme: Programme, records: CommunityRecords) -> list[Invitation]:
    """Give the invitation to each of a community's meetings, the first first.

    Raises :class:`CopkitError` for a meeting that no calendar could show, or could not tell from
    another.
    """
    found: dict[str, Invitation] = {}
    for meeting in records.meetings:
        _require_possible(meeting)
        invitation = _invitation(programme, records, meeting)
        if other := found.get(invitation.uid):
            message = f"{records.slug}: {meeting.slug} and {other.meeting} are planned for one day"
            hint = "a file's name with a suffix tells them apart, such as 2012-05-16-evening.md"
            raise CopkitError(message, hint)
        found[invitation.uid] = invitation
    return list(found.values())


def _invitation(programme: Programme, records: CommunityRecords, meeting: Meeting) -> Invitation:
    name, kind = records.community.name, _KINDS.get(meeting.kind, "")
    return Invitation(
        uid=_uid(programme, records, meeting),
        meeting=meeting.slug,
        day=meeting.held_on,
        start=meeting.start,
        minutes=meeting.minutes or USUAL_MINUTES,
        summary=f"{name}: {kind.lower()}" if kind else name,
        place=meeting.place or "",
        description=f"{kind or 'Meeting'} of the {name}.",
    )


_KINDS: Final = {
    MeetingKind.TASTER: "Taster session",
    MeetingKind.GUEST_SPEAKER: "Guest speaker",
    MeetingKind.REVIEW: "Review",
}


def _uid(programme: Programme, records: CommunityRecords, meeting: Meeting) -> str:
    """Make a name that no other meeting has, of what is hardly ever edited.

    The programme's own name can change; the day on which it started tells it from others.
    """
    planned = f"{meeting.moved_from or meeting.held_on}{meeting.slug[10:]}"
    return str(uuid5(_OURS, f"{programme.settings.starts}/{records.slug}/{planned}"))


def _require_possible(meeting: Meeting) -> None:
    if (meeting.minutes or 0) > LONGEST:
        message = f"{meeting.source.file}: no calendar shows a meeting of {meeting.minutes} minutes"
        raise CopkitError(message, "correct its 'minutes'")
    if not FIRST_YEAR <= meeting.held_on.year <= LAST_YEAR:
        message = f"{meeting.source.file}: no calendar shows a meeting in {meeting.held_on.year}"
        raise CopkitError(message, "correct its date, and the file's name")
