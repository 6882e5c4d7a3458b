"""Looking a programme through for identifying details, with what is known of its people."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from copkit.analysis.privacy.identifiers import (
    Knowledge,
    Read,
    borrowed_names,
    look_through,
    without_details,
)
from copkit.cli.looked import LookedThrough
from copkit.cli.terminal import with_progress
from copkit.errors import FaultyRecords, Problem, Severity, errors_among
from copkit.files import contents
from copkit.folder import Programme, load
from copkit.importers.names import compared
from copkit.pii.vocabulary import first_names, is_odd_word
from copkit.private_files import (
    KEY,
    KEY_VARIABLE,
    acceptance_key,
    key_name,
    read_accepted,
    read_aliases,
    read_contacts,
)
from copkit.records.aliases import Alias
from copkit.records.kinds import is_record_file
from copkit.records.private import Contact
from copkit.text.files import read_source


def knowledge_of(
    root: Path, problems: list[Problem], programme: Programme | None = None
) -> Knowledge:
    """Read what is known of a programme's people, and which findings have been accepted.

    The communities are read as well, unless the programme has been.
    """
    accepted, key = read_accepted(root, problems), acceptance_key(root)
    ids = frozenset[str]()
    if accepted and accepted.accepted:
        if key and accepted.key in (None, key_name(key)):
            ids = frozenset(one.id for one in accepted.accepted)
        else:
            what = "another key than the one here" if key else "a key that is not here"
            message = f"findings were accepted with {what}, so they are shown again"
            hint = f"ask a colleague for {KEY}, or set {KEY_VARIABLE}"
            place = (accepted.source.file, 1, 1, 1, 2)
            warning = Problem(*place, "no-acceptance-key", Severity.WARNING, message, hint)
            problems.append(warning)
    contacts = read_contacts(root, problems)
    known = frozenset(said for one in contacts for said in _said_of(one))
    aliases = read_aliases(root, problems).aliases
    known |= frozenset(said for one in aliases for said in _also_said_of(one))
    known_of = programme or load(root, frozenset())
    communities = (records.community for records in known_of.communities)
    own = frozenset(word for one in communities for word in (one.slug, one.place))
    own |= frozenset(_words_of_roles(known_of))
    return Knowledge(known=known, own=own, accepted=ids, key=key)


def _words_of_roles(programme: Programme) -> Iterator[str]:
    """Give the ordinary words of the seats sought that are first names too, as in 'Link Worker'."""
    for roles in programme.settings.seats_sought.values():
        for word in re.findall(r"\w+", " ".join(roles).lower()):
            if first_names().get(word):
                yield word


def _said_of(contact: Contact) -> Iterator[str]:
    """Give by what somebody can be known: name, address, and each name that is no ordinary word."""
    yield from (said for said in (contact.name, contact.email) if said)
    words = (contact.name or "").split()
    yield from (word for word in words if len(word) > 3 and is_odd_word(word))


def _also_said_of(alias: Alias) -> Iterator[str]:
    """Give by what else somebody can be known: addresses, and names that are no ordinary word."""
    yield from alias.emails
    for name in alias.names:
        for said in (name, compared(name)):
            words = said.split()
            if len(words) > 1 or (len(said) > 3 and is_odd_word(said)):
                yield said


def details_of(
    root: Path, knowledge: Knowledge, is_wanted: Callable[[str], bool] = lambda file: True
) -> Iterator[Problem]:
    """Look through a programme folder: what git would keep, or the files of it that are wanted."""
    read = reader_in(root)
    before = LookedThrough(root, knowledge)
    for file, data in with_progress(contents(root), "looking through the files"):
        if not is_wanted(file):
            continue
        digest = b""
        if data is not None and knowledge.model is None:
            borrowed = borrowed_names(file, data.decode("utf-8", "replace"), read)
            digest = before.digest(file, data, borrowed)
            if before.held_nothing(digest):
                continue
        found = list(look_through(file, data, knowledge, read))
        yield from found
        if digest and not found:
            before.note(digest)
    before.keep()


def reader_in(root: Path) -> Read:
    """Make a reader of the texts that files have in a folder."""

    def read(file: str) -> str | None:
        problems: list[Problem] = []
        source = read_source(root / file, file, problems)
        return None if problems else source.text

    return read


def is_rendered(file: str) -> bool:
    """Say whether a file can have a part in a document: records and templates."""
    return is_record_file(file) or file.startswith("templates/")


def require_no_details(programme: Programme, is_wanted: Callable[[str], bool]) -> None:
    """Raise :class:`FaultyRecords` where the files that are wanted hold direct details."""
    problems: list[Problem] = []
    knowledge = knowledge_of(programme.root, problems, programme)
    problems += details_of(programme.root, knowledge, is_wanted)
    if errors := errors_among(problems):
        raise FaultyRecords([without_details(problem, knowledge.mask) for problem in errors])
