"""Addresses: of e-mail, alone or with a name, and of servers and pages.  Pure."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

LONGEST_ADDRESS: Final = 254  # RFC 5321
_ADDRESS: Final = re.compile(
    r"[^\W_](?:[\w.!#$%&'*+/=?^`{|}~-]{0,63})@(?:[^\W_][\w-]{0,62}\.){1,8}[^\W\d_][\w-]{1,62}"
)
_NAMED: Final = re.compile(r"([^<>]{0,200}?) *<([^<>]{3,254})>")
_LABEL: Final = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST: Final = re.compile(rf"(?=.{{1,253}}\Z)(?:{_LABEL}\.){{0,20}}{_LABEL}|::1", re.IGNORECASE)
_LOOPBACK: Final = re.compile(r"localhost|::1|127(?:\.\d{1,3}){3}", re.IGNORECASE)
_PAGE: Final = re.compile(
    rf"https://(?:{_LABEL}\.){{1,20}}{_LABEL}(?::\d{{1,5}})?(?:[/?][\w.~/?&=%+:@-]{{0,400}})?",
    re.IGNORECASE | re.ASCII,
)
MEMBER: Final = "{member}"
"""What stands in the address of a page for the id of whoever is written to."""


class Mailbox(NamedTuple):
    """An address and the name of whose it is, which may be empty."""

    name: str
    address: str

    def __str__(self) -> str:
        return f"{self.name} <{self.address}>" if self.name else self.address


def is_address(text: str) -> bool:
    """Say whether a text is one e-mail address, and nothing that a mail program could misread."""
    short = len(text) <= LONGEST_ADDRESS and ".." not in text and ".@" not in text
    return short and _ADDRESS.fullmatch(text) is not None


def mailbox_from(text: str) -> Mailbox | None:
    """Read ``a@example.org`` or ``A Person <a@example.org>``; ``None`` for anything else."""
    match = _NAMED.fullmatch(text)
    name, address = match.groups() if match else ("", text)
    name = name.strip()
    if name.startswith('"') and name.endswith('"'):
        name = name.strip('" ')
    if not name.isprintable() or not in_ascii(address):
        return None
    return Mailbox(name, in_ascii(address))


def in_ascii(address: str) -> str:
    """Give an address as every mail server takes it; ``""`` where it cannot be written so."""
    if not is_address(address):
        return ""
    name, _, domain = address.partition("@")
    try:
        return f"{name.encode('ascii').decode()}@{domain.encode('idna').decode()}"
    except UnicodeError:
        return ""


def is_host(text: str) -> bool:
    """Say whether a text is the name of a server, and nothing else."""
    return _HOST.fullmatch(text) is not None


def is_this_machine(host: str) -> bool:
    """Say whether the name of a server can only mean the machine it is used on."""
    return _LOOPBACK.fullmatch(host) is not None


def is_page(text: str) -> bool:
    """Say whether a text is the https address of a page; ``{member}`` may stand in it."""
    return _PAGE.fullmatch(text.replace(MEMBER, "x")) is not None
