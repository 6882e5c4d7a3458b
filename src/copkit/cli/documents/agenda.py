"""``copkit agenda`` and ``copkit calendar``: the next meeting's agenda, and invitations."""

from __future__ import annotations

import datetime as dt
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from copkit.cli.context import Building, CommandContext, Reporting
from copkit.cli.params import (
    CommunityName,
    Output,
    complete_meeting,
    today,
    usage_error,
)
from copkit.cli.terminal import clean, print_json, say
from copkit.errors import CopkitError
from copkit.text.normalise import without_comments
from copkit.wording import list_in_words, plural

if TYPE_CHECKING:
    from collections.abc import Sequence

    from copkit.documents.calendar import CalendarEntry, WrittenCalendar
    from copkit.folder import CommunityRecords, Programme
    from copkit.records.meetings import Meeting


PRINTED_FORMAT: Final = "txt"


def agenda(
    context: Building,
    community: CommunityName = None,
    date: Annotated[
        str | None,
        typer.Argument(
            help="The meeting's day.",
            show_default="the next",
            autocompletion=complete_meeting,
        ),
    ] = None,
    formats: Annotated[
        list[str] | None,
        typer.Option(
            "--format",
            "-f",
            help="The form: txt, md or html; with --build several, commas between them.",
            show_default="txt, or all of them with --build",
        ),
    ] = None,
    output: Output = None,
    build: Annotated[
        bool, typer.Option("--build", help="Write all forms below build/agendas.")
    ] = False,
) -> None:
    """Print the agenda of a community's next meeting, or build it to send and to print.

    Ground rules, apologies, the actions that are due (overdue ones first), the case or whose turn
    it is, evidence, news of blockages and the next dates. It is for members: a case that is to be
    presented is shown by its title, its question and its presenters' roles. A day without a
    meeting on record has an agenda too, to print; to build one, add the meeting.

    \b
    Forms:
      txt   to paste into a message      html  for the browser, and to print
      md    Markdown

    \b
    Examples:
      copkit agenda brighton
      copkit agenda brighton --open
      copkit agenda CP1 2012-07-18 --build --format html
      copkit agenda CP1 2012-07-18 --output agenda.html
    """
    from copkit.cli.prompts import find_or_ask_community

    if output is not None and (build or context.open_it or context.as_json):
        option = "--build" if build else "--open" if context.open_it else "--json"
        usage_error(f"--output and {option} do not go together", "leave out one of them")
    building = build or context.open_it  # a browser needs a file, so --open builds one
    printing = not (context.as_json or building)
    chosen_formats = (
        _parse_agenda_formats(formats or (), output, several=building)
        if building or printing
        else []
    )
    # a build brings earlier builds up to date first
    programme = context.open_to_build() if building else context.open(community=community)
    records = find_or_ask_community(programme, community)
    meeting = find_meeting_or_next(records, date, on_record=building)
    if building:
        _build_and_report(context, programme, records, meeting, chosen_formats)
        return
    require_anonymous_agenda(programme, records)
    if context.as_json:
        print_json(_agenda_as_json(programme, records, meeting))
    else:
        _print_agenda(context, programme, records, meeting, chosen_formats[0], output)


def find_meeting_or_next(records: CommunityRecords, day: str | None, *, on_record: bool) -> Meeting:
    """Find the meeting of a day, or the next one where ``day`` is ``None``.

    For a day without a meeting, return one as it might be held, unless it has to be ``on_record``.
    Raise :class:`CopkitError` where there is none.
    """
    from copkit.analysis.agenda import unrecorded_meeting
    from copkit.analysis.period import next_meeting
    from copkit.cli.names import meeting_slug, new_meeting_hint

    following = next_meeting(records, today())
    # looked for in any case: the error about another day names it
    if day is None:
        if following is None:
            agenda_of_any = f"; 'copkit agenda {records.slug} DATE' prints the agenda of any day"
            hint = "" if on_record else agenda_of_any
            message = f"no meeting of {records.slug} is on record from today on"
            raise CopkitError(message, new_meeting_hint(records, "DATE") + hint, status=1)
        return following

    slug = meeting_slug(records, day)
    meeting = next((meeting for meeting in records.meetings if meeting.slug == slug), None)
    if meeting is not None:
        return meeting
    message = f"no meeting of {records.slug} is on record for {slug}"
    hint = new_meeting_hint(records, slug) + (
        f"; the next is {following.slug}" if following else ""
    )
    if on_record:
        raise CopkitError(message, hint, status=1)
    say(f"{message}; this is its agenda as if one were held")
    say(f"  {hint}")
    return unrecorded_meeting(records, dt.date.fromisoformat(slug))


