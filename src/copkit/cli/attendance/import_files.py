"""The lists of one meeting, as files and as people, and what they are held against."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from copkit.analysis.imports.matching import (
    Answers,
    Found,
    KnownMembers,
    days_off,
    is_known_as,
    known_members,
    match,
    notes_on,
)
from copkit.analysis.imports.people import Person, comparable, distinct, people_on
from copkit.cli.attendance.record import ids_of
from copkit.cli.params import wrong_use
from copkit.cli.prompts import bytes_of
from copkit.cli.terminal import clean, complain
from copkit.errors import CopkitError, FaultyRecords, Problem, errors_among
from copkit.folder import CommunityRecords, Programme
from copkit.importers.attendance import read_listing
from copkit.importers.model import Listing
from copkit.layout import ALIASES
from copkit.private_files import read_aliases, read_contacts
from copkit.records.meetings import Meeting
from copkit.records.private import Alias, Aliases
from copkit.text.edit import EditRefused, append, remove
from copkit.text.files import inside, read_source
from copkit.text.normalise import on_one_line
from copkit.text.transaction import Change
from copkit.wording import listed

MOST_PEOPLE: Final = 10_000  # at one meeting, each of whom is compared with each member


@dataclass(frozen=True, slots=True)
class Imported:
    """What the files say of one meeting, and all that it is held against.

    ``listings`` are those that say something of their own; ``notes`` tell of the others.
    """

    programme: Programme
    records: CommunityRecords
    slug: str
    listings: tuple[Listing, ...]
    people: tuple[Person, ...]
    known: KnownMembers
    aliases: Aliases
    minimum: int
    notes: tuple[str, ...]

    @property
    def held_on(self) -> dt.date:
        """The day of the meeting."""
        return dt.date.fromisoformat(self.slug[:10])

    @property
    def meeting(self) -> Meeting | None:
        """The meeting as it is on record, if it is."""
        return next((one for one in self.records.meetings if one.slug == self.slug), None)

    @property
    def of_other_days(self) -> tuple[Listing, ...]:
        """The lists whose own date is more than a day away: a meeting may end past midnight."""
        return tuple(one for one in self.listings if days_off(one, self.held_on) > 1)

    def found(self, answers: Answers) -> Found:
        """Say who everybody is, with what was answered so far."""
        return match(self.people, self.known, self.minimum, answers)

    def notes_on(self, found: Found) -> list[str]:
        """Say what does not agree."""
        said = (self.records, self.meeting, self.held_on, self.known)
        return [*self.notes, *notes_on(found, self.listings, *said)]


def read_import(
    programme: Programme,
    records: CommunityRecords,
    slug: str,
    files: Sequence[Path],
    minimum: int | None,
) -> Imported:
    """Read the lists of a meeting, and by what its members are known.

    Raises :class:`CopkitError` when one cannot be read, after a line about each of the others.
    """
    listings, notes = distinct(_read(files, dt.date.fromisoformat(slug[:10])))
    people = people_on(listings)
    if len(people) > MOST_PEOPLE:
        message = f"{len(people):,} people are listed, and {MOST_PEOPLE:,} at most can be matched"
        raise CopkitError(message, "keep only the people of this one meeting in the lists")
    problems: list[Problem] = []
    contacts = read_contacts(programme.root, problems)
    aliases = read_aliases(programme.root, problems)
    if errors := errors_among(problems):
        raise FaultyRecords(errors)
    rules = programme.settings.attendance
    return Imported(
        programme=programme,
        records=records,
        slug=slug,
        listings=tuple(listings),
        people=people,
        known=known_members(records, contacts, aliases),
        aliases=aliases,
        minimum=(rules.minimum_stay if rules else 0) if minimum is None else minimum,
        notes=tuple(notes),
    )


def _read(files: Iterable[Path], held_on: dt.date) -> list[Listing]:
    listings, faults = [], []
    for path in files:
        try:
            listings.append(read_listing(bytes_of(path), path.name, held_on))
        except CopkitError as error:
            faults.append(error)
    for fault in faults[:-1]:
        complain(fault)
    if faults:
        raise faults[-1]
    return listings


# --- what options say of people on the lists -------------------------------------------------


@dataclass(frozen=True, slots=True)
class Said:
    """What was said of people on the lists, as it was typed: ``ROW=ID``, or ``ROW``."""

    members: tuple[str, ...] = ()
    stand_ins: tuple[str, ...] = ()
    guests: tuple[str, ...] = ()
    nobody: tuple[str, ...] = ()


def answers_from(imported: Imported, said: Said) -> Answers:
    """Find the people and members who were named.

    Raises :class:`CopkitError`, which repeats no name, for one who is not there.
    """
    members = _pairs(imported, "--match", said.members)
    stand_ins = _pairs(imported, "--substitute", said.stand_ins)
    guests = [_row(imported, "--guest", *one) for one in enumerate(said.guests, 1)]
    nobody = [_row(imported, "--nobody", *one) for one in enumerate(said.nobody, 1)]
    rows = [*(row for row, _ in (*members, *stand_ins)), *guests, *nobody]
    if len(set(rows)) < len(rows):
        wrong_use("something is said twice of the same row", "say one thing of each row")
    return Answers(dict(members), dict(stand_ins), frozenset(guests), frozenset(nobody))


def require_absent(found: Found, answers: Answers) -> None:
    """Raise :class:`CopkitError` where somebody is to stand in for a member who came."""
    if both := [one for one in answers.stand_ins.values() if one in found.present]:
        wrong_use(f"'{both[0]}' is on the lists, so nobody stands in for them")


def _pairs(imported: Imported, option: str, typed: Iterable[str]) -> list[tuple[str, str]]:
    found = []
    for number, text in enumerate(typed, 1):
        row, sign, named = text.rpartition("=")
        if not sign:
            wrong_use(f"{option} needs a row, '=' and a member", f"{option} 'ROW=ID'")
        found.append((_row(imported, option, number, row), member_named(imported, named)))
    return found


def member_named(imported: Imported, typed: str) -> str:
    """Give the id of a member who was named by id or by name; raise if there is none."""
    records = imported.records
    named = typed.strip().removeprefix(f"{records.slug}/")
    found = ids_of(imported.programme.root, records, [named])
    if len(found) != 1:
        wrong_use("one member is meant by each row", "write the id of one after '='")
    return found[0]


def _row(imported: Imported, option: str, number: int, typed: str) -> str:
    """Find whom a row, a name or an address means."""
    wanted = typed.strip()
    people = imported.people
    found = [one.row for one in people if wanted in {one.row, clean(one.row).strip()}]
    found = found or [one.row for one in people if one.email and one.email == wanted.lower()]
    found = found or [one.row for one in people if wanted and comparable(wanted) in one.known_as]
    which = f"{option} number {number}"
    if not found:
        where = listed([one.file for one in imported.listings], "or")
        hint = "write the name as the list has it, in quotes"
        wrong_use(f"{which} names no row of {where}", hint)
    if len(found) > 1:
        wrong_use(f"{which} may mean {len(found)} rows", "name the row by its e-mail address")
    return found[0]


# Remembering what was said of people on imported lists: ``private/aliases.yaml``.

HEAD = "# Under which names and addresses members come; never in git.\n"


@dataclass(frozen=True, slots=True)
class Learnt:
    """What is new in a community: who is which member (by id), and which names are nobody."""

    community: str
    members: tuple[tuple[Person, str], ...]
    nobody: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.members) + len(self.nobody)


def learnt_from(imported: Imported, answers: Answers) -> Learnt:
    """Pick from the answers what was not known before."""
    by_row = {person.row: person for person in imported.people}
    members = [
        (by_row[row], id)
        for row, id in answers.members.items()
        if not is_known_as(by_row[row], id, imported.known)
    ]
    nobody = [
        on_one_line(by_row[row].row)
        for row in sorted(answers.nobody)
        if not any(name in imported.known.nobody for name in by_row[row].said)
    ]
    return Learnt(imported.records.slug, tuple(members), tuple(nobody))


def change_of_aliases(root: Path, learnt: Learnt) -> Change:
    """Work out the file with what is new in it; everything else stays as somebody wrote it.

    Raises :class:`CopkitError` where that cannot be done safely, or where git would take it in.
    """
    from copkit.git.repository import require_kept_out

    require_kept_out(root)
    path = inside(root, *ALIASES.split("/"))
    there = os.path.lexists(path)
    problems: list[Problem] = []
    aliases = read_aliases(root, problems)
    old = read_source(path, ALIASES, problems).text if there else None
    if errors := errors_among(problems):
        raise FaultyRecords(errors)
    try:
        new = _with(old if old is not None else HEAD, aliases, learnt)
    except EditRefused as refusal:
        message = f"{ALIASES}:{refusal.line}: this cannot be changed safely; nothing was changed"
        raise CopkitError(message, refusal.hint) from None
    return Change(ALIASES, old, new)


def _with(text: str, aliases: Aliases, learnt: Learnt) -> str:
    by_id = {alias.id: alias for alias in aliases.aliases}
    new: dict[str, _Called] = {}
    for person, id in learnt.members:
        whole_id = f"{learnt.community}/{id}"
        called = new.setdefault(whole_id, _Called(by_id.get(whole_id)))
        called.add(person)
    somebody = {said for person, _ in learnt.members for said in person.said}
    for name in aliases.set_aside:
        if comparable(name) in somebody:
            text = remove(text, ["set_aside"], name)
    for whole_id, called in new.items():
        if whole_id in by_id:
            for key, items in called.new.items():
                for item in items:
                    text = append(text, ["aliases", whole_id, key], item)
        else:
            entry = {key: items for key, items in called.new.items() if items}
            text = append(text, ["aliases"], {"id": whole_id, **entry})
    own = [one for one in aliases.aliases if one.id.startswith(f"{learnt.community}/")]
    for name in learnt.nobody:
        for alias in own:
            for said in alias.names:
                if comparable(said) == comparable(name):
                    text = remove(text, ["aliases", alias.id, "names"], said)
        text = append(text, ["set_aside"], name)
    return text


class _Called:
    """What one member is called, and what of it is new."""

    def __init__(self, alias: Alias | None) -> None:
        self._names = {comparable(name) for name in alias.names} if alias else set()
        self._emails = {email.lower() for email in alias.emails} if alias else set()
        self.new: dict[str, list[str]] = {"names": [], "emails": []}

    def add(self, person: Person) -> None:
        """Take in the names and the address of a person, each as it was written first."""
        for name in map(on_one_line, person.names):
            if name and comparable(name) not in self._names:
                self._names.add(comparable(name))
                self.new["names"].append(name)
        if person.email and person.email not in self._emails:
            self._emails.add(person.email)
            self.new["emails"].append(person.email)
