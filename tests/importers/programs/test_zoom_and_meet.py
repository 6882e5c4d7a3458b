"""Reports of Zoom and of Google Meet, and any other table that names people."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from openpyxl import Workbook

from copkit.errors import CopkitError
from copkit.importers.attendance import read_listing
from copkit.importers.marks import ListMark
from copkit.importers.model import Exclusion, ReportKind
from tests.importers.reading import at, minutes, person, read, sample


def test_zoom_with_a_row_for_each_stay() -> None:
    listing = read(sample("zoom-stays.csv"), "2020-04-15", "utf-8-sig")

    assert (listing.kind, listing.title, listing.stated) == (
        ReportKind.ZOOM,
        "Harbour community",
        6,
    )
    assert listing.held_on == dt.date(2020, 4, 15)
    assert minutes(listing) == {
        "Hal Host": 60,
        "Jo (Joanna Roe)": 20,
        "Wai Ting": 0,
        "Sam Otter": 10.17,
        "+44 *******123": 10.17,
    }
    assert [one.exclusion for one in listing.attendees] == [
        *(Exclusion.ORGANISER, None, Exclusion.WAITING_ROOM, None, Exclusion.DIAL_IN)
    ]
    assert listing.notes == ("states 6 participants and lists 5",)


def test_zoom_with_the_total_of_each_person() -> None:
    listing = read(sample("zoom-totals.csv"), "2020-04-15", "utf-8")

    assert minutes(listing) == {"Hal Host": 60, "Sam": 22, "Kim Lee": 75}
    assert person(listing, "Hal Host").exclusion is Exclusion.ORGANISER
    assert listing.notes == (
        "somebody stayed longer than the meeting lasted on line 7",
        "what stands on line 8 is too short to read, and was left out",
    )


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("Name (Original Name),User Email,Total Duration (Minutes)", ReportKind.ZOOM),
        ("Name,Email,Duration", ReportKind.MEET),
    ],
)
def test_a_row_whose_other_cells_are_empty_is_somebody(header: str, kind: ReportKind) -> None:
    rows = "Alex Okafor,,\nAna Brook,\n,,\nEnd of report\n"

    listing = read(f"{header}\n{rows}", "2026-09-22", "utf-8")

    assert listing.kind == kind
    assert minutes(listing) == {"Alex Okafor": None, "Ana Brook": None}
    assert "what stands on line 5 is too short to read, and was left out" in listing.notes


def test_a_name_alone_in_a_row_of_a_sheet_is_somebody() -> None:
    book = Workbook()
    for row in (["Name (Original Name)", "User Email", "Duration (Minutes)"], ["Alex Okafor"]):
        book.active.append(row)
    data = io.BytesIO()
    book.save(data)

    listing = read_listing(data.getvalue(), "list.xlsx", dt.date(2026, 9, 22))

    assert minutes(listing) == {"Alex Okafor": None}


def test_zoom_with_nothing_above_the_header() -> None:
    listing = read(
        "Name (Original Name),User Email,Total Duration (Minutes),Guest\n"
        "Ann Olu,ann@example.org,45,No\nSam Roe (Host),,50,Yes\n",
        "2026-09-22",
        "utf-8-sig",
    )

    assert (listing.kind, listing.held_on, listing.stated) == (ReportKind.ZOOM, None, None)
    assert minutes(listing) == {"Ann Olu": 45, "Sam Roe (Host)": 50}
    assert [one.exclusion for one in listing.attendees] == [None, Exclusion.ORGANISER]


def test_zoom_with_the_meeting_in_every_row() -> None:
    listing = read(
        sample("zoom-with-meetings.csv"),
        "2026-09-22",
        "utf-8",
    )

    assert listing.title == "Harbour"
    assert (listing.attendees[0].email, listing.attendees[0].seconds) == ("ann@example.org", 1800)


def test_a_webinar_lists_those_who_never_came() -> None:
    listing = read(
        "Attendee Report,\nTopic,Webinar ID,Actual Start Time\nHarbour,123,10/16/2026 06:00 PM\n"
        "Attendee Details,\n"
        "Attended,User Name (Original Name),Email,Join Time,Leave Time,Time in Session (minutes)\n"
        "Yes,Ada,ada@example.org,10/16/2026 06:02 PM,10/16/2026 06:58 PM,56\n"
        "No,Lin,lin@example.org,--,--,--\n",
        "2026-10-16",
        "utf-8",
    )

    assert minutes(listing) == {"Ada": 56, "Lin": None}
    assert [one.mark for one in listing.attendees] == [
        ListMark.ATTENDED,
        ListMark.ABSENT,
    ]
    assert listing.notes == ()


MEET = "First name,Last name,Email,Duration,Time joined,Time exited\n"


@pytest.mark.parametrize(
    ("text", "expected", "day"),
    [
        (MEET + "Ada,Vane,ada@example.org,58 min,18:02,19:00\n", {"Ada Vane": 58}, None),
        (sample("meet.csv"), {"Ada Vane": 32}, dt.date(2026, 5, 11)),
        ("Name,Email,Duration\nAda Vane,ada@example.org,1 hr 2 min\n", {"Ada Vane": 62}, None),
        (MEET + "Ada,,,1:00:00,10:00:00 AM,11:00:00 AM\n", {"Ada": 60}, None),
        (MEET + "Ada,,,30 min,23:50,00:20\n", {"Ada": 30}, None),
    ],
)
def test_meet_has_times_without_a_day(
    text: str, expected: dict[str, float], day: dt.date | None
) -> None:
    listing = read(text, "2026-05-11", "utf-8")

    assert (listing.kind, listing.held_on, listing.notes) == (ReportKind.MEET, day, ())
    assert minutes(listing) == expected
    for stay in listing.attendees[0].stays:
        assert stay.joined_at is not None
        assert stay.joined_at.date() == dt.date(2026, 5, 11)


def test_a_table_of_names_from_anyone() -> None:
    title = "Who came, 12 May;;;\n;;;\n"
    text = title + "Nr;Vorname;Nachname;Dauer (Minuten)\n1;Jörg;Öz;45\n2;Ada;Roe;1,5\n"

    listing = read(text, "2026-05-12", "cp1252")

    assert listing.kind is ReportKind.TABLE
    assert minutes(listing) == {"Jörg Öz": 45, "Ada Roe": 1.5}


def test_a_table_that_does_not_say_how_long() -> None:
    text = 'Name,Email\nJo Roe,jo@example.org\n"Roe, Jo",\nSam,\n'

    listing = read(text, "2026-05-12", "utf-8")

    assert minutes(listing) == {"Jo Roe": None, "Sam": None}
    assert listing.notes == ("nothing in it says how long anybody stayed",)


def test_addresses_alone_are_a_list() -> None:
    listing = read("ada@example.org\nSam Roe <sam@example.org>\n", "2026-05-12", "utf-8")

    assert [one.email for one in listing.attendees] == ["ada@example.org", "sam@example.org"]


def test_a_workbook_of_times_and_durations() -> None:
    book = Workbook()
    sheet = book.active
    sheet.append(["Harbour community"])
    sheet.append(["Name", "E-mail", "Joined", "Left", "Duration"])
    two, three = at("2026-05-04 14:00"), at("2026-05-04 15:00")
    sheet.append(["Ann Olu", "ann@example.org", two, three, dt.time(0, 45)])
    sheet.append(["Sam Roe", None, two, at("2026-05-04 14:30"), None])
    file = io.BytesIO()
    book.save(file)

    listing = read_listing(file.getvalue(), "list.csv", dt.date(2026, 5, 4))

    assert minutes(listing) == {"Ann Olu": 45, "Sam Roe": 30}
    assert listing.held_on == dt.date(2026, 5, 4)


def test_one_address_with_two_names_is_said() -> None:
    text = MEET + "Ada,Vane,office@example.org,30 min,,\nSam,Roe,office@example.org,40 min,,\n"

    assert read(text, "2026-05-12", "utf-8").notes == (
        "one address has several names on lines 2 and 3, and is taken for one person",
    )


def test_one_name_of_two_addresses_is_two_people_and_a_third_without() -> None:
    text = "Name,Email,Minutes\nJo Roe,a@example.org,5\nJo Roe,b@example.org,6\nJo Roe,,7\n"

    listing = read(text, "2026-05-12", "utf-8")

    assert [one.seconds for one in listing.attendees] == [300, 360, 420]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Ward,Beds,Nurses\nA,1,2\n", "its columns are 'Ward', 'Beds' and 'Nurses'"),
        ("Nimekuju\tAeg\tOsa\nA\tB\tC\n", "its columns are 'Nimekuju'"),
        ("Name,Email\n", "lists nobody"),
        ("Poll Report\nTopic,X\n#,User Name,User Email,Submitted Date/Time,Q\n1,A,b@x.org,c,d\n",
         "report of a poll"),
        ("First Name,Last Name,Email,Registration Time,Approval Status\nA,B,c@x.org,d,e\n",
         "lists who registered"),
    ],
)  # fmt: skip
def test_a_table_that_is_no_list_of_who_came_is_refused(text: str, message: str) -> None:
    with pytest.raises(CopkitError, match=message) as caught:
        read(text, "2026-05-12", "utf-8")

    assert caught.value.status == 1
    assert "@" not in caught.value.message


def test_the_addresses_of_a_table_without_a_header_are_not_in_the_error() -> None:
    with pytest.raises(CopkitError) as caught:
        read("Ada Vane,x\nSam,sam@example.org\n", "2026-05-12", "utf-8")

    assert "sam" not in caught.value.message
