"""``copkit hooks`` and ``copkit merge-driver``: what git calls before a commit, a push, a merge."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from copkit.cli.context import Writing
from copkit.cli.terminal import clean, say, say_whole


def hooks_group() -> None:
    """Let git ask copkit before a commit and before a push."""


def install_command(context: Writing) -> None:
    """Put the guards into this copy of the folder.

    From then on git looks for identifying details in what a commit would keep, and again in
    everything that a push would send: files, their names, and messages. Each copy of the
    folder needs them once.

    \b
    Examples:
      copkit hooks install
    """
    # Imported here, as git runs 'merge-driver' below for every file, and that needs none of it.
    from copkit.git.hooks import build_missing_hooks, install_hooks
    from copkit.git.repository import require_repository

    repository = require_repository(context.root)
    if context.dry_run:
        for path in build_missing_hooks(repository):
            say_whole(f"would write {clean(str(path))}")
        return
    new_hooks = install_hooks(repository)
    for path in new_hooks:
        say_whole(f"wrote {clean(str(path))}")
    say("git asks copkit before every commit and push" if new_hooks else "the guards are in place")


def remove_command(context: Writing) -> None:
    """Take the guards out again; hooks that somebody else wrote stay.

    \b
    Examples:
      copkit hooks remove
    """
    from copkit.git.hooks import find_own_hooks
    from copkit.git.repository import require_repository

    guards = find_own_hooks(require_repository(context.root))
    for path in guards:
        if not context.dry_run:
            path.unlink()
        say(f"{'would remove' if context.dry_run else 'removed'} {clean(str(path))}")
    if not guards:
        say("there are no guards here")


def merge_driver(
    base: Annotated[Path, typer.Argument(help="What both began from (%O).")],
    ours: Annotated[Path, typer.Argument(help="Ours (%A), which becomes the result.")],
    theirs: Annotated[Path, typer.Argument(help="Theirs (%B).")],
    marker: Annotated[int, typer.Argument(help="Length of conflict markers (%L).")],
    file: Annotated[str, typer.Argument(help="The record's path (%P).")],
) -> None:
    """Merge three versions of one record by what they say; git calls this.

    Ends with 1 where they contradict each other: the fact is marked in the file, and standard
    error names it with both values.

    \b
    Examples:
      git config merge.copkit.driver "copkit merge-driver %O %A %B %L %P"
    """
    from copkit.git.merge_driver import merge_files

    # git runs a merge driver at the top of the working tree.
    outcome = merge_files(Path.cwd(), base, ours, theirs, file, marker)
    for line in outcome.messages:
        say(f"copkit: {clean(line)}")
    # gitattributes(5): 0 for a clean merge, 1 to 128 for conflicts
    raise typer.Exit(0 if outcome.clean else 1)
