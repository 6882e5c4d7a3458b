"""``copkit calendar``: what calendars are told, and what they are told again after a change."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from copkit.documents.time_zone import time_zone
from tests.conftest import PROGRAMME, Copkit, Result, Write

TreeOf = Callable[[Path], dict[str, bytes]]
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


# --- the command ----------------------------------------------------------------------------


def test_all_communities_get_a_file_of_their_own(copkit: Copkit, example: Path) -> None:
    result = run(copkit, example, "--json")

    calendars = json.loads(result.stdout)["calendars"]
    assert [one["community"] for one in calendars][:2] == ["brighton", "halifax"]
    assert all(Path(one["file"]).read_bytes().startswith(b"BEGIN:VC") for one in calendars)
    first = calendars[0]["meetings"][0]
    assert first["meeting"] == "2012-03-21"
    assert (first["status"], first["change"]) == ("confirmed", "new")


def test_a_dry_run_says_what_is_new_and_writes_nothing(
    copkit: Copkit, write: Write, tree_of: TreeOf
) -> None:
    folder = meeting(write, "2026-06-10")
    before = tree_of(folder)

    result = run(copkit, folder, "harbour", "--dry-run")

    assert "Harbour: 1 meeting, 1 new" in result.stderr
    assert "would write" in result.stderr
    assert tree_of(folder) == before


def test_it_is_printed_or_written_where_somebody_wants_it_and_brought_up_to_date(
    copkit: Copkit, write: Write, tmp_path: Path
) -> None:
    folder, file = meeting(write, "2026-06-10"), tmp_path / "mine.ics"

    printed = run(copkit, folder, "harbour", "--output", "-")
    assert run(copkit, folder, "harbour", "--output", file).status == 0

    assert printed.stdout.encode() == file.read_bytes()
    assert not (folder / "build").exists()
    meeting(write, "2026-06-10", "start: 15:00")
    run(copkit, folder, "harbour", "--output", file)
    assert one(file.read_bytes())["DTSTART"].dt.hour == 15


@pytest.mark.parametrize(
    "theirs", [b"dear diary", b"BEGIN:VCALENDAR\r\nPRODID:x\r\nEND:VCALENDAR\r\n", b"\xff\xfe\0"]
)
def test_a_file_of_somebody_else_is_left_alone(
    copkit: Copkit, write: Write, tmp_path: Path, theirs: bytes
) -> None:
    folder, file = meeting(write, "2026-06-10"), tmp_path / "theirs.ics"
    file.write_bytes(theirs)

    result = run(copkit, folder, "harbour", "--output", file)

    assert result.status == 1
    assert "nothing was changed" in result.stderr
    assert file.read_bytes() == theirs


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--output", "x.ics"), "--output is for one community"),
        (("harbour", "-o", "-", "--json"), "--output - and --json do not go together"),
        (("harbr",), "did you mean 'harbour'?"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    copkit: Copkit, write: Write, options: tuple[str, ...], said: str
) -> None:
    result = run(copkit, meeting(write, "2026-06-10"), *options)

    assert result.status == 2
    assert said in result.stderr


def test_a_community_without_a_meeting_has_no_calendar(copkit: Copkit, write: Write) -> None:
    folder = write("copkit.yaml", PROGRAMME)

    result = run(copkit, folder, "harbour")

    assert result.status == 0
    assert "harbour has no meeting on record" in result.stderr
    assert "copkit new-meeting harbour" in result.stderr
    assert not (folder / "build").exists()


@pytest.mark.parametrize("more", ["minutes: 2000", "start: 14:00\nminutes: 999999999"])
def test_a_meeting_that_no_calendar_could_show_is_named(
    copkit: Copkit, write: Write, more: str
) -> None:
    result = run(copkit, meeting(write, "2026-06-10", more), "harbour")

    assert result.status == 1
    assert "no calendar shows a meeting of" in result.stderr


def test_nobody_is_named_in_an_invitation(copkit: Copkit, write: Write) -> None:
    result = run(copkit, meeting(write, "2026-06-10", "place: ring 07700 900123"), "harbour")

    assert result.status == 1
    assert "900123" not in result.output


def test_the_calendar_of_a_community_that_is_gone_goes_with_the_next_build(
    copkit: Copkit, write: Write
) -> None:
    folder = meeting(write, "2026-06-10")
    written(copkit, folder)
    (folder / "communities/harbour").rename(folder / "communities/quay")

    result = copkit("build", "-C", folder)

    assert not (folder / "build/calendars").exists()
    assert "there is no such community any more" in result.stderr


# --- time zones -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("Europe/Lodnon", "did you mean 'Europe/London'?"),
        ("london", "did you mean 'Europe/London'?"),
        ("../../etc/passwd", "write it as in 'timezone: Europe/London'"),
        ("Europe", ""),
    ],
)
def test_a_time_zone_that_is_none_is_a_fault(
    copkit: Copkit, write: Write, name: str, meant: str
) -> None:
    folder = write("copkit.yaml", f"{PROGRAMME}timezone: {name}\n")

    result = copkit("check", "-C", folder)

    assert result.status == 1
    assert "copkit.yaml:3:11: this is not the name of a time zone" in result.output
    assert meant in result.output


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("America/New_York", "DTSTART;TZID=America/New_York:20260610T140000"),
        ("UTC", "DTSTART:20260610T140000Z"),
        ("Asia/Kolkata", "TZOFFSETTO:+0530"),
        ("Africa/Casablanca", "TZID:Africa/Casablanca"),
    ],
)
def test_other_time_zones_are_understood(
    copkit: Copkit, write: Write, name: str, said: str
) -> None:
    write("copkit.yaml", f"{PROGRAMME}timezone: {name}\n")

    data = written(copkit, meeting(write, "2026-06-10"))

    assert f"{said}\r\n".encode() in data
    begins = one(data)["DTSTART"].dt.astimezone(dt.UTC)
    expected = dt.datetime(2026, 6, 10, 14, tzinfo=ZoneInfo(name)).astimezone(dt.UTC)
    assert begins == expected


@pytest.mark.parametrize(
    "name", ["Europe/London", "America/New_York", "Africa/Casablanca", "Europe/Dublin"]
)
def test_clocks_that_only_read_the_description_show_the_same(name: str) -> None:
    zone = ZoneInfo(name)
    described = time_zone(zone, 2024, 2028).to_tz()

    for day in range(5 * 365):
        noon = dt.datetime(2024, 1, 1, 12, tzinfo=zone) + dt.timedelta(days=day)
        assert noon.replace(tzinfo=described).utcoffset() == noon.utcoffset()