def require_anonymous_agenda(programme: Programme, records: CommunityRecords) -> None:
    """Raise :class:`InvalidRecords` where somebody is named in what such an agenda shows.

    Only the files that it shows: a name in another community's records is no reason to stop.
    """
    from copkit.cli.pii import require_no_details_in_files
    from copkit.layout import SETTINGS

    sources = (SETTINGS, f"communities/{records.slug}/", "evidence/", "blockages/", "templates/")
    require_no_details_in_files(programme, lambda file: file.startswith(sources))


def _parse_agenda_formats(
    requested: Sequence[str], output: Path | None, *, several: bool
) -> list[str]:
    """Return the formats requested, else that of the ending of ``output``, else plain text.

    Only a build takes ``several``. Raise a usage error for more than one where one is printed, and
    for an ending that is no format.
    """
    if several or requested:
        from copkit.cli.documents.build import parse_formats  # what is printed needs none of it

        formats = parse_formats("agenda", requested)
        if len(formats) > 1 and not several:
            usage_error("--format: one form at a time is printed", "--build writes several")
        return formats
    if output is None:
        return [PRINTED_FORMAT]
    ending = output.suffix.removeprefix(".").lower()
    if ending not in ("html", "md", "txt"):
        reason = f"it is not made as .{ending}" if ending else "its ending says no form"
        hint = "name a file that ends in .html, .md or .txt"
        usage_error(f"--output {clean(output.name)}: {reason}", hint)
    return [ending]


def _print_agenda(
    context: CommandContext,
    programme: Programme,
    records: CommunityRecords,
    meeting: Meeting,
    file_format: str,
    output: Path | None,
) -> None:
    """Print an agenda in one format, ``txt``, ``md`` or ``html``, or write it to ``output``.

    Print on standard error which cases are left out.
    """
    from copkit.analysis.agenda import build_agenda_view, describe_cases_left_out
    from copkit.documents.facts.agenda import build_agenda
    from copkit.documents.formats import DOCUMENTS
    from copkit.documents.theme import load_theme

    facts = build_agenda(build_agenda_view(programme, records, meeting, today()))
    data = DOCUMENTS["agenda"][file_format](facts, load_theme(programme.settings, programme.root))
    for note in describe_cases_left_out(records, meeting):
        say(clean(note))
    context.deliver(data, output)


def _build_and_report(
    context: CommandContext,
    programme: Programme,
    records: CommunityRecords,
    meeting: Meeting,
    formats: Sequence[str],
) -> None:
    """Build an agenda below build/ in some formats, and print where it lies."""
    from copkit.analysis.agenda import describe_cases_left_out
    from copkit.cli.documents.build import build_agenda_files

    facts, paths = build_agenda_files(programme, records, meeting, formats, dry_run=context.dry_run)
    summary = f"Agenda of the {facts.community}, {facts.title}"
    context.report(paths, summary, describe_cases_left_out(records, meeting))


def _agenda_as_json(
    programme: Programme, records: CommunityRecords, meeting: Meeting
) -> dict[str, object]:
    """Return an agenda as JSON values; ``meeting`` is ``None`` for one not on record."""
    from copkit.analysis.agenda import build_agenda_view, describe_cases_left_out
    from copkit.records.schema.write import json_value

    # a meeting as it might be held is among none of the records, so it has no name
    on_record = meeting in records.meetings
    # notes to oneself in a record are for no reader
    view = json_value(build_agenda_view(programme, records, meeting, today()), without_comments)
    return {
        "meeting": f"{records.slug}/{meeting.slug}" if on_record else None,
        **view,
        "left_out": describe_cases_left_out(records, meeting),
    }


