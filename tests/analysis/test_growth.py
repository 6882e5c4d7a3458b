"""How a programme grew, and who may know."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from copkit.analysis.participation import attendance_by_month
from copkit.analysis.period import Scope
from copkit.analysis.privacy.audience import view_for
from copkit.analysis.privacy.view import MonthView, View
from copkit.documents.facts.newsletter import build_newsletter
from copkit.folder import load
from copkit.records.schema.audience import Audience
from tests.conftest import EXAMPLE, Write

MAY = Scope(dt.date(2012, 5, 1), dt.date(2012, 5, 31))


def view(folder: Path, audience: Audience, scope: Scope = MAY) -> View:
    programme = load(folder)
    issue = programme.newsletters[0] if programme.newsletters else None
    return view_for(programme, audience, scope, dt.date(2013, 3, 1), newsletter=issue)


def test_each_month_counts_meetings_and_everybody_who_came(write: Write) -> None:
    write("communities/harbour/roster.yaml", "members:\n  - id: a\n    role: R\n    sector: S\n")
    present = "---\ndate: {}\npresent: [a]\n---\n"
    for day in ("2026-01-05", "2026-01-26", "2026-04-01"):
        write(f"communities/harbour/meetings/{day}.md", present.format(day))
    write("communities/harbour/meetings/2026-03-02.md", "---\ndate: 2026-03-02\n---\n")
    folder = write(
        "communities/harbour/meetings/2026-02-02.md",
        "---\ndate: 2026-02-02\nsubstitutes:\n  - id: s1\n    for: a\n---\n",
    )
    since, until = dt.date(2026, 1, 1), dt.date(2026, 3, 31)

    assert attendance_by_month(load(folder).communities, since, until) == (
        MonthView("2026-01", 2, 2),
        MonthView("2026-02", 1, 1),
        MonthView("2026-03", 0, 0),
    )


def test_members_see_it_from_the_first_month_to_the_issues_last_day() -> None:
    found = view(EXAMPLE, Audience.MEMBERS)

    assert [month.month for month in found.growth] == ["2012-03", "2012-04", "2012-05"]
    (chart,) = build_newsletter(found).charts
    assert chart.words.startswith("About nine people at each meeting, March 2012 to May 2012 ")


@pytest.mark.parametrize("audience", [Audience.COMMISSIONERS, Audience.PUBLIC])
def test_outside_members_nobody_sees_it(audience: Audience) -> None:
    found = view(EXAMPLE, audience)

    assert found.growth == ()
    assert build_newsletter(found).charts == ()


def test_two_months_need_no_picture() -> None:
    april = Scope(dt.date(2012, 4, 1), dt.date(2012, 4, 30))

    assert build_newsletter(view(EXAMPLE, Audience.MEMBERS, april)).charts == ()
