"""What somebody said of a list's columns, values and sheets, and what has to be asked.  Pure.

A list that can be read in two ways is refused with its questions: the command line shows them as
options, the terminal asks them one by one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from copkit.errors import CopkitError
from copkit.importers.columns import ReportColumn, normalise_header
from copkit.importers.marks import ListMark
from copkit.wording import list_in_words

EMPTY: Final = "(empty)"
"""How an empty cell is called in options and questions."""

CHOOSABLE: Final = {
    "name": ReportColumn.NAME,
    "first-name": ReportColumn.FIRST,
    "last-name": ReportColumn.LAST,
    "e-mail": ReportColumn.EMAIL,
    "attendance": ReportColumn.ATTENDED,
    "attended": ReportColumn.ATTENDED,
    "apologies": ReportColumn.APOLOGIES,
    "absence": ReportColumn.ABSENT,
    "late": ReportColumn.LATE,
    "beforehand": ReportColumn.BEFOREHAND,
    "joined": ReportColumn.JOINED,
    "left": ReportColumn.LEFT,
    "duration": ReportColumn.DURATION,
    "day": ReportColumn.DAY,
    "sector": ReportColumn.SECTOR,
}
"""What ``--column WHAT=HEADING`` may call a column."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What somebody said about a list; nothing by default.

    ``columns`` maps headings, normalised, to what they hold, ``ignored`` are headings of no
    importance, ``values`` maps values in plain form to marks, ``sheets`` are names of sheets.
    ``everybody`` counts whoever is listed, ``other_day`` takes rows whose day cannot be read.
    """

    columns: Mapping[str, ReportColumn] = field(default_factory=dict)
    ignored: frozenset[str] = frozenset()
    values: Mapping[str, ListMark] = field(default_factory=dict)
    sheets: tuple[str, ...] = ()
    everybody: bool = False
    other_day: bool = False

    def with_others(self, others: Choices) -> Choices:
        """Return these choices with others, which win."""
        return Choices(
            columns={**self.columns, **others.columns},
            ignored=(self.ignored - others.columns.keys()) | others.ignored,
            values={**self.values, **others.values},
            sheets=others.sheets or self.sheets,
            everybody=self.everybody or others.everybody,
            other_day=self.other_day or others.other_day,
        )


@dataclass(frozen=True, slots=True)
class ColumnUse:
    """How one column of a list was used: ``values`` pairs each value with how it was understood."""

    heading: str
    meaning: str
    values: tuple[tuple[str, ListMark], ...] = ()


IGNORED: Final = "ignored"
NOT_READ: Final = "not read"
OTHER_DAY: Final = "another day"


class QuestionKind(StrEnum):
    """What a question is about."""

    COLUMN = "column"
    VALUE = "value"
    SHEET = "sheet"
    BEFOREHAND = "beforehand"


@dataclass(frozen=True, slots=True)
class ListQuestion:
    """One thing that a list leaves open.

    ``subject`` is the heading, the value or the sheet as written; ``heading`` that of a value's
    column, or the heads of a sheet. ``examples`` are some of the values of a column; ``guess`` is
    what it probably is, ``""`` where nothing is probable.
    """

    kind: QuestionKind
    subject: str
    heading: str = ""
    examples: tuple[str, ...] = ()
    guess: str = ""

    def option(self) -> str:
        """Return the option that would settle it, to be corrected where ``...`` stands."""
        subject = self.subject or EMPTY
        if self.kind is QuestionKind.VALUE:
            return f"--value {_quoted(f'{subject}={self.guess or ListMark.ATTENDED}')}"
        if self.kind is QuestionKind.SHEET:
            return f"--sheet {_quoted(subject)}"
        if self.kind is QuestionKind.BEFOREHAND:
            return "--everybody"
        if self.guess:
            return f"--column {_quoted(f'{self.guess}={subject}')}"
        return f"--ignore {_quoted(subject)}"


class UnsettledList(CopkitError):
    """A list that has to be asked about before anything can be recorded from it."""

    def __init__(
        self, file: str, message: str, questions: Sequence[ListQuestion], hint: str = ""
    ) -> None:
        options = " ".join(dict.fromkeys(question.option() for question in questions))
        super().__init__(message, hint or f"say what is right: {options}")
        self.file = file
        self.questions = tuple(questions)


def _quoted(text: str) -> str:
    """Quote a text for a shell."""
    return "'" + text.replace("'", "'\\''") + "'"


def name_headings(headings: Sequence[str]) -> str:
    """Return headings in quotes as one text: ``'Status' and 'Marker'``."""
    return list_in_words([f"'{heading}'" for heading in headings])


def same_heading(heading: str) -> str:
    """Return a heading in the form in which choices name it."""
    return normalise_header(heading) or heading.strip().casefold()
