"""What an audience may see is decided in one place, field by field."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from copkit.analysis.period import Scope
from copkit.analysis.privacy.audience import (
    describe_left_out,
    summarise_left_out,
    view_for,
)
from copkit.analysis.privacy.small_cells import Hidden
from copkit.analysis.privacy.view import View
from copkit.folder import load
from copkit.records.schema.audience import POLICIES, Audience, AudiencePolicy
from tests.conftest import EXAMPLE, Write
from tests.signing import signed

TODAY = dt.date(2026, 3, 1)
MEETING = "---\ndate: 2026-02-04\nguests: 4\n---\n"
YEAR = Scope(dt.date(2012, 3, 1), dt.date(2013, 2, 28))
OUTSIDE = [Audience.COMMISSIONERS, Audience.PUBLIC]


def seen(audience: Audience, folder: Path = EXAMPLE, scope: Scope = YEAR) -> View:
    return view_for(load(folder), audience, scope, TODAY)


def values(part: Any) -> Iterator[Any]:
    """Give everything that can be reached from a part of a view."""
    yield part
    if is_dataclass(part):
        part = [getattr(part, field.name) for field in fields(part)]
    if isinstance(part, (list, tuple)):
        for one in part:
            yield from values(one)


PERMISSIONS = [field.name for field in fields(AudiencePolicy) if field.type == "bool"]
WIDER = list(pairwise(Audience))  # each with the next wider audience


def test_every_audience_has_a_policy_with_words_of_its_own() -> None:
    assert list(POLICIES) == list(Audience)
    for name in {field.name for field in fields(AudiencePolicy)} - set(PERMISSIONS):
        words = [getattr(policy, name) for policy in POLICIES.values()]
        assert all(words)
        assert len(set(words)) == len(words)


def test_members_are_permitted_everything() -> None:
    assert [name for name in PERMISSIONS if not getattr(Audience.MEMBERS.policy, name)] == []


@pytest.mark.parametrize("permission", PERMISSIONS)
@pytest.mark.parametrize(("narrower", "wider"), WIDER)
def test_a_wider_audience_is_permitted_nothing_that_a_narrower_one_is_not(
    narrower: Audience, wider: Audience, permission: str
) -> None:
    assert getattr(narrower.policy, permission) or not getattr(wider.policy, permission)


@pytest.mark.parametrize(("narrower", "wider"), WIDER)
def test_a_wider_audience_may_see_no_record_that_a_narrower_one_may_not(
    narrower: Audience, wider: Audience
) -> None:
    assert narrower.may_see(wider)
    assert not wider.may_see(narrower)
    for audience in Audience:
        assert narrower.may_see(audience) or not wider.may_see(audience)


@pytest.mark.parametrize(("narrower", "wider"), WIDER)
def test_a_wider_audience_sees_nothing_that_a_narrower_one_does_not(
    narrower: Audience, wider: Audience
) -> None:
    texts = {value for value in values(seen(narrower)) if type(value) is str}
    wider_texts = {value for value in values(seen(wider)) if type(value) is str}

    assert wider_texts
    assert wider_texts <= texts


@pytest.mark.parametrize("audience", list(Audience))
def test_a_view_holds_what_the_policy_of_its_audience_permits(audience: Audience) -> None:
    view, policy = seen(audience), audience.policy
    meetings = [meeting for community in view.communities for meeting in community.meetings]

    assert any(community.new_members for community in view.communities) == policy.sees_members
    assert any(community.cases for community in view.communities) == policy.sees_places_of_cases
    assert any(blockage.months for blockage in view.blockages) == policy.sees_months_of_cases
    assert any(meeting.notes for meeting in meetings) == policy.sees_notes_of_meetings
    assert bool(view.blockages) == policy.sees_blockages
    assert bool(view.growth) == policy.counts_are_exact


def test_members_see_where_a_case_comes_from_and_who_is_new() -> None:
    view = seen(Audience.MEMBERS)

    assert sum(len(community.cases) for community in view.communities) == len(view.cases) > 0
    assert any(community.new_members for community in view.communities)


@pytest.mark.parametrize("audience", OUTSIDE)
def test_outside_nobody_sees_where_a_case_comes_from(audience: Audience) -> None:
    view = seen(audience)

    assert view.cases
    assert view.communities
    for community in view.communities:
        assert (community.new_members, community.cases, community.brought) == ((), (), ())
        for meeting in (*community.meetings, *community.to_come):
            assert (meeting.place, meeting.notes) == ("", "")
    assert not any(blockage.months for blockage in view.blockages)


@pytest.mark.parametrize("audience", list(Audience))
def test_nothing_in_a_view_leads_back_to_a_record(audience: Audience) -> None:
    programme = load(EXAMPLE)
    newsletter, brief = programme.newsletters[-1], programme.briefs[0]
    view = view_for(programme, audience, YEAR, TODAY, newsletter=newsletter, brief=brief)
    plain = (str, int, dt.date, dt.time, tuple, type(None), Hidden)

    names = {case.slug for records in programme.communities for case in records.cases}
    names |= {records.slug for records in programme.communities}
    names |= {member.id for records in programme.communities for member in records.members}
    for value in values(view):
        assert is_dataclass(value) or isinstance(value, plain), value
        assert not is_dataclass(value) or type(value).__module__ == View.__module__
        assert value not in names


@pytest.mark.parametrize("audience", OUTSIDE)
def test_outside_cases_do_not_stand_in_the_order_of_communities(audience: Audience) -> None:
    titles = [case.title for case in seen(audience).cases]

    assert titles == sorted(titles, key=str.casefold)


@pytest.mark.parametrize("audience", list(Audience))
def test_every_record_in_a_view_is_for_its_audience(audience: Audience) -> None:
    programme = load(EXAMPLE)
    view = seen(audience)

    cases = {case.title: case for records in programme.communities for case in records.cases}
    cards = {card.title: card for card in programme.evidence}
    assert all(audience.may_see(cases[case.title].audience) for case in view.cases)
    assert all(audience.may_see(cards[card.title].audience) for card in view.evidence)
    assert {title for case in view.cases for title in case.evidence} <= {
        card.title for card in view.evidence
    }
    for blockage in view.blockages:
        assert set(map(id, blockage.visible_cases)) <= set(map(id, view.cases))


def test_blockages_are_not_for_the_public_and_count_every_case_for_the_others() -> None:
    assert seen(Audience.PUBLIC).blockages == ()
    members = {one.title: one.cases for one in seen(Audience.MEMBERS).blockages}
    assert {one.title: one.cases for one in seen(Audience.COMMISSIONERS).blockages} == members
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
    assert describe_left_out(load(folder), Audience.MEMBERS, scope, TODAY) == [
        "harbour/draft is left out: its status is draft",
        "harbour/refused is left out: consent was refused",
    ]
    [line] = summarise_left_out(load(folder), Audience.MEMBERS, scope, TODAY)
    assert line == "2 of 3 cases left out for members: 1 in draft and 1 without consent"
    [line] = summarise_left_out(load(folder), Audience.PUBLIC, scope, TODAY)
    assert line.startswith("3 of 3 cases left out for public:")
    assert "1 not for public" in line
    told = {"harbour/told"}
    assert not summarise_left_out(load(folder), Audience.MEMBERS, scope, TODAY, told)


def test_facilitators_meetings_are_in_no_document(write: Write) -> None:
    folder = write(
        "communities/quarterly/community.md",
        "---\ncode: F1\nname: Facilitators\nplace: London\nkind: facilitators\n"
        "status: active\n---\n",
    )

    assert [one.place for one in seen(Audience.MEMBERS, folder).communities] == ["Harbour"]


def test_a_community_that_met_alone_is_not_named_beside_cases(write: Write) -> None:
    text = CASE.format(title="Told", status="presented", consent="given")
    text = text.replace("kind:", "audience: public\nkind:")
    write("blockages/weekends.md", "---\ntitle: Weekends\n---\n")
    write("communities/harbour/cases/told.md", signed(text))
    folder = write("communities/harbour/meetings/2026-02-04.md", MEETING)
    scope = Scope(dt.date(2026, 2, 1), dt.date(2026, 2, 28))

    for audience in OUTSIDE:
        view = seen(audience, folder, scope)
        assert (len(view.cases), view.communities, view.meeting_totals.meetings) == (1, (), 1)
    assert len(seen(Audience.MEMBERS, folder, scope).communities) == 1


def test_outside_members_a_handful_of_people_is_not_counted(write: Write) -> None:
    folder = write("communities/harbour/meetings/2026-02-04.md", MEETING)
    scope = Scope(dt.date(2026, 2, 1), dt.date(2026, 2, 28))

    for audience in OUTSIDE:
        (meeting,) = seen(audience, folder, scope).communities[0].meetings
        assert (meeting.present, meeting.guests) == (Hidden.SMALL, 0)  # all in one figure
    (meeting,) = seen(Audience.MEMBERS, folder, scope).communities[0].meetings
    assert (meeting.present, meeting.guests) == (0, 4)
