"""Parse the lines of a member list: who it is, and which seat of which sector they have.  Pure."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

from copkit.analysis.imports.roster_columns import Sheet
from copkit.errors import CopkitError, closest_match, did_you_mean
from copkit.importers.columns import normalise_header
from copkit.importers.headings import heads_other_people, is_note, is_total, says_no_member
from copkit.importers.names import find_address, find_addresses, tidy_name
from copkit.importers.times import DateOrder, TimeParser, build_time_parser, parse_moment
from copkit.records.members import Member, Part
from copkit.records.private import Column
from copkit.records.programme import Seats, sector_of
from copkit.text.files import is_slug
from copkit.text.normalise import fold_spelling, match_spelling, single_line


class Asks(StrEnum):
    """What has to be answered before a line can be imported."""

    ROLE = "role"
    SECTOR = "sector"
    PERSON = "person"


class RowError(ValueError):
    """A line of the file that cannot be imported: why, and what to do about it.

    ``asks`` says which answer would let it in, ``None`` where the file has to be corrected;
    ``written`` is the role or sector that the answer is about, as the file writes it.
    """

    def __init__(
        self, line: int, why: str, hint: str = "", asks: Asks | None = None, written: str = ""
    ) -> None:
        super().__init__(why)
        self.line = line
        self.why = why
        self.hint = hint
        self.asks = asks
        self.written = written


@dataclass(frozen=True, slots=True)
class Note:
    """Something to look at that stops nothing, and the line of the file it is about, or 0."""

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class SeatAnswers:
    """What somebody said of a file's words: roles and sectors by what is written, folded.

    The key ``""`` is for lines that write none. A sector may also be given by role or organisation.
    ``people`` maps a name, an address or a line's number to a member's id, or to :data:`NEW`.
    ``adds_seats`` agrees to roles and sectors that the programme does not know.
    """

    roles: Mapping[str, str] = field(default_factory=dict)
    sectors: Mapping[str, str] = field(default_factory=dict)
    people: Mapping[str, str] = field(default_factory=dict, repr=False)
    adds_seats: bool = False

    def with_role(self, written: str, role: str) -> SeatAnswers:
        """Return the answers with one more role."""
        return replace(self, roles={**self.roles, fold_spelling(written): role})

    def with_sector(self, written: str, sector: str) -> SeatAnswers:
        """Return the answers with one more sector."""
        return replace(self, sectors={**self.sectors, fold_spelling(written): sector})

    def with_person(self, row: str, id: str) -> SeatAnswers:
        """Return the answers with one more person; ``row`` is a name, an address or a line."""
        return replace(self, people={**self.people, fold_spelling(row): id})


NEW: Final = "new"
"""The answer that somebody is no member of the roster yet, whatever their name."""


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One line of the file; what it does not state is empty. ``name`` and ``email`` are private.

    ``written_sector`` is a sector that nobody knows, in the file's words; ``sector`` is then empty.
    ``has_known_role`` says whether the programme knows the role, or somebody agreed to it;
    ``answer`` is whom somebody said it is.
    """

    line: int
    id: str
    role: str
    sector: str
    organisation: str
    part: Part | None
    joined: dt.date | None
    # not in the repr: a traceback or a log must not name anybody
    name: str = field(repr=False)
    email: str = field(repr=False)
    written_sector: str = ""
    has_known_role: bool = True
    answer: str = ""

    def is_same_person(self, other: RosterRow) -> bool:
        """Return whether two lines agree in everything identifying that both of them state."""
        if self.id or other.id:
            return self.id == other.id
        pairs = ((self.email, other.email), (fold_spelling(self.name), fold_spelling(other.name)))
        stated = [(first, second) for first, second in pairs if first and second]
        return bool(stated) and all(first == second for first, second in stated)


@dataclass(frozen=True, slots=True)
class ParsedRows:
    """The lines of a member list.

    ``errors`` are lines that make no row, ``empty_seats`` counts seats that nobody has.
    """

    rows: tuple[RosterRow, ...]
    errors: tuple[RowError, ...]
    notes: tuple[Note, ...]
    empty_seats: int


def parse_rows(
    sheet: Sheet, seats: Seats, members: Sequence[Member], answers: SeatAnswers
) -> ParsedRows:
    """Parse the lines below the headings.

    Roles and sectors are spelt as in ``seats`` (those of copkit.yaml) or on the roster, or are
    what ``answers`` say of them.
    """
    return _RowParser(sheet, seats, members, answers).parse()


# Words in cells

