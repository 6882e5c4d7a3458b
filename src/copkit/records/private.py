"""Records that are private or apart: contacts, roster columns, aliases, accepted findings.  Pure.

Contacts, columns and aliases are in ``private/``, which never goes into git. A problem with the
contacts has neither the line it is about nor a word of it: problems are printed, logged and sent
to others, and names and addresses must not be.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from copkit.errors import Problem
from copkit.records.schema.fields import Id, Source, optional, part_id, required
from copkit.records.schema.read import read_record
from copkit.records.schema.values import AGREED, parse_agreement
from copkit.text.addresses import is_address
from copkit.text.files import is_slug
from copkit.text.front_matter import Document
from copkit.text.source import SourceText

# Contacts, in private/contacts.yaml


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """One member's name and address; ``id`` is ``community/member-id``."""

    source: Source = field(repr=False, compare=False)
    id: str = required(
        "community/member-id, such as brighton/housing-support-worker-1", refers="member"
    )
    name: str | None = optional("the person's name")
    email: str | None = optional("their e-mail address")
    mail: str | None = optional(
        "'agreed' and the day they agreed to be sent mail; then the series of newsletters, if "
        "not all"
    )

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
        """The day they agreed to be sent mail; ``None`` if they have not."""
        return parse_agreement(" ".join((self.mail or "").split()[:2]))

    @property
    def series(self) -> tuple[str, ...]:
        """The series of newsletters that they agreed to; none where it is all of them."""
        return tuple((self.mail or "").replace(",", " ").split()[2:])


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactsFile:
    """The whole of ``private/contacts.yaml``."""

    source: Source = field(repr=False, compare=False)
    contacts: tuple[Contact, ...] = optional("everybody whose name or address is known", ())


def parse_contacts(document: Document) -> tuple[Contact, ...]:
    """Parse the contacts; faults are added to ``document.problems``.

    All problems of the file there are replaced by ones that name a place and what to do, never what
    stands there.
    """
    contacts = read_record(ContactsFile, document).contacts
    document.problems.extend(find_cut(document.source))
    for contact in contacts:
        document.problems.extend(_check_contact(contact))
    document.problems[:] = [
        redact_problem(problem) if problem.file == document.source.file else problem
        for problem in document.problems
    ]
    return contacts


_CLOSED: Final = re.compile(r'(?:^|[:-])\s*(?:"[^"\\]*"|[\[{].*[\]}]|[\]}]+)\s*$')


def find_cut(source: SourceText) -> list[Problem]:
    """Return the problem of a private list that ends in the middle of a line.

    copkit ends every line that it writes. Half a file, as a full disk leaves it, often reads as a
    shorter list, and git has no other version of it.
    """
    last = source.text.rpartition("\n")[2]
    # Some editors add no line end. A whole "mail: agreed 2012-03-21" is of one of those, and what
    # ends with its own quotation mark or bracket: cut before that, it would be no YAML.
    if not last.strip() or AGREED.search(last) or _CLOSED.search(last):
        return []
    end = len(source.text)
    message = "the file ends in the middle of a line, as one does that was cut short"
    hint = "compare it with a copy; if this is all of it, press Enter at the end of the last line"
    return [source.problem("cut-file", end - 1, end, message, hint)]


def _check_contact(contact: Contact) -> list[Problem]:
    """Return problems with one contact, without messages: :func:`redact_problem` sets them."""
    problems = []
    community, _, member = contact.id.partition("/")
    if contact.id and not (is_slug(community) and is_slug(member)):
        problems.append(contact.source.problem("bad-id", "id", ""))
    if contact.email and not is_address(contact.email):
        problems.append(contact.source.problem("bad-address", "email", ""))
    if contact.mail and not (contact.agreed and all(map(is_slug, contact.series))):
        problems.append(contact.source.problem("bad-consent", "mail", ""))
    return problems


# Problems without names and addresses

