"""``copkit blockage merge`` and ``unlink``: two blockages that are one, and a wrong link."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from copkit.cli.context import Writing
from copkit.cli.names import find_record_name
from copkit.cli.params import (
    CaseName,
    complete_slug,
    is_interactive,
    usage_error,
)
from copkit.cli.terminal import clean, say
from copkit.errors import CopkitError
from copkit.records.blockages import Ask, Blockage, BlockageStatus
from copkit.records.kinds import find_kind
from copkit.records.schema.fields import fields_of, new_part_id
from copkit.text.edit import append, remove, set_value
from copkit.text.front_matter import frame_of
from copkit.wording import plural

if TYPE_CHECKING:
    from pathlib import Path

    from copkit.analysis.folder_changes import FolderChanges
    from copkit.cli.housekeeping import FolderPlan
    from copkit.records.cases import Case, Issue

DIVIDER = "* * *"  # a line between two parts of a text, in Markdown


def merge(
    context: Writing,
    kept: Annotated[
        str | None,
        typer.Argument(
            metavar="A",
            help="The blockage that stays.",
            autocompletion=complete_slug("blockages"),
        ),
    ] = None,
    merged: Annotated[
        str | None,
        typer.Argument(
            metavar="B",
            help="The one that becomes part of it.",
            autocompletion=complete_slug("blockages"),
        ),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Make one blockage of two: B's asks, themes, text and links go to A, and B is removed.

    Both texts are kept, B's below A's with a line between. Cases that name B name A.

    \b
    Examples:
      copkit blockage merge weekend-cover nobody-on-sundays
      copkit blockage merge weekend-cover nobody-on-sundays --dry-run
    """
    from copkit.cli.housekeeping import (
        Renamed,
        WorkSummary,
        apply_changes,
        say_followers,
        say_prose,
    )

    root, dry_run = context.root, context.dry_run
    missing = [name for name, value in (("A", kept), ("B", merged)) if value is None]
    if missing and not is_interactive():
        usage_error(f"missing: {', '.join(missing)}", "copkit blockage merge A B")
    stays = find_record_name(root, kept or _ask_blockage(root, "which stays"), {"blockage"})
    goes = find_record_name(root, merged or _ask_blockage(root, "which becomes part of it"),
                            {"blockage"})  # fmt: skip
    if stays == goes:
        usage_error(f"{stays} is one blockage already", "name two")

    def work(changes: FolderChanges) -> WorkSummary:
        ours, theirs = changes.record(stays.file), changes.record(goes.file)
        moved_asks = _ids_of_moved_asks(ours, theirs)
        changes.edit(stays.file, lambda text: _merged_text(text, ours, theirs, moved_asks))
        body = _body_of(changes.texts[goes.file])
        changes.edit(stays.file, lambda text: _with_body(text, body))
        changes.rename_references_to(goes, stays)
        _drop_double_issues(changes, stays.slug)
        changes.delete(goes.file)
        remark = f"{plural(len(theirs.asks), 'ask')}, and the text below a line of its own"
        letters = tuple(
            (f"{goes.built[0]}/{old}", f"{stays.built[0]}/{new}") for old, new in moved_asks.items()
        )
        return WorkSummary((Renamed(goes, None),), (remark,), built=letters)

    def describe(plan: FolderPlan) -> None:
        would = "would become" if dry_run else "becomes"
        say(f"{clean(goes.slug)} {would} part of {clean(stays.slug)}")
        say_followers(plan, dry_run=dry_run)
        say_prose(plan, goes.slug, listed=True)

    apply_changes(
        root,
        work,
        dry_run=dry_run,
        ask=True,
        yes=yes,
        describe=describe,
        summary=[f"blockage {goes} became part of {stays}"],
        done=f"merged {goes.slug} into {stays.slug}",
    )


def _ask_blockage(root: Path, question: str) -> str:
    from copkit.cli.prompts import ask_numbered
    from copkit.layout import record_slugs

    slugs = record_slugs(root, "blockages")
    return ask_numbered(question, {slug: slug for slug in slugs}, "copkit blockage merge A B")


def _ids_of_moved_asks(ours: Blockage, theirs: Blockage) -> dict[str, str]:
    """Return the ids that the asks of a merged blockage get: their own, or the next free one."""
    taken = [str(ask.id) for ask in ours.asks]
    new_ids = {}
    for ask in theirs.asks:
        new_ids[str(ask.id)] = str(ask.id) if ask.id not in taken else new_part_id(Ask, taken)
        taken.append(new_ids[str(ask.id)])
    return new_ids


