"""Names, durations and dates as other people's programs write them."""

from __future__ import annotations

import datetime as dt

import pytest

from copkit.errors import CopkitError
from copkit.importers.names import find_address, is_bot, is_dial_in, name_key, name_variants
from copkit.importers.times import build_time_parser, parse_duration

MEETING = dt.date(2026, 9, 22)


@pytest.mark.parametrize(
    ("text", "unit", "seconds"),
    [
        ("1h 7s", None, 3607), ("45m", None, 2700), ("19m 20s", None, 1160),
        ("59 Min. 0 Sek.", None, 3540), ("1 Std. 2 Min.", None, 3720), ("1 h 5 min", None, 3900),
        ("58 min", None, 3480), ("01:02:03", None, 3723), ("45", 60, 2700), ("PT45M", None, 2700),
        ("PT1H2M3.5S", None, 3723), ("1,5", 60, 90), ("1 heure et 5 minutes", None, 3900),
        ("1 godz. 2 min 10 sek.", None, 3730), ("58 munud", None, 3480), ("1 hr 2 min", None, 3720),
        ("1t 5m", None, 3900),
        ("0:45:00", None, 2700), ("1\u00a0h\u00a05\u202fmin", None, 3900), ("0s", None, 0),
        ("45", None, None), ("1:30", None, None), ("", None, None), ("quite long", None, None),
        ("5m 1h", None, None), ("-5m", None, None), ("5 m 5 m", None, None), ("PT", None, None),
        ("9" * 40, 60, None), ("1h 5", None, None), ("٤٥m", None, 2700),
    ],
)  # fmt: skip
def test_a_duration_is_read_or_not_known(text: str, unit: int | None, seconds: int | None) -> None:
    assert parse_duration(text, unit) == seconds


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("9/22/26, 2:48:05 PM", (14, 48, 5)), ("9/22/26, 2:48:05\u202fPM", (14, 48, 5)),
        ("9/22/26, 2:48:05\u00a0p.m.", (14, 48, 5)), ("22.09.26, 14:48:05", (14, 48, 5)),
        ("22/09/2026 17:00:00", (17, 0, 0)), ("09/22/2026 03:44:01 PM", (15, 44, 1)),
        ("2026-09-22 14:48:05", (14, 48, 5)), ("2026-09-22T14:48:05Z", (14, 48, 5)),
        ("2026-09-22T14:48:05.123+01:00", (14, 48, 5)), ("Sep 22, 2026 10:00 AM", (10, 0, 0)),
        ("22 September 2026 12:05 am", (0, 5, 0)), ("14:48", (14, 48, 0)),
        ("Tuesday, September 22, 2026 2:48 PM", (14, 48, 0)),
        ("22/09/2026", None), ("soon", None), ("31/02/2026 10:00", None), ("22/09/26 25:00", None),
    ],
)  # fmt: skip
def test_a_day_and_a_time_are_read_or_not_known(
    text: str, moment: tuple[int, int, int] | None
) -> None:
    expected = dt.datetime.combine(MEETING, dt.time(*moment)) if moment else None

    assert build_time_parser([text], MEETING, "list.csv").parse_moment(text) == expected


def test_one_date_settles_the_order_of_them_all() -> None:
    clock = build_time_parser(["04/05/26 10:00", "13/05/26 10:00"], MEETING, "list.csv")

    assert clock.parse_date("04/05/26 10:00") == dt.date(2026, 5, 4)


def test_the_meeting_settles_what_the_dates_leave_open() -> None:
    april = build_time_parser(["04/05/26 10:00"], dt.date(2026, 4, 5), "list.csv")
    may = build_time_parser(["04/05/26 10:00"], dt.date(2026, 5, 4), "list.csv")

    assert april.parse_date("04/05/26 10:00") == dt.date(2026, 4, 5)
    assert may.parse_date("04/05/26 10:00") == dt.date(2026, 5, 4)


def test_a_day_that_may_be_either_of_two_is_refused() -> None:
    with pytest.raises(CopkitError, match="may be 4 May 2026 or 5 April 2026") as caught:
        build_time_parser(["04/05/26 10:00"], MEETING, "list.csv")

    assert "name the day that the meeting was held" in caught.value.hint


