"""People on imported lists -> members, as far as that is certain.  Pure.

Certain is an address or another name that was said to be theirs, or a name that only one member
has. What is merely like a member's name is suggested, and never counts without a yes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from copkit.analysis.imports.people import MINUTE, Person, comparable, together
from copkit.folder import CommunityRecords
from copkit.importers.model import Why
from copkit.records.aliases import Aliases
from copkit.records.private import Contact

NOBODY: Final = "said before to be nobody"
MOST_SUGGESTED: Final = 3  # members for one person
Ids = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KnownMembers:
    """By what the members of a community are known: their ids, by address and by name.

    ``names`` are as names are compared; ``emails`` are the addresses of each member; ``nobody``
    are names that were said to be no person.
    """

    ids: frozenset[str]
    by_email: Mapping[str, Ids]
    by_alias: Mapping[str, Ids]
    by_name: Mapping[str, Ids]
    emails: Mapping[str, frozenset[str]]
    nobody: frozenset[str]


@dataclass(frozen=True, slots=True)
class Answers:
    """What somebody said of people on the lists; each is named by their row."""

    members: Mapping[str, str] = field(default_factory=dict)
    stand_ins: Mapping[str, str] = field(default_factory=dict)
    guests: frozenset[str] = frozenset()
    nobody: frozenset[str] = frozenset()


class Entry(NamedTuple):
    """One person on the lists: the members they are or may be, and why they are set aside."""

    person: Person
    members: Ids = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """Everybody on the lists, each in exactly one of five lists.

    ``doubts`` are the rows whose times could not be told apart, ``unknown`` those of members of
    whom nobody knows how long they were there.
    """

    matched: tuple[Entry, ...]
    suggested: tuple[Entry, ...]
    unmatched: tuple[Entry, ...]
    below_minimum: tuple[Entry, ...]
    set_aside: tuple[Entry, ...]
    doubts: tuple[str, ...]
    unknown: tuple[str, ...]

    @property
    def present(self) -> Ids:
        """The members who came and stayed, each once."""
        return tuple(dict.fromkeys(entry.members[0] for entry in self.matched))

    @property
    def left(self) -> Ids:
        """The rows of whom it is still to be said who they are."""
        return tuple(entry.person.row for entry in (*self.suggested, *self.unmatched))


def known_members(
    records: CommunityRecords, contacts: Iterable[Contact], aliases: Aliases
) -> KnownMembers:
    """Gather by what the members on a community's roster are known."""
    ids = frozenset(member.id for member in records.members)
    by_email, by_alias, by_name = _Index(), _Index(), _Index()
    for contact in contacts:
        if contact.community == records.slug and contact.member in ids:
            by_email.add((contact.email or "").strip().lower(), contact.member)
            by_name.add(comparable(contact.name or ""), contact.member)
    others = set[str]()
    for alias in aliases.aliases:
        community, _, id = alias.id.partition("/")
        if community != records.slug or id not in ids:
            continue
        others.update(map(comparable, alias.names))
        for email in alias.emails:
            by_email.add(email.strip().lower(), id)
        for name in alias.names:
            by_alias.add(comparable(name), id)
    emails: dict[str, set[str]] = {}
    for email, of in by_email.items():
        for id in of:
            emails.setdefault(id, set()).add(email)
    return KnownMembers(
        ids=ids,
        by_email=by_email,
        by_alias=by_alias,
        by_name=by_name,
        emails={id: frozenset(of) for id, of in emails.items()},
        nobody=frozenset(map(comparable, aliases.set_aside)) - others,
    )


class _Index(dict[str, Ids]):
    """Ids by what is said of somebody; the same may be said of several."""

    def add(self, said: str, id: str) -> None:
        if said and id not in self.get(said, ()):
            self[said] = (*self.get(said, ()), id)


# --- who one person is -----------------------------------------------------------------------


class Identity(NamedTuple):
    """Who somebody is: certain with one member, or those of whom the same is said."""

    members: Ids
    certain: bool


def identify(person: Person, known: KnownMembers) -> Identity:
    """Say who somebody is by address, by another name of theirs, or by a name that is one's alone.

    Who has a member's name and an address that is not theirs may be somebody else.
    """
    aliases = _said_of(known.by_alias, person)
    own = _said_of(known.by_name, person)
    if person.email and (ids := known.by_email.get(person.email)):
        narrowed = tuple(id for id in ids if id in (aliases or own))  # where several share it
        return Identity(narrowed or ids, certain=len(narrowed or ids) == 1)
    if aliases:
        return Identity(aliases, certain=len(aliases) == 1)
    contradicted = any(_has_another_address(person, id, known) for id in own)
    return Identity(own, certain=len(own) == 1 and not contradicted)


