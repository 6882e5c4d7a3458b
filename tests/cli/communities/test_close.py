"""``copkit community closing``, ``close`` and ``reopen``: how a community ends."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Copkit, Write

TreeOf = Callable[[Path], dict[str, bytes]]

ROSTER = """members:
  - id: nurse-1
    role: Nurse
    sector: NHS
    organisation: a mental health trust
    joined: 2026-01-05
  - id: link-worker-1
    role: Link Worker
    sector: Voluntary Sector
    part: facilitator
    joined: 2026-01-05
  - id: clerk-1
    role: Clerk
    sector: NHS
    left: 2026-02-01
    left_because: moved-on
"""
MEETING = "---\ndate: {day}\npresent:\n  - nurse-1\n  - link-worker-1\n---\n"
CASE = """---
title: Nobody to call
kind: challenging
status: written-up
presented: 2026-01-12
presenters:
  - nurse-1
actions:
  - id: a1
    what: Ask the night team
    owner: Nurse
    due: 2026-02-09
issues:
  - id: i1
    blockage: weekend-cover
    note: Nobody answers
---
"""
BLOCKAGE = """---
title: No cover at weekends
asks:
  - id: q1
    date: 2026-02-01
    of: Supported housing commissioner
    ask: Fund a few weekend hours
---
"""


@pytest.fixture
def folder(write: Write, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("COPKIT_TODAY", "2026-03-10")
    write("communities/harbour/roster.yaml", ROSTER)
    for day in ("2026-01-12", "2026-02-09"):
        write(f"communities/harbour/meetings/{day}.md", MEETING.format(day=day))
    write("communities/harbour/cases/nobody-to-call.md", CASE)
    return write("blockages/weekend-cover.md", BLOCKAGE)


def test_closing_lists_what_is_open_with_the_command_for_each(folder: Path, copkit: Copkit) -> None:
    result = copkit("community", "closing", "harbour", "-C", folder)
    facts = json.loads(copkit("community", "closing", "harbour", "--json", "-C", folder).stdout)

    assert "copkit case progress harbour/nobody-to-call a1" in result.stdout
    assert "copkit blockage reply weekend-cover q1" in result.stdout
    assert (facts["open"]["actions"], facts["open"]["asks"], facts["may_end"]) == (1, 1, False)
    assert facts["next"][0] == "copkit case progress harbour/nobody-to-call a1"


def test_a_command_of_a_long_name_is_not_broken(folder: Path, copkit: Copkit, write: Write) -> None:
    slug = "-".join(["nobody-to-call-at-weekends"] * 2)
    own_words = CASE.replace("Nobody to call", "Who answers on a Saturday")
    write(f"communities/harbour/cases/{slug}.md", own_words)

    result = copkit("community", "closing", "harbour", "-C", folder)

    assert f"      copkit case progress harbour/{slug} a1\n" in result.stdout


def test_a_community_ends_only_once_each_open_thing_is_named(folder: Path, copkit: Copkit) -> None:
    close = ("community", "close", "harbour", "-C", folder)
    record = folder / "communities/harbour/community.md"

    first = copkit(*close, "--why", "goal-reached", "--why", "members-moved-on")
    assert first.status == 0
    assert "it cannot end yet: 2 things are open" in first.stderr
    assert "status: closing" in record.read_text()

    copkit(*close, "--hand-on", "blockages/weekend-cover=advisory group")
    assert "status: closing" in record.read_text()

    last = copkit(*close, "--let-go", "cases/nobody-to-call/a1")
    assert "Harbour ended on 9 February 2026" in last.stderr
    assert "status: ended" in record.read_text()
    assert "ended: 2026-02-09" in record.read_text()
    page = (folder / "communities/harbour/closing.md").read_text()
    assert "why:\n  - goal-reached\n  - members-moved-on\n" in page
    assert "to: nobody-and-we-said-so" in page
    assert copkit("check", "-C", folder).status == 0


def test_members_leave_because_it_ended_and_no_letter_changes(folder: Path, copkit: Copkit) -> None:
    before = copkit("attendance", "--json", "-C", folder).stdout

    copkit("community", "close", "harbour", "--why", "other", "--let-go", "all", "-C", folder)

    roster = (folder / "communities/harbour/roster.yaml").read_text()
    assert roster.count("left_because: ended") == 2
    assert "left_because: moved-on" in roster
    assert copkit("attendance", "--json", "-C", folder).stdout == before


def test_the_day_of_the_last_meeting_comes_first(folder: Path, copkit: Copkit) -> None:
    close = ("community", "close", "harbour", "--why", "merged", "--let-go", "all", "-C", folder)

    later = copkit(*close, "--last-meeting", "2026-04-13")
    assert "the same command ends it after 13 April 2026" in later.stderr

    earlier = copkit(*close, "--last-meeting", "2026-01-12")
    assert earlier.status == 2
    assert "people came to a meeting on 2026-02-09, after 2026-01-12" in earlier.stderr


def test_a_dry_run_writes_nothing(folder: Path, copkit: Copkit, tree_of: TreeOf) -> None:
    before = tree_of(folder)

    result = copkit("community", "close", "harbour", "--why", "other", "--let-go", "all",
                    "--dry-run", "-C", folder)  # fmt: skip

    assert "would write communities/harbour/closing.md" in result.stderr
    assert tree_of(folder) == before


def test_without_a_terminal_the_reason_must_be_said(folder: Path, copkit: Copkit) -> None:
    result = copkit("community", "close", "harbour", "-C", folder)

    assert result.status == 2
    assert "missing: --why" in result.stderr


def test_a_name_of_nothing_open_is_refused_with_the_nearest(folder: Path, copkit: Copkit) -> None:
    result = copkit("community", "close", "harbour", "--why", "other", "--let-go",
                    "cases/nobody-to-cal", "-C", folder)  # fmt: skip

    assert result.status == 2
    assert "did you mean 'cases/nobody-to-call/a1'?" in result.stderr


def test_the_records_of_an_ended_community_are_read_only(
    folder: Path, copkit: Copkit, tree_of: TreeOf
) -> None:
    copkit("community", "close", "harbour", "--why", "other", "--let-go", "all", "-C", folder)
    before = tree_of(folder)

    for command in (
        ("new-meeting", "harbour", "2026-03-16"),
        ("new-meeting", "harbour", "2026-03-16", "--dry-run"),
        ("new-case", "harbour", "A case", "--kind", "challenging"),
        ("member", "leave", "harbour/nurse-1", "2026-03-01", "--why", "moved-on"),
        ("attendance", "record", "harbour", "2026-02-09", "--present", "clerk-1"),
        ("rename", "harbour/nobody-to-call", "somebody-to-call"),
        ("meeting", "move", "harbour", "2026-02-09", "2026-02-10"),
    ):
        result = copkit(*command, "-C", folder)
        assert result.status != 0, command
        assert "harbour ended on 9 February 2026, and its records are read-only" in result.stderr
        assert "copkit community reopen harbour" in result.stderr
    assert tree_of(folder) == before


def test_nothing_is_to_be_done_in_a_community_that_has_ended_but_what_it_still_takes(
    folder: Path, copkit: Copkit, write: Write
) -> None:
    draft = CASE.replace("written-up", "presented").replace("    owner: Nurse\n", "")
    write("communities/harbour/cases/nobody-to-call.md", draft)
    write("communities/harbour/meetings/2026-02-16.md", "---\ndate: 2026-02-16\n---\n")

    def commands() -> set[str]:
        items = json.loads(copkit("today", "--all", "--json", "-C", folder).stdout)["items"]
        return {item["command"].partition(" -C")[0] for item in items}

    refused = {
        "copkit case progress harbour/nobody-to-call a1",
        "copkit edit harbour/nobody-to-call",
        "copkit attendance take harbour 2026-02-16",
    }
    assert refused <= commands()
    assert "nobody owns 'a1'" in copkit("check", "-C", folder).stdout

    copkit("community", "close", "harbour", "--why", "other", "--let-go", "all", "-C", folder)

    assert commands() == {"copkit blockage reply weekend-cover q1"}
    assert "nobody owns" not in copkit("check", "-C", folder).stdout
    assert copkit("case", "follow-up", "-C", folder).stdout == ""
    assert "Ask the night team" in copkit("case", "follow-up", "harbour", "-C", folder).stdout
    boxes = json.loads(copkit("toolkit", "check", "harbour", "--json", "-C", folder).stdout)
    assert not any(box["command"] for box in boxes["boxes"])
    for command in (("agenda", "harbour"), ("agenda", "harbour", "2026-03-20")):
        hint = copkit(*command, "-C", folder).stderr
        assert "it has ended; 'copkit community reopen harbour' if that was wrong" in hint
        assert "new-meeting" not in hint


def test_a_reply_still_comes_in_and_a_new_name_of_a_blockage_is_followed(
    folder: Path, copkit: Copkit
) -> None:
    copkit("community", "close", "harbour", "--why", "other", "--let-go", "all", "-C", folder)

    reply = copkit("blockage", "reply", "weekend-cover", "q1", "--reply", "Yes, from May",
                   "-C", folder)  # fmt: skip
    renamed = copkit("rename", "weekend-cover", "no-weekend-cover", "-C", folder)

    assert (reply.status, renamed.status) == (0, 0)
    case = folder / "communities/harbour/cases/nobody-to-call.md"
    assert "blockage: no-weekend-cover" in case.read_text()
    page = (folder / "communities/harbour/closing.md").read_text()
    assert "record: blockages/no-weekend-cover/q1" in page
    assert copkit("check", "-C", folder).status == 0


def test_reopening_brings_back_members_and_keeps_what_was_learned(
    folder: Path, copkit: Copkit
) -> None:
    roster = (folder / "communities/harbour/roster.yaml").read_text()
    copkit("community", "close", "harbour", "--why", "other", "--let-go", "all", "-C", folder)

    result = copkit("community", "reopen", "harbour", "-C", folder)

    assert "Harbour is active again" in result.stderr
    assert (folder / "communities/harbour/roster.yaml").read_text() == roster
    assert "reopened: 2026-03-10" in (folder / "communities/harbour/closing.md").read_text()
    assert copkit("new-meeting", "harbour", "2026-03-16", "-C", folder).status == 0


def test_closing_is_one_step_that_undo_takes_back(
    folder: Path, copkit: Copkit, tree_of: TreeOf
) -> None:
    before = tree_of(folder / "communities")
    copkit("community", "close", "harbour", "--why", "other", "--let-go", "all", "-C", folder)

    assert copkit("undo", "--yes", "-C", folder).status == 0

    assert tree_of(folder / "communities") == before


def test_on_the_example_workington_ends_with_two_reasons_and_figure_1_stands(
    example: Path, copkit: Copkit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COPKIT_TODAY", "2013-02-27")
    before = json.loads(copkit("attendance", "--json", "-C", example).stdout)

    result = copkit("community", "close", "workington", "-C", example)

    assert "Workington ended on 20 February 2013" in result.stderr
    after = json.loads(copkit("attendance", "--json", "-C", example).stdout)
    assert after == before
    assert [column["total"] for column in after["columns"]] == [13, 5, 9, 12, 9, 6]
    assert (after["total"], after["excluded"]) == (54, 22)
    listing = copkit("community", "closing", "workington", "-C", example).stdout
    assert "knowledge used up and members moved on" in " ".join(listing.split())
    health = copkit("health", "workington", "-C", example).stdout
    assert "six regular members" in health
    assert copkit("check", "-C", example).status == 0
