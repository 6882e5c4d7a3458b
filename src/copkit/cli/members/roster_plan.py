"""What ``copkit roster import`` prints of a plan: people, seats, questions, lines left out."""

from __future__ import annotations

import datetime as dt
import shlex
import sys
from collections.abc import Mapping, Sequence
from typing import Any, Final

from copkit.analysis.imports.roster import Asks
from copkit.analysis.imports.roster_changes import (
    FieldChange,
    NewMember,
    RosterPlan,
    SeatQuestion,
)
from copkit.analysis.imports.roster_columns import Sheet
from copkit.cli.terminal import clean, say, wrap_for_terminal
from copkit.errors import did_you_mean
from copkit.pii.scan import mask_details
from copkit.records.members import Part
from copkit.records.programme import Seats
from copkit.wording import list_in_words, plural

IGNORED: Final = "ignored"
_MAX_CHOICES: Final = 12  # roles or sectors printed below a question


def print_plan(
    plan: RosterPlan,
    seats: Seats,
    questions: Sequence[SeatQuestion],
    new_seats: Mapping[str, Sequence[str]],
    unread: Sequence[str] = (),
) -> None:
    """Print everything that would change, and everything that would not.

    ``questions`` are what the plan asks about seats, ``new_seats`` what copkit.yaml gets, and
    ``unread`` the heads of the columns that were ignored.
    """
    # names beside ids are for the person who runs it: standard error often goes into a log
    terminal = bool(sys.stderr and sys.stderr.isatty())
    names = (
        {contact.id: contact.name for contact in plan.contacts if contact.name} if terminal else {}
    )
    say(f"new: {len(plan.new)}")
    for new in plan.new:
        _print_note(new.line, _format_new_member(new, names))
    say(f"changed: {len(plan.changed)}")
    for change in plan.changed:
        _print_note(change.line, f"{change.id}: {'; '.join(map(_format_change, change.fields))}")
    say(f"unchanged: {len(plan.same)}")
    if plan.empty_seats:
        say(f"empty seats, which are no members: {plan.empty_seats}")
    if new_seats:
        say("new seats for copkit.yaml:")
    for sector, roles in new_seats.items():
        _print_note(0, f"{sector}: {', '.join(roles)}")
    if plan.missing:
        say(f"on the roster and not in the file ({len(plan.missing)}); they stay:")
        say(f"    {clean(', '.join(plan.missing))}")
    if plan.contacts:
        say(f"names and addresses for private/contacts.yaml: {len(plan.contacts)}")
    if plan.notes:
        say("worth a look:")
    for note in plan.notes:
        _print_note(note.line, note.text)
    added = {role for roles in new_seats.values() for role in roles}
    questions = [question for question in questions if question.written not in added]
    _print_questions(plan, seats, questions)
    _print_faults(plan, unread)
    if plan.doubts:
        say("look at these before they go into git:")
    for note in plan.doubts:
        _print_note(note.line, note.text)


def _print_questions(plan: RosterPlan, seats: Seats, questions: Sequence[SeatQuestion]) -> None:
    """Print what has to be answered, each question once with the option that answers it."""
    asked = [error for error in plan.errors if error.asks]
    if asked:
        say(f"kept aside until it is answered: {plural(len(asked), 'line')}")
    for asks in (Asks.ROLE, Asks.SECTOR):
        _print_seat_questions(
            asks, [q for q in questions if q.keeps_out and q.asks is asks], has_seats=bool(seats)
        )
    for error in asked:
        if error.asks is Asks.PERSON:
            _print_note(error.line, mask_details(f"{error.why}; {error.hint}"))
    unsought = [question for question in questions if not question.keeps_out]
    if unsought and seats:
        say("roles that copkit.yaml does not seek; who is new has them, others keep their own:")
        for question in unsought:
            lines = format_lines(question.lines)
            near = did_you_mean(question.written, question.choices)
            answer = f"--role {_quote(f'{question.written}=ROLE')} or --add-seats"
            text = f"'{question.written}' ({lines}): {near + ' ' if near else ''}{answer}"
            _print_note(0, mask_details(text))


