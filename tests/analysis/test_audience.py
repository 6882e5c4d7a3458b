"""What an audience may see is decided in one place, field by field."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from copkit.analysis.audience import Scope, View, left_out, view_for
from copkit.folder import load
from copkit.records.fields import Audience
from tests.conftest import EXAMPLE, Write

YEAR = Scope(dt.date(2012, 3, 1), dt.date(2013, 2, 28))
OUTSIDE = [Audience.COMMISSIONERS, Audience.PUBLIC]


def seen(audience: Audience, folder: Path = EXAMPLE, scope: Scope = YEAR) -> View:
    return view_for(load(folder), audience, scope)


def test_members_see_where_a_case_comes_from_and_who_does_what() -> None:
    view = seen(Audience.MEMBERS)

    assert all(case.community and case.presenters and case.presented for case in view.cases)
    assert any(action.owner and action.due for case in view.cases for action in case.actions)
    assert any(card.used for card in view.evidence)


@pytest.mark.parametrize("audience", OUTSIDE)
def test_outside_nobody_sees_who_presented_a_case_where_or_when(audience: Audience) -> None:
    view = seen(audience)

    assert view.cases
    for case in view.cases:
        assert (case.community, case.presenters, case.presented) == ("", (), None)
        assert all(action.owner is None and action.due is None for action in case.actions)
    assert not any(card.used for card in view.evidence)
    for community in view.communities:
        assert community.new_members == ()
        for meeting in (*community.meetings, *community.to_come):
            assert (meeting.place, meeting.cases, meeting.notes) == (None, (), "")


@pytest.mark.parametrize("audience", OUTSIDE)
def test_outside_cases_do_not_stand_in_the_order_of_communities(audience: Audience) -> None:
    titles = [case.title for case in seen(audience).cases]

    assert titles == sorted(titles, key=str.casefold)


@pytest.mark.parametrize("audience", list(Audience))
def test_every_record_in_a_view_is_for_its_audience(audience: Audience) -> None:
    view = seen(audience)

    assert all(audience.may_see(case.audience) for case in view.cases)
    assert all(audience.may_see(card.audience) for card in view.evidence)
    cards = {card.slug for card in view.evidence}
    blockages = {blockage.slug for blockage in view.blockages}
    for case in view.cases:
        assert set(case.evidence) <= cards
        if audience is not Audience.MEMBERS:
            assert {issue.blockage for issue in case.issues} <= blockages


def test_blockages_are_not_for_the_public_and_count_every_case_for_the_others() -> None:
    assert seen(Audience.PUBLIC).blockages == ()
    members = {one.slug: one.cases for one in seen(Audience.MEMBERS).blockages}
    assert {one.slug: one.cases for one in seen(Audience.COMMISSIONERS).blockages} == members
    assert max(members.values()) > 1


CASE = """\
---
title: {title}
kind: challenging
status: {status}
consent: {consent}
presented: 2026-02-04
issues:
  - id: i1
    blockage: weekends
---
"""


def test_drafts_and_refused_cases_are_nowhere_not_even_counted(write: Write) -> None:
    cases = "communities/harbour/cases"
    write("blockages/weekends.md", "---\ntitle: Weekends\n---\n")
    write(f"{cases}/told.md", CASE.format(title="Told", status="presented", consent="given"))
    write(f"{cases}/draft.md", CASE.format(title="Draft", status="draft", consent="given"))
    folder = write(
        f"{cases}/refused.md", CASE.format(title="Refused", status="closed", consent="refused")
    )
    scope = Scope(dt.date(2026, 2, 1), dt.date(2026, 2, 28))

    view = seen(Audience.MEMBERS, folder, scope)

    assert [case.title for case in view.cases] == ["Told"]
    assert [(one.cases, one.communities) for one in view.blockages] == [(1, 1)]
    assert left_out(load(folder), scope) == [
        "harbour/draft is left out: its status is draft",
        "harbour/refused is left out: consent was refused",
    ]


def test_facilitators_meetings_are_in_no_document(write: Write) -> None:
    folder = write(
        "communities/quarterly/community.md",
        "---\ncode: F1\nname: Facilitators\nplace: London\nkind: facilitators\n"
        "status: active\n---\n",
    )

    assert [one.slug for one in seen(Audience.MEMBERS, folder).communities] == ["harbour"]
