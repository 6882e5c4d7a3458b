"""What importing a roster would change, as a person reads it and as a machine does."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from copkit.analysis.imports.roster_columns import Sheet
from copkit.analysis.imports.roster_plan import FieldChange, NewMember, Plan
from copkit.cli.members.roster_columns import IGNORED
from copkit.cli.terminal import clean, say
from copkit.errors import did_you_mean
from copkit.pii.masking import hide
from copkit.records.members import Part
from copkit.records.programme import Seats
from copkit.wording import plural


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