# What people write where a seat is empty, normalised; it may go on: "Vacant (recruiting)".
_NOBODY: Final = re.compile(
    r"(?:currently )?(?:tbc|tba|tbd|t b c|vacan(?:t|cy|te)|vakant|nieobsadzone|gwag|unfilled)\b.*"
    r"|to be (?:confirmed|appointed|advised|recruited)\b.*|n a|na|none|nobody|no one|nil|x+|empty"
    r"|unknown|not known|not applicable|recruiting|\W*"
)
_IN_BRACKETS: Final = re.compile(r"\s*[(\[]([^()\[\]]{0,60})[)\]]")
_PART_WORDS: Final = {
    "facilitator": Part.FACILITATOR,
    "co facilitator": Part.FACILITATOR,
    "cofacilitator": Part.FACILITATOR,
    "joint facilitator": Part.FACILITATOR,
    "lead facilitator": Part.FACILITATOR,
    "expert by experience": Part.EXPERT_BY_EXPERIENCE,
    "knowledge broker": Part.KNOWLEDGE_BROKER,
    "broker": Part.KNOWLEDGE_BROKER,
}


def is_nobody(text: str) -> bool:
    """Check whether a cell says that there is nobody: ``TBC``, ``vacant``, ``n/a``, ``#REF!``."""
    # spreadsheets begin their errors with a hash
    return text.startswith("#") or bool(text and _NOBODY.fullmatch(normalise_header(text)))


def _stated(text: str) -> str:
    """Return a cell's text, ``""`` for one that says there is nothing."""
    return "" if is_nobody(text) else text


_BETWEEN_PEOPLE: Final = re.compile(r"\s*(?:/|;|&|\+|\b(?:and|und|et|och|en|oraz)\b)\s*")


def is_several_people(name: str) -> bool:
    """Check whether a cell names two people or more: ``Kit Day / Jo Roe``, ``Kit & Jo Day``."""
    parts = _BETWEEN_PEOPLE.split(tidy_name(_IN_BRACKETS.sub(" ", name)))
    return sum(any(map(str.isalpha, part)) for part in parts) > 1


def take_part(text: str) -> tuple[str, Part | None]:
    """Split ``Drugs Worker (facilitator)`` into the text without the part, and the part."""
    for match in _IN_BRACKETS.finditer(text):
        if part := _PART_WORDS.get(normalise_header(match[1])):
            return " ".join((text[: match.start()] + text[match.end() :]).split()), part
    before, dash, after = text.rpartition(" - ")
    if dash and (part := _PART_WORDS.get(normalise_header(after))):
        return before.strip(), part
    return text, None


