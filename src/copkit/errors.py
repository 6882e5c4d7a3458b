"""Problems, which are values, errors, which are raised, and "did you mean".  Pure.

A :class:`Problem` is something wrong in a file. Readers add it to a list and go on, so that one
run reports every fault of every file. A :class:`CopkitError` is raised where a command has to stop.
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
    """Something wrong in a file, and what to write instead.

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
        """Return the problem in the form of ``copkit check --json``."""
        fields = self._asdict()
        # Programs get the place alone, and no text of a record.
        del fields["excerpt"]
        return {**fields, "severity": str(self.severity)}


class CopkitError(Exception):
    """An error that ends the command, with exit status ``status``: 1, or 2 for wrong use.

    ``hint`` is what to do next, printed below the message.
    """

    def __init__(self, message: str, hint: str = "", status: int = 1) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.status = status


class InvalidRecords(CopkitError):
    """Records that a command needs have errors, which are in ``problems``."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("these records have errors, so nothing was done with them")
        self.problems = tuple(problems)


class InvalidTemplate(CopkitError):
    """A template that cannot be used; what is wrong with it is in ``problem``."""

    def __init__(self, problem: Problem) -> None:
        hint = "mend the template, or delete it to use the one that comes with copkit"
        super().__init__(f"{problem.file}:{problem.line}: {problem.message}", hint)
        self.problem = problem


def only_errors(problems: Iterable[Problem]) -> list[Problem]:
    """Return the problems that are errors, and not warnings."""
    return [problem for problem in problems if problem.severity is Severity.ERROR]


def odd_letter_hint(word: str) -> str:
    """Return a hint about the first invisible or foreign letter of a word, or ``""``."""
    # Such a word looks right on a screen, so "did you mean" alone would explain nothing.
    for letter in word:
        if not letter.isascii() and not letter.isprintable():
            return f"it holds an invisible character (U+{ord(letter):04X})"
        if not letter.isascii() and letter.isalpha() and not "À" <= letter <= "ɏ":  # Latin letters
            return f"its '{letter}' is a letter of another alphabet (U+{ord(letter):04X})"
    return ""


def did_you_mean(word: str, candidates: Iterable[str], otherwise: str = "") -> str:
    """Return a hint for an unknown word: the closest of the candidates, or ``otherwise``."""
    near = closest_match(word, candidates)
    hint = f"did you mean '{near}'?" if near else otherwise
    letter_hint = odd_letter_hint(word)
    if not (letter_hint and hint):
        return hint or letter_hint
    return f"{hint} {letter_hint}" if hint.endswith("?") else f"{hint}; {letter_hint}"


def closest_match(word: str, candidates: Iterable[str]) -> str | None:
    """Return the candidate most like a word, in any case, or ``None`` if none is like it."""
    from difflib import get_close_matches  # rarely needed, and slow to import

    by_folded = {candidate.casefold().replace("_", "-"): candidate for candidate in candidates}
    matches = get_close_matches(word.casefold().replace("_", "-"), by_folded, n=1, cutoff=0.6)
    return by_folded[matches[0]] if matches else None
