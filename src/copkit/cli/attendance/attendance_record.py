"""``copkit attendance record`` and ``take``: who came, by flags or by ticking a list."""

from __future__ import annotations

from typing import Annotated

import typer

from copkit.cli.params import (
    HERE,
    CommunityName,
    DryRun,
    Folder,
    complete_meeting,
    complete_member,
    interactive,
    open_programme,
    today,
    wrong_use,
)

MeetingDay = Annotated[
    str | None,
    typer.Argument(help="The meeting's day, or 'today'.", autocompletion=complete_meeting),
]


def record(
    community: CommunityName = None,
    date: MeetingDay = None,
    present: Annotated[
        list[str] | None,
        typer.Option(
            "--present",
            "-p",
            help="Who came: an id or a name; may be repeated, or a,b,c.",
            autocompletion=complete_member,
        ),
    ] = None,
    apologies: Annotated[
        list[str] | None,
        typer.Option(
            "--apologies", "-a", help="Who sent apologies.", autocompletion=complete_member
        ),
    ] = None,
    substitute: Annotated[
        list[str] | None,
        typer.Option(
            "--substitute",
            "-s",
            metavar="FOR",
            help="For whom the agency sent somebody else.",
            autocompletion=complete_member,
        ),
    ] = None,
    guests: Annotated[int | None, typer.Option(min=0, help="How many guests came.")] = None,
    absent: Annotated[
        list[str] | None,
        typer.Option(
            "--absent", help="Who is on record and was not there.", autocompletion=complete_member
        ),
    ] = None,
    why: Annotated[
        str, typer.Option(metavar="REASON", help="Why what is on record is corrected; it is kept.")
    ] = "",
    folder: Folder = HERE,
    dry_run: DryRun = False,
) -> None:
    """Record who came to a meeting; the meeting is made if it is not there yet.

    Recording the same again changes nothing. What contradicts the record is a correction: it
    needs a reason, which is kept in the meeting.

    \b
    Examples:
      copkit attendance record brighton today -p housing-support-1 -p probation-1
      copkit attendance record CP1 2012-04-18 -p matron-1,police-1 -a probation-1
      copkit attendance record CP1 2012-04-18 --substitute matron-1 --guests 2
      copkit attendance record CP1 2012-04-18 --absent police-1 --why "a mistake"
    """
    from copkit.analysis.record_attendance import Came, require_clear
    from copkit.cli.attendance.who_came import (
        ask_who_came,
        ids_of,
        meeting_slug,
        show_names,
        write_attendance,
    )
    from copkit.cli.prompts import ask, choose_community
    from copkit.folder import FOR_ATTENDANCE

    programme = open_programme(folder, FOR_ATTENDANCE)
    records = choose_community(programme, community)
    if date is None and not interactive():
        wrong_use("missing: DATE", "copkit attendance record brighton today")
    slug = meeting_slug(records, date or ask("date", default=str(today())))
    named = (present, apologies, substitute, absent)
    if not any(named) and guests is None and interactive():
        present, apologies = ask_who_came(programme.root, records)
    came = Came(
        present=ids_of(programme.root, records, present),
        apologies=ids_of(programme.root, records, apologies),
        substitutes=ids_of(programme.root, records, substitute),
        absent=ids_of(programme.root, records, absent),
        guests=guests,
        why=" ".join(why.split()),
    )
    if came == Came(why=came.why):
        wrong_use("nobody to record", "name somebody with --present or --apologies")
    require_clear(came)
    meeting = write_attendance(programme, records, slug, came, dry_run=dry_run)
    show_names(programme.root, records, meeting)


def take(
    community: CommunityName = None,
    date: Annotated[
        str | None,
        typer.Argument(
            help="The meeting's day, or 'today'.",
            show_default="today's meeting, or the last without attendance",
            autocompletion=complete_meeting,
        ),
    ] = None,
    folder: Folder = HERE,
    dry_run: DryRun = False,
) -> None:
    """Tick who came to a meeting on the list of its members, at the terminal.

    Then asks who sent apologies, whose agency sent somebody else, and for guests; shows what
    will be written, and asks once. Ctrl-C and Esc leave everything as it is. Who is on record and
    no longer ticked is a correction, for which it asks the reason.

    \b
    Examples:
      copkit attendance take
      copkit attendance take brighton 2012-04-18
    """
    from copkit.cli.attendance.record import can_be_shown, take_attendance
    from copkit.cli.prompts import choose_community
    from copkit.folder import FOR_ATTENDANCE

    if not can_be_shown():
        wrong_use(
            "a list to tick needs a terminal",
            "without one: copkit attendance record COMMUNITY DATE --present IDS --apologies IDS",
        )
    programme = open_programme(folder, FOR_ATTENDANCE)
    records = choose_community(programme, community)
    take_attendance(programme, records, date, dry_run=dry_run)
