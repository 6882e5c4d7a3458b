"""Read the attendance lists of one meeting, answers about their people, and remember these.

The answers are kept in ``private/aliases.yaml``, so that nobody is asked twice.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from copkit.analysis.imports.matching import (
    Answers,
    MatchResult,
    MemberIndex,
    build_member_index,
    build_notes,
    days_from_meeting,
    is_recognised,
    match_people,
)
from copkit.analysis.imports.people import (
    ListedPerson,
    comparable_name,
    drop_duplicates,
    merge_people,
)
from copkit.cli.attendance.record import require_member_ids
from copkit.cli.params import usage_error
from copkit.cli.prompts import read_input_file
from copkit.cli.terminal import clean, say_error
from copkit.errors import CopkitError, InvalidRecords, Problem, only_errors
from copkit.folder import CommunityRecords, Programme
from copkit.importers.attendance import read_listing
from copkit.importers.model import Listing
from copkit.layout import ALIASES
from copkit.private_files import read_aliases, read_contacts
from copkit.records.meetings import Meeting
from copkit.records.private import Alias, Aliases
from copkit.text.edit import EditRefused, append, remove
from copkit.text.files import path_inside, read_source
from copkit.text.normalise import single_line
from copkit.text.transaction import Change
from copkit.wording import list_in_words

MOST_PEOPLE: Final = 10_000  # at one meeting; each of them is compared with each member
HEAD: Final = "# Under which names and addresses members come; never in git.\n"

OptionValues = Mapping[str, Sequence[str]]
"""The answers typed as options: ``ROW=ID`` or ``ROW``, by the name of the option."""


@dataclass(frozen=True, slots=True)
class AttendanceImport:
    """What the files say of one meeting, and the records and contacts they are compared with.

    ``slug`` names the meeting's record, whether or not it is there. ``listings`` are without
    duplicates, on which there is a line each in ``notes``. ``minimum`` is in minutes.
    """

    programme: Programme
    records: CommunityRecords
    slug: str
    listings: tuple[Listing, ...]
    people: tuple[ListedPerson, ...]
    index: MemberIndex
    aliases: Aliases
    minimum: int
    notes: tuple[str, ...]

    @property
    def held_on(self) -> dt.date:
        """The day of the meeting."""
        return dt.date.fromisoformat(self.slug[:10])

    @property
    def meeting(self) -> Meeting | None:
        """The meeting's record, or ``None`` where there is none yet."""
        return next(
            (meeting for meeting in self.records.meetings if meeting.slug == self.slug), None
        )

    @property
    def of_other_days(self) -> tuple[Listing, ...]:
        """The lists whose own date is more than a day away: a meeting may end past midnight."""
        return tuple(
            listing for listing in self.listings if days_from_meeting(listing, self.held_on) > 1
        )

    def match_people(self, answers: Answers) -> MatchResult:
        """Match everybody on the lists with the members, given the answers so far."""
        return match_people(self.people, self.index, self.minimum, answers)

    def build_notes(self, result: MatchResult) -> list[str]:
        """Describe what does not agree within the lists, and with the records."""
        notes = build_notes(
            result, self.listings, self.records, self.meeting, self.held_on, self.index
        )
        return [*self.notes, *notes]


def read_import(
    programme: Programme,
    records: CommunityRecords,
    slug: str,
    files: Sequence[Path],
    minimum: int | None,
) -> AttendanceImport:
    """Read the lists of a meeting, and what identifies its members.

    ``minimum`` is how many minutes count, ``None`` for what copkit.yaml says. Raise
    :class:`CopkitError` for the last list that cannot be read, after a line about each of the
    others.
    """
    listings, notes = drop_duplicates(_read_listings(files, dt.date.fromisoformat(slug[:10])))
    people = merge_people(listings)
    if len(people) > MOST_PEOPLE:
        message = f"{len(people):,} people are listed, and {MOST_PEOPLE:,} at most can be matched"
        raise CopkitError(message, "keep only the people of this one meeting in the lists")
    problems: list[Problem] = []
    contacts = read_contacts(programme.root, problems)
    aliases = read_aliases(programme.root, problems)
    if errors := only_errors(problems):
        raise InvalidRecords(errors)
    rules = programme.settings.attendance
    return AttendanceImport(
        programme=programme,
        records=records,
        slug=slug,
        listings=tuple(listings),
        people=people,
        index=build_member_index(records, contacts, aliases),
        aliases=aliases,
        minimum=(rules.minimum_stay if rules else 0) if minimum is None else minimum,
        notes=tuple(notes),
    )


