"""Match the people on imported attendance lists with the members of a community.  Pure.

A match is certain by an e-mail address or an alias of a member, or by a name that only one member
has. Whoever merely has a similar name is suggested and never counts without a yes: a guess that
goes on record is worse than a question.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple

from copkit.analysis.imports.people import MINUTE, ListedPerson, comparable_name, total_time
from copkit.folder import CommunityRecords
from copkit.importers.marks import UNCLEAR_REASONS, ListMark
from copkit.importers.model import Exclusion, Listing
from copkit.records.meetings import Meeting
from copkit.records.private import Aliases, Contact
from copkit.wording import list_in_words, plural

NOBODY_BEFORE: Final = "said before to be nobody"
MOST_SUGGESTED: Final = 3  # members for one person
MemberIds = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MemberIndex:
    """The members of a community by what identifies them: address, other names, name.

    Names are in their comparable form. ``emails`` are the addresses of each member; ``nobody`` are
    names that were answered to be no person.
    """

    ids: frozenset[str]
    by_email: Mapping[str, MemberIds]
    by_alias: Mapping[str, MemberIds]
    by_name: Mapping[str, MemberIds]
    emails: Mapping[str, frozenset[str]]
    nobody: frozenset[str]


@dataclass(frozen=True, slots=True)
class Answers:
    """What was answered about people on the lists, by options or on the terminal, by row.

    ``members`` and ``stand_ins`` map a row to a member's id; the other two hold rows.
    """

    members: Mapping[str, str] = field(default_factory=dict)
    stand_ins: Mapping[str, str] = field(default_factory=dict)
    guests: frozenset[str] = frozenset()
    nobody: frozenset[str] = frozenset()

    def with_member(self, row: str, id: str) -> Answers:
        """Return these answers with a row that is a member."""
        return replace(self, members={**self.members, row: id})

    def with_stand_in(self, row: str, id: str) -> Answers:
        """Return these answers with a row that stands in for a member."""
        return replace(self, stand_ins={**self.stand_ins, row: id})

    def with_guest(self, row: str) -> Answers:
        """Return these answers with a row that is a guest."""
        return replace(self, guests=self.guests | {row})

    def with_nobody(self, row: str) -> Answers:
        """Return these answers with a row that is no person."""
        return replace(self, nobody=self.nobody | {row})


class PersonMatch(NamedTuple):
    """One person on the lists: the members they are or may be, and why they are set aside."""

    person: ListedPerson
    members: MemberIds = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class MatchResult:
    """Everybody on the lists, each in exactly one of seven lists.

    ``absent`` and ``apologies`` are those of whom the lists say so, with the member if certain.
    ``doubtful_stays`` are the rows whose overlapping times could not be told apart, and
    ``unknown_stays`` those of members for whom no list says how long they stayed.
    """

    matched: tuple[PersonMatch, ...]
    suggested: tuple[PersonMatch, ...]
    unmatched: tuple[PersonMatch, ...]
    below_minimum: tuple[PersonMatch, ...]
    set_aside: tuple[PersonMatch, ...]
    doubtful_stays: tuple[str, ...]
    unknown_stays: tuple[str, ...]
    absent: tuple[PersonMatch, ...] = ()
    apologies: tuple[PersonMatch, ...] = ()

    @property
    def apologising(self) -> MemberIds:
        """The members who sent apologies and did not come, each once."""
        ids = (match.members[0] for match in self.apologies if match.members)
        return tuple(id for id in dict.fromkeys(ids) if id not in self.present)

    @property
    def away(self) -> MemberIds:
        """The members of whom the lists say that they did not come, each once."""
        ids = (match.members[0] for match in self.absent if match.members)
        return tuple(id for id in dict.fromkeys(ids) if id not in self.present)

    @property
    def present(self) -> MemberIds:
        """The members who came and stayed, each once."""
        return tuple(dict.fromkeys(match.members[0] for match in self.matched))

    @property
    def unresolved(self) -> MemberIds:
        """The rows of everybody about whom an answer is still needed."""
        return tuple(match.person.row for match in (*self.suggested, *self.unmatched))


def build_member_index(
    records: CommunityRecords, contacts: Iterable[Contact], aliases: Aliases
) -> MemberIndex:
    """Collect what identifies the members on a community's roster."""
    ids = frozenset(member.id for member in records.members)
    by_email, by_alias, by_name = _IdsByKey(), _IdsByKey(), _IdsByKey()
    for contact in contacts:
        if contact.community == records.slug and contact.member in ids:
            by_email.add((contact.email or "").strip().lower(), contact.member)
            by_name.add(comparable_name(contact.name or ""), contact.member)
    alias_names = set[str]()
    for alias in aliases.aliases:
        community, _, id = alias.id.partition("/")
        if community != records.slug or id not in ids:
            continue
        alias_names.update(map(comparable_name, alias.names))
        for email in alias.emails:
            by_email.add(email.strip().lower(), id)
        for name in alias.names:
            by_alias.add(comparable_name(name), id)
    emails: dict[str, set[str]] = {}
    for email, owners in by_email.items():
        for id in owners:
            emails.setdefault(id, set()).add(email)
    return MemberIndex(
        ids=ids,
        by_email=by_email,
        by_alias=by_alias,
        by_name=by_name,
        emails={id: frozenset(addresses) for id, addresses in emails.items()},
        # a later answer that a name is a member's wins over an earlier one that it is nobody
        nobody=frozenset(map(comparable_name, aliases.set_aside)) - alias_names,
    )


