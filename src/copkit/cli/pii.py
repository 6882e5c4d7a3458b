"""Scan a programme, or a typed text, for identifying details, with what is known of its people.

Files that held nothing are remembered outside the folder, so that they are not scanned each time.
"""

from __future__ import annotations

import contextlib
import hashlib
import marshal
import os
import re
import stat
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

import copkit.analysis.privacy.identifiers
import copkit.pii
from copkit.analysis.privacy.identifiers import (
    Knowledge,
    acceptance_digest,
    decode_text,
    find_named_cases,
    find_pseudonyms_of_cases,
    findings_in_label,
    findings_in_text,
    mask_problem,
    scan_file,
)
from copkit.cli.params import is_interactive, usage_error
from copkit.cli.terminal import say, with_progress
from copkit.errors import CopkitError, InvalidRecords, Problem, Severity, only_errors
from copkit.files import RecordStore, file_state, list_files, read_entry
from copkit.folder import Programme, load
from copkit.importers.names import name_key
from copkit.layout import (
    ENCRYPTED_CONTACTS,
    SCAN_CACHE,
    STATE_CACHE,
    cache_file,
    cache_is_off,
    only_we_can_write,
)
from copkit.pii.kinds import DetailKind
from copkit.pii.labels import LabelKind
from copkit.pii.passage import is_unlisted_word, load_first_names
from copkit.private_files import (
    KEY,
    KEY_VARIABLE,
    acceptance_keys,
    key_fingerprint,
    load_cache_key,
    read_accepted,
    read_aliases,
    read_contacts,
)
from copkit.record_cache import digest_of_rules, is_settled
from copkit.records.kinds import is_record_file
from copkit.records.private import Alias, Contact
from copkit.wording import list_in_words

_DIGEST_BYTES: Final = 16  # enough that no two files meet by chance
_MAX_DIGESTS: Final = 200_000  # digests that are read, some 3 MB
_CHECKSUM_BYTES: Final = 4

_CleanState = tuple[bytes, bytes, tuple[tuple[str, bytes], ...]]
"""A file in which nothing was found: its state, its digest, and cases with their states."""


def cache_file_of(root: Path) -> Path:
    """Return the cache file for the clean files of a programme folder."""
    return cache_file(SCAN_CACHE, root)


