"""``copkit agenda``: what a community's next meeting is about."""

from __future__ import annotations

import datetime as dt
import sys
from collections import Counter
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from copkit.cli.params import (
    HERE,
    AsJson,
    CommunityName,
    DryRun,
    Folder,
    Open,
    complete_meeting,
    open_programme,
    today,
    wrong_use,
)
from copkit.cli.terminal import clean, print_json, say
from copkit.errors import CopkitError
from copkit.text.normalise import without_comments
from copkit.wording import listed, plural

if TYPE_CHECKING:
    from collections.abc import Sequence

    from copkit.documents.calendar import Entry, Written
    from copkit.folder import CommunityRecords, Programme
    from copkit.records.meetings import Meeting


PRINTED: Final = "txt"


def agenda(
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
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            help="Write to this file, which must not be there yet; its ending can name the form.",
            show_default="print",
        ),
    ] = None,
    build: Annotated[
        bool, typer.Option("--build", help="Write all forms below build/agendas.")
    ] = False,
    open_it: Open = False,
    folder: Folder = HERE,
    as_json: AsJson = False,
    dry_run: DryRun = False,
) -> None:
    """Print the agenda of a community's next meeting, or build it to send and to print.

    Ground rules, apologies, the actions that are due (overdue ones first), the case or whose turn
    it is, evidence, news of blockages and the next dates. It is for members: a case that is to be
    presented is told by its title, its question and its presenters' roles. A day without a meeting
    on record has an agenda as well, to print; one to build needs the record.

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
    from copkit.cli.prompts import choose_community

    if output is not None and (build or open_it or as_json):
        option = "--build" if build else "--open" if open_it else "--json"
        wrong_use(f"--output and {option} do not go together", "leave out one of them")
    building = build or open_it
    printing = not (as_json or building)
    forms = _forms(formats or (), output, several=building) if building or printing else []
    programme = _programme(folder, building=building, dry_run=dry_run)
    records = choose_community(programme, community)
    meeting = meeting_of(records, date, on_record=building)
    if building:
        _build(
            programme,
            records,
            meeting,
            forms,
            as_json=as_json,
            open_it=open_it,
            dry_run=dry_run,
        )
        return
    _require_anonymous_agenda(programme, records)
    if as_json:
        print_json(_agenda_as_json(programme, records, meeting))
    else:
        _print(programme, records, meeting, forms[0], output, dry_run=dry_run)


def meeting_of(records: CommunityRecords, named: str | None, *, on_record: bool) -> Meeting:
    """Find the meeting of a day, or the next one; raise :class:`CopkitError` if there is none.

    Unless it has to be ``on_record``, a day that has none gives a meeting as it might be held.
    """
    from copkit.analysis.agenda import as_if_held
    from copkit.analysis.period import next_meeting

    ahead = next_meeting(records, today())
    if named is None:
        if ahead is None:
            hint = f"; 'copkit agenda {records.slug} DATE' prints the agenda of any day"
            message = f"no meeting of {records.slug} is on record from today on"
            raise CopkitError(message, _adding(records, "DATE") + hint, status=1)
        return ahead
    from copkit.cli.attendance.record import meeting_slug

    slug = meeting_slug(records, named)
    wanted = next((meeting for meeting in records.meetings if meeting.slug == slug), None)
    if wanted is not None:
        return wanted
    missing = f"no meeting of {records.slug} is on record for {slug}"
    hint = _adding(records, slug) + (f"; the next is {ahead.slug}" if ahead else "")
    if on_record:
        raise CopkitError(missing, hint, status=1)
    say(f"{missing}; this is its agenda as if one were held")
    say(f"  {hint}")
    return as_if_held(records, dt.date.fromisoformat(slug))


def _adding(records: CommunityRecords, day: str) -> str:
    return f"'copkit new-meeting {records.slug} {day}' adds one"


def _programme(folder: Path, *, building: bool, dry_run: bool) -> Programme:
    if not building:
        return open_programme(folder)
    from copkit.cli.documents.stale import open_to_build

    return open_to_build(folder, dry_run=dry_run)


def _require_anonymous_agenda(programme: Programme, records: CommunityRecords) -> None:
    """Raise where somebody is named in what an agenda of this community tells."""
    from copkit.cli.pii import require_no_details
    from copkit.layout import SETTINGS

    told = (SETTINGS, f"communities/{records.slug}/", "evidence/", "blockages/", "templates/")
    require_no_details(programme, lambda file: file.startswith(told))


def _forms(wanted: Sequence[str], output: Path | None, *, several: bool) -> list[str]:
    """Give the forms that are meant; the name of a file can say it."""
    from copkit.cli.documents.build import chosen_forms

    if several or wanted:
        forms = chosen_forms("agenda", wanted)
        if len(forms) > 1 and not several:
            wrong_use("--format: one form at a time is printed", "--build writes several")
        return forms
    if output is None:
        return [PRINTED]
    ending = output.suffix.removeprefix(".").lower()
    if ending not in ("html", "md", "txt"):
        what = f"it is not made as .{ending}" if ending else "its ending says no form"
        hint = "name a file that ends in .html, .md or .txt"
        wrong_use(f"--output {clean(output.name)}: {what}", hint)
    return [ending]


def _print(
    programme: Programme,
    records: CommunityRecords,
    meeting: Meeting,
    form: str,
    output: Path | None,
    *,
    dry_run: bool,
) -> None:
    from copkit.analysis.agenda import cases_left_out
    from copkit.cli.documents.build import agenda_facts
    from copkit.cli.terminal import write_where_wanted
    from copkit.documents.formats import DOCUMENTS
    from copkit.documents.theme import look_of

    facts = agenda_facts(programme, records, meeting)
    data = DOCUMENTS["agenda"][form](facts, look_of(programme.settings, programme.root))
    for note in cases_left_out(records, meeting):
        say(clean(note))
    if output is None:
        sys.stdout.write(data.decode("utf-8"))
        return
    if not dry_run:
        write_where_wanted(output, data)
    say(f"{'would write' if dry_run else 'wrote'} {clean(str(output))}")


def _build(
    programme: Programme,
    records: CommunityRecords,
    meeting: Meeting,
    forms: Sequence[str],
    *,
    as_json: bool,
    open_it: bool,
    dry_run: bool,
) -> None:
    from copkit.analysis.agenda import cases_left_out
    from copkit.cli.documents.build import build_one_agenda, report

    facts, paths = build_one_agenda(programme, records, meeting, forms, dry_run=dry_run)
    report(
        paths,
        f"Agenda of the {facts.community}, {facts.title}",
        cases_left_out(records, meeting),
        as_json=as_json,
        open_it=open_it,
        dry_run=dry_run,
    )


def _agenda_as_json(
    programme: Programme, records: CommunityRecords, meeting: Meeting
) -> dict[str, object]:
    from copkit.analysis.agenda import agenda_for, cases_left_out

    on_record = meeting in records.meetings
    view = _plain(agenda_for(programme, records, meeting, today()))
    return {
        "meeting": f"{records.slug}/{meeting.slug}" if on_record else None,
        **view,
        "left_out": cases_left_out(records, meeting),
    }


def _plain(value: Any) -> Any:
    """Write a value of an agenda as JSON has it; what stands in a comment is for nobody."""
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, str):
        return without_comments(value)
    if isinstance(value, dt.time):
        return f"{value:%H:%M}"
    return value.isoformat() if isinstance(value, dt.date) else value


# ``copkit calendar``: invitations to a community's meetings.

USUAL_ZONE: Final = "Europe/London"
STANDARD_OUTPUT: Final = Path("-")


def calendar(
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
    folder: Folder = HERE,
    as_json: AsJson = False,
    dry_run: DryRun = False,
) -> None:
    """Write a community's meetings as a calendar file (.ics) to attach to a mail, or all of them.

    Where its output goes into a file or a program, one community's calendar is printed as well.
    Outlook, Google and Apple take it. Send it again after a change: a meeting that has another
    time or place is put in place of the old, and one that is no longer on record is called off.
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
        wrong_use("--output is for one community", "name it: copkit calendar brighton --output ...")
    if output == STANDARD_OUTPUT and as_json:
        wrong_use("--output - and --json do not go together", "leave out one of them")
    programme = open_programme(folder, FOR_ATTENDANCE)
    chosen = [programme.community(community)] if community else list(programme.communities)
    if not chosen:
        raise CopkitError("there is no community yet", "'copkit new-community' adds one")
    _require_anonymous_calendar(programme, chosen)
    into_a_pipe = bool(community) and output is None and not sys.stdout.isatty()
    prints = output == STANDARD_OUTPUT or (into_a_pipe and not as_json)
    done = [
        _write(programme, records, output, prints=prints, dry_run=dry_run) for records in chosen
    ]
    if as_json:
        print_json({"calendars": done})


