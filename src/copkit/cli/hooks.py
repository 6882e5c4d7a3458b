"""``copkit hooks``: the guards before a commit and before a push."""

from __future__ import annotations

from copkit.cli.params import HERE, DryRun, Folder, command_group
from copkit.cli.terminal import clean, say
from copkit.git.hooks import install, own_guards, to_write
from copkit.git.repository import require_repository
from copkit.layout import find

hooks_app = command_group(no_args_is_help=True)


@hooks_app.callback()
def hooks() -> None:
    """Let git ask copkit before a commit and before a push."""


@hooks_app.command("install")
def install_command(folder: Folder = HERE, dry_run: DryRun = False) -> None:
    """Put the guards into this copy of the folder.

    From then on git looks for identifying details in what a commit would keep, and again in
    everything that a push would send: files, their names, and messages. Each copy of the
    folder needs them once.

    \b
    Examples:
      copkit hooks install
    """
    repository = require_repository(find(folder))
    if dry_run:
        for path in to_write(repository):
            say(f"would write {clean(str(path))}")
        return
    written = install(repository)
    for path in written:
        say(f"wrote {clean(str(path))}")
    say("git asks copkit before every commit and push" if written else "the guards are in place")


@hooks_app.command("remove")
def remove_command(folder: Folder = HERE, dry_run: DryRun = False) -> None:
    """Take the guards out again; hooks that somebody else wrote stay.

    \b
    Examples:
      copkit hooks remove
    """
    guards = own_guards(require_repository(find(folder)))
    for path in guards:
        if not dry_run:
            path.unlink()
        say(f"{'would remove' if dry_run else 'removed'} {clean(str(path))}")
    if not guards:
        say("there are no guards here")