class CleanFileCache:
    """The files of one programme in which nothing was found, by digest and by state.

    A file in the same state is not read; one in another state whose digest is known is read, and
    not scanned. What held something is remembered nowhere: a list of such files would itself be a
    leak.
    """

    def __init__(self, store: RecordStore, knowledge: Knowledge) -> None:
        self._store = store
        self._path = cache_file_of(store.root)
        self._states_path = cache_file(STATE_CACHE, store.root)
        # What a model finds is never cached: the digest says nothing about the model.
        self._is_off = cache_is_off() or knowledge.model is not None
        secret = b"".join(knowledge.keys)
        if knowledge.known_people and not secret and not self._is_off:
            secret = load_cache_key(store.root)
            self._is_off = not secret
        self._key = _digest_of_rules(knowledge, secret)
        self._before = frozenset[bytes]() if self._is_off else read_digests(self._path)
        self._now: set[bytes] = set()
        self._states_before = {} if self._is_off else self._read_states()
        self._states: dict[str, _CleanState] = {}
        self._statuses: dict[str, os.stat_result | None] = {}

    def is_unchanged(self, file: str, entry: os.DirEntry[str]) -> bool:
        """Check whether a file is in the state in which nothing was found in it.

        So must be the cases that a meeting takes pseudonyms from.
        """
        with contextlib.suppress(OSError):
            self._statuses[file] = entry.stat(follow_symlinks=False)
        clean = self._states_before.get(file)
        if clean is None or self._state(file) != clean[0]:
            return False
        if any(self._state(case) != state for case, state in clean[2]):
            return False
        self._states[file] = clean
        self._now.add(clean[1])
        return True

    def digest(self, file: str, data: bytes, invented: Iterable[str]) -> bytes:
        """Return the digest of a file with everything that decides what is found in it."""
        hasher = hashlib.blake2b(self._key, digest_size=_DIGEST_BYTES)
        # The path counts, since acceptances are bound to it, and so do the pseudonyms of a case.
        for part in (file, *sorted(invented)):
            hasher.update(part.encode("utf-8", "surrogateescape") + b"\0")
        hasher.update(b"\0" + data)
        return hasher.digest()

    def is_known_clean(self, digest: bytes) -> bool:
        """Check whether nothing was found in a file with this digest by an earlier run."""
        return digest in self._before

    def add(self, file: str, digest: bytes, cases: Iterable[str]) -> None:
        """Add a file in which nothing was found; ``cases`` are those it takes pseudonyms from."""
        self._now.add(digest)
        states = [(path, self._settled_state(path)) for path in (file, *cases)]
        if all(state for _, state in states):
            self._states[file] = (states[0][1], digest, tuple(states[1:]))

    def save(self, *, is_whole: bool) -> None:
        """Write what this run has added for the next one.

        What it did not come across is left out if the ``is_whole`` folder was scanned.
        """
        if self._is_off:
            return
        if not is_whole:
            self._now |= self._before
            self._states = self._states_before | self._states
        if not self._now <= self._before:
            write_cache(self._path, b"".join(self._now))
        if self._states != self._states_before:
            content = self._states_key() + marshal.dumps(self._states)
            checksum = zlib.crc32(content).to_bytes(_CHECKSUM_BYTES, "big")
            write_cache(self._states_path, checksum + content)

    def _status(self, file: str) -> os.stat_result | None:
        """Return what the system says of a file; ``None`` for none, and for a link or a device."""
        if file not in self._statuses:
            try:
                self._statuses[file] = os.lstat(self._store.root / file)
            except OSError:
                self._statuses[file] = None
        status = self._statuses[file]
        return status if status and stat.S_ISREG(status.st_mode) else None

    def _state(self, file: str) -> bytes:
        """Return the state of a file; ``b""`` for one that has none to be compared."""
        status = self._status(file)
        return file_state(status) if status else b""

    def _settled_state(self, file: str) -> bytes:
        """Return the state of a file if every later change will show in it; else ``b""``.

        A change since the records were read would have been seen in the state, and not in them.
        """
        status = self._status(file)
        is_certain = status is not None and is_settled(status, self._store.opened_at)
        return self._state(file) if is_certain else b""

    def _states_key(self) -> bytes:
        """Return what the states are kept under: those of other rules and people are no use."""
        return hashlib.blake2b(b"states", key=self._key, digest_size=_DIGEST_BYTES).digest()

    def _read_states(self) -> dict[str, _CleanState]:
        """Read the states of clean files; none from what was damaged or others can write."""
        try:
            with self._states_path.open("rb") as file:
                if not only_we_can_write(os.fstat(file.fileno())):
                    return {}
                checksum, content = file.read(_CHECKSUM_BYTES), file.read()
        except OSError:
            return {}
        # marshal may crash on what it has not written itself
        is_intact = zlib.crc32(content).to_bytes(_CHECKSUM_BYTES, "big") == checksum
        if not is_intact or not content.startswith(self._states_key()):
            return {}
        states: dict[str, _CleanState] = marshal.loads(content[_DIGEST_BYTES:])  # noqa: S302
        return states


def write_cache(path: Path, content: bytes) -> None:
    """Write a file that only we can open, in one step: a second run never reads half of it.

    One that cannot be written stays as it was: the next run is slower, and that is all.
    """
    with contextlib.suppress(OSError):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        unfinished = path.with_name(f".{path.name}.{os.getpid()}.tmp")
        try:
            unfinished.touch(0o600)
            unfinished.write_bytes(content)
            unfinished.replace(path)
        finally:
            unfinished.unlink(missing_ok=True)


def read_digests(path: Path) -> frozenset[bytes]:
    """Read the digests of clean files from a cache; none where it cannot be read."""
    try:
        with path.open("rb") as file:
            data = file.read(_DIGEST_BYTES * _MAX_DIGESTS)
    except OSError:
        return frozenset()
    return frozenset(
        data[offset : offset + _DIGEST_BYTES] for offset in range(0, len(data), _DIGEST_BYTES)
    )


