"""``copkit templates list`` and ``copkit templates copy``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from copkit.cli.params import HERE, AsJson, DryRun, Folder, command_group
from copkit.cli.terminal import print_json, print_table, say
from copkit.layout import find

if TYPE_CHECKING:
    from copkit.documents.templates_parts import Listed

FOLDER = "templates"

templates_app = command_group(no_args_is_help=True)


@templates_app.callback()
def templates() -> None:
    """Change how documents look: list the templates, copy one to make it your own."""


def _complete_template(incomplete: str) -> list[str]:
    """Complete a template's name without reading any."""
    from copkit.shipped import template_names

    return [name for name in template_names() if name.startswith(incomplete)]


@templates_app.command("list")
def list_command(folder: Folder = HERE, as_json: AsJson = False) -> None:
    """List the templates: what each makes, and whether this programme has its own.

    \b
    Examples:
      copkit templates list
      copkit templates list --json | jq '.[] | select(.own != "")'
    """
    from copkit.documents.templates_parts import listed_templates

    found = listed_templates(find(folder) / FOLDER)
    if as_json:
        print_json([{**one._asdict(), "own": str(one.own)} for one in found])
        return
    rows = [(one.name, _makes(one), one.own) for one in found]
    print_table(("template", "makes", "yours"), rows)
    for one in found:
        if one.meant:
            say(f"nothing uses templates/{one.name} by itself; did you mean '{one.meant}'?")


def _makes(one: Listed) -> str:
    """Say what a template makes, and of a part, in what."""
    return f"{one.makes} (in {', '.join(one.part_of)})" if one.part_of else one.makes


@templates_app.command("copy")
def copy_command(
    name: Annotated[str, typer.Argument(help="Which template.", autocompletion=_complete_template)],
    folder: Folder = HERE,
    dry_run: DryRun = False,
) -> None:
    """Copy a template to the programme's templates/, where it wins over the shipped one.

    \b
    Examples:
      copkit templates copy newsletter.html
      copkit templates copy page.css --dry-run
    """
    from copkit.cli.store import write_file
    from copkit.documents.templates_parts import shipped_text

    text = shipped_text(name)
    hint = f"edit it, or delete it to use the shipped one; nothing is written over {FOLDER}/{name}"
    write_file(find(folder), f"{FOLDER}/{name}", text, dry_run=dry_run, if_there=hint)
    if not dry_run:
        say(f"  edit {FOLDER}/{name}, and watch it in the browser with 'copkit preview'")
        say("  delete it, and the one that comes with copkit is used again")