def test_two_orders_in_one_file_are_refused() -> None:
    with pytest.raises(CopkitError, match="in 13/5/2026 the day comes first, in 5/14/2026 the"):
        build_time_parser(["13/05/26 10:00", "5/14/26 10:00"], MEETING, "list.csv")


def test_dots_have_the_day_first_whatever_stands_beside_them() -> None:
    clock = build_time_parser(["04.05.2026, 10:00", "5/14/2026, 10:00 AM"], MEETING, "list.csv")

    assert clock.parse_date("04.05.2026, 10:00") == dt.date(2026, 5, 4)


@pytest.mark.parametrize(
    "name",
    ["Sam Roe", "SAM  ROE", "Roe, Sam", "Sam Roe (External)", "Sam Roe (EXT)", "Roe, Sam (Guest)",
     "Sam\u00a0Roe",
     "[Harbour Trust] Sam Roe", "Sam Roe [HT]", "Sam Roe (he/him)", "Sam Roe (Unverified)",
     "Sam Roe (Host, me)", "Sam Roe she/her", "\u202eSam Roe", "Ｓａｍ Roe",
     "Roe, Sam (they/them)", "Dr Sam Roe", "Roe, Dr. Sam", "Cllr Sam Roe", "Mrs. Sam Roe",
     "Prof. Dr. Sam Roe, MSc", "Sam Roe PhD", "Sam Roe (chair)", "Frau Sam Roe"],
)  # fmt: skip
def test_names_that_are_compared_as_one(name: str) -> None:
    assert name_key(name) == "sam roe"


def test_brackets_that_may_tell_two_people_apart_stay() -> None:
    assert name_key("Mary (Probation)") != name_key("Mary (Housing)")
    assert name_variants("Jo (Joanna Roe)") == ("jo (joanna roe)", "joanna roe")
    assert name_key("O’Brien, Zoë") == name_key("Zoë O'Brien")
    assert name_key("(Guest)") == "(guest)"


@pytest.mark.parametrize(
    "name",
    ["Otter.ai", "OtterPilot", "Sam's OtterPilot", "Fireflies.ai Notetaker", "Fireflies", "Read.ai",
     "read.ai meeting notes", "Fathom Notetaker", "Sam's Notetaker (Otter.ai)", "tl;dv", "Copilot",
     "Sam Roe's AI Companion", "Meeting Room 4", "AI Notetaker (Unverified)", "MeetGeek"],
)  # fmt: skip
def test_note_takers_and_rooms_are_bots(name: str) -> None:
    assert is_bot(name)


@pytest.mark.parametrize(
    "name",
    ["Otter", "Jane Otter", "Otter, Jane", "Piers Read", "Read, Aiden", "Jan Bot", "Gong Li",
     "Ai Read", "Grain Miller", "Fathom Jones", "Roomi Meeting", "Jamie Fellow"],
)  # fmt: skip
def test_surnames_are_no_bots(name: str) -> None:
    assert not is_bot(name)


def test_a_bot_is_known_by_its_address() -> None:
    assert is_bot("Fred", "fred@fireflies.ai")
    assert not is_bot("Fred", "fred@example.org")


@pytest.mark.parametrize(
    ("name", "dialled"),
    [("+44 *******123", True), ("442071234567", True), ("(020) 7123-4567", True),
     ("Call-in User_1", True), ("Anonymous", True), ("Call-In User 12", True), ("447•••••12", True),
     ("Sam 2", False), ("24JR1A05q6", False), ("Ann Onymous", False), ("Phone Fone", False)],
)  # fmt: skip
def test_numbers_that_people_called_from(name: str, dialled: bool) -> None:
    assert is_dial_in(name) is dialled


@pytest.mark.parametrize(
    ("cell", "address"),
    [("Sam@Example.org", "sam@example.org"),
     ("sam_example.org#EXT#@x.onmicrosoft.com", "sam@example.org"),
     ("s_m_example.org#ext#@x.onmicrosoft.com", "s_m@example.org"), ("none", ""), ("@", ""),
     ("Sam Roe <sam@example.org>", "sam@example.org"),
     ("mailto:sam@example.org", "sam@example.org")],
)  # fmt: skip
def test_the_address_in_a_cell(cell: str, address: str) -> None:
    assert find_address(cell) == address
