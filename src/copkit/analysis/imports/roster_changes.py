"""Compare an imported roster with the one on record: who is new, changed, the same.  Pure.

Who is who is never guessed: a line is a member of the roster by its id, by the e-mail address or
the name that the contacts have, or because somebody says so. Nobody is ever taken off a roster, and
no consent is ever set.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from copkit.analysis.imports.roster import (
    NEW,
    Asks,
    Note,
    ParsedRows,
    RosterRow,
    RowError,
    SeatAnswers,
)
from copkit.errors import Severity, closest_match
from copkit.pii.kinds import DetailKind
from copkit.pii.scan import find_details
from copkit.records.members import Member, Part, Roster
from copkit.records.private import Contact
from copkit.records.programme import Seats
from copkit.text.edit import append_all, set_value
from copkit.text.normalise import fold_spelling
from copkit.wording import list_in_words


@dataclass(frozen=True, slots=True)
class NewMember:
    """Somebody who is not on the roster yet; ``is_sought`` if copkit.yaml seeks their role."""

    line: int
    id: str
    role: str
    sector: str
    organisation: str
    part: Part | None
    joined: dt.date | None
    is_sought: bool

    def as_item(self) -> dict[str, Any]:
        """Return the entry for the roster's YAML, without empty fields."""
        # member is the default, and nobody types a default
        part = None if self.part is Part.MEMBER else self.part
        values = {
            "id": self.id,
            "role": self.role,
            "sector": self.sector,
            "organisation": self.organisation,
            "part": part,
            "joined": self.joined,
        }
        return {key: value for key, value in values.items() if value}


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of a member: as it is (``None`` if empty), and as the file has it."""

    key: str
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class RosterMatch:
    """A member of the roster whom a line names; ``fields`` are what would change."""

    line: int
    id: str
    fields: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, slots=True)
class NewContact:
    """What the contacts lack of a member: the entry (``is_new``), or one of its fields."""

    id: str
    is_new: bool
    name: str = field(repr=False)
    email: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class RosterPlan:
    """What an import would do.

    ``missing`` are members on the roster and not in the file; they stay. ``errors`` are lines that
    are kept out, until the file is corrected or a question answered. ``doubts`` are texts that may
    identify somebody in a file that git keeps. ``empty_seats`` counts lines about nobody, and
    ``kept_roles`` are lines of members who keep their role, with a role that nobody knows.
    """

    new: tuple[NewMember, ...]
    changed: tuple[RosterMatch, ...]
    same: tuple[RosterMatch, ...]
    missing: tuple[str, ...]
    errors: tuple[RowError, ...]
    notes: tuple[Note, ...]
    doubts: tuple[Note, ...]
    contacts: tuple[NewContact, ...]
    empty_seats: int = 0
    kept_roles: tuple[tuple[int, str], ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to write."""
        return not (self.new or self.changed or self.contacts)

    @property
    def has_only_errors(self) -> bool:
        """Whether there are lines, and none of them can be imported."""
        return bool(self.errors) and not (self.new or self.changed or self.same)


def find_new_seats(plan: RosterPlan, answers: SeatAnswers) -> dict[str, list[str]]:
    """Return the roles of new members that are to become seats of copkit.yaml, by sector.

    They are those that it does not seek, and somebody agreed to: all, or each as it is written.
    """
    roles_by_sector: dict[str, list[str]] = {}
    for new in plan.new:
        agreed = answers.adds_seats or answers.roles.get(fold_spelling(new.role)) == new.role
        roles = roles_by_sector.setdefault(new.sector, [])
        if agreed and not new.is_sought and new.role not in roles:
            roles.append(new.role)
    return {sector: roles for sector, roles in roles_by_sector.items() if roles}


def apply_to_settings(text: str, new_seats: Mapping[str, list[str]], seats: Seats) -> str:
    """Return the text of copkit.yaml with more seats, by sector; ``seats`` are those in it.

    Raise :class:`copkit.text.edit.EditRefused` where it cannot be edited safely.
    """
    if new_seats and not seats:
        return set_value(text, ["seats"], dict(new_seats))
    for sector, roles in new_seats.items():
        if sector not in seats:
            text = set_value(text, ["seats", sector], roles)
            continue
        text = append_all(text, ["seats", sector], roles)
    return text


def apply_to_roster(text: str, plan: RosterPlan) -> str:
    """Return a roster's text with a plan carried out.

    Raise :class:`copkit.text.edit.EditRefused` where it cannot be edited safely.
    """
    for match in plan.changed:
        for change in match.fields:
            text = set_value(text, ["members", match.id, change.key], change.new)
    return append_all(text, ["members"], [new.as_item() for new in plan.new])


