"""Looking a programme through for identifying details, with what is known of its people."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

import copkit.analysis.privacy.identifiers
import copkit.pii
from copkit.analysis.privacy.identifiers import (
    Knowledge,
    Read,
    borrowed_names,
    look_through,
    without_details,
)
from copkit.cli.params import wrong_use
from copkit.cli.terminal import say, with_progress
from copkit.errors import CopkitError, FaultyRecords, Problem, Severity, errors_among
from copkit.files import contents
from copkit.folder import Programme, load
from copkit.importers.names import compared
from copkit.layout import cache_folder
from copkit.pii.kinds import Kind
from copkit.pii.passage import first_names, is_odd_word
from copkit.private_files import (
    KEY,
    KEY_VARIABLE,
    acceptance_key,
    key_name,
    read_accepted,
    read_aliases,
    read_contacts,
)
from copkit.records.kinds import is_record_file
from copkit.records.private import Alias, Contact
from copkit.text.files import read_source
from copkit.wording import listed

# What has been looked through before and held nothing, so that it is not read anew each time.

_SIZE: Final = 16  # bytes of a digest
_MOST: Final = 200_000  # digests that are read, some 3 MB


def memory_of(root: Path) -> Path:
    """Give the file for what was looked through in a folder."""
    name = hashlib.blake2b(os.fsencode(root.resolve()), digest_size=_SIZE).hexdigest()
    return cache_folder() / f"looked-{name}"


class LookedThrough:
    """The files of one programme that held nothing when they were looked through."""

    def __init__(self, root: Path, knowledge: Knowledge) -> None:
        self._path = memory_of(root)
        self._key = _fingerprint(knowledge)
        self._before = _read(self._path)
        self._now: set[bytes] = set()

    def digest(self, file: str, data: bytes, invented: Iterable[str]) -> bytes:
        """Give the digest of a file with everything that decides what is found in it."""
        made = hashlib.blake2b(self._key, digest_size=_SIZE)
        for part in (file, *sorted(invented)):
            made.update(part.encode("utf-8", "surrogateescape") + b"\0")
        made.update(b"\0" + data)
        return made.digest()

    def held_nothing(self, digest: bytes) -> bool:
        """Say whether a file was looked through before, and nothing was found."""
        if digest in self._before:
            self._now.add(digest)
            return True
        return False

    def note(self, digest: bytes) -> None:
        """Note that nothing was found in a file."""
        self._now.add(digest)

    def keep(self) -> None:
        """Keep what was noted for the next time; a cache that cannot be written is none."""
        if self._now <= self._before:
            return
        with contextlib.suppress(OSError):
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            beside = self._path.with_name(f".{self._path.name}.{os.getpid()}.tmp")
            beside.write_bytes(b"".join(self._now))
            beside.replace(self._path)


def _read(path: Path) -> frozenset[bytes]:
    try:
        with path.open("rb") as file:
            data = file.read(_SIZE * _MOST)
    except OSError:
        return frozenset()
    return frozenset(data[at : at + _SIZE] for at in range(0, len(data), _SIZE))


def _fingerprint(knowledge: Knowledge) -> bytes:
    """Give what the rules are, and what they are told: where either changes, all is read anew."""
    made = hashlib.blake2b(digest_size=32)
    rules = sorted(Path(copkit.pii.__file__).parent.iterdir())
    for path in (*rules, Path(copkit.analysis.privacy.identifiers.__file__)):
        if path.is_file():
            status = path.stat()
            made.update(f"{path.name} {status.st_size} {status.st_mtime_ns}\0".encode())
    for told in (knowledge.known, knowledge.own, knowledge.accepted):
        made.update("\0".join(sorted(told)).encode("utf-8", "surrogateescape") + b"\0\0")
    made.update(knowledge.key)
    return made.digest()


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


# Whether what a person typed names somebody: it goes into tracked files, and on to readers.


def held_in(programme: Programme, text: str, invented: Collection[str] = ()) -> str:
    """Say what of a person a text seems to hold, or ``""``; ``invented`` names are nobody's."""
    return _named(_kinds_in(programme, text, invented))


def require_nobody_named(
    programme: Programme,
    texts: Mapping[str, str | None],
    hint: str,
    invented: Collection[str] = (),
    also: Collection[Kind] = (),
) -> None:
    """Refuse texts, each told by the option it was given as, in which somebody is named.

    ``also`` are kinds that elsewhere only narrow down who somebody is.
    """
    for option, text in texts.items():
        if text and (what := _named(_kinds_in(programme, text, invented), also)):
            wrong_use(f"{option}: this seems to hold {what}; nothing was written", hint)


def looks_like_somebody(programme: Programme, text: str) -> bool:
    """Say whether a few words, such as a role, hold anything that leads to a person."""
    return bool(_kinds_in(programme, text, ()))


def people_known(programme: Programme, others: Iterable[str] = ()) -> frozenset[str]:
    """Give the names and addresses in private/, and ``others`` with each part that is a name."""
    from copkit.pii.passage import first_names, is_odd_word

    listed_too = frozenset(others)
    known = {*knowledge_of(programme.root, [], programme).known, *listed_too}
    for said in listed_too:
        parts = (word for word in said.split() if len(word) > 2)
        known.update(word for word in parts if is_odd_word(word) or word.lower() in first_names())
    return frozenset(known)


def names_known(text: str, known: Collection[str]) -> bool:
    """Say whether a text holds one of the names and addresses that are known."""
    from copkit.pii.scan import find_details

    return any(one.kind is Kind.CONTACT for one in find_details(text, known=known))


def require_nobody_known(programme: Programme, why: str, others: Iterable[str]) -> None:
    """Refuse a reason that names somebody known, and warn of what else may be a name."""
    if names_known(why, people_known(programme, others)):
        hint = "give the reason without a name: the meeting's record goes into git"
        raise CopkitError("the reason names somebody; nothing was changed", hint, status=2)
    from copkit.pii.scan import find_details

    if what := _named(one.kind for one in find_details(why)):
        say(f"  the reason seems to hold {what}; it goes into git with the meeting")


def _kinds_in(programme: Programme, text: str, invented: Collection[str]) -> list[Kind]:
    """Give the kinds of what is found in a text, with all that is known of the programme."""
    from copkit.pii.scan import find_details

    knowledge = knowledge_of(programme.root, [], programme)
    return [one.kind for one in find_details(text, invented, knowledge.known, knowledge.own)]


def _named(kinds: Iterable[Kind], also: Collection[Kind] = ()) -> str:
    telling = (kind for kind in kinds if kind.severity is Severity.ERROR or kind in also)
    return listed(list(dict.fromkeys(kind.what for kind in telling)))