class _IdsByKey(dict[str, MemberIds]):
    """Member ids by an address or a name; several members may share it."""

    def add(self, key: str, id: str) -> None:
        if key and id not in self.get(key, ()):
            self[key] = (*self.get(key, ()), id)


# --- identifying one person ------------------------------------------------------------------


class Identity(NamedTuple):
    """Who somebody is: one member for certain, or several members who share the name or address."""

    members: MemberIds
    certain: bool


def identify(person: ListedPerson, index: MemberIndex) -> Identity:
    """Return who somebody is, by address, then by an alias, then by a name.

    An identity without members is nobody's on the roster.

    Somebody with a member's name and an address that is not the member's may be another person, so
    that is not certain.
    """
    by_alias = _find_ids(index.by_alias, person)
    by_name = _find_ids(index.by_name, person)
    owners = (index.by_email.get(email, ()) for email in person.emails)
    if ids := tuple(dict.fromkeys(id for found in owners for id in found)):
        narrowed = tuple(id for id in ids if id in (by_alias or by_name))  # a shared mailbox
        # The address of one member beside the name of another: somebody's colleague signed in.
        is_others = bool(by_name) and not narrowed and not by_alias
        both = tuple(dict.fromkeys((*by_name, *ids))) if is_others else narrowed or ids
        return Identity(both, certain=len(both) == 1)
    if by_alias:
        return Identity(by_alias, certain=len(by_alias) == 1)
    contradicted = any(_has_another_address(person, id, index) for id in by_name)
    return Identity(by_name, certain=len(by_name) == 1 and not contradicted)


def _find_ids(index: Mapping[str, MemberIds], person: ListedPerson) -> MemberIds:
    """Return the members, by id, to whom ``index`` maps any of a person's names; or none."""
    # other readings, such as the name in brackets, only where the names themselves find nobody
    for names in (person.known_as, person.other_readings):
        if ids := tuple(dict.fromkeys(id for name in names for id in index.get(name, ()))):
            return ids
    return ()


def _has_another_address(person: ListedPerson, id: str, index: MemberIndex) -> bool:
    """Check whether somebody has an address, and the member has only others."""
    of_member = index.emails.get(id, frozenset())
    return bool(person.emails and of_member) and of_member.isdisjoint(person.emails)


# --- matching everybody ----------------------------------------------------------------------


@dataclass(slots=True)
class _Classification:
    """The lists while they are filled; ``certain`` holds the people of each member id."""

    certain: dict[str, list[ListedPerson]] = field(default_factory=dict)
    suggested: list[PersonMatch] = field(default_factory=list)
    strangers: list[ListedPerson] = field(default_factory=list)
    set_aside: list[PersonMatch] = field(default_factory=list)
    absent: list[PersonMatch] = field(default_factory=list)
    apologies: list[PersonMatch] = field(default_factory=list)


