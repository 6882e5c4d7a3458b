"""``copkit check``, as it is called: what its modes say, and what they cost."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import PROGRAMME, Copkit, Write, cpu_at_most
from tests.git.leaks import LEAK, require_hidden

NOTE = "The worker called at the flat and found the heating off; the landlord was told again.\n"


def git(folder: Path, *args: str) -> None:
    who = ("-c", "user.name=Ann", "-c", "user.email=ann@example.org")
    subprocess.run(["git", *who, *args], cwd=folder, check=True, capture_output=True)


def run_apart(*args: object) -> int:
    """Run copkit as a process of its own, and return its exit status."""
    command = [sys.executable, "-m", "copkit", *map(str, args)]
    env = {name: value for name, value in os.environ.items() if not name.startswith("COV")}
    return subprocess.run(command, capture_output=True, check=False, env=env).returncode


@pytest.mark.parametrize("how", [("--staged", "--history"), ("--staged", "--pushed", "origin")])
def test_one_thing_is_looked_at_at_a_time(copkit: Copkit, write: Write, how: list[str]) -> None:
    result = copkit("check", *how, "-C", write("a.txt", ""))

    assert result.status == 2
    assert "are different things" in result.stderr


@pytest.mark.parametrize("how", [("--staged",), ("--history",), ("--pushed", "origin")])
def test_outside_git_it_says_how_to_begin(copkit: Copkit, write: Write, how: list[str]) -> None:
    result = copkit("check", *how, "-C", write("a.txt", ""))

    assert result.status == 1
    assert "this folder is not kept in git" in result.stderr
    assert "git init -b main" in result.stderr


@pytest.mark.parametrize("how", [("--staged",), ("--history",), ("--pushed", "origin")])
def test_before_anything_is_in_git_there_is_nothing_to_find(
    copkit: Copkit, write: Write, how: list[str]
) -> None:
    folder = write("notes.txt", LEAK)
    git(folder, "init", "--quiet")

    result = copkit("check", *how, "-C", folder)

    assert (result.status, result.stdout) == (0, "")
    assert "0 files checked: no problem found" in result.stderr


def test_records_other_files_and_names_are_looked_at(copkit: Copkit, write: Write) -> None:
    write("lists/07700 900123.csv", "role\n")
    folder = write("lists/names.csv", f"note\n{LEAK}\n")

    result = copkit("check", "--json", "-C", folder)

    said = json.loads(result.stdout)
    assert [(one["line"], one["code"]) for one in said["problems"] if "names" in one["file"]] == [
        (2, "full-name"),
        (2, "phone-number"),
    ]
    assert any("stands in the file's name" in one["message"] for one in said["problems"])
    assert said["checked"]["messages"] == 0
    require_hidden(result)


def test_a_commit_of_five_files_is_looked_at_in_half_a_second(write: Write) -> None:
    for day in range(1, 6):
        folder = write(
            f"communities/harbour/meetings/2026-01-0{day}.md",
            f"---\ndate: 2026-01-0{day}\n---\n\n{NOTE * 20}",
        )
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")

    for _ in cpu_at_most(1.0):
        status = run_apart("check", "--staged", "-C", folder)

    assert status == 0


@pytest.mark.slow
def test_a_large_folder_takes_less_than_ten_seconds_for_1_3_megabytes(write: Write) -> None:
    for number in range(75):
        day = f"20{10 + number // 28:02}-02-{number % 28 + 1:02}"
        text = f"---\ndate: {day}\n---\n\n{NOTE * 103}"
        folder = write(f"communities/harbour/meetings/{day}.md", text)

    for _ in cpu_at_most(5):  # of half as much
        status = run_apart("check", "-C", folder)

    assert status == 0


def test_what_copkit_prints_of_seats_and_months_holds_nobody(example: Path, copkit: Copkit) -> None:
    for form in ("html", "svg"):
        assert copkit("attendance", "-o", example / f"matrix.{form}", "-C", example).status == 0
        register = ("attendance", "register", "CP1", "-o", example / f"register.{form}")
        assert copkit(*register, "-C", example).status == 0

    result = copkit("check", "-C", example)

    assert result.status == 0, result.output


def test_a_footer_says_whom_to_write_to_and_names_nobody(write: Write, copkit: Copkit) -> None:
    footer = "theme:\n  footer: {}\n"
    folder = write("copkit.yaml", PROGRAMME + footer.format("Write to team@harbour.example.org"))

    assert copkit("check", "-C", folder).status == 0
    write("copkit.yaml", PROGRAMME + footer.format("Ask Siobhan Threlfall"))
    assert copkit("check", "-C", folder).status == 1
    write("copkit.yaml", PROGRAMME + "name2: team@harbour.example.org\n")
    assert "email-address" in copkit("check", "-C", folder).stdout


def test_a_programme_in_a_folder_below_is_pointed_out(copkit: Copkit, write: Write) -> None:
    told = copkit("check", "-C", write("a.txt", "").parent)

    assert told.status == 2
    assert "there is one in programme: 'cd programme' first" in told.stderr


@pytest.mark.skipif(os.name != "posix", reason="modes of files")
def test_private_files_that_others_can_open_are_told_and_closed_by_the_next_change(
    write: Write, copkit: Copkit
) -> None:
    folder = write("private/contacts.yaml", "contacts: []\n")
    (folder / "private").chmod(0o755)
    (folder / "private/contacts.yaml").chmod(0o644)

    result = copkit("check", "-C", folder)

    assert result.status == 0
    assert (
        "private:1:1: warning: others on this computer can open 2 files or folders of it"
        in result.stdout
    )
    new = ("new-evidence", "Outreach on foot", "--citation", "x", "-C", folder)
    assert copkit(*new).status == 0
    paths = [folder / "private", *(folder / "private").rglob("*")]
    assert {path: path.stat().st_mode & 0o077 for path in paths} == dict.fromkeys(paths, 0)
    assert "private-open" not in copkit("check", "--json", "-C", folder).stdout
