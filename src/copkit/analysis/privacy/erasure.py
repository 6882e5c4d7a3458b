"""What goes when somebody asks to be forgotten, and where their name still stands.  Pure.

Their seat, dates and attendance stay, so that no count of the programme changes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple
from unicodedata import normalize

from copkit.analysis.changes import FORGOTTEN
from copkit.analysis.imports.people import comparable
from copkit.errors import CopkitError
from copkit.folder import CommunityRecords
from copkit.layout import ALIASES, CONTACTS, SENT
from copkit.mail.journal import without
from copkit.records.private import Contact
from copkit.text.edit import EditRefused, read_fields, remove, set_value
from copkit.text.files import slug_from
from copkit.text.source import SourceText
from copkit.text.transaction import Change
from copkit.text.yaml.nodes import value_of

PART_OF_NAME: Final = "part of the name"
MOST_ALIASES: Final = 100  # entries of one person that are taken out
_LETTER: Final = r"[^\W\d_]"


@dataclass(frozen=True, slots=True)
class Person:
    """Whom it is about: where they are, their id there, and who they are if that is known."""

    community: str
    id: str
    contact: Contact | None
    records: CommunityRecords | None

    @property
    def whole_id(self) -> str:
        """The id with its community, as the contacts have it."""
        return f"{self.community}/{self.id}"


@dataclass(frozen=True, slots=True)
class Erasure:
    """The changes that forget a person, what each takes out, and the id that they have then."""

    changes: tuple[Change, ...]
    told: tuple[str, ...]
    new_id: str


def build_erasure(person: Person, private: Mapping[str, str]) -> Erasure:
    """Work out what goes; ``private`` holds the texts of the files in private/ by path.

    Raises :class:`CopkitError` with file and line where a file cannot be changed safely.
    """
    new_id = _new_id(person)
    changes, told = _private_changes(person, private)
    for file, old, edits, what in _edits(person, new_id):
        new = old
        for edit in edits:
            new = _edited(file, new, edit)
        if new != old:
            changes.append(Change(file, old, new))
            told.append(f"{file}: {what}")
    return Erasure(tuple(changes), tuple(told), new_id)


_Edit = Callable[[str], str]


def _edited(file: str, text: str, edit: _Edit) -> str:
    try:
        return edit(text)
    except EditRefused as refusal:
        message = f"{file}:{refusal.line}: this cannot be changed safely; nothing was changed"
        raise CopkitError(message, refusal.hint) from None


def _private_changes(person: Person, private: Mapping[str, str]) -> tuple[list[Change], list[str]]:
    changes, told = [], []
    if person.contact:
        old = private[CONTACTS]
        new = _edited(CONTACTS, old, lambda text: remove(text, ["contacts"], person.whole_id))
        changes.append(Change(CONTACTS, old, new))
        told.append(f"{CONTACTS}: the whole entry, with name, address and consent")
    aliases = private.get(ALIASES, "")
    if (new := without_aliases(aliases, person)) != aliases:
        changes.append(Change(ALIASES, aliases, new))
        told.append(f"{ALIASES}: what else they are called")
    for file, old in private.items():
        if file.startswith(f"{SENT}/") and (new := without(old, person.whole_id)) != old:
            changes.append(Change(file, old, new))
            told.append(f"{file}: when it was sent to them")
    return changes, told


def _edits(person: Person, new_id: str) -> Iterator[tuple[str, str, list[_Edit], str]]:
    """Give for each record its file, its text, the edits of it, and what they do."""
    if person.records is None:
        return
    id, renamed = person.id, new_id != person.id
    roster = person.records.roster
    member = roster.member(id)
    if member is None:
        return
    edits: list[_Edit] = []
    if "organisation" in member.source.fields.entries:
        edits.append(lambda text: remove(text, ["members", id], "organisation"))
    if renamed:
        edits.append(lambda text: set_value(text, ["members", id, "id"], new_id))
    what = ["the organisation"] if len(edits) > renamed else []
    what += [f"the id, which holds their name, becomes {new_id}"] * renamed
    yield roster.source.file, roster.source.text.text, edits, "; ".join(what)
    for case in person.records.cases:
        if id in case.presenters:
            edits = [lambda text: remove(text, ["presenters"], id)]
            yield case.source.file, case.source.text.text, edits, "that they presented it"
    for meeting in person.records.meetings if renamed else ():
        paths: list[tuple[str, ...]] = [("present", id)] * (id in meeting.present)
        paths += [("apologies", id)] * (id in meeting.apologies)
        paths += [
            ("substitutes", one.id, "for") for one in meeting.substitutes if one.stands_for == id
        ]
        edits = [_setting(path, new_id) for path in paths]
        yield meeting.source.file, meeting.source.text.text, edits, "the id"


def _setting(path: tuple[str, ...], value: str) -> _Edit:
    return lambda text: set_value(text, path, value)


def _new_id(person: Person) -> str:
    """Give the id that stays: another one only if it holds part of the name."""
    if person.records is None or not _names(person.id, person.contact):
        return person.id
    taken = {member.id for member in person.records.members}
    number = 1
    while f"former-{number}" in taken:
        number += 1
    return f"former-{number}"


def _names(id: str, contact: Contact | None) -> bool:
    """Say whether an id holds part of a name; rather once too often than once too rarely."""
    if contact is None or not contact.name or FORGOTTEN.fullmatch(id):
        return False
    words = slug_from(contact.name).split("-")
    for part in (*words, "".join(words)):
        if (len(part) > 1 and part in id.split("-")) or (len(part) > 2 and part in id):
            return True
    return False


# --- aliases ---------------------------------------------------------------------------------


def without_aliases(text: str, person: Person) -> str:
    """Take a person's entries out of private/aliases.yaml, in whatever form it holds them.

    Names that were set aside go if they hold theirs; what cannot go safely, stays.
    """
    try:
        for name in _names_that_were_nobody(value_of(read_fields(text)), person):
            text = remove(text, ["set_aside"], name)
        for _ in range(MOST_ALIASES):
            found = _alias(value_of(read_fields(text)), person, (), inside=False)
            if found is None:
                break
            text = remove(text, *found)
    except EditRefused:
        pass
    return text


def _names_that_were_nobody(value: Any, person: Person) -> Iterator[str]:
    """Give the names under ``set_aside`` that are the person's, or hold one of theirs."""
    fields = value if isinstance(value, dict) else {}
    entries = [entry for entry in _items(fields.get("aliases")) if isinstance(entry, dict)]
    of_them = (entry for entry in entries if entry.get("id") == person.whole_id)
    own = [person.contact.name] if person.contact else []
    own += [name for entry in of_them for name in _items(entry.get("names"))]
    names = [re.escape(comparable(name)) for name in own if isinstance(name, str) and name]
    pattern = re.compile(rf"(?<!{_LETTER})(?:{'|'.join(names) or '(?!)'})(?!{_LETTER})")
    for said in _items(fields.get("set_aside")):
        if isinstance(said, str) and pattern.search(comparable(said)):
            yield said


