"""``copkit edit``: open a record in the person's editor, and check what was written."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Annotated, Final

import typer

from copkit.cli.context import Writing
from copkit.cli.names import find_record_name
from copkit.cli.params import (
    complete_record,
    is_interactive,
    usage_error,
)
from copkit.cli.terminal import clean, print_problems, say
from copkit.errors import CopkitError, Problem, only_errors
from copkit.text.files import path_inside
from copkit.wording import plural

TERMINAL_EDITORS: Final = ("sensible-editor", "nano", "vim", "vi")
"""What is looked for where nothing names an editor, the one that says how to leave it before vi."""


def edit(
    context: Writing,
    record: Annotated[
        str | None,
        typer.Argument(
            metavar="RECORD", help="As 'copkit list' prints it.", autocompletion=complete_record
        ),
    ] = None,
) -> None:
    """Open a record in your editor, and check it.

    The editor is that of VISUAL or EDITOR, else the one that the system opens such files with.
    Faults are shown with their lines, and the file can be opened again.

    \b
    Examples:
      copkit edit brighton
      copkit edit brighton/quiet-saturdays
      copkit edit weekend-cover
    """
    root, dry_run = context.root, context.dry_run
    if record is None and not is_interactive():
        usage_error("missing: RECORD", "copkit edit brighton")
    if record is None:
        from copkit.cli.prompts import ask

        record = ask("which record (as 'copkit list' prints it)")
    file = find_record_name(root, record).file
    from copkit.cli.store import require_not_ended

    require_not_ended(root, [file])
    if dry_run:
        say(f"would open {clean(file)}")
        return
    path = path_inside(root, *file.split("/"))
    before = path.read_bytes()
    while True:
        is_closed = open_in_editor(path)
        if not is_closed:
            say(f"{clean(file)} is open in another window; 'copkit check' looks at it afterwards")
            return
        problems = _check_file(root, file)
        if path.read_bytes() == before and not problems:
            say(f"{clean(file)} was left as it is")
            return
        if not problems:
            say(f"changed {clean(file)}")
            return
        print_problems(problems, file=sys.stderr)
        if not is_interactive() or not _wants_again(problems):
            break
    if errors := only_errors(problems):
        raise CopkitError(
            f"{clean(file)} has {plural(len(errors), 'error')}", f"copkit edit {record}"
        )


def _wants_again(problems: list[Problem]) -> bool:
    from copkit.cli.prompts import confirm

    return confirm("open it again?", default=bool(only_errors(problems)))


def open_in_editor(path: Path) -> bool:
    """Open a file in the person's editor, and wait until it is closed where that can be seen.

    Return whether it is. Raise :class:`CopkitError` where no editor can be started.
    """
    # From the environment alone: the settings of a folder may come from others.
    if command := os.environ.get("VISUAL") or os.environ.get("EDITOR"):
        # On Windows a backslash is part of a path, and no escape.
        words = shlex.split(command, posix=os.name != "nt")
        try:
            command_line = [*words, str(path)]
            # the editor that the person has chosen, and no shell
            status = subprocess.run(command_line, check=False).returncode  # noqa: S603
        except OSError as error:
            message = f"the editor '{clean(command)}' cannot be started: {error.strerror}"
            raise CopkitError(message, "EDITOR in the environment names the editor") from None
        if status:
            raise CopkitError(f"the editor '{clean(command)}' ended with status {status}")
        return True
    if _has_windows():
        typer.launch(str(path))
        return False
    for editor in TERMINAL_EDITORS if is_interactive() else ():
        if found := shutil.which(editor):
            # of this system, and no shell
            return subprocess.run([found, str(path)], check=False).returncode == 0  # noqa: S603
    hint = "name one in the environment: EDITOR=nano copkit edit ..."
    raise CopkitError(f"no editor could be found for {path.name}", hint)


def _has_windows() -> bool:
    """Check whether the system opens files in windows; a terminal far away has none."""
    if sys.platform in {"win32", "darwin"}:
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _check_file(root: Path, file: str) -> list[Problem]:
    """Return what is wrong in a record as it was written, names and numbers in it included."""
    from copkit.analysis.consistency import all_problems
    from copkit.cli.pii import load_knowledge, scan_folder
    from copkit.folder import load

    programme = load(root)
    problems = [problem for problem in all_problems(programme) if problem.file == file]
    knowledge = load_knowledge(root, problems, programme)
    problems += scan_folder(programme.store, knowledge, lambda path: path == file)
    return [problem for problem in problems if problem.file == file]
