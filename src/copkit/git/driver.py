"""The merge driver in a clone: told to git once, by the first command that writes.  Runs git.

A clone does not inherit it: git takes the programs it runs from each clone's own settings.
"""

from __future__ import annotations

import contextlib
import shlex
import sys
from pathlib import Path
from typing import Final

from copkit.errors import Problem, Severity
from copkit.git.repository import Repository, repository_of

ATTRIBUTES: Final = ("*.md", "*.yaml")
_NAME: Final = "copkit: members, attendance and cases come together by what they say"
_PROBES: Final = ("copkit.yaml", "communities/x/meetings/2012-04-18.md")


def command() -> str:
    """Give the command with which git calls this copkit.

    ``-P`` keeps Python from importing what lies in the folder that is being merged.
    """
    return (
        f"{shlex.quote(Path(sys.executable).as_posix())} -P -m copkit merge-driver %O %A %B %L %P"
    )


def register(repository: Repository) -> None:
    """See to it that git in this clone merges records with copkit; costs little once it does."""
    if _plainly_there(repository):
        return
    if repository.says("config", "--local", "merge.copkit.driver") != command():
        repository.run("config", "--local", "merge.copkit.name", _NAME)
        repository.run("config", "--local", "merge.copkit.driver", command())
    if not _has_attributes(repository):
        _add_attributes(repository)


def _plainly_there(repository: Repository) -> bool:
    """See in the files where it stands as a rule: asking git takes two processes."""
    config, here, shared = (
        path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
        for path in (
            repository.common / "config",
            repository.common / "info" / "attributes",
            repository.root / ".gitattributes",
        )
    )
    named = f"driver = {command()}\n" in config
    return named and ("merge=copkit" in shared or _attributes(repository)[0] in here)


def missing(root: Path) -> Problem | None:
    """Give the problem of a clone in which git would merge records line by line.

    Nothing is said of a programme inside another project that does not ask for the driver
    itself: an example, say.
    """
    repository = repository_of(root)
    if repository is None or (repository.prefix and not _asks_for_it(root)):
        return None
    if _plainly_there(repository):
        return None
    driver = repository.says("config", "merge.copkit.driver")
    if driver and _runs(driver) and _has_attributes(repository):
        return None
    return Problem(
        *(".gitattributes", 1, 1, 1, 2, "no-merge-driver", Severity.WARNING),
        "git in this copy of the folder does not know how to merge records",
        "any command that writes tells it; 'copkit sync' does, for one",
    )


def _asks_for_it(root: Path) -> bool:
    path = root / ".gitattributes"
    return path.is_file() and "merge=copkit" in path.read_text(encoding="utf-8", errors="replace")


def _runs(driver: str) -> bool:
    """Say whether the program of a driver is still where it was."""
    try:
        program = shlex.split(driver)[0]
    except (ValueError, IndexError):
        return False
    return not Path(program).is_absolute() or Path(program).exists()


def _has_attributes(repository: Repository) -> bool:
    """Say whether records have a merge attribute; one that somebody chose is left alone."""
    said = repository.says("check-attr", "merge", "--", *_PROBES) or ""
    return len(said.splitlines()) == len(_PROBES) and ": merge: unspecified" not in said


def _add_attributes(repository: Repository) -> None:
    """Name the driver in this clone alone; a programme's own .gitattributes may name it for all."""
    path = repository.common / "info" / "attributes"
    with contextlib.suppress(OSError):  # check goes on saying that it is missing
        path.parent.mkdir(exist_ok=True)
        with path.open("ab") as file:
            file.write(b"\n" * (file.tell() > 0) + "".join(_attributes(repository)).encode("utf-8"))


def _attributes(repository: Repository) -> list[str]:
    below = f"{repository.prefix}**/" if repository.prefix else ""
    return [f'"{below}{pattern}" merge=copkit\n' for pattern in ATTRIBUTES]