# Message and hint by code. They hold only words of our own, for the reader of YAML quotes the text.
_MESSAGES: Final = {
    "bad-id": (
        "an id here is the community, a slash and the id on its roster",
        "write it as in 'id: brighton/housing-support-worker-1'",
    ),
    "bad-address": (
        "this is not an e-mail address",
        "write one address and nothing else, as in 'email: a.person@example.org'",
    ),
    "bad-consent": (
        "'mail' is empty, or 'agreed' and the day, and then series of newsletters",
        "write 'mail: agreed 2012-03-21', or 'mail:' alone for somebody who has not agreed",
    ),
    "duplicate-id": ("this id stands in the list already", "keep one entry for each member"),
    "unknown-field": ("there is no such field here", "the fields are id, name, email and mail"),
    "lost-tail": (
        "what follows '#' is read as a comment",
        "if it belongs to the text, put all of it in quotes",
    ),
    "missing-field": (
        "'id' is missing or empty",
        "add a line 'id: brighton/housing-support-worker-1'",
    ),
    "duplicate-key": ("this field stands in the entry already", "keep one of the two"),
    "wrong-type": (
        "this is not a list of contacts with one text in each field",
        "below 'contacts:', write '- id: ...', then name, email and mail, a line each",
    ),
}
_OTHER_MESSAGE: Final = (
    "this line cannot be read",
    "write 'name: A Person', in quotes if the text holds a colon, a hash or other signs",
)
_SAFE_CODES: Final = frozenset(
    {
        "conflict-marker",
        "not-a-file",
        "file-too-large",
        "not-utf-8",
        "unreadable",
        "empty-file",
        "cut-file",
    }
)
"""Codes of problems whose words are the same whatever the file says."""


def redact_problem(problem: Problem) -> Problem:
    """Return a copy of a problem with its place and what to do, without what stands there."""
    if problem.code in _SAFE_CODES:
        return problem._replace(excerpt="")  # the line may hold a name all the same
    message, hint = _MESSAGES.get(problem.code, _OTHER_MESSAGE)
    return problem._replace(message=message, hint=hint, excerpt="")


# Columns of imported rosters, in private/columns.yaml


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
    STATUS = "status"


PRIVATE_COLUMNS = frozenset({Column.NAME, Column.FIRST_NAME, Column.LAST_NAME, Column.EMAIL})
"""What goes to the contacts, and never into a record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnHead:
    """What the column below a head holds."""

    source: Source = field(repr=False, compare=False)
    id: Column = required(f"what it is: {', '.join(Column)}")
    head: str = required("the head of its column")


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """One kind of file: the heads of its columns, and what stands under which of them."""

    source: Source = field(repr=False, compare=False)
    id: Id = part_id("list", "t")
    heads: tuple[str, ...] = required("the heads of all columns, from the left")
    columns: tuple[ColumnHead, ...] = optional("what stands under which head", ())


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenWord:
    """A role or a sector in the words of somebody's list, and what it is in the programme."""

    source: Source = field(repr=False, compare=False)
    id: Id = part_id("list", "w")
    written: str = required("how a list writes it")
    means: str = required("the role or the sector that it is")


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterAnswers:
    """What was answered at earlier imports of rosters: the whole of ``private/columns.yaml``."""

    source: Source = field(repr=False, compare=False)
    layouts: tuple[Layout, ...] = optional("files that were imported before", ())
    roles: tuple[WrittenWord, ...] = optional("roles that lists write in other words", ())
    sectors: tuple[WrittenWord, ...] = optional("sectors that lists write in other words", ())


def parse_roster_answers(document: Document) -> RosterAnswers:
    """Parse what is remembered of imported rosters; faults are added to ``document.problems``."""
    return read_record(RosterAnswers, document)


# Other names of members on imported lists, in private/aliases.yaml


