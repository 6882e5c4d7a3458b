"""The numbers beside a scale that begins at zero.  Pure."""

from __future__ import annotations

from itertools import count


def ticks_up_to(largest: int, most: int = 5) -> tuple[int, ...]:
    """Give zero and at most ``most`` whole numbers above it, evenly apart, up to ``largest``."""
    steps = (first * 10**power for power in count() for first in (1, 2, 5))
    step = next(step for step in steps if step * most >= largest)
    return tuple(step * at for at in range(-(-max(largest, 1) // step) + 1))
