"""Encryption of texts by a passphrase or keys, with age.

Pure, apart from :func:`read_identities`, which reads a file of keys. The library, pyrage, is an
optional extra, so it is imported only where it is used.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from copkit.errors import CopkitError

# Files are encrypted as text (ASCII armour), which git and mail carry unchanged.
SHORTEST_PASSPHRASE: Final = 12  # characters; whoever has the file can try for years
_BEGIN: Final = "-----BEGIN AGE ENCRYPTED FILE-----"
_END: Final = "-----END AGE ENCRYPTED FILE-----"
_MAGIC: Final = b"age-encryption.org/v1\n"
_WIDTH: Final = 64  # characters of a line of armour, as age writes it
# Messages of pyrage for a wrong key; any other means that the file is damaged.
_WRONG_KEY: Final = frozenset({"Decryption failed", "No matching keys found"})
_LARGEST_KEY: Final = 100_000  # bytes


class WrongKey(CopkitError):
    """The file is intact, and encrypted for another passphrase or key."""


@dataclass(frozen=True, slots=True)
class EncryptionKey:
    """A passphrase, or public keys (``recipients``) and secret keys (``identities``) of age."""

    passphrase: str | None = None
    recipients: tuple[Any, ...] = ()
    identities: tuple[Any, ...] = ()


def require_age() -> Any:
    """Return pyrage; raise :class:`CopkitError` where it is not installed."""
    try:
        import pyrage
    except ImportError:
        raise CopkitError('this needs pyrage: pip install "copkit[share]"') from None
    return pyrage


def encrypt_text(text: str, key: EncryptionKey) -> str:
    """Encrypt a text as lines of ASCII armour; each run gives another result."""
    age, data = require_age(), text.encode("utf-8")
    if key.passphrase is not None:
        encrypted = age.passphrase.encrypt(data, key.passphrase)
    else:
        encrypted = age.encrypt(data, list(key.recipients))
    letters = base64.b64encode(encrypted).decode("ascii")
    lines = [letters[start : start + _WIDTH] for start in range(0, len(letters), _WIDTH)]
    return "\n".join([_BEGIN, *lines, _END, ""])


def decrypt_text(data: bytes, key: EncryptionKey, file: str) -> str:
    """Return the text of an encrypted file, with or without armour; ``file`` is for errors.

    Raise :class:`WrongKey`, or :class:`CopkitError` when the file is damaged.
    """
    age, encrypted = require_age(), _without_armour(data, file)
    by_passphrase = needs_passphrase(data, file)
    if by_passphrase and key.passphrase is None:
        raise WrongKey(f"{file} is opened by a passphrase, not by a key", "leave --identity out")
    if not by_passphrase and not key.identities:
        hint = "name the file that holds yours: --identity FILE"
        raise WrongKey(f"{file} is opened by a key, not by a passphrase", hint)
    try:
        if by_passphrase:
            opened = age.passphrase.decrypt(encrypted, key.passphrase)
        else:
            opened = age.decrypt(encrypted, list(key.identities))
        return bytes(opened).decode("utf-8")
    except age.DecryptError as error:
        if str(error) not in _WRONG_KEY:
            raise _damaged(file) from None
        noun = "passphrase" if by_passphrase else "key"
        raise WrongKey(f"this {noun} does not open {file}", f"it takes another {noun}") from None
    except UnicodeDecodeError:
        raise CopkitError(f"what {file} holds is not text") from None


def needs_passphrase(data: bytes, file: str) -> bool:
    """Check whether a file is encrypted for a passphrase, and not for keys.

    Raise :class:`CopkitError` for a file that is damaged or not of age.
    """
    # The header of the format: "-> scrypt ..." is a passphrase's, and "--- ..." ends it.
    encrypted = _without_armour(data, file)
    if b"\n--- " not in encrypted[:_LARGEST_KEY]:
        raise _damaged(file)
    return encrypted[len(_MAGIC) :].startswith(b"-> scrypt ")


def _without_armour(data: bytes, file: str) -> bytes:
    """Return the bytes in the armour; raise :class:`CopkitError` for a file that is not whole."""
    if data.startswith(_MAGIC):
        return data
    lines = data.decode("ascii", "replace").split()
    if re.search(rb"(?m)^<{7}", data):  # a conflict marker of git
        message = f"two people have encrypted {file}, and git could not choose"
        raise CopkitError(message, f"git checkout --theirs {file} takes what the others have sent")
    if lines[:4] != _BEGIN.split():
        message = f"{file} is not a file that age has encrypted"
        raise CopkitError(message, "'git checkout' or a backup may have the right one")
    if lines[-4:] != _END.split():
        raise _damaged(file)
    try:
        encrypted = base64.b64decode("".join(lines[4:-4]), validate=True)
    except binascii.Error:
        raise _damaged(file) from None
    if not encrypted.startswith(_MAGIC):
        raise _damaged(file)
    return encrypted


def _damaged(file: str) -> CopkitError:
    hint = "take an earlier one back from git, or ask whoever made it for it again"
    return CopkitError(f"{file} is damaged, or not all of it is here", hint)


def parse_recipients(words: Sequence[str]) -> tuple[Any, ...]:
    """Parse public keys, ``age1...`` or ``ssh-ed25519 ...``.

    Raise :class:`CopkitError` for a text that is none.
    """
    # No error repeats the text: it may be the secret key, typed in the wrong place.
    age = require_age()
    recipients = []
    for number, word in enumerate(map(str.strip, words), 1):
        kind = age.ssh if word.startswith("ssh-") else age.x25519
        try:
            recipients.append(kind.Recipient.from_str(word))
        except age.RecipientError:
            message = f"number {number} of --to is not a public key of age"
            if word.upper().startswith("AGE-SECRET-KEY-"):
                message = f"number {number} of --to is a secret key, which nobody else must see"
            hint = "write the public one, which begins with age1 or ssh-"
            raise CopkitError(message, hint, status=2) from None
    return tuple(recipients)


def read_identities(path: Path) -> tuple[Any, ...]:
    """Read the secret keys in a file of age's or ssh's; no error repeats one.

    Raise :class:`CopkitError` when the file cannot be read or has none.
    """
    age = require_age()
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST_KEY)
    except OSError as error:
        message = f"{path} cannot be read: {error.strerror or 'unknown reason'}"
        raise CopkitError(message, status=2) from None
    try:
        if data.startswith(b"-----BEGIN ") and b" PRIVATE KEY-----" in data[:80]:
            return (age.ssh.Identity.from_buffer(data),)
        lines = [line.strip() for line in data.decode("utf-8").splitlines()]
        keys = [line for line in lines if line and not line.startswith("#")]
        identities = tuple(age.x25519.Identity.from_str(key) for key in keys)
    except (age.IdentityError, UnicodeDecodeError):
        identities = ()
    if not identities:
        hint = (
            "it holds a line AGE-SECRET-KEY-1..., or is a private key of ssh without a passphrase"
        )
        raise CopkitError(f"{path} is not a file of secret keys", hint, status=2)
    return identities
