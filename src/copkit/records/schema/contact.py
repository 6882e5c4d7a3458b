"""Whom the readers of a document answer to: the ``contact:`` of several kinds of record.  Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from copkit.errors import Problem
from copkit.records.schema.fields import Source, optional
from copkit.records.schema.values import parse_agreement
from copkit.text.addresses import is_address

_HAS_DIGITS: Final = re.compile(r"(?:\D*\d){5}")


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicContact:
    """Somebody, or an office, that readers answer to; nobody is named without agreeing to it."""

    source: Source = field(repr=False, compare=False)
    name: str | None = optional("the person's name; a role is often enough")
    role: str | None = optional("what they are: programme manager")
    organisation: str | None = optional("for whom they work")
    address: str | None = optional("where letters reach them")
    phone: str | None = optional("their telephone number at work")
    email: str | None = optional("their e-mail address at work")
    named: str | None = optional(
        "'agreed' and the day they agreed to be named, for somebody among your contacts"
    )


def check_contact(contact: PublicContact | None) -> Iterator[Problem]:
    """Yield what is wrong with a contact: an address that is none, nobody, or no way to them."""
    if contact is None:
        return
    problem = contact.source.problem
    if contact.email and not is_address(contact.email):
        hint = "write it as in 'email: cop@example.org'"
        yield problem("bad-address", "email", "this is not one e-mail address", hint)
    if contact.phone and not _HAS_DIGITS.match(contact.phone):
        hint = "write it as in 'phone: 01632 960123'"
        yield problem("bad-phone", "phone", "this is not a telephone number", hint)
    if contact.named and parse_agreement(contact.named) is None:
        hint = "write it as in 'named: agreed 2012-03-21'"
        yield problem("bad-consent", "named", "this does not say when they agreed", hint)
    if not (contact.name or contact.role or contact.organisation):
        hint = "add 'role:', such as 'role: Programme manager'"
        yield problem("no-contact", "", "this contact says nobody to answer to", hint)
    elif not (contact.address or contact.phone or contact.email):
        hint = "add 'email:', 'phone:' or 'address:'"
        yield problem("no-contact", "", "this contact gives no way to reach them", hint)
