"""One newsletter as letters to many: what is the same for all, and the head of each.  Pure.

Each is addressed to one person alone, and says how to get no more of them (RFC 2369, RFC 8058).
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import make_msgid
from typing import Final, NamedTuple
from urllib.parse import quote

from copkit.records.programme import Mail
from copkit.text.addresses import MEMBER, Mailbox, mailbox_from
from copkit.text.normalise import in_a_header

LONGEST_LINE: Final = 78  # characters, as RFC 5322 asks where a line can be broken


class Letter(NamedTuple):
    """One message as it goes to a mail server; ``member`` is empty for a copy to try it out."""

    member: str
    address: str
    id: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Newsletter:
    """What every recipient gets; the digest tells one content from another."""

    content: bytes
    digest: str


def newsletter_of(message: EmailMessage) -> Newsletter:
    """Take what every recipient gets from a message that is addressed to nobody yet."""
    said = hashlib.sha256(str(message["Subject"]).encode("utf-8"))
    for part in message.walk():
        if not part.is_multipart():  # what stands between the parts may differ each time
            payload = part.get_payload(decode=True)
            said.update(f"\0{part.get_content_type()}\0".encode())
            said.update(payload if isinstance(payload, bytes) else b"")
    seven_bits = message.policy.clone(cte_type="7bit")  # which every server takes
    return Newsletter(message.as_bytes(policy=seven_bits), said.hexdigest()[:32])


def letter_to(
    to: Mailbox, newsletter: Newsletter, mail: Mail, now: dt.datetime, member: str = ""
) -> Letter:
    """Address a newsletter to one person."""
    head = EmailMessage(policy=SMTP)
    sender = mail.from_whom
    head["From"] = _address(sender)
    head["To"] = _address(to)
    if answers := mailbox_from(mail.reply_to or ""):
        head["Reply-To"] = _address(answers)
    head["Date"] = now
    id = make_msgid(domain=sender.address.partition("@")[2])
    head["Message-ID"] = id
    lines = head.as_bytes().removesuffix(b"\r\n") + _unsubscribing(mail, member)
    return Letter(member, to.address, id, lines + newsletter.content)


def _address(mailbox: Mailbox) -> Address:
    return Address(in_a_header(mailbox.name), addr_spec=mailbox.address)


def _unsubscribing(mail: Mail, member: str) -> bytes:
    """Give the lines that say how to get no more; the library would encode long addresses.

    A mail program may do it in one step only where the page's address says for whom.
    """
    where = mail.unsubscribe or mail.from_whom.address
    page = where if where.startswith("https://") else ""
    address = mail.from_whom.address if page else where
    subject = quote(f"unsubscribe {member}".strip(), safe="")
    ways = [f"<mailto:{quote(address, safe='@+')}?subject={subject}>"]
    if page:
        ways.insert(0, f"<{page.replace(MEMBER, quote(member, safe=''))}>")
    name = "List-Unsubscribe:"
    apart = " " if len(name) + 1 + len(ways[0]) < LONGEST_LINE else "\r\n "
    lines = f"{name}{apart}" + ",\r\n ".join(ways) + "\r\n"
    if MEMBER in page and member:
        lines += "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
    return lines.encode("ascii")
