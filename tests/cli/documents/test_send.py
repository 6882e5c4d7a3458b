"""``copkit newsletter send``: who gets an issue, exactly once, and through which server."""

from __future__ import annotations

import json
import socket
import stat
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from copkit.mail.journal import Journal, LetterState
from copkit.mail.messages import EmailLetter
from tests.conftest import PROGRAMME, Copkit, Result, Write
from tests.mail.server import CERTIFICATE, PASSWORD, USER, Server, running

MEMBERS = ("nurse-1", "police-1", "housing-1", "gone-1", "quiet-1", "twin-1", "new-1", "silent-1")
ROSTER = "members:\n" + "".join(
    f"  - id: {id}\n    role: Nurse\n    sector: NHS\n" for id in MEMBERS
).replace("gone-1\n", "gone-1\n    left: 2026-02-27\n").replace(
    "new-1\n", "new-1\n    joined: 2026-05-01\n"
)
AGREED = "    mail: agreed 2026-01-21\n"
CONTACTS = f"""\
contacts:
  - id: harbour/nurse-1
    name: Robin Threlfall
    email: robin.threlfall@example.org
{AGREED}  - id: harbour/police-1
    name: "Alex,\\nBcc: <b@example.net> \\u00e9"
    email: alex@example.org
{AGREED}  - id: harbour/housing-1
    email: sam@example.org
{AGREED}  - id: harbour/gone-1
    email: gone@example.org
{AGREED}  - id: harbour/quiet-1
    email: quiet@example.org
    mail:
  - id: harbour/twin-1
    email: Robin.Threlfall@example.org
{AGREED}  - id: harbour/new-1
    email: new@example.org
{AGREED}  - id: harbour/nobody-1
    email: stray@example.org
{AGREED}"""
ISSUE = "---\ntitle: {title}\nfrom: 2026-02-01\nuntil: 2026-02-28\n---\n\nWe met.\n"
WHO = ("robin.threlfall@example.org", "alex@example.org", "sam@example.org")
IDS = ["harbour/nurse-1", "harbour/police-1", "harbour/housing-1"]
LOG = "private/sent/2026-02.members.jsonl"
Serve = Callable[[Server], Server]


