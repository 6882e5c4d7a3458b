"""``copkit check``: every fault in the records."""

from __future__ import annotations

import typer

from copkit.analysis.consistency import all_problems
from copkit.cli.options import HERE, AsJson, Folder, command_group
from copkit.cli.output import plural, print_json, say, show_problems
from copkit.errors import errors_among
from copkit.folder import load
from copkit.git.driver import missing
from copkit.places import find

app = command_group("Report every fault in the records.")


@app.command()
def check(folder: Folder = HERE, as_json: AsJson = False) -> None:
    """Report every fault in the records, with its place and what to write instead.

    Ends with 0 when there is no error, with 1 when there is; warnings alone do not count.

    \b
    Examples:
      copkit check
      copkit check --json | jq '.problems[].code'
    """
    programme = load(find(folder))
    problems = all_problems(programme)
    if without_driver := missing(programme.root):
        problems.append(without_driver)
    errors = len(errors_among(problems))
    if as_json:
        found = [problem.as_json() for problem in problems]
        print_json({"problems": found, "checked": {"files": programme.files}})
    else:
        show_problems(problems)
        warnings = len(problems) - errors
        counted = [plural(errors, "error")] * bool(errors) + [plural(warnings, "warning")] * bool(
            warnings
        )
        found_text = " and ".join(counted) or "no problem"
        say(f"{plural(programme.files, 'file')} checked: {found_text} found")
    raise typer.Exit(1 if errors else 0)
