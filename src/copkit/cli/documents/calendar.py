"""``copkit calendar``: invitations to a community's meetings."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from copkit.cli.params import (
    HERE,
    AsJson,
    CommunityName,
    DryRun,
    Folder,
    command_group,
    open_programme,
    today,
    wrong_use,
)
from copkit.cli.terminal import clean, print_json, say
from copkit.errors import CopkitError
from copkit.wording import listed, plural

if TYPE_CHECKING:
    from copkit.documents.calendar import Entry, Written
    from copkit.folder import CommunityRecords, Programme

USUAL_ZONE: Final = "Europe/London"
STANDARD_OUTPUT: Final = Path("-")

calendar_app = command_group("Write invitations to a community's meetings.")


@calendar_app.command()
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

    from copkit.analysis.invitations import invitations
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
