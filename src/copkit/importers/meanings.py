"""What each column of an attendance list holds: by heading, values, and what was said.  Pure.

No column is passed over in silence. One that says who came is read; one that may say so, and that
nobody can be sure of, stops the import with a question; all others are named.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from copkit.errors import CopkitError
from copkit.importers.choices import (
    CHOOSABLE,
    IGNORED,
    NOT_READ,
    OTHER_DAY,
    Choices,
    ColumnUse,
    ListQuestion,
    QuestionKind,
    UnsettledList,
    name_headings,
    same_heading,
)
from copkit.importers.columns import ReportColumn, may_be_ticked
from copkit.importers.headings import find_report_column, nearest_report_column
from copkit.importers.layout import (
    A_MOMENT,
    PERSON_COLUMNS,
    ReportLayout,
    ReportPart,
    StatusColumn,
    is_moment,
    value_mark,
)
from copkit.importers.marks import (
    ColumnReading,
    ListMark,
    Sense,
    mark_in_words,
    mentions_absence,
    plain_value,
    read_values,
    senses_of,
)
from copkit.importers.times import (
    TimeParser,
    WrittenMoment,
    find_day,
    names_time,
    parse_duration,
    parse_moment,
    settle_moments,
)
from copkit.text.normalise import single_line
from copkit.wording import day_in_words, list_in_words, plural

_OF_PEOPLE: Final = (0, 2, 3)  # sections of Teams: of none, participants, and who rejoined
_STATUS_COLUMNS: Final = frozenset(
    {ReportColumn.ATTENDED, ReportColumn.STATUS, ReportColumn.APOLOGIES, ReportColumn.ABSENT,
     ReportColumn.LATE, ReportColumn.SESSION}
)  # fmt: skip
_ONE_SIDED: Final = frozenset({ReportColumn.APOLOGIES, ReportColumn.ABSENT, ReportColumn.LATE})
_STAY_COLUMNS: Final = frozenset({ReportColumn.JOINED, ReportColumn.LEFT, ReportColumn.DURATION})
_MOST_VALUES: Final = 6  # distinct values of a column that may be a status
_LONGEST_STATUS: Final = 24  # characters
_MOST_QUESTIONS: Final = 12  # values asked about in one column; with more it is no status
_SAMPLE: Final = 60  # cells by which the content of a column is told
_SURE: Final = frozenset({Sense.ATTENDED, Sense.ABSENT, Sense.LATE, Sense.APOLOGIES})
_AFTERWARDS: Final = frozenset({Sense.ATTENDED, Sense.ABSENT, Sense.LATE})


@dataclass(slots=True)
class _ColumnFacts:
    """One column while its meaning is settled; ``values`` counts its cells, empty ones as ``""``.

    ``day`` is the day in its heading; ``reading`` is how its values say who came.
    """

    position: int
    heading: str
    column: ReportColumn | None
    values: Counter[str]
    day: WrittenMoment | None = None
    reading: ColumnReading | None = None
    use: str = ""

    @property
    def written(self) -> list[str]:
        """The distinct values that are not empty."""
        return [value for value in self.values if value]


@dataclass(frozen=True, slots=True)
class Settlement:
    """What the columns of a list were used for, and the days that its headings name."""

    columns: tuple[ColumnUse, ...]
    heads: tuple[str, ...]
    session_days: tuple[dt.date, ...]
    notes: tuple[str, ...]


def settle_columns(
    layout: ReportLayout,
    file: str,
    meeting: dt.date,
    choices: Choices,
    *,
    is_program: bool,
) -> Settlement:
    """Settle what each column holds, and set ``columns`` and ``statuses`` of each part.

    ``is_program`` says that a known program wrote the list, whose further columns are not about
    coming. Raise :class:`UnsettledList` with everything that has to be asked, and
    :class:`CopkitError` where no column is of the meeting's day.
    """
    choices = Choices(values=_legend(layout)).with_others(choices)
    parts = [_PartColumns(part, choices) for part in layout.parts if part.section in _OF_PEOPLE]
    headings = [facts for columns in parts for facts in columns.facts if facts.day]
    times = settle_moments([facts.day for facts in headings if facts.day], meeting, file)
    days = {facts.position: times.day_of(facts.day) for facts in headings if facts.day}
    session_days = tuple(sorted({day for day in days.values() if day}))
    for columns in parts:
        columns.choose_session(times, meeting, file, session_days)
        columns.read_statuses(is_program=is_program)
    _raise_questions(parts, file, choices)
    for columns in parts:
        columns.finish()
    uses = dict.fromkeys(
        (facts.heading, facts.use, tuple(_shown_values(facts).items()))
        for columns in parts
        for facts in columns.facts
    )
    other_sections = dict.fromkeys(
        single_line(cell)
        for part in layout.parts
        if part.section not in _OF_PEOPLE
        for cell in part.header
        if cell
    )
    heads = {head for part in layout.parts for head in list_heads(part.header)}
    return Settlement(
        columns=(
            *(ColumnUse(heading, use, values) for heading, use, values in uses),
            *(ColumnUse(heading, IGNORED) for heading in other_sections),
        ),
        heads=tuple(sorted(heads)),
        session_days=session_days,
        notes=tuple(note for columns in parts for note in columns.notes),
    )


_LEGEND: Final = re.compile(
    r"(?:^|[,;:\s])\s*['\"]?([^\s=,;:'\"]{1,12})['\"]?\s*=\s*([^=,;]{2,40})"
)


def _legend(layout: ReportLayout) -> dict[str, ListMark]:
    """Return what a key beside the list says of its letters: ``X = did not come``."""
    texts = [*(cell for row in layout.preamble for cell in row), *layout.footers]
    return {
        plain_value(letter): mark
        for text in texts
        if "=" in text
        for letter, words in _LEGEND.findall(text)
        if (mark := mark_in_words(words.strip(" .")))
    }


def list_heads(row: Sequence[str]) -> frozenset[str]:
    """Return the headings of a row by which a kind of list is known: without days, which change."""
    return frozenset(same_heading(cell) for cell in row if cell and find_day(cell) is None)


def _shown_values(facts: _ColumnFacts) -> dict[str, ListMark]:
    """Return how the values of a column that says who came were understood."""
    if facts.reading is None or facts.reading.is_beforehand:
        return {}
    return {value: mark for value, mark in facts.reading.marks.items() if mark}


class _PartColumns:
    """The columns of one part, while what they hold is settled."""

    def __init__(self, part: ReportPart, choices: Choices) -> None:
        self.part = part
        self.choices = choices
        self.notes: list[str] = []
        self.questions: list[ListQuestion] = []
        self.lists_answers = False
        self.facts = list(self._collect())
        self._check_contents()

    def _collect(self) -> Iterator[_ColumnFacts]:
        """Yield each column with what its heading alone says, or what was chosen."""
        header, rows = self.part.header, self.part.rows
        width = max(len(header), *(len(cells) for _, cells in rows[:500]), 0)
        repeats = Counter[str]()
        for position in range(width):
            cell = single_line(header[position]) if position < len(header) else ""
            values = Counter(cells[position] if position < len(cells) else "" for _, cells in rows)
            if not cell and not any(values):
                continue
            if self.part.has_no_header or not cell:
                heading = f"column {position + 1}"
                found = self.part.column_at(position)
                day = None
            else:
                repeats[same_heading(cell)] += 1
                number = repeats[same_heading(cell)]
                heading = cell if number == 1 else f"{cell} ({number})"
                found, day = find_report_column(cell), None
                if len(cell.split()) <= 12 and any(map(str.isdigit, cell)):
                    day = find_day(cell)
            facts = _ColumnFacts(position, heading, found, values, day)
            key = same_heading(heading)
            if key in self.choices.columns:
                facts.column, facts.day = self.choices.columns[key], None
            elif key in self.choices.ignored:
                facts.column, facts.day, facts.use = ReportColumn.OTHER, None, IGNORED
            yield facts

    def is_chosen(self, facts: _ColumnFacts) -> bool:
        """Check whether somebody said what a column is."""
        key = same_heading(facts.heading)
        return key in self.choices.columns or key in self.choices.ignored

    def _check_contents(self) -> None:
        """Take back the meanings that the values below contradict: 'In' over crosses is no time."""
        has_sessions = any(facts.day for facts in self.facts)
        for facts in self.facts:
            if self.is_chosen(facts):
                continue
            sample = facts.written[:_SAMPLE]
            if facts.day and not self._may_be_session(facts):
                facts.day = None
            if facts.day:
                facts.column = ReportColumn.SESSION
            elif sample and not _fits(facts.column, sample):
                is_arrival = facts.column is ReportColumn.JOINED and all(senses_of(sample).values())
                facts.column = ReportColumn.ATTENDED if is_arrival else None
            elif has_sessions and _are_numbers(sample) and facts.column in {
                None, ReportColumn.ATTENDED, *_ONE_SIDED
            }:  # fmt: skip
                facts.column = ReportColumn.OTHER  # totals behind a register
        names = [facts for facts in self.facts if facts.column in PERSON_COLUMNS]
        for facts in names:
            senses = senses_of(facts.written[:_SAMPLE]).values()
            if len(names) > 1 and facts.written and all(senses):
                facts.column = ReportColumn.ATTENDED  # "Participant: yes"

    def _may_be_session(self, facts: _ColumnFacts) -> bool:
        """Check whether the values below a day may say who came, and are no remarks."""
        sample = facts.written[:_SAMPLE]
        return all(len(value) <= 60 for value in sample) and not any("@" in v for v in sample)

    # --- registers -----------------------------------------------------------------------------

    def choose_session(
        self, times: TimeParser, meeting: dt.date, file: str, days: Sequence[dt.date]
    ) -> None:
        """Keep the column of the meeting's day, and set the columns of other days aside.

        Raise :class:`CopkitError` where there is none, and somebody came on other days.
        """
        sessions = [facts for facts in self.facts if facts.day]
        if not sessions:
            return
        if any(column is ReportColumn.ATTENDED for column in self.choices.columns.values()):
            for facts in sessions:
                facts.column, facts.use = ReportColumn.OTHER, OTHER_DAY
            return
        todays = [facts for facts in sessions if facts.day and times.day_of(facts.day) == meeting]
        if not todays:
            raise _no_session_error(file, meeting, days, [facts.heading for facts in sessions])
        if len(todays) > 1:
            self.questions += [_column_question(facts, guess="attendance") for facts in todays]
        others = [facts for facts in sessions if facts not in todays]
        for facts in others:
            facts.column, facts.use = ReportColumn.OTHER, OTHER_DAY
        if others:
            headings = name_headings([facts.heading for facts in others[:4]])
            more = f" and {len(others) - 4} more" if len(others) > 4 else ""
            verb = "is" if len(others) == 1 else "are"
            columns = plural(len(others), "column")
            self.notes.append(f"{columns} {verb} of other days and left out: {headings}{more}")

    # --- who came ------------------------------------------------------------------------------

    def read_statuses(self, *, is_program: bool) -> None:
        """Read the columns that say who came, and collect what has to be asked."""
        chosen = [
            facts
            for facts in self.facts
            if self.choices.columns.get(same_heading(facts.heading)) is ReportColumn.ATTENDED
        ]
        for facts in self.facts:
            if facts.column in _STATUS_COLUMNS or facts.column is ReportColumn.BEFOREHAND:
                if chosen and facts not in chosen and facts.column not in _ONE_SIDED:
                    facts.column, facts.use = ReportColumn.OTHER, NOT_READ
                    continue
                facts.reading = self._read(facts, is_chosen=facts in chosen)
            if facts.column is ReportColumn.BEFOREHAND and not (
                facts.reading and facts.reading.is_beforehand
            ):
                # "RSVP: no-show" was written after the day
                facts.column = ReportColumn.STATUS
                facts.reading = self._read(facts, is_chosen=False)
        if not chosen:
            self._read_by_values()
        statuses = [facts for facts in self._statuses() if any(facts.written)]
        stays = self._has_stays()
        self._ask_values(statuses)
        if not statuses and not stays and not self.choices.everybody:
            self._refuse_lists_of_answers()
        if not chosen and not self.lists_answers:
            self._ask_columns(has_statuses=bool(statuses), has_stays=stays, is_program=is_program)
            self._ask_contradictions(statuses)
        if statuses and all(facts.column in _ONE_SIDED for facts in statuses) and not stays:
            self._ask_rest(statuses)

    def _read(self, facts: _ColumnFacts, *, is_chosen: bool) -> ColumnReading:
        """Read the values of one column; moments count as one value, which says that they came."""
        values = {A_MOMENT if is_moment(value) else value: None for value in facts.values}
        column = ReportColumn.ATTENDED if is_chosen else facts.column or ReportColumn.STATUS
        if column is ReportColumn.SESSION:
            column = ReportColumn.ATTENDED
        moments = {A_MOMENT: ListMark.ATTENDED} if A_MOMENT in values else {}
        if facts.column is ReportColumn.BEFOREHAND:
            moments = {}
        known = {**moments, **self.choices.values}
        plain = [value for value in values if value != A_MOMENT]
        if moments and "" in values:
            # those without a moment were not there, unless somebody said otherwise
            known.setdefault("", ListMark.ABSENT)
        reading = read_values(column, [*plain, *moments], known)
        return replace(reading, is_beforehand=False) if is_chosen else reading

    def _read_by_values(self) -> None:
        """Take a column of unknown heading for what its words can only mean."""
        for facts in self.facts:
            is_open = facts.column is None or facts.column is ReportColumn.OTHER
            if not is_open or facts.use or not facts.written or self.is_chosen(facts):
                continue
            # "Week 3" or "January" may be of any meeting, and letters may mean anything.
            has_words = all(len(plain_value(value)) > 2 for value in facts.written)
            is_of_any_day = not self.part.has_no_header and names_time(facts.heading)
            if len(facts.written) > _MOST_QUESTIONS or not has_words or is_of_any_day:
                continue
            senses = senses_of(facts.written)
            known = set(senses.values()) - {None}
            is_known = facts.column is None and all(senses.values())
            # "Attended" and "No show" together are about coming, whatever stands beside them.
            says_both = Sense.ATTENDED in known and bool({Sense.ABSENT, Sense.NOT_COMING} & known)
            if says_both or (is_known and (_AFTERWARDS | {Sense.BEFOREHAND}) & known):
                facts.column = ReportColumn.STATUS
                facts.reading = self._read(facts, is_chosen=False)

    def _statuses(self) -> list[_ColumnFacts]:
        """Return the columns that say who came, without those of answers beforehand."""
        return [
            facts
            for facts in self.facts
            if facts.reading and not facts.reading.is_beforehand and facts.column in _STATUS_COLUMNS
        ]

    def _has_stays(self) -> bool:
        """Check whether the list says when or for how long people were there."""
        # A booking has a length too, and its own day.
        has_tickets = any(facts.column is ReportColumn.REGISTRATION for facts in self.facts)
        columns = _STAY_COLUMNS - {ReportColumn.DURATION} if has_tickets else _STAY_COLUMNS
        return self.part.is_log or any(
            facts.column in columns and facts.written for facts in self.facts
        )

    def _ask_values(self, statuses: Sequence[_ColumnFacts]) -> None:
        """Ask about values that nobody can tell; about the column where there are too many."""
        for facts in statuses:
            unknown = facts.reading.unknown if facts.reading else ()
            is_free_text = any(len(value) > 60 for value in unknown)
            is_share = bool(unknown) and all("%" in value for value in unknown)
            if len(unknown) > _MOST_QUESTIONS or is_free_text or is_share:
                self.questions.append(_column_question(facts))
            else:
                self.questions += [
                    ListQuestion(QuestionKind.VALUE, value, facts.heading) for value in unknown
                ]

    def _ask_columns(self, *, has_statuses: bool, has_stays: bool, is_program: bool) -> None:
        """Ask about columns that may say who came, and that nobody can be sure of."""
        for facts in self.facts:
            if self.is_chosen(facts) or facts.reading or facts.use:
                continue
            senses = set(senses_of(facts.written[:_SAMPLE]).values()) if facts.written else set()
            # "Notes: sent apologies" beside a bare list of names
            sure = bool(_SURE & senses) or (
                not (has_statuses or has_stays) and any(map(mentions_absence, facts.written))
            )
            if facts.column is None:
                if has_statuses or (has_stays and is_program):
                    is_open = sure
                else:
                    is_open = sure or _may_be_status(facts, senses)
            else:
                # or ticks below "Group 2"
                is_ticked = bool(senses) and None not in senses and not may_be_ticked(facts.heading)
                is_bare = facts.column is ReportColumn.OTHER and not (has_statuses or has_stays)
                is_open = is_bare and (is_ticked or sure)
            if is_open:
                self.questions.append(_column_question(facts))
        for facts in self.facts:
            is_empty = facts.column in {ReportColumn.ATTENDED, ReportColumn.STATUS}
            if is_empty and not facts.written and not has_stays and not has_statuses:
                self.questions.append(_column_question(facts))

    def _ask_contradictions(self, statuses: Sequence[_ColumnFacts]) -> None:
        """Ask which column counts where two of them say opposite things of somebody."""
        two_sided = [facts for facts in statuses if facts.column not in _ONE_SIDED]
        if len(two_sided) < 2 or self.questions:
            return
        for _, cells in self.part.rows:
            marks = {
                value_mark(cells, facts.position, facts.reading)
                for facts in two_sided
                if facts.reading
            } - {None, ListMark.UNCLEAR}
            if len({mark.came for mark in marks if mark}) > 1:
                self.questions += [
                    _column_question(facts, guess="attendance") for facts in two_sided
                ]
                return

    def _refuse_lists_of_answers(self) -> None:
        """Note that the list says only who registered or answered, in ``lists_answers``.

        The columns of answers come first, then those of orders and tickets.
        """
        if self.questions or any(
            facts.column is None and _SURE & set(senses_of(facts.written[:_SAMPLE]).values())
            for facts in self.facts
        ):
            return
        answers = [
            facts
            for facts in self.facts
            if not self.is_chosen(facts)
            and facts.written
            and (
                facts.column is ReportColumn.REGISTRATION
                or facts.column is ReportColumn.BEFOREHAND
                or (facts.reading and facts.reading.is_beforehand)
            )
        ]
        answers.sort(key=lambda facts: facts.column is ReportColumn.REGISTRATION)
        if answers:
            self.lists_answers = True
            self.questions += [
                ListQuestion(
                    QuestionKind.BEFOREHAND, facts.heading, examples=tuple(facts.written[:3])
                )
                for facts in answers
            ]

    def _ask_rest(self, statuses: Sequence[_ColumnFacts]) -> None:
        """Ask what those did who have no tick below Apologies, where nothing else says so."""
        for facts in statuses:
            reading = facts.reading
            if reading and "" in reading.marks and reading.marks[""] is None:
                self.questions.append(ListQuestion(QuestionKind.VALUE, "", facts.heading))
                return

    # --- the result ----------------------------------------------------------------------------

    def finish(self) -> None:
        """Set what the part is read by, and what each column was used for."""
        columns: dict[ReportColumn, int] = {}
        for facts in self.facts:
            if facts.column and facts.column is not ReportColumn.OTHER:
                columns.setdefault(facts.column, facts.position)
        # The person's columns, where the host's have the same headings: as found in the header.
        for column, position in self.part.columns.items():
            is_confirmed = any(
                facts.position == position and facts.column is column for facts in self.facts
            )
            if is_confirmed and not self.choices.columns:
                columns[column] = position
        columns |= dict(self._chosen_positions())
        self.part.columns = columns
        self.part.statuses = [
            StatusColumn(facts.position, facts.reading, facts.column in _ONE_SIDED)
            for facts in self._statuses()
            if facts.reading
        ]
        self.part.day_positions = [
            facts.position
            for facts in self.facts
            if facts.column in {ReportColumn.DAY, ReportColumn.TIMESTAMP}
        ]
        for facts in self.facts:
            facts.use = facts.use or self._use_of(facts)

    def _chosen_positions(self) -> Iterator[tuple[ReportColumn, int]]:
        for facts in self.facts:
            chosen = self.choices.columns.get(same_heading(facts.heading))
            if chosen:
                yield chosen, facts.position

    def _use_of(self, facts: _ColumnFacts) -> str:
        """Return in a word what a column was used for."""
        if facts.reading and facts.reading.is_beforehand:
            return str(ReportColumn.BEFOREHAND)
        if facts.column in {ReportColumn.SESSION, ReportColumn.STATUS, ReportColumn.ATTENDED}:
            return str(ReportColumn.ATTENDED)
        if facts.column is None:
            return NOT_READ
        if facts.column is ReportColumn.OTHER or facts.column is ReportColumn.REGISTRATION:
            return IGNORED
        is_used = facts.column is ReportColumn.BEFOREHAND or (
            self.part.columns.get(facts.column) == facts.position
            or facts.position in self.part.day_positions
            or facts.column is ReportColumn.EMAIL
            or facts.column in _ONE_SIDED
        )
        return str(facts.column) if is_used else NOT_READ


def _fits(column: ReportColumn | None, sample: Sequence[str]) -> bool:
    """Check whether values may stand in a column; digits may be a time in any language."""
    if column in {ReportColumn.JOINED, ReportColumn.LEFT, ReportColumn.DAY, ReportColumn.TIMESTAMP}:
        return any(
            any(map(str.isdigit, value)) and (len(value) > 2 or parse_moment(value))
            for value in sample
        )
    if column is ReportColumn.DURATION:
        return any(any(map(str.isdigit, v)) or parse_duration(v) is not None for v in sample)
    if column is ReportColumn.EMAIL:
        return any("@" in value for value in sample) or all(
            value.casefold() == "anonymous" for value in sample
        )
    return True


def _are_numbers(sample: Sequence[str]) -> bool:
    """Check whether values are counts, points or shares, of which some are above 1."""
    numbers = [value.strip("% ").replace(",", ".") for value in sample]
    is_numeric = [
        number.replace(".", "", 1).replace("/", "", 1).strip().isdecimal() for number in numbers
    ]
    return bool(sample) and all(is_numeric)


def _may_be_status(facts: _ColumnFacts, senses: set[Sense | None]) -> bool:
    """Check whether a column has few distinct short values, as a status has."""
    written = facts.written
    if not written or len(written) > _MOST_VALUES:
        return False
    if any(len(value) > _LONGEST_STATUS or "@" in value for value in written):
        return False
    if all(is_moment(value) for value in written):
        return True
    is_repeated = sum(facts.values[value] for value in written) > len(written)
    has_gaps = bool(facts.values[""])
    if len(written) == 1 and not has_gaps and senses == {None}:
        return False  # what stands beside everybody tells nobody apart
    return is_repeated or has_gaps or bool(senses - {None})


def _column_question(facts: _ColumnFacts, guess: str = "") -> ListQuestion:
    """Return the question what a column is, with some of its values."""
    if not guess and facts.column in _STATUS_COLUMNS and facts.written:
        guess = "attendance"
    if not guess and facts.column is None:
        near = nearest_report_column(facts.heading)
        guess = next((word for word, column in CHOOSABLE.items() if column is near), "")
        guess = guess if guess in {"attendance", "apologies", "absence", "late"} else ""
    examples = tuple(value[:30] for value in facts.written[:4])
    return ListQuestion(QuestionKind.COLUMN, facts.heading, examples=examples, guess=guess)


def _no_session_error(
    file: str, meeting: dt.date, days: Sequence[dt.date], headings: Sequence[str]
) -> CopkitError:
    """Return the error for a register without a column of the meeting's day."""
    words = list_in_words([day_in_words(day) for day in days[:4]])
    more = f" and {len(days) - 4} more" if len(days) > 4 else ""
    shown = f"{words}{more}" if days else name_headings(headings[:4])
    count = plural(len(headings), "meeting")
    return CopkitError(
        f"{file} is a register of {count}, on {shown}; none of them is on {day_in_words(meeting)}",
        "name one of these days; --all takes all of them, and "
        f"--column 'attendance={headings[0]}' takes one column for this meeting",
    )