def _read_listings(files: Iterable[Path], held_on: dt.date) -> list[Listing]:
    """Read the lists of a meeting held on ``held_on``, one from each file.

    Raise :class:`CopkitError` for the last file that cannot be read, after printing the errors of
    the others.
    """
    listings, errors = [], []
    for path in files:
        try:
            listings.append(read_listing(read_input_file(path), path.name, held_on))
        except CopkitError as error:
            errors.append(error)
    # all of them at once, so that a person with six files repairs them in one go
    for earlier in errors[:-1]:
        say_error(earlier)
    if errors:
        raise errors[-1]
    return listings


# --- answers typed as options ----------------------------------------------------------------


def answers_from_options(imported: AttendanceImport, options: OptionValues) -> Answers:
    """Find the people on the lists and the members that options name.

    ``options`` has all four of ``--match``, ``--substitute``, ``--guest`` and ``--nobody``. A
    person on a list is named as listed or by an e-mail address, never by a number. Raise
    :class:`CopkitError` where somebody is not there, or is named twice.
    """
    members = _require_pairs(imported, "--match", options["--match"])
    stand_ins = _require_pairs(imported, "--substitute", options["--substitute"])
    guests = _require_rows(imported, "--guest", options["--guest"])
    nobody = _require_rows(imported, "--nobody", options["--nobody"])
    rows = [*(row for row, _ in (*members, *stand_ins)), *guests, *nobody]
    if len(set(rows)) < len(rows):
        usage_error("something is said twice of the same row", "say one thing of each row")
    return Answers(dict(members), dict(stand_ins), frozenset(guests), frozenset(nobody))


def require_absent(result: MatchResult, answers: Answers) -> None:
    """Raise a usage error where somebody is to stand in for a member who is on the lists."""
    if present := [id for id in answers.stand_ins.values() if id in result.present]:
        usage_error(f"'{present[0]}' is on the lists, so nobody stands in for them")


def _require_pairs(
    imported: AttendanceImport, option: str, texts: Iterable[str]
) -> list[tuple[str, str]]:
    """Return row and member id of each ``ROW=ID``; raise a usage error that names ``option``."""
    pairs = []
    for number, text in enumerate(texts, 1):
        # the last '=': a row may be a name with one in it, and no id has one
        row, sign, member = text.rpartition("=")
        if not sign:
            usage_error(f"{option} needs a row, '=' and a member", f"{option} 'ROW=ID'")
        pairs.append(
            (_require_row(imported, option, number, row), require_member_id(imported, member))
        )
    return pairs


def _require_rows(imported: AttendanceImport, option: str, texts: Iterable[str]) -> list[str]:
    """Return the row that each text of an option means; raise a usage error for no such row."""
    return [_require_row(imported, option, number, text) for number, text in enumerate(texts, 1)]


def require_member_id(imported: AttendanceImport, text: str) -> str:
    """Return the id of the one member who is named by id or by name.

    Raise :class:`CopkitError` where there is none, or several are named.
    """
    records = imported.records
    name = text.strip().removeprefix(f"{records.slug}/")
    ids = require_member_ids(imported.programme.root, records, [name])
    if len(ids) != 1:
        usage_error("one member is meant by each row", "write the id of one after '='")
    return ids[0]


def _require_row(imported: AttendanceImport, option: str, number: int, text: str) -> str:
    """Return the row that a text means: the row itself, else an address, else a name.

    ``number`` counts the uses of ``option``.
    """
    name = text.strip()
    people = imported.people
    # a row as it was printed: control characters that a list smuggled in were left out there
    rows = [person.row for person in people if name in {person.row, clean(person.row).strip()}]
    rows = rows or [
        person.row for person in people if person.email and person.email == name.lower()
    ]
    rows = rows or [
        person.row for person in people if name and comparable_name(name) in person.known_as
    ]
    # errors name the option by its number, not the text: it is a person's name, and errors are
    # copied into mails and logs
    which = f"{option} number {number}"
    if not rows:
        files = list_in_words([listing.file for listing in imported.listings], "or")
        hint = "write the name as the list has it, in quotes"
        usage_error(f"{which} names no row of {files}", hint)
    if len(rows) > 1:
        usage_error(f"{which} may mean {len(rows)} rows", "name the row by its e-mail address")
    return rows[0]


