"""Recording who came to a meeting: whom a person means, and what is added to the record."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import count

from copkit.cli.asking import ask
from copkit.cli.options import day, today
from copkit.cli.output import clean, say
from copkit.cli.recording import change
from copkit.errors import CopkitError, did_you_mean
from copkit.folder import CommunityRecords, Programme
from copkit.records.meetings import Meeting, MeetingKind
from copkit.records.writing import format_record
from copkit.text.edit import append, remove, set_value
from copkit.words import plural


@dataclass(frozen=True, slots=True)
class Came:
    """Who came to a meeting, by member id; ``guests`` is ``None`` where nothing is said of them.

    ``substitutes`` are the members whose agency sent somebody else; ``absent`` are no longer on
    record as anything. ``why`` is the reason for correcting what is on record.
    """

    present: tuple[str, ...] = ()
    apologies: tuple[str, ...] = ()
    substitutes: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    guests: int | None = None
    why: str = ""


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
    programme: Programme, records: CommunityRecords, slug: str, came: Came, *, dry_run: bool
) -> None:
    """Add who came, and who did not, to a meeting's record, and say so.

    Raises :class:`CopkitError` where that contradicts what is on record and no reason is given.
    """
    after: list[Meeting | None] = []

    def with_attendance(text: str | None, meeting: Meeting | None) -> str:
        """Add to the meeting as it is at this moment."""
        after[:] = [meeting]
        if text is None or meeting is None:
            return _new_meeting(slug, came)
        return _with(text, meeting, came)

    file = f"communities/{records.slug}/meetings/{slug}.md"
    change(programme, file, with_attendance, dry_run=dry_run)
    _say_who_came(records.slug, slug, came, after[0])
    if slug[:10] > str(today()):
        say("  that day is still to come; is the date right?")


def _new_meeting(slug: str, came: Came) -> str:
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


def _with(text: str, meeting: Meeting, came: Came) -> str:
    """Add what is new to a meeting's text; what contradicts it is a correction, with its reason."""
    wrong = [*_moves(meeting, came)]
    if wrong and not came.why:
        _, id, where = wrong[0]
        raise CopkitError(
            f"'{id}' is on record {where} for {meeting.slug}; nothing was changed",
            "--why REASON corrects it, and keeps the reason in the meeting",
        )
    for key, id, _ in wrong:
        text = remove(text, [key], id)
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
    if came.why:
        number = next_number("c", [one.id for one in meeting.corrections])
        item = {"id": number, "date": today(), "why": came.why}
        text = append(text, ["corrections"], item)
    return text


def _with_substitutes(text: str, meeting: Meeting, came: Came) -> str:
    ids: list[str] = [one.id for one in meeting.substitutes]
    stood_for = {one.stands_for for one in meeting.substitutes}
    for id in came.substitutes:
        if id not in stood_for:
            ids.append(next_number("s", ids))
            text = append(text, ["substitutes"], {"id": ids[-1], "for": id})
    return text


def next_number(letter: str, taken: Collection[str]) -> str:
    """Give the first free id of a list within a record: ``s1``, ``s2``."""
    return next(id for number in count(1) if (id := f"{letter}{number}") not in taken)


def _moves(meeting: Meeting, came: Came) -> Iterator[tuple[str, str, str]]:
    """Give the entries that do not hold any more: their list, the id, and how it is on record."""
    for id in meeting.apologies:
        if id in came.present or id in came.absent:
            yield "apologies", id, "as apologising"
    for id in meeting.present:
        if id in came.apologies or id in came.absent or id in came.substitutes:
            yield "present", id, "as present"
    for one in meeting.substitutes:
        if one.stands_for in came.present or one.stands_for in came.absent:
            yield "substitutes", one.id, f"as the substitute for '{one.stands_for}'"


def _say_who_came(community: str, slug: str, came: Came, before: Meeting | None) -> None:
    """Say how many are on record now."""
    was = (before.present, before.apologies) if before else ((), ())
    gone = {*came.absent, *came.substitutes}
    here = ({*was[0]} - {*came.apologies} - gone) | {*came.present}
    sorry = ({*was[1]} - {*came.present} - {*came.absent}) | {*came.apologies}
    excused = plural(len(sorry), "apology", "apologies")
    say(f"  {community}, {slug}: {len(here)} present, {excused}")


def ids_of(records: CommunityRecords, named: Sequence[str] | None) -> list[str]:
    """Take ids one by one or with commas between; each must be on the roster."""
    ids = dict.fromkeys(id.strip() for text in named or () for id in text.split(",") if id.strip())
    roster = [member.id for member in records.members]
    for id in ids:
        if id not in roster:
            hint = did_you_mean(id, roster, f"'copkit new-member {records.slug}' adds one")
            raise CopkitError(f"'{id}' is not on the roster of {records.slug}", hint, status=2)
    return list(ids)
