"""``copkit roster``: taking in a roster from somebody's spreadsheet."""

from __future__ import annotations

import datetime as dt
import os
import re
import shlex
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, NamedTuple

import typer

from copkit.analysis.imports.roster import Sheet
from copkit.analysis.imports.roster_changes import FieldChange, NewMember, RosterPlan
from copkit.cli.params import (
    HERE,
    AsJson,
    CommunityArgument,
    DryRun,
    Folder,
    is_interactive,
    open_programme,
    usage_error,
)
from copkit.cli.prompts import ask, parse_yes_or_no
from copkit.cli.terminal import clean, print_json, say
from copkit.errors import CopkitError, InvalidRecords, Problem, did_you_mean, only_errors
from copkit.layout import COLUMNS, CONTACTS
from copkit.pii.scan import mask_details
from copkit.records.kinds import Noun
from copkit.records.members import Part
from copkit.records.private import PRIVATE_COLUMNS, Column
from copkit.records.programme import Seats
from copkit.text.edit import EditRefused
from copkit.text.files import path_inside, read_source
from copkit.text.transaction import Change
from copkit.wording import plural

if TYPE_CHECKING:
    from copkit.folder import CommunityRecords, Programme
    from copkit.importers.tables import ImportedTable
    from copkit.records.private import Contact, Layout


# Columns

IGNORED: Final = "ignored"
_COLUMN_SYNONYMS: Final = {"email": "e-mail", "organization": "organisation", "job": "role"}
_MAX_CELL: Final = 24  # characters printed of a cell, so that a line fits a terminal of 80


def parse_columns(texts: Sequence[str]) -> dict[Column, str]:
    """Parse ``role=Job title,sector=Team`` to the spreadsheet's head for each column.

    The head is ``""`` for what is not to be read. Raise a usage error for a word that names no
    column.
    """
    words = "|".join([*Column, *_COLUMN_SYNONYMS]).replace("-", "[- ]")
    # A comma separates only where the name of a column and = follow, as a head may hold one itself:
    # 'role=Job title, grade,sector=Team' has two parts.
    separators = re.compile(rf",\s*(?=(?:{words})\s*=)", re.IGNORECASE)
    columns: dict[Column, str] = {}
    for piece in (piece for text in texts for piece in separators.split(text)):
        key, equals, head = piece.partition("=")
        word = "-".join(key.lower().split())
        word = _COLUMN_SYNONYMS.get(word, word)
        if not equals:
            usage_error(f"--column: '{piece}' has no '='", "write it as --column 'role=Job title'")
        if word not in set(Column):
            hint = did_you_mean(word, list(Column), f"it can be one of {', '.join(Column)}")
            usage_error(f"--column: nothing is called '{key.strip()}'", hint)
        columns[Column(word)] = head.strip()
    return columns


def print_columns(sheet: Sheet, *, examples: bool) -> None:
    """Print what each column is taken for.

    ``examples`` adds the first cell of each: names and addresses, so only for a person to see.
    """
    where = f"the heads are in line {sheet.table.lines[sheet.heading_row]}"
    say(f"{clean(sheet.table.file)}: {where}, with {plural(sheet.lines_below, 'line')} below")
    widest = max(len(_shorten(head)) for head in sheet.heads)
    for number, head in enumerate(sheet.heads, 1):
        column = sheet.column_at(number - 1)
        private = " (contacts only)" if column in PRIVATE_COLUMNS else ""
        line = f"  {number:>2}  {_shorten(head):<{widest}}  {column or IGNORED}{private}"
        example = _shorten(sheet.example(number - 1)) if examples else ""
        # 8 for the number and the gaps, 26 for the longest text: "first-name (contacts only)"
        say(f"{line:<{widest + 34}}{example}".rstrip())


def _shorten(text: str) -> str:
    text = clean(text)
    return text if len(text) <= _MAX_CELL else f"{text[: _MAX_CELL - 1]}…"


def ask_columns(sheet: Sheet) -> Sheet | None:
    """Print the columns and ask until they are right; ``None`` where the answer is no.

    Return the sheet with the columns as they were changed.
    """
    while True:
        print_columns(sheet, examples=True)
        answer = ask("is that right: yes, no, or the number of a column to change", default="yes")
        if (agreed := parse_yes_or_no(answer)) is not None:
            return sheet if agreed else None
        if answer.isdecimal() and 1 <= int(answer) <= len(sheet.heads):
            position = int(answer) - 1
            sheet = sheet.with_column(position, _ask_column(sheet.heads[position]))
        else:
            say(f"  please write yes, no, or a number from 1 to {len(sheet.heads)}")


