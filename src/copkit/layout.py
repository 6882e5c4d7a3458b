"""Names and places of files: in a programme folder, in the cache, and shipped with copkit.

Lists folders, and reads no file: without the parsers that ``folder`` imports, finding the
programme and completing a name are quick.
"""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path
from typing import Final

import copkit
from copkit.errors import CopkitError

SETTINGS: Final = "copkit.yaml"
PRIVATE: Final = "private"
"""The folder of what never goes into git: names and addresses."""
CONTACTS: Final = f"{PRIVATE}/contacts.yaml"
ALIASES: Final = f"{PRIVATE}/aliases.yaml"
COLUMNS: Final = f"{PRIVATE}/columns.yaml"
"""Which column of imported rosters is which."""
SENT: Final = f"{PRIVATE}/sent"
"""The folder of journals: which newsletter was sent to whom."""
UNDO: Final = f"{PRIVATE}/undo"
"""The folder of what commands changed, for 'copkit undo'."""
SHEETS: Final = f"{PRIVATE}/sheets"
"""The folder of attendance sheets with names, for the room only."""
SURVEY_ROWS: Final = f"{PRIVATE}/surveys"
"""The folder of answers to surveys, row by row, until they are forgotten."""
TAKEDOWNS: Final = f"{PRIVATE}/takedowns.yaml"
"""Which cases were taken down from the site, when and why."""
MAIL_SERVER: Final = f"{PRIVATE}/mail-server"
"""The mail server that newsletters were sent through last.

The settings in git may come from others, so a server that differs from this one is asked about
before it gets a password or an address.
"""
ENCRYPTED_CONTACTS: Final = "contacts.age"
"""The contacts, encrypted, so that they can go into git."""
READING_NOTES: Final = ".copkit/read"
"""The folder of notes on who read which text of a case sentence by sentence."""


def is_reading_note(file: str) -> bool:
    """Check whether a file is one of :data:`READING_NOTES`, by its path."""
    name = r"[0-9a-f]{32}(?:-[0-9a-f]{8})?\.yaml"
    return re.fullmatch(rf"{re.escape(READING_NOTES)}/{name}", file) is not None


def find_programme(start: Path) -> Path:
    """Find the programme folder that a path lies in; raise :class:`CopkitError` if in none."""
    if not start.is_dir():
        raise CopkitError(f"there is no folder {start}", status=2)
    start_folder = start.resolve()  # so that its parents are those on disk, and not of a link
    for folder in (start_folder, *start_folder.parents):
        if (folder / SETTINGS).is_file():
            return folder
    hint = "'copkit init' starts a programme; -C FOLDER names one elsewhere"
    for entry in list_entries(start_folder):
        if (start_folder / entry.name / SETTINGS).is_file():
            hint = f"there is one in {entry.name}: 'cd {entry.name}' first, or add -C {entry.name}"
            break
    # How editors and Windows name the file when a person does not watch out.
    for other in ("copkit.yml", "Copkit.yaml", "copkit.yaml.txt"):
        if (start_folder / other).is_file():
            hint = f"{other} must be called {SETTINGS}"
    raise CopkitError(f"no {SETTINGS} in {start} or any folder above it", hint, status=2)


def list_entries(folder: Path) -> list[os.DirEntry[str]]:
    """List a folder by name, without hidden entries; ``[]`` if it does not exist."""
    try:
        with os.scandir(folder) as scan:
            visible = [entry for entry in scan if not entry.name.startswith(".")]
    except (FileNotFoundError, NotADirectoryError):
        return []
    return sorted(visible, key=lambda entry: entry.name)


def is_record(entry: os.DirEntry[str]) -> bool:
    """Check whether an entry of a folder of records is a record, by its name."""
    return entry.name.endswith(".md") and entry.name != "README.md"


def community_slugs(root: Path) -> list[str]:
    """Return the names of the communities' folders below ``root``, a programme folder."""
    return [
        entry.name
        for entry in list_entries(root / "communities")
        if entry.is_dir(follow_symlinks=False)
    ]


OWN_FOLDERS: Final = {"surveys": "survey.md"}
"""The folders of records that have a folder of their own each, and the name of their file."""


def record_file(folder: str, slug: str) -> str:
    """Return the path of a record in a folder at the top: ``briefs/winter.md``."""
    own_file = OWN_FOLDERS.get(folder)
    return f"{folder}/{slug}/{own_file}" if own_file else f"{folder}/{slug}.md"


