"""``copkit undo``: show the last changes, and take one of them back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from copkit.cli.context import Reporting
from copkit.cli.params import (
    find_programme_root,
    is_interactive,
    moment,
    today,
    usage_error,
)
from copkit.cli.terminal import clean, print_json, print_table, say
from copkit.errors import CopkitError
from copkit.layout import IDLE_CACHE, cache_file, find_programme
from copkit.wording import plural, weekday_in_words

if TYPE_CHECKING:
    from copkit.git.undo import ChangeNote, HandEdit, Reversal

_TAKES_BACK: Final = "takes back: "
_AGAIN: Final = "again: "


def complete_change(ctx: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """Complete the number of a change; the help is its command and day."""
    from copkit.git.undo import load_notes

    try:
        notes = load_notes(find_programme_root(ctx), today())
    except (CopkitError, OSError):
        return []
    rows = [
        (str(number), f"{note.command} {_short_time(note.when)}".replace(":", "."))
        for number, note in enumerate(reversed(notes), 1)
        if not note.is_final
    ]
    return [row for row in rows if row[0].startswith(incomplete)]


Number = Annotated[
    int | None,
    typer.Argument(
        metavar="N",
        min=1,
        help="Which change, as 'copkit undo --list' numbers them.",
        show_default="the last one",
        autocompletion=complete_change,
    ),
]


def undo(
    context: Reporting,
    number: Number = None,
    list_them: Annotated[
        bool, typer.Option("--list", "-l", help="List the last changes, and take nothing back.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Take back the last change that a command made, or any of the last twenty.

    Shows it first; on a terminal, asks. What came later stays; what builds on the change is named,
    and has to be taken back before it. A change that others have already is taken back by a new
    change. Taking back an undo brings the change again.

    \b
    Examples:
      copkit undo
      copkit undo --list
      copkit undo 3 --dry-run
    """
    from copkit.git.undo import build_reversal, load_notes

    root, dry_run = context.root, context.dry_run
    notes = load_notes(root, today())
    if list_them:
        if number is not None or yes or dry_run:
            usage_error("--list only lists", "leave out the number, --yes and --dry-run")
        _print_list(root, notes, as_json=context.as_json)
        return
    note = _choose_change(root, notes, number)
    _print_change(root, note, is_last=note is notes[-1])
    if note.is_final:
        raise CopkitError(f"what '{note.command}' did cannot be taken back")
    _require_not_taken_back(notes, note)
    reversal = build_reversal(root, notes, note)
    _print_consequences(root, note, reversal)
    if not (reversal.changes or reversal.moves):
        say("it has been put back by hand already; nothing was changed")
    elif dry_run:
        say("would take it back")
    elif yes or not is_interactive() or _confirm():
        _take_back(root, note, reversal)
    else:
        say("nothing was changed")
        reversal = reversal._replace(changes=(), moves=())
    if context.as_json:
        files = [change.file for change in reversal.changes]
        files += [move.target for move in reversal.moves]
        print_json({"change": note_as_json(notes, note), "files": files, "dry_run": dry_run})


def _choose_change(root: Path, notes: Sequence[ChangeNote], number: int | None) -> ChangeNote:
    """Return the change of a number; without one, the last change.

    Raise :class:`CopkitError` where there is none, or where the last command changed nothing.
    """
    from copkit.git.undo import load_idle_command

    if not notes:
        message = "there is no change of copkit's to take back"
        raise CopkitError(message, "what you change by hand, you put back by hand")
    if number is None:
        if idle := load_idle_command(root, cache_file(IDLE_CACHE, root)):
            last = notes[-1]
            what = f": {last.summary[0]}" if last.summary else ""
            raise CopkitError(
                f"the last command, '{idle.command}', changed nothing",
                f"the change before it was '{last.command}'{what}; 'copkit undo 1' takes that back",
            )
        return notes[-1]
    if number > len(notes):
        message = f"there is no change {number}; {plural(len(notes), 'change')} can be looked at"
        raise CopkitError(message, "'copkit undo --list' lists them", status=2)
    return notes[-number]


