"""Where things lie in a programme folder: names only, nothing is read.  Lists folders.

Kept apart from ``folder`` so that finding the programme and completing a name cost next to nothing.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import copkit
from copkit.errors import CopkitError

SETTINGS: Final = "copkit.yaml"
TOPS: Final = {
    "evidence": "evidence card",
    "blockages": "blockage",
    "newsletters": "newsletter",
    "briefs": "brief",
    "directory": "service",
}
"""The folders of records at the top of a programme, and what one record in each is called."""
IN_COMMUNITY: Final = ("community.md", "roster.yaml", "approaches.yaml")
"""The records that a community has one of."""
PRIVATE: Final = "private"
"""The folder of what never goes into git: names and addresses."""
CONTACTS: Final = f"{PRIVATE}/contacts.yaml"
ALIASES: Final = f"{PRIVATE}/aliases.yaml"
COLUMNS: Final = f"{PRIVATE}/columns.yaml"
"""Which column of imported rosters is which."""
SENT: Final = f"{PRIVATE}/sent"
"""Which newsletter was sent to whom."""
MAIL_SERVER: Final = f"{PRIVATE}/mail-server"
"""The mail server that newsletters were sent through last."""
SEALED: Final = "contacts.age"
"""The contacts, encrypted, so that they can go into git."""


def find(start: Path) -> Path:
    """Find the programme folder that a path lies in; raise :class:`CopkitError` if in none."""
    if not start.is_dir():
        raise CopkitError(f"there is no folder {start}", status=2)
    here = start.resolve()
    for folder in (here, *here.parents):
        if (folder / SETTINGS).is_file():
            return folder
    hint = "'copkit init' starts a programme; -C FOLDER names one elsewhere"
    below = [one.name for one in entries(here) if (here / one.name / SETTINGS).is_file()]
    if below:
        hint = f"there is one in {below[0]}: 'cd {below[0]}' first, or add -C {below[0]}"
    for other in ("copkit.yml", "Copkit.yaml", "copkit.yaml.txt"):
        if (here / other).is_file():
            hint = f"{other} must be called {SETTINGS}"
    raise CopkitError(f"no {SETTINGS} in {start} or any folder above it", hint, status=2)


def entries(folder: Path) -> list[os.DirEntry[str]]:
    """List a folder by name, without hidden entries; nothing if it is not there."""
    try:
        with os.scandir(folder) as found:
            shown = [entry for entry in found if not entry.name.startswith(".")]
    except (FileNotFoundError, NotADirectoryError):
        return []
    return sorted(shown, key=lambda entry: entry.name)


def is_record(entry: os.DirEntry[str]) -> bool:
    """Say whether an entry of a record folder is a record."""
    return entry.name.endswith(".md") and entry.name != "README.md"


def community_slugs(root: Path) -> list[str]:
    """List the communities' folders."""
    return [
        entry.name for entry in entries(root / "communities") if entry.is_dir(follow_symlinks=False)
    ]


def record_slugs(root: Path, *folders: str) -> list[str]:
    """List the records in a folder by their names without the ending."""
    return [entry.name[:-3] for entry in entries(root.joinpath(*folders)) if is_record(entry)]


def cache_folder() -> Path:
    """Give the folder for what can be thrown away at any moment.

    It never hangs on where a command is run: in a programme's folder, others could fill it.
    """
    named = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA") or ""
    folder = Path(named)
    return (folder if folder.is_absolute() else Path.home() / ".cache") / "copkit"


# What ships with copkit beside its code, and the names of templates.

ENDINGS: Final = (".html", ".svg", ".md", ".txt", ".css")
"""How the names of templates end."""


def shipped(name: str) -> Path:
    """Find a folder that ships with copkit: in the package, or beside ``src`` in a checkout."""
    package = Path(copkit.__file__).resolve().parent
    inside, beside = package / name, package.parent.parent / name
    return inside if inside.is_dir() else beside


def template_names(own: Path | None = None) -> list[str]:
    """Name the templates that ship with copkit, and those of a programme's own folder."""
    folders = [shipped("templates"), *([own] if own and not own.is_symlink() else [])]
    found = (entry for folder in folders for entry in entries(folder))
    return sorted({one.name for one in found if one.name.endswith(ENDINGS) and one.is_file()})
