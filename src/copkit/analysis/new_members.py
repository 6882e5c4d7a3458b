"""What becomes of somebody new on a roster: an id, and the seat as the programme writes it.  Pure.

Ids hang on chance where others may add somebody at the same time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from itertools import count
from random import SystemRandom
from typing import Final

from copkit.records.programme import Seats
from copkit.text.files import slug_from

_LETTERS: Final = "bcdfghjkmnpqrstvwxz"  # that make no words


def free_id(taken: Collection[str], role: str, *, shared: bool) -> str:
    """Make an id from a role and the next number: housing-support-worker-2.

    Where others may add somebody at the same time, letters by chance stand for the number, so
    that two people do not get one id.
    """
    stem = slug_from(role)[:60].rstrip("-") or "member"
    chance = ("".join(SystemRandom().choices(_LETTERS, k=4)) for _ in count())
    endings = chance if shared else count(1)
    return next(id for ending in endings if (id := f"{stem}-{ending}") not in taken)


def as_sought(name: str, sought: Iterable[str]) -> str:
    """Write a role or sector as the programme does, whatever its capitals, spaces and quotes."""
    known = {folded(one): one for one in sought}
    return known.get(folded(name), name)


def folded(text: str) -> str:
    """Give a text by which spellings are compared: small letters, single spaces, no apostrophe."""
    return " ".join(text.replace("’", "").replace("'", "").casefold().split())


def sector_of(seats: Seats, role: str) -> str | None:
    """Give the sector that a role is sought in, if it is only one."""
    sectors = [sector for sector, roles in seats.items() if role in roles]
    return sectors[0] if len(sectors) == 1 else None
