"""``copkit meeting move`` and ``cancel``."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Copkit, Write

TreeOf = Callable[[Path], dict[str, bytes]]
ROSTER = "members:\n  - id: nurse-1\n    role: Nurse\n    sector: NHS\n"
CASE = """\
---
title: Lost keys
kind: challenging
status: presented
presented: 2026-02-04
presenters:
  - nurse-1
consent: given
actions:
  - id: a1
    what: Ring the surgery
    owner: Nurse
    due: 2026-02-04
---
"""
ENV = {"COPKIT_TODAY": "2026-01-20"}


@pytest.fixture
def harbour(write: Write) -> Path:
    """A community with a meeting held, two to come, and a promise due at the first of these."""
    write("communities/harbour/roster.yaml", ROSTER)
    write(
        "communities/harbour/meetings/2026-01-07.md",
        "---\ndate: 2026-01-07\npresent:\n  - nurse-1\n---\n",
    )
    write(
        "communities/harbour/meetings/2026-02-04.md",
        "---\ndate: 2026-02-04\nstart: 14:00\ncases:\n  - lost-keys\n---\n\nBring cake.\n",
    )
    write("communities/harbour/meetings/2026-03-04.md", "---\ndate: 2026-03-04\n---\n")
    return write("communities/harbour/cases/lost-keys.md", CASE)


def meeting(folder: Path, slug: str) -> str:
    return (folder / f"communities/harbour/meetings/{slug}.md").read_text("utf-8")


def calendar(copkit: Copkit, folder: Path) -> dict[str, tuple[str, str, int]]:
    result = copkit("calendar", "harbour", "--json", "-C", folder, env=ENV)
    (only,) = json.loads(result.stdout)["calendars"]
    return {
        entry["uid"]: (entry["date"], entry["status"], entry["sequence"])
        for entry in only["meetings"]
    }


def test_a_meeting_moves_with_what_is_due_at_it_and_keeps_its_place_in_calendars(
    copkit: Copkit, harbour: Path
) -> None:
    before = calendar(copkit, harbour)
    result = copkit(
        "meeting", "move", "Harbour", "2026-02-04", "2026-02-11", "--start", "10am",
        "--why", "the hall is taken", "-C", harbour, env=ENV,
    )  # fmt: skip

    assert result.status == 0, result.stderr
    assert "the meeting of 2026-02-04 moved to Wednesday 11 February." in result.stderr
    text = meeting(harbour, "2026-02-11")
    assert text.startswith("---\ndate: 2026-02-11\nstart: 10:00\n")
    assert "moved_from: 2026-02-04\nmoved_because: the hall is taken\n" in text
    assert text.endswith("\n\nBring cake.\n")
    assert not (harbour / "communities/harbour/meetings/2026-02-04.md").exists()
    case = (harbour / "communities/harbour/cases/lost-keys.md").read_text("utf-8")
    assert "presented: 2026-02-11\n" in case
    assert "due: 2026-02-11\n" in case
    assert copkit("check", "-C", harbour).status == 0
    after = calendar(copkit, harbour)
    assert after.keys() == before.keys()
    (moved,) = [uid for uid, entry in after.items() if entry[0] == "2026-02-11"]
    assert before[moved][0] == "2026-02-04"
    assert after[moved][2] > before[moved][2]

    back = copkit("meeting", "move", "harbour", "2026-02-11", "2026-02-04", "-C", harbour, env=ENV)
    assert back.status == 0
    assert "moved_from" not in meeting(harbour, "2026-02-04")


def test_what_was_due_stays_where_that_is_wanted(copkit: Copkit, harbour: Path) -> None:
    result = copkit(
        "meeting", "move", "harbour", "2026-02-04", "2026-02-11", "--no-follow",
        "-C", harbour, env=ENV,
    )  # fmt: skip

    assert result.status == 0
    assert "2 dates in cases stay on 2026-02-04" in result.stderr
    assert (harbour / "communities/harbour/cases/lost-keys.md").read_text("utf-8") == CASE


def test_a_cancelled_meeting_keeps_its_reason_and_counts_for_nothing(
    copkit: Copkit, harbour: Path
) -> None:
    before = calendar(copkit, harbour)
    result = copkit(
        "meeting", "cancel", "harbour", "2026-02-04", "--why", "The hall was  flooded",
        "-C", harbour, env=ENV,
    )  # fmt: skip

    assert result.status == 0, result.stderr
    assert "1 promise due at it falls to 2026-03-04" in result.stderr
    assert "cancelled: The hall was flooded\n" in meeting(harbour, "2026-02-04")
    case = (harbour / "communities/harbour/cases/lost-keys.md").read_text("utf-8")
    assert "due: 2026-03-04\n" in case
    assert "presented: 2026-02-04\n" in case  # when it is presented instead, only a person knows
    assert copkit("check", "-C", harbour).status == 0
    assert "2026-03-04" in copkit("agenda", "harbour", "--json", "-C", harbour, env=ENV).stdout
    register = copkit("attendance", "register", "harbour", "--json", "-C", harbour)
    assert "2026-02-04" not in register.stdout
    listed = json.loads(copkit("list", "meetings", "--json", "-C", harbour).stdout)["meetings"]
    assert [entry["cancelled"] for entry in listed] == [None, "The hall was flooded", None]
    after = calendar(copkit, harbour)
    (uid,) = [uid for uid, entry in before.items() if entry[0] == "2026-02-04"]
    assert after[uid][1] == "cancelled"
    assert after[uid][2] > before[uid][2]
    # and nobody can come to it by mistake
    came = copkit("attendance", "record", "harbour", "2026-02-04", "-p", "nurse-1", "-C", harbour)
    assert came.status == 2
    assert "this meeting was cancelled" in came.stderr


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (
            ("cancel", "harbour", "2026-01-07", "--why", "x"),
            1,
            "harbour met on 2026-01-07: 1 person",
        ),
        (("cancel", "harbour", "2026-02-04"), 2, "missing: --why"),
        (("cancel", "harbour", "2026-02-05", "--why", "x"), 2, "there are: 2026-01-07, 2026-02-04"),
        (("cancel", "habrour", "2026-02-04", "--why", "x"), 2, "did you mean 'harbour'?"),
        (("move", "harbour", "2026-02-04"), 2, "missing: NEW"),
        (("move", "harbour"), 2, "missing: DATE"),
        (("move",), 2, "missing: COMMUNITY"),
        (("move", "harbour", "2026-02-04", "2026-03-04"), 1, "has a meeting of 2026-03-04 already"),
        (("move", "harbour", "2026-02-04", "2026-02-30"), 2, "has 28 days"),
        (("move", "harbour", "2026-02-04", "2026-02-11", "--start", "9"), 2, "not a time of day"),
        (("move", "harbour", "2026-02-04", "2026-02-04"), 0, "on that day already"),
    ],
)
def test_what_cannot_be_done_changes_nothing(
    copkit: Copkit,
    harbour: Path,
    tree_of: TreeOf,
    words: tuple[str, ...],
    status: int,
    said: str,
) -> None:
    before = tree_of(harbour)
    result = copkit("meeting", *words, "-C", harbour, env=ENV)

    assert result.status == status
    assert said in result.stderr
    assert tree_of(harbour) == before


def test_a_dry_run_shows_the_lines_and_writes_nothing(
    copkit: Copkit, harbour: Path, tree_of: TreeOf
) -> None:
    before = tree_of(harbour)
    result = copkit(
        "meeting", "move", "harbour", "2026-02-04", "2026-02-11", "--dry-run",
        "-C", harbour, env=ENV,
    )  # fmt: skip

    assert "-date: 2026-02-04\n" in result.stdout
    assert "+date: 2026-02-11\n" in result.stdout
    assert "would rename communities/harbour/meetings/2026-02-04.md" in result.stderr
    assert tree_of(harbour) == before


def test_a_reason_that_names_somebody_known_is_refused(copkit: Copkit, harbour: Path) -> None:
    (harbour / "private").mkdir()
    contacts = "contacts:\n  - id: harbour/nurse-1\n    name: Robin Threlfall\n"
    (harbour / "private/contacts.yaml").write_text(contacts, encoding="utf-8")

    result = copkit(
        "meeting", "cancel", "harbour", "2026-02-04", "--why", "Robin Threlfall is ill",
        "-C", harbour, env=ENV,
    )  # fmt: skip

    assert result.status == 2
    assert "names somebody" in result.stderr
    assert "Threlfall" not in result.stderr
