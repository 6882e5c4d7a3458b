"""A roster from a file beside the roster on record: who is new, changed, the same.  Pure.

Who is who is never guessed: a line is a member of the roster by its id, or by the e-mail address or
the name that the contacts have. Nobody is ever taken off a roster, and no consent is ever set.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from copkit.analysis.ids import folded
from copkit.analysis.imports.roster import Fault, Row
from copkit.errors import Severity
from copkit.pii.kinds import Kind
from copkit.pii.scan import find_details
from copkit.records.members import Member, Part, Roster
from copkit.records.private import Contact
from copkit.records.programme import Seats
from copkit.text.edit import append, set_value
from copkit.wording import listed

# What importing somebody's roster would change, and how that is written.


@dataclass(frozen=True, slots=True)
class NewMember:
    """Somebody who is not on the roster yet; ``seat`` says whether copkit.yaml seeks the role."""

    line: int
    id: str
    role: str
    sector: str
    organisation: str
    part: Part | None
    joined: dt.date | None
    seat: bool

    def as_item(self) -> dict[str, Any]:
        """Give the entry of the roster."""
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
    """One field of a member: as it is, ``None`` where it is empty, and as the file has it."""

    key: str
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class Found:
    """A member of the roster whom a line is; ``fields`` are what would change."""

    line: int
    id: str
    fields: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, slots=True)
class NewContact:
    """What the contacts lack of a member: all of the entry, or one of its fields."""

    id: str
    is_new: bool
    name: str = field(repr=False)
    email: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Note:
    """Something to look at that stops nothing; ``line`` is of the file."""

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import would do; ``doubts`` are what may lead to somebody in a tracked file."""

    new: tuple[NewMember, ...]
    changed: tuple[Found, ...]
    same: tuple[Found, ...]
    missing: tuple[str, ...]
    faults: tuple[Fault, ...]
    notes: tuple[Note, ...]
    doubts: tuple[Note, ...]
    contacts: tuple[NewContact, ...]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to write."""
        return not (self.new or self.changed or self.contacts)

    @property
    def is_all_faulty(self) -> bool:
        """Whether there are lines, and none of them can be taken in."""
        return bool(self.faults) and not (self.new or self.changed or self.same)


def with_members(text: str, plan: Plan) -> str:
    """Write a plan into a roster's text; raises :class:`copkit.text.edit.EditRefused`."""
    for one in plan.changed:
        for change in one.fields:
            text = set_value(text, ["members", one.id, change.key], change.new)
    for new in plan.new:
        text = append(text, ["members"], new.as_item())
    return text


def with_contacts(text: str, plan: Plan, community: str) -> str:
    """Write names and addresses into the contacts' text; raises as :func:`with_members` does."""
    if plan.contacts and not text:
        text = "contacts:\n"
    for one in plan.contacts:
        id = f"{community}/{one.id}"
        said = {key: value for key, value in (("name", one.name), ("email", one.email)) if value}
        if one.is_new:
            text = append(text, ["contacts"], {"id": id, **said})
            continue
        for key, value in said.items():
            text = set_value(text, ["contacts", id, key], value)
    return text


NewId = Callable[[Collection[str], str], str]
"""Makes an id from those taken and a role."""


def build_plan(
    rows: Sequence[Row],
    faults: Iterable[Fault],
    roster: Roster,
    seats: Seats,
    contacts: Iterable[Contact],
    new_id: NewId,
) -> Plan:
    """Compare the lines of a file with a roster and the contacts."""
    return _Planning(roster, seats, contacts, new_id).plan(rows, faults)


class _Fault(ValueError):
    """A line that cannot be taken in."""

    def __init__(self, why: str, hint: str = "") -> None:
        super().__init__(why)
        self.why = why
        self.hint = hint


