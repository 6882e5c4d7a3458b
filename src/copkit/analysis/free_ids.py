"""Ids for what is added to a list that others may be adding to at the same time.

Hang on chance where they must not meet another's.
"""

from __future__ import annotations

from collections.abc import Collection
from itertools import count
from random import SystemRandom
from typing import Final

_LETTERS: Final = "bcdfghjkmnpqrstvwxz"  # that make no words


def free_id(taken: Collection[str], stem: str, *, shared: bool = False) -> str:
    """Make an id that is not taken, from a stem and the next number: ``s3``, ``probation-2``.

    Where others may add something at the same time, letters by chance stand for the number, so
    that two things do not get one id.
    """
    chance = ("".join(SystemRandom().choices(_LETTERS, k=4)) for _ in count())
    endings = chance if shared else count(1)
    return next(id for ending in endings if (id := f"{stem}{ending}") not in taken)
