"""People on imported lists: who they are."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copkit.analysis.imports.matching import NOBODY_BEFORE, Answers, match_people
from copkit.analysis.imports.people import merge_people
from copkit.importers.model import Attendee, Exclusion, Stay
from tests.analysis.imports.imported_lists import (
    PEOPLE,
    a_list,
    at,
    found_in,
    known,
    rows,
    somebody,
)
from tests.conftest import drawn

# --- who ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "email", "member"),
    [
        ("Anybody", "j.walker@probation.example.org", "probation-1"),
        ("Johnny Walker", "", "probation-1"),
        ("WALKER,  Johnny (External)", "", "probation-1"),
        ("Ana Núñez", "ana@private.example.net", "matron-1"),  # no address known that is another
        ("Johnny W", "", "probation-1"),
        ("Somebody", "jw@home.example.net", "probation-1"),
        ("Johnny (Johnny Walker)", "", "probation-1"),
        ("J (he/him)", "", "probation-1"),
        ("Sam Roe", "", "drugs-1"),  # who has left
        ("Joanna Bell", "", "nurse-1"),  # who is to come
    ],
)
def test_an_address_an_alias_or_a_name_that_is_ones_alone_is_certain(
    name: str, email: str, member: str
) -> None:
    aliases = (
        "aliases:\n  - id: harbour/probation-1\n    names:\n      - johnny w\n      - J\n"
        "    emails:\n      - JW@home.example.net\n"
    )

    found = found_in(a_list(somebody(name, email=email)), aliases=aliases)

    assert rows(found.matched) == {name: (member,)}


@pytest.mark.parametrize(
    ("name", "email", "members"),
    [
        ("Jon Walkr", "", ("probation-1",)),
        ("J Walker", "", ("probation-1",)),
        ("Bell J.", "", ("nurse-1",)),
        ("Jo", "", ("nurse-1", "probation-1")),
        ("Joanna's iPhone", "", ("nurse-1",)),
        ("Ana Nunez", "", ("matron-1",)),
        ("JWa", "johnny.walker@home.example.net", ("probation-1",)),
        ("Johnny Walker", "another@home.example.net", ("probation-1",)),
    ],
)
def test_what_is_only_like_a_member_is_suggested(
    name: str, email: str, members: tuple[str, ...]
) -> None:
    found = found_in(a_list(somebody(name, email=email)))

    assert not found.matched
    assert rows(found.suggested) == {name: members}


@pytest.mark.parametrize(
    "name", ["Zoe Quill", "Sam Jones", "Ann Smith", "J", "Conference table", "王小明", "🙂"]
)
def test_who_is_like_no_member_is_unmatched(name: str) -> None:
    found = found_in(a_list(somebody(name, 3)))

    assert rows(found.unmatched) == {name: ()}


def test_a_name_of_two_members_is_asked_about_and_an_address_of_both_as_well() -> None:
    two = PEOPLE.replace("Sam Roe", "Johnny Walker").replace("jo@trust", "sam@refuge")
    listing = a_list(
        somebody("Johnny Walker"),
        somebody("Duty phone", email="sam@refuge.example.org"),
    )

    found = found_in(listing, contacts=two.replace("refuge.example.org", "example.org"))
    assert rows(found.suggested) == {"Johnny Walker": ("probation-1", "drugs-1")}

    shared = PEOPLE.replace("jo@trust.example.org", "sam@refuge.example.org")
    found = found_in(listing, contacts=shared)
    assert rows(found.suggested) == {"Duty phone": ("drugs-1", "nurse-1")}
    found = found_in(a_list(somebody("Sam Roe", email="sam@refuge.example.org")), contacts=shared)
    assert rows(found.matched) == {"Sam Roe": ("drugs-1",)}


def test_two_who_differ_only_in_brackets_are_not_both_taken_for_one_member() -> None:
    found = found_in(a_list(somebody("Sam Roe (Police)"), somebody("Sam Roe (NHS)")))

    assert rows(found.suggested) == {
        "Sam Roe (Police)": ("drugs-1",),
        "Sam Roe (NHS)": ("drugs-1",),
    }


def test_without_contacts_an_alias_alone_says_who_it_is() -> None:
    aliases = "aliases:\n  - id: harbour/nurse-1\n    names:\n      - Jo B\n"

    found = found_in(a_list(somebody("Jo B"), somebody("Sam")), contacts="", aliases=aliases)

    assert rows(found.matched) == {"Jo B": ("nurse-1",)}
    assert rows(found.unmatched) == {"Sam": ()}


def test_bots_telephones_and_strangers_who_organise_are_set_aside() -> None:
    listing = a_list(
        somebody("Otter.ai", exclusion=Exclusion.BOT),
        somebody("+44 7700 900123", exclusion=Exclusion.DIAL_IN),
        somebody("+44 7700 900456", exclusion=Exclusion.DIAL_IN),
        somebody("Programme office", exclusion=Exclusion.ORGANISER),
        somebody("Johnny Walker", exclusion=Exclusion.ORGANISER),
        somebody("Ana Núñez", exclusion=Exclusion.WAITING_ROOM),
        somebody("Big screen"),
    )
    aliases = (
        "aliases:\n  - id: harbour/nurse-1\n    names:\n      - +44 7700 900456\n"
        "set_aside:\n  - big screen\n"
    )

    found = found_in(listing, aliases=aliases)

    assert rows(found.matched) == {
        "Johnny Walker": ("probation-1",),
        "+44 7700 900456": ("nurse-1",),
    }
    assert rows(found.set_aside) == {
        "Otter.ai": "note-taker bot",
        "+44 7700 900123": "dial-in number",
        "Programme office": "organiser",
        "Ana Núñez": "never left the waiting room",
        "Big screen": NOBODY_BEFORE,
    }


def test_what_is_answered_goes_before_everything_else() -> None:
    listing = a_list(
        *(somebody(name) for name in ("Johnny Walker", "Zoe", "Kim", "Sam Roe")),
        somebody("Otter.ai", exclusion=Exclusion.BOT),
    )
    said = Answers(
        members={"Zoe": "nurse-1", "Otter.ai": "matron-1"},
        stand_ins={"Kim": "probation-1"},
        guests=frozenset({"Sam Roe"}),
        nobody=frozenset({"Johnny Walker"}),
    )

    found = found_in(listing, said=said)

    assert found.present == ("nurse-1", "matron-1")
    assert rows(found.set_aside) == {
        "Johnny Walker": "said to be nobody",
        "Kim": "stands in for probation-1",
        "Sam Roe": "a guest",
    }
    assert not found.unresolved


# --- whatever the lists say -----------------------------------------------------------------

NAMES = st.sampled_from(
    ["Sam Roe", "ROE, Sam", "Sam Roe (NHS)", "Johnny Walker", "Jon Walkr", "Jo", "Zoe", "+44 7", ""]
)
EMAILS = st.sampled_from(
    ["", "", "sam@refuge.example.org", "j.walker@probation.example.org", "zoe@gmail.com"]
)
STAYS = st.lists(
    st.tuples(st.integers(0, 50), st.integers(0, 50)).map(
        lambda pair: Stay(at(f"14:{min(pair):02}"), at(f"14:{max(pair):02}"))
    ),
    max_size=2,
).map(tuple)
ATTENDEES = st.builds(
    Attendee,
    name=NAMES,
    email=EMAILS,
    seconds=st.none() | st.integers(0, 4000),
    stays=STAYS,
    exclusion=st.none() | st.sampled_from(Exclusion),
    lines=st.just((1,)),
).filter(lambda one: bool(one.name or one.email))
LISTS = st.lists(st.lists(ATTENDEES, max_size=6), min_size=1, max_size=3)


ALL_KNOWN = known(aliases="set_aside:\n  - Zoe\n")


@drawn(60, 3000)
@given(lists=LISTS, minimum=st.sampled_from([0, 10, 30]), data=st.data())
def test_everybody_is_in_exactly_one_of_the_five_lists(
    lists: list[list[Attendee]], minimum: int, data: st.DataObject
) -> None:
    people = merge_people([a_list(*one, file=f"{n}.csv") for n, one in enumerate(lists)])
    named = [person.row for person in people]
    answers = data.draw(
        st.dictionaries(
            st.sampled_from(named or [""]), st.sampled_from(["guest", "nobody", "nurse-1", "for"])
        )
    )
    said = Answers(
        members={row: one for row, one in answers.items() if one == "nurse-1"},
        stand_ins={row: "matron-1" for row, one in answers.items() if one == "for"},
        guests=frozenset(row for row, one in answers.items() if one == "guest"),
        nobody=frozenset(row for row, one in answers.items() if one == "nobody"),
    )

    found = match_people(people, ALL_KNOWN, minimum, said)

    placed = Counter(
        entry.person.row
        for entries in (
            found.matched,
            found.suggested,
            found.unmatched,
            found.below_minimum,
            found.set_aside,
        )
        for entry in entries
    )
    assert placed == Counter(named)
    assert max(placed.values(), default=1) == 1
    every = [one for one_list in lists for one in one_list]
    assert {one.email for one in every if one.email} == {one.email for one in people if one.email}
    assert {one.name for one in every} - {""} == {name for one in people for name in one.names}
    assert all(one.minutes is None or one.minutes >= 0 for one in people)
