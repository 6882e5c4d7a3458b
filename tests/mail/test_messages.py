"""Letters: addressed to one, in letters that every server takes, and nothing slipped into them."""

from __future__ import annotations

import datetime as dt
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP, default
from typing import Any

import pytest

from copkit.mail.messages import address_letter, build_content
from copkit.mail.sending import MailConnection
from copkit.records.programme import Mail, Tls
from copkit.records.schema.fields import Source
from copkit.text.addresses import Mailbox, is_page_address, parse_mailbox
from copkit.text.source import SourceText
from copkit.text.yaml.nodes import Mapping, Place
from tests.mail.server import Server, running

NOW = dt.datetime(2026, 3, 2, 9, 30, tzinfo=dt.UTC)
NOWHERE = Source(SourceText("copkit.yaml", ""), Mapping(Place(0), True))
SUBJECT = " ".join(["Größe"] * 30)
SENDER = 'Zoë’s team, "Harbour" <news@harbour.example.org>'


def mail(**fields: Any) -> Mail:
    given = {"sender": SENDER, "host": "localhost", "tls": Tls.NONE, **fields}
    return Mail(source=NOWHERE, **given)


def message(text: str = "Grüße\n.\n.dot\n") -> EmailMessage:
    made = EmailMessage(policy=SMTP)
    made["Subject"] = SUBJECT
    made.set_content(text)
    made.add_alternative(f"<p>{text}</p>", subtype="html")
    return made


def test_a_letter_is_plain_ascii_and_reads_as_it_was_meant() -> None:
    newsletter = build_content(message())

    letter = address_letter(
        Mailbox("Å, B", "a@example.org"), newsletter, mail(), NOW, "harbour/a-1"
    )

    read = message_from_bytes(letter.data, policy=default)
    assert isinstance(read, EmailMessage)
    assert letter.data.isascii()
    assert read["To"].addresses[0].display_name == "Å, B"
    assert read["From"].addresses[0].display_name == 'Zoë’s team, "Harbour"'
    assert read["Subject"] == SUBJECT
    assert read["Message-ID"] == letter.id
    assert read["Date"].datetime == NOW
    assert read["List-Unsubscribe"].strip() == (
        "<mailto:news@harbour.example.org?subject=unsubscribe%20harbour%2Fa-1>"
    )
    body = read.get_body(("plain",))
    assert body is not None
    assert body.get_content().replace("\r", "") == "Grüße\n.\n.dot\n"


@pytest.mark.parametrize(
    "word", ["?q?a=0D=0ABcc:_b@example.com", "?b?YQ0KQmNjOiBiQGV4YW1wbGUuY29t"]
)
def test_a_name_cannot_add_a_line_to_the_head(word: str) -> None:
    name = f"=?utf-8{word}?="
    sender = mail(sender=f"{name} <a@example.org>", reply_to=f"{name} <a@example.org>")

    letter = address_letter(Mailbox(name, "a@example.org"), build_content(message()), sender, NOW)

    assert "Bcc" not in message_from_bytes(letter.data)


def test_the_digest_is_that_of_what_is_said_alone() -> None:
    assert build_content(message()).digest == build_content(message()).digest
    assert build_content(message()).digest != build_content(message("Grüsse\n")).digest


@pytest.mark.parametrize(
    ("page", "post"),
    [
        ("https://example.org/no-more", False),
        (f"https://example.org/{'x' * 90}?m={{member}}", True),
    ],
)
def test_one_step_is_offered_only_where_the_page_knows_for_whom(page: str, *, post: bool) -> None:
    newsletter = build_content(message())

    letter = address_letter(
        Mailbox("", "a@b.org"), newsletter, mail(unsubscribe=page), NOW, "harbour/a"
    )

    read = message_from_bytes(letter.data, policy=default)
    assert f"<{page.replace('{member}', 'harbour%2Fa')}>," in read["List-Unsubscribe"]
    assert "<mailto:news@harbour.example.org?" in read["List-Unsubscribe"]
    assert ("List-Unsubscribe-Post" in read) is post


@pytest.mark.parametrize(
    "text",
    [
        "a@example.org\nBcc: b@example.org", "A\r\nBcc: b@example.org <a@example.org>", "a@b", "a",
        "A <a@example.org> <b@example.org>", "a@example.org, b@example.org", "<>", "é@example.org",
        "A <a@example.org>\n", "A\u202e <a@example.org>", "a@example.org>", "x" * 300 + "@a.org",
    ],
)  # fmt: skip
def test_what_is_more_than_one_mailbox_is_none(text: str) -> None:
    assert parse_mailbox(text) is None


def test_a_page_is_https_and_holds_nothing_that_ends_a_line() -> None:
    assert is_page_address("https://example.org/stop?m={member}")
    for text in (
        "http://example.org",
        "https://a b.org",
        "https://a.org/\r\nX: y",
        "https://a.org>",
    ):
        assert not is_page_address(text)


def test_a_line_of_a_single_dot_ends_no_letter() -> None:
    plain = EmailMessage(policy=SMTP)
    plain["Subject"] = "Dots"
    plain.set_content("One\n.\n..\nFour\n", cte="7bit")
    with running(Server(offers_tls=False)) as server:
        post = MailConnection(mail(port=server.port), "")
        post.deliver(address_letter(Mailbox("", "a@b.org"), build_content(plain), mail(), NOW))
        post.close()

    assert server.raw[0].endswith(b"One\r\n.\r\n..\r\nFour\r\n")
