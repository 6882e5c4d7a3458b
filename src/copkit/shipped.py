"""What ships with copkit beside its code, and the names of templates.  Lists folders.

Kept apart from ``render`` so that completing a template's name needs no Jinja.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import copkit
from copkit.layout import entries

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
