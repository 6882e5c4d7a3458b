"""``copkit attendance sheet``: what people sign at a meeting, and what becomes of it."""

from __future__ import annotations

import json
import re
from io import BytesIO
from pathlib import Path

import docx
import pytest

from tests.cli.terminal import talk
from tests.conftest import COMMUNITY, Copkit, Write
from tests.documents.forms import require_well_built

ROSTER = """\
members:
  - id: nurse-1
    role: Nurse & matron <1>
    sector: NHS
  - id: nurse-2
    role: Nurse & matron <1>
    sector: NHS
  - id: police-1
    role: Police Sergeant
    sector: Criminal Justice
  - id: gone-1
    role: Probation Officer
    sector: Criminal Justice
    left: 2026-01-01
"""
CONTACTS = "contacts:\n  - id: harbour/nurse-1\n    name: Robin Threlfall\n"
RULES = "\n## Ground rules\n\n- Questions before advice.\n"
FORMS = ("html", "pdf", "docx")


@pytest.fixture
def harbour(write: Write) -> Path:
    """Three members and one who has left, a meeting to come, and the name of one."""
    write("communities/harbour/community.md", COMMUNITY + RULES)
    write("communities/harbour/roster.yaml", ROSTER)
    write("private/contacts.yaml", CONTACTS)
    return write(
        "communities/harbour/meetings/2026-01-07.md",
        "---\ndate: 2026-01-07\nstart: 14:00\nplace: the library\n---\n",
    )


def sheet(copkit: Copkit, folder: Path, *words: str) -> list[Path]:
    """Make a sheet on 5 January, and return its files."""
    command = ("attendance", "sheet", "harbour", *words, "--json", "-C", folder)
    done = copkit(*command, env={"COPKIT_TODAY": "2026-01-05"})
    assert done.status == 0, done.output
    return [Path(file) for file in json.loads(done.stdout)["files"]]


def words_of(page: Path) -> str:
    return re.sub(
        r"\s+", " ", re.sub(r"<style>.*?</style>|<[^>]+>", " ", page.read_text("utf-8"), flags=re.S)
    )


def test_the_next_meeting_gets_a_sheet_in_three_forms_with_roles_alone(
    copkit: Copkit, harbour: Path
) -> None:
    files = sheet(copkit, harbour)

    folder = harbour / "build/sheets/harbour/2026-01-07"
    assert files == [folder / f"sheet.{form}" for form in FORMS]
    require_well_built(files[0].read_text("utf-8"))
    words = words_of(files[0])
    assert "Attendance, Wednesday 7 January 2026" in words
    assert "From 14:00, the library." in words
    for line in (
        "Nurse &amp; matron &lt;1&gt; 1",
        "Nurse &amp; matron &lt;1&gt; 2",
        "Police Sergeant",
    ):
        assert line in words
    assert "Questions before advice." in words
    assert "For whom" in words
    for absent in ("Probation", "Threlfall", "room only", "nurse-1"):
        assert absent not in words
    assert files[1].read_bytes().startswith(b"%PDF")


def test_the_word_file_has_a_row_to_sign_for_each_and_three_for_others(
    copkit: Copkit, harbour: Path
) -> None:
    [file] = sheet(copkit, harbour, "--format", "word")

    members, others = docx.Document(BytesIO(file.read_bytes())).tables
    rows = [[cell.text for cell in row.cells] for row in members.rows]
    assert rows[0] == ["Role", "Present", "Signature"]
    assert rows[3] == ["Police Sergeant", "☐", ""]
    assert [row.cells[0].text for row in others.rows] == ["Line", "1", "2", "3"]


def test_with_names_it_lies_in_private_alone_and_says_for_the_room(
    copkit: Copkit, harbour: Path
) -> None:
    files = sheet(copkit, harbour, "--names")

    assert {file.parent for file in files} == {harbour / "private/sheets"}
    assert not (harbour / "build").exists()
    assert all(file.stat().st_mode & 0o077 == 0 for file in (*files, files[0].parent))
    words = words_of(files[0])
    assert "Robin Threlfall" in words
    assert "For the room only. Destroy it after the attendance is recorded." in words


def test_names_without_contacts_are_refused_with_the_command_that_notes_one(
    copkit: Copkit, harbour: Path
) -> None:
    (harbour / "private/contacts.yaml").unlink()

    done = copkit("attendance", "sheet", "harbour", "2026-01-07", "--names", "-C", harbour)

    assert done.status == 1
    assert "copkit member contact" in done.stderr
    assert not (harbour / "private/sheets").exists()


def test_a_sheet_follows_the_roster_and_goes_with_its_meeting(
    copkit: Copkit, harbour: Path
) -> None:
    page, *_ = sheet(copkit, harbour)
    copkit("member", "change", "harbour/police-1", "--role", "Constable", "-C", harbour)

    copkit("build", "-C", harbour)
    assert "Constable" in words_of(page)

    (harbour / "communities/harbour/meetings/2026-01-07.md").unlink()
    done = copkit("build", "-C", harbour)
    assert "there is no such meeting any more" in done.stderr
    assert not page.exists()


def test_once_the_attendance_is_recorded_the_sheet_with_names_can_go(
    copkit: Copkit, harbour: Path
) -> None:
    files = sheet(copkit, harbour, "--names")
    record = ("attendance", "record", "harbour", "2026-01-07", "-p", "nurse-1")

    told = copkit(*record, "-C", harbour)
    assert "private/sheets/harbour_2026-01-07.pdf" in told.stderr
    status, screen = talk(harbour, [*record], "")

    assert status == 0, screen
    assert "Delete it? [Y/n]" in screen
    assert not any(file.exists() for file in files)


def test_a_day_without_a_meeting_says_how_to_add_one(copkit: Copkit, harbour: Path) -> None:
    done = copkit("attendance", "sheet", "harbour", "2026-02-02", "-C", harbour)

    assert done.status == 1
    assert "copkit new-meeting harbour 2026-02-02" in done.stderr


def test_next_where_no_meeting_is_to_come_says_so(copkit: Copkit, harbour: Path) -> None:
    for command in (("attendance", "sheet"), ("meeting", "cancel")):
        words = (*command, "harbour", "next", "-C", harbour)
        done = copkit(*words, env={"COPKIT_TODAY": "2026-02-01"})

        assert done.status == 1
        assert "no meeting of harbour is on record from today on" in done.stderr
        assert "'copkit new-meeting harbour DATE' adds one" in done.stderr