# Calendars

DEFAULT_TIMEZONE: Final = "Europe/London"
STANDARD_OUTPUT: Final = Path("-")  # as in other programs: --output - prints
_CHANGES_IN_ORDER: Final = ("new", "changed", "called-off")


def calendar(
    context: Reporting,
    community: CommunityName = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            help="The file; one that copkit wrote is brought up to date; - prints it.",
            show_default="build/calendars/COMMUNITY.ics",
        ),
    ] = None,
) -> None:
    """Write a community's meetings as a calendar file (.ics) to attach to a mail, or all of them.

    When you redirect the output, one community's calendar is printed as well.
    Outlook, Google and Apple take it. Send it again after a change: a meeting with another time
    or place replaces the old one, and one that is no longer on record is cancelled.
    Cases and notes are left out, since calendars are shared. For a meeting on another day, rename
    its file, correct its date, and add the day it was first planned for:

      moved_from: 2012-05-16

    Times are those of 'timezone' in copkit.yaml, else of Europe/London. A meeting without a start
    takes the whole day, and one without minutes two hours.

    \b
    Examples:
      copkit calendar brighton
      copkit calendar
      copkit calendar CP1 --output ~/brighton.ics
      copkit calendar CP1 > brighton.ics
    """
    from copkit.folder import FOR_ATTENDANCE

    if output is not None and community is None:
        usage_error(
            "--output is for one community", "name it: copkit calendar brighton --output ..."
        )
    if output == STANDARD_OUTPUT and context.as_json:
        usage_error("--output - and --json do not go together", "leave out one of them")
    programme = context.open(FOR_ATTENDANCE)
    communities = [programme.community(community)] if community else list(programme.communities)
    if not communities:
        raise CopkitError("there is no community yet", "'copkit new-community' adds one")
    require_anonymous_calendar(programme, communities)
    is_piped = bool(community) and output is None and not sys.stdout.isatty()
    # a pipe gets the calendar, unless it gets the JSON
    to_stdout = output == STANDARD_OUTPUT or (is_piped and not context.as_json)
    calendars = [
        _write_calendar(programme, records, output, to_stdout=to_stdout, dry_run=context.dry_run)
        for records in communities
    ]
    if context.as_json:
        print_json({"calendars": calendars})


def require_anonymous_calendar(programme: Programme, communities: list[CommunityRecords]) -> None:
    """Raise :class:`InvalidRecords` where somebody is named in what invitations show."""
    from copkit.cli.pii import require_no_details_in_files

    sources = tuple(
        f"communities/{records.slug}/{name}"
        for records in communities
        for name in ("community.md", "meetings/")
    )
    require_no_details_in_files(programme, lambda file: file.startswith(sources))


