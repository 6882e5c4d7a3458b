"""The closing page, and ``copkit community handover``: documents about one community."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from copkit.cli.context import Building, CommandContext
from copkit.cli.params import CommunityName, Formats, today, usage_error
from copkit.cli.terminal import clean, print_heading, print_paragraph, say
from copkit.errors import CopkitError
from copkit.layout import (
    ALIASES,
    COLUMNS,
    CONTACTS,
    ENCRYPTED_CONTACTS,
    MAIL_SERVER,
    SENT,
    SURVEY_ROWS,
    UNDO,
)
from copkit.records.schema.audience import Audience

if TYPE_CHECKING:
    from copkit.analysis.endings.pages import EndingView
    from copkit.folder import CommunityRecords, Programme

DOCUMENT = "toolkit"
"""The document whose formats these pages come in: a sheet with headings, lists and boxes."""


def _write_pages(
    programme: Programme,
    place: Sequence[str],
    name: str,
    view: EndingView,
    formats: Sequence[str],
    *,
    dry_run: bool,
) -> list[Path]:
    """Write a page below build/ in its formats, and return the files."""
    from copkit.cli.documents.build import parse_formats
    from copkit.documents.facts.ending import build_ending
    from copkit.documents.formats import DOCUMENTS
    from copkit.documents.theme import load_theme
    from copkit.text.files import path_inside
    from copkit.text.transaction import write_output

    facts = build_ending(view)
    theme = load_theme(programme.settings, programme.root)
    paths = []
    for form in parse_formats(DOCUMENT, formats):
        path = path_inside(programme.root, "build", *place, f"{name}.{form}")
        data = DOCUMENTS[DOCUMENT][form](facts, theme)
        if not dry_run:
            write_output(programme.root, path, data)
        paths.append(path)
    return paths


def build_closing_page(
    context: CommandContext,
    community: str | None,
    reader: Audience,
    formats: Sequence[str],
) -> None:
    """Build the page of an ending for its readers: for members, or one page for others.

    Raise :class:`CopkitError` where nothing is on record, or it is not for these readers.
    """
    from copkit.analysis.endings.closing import closing_in_force
    from copkit.analysis.endings.pages import closing_view
    from copkit.analysis.privacy.outgoing import Selection
    from copkit.cli.documents.outgoing import going_out
    from copkit.cli.prompts import find_or_ask_community
    from copkit.records.outgoing import OutgoingDocument

    programme = context.open_to_build()
    records = find_or_ask_community(programme, community)
    closing = closing_in_force(records)
    if closing is None:
        hint = f"copkit community close {records.slug}"
        raise CopkitError(f"nothing on record says how {records.slug} ends", hint)
    if not reader.may_see(closing.audience):
        hint = f"if {reader} may read of it, write 'audience: {reader}' in {closing.source.file}"
        raise CopkitError(f"the ending of {records.slug} is for {closing.audience}", hint)
    view = closing_view(programme, records, closing, reader)
    place = ("closings", records.slug, reader.value)
    selection = Selection(
        OutgoingDocument.CLOSING, reader, closing.last_meeting,
        communities=frozenset({records.slug}),
    )  # fmt: skip
    with going_out(context, programme, selection):
        paths = _write_pages(programme, place, "closing", view, formats, dry_run=context.dry_run)
    context.report(paths, f"closing page of {records.slug}, for {reader}", ())


def handover(
    context: Building,
    community: CommunityName = None,
    to: Annotated[str | None, typer.Option(help="The role of whoever comes next.")] = None,
    without: Annotated[
        bool,
        typer.Option("--without", help="List what only a facilitator had who is gone already."),
    ] = False,
    formats: Formats = None,
) -> None:
    """Build two pages for the next facilitator: what to do first, and what to hand over.

    It is for members alone: what this group is and how it is doing, the next dates, promises due,
    asks waiting, seats, and what stands under '## For the next facilitator' in community.md, which
    is printed nowhere else. Then a checklist; what is on record is ticked.

    \b
    Examples:
      copkit community handover brighton --to "Community Matron"
      copkit community handover brighton --without
    """
    from copkit.analysis.endings.pages import handover_view
    from copkit.cli.pii import require_label
    from copkit.cli.prompts import find_or_ask_community
    from copkit.pii.labels import LabelKind

    programme = context.open_to_build()
    records = find_or_ask_community(programme, community)
    if without:
        if context.as_json:
            usage_error("--without prints a list for a person, and no JSON")
        _print_what_is_gone(programme, records)
        return
    require_label(programme, "--to", to, LabelKind.ROLE, "write a role", agreed=False)
    view = handover_view(programme, records, today(), to or "", _boxes_done(programme.root))
    place = ("handovers", records.slug)
    paths = _write_pages(programme, place, "handover", view, formats or (), dry_run=context.dry_run)
    context.report(paths, f"handover of {records.slug}, for members alone", ())


def _boxes_done(root: Path) -> list[str]:
    """Return the boxes of a handover that what is on this computer ticks."""
    from copkit.private_files import is_backup_outdated

    shared = (root / ENCRYPTED_CONTACTS).exists() and not is_backup_outdated(root)
    # Shared is half of it: whether the passphrase was changed is on no record.
    return [f"contacts shared as {ENCRYPTED_CONTACTS}"] if shared else []


def _print_what_is_gone(programme: Programme, records: CommunityRecords) -> None:
    """Print what only the facilitator had, and what to do where nobody can ask them."""
    print_heading(f"What only the facilitator of {records.community.place} had", ".")
    root = programme.root
    encrypted = (root / ENCRYPTED_CONTACTS).exists()
    back = (
        f"in {ENCRYPTED_CONTACTS}, for whoever has the passphrase: copkit contacts decrypt"
        if encrypted
        else "nowhere else: write to the agencies, and note them anew (copkit member contact)"
    )
    for file, what, way in (
        (CONTACTS, "names and addresses", back),
        (ALIASES, "other names on lists", back),
        (COLUMNS, "columns of lists", back),
        (SENT, "journals of what was sent to whom", "nowhere else: a letter may go out twice"),
        (SURVEY_ROWS, "answers, row by row", "nowhere else; the counts are in surveys/"),
        (UNDO, "what can be undone", "nowhere else; 'copkit log' shows what happened"),
        (MAIL_SERVER, "the mail server and its password", "the host's own IT can set a new one"),
    ):
        here = "here" if (root / file).exists() else "not on this computer"
        print_paragraph(f"{what} ({file}): {here}; {way}", "  - ")
    for what in (
        "access to the shared place, and who may open it",
        "the calendar, and the second host of online rooms",
        "the account of the survey, and the host of the site",
    ):
        print_paragraph(f"{what}: ask the host", "  - ")
    say(clean(f"afterwards: copkit community handover {records.slug}, for whoever comes next"))
