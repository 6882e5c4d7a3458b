"""E-mail addresses, mailboxes (an address with a name), host names, web addresses.  Pure."""

from __future__ import annotations

import re
from typing import Final, NamedTuple
from urllib.parse import SplitResult, urlsplit, urlunsplit

from copkit.text.normalise import without_look_alikes

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
SERIES_PLACEHOLDER: Final = "{series}"
"""Stands in it for the series of newsletters that the letter is of."""


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
    """Check whether a text is the https address of a page.

    It may contain ``{member}`` and ``{series}``.
    """
    for placeholder in (MEMBER_PLACEHOLDER, SERIES_PLACEHOLDER):
        text = text.replace(placeholder, "x")
    return _PAGE.fullmatch(text) is not None


# Addresses that readers open

_LONGEST_LINK: Final = 2000  # characters; some browsers open no longer one
_OUTSIDE: Final = re.compile(r"[\s<>\"\\\x00-\x1f\x7f]")
_TRACKER: Final = re.compile(
    r"(?:utm_\w+|fbclid|gclid|dclid|msclkid|yclid|mc_[ce]id|_hsenc|_hsmi|igshid|vero_id)(?:=.*)?",
    re.IGNORECASE,
)


def check_web_address(address: str) -> tuple[str, str] | None:
    """Return what is wrong with an address that readers are to open, and what to write.

    ``None`` for one that any browser opens: http or https, a host, no login. What is returned
    does not repeat the address, which may hold a password.
    """
    example = "write it as the browser shows it, such as https://example.org/page"
    parts = _split(address)
    if parts is None or _OUTSIDE.search(address) or len(address) > _LONGEST_LINK:
        return "this is not a web address", example
    if parts.scheme.lower() not in {"http", "https"}:
        return "a web address begins with https://", example
    if "@" in parts.netloc:
        return "a login stands in this address, which everybody would read", example
    host = parts.hostname or ""
    if host != without_look_alikes(host) and re.search("[a-z]", host):
        return "letters of another alphabet stand in this address, in the place of ours", example
    try:
        host = host.encode("idna").decode()
    except UnicodeError:
        host = ""
    return None if is_host(host) else ("this web address names no server", example)


def without_trackers(address: str) -> str:
    """Return an address without what only counts its readers, such as ``utm_source=news``."""
    parts = _split(address)
    if parts is None:
        return address
    query, fragment = (_without_tracked(text) for text in (parts.query, parts.fragment))
    if (query, fragment) == (parts.query, parts.fragment):
        return address
    return urlunsplit(parts._replace(query=query, fragment=fragment))


def _without_tracked(query: str) -> str:
    return "&".join(part for part in query.split("&") if not _TRACKER.fullmatch(part))


def _split(address: str) -> SplitResult | None:
    try:
        parts = urlsplit(address)
        return parts if parts.port != 0 else None  # raises for a port that is no number
    except ValueError:
        return None
