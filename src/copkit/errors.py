"""The two families of errors: bad data, which is collected, and what stops a command.  Pure.

A :class:`Problem` is a value. Readers add them to a list and go on, so that one run reports
every fault of every file. A :class:`CopkitError` is raised where there is no going on.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import NamedTuple


class Severity(StrEnum):
    """Whether a problem stops documents from being built."""

    ERROR = "error"
    WARNING = "warning"


class Problem(NamedTuple):
    """One thing wrong in one file, and what to write instead.

    ``file`` is relative to the programme folder, with forward slashes. ``line`` and ``column``
    count from 1, columns in Unicode characters; the end is exclusive. ``code`` never changes
    between releases. ``excerpt`` is the text of the line.
    """

    file: str
    line: int
    column: int
    end_line: int
    end_column: int
    code: str
    severity: Severity
    message: str
    hint: str = ""
    excerpt: str = ""

    def as_json(self) -> dict[str, str | int]:
        """Give the problem in the form of ``copkit check --json``."""
        fields = self._asdict()
        del fields["excerpt"]
        return {**fields, "severity": str(self.severity)}


class CopkitError(Exception):
    """The command cannot go on; ``status`` is its exit status (1, or 2 for wrong use)."""

    def __init__(self, message: str, hint: str = "", status: int = 1) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.status = status


class FaultyRecords(CopkitError):
    """Records that a document needs have errors; carries the problems."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("these records have errors, so nothing was done with them")
        self.problems = tuple(problems)


class FaultyTemplate(CopkitError):
    """A template that cannot be used; carries the problem."""

    def __init__(self, problem: Problem) -> None:
        hint = "mend the template, or delete it to use the one that comes with copkit"
        super().__init__(f"{problem.file}:{problem.line}: {problem.message}", hint)
        self.problem = problem


def errors_among(problems: Iterable[Problem]) -> list[Problem]:
    """Leave the warnings out."""
    return [problem for problem in problems if problem.severity is Severity.ERROR]


def odd_letter(word: str) -> str:
    """Name the first letter that looks like another or like none, for a hint; ``""`` if none."""
    for sign in word:
        if not sign.isascii() and not sign.isprintable():
            return f"it holds an invisible character (U+{ord(sign):04X})"
        if not sign.isascii() and sign.isalpha() and not "À" <= sign <= "ɏ":
            return f"its '{sign}' is a letter of another alphabet (U+{ord(sign):04X})"
    return ""


def did_you_mean(word: str, candidates: Iterable[str], otherwise: str = "") -> str:
    """Give the hint for a word that is not known: what was probably meant, or ``otherwise``."""
    near = closest(word, candidates)
    hint = f"did you mean '{near}'?" if near else otherwise
    odd = odd_letter(word)
    if not (odd and hint):
        return hint or odd
    return f"{hint} {odd}" if hint.endswith("?") else f"{hint}; {odd}"


def closest(word: str, candidates: Iterable[str]) -> str | None:
    """Give the candidate that was probably meant, for "did you mean"."""
    from difflib import get_close_matches  # rarely needed, and slow to import

    by_folded = {candidate.casefold().replace("_", "-"): candidate for candidate in candidates}
    found = get_close_matches(word.casefold().replace("_", "-"), by_folded, n=1, cutoff=0.6)
    return by_folded[found[0]] if found else None
