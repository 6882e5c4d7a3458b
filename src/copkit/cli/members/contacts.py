"""``copkit contacts``: names and addresses, and carrying them to a colleague encrypted."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from copkit.cli.context import Reading, Writing
from copkit.cli.params import (
    is_interactive,
    usage_error,
)
from copkit.cli.store import note_nothing_changed, require_known_format, save_step
from copkit.cli.terminal import clean, print_json, print_problems, print_table, say
from copkit.errors import CopkitError, InvalidRecords, Problem, only_errors
from copkit.folder import load
from copkit.layout import ALIASES, COLUMNS, CONTACTS, ENCRYPTED_CONTACTS
from copkit.private_files import (
    KEY,
    load_forgotten_ids,
    note_shared_state,
    pack_shared_files,
    read_contacts,
    read_shared_files,
    unpack_shared_files,
)
from copkit.records.kinds import Noun
from copkit.records.private import Contact, parse_contacts
from copkit.text.edit import EditRefused, read_fields, remove
from copkit.text.encryption import (
    SHORTEST_PASSPHRASE,
    EncryptionKey,
    WrongKey,
    decrypt_text,
    encrypt_text,
    needs_passphrase,
    parse_recipients,
    read_identities,
    require_age,
)
from copkit.text.files import path_inside, read_bytes
from copkit.text.front_matter import read_document
from copkit.text.source import SourceText
from copkit.text.transaction import Change, save_privately
from copkit.text.yaml.nodes import value_of
from copkit.wording import list_in_words, plural

ENVIRONMENT_VARIABLE = "COPKIT_PASSPHRASE"
# By word of mouth: a passphrase sent beside the file protects nothing.
_SHARING_ADVICE = (
    "  give the passphrase to colleagues by word of mouth: whoever has it can read everything"
)
IdentityFile = Annotated[
    Path | None,
    typer.Option("--identity", "-i", metavar="FILE", help="The file that holds your secret key."),
]
Force = Annotated[bool, typer.Option("--force", help="Do it, though it replaces something else.")]


def list_contacts(context: Reading) -> None:
    """List who the members are, and who agreed to be sent the newsletter.

    \b
    Examples:
      copkit contacts list
      copkit contacts list --json
    """
    root = context.root
    require_contacts(root)
    problems: list[Problem] = []
    contacts = read_contacts(root, problems)
    _require_no_errors(problems)
    if context.as_json:
        print_json({"contacts": contacts})
    elif contacts:
        print_table(("id", "name", "mail"), [_row(contact) for contact in contacts])
    else:
        say(f"nobody stands in {CONTACTS} yet")
    # members whose contact is wrong get no newsletter, and nothing else would show it
    from copkit.analysis.recipients import find_unknown_contacts

    print_problems(find_unknown_contacts(load(root, {Noun.MEMBERS}), contacts), file=sys.stderr)


def _row(contact: Contact) -> tuple[str, str, str]:
    mail = f"agreed {contact.agreed}" if contact.agreed else "no"
    return contact.id, contact.name or "", mail


def require_contacts(root: Path) -> None:
    """Raise :class:`CopkitError` where there is no file of contacts; the hint is how to get one."""
    if os.path.lexists(path_inside(root, *CONTACTS.split("/"))):
        return
    hint = "'copkit member contact COMMUNITY/ID' notes somebody's name and address"
    if (root / ENCRYPTED_CONTACTS).exists():
        hint = f"'copkit contacts decrypt' makes it from {ENCRYPTED_CONTACTS}"
    raise CopkitError(f"there is no {CONTACTS} here", hint)


def _require_no_errors(problems: list[Problem]) -> None:
    if errors := only_errors(problems):
        raise InvalidRecords(errors)


# Encrypting


def encrypt(
    context: Writing,
    to: Annotated[
        list[str] | None,
        typer.Option("--to", metavar="KEY", help="A public key, age1...; may be repeated."),
    ] = None,
    identity: IdentityFile = None,
    force: Force = False,
) -> None:
    """Encrypt the contacts as contacts.age, which can go into git and to colleagues.

    What else colleagues need goes with them: other names of members, the columns of rosters, and
    the key of accepted findings. It is also the back-up of what git does not keep. Asks for a
    passphrase, or takes it from COPKIT_PASSPHRASE; with --to, whoever holds one of the keys can
    open it, and nobody else. What stands in contacts.age alone is never lost without --force;
    --identity opens it to look.

    \b
    Examples:
      copkit contacts encrypt
      copkit contacts encrypt --to age1... --to age1... --identity ~/keys.txt
    """
    require_age()
    root = context.root
    require_known_format(root)
    texts = read_shared_files(root)
    if not texts:
        require_contacts(root)
    contacts = _parse_valid_contacts(SourceText(CONTACTS, texts.get(CONTACTS, "")), [])
    old = _read_encrypted(root)
    key = _encryption_key(to or [], identity)
    packed = pack_shared_files(texts)
    if old is not None and not force:
        decrypted = _decrypt_to_compare(old, key)
        # with --to the file is written anyway: the same text may be for other keys now
        if decrypted == packed and not to:
            if not context.dry_run:
                save_privately(root, [note_shared_state(root, packed)])
            say(f"{ENCRYPTED_CONTACTS} says so already; nothing was changed")
            note_nothing_changed(root)
            return
        _require_nothing_lost(_without_forgotten(root, unpack_shared_files(decrypted)), texts)
    change = Change(ENCRYPTED_CONTACTS, _decode_encrypted(old), encrypt_text(packed, key))
    if not context.dry_run:
        # Final: what it replaces is encrypted for others, and may be open to them no more.
        save_step(
            root,
            [change],
            [note_shared_state(root, packed)],
            summary=["contacts.age was made anew"],
            is_final=True,
        )
    others = [_SHARED_NAMES[file] for file in texts if file != CONTACTS]
    say(
        f"{context.verb} {ENCRYPTED_CONTACTS}: "
        f"{list_in_words([plural(len(contacts), 'contact'), *others])}"
    )
    say("  only these keys open it; yours must be one of them" if to else _SHARING_ADVICE)


NEW_PASSPHRASE = "COPKIT_NEW_PASSPHRASE"  # noqa: S105  # the name of a variable


def rotate(
    context: Writing,
    to: Annotated[
        list[str] | None,
        typer.Option("--to", metavar="KEY", help="A public key, age1...; may be repeated."),
    ] = None,
    identity: IdentityFile = None,
) -> None:
    """Encrypt contacts.age anew, for another passphrase or for other keys.

    What it holds stays as it is.

    For a handover: whoever leaves knows the old passphrase. It is taken from COPKIT_PASSPHRASE and
    the new one from COPKIT_NEW_PASSPHRASE, else both are asked for. Versions in git's history stay
    open to the old one.

    \b
    Examples:
      copkit contacts rotate
      copkit contacts rotate --identity ~/keys.txt --to age1... --to age1...
    """
    require_age()
    root = context.root
    require_known_format(root)
    data = _read_encrypted(root)
    if data is None:
        raise CopkitError(f"there is no {ENCRYPTED_CONTACTS} here", "copkit contacts encrypt")
    if identity:
        old_key = EncryptionKey(identities=read_identities(identity))
    else:
        asks = needs_passphrase(data, ENCRYPTED_CONTACTS)
        old_key = EncryptionKey(passphrase=_passphrase(new=False)) if asks else EncryptionKey()
    packed = decrypt_text(data, old_key, ENCRYPTED_CONTACTS)
    if to:
        new_key = EncryptionKey(recipients=parse_recipients(to))
    else:
        new_key = EncryptionKey(passphrase=_passphrase(new=True, variable=NEW_PASSPHRASE))
        if new_key.passphrase == old_key.passphrase:
            usage_error("the new passphrase is the old one", "choose another")
    change = Change(ENCRYPTED_CONTACTS, _decode_encrypted(data), encrypt_text(packed, new_key))
    if not context.dry_run:
        # Final: what it replaces is open to whoever is to be kept out.
        save_step(root, [change], summary=["contacts.age is for another key"], is_final=True)
    say(f"{context.verb} {ENCRYPTED_CONTACTS}, for another {'key' if to else 'passphrase'}")
    say("  'copkit sync' sends it; git's history still holds the versions before, for the old one")


_SHARED_NAMES = {
    ALIASES: "other names of members",
    COLUMNS: "the columns of rosters",
    KEY: "the key of accepted findings",
}


def _encryption_key(to: list[str], identity: Path | None) -> EncryptionKey:
    """Return the keys that encrypt the contacts and decrypt the earlier file to compare.

    ``to`` are public keys; without any it is a passphrase. ``identity`` is a file of secret keys.
    """
    if to:
        identities = read_identities(identity) if identity else ()
        return EncryptionKey(recipients=parse_recipients(to), identities=identities)
    if identity:
        usage_error("--identity opens, and --to closes", "name the public keys with --to")
    return EncryptionKey(passphrase=_passphrase(new=True))


def _parse_valid_contacts(source: SourceText, problems: list[Problem]) -> tuple[Contact, ...]:
    """Parse contacts; raise :class:`InvalidRecords` with everything wrong in the text.

    ``problems`` are those of reading the source, which count as well.
    """
    contacts = parse_contacts(read_document(source, problems, markdown=False))
    _require_no_errors(problems)
    return contacts


def _read_encrypted(root: Path) -> bytes | None:
    """Return the bytes of contacts.age, or ``None`` where there is no file."""
    path = path_inside(root, ENCRYPTED_CONTACTS)
    return read_bytes(path, ENCRYPTED_CONTACTS) if os.path.lexists(path) else None


def _decode_encrypted(old: bytes | None) -> str | None:
    """Return an encrypted file as text, which a :class:`Change` needs of what it replaces.

    copkit writes age's ASCII form; raise :class:`CopkitError` for its binary form.
    """
    try:
        return None if old is None else old.decode("ascii")
    except UnicodeDecodeError:
        message = (
            f"{ENCRYPTED_CONTACTS} was written by another program, not in letters; "
            "nothing was changed"
        )
        raise CopkitError(message, "move it somewhere else, and run this again") from None


def _decrypt_to_compare(old: bytes, key: EncryptionKey) -> str:
    """Decrypt the file that is to be replaced; raise :class:`CopkitError` if ``key`` cannot."""
    try:
        return decrypt_text(old, key, ENCRYPTED_CONTACTS)
    except CopkitError as error:
        hint = "--force replaces it all the same; what it holds is then only in git's history"
        # not "wrong passphrase" alone: the reason for opening it at all has to be clear
        if isinstance(error, WrongKey):
            message = f"{error.message}, so nobody can see whether something in it would be lost"
            raise CopkitError(message, hint) from None
        raise CopkitError(f"{error.message}; nothing was changed", hint) from None


def _require_nothing_lost(old: Mapping[str, str], new: Mapping[str, str]) -> None:
    """Raise :class:`CopkitError` where the encrypted files have entries that ``new`` lacks.

    A colleague may have added them, and this copy of the folder has never been given them.
    """
    for file, text in old.items():
        if lost := len(_entries_of(file, text) - _entries_of(file, new.get(file, ""))):
            what = plural(lost, "contact" if file == CONTACTS else "other thing")
            raise CopkitError(
                f"{ENCRYPTED_CONTACTS} holds {what} that {file} lacks; nothing was changed",
                "'copkit contacts decrypt --force' brings them here and keeps your file beside it; "
                "if they are to go, 'copkit contacts encrypt --force'",
            )


def _without_forgotten(root: Path, texts: dict[str, str]) -> dict[str, str]:
    """Return shared files without the entries of members who have been forgotten since."""
    forgotten = load_forgotten_ids(root)
    for file, key in ((CONTACTS, "contacts"), (ALIASES, "aliases")):
        if file in texts:
            for id in _entries_of(file, texts[file]):
                if forgotten.new_id(id) is not None:
                    texts = {**texts, file: remove(texts[file], [key], id)}
    return texts


def _entries_of(file: str, text: str) -> set[str]:
    """Return the ids in the lists of a shared file; of the file of keys, its keys."""
    if file == KEY:
        return set(text.split())
    try:
        fields = value_of(read_fields(text))
    except EditRefused:
        return set()
    lists = fields.values() if isinstance(fields, dict) else ()
    items = (item for value in lists if isinstance(value, list) for item in value)
    ids = (item.get("id") if isinstance(item, dict) else item for item in items)
    return {id for id in ids if isinstance(id, str)}


def _passphrase(*, new: bool, variable: str = ENVIRONMENT_VARIABLE) -> str:
    """Return the passphrase from the environment, or ask for it without showing it.

    A ``new`` one is asked for twice and has to be long enough.
    """
    # no option: what is typed on the command line is in the history of the shell
    passphrase = os.environ.get(variable)
    if not passphrase:
        if not is_interactive():
            usage_error("missing: the passphrase", f"put it into {variable}, or use keys of age")
        passphrase = str(
            typer.prompt("passphrase", hide_input=True, confirmation_prompt=new, err=True)
        )
    if new and len(passphrase) < SHORTEST_PASSPHRASE:
        usage_error(
            f"a passphrase has at least {SHORTEST_PASSPHRASE} signs: "
            "whoever has the file can go on guessing for years",
            "four words that do not belong together are good",
        )
    return passphrase


# Decrypting


def decrypt(context: Writing, identity: IdentityFile = None, force: Force = False) -> None:
    """Decrypt contacts.age into private/contacts.yaml, which only you can read.

    What else it holds goes into private/ as well; keys of colleagues are put beside yours. Asks
    for the passphrase, or takes it from COPKIT_PASSPHRASE. Where your own file says something
    else, --force keeps it beside the new one.

    \b
    Examples:
      copkit contacts decrypt
      copkit contacts decrypt --identity ~/keys.txt
    """
    from copkit.git.repository import require_private_ignored

    require_age()
    root = context.root
    require_known_format(root)
    require_private_ignored(root)
    data = _read_encrypted(root)
    if data is None:
        hint = "'copkit contacts encrypt' makes it, and 'copkit sync' brings that of others"
        raise CopkitError(f"there is no {ENCRYPTED_CONTACTS} here", hint)
    if identity:
        key = EncryptionKey(identities=read_identities(identity))
    else:
        # a file for keys has no passphrase; the error of decrypting it then says what it wants
        asks = needs_passphrase(data, ENCRYPTED_CONTACTS)
        key = EncryptionKey(passphrase=_passphrase(new=False)) if asks else EncryptionKey()
    unpacked = unpack_shared_files(decrypt_text(data, key, ENCRYPTED_CONTACTS))
    theirs = _without_forgotten(root, unpacked)
    contacts = _parse_valid_contacts(SourceText(CONTACTS, theirs.get(CONTACTS, "")), [])
    mine = read_shared_files(root, with_emptied=True)
    changes = []
    for file, text in theirs.items():
        old = mine.get(file)
        new = text
        if file == KEY and old is not None:
            # Both keys are kept: two people may have begun to accept findings at once.
            new = "\n".join([*dict.fromkeys([*old.split(), *text.split()]), ""])
        if old != new:
            changes.append(Change(file, old, new))
    if not changes:
        save_privately(
            root, [] if context.dry_run else [note_shared_state(root, pack_shared_files(mine))]
        )
        say(f"{CONTACTS} says so already; nothing was changed")
        note_nothing_changed(root)
        return
    # the earlier files are written in the same step, so that no text can be lost
    backups = [
        Change(_free_backup_name(root, change.file), None, change.old)
        for change in changes
        if change.file != KEY and (change.old or "").strip("\0 \r\n")  # not of an emptied file
    ]
    if backups and not force:
        names = ", ".join(change.file for change in changes if change.old and change.file != KEY)
        raise CopkitError(
            f"{names} is there and says something else; nothing was changed",
            f"--force takes what {ENCRYPTED_CONTACTS} says, "
            f"and keeps yours as {', '.join(backup.file for backup in backups)}",
        )
    after = {**mine, **{change.file: change.new or "" for change in changes}}
    if not context.dry_run:
        noted = note_shared_state(root, pack_shared_files(after))
        save_step(root, (), [*changes, *backups, noted])
    written = [_SHARED_NAMES[change.file] for change in changes if change.file != CONTACTS]
    if any(change.file == CONTACTS for change in changes):
        written.insert(0, plural(len(contacts), "contact"))
    places = ", ".join(change.file for change in changes)
    say(f"{context.verb} {places}: {list_in_words(written)}")
    for backup in backups:
        say(f"  yours as it was: {clean(backup.file)}; delete it when you have compared them")


def _free_backup_name(root: Path, file: str) -> str:
    """Return a free file name in private/ for a file as it was."""
    number = 1
    while os.path.lexists(root / (name := f"{file.removesuffix('.yaml')}-before-{number}.yaml")):
        number += 1
    return name
