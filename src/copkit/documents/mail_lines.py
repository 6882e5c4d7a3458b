"""How the lines of a message are broken.  Pure."""

from __future__ import annotations

from email.header import Header
from email.policy import SMTP, EmailPolicy
from typing import Any, Final

LONGEST: Final = 76  # characters: RFC 2045 for bodies; RFC 5322 asks for 78


class _Lines(EmailPolicy):
    """The library's lines, but for a subject that is not ASCII.

    Where such a one is broken, the library loses the blank between two of its encoded words.
    """

    def fold(self, name: str, value: Any) -> str:
        """Break a header into lines."""
        if name.lower() != "subject" or str(value).isascii():
            return str(super().fold(name, value))
        whole = Header(str(value), "utf-8", maxlinelen=LONGEST, header_name=name)
        return f"{name}: {whole.encode(linesep=self.linesep)}{self.linesep}"

    def fold_binary(self, name: str, value: Any) -> bytes:
        """Break a header into lines, as bytes."""
        return self.fold(name, value).encode("ascii", "surrogateescape")


LINES: Final = _Lines(linesep=SMTP.linesep, max_line_length=LONGEST)
"""Lines as mail servers want them."""
