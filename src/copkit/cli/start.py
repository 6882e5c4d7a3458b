"""``copkit init``: a new programme."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from copkit.cli.params import DryRun, command_group, day, interactive, today
from copkit.cli.prompts import Values, ask, ask_day, ask_missing
from copkit.cli.store import require_sound
from copkit.cli.terminal import clean, complain, say
from copkit.errors import CopkitError
from copkit.git.driver import register
from copkit.git.hooks import install
from copkit.git.repository import Repository, repository_of
from copkit.layout import SETTINGS
from copkit.records.json_schema import FOLDER, TYPES, modeline, schema_of
from copkit.records.programme import THRESHOLD, Settings
from copkit.records.schema.write import format_fields
from copkit.text.transaction import Change, save

init_app = command_group("Start a programme.")

IGNORED = (
    "# never in git: names and addresses, what can be built again, unfinished files\n"
    "private/\nbuild/\n.*.tmp\n"
)
ATTRIBUTES = (
    "# kept with LF line endings in git, whatever the editor writes, and merged by copkit\n"
    "*.md text merge=copkit\n*.yaml text merge=copkit\n"
    "# encrypted: whole or not at all\ncontacts.age binary\n"
)
SEATS = {
    "Voluntary Sector": ("Housing Support Worker", "Mental Health Link / Support Worker"),
    "Local Authority (LA)": ("Housing Options / LA Homelessness", "Adult Social Worker"),
    "NHS": ("Community Psychiatric Nurse", "Drugs Worker"),
    "Criminal Justice & Police": ("Probation Officer", "Police Sergeant"),
    "Experts by Experience": ("Experts by Experience",),
}


@init_app.command()
def init(
    folder: Annotated[Path, typer.Argument(help="Where; made if it is not there.")] = Path(),
    name: Annotated[str | None, typer.Option(help="The programme's name.")] = None,
    starts: Annotated[str | None, typer.Option(help="Its first day.", show_default="today")] = None,
    ends: Annotated[str | None, typer.Option(help="Its last day.")] = None,
    hooks: Annotated[
        bool | None,
        typer.Option(
            "--hooks/--no-hooks",
            help="Let git ask copkit before a commit and a push.",
            show_default="yes, where there is git",
        ),
    ] = None,
    dry_run: DryRun = False,
) -> None:
    """Start a programme: its settings, with seats to change, and what an editor and git need.

    \b
    Examples:
      copkit init harbour --name "Harbour programme"
      copkit init --name "Harbour programme" --starts 2026-01-05
    """
    if (folder / SETTINGS).exists():
        raise CopkitError(f"{folder / SETTINGS} exists already; nothing was changed")
    _require_outside(folder)
    if starts is None and name is None and interactive():
        name = ask("name (the programme's name)")
        starts = ask_day("starts (its first day)", today())
    values: Values = {
        "name": name,
        "starts": day(starts, "--starts") if starts else today(),
        "ends": ends and day(ends, "--ends"),
    }
    ask_missing(Settings, values)
    values |= {"attendance": {"threshold": THRESHOLD}, "seats": SEATS}
    files = {SETTINGS: f"{modeline('programme', 0)}{format_fields(Settings, values)}"}
    require_sound(SETTINGS, files[SETTINGS])
    files |= {".gitignore": IGNORED, ".gitattributes": ATTRIBUTES}
    files |= schema_files()
    new = {file: text for file, text in files.items() if not (folder / file).exists()}
    for file in files:
        if file not in new:
            say(f"  left alone: {clean(str(folder / file))}")
        elif dry_run:
            say(f"  would write {clean(str(folder / file))}")
    if not dry_run:
        folder.mkdir(parents=True, exist_ok=True)
        save(folder, [Change(file, None, text) for file, text in new.items()])
        if repository := repository_of(folder):
            register(repository)
            _offer_guards(repository, hooks)
        at = "" if folder == Path() else f" -C {clean(str(folder))}"
        say(f"started '{clean(str(values['name']))}' in {clean(str(folder.resolve()))}")
        say(f"  1. change the seats you seek in {clean(str(folder / SETTINGS))}")
        say(f"  2. copkit new-community PLACE{at}")
        say(f"  3. copkit new-member COMMUNITY ROLE{at}")


def _offer_guards(repository: Repository, wanted: bool | None) -> None:
    """Put the guards in, unless the person would rather not."""
    if wanted is None and interactive():
        wanted = typer.confirm("let git ask copkit before every commit and push?", default=True)
    if wanted is False:
        say("  'copkit hooks install' puts the guards in later")
        return
    try:
        install(repository)
    except CopkitError as error:  # somebody else's hooks; the programme stands all the same
        complain(error)


def _require_outside(folder: Path) -> None:
    """Refuse to start a programme inside another."""
    for above in folder.resolve().parents:
        if (above / SETTINGS).is_file():
            message = f"{folder} lies inside the programme {above}; nothing was changed"
            raise CopkitError(message, "start it somewhere else: copkit init FOLDER")


def schema_files() -> dict[str, str]:
    """Give the JSON Schemas that editors look for in a programme folder, by path."""
    return {
        f"{FOLDER}/{noun}.json": json.dumps(schema_of(noun), indent=2, ensure_ascii=False) + "\n"
        for noun in TYPES
    }
