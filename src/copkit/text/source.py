"""A file's text, and the lines and columns of places in it.  Pure."""

from __future__ import annotations

import re
from bisect import bisect_right

from copkit.errors import Problem, Severity

LINE_END = re.compile(r"\r\n|\n|\r")


class SourceText:
    """The text of one file; offsets into it count Unicode characters from 0.

    ``readable`` is false for a stand-in: a file whose bytes could not be read as text.
    """

    __slots__ = ("_last_line", "_starts", "file", "readable", "suspicious", "text")

    def __init__(self, file: str, text: str, *, readable: bool = True) -> None:
        self.file = file
        self.text = text
        self.readable = readable
        # Only with one of these signs can a value be other than what was meant: `a #2` loses its
        # tail to a comment, a backslash is no escape. Most files have none and skip the checks.
        self.suspicious = not text.isascii() or " #" in text or "<!--" in text or "\\" in text
        self._starts: list[int] | None = None
        self._last_line = (0, "")  # many faults in one long line share one copy of it

    def place(self, offset: int) -> tuple[int, int]:
        """Return the line and column, both from 1, of an offset."""
        starts = self._line_starts()
        line = bisect_right(starts, offset)
        return line, offset - starts[line - 1] + 1

    def line(self, number: int) -> str:
        """Return the text of a line, counted from 1, without its ending."""
        if self._last_line[0] != number:
            starts = self._line_starts()
            end = starts[number] if number < len(starts) else len(self.text)
            self._last_line = (number, self.text[starts[number - 1] : end].rstrip("\r\n"))
        return self._last_line[1]

    def problem(
        self,
        code: str,
        start: int,
        end: int,
        message: str,
        hint: str = "",
        severity: Severity = Severity.ERROR,
    ) -> Problem:
        """Describe what is wrong between two offsets as a :class:`Problem`.

        ``code`` is the stable name of the kind of fault, ``hint`` says what to write instead. At
        least one character is marked, also where ``start`` and ``end`` are the same.
        """
        line, column = self.place(start)
        end_line, end_column = self.place(max(end, start + 1))
        if end_line > line and end_column == 1:  # up to and including a line's end
            end_line, end_column = line, max(len(self.line(line)), column) + 1
        excerpt = self.line(line)
        return Problem(
            self.file,
            line,
            column,
            end_line,
            end_column,
            code,
            severity,
            message,
            hint,
            excerpt,
        )

    def _line_starts(self) -> list[int]:
        """Return the offsets at which the lines start; the first is 0."""
        # Worked out at the first problem: most files have none, and nodes hold offsets alone.
        if self._starts is None:
            self._starts = [0, *(match.end() for match in LINE_END.finditer(self.text))]
        return self._starts
