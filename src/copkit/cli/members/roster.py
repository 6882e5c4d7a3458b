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
from copkit.analysis.imports.roster_changes import FieldChange, NewMember, Plan
from copkit.cli.params import (
    HERE,
    AsJson,
    CommunityArgument,
    DryRun,
    Folder,
    interactive,
    open_programme,
    wrong_use,
)
from copkit.cli.prompts import ask, yes_or_no
from copkit.cli.terminal import clean, print_json, say
from copkit.errors import CopkitError, FaultyRecords, Problem, did_you_mean, errors_among
from copkit.layout import COLUMNS, CONTACTS
from copkit.pii.scan import hide
from copkit.records.kinds import Noun
from copkit.records.members import Part
from copkit.records.private import PRIVATE_COLUMNS, Column
from copkit.records.programme import Seats
from copkit.text.edit import EditRefused
from copkit.text.files import inside, read_source
from copkit.text.transaction import Change
from copkit.wording import plural

if TYPE_CHECKING:
    from copkit.folder import CommunityRecords, Programme
    from copkit.importers.tables import Table
    from copkit.records.private import Contact, Layout


# Which column of an imported roster is which: told by flags, shown, and agreed to.

IGNORED: Final = "ignored"
_OTHER_WORDS: Final = {"email": "e-mail", "organization": "organisation", "job": "role"}
_LONGEST: Final = 24  # signs shown of a cell


def told_columns(given: Sequence[str]) -> dict[Column, str]:
    """Read ``role=Job title,sector=Team``; what is held maps to its head, ``""`` for none."""
    words = "|".join([*Column, *_OTHER_WORDS]).replace("-", "[- ]")
    between = re.compile(rf",\s*(?=(?:{words})\s*=)", re.IGNORECASE)
    told: dict[Column, str] = {}
    for piece in (piece for text in given for piece in between.split(text)):
        said, equals, head = piece.partition("=")
        word = "-".join(said.lower().split())
        word = _OTHER_WORDS.get(word, word)
        if not equals:
            wrong_use(f"--column: '{piece}' has no '='", "write it as --column 'role=Job title'")
        if word not in set(Column):
            hint = did_you_mean(word, list(Column), f"it can be one of {', '.join(Column)}")
            wrong_use(f"--column: nothing is called '{said.strip()}'", hint)
        told[Column(word)] = head.strip()
    return told


def show_columns(sheet: Sheet, *, examples: bool) -> None:
    """Show what each column is taken for; ``examples`` of what stands in it are for a person."""
    where = f"the heads are in line {sheet.table.lines[sheet.at]}"
    say(f"{clean(sheet.table.file)}: {where}, with {plural(sheet.lines_below, 'line')} below")
    widest = max(len(_short(head)) for head in sheet.heads)
    for number, head in enumerate(sheet.heads, 1):
        column = sheet.column_at(number - 1)
        private = " (contacts only)" if column in PRIVATE_COLUMNS else ""
        line = f"  {number:>2}  {_short(head):<{widest}}  {column or IGNORED}{private}"
        example = _short(sheet.example(number - 1)) if examples else ""
        say(f"{line:<{widest + 34}}{example}".rstrip())


def _short(text: str) -> str:
    text = clean(text)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def agreed_columns(sheet: Sheet) -> Sheet | None:
    """Ask whether the columns are what they are taken for, until they are; ``None`` for no."""
    while True:
        show_columns(sheet, examples=True)
        answer = ask("is that right: yes, no, or the number of a column to change", default="yes")
        if (meant := yes_or_no(answer)) is not None:
            return sheet if meant else None
        if answer.isdecimal() and 1 <= int(answer) <= len(sheet.heads):
            position = int(answer) - 1
            sheet = sheet.with_column(position, _ask_column(sheet.heads[position]))
        else:
            say(f"  please write yes, no, or a number from 1 to {len(sheet.heads)}")


def _ask_column(head: str) -> Column | None:
    """Ask what a column holds, by copkit's words or others for the same; ``None`` for ignored."""
    words = (*Column, IGNORED, *_OTHER_WORDS)
    say(f"  it can be {', '.join((*Column, IGNORED))}")
    while (held := ask(f"what is in '{_short(head)}'").casefold()) not in words:
        near = [word for word in words if word.startswith("-".join(held.split()))]
        if len(near) == 1:
            held = near[0]
            break
        say(f"  please write one of: {', '.join((*Column, IGNORED))}")
    held = _OTHER_WORDS.get(held, held)
    return None if held == IGNORED else Column(held)


def flags_for(sheet: Sheet, community: str, file: Path) -> str:
    """Give the command that says all this without being asked."""
    told = (f"--column {shlex.quote(f'{one}={sheet.heads[at]}')}" for one, at in _in_order(sheet))
    return " ".join(["copkit roster import", community, shlex.quote(str(file)), *told, "--yes"])


