"""New ids, and roles and sectors spelt as ``copkit.yaml`` spells them.  Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from itertools import count
from random import SystemRandom
from typing import Final, TypeVar

from copkit.records.programme import Seats
from copkit.text.files import slug_from

Name = TypeVar("Name", str, str | None)


def id_stem(role: str) -> str:
    """Return what the ids of members with a role begin with: ``housing-support-worker-``."""
    # At most 60 characters, since ids are typed; a number follows.
    return f"{slug_from(role)[:60].rstrip('-') or 'member'}-"


def match_spelling(name: Name, names: Iterable[str]) -> Name | str:
    """Return the one of ``names`` that differs from ``name`` in spelling alone, else ``name``."""
    by_spelling = {fold_spelling(known_name): known_name for known_name in names}
    return by_spelling.get(fold_spelling(name), name) if name else name


def fold_spelling(text: str) -> str:
    """Return a text in lower case, with single spaces and without apostrophes, to compare it."""
    return " ".join(text.replace("’", "").replace("'", "").casefold().split())


def sector_of(seats: Seats, role: str | None) -> str | None:
    """Return the sector that a role is sought in; ``None`` if there are several, or none."""
    sectors = [sector for sector, roles in seats.items() if role in roles]
    return sectors[0] if len(sectors) == 1 else None


_LETTERS: Final = "bcdfghjkmnpqrstvwxz"  # without vowels, so that they make no words


def free_id(taken: Collection[str], stem: str, *, shared: bool = False) -> str:
    """Return an id that is not taken: a stem and the next free number, ``s3`` or ``probation-2``.

    With ``shared``, four random letters stand for the number. Use it for lists that other people
    may add to at the same time, each with a copy in which the next number is free.
    """
    random_endings = ("".join(SystemRandom().choices(_LETTERS, k=4)) for _ in count())
    endings = random_endings if shared else count(1)
    return next(id for ending in endings if (id := f"{stem}{ending}") not in taken)
