"""copkit on a pseudo-terminal: questions answered, and keys pressed."""

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

from tests.conftest import STUCK

pty = pytest.importorskip("pty", reason="no pseudo-terminals on this system")
fcntl = pytest.importorskip("fcntl")
termios = pytest.importorskip("termios")

ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[=>]|\r")
DOWN, ESC, CTRL_C, ENTER = "\x1b[B", "\x1b", "\x03", "\r"


def take_terminal() -> None:
    """Make the pseudo-terminal the process's own, so that Ctrl-C reaches it."""
    os.setsid()
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def talk(
    folder: Path, command: list[str], *answers: str, day: str = "2026-01-05"
) -> tuple[int, str]:
    """Run copkit on a pseudo-terminal, answer each question, give its status and the screen."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "copkit", *command],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        cwd=folder,
        env={**os.environ, "COPKIT_TODAY": day, "NO_COLOR": "1"},
        preexec_fn=take_terminal,
    )
    os.close(theirs)
    screen = b""
    left = list(answers)
    deadline = time.monotonic() + STUCK
    while time.monotonic() < deadline:
        if not select.select([ours], [], [], STUCK)[0]:
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
    status = process.wait(timeout=STUCK)
    return status, screen.decode().replace("\r\n", "\n")


def press(
    folder: Path,
    *steps: tuple[str, str],
    command: tuple[str, ...] = (),
    env: dict[str, str] | None = None,
    verb: str = "take",
) -> tuple[int, str]:
    """Run the tick list, or another ``verb``, and press keys when something is on the screen.

    Return the status and the screen.
    """
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    process = subprocess.Popen(
        [sys.executable, "-m", "copkit", "attendance", verb, *command],
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
    deadline = time.monotonic() + STUCK
    while time.monotonic() < deadline and select.select([ours], [], [], STUCK)[0]:
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
    return process.wait(timeout=STUCK), screen
