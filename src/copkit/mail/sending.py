"""Handing letters to a mail server (RFC 5321).  Talks to the network.

What is said is encrypted and the server's certificate checked, or the server is this machine;
there is no third way.
"""

from __future__ import annotations

import contextlib
import ipaddress
import os
import re
import smtplib
import socket
import ssl
from collections.abc import Callable, Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Final, NamedTuple

from copkit.errors import CopkitError
from copkit.layout import MAIL_SERVER, SETTINGS
from copkit.mail.journal import Journal, State
from copkit.mail.messages import Letter
from copkit.records.programme import Mail, Tls
from copkit.text.files import inside, read_bytes
from copkit.text.transaction import Change, save_privately

TIMEOUT: Final = 30.0  # seconds for an answer
LONGEST_TIMEOUT: Final = 120.0  # for the answer to a whole letter, after which nobody knows
_ME: Final = "[127.0.0.1]"  # rather than the name of somebody's computer
_START_OF_DOT: Final = re.compile(rb"(?m)^\.")
_CLOSING: Final = 421


class Refused(Exception):
    """The server does not take this letter; what it said, without the address."""


class Lost(Exception):
    """The connection broke before the letter was taken."""


class Post:
    """A connection to a mail server; ``is_in_doubt`` while nobody can tell if it took a letter."""

    def __init__(self, mail: Mail, password: str) -> None:
        """Connect and log in; raises :class:`CopkitError` where that cannot be done safely."""
        self._mail = mail
        self._sender = mail.from_whom.address
        self._busy = False
        self.is_in_doubt = False
        with _explained(mail):
            self._smtp = _connected(mail)
        try:
            if mail.user:
                _log_in(self._smtp, mail, password)
        except BaseException:
            self._smtp.close()
            raise

    def deliver(self, letter: Letter) -> None:
        """Hand over one letter.

        Raises :class:`Refused`, :class:`Lost`, or :class:`CopkitError` when no other letter will
        do better.
        """
        self._busy, self.is_in_doubt = True, False
        try:
            self._address(letter)
            self._hand_over(letter)
        except Refused:
            with contextlib.suppress(OSError):  # a lost connection shows with the next letter
                self._smtp.rset()
            self._busy = False
            raise
        except OSError as error:  # of which smtplib's own are a kind
            raise Lost from error
        self._busy = False

    def close(self) -> None:
        """Take leave of the server, unless it waits for the rest of a letter."""
        if not self._busy:
            with contextlib.suppress(OSError):
                self._smtp.quit()
        self._smtp.close()

    def _address(self, letter: Letter) -> None:
        size = [f"size={len(letter.data)}"] if self._smtp.has_extn("size") else []
        code, said = self._answer(self._smtp.mail(self._sender, size))
        if code != 250:
            message = f"{self._mail.host} does not take mail from {self._sender}"
            raise CopkitError(message, f"it says: {_in_words(code, said)}")
        code, said = self._answer(self._smtp.rcpt(letter.address))
        if code not in (250, 251):
            raise Refused(_without(_in_words(code, said), letter.address))

    def _hand_over(self, letter: Letter) -> None:
        code, said = self._answer(self._smtp.docmd("DATA"))
        if code == 354:
            self.is_in_doubt = True  # until the server says no, or the next letter
            end = b".\r\n" if letter.data.endswith(b"\r\n") else b"\r\n.\r\n"
            self._smtp.send(_START_OF_DOT.sub(b"..", letter.data) + end)
            self._wait_at_most(LONGEST_TIMEOUT)
            code, said = self._smtp.getreply()
            self._wait_at_most(TIMEOUT)
            if code == 250:
                return
            if not 400 <= code < 600:
                raise smtplib.SMTPServerDisconnected
            self.is_in_doubt = False
        raise Refused(_without(_in_words(code, said), letter.address))

    def _wait_at_most(self, seconds: float) -> None:
        if self._smtp.sock:
            self._smtp.sock.settimeout(seconds)

    def _answer(self, answer: tuple[int, bytes]) -> tuple[int, bytes]:
        if answer[0] == _CLOSING:
            raise smtplib.SMTPServerDisconnected(_in_words(*answer))
        return answer


