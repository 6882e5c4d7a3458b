"""Deliver letters to a mail server (RFC 5321), with its password.  Uses the network.

Connections are encrypted and the server's certificate is checked, unless the server is this
machine; there is no option to go without.
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
from copkit.mail.journal import Journal, LetterState
from copkit.mail.messages import EmailLetter
from copkit.records.programme import Mail, Tls
from copkit.text.files import path_inside, read_bytes
from copkit.text.transaction import Change, save_privately

TIMEOUT: Final = 30.0  # seconds for a reply
DELIVERY_TIMEOUT: Final = (
    120.0  # seconds for the reply to a whole letter: giving up leaves it in doubt
)
_OWN_NAME: Final = "[127.0.0.1]"  # the library would send the name of somebody's computer
_LEADING_DOT: Final = re.compile(rb"(?m)^\.")  # doubled, since a lone dot ends a letter
_SERVICE_CLOSING: Final = 421  # a reply to any command (RFC 5321, 3.8)


class LetterRefused(Exception):
    """The server does not take this letter; the message is its reply without the address."""


class ConnectionLost(Exception):
    """The connection broke before the letter was taken."""


class MailConnection:
    """A connection to a mail server.

    ``is_in_doubt`` is true while nobody can know whether the server took the last letter.
    """

    def __init__(self, mail: Mail, password: str) -> None:
        """Connect and log in; raise :class:`CopkitError` where that cannot be done safely.

        ``password`` is not used where the settings name no user.
        """
        self._mail = mail
        self._sender = mail.sender_mailbox.address
        self._busy = False
        self.is_in_doubt = False
        with _explain_errors(mail):
            self._smtp = _connect(mail)
        try:
            if mail.user:
                _log_in(self._smtp, mail, password)
        except BaseException:
            self._smtp.close()
            raise

    def deliver(self, letter: EmailLetter) -> None:
        """Deliver one letter.

        Raise :class:`LetterRefused`, :class:`ConnectionLost`, or :class:`CopkitError` when the
        server would refuse every other letter as well.
        """
        self._busy, self.is_in_doubt = True, False
        try:
            self._announce(letter)
            self._transmit(letter)
        except LetterRefused:
            with contextlib.suppress(OSError):  # a lost connection shows with the next letter
                self._smtp.rset()
            self._busy = False
            raise
        except OSError as error:  # smtplib's own errors are subclasses
            raise ConnectionLost from error
        self._busy = False

    def close(self) -> None:
        """Close the connection, politely unless the server waits for the rest of a letter."""
        if not self._busy:
            with contextlib.suppress(OSError):
                self._smtp.quit()
        self._smtp.close()

    def _announce(self, letter: EmailLetter) -> None:
        """Send the envelope: from whom and to whom."""
        size = [f"size={len(letter.data)}"] if self._smtp.has_extn("size") else []
        code, reply = self._require_open(self._smtp.mail(self._sender, size))
        if code != 250:
            message = f"{self._mail.host} does not take mail from {self._sender}"
            raise CopkitError(message, f"it says: {_reply_text(code, reply)}")
        code, reply = self._require_open(self._smtp.rcpt(letter.address))
        if code not in (250, 251):
            raise LetterRefused(_mask_address(_reply_text(code, reply), letter.address))

    def _transmit(self, letter: EmailLetter) -> None:
        """Send the letter itself, and note while it is in doubt.

        ``smtplib``'s own ``data()`` does not show how far it got when the connection breaks.
        """
        code, reply = self._require_open(self._smtp.docmd("DATA"))
        if code == 354:
            self.is_in_doubt = True  # until the server refuses it, or the next letter
            end = b".\r\n" if letter.data.endswith(b"\r\n") else b"\r\n.\r\n"
            self._smtp.send(_LEADING_DOT.sub(b"..", letter.data) + end)
            self._set_timeout(DELIVERY_TIMEOUT)
            code, reply = self._smtp.getreply()
            self._set_timeout(TIMEOUT)
            if code == 250:
                return
            if not 400 <= code < 600:
                raise smtplib.SMTPServerDisconnected
            self.is_in_doubt = False
        raise LetterRefused(_mask_address(_reply_text(code, reply), letter.address))

    def _set_timeout(self, seconds: float) -> None:
        if self._smtp.sock:
            self._smtp.sock.settimeout(seconds)

    def _require_open(self, reply: tuple[int, bytes]) -> tuple[int, bytes]:
        """Return a reply; raise ``SMTPServerDisconnected`` for one that ends the connection."""
        if reply[0] == _SERVICE_CLOSING:
            raise smtplib.SMTPServerDisconnected(_reply_text(*reply))
        return reply


def _connect(mail: Mail) -> smtplib.SMTP:
    """Connect and encrypt; raise an error rather than go on in plain text."""
    context = ssl.create_default_context()
    address = (mail.host, mail.effective_port)
    if mail.tls is Tls.IMPLICIT:
        return smtplib.SMTP_SSL(
            *address, local_hostname=_OWN_NAME, timeout=TIMEOUT, context=context
        )
    smtp = smtplib.SMTP(*address, local_hostname=_OWN_NAME, timeout=TIMEOUT)
    try:
        if mail.tls is Tls.STARTTLS:
            smtp.starttls(context=context)
        # The address connected to, and not the name: that could lead anywhere.
        elif smtp.sock and not ipaddress.ip_address(smtp.sock.getpeername()[0]).is_loopback:
            message = f"{mail.host} is another machine, so 'tls: none' is not enough"
            raise CopkitError(message, "write 'tls: starttls' or 'tls: implicit' in copkit.yaml")
        smtp.ehlo_or_helo_if_needed()
    except BaseException:
        smtp.close()
        raise
    return smtp


def _log_in(smtp: smtplib.SMTP, mail: Mail, password: str) -> None:
    """Log in; raise :class:`CopkitError` where the server refuses the password or all passwords."""
    try:
        smtp.login(mail.user or "", password)
    except smtplib.SMTPAuthenticationError as error:
        message = f"{mail.host} refused the password of {mail.user} ({error.smtp_code})"
        hint = "look whether it is the right one; some providers want one for programs alone"
        raise CopkitError(f"{message}; nothing was sent", hint) from None
    except OSError:  # its reply is not shown: it could repeat the password
        message = f"{mail.host} does not let {mail.user} log in with a password"
        raise CopkitError(message, "ask whoever runs it; without 'user', nobody logs in") from None


@contextlib.contextmanager
def _explain_errors(mail: Mail) -> Iterator[None]:
    """Replace an error of connecting, raised within the block, by a :class:`CopkitError`.

    It states the reason why the server of the settings cannot be reached safely.
    """
    address = f"{mail.host}:{mail.effective_port}"
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        reason = error.verify_message.rstrip(".")
        message = f"the certificate of {address} is not valid for {mail.host}: {reason}"
        raise CopkitError(message, "ask whoever runs it for its exact name") from None
    except smtplib.SMTPNotSupportedError:
        message = f"{address} offers no encryption, so it is told nothing"
        raise CopkitError(message, "some servers want 'tls: implicit' and port 465") from None
    except socket.gaierror:
        message = f"cannot reach {address}: there is no such server, or no network"
        raise CopkitError(message, "look at 'host' in copkit.yaml") from None
    except ssl.SSLError:
        message = f"{address} does not encrypt as 'tls: {mail.tls}' says"
        raise CopkitError(message, "587 goes with starttls, 465 with implicit") from None
    except OSError as error:
        reason = error.strerror or "it does not answer"
        if isinstance(error, smtplib.SMTPException):
            reason = "it hung up, or is no mail server"
        message = f"cannot reach {address}: {reason}"
        raise CopkitError(message, "look at 'host', 'port' and 'tls' in copkit.yaml") from None


def _reply_text(code: int, reply: bytes) -> str:
    """Write a server's reply on one line: ``Mailbox unavailable (550)``."""
    words = " ".join(reply.decode("utf-8", "replace").split())[:200]
    return f"{words} ({code})" if words else str(code)


