"""``copkit case action``: what is to be tried, by whom, until when."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.cases.loop import CASE, KEYS, MARCH, NAME, added, harbour, text_of
from tests.cli.terminal import talk
from tests.conftest import Copkit

__all__ = ["harbour"]


def test_an_action_is_due_at_the_next_meeting_and_added_once(harbour: Path, copkit: Copkit) -> None:
    words = ("case", "action", NAME, "Ring  on Fridays", "--owner", "Day centre", "--due", "next")

    result, again = (copkit(*words, "-C", harbour, env=MARCH) for _ in range(2))

    assert result.status == again.status == 0, result.output
    assert added(harbour) == [
        "- id: a-k7m",
        "what: Ring on Fridays",
        "owner: Day centre",
        "due: 2026-03-11",
    ]
    assert "a-k7m: Day centre, due 2026-03-11" in result.stderr
    assert "says so already" in again.stderr


def test_an_action_on_record_gets_its_owner_and_its_day(harbour: Path, copkit: Copkit) -> None:
    words = ("case", "action", "harbour/old-debt", "a1", "-C", harbour)

    both = copkit(*words, "--owner", "Advice desk", "--due", "11/13/2026", env=MARCH)
    right = copkit(*words, "--owner", "Advice desk", "--due", "2026-03-11", env=MARCH)

    assert both.status == 2
    assert right.status == 0, right.output
    text = (harbour / "communities/harbour/cases/old-debt.md").read_text("utf-8")
    assert "{id: a1, what: Write it down, owner: Advice desk, due: 2026-03-11}" in text
    assert copkit(*words).status == 2


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        ((NAME,), 2, "missing: WHAT, --owner, --due"),
        ((NAME, "Ring"), 2, "missing: --owner, --due"),
        (
            (NAME, "Ring", "--owner", "Sarah", "--due", "next"),
            2,
            "--owner: this seems to hold a first name",
        ),
        (
            (NAME, "Ask Dr Patel", "--owner", "Nurse", "--due", "next"),
            2,
            "WHAT: this seems to hold",
        ),
        ((NAME, "a9", "--due", "next"), 2, "there is no action 'a9' in harbour/lost-keys"),
        ((NAME, "a-k7m", "--due", "next"), 2, "there is no action 'a-k7m' in harbour/lost-keys"),
    ],
)
def test_an_action_needs_an_owner_who_is_no_person_and_a_day(
    harbour: Path, copkit: Copkit, words: tuple[str, ...], status: int, said: str
) -> None:
    result = copkit("case", "action", *words, "-C", harbour, env=MARCH)

    assert result.status == status
    assert said in result.stderr
    assert "Sarah" not in result.stderr
    assert "Patel" not in result.stderr
    assert text_of(harbour) == CASE


def test_there_is_a_next_meeting_only_if_it_is_on_record(harbour: Path, copkit: Copkit) -> None:
    words = ("case", "action", NAME, "Ring", "--owner", "Nurse", "--due", "next", "-C", harbour)

    result = copkit(*words, env={"COPKIT_TODAY": "2026-03-11"})

    assert result.status == 1
    assert "harbour has no meeting after 2026-03-11 on record" in result.stderr


def test_a_closed_case_takes_no_action(harbour: Path, copkit: Copkit) -> None:
    (harbour / KEYS).write_text(CASE.replace("status: presented", "status: closed"), "utf-8")
    words = ("case", "action", NAME, "Ring", "--owner", "Nurse", "--due", "next", "-C", harbour)

    assert copkit(*words, env=MARCH).status == 1


def test_on_a_terminal_the_owner_and_the_day_are_asked_for(harbour: Path) -> None:
    status, screen = talk(harbour, ["case", "action", NAME], "Ring", "Sarah", "n", "2", "")

    assert status == 0, screen
    assert "this looks like a" in screen
    assert "   2  Probation Officer" in screen
    assert added(harbour) == [
        "- id: a-k7m",
        "what: Ring",
        "owner: Probation Officer",
        "due: 2026-02-11",
    ]


def test_an_owner_named_by_id_is_recorded_by_role(harbour: Path, copkit: Copkit) -> None:
    words = ("Ring them", "--owner", "nurse-1", "--due", "2026-04-01")
    copkit("case", "action", NAME, *words, "-C", harbour)

    assert "owner: Community Matron" in added(harbour)


def test_next_is_named_where_a_day_is_none(harbour: Path, copkit: Copkit) -> None:
    told = copkit("case", "action", NAME, "Ring", "--due", "next month", "-C", harbour)
    assert ", or 'next'" in told.stderr
