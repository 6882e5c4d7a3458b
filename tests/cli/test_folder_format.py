"""An older copkit reads a newer folder, says which version to get, and changes nothing in it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from copkit import __version__
from tests.conftest import COMMUNITY, Copkit, Write

OLDER = "# our programme\nname: Harbour programme\nstarts: 2026-01-01   # a Thursday\n"
NEWER = "name: Harbour programme\nstarts: 2026-01-01\nformat: 2\nweather: fair\n"
ROSTER = "members:\n  - id: nurse-1\n    role: Nurse\n    sector: NHS\n    pronouns: they\n"
MEETING = "---\ndate: 2026-01-14\nmood: good\npresent:\n  - nurse-1\n---\n\nNotes.\n"


@pytest.fixture
def newer(write: Write) -> Path:
    write("copkit.yaml", NEWER)
    write("communities/harbour/roster.yaml", ROSTER)
    write("communities/harbour/meetings/2026-01-14.md", MEETING)
    write("communities/harbour/rituals.yaml", "rituals:\n  - id: r1\n")
    write("private/contacts.yaml", "contacts:\n  - id: harbour/nurse-1\n    phone: x\n")
    return write("storys/keys.md", "---\ntitle: Keys\n---\n")


def test_the_first_writing_command_adds_the_format_and_no_other_byte(
    copkit: Copkit, write: Write
) -> None:
    folder = write("copkit.yaml", OLDER)

    shown = copkit("new-blockage", "Doors", "--dry-run", "-C", folder)
    assert "would change copkit.yaml: format 1\n" in shown.stderr
    assert (folder / "copkit.yaml").read_text("utf-8") == OLDER
    copkit("new-blockage", "Doors", "-C", folder)
    again = copkit("new-blockage", "Gates", "-C", folder)

    assert (folder / "copkit.yaml").read_text("utf-8") == OLDER + "format: 1\n"
    assert "copkit.yaml" not in again.output


def test_reading_says_which_version_to_get_and_nobody_is_told_to_delete_anything(
    copkit: Copkit, newer: Path
) -> None:
    done = copkit("check", "--json", "-C", newer)

    problems = json.loads(done.stdout)["problems"]
    assert done.status == 0, done.output
    assert {(problem["code"], problem["severity"]) for problem in problems} == {
        ("unknown-field", "warning")
    }
    assert all("leave it as it is: copkit 2.0" in problem["hint"] for problem in problems)
    for words in (("check",), ("attendance",), ("list", "members"), ("show", "nurse-1")):
        told = copkit(*words, "-C", newer).stderr
        assert "this folder is of format 2: get copkit 2.0 or later" in told, words
    assert copkit("attendance", "register", "harbour", "-C", newer).status == 0


def test_nothing_is_changed_in_a_newer_folder(copkit: Copkit, newer: Path) -> None:
    before = {path: path.read_bytes() for path in newer.rglob("*") if path.is_file()}
    env = {"COPKIT_PASSPHRASE": "four words of little sense"}
    for words in (
        ("attendance", "record", "harbour", "2026-01-14", "--guests", "2"),
        ("new-member", "harbour", "Nurse", "--sector", "NHS"),
        ("new-blockage", "Doors"),
        ("contacts", "encrypt"),
        ("member", "forget", "harbour/nurse-1", "--yes"),
    ):
        done = copkit(*words, "-C", newer, env=env)
        assert done.status != 0, (words, done.output)
        refusal = f"which copkit {__version__} cannot change; nothing was changed"
        assert refusal in done.stderr, words
        assert "get copkit 2.0 or later" in done.stderr
    assert {path: path.read_bytes() for path in newer.rglob("*") if path.is_file()} == before


def test_in_a_folder_of_a_known_format_an_unknown_field_is_a_fault(
    copkit: Copkit, write: Write
) -> None:
    folder = write("communities/harbour/community.md", COMMUNITY.replace("---\n", "---\nx: 1\n", 1))

    assert "there is no field 'x' here" in copkit("check", "-C", folder).stdout
    assert copkit("check", "-C", folder).status == 1