def _in_order(sheet: Sheet) -> list[tuple[Column, int]]:
    return sorted(sheet.holds.items(), key=lambda held: held[1])


# What importing a roster would change, as a person reads it and as a machine does.


def show_plan(plan: Plan, seats: Seats, unread: Sequence[str] = ()) -> None:
    """Show everything that would change, and everything that would not.

    ``unread`` are the heads of the columns that were ignored.
    """
    terminal = bool(sys.stderr and sys.stderr.isatty())
    names = {one.id: one.name for one in plan.contacts if one.name} if terminal else {}
    _section("new", len(plan.new))
    for new in plan.new:
        _line(new.line, _described(new, names))
        if not new.seat:
            near = did_you_mean(new.role, seats.get(new.sector, ()))
            unsought = "this seat is not among those sought in copkit.yaml"
            _line(0, f"{unsought}; {near}" if near else unsought)
    _section("changed", len(plan.changed))
    for one in plan.changed:
        _line(one.line, f"{one.id}: {'; '.join(map(_changed, one.fields))}")
    say(f"unchanged: {len(plan.same)}")
    if plan.missing:
        say(f"on the roster and not in the file ({len(plan.missing)}); they stay:")
        say(f"    {clean(', '.join(plan.missing))}")
    if plan.contacts:
        say(f"names and addresses for private/contacts.yaml: {len(plan.contacts)}")
    if plan.notes:
        say("worth a look:")
    for note in plan.notes:
        _line(note.line, note.text)
    _show_faults(plan, unread)
    if plan.doubts:
        say("look at these before they go into git:")
    for note in plan.doubts:
        _line(note.line, note.text)


def _show_faults(plan: Plan, unread: Sequence[str]) -> None:
    """Show the lines that cannot be taken in; what can be done about several is said once."""
    if not plan.faults:
        return
    say(f"left out, for they cannot be taken in: {plural(len(plan.faults), 'line')}")
    hints: set[str] = set()
    for fault in plan.faults:
        hint = "" if fault.hint in hints else fault.hint
        hints.add(fault.hint)
        _line(fault.line, hide("; ".join(filter(None, (fault.why, hint)))))
    if unread:
        say(f"  not read: {clean(', '.join(unread))}; --column WHAT=HEAD has a column read")


def _section(what: str, count: int) -> None:
    say(f"{what}: {count}")


def _line(line: int, text: str) -> None:
    say(f"  line {line}: {clean(text)}" if line else f"    {clean(text)}")


def _described(new: NewMember, names: Mapping[str, str]) -> str:
    said = (new.role, new.sector, new.organisation, _told(new.part), _told(new.joined))
    name = f" ({names[new.id]})" if new.id in names else ""
    return f"{new.id}{name}: {', '.join(filter(None, said))}"


def _told(value: Part | dt.date | None) -> str:
    if value is None or value is Part.MEMBER:
        return ""
    return str(value) if isinstance(value, Part) else f"joined {value}"


def _changed(change: FieldChange) -> str:
    return f"{change.key} {change.old or 'nothing'} -> {change.new}"


def plan_as_json(plan: Plan, sheet: Sheet, community: str, *, written: bool) -> dict[str, Any]:
    """Give a plan in the form that machines read: no name and no address is in it."""
    return {
        "community": community,
        "file": sheet.table.file,
        "mapping": [
            {"head": head, "holds": str(sheet.column_at(at) or IGNORED)}
            for at, head in enumerate(sheet.heads)
        ],
        "new": [
            {
                "line": one.line,
                **{key: _plain(value) for key, value in one.as_item().items()},
                "sought": one.seat,
            }
            for one in plan.new
        ],
        "changed": [
            {
                "line": one.line,
                "id": one.id,
                "fields": [
                    {"field": change.key, "old": _plain(change.old), "new": _plain(change.new)}
                    for change in one.fields
                ],
            }
            for one in plan.changed
        ],
        "same": [{"line": one.line, "id": one.id} for one in plan.same],
        "missing": [{"id": id} for id in plan.missing],
        "faults": [
            {"line": one.line, "why": hide(one.why), "hint": hide(one.hint)} for one in plan.faults
        ],
        "notes": [{"line": one.line, "note": one.text} for one in (*plan.notes, *plan.doubts)],
        "contacts": len(plan.contacts),
        "written": written,
    }


def _plain(value: Any) -> str | None:
    return None if value is None else str(value)


MOST_LINES = 500


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
    from copkit.git.repository import require_kept_out

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
    from copkit.cli.prompts import bytes_of
    from copkit.importers.tables import read_table

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
    from copkit.analysis.ids import free_id, stem_of
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
    from copkit.analysis.imports.roster import with_layout
    from copkit.analysis.imports.roster_changes import with_contacts, with_members
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
