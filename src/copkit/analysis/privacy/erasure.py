"""Erase a person who asks to be forgotten, and find where their name still stands.  Pure.

Their seat, dates and attendance stay, so that no count of the programme changes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, NamedTuple
from unicodedata import normalize

from copkit.analysis.changes import FORGOTTEN_ID
from copkit.analysis.imports.people import comparable_name
from copkit.errors import CopkitError
from copkit.folder import CommunityRecords
from copkit.layout import ALIASES, CONTACTS, SENT
from copkit.mail.journal import remove_member
from copkit.records.meetings import Meeting
from copkit.records.private import Contact
from copkit.text.edit import EditRefused, read_fields, remove, set_value
from copkit.text.files import slug_from
from copkit.text.source import SourceText
from copkit.text.transaction import Change
from copkit.text.yaml.nodes import value_of

PART_OF_NAME: Final = "part of the name"
MOST_ALIASES: Final = 100  # entries of one person; ends the loop should a removal not take effect
_LETTER: Final = r"[^\W\d_]"  # re has no class for the letters of every alphabet


@dataclass(frozen=True, slots=True)
class DataSubject:
    """Whom an erasure is about: community, id there, and their contact and records if known.

    ``sessions`` are those of every network with speakers, who may be named there. Somebody who is a
    speaker and nothing else stands on no roster and not in the contacts: ``contact`` has their name
    alone, and ``is_speaker`` says so.
    """

    community: str
    id: str
    contact: Contact | None
    records: CommunityRecords | None
    sessions: tuple[Meeting, ...] = ()
    is_speaker: bool = False

    @property
    def whole_id(self) -> str:
        """The id with its community, as the private files have it."""
        return f"{self.community}/{self.id}"


@dataclass(frozen=True, slots=True)
class Erasure:
    """The changes that forget a person, a line about each for people, and the id they then have."""

    changes: tuple[Change, ...]
    summaries: tuple[str, ...]
    new_id: str


def build_erasure(person: DataSubject, private: Mapping[str, str]) -> Erasure:
    """Build the changes; ``private`` holds the texts of the files in private/ by path.

    Raise :class:`CopkitError` with file and line where a file cannot be changed safely.
    """
    new_id = _new_id(person)
    changes, summaries = _private_changes(person, private)
    for file, old, edits, summary in _record_edits(person, new_id):
        new = old
        for edit in edits:
            new = _edited(file, new, edit)
        if new != old:
            changes.append(Change(file, old, new))
            summaries.append(f"{file}: {summary}")
    return Erasure(tuple(changes), tuple(summaries), new_id)


_Edit = Callable[[str], str]


def _edited(file: str, text: str, edit: _Edit) -> str:
    """Return a file's text after an edit; raise :class:`CopkitError` where it is refused."""
    try:
        return edit(text)
    except EditRefused as refusal:
        message = f"{file}:{refusal.line}: this cannot be changed safely; nothing was changed"
        raise CopkitError(message, refusal.hint) from None


def _private_changes(
    person: DataSubject, private: Mapping[str, str]
) -> tuple[list[Change], list[str]]:
    """Return the changes that forget a person in private files, and a line about each.

    ``private`` holds the text of each file by its path, such as ``private/contacts.yaml``.
    """
    changes, summaries = [], []
    if person.contact and not person.is_speaker:
        old = private[CONTACTS]
        new = _edited(CONTACTS, old, lambda text: remove(text, ["contacts"], person.whole_id))
        changes.append(Change(CONTACTS, old, new))
        summaries.append(f"{CONTACTS}: the whole entry, with name, address and consent")
    aliases = private.get(ALIASES, "")
    if (new := remove_aliases(aliases, person)) != aliases:
        changes.append(Change(ALIASES, aliases, new))
        summaries.append(f"{ALIASES}: what else they are called")
    for file, old in private.items():
        if file.startswith(f"{SENT}/") and (new := remove_member(old, person.whole_id)) != old:
            changes.append(Change(file, old, new))
            summaries.append(f"{file}: when it was sent to them")
    return changes, summaries


