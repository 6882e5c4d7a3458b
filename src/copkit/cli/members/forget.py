"""``copkit member``: forgetting somebody, as they asked."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from copkit.cli.params import (
    HERE,
    DryRun,
    Folder,
    complete_whole_member,
    interactive,
    open_programme,
    wrong_use,
)
from copkit.cli.terminal import clean, say
from copkit.errors import CopkitError, FaultyRecords, Problem, did_you_mean, errors_among
from copkit.layout import ALIASES, CONTACTS, SEALED, SENT, find
from copkit.text.source import SourceText
from copkit.wording import plural

if TYPE_CHECKING:
    from copkit.analysis.privacy.erasure import Erasure, Person, Place, Sought
    from copkit.folder import Programme
    from copkit.records.private import Contact


MOST_SHOWN = 200  # places listed one by one


def forget(
    person: Annotated[
        str,
        typer.Argument(
            metavar="ID",
            help="community/member-id, as 'copkit list members' prints it.",
            autocompletion=complete_whole_member,
        ),
    ],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    folder: Folder = HERE,
    dry_run: DryRun = False,
) -> None:
    """Remove what is personal of a member, and keep their seat and attendance, so no count changes.

    Takes out the contact, the organisation and which cases they presented; an id that holds
    their name becomes another. Then lists where their name still stands, and says what git's
    history holds. This cannot be undone.

    \b
    Examples:
      copkit member forget brighton/housing-support-1 --dry-run
      copkit member forget brighton/housing-support-1
    """
    from copkit.analysis.privacy.erasure import build_erasure, masked, places_left
    from copkit.git.repository import require_kept_out

    root = find(folder)
    found, others = _person(folder, root, person)
    erasure = build_erasure(found, _private_texts(root))
    if any(change.file.startswith("private/") for change in erasure.changes):
        require_kept_out(root)
    sought = _sought(root, found, erasure)
    texts, unread = _texts_after(root, erasure)
    places = places_left(texts, sought)
    _show(found, erasure, [masked(line, sought) for line in erasure.told], dry_run=dry_run)
    if erasure.changes and not dry_run:
        from copkit.cli.prompts import agree

        if not yes and not interactive():
            wrong_use("this cannot be undone, so it is not done unasked", "--yes says you mean it")
        if not yes and not agree("remove all this for good?", default=False):
            say("nothing was changed")
            return
        _forget(root, sought, erasure)
    _show_places(found, places, [masked(file, sought) for file in unread])
    _show_elsewhere(root, found, erasure, others)


def _person(folder: Path, root: Path, named: str) -> tuple[Person, list[Contact]]:
    """Find whom an id names, and the other contacts that seem to be the same person."""
    from copkit.analysis.privacy.erasure import Person
    from copkit.private_files import read_contacts
    from copkit.records.kinds import Noun

    programme = open_programme(folder, {Noun.MEMBERS, Noun.MEETINGS, Noun.CASES})
    problems: list[Problem] = []
    contacts = read_contacts(root, problems)
    if errors := errors_among(problems):
        raise FaultyRecords(errors)
    place, _, id = named.partition("/")
    slugs = {records.slug for records in programme.communities}
    slug = (
        programme.community(place).slug if id and place not in slugs | _places(contacts) else place
    )
    records = next((one for one in programme.communities if one.slug == slug), None)
    contact = next((one for one in contacts if one.id == f"{slug}/{id}"), None)
    if contact is None and (records is None or records.roster.member(id) is None):
        raise _unknown(programme, named)
    same = [one for one in contacts if contact and one is not contact and _alike(one, contact)]
    return Person(slug, id, contact, records), same


def _places(contacts: tuple[Contact, ...]) -> set[str]:
    return {contact.community for contact in contacts}


def _alike(one: Contact, other: Contact) -> bool:
    pairs = ((one.name, other.name), (one.email, other.email))
    return any(a and b and a.casefold() == b.casefold() for a, b in pairs)


def _unknown(programme: Programme, named: str) -> CopkitError:
    ids = [f"{one.slug}/{member.id}" for one in programme.communities for member in one.members]
    hint = did_you_mean(named, ids, "write community/member-id, as 'copkit list members' prints it")
    return CopkitError(
        "there is nobody of this id on a roster or among the contacts", hint, status=2
    )


def _private_texts(root: Path) -> dict[str, str]:
    """Read the files in private/ that may hold entries of a person, as far as they are texts."""
    from copkit.text.files import inside, read_source

    texts = {}
    journals = (f"{SENT}/{path.name}" for path in sorted((root / SENT).glob("*.jsonl")))
    for file in (CONTACTS, ALIASES, *journals):
        path = inside(root, *file.split("/"))
        if os.path.lexists(path):
            source = read_source(path, file, [])
            if source.readable:
                texts[file] = source.text
    return texts


def _sought(root: Path, person: Person, erasure: Erasure) -> list[Sought]:
    """Give what names a person, also as lists of who came have called them."""
    from copkit.analysis.privacy.erasure import PART_OF_NAME, sought_for
    from copkit.private_files import read_aliases

    found = sought_for(person, erasure.new_id)
    if person.contact is None:
        return found
    own = [one for one in read_aliases(root, []).aliases if one.id == person.whole_id]
    called = [(name, None) for one in own for name in one.names]
    for name, email in [*called, *((None, email) for one in own for email in one.emails)]:
        other = replace(person, contact=replace(person.contact, name=name, email=email))
        whole = (one for one in sought_for(other, person.id) if one.what != PART_OF_NAME)
        found += [one._replace(what=f"{one.what}, as lists have it") for one in whole]
    return found


def _texts_after(root: Path, erasure: Erasure) -> tuple[list[SourceText], list[str]]:
    """Give every text of the folder as it will be, and the files that cannot be looked into."""
    from copkit.text.files import every_file

    new = {change.file: change.new or "" for change in erasure.changes}
    sources = list(every_file(root, leave_out=(".git", "build")))
    texts = [SourceText(one.file, new.get(one.file, one.text)) for one in sources]
    return texts, [one.file for one in sources if not one.readable and one.file != SEALED]


def _show(person: Person, erasure: Erasure, told: list[str], *, dry_run: bool) -> None:
    roster = person.records.roster if person.records else None
    known = roster.member(person.id) if roster else None
    who = f"the {known.role} of {person.community}" if known else "somebody on no roster"
    if not erasure.changes:
        say(f"nothing personal is left to take out of the records of {clean(who)}")
        return
    would = "would be" if dry_run else "will be"
    say(f"{clean(who)}: what {would} taken out")
    for line in told:
        say(f"  {clean(line)}")
    if known:
        say("  the role, sector, dates and attendance stay, so that every count stays the same")


def _forget(root: Path, sought: list[Sought], erasure: Erasure) -> None:
    """Write it, all or nothing, and see to it that 'copkit undo' cannot bring it back."""
    from copkit.analysis.privacy.erasure import places_left
    from copkit.cli.store import require_sound
    from copkit.git.history import forget_about
    from copkit.git.repository import repository_of
    from copkit.text.transaction import Change, locked, save

    files = {change.file for change in erasure.changes}
    for change in erasure.changes:
        if not change.file.startswith("private/"):
            require_sound(change.file, change.new or "")

    def is_about(change: Change) -> bool:
        """Say whether what was noted for 'copkit undo' holds something of the person."""
        texts = (SourceText(change.file, text) for text in (change.old, change.new) if text)
        return change.file in files or bool(places_left(texts, sought))

    with locked(root):
        save(root, erasure.changes)
        if repository := repository_of(root):
            forget_about(repository, is_about)
    say("taken out; 'copkit undo' does not bring it back")


def _show_places(person: Person, places: list[Place], unread: list[str]) -> None:
    if person.contact is None or not (person.contact.name or person.contact.email):
        say(f"{CONTACTS} has no name or address here, so nobody could look for them in the records")
    elif places:
        say(f"still named in {plural(len(places), 'place')}; change these by hand:")
        for place in places[:MOST_SHOWN]:
            say(f"  {clean(str(place))}")
        if len(places) > MOST_SHOWN:
            say(f"  and {len(places) - MOST_SHOWN} more")
    else:
        say("no other line of this folder was found to hold the name or the address")
    if unread:
        shown = ", ".join(sorted(unread)[:5]) + (" and others" if len(unread) > 5 else "")
        say(f"  not looked into, for they are not text: {clean(shown)}")


def _show_elsewhere(root: Path, person: Person, erasure: Erasure, others: list[Contact]) -> None:
    """Say what copkit cannot take away: other entries, built documents, history, copies."""
    if others:
        # the ids may hold the name: only how many
        say(f"{plural(len(others), 'other contact')} with the same name or address: forget as well")
    if (root / "build").exists():
        say("build/ may still hold what was built before: delete it, and build again")
    if (root / SEALED).exists() and person.contact:
        say(f"{SEALED} still holds the entry: 'copkit contacts encrypt --force' makes it anew")
    for line in _history(root, person, erasure):
        say(clean(line))
    say("tell everybody who has a copy: other clones, backups, and mails that were sent")


def _history(root: Path, person: Person, erasure: Erasure) -> Iterator[str]:
    from copkit.git.objects import traces, versions_of
    from copkit.git.repository import repository_of

    repository = repository_of(root)
    if repository is None:
        yield "this folder is not kept in git, so there is no history to clean"
        return
    sought = {"the id they had": person.id} if erasure.new_id != person.id else {}
    if person.contact and person.contact.email:
        sought = {"the e-mail address": person.contact.email, **sought}
    if person.contact and person.contact.name:
        sought = {"the name in full": person.contact.name, **sought}
    found = [trace for trace in traces(repository, sought) if trace]
    earlier = versions_of(repository, [change.file for change in erasure.changes])
    sealed = versions_of(repository, [SEALED]) if person.contact else 0
    if not (found or earlier or sealed):
        yield "git's history holds nothing of it"
        return
    yield "git's history still holds:"
    for one in found:
        yield (
            f"  {one.what}: put in or taken out by {plural(one.files, 'commit')}, in the message "
            f"of {one.messages}, as author of {one.authors}"
        )
    if earlier:
        yield f"  the files changed now as they were before, in {plural(earlier, 'commit')}"
    if sealed:
        yield f"  {plural(sealed, 'version')} of {SEALED}, for whoever has its passphrase or key"
    yield "to take it out of the history, when everybody has sent what they have ('copkit sync'):"
    yield "  1. in a file outside this folder, write each text to go on a line: TEXT==>removed"
    yield "  2. in a new clone: git filter-repo --replace-text FILE --replace-message FILE"
    if sealed:
        yield f"     and: git filter-repo --invert-paths --path {repository.prefix}{SEALED}"
    yield "  3. git push --force --all; delete FILE; everybody else makes a new clone"
