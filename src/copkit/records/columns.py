"""What the columns of other people's rosters hold: ``private/columns.yaml``, never in git.  Pure.

What somebody said yes to when a roster was imported is remembered here, so that it is asked once.
What is wrong is told without a word of what stands there, as it is of the contacts.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from copkit.records.schema.fields import Id, Source, optional, required
from copkit.records.schema.read import read_record
from copkit.text.front_matter import Document


class Column(StrEnum):
    """What a column of somebody's roster can hold; all others are ignored."""

    ID = "id"
    NAME = "name"
    FIRST_NAME = "first-name"
    LAST_NAME = "last-name"
    EMAIL = "e-mail"
    ROLE = "role"
    SECTOR = "sector"
    ORGANISATION = "organisation"
    PART = "part"
    JOINED = "joined"


PRIVATE_COLUMNS = frozenset({Column.NAME, Column.FIRST_NAME, Column.LAST_NAME, Column.EMAIL})
"""What goes to the contacts, and never into a record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Under which head something stands."""

    source: Source = field(repr=False, compare=False)
    id: Column = required(f"what it is: {', '.join(Column)}")
    head: str = required("the head of its column")


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """One kind of file: the heads of its columns, and what stands under which of them."""

    source: Source = field(repr=False, compare=False)
    id: Id = required("a short name within this list, such as t1")
    heads: tuple[str, ...] = required("the heads of all columns, from the left")
    columns: tuple[Place, ...] = optional("what stands under which head", ())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Layouts:
    """The file: every kind of file that was imported."""

    source: Source = field(repr=False, compare=False)
    layouts: tuple[Layout, ...] = optional("files that were imported before", ())


def parse_columns(document: Document) -> tuple[Layout, ...]:
    """Read what is remembered of columns."""
    return read_record(_Layouts, document).layouts
