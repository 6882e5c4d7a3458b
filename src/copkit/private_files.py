"""What is kept apart from the records: who the members are, and what may stand.  Reads files.

Read by the commands that ask for it; reading the records does not need it.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from copkit.errors import CopkitError, Problem
from copkit.layout import ALIASES, COLUMNS, CONTACTS, PRIVATE
from copkit.text.files import inside, read_source
from copkit.text.front_matter import Document, read_document
from copkit.text.source import SourceText

if TYPE_CHECKING:
    from copkit.records.private import AcceptedFindings, Aliases, Contact, Layout

T = TypeVar("T")
KEY: Final = f"{PRIVATE}/acceptance.key"
KEY_VARIABLE: Final = "COPKIT_KEY"
_A_KEY: Final = re.compile("[0-9a-f]{64}")
_LONGEST_KEY: Final = 200  # bytes


def read_contacts(root: Path, problems: list[Problem]) -> tuple[Contact, ...]:
    """Read who the members are, for a command that asks; without the file, nobody is known.

    No problem repeats what stands in the file. Raises :class:`CopkitError` when the path leads
    out of the folder.
    """
    path = inside(root, *CONTACTS.split("/"))
    if not os.path.lexists(path):
        return ()
    from copkit.records.private import parse_contacts

    own: list[Problem] = []
    source = read_source(path, CONTACTS, own)
    contacts = parse_contacts(read_document(source, own, markdown=False))
    problems += own
    return contacts


def read_aliases(root: Path, problems: list[Problem]) -> Aliases:
    """Read under which other names members come; without the file, under none.

    No problem repeats what stands in the file. Raises :class:`CopkitError` when the path leads
    out of the folder.
    """
    from copkit.records.private import parse_aliases

    hint = "correct it, or delete the file: copkit then asks again who is who"
    return _remembered(root, ALIASES, parse_aliases, problems, hint)


def read_columns(root: Path, problems: list[Problem]) -> tuple[Layout, ...]:
    """Read what the columns of imported rosters hold; without the file, nothing is known.

    No problem repeats what stands in the file. Raises :class:`CopkitError` when the path leads
    out of the folder.
    """
    from copkit.records.private import parse_columns

    hint = "correct it, or delete the file: copkit then asks again which column is which"
    return _remembered(root, COLUMNS, parse_columns, problems, hint)


def _remembered(
    root: Path, file: str, parse: Callable[[Document], T], problems: list[Problem], hint: str
) -> T:
    """Read what copkit remembers of imports; a problem says nothing but where it is."""
    own: list[Problem] = []
    path = inside(root, *file.split("/"))
    source = read_source(path, file, own) if os.path.lexists(path) else SourceText(file, "")
    found = parse(read_document(source, own, markdown=False))
    problems += [
        problem._replace(message="this cannot be read", hint=hint, excerpt="") for problem in own
    ]
    return found


def read_accepted(root: Path, problems: list[Problem]) -> AcceptedFindings | None:
    """Read which findings have been accepted in a programme; ``None`` where none were."""
    from copkit.records.private import FILE, parse_accepted

    if not os.path.lexists(root / FILE):
        return None
    source = read_source(inside(root, *FILE.split("/")), FILE, problems)
    return parse_accepted(read_document(source, problems, markdown=False))


def acceptance_key(root: Path) -> bytes:
    """Give the key of accepted findings: from the environment, or from private/; else nothing.

    Raises :class:`CopkitError` for what is no key: a short one could be found by trial.
    """
    where, said = KEY_VARIABLE, os.environ.get(KEY_VARIABLE, "")
    path = inside(root, *KEY.split("/"))
    if not said and path.is_file():
        try:
            where, said = KEY, path.read_text(encoding="ascii", errors="replace")[:_LONGEST_KEY]
        except OSError as error:
            raise CopkitError(f"{KEY} cannot be read: {error.strerror}") from None
    if said and not _A_KEY.fullmatch(said.strip()):
        message = f"{where} holds no key: one is 64 digits and letters from a to f"
        raise CopkitError(message, "'copkit accept' made it; ask whoever accepted first")
    return said.strip().encode("ascii")


def key_name(key: bytes) -> str:
    """Give what tells one key from another, and says nothing of either."""
    return hmac.new(key, b"copkit", hashlib.sha256).hexdigest()[:16]