def _digest_of_rules(knowledge: Knowledge, secret: bytes) -> bytes:
    """Return a digest of the rules and of what they know; a change of either empties the cache.

    It is made with a ``secret``, so that nobody can guess from it who is known.
    """
    hasher = hashlib.blake2b(digest_size=32)
    hasher.update(len(secret).to_bytes(4, "big") + secret)
    # Sizes and times of the rules' own files, since reading them all would take longer.
    rules = sorted(Path(copkit.pii.__file__).parent.iterdir())
    for path in (*rules, Path(copkit.analysis.privacy.identifiers.__file__)):
        if path.is_file():
            status = path.stat()
            hasher.update(f"{path.name} {status.st_size} {status.st_mtime_ns}\0".encode())
    hasher.update(digest_of_rules())  # which fields are labels is said by the types of records
    for words in (knowledge.known_people, knowledge.programme_words, knowledge.accepted):
        hasher.update("\0".join(sorted(words)).encode("utf-8", "surrogateescape") + b"\0\0")
    return hasher.digest()


def load_sound_knowledge(programme: Programme) -> Knowledge:
    """Load what is known of a programme's people; raise :class:`InvalidRecords` for any fault.

    Without their names, a text that names one of them would pass.
    """
    problems: list[Problem] = []
    knowledge = load_knowledge(programme.root, problems, programme)
    if errors := only_errors(problems):
        raise InvalidRecords(errors)
    return knowledge


def load_knowledge(
    root: Path, problems: list[Problem], programme: Programme | None = None
) -> Knowledge:
    """Load what is known of a programme's people, and which findings have been accepted.

    Problems of the private files are added to ``problems``. Without a ``programme`` the communities
    are read from the folder.
    """
    from copkit.pii.scan import find_details_in_label

    programme_read = programme or load(root, frozenset())
    accepted, keys = read_accepted(programme_read.store, problems), acceptance_keys(root)
    ids = frozenset[str]()
    if accepted and accepted.accepted:
        known_keys = {None, *map(key_fingerprint, keys)} if keys else set[str | None]()
        ids = frozenset(
            finding.id
            for finding in accepted.accepted
            if (finding.key or accepted.key) in known_keys
        )
        if len(ids) < len({finding.id for finding in accepted.accepted}):
            whose_key = "another key than the one here" if keys else "a key that is not here"
            message = f"findings were accepted with {whose_key}, so they are shown again"
            hint = (
                f"'copkit contacts decrypt' takes it from {ENCRYPTED_CONTACTS} when a colleague "
                f"has encrypted it anew; or ask a colleague for {KEY}, or set {KEY_VARIABLE}"
            )
            # The file as a whole is meant, so the problem stands at its first character.
            place = (accepted.source.file, 1, 1, 1, 2)
            warning = Problem(*place, "no-acceptance-key", Severity.WARNING, message, hint)
            problems.append(warning)
    contacts = read_contacts(root, problems)
    names = frozenset(name for record in contacts for name in names_in_contact(record))
    aliases = read_aliases(root, problems).aliases
    names |= frozenset(name for record in aliases for name in names_in_alias(record))
    # The names of the communities are no details, as every record speaks of its place, unless
    # somebody is named in them.
    communities = (records.community for records in programme_read.communities)
    community_words = frozenset(
        word
        for record in communities
        for word in (record.slug, record.place, record.name)
        if not find_details_in_label(word, LabelKind.PLACE)
    )
    community_words |= frozenset(_first_names_in_roles(programme_read))
    return Knowledge(known_people=names, programme_words=community_words, accepted=ids, keys=keys)


def _first_names_in_roles(programme: Programme) -> Iterator[str]:
    """Return words of the seats sought that are first names too, as in 'Link Worker'."""
    for roles in programme.settings.seats_sought.values():
        for word in re.findall(r"\w+", " ".join(roles).lower()):
            if load_first_names().get(word):
                yield word


def names_in_contact(contact: Contact) -> Iterator[str]:
    """Return the name and address of a contact, and parts of the name that are no common word."""
    yield from (text for text in (contact.name, contact.email) if text)
    # Parts of up to three letters, such as "Ann" and "van", would be found in too many texts.
    words = (contact.name or "").split()
    yield from (word for word in words if len(word) > 3 and is_unlisted_word(word))


