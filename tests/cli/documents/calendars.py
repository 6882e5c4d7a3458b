"""Meetings of one community, and the calendar that is written of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from icalendar import Calendar

from tests.conftest import Copkit, Result, Write

MEETINGS = "communities/harbour/meetings"
MARCH, APRIL = "2026-03-01", "2026-04-01"


def meeting(write: Write, day: str, more: str = "start: 14:00\nminutes: 90") -> Path:
    return write(f"{MEETINGS}/{day}.md", f"---\ndate: {day[:10]}\n{more}\n---\n\nSongnotes\n")


def run(copkit: Copkit, folder: Path, *options: object, today: str = MARCH) -> Result:
    return copkit("calendar", *options, "-C", folder, env={"COPKIT_TODAY": today})


def written(copkit: Copkit, folder: Path, today: str = MARCH) -> bytes:
    """Write the calendar of harbour where it usually lies, and give its bytes."""
    result = run(copkit, folder, "harbour", today=today)
    assert result.status == 0, result.output
    return (folder / "build/calendars/harbour.ics").read_bytes()


def events(data: bytes) -> list[Any]:
    return list(Calendar.from_ical(data).walk("VEVENT"))


def one(data: bytes) -> Any:
    [event] = events(data)
    return event