def match_people(
    people: Sequence[ListedPerson],
    index: MemberIndex,
    minimum: int = 0,
    answers: Answers | None = None,
) -> MatchResult:
    """Match everybody on the lists with the members of a community.

    ``minimum`` is how many minutes somebody must stay to count. An answer goes before every rule.
    All rows of one member count together.
    """
    given_answers = answers or Answers()
    groups = _Classification()
    for person in people:
        _classify(person, index, given_answers, groups)
    _doubt_namesakes(groups, index, given_answers)
    unmatched = _suggest_members(groups, index)
    matched, below = list[PersonMatch](), list[PersonMatch]()
    doubtful_stays, unknown_stays = list[str](), list[str]()
    for id, rows in groups.certain.items():
        total = total_time(time for person in rows for time in person.times)
        names = [person.row for person in rows]
        doubtful_stays += names if total.in_doubt else []
        unknown_stays += names if total.seconds is None else []
        if total.seconds is None:
            # a time that nobody knows is asked about, unless any length counts or somebody answered
            counts = not minimum or any(row in given_answers.members for row in names)
            target = matched if counts else groups.suggested
        else:
            target = matched if total.seconds >= minimum * MINUTE else below
        target += [PersonMatch(person, (id,)) for person in rows]
    return MatchResult(
        matched=tuple(matched),
        suggested=tuple(groups.suggested),
        unmatched=tuple(unmatched),
        below_minimum=tuple(below),
        set_aside=tuple(groups.set_aside),
        doubtful_stays=tuple(doubtful_stays),
        unknown_stays=tuple(unknown_stays),
        absent=tuple(groups.absent),
        apologies=tuple(groups.apologies),
    )


def _doubt_namesakes(groups: _Classification, index: MemberIndex, answers: Answers) -> None:
    """Move people with one name and different addresses from the certain to the suggested.

    Only one of them can be the member whose name they have, and nothing says which.
    """
    for id, people in list(groups.certain.items()):
        by_name_only = [
            person
            for person in people
            if person.row not in answers.members
            and index.emails.get(id, frozenset()).isdisjoint(person.emails)
            and not _find_ids(index.by_alias, person)
        ]
        if len({person.email for person in by_name_only}) > 1:
            groups.suggested += [PersonMatch(person, (id,)) for person in by_name_only]
            certain = [person for person in people if person not in by_name_only]
            if certain:
                groups.certain[id] = certain
            else:
                del groups.certain[id]


def _classify(
    person: ListedPerson, index: MemberIndex, answers: Answers, groups: _Classification
) -> None:
    """Add one person to the list of ``groups`` where they belong, as far as that is certain."""
    id = answers.members.get(person.row)
    if not person.came:
        _classify_away(person, index, id, groups)
        return
    if id:
        groups.certain.setdefault(id, []).append(person)
        return
    if why := _answered_reason(person, answers) or _set_aside_reason(person, index):
        groups.set_aside.append(PersonMatch(person, why=why))
        return
    identity = identify(person, index)
    if identity.certain:
        groups.certain.setdefault(identity.members[0], []).append(person)
    elif identity.members:
        groups.suggested.append(PersonMatch(person, identity.members[:MOST_SUGGESTED]))
    else:
        groups.strangers.append(person)


def _classify_away(
    person: ListedPerson, index: MemberIndex, answered: str | None, groups: _Classification
) -> None:
    """Add somebody who did not come, or of whom that is unclear, to the list where they belong."""
    if person.mark is ListMark.UNCLEAR:
        groups.set_aside.append(PersonMatch(person, why=_unclear_reason(person.marked_as)))
        return
    identity = identify(person, index)
    members = (answered,) if answered else identity.members if identity.certain else ()
    target = groups.apologies if person.mark is ListMark.APOLOGIES else groups.absent
    target.append(PersonMatch(person, members))


def _unclear_reason(marked_as: str) -> str:
    """Return why nothing is recorded of somebody: a value of the list, or what is wrong there."""
    if not marked_as:
        return "nothing says that they came"
    if marked_as in UNCLEAR_REASONS:
        return marked_as
    return f"'{marked_as}' does not say that they came"


def _answered_reason(person: ListedPerson, answers: Answers) -> str:
    """Return why an answer sets somebody aside; ``""`` where it does not."""
    if person.row in answers.guests:
        return "a guest"
    if id := answers.stand_ins.get(person.row):
        return f"stands in for {id}"
    return "said to be nobody" if person.row in answers.nobody else ""