def _require_anonymous_calendar(programme: Programme, chosen: list[CommunityRecords]) -> None:
    """Raise where somebody is named in what invitations tell."""
    from copkit.cli.pii import require_no_details

    told = tuple(
        f"communities/{records.slug}/{name}"
        for records in chosen
        for name in ("community.md", "meetings/")
    )
    require_no_details(programme, lambda file: file.startswith(told))


def _write(
    programme: Programme,
    records: CommunityRecords,
    output: Path | None,
    *,
    prints: bool,
    dry_run: bool,
) -> dict[str, Any]:
    """Write one community's calendar and say what is new in it; give what JSON tells of it."""
    from zoneinfo import ZoneInfo

    from copkit.analysis.agenda import invitations
    from copkit.documents.calendar import write_calendar
    from copkit.text.files import inside

    usual = inside(programme.root, "build", "calendars", f"{records.slug}.ics")
    path = usual if output in (None, STANDARD_OUTPUT) else output or usual
    zone = ZoneInfo(programme.settings.timezone or USUAL_ZONE)
    invited = invitations(programme, records)
    before = _earlier(path)
    try:
        written = write_calendar(records.community.name, invited, zone, today(), before)
    except ValueError as error:
        message = f"{clean(str(path))}: {error}; nothing was changed"
        raise CopkitError(message, "name another file with --output, or delete this one") from None
    if not written.entries:
        say(f"{records.slug} has no meeting on record, so it has no calendar")
        say(f"  'copkit new-meeting {records.slug} DATE' adds one")
    elif prints:
        sys.stdout.write(written.data.decode("utf-8"))
    if written.entries and output != STANDARD_OUTPUT and not dry_run and written.data != before:
        _put(programme, path, written.data, usual=path == usual)
    doing = "would write" if dry_run else "wrote"
    where = f"{doing if written.data != before else 'up to date:'} {clean(str(path))}"
    _say_changes(records, written, "" if output == STANDARD_OUTPUT else where)
    return _calendar_as_json(records, written, path, zone.key)