def _items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _alias(
    value: Any, person: Person, path: tuple[str | int, ...], *, inside: bool
) -> tuple[tuple[str | int, ...], Any] | None:
    """Find the first item or key about a person, or their id in their community, and its path."""
    ids = {person.whole_id, person.id} if inside else {person.whole_id}
    entries: Iterable[tuple[Any, Any]] = ()
    if isinstance(value, dict):
        entries = value.items()
    elif isinstance(value, list):
        entries = enumerate(value)
    for key, item in entries:
        about = isinstance(item, dict) and any(
            isinstance(one, str) and one in ids for one in item.values()
        )
        if key in ids or (isinstance(item, str) and item in ids) or (about and path):
            return path, item if isinstance(value, list) else key
        below = _alias(item, person, (*path, key), inside=inside or key == person.community)
        if below is not None:
            return below
    return None


# --- where the name still stands -------------------------------------------------------------


class Sought(NamedTuple):
    """Something that names a person; ``in_names`` finds it in the names of files."""

    what: str
    pattern: re.Pattern[str]
    in_names: re.Pattern[str]


class Place(NamedTuple):
    """Where a person is still named; ``line`` is 0 for a file's name, and ``file`` is masked."""

    file: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what}" if self.line else f"{self.file}: {self.what}"


def sought_for(person: Person, new_id: str) -> list[Sought]:
    """Give what names a person: the address, the name or part of it, an id that was given up."""
    found: list[Sought] = []
    contact = person.contact
    if contact and contact.email:
        pattern = re.compile(re.escape(contact.email), re.IGNORECASE)
        found.append(Sought("the e-mail address", pattern, pattern))
    if contact and contact.name:
        found += _sought_names(normalize("NFC", contact.name))
    if new_id != person.id:
        pattern = re.compile(rf"(?<![\w-]){re.escape(person.id)}(?![\w-])")
        found.append(Sought("the id they had", pattern, pattern))
    return found


def _sought_names(name: str) -> Iterator[Sought]:
    words = re.findall(r"[^\W_]+", name)
    plain = slug_from(name).split("-")  # as in the names of files
    orders = {tuple(words), tuple(reversed(words)), tuple(plain)}
    wholes = (r"[\W_]{0,3}".join(map(re.escape, one)) for one in sorted(orders) if "".join(one))
    whole = re.compile(rf"(?<!{_LETTER})(?:{'|'.join(wholes)})(?!{_LETTER})", re.IGNORECASE)
    if len(words) > 1 or len(name) > 2:
        yield Sought("the name", whole, whole)
    parts = sorted({word for word in words if len(word) > 2})
    if not parts:
        return
    written = "|".join(re.escape(form) for word in parts for form in (word, word.upper()))
    slugs = "|".join(re.escape(word) for word in sorted({*parts, *plain}) if len(word) > 2)
    yield Sought(
        PART_OF_NAME,
        re.compile(rf"(?<!{_LETTER})(?:{written})(?!{_LETTER})"),
        re.compile(rf"(?<!{_LETTER})(?:{slugs})(?!{_LETTER})", re.IGNORECASE),
    )


def places_left(texts: Iterable[SourceText], sought: list[Sought]) -> list[Place]:
    """Find every line, and every name of a file, in which a person is still named."""
    places = []
    for source in texts:
        lines = dict[int, str]()
        normal = SourceText(source.file, normalize("NFC", source.text))
        name = normalize("NFC", source.file)
        for one in sought:
            if one.in_names.search(name):
                lines.setdefault(0, f"{one.what}, in the name of the file")
            for match in one.pattern.finditer(normal.text):
                lines.setdefault(normal.place(match.start())[0], one.what)
        shown = masked(source.file, sought)
        places += [Place(shown, line, lines[line]) for line in sorted(lines)]
    return places


def masked(file: str, sought: Iterable[Sought]) -> str:
    """Give the name of a file without what in it names a person."""
    shown = normalize("NFC", file)
    for one in sought:
        shown = one.in_names.sub("…", shown)
    return shown
