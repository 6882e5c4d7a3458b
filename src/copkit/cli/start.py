"""``copkit init`` and ``copkit demo``: start a programme, or lay out the example."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Annotated

import typer

from copkit.cli.params import DryRun, is_interactive, open_programme, parse_day, today, usage_error
from copkit.cli.prompts import Values, ask, ask_address, ask_day, ask_missing
from copkit.cli.store import require_valid_text
from copkit.cli.terminal import clean, say, say_error, say_whole
from copkit.errors import CopkitError
from copkit.git.hooks import install_hooks
from copkit.git.merge_driver import register_driver
from copkit.git.repository import (
    GitMissing,
    Repository,
    find_repository,
    is_git_installed,
    is_in_git,
    start_repository,
)
from copkit.layout import SETTINGS, shipped_folder
from copkit.records.kinds import KINDS_BY_NAME, SCHEMA_FOLDER, schema_modeline
from copkit.records.programme import DEFAULT_THRESHOLD, EXAMPLE_SEATS, FORMAT, Settings
from copkit.records.schema.json_schema import build_json_schema
from copkit.records.schema.write import format_fields
from copkit.text.transaction import Change, save

GITIGNORE = (
    "# never in git: names and addresses, what can be built again, unfinished files\n"
    "private/\nbuild/\n.*.tmp\n"
    "# left by systems and programs\n"
    ".DS_Store\nThumbs.db\ndesktop.ini\n~$*\n"
)
# '.*.tmp' are files being written, and the lock of systems that cannot lock a folder.
GITATTRIBUTES = (
    "# kept with LF line endings in git, whatever the editor writes, and merged by copkit\n"
    "*.md text merge=copkit\n*.yaml text merge=copkit\n"
    "# encrypted: whole or not at all\ncontacts.age binary\n"
)
GIT_FILES = {".gitignore": GITIGNORE, ".gitattributes": GITATTRIBUTES}


def init(
    folder: Annotated[Path, typer.Argument(help="Where; made if it is not there.")] = Path(),
    name: Annotated[str | None, typer.Option(help="The programme's name.")] = None,
    starts: Annotated[str | None, typer.Option(help="Its first day.", show_default="today")] = None,
    ends: Annotated[str | None, typer.Option(help="Its last day.")] = None,
    git: Annotated[
        bool, typer.Option("--git/--no-git", help="Keep its history in git, and share it.")
    ] = True,
    contact: Annotated[
        str | None, typer.Option(help="Whom readers of documents answer: a role.")
    ] = None,
    contact_email: Annotated[str | None, typer.Option(help="The e-mail address there.")] = None,
    hooks: Annotated[
        bool,
        typer.Option("--hooks/--no-hooks", help="Let git ask copkit before a commit and a push."),
    ] = True,
    dry_run: DryRun = False,
) -> None:
    """Start a programme: its settings, with seats to change, and what an editor and git need.

    \b
    Examples:
      copkit init harbour --name "Harbour programme"
      copkit init --name "Harbour programme" --starts 2026-01-05 \\
        --contact "Programme manager" --contact-email cop@harbour.example
    """
    if (folder / SETTINGS).exists():
        raise CopkitError(f"{folder / SETTINGS} exists already; nothing was changed")
    # commands look upward for the settings, and would find either
    require_outside_programme(folder)
    if starts is None and name is None and is_interactive():
        name = ask("name (the programme's name)")
        starts = ask_day("starts (its first day)", today())
        contact = contact or ask("contact (whom readers answer: a role; or Enter)", default="")
        if contact and not contact_email:
            contact_email = ask_address("their e-mail address")
    values: Values = {
        "name": name,
        "starts": parse_day(starts, "--starts") if starts else today(),
        "ends": ends and parse_day(ends, "--ends"),
    }
    ask_missing(Settings, values)
    if bool(contact) != bool(contact_email):
        usage_error(
            "a contact has a role and an e-mail address",
            "--contact 'Programme manager' --contact-email cop@example.org",
        )
    if contact:
        values["contact"] = {"role": contact, "email": contact_email}
    values |= {
        "format": FORMAT,
        "attendance": {"threshold": DEFAULT_THRESHOLD},
        "seats": EXAMPLE_SEATS,
    }
    files = {SETTINGS: f"{schema_modeline('programme', 0)}{format_fields(Settings, values)}"}
    require_valid_text(SETTINGS, files[SETTINGS])
    files |= GIT_FILES
    files |= schema_files()
    new_files = {file: text for file, text in files.items() if not (folder / file).exists()}
    # A folder that is a repository already may have a .gitignore of its own, which stays.
    for file in files:
        if file not in new_files:
            say_whole(f"  left alone: {clean(str(folder / file))}")
        elif dry_run:
            say_whole(f"  would write {clean(str(folder / file))}")
    if not dry_run:
        folder.mkdir(parents=True, exist_ok=True)
        save(folder, [Change(file, None, text) for file, text in new_files.items()])
        if git and is_git_installed():
            _keep_in_git(folder, hooks=hooks)
        folder_option = "" if folder == Path() else f" -C {clean(str(folder))}"
        say_whole(f"started '{clean(str(values['name']))}' in {clean(str(folder.resolve()))}")
        say_whole(f"  1. change the seats you seek in {clean(str(folder / SETTINGS))}")
        say_whole(f"  2. copkit new-community PLACE{folder_option}")
        say_whole(f"  3. copkit new-member COMMUNITY ROLE{folder_option}")
        say_whole(
            f"copkit toolkit{folder_option} has a sheet for each step before the first meeting"
        )
        if git and not is_git_installed():
            missing = GitMissing()
            say(f"{missing.message}\n  {missing.hint}")


def _keep_in_git(folder: Path, *, hooks: bool) -> None:
    """Start a repository for a new programme, unless it lies in one already; put in the guards.

    Without ``hooks`` git is told how to merge records, and no more.
    """
    repository = find_repository(folder) if is_in_git(folder) else start_repository(folder)
    if repository is None:  # ignored by the repository around it, as somebody meant it
        return
    if hooks:
        put_in_guards(repository)
    else:
        register_driver(repository)
        say("  'copkit hooks install' puts the guards in later")


def start_git(root: Path) -> Repository:
    """Start a repository in a programme's folder, with what git needs to know and the guards."""
    for name, text in GIT_FILES.items():
        if not (root / name).exists():
            save(root, [Change(name, None, text)])
    repository = start_repository(root)
    put_in_guards(repository)
    return repository