def _earlier(path: Path) -> bytes | None:
    """Read the calendar that was written here before, if there is one."""
    from copkit.text.files import read_bytes

    return read_bytes(path, clean(str(path))) if path.exists() or path.is_symlink() else None


def _put(programme: Programme, path: Path, data: bytes, *, usual: bool) -> None:
    from copkit.text.transaction import write_output

    root = programme.root if usual else path.parent
    if not root.is_dir():
        raise CopkitError(f"{clean(str(root))} is not a folder", "make it first")
    write_output(root, path, data)


def _say_changes(records: CommunityRecords, written: Written, where: str) -> None:
    """Say what calendars will be told, and what might have been meant by what is gone."""
    from copkit.documents.calendar import Change

    if not written.entries:
        return
    counts = Counter(entry.change.value for entry in written.entries)
    news = [f"{counts[word]} {word.replace('-', ' ')}" for word in _SAID if counts[word]]
    meetings = plural(len(written.entries), "meeting")
    said = f"{clean(records.community.name)}: {meetings}, {listed(news) or 'nothing has changed'}"
    say(said)
    if where:
        say(f"  {where}")
    gone = [entry for entry in written.entries if entry.change is Change.CALLED_OFF]
    if gone and counts["new"]:
        say(
            f"  if {gone[0].day} was moved and not called off, write 'moved_from: {gone[0].day}' "
            "into the meeting's new file"
        )


_SAID: Final = ("new", "changed", "called-off")


def _calendar_as_json(
    records: CommunityRecords, written: Written, path: Path, zone: str
) -> dict[str, Any]:
    return {
        "community": records.slug,
        "file": path.as_posix() if written.entries else None,
        "timezone": zone,
        "meetings": [_entry(entry) for entry in written.entries],
    }


def _entry(entry: Entry) -> dict[str, Any]:
    return {
        "meeting": entry.meeting or None,
        "date": str(entry.day),
        "uid": entry.uid,
        "sequence": entry.sequence,
        "status": "confirmed" if entry.meeting else "cancelled",
        "change": entry.change.value,
    }
