"""``copkit attendance import``: who came, from the lists that Teams, Zoom and others make."""

from __future__ import annotations

import os
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from copkit.cli.params import (
    HERE,
    AsJson,
    CommunityArgument,
    DryRun,
    Folder,
    complete_meeting,
    interactive,
    open_programme,
)
from copkit.cli.terminal import clean, print_json, say
from copkit.errors import CopkitError
from copkit.layout import CONTACTS, SEALED

if TYPE_CHECKING:
    from copkit.analysis.imports.matching import Answers, Found
    from copkit.cli.attendance.attendance_import_record import Plan
    from copkit.cli.attendance.import_files import Imported


def import_lists(
    community: CommunityArgument,
    date: Annotated[
        str,
        typer.Argument(help="The meeting's day, or 'today'.", autocompletion=complete_meeting),
    ],
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="All the lists of this one meeting.")
    ],
    members: Annotated[
        list[str] | None,
        typer.Option("--match", metavar="ROW=ID", help="This row is that member; remembered."),
    ] = None,
    guests: Annotated[
        list[str] | None, typer.Option("--guest", metavar="ROW", help="This row is a guest.")
    ] = None,
    stand_ins: Annotated[
        list[str] | None,
        typer.Option("--substitute", metavar="ROW=ID", help="This row stands in for that member."),
    ] = None,
    nobody: Annotated[
        list[str] | None,
        typer.Option("--nobody", metavar="ROW", help="This row is no person; remembered."),
    ] = None,
    minimum: Annotated[
        int | None,
        typer.Option(
            "--min-stay",
            metavar="MINUTES",
            min=0,
            help="Count who stayed this long.",
            show_default="minimum_stay in copkit.yaml",
        ),
    ] = None,
    other_day: Annotated[
        bool, typer.Option("--other-day", help="Take lists that are of another day.")
    ] = False,
    why: Annotated[
        str, typer.Option("--why", metavar="REASON", help="Correct what is on record.")
    ] = "",
    folder: Folder = HERE,
    as_json: AsJson = False,
    dry_run: DryRun = False,
) -> None:
    """Record who came, from lists of Teams, Zoom, Google Meet, or any table with names.

    Members are known by e-mail, by a name that was said to be theirs, or by their own, from
    private/contacts.yaml. Whoever is only like a member is suggested, and recorded after a yes,
    which is remembered in private/aliases.yaml. Importing again changes nothing.

    \b
    Examples:
      copkit attendance import brighton 2012-05-16 report.csv
      copkit attendance import brighton today part-1.csv part-2.csv --dry-run
      copkit attendance import CP1 2012-05-16 a.csv --match "Jon W=probation-1"
    """
    from copkit.cli.attendance.attendance_import_record import plan_for, record
    from copkit.cli.attendance.attendance_import_report import as_json as in_json
    from copkit.cli.attendance.attendance_import_report import print_report, say_what_is_left
    from copkit.cli.attendance.import_files import Said, answers_from, read_import, require_absent
    from copkit.cli.attendance.who_came import meeting_slug
    from copkit.folder import FOR_ATTENDANCE

    programme = open_programme(folder, FOR_ATTENDANCE)
    records = programme.community(community)
    imported = read_import(programme, records, meeting_slug(records, date), files, minimum)
    said = Said(*(tuple(one or ()) for one in (members, stand_ins, guests, nobody)))
    answers = answers_from(imported, said)
    if not (other_day or dry_run):
        _require_day(imported, files)
    found = imported.found(answers)
    require_absent(found, answers)
    _say_without_contacts(imported)
    if as_json:
        plan = plan_for(imported, found, answers, why)
        if not dry_run:
            record(imported, plan, dry_run=False)
        print_json(in_json(imported, found, () if dry_run else plan.came.present))
        return
    print_report(imported, found)
    if interactive() and not dry_run and found.left:
        answers = _asked(imported, found, answers)
        found = imported.found(answers)
    plan = plan_for(imported, found, answers, why)
    if interactive() and not dry_run and not _is_wanted(plan):
        say("nothing was changed")
        return
    record(imported, plan, dry_run=dry_run)
    say_what_is_left(imported, found, said, files, folder)


def _require_day(imported: Imported, files: Sequence[Path]) -> None:
    """Raise :class:`CopkitError` where a list is of a day too far from the meeting's."""
    for listing in imported.of_other_days:
        message = f"{listing.file} is of {listing.held_on}, and the meeting of {imported.held_on}"
        names = shlex.join(map(str, files))
        command = f"copkit attendance import {imported.records.slug} {listing.held_on} {names}"
        hint = f"'{command}' takes it for its own day; --other-day for {imported.held_on}"
        raise CopkitError(f"{message}; nothing was recorded", hint)


def _say_without_contacts(imported: Imported) -> None:
    """Say how members become known, where none is."""
    if imported.known.by_email or imported.known.by_name or imported.known.by_alias:
        return
    slug, root = imported.records.slug, imported.programme.root
    if os.path.lexists(root / CONTACTS):
        say(f"{CONTACTS} has nobody of {slug}, so nobody on the lists is known")
        return
    if os.path.lexists(root / SEALED):
        say(f"there is no {CONTACTS} here; 'copkit contacts decrypt' makes it from {SEALED}")
        return
    id = next((member.id for member in imported.records.members), "housing-support-1")
    say(f"there is no {CONTACTS} here, so nobody on the lists is known; it begins like this:")
    for line in ("contacts:", f"  - id: {slug}/{id}", "    name: A Person"):
        say(f"  {clean(line)}")


def _asked(imported: Imported, found: Found, answers: Answers) -> Answers:
    from copkit.cli.attendance.who_is_who import ask_who_is_who

    say()
    return ask_who_is_who(imported, found, answers)


def _is_wanted(plan: Plan) -> bool:
    """Ask whether to write what was found, where there is anything."""
    what = str(plan)
    from copkit.cli.prompts import agree

    if what:
        say()
    return not what or agree(f"{what}?", default=True)
