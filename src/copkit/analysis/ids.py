"""Somebody new on a roster: what their id begins with, and their seat as it is sought.  Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from itertools import count
from random import SystemRandom
from typing import Final, TypeVar

from copkit.records.programme import Seats
from copkit.text.files import slug_from

Name = TypeVar("Name", str, str | None)


def stem_of(role: str) -> str:
    """Give what the id of somebody in a role begins with: ``housing-support-worker-``."""
    return f"{slug_from(role)[:60].rstrip('-') or 'member'}-"


def as_sought(name: Name, sought: Iterable[str]) -> Name | str:
    """Write a role or sector as the programme does, whatever its capitals, spaces and quotes."""
    known = {folded(one): one for one in sought}
    return known.get(folded(name), name) if name else name


def folded(text: str) -> str:
    """Give a text by which spellings are compared: small letters, single spaces, no apostrophe."""
    return " ".join(text.replace("’", "").replace("'", "").casefold().split())


def sector_of(seats: Seats, role: str | None) -> str | None:
    """Give the sector that a role is sought in, if it is only one."""
    sectors = [sector for sector, roles in seats.items() if role in roles]
    return sectors[0] if len(sectors) == 1 else None


# Ids for what is added to a list that others may be adding to at the same time.

_LETTERS: Final = "bcdfghjkmnpqrstvwxz"  # that make no words


def free_id(taken: Collection[str], stem: str, *, shared: bool = False) -> str:
    """Make an id that is not taken, from a stem and the next number: ``s3``, ``probation-2``.

    Where others may add something at the same time, letters by chance stand for the number, so
    that two things do not get one id.
    """
    chance = ("".join(SystemRandom().choices(_LETTERS, k=4)) for _ in count())
    endings = chance if shared else count(1)
    return next(id for ending in endings if (id := f"{stem}{ending}") not in taken)