@dataclass(frozen=True, slots=True, kw_only=True)
class Alias:
    """One member's other names and addresses; ``id`` is ``community/member-id``."""

    source: Source = field(repr=False, compare=False)
    id: str = required(
        "community/member-id, such as brighton/housing-support-worker-1", refers="member"
    )
    names: tuple[str, ...] = optional("names that lists have for them", ())
    emails: tuple[str, ...] = optional("addresses that lists have for them", ())


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadingAnswer:
    """What somebody said that the column below a heading holds; ``id`` is the heading."""

    source: Source = field(repr=False, compare=False)
    id: str = required("the heading, in small letters")
    holds: str = required("what stands below it, such as attendance, or ignored")


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueAnswer:
    """What somebody said that a value of a list means; ``id`` is the value."""

    source: Source = field(repr=False, compare=False)
    id: str = required("the value, in small letters, or (empty)")
    means: str = required("attended, late, apologies, absent or unclear")


@dataclass(frozen=True, slots=True, kw_only=True)
class ListAnswers:
    """What is remembered of one kind of attendance list, which is known by its headings."""

    source: Source = field(repr=False, compare=False)
    id: Id = required("a short name within these lists, such as l1")
    heads: tuple[str, ...] = required("the headings, without days")
    columns: tuple[HeadingAnswer, ...] = optional("what the columns hold", ())
    values: tuple[ValueAnswer, ...] = optional("what values mean", ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Aliases:
    """What is remembered of imported lists and the people on them.

    ``set_aside`` are names that are nobody: note-takers, meeting rooms, a second screen.
    """

    source: Source = field(repr=False, compare=False)
    aliases: tuple[Alias, ...] = optional("members who come under other names", ())
    set_aside: tuple[str, ...] = optional("names on lists that are no person", ())
    lists: tuple[ListAnswers, ...] = optional("what columns and values of lists mean", ())


def parse_aliases(document: Document) -> Aliases:
    """Parse the aliases; faults are added to ``document.problems``."""
    return read_record(Aliases, document)


# Findings of the privacy check that somebody accepted, in .copkit/accepted.yaml

ACCEPTED_FILE: Final = ".copkit/accepted.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptedFinding:
    """One accepted finding; ``id`` is a keyed digest of what was found, and where."""

    # Keyed, since all NHS numbers can be tried against a plain digest in minutes.
    source: Source = field(repr=False, compare=False)
    id: Id = required("the keyed digest of what was found")
    code: str = required("what it was taken for, such as full-name")
    by: str = required("who accepted it: a role", label="role")
    date: dt.date = required("the day")
    why: str = required("why it may stand")
    key: str | None = optional("which key the digest was made with; it says nothing of the key")


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptedFindings:
    """Everything that has been accepted in one programme."""

    source: Source = field(repr=False, compare=False)
    key: str | None = optional("which key digests were made with that do not name theirs")
    accepted: tuple[AcceptedFinding, ...] = optional("what was looked at and may stand", ())


def parse_accepted(document: Document) -> AcceptedFindings:
    """Parse what has been accepted; faults are added to ``document.problems``."""
    return read_record(AcceptedFindings, document)


# Members who were forgotten, in .copkit/forgotten.yaml

FORGOTTEN_FILE: Final = ".copkit/forgotten.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgottenMark:
    """The mark of a member who was forgotten; ``id`` is a keyed digest of the id they had."""

    source: Source = field(repr=False, compare=False)
    id: Id = required("the keyed digest of community and id")
    now: Id = required("the id on the roster since then")
    key: str = required("which key the digest was made with; it says nothing of the key")


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgottenMembers:
    """Everybody who was forgotten, so that older texts do not bring them back."""

    source: Source = field(repr=False, compare=False)
    forgotten: tuple[ForgottenMark, ...] = optional("a mark for each of them", ())


def parse_forgotten(document: Document) -> ForgottenMembers:
    """Parse the marks of forgotten members; faults are added to ``document.problems``."""
    return read_record(ForgottenMembers, document)