def names_in_alias(alias: Alias) -> Iterator[str]:
    """Return the addresses and names of an alias, as typed and as compared, but no common word."""
    yield from alias.emails
    for name in alias.names:
        for form in (name, name_key(name)):
            words = form.split()
            if len(words) > 1 or (len(form) > 3 and is_unlisted_word(form)):
                yield form


def scan_folder(
    store: RecordStore, knowledge: Knowledge, is_wanted: Callable[[str], bool] | None = None
) -> Iterator[Problem]:
    """Scan the files of a programme folder that git would keep, and return findings as problems.

    ``store`` has the records that were read already; ``is_wanted`` chooses files by their paths,
    all are scanned without it.
    """
    cache = CleanFileCache(store, knowledge)
    for file, entry in with_progress(list_files(store.root), "looking through the files"):
        if is_wanted and not is_wanted(file):
            continue
        if cache.is_unchanged(file, entry):
            continue
        data = read_entry(store, file, entry)
        digest, cases = b"", list[str]()
        if data is not None:
            # Decoded as it is scanned, so that the store knows the text again.
            cases = find_named_cases(file, decode_text(file, data) or "", store.parse)
            borrowed = find_pseudonyms_of_cases(cases, store.text, store.parse)
            digest = cache.digest(file, data, borrowed)
            if cache.is_known_clean(digest):
                cache.add(file, digest, cases)
                continue
        findings = list(scan_file(file, data, knowledge, store.text, store.parse))
        yield from findings
        if digest and not findings:
            cache.add(file, digest, cases)
    cache.save(is_whole=is_wanted is None)


def accepted_in_new_places(
    root: Path, texts: Mapping[str, str], origins: Mapping[str, str]
) -> dict[str, str]:
    """Return the digests of accepted findings in files that get another path, with the new ones.

    ``texts`` has what stands in these files by their new paths, and ``origins`` the paths they
    have now. Without the keys with which findings were accepted, there are none.
    """
    knowledge = load_knowledge(root, [])
    unaccepted = replace(knowledge, accepted=frozenset())
    new_ids = {}
    for file, text in texts.items():
        for finding in findings_in_text(origins[file], text, unaccepted, ()):
            words = text[finding.start : finding.end]
            for key in knowledge.keys:
                old_id, new_id = (
                    acceptance_digest(key, path, finding.kind, words)
                    for path in (origins[file], file)
                )
                if old_id in knowledge.accepted:
                    new_ids[old_id] = new_id
    return new_ids


def is_document_source(file: str) -> bool:
    """Check whether a file can become part of a document: records and templates."""
    return is_record_file(file) or file.startswith("templates/")


def require_no_details_in_files(programme: Programme, is_wanted: Callable[[str], bool]) -> None:
    """Raise :class:`InvalidRecords` if files hold direct identifying details.

    ``is_wanted`` chooses the files by their paths.
    """
    problems: list[Problem] = []
    knowledge = load_knowledge(programme.root, problems, programme)
    problems += scan_folder(programme.store, knowledge, is_wanted)
    if errors := only_errors(problems):
        raise InvalidRecords([mask_problem(problem, knowledge.mask) for problem in errors])


# Texts that somebody typed: they go into tracked files, and on to readers.


def describe_details(programme: Programme, text: str, invented: Collection[str] = ()) -> str:
    """Return in words what a text seems to hold of a person, or ``""``.

    ``invented`` are names that a case declares as pseudonyms.
    """
    knowledge = load_sound_knowledge(programme)
    return _list_kinds(_find_kinds(knowledge, text, invented))


def require_no_details_in_texts(
    programme: Programme,
    texts: Mapping[str, str | None],
    hint: str,
    invented: Collection[str] = (),
    extra_kinds: Collection[DetailKind] = (),
) -> None:
    """Raise :class:`CopkitError` if a text identifies somebody; ``texts`` has them by option.

    ``extra_kinds`` are kinds that elsewhere only narrow down who somebody is, and are no error.
    """
    typed = {option: text for option, text in texts.items() if text}
    if not typed:
        return
    knowledge = load_sound_knowledge(programme)  # once for all texts
    for option, text in typed.items():
        if details := _list_kinds(_find_kinds(knowledge, text, invented), extra_kinds):
            usage_error(f"{option}: this seems to hold {details}; nothing was written", hint)


