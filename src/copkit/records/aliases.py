"""Under which other names members come: ``private/aliases.yaml``, never in git.  Pure.

What somebody said yes to when a list was imported is remembered here, so that it is asked once.
What is wrong is told without a word of what stands there, as it is of the contacts.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from copkit.records.schema.fields import Source, optional, required
from copkit.records.schema.read import read_record
from copkit.text.front_matter import Document


@dataclass(frozen=True, slots=True, kw_only=True)
class Alias:
    """One member's other names and addresses; ``id`` is ``community/member-id``."""

    source: Source = field(repr=False, compare=False)
    id: str = required("community/member-id, such as brighton/housing-support-1")
    names: tuple[str, ...] = optional("names that lists have for them", ())
    emails: tuple[str, ...] = optional("addresses that lists have for them", ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Aliases:
    """What is remembered of the people on imported lists.

    ``set_aside`` are names that are nobody: note-takers, meeting rooms, a second screen.
    """

    source: Source = field(repr=False, compare=False)
    aliases: tuple[Alias, ...] = optional("members who come under other names", ())
    set_aside: tuple[str, ...] = optional("names on lists that are no person", ())


def parse_aliases(document: Document) -> Aliases:
    """Read the aliases."""
    return read_record(Aliases, document)