# --- remembering answers ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LearntAliases:
    """What is new in a community: who is which member (by id), and which names are nobody."""

    community: str
    members: tuple[tuple[ListedPerson, str], ...]
    nobody: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.members) + len(self.nobody)


def find_learnt_aliases(imported: AttendanceImport, answers: Answers) -> LearntAliases:
    """Return the answers that were not known before."""
    by_row = {person.row: person for person in imported.people}
    members = [
        (by_row[row], id)
        for row, id in answers.members.items()
        if not is_recognised(by_row[row], id, imported.index)
    ]
    nobody = [
        single_line(by_row[row].row)
        for row in sorted(answers.nobody)
        if not any(name in imported.index.nobody for name in by_row[row].compared_names)
    ]
    return LearntAliases(imported.records.slug, tuple(members), tuple(nobody))


def build_alias_change(root: Path, learnt: LearntAliases) -> Change:
    """Build the change of ``private/aliases.yaml``; everything else in it stays as it was typed.

    Raise :class:`CopkitError` where that cannot be done safely, or where git would keep the file.
    """
    from copkit.git.repository import require_private_ignored

    require_private_ignored(root)
    path = path_inside(root, *ALIASES.split("/"))
    exists = os.path.lexists(path)
    problems: list[Problem] = []
    aliases = read_aliases(root, problems)
    old = read_source(path, ALIASES, problems).text if exists else None
    if errors := only_errors(problems):
        raise InvalidRecords(errors)
    try:
        new = _apply_aliases(old if old is not None else HEAD, aliases, learnt)
    except EditRefused as refusal:
        message = f"{ALIASES}:{refusal.line}: this cannot be changed safely; nothing was changed"
        raise CopkitError(message, refusal.hint) from None
    return Change(ALIASES, old, new)


def _apply_aliases(text: str, aliases: Aliases, learnt: LearntAliases) -> str:
    """Return the text of the aliases with what was learnt; the latest answer wins."""
    by_id = {alias.id: alias for alias in aliases.aliases}
    additions_by_id: dict[str, _AliasAdditions] = {}
    for person, id in learnt.members:
        whole_id = f"{learnt.community}/{id}"
        additions = additions_by_id.setdefault(whole_id, _AliasAdditions(by_id.get(whole_id)))
        additions.add(person)
    member_names = {name for person, _ in learnt.members for name in person.compared_names}
    # whoever is a member now is no longer nobody
    for name in aliases.set_aside:
        if comparable_name(name) in member_names:
            text = remove(text, ["set_aside"], name)
    for whole_id, additions in additions_by_id.items():
        if whole_id in by_id:
            for key, items in additions.new.items():
                for item in items:
                    text = append(text, ["aliases", whole_id, key], item)
        else:
            entry = {key: items for key, items in additions.new.items() if items}
            text = append(text, ["aliases"], {"id": whole_id, **entry})
    # and a name that is nobody now is no longer a member's
    community_aliases = [
        alias for alias in aliases.aliases if alias.id.startswith(f"{learnt.community}/")
    ]
    for name in learnt.nobody:
        for alias in community_aliases:
            for alias_name in alias.names:
                if comparable_name(alias_name) == comparable_name(name):
                    text = remove(text, ["aliases", alias.id, "names"], alias_name)
        text = append(text, ["set_aside"], name)
    return text


class _AliasAdditions:
    """The names and addresses of one member that their alias lacks."""

    def __init__(self, alias: Alias | None) -> None:
        self._names = {comparable_name(name) for name in alias.names} if alias else set()
        self._emails = {email.lower() for email in alias.emails} if alias else set()
        self.new: dict[str, list[str]] = {"names": [], "emails": []}

    def add(self, person: ListedPerson) -> None:
        """Add the names and the address of a person, each as it was written first."""
        for name in map(single_line, person.names):
            if name and comparable_name(name) not in self._names:
                self._names.add(comparable_name(name))
                self.new["names"].append(name)
        if person.email and person.email not in self._emails:
            self._emails.add(person.email)
            self.new["emails"].append(person.email)
