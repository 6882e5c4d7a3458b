"""Tying a case to a blockage, and what that does to the case's sign-off."""

from __future__ import annotations

from typing import Any

from copkit.analysis.free_ids import free_id
from copkit.analysis.signing import is_signed
from copkit.cli.listing import ListNoun, find_record
from copkit.cli.options import today, wrong_use
from copkit.cli.output import clean, say
from copkit.cli.recording import change
from copkit.errors import CopkitError
from copkit.folder import Programme
from copkit.records.cases import Case
from copkit.text.edit import append, set_value


def case_named(programme: Programme, name: str) -> Case:
    """Find a case by its name; raise :class:`CopkitError` for what is none."""
    item = find_record(programme, name)
    if item.noun is not ListNoun.CASES:
        wrong_use(f"'{name}' is no case", "'copkit list cases' shows them")
    found: Case = item.record
    return found


def write_link(
    programme: Programme, case: Case, blockage: str, note: str, *, dry_run: bool
) -> None:
    """Add to a case that a blockage showed in it, unless it says so; tell what becomes of it.

    Raises :class:`CopkitError` rather than overwrite a note.
    """
    file, was_signed, changed = case.source.file, is_signed(case, today()), [False]

    def with_link(text: str | None, record: Any) -> str:
        new = _linked(text or "", record, blockage, note)
        changed[:] = [new != text]
        return new

    change(programme, file, with_link, dry_run=dry_run)
    if was_signed and changed[0]:
        name = clean(f"{case.community}/{case.slug}")
        does = "would void" if dry_run else "voids"
        say(f"  that {does} its sign-off: only members are told it until you sign again")
        say(f"  copkit case sign-off {name}")


def _linked(text: str, case: Case, blockage: str, note: str) -> str:
    there = [issue for issue in case.issues if issue.blockage == blockage]
    if not there:
        item = {"id": free_id([issue.id for issue in case.issues], "i"), "blockage": blockage}
        return append(text, ["issues"], item | ({"note": note} if note else {}))
    if not note or note in [issue.note for issue in there]:
        return text
    if without := [issue.id for issue in there if not issue.note]:
        return set_value(text, ["issues", without[0], "note"], note)
    message = f"{case.source.file} tells of {blockage} already, with a note; nothing was changed"
    raise CopkitError(message, "change the note in your editor")