def _set_aside_reason(person: ListedPerson, index: MemberIndex) -> str:
    """Return why somebody is set aside without an answer; ``""`` for whoever may be a member.

    A bot or a dial-in number is kept where its address or an alias says whose it is.
    """
    if person.exclusion is Exclusion.WAITING_ROOM:
        return str(person.exclusion)
    if any(name in index.nobody for name in person.compared_names):
        return NOBODY_BEFORE
    if person.exclusion not in {Exclusion.BOT, Exclusion.DIAL_IN}:
        return ""
    is_assigned = person.email in index.by_email or _find_ids(index.by_alias, person)
    return "" if is_assigned else str(person.exclusion)


def is_recognised(person: ListedPerson, id: str, index: MemberIndex) -> bool:
    """Return whether somebody is taken for a member without any answer."""
    return not _set_aside_reason(person, index) and identify(person, index) == ((id,), True)


def _suggest_members(groups: _Classification, index: MemberIndex) -> list[PersonMatch]:
    """Look for members with names similar to those of the strangers; return the strangers left.

    The others are added to ``groups``: to ``suggested`` with the members they may be, or, such as
    organisers and dial-in numbers without a suggestion, to ``set_aside``.
    """
    likely: Mapping[str, MemberIds] = {}
    if groups.strangers and (index.by_name or index.by_alias):
        likely = likely_members(groups.strangers, index)
    unmatched = []
    for person in groups.strangers:
        if ids := likely.get(person.row):
            groups.suggested.append(PersonMatch(person, ids))
        elif person.exclusion:
            groups.set_aside.append(PersonMatch(person, why=str(person.exclusion)))
        else:
            unmatched.append(PersonMatch(person))
    return unmatched


# --- similar names ---------------------------------------------------------------------------

# Scores are from 0 to 100, as rapidfuzz gives them.
MIN_SIMILARITY: Final = 76  # 'jon walkr' scores 82 against 'johnny walker'
SHORT_FORM_SCORE: Final = 90  # for 'jo bell' or 'j bell' as a short form of 'joanna bell'
MAX_SCORE_GAP: Final = 12  # below the best score; members further below are not suggested
MIN_LETTERS: Final = 2  # in a name; with fewer it resembles everybody's
# Telephones and laptops join under their own names, such as "Jo's iPhone".
_DEVICE_WORDS: Final = frozenset(
    {
        "s",  # of the genitive: "Jo's"
        "iphone",
        "ipad",
        "phone",
        "mobile",
        "tablet",
        "android",
        "galaxy",
        "laptop",
        "pc",
        "macbook",
        "home",
        "work",
    }
)


class _MemberName(NamedTuple):
    """A member's name as words in alphabetical order, their initials, and who is called so."""

    words: tuple[str, ...]
    initials: frozenset[str]
    ids: MemberIds


def likely_members(people: Iterable[ListedPerson], index: MemberIndex) -> Mapping[str, MemberIds]:
    """Return for each person, by row, the members they may be, the likeliest first.

    Words may stand in another order, be cut short or be mistyped. The part of an e-mail address
    before the @ is compared as well, since it often holds a name.
    """
    names = [
        _MemberName(words, _initials(words), ids)
        for ids_by_name in (index.by_name, index.by_alias)
        for name, ids in ids_by_name.items()
        if (words := _name_words(name))
    ]
    ordered = [" ".join(name.words) for name in names]
    likely = {}
    for person in people:
        scores: dict[str, float] = {}
        for words in _spellings(person):
            for position, score in _scores(words, names, ordered):
                for id in names[position].ids:
                    scores[id] = max(score, scores.get(id, 0))
        best = max(scores.values(), default=0)
        near = [id for id, score in scores.items() if score >= best - MAX_SCORE_GAP]
        near.sort(key=lambda member: (-scores[member], member))
        likely[person.row] = tuple(near[:MOST_SUGGESTED])
    return likely


def _name_words(name: str) -> tuple[str, ...]:
    """Return the words of a name in alphabetical order: 'walker, johnny' equals 'johnny walker'."""
    signs = (sign if sign.isalpha() else " " for sign in name)
    return tuple(sorted(word for word in "".join(signs).split() if word not in _DEVICE_WORDS))


