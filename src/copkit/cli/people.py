"""Names beside ids, on the terminal of somebody who has the contacts; nowhere else.

Names never reach a file, a pipe or JSON through here: :func:`beside` is for what is shown to the
person at the terminal, and :func:`id_for` turns a name that they typed back into an id.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from copkit.cli.terminal import clean
from copkit.errors import CopkitError
from copkit.folder import CommunityRecords


@lru_cache(maxsize=4)
def names_of(root: Path, community: str) -> Mapping[str, str]:
    """Give the names of a community's members by id, as far as the contacts have them.

    Contacts that cannot be read name nobody: 'copkit contacts list' says what is wrong.
    """
    from copkit.private_files import read_contacts

    try:
        contacts = read_contacts(root, [])
    except CopkitError:
        return {}
    return {
        contact.member: contact.name
        for contact in contacts
        if contact.community == community and contact.name
    }


def beside(root: Path, records: CommunityRecords, id: str) -> str:
    """Give a member's id as it is shown: with the name where a person looks at a terminal."""
    shown = clean(id)
    if not (sys.stderr and sys.stderr.isatty()):
        return shown
    name = names_of(root, records.slug).get(id)
    return f"{shown} ({clean(name)})" if name else shown


def id_for(root: Path, records: CommunityRecords, typed: str) -> str:
    """Give the id of a member who was named by id, or by name; else what was typed."""
    if records.roster.member(typed):
        return typed
    wanted = " ".join(typed.casefold().split())
    known = names_of(root, records.slug)
    found = [id for id, name in known.items() if " ".join(name.casefold().split()) == wanted]
    return found[0] if len(found) == 1 and records.roster.member(found[0]) else typed
