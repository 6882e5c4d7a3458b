"""E-mail addresses, mailboxes (an address with a name), host names, web addresses.  Pure."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

LONGEST_ADDRESS: Final = 254  # RFC 5321
# Narrower than RFC 5321, whose quotes and comments mail programs read differently: no quotes, no
# dot at either end of the name, no number as the last part of the domain.
_ADDRESS: Final = re.compile(
    r"[^\W_](?:[\w.!#$%&'*+/=?^`{|}~-]{0,63})@(?:[^\W_][\w-]{0,62}\.){1,8}[^\W\d_][\w-]{1,62}"
)
_NAMED: Final = re.compile(r"([^<>]{0,200}?) *<([^<>]{3,254})>")
_LABEL: Final = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"  # a part of a domain name
_HOST: Final = re.compile(rf"(?=.{{1,253}}\Z)(?:{_LABEL}\.){{0,20}}{_LABEL}|::1", re.IGNORECASE)
_LOOPBACK: Final = re.compile(r"localhost|::1|127(?:\.\d{1,3}){3}", re.IGNORECASE)
_PAGE: Final = re.compile(
    rf"https://(?:{_LABEL}\.){{1,20}}{_LABEL}(?::\d{{1,5}})?(?:[/?][\w.~/?&=%+:@-]{{0,400}})?",
    re.IGNORECASE | re.ASCII,
)
MEMBER_PLACEHOLDER: Final = "{member}"
"""Stands in the address of a page for the id of the member who gets the letter."""


class Mailbox(NamedTuple):
    """An e-mail address and the name of its owner, which may be empty."""

    name: str
    address: str

    def __str__(self) -> str:
        return f"{self.name} <{self.address}>" if self.name else self.address


def is_address(text: str) -> bool:
    """Check whether a text is one e-mail address that no mail program could misread."""
    well_formed = len(text) <= LONGEST_ADDRESS and ".." not in text and ".@" not in text
    return well_formed and _ADDRESS.fullmatch(text) is not None


def parse_mailbox(text: str) -> Mailbox | None:
    """Parse ``a@example.org`` or ``A Person <a@example.org>``; ``None`` for anything else."""
    match = _NAMED.fullmatch(text)
    name, address = match.groups() if match else ("", text)
    name = name.strip()
    if name.startswith('"') and name.endswith('"'):
        name = name.strip('" ')
    # A line end in a name would add lines to the header of a message.
    if not name.isprintable() or not ascii_address(address):
        return None
    return Mailbox(name, ascii_address(address))


def ascii_address(address: str) -> str:
    """Return an address with its domain in IDNA, as every mail server takes it.

    Return ``""`` for a text that is no address, and where the part before the ``@`` is not ASCII.
    """
    if not is_address(address):
        return ""
    name, _, domain = address.partition("@")
    try:
        return f"{name.encode('ascii').decode()}@{domain.encode('idna').decode()}"
    except UnicodeError:
        return ""


def is_host(text: str) -> bool:
    """Check whether a text is the name of a server alone: ``smtp.example.org``, with no port."""
    return _HOST.fullmatch(text) is not None


def is_this_machine(host: str) -> bool:
    """Check whether a server's name, such as ``localhost``, can only mean this machine."""
    return _LOOPBACK.fullmatch(host) is not None


def is_page_address(text: str) -> bool:
    """Check whether a text is the https address of a page; it may contain ``{member}``."""
    return _PAGE.fullmatch(text.replace(MEMBER_PLACEHOLDER, "x")) is not None
