"""People on imported lists: who they are, and how long they were there."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copkit.analysis.import_notes import notes_on
from copkit.analysis.matching import NOBODY, Answers, Found, Known, known_members, match
from copkit.analysis.merging import distinct, people_on
from copkit.folder import CommunityRecords
from copkit.importers.listing import Attendee, Kind, Listing, Stay, Why
from copkit.places import ALIASES, CONTACTS
from copkit.readers import reader_of
from copkit.records.aliases import parse_aliases
from copkit.records.contacts import parse_contacts
from copkit.text.front_matter import Document, read_document
from copkit.text.source import SourceText
from tests.conftest import drawn

DAY = dt.date(2026, 1, 5)
ROSTER = """\
members:
  - id: probation-1
    role: Probation Officer
    sector: Criminal Justice & Police
  - id: matron-1
    role: Community Matron
    sector: NHS
  - id: drugs-1
    role: Drugs Worker
    sector: Voluntary Sector
    left: 2025-12-01
  - id: nurse-1
    role: Nurse
    sector: NHS
    joined: 2026-03-01
"""
PEOPLE = """\
contacts:
  - id: harbour/probation-1
    name: Johnny Walker
    email: J.Walker@probation.example.org
  - id: harbour/matron-1
    name: Ana Núñez
  - id: harbour/drugs-1
    name: Sam Roe
    email: sam@refuge.example.org
  - id: harbour/nurse-1
    name: Joanna Bell
    email: jo@trust.example.org
  - id: halifax/probation-1
    name: Zoe Quill