def put_in_guards(repository: Repository) -> None:
    """Register the merge driver, and the hooks by which git asks copkit."""
    register_driver(repository)
    try:
        install_hooks(repository)
    except CopkitError as error:  # somebody else's hooks; the programme stands all the same
        say_error(error)


def require_outside_programme(folder: Path) -> None:
    """Raise :class:`CopkitError` if a folder lies inside another programme."""
    for parent in folder.resolve().parents:
        if (parent / SETTINGS).is_file():
            message = f"{folder} lies inside the programme {parent}; nothing was changed"
            raise CopkitError(message, "start it somewhere else: copkit init FOLDER")


def schema_files() -> dict[str, str]:
    """Return the JSON Schemas that editors look for in a programme folder, by their paths."""
    return {
        f"{SCHEMA_FOLDER}/{name}.json": json.dumps(
            build_json_schema(name, kind.record_type), indent=2, ensure_ascii=False
        )
        + "\n"
        for name, kind in KINDS_BY_NAME.items()
    }


# The example programme.

EXAMPLE = "multiple-needs"
SHOWN_AFTER_DEMO = frozenset({"newsletter", "brief", "matrix"})


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
    from copkit.analysis.attendance import build_matrix, default_day
    from copkit.cli.attendance.tables import print_matrix
    from copkit.cli.context import CommandContext
    from copkit.cli.documents.build import unavailable_format_notes
    from copkit.cli.documents.commands import build_everything, format_built
    from copkit.cli.documents.outgoing import OutgoingNotes

    if folder.exists() and any(folder.iterdir() if folder.is_dir() else [folder]):
        raise CopkitError(
            f"{folder} exists already; nothing was changed",
            "name another folder: copkit demo FOLDER",
        )
    if dry_run:
        say(f"would lay out {clean(str(folder))} and build everything in it")
        return
    # each step is shown as it goes: all of them take half a minute on a slow machine
    say_whole(f"Laying out the example in {clean(str(folder))}")
    _copy_example(folder)
    say("Reading its records, and looking for names in them")
    programme = open_programme(folder)
    documents = []
    # nobody outside gets what is built of an example
    notes = OutgoingNotes(CommandContext(folder, draft=True), programme)
    for document in build_everything(programme, notes):
        documents.append(document)
        say_whole(f"  {format_built(programme, document, dry_run=False)}")
    as_of = default_day(programme, today())
    print_matrix(build_matrix(programme, as_of), programme.settings.name)
    say(f"\nThe example lies in {clean(str(folder.resolve()))}. Open these in a browser:")
    for document in documents:
        if document.kind in SHOWN_AFTER_DEMO:
            page = next(path for path in document.paths if path.suffix == ".html")
            say_whole(f"  {clean(str(folder / page.relative_to(programme.root)))}")
    for line in unavailable_format_notes():
        say(line)
    say("Then try:")
    command = clean("copkit" if shutil.which("copkit") else _command_line_name())
    say_whole(f"  {command} attendance --explain -C {clean(str(folder))}")
    say_whole(f"  {command} check -C {clean(str(folder))}")


def _command_line_name() -> str:
    """Return what to type for copkit where it is not on the path: its program, or its module."""
    # 'python -m copkit' puts the path of __main__.py there, which nobody could type.
    as_module = Path(sys.argv[0]).name == "__main__.py"
    return f"{sys.executable} -m copkit" if as_module else sys.argv[0]


def _copy_example(folder: Path) -> None:
    """Copy the example, whole or not at all."""
    # Renamed when complete; an empty folder that is there already is filled instead.
    unfinished = folder if folder.exists() else folder.with_name(f".{folder.name}.tmp")
    leave_out = shutil.ignore_patterns("build", "private")
    try:
        example = shipped_folder("examples") / EXAMPLE
        shutil.copytree(example, unfinished, dirs_exist_ok=True, ignore=leave_out)
        (unfinished / ".gitignore").write_text(GITIGNORE, encoding="utf-8", newline="")
        unfinished.rename(folder)
    except OSError as error:  # includes shutil.Error
        shutil.rmtree(unfinished, ignore_errors=True)
        # strerror is None in shutil.Error, whose text lists every file with its full path
        reason = error.strerror or "not every file could be copied"
        raise CopkitError(f"the example could not be laid out in {folder}: {reason}") from None
