"""``copkit rename`` and ``copkit remove``: a record and everything that refers to it."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from copkit.analysis.folder_changes import FolderChanges
from copkit.cli.context import Writing
from copkit.cli.housekeeping import (
    FolderPlan,
    Renamed,
    WorkSummary,
    apply_changes,
    count_files_by_kind,
    count_references,
    describe_references,
    plan_changes,
    say_followers,
    say_prose,
)
from copkit.cli.names import find_record_name
from copkit.cli.params import (
    complete_record,
    is_interactive,
    today,
    usage_error,
)
from copkit.cli.terminal import clean, say
from copkit.errors import CopkitError
from copkit.folder import load
from copkit.layout import community_slugs, record_slugs
from copkit.records.kinds import Noun, RecordName
from copkit.records.schema.retention import parse_hold
from copkit.text.edit import set_value
from copkit.text.files import is_slug, slug_from
from copkit.wording import plural

Record = Annotated[
    str | None,
    typer.Argument(
        metavar="RECORD", help="As 'copkit list' prints it.", autocompletion=complete_record
    ),
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]


def rename(
    context: Writing,
    record: Record = None,
    new: Annotated[
        str | None, typer.Argument(metavar="NEW", help="Its new name, as in the file's name.")
    ] = None,
    prose: Annotated[
        bool, typer.Option("--prose", help="List where the old name stands in prose; it stays.")
    ] = False,
    yes: Yes = False,
) -> None:
    """Rename a record: its file, every reference to it, and what was built from it.

    Whatever only names it follows: rosters, meetings, cases, contacts, aliases. Prose stays,
    and so does a sign-off in whose case only a reference changed.

    \b
    Examples:
      copkit rename brighton brighton-and-hove
      copkit rename brighton/quiet-saturdays saturdays-alone
      copkit rename weekend-cover no-weekend-service --dry-run
    """
    root, dry_run = context.root, context.dry_run
    old = find_record_name(root, _ask_record(record, "rename"))
    _require_renamable(root, old)
    if new is None and not is_interactive():
        usage_error("missing: NEW", f"copkit rename {old} NEW")
    if new is None:
        from copkit.cli.prompts import ask

        new = ask(f"the new name of {old}")
    renamed = Renamed(old, choose_new_name(root, old, new))
    if renamed.new == old:
        from copkit.cli.store import say_unchanged

        say_unchanged(root, f"{clean(str(old))} is called so already", dry_run=dry_run)
        return
    apply_rename(root, renamed, prose=prose, yes=yes, dry_run=dry_run)


def _ask_record(record: str | None, command: str) -> str:
    """Return the record that was named on the line, or ask for one."""
    if record is not None:
        return record
    if not is_interactive():
        usage_error("missing: RECORD", f"copkit {command} brighton")
    from copkit.cli.prompts import ask

    return ask("which record (as 'copkit list' prints it)")


def _require_renamable(root: Path, name: RecordName) -> None:
    if name.kind.dated:
        hint = f"copkit meeting move {name.community} {name.slug} NEW-DATE"
        usage_error(f"{name} is named after its day", hint)
    if name.kind.name in {"approaches", "quote"}:
        usage_error(f"{name} is named by its place on a list, which nobody refers to")


def choose_new_name(root: Path, old: RecordName, typed: str) -> RecordName:
    """Return a record under the name that was typed; raise :class:`CopkitError` if it is taken.

    The new name may be words: a slug is made of them.
    """
    typed = typed.removeprefix(f"{old.community}/") if old.community else typed
    slug = typed if is_slug(typed) else slug_from(typed)
    if not slug or "/" in typed:
        hint = "use lower-case letters, digits and hyphens"
        if "/" in typed:
            hint = f"'copkit case move {old} COMMUNITY' takes a case to another community"
        usage_error(f"'{typed}' cannot be the name of a {old.kind.singular}", hint)
    new = old._replace(slug=slug)
    if new == old:
        return new
    if old.kind.item_list and not old.community:
        if any(place.id == slug for place in load(root, {Noun.PLACES}).places):
            usage_error(f"there is a place called '{slug}' already", "choose another")
    elif old.kind.item_list:
        from copkit.cli.members.change import require_free_id

        records = load(root, {Noun.MEMBERS}, new.community).community(new.community)
        require_free_id(root, records.roster, new.slug)
    elif (root / (new.folder or new.file)).exists() and _is_in_use(root, new):
        usage_error(f"there is a {old.kind.singular} called '{slug}' already", "choose another")
    return new


def _is_in_use(root: Path, name: RecordName) -> bool:
    """Check whether a record has a file; folders may be left of a command that was killed."""
    path = root / (name.folder or name.file)
    return path.is_file() or any(
        not inner.is_dir() and not inner.name.startswith(".") for inner in path.rglob("*")
    )


def apply_rename(root: Path, renamed: Renamed, *, prose: bool, yes: bool, dry_run: bool) -> None:
    """Rename a record, and print what followed it."""
    old, new = renamed
    if new is None:
        raise ValueError("a record without a new name")

    def work(changes: FolderChanges) -> WorkSummary:
        if old.kind.name == "community":
            _keep_calendar_entries(root, changes, old)
        changes.rename(old, new)
        return WorkSummary((renamed,))

    def describe(plan: FolderPlan) -> None:
        would = "would rename" if dry_run else "renames"
        what = f"the folder {old.folder.rstrip('/')}" if old.folder else str(old)
        say(f"{would} {clean(what)} to {clean(new.slug)}: {plural(plan.files, 'file')}")
        if old.folder:
            say(f"  {count_files_by_kind(plan)}")
        say_followers(plan, dry_run=dry_run)
        say_prose(plan, old.slug, listed=prose)
        if old.kind.name == "community":
            say(f"  its name and place stay as they are read: copkit edit {clean(new.slug)}")

    apply_changes(
        root,
        work,
        dry_run=dry_run,
        ask=True,
        yes=yes,
        describe=describe,
        summary=[f"{old.kind.singular} {old} is now {new}"],
        done=f"{old} is now {new}",
    )


def _keep_calendar_entries(root: Path, changes: FolderChanges, name: RecordName) -> None:
    """Write into the meetings to come of a community what calendars know them by."""
    # It is made of the community's slug: under another one, everybody would get them twice.
    days = record_slugs(root, "communities", name.slug, "meetings")
    if not any(day >= str(today()) for day in days):
        return
    from copkit.analysis.agenda import build_uid

    programme = load(root, {Noun.MEETINGS}, name.slug)
    records = programme.community(name.slug)
    for meeting in records.meetings:
        if meeting.held_on >= today() and not meeting.uid:
            edit = partial(set_value, path=["uid"], value=build_uid(programme, records, meeting))
            changes.edit(meeting.source.file, edit)


# --- remove -----------------------------------------------------------------------------------


def remove(
    context: Writing,
    record: Record = None,
    with_references: Annotated[
        bool, typer.Option("--with-references", help="Take out what refers to it as well.")
    ] = False,
    prose: Annotated[
        bool, typer.Option("--prose", help="List where its name stands in prose; it stays.")
    ] = False,
    yes: Yes = False,
) -> None:
    """Remove a record that was made by mistake; what refers to it is shown first.

    Refuses while anything refers to it, unless --with-references takes that out as well.
    Somebody who leaves stays on the roster: 'copkit member leave'.

    \b
    Examples:
      copkit remove brighton/quiet-saturdays
      copkit remove weekend-cover --with-references --dry-run
    """
    root, dry_run = context.root, context.dry_run
    name = find_record_name(root, _ask_record(record, "remove"))
    if name.kind.name == "community" and len(community_slugs(root)) == 1:
        message = f"{name} is the only community, and its roster the last one"
        raise CopkitError(f"{message}; nothing was changed", "a programme without any is none")

    def work(changes: FolderChanges) -> WorkSummary:
        changes.remove_references_to(name)
        if name.kind.item_list:
            from copkit.text.edit import remove as remove_item

            list_path = (name.kind.item_list,)
            changes.edit(name.file, lambda text: remove_item(text, list_path, name.slug))
        for file in changes.files_of(name):
            changes.delete(file)
        return WorkSummary((Renamed(name, None),))

    if not with_references:
        _require_no_references(name, plan_changes(root, work))

    def describe(plan: FolderPlan) -> None:
        would = "would remove" if dry_run else "removes"
        files = f", {plural(plan.files, 'file')}" if name.folder else ""
        say(f"{would} {name.kind.singular} {clean(str(name))}{files}")
        say_followers(plan, dry_run=dry_run)
        say_prose(plan, name.slug, listed=prose)

    apply_changes(
        root,
        work,
        dry_run=dry_run,
        ask=True,
        yes=yes,
        describe=describe,
        summary=[f"{name.kind.singular} {name} was removed"],
        done=f"removed {name}",
        way_back="get it back",
        may_have_ended=_may_go_at_the_end(root, name),
    )


def _may_go_at_the_end(root: Path, name: RecordName) -> bool:
    """Check whether a record of a community that ended may go: a case that nobody signed off.

    The review at the end of its period asks to sign it off or to remove it. A hold keeps it.
    """
    if name.kind.name != "case":
        return False
    records = load(root, {Noun.CASES}, name.community).community(name.community)
    case = next(case for case in records.cases if case.slug == name.slug)
    holds = [parse_hold(record.hold) for record in (case, records.community)]
    return case.sign_off is None and not any(hold and today() <= hold.until for hold in holds)


def _require_no_references(name: RecordName, plan: FolderPlan) -> None:
    """Raise :class:`CopkitError` where anything refers to a record that is to be removed."""
    if count := count_references(plan):
        _refuse_removal(name, f"{plural(count, 'reference')}, {describe_references(plan)}")


def _refuse_removal(name: RecordName, references: str) -> NoReturn:
    hint = f"copkit remove {name} --with-references takes these out as well"
    if name.kind.name == "roster":
        hint = f"whoever leaves: copkit member leave {name}; made by mistake: {hint}"
    raise CopkitError(f"{name} is referred to: {references}; nothing was changed", hint)
