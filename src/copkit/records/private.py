"""Who a member is: ``private/contacts.yaml``, which never goes into git.  Pure.

What is wrong here is told without the line it stands in and without a word of it: problems are
printed, logged and sent to others, and names and addresses must not be.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from copkit.errors import Problem
from copkit.records.schema.fields import Id, Source, optional, required
from copkit.records.schema.read import read_record
from copkit.records.schema.values import NotADate, date_from
from copkit.text.addresses import is_address
from copkit.text.files import is_slug
from copkit.text.front_matter import Document

_AGREED: Final = re.compile(r"agreed +(\S+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """One member's name and address; ``id`` is ``community/member-id``."""

    source: Source = field(repr=False, compare=False)
    id: str = required("community/member-id, such as brighton/housing-support-1")
    name: str | None = optional("the person's name")
    email: str | None = optional("their e-mail address")
    mail: str | None = optional("'agreed' and the day they agreed to the newsletter")

    @property
    def community(self) -> str:
        """The slug of the community whose member this is."""
        return self.id.partition("/")[0]

    @property
    def member(self) -> str:
        """The id on the roster of that community."""
        return self.id.partition("/")[2]

    @property
    def agreed(self) -> dt.date | None:
        """The day they agreed to be sent the newsletter; ``None`` if they have not."""
        return _day_of(self.mail)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Contacts:
    """The file: a list of contacts."""

    source: Source = field(repr=False, compare=False)
    contacts: tuple[Contact, ...] = optional("everybody whose name or address is known", ())


def parse_contacts(document: Document) -> tuple[Contact, ...]:
    """Read the contacts; the problems tell where something is wrong, and not what stands there."""
    contacts = read_record(_Contacts, document).contacts
    for contact in contacts:
        document.problems.extend(_odd(contact))
    document.problems[:] = [
        discreet(problem) if problem.file == document.source.file else problem
        for problem in document.problems
    ]
    return contacts


def _odd(contact: Contact) -> list[Problem]:
    """Find what cannot be meant in one contact."""
    found = []
    community, _, member = contact.id.partition("/")
    if contact.id and not (is_slug(community) and is_slug(member)):
        found.append(contact.source.problem("bad-id", "id", ""))
    if contact.email and not is_address(contact.email):
        found.append(contact.source.problem("bad-address", "email", ""))
    if contact.mail and contact.agreed is None:
        found.append(contact.source.problem("bad-consent", "mail", ""))
    return found


def _day_of(mail: str | None) -> dt.date | None:
    match = _AGREED.fullmatch((mail or "").strip())
    try:
        return date_from(match[1]) if match else None
    except NotADate:
        return None


# --- problems that keep a secret -------------------------------------------------------------

_SAID: Final = {
    "bad-id": (
        "an id here is the community, a slash and the id on its roster",
        "write it as in 'id: brighton/housing-support-1'",
    ),
    "bad-address": (
        "this is not an e-mail address",
        "write one address and nothing else, as in 'email: a.person@example.org'",
    ),
    "bad-consent": (
        "'mail' is empty, or 'agreed' and the day",
        "write 'mail: agreed 2012-03-21', or 'mail:' alone for somebody who has not agreed",
    ),
    "duplicate-id": ("this id stands in the list already", "keep one entry for each member"),
    "unknown-field": ("there is no such field here", "the fields are id, name, email and mail"),
    "lost-tail": (
        "what follows '#' is read as a comment",
        "if it belongs to the text, put all of it in quotes",
    ),
    "missing-field": ("'id' is missing or empty", "add a line 'id: brighton/housing-support-1'"),
    "duplicate-key": ("this field stands in the entry already", "keep one of the two"),
    "wrong-type": (
        "this is not a list of contacts with one text in each field",
        "below 'contacts:', write '- id: ...', then name, email and mail, a line each",
    ),
}
_ANYTHING_ELSE: Final = (
    "this line cannot be read",
    "write 'name: A Person', in quotes if the text holds a colon, a hash or other signs",
)
_HARMLESS: Final = frozenset(
    {"conflict-marker", "not-a-file", "file-too-large", "not-utf-8", "unreadable"}
)
"""Codes of problems whose words are the same whatever the file says."""


def discreet(problem: Problem) -> Problem:
    """Tell a problem with the contacts by its place and what to do, without what stands there."""
    if problem.code in _HARMLESS:
        return problem._replace(excerpt="")
    message, hint = _SAID.get(problem.code, _ANYTHING_ELSE)
    return problem._replace(message=message, hint=hint, excerpt="")


# What the columns of other people's rosters hold: ``private/columns.yaml``, never in git.


class Column(StrEnum):
    """What a column of somebody's roster can hold; all others are ignored."""

    ID = "id"
    NAME = "name"
    FIRST_NAME = "first-name"
    LAST_NAME = "last-name"
    EMAIL = "e-mail"
    ROLE = "role"
    SECTOR = "sector"
    ORGANISATION = "organisation"
    PART = "part"
    JOINED = "joined"


PRIVATE_COLUMNS = frozenset({Column.NAME, Column.FIRST_NAME, Column.LAST_NAME, Column.EMAIL})
"""What goes to the contacts, and never into a record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Under which head something stands."""

    source: Source = field(repr=False, compare=False)
    id: Column = required(f"what it is: {', '.join(Column)}")
    head: str = required("the head of its column")


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """One kind of file: the heads of its columns, and what stands under which of them."""

    source: Source = field(repr=False, compare=False)
    id: Id = required("a short name within this list, such as t1")
    heads: tuple[str, ...] = required("the heads of all columns, from the left")
    columns: tuple[Place, ...] = optional("what stands under which head", ())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Layouts:
    """The file: every kind of file that was imported."""

    source: Source = field(repr=False, compare=False)
    layouts: tuple[Layout, ...] = optional("files that were imported before", ())


def parse_columns(document: Document) -> tuple[Layout, ...]:
    """Read what is remembered of columns."""
    return read_record(_Layouts, document).layouts


# Under which other names members come: ``private/aliases.yaml``, never in git.


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


# Findings that somebody has looked at and accepted: ``.copkit/accepted.yaml``.

FILE: Final = ".copkit/accepted.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """One accepted finding; ``id`` is a keyed digest of what was found, and where."""

    source: Source = field(repr=False, compare=False)
    id: Id = required("the keyed digest of what was found")
    code: str = required("what it was taken for, such as full-name")
    by: str = required("who accepted it: a role")
    date: dt.date = required("the day")
    why: str = required("why it may stand")


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptedFindings:
    """Everything that has been accepted in one programme."""

    source: Source = field(repr=False, compare=False)
    key: str | None = optional("which key the digests were made with; it says nothing of the key")
    accepted: tuple[Accepted, ...] = optional("what was looked at and may stand", ())


def parse_accepted(document: Document) -> AcceptedFindings:
    """Read what has been accepted."""
    return read_record(AcceptedFindings, document)