"""


def parsed(file: str, text: str) -> Document:
    return read_document(SourceText(file, text), [], markdown=file.endswith(".md"))


def community(roster: str = ROSTER) -> CommunityRecords:
    """A community of which only the roster matters."""
    place = "communities/harbour"
    return CommunityRecords(
        community=reader_of(f"{place}/community.md")(parsed(f"{place}/community.md", "")),
        roster=reader_of(f"{place}/roster.yaml")(parsed(f"{place}/roster.yaml", roster)),
        meetings=(),
        cases=(),
        case_slugs=frozenset(),
    )


HARBOUR = community()


def known(contacts: str = PEOPLE, aliases: str = "") -> Known:
    people = parse_contacts(parsed(CONTACTS, contacts))
    return known_members(HARBOUR, people, parse_aliases(parsed(ALIASES, aliases)))


def at(text: str) -> dt.datetime:
    return dt.datetime.combine(DAY, dt.time.fromisoformat(text))


def somebody(
    name: str, minutes: float | None = 45, *stays: str, email: str = "", why: Why | None = None
) -> Attendee:
    """Somebody on a list; stays are written '14:00-14:45'."""
    pairs = tuple(Stay(*map(at, stay.split("-"))) for stay in stays)
    seconds = None if minutes is None else int(minutes * 60)
    return Attendee(name, email, seconds, pairs, why, (1,))


def a_list(*people: Attendee, file: str = "a.csv", **facts: Any) -> Listing:
    whole = {"title": "", "held_on": None, "stated": None, "notes": (), **facts}
    return Listing(file=file, kind=Kind.TEAMS, attendees=people, **whole)


def found_in(*listings: Listing, minimum: int = 0, said: Answers | None = None, **of: str) -> Found:
    return match(people_on(listings), known(**of), minimum, said)


def rows(entries: Any) -> dict[str, Any]:
    return {entry.person.row: entry.why or entry.members for entry in entries}


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
        somebody("Otter.ai", why=Why.BOT),
        somebody("+44 7700 900123", why=Why.DIAL_IN),
        somebody("+44 7700 900456", why=Why.DIAL_IN),
        somebody("Programme office", why=Why.ORGANISER),
        somebody("Johnny Walker", why=Why.ORGANISER),
        somebody("Ana Núñez", why=Why.WAITING_ROOM),
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
        "Big screen": NOBODY,
    }


def test_what_is_answered_goes_before_everything_else() -> None:
    listing = a_list(
        *(somebody(name) for name in ("Johnny Walker", "Zoe", "Kim", "Sam Roe")),
        somebody("Otter.ai", why=Why.BOT),
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
    assert not found.left


# --- how long -------------------------------------------------------------------------------


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
        for one in people_on([a_list(first, other), a_list(second, other, file="b.csv")])
        if one.row == "Sam Roe"
    )

    assert person.minutes == minutes
    assert person.total.in_doubt is (minutes in {25} or not first.stays)


@pytest.mark.parametrize(("began", "minutes"), [("15:00", 45), ("14:20", 25)])
def test_totals_add_where_the_meetings_of_the_lists_do_not_overlap(
    began: str, minutes: int
) -> None:
    before = a_list(somebody("Sam Roe", 20), began=at("14:00"), ended=at("14:30"))
    after = a_list(somebody("Sam Roe", 25), file="b.csv", began=at(began), ended=at("15:30"))

    (sam,) = people_on([before, after])

    assert (sam.minutes, sam.total.in_doubt) == (minutes, began == "14:20")


def test_totals_add_where_the_lists_are_of_different_hours() -> None:
    before = a_list(somebody("Kim", 30, "14:00-14:30"), somebody("Sam Roe", 20))
    after = a_list(somebody("Kim", 30, "15:00-15:30"), somebody("Sam Roe", 25), file="b.csv")

    kim, sam = people_on([before, after])

    assert (kim.minutes, sam.minutes) == (60, 45)


def test_a_sheet_of_names_leaves_the_times_to_the_other_list() -> None:
    sheet = a_list(somebody("Sam Roe", None), somebody("Kim", None), file="sheet.csv")

    sam, kim = people_on([a_list(somebody("Sam Roe", 45)), sheet])

    assert (sam.minutes, kim.minutes) == (45, None)


def test_minutes_are_rounded_down() -> None:
    (person,) = people_on([a_list(somebody("Sam Roe", 29.99))])

    assert person.minutes == 29


def test_one_person_on_several_lists_is_one_by_address_and_else_by_name() -> None:
    listings = [
        a_list(somebody("Sam Roe", email="sam@refuge.example.org"), somebody("Kim Lee")),
        a_list(somebody("Roe, Sam (Guest)"), somebody("KIM LEE"), file="b.csv"),
        a_list(somebody("Sammy", email="sam@refuge.example.org"), file="c.csv"),
    ]

    sam, kim = people_on(listings)

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

    kept, notes = distinct([listing, a_list(somebody("Sam Roe", 20), file="copy.csv")])

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
    assert found.unknown == ("Sam Roe",)

    yes = found_in(listing, minimum=30, said=Answers(members={"Sam Roe": "drugs-1"}))
    assert yes.present == ("matron-1", "drugs-1")
    assert found_in(listing).present == ("probation-1", "matron-1", "drugs-1")


# --- notes ----------------------------------------------------------------------------------


def notes(*listings: Listing, meeting: str = "", minimum: int = 0) -> list[str]:
    file = f"communities/harbour/meetings/{DAY}.md"
    record = reader_of(file)(parsed(file, f"---\ndate: {DAY}\n{meeting}---\n")) if meeting else None
    found = found_in(*listings, minimum=minimum)
    return notes_on(found, listings, HARBOUR, record, DAY, known())


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
    why=st.none() | st.sampled_from(Why),
    lines=st.just((1,)),
).filter(lambda one: bool(one.name or one.email))
LISTS = st.lists(st.lists(ATTENDEES, max_size=6), min_size=1, max_size=3)


ALL_KNOWN = known(aliases="set_aside:\n  - Zoe\n")


@drawn(60, 3000)
@given(lists=LISTS, minimum=st.sampled_from([0, 10, 30]), data=st.data())
def test_everybody_is_in_exactly_one_of_the_five_lists(
    lists: list[list[Attendee]], minimum: int, data: st.DataObject
) -> None:
    people = people_on([a_list(*one, file=f"{n}.csv") for n, one in enumerate(lists)])
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

    found = match(people, ALL_KNOWN, minimum, said)

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
