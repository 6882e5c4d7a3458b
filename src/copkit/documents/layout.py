"""How the lines of a rendered document lie: wrapped, and never two blank ones.  Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from copkit.text.lines import WIDTH, wrap

_UNDERLINES = frozenset({"====", "----"})
_MARK = re.compile(r"\s*(?:[-*] |\d+\. |(?:> )+)?")


def lay_out_text(text: str) -> str:
    """Wrap the lines of a plain text, and draw underlines as long as what stands above.

    A template underlines a heading with ``====`` or ``----``.
    """
    lines: list[str] = []
    for line in _without_gaps(text):
        if line in _UNDERLINES and lines and lines[-1]:
            lines.append(line[0] * max(map(len, _last_paragraph(lines))))
        elif len(line) > WIDTH:
            lines += wrap(line, WIDTH, _hang(line))
        else:
            lines.append(line)
    return "\n".join(lines) + "\n"


def lay_out_markdown(text: str) -> str:
    """Take out superfluous blank lines, and blanks at the ends of lines."""
    return "\n".join(_without_gaps(text)) + "\n"


def _without_gaps(text: str) -> Iterator[str]:
    blank = True
    for whole in text.strip("\n").split("\n"):
        line = whole.rstrip()
        if line or not blank:
            yield line
        blank = not line


def _last_paragraph(lines: list[str]) -> list[str]:
    start = len(lines) - 1
    while start > 0 and lines[start - 1]:
        start -= 1
    return lines[start:]


def _hang(line: str) -> str:
    """Give what begins the further lines of a wrapped one: its indent, or its quotation mark."""
    match = _MARK.match(line)
    mark = match.group() if match else ""
    return mark if ">" in mark else " " * len(mark)