def _ask_column(head: str) -> Column | None:
    """Ask what a column holds, by a name of :class:`Column` or a synonym; ``None`` for ignored."""
    words = (*Column, IGNORED, *_COLUMN_SYNONYMS)
    say(f"  it can be {', '.join((*Column, IGNORED))}")
    while (answer := ask(f"what is in '{_shorten(head)}'").casefold()) not in words:
        near = [word for word in words if word.startswith("-".join(answer.split()))]
        if len(near) == 1:
            answer = near[0]
            break
        say(f"  please write one of: {', '.join((*Column, IGNORED))}")
    answer = _COLUMN_SYNONYMS.get(answer, answer)
    return None if answer == IGNORED else Column(answer)


def format_command(sheet: Sheet, community: str, file: Path) -> str:
    """Return the command line that imports a file with these columns and without questions."""
    in_order = sorted(sheet.positions.items(), key=lambda entry: entry[1])
    options = [
        f"--column {shlex.quote(f'{column}={sheet.heads[position]}')}"
        for column, position in in_order
    ]
    return " ".join(["copkit roster import", community, shlex.quote(str(file)), *options, "--yes"])


# Printing a plan


def print_plan(plan: RosterPlan, seats: Seats, unread: Sequence[str] = ()) -> None:
    """Print everything that would change, and everything that would not.

    ``unread`` are the heads of the columns that were ignored.
    """
    # names beside ids are for the person who runs it: standard error often goes into a log
    terminal = bool(sys.stderr and sys.stderr.isatty())
    names = (
        {contact.id: contact.name for contact in plan.contacts if contact.name} if terminal else {}
    )
    say(f"new: {len(plan.new)}")
    for new in plan.new:
        _print_note(new.line, _format_new_member(new, names))
        if not new.is_sought:
            near = did_you_mean(new.role, seats.get(new.sector, ()))
            unsought = "this seat is not among those sought in copkit.yaml"
            _print_note(0, f"{unsought}; {near}" if near else unsought)
    say(f"changed: {len(plan.changed)}")
    for change in plan.changed:
        _print_note(change.line, f"{change.id}: {'; '.join(map(_format_change, change.fields))}")
    say(f"unchanged: {len(plan.same)}")
    if plan.missing:
        say(f"on the roster and not in the file ({len(plan.missing)}); they stay:")
        say(f"    {clean(', '.join(plan.missing))}")
    if plan.contacts:
        say(f"names and addresses for private/contacts.yaml: {len(plan.contacts)}")
    if plan.notes:
        say("worth a look:")
    for note in plan.notes:
        _print_note(note.line, note.text)
    _print_faults(plan, unread)
    if plan.doubts:
        say("look at these before they go into git:")
    for note in plan.doubts:
        _print_note(note.line, note.text)


def _print_faults(plan: RosterPlan, ignored_heads: Sequence[str]) -> None:
    """Print the lines that cannot be imported, masked; a hint that several share is printed once.

    ``ignored_heads`` are the heads of columns that were not read, named below the lines.
    """
    if not plan.errors:
        return
    say(f"left out, for they cannot be taken in: {plural(len(plan.errors), 'line')}")
    hints: set[str] = set()
    for fault in plan.errors:  # masked, as they quote cells, which may hold a name or an address
        hint = "" if fault.hint in hints else fault.hint
        hints.add(fault.hint)
        _print_note(fault.line, mask_details("; ".join(filter(None, (fault.why, hint)))))
    if ignored_heads:
        say(f"  not read: {clean(', '.join(ignored_heads))}; --column WHAT=HEAD has a column read")


def _print_note(line: int, text: str) -> None:
    say(f"  line {line}: {clean(text)}" if line else f"    {clean(text)}")


def _format_new_member(new: NewMember, names: Mapping[str, str]) -> str:
    """Format a new member in a line; ``names`` has names by member id, as far as known."""
    details = (
        new.role,
        new.sector,
        new.organisation,
        _format_value(new.part),
        _format_value(new.joined),
    )
    name = f" ({names[new.id]})" if new.id in names else ""
    return f"{new.id}{name}: {', '.join(filter(None, details))}"


