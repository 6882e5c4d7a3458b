"""Texts that only a passphrase or a key opens: age, as letters, so that git and mail carry them.

Pure, apart from :func:`read_identities`, which reads a file of keys. The program that does it,
pyrage, is an extra, and imported where it is used.
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

SHORTEST: Final = 12  # signs; whoever has the file may try for years
_BEGIN: Final = "-----BEGIN AGE ENCRYPTED FILE-----"
_END: Final = "-----END AGE ENCRYPTED FILE-----"
_MAGIC: Final = b"age-encryption.org/v1\n"
_WIDTH: Final = 64  # of a line of armour, as age writes it
_WRONG_KEY: Final = frozenset({"Decryption failed", "No matching keys found"})
_LARGEST_KEY: Final = 100_000  # bytes


class WrongKey(CopkitError):
    """The file is whole, and is opened by another passphrase or key."""


@dataclass(frozen=True, slots=True)
class Key:
    """What closes or opens a text: a passphrase, or age's recipients and identities."""

    passphrase: str | None = None
    recipients: tuple[Any, ...] = ()
    identities: tuple[Any, ...] = ()


def require_age() -> Any:
    """Give the program that encrypts; raise :class:`CopkitError` where it is not installed."""
    try:
        import pyrage
    except ImportError:
        raise CopkitError('this needs pyrage: pip install "copkit[share]"') from None
    return pyrage


def seal(text: str, key: Key) -> str:
    """Encrypt a text, as letters in lines; each time gives another."""
    age, data = require_age(), text.encode("utf-8")
    if key.passphrase is not None:
        sealed = age.passphrase.encrypt(data, key.passphrase)
    else:
        sealed = age.encrypt(data, list(key.recipients))
    letters = base64.b64encode(sealed).decode("ascii")
    lines = [letters[at : at + _WIDTH] for at in range(0, len(letters), _WIDTH)]
    return "\n".join([_BEGIN, *lines, _END, ""])


def unseal(data: bytes, key: Key, file: str) -> str:
    """Give the text of an encrypted file, in letters or not.

    Raises :class:`WrongKey`, or :class:`CopkitError` when it is not whole.
    """
    age, plain = require_age(), _without_armour(data, file)
    by_passphrase = opens_by_passphrase(data, file)
    if by_passphrase and key.passphrase is None:
        raise WrongKey(f"{file} is opened by a passphrase, not by a key", "leave --identity out")
    if not by_passphrase and not key.identities:
        hint = "name the file that holds yours: --identity FILE"
        raise WrongKey(f"{file} is opened by a key, not by a passphrase", hint)
    try:
        if by_passphrase:
            opened = age.passphrase.decrypt(plain, key.passphrase)
        else:
            opened = age.decrypt(plain, list(key.identities))
        return bytes(opened).decode("utf-8")
    except age.DecryptError as error:
        if str(error) not in _WRONG_KEY:
            raise _damaged(file) from None
        what = "passphrase" if by_passphrase else "key"
        raise WrongKey(f"this {what} does not open {file}", f"it takes another {what}") from None
    except UnicodeDecodeError:
        raise CopkitError(f"what {file} holds is not text") from None


def opens_by_passphrase(data: bytes, file: str) -> bool:
    """Say whether a passphrase opens a file, or a key; raise :class:`CopkitError` if neither."""
    head = _without_armour(data, file)
    if b"\n--- " not in head[:_LARGEST_KEY]:
        raise _damaged(file)
    return head[len(_MAGIC) :].startswith(b"-> scrypt ")


def _without_armour(data: bytes, file: str) -> bytes:
    """Give the bytes behind the letters; raise for what age did not write, or not to the end."""
    if data.startswith(_MAGIC):
        return data
    lines = data.decode("ascii", "replace").split()
    if re.search(rb"(?m)^<{7}", data):
        message = f"two people have encrypted {file}, and git could not choose"
        raise CopkitError(message, f"git checkout --theirs {file} takes what the others have sent")
    if lines[:4] != _BEGIN.split():
        message = f"{file} is not a file that age has encrypted"
        raise CopkitError(message, "'git checkout' or a backup may have the right one")
    if lines[-4:] != _END.split():
        raise _damaged(file)
    try:
        plain = base64.b64decode("".join(lines[4:-4]), validate=True)
    except binascii.Error:
        raise _damaged(file) from None
    if not plain.startswith(_MAGIC):
        raise _damaged(file)
    return plain


def _damaged(file: str) -> CopkitError:
    hint = "take an earlier one back from git, or ask whoever made it for it again"
    return CopkitError(f"{file} is damaged, or not all of it is here", hint)


def recipients_from(words: Sequence[str]) -> tuple[Any, ...]:
    """Read public keys, ``age1...`` or ``ssh-ed25519 ...``; none is repeated in an error."""
    age = require_age()
    found = []
    for number, word in enumerate(map(str.strip, words), 1):
        kind = age.ssh if word.startswith("ssh-") else age.x25519
        try:
            found.append(kind.Recipient.from_str(word))
        except age.RecipientError:
            message = f"number {number} of --to is not a public key of age"
            if word.upper().startswith("AGE-SECRET-KEY-"):
                message = f"number {number} of --to is a secret key, which nobody else must see"
            hint = "write the public one, which begins with age1 or ssh-"
            raise CopkitError(message, hint, status=2) from None
    return tuple(found)


def read_identities(path: Path) -> tuple[Any, ...]:
    """Read the secret keys in a file of age's or ssh's; none is repeated in an error."""
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
        found = tuple(age.x25519.Identity.from_str(key) for key in keys)
    except (age.IdentityError, UnicodeDecodeError):
        found = ()
    if not found:
        hint = (
            "it holds a line AGE-SECRET-KEY-1..., or is a private key of ssh without a passphrase"
        )
        raise CopkitError(f"{path} is not a file of secret keys", hint, status=2)
    return found