def _write_calendar(
    programme: Programme,
    records: CommunityRecords,
    output: Path | None,
    *,
    to_stdout: bool,
    dry_run: bool,
) -> dict[str, Any]:
    """Write one community's calendar, print what has changed in it, and return it as JSON has it.

    ``output`` is a file, ``-`` or ``None`` for the file below build/. ``to_stdout`` copies
    the calendar to standard output. Raise :class:`CopkitError` where the file there is no calendar
    that copkit wrote.
    """
    from zoneinfo import ZoneInfo

    from copkit.analysis.agenda import build_invitations
    from copkit.cli.names import new_meeting_hint
    from copkit.documents.calendar import write_calendar
    from copkit.text.files import path_inside

    default_path = path_inside(programme.root, "build", "calendars", f"{records.slug}.ics")
    path = default_path if output in (None, STANDARD_OUTPUT) else output or default_path
    # a time without a zone would be read in the zone of whoever opens the calendar
    zone = ZoneInfo(programme.settings.timezone or DEFAULT_TIMEZONE)
    invitations = build_invitations(programme, records)
    earlier = _read_earlier_calendar(path)
    # continued from the earlier file: SEQUENCE counts up, and a meeting that is gone is called off
    try:
        written = write_calendar(records.community.name, invitations, zone, today(), earlier)
    except ValueError as error:
        message = f"{clean(str(path))}: {error}; nothing was changed"
        raise CopkitError(message, "name another file with --output, or delete this one") from None
    if not written.entries:
        say(f"{records.slug} has no meeting on record, so it has no calendar")
        say(f"  {new_meeting_hint(records, 'DATE')}")
    elif to_stdout:
        sys.stdout.write(written.data.decode("utf-8"))
    if written.entries and output != STANDARD_OUTPUT and not dry_run and written.data != earlier:
        _write_calendar_file(programme, path, written.data, is_default=path == default_path)
    action = "would write" if dry_run else "wrote"
    destination = f"{action if written.data != earlier else 'up to date:'} {clean(str(path))}"
    _print_calendar_changes(records, written, "" if output == STANDARD_OUTPUT else destination)
    return _calendar_as_json(records, written, path, zone.key)


def _read_earlier_calendar(path: Path) -> bytes | None:
    """Read the calendar that was written at this path before; ``None`` if there is none."""
    from copkit.text.files import read_bytes

    return read_bytes(path, clean(str(path))) if path.exists() or path.is_symlink() else None


def _write_calendar_file(
    programme: Programme, path: Path, data: bytes, *, is_default: bool
) -> None:
    """Write a calendar to a path, over an earlier one.

    ``is_default`` means that the path is the usual one below build/. Raise :class:`CopkitError`
    where the folder is missing.
    """
    from copkit.text.transaction import write_output

    # write_output keeps within a root: the programme, or whatever folder was named with --output
    root = programme.root if is_default else path.parent
    if not root.is_dir():
        raise CopkitError(f"{clean(str(root))} is not a folder", "make it first")
    write_output(root, path, data)


def _print_calendar_changes(
    records: CommunityRecords, written: WrittenCalendar, where: str
) -> None:
    """Print how many meetings are new, changed and called off, and where the calendar lies."""
    from copkit.documents.calendar import CalendarChange

    if not written.entries:
        return
    counts = Counter(entry.change.value for entry in written.entries)
    changes = [
        f"{counts[word]} {word.replace('-', ' ')}" for word in _CHANGES_IN_ORDER if counts[word]
    ]
    meetings = plural(len(written.entries), "meeting")
    changed = list_in_words(changes) or "nothing has changed"
    say(f"{clean(records.community.name)}: {meetings}, {changed}")
    if where:
        say(f"  {where}")
    called_off = [entry for entry in written.entries if entry.change is CalendarChange.CALLED_OFF]
    # a file renamed without moved_from reads as one meeting gone and another that is new
    if called_off and counts["new"]:
        day = called_off[0].day
        say(
            f"  if {day} was moved and not called off, write 'moved_from: {day}' "
            "into the meeting's new file"
        )


def _calendar_as_json(
    records: CommunityRecords, written: WrittenCalendar, path: Path, zone: str
) -> dict[str, Any]:
    """Return a community's calendar as JSON values; ``zone`` is such as ``Europe/London``.

    ``file`` is ``None`` where there is no meeting, and so no file at ``path``.
    """
    return {
        "community": records.slug,
        "file": path if written.entries else None,
        "timezone": zone,
        "meetings": [_calendar_entry_as_json(entry) for entry in written.entries],
    }


def _calendar_entry_as_json(entry: CalendarEntry) -> dict[str, Any]:
    """Return a calendar entry as JSON values; one without a meeting was called off."""
    return {
        "meeting": entry.meeting or None,
        "date": entry.day,
        "uid": entry.uid,
        "sequence": entry.sequence,
        "status": "confirmed" if entry.meeting else "cancelled",
        "change": entry.change,
    }
