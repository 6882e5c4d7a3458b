"""The words at the head of columns, as they are compared.  Pure."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_BETWEEN: Final = re.compile(r"[\W_]+")


def folded(header: str) -> str:
    """Write a header as it is compared: small letters without accents, and spaces alone.

    ``E-Mail``, ``e_mail`` and ``E-mail:`` become ``e mail``.
    """
    plain = unicodedata.normalize("NFKD", header[:200])
    letters = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return _BETWEEN.sub(" ", letters.casefold()).strip()


def word_list(words: str) -> list[str]:
    """Take ``first join, last leave`` apart, each as it is compared."""
    return [folded(word) for word in words.split(",")]