class _RowParser:
    """Parses the lines of one file, from the top: a line may name the sector of those below it."""

    def __init__(
        self, sheet: Sheet, seats: Seats, members: Sequence[Member], answers: SeatAnswers
    ) -> None:
        self.sheet = sheet
        self.seats = seats
        self.answers = answers
        self.roles = [role for roles in seats.values() for role in roles]
        self.known_roles = [*self.roles, *(member.role for member in members)]
        self.sectors = list(dict.fromkeys([*seats, *(member.sector for member in members)]))
        self.sectors_by_role: dict[str, set[str]] = {}
        for member in members:
            self.sectors_by_role.setdefault(member.role, set()).add(member.sector)
        self.rows: list[RosterRow] = []
        self.errors: list[RowError] = []
        self.notes: list[Note] = []
        self.empty_seats = 0
        self.section = ""  # the sector that a line of its own names
        self.others_line = 0  # of a heading above people who are no members
        self.days = self.build_time_parser()
        if {Column.NAME, Column.FIRST_NAME, Column.LAST_NAME}.isdisjoint(sheet.positions):
            self.notes.append(Note(0, "no column holds names; --column name=HEAD has one read"))

    def parse(self) -> ParsedRows:
        """Parse all lines below the headings."""
        for line, row in self.lines():
            cells = {
                column: single_line(row[position]) if position < len(row) else ""
                for column, position in self.sheet.positions.items()
            }
            if not any(cells.values()) or self.is_section(line, row):
                continue
            if len(self.sheet.heads) > 1 and heads_other_people(row):
                self.others_line = line
                self.notes.append(Note(line, "a heading of other people or of another table"))
                continue
            try:
                parsed = self.parse_row(line, cells)
            except RowError as error:
                self.errors.append(error)
                continue
            if parsed is None:
                self.empty_seats += 1
            else:
                self.rows.append(parsed)
        return ParsedRows(tuple(self.rows), tuple(self.errors), tuple(self.notes), self.empty_seats)

    def lines(self) -> Iterator[tuple[int, tuple[str, ...]]]:
        """Yield the lines of the table with their numbers, without totals and footers."""
        table, is_below_total = self.sheet.table, False
        rows = list(zip(table.lines, table.rows, strict=True))[self.sheet.heading_row + 1 :]
        headings = table.rows[self.sheet.heading_row] if self.sheet.heading_row >= 0 else ()
        for line, row in rows:
            filled = [cell for cell in row if cell]
            is_single = len(filled) == 1 and len(self.sheet.heads) > 1
            if is_total(row):
                is_below_total = True
            elif row == headings or (is_single and (is_below_total or is_note(row))):
                continue  # repeated on every page, or no person
            else:
                yield line, row

    def is_section(self, line: int, row: tuple[str, ...]) -> bool:
        """Check whether a line names the sector of the lines below it; remember it if so."""
        filled = [cell for cell in row if cell]
        if len(filled) != 1 or len(self.sheet.positions) < 2 or find_address(filled[0]):
            return False
        if sector := self.find_sector(filled[0]):
            self.section, self.others_line = sector, 0
        return bool(sector)

    def parse_row(self, line: int, cells: dict[Column, str]) -> RosterRow | None:
        """Parse the cells of one line; ``None`` for a seat that nobody has.

        Raise :class:`RowError` for an id that is none, and for a line that identifies nobody.
        """
        self.require_member(line, cells)
        raw_name = self.full_name(cells)
        if is_several_people(raw_name):
            hint = "give each of them a line of their own in the file"
            raise RowError(line, "the name seems to be of several people", hint)
        name, part_of_name = take_part(raw_name)
        name = tidy_name(name) if any(map(str.isalpha, name)) else ""
        written = cells.get(Column.EMAIL, "") or cells.get(Column.NAME, "")
        addresses = list(dict.fromkeys(find_addresses(written)))
        id = cells.get(Column.ID, "")
        role, part_of_role = take_part(_stated(cells.get(Column.ROLE, "")))
        if id and not is_slug(id):
            raise RowError(
                line, "the id cannot be one", "use lower-case letters, digits and hyphens"
            )
        if not (id or addresses or name):
            if any(cells.get(column) for column in (Column.ROLE, Column.SECTOR)):
                return None
            raise RowError(
                line,
                "nothing says who this is",
                "give a name, an e-mail address or an id in the file",
            )
        if cells.get(Column.EMAIL) and not addresses and not is_nobody(cells[Column.EMAIL]):
            self.notes.append(Note(line, "the e-mail address is none, and is left out"))
        if len(addresses) > 1:
            self.notes.append(Note(line, "of several e-mail addresses the first is taken"))
        email = addresses[0] if addresses else ""
        part = self.parse_part(line, cells.get(Column.PART, ""))
        row = RosterRow(
            line=line,
            id=id,
            role=self.find_role(role),
            sector="",
            organisation=_stated(cells.get(Column.ORGANISATION, "")),
            part=part or part_of_role or part_of_name,
            joined=self.parse_day(line, cells.get(Column.JOINED, "")),
            name=name,
            email=email,
            has_known_role=self.is_known_role(role),
            answer=self.find_answer(line, name, email),
        )
        return self.with_sector(row, _stated(cells.get(Column.SECTOR, "")))

    def full_name(self, cells: dict[Column, str]) -> str:
        """Return a line's name in one text, from one column or from two."""
        name = _stated(cells.get(Column.NAME, ""))
        first = _stated(cells.get(Column.FIRST_NAME, ""))
        last = _stated(cells.get(Column.LAST_NAME, ""))
        if name and not (first and last) and (first or last):
            # "Name" beside "Vorname" is the surname, and beside "Apellidos" the first name
            parts = {*fold_spelling(name).split()}
            is_whole = {*fold_spelling(first or last).split()} <= parts and len(parts) > 1
            first, last = ("", "") if is_whole else (first or name, last or name)
        if first or last:
            name = " ".join(filter(None, (first, last)))
        # "Ada Quill <ada@example.org>" as mail programs write it
        return re.sub(r"[<(\[]?\S+@\S+", " ", name).strip() if find_address(name) else name

    def require_member(self, line: int, cells: dict[Column, str]) -> None:
        """Raise :class:`RowError` for somebody who has left, by a column of the file."""
        if self.others_line:
            raise RowError(
                line,
                f"below the heading in line {self.others_line}, so no member of this list",
                "if they are members, take that heading out of the file",
            )
        position = self.sheet.positions.get(Column.STATUS)
        status = cells.get(Column.STATUS, "")
        if position is not None and says_no_member(self.sheet.heads[position], status):
            raise RowError(
                line,
                f"'{status}' below '{self.sheet.heads[position]}': no member, or not yet",
                "--column status= takes such lines in all the same",
            )

    def find_answer(self, line: int, name: str, email: str) -> str:
        """Return whom somebody said a line to be, ``""`` where nobody did."""
        keys = (str(line), fold_spelling(name), email)
        return next((self.answers.people[key] for key in keys if key in self.answers.people), "")

    def find_role(self, written: str) -> str:
        """Return a role as it is spelt on record, or as the answers have it, else as written."""
        folded = fold_spelling(written)
        role = match_spelling(written, self.known_roles)
        return self.answers.roles.get(folded, role)

    def is_known_role(self, written: str) -> bool:
        """Check whether the programme knows a role as it is written, or somebody agreed to it."""
        is_answered = fold_spelling(written) in self.answers.roles or self.answers.adds_seats
        is_known = match_spelling(written, self.known_roles) in self.known_roles
        return is_known or is_answered or not self.seats

    def find_sector(self, written: str) -> str:
        """Return the sector that words name, as it is spelt on record; ``""`` if they name none."""
        if answer := self.answers.sectors.get(fold_spelling(written)):
            return answer
        sector = match_spelling(written, self.sectors)
        if sector in self.sectors:
            return sector
        # "LA" and "Local Authority" are both "Local Authority (LA)"
        short = {
            fold_spelling(form): sector
            for sector in self.sectors
            for form in (*_IN_BRACKETS.findall(sector), _IN_BRACKETS.sub("", sector))
        }
        return short.get(fold_spelling(written), "")

    def with_sector(self, row: RosterRow, written: str) -> RosterRow:
        """Return a row with its sector: as written, as a heading above says, or by its role."""
        if written:
            sector = self.find_sector(written)
            # without seats any sector may come in, but a slip of the pen would make a second one
            is_new = not self.seats and not closest_match(written, self.sectors)
            if not sector and (is_new or self.answers.adds_seats):
                sector = written
            return replace(row, sector=sector, written_sector="" if sector else written)
        by_role = self.sectors_by_role.get(row.role, set())
        sector = (
            self.section
            or sector_of(self.seats, row.role)
            or (next(iter(by_role)) if len(by_role) == 1 else "")
            or self.answers.sectors.get(fold_spelling(row.role), "")
            or self.answers.sectors.get(fold_spelling(row.organisation), "")
            or self.answers.sectors.get("", "")
        )
        return replace(row, sector=sector)

    def parse_part(self, line: int, text: str) -> Part | None:
        """Parse a part or the beginning of one, such as ``facil``; note a text that is none."""
        if not _stated(text):
            return None
        if part := _PART_WORDS.get(normalise_header(text)):
            return part
        word = "-".join(re.split(r"[\s_-]+", text.casefold()))
        exact = [part for part in Part if part == word]
        matches = exact or [part for part in Part if part.startswith(word)]
        if len(matches) == 1:
            return matches[0]
        hint = did_you_mean(word, list(Part), f"write one of {', '.join(Part)}")
        self.notes.append(
            Note(line, f"'{text}' is no part that somebody has, and is left out; {hint}")
        )
        return None

    # --- days ----------------------------------------------------------------------------------

    def build_time_parser(self) -> TimeParser | None:
        """Settle how the file writes its days, all at once; note that it cannot be settled."""
        position = self.sheet.positions.get(Column.JOINED)
        texts = [] if position is None else self.sheet.cells_below(position)
        try:
            return build_time_parser(texts, None, self.sheet.table.file)
        except CopkitError as error:
            text = f"{error.message}, and are left out; write them as 2026-09-22"
            self.notes.append(Note(0, text))
            return None

    def parse_day(self, line: int, text: str) -> dt.date | None:
        """Parse a day; ``None``, with a note, for one that is none or may be either of two."""
        if not _stated(text):
            return None
        moment = parse_moment(text)
        if self.days is None and moment and moment.order is DateOrder.OPEN:
            return None  # noted once, for the whole file
        days = self.days or TimeParser(DateOrder.DAY_FIRST, None, None)
        day = days.parse_date(text) if moment and moment.numbers and moment.numbers[2] else None
        if day is None:
            self.notes.append(Note(line, f"'{text}' is not a date, and is left out"))
        return day
