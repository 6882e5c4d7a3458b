"""What is wrong between the contacts and the rosters.  Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from copkit.errors import Problem, Severity, did_you_mean
from copkit.folder import Programme
from copkit.records.private import Contact


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
