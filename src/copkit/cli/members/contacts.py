"""``copkit contacts``: names and addresses, and carrying them to a colleague encrypted."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from copkit.cli.params import (
    HERE,
    AsJson,
    DryRun,
    Folder,
    interactive,
    wrong_use,
)
from copkit.cli.terminal import clean, print_json, print_table, say, show_problems
from copkit.errors import CopkitError, FaultyRecords, Problem, errors_among
from copkit.folder import load
from copkit.layout import CONTACTS, SEALED, find
from copkit.private_files import read_contacts
from copkit.records.kinds import Noun
from copkit.records.private import Contact, parse_contacts
from copkit.text.encryption import (
    SHORTEST,
    Key,
    WrongKey,
    opens_by_passphrase,
    read_identities,
    recipients_from,
    require_age,
    seal,
    unseal,
)
from copkit.text.files import inside, read_bytes, read_source
from copkit.text.front_matter import read_document
from copkit.text.source import SourceText
from copkit.text.transaction import Change, save, save_privately
from copkit.wording import plural

VARIABLE = "COPKIT_PASSPHRASE"
IdentityFile = Annotated[
    Path | None,
    typer.Option("--identity", "-i", metavar="FILE", help="The file that holds your secret key."),
]
Force = Annotated[bool, typer.Option("--force", help="Do it, though it replaces something else.")]


def list_contacts(folder: Folder = HERE, as_json: AsJson = False) -> None:
    """List who the members are, and who agreed to be sent the newsletter.

    \b
    Examples:
      copkit contacts list
      copkit contacts list --json
    """
    root = find(folder)
    require_contacts(root)
    problems: list[Problem] = []
    found = read_contacts(root, problems)
    _require_none(problems)
    if as_json:
        from copkit.records.schema.write import as_json as in_json

        print_json({"contacts": [in_json(contact) for contact in found]})
    elif found:
        print_table(("id", "name", "mail"), [_row(contact) for contact in found])
    else:
        say(f"nobody stands in {CONTACTS} yet")
    from copkit.analysis.recipients import unknown_contacts

    show_problems(unknown_contacts(load(root, {Noun.MEMBERS}), found), file=sys.stderr)


def _row(contact: Contact) -> tuple[str, str, str]:
    mail = f"agreed {contact.agreed}" if contact.agreed else "no"
    return contact.id, contact.name or "", mail


def require_contacts(root: Path) -> None:
    """Raise :class:`CopkitError` where there are none, and say how to come by them."""
    if os.path.lexists(inside(root, *CONTACTS.split("/"))):
        return
    hint = "it is a list 'contacts:' of id (community/member-id), name, email and mail"
    if (root / SEALED).exists():
        hint = f"'copkit contacts decrypt' makes it from {SEALED}"
    raise CopkitError(f"there is no {CONTACTS} here", hint)


def _require_none(problems: list[Problem]) -> None:
    if errors := errors_among(problems):
        raise FaultyRecords(errors)


# --- encrypt ---------------------------------------------------------------------------------


def encrypt(
    to: Annotated[
        list[str] | None,
        typer.Option("--to", metavar="KEY", help="A public key, age1...; may be repeated."),
    ] = None,
    identity: IdentityFile = None,
    force: Force = False,
    folder: Folder = HERE,
    dry_run: DryRun = False,
) -> None:
    """Encrypt the contacts as contacts.age, which can go into git and to colleagues.

    Asks for a passphrase, or takes it from COPKIT_PASSPHRASE; with --to, whoever holds one of
    the keys can open it, and nobody else. What stands in contacts.age alone is never lost
    without --force; --identity opens it to look.

    \b
    Examples:
      copkit contacts encrypt
      copkit contacts encrypt --to age1... --to age1... --identity ~/keys.txt
    """
    require_age()
    root = find(folder)
    require_contacts(root)
    problems: list[Problem] = []
    source = read_source(inside(root, *CONTACTS.split("/")), CONTACTS, problems)
    new = _parsed(source, problems)
    old = _sealed_here(root)
    key = _closing_key(to or [], identity)
    if old is not None and not force:
        opened = _opened_to_compare(old, key)
        if opened == source.text and not to:
            say(f"{SEALED} says so already; nothing was changed")
            return
        _require_nothing_lost(opened, new)
    change = Change(SEALED, _as_letters(old), seal(source.text, key))
    if not dry_run:
        save(root, [change])
    say(f"{'would write' if dry_run else 'wrote'} {SEALED}: {plural(len(new), 'contact')}")
    say("  only these keys open it; yours must be one of them" if to else _ADVICE)


_ADVICE = "  give the passphrase to colleagues by word of mouth: whoever has it can read everything"


def _closing_key(to: list[str], identity: Path | None) -> Key:
    """Give what closes the contacts, and opens those of before: keys if any are named."""
    if to:
        opening = read_identities(identity) if identity else ()
        return Key(recipients=recipients_from(to), identities=opening)
    if identity:
        wrong_use("--identity opens, and --to closes", "name the public keys with --to")
    return Key(passphrase=_passphrase(new=True))


def _parsed(source: SourceText, problems: list[Problem]) -> tuple[Contact, ...]:
    """Read the contacts in a text; raise with everything wrong in it."""
    found = parse_contacts(read_document(source, problems, markdown=False))
    _require_none(problems)
    return found


def _sealed_here(root: Path) -> bytes | None:
    path = inside(root, SEALED)
    return read_bytes(path, SEALED) if os.path.lexists(path) else None


def _as_letters(old: bytes | None) -> str | None:
    """Give an encrypted file as text, so that it can be replaced by another."""
    try:
        return None if old is None else old.decode("ascii")
    except UnicodeDecodeError:
        message = f"{SEALED} was written by another program, not in letters; nothing was changed"
        raise CopkitError(message, "move it somewhere else, and run this again") from None


def _opened_to_compare(old: bytes, key: Key) -> str:
    """Open what is about to be replaced; raise when that cannot be done with this key."""
    try:
        return unseal(old, key, SEALED)
    except CopkitError as error:
        hint = "--force replaces it all the same; what it holds is then only in git's history"
        if isinstance(error, WrongKey):
            message = f"{error.message}, so nobody can see whether something in it would be lost"
            raise CopkitError(message, hint) from None
        raise CopkitError(f"{error.message}; nothing was changed", hint) from None


def _require_nothing_lost(opened: str, new: tuple[Contact, ...]) -> None:
    """Refuse to replace contacts that somebody else has added."""
    before = parse_contacts(read_document(SourceText(SEALED, opened), [], markdown=False))
    ids = {contact.id for contact in new}
    if lost := sum(contact.id not in ids for contact in before):
        raise CopkitError(
            f"{SEALED} holds {plural(lost, 'contact')} that {CONTACTS} lacks; nothing was changed",
            "'copkit contacts decrypt --force' brings them here and keeps your file beside it; "
            "if they are to go, 'copkit contacts encrypt --force'",
        )


def _passphrase(*, new: bool) -> str:
    """Take the passphrase from the environment, or ask for it without showing it."""
    given = os.environ.get(VARIABLE)
    if not given:
        if not interactive():
            wrong_use("missing: the passphrase", f"put it into {VARIABLE}, or use keys of age")
        given = str(typer.prompt("passphrase", hide_input=True, confirmation_prompt=new, err=True))
    if new and len(given) < SHORTEST:
        message = f"a passphrase has at least {SHORTEST} signs: whoever has the file can go on "
        wrong_use(f"{message}guessing for years", "four words that do not belong together are good")
    return given


# --- decrypt ---------------------------------------------------------------------------------


def decrypt(
    identity: IdentityFile = None,
    force: Force = False,
    folder: Folder = HERE,
    dry_run: DryRun = False,
) -> None:
    """Decrypt contacts.age into private/contacts.yaml, which only you can read.

    Asks for the passphrase, or takes it from COPKIT_PASSPHRASE. Where your own file says
    something else, --force keeps it beside the new one.

    \b
    Examples:
      copkit contacts decrypt
      copkit contacts decrypt --identity ~/keys.txt
    """
    from copkit.git.repository import require_kept_out

    require_age()
    root = find(folder)
    require_kept_out(root)
    data = _sealed_here(root)
    if data is None:
        hint = "'copkit contacts encrypt' makes it, and 'copkit sync' brings that of others"
        raise CopkitError(f"there is no {SEALED} here", hint)
    if identity:
        key = Key(identities=read_identities(identity))
    else:
        asks = opens_by_passphrase(data, SEALED)
        key = Key(passphrase=_passphrase(new=False)) if asks else Key()
    text = unseal(data, key, SEALED)
    found = _parsed(SourceText(CONTACTS, text), [])
    old = _text_here(root)
    if old == text:
        say(f"{CONTACTS} says so already; nothing was changed")
        return
    changes = [Change(CONTACTS, old, text)]
    if old is not None:
        changes.append(Change(_beside(root), None, old))
        if not force:
            raise CopkitError(
                f"{CONTACTS} is there and says something else; nothing was changed",
                f"--force takes what {SEALED} says, and keeps yours as {changes[1].file}",
            )
    if not dry_run:
        save_privately(root, changes)
    say(f"{'would write' if dry_run else 'wrote'} {CONTACTS}: {plural(len(found), 'contact')}")
    for kept in changes[1:]:
        say(f"  yours as it was: {clean(kept.file)}; delete it when you have compared them")


def _text_here(root: Path) -> str | None:
    path = inside(root, *CONTACTS.split("/"))
    if not os.path.lexists(path):
        return None
    problems: list[Problem] = []
    source = read_source(path, CONTACTS, problems)
    _require_none(problems)
    return source.text


def _beside(root: Path) -> str:
    """Give a free name for the contacts as they were."""
    number = 1
    while os.path.lexists(
        root / (name := f"{CONTACTS.removesuffix('.yaml')}-before-{number}.yaml")
    ):
        number += 1
    return name
