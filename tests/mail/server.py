"""A mail server on this machine, for as long as a test lasts: what it gets, and how it fails."""

# ruff: noqa: N802  (the library calls these names)
from __future__ import annotations

import asyncio
import contextlib
import ssl
import threading
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult

HERE = Path(__file__).parent
CERTIFICATE = HERE / "throwaway-certificate.pem"
USER, PASSWORD = "news", "a-secret-of-the-harbour"


@dataclass
class Server:
    """What a server was sent, and what it was told to refuse or to break off."""

    refused: Collection[str] = ()
    most: int = 1000  # letters of one connection, after which it hangs up
    drops_at_data: int = 0  # the letter that it takes, and hangs up without a word
    offers_tls: bool = True
    begins_with_tls: bool = False
    port: int = 0
    connections: int = 0
    got: list[tuple[str, EmailMessage]] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)

    @property
    def receivers(self) -> list[str]:
        return [to for to, _ in self.got]

    async def handle_EHLO(
        self, server: Any, session: Any, envelope: Any, name: str, answers: list[str]
    ) -> list[str]:
        session.host_name, session.taken = name, 0
        return answers

    async def handle_MAIL(
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        if session.taken >= self.most:
            server.transport.abort()
            return "421 enough"
        if "no-such-sender" in address:
            return "553 5.7.1 sender not allowed"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        if address in self.refused:
            return f"550 5.1.1 <{address}>: nobody of this name here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        message = message_from_bytes(envelope.content, policy=default)
        assert isinstance(message, EmailMessage)
        self.raw.append(envelope.content)
        self.got += [(to, message) for to in envelope.rcpt_tos]
        session.taken += 1
        if len(self.got) == self.drops_at_data:
            server.transport.abort()
        return "250 OK"


def _allows(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
    known = (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=known, handled=False)


@contextlib.contextmanager
def running(server: Server) -> Iterator[Server]:
    """Run a server on a port that the system chooses."""
    context = None
    if server.offers_tls or server.begins_with_tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(CERTIFICATE, HERE / "throwaway-key.pem")

    def protocol() -> SMTP:
        server.connections += 1
        return SMTP(
            server,
            hostname="localhost",
            tls_context=context if server.offers_tls else None,
            require_starttls=server.offers_tls,
            authenticator=_allows,
            auth_required=server.offers_tls,
            auth_require_tls=server.offers_tls,
            loop=loop,
        )

    loop = asyncio.new_event_loop()
    at_once = context if server.begins_with_tls else None
    listening = loop.run_until_complete(loop.create_server(protocol, "127.0.0.1", 0, ssl=at_once))
    server.port = listening.sockets[0].getsockname()[1]
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield server
    finally:
        loop.call_soon_threadsafe(listening.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()
