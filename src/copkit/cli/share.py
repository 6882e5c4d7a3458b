"""``copkit share`` and ``copkit join``: make the place where colleagues meet, and come to it."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer

from copkit.cli.context import CommandContext, Writing
from copkit.cli.params import DryRun, is_interactive, usage_error
from copkit.cli.prompts import ask, ask_address, confirm
from copkit.cli.start import put_in_guards, require_outside_programme, start_git
from copkit.cli.terminal import clean, say, say_error
from copkit.errors import CopkitError, InvalidRecords
from copkit.git.repository import (
    GitFailed,
    GitMissing,
    Repository,
    find_repository,
    is_git_installed,
)
from copkit.git.shared_place import (
    FIRST_BRANCH,
    SharedPlace,
    clone_programme,
    find_refusal,
    forget_place,
    list_branches,
    make_shared_folder,
    parse_place,
    point_to,
    remove_shared_folder,
    require_free_folder,
)
from copkit.layout import CONTACTS, ENCRYPTED_CONTACTS
from copkit.wording import plural

Place = Annotated[
    str | None,
    typer.Argument(
        metavar="ADDRESS|FOLDER",
        help="An empty repository at a host, or a folder that your colleagues can reach.",
        show_default=False,
    ),
]


def share(context: Writing, place: Place = None) -> None:
    """Share this programme with colleagues: at an address, or in a folder that all can reach.

    An empty folder, or one that is not there yet, becomes the shared place. An address is tried
    first; git asks for a password where one is needed, and copkit never keeps it. Then everything
    is sent as by 'copkit sync', and the line is printed that a colleague types. Names and
    addresses stay here.

    \b
    Examples:
      copkit share /mnt/office/harbour
      copkit share https://git.example.org/harbour.git
    """
    root = context.root
    if place is None and not is_interactive():
        usage_error("missing: ADDRESS|FOLDER", "copkit share /mnt/office/harbour")
    shared_place = parse_place(place or ask("where (a folder that all can reach, or an address)"))
    repository = find_repository(root)
    if repository and (address := repository.try_git("config", "remote.origin.url")):
        if address != shared_place.address:
            message = f"this programme is shared already, at {clean(address)}"
            raise CopkitError(message, "'copkit sync' exchanges records with that place")
        _send(root, shared_place)
        return
    makes_folder = require_free_folder(shared_place, root)
    if makes_folder and is_interactive() and not context.dry_run:
        name = context.load(frozenset()).settings.name
        state = "is empty" if shared_place.folder and shared_place.folder.exists() else "is new"
        if not confirm(
            f"This folder {state}. Make it the shared place for '{name}'?", default=True
        ):
            say("nothing was changed")
            return
    branches = [] if makes_folder else list_branches(shared_place, root)
    if context.dry_run:
        say(f"would {'make' if makes_folder else 'use'} {clean(shared_place.address)}")
        return
    repository = repository or start_git(root)
    _require_author(repository)
    _connect(repository, shared_place, branches, make=makes_folder)


def _connect(
    repository: Repository, place: SharedPlace, branches: list[str], *, make: bool
) -> None:
    """Make a place ready, send everything to it, and forget it again where that fails.

    ``branches`` are those that the place has; ``make`` is true for a folder to be made one.
    """
    branch = repository.try_git("symbolic-ref", "--quiet", "--short", "HEAD") or FIRST_BRANCH
    if branches and branch != branches[0]:
        message = (
            f"the shared place is on the branch '{branches[0]}', and this folder on '{branch}'"
        )
        raise CopkitError(message, f"'git branch -m {branch} {branches[0]}' renames yours")
    existed = place.folder is not None and place.folder.exists()
    if make and place.folder:
        make_shared_folder(place.folder, branch)
    try:
        point_to(repository, place)
        _send(repository.root, place)
    except BaseException as error:  # Ctrl-C as well: whole, or not at all
        forget_place(repository)
        if make and place.folder:
            remove_shared_folder(place.folder, existed=existed)
        if isinstance(error, GitFailed) and (known := find_refusal(error.message, place)):
            raise known from None
        raise


def _send(root: Path, place: SharedPlace) -> None:
    """Exchange records as 'copkit sync' does, and print what a colleague types."""
    from copkit.cli.sharing import sync

    sync(CommandContext(folder=root))
    say("Names and addresses stayed here (private/).")
    if (root / CONTACTS).is_file() and not (root / ENCRYPTED_CONTACTS).is_file():
        say("  to share them too, encrypted: copkit contacts encrypt")
    # Printed and not said: it is what was asked for, and a terminal must not wrap it.
    print(f"A colleague types:  copkit join {clean(shlex.quote(place.address))}")


def _require_author(repository: Repository) -> None:
    """Ask who works here, where git does not know; raise where nobody can be asked."""
    if repository.try_git("var", "GIT_COMMITTER_IDENT") is not None:
        return
    if not is_interactive():
        hint = 'git config --global user.name "Your Role"; git config --global user.email you@...'
        raise CopkitError("git does not know who you are", hint)
    say("Your colleagues see by whom a record was changed. In this folder you are:")
    name = ask("name (a role is enough, such as Facilitator Brighton)")
    email = ask_address("e-mail (of your work; it goes to the shared place)")
    repository.set_config("user.name", name)
    repository.set_config("user.email", email)


def join(
    address: Annotated[
        str, typer.Argument(metavar="ADDRESS", help="As 'copkit share' printed it.")
    ],
    folder: Annotated[
        Path | None,
        typer.Argument(help="Where to put it; made if it is not there.", show_default="its name"),
    ] = None,
    dry_run: DryRun = False,
) -> None:
    """Join a programme that a colleague shares: a copy of your own, ready to work in.

    Fetches everything, puts in the guards, asks for the passphrase of the shared names where there
    are any, checks the records, and shows what is to be done.

    \b
    Examples:
      copkit join /mnt/office/harbour
      copkit join https://git.example.org/harbour.git ~/Documents/harbour
    """
    if not is_git_installed():
        raise GitMissing
    place = parse_place(address)
    target = folder or Path(place.name)
    _require_free_target(target)
    if place.folder and not place.folder.is_dir():
        hint = "look at the spelling, and whether the drive is connected"
        raise CopkitError(f"there is no folder {place.folder}", hint, status=2)
    branches = list_branches(place, target.resolve().parent)
    if not branches:
        message = "nothing has been shared there yet"
        hint = f"who has the records types: copkit share {shlex.quote(place.address)}"
        raise CopkitError(message, hint)
    if dry_run:
        say(f"would copy {clean(place.address)} to {clean(str(target))}")
        return
    root = clone_programme(place, branches[0], target)
    repository = find_repository(root)
    say(f"joined: {clean(place.address)} is copied to {clean(str(root))}")
    if repository:
        put_in_guards(repository)
        if is_interactive():
            _require_author(repository)
    context = CommandContext(folder=target if target.resolve() == root else root)
    _take_contacts(context)
    _report_check(context)
    _show_today(context)


def _require_free_target(target: Path) -> None:
    """Raise :class:`CopkitError` unless a programme can be put into a folder."""
    if (
        target.is_symlink()
        or (target.exists() and not target.is_dir())
        or (target.is_dir() and any(target.iterdir()))
    ):
        message = f"{target} is there already, and not empty; nothing was changed"
        raise CopkitError(message, "name another folder: copkit join ADDRESS FOLDER", status=2)
    if not target.resolve().parent.is_dir():
        raise CopkitError(f"there is no folder {target.resolve().parent}", status=2)
    require_outside_programme(target)


def _take_contacts(context: CommandContext) -> None:
    """Decrypt the names and addresses that are shared, where there are any."""
    if not (context.root / ENCRYPTED_CONTACTS).is_file():
        return
    from copkit.cli.members.contacts import decrypt

    say(f"{ENCRYPTED_CONTACTS} holds the names and addresses.")
    try:
        decrypt(context)
    except (CopkitError, typer.Abort) as error:
        # A wrong passphrase is no reason to be without the records.
        if isinstance(error, CopkitError):
            say_error(error)
        say("  later: copkit contacts decrypt")


def _report_check(context: CommandContext) -> None:
    """Print how many errors 'copkit check' finds; a fault in somebody's record stops nobody."""
    from copkit.analysis.consistency import all_errors
    from copkit.cli.pii import require_no_details_in_files
    from copkit.git.sync import is_shareable

    programme = context.load()
    errors = all_errors(programme)
    try:
        require_no_details_in_files(programme, is_shareable)
    except InvalidRecords as error:
        errors += error.problems
    records = plural(programme.files, "record")
    if errors:
        say(f"{records}, and {plural(len(errors), 'error')} in them: copkit check shows where")
    else:
        say(f"{records}, nothing wrong with them")


def _show_today(context: CommandContext) -> None:
    from copkit.cli.today import today

    print(f"next:  cd {clean(shlex.quote(str(context.folder)))}\n")
    today(context)
