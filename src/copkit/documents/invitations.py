"""Invitations by e-mail: which are due to whom, and each as a message (RFC 6047).  Pure.

Each message is about one meeting and goes to one member, the only attendee that it names. What a
member got last stands in the journal as an :class:`InvitationVersion`: a meeting that has changed
since is sent again under the same UID with a higher ``SEQUENCE``, and one that is no longer held is
cancelled.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from email.message import EmailMessage
from enum import StrEnum
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from copkit.analysis.agenda import Invitation
from copkit.analysis.recipients import Recipient
from copkit.documents.calendar import least_sequence, write_request
from copkit.documents.email import MESSAGE_POLICY
from copkit.mail.journal import JournalEntry, LetterState
from copkit.text.addresses import Mailbox
from copkit.text.normalise import mail_header_text
from copkit.wording import weekday_in_words

_VERSION: Final = re.compile(
    r"(\d{1,9}) (REQUEST|CANCEL) (\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d))? (\d{1,4}) ([0-9a-f]{16})",
    re.ASCII,
)


class InvitationKind(StrEnum):
    """Why an invitation is sent."""

    NEW = "new"
    CHANGED = "changed"
    CANCELLED = "cancelled"
    AGAIN = "again"


class InvitationVersion(NamedTuple):
    """What a member was told of a meeting, as the journal keeps it."""

    sequence: int
    is_cancelled: bool
    day: dt.date
    start: dt.time | None
    minutes: int
    digest: str

    def __str__(self) -> str:
        method = "CANCEL" if self.is_cancelled else "REQUEST"
        start = f"T{self.start:%H:%M}" if self.start else ""
        return f"{self.sequence} {method} {self.day}{start} {self.minutes} {self.digest}"


def parse_version(text: str) -> InvitationVersion | None:
    """Parse what a journal keeps of an invitation; ``None`` for anything else."""
    match = _VERSION.fullmatch(text)
    if match is None:
        return None
    sequence, method, day, start, minutes, digest = match.groups()
    try:
        return InvitationVersion(
            sequence=int(sequence),
            is_cancelled=method == "CANCEL",
            day=dt.date.fromisoformat(day),
            start=dt.time.fromisoformat(start) if start else None,
            minutes=int(minutes),
            digest=digest,
        )
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class InvitationLetter:
    """One invitation that is due to one member, and the version that it states."""

    recipient: Recipient
    invitation: Invitation
    version: InvitationVersion
    kind: InvitationKind


def plan_invitations(
    invitations: Sequence[Invitation],
    recipients: Iterable[Recipient],
    entries: Mapping[str, JournalEntry],
    zone: ZoneInfo,
    today: dt.date,
    *,
    resend: bool = False,
) -> list[InvitationLetter]:
    """Return the letters that are due, by meeting and recipient.

    ``invitations`` are to all meetings of a community that are held; those before ``today`` are
    not sent. ``entries`` are those of the journal. ``resend`` sends what somebody has once more.
    """
    told = _told_versions(entries)
    coming = [invitation for invitation in invitations if invitation.day >= today]
    letters = []
    for recipient in recipients:
        own = {uid: versions for (id, uid), versions in told.items() if id == recipient.id}
        for invitation in coming:
            before = own.get(invitation.uid)
            version = _next_version(invitation, told, zone, today)
            has_it = before and not before.is_cancelled and before.digest == version.digest
            if has_it and not resend:
                continue
            kind = InvitationKind.AGAIN if has_it else InvitationKind.NEW
            if before and not before.is_cancelled and not has_it:
                kind = InvitationKind.CHANGED
            letters.append(InvitationLetter(recipient, invitation, version, kind))
        letters += [
            letter
            for letter in _cancellations(recipient, own, invitations, told, today)
            if resend or not own[letter.invitation.uid].is_cancelled
        ]
    return sorted(letters, key=lambda letter: (letter.version.day, letter.invitation.uid))


def _told_versions(
    entries: Mapping[str, JournalEntry],
) -> dict[tuple[str, str], InvitationVersion]:
    """Return what members were told, or perhaps told, by member and UID."""
    told = {}
    for entry in entries.values():
        version = parse_version(entry.content)
        if version and entry.state in (LetterState.SENT, LetterState.SENDING):
            told[entry.to, entry.about] = version
    return told


def _next_version(
    invitation: Invitation,
    told: Mapping[tuple[str, str], InvitationVersion],
    zone: ZoneInfo,
    today: dt.date,
    *,
    is_cancelled: bool = False,
) -> InvitationVersion:
    """Return the version of a meeting as it is now, numbered above every other one.

    The same version has the same number for everybody.
    """
    what = (invitation.summary, invitation.place, invitation.description, zone.key)
    stated = (str(invitation.day), str(invitation.start), str(invitation.minutes), *what)
    digest = hashlib.sha256("\0".join(stated).encode("utf-8")).hexdigest()[:16]
    versions = [version for (_, uid), version in told.items() if uid == invitation.uid]
    latest = max(versions, default=None, key=lambda version: version.sequence)
    sequence = least_sequence(today)
    if latest and (latest.digest, latest.is_cancelled) == (digest, is_cancelled):
        sequence = latest.sequence
    elif latest:
        sequence = max(sequence, latest.sequence + 1)
    return InvitationVersion(
        sequence, is_cancelled, invitation.day, invitation.start, invitation.minutes, digest
    )


def _cancellations(
    recipient: Recipient,
    own: Mapping[str, InvitationVersion],
    invitations: Sequence[Invitation],
    told: Mapping[tuple[str, str], InvitationVersion],
    today: dt.date,
) -> Iterator[InvitationLetter]:
    """Yield the cancellation of each meeting to come that a recipient was invited to in vain.

    ``own`` is what they were told by UID; also of what they know already to be cancelled.
    """
    held = {invitation.uid for invitation in invitations}
    for uid, version in own.items():
        if uid in held or version.day < today:
            continue
        gone = Invitation(
            uid=uid,
            meeting="",
            day=version.day,
            start=version.start,
            minutes=version.minutes,
            summary="",
            place="",
            description="",
        )
        numbers = [other.sequence for (_, other_uid), other in told.items() if other_uid == uid]
        cancelled = [
            other.sequence
            for (_, other_uid), other in told.items()
            if other_uid == uid and other.is_cancelled
        ]
        sequence = max(cancelled, default=max(*numbers, least_sequence(today) - 1) + 1)
        cancellation = version._replace(sequence=sequence, is_cancelled=True)
        yield InvitationLetter(recipient, gone, cancellation, InvitationKind.CANCELLED)


# --- as messages -----------------------------------------------------------------------------


def invitation_message(
    letter: InvitationLetter,
    community: str,
    zone: ZoneInfo,
    organizer: Mailbox,
    attendee: Mailbox,
    stamp: dt.datetime,
) -> EmailMessage:
    """Build an invitation as a message: a text, and the request for calendar programs.

    ``community`` is its name, ``stamp`` when it is sent. It has no ``From``, ``To``, ``Date`` or
    ``Message-ID`` yet.
    """
    invitation = letter.invitation
    if not invitation.summary:
        invitation = replace(invitation, summary=community, description=community)
    is_cancelled = letter.version.is_cancelled
    request = write_request(
        invitation,
        zone,
        letter.version.sequence,
        stamp,
        organizer,
        attendee,
        is_cancelled=is_cancelled,
    )
    message = EmailMessage(policy=MESSAGE_POLICY)
    prefix = {InvitationKind.CHANGED: "Changed: ", InvitationKind.CANCELLED: "Cancelled: "}
    when = _when(invitation)
    subject = f"{prefix.get(letter.kind, '')}{invitation.summary}, {when}"
    message["Subject"] = mail_header_text(subject)
    message.set_content(_text(invitation, when, letter.kind), cte="quoted-printable")
    message.add_alternative(
        request.decode("utf-8"),
        subtype="calendar",
        cte="base64",
        params={"method": "CANCEL" if is_cancelled else "REQUEST"},
    )
    # The library's boundaries are random; base64 and quoted-printable text never begin with '=_'.
    message.set_boundary(f"=_{letter.version.digest}")
    return message


def _when(invitation: Invitation) -> str:
    """Format when a meeting is: ``Wednesday 20 June 2012, 14:00``."""
    day = weekday_in_words(invitation.day, 0)
    return f"{day}, {invitation.start:%H:%M}" if invitation.start else day


def _text(invitation: Invitation, when: str, kind: InvitationKind) -> str:
    """Write the text for mail programs that know no calendars."""
    first = {
        InvitationKind.CHANGED: "This meeting has changed. It is now:",
        InvitationKind.CANCELLED: "This meeting is cancelled:",
    }.get(kind, "You are invited to this meeting:")
    lines = [first, "", invitation.summary, when]
    if invitation.place:
        lines.append(invitation.place)
    return "\n".join([*lines, ""])
