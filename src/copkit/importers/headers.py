"""Which row of a table is its header, below whatever titles stand above it.  Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from copkit.importers.tables import Table

_FIRST_ROWS: Final = 40  # a header stands among them, or nowhere
_BETWEEN: Final = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Header:
    """A table's header: ``row`` is its place in ``Table.rows``; what is below it is the table.

    ``columns`` has, for each kind of column that was known, its place in a row.
    """

    row: int
    columns: Mapping[str, int]


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


def header_row(table: Table, known: Mapping[str, Collection[str]]) -> Header | None:
    """Find the row in which the most kinds of column are known, the highest of those as good.

    ``known`` has the words for each kind of column, in any case; ``None`` where none is found.
    """
    kinds = {folded(word): kind for kind, words in known.items() for word in words}
    best: Header | None = None
    for number, row in enumerate(table.rows[:_FIRST_ROWS]):
        columns: dict[str, int] = {}
        for place, cell in enumerate(row):
            kind = kinds.get(folded(cell))
            if kind is not None:
                columns.setdefault(kind, place)
        if columns and (best is None or len(columns) > len(best.columns)):
            best = Header(number, columns)
    return best
