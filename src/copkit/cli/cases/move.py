"""``copkit case move``: a case that was recorded in the wrong community."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from copkit.cli.context import Writing
from copkit.cli.names import find_community_slug, find_record_name
from copkit.cli.params import (
    complete_case_name,
    complete_community,
    is_interactive,
    usage_error,
)
from copkit.cli.terminal import clean, say
from copkit.layout import community_slugs
from copkit.records.kinds import RecordName
from copkit.text.edit import remove
from copkit.wording import plural

if TYPE_CHECKING:
    from pathlib import Path

    from copkit.analysis.folder_changes import FolderChanges
    from copkit.cli.housekeeping import FolderPlan, WorkSummary
    from copkit.records.cases import Case


def move(
    context: Writing,
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="CASE",
            help="As 'copkit list cases' prints it.",
            autocompletion=complete_case_name,
        ),
    ] = None,
    community: Annotated[
        str | None,
        typer.Argument(help="Where it belongs.", autocompletion=complete_community),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Take a case to another community, and what refers to it with it.

    Who presented it, and the meetings that name it, are of the community that it leaves: they
    are taken out, and listed. Its sign-off ends, for in another place it may point to somebody.

    \b
    Examples:
      copkit case move brighton/quiet-saturdays halifax
      copkit case move quiet-saturdays Halifax --dry-run
    """
    from copkit.cli.housekeeping import apply_changes, say_followers

    root, dry_run = context.root, context.dry_run
    old, new = _choose(root, name, community)
    if new == old:
        from copkit.cli.store import say_unchanged

        reason = f"{clean(str(old))} is in {clean(old.community)} already"
        say_unchanged(root, reason, dry_run=dry_run)
        return
    if (root / new.file).exists():
        hint = f"give one another name first: copkit rename {old} NEW"
        usage_error(f"{new.community} has a case called '{old.slug}' already", hint)

    def describe(plan: FolderPlan) -> None:
        would = "would move" if dry_run else "moves"
        say(f"{would} {clean(str(old))} to {clean(new.community)}")
        say_followers(plan, dry_run=dry_run)

    apply_changes(
        root,
        lambda changes: move_case(changes, old, new),
        dry_run=dry_run,
        ask=True,
        yes=yes,
        describe=describe,
        summary=[f"case {old} moved to {new.community}"],
        done=f"{old} is now {new}",
    )


def _choose(root: Path, name: str | None, community: str | None) -> tuple[RecordName, RecordName]:
    """Return the case that was named or asked for, and its name in the other community."""
    missing = [word for word, value in (("CASE", name), ("COMMUNITY", community)) if not value]
    if missing and not is_interactive():
        hint = "copkit case move brighton/quiet-saturdays halifax"
        usage_error(f"missing: {', '.join(missing)}", hint)
    if name is None:
        from copkit.cli.prompts import ask

        name = ask("which case (as 'copkit list cases' prints it)")
    old = find_record_name(root, name.partition(":")[0], {"case"})
    if community is None:
        from copkit.cli.prompts import ask_numbered

        others = [slug for slug in community_slugs(root) if slug != old.community]
        community = ask_numbered("to which community", {s: s for s in others}, "COMMUNITY")
    return old, old._replace(community=find_community_slug(root, community))


def move_case(changes: FolderChanges, old: RecordName, new: RecordName) -> WorkSummary:
    """Take a case to another community, without what only the one that it leaves can have."""
    from copkit.cli.housekeeping import Renamed, WorkSummary

    case: Case = changes.record(old.file)
    for presenter in dict.fromkeys(case.presenters):
        # also one whose id the other community has as well: that is somebody else
        changes.edit(old.file, partial(remove, path=["presenters"], item=presenter))
    if case.sign_off:
        changes.edit(old.file, partial(remove, path=[], item="sign_off"))
    changes.rename(old, new)
    followed = sum(changes.references.values())
    changes.remove_references_to(old)
    left = sum(changes.references.values()) - followed
    remarks = []
    if case.presenters:
        count = plural(len(case.presenters), "presenter")
        remarks.append(f"taken out, since they are of {old.community}: {count}")
    if left:
        remarks.append(f"taken out of what is of {old.community}: {plural(left, 'reference')}")
    if case.sign_off:
        remarks.append("its sign-off ends, for in another place it may point to somebody")
        remarks.append(f"sign it again: copkit case sign-off {new}")
    return WorkSummary((Renamed(old, new),), tuple(remarks))
