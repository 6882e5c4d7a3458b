"""What is shown in the place of an identifying detail: as many dots as it has letters.  Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from copkit.pii.findings import Finding
from copkit.pii.scan import find_details

DOT: Final = "•"
_LETTER = re.compile(r"[^\W_]")
_BETWEEN: Final = r"[\s._-]{1,9}"  # words of one thing: on two lines, or in a file's name


def masked(text: str, findings: Iterable[Finding]) -> str:
    """Put dots in the place of what was found; every other sign stays where it is."""
    parts, done = [], 0
    for one in findings:
        parts += [text[done : one.start], _dots(text[one.start : one.end])]
        done = one.end
    return "".join([*parts, text[done:]])


def hide(text: str) -> str:
    """Put dots in the place of every identifying detail that a text shows by itself."""
    return masked(text, find_details(text))


class Mask:
    """Hides what has been found in some files wherever it is said again."""

    def __init__(self) -> None:
        self._found: set[str] = set()
        self._pattern: re.Pattern[str] | None = None

    def add(self, text: str, findings: Iterable[Finding]) -> None:
        """Note what was found in a text; what has fewer than three letters is hidden in place."""
        new = {text[one.start : one.end] for one in findings}
        self._found |= {found for found in new if len(_LETTER.findall(found)) > 2}
        self._pattern = None

    def over(self, text: str) -> str:
        """Hide in a text whatever has been found so far."""
        if not self._found:
            return text
        if self._pattern is None:
            longest = sorted(self._found, key=len, reverse=True)
            words = "|".join(_BETWEEN.join(map(re.escape, found.split())) for found in longest)
            self._pattern = re.compile(rf"(?<![^\W_])(?:{words})(?![^\W_])", re.IGNORECASE)
        return self._pattern.sub(lambda found: _dots(found.group()), text)


def _dots(text: str) -> str:
    return _LETTER.sub(DOT, text)
