"""Whatever a list holds: nobody is lost, nobody is there twice, and order does not matter."""

from __future__ import annotations

import datetime as dt
import random

from hypothesis import given
from hypothesis import strategies as st

from copkit.importers.attendance import read_listing, total_seconds
from copkit.importers.model import Listing
from tests.conftest import drawn

DAY = dt.date(2026, 9, 22)
Person = tuple[str, str, tuple[tuple[int, int], ...]]

stays = st.lists(
    st.tuples(st.integers(0, 3000), st.integers(1, 3000)).map(lambda one: (one[0], sum(one))),
    min_size=1, max_size=4,
)  # fmt: skip
names = st.lists(
    st.sampled_from(
        ["Ann Olu", "Roe, Sam", "Zoë Øye (Guest)", "Łucja N", "李 明", "Jo O’Dea", "K. L"]
    ),
    min_size=1, max_size=7, unique=True,
)  # fmt: skip


HEADERS = {
    "teams": ("Name", "Join Time", "Leave Time", "Email"),
    "zoom": ("Name (Original Name)", "Join Time", "Leave Time", "User Email"),
    "meet": ("Name", "Time joined", "Time exited", "Email"),
}


@st.composite
def people(draw: st.DrawFn) -> list[Person]:
    """Draw people, some of whom have addresses."""
    return [
        (name, f"p{n}@example.org" if draw(st.booleans()) else "", tuple(draw(stays)))
        for n, name in enumerate(draw(names))
    ]


def moment(seconds: int) -> str:
    at = dt.datetime.combine(DAY, dt.time(14)) + dt.timedelta(seconds=seconds)
    return at.strftime("%m/%d/%Y %I:%M:%S %p")


def written(listed: list[Person], kind: str, order: random.Random, encoding: str) -> bytes:
    """Write a list as a program would, its rows and columns in any order."""
    header = HEADERS[kind]
    rows = [
        (name, moment(joined), moment(left), email)
        for name, email, spans in listed
        for joined, left in spans
    ]
    order.shuffle(rows)
    places = order.sample(range(4), 4)
    sign = "\t" if kind == "teams" else ";"
    lines = [sign.join(row[place] for place in places) for row in (header, *rows)]
    return "\r\n".join(lines).encode(encoding)


def told(listing: Listing) -> set[tuple[str, str, int | None]]:
    return {(one.name, one.email, one.seconds) for one in listing.attendees}


@given(
    listed=people(),
    kind=st.sampled_from(["teams", "zoom", "meet"]),
    seed=st.integers(0, 1000),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le"]),
)
@drawn(60, 1000)
def test_everybody_is_there_once_with_their_time(
    listed: list[Person], kind: str, seed: int, encoding: str
) -> None:
    data = written(listed, kind, random.Random(seed), encoding)
    listing = read_listing(data, "list.csv", DAY)

    assert len(listing.attendees) == len(listed)
    assert {(one.name, one.email) for one in listing.attendees} == {one[:2] for one in listed}
    for one in listing.attendees:
        assert one.seconds == total_seconds(one.stays)
    (spans,) = [spans for name, _, spans in listed if name == listed[0][0]]
    covered = {second for joined, left in spans for second in range(joined, left)}
    (first,) = [one for one in listing.attendees if one.name == listed[0][0]]
    assert first.seconds == len(covered)
    again = written(listed, kind, random.Random(seed + 1), "utf-16-be")
    assert told(read_listing(again, "list.csv", DAY)) == told(listing)
    assert sum(len(one.lines) for one in listing.attendees) == sum(len(one[2]) for one in listed)