@pytest.fixture
def folder(write: Write, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A programme with three members who get the newsletter, and six who do not."""
    monkeypatch.setenv("COPKIT_TODAY", "2026-03-02")
    monkeypatch.setenv("COPKIT_SMTP_PASSWORD", PASSWORD)
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    write("communities/harbour/roster.yaml", ROSTER)
    write("newsletters/2026-02.md", ISSUE.format(title="February 2026"))
    return write("private/contacts.yaml", CONTACTS)


@pytest.fixture
def serve(folder: Path) -> Iterator[Serve]:
    """Start a mail server and have copkit.yaml name it."""
    with ExitStack() as stack:

        def start(server: Server) -> Server:
            stack.enter_context(running(server))
            set_mail(folder, server.port)
            return server

        yield start


def set_mail(folder: Path, port: int, *lines: str) -> None:
    given = [
        "sender: Harbour programme <news@harbour.example.org>",
        "host: localhost",
        f"port: {port}",
        *(lines or (f"user: {USER}",)),
    ]
    keys = {line.partition(":")[0]: line for line in given}
    text = PROGRAMME + "mail:\n" + "".join(f"  {line}\n" for line in keys.values())
    (folder / "copkit.yaml").write_text(text, encoding="utf-8")


@pytest.fixture
def send(copkit: Copkit, folder: Path) -> Callable[..., Result]:
    """Send the last issue without being asked; nothing that is printed tells the password."""

    def call(*args: str) -> Result:
        result = copkit("newsletter", "send", *args, "-C", folder)
        assert PASSWORD not in result.output
        assert not any(who in result.output.lower() for who in WHO)
        return result

    return call


Send = Callable[..., Result]


def test_each_who_agreed_is_there_and_has_an_address_gets_one_message_of_their_own(
    send: Send, serve: Serve, folder: Path
) -> None:
    server = serve(Server())

    result = send("2026-02", "--yes")

    assert result.status == 0, result.stderr
    assert "sent 3 messages for February 2026 (members)" in result.stderr
    assert sorted(server.receivers) == sorted(WHO)
    assert len({message["Message-ID"] for _, message in server.got}) == 3
    for to, message in server.got:
        assert [address.addr_spec for address in message["To"].addresses] == [to]
        assert str(message["From"]) == "Harbour programme <news@harbour.example.org>"
        assert message["Message-ID"].endswith("@harbour.example.org>")
        assert message["Date"].datetime
        assert message["Subject"] == "February 2026: Harbour programme newsletter"
        assert (
            message["List-Unsubscribe"]
            .strip()
            .startswith("<mailto:news@harbour.example.org?subject=")
        )
        assert not {"Cc", "Bcc", "Auto-Submitted"} & set(message.keys())
    assert all(data.isascii() for data in server.raw)
    log = folder / LOG
    assert [json.loads(line)["state"] for line in log.read_text().splitlines()] == [
        "sending",
        "sent",
    ] * 3
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    assert stat.S_IMODE(log.parent.stat().st_mode) == 0o700
    files = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert not any(PASSWORD.encode() in data for data in files.values())
    assert [path.name for path, data in files.items() if b"@example.org" in data] == [
        "contacts.yaml"
    ]

    again = send("2026-02", "--yes")

    assert again.status == 0
    assert "nobody is left to send it to" in again.stderr
    assert (len(server.got), server.connections) == (3, 1)


def test_a_dry_run_says_who_and_why_not_and_opens_no_socket(
    send: Send, folder: Path, monkeypatch: pytest.MonkeyPatch, tree_of: Any
) -> None:
    monkeypatch.setattr(socket, "socket", None)
    before = tree_of(folder)

    listed, told = send("--dry-run"), json.loads(send("--dry-run", "--json").stdout)

    assert tree_of(folder) == before
    assert told["to"] == IDS
    assert {one["id"]: one["why"] for one in told["left_out"]} == {
        "harbour/gone-1": "left on 2026-02-27",
        "harbour/quiet-1": "has not agreed to be sent it",
        "harbour/twin-1": "has the same address as harbour/nurse-1",
        "harbour/new-1": "joins on 2026-05-01",
        "harbour/nobody-1": "is on no roster",
        "harbour/silent-1": "is not in the contacts",
    }
    assert "would send 3 messages for February 2026 (members); 6 do not get it" in listed.stderr
    assert "copkit.yaml does not say how yet" in listed.stderr
    assert "Threlfall" not in listed.output


def test_a_terminal_shows_names_and_asks_before_the_first_message(
    send: Send, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = serve(Server())
    asked: list[str] = []

    def answer(question: str, **how: object) -> bool:
        asked.append(question)
        return len(asked) > 1

    monkeypatch.setattr("copkit.cli.documents.delivery.is_interactive", lambda: True)
    monkeypatch.setattr("copkit.cli.documents.delivery.confirm", answer)

    assert send().status == 1
    assert server.connections == 0
    assert send().status == 0
    assert asked[0] == (
        f"3 messages for February 2026 (members) through localhost:{server.port} (STARTTLS) as "
        "news, from Harbour programme <news@harbour.example.org>. Send?"
    )


def test_without_a_terminal_nothing_is_sent_unasked(send: Send, serve: Serve, folder: Path) -> None:
    server = serve(Server())

    result = send()

    assert (result.status, server.connections) == (2, 0)
    assert "--yes" in result.stderr
    assert not (folder / LOG).exists()


@pytest.mark.parametrize(
    ("when", "doubtful"),
    [(LetterState.SENDING, False), (LetterState.SENT, True)],
    ids=["before", "after"],
)
def test_a_run_that_was_killed_goes_on_and_sends_nothing_twice(
    send: Send,
    serve: Serve,
    monkeypatch: pytest.MonkeyPatch,
    when: LetterState,
    *,
    doubtful: bool,
) -> None:
    """As if the process was gone at the second letter, before or after the server took it."""
    server = serve(Server())
    note = Journal.note

    def killed(self: Journal, state: LetterState, letter: EmailLetter) -> None:
        if letter.member == IDS[1] and state is when:
            raise SystemExit(9)
        note(self, state, letter)

    monkeypatch.setattr(Journal, "note", killed)
    with pytest.raises(SystemExit):
        send("--yes")
    monkeypatch.setattr(Journal, "note", note)

    result = send("--yes")

    assert sorted(server.receivers) == sorted(WHO)
    assert result.status == (1 if doubtful else 0)
    assert ("--to harbour/police-1 --again" in result.stderr) is doubtful
    if doubtful:
        assert send("--yes", "--to", IDS[1], "--again").status == 0
        assert server.receivers.count(WHO[1]) == 2
        assert send("--yes").status == 0


def test_a_torn_line_and_a_changed_issue_stop_nobody_else_from_getting_it(
    send: Send, serve: Serve, folder: Path
) -> None:
    server = serve(Server())
    assert send("--yes", "--to", IDS[0]).status == 0
    with (folder / LOG).open("a") as log:
        log.write('{"state": "sent", "to": "harbour/pol')
    issue = folder / "newsletters/2026-02.md"
    issue.write_text(ISSUE.format(title="February, at last"), encoding="utf-8")

    result = send("--yes")

    assert result.status == 0, result.stderr
    assert "reads differently now from what 1 of them got" in result.stderr
    assert sorted(server.receivers) == sorted(WHO)
    assert send("--yes", "--again").status == 2


def test_whoever_the_server_refuses_is_told_and_tried_again_next_time(
    send: Send, serve: Serve
) -> None:
    server = serve(Server(refused={WHO[0]}))

    result = send("--yes", "--json")

    assert result.status == 1
    assert json.loads(result.stdout)["sent"] == IDS[1:]
    assert "harbour/nurse-1: not taken" in result.stderr
    assert "550" in result.stderr
    assert "threlfall" not in result.output.lower()
    server.refused = ()
    assert send("--yes").status == 0
    assert sorted(server.receivers) == sorted(WHO)


def test_a_server_that_takes_few_at_a_time_is_called_again(send: Send, serve: Serve) -> None:
    server = serve(Server(most=1))

    assert send("--yes").status == 0
    assert (sorted(server.receivers), server.connections) == (sorted(WHO), 3)


def test_a_connection_lost_for_good_tells_how_far_it_came_and_how_to_go_on(
    send: Send, serve: Serve
) -> None:
    server = serve(Server(drops_at_data=1))

    result = send("--yes")

    assert result.status == 1
    assert "the connection was lost; 0 sent, 3 left" in result.stderr
    assert "harbour/nurse-1: it is not known whether it arrived" in result.stderr
    assert "run the same command again" in result.stderr
    assert send("--yes").status == 1
    assert sorted(server.receivers) == sorted(WHO)


def test_ctrl_c_says_how_far_it_came(
    send: Send, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = serve(Server())
    note = Journal.note

    def interrupted(self: Journal, state: LetterState, letter: EmailLetter) -> None:
        note(self, state, letter)
        if letter.member == IDS[1] and state is LetterState.SENDING:
            raise KeyboardInterrupt

    monkeypatch.setattr(Journal, "note", interrupted)
    result = send("--yes")

    assert result.status == 130
    assert "stopped; 1 sent, 2 left" in result.stderr
    assert len(server.got) == 1


@pytest.mark.parametrize(
    ("lines", "tls", "said"),
    [
        ((f"user: {USER}",), False, "offers no encryption, so it is told nothing"),
        ((f"user: {USER}", "host: 127.0.0.1"), True, "is not valid for 127.0.0.1"),
        (("user: somebody",), True, "refused the password of somebody (535)"),
        ((f"user: {USER}", "sender: no-such-sender@example.org"), True, "does not take mail from"),
        ((f"user: {USER}", "tls: implicit"), True, "does not encrypt as 'tls: implicit' says"),
        ((f"user: {USER}", "port: 1"), True, "cannot reach localhost:1: Connection refused"),
    ],
)  # fmt: skip
def test_what_stops_everything_is_said_in_one_line(
    send: Send, serve: Serve, folder: Path, lines: tuple[str, ...], said: str, *, tls: bool
) -> None:
    server = serve(Server(offers_tls=tls))
    set_mail(folder, server.port, *lines)

    result = send("--yes")

    assert result.status == 1
    assert said in result.stderr
    assert server.got == []
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    ("lines", "begins_with_tls"),
    [(("tls: none",), False), (("tls: implicit", f"user: {USER}"), True)],
    ids=["on-this-machine", "from-the-start"],
)
def test_a_server_may_encrypt_from_the_start_or_be_on_this_machine(
    send: Send, serve: Serve, folder: Path, lines: tuple[str, ...], *, begins_with_tls: bool
) -> None:
    server = serve(Server(offers_tls=False, begins_with_tls=begins_with_tls))
    set_mail(folder, server.port, *lines)

    assert send("--yes").status == 0
    assert len(server.got) == 3


def test_another_server_in_the_settings_is_used_only_when_somebody_agrees(
    send: Send, serve: Serve
) -> None:
    first = serve(Server())
    assert send("--yes", "--to", IDS[0]).status == 0
    second = serve(Server())

    result = send("--yes")

    assert result.status == 1
    assert f"localhost:{second.port}" in result.stderr
    assert f"localhost:{first.port}" in result.stderr
    assert second.connections == 0
    assert send("--yes", "--new-server").status == 0
    assert second.receivers == list(WHO[1:])
    assert send("--yes").status == 0


def test_a_copy_to_try_it_out_is_noted_nowhere(send: Send, serve: Serve, folder: Path) -> None:
    server = serve(Server())

    result = send("--test", "me@example.com", "--yes")

    assert result.status == 0, result.stderr
    assert server.receivers == ["me@example.com"]
    assert not (folder / LOG).exists()
    assert send("--test", "me@example.com\nBcc: x@example.com", "--yes").status == 2


def test_two_at_once_send_it_once(send: Send, serve: Serve, folder: Path) -> None:
    server = serve(Server())
    with Journal(folder, "2026-02", "members").lock_for_sending():
        result = send("--yes")

    assert result.status == 1
    assert "another copkit command is sending mail" in result.stderr
    assert server.connections == 0


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("--to", "harbour/gone-1"), "left on 2026-02-27, so it is not sent there"),
        (("--to", "harbour/nurse-2"), "did you mean 'harbour/nurse-1'?"),
        (("--for", "public"), "so it cannot be built for public"),
    ],
)
def test_who_does_not_get_it_cannot_be_sent_it(
    send: Send, serve: Serve, args: tuple[str, ...], said: str
) -> None:
    server = serve(Server())

    result = send("--yes", *args)

    assert result.status in (1, 2)
    assert said in result.stderr
    assert server.connections == 0


def test_nothing_is_sent_from_records_that_name_somebody(
    send: Send, serve: Serve, folder: Path
) -> None:
    server = serve(Server())
    text = ISSUE.format(title="February") + "\nRobin Threlfall was there.\n"
    (folder / "newsletters/2026-02.md").write_text(text, encoding="utf-8")

    result = send("--yes")

    assert result.status == 1
    assert server.connections == 0


def test_who_asks_to_be_forgotten_goes_from_the_journals_too(
    send: Send, serve: Serve, copkit: Copkit, folder: Path
) -> None:
    serve(Server())
    assert send("--yes").status == 0

    assert copkit("member", "forget", IDS[0], "--yes", "-C", folder).status == 0

    assert IDS[0] not in (folder / LOG).read_text()
    assert (folder / LOG).read_text().count("police-1") == 2


def test_without_a_password_it_says_where_to_keep_one(
    send: Send, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = serve(Server())
    monkeypatch.setenv("COPKIT_SMTP_PASSWORD", "")
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")

    result = send("--yes")

    assert result.status == 1
    assert "keyring set copkit:localhost news" in result.stderr
    assert "COPKIT_SMTP_PASSWORD" in result.stderr
    assert server.connections == 0


def test_a_title_slips_nothing_into_the_head(send: Send, serve: Serve, folder: Path) -> None:
    server = serve(Server())
    title = '"February\\r\\nX-Other: yes\\n\\nBody"'
    (folder / "newsletters/2026-02.md").write_text(ISSUE.format(title=title), encoding="utf-8")

    assert send("--yes").status == 0
    for _, message in server.got:
        assert "X-Other" not in message
        assert message["Subject"].startswith("February X-Other: yes Body: ")
