"""What an import of lists found: for people, for machines, and what is still to be said."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from copkit.analysis.imports.matching import Entry, Found
from copkit.cli.attendance.import_files import Imported, Said
from copkit.cli.params import HERE
from copkit.cli.people import beside
from copkit.cli.terminal import clean, print_heading, print_line, say
from copkit.wording import day_in_words, listed, plural

MOST_SHOWN = 10  # people for whom a command is spelt out
_INDENT = 12


def as_json(imported: Imported, found: Found, recorded: Iterable[str]) -> dict[str, Any]:
    """Give everything as values for machines; ``recorded`` are the ids that are new on record."""
    return {
        "community": imported.records.slug,
        "meeting": imported.slug,
        "sources": [
            {
                "file": one.file,
                "kind": str(one.kind),
                "stated": one.stated,
                "listed": len(one.attendees),
            }
            for one in imported.listings
        ],
        "matched": [{"member": entry.members[0], **_row(entry)} for entry in found.matched],
        "suggested": [
            {"row": one.person.row, "members": [*one.members], "minutes": one.person.minutes}
            for one in found.suggested
        ],
        "unmatched": [_row(entry) for entry in found.unmatched],
        "below_minimum": [
            {"member": entry.members[0], **_row(entry)} for entry in found.below_minimum
        ],
        "set_aside": [{"row": entry.person.row, "why": entry.why} for entry in found.set_aside],
        "notes": imported.notes_on(found),
        "recorded": [*recorded],
    }


def _row(entry: Entry) -> dict[str, Any]:
    return {"row": entry.person.row, "minutes": entry.person.minutes}


# --- for people ------------------------------------------------------------------------------


def print_report(imported: Imported, found: Found) -> None:
    """Print who is who, and what does not agree."""
    files = listed([one.file for one in imported.listings])
    people = plural(len(imported.people), "person", "people")
    where = f"{imported.records.slug}, {day_in_words(imported.held_on)}"
    print_heading(where, f": {people} in {files}")
    _print_members("Matched", found.matched)
    minimum = plural(imported.minimum, "minute")
    _print_members(f"Below the minimum of {minimum}", found.below_minimum)
    likely = [(one, _likely(imported, found, one)) for one in found.suggested]
    _print_rows("Perhaps a member; nobody is recorded without a yes", likely)
    _print_rows("Not known", [(one, one.person.row) for one in found.unmatched])
    set_aside = [(one, f"{one.person.row}: {one.why}") for one in found.set_aside]
    _print_rows("Set aside", set_aside)
    if notes := imported.notes_on(found):
        print()
        print_heading("Notes")
    for note in notes:
        print_line(f"  {note}", 4)


def _print_members(title: str, entries: Sequence[Entry]) -> None:
    width = max((len(entry.members[0]) for entry in entries), default=0)
    rows = [(one, f"{one.members[0]:{width}}  {one.person.row}") for one in entries]
    _print_rows(title, rows)


def _print_rows(title: str, rows: Sequence[tuple[Entry, str]]) -> None:
    if rows:
        print()
        print_heading(title, f": {len(rows)}")
    for entry, said in rows:
        minutes = entry.person.minutes
        print_line(f"{'?' if minutes is None else minutes:>6} min  {said}", _INDENT)


def _likely(imported: Imported, found: Found, entry: Entry) -> str:
    root, records = imported.programme.root, imported.records
    members = listed([beside(root, records, id) for id in entry.members], "or")
    if entry.person.row in found.unknown:
        return f"{entry.person.row}: {members}, if they stayed long enough"
    return f"{entry.person.row}: perhaps {members}"


# --- what is still to be said ----------------------------------------------------------------


def say_what_is_left(
    imported: Imported, found: Found, said: Said, files: Sequence[Path], folder: Path
) -> None:
    """Show the command that says of everybody who is left who they are."""
    if not found.left:
        return
    options = [
        *(f"--match {_quoted(row)}" for row in said.members),
        *(f"--substitute {_quoted(row)}" for row in said.stand_ins),
        *(f"--guest {_quoted(row)}" for row in said.guests),
        *(f"--nobody {_quoted(row)}" for row in said.nobody),
    ]
    new = [
        *(f"--match {_quoted(f'{one.person.row}={one.members[0]}')}" for one in found.suggested),
        *(f"--guest {_quoted(one.person.row)}" for one in found.unmatched),
    ]
    if folder != HERE:
        options.append(f"-C {_quoted(str(folder))}")
    names = " ".join(_quoted(str(path)) for path in files)
    command = f"copkit attendance import {imported.records.slug} {imported.slug} {names}"
    say(f"\nstill to be said of {plural(len(found.left), 'person', 'people')}; if this is right:")
    lines = [f"  {command}", *(f"    {one}" for one in (*options, *new[:MOST_SHOWN]))]
    print(" \\\n".join(lines), file=sys.stderr)  # in one piece, to be copied
    if len(new) > MOST_SHOWN:
        say(f"  and {len(new) - MOST_SHOWN} more; on a terminal each is asked for")
    say("if not: --match 'ROW=ID', --substitute 'ROW=ID', --guest ROW or --nobody ROW")


def _quoted(text: str) -> str:
    return shlex.quote(clean(text))
