"""``mail`` in copkit.yaml: what no mail can be sent with, and the password that is not in it."""

from __future__ import annotations

import pytest

from copkit.errors import Problem
from copkit.records.programme import Tls, parse_settings
from copkit.text.front_matter import read_document
from copkit.text.source import SourceText
from tests.conftest import PROGRAMME, Copkit, Write

SENDER = "  sender: Robin Threlfall <news@example.org>\n"
MAIL = f"mail:\n{SENDER}  host: smtp.example.org\n"


def codes(text: str) -> list[str]:
    problems: list[Problem] = []
    parse_settings(read_document(SourceText("copkit.yaml", text), problems, markdown=False))
    return [problem.code for problem in problems]


def test_little_is_needed_and_the_port_follows_from_the_encryption() -> None:
    for tls, port in ((Tls.STARTTLS, 587), (Tls.IMPLICIT, 465)):
        document = read_document(
            SourceText("copkit.yaml", f"{PROGRAMME}{MAIL}  tls: {tls}\n"), [], markdown=False
        )
        mail = parse_settings(document).mail
        assert mail is not None
        assert (document.problems, mail.effective_port) == ([], port)
        assert mail.sender_mailbox == ("Robin Threlfall", "news@example.org")


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("sender: Robin", "bad-address"),
        ('sender: "a@example.org\\nBcc: b@example.org"', "bad-address"),
        ("reply_to: a@example.org b@example.org", "bad-address"),
        ("unsubscribe: http://example.org", "bad-address"),
        ("host: smtp://example.org", "bad-host"),
        ("host: smtp.example.org:587", "bad-host"),
        ("port: 70000", "bad-port"),
        ("tls: none", "unsafe-mail"),
        ("tls: maybe", "not-a-choice"),
        ("tls: none\n  host: localhost.example.org", "unsafe-mail"),
    ],
)
def test_what_no_mail_can_be_sent_with_is_a_fault(line: str, code: str) -> None:
    given = {"sender": "sender: a@example.org", "host": "host: smtp.example.org"}
    given |= {one.partition(":")[0].strip(): one.strip() for one in line.split("\n")}

    found = codes(PROGRAMME + "mail:\n" + "".join(f"  {one}\n" for one in given.values()))

    assert found == [code]


@pytest.mark.parametrize(
    "line",
    [
        "password: hunter2x", "password: hunter2x: y", 'smtp-password: "hunter2x', "pw: hunter2x",
        "password: !hunter2x y", "password: *hunter2x", "Password: [hunter2x", "host: a:hunter2x@b",
    ],
)  # fmt: skip
def test_a_password_in_the_file_is_refused_and_never_repeated(
    copkit: Copkit, write: Write, line: str
) -> None:
    folder = write("copkit.yaml", f"{PROGRAMME}mail:\n{SENDER}  {line}\n")

    result, told = copkit("check", "-C", folder), copkit("check", "--json", "-C", folder)

    assert result.status == 1
    assert "hunter2x" not in result.output + told.output
    assert "COPKIT_SMTP_PASSWORD" in result.output or "host" in line


def test_the_sender_may_be_named_and_nobody_else(copkit: Copkit, write: Write) -> None:
    folder = write("copkit.yaml", f"{PROGRAMME}{MAIL}  user: robin@example.org\n")

    assert copkit("check", "-C", folder).status == 0

    write("copkit.yaml", f"{PROGRAMME}theme:\n  logo_text: robin@example.org\n{MAIL}")
    assert copkit("check", "-C", folder).status == 1
    write("copkit.yaml", f"{PROGRAMME}{MAIL}  # or robin@example.org\n")
    assert copkit("check", "-C", folder).status == 1