def _mask_address(text: str, address: str) -> str:
    """Replace an address, and the part before its ``@``, in a server's reply by ``…``.

    People print replies and send them on.
    """
    name = address.partition("@")[0]
    return re.sub(rf"{re.escape(address)}|\b{re.escape(name)}\b", "…", text, flags=re.IGNORECASE)


# --- many letters, with a journal -----------------------------------------------------------

OpenConnection = Callable[[], MailConnection]


class Delivery(NamedTuple):
    """What became of one letter; ``reply`` is the server's where it refused it."""

    to: str
    state: LetterState
    reply: str = ""
    about: str = ""


def deliver_letters(
    letters: Iterable[EmailLetter], connect: OpenConnection, journal: Journal
) -> Iterator[Delivery]:
    """Deliver letters, and yield what became of each as soon as it is known.

    ``connect`` is called again when the connection breaks after a letter was taken, since some
    servers take only so many at a time. Raise :class:`ConnectionLost` when a new connection has
    not taken a single letter.
    """
    connection = connect()
    has_taken = False
    try:
        for letter in letters:
            try:
                delivery = _deliver(letter, connection, journal)
            except ConnectionLost:
                if not has_taken:
                    raise
                in_doubt = connection.is_in_doubt
                connection.close()
                connection, has_taken = connect(), False
                # A letter in doubt is not sent again: it may have arrived.
                delivery = (
                    Delivery(letter.member, LetterState.SENDING, about=letter.about)
                    if in_doubt
                    else _deliver(letter, connection, journal)
                )
            has_taken = has_taken or delivery.state is LetterState.SENT
            yield delivery
    finally:
        with contextlib.suppress(OSError):
            connection.close()


