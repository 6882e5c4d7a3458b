"""``copkit attendance take``: keys pressed on a terminal of 80 by 24, and what is written."""

from __future__ import annotations

import os
import re
import select
import struct
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.test_asking import fcntl, pty, take_terminal, termios
from tests.conftest import Copkit, Write

ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[=>]|\r")
DOWN, ESC, CTRL_C, ENTER = "\x1b[B", "\x1b", "\x03", "\r"
IDS = [f"worker-{number}" for number in range(1, 15)]
ROLE = "Housing Support Worker of the night shelter by the harbour"
MEETING = "communities/harbour/meetings/2026-01-05.md"


def press(
    folder: Path, *steps: tuple[str, str], command: tuple[str, ...] = (), env: dict[str, str] | None
) -> tuple[int, str]:
    """Run the tick list: press keys when something is on the screen; give status and screen."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    process = subprocess.Popen(
        [sys.executable, "-m", "copkit", "attendance", "take", *command],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        cwd=folder,
        env={
            **{key: value for key, value in os.environ.items() if key not in {"COLUMNS", "LINES"}},
            "COPKIT_TODAY": "2026-01-05",
            "TERM": "xterm-256color",
            "PROMPT_TOOLKIT_NO_CPR": "1",
            **(env or {}),
        },
        preexec_fn=take_terminal,
    )
    os.close(theirs)
    screen, read_up_to, left = "", 0, list(steps)
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and select.select([ours], [], [], 8)[0]:
        try:
            chunk = os.read(ours, 65536)
        except OSError:  # the other side has closed its end
            break
        screen += ESCAPES.sub("", chunk.decode("utf-8", "replace"))
        while left and left[0][0] in screen[read_up_to:]:
            read_up_to = len(screen)
            os.write(ours, left.pop(0)[1].encode())
    os.close(ours)
    assert not left, screen
    return process.wait(timeout=10), screen


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
        "substitutes:\n  - id: s1\n    for: worker-5\nguests: 2\n---\n\nNotes.\n"
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
    assert "corrections:\n  - id: c1\n    date: 2026-01-05\n    why: ticked by mistake\n" in text


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
    monkeypatch.setattr("tests.cli.test_attendance_record.ESCAPES", re.compile("(?!)"))

    _, screen = press(harbour, ("worker-14", CTRL_C), command=("harbour",), env={"NO_COLOR": "1"})

    assert not re.search(r"\x1b\[[0-9;]*(3[0-8]|4[0-8]|9[0-7])(;[0-9;]*)?m", screen)


def test_without_a_terminal_the_flags_are_named(harbour: Path, copkit: Copkit) -> None:
    result = copkit("attendance", "take", "harbour", "-C", harbour)

    assert (result.status, result.stdout) == (2, "")
    assert "needs a terminal" in result.stderr
    assert "copkit attendance record COMMUNITY DATE --present IDS --apologies IDS" in result.stderr
