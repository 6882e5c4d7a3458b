"""People on imported lists -> members, as far as that is certain.  Pure.

Certain is an address or another name that was said to be theirs, or a name that only one member
has. What is merely like a member's name is suggested, and never counts without a yes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from rapidfuzz import fuzz, process

from copkit.analysis.imports.people import MINUTE, Person, comparable, together
from copkit.folder import CommunityRecords
from copkit.importers.model import Listing, Why
from copkit.records.meetings import Meeting
from copkit.records.private import Aliases, Contact
from copkit.wording import listed, plural

# Whom somebody on a list may be, by a name that is like a member's: suggested, never recorded.

ALIKE: Final = 76  # of 100: 'jon walkr' is 82 like 'johnny walker'
SHORT: Final = 90  # what 'jo bell' or 'j bell' is worth as a short form of 'joanna bell'
NEAR: Final = 12  # whoever is less like them by more than this is not suggested beside the best
LEAST: Final = 2  # letters; fewer are like everybody's name
_OF_DEVICES: Final = frozenset(
    (
        *("s", "iphone", "ipad", "phone", "mobile", "tablet", "android", "galaxy"),
        *("laptop", "pc", "macbook", "home", "work"),
    )
)


class _Name(NamedTuple):
    words: tuple[str, ...]
    initials: frozenset[str]
    ids: Ids


def likely_members(people: Iterable[Person], known: KnownMembers) -> Mapping[str, Ids]:
    """Give for each person, by row, the members whom they may be, the likeliest first.

    Words may stand in another order, be cut short or be mistyped; an address holds a name as well.
    """
    names = [
        _Name(words, _initials(words), ids)
        for index in (known.by_name, known.by_alias)
        for name, ids in index.items()
        if (words := _words(name))
    ]
    ordered = [" ".join(name.words) for name in names]
    found = {}
    for person in people:
        scores: dict[str, float] = {}
        for words in _spellings(person):
            for at, score in _scores(words, names, ordered):
                for id in names[at].ids:
                    scores[id] = max(score, scores.get(id, 0))
        best = max(scores.values(), default=0)
        near = [id for id, score in scores.items() if score >= best - NEAR]
        near.sort(key=lambda one: (-scores[one], one))
        found[person.row] = tuple(near[:MOST_SUGGESTED])
    return found


def _words(name: str) -> tuple[str, ...]:
    """Give a name's words in an order of their own, so that 'walker, johnny' is as good."""
    signs = (sign if sign.isalpha() else " " for sign in name)
    return tuple(sorted(word for word in "".join(signs).split() if word not in _OF_DEVICES))


def _spellings(person: Person) -> Iterator[tuple[str, ...]]:
    before_at = (person.email.partition("@")[0],) if person.email else ()
    for said in (*person.known_as, *person.read_as, *before_at):
        words = _words(said)
        if sum(map(len, words)) >= LEAST:
            yield words


def _initials(words: tuple[str, ...]) -> frozenset[str]:
    return frozenset(word[0] for word in words)


def _scores(
    words: tuple[str, ...], names: list[_Name], ordered: list[str]
) -> Iterator[tuple[int, float]]:
    """Give the names that are like the words: where each stands, and how like of 100."""
    alike = process.extract(
        " ".join(words), ordered, scorer=fuzz.ratio, score_cutoff=ALIKE, limit=MOST_SUGGESTED
    )
    yield from ((at, score) for _, score, at in alike)
    initials = _initials(words)
    for at, name in enumerate(names):
        if initials <= name.initials or name.initials <= initials:
            fewer, more = sorted((words, name.words), key=len)
            if _is_short_for(fewer, more):
                yield at, SHORT


def _is_short_for(fewer: tuple[str, ...], more: tuple[str, ...]) -> bool:
    """Say whether each word begins another one, or the other begins it: 'j bell', 'jo bell'."""
    free = list(more)
    for word in fewer:
        whole = next((one for one in free if one.startswith(word) or word.startswith(one)), None)
        if whole is None:
            return False
        free.remove(whole)
    return sum(map(len, fewer)) >= LEAST


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


# What a facilitator should know about lists that are imported: disagreements, gaps.

MOST_NAMED: Final = 5  # people or members in one note
# Addresses at these say nothing of where somebody works; nhs.net is that of all its trusts.
_EVERYBODYS: Final = frozenset(
    f"{name}.{end}"
    for ends, names in (
        ("com", "gmail googlemail outlook icloud me mac aol proton protonmail zoho btinternet"),
        ("com co.uk", "hotmail live yahoo ymail sky talktalk msn"),
        ("net", "nhs virginmedia gmx comcast"),
        ("me", "proton pm"),
    )
    for end in ends.split()
    for name in names.split()
)


def days_off(listing: Listing, held_on: dt.date) -> int:
    """Count the days between a list's own date and the meeting; 0 where the list has none."""
    return abs((listing.held_on - held_on).days) if listing.held_on else 0


