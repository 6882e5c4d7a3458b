"""Every command line of the documentation runs, and prints what the page says that it prints."""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from unittest import mock

import pytest
import typer

from copkit.cli.main import app, run
from tests.conftest import Result, copied, run_copkit
from tests.docs.pages import README, WRITTEN, Block, Page

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the pages are written for bash")

# Days on which a tour goes wrong, if it does: the last and the first of a year, a leap day.
DAYS = ["2026-12-31", "2027-01-01", "2028-02-29"]


PLACEHOLDER = re.compile(r"^'[A-Z]+' is not")
"""What is wrong with a word such as NAME, which stands for one to be typed."""


class Terminal(StringIO):
    """A terminal at which somebody sits."""

    def isatty(self) -> bool:
        return True


@dataclass
class Shell:
    """A shell of a new user: a home with the example, and the folder that they are in."""

    home: Path
    folder: Path

    def run(self, line: str, answers: str = "") -> Result:
        """Run one line: copkit in this process, everything else in bash."""
        words = shlex.split(line, comments=True)
        if words[0] == "cd":
            self.folder = (self.folder / Path(words[1]).expanduser()).resolve()
            return Result(0, "", "")
        if words[0] != "copkit":
            done = subprocess.run(
                ["bash", "-c", line], cwd=self.folder, capture_output=True, encoding="utf-8",
                check=False,
            )  # fmt: skip
            return Result(done.returncode, done.stdout, done.stderr)
        words, _, target = _split(words, ">")
        args = [str(Path(word).expanduser()) if word[:1] == "~" else word for word in words[1:]]
        with contextlib.chdir(self.folder):
            result = _answer(args, answers) if answers else run_copkit(*args)
            if target:
                Path(target[0]).write_text(result.stdout, encoding="utf-8")
        return result


def _split(words: list[str], sign: str) -> tuple[list[str], str, list[str]]:
    """Split a command line at a sign such as ``>``."""
    if sign not in words:
        return words, "", []
    place = words.index(sign)
    return words[:place], sign, words[place + 1 :]


def _answer(args: list[str], answers: str) -> Result:
    """Run copkit at a terminal, and answer what it asks."""
    screen = Terminal()
    with (
        mock.patch.object(sys, "stdin", Terminal(answers.replace(",", "\n") + "\n")),
        redirect_stdout(screen),
        redirect_stderr(screen),
    ):
        status = run(args)
    return Result(status, screen.getvalue(), "")


def in_words(text: str) -> str:
    """Return a text without line ends: where a line ends depends on the terminal."""
    return " ".join(text.split())


def follow(shell: Shell, page: Page) -> None:
    """Type what a page says, and compare what is printed with what it says is printed."""
    printed = ""
    for block in page.blocks:
        if block.language == "console":
            printed = _run_block(shell, block)
        elif block.language == "text" and printed:
            for line in filter(None, map(in_words, block.text.splitlines())):
                assert line in printed, f"{block.page}:{block.line}: not printed: {line}"
            printed = ""


def _run_block(shell: Shell, block: Block) -> str:
    """Run the lines of a block, the last of which may be meant to fail."""
    results = []
    for line in block.commands:
        result = shell.run(line, block.settings.get("answers", ""))
        expected = int(block.settings.get("status", 0)) if line == block.commands[-1] else 0
        assert result.status == expected, f"{block.page}:{block.line}: {line}\n{result.output}"
        results.append(result.output)
    return in_words("\n".join(results))


def open_shell(home: Path, patch: pytest.MonkeyPatch) -> Shell:
    """Open a shell in a home of its own, away from the settings of whoever runs the tests."""
    patch.setenv("HOME", str(home))
    patch.setenv("USERPROFILE", str(home))
    patch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    patch.setenv("NO_COLOR", "1")
    return Shell(home, home)


def tour(home: Path, example: Path, patch: pytest.MonkeyPatch) -> Shell:
    """Take the tour of the README; ``copkit demo`` has laid out the example before it."""
    copied(example, home / "copkit-demo")
    shell = open_shell(home, patch)
    follow(shell, Page(README))
    return shell


@pytest.fixture(scope="module")
def toured(tmp_path_factory: pytest.TempPathFactory, looked_through: Path) -> Iterator[Path]:
    """The home of somebody who has taken the tour, to copy."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COLUMNS", "80")
        tour(home, looked_through, patch)
        yield home


@pytest.mark.parametrize("day", DAYS)
def test_the_tour_works_on_any_day_of_any_year(
    day: str, tmp_path: Path, looked_through: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COPKIT_TODAY", day)

    shell = tour(tmp_path, looked_through, monkeypatch)

    assert run_copkit("check", "-C", shell.folder).status == 0


@pytest.mark.parametrize(
    "page", [page for page in WRITTEN if page.path != README], ids=lambda page: page.path.stem
)
def test_the_lines_of_a_page_run_after_the_tour(
    page: Page, toured: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Path(shutil.copytree(toured, tmp_path / "home"))
    shell = open_shell(home, monkeypatch)
    shell.folder = home / "harbour"

    follow(shell, page)


# Lines in sentences and in fences that people type are not run, but they parse.
TYPED = [
    (page.name, line.replace("\\\n", " "))
    for page in WRITTEN
    for line in (
        *page.spans,
        *(line for block in page.blocks if block.language == "bash" for line in block.commands),
    )
    if re.match(r"copkit [a-z]", line)
]


@pytest.mark.parametrize(("page", "line"), TYPED)
def test_a_line_that_people_type_names_a_command_and_its_options(page: str, line: str) -> None:
    words, _, _ = _split(shlex.split(line, comments=True), ">")
    if "--help" in words:
        words = words[: words.index("--help")]

    assert parse_error(words[1:]) == ""


def parse_error(words: list[str]) -> str:
    """Return what is wrong with a command line, ``""`` for nothing; words may be missing."""
    group = typer.main.get_command(app)
    name, context = "copkit", None
    while True:
        table = getattr(group, "table", None)
        if table is None or not words or words[0] not in table:
            break
        name, words = words[0], words[1:]
        group = group.get_command(context, name)  # type: ignore[attr-defined]
    if getattr(group, "table", None) is not None and words and not words[0].startswith("-"):
        if getattr(group, "default_command", None) is None:
            return f"{name} has no command {words[0]}"
        group = group.get_command(context, group.default_command)  # type: ignore[attr-defined]
    try:
        group.make_context(name, list(words))
    except Exception as error:  # click's own, which typer does not export
        wrong = type(error).__name__
        if wrong in {"MissingParameter", "NoArgsIsHelpError"} or PLACEHOLDER.search(str(error)):
            return ""
        return f"{wrong}: {error}"
    return ""


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("nosuchcommand", "copkit has no command nosuchcommand"),
        ("case nosuch", "case has no command nosuch"),
        ("check --nosuch", "NoSuchOption"),
        ("case follow-up", ""),
        ("approaches brighton --due", ""),
        ("attendance --as-of 2012-12-31", ""),
    ],
)
def test_a_dead_command_would_be_noticed(line: str, wrong: str) -> None:
    assert parse_error(line.split()).startswith(wrong)
    assert bool(parse_error(line.split())) is bool(wrong)
