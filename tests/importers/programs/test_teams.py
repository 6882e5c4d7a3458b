"""Attendance reports of Teams, of today, of 2021 and of during the meeting."""

from __future__ import annotations

import datetime as dt

import pytest

from copkit.errors import CopkitError
from copkit.importers.model import Exclusion, ReportKind, Stay
from tests.importers.reading import at, minutes, person, read, sample

REPORT = sample("teams.tsv")


def test_a_report_of_today() -> None:
    listing = read(REPORT, "2022-11-14")

    assert (listing.kind, listing.title) == (ReportKind.TEAMS, "Harbour community, second meeting")
    assert (listing.held_on, listing.stated) == (dt.date(2022, 11, 14), 6)
    assert minutes(listing) == {
        "Tamsin Pryce": 19.33,
        "Roe, Sam (External)": 60.12,
        "Olu Adeyemi": 45,
        "Otter.ai (Unverified)": 61,
        "Gwen Hale (Guest)": 5,
    }
    assert [one.email for one in listing.attendees] == [
        *("t.pryce@example.org", "sam@example.net", "olu@example.org", "", "")
    ]
    assert [one.exclusion for one in listing.attendees] == [
        None,
        None,
        Exclusion.ORGANISER,
        Exclusion.BOT,
        None,
    ]
    assert listing.notes == ("states 6 participants and lists 5",)


def test_rejoins_are_told_and_never_added() -> None:
    rejoined = person(read(REPORT, "2022-11-14"), "Tamsin Pryce")

    assert rejoined.seconds == 19 * 60 + 20
    assert rejoined.stays == (
        Stay(at("2022-11-14 09:30:52"), at("2022-11-14 09:40:12")),
        Stay(at("2022-11-14 09:40:12"), at("2022-11-14 09:50:12")),
    )
    assert rejoined.lines == (12, 20, 21)


def test_columns_go_by_name_and_not_by_place() -> None:
    listing = read(
        "1. Summary\nAttended participants\t1\n\n2. Participants\n"
        " ROLE \tin-meeting  duration\temail\tLast leave\tname\tFirst join\tShoe size\n"
        "Presenter\t58m 2s\ta@example.org\t9/22/26, 2:58:02 PM\tAnn Olu\t9/22/26, 2:00:00 PM\t5\n",
        "2026-09-22",
    )

    assert minutes(listing) == {"Ann Olu": 58.03}
    assert person(listing, "Ann Olu").email == "a@example.org"


def test_a_duration_that_cannot_be_read_is_not_known_and_never_nothing() -> None:
    listing = read(REPORT.replace("\t45m\t", "\tquite long\t").replace("\t5m", "\t5"), "2022-11-14")

    assert minutes(listing)["Olu Adeyemi"] is None
    assert minutes(listing)["Gwen Hale (Guest)"] is None
    assert "the duration cannot be read on line 14" in listing.notes
    assert "the duration on line 16 is a number, and nothing says of what" in listing.notes


def test_what_disagrees_in_a_report_is_said() -> None:
    text = REPORT.replace("Attended participants\t6", "Attended participants\t5")
    text = text.replace("\t45m\t", "\t3h\t")
    text = text.replace("10m\tt.pryce", "10m\tnobody.else").replace(
        "Tamsin Pryce\t14/11/22, 09:40:12", "Nobody Else\t14/11/22, 09:40:12"
    )
    text = text.replace(
        "14/11/22, 10:00:00\t14/11/22, 10:05:00", "14/11/22, 10:06:00\t14/11/22, 10:05:00"
    )

    listing = read(text, "2022-11-14")

    assert listing.notes == (
        "somebody leaves before they join on line 16",
        "somebody is among those who joined on line 21, and not among the participants",
        "somebody stayed longer than the meeting lasted on line 14",
    )
    assert minutes(listing)["Nobody Else"] == 10


def test_a_row_with_a_name_alone_is_somebody_of_whom_nobody_knows_how_long() -> None:
    listing = read(REPORT.replace("Unmute\n", "Unmute\nIda Short\n"), "2022-11-14")

    assert minutes(listing)["Ida Short"] is None
    assert len(listing.attendees) == 6
    assert listing.notes == ()


def test_a_report_that_counts_rejoins_as_participants_disagrees_with_its_people() -> None:
    listing = read(
        "Meeting Summary\nTotal Number of Participants\t2\n\nFull Name\tDuration\tEmail\n"
        "Ann Olu\t20m\tann@example.org\nAnn Olu\t30m\tAnn@example.org\n",
        "2026-09-22",
    )

    assert minutes(listing) == {"Ann Olu": 50}
    assert listing.notes == ("states 2 participants and lists 1, in 2 rows",)


