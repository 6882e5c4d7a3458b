"""``copkit attendance take``: keys pressed on a terminal of 80 by 24, and what is written."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.cli.terminal import CTRL_C, DOWN, ENTER, ESC, press
from tests.conftest import Copkit, Write

IDS = [f"worker-{number}" for number in range(1, 15)]
ROLE = "Housing Support Worker of the night shelter by the harbour"
MEETING = "communities/harbour/meetings/2026-01-05.md"


@pytest.fixture
def harbour(write: Write) -> Path:
    """Fourteen members, one of whom has left, two meetings and the names of two."""
    members = "".join(f"  - id: {id}\n    role: {ROLE}\n    sector: NHS\n" for id in IDS)
    gone = "  - id: gone-1\n    role: Matron\n    sector: NHS\n    left: 2026-01-02\n"
    write("communities/harbour/roster.yaml", f"members:\n{members}{gone}")
    write(
        "communities/harbour/meetings/2025-12-01.md",
        "---\ndate: 2025-12-01\npresent:\n  - worker-1\napologies:\n  - worker-2\n---\n",
    )
    write(
        "private/contacts.yaml",
        "contacts:\n  - id: harbour/worker-1\n    name: Robin Threlfall\n",
    )
    return write(MEETING, "---\ndate: 2026-01-05\npresent:\n---\n\nNotes.\n")


def test_a_list_is_ticked_and_written_after_one_question(harbour: Path, copkit: Copkit) -> None:
    status, screen = press(
        harbour,
        ("worker-14", f" {DOWN}{DOWN} {ENTER}"),
        ("Who sent apologies?", f" {ENTER}"),
        ("Whose agency sent somebody else?", f"{DOWN}{DOWN} {ENTER}"),
        ("How many guests?", f"2{ENTER}"),
        ("Write this?", "y"),
        command=("harbour",),
        env=None,
    )

    assert status == 0, screen
    assert "space ticks, a all, arrows move, enter done, Esc leaves everything as it is" in screen
    assert "P  worker-1   Robin Threlfall, Housing Support" in screen
    assert "A  worker-2   Housing Support" in screen
    assert "gone-1" not in screen
    assert "Robin Threlfall, Housing Support Worker of the night shelte…" in screen  # 80 columns
    assert "harbour, 2026-01-05: 2 present, 1 apology, 1 substitute, 2 guests" in screen
    assert (harbour / MEETING).read_text("utf-8") == (
        "---\ndate: 2026-01-05\npresent:\n  - worker-1\n  - worker-3\napologies:\n  - worker-2\n"
        "substitutes:\n  - id: s-k7m\n    for: worker-5\nguests: 2\n---\n\nNotes.\n"
    )
    assert copkit("check", "-C", harbour).status == 0


def test_a_tick_taken_away_is_a_correction_with_a_reason(harbour: Path, copkit: Copkit) -> None:
    copkit("attendance", "record", "harbour", "2026-01-05", "-p", "worker-1", "-C", harbour)

    status, screen = press(
        harbour,
        ("worker-14", f" {ENTER}"),
        ("Who sent apologies?", f" {ENTER}"),
        ("Whose agency", ENTER),
        ("How many guests?", ENTER),
        ("Why?", f"for Robin Threlfall{ENTER}"),
        ("write it without the name", f"\x15ticked by mistake{ENTER}"),
        ("Write this?", ENTER),
        command=("harbour", "today"),
        env={"NO_COLOR": "1"},
    )

    assert status == 0, screen
    assert "a correction: 'worker-1' is on record as present" in screen
    text = (harbour / MEETING).read_text("utf-8")
    assert "apologies:\n  - worker-1\n" in text
    assert "corrections:\n  - id: c-k7m\n    date: 2026-01-05\n    why: ticked by mistake\n" in text


@pytest.mark.parametrize("key", [ESC, CTRL_C], ids=["Esc", "Ctrl-C"])
def test_breaking_off_leaves_everything_as_it_is(harbour: Path, key: str) -> None:
    before = (harbour / MEETING).read_bytes()

    status, screen = press(
        harbour,
        ("worker-14", f"a{ENTER}"),
        ("How many guests?", ENTER),
        ("Write this?", key),
        command=("harbour",),
        env=None,
    )

    assert status == 130, screen
    assert screen.endswith("copkit: stopped; nothing was written\n")
    assert (harbour / MEETING).read_bytes() == before


def test_without_colour_no_colour_is_printed(
    harbour: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.cli.terminal.ESCAPES", re.compile("(?!)"))

    _, screen = press(harbour, ("worker-14", CTRL_C), command=("harbour",), env={"NO_COLOR": "1"})

    assert not re.search(r"\x1b\[[0-9;]*(3[0-8]|4[0-8]|9[0-7])(;[0-9;]*)?m", screen)


def test_without_a_terminal_the_flags_are_named(harbour: Path, copkit: Copkit) -> None:
    result = copkit("attendance", "take", "harbour", "-C", harbour)

    assert (result.status, result.stdout) == (2, "")
    assert "needs a terminal" in result.stderr
    assert "copkit attendance record COMMUNITY DATE --present IDS --apologies IDS" in result.stderr
