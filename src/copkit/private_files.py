"""Readers of contacts, aliases, remembered columns, accepted findings and their key.  Reads files.

They are no part of a :class:`Programme`: only the commands that need them read them, so that
nothing built from records can hold a name or an address.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from copkit.errors import CopkitError, InvalidRecords, Problem, only_errors
from copkit.files import RecordStore, read_format
from copkit.layout import (
    ALIASES,
    COLUMNS,
    CONTACTS,
    ENCRYPTED_CONTACTS,
    PRIVATE,
    list_entries,
)
from copkit.text.conflict_copies import ConflictCopy, find_copies
from copkit.text.files import path_inside, read_source
from copkit.text.front_matter import Document, read_document
from copkit.text.source import SourceText
from copkit.text.transaction import Change

if TYPE_CHECKING:
    from copkit.records.private import AcceptedFindings, Aliases, Contact, RosterAnswers

T = TypeVar("T")
KEY: Final = f"{PRIVATE}/acceptance.key"
CACHE_KEY: Final = f"{PRIVATE}/cache.key"
KEY_VARIABLE: Final = "COPKIT_KEY"
_KEY_PATTERN: Final = re.compile("[0-9a-f]{64}")  # 256 bits
_SECRET_BYTES: Final = 32
_MOST_KEYS: Final = 65 * 100  # bytes of a file with the keys of a hundred people


def read_contacts(root: Path, problems: list[Problem]) -> tuple[Contact, ...]:
    """Read the names and addresses of members; return nothing without the file.

    Problems are added to ``problems``, and repeat nothing of the file. Raise :class:`CopkitError`
    when the path leads out of the folder.
    """
    path = path_inside(root, *CONTACTS.split("/"))
    if not os.path.lexists(path):
        return ()
    from copkit.records.private import parse_contacts

    # Problems with contacts have no excerpt, and only words of our own in them: they are printed
    # and sent on. That is up to parse_contacts, which replaces those found here.
    found_problems: list[Problem] = []
    source = read_source(path, CONTACTS, found_problems)
    contacts = parse_contacts(read_document(source, found_problems, markdown=False))
    problems += _relaxed(root, found_problems)
    return contacts


def read_aliases(root: Path, problems: list[Problem]) -> Aliases:
    """Read the other names of members in attendance lists; none without the file.

    Problems are added to ``problems``, and repeat nothing of the file. Raise :class:`CopkitError`
    when the path leads out of the folder.
    """
    from copkit.records.private import parse_aliases

    hint = "correct it, or delete the file: copkit then asks again who is who"
    return _read_import_answers(root, ALIASES, parse_aliases, problems, hint)


def read_roster_answers(root: Path, problems: list[Problem]) -> RosterAnswers:
    """Read what was answered at earlier imports of rosters; nothing without the file.

    Problems are added to ``problems``, and repeat nothing of the file. Raise :class:`CopkitError`
    when the path leads out of the folder.
    """
    from copkit.records.private import parse_roster_answers

    hint = "correct it, or delete the file: copkit then asks again which column is which"
    return _read_import_answers(root, COLUMNS, parse_roster_answers, problems, hint)


def _read_import_answers(
    root: Path, file: str, parse: Callable[[Document], T], problems: list[Problem], hint: str
) -> T:
    """Read a file of answers that copkit remembers of imports; ``parse`` reads an absent one too.

    Problems are added to ``problems``, each with its place and ``hint`` and no word of the file.
    """
    from copkit.records.private import find_cut

    file_problems: list[Problem] = []
    path = path_inside(root, *file.split("/"))
    source = SourceText(file, "")
    if os.path.lexists(path):
        source = read_source(path, file, file_problems)
        file_problems += find_cut(source)
    answers = parse(read_document(source, file_problems, markdown=False))
    # Names and addresses are in the file, so nothing of it goes into a message.
    problems += _relaxed(
        root,
        [
            problem._replace(message="this cannot be read", hint=hint, excerpt="")
            for problem in file_problems
        ],
    )
    return answers


def _relaxed(root: Path, problems: list[Problem]) -> list[Problem]:
    """Return problems of a private file as they are to be told in a folder of that format."""
    if not problems:
        return []
    from copkit.records.programme import relax_problem

    format = read_format(root)
    return [relax_problem(problem, format) for problem in problems]


def read_accepted(store: RecordStore, problems: list[Problem]) -> AcceptedFindings | None:
    """Read the findings that were accepted in a programme; ``None`` without the file.

    ``store`` is that of its records. Problems are added to ``problems``. Raise
    :class:`CopkitError` when the path leads out of the folder.
    """
    from copkit.records.private import ACCEPTED_FILE, parse_accepted

    if not os.path.lexists(store.root / ACCEPTED_FILE):
        return None
    path_inside(store.root, *ACCEPTED_FILE.split("/"))
    file_problems: list[Problem] = []
    accepted = parse_accepted(store.read(ACCEPTED_FILE, file_problems))
    problems += _relaxed(store.root, file_problems)
    return accepted


def find_private_copies(root: Path) -> list[ConflictCopy]:
    """Return the conflict copies among the private lists, and of the accepted findings.

    What differs is named by field and line, without a word of what stands there.
    """
    from copkit.records.private import ACCEPTED_FILE

    copies = []
    for originals in ((CONTACTS, ALIASES, COLUMNS), (ACCEPTED_FILE,)):
        folder = originals[0].rpartition("/")[0]
        entries = [] if (root / folder).is_symlink() else list_entries(root / folder)
        names = {entry.name[:-5] for entry in entries if entry.name.endswith(".yaml")}

        def read_text(name: str, folder: str = folder) -> str | None:
            file = f"{folder}/{name}.yaml"
            source = read_source(root / file, file, [])
            return source.text if source.readable else None

        copies += [
            ConflictCopy(f"{folder}/{name}.yaml", original, difference)
            for name, stem, difference in find_copies(names, read_text)
            if (original := f"{folder}/{stem}.yaml") in originals
        ]
    return copies


def make_cache_key(root: Path) -> None:
    """Make a secret of this copy at random, unless there is one, or nobody to keep secret.

    What the cache has is made with it where there is no key of acceptances: else somebody who
    reads the cache could try names, and see which of them stand in ``private/``.
    """
    with suppress(CopkitError, OSError):
        if (root / CONTACTS).exists():
            path = path_inside(root, *CACHE_KEY.split("/"))
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(os.urandom(_SECRET_BYTES).hex())


def load_cache_key(root: Path) -> bytes:
    """Return the secret that :func:`make_cache_key` has made; ``b""`` where there is none."""
    try:
        key = path_inside(root, *CACHE_KEY.split("/")).read_bytes()
    except (CopkitError, OSError):
        return b""
    # one that another command is just writing is none yet
    return key if len(key) == 2 * _SECRET_BYTES else b""


def acceptance_keys(root: Path) -> tuple[bytes, ...]:
    """Return the keys of accepted findings, each as its 64 hexadecimal digits, not decoded.

    They are taken from the environment, or else from ``private/``: the first is that of whoever
    works here, the others are those of colleagues who began to accept findings at the same time.
    Raise :class:`CopkitError` for a text that is no key.
    """
    # Acceptances are stored as keyed digests: of a plain digest, all NHS numbers could be tried in
    # minutes. A short key could be found by trial too, so only full ones are taken.
    place, text = KEY_VARIABLE, os.environ.get(KEY_VARIABLE, "")
    path = path_inside(root, *KEY.split("/"))
    is_there = False
    if not text and os.path.lexists(path):
        # An empty file is not "no key": a second one would void everything accepted so far.
        place, is_there = KEY, True
        try:
            text = path.read_text(encoding="ascii", errors="replace")[:_MOST_KEYS]
        except OSError as error:
            raise CopkitError(f"{KEY} cannot be read: {error.strerror}") from None
    keys = text.split()
    if ((text or is_there) and not keys) or not all(map(_KEY_PATTERN.fullmatch, keys)):
        message = f"{place} holds no key: one is 64 digits and letters from a to f"
        raise CopkitError(message, "'copkit accept' made it; ask whoever accepted first")
    return tuple(key.encode("ascii") for key in dict.fromkeys(keys))


# --- members who were forgotten -------------------------------------------------------------


@dataclass(frozen=True)
class ForgottenIds:
    """The ids that members had before they were forgotten; only whoever has the key can tell them.

    ``marks`` are the ids that they have now, by the keyed digests of the former ones;
    ``has_every_key`` says whether all of these can be told.
    """

    marks: Mapping[str, str]
    keys: tuple[bytes, ...]
    has_every_key: bool

    def new_id(self, whole_id: str) -> str | None:
        """Return the id that somebody forgotten has now; ``None`` for anybody else.

        ``whole_id`` is ``community/member-id`` as it was.
        """
        marks = (forgotten_mark(key, whole_id) for key in self.keys if self.marks)
        return next((self.marks[mark] for mark in marks if mark in self.marks), None)


def forgotten_mark(key: bytes, whole_id: str) -> str:
    """Return the keyed digest of an id, ``community/member-id``."""
    # A plain digest would tell the id, which may hold a name, to whoever tries a list of names.
    message = f"forgotten\0{whole_id}".encode()
    return hmac.new(key, message, hashlib.sha256).hexdigest()[:32]


def parse_forgotten_ids(root: Path, text: str) -> ForgottenIds:
    """Parse the marks in the text of ``.copkit/forgotten.yaml``, empty where there is none."""
    from copkit.records.private import FORGOTTEN_FILE, parse_forgotten

    marks = parse_forgotten(read_document(SourceText(FORGOTTEN_FILE, text), [], markdown=False))
    keys = acceptance_keys(root)
    known = set(map(key_fingerprint, keys))
    return ForgottenIds(
        {mark.id: mark.now for mark in marks.forgotten},
        keys,
        all(mark.key in known for mark in marks.forgotten),
    )


def load_forgotten_ids(root: Path) -> ForgottenIds:
    """Load the marks of the members of a programme who were forgotten."""
    from copkit.records.private import FORGOTTEN_FILE

    path = path_inside(root, *FORGOTTEN_FILE.split("/"))
    text = read_source(path, FORGOTTEN_FILE, []).text if os.path.lexists(path) else ""
    return parse_forgotten_ids(root, text)


# --- what colleagues share of private/, as one text that is encrypted -----------------------

SHARED_FILES: Final = (CONTACTS, ALIASES, COLUMNS, KEY)
"""The files of ``private/`` that go to colleagues in ``contacts.age``."""
_PART: Final = re.compile(rf"(?m)^=== ({'|'.join(map(re.escape, SHARED_FILES))})\n")
_DIGEST: Final = f"{PRIVATE}/contacts.age.digest"


def read_shared_files(root: Path, *, with_emptied: bool = False) -> dict[str, str]:
    """Read the files that colleagues share, by their paths; those that exist.

    ``with_emptied`` reads a file that was emptied by accident too, for a command that mends it.
    Raise :class:`InvalidRecords` for one that cannot be read: nothing is taken for empty.
    """
    texts = {}
    for file in SHARED_FILES:
        path = path_inside(root, *file.split("/"))
        if os.path.lexists(path):
            problems: list[Problem] = []
            source = read_source(path, file, problems)
            emptied = [problem.code for problem in problems] == ["empty-file"]
            if not (with_emptied and emptied) and (errors := only_errors(problems)):
                raise InvalidRecords([problem._replace(excerpt="") for problem in errors])
            # As it lies on the disk, for what replaces it is held against that.
            texts[file] = path.read_bytes().decode("utf-8", "replace") if emptied else source.text
    return texts


def pack_shared_files(texts: Mapping[str, str]) -> str:
    """Return the texts of shared files as one; contacts alone stay as they are."""
    if not texts.keys() - {CONTACTS}:
        return texts.get(CONTACTS, "")
    parts = (f"=== {file}\n{_ended(texts[file])}" for file in SHARED_FILES if file in texts)
    return "".join(parts)


def unpack_shared_files(text: str) -> dict[str, str]:
    """Return the texts of shared files by their paths; of an older text the contacts alone."""
    before, *parts = _PART.split(text)
    if not parts:
        return {CONTACTS: text}
    return dict(zip(parts[::2], parts[1::2], strict=True)) if not before else {CONTACTS: text}


def _ended(text: str) -> str:
    return text if text.endswith("\n") or not text else f"{text}\n"


def note_shared_state(root: Path, packed: str) -> Change:
    """Return the change that notes that the encrypted file holds a packed text."""
    path = path_inside(root, *_DIGEST.split("/"))
    old = path.read_text("ascii", "replace") if path.is_file() else None
    return Change(_DIGEST, old, f"{hashlib.sha256(packed.encode('utf-8')).hexdigest()}\n")


def is_backup_outdated(root: Path) -> bool:
    """Check whether something that colleagues share has changed here since it was encrypted.

    ``False`` where nobody has encrypted anything yet.
    """
    path = path_inside(root, *_DIGEST.split("/"))
    if not (root / ENCRYPTED_CONTACTS).exists() or not path.is_file():
        return False
    change = note_shared_state(root, pack_shared_files(read_shared_files(root)))
    return change.old != change.new


def key_fingerprint(key: bytes) -> str:
    """Return a short digest by which keys can be told apart, and from which none can be found."""
    return hmac.new(key, b"copkit", hashlib.sha256).hexdigest()[:16]
