"""Who gets the newsletter by e-mail, and who does not and why.  Pure.

Whoever agreed to it, has an address, and is on a roster today. Who shares an address with somebody
before them in the list is not sent a second copy.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from copkit.errors import Problem, Severity, did_you_mean
from copkit.folder import Programme
from copkit.records.members import Member
from copkit.records.private import Contact
from copkit.text.addresses import Mailbox, in_ascii
from copkit.text.normalise import on_one_line


class Recipient(NamedTuple):
    """Somebody who gets it: ``id`` is ``community/member-id``."""

    id: str
    mailbox: Mailbox


class LeftOut(NamedTuple):
    """Somebody who does not get it; the name is empty where none is known."""

    id: str
    name: str
    why: str


class Readership(NamedTuple):
    """Everybody in the contacts and on the rosters: who gets it, and who does not."""

    recipients: tuple[Recipient, ...]
    left_out: tuple[LeftOut, ...]


def readership(programme: Programme, contacts: Sequence[Contact], as_of: dt.date) -> Readership:
    """Tell who gets the newsletter on a day; those of the contacts stand in their order there."""
    members = {
        f"{records.slug}/{member.id}": member
        for records in programme.communities
        for member in records.members
    }
    recipients, left_out = list[Recipient](), list[LeftOut]()
    taken = dict[str, str]()  # by address, whose it is
    for contact in contacts:
        address = in_ascii(contact.email or "")
        name = on_one_line(contact.name or "")
        why = _reason(contact, members.get(contact.id), as_of)
        if not why and (other := taken.get(address.casefold())):
            why = f"has the same address as {other}"
        if why:
            left_out.append(LeftOut(contact.id, name, why))
        else:
            taken[address.casefold()] = contact.id
            recipients.append(Recipient(contact.id, Mailbox(name, address)))
    left_out += _unknown(members, {contact.id for contact in contacts}, as_of)
    return Readership(tuple(recipients), tuple(left_out))


def _reason(contact: Contact, member: Member | None, as_of: dt.date) -> str:
    """Say why somebody does not get it; ``""`` for somebody who does."""
    if member is None:
        return "is on no roster"
    if gone := _absence(member, as_of):
        return gone
    if contact.agreed is None:
        return "has not agreed to be sent it"
    if contact.agreed > as_of:
        return f"agrees only from {contact.agreed}"
    if not contact.email:
        return "has no address in the contacts"
    return "" if in_ascii(contact.email) else "has an address that mail servers do not take"


def _absence(member: Member, as_of: dt.date) -> str:
    if member.left and member.left <= as_of:
        return f"left on {member.left}"
    return f"joins on {member.joined}" if member.joined and member.joined > as_of else ""


def _unknown(members: dict[str, Member], known: set[str], as_of: dt.date) -> Iterable[LeftOut]:
    for id, member in members.items():
        if id not in known and not _absence(member, as_of):
            yield LeftOut(id, "", "is not in the contacts")


# What is wrong between the contacts and the rosters.


def unknown_contacts(programme: Programme, contacts: Iterable[Contact]) -> Iterator[Problem]:
    """Warn of contacts whose id is on no roster; their own words are not repeated."""
    ids = [
        f"{records.slug}/{member.id}"
        for records in programme.communities
        for member in records.members
    ]
    communities = {records.slug for records in programme.communities}
    known = frozenset(ids)
    for contact in contacts:
        if contact.id in known or not contact.member:
            continue
        message = "this id is on no roster"
        if contact.community in communities:
            message = f"this id is not on the roster of {contact.community}"
        hint = did_you_mean(contact.id, ids, "correct it, or take the entry out")
        problem = contact.source.problem(
            "unknown-contact", "id", message, hint, severity=Severity.WARNING
        )
        yield problem._replace(excerpt="")
