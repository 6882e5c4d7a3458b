"""Read the attendance lists of one meeting, and the answers typed about columns and people."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from copkit.analysis.imports.matching import (
    Answers,
    MatchResult,
    MemberIndex,
    build_member_index,
    build_notes,
    is_of_other_day,
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
from copkit.errors import CopkitError, InvalidRecords, Problem, did_you_mean, only_errors
from copkit.folder import CommunityRecords, Programme
from copkit.importers.attendance import read_listings
from copkit.importers.choices import CHOOSABLE, EMPTY, Choices, UnsettledList, same_heading
from copkit.importers.marks import ListMark, plain_value
from copkit.importers.model import Listing
from copkit.private_files import read_aliases, read_contacts
from copkit.records.meetings import Meeting
from copkit.records.private import Aliases
from copkit.wording import list_in_words

MOST_PEOPLE: Final = 10_000  # at one meeting; each of them is compared with each member

OptionValues = Mapping[str, Sequence[str]]
"""The answers typed as options: ``ROW=ID`` or ``ROW``, by the name of the option."""


@dataclass(frozen=True, slots=True)
class AttendanceImport:
    """What the files say of one meeting, and the records and contacts they are compared with.

    ``slug`` names the meeting's record, whether or not it is there. ``listings`` are without
    duplicates, on which there is a line each in ``notes``. ``minimum`` is in minutes. ``choices``
    are what was said of columns and values, now and before.
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
    choices: Choices

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
        """The lists that are of another meeting by their own date."""
        return tuple(listing for listing in self.listings if is_of_other_day(listing, self.held_on))

    def match_people(self, answers: Answers) -> MatchResult:
        """Match everybody on the lists with the members, given the answers so far."""
        return match_people(self.people, self.index, self.minimum, answers)

    def build_notes(self, result: MatchResult) -> list[str]:
        """Describe what does not agree within the lists, and with the records."""
        notes = build_notes(
            result, self.listings, self.records, self.meeting, self.held_on, self.index
        )
        return [*self.notes, *notes]


Settle = Callable[[UnsettledList, Choices], Choices]
"""Asks what a list leaves open, and returns the choices with the answers."""


def read_import(
    programme: Programme,
    records: CommunityRecords,
    slug: str,
    files: Sequence[Path],
    minimum: int | None,
    choices: Choices,
    settle: Settle | None = None,
) -> AttendanceImport:
    """Read the lists of a meeting, and what identifies its members.

    ``minimum`` is how many minutes count, ``None`` for what copkit.yaml says. ``settle`` asks what
    a list leaves open; without it such a list is an error. Raise :class:`CopkitError` for the last
    list that cannot be read, after a line about each of the others.
    """
    problems: list[Problem] = []
    contacts = read_contacts(programme.root, problems)
    aliases = read_aliases(programme.root, problems)
    if errors := only_errors(problems):
        raise InvalidRecords(errors)
    held_on = dt.date.fromisoformat(slug[:10])
    read, choices = _read_files(files, held_on, choices, aliases, settle)
    _require_headings(read, choices)
    listings, notes = drop_duplicates(read)
    people = merge_people(listings)
    if len(people) > MOST_PEOPLE:
        message = f"{len(people):,} people are listed, and {MOST_PEOPLE:,} at most can be matched"
        raise CopkitError(message, "keep only the people of this one meeting in the lists")
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
        choices=choices,
    )


def _read_files(
    files: Iterable[Path],
    held_on: dt.date,
    choices: Choices,
    aliases: Aliases,
    settle: Settle | None,
) -> tuple[list[Listing], Choices]:
    """Read the lists of a meeting held on ``held_on``; return them, and the choices with answers.

    Raise :class:`CopkitError` for the last file that cannot be read, after printing the errors of
    the others.
    """
    listings, errors = list[Listing](), []
    for path in files:
        try:
            data = read_input_file(path)
            while True:
                try:
                    recalled = recall_choices(aliases, choices)
                    listings += read_listings(data, path.name, held_on, choices, recalled)
                    break
                except UnsettledList as unsettled:
                    if settle is None:
                        raise
                    choices = settle(unsettled, choices)
        except CopkitError as error:
            errors.append(error)
    # all of them at once, so that a person with six files repairs them in one go
    for earlier in errors[:-1]:
        say_error(earlier)
    if errors:
        raise errors[-1]
    return listings, choices


def recall_choices(aliases: Aliases, choices: Choices) -> Callable[[frozenset[str]], Choices]:
    """Return what finds the choices for a list by its headings: what was said before, and now."""
    remembered = {frozenset(answers.heads): answers for answers in aliases.lists}

    def recall(heads: frozenset[str]) -> Choices:
        answers = remembered.get(heads)
        if answers is None:
            return choices
        columns = {
            column.id: CHOOSABLE[column.holds]
            for column in answers.columns
            if column.holds in CHOOSABLE
        }
        ignored = frozenset(column.id for column in answers.columns if column.holds == "ignored")
        values = {
            "" if value.id == EMPTY else value.id: ListMark(value.means)
            for value in answers.values
            if value.means in set(ListMark)
        }
        return Choices(columns, ignored, values).with_others(choices)

    return recall


def _require_headings(listings: Iterable[Listing], choices: Choices) -> None:
    """Raise a usage error for an option that names a column of none of the lists."""
    headings = {same_heading(use.heading): use.heading for one in listings for use in one.columns}
    for heading in (*choices.columns, *choices.ignored):
        if heading not in headings:
            shown = list_in_words([f"'{clean(known)}'" for known in headings.values()])
            hint = did_you_mean(heading, headings, f"the columns are {shown}")
            usage_error(f"no column is called '{clean(heading)}'", hint)


def choices_from_options(
    columns: Iterable[str],
    ignored: Iterable[str],
    values: Iterable[str],
    sheets: Iterable[str],
    *,
    everybody: bool,
    other_day: bool,
) -> Choices:
    """Parse ``WHAT=HEADING``, ``HEADING`` and ``VALUE=MEANING`` as typed.

    Raise a usage error for what is none, with the words that may stand there.
    """
    holds, meanings = {}, {}
    for text in columns:
        what, sign, heading = text.partition("=")
        if not sign or what.strip() not in CHOOSABLE:
            message = f"--column needs what a column holds, '=' and its heading: '{clean(text)}'"
            usage_error(message, did_you_mean(what, CHOOSABLE, f"one of {', '.join(CHOOSABLE)}"))
        holds[same_heading(heading)] = CHOOSABLE[what.strip()]
    for text in values:
        value, sign, means = text.rpartition("=")
        mark = means.strip().casefold()
        if not sign or mark not in set(ListMark):
            message = f"--value needs a value, '=' and what it means: '{clean(text)}'"
            usage_error(
                message,
                did_you_mean(mark, list(ListMark), f"one of {', '.join(ListMark)}"),
            )
        meanings["" if value.strip() in {"", EMPTY} else plain_value(value)] = ListMark(mark)
    return Choices(
        holds,
        frozenset(map(same_heading, ignored)),
        meanings,
        tuple(sheets),
        everybody=everybody,
        other_day=other_day,
    )


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
