"""Recording who came to a meeting: whom a person means, and what is added to the record."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from copkit.cli.asking import ask
from copkit.cli.options import day, today
from copkit.cli.output import clean, say
from copkit.cli.recording import change
from copkit.errors import CopkitError, did_you_mean
from copkit.folder import CommunityRecords, Programme
from copkit.records.meetings import Meeting, MeetingKind
from copkit.records.writing import format_record
from copkit.text.edit import append
from copkit.words import plural


def meeting_slug(records: CommunityRecords, named: str) -> str:
    """Give the meeting that was named: by its file's name, or by its day if it is the only one."""
    if any(meeting.slug == named for meeting in records.meetings):
        return named
    held_on = day(named, "DATE")
    that_day = [meeting.slug for meeting in records.meetings if meeting.held_on == held_on]
    if len(that_day) > 1:
        message = f"{records.slug} has {len(that_day)} meetings on {held_on}"
        raise CopkitError(message, f"name one of them: {', '.join(that_day)}", status=2)
    return that_day[0] if that_day else str(held_on)


def ask_who_came(records: CommunityRecords) -> tuple[list[str], list[str]]:
    """Show the roster with numbers, and ask who came and who sent apologies."""
    ids = [member.id for member in records.members]
    for number, member in enumerate(records.members, 1):
        say(f"  {number:>2}  {clean(member.id)} ({clean(member.role)})")

    def answers(question: str) -> list[str]:
        words = ask(f"{question} (numbers or ids, commas between)", default="").split(",")
        return [
            ids[int(word) - 1] if word.isdecimal() and 0 < int(word) <= len(ids) else word
            for word in map(str.strip, words)
        ]

    return answers("who came"), answers("who sent apologies")


def write_attendance(
    programme: Programme,
    records: CommunityRecords,
    slug: str,
    came: list[str],
    sorry: list[str],
    *,
    dry_run: bool,
) -> None:
    """Add who came and who sent apologies to a meeting's record, and say so."""
    counts: list[int] = []

    def with_attendance(text: str | None, meeting: Meeting | None) -> str:
        """Add who is not on record yet, to the meeting as it is at this moment."""
        counts[:] = [len(came), len(sorry)]
        if text is None or meeting is None:
            day = dt.date.fromisoformat(slug[:10])
            values = {"date": day, "kind": MeetingKind.REGULAR, "present": came, "apologies": sorry}
            return format_record(Meeting, values)
        _require_no_change(meeting, came, sorry)
        new = [id for id in came if id not in meeting.present]
        new_sorry = [id for id in sorry if id not in meeting.apologies]
        for key, ids in (("present", new), ("apologies", new_sorry)):
            for id in ids:
                text = append(text, [key], id)
        counts[:] = [len(meeting.present) + len(new), len(meeting.apologies) + len(new_sorry)]
        return text

    file = f"communities/{records.slug}/meetings/{slug}.md"
    change(programme, file, with_attendance, dry_run=dry_run)
    excused = plural(counts[1], "apology", "apologies")
    say(f"  {records.slug}, {slug}: {counts[0]} present, {excused}")
    if slug[:10] > str(today()):
        say("  that day is still to come; is the date right?")


def ids_of(records: CommunityRecords, named: Sequence[str] | None) -> list[str]:
    """Take ids one by one or with commas between; each must be on the roster."""
    ids = dict.fromkeys(id.strip() for text in named or () for id in text.split(",") if id.strip())
    roster = [member.id for member in records.members]
    for id in ids:
        if id not in roster:
            hint = did_you_mean(id, roster, f"'copkit new-member {records.slug}' adds one")
            raise CopkitError(f"'{id}' is not on the roster of {records.slug}", hint, status=2)
    return list(ids)


def _require_no_change(meeting: Meeting, came: Sequence[str], sorry: Sequence[str]) -> None:
    """Refuse to contradict what is on record: that is a correction, and needs a reason."""
    for ids, other, words in (
        (came, meeting.apologies, "as apologising"),
        (sorry, meeting.present, "as present"),
    ):
        for id in ids:
            if id in other:
                raise CopkitError(
                    f"'{id}' is on record {words} for {meeting.slug}; nothing was changed",
                    f"move the line in {meeting.source.file}, and say why under 'corrections'",
                )