def _connected(mail: Mail) -> smtplib.SMTP:
    """Connect and encrypt; an answer in plain text is never enough."""
    context = ssl.create_default_context()
    place = (mail.host, mail.port_used)
    if mail.tls is Tls.IMPLICIT:
        return smtplib.SMTP_SSL(*place, local_hostname=_ME, timeout=TIMEOUT, context=context)
    smtp = smtplib.SMTP(*place, local_hostname=_ME, timeout=TIMEOUT)
    try:
        if mail.tls is Tls.STARTTLS:
            smtp.starttls(context=context)
        elif smtp.sock and not ipaddress.ip_address(smtp.sock.getpeername()[0]).is_loopback:
            message = f"{mail.host} is another machine, so 'tls: none' is not enough"
            raise CopkitError(message, "write 'tls: starttls' or 'tls: implicit' in copkit.yaml")
        smtp.ehlo_or_helo_if_needed()
    except BaseException:
        smtp.close()
        raise
    return smtp


def _log_in(smtp: smtplib.SMTP, mail: Mail, password: str) -> None:
    try:
        smtp.login(mail.user or "", password)
    except smtplib.SMTPAuthenticationError as error:
        message = f"{mail.host} refused the password of {mail.user} ({error.smtp_code})"
        hint = "look whether it is the right one; some providers want one for programs alone"
        raise CopkitError(f"{message}; nothing was sent", hint) from None
    except OSError:  # what the server said could repeat what it was told
        message = f"{mail.host} does not let {mail.user} log in with a password"
        raise CopkitError(message, "ask whoever runs it; without 'user', nobody logs in") from None


@contextlib.contextmanager
def _explained(mail: Mail) -> Iterator[None]:
    """Say why a server cannot be reached, or not safely."""
    place = f"{mail.host}:{mail.port_used}"
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        why = error.verify_message.rstrip(".")
        message = f"the certificate of {place} is not valid for {mail.host}: {why}"
        raise CopkitError(message, "ask whoever runs it for its exact name") from None
    except smtplib.SMTPNotSupportedError:
        message = f"{place} offers no encryption, so it is told nothing"
        raise CopkitError(message, "some servers want 'tls: implicit' and port 465") from None
    except socket.gaierror:
        message = f"cannot reach {place}: there is no such server, or no network"
        raise CopkitError(message, "look at 'host' in copkit.yaml") from None
    except ssl.SSLError:
        message = f"{place} does not encrypt as 'tls: {mail.tls}' says"
        raise CopkitError(message, "587 goes with starttls, 465 with implicit") from None
    except OSError as error:
        why = error.strerror or "it does not answer"
        if isinstance(error, smtplib.SMTPException):
            why = "it hung up, or is no mail server"
        message = f"cannot reach {place}: {why}"
        raise CopkitError(message, "look at 'host', 'port' and 'tls' in copkit.yaml") from None


def _in_words(code: int, said: bytes) -> str:
    words = " ".join(said.decode("utf-8", "replace").split())[:200]
    return f"{words} ({code})" if words else str(code)


def _without(said: str, address: str) -> str:
    """Take an address out of what a server said: it is printed, and sent on."""
    name = address.partition("@")[0]
    return re.sub(rf"{re.escape(address)}|\b{re.escape(name)}\b", "…", said, flags=re.IGNORECASE)


# Delivering letters one after another, each noted before and after.

Connect = Callable[[], Post]


class Delivery(NamedTuple):
    """What became of one letter, and what the server said where it did not take it."""

    to: str
    state: State
    said: str = ""


