"""Recipients of the newsletter, invitations and agendas; who gets none, and why.  Pure.

They go to everybody who agreed to it, has an address, and is on a roster on that day. One address
gets one copy, however many contacts share it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from copkit.analysis.networks.sessions import is_network
from copkit.errors import Problem, Severity, did_you_mean
from copkit.folder import Programme
from copkit.records.members import Member
from copkit.records.private import Contact
from copkit.records.programme import NewsletterSeries
from copkit.text.addresses import Mailbox, ascii_address
from copkit.text.normalise import single_line


class Recipient(NamedTuple):
    """Somebody who gets the newsletter: ``id`` is ``community/member-id``."""

    id: str
    mailbox: Mailbox


class NonRecipient(NamedTuple):
    """Somebody who does not get the newsletter; ``name`` is empty where none is known."""

    id: str
    name: str
    why: str


class Readership(NamedTuple):
    """Everybody in the contacts or on a roster, divided into those who get it and who do not."""

    recipients: tuple[Recipient, ...]
    left_out: tuple[NonRecipient, ...]


def build_readership(
    programme: Programme,
    contacts: Sequence[Contact],
    as_of: dt.date,
    community: str | None = None,
    series: NewsletterSeries | None = None,
) -> Readership:
    """Return who gets the newsletter on a day, in the order of the contacts, and who does not.

    With the slug of a ``community``, its members alone: who gets its invitations and agendas. A
    ``series`` goes to those who agreed to it, or to all mail; one that tells of a network goes to
    its readers as well, who stand in the contacts and on no roster.

    Members who are not among the contacts come last among those who do not.
    """
    members = {
        f"{records.slug}/{member.id}": member
        for records in programme.communities
        for member in records.members
        if community in (None, records.slug)
    }
    contacts = [contact for contact in contacts if community in (None, contact.community)]
    networks = _networks_of(programme, series) if series else frozenset[str]()
    recipients, left_out = list[Recipient](), list[NonRecipient]()
    owners = dict[str, str]()  # the contact to whom each address is sent
    for contact in contacts:
        address = ascii_address(contact.email or "")
        name = single_line(contact.name or "")
        reason = _exclusion_reason(
            contact, members.get(contact.id), as_of, is_reader=contact.community in networks
        )
        if not reason and series and contact.series and series.id not in contact.series:
            reason = f"has not agreed to the series '{series.id}'"
        # Contacts who are left out hold no address: the next with the same one gets the letter.
        if not reason and (other := owners.get(address.casefold())):
            reason = f"has the same address as {other}"
        if reason:
            left_out.append(NonRecipient(contact.id, name, reason))
        else:
            owners[address.casefold()] = contact.id
            recipients.append(Recipient(contact.id, Mailbox(name, address)))
    left_out += _members_without_contact(members, {contact.id for contact in contacts}, as_of)
    return Readership(tuple(recipients), tuple(left_out))


def _networks_of(programme: Programme, series: NewsletterSeries) -> frozenset[str]:
    """Return the networks that a series tells of."""
    return frozenset(
        records.slug
        for records in programme.communities
        if is_network(records) and (not series.communities or records.slug in series.communities)
    )


def _exclusion_reason(
    contact: Contact, member: Member | None, as_of: dt.date, *, is_reader: bool
) -> str:
    """Return why a contact does not get the newsletter; ``""`` for one that does.

    ``is_reader`` says that they are a network's, and need not stand on a roster.
    """
    if member is None and not is_reader:
        return "is on no roster"
    if member and (absence := _absence_reason(member, as_of)):
        return absence
    if contact.agreed is None:
        return "has not agreed to be sent it"
    if contact.agreed > as_of:
        return f"agrees only from {contact.agreed}"
    if not contact.email:
        return "has no address in the contacts"
    return "" if ascii_address(contact.email) else "has an address that mail servers do not take"


def _absence_reason(member: Member, as_of: dt.date) -> str:
    """Return why somebody is no member on a day; ``""`` for a member."""
    if member.left and member.left <= as_of:
        return f"left on {member.left}"
    return f"joins on {member.joined}" if member.joined and member.joined > as_of else ""


def _members_without_contact(
    members: dict[str, Member], contact_ids: set[str], as_of: dt.date
) -> Iterable[NonRecipient]:
    """Yield the members on a day without a contact; ids are such as ``cp1/nurse-1``."""
    for id, member in members.items():
        if id not in contact_ids and not _absence_reason(member, as_of):
            yield NonRecipient(id, "", "is not in the contacts")


# Contacts on no roster


def find_unknown_contacts(programme: Programme, contacts: Iterable[Contact]) -> Iterator[Problem]:
    """Warn of contacts whose id is on no roster, and of series that there are not.

    Readers of a network stand on none.
    """
    ids = [
        f"{records.slug}/{member.id}"
        for records in programme.communities
        for member in records.members
    ]
    communities = {records.slug for records in programme.communities}
    member_ids = frozenset(ids)
    networks = {records.slug for records in programme.communities if is_network(records)}
    series_ids = [series.id for series in programme.settings.every_series]
    for contact in contacts:
        if contact.agreed and not set(contact.series) <= set(series_ids):
            message = "this agreement is to a series of newsletters that copkit.yaml has not"
            hint = f"write one of {', '.join(series_ids)}, or none for all"
            problem = contact.source.problem(
                "unknown-series", "mail", message, hint, severity=Severity.WARNING
            )
            yield problem._replace(excerpt="")
        if contact.community in networks:
            continue
        # An id without a member part is malformed, which has been reported.
        if contact.id in member_ids or not contact.member:
            continue
        message = "this id is on no roster"
        if contact.community in communities:
            message = f"this id is not on the roster of {contact.community}"
        hint = did_you_mean(contact.id, ids, "correct it, or take the entry out")
        problem = contact.source.problem(
            "unknown-contact", "id", message, hint, severity=Severity.WARNING
        )
        # Problems are printed and sent on, and the lines of contacts.yaml hold names and addresses.
        yield problem._replace(excerpt="")
