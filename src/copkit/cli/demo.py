"""``copkit demo``: the example programme, laid out and built."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Annotated

import typer

from copkit.analysis.attendance import build_matrix, default_day
from copkit.cli.attendance.matrix import print_matrix
from copkit.cli.documents.build import without_forms
from copkit.cli.documents.commands import build_everything
from copkit.cli.params import DryRun, command_group, open_programme, today
from copkit.cli.start import IGNORED
from copkit.cli.terminal import clean, say
from copkit.errors import CopkitError
from copkit.shipped import shipped

demo_app = command_group("See copkit at work.")

EXAMPLE = "multiple-needs"
READ_FIRST = frozenset({"newsletter", "brief", "matrix"})


@demo_app.command()
def demo(
    folder: Annotated[
        Path, typer.Argument(help="Where to lay it out; must not be there yet.")
    ] = Path("copkit-demo"),
    dry_run: DryRun = False,
) -> None:
    """Lay out an example programme, build everything from it, and print its matrix.

    \b
    Examples:
      copkit demo
      copkit demo ~/Desktop/demo
    """
    if folder.exists() and any(folder.iterdir() if folder.is_dir() else [folder]):
        raise CopkitError(
            f"{folder} exists already; nothing was changed",
            "name another folder: copkit demo FOLDER",
        )
    if dry_run:
        say(f"would lay out {clean(str(folder))} and build everything in it")
        return
    _lay_out(folder)
    programme = open_programme(folder)
    documents = list(build_everything(programme))
    as_of = default_day(programme, today())
    print_matrix(build_matrix(programme, as_of), programme.settings.name)
    say(f"\nThe example lies in {clean(str(folder.resolve()))}. Open these in a browser:")
    for document in documents:
        if document.kind in READ_FIRST:
            page = next(path for path in document.paths if path.suffix == ".html")
            say(f"  {clean(str(folder / page.relative_to(programme.root)))}")
    for line in without_forms():
        say(line)
    say("Then try:")
    command = clean("copkit" if shutil.which("copkit") else _called())
    say(f"  {command} attendance --explain -C {clean(str(folder))}")
    say(f"  {command} check -C {clean(str(folder))}")


def _called() -> str:
    """Give what to type for copkit where it is not on the path: its program, or its module."""
    as_module = Path(sys.argv[0]).name == "__main__.py"
    return f"{sys.executable} -m copkit" if as_module else sys.argv[0]


def _lay_out(folder: Path) -> None:
    """Copy the example, whole or not at all."""
    unfinished = folder if folder.exists() else folder.with_name(f".{folder.name}.tmp")
    leave_out = shutil.ignore_patterns("build", "private")
    try:
        example = shipped("examples") / EXAMPLE
        shutil.copytree(example, unfinished, dirs_exist_ok=True, ignore=leave_out)
        (unfinished / ".gitignore").write_text(IGNORED, encoding="utf-8", newline="")
        unfinished.rename(folder)
    except OSError as error:  # shutil's own error, a list of every file, is one as well
        shutil.rmtree(unfinished, ignore_errors=True)
        reason = error.strerror or "not every file could be copied"
        raise CopkitError(f"the example could not be laid out in {folder}: {reason}") from None
