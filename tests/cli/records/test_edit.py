"""``copkit edit``: a record in the person's editor, checked afterwards."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.terminal import talk
from tests.conftest import Copkit, Write

TreeOf = Callable[[Path], dict[str, bytes]]
BLOCKAGE = "---\ntitle: Doors\n---\n\nThey shut at five.\n"


@pytest.fixture
def harbour(write: Write) -> Path:
    return write("blockages/doors.md", BLOCKAGE)


@pytest.fixture
def editor(tmp_path: Path) -> Callable[[str, str], str]:
    """Return the command of an editor that replaces a text by another."""

    def command(old: str, new: str) -> str:
        script = tmp_path / "editor with a space.py"
        script.write_text(
            "import pathlib, sys\n"
            "path = pathlib.Path(sys.argv[1])\n"
            f"path.write_text(path.read_text('utf-8').replace({old!r}, {new!r}))\n",
            encoding="utf-8",
        )
        return f"{sys.executable} '{script}'"

    return command


def test_a_record_that_is_right_afterwards_is_left_at_that(
    copkit: Copkit, harbour: Path, editor: Callable[[str, str], str]
) -> None:
    env = {"VISUAL": "", "EDITOR": editor("five", "six")}
    result = copkit("edit", "Doors", "-C", harbour, env=env)

    assert result.status == 0, result.stderr
    assert "changed blockages/doors.md" in result.stderr
    assert "six" in (harbour / "blockages/doors.md").read_text("utf-8")
    again = copkit("edit", "doors", "-C", harbour, env=env)
    assert "was left as it is" in again.stderr


def test_faults_are_shown_with_their_lines(
    copkit: Copkit, harbour: Path, editor: Callable[[str, str], str]
) -> None:
    env = {"EDITOR": editor("title:", "titel:")}
    result = copkit("edit", "doors", "-C", harbour, env=env)

    assert result.status == 1
    assert "blockages/doors.md:2:1:" in result.stderr
    assert "did you mean 'title'?" in result.stderr
    assert "copkit edit doors" in result.stderr


def test_a_name_that_was_written_is_found_and_masked(
    copkit: Copkit, harbour: Path, editor: Callable[[str, str], str]
) -> None:
    env = {"EDITOR": editor("They shut", "Ring 07700 900123, they shut")}
    result = copkit("edit", "doors", "-C", harbour, env=env)

    assert "blockages/doors.md:5:" in result.stderr
    assert "900123" not in result.stderr


def test_at_a_terminal_it_can_be_opened_again(
    harbour: Path, editor: Callable[[str, str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EDITOR", editor("title:", "titel:"))
    status, screen = talk(harbour, ["edit"], "doors", "y", "n")

    assert status == 1, screen
    assert screen.count("open it again? [Y/n]") == 2


@pytest.mark.parametrize(
    ("words", "env", "said"),
    [
        (("doors",), {"EDITOR": "/nowhere/at/all"}, "cannot be started"),
        (("doors",), {"EDITOR": "false"}, "ended with status 1"),
        (("doors",), {"EDITOR": "", "DISPLAY": ""}, "no editor could be found for doors.md"),
        ((), {}, "missing: RECORD"),
        (("dors",), {}, "did you mean 'doors'?"),
    ],
)
def test_without_an_editor_or_a_record_nothing_happens(
    copkit: Copkit,
    harbour: Path,
    tree_of: TreeOf,
    words: tuple[str, ...],
    env: dict[str, str],
    said: str,
) -> None:
    before = tree_of(harbour)
    result = copkit("edit", *words, "-C", harbour, env={"VISUAL": "", **env})

    assert result.status in {1, 2}
    assert said in result.stderr
    assert tree_of(harbour) == before


def test_a_dry_run_names_the_file(copkit: Copkit, harbour: Path) -> None:
    assert (
        "would open blockages/doors.md"
        in copkit("edit", "doors", "--dry-run", "-C", harbour).stderr
    )