def _spellings(person: ListedPerson) -> Iterator[tuple[str, ...]]:
    """Yield each name of a person, and the address before the @, as words in order of letters."""
    before_at = (person.email.partition("@")[0],) if person.email else ()
    for spelling in (*person.known_as, *person.other_readings, *before_at):
        words = _name_words(spelling)
        if sum(map(len, words)) >= MIN_LETTERS:
            yield words


def _initials(words: tuple[str, ...]) -> frozenset[str]:
    return frozenset(word[0] for word in words)


def _scores(
    words: tuple[str, ...], names: list[_MemberName], ordered: list[str]
) -> Iterator[tuple[int, float]]:
    """Yield the position in ``names`` of each name that resembles the words, and its score.

    ``ordered`` are the same names as texts, since rapidfuzz compares texts.
    """
    # here, since loading it takes time and most imports need no suggestions
    from rapidfuzz import fuzz, process

    # more matches than can be suggested are never needed
    alike = process.extract(
        " ".join(words),
        ordered,
        scorer=fuzz.ratio,
        score_cutoff=MIN_SIMILARITY,
        limit=MOST_SUGGESTED,
    )
    yield from ((position, score) for _, score, position in alike)
    initials = _initials(words)
    for position, name in enumerate(names):
        # a cheap test first: this runs for every pair of person and member
        if initials <= name.initials or name.initials <= initials:
            fewer, more = sorted((words, name.words), key=len)
            if _is_short_for(fewer, more):
                yield position, SHORT_FORM_SCORE


def _is_short_for(fewer: tuple[str, ...], more: tuple[str, ...]) -> bool:
    """Return whether each word begins another one, or begins with it, as in 'j bell', 'jo bell'."""
    free = list(more)
    for word in fewer:
        whole = next(
            (other for other in free if other.startswith(word) or word.startswith(other)), None
        )
        if whole is None:
            return False
        free.remove(whole)
    return sum(map(len, fewer)) >= MIN_LETTERS


# --- notes on disagreements and gaps ---------------------------------------------------------