def _deliver(letter: EmailLetter, connection: MailConnection, journal: Journal) -> Delivery:
    """Deliver one letter, and note in the journal before and after how far it got.

    A refusal is returned; every other error is raised.
    """
    journal.note(LetterState.SENDING, letter)
    try:
        connection.deliver(letter)
    except LetterRefused as refusal:
        journal.note(LetterState.REFUSED, letter)
        return Delivery(letter.member, LetterState.REFUSED, str(refusal), letter.about)
    except BaseException:
        if not connection.is_in_doubt:
            journal.note(LetterState.UNSENT, letter)
        raise
    journal.note(LetterState.SENT, letter)
    return Delivery(letter.member, LetterState.SENT, about=letter.about)


# --- the agreed mail server -----------------------------------------------------------------

# ``copkit.yaml`` comes from others through git. So the server that somebody here has agreed to is
# noted in ``private/mail-server``, and another gets neither password nor addresses before that.

_SAFETY_LABELS: Final = {Tls.STARTTLS: "STARTTLS", Tls.IMPLICIT: "TLS", Tls.NONE: "not encrypted"}


def describe_server(mail: Mail) -> str:
    """Describe a server on one line: ``smtp.example.org:587 (STARTTLS) as anna``."""
    user = f" as {mail.user}" if mail.user else ""
    return f"{mail.host.lower()}:{mail.effective_port} ({_SAFETY_LABELS[mail.tls]}){user}"


def require_known_server(root: Path, mail: Mail) -> None:
    """Raise :class:`CopkitError` when the settings name another server than the agreed one.

    Where none was agreed to yet, any will do.
    """
    agreed = _read_agreed_server(root)
    if agreed is not None and agreed.strip() != describe_server(mail):
        current = describe_server(mail)
        message = f"{SETTINGS} names the mail server {current}, and it was {agreed.strip()}"
        hint = "if you know why, --new-server goes on with it; if not, ask who changed it"
        raise CopkitError(f"{message}; nothing was sent", hint)


def remember_server(root: Path, mail: Mail) -> None:
    """Record in ``private/mail-server`` that somebody here has agreed to this server."""
    old, new = _read_agreed_server(root), f"{describe_server(mail)}\n"
    if old != new:
        save_privately(root, [Change(MAIL_SERVER, old, new)])


def _read_agreed_server(root: Path) -> str | None:
    """Read the agreed server as :func:`describe_server` writes it, with its line end.

    Return ``None`` where none was agreed to yet.
    """
    path = path_inside(root, *MAIL_SERVER.split("/"))
    if not os.path.lexists(path):
        return None
    return read_bytes(path, MAIL_SERVER).decode("utf-8", "replace")


# --- the password: from the environment or the system's keyring, never from a file ----------

ENVIRONMENT_VARIABLE: Final = "COPKIT_SMTP_PASSWORD"


def find_password(mail: Mail) -> str:
    """Find the password of the user who logs in; return ``""`` where the settings name none.

    Raise :class:`CopkitError` when there is none, with a hint how to store one.
    """
    if not mail.user:
        return ""
    password = os.environ.get(ENVIRONMENT_VARIABLE)
    password = password or _read_keyring(f"copkit:{mail.host}", mail.user)
    if not password.isascii() or not password.isprintable():
        raise CopkitError("the password holds letters that cannot be sent", "choose another one")
    return password


def _read_keyring(service: str, user: str) -> str:
    """Read a password from the system's keyring, such as that of ``copkit:smtp.example.org``.

    Raise :class:`CopkitError` when it cannot be opened or has no such password.
    """
    message = f"there is no password for {user} at {service.removeprefix('copkit:')}"
    keep = f"keyring set {service} {user}"
    if find_spec("keyring") is None:
        hint = f"pip install 'copkit[keyring]', then {keep}; or put it into {ENVIRONMENT_VARIABLE}"
        raise CopkitError(f"{message}; nothing was sent", hint)
    import keyring
    import keyring.errors

    try:
        password = keyring.get_password(service, user)
    except keyring.errors.KeyringError:
        message, password = f"{message}, for the system's keyring cannot be opened", None
    if not password:
        hint = f"keep it with: {keep}; or put it into {ENVIRONMENT_VARIABLE}"
        raise CopkitError(f"{message}; nothing was sent", hint)
    return str(password)
