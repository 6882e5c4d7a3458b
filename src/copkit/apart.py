"""What is kept apart from the records: who the members are, and what may stand.  Reads files.

Read by the commands that ask for it; reading the records does not need it.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from copkit.errors import CopkitError, Problem
from copkit.places import CONTACTS, PRIVATE
from copkit.text.files import inside, read_source
from copkit.text.front_matter import read_document

if TYPE_CHECKING:
    from copkit.records.accepted import Accepted
    from copkit.records.contacts import Contact

KEY: Final = f"{PRIVATE}/acceptance.key"
KEY_VARIABLE: Final = "COPKIT_KEY"
_LONGEST_KEY: Final = 200  # bytes


def read_contacts(root: Path, problems: list[Problem]) -> tuple[Contact, ...]:
    """Read who the members are, for a command that asks; without the file, nobody is known.

    No problem repeats what stands in the file. Raises :class:`CopkitError` when the path leads
    out of the folder.
    """
    path = inside(root, *CONTACTS.split("/"))
    if not os.path.lexists(path):
        return ()
    from copkit.records.contacts import parse_contacts

    own: list[Problem] = []
    source = read_source(path, CONTACTS, own)
    contacts = parse_contacts(read_document(source, own, markdown=False))
    problems += own
    return contacts


def read_accepted(root: Path, problems: list[Problem]) -> tuple[Accepted, ...]:
    """Read which findings have been accepted in a programme; nothing where none were."""
    from copkit.records.accepted import FILE, parse_accepted

    if not os.path.lexists(root / FILE):
        return ()
    source = read_source(inside(root, *FILE.split("/")), FILE, problems)
    return parse_accepted(read_document(source, problems, markdown=False)).accepted


def acceptance_key(root: Path) -> bytes:
    """Give the key of accepted findings: from the environment, or from private/; else nothing."""
    if named := os.environ.get(KEY_VARIABLE):
        return named.strip().encode("utf-8")
    path = inside(root, *KEY.split("/"))
    try:
        return path.read_bytes().strip()[:_LONGEST_KEY] if path.is_file() else b""
    except OSError as error:
        raise CopkitError(f"{KEY} cannot be read: {error.strerror}") from None
