"""Who a member is: ``private/contacts.yaml``, which never goes into git.  Pure.

What is wrong here is told without the line it stands in and without a word of it: problems are
printed, logged and sent to others, and names and addresses must not be.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from typing import Final

from copkit.errors import Problem
from copkit.records.schema.fields import Source, optional, required
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
