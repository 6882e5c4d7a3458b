"""``copkit roster``: taking in a roster from somebody's spreadsheet."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from copkit.cli.params import (
    HERE,
    AsJson,
    CommunityArgument,
    DryRun,
    Folder,
    command_group,
    interactive,
    open_programme,
    wrong_use,
)
from copkit.cli.terminal import clean, print_json, say
from copkit.errors import CopkitError, FaultyRecords, Problem, errors_among
from copkit.layout import COLUMNS, CONTACTS
from copkit.records.kinds import Noun
from copkit.text.edit import EditRefused
from copkit.text.files import inside, read_source
from copkit.text.transaction import Change

if TYPE_CHECKING:
    from copkit.analysis.imports.roster_columns import Sheet
    from copkit.analysis.imports.roster_plan import Plan
    from copkit.folder import CommunityRecords, Programme
    from copkit.importers.tables_parts import Table
    from copkit.records.columns import Layout
    from copkit.records.private import Contact

app = command_group(no_args_is_help=True)

MOST_LINES = 500


@app.callback()
def roster() -> None:
    """Rosters from elsewhere: taking in a spreadsheet of members."""


@app.command("import")
def import_roster(
    community: CommunityArgument,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A CSV or Excel file.")],
    column: Annotated[
        list[str] | None,
        typer.Option(
            "--column",
            "--columns",
            metavar="WHAT=HEAD",
            help="What a column holds: 'role=Job title'; may be repeated, or with commas.",
        ),
    ] = None,
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="Do not ask: the columns are right, write it.")
    ] = False,
    folder: Folder = HERE,
    as_json: AsJson = False,
    dry_run: DryRun = False,
) -> None:
    """Add the people of a spreadsheet to a roster, and change what it says otherwise.

    Shows what each column is taken for and what would change, and asks. Names and addresses go
    to private/contacts.yaml alone. Members are known again by their id, or by the address or name
    in the contacts. Nobody is taken off the roster, and nobody's consent is set.

    What a column can hold: id, name, first-name, last-name, e-mail, role, sector, organisation,
    part and joined. --column role= leaves one out.

    \b
    Examples:
      copkit roster import brighton members.xlsx
      copkit roster import brighton list.csv --column "role=Job title" --dry-run
      copkit roster import CP1 list.csv --yes --json
    """
    from copkit.analysis.imports.roster_columns import find_columns
    from copkit.cli.members.roster_columns import show_columns, told_columns
    from copkit.cli.members.roster_report import plan_as_json, show_plan
    from copkit.git.private import require_kept_out

    asks = interactive() and not (yes or as_json)
    told = told_columns(column or ())
    programme = open_programme(folder, {Noun.MEMBERS})
    records = programme.community(community)
    if not dry_run:
        require_kept_out(programme.root)
    kept = _kept(programme.root)
    sheet = find_columns(_table(file), kept.layouts, told)
    sheet = _agreed(sheet, records.slug, file, asks=asks, settled=yes or dry_run)
    if not (asks or as_json):
        show_columns(sheet, examples=False)
    plan = _planned(programme, records, sheet, kept)
    if not as_json:
        unread = [head for at, head in enumerate(sheet.heads) if head and not sheet.column_at(at)]
        show_plan(plan, programme.settings.seats_sought, unread)
    write = not dry_run and (not asks or _is_meant(plan))
    if write or (dry_run and not as_json):
        _write(programme, records, sheet, plan, kept, dry_run=dry_run)
    if as_json:
        print_json(plan_as_json(plan, sheet, records.slug, written=write and not plan.is_empty))
    if plan.is_all_faulty:
        raise typer.Exit(1)


def _table(file: Path) -> Table:
    """Read the file; raise :class:`CopkitError` for what is no table, in one line."""
    from copkit.cli.given_files import bytes_of
    from copkit.importers.tables_parts import read_table

    table = read_table(bytes_of(file), file.name)
    if len(table.rows) > MOST_LINES:
        message = f"{table.file} has {len(table.rows)} lines, and a roster at most {MOST_LINES}"
        raise CopkitError(message, "keep only the members of this community in it")
    return table


class _Kept(NamedTuple):
    """What stands in private/: contacts and columns, each with its text."""

    contacts: tuple[Contact, ...]
    contacts_text: str | None
    layouts: tuple[Layout, ...]
    layouts_text: str | None


def _kept(root: Path) -> _Kept:
    from copkit.private_files import read_columns, read_contacts

    problems: list[Problem] = []
    contacts = read_contacts(root, problems)
    layouts = read_columns(root, problems)
    if errors := errors_among(problems):
        raise FaultyRecords(errors)
    return _Kept(contacts, _text(root, CONTACTS), layouts, _text(root, COLUMNS))


def _text(root: Path, file: str) -> str | None:
    path = inside(root, *file.split("/"))
    return read_source(path, file, []).text if os.path.lexists(path) else None


def _agreed(sheet: Sheet, community: str, file: Path, *, asks: bool, settled: bool) -> Sheet:
    """Give the columns as somebody agreed to them, here or before."""
    from copkit.cli.members.roster_columns import agreed_columns, flags_for, show_columns

    if asks:
        agreed = sheet if sheet.known else agreed_columns(sheet)
        if agreed is None:
            raise typer.Abort
        if sheet.known:
            show_columns(sheet, examples=True)
            say("  as agreed before; --column WHAT=HEAD changes it")
        return agreed
    if not settled:
        show_columns(sheet, examples=False)
        wrong_use(
            "nobody is here to say whether that is right, so nothing was changed",
            f"if it is: {flags_for(sheet, community, file)}",
        )
    return sheet


def _planned(programme: Programme, records: CommunityRecords, sheet: Sheet, kept: _Kept) -> Plan:
    from copkit.analysis.free_ids import free_id
    from copkit.analysis.ids import stem_of
    from copkit.analysis.imports.roster import read_rows
    from copkit.analysis.imports.roster_changes import build_plan
    from copkit.git.repository import is_shared

    seats = programme.settings.seats_sought
    rows, faults = read_rows(sheet, seats, records.members)
    shared = is_shared(programme.root)
    return build_plan(
        rows,
        faults,
        records.roster,
        seats,
        kept.contacts,
        lambda taken, role: free_id(taken, stem_of(role), shared=shared),
    )


def _is_meant(plan: Plan) -> bool:
    """Ask once, unless there is nothing to write."""
    if plan.is_empty:
        return True
    from copkit.cli.prompts import agree

    if agree("write this?", default=not plan.doubts):
        return True
    say("nothing was changed")
    return False


def _write(
    programme: Programme,
    records: CommunityRecords,
    sheet: Sheet,
    plan: Plan,
    kept: _Kept,
    *,
    dry_run: bool,
) -> None:
    """Write roster and contacts in one step, and remember the columns."""
    from copkit.analysis.imports.roster_columns import with_layout
    from copkit.analysis.imports.roster_plan import with_contacts, with_members
    from copkit.cli.records.new import EMPTY_ROSTER
    from copkit.cli.store import change_with_private

    file = f"communities/{records.slug}/roster.yaml"
    there = os.path.lexists(inside(programme.root, *file.split("/")))
    old = records.roster.source.text.text if there else None
    try:
        new = Change(file, old, with_members(old or EMPTY_ROSTER, plan))
        texts = (
            (
                CONTACTS,
                kept.contacts_text,
                with_contacts(kept.contacts_text or "", plan, records.slug),
            ),
            (COLUMNS, kept.layouts_text, with_layout(kept.layouts_text or "", sheet, kept.layouts)),
        )
    except EditRefused as refusal:
        message = f"line {refusal.line} of a file to change: {refusal.reason}; nothing was changed"
        raise CopkitError(message, refusal.hint) from None
    changed = [new] if plan.new or plan.changed else []
    private = [Change(file, old, new) for file, old, new in texts if new != (old or "")]
    if not (changed or private):
        already = "" if plan.faults else f"{clean(file)} says so already; "
        say(f"{already}nothing was changed")
        return
    change_with_private(programme, changed, private, dry_run=dry_run)
