"""``copkit merge-driver``: what git calls to merge a record."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from copkit.cli.params import command_group
from copkit.cli.terminal import clean, say
from copkit.git.merge_driver import merge_files

merge_driver_app = command_group("Merge one record, for git.")


@merge_driver_app.command("merge-driver")
def merge_driver(
    base: Annotated[Path, typer.Argument(help="What both began from (%O).")],
    ours: Annotated[Path, typer.Argument(help="Ours (%A), which becomes the result.")],
    theirs: Annotated[Path, typer.Argument(help="Theirs (%B).")],
    marker: Annotated[int, typer.Argument(help="Length of conflict markers (%L).")],
    file: Annotated[str, typer.Argument(help="The record's path (%P).")],
) -> None:
    """Merge three versions of one record by what they say; git calls this.

    Ends with 1 where they contradict each other: the fact stands between conflict markers, and
    standard error names it with both values.

    \b
    Examples:
      git config merge.copkit.driver "copkit merge-driver %O %A %B %L %P"
    """
    outcome = merge_files(Path.cwd(), base, ours, theirs, file, marker)
    for line in outcome.said:
        say(f"copkit: {clean(line)}")
    raise typer.Exit(0 if outcome.clean else 1)
