"""What is said of lists that do not agree: with themselves, the roster, the record."""

from __future__ import annotations

import datetime as dt

from copkit.analysis.imports.matching import build_notes
from copkit.importers.model import Listing
from copkit.records.kinds import parser_for
from tests.analysis.imports.imported_lists import (
    DAY,
    HARBOUR,
    a_list,
    found_in,
    known,
    parsed,
    somebody,
)


def notes(*listings: Listing, meeting: str = "", minimum: int = 0) -> list[str]:
    file = f"communities/harbour/meetings/{DAY}.md"
    record = (
        parser_for(file)(parsed(file, f"---\ndate: {DAY}\n{meeting}---\n")) if meeting else None
    )
    found = found_in(*listings, minimum=minimum)
    return build_notes(found, listings, HARBOUR, record, DAY, known())


def test_what_does_not_agree_is_noted() -> None:
    listing = a_list(
        somebody("Johnny Walker", None),
        somebody("Sam Roe", 45),
        somebody("Joanna Bell", 5),
        somebody("Ana Núñez"),
        held_on=dt.date(2026, 1, 6),
        stated=9,
        notes=("states 9 participants and lists 8",),
    )
    meeting = (
        "present:\n  - nurse-1\n  - drugs-1\napologies:\n  - probation-1\n"
        "substitutes:\n  - id: s1\n    for: matron-1\n"
    )

    assert notes(listing, meeting=meeting, minimum=0) == [
        "a.csv is of 2026-01-06, and the meeting of 2026-01-05",
        "a.csv states 9 participants and lists 8",
        "nobody can tell from the lists how long Johnny Walker stayed",
        "'drugs-1' left on 2025-12-01, and is on the lists",
        "'nurse-1' joined on 2026-03-01 only, and is on the lists",
        "'probation-1' is on record as apologising, and came",
        "'matron-1' came, and somebody is on record as standing in for them",
    ]
    short = notes(listing, meeting=meeting, minimum=30)
    assert "'nurse-1' is on record as present, and did not stay long enough to count" in short
    assert notes(a_list(), meeting=meeting)[-1] == (
        "on record as present, and not found on the lists: nurse-1, drugs-1"
    )


def test_a_stranger_of_an_absent_members_agency_may_stand_in() -> None:
    listing = a_list(
        somebody("Zoe Quill", email="zoe@probation.example.org"),
        somebody("Kim Lee", email="kim@trust.example.org"),  # whose member is still to come
        somebody("Pat Day", email="pat@gmail.com"),
    )

    assert notes(listing) == ["Zoe Quill may stand in for probation-1"]
    assert notes(listing, meeting="substitutes:\n  - id: s1\n    for: probation-1\n") == []


def test_of_many_with_one_address_it_cannot_be_told_who_stands_in() -> None:
    many = [somebody(f"Guest {sign}", email=f"{sign}@probation.example.org") for sign in "abcdef"]

    assert notes(a_list(*many)) == []
    assert len(notes(a_list(*many[:2]))) == 2
