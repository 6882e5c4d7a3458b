"""``copkit attendance``: the matrix, registers, and recording who came."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from copkit.cli.matrix import Format, deliver_matrix, deliver_sectors
from copkit.cli.options import (
    HERE,
    AsJson,
    CommunityArgument,
    CommunityName,
    DryRun,
    Folder,
    command_group,
    complete_community,
    complete_meeting,
    complete_member,
    day,
    interactive,
    open_programme,
    today,
    wrong_use,
)
from copkit.cli.output import clean, plural, print_json, say
from copkit.errors import CopkitError, did_you_mean
from copkit.records.fields import Audience

if TYPE_CHECKING:
    from copkit.folder import CommunityRecords, Programme
    from copkit.records.meetings import Meeting

app = command_group(invoke_without_command=True)


AsOf = Annotated[
    str | None,
    typer.Option(
        help="Count meetings up to this day.", show_default="today, or the programme's end"
    ),
]


@app.callback()
def attendance(
    ctx: typer.Context,
    format: Annotated[Format, typer.Option("--format", "-f", help="The form.")] = Format.TABLE,
    as_of: AsOf = None,
    community: Annotated[
        list[str] | None,
        typer.Option(
            "--community", help="Only this one; may be repeated.", autocompletion=complete_community
        ),
    ] = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Show the meetings behind every letter.")
    ] = False,
    audience: Annotated[
        Audience,
        typer.Option("--for", help="Who will read it; outside members it counts by sector."),
    ] = Audience.MEMBERS,
    folder: Folder = HERE,
    as_json: AsJson = False,
) -> None:
    """Print the X/Y/F matrix: who is in which seat, and whether they keep coming.

    X attended two or more meetings, Y fewer or dropped out, F facilitates. The totals
    leave Y out. An empty row is a seat that nobody fills. For commissioners or the public it
    counts by sector and community, and shows no number from 1 to 4.

    \b
    Examples:
      copkit attendance
      copkit attendance --as-of 2012-12-31 --format html > matrix.html
      copkit attendance --community brighton --explain
      copkit attendance --for commissioners --format markdown
      copkit attendance register brighton
    """
    if ctx.invoked_subcommand is not None:
        return
    from copkit.analysis.attendance import build_matrix
    from copkit.folder import FOR_ATTENDANCE

    programme = open_programme(folder, FOR_ATTENDANCE)
    only = frozenset(programme.community(name).slug for name in community or ())
    matrix = build_matrix(programme, _day(programme, as_of), only)
    form = Format.JSON if as_json else format
    if audience is Audience.MEMBERS:
        deliver_matrix(programme, matrix, form, explain=explain)
    elif explain or only:
        option = "--explain" if explain else "--community"
        hint = f"leave out {option}, or --for: a smaller table would give away what a larger hides"
        wrong_use(f"{option} is for members alone", hint)
    else:
        deliver_sectors(programme, matrix, form, audience)


def _day(programme: Programme, as_of: str | None) -> dt.date:
    from copkit.analysis.attendance import default_day

    return day(as_of, "--as-of") if as_of else default_day(programme, today())


@app.command()
def register(
    community: CommunityArgument,
    as_of: AsOf = None,
    format: Annotated[
        Format, typer.Option("--format", "-f", help="table, csv or json.")
    ] = Format.TABLE,
    folder: Folder = HERE,
    as_json: AsJson = False,
) -> None:
    """Print who came to which meeting of a community.

    P was present, A sent apologies, S sent somebody else in their place.

    \b
    Examples:
      copkit attendance register brighton
      copkit attendance register CP3 --format csv > register.csv
    """
    from copkit.analysis.attendance import build_register
    from copkit.documents.matrix import register_csv, register_json
    from copkit.folder import FOR_ATTENDANCE

    programme = open_programme(folder, FOR_ATTENDANCE)
    records = programme.community(community)
    until = _day(programme, as_of)
    found = build_register(records, programme.settings.threshold, until)
    if as_json or format is Format.JSON:
        print_json(register_json(found))
    elif format is Format.CSV:
        sys.stdout.write(register_csv(found))
    elif format is Format.TABLE:
        from copkit.cli.tables import print_register

        print_register(found)
    else:
        wrong_use(f"the register has no form '{format}'", "it is a table, csv or json")


@app.command()
def record(
    community: CommunityName = None,
    date: Annotated[
        str | None,
        typer.Argument(help="The meeting's day, or 'today'.", autocompletion=complete_meeting),
    ] = None,
    present: Annotated[
        list[str] | None,
        typer.Option(
            "--present",
            "-p",
            help="Who came: an id; may be repeated, or a,b,c.",
            autocompletion=complete_member,
        ),
    ] = None,
    apologies: Annotated[
        list[str] | None,
        typer.Option(
            "--apologies", "-a", help="Who sent apologies.", autocompletion=complete_member
        ),
    ] = None,
    folder: Folder = HERE,
    dry_run: DryRun = False,
) -> None:
    """Record who came to a meeting; the meeting is made if it is not there yet.

    Recording the same again changes nothing.

    \b
    Examples:
      copkit attendance record brighton today -p housing-support-1 -p probation-1
      copkit attendance record CP1 2012-04-18 --present matron-1,police-1 --apologies probation-1
    """
    from copkit.cli.asking import ask, choose_community
    from copkit.folder import FOR_ATTENDANCE

    programme = open_programme(folder, FOR_ATTENDANCE)
    records = choose_community(programme, community)
    if date is None and not interactive():
        wrong_use("missing: DATE", "copkit attendance record brighton today")
    slug = _meeting_slug(records, date or ask("date", default=str(today())))
    if not present and not apologies and interactive():
        present, apologies = _ask_who_came(records)
    came, sorry = _ids(records, present), _ids(records, apologies)
    if not came and not sorry:
        wrong_use("nobody to record", "name somebody with --present or --apologies")
    if both := [id for id in came if id in sorry]:
        wrong_use(f"'{both[0]}' cannot be both present and among the apologies")
    _write_attendance(programme, records, slug, came, sorry, dry_run=dry_run)


def _meeting_slug(records: CommunityRecords, named: str) -> str:
    """Give the meeting that was named: by its file's name, or by its day if it is the only one."""
    if any(meeting.slug == named for meeting in records.meetings):
        return named
    held_on = day(named, "DATE")
    that_day = [meeting.slug for meeting in records.meetings if meeting.held_on == held_on]
    if len(that_day) > 1:
        message = f"{records.slug} has {len(that_day)} meetings on {held_on}"
        raise CopkitError(message, f"name one of them: {', '.join(that_day)}", status=2)
    return that_day[0] if that_day else str(held_on)


def _ask_who_came(records: CommunityRecords) -> tuple[list[str], list[str]]:
    """Show the roster with numbers, and ask who came and who sent apologies."""
    from copkit.cli.asking import ask

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


def _write_attendance(
    programme: Programme,
    records: CommunityRecords,
    slug: str,
    came: list[str],
    sorry: list[str],
    *,
    dry_run: bool,
) -> None:
    from copkit.cli.recording import change
    from copkit.records.meetings import Meeting, MeetingKind
    from copkit.records.writing import format_record
    from copkit.text.edit import append

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


def _ids(records: CommunityRecords, named: Sequence[str] | None) -> list[str]:
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
