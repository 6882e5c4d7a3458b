"""The mail server's password: from the environment or the system's keyring, never from a file."""

from __future__ import annotations

import os
from importlib.util import find_spec
from typing import Final

from copkit.errors import CopkitError
from copkit.records.programme import Mail

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