def apply_to_contacts(text: str, plan: RosterPlan, community: str) -> str:
    """Return the contacts' text with new names and addresses; ``community`` is a slug.

    Raise :class:`copkit.text.edit.EditRefused` where the text cannot be edited safely.
    """
    if plan.contacts and not text:
        text = "contacts:\n"
    new_items = []
    for contact in plan.contacts:
        id = f"{community}/{contact.id}"
        fields = (("name", contact.name), ("email", contact.email))
        values = {key: value for key, value in fields if value}
        if contact.is_new:
            new_items.append({"id": id, **values})
            continue
        for key, value in values.items():
            text = set_value(text, ["contacts", id, key], value)
    return append_all(text, ["contacts"], new_items)


# What has to be asked


@dataclass(frozen=True, slots=True)
class SeatQuestion:
    """A role or a sector that the programme does not know, and the lines that write it.

    ``written`` is ``""`` for lines that write none. ``why`` says what is the matter; ``choices``
    are what it may be, the likeliest first. ``keeps_out`` says whether these lines wait for the
    answer: a role without a seat may be as new as it looks.
    """

    asks: Asks
    written: str
    lines: tuple[int, ...]
    why: str
    choices: tuple[str, ...]
    keeps_out: bool


def find_seat_questions(
    plan: RosterPlan, seats: Seats, members: Iterable[Member]
) -> tuple[SeatQuestion, ...]:
    """Return what a plan asks about roles, then about sectors, each once."""
    members = tuple(members)
    known_roles = {role for roles in seats.values() for role in roles}
    known_roles |= {member.role for member in members}
    sectors = dict.fromkeys([*seats, *(member.sector for member in members)])
    choices = {Asks.ROLE: sorted(known_roles), Asks.SECTOR: list(sectors)}
    questions: dict[tuple[Asks, str], SeatQuestion] = {}

    def add(asks: Asks, written: str, line: int, why: str, *, keeps_out: bool) -> None:
        key = (asks, fold_spelling(written))
        options = _likeliest(written, choices[asks])
        question = questions.get(key) or SeatQuestion(asks, written, (), why, options, keeps_out)
        questions[key] = replace(
            question,
            lines=(*question.lines, line),
            keeps_out=question.keeps_out or keeps_out,
        )

    for error in plan.errors:
        if error.asks in choices and error.asks:
            add(error.asks, error.written, error.line, error.why, keeps_out=True)
    unsought = [(new.line, new.role) for new in plan.new]
    unsought += plan.kept_roles
    for line, role in unsought:
        if seats and role not in known_roles:
            add(Asks.ROLE, role, line, _not_a_role(role), keeps_out=False)
    return tuple(sorted(questions.values(), key=lambda question: question.asks is Asks.SECTOR))


def _not_a_role(role: str) -> str:
    return f"'{role}' is no role of copkit.yaml"


def _likeliest(written: str, choices: Sequence[str]) -> tuple[str, ...]:
    """Return the choices with the one most like what is written first."""
    near = closest_match(written, choices) if written else None
    return tuple(dict.fromkeys([*([near] if near else []), *choices]))


NewId = Callable[[Collection[str], str], str]
"""Make an id from those taken and a role."""


def build_plan(
    parsed: ParsedRows, roster: Roster, seats: Seats, contacts: Iterable[Contact], new_id: NewId
) -> RosterPlan:
    """Compare the lines of a file with a roster and the contacts.

    The errors and notes of lines that could not be parsed are repeated in the plan.
    """
    return _RosterComparison(parsed, roster, seats, contacts, new_id).build_plan()


