"""What importing somebody's roster would change, and how that is written.  Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from copkit.analysis.imports.roster import Fault
from copkit.records.members import Part
from copkit.text.edit import append, set_value


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
