"""People on imported lists: on which they are one, and how long they were there."""

from __future__ import annotations

import pytest

from copkit.analysis.imports.matching import Answers
from copkit.analysis.imports.people import drop_duplicates, merge_people
from copkit.importers.model import Attendee
from tests.analysis.imports.imported_lists import (
    a_list,
    at,
    found_in,
    rows,
    somebody,
)


@pytest.mark.parametrize(
    ("first", "second", "minutes"),
    [
        # a restart: the sessions add
        (somebody("Sam Roe", 20, "14:00-14:20"), somebody("Sam Roe", 30, "14:30-15:00"), 50),
        # one ends as the other begins
        (somebody("Sam Roe", 20, "14:00-14:20"), somebody("Sam Roe", 10, "14:20-14:30"), 30),
        # rejoins that overlap count once
        (
            somebody("Sam Roe", 30, "14:00-14:20", "14:30-14:40"),
            somebody("Sam Roe", 20, "14:15-14:35"),
            40,
        ),
        # the second only says when somebody came first and left last
        (somebody("Sam Roe", 20, "14:00-14:20"), somebody("Sam Roe", 25, "14:00-15:00"), 25),
        # nothing says whether these are the same minutes
        (somebody("Sam Roe", 20), somebody("Sam Roe", 30), 30),
        # what is not known is not nothing
        (somebody("Sam Roe", 20, "14:00-14:20"), somebody("Sam Roe", None), None),
    ],
)
def test_the_times_of_several_lists_add_up_once(
    first: Attendee, second: Attendee, minutes: int | None
) -> None:
    other = somebody("Kim", 10)  # so that neither list is silent about times
    (person,) = (
        one
        for one in merge_people([a_list(first, other), a_list(second, other, file="b.csv")])
        if one.row == "Sam Roe"
    )

    assert person.minutes == minutes
    assert person.total.in_doubt is (minutes in {25} or not first.stays)


@pytest.mark.parametrize(("began", "minutes"), [("15:00", 45), ("14:20", 25)])
def test_totals_add_where_the_meetings_of_the_lists_do_not_overlap(
    began: str, minutes: int
) -> None:
    before = a_list(somebody("Sam Roe", 20), started_at=at("14:00"), ended_at=at("14:30"))
    person = somebody("Sam Roe", 25)
    after = a_list(person, file="b.csv", started_at=at(began), ended_at=at("15:30"))

    (sam,) = merge_people([before, after])

    assert (sam.minutes, sam.total.in_doubt) == (minutes, began == "14:20")


def test_totals_add_where_the_lists_are_of_different_hours() -> None:
    before = a_list(somebody("Kim", 30, "14:00-14:30"), somebody("Sam Roe", 20))
    after = a_list(somebody("Kim", 30, "15:00-15:30"), somebody("Sam Roe", 25), file="b.csv")

    kim, sam = merge_people([before, after])

    assert (kim.minutes, sam.minutes) == (60, 45)


def test_a_sheet_of_names_leaves_the_times_to_the_other_list() -> None:
    sheet = a_list(somebody("Sam Roe", None), somebody("Kim", None), file="sheet.csv")

    sam, kim = merge_people([a_list(somebody("Sam Roe", 45)), sheet])

    assert (sam.minutes, kim.minutes) == (45, None)


def test_minutes_are_rounded_down() -> None:
    (person,) = merge_people([a_list(somebody("Sam Roe", 29.99))])

    assert person.minutes == 29


def test_one_person_on_several_lists_is_one_by_address_and_else_by_name() -> None:
    listings = [
        a_list(somebody("Sam Roe", email="sam@refuge.example.org"), somebody("Kim Lee")),
        a_list(somebody("Roe, Sam (Guest)"), somebody("KIM LEE"), file="b.csv"),
        a_list(somebody("Sammy", email="sam@refuge.example.org"), file="c.csv"),
    ]

    sam, kim = merge_people(listings)

    assert sam.names == ("Sam Roe", "Sammy", "Roe, Sam (Guest)")
    assert kim.names == ("Kim Lee", "KIM LEE")


def test_one_name_with_two_addresses_is_two_people_who_can_be_told_apart() -> None:
    listing = a_list(
        somebody("Sam Roe", email="sam@refuge.example.org"),
        somebody("Sam Roe", email="roe@home.example.net"),
    )

    found = found_in(listing, a_list(somebody("Sam Roe"), file="b.csv"))

    assert rows(found.matched) == {
        "Sam Roe <sam@refuge.example.org>": ("drugs-1",),
        "Sam Roe": ("drugs-1",),
    }
    assert rows(found.suggested) == {"Sam Roe <roe@home.example.net>": ("drugs-1",)}


def test_the_same_file_given_twice_counts_once() -> None:
    listing = a_list(somebody("Sam Roe", 20))

    kept, notes = drop_duplicates([listing, a_list(somebody("Sam Roe", 20), file="copy.csv")])

    assert kept == [listing]
    assert notes == ["copy.csv says the same as a.csv, and counts once"]


@pytest.mark.parametrize(("phone", "counts"), [("14:10-14:30", True), ("14:00-14:20", False)])
def test_a_laptop_and_a_telephone_of_one_member_count_together(phone: str, counts: bool) -> None:
    listing = a_list(
        somebody("Johnny Walker", 20, "14:00-14:20", email="j.walker@probation.example.org"),
        somebody("Johnny Walker", 20, phone),
    )

    found = found_in(listing, minimum=30)

    here = found.matched if counts else found.below_minimum
    assert [(entry.members, entry.person.minutes) for entry in here] == [(("probation-1",), 20)] * 2
    assert found.present == (("probation-1",) if counts else ())


def test_a_minimum_stay_decides_who_counts_and_an_unknown_one_needs_a_yes() -> None:
    listing = a_list(
        somebody("Johnny Walker", 29.9), somebody("Ana Núñez", 30), somebody("Sam Roe", None)
    )

    found = found_in(listing, minimum=30)
    assert rows(found.below_minimum) == {"Johnny Walker": ("probation-1",)}
    assert found.present == ("matron-1",)
    assert rows(found.suggested) == {"Sam Roe": ("drugs-1",)}
    assert found.unknown_stays == ("Sam Roe",)

    yes = found_in(listing, minimum=30, said=Answers(members={"Sam Roe": "drugs-1"}))
    assert yes.present == ("matron-1", "drugs-1")
    assert found_in(listing).present == ("probation-1", "matron-1", "drugs-1")