def _print_seat_questions(
    asks: Asks, questions: Sequence[SeatQuestion], *, has_seats: bool
) -> None:
    """Print what is asked about roles, or about sectors, then what they may be and the options."""
    if not questions:
        return
    for question in questions:
        _print_note(0, mask_details(f"{format_lines(question.lines)}: {question.why}"))
    choices = questions[0].choices
    if choices:
        shown = [f"'{choice}'" for choice in choices[:_MAX_CHOICES]]
        others = len(choices) - len(shown)
        there = ", ".join([*shown, f"{others} others"] if others else shown)
        say(wrap_for_terminal(f"      {asks}s: {clean(there)}", sys.stderr, 8))
    what = str(asks).upper()
    options = [f"--{asks} {_quote(f'{question.written}={what}')}" for question in questions[:1]]
    if asks is Asks.ROLE and not questions[0].written:
        options[0] += " (with --add-seats for a new one)"
        options.append("--column role=HEAD")
    if any(question.written for question in questions) and has_seats:
        options.append("--add-seats to take them as they are")
    if asks is Asks.ROLE:
        options[-1] += "; --sector '=SECTOR' for roles without one"
    say(
        wrap_for_terminal(mask_details(f"      answer with {', or '.join(options)}"), sys.stderr, 8)
    )


def _quote(text: str) -> str:
    """Return a text in quotes for the shell; zsh takes a bare ``=ROLE`` for a command."""
    return shlex.quote(text) if "'" in text else f"'{text}'"


def format_lines(lines: Sequence[int]) -> str:
    """Return ``line 2``, ``lines 2 and 3`` or, of many, ``lines 2, 3, 4, 5 and 9 others``."""
    if len(lines) > 5:
        return f"lines {', '.join(map(str, lines[:4]))} and {len(lines) - 4} others"
    return f"line{'s' if len(lines) > 1 else ''} {list_in_words([str(line) for line in lines])}"


def _print_faults(plan: RosterPlan, ignored_heads: Sequence[str]) -> None:
    """Print the lines that the file has wrong, masked; a hint that several share is printed once.

    ``ignored_heads`` are the heads of columns that were not read, named below the lines.
    """
    faults = [error for error in plan.errors if not error.asks]
    if faults:
        say(f"left out, for they cannot be taken in: {plural(len(faults), 'line')}")
    hints: set[str] = set()
    for fault in faults:  # masked, as they quote cells, which may hold a name or an address
        hint = "" if fault.hint in hints else fault.hint
        hints.add(fault.hint)
        _print_note(fault.line, mask_details("; ".join(filter(None, (fault.why, hint)))))
    if ignored_heads and plan.errors:
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
    plan: RosterPlan,
    sheet: Sheet,
    community: str,
    questions: Sequence[SeatQuestion],
    new_seats: Mapping[str, Sequence[str]],
    *,
    written: bool,
) -> dict[str, Any]:
    """Return a plan as ``--json`` prints it; it holds no name and no address.

    ``questions`` are what it asks about seats, ``new_seats`` what copkit.yaml gets, by sector;
    ``written`` is whether the plan has been carried out.
    """
    return {
        "community": community,
        "file": sheet.table.file,
        "sheet": sheet.table.sheet or None,
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
            {
                "line": error.line,
                "asks": error.asks,
                "why": mask_details(error.why),
                "hint": mask_details(error.hint),
            }
            for error in plan.errors
        ],
        "questions": [
            {
                "asks": question.asks,
                "written": mask_details(question.written),
                "lines": list(question.lines),
                "why": mask_details(question.why),
                "choices": list(question.choices),
                "keeps_out": question.keeps_out,
            }
            for question in questions
        ],
        "empty_seats": plan.empty_seats,
        "new_seats": {sector: list(roles) for sector, roles in new_seats.items()},
        "notes": [{"line": note.line, "note": note.text} for note in (*plan.notes, *plan.doubts)],
        "contacts": len(plan.contacts),
        "written": written,
    }


def _text_or_none(value: Any) -> str | None:
    return None if value is None else str(value)