def _record_edits(person: DataSubject, new_id: str) -> Iterator[tuple[str, str, list[_Edit], str]]:
    """Yield for each record its file, its text, the edits of it, and a summary of them."""
    yield from _speaker_edits(person)
    if person.records is None:
        return
    id, renamed = person.id, new_id != person.id
    roster = person.records.roster
    member = roster.member(id)
    if member is None:
        return
    edits: list[_Edit] = []
    if "organisation" in member.source.fields.entries:
        # with the role it leads to one person, since many agencies have one nurse
        edits.append(lambda text: remove(text, ["members", id], "organisation"))
    if renamed:
        edits.append(lambda text: set_value(text, ["members", id, "id"], new_id))
    summaries = []
    if "organisation" in member.source.fields.entries:
        summaries.append("the organisation")
    if renamed:
        summaries.append(f"the id, which holds their name, becomes {new_id}")
    yield roster.source.file, roster.source.text.text, edits, "; ".join(summaries)
    for case in person.records.cases:
        if id in case.presenters:
            edits = [lambda text: remove(text, ["presenters"], id)]
            yield case.source.file, case.source.text.text, edits, "that they presented it"
    for meeting in person.records.every_meeting if renamed else ():
        paths: list[tuple[str, ...]] = []
        if id in meeting.present:
            paths.append(("present", id))
        if id in meeting.apologies:
            paths.append(("apologies", id))
        paths += [
            ("substitutes", substitute.id, "for")
            for substitute in meeting.substitutes
            if substitute.stands_for == id
        ]
        edits = [_setting_edit(path, new_id) for path in paths]
        yield meeting.source.file, meeting.source.text.text, edits, "the id"


def _speaker_edits(person: DataSubject) -> Iterator[tuple[str, str, list[_Edit], str]]:
    """Yield the sessions that name a person as a speaker: the role stays, the name goes."""
    name = person.contact.name if person.contact else ""
    if not name:
        return
    for meeting in person.sessions:
        own = [
            speaker
            for speaker in meeting.speakers
            if speaker.name and comparable_name(speaker.name) == comparable_name(name)
        ]
        edits = [
            _removing_edit(("speakers", speaker.id), key)
            for speaker in own
            for key in ("name", "named")
            if key in speaker.source.fields.entries
        ]
        if edits:
            source = meeting.source
            yield source.file, source.text.text, edits, "the name of a speaker; the role stays"


def _removing_edit(path: tuple[str, ...], key: str) -> _Edit:
    """Return an edit that takes a field out; a lambda in a loop would see only the last one."""
    return lambda text: remove(text, path, key)


def _setting_edit(path: tuple[str, ...], value: str) -> _Edit:
    """Return an edit that sets a value; a lambda in a loop would see only the last path."""
    return lambda text: set_value(text, path, value)


def _new_id(person: DataSubject) -> str:
    """Return the id that the person keeps: another one only if theirs holds part of the name."""
    if person.records is None or not holds_name(person.id, person.contact):
        return person.id
    taken = {member.id for member in person.records.members}
    number = 1
    while f"former-{number}" in taken:
        number += 1
    return f"former-{number}"


def holds_name(id: str, contact: Contact | None) -> bool:
    """Return whether an id holds part of a name; a false alarm is better than a name that stays."""
    if contact is None or not contact.name or FORGOTTEN_ID.fullmatch(id):
        return False
    words = slug_from(contact.name).split("-")
    for part in (*words, "".join(words)):
        # two letters count as a word of their own only ('jo-1'), more also within 'annwhite-1'
        if (len(part) > 1 and part in id.split("-")) or (len(part) > 2 and part in id):
            return True
    return False


# --- texts that bring somebody back ---------------------------------------------------------


def erase_again(texts: Mapping[str, str], new_id: Callable[[str], str | None]) -> dict[str, str]:
    """Return the texts of records that name somebody forgotten, without what is personal of them.

    ``texts`` are records by their paths; ``new_id`` returns the id that somebody who had a whole
    id, such as ``brighton/jo-1``, has now, and ``None`` for anybody who was not forgotten. A
    colleague may have written them before hearing of it. Raise :class:`CopkitError` where a text
    cannot be changed safely.
    """
    changed = {}
    for file, text in texts.items():
        top, community, *inner = [*file.split("/"), ""]
        if top != "communities" or inner[0] not in {"roster.yaml", "meetings", "cases"}:
            continue
        new = _edited(file, text, partial(_erase_members, community=community, new_id=new_id))
        new = _edited(file, new, partial(_erase_mentions, community=community, new_id=new_id))
        if new != text:
            changed[file] = new
    return changed


