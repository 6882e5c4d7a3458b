"""``copkit meeting move`` and ``cancel``: another day for a meeting, and what was due at it."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from copkit.cli.context import Writing
from copkit.cli.params import (
    CommunityName,
    complete_meeting,
    is_interactive,
    parse_day,
    today,
    usage_error,
)
from copkit.cli.terminal import clean, say, say_choice
from copkit.errors import CopkitError
from copkit.folder import CommunityRecords, Programme, load
from copkit.layout import ALIASES, CONTACTS
from copkit.records.kinds import KINDS_BY_NAME, Noun, RecordName
from copkit.records.meetings import Meeting
from copkit.text.edit import remove, set_value
from copkit.wording import plural, weekday_in_words

if TYPE_CHECKING:
    from copkit.analysis.folder_changes import FolderChanges
    from copkit.cli.housekeeping import FolderPlan, Work, WorkSummary

Day = Annotated[
    str | None,
    typer.Argument(metavar="DATE", help="Its day, as on record.", autocompletion=complete_meeting),
]
Follow = Annotated[
    bool | None,
    typer.Option(
        "--follow/--no-follow",
        help="Whether what was due at it follows.",
        show_default="asked where it is more than one thing",
    ),
]
WhyOption = Annotated[str | None, typer.Option("--why", help="The reason; name nobody.")]


class DueDate(NamedTuple):
    """A date in a case that stands for a meeting: when it is presented, or an action is due."""

    file: str
    path: tuple[str, ...]
    description: str


def move(
    context: Writing,
    community: CommunityName = None,
    date: Day = None,
    new: Annotated[str | None, typer.Argument(metavar="NEW", help="The new day.")] = None,
    start: Annotated[str | None, typer.Option(help="Another time it begins, as 14:00.")] = None,
    why: WhyOption = None,
    follow: Follow = None,
) -> None:
    """Move a meeting to another day; cases presented and promises due at it move with it.

    Its place in people's calendars stays the same: 'copkit calendar send' mails the new day.

    \b
    Examples:
      copkit meeting move brighton 2012-06-20 2012-06-27
      copkit meeting move brighton 2012-06-20 2012-06-27 --start 10:00 --why "the room is taken"
    """
    root, dry_run = context.root, context.dry_run
    programme, records, meeting = _choose_meeting(root, community, date, "move")
    if new is None and not is_interactive():
        usage_error("missing: NEW", f"copkit meeting move {records.slug} {meeting.slug} 2012-06-27")
    if new is None:
        from copkit.cli.prompts import ask_day

        new = ask_day("the new day")
    day = parse_day(new, "NEW", programme.settings)
    time = _parse_start(start)
    if day == meeting.held_on and time in (None, meeting.start):
        from copkit.cli.store import say_unchanged

        reason = f"{records.slug}, {meeting.slug}: it is on that day already"
        say_unchanged(root, reason, dry_run=dry_run)
        return
    old = RecordName(KINDS_BY_NAME["meeting"], records.slug, meeting.slug)
    renamed = old._replace(slug=f"{day}{meeting.slug[10:]}")
    _require_free_day(records, meeting, renamed.slug)
    _require_no_names(programme, why)
    due = _find_due_dates(records, meeting.held_on) if day != meeting.held_on else []
    following = due if _does_follow(due, follow, f"to {day}") else []

    def edit(text: str) -> str:
        return _moved_text(text, meeting, day, time, why)

    from copkit.cli.housekeeping import Renamed, WorkSummary

    def work(changes: FolderChanges) -> WorkSummary:
        changes.edit(meeting.source.file, edit)
        _set_due_dates(changes, following, day)
        if renamed == old:
            return WorkSummary()
        changes.rename(old, renamed)
        return WorkSummary((Renamed(old, renamed),))

    _apply(
        root, work, following, dry_run=dry_run,
        summary=f"meeting {old} moved to {renamed.slug}",
    )  # fmt: skip
    verb = "would move" if dry_run else "moved"
    when = weekday_in_words(day, today().year)
    say(f"{clean(records.slug)}: the meeting of {meeting.slug} {verb} to {when}.")
    _say_left_behind(due, following, meeting.held_on)
    _say_closing(programme, records, dry_run=dry_run)


def cancel(
    context: Writing,
    community: CommunityName = None,
    date: Day = None,
    why: WhyOption = None,
    follow: Follow = None,
) -> None:
    """Cancel a meeting: its record stays with the reason, and counts for nothing.

    Promises due at it fall to the next meeting. One to which somebody came is not cancelled.

    \b
    Examples:
      copkit meeting cancel brighton 2012-06-20 --why "the room was flooded"
      copkit meeting cancel brighton 2012-06-20
    """
    root, dry_run = context.root, context.dry_run
    programme, records, meeting = _choose_meeting(root, community, date, "cancel")
    if meeting.was_attended:
        message = f"{records.slug} met on {meeting.held_on}: {_count_present(meeting)}"
        hint = f"correct it: copkit attendance record {records.slug} {meeting.slug} --absent ID"
        raise CopkitError(f"{message}; nothing was changed", hint)
    if why is None and not is_interactive():
        usage_error("missing: --why", 'the reason, such as --why "the room was flooded"')
    if why is None:
        from copkit.cli.prompts import ask

        why = ask("why (name nobody)")
    if not why.strip():
        usage_error("--why: a reason is needed", "such as: the room was flooded")
    _require_no_names(programme, why)
    reason = " ".join(why.split())
    following_day = next(
        (later.held_on for later in records.meetings if later.held_on > meeting.held_on), None
    )
    due = [item for item in _find_due_dates(records, meeting.held_on) if item.path[0] == "actions"]
    following = []
    if following_day is not None and _does_follow(due, follow, f"to {following_day}"):
        following = due

    from copkit.cli.housekeeping import WorkSummary

    def work(changes: FolderChanges) -> WorkSummary:
        changes.edit(meeting.source.file, lambda text: set_value(text, ["cancelled"], reason))
        _set_due_dates(changes, following, following_day)
        return WorkSummary()

    name = f"{records.slug}/{meeting.slug}"
    _apply(
        root, work, following, dry_run=dry_run,
        summary=f"meeting {name} cancelled",
    )  # fmt: skip
    verb = "would be" if dry_run else "is"
    when = weekday_in_words(meeting.held_on, today().year)
    say(f"{clean(records.slug)}: the meeting of {when} {verb} cancelled: {clean(reason)}")
    if following:
        count = plural(len(following), "promise")
        say(f"  {count} due at it {'falls' if len(following) == 1 else 'fall'} to {following_day}")
    elif due and following_day is None:
        count = plural(len(due), "promise")
        say(f"  {count} due at it stay: no later meeting of {clean(records.slug)} is on record")
    else:
        _say_left_behind(due, following, meeting.held_on)
    _say_closing(programme, records, dry_run=dry_run)


def _choose_meeting(
    root: Path, community: str | None, date: str | None, verb: str
) -> tuple[Programme, CommunityRecords, Meeting]:
    """Find the meeting that was named on the line, or ask for one of those to come.

    Raise :class:`CopkitError` where there is none of that day, or where it was cancelled.
    """
    from copkit.cli.names import meeting_slug
    from copkit.cli.prompts import find_or_ask_community

    nouns = frozenset({Noun.MEETINGS, Noun.CASES})
    if community is not None:
        programme = load(root, nouns, community)
        records = programme.community(community)
    else:
        records = find_or_ask_community(load(root, ()), None)
        programme = load(root, nouns, records.slug)
        records = programme.community(records.slug)
    if date is None and not is_interactive():
        usage_error("missing: DATE", f"copkit meeting {verb} {records.slug} 2012-06-20")
    slug = meeting_slug(records, date) if date is not None else _ask_meeting(records)
    for meeting in records.every_meeting:
        if meeting.slug == slug and meeting.cancelled:
            message = f"the meeting of {slug} was cancelled: {meeting.cancelled}"
            raise CopkitError(f"{message}; nothing was changed", "'copkit undo' takes it back")
        if meeting.slug == slug:
            return programme, records, meeting
    days = [meeting.slug for meeting in records.meetings][-6:]
    hint = f"there are: {', '.join(days)}" if days else f"'copkit new-meeting {records.slug}'"
    raise CopkitError(f"{records.slug} has no meeting of {slug}", hint, status=2)


def _ask_meeting(records: CommunityRecords) -> str:
    """List the meetings to come, or else the last ones, and ask for one."""
    from copkit.cli.prompts import ask_numbered

    meetings = [meeting for meeting in records.meetings if meeting.held_on >= today()]
    meetings = meetings or [*records.meetings[-6:]]
    if not meetings:
        raise CopkitError(f"no meeting of {records.slug} is on record")
    lines = {meeting.slug: weekday_in_words(meeting.held_on, today().year) for meeting in meetings}
    return ask_numbered("which meeting", lines, "DATE")


def _parse_start(text: str | None) -> dt.time | None:
    if text is None:
        return None
    from copkit.cli.records.new import parse_time

    return parse_time(text, "--start")


def _require_free_day(records: CommunityRecords, meeting: Meeting, slug: str) -> None:
    """Raise :class:`CopkitError` where another meeting has the name that a moved one would get."""
    if any(other.slug == slug != meeting.slug for other in records.every_meeting):
        message = f"{records.slug} has a meeting of {slug} already; nothing was changed"
        raise CopkitError(message, "choose another day, or move that one first")


def _require_no_names(programme: Programme, why: str | None) -> None:
    """Raise :class:`CopkitError` if a reason names somebody known here: it goes into git."""
    # Whatever else identifies somebody is found by 'check', which every commit and build asks.
    if why and any(map(os.path.lexists, (programme.root / CONTACTS, programme.root / ALIASES))):
        from copkit.cli.pii import require_no_known_names  # slow to import

        require_no_known_names(programme, why, ())


def _moved_text(
    text: str, meeting: Meeting, day: dt.date, time: dt.time | None, why: str | None
) -> str:
    """Return a meeting's text with another day, the day it was planned for, and the reason."""
    if day != meeting.held_on:
        text = set_value(text, ["date"], day)
        planned = meeting.moved_from or meeting.held_on
        if day != planned:
            text = set_value(text, ["moved_from"], planned)
        elif "moved_from" in meeting.source.fields.entries:  # it is back on its first day
            text = remove(text, [], "moved_from")
    if time is not None:
        text = set_value(text, ["start"], time)
    if why and why.strip():
        text = set_value(text, ["moved_because"], " ".join(why.split()))
    return text


