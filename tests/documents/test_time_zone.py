"""Time zones: which there are, and how a calendar is told of them."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from copkit.documents.calendar import build_time_zone
from tests.cli.documents.calendars import meeting, one, written
from tests.conftest import PROGRAMME, Copkit, Write


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
    assert "copkit.yaml:4:11: this is not the name of a time zone" in result.output
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
    described = build_time_zone(zone, 2024, 2028).to_tz()

    for day in range(5 * 365):
        noon = dt.datetime(2024, 1, 1, 12, tzinfo=zone) + dt.timedelta(days=day)
        assert noon.replace(tzinfo=described).utcoffset() == noon.utcoffset()