def record_slugs(root: Path, *folders: str) -> list[str]:
    """Return the names of the records in a folder, without ``.md``.

    ``folders`` lead to it from ``root``: ``"communities", "brighton", "cases"``.
    """
    if len(folders) == 1 and (own_file := OWN_FOLDERS.get(folders[0])):
        return [
            entry.name
            for entry in list_entries(root / folders[0])
            if entry.is_dir(follow_symlinks=False) and os.path.lexists(f"{entry.path}/{own_file}")
        ]
    return [entry.name[:-3] for entry in list_entries(root.joinpath(*folders)) if is_record(entry)]


def cache_folder() -> Path:
    """Return the folder for files that can be deleted at any time."""
    from platformdirs import (
        user_cache_path,  # where it is wanted, since help and completion are not
    )

    folder = user_cache_path("copkit", appauthor=False)
    # A relative path would lie in the current folder, perhaps a programme from somebody else, who
    # could then have filled the cache.
    return folder if folder.is_absolute() else Path.home() / ".cache" / "copkit"


CACHE_VARIABLE: Final = "COPKIT_CACHE"
"""Environment variable that is ``off`` where nothing is to be read from the cache or kept in it."""


def cache_is_off() -> bool:
    """Check whether somebody wants everything to be read and looked through anew."""
    return os.environ.get(CACHE_VARIABLE, "").strip().lower() in {"off", "0", "no", "false"}


_OTHERS_MAY_WRITE: Final = 0o022  # the group's permission, and everybody's


def only_we_can_write(status: os.stat_result) -> bool:
    """Check whether a file or folder is ours, is no link, and nobody else can change it.

    On Windows permissions do not tell, and the answer is yes.
    """
    if not hasattr(os, "getuid"):
        return True
    is_ours = status.st_uid == os.getuid() and not status.st_mode & _OTHERS_MAY_WRITE
    return is_ours and not stat.S_ISLNK(status.st_mode)


RECORD_CACHE: Final = "records"
"""What the name of the cache file of parsed records begins with."""
SCAN_CACHE: Final = "looked"
"""What the name of the cache file of clean files begins with."""
STATE_CACHE: Final = "states"
"""What the name of the cache file begins with that has the states of clean files."""
IDLE_CACHE: Final = "idle"
"""What the name of the cache file begins with that notes a command which changed nothing."""
TEMPLATE_CACHE: Final = "template"
"""What the name of the cache file of a compiled template begins with."""
OUTGOING_CACHE: Final = "outgoing"
"""What the name of the cache file of pairs of documents begins with that do not subtract."""
CACHE_PREFIXES: Final = (
    RECORD_CACHE, SCAN_CACHE, STATE_CACHE, IDLE_CACHE, TEMPLATE_CACHE, OUTGOING_CACHE,
)  # fmt: skip


def cache_file(prefix: str, root: Path) -> Path:
    """Return the file in the cache that is about one programme folder, such as ``looked-5f2c``."""
    import hashlib  # slow to import, and rarely needed

    name = hashlib.blake2b(os.fsencode(root.resolve()), digest_size=16).hexdigest()
    # Outside the folder, under a digest of its path: it is neither shared nor read by others.
    return cache_folder() / f"{prefix}-{name}"


TEMPLATE_ENDINGS: Final = (".html", ".svg", ".md", ".txt", ".css")
"""The endings of the names of templates."""


def shipped_folder(name: str) -> Path:
    """Return the folder ``name``, such as ``templates``, that ships with copkit.

    It is in the package, or beside ``src`` in a checkout.
    """
    # A wheel has the templates within the package; a checkout keeps them beside ``src``.
    package = Path(copkit.__file__).resolve().parent
    inside, beside = package / name, package.parent.parent / name
    return inside if inside.is_dir() else beside


def template_names(programme_folder: Path | None = None) -> list[str]:
    """Return the names of the templates that ship with copkit or are in a programme's own folder.

    ``programme_folder`` is that folder of templates; ``None`` where there is no programme.
    """
    folders = [shipped_folder("templates")]
    # Not through a link, by which files from anywhere would be read as templates.
    if programme_folder and not programme_folder.is_symlink():
        folders.append(programme_folder)
    return sorted(
        {
            entry.name
            for folder in folders
            for entry in list_entries(folder)
            if entry.name.endswith(TEMPLATE_ENDINGS) and entry.is_file()
        }
    )