def notes_on(
    found: Found,
    listings: Sequence[Listing],
    records: CommunityRecords,
    meeting: Meeting | None,
    held_on: dt.date,
    known: KnownMembers,
) -> list[str]:
    """Say what does not agree: within the lists, with the roster, and with what is on record."""
    return [
        *_of_lists(listings, held_on),
        *_of_times(found, listings),
        *_of_organisers(found),
        *_of_members(found, records, held_on),
        *(_of_record(found, meeting) if meeting else ()),
        *_stand_ins(found, _awaited(found, records, meeting, held_on), known),
    ]


def _of_lists(listings: Iterable[Listing], held_on: dt.date) -> Iterator[str]:
    for listing in listings:
        if days_off(listing, held_on):
            yield f"{listing.file} is of {listing.held_on}, and the meeting of {held_on}"
        for note in listing.notes:
            says = " " if note.startswith("states ") else ": "
            yield f"{listing.file}{says}{note}"


def _of_times(found: Found, listings: Iterable[Listing]) -> Iterator[str]:
    tell = any(one.seconds is not None for listing in listings for one in listing.attendees)
    if found.unknown and tell:
        yield f"nobody can tell from the lists how long {_named(found.unknown)} stayed"
    if found.doubts:
        times = f"the times of {_named(found.doubts)} on several lists may be the same"
        yield f"{times}, so only the longest counts"


def _named(names: Sequence[str]) -> str:
    """Name people, up to a few."""
    if len(names) <= MOST_NAMED:
        return listed(names)
    return f"{', '.join(names[:MOST_NAMED])} and {plural(len(names) - MOST_NAMED, 'other')}"


def _of_organisers(found: Found) -> Iterator[str]:
    """Say which members count who organised the meeting, and perhaps only opened the room."""
    of_lists = (one.members[0] for one in found.matched if one.person.why is Why.ORGANISER)
    if ids := [f"'{id}'" for id in dict.fromkeys(of_lists)]:
        yield f"{listed(ids)} organised the meeting, and {'counts' if len(ids) == 1 else 'count'}"


def _of_members(found: Found, records: CommunityRecords, held_on: dt.date) -> Iterator[str]:
    for id in dict.fromkeys(id for entry in _certain(found) for id in entry.members):
        member = records.roster.member(id)
        if member and member.left and member.left <= held_on:
            yield f"'{id}' left on {member.left}, and is on the lists"
        if member and member.joined and member.joined > held_on:
            yield f"'{id}' joined on {member.joined} only, and is on the lists"


def _certain(found: Found) -> tuple[Entry, ...]:
    return (*found.matched, *found.below_minimum)


def _of_record(found: Found, meeting: Meeting) -> Iterator[str]:
    """Hold the lists against what is on record of the meeting already."""
    short = {entry.members[0] for entry in found.below_minimum}
    for id in found.present:
        if id in meeting.apologies:
            yield f"'{id}' is on record as apologising, and came"
        if any(one.stands_for == id for one in meeting.substitutes):
            yield f"'{id}' came, and somebody is on record as standing in for them"
    for id in meeting.present:
        if id in short:
            yield f"'{id}' is on record as present, and did not stay long enough to count"
    likely = {id for entry in found.suggested for id in entry.members}
    unseen = [id for id in meeting.present if id not in {*found.present, *short, *likely}]
    if unseen:
        yield f"on record as present, and not found on the lists: {', '.join(unseen)}"


def _awaited(
    found: Found, records: CommunityRecords, meeting: Meeting | None, held_on: dt.date
) -> Iterator[str]:
    """Give the members of that day who did not come, and for whom nobody is known to."""
    there = {id for entry in _certain(found) for id in entry.members}
    there |= {one.stands_for for one in meeting.substitutes} if meeting else set()
    for member in records.members:
        if member.id not in there and member.is_member_on(held_on):
            yield member.id


def _stand_ins(found: Found, awaited: Iterable[str], known: KnownMembers) -> Iterator[str]:
    """Say who has an address of the same agency as a member who did not come.

    Where many have one address it tells nothing: an agency sends one or two.
    """
    absent: dict[str, list[str]] = {}
    for id in awaited:
        for domain in {email.partition("@")[2] for email in known.emails.get(id, ())}:
            absent.setdefault(domain, []).append(id)
    strangers: dict[str, list[str]] = {}
    for entry in found.unmatched:
        strangers.setdefault(entry.person.email.partition("@")[2], []).append(entry.person.row)
    for domain, rows in strangers.items():
        ids = () if domain in _EVERYBODYS else absent.get(domain, ())
        if ids and len(rows) <= MOST_NAMED:
            who = listed(ids[:MOST_NAMED], "or")
            yield from (f"{row} may stand in for {who}" for row in rows)
