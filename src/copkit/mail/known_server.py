"""The mail server that somebody here has agreed to: ``private/mail-server``.  Touches the disk.

The settings come from others through git. One who changed the server there would be sent the
password and all addresses; so another one is used only when it has been agreed to.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from copkit.errors import CopkitError
from copkit.layout import MAIL_SERVER, SETTINGS
from copkit.records.programme import Mail, Tls
from copkit.text.files import inside, read_bytes
from copkit.text.transaction import Change, save_privately

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