def _raise_questions(parts: Sequence[_PartColumns], file: str, choices: Choices) -> None:
    """Raise everything that has to be asked in one error, each thing once."""
    questions = list(
        {
            (question.kind, same_heading(question.heading), question.subject.casefold()): question
            for part in parts
            for question in part.questions
        }.values()
    )
    if not questions:
        return
    if any(question.kind is QuestionKind.BEFOREHAND for question in questions):
        headings = ", ".join(
            _describe_column(question) if number < 2 else f"'{question.subject}'"
            for number, question in enumerate(questions[:8])
        )
        raise UnsettledList(
            file,
            f"{file} lists who registered or answered beforehand, not who came: {headings}",
            questions,
            "export the list of who came; if everybody on it came: --everybody",
        )
    values = [question for question in questions if question.kind is QuestionKind.VALUE]
    columns = [question for question in questions if question.kind is QuestionKind.COLUMN]
    reasons = []
    if columns:
        described = [_describe_column(question) for question in columns[:6]]
        seems = "seems to say who came" if len(columns) == 1 else "may say who came"
        verb = "was" if len(columns) == 1 else "were"
        reasons.append(f"{list_in_words(described)} {seems}, and {verb} not understood")
    for heading in dict.fromkeys(question.heading for question in values):
        words = [f"'{q.subject or '(empty)'}'" for q in values if q.heading == heading]
        reasons.append(f"what does {list_in_words(words, 'or')} mean below '{heading}'")
    raise UnsettledList(
        file,
        f"{file}: {'; '.join(reasons)}",
        questions,
        _settling_hint(columns, values),
    )


def _describe_column(question: ListQuestion) -> str:
    """Return a heading with some of its values: ``'Marker' ('da', 'fehlt')``."""
    examples = ", ".join(f"'{value}'" for value in question.examples)
    return f"'{question.subject}' ({examples or 'empty'})"


def _settling_hint(columns: Sequence[ListQuestion], values: Sequence[ListQuestion]) -> str:
    """Return the options that settle what is open."""
    hints = []
    if columns:
        heading = columns[0].subject
        hints.append(
            f"--column 'attendance={heading}' if it says who came, --ignore '{heading}' if not"
        )
    if values:
        options = " ".join(question.option() for question in values)
        marks = ", ".join(mark for mark in ListMark)
        hints.append(f"{options} (or another of {marks})")
    return "; ".join(hints)