def _erase_members(text: str, community: str, new_id: Callable[[str], str | None]) -> str:
    """Erase everybody forgotten from the text of a roster; another record stays as it is."""
    fields = value_of(read_fields(text))
    members = [item for item in _items(fields.get("members")) if isinstance(item, dict)]
    ids = [str(member.get("id")) for member in members]
    for id, member in zip(ids, members, strict=True):
        now = new_id(f"{community}/{id}")
        if now is None:
            continue
        if now != id and now in ids:  # they are on the roster as somebody else already
            text = remove(text, ["members"], id)
            continue
        if "organisation" in member:
            text = remove(text, ["members", id], "organisation")
        if now != id:
            text = set_value(text, ["members", id, "id"], now)
    return text


def _erase_mentions(text: str, community: str, new_id: Callable[[str], str | None]) -> str:
    """Erase everybody forgotten from the text of a meeting or a case, but for their attendance."""
    fields = value_of(read_fields(text))
    for key in ("present", "apologies", "presenters"):
        ids = [item for item in _items(fields.get(key)) if isinstance(item, str)]
        for id in ids:
            now = new_id(f"{community}/{id}")
            if now is not None and (key == "presenters" or (now in ids and now != id)):
                text = remove(text, [key], id)
            elif now is not None and now != id:
                text = set_value(text, [key, id], now)
    for substitute in _items(fields.get("substitutes")):
        absent = substitute.get("for") if isinstance(substitute, dict) else None
        now = new_id(f"{community}/{absent}")
        if now is not None and now != absent:
            text = set_value(text, ["substitutes", str(substitute.get("id")), "for"], now)
    return text


# --- aliases ---------------------------------------------------------------------------------


def remove_aliases(text: str, person: DataSubject) -> str:
    """Return the text of private/aliases.yaml without a person's entries, in whatever form.

    Names that were set aside are removed if they hold one of theirs. What cannot be removed safely
    stays, and is reported as a mention.
    """
    try:
        for name in _set_aside_names(value_of(read_fields(text)), person):
            text = remove(text, ["set_aside"], name)
        for _ in range(MOST_ALIASES):
            part = _find_alias_part(value_of(read_fields(text)), person, (), inside=False)
            if part is None:
                break
            text = remove(text, *part)
    except EditRefused:
        pass
    return text


def _set_aside_names(value: Any, person: DataSubject) -> Iterator[str]:
    """Yield the names under ``set_aside`` of a parsed file that hold one of the person's."""
    fields = value if isinstance(value, dict) else {}
    entries = [entry for entry in _items(fields.get("aliases")) if isinstance(entry, dict)]
    own_entries = (entry for entry in entries if entry.get("id") == person.whole_id)
    own_names = [person.contact.name] if person.contact else []
    own_names += [name for entry in own_entries for name in _items(entry.get("names"))]
    names = [
        re.escape(comparable_name(name)) for name in own_names if isinstance(name, str) and name
    ]
    pattern = re.compile(rf"(?<!{_LETTER})(?:{'|'.join(names) or '(?!)'})(?!{_LETTER})")
    for name in _items(fields.get("set_aside")):
        if isinstance(name, str) and pattern.search(comparable_name(name)):
            yield name


def _items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _find_alias_part(
    value: Any, person: DataSubject, path: tuple[str | int, ...], *, inside: bool
) -> tuple[tuple[str | int, ...], Any] | None:
    """Return the path of a list or mapping, and the first item or key in it about a person.

    ``value`` is what was parsed, and stands at ``path`` in the file; the search goes below it.
    ``None`` means that nothing is about the person.

    ``inside`` means below the key of their community, where the bare id means them as well.
    """
    ids = {person.whole_id, person.id} if inside else {person.whole_id}
    entries: Iterable[tuple[Any, Any]] = ()
    if isinstance(value, dict):
        entries = value.items()
    elif isinstance(value, list):
        entries = enumerate(value)
    for key, item in entries:
        about = isinstance(item, dict) and any(
            isinstance(field, str) and field in ids for field in item.values()
        )
        if key in ids or (isinstance(item, str) and item in ids) or (about and path):
            return path, item if isinstance(value, list) else key
        below = _find_alias_part(
            item, person, (*path, key), inside=inside or key == person.community
        )
        if below is not None:
            return below
    return None


