"""``copkit log`` and ``copkit undo``: who recorded what, and taking the last change back."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from copkit.analysis.changes import tell
from copkit.cli.params import (
    HERE,
    AsJson,
    DryRun,
    Folder,
    command_group,
    complete_record,
    interactive,
)
from copkit.cli.prompts import agree
from copkit.cli.terminal import clean, print_json, say, wrapped
from copkit.folder import load, not_found
from copkit.git.history import events
from copkit.git.repository import require_repository
from copkit.git.undo import last_change, take_back, ways_back
from copkit.layout import TOPS, community_slugs, find, record_slugs

history_app = command_group("What was recorded.")


@history_app.command()
def log(
    record: Annotated[
        str | None,
        typer.Argument(help="One record, or a community.", autocompletion=complete_record),
    ] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="How many lines.")] = 30,
    folder: Folder = HERE,
    as_json: AsJson = False,
) -> None:
    """Tell who recorded what, and when, the newest first.

    \b
    Examples:
      copkit log
      copkit log brighton
      copkit log brighton/2012-04-18
      copkit log communities/brighton/roster.yaml
    """
    root = find(folder)
    repository = require_repository(root)
    files = [_file_of(root, record)] if record else []
    found = events(repository, files, _places(root), limit)
    if as_json:
        print_json([event.as_json() for event in found])
        return
    for event in found:
        line = clean(f"{event.told}; recorded by {event.by}")
        print(wrapped(f"{event.when:%Y-%m-%d}  {line}", sys.stdout, 12))
    if not found:
        say("nothing has been recorded yet; 'copkit sync' keeps what you have changed")


def _file_of(root: Path, named: str) -> str:
    """Find the file or folder of a record as it is named on the command line."""
    is_path = named.endswith((".md", ".yaml")) and not Path(named).is_absolute()
    if is_path and ".." not in named.split("/"):  # one that has been taken out as well
        return named
    communities = community_slugs(root)
    community, _, slug = named.partition("/")
    candidates: dict[str, str] = {one: f"communities/{one}" for one in communities}
    if community in communities and slug:
        for inner in ("meetings", "cases"):
            place = ("communities", community, inner)
            candidates |= {
                f"{community}/{one}": "/".join((*place, f"{one}.md"))
                for one in record_slugs(root, *place)
            }
    for one in communities:
        for case in record_slugs(root, "communities", one, "cases"):
            candidates.setdefault(case, f"communities/{one}/cases/{case}.md")
    for top in TOPS:
        candidates |= {one: f"{top}/{one}.md" for one in record_slugs(root, top)}
    if named not in candidates:
        raise not_found("record", named, candidates)
    return candidates[named]


def _places(root: Path) -> dict[str, str]:
    return {records.slug: records.community.place for records in load(root, ()).communities}


@history_app.command()
def undo(folder: Folder = HERE, dry_run: DryRun = False) -> None:
    """Take back the last change that copkit made, as long as it has not been sent.

    Shows it first; on a terminal, asks. What you have changed elsewhere since stays.

    \b
    Examples:
      copkit undo --dry-run
      copkit undo
    """
    root = find(folder)
    last = last_change(root)
    places = _places(root)
    say(f"the last change, of {last.when[:16].replace('T', ' ')}:")
    for change in last.changes:
        for one in tell(change.file, change.old, change.new, places):
            say(f"  {clean(str(one))}")
    back = ways_back(root, last)
    if not back:
        say("it has been put back by hand already")
        if not dry_run:
            take_back(root, last)  # which forgets it
        return
    if dry_run:
        say("would take it back")
        return
    by_hand = bool(last.commit)  # it may hold what somebody wrote
    if interactive() and not agree("take it back?", default=not by_hand):
        say("nothing was changed")
        return
    take_back(root, last)
    say("taken back")
    if last.commit:
        say(f"  to have it again: git cherry-pick {last.commit[:10]}")
