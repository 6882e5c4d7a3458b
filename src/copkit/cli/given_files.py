"""Files of other people's programs, as somebody names them on the line."""

from __future__ import annotations

import stat
from pathlib import Path

from copkit.errors import CopkitError
from copkit.importers.tables_parts import refuse_large


def bytes_of(path: Path) -> bytes:
    """Read a file that somebody was given; raise :class:`CopkitError` when that is not safe."""
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise CopkitError(f"{path} is a folder", "name the files in it one by one")
        if not stat.S_ISREG(status.st_mode):
            raise CopkitError(f"{path} is not an ordinary file", "save the list as a file first")
        refuse_large(status.st_size, str(path))
        return path.read_bytes()
    except OSError as error:
        reason = error.strerror or "unknown reason"
        hint = "if this belongs to an option, put all of it in quotes" if "=" in path.name else ""
        raise CopkitError(f"{path} cannot be read: {reason}", hint) from None