def _format_value(value: Part | dt.date | None) -> str:
    if value is None or value is Part.MEMBER:  # what nearly everybody is needs no words
        return ""
    return str(value) if isinstance(value, Part) else f"joined {value}"


def _format_change(change: FieldChange) -> str:
    return f"{change.key} {change.old or 'nothing'} -> {change.new}"


def plan_as_json(
    plan: RosterPlan, sheet: Sheet, community: str, *, written: bool
) -> dict[str, Any]:
    """Return a plan as ``--json`` prints it; it holds no name and no address.

    ``written`` is whether the plan has been carried out.
    """
    return {
        "community": community,
        "file": sheet.table.file,
        "mapping": [
            {"head": head, "holds": str(sheet.column_at(position) or IGNORED)}
            for position, head in enumerate(sheet.heads)
        ],
        "new": [
            {
                "line": new.line,
                **{key: _text_or_none(value) for key, value in new.as_item().items()},
                "sought": new.is_sought,
            }
            for new in plan.new
        ],
        "changed": [
            {
                "line": member.line,
                "id": member.id,
                "fields": [
                    {
                        "field": change.key,
                        "old": _text_or_none(change.old),
                        "new": _text_or_none(change.new),
                    }
                    for change in member.fields
                ],
            }
            for member in plan.changed
        ],
        "same": [{"line": member.line, "id": member.id} for member in plan.same],
        "missing": [{"id": id} for id in plan.missing],
        "faults": [
            {"line": error.line, "why": mask_details(error.why), "hint": mask_details(error.hint)}
            for error in plan.errors
        ],
        "notes": [{"line": note.line, "note": note.text} for note in (*plan.notes, *plan.doubts)],
        "contacts": len(plan.contacts),
        "written": written,
    }


def _text_or_none(value: Any) -> str | None:
    return None if value is None else str(value)


# Importing

MAX_LINES = 500  # far more than any community has members: such a file is another list


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
    from copkit.analysis.imports.roster import find_columns
    from copkit.git.repository import require_private_ignored

    asks_person = is_interactive() and not (yes or as_json)
    chosen_columns = parse_columns(column or ())
    programme = open_programme(folder, {Noun.MEMBERS})
    records = programme.community(community)
    if not dry_run:
        require_private_ignored(programme.root)
    private = _load_private_files(programme.root)
    sheet = find_columns(_read_roster_table(file), private.layouts, chosen_columns)
    sheet = _confirm_columns(
        sheet, records.slug, file, asks_person=asks_person, settled=yes or dry_run
    )
    if not (asks_person or as_json):
        print_columns(sheet, examples=False)
    plan = _build_plan(programme, records, sheet, private)
    if not as_json:
        unread = [
            head
            for position, head in enumerate(sheet.heads)
            if head and not sheet.column_at(position)
        ]
        print_plan(plan, programme.settings.seats_sought, unread)
    write = not dry_run and (not asks_person or _confirm_plan(plan))
    if write or (dry_run and not as_json):
        _write_plan(programme, records, sheet, plan, private, dry_run=dry_run)
    if as_json:
        print_json(plan_as_json(plan, sheet, records.slug, written=write and not plan.is_empty))
    # a few faulty lines among others are reported; a script has to notice a file that had no other
    if plan.has_only_errors:
        raise typer.Exit(1)


def _read_roster_table(file: Path) -> ImportedTable:
    """Read a table from a file; raise :class:`CopkitError` for what is none or far too long."""
    from copkit.cli.prompts import read_input_file
    from copkit.importers.tables import read_table

    table = read_table(read_input_file(file), file.name)
    if len(table.rows) > MAX_LINES:
        message = f"{table.file} has {len(table.rows)} lines, and a roster at most {MAX_LINES}"
        raise CopkitError(message, "keep only the members of this community in it")
    return table


class _PrivateFiles(NamedTuple):
    """The contacts and the remembered columns of private/, each with the text of its file.

    A text is ``None`` where there is no file. It is what the changes are held against when they
    are saved, so that nothing which somebody wrote meanwhile is lost.
    """

    contacts: tuple[Contact, ...]
    contacts_text: str | None
    layouts: tuple[Layout, ...]
    layouts_text: str | None


def _load_private_files(root: Path) -> _PrivateFiles:
    """Load contacts and remembered columns; raise :class:`InvalidRecords` for errors in them."""
    from copkit.private_files import read_columns, read_contacts

    problems: list[Problem] = []
    contacts = read_contacts(root, problems)
    layouts = read_columns(root, problems)
    if errors := only_errors(problems):
        raise InvalidRecords(errors)
    return _PrivateFiles(
        contacts, _read_private_text(root, CONTACTS), layouts, _read_private_text(root, COLUMNS)
    )