def deliver_each(
    letters: Iterable[Letter], content: str, connect: Connect, journal: Journal
) -> Iterator[Delivery]:
    """Hand letters to a server, and give what became of each as soon as it is known.

    Connects again when the connection breaks after a letter was taken: some servers take only so
    many at a time. Raises :class:`Lost` when it breaks for good.
    """
    post = connect()
    has_taken = False
    try:
        for letter in letters:
            try:
                delivery = _deliver(letter, content, post, journal)
            except Lost:
                if not has_taken:
                    raise
                in_doubt = post.is_in_doubt
                post.close()
                post, has_taken = connect(), False
                delivery = (
                    Delivery(letter.member, State.SENDING)
                    if in_doubt
                    else _deliver(letter, content, post, journal)
                )
            has_taken = has_taken or delivery.state is State.SENT
            yield delivery
    finally:
        with contextlib.suppress(OSError):
            post.close()


def _deliver(letter: Letter, content: str, post: Post, journal: Journal) -> Delivery:
    journal.note(State.SENDING, letter, content)
    try:
        post.deliver(letter)
    except Refused as refusal:
        journal.note(State.REFUSED, letter, content)
        return Delivery(letter.member, State.REFUSED, str(refusal))
    except BaseException:
        if not post.is_in_doubt:
            journal.note(State.KEPT, letter, content)
        raise
    journal.note(State.SENT, letter, content)
    return Delivery(letter.member, State.SENT)


# The mail server that somebody here has agreed to: ``private/mail-server``.

_SAFETY: Final = {Tls.STARTTLS: "STARTTLS", Tls.IMPLICIT: "TLS", Tls.NONE: "not encrypted"}


def server_of(mail: Mail) -> str:
    """Say which server it is, and how and as whom it is used, on one line."""
    user = f" as {mail.user}" if mail.user else ""
    return f"{mail.host.lower()}:{mail.port_used} ({_SAFETY[mail.tls]}){user}"


def require_known(root: Path, mail: Mail) -> None:
    """Raise :class:`CopkitError` when the settings name another server than was agreed to."""
    known = _known(root)
    if known is not None and known.strip() != server_of(mail):
        message = f"{SETTINGS} names the mail server {server_of(mail)}, and it was {known.strip()}"
        hint = "if you know why, --new-server goes on with it; if not, ask who changed it"
        raise CopkitError(f"{message}; nothing was sent", hint)


def remember(root: Path, mail: Mail) -> None:
    """Note that this server has been agreed to."""
    known, said = _known(root), f"{server_of(mail)}\n"
    if known != said:
        save_privately(root, [Change(MAIL_SERVER, known, said)])


def _known(root: Path) -> str | None:
    path = inside(root, *MAIL_SERVER.split("/"))
    if not os.path.lexists(path):
        return None
    return read_bytes(path, MAIL_SERVER).decode("utf-8", "replace")


# The mail server's password: from the environment or the system's keyring, never from a file.

VARIABLE: Final = "COPKIT_SMTP_PASSWORD"


def password_for(mail: Mail) -> str:
    """Give the password of the user who logs in; ``""`` where nobody does.

    Raises :class:`CopkitError` when there is none, and says how to keep one.
    """
    if not mail.user:
        return ""
    password = os.environ.get(VARIABLE) or _from_keyring(f"copkit:{mail.host}", mail.user)
    if not password.isascii() or not password.isprintable():
        raise CopkitError("the password holds letters that cannot be sent", "choose another one")
    return password


def _from_keyring(service: str, user: str) -> str:
    message = f"there is no password for {user} at {service.removeprefix('copkit:')}"
    keep = f"keyring set {service} {user}"
    if find_spec("keyring") is None:
        hint = f"pip install 'copkit[keyring]', then {keep}; or put it into {VARIABLE}"
        raise CopkitError(f"{message}; nothing was sent", hint)
    import keyring
    import keyring.errors

    try:
        found = keyring.get_password(service, user)
    except keyring.errors.KeyringError:
        message, found = f"{message}, for the system's keyring cannot be opened", None
    if not found:
        hint = f"keep it with: {keep}; or put it into {VARIABLE}"
        raise CopkitError(f"{message}; nothing was sent", hint)
    return str(found)
