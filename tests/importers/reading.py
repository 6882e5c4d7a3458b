"""Reading a list that is written in a test, as its program would encode it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from copkit.importers.attendance import read_listing
from copkit.importers.model import Attendee, Listing

SAMPLES = Path(__file__).parent / "samples"


def sample(name: str) -> str:
    """Give a list of fictional people, as text: its program's encoding is for :func:`read`."""
    return (SAMPLES / name).read_text(encoding="utf-8")


def at(text: str) -> dt.datetime:
    """Give a moment of no time zone, as lists have them."""
    return dt.datetime.fromisoformat(text)


def read(text: str, meeting: str, encoding: str = "utf-16") -> Listing:
    """Read a list of Teams, which writes UTF-16 with CRLF, or of another program."""
    data = text.replace("\n", "\r\n").encode(encoding)
    return read_listing(data, "list.csv", dt.date.fromisoformat(meeting))


def minutes(listing: Listing) -> dict[str, float | None]:
    """Give how long each person was there, by the name in the file."""
    return {
        one.name or one.email: None if one.seconds is None else round(one.seconds / 60, 2)
        for one in listing.attendees
    }


def person(listing: Listing, name: str) -> Attendee:
    """Give the one person of a name."""
    (found,) = [one for one in listing.attendees if one.name == name]
    return found