def _find_due_dates(records: CommunityRecords, day: dt.date) -> list[DueDate]:
    """Return the dates in a community's cases that stand for its meeting of a day."""
    if sum(meeting.held_on == day for meeting in records.meetings) > 1:
        return []  # which of the two is meant, only a person can tell
    found = []
    for case in records.cases:
        if case.presented == day:
            found.append(DueDate(case.source.file, ("presented",), f"{case.name} is presented"))
        found += [
            DueDate(
                case.source.file, ("actions", action.id, "due"), f"{case.name} {action.id} is due"
            )
            for action in case.actions
            if action.due == day
        ]
    return found


def _set_due_dates(changes: FolderChanges, due: Iterable[DueDate], day: dt.date | None) -> None:
    """Write another day where a date stands for a meeting."""
    for item in due:
        # It refers to the meeting as a slug would, so that a sign-off goes on standing.
        edit = partial(set_value, path=item.path, value=day)
        changes.edit(item.file, edit, changes_words=False)


def _does_follow(due: list[DueDate], follow: bool | None, where: str) -> bool:
    """Ask whether what was due at a meeting follows, where it is more than one thing."""
    if follow is not None or len(due) < 2 or not is_interactive():
        return follow is not False
    from copkit.cli.prompts import confirm

    for number, item in enumerate(due, 1):
        say_choice(number, item.description)
    return confirm(f"do these {len(due)} follow {where}?", default=True)


def _apply(
    root: Path,
    work: Work,
    following: Iterable[DueDate],
    *,
    dry_run: bool,
    summary: str,
) -> None:
    """Write the changes of a meeting and of what follows it."""
    from copkit.cli.housekeeping import apply_changes, say_sign_offs

    def describe(plan: FolderPlan) -> None:
        for item in following:
            say(f"  follows: {clean(item.description)}")
        say_sign_offs(plan, dry_run=dry_run)

    apply_changes(root, work, dry_run=dry_run, ask=False, describe=describe, summary=[summary])


def _count_present(meeting: Meeting) -> str:
    return plural(
        len(meeting.present) + len(meeting.substitutes) + (meeting.guests or 0), "person", "people"
    )


def _say_left_behind(due: list[DueDate], following: list[DueDate], day: dt.date) -> None:
    if due and not following:
        say(f"  {plural(len(due), 'date')} in cases stay on {day}")


def _say_closing(programme: Programme, records: CommunityRecords, *, dry_run: bool) -> None:
    if not dry_run:
        send = "send " if programme.settings.mail else ""
        say(f"  tell the others: copkit calendar {send}{clean(records.slug)}")
        say("  take it back: copkit undo")
