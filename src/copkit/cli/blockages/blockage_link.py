"""Tying a case to a blockage, and what that does to the case's sign-off."""

from __future__ import annotations

from copkit.analysis.free_ids import free_id
from copkit.cli.cases.edit import change_case
from copkit.errors import CopkitError
from copkit.folder import Programme
from copkit.records.cases import Case
from copkit.text.edit import append, set_value


def write_link(
    programme: Programme, case: Case, blockage: str, note: str, *, dry_run: bool
) -> None:
    """Add to a case that a blockage showed in it, unless it says so; tell what becomes of it.

    Raises :class:`CopkitError` rather than overwrite a note.
    """
    change_case(
        programme, case, lambda text, now: _linked(text, now, blockage, note), dry_run=dry_run
    )


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