def _said_of(index: Mapping[str, Ids], person: Person) -> Ids:
    """Give everybody of whom one of a person's names is said."""
    for names in (person.known_as, person.read_as):
        if ids := tuple(dict.fromkeys(id for name in names for id in index.get(name, ()))):
            return ids
    return ()


def _has_another_address(person: Person, id: str, known: KnownMembers) -> bool:
    of_member = known.emails.get(id, frozenset())
    return bool(person.email and of_member) and person.email not in of_member


# --- who everybody is ------------------------------------------------------------------------


@dataclass(slots=True)
class _Sorted:
    """The lists while they are made; ``certain`` has the rows of each member."""

    certain: dict[str, list[Person]] = field(default_factory=dict)
    suggested: list[Entry] = field(default_factory=list)
    strange: list[Person] = field(default_factory=list)
    set_aside: list[Entry] = field(default_factory=list)


def match(
    people: Sequence[Person], known: KnownMembers, minimum: int = 0, answers: Answers | None = None
) -> Found:
    """Say of everybody on the lists who they are; ``minimum`` is how many minutes count.

    What somebody answered goes before everything else. All rows of one member count together.
    """
    said = answers or Answers()
    found = _Sorted()
    for person in people:
        _sort(person, known, said, found)
    unmatched = _suggest(found, known)
    matched, below = list[Entry](), list[Entry]()
    doubts, unknown = list[str](), list[str]()
    for id, rows in found.certain.items():
        total = together(time for person in rows for time in person.times)
        names = [person.row for person in rows]
        doubts += names if total.in_doubt else []
        unknown += names if total.seconds is None else []
        if total.seconds is None:
            counts = not minimum or any(row in said.members for row in names)
            to = matched if counts else found.suggested
        else:
            to = matched if total.seconds >= minimum * MINUTE else below
        to += [Entry(person, (id,)) for person in rows]
    return Found(
        matched=tuple(matched),
        suggested=tuple(found.suggested),
        unmatched=tuple(unmatched),
        below_minimum=tuple(below),
        set_aside=tuple(found.set_aside),
        doubts=tuple(doubts),
        unknown=tuple(unknown),
    )


def _sort(person: Person, known: KnownMembers, answers: Answers, found: _Sorted) -> None:
    """Put one person where they belong, as far as that is certain."""
    if id := answers.members.get(person.row):
        found.certain.setdefault(id, []).append(person)
        return
    if why := _answered(person, answers) or _why_aside(person, known):
        found.set_aside.append(Entry(person, why=why))
        return
    identity = identify(person, known)
    if identity.certain:
        found.certain.setdefault(identity.members[0], []).append(person)
    elif identity.members:
        found.suggested.append(Entry(person, identity.members[:MOST_SUGGESTED]))
    else:
        found.strange.append(person)


def _answered(person: Person, answers: Answers) -> str:
    """Say why somebody is set aside whom an answer made no member."""
    if person.row in answers.guests:
        return "a guest"
    if id := answers.stand_ins.get(person.row):
        return f"stands in for {id}"
    return "said to be nobody" if person.row in answers.nobody else ""


def _why_aside(person: Person, known: KnownMembers) -> str:
    """Say why somebody is set aside unasked; ``""`` for everybody who may be a member.

    Of a note-taker or a telephone an address or an alias can say whose it is.
    """
    if person.why is Why.WAITING_ROOM:
        return str(person.why)
    if any(name in known.nobody for name in person.said):
        return NOBODY
    is_said = person.email in known.by_email or _said_of(known.by_alias, person)
    return str(person.why) if person.why in {Why.BOT, Why.DIAL_IN} and not is_said else ""


def is_known_as(person: Person, id: str, known: KnownMembers) -> bool:
    """Say whether somebody is taken for a member without anybody saying so."""
    return not _why_aside(person, known) and identify(person, known) == ((id,), True)


def _suggest(found: _Sorted, known: KnownMembers) -> list[Entry]:
    """Add who may be a member by a similar name; give the others, an organiser being set aside."""
    likely: Mapping[str, Ids] = {}
    if found.strange and (known.by_name or known.by_alias):
        from copkit.analysis.imports.suggesting import likely_members

        likely = likely_members(found.strange, known)
    unmatched = []
    for person in found.strange:
        if ids := likely.get(person.row):
            found.suggested.append(Entry(person, ids))
        elif person.why:
            found.set_aside.append(Entry(person, why=str(person.why)))
        else:
            unmatched.append(Entry(person))
    return unmatched