def _merged_text(text: str, ours: Blockage, theirs: Blockage, new_ids: dict[str, str]) -> str:
    """Return the text of a blockage with the asks, themes and status of another."""
    for ask in theirs.asks:
        fields = {key: getattr(ask, field.attribute) for key, field in fields_of(Ask).items()}
        filled = {key: value for key, value in fields.items() if value}
        text = append(text, ["asks"], filled | {"id": new_ids[str(ask.id)]})
    for theme in theirs.themes:
        if theme not in ours.themes:
            text = append(text, ["themes"], theme)
    # What is open in either is open; a closed one never hides an answer that is waited for.
    order = list(BlockageStatus)
    status = min(ours.status, theirs.status, key=order.index)
    return text if status is ours.status else set_value(text, ["status"], status)


def _body_of(text: str) -> str:
    """Return what stands below the fields of a record, comments and private parts included."""
    frame = frame_of(text)
    return text[frame.body :].strip("\r\n") if frame else ""


def _with_body(text: str, body: str) -> str:
    """Return a text with another's body below its own, with a line between."""
    if not body.strip():
        return text
    newline = "\r\n" if "\r\n" in text else "\n"
    body = body.replace("\r\n", "\n").replace("\n", newline)
    own = text.rstrip("\r\n")
    between = f"{newline * 2}{DIVIDER}" if _body_of(text).strip() else ""
    return f"{own}{between}{newline * 2}{body}{newline}"


def _drop_double_issues(changes: FolderChanges, slug: str) -> None:
    """Take an issue without a note out of a case that names the same blockage with one."""
    for file, text in list(changes.texts.items()):
        match = find_kind(file)
        if match is None or match[0].name != "case" or text == changes.before.get(file):
            continue
        case: Case = changes.record(file)
        issues: list[Issue] = [issue for issue in case.issues if issue.blockage == slug]
        spare = [issue for issue in issues if not issue.note]
        if len(spare) == len(issues):
            spare = spare[1:]
        for issue in spare:
            edit = partial(remove, path=["issues"], item=str(issue.id))
            changes.edit(file, edit, changes_words=False)


# --- unlink -----------------------------------------------------------------------------------


def unlink(
    context: Writing,
    blockage: Annotated[
        str,
        typer.Argument(
            metavar="BLOCKAGE",
            help="As 'copkit blockage list' prints it.",
            autocompletion=complete_slug("blockages"),
        ),
    ],
    case: CaseName,
    with_note: Annotated[
        bool, typer.Option("--with-note", help="Take out what the case says of it as well.")
    ] = False,
) -> None:
    """Take back that a blockage showed in a case. What the case says of it stays, as an issue.

    \b
    Examples:
      copkit blockage unlink weekend-cover stoke-on-trent/quiet-saturdays
      copkit blockage unlink weekend-cover stoke-on-trent/quiet-saturdays --with-note
    """
    from copkit.cli.housekeeping import WorkSummary, apply_changes, say_followers

    root, dry_run = context.root, context.dry_run
    name = find_record_name(root, blockage, {"blockage"})
    linked = find_record_name(root, case.partition(":")[0], {"case"})

    def work(changes: FolderChanges) -> WorkSummary:
        record: Case = changes.record(linked.file)
        issues = [issue for issue in record.issues if issue.blockage == name.slug]
        if not issues:
            message = f"{linked} does not name {name}; nothing was changed"
            raise CopkitError(message, f"'copkit blockage show {name}' lists the cases that do")
        for issue in issues:
            if issue.note and not with_note:
                edit = partial(remove, path=["issues", str(issue.id)], item="blockage")
            else:
                edit = partial(remove, path=["issues"], item=str(issue.id))
            changes.edit(linked.file, edit, changes_words=bool(issue.note and with_note))
        if with_note or not any(issue.note for issue in issues):
            return WorkSummary()
        remark = "what it says of it stays as an issue; --with-note takes that out as well"
        return WorkSummary(remarks=(remark,))

    summary = [f"case {linked} no longer names blockage {name}"]
    plan = apply_changes(root, work, dry_run=dry_run, ask=False, summary=summary)
    if plan is None:
        return
    verb = "would no longer name" if dry_run else "no longer names"
    say(f"{clean(str(linked))} {verb} {clean(name.slug)}")
    say_followers(plan, dry_run=dry_run)
    if not dry_run:
        say("  take it back: copkit undo")