def _read_private_text(root: Path, file: str) -> str | None:
    """Return the text of a file such as ``private/contacts.yaml``; ``None`` if it is missing."""
    path = path_inside(root, *file.split("/"))
    return read_source(path, file, []).text if os.path.lexists(path) else None


def _confirm_columns(
    sheet: Sheet, community: str, file: Path, *, asks_person: bool, settled: bool
) -> Sheet:
    """Return the columns as somebody agreed to them, now or at an earlier import.

    ``asks_person`` means that somebody is at the terminal; ``settled`` that ``--yes`` or
    ``--dry-run`` stand for the agreement. Otherwise raise a usage error with the command to run:
    a column taken for another would put names into a file that goes into git.
    """
    if asks_person:
        agreed = sheet if sheet.is_remembered else ask_columns(sheet)
        if agreed is None:
            raise typer.Abort
        if sheet.is_remembered:
            print_columns(sheet, examples=True)
            say("  as agreed before; --column WHAT=HEAD changes it")
        return agreed
    if not settled:
        print_columns(sheet, examples=False)
        usage_error(
            "nobody is here to say whether that is right, so nothing was changed",
            f"if it is: {format_command(sheet, community, file)}",
        )
    return sheet


def _build_plan(
    programme: Programme, records: CommunityRecords, sheet: Sheet, private: _PrivateFiles
) -> RosterPlan:
    """Build the plan of what a spreadsheet adds to a roster and its contacts, or changes."""
    from copkit.analysis.imports.roster import parse_rows
    from copkit.analysis.imports.roster_changes import build_plan
    from copkit.git.repository import is_shared
    from copkit.text.files import member_id

    seats = programme.settings.seats_sought
    rows, faults = parse_rows(sheet, seats, records.members)
    shared = is_shared(programme.root)
    return build_plan(
        rows,
        faults,
        records.roster,
        seats,
        private.contacts,
        lambda taken, role: member_id(taken, role, shared=shared),
    )


def _confirm_plan(plan: RosterPlan) -> bool:
    """Ask whether to write a plan; return ``True`` unasked for one that changes nothing."""
    if plan.is_empty:
        return True
    from copkit.cli.prompts import confirm

    # where something is in doubt, Enter alone must not write it
    if confirm("write this?", default=not plan.doubts):
        return True
    say("nothing was changed")
    return False


def _write_plan(
    programme: Programme,
    records: CommunityRecords,
    sheet: Sheet,
    plan: RosterPlan,
    private_files: _PrivateFiles,
    *,
    dry_run: bool,
) -> None:
    """Write roster, contacts and the agreed columns in one step, or print what would be written.

    In one step, for a member whom the contacts do not know would be imported a second time.
    """
    from copkit.analysis.imports.roster import remember_layout
    from copkit.analysis.imports.roster_changes import apply_to_contacts, apply_to_roster
    from copkit.cli.records.new import EMPTY_ROSTER
    from copkit.cli.store import change_records_and_private

    file = f"communities/{records.slug}/roster.yaml"
    exists = os.path.lexists(path_inside(programme.root, *file.split("/")))
    old = records.roster.source.text.text if exists else None
    try:
        roster_change = Change(file, old, apply_to_roster(old or EMPTY_ROSTER, plan))
        texts = (
            (
                CONTACTS,
                private_files.contacts_text,
                apply_to_contacts(private_files.contacts_text or "", plan, records.slug),
            ),
            (
                COLUMNS,
                private_files.layouts_text,
                remember_layout(private_files.layouts_text or "", sheet, private_files.layouts),
            ),
        )
    except EditRefused as refusal:
        message = f"line {refusal.line} of a file to change: {refusal.reason}; nothing was changed"
        raise CopkitError(message, refusal.hint) from None
    changed = [roster_change] if plan.new or plan.changed else []
    private = [
        Change(file, old, roster_change)
        for file, old, roster_change in texts
        if roster_change != (old or "")
    ]
    if not (changed or private):
        already = "" if plan.errors else f"{clean(file)} says so already; "
        say(f"{already}nothing was changed")
        return
    change_records_and_private(programme, changed, private, dry_run=dry_run)
