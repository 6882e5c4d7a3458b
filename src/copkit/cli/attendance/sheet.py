"""``copkit attendance sheet``: the sheet that people sign at a meeting, and its end.

Without names it is a document like others, below ``build/``. With names it lies in
``private/sheets/`` and nowhere else, until the attendance is recorded.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from copkit.cli.context import Building, CommandContext
from copkit.cli.params import (
    CommunityName,
    Formats,
    complete_meeting,
    is_interactive,
)
from copkit.cli.terminal import clean, member_names, say
from copkit.layout import SHEETS, list_entries
from copkit.text.files import path_inside
from copkit.wording import plural

if TYPE_CHECKING:
    from collections.abc import Sequence

    from copkit.folder import CommunityRecords, Programme
    from copkit.records.meetings import Meeting

DOCUMENT: Final = "sheet"


def sheet(
    context: Building,
    community: CommunityName = None,
    date: Annotated[
        str | None,
        typer.Argument(
            help="The meeting's day.", show_default="the next", autocompletion=complete_meeting
        ),
    ] = None,
    names: Annotated[
        bool,
        typer.Option("--names", help="With names, for the room only: in private/sheets/ alone."),
    ] = False,
    formats: Formats = None,
) -> None:
    """Make a sheet for people to sign at a meeting, on A4: as page, PDF and Word document.

    A line for each member who is expected, with a box and room for a signature; lines for
    substitutes and guests; the ground rules at the foot. It has roles, and goes below
    build/sheets. With --names it has names as well, and 'copkit attendance take' offers to delete
    it once it has served.

    \b
    Examples:
      copkit attendance sheet brighton
      copkit attendance sheet brighton 2012-06-20 --format pdf --open
      copkit attendance sheet brighton next --names
    """
    from copkit.cli.documents.agenda import find_meeting_or_next
    from copkit.cli.documents.build import (
        build_sheet_files,
        parse_formats,
        unavailable_format_notes,
    )
    from copkit.cli.prompts import find_or_ask_community

    chosen = parse_formats(DOCUMENT, formats or ())
    programme = context.open(community=community) if names else context.open_to_build()
    records = find_or_ask_community(programme, community)
    meeting = find_meeting_or_next(records, date, on_record=True)
    notes = [] if formats else unavailable_format_notes(DOCUMENT)
    if names:
        _write_named(context, programme, records, meeting, chosen, notes)
        return
    facts, paths = build_sheet_files(programme, records, meeting, chosen, dry_run=context.dry_run)
    context.report(paths, f"{facts.title}: {facts.community}", notes)


def _write_named(
    context: CommandContext,
    programme: Programme,
    records: CommunityRecords,
    meeting: Meeting,
    formats: Sequence[str],
    notes: Sequence[str],
) -> None:
    """Write a sheet with names below ``private/``, which their owner alone can open.

    Raise :class:`CopkitError` where there are no contacts, or git would take in the sheet.
    """
    from copkit.cli.documents.build import sheet_facts
    from copkit.cli.members.contacts import require_contacts
    from copkit.documents.formats import DOCUMENTS
    from copkit.documents.theme import load_theme
    from copkit.git.repository import require_private_ignored
    from copkit.text.transaction import write_output

    require_contacts(programme.root)
    require_private_ignored(programme.root)
    facts = sheet_facts(programme, records, meeting, member_names(programme.root, records.slug))
    theme = load_theme(programme.settings, programme.root)
    contents = {form: DOCUMENTS[DOCUMENT][form](facts, theme) for form in formats}
    stem = f"{_stem(records.slug, meeting.slug)}."
    paths = [path_inside(programme.root, *SHEETS.split("/"), stem + form) for form in contents]
    if not context.dry_run:
        for path, content in zip(paths, contents.values(), strict=True):
            write_output(programme.root, path, content, private=True)
    unnamed = sum(not row.name for row in facts.rows)
    if unnamed:
        people = plural(unnamed, "person has", "people have")
        command = f"copkit member contact {records.slug}/ID --name NAME"
        notes = [*notes, f"{people} no name here: '{command}' notes one"]
    context.report(paths, f"{facts.title}: {facts.community}. {facts.notice}", notes)


def _stem(community: str, meeting: str) -> str:
    # An underscore, which no slug has: 'a-b' with 'c' would be called like 'a' with 'b-c'.
    return f"{community}_{meeting}"


def named_sheets(root: Path, community: str, meeting: str) -> list[Path]:
    """Return the sheets with names of a meeting; both are slugs."""
    return [
        Path(entry.path)
        for entry in list_entries(root / SHEETS)
        if entry.name.rpartition(".")[0] == _stem(community, meeting)
        and entry.is_file(follow_symlinks=False)
    ]


def offer_to_delete_sheets(root: Path, community: str, meeting: str) -> None:
    """Offer to delete the sheets with names of a meeting whose attendance is on record.

    Where nobody can be asked, print where they lie.
    """
    sheets = named_sheets(root, community, meeting)
    if not sheets:
        return
    from copkit.cli.prompts import confirm

    shown = ", ".join(clean(path.relative_to(root).as_posix()) for path in sheets)
    if not is_interactive():
        say(f"  the sheet with names has served, and can be deleted: {shown}")
    elif confirm(f"The sheet with names has served ({shown}). Delete it?", default=True):
        for path in sheets:
            path.unlink(missing_ok=True)
        say(f"  deleted {shown}; destroy the paper as well")
