"""How the minutes of a meeting are shared out.  Pure.

Every part has a fixed share, and the case whatever is left over.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from copkit.analysis.agenda import AgendaView
from copkit.records.meetings import USUAL_MINUTES
from copkit.wording import plural

STEP: Final = 5  # minutes, to which every part but the case is rounded
SHARES: Final = {"welcome": 1, "feedback": 2, "case": 6, "evidence": 1, "blockages": 1, "close": 1}
"""Twelfths of a meeting in which every part has something to say."""
LEAST_FOR_A_CASE: Final = 10  # minutes; where less would be left, there is no timetable


@dataclass(frozen=True, slots=True)
class Slot:
    """When a part begins, and how long it takes; both empty where there is no timetable."""

    start: str = ""
    length: str = ""


@dataclass(frozen=True, slots=True)
class Timetable:
    """When each part of the meeting begins."""

    welcome: Slot
    feedback: Slot
    case: Slot
    evidence: Slot
    blockages: Slot
    close: Slot


def timetable(view: AgendaView) -> Timetable:
    """Give every part its share, in minutes that sum up to the meeting's."""
    lengths = _lengths(view)
    slots, begun = dict.fromkeys(SHARES, Slot()), 0
    for part, minutes in lengths.items():
        if view.start:
            slots[part] = Slot(f"{clock_after(view.start, begun):%H:%M}", plural(minutes, "minute"))
        begun += minutes
    return Timetable(**slots)


def _lengths(view: AgendaView) -> Mapping[str, int]:
    """Give the minutes of each part there is; none where too few would be left for a case."""
    absent = {
        "evidence": not (view.evidence or view.fitting),
        "blockages": not view.news,
    }
    shares = {part: share for part, share in SHARES.items() if not absent.get(part)}
    total, whole = view.minutes or USUAL_MINUTES, sum(shares.values())
    lengths = {
        part: max(STEP, STEP * round(total * share / whole / STEP))
        for part, share in shares.items()
    }
    lengths["case"] = total - sum(lengths.values()) + lengths["case"]
    return lengths if lengths["case"] >= LEAST_FOR_A_CASE else {}


def clock_after(start: dt.time, minutes: int) -> dt.time:
    """Say what time it is some minutes after another."""
    hours, left = divmod((start.hour * 60 + start.minute + minutes) % (24 * 60), 60)
    return dt.time(hours, left)