# --- mentions that remain --------------------------------------------------------------------


class SearchTerm(NamedTuple):
    """Something that identifies a person; ``path_pattern`` finds it in the names of files."""

    label: str
    pattern: re.Pattern[str]
    path_pattern: re.Pattern[str]


class Mention(NamedTuple):
    """Where a person is still named; ``line`` is 0 for a file's name, and ``file`` is masked."""

    file: str
    line: int
    label: str

    def __str__(self) -> str:
        return (
            f"{self.file}:{self.line}: {self.label}" if self.line else f"{self.file}: {self.label}"
        )


def build_search_terms(person: DataSubject, new_id: str) -> list[SearchTerm]:
    """Return what identifies a person: address, name, parts of it, an id that was given up."""
    terms: list[SearchTerm] = []
    contact = person.contact
    if contact and contact.email:
        pattern = re.compile(re.escape(contact.email), re.IGNORECASE)
        terms.append(SearchTerm("the e-mail address", pattern, pattern))
    if contact and contact.name:
        terms += _name_terms(normalize("NFC", contact.name))
    if new_id != person.id:
        pattern = re.compile(rf"(?<![\w-]){re.escape(person.id)}(?![\w-])")
        terms.append(SearchTerm("the id they had", pattern, pattern))
    return terms


def _name_terms(name: str) -> Iterator[SearchTerm]:
    """Yield the term that finds a name as a whole, and one that finds its single words."""
    words = re.findall(r"[^\W_]+", name)
    plain = slug_from(name).split("-")  # as in the names of files
    # 'Jo Bloggs' is also 'Bloggs, Jo' in a text, and 'jo-bloggs' in the name of a file
    orders = {tuple(words), tuple(reversed(words)), tuple(plain)}
    wholes = (
        r"[\W_]{0,3}".join(map(re.escape, order)) for order in sorted(orders) if "".join(order)
    )
    whole = re.compile(rf"(?<!{_LETTER})(?:{'|'.join(wholes)})(?!{_LETTER})", re.IGNORECASE)
    if len(words) > 1 or len(name) > 2:
        yield SearchTerm("the name", whole, whole)
    # shorter words, such as 'Jo', are parts of too many others
    parts = sorted({word for word in words if len(word) > 2})
    if not parts:
        return
    # a name in small letters is often a word: 'may', 'rose'; so it counts as typed, or in capitals
    written = "|".join(re.escape(form) for word in parts for form in (word, word.upper()))
    slugs = "|".join(re.escape(word) for word in sorted({*parts, *plain}) if len(word) > 2)
    yield SearchTerm(
        PART_OF_NAME,
        re.compile(rf"(?<!{_LETTER})(?:{written})(?!{_LETTER})"),
        re.compile(rf"(?<!{_LETTER})(?:{slugs})(?!{_LETTER})", re.IGNORECASE),
    )


def find_mentions(texts: Iterable[SourceText], terms: list[SearchTerm]) -> list[Mention]:
    """Find every line, and every file name, in which a person is still named."""
    mentions = []
    for source in texts:
        lines = dict[int, str]()
        # decomposed letters, as macOS writes them in file names, would never match
        normal = SourceText(source.file, normalize("NFC", source.text))
        name = normalize("NFC", source.file)
        for term in terms:
            if term.path_pattern.search(name):
                lines.setdefault(0, f"{term.label}, in the name of the file")
            for match in term.pattern.finditer(normal.text):
                lines.setdefault(normal.place(match.start())[0], term.label)
        masked_file = mask_names(source.file, terms)
        mentions += [Mention(masked_file, line, lines[line]) for line in sorted(lines)]
    return mentions


def mask_names(text: str, terms: Iterable[SearchTerm]) -> str:
    """Return a text with … in the place of whatever identifies a person."""
    masked = normalize("NFC", text)
    for term in terms:
        masked = term.path_pattern.sub("…", masked)
    return masked
