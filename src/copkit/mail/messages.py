"""Letters to members as e-mails: their content, and a header for each recipient.  Pure.

Each is addressed to one person alone, and has the header lines by which mail programs unsubscribe
(RFC 2369, RFC 8058).
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
from copkit.text.addresses import MEMBER_PLACEHOLDER, SERIES_PLACEHOLDER, Mailbox, parse_mailbox
from copkit.text.normalise import mail_header_text

MAX_LINE_LENGTH: Final = 78  # characters, as RFC 5322 asks where a line can be broken


class EmailLetter(NamedTuple):
    """One message as it goes to a mail server; ``member`` is ``""`` for a test copy.

    ``content`` is the digest of what it says; ``about`` is the UID of the meeting it is about.
    """

    member: str
    address: str
    id: str
    data: bytes
    content: str = ""
    about: str = ""


@dataclass(frozen=True, slots=True)
class LetterContent:
    """What a recipient gets; ``digest`` is the same for the same subject, text and pictures."""

    content: bytes
    digest: str


def build_content(message: EmailMessage) -> LetterContent:
    """Build what a recipient gets from a message without sender and recipients."""
    digest = hashlib.sha256(str(message["Subject"]).encode("utf-8"))
    for part in message.walk():
        if not part.is_multipart():  # boundaries may differ between two builds
            payload = part.get_payload(decode=True)
            digest.update(f"\0{part.get_content_type()}\0".encode())
            digest.update(payload if isinstance(payload, bytes) else b"")
    seven_bits = message.policy.clone(cte_type="7bit")  # not every server takes eight (RFC 6152)
    return LetterContent(message.as_bytes(policy=seven_bits), digest.hexdigest()[:32])


def address_letter(
    to: Mailbox,
    content: LetterContent,
    mail: Mail,
    sent_at: dt.datetime,
    member: str = "",
    about: str = "",
    series: str = "",
) -> EmailLetter:
    """Build the e-mail of a newsletter, an invitation or an agenda to one person.

    ``mail`` are the settings, with the sender. ``member`` is the id that the address for
    unsubscribing may hold, ``""`` for a test copy. ``about`` is the UID of a meeting, ``series``
    that of newsletters which is unsubscribed from, ``""`` for all.
    """
    head = EmailMessage(policy=SMTP)
    sender = mail.sender_mailbox
    head["From"] = _address(sender)
    head["To"] = _address(to)
    if answers := parse_mailbox(mail.reply_to or ""):
        head["Reply-To"] = _address(answers)
    head["Date"] = sent_at
    # With the sender's domain: the library would name this computer.
    id = make_msgid(domain=sender.address.partition("@")[2])
    head["Message-ID"] = id
    lines = head.as_bytes().removesuffix(b"\r\n") + _unsubscribe_lines(mail, member, series)
    data = lines + content.content
    return EmailLetter(member, to.address, id, data, content.digest, about)


def _address(mailbox: Mailbox) -> Address:
    return Address(mail_header_text(mailbox.name), addr_spec=mailbox.address)


def _unsubscribe_lines(mail: Mail, member: str, series: str) -> bytes:
    """Write the header lines for unsubscribing: by e-mail, and by a web page if there is one.

    They are written here, since the library would encode long addresses. A mail program may
    unsubscribe in one step (RFC 8058) only where the page's address states for whom.
    """
    contact = mail.unsubscribe or mail.sender_mailbox.address
    page = contact if contact.startswith("https://") else ""
    address = mail.sender_mailbox.address if page else contact
    subject = quote(" ".join(filter(None, ("unsubscribe", member, series))), safe="")
    links = [f"<mailto:{quote(address, safe='@+')}?subject={subject}>"]
    if page:
        of_series = page.replace(SERIES_PLACEHOLDER, quote(series, safe=""))
        links.insert(0, f"<{of_series.replace(MEMBER_PLACEHOLDER, quote(member, safe=''))}>")
    name = "List-Unsubscribe:"
    separator = " " if len(name) + 1 + len(links[0]) < MAX_LINE_LENGTH else "\r\n "
    lines = f"{name}{separator}" + ",\r\n ".join(links) + "\r\n"
    if MEMBER_PLACEHOLDER in page and member:
        lines += "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
    return lines.encode("ascii")