class _Planning:
    """One comparison, line by line."""

    def __init__(
        self, roster: Roster, seats: Seats, contacts: Iterable[Contact], new_id: NewId
    ) -> None:
        self.roster = roster
        self.seats = seats
        here = [one for one in contacts if one.community == roster.community]
        self.contacts = {one.member: one for one in here}
        self.new_id = new_id
        self.taken = {*(member.id for member in roster.members), *self.contacts}
        self.seen: list[tuple[Row, str]] = []
        self.new: list[NewMember] = []
        self.found: list[Found] = []
        self.known: list[NewContact] = []
        self.notes: list[Note] = []
        self.doubts: list[Note] = []

    def plan(self, rows: Sequence[Row], faults: Iterable[Fault]) -> Plan:
        names = {name for row in rows for name in (row.name, row.email) if name}
        for one in self.contacts.values():
            names |= {name for name in (one.name, one.email) if name}
        self.names = frozenset(names)
        wrong = list(faults)
        for row in rows:
            try:
                self.take(row)
            except _Fault as fault:
                wrong.append(Fault(row.line, fault.why, fault.hint))
        here = {id for _, id in self.seen}
        return Plan(
            new=tuple(self.new),
            changed=tuple(one for one in self.found if one.fields),
            same=tuple(one for one in self.found if not one.fields),
            missing=tuple(
                member.id
                for member in self.roster.members
                if member.left is None and member.id not in here
            ),
            faults=tuple(sorted(wrong, key=lambda fault: fault.line)),
            notes=tuple(self.notes),
            doubts=tuple(self.doubts),
            contacts=tuple(self.known),
        )

    def take(self, row: Row) -> None:
        id = self.member_of(row)
        for other, its_id in self.seen:
            if (id is not None and its_id == id) or (id is None and row.is_same_person(other)):
                raise _Fault(f"this is the same person as in line {other.line}", "keep one of them")
        self.require_nobody_named(row)
        member = self.roster.member(id) if id else None
        if member is None:
            id = self.add(row, id)
        else:
            self.compare(row, member)
        self.seen.append((row, id or ""))
        self.note_contact(row, id or "")

    # --- who it is ---------------------------------------------------------------------------

    def member_of(self, row: Row) -> str | None:
        """Give the id that a line has on the roster or among the contacts, or ``None``."""
        by_email = {
            id for id, one in self.contacts.items() if row.email and _same(one.email, row.email)
        }
        by_name = {
            id for id, one in self.contacts.items() if row.name and _same(one.name, row.name)
        }
        both = by_email & by_name
        if row.id:
            others = (both or by_email | by_name) - {row.id}
            if others and row.id not in by_email | by_name:
                raise _Fault(f"'{row.id}' stands beside what the contacts have of {_or(others)}")
            return row.id if self.roster.member(row.id) or row.id in self.contacts else None
        found = both or by_email or by_name
        if not found:
            return None
        if len(found) > 1 or (by_email and by_name and not both):
            raise _Fault(
                f"this may be {_or(by_email | by_name)}",
                "say which in a column 'id' of the file",
            )
        id = next(iter(found))
        if not both and by_email and row.name and self.contacts[id].name:
            raise _Fault(
                f"the e-mail address is that of '{id}', who has another name in the contacts",
                "if it is the same person, say so in a column 'id' of the file",
            )
        return id

    def require_nobody_named(self, row: Row) -> None:
        """Refuse what names somebody we know of, and note what else may lead to a person."""
        for what, text in (
            ("role", row.role),
            ("sector", row.sector),
            ("organisation", row.organisation),
            ("id", row.id.replace("-", " ")),
        ):
            kinds = dict.fromkeys(one.kind for one in find_details(text, known=self.names))
            if Kind.CONTACT in kinds:
                raise _Fault(
                    f"the {what} holds the name or address of somebody",
                    "a roster goes into git: write what they do, not who they are",
                )
            grave = [kind.what for kind in kinds if kind.severity is Severity.ERROR]
            if grave:
                self.doubts.append(Note(row.line, f"the {what} seems to hold {listed(grave)}"))

    # --- what becomes of it ------------------------------------------------------------------

    def add(self, row: Row, id: str | None) -> str:
        """Take in somebody new; ``id`` is one that the contacts have already."""
        if not row.role:
            raise _Fault("no role", "a roster holds roles: give one in the file")
        if not row.sector:
            raise _Fault(
                f"no sector, and copkit.yaml does not seek '{row.role}' in just one",
                "give the sector in a column of the file, or seek the role in copkit.yaml",
            )
        self.note_alike(row)
        id = id or row.id or self.new_id(self.taken, row.role)
        self.taken.add(id)
        seat = not self.seats or row.role in self.seats.get(row.sector, ())
        self.new.append(
            NewMember(
                line=row.line,
                id=id,
                role=row.role,
                sector=row.sector,
                organisation=row.organisation,
                part=row.part,
                joined=row.joined,
                seat=seat,
            )
        )
        return id

    def note_alike(self, row: Row) -> None:
        """Note members of the same role of whom the contacts do not say who they are."""
        unknown = [
            member.id
            for member in self.roster.members
            if (member.role, member.sector) == (row.role, row.sector)
            and member.left is None
            and member.id not in self.contacts
        ]
        if unknown:
            self.notes.append(
                Note(
                    row.line,
                    f"may be {_or(unknown)}, whom the contacts do not know; "
                    "if so, say so in a column 'id' of the file",
                )
            )

    def compare(self, row: Row, member: Member) -> None:
        if member.left:
            text = f"'{member.id}' left on {member.left}; that stays"
            self.notes.append(Note(row.line, text))
        self.found.append(Found(row.line, member.id, tuple(_changes(row, member))))

    def note_contact(self, row: Row, id: str) -> None:
        """Note what the contacts lack; what they have otherwise stays as it is."""
        contact = self.contacts.get(id)
        if contact is None:
            if row.name or row.email:
                self.known.append(NewContact(id, is_new=True, name=row.name, email=row.email))
            return
        name = "" if contact.name else row.name
        email = "" if contact.email else row.email
        if name or email:
            self.known.append(NewContact(id, is_new=False, name=name, email=email))
        for what, old, new in (
            ("name", contact.name, row.name),
            ("e-mail address", contact.email, row.email),
        ):
            if old and new and not _same(old, new):
                text = f"the contacts have another {what} for '{id}'; it stays as it is"
                self.notes.append(Note(row.line, text))


_COMPARED: Final = ("role", "sector", "organisation", "part", "joined")


def _changes(row: Row, member: Member) -> Iterator[FieldChange]:
    """Give what the file says otherwise; an empty cell takes nothing away."""
    for key in _COMPARED:
        old, new = getattr(member, key), getattr(row, key)
        if not new or old == new:
            continue
        if isinstance(old, str) and isinstance(new, str) and folded(old) == folded(new):
            continue
        yield FieldChange(key, old, new)


def _same(one: str | None, other: str) -> bool:
    return bool(one) and folded(one or "") == folded(other)


def _or(ids: Iterable[str]) -> str:
    return listed([f"'{id}'" for id in sorted(ids)], "or")
