"""The lists of one meeting, as files and as people, and what they are held against."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from copkit.analysis.imports.import_notes import days_off, notes_on
from copkit.analysis.imports.matching import Answers, Found, KnownMembers, known_members, match
from copkit.analysis.imports.people import Person, comparable, distinct, people_on
from copkit.cli.attendance.who_came import ids_of
from copkit.cli.given_files import bytes_of
from copkit.cli.params import wrong_use
from copkit.cli.terminal import clean, complain
from copkit.errors import CopkitError, FaultyRecords, Problem, errors_among
from copkit.folder import CommunityRecords, Programme
from copkit.importers.attendance import read_listing
from copkit.importers.model import Listing
from copkit.private_files import read_aliases, read_contacts
from copkit.records.aliases import Aliases
from copkit.records.meetings import Meeting
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
