"""How a community is doing, as it was known on a day, and by which rule."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from functools import cache

import pytest

from copkit.analysis.health import Health, HealthState, community_health
from copkit.folder import Programme, load
from tests.conftest import EXAMPLE, Write

COMMUNITY = (
    "---\ncode: CP1\nname: Harbour community\nplace: Harbour\nstatus: {status}\n"
    "started: 2026-01-05\nbacking: {backing}\n---\n"
)


@cache
def the_programme() -> Programme:
    return load(EXAMPLE)


def of(community: str, day: dt.date | str) -> Health:
    as_of = dt.date.fromisoformat(day) if isinstance(day, str) else day
    (found,) = community_health(the_programme(), as_of, {community})
    return found


def rules(health: Health, *weights: str) -> list[str]:
    return [sign.rule for sign in health.reasons if not weights or sign.severity in weights]


def every_week() -> Iterable[dt.date]:
    first = dt.date(2011, 4, 6)
    return (first + dt.timedelta(weeks=week) for week in range(150))


def test_the_second_community_is_failing_at_its_third_meeting() -> None:
    found = of("halifax", "2012-06-13")

    assert found.state is HealthState.FAILING
    assert rules(found, "serious", "watch") == [
        "too-few-members", "falling-attendance", "no-senior-backing",
    ]  # fmt: skip
    assert found.reasons[0].statement == (
        "five people can be counted on after three meetings, and it takes six"
    )


def test_what_came_later_is_not_known_before() -> None:
    assert rules(of("halifax", "2012-06-12"), "serious", "watch") == ["no-senior-backing"]


def test_the_second_community_is_not_nagged_after_its_end() -> None:
    found = of("halifax", "2013-02-28")

    assert found.state is HealthState.ENDED
    assert found.statement == "Halifax (CP2) ended on 13 June 2012"
    assert rules(found) == ["too-few-members", "falling-attendance", "no-senior-backing"]
    assert {sign.advice for sign in found.reasons} == {""}


@pytest.mark.parametrize("day", ["2012-04-26", "2012-05-24", "2012-06-28", "2013-02-28"])
def test_the_third_community_lives_on_substitutes(day: str) -> None:
    found = of("colchester", day)

    assert found.state is HealthState.WATCH
    assert rules(found, "watch") == ["living-on-substitutes"]
    assert ("not of late" in found.reasons[0].statement) is (day == "2013-02-28")


def test_nothing_is_ever_said_against_the_sixth_community() -> None:
    told = {day: rules(of("workington", day)) for day in every_week()}

    assert {day: found for day, found in told.items() if found} == {}


@pytest.mark.parametrize("community", ["brighton", "stoke-on-trent", "tower-hamlets"])
def test_the_others_are_well_throughout_the_programme(community: str) -> None:
    days = [day for day in every_week() if dt.date(2012, 4, 12) <= day <= dt.date(2013, 2, 28)]

    assert {of(community, day).state for day in days} == {HealthState.WELL}


# --- rule by rule ----------------------------------------------------------------------------


def harbour(
    write: Write,
    attendance: Iterable[int],
    day: str,
    *,
    status: str = "active",
    part: str = "member",
    backing: str = "the director",
) -> Health:
    """Judge a community to whose monthly meetings so many of its members came."""
    attendance = [*attendance]
    members = "".join(
        f"  - id: m{number}\n    role: R{number}\n    sector: NHS\n    part: {part}\n"
        for number in range(max(attendance, default=0))
    )
    write("communities/harbour/community.md", COMMUNITY.format(status=status, backing=backing))
    folder = write("communities/harbour/roster.yaml", f"members:\n{members}")
    for month, came in enumerate(attendance, 1):
        present = ", ".join(f"m{number}" for number in range(came))
        held = f"2026-{month:02}-05"
        text = f"---\ndate: {held}\npresent: [{present}]\n---\n"
        write(f"communities/harbour/meetings/{held}.md", text)
    (found,) = community_health(load(folder), dt.date.fromisoformat(day))
    return found


@pytest.mark.parametrize(
    ("attendance", "falls"),
    [
        ([16, 8, 10], False),  # many taste and go
        ([7, 6, 5], False),  # not halved
        ([12, 8, 6], True),
        ([9, 9, 9, 6, 6, 6], True),
        ([9, 9, 9, 7, 7, 7], False),  # less than a third
        ([4, 4, 4, 3, 2, 3], False),  # somebody was ill
    ],
)
def test_attendance_falls_when_it_falls_by_enough(
    write: Write, attendance: list[int], falls: bool
) -> None:
    found = harbour(write, attendance, f"2026-{len(attendance):02}-20")

    assert ("falling-attendance" in rules(found)) is falls


@pytest.mark.parametrize(("came", "few"), [([5, 5, 5], True), ([6, 6, 6], False), ([5, 5], False)])
def test_six_people_are_needed_after_three_meetings(
    write: Write, came: list[int], few: bool
) -> None:
    found = harbour(write, came, "2026-03-20")

    assert (found.state is HealthState.FAILING) is few


@pytest.mark.parametrize(
    ("status", "day", "said"),
    [
        ("active", "2026-05-01", True),
        ("active", "2026-04-30", False),  # eight weeks to the day
        ("closing", "2026-12-31", False),
    ],
)
def test_no_meeting_for_more_than_eight_weeks_is_said(
    write: Write, status: str, day: str, said: bool
) -> None:
    found = harbour(write, [8, 8, 8], day, status=status)

    assert ("no-meeting" in rules(found)) is said


def test_a_meeting_to_come_is_no_silence(write: Write) -> None:
    write("communities/harbour/meetings/2026-09-05.md", "---\ndate: 2026-09-05\n---\n")

    assert "no-meeting" not in rules(harbour(write, [8, 8, 8], "2026-08-20"))


@pytest.mark.parametrize(("people", "alone"), [(1, True), (2, False)])
def test_one_expert_by_experience_is_not_left_alone(write: Write, people: int, alone: bool) -> None:
    found = harbour(write, [people], "2026-01-20", part="expert-by-experience")

    assert ("expert-alone" in rules(found)) is alone


def test_a_case_of_which_two_meetings_told_nothing_is_named(write: Write) -> None:
    write(
        "communities/harbour/cases/x.md",
        "---\ntitle: X\nkind: challenging\nstatus: presented\npresented: 2026-01-05\n"
        "actions:\n  - id: a1\n    what: Ask\n    due: 2026-02-05\n---\n",
    )

    before, after = (harbour(write, [8, 8, 8], f"2026-0{month}-06") for month in (2, 3))

    assert "no-follow-up" not in rules(before)
    assert rules(after, "watch") == ["no-follow-up"]
    assert after.reasons[0].because.endswith(": x")


def test_members_who_never_presented_are_counted_after_six_meetings(write: Write) -> None:
    before, after = (harbour(write, [8] * count, "2026-07-01") for count in (5, 6))

    assert "never-presented" not in rules(before)
    assert after.reasons[0].statement == "eight of eight members never presented"


def test_a_community_that_has_not_met_is_forming_and_needs_backing_already(write: Write) -> None:
    assert harbour(write, [], "2026-01-20").state is HealthState.FORMING
    assert rules(harbour(write, [], "2026-01-20", backing="")) == ["no-senior-backing"]
