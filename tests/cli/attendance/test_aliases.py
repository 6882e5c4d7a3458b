"""What ``copkit attendance import`` remembers of people, and what else knows of it."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from tests.cli.attendance.one_list import MEETING, Imported, harbour, imported, report
from tests.conftest import Copkit, Write

__all__ = ["harbour", "imported", "report"]

TreeOf = Callable[[Path], dict[str, bytes]]


def test_without_contacts_it_is_said_how_to_make_them_and_a_yes_is_enough(
    harbour: Path, imported: Imported
) -> None:
    (harbour / "private/contacts.yaml").unlink()

    result = imported("--match", "zoe@quillfeather.example.net=drugs-1")

    assert result.status == 0, result.output
    assert "contacts:\n    - id: harbour/probation-1\n" in result.stderr
    assert "present:\n  - drugs-1\n" in (harbour / MEETING).read_text()
    assert "Not known: 3\n" in result.stdout
    aliases = (harbour / "private/aliases.yaml").read_text()
    assert aliases.splitlines()[1:] == [
        "aliases:",
        "  - id: harbour/drugs-1",
        "    names:",
        "      - Zoe Quillfeather",
        "    emails:",
        "      - zoe@quillfeather.example.net",
    ]
    if sys.platform != "win32":
        assert stat.S_IMODE((harbour / "private/aliases.yaml").stat().st_mode) == 0o600
    assert "drugs-1  Zoe Quillfeather" in imported().stdout


def test_what_is_remembered_leaves_a_persons_own_lines_alone(
    harbour: Path, imported: Imported, write: Write
) -> None:
    own = (
        "# ours\naliases:\n  - id: harbour/drugs-1   # Sam\n    names:\n      - Sammy\n"
        "set_aside:\n  - Samm Roebuk   # or so we thought\n  - Big screen\n"
    )
    write("private/aliases.yaml", own)
    assert "Samm Roebuk: said before to be nobody" in imported().stdout

    result = imported("--match", "Samm Roebuk=drugs-1", "--nobody", "Zoe Quillfeather")

    assert result.status == 0, result.output
    assert (harbour / "private/aliases.yaml").read_text() == (
        "# ours\naliases:\n  - id: harbour/drugs-1   # Sam\n    names:\n      - Sammy\n"
        "      - Samm Roebuk\nset_aside:\n  - Big screen\n  - Zoe Quillfeather\n"
    )


def test_a_fault_in_the_aliases_is_told_without_what_stands_there(
    harbour: Path, imported: Imported, write: Write, tree_of: TreeOf
) -> None:
    write("private/aliases.yaml", "aliases:\n  - id: harbour/drugs-1\n    nmaes: [Samm Roebuk]\n")
    before = tree_of(harbour)

    result = imported()

    assert (result.status, result.stdout) == (1, "")
    assert "private/aliases.yaml:3:5: this cannot be read" in result.stderr
    assert "Roebuk" not in result.stderr
    assert tree_of(harbour) == before


def test_where_git_would_take_it_in_nothing_is_remembered_or_recorded(
    harbour: Path, imported: Imported, tree_of: TreeOf
) -> None:
    subprocess.run(["git", "init", "--quiet", str(harbour)], check=True)
    (harbour / ".gitignore").unlink()
    before = tree_of(harbour)

    result = imported("--match", "Samm Roebuk=drugs-1")

    assert result.status == 1
    assert "add this line to .gitignore: private/" in result.stderr
    assert tree_of(harbour) == before


def test_check_knows_people_by_what_else_they_are_called(
    harbour: Path, imported: Imported, copkit: Copkit, write: Write
) -> None:
    assert imported("--match", "Zoe Quillfeather=drugs-1").status == 0
    assert copkit("check", "-C", harbour).status == 0  # what is private is not looked into
    notes = "---\ndate: 2026-02-02\n---\n\nzoe quillfeather; zoe@quillfeather.example.net\n"
    write("communities/harbour/meetings/2026-02-02.md", notes)

    result = copkit("check", "--json", "-C", harbour)

    found = [one for one in json.loads(result.stdout)["problems"] if one["severity"] == "error"]
    assert {(one["code"], one["column"]) for one in found} == {
        ("known-contact", 1),
        ("known-contact", 19),
    }
    assert "uillfeather" not in result.output


def test_whoever_is_forgotten_is_forgotten_under_every_name(
    harbour: Path, imported: Imported, copkit: Copkit, write: Write
) -> None:
    write("private/aliases.yaml", "set_aside:\n  - Samm Roebuk's iPad\n  - Big screen\n")
    assert imported("--match", "Samm Roebuk=drugs-1", "--nobody", "Otter.ai").status == 0

    result = copkit("member", "forget", "harbour/drugs-1", "--yes", "-C", harbour)

    assert result.status == 0, result.output
    text = (harbour / "private/aliases.yaml").read_text()
    assert "set_aside:\n  - Big screen\n  - Otter.ai\n" in text
    assert "Roebuk" not in text
