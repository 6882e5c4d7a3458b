"""On a terminal, what is missing is asked for, with the choices shown."""

from __future__ import annotations

import os
import select
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.conftest import Copkit

pty = pytest.importorskip("pty", reason="no pseudo-terminals on this system")
fcntl = pytest.importorskip("fcntl")
termios = pytest.importorskip("termios")


def take_terminal() -> None:
    """Make the pseudo-terminal the process's own, so that Ctrl-C reaches it."""
    os.setsid()
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def talk(folder: Path, command: list[str], *answers: str) -> tuple[int, str]:
    """Run copkit on a pseudo-terminal, answer each question, give its status and the screen."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "copkit", *command],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        cwd=folder,
        env={**os.environ, "COPKIT_TODAY": "2026-01-05", "NO_COLOR": "1"},
        preexec_fn=take_terminal,
    )
    os.close(theirs)
    screen = b""
    left = list(answers)
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if not select.select([ours], [], [], 5)[0]:
            break  # it waits for an answer that the test does not have
        try:
            chunk = os.read(ours, 4096)
        except OSError:  # the other side has closed its end
            break
        if not chunk:
            break
        screen += chunk
        if left and screen.rstrip(b"\x00").endswith(b": "):
            os.write(ours, left.pop(0).encode() + b"\n")
    os.close(ours)
    status = process.wait(timeout=10)
    return status, screen.decode().replace("\r\n", "\n")


@pytest.fixture
def fresh(copkit: Copkit, tmp_path: Path) -> Path:
    """A programme with two communities."""
    copkit("init", tmp_path, "--name", "Harbour", "--starts", "2026-01-05")
    copkit("new-community", "Brighton", "-C", tmp_path)
    copkit("new-community", "Halifax", "-C", tmp_path)
    return tmp_path


def test_init_asks_for_the_name(tmp_path: Path, copkit: Copkit) -> None:
    status, screen = talk(tmp_path, ["init", "new"], "Harbour programme", "5/1/2026", "")

    assert status == 0, screen
    assert "name (the programme's name)" in screen
    assert "'5/1/2026' is not a date" in screen
    assert "starts: 2026-01-05" in (tmp_path / "new/copkit.yaml").read_text("utf-8")
    assert copkit("check", "-C", tmp_path / "new").status == 0


def test_a_new_member_is_chosen_by_number_from_the_seats(fresh: Path) -> None:
    status, screen = talk(fresh, ["new-member"], "brighton", "1")

    assert status == 0, screen
    assert "community (brighton, halifax)" in screen
    assert " 1  Housing Support Worker" in screen
    roster = (fresh / "communities/brighton/roster.yaml").read_text("utf-8")
    assert "role: Housing Support Worker\n    sector: Voluntary Sector\n" in roster


def test_a_role_of_ones_own_is_as_good(fresh: Path) -> None:
    status, screen = talk(fresh, ["new-member", "brighton"], "99", "", "Vicar", "Church")

    assert status == 0, screen
    assert "please write a number from 1 to 9" in screen
    assert "an answer is needed" in screen
    assert "not among those sought" in screen
    roster = (fresh / "communities/brighton/roster.yaml").read_text("utf-8")
    assert "role: Vicar\n    sector: Church\n" in roster


def test_an_answer_that_is_no_choice_is_asked_again(fresh: Path) -> None:
    status, screen = talk(fresh, ["new-meeting"], "leeds", "hal", "2026-02-04")

    assert status == 0, screen
    assert "please write one of: brighton, halifax" in screen
    assert (fresh / "communities/halifax/meetings/2026-02-04.md").is_file()


def test_a_brief_asks_for_everything_it_needs(fresh: Path, copkit: Copkit) -> None:
    answers = ("Winter brief", "2026-01-01", "2026-03-31", "Commissioning board", "Fund weekends")
    status, screen = talk(fresh, ["new-brief"], *answers)

    assert status == 0, screen
    assert (fresh / "briefs/winter-brief.md").is_file()
    assert copkit("check", "-C", fresh).status == 0


def test_attendance_is_taken_by_number_from_the_roster(fresh: Path, copkit: Copkit) -> None:
    for role in ("Police Sergeant", "Probation Officer", "Drugs Worker"):
        copkit("new-member", "brighton", role, "-C", fresh)

    status, screen = talk(fresh, ["attendance", "record"], "brighton", "", "1, 3", "2")

    assert status == 0, screen
    assert " 2  probation-officer-1 (Probation Officer)" in screen
    text = (fresh / "communities/brighton/meetings/2026-01-05.md").read_text("utf-8")
    assert "present:\n  - police-sergeant-1\n  - drugs-worker-1\n" in text
    assert "apologies:\n  - probation-officer-1\n" in text


def test_ctrl_c_at_a_question_writes_nothing(fresh: Path) -> None:
    status, screen = talk(fresh, ["new-case", "brighton"], "\x03")

    assert status == 130
    assert screen.endswith("copkit: stopped; nothing was written\n")
    assert not (fresh / "communities/brighton/cases").exists()


def test_the_end_of_input_at_a_question_writes_nothing(fresh: Path) -> None:
    status, screen = talk(fresh, ["new-case", "brighton"], "\x04")

    assert status == 130
    assert "Traceback" not in screen