def _require_not_taken_back(notes: Sequence[ChangeNote], note: ChangeNote) -> None:
    """Raise :class:`CopkitError` for a change that has been taken back."""
    from copkit.git.undo import numbers_taken_back, position

    if note.number not in numbers_taken_back(notes):
        return
    by = next(other for other in reversed(notes) if other.takes_back == note.number)
    message = "it has been taken back already"
    raise CopkitError(message, f"'copkit undo {position(notes, by)}' brings it again")


def _print_change(root: Path, note: ChangeNote, *, is_last: bool) -> None:
    """Print when a change was made, by which command, and what it was."""
    name = "the last change" if is_last else "the change"
    say(f"{name}: {_long_time(note.when)}, copkit {clean(note.command)}")
    for line in note.summary:
        say(f"  {clean(line)}")
    sent = _find_sent_days(root, [note]).get(note.number)
    if sent:
        say(f"this was sent on {_long_time(sent)}; taking it back becomes a new change")


def _print_consequences(root: Path, note: ChangeNote, reversal: Reversal) -> None:
    """Print which later edits by hand stay in the files of a change."""
    for file in reversal.edited_by_hand:
        say(f"  {clean(file)}: what was changed there by hand since stays")


def _confirm() -> bool:
    from copkit.cli.prompts import confirm

    return confirm("take it back?", default=True)


def _take_back(root: Path, note: ChangeNote, reversal: Reversal) -> None:
    """Write a reversal, and its own note; raise :class:`CopkitError` if it no longer fits."""
    from copkit.cli.store import save_step
    from copkit.files import is_outside_git
    from copkit.git.repository import require_private_ignored
    from copkit.git.undo import build_reversal, load_notes
    from copkit.text.transaction import locked

    private = [change for change in reversal.changes if is_outside_git(change.file)]
    records = [change for change in reversal.changes if change not in private]
    if private:
        require_private_ignored(root)
    with locked(root):
        notes = load_notes(root, today())
        if note not in notes or build_reversal(root, notes, note) != reversal:
            message = "something else was recorded in the meantime; nothing was taken back"
            raise CopkitError(message, "run 'copkit undo' again")
        summary = _summary_of_reversal(note)
        save_step(
            root,
            records,
            private,
            moves=reversal.moves,
            summary=summary,
            takes_back=note.number,
        )
    say("taken back")
    say("  to take this back: copkit undo")


def _summary_of_reversal(note: ChangeNote) -> list[str]:
    """Return the lines of a change that takes another back: what that was, or is again."""
    prefix = _AGAIN if note.summary and note.summary[0].startswith(_TAKES_BACK) else _TAKES_BACK
    lines = [line.removeprefix(_TAKES_BACK).removeprefix(_AGAIN) for line in note.summary]
    return [f"{prefix}{line}" for line in lines or [note.command]]


# --- the list --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _ListedChange:
    """A line of the list; ``number`` is ``None`` for what was changed by hand."""

    number: int | None
    when: str
    command: str
    summary: tuple[str, ...]
    mark: str


def _print_list(root: Path, notes: Sequence[ChangeNote], *, as_json: bool) -> None:
    """Print the last changes, the newest first, with the edits by hand in between."""
    if as_json:
        changes = [note_as_json(notes, note) for note in reversed(notes)]
        for row, note in zip(changes, reversed(notes), strict=True):
            row["sent"] = note.number in _find_sent_days(root, [note])
        by_hand = [_hand_edit_as_json(root, notes, edit) for edit in _hand_edits(root, notes)]
        print_json({"changes": changes, "by_hand": by_hand})
        return
    rows = list(_rows(root, notes))
    if not rows:
        say("no command has changed anything in the last 30 days")
        return
    print_table(
        ("", "when", "command", "what"),
        [(str(row.number or ""), row.when, row.command, _one_line(row)) for row in rows],
    )


def _one_line(row: _ListedChange) -> str:
    """Format what a change was, with its mark in front: the end of a long line is cut."""
    more = f"; and {len(row.summary) - 1} more" if len(row.summary) > 1 else ""
    summary = f"{row.summary[0]}{more}" if row.summary else ""
    return f"[{row.mark}] {summary}" if row.mark else summary