class _RosterComparison:
    """One comparison of a file's rows with a roster and the contacts, row by row."""

    def __init__(
        self,
        parsed: ParsedRows,
        roster: Roster,
        seats: Seats,
        contacts: Iterable[Contact],
        new_id: NewId,
    ) -> None:
        self.parsed = parsed
        self.roster = roster
        self.seats = seats
        self.contacts = {
            contact.member: contact for contact in contacts if contact.community == roster.community
        }
        people: list[RosterRow | Contact] = [*parsed.rows, *self.contacts.values()]
        self.known_names = frozenset(
            filter(None, (name for person in people for name in (person.name, person.email)))
        )
        self.new_id = new_id
        # ids of the contacts as well: somebody there may have left the roster, and come back
        self.taken_ids = {*(member.id for member in roster.members), *self.contacts}
        self.accepted: list[tuple[RosterRow, str]] = []
        self.new: list[NewMember] = []
        self.matches: list[RosterMatch] = []
        self.new_contacts: list[NewContact] = []
        self.notes = [*parsed.notes]
        self.kept_roles: list[tuple[int, str]] = []
        self.doubts: list[Note] = []

    def build_plan(self) -> RosterPlan:
        """Add all rows, and return the plan."""
        errors = [*self.parsed.errors]
        for row in self.parsed.rows:
            try:
                self.add_row(row)
            except RowError as error:
                errors.append(error)
        accepted_ids = {id for _, id in self.accepted}
        return RosterPlan(
            new=tuple(self.new),
            changed=tuple(match for match in self.matches if match.fields),
            same=tuple(match for match in self.matches if not match.fields),
            missing=tuple(
                member.id
                for member in self.roster.members
                if member.left is None and member.id not in accepted_ids
            ),
            errors=tuple(sorted(errors, key=lambda error: error.line)),
            notes=tuple(self.notes),
            doubts=tuple(self.doubts),
            contacts=tuple(self.new_contacts),
            empty_seats=self.parsed.empty_seats,
            kept_roles=tuple(self.kept_roles),
        )

    def add_row(self, row: RosterRow) -> None:
        """Add one row to the plan; raise :class:`RowError` where it cannot be imported."""
        id = self.find_member_id(row)
        for other, other_id in self.accepted:
            if (id is not None and other_id == id) or (id is None and row.is_same_person(other)):
                if _is_repetition(row, other):
                    self.notes.append(Note(row.line, f"says again what line {other.line} says"))
                    return
                why = f"this is the same person as in line {other.line}"
                raise RowError(row.line, why, "keep one of them")
        doubts = self.find_doubts(row)
        if row.written_sector:
            raise RowError(
                row.line,
                f"'{row.written_sector}' is no sector of "
                f"{'copkit.yaml' if self.seats else 'the roster'}",
                asks=Asks.SECTOR,
                written=row.written_sector,
            )
        member = self.roster.member(id) if id else None
        if member is None:
            id = self.add_member(row, id)
        else:
            self.compare_fields(row, member)
        self.doubts += doubts
        self.accepted.append((row, id or ""))
        self.add_contact(row, id or "")

    # --- who it is ---------------------------------------------------------------------------

    def find_member_id(self, row: RosterRow) -> str | None:
        """Return the id that a row has on the roster or among the contacts; ``None`` if it is new.

        Raise :class:`RowError` where several ids are possible: what two rows or a row and the
        contacts disagree about is for a person to decide.
        """
        by_email = {
            id
            for id, contact in self.contacts.items()
            if row.email and _is_same(contact.email, row.email)
        }
        by_name = {
            id
            for id, contact in self.contacts.items()
            if row.name and _is_same(contact.name, row.name)
        }
        by_both = by_email & by_name
        if row.id:
            others = (by_both or by_email | by_name) - {row.id}
            if others and row.id not in by_email | by_name:
                why = f"'{row.id}' stands beside what the contacts have of {_any_of(others)}"
                raise RowError(row.line, why)
            return row.id if self.roster.member(row.id) or row.id in self.contacts else None
        if row.answer:
            return None if row.answer == NEW else row.answer
        ids = by_both or by_email or by_name
        if not ids:
            return None
        if len(ids) > 1 or (by_email and by_name and not by_both):
            raise RowError(
                row.line,
                f"this may be {_any_of(by_email | by_name)}",
                f"say which: --match {row.line}=ID, or {row.line}={NEW} for somebody else",
                asks=Asks.PERSON,
                written=next(iter(sorted(by_email | by_name))),
            )
        id = next(iter(ids))
        contact = self.contacts[id]
        # agencies give the address of somebody who left to the successor, and names come twice
        same = "" if by_both else "name" if by_name else "e-mail address"
        other = "e-mail address" if by_name else "name"
        old, new = (contact.email, row.email) if by_name else (contact.name, row.name)
        if same and old and new:
            raise RowError(
                row.line,
                f"the {same} is that of '{id}', who has another {other} in the contacts",
                f"if it is the same person: --match {row.line}={id}; "
                f"if it is somebody else: --match {row.line}={NEW}",
                asks=Asks.PERSON,
                written=id,
            )
        return id

    def find_doubts(self, row: RosterRow) -> list[Note]:
        """Return what in a row's role, sector, organisation or id may identify somebody.

        Raise :class:`RowError` if one of them names a known person.
        """
        doubts: list[Note] = []
        for label, text in (
            ("role", row.role),
            ("sector", row.sector),
            ("organisation", row.organisation),
            # an id such as jo-bloggs-1 holds a name that only shows without its hyphens
            ("id", row.id.replace("-", " ")),
        ):
            details = find_details(text, known_people=self.known_names)
            kinds = dict.fromkeys(detail.kind for detail in details)
            if DetailKind.CONTACT in kinds:
                raise RowError(
                    row.line,
                    f"the {label} holds the name or address of somebody",
                    "a roster goes into git: write what they do, not who they are",
                )
            serious = [kind.description for kind in kinds if kind.severity is Severity.ERROR]
            if serious:
                doubt = f"the {label} seems to hold {list_in_words(serious)}"
                doubts.append(Note(row.line, doubt))
        return doubts

    # --- what would change -------------------------------------------------------------------

    def add_member(self, row: RosterRow, id: str | None) -> str:
        """Add somebody new to the plan, and return the id that they get.

        ``id`` is theirs if the contacts have them already. Raise :class:`RowError` where the row
        has no role, or no sector.
        """
        if not row.role:
            raise RowError(row.line, "no role", asks=Asks.ROLE)
        if not row.sector and not row.has_known_role:
            raise RowError(row.line, _not_a_role(row.role), asks=Asks.ROLE, written=row.role)
        if not row.sector:
            why = "no sector, and none that the role is in"
            raise RowError(row.line, why, asks=Asks.SECTOR)
        self.note_same_role(row)
        id = id or row.id or self.new_id(self.taken_ids, row.role)
        self.taken_ids.add(id)
        self.new.append(
            NewMember(
                line=row.line,
                id=id,
                role=row.role,
                sector=row.sector,
                organisation=row.organisation,
                part=row.part,
                joined=row.joined,
                is_sought=row.role in self.seats.get(row.sector, ()),
            )
        )
        return id

    def note_same_role(self, row: RosterRow) -> None:
        """Add a note on members of the same role whom the contacts do not identify."""
        unidentified = [
            member.id
            for member in self.roster.members
            if (member.role, member.sector) == (row.role, row.sector)
            and member.left is None
            and member.id not in self.contacts
        ]
        if unidentified:
            self.notes.append(
                Note(
                    row.line,
                    f"may be {_any_of(unidentified)}, whom the contacts do not know; "
                    "if so, say so in a column 'id' of the file",
                )
            )

    def compare_fields(self, row: RosterRow, member: Member) -> None:
        """Add a row that names a member to the matches, with the fields that differ."""
        if member.left:
            text = f"'{member.id}' left on {member.left}; that stays"
            self.notes.append(Note(row.line, text))
        if row.role and not row.has_known_role and row.role != member.role:
            self.kept_roles.append((row.line, row.role))
            row = replace(row, role="")
        self.matches.append(RosterMatch(row.line, member.id, tuple(_changes(row, member))))

    def add_contact(self, row: RosterRow, id: str) -> None:
        """Add what the contacts lack; what they have stays as it is, and a difference is noted."""
        contact = self.contacts.get(id)
        if contact is None:
            if row.name or row.email:
                self.new_contacts.append(
                    NewContact(id, is_new=True, name=row.name, email=row.email)
                )
            return
        name = "" if contact.name else row.name
        email = "" if contact.email else row.email
        if name or email:
            self.new_contacts.append(NewContact(id, is_new=False, name=name, email=email))
        for label, old, new in (
            ("name", contact.name, row.name),
            ("e-mail address", contact.email, row.email),
        ):
            if old and new and not _is_same(old, new):
                text = f"the contacts have another {label} for '{id}'; it stays as it is"
                self.notes.append(Note(row.line, text))


_COMPARED_FIELDS: Final = ("role", "sector", "organisation", "part", "joined")


def _changes(row: RosterRow, member: Member) -> Iterator[FieldChange]:
    """Yield the fields in which the file differs; an empty cell clears nothing."""
    for key in _COMPARED_FIELDS:
        old, new = getattr(member, key), getattr(row, key)
        if not new or old == new:
            continue
        # another spelling of the same words is no change worth a commit
        if (
            isinstance(old, str)
            and isinstance(new, str)
            and fold_spelling(old) == fold_spelling(new)
        ):
            continue
        yield FieldChange(key, old, new)


def _is_repetition(row: RosterRow, other: RosterRow) -> bool:
    """Check whether a line states nothing that an earlier one of the same person does not."""
    return all(getattr(row, key) in {None, "", getattr(other, key)} for key in _COMPARED_FIELDS)


def _is_same(text: str | None, other: str) -> bool:
    """Check whether a text is stated and equals another but for capitals, spaces, apostrophes."""
    return bool(text) and fold_spelling(text or "") == fold_spelling(other)


def _any_of(ids: Iterable[str]) -> str:
    return list_in_words([f"'{id}'" for id in sorted(ids)], "or")