def test_sections_may_come_in_any_order() -> None:
    summary, people = REPORT.split("\n\n", 1)

    listing = read(f"{people}\n\n{summary}\n", "2022-11-14")

    assert (listing.title, listing.stated) == ("Harbour community, second meeting", 6)
    assert minutes(listing) == minutes(read(REPORT, "2022-11-14"))


@pytest.mark.parametrize(
    ("language", "day", "title", "expected"),
    [
        ("german", "2026-10-06", "Hafengruppe", {"Jürgen Öz": 59, "Gast (Gast)": 15}),
        ("french", "2026-10-06", "Le port", {"Zoé Le Gall": 65}),
        ("portuguese", "2026-03-17", "O porto", {"Inês Vaz": 62}),
        ("polish", "2026-09-22", "Port", {"Łucja Nowak": 62.17}),
        ("spanish", "2026-09-22", "", {"Inés Paz": 60}),
        ("dutch", "2026-09-22", "", {"Jan de Wit": 60}),
        ("welsh", "2026-09-22", "Yr harbwr", {"Siân Puw": 58}),
    ],
)
def test_reports_in_other_languages(
    language: str, day: str, title: str, expected: dict[str, float]
) -> None:
    listing = read(sample(f"teams-{language}.tsv"), day)

    assert (listing.kind, listing.title, listing.notes) == (ReportKind.TEAMS, title, ())
    assert minutes(listing) == expected
    assert str(listing.held_on) == day
    assert listing.attendees[0].exclusion is Exclusion.ORGANISER
    assert listing.attendees[0].stays[0].left_at is not None


OF_2021 = sample("teams-2021.tsv")


def test_a_report_of_2021_counts_two_devices_once() -> None:
    listing = read(OF_2021, "2021-09-22")

    assert minutes(listing) == {"Ann Olu": 59.92, "Sam Roe": 40}
    assert (listing.stated, listing.title) == (3, "Harbour community")
    assert len(person(listing, "Sam Roe").stays) == 2


LOG = sample("teams-during.tsv")


@pytest.mark.parametrize("text", [LOG, LOG.partition("\n")[2]], ids=["header", "no-header"])
def test_a_list_taken_during_the_meeting(text: str) -> None:
    listing = read(text, "2022-09-13")

    assert minutes(listing) == {"Ann Olu": 20, "Doe, Jo": 15, "Sam Roe": None}
    assert len(listing.notes) == 2
    assert "the list ends while people are still there on line" in listing.notes[0]
    assert "people were there before the list begins on line" in listing.notes[1]


@pytest.mark.parametrize(
    ("joined", "left"),
    [("Beigetreten", "Verlassen"), ("A rejoint", "A quitté"), ("Se unió", "Salió"),
     ("Deelgenomen", "Verlaten"), ("Dołączono", "Opuszczono"), ("Ymunodd", "Gadawodd")],
)  # fmt: skip
def test_a_list_taken_during_the_meeting_in_other_languages(joined: str, left: str) -> None:
    text = f"Kim Lee\t{joined}\t2026-03-03 17:00:00\nKim Lee\t{left}\t2026-03-03 17:30:00\n"

    assert minutes(read(text, "2026-03-03")) == {"Kim Lee": 30}


def test_a_list_of_two_meetings_is_read_for_the_one_that_is_meant() -> None:
    listing = read(
        "Full Name\tUser Action\tTimestamp\n"
        "Ana\tJoined\t11/10/2022 17:30\nAna\tLeft\t11/10/2022 17:45\n"
        "Cy\tJoined before\t27/09/2022 17:27\n",
        "2022-10-11",
    )

    assert minutes(listing) == {"Ana": 15}
    assert listing.notes == ("what stands on line 4 is of another day, and was left out",)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1. Summary\nMeeting title\tX\n", "lists no participants"),
        ("1. Summary\nMeeting title\tX\n2. Participants\nName\tEmail\tRole\n", "lists nobody"),
        ("1. Summary\nA\tB\n4. Meeting Engagement\nName\tEngagement Type\tTime\nA\tB\tC\n",
         "lists no participants"),
        ("1. Kokkuvõte\nPealkiri\tA\n2. Osalejad\nNimekuju\tAeg\tOsa\nMaija\t1 t\tB\n",
         "its columns are 'Nimekuju', 'Aeg' and 'Osa'"),
    ],
)  # fmt: skip
def test_a_report_without_participants_is_refused_in_one_line(text: str, message: str) -> None:
    with pytest.raises(CopkitError, match=message) as caught:
        read(text, "2026-01-01")

    assert "\n" not in caught.value.message + caught.value.hint
