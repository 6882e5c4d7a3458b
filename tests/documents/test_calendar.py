"""Calendars: what they are told of meetings, and what they are told again after a change."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.cli.documents.calendars import APRIL, MEETINGS, events, meeting, one, run, written
from tests.conftest import PROGRAMME, Copkit, Write


def test_a_meeting_is_an_event_of_the_programmes_time_zone(copkit: Copkit, write: Write) -> None:
    folder = meeting(write, "2026-06-10", "start: 14:00\nminutes: 90\nplace: the hall, upstairs")

    data = written(copkit, folder)

    lines = data.split(b"\r\n")
    for line in (
        b"METHOD:PUBLISH",
        b"DTSTART;TZID=Europe/London:20260610T140000",
        b"DTEND;TZID=Europe/London:20260610T153000",
        b"DTSTAMP:20260301T000000Z",
        b"LAST-MODIFIED:20260301T000000Z",
        b"SUMMARY:Harbour community",
        b"LOCATION:the hall\\, upstairs",
        b"STATUS:CONFIRMED",
        b"RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3",
    ):
        assert line in lines
    assert b"Song" not in data
    assert one(data)["DTSTART"].dt == dt.datetime(2026, 6, 10, 13, tzinfo=dt.UTC)


def test_the_same_records_give_the_same_bytes_on_another_day(copkit: Copkit, write: Write) -> None:
    folder = meeting(write, "2026-06-10")
    first = written(copkit, folder)

    assert written(copkit, folder, today=APRIL) == first
    again = run(copkit, folder, "harbour", today=APRIL)
    assert "1 meeting, nothing has changed" in again.stderr


@pytest.mark.parametrize(
    "more",
    [
        "start: 15:00\nminutes: 90",
        "start: 14:00\nminutes: 120",
        "start: 14:00\nminutes: 90\nplace: the barn",
        "minutes: 90",
        "start: 14:00\nminutes: 90\nkind: review",
    ],
)
def test_an_edited_meeting_is_an_update_of_the_same_event(
    copkit: Copkit, write: Write, more: str
) -> None:
    meeting(write, "2026-05-13")
    before = events(written(copkit, meeting(write, "2026-06-10")))

    after = events(written(copkit, meeting(write, "2026-06-10", more), today=APRIL))

    assert [event["UID"] for event in after] == [event["UID"] for event in before]
    assert after[0].to_ical() == before[0].to_ical()
    assert after[1]["SEQUENCE"] > before[1]["SEQUENCE"]
    assert after[1]["DTSTAMP"].dt == dt.datetime(2026, 4, 1, tzinfo=dt.UTC)


def test_two_edits_on_one_day_are_told_apart(copkit: Copkit, write: Write) -> None:
    numbers = [
        one(written(copkit, meeting(write, "2026-06-10", f"start: {hour}:00")))["SEQUENCE"]
        for hour in (14, 15, 16)
    ]

    assert numbers == sorted(set(numbers))


def test_where_the_earlier_file_is_lost_an_edit_still_counts_on(
    copkit: Copkit, write: Write
) -> None:
    folder = meeting(write, "2026-06-10")
    before = one(written(copkit, folder))
    (folder / "build/calendars/harbour.ics").unlink()

    after = one(written(copkit, meeting(write, "2026-06-10", "start: 15:00"), today=APRIL))

    assert after["UID"] == before["UID"]
    assert after["SEQUENCE"] > before["SEQUENCE"]


def test_notes_attendance_and_the_programmes_name_change_no_event(
    copkit: Copkit, write: Write
) -> None:
    first = written(copkit, meeting(write, "2026-06-10"))
    write("communities/harbour/roster.yaml", "members:\n  - {id: n-1, role: N, sector: S}\n")
    write("copkit.yaml", PROGRAMME.replace("Harbour", "Another"))
    folder = meeting(write, "2026-06-10", "start: 14:00\nminutes: 90\npresent: [n-1]")

    assert written(copkit, folder, today=APRIL) == first


def test_a_meeting_that_is_gone_is_called_off_until_its_day_is_over(
    copkit: Copkit, write: Write
) -> None:
    meeting(write, "2026-05-13")
    folder = meeting(write, "2026-06-10")
    before = events(written(copkit, folder))[1]
    (folder / f"{MEETINGS}/2026-06-10.md").unlink()

    data = written(copkit, folder, today=APRIL)
    gone = events(data)[1]

    assert (gone["UID"], str(gone["STATUS"])) == (before["UID"], "CANCELLED")
    assert gone["SEQUENCE"] > before["SEQUENCE"]
    assert written(copkit, folder, today="2026-05-01") == data
    assert events(written(copkit, folder, today="2026-06-10"))[1]["UID"] == before["UID"]
    assert len(events(written(copkit, folder, today="2026-06-11"))) == 1


def test_a_meeting_that_was_called_off_can_be_held_after_all(copkit: Copkit, write: Write) -> None:
    folder = meeting(write, "2026-06-10")
    written(copkit, folder)
    (folder / f"{MEETINGS}/2026-06-10.md").unlink()
    gone = one(written(copkit, folder))

    back = one(written(copkit, meeting(write, "2026-06-10")))

    assert str(back["STATUS"]) == "CONFIRMED"
    assert back["SEQUENCE"] > gone["SEQUENCE"]


def test_a_meeting_that_was_moved_keeps_its_place(copkit: Copkit, write: Write) -> None:
    folder = meeting(write, "2026-06-10")
    before = one(written(copkit, folder))
    (folder / f"{MEETINGS}/2026-06-10.md").unlink()

    after = one(written(copkit, meeting(write, "2026-06-24", "moved_from: 2026-06-10")))

    assert after["UID"] == before["UID"]
    assert after["DTSTART"].dt == dt.date(2026, 6, 24)
    assert str(after["STATUS"]) == "CONFIRMED"


def test_a_meeting_that_moved_silently_is_asked_about(copkit: Copkit, write: Write) -> None:
    folder = meeting(write, "2026-06-10")
    written(copkit, folder)
    (folder / f"{MEETINGS}/2026-06-10.md").rename(folder / f"{MEETINGS}/2026-06-24.md")
    meeting(write, "2026-06-24")

    result = run(copkit, folder, "harbour")

    assert "2 meetings, 1 new and 1 called off" in result.stderr
    assert "write 'moved_from: 2026-06-10' into the meeting's new file" in result.stderr


def test_two_meetings_that_calendars_could_not_tell_apart_are_named(
    copkit: Copkit, write: Write
) -> None:
    meeting(write, "2026-06-10")
    folder = meeting(write, "2026-06-24", "moved_from: 2026-06-10")

    result = run(copkit, folder, "harbour")

    assert result.status == 1
    assert "2026-06-24 and 2026-06-10 are planned for one day" in result.stderr
    assert not (folder / "build").exists()


def test_a_meeting_without_a_start_takes_the_day(copkit: Copkit, write: Write) -> None:
    data = written(copkit, meeting(write, "2026-06-10", ""))

    assert b"DTSTART;VALUE=DATE:20260610\r\n" in data
    assert b"DTEND;VALUE=DATE:20260611\r\n" in data
    assert b"VTIMEZONE" not in data


def test_a_meeting_is_as_long_as_it_is_while_clocks_change(copkit: Copkit, write: Write) -> None:
    event = one(written(copkit, meeting(write, "2026-03-29", "start: 00:30\nminutes: 60")))

    begins, ends = (event[key].dt.astimezone(dt.UTC) for key in ("DTSTART", "DTEND"))
    assert ends - begins == dt.timedelta(hours=1)
    assert event["DTEND"].to_ical() == b"20260329T023000"


def test_hostile_and_long_words_stay_in_their_line(copkit: Copkit, write: Write) -> None:
    hostile = "a\\r\\nATTENDEE:mailto:x\\rEND:VEVENT; \\\\, " + "ü" * 200
    data = written(copkit, meeting(write, "2026-06-10", f'start: 14:00\nplace: "{hostile}"'))

    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    assert b"\r" not in data.replace(b"\r\n", b"")
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert b"\r\nATTENDEE" not in data
    event = one(data)
    assert "ATTENDEE" not in event
    assert "ü" * 200 in str(event["LOCATION"])