def _rows(root: Path, notes: Sequence[ChangeNote]) -> Iterator[_ListedChange]:
    from copkit.git.undo import numbers_taken_back

    taken_back = numbers_taken_back(notes)
    sent = _find_sent_days(root, notes)
    edits = _hand_edits(root, notes)
    places = _load_places(root)
    for number, note in enumerate([*reversed(notes), None], 1):
        after = note.number if note else 0
        for edit in reversed([edit for edit in edits if edit.after == after]):
            when = _short_time(edit.when) if edit.when else ""
            who = "(by others)" if edit.by_others else "(by hand)"
            yield _ListedChange(None, when, who, _describe(edit, places), "shown only")
        if note:
            marks = [
                "cannot be taken back" if note.is_final else "",
                "taken back" if note.number in taken_back else "",
                "sent" if note.number in sent else "",
            ]
            mark = ", ".join(filter(None, marks))
            when = _short_time(note.when)
            yield _ListedChange(number, when, note.command, note.summary, mark)


def _hand_edits(root: Path, notes: Sequence[ChangeNote]) -> list[HandEdit]:
    from copkit.git.undo import find_hand_edits

    return find_hand_edits(root, notes)


def _describe(edit: HandEdit, places: dict[str, str]) -> tuple[str, ...]:
    from copkit.git.undo import summarise

    return summarise([edit.change], places)


def _load_places(root: Path) -> dict[str, str]:
    from copkit.cli.store import places_of
    from copkit.folder import load

    return places_of(load(root, ()))


def _find_sent_days(root: Path, notes: Sequence[ChangeNote]) -> dict[int, dt.datetime]:
    """Return when the changes that others have already were committed, by their numbers."""
    from copkit.git.repository import find_repository
    from copkit.git.undo import find_sent_day

    repository = find_repository(root)
    if repository is None or not repository.try_git("remote"):
        return {}
    days = {note.number: find_sent_day(repository, note) for note in notes}
    return {number: day for number, day in days.items() if day}


def note_as_json(notes: Sequence[ChangeNote], note: ChangeNote) -> dict[str, Any]:
    """Return a change as JSON values."""
    from copkit.git.undo import numbers_taken_back, position

    return {
        "number": position(notes, note),
        "when": note.when.isoformat(timespec="minutes"),
        "command": note.command,
        "summary": list(note.summary),
        "files": [change.file for change in note.changes],
        "taken_back": note.number in numbers_taken_back(notes),
        "can_be_taken_back": not note.is_final,
    }


def _hand_edit_as_json(root: Path, notes: Sequence[ChangeNote], edit: HandEdit) -> dict[str, Any]:
    """Return an edit by hand as JSON values; ``after`` is the number of the change before it."""
    positions = {note.number: number for number, note in enumerate(reversed(notes), 1)}
    return {
        "when": edit.when.isoformat(timespec="minutes") if edit.when else None,
        "after": positions.get(edit.after),
        "by_others": edit.by_others,
        "file": edit.change.file,
        "summary": list(_describe(edit, _load_places(root))),
    }


def _long_time(when: dt.datetime) -> str:
    """Format a time: ``Friday 15 June, 10:42``."""
    return f"{weekday_in_words(when.date(), today().year)}, {when:%H:%M}"


def _short_time(when: dt.datetime) -> str:
    """Format a time as briefly as it is clear: ``today 10:42``, ``Thursday``, ``5 June``."""
    days = (today() - when.date()).days
    if days == 0:
        return f"today {when:%H:%M}"
    if days == 1:
        return f"yesterday {when:%H:%M}"
    weekday, _, day = weekday_in_words(when.date(), today().year).partition(" ")
    return weekday if 0 < days < 7 else day


# --- commands that changed nothing -----------------------------------------------------------


def note_refused(ctx: typer.Context, args: Sequence[str]) -> None:
    """Note that a command was refused, so that 'copkit undo' does not offer an earlier change.

    ``ctx`` is that of the command, ``args`` a line that could not be parsed. Outside a programme,
    do nothing.
    """
    from copkit.git.undo import note_idle_command

    folders = [word for option, word in pairwise(args) if option in ("-C", "--folder")]
    try:
        root = find_programme(Path(folders[-1])) if folders else find_programme_root(ctx)
    except (CopkitError, OSError):
        return
    command = ctx.command_path.removeprefix("copkit").strip()
    note_idle_command(root, command, moment(), cache_file(IDLE_CACHE, root))
