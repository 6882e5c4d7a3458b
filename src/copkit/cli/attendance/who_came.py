"""Recording who came to a meeting: whom a person means, and what becomes of the record."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from copkit.analysis.record_attendance import Came, in_figures, new_meeting, with_attendance
from copkit.cli.nobody_named import require_nobody_known
from copkit.cli.params import day, interactive, today
from copkit.cli.people import beside, id_for, names_of
from copkit.cli.prompts import ask
from copkit.cli.store import change
from copkit.cli.terminal import say, say_choice
from copkit.errors import CopkitError, closest, did_you_mean
from copkit.folder import CommunityRecords, Programme
from copkit.records.meetings import Meeting, parse_meeting
from copkit.text.files import is_slug
from copkit.text.front_matter import read_document
from copkit.text.source import SourceText


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


def ids_of(root: Path, records: CommunityRecords, named: Sequence[str] | None) -> tuple[str, ...]:
    """Take ids or names, one by one or with commas between; each must be on the roster."""
    words = (word.strip() for text in named or () for word in text.split(",") if word.strip())
    return tuple(dict.fromkeys(_id_of(root, records, word) for word in words))


def _id_of(root: Path, records: CommunityRecords, typed: str) -> str:
    """Give the id of somebody; the contacts help to find whom a slip of the pen meant."""
    id = id_for(root, records, typed)
    if records.roster.member(id):
        return id
    known = {name: id for id, name in names_of(root, records.slug).items()}
    near = closest(typed, known)
    hint = f"did you mean '{known[near]}'?" if near and records.roster.member(known[near]) else ""
    roster = [member.id for member in records.members]
    hint = hint or did_you_mean(typed, roster, f"'copkit new-member {records.slug}' adds one")
    shown = f"'{typed}'" if is_slug(typed) or interactive() else "somebody named here"
    raise CopkitError(f"{shown} is not on the roster of {records.slug}", hint, status=2)


def ask_who_came(root: Path, records: CommunityRecords) -> tuple[list[str], list[str]]:
    """Show the roster with numbers, and ask who came and who sent apologies."""
    ids = [member.id for member in records.members]
    for number, member in enumerate(records.members, 1):
        say_choice(number, f"{beside(root, records, member.id)} ({member.role})")

    def answers(question: str) -> list[str]:
        words = ask(f"{question} (numbers, ids or names, commas between)", default="").split(",")
        return [
            ids[int(word) - 1] if word.isdecimal() and 0 < int(word) <= len(ids) else word
            for word in map(str.strip, words)
        ]

    return answers("who came"), answers("who sent apologies")


# --- writing it ------------------------------------------------------------------------------


def write_attendance(
    programme: Programme,
    records: CommunityRecords,
    slug: str,
    came: Came,
    *,
    dry_run: bool,
    listed_names: Iterable[str] = (),
) -> Meeting:
    """Put who came, and who did not, on a meeting's record, and say so; what stands there stays.

    Gives the meeting as it then is; ``listed_names`` may not stand in the reason. Raises
    :class:`CopkitError` where that contradicts what is on record and no reason is given.
    """
    file = f"communities/{records.slug}/meetings/{slug}.md"
    after: list[Meeting] = []
    corrections: list[int] = []

    def make(text: str | None, meeting: Meeting | None) -> str:
        """Change the meeting as it is at this moment."""
        if text is None or meeting is None:
            _require_something(records, slug, came)
            new, before = new_meeting(slug, came), 0
        else:
            new = with_attendance(text, meeting, came, today())
            before = len(meeting.corrections)
        document = read_document(SourceText(file, new), [], markdown=True)
        after.append(parse_meeting(document, records.slug, slug))
        corrections.append(len(after[0].corrections) - before)
        return new

    if came.why:
        require_nobody_known(programme, came.why, listed_names)
    change(programme, file, make, dry_run=dry_run, has_words=bool(came.why))
    would = "would then be on record: " if dry_run else ""
    say(f"  {records.slug}, {slug}: {would}{in_figures(after[0])}")
    if came.why and not corrections[0]:
        say("  there was nothing to correct, so the reason was not kept")
    _say_of_the_day(slug)
    return after[0]


def _say_of_the_day(slug: str) -> None:
    if slug[:10] > str(today()):
        say("  that day is still to come; is the date right?")


def show_names(root: Path, records: CommunityRecords, meeting: Meeting) -> None:
    """Show who is on record as what, if there is somebody at a terminal."""
    if not interactive():
        return
    stood_for = [one.stands_for for one in meeting.substitutes]
    for what, ids in (
        ("present", meeting.present),
        ("apologies", meeting.apologies),
        ("substitute for", stood_for),
    ):
        for id in ids:
            say(f"    {what:<15}{beside(root, records, id)}")


def _require_something(records: CommunityRecords, slug: str, came: Came) -> None:
    """Refuse to make a meeting of which nothing is said but who was not there."""
    if not (came.present or came.apologies or came.substitutes) and came.guests is None:
        hint = f"'copkit list meetings --community {records.slug}' shows those on record"
        raise CopkitError(f"there is no meeting {slug} of {records.slug} to correct", hint, 2)