def describe_details_in_label(programme: Programme, text: str, label: LabelKind) -> str:
    """Return in words what a role, a place or an agency is called after a person, or ``""``."""
    knowledge = load_sound_knowledge(programme)
    return _list_kinds(finding.kind for finding in findings_in_label(text, knowledge, label))


def is_label(programme: Programme, text: str, label: LabelKind, hint: str) -> bool:
    """Check that a role, a place or an agency is not called like a person, or ask whether it is.

    Call it on a terminal only; the ``hint`` is what to write instead.
    """
    details = describe_details_in_label(programme, text, label)
    if not details:
        return True
    from copkit.cli.prompts import confirm

    say(f"  this looks like {details}; {hint}")
    if not confirm("Write it all the same?", default=False):
        return False
    say("  'copkit check' prints the command by which you accept it, so that it is not asked again")
    return True


def require_label(
    programme: Programme,
    option: str,
    text: str | None,
    label: LabelKind,
    hint: str,
    *,
    agreed: bool,
) -> None:
    """Raise :class:`CopkitError` where a role, a place or an agency is called like a person.

    ``option`` is what it was typed for. On a terminal it is asked whether it is a person; with
    ``--is-role``, which is ``agreed``, it is none.
    """
    if not text or agreed:
        return
    if is_interactive():
        if not is_label(programme, text, label, hint):
            raise CopkitError("nothing was written", status=2)
    elif details := describe_details_in_label(programme, text, label):
        hint = f"{hint}; --is-role writes what only looks like a name"
        usage_error(f"{option}: this seems to hold {details}; nothing was written", hint)


def known_names(programme: Programme, others: Iterable[str] = ()) -> frozenset[str]:
    """Return the names and addresses in private/, and ``others`` with each part that is a name."""
    other_names = frozenset(others)
    names = {*load_sound_knowledge(programme).known_people, *other_names}
    for name in other_names:
        # Parts that are ordinary words, such as "young", may stand in any reason.
        parts = (word for word in name.split() if len(word) > 2)
        names.update(
            word for word in parts if is_unlisted_word(word) or word.lower() in load_first_names()
        )
    return frozenset(names)


def contains_known_name(text: str, names: Collection[str]) -> bool:
    """Check whether a text holds one of some names and addresses."""
    from copkit.pii.scan import find_details

    return any(
        finding.kind is DetailKind.CONTACT for finding in find_details(text, known_people=names)
    )


def require_no_known_names(programme: Programme, why: str, others: Iterable[str]) -> None:
    """Raise :class:`CopkitError` if a reason names somebody known; warn if it may name others.

    ``others`` are names that stand in no private file, such as those on an imported list.
    """
    if contains_known_name(why, known_names(programme, others)):
        hint = "give the reason without a name: the meeting's record goes into git"
        raise CopkitError("the reason names somebody; nothing was changed", hint, status=2)
    from copkit.pii.scan import find_details

    # Only a warning: rules may err, and the reason is often needed to correct a record.
    if details := _list_kinds(finding.kind for finding in find_details(why)):
        say(f"  the reason seems to hold {details}; it goes into git with the meeting")


def _find_kinds(knowledge: Knowledge, text: str, invented: Collection[str]) -> list[DetailKind]:
    """Return the kinds of all findings in a text, given what is known of the programme."""
    from copkit.pii.scan import find_details

    findings = find_details(text, invented, knowledge.known_people, knowledge.programme_words)
    return [finding.kind for finding in findings]


def _list_kinds(kinds: Iterable[DetailKind], extra_kinds: Collection[DetailKind] = ()) -> str:
    """List direct kinds and ``extra_kinds`` in words, each once; return ``""`` if there is none."""
    listed_kinds = (
        kind for kind in kinds if kind.severity is Severity.ERROR or kind in extra_kinds
    )
    return list_in_words(list(dict.fromkeys(kind.description for kind in listed_kinds)))