MOST_NAMED: Final = 5  # people or members in one note
# Anybody can have an address here, so it does not show where somebody works; all NHS trusts share
# nhs.net.
_PUBLIC_MAIL_DOMAINS: Final = frozenset(
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


def days_from_meeting(listing: Listing, held_on: dt.date) -> int:
    """Count the days between a list's own date and the meeting; 0 where the list has no date."""
    return abs((listing.held_on - held_on).days) if listing.held_on else 0


def is_of_other_day(listing: Listing, held_on: dt.date) -> bool:
    """Check whether a list is of another meeting: a day away only where it has times.

    A meeting may end past midnight, and a program may write times of another zone.
    """
    return days_from_meeting(listing, held_on) > (0 if listing.has_exact_day else 1)


def build_notes(
    result: MatchResult,
    listings: Sequence[Listing],
    records: CommunityRecords,
    meeting: Meeting | None,
    held_on: dt.date,
    index: MemberIndex,
) -> list[str]:
    """Describe disagreements within the lists, with the roster, and with the meeting's record.

    ``meeting`` is ``None`` where none is on record for the day.
    """
    return [
        *_list_notes(listings, held_on),
        *_time_notes(result, listings),
        *_organiser_notes(result),
        *_membership_notes(result, records, held_on),
        *(_record_notes(result, meeting) if meeting else ()),
        *_stand_in_notes(result, _absent_members(result, records, meeting, held_on), index),
    ]


def _list_notes(listings: Iterable[Listing], held_on: dt.date) -> Iterator[str]:
    """Yield a note on each list of another day, and the notes of each list after its name."""
    for listing in listings:
        if days_from_meeting(listing, held_on):
            yield f"{listing.file} is of {listing.held_on}, and the meeting of {held_on}"
        for note in listing.notes:
            says = " " if note.startswith("states ") else ": "  # "list.csv states 9 participants"
            yield f"{listing.file}{says}{note}"


def _time_notes(result: MatchResult, listings: Iterable[Listing]) -> Iterator[str]:
    """Yield a note on people whose stay is not known, and on those whose times may overlap."""
    has_times = any(
        attendee.seconds is not None for listing in listings for attendee in listing.attendees
    )
    if result.unknown_stays and has_times:
        names = _format_names(result.unknown_stays)
        yield f"nobody can tell from the lists how long {names} stayed"
    if result.doubtful_stays:
        names = _format_names(result.doubtful_stays)
        times = f"the times of {names} on several lists may be the same"
        yield f"{times}, so only the longest counts"


def _format_names(names: Sequence[str]) -> str:
    """Return names as one text: the first few in full, and a count of the others."""
    if len(names) <= MOST_NAMED:
        return list_in_words(names)
    return f"{', '.join(names[:MOST_NAMED])} and {plural(len(names) - MOST_NAMED, 'other')}"


def _organiser_notes(result: MatchResult) -> Iterator[str]:
    """Yield a note on organisers who count as members: they may only have opened the room."""
    organisers = (
        match.members[0]
        for match in result.matched
        if match.person.exclusion is Exclusion.ORGANISER
    )
    if ids := [f"'{id}'" for id in dict.fromkeys(organisers)]:
        verb = "counts" if len(ids) == 1 else "count"
        yield f"{list_in_words(ids)} organised the meeting, and {verb}"


def _membership_notes(
    result: MatchResult, records: CommunityRecords, held_on: dt.date
) -> Iterator[str]:
    """Yield a note on each member on the lists who had left, or who joined later."""
    for id in dict.fromkeys(id for match in _identified(result) for id in match.members):
        member = records.roster.member(id)
        if member and member.left and member.left <= held_on:
            yield f"'{id}' left on {member.left}, and is on the lists"
        if member and member.joined and member.joined > held_on:
            yield f"'{id}' joined on {member.joined} only, and is on the lists"


def _identified(result: MatchResult) -> tuple[PersonMatch, ...]:
    """Return the people who certainly are members, whether they stayed long enough or not."""
    return (*result.matched, *result.below_minimum)


def _record_notes(result: MatchResult, meeting: Meeting) -> Iterator[str]:
    """Yield a note for each disagreement of the lists with what is on record of the meeting."""
    short = {match.members[0] for match in result.below_minimum}
    for id in result.present:
        if id in meeting.apologies:
            yield f"'{id}' is on record as apologising, and came"
        if any(substitute.stands_for == id for substitute in meeting.substitutes):
            yield f"'{id}' came, and somebody is on record as standing in for them"
    for id in (*result.away, *result.apologising):
        if id in meeting.present:
            yield f"'{id}' is on record as present, and away on the lists"
    for id in meeting.present:
        if id in short:
            yield f"'{id}' is on record as present, and did not stay long enough to count"
    likely = {id for match in result.suggested for id in match.members}
    seen = {*result.present, *short, *likely, *result.away, *result.apologising}
    unseen = [id for id in meeting.present if id not in seen]
    if unseen:
        yield f"on record as present, and not found on the lists: {', '.join(unseen)}"


def _absent_members(
    result: MatchResult, records: CommunityRecords, meeting: Meeting | None, held_on: dt.date
) -> Iterator[str]:
    """Yield the ids of that day's members who neither came nor have a substitute on record."""
    accounted_for = {id for match in _identified(result) for id in match.members}
    if meeting:
        accounted_for |= {substitute.stands_for for substitute in meeting.substitutes}
    for member in records.members:
        if member.id not in accounted_for and member.is_member_on(held_on):
            yield member.id


def _stand_in_notes(
    result: MatchResult, absent_ids: Iterable[str], index: MemberIndex
) -> Iterator[str]:
    """Yield a note for each stranger with the mail domain of a member who did not come.

    More strangers than ``MOST_NAMED`` at one domain prove nothing: an agency sends one or two.
    """
    absent_by_domain: dict[str, list[str]] = {}
    for id in absent_ids:
        for domain in {email.partition("@")[2] for email in index.emails.get(id, ())}:
            absent_by_domain.setdefault(domain, []).append(id)
    rows_by_domain: dict[str, list[str]] = {}
    for match in result.unmatched:
        rows_by_domain.setdefault(match.person.email.partition("@")[2], []).append(match.person.row)
    for domain, rows in rows_by_domain.items():
        ids = () if domain in _PUBLIC_MAIL_DOMAINS else absent_by_domain.get(domain, ())
        if ids and len(rows) <= MOST_NAMED:
            members = list_in_words(ids[:MOST_NAMED], "or")
            yield from (f"{row} may stand in for {members}" for row in rows)
